"""Tests the public feeds while calendar programs copy, replace and delete events that are in them."""

import icalendar
import pytest
import requests

from conftest import PATIENCE, Site, end, wait_until
from test_accounts import add
from test_dav_collections import call, event, own

FEEDS = ["/all.ics", "/session.ics", "/calendar/events.ics"]
SESSION = "CATEGORIES:session\r\n"


@pytest.fixture(scope="module")
def dav(tmp_path_factory):
    # The feeds have the events of the tests, whatever the day is.
    site = Site(tmp_path_factory.mktemp("site"), 'feed = { past = "P20Y"; future = "P20Y"; };\n')
    for name, role in (("anna", "editor"), ("reader", "reader")):
        add(site, name, role)
    site.convene("add", "--summary=x", "--start=2030-01-01", "--calendar=second")
    yield site.start()
    end(site)


def uids(site, path):
    answer = requests.get(site.url + path, timeout=PATIENCE)
    assert answer.status_code == 200
    return sorted(str(component["UID"]) for component in icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


def put(site, path, content, status=201, user="anna"):
    answer = call(site, "PUT", path, content, user, Content_Type="text/calendar")
    assert answer.status_code == status, answer.text


def settle(site, name):
    """Publishes one event more and waits until the feeds have it, so that they also have all that was written before."""
    put(site, f"/dav/calendars/anna/events/{name}.ics", event(name, name, SESSION))
    wait_until(lambda: all(name in uids(site, path) for path in FEEDS))


def test_an_accounts_copy_changes_no_feed(dav):
    put(dav, "/dav/calendars/anna/events/public.ics", event("public", "Public", SESSION))
    settle(dav, "first")
    before = {path: uids(dav, path) for path in FEEDS}
    copy = own(dav, "mine", "reader") + "copy.ics"
    put(dav, copy, event("public", "Mine", SESSION), user="reader")
    settle(dav, "second")
    put(dav, copy, event("public", "Mine again"), 204, "reader")
    settle(dav, "third")
    assert call(dav, "DELETE", copy, user="reader").status_code == 204
    settle(dav, "fourth")
    for path in FEEDS:
        assert uids(dav, path) == sorted([*before[path], "second", "third", "fourth"]), path
        assert "Mine" not in requests.get(dav.url + path, timeout=PATIENCE).text


def test_a_copy_in_a_second_calendar_leaves_the_original(dav):
    put(dav, "/dav/calendars/anna/events/both.ics", event("both", "Original", SESSION))
    settle(dav, "fifth")
    before = {path: uids(dav, path) for path in FEEDS}
    put(dav, "/dav/calendars/anna/second/both.ics", event("both", "Copy", SESSION))
    settle(dav, "sixth")
    assert uids(dav, "/all.ics").count("both") == 2 and uids(dav, "/calendar/events.ics").count("both") == 1
    assert call(dav, "DELETE", "/dav/calendars/anna/second/both.ics").status_code == 204
    settle(dav, "seventh")
    for path in FEEDS:
        assert uids(dav, path) == sorted([*before[path], "sixth", "seventh"]), path


def test_another_event_with_the_name_of_a_deleted_one(dav):
    path = "/dav/calendars/anna/events/name.ics"
    put(dav, path, event("old", "Old", SESSION))
    settle(dav, "eighth")
    assert call(dav, "DELETE", path).status_code == 204
    put(dav, path, event("new", "New", SESSION))
    settle(dav, "ninth")
    for feed in FEEDS:
        found = uids(dav, feed)
        assert "old" not in found and "new" in found, feed
