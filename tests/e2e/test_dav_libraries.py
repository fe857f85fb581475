"""Edits a calendar by libecal, the library of Evolution and GNOME Calendar, and reads the replies of reports by ical.js, the library of Thunderbird and
of many web calendars: the occurrences in a `calendar-query` with `expand` are those that ical.js makes of the texts of a multiget."""

import json
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import Site, end, node_package
from evolution import Evolution
from test_accounts import PASSWORD, add
from test_clients import ICAL_JS
from test_dav import NAMES
from test_dav_members import EVENTS, ZONE, ask, calendar, event, put
from test_dav_query import SPACES, comp, query, range_of, report

ZONED = "TZID=/example.org/Eastern"


@pytest.fixture(scope="module")
def dav(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    add(site, "Anna")
    yield site.start()
    end(site)


@pytest.fixture
def evolution(dav, tmp_path):
    program = Evolution(dav, tmp_path, "evolution_calendar.py", EVENTS)
    yield program
    program.end()


def texts(answer):
    """Returns {name: calendar-data} of a multistatus."""
    assert answer.status_code == 207, answer.text
    return {response.findtext("D:href", None, NAMES).rsplit("/", 1)[1]: response.findtext(".//C:calendar-data", None, NAMES)
            for response in ElementTree.fromstring(answer.content).findall("D:response", NAMES)}


def every(dav):
    return texts(query(dav, comp("VEVENT"), ""))


def kept(site):
    return {row["uid"]: row["summary"] for row in map(json.loads, site.convene("list", "--json").stdout.splitlines())}


def test_libecal_synchronizes_two_ways(dav, evolution):
    assert put(dav, EVENTS + "there.ics", calendar(event("there", summary="There"))).status_code == 201
    assert put(dav, EVENTS + "gone.ics", calendar(event("gone", summary="Gone"))).status_code == 201
    there = {"There": "20300601T090000Z", "Gone": "20300601T090000Z"}
    evolution.wait_for(there)
    here = event("here", "DTEND:20300701T100000Z", "LOCATION:Саранск", start="DTSTART:20300701T090000Z", summary="Here")
    assert evolution.ask("add", here)
    assert kept(dav)["here"] == "Here"
    assert evolution.ask("rename", ["There", "Renamed"])
    assert kept(dav)["there"] == "Renamed"
    dav.convene("set", "here", "SUMMARY", "Renamed by the office")
    assert ask(dav, "DELETE", EVENTS + "gone.ics").status_code == 204
    evolution.wait_for({"Renamed": "20300601T090000Z", "Renamed by the office": "20300701T090000Z"})
    assert evolution.ask("remove", "Renamed")
    assert "there" not in kept(dav)
    dav.convene("delete", "here")
    evolution.wait_for({})


def test_libecal_changes_one_instance(dav, evolution):
    weekly = event("weekly", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=4", start="DTSTART:20310603T090000Z", summary="Weekly")
    assert put(dav, EVENTS + "weekly.ics", calendar(weekly)).status_code == 201
    evolution.wait_for({"Weekly": "20310603T090000Z"})
    assert evolution.ask("change one", ["Weekly", "20310610T090000Z", "Only this one"])
    assert evolution.ask("remove one", ["Weekly", "20310617T090000Z"])
    year = range_of("20310101T000000Z", "20320101T000000Z")
    expanded = texts(query(dav, comp("VEVENT", year), year.replace("time-range", "expand")))["weekly.ics"]
    lines = expanded.replace("\r\n", "\n").splitlines()
    assert [line for line in lines if line.startswith(("DTSTART", "SUMMARY"))].count("SUMMARY:Weekly") == 2
    starts = sorted(line.removeprefix("DTSTART:") for line in lines if line.startswith("DTSTART"))
    assert starts == ["20310603T090000Z", "20310610T090000Z", "20310624T090000Z"] and "SUMMARY:Only this one" in lines
    assert ask(dav, "DELETE", EVENTS + "weekly.ics").status_code == 204


# ---- ical.js ----

OCCURRENCES_BY_ICAL_JS = """
import ICAL from "ical.js";
import { readFileSync } from "fs";
const [begin, end] = process.argv.slice(2).map((text) => ICAL.Time.fromDateTimeString(text));
const text = (time) => time.isDate ? time.toString() : time.toJSDate().toISOString();
const overlaps = (one) => one.startDate.compare(end) < 0 && one.endDate.compare(begin) > 0;
const row = (event, { startDate, endDate }) => [event.uid, event.summary, text(startDate), text(endDate)];
function parse(source) {
  const root = new ICAL.Component(ICAL.parse(source));
  ICAL.TimezoneService.reset();
  for (const zone of root.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  return root.getAllSubcomponents("vevent").map((component) => new ICAL.Event(component));
}
function* instances(event, last) {
  const iterator = event.iterator();
  for (let next; (next = iterator.next()) && next.compare(last) < 0;) yield event.getOccurrenceDetails(next);
}
function expand(source) {
  const events = parse(source);
  const master = events.find((event) => !event.isRecurrenceException());
  for (const other of events.filter((event) => event.isRecurrenceException())) master.relateException(other);
  if (!master.isRecurring()) return overlaps(master) ? [row(master, master)] : [];
  const last = end.clone();
  last.adjust(60, 0, 0, 0);  // an exception may begin earlier than the instance that it replaces
  return [...instances(master, last)].filter(overlaps).map((one) => row(one.item, one));
}
const { whole, expanded } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify([whole.flatMap(expand), expanded.flatMap((source) => parse(source).map((event) => row(event, event)))]));
"""
SERIES = {
    "utc": calendar(event("utc", "DTEND:20310105T100000Z", "RRULE:FREQ=DAILY;INTERVAL=3;COUNT=40", start="DTSTART:20310105T090000Z", summary="utc")),
    "zoned": calendar(ZONE.replace("Eastern\\, US", "Eastern"),
                      event("zoned", f"DTEND;{ZONED}:20310106T110000", "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20310601T000000Z",
                            f"EXDATE;{ZONED}:20310212T090000,20310312T090000", start=f"DTSTART;{ZONED}:20310106T090000", summary="zoned"),
                      event("zoned", f"RECURRENCE-ID;{ZONED}:20310310T090000", f"DTEND;{ZONED}:20310311T180000",
                            start=f"DTSTART;{ZONED}:20310311T150000", summary="moved")),
    "month": calendar(event("month", "DURATION:PT45M", "RRULE:FREQ=MONTHLY;BYDAY=-1FR", start="DTSTART:20310131T220000Z", summary="month")),
    "dates": calendar(event("dates", "DTEND;VALUE=DATE:20310204", "RRULE:FREQ=MONTHLY;BYMONTHDAY=2;COUNT=5", start="DTSTART;VALUE=DATE:20310202",
                            summary="dates")),
    "single": calendar(event("single", "DURATION:P1DT2H", start="DTSTART:20310228T230000Z", summary="single")),
    "text": calendar(event("text", "DTEND:20310315T100000Z", "DESCRIPTION:\u2028 \U0001f600 <b>&amp;</b> ]]>\\, \\; \\n", start="DTSTART:20310315T090000Z",
                           summary="Имя & <x> ]]> \\, a\\; b")),
}


@pytest.fixture(scope="module")
def series(dav):
    for name, content in SERIES.items():
        assert put(dav, f"{EVENTS}js-{name}.ics", content).status_code == 201, name
    yield dav
    for name in SERIES:
        ask(dav, "DELETE", f"{EVENTS}js-{name}.ics")


def multiget(site):
    hrefs = "".join(f"<D:href>{EVENTS}js-{name}.ics</D:href>" for name in SERIES)
    return texts(report(site, f"<C:calendar-multiget {SPACES}><D:prop><D:getetag/><C:calendar-data/></D:prop>{hrefs}</C:calendar-multiget>"))


@pytest.mark.parametrize("begin, finish", [("20310201T000000Z", "20310401T000000Z"), ("20310310T000000Z", "20310312T000000Z"),
                                           ("20310301T000000Z", "20310301T010000Z")])
def test_ical_js_finds_the_same_occurrences(series, begin, finish):
    home = node_package(ICAL_JS)
    whole = multiget(series)
    span = range_of(begin, finish)
    of_query = texts(query(series, comp("VEVENT", span), ""))
    assert all(whole[name] == text for name, text in of_query.items())
    expanded = texts(query(series, comp("VEVENT", span), span.replace("time-range", "expand")))
    assert expanded.keys() == of_query.keys()
    script = home / "occurrences.mjs"
    script.write_text(OCCURRENCES_BY_ICAL_JS)
    limits = [f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[9:11]}:{text[11:13]}:{text[13:15]}Z" for text in (begin, finish)]
    result = subprocess.run(["node", script, *limits], input=json.dumps({"whole": list(whole.values()), "expanded": list(expanded.values())}), cwd=home,
                            capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr
    of_texts, of_expanded = json.loads(result.stdout)
    assert sorted(of_expanded) == sorted(of_texts) and of_texts
