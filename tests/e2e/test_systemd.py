"""Tests the installed service under a real systemd: each file of tests/systemd runs in a machine booted for it."""

import os
import pathlib
import signal
import subprocess
import tempfile

import pytest

from conftest import BUILD, ROOT, wait_until

FILES = sorted((ROOT / "tests/systemd").glob("test_*.py"))
IMPOSSIBLE = 77
BOOT = ROOT / "tests/systemd/boot"


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
        [BOOT, "--seconds", "1100", "--copy", staged, "/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider",
         "--rootdir", path.parent, "-c", "/dev/null", path],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=1200, check=False)
    if result.returncode == IMPOSSIBLE:
        pytest.skip(result.stderr.strip())
    assert result.returncode == 0, result.stdout + result.stderr


def host():
    """Returns the state of the host that a boot could change, without cgroups and directories of boots that still run."""
    places = [*pathlib.Path("/sys/fs/cgroup").rglob("convened-ci-*"), *pathlib.Path(tempfile.gettempdir()).glob("convened-ci-*")]
    left = sorted(str(path) for path in places if not pathlib.Path("/proc", path.name.rsplit("-", 1)[1]).exists())
    mounts = pathlib.Path("/proc/self/mountinfo").read_text(encoding="utf-8")
    return left, mounts, pathlib.Path("/etc/hostname").read_text(encoding="utf-8"), sorted(os.listdir("/etc/systemd/system"))


def boot(*command):
    result = subprocess.run([BOOT, *command], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False)
    if result.returncode == IMPOSSIBLE:
        pytest.skip(result.stderr.strip())
    return result


def test_the_host_is_unchanged(tmp_path):
    subprocess.run([BOOT, "true"], stdin=subprocess.DEVNULL, timeout=300, check=False)
    before = host()
    result = boot("bash", "-c", f"echo out; echo error >&2; touch {tmp_path}/here /etc/systemd/system/here; hostname other; exit 3")
    assert (result.returncode, result.stdout, result.stderr) == (3, "out\n", "error\n")
    assert host() == before and not list(tmp_path.iterdir())


def test_a_killed_boot_leaves_no_processes():
    boot("true")
    with subprocess.Popen([BOOT, "sleep", "98765"], stdin=subprocess.DEVNULL, start_new_session=True) as process:
        sleeping = lambda: subprocess.run(["pgrep", "-f", "^sleep 98765$"], stdout=subprocess.DEVNULL, check=False).returncode == 0  # noqa: E731
        wait_until(sleeping)
        process.send_signal(signal.SIGKILL)
        wait_until(lambda: not sleeping())
    assert boot("true").returncode == 0
    assert host()[0] == []
