"""Returned mails: a real Postfix accepts mails, cannot deliver them, and passes its reports to `convene bounce`."""

import contextlib
import datetime
import email
import email.policy
import json
import os
import pathlib
import re
import shutil
import tempfile

import pytest
import requests

from conftest import BUILD, PATIENCE, ROOT, Site, end, free_port, plain_text, wait_until
from postfix import USER, Postfix
from smtp_server import Server

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="Postfix's master process starts as root only")

NOBODY = 65534
CONTACTS = {"gone": "gone@gone.example.org", "slow": "slow@slow.example.org", "refused": "refused@example.org",
            "well": "well@example.org"}
NO_SUCH_USER = b"550 5.1.1 <gone@gone.example.org>: Recipient address rejected: User unknown\r\n"
NOT_NOW = b"450 4.2.1 <slow@slow.example.org>: mailbox is busy\r\n"

MASTER = """\
smtp unix - - n - - smtp
convene unix - n n - 1 pipe flags=DORq user=nobody argv={top}/convene --config {top}/site/convened.conf bounce
"""
MAIN = """\
recipient_delimiter = +
transport_maps = inline:{{ bounces@example.org=convene:, {{ gone.example.org = smtp:[127.0.0.1]:{gone} }}, {{ slow.example.org = smtp:[127.0.0.1]:{slow} }} }}
smtpd_recipient_restrictions = check_recipient_access inline:{{ {{ refused@example.org = 550 5.1.1 no such user }} }}, permit_sasl_authenticated, reject
smtp_tls_security_level = none
delay_warning_time = 1s
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
convene_destination_recipient_limit = 1
"""


def card(name, address):
    return f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{name}\r\nFN:{name}\r\nEMAIL:{address}\r\nLANG:en\r\nEND:VCARD\r\n"


def add_event(site, title):
    """Adds an event whose reminder is due in a few seconds."""
    start = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1, seconds=2)).strftime("%Y-%m-%dT%H:%M:%S")
    return site.convene("add", "--kind", "session", "--summary", title, "--start", start, "--zone", "UTC").stdout.strip()


class Office:
    """A site whose store belongs to the user that the mail server runs commands as, and that mail server."""

    def __init__(self, top, gone, slow):
        self.top = top
        self.postfix = Postfix(top, free_port(), MAIN.format(gone=gone.port, slow=slow.port), MASTER.format(top=top))
        (top / "site").mkdir()
        os.chown(top / "site", NOBODY, NOBODY)
        shutil.copy(BUILD / "convene", top / "convene")
        self.site = Site(
            top / "site",
            mail=f'deliver = true; url = "smtp://localhost:{self.postfix.port}"; username = "{USER}"; '
                 f'password_file = "{self.postfix.password_file}"; ca_file = "{self.postfix.ca_file}"; '
                 'from = "reminders@example.org";',
            extra='bounces = { address = "bounces@example.org"; };\nsignup = { enabled = true; };')
        for name, address in CONTACTS.items():
            self.site.convene("import", "-", stdin=card(name, address).encode())
            self.site.convene("subscribe", address, "--kind", "session", "--lead=-PT1H")

    def mails(self, contact):
        rows = map(json.loads, self.site.convene("outbox", "--json").stdout.splitlines())
        return {row["event"]: row for row in rows if row["contact"] == contact}

    def add_event(self, title):
        return add_event(self.site, title)

    def became(self, contact, event, state):
        return wait_until(lambda: self.mails(contact).get(event, {}).get("state") == state)

    def shown(self, contact):
        return self.site.convene("show", contact, env=dict(os.environ, LC_ALL="en_US.UTF-8")).stdout

    def metric(self, name):
        text = requests.get(f"{self.site.url}/metrics", timeout=PATIENCE).text
        return float(re.search(rf"^{name} (.*)$", text, re.M).group(1))


@pytest.fixture(scope="module")
def office():
    # Not below pytest's directory, which other users cannot enter.
    top = pathlib.Path(tempfile.mkdtemp(prefix="convened-bounce-"))
    with contextlib.ExitStack() as ends:
        ends.callback(shutil.rmtree, top, ignore_errors=True)
        gone, slow = (ends.enter_context(Server({"rcpt": reply})) for reply in (NO_SUCH_USER, NOT_NOW))
        office = Office(top, gone, slow)
        office.gone = gone
        ends.callback(office.postfix.stop)
        office.postfix.start()
        ends.callback(end, office.site)
        office.site.start()
        office.add_event("First")
        yield office


def test_a_missing_mailbox_stops_mail_until_the_contact_is_restored(office):
    wait_until(lambda: "Gets no mail" in office.shown("gone"))
    assert "5.1.1 550 5.1.1 <gone@gone.example.org>: Recipient address rejected: User unknown" in office.shown("gone")
    first = office.mails("gone").popitem()[1]
    assert first["state"] == "SENT" and first["reason"].startswith("came back: 5.1.1")
    assert office.metric("convened_contacts_undeliverable") >= 1

    # Importing the same card again does not restore the address.
    office.site.convene("import", "-", stdin=card("gone", CONTACTS["gone"]).encode())
    second = office.add_event("Second")
    office.became("gone", second, "SUPPRESSED")
    office.became("well", second, "SENT")
    assert office.mails("gone")[second]["reason"] == "mail to the contact's address comes back"

    # The reminder of an event that still takes place would be sent after the restoration, and come back.
    office.site.convene("cancel", second, "--notify=no")
    asked = sum(line.startswith("RCPT") for line in office.gone.commands)
    said = office.site.convene("contact", "restore", CONTACTS["gone"], env=dict(os.environ, LC_ALL="en_US.UTF-8")).stdout
    assert said.startswith("gone: cleared: 5.1.1 ")
    assert "Came back" not in office.shown("gone") and "Gets no mail" not in office.shown("gone")
    third = office.add_event("Third")
    office.became("gone", third, "SENT")
    wait_until(lambda: sum(line.startswith("RCPT") for line in office.gone.commands) > asked)


def test_a_rejection_in_the_session_counts_like_a_bounce(office):
    wait_until(lambda: "Gets no mail" in office.shown("refused"))
    assert "5.1.1 550 5.1.1" in office.shown("refused")
    assert office.mails("refused").popitem()[1]["state"] in ("FAILED", "SUPPRESSED")


def test_a_delay_is_no_bounce(office):
    """Postfix tells of the delay by a report with `Action: delayed`, and goes on trying."""
    wait_until(lambda: "it is delayed, and the server goes on trying" in (office.postfix.top / "log").read_text(encoding="utf-8"))
    shown = office.shown("slow")
    assert "came back" not in shown.lower() and "Gets no mail" not in shown
    assert office.metric("convened_contacts_soft_bounced") == 0
    listed = office.site.convene("list", "--contacts", env=dict(os.environ, LC_ALL="ru_RU.UTF-8")).stdout
    assert "slow@slow" in listed and "вернулось" not in listed.split("slow@slow")[1].split("@")[0]


def sender_of(raw):
    return re.search(rb"^Return-Path: <(bounces\+[0-9a-f]+@example\.org)>", raw, re.M).group(1).decode()


def well_tag(office):
    """Returns the envelope sender of a delivered mail."""
    return sender_of(wait_until(office.postfix.mails)[0])


def confirm_by_mail(office, address):
    """Signs an address up on the page and follows the link in the mail."""
    requests.post(f"{office.site.url}/subscribe/mail", data={"address": address, "what": "all", "language": "en"},
                  timeout=PATIENCE).raise_for_status()
    mails = wait_until(lambda: [raw for raw in office.postfix.mails() if b"/subscribe/confirm/" in raw])
    message = email.message_from_bytes(mails[0], policy=email.policy.default)
    link = re.search(r"http://\S+/subscribe/confirm/\S+", plain_text(message)).group(0)
    requests.post(link, data={"confirm": "yes"}, timeout=PATIENCE).raise_for_status()


def report(tag):
    text = (ROOT / "tests/corpus/bounce/postfix-hard.eml").read_text(encoding="utf-8")
    return re.sub(r"bounces\+[0-9a-f]+@example\.org", tag, text).replace("anna@example.org", CONTACTS["well"])


def bounce(office, text, *options, check=True):
    return office.site.convene("bounce", *options, stdin=text, check=check, env=dict(os.environ, LC_ALL="en_US.UTF-8"))


def test_other_messages_change_nothing(office):
    tag = well_tag(office)
    local, domain = tag.split("@")
    forged = [local[:-1] + ("0" if local[-1] != "0" else "1") + "@" + domain,
              local.replace("+", "+0" if local[8] != "0" else "+1", 1)[:9] + local[9:] + "@" + domain]
    for other in forged:
        assert other != tag
        assert "a bounce of no mail of ours" in bounce(office, report(other)).stdout
    assert "no bounce" in bounce(office, f"From: a@example.org\nTo: {tag}\n\nI shall come.\n").stdout
    assert "an automatic answer" in bounce(
        office, f"From: a@example.org\nTo: {tag}\nAuto-Submitted: auto-replied\n\nOut of office.\n").stdout
    assert "it says nothing of a contact's address" in bounce(
        office, report(tag).replace("5.1.1", "5.7.1").replace("User unknown", "Suspected spam")).stdout
    assert "Came back" not in office.shown("well") and "Gets no mail" not in office.shown("well")


def test_a_report_counts_once_and_for_its_address(office):
    text = report("bounces@example.org")
    tag = well_tag(office).upper()
    assert "nothing more is mailed to it" in bounce(office, text, f"--recipient={tag}").stdout
    assert "known already" in bounce(office, text, f"--recipient={tag}").stdout
    assert "Gets no mail" in office.shown("well")
    confirm_by_mail(office, CONTACTS["well"])
    assert "Came back" not in office.shown("well") and "Gets no mail" not in office.shown("well")


def test_a_bounce_of_an_earlier_address_is_ignored(office):
    event = office.add_event("Fourth")
    office.became("well", event, "SENT")
    row = office.mails("well")[event]
    raw = wait_until(lambda: [mail for mail in office.postfix.mails() if row["message_id"].encode() in mail])[0]
    tag = sender_of(raw)
    text = report("bounces@example.org")
    other = card("well", "better@example.org")
    office.site.convene("import", "-", stdin=other.encode())
    assert "Gets no mail" not in office.shown("well")
    assert "a bounce of no mail of ours" in bounce(office, text, f"--recipient={tag}").stdout
    office.site.convene("import", "-", stdin=card("well", CONTACTS["well"]).encode())
    assert "nothing more is mailed to it" in bounce(office, text, f"--recipient={tag}").stdout


def test_a_busy_store_makes_the_server_try_again(office):
    with office.site.transaction():
        assert bounce(office, report(well_tag(office)), check=False).returncode == 75
    assert office.site.convene("--config", "/nonexistent", "bounce", check=False, stdin="").returncode == 75


def opt_out(site, contact):
    (token,), = site.sql("SELECT token FROM mail JOIN object ON object.id = mail.contact WHERE object.uid = ?", contact)
    assert requests.post(f"{site.url}/mail/{token}", data={"List-Unsubscribe": "One-Click"}, timeout=PATIENCE).ok


def delete(site, contact):
    site.convene("delete", contact)


@pytest.mark.parametrize("reply", [b"550 5.1.1 no such user\r\n", b"451 4.3.0 not now\r\n"], ids=["550", "451"])
@pytest.mark.parametrize("leave", [opt_out, delete])
def test_a_contact_that_leaves_before_the_rejection_delays_nobody(make_site, leave, reply):
    """The server's reply arrives when the row is already closed or the contact deleted. This is no fault of the ledger, and the next
    contact gets its mail."""
    left = []

    def plan(stage, connection, transaction):
        if stage != "rcpt" or left:
            return None
        left.append(re.search(r"<(\w+)@", server.commands[-1]).group(1))
        leave(site, left[0])
        return reply

    with Server(plan) as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; connections = 1;')
        for name in ("one", "two"):
            site.convene("import", "-", stdin=card(name, f"{name}@example.org").encode())
            site.convene("subscribe", name, "--all", "--lead=-PT1H")
        site.start()
        add_event(site, "First")
        wait_until(lambda: server.messages)
        rows = map(json.loads, site.convene("outbox", "--json").stdout.splitlines())
        wait_until(lambda: "SENT" in site.convene("outbox").stdout)
        assert len(server.messages) == 1 and left[0] not in {row["contact"] for row in rows if row["state"] == "SENT"}
