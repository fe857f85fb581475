#!/usr/bin/python3
"""Two years of mails, with edits between any two steps of a delivery. Checks what each recipient believes when an event begins.

    edits.py [SEED...]

tests/tools/edits runs the engine and the delivery of its mails under a simulated clock, against a server that accepts, rejects, defers and
loses mails, and makes edits between two steps: within a fan-out, between composing and commit, and before the reply. A recipient
drops the second copy of a Message-ID and believes the last mail. When an event begins, the recipient must believe the current state of the
event, unless the ledger has the reason why the recipient was not told. After an opt-out no mail is submitted. Meetings are asked for, moved
and cancelled in the same way, and in the end each side must believe what the booking says.
"""

import collections
import dataclasses
import datetime as dt
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import zoneinfo

from mails import ZONE, parse, reader_of, told_by, uid_of

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CONVENED_BUILD", ROOT / "build")).resolve()
UTC, MOSCOW = dt.timezone.utc, zoneinfo.ZoneInfo(ZONE)
BEGIN, END = dt.datetime(2015, 12, 1, tzinfo=UTC), dt.datetime(2017, 12, 1, tzinfo=UTC)
ZONES = [ZONE, "Asia/Tashkent", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]
PLACES = ["Hall", "Yard", "Room 2", ""]
LEADS = ["-P1D@18:00", "-P2D@09:30,-PT90M", "-PT3H", "-P7D@10:00,-P1D"]
WISHES = ["X-CONVENED-DIGEST:DAILY@18:00", "X-CONVENED-DIGEST:DAILY@07:00", "X-CONVENED-DIGEST:WEEKLY-MO@07:00"]
QUIET = "X-CONVENED-QUIET:22:00-07:00"
AHEAD = dt.timedelta(hours=30)  # time from an edit to the event: enough for retries, quiet hours and the next agenda
NOT_TOLD = {"FAILED", "PARKED", "EXPIRED", "SUPPRESSED"}
HOST = "host@example.org"
BOOKED, CANCELLED = 4, 6  # of store/meeting.h
FOR_REPLIES = dt.timedelta(hours=12)  # from the last step to the meeting: enough for retries


def usec(moment):
    return round((moment - dt.datetime(1970, 1, 1, tzinfo=UTC)) / dt.timedelta(microseconds=1))


@dataclasses.dataclass
class Version:
    at: dt.datetime
    start: dt.datetime
    hours: int
    place: str
    cancelled: bool

    def text(self, number, sequence):
        form = "%Y%m%dT%H%M%S"
        finish = self.start + dt.timedelta(hours=self.hours)
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//soak//EN", "BEGIN:VEVENT", f"UID:{uid_of(number)}",
                 "DTSTAMP:20150101T000000Z", f"SEQUENCE:{sequence}", f"SUMMARY:Event {number}", "CATEGORIES:SESSION",
                 f"DTSTART;TZID={ZONE}:{self.start:{form}}", f"DTEND;TZID={ZONE}:{finish:{form}}"]
        lines += [f"LOCATION:{self.place}"] * bool(self.place) + ["STATUS:CANCELLED"] * self.cancelled + ["END:VEVENT", "END:VCALENDAR", ""]
        return "\r\n".join(lines)

    def facts(self):
        return (self.start.isoformat(), (self.start + dt.timedelta(hours=self.hours)).isoformat(), self.place, not self.cancelled)


class World:
    def __init__(self, seed, n_events=60, n_contacts=110, n_outages=20, n_meetings=60):
        self.random = random.Random(seed)
        self.seed = seed
        self.events = [self.make_event() for _ in range(n_events)]
        self.contacts = {f"v{number}@example.org": self.make_contact() for number in range(n_contacts)}
        self.outages = self.make_outages(n_outages)
        self.refusals = self.make_refusals(n_contacts // 4)
        self.meetings = [line for number in range(n_meetings) for line in self.make_meeting(number)]

    def start_after(self, moment):
        day = moment.astimezone(MOSCOW) + AHEAD + dt.timedelta(days=self.random.choice([1, 1, 2, 5, 12]))
        return day.replace(hour=self.random.randrange(8, 20), minute=self.random.choice([0, 30]), second=0, microsecond=0)

    def make_event(self):
        pick = self.random
        at = BEGIN + dt.timedelta(seconds=pick.randrange(86400, 680 * 86400), milliseconds=500)
        versions = [Version(at, self.start_after(at + dt.timedelta(days=pick.choice([0, 3, 8]))), 2, pick.choice(PLACES), False)]
        while pick.random() < 0.8:
            last = versions[-1]
            # Most edits happen while mails about the event are sent.
            at = max(last.at + dt.timedelta(minutes=1), last.start - AHEAD - dt.timedelta(seconds=pick.choice([60, 3600, 30000, 90000])))
            if at + AHEAD > last.start:
                break
            what = pick.random()
            versions.append(dataclasses.replace(
                last, at=at, cancelled=what < 0.15,
                start=self.start_after(at) if what > 0.6 else last.start,
                hours=pick.choice([1, 2, 3]) if what > 0.8 else last.hours,
                place=pick.choice(PLACES) if what < 0.7 else last.place))
        return versions

    def make_contact(self):
        pick = self.random
        wish = pick.choice(WISHES) if pick.random() < 0.4 else ""
        return {"zone": pick.choice(ZONES), "leads": pick.choice(LEADS), "wish": wish, "quiet": not wish and pick.random() < 0.4}

    def slot_after(self, moment):
        day = moment.astimezone(MOSCOW) + dt.timedelta(days=self.random.choice([2, 3, 4, 6]))
        return day.replace(hour=self.random.randrange(9, 17), minute=self.random.choice([0, 30]), second=0, microsecond=0)

    def make_meeting(self, number):
        """Returns the lines of a meeting that is booked, and then moved or cancelled while the mails about it are sent."""
        pick = self.random
        at = BEGIN + dt.timedelta(seconds=pick.randrange(86400, 670 * 86400), milliseconds=125)
        offer = pick.choice(["AUTO", "HOST"])
        lines = [(at, f"ask {number} {offer} {usec(self.slot_after(at))} g{number}@example.org {pick.choice(ZONES)}"),
                 (at + dt.timedelta(minutes=5), f"step {number} visitor confirm")]
        if offer == "HOST":
            at += dt.timedelta(minutes=pick.choice([6, 60, 600]))
            lines.append((at, f"step {number} host accept"))
        while pick.random() < 0.8:
            at += dt.timedelta(minutes=pick.choice([1, 2, 15, 60, 400]))
            what = pick.random()
            step = "cancel" if what < 0.15 else f"delegate d{number}@example.org" if what < 0.3 else f"move {usec(self.slot_after(at))}"
            lines.append((at, f"step {number} {pick.choice(['visitor', 'host'])} {step}"))
        return lines

    def make_outages(self, count):
        outages, last = [], BEGIN
        for seconds in sorted(self.random.randrange(86400, 700 * 86400) for _ in range(count)):
            begin = BEGIN + dt.timedelta(seconds=seconds, milliseconds=250)
            if begin > last:
                last = begin + dt.timedelta(minutes=self.random.choice([30, 300, 2000, 5000]))
                outages.append((begin, last))
        return outages

    def make_refusals(self, count):
        refusals = []
        for _ in range(count):
            at = BEGIN + dt.timedelta(seconds=self.random.randrange(86400, 700 * 86400), milliseconds=750)
            address = self.random.choice(list(self.contacts))
            what = self.random.choice(["unsubscribe", "stop", "mute", "mute", "mute", "mute"])
            number = self.random.randrange(len(self.events))
            # Choose a time while mails about the event are sent.
            at = self.events[number][-1].start - dt.timedelta(days=2) if what == "mute" else at
            refusals.append((at, what, address, uid_of(number) if what == "mute" else ""))
        return refusals

    def script(self, directory):
        """Returns [(time, text)] in order of time."""
        lines = [(moment, verb) for outage in self.outages for moment, verb in zip(outage, ("down", "up"))]
        lines += [(at, f"{what} {address} {uid}") for at, what, address, uid in self.refusals] + self.meetings
        for number, versions in enumerate(self.events):
            for sequence, version in enumerate(versions):
                path = directory / f"{number}-{sequence}.ics"
                path.write_text(version.text(number, sequence), encoding="utf-8")
                lines.append((version.at, f"import {path}"))
        return sorted(lines)

    def up_for(self, begin, end):
        down = sum((max(dt.timedelta(), min(end, until) - max(begin, since)) for since, until in self.outages), dt.timedelta())
        return end - begin - down


def offer_text(confirm):
    """An offer without hours that are past: each day from nine to five o'clock."""
    return "\r\n".join([
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//soak//EN", "BEGIN:VAVAILABILITY", f"UID:{confirm}", "DTSTAMP:20150101T000000Z",
        "X-CONVENED-MEETING-HOST:host", "X-CONVENED-MEETING-DURATION:PT30M", f"X-CONVENED-MEETING-CONFIRM:{confirm}", "BEGIN:AVAILABLE",
        f"UID:{confirm}-hours", "DTSTAMP:20150101T000000Z", f"DTSTART;TZID={ZONE}:20150101T090000", f"DTEND;TZID={ZONE}:20150101T170000", "RRULE:FREQ=DAILY",
        "END:AVAILABLE", "END:VAVAILABILITY", "END:VCALENDAR", ""])


def write_store(world, directory):
    config = directory / "convened.conf"
    config.write_text(f'store = "sqlite:{directory}/convened.db";\nmail = {{ from = "office@example.org"; deliver = true; url = "smtp://127.0.0.1:1"; '
                      f'starttls = false; }};\n', encoding="utf-8")
    cards = "".join(f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{address}\r\nFN:{address}\r\nEMAIL:{address}\r\nLANG:en\r\nTZ:{contact['zone']}\r\n"
                    + (contact["wish"] + "\r\n") * bool(contact["wish"]) + (QUIET + "\r\n") * contact["quiet"] + "END:VCARD\r\n"
                    for address, contact in world.contacts.items())
    host = f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:host\r\nFN:Host\r\nEMAIL:{HOST}\r\nTZ:{ZONE}\r\nEND:VCARD\r\n"
    for text in (cards + host, offer_text("AUTO"), offer_text("HOST")):
        subprocess.run([BUILD / "convene", "--config", config, "import", "-"], input=text.encode(), check=True, stdout=subprocess.DEVNULL)
    with sqlite3.connect(directory / "convened.db") as store:
        for number, (address, contact) in enumerate(world.contacts.items()):
            store.execute("INSERT INTO subscription (id, contact, scope, target, leads, created) SELECT ?, id, 1, '', ?, 0 FROM object WHERE uid = ?",
                          (number + 1, contact["leads"], address))
    return config


def read_output(data):
    """Yields ("RAN", line number, time) and ("MAIL", message, time), in order."""
    place = 0
    while place < len(data):
        end = data.index(b"\n", place)
        what, *words = data[place:end].decode().split()
        place = end + 1
        if what == "RAN":
            yield what, int(words[0]), int(words[1])
        else:
            yield what, data[place:place + int(words[1])], int(words[0])
            place += int(words[1])


def live(world, directory):
    """Runs the simulation. Returns the events of the run, the script, the ledger's rows, and the output of `check`."""
    config, lines = write_store(world, directory), world.script(directory)
    script = directory / "script"
    script.write_text("".join(f"{usec(moment)} {text}\n" for moment, text in lines), encoding="utf-8")
    convene = [BUILD / "convene", "--config", config]
    output = subprocess.run([BUILD / "tests/tools/edits", config, str(usec(BEGIN)), str(usec(END)), script, str(world.seed)],
                            check=True, stdout=subprocess.PIPE, stderr=open(directory / "log", "wb"), timeout=3600).stdout
    rows = subprocess.run([*convene, "outbox", "--limit=1000000", "--json"], check=True, capture_output=True).stdout.splitlines()
    check = subprocess.run([*convene, "check"], check=False, capture_output=True, text=True)
    with sqlite3.connect(directory / "convened.db") as store:
        meetings = store.execute("SELECT uid, address, state, revision, start, finish, updated FROM meeting WHERE state IN (?, ?)", (BOOKED, CANCELLED)).fetchall()
    return list(read_output(output)), lines, [json.loads(row) for row in rows], meetings, check.returncode and check.stdout + check.stderr


class Judge:
    def __init__(self, world, happened, lines, rows, meetings):
        self.world, self.faults, self.meetings = world, [], meetings
        self.rows = collections.defaultdict(list)
        self.of_meeting = collections.defaultdict(list)
        for row in rows:
            self.rows[row["contact"], row["event"]].append(row)
            self.of_meeting[row["event"]].append(row)
        self.refused = set()  # (reader, event), (reader, "") for all
        self.told = collections.defaultdict(list)  # (reader, event) -> [(time, belief)]
        self.n_mails, self.n_judged, self.copies = 0, 0, collections.defaultdict(list)
        for what, thing, time in happened:
            if what == "RAN":
                self.refuse(lines[thing - 1][1].split())
            else:
                self.read(parse(thing), thing, time)

    def refuse(self, words):
        if words[0] in ("unsubscribe", "stop", "mute"):
            self.refused.add((words[1], words[2] if words[0] == "mute" else ""))

    def has_refused(self, address, uid):
        return (address, "") in self.refused or (address, uid) in self.refused

    def read(self, message, raw, time):
        address, name = reader_of(message), message["Message-ID"]
        self.n_mails += 1
        self.copies[name].append(raw)
        for uid, belief in told_by(message):
            if self.has_refused(address, uid):
                self.faults.append(f"{address} has refused {uid}, and got {name}")
            if len(self.copies[name]) == 1:
                self.told[address, uid].append((time, belief))

    def is_excused(self, address, uid, states):
        return any(row["state"] in states for row in self.rows[address, uid])

    def lost_agenda(self, address, truth):
        """Returns whether an agenda with the event may not have arrived but counts as told: parked, or failed at its second attempt."""
        since = usec(truth.start - dt.timedelta(days=8))
        return any(row["state"] in ("PARKED", "FAILED") and usec(dt.datetime.fromisoformat(row["due"].replace("Z", "+00:00"))) > since
                   for row in self.rows[address, ""] if row["kind"] == "agenda")

    def last_failed(self, address, uid):
        tried = [row for row in self.rows[address, uid] if row["state"] in ("SENT", "FAILED", "PARKED")]
        return bool(tried) and max(tried, key=lambda row: int(row["id"]))["state"] != "SENT"

    def judge(self):
        for name, bodies in self.copies.items():
            if len(bodies) > 2 or len(set(bodies)) > 1:
                self.faults.append(f"{len(bodies)} copies of {name}, {len(set(bodies))} different ones")
        for number, versions in enumerate(self.world.events):
            last = versions[-1]
            if self.world.up_for(last.at, last.start) > AHEAD / 2:
                for address in self.world.contacts:
                    self.judge_reader(address, uid_of(number), last)
        for meeting in self.meetings:
            self.judge_meeting(*meeting)
        return self.faults

    def judge_meeting(self, uid, visitor, state, revision, start, finish, updated):
        """Both sides believe the booking, unless the last mail to one of them failed. A request that was withdrawn has no invitation."""
        begin, changed = (dt.datetime(1970, 1, 1, tzinfo=UTC) + dt.timedelta(microseconds=time) for time in (start, updated))
        if begin - changed < FOR_REPLIES or self.world.up_for(changed, begin) < FOR_REPLIES:
            return
        for role, address in (("visitor", visitor), ("host", HOST)):
            told = [belief for time, belief in self.told[address, uid]]
            rows = sorted((row for row in self.of_meeting[uid] if row["rule"] == role), key=lambda row: int(row["id"]))
            tried = [row for row in rows if row["state"] in ("SENT", "FAILED", "PARKED") and row["kind"] != "meeting"]
            self.n_judged += 1
            takes_place = state == BOOKED
            expected = tuple((dt.datetime(1970, 1, 1, tzinfo=UTC) + dt.timedelta(microseconds=time)).isoformat() for time in (start, finish))
            fits = (told and told[-1][:2] == expected and told[-1][3] == takes_place) or (not told and not takes_place)
            if not fits and not (tried and tried[-1]["state"] != "SENT"):
                self.faults.append(f"{role} {address} believes {told[-1:]} of the meeting {uid}, which is {state} at {expected}; the ledger has "
                                   f"{[(row['id'], row['kind'], row['state'], row['reason']) for row in rows]}")

    def judge_reader(self, address, uid, truth):
        if self.has_refused(address, uid):
            return
        told = self.told[address, uid]
        belief = next((belief for time, belief in reversed(told) if time <= usec(truth.start)), None)
        fits = belief is None or belief == truth.facts() or (truth.cancelled and not belief[3])
        if not fits and not self.last_failed(address, uid) and not self.lost_agenda(address, truth):
            rows = [(row["id"], row["kind"], row["state"], row["start"], row["reason"]) for row in self.rows[address, uid]]
            self.faults.append(f"{address} ({self.world.contacts[address]}) believes {belief} of {uid}, which is {truth.facts()}; the ledger has {rows}")
        weekly = "WEEKLY" in self.world.contacts[address]["wish"]
        if not told and not truth.cancelled and not weekly and not self.is_silence_known(address, uid):
            self.faults.append(f"{address} ({self.world.contacts[address]}) heard nothing of {uid}, {truth.facts()}")

    def is_silence_known(self, address, uid):
        """Returns whether the ledger explains a missing mail. A failed agenda has no row with the event."""
        states = {row["state"] for row in self.rows[address, ""] if row["kind"] == "agenda"}
        if self.world.contacts[address]["wish"]:
            return bool(states & NOT_TOLD)
        return self.is_excused(address, uid, NOT_TOLD)


def run(seed, **size):
    """Returns (number of mails, number of sides of meetings that were judged, faults)."""
    world = World(seed, **size)
    shared_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="convened-edits-", dir=shared_memory) as name:
        happened, lines, rows, meetings, check = live(world, pathlib.Path(name))
    judge = Judge(world, happened, lines, rows, meetings)
    faults = judge.judge()
    return judge.n_mails, judge.n_judged, faults + [f"check: {check}"] * bool(check)


def main():
    bad = 0
    for seed in map(int, sys.argv[1:] or ["1"]):
        n_mails, n_judged, faults = run(seed)
        print(f"seed {seed}: {n_mails} mails, {n_judged} sides of meetings, {len(faults)} faults", flush=True)
        for fault in faults[:10]:
            print(f"  {fault}")
        bad += bool(faults)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
