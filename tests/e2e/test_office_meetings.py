"""Tests the office's page of meetings: what was asked for is accepted, moved and cancelled for the host."""

import datetime
import json
import zoneinfo

import pytest
import requests

from conftest import PATIENCE, end, Site
from office_client import Client, add_account

MOSCOW = zoneinfo.ZoneInfo("Europe/Moscow")
DAY = (datetime.datetime.now(MOSCOW) + datetime.timedelta(days=5)).date()
HOST = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:host-1\r\nFN:Вера Хозяйкина\r\nEMAIL:host@example.org\r\nLANG:ru\r\nTZ:Europe/Moscow\r\nEND:VCARD\r\n"
OFFER = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VAVAILABILITY\r\nUID:offer-1\r\nDTSTAMP:20260101T000000Z\r\n"
         "X-CONVENED-MEETING-HOST:host-1\r\nX-CONVENED-MEETING-DURATION:PT30M\r\nX-CONVENED-MEETING-CONFIRM:HOST\r\n"
         "BEGIN:AVAILABLE\r\nUID:offer-1-hours\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Moscow:20260101T100000\r\n"
         "DTEND;TZID=Europe/Moscow:20260101T150000\r\nRRULE:FREQ=DAILY\r\nEND:AVAILABLE\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR\r\n")


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("office"), extra='time_zone = "Europe/Moscow";\n', mail='deliver = false; url = "smtp://127.0.0.1:9"; starttls = false; from = "Office <office@example.org>";')
    site.convene("import", "-", stdin=HOST)
    site.convene("import", "-", stdin=OFFER)
    add_account(site)
    add_account(site, "roman", "reader")
    yield site.start()
    end(site)


def asked(site, clock, name):
    """Asks for a meeting, confirms the visitor's address, and returns the UID."""
    site.convene("meet", "ask", "offer-1", f"{DAY}T{clock}", f"--name={name}", f"--address={name.lower()}@example.org")
    row = next(row for row in map(json.loads, site.convene("meet", "list", "--json").stdout.splitlines()) if name in json.dumps(row, ensure_ascii=False))
    site.convene("meet", "confirm", row["uid"])
    return row["uid"]


def step(client, uid, name, **fields):
    client.get("/office/meetings")
    form = next(form for form in client.page.forms if form["fields"].get("uid") == uid and ("step", name) in form["buttons"])
    return client.post("/office/meetings", dict(form["fields"], step=name, **fields))


def state(site, uid):
    return next(row["state"] for row in map(json.loads, site.convene("meet", "list", "--all", "--json").stdout.splitlines()) if row["uid"] == uid)


def test_a_meeting_is_accepted_moved_and_cancelled(office):
    client = Client(office).sign_in()
    assert "Встреч пока нет" in client.get("/office/meetings").page.text
    uid = asked(office, "11:00", "Maria")
    client.get("/office/meetings")
    assert "Вера Хозяйкина" in client.page.text and "Maria" in client.page.text and "ждёт ответа" in client.page.text
    assert "Готово." in step(client, uid, "accept").page.text and state(office, uid) == "BOOKED"
    other = asked(office, "12:00", "Pavel")
    step(client, other, "accept")
    taken = step(client, uid, "move", day=str(DAY), time="12:00")
    assert taken.reply.status_code == 422 and "Это время занято" in taken.page.text
    assert "convened_meeting_conflicts_total 1" in requests.get(f"{office.url}/metrics", timeout=PATIENCE).text.splitlines()
    assert step(client, uid, "move", day=str(DAY), time="13:00").reply.status_code == 200
    assert "13:00–13:30" in client.get("/office/meetings").page.text
    step(client, uid, "cancel")
    assert state(office, uid) == "CANCELLED"
    third = asked(office, "14:00", "Irina")
    step(client, third, "decline")
    assert state(office, third) == "DECLINED"


def test_a_reader_sees_no_meetings(office):
    roman = Client(office, address="127.9.7.1").sign_in("roman")
    assert roman.get("/office/meetings").reply.status_code == 403
    assert not any(link == "/office/meetings" for link in roman.get("/office/events").page.links)
