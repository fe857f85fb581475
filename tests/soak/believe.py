#!/usr/bin/python3
"""Edits during delivery: what does each reader believe in the end?  believe.py [--seconds N] [SEED...]

The real daemon sends through a server that is slow, refuses, and closes connections with or without taking the mail, while the command
moves, renames, cancels and restores the events, contacts are unlisted, stop all mail or mute an event, meetings are booked, moved and
cancelled by both sides, and the daemon is killed. Each reader reads what arrived, in the order in which it arrived, drops the second copy of
a Message-ID, and believes the last calendar part, or the last entry of an agenda, about each event and meeting. In the end that must be the
event or booking as it is, or the ledger says why the reader was not told. The test uses no other knowledge of the program.
"""

import argparse
import asyncio
import datetime as dt
import json
import os
import pathlib
import random
import re
import signal
import struct
import sys
import tempfile
import time
import zoneinfo

import icalendar
import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import smtp_server  # noqa: E402
from conftest import BUILD, PATIENCE, Site, end  # noqa: E402
from edits import HOST, offer_text  # noqa: E402
from mails import ZONE, facts, in_calendar, parse, reader_of, told_by, uid_of  # noqa: E402

# The commands use the real clock and ignore past events, so the events are years ahead.
FIRST = dt.datetime.fromisoformat("2051-06-18T12:00:00+03:00")  # mails due before the first start are never sent
BEGIN = dt.datetime.fromisoformat("2051-06-23T17:59:57+03:00")
ZONES = ["Europe/Moscow", "Asia/Tashkent", "Europe/Berlin"]
LEADS = ["-P1D@18:00", "-P2D@18:00", "-P4D@18:00"]
STARTS = ["2051-06-24T10:00", "2051-06-24T15:30", "2051-06-25T09:00", "2051-06-26T12:00"]
HOURS = [1, 2, 3]
PLACES = ["Саранск", "Рузаевка", "Казань, зал 2", ""]
OPEN = {"PENDING", "COMMITTED", "UNKNOWN"}
NOT_TOLD = {"FAILED", "PARKED", "EXPIRED", "SUPPRESSED"}
DOT_FAULTS = ["drop", "4yz", "close", "reset", "kept drop", "kept close", "kept reset"] * 3 + ["5yz"]
SETTLING = dt.timedelta(minutes=40)  # longer than the longest wait before a retry
SETTLING_ROUNDS = 12
QUIET_SECONDS = 60
SIZES = [5, 30, 150, 250]  # numbers of contacts
MEETING_DAYS = [28, 29, 30]  # of June; the meetings are after all events


class SlowConnection(smtp_server.Connection):
    """Delays replies, so that edits happen between any two of them."""

    async def answer(self, stage, good=None):
        if self.server.pace.random() < 0.5:
            await asyncio.sleep(self.server.pace.choice([0.001, 0.01, 0.05]))
        return await super().answer(stage, good)


class Life:
    def __init__(self, seed, directory, seconds, sizes=SIZES):
        self.seed, self.seconds = seed, seconds
        self.random = random.Random(seed)
        self.contacts = [f"v{number}@example.org" for number in range(self.random.choice(sizes))]
        self.connections = self.random.choice([1, 4, 16])
        self.weather = self.random.choice([0.0, 0.05, 0.2])  # probability that a stage fails
        self.events, self.leads, self.gone, self.muted, self.zones = [], {}, set(), set(), {}
        self.directory = directory
        self.meetings = {}  # UID -> address of the visitor
        self.faults = []
        self.plans = {}  # plans for the final dots
        self.calm = False

    # --- the server

    def plan(self, stage, connection, transaction):
        """Chooses a fault; the server calls this twice for a message."""
        if self.calm or stage == "quit":
            return None
        fault = self.server.pace.choice(DOT_FAULTS if stage == "dot" else ["4yz", "close", "reset", "421"])
        fault = fault if self.server.pace.random() < self.weather else None
        return self.plans.setdefault((connection, transaction), fault) if stage == "dot" else fault

    # --- the office

    def set_up(self):
        self.site = Site(self.directory, mail=(
            f'deliver = true; url = "smtp://127.0.0.1:{self.server.port}"; starttls = false; connections = {self.connections};'))
        self.zones = {address: self.random.choice(ZONES) for address in self.contacts}
        cards = "".join(
            f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{address}\r\nFN:{address}\r\nEMAIL:{address}\r\nLANG:{self.random.choice(['ru', 'en'])}\r\n"
            f"TZ:{self.zones[address]}\r\n" + self.wish() + "END:VCARD\r\n"
            for address in self.contacts)
        self.site.convene("import", "-", stdin=cards.encode())
        for number in range(self.random.choice([1, 2, 4])):
            uid = uid_of(number)
            start = self.random.choice(STARTS)
            self.site.convene("add", "--uid", uid, "--kind=session", f"--summary=Event {number}", f"--start={start}", f"--end={later(start, 2)}",
                              f"--location={PLACES[0]}", f"--zone={ZONE}")
            self.events.append(uid)
        host = f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:host\r\nFN:Host\r\nEMAIL:{HOST}\r\nTZ:{ZONE}\r\nEND:VCARD\r\n"
        for text in (host, offer_text("AUTO"), offer_text("HOST")):
            self.site.convene("import", "-", stdin=text)
        for address in self.contacts:
            self.leads[address] = self.random.choice(LEADS)
            self.site.convene("subscribe", address, "--all", f"--lead={self.leads[address]}")

    def wish(self):
        """Returns random preferences: digests, quiet hours."""
        pick = self.random.random()
        return "X-CONVENED-DIGEST:DAILY@18:00\r\n" if pick < 0.3 else "X-CONVENED-QUIET:18:00-18:20\r\n" if pick < 0.4 else ""

    def meet(self, *arguments):
        """Runs a command at the daemon's time, because a meeting is at most a year ahead. It may be refused."""
        clock = self.directory / "clock"
        clock.write_bytes(struct.pack("=q", int((self.now().timestamp() - time.time()) * 1e6)))
        environment = dict(os.environ, LD_PRELOAD=str(BUILD / "tests/preload/clock.so"), CLOCK_FILE=str(clock))
        return json.loads(self.site.convene("meet", "--json", *arguments, env=environment, check=False).stdout or '{"outcome": ""}')

    def slot(self):
        return f"2051-06-{self.random.choice(MEETING_DAYS)}T{self.random.randrange(9, 17):02}:{self.random.choice(['00', '30'])}"

    def book(self):
        offer = self.random.choice(["AUTO", "HOST"])
        address = f"g{len(self.meetings)}@example.org"
        held = self.meet("ask", offer, self.slot(), f"--address={address}", "--language=en", f"--zone={ZONE}")
        if held["outcome"] != "done":
            return
        self.meetings[held["uid"]] = address
        self.meet("confirm", held["uid"])
        if offer == "HOST":
            self.meet("confirm", "--as-host", held["uid"])

    def edit_meeting(self):
        if len(self.meetings) < 3 or self.random.random() < 0.2:
            self.book()
            return
        uid = self.random.choice(list(self.meetings))
        side = ["--as-host"] * (self.random.random() < 0.5)
        step = ["cancel", *side, uid] if self.random.random() < 0.15 else ["move", *side, uid, self.slot()]
        self.meet(*step)

    def edit(self):
        if self.random.random() < 0.3:
            self.edit_meeting()
            return
        uid = self.random.choice(self.events)
        what = self.random.random()
        if what < 0.45:
            self.site.convene("set", uid, "LOCATION", self.random.choice(PLACES[:3]))
        elif what < 0.75:
            start = self.random.choice(STARTS)
            self.site.convene("date", uid, start, later(start, self.random.choice(HOURS)))
        elif what < 0.85:
            self.site.convene("cancel", uid, check=False)
        elif what < 0.95:
            self.site.convene("set", uid, "STATUS", "CONFIRMED", check=False)
        elif what < 0.975:
            address = self.random.choice(self.contacts)
            self.site.convene("unsubscribe", address, check=False)
            self.gone.add(address)
        else:
            self.click()

    def click(self):
        """Opts a reader out with the link of a mail: of all mail, or of mail about its event."""
        messages = [message for message in map(parse, self.server.messages) if message["List-Unsubscribe"]]
        if not messages:
            return
        message = self.random.choice(messages)
        link = re.search(r"<(http[^>]*)>", message["List-Unsubscribe"]).group(1)
        uid = next((uid for uid, _ in in_calendar(message)), None)
        all_mail = not uid or self.random.random() < 0.5
        answer = self.post(link, {"List-Unsubscribe": "One-Click"} if all_mail else {"scope": "event"})
        if answer.status_code != 200:
            self.faults.append(f"the link of a mail to {reader_of(message)} gives {answer.status_code}")
        elif all_mail:
            self.gone.add(reader_of(message))
        else:
            self.muted.add((reader_of(message), uid))

    def post(self, link, data):
        return requests.post(link, data=data, timeout=PATIENCE)

    def start(self, moment):
        self.moment, self.started = moment, time.monotonic()
        self.site.start(f"--rehearse={moment.isoformat(timespec='seconds')}")

    def now(self):
        return self.moment + dt.timedelta(seconds=time.monotonic() - self.started)

    def live(self):
        self.start(FIRST)
        self.site.stop()
        self.start(BEGIN)
        until = time.monotonic() + self.seconds
        while time.monotonic() < until:
            time.sleep(self.random.choice([0, 0.02, 0.1, 0.4]))
            if self.random.random() < 0.04:
                now = self.now()
                self.site.stop(self.random.choice([signal.SIGKILL, signal.SIGTERM]))
                self.start(now + dt.timedelta(seconds=1))
            else:
                self.edit()

    def settle(self):
        """Stops the server's faults and advances the clock until no mail waits."""
        self.calm = True
        self.n_quiet = None
        for _ in range(SETTLING_ROUNDS):
            self.wait_quiet()
            self.n_quiet = self.n_quiet or len(self.server.messages)
            if not self.waiting():
                return
            now = self.now()
            self.site.stop()
            self.start(now + SETTLING)
        self.faults.append("something still waits: " + str(self.waiting()[:3]))

    def waiting(self):
        """Returns the rows that are open, except reminders of meetings, which are in the ledger before they are due."""
        now = self.now()
        return [row for row in self.rows() if row["state"] in OPEN and dt.datetime.fromisoformat(row["due"].replace("Z", "+00:00")) <= now]

    def wait_quiet(self):
        """Waits until no mail arrives and the ledger does not change for several polls; uses no fixed time."""
        seen, same = None, 0
        for _ in range(QUIET_SECONDS * 2):
            now = (len(self.server.messages), [(row["id"], row["state"]) for row in self.rows()])
            same = same + 1 if now == seen else 0
            seen = now
            if same == 5:
                return
            time.sleep(0.5)

    def rows(self):
        return [json.loads(line) for line in self.site.convene("outbox", "--limit=1000000", "--json").stdout.splitlines()]

    # --- the judge

    def beliefs(self):
        """Returns {(reader, event): (start, end, place, takes place)}, and the number of copies of each Message-ID."""
        believed, copies = {}, {}
        for raw in self.server.messages:
            message = parse(raw)
            copies.setdefault(message["Message-ID"], []).append(raw)
            if len(copies[message["Message-ID"]]) == 1:
                for uid, belief in told_by(message):
                    believed[reader_of(message), uid] = belief
        return believed, copies

    def is_excused(self, rows):
        """Returns whether the last mail for the reader about the event, or the last agenda, failed or was parked."""
        tried = [row for row in rows if row["state"] in ("SENT", "FAILED", "PARKED")]
        return bool(tried) and max(tried, key=lambda row: int(row["id"]))["state"] != "SENT"

    def judge(self):
        believed, copies = self.beliefs()
        truth = {uid: self.truth(uid) for uid in self.events}
        told_not, of_event = {}, {}
        for row in self.rows():
            of_event.setdefault((row["contact"], row["event"]), []).append(row)
            if row["state"] in NOT_TOLD:
                told_not.setdefault((row["contact"], row["event"]), []).append(row)
        for name, bodies in copies.items():
            if len(bodies) > 2 or len(set(bodies)) > 1:
                self.faults.append(f"{len(bodies)} copies of {name}, {len(set(bodies))} different ones: {set(bodies[0].splitlines()) ^ set(bodies[-1].splitlines())}")
        for uid, visitor in self.meetings.items():
            self.judge_meeting(uid, visitor, believed)
        for (address, uid), belief in believed.items():
            if uid in self.meetings:
                continue
            if self.is_gone(address, uid) or belief == truth.get(uid) or (not belief[3] and not truth[uid][3]):
                continue
            if self.is_excused(of_event.get((address, uid), [])) or self.is_excused(of_event.get((address, ""), [])):
                continue
            rows = [(row["id"], row["kind"], row["state"], row["start"], row["reason"]) for row in of_event.get((address, uid), [])]
            self.faults.append(f"{address} believes {belief} of {uid}, which is {truth[uid]}; the ledger has {rows}")
        self.silent(believed, truth, told_not)
        self.unwanted()
        check = self.site.convene("check", check=False)
        if check.returncode != 0:
            self.faults.append("check: " + check.stdout + check.stderr)
        return self.faults

    def judge_meeting(self, uid, visitor, believed):
        """Both sides believe the booking as it is, or the last mail to the one who does not has failed."""
        start, finish, _, takes_place = self.truth(uid)
        rows = [row for row in self.rows() if row["event"] == uid and row["kind"] != "meeting"]
        for role, address in (("visitor", visitor), ("host", HOST)):
            belief = believed.get((address, uid))
            fits = belief and belief[3] == takes_place and all(same_time(*pair) for pair in zip(belief, (start, finish)))
            if not fits and not self.is_excused([row for row in rows if row["rule"] == role]):
                told = [(row["id"], row["kind"], row["state"], row["reason"]) for row in rows if row["rule"] == role]
                self.faults.append(f"{role} {address} believes {belief} of the meeting {uid}, which is {start}, {takes_place}; the ledger has {told}")

    def is_gone(self, address, uid):
        return address in self.gone or (address, uid) in self.muted

    def unwanted(self):
        """Returns the mails that were submitted after an opt-out. Mails in delivery at the opt-out have arrived before this check."""
        for message in map(parse, self.server.messages[self.n_quiet:]):
            for uid, _ in told_by(message):
                if self.is_gone(reader_of(message), uid):
                    self.faults.append(f"{reader_of(message)} has refused {uid}, and got {message['Message-ID']}")

    def silent(self, believed, truth, told_not):
        """Returns the recipients that the ledger has no row for, although a reminder of an event that takes place was due."""
        for address in self.contacts:
            for uid, (start, _, _, takes_place) in truth.items():
                day = dt.datetime.fromisoformat(start).astimezone(zoneinfo.ZoneInfo(self.zones[address])).date()
                moment = dt.datetime.combine(day - dt.timedelta(days=int(self.leads[address][2])), dt.time(18), zoneinfo.ZoneInfo(self.zones[address]))
                if takes_place and moment < self.now() - dt.timedelta(minutes=1) and not self.is_gone(address, uid) and (
                        (address, uid) not in believed and (address, uid) not in told_not):
                    rows = [(row["kind"], row["state"], row["reason"]) for row in self.rows() if (row["contact"], row["event"]) == (address, uid)]
                    self.faults.append(f"{address} heard nothing of {uid}, due {moment}; the ledger has {rows}")

    def truth(self, uid):
        text = self.site.convene("show", uid, "--raw").stdout
        return facts(icalendar.Calendar.from_ical(text).walk("VEVENT")[0])

    def run(self):
        with smtp_server.Server(self.plan) as server:
            self.server = server
            server.pace = random.Random(self.seed)
            self.set_up()
            try:
                self.live()
                self.settle()
                return self.judge()
            finally:
                end(self.site)


def same_time(one, other):
    return dt.datetime.fromisoformat(one) == dt.datetime.fromisoformat(other)


def later(start, hours):
    return (dt.datetime.fromisoformat(start) + dt.timedelta(hours=hours)).isoformat(timespec="minutes")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=float, default=8)
    arguments.add_argument("seeds", type=int, nargs="*", default=[1])
    arguments = arguments.parse_args()
    smtp_server.Connection = SlowConnection
    bad = 0
    for seed in arguments.seeds:
        with tempfile.TemporaryDirectory(prefix="convened-believe-") as name:
            life = Life(seed, pathlib.Path(name), arguments.seconds)
            faults = life.run()
            print(f"seed {seed}: {len(life.contacts)} contacts, {len(life.server.messages)} mails, {len(faults)} faults", flush=True)
            for fault in faults[:10]:
                print(f"  {fault}")
            bad += bool(faults)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
