"""The daemon dies at each call that takes a mail towards the disk or the server, one after another; some of them with the power gone.

However it ends: the mail is delivered, there is one duplicate at the most, and both copies are the same.
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
# Each is tried at every call, up to the first that is not reached any more.
SERIES = [("send", "", False), ("send", "+", False), ("recv", "+", False), ("fdatasync", "", False), ("fdatasync", "", True), ("fdatasync", "+", True)]
CALLS_MAX = 60


@pytest.fixture(scope="module", autouse=True)
def shim():
    subprocess.run(["make", "-s", "-C", ROOT, SHIM.relative_to(ROOT)], check=True, timeout=600)


def state(site):
    """Asked in a process of its own: a lock and a mapping of this one would outlive the power cut. None when the power goes while one reads."""
    result = site.convene("outbox", "--json", check=False)
    return json.loads(result.stdout)["state"] if result.returncode == 0 and result.stdout else None


def prepare(directory, server):
    # So many start and stop that a free port would not stay free.
    site = Site(directory, mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; retry_unknown = "PT1M";',
                listen=f"unix:{directory}/http")
    site.convene("import", "-", stdin=CALENDAR.encode())
    site.convene("import", "-", stdin=CARD.format("").encode())
    site.convene("subscribe", "v@example.org", "--event", EVENT, "--lead=-P1D@18:00")
    # The first start decides from when on anything is mailed: it is over.
    site.start(f"--rehearse={DAY}17:50:00+03:00")
    site.stop()
    return site


def run_into(site, point):
    """The reminder's moment, with the shim. Whether it struck."""
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
        # The shared memory of the log is no file that outlives the power.
        (site.directory / "convened.db-shm").unlink(missing_ok=True)
    return log.exists()


def go_on(site):
    """What is unknown after the first start goes once more after the second one, an hour later."""
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
    """(how many calls were struck, what went wrong)."""
    faults = []
    for number in range(1, CALLS_MAX):
        point = (function, number, behind, power)
        struck, ended, messages, check = try_point(directory / f"{function}{number}{behind}{power}", point)
        if ended != "SENT" or not 1 <= len(messages) <= 2 or len(set(messages)) != 1 or check != 0:
            faults.append((point, struck, ended, len(messages), len(set(messages)), check))
        if not struck:
            return number - 1, faults
    raise AssertionError(f"{function}: there is no end to it")


def test_every_call_on_the_way(tmp_path):
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        walks = [pool.submit(walk, tmp_path, *series) for series in SERIES]
        results = [future.result() for future in walks]
    assert [fault for _, faults in results for fault in faults] == []
    assert all(struck >= 5 for struck, _ in results), results
