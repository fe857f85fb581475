"""Demands of RFC 4791, 6352 and 6578 on any server, in the order of the RFCs; and the discovery and synchronization of programs.

Each demand is a function with a Client, which fails with an AssertionError. test_dav_demands.py tests this server; tests/bench/peers.py prints what
other servers do with the same requests.
"""

import itertools
import re
import xml.etree.ElementTree as ElementTree

import icalendar
import requests

from conftest import PATIENCE
from test_dav import NAMES
from test_dav_members import ZONE, calendar, card, event
from test_dav_query import SPACES, comp, prop, range_of

D, C, R = (f"{{{NAMES[prefix]}}}" for prefix in "DCR")
DEMANDS = []


def demand(section, words):
    """Lists a function as a demand: the RFC's section and what a server must do."""
    def add(function):
        DEMANDS.append((section, words, function))
        return function
    return add


class Client:
    """A client of one account; each calendar and book that it makes has a name of its own."""

    def __init__(self, url, calendars, books, account, password):
        self.url, self.calendars, self.books, self.auth = url, calendars, books, (account, password)
        self.numbers = itertools.count(1)

    def ask(self, method, path, content=None, **headers):
        headers = {"Content-Type": "application/xml; charset=utf-8", **{name.replace("_", "-"): value for name, value in headers.items()}}
        return requests.request(method, self.url + path, data=content.encode() if isinstance(content, str) else content, auth=self.auth, headers=headers,
                                timeout=PATIENCE, allow_redirects=False)

    def new_path(self):
        return f"{self.calendars}demand-{next(self.numbers)}/"

    def make(self, *components, method="MKCALENDAR", inside=""):
        """Makes a calendar. Without components the server chooses which it takes."""
        path = self.new_path()
        wanted = "".join(f'<C:comp name="{name}"/>' for name in components)
        inside += f"<C:supported-calendar-component-set>{wanted}</C:supported-calendar-component-set>" if components else ""
        content = f"<C:mkcalendar {SPACES}><D:set><D:prop><D:displayname>x</D:displayname>{inside}</D:prop></D:set></C:mkcalendar>"
        status(self.ask(method, path, content), 201)
        return path

    def make_book(self):
        path = f"{self.books}demand-{next(self.numbers)}/"
        content = (f"<D:mkcol {SPACES}><D:set><D:prop><D:resourcetype><D:collection/><R:addressbook/></D:resourcetype></D:prop></D:set></D:mkcol>")
        status(self.ask("MKCOL", path, content), 201)
        return path

    def put(self, path, content, media_type="text/calendar; charset=utf-8", **headers):
        return self.ask("PUT", path, content, **{"Content_Type": media_type, **headers})

    def fill(self, **texts):
        """Makes a calendar with members of these names."""
        path = self.make()
        for name, text in texts.items():
            status(self.put(f"{path}{name}.ics", text), 201, 204)
        return path

    def fill_book(self, **texts):
        path = self.make_book()
        for name, text in texts.items():
            status(self.put(f"{path}{name}.vcf", text, "text/vcard; charset=utf-8"), 201, 204)
        return path

    def propfind(self, path, *names, depth="0"):
        return self.ask("PROPFIND", path, f"<D:propfind {SPACES}><D:prop>{''.join(f'<{name}/>' for name in names)}</D:prop></D:propfind>", Depth=depth)

    def report(self, path, content, depth="1"):
        return self.ask("REPORT", path, content, **({"Depth": depth} if depth is not None else {}))

    def query(self, path, inside, data="", more="", depth="1"):
        return self.report(path, f"<C:calendar-query {SPACES}><D:prop><D:getetag/><C:calendar-data>{data}</C:calendar-data></D:prop>"
                                 f'<C:filter>{comp("VCALENDAR", inside)}</C:filter>{more}</C:calendar-query>', depth)

    def found(self, path, inside):
        return {name.removesuffix(".ics") for name in texts(self.query(path, inside))}

    def book_query(self, path, inside, attributes="", more=""):
        return self.report(path, f"<R:addressbook-query {SPACES}><D:prop><D:getetag/><R:address-data/></D:prop><R:filter{attributes}>{inside}</R:filter>{more}"
                                 "</R:addressbook-query>")

    def sync(self, path, token="", more="", depth="0"):
        return self.report(path, f"<D:sync-collection {SPACES}><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>{more}"
                                 "<D:prop><D:getetag/></D:prop></D:sync-collection>", depth)


def status(answer, *expected):
    assert answer.status_code in expected, f"{answer.request.method} {answer.status_code}"


def responses(answer):
    status(answer, 207)
    return ElementTree.fromstring(answer.content).findall("D:response", NAMES)


def name_of(response):
    return response.findtext("D:href", None, NAMES).rstrip("/").rsplit("/", 1)[1]


def texts(answer, data="C:calendar-data"):
    """Returns {name: text of the object}."""
    return {name_of(response): response.findtext(f".//{data}", None, NAMES) for response in responses(answer)}


def value(answer, name):
    """Returns the element of a property that has been found, or None."""
    for propstat in ElementTree.fromstring(answer.content).findall(".//D:propstat", NAMES):
        found = propstat.find(f"D:prop/{name}", NAMES)
        if "200" in propstat.findtext("D:status", "", NAMES) and found is not None:
            return found
    return None


def refused(answer, name, *statuses):
    """Checks the precondition in the body of a refusal."""
    status(answer, *(statuses or (403, 409)))
    root = ElementTree.fromstring(answer.content)
    prefix, _, local = name.partition(":")
    assert root.find(f".//{{{NAMES[prefix]}}}{local}") is not None, f"no {name}"


def changes(answer):
    """Returns (token, names of the changed members, of the removed ones)."""
    changed, removed = set(), set()
    for response in responses(answer):
        gone = "404" in response.findtext("D:status", "", NAMES)
        (removed if gone else changed).add(name_of(response))
    return ElementTree.fromstring(answer.content).findtext("D:sync-token", None, NAMES), changed, removed


ONE, TWO = calendar(event("one")), calendar(event("two", start="DTSTART:20310101T090000Z", summary="Other"))


# ---- RFC 4791 ----


@demand("4791, 4.1", "no METHOD, one UID and one type of component in an object")
def _(client):
    path = client.make()
    for text in (calendar(event("a"), head="VERSION:2.0\nPRODID:x\nMETHOD:REQUEST\n"), calendar(event("a"), event("b")),
                 calendar(event("a"), "BEGIN:VTODO\nUID:a\nDTSTAMP:20260101T000000Z\nEND:VTODO\n")):
        refused(client.put(path + "a.ics", text), "C:valid-calendar-object-resource")


@demand("4791, 4.2", "no calendar inside a calendar")
def _(client):
    outer = client.make()
    refused(client.ask("MKCALENDAR", outer + "inner/"), "C:calendar-collection-location-ok")


@demand("4791, 5.1", "OPTIONS has calendar-access, REPORT and MKCALENDAR where they are")
def _(client):
    answer = client.ask("OPTIONS", client.make())
    status(answer, 200, 204)
    assert "calendar-access" in answer.headers.get("DAV", "") and "REPORT" in answer.headers.get("Allow", "")
    assert "MKCALENDAR" in client.ask("OPTIONS", client.new_path()).headers.get("Allow", "")


@demand("4791, 5.2", "properties of CalDAV are not in allprop")
def _(client):
    (response,) = responses(client.ask("PROPFIND", client.make(), f"<D:propfind {SPACES}><D:allprop/></D:propfind>", Depth="0"))
    assert not [element.tag for element in response.iter() if element.tag.startswith(C + "supported-") or element.tag == C + "calendar-timezone"]


@demand("4791, 5.2.2", "a wrong time zone of a calendar is refused")
def _(client):
    path = client.make()
    for wrong in ("x", "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nEND:VCALENDAR\n"):
        answer = client.ask("PROPPATCH", path, f"<D:propertyupdate {SPACES}><D:set><D:prop><C:calendar-timezone>{wrong}</C:calendar-timezone></D:prop></D:set>"
                                               "</D:propertyupdate>")
        refused(answer, "C:valid-calendar-data", 207, 403, 409)
    zone = calendar(ZONE).decode()
    answer = client.ask("PROPPATCH", path, f"<D:propertyupdate {SPACES}><D:set><D:prop><C:calendar-timezone>{zone}</C:calendar-timezone></D:prop></D:set>"
                                           "</D:propertyupdate>")
    assert value(answer, "C:calendar-timezone") is not None


@demand("4791, 5.2.3", "the set of components is protected")
def _(client):
    answer = client.ask("PROPPATCH", client.make(), f"<D:propertyupdate {SPACES}><D:set><D:prop><C:supported-calendar-component-set><C:comp name='VTODO'/>"
                                                    "</C:supported-calendar-component-set></D:prop></D:set></D:propertyupdate>")
    status(answer, 207, 403)
    assert value(answer, "C:supported-calendar-component-set") is None


@demand("4791, 5.2.3", "a component outside of the set is refused")
def _(client):
    path = client.make("VEVENT")
    refused(client.put(path + "a.ics", calendar("BEGIN:VTODO\nUID:a\nDTSTAMP:20260101T000000Z\nEND:VTODO\n")), "C:supported-calendar-component")


@demand("4791, 5.3.1", "MKCALENDAR: its reply is not cached; nothing is made over something")
def _(client):
    path = client.new_path()
    made = client.ask("MKCALENDAR", path)
    status(made, 201)
    assert "no-cache" in made.headers.get("Cache-Control", "") or "no-store" in made.headers.get("Cache-Control", "")
    refused(client.ask("MKCALENDAR", path), "D:resource-must-be-null", 403, 409)
    status(client.ask("MKCALENDAR", f"{client.calendars}not-there/below/"), 403, 409)


@demand("4791, 5.3.1", "MKCALENDAR fails as a whole if one property fails")
def _(client):
    path = client.new_path()
    answer = client.ask("MKCALENDAR", path, f"<C:mkcalendar {SPACES}><D:set><D:prop><D:displayname>x</D:displayname><C:calendar-timezone>x</C:calendar-timezone>"
                                            "</D:prop></D:set></C:mkcalendar>")
    failed = [propstat.findtext("D:status", "", NAMES)[9:12] for (response,) in [responses(answer)] for propstat in response.findall("D:propstat", NAMES)]
    assert sorted(failed) in (["403", "424"], ["409", "424"]), failed
    status(client.propfind(path, "D:displayname"), 404)


@demand("4791, 5.3.1", "MKCALENDAR keeps the properties of its body")
def _(client):
    path = client.make("VEVENT", "VTODO", inside="<C:calendar-description>Words &amp; more</C:calendar-description>")
    answer = client.propfind(path, "C:calendar-description", "C:supported-calendar-component-set")
    assert value(answer, "C:calendar-description").text == "Words & more"
    assert {element.get("name") for element in value(answer, "C:supported-calendar-component-set")} == {"VEVENT", "VTODO"}


@demand("4791, 5.3.2", "other media, other text and a second name for a UID are refused, each by its precondition")
def _(client):
    path = client.fill(one=ONE)
    refused(client.put(path + "x.ics", b"<x/>", "text/xml"), "C:supported-calendar-data")
    refused(client.put(path + "x.ics", b"BEGIN:VCALENDAR\r\nEND:VCAL\r\n"), "C:valid-calendar-data")
    refused(client.put(path + "x.ics", calendar(event("a", "RRULE:FREQ=SOMETIMES"))), "C:valid-calendar-data")
    answer = client.put(path + "x.ics", ONE)
    refused(answer, "C:no-uid-conflict")
    assert ElementTree.fromstring(answer.content).findtext(".//C:no-uid-conflict/D:href", "", NAMES).endswith("/one.ics")


@demand("4791, 5.3.3", "COPY and MOVE keep a UID unique in the calendar")
def _(client):
    one, two = client.fill(one=ONE), client.fill(two=ONE)
    for method in ("COPY", "MOVE"):
        refused(client.ask(method, one + "one.ics", Destination=client.url + two + "other.ics"), "C:no-uid-conflict")
    status(client.ask("MOVE", one + "one.ics", Destination=client.url + two + "two.ics", Overwrite="F"), 412)


@demand("4791, 5.3.4", "an entity tag is strong, is the one of GET, and is not returned for a text that was changed")
def _(client):
    path = client.make()
    answer = client.put(path + "a.ics", ONE)
    got = client.ask("GET", path + "a.ics")
    assert re.fullmatch(r'"[^"]*"', got.headers["ETag"]) and value(client.propfind(path + "a.ics", "D:getetag"), "D:getetag").text == got.headers["ETag"]
    assert "ETag" not in answer.headers or (answer.headers["ETag"] == got.headers["ETag"] and got.content == ONE)


@demand("9110, 13.1", "If-Match and If-None-Match decide a PUT and a DELETE")
def _(client):
    path = client.fill(one=ONE) + "one.ics"
    status(client.put(path, ONE, If_None_Match="*"), 412)
    status(client.put(path, ONE, If_Match='"other"'), 412)
    status(client.ask("DELETE", path, If_Match='"other"'), 412)
    status(client.put(path.replace("one", "new"), TWO, If_Match="*"), 412)
    status(client.ask("DELETE", path, If_Match=client.ask("GET", path).headers["ETag"]), 200, 204)


@demand("4791, 4.1", "a text is kept as it was put")
def _(client):
    text = calendar(event("odd", "X-ODD;X-PARAM=\"a;b\":1\\,2", "DESCRIPTION:long and \n  folded\\n", "ATTACH;X-A=1:http://example.org/"))
    path = client.fill(odd=text)
    assert client.ask("GET", path + "odd.ics").content == text


@demand("4791, 6.1.1", "read-free-busy is a supported privilege")
def _(client):
    found = value(client.propfind(client.make(), "D:supported-privilege-set"), "D:supported-privilege-set")
    assert found is not None and found.find(".//C:read-free-busy", NAMES) is not None


@demand("4791, 6.2.1", "the principal tells its calendars")
def _(client):
    principal = value(client.propfind(client.calendars, "D:current-user-principal"), "D:current-user-principal").findtext("D:href", None, NAMES)
    home = value(client.propfind(principal, "C:calendar-home-set"), "C:calendar-home-set").findtext("D:href", None, NAMES)
    assert home.rstrip("/") == client.calendars.rstrip("/")


@demand("4791, 7.1", "supported-report-set names the reports of a calendar")
def _(client):
    found = value(client.propfind(client.make(), "D:supported-report-set"), "D:supported-report-set")
    assert {C + "calendar-query", C + "calendar-multiget", C + "free-busy-query"} <= {element.tag for element in found.iter()}


@demand("4791, 7.5.1", "the collations i;ascii-casemap and i;octet; an unknown one is refused")
def _(client):
    path = client.fill(one=ONE)
    names = {element.text for element in value(client.propfind(path, "C:supported-collation-set"), "C:supported-collation-set")}
    assert {"i;ascii-casemap", "i;octet"} <= names
    match = '<C:text-match collation="{}">tALK</C:text-match>'.format
    assert client.found(path, comp("VEVENT", prop("SUMMARY", match("i;ascii-casemap")))) == {"one"}
    assert client.found(path, comp("VEVENT", prop("SUMMARY", match("i;octet")))) == set()
    refused(client.query(path, comp("VEVENT", prop("SUMMARY", match("i;unknown")))), "C:supported-collation")


@demand("4791, 7.6", "a reply has the chosen components and properties only")
def _(client):
    chosen = '<C:comp name="VCALENDAR"><C:prop name="VERSION"/><C:comp name="VEVENT"><C:prop name="SUMMARY"/><C:prop name="UID"/></C:comp></C:comp>'
    (text,) = texts(client.query(client.fill(one=ONE), comp("VEVENT"), chosen)).values()
    assert "SUMMARY:Talk" in text and "UID:one" in text and "DTSTART" not in text and "PRODID" not in text


@demand("4791, 7.8", "calendar-query: nothing found is 207; Depth is 0 by default; a wrong filter is refused")
def _(client):
    path = client.fill(one=ONE)
    assert responses(client.query(path, comp("VTODO"))) == [] == responses(client.query(path, comp("VEVENT"), depth=None))
    refused(client.query(path, comp("VEVENT", range_of("20310101", "20310102"))), "C:valid-filter", 403)
    refused(client.query(path, comp("VTODO", comp("VEVENT"))), "C:valid-filter", 403)
    refused(client.query(path, comp("VEVENT", prop("SUMMARY", range_of("20310101T000000Z", "20310102T000000Z")))), "C:valid-filter", 403)
    refused(client.query(path, comp("VEVENT"), more="<C:timezone>x</C:timezone>"), "C:valid-calendar-data", 403)


@demand("4791, 7.9", "calendar-multiget: one response for each address, 404 for one without a resource")
def _(client):
    path = client.fill(one=ONE, two=TWO)
    hrefs = "".join(f"<D:href>{path}{name}.ics</D:href>" for name in ("two", "none", "one"))
    found = responses(client.report(path, f"<C:calendar-multiget {SPACES}><D:prop><D:getetag/><C:calendar-data/></D:prop>{hrefs}</C:calendar-multiget>"))
    by_name = {name_of(response): response for response in found}
    assert set(by_name) == {"one.ics", "two.ics", "none.ics"} and len(found) == 3
    assert "404" in by_name["none.ics"].findtext("D:status", "", NAMES)
    assert by_name["one.ics"].findtext(".//C:calendar-data", None, NAMES) == ONE.decode()


def flat(found):
    """Returns the values of a property as python3-icalendar gives them: one, a list, or lists in a list."""
    return [value for each in found for value in flat(each)] if isinstance(found, list) else [found]


def busy(client, path, *span):
    answer = client.report(path, f"<C:free-busy-query {SPACES}>{range_of(*span)}</C:free-busy-query>")
    status(answer, 200)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    (found,) = icalendar.Calendar.from_ical(answer.text).walk("VFREEBUSY")
    properties = found.get("FREEBUSY", [])
    return found, {(period.start.strftime("%H"), period.params.get("FBTYPE", "BUSY")) for period in flat(properties)}


@demand("4791, 7.10", "free-busy-query: transparent and cancelled events are free, tentative ones BUSY-TENTATIVE, times in UTC")
def _(client):
    def hour(number, *lines):
        return calendar(event(f"h{number}", "DURATION:PT30M", *lines, start=f"DTSTART:20310101T{number}0000Z"))

    path = client.fill(a=hour("09"), b=hour("10", "TRANSP:TRANSPARENT"), c=hour("11", "STATUS:CANCELLED"), d=hour("12", "STATUS:TENTATIVE"),
                       e=hour("13", "RRULE:FREQ=DAILY;COUNT=3"))
    found, periods = busy(client, path, "20310102T000000Z", "20310103T000000Z")
    assert periods == {("13", "BUSY")}
    found, periods = busy(client, path, "20310101T000000Z", "20310102T000000Z")
    assert periods == {("09", "BUSY"), ("12", "BUSY-TENTATIVE"), ("13", "BUSY")}
    assert found["DTSTART"].to_ical() == b"20310101T000000Z" and found["DTEND"].to_ical() == b"20310102T000000Z" and "DTSTAMP" in found


@demand("4791, 9.6.5", "expand: instances in UTC with RECURRENCE-ID, exceptions in their place, no zones and rules")
def _(client):
    zoned = "TZID=/example.org/Eastern"
    text = calendar(ZONE.replace("Eastern\\, US", "Eastern"),
                    event("s", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=5", f"EXDATE;{zoned}:20310108T090000", start=f"DTSTART;{zoned}:20310106T090000"),
                    event("s", "DURATION:PT1H", f"RECURRENCE-ID;{zoned}:20310107T090000", start=f"DTSTART;{zoned}:20310107T110000", summary="Moved"))
    span = ("20310107T000000Z", "20310110T000000Z")
    (found,) = texts(client.query(client.fill(s=text), comp("VEVENT", range_of(*span)), range_of(*span, "expand"))).values()
    instances = icalendar.Calendar.from_ical(found).walk("VEVENT")
    starts = sorted(instance["DTSTART"].to_ical().decode() for instance in instances)
    assert len(starts) == 2 and all(start.endswith("Z") for start in starts) and all("RECURRENCE-ID" in instance for instance in instances)
    assert not [word for word in ("RRULE", "EXDATE", "VTIMEZONE", "TZID") if word in found] and "SUMMARY:Moved" in found


@demand("4791, 9.6.6", "limit-recurrence-set: the rule stays, exceptions outside of the range go")
def _(client):
    text = calendar(event("s", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=9", start="DTSTART:20310106T090000Z"),
                    *(event("s", "DURATION:PT1H", f"RECURRENCE-ID:203101{day}T090000Z", start=f"DTSTART:203101{day}T100000Z", summary=f"Day {day}") for day in ("07", "12")))
    span = ("20310107T000000Z", "20310108T000000Z")
    (found,) = texts(client.query(client.fill(s=text), comp("VEVENT", range_of(*span)), range_of(*span, "limit-recurrence-set"))).values()
    assert "RRULE" in found and "Day 07" in found and "Day 12" not in found


@demand("4791, 9.7", "is-not-defined, negate-condition, param-filter, and a component that is not there")
def _(client):
    path = client.fill(one=ONE, two=calendar(event("two", "LOCATION;LANGUAGE=en:Room", summary="Other")))
    assert client.found(path, comp("VEVENT", prop("LOCATION", "<C:is-not-defined/>"))) == {"one"}
    assert client.found(path, comp("VEVENT", prop("LOCATION"))) == {"two"}
    assert client.found(path, comp("VEVENT", prop("SUMMARY", '<C:text-match negate-condition="yes">Talk</C:text-match>'))) == {"two"}
    assert client.found(path, comp("VEVENT", prop("LOCATION", '<C:param-filter name="LANGUAGE"><C:text-match>EN</C:text-match></C:param-filter>'))) == {"two"}
    assert client.found(path, comp("VEVENT", prop("LOCATION", '<C:param-filter name="LANGUAGE"><C:is-not-defined/></C:param-filter>'))) == set()
    assert client.found(path, comp("VTODO", "<C:is-not-defined/>")) == {"one", "two"}
    assert client.found(path, comp("VEVENT", comp("VALARM"))) == set()


@demand("4791, 9.9", "time-range of VEVENT: DTEND, DURATION, dates, no end; one side may be open")
def _(client):
    def at(uid, start, *lines):
        return calendar(event(uid, *lines, start=start))

    path = client.fill(end=at("end", "DTSTART:20310101T090000Z", "DTEND:20310101T100000Z"), duration=at("duration", "DTSTART:20310101T090000Z", "DURATION:PT1H"),
                       moment=at("moment", "DTSTART:20310101T090000Z"), zero=at("zero", "DTSTART:20310101T090000Z", "DURATION:PT0S"),
                       date=at("date", "DTSTART;VALUE=DATE:20310102"), days=at("days", "DTSTART;VALUE=DATE:20310102", "DTEND;VALUE=DATE:20310104"))

    def within(start, stop):
        ends = "".join(f' {name}="{moment}"' for name, moment in (("start", start), ("end", stop)) if moment)
        return client.found(path, comp("VEVENT", f"<C:time-range{ends}/>"))

    hour = {"end", "duration"}
    assert within("20310101T090000Z", "20310101T090001Z") == hour | {"moment", "zero"}
    assert within("20310101T093000Z", "20310101T100000Z") == hour
    assert within("20310101T100000Z", "20310101T110000Z") == set()
    assert within("20310101T080000Z", "20310101T090000Z") == set()
    assert within("20310103T120000Z", "20310103T130000Z") == {"days"}
    assert within("20310103T120000Z", None) == {"days"} and within(None, "20310101T093000Z") == hour | {"moment", "zero"}


@demand("4791, 9.9", "time-range of VTODO: each row of the table of properties")
def _(client):
    def todo(uid, *lines):
        return calendar("".join(f"{line}\n" for line in ("BEGIN:VTODO", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VTODO")))

    start, due, long, done, made = "DTSTART:20310101T090000Z", "DUE:20310101T100000Z", "DURATION:PT1H", "COMPLETED:20310101T100000Z", "CREATED:20310101T090000Z"
    path = client.make("VTODO")
    for name, lines in {"duration": (start, long), "due": (start, due), "start": (start,), "only_due": (due,), "done_made": (done, made), "done": (done,),
                        "made": (made,), "nothing": ()}.items():
        status(client.put(f"{path}{name}.ics", todo(name, *lines)), 201, 204)
    every = {"duration", "due", "start", "only_due", "done_made", "done", "made", "nothing"}

    def within(begin, end):
        return client.found(path, comp("VTODO", range_of(begin, end)))

    assert within("20310101T080000Z", "20310101T110000Z") == every
    assert within("20310101T093000Z", "20310101T094500Z") == {"duration", "due", "done_made", "made", "nothing"}
    assert within("20310102T000000Z", "20310103T000000Z") == {"made", "nothing"}
    assert within("20301231T000000Z", "20310101T000000Z") == {"nothing"}
    assert within("20310101T093000Z", "20310101T100000Z") == {"duration", "due", "only_due", "done_made", "done", "made", "nothing"}
    assert within("20310101T100000Z", "20310101T110000Z") == {"duration", "done_made", "done", "made", "nothing"}


@demand("4791, 9.9", "time-range of VJOURNAL: a moment or a day, or nothing")
def _(client):
    def journal(uid, *lines):
        return calendar("".join(f"{line}\n" for line in ("BEGIN:VJOURNAL", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VJOURNAL")))

    path = client.make("VJOURNAL")
    for name, lines in {"moment": ("DTSTART:20310101T090000Z",), "day": ("DTSTART;VALUE=DATE:20310101",), "none": ()}.items():
        status(client.put(f"{path}{name}.ics", journal(name, *lines)), 201, 204)
    assert client.found(path, comp("VJOURNAL", range_of("20310101T080000Z", "20310101T091000Z"))) == {"moment", "day"}
    assert client.found(path, comp("VJOURNAL", range_of("20310101T100000Z", "20310101T110000Z"))) == {"day"}


@demand("4791, 9.9", "time-range of VALARM: related to the start or the end, absolute, repeated, in each instance")
def _(client):
    def alarm(*lines):
        return "\n".join(("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:x", *lines, "END:VALARM"))

    def at(uid, *lines):
        return calendar(event(uid, "DURATION:PT1H", *lines, start="DTSTART:20310101T090000Z"))

    path = client.fill(before=at("before", alarm("TRIGGER:-PT1H")), after=at("after", alarm("TRIGGER;RELATED=END:PT1H")),
                       absolute=at("absolute", alarm("TRIGGER;VALUE=DATE-TIME:20310101T050000Z")),
                       repeated=at("repeated", alarm("TRIGGER:-PT5H", "REPEAT:2", "DURATION:PT1H")),
                       series=at("series", "RRULE:FREQ=DAILY;COUNT=3", alarm("TRIGGER:-PT1H")))

    def within(begin, end):
        return client.found(path, comp("VEVENT", comp("VALARM", range_of(begin, end))))

    assert within("20310101T080000Z", "20310101T081000Z") == {"before", "series"}
    assert within("20310101T110000Z", "20310101T111000Z") == {"after"}
    assert within("20310101T050000Z", "20310101T051000Z") == {"absolute", "repeated"}
    assert within("20310101T060000Z", "20310101T061000Z") == {"repeated"}
    assert within("20310103T080000Z", "20310103T081000Z") == {"series"}


@demand("4791, 9.9", "time-range of a property")
def _(client):
    path = client.fill(old=calendar(event("old", "LAST-MODIFIED:20260101T000000Z")), new=calendar(event("new", "LAST-MODIFIED:20300101T000000Z")), none=ONE)
    assert client.found(path, comp("VEVENT", prop("LAST-MODIFIED", range_of("20290101T000000Z", "20310101T000000Z")))) == {"new"}


def task(uid, *lines):
    return "".join(f"{line}\n" for line in ("BEGIN:VTODO", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VTODO"))


@demand("4791, 9.6.5", "expand of a task that is repeated, with an exception")
def _(client):
    path = client.make("VTODO")
    text = calendar(task("t", "DTSTART:20310101T090000Z", "DUE:20310101T100000Z", "RRULE:FREQ=WEEKLY;COUNT=4", "SUMMARY:Weekly"),
                    task("t", "RECURRENCE-ID:20310108T090000Z", "DTSTART:20310109T090000Z", "DUE:20310109T100000Z", "SUMMARY:Later", "STATUS:COMPLETED"))
    status(client.put(path + "t.ics", text), 201, 204)
    span = ("20310107T000000Z", "20310120T000000Z")
    (found,) = texts(client.query(path, comp("VTODO", range_of(*span)), range_of(*span, "expand"))).values()
    tasks = icalendar.Calendar.from_ical(found).walk("VTODO")
    assert sorted(each["DTSTART"].to_ical() for each in tasks) == [b"20310109T090000Z", b"20310115T090000Z"]
    assert "RRULE" not in found and all("RECURRENCE-ID" in each for each in tasks)


@demand("4791, 9.7.1", "a filter of VCALENDAR alone finds all; several filters must all be met")
def _(client):
    path = client.fill(one=ONE, two=calendar(event("two", "CATEGORIES:Work,Café", "LOCATION:Room 1")), three=calendar(event("three", "CATEGORIES:Home")))
    assert client.found(path, "") == {"one", "two", "three"}
    match = "<C:text-match>{}</C:text-match>".format
    assert client.found(path, comp("VEVENT", prop("CATEGORIES", match("work")))) == {"two"}
    assert client.found(path, comp("VEVENT", prop("CATEGORIES", match("caf")))) == {"two"}
    assert client.found(path, comp("VEVENT", prop("SUMMARY", match("talk")) + prop("LOCATION", match("room")))) == {"two"}
    assert client.found(path, comp("VEVENT", prop("SUMMARY", match("talk")) + prop("LOCATION", match("hall")))) == set()
    assert client.found(path, comp("VEVENT", prop("DTEND", "<C:is-not-defined/>"))) == {"one", "two", "three"}
    assert client.found(path, comp("VEVENT", prop("UID", match("two")))) == {"two"}
    assert client.found(path, comp("VEVENT", prop("X-NONE", match("")))) == set()


@demand("4791, 9.7.5", "text-match is met by one of several properties, and negated by none of them")
def _(client):
    path = client.fill(one=calendar(event("one", "COMMENT:first", "COMMENT:second")), two=calendar(event("two", "COMMENT:third")), three=calendar(event("three")))
    match = '<C:text-match negate-condition="{}">{}</C:text-match>'.format
    assert client.found(path, comp("VEVENT", prop("COMMENT", match("no", "second")))) == {"one"}
    assert "two" in client.found(path, comp("VEVENT", prop("COMMENT", match("yes", "second"))))
    assert "three" not in client.found(path, comp("VEVENT", prop("COMMENT", match("yes", "second"))))


@demand("4791, 9.9", "a series without an end, an exception outside of the rule, and a removed instance")
def _(client):
    series = event("s", "DURATION:PT1H", "RRULE:FREQ=YEARLY", "EXDATE:20400101T090000Z", start="DTSTART:20310101T090000Z")
    moved = event("s", "DURATION:PT1H", "RECURRENCE-ID:20350101T090000Z", start="DTSTART:20350701T090000Z")
    path = client.fill(s=calendar(series, moved))

    def within(year, month):
        return client.found(path, comp("VEVENT", range_of(f"{year}{month}01T000000Z", f"{year}{month}02T000000Z")))

    assert within(2099, "01") == {"s"} and within(2040, "01") == set() and within(2035, "01") == set() and within(2035, "07") == {"s"}


@demand("4791, 9.9", "dates and floating times are those of the query's time zone")
def _(client):
    path = client.fill(date=calendar(event("date", start="DTSTART;VALUE=DATE:20310115")), floating=calendar(event("floating", start="DTSTART:20310115T233000")))
    zone = f"<C:timezone>{calendar(ZONE).decode()}</C:timezone>"
    span = comp("VEVENT", range_of("20310116T033000Z", "20310116T043500Z"))
    assert {name for name in texts(client.query(path, span, more=zone))} == {"date.ics", "floating.ics"}


@demand("4791, 7.8", "expand and time-range without a match in the other: the member is found, without instances or whole")
def _(client):
    path = client.fill(one=calendar(event("one", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3", start="DTSTART:20310101T090000Z")))
    answer = client.query(path, comp("VEVENT", range_of("20310101T000000Z", "20310102T000000Z")), range_of("20320101T000000Z", "20320102T000000Z", "expand"))
    (response,) = responses(answer)
    assert value(answer, "D:getetag") is not None and "BEGIN:VEVENT" not in (response.findtext(".//C:calendar-data", "", NAMES))


@demand("4918, 9.6", "a calendar that is deleted can be made again, is empty then, and has another history")
def _(client):
    path = client.fill(one=ONE)
    token, _, _ = changes(client.sync(path))
    status(client.ask("DELETE", path), 200, 204)
    status(client.propfind(path, "D:displayname"), 404)
    status(client.ask("MKCALENDAR", path), 201)
    assert changes(client.sync(path))[1] == set()
    answer = client.sync(path, token)
    assert answer.status_code in (403, 409) or changes(answer)[1:] == (set(), {"one.ics"})


@demand("4918, 9.8", "COPY and MOVE of a member: 201 or 204, Overwrite, and the source goes or stays")
def _(client):
    one, two = client.fill(one=ONE), client.fill(two=TWO)
    status(client.ask("COPY", one + "one.ics", Destination=client.url + two + "copy.ics"), 201)
    status(client.ask("GET", one + "one.ics"), 200)
    status(client.ask("MOVE", one + "one.ics", Destination=client.url + two + "copy.ics"), 204)
    status(client.ask("GET", one + "one.ics"), 404)
    status(client.ask("MOVE", two + "copy.ics", Destination=client.url + two + "renamed.ics", Overwrite="F"), 201)
    status(client.ask("MOVE", two + "renamed.ics", Destination=client.url + two + "two.ics", Overwrite="F"), 412)
    status(client.ask("COPY", two + "two.ics", Destination=client.url + two + "two.ics"), 403)
    status(client.ask("COPY", two + "none.ics", Destination=client.url + two + "x.ics"), 404)
    status(client.ask("COPY", two + "two.ics", Destination=client.url + client.calendars + "not-there/x.ics"), 409)


@demand("4791, 5.3.2.1", "COPY and MOVE do not overwrite an object by one of another UID")
def _(client):
    one, two = client.fill(one=ONE), client.fill(two=TWO)
    for method in ("COPY", "MOVE"):
        answer = client.ask(method, one + "one.ics", Destination=client.url + two + "two.ics", Overwrite="T")
        assert answer.status_code in (403, 409) and "no-uid-conflict" in answer.text, (answer.status_code, answer.text)
    status(client.ask("GET", one + "one.ics"), 200)


@demand("9110, 9.3.2", "HEAD has the fields of GET; a GET with the tag is 304")
def _(client):
    path = client.fill(one=ONE) + "one.ics"
    got, head = client.ask("GET", path), client.ask("HEAD", path)
    assert head.status_code == 200 and head.content == b"" and head.headers["ETag"] == got.headers["ETag"] and head.headers["Content-Type"] == got.headers["Content-Type"]
    assert head.headers["Content-Type"].startswith("text/calendar")
    status(client.ask("GET", path, If_None_Match=got.headers["ETag"]), 304)


@demand("4918, 9.2", "PROPPATCH is all or nothing: 424 for the others if one is refused")
def _(client):
    path = client.make()
    answer = client.ask("PROPPATCH", path, f"<D:propertyupdate {SPACES}><D:set><D:prop><D:displayname>New</D:displayname><D:getetag>x</D:getetag></D:prop></D:set></D:propertyupdate>")
    statuses = {propstat.findtext("D:status", None, NAMES).split()[1] for response in responses(answer) for propstat in response.findall("D:propstat", NAMES)}
    assert statuses == {"403", "424"}
    assert value(client.propfind(path, "D:displayname"), "D:displayname").text == "x"


@demand("4918, 9.1", "PROPFIND: propname, a property that is not there is 404, and wrong XML is 400")
def _(client):
    path = client.make()
    (response,) = responses(client.ask("PROPFIND", path, f"<D:propfind {SPACES}><D:propname/></D:propfind>", Depth="0"))
    assert response.find(".//D:resourcetype", NAMES) is not None
    answer = client.propfind(path, "D:displayname", "D:none")
    assert {propstat.findtext("D:status", None, NAMES).split()[1] for propstat in responses(answer)[0].findall("D:propstat", NAMES)} == {"200", "404"}
    status(client.ask("PROPFIND", path, "<D:propfind", Depth="0"), 400)
    status(client.ask("PROPFIND", path, f"<D:propfind {SPACES}><D:prop/></D:propfind>", Depth="2"), 400)


@demand("3744, 5", "owner, current-user-privilege-set and principal-collection-set")
def _(client):
    path = client.make()
    answer = client.propfind(path, "D:owner", "D:current-user-privilege-set", "D:principal-collection-set", "D:current-user-principal")
    principal = value(answer, "D:current-user-principal").findtext("D:href", None, NAMES)
    assert value(answer, "D:owner").findtext("D:href", None, NAMES) == principal
    assert {"{DAV:}read", "{DAV:}write"} <= {element.tag for element in value(answer, "D:current-user-privilege-set").iter()}
    assert value(answer, "D:principal-collection-set").findtext("D:href", None, NAMES)


@demand("4791, 9.7", "an alarm's property, and the alarm that is not there")
def _(client):
    alarm = "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:Wake up\nTRIGGER:-PT1H\nEND:VALARM"
    path = client.fill(one=ONE, two=calendar(event("two", alarm)))
    assert client.found(path, comp("VEVENT", comp("VALARM", prop("DESCRIPTION", "<C:text-match>wake</C:text-match>")))) == {"two"}
    assert client.found(path, comp("VEVENT", comp("VALARM", "<C:is-not-defined/>"))) == {"one"}


@demand("5545, 3", "texts that are rare and right are kept: folded in a letter, X- components, quoted parameters, an exception alone")
def _(client):
    path = client.make()
    for number, text in enumerate((
            calendar(event("odd-0", "DESCRIPTION:" + "\u042f" * 30)).replace("\u042f".encode() * 15, "\u042f".encode() * 14 + b"\xd0\r\n \xaf"),
            calendar(event("odd-1"), "BEGIN:X-OWN\nX-A:b\nEND:X-OWN\n"),
            calendar(event("odd-2", 'ATTENDEE;CN="A;B:C,D":mailto:a@example.org', "ATTENDEE;MEMBER=\"mailto:b@example.org\",\"mailto:c@example.org\":mailto:d@example.org")),
            calendar(event("odd-3", "RECURRENCE-ID:20300601T090000Z", start="DTSTART:20300601T100000Z")),
            calendar(event("odd-4", "ATTACH;ENCODING=BASE64;VALUE=BINARY:AAAA", "GEO:1.5;-2", "REQUEST-STATUS:2.0;Success", "X-LONG:" + "x" * 5000)),
            calendar(event("odd-5", "RDATE;VALUE=PERIOD:20300701T090000Z/PT2H", "RDATE:20300801T090000Z,20300901T090000Z")),
            calendar(event("odd-6").replace("SUMMARY:Talk\n", "")))):
        answer = client.put(f"{path}odd-{number}.ics", text)
        status(answer, 201)
        assert client.ask("GET", f"{path}odd-{number}.ics").content == text, number


# ---- RFC 6352 ----

ANN, BOB = card("ann", "Ann Example", "EMAIL;TYPE=WORK:ann@example.org", "NICKNAME:Annie"), card("bob", "Bob Other")


@demand("6352, 5.1", "a book takes cards only, one in each member")
def _(client):
    path = client.make_book()
    for text, media_type, condition in ((ONE, "text/calendar", "R:supported-address-data"), (b"nothing", "text/vcard", "R:valid-address-data"),
                                        (ANN + BOB, "text/vcard", "R:valid-address-data")):
        refused(client.put(path + "x.vcf", text, media_type), condition, 403, 409, 415)


@demand("6352, 5.1", "a UID is unique in a book")
def _(client):
    path = client.fill_book(ann=ANN)
    refused(client.put(path + "x.vcf", ANN, "text/vcard"), "R:no-uid-conflict")


@demand("6352, 5.2", "no collection inside a book")
def _(client):
    path = client.make_book()
    status(client.ask("MKCOL", path + "inner/"), 403, 405, 409)


@demand("6352, 6.1", "OPTIONS has addressbook")
def _(client):
    assert "addressbook" in client.ask("OPTIONS", client.make_book()).headers.get("DAV", "")


@demand("6352, 6.2.2", "supported-address-data names vCard 3.0")
def _(client):
    found = value(client.propfind(client.make_book(), "R:supported-address-data"), "R:supported-address-data")
    assert ("text/vcard", "3.0") in {(element.get("content-type"), element.get("version")) for element in found}


@demand("6352, 7.1.1", "the principal tells its books")
def _(client):
    principal = value(client.propfind(client.books, "D:current-user-principal"), "D:current-user-principal").findtext("D:href", None, NAMES)
    home = value(client.propfind(principal, "R:addressbook-home-set"), "R:addressbook-home-set").findtext("D:href", None, NAMES)
    assert home.rstrip("/") == client.books.rstrip("/")


@demand("6352, 8.3", "the collations i;ascii-casemap and i;unicode-casemap")
def _(client):
    path = client.fill_book(ann=card("ann", "Анна"), bob=BOB)
    names = {element.text for element in value(client.propfind(path, "R:supported-collation-set"), "R:supported-collation-set")}
    assert {"i;ascii-casemap", "i;unicode-casemap"} <= names
    match = '<R:prop-filter name="FN"><R:text-match collation="i;unicode-casemap">АННА</R:text-match></R:prop-filter>'
    assert set(texts(client.book_query(path, match), "R:address-data")) == {"ann.vcf"}


@demand("6352, 8.6", "addressbook-query: anyof by default, allof, match types, is-not-defined, parameters")
def _(client):
    path = client.fill_book(ann=ANN, bob=BOB)

    def found(inside, attributes=""):
        return {name.removesuffix(".vcf") for name in texts(client.book_query(path, inside, attributes), "R:address-data")}

    def match(name, text, kind="contains", attributes=""):
        return f'<R:prop-filter name="{name}"><R:text-match match-type="{kind}"{attributes}>{text}</R:text-match></R:prop-filter>'

    ann, other = match("FN", "ann"), match("FN", "other")
    assert found(ann + other) == {"ann", "bob"} and found(ann + other, ' test="allof"') == set()
    assert found(match("FN", "bob other", "equals")) == {"bob"} and found(match("FN", "bob", "equals")) == set()
    assert found(match("FN", "example", "ends-with")) == {"ann"} and found(match("FN", "example", "starts-with")) == set()
    assert found(match("FN", "ann", attributes=' negate-condition="yes"')) == {"bob"}
    assert found('<R:prop-filter name="NICKNAME"><R:is-not-defined/></R:prop-filter>') == {"bob"}
    assert found('<R:prop-filter name="EMAIL"><R:param-filter name="TYPE"><R:text-match>work</R:text-match></R:param-filter></R:prop-filter>') == {"ann"}


@demand("6352, 8.6.1", "a limit: that many cards, and 507 for the book")
def _(client):
    path = client.fill_book(ann=ANN, bob=BOB)
    found = responses(client.book_query(path, '<R:prop-filter name="FN"/>', more="<R:limit><R:nresults>1</R:nresults></R:limit>"))
    assert len(found) == 2 and sum("507" in response.findtext("D:status", "", NAMES) for response in found) == 1


@demand("6352, 8.7", "addressbook-multiget: 404 for one without a resource; chosen properties")
def _(client):
    path = client.fill_book(ann=ANN)
    hrefs = f"<D:href>{path}ann.vcf</D:href><D:href>{path}none.vcf</D:href>"
    answer = client.report(path, f"<R:addressbook-multiget {SPACES}><D:prop><R:address-data><R:prop name='VERSION'/><R:prop name='UID'/><R:prop name='EMAIL'/></R:address-data>"
                                 f"</D:prop>{hrefs}</R:addressbook-multiget>")
    by_name = {name_of(response): response for response in responses(answer)}
    text = by_name["ann.vcf"].findtext(".//R:address-data", None, NAMES)
    assert "EMAIL" in text and "NICKNAME" not in text and "404" in by_name["none.vcf"].findtext("D:status", "", NAMES)


@demand("6352, 6.3.2", "a card is kept as it was put, with a strong tag; If-None-Match")
def _(client):
    path = client.make_book()
    text = card("odd", "Odd", "item1.EMAIL;TYPE=INTERNET:a@example.org", "item1.X-ABLabel:_$!<Work>!$_", "X-ODD;X-P=\"a,b\":v\\,w", "NOTE:long and \r\n  folded")
    status(client.put(path + "odd.vcf", text, "text/vcard; charset=utf-8", If_None_Match="*"), 201)
    got = client.ask("GET", path + "odd.vcf")
    assert got.content == text and got.headers["ETag"].startswith('"') and got.headers["Content-Type"].startswith("text/vcard")
    status(client.put(path + "odd.vcf", text, "text/vcard; charset=utf-8", If_None_Match="*"), 412)


@demand("6352, 8.6", "wrong filters of a book are refused by name")
def _(client):
    path = client.fill_book(ann=ANN)
    match = '<R:prop-filter name="FN"><R:text-match collation="i;unknown">a</R:text-match></R:prop-filter>'
    refused(client.book_query(path, match), "R:supported-collation", 403, 409)
    wanted = f"<R:addressbook-query {SPACES}><D:prop><R:address-data content-type='text/x'/></D:prop><R:filter/></R:addressbook-query>"
    refused(client.report(path, wanted), "R:supported-address-data", 403, 409)


@demand("6352, 8.6", "addressbook-query without a hit is 207; Depth 0 has no cards in scope")
def _(client):
    path = client.fill_book(ann=ANN)
    nothing = '<R:prop-filter name="FN"><R:text-match>zzz</R:text-match></R:prop-filter>'
    assert responses(client.book_query(path, nothing)) == []


# ---- RFC 6578 ----


@demand("6578, 3.1", "supported-report-set names sync-collection, and there is a token")
def _(client):
    answer = client.propfind(client.make(), "D:supported-report-set", "D:sync-token")
    assert D + "sync-collection" in {element.tag for element in value(answer, "D:supported-report-set").iter()}
    assert ":" in value(answer, "D:sync-token").text


@demand("6578, 3.4", "without a token all members, and none that was removed before")
def _(client):
    path = client.fill(one=ONE, two=TWO)
    status(client.ask("DELETE", path + "two.ics"), 200, 204)
    token, changed, removed = changes(client.sync(path))
    assert token and changed == {"one.ics"} and removed == set()


@demand("6578, 3.5", "with a token the changed and the removed members, and no others")
def _(client):
    path = client.fill(one=ONE, two=TWO, three=calendar(event("three")))
    token, _, _ = changes(client.sync(path))
    status(client.put(path + "one.ics", ONE.replace(b"Talk", b"More")), 200, 201, 204)
    status(client.ask("DELETE", path + "two.ics"), 200, 204)
    status(client.put(path + "new.ics", calendar(event("new"))), 201)
    token, changed, removed = changes(client.sync(path, token))
    assert changed == {"one.ics", "new.ics"} and removed == {"two.ics"}
    again, changed, removed = changes(client.sync(path, token))
    assert changed == removed == set() and again


@demand("6578, 3.5.2", "a member that was removed and made again is not removed")
def _(client):
    path = client.fill(one=ONE)
    token, _, _ = changes(client.sync(path))
    status(client.ask("DELETE", path + "one.ics"), 200, 204)
    status(client.put(path + "one.ics", ONE), 201)
    assert changes(client.sync(path, token))[1:] == ({"one.ics"}, set())


@demand("6578, 3.2", "a token that is not known is refused")
def _(client):
    refused(client.sync(client.make(), "data:,nothing"), "D:valid-sync-token", 403, 409)


@demand("6578, 3.6", "a limit: part of the members, 507, and a token for the rest")
def _(client):
    path = client.fill(one=ONE, two=TWO, three=calendar(event("three")))
    answer = client.sync(path, more="<D:limit><D:nresults>2</D:nresults></D:limit>")
    found = responses(answer)
    assert sum("507" in response.findtext("D:status", "", NAMES) for response in found) == 1
    first = {name_of(response) for response in found} - {name_of_path(path)}
    token = ElementTree.fromstring(answer.content).findtext("D:sync-token", None, NAMES)
    assert len(first) == 2 and first | changes(client.sync(path, token))[1] == {"one.ics", "two.ics", "three.ics"}


def name_of_path(path):
    return path.rstrip("/").rsplit("/", 1)[1]


@demand("6578, 6.3", "an unknown sync-level is refused")
def _(client):
    status(client.report(client.make(), f"<D:sync-collection {SPACES}><D:sync-token/><D:sync-level>2</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>",
                         "0"), 400)


@demand("6578, 5", "a token in the If field decides a PUT")
def _(client):
    path = client.fill(one=ONE)
    token, _, _ = changes(client.sync(path))
    status(client.put(path + "two.ics", TWO, If=f"<{path}> (<{token}>)"), 201)
    status(client.put(path + "three.ics", calendar(event("three")), If=f"<{path}> (<{token}>)"), 412)


@demand("6578, 3.2", "the report is of collections, and of members it says so")
def _(client):
    path = client.fill(one=ONE)
    assert client.sync(path + "one.ics").status_code in (400, 403, 405, 409)


@demand("6578, 3.5.1", "a moved member is removed in one collection and new in the other")
def _(client):
    one, two = client.fill(one=ONE), client.fill(two=TWO)
    tokens = [changes(client.sync(path))[0] for path in (one, two)]
    status(client.ask("MOVE", one + "one.ics", Destination=client.url + two + "moved.ics"), 201)
    assert changes(client.sync(one, tokens[0]))[1:] == (set(), {"one.ics"})
    assert changes(client.sync(two, tokens[1]))[1:] == ({"moved.ics"}, set())


@demand("6578, 3.3", "a limit is kept with a token, too, until all changes are known")
def _(client):
    path = client.make()
    token, _, _ = changes(client.sync(path))
    for number in range(5):
        status(client.put(f"{path}{number}.ics", calendar(event(f"limit-{number}"))), 201)
    seen, rounds = set(), 0
    while rounds < 10:
        token, changed, _ = changes(client.sync(path, token, "<D:limit><D:nresults>2</D:nresults></D:limit>"))
        new = {name for name in changed if name.endswith(".ics")}
        assert len(new) <= 2
        if not new:
            break
        seen, rounds = seen | new, rounds + 1
    assert len(seen) == 5


@demand("6578, 3.4", "a book has a history, too")
def _(client):
    path = client.fill_book(ann=ANN)
    token, changed, _ = changes(client.sync(path))
    status(client.put(path + "bob.vcf", BOB, "text/vcard"), 201)
    status(client.ask("DELETE", path + "ann.vcf"), 200, 204)
    assert changed == {"ann.vcf"} and changes(client.sync(path, token))[1:] == ({"bob.vcf"}, {"ann.vcf"})


# ---- What programs need beside that ----


@demand("4918, 10.2", "PROPFIND with Depth infinity is refused or answered, never cut")
def _(client):
    answer = client.propfind(client.calendars, "D:resourcetype", depth="infinity")
    status(answer, 207, 403)
    assert answer.status_code == 207 or b"propfind-finite-depth" in answer.content


@demand("4918, 20", "entities of a DOCTYPE are not expanded")
def _(client):
    status(client.ask("PROPFIND", client.make(), '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><propfind xmlns="DAV:"><prop><x>&a;</x></prop></propfind>',
                      Depth="0"), 400, 403)


@demand("programs", "the ctag changes with the calendar, and only then")
def _(client):
    path = client.fill(one=ONE)
    ctags = [value(client.propfind(path, "S:getctag"), "S:getctag").text for _ in range(2)]
    status(client.put(path + "two.ics", TWO), 201)
    assert ctags[0] == ctags[1] != value(client.propfind(path, "S:getctag"), "S:getctag").text


@demand("programs", "colour and order of a calendar are kept")
def _(client):
    path = client.make()
    apple = 'xmlns:A="http://apple.com/ns/ical/"'
    update = f"<D:propertyupdate {SPACES} {apple}><D:set><D:prop><A:calendar-color>#FF0000FF</A:calendar-color><A:calendar-order>3</A:calendar-order></D:prop></D:set></D:propertyupdate>"
    status(client.ask("PROPPATCH", path, update), 207)
    answer = client.ask("PROPFIND", path, f"<D:propfind {SPACES} {apple}><D:prop><A:calendar-color/><A:calendar-order/></D:prop></D:propfind>", Depth="0")
    assert "#FF0000FF" in answer.text and ">3<" in answer.text


@demand("programs", "names with blanks, letters of any script, reserved characters")
def _(client):
    path = client.make()
    for number, name in enumerate(("a%20b.ics", "%D0%98%D0%BC%D1%8F.ics", "a%40b.ics", "a%26b%3Bc.ics", "(x)!.ics", "a+b.ics")):
        status(client.put(path + name, calendar(event(f"name-{number}"))), 201)
        status(client.ask("GET", path + name), 200)
    hrefs = [response.findtext("D:href", None, NAMES) for response in responses(client.propfind(path, "D:getetag", depth="1"))]
    members = [href for href in hrefs if not href.endswith("/")]
    assert len(members) == 6
    for href in members:
        status(client.ask("GET", href), 200)


@demand("programs", "a control character of a text does not break the XML")
def _(client):
    path = client.make()
    answer = client.put(path + "a.ics", calendar(event("a", summary="a\x0bb")))
    assert answer.status_code in (201, 204, 403, 409, 400)
    assert len(responses(client.query(path, comp("VEVENT")))) == (1 if answer.ok else 0)


@demand("programs", "Prefer: return=minimal leaves out what is not there")
def _(client):
    path = client.make()
    answer = client.ask("PROPFIND", path, f"<D:propfind {SPACES}><D:prop><D:displayname/><D:none/></D:prop></D:propfind>", Depth="0", Prefer="return=minimal")
    status(answer, 207)
    assert "404" not in answer.text
