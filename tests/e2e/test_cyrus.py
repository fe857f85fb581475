"""Cyrus as the calendar server of a visitor: its Sieve takes our invitations into the visitor's calendar, and the answer that it sends when the visitor
accepts there reaches the booking."""

import datetime
import os

import icalendar
import pytest

from conftest import wait_until
from cyrus import DOMAIN, USER, Cyrus
from smtp_server import Server
from test_meeting_replies import Office
from test_meetings import ask, at, meet, stored, utc

GUEST = f"{USER}@{DOMAIN}"

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="Cyrus runs as a user of its own")


def event_in(cyrus):
    """Returns the path and the event of the only object in the visitor's calendar."""
    (name,) = cyrus.members("Default")
    event, = icalendar.Calendar.from_ical(cyrus.call("GET", f"Default/{name}").text).walk("VEVENT")
    return f"Default/{name}", event


def test_cyrus_takes_our_invitations_and_answers(make_site):
    with Server() as server, Cyrus(server.port) as cyrus:
        office = Office(make_site, server)
        uid = ask(office.site, "10:00", address=GUEST)["uid"]
        meet(office.site, "confirm", uid)
        cyrus.deliver(office.mail(GUEST, "Встреча: Вера Хозяйкина", 0).as_bytes())
        path, event = event_in(cyrus)
        assert (event["UID"], event["SEQUENCE"], event["ATTENDEE"].params["PARTSTAT"]) == (uid, 0, "NEEDS-ACTION")
        assert event["DTSTART"].dt == datetime.datetime.fromisoformat(utc("10:00"))
        meet(office.site, "move", uid, at("11:00"))
        cyrus.deliver(office.mail(GUEST, "Встреча перенесена", 0).as_bytes())
        path, event = event_in(cyrus)
        assert (event["UID"], event["SEQUENCE"], event["DTSTART"].dt) == (uid, 1, datetime.datetime.fromisoformat(utc("11:00")))
        # The visitor accepts in the calendar: the server sends a REPLY to the address with the secret.
        before = len(server.messages)
        accepted = cyrus.call("GET", path).text.replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED")
        changed = cyrus.call("PUT", path, accepted.encode(), **{"Content-Type": "text/calendar"})
        assert changed.status_code == 204, changed.text
        wait_until(lambda: any(address.startswith("answers+") for address in server.recipients[before:]))
        reply = next(raw for raw, address in zip(server.messages[before:], server.recipients[before:]) if address.startswith("answers+"))
        office.answer(bytes(reply).decode())
        (own,) = [line for line in stored(office.site, uid)["ATTENDEE"] if line == f"mailto:{GUEST}"]
        assert own.params["PARTSTAT"] == "ACCEPTED", office.site.log_text()[-2000:]
        meet(office.site, "cancel", uid)
        cyrus.deliver(office.mail(GUEST, "Встреча отменена", 0).as_bytes())
        assert event_in(cyrus)[1]["STATUS"] == "CANCELLED"
