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


def test_a_meeting_that_moves_to_another_account_is_cancelled_here_and_put_there(office):
    team = share(office, "boris", "team", "anna")
    for name in ("anna", "boris", "vera"):
        make_calendar(office, name)
    path = "/dav/calendars/anna/calendar/moving.ics"
    put(office, path, meeting("moving", {**ANNA, **BORIS, **VERA}))
    assert messages(office, "vera", "moving") == ["REQUEST"] and find(office, "boris", "moving")
    # Boris has a meeting with this UID already.
    refused = call(office, "MOVE", path, Destination=office.url + team + "moving.ics")
    assert refused.status_code == 403 and "<C:unique-scheduling-object-resource" in refused.text
    assert call(office, "GET", path).status_code == 200 and messages(office, "vera", "moving") == ["REQUEST"]
    other = "/dav/calendars/anna/calendar/away.ics"
    put(office, other, meeting("away", {**ANNA, **VERA}))
    assert call(office, "MOVE", other, Destination=office.url + team + "away.ics").status_code == 201
    assert call(office, "GET", other).status_code == 404 and call(office, "GET", team + "away.ics").status_code == 200
    assert sorted(messages(office, "vera", "away")) == ["CANCEL", "REQUEST"]
    # An event without participants moves as it is.
    alone = "/dav/calendars/anna/calendar/alone.ics"
    put(office, alone, meeting("alone", {}).replace("ORGANIZER:mailto:anna@example.org\r\n", ""))
    assert call(office, "MOVE", alone, Destination=office.url + team + "alone.ics").status_code == 201
    assert call(office, "GET", team + "alone.ics").status_code == 200 and call(office, "GET", alone).status_code == 404
    assert office.convene("check").returncode == 0


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


def test_the_outbox_follows_its_privileges_and_limits(office):
    outbox, question = "/dav/calendars/vera/outbox/", freebusy(["mailto:boris@example.org"], "mailto:vera@example.org")
    token = account(office, "token", "vera", "--label=phone", "--read-only").stdout.strip().splitlines()[-1]
    refused = ask(office, "POST", outbox, question, user="vera", password=token, **{"Content-Type": "text/calendar"})
    assert refused.status_code == 403 and "<D:need-privileges><D:resource><D:href>/dav/calendars/vera/outbox/</D:href>" in refused.text, refused.text
    assert "<C:schedule-send-freebusy/>" in refused.text
    assert call(office, "POST", outbox, question, "vera", Content_Type="text/calendar").status_code == 200
    many = [f"mailto:guest{number}@elsewhere.example.org" for number in range(501)]
    answer = call(office, "POST", outbox, freebusy(many[:500], "mailto:vera@example.org"), "vera", Content_Type="text/calendar")
    assert answer.status_code == 200 and len(ElementTree.fromstring(answer.content).findall(f"{C}response")) == 500
    refused = call(office, "POST", outbox, freebusy(many, "mailto:vera@example.org"), "vera", Content_Type="text/calendar")
    assert refused.status_code == 403 and "<C:max-attendees-per-instance/>" in refused.text, refused.text
