"""Tests the events' formats for programs: jCal, Atom, sitemap, robots, icon."""

import json
import subprocess
import urllib.parse
import xml.etree.ElementTree

import feedparser
import icalendar
import pytest
import requests

from conftest import PATIENCE, node_package, wait_within


def get(daemon, path, **headers):
    return requests.get(daemon.url + path, headers={k.replace("_", "-"): v for k, v in headers.items()}, timeout=PATIENCE)


# Conversion of jCal values to iCalendar (RFC 7265, 3.6).

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
    """Returns unfolded content lines, with VALUE where it is not the property's default type."""
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
    """Returns a component as read by a library, in a form to compare."""
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
    """Events whose values are hard to convert."""
    path = site.directory / "events.ics"
    path.write_text(EVENTS.replace("\n", "\r\n"), encoding="utf-8")
    site.convene("import", path)
    return site.start()


def without_parts(component):
    """Removes the components of RFC 9073 and LINK (RFC 9253) from jCal; the feed has none of them."""
    name, properties, components = component
    return [name, [p for p in properties if p[0] != "link"], [without_parts(c) for c in components if c[0] not in ("participant", "vlocation")]]


def assert_same(daemon):
    answer = get(daemon, "/events.json")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/calendar+json"
    ours = icalendar.Calendar.from_ical("\r\n".join(to_icalendar(without_parts(answer.json()))) + "\r\n")
    theirs = icalendar.Calendar.from_ical(get(daemon, "/all.ics").content)
    assert picture(ours) == picture(theirs)
    return answer


def test_jcal_equals_the_feed(rich):
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


READ_WITH_ICAL_JS = """
import ICAL from 'ical.js';
import fs from 'node:fs';
console.log(JSON.stringify(ICAL.parse(fs.readFileSync(0, 'utf8'))));
"""


def as_ical_js_has_it(component):
    """Rewrites jCal as ical.js does, which takes NAME (RFC 7986) as unknown, the first day of the week as a number, and a parameter's list
    as one text."""
    def prop(name, params, kind, *values):
        params = {key: ",".join(value) if isinstance(value, list) else value for key, value in params.items()}
        values = [dict(v, wkst=["SU", "MO", "TU", "WE", "TH", "FR", "SA"].index(v["wkst"]) + 1) if isinstance(v, dict) and "wkst" in v else v for v in values]
        return [name, params, "unknown" if name == "name" else kind, *values]
    name, properties, components = component
    return [name, [prop(*p) for p in properties], [as_ical_js_has_it(c) for c in components]]


@pytest.mark.parametrize("which", ["rich", "daemon"])
def test_jcal_equals_that_of_ical_js(request, which):
    """ical.js uses jCal internally: from the feed's bytes it makes the same jCal, property by property, in the same order."""
    site = request.getfixturevalue(which)
    home = node_package("ical.js@2.2.1")
    script = home / "jcal.mjs"
    script.write_text(READ_WITH_ICAL_JS)
    result = subprocess.run(["node", script], input=get(site, "/all.ics").text, cwd=home, capture_output=True, text=True, timeout=60, check=True)
    assert as_ical_js_has_it(without_parts(get(site, "/events.json").json())) == json.loads(result.stdout)


def test_jcal_is_kept_and_follows_the_store(daemon):
    first = get(daemon, "/events.json")
    assert first.headers["Access-Control-Allow-Origin"] == "*" and first.headers["Content-Encoding"] == "gzip"
    assert first.headers["ETag"].startswith('"')
    same = get(daemon, "/events.json", If_None_Match=first.headers["ETag"])
    assert same.status_code == 304 and not same.content
    daemon.convene("add", "--kind=session", "--summary=Added while it runs", "--start=2030-12-01T10:00")
    wait_within(3, daemon, lambda: "Added while it runs" in json.dumps(get(daemon, "/events.json").json()))
    assert get(daemon, "/events.json", If_None_Match=first.headers["ETag"]).status_code == 200


ATOM = "{http://www.w3.org/2005/Atom}"


def atom(daemon, language="en"):
    """Checks an Atom feed against RFC 4287 and returns it as parsed by a feed reader."""
    answer = get(daemon, "/events.atom", Accept_Language=language)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = xml.etree.ElementTree.fromstring(answer.content)
    assert root.tag == ATOM + "feed" and root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    for element in [root, *root.findall(ATOM + "entry")]:
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1 and element.find(ATOM + name).text
    assert root.find(f"{ATOM}author/{ATOM}name").text
    ids = [e.text for e in root.iter(ATOM + "id")]
    assert len(ids) == len(set(ids)) and all(urllib.parse.urlparse(i).scheme for i in ids)
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo and parsed.version == "atom10"
    return parsed


def base_url(daemon):
    return atom(daemon).feed.id.removesuffix("/events.atom")


def test_atom_lists_changes(site):
    site.convene("add", "--kind=session", "--summary=One & <two>", "--start=2030-05-01T10:00", "--location=Пермь", "--uid=one")
    site.start("--rehearse=2026-03-10T09:00:00+03:00")
    site.convene("add", "--kind=session", "--summary=Second", "--start=2030-06-24", "--end=2030-06-25", "--uid=two")
    feed = wait_within(3, site, lambda: (f := atom(site)) and len(f.entries) == 2 and f)
    by_title = {entry.title: entry for entry in feed.entries}
    one = by_title["One & <two>"]
    assert one.id == one.link == base_url(site) + "/event/one"
    assert one.summary == "1\u00a0May 2030, 10:00, Moscow, UTC+3\nПермь"
    assert one.tags[0].term == "session" and one.tags[0].label
    assert "24" in by_title["Second"].summary
    assert feed.feed.updated == max(entry.updated for entry in feed.entries)
    assert [e.id for e in atom(site, "ru").entries] == [e.id for e in feed.entries]
    assert "мая 2030" in {e.id: e for e in atom(site, "ru").entries}[one.id].summary


def test_atom_of_the_feeds_own_times(daemon):
    changed = {str(e["UID"]): e["LAST-MODIFIED"].dt for e in icalendar.Calendar.from_ical(get(daemon, "/all.ics").content).walk("VEVENT")}
    feed = atom(daemon)
    told = {urllib.parse.unquote(e.id.rsplit("/", 1)[1]): e.updated for e in feed.entries}
    assert set(changed) <= set(told)
    for uid, time in changed.items():
        assert told[uid] == time.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [e.updated for e in feed.entries] == sorted((e.updated for e in feed.entries), reverse=True)


def test_atom_has_only_public_data_and_escapes_it(rich):
    feed = atom(rich)
    titles = [e.title_detail.value for e in feed.entries]
    text = get(rich, "/events.atom").text + get(rich, "/sitemap.xml").text
    assert "ecret" not in text and "onfidential" not in text and "/event/busy" not in text
    assert len(titles) == 3
    odd = urllib.parse.quote("http://example.org/odd?a=1&b=<2>", safe="@")
    assert base_url(rich) + "/event/" + odd in [e.id for e in feed.entries]
    assert requests.get(rich.url + "/event/" + odd, timeout=PATIENCE).status_code == 200


def test_an_empty_atom_feed_is_valid(site):
    site.start()
    assert atom(site).entries == []


def test_characters_that_xml_forbids_are_removed(site):
    path = site.directory / "odd.ics"
    path.write_text("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:odd\r\nDTSTAMP:20300101T000000Z\r\n"
                    "DTSTART:20300601T100000Z\r\nSUMMARY:a\ufffe\uffff\u202eb\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", encoding="utf-8")
    site.convene("import", path)
    site.start()
    assert [e.title for e in atom(site).entries] == ["ab"]


def sitemap(daemon):
    answer = get(daemon, "/sitemap.xml")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = xml.etree.ElementTree.fromstring(answer.content)
    assert root.tag == space + "urlset"
    return [url.find(space + "loc").text for url in root]


def test_each_address_of_the_sitemap_is_a_page(daemon):
    base = base_url(daemon)
    addresses = sitemap(daemon)
    assert len(addresses) == len(set(addresses)) > 10
    for address in addresses:
        assert address.startswith(base + "/")
        page = get(daemon, address.removeprefix(base), Accept="text/html")
        assert page.status_code == 200 and f'<link rel="canonical" href="{address}">' in page.text and "noindex" not in page.text
    robots = get(daemon, "/robots.txt")
    assert f"Sitemap: {base}/sitemap.xml" in robots.text.splitlines() and robots.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("path", ["/events.json", "/events.atom", "/sitemap.xml", "/robots.txt", "/favicon.svg"])
def test_each_format_supports_conditional_requests(daemon, path):
    first = get(daemon, path)
    assert first.status_code == 200 and first.headers["ETag"].startswith('"') and first.headers["Cache-Control"].startswith("public")
    again = get(daemon, path, If_None_Match=first.headers["ETag"])
    assert again.status_code == 304 and not again.content
    plain = get(daemon, path, Accept_Encoding="identity")
    assert plain.content == first.content and "Content-Encoding" not in plain.headers
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    if path not in ("/favicon.svg", "/robots.txt"):
        assert first.headers.get("Content-Encoding") == "gzip" and plain.headers["ETag"] != first.headers["ETag"]


def test_the_sitemap_does_not_depend_on_the_language(daemon):
    one, other = (get(daemon, "/sitemap.xml", Accept_Language=language) for language in ("ru", "en"))
    assert one.headers["ETag"] == other.headers["ETag"] and one.headers["Vary"] == "Accept-Encoding"


def test_the_icon_is_found_under_its_old_name(daemon):
    icon = get(daemon, "/favicon.ico")
    assert icon.history[0].status_code == 302 and icon.headers["Content-Type"] == "image/svg+xml"
    xml.etree.ElementTree.fromstring(icon.content)
