#!/usr/bin/python3
"""Kills, lost power and failing disks beside edits: what does each reader believe in the end?  kills.py [--seconds N] [--seed N] [--keep DIRECTORY]

Lives of believe.py in which the daemon is also ended at a random system call, with or without the loss of what was not synced, or its
disk is full or fails at a random write or sync. Edits are killed as well, in the middle of their writes. The judge is the one of
believe.py: each reader believes the event as it is, unless the ledger says why not; no mail arrives more than twice, or in two versions;
the check finds the store in order. In addition the feed must show the events as they are. New lives are lived until the time is over.
"""

import argparse
import contextlib
import errno
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

import believe
import icalendar
import requests
from believe import PATIENCE, dt, facts, later, signal, smtp_server
from conftest import BUILD, make_tool

CRASH, DISK = BUILD / "tests/preload/crash.so", BUILD / "tests/preload/disk.so"
CALLS = [4, 15, 60, 200]  # the number of the fatal call is below one of these
LIFE_SECONDS = 15
POWER_SECONDS = 3
SIZES = [5, 20, 60]


class HardLife(believe.Life):
    def __init__(self, seed, directory):
        super().__init__(seed, directory, LIFE_SECONDS, SIZES)
        self.has_power_loss = False
        self.n_ends = self.n_power = self.n_disk = 0

    def harm(self):
        """Returns the environment of the next daemon."""
        pick = self.random
        what = pick.random()
        if self.calm or what < 0.3:
            return {}
        if what < 0.55:
            return {"LD_PRELOAD": str(CRASH), "CRASH_AT": f"{pick.choice(['send', 'recv', 'fdatasync', 'pwrite'])}:{self.number()}"
                                                          + pick.choice(["", "+"])}
        if what < 0.8:
            self.has_power_loss = True
            return {"LD_PRELOAD": str(CRASH), "CRASH_AT": f"{pick.choice(['fdatasync', 'pwrite', 'send'])}:{self.number()}"
                                                          + pick.choice(["", "+"]), "CRASH_POWER": "1", "CRASH_LOG": str(self.directory / "crashed")}
        return {"LD_PRELOAD": str(DISK), "DISK_AT": f"{pick.choice(['pwrite', 'fdatasync'])}:{self.number()}",
                "DISK_ERROR": str(pick.choice([errno.ENOSPC, errno.EIO])), "DISK_LOG": str(self.directory / "failed"),
                **({"DISK_LASTING": "1"} if pick.random() < 0.5 else {})}

    def number(self):
        return self.random.randrange(1, self.random.choice(CALLS))

    def start(self, moment):
        """Starts a daemon, whose start may fail by what is done to it."""
        self.moment, self.started = moment, time.monotonic()
        while True:
            self.has_power_loss = False
            environment = self.harm()
            try:
                self.site.start(f"--rehearse={self.now().isoformat(timespec='seconds')}", environment=environment)
                return
            except AssertionError:
                if not environment:
                    raise
                self.clean_up()

    def clean_up(self):
        """Cleans up after a daemon that has ended or is to be ended."""
        with contextlib.suppress(ProcessLookupError):
            self.site.stop(signal.SIGKILL)
        for log in ("crashed", "failed"):
            if (self.directory / log).exists():
                (self.directory / log).unlink()
                self.n_power += log == "crashed"
                self.n_disk += log == "failed"
                if log == "crashed":
                    # The shared memory of the log would not survive a power loss.
                    (self.directory / "convened.db-shm").unlink(missing_ok=True)
        self.n_ends += 1

    def has_ended(self):
        return self.site.process.poll() is not None

    def edit(self):
        if self.has_ended():
            return
        try:
            if self.random.random() < 0.15:
                self.edit_and_die()
            else:
                super().edit()
        except AssertionError as error:
            # An edit may be refused while the daemon's own ending keeps the store, never with a wrong sentence.
            if "locked" not in str(error):
                raise

    def post(self, link, data):
        """Follows a link until it has been answered: a daemon that ends, or cannot write, leaves open whether the reader has opted out."""
        while True:
            try:
                answer = super().post(link, data)
            except requests.RequestException:
                # The kernel resets the connections of a process before the process can be waited for.
                self.wait_for_end(PATIENCE)
                if not self.has_ended():
                    raise
                answer = None
            if answer is not None and answer.status_code != 503:
                return answer
            now = self.now()
            self.clean_up()
            self.start(now + dt.timedelta(seconds=1))

    def edit_and_die(self):
        """Moves an event, or tries to: the command is killed at a random write. Whatever the store then says is so."""
        uid, start = self.random.choice(self.events), self.random.choice(believe.STARTS)
        environment = dict(os.environ, LD_PRELOAD=str(CRASH), CRASH_AT=f"{self.random.choice(['pwrite', 'fdatasync'])}:{self.random.randrange(1, 12)}")
        self.site.convene("date", uid, start, later(start, self.random.choice(believe.HOURS)), check=False, env=environment)

    def live(self):
        self.calm = True
        self.start(believe.FIRST)
        self.site.stop()
        self.calm = False
        self.start(believe.BEGIN)
        until = time.monotonic() + self.seconds
        while time.monotonic() < until:
            if self.has_power_loss:
                # The loss takes back what this daemon has not synced, and would take what an edit has written behind it.
                self.wait_for_end(POWER_SECONDS)
            if self.has_ended() or self.has_power_loss or self.random.random() < 0.04:
                now = self.now()
                self.clean_up()
                self.start(now + dt.timedelta(seconds=1))
            time.sleep(self.random.choice([0, 0.02, 0.1, 0.4]))
            if not self.has_power_loss:
                self.edit()
        now = self.now()
        self.clean_up()
        self.calm = True
        self.start(now + dt.timedelta(seconds=1))

    def wait_for_end(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.has_ended():
            time.sleep(0.05)

    def judge(self):
        super().judge()
        feed = requests.get(self.site.url + "/all.ics", timeout=PATIENCE).text
        shown = {str(event["UID"]): facts(event) for event in icalendar.Calendar.from_ical(feed).walk("VEVENT")}
        for uid in self.events:
            if shown.get(uid) != self.truth(uid):
                self.faults.append(f"the feed shows {shown.get(uid)} of {uid}, which is {self.truth(uid)}")
        return self.faults


def live(seed, keep):
    """Returns the number of faults of one life."""
    with tempfile.TemporaryDirectory(prefix="convened-kills-") as name:
        life = HardLife(seed, pathlib.Path(name))
        faults = life.run()
        print(f"seed {seed}: {len(life.contacts)} contacts, {len(life.server.messages)} mails, {life.n_ends} ends, {life.n_power} power losses,"
              f" {life.n_disk} disk faults, {len(faults)} faults", flush=True)
        for fault in faults[:10]:
            print(f"  {fault}", flush=True)
        if faults and keep:
            shutil.copytree(name, pathlib.Path(keep) / str(seed), ignore=shutil.ignore_patterns("notify"))
    return len(faults)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--seed", type=int, default=random.randrange(1_000_000), help="of the first life; the next ones count up")
    arguments.add_argument("--keep", help="a folder for the stores and journals of lives with faults")
    arguments = arguments.parse_args()
    make_tool(CRASH)
    make_tool(DISK)
    smtp_server.Connection = believe.SlowConnection
    until, seed, bad = time.monotonic() + arguments.seconds, arguments.seed, 0
    while time.monotonic() < until:
        bad += live(seed, arguments.keep) > 0
        seed += 1
    print(f"{seed - arguments.seed} lives, {bad} with faults", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
