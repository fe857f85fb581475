"""The feeds as real clients read them: libical, python3-icalendar, ical.js, vdirsyncer and khal agree with the documents' dates."""

import datetime
import json
import subprocess

import gi
import icalendar
import pytest
import recurring_ical_events
import requests

from conftest import BUILD

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
    answer = requests.get(daemon.url + path, timeout=5)
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
    """ical.js from the npm registry, kept under the build directory."""
    home = BUILD / "node"
    if not (home / "node_modules" / "ical.js").is_dir():
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text("{}")
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", ICAL_JS], cwd=home, check=True, timeout=300)
    return home


def by_ical_js(home, text):
    script = home / "read.mjs"
    script.write_text(READ_WITH_ICAL_JS)
    result = subprocess.run(["node", script], input=text, cwd=home, capture_output=True, text=True, timeout=60, check=True)
    return sorted(tuple(row) for row in json.loads(result.stdout))


def by_vdirsyncer_and_khal(daemon, directory):
    """Subscribes as a person would, and asks khal for every day of the years in question."""
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
        "[locale]\nlocal_timezone = Europe/Moscow\ndefault_timezone = Europe/Moscow\n"
        "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        f"[sqlite]\npath = {directory}/khal.db\n[default]\ndefault_calendar = feed\n")
    rows = set()
    for start, days in (("2017-05-20", "10d"), ("2021-06-20", "10d"), ("2025-07-01", "20d")):
        result = subprocess.run(
            ["khal", "-c", khal, "list", "--notstarted", "--format", "{start-date}\t{end-date}\t{title}", "--day-format", "",
             start, days],
            check=True, capture_output=True, text=True, timeout=120, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": str(directory)})
        rows.update(tuple(line.split("\t")) for line in result.stdout.splitlines() if "\t" in line)
    return sorted(rows)


def inclusive(rows):
    """khal shows the last day of an all-day event, iCalendar writes the day after it; vdirsyncer gives each item a UID of its own."""
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
    assert by_vdirsyncer_and_khal(daemon, tmp_path) == rows


def test_zoned_and_recurring_instances_agree(site, tmp_path):
    """Weekly meetings over a change of the clocks, in several zones: instants by dateutil, as the feed has them."""
    site.convene("add", "--kind", "meeting", "--summary", "Берлин", "--start", "2026-03-15T10:00", "--end", "2026-03-15T11:00",
                 "--zone", "Europe/Berlin", "--repeat", "FREQ=WEEKLY;COUNT=4", "--uid", "berlin@test.example")
    site.convene("add", "--kind", "meeting", "--summary", "Москва", "--start", "2026-03-15T10:00", "--duration", "PT90M",
                 "--zone", "Europe/Moscow", "--repeat", "FREQ=DAILY;COUNT=3", "--uid", "moscow@test.example")
    site.start()
    calendar = icalendar.Calendar.from_ical(feed(site))
    found = recurring_ical_events.of(calendar).between((2026, 3, 1), (2026, 5, 1))
    starts = sorted((str(e["UID"]), e["DTSTART"].dt.astimezone(datetime.timezone.utc).isoformat()) for e in found)
    assert starts == [
        ("berlin@test.example", "2026-03-15T09:00:00+00:00"),
        ("berlin@test.example", "2026-03-22T09:00:00+00:00"),
        ("berlin@test.example", "2026-03-29T08:00:00+00:00"),
        ("berlin@test.example", "2026-04-05T08:00:00+00:00"),
        ("moscow@test.example", "2026-03-15T07:00:00+00:00"),
        ("moscow@test.example", "2026-03-16T07:00:00+00:00"),
        ("moscow@test.example", "2026-03-17T07:00:00+00:00"),
    ]
