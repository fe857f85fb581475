"""Two years of events, contacts, edits and outages from a seed, and the mails that each contact must get by the rules of remind/due.h and
remind/notice.h.

It shares only those rules with the program: dates are computed with zoneinfo, recurrences with dateutil.
"""

import bisect
import dataclasses
import datetime as dt
import random
import zoneinfo

from dateutil import rrule

BEGIN, END = dt.datetime(2015, 12, 1), dt.datetime(2017, 12, 1)
EVENT_ZONES = ["Europe/Moscow", "Europe/Ulyanovsk", "Europe/Berlin", "America/New_York", "Asia/Tashkent", "Pacific/Auckland"]
CONTACT_ZONES = EVENT_ZONES + ["Europe/Samara", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Tehran", "Australia/Lord_Howe", "Pacific/Apia"]
KINDS = {"session": ["-P7D@10:00", "-P1D@18:00"], "exhibition": ["-P3D", "-PT0M"]}
OWN_LEADS = [["-P1D@18:00"], ["-P2D@09:30", "-PT90M"], ["-P1D", "-PT1H"], ["-P14D@08:00", "-P1D@20:00", "-PT30M"], ["-P1D", "-PT0M"]]
MOMENT_IS_OVER = dt.timedelta(hours=1)  # after the start of an event without a duration
CONFIG = 'mail = { settle = "PT0S"; };\n' + "kinds = ( " + ", ".join(
    f'{{ name = "{name}"; title = {{ en = "{name}"; }}; remind = [ ' + ", ".join(f'"{lead}"' for lead in leads) + " ]; }"
    for name, leads in KINDS.items()) + " );\n"


def usec(moment):
    """Returns the microseconds since the epoch of a naive datetime in UTC."""
    return round((moment - dt.datetime(1970, 1, 1)) / dt.timedelta(microseconds=1))


def instant(local, zone):
    """Converts a local time to naive UTC. Of two instants the first is taken; in a gap, the offset before the gap is used (RFC 5545,
    3.3.5)."""
    return local.replace(tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(dt.timezone.utc).replace(tzinfo=None)


def wall(moment, zone):
    return moment.replace(tzinfo=dt.timezone.utc).astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None)


@dataclasses.dataclass
class Contact:
    uid: str
    zone: str
    scope: str
    target: str
    leads: list


@dataclasses.dataclass
class Version:
    """An event's version from a certain time on."""
    published: dt.datetime
    start: dt.datetime  # local time
    length: dt.timedelta
    cancelled: bool = False


@dataclasses.dataclass
class Event:
    uid: str
    kind: str
    zone: str
    all_day: bool
    rule: str
    dropped: list  # EXDATE, local time
    versions: list

    def occurrences(self, version):
        starts = list(rrule.rrulestr(self.rule, dtstart=version.start)) if self.rule else [version.start]
        return [Occurrence(self, start, start + version.length) for start in starts if start not in self.dropped]

    def text(self, number):
        version = self.versions[number]
        parameter = ";VALUE=DATE" if self.all_day else f";TZID={self.zone}"
        form = "%Y%m%d" if self.all_day else "%Y%m%dT%H%M%S"
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//soak//EN", "BEGIN:VEVENT", f"UID:{self.uid}",
                 "DTSTAMP:20150101T000000Z", f"SEQUENCE:{number}", f"CATEGORIES:{self.kind.upper()}", f"X-CONVENED-TZID:{self.zone}",
                 f"DTSTART{parameter}:{version.start:{form}}"]
        lines += [f"DTEND{parameter}:{version.start + version.length:{form}}"] * (bool(version.length) or number % 2)
        lines += [f"RRULE:{self.rule}"] * bool(self.rule) + [f"EXDATE{parameter}:{start:{form}}" for start in self.dropped]
        lines += ["STATUS:CANCELLED"] * version.cancelled + ["END:VEVENT", "END:VCALENDAR", ""]
        return "\r\n".join(lines)


@dataclasses.dataclass
class Occurrence:
    event: Event
    start: dt.datetime
    end: dt.datetime

    @property
    def text(self):
        return f"{self.start:%Y%m%d}" if self.event.all_day else f"{self.start:%Y%m%dT%H%M%S} {self.event.zone}"

    @property
    def ends(self):
        return instant(self.end, self.event.zone) + (self.start == self.end) * MOMENT_IS_OVER

    def fire(self, lead, contact_zone):
        days, clock = lead[1:].split("@") if "@" in lead else (lead[1:], None)
        if days.startswith("PT"):
            unit = {"H": dt.timedelta(hours=1), "M": dt.timedelta(minutes=1)}[days[-1]]
            return instant(self.start, self.event.zone) - int(days[2:-1]) * unit
        back = dt.timedelta(days=int(days[1:-1]))
        if clock is None:
            return instant(self.start - back, self.event.zone)
        date = self.start if self.event.all_day else wall(instant(self.start, self.event.zone), contact_zone)
        return instant(dt.datetime.combine(date.date() - back, dt.time.fromisoformat(clock)), contact_zone)


class World:
    def __init__(self, seed, n_events=500, n_contacts=200, n_outages=40):
        self.random = random.Random(seed)
        self.events = [self.make_event(number) for number in range(n_events)]
        self.contacts = [self.make_contact(number) for number in range(n_contacts)]
        self.outages = self.make_outages(n_outages)
        for event in self.events:
            if event.rule:
                self.cancel_series(event)
            event.versions = [version for version in event.versions if version.published < END]

    def moment(self, begin, end):
        """Returns a random time that is not a whole second, because everything else happens on whole seconds."""
        seconds = int((end - begin).total_seconds())
        return begin.replace(microsecond=0) + dt.timedelta(seconds=self.random.randrange(max(1, seconds)), microseconds=500_000)

    def make_event(self, number):
        pick = self.random
        zone, all_day = pick.choice(EVENT_ZONES), pick.random() < 0.3
        start = dt.datetime(2016, 1, 10) + dt.timedelta(days=pick.randrange(660), hours=0 if all_day else pick.randrange(24),
                                                        minutes=0 if all_day else pick.choice([0, 15, 30]))
        length = dt.timedelta(days=pick.randint(1, 3)) if all_day else dt.timedelta(minutes=30 * pick.randint(0, 12))
        rule, dropped = "", []
        if pick.random() < 0.25:
            rule = pick.choice(["FREQ=WEEKLY;COUNT=10", "FREQ=DAILY;COUNT=8", "FREQ=MONTHLY;COUNT=6", "FREQ=WEEKLY;INTERVAL=2;COUNT=7"])
            starts = list(rrule.rrulestr(rule, dtstart=start))
            dropped = pick.sample(starts[1:], pick.randint(0, 2))
        published = self.moment(start - dt.timedelta(days=pick.choice([2, 10, 40])), start - dt.timedelta(days=1))
        versions = [Version(max(published, BEGIN + dt.timedelta(days=1, microseconds=500_000)), start, length)]
        if not rule:
            self.edit(versions)
        return Event(f"event-{number}@example.org", pick.choice(list(KINDS)), zone, all_day, rule, dropped, versions)

    def edit(self, versions):
        """Makes moves and cancellations, each before the day of the changed start."""
        while self.random.random() < 0.4:
            last = versions[-1]
            latest = last.start - dt.timedelta(days=1)
            if latest <= last.published + dt.timedelta(hours=2):
                return
            when = self.moment(last.published + dt.timedelta(hours=1), latest)
            move = dt.timedelta(days=self.random.choice([-1, 1, 2, 7, 20]))
            start = last.start if last.start + move < when + dt.timedelta(days=2) else last.start + move
            versions.append(Version(when, start, last.length, self.random.random() < 0.3))

    def cancel_series(self, event):
        """Cancels some series as a whole, between the publication and the last occurrence; half of them take place after all."""
        first, pick = event.versions[0], self.random
        if pick.random() < 0.5:
            return
        last = event.occurrences(first)[-1].start
        when = self.moment(first.published + dt.timedelta(hours=1), max(last, first.published + dt.timedelta(hours=2)))
        event.versions.append(Version(when, first.start, first.length, True))
        if pick.random() < 0.5:
            event.versions.append(Version(when + dt.timedelta(minutes=pick.choice([30, 2000, 9000])), first.start, first.length))

    def make_contact(self, number):
        pick = self.random
        scope = pick.choice(["all", "kind", "event"])
        target = {"all": "", "kind": pick.choice(list(KINDS)), "event": pick.choice(self.events).uid}[scope]
        leads = pick.choice(OWN_LEADS) if scope == "event" or pick.random() < 0.5 else []
        return Contact(f"contact-{number}", pick.choice(CONTACT_ZONES), scope, target, leads)

    def make_outages(self, count):
        outages, last = [], BEGIN
        for begin in sorted(self.moment(BEGIN + dt.timedelta(days=2), END - dt.timedelta(days=10)) for _ in range(count)):
            if begin > last:
                last = begin + dt.timedelta(minutes=self.random.choice([30, 300, 2000, 5000]))
                outages.append((begin, last))
        return outages

    def when_up(self, moment):
        """Returns the time at which the daemon notices something: at once, or at its next start."""
        place = bisect.bisect_right(self.outages, (moment, dt.datetime.max)) - 1
        return self.outages[place][1] if place >= 0 and moment < self.outages[place][1] else moment

    def leads_of(self, contact, event):
        listed = {"all": True, "kind": contact.target == event.kind, "event": contact.target == event.uid}[contact.scope]
        return (contact.leads or KINDS[event.kind]) if listed else []

    def expected(self):
        """Returns (time, kind of mail, contact, event, start as written) of all expected mails."""
        return sorted(mail for event in self.events for contact in self.contacts
                      for mail in Story(self, event, contact).mails() if self.leads_of(contact, event))


class Story:
    """The mails of one contact about one event."""

    def __init__(self, world, event, contact):
        self.world, self.event, self.contact = world, event, contact
        self.leads = world.leads_of(contact, event)
        self.handled = set()
        self.told = {}
        self.noticed = {}
        self.got = []

    def mails(self):
        seen = [(self.world.when_up(version.published), version) for version in self.event.versions]
        for number, (begin, version) in enumerate(seen):
            end = seen[number + 1][0] if number + 1 < len(seen) else END
            if begin < end:
                self.live_through(version, begin, end)
        return self.got

    def live_through(self, version, begin, end):
        occurrences = [] if version.cancelled else self.event.occurrences(version)
        fires = [(occurrence, lead, occurrence.fire(lead, self.contact.zone)) for occurrence in occurrences for lead in self.leads]
        moments = {self.world.when_up(fire) for _, _, fire in fires}
        for now in sorted({begin} | {moment for moment in moments if begin < moment < end}):
            self.notice(version, now)
            self.remind(fires, now)

    def say(self, now, kind, start):
        self.got.append((usec(now), kind, self.contact.uid, self.event.uid, start))

    def notice(self, version, now):
        if self.event.rule:
            self.notice_series(version, now)
            return
        if "" not in self.told:
            return
        start, end, cancelled, until = self.told[""]
        if until <= now:
            return
        there = Occurrence(self.event, version.start, version.start + version.length)
        if version.cancelled and not cancelled:
            self.say(now, "cancel", start)
            self.told[""] = (start, end, True, until)
        elif not version.cancelled and (cancelled or there.text != start):
            self.say(now, "change", there.text)
            self.noticed[there.text] = now
            self.told[""] = (there.text, there.end, False, max(until, there.ends))

    def notice_series(self, version, now):
        """One notice is about all occurrences that the contact was told of and that are not over, when the series is cancelled and when it takes
        place after all."""
        for_reader = [told for told in self.told.items() if told[1][3] > now and told[1][2] != version.cancelled]
        if for_reader:
            self.say(now, "cancel" if version.cancelled else "change", min(for_reader, key=lambda told: told[1][1])[0])
        for start, (_, end, _, until) in for_reader:
            self.told[start] = (start, end, version.cancelled, until)

    def remind(self, fires, now):
        due = {}
        for occurrence, lead, fire in fires:
            if BEGIN <= fire <= now < occurrence.ends and (occurrence.text, lead) not in self.handled:
                due.setdefault(occurrence.text, []).append((fire, lead, occurrence))
        for start, waiting in due.items():
            fire, _, occurrence = max(waiting, key=lambda entry: entry[0])
            self.handled |= {(start, lead) for _, lead, _ in waiting}
            if self.noticed.get(start, dt.datetime.min) >= fire:
                continue
            self.say(now, "reminder", start)
            self.told[start if self.event.rule else ""] = (start, occurrence.end, False, occurrence.ends)
