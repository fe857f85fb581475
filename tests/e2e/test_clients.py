"""Reads the feeds with real clients: libical, python3-icalendar, ical.js, vdirsyncer and khal agree with the documents' dates."""

import datetime
import json
import subprocess
import zoneinfo

import gi
import icalendar
import pytest
import recurring_ical_events
import requests

from conftest import PATIENCE, node_package

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # noqa: E402  (the version must be required first)

ICAL_JS = "ical.js@2.2.1"

READ_WITH_ICAL_JS = """
import ICAL from "ical.js";
import { readFileSync } from "fs";
const root = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const rows = root.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  return [event.uid, event.startDate.toString(), event.endDate.toString(), event.summary];
});
console.log(JSON.stringify(rows));
"""


def feed(daemon, path="/all.ics"):
    answer = requests.get(daemon.url + path, timeout=PATIENCE)
    assert answer.status_code == 200
    return answer.content.decode("utf-8")


def by_python_icalendar(text):
    return sorted((str(e["UID"]), e.decoded("DTSTART").isoformat(), e.decoded("DTEND").isoformat(), str(e["SUMMARY"]))
                  for e in icalendar.Calendar.from_ical(text).walk("VEVENT"))


def date_of(time):
    return datetime.date(time.get_year(), time.get_month(), time.get_day()).isoformat()


def by_libical(text):
    root = ICalGLib.Component.new_from_string(text)
    assert root is not None and root.count_errors() == 0
    rows = []
    event = root.get_first_component(ICalGLib.ComponentKind.VEVENT_COMPONENT)
    while event:
        rows.append((event.get_uid(), date_of(event.get_dtstart()), date_of(event.get_dtend()), event.get_summary()))
        event = root.get_next_component(ICalGLib.ComponentKind.VEVENT_COMPONENT)
    return sorted(rows)


@pytest.fixture(scope="session")
def ical_js():
    """Installs ical.js from the npm registry."""
    return node_package(ICAL_JS)


def by_ical_js(home, text):
    script = home / "read.mjs"
    script.write_text(READ_WITH_ICAL_JS)
    result = subprocess.run(["node", script], input=text, cwd=home, capture_output=True, text=True, timeout=60, check=True)
    return sorted(tuple(row) for row in json.loads(result.stdout))


def subscribe_with_khal(daemon, directory, zone, columns, spans):
    """Subscribes with vdirsyncer and lists every day of the tested years with khal."""
    config = directory / "vdirsyncer.conf"
    config.write_text(
        f'[general]\nstatus_path = "{directory}/status"\n'
        '[pair feed]\na = "remote"\nb = "local"\ncollections = null\nconflict_resolution = "a wins"\n'
        f'[storage remote]\ntype = "http"\nurl = "{daemon.url}/all.ics"\n'
        f'[storage local]\ntype = "filesystem"\npath = "{directory}/vdir"\nfileext = ".ics"\n')
    (directory / "vdir").mkdir()
    for action in (["discover"], ["sync"]):
        subprocess.run(["vdirsyncer", "-c", config, *action], check=True, timeout=120, capture_output=True)
    khal = directory / "khal.conf"
    khal.write_text(
        f"[calendars]\n[[feed]]\npath = {directory}/vdir\ntype = calendar\n"
        f"[locale]\nlocal_timezone = {zone}\ndefault_timezone = {zone}\n"
        "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        f"[sqlite]\npath = {directory}/khal.db\n[default]\ndefault_calendar = feed\n")
    rows = set()
    for start, days in spans:
        result = subprocess.run(
            ["khal", "-c", khal, "list", "--notstarted", "--format", columns, "--day-format", "", start, days],
            check=True, capture_output=True, text=True, timeout=120, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": str(directory)})
        rows.update(tuple(line.split("\t")) for line in result.stdout.splitlines() if "\t" in line)
    return sorted(rows)


def inclusive(rows):
    """Converts ends to khal's form: the last day of an all-day event, where iCalendar has the day after it."""
    day = datetime.timedelta(days=1)
    return sorted((start, (datetime.date.fromisoformat(end) - day).isoformat(), title) for _, start, end, title in rows)


def test_all_parsers_agree(daemon, ical_js):
    text = feed(daemon)
    rows = by_python_icalendar(text)
    assert len(rows) == 12
    assert by_libical(text) == rows
    assert by_ical_js(ical_js, text) == rows


def test_vdirsyncer_and_khal_subscribe(daemon, tmp_path):
    rows = inclusive(by_python_icalendar(feed(daemon)))
    spans = (("2017-05-20", "10d"), ("2021-06-20", "10d"), ("2025-07-01", "20d"))
    assert subscribe_with_khal(daemon, tmp_path, "Europe/Moscow", "{start-date}\t{end-date}\t{title}", spans) == rows


# Titles tell the instances apart: vdirsyncer gives each item a UID of its own.
SERIES = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//test//EN
{}END:VCALENDAR
"""

EVENTS = [
    ("zoned", ["DTSTART;TZID=Asia/Yekaterinburg:20260501T100000", "DTEND;TZID=Asia/Yekaterinburg:20260501T120000"]),
    ("utc", ["DTSTART:20260502T060000Z", "DTEND:20260502T073000Z"]),
    ("two-zones", ["DTSTART;TZID=Europe/Moscow:20260503T100000", "DTEND;TZID=Asia/Yekaterinburg:20260503T130000"]),
    ("berlin", ["DTSTART;TZID=Europe/Berlin:20260315T100000", "DTEND;TZID=Europe/Berlin:20260315T110000", "RRULE:FREQ=WEEKLY;COUNT=4",
                "EXDATE;TZID=Europe/Berlin:20260322T100000"]),
    ("berlin", ["RECURRENCE-ID;TZID=Europe/Berlin:20260329T100000", "DTSTART;TZID=Europe/Berlin:20260330T150000",
                "DTEND;TZID=Europe/Berlin:20260330T170000"]),
    ("overnight", ["DTSTART;TZID=Europe/Moscow:20260410T220000", "DURATION:PT8H", "RRULE:FREQ=DAILY;COUNT=2"]),
    ("new-york", ["DTSTART;TZID=America/New_York:20260301T090000", "DURATION:PT45M", "RRULE:FREQ=WEEKLY;COUNT=3"]),
    ("ulyanovsk", ["DTSTART;TZID=Europe/Ulyanovsk:20160326T100000", "DTEND;TZID=Europe/Ulyanovsk:20160326T113000", "RRULE:FREQ=DAILY;COUNT=3"]),
    ("day", ["DTSTART;VALUE=DATE:20260420"]),
    ("days", ["DTSTART;VALUE=DATE:20260422", "DTEND;VALUE=DATE:20260425"]),
    ("weekly-day", ["DTSTART;VALUE=DATE:20260401", "DTEND;VALUE=DATE:20260402", "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;VALUE=DATE:20260408"]),
    ("weekly-day", ["RECURRENCE-ID;VALUE=DATE:20260415", "DTSTART;VALUE=DATE:20260416", "DTEND;VALUE=DATE:20260418"]),
]


def utc(zone, *civil):
    return datetime.datetime(*civil, tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M")


def instances():
    """Returns the instances of EVENTS by zoneinfo: title, start and exclusive end, in UTC or as dates."""
    rows = [
        ("zoned", utc("Asia/Yekaterinburg", 2026, 5, 1, 10), utc("Asia/Yekaterinburg", 2026, 5, 1, 12)),
        ("utc", "2026-05-02T06:00", "2026-05-02T07:30"),
        ("two-zones", utc("Europe/Moscow", 2026, 5, 3, 10), utc("Asia/Yekaterinburg", 2026, 5, 3, 13)),
        ("berlin", utc("Europe/Berlin", 2026, 3, 15, 10), utc("Europe/Berlin", 2026, 3, 15, 11)),
        ("berlin", utc("Europe/Berlin", 2026, 3, 30, 15), utc("Europe/Berlin", 2026, 3, 30, 17)),
        ("berlin", utc("Europe/Berlin", 2026, 4, 5, 10), utc("Europe/Berlin", 2026, 4, 5, 11)),
        ("day", "2026-04-20", "2026-04-21"),
        ("days", "2026-04-22", "2026-04-25"),
        ("weekly-day", "2026-04-01", "2026-04-02"),
        ("weekly-day", "2026-04-16", "2026-04-18"),
        ("weekly-day", "2026-04-22", "2026-04-23"),
    ]
    rows += [("overnight", utc("Europe/Moscow", 2026, 4, day, 22), utc("Europe/Moscow", 2026, 4, day + 1, 6)) for day in (10, 11)]
    rows += [("new-york", utc("America/New_York", 2026, 3, day, 9), utc("America/New_York", 2026, 3, day, 9, 45)) for day in (1, 8, 15)]
    rows += [("ulyanovsk", utc("Europe/Ulyanovsk", 2016, 3, day, 10), utc("Europe/Ulyanovsk", 2016, 3, day, 11, 30)) for day in (26, 27, 28)]
    return sorted(rows)


def in_utc(value):
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M")
    return value.isoformat()


def expand_with_recurring_ical_events(text):
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between((2016, 1, 1), (2027, 1, 1))
    rows = [(str(e["SUMMARY"]), e["DTSTART"].dt, e["DTEND"].dt) for e in found]
    # A date without an end lasts that day (RFC 5545, 3.6.1); this version of the library gives it no duration.
    return sorted((title, in_utc(start), in_utc(end if end != start else start + datetime.timedelta(days=1))) for title, start, end in rows)


EXPAND_WITH_ICAL_JS = """
import ICAL from "ical.js";
import { readFileSync } from "fs";
const root = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of root.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
const text = (time) => time.isDate ? time.toString() : time.toJSDate().toISOString().slice(0, 16);
const events = root.getAllSubcomponents("vevent").map((component) => new ICAL.Event(component));
const rows = [];
for (const event of events.filter((event) => !event.isRecurrenceException())) {
  for (const other of events.filter((other) => other.isRecurrenceException() && other.uid === event.uid)) event.relateException(other);
  if (!event.isRecurring()) { rows.push([event.summary, text(event.startDate), text(event.endDate)]); continue; }
  const iterator = event.iterator();
  for (let next; (next = iterator.next());) {
    const found = event.getOccurrenceDetails(next);
    rows.push([found.item.summary, text(found.startDate), text(found.endDate)]);
  }
}
console.log(JSON.stringify(rows));
"""


def expand_with_ical_js(home, text):
    script = home / "expand.mjs"
    script.write_text(EXPAND_WITH_ICAL_JS)
    result = subprocess.run(["node", script], input=text, cwd=home, capture_output=True, text=True, timeout=60, check=True)
    return sorted(tuple(row) for row in json.loads(result.stdout))


def libical_text(root, value):
    if value.is_date():
        return date_of(value)
    zone = value.get_timezone() or (root.get_timezone(value.get_tzid()) if value.get_tzid() else ICalGLib.Timezone.get_utc_timezone())
    seconds = value.as_timet_with_zone(zone)
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M")


def libical_length(root, event, start):
    """Returns an event's length: its DURATION, or the exact time from DTSTART to DTEND. libical subtracts local times instead."""
    moments = [datetime.datetime.fromisoformat(libical_text(root, value)) for value in (start, event.get_dtend())]
    return moments[1] - moments[0]


def expand_with_libical(text):
    root = ICalGLib.Component.new_from_string(text)
    events, event = [], root.get_first_component(ICalGLib.ComponentKind.VEVENT_COMPONENT)
    while event:
        events.append(event)
        event = root.get_next_component(ICalGLib.ComponentKind.VEVENT_COMPONENT)
    overrides = {(e.get_uid(), e.get_recurrenceid().as_ical_string()) for e in events if e.get_first_property(ICalGLib.PropertyKind.RECURRENCEID_PROPERTY)}
    rows = []
    for event in events:
        start = event.get_dtstart()
        rule = event.get_first_property(ICalGLib.PropertyKind.RRULE_PROPERTY)
        times = [start]
        if rule:
            iterator, times = ICalGLib.RecurIterator.new(rule.get_rrule(), start), []
            while not (time := iterator.next()).is_null_time():
                if not ICalGLib.Property.recurrence_is_excluded(event, start, time) and (event.get_uid(), time.as_ical_string()) not in overrides:
                    times.append(time)
        for time in times:
            begin = libical_text(root, time)
            end = (datetime.datetime.fromisoformat(begin) + libical_length(root, event, start)).isoformat()
            rows.append((event.get_summary(), begin, end[:len(begin)]))
    return sorted(rows)


def expand_with_khal(daemon, directory):
    rows = subscribe_with_khal(daemon, directory, "UTC", "{title}\t{start-date}\t{start-time}\t{end-date}\t{end-time}",
                               (("2016-03-20", "20d"), ("2026-02-20", "90d")))
    result = []
    for title, start, start_time, end, end_time in rows:
        if not start_time:
            end = (datetime.date.fromisoformat(end) + datetime.timedelta(days=1)).isoformat()
        result.append((title, f"{start}T{start_time}" if start_time else start, f"{end}T{end_time}" if end_time else end))
    return sorted(result)


def test_zoned_and_recurring_instances_agree(site, ical_js, tmp_path):
    """All clients agree on start and end of every instance: zones, DST changes, moved and excluded instances, all-day events."""
    components = "".join(f"BEGIN:VEVENT\nUID:{title}@test.example\nDTSTAMP:20260101T000000Z\nSUMMARY:{title}\n" + "\n".join(lines) + "\nEND:VEVENT\n"
                         for title, lines in EVENTS)
    site.convene("import", "-", stdin=SERIES.format(components).replace("\n", "\r\n").encode())
    site.start()
    text, expected = feed(site), instances()
    assert len(expected) == 19
    assert expand_with_recurring_ical_events(text) == expected
    assert expand_with_ical_js(ical_js, text) == expected
    assert expand_with_libical(text) == expected
    assert expand_with_khal(site, tmp_path) == expected
