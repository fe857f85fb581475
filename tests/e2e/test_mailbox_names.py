"""Mailboxes whose names are not ASCII (RFC 6531): such a mail needs a server that offers SMTPUTF8, all others need none."""

import email
import email.policy
import os

import pytest
import requests

from conftest import PATIENCE, wait_until
from smtp_server import Server
from test_notices import CALENDAR, CARD, EVENT, rows, start
from test_signup import ask, link_in, started, wait_mails
from test_reminder_mail import mail_settings, postfix  # noqa: F401

NAME = "почта@зал.example.org"
WIRE = "почта@xn--80ann.example.org"


def listed(make_site, mail, address):
    site = make_site(mail=mail)
    site.convene("import", "-", stdin=CALENDAR.encode())
    for number, mailbox in enumerate((address, "v@example.org")):
        site.convene("import", "-", stdin=CARD.format("").replace("v@x.example", f"v{number}@x.example").replace("v@example.org", mailbox).encode())
        site.convene("subscribe", mailbox, "--event", EVENT, "--lead=-P1D@18:00")
    return start(site, "17:59:56")


def said(server):
    return [line.encode("latin-1").decode() for line in server.commands]


def test_a_name_beyond_ascii_waits_for_a_server_that_takes_it(make_site):
    assert WIRE.split("@")[1] == "зал.example.org".encode("idna").decode()
    with Server({}) as server:
        site = listed(make_site, f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; connections = 1;', NAME)
        wait_until(lambda: sorted(row["state"] for row in rows(site)) == ["FAILED", "SENT"])
        failed, = rows(site, state="FAILED")
        assert "SMTPUTF8" in failed["reason"] and failed["address" if "address" in failed else "contact"] != "v@example.org"
        assert "почта" not in "".join(said(server)) and len(server.messages) == 1
        assert not any("SMTPUTF8" in line for line in said(server))
        site.stop()
        server.smtputf8 = True
        assert site.convene("outbox", "retry").returncode == 0
        start(site, "18:05:00")
        wait_until(lambda: len(rows(site, state="SENT")) == 2)
        assert "MAIL FROM:<reminders@example.org> BODY=8BITMIME SMTPUTF8" in said(server)
        assert f"RCPT TO:<{WIRE}>" in said(server)
        message = email.message_from_string(server.messages[1].decode(), policy=email.policy.SMTPUTF8)
        assert message["To"].addresses[0].username == "почта" and message["To"].addresses[0].display_name == "Гость"
        assert site.convene("check").returncode == 0


@pytest.mark.skipif(os.getuid() != 0, reason="Postfix's master process starts as root only")
def test_postfix_delivers_to_a_name_beyond_ascii(make_site, postfix):  # noqa: F811
    site = listed(make_site, mail_settings(postfix), "почта@example.org")
    wait_until(lambda: len(rows(site, state="SENT")) == 2)
    found = wait_until(lambda: len(postfix.mails()) == 2 and postfix.mails())
    assert sorted(email.message_from_string(raw.decode(), policy=email.policy.SMTPUTF8)["To"].addresses[0].username for raw in found) == ["v", "почта"]


def test_the_form_takes_a_name_beyond_ascii(make_site):
    with Server({}) as server:
        server.smtputf8 = True
        site = started(make_site, server)
        assert ask(site, "почта@example.org", follow=True).status_code == 200
        mail, = wait_mails(server, 1)
        assert "RCPT TO:<почта@example.org>" in said(server)
        assert requests.post(link_in(mail), data={}, headers={"Content-Type": "application/x-www-form-urlencoded"}, timeout=PATIENCE).status_code == 200
        assert "почта@example.org" in site.convene("list", "--contacts").stdout
