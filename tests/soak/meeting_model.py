"""Two years of meetings from a seed, and the mails that the two sides of each must get by the rules of meet/booking.h and meet/slot.h.

It shares only those rules with the program. Visitors ask for slots, also for taken ones; they confirm in time or too late; hosts accept,
decline and propose other times; both sides move, cancel and name representatives; some steps are not possible. All four kinds of people
answer invitations by mail: they accept, decline, delegate, propose another time, and answer invitations that are old; the other side accepts or
declines what was proposed. A step that the rules refuse changes nothing and causes no mail.
"""

import dataclasses
import datetime as dt
import heapq
import itertools
import random

BEGIN, END = dt.datetime(2015, 12, 1), dt.datetime(2017, 12, 1)
ZONES = ["Europe/Moscow", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]
LENGTH, NOTICE = dt.timedelta(minutes=30), dt.timedelta(hours=1)
FIRST_HOUR, LAST_HOUR = 9, 17
CONFIRM_WITHIN, ANSWER_WITHIN, NEWS = dt.timedelta(minutes=30), dt.timedelta(days=2), dt.timedelta(days=3)
MOVES_MAX, DELEGATES_MAX, COUNTERS_MAX = 10, 3, 5
CONFIG = ('meetings = { confirm_within = "PT30M"; answer_within = "P2D"; };\n'
          'bounces = { address = "answers@example.org"; mailbox = "maildir:/nonexistent"; };\n')
SIDES = ("visitor", "host")
WAITS = ("HELD", "ASKED", "PROPOSED")  # states that end by themselves
OF_ANSWERS = {"meeting-counter", "meeting-counter-declined", "meeting-counter-taken"}  # a change of the representatives makes them no less true
LIVE = (*WAITS, "BOOKED")

# (step, role, state) -> (new state, mail to the visitor, mail to the host). The confirmation of an address depends on the offer.
STEPS = {
    ("confirm", "visitor", "PROPOSED"): ("BOOKED", "invite", "invite"),
    ("accept", "host", "ASKED"): ("BOOKED", "invite", "invite"),
    ("decline", "host", "ASKED"): ("DECLINED", "declined", None),
    ("decline", "host", "PROPOSED"): ("DECLINED", "declined", None),
    ("decline", "host", "BOOKED"): ("CANCELLED", "cancel", "cancel"),
    ("decline", "visitor", "PROPOSED"): ("CANCELLED", None, "withdrawn"),
    ("decline", "visitor", "BOOKED"): ("CANCELLED", "cancel", "cancel"),
    ("propose", "host", "ASKED"): ("PROPOSED", "proposal", None),
    ("move", "visitor", "ASKED"): ("ASKED", "asked", "request"),
    ("move", "visitor", "BOOKED"): ("BOOKED", "moved", "moved"),
    ("move", "host", "BOOKED"): ("BOOKED", "moved", "moved"),
    ("cancel", "visitor", "HELD"): ("CANCELLED", None, None),
    ("cancel", "visitor", "ASKED"): ("CANCELLED", None, "withdrawn"),
    ("cancel", "visitor", "PROPOSED"): ("CANCELLED", None, "withdrawn"),
    ("cancel", "visitor", "BOOKED"): ("CANCELLED", "cancel", "cancel"),
    ("cancel", "host", "ASKED"): ("DECLINED", "declined", None),
    ("cancel", "host", "PROPOSED"): ("DECLINED", "declined", None),
    ("cancel", "host", "BOOKED"): ("CANCELLED", "cancel", "cancel"),
    ("delegate", "visitor", "BOOKED"): ("BOOKED", "delegated", "represented"),
    ("delegate", "host", "BOOKED"): ("BOOKED", "represented", "delegated"),
    ("return", "visitor-delegate", "BOOKED"): ("BOOKED", "returned", "unrepresented"),
    ("return", "host-delegate", "BOOKED"): ("BOOKED", "unrepresented", "returned"),
}
AFTER_ADDRESS = {"AUTO": ("BOOKED", "invite", "invite"), "HOST": ("ASKED", "asked", "request")}
ROLES = ("visitor", "host", "visitor-delegate", "host-delegate")


@dataclasses.dataclass
class Offer:
    uid: str
    host: str  # UID of the card
    zone: str
    confirm: str
    buffer: int  # minutes before and after

    def text(self):
        return "\r\n".join([
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//soak//EN", "BEGIN:VAVAILABILITY", f"UID:{self.uid}", "DTSTAMP:20150101T000000Z",
            f"X-CONVENED-MEETING-HOST:{self.host}", f"X-CONVENED-TZID:{self.zone}", "X-CONVENED-MEETING-DURATION:PT30M",
            f"X-CONVENED-MEETING-CONFIRM:{self.confirm}", "X-CONVENED-MEETING-NOTICE:PT1H", "X-CONVENED-MEETING-HORIZON:P60D",
            f"X-CONVENED-MEETING-BUFFER-BEFORE:PT{self.buffer}M", f"X-CONVENED-MEETING-BUFFER-AFTER:PT{self.buffer}M",
            "BEGIN:AVAILABLE", f"UID:{self.uid}-hours", "DTSTAMP:20150101T000000Z", f"DTSTART;TZID={self.zone}:20150101T{FIRST_HOUR:02}0000",
            f"DTEND;TZID={self.zone}:20150101T{LAST_HOUR:02}0000", "RRULE:FREQ=DAILY", "END:AVAILABLE", "END:VAVAILABILITY", "END:VCALENDAR", ""])


@dataclasses.dataclass
class Meeting:
    name: int
    offer: Offer
    visitor: str  # address
    zone: str
    start: dt.datetime
    state: str = "HELD"
    revision: int = 1
    expires: dt.datetime = None
    proposed: list = dataclasses.field(default_factory=list)
    changes: list = dataclasses.field(default_factory=lambda: [None])  # when each revision began
    delegates: dict = dataclasses.field(default_factory=dict)  # side -> address
    counts: dict = dataclasses.field(default_factory=dict)  # (step, role) -> number
    counter: tuple = None  # the proposal that waits for an answer: its side, its start, and how many of that side wait
    kept: set = dataclasses.field(default_factory=set)  # the revisions that changed only who comes
    was_moved: bool = False  # whether there are invitations to an earlier SEQUENCE
    told_once: set = dataclasses.field(default_factory=set)
    starts: list = dataclasses.field(default_factory=list)  # when the meeting began in each revision after the first
    released: dict = dataclasses.field(default_factory=dict)  # address of a former delegate -> when the page was used

    def has_ended(self, now):
        return self.expires is not None and self.expires <= now

    def takes(self, now):
        return [self.start, *self.proposed] if self.state in LIVE and not self.has_ended(now) else []

    def last_start(self):
        return max(self.proposed) if self.state == "PROPOSED" else self.start


@dataclasses.dataclass
class Mail:
    due: dt.datetime
    kind: str
    address: str
    meeting: Meeting
    revision: int
    start: dt.datetime
    until: dt.datetime
    group: tuple = None  # of reminders, of which the nearest one is sent after an outage


class Meetings:
    """Makes the script and the mails at once, in order of time: what is tried next depends on what was possible before."""

    def __init__(self, seed, clocks, when_up, n_asks, n_hosts=5):
        """`clocks` has the functions instant() and wall(); when_up() tells when a daemon that may be down notices something."""
        self.random, self.clocks, self.when_up = random.Random(seed), clocks, when_up
        self.hosts = {f"host-{number}": self.random.choice(ZONES) for number in range(n_hosts)}
        self.offers = [Offer(f"offer-{number}-{confirm}", host, zone, confirm, self.random.choice([0, 0, 10]))
                       for number, (host, zone) in enumerate(self.hosts.items()) for confirm in AFTER_ADDRESS]
        self.meetings, self.mails, self.lines, self.agenda = [], [], [], []
        self.order = itertools.count()
        self.names = itertools.count(1)
        for _ in range(n_asks):
            self.plan(self.between(BEGIN + dt.timedelta(days=2), END - dt.timedelta(days=70)), self.ask, None)
        while self.agenda:
            now, _, action, *arguments = heapq.heappop(self.agenda)
            action(now, *arguments)

    # --- the choice of what happens

    def plan(self, when, action, *arguments):
        if when < END:
            heapq.heappush(self.agenda, (when, next(self.order), action, *arguments))

    def between(self, begin, end):
        """Returns a random time at a quarter of a second, because all else happens at other fractions."""
        seconds = max(1, int((end - begin).total_seconds()))
        return begin.replace(microsecond=0) + dt.timedelta(seconds=self.random.randrange(seconds) + 1, microseconds=250_000)

    def any_slot(self, offer, now):
        """Returns a slot of the hours, which may be taken or too early."""
        day = self.clocks.wall(now, offer.zone).date() + dt.timedelta(days=self.random.choice([0, 1, 1, 2, 3, 7, 20]))
        number = self.random.randrange(2 * (LAST_HOUR - FIRST_HOUR))
        return self.clocks.instant(dt.datetime.combine(day, dt.time(FIRST_HOUR)) + number * LENGTH, offer.zone)

    def write(self, now, text):
        self.lines.append((now, text))

    def ask(self, now, rival):
        """A visitor asks for a slot; if `rival` is a meeting, for its slot."""
        pick = self.random
        offer = rival.offer if rival else pick.choice(self.offers)
        meeting = Meeting(next(self.names), offer, f"v{pick.randrange(60)}@example.org", pick.choice(ZONES), rival.start if rival else self.any_slot(offer, now))
        self.write(now, f"ask {meeting.name} {offer.uid} {self.clocks.usec(meeting.start)} {meeting.visitor} {meeting.zone}")
        if not self.is_slot(offer, meeting.start, now, None):
            return
        meeting.expires = min(now + CONFIRM_WITHIN, meeting.start)
        meeting.changes.append(now)
        self.meetings.append(meeting)
        self.mail(now, now, "verify", "visitor", meeting)
        self.await_end(meeting)
        self.plan(self.between(now, now + dt.timedelta(minutes=35)), self.step, meeting, "visitor", pick.choice(["confirm"] * 9 + ["cancel"]))
        if pick.random() < 0.3:
            self.plan(self.between(now, now + dt.timedelta(hours=1)), self.ask, meeting)

    def go_on(self, meeting, now):
        """Plans what one side does next."""
        pick = self.random
        if meeting.state == "BOOKED" and pick.random() < 0.6:
            self.answer_by_mail(meeting, now)
        if meeting.state == "ASKED":
            step, role = pick.choice([("accept", "host")] * 5 + [("decline", "host"), ("cancel", "host"), ("cancel", "visitor"), ("move", "visitor"),
                                                                 ("propose", "host"), ("propose", "host"), ("propose", "host")])
            when = self.between(now, now + ANSWER_WITHIN * 1.2)
        elif meeting.state == "PROPOSED":
            step, role = pick.choice([("confirm", "visitor")] * 4 + [("decline", "visitor"), ("cancel", "host")])
            when = self.between(now, now + ANSWER_WITHIN * 1.2)
        elif meeting.state == "BOOKED" and pick.random() < 0.5:
            step, role = pick.choice([("move", "visitor"), ("move", "host"), ("cancel", "visitor"), ("decline", "host"), ("delegate", "visitor"),
                                      ("delegate", "host"), ("return", "visitor-delegate"), ("return", "host-delegate")])
            when = self.between(now, meeting.start + dt.timedelta(minutes=30))
        else:
            return
        self.plan(when, self.step, meeting, role, step)
        if pick.random() < 0.2:  # a step that is often not possible
            step, role, _ = pick.choice(list(STEPS))
            self.plan(self.between(now, when + dt.timedelta(hours=3)), self.step, meeting, role, step)

    def answer_by_mail(self, meeting, now):
        """Plans the answer of one of the people, sometimes to an old invitation."""
        pick = self.random
        role = pick.choice(["visitor", "visitor", "host", "host", "visitor-delegate", "host-delegate"])
        word = pick.choice(["ACCEPTED", "ACCEPTED", "TENTATIVE", "DECLINED", "DELEGATED", "COUNTER", "COUNTER", "COUNTER", "OLD"])
        self.plan(self.between(now, meeting.start + dt.timedelta(minutes=20)), self.counter if word == "COUNTER" else self.reply, meeting, role, word)

    # --- the rules

    def is_free(self, offer, start, now, own):
        for meeting in self.meetings:
            if meeting is own or meeting.offer.host != offer.host:
                continue
            distance = LENGTH + dt.timedelta(minutes=max(offer.buffer, meeting.offer.buffer))
            if any(abs(taken - start) < distance for taken in meeting.takes(now)):
                return False
        return True

    def is_slot(self, offer, start, now, own):
        return start >= now + NOTICE and self.is_free(offer, start, now, own)

    def arguments(self, meeting, step, now):
        if step == "delegate":
            return [f"d{next(self.names)}@example.org"]
        if step == "move":
            return [self.any_slot(meeting.offer, now)]
        if step == "propose":
            count = self.random.choice([1, 2, 3])
            return sorted({self.any_slot(meeting.offer, now) for _ in range(count)} - {meeting.start}) or [meeting.start + dt.timedelta(days=3)]
        if step == "confirm" and meeting.state == "PROPOSED" and (len(meeting.proposed) > 1 or self.random.random() < 0.5):
            return [self.random.choice(meeting.proposed)]
        return []

    def step(self, now, meeting, role, step):
        arguments = self.arguments(meeting, step, now)
        words = [str(word if isinstance(word, str) else self.clocks.usec(word)) for word in arguments]
        self.write(now, " ".join(["step", str(meeting.name), role, step, *words]))
        rule = STEPS.get((step, role, meeting.state))
        if (step, role, meeting.state) == ("confirm", "visitor", "HELD"):
            rule = AFTER_ADDRESS[meeting.offer.confirm]
        if rule and self.is_possible(meeting, role, step, arguments, now):
            self.make(meeting, role, step, arguments, rule, now)
            self.await_end(meeting)
            self.go_on(meeting, now)

    def is_possible(self, meeting, role, step, arguments, now):
        if meeting.has_ended(now) or meeting.last_start() <= now:
            return False
        if (step, role, meeting.state) == ("move", "visitor", "BOOKED") and meeting.start < now + NOTICE:
            return False
        if step == "move":
            return (arguments[0] != meeting.start and meeting.counts.get((step, role), 0) < MOVES_MAX
                    and self.is_slot(meeting.offer, arguments[0], now, meeting))
        if step == "propose":
            return all(start > now and self.is_free(meeting.offer, start, now, meeting) for start in arguments)
        if step == "confirm" and meeting.state == "PROPOSED":
            return (arguments or meeting.proposed)[0] > now
        if step == "delegate":
            return role not in meeting.delegates and meeting.counts.get((step, role), 0) < DELEGATES_MAX
        return step != "return" or role.split("-")[0] in meeting.delegates

    def make(self, meeting, role, step, arguments, rule, now, is_by_mail=False):
        state, to_visitor, to_host = rule
        before = meeting.start
        meeting.was_moved |= step == "move" and state == "BOOKED"
        was_asked = meeting.state == "ASKED" == state
        meeting.counts[step, role] = meeting.counts.get((step, role), 0) + 1
        if step == "move":
            meeting.start, = arguments
        elif step == "confirm" and meeting.state == "PROPOSED":
            meeting.start = (arguments or meeting.proposed)[0]
        elif step == "delegate":
            meeting.delegates[role], = arguments
        elif step == "return":
            former = meeting.delegates.pop(role.split("-")[0])
        meeting.proposed = arguments if step == "propose" else []
        meeting.state = state
        if meeting.start != before or state not in LIVE:
            meeting.counter = None
        if step in ("delegate", "return"):
            meeting.kept.add(meeting.revision + 1)
        ends = min(now + ANSWER_WITHIN, meeting.last_start())
        meeting.expires = None if state not in WAITS else min(ends, meeting.expires) if was_asked else ends
        self.change(meeting, now, to_visitor, to_host)
        if step == "return" and not is_by_mail:
            meeting.released[former] = now
            self.mail(now, now, "released", role, meeting, address=former)

    def change(self, meeting, now, to_visitor, to_host):
        meeting.revision += 1
        meeting.changes.append(now)
        meeting.starts.append(meeting.start)
        for side, kind in zip(SIDES, (to_visitor, to_host)):
            roles = [side, f"{side}-delegate"] if side in meeting.delegates else [side]
            for role in roles:
                self.mail(now, now, "delegate" if kind == "delegated" and role != side else kind, role, meeting)
                if meeting.state == "BOOKED":
                    self.remind(now, role, meeting)
        if meeting.state == "ASKED":
            self.mail(now, now + (meeting.expires - now) / 2, "request-again", "host", meeting)

    # --- answers by mail

    def arrives(self, now, action, *arguments):
        """Whether a message is read at once; what comes while the daemon is down is read some time after its start."""
        up = self.when_up(now)
        if up != now:
            self.plan(self.between(up, up + dt.timedelta(minutes=5)), action, *arguments)
        return up == now

    def has_person(self, meeting, role):
        return role in SIDES or role.split("-")[0] in meeting.delegates

    def reply(self, now, meeting, role, word):
        is_old = word == "OLD"
        if not self.arrives(now, self.reply, meeting, role, word) or not self.has_person(meeting, role) or (is_old and not meeting.was_moved):
            return
        address = f"d{next(self.names)}@example.org" if word == "DELEGATED" else ""
        self.write(now, f"mail {meeting.name} {role} {'OLD ACCEPTED' if is_old else f'REPLY {word}'} {address}".rstrip())
        if meeting.state != "BOOKED":
            return
        if is_old:
            if meeting.start > now and ("outdated", role, meeting.revision) not in meeting.told_once:
                meeting.told_once.add(("outdated", role, meeting.revision))
                self.mail(now, now, "outdated", role, meeting)
        elif word == "DECLINED":
            self.make_if_possible(now, meeting, role, "decline" if role in SIDES else "return", [])
        elif word == "DELEGATED" and role in SIDES:
            self.make_if_possible(now, meeting, role, "delegate", [address])
        else:
            self.go_on(meeting, now)

    def make_if_possible(self, now, meeting, role, step, arguments):
        if self.is_possible(meeting, role, step, arguments, now):
            self.make(meeting, role, step, arguments, STEPS[step, role, "BOOKED"], now, is_by_mail=True)
            self.go_on(meeting, now)

    def counter(self, now, meeting, role, word):
        if not self.arrives(now, self.counter, meeting, role, word) or not self.has_person(meeting, role):
            return
        start = self.any_slot(meeting.offer, now) + dt.timedelta(hours=self.random.choice([0, 0, 0, 12]))
        self.write(now, f"mail {meeting.name} {role} {word} TENTATIVE {self.clocks.usec(start)}")
        waiting = meeting.counter[2] if meeting.counter and meeting.counter[0] == role else 0
        if meeting.state != "BOOKED" or role not in SIDES or start == meeting.start or waiting >= COUNTERS_MAX:
            return
        is_in_hours = FIRST_HOUR <= self.clocks.wall(start, meeting.offer.zone).hour < LAST_HOUR
        if meeting.start <= now or not is_in_hours or not self.is_slot(meeting.offer, start, now, meeting):
            self.mail(now, now, "counter-taken", role, meeting)
        else:
            other, = set(SIDES) - {role}
            meeting.counter = (role, start, waiting + 1)
            self.mail(now, now, "counter", other, meeting)
            self.plan(self.between(now, now + dt.timedelta(hours=12)), self.answer_counter, meeting, self.random.choice([role, *[other] * 4]), start)
        self.go_on(meeting, now)

    def answer_counter(self, now, meeting, role, start):
        """An answer by the page; the proposal may have been replaced, or the meeting changed, before the button is pressed."""
        accepts = self.random.random() < 0.6
        self.write(now, f"answer {meeting.name} {role} {'accept' if accepts else 'decline'} {self.clocks.usec(start)}")
        if meeting.state != "BOOKED" or not meeting.counter or meeting.counter[0] == role or meeting.counter[1] != start:
            return
        if accepts:
            self.make_if_possible(now, meeting, role, "move", [start])
            return
        (proposer, *_), meeting.counter = meeting.counter, None
        if ("declined", proposer, meeting.revision, start) not in meeting.told_once:
            meeting.told_once.add(("declined", proposer, meeting.revision, start))
            self.mail(now, now, "counter-declined", proposer, meeting)
        self.go_on(meeting, now)

    def await_end(self, meeting):
        if meeting.expires:
            self.plan(self.when_up(meeting.expires), self.end, meeting, meeting.revision)

    def end(self, now, meeting, revision):
        if meeting.revision == revision:
            kind = "expired" if meeting.state != "HELD" else None
            meeting.state, meeting.expires, meeting.proposed = "EXPIRED", None, []
            self.change(meeting, now, kind, None)

    # --- the mails

    def address(self, meeting, role):
        side = role.split("-")[0]
        return meeting.delegates[side] if role != side else meeting.visitor if side == "visitor" else f"{meeting.offer.host}@example.org"

    def mail(self, now, due, kind, role, meeting, group=None, address=None):
        if kind is None:
            return
        until = (meeting.start if kind in ("", "counter") else max(now + NEWS, meeting.start + LENGTH) if meeting.state not in LIVE
                 else meeting.expires or meeting.start + LENGTH)
        name = f"meeting-{kind}" if kind else "meeting"
        self.mails.append(Mail(due, name, address or self.address(meeting, role), meeting, meeting.revision, meeting.start, until, group))

    def remind(self, now, role, meeting):
        """The day before at 18:00 by the clock of the side, and two hours before."""
        zone = meeting.offer.zone if role.startswith("host") else meeting.zone
        day = self.clocks.wall(meeting.start, zone).date() - dt.timedelta(days=1)
        for due in (self.clocks.instant(dt.datetime.combine(day, dt.time(18)), zone), meeting.start - dt.timedelta(hours=2)):
            if due > now:
                self.mail(now, due, "", role, meeting, (meeting.name, meeting.revision, role))

    def start_at(self, mail, when):
        """The mail to a former delegate says what the meeting is when it is sent, the others what it was when they were made."""
        if mail.kind != "meeting-released":
            return mail.start
        return [start for change, start in zip(mail.meeting.changes[2:], mail.meeting.starts) if change <= when][-1]

    def is_current(self, mail, when):
        changes = mail.meeting.changes
        if mail.kind in OF_ANSWERS:
            return all(change > when or number in mail.meeting.kept for number, change in enumerate(changes) if number > mail.revision)
        return mail.kind == "meeting-released" or mail.revision + 1 == len(changes) or changes[mail.revision + 1] > when

    def has_nearer(self, mail, when, reminders):
        return any(other.due > mail.due and self.when_up(other.due) <= when for other in reminders.get(mail.group, []))

    def expected(self):
        """Returns (time, kind of mail, address, name of the meeting, its start) of all expected mails."""
        reminders, result = {}, []
        for mail in self.mails:
            if mail.group:
                reminders.setdefault(mail.group, []).append(mail)
        for mail in self.mails:
            when = self.when_up(mail.due)
            if when < min(mail.until, END) and self.is_current(mail, when) and not (mail.group and self.has_nearer(mail, when, reminders)):
                result.append((self.clocks.usec(when), mail.kind, mail.address, str(mail.meeting.name), str(self.clocks.usec(self.start_at(mail, when)))))
        return result

    def people(self, meeting):
        return [self.address(meeting, role) for role in ROLES if self.has_person(meeting, role)]

    def missed(self, meeting):
        """Whether the daemon was down from the last change of a meeting until it began, so that its people could not be told."""
        return self.when_up(meeting.changes[-1]) >= meeting.start

    def store_text(self):
        """Returns the cards of the hosts and their offers."""
        cards = "".join(f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{host}\r\nFN:{host}\r\nEMAIL:{host}@example.org\r\nTZ:{zone}\r\nEND:VCARD\r\n"
                        for host, zone in self.hosts.items())
        return cards, [offer.text() for offer in self.offers]
