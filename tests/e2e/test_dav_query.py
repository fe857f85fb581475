"""Tests calendar-query and free-busy-query (RFC 4791, 7.8 and 7.10) with raw requests and python3-caldav. Expanded instances are compared with
those of recurring-ical-events and of libical."""

import contextlib
import datetime
import random
import re
import sqlite3
import time
import xml.etree.ElementTree as ElementTree

import caldav
import gi
import icalendar
import pytest
import recurring_ical_events
from dateutil import rrule

from conftest import Site, end
from test_accounts import PASSWORD, add
from test_dav import NAMES, propfind
from test_dav_members import EVENTS, ask, calendar, event, precondition, put
from test_recurrence import random_rule

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # noqa: E402  (the version must be required first)

UTC = datetime.timezone.utc
SPACES = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in NAMES.items())
EASTERN = """BEGIN:VTIMEZONE
LAST-MODIFIED:20040110T032845Z
TZID:US/Eastern
BEGIN:DAYLIGHT
DTSTART:20000404T020000
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=4
TZNAME:EDT
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20001026T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZNAME:EST
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
END:VTIMEZONE
"""
EAST = "DTSTART;TZID=US/Eastern:"
SECOND = "00959BC664CA650E933C892C@example.com"
# RFC 4791, appendix B: the events
RFC = {
    "abcd1.ics": calendar(EASTERN, event("74855313FA803DA593CD579A@example.com", "DURATION:PT1H", start=EAST + "20060102T100000", summary="Event #1")),
    "abcd2.ics": calendar(
        EASTERN, event(SECOND, "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=5", start=EAST + "20060102T120000", summary="Event #2"),
        event(SECOND, "DURATION:PT1H", "RECURRENCE-ID;TZID=US/Eastern:20060104T120000", start=EAST + "20060104T140000", summary="Event #2 bis"),
        event(SECOND, "DURATION:PT1H", "RECURRENCE-ID;TZID=US/Eastern:20060106T120000", start=EAST + "20060106T140000", summary="Event #2 bis bis")),
    "abcd3.ics": calendar(EASTERN, event(
        "DC6C50A017428C5216A2F1CD@example.com", "DURATION:PT1H", "STATUS:TENTATIVE", "ORGANIZER:mailto:cyrus@example.com",
        "ATTENDEE;PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:cyrus@example.com", "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:lisa@example.com",
        start=EAST + "20060104T100000", summary="Event #3")),
}


@pytest.fixture(scope="module")
def dav(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    add(site, "Anna")
    add(site, "reader", "reader")
    yield site.start()
    end(site)


@pytest.fixture(scope="module")
def rfc(dav):
    for name, content in RFC.items():
        assert put(dav, EVENTS + name, content).status_code in (201, 204)
    return dav


def report(site, content, path=EVENTS, depth="1", **headers):
    return ask(site, "REPORT", path, content.encode(), **{"Content_Type": "application/xml", "Depth": depth, **headers})


def range_of(start, stop, name="time-range"):
    return f'<C:{name} start="{start}" end="{stop}"/>'


def comp(name, content=""):
    return f'<C:comp-filter name="{name}">{content}</C:comp-filter>'


def prop(name, content=""):
    return f'<C:prop-filter name="{name}">{content}</C:prop-filter>'


def query(site, inside, data=None, more="", **arguments):
    wanted = "<D:getetag/>" + (f"<C:calendar-data>{data}</C:calendar-data>" if data is not None else "")
    content = f'<C:calendar-query {SPACES}><D:prop>{wanted}</D:prop><C:filter>{comp("VCALENDAR", inside)}</C:filter>{more}</C:calendar-query>'
    return report(site, content, **arguments)


def found(answer):
    """Returns {name: calendar-data}; without calendar-data the values are None."""
    assert answer.status_code == 207, (answer.status_code, answer.text)
    members = {}
    for response in ElementTree.fromstring(answer.content).findall("D:response", NAMES):
        assert [status.text for status in response.iter("{DAV:}status")] == ["HTTP/1.1 200 OK"]
        assert response.findtext("D:propstat/D:prop/D:getetag", None, NAMES)
        members[response.findtext("D:href", None, NAMES).rsplit("/", 1)[1]] = response.findtext("D:propstat/D:prop/C:calendar-data", None, NAMES)
    return members


def instances(text):
    """Returns [(RECURRENCE-ID, start, end)] of a VCALENDAR without recurrence properties, as texts in UTC."""
    cal, result = icalendar.Calendar.from_ical(text), []
    for component in cal.walk("VEVENT"):
        assert not {"RRULE", "RDATE", "EXDATE"} & set(component)
        start = component["DTSTART"].dt
        stop = component["DTEND"].dt if "DTEND" in component else start + component["DURATION"].dt if "DURATION" in component else start
        result.append((component["RECURRENCE-ID"].to_ical().decode() if "RECURRENCE-ID" in component else None, f"{start}", f"{stop}"))
    assert not cal.walk("VTIMEZONE") and "TZID" not in text
    return sorted(result, key=lambda instance: (instance[1], instance[2]))


def test_the_examples_of_the_rfc(rfc):
    day = comp("VEVENT", range_of("20060104T000000Z", "20060105T000000Z"))
    chosen = ('<C:comp name="VCALENDAR"><C:prop name="VERSION"/><C:comp name="VEVENT"><C:prop name="SUMMARY"/><C:prop name="UID"/><C:prop name="DTSTART"/>'
              '<C:prop name="RRULE"/><C:prop name="RECURRENCE-ID"/></C:comp><C:comp name="VTIMEZONE"/></C:comp>')
    answer = found(query(rfc, day, chosen))
    assert set(answer) == {"abcd2.ics", "abcd3.ics"}
    assert answer["abcd3.ics"].replace("\r\n", "\n") == ("BEGIN:VCALENDAR\nVERSION:2.0\n" + EASTERN + "BEGIN:VEVENT\n"
        "UID:DC6C50A017428C5216A2F1CD@example.com\nDTSTART;TZID=US/Eastern:20060104T100000\nSUMMARY:Event #3\nEND:VEVENT\nEND:VCALENDAR\n")
    two_days = range_of("20060103T000000Z", "20060105T000000Z")
    answer = found(query(rfc, comp("VEVENT", two_days), range_of("20060103T000000Z", "20060105T000000Z", "limit-recurrence-set")))
    assert set(answer) == {"abcd2.ics", "abcd3.ics"} and "bis\r\n" in answer["abcd2.ics"] and "bis bis" not in answer["abcd2.ics"]
    answer = found(query(rfc, comp("VEVENT", two_days), range_of("20060103T000000Z", "20060105T000000Z", "expand")))
    assert instances(answer["abcd2.ics"]) == [("20060103T170000Z", "2006-01-03 17:00:00+00:00", "2006-01-03 18:00:00+00:00"),
                                              ("20060104T170000Z", "2006-01-04 19:00:00+00:00", "2006-01-04 20:00:00+00:00")]
    assert instances(answer["abcd3.ics"]) == [(None, "2006-01-04 15:00:00+00:00", "2006-01-04 16:00:00+00:00")]
    uid = '<C:text-match collation="i;octet">DC6C50A017428C5216A2F1CD@example.com</C:text-match>'
    assert found(query(rfc, comp("VEVENT", prop("UID", uid)))) == {"abcd3.ics": None}
    attendee = ('<C:text-match collation="i;ascii-casemap">mailto:lisa@example.com</C:text-match><C:param-filter name="PARTSTAT">'
                '<C:text-match collation="i;ascii-casemap">NEEDS-ACTION</C:text-match></C:param-filter>')
    assert set(found(query(rfc, comp("VEVENT", prop("ATTENDEE", attendee))))) == {"abcd3.ics"}
    assert found(query(rfc, comp("VEVENT"), "")) == {name: content.decode() for name, content in RFC.items()}
    assert found(query(rfc, comp("VEVENT"))) == dict.fromkeys(RFC)
    assert found(query(rfc, comp("VTODO", prop("COMPLETED", "<C:is-not-defined/>")))) == {}


def test_the_scope_of_a_query(rfc):
    every = comp("VEVENT")
    assert found(query(rfc, every, depth="0")) == {} == found(query(rfc, every, depth=None))
    assert set(found(query(rfc, every, depth="infinity"))) == set(RFC)
    assert set(found(query(rfc, every, path="/dav/calendars/Anna/", depth="infinity"))) == set(RFC)
    assert found(query(rfc, every, path="/dav/calendars/Anna/", depth="1")) == {}
    assert set(found(query(rfc, every, path=EVENTS + "abcd1.ics", depth="0"))) == {"abcd1.ics"}
    assert found(query(rfc, comp("VEVENT", range_of("20070101T000000Z", "20070102T000000Z")), path=EVENTS + "abcd1.ics")) == {}
    assert query(rfc, every, path=EVENTS + "none.ics").status_code == 404
    assert query(rfc, every, path="/dav/addressbooks/Anna/contacts/").status_code == 403
    assert query(rfc, every, path="/dav/calendars/other/events/").status_code == 404
    assert ask(rfc, "REPORT", EVENTS, b"<x/>", user="nobody").status_code == 401


def test_bad_queries_are_refused_by_name(rfc):
    def refused(inside, more="", data=None):
        answer = query(rfc, inside, data, more)
        assert answer.status_code == 403, answer.text
        return precondition(answer)[0].replace("{urn:ietf:params:xml:ns:caldav}", "C:").replace("{DAV:}", "D:")

    match = '<C:text-match collation="i;basic">x</C:text-match>'
    assert refused(comp("VEVENT", range_of("20060105T000000Z", "20060104T000000Z"))) == "C:valid-filter"
    assert refused(comp("VEVENT", range_of("20060105", "20060106"))) == "C:valid-filter"
    assert refused(comp("VEVENT", prop("SUMMARY", range_of("20060104T000000Z", "20060105T000000Z")))) == "C:valid-filter"
    assert refused(comp("VTODO", comp("VEVENT"))) == "C:valid-filter"
    answer = query(rfc, comp("VEVENT", prop("X-A&amp;B", range_of("20060104T000000Z", "20060105T000000Z"))))
    assert '<C:supported-filter><C:prop-filter name="X-A&#38;B"/></C:supported-filter>' in answer.text
    assert refused(comp("VEVENT", prop("SUMMARY", match))) == "C:supported-collation"
    assert refused(comp("VEVENT", prop("SUMMARY") * 10000)) == "C:supported-filter"
    assert refused(comp("VEVENT"), "<C:timezone>BEGIN:VCALENDAR\nEND:VCALENDAR</C:timezone>") == "C:valid-calendar-data"
    assert refused(comp("VEVENT"), "<C:timezone-id>No/Where</C:timezone-id>") == "C:valid-timezone"
    assert refused(comp("VEVENT"), data=range_of("20060105T000000Z", "20060104T000000Z", "expand")) == "C:valid-filter"
    content = f'<C:calendar-query {SPACES}><D:prop><C:calendar-data content-type="text/plain"/></D:prop><C:filter>{comp("VCALENDAR")}</C:filter></C:calendar-query>'
    assert precondition(report(rfc, content))[0] == "{urn:ietf:params:xml:ns:caldav}supported-calendar-data"
    assert precondition(report(rfc, f"<C:calendar-query {SPACES}><D:prop/></C:calendar-query>"))[0] == "{urn:ietf:params:xml:ns:caldav}valid-filter"
    assert report(rfc, f"<C:free-busy-query {SPACES}/>").status_code == 400
    collations = propfind(rfc, EVENTS, "C:supported-collation-set").text
    assert all(f"<C:supported-collation>{name}</C:supported-collation>" in collations for name in ("i;ascii-casemap", "i;octet", "i;unicode-casemap"))
    deep = '<C:comp-filter name="VEVENT">' * 100 + "</C:comp-filter>" * 100
    assert query(rfc, deep).status_code == 400


def set_zone(dav, element):
    """Sets a property of the calendar. Returns its status, and the precondition that failed."""
    content = f"<D:propertyupdate {SPACES}><D:set><D:prop>{element}</D:prop></D:set></D:propertyupdate>"
    (propstat,) = ElementTree.fromstring(ask(dav, "PROPPATCH", EVENTS, content.encode()).content).findall(".//D:propstat", NAMES)
    fault = propstat.find("D:error/*", NAMES)
    return propstat.findtext("D:status", None, NAMES)[9:12], None if fault is None else fault.tag


def test_floating_times_are_read_in_the_zone_of_the_query(dav):
    for name, start in (("floating.ics", "DTSTART:20400105T100000"), ("date.ics", "DTSTART;VALUE=DATE:20400105")):
        assert put(dav, EVENTS + name, calendar(event(name, start=start))).status_code in (201, 204)
    zone = re.sub(r"US/Eastern", "Client's own", calendar(EASTERN).decode())

    def at(start, stop, more=""):
        return set(found(query(dav, comp("VEVENT", range_of(start, stop)), more=more)))

    assert at("20400105T150000Z", "20400105T150001Z", f"<C:timezone>{zone}</C:timezone>") == {"floating.ics", "date.ics"}
    assert at("20400105T010000Z", "20400105T010001Z", "<C:timezone-id>Asia/Tokyo</C:timezone-id>") == {"floating.ics", "date.ics"}
    assert at("20400104T150000Z", "20400104T150001Z", "<C:timezone-id>Asia/Tokyo</C:timezone-id>") == {"date.ics"}
    assert at("20400106T045959Z", "20400106T050000Z", f"<C:timezone>{zone}</C:timezone>") == {"date.ics"}
    assert at("20400106T050000Z", "20400106T050001Z", f"<C:timezone>{zone}</C:timezone>") == set()
    # The calendar's own zone counts where the query names none, by its name (RFC 7809, 5.2) unless there are rules.
    assert set_zone(dav, "<C:calendar-timezone-id>No/Where</C:calendar-timezone-id>") == ("403", "{urn:ietf:params:xml:ns:caldav}valid-timezone")
    assert set_zone(dav, "<C:calendar-timezone-id> Asia/Tokyo </C:calendar-timezone-id>") == ("200", None)
    assert at("20400104T150000Z", "20400104T150001Z") == {"date.ics"} and at("20400105T010000Z", "20400105T010001Z") == {"floating.ics", "date.ics"}
    assert set_zone(dav, f"<C:calendar-timezone>{zone}</C:calendar-timezone>") == ("200", None)
    assert at("20400104T150000Z", "20400104T150001Z") == set() and at("20400105T150000Z", "20400105T150001Z") == {"floating.ics", "date.ics"}
    remove = f"<D:propertyupdate {SPACES}><D:remove><D:prop><C:calendar-timezone/><C:calendar-timezone-id/></D:prop></D:remove></D:propertyupdate>"
    assert ask(dav, "PROPPATCH", EVENTS, remove.encode()).status_code == 207
    for name in ("floating.ics", "date.ics"):
        ask(dav, "DELETE", EVENTS + name)


TODO = "BEGIN:VTODO\nDTSTAMP:20060205T235335Z\n"
ALARM = "BEGIN:VALARM\nACTION:AUDIO\nTRIGGER;RELATED=START:-PT10M\nEND:VALARM\n"
# RFC 4791, appendix B: the tasks
TASKS = {
    "abcd4.ics": calendar(TODO, "DUE;VALUE=DATE:20060104\nSTATUS:NEEDS-ACTION\nSUMMARY:Task #1\nUID:DDDEEB7915FA61233B861457@example.com\n", ALARM, "END:VTODO\n"),
    "abcd5.ics": calendar(EASTERN, TODO, "DUE;TZID=US/Eastern:20060106T120000\nSTATUS:NEEDS-ACTION\nSUMMARY:Task #2\nUID:E10BA47467C5C69BB74E8720@example.com\n", ALARM, "END:VTODO\n"),
    "abcd6.ics": calendar(TODO, "COMPLETED:20051223T122322Z\nDUE;VALUE=DATE:20051225\nSTATUS:COMPLETED\nSUMMARY:Task #3\nUID:E10BA47467C5C69BB74E8722@example.com\nEND:VTODO\n"),
    "abcd7.ics": calendar(TODO, "DUE;VALUE=DATE:20060101\nSTATUS:CANCELLED\nSUMMARY:Task #4\nUID:E10BA47467C5C69BB74E8725@example.com\nEND:VTODO\n"),
}


def test_tasks_journals_and_the_zone_of_a_calendar(make_site):
    site = make_site()
    add(site, "Anna")
    site.convene("add", "--summary=x", "--start=2050-01-01", "--calendar=plans")
    zone = calendar(EASTERN).decode().replace("\r\n", "\n")
    with contextlib.closing(sqlite3.connect(site.database)) as store, store:
        store.execute("UPDATE collection SET components = 7 WHERE name = 'plans'")
    site.start()
    plans = "/dav/calendars/Anna/plans/"
    more = {"journal": calendar("BEGIN:VJOURNAL\nUID:journal\nDTSTAMP:20060101T000000Z\nDTSTART:20060110T100000\nEND:VJOURNAL\n"),
            "hourly": calendar("BEGIN:VTODO\nUID:hourly\nDTSTAMP:20060101T000000Z\nDTSTART:20060601T100000Z\nRRULE:FREQ=HOURLY\nEND:VTODO\n")}
    for name, content in {**TASKS, **more}.items():
        assert put(site, plans + name, content).status_code == 201

    def names(inside):
        return set(found(query(site, inside, path=plans)))

    # RFC 4791, 7.8.5 and 7.8.9
    assert names(comp("VTODO", comp("VALARM", range_of("20060106T100000Z", "20060107T100000Z")))) == {"abcd5.ics"}
    open_tasks = prop("COMPLETED", "<C:is-not-defined/>") + prop("STATUS", '<C:text-match negate-condition="yes">CANCELLED</C:text-match>')
    assert names(comp("VTODO", open_tasks)) == {"abcd4.ics", "abcd5.ics"}
    assert names(comp("VTODO", range_of("20051224T000000Z", "20060104T120000Z"))) == {"abcd4.ics", "abcd6.ics", "abcd7.ics"}
    assert names(comp("VTODO", range_of("20600101T000000Z", "20600102T000000Z"))) == {"hourly"}
    assert names(comp("VTODO")) == {*TASKS, "hourly"} and len(names(comp("VEVENT"))) == 1
    at_ten = comp("VJOURNAL", range_of("20060110T150000Z", "20060110T150001Z"))
    assert names(at_ten) == set()
    with contextlib.closing(sqlite3.connect(site.database)) as store, store:
        store.execute("INSERT INTO property VALUES ('plans', '', 'anna', 'urn:ietf:params:xml:ns:caldav', 'calendar-timezone', ?)",
                      (f'<C:calendar-timezone xmlns:C="urn:ietf:params:xml:ns:caldav">{zone}</C:calendar-timezone>',))
    assert names(at_ten) == {"journal"}
    whole = found(query(site, comp("VTODO", range_of("20600101T000000Z", "20600102T000000Z")), range_of("20600101T000000Z", "20600102T000000Z", "expand"), path=plans))
    assert whole == {"hourly": more["hourly"].decode()}


def test_free_busy_of_an_own_calendar(dav):
    """Events are busy that a calendar of the office would refuse; one without a readable time is refused here, too."""
    own = "/dav/calendars/Anna/own/"
    assert ask(dav, "MKCALENDAR", own).status_code == 201
    events = {"status": event("status", "DURATION:PT1H", "STATUS:X-MAYBE", "GEO:nowhere", start="DTSTART:20460101T100000Z"),
              "secondly": event("secondly", "DURATION:PT30M", "RRULE:FREQ=SECONDLY;COUNT=3", start="DTSTART:20460101T130000Z"),
              "series": event("series", "DURATION:PT1H", "TRANSP:TRANSPARENT", "RRULE:FREQ=DAILY;COUNT=3", start="DTSTART:20451231T150000Z")
              + event("series", "DURATION:PT1H", "TRANSP:OPAQUE", "STATUS:TENTATIVE", "RECURRENCE-ID:20460101T150000Z", start="DTSTART:20460101T160000Z"),
              "unknown": event("unknown", start="DTSTART;TZID=No/Where:20460101T180000")}
    for name, text in events.items():
        answer = put(dav, own + name, calendar(text))
        assert answer.status_code == (403 if name == "unknown" else 201), answer.text
    assert free_busy(dav, "20460101T000000Z", "20460102T000000Z", own) == [
        "BUSY:20460101T100000Z/20460101T110000Z", "BUSY:20460101T130000Z/20460101T133000Z", "BUSY-TENTATIVE:20460101T160000Z/20460101T170000Z"]
    assert ask(dav, "DELETE", own).status_code == 204


def free_busy(site, start, stop, path=EVENTS, **arguments):
    answer = report(site, f"<C:free-busy-query {SPACES}>{range_of(start, stop)}</C:free-busy-query>", path, **arguments)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/calendar"), answer.text
    (component,) = icalendar.Calendar.from_ical(answer.text).walk("VFREEBUSY")
    assert component["DTSTART"].to_ical().decode() == start and component["DTEND"].to_ical().decode() == stop and "DTSTAMP" in component
    return re.findall(r"^FREEBUSY;FBTYPE=(.*?)\r$", answer.text, re.M)


def test_free_busy(rfc):
    # RFC 4791, 7.10.1, without the periods of the VFREEBUSY object
    expected = ["BUSY-TENTATIVE:20060104T150000Z/20060104T160000Z", "BUSY:20060104T190000Z/20060104T200000Z", "BUSY:20060105T170000Z/20060105T180000Z"]
    assert free_busy(rfc, "20060104T140000Z", "20060105T220000Z") == expected
    assert free_busy(rfc, "20060104T140000Z", "20060105T220000Z", depth="0") == expected
    assert free_busy(rfc, "20060104T140000Z", "20060105T220000Z", "/dav/calendars/Anna/", depth="infinity") == expected
    assert free_busy(rfc, "20060104T153000Z", "20060104T193000Z") == ["BUSY-TENTATIVE:20060104T153000Z/20060104T160000Z", "BUSY:20060104T190000Z/20060104T193000Z"]
    assert free_busy(rfc, "20160104T140000Z", "20160105T220000Z") == []
    more = {"transparent": ["TRANSP:TRANSPARENT"], "cancelled": ["STATUS:CANCELLED"], "first": [], "second": []}
    for number, (name, lines) in enumerate(more.items()):
        assert put(rfc, EVENTS + name, calendar(event(name, "DURATION:PT1H", *lines, start=f"DTSTART:20450101T1{number}3000Z"))).status_code == 201
    assert free_busy(rfc, "20450101T000000Z", "20450102T000000Z") == ["BUSY:20450101T123000Z/20450101T143000Z"]
    for name in more:
        ask(rfc, "DELETE", EVENTS + name)
    assert precondition(report(rfc, f"<C:free-busy-query {SPACES}>{range_of('20060104T140000Z', '20060105T220000Z')}</C:free-busy-query>",
                               EVENTS + "abcd1.ics"))[0] == "{DAV:}supported-report"
    assert "<C:read-free-busy/>" in propfind(rfc, EVENTS, "D:current-user-privilege-set").text


N_SERIES = 30
ZONES = ["Europe/Berlin", "America/New_York", "Europe/Moscow", "Asia/Tashkent"]
FIRST, LAST = datetime.datetime(2027, 1, 1, tzinfo=UTC), datetime.datetime(2028, 1, 1, tzinfo=UTC)


def random_series(rng, number):
    """Returns a series with RDATEs, as one object. DTSTART is the first instance of the rule, because libraries differ on another one."""
    zone, first = rng.choice(ZONES), datetime.datetime(2026, 1, 1) + datetime.timedelta(days=rng.randint(0, 500), minutes=rng.randint(0, 90) * 15)
    rule = ";".join(part for part in random_rule(rng).split(";") if not part.startswith(("BYHOUR", "BYMINUTE", "UNTIL")))
    start = next(iter(rrule.rrulestr(rule, dtstart=first)), None)
    if start is None:
        return random_series(rng, number)
    if "COUNT" not in rule and rng.random() < 0.4:
        rule += f";UNTIL={start + datetime.timedelta(days=rng.randint(0, 500)):%Y%m%dT120000Z}"
    if rng.random() < 0.2:
        lines, first, form = ["DURATION:P2D"], f"DTSTART;VALUE=DATE:{start:%Y%m%d}", None
        rule = re.sub(r"UNTIL=(\d{8})T\d{6}Z", r"UNTIL=\1", rule)
    else:
        lines, first, form = [rng.choice(["DURATION:PT1H", "DURATION:PT25H"])], f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}", f";TZID={zone}:"
    if form and rng.random() < 0.5:
        lines.append(f"RDATE{form}{start + datetime.timedelta(days=400, hours=3):%Y%m%dT%H%M%S}")
    return f"series-{number}", calendar(event(f"series-{number}", *lines, "RRULE:" + rule, start=first)), zone, form


def with_changes(rng, content, starts, form, number):
    """Adds an override and an EXDATE of instances that the series has."""
    if not form or len(starts) < 4:
        return content
    text, (moved, gone) = content.decode(), rng.sample(starts, 2)
    override = event(f"series-{number}", f"RECURRENCE-ID{form}{moved:%Y%m%dT%H%M%S}", "DURATION:PT3H", start=f"DTSTART{form}{moved + datetime.timedelta(hours=30):%Y%m%dT%H%M%S}")
    text = text.replace("RRULE:", f"EXDATE{form}{gone:%Y%m%dT%H%M%S}\r\nRRULE:").replace("END:VCALENDAR", override.replace("\n", "\r\n") + "END:VCALENDAR")
    return text.encode()


def by_recurring_ical_events(content):
    result = []
    for component in recurring_ical_events.of(icalendar.Calendar.from_ical(content)).between(FIRST, LAST):
        start, stop = component["DTSTART"].dt, component["DTEND"].dt
        if isinstance(start, datetime.datetime):
            start, stop = start.astimezone(UTC), stop.astimezone(UTC)
        result.append((f"{start}", f"{stop}"))
    return sorted(result)


def by_libical(rule, start):
    """Returns the days of a rule in 2027."""
    recurrence = ICalGLib.Recurrence.new_from_string(rule)
    iterator = ICalGLib.RecurIterator.new(recurrence, ICalGLib.Time.new_from_string(start))
    days = []
    while (when := iterator.next()) and not when.is_null_time() and when.get_year() < 2028:
        if when.get_year() == 2027:
            days.append(f"{when.get_year()}-{when.get_month():02}-{when.get_day():02}")
    return days


def expanded(site):
    answer = found(query(site, comp("VEVENT", range_of(f"{FIRST:%Y%m%dT%H%M%SZ}", f"{LAST:%Y%m%dT%H%M%SZ}")),
                         range_of(f"{FIRST:%Y%m%dT%H%M%SZ}", f"{LAST:%Y%m%dT%H%M%SZ}", "expand"), "<C:timezone-id>UTC</C:timezone-id>"))
    return {name: [instance[1:] for instance in instances(text)] for name, text in answer.items() if text and name.startswith("series")}


def test_expansion_agrees_with_two_libraries(dav):
    rng, series = random.Random(4791), {}
    for number in range(N_SERIES):
        name, content, zone, form = random_series(rng, number)
        starts = [component["DTSTART"].dt for component in recurring_ical_events.of(icalendar.Calendar.from_ical(content)).between(FIRST, LAST)]
        series[name] = with_changes(rng, content, sorted(starts), form, number)
    for name, content in series.items():
        answer = put(dav, EVENTS + name, content)
        assert answer.status_code in (201, 204), (content, answer.text)
    result, wrong = expanded(dav), {}
    for name, content in series.items():
        wanted = by_recurring_ical_events(content)
        if result.get(name, []) != wanted:
            wrong[name] = (content.decode(), wanted[:5], result.get(name, [])[:5])
    for bad in wrong.values():
        print(*bad, sep="\n")
    assert not wrong, len(wrong)
    assert sum(map(len, result.values())) > 250
    n_matches = 0
    for _ in range(8):
        start = FIRST + datetime.timedelta(hours=rng.randint(0, 8000))
        stop = start + datetime.timedelta(hours=rng.randint(1, 100))
        wanted = {name for name, spans in result.items() for first, last in spans if first < f"{stop}" and last > f"{start}"}
        answer = found(query(dav, comp("VEVENT", range_of(f"{start:%Y%m%dT%H%M%SZ}", f"{stop:%Y%m%dT%H%M%SZ}")), more="<C:timezone-id>UTC</C:timezone-id>"))
        assert {name for name in answer if name.startswith("series")} == wanted, (start, stop)
        n_matches += len(wanted)
    assert n_matches > 8
    for name in series:
        ask(dav, "DELETE", EVENTS + name)
    rules = ["FREQ=WEEKLY;BYDAY=MO,WE;INTERVAL=2", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYMONTHDAY=13;INTERVAL=3", "FREQ=DAILY;INTERVAL=10;COUNT=70",
             "FREQ=YEARLY;BYMONTH=6;BYDAY=2TU", "FREQ=WEEKLY;UNTIL=20270601T000000Z"]
    for number, rule in enumerate(rules):
        content = calendar(event(f"series-{number}", "DURATION:PT1H", "RRULE:" + rule, start="DTSTART:20260105T100000Z"))
        assert put(dav, EVENTS + f"series-{number}", content).status_code == 201
    result = expanded(dav)
    for number, rule in enumerate(rules):
        assert [start[:10] for start, _ in result[f"series-{number}"]] == by_libical(rule, "20260105T100000Z"), rule
        ask(dav, "DELETE", EVENTS + f"series-{number}")


def test_expansion_is_bounded(dav):
    """A rule without an end, and one that never gives a day: the reply comes at once."""
    path = EVENTS + "bounded.ics"
    for rule, wanted in (("FREQ=DAILY;BYHOUR=0,3,6,9,12,15,18,21", 403), ("FREQ=DAILY;COUNT=100000", 403), ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 207)):
        assert put(dav, path, calendar(event("bounded", "RRULE:" + rule))).status_code in (201, 204)
        begin = time.monotonic()
        answer = query(dav, comp("VEVENT", '<C:time-range start="20300602T000000Z"/>'), range_of("20300602T000000Z", "70300101T000000Z", "expand"))
        assert answer.status_code == wanted and time.monotonic() - begin < 20
        if wanted == 403:
            assert precondition(answer)[0] == "{DAV:}number-of-matches-within-limits"
    ask(dav, "DELETE", path)


def test_other_reports_give_parts_of_texts(rfc):
    week = range_of("20060102T000000Z", "20060109T000000Z", "expand")
    path = EVENTS + "endless.ics"
    assert put(rfc, path, calendar(event("endless", "RRULE:FREQ=DAILY", start="DTSTART:19000101T090000Z"))).status_code in (201, 204)

    def multiget(data, *names):
        hrefs = "".join(f"<D:href>{EVENTS}{name}</D:href>" for name in names)
        return report(rfc, f"<C:calendar-multiget {SPACES}><D:prop><D:getetag/><C:calendar-data>{data}</C:calendar-data></D:prop>{hrefs}</C:calendar-multiget>")

    answer = found(multiget(week, "abcd1.ics", "abcd2.ics"))
    assert len(instances(answer["abcd2.ics"])) == 5 and instances(answer["abcd1.ics"]) == [(None, "2006-01-02 15:00:00+00:00", "2006-01-02 16:00:00+00:00")]
    only_uid = '<C:comp name="VCALENDAR"><C:comp name="VEVENT"><C:prop name="UID"/></C:comp></C:comp>'
    assert found(multiget(only_uid, "abcd1.ics")) == {"abcd1.ics": "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:74855313FA803DA593CD579A@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"}
    # One series with too many instances does not hide the others.
    answer = multiget(range_of("19000101T000000Z", "20060109T000000Z", "expand"), "endless.ics", "abcd1.ics")
    statuses = {response.findtext("D:href", None, NAMES): next(response.iter("{DAV:}status")).text for response in ElementTree.fromstring(answer.content)}
    assert statuses == {path: "HTTP/1.1 507 Insufficient Storage", EVENTS + "abcd1.ics": "HTTP/1.1 200 OK"}
    content = (f"<D:sync-collection {SPACES}><D:sync-token/><D:sync-level>1</D:sync-level><D:prop><D:getetag/><C:calendar-data>{week}</C:calendar-data></D:prop>"
               "</D:sync-collection>")
    answer = report(rfc, content, depth="0")
    assert answer.status_code == 207 and answer.text.count("RECURRENCE-ID:200601") == 12 and "RRULE" not in answer.text
    ask(rfc, "DELETE", path)


def test_hostile_queries_end(rfc):
    huge = comp("VEVENT", prop("SUMMARY", f'<C:text-match collation="i;unicode-casemap" negate-condition="yes">{"é" * 500_000}</C:text-match>'))
    begin = time.monotonic()
    assert set(found(query(rfc, huge))) >= set(RFC)
    many = comp("VEVENT", "".join(prop("SUMMARY", f"<C:text-match>{'e' * 1000}{number}</C:text-match>") for number in range(400)))
    assert found(query(rfc, many)) == {}
    ages = comp("VEVENT", range_of("00010101T000000Z", "99991231T000000Z"))
    assert set(found(query(rfc, ages))) >= set(RFC)
    assert found(query(rfc, comp("VEVENT", comp("VALARM", range_of("00010101T000000Z", "99991231T000000Z"))))) == {}
    assert found(query(rfc, comp("VEVENT", prop("SUMMARY", f"<C:text-match>{'e' * 4_000_000}</C:text-match>")))) == {}
    assert time.monotonic() - begin < 60


def test_a_month_among_many(dav, tmp_path):
    lines = [event(f"many-{number}@example.org", "DURATION:PT1H", start=f"DTSTART:{datetime.datetime(2050, 1, 1) + datetime.timedelta(hours=number * 5):%Y%m%dT%H%M%SZ}")
             for number in range(4000)]
    (tmp_path / "many.ics").write_bytes(calendar(*lines))
    dav.convene("import", tmp_path / "many.ics")
    for month, stop in (("20500301T000000Z", "20500401T000000Z"), ("20510901T000000Z", "20511001T000000Z")):
        first, last = (datetime.datetime.strptime(text, "%Y%m%dT%H%M%SZ") for text in (month, stop))
        times = [datetime.datetime(2050, 1, 1) + datetime.timedelta(hours=number * 5) for number in range(4000)]
        wanted = [at for at in times if first < at + datetime.timedelta(hours=1) and at < last]
        assert len(found(query(dav, comp("VEVENT", range_of(month, stop))))) == len(wanted) > 100


def test_python_caldav(rfc):
    with caldav.DAVClient(rfc.url + "/dav/", username="anna", password=PASSWORD) as client:
        home = client.principal().calendars()
        events = next(cal for cal in home if cal.url.path.endswith("/events/"))
        first, last = datetime.datetime(2006, 1, 3, tzinfo=UTC), datetime.datetime(2006, 1, 5, tzinfo=UTC)
        assert {item.url.path.rsplit("/", 1)[1] for item in events.date_search(first, last, expand=False)} == {"abcd2.ics", "abcd3.ics"}
        spread = events.date_search(first, last, expand=True)
        assert sorted(str(component["DTSTART"].dt) for item in spread for component in item.icalendar_instance.walk("VEVENT")) == [
            "2006-01-03 17:00:00+00:00", "2006-01-04 15:00:00+00:00", "2006-01-04 19:00:00+00:00"]
        assert events.event_by_uid(SECOND).url.path.endswith("/abcd2.ics")
        assert len(events.events()) >= 3 and events.todos() == []
        assert "FREEBUSY" in events.freebusy_request(first, last).data
