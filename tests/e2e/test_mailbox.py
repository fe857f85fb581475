"""Reads mailboxes of a real Dovecot, of a Maildir and of faulty servers. No message is lost, and no input is read without limit."""

import contextlib
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time

import pytest
from conftest import BUILD, PATIENCE, make_tool, seconds_to_end, wait_until
from dovecot import PASSWORD, Dovecot, deliver, kept

TOOL = BUILD / "tests" / "tools" / "mailbox"
KINDS = ("imap", "imaps", "pop3", "pop3s", "maildir")


@pytest.fixture(scope="module", autouse=True)
def tool():
    make_tool(TOOL)


@pytest.fixture(scope="module")
def dovecot():
    with Dovecot() as server:
        yield server


def mail(subject, body="text\r\n"):
    return f"From: MAILER-DAEMON@example.org\r\nTo: office@example.org\r\nSubject: {subject}\r\n\r\n{body}".encode()


class Box:
    """A mailbox and the program that reads it."""

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


def test_bounces_are_removed_and_other_mail_stays(box):
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
    # POP3 has no flags, so a message that was left is read again after a restart.
    assert again == (["A question"] if box.kind.startswith("pop3") else []) + ["Poison", "Undelivered 4"]


def test_a_kill_loses_nothing(box):
    box.deliver(mail("Undelivered 1"), mail("Kill"), mail("Undelivered 2"))
    assert box.subjects(box.read()) == ["Undelivered 1", "Kill"]
    # With POP3 the removed message is back, because only QUIT deletes it.
    assert [subject for subject, _ in box.kept()][-2:] == ["Kill", "Undelivered 2"]
    assert dict(box.kept())["Kill"] == ""


def test_only_the_beginning_of_a_long_message_is_read(box):
    box.deliver(mail("Undelivered 1", ("x" * 98 + "\r\n") * 30_000), mail("Undelivered 2", "y" * 300_000), mail("Undelivered 3"))
    lines = box.read()
    sizes = [int(line.split(" ")[1]) for line in lines if line.startswith("message ")]
    assert 1024 * 1024 - 100 <= sizes[0] <= 1024 * 1024 and len(sizes) == 3, lines
    assert box.kept() == []


class Script:
    """A server that sends the given replies, one per command, then stalls or closes the connection. later: replies for the next
    connections."""

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
        self.thread.join(timeout=PATIENCE)

    def run(self):
        self.listener.settimeout(PATIENCE)
        for replies in self.exchanges:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                connection.settimeout(PATIENCE)
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
                                capture_output=True, text=True, timeout=PATIENCE, check=False)
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
def test_invalid_replies_are_survived(name):
    scheme, replies, said = FAULTS[name]
    result = read_script(scheme, Script(replies))
    assert result.returncode == 1 and result.stdout.startswith("round 501 removed 0 left 0 kept 0 "), result
    # A connection closed with unread data is reset.
    assert said is None or said in result.stdout or said == "closed the connection" and "Connection reset by peer" in result.stdout, result.stdout


def memory_of(scheme, script):
    """Returns the peak memory of the reader in one round, in MiB, by sampling."""
    most = 0
    with script, subprocess.Popen([TOOL, "1", f"{scheme}://127.0.0.1:{script.port}", "somebody", PASSWORD, "", "false"],
                                  stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            with contextlib.suppress(OSError):
                status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
                found = re.search(r"VmHWM:\s+(\d+) kB", status)
                most = max(most, int(found.group(1)) / 1024 if found else 0)
            time.sleep(0.005)
    return most


@pytest.mark.skipif("sanitize" in BUILD.parts, reason="the sanitizer's own memory is larger")
def test_an_endless_list_takes_little_memory():
    """The list has ten million numbers; a list of names would need half a gigabyte."""
    line = b"* SEARCH " + b"1234567 " * 490_000 + b"1\r\n"
    assert 4 < memory_of("imap", Script(IMAP + [line * 20 + b"TAG OK\r\n"])) < 60


def test_a_reply_with_too_many_literals_is_refused():
    result = read_script("imap", Script(IMAP + TWO + [b"* 1 FETCH (UID 7 " + b"{0}\r\n" * 100 + b")\r\nTAG OK\r\n"]))
    assert "no IMAP" in result.stdout, result


def test_a_refused_message_does_not_delay_others():
    script = Script(IMAP + TWO + [b"TAG NO [SERVERBUG] broken\r\n", BODY % 9, b"TAG OK\r\n", b"TAG OK\r\n", b""])
    result = read_script("imap", script)
    assert "message 26 Undelivered 1\nround 0 removed 1 left 0 kept 0 the mail server refuses: NO [SERVERBUG] broken" in result.stdout
    assert script.commands[-3:] == [b"c5 UID STORE 9 +FLAGS.SILENT (\\Deleted)", b"c6 UID EXPUNGE 9", b"bye LOGOUT"]


def test_a_server_without_expunge_is_asked_once():
    script = Script(IMAP + TWO + [BODY % 7, b"TAG OK\r\n", b"TAG BAD what?\r\n", BODY % 9, b"TAG OK\r\n", b""])
    result = read_script("imap", script)
    assert result.stdout.endswith("round 0 removed 2 left 0 kept 0\n"), result.stdout
    assert script.commands[-2:] == [b"c7 UID STORE 9 +FLAGS.SILENT (\\Deleted)", b"bye LOGOUT"]


@pytest.mark.parametrize("scheme, replies", [
    ("imap", IMAP), ("imap", [b"* PREAUTH [CAPABILITY IMAP4rev1] in\r\n", *IMAP[3:]]), ("pop3", POP3)])
def test_without_tls_no_secret_is_sent(scheme, replies):
    with Script(replies) as script:
        result = subprocess.run([TOOL, "1", f"{scheme}://127.0.0.1:{script.port}", "somebody", PASSWORD], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert result.returncode == 1 and result.stdout.startswith("round 501 "), result.stdout
    assert not any(b"somebody" in line or PASSWORD.encode() in line or b"AUTH" in line for line in script.commands), script.commands


def test_an_untrusted_certificate_is_refused(dovecot):
    result = subprocess.run([TOOL, "1", dovecot.url("imaps"), "somebody", PASSWORD], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert result.stdout.startswith("round 501 ") and "certificate" in result.stdout


def test_a_message_that_ends_the_connection_is_read_last():
    script = Script(IMAP + TWO + [b"* BYE internal error\r\n"],
                    IMAP + TWO + [BODY % 9, b"TAG OK\r\n", b"TAG OK\r\n", BODY % 7, b"TAG OK\r\n", b"TAG OK\r\n", b""])
    result = read_script("imap", script, rounds=2)
    assert result.stdout.splitlines()[-1] == "round 0 removed 2 left 0 kept 0", result.stdout


def test_copies_with_the_same_name():
    script = Script(POP3 + [b"+OK\r\n1 a\r\n2 a\r\n.\r\n", b"+OK\r\n" + BOUNCE + b".\r\n", b"+OK\r\n", b"+OK\r\n"])
    result = read_script("pop3", script)
    assert result.stdout == "message 26 Undelivered 1\nround 0 removed 1 left 0 kept 0\n"
    assert script.commands[-3:] == [b"RETR 1", b"DELE 1", b"QUIT"]


def test_an_unrequested_body_is_ignored():
    script = Script(IMAP + TWO + [b"* 3 FETCH (FLAGS (\\Seen))\r\n" + BODY % 8, BODY % 9, b"TAG OK\r\n", b"TAG BAD what?\r\n", b""])
    result = read_script("imap", script)
    assert result.stdout == "message 26 Undelivered 1\nround 0 removed 1 left 0 kept 0\n"
    assert not any(b"STORE 7" in line for line in script.commands)


def test_a_processed_message_is_not_read_again_after_a_failure():
    """The connection ends after a message was processed and before it is removed. The next round removes the message without reading it."""
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
def test_a_silent_server_is_left_at_once(scheme):
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
        for tool in tools:
            tool.send_signal(signal.SIGTERM)
        assert seconds_to_end(*tools) < 2
        said = [tool.communicate()[0] for tool in tools]
    assert all(text.startswith("round -125 ") for text in said), said
