"""Kills the daemon at each system call to the mailbox and the disk while it reads bounces. Each bounce counts exactly once, and other mail
stays."""

import concurrent.futures
import itertools
import os
import signal
import subprocess

import pytest
from conftest import BUILD, PATIENCE, Site, end, make_tool, wait_until
from dovecot import Dovecot
from smtp_server import Server
from test_mailbox import mail
from test_mailbox_daemon import EVE, Office, report

SHIM = BUILD / "tests/preload/crash.so"
# Each series is run for every call from a first number on, until the number is no longer reached. With "power" unsynced data is lost: a
# count must be synced before its message is removed. The first calls of send() are the TLS handshake, before anything is read.
SERIES = [(4, "imaps", "send", "", "power"), (4, "pop3s", "send", "+", ""), (1, "imaps", "fdatasync", "", "power")]
STATUS = {"gone": "5.1.1", "slow": "4.2.2", "moved": "5.2.1"}
ENTERED = {"gone": (1, 1), "slow": (1, 0), "moved": (1, 1)}


@pytest.fixture(scope="module")
def dovecot():
    make_tool(SHIM)
    with Dovecot() as server:
        yield server


class Walk:
    """One series, on copies of a store whose mails were sent."""

    def __init__(self, top, dovecot, store, tags, series):
        self.top, self.dovecot, self.store, self.tags = top, dovecot, store, tags
        self.first, self.scheme, self.function, self.behind, self.power = series
        self.name = "-".join(series[1:]).strip("-").replace("+", "behind")

    def prepare(self, number):
        directory = self.top / f"{self.name}-{number}"
        directory.mkdir()
        user = directory.name
        self.dovecot.deliver(user, *(report(self.tags[name], status) for name, status in STATUS.items()), mail("A question"))
        office = Office(Site(directory), None)
        office.configure(self.dovecot.url(self.scheme), f'username = "{user}"; ca_file = "{self.dovecot.ca_file}";')
        office.site.take_store(self.store)
        return office, user

    def is_done(self, office, user):
        if [subject for subject, _ in self.dovecot.kept(user)] != ["A question"]:
            return False
        # A process that reads the store during the simulated power loss loses its mapped memory. In a real power loss no such process
        # survives.
        status = office.site.convene("status", check=False)
        return status.returncode == 0 and "last look into the mailbox: never" not in status.stdout

    def run_into(self, office, user, number):
        """Runs the daemon with the shim for its first read of the mailbox. Returns whether the shim killed it."""
        log = office.site.directory / "crashed"
        environment = dict(os.environ, LD_PRELOAD=str(SHIM), CRASH_AT=f"{self.function}:{number}{self.behind}", CRASH_LOG=str(log))
        if self.power:
            environment["CRASH_POWER"] = "1"
        with open(office.site.log, "ab") as output:
            process = subprocess.Popen([BUILD / "convened", "--config", office.site.config, f"--rehearse={EVE}"],
                                       stderr=output, stdout=output, env=environment)
        try:
            wait_until(lambda: process.poll() is not None or self.is_done(office, user))
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(timeout=PATIENCE)
        if self.power and log.exists():
            # The log's shared memory would not survive a power loss.
            (office.site.directory / "convened.db-shm").unlink(missing_ok=True)
        return log.exists()

    def try_point(self, number):
        office, user = self.prepare(number)
        try:
            struck = self.run_into(office, user, number)
            if struck:
                office.start()
                wait_until(lambda: self.is_done(office, user))
                office.stop()
        finally:
            end(office.site)
        assert office.entered() == ENTERED, (self.name, number, office.entered())
        return struck

    def go(self):
        return next(number for number in itertools.count(self.first) if not self.try_point(number)) - 1


def test_every_call_can_be_the_last(dovecot, tmp_path):
    first = tmp_path / "first"
    first.mkdir()
    with Server() as server:
        office = Office(Site(first), server)
        office.configure("")
        try:
            tags = office.send_reminders()
            office.stop()
        finally:
            end(office.site)
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        walks = [pool.submit(Walk(tmp_path, dovecot, office.site.database, tags, series).go) for series in SERIES]
        struck = [walk.result(timeout=300) for walk in walks]
    assert all(n >= 8 for n in struck), struck
