"""Tests the Debian package from its installation to its purge. Started by e2e/test_package.py, which puts two versions of it into /packages."""

import pathlib
import pwd

import requests

from conftest import CONFIG, PATIENCE, ROOT, STATE, URL, run, systemctl, wait_until

UNITS = ("convened.service", "convened-check.timer", "convened-backup.timer")


def dpkg(*arguments):
    return run("dpkg", "--force-unsafe-io", *arguments)


def pid():
    return systemctl("show", "--value", "-p", "MainPID", "convened.service").stdout.strip()


def feed():
    return requests.get(URL + "/all.ics", timeout=PATIENCE).text


def files_of_package():
    return [path for path in map(pathlib.Path, run("dpkg", "-L", "convened").stdout.splitlines()) if path.is_file()]


def check_installed():
    assert systemctl("is-active", *UNITS).stdout.split() == ["active"] * len(UNITS)
    assert systemctl("is-enabled", *UNITS).stdout.split() == ["enabled"] * len(UNITS)
    assert systemctl("is-enabled", "convened.socket", check=False).stdout == "disabled\n"
    assert run("dpkg", "--verify", "convened").stdout == ""
    assert pwd.getpwnam("convened").pw_dir == str(STATE) and STATE.owner() == "convened"
    assert pathlib.Path("/run/convened-web").group() == "convened-web"
    assert feed().startswith("BEGIN:VCALENDAR")


def check_upgraded(before):
    """The changed configuration and the store are kept, and the newer program runs."""
    assert run("dpkg-query", "-W", "-f", "${Version}", "convened").stdout.startswith("1000.")
    assert systemctl("is-active", "convened.service").stdout == "active\n" and pid() != before
    assert CONFIG.read_text(encoding="utf-8") == 'language = "en";\n'
    assert "BEGIN:VEVENT" in feed()


def test_package():
    pathlib.Path("/var/lib/man-db/auto-update").unlink(missing_ok=True)  # the index of all the machine's manuals
    pathlib.Path("/etc/systemd/system-preset/00-ci.preset").unlink()  # enables nothing
    dpkg("--install", "/packages/package.deb")
    check_installed()
    run("convene", "import", ROOT / "conf/documents")
    wait_until(lambda: "BEGIN:VEVENT" in feed())
    CONFIG.write_text('language = "en";\n', encoding="utf-8")
    before = pid()
    dpkg("--install", "/packages/newer.deb")
    check_upgraded(before)

    systemctl("start", "convened-backup.service")
    (copy,) = (STATE / "backups").iterdir()
    systemctl("enable", "--now", "convened.socket")
    files = files_of_package()
    dpkg("--remove", "convened")
    assert systemctl("is-active", *UNITS, "convened.socket", check=False).stdout.split() == ["inactive"] * (len(UNITS) + 1)
    assert [path for path in files if path.exists()] == [CONFIG]
    assert (STATE / "convened.db").exists()

    result = dpkg("--purge", "convened")
    assert "/var/lib/convened/backups are kept" in result.stderr
    assert not CONFIG.parent.exists() and list(STATE.rglob("*")) == [copy.parent, copy]
    assert systemctl("--failed", "--no-legend").stdout == ""
    assert list(pathlib.Path("/etc/systemd/system").rglob("convened*")) == []
