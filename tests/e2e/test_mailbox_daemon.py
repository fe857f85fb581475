"""The daemon reads bounces from its mailbox: each counts once, mail from people stays, and each fault is logged once."""

import contextlib
import datetime
import re
import signal
import sqlite3
import subprocess

import pytest
import requests
from conftest import BUILD, PATIENCE, ROOT, make_tool, wait_until
from dovecot import PASSWORD, Dovecot, deliver, kept
from smtp_server import Server
from test_mailbox import IMAP, Script, mail

EVE = "2021-06-23T17:59:59+03:00"
PEOPLE = ("gone", "slow", "moved", "well")


def report(tag, status):
    """Returns a delivery status notification (RFC 3464)."""
    return (f"From: MAILER-DAEMON@example.org\r\nTo: {tag}\r\nSubject: Undelivered {status}\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: text/plain\r\n\r\nAlas.\r\n"
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example.org\r\n\r\n"
            f"Final-Recipient: rfc822; somebody@example.org\r\nAction: failed\r\nStatus: {status}\r\n"
            f"Diagnostic-Code: smtp; 550 {status} alas\r\n\r\n--b--\r\n").encode()


class Office:
    """A site with a mailbox that can be changed while it runs, and the mail server that received its reminders."""

    def __init__(self, site, server):
        self.site, self.server = site, server
        self.password_file = site.directory / "password"
        self.password_file.write_text(PASSWORD + "\n")
        self.mail = f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;' if server else ""

    def configure(self, mailbox, rest=""):
        self.site.write_config(
            mail=self.mail,
            extra=f'bounces = {{ address = "bounces@example.org"; mailbox = "{mailbox}"; interval = "PT1S"; '
                  f'password_file = "{self.password_file}"; {rest} }};')

    def reload(self):
        self.site.process.send_signal(signal.SIGHUP)

    def stop(self):
        if self.site.process:
                self.site.stop()

    def start(self):
        self.site.start(f"--rehearse={EVE}")

    def send_reminders(self):
        """Returns the return address of each contact's mail."""
        self.site.convene("import", ROOT / "conf" / "documents")
        for name in PEOPLE:
            card = f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{name}\r\nFN:{name}\r\nEMAIL:{name}@example.org\r\nLANG:en\r\nEND:VCARD\r\n"
            self.site.convene("import", "-", stdin=card.encode())
            self.site.convene("subscribe", f"{name}@example.org", "--kind", "session", "--lead=-P1D@18:00")
        self.start()
        wait_until(lambda: len(self.server.messages) == len(PEOPLE))  # of the event, with its part
        tags = {recipient.partition("@")[0]: sender for sender, recipient in self.server.envelopes}
        assert sorted(tags) == sorted(PEOPLE) and all(re.fullmatch(r"bounces\+\w+@example\.org", tag) for tag in tags.values()), tags
        return tags

    def entered(self):
        """Returns {contact: (returned mails, of these permanent failures)}."""
        with contextlib.closing(sqlite3.connect(f"file:{self.site.database}?mode=ro", uri=True)) as store:
            return {uid: (n, hard) for uid, n, hard in store.execute(
                "SELECT object.uid, count(*), sum(bounce.hard) FROM bounce JOIN object ON object.id = bounce.contact GROUP BY 1")}

    def status(self):
        return self.site.convene("status").stdout

    def metric(self, name):
        found = re.search(rf"^{name} (.*)$", requests.get(f"{self.site.url}/metrics", timeout=PATIENCE).text, re.M)
        return float(found.group(1)) if found else None


@pytest.fixture(scope="module")
def dovecot():
    with Dovecot() as server:
        yield server


@pytest.fixture
def office(site):
    with Server() as server:
        office = Office(site, server)
        yield office
        office.stop()


def test_the_daemon_counts_bounces_and_keeps_other_mail(office, dovecot, tmp_path):
    imap = dovecot.url("imaps") + "/INBOX"
    rest = f'username = "office"; ca_file = "{dovecot.ca_file}";'
    dovecot.deliver("office")
    office.configure(imap, rest)
    tags = office.send_reminders()
    dovecot.deliver("office", report(tags["gone"], "5.1.1"), mail("A question"), report(tags["slow"], "4.2.2"),
                    report("bounces+0123456789abcdef01231@example.org", "5.1.1"), report(tags["moved"], "5.1.1"))
    wait_until(lambda: dovecot.kept("office") == [("A question", "S"), ("Undelivered 5.1.1", "S")])
    assert office.entered() == {"gone": (1, 1), "slow": (1, 0), "moved": (1, 1)}
    assert office.metric("convened_mailbox_readable") == 1
    assert "last look into the mailbox: never" not in office.status()

    # A repeated report is removed and changes nothing.
    dovecot.deliver("office", report(tags["slow"], "4.2.2"))
    wait_until(lambda: len(dovecot.kept("office")) == 2)
    assert office.entered()["slow"] == (1, 0)

    # A wrong password is logged once, without the password.
    office.password_file.write_text("wrong-horse-staple\n")
    office.reload()
    wait_until(lambda: "the mailbox cannot be read since: the mail server refuses the name or the password" in office.status())
    assert office.metric("convened_mailbox_readable") == 0
    looked = office.metric("convened_mailbox_last_success_timestamp_seconds")
    refused = dovecot.log_text().count("auth failed")
    wait_until(lambda: dovecot.log_text().count("auth failed") > refused + 1)
    assert office.site.log_text().count("refuses the name or the password") == 1
    assert "wrong-horse" not in office.site.log_text()

    # Use a local Maildir instead.
    maildir = tmp_path / "maildir"
    deliver(maildir, report(tags["slow"], "5.1.1"), mail("Another question"))
    office.configure(f"maildir:{maildir}")
    office.reload()
    wait_until(lambda: kept(maildir) == [("Another question", "S")])
    assert office.entered()["slow"] == (1, 1)
    wait_until(lambda: office.metric("convened_mailbox_readable") == 1)
    assert office.metric("convened_mailbox_last_success_timestamp_seconds") >= looked
    assert office.site.log_text().count("is read again") == 1


def test_a_kill_between_counting_and_removing_counts_once(office):
    search = [b"* SEARCH 7\r\nTAG OK\r\n"]

    def body(tag):
        text = report(tag, "4.2.2")
        return b"* 1 FETCH (UID 7 BODY[]<0> {%d}\r\n%s)\r\nTAG OK\r\n" % (len(text), text)

    office.configure("")
    tags = office.send_reminders()
    silent = Script(IMAP + search + [body(tags["slow"])], stall=True)
    with silent:
        office.configure(f"imap://127.0.0.1:{silent.port}", 'username = "office"; starttls = false;')
        office.reload()
        wait_until(lambda: silent.commands and b"STORE 7" in silent.commands[-1])
        assert office.entered() == {"slow": (1, 0)}
        office.site.stop(signal.SIGKILL)
    again = Script(IMAP + search + [body(tags["slow"]), b"TAG OK\r\n", b"TAG OK\r\n", b""], IMAP + search, stall=True)
    with again:
        office.configure(f"imap://127.0.0.1:{again.port}", 'username = "office"; starttls = false;')
        office.start()
        # In the second round the message is still there and the server does not reply. The daemon must stop nevertheless.
        wait_until(lambda: sum(b"STORE 7" in line for line in again.commands) == 2)
        assert office.entered() == {"slow": (1, 0)}
        office.stop()
        assert office.site.ended_in < 2


def test_check_refuses_invalid_settings(site):
    address = 'address = "bounces@example.org";'
    login = 'username = "office"; password_file = "/etc/hostname";'
    for text, said in {
        f'mailbox = "imaps://mail.example.org/INBOX"; {login}': "bounces.address: is missing",
        f'{address} mailbox = "imaps://mail.example.org/INBOX"; username = "office";': "bounces.password_file: is missing",
        f'{address} mailbox = "imaps://mail.example.org/INBOX"; username = "office"; password_file = "/nowhere";': "there is no file /nowhere",
        f'{address} mailbox = "pop3s://mail.example.org/INBOX"; {login}': "bounces.mailbox: may not have a folder",
        f'{address} mailbox = "imap://mail.example.org/"; starttls = false; {login}': "bounces.starttls: may be false only",
        f'{address} mailbox = "imaps://office:secret@mail.example.org/"; {login}': "bounces.mailbox: it may have a password in it, and is not shown",
        f'{address} mailbox = "imaps://mail.example.org/INBOX"; {login}': None,
        f'{address} mailbox = "maildir:/var/mail/bounces";': None,
    }.items():
        site.write_config(extra=f"bounces = {{ {text} }};")
        result = subprocess.run([BUILD / "convened", "--config", site.config, "--check"], capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert (result.returncode == 0) == (said is None) and (said or "") in result.stderr and "secret" not in result.stderr, result.stderr


def test_the_stop_does_not_wait_for_a_name_server(site, monkeypatch):
    shim = BUILD / "tests/preload/names.so"
    make_tool(shim)
    log = site.directory / "names"
    password = site.directory / "password"
    password.write_text(PASSWORD)
    site.write_config(
        mail='deliver = true; url = "smtps://silent.example.org"; connections = 1;',
        extra='bounces = { address = "bounces@example.org"; mailbox = "imaps://silent.example.org"; username = "office"; '
              f'password_file = "{password}"; }};')
    site.convene("import", "-", stdin=b"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:a\r\nFN:a\r\nEMAIL:a@example.org\r\nEND:VCARD\r\n")
    with monkeypatch.context() as patch:
        patch.setenv("LD_PRELOAD", str(shim))
        patch.setenv("NAMES_LOG", str(log))
        site.start()
    # With a rehearsed clock, servers on other machines are refused.
    start = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1, seconds=3)
    site.convene("subscribe", "a@example.org", "--kind", "session", "--lead=-PT24H")
    site.convene("add", "--kind", "session", "--summary", "Soon", "--start", start.strftime("%Y-%m-%dT%H:%M:%S"), "--zone", "UTC")
    wait_until(lambda: log.exists() and len(log.read_text().splitlines()) == 2)
    site.stop()
    assert site.ended_in < 2
