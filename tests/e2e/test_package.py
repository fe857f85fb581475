"""Tests make deb: lintian finds nothing, and the package is installed, upgraded, removed and purged under a real systemd."""

import os
import shutil
import subprocess

import pytest

from conftest import BUILD, ROOT

IMPOSSIBLE = 77
BOOT = ROOT / "tests/systemd/boot"


def run(*command, **options):
    result = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600,
                            check=False, **options)
    assert result.returncode in (0, IMPOSSIBLE), result.stdout + result.stderr
    return result


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    if BUILD != ROOT / "build":
        pytest.skip("the programs under the sanitizers are not packaged")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    run("make", "-s", "deb", cwd=ROOT, env=environment)
    (built,) = (BUILD / "deb").glob("*.deb")
    return shutil.copy(built, tmp_path_factory.mktemp("package"))


def newer(package, directory):
    """Makes the same package with a higher version."""
    run("dpkg-deb", "--raw-extract", package, directory / "tree")
    control = directory / "tree/DEBIAN/control"
    control.write_text(control.read_text(encoding="utf-8").replace("\nVersion: ", "\nVersion: 1000."), encoding="utf-8")
    run("dpkg-deb", "--root-owner-group", "-Znone", "--build", directory / "tree", directory / "newer.deb")
    return directory / "newer.deb"


def test_lintian_finds_nothing(package):
    assert run("lintian", "--no-cfg", "--display-info", "--fail-on=error,warning,info", package).stdout == ""


def test_the_package_holds_what_make_install_installs(package, tmp_path):
    """Compares it with a staged tree: compressed manuals, and Debian's names of places, are the only differences."""
    run("dpkg-deb", "--extract", package, tmp_path / "package")
    run("make", "-s", "install", f"DESTDIR={tmp_path}/stage", "PREFIX=/usr", "UNITDIR=/lib/systemd/system", cwd=ROOT)
    files = [{path.relative_to(tmp_path / name).as_posix().removesuffix(".gz") for path in (tmp_path / name).rglob("*") if path.is_file()}
             for name in ("package", "stage")]
    documents = "usr/share/doc/convened/"
    assert files[0] - files[1] == {documents + "copyright", documents + "changelog", "usr/share/lintian/overrides/convened",
                                   "usr/share/zsh/vendor-completions/_convene"}
    assert files[1] - files[0] == {documents + "LICENSE", documents + "directories", "usr/share/zsh/site-functions/_convene"}
    assert run("dpkg-deb", "--info", package, "conffiles").stdout == "/etc/convened/convened.conf\n"


def test_install_upgrade_remove_purge(package, tmp_path):
    packages = tmp_path / "copy/packages"
    packages.mkdir(parents=True)
    shutil.copy(package, packages / "package.deb")
    shutil.move(newer(package, tmp_path), packages / "newer.deb")
    program = ROOT / "tests/systemd/package.py"
    result = run(BOOT, "--copy", tmp_path / "copy", "/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider",
                 "--rootdir", program.parent, "-c", "/dev/null", program)
    if result.returncode == IMPOSSIBLE:
        pytest.skip(result.stderr.strip())
