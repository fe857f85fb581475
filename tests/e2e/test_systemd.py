"""The installed service under a real systemd: each file of tests/systemd runs inside of a machine of its own that is booted for it."""

import subprocess

import pytest

from conftest import BUILD, ROOT

FILES = sorted((ROOT / "tests/systemd").glob("test_*.py"))
IMPOSSIBLE = 77


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    if BUILD != ROOT / "build":
        pytest.skip("the programs under the sanitizers are not installed: their runtime wants /proc and ptrace")
    directory = tmp_path_factory.mktemp("stage")
    subprocess.run(["make", "-s", "install", f"DESTDIR={directory}", "PREFIX=/usr"], cwd=ROOT, check=True, timeout=600)
    return directory


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_under_systemd(path, staged):
    result = subprocess.run(
        [ROOT / "tests/systemd/boot", "--copy", staged, "/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider",
         "--rootdir", path.parent, "-c", "/dev/null", path],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=400, check=False)
    if result.returncode == IMPOSSIBLE:
        pytest.skip(result.stderr.strip())
    assert result.returncode == 0, result.stdout + result.stderr
