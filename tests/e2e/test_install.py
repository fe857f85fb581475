"""Tests make install and make uninstall: uninstall removes exactly what install made, also below DESTDIR; systemd accepts the units."""

import os
import shutil
import subprocess

import pytest

from conftest import ROOT

# Tenths. The daemon lowers the priority of threads, and setpriority is one of @resources; a served command sees the users of the machine, and
# may reach a database server.
EXPOSURE_MAX = {"convened.service": 11, "convened-check.service": 11, "convened-backup.service": 11, "convened-command@.service": 12}


def make(target, directory, *variables):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    subprocess.run(["make", "-s", target, f"DESTDIR={directory}", *variables], cwd=ROOT, env=environment, check=True, timeout=600)


def tree(directory):
    """Returns every path below a directory with its type, mode and content."""
    return {
        path.relative_to(directory).as_posix(): (path.lstat().st_mode, path.read_bytes() if path.is_file() else None)
        for path in directory.rglob("*")
    }


@pytest.mark.parametrize("variables", [[], ["PREFIX=/usr"], ["PREFIX=/opt/calendar", "UNITDIR=/etc/systemd/system"]], ids=" ".join)
def test_uninstall_removes_exactly_what_install_made(tmp_path, variables):
    (tmp_path / "usr/local/bin").mkdir(parents=True)
    (tmp_path / "usr/lib/systemd/system").mkdir(parents=True)
    (tmp_path / "usr/lib/systemd/system/other.service").write_text("[Service]\n", encoding="utf-8")
    before = tree(tmp_path)
    make("install", tmp_path, *variables)
    installed = tree(tmp_path)
    assert any(path.endswith("bin/convened") for path in installed)
    make("install", tmp_path, *variables)
    assert tree(tmp_path) == installed
    make("uninstall", tmp_path, *variables)
    assert tree(tmp_path) == before
    make("uninstall", tmp_path, *variables)
    assert tree(tmp_path) == before


def test_a_staged_installation_can_be_uninstalled(tmp_path):
    """Installs as a package does: staged in one directory, unpacked in another, uninstalled there."""
    stage, root = tmp_path / "stage", tmp_path / "root"
    make("install", stage)
    shutil.copytree(stage, root, copy_function=shutil.copy2)
    assert tree(root) == tree(stage) and not any(str(tmp_path).encode() in (content or b"") for _, content in tree(stage).values())
    make("uninstall", root)
    assert tree(root) == {}


def test_a_changed_configuration_is_kept(tmp_path):
    config = tmp_path / "etc/convened/convened.conf"
    make("install", tmp_path)
    config.write_text('language = "en";\n', encoding="utf-8")
    make("install", tmp_path)
    assert config.read_text(encoding="utf-8") == 'language = "en";\n'
    make("uninstall", tmp_path)
    assert [path for path in tree(tmp_path) if not path.startswith("etc")] == []
    assert config.read_text(encoding="utf-8") == 'language = "en";\n'


def test_nothing_installed_is_writable_by_others_and_no_placeholder_is_left(tmp_path):
    os.umask(0o077)
    try:
        make("install", tmp_path)
    finally:
        os.umask(0o022)
    for path, (mode, content) in tree(tmp_path).items():
        assert mode & 0o022 == 0 and mode & 0o444 == 0o444, path
        assert content is None or b"@bindir@" not in content and b"@sysconfdir@" not in content, path


def test_completion_is_installed_as_the_program_prints_it(tmp_path):
    make("install", tmp_path, "PREFIX=/usr")
    share = tmp_path / "usr/share"
    places = {"bash": "bash-completion/completions/convene", "zsh": "zsh/site-functions/_convene",
              "fish": "fish/vendor_completions.d/convene.fish"}
    for shell, place in places.items():
        printed = subprocess.run([tmp_path / "usr/bin/convene", "completion", shell], env={"LC_ALL": "C.UTF-8"}, capture_output=True,
                                 timeout=60, check=True).stdout
        assert b"convene" in printed and (share / place).read_bytes() == printed
    subprocess.run(["bash", "-nu", share / places["bash"]], timeout=60, check=True)


def test_units_verify_below_another_prefix(tmp_path):
    """Units below /usr are verified under the real systemd (tests/systemd)."""
    make("install", tmp_path, "PREFIX=/usr/local")
    shutil.copytree("/usr/lib/systemd/system", tmp_path / "usr/lib/systemd/system", symlinks=True)
    (tmp_path / "usr/bin").mkdir(exist_ok=True)
    shutil.copy("/usr/bin/systemctl", tmp_path / "usr/bin/systemctl")
    units = sorted(path.name for path in (tmp_path / "usr/local/lib/systemd/system").iterdir())
    assert len(units) == 9
    result = subprocess.run(["systemd-analyze", "verify", "--recursive-errors=yes", "--man=no", f"--root={tmp_path}", *units],
                            capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("unit", EXPOSURE_MAX)
def test_units_are_sandboxed(tmp_path, unit):
    make("install", tmp_path, "PREFIX=/usr")
    result = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={EXPOSURE_MAX[unit]}",
         tmp_path / "usr/lib/systemd/system" / unit], capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stdout
