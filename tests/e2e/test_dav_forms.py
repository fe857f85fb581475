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


@pytest.mark.parametrize("prefer,minimal", [
    ("return=minimal", True), ('return="minimal"', True), ("return = minimal", True), ("RETURN=minimal; x=y", True), ("respond-async, return=minimal", True),
    ("foo; return=minimal", False), ('foo="return=minimal"', False), ("return=minimalist", False), ('foo="a, return=minimal"', False),
    ("return=representation, return=minimal", False), ("wait=10,return=minimal;a", True)])
def test_forms_of_a_preference(dav, prefer, minimal):
    """RFC 7240, 2: the first of several preferences of one name counts."""
    answer = propfind(dav, HOME, "D:displayname", "D:none", Prefer=prefer)
    assert ("Preference-Applied" in answer.headers, "404 Not Found" in answer.text) == (minimal, not minimal)
