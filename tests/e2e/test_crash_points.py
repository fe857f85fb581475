"""Kills the daemon at each system call that writes a mail to the disk or to the server; for some calls it also simulates a power loss.

In every case the mail is delivered, with at most one duplicate that is equal to the first copy.
"""

import concurrent.futures
import json
import os
import signal
import subprocess

import pytest

from conftest import BUILD, PATIENCE, ROOT, Site, end, wait_until
from smtp_server import Server
from test_notices import CALENDAR, CARD, DAY, EVENT

SHIM = BUILD / "tests/preload/crash.so"
FINAL = ("SENT", "PARKED", "FAILED", "EXPIRED", "SUPPRESSED", "CANCELLED")
# Each series is run for call number 1, 2 and so on, until the number is no longer reached.
SERIES = [("send", "", False), ("send", "+", False), ("recv", "+", False), ("fdatasync", "", False), ("fdatasync", "", True), ("fdatasync", "+", True)]
CALLS_MAX = 60


@pytest.fixture(scope="module", autouse=True)
def shim():
    subprocess.run(["make", "-s", "-C", ROOT, SHIM.relative_to(ROOT)], check=True, timeout=600)


def state(site):
    """Reads the mail's state in another process, whose locks and mappings end with it. Returns None if the power is lost meanwhile."""
    result = site.convene("outbox", "--json", check=False)
    return json.loads(result.stdout)["state"] if result.returncode == 0 and result.stdout else None


def prepare(directory, server):
    # There are so many starts that another process could take a free port in between.
    site = Site(directory, mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; retry_unknown = "PT1M";',
                listen=f"unix:{directory}/http")
    site.convene("import", "-", stdin=CALENDAR.encode())
    site.convene("import", "-", stdin=CARD.format("").encode())
    site.convene("subscribe", "v@example.org", "--event", EVENT, "--lead=-P1D@18:00")
    # Mails due before the first start are never sent, so start once before.
    site.start(f"--rehearse={DAY}17:50:00+03:00")
    site.stop()
    return site


def run_into(site, point):
    """Runs the daemon with the shim at the reminder's time. Returns whether the shim killed it."""
    function, number, behind, power = point
    log = site.directory / "crashed"
    environment = dict(os.environ, LD_PRELOAD=str(SHIM), CRASH_AT=f"{function}:{number}{behind}", CRASH_LOG=str(log))
    if power:
        environment["CRASH_POWER"] = "1"
    with open(site.log, "ab") as output:
        process = subprocess.Popen([BUILD / "convened", "--config", site.config, f"--rehearse={DAY}17:59:59+03:00"],
                                   stderr=output, stdout=output, env=environment)
    try:
        wait_until(lambda: process.poll() is not None or state(site) in FINAL)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE)
    if power and log.exists():
        # The shared memory of the log would not survive a power loss.
        (site.directory / "convened.db-shm").unlink(missing_ok=True)
    return log.exists()


def go_on(site):
    """Starts the daemon again, and once more an hour later, when a mail of unknown state is sent again."""
    for hour, enough in (("19", (*FINAL, "UNKNOWN")), ("20", FINAL)):
        if state(site) in FINAL:
            return
        site.start(f"--rehearse={DAY}{hour}:00:00+03:00")
        wait_until(lambda: state(site) in enough)  # noqa: B023
        site.stop()


def try_point(directory, point):
    directory.mkdir()
    with Server({}) as server:
        site = prepare(directory, server)
        try:
            struck = run_into(site, point)
            go_on(site)
            checked = site.convene("check", check=False)
        finally:
            end(site)
        return struck, state(site), [bytes(message) for message in server.messages], checked.returncode


def walk(directory, function, behind, power):
    """Runs one series. Returns (number of calls at which the daemon was killed, faults)."""
    faults = []
    for number in range(1, CALLS_MAX):
        point = (function, number, behind, power)
        struck, ended, messages, check = try_point(directory / f"{function}{number}{behind}{power}", point)
        if ended != "SENT" or not 1 <= len(messages) <= 2 or len(set(messages)) != 1 or check != 0:
            faults.append((point, struck, ended, len(messages), len(set(messages)), check))
        if not struck:
            return number - 1, faults
    raise AssertionError(f"{function}: there is no end to it")


def test_every_call_can_be_the_last(tmp_path):
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        walks = [pool.submit(walk, tmp_path, *series) for series in SERIES]
        results = [future.result() for future in walks]
    assert [fault for _, faults in results for fault in faults] == []
    assert all(struck >= 5 for struck, _ in results), results
