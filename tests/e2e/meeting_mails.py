"""A store with waiting mails of each kind about meetings, made by the commands under a clock of the tests."""

import contextlib
import json
import os
import sqlite3
import struct
import time

from conftest import BUILD, wait_until

SHIM = BUILD / "tests/preload/clock.so"
ADDRESSES = {"visitor": "guest@example.org", "host": "host@example.org"}
# The kind in the ledger, and the reader. The host's mails of one kind differ from the visitor's in text and address.
KINDS = [("meeting-verify", "visitor"), ("meeting-asked", "visitor"), ("meeting-request", "host"), ("meeting-request-again", "host"), ("meeting-proposal", "visitor"),
         ("meeting-invite", "visitor"), ("meeting-invite", "host"), ("meeting-moved", "visitor"), ("meeting-moved", "host"),
         ("meeting-cancel", "visitor"), ("meeting-cancel", "host"), ("meeting-declined", "visitor"), ("meeting-withdrawn", "host"),
         ("meeting-expired", "visitor"), ("meeting", "visitor"), ("meeting", "host")]
HOST = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:host-1\r\nFN:Вера Хозяйкина\r\nEMAIL:host@example.org\r\nLANG:ru\r\nTZ:Europe/Moscow\r\nEND:VCARD\r\n"
OFFER = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VAVAILABILITY\r\nUID:{0}\r\nDTSTAMP:20260101T000000Z\r\n"
         "X-CONVENED-MEETING-HOST:host-1\r\nX-CONVENED-MEETING-DURATION:PT30M\r\nX-CONVENED-MEETING-CONFIRM:{0}\r\nBEGIN:AVAILABLE\r\n"
         "UID:{0}-hours\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Moscow:20260101T100000\r\nDTEND;TZID=Europe/Moscow:20260101T200000\r\n"
         "RRULE:FREQ=DAILY\r\nEND:AVAILABLE\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR\r\n")
# The last state that each booking reaches, as the steps after the request for a time: (step, side, further times).
STORIES = [
    ("HOST", []),
    ("HOST", [("confirm", None, [])]),
    ("HOST", [("confirm", None, []), ("propose", "host", ["{}T18:00", "{}T18:30"])]),
    ("AUTO", [("confirm", None, [])]),
    ("AUTO", [("confirm", None, []), ("move", None, ["{}T19:00"])]),
    ("AUTO", [("confirm", None, []), ("cancel", None, [])]),
    ("HOST", [("confirm", None, []), ("decline", "host", [])]),
    ("HOST", [("confirm", None, []), ("cancel", None, [])]),
]


class Office:
    """Runs `convene meet` at a time of the tests, in microseconds since the epoch."""

    def __init__(self, site, now):
        self.site, self.clock = site, site.directory / "clock"
        self.clock.write_bytes(struct.pack("=q", now - int(time.time() * 1e6)))
        self.environment = dict(os.environ, LD_PRELOAD=str(SHIM), CLOCK_FILE=str(self.clock))

    def meet(self, *arguments):
        return json.loads(self.site.convene("meet", "--json", *arguments, env=self.environment).stdout)

    def book(self, offer, day, clock, steps):
        uid = self.meet("ask", offer, f"{day}T{clock}", f"--address={ADDRESSES['visitor']}", "--name=Пётр Гостев", "--topic=Поставка станков", "--language=ru")["uid"]
        for step, side, times in steps:
            self.meet(step, *["--as-host"] * (side == "host"), uid, *(time.format(day) for time in times))
        return uid


def add(site, now, day):
    """Adds bookings whose mails are of each kind but `meeting-expired`, which the daemon adds when it starts. Other holds last until the
    meetings begin."""
    site.convene("import", "-", stdin=HOST)
    for confirm in ("AUTO", "HOST"):
        site.convene("import", "-", stdin=OFFER.format(confirm))
    office = Office(site, now)
    for number, (offer, steps) in enumerate(STORIES):
        office.book(offer, day, f"{10 + number // 2}:{'30' if number % 2 else '00'}", steps)
    ended = office.book("HOST", day, "17:00", [("confirm", None, [])])
    with contextlib.closing(sqlite3.connect(site.database)) as store, store:
        store.execute("UPDATE meeting SET expires = (SELECT min(start) FROM meeting) WHERE expires > 0")
        store.execute("UPDATE meeting SET expires = ? WHERE uid = ?", [now + 1, ended])


def wait_ended(site):
    """Waits until the running daemon has ended the hold whose time is over."""
    wait_until(lambda: any(json.loads(line)["kind"] == "meeting-expired" for line in site.convene("outbox", "--json", "--limit=1000").stdout.splitlines()))


def keep_one(database, due, expires, kind, side):
    """Keeps one mail about a meeting (None: no mail), due at a time and useful until another."""
    with contextlib.closing(sqlite3.connect(database)) as store, store:
        # The booking must not have been changed by a later step. The mails of one step were added at the same time.
        kept, = store.execute("SELECT min(id) FROM mail AS one WHERE kind = ? AND rule = ? AND NOT EXISTS (SELECT 1 FROM mail AS later"
                              " WHERE later.uid = one.uid AND later.created > one.created)", [kind, side]).fetchone()
        assert kept or not kind
        store.execute("DELETE FROM mail WHERE kind LIKE 'meeting%' AND id IS NOT ?", [kept])
        store.execute("UPDATE mail SET due = ?, next_attempt = ?, expires = ? WHERE id = ?", [due, due, expires, kept])
