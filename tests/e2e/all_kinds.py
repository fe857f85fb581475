"""A store in which a mail of each kind waits, with a reader of its own for each, and the daemon to send them."""

import collections
import contextlib
import datetime
import email
import email.policy
import json
import re
import sqlite3
import time

import icalendar
import requests

from conftest import PATIENCE, Site, end, plain_text, wait_until
from smtp_server import Server
from test_accounts import PASSWORD, add
from test_clock import SHIM, Clock

MOSCOW = datetime.timezone(datetime.timedelta(hours=3))
DAY = datetime.datetime(2051, 6, 23, tzinfo=MOSCOW)
MEETING_DAY = "2051-06-26"
# Mails that need an earlier mail follow it in the second life; all are tried by the tests at NOW.
PREPARED, FIRST_LIFE, SECOND_LIFE, NOW = (DAY + datetime.timedelta(hours=hour, seconds=1) for hour in (11, 12, 13, 18))
# Kind in the ledger and local part of the reader's address. Each story about a meeting has a visitor of its own, "v-" with its name.
EXPECTED = sorted([
    ("reminder", "reminder"), ("change", "change"), ("cancel", "cancel"), ("agenda", "agenda"), ("confirm", "confirm"), ("welcome", "welcome"),
    ("announcement", "announcement"), ("schedule-request", "schedule-request"), ("schedule-update", "schedule-update"), ("schedule-cancel", "schedule-cancel"),
    ("schedule-reply", "schedule-reply"),
    ("meeting-verify", "v-verify"), ("meeting-asked", "v-asked"), ("meeting-request", "host"), ("meeting-request-again", "host"),
    ("meeting-invite", "v-invite"), ("meeting-invite", "host"), ("meeting-moved", "v-moved"), ("meeting-moved", "host"), ("meeting-proposal", "v-proposal"),
    ("meeting-declined", "v-declined"), ("meeting-cancel", "v-cancel"), ("meeting-cancel", "host"), ("meeting-withdrawn", "host"),
    ("meeting-expired", "v-expired"), ("meeting", "v-invite"), ("meeting", "host"), ("meeting-counter", "host"), ("meeting-counter-declined", "v-counter-declined"),
    ("meeting-counter-taken", "v-counter-taken"), ("meeting-delegated", "v-delegated"), ("meeting-represented", "host"), ("meeting-delegate", "d-delegated"),
    ("meeting-returned", "v-returned"), ("meeting-unrepresented", "host"), ("meeting-outdated", "v-outdated"), ("meeting-readdressed", "mover"),
    ("meeting-invite", "moved-to"), ("meeting-moved", "v-outdated"), ("meeting-moved", "host"), ("meeting-refused", "keeper"), ("meeting-released", "d-returned"),
])
# Stories of the first life, which book a meeting, and those of the second, with the steps after the request for a time: (step, side, further times).
CONFIRMED = [("confirm", None, [])]
BOOKED = ["counter", "counter-declined", "counter-taken", "delegated", "returned", "outdated", "moved", "cancel"]
ASKED = [
    ("verify", "HOST", []), ("asked", "HOST", CONFIRMED), ("invite", "AUTO", CONFIRMED), ("expired", "HOST", CONFIRMED),
    ("proposal", "HOST", [*CONFIRMED, ("propose", "host", ["{}T18:00", "{}T18:30"])]), ("declined", "HOST", [*CONFIRMED, ("decline", "host", [])]),
    ("withdrawn", "HOST", [*CONFIRMED, ("cancel", None, [])]),
]
CARD = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{0}\r\nFN:{1}\r\nEMAIL:{2}@example.org\r\nLANG:{3}\r\nTZ:Europe/Moscow\r\n{4}END:VCARD\r\n"
OFFER = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VAVAILABILITY\r\nUID:{0}\r\nDTSTAMP:20260101T000000Z\r\n"
         "X-CONVENED-MEETING-HOST:{1}\r\nX-CONVENED-MEETING-DURATION:PT30M\r\nX-CONVENED-MEETING-CONFIRM:{2}\r\nBEGIN:AVAILABLE\r\n"
         "UID:{0}-hours\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Moscow:20260101T100000\r\nDTEND;TZID=Europe/Moscow:20260101T200000\r\n"
         "RRULE:FREQ=DAILY\r\nEND:AVAILABLE\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR\r\n")
# Of the visitor, the topic, the delegate and the host, and the domain of the first and third.
NAMES = {"ru": ("Пётр Гостев", "Поставка станков", "Дана Заменова", "Вера Хозяйкина", "почта.example.org"),
         "en": ("Peter Guest", "Delivery of machines", "Dana Deputy", "Vera Host", "example.org")}


def usec(moment):
    return int(moment.timestamp() * 1e6)


class Maker:
    """Makes the store: commands, forms and answers by mail, under a clock of its own."""

    def __init__(self, directory, server, language):
        self.server, self.language, self.accepts = server, language, True
        self.clock = Clock(directory / "clock", PREPARED)
        self.mailbox = directory / "mailbox"
        for folder in ("new", "cur", "tmp"):
            (self.mailbox / folder).mkdir(parents=True)
        self.site = make_site(directory, server, self.clock, f'mailbox = "maildir:{self.mailbox}"; interval = "PT1S";')
        self.uids, self.n = {}, collections.Counter()
        self.visitor, self.topic, self.delegate, self.host, self.domain = NAMES[language]

    def plan(self, stage, connection, transaction):
        return None if self.accepts or stage != "banner" else "421"

    def rows(self, columns="kind, uid", where="1 = 1", *values):
        with contextlib.closing(sqlite3.connect(f"file:{self.site.database}?mode=ro", uri=True)) as store:
            return store.execute(f"SELECT {columns} FROM mail WHERE {where}", values).fetchall()

    def wait_mail(self, kind, uid, n=1):
        wait_until(lambda: len(self.rows("id", "kind = ? AND uid = ?", kind, uid)) >= n)

    def token(self, kind, story, rule):
        (token,), = self.rows("token", "kind = ? AND uid = ? AND rule = ?", kind, self.uids[story], rule)
        return token

    def meet(self, *arguments):
        return json.loads(self.site.convene("meet", "--json", *arguments).stdout)

    def book(self, story, offer, steps):
        host = {"MOVER": "host-2", "KEEP": "host-3"}.get(offer, "host-1")
        hour, half = divmod(self.n[host], 2)
        self.n[host] += 1
        uid = self.meet("ask", offer, f"{MEETING_DAY}T{10 + hour}:{30 * half:02}", f"--address=v-{story}@{self.domain}", f"--name={self.visitor}",
                        f"--topic={self.topic}", f"--language={self.language}")["uid"]
        self.uids[story] = uid
        for step, side, times in steps:
            self.meet(step, *["--as-host"] * (side == "host"), uid, *(time.format(MEETING_DAY) for time in times))

    def call(self, method, path, content=None):
        answer = requests.request(method, f"{self.site.url}/dav/calendars/anna/calendar/{path}", data=content and content.encode(), auth=("anna", PASSWORD),
                                  headers={"Content-Type": "text/calendar"}, timeout=PATIENCE)
        assert answer.status_code in (201, 204), answer.text

    def post(self, path, **form):
        answer = requests.post(f"{self.site.url}{path}", form, timeout=PATIENCE, allow_redirects=False)
        assert answer.status_code == 303, answer.text

    def sent_to(self, name):
        def found():
            mails = [email.message_from_bytes(raw, policy=email.policy.default) for raw in self.server.messages]
            return [mail for mail in mails if mail["To"].addresses[0].username == name]
        return wait_until(found)[-1]

    def answer(self, story, method, partstat, later=0):
        """Answers the invitation of a visitor by mail; @later: the hours by which a COUNTER moves the meeting."""
        invitation = self.sent_to(f"v-{story}")
        part = next(part for part in invitation.walk() if part.get_content_type() == "text/calendar")
        event, = icalendar.Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
        start, finish = (event[name].dt + datetime.timedelta(hours=later) for name in ("DTSTART", "DTEND"))
        text = (f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:{event['UID']}\r\nDTSTAMP:{self.clock.now():%Y%m%dT%H%M%SZ}\r\n"
                f"DTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDTEND:{finish:%Y%m%dT%H%M%SZ}\r\nSEQUENCE:{event['SEQUENCE']}\r\nORGANIZER:{event['ORGANIZER']}\r\n"
                f"ATTENDEE;PARTSTAT={partstat}:{event['ATTENDEE']}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
        message = (f"From: {event['ATTENDEE'].removeprefix('mailto:')}\r\nTo: {event['ORGANIZER'].removeprefix('mailto:')}\r\nSubject: Re\r\nMIME-Version: 1.0\r\n"
                   f"Content-Type: text/calendar; method={method}; charset=utf-8\r\n\r\n{text}")
        name = f"{time.monotonic_ns()}.{story}"
        (self.mailbox / "tmp" / name).write_text(message, newline="")
        (self.mailbox / "tmp" / name).rename(self.mailbox / "new" / name)

    # ---- The first life: mails that are sent ----

    def prepare(self):
        site, language = self.site, self.language
        for name in ("reminder", "change", "cancel", "announcement"):
            site.convene("import", "-", stdin=CARD.format(name, name, name, language, ""))
        site.convene("import", "-", stdin=CARD.format("agenda", "agenda", "agenda", language, "X-CONVENED-DIGEST:DAILY@13:00\r\n"))
        for uid, start in (("reminder", "2051-06-24T13:00"), ("change", "2051-06-25T12:00"), ("cancel", "2051-06-25T12:00"), ("agenda", "2051-06-24T10:00"), ("announcement", "2051-08-01T10:00")):
            site.convene("add", f"--uid=e-{uid}", f"--summary=Event {uid}", "--kind=session", f"--start={start}", "--end=2051-08-02T12:00")
            site.convene("subscribe", f"{uid}@example.org", f"--event=e-{uid}", "--lead=-P1D" if uid == "reminder" else "--lead=-P2D")
        for uid, address in (("host-1", "host"), ("host-2", "mover"), ("host-3", "keeper")):
            site.convene("import", "-", stdin=CARD.format(uid, self.host, address, language, ""))
        for offer, host, confirm in (("AUTO", "host-1", "AUTO"), ("HOST", "host-1", "HOST"), ("MOVER", "host-2", "AUTO"),
                                     ("KEEP", "host-3", "AUTO\r\nX-CONVENED-MEETING-KEEP-DECLINED:TRUE")):
            site.convene("import", "-", stdin=OFFER.format(offer, host, confirm))
        for story in BOOKED:
            self.book(story, "AUTO", CONFIRMED)
        self.book("readdressed", "MOVER", CONFIRMED)
        self.book("refused", "KEEP", CONFIRMED)
        add(site, "anna")

    def live_first(self):
        # What was due before the first start of a store's daemon is never sent.
        self.site.start()
        self.clock.jump(FIRST_LIFE - self.clock.now())
        requests.request("MKCALENDAR", f"{self.site.url}/dav/calendars/anna/calendar/", auth=("anna", PASSWORD), timeout=PATIENCE)
        self.call("PUT", "cancel.ics", meeting_text("schedule-cancel", "anna", "schedule-cancel"))
        self.call("PUT", "update.ics", meeting_text("schedule-update", "anna", "schedule-update"))
        self.call("PUT", "reply.ics", meeting_text("schedule-reply", "schedule-reply", "anna"))
        self.post("/subscribe/mail", address="welcome@example.org", what="event:e-announcement", language=self.language)
        for name in ("change", "cancel", "welcome", "schedule-cancel", "schedule-update", "mover", "keeper", "v-refused", *("v-" + story for story in BOOKED)):
            self.sent_to(name)
        wait_until(lambda: not self.rows("id", "state <> 4 AND next_attempt BETWEEN 1 AND ?", usec(self.clock.now())))
        self.site.stop()

    # ---- The second life: mails that wait, as the server is away ----

    def live_second(self):
        self.accepts = False
        self.clock.jump(SECOND_LIFE - self.clock.now())
        for story, offer, steps in ASKED:
            self.book(story, offer, steps)
        self.meet("move", self.uids["moved"], f"{MEETING_DAY}T19:00")
        self.meet("move", self.uids["outdated"], f"{MEETING_DAY}T19:30")
        self.meet("cancel", self.uids["cancel"])
        with contextlib.closing(sqlite3.connect(self.site.database)) as store, store:
            store.execute("UPDATE meeting SET expires = (SELECT min(start) FROM meeting) WHERE expires > 0")
            store.execute("UPDATE meeting SET expires = ? WHERE uid = ?", [usec(self.clock.now()), self.uids["expired"]])
        self.site.convene("import", "-", stdin=CARD.format("host-2", self.host, "moved-to", self.language, ""))
        self.site.convene("date", "e-change", "2051-07-10", "2051-07-11")
        self.site.convene("cancel", "e-cancel")
        self.site.convene("announce", "--contact=announcement", f"--subject-{self.language}=Hello", f"--text-{self.language}=Text")
        self.site.start()
        self.answer_invitations()
        self.fill_forms()
        for kind, name in EXPECTED:
            wait_until(lambda kind=kind: self.rows("id", "kind = ? AND state <> 4", kind))  # noqa: B023
        self.site.stop()

    def answer_invitations(self):
        for story in ("counter", "counter-declined"):
            self.answer(story, "COUNTER", "TENTATIVE", later=24)
        self.answer("counter-taken", "COUNTER", "TENTATIVE", later=10)
        self.answer("outdated", "REPLY", "ACCEPTED")
        self.answer("refused", "REPLY", "DECLINED")
        for kind, story in (("counter", "counter"), ("counter", "counter-declined"), ("counter-taken", "counter-taken"), ("outdated", "outdated"), ("refused", "refused")):
            self.wait_mail(f"meeting-{kind}", self.uids[story])

    def fill_forms(self):
        page = requests.get(f"{self.site.url}/meeting/{(token := self.token('meeting-counter', 'counter-declined', 'host'))}", timeout=PATIENCE).text
        self.post(f"/meeting/{token}", step="counter-decline", time=re.search(r'name="time" value="(\d+)"', page)[1])
        for story in ("delegated", "returned"):
            self.post(f"/meeting/{self.token('meeting-invite', story, 'visitor')}", step="delegate", name=self.delegate, address=f"d-{story}@{self.domain}")
        self.post(f"/meeting/{self.token('meeting-delegate', 'returned', 'visitor-delegate')}", step="return")
        self.post("/subscribe/mail", address="confirm@example.org", what="event:e-announcement", language=self.language)
        self.post(re.search(r"/subscribe/confirm/[\w-]+", plain_text(self.sent_to("welcome")))[0], confirm="yes")
        self.call("PUT", "request.ics", meeting_text("schedule-request", "anna", "schedule-request"))
        self.call("PUT", "update.ics", meeting_text("schedule-update", "anna", "schedule-update").replace("SUMMARY:Plan", "SUMMARY:Other"))
        self.call("DELETE", "cancel.ics")
        self.call("DELETE", "reply.ics")

    def end(self):
        """Makes all mails due at NOW that were not tried yet; of the reminders of meetings one for each side is kept."""
        with contextlib.closing(sqlite3.connect(self.site.database)) as store, store:
            store.execute("DELETE FROM mail WHERE kind = 'meeting' AND uid <> ?", [self.uids["invite"]])
            store.execute("DELETE FROM mail WHERE kind = 'meeting' AND id NOT IN (SELECT max(id) FROM mail WHERE kind = 'meeting' GROUP BY rule)")
            store.execute("DELETE FROM mail WHERE kind = 'meeting-request-again' AND uid <> ?", [self.uids["asked"]])
            store.execute("UPDATE mail SET due = ?, next_attempt = ?, expires = ?, tries = 0, reply = '' WHERE state = 1", [usec(NOW)] * 2 + [usec(DAY) + 3 * 86400 * 10**6])


def meeting_text(uid, organizer, guest):
    return (f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20510701T100000Z\r\n"
            f"DTEND:20510701T110000Z\r\nSUMMARY:Plan\r\nORGANIZER:mailto:{organizer}@example.org\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:{organizer}@example.org\r\n"
            f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{guest}@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")


def mail_options(server, more="starttls = false;"):
    return (f'deliver = true; url = "smtp://localhost:{server.port}"; from = "Office <office@example.org>"; reply_to = "office@example.org"; rate = 0; connections = 64; late = "send"; '
            f'reply_timeout = "PT40S"; {more}')


def other_options(mailbox=""):
    return f'signup = {{ enabled = true; }};\ntime_zone = "Europe/Moscow";\nbounces = {{ address = "answers@example.org"; {mailbox} }};\n'


def make_site(directory, server, clock, mailbox="", listen=None):
    return Site(directory, other_options(mailbox), mail_options(server), listen, {"LD_PRELOAD": str(SHIM), "CLOCK_FILE": str(clock.path)})


def make(directory, language="ru"):
    """Returns the path of the store, on which the daemon has run, and the mails of the first life."""
    directory.mkdir()
    with Server() as server:
        maker = Maker(directory, server, language)
        server.plan = maker.plan
        try:
            maker.prepare()
            maker.live_first()
            maker.live_second()
        finally:
            end(maker.site)
        maker.end()
    return maker.site.database, server.messages
