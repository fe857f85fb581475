"""Tests GET, HEAD, PUT and DELETE of the members of calendars and address books, with the bytes of calendar programs."""

import concurrent.futures
import contextlib
import http.client
import itertools
import pathlib
import re
import socket
import time
import xml.etree.ElementTree as ElementTree

import pytest
import requests

from conftest import BUILD, PATIENCE, Site, end, wait_until
from test_accounts import PASSWORD, account, add
from test_dav import propfind, responses

EVENTS, CONTACTS = "/dav/calendars/Anna/events/", "/dav/addressbooks/Anna/contacts/"
CALDAV, CARDDAV, DAV = "{urn:ietf:params:xml:ns:caldav}", "{urn:ietf:params:xml:ns:carddav}", "{DAV:}"

# RFC 5545, 3.6.5, with a zone that no table has, lines that are folded, and properties and parameters that only their program knows.
ZONE = """BEGIN:VTIMEZONE
TZID:/example.org/Eastern\\, US
BEGIN:STANDARD
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
TZNAME:EST
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
TZNAME:EDT
END:DAYLIGHT
END:VTIMEZONE
"""


def calendar(*lines, head="VERSION:2.0\nPRODID:-//Example//Program 1.0//EN\n"):
    return ("BEGIN:VCALENDAR\n" + head + "".join(lines) + "END:VCALENDAR\n").replace("\n", "\r\n").encode()


def event(uid="e1", *lines, start="DTSTART:20300601T090000Z", summary="Talk"):
    return "".join(f"{line}\n" for line in ("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", start, f"SUMMARY:{summary}", *lines, "END:VEVENT"))


def card(uid="c1", name="Ann Example", *lines, version="3.0"):
    return "".join(f"{line}\r\n" for line in ("BEGIN:VCARD", f"VERSION:{version}", f"UID:{uid}", f"FN:{name}", "N:Example;Ann;;;", *lines, "END:VCARD")).encode()


SERIES = calendar(
    ZONE.replace("Eastern\\, US", "Eastern"),
    event("series", "RRULE:FREQ=WEEKLY;COUNT=5", "EXDATE;TZID=/example.org/Eastern:20300615T090000", "X-ODD;X-PARAM=\"a;b\":1\\,2",
          "DESCRIPTION:A long text that the program has folded in its own way\\, with \n  a blank\n\t and a tab\\n.",
          "ATTENDEE;CN=\"Last, First\";PARTSTAT=NEEDS-ACTION;X-NUM-GUESTS=0:mailto:a@example.org",
          "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:x", "TRIGGER:-PT15M", "X-MOZ-LASTACK:20260101T000000Z", "END:VALARM",
          start="DTSTART;TZID=/example.org/Eastern:20300601T090000"),
    event("series", "RECURRENCE-ID;TZID=/example.org/Eastern:20300608T090000", "SEQUENCE:1",
          start="DTSTART;TZID=/example.org/Eastern:20300608T100000", summary="Later \U0001f600"))


@pytest.fixture(scope="module")
def dav(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    add(site, "Anna")
    add(site, "reader", "reader")
    yield site.start()
    end(site)


def ask(site, method, path, content=None, user="anna", password=PASSWORD, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.request(method, site.url + path, data=content, auth=(user, password), headers=headers, timeout=PATIENCE, allow_redirects=False)


def put(site, path, content, media_type="text/calendar; charset=utf-8", **headers):
    return ask(site, "PUT", path, content, **{"Content_Type": media_type, **headers})


def put_card(site, path, content, media_type="text/vcard; charset=utf-8", **headers):
    return put(site, path, content, media_type, **headers)


def precondition(answer):
    """Returns the precondition and the text of the references in it."""
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8", answer.text
    error = ElementTree.fromstring(answer.content)
    assert error.tag == DAV + "error"
    return error[0].tag, [href.text for href in error[0].iter(DAV + "href")]


def raw(site, method, path, content=None, headers=()):
    """Sends a path as it is, which requests would change."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.putrequest(method, path, skip_accept_encoding=True)
        connection.putheader("Authorization", requests.auth._basic_auth_str("anna", PASSWORD))
        for name, value in headers:
            connection.putheader(name, value)
        if content is not None:
            connection.putheader("Content-Length", str(len(content)))
        connection.endheaders(content)
        answer = connection.getresponse()
        return answer.status, answer.read()


@pytest.mark.parametrize("content", [SERIES, SERIES.replace(b"\r\n", b"\n"), calendar(event("series", "DTEND:20300601T090000Z"), "BEGIN:X-OWN\nX-A:b\nEND:X-OWN\n")], ids=("crlf", "lf", "own"))
def test_bytes_are_kept(dav, content):
    path = EVENTS + "series.ics"
    ask(dav, "DELETE", path)
    answer = put(dav, path, content, If_None_Match="*")
    assert answer.status_code == 201 and re.fullmatch(r'"[!#-~]+"', answer.headers["ETag"])
    got = ask(dav, "GET", path)
    assert got.content == content and got.headers["ETag"] == answer.headers["ETag"] and "Last-Modified" in got.headers
    assert got.headers["Content-Type"] == "text/calendar; charset=utf-8; component=VEVENT"
    head = ask(dav, "HEAD", path)
    assert head.status_code == 200 and head.headers["Content-Length"] == str(len(content)) and not head.content
    assert ask(dav, "GET", path, If_None_Match=answer.headers["ETag"]).status_code == 304
    found = responses(propfind(dav, path, "D:getetag", "D:getcontentlength"))[path]["200"]
    assert [element.text for element in found.values()] == [answer.headers["ETag"], str(len(content))]


def test_forms_of_requests(dav):
    """A content in chunks, parameters of its type, a final slash, a target with the host, as programs and proxies send them."""
    content = calendar(event("forms"))
    assert ask(dav, "PUT", EVENTS + "forms.ics", iter([content[:10], content[10:]]), Content_Type="text/calendar").status_code == 201
    for number, media_type in enumerate(("text/calendar;component=VEVENT;charset=UTF-8", 'text/calendar; charset="utf-8"', "TEXT/CALENDAR", "text/calendar; charset=us-ascii")):
        assert put(dav, EVENTS + "forms.ics/", calendar(event("forms", summary=str(number))), media_type).status_code == 204
    assert raw(dav, "PUT", f"http://127.0.0.1:{dav.port}{EVENTS}forms.ics", content, [("Content-Type", "text/calendar")])[0] == 204
    assert ask(dav, "GET", EVENTS + "forms.ics").content == content


def test_cards_are_kept(dav):
    for version in ("3.0", "4.0"):
        content = card("c-kept", "Zoë Example", "item1.TEL;TYPE=CELL:+1", "item1.X-ABLabel:_$!<Other>!$_", "X-SOCIALPROFILE;TYPE=x:http://example.org", version=version)
        answer = put_card(dav, CONTACTS + "kept.vcf", content)
        assert answer.status_code in (201, 204) and answer.headers["ETag"]
        got = ask(dav, "GET", CONTACTS + "kept.vcf", Accept=f"text/vcard; version={version}")
        assert got.content == content and got.headers["Content-Type"].startswith("text/vcard")
    assert ask(dav, "DELETE", CONTACTS + "kept.vcf").status_code == 204


def test_conditions(dav):
    path = EVENTS + "conditions.ics"
    assert put(dav, path, calendar(event("conditions")), If_Match='"x"').status_code == 412
    assert put(dav, path, calendar(event("conditions")), If_Match="*").status_code == 412
    first = put(dav, path, calendar(event("conditions")), If_None_Match="*").headers["ETag"]
    assert put(dav, path, calendar(event("conditions")), If_None_Match="*").status_code == 412
    same = put(dav, path, calendar(event("conditions")), If_Match=first)
    assert same.status_code == 204 and same.headers["ETag"] == first
    second = put(dav, path, calendar(event("conditions", summary="2")), If_Match=first)
    assert second.status_code == 204 and second.headers["ETag"] != first
    assert put(dav, path, calendar(event("conditions", summary="3")), If_Match=first).status_code == 412
    # Proxies that compress change entity tags.
    for form in ("W/{}", '"other", {}', "{}"):
        answer = put(dav, path, calendar(event("conditions", summary=form)), If_Match=form.format(second.headers["ETag"][:-1] + '-gzip"'))
        assert answer.status_code == 204
        second = answer
    # Whoever holds the current entity tag may lower SEQUENCE.
    for sequence in (9, 2):
        second = put(dav, path, calendar(event("conditions", f"SEQUENCE:{sequence}")), If_Match=second.headers["ETag"])
        assert second.status_code == 204
    assert ask(dav, "DELETE", path, If_Match=first).status_code == 412
    assert ask(dav, "DELETE", path, If_Match=second.headers["ETag"]).status_code == 204
    assert ask(dav, "DELETE", path).status_code == 404 and ask(dav, "GET", path).status_code == 404
    again = put(dav, path, calendar(event("conditions")), If_None_Match="*")
    assert again.status_code == 201 and again.headers["ETag"] != first


def test_the_if_field(dav):
    """RFC 4918, 10.4"""
    path, other = EVENTS + "if.ics", EVENTS + "if-other.ics"
    one, two = (put(dav, name, calendar(event(name[-6:]))).headers["ETag"] for name in (path, other))
    changed = calendar(event("if.ics", summary="Changed"))
    for value, status in (('(["other"])', 412), (f"({two})", 400), (f"([{two}])", 412), ("(<opaquelocktoken:x>)", 412), (f"<{other}> ([{one}])", 412),
                          (f"<{EVENTS}none.ics> ([{one}])", 412), (f"<{EVENTS}> ([{one}])", 412), ("<http://example.org/x/y> ([\"a\"])", 412)):
        for method, content in (("PUT", changed), ("DELETE", None), ("MOVE", None)):
            answer = ask(dav, method, path, content, If=value, Destination=EVENTS + "if-moved.ics", Content_Type="text/calendar")
            assert answer.status_code == status, (method, value, answer.text)
    assert ask(dav, "GET", path).headers["ETag"] == one
    assert put(dav, path, changed, If=f"<{dav.url}{other}> ([{two}])").status_code == 204
    assert ask(dav, "DELETE", path, If=f"([{one}]) (Not <DAV:no-lock>)").status_code == 204
    assert ask(dav, "DELETE", other, If=f"([{two}])").status_code == 204


def test_one_of_two_writers_wins(dav):
    path = EVENTS + "race.ics"
    etag = put(dav, path, calendar(event("race"))).headers["ETag"]
    for turn in range(5):
        def write(writer, etag=etag, turn=turn):
            return put(dav, path, calendar(event("race", summary=f"{turn} {writer}")), If_Match=etag)
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(write, range(6)))
        assert sorted(answer.status_code for answer in answers) == [204] + [412] * 5
        (winner,) = [number for number, answer in enumerate(answers) if answer.status_code == 204]
        assert f"SUMMARY:{turn} {winner}".encode() in ask(dav, "GET", path).content
        etag = answers[winner].headers["ETag"]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: put(dav, EVENTS + "created.ics", calendar(event("created", summary=str(n))), If_None_Match="*"), range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [412] * 5


def test_preconditions_of_calendars(dav):
    path = EVENTS + "refused.ics"
    good = event("refused")
    for content, media_type, element in (
            (calendar(good), "text/plain", "supported-calendar-data"),
            (calendar(good), "text/calendar; charset=iso-8859-1", "supported-calendar-data"),
            (calendar(good, head="VERSION:1.0\n"), "text/calendar", "supported-calendar-data"),
            (b"nothing", "text/calendar", "valid-calendar-data"),
            (b"", "text/calendar", "valid-calendar-data"),
            (card(), "text/calendar", "valid-calendar-data"),
            (calendar(good)[:-20], "text/calendar", "valid-calendar-data"),
            (calendar(good).replace(b"Talk", b"\xff"), "text/calendar", "valid-calendar-data"),
            (calendar(good).replace(b"Talk", b"a\x00b"), "text/calendar", "valid-calendar-data"),
            (calendar(event("refused", start="DTSTART:20300231T000000Z")), "text/calendar", "valid-calendar-data"),
            (calendar(event("refused", "DTEND:20200101T000000Z")), "text/calendar", "valid-calendar-data"),
            (calendar(event("refused", start="DTSTART;TZID=Unknown/Place:20300101T000000")), "text/calendar", "valid-calendar-data"),
            (calendar(event("refused", "RRULE:FREQ=NEVER")), "text/calendar", "valid-calendar-data"),
            (calendar(good, event("other")), "text/calendar", "valid-calendar-object-resource"),
            (calendar(good, head="VERSION:2.0\nMETHOD:PUBLISH\n"), "text/calendar", "valid-calendar-object-resource"),
            (calendar(good.replace("UID:refused\n", "")), "text/calendar", "valid-calendar-object-resource"),
            (calendar(ZONE), "text/calendar", "valid-calendar-object-resource"),
            (calendar(good) + calendar(good), "text/calendar", "valid-calendar-object-resource"),
            (calendar(good, "BEGIN:VTODO\nUID:refused\nDTSTAMP:20260101T000000Z\nEND:VTODO\n"), "text/calendar", "valid-calendar-object-resource"),
            (calendar("BEGIN:VTODO\nUID:refused\nDTSTAMP:20260101T000000Z\nEND:VTODO\n"), "text/calendar", "supported-calendar-component"),
            (calendar("BEGIN:VFREEBUSY\nUID:refused\nDTSTAMP:20260101T000000Z\nEND:VFREEBUSY\n"), "text/calendar", "supported-calendar-component"),
            (calendar(event("refused", "DESCRIPTION:" + "x" * 1100000)), "text/calendar", "max-resource-size")):
        answer = put(dav, path, content, media_type)
        assert answer.status_code == 403 and precondition(answer) == (CALDAV + element, []), (content[:300], answer.text)
        # Clients take another element of DAV: for another condition.
        assert not [child.tag for child in ElementTree.fromstring(answer.content) if child.tag.startswith(DAV)]
    assert ask(dav, "GET", path).status_code == 404
    assert put(dav, path, calendar(good), media_type=None).status_code == 201
    assert put(dav, path, calendar(good), Content_Range="bytes 0-9/20").status_code == 400
    assert put(dav, path, calendar(good), Content_Encoding="gzip").status_code == 415


def test_a_zone_without_a_vtimezone(dav):
    """RFC 5545, 3.2.19, demands a VTIMEZONE; names that every program knows are taken without one, as RFC 7809 lets clients send them."""
    own = "/dav/calendars/Anna/zones/"
    assert ask(dav, "MKCALENDAR", own).status_code == 201
    times = {"Europe/Moscow": 201, "Russian Standard Time": 201, "UTC": 201, "Unknown/Place": 403, "/example.org/Western": 403}
    for collection, (zone, status) in itertools.product((own, EVENTS), times.items()):
        content = calendar(event(f"zone-{zone}", start=f"DTSTART;TZID={zone}:20300101T100000"))
        answer = put(dav, f"{collection}zone.ics", content)
        assert answer.status_code == status and (status == 201 or precondition(answer)[0] == CALDAV + "valid-calendar-data"), (zone, answer.text)
        if status == 201:
            assert ask(dav, "GET", f"{collection}zone.ics").content == content
            assert ask(dav, "DELETE", f"{collection}zone.ics").status_code == 204
    after = calendar(event("after", "EXDATE;TZID=/example.org/Eastern\\, US:20300108T100000", start='DTSTART;TZID="/example.org/Eastern, US":20300101T100000'), ZONE)
    assert put(dav, own + "after.ics", after).status_code == 201
    assert ask(dav, "DELETE", own).status_code == 204


def test_preconditions_of_address_books(dav):
    path = CONTACTS + "refused.vcf"
    for content, media_type, element in (
            (card(), "text/plain", "supported-address-data"),
            (card(version="2.1"), "text/vcard", "supported-address-data"),
            (b"nothing", "text/vcard", "valid-address-data"),
            (card() + card("c2"), "text/vcard", "valid-address-data"),
            (card().replace(b"UID:c1\r\n", b""), "text/vcard", "valid-address-data"),
            (card("c1", "x", "NOTE:" + "x" * 1100000), "text/vcard", "max-resource-size")):
        answer = put_card(dav, path, content, media_type)
        assert answer.status_code == 403 and precondition(answer) == (CARDDAV + element, []), answer.text
    assert ask(dav, "GET", path).status_code == 404


def test_a_uid_has_one_name(dav):
    one, two = EVENTS + "one%20%26.ics", EVENTS + "two.ics"
    assert put(dav, one, calendar(event("one"))).status_code == 201
    assert put(dav, two, calendar(event("two"))).status_code == 201
    conflict = put(dav, EVENTS + "three.ics", calendar(event("one")))
    assert conflict.status_code == 403 and precondition(conflict) == (CALDAV + "no-uid-conflict", [one])
    conflict = put(dav, two, calendar(event("one")))
    assert conflict.status_code == 403 and precondition(conflict) == (CALDAV + "no-uid-conflict", [one])
    conflict = put(dav, two, calendar(event("three")))
    assert conflict.status_code == 403 and precondition(conflict) == (CALDAV + "no-uid-conflict", [two])
    assert put_card(dav, CONTACTS + "one.vcf", card("one")).status_code == 201
    conflict = put_card(dav, CONTACTS + "two.vcf", card("one"))
    assert conflict.status_code == 403 and precondition(conflict) == (CARDDAV + "no-uid-conflict", [CONTACTS + "one.vcf"])


def test_rights_decide(dav):
    own = "/dav/calendars/reader/events/"
    put(dav, EVENTS + "rights.ics", calendar(event("rights")))
    assert ask(dav, "GET", own + "rights.ics", user="reader").status_code == 200
    for path, privilege, resource in ((own + "rights.ics", "write-content", own + "rights.ics"), (own + "new.ics", "bind", own)):
        answer = put(dav, path, calendar(event("rights")), user="reader")
        assert answer.status_code == 403 and precondition(answer) == (DAV + "need-privileges", [resource])
        assert f"<D:{privilege}/>" in answer.text
    answer = ask(dav, "DELETE", own + "rights.ics", user="reader")
    assert answer.status_code == 403 and precondition(answer) == (DAV + "need-privileges", [own])
    assert put(dav, EVENTS + "rights.ics", calendar(event("rights")), user="reader").status_code == 409
    token = account(dav, "token", "Anna", "--label=phone", "--read-only").stdout.split()[-1]
    assert ask(dav, "GET", EVENTS + "rights.ics", password=token).status_code == 200
    assert put(dav, EVENTS + "rights.ics", calendar(event("rights")), password=token).status_code == 403
    assert ask(dav, "DELETE", EVENTS + "rights.ics", password=token).status_code == 403
    account(dav, "grant", "reader", "events", "write")
    assert put(dav, own + "rights.ics", calendar(event("rights", summary="2")), user="reader").status_code == 204
    assert ask(dav, "DELETE", own + "rights.ics", user="reader").status_code == 204
    account(dav, "grant", "reader", "events", "default")


def test_other_resources_are_not_put(dav):
    for path in ("/dav/", "/dav/principals/Anna/", "/dav/calendars/Anna/", EVENTS):
        for answer in (put(dav, path, calendar(event("x"))),):
            collection = {"DELETE", "POST"} if path == EVENTS else set()
            assert answer.status_code == 405
            assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "PROPFIND", "PROPPATCH", "REPORT", *collection}
    conflict = put(dav, "/dav/calendars/Anna/none/x.ics", calendar(event("x")))
    assert conflict.status_code == 409 and "Внутренняя ошибка" not in conflict.text
    assert put(dav, "/dav/calendars/nobody/events/x.ics", calendar(event("x"))).status_code == 409
    assert put(dav, EVENTS + "x/y.ics", calendar(event("x"))).status_code == 409


def test_bookings_are_not_written(make_site):
    """Only the steps of a meeting change its booking. A reader does not see bookings, which have names of persons."""
    site = make_site()
    add(site, "Anna")
    add(site, "reader", "reader")
    site.convene("add", "--summary=x", "--start=2030-01-01", "--calendar=meetings", "--uid=booking")
    site.start()
    path = "/dav/calendars/{}/meetings/booking.ics"
    text = ask(site, "GET", path.format("Anna"))
    assert text.status_code == 200
    answer = put(site, path.format("Anna"), text.content)
    assert answer.status_code == 403 and precondition(answer)[0] == DAV + "need-privileges"
    assert ask(site, "DELETE", path.format("Anna")).status_code == 403
    assert "<D:write" not in propfind(site, "/dav/calendars/Anna/meetings/", "D:current-user-privilege-set").text
    assert ask(site, "GET", path.format("reader"), user="reader").status_code == 404
    account(site, "grant", "reader", "meetings", "read")
    assert ask(site, "GET", path.format("reader"), user="reader").status_code == 200


def test_tasks_and_journals(make_site):
    """A calendar that takes them keeps them; nothing else than a calendar program sees them."""
    site = make_site()
    add(site, "Anna")
    site.convene("add", "--summary=x", "--start=2030-01-01", "--calendar=plans")
    site.sql("UPDATE collection SET components = 7 WHERE name = 'plans'")
    site.start()
    plans = "/dav/calendars/Anna/plans/"
    for name, component, lines in (("task", "VTODO", "DUE:20300101T000000Z\nRRULE:FREQ=HOURLY\n"), ("journal", "VJOURNAL", "DTSTART;VALUE=DATE:20300101\nSTATUS:DRAFT\n"),
                                   ("draft", "VJOURNAL", "STATUS:DRAFT\nSUMMARY:Planned\n")):
        content = calendar(f"BEGIN:{component}\nUID:{name}\nDTSTAMP:20260101T000000Z\n{lines}X-A;B=c:d\nEND:{component}\n")
        answer = put(site, plans + name, content, If_None_Match="*")
        assert answer.status_code == 201, answer.text
        got = ask(site, "GET", plans + name)
        assert got.content == content and got.headers["ETag"] == answer.headers["ETag"]
        assert got.headers["Content-Type"].endswith(f"component={component}")
        changed = put(site, plans + name, content.replace(b"X-A", b"X-B"), If_Match=answer.headers["ETag"])
        assert changed.status_code == 204 and changed.headers["ETag"] != answer.headers["ETag"]
        conflict = put(site, plans + "other", content)
        assert conflict.status_code == 403 and precondition(conflict)[1] == [plans + name]
    assert len(responses(propfind(site, plans, "D:getetag", depth="1"))) == 5
    assert "Planned" in site.convene("show", "draft").stdout
    for name in ("task", "journal"):
        assert site.convene("show", name, check=False).returncode != 0
    assert "UID:task" not in requests.get(site.url + "/all.ics", timeout=PATIENCE).text
    assert ask(site, "DELETE", plans + "task").status_code == 204 and ask(site, "GET", plans + "task").status_code == 404


def test_hostile_paths(dav):
    """A member has one address; nothing outside of it is read or written."""
    content = calendar(event("hostile"))
    names = ("..", "%2e%2e", "a%00.ics", "a%0a.ics", "%c0%ae%c0%ae", "%ed%a0%80", "%ff", "a%2Fb", "..%2f..%2fx", "a%zz", "a%",
             "%F0%9F%98%80" * 64, "x" * 256, "x" * 3000)
    for name in names:
        for method in ("GET", "PUT", "DELETE", "PROPFIND"):
            status, _ = raw(dav, method, EVENTS + name, content if method == "PUT" else None, [("Content-Type", "text/calendar"), ("Depth", "0")])
            assert status in (400, 403, 404, 405, 409, 414, 431), (method, name[:50], status)
    with contextlib.suppress(ConnectionError):  # the connection may be closed before all of the path has arrived
        assert raw(dav, "GET", EVENTS + "x" * 65536)[0] in (414, 431)
    for name, written in (("x" * 255, "x" * 255), ("%D0%96 \\".replace(" ", "%20"), "%D0%96%20%5C"), ("a%26%3cb%3e%22'", "a%26%3Cb%3E%22%27"),
                          ("a%2525", "a%2525"), ("%61+b@c", "a%2Bb@c"), ("...", "...")):
        assert raw(dav, "PUT", EVENTS + name, content, [("Content-Type", "text/calendar")])[0] == 201
        assert raw(dav, "GET", EVENTS + name) == (200, content)
        hrefs = set(responses(propfind(dav, EVENTS, "D:getetag", depth="1")))
        assert EVENTS + written in hrefs
        assert ask(dav, "GET", EVENTS + written).content == content
        assert raw(dav, "DELETE", EVENTS + name)[0] == 204


def test_large_content(dav):
    """A gigabyte is refused from the header, and content without an end when it is too long."""
    head = (f"PUT {EVENTS}x.ics HTTP/1.1\r\nHost: x\r\nAuthorization: {requests.auth._basic_auth_str('anna', PASSWORD)}\r\n"
            "Content-Type: text/calendar\r\n").encode()
    with socket.create_connection(("127.0.0.1", dav.port), timeout=PATIENCE) as connection:
        connection.sendall(head + b"Content-Length: 1073741824\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")
    status = pathlib.Path(f"/proc/{dav.process.pid}/status")
    with socket.create_connection(("127.0.0.1", dav.port), timeout=PATIENCE) as connection:
        connection.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 200 * 1024 * 1024:
                connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                sent += 65536
        assert sent < 100 * 1024 * 1024
    (line,) = [line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM")]
    assert int(line.split()[1]) < 200 * 1024


def test_feeds_follow(dav):
    def feed():
        return requests.get(dav.url + "/all.ics", timeout=PATIENCE).text.replace("\r\n ", "")

    path = EVENTS + "feed.ics"
    assert put(dav, path, calendar(event("feed", "CATEGORIES:SESSION", summary="Shown"))).status_code == 201
    wait_until(lambda: "SUMMARY:Shown" in feed())
    assert "SUMMARY:Shown" in requests.get(dav.url + "/session.ics", timeout=PATIENCE).text
    put(dav, path, calendar(event("feed", "CLASS:PRIVATE", summary="Shown")))
    wait_until(lambda: "SUMMARY:Shown" not in feed())
    put(dav, path, calendar(event("feed", summary="Again")))
    wait_until(lambda: "SUMMARY:Again" in feed())
    ask(dav, "DELETE", path)
    wait_until(lambda: "SUMMARY:Again" not in feed())


def test_prefer(dav):
    path, content = EVENTS + "prefer.ics", calendar(event("prefer"))
    answer = put(dav, path, content, Prefer="respond-async, return=representation")
    assert answer.status_code == 201 and answer.content == content and answer.headers["Preference-Applied"] == "return=representation"
    assert answer.headers["Content-Location"] == path
    answer = put(dav, path, content, Prefer="return=minimal")
    assert answer.status_code == 204 and not answer.content


@pytest.mark.parametrize("conditions", [{"If_Match": '"old"'}, {"If_None_Match": "*"}, {"If_Schedule_Tag_Match": '"1"'}])
def test_a_refusal_has_what_is_stored_if_the_client_prefers_that(dav, conditions):
    """RFC 8144, 3.2, and RFC 6638, 8.3."""
    path, content = EVENTS + "refusal.ics", calendar(event("refusal"))
    put(dav, path, content)
    etag = ask(dav, "GET", path).headers["ETag"]
    for method, body in (("PUT", calendar(event("refusal", summary="New"))), ("DELETE", None)):
        answer = ask(dav, method, path, body, Content_Type="text/calendar", Prefer="return=representation", **conditions)
        assert answer.status_code == 412 and answer.content == content
        assert answer.headers["ETag"] == etag and answer.headers["Content-Type"].startswith("text/calendar")
        assert answer.headers["Content-Location"] == path and answer.headers["Preference-Applied"] == "return=representation"
        plain = ask(dav, method, path, body, Content_Type="text/calendar", **conditions)
        assert plain.status_code == 412 and b"refusal" not in plain.content and "Preference-Applied" not in plain.headers
    assert ask(dav, "GET", path).content == content
    missing = put(dav, EVENTS + "nothing.ics", content, If_Match="*", Prefer="return=representation")
    assert missing.status_code == 412 and "Preference-Applied" not in missing.headers


def test_members_are_added(dav):
    for collection, content, media_type, name in ((EVENTS, calendar(event("added/1")), "text/calendar", "added_2f1.ics"),
                                                  (CONTACTS, card("added"), "text/vcard", "added.vcf")):
        (found,) = responses(propfind(dav, collection, "D:add-member")).values()
        target = found["200"][DAV + "add-member"].findtext(DAV + "href")
        answer = ask(dav, "POST", target, content, Content_Type=media_type)
        assert answer.status_code == 201 and answer.headers["Location"] == collection + name
        got = ask(dav, "GET", answer.headers["Location"])
        assert got.content == content and got.headers["ETag"] == answer.headers["ETag"]
        again = ask(dav, "POST", target, content, Content_Type=media_type)
        assert again.status_code == 403 and precondition(again)[1] == [collection + name]
    assert ask(dav, "POST", EVENTS, b"x", Content_Type="text/calendar").status_code == 403
    refused = ask(dav, "POST", "/dav/calendars/reader/events/", calendar(event("added")), user="reader", Content_Type="text/calendar")
    assert refused.status_code == 403 and precondition(refused) == (DAV + "need-privileges", ["/dav/calendars/reader/events/"])
    assert ask(dav, "POST", "/dav/calendars/Anna/none/", calendar(event("added")), Content_Type="text/calendar").status_code == 404
    assert ask(dav, "POST", EVENTS + name, calendar(event("added")), Content_Type="text/calendar").status_code == 405


def test_a_locked_store(dav):
    """A writer that cannot have the lock says when to come again; readers do not wait."""
    path = EVENTS + "locked.ics"
    assert put(dav, path, calendar(event("locked"))).status_code == 201
    with dav.transaction():
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            writer = pool.submit(put, dav, path, calendar(event("locked", summary="2")))
            assert ask(dav, "GET", path).content == calendar(event("locked"))
            answer = writer.result()
            assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert put(dav, path, calendar(event("locked", summary="3"))).status_code == 204


def test_a_calendar_that_changes_while_an_object_is_read(dav):
    """A calendar can be made again with other components after the object was checked, and before the lock is there."""
    mine = "/dav/calendars/Anna/changing/"
    assert ask(dav, "MKCALENDAR", mine).status_code == 201
    task = calendar(event("task").replace("VEVENT", "VTODO"))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with dav.transaction() as run:
            writer = pool.submit(put, dav, mine + "task.ics", task)
            time.sleep(0.5)  # the writer gets time to wait for the lock; the result is the same if it does not wait yet
            run("UPDATE collection SET components = 1 WHERE segment = 'changing'")
        answer = writer.result()
    assert answer.status_code == 403 and precondition(answer)[0] == CALDAV + "supported-calendar-component"
    assert "the store fails" not in dav.log_text()


def test_long_contents_of_many_clients(dav):
    """Without a password nobody fills the memory: the long contents of all requests have a maximum, and short ones do not wait for them."""
    head = f"REPORT {EVENTS} HTTP/1.1\r\nHost: x\r\nContent-Length: 4194304\r\n\r\n".encode()
    large = calendar(event("large", "DESCRIPTION:" + "x" * 100000))
    with contextlib.ExitStack() as stack:
        def is_full():
            """Sends one more content; a client that a busy machine keeps waiting is dropped, so that those before may be gone."""
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", dav.port), timeout=PATIENCE))
            with contextlib.suppress(OSError):
                connection.sendall(head + b"x" * 4194303)
            answer = put(dav, EVENTS + "large.ics", large)
            return answer.status_code == 503 and answer.headers["Retry-After"]

        wait_until(is_full)
        assert put(dav, EVENTS + "short.ics", calendar(event("short"))).status_code == 201
        (line,) = [line for line in pathlib.Path(f"/proc/{dav.process.pid}/status").read_text(encoding="ascii").splitlines() if line.startswith("VmRSS")]
        assert int(line.split()[1]) < (200 if "sanitize" not in BUILD.parts else 1000) * 1024
    wait_until(lambda: put(dav, EVENTS + "large.ics", large).status_code in (201, 204))


def test_own_collections(dav):
    """What an account keeps in its own calendar is not checked as what the office publishes, and is not published."""
    own, book = "/dav/calendars/Anna/%D0%9C%D0%BE%D0%B9%201/", "/dav/addressbooks/Anna/own/"
    assert ask(dav, "MKCALENDAR", own).status_code == 201
    assert ask(dav, "MKCOL", book, '<D:mkcol xmlns:D="DAV:" xmlns:R="urn:ietf:params:xml:ns:carddav"><D:set><D:prop><D:resourcetype><D:collection/><R:addressbook/>'
               "</D:resourcetype></D:prop></D:set></D:mkcol>", Content_Type="application/xml").status_code == 201
    put(dav, EVENTS + "both.ics", calendar(event("both")))
    for path, content, media_type in ((own + "e%20%D0%B1.ics", calendar(event("own", "RRULE:FREQ=HOURLY;COUNT=3", summary="Own")), "text/calendar"),
                                      (own + "both.ics", calendar(event("both")), "text/calendar"),
                                      (own + "t.ics", calendar("BEGIN:VTODO\nUID:t\nDTSTAMP:20260101T000000Z\nEND:VTODO\n"), "text/calendar"),
                                      (book + "c.vcf", card("own-card"), "text/vcard")):
        answer = put(dav, path, content, media_type, If_None_Match="*")
        assert answer.status_code == 201, answer.text
        got = ask(dav, "GET", path)
        assert got.content == content and got.headers["ETag"] == answer.headers["ETag"]
        assert path in responses(propfind(dav, path.rpartition("/")[0] + "/", "D:getetag", depth="1"))
        assert put(dav, path, content + b"\r\n", media_type, If_Match='"x"').status_code == 412
        assert ask(dav, "GET", path.replace("Anna", "reader"), user="reader").status_code == 404
    put(dav, EVENTS + "shown.ics", calendar(event("shown", summary="Shown")))
    wait_until(lambda: "SUMMARY:Shown" in requests.get(dav.url + "/all.ics", timeout=PATIENCE).text)
    assert "SUMMARY:Own" not in requests.get(dav.url + "/all.ics", timeout=PATIENCE).text
    assert ask(dav, "DELETE", own + "t.ics").status_code == 204 and ask(dav, "GET", own + "t.ics").status_code == 404
