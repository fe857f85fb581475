"""Tests scheduling (RFC 6638) where an account writes to a calendar of another one, and the rights to the outbox."""

import json
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import Site, end
from smtp_server import Server
from test_accounts import account, add
from test_dav import NAMES
from test_dav_members import ask
from test_schedule import ANNA, BORIS, VERA, C, call, find, freebusy, make_calendar, meeting, messages, put


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with Server() as server:
        site = Site(tmp_path_factory.mktemp("site"), "", f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; from = "Office <office@example.org>"; rate = 0; starttls = false;')
        for name in ("anna", "boris", "vera"):
            add(site, name)
        yield site.start()
        end(site)


def share(site, owner, name, user):
    """Makes a calendar of an account that another one may write. Returns the other one's path."""
    assert call(site, "MKCALENDAR", f"/dav/calendars/{owner}/{name}/", None, owner).status_code == 201
    key = key_of(site, owner, name)
    account(site, "grant", user, key, "write")
    return f"/dav/calendars/{user}/{key}/"


def key_of(site, owner, name):
    rows = json.loads(account(site, "list", owner, "--json").stdout)["collections"]
    return next(row["collection"] for row in rows if row["name"] == name)


def test_the_address_of_a_meeting_is_told_to_those_who_see_it(office):
    project = share(office, "boris", "project", "anna")
    assert call(office, "MKCALENDAR", "/dav/calendars/boris/Therapy/", None, "boris").status_code == 201
    text = meeting("secret", {**BORIS, "mailto:guest@elsewhere.example.org": ""}, organizer="mailto:boris@example.org")
    put(office, "/dav/calendars/boris/Therapy/weekly.ics", text, "boris")
    refused = call(office, "PUT", project + "x.ics", text, Content_Type="text/calendar")
    assert refused.status_code == 403 and "<C:unique-scheduling-object-resource/>" in refused.text, refused.text
    key = key_of(office, "boris", "Therapy")
    account(office, "grant", "anna", key, "read")
    refused = call(office, "PUT", project + "x.ics", text, Content_Type="text/calendar")
    href = ElementTree.fromstring(refused.content).findtext(".//D:href", None, NAMES)
    assert href == f"/dav/calendars/anna/{key}/weekly.ics" and call(office, "GET", href).status_code == 200


