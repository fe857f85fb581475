"""A reminder through a real mail server: Postfix takes it by STARTTLS and AUTH, Python's email reads it back from the Maildir."""

import email
import email.policy
import json
import os
import pathlib
import re
import shutil
import tempfile

import icalendar
import pytest
import requests

from conftest import PATIENCE, ROOT, free_port, plain_text, wait_until
from postfix import USER, Postfix

EVE = "2021-06-23T17:59:56+03:00"
VISITOR = """BEGIN:VCARD\r
VERSION:4.0\r
UID:visitor@test.example.org\r
FN:Гость выставки\r
EMAIL:visitor@example.org\r
LANG:ru\r
TZ:Europe/Moscow\r
END:VCARD\r
"""
ENGLISH = VISITOR.replace("visitor@", "guest@").replace("LANG:ru", "LANG:en").replace("Europe/Moscow", "Europe/Berlin")

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="Postfix's master process starts as root only")


@pytest.fixture
def postfix():
    # Not below pytest's directory, which other users cannot enter.
    top = pathlib.Path(tempfile.mkdtemp(prefix="convened-postfix-"))
    server = Postfix(top, free_port())
    yield server.start()
    server.stop()
    shutil.rmtree(top, ignore_errors=True)


def mail_settings(server):
    return (f'deliver = true; url = "smtp://localhost:{server.port}"; starttls = true; username = "{USER}"; '
            f'password_file = "{server.password_file}"; ca_file = "{server.ca_file}"; '
            'from = "Редакция календаря <reminders@example.org>"; reply_to = "office@example.org";')


def listed(make_site, server, card=VISITOR, *options):
    site = make_site(mail=mail_settings(server))
    site.convene("import", ROOT / "conf" / "documents")
    site.convene("import", "-", stdin=card.encode())
    address = re.search("EMAIL:(.*)\r", card).group(1)
    site.convene("subscribe", address, *(options or ("--kind", "session")))
    return site


def parsed(mails):
    return [email.message_from_bytes(raw, policy=email.policy.default) for raw in mails]


def about(messages, words):
    return [message for message in messages if words in message["Subject"]]


def practical_session(server):
    return wait_until(lambda: about(parsed(server.mails()), "Практическая сессия"))[0]


def test_the_delivered_reminder_has_the_expected_form(make_site, postfix):
    site = listed(make_site, postfix)
    site.start(f"--rehearse={EVE}")
    message = practical_session(postfix)
    assert message["To"].addresses[0].addr_spec == "visitor@example.org"
    assert message["From"].addresses[0].display_name == "Редакция календаря"
    assert message["Reply-To"].addresses[0].addr_spec == "office@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"]
    assert message["Date"].datetime.utcoffset().total_seconds() == 3 * 3600
    text = plain_text(message)
    assert "Практическая сессия по развитию промышленных кластеров России" in text
    assert "24–25\u00a0июня 2021\u00a0г." in text and "Саранск" in text
    assert "24–25\u00a0июня 2021\u00a0г." in message.get_body(("html",)).get_content()


def test_the_calendar_part_is_the_feeds_event(make_site, postfix):
    site = listed(make_site, postfix)
    site.start(f"--rehearse={EVE}")
    part = [p for p in practical_session(postfix).walk() if p.get_content_type() == "text/calendar"][0]
    assert part.get_param("method") == "PUBLISH"
    calendar = icalendar.Calendar.from_ical(part.get_content())
    event = calendar.walk("VEVENT")[0]
    assert event["UID"] == "saransk-clusters@documents.convened.example"
    assert event.decoded("DTSTART").isoformat() == "2021-06-24"
    assert event.decoded("DTEND").isoformat() == "2021-06-26"
    assert "ATTENDEE" not in event and not event.walk("VALARM")


def test_every_line_is_seven_bit_and_short(make_site, postfix):
    site = listed(make_site, postfix)
    site.start(f"--rehearse={EVE}")
    practical_session(postfix)
    for raw in postfix.mails():
        assert max(raw) < 128
        assert max(len(line) for line in raw.splitlines()) <= 998


def test_an_english_reader_gets_english(make_site, postfix):
    site = listed(make_site, postfix, ENGLISH)
    # "The day before at 18:00" is in the reader's zone.
    site.start("--rehearse=2021-06-23T17:59:56+02:00")
    message = wait_until(lambda: about(parsed(postfix.mails()), "industrial clusters"))[0]
    assert message["Subject"].startswith("Tomorrow, 24 June: ")
    assert "24–25\u00a0June 2021" in plain_text(message)


def test_a_restart_sends_no_second_mail(make_site, postfix):
    site = listed(make_site, postfix)
    site.start(f"--rehearse={EVE}")
    practical_session(postfix)
    states = ("pending", "committed", "unknown")
    wait_until(lambda: not any(site.convene("outbox", f"--state={state}").stdout for state in states))
    # Reminders that are due together are one mail.
    sent = {json.loads(line)["message_id"] for line in site.convene("outbox", "--state=sent", "--json").stdout.splitlines()}
    n = len(sent)
    wait_until(lambda: len(postfix.mails()) == n)
    for _ in range(3):
        site.stop()
        site.start("--rehearse=2021-06-23T18:05:00+03:00")
    site.convene("set", "saransk-clusters@documents.convened.example", "SUMMARY", "Другое название")
    wait_until(lambda: "Другое" in requests.get(f"{site.url}/all.ics", timeout=PATIENCE).text)
    assert len(postfix.mails()) == n
    identities = [message["Message-ID"] for message in parsed(postfix.mails())]
    assert len(set(identities)) == n


def unsubscribe_address(site, message):
    link = re.fullmatch("<(.*)>", message["List-Unsubscribe"].strip()).group(1)
    assert link.startswith(site.url + "/mail/")
    return link


def test_opting_out_needs_a_post(make_site, postfix):
    site = listed(make_site, postfix)
    site.start(f"--rehearse={EVE}")
    link = unsubscribe_address(site, practical_session(postfix))
    page = requests.get(link, timeout=PATIENCE)
    assert page.status_code == 200 and "<form" in page.text and "no-store" in page.headers["Cache-Control"]
    preview = ("preview", "--at", "2021-06-17T09:59:00+03:00", "--for", "visitor@example.org")
    assert not site.convene(*preview).stdout.startswith("Nothing would go")
    answer = requests.post(link, data={"List-Unsubscribe": "One-Click"}, timeout=PATIENCE)
    assert answer.status_code == 200
    stopped = site.convene(*preview, check=False)
    assert stopped.returncode == 1
    assert stopped.stdout.startswith("Nothing would go: the contact opted out\n") and "Практическая сессия" in stopped.stdout
    assert "[no mail: the contact opted out]" in site.convene("list", "--contacts").stdout
    assert "Gets no mail: the contact opted out" in site.convene("show", "visitor@example.org").stdout
    assert requests.get(link[:-1] + "!", timeout=PATIENCE).status_code == 404


def test_the_real_person_of_the_documents_gets_nothing(make_site, postfix):
    site = make_site(mail=mail_settings(postfix))
    site.convene("import", ROOT / "conf" / "documents")
    told = site.convene("subscribe", "serenko.o@innokam.pro", "--all")
    assert "X-CONVENED-REMINDERS:OFF" in told.stderr
    site.start(f"--rehearse={EVE}")
    wait_until(lambda: "SUPPRESSED" in site.convene("outbox").stdout)
    assert "PENDING" not in site.convene("outbox").stdout
    assert postfix.mails() == []


def test_without_deliver_no_mail_is_sent(make_site, postfix):
    site = make_site(mail=mail_settings(postfix).replace("deliver = true", "deliver = false"))
    site.convene("import", ROOT / "conf" / "documents")
    site.convene("import", "-", stdin=VISITOR.encode())
    site.convene("subscribe", "visitor@example.org")
    site.start(f"--rehearse={EVE}")
    wait_until(lambda: "PENDING" in site.convene("outbox").stdout)
    assert postfix.mails() == []


def test_the_mail_is_sent_when_the_server_is_back(make_site, postfix):
    site = listed(make_site, postfix)
    postfix.stop()
    site.start(f"--rehearse={EVE}")
    wait_until(lambda: "not delivered" in site.log_text())
    assert "SENT" not in site.convene("outbox").stdout
    site.stop()
    shutil.rmtree(postfix.top)
    postfix.top.mkdir()
    postfix.start()
    site.start("--rehearse=2021-06-23T20:00:00+03:00")
    text = plain_text(practical_session(postfix))
    assert "Саранск" in text
    assert len(about(parsed(postfix.mails()), "Практическая сессия")) == 1


def test_the_first_start_mails_nothing_from_the_past(make_site, postfix):
    site = listed(make_site, postfix)
    site.start("--rehearse=2021-06-23T18:00:05+03:00")
    wait_until(lambda: "next look at reminders" in site.convene("status").stdout)
    assert "PENDING" not in site.convene("outbox").stdout
    assert postfix.mails() == []
