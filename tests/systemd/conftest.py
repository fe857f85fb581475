"""Fixtures inside the booted machine: the installed service, which is reset after each test.

Started by e2e/test_systemd.py through tests/systemd/boot; as root on a throw-away machine, which it may change freely.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import time

import pytest
import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/e2e"), str(ROOT / "tests")]

# Seconds that a test waits for an expected event (see e2e/conftest.py).
PATIENCE = 50

URL = "http://127.0.0.1:8080"
CONFIG = pathlib.Path("/etc/convened/convened.conf")
STATE = pathlib.Path("/var/lib/convened")
UNITS = ("convened.socket", "convened.service", "convened-handover.service", "convened-command.socket", "convened-check.timer", "convened-check.service",
         "convened-backup.timer", "convened-backup.service")


def run(*command, check=True, **options):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120, check=False, **options)
    if check and result.returncode != 0:
        raise AssertionError(f"{command}: exit {result.returncode}\n{result.stdout}{result.stderr}\n{journal_text()}")
    return result


def systemctl(*arguments, check=True):
    return run("systemctl", *arguments, check=check)


def journal(*matches):
    """Returns this test's entries in the machine's journal as dicts, oldest first. The unit of an entry is known only if its process still runs
    when journald reads it: entries of a command that ends at once are found by their message's kind alone."""
    run("journalctl", "--sync")
    command = ("journalctl", "-o", "json", "--no-pager", "--all", f"--since=@{Service.since:.6f}", *matches)
    return [json.loads(line) for line in run(*command).stdout.splitlines()]


def journal_text():
    result = subprocess.run(["journalctl", "-n", "60", "-o", "cat", "--no-pager"], capture_output=True, text=True, timeout=120,
                            check=False)
    return result.stdout


class Service:
    """convened.service and its properties in systemd."""

    since = 0.0  # when the test began

    def __getattr__(self, name):
        """Returns a property such as service.ActiveState or service.MainPID by systemctl show."""
        if not name[0].isupper():
            raise AttributeError(name)
        return systemctl("show", "--value", "-p", name, "convened.service").stdout.strip()

    @property
    def pid(self):
        return int(self.MainPID)

    def configure(self, extra=""):
        CONFIG.write_text(extra, encoding="utf-8")

    def drop_in(self, text, unit="convened.service"):
        path = pathlib.Path(f"/etc/systemd/system/{unit}.d/test.conf")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        systemctl("daemon-reload")

    def convene(self, *arguments, **options):
        return run("convene", *arguments, **options)

    def fetch(self, path="/all.ics", **options):
        return requests.get(URL + path, timeout=PATIENCE, **options)

    def log(self):
        return "\n".join(entry["MESSAGE"] for entry in journal("-u", "convened.service") if isinstance(entry["MESSAGE"], str))


@pytest.fixture
def service():
    pristine = CONFIG.read_text(encoding="utf-8")
    Service.since = time.time()
    yield Service()
    systemctl("disable", "--now", *UNITS, check=False)
    systemctl("kill", "-s", "KILL", "convened.service", check=False)
    CONFIG.write_text(pristine, encoding="utf-8")
    for unit in UNITS:
        shutil.rmtree(f"/etc/systemd/system/{unit}.d", ignore_errors=True)
    if STATE.is_symlink():
        STATE.unlink()
    for directory in (STATE, "/var/lib/private/convened"):
        shutil.rmtree(directory, ignore_errors=True)
    systemctl("daemon-reload")
    systemctl("reset-failed", check=False)


@pytest.fixture
def served(service):
    """The enabled service, with the documents' events."""
    systemctl("enable", "--now", "convened.service")
    service.convene("import", ROOT / "conf/documents")
    wait_until(lambda: "BEGIN:VEVENT" in service.fetch().text)
    return service


def wait_until(condition, seconds=PATIENCE, step=0.05):
    """Returns the first true value of condition(); fails after some seconds. A slow condition is polled less often."""
    deadline = time.monotonic() + seconds
    while True:
        begun = time.monotonic()
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"not true within {seconds} s: {condition}\n{journal_text()}"
        time.sleep(max(step, time.monotonic() - begun))
