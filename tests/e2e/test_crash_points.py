"""Kills the daemon at each system call that writes a mail to the disk or to the server; for some calls it also simulates a power loss.

Two mails are due at once: a reminder of two events, and a mail about a meeting, whose kind changes from call to call. In every case both are
delivered, each with at most one duplicate that is equal to the first copy, and the rows of the two events end together.
"""

import concurrent.futures
import json
import os
import signal
import subprocess

import pytest

import meeting_mails
from conftest import BUILD, PATIENCE, Site, end, make_tool, wait_until
from smtp_server import Server
from test_faults import MEETING_DAY, Bench, moment, template, unlist
from test_notices import DAY

SHIM = BUILD / "tests/preload/crash.so"
FINAL = ("SENT", "PARKED", "FAILED", "EXPIRED", "SUPPRESSED", "CANCELLED")
# Each series is run for call number 1, 2 and so on, until the number is no longer reached.
SERIES = [("send", "", False), ("send", "+", False), ("recv", "+", False), ("fdatasync", "", False), ("fdatasync", "", True), ("fdatasync", "+", True)]
CALLS_MAX = 60
N_ROWS = 3


@pytest.fixture(scope="module", autouse=True)
def shim():
    make_tool(SHIM)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    directory = tmp_path_factory.mktemp("store")
    bookings = Site(directory)
    meeting_mails.add(bookings, moment(f"{DAY}17:40:00"), MEETING_DAY)
    path = template(directory / "listed", bookings.database)
    unlist(path, "v@example.org")
    return path


def states(site):
    """Reads the mails' states in another process, whose locks and mappings end with it. Returns {} if the power is lost meanwhile, or if
    the reminder is not in the ledger yet."""
    result = site.convene("outbox", "--json", check=False)
    rows = [json.loads(line) for line in result.stdout.splitlines()] if result.returncode == 0 else []
    return {row["id"]: row["state"] for row in rows} if len(rows) == N_ROWS else {}


def are_in(site, wanted):
    found = states(site)
    return bool(found) and set(found.values()) <= set(wanted)


def prepare(directory, server, store, number):
    # There are so many starts that another process could take a free port in between.
    site = Site(directory, mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; retry_unknown = "PT1M"; rate = 0;',
                listen=f"unix:{directory}/http")
    site.take_store(store)
    kind = meeting_mails.KINDS[number % len(meeting_mails.KINDS)]
    meeting_mails.keep_one(site.database, moment(f"{DAY}18:00:00"), moment(f"{MEETING_DAY}T00:00:00"), *kind)
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
        wait_until(lambda: process.poll() is not None or are_in(site, FINAL))
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
        if are_in(site, FINAL):
            return
        site.start(f"--rehearse={DAY}{hour}:00:00+03:00")
        wait_until(lambda: are_in(site, enough))  # noqa: B023
        site.stop()


def try_point(directory, point, store):
    directory.mkdir()
    with Server({}) as server:
        site = prepare(directory, server, store, point[1])
        try:
            struck = run_into(site, point)
            go_on(site)
            checked = site.convene("check", check=False)
        finally:
            end(site)
        return struck, states(site), Bench.by_mail(server.messages), checked.returncode


def walk(directory, store, function, behind, power):
    """Runs one series. Returns (number of calls at which the daemon was killed, faults)."""
    faults = []
    for number in range(1, CALLS_MAX):
        point = (function, number, behind, power)
        struck, ended, messages, check = try_point(directory / f"{function}{number}{behind}{power}", point, store)
        copies = [(len(same), len(set(same))) for same in messages.values()]
        if set(ended.values()) != {"SENT"} or sorted(copies)[0] != (0, 0) or not set(sorted(copies)[1:]) <= {(1, 1), (2, 1)} or check != 0:
            faults.append((point, struck, ended, copies, check))
        if not struck:
            return number - 1, faults
    raise AssertionError(f"{function}: there is no end to it")


def test_every_call_can_be_the_last(tmp_path, store):
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        walks = [pool.submit(walk, tmp_path, store, *series) for series in SERIES]
        results = [future.result() for future in walks]
    assert [fault for _, faults in results for fault in faults] == []
    assert all(struck >= 5 for struck, _ in results), results
