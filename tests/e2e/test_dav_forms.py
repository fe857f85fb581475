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
