"""The events for programs: jCal, Atom, sitemap, robots, icon."""

import json

import icalendar
import pytest
import requests

from conftest import wait_until


def get(daemon, path, **headers):
    return requests.get(daemon.url + path, headers={k.replace("_", "-"): v for k, v in headers.items()}, timeout=10)


# What a value of jCal is in iCalendar (RFC 7265, 3.6), by the way back.

def compact(text):
    return text.replace("-", "").replace(":", "")


def rule(parts):
    def one(name, value):
        return compact(value) if name == "until" else str(value)
    return ";".join(f"{name.upper()}={','.join(one(name, v) for v in (value if isinstance(value, list) else [value]))}"
                    for name, value in parts.items())


BACK = {
    "date": compact, "date-time": compact, "time": compact, "boolean": lambda v: str(v).upper(),
    "utc-offset": lambda v: v.replace(":", ""), "recur": rule,
    "integer": str, "float": lambda v: ";".join(str(x) for x in v) if isinstance(v, list) else str(v),
    "text": lambda v: v.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n"),
}


def param(value):
    values = value if isinstance(value, list) else [value]
    return ",".join(f'"{v}"' if any(c in v for c in ",;:") else v for v in values)


def to_icalendar(component):
    """Content lines, unfolded; a VALUE that is not the usual type of its property is said."""
    name, properties, components = component
    lines = [f"BEGIN:{name.upper()}"]
    for prop, params, kind, *values in properties:
        head = prop.upper() + "".join(f";{key.upper()}={param(value)}" for key, value in params.items())
        if kind == "date" or (kind in ("uri", "duration") and prop in ("source", "refresh-interval", "image")):
            head += f";VALUE={kind.upper()}"
        lines.append(head + ":" + ",".join(BACK.get(kind, str)(v) for v in values))
    for inner in components:
        lines += to_icalendar(inner)
    return lines + [f"END:{name.upper()}"]


def picture(component):
    """What a library reads of a component, to compare."""
    properties = []
    for name, value in component.property_items(recursive=False):
        if name in ("BEGIN", "END"):
            continue
        params = {k: v for k, v in getattr(value, "params", {}).items() if k != "VALUE"}
        content = value.to_ical() if hasattr(value, "to_ical") else value
        properties.append((name, sorted((k, str(v)) for k, v in params.items()), content))
    return component.name, sorted(properties, key=repr), [picture(c) for c in component.subcomponents]


EVENTS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VTIMEZONE
TZID:Its own
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+033000
TZOFFSETTO:+0330
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:series
DTSTAMP:20300101T000000Z
DTSTART;TZID=Europe/Moscow:20310106T100000
DURATION:PT1H30M
RRULE:FREQ=MONTHLY;COUNT=5;BYDAY=1MO,-1FR;BYMONTH=1,2,3;WKST=MO
EXDATE;TZID=Europe/Moscow:20310131T100000,20310203T100000
RDATE;TZID=Europe/Moscow:20310401T100000,20310402T100000
SUMMARY;LANGUAGE=ru:Запятые\\, точки\\; и \\\\ знаки\\nв двух строках
CATEGORIES:SESSION,one\\, two
GEO:+54.2139;-049.60
PRIORITY:05
X-ODD;X-LIST=a,b;X-QUOTED="c,d":a\\,b\\;c
URL:https://example.org/?a=b&c=d
END:VEVENT
BEGIN:VEVENT
UID:series
RECURRENCE-ID;TZID=Europe/Moscow:20310303T100000
DTSTAMP:20300101T000000Z
DTSTART;TZID=Europe/Moscow:20310304T110000
SUMMARY:Moved </script><script>alert(1)</script> \u2028 "quoted"
END:VEVENT
END:VCALENDAR
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:days
DTSTAMP:20300101T000000Z
DTSTART;VALUE=DATE:20310501
DTEND;VALUE=DATE:20310503
RRULE:FREQ=YEARLY;UNTIL=20350501
SUMMARY:Days
STATUS:TENTATIVE
END:VEVENT
BEGIN:VEVENT
UID:secret
DTSTAMP:20300101T000000Z
DTSTART:20310601T100000Z
CLASS:PRIVATE
SUMMARY:Secret words
END:VEVENT
BEGIN:VEVENT
UID:busy
DTSTAMP:20300101T000000Z
DTSTART:20310601T100000Z
CLASS:CONFIDENTIAL
SUMMARY:Confidential words
END:VEVENT
BEGIN:VEVENT
UID:http://example.org/odd?a=1&b=<2>
DTSTAMP:20300101T000000Z
DTSTART:20310602T100000Z
SUMMARY:An odd & <name>
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def rich(site):
    """Events with whatever is hard to carry over."""
    path = site.directory / "events.ics"
    path.write_text(EVENTS.replace("\n", "\r\n"), encoding="utf-8")
    site.convene("import", path)
    return site.start()


def assert_same(daemon):
    answer = get(daemon, "/events.json")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/calendar+json"
    ours = icalendar.Calendar.from_ical("\r\n".join(to_icalendar(answer.json())) + "\r\n")
    theirs = icalendar.Calendar.from_ical(get(daemon, "/all.ics").content)
    assert picture(ours) == picture(theirs)
    return answer


def test_jcal_says_what_the_feed_says(rich):
    answer = assert_same(rich)
    assert b"<" not in answer.content
    assert "ecret" not in answer.text and "onfidential words" not in answer.text
    events = [c for c in answer.json()[2] if c[0] == "vevent"]
    series = {p[0]: p[1:] for p in events[0][1]}
    assert series["categories"] == [{}, "text", "SESSION", "one, two"]
    assert series["geo"] == [{}, "float", [54.2139, -49.60]]
    assert series["rrule"] == [{}, "recur", {"freq": "MONTHLY", "count": 5, "byday": ["1MO", "-1FR"], "bymonth": [1, 2, 3], "wkst": "MO"}]
    assert series["priority"] == [{}, "integer", 5]
    assert series["dtstart"] == [{"tzid": "Europe/Moscow"}, "date-time", "2031-01-06T10:00:00"]
    assert series["rdate"][1:] == ["date-time", "2031-04-01T10:00:00", "2031-04-02T10:00:00"]


def test_jcal_of_the_documents(daemon):
    assert_same(daemon)


def test_jcal_is_kept_and_follows_the_store(daemon):
    first = get(daemon, "/events.json")
    assert first.headers["Access-Control-Allow-Origin"] == "*" and first.headers["Content-Encoding"] == "gzip"
    assert first.headers["ETag"].startswith('"')
    same = get(daemon, "/events.json", If_None_Match=first.headers["ETag"])
    assert same.status_code == 304 and not same.content
    daemon.convene("add", "--kind=session", "--summary=Added while it runs", "--start=2030-12-01T10:00")
    wait_until(lambda: "Added while it runs" in json.dumps(get(daemon, "/events.json").json()), seconds=3)
    assert get(daemon, "/events.json", If_None_Match=first.headers["ETag"]).status_code == 200
