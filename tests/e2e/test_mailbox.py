"""The mailbox is read from a real Dovecot, from a Maildir and from servers that go wrong: nothing is lost, nothing is read without end."""

import contextlib
import re
import signal
import socket
import sqlite3
import subprocess
import threading
import time

import pytest
import requests
from conftest import BUILD, ROOT, wait_until
from dovecot import PASSWORD, Dovecot, deliver, kept
from smtp_server import Server

TOOL = BUILD / "tests" / "tools" / "mailbox"
KINDS = ("imap", "imaps", "pop3", "pop3s", "maildir")


@pytest.fixture(scope="module")
def dovecot():
    sanitize = ["SANITIZE=address,undefined"] if "sanitize" in BUILD.parts else []
    subprocess.run(["make", "-s", "-C", ROOT, *sanitize, TOOL.relative_to(ROOT)], check=True, timeout=600)
    with Dovecot() as server:
        yield server


def mail(subject, body="text\r\n"):
    return f"From: MAILER-DAEMON@example.org\r\nTo: office@example.org\r\nSubject: {subject}\r\n\r\n{body}".encode()


class Box:
    """One mailbox, and what reads it."""

    def __init__(self, kind, name, dovecot, tmp_path):
        self.kind, self.user, self.dovecot = kind, f"{kind}-{name}", dovecot
        self.maildir = tmp_path / "box" if kind == "maildir" else dovecot.top / "mail" / self.user
        self.deliver()

    def deliver(self, *messages):
        deliver(self.maildir, *messages, owner=None if self.kind == "maildir" else self.dovecot.owner)

    def arguments(self, rounds, password=PASSWORD):
        if self.kind == "maildir":
            return [TOOL, str(rounds), f"maildir:{self.maildir}"]
        return [TOOL, str(rounds), self.dovecot.url(self.kind), self.user, password, self.dovecot.ca_file]

    def read(self, rounds=1, **options):
        result = subprocess.run(self.arguments(rounds, **options), capture_output=True, text=True, timeout=60, check=False)
        return [line for line in result.stdout.splitlines() if line.strip()]

    def subjects(self, lines):
        return [line.split(" ", 2)[2] for line in lines if line.startswith("message ")]

    def kept(self):
        return kept(self.maildir)


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def box(kind, request, dovecot, tmp_path):
    return Box(kind, request.node.name.split("[")[0], dovecot, tmp_path)


def test_bounces_are_taken_and_the_rest_stays(box):
    box.deliver(mail("Undelivered 1"), mail("A question"), mail("Poison"), mail("Undelivered 2"), mail("Undelivered 3", ".\r\n..\r\nA1 OK\r\n* BYE\r\n{5}\r\n"))
    lines = box.read(2)
    assert box.subjects(lines) == ["Undelivered 1", "A question", "Poison", "Undelivered 2", "Undelivered 3", "Poison"]
    assert [line for line in lines if line.startswith("round")] == [
        "round 0 removed 3 left 1 kept 1", "round 0 removed 0 left 0 kept 1"]
    assert [subject for subject, _ in box.kept()] == ["A question", "Poison"]
    if not box.kind.startswith("pop3"):
        assert dict(box.kept()) == {"A question": "S", "Poison": ""}
    box.deliver(mail("Undelivered 4"))
    again = box.subjects(box.read())
    # POP3 has no marks: after a start a message that stays is looked at once more.
    assert again == (["A question"] if box.kind.startswith("pop3") else []) + ["Poison", "Undelivered 4"]


def test_killed_in_between_loses_nothing(box):
    box.deliver(mail("Undelivered 1"), mail("Kill"), mail("Undelivered 2"))
    assert box.subjects(box.read()) == ["Undelivered 1", "Kill"]
    # With POP3 what was removed before comes back: it would have gone with QUIT only.
    assert [subject for subject, _ in box.kept()][-2:] == ["Kill", "Undelivered 2"]
    assert dict(box.kept())["Kill"] == ""


def test_of_a_long_message_the_beginning(box):
    box.deliver(mail("Undelivered 1", ("x" * 98 + "\r\n") * 30_000), mail("Undelivered 2", "y" * 300_000), mail("Undelivered 3"))
    lines = box.read()
    sizes = [int(line.split(" ")[1]) for line in lines if line.startswith("message ")]
    assert 1024 * 1024 - 100 <= sizes[0] <= 1024 * 1024 and len(sizes) == 3, lines
    assert box.kept() == []


class Script:
    """A server that answers with what it was given, line by line, and then stalls or closes the connection; @later: the next connections' replies."""

    def __init__(self, replies, *later, stall=False):
        self.exchanges, self.stall, self.commands = [replies, *later], stall, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.close()
        self.thread.join(timeout=10)

    def run(self):
        self.listener.settimeout(20)
        for replies in self.exchanges:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                connection.settimeout(20)
                with contextlib.suppress(OSError):
                    self.talk(connection, lines, replies)

    def talk(self, connection, lines, replies):
        connection.sendall(replies[0] if replies else b"")
        for reply in replies[1:]:
            line = lines.readline()
            if not line:
                return
            self.commands.append(line.rstrip(b"\r\n"))
            connection.sendall(reply.replace(b"TAG", line.split(b" ")[0]))
        if self.stall:
            self.commands.append(lines.readline().rstrip(b"\r\n"))
        else:
            connection.shutdown(socket.SHUT_WR)
        lines.read()


def read_script(scheme, script, rounds=1):
    with script:
        result = subprocess.run([TOOL, str(rounds), f"{scheme}://127.0.0.1:{script.port}", "somebody", PASSWORD, "", "false"],
                                capture_output=True, text=True, timeout=30, check=False)
    assert PASSWORD not in result.stdout + result.stderr
    assert "Sanitizer" not in result.stderr, result.stderr
    return result


IMAP = [b"* OK [CAPABILITY IMAP4rev1] ready\r\n", b"* CAPABILITY IMAP4rev1\r\nTAG OK\r\n", b"TAG OK in\r\n", b"* OK [UIDVALIDITY 5] x\r\nTAG OK\r\n"]
POP3 = [b"+OK ready\r\n", b"+OK\r\nUSER\r\nUIDL\r\n.\r\n", b"+OK\r\n", b"+OK\r\n"]
TWO = [b"* SEARCH 7 9\r\nTAG OK\r\n"]
TWO_POP3 = [b"+OK\r\n1 a\r\n2 b\r\n.\r\n"]
BOUNCE = b"Subject: Undelivered 1\r\n\r\n"
BODY = b"* 1 FETCH (UID %d BODY[]<0> {26}\r\n" + BOUNCE + b")\r\nTAG OK\r\n"

FAULTS = {
    "refused": ("imap", IMAP[:2] + [b"TAG NO who are you?\r\n"], "refuses the name or the password"),
    "other protocol": ("imap", [b"HTTP/1.1 400 Bad Request\r\n\r\n"], None),
    "read-only": ("imap", IMAP[:3] + [b"TAG OK [READ-ONLY] x\r\n"], "lets nobody change"),
    "no folder": ("imap", IMAP[:3] + [b"TAG NO [NONEXISTENT] no such folder\r\n"], "no such folder"),
    "nonsense": ("imap", IMAP + [b"\xff\xfe<html>\x1b[31m\r\n"], "no IMAP: ??<html>?[31m"),
    "zero octets": ("imap", IMAP + [b"* SEARCH 1\0 2\r\nTAG OK\r\n"], "no IMAP"),
    "other tag": ("imap", IMAP + [b"c99 OK\r\n"], "no IMAP"),
    "search": ("imap", IMAP + [b"* SEARCH 1 -2\r\nTAG OK\r\n"], "no IMAP"),
    "bye": ("imap", IMAP + [b"* BYE for maintenance\r\n"], "BYE for maintenance"),
    "closed": ("imap", IMAP + TWO, "closed the connection"),
    "endless line": ("imap", IMAP + [b"* SEARCH " + b"1 " * 3_000_000], "greater length"),
    "literal": ("imap", IMAP + TWO + [b"* 1 FETCH (UID 7 BODY[]<0> {4000000000}\r\n" + b"x" * 2_000_000], "greater length"),
    "literal cut": ("imap", IMAP + TWO + [b"* 1 FETCH (UID 7 BODY[]<0> {400}\r\nSubj"], "closed the connection"),
    "pop3 refused": ("pop3", POP3[:3] + [b"-ERR no\r\n"], "refuses the name or the password"),
    "pop3 no list": ("pop3", POP3 + [b"-ERR what?\r\n"], "refuses UIDL"),
    "pop3 nonsense": ("pop3", POP3 + [b"220 smtp.example.org\r\n"], "no POP3"),
    "pop3 list": ("pop3", POP3 + [b"+OK\r\n1 a b\r\n.\r\n"], "makes no sense"),
    "pop3 numbers": ("pop3", POP3 + [b"+OK\r\n99999999999999999999 a\r\n.\r\n"], "makes no sense"),
    "pop3 cut": ("pop3", POP3 + TWO_POP3 + [b"+OK\r\nSubject: x\r\n"], "closed the connection"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_servers_that_make_no_sense(name):
    scheme, replies, said = FAULTS[name]
    result = read_script(scheme, Script(replies))
    assert result.returncode == 1 and result.stdout.startswith("round 501 removed 0 left 0 kept 0 "), result
    assert said is None or said in result.stdout, result.stdout


def test_a_message_that_a_server_refuses_holds_up_no_other():
    script = Script(IMAP + TWO + [b"TAG NO [SERVERBUG] broken\r\n", BODY % 9, b"TAG OK\r\n", b"TAG OK\r\n", b""])
    result = read_script("imap", script)
    assert "message 26 Undelivered 1\nround 0 removed 1 left 0 kept 0 the mail server refuses: NO [SERVERBUG] broken" in result.stdout
    assert script.commands[-3:] == [b"c5 UID STORE 9 +FLAGS.SILENT (\\Deleted)", b"c6 UID EXPUNGE 9", b"bye LOGOUT"]


def test_a_server_that_cannot_expunge_is_asked_once():
    script = Script(IMAP + TWO + [BODY % 7, b"TAG OK\r\n", b"TAG BAD what?\r\n", BODY % 9, b"TAG OK\r\n", b""])
    result = read_script("imap", script)
    assert result.stdout.endswith("round 0 removed 2 left 0 kept 0\n"), result.stdout
    assert script.commands[-2:] == [b"c7 UID STORE 9 +FLAGS.SILENT (\\Deleted)", b"bye LOGOUT"]


@pytest.mark.parametrize("scheme, replies", [
    ("imap", IMAP), ("imap", [b"* PREAUTH [CAPABILITY IMAP4rev1] in\r\n", *IMAP[3:]]), ("pop3", POP3)])
def test_without_tls_nothing_secret_is_said(scheme, replies):
    with Script(replies) as script:
        result = subprocess.run([TOOL, "1", f"{scheme}://127.0.0.1:{script.port}", "somebody", PASSWORD], capture_output=True, text=True, timeout=30, check=False)
    assert result.returncode == 1 and result.stdout.startswith("round 501 "), result.stdout
    assert not any(b"somebody" in line or PASSWORD.encode() in line or b"AUTH" in line for line in script.commands), script.commands


def test_a_server_that_nobody_vouches_for(dovecot):
    result = subprocess.run([TOOL, "1", dovecot.url("imaps"), "somebody", PASSWORD], capture_output=True, text=True, timeout=30, check=False)
    assert result.stdout.startswith("round 501 ") and "certificate" in result.stdout


def test_a_message_that_ends_the_connection_comes_last_then():
    script = Script(IMAP + TWO + [b"* BYE internal error\r\n"],
                    IMAP + TWO + [BODY % 9, b"TAG OK\r\n", b"TAG OK\r\n", BODY % 7, b"TAG OK\r\n", b"TAG OK\r\n", b""])
    result = read_script("imap", script, rounds=2)
    assert result.stdout.splitlines()[-1] == "round 0 removed 2 left 0 kept 0", result.stdout


def test_copies_that_share_their_name():
    script = Script(POP3 + [b"+OK\r\n1 a\r\n2 a\r\n.\r\n", b"+OK\r\n" + BOUNCE + b".\r\n", b"+OK\r\n", b"+OK\r\n"])
    result = read_script("pop3", script)
    assert result.stdout == "message 26 Undelivered 1\nround 0 removed 1 left 0 kept 0\n"
    assert script.commands[-3:] == [b"RETR 1", b"DELE 1", b"QUIT"]


def test_a_body_that_was_not_asked_for_is_not_taken():
    script = Script(IMAP + TWO + [b"* 3 FETCH (FLAGS (\\Seen))\r\n" + BODY % 8, BODY % 9, b"TAG OK\r\n", b"TAG BAD what?\r\n", b""])
    result = read_script("imap", script)
    assert result.stdout == "message 26 Undelivered 1\nround 0 removed 1 left 0 kept 0\n"
    assert not any(b"STORE 7" in line for line in script.commands)


def test_what_was_taken_is_not_taken_again_when_the_server_breaks():
    """The connection ends between the message and its removal, and the daemon lives on: the next round removes it unread."""
    script = Script(IMAP + TWO + [BODY % 7], IMAP + TWO + [b"TAG OK\r\n", b"TAG OK\r\n", BODY % 9, b"TAG OK\r\n", b"TAG OK\r\n", b""])
    result = read_script("imap", script, rounds=2)
    assert result.stdout.splitlines()[-1] == "round 0 removed 1 left 0 kept 0"
    assert script.commands[-6:-1] == [
        b"c3 UID STORE 7 +FLAGS.SILENT (\\Deleted)", b"c4 UID EXPUNGE 7", b"c5 UID FETCH 9 (UID BODY.PEEK[]<0.1048576>)",
        b"c6 UID STORE 9 +FLAGS.SILENT (\\Deleted)", b"c7 UID EXPUNGE 9"], script.commands


def test_wrong_password(kind, box):
    if kind == "maildir":
        box.maildir.joinpath("cur").rmdir()
        assert "cur/ cannot be opened: No such file or directory" in box.read()[0]
        return
    lines = box.read(password="wrong-horse-staple")
    assert len(lines) == 1 and "round 501 " in lines[0] and "refuses the name or the password" in lines[0]
    assert "wrong-horse" not in lines[0]


@pytest.mark.parametrize("scheme", ("imap", "pop3"))
def test_a_server_that_says_nothing_is_left_at_once(scheme):
    good = IMAP + TWO if scheme == "imap" else POP3 + TWO_POP3
    scripts = [Script(good[:n], stall=True) for n in range(len(good) + 1)]
    with contextlib.ExitStack() as stack:
        tools = []
        for script in scripts:
            stack.enter_context(script)
            tools.append(subprocess.Popen([TOOL, "1", f"{scheme}://127.0.0.1:{script.port}", "somebody", PASSWORD, "", "false"],
                                          stdout=subprocess.PIPE, text=True))
        for script, n in zip(scripts[1:], range(1, len(scripts))):
            wait_until(lambda script=script, n=n: len(script.commands) == n)
        begin = time.monotonic()
        for tool in tools:
            tool.send_signal(signal.SIGTERM)
        said = [tool.communicate(timeout=10)[0] for tool in tools]
        assert time.monotonic() - begin < 2
    assert all(text.startswith("round -125 ") for text in said), said


# ---- The daemon ----

EVE = "2021-06-23T17:59:59+03:00"
PEOPLE = ("gone", "slow", "moved", "well")


def report(tag, status):
    """A delivery status notification (RFC 3464)."""
    return (f"From: MAILER-DAEMON@example.org\r\nTo: {tag}\r\nSubject: Undelivered {status}\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: text/plain\r\n\r\nAlas.\r\n"
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example.org\r\n\r\n"
            f"Final-Recipient: rfc822; somebody@example.org\r\nAction: failed\r\nStatus: {status}\r\n"
            f"Diagnostic-Code: smtp; 550 {status} alas\r\n\r\n--b--\r\n").encode()


class Office:
    """A site whose mailbox can be changed while it runs, and the mail server that its reminders went to."""

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

    def read_notices(self):
        """What the daemon has told its service manager; unread, it would wait in the end."""
        self.site.manager.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while self.site.manager.recv(4096):
                pass

    def reload(self):
        self.read_notices()
        self.site.process.send_signal(signal.SIGHUP)

    def stop(self):
        if self.site.process:
            self.read_notices()
            self.site.stop()

    def start(self):
        self.site.start(f"--rehearse={EVE}")

    def send_reminders(self):
        """Returns the address that each one's mail would come back to."""
        self.site.convene("import", ROOT / "conf" / "documents")
        for name in PEOPLE:
            card = f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{name}\r\nFN:{name}\r\nEMAIL:{name}@example.org\r\nLANG:en\r\nEND:VCARD\r\n"
            self.site.convene("import", "-", stdin=card.encode())
            self.site.convene("subscribe", f"{name}@example.org", "--kind", "session", "--lead=-P1D@18:00")
        self.start()
        wait_until(lambda: len(self.server.messages) == 2 * len(PEOPLE), 30)  # two events
        said = "\n".join(line if isinstance(line, str) else line.decode() for line in self.server.commands)
        pairs = re.findall(r"MAIL FROM:<(bounces\+\w+@example.org)>.*\n(?:.*\n)*?RCPT TO:<(\w+)@example.org>", said)
        tags = {name: tag for tag, name in pairs}
        assert sorted(tags) == sorted(PEOPLE), said
        return tags

    def entered(self):
        """{contact: (mails that came back, of them for good)}"""
        with contextlib.closing(sqlite3.connect(f"file:{self.site.database}?mode=ro", uri=True)) as store:
            return {uid: (n, hard) for uid, n, hard in store.execute(
                "SELECT object.uid, count(*), sum(bounce.hard) FROM bounce JOIN object ON object.id = bounce.contact GROUP BY 1")}

    def status(self):
        return self.site.convene("status").stdout

    def metric(self, name):
        found = re.search(rf"^{name} (.*)$", requests.get(f"{self.site.url}/metrics", timeout=10).text, re.M)
        return float(found.group(1)) if found else None


@pytest.fixture
def office(site):
    with Server() as server:
        office = Office(site, server)
        yield office
        office.stop()


def test_the_daemon_counts_bounces_and_leaves_mail_of_people(office, dovecot, tmp_path):
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

    # The same report once more, as a server may send it, is removed and changes nothing.
    dovecot.deliver("office", report(tags["slow"], "4.2.2"))
    wait_until(lambda: len(dovecot.kept("office")) == 2)
    assert office.entered()["slow"] == (1, 0)

    # A password that is wrong is told once, and is not told itself.
    office.password_file.write_text("wrong-horse-staple\n")
    office.reload()
    wait_until(lambda: "the mailbox cannot be read since: the mail server refuses the name or the password" in office.status())
    assert office.metric("convened_mailbox_readable") == 0
    looked = office.metric("convened_mailbox_last_success_timestamp_seconds")
    refused = dovecot.log_text().count("auth failed")
    wait_until(lambda: dovecot.log_text().count("auth failed") > refused + 1)
    assert office.site.log_text().count("refuses the name or the password") == 1
    assert "wrong-horse" not in office.site.log_text()

    # A Maildir of this machine instead.
    maildir = tmp_path / "maildir"
    deliver(maildir, report(tags["slow"], "5.1.1"), mail("Another question"))
    office.configure(f"maildir:{maildir}")
    office.reload()
    wait_until(lambda: kept(maildir) == [("Another question", "S")])
    assert office.entered()["slow"] == (1, 1)
    wait_until(lambda: office.metric("convened_mailbox_readable") == 1)
    assert office.metric("convened_mailbox_last_success_timestamp_seconds") >= looked
    assert office.site.log_text().count("is read again") == 1


def test_killed_between_entering_and_removing_counts_once(office):
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
        # The second look finds the message still there, and a server that says nothing: the daemon stops all the same.
        wait_until(lambda: sum(b"STORE 7" in line for line in again.commands) == 2)
        assert office.entered() == {"slow": (1, 0)}
        begin = time.monotonic()
        office.stop()
        assert time.monotonic() - begin < 2


def test_check_refuses_what_cannot_work(site):
    address = 'address = "bounces@example.org";'
    login = 'username = "office"; password_file = "/etc/hostname";'
    for text, said in {
        f'mailbox = "imaps://mail.example.org/INBOX"; {login}': "bounces.address: is missing",
        f'{address} mailbox = "imaps://mail.example.org/INBOX"; username = "office";': "bounces.password_file: is missing",
        f'{address} mailbox = "imaps://mail.example.org/INBOX"; username = "office"; password_file = "/nowhere";': "there is no file /nowhere",
        f'{address} mailbox = "pop3s://mail.example.org/INBOX"; {login}': "bounces.mailbox: may not have a folder",
        f'{address} mailbox = "imap://mail.example.org/"; starttls = false; {login}': "bounces.starttls: may be false only",
        f'{address} mailbox = "imaps://office:secret@mail.example.org/"; {login}': "bounces.mailbox: it has a user's name in it",
        f'{address} mailbox = "imaps://mail.example.org/INBOX"; {login}': None,
        f'{address} mailbox = "maildir:/var/mail/bounces";': None,
    }.items():
        site.write_config(extra=f"bounces = {{ {text} }};")
        result = subprocess.run([BUILD / "convened", "--config", site.config, "--check"], capture_output=True, text=True, timeout=30, check=False)
        assert (result.returncode == 0) == (said is None) and (said or "") in result.stderr and "secret" not in result.stderr, result.stderr
