"""Lets each write and each sync of the store fail in turn, with a full disk or an I/O error, while mails are sent.

The daemon stops sending and reports it; no mail is sent without a ledger entry; all mails are sent once the disk works again.
"""

import concurrent.futures
import errno
import os
import signal
import sqlite3
import subprocess
import threading

import pytest
import requests
from conftest import BUILD, PATIENCE, Site, end, make_tool, wait_until
from smtp_server import Server
from test_notices import CALENDAR, CARD, DAY, EVENT

SHIM = BUILD / "tests/preload/disk.so"
COMMITTED, UNKNOWN, SENT, SUPPRESSED = 2, 3, 4, 7
READERS = ("v", "w")
# Each series is run for every n-th call, until the number is no longer reached. On a slow disk several commits share one sync, so the
# number of syncs varies. With one connection there are at least three: for each of the two mails, and after the last reply.
SERIES = [("pwrite", errno.ENOSPC, False, 3), ("pwrite", errno.ENOSPC, True, 3), ("pwrite", errno.EIO, False, 3),
          ("fdatasync", errno.EIO, False, 1), ("fdatasync", errno.EIO, True, 1)]
CALLS_MAX = 200
STRUCK_LEAST = {"pwrite": 5, "fdatasync": 3}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Makes a store with two future reminders. The daemon was started once, since mails due before the first start are never sent."""
    make_tool(SHIM)
    site = Site(tmp_path_factory.mktemp("template"))
    site.convene("import", "-", stdin=CALENDAR.encode())
    for reader in READERS:
        site.convene("import", "-", stdin=CARD.format("").replace("v@", f"{reader}@").encode())
        site.convene("subscribe", f"{reader}@example.org", "--event", EVENT, "--lead=-P1D@18:00")
    site.start(f"--rehearse={DAY}17:50:00+03:00")
    site.stop()
    return site.database


def make_site(directory, template, server):
    site = Site(directory, mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;'
                                ' retry_unknown = "PT1M"; connections = 1;')
    site.take_store(template)
    return site


def ledger(site):
    """Returns the state of each mail. No process may be writing."""
    with sqlite3.connect(site.database) as database:
        return dict(database.execute("SELECT id, state FROM mail"))


def states(site):
    try:
        with sqlite3.connect(f"file:{site.database}?mode=ro", uri=True, timeout=PATIENCE) as database:
            return [state for state, in database.execute("SELECT state FROM mail ORDER BY id")]
    except sqlite3.OperationalError:
        return []


def is_alarmed(site):
    try:
        answer = requests.get(f"{site.url}/health", timeout=PATIENCE)
        # Before its start is complete the daemon reports no state of the reminders.
        return answer.status_code == 503 and answer.json().get("reminders") is False
    except requests.ConnectionError:
        return False


def run_into(site, point):
    """Runs the daemon just after the reminders' due time on the failing disk. Returns (whether a call failed, whether /health reported
    it)."""
    function, number, error, lasting = point
    log = site.directory / "failed"
    environment = dict(os.environ, LD_PRELOAD=str(SHIM), DISK_AT=f"{function}:{number}", DISK_ERROR=str(error), DISK_LOG=str(log))
    if lasting:
        environment["DISK_LASTING"] = "1"
    with open(site.log, "ab") as output:
        process = subprocess.Popen([BUILD / "convened", "--config", site.config, f"--rehearse={DAY}18:00:01+03:00"],
                                   stderr=output, stdout=output, env=environment)
    try:
        ended = wait_until(lambda: process.poll() is not None and "refused" or is_alarmed(site) and "alarm"
                           or states(site) == [SENT, SENT] and "sent", 30)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE)
    return log.exists(), ended


def try_point(directory, template, point):
    directory.mkdir()
    with Server({}) as server:
        site = make_site(directory, template, server)
        try:
            struck, ended = run_into(site, point)
            before, known = len(server.messages), ledger(site)
            # A mail of unknown state after the first start is sent again after the second.
            for hour, enough in (("19", {SENT, UNKNOWN}), ("20", {SENT})):
                site.start(f"--rehearse={DAY}{hour}:00:00+03:00")
                wait_until(lambda: states(site) and set(states(site)) <= enough)  # noqa: B023
                site.stop()
                if set(ledger(site).values()) == {SENT}:
                    break
            checked = site.convene("check", check=False).returncode
        finally:
            end(site)
        assert struck or ended == "sent"
        return struck, judge(before, known, ledger(site), server.messages, checked)


def judge(before, known, states_now, messages, checked):
    """Returns the faults as a list of sentences."""
    copies = {message: messages.count(message) for message in messages}
    handed_over = sum(state in (COMMITTED, UNKNOWN, SENT) for state in known.values())
    wrong = {
        "the ledger knows less than the server": before > handed_over,
        "a mail is lost": list(states_now.values()) != [SENT, SENT] or len(copies) != len(READERS),
        "a mail has gone too often": max(copies.values(), default=0) > 2,
        "a mail has gone twice though the disk failed before it was handed over": any(
            copies[message] > 1 for message in messages if message not in messages[:before]),
        "convene check": checked != 0,
    }
    return [sentence for sentence, is_so in wrong.items() if is_so]


def walk(directory, template, function, error, lasting, stride):
    """Runs one series. Returns (number of calls that failed, faults)."""
    faults = []
    for count, number in enumerate(range(1, CALLS_MAX, stride)):
        point = (function, number, error, lasting)
        struck, wrong = try_point(directory / f"{function}{number}-{error}-{lasting}", template, point)
        if wrong:
            faults.append((point, wrong))
        if not struck:
            return count, faults
    raise AssertionError(f"{function}: there is no end to it")


def test_every_call_on_a_bad_disk(tmp_path, template):
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        walks = [pool.submit(walk, tmp_path, template, *series) for series in SERIES]
        results = [future.result() for future in walks]
    assert [fault for _, faults in results for fault in faults] == []
    assert all(struck >= STRUCK_LEAST[function] for (struck, _), (function, *_) in zip(results, SERIES, strict=True)), results


class Slow(Server):
    """An SMTP plan that holds its reply to the first DATA until released."""

    def __init__(self):
        super().__init__(self.fault)
        self.held, self.go_on = threading.Event(), threading.Event()

    def fault(self, stage, connection, transaction):
        if stage == "data":
            self.held.set()
            self.go_on.wait(PATIENCE)


def test_a_mail_stopped_during_its_delivery_does_not_stop_others(tmp_path, template):
    """The contact opts out between DATA and the end of the message: this mail is not submitted, and the next contact gets a mail."""
    with Slow() as server:
        site = make_site(tmp_path, template, server)
        try:
            site.start(f"--rehearse={DAY}18:00:01+03:00")
            assert server.held.wait(PATIENCE)
            with sqlite3.connect(f"file:{site.database}?mode=ro", uri=True) as database:
                token, = database.execute("SELECT token FROM mail ORDER BY id LIMIT 1").fetchone()
            assert requests.post(f"{site.url}/mail/{token}", data={"List-Unsubscribe": "One-Click"}, timeout=PATIENCE).ok
            server.go_on.set()
            wait_until(lambda: states(site) == [SUPPRESSED, SENT])
            assert len(server.messages) == 1 and not is_alarmed(site)
        finally:
            server.go_on.set()
            end(site)
