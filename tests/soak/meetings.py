#!/usr/bin/python3
"""Races for the slots of a host, through the pages: meetings.py [--rounds N] [--daemons N] [SEED...]

In each round 64 visitors ask for ten slots at once; holds end while others wait for their slots; the winners confirm with two clicks at
once; visitors and the host move the bookings, while strangers ask for the old slots; at last everything is cancelled. In any of these crowds
the daemon may be killed (SIGKILL) after some of the answers; a client without an answer tries again, as a person does. Meanwhile an observer
reads the store again and again.

Every answer must be true: if an answer says that a step was made, it was made, a refusal comes with the nearest free times, and no slot is
taken twice in any state that was ever committed. In the end the invitations, read in order of SEQUENCE, must say what the store says.

With STORE=postgresql in the environment, the store is a database of a PostgreSQL server of its own. Several daemons may share it: each form goes
to one of them, and one of them is killed.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import dataclasses
import datetime as dt
import email
import email.policy
import pathlib
import random
import re
import signal
import sqlite3
import sys
import tempfile
import threading
import time
import zoneinfo

import icalendar
import psycopg2
import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import smtp_server  # noqa: E402
from conftest import PATIENCE, Site, end, plain_text, wait_until  # noqa: E402
from test_nodes import use_one_address  # noqa: E402

ZONE = zoneinfo.ZoneInfo("Europe/Moscow")
GUEST, HOST = "guest{}@example.org", "host@example.org"
CARD = f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:host-1\r\nFN:Host\r\nEMAIL:{HOST}\r\nTZ:Europe/Moscow\r\nEND:VCARD\r\n"
OFFER = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VAVAILABILITY\r\nUID:offer-1\r\nDTSTAMP:20260101T000000Z\r\n"
         "X-CONVENED-MEETING-HOST:host-1\r\nX-CONVENED-MEETING-DURATION:PT30M\r\nX-CONVENED-MEETING-CONFIRM:AUTO\r\nBEGIN:AVAILABLE\r\n"
         "UID:hours-1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Moscow:20260101T100000\r\nDTEND;TZID=Europe/Moscow:20260101T200000\r\n"
         "RRULE:FREQ=DAILY\r\nEND:AVAILABLE\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR\r\n")
LENGTH = 30 * 60
N_VISITORS, N_SLOTS, N_STRANGERS, N_ENDING = 64, 10, 24, 2
N_NEAREST = 3
HELD, ASKED, PROPOSED, BOOKED, DECLINED, CANCELLED, EXPIRED = range(1, 8)
PHASES = ("ask", "end", "confirm", "move", "cancel")
MICRO = 1_000_000


@dataclasses.dataclass
class Answer:
    """`times`: those offered by a refusal. `begun` and `ended` order the answers."""
    who: str
    wanted: int
    status: int
    times: list
    begun: float
    ended: float

    @property
    def is_done(self):
        return self.status == 303


@dataclasses.dataclass
class Meeting:
    uid: str
    address: str
    state: int
    revision: int
    start: int
    updated: int


class Postgres:
    """A connection with the methods of sqlite3's; each statement is a transaction."""

    def __init__(self, url):
        self.connection = psycopg2.connect(url)
        self.connection.autocommit = True

    def execute(self, sql, values=()):
        cursor = self.connection.cursor()
        cursor.execute(sql.replace("?", "%s"), values)
        return cursor

    def close(self):
        self.connection.close()


def reading(site):
    is_postgres = site.store.startswith("postgresql:")
    return contextlib.closing(Postgres(site.store) if is_postgres else sqlite3.connect(f"file:{site.database}?mode=ro", uri=True, timeout=PATIENCE))


@contextlib.contextmanager
def writing(site):
    if site.store.startswith("postgresql:"):
        with contextlib.closing(Postgres(site.store)) as store:
            yield store
            store.execute("NOTIFY convened")  # as each writer of the program does
    else:
        with contextlib.closing(sqlite3.connect(site.database, timeout=PATIENCE)) as store, store:
            yield store


class Observer:
    """Reads the store while others change it. Every state that it sees is one that was committed."""

    LIVE = ("SELECT meeting.id, meeting.state, meeting.expires, meeting.start, meeting_slot.start, meeting_slot.finish"
            " FROM meeting LEFT JOIN meeting_slot ON meeting.id = meeting_slot.meeting WHERE state <= 4")

    def __init__(self, site):
        self.site, self.faults, self.n_seen = site, [], 0
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        with reading(self.site) as store:
            while not self.is_over.wait(0.01):
                self.look(store.execute(self.LIVE).fetchall(), time.time() * MICRO)

    def look(self, rows, now):
        self.n_seen += 1
        live = sorted((begin, finish, meeting) for meeting, _, expires, _, begin, finish in rows if begin and (expires == 0 or expires > now))
        for (_, finish, one), (begin, _, other) in zip(live, live[1:]):
            if begin < finish and one != other:
                self.faults.append(f"the meetings {one} and {other} have one time")
        for meeting, state, expires, start, _, _ in rows:
            # A hold that ends within a second may be gone already.
            slots = [begin for begin, _, owner in live if owner == meeting]
            if (state == BOOKED or expires > now + MICRO) and slots != [start]:
                self.faults.append(f"the meeting {meeting} in state {state} at {start} takes {slots}")

    def end(self):
        self.is_over.set()
        self.thread.join()


class Mailbox:
    """All mails so far. The second copy of a Message-ID is not read."""

    def __init__(self, server):
        self.server, self.n_read, self.copies = server, 0, {}
        self.of, self.invitations = collections.defaultdict(list), collections.defaultdict(list)

    def read(self):
        for raw in self.server.messages[self.n_read:]:
            self.n_read += 1
            mail = email.message_from_bytes(raw, policy=email.policy.default)
            copies = self.copies.setdefault(mail["Message-ID"], [])
            copies.append(bytes(raw))
            if len(copies) == 1:
                self.keep(mail, mail["To"].addresses[0].addr_spec)

    def keep(self, mail, address):
        self.of[address].append(mail)
        part = next((part for part in mail.walk() if part.get_content_type() == "text/calendar"), None)
        if part:
            whole = icalendar.Calendar.from_ical(part.get_payload(decode=True))
            event, = whole.walk("VEVENT")
            self.invitations[address, str(event["UID"])].append((mail, str(whole["METHOD"]), event))

    def wait(self, address, n):
        """Waits for the n-th mail to a visitor and returns its link."""
        wait_until(lambda: self.read() or len(self.of[address]) >= n)
        return link_in(self.of[address][n - 1])

    def wait_host(self, uid, n):
        wait_until(lambda: self.read() or len(self.about(HOST, uid)) >= n)
        return link_in(self.about(HOST, uid)[n - 1][0])

    def about(self, address, uid):
        """Returns (mail, METHOD, event) of each invitation, in order of SEQUENCE."""
        return sorted(self.invitations[address, uid], key=lambda entry: entry[2]["SEQUENCE"])


def link_in(mail):
    return re.search(r"http://\S+/meeting/[\w-]{32}", plain_text(mail)).group(0)


class Race:
    def __init__(self, seed, directory, server, n_daemons):
        self.random, self.server, self.faults = random.Random(seed), server, []
        options = {"extra": 'time_zone = "Europe/Moscow";\nsignup = { per_network = 100000; per_day = 100000; };\n', "mail": (
            f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; rate = 0; from = "Office <office@example.org>";')}
        self.site = Site(directory, **options)
        self.sites = [self.site]
        for number in range(1, n_daemons):
            (directory / str(number)).mkdir()
            self.sites.append(Site(directory / str(number), store=self.site.store, **options))
        use_one_address(self.sites)
        self.site.convene("import", "-", stdin=CARD)
        self.site.convene("import", "-", stdin=OFFER)
        self.day = (dt.datetime.now(ZONE) + dt.timedelta(days=5)).date()
        self.mailbox = Mailbox(server)
        self.lock = threading.Lock()
        self.n_answers = self.n_kills = self.n_visitors = 0
        self.n_told = collections.Counter()
        self.strike_at = None
        self.latest_end = 0.0

    def slot(self, number, days=0):
        """Returns the start of the slot in seconds since the epoch."""
        return int(dt.datetime.combine(self.day + dt.timedelta(days=days), dt.time(10), ZONE).timestamp()) + number * LENGTH

    # --- the clients

    def post(self, url, **data):
        """Posts a form until there is an answer: the daemon may be dead."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                answer = requests.post(random.choice(self.sites).url + url.removeprefix(self.site.url), data=data, timeout=PATIENCE, allow_redirects=False, headers={"Accept": "text/html", "Accept-Language": "en"})
            except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
                continue
            self.count_answer()
            return answer

    def count_answer(self):
        with self.lock:
            self.n_answers += 1
            if self.n_answers != self.strike_at:
                return
        self.n_kills += 1
        site = random.choice(self.sites)
        site.stop(signal.SIGKILL)
        site.start()

    def ask(self, wish):
        who, wanted = wish
        begun = time.time()
        answer = self.post(f"{self.site.url}/meet/host-1", offer="offer-1", length="30", zone="Europe/Moscow", time=wanted, name=who.split("@")[0],
                           address=who, language="en", topic="Topic", organisation="")
        return self.answered(who, wanted, answer, begun)

    def step(self, what):
        who, link, step, wanted = what
        begun = time.time()
        answer = self.post(f"{link}?task={step}" if step == "move" else link, step=step, **({"time": wanted} if wanted else {}))
        return self.answered(who, wanted, answer, begun)

    def answered(self, who, wanted, answer, begun):
        if answer.status_code not in (303, 409):
            self.faults.append(f"{who} was answered with {answer.status_code}")
        times = [int(value) for value in re.findall(r'name="time" value="(\d+)"', answer.text)]
        return Answer(who, wanted, answer.status_code, times, begun, time.time())

    def crowd(self, function, items, is_struck=False):
        """Calls the function for all items at once. If the crowd is struck, the daemon is killed after some answers."""
        self.n_answers, self.strike_at = 0, self.random.randrange(1, len(items)) if is_struck else None
        with concurrent.futures.ThreadPoolExecutor(N_VISITORS) as pool:
            answers = list(pool.map(function, items))
        if is_struck:
            self.hasten()
        return answers

    def hasten(self):
        """Lets mails whose reply the kill has cut off be sent again at once, instead of after `mail.retry_unknown`."""
        with writing(self.site) as store:
            store.execute("UPDATE mail SET next_attempt = due WHERE state = 3")

    def visitors(self, n):
        self.n_visitors += n
        return [GUEST.format(number) for number in range(self.n_visitors - n, self.n_visitors)]

    # --- the store

    def meetings(self, addresses):
        with reading(self.site) as store:
            rows = store.execute("SELECT uid, address, state, revision, start, updated FROM meeting ORDER BY id DESC LIMIT 200").fetchall()
        return [Meeting(*row) for row in reversed(rows) if row[1] in set(addresses)]

    def live(self, addresses):
        return {meeting.address: meeting for meeting in self.meetings(addresses) if meeting.state <= BOOKED}

    def require(self, condition, text):
        if not condition:
            self.faults.append(text)

    # --- the phases of a round

    def asking(self, is_struck):
        """64 visitors ask for ten slots. Returns the holds by address."""
        visitors = self.visitors(N_VISITORS)
        answers = self.crowd(self.ask, [(who, self.slot(n % N_SLOTS)) for n, who in enumerate(visitors)], is_struck)
        holds = self.live(visitors)
        taken = {meeting.start // MICRO for meeting in holds.values()}
        self.require(sorted(taken) == [self.slot(n) for n in range(N_SLOTS)] and len(holds) == N_SLOTS, f"the holds of ten slots: {holds}")
        self.require(is_struck or sum(answer.is_done for answer in answers) == N_SLOTS, "a slot was taken, and nobody was told")
        self.judge(answers, holds)
        return holds

    def judge(self, answers, holds):
        """A visitor who was told "yours" has the slot. The others were offered the nearest slots: all nearer ones are taken at the end."""
        told = {answer.wanted: answer for answer in answers if answer.is_done}
        taken = {meeting.start // MICRO for meeting in holds.values()}
        self.require(len(told) == sum(answer.is_done for answer in answers), "two were told the same slot")
        for answer in answers:
            self.n_told[answer.is_done] += 1
            if answer.is_done:
                held = holds.get(answer.who)
                self.require(held and held.start == answer.wanted * MICRO, f"{answer.who} was told {answer.wanted} and has {held}")
            else:
                self.judge_refusal(answer, told, taken)

    def judge_refusal(self, answer, told, taken):
        offered = answer.times[:N_NEAREST]
        far = max((abs(slot - answer.wanted) for slot in offered), default=0)
        every = [self.slot(n, days) for days in (-1, 0, 1) for n in range(2 * N_SLOTS)]
        missed = [slot for slot in every if abs(slot - answer.wanted) < far and slot not in offered and slot not in taken]
        given = [slot for slot in offered if slot in told and told[slot].ended < answer.begun]
        self.require(len(offered) == N_NEAREST, f"{answer.who} was refused {answer.wanted} and offered {offered}")
        self.require(not missed and not given and answer.wanted not in offered, f"{answer.who} wanted {answer.wanted} and was offered {offered}, "
                     f"of which {given} were taken before; {missed} are nearer and free")

    def ending(self, holds, is_struck):
        """Two holds end, and others wait for their slots. Returns the holds after that."""
        ends = self.random.sample(sorted(holds), N_ENDING)
        waiting = self.visitors(6)
        winners = {}

        def wait_for(wish):
            answer = self.ask(wish)
            while not answer.is_done and wish[1] not in winners and time.time() < expires / MICRO + PATIENCE:
                answer = self.ask(wish)
            if answer.is_done:
                winners.setdefault(wish[1], wish[0])
            return answer

        expires = int((time.time() + 0.5) * MICRO)
        with writing(self.site) as store:
            for who in ends:
                store.execute("UPDATE meeting SET expires = ? WHERE address = ?", (expires, who))
        answers = self.crowd(wait_for, [(who, holds[ends[n % N_ENDING]].start // MICRO) for n, who in enumerate(waiting)], is_struck)
        wait_until(lambda: all(meeting.state == EXPIRED for meeting in self.meetings(ends)))
        now = self.live([*holds, *waiting])
        for meeting in self.meetings(ends):
            late = (meeting.updated - expires) / MICRO
            self.latest_end = max(self.latest_end, 0 if is_struck else late)
            self.require(late >= 0 and (is_struck or late < 1), f"a hold ended {late} s after its time")
            heirs = [heir for who, heir in now.items() if who in waiting and heir.start == meeting.start]
            early = [answer for answer in answers if answer.is_done and answer.wanted * MICRO == meeting.start and answer.ended * MICRO < expires]
            self.require(len(heirs) == 1 and not early, f"after {meeting}, to {expires}, the slot is taken by {heirs}, of which {early} were told before")
        self.judge([answer for answer in answers if answer.is_done], now)
        return now

    def confirming(self, holds, is_struck):
        links = [(who, self.mailbox.wait(who, 1), "confirm", None) for who in holds]
        answers = self.crowd(self.step, links * 2, is_struck)
        self.require(all(answer.is_done for answer in answers), "a confirmation was refused")
        booked = self.live(holds)
        self.require(set(booked) == set(holds) and all((meeting.state, meeting.revision, meeting.start) == (BOOKED, 2, holds[who].start)
                                                       for who, meeting in booked.items()), f"after the confirmations: {booked}")
        return booked

    def moving(self, booked, is_struck):
        """All visitors and half of the hosts move, several to one slot, while strangers ask for the slots that become free."""
        strangers = self.visitors(N_STRANGERS)
        moves = []
        for n, (who, meeting) in enumerate(booked.items()):
            moves.append((self.step, (who, self.mailbox.wait(who, 2), "move", self.slot(N_SLOTS + n % 5))))
            if n % 2:
                moves.append((self.step, (who, self.mailbox.wait_host(meeting.uid, 1), "move", self.slot(N_SLOTS + 5 + n % 5))))
        asks = [(self.ask, (who, self.slot(n % N_SLOTS))) for n, who in enumerate(strangers)]
        together = moves + asks
        self.random.shuffle(together)
        answers = self.crowd(lambda call: call[0](call[1]), together, is_struck)
        now = self.live([*booked, *strangers])
        self.judge([answer for answer in answers if answer.is_done], now)
        for who, before in booked.items():
            self.judge_moves([answer for answer in answers if answer.who == who], before, now[who], is_struck)
        for answer in answers:
            self.require(answer.is_done or answer.who in booked or len(answer.times) >= N_NEAREST, f"{answer.who} was refused, and offered {answer.times}")
        return now

    def judge_moves(self, answers, before, after, is_struck):
        done = [answer.wanted for answer in answers if answer.is_done]
        allowed = {slot * MICRO for slot in done} or {before.start}
        if is_struck and not done:
            allowed |= {answer.wanted * MICRO for answer in answers}
        self.require(len(done) <= 1 and after.state == BOOKED and after.start in allowed, f"{before} was moved to {done} and is {after}")
        self.require(after.revision == before.revision + (after.start != before.start), f"{before} became {after}")

    def cancelling(self, live, is_struck):
        steps = []
        for number, (who, meeting) in enumerate(live.items()):
            last = self.mailbox.wait(who, meeting.revision)
            is_hosts = meeting.state == BOOKED and number % 2
            steps.append((who, self.mailbox.wait_host(meeting.uid, meeting.revision - 1) if is_hosts else last, "cancel", None))
        answers = self.crowd(self.step, steps * 2, is_struck)
        self.require(all(answer.is_done for answer in answers), "a cancellation was refused")
        after = self.meetings(live)
        self.require(all((meeting.state, meeting.revision) == (CANCELLED, live[meeting.address].revision + 1) for meeting in after), f"cancelled: {after}")

    def round(self):
        struck = {phase: self.random.random() < 0.4 for phase in PHASES}
        struck[self.random.choice(PHASES)] = True
        holds = self.asking(struck["ask"])
        holds = self.ending(holds, struck["end"])
        booked = self.confirming(holds, struck["confirm"])
        live = self.moving(booked, struck["move"])
        self.cancelling(live, struck["cancel"])

    # --- the end

    def finish(self):
        """Waits for the last mails and compares the invitations with the store."""
        def rest():
            with reading(self.site) as store:
                return store.execute("SELECT count(*) FROM mail WHERE kind <> 'meeting' AND state IN (1, 2, 3)").fetchone()[0]
        wait_until(lambda: rest() == 0)
        self.mailbox.read()
        for name, copies in self.mailbox.copies.items():
            self.require(len(copies) <= 2 and len(set(copies)) == 1, f"{len(copies)} copies of {name}, {len(set(copies))} of them different")
        with reading(self.site) as store:
            self.require(store.execute("SELECT count(*) FROM meeting_slot").fetchone() == (0,), "slots are left")
            rows = [Meeting(*row) for row in store.execute("SELECT uid, address, state, revision, start, updated FROM meeting").fetchall()]
        for meeting in rows:
            self.judge_mails(meeting)
        check = self.site.convene("check", check=False)
        self.require(check.returncode == 0, check.stdout + check.stderr)

    def judge_mails(self, meeting):
        """A booking that was cancelled has a mail for each revision. A hold may have ended before the mail about it was sent."""
        was_booked = meeting.state == CANCELLED and meeting.revision > 2
        n_mails = meeting.revision if was_booked else 1
        n_came = len(self.mailbox.of[meeting.address])
        self.require(n_came == n_mails or (meeting.state == EXPIRED and n_came == 0), f"{n_came} mails about {meeting}")
        for address in (meeting.address, HOST):
            entries = self.mailbox.about(address, meeting.uid)
            sequences = [int(event["SEQUENCE"]) for _, _, event in entries]
            self.require(len(entries) == (n_mails - 1) and len(set(sequences)) == len(sequences), f"{address} has {sequences} of {meeting}")
            if not was_booked or not entries:
                continue
            _, method, event = entries[-1]
            self.require(method == "CANCEL" and event["DTSTART"].dt.timestamp() == meeting.start / MICRO, f"{address} believes {method} {event} of {meeting}")


def run(seed, directory, n_rounds, n_daemons=1):
    """Returns the race with its faults."""
    with smtp_server.Server() as server:
        race = Race(seed, directory, server, n_daemons)
        try:
            for site in race.sites:
                site.start()
            observer = Observer(race.site)
            for _ in range(n_rounds):
                race.round()
                race.faults += observer.faults
                if race.faults:
                    break
            race.finish()
            observer.end()
            race.faults += observer.faults
            race.n_seen = observer.n_seen
        finally:
            for site in race.sites:
                end(site)
        return race


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=200)
    arguments.add_argument("--daemons", type=int, default=1)
    arguments.add_argument("seeds", type=int, nargs="*", default=[1])
    arguments = arguments.parse_args()
    bad = 0
    for seed in arguments.seeds:
        with tempfile.TemporaryDirectory(prefix="convened-meetings-") as name:
            race = run(seed, pathlib.Path(name), arguments.rounds, arguments.daemons)
        print(f"seed {seed}: {arguments.rounds} rounds, {arguments.daemons} daemons, {race.n_kills} kills, {race.n_told[True]} told they have it, {race.n_told[False]} refused, "
              f"{race.n_seen} states read, latest end of a hold {race.latest_end:.3f} s, {len(race.faults)} faults", flush=True)
        for fault in race.faults[:10]:
            print(f"  {fault}")
        bad += bool(race.faults)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
