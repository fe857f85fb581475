"""Invented events of the kinds that RFC 5545 leaves room for: where a library reads a file as we do, it reads the feed as we do, and the weeks show the
same. The seed is fixed, so that each run has the same files."""

import datetime
import json
import random
import re
import zoneinfo

import dateutil.rrule
import pytest
import requests

from conftest import PATIENCE, Site, end
from test_agreement import UTC, by_ical_js, by_python, by_uid, moment_of, python_by_event, rows_of_week

N = 100
# Starts beside hours that are skipped or repeated.
STARTS = [("Europe/Berlin", "20270328T023000"), ("Europe/Berlin", "20271031T013000"), ("America/New_York", "20270314T023000"), ("Europe/Moscow", "20270405T100000"),
          ("Asia/Kathmandu", "20270131T093000"), ("Australia/Lord_Howe", "20270404T014500")]
WINDOWS = {"Europe/Berlin": "W. Europe Standard Time", "America/New_York": "Eastern Standard Time", "Europe/Moscow": "Russian Standard Time"}
RULES = ["FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;BYMONTH=3,4", "FREQ=WEEKLY;BYDAY=MO,WE,SU;WKST=SU;INTERVAL=2", "FREQ=WEEKLY;BYDAY=TU", "FREQ=MONTHLY;BYMONTHDAY=31",
         "FREQ=MONTHLY;BYMONTHDAY=-1,15", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=5WE", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
         "FREQ=YEARLY;BYMONTH=2,3,10;BYMONTHDAY=28,29", "FREQ=YEARLY;BYYEARDAY=60,-1", "FREQ=YEARLY;BYDAY=20MO"]
OWN = ("BEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n"
       "END:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n"
       "END:DAYLIGHT\r\nEND:VTIMEZONE\r\n")


class Event:
    """One series, and its text."""

    def __init__(self, chance, number):
        self.chance, self.uid = chance, f"{number}@invented.example.org"
        self.zone, start = chance.choice(STARTS)
        self.kind = chance.choice(["zoned", "zoned", "own", "utc", "floating", "date", "windows"])
        if self.kind == "own" or (self.kind == "windows" and self.zone not in WINDOWS):
            self.kind, self.zone = "own", "Europe/Berlin"
        self.tzid = {"own": "Own", "windows": WINDOWS.get(self.zone)}.get(self.kind, self.zone)
        self.rule = chance.choice(RULES)
        at = datetime.datetime.strptime(start, "%Y%m%dT%H%M%S")
        self.start = next(iter(dateutil.rrule.rrulestr(self.rule, dtstart=at.replace(hour=0, minute=0) if self.kind == "date" else at)))
        self.text = self.calendar()

    def line(self, name, when):
        kind = self.kind
        params = ";VALUE=DATE" if kind == "date" else f";TZID={self.tzid}" if kind in ("zoned", "own", "windows") else ""
        return f"{name}{params}:{when:%Y%m%d}" if kind == "date" else f"{name}{params}:{when:%Y%m%dT%H%M%S}{'Z' if kind == 'utc' else ''}"

    def elsewhere(self, name, when):
        """The same moment in UTC, in another zone, or in none."""
        if self.kind not in ("zoned", "own", "windows") or self.chance.random() < 0.3:
            return self.line(name, when)
        instant = when.replace(tzinfo=zoneinfo.ZoneInfo(self.zone)).astimezone(UTC)
        tokyo = instant.astimezone(zoneinfo.ZoneInfo("Asia/Tokyo"))
        return self.chance.choice([f"{name}:{instant:%Y%m%dT%H%M%SZ}", f"{name};TZID=Asia/Tokyo:{tokyo:%Y%m%dT%H%M%S}"])

    def calendar(self):
        starts = list(dateutil.rrule.rrulestr(self.rule, dtstart=self.start).between(self.start, datetime.datetime(2031, 1, 1), inc=True)[:8])
        rule = self.rule + self.chance.choice(["", f";COUNT={self.chance.randrange(1, 9)}", f";UNTIL={self.last(starts)}"])
        lines = [self.line("DTSTART", self.start), f"RRULE:{rule}"]
        excluded = self.chance.sample(starts, self.chance.randrange(3))
        lines += [self.elsewhere("EXDATE", when) for when in excluded]
        if self.kind != "date":
            lines.append(f"DURATION:{self.chance.choice(['PT1H', 'P1D', 'PT0S', 'P1DT1H'])}")
        events = [lines]
        if self.chance.random() < 0.4:
            when = self.chance.choice(starts[:3])
            events.append([self.elsewhere("RECURRENCE-ID", when), self.line("DTSTART", when + datetime.timedelta(days=self.chance.choice([-1, 1, 9]))), "SEQUENCE:1"])
        self.chance.shuffle(events)
        components = "".join(f"BEGIN:VEVENT\r\nUID:{self.uid}\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:x\r\n" + "".join(one + "\r\n" for one in event) + "END:VEVENT\r\n"
                             for event in events)
        return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n{OWN if self.kind == 'own' else ''}{components}END:VCALENDAR\r\n"

    def last(self, starts):
        when = starts[-1]
        return f"{when:%Y%m%d}" if self.kind == "date" else f"{when:%Y%m%dT%H%M%S}" + ("" if self.kind == "floating" else "Z")

    def is_repeated(self, starts):
        """Whether the clock shows one of the starts twice."""
        zone = zoneinfo.ZoneInfo(self.zone)
        locals_ = [datetime.datetime.strptime(start, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(zone) for start in starts if start.endswith("Z")]
        return any(one.replace(fold=0).utcoffset() != one.replace(fold=1).utcoffset() for one in locals_)

    def plain(self):
        """The text with the name of the zone that libraries know."""
        return self.text.replace(f"TZID={self.tzid}:", f"TZID={self.zone}:")


class Case:
    def __init__(self, directory):
        chance = random.Random(5545)
        self.events = {event.uid: event for event in (Event(chance, number) for number in range(N))}
        self.site = Site(directory, extra='time_zone = "Etc/UTC";\n')
        (directory / "in").mkdir()
        for event in self.events.values():
            (directory / "in" / f"{event.uid}.ics").write_bytes(event.text.encode())
        self.site.convene("import", "--strict", directory / "in")
        self.site.start()
        self.feed = requests.get(self.site.url + "/all.ics", timeout=PATIENCE).content.decode()
        zones = "".join(re.findall(r"BEGIN:VTIMEZONE.*?END:VTIMEZONE\r\n", self.feed, re.S))
        texts = [event.plain().replace("BEGIN:VEVENT", zones + "BEGIN:VEVENT", 1) for event in self.events.values()]
        *js, js_feed = by_ical_js([*texts, self.feed])
        self.read = {"python": {}, "js": {}}
        for text, found in zip(texts, js):
            self.read["python"] |= by_python(text)
            self.read["js"] |= found
        self.fed = {"python": python_by_event(self.feed), "js": js_feed}
        self.listed = by_uid([self.row(json.loads(line)) for line in self.site.convene("list", "--from", "2027-01-01", "--to", "2027-12-31", "--json").stdout.splitlines()])

    @staticmethod
    def row(one):
        zone = {"Own": "Europe/Berlin"}.get(one.get("tzid"), one.get("tzid"))
        return one["uid"], moment_of(one["start"], zone)


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    made = Case(tmp_path_factory.mktemp("invented"))
    yield made
    end(made.site)


@pytest.mark.parametrize("library", ["python", "js"])
def test_a_library_that_reads_a_file_as_we_do_reads_the_feed_as_we_do(case, library):
    alike = {uid for uid, starts in case.listed.items() if case.read[library].get(uid) == starts}
    assert len(alike) > N / 2
    assert {uid: case.events[uid].text for uid in alike if case.fed[library].get(uid) != case.listed[uid]} == {}


def test_no_event_is_read_by_two_libraries_otherwise_than_by_us(case):
    """Both libraries take the second of two equal times; RFC 5545, 3.3.5 has the first."""
    both = {uid: starts for uid, starts in case.read["python"].items() if case.read["js"].get(uid) == starts}
    assert len(both) > N / 2
    unlike = {uid: starts for uid, starts in both.items() if case.listed.get(uid) != starts and not case.events[uid].is_repeated(starts)}
    assert {uid: (case.events[uid].text, starts ^ case.listed.get(uid, set())) for uid, starts in unlike.items()} == {}


def test_the_weeks_show_the_same(case):
    shown = set()
    with requests.Session() as session:
        for week in range(53):
            day = datetime.date(2027, 1, 1) + datetime.timedelta(weeks=week)
            page = session.get(f"{case.site.url}/week/{day}?lang=en&zone=Etc/UTC", timeout=PATIENCE).text
            for uid, on, when in rows_of_week(page):
                times = re.match(r"(\d\d):(\d\d)", when)
                if times and "2027" not in when:
                    shown.add((uid, f"{on}T{times[1]}{times[2]}00" + ("Z" if when.endswith("UTC") else "")))
    wanted = {(uid, start) for uid, starts in case.listed.items() for start in starts}
    assert len(shown) > N and {row for row in shown if row not in wanted} == set()
