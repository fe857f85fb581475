"""Tests forms of requests below /dav/ in which servers differ: paths without a parent, the server in Destination, conditions, preferences, allprop."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import Site, end
from test_accounts import account, add
from test_dav import NAMES, propfind, responses
from test_dav_collections import SPACES, call, card, element, event, own, proppatch, setting, statuses, to
from test_dav_members import ask

HOME, BOOKS = "/dav/calendars/anna/", "/dav/addressbooks/anna/"


@pytest.fixture(scope="module")
def dav(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    for name in ("Anna", "boris"):
        add(site, name)
    yield site.start()
    end(site)


def precondition(answer):
    """Returns the name of the precondition with its prefix, and its addresses."""
    assert answer.status_code in (403, 409), (answer.status_code, answer.text)
    (found, *_) = ElementTree.fromstring(answer.content)
    space, _, local = found.tag[1:].partition("}")
    return f"{ {value: key for key, value in NAMES.items()}[space]}:{local}", [href.text for href in found.iter("{DAV:}href")]


def test_a_missing_ancestor_is_a_conflict(dav):
    """RFC 4918, 9.3, 9.7.1, 9.8.5 and 9.9.4, with as many parts of a path as litmus has."""
    path = own(dav, "ancestors")
    assert call(dav, "PUT", path + "a.ics", event("a")).status_code == 201
    for base in (HOME, BOOKS):
        for deep in (f"{base}ancestors/409me/noparent.txt", f"{base}ancestors/409me/more/noparent.txt/"):
            assert call(dav, "PUT", deep, event("deep")).status_code == 409, deep
            assert call(dav, "MKCOL", deep).status_code == call(dav, "MKCALENDAR", deep).status_code == 409, deep
            for method in ("DELETE", "MOVE", "COPY", "PROPPATCH", "POST"):
                content = f"<D:propertyupdate {SPACES}>{setting('<D:displayname>x</D:displayname>')}</D:propertyupdate>" if method == "PROPPATCH" else None
                assert call(dav, method, deep, content, **to(dav, path + "b.ics")).status_code == 404, (method, deep)
    for method in ("MOVE", "COPY"):
        assert call(dav, method, path + "a.ics", **to(dav, path + "409me/x/b.ics")).status_code == 409
        assert call(dav, method, path + "a.ics", **to(dav, path + "b%2Fc.ics")).status_code == 403
    assert call(dav, "GET", path + "a.ics").status_code == 200
    assert call(dav, "PUT", "/dav/elsewhere/a/b/c/d/e", event("deep")).status_code == 403


def test_the_element_for_a_place_is_that_of_the_home(dav):
    assert precondition(call(dav, "MKCALENDAR", HOME + "events/inside/")) == ("C:calendar-collection-location-ok", [])
    assert precondition(call(dav, "MKCOL", BOOKS + "contacts/inside/")) == ("R:addressbook-collection-location-ok", [])
    assert precondition(call(dav, "MKCALENDAR", BOOKS + "calendar/")) == ("C:calendar-collection-location-ok", [])


def test_names_that_would_hide_an_inbox_are_not_given(dav):
    for name in ("~inbox", "~outbox"):
        for method in ("MKCALENDAR", "MKCOL"):
            assert precondition(call(dav, method, HOME + name + "/")) == ("C:calendar-collection-location-ok", []), name
    assert call(dav, "MKCALENDAR", HOME + "~work/").status_code == 201 and call(dav, "DELETE", HOME + "~work/").status_code == 204
    own(dav, "~inbox", kind="addressbooks")


def test_a_destination_on_another_server_is_not_one_here(dav):
    one, two = own(dav, "one"), own(dav, "two")
    assert call(dav, "PUT", one + "a.ics", event("a")).status_code == 201
    for method in ("MOVE", "COPY"):
        for server in ("https://other.example.org", "http://127.0.0.11", f"http://localhost:{dav.port}"):
            assert call(dav, method, one + "a.ics", Destination=server + two + "a.ics").status_code == 502, server
    assert call(dav, "GET", two + "a.ics").status_code == 404
    assert call(dav, "MOVE", one + "a.ics", Destination=two + "a.ics").status_code == 201
    assert call(dav, "MOVE", two + "a.ics", Destination=dav.url + one + "a.ics").status_code == 201
    # The name in http.base_url, whatever name the proxy uses, and on whatever port it listens.
    assert call(dav, "MOVE", one + "a.ics", Destination=dav.url + two + "a.ics", Host="proxy.example.org").status_code == 201
    assert call(dav, "MOVE", two + "a.ics", Destination="https://Proxy.example.org:8443" + one + "a.ics", Host="proxy.example.org").status_code == 201


def test_a_conflict_of_uids_names_the_member(dav):
    path, book = own(dav, "conflicts"), own(dav, "conflicts", kind="addressbooks")
    for name in "ab":
        assert call(dav, "PUT", f"{path}{name}.ics", event(name)).status_code == call(dav, "PUT", f"{book}{name}.vcf", card(name)).status_code == 201
    for method in ("MOVE", "COPY"):
        assert precondition(call(dav, method, path + "a.ics", **to(dav, path + "b.ics"))) == ("C:no-uid-conflict", ["/dav/calendars/Anna/conflicts/b.ics"])
        assert precondition(call(dav, method, book + "a.vcf", **to(dav, book + "b.vcf"))) == ("R:no-uid-conflict", ["/dav/addressbooks/Anna/conflicts/b.vcf"])


def test_the_resource_that_lacks_a_privilege_is_named(dav):
    """RFC 3744, 7.1.1 and appendix B: a collection is made in its home and deleted from it."""
    path = own(dav, "named")
    token = account(dav, "token", "Anna", "--label=phone", "--read-only").stdout.split()[-1]
    home = "/dav/calendars/Anna/"
    for method, privilege, target in (("DELETE", "unbind", path), ("MKCALENDAR", "bind", HOME + "new/"), ("MKCOL", "bind", HOME + "new/")):
        refused = ask(dav, method, target, password=token)
        assert precondition(refused) == ("D:need-privileges", [home]) and f"<D:{privilege}/>" in refused.text, refused.text
    refused = ask(dav, "POST", path, event("added").encode(), password=token, Content_Type="text/calendar")
    assert precondition(refused) == ("D:need-privileges", [home + "named/"]) and "<D:bind/>" in refused.text
    refused = call(dav, "DELETE", HOME + "events/")
    assert precondition(refused) == ("D:need-privileges", [home])
    refused = call(dav, "MKCALENDAR", "/dav/calendars/boris/x/")
    assert precondition(refused) == ("D:need-privileges", ["/dav/calendars/boris/"]) and "<D:bind/>" in refused.text


def test_conditions_of_methods_that_add(dav):
    """RFC 4918, 10.4.1 and RFC 9110, 13: a condition that is false fails the request."""
    path = own(dav, "conditions")
    token = element(dav, path, "D:sync-token").text
    for headers in ({"If": "(<data:,old/1>)"}, {"If-Match": '"x"'}, {"If-None-Match": "*"}):
        assert call(dav, "POST", path, event("added"), **{"Content-Type": "text/calendar", **headers}).status_code == 412, headers
    for headers in ({"If": "(<data:,old/1>)"}, {"If-Match": "*"}, {"If-Match": '"x"'}):
        for method in ("MKCALENDAR", "MKCOL"):
            assert call(dav, method, HOME + "conditional/", **headers).status_code == 412, (method, headers)
    assert call(dav, "POST", path, event("added"), **{"Content-Type": "text/calendar", "If": f"(<{token}>)"}).status_code == 201
    made = call(dav, "MKCALENDAR", HOME + "conditional/", **{"If-None-Match": "*", "If": f"<{path}> (Not <{token}>)"})
    assert made.status_code == 201, made.text


def test_allprop_leaves_out_what_is_long(dav):
    """RFC 4791, 5.2.1 and 5.2.2; RFC 6352, 6.2.1."""
    path, book = own(dav, "all"), own(dav, "all", kind="addressbooks")
    zone = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Moscow\r\nBEGIN:STANDARD\r\nDTSTART:20000101T000000\r\nTZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nEND:VCALENDAR\r\n"
    colour = "<I:calendar-color>#123456</I:calendar-color>"
    assert set(statuses(proppatch(dav, path, setting(f"<C:calendar-description>d</C:calendar-description><C:calendar-timezone>{zone}</C:calendar-timezone>{colour}"))).values()) == {"200"}
    assert set(statuses(proppatch(dav, book, setting("<R:addressbook-description>d</R:addressbook-description><x:own xmlns:x='urn:x'>1</x:own>"))).values()) == {"200"}
    every = f"<D:propfind {SPACES}><D:allprop/></D:propfind>"
    names = f"<D:propfind {SPACES}><D:propname/></D:propfind>"
    one, two = (call(dav, "PROPFIND", each, every, Depth="0").text for each in (path, book))
    assert "calendar-description" not in one and "calendar-timezone" not in one and "#123456" in one
    assert "addressbook-description" not in two and "urn:x" in two
    assert "calendar-timezone" in call(dav, "PROPFIND", path, names, Depth="0").text
    included = call(dav, "PROPFIND", path, f"<D:propfind {SPACES}><D:allprop/><D:include><C:calendar-description/></D:include></D:propfind>", Depth="0").text
    assert included.count("calendar-description") == 2


def test_the_length_of_a_card_is_that_of_what_is_sent(dav):
    book = own(dav, "lengths", kind="addressbooks")
    for version in ("3.0", "4.0"):
        text = card(f"length-{version}").replace("VERSION:4.0", f"VERSION:{version}").replace("FN:Boris", "FN:Boris\r\nN:Boris;;;;\r\nBDAY:19960415")
        assert call(dav, "PUT", f"{book}{version}.vcf", text, **{"Content-Type": "text/vcard"}).status_code == 201
        got = call(dav, "GET", f"{book}{version}.vcf")
        assert "VERSION:3.0" in got.text
        asked = f"<D:propfind {SPACES}><D:prop><D:getcontentlength/></D:prop></D:propfind>"
        for content, depth, path in ((asked, "0", f"{book}{version}.vcf"), (f"<D:propfind {SPACES}><D:allprop/></D:propfind>", "1", book)):
            found = responses(propfind(dav, path, content=content, depth=depth))
            length = found[f"/dav/addressbooks/Anna/lengths/{version}.vcf"]["200"]["{DAV:}getcontentlength"].text
            assert length == str(len(got.content)) == got.headers["Content-Length"], version


def test_a_property_that_grows_too_long_is_refused_alone(dav):
    path = own(dav, "long")
    answer = proppatch(dav, path, setting("<x:big xmlns:x='urn:x'>" + "<C:a/>" * 50000 + "</x:big><D:displayname>x</D:displayname>"))
    assert statuses(answer) == {"{urn:x}big": "507", "{DAV:}displayname": "424"}
    many = "".join(f"<x:p{number} xmlns:x='urn:x'>{'<C:a/>' * 700}</x:p{number}>" for number in range(180))
    assert answer.status_code == 207 and set(statuses(proppatch(dav, path, setting(many))).values()) <= {"200", "424", "507"}


@pytest.mark.parametrize("prefer,minimal", [
    ("return=minimal", True), ('return="minimal"', True), ("return = minimal", True), ("RETURN=minimal; x=y", True), ("respond-async, return=minimal", True),
    ("foo; return=minimal", False), ('foo="return=minimal"', False), ("return=minimalist", False), ('foo="a, return=minimal"', False),
    ("return=representation, return=minimal", False), ("wait=10,return=minimal;a", True)])
def test_forms_of_a_preference(dav, prefer, minimal):
    """RFC 7240, 2: the first of several preferences of one name counts."""
    answer = propfind(dav, HOME, "D:displayname", "D:none", Prefer=prefer)
    assert ("Preference-Applied" in answer.headers, "404 Not Found" in answer.text) == (minimal, not minimal)


def test_a_report_on_the_root_finds_the_principal(dav):
    """RFC 3744, 9.3: members at any depth."""
    match = f"<D:principal-match {SPACES}><D:self/><D:prop><D:displayname/></D:prop></D:principal-match>"
    search = (f"<D:principal-property-search {SPACES}><D:property-search><D:prop><D:displayname/></D:prop><D:match>nna</D:match></D:property-search>"
              "<D:prop><D:displayname/></D:prop></D:principal-property-search>")
    for path in ("/dav/", "/dav/principals/"):
        for content in (match, search):
            assert list(responses(call(dav, "REPORT", path, content, Depth="0"))) == ["/dav/principals/Anna/"], (path, content)
    assert re.search("<D:response>", call(dav, "REPORT", HOME, match, Depth="0").text) is None
