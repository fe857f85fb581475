"""A contact that signed up with the form gets only public information by mail. A contact listed by the office gets all of what is public, and
private and confidential events only if it is listed for them one by one."""

import email
import email.policy
import json
import re

import pytest
import requests

from conftest import PATIENCE, plain_text, wait_until
from smtp_server import Server

TELEPHONE, ADDRESS, HIDDEN = "+7 912 345-67-89", "host@example.net", "Secret board meeting"
OPEN, CLOSED, BUSY = "open@x", "closed@x", "busy@x"
READERS = "form@example.org", "office@example.org"
BEFORE_ALL_LEADS = "10T09:00:00"  # a reminder that is late on the day of a subscription is mailed at once
PARTS = ("summary", "location", "description", "X-CONVENED-ORGANIZER", "X-CONVENED-SUMMARY;LANGUAGE=en")


def calendar(uid, summary, start, *lines):
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", "BEGIN:VEVENT", f"UID:{uid}",
                        "DTSTAMP:20260101T000000Z", f"SUMMARY:{summary}", f"DTSTART:{start}", "CATEGORIES:SESSION", *lines,
                        "END:VEVENT", "END:VCALENDAR", ""]).encode()


def events(site, start="20510624T100000Z"):
    site.convene("import", "-", stdin=calendar(
        OPEN, f"Open day {TELEPHONE}", start, f"LOCATION:Hall 1\\, {TELEPHONE}", f"DESCRIPTION:Ask {ADDRESS}",
        f"X-CONVENED-ORGANIZER:Office {TELEPHONE}", f"X-CONVENED-SUMMARY;LANGUAGE=ru:День открытых дверей {TELEPHONE}",
        f"ORGANIZER:mailto:{ADDRESS}"))
    site.convene("import", "-", stdin=calendar(CLOSED, HIDDEN, start, "CLASS:PRIVATE", "LOCATION:Cellar"))
    site.convene("import", "-", stdin=calendar(BUSY, HIDDEN, start, "CLASS:CONFIDENTIAL", "LOCATION:Attic"))


def person(site, address, lines=""):
    site.convene("import", "-", stdin=(f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{address}\r\nFN:{address}\r\n"
                                       f"EMAIL:{address}\r\nLANG:en\r\n{lines}END:VCARD\r\n").encode())


def list_for_each(site, address, *options):
    site.convene("subscribe", address, "--all", *options)
    site.convene("subscribe", address, "--event", CLOSED, "--event", BUSY, *options)


def sign_up(site, server, address, what="all"):
    before = len(mails(server))
    requests.post(f"{site.url}/subscribe/mail", data={"address": address, "what": what, "language": "en"}, timeout=PATIENCE)
    wait_until(lambda: len(mails(server)) > before)
    link = re.search(r"http://\S+/subscribe/confirm/\S+", plain_text(mails(server)[before])).group(0)
    requests.post(link, data={"confirm": "yes"}, timeout=PATIENCE)


def mails(server, to=None):
    """Returns all mails but those that welcome a reader, which name no event."""
    found = [email.message_from_bytes(raw, policy=email.policy.default) for raw in server.messages]
    return [mail for mail in found if not mail["Subject"].startswith("You are subscribed:") and (to is None or mail["To"].addresses[0].addr_spec == to)]


def everything(mail):
    """Returns a mail's headers and parts, decoded and unfolded."""
    parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    return "\n".join([str(mail["Subject"]), *parts]).replace("\r\n ", "").replace("\n ", "")


def outbox(site, **wanted):
    found = [json.loads(line) for line in site.convene("outbox", "--json").stdout.splitlines()]
    return [row for row in found if all(row[name] == value for name, value in wanted.items())]


@pytest.fixture
def server():
    faults = {}
    with Server(lambda stage, connection, transaction: faults.get(stage)) as running:
        running.faults = faults
        yield running


@pytest.fixture
def site(make_site, server):
    return make_site(
        mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; from = "office@example.org";',
        extra="signup = { enabled = true; };\n")


def at(site, clock):
    """Starts the daemon at a rehearsed time."""
    site.stop()
    return site.start(f"--rehearse=2051-06-{clock}+00:00")


def tells_the_public_only(mail):
    text = everything(mail)
    assert "Open day" in text and "Hall 1" in text
    assert TELEPHONE not in text and ADDRESS not in text and "ORGANIZER" not in text
    assert HIDDEN not in text and "Cellar" not in text and "Attic" not in text


def test_reminders(site, server):
    events(site)
    for address in (*READERS, "kind@example.org"):
        person(site, address)
    list_for_each(site, READERS[1], "--lead=-P1D")
    site.convene("subscribe", "kind@example.org", "--kind=session", "--lead=-P1D")
    at(site, BEFORE_ALL_LEADS)
    sign_up(site, server, READERS[0])
    sign_up(site, server, "stranger@example.org")
    site.sql("UPDATE subscription SET leads = '-P1D'")
    at(site, "23T09:59:58")
    wait_until(lambda: len(outbox(site, kind="reminder", state="SENT")) == 6)
    for address in (READERS[0], "stranger@example.org"):
        mail = mails(server, address)[-1]
        assert len(mails(server, address)) == 2  # the confirmation request and the reminder
        tells_the_public_only(mail)
        assert "BEGIN:VEVENT" in everything(mail)
    told, = (everything(mail) for mail in mails(server, READERS[1]))  # all three events
    assert HIDDEN in told and "Cellar" in told and "Hall 1" in told and told.count(TELEPHONE) > 6 and ADDRESS in told
    mail, = mails(server, "kind@example.org")
    assert "Hall 1" in everything(mail) and TELEPHONE in everything(mail) and HIDDEN not in everything(mail)
    assert site.convene("check").returncode == 0


def test_the_confirmation_request(site, server):
    events(site)
    at(site, BEFORE_ALL_LEADS)
    sign_up(site, server, READERS[0], f"event:{OPEN}")
    question = everything(mails(server)[0])
    assert "Open day" in question and TELEPHONE not in question


def test_the_agenda(site, server):
    events(site)
    for address in (*READERS, "all@example.org"):
        person(site, address, "X-CONVENED-DIGEST:DAILY@18:00\r\nTZ:Etc/UTC\r\n")
    list_for_each(site, READERS[1])
    site.convene("subscribe", "all@example.org", "--all")
    at(site, BEFORE_ALL_LEADS)
    sign_up(site, server, READERS[0])
    at(site, "23T17:59:58")
    wait_until(lambda: len(outbox(site, kind="agenda", state="SENT")) == 3)
    tells_the_public_only(mails(server, READERS[0])[-1])
    full = everything(mails(server, READERS[1])[-1])
    assert TELEPHONE in full and HIDDEN in full and "Cellar" in full
    mail, = mails(server, "all@example.org")
    assert TELEPHONE in everything(mail) and HIDDEN not in everything(mail)


def test_a_notice_shows_what_the_public_sees(site, server):
    events(site)
    person(site, READERS[0])
    at(site, BEFORE_ALL_LEADS)
    sign_up(site, server, READERS[0])
    site.sql("UPDATE subscription SET leads = '-P1D'")
    at(site, "23T09:59:58")
    wait_until(lambda: outbox(site, kind="reminder", state="SENT"))
    site.convene("set", OPEN, "LOCATION", "Hall 2, +7 912 345-67-00")
    wait_until(lambda: outbox(site, kind="change", state="SENT"))
    change = everything(mails(server, READERS[0])[-1])
    assert "Hall 2" in change and "Hall 1" in change and "345-67" not in change
    # Contacts that may see only public events are told nothing about an event that became private, not even a move.
    site.convene("set", OPEN, "CLASS", "PRIVATE")
    site.convene("set", OPEN, "LOCATION", "Cellar")
    site.convene("add", "--uid=next@x", "--summary=Next", "--start=2051-06-23T10:05", "--zone=Etc/UTC", "--kind=session")
    site.convene("set", "next@x", "LOCATION", "Roof")
    at(site, "23T10:02:00")
    wait_until(lambda: outbox(site, kind="reminder", event="next@x", state="SENT"))
    assert not any("Cellar" in everything(mail) for mail in mails(server))


def test_the_office_may_grant_full_access(site, server):
    events(site)
    person(site, READERS[0])
    at(site, BEFORE_ALL_LEADS)
    sign_up(site, server, READERS[0])
    assert "the public" in site.convene("show", READERS[0]).stdout
    list_for_each(site, READERS[0], "--lead=-P1D")
    assert "the public" not in site.convene("show", READERS[0]).stdout
    at(site, "23T09:59:58")
    wait_until(lambda: len(outbox(site, kind="reminder", state="SENT")) == 3)
    assert any("Cellar" in everything(mail) for mail in mails(server, READERS[0]))


def test_a_listing_by_the_office_grants_access_only_to_its_event(site, server):
    """A contact listed by the office for one event signs up for all events."""
    events(site)
    person(site, READERS[0])
    site.convene("subscribe", READERS[0], "--event", OPEN, "--lead=-P1D")
    at(site, BEFORE_ALL_LEADS)
    sign_up(site, server, READERS[0])
    site.sql("UPDATE subscription SET leads = '-P1D'")
    at(site, "23T09:59:58")
    wait_until(lambda: outbox(site, kind="reminder", state="SENT"))
    assert TELEPHONE in everything(mails(server, READERS[0])[-1])
    assert [row["event"] for row in outbox(site, kind="reminder")] == [OPEN]


def test_an_event_becomes_private_during_the_delivery_of_its_mail(site, server):
    """The server defers a composed mail; the mail is checked again before it is sent."""
    events(site)
    person(site, READERS[0])
    at(site, BEFORE_ALL_LEADS)
    sign_up(site, server, READERS[0])
    site.sql("UPDATE subscription SET leads = '-P1D'")
    server.faults["mail"] = "4yz"
    at(site, "23T09:59:58")
    wait_until(lambda: [row for row in outbox(site, kind="reminder") if row["reason"]])
    site.convene("set", OPEN, "CLASS", "PRIVATE")
    server.faults.clear()
    at(site, "23T11:00:00")
    wait_until(lambda: outbox(site, kind="reminder", state="CANCELLED"))
    assert len(mails(server, READERS[0])) == 1
    # The event is public again: the mail is sent.
    site.convene("set", OPEN, "CLASS", "PUBLIC")
    wait_until(lambda: outbox(site, kind="reminder", state="SENT"))
