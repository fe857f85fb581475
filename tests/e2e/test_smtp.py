"""Tests mail/smtp with a server that fails at every stage in every way. The expected verdicts follow from the table in test_faults.py."""

import base64
import contextlib
import dataclasses
import os
import re
import socket
import subprocess
import threading
import time

import pytest

from conftest import BUILD, PATIENCE, free_port, make_tool, seconds_to_end, wait_until
from smtp_server import CLOSE, FAULTS, LONG, PASSWORD, RESET, USER, Server, make_certificate

TOOL = BUILD / "tests/tools/submit"
RECIPIENT = "visitor@example.org"
SMALL = b"From: reminders@example.org\r\nTo: visitor@example.org\r\nSubject: x\r\n\r\nfirst\r\n.second\r\n..third\r\nlast\r\n"
# More than the kernel buffers while the server does not read.
LARGE = SMALL + b"".join(b"%07d " % n + b"x" * 66 + b"\r\n" for n in range(100_000))
BEFORE_DATA = ("banner", "ehlo", "mail", "rcpt", "data")


@dataclasses.dataclass
class Outcome:
    verdict: str
    code: int
    committed: bool
    concerns_mail: bool
    text: str


@pytest.fixture(scope="module", autouse=True)
def tool():
    make_tool(TOOL)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"))


def command(tmp_path, url, *options, message=SMALL, recipient=RECIPIENT):
    path = tmp_path / "message"
    path.write_bytes(message)
    return [TOOL, *map(str, options), url, recipient, path]


def outcomes(text):
    made = []
    for line in text.splitlines():
        verdict, code, commit, refused, *rest = line.split(" ", 4)
        made.append(Outcome(verdict, int(code), commit == "commit", refused == "refused", " ".join(rest)))
    return made


def submit_timed(tmp_path, server, *options):
    """Returns (outcomes, seconds)."""
    process = subprocess.Popen(command(tmp_path, f"smtp://127.0.0.1:{server.port}", *options), stdout=subprocess.PIPE)
    took = seconds_to_end(process)
    return outcomes(process.communicate()[0].decode()), took


def submit(tmp_path, server, *options, host="127.0.0.1", scheme="smtp", **more):
    url = f"{scheme}://{host}:{server.port}"
    result = subprocess.run(command(tmp_path, url, *options, **more), capture_output=True, timeout=60, check=True)
    assert PASSWORD.encode() not in result.stdout + result.stderr
    return outcomes(result.stdout.decode())


# Faults before the commit: nothing was delivered, and the commit callback was not called.

@pytest.mark.parametrize("pipelining", [False, True])
@pytest.mark.parametrize("stage", BEFORE_DATA)
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault not in ("251", "long", "drop")])
def test_before_the_commit_nothing_is_delivered(tmp_path, stage, fault, pipelining):
    with Server({stage: fault}, pipelining=pipelining) as server:
        [outcome] = submit(tmp_path, server, "-t", 1)
    assert (outcome.verdict, outcome.committed, server.messages) == ("NOT_DELIVERED", False, [])
    assert outcome.text
    if fault in ("4yz", "421"):
        assert outcome.code == {"4yz": 451, "421": 421}[fault]
    # A refusal after RCPT or DATA concerns this mail; an earlier one and a 421 concern the server, or the sender of all mails.
    assert outcome.concerns_mail == (fault in ("4yz", "5yz") and stage in ("rcpt", "data"))


@pytest.mark.parametrize("stage", [*BEFORE_DATA, "dot"])
def test_a_very_long_reply_line_is_a_reply(tmp_path, stage):
    with Server({stage: "long"}) as server:
        [outcome] = submit(tmp_path, server, "-t", 2)
    assert (outcome.verdict, outcome.committed, server.messages) == ("SENT", True, [SMALL])
    assert len(outcome.text) < LONG


class Flood:
    """A server that sends endless octets without a complete reply at one stage."""

    def __init__(self, stage, octets, pause=0.0):
        self.stage, self.octets, self.pause, self.stopped = stage, octets, pause, False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped = True
        self.listener.close()
        self.thread.join(timeout=20)
        assert not self.thread.is_alive()

    def run(self):
        connection, _ = self.listener.accept()
        with connection, connection.makefile("rb") as lines, contextlib.suppress(OSError):
            connection.settimeout(20)
            for stage, reply in (("banner", b"220 x"), ("ehlo", b"250 x"), ("mail", b"250 x"), ("rcpt", b"250 x"), ("data", b"354 x"), ("dot", b"250 x")):
                if stage == "dot":
                    while lines.readline() not in (b".\r\n", b""):
                        pass
                elif stage != "banner":
                    lines.readline()
                while stage == self.stage and not self.stopped:
                    connection.sendall(self.octets)
                    time.sleep(self.pause)
                connection.sendall(reply + b"\r\n")


@pytest.mark.parametrize("stage", [*BEFORE_DATA, "dot"])
@pytest.mark.parametrize("octets,pause", [(b"2" * 65536, 0), (b"250-goes on\r\n" * 4096, 0), (b"2", 0.01), (b"250-goes on\r\n", 0.01)],
                         ids=["one line", "many lines", "one slow line", "slow lines"])
def test_an_endless_reply_is_not_awaited(tmp_path, stage, octets, pause):
    """Neither a large nor a slow reply blocks the thread longer than the reply's timeout, 2 s here."""
    with Flood(stage, octets, pause) as server:
        begun = time.monotonic()
        [outcome] = submit(tmp_path, server, "-t", 2)
        assert time.monotonic() - begun < 15
    assert (outcome.verdict, outcome.committed) == (("UNKNOWN", True) if stage == "dot" else ("NOT_DELIVERED", False))
    assert outcome.text


def test_without_a_server_nothing_is_delivered(tmp_path):
    result = subprocess.run(command(tmp_path, f"smtp://127.0.0.1:{free_port()}"), capture_output=True, timeout=PATIENCE, check=True)
    [outcome] = outcomes(result.stdout.decode())
    assert (outcome.verdict, outcome.code, outcome.committed) == ("NOT_DELIVERED", 0, False)


@pytest.mark.parametrize("fault", ["close", "reset", "421", "stall"])
def test_an_interrupted_body_is_not_delivered(tmp_path, fault):
    with Server({"body": fault}) as server:
        [outcome] = submit(tmp_path, server, "-t", 2, message=LARGE)
    assert (outcome.verdict, outcome.committed, server.messages) == ("NOT_DELIVERED", False, [])
    assert b"\r\n.\r\n" not in server.wire[0]


@pytest.mark.parametrize("fault,verdict", [("4yz", "DEFERRED"), ("5yz", "REFUSED"), ("garbage", "SENT")])
def test_a_reply_within_the_body_decides(tmp_path, fault, verdict):
    with Server({"body": fault, "dot": b"250 2.0.0 kept\r\n" if fault == "garbage" else CLOSE}) as server:
        [outcome] = submit(tmp_path, server, "-t", 2)
    assert (outcome.verdict, outcome.committed) == (verdict, True)


@pytest.mark.parametrize("fault,dot", [("251", None), ("4yz", None), ("5yz", None), ("251", "4yz"), ("251", "5yz")])
def test_an_extra_reply_does_not_count_for_the_next_mail(tmp_path, fault, dot):
    """A server that replies within the text and again to the dot sends one reply too many."""
    def plan(stage, connection, transaction):
        return {"body": fault, "dot": dot}.get(stage) if (connection, transaction) == (0, 0) else None

    with Server(plan) as server:
        _, *others = submit(tmp_path, server, "-t", 2, "-n", 4)
        n_kept = len(server.messages)
    # Only accepted mails are reported as sent, and none is rejected by a reply to another.
    assert {outcome.verdict for outcome in others} <= {"SENT", "NOT_DELIVERED"} and not any(outcome.concerns_mail for outcome in others)
    assert others[-1].verdict == "SENT"
    assert sum(outcome.verdict == "SENT" for outcome in others) == n_kept - (dot is None)


# Faults after the commit: the first complete reply decides. Without a complete reply the outcome is unknown.

AFTER = [
    ("4yz", "DEFERRED", 451), ("5yz", "REFUSED", 554), ("421", "DEFERRED", 421), ("garbage", "UNKNOWN", 0), ("stall", "UNKNOWN", 0),
    ("close", "UNKNOWN", 0), ("reset", "UNKNOWN", 0), ("drop", "UNKNOWN", 0),
    (b"250 Ok\r\n", "SENT", 250), (b"250\r\n", "SENT", 250), (b"251 forwarded\r\n", "SENT", 251), (b"252 perhaps\r\n", "SENT", 252),
    (b"250-kept\r\n250 as 1\r\n", "SENT", 250), (b"250 Ok\r\n" + CLOSE, "SENT", 250), (b"250 Ok\r\n" + RESET, "SENT", 250),
    (b"451 a\r\n" + CLOSE, "DEFERRED", 451), (b"450-a\r\n450 b\r\n", "DEFERRED", 450), (b"554 5.6.0 no\r\n" + RESET, "REFUSED", 554),
    (b"552-too\r\n552 much\r\n", "REFUSED", 552), (b"500 x\r\n", "REFUSED", 500),
    # Invalid or incomplete replies.
    (b"25" + CLOSE, "UNKNOWN", 0), (b"250 Ok" + CLOSE, "UNKNOWN", 0), (b"250-half\r\n" + CLOSE, "UNKNOWN", 0), (b"250-half\r\n", "UNKNOWN", 0),
    (b"250Ok\r\n" + CLOSE, "UNKNOWN", 0), (b"2500 Ok\r\n" + CLOSE, "UNKNOWN", 0), (b"354 more\r\n", "UNKNOWN", 354),
    (b"\r\n" + CLOSE, "UNKNOWN", 0), (b"999 what\r\n" + CLOSE, "UNKNOWN", 0),
    # The first reply counts, whatever follows.
    (b"451 no\r\n250 yes\r\n", "DEFERRED", 451), (b"250 yes\r\n451 no\r\n", "SENT", 250), (b"250 yes\r\n421 bye\r\n" + CLOSE, "SENT", 250),
]


@pytest.mark.parametrize("fault,verdict,code", AFTER, ids=[str(row[0]) for row in AFTER])
def test_after_the_commit_the_reply_decides(tmp_path, fault, verdict, code):
    with Server({"dot": fault}) as server:
        [outcome] = submit(tmp_path, server, "-t", 1)
    assert (outcome.verdict, outcome.code, outcome.committed) == (verdict, code, True)
    assert outcome.concerns_mail == (verdict in ("DEFERRED", "REFUSED") and code != 421)
    if verdict in ("SENT", "REFUSED", "DEFERRED"):
        assert outcome.text.startswith(str(code))


def test_the_reply_to_quit_does_not_count(tmp_path):
    """libcurl may end a failed connection with QUIT, whose reply 221 is a 2yz too."""
    with Server({"dot": b"451 4.3.0 not now\r\n", "quit": b"250 Ok\r\n"}) as server:
        assert [outcome.verdict for outcome in submit(tmp_path, server, "-n", 3)] == ["DEFERRED"] * 3


# The commit itself.

def test_no_server_sees_the_end_before_the_commit(tmp_path):
    for message in (SMALL, SMALL + b"\r\n\r\n", SMALL + b".\r\n", LARGE):
        release = tmp_path / f"release{len(message)}"
        with Server() as server:
            process = subprocess.Popen(
                command(tmp_path, f"smtp://127.0.0.1:{server.port}", "-w", release, message=message), stdout=subprocess.PIPE)
            wait_until(lambda: release.with_name(release.name + ".called").exists())
            everything = stuffed(message)[:-2]
            # The server reads line by line: the last line is still incomplete.
            wait_until(lambda: server.wire and len(server.wire[0]) >= everything.rfind(b"\n") + 1)
            time.sleep(0.2)
            assert everything.startswith(server.wire[0]) and server.messages == []
            release.touch()
            [outcome] = outcomes(process.communicate(timeout=PATIENCE)[0].decode())
        assert (outcome.verdict, server.messages) == ("SENT", [message])


def test_a_refused_commit_delivers_nothing(tmp_path):
    with Server() as server:
        [outcome, second] = submit(tmp_path, server, "-r", "-n", 2)
        assert outcome == second
    assert (outcome.verdict, outcome.code, outcome.committed, server.messages) == ("ERROR", -125, True, [])
    for wire in server.wire:
        assert stuffed(SMALL)[:-2].startswith(wire.removesuffix(b"QUIT\r\n"))
    assert not any(line == b".\r\n" for wire in server.wire for line in wire.splitlines(True))


def stuffed(message):
    """RFC 5321, 4.5.2."""
    return b"".join(b"." + line if line.startswith(b".") else line for line in message.splitlines(True))


# The bytes.

def edges():
    """Dots and line ends where libcurl's buffers meet (64 kB), and where it adds its own end."""
    for shift in range(-4, 5):
        line = b"y" * 62 + b"\r\n"
        head = b"Subject: x\r\n\r\n" + line * 1023
        yield head + b"z" * (65536 + shift - len(head) - 2) + b"\r\n.\r\n..\r\n\r\n.\r\nend\r\n"
    for end in (b"", b"\r\n", b"\r\n\r\n", b".\r\n", b"..\r\n", b".\r\n\r\n", b"\r\n.\r\n", b"x.\r\n"):
        yield b"Subject: x\r\n\r\ntext\r\n" + end
    yield b"\r\n"
    yield b".\r\n"


def test_the_server_gets_the_bytes_of_the_message(tmp_path):
    with Server() as server:
        for message in edges():
            [outcome] = submit(tmp_path, server, message=message)
            assert outcome.verdict == "SENT"
            assert server.messages[-1] == message
            assert server.wire[-1] == stuffed(message) + b".\r\n"


# Connections.

@pytest.mark.parametrize("pipelining", [False, True])
def test_commands_are_pipelined_only_if_announced(tmp_path, pipelining):
    """RFC 2920."""
    with Server({"mail": "stall"}, pipelining=pipelining) as server:
        submit(tmp_path, server, "-t", 1)
    assert [line.split()[0] for line in server.commands] == ["EHLO", "MAIL"]
    with Server(pipelining=pipelining) as server:
        server.together = []
        assert [outcome.verdict for outcome in submit(tmp_path, server, "-n", 3)] == ["SENT"] * 3
    assert server.messages == [SMALL] * 3 and server.connections == 1
    # Bytes already received when the server replied to MAIL.
    assert all((b"RCPT" in rest and b"DATA" in rest) == pipelining for rest in server.together) and len(server.together) == 3


def test_extensions_announced_before_starttls_are_ignored(tmp_path, certificate):
    plan = lambda stage, connection, transaction: b"250-scripted.example.org\r\n250-PIPELINING\r\n250 STARTTLS\r\n" if stage == "ehlo" and not server.commands[1:] else None  # noqa: E731
    with Server(plan, certificate=certificate) as server:
        server.together = []
        [outcome] = submit(tmp_path, server, "-s", "-c", certificate[0], host="localhost")
    assert outcome.verdict == "SENT" and server.together == [b""]


def test_several_mails_use_one_connection(tmp_path):
    with Server() as server:
        assert [outcome.verdict for outcome in submit(tmp_path, server, "-n", 5)] == ["SENT"] * 5
    assert (server.connections, len(server.messages)) == (1, 5)


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize("fault", ["421", "4yz", "close", "reset"])
def test_an_error_causes_a_new_connection(tmp_path, stage, fault):
    def plan(at, connection, transaction):
        return fault if (at, connection) == (stage, 0) else None

    with Server(plan) as server:
        first, *others = submit(tmp_path, server, "-n", 4)
    assert first.verdict != "SENT"
    assert [outcome.verdict for outcome in others] == ["SENT"] * 3
    assert (server.connections, len(server.messages)) == (2, 3)


def test_a_connection_that_was_closed_while_idle_is_not_used(tmp_path):
    def plan(stage, connection, transaction):
        return b"250 Ok\r\n421 idle too long\r\n" + CLOSE if (stage, connection) == ("dot", 0) else None

    with Server(plan) as server:
        assert [outcome.verdict for outcome in submit(tmp_path, server, "-n", 2, "-i", 200)] == ["SENT"] * 2
    assert (server.connections, len(server.messages)) == (2, 2)


# TLS and accounts.

SECURE = ("-s", "-u", USER, "-p", PASSWORD)


def test_starttls_and_a_password(tmp_path, certificate):
    with Server(certificate=certificate, ask_password=True) as server:
        outcomes_ = submit(tmp_path, server, *SECURE, "-c", certificate[0], "-n", 2, host="localhost")
    assert [outcome.verdict for outcome in outcomes_] == ["SENT"] * 2
    assert server.connections == 1 and "STARTTLS" in server.commands
    assert server.commands.index("STARTTLS") < [line.split()[0] for line in server.commands].index("AUTH")


def test_tls_from_the_start(tmp_path, certificate):
    with Server(certificate=certificate, implicit_tls=True, ask_password=True) as server:
        [outcome] = submit(tmp_path, server, *SECURE[1:], "-c", certificate[0], host="localhost", scheme="smtps")
    assert (outcome.verdict, server.messages) == ("SENT", [SMALL])


def mechanisms_of(server):
    return [line.split()[1] for line in server.commands if line.startswith("AUTH")]


@pytest.mark.parametrize("offered,refused,tried,verdict", [
    (b"LOGIN PLAIN CRAM-MD5", (), ["CRAM-MD5", "PLAIN"], "SENT"),
    (b"PLAIN LOGIN", (b"PLAIN",), ["PLAIN", "LOGIN"], "SENT"),
    (b"GSSAPI NTLM PLAIN", (), ["PLAIN"], "SENT"),
    (b"CRAM-MD5 PLAIN LOGIN", (b"PLAIN", b"LOGIN"), ["CRAM-MD5", "PLAIN", "LOGIN"], "NOT_DELIVERED"),
    (b"SCRAM-SHA-1 SCRAM-SHA-256", (), ["SCRAM-SHA-256"], "SENT"),
    (b"SCRAM-SHA-256 SCRAM-SHA-1 PLAIN", (b"PLAIN", b"SCRAM-SHA-256"), ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-1"], "SENT"),
    (b"PLAIN SCRAM-SHA-1", (b"PLAIN", b"SCRAM-SHA-1"), ["PLAIN", "SCRAM-SHA-1"], "NOT_DELIVERED"),
    (b"SCRAM-SHA-1-PLUS GSSAPI", (), [], "NOT_DELIVERED"),
])
def test_a_refused_mechanism_is_followed_by_the_next(tmp_path, certificate, offered, refused, tried, verdict):
    """A server may offer a mechanism that it has no secrets for."""
    with Server(certificate=certificate, ask_password=True) as server:
        server.mechanisms, server.refused_mechanisms = offered, refused
        made = submit(tmp_path, server, *SECURE, "-c", certificate[0], "-n", 2, host="localhost")
    assert [outcome.verdict for outcome in made] == [verdict] * 2
    # The mechanism that worked is kept; after a complete refusal the next mail begins anew, since the password may have been mended.
    assert mechanisms_of(server) == (tried if verdict == "SENT" else tried * 2)
    if verdict != "SENT" and tried:
        assert made[0].text == "535 5.7.8 who are you?"


def test_a_server_that_does_not_know_the_password_gets_no_mail(tmp_path, certificate):
    with Server(certificate=certificate, ask_password=True) as server:
        server.mechanisms = server.lies = b"SCRAM-SHA-256"
        made = submit(tmp_path, server, *SECURE, "-c", certificate[0], host="localhost")
    assert [(outcome.verdict, outcome.text) for outcome in made] == [("NOT_DELIVERED", "the mail server has not proved that it knows the password")]


@pytest.mark.parametrize("offered,used", [(b"PLAIN XOAUTH2", "XOAUTH2"), (b"XOAUTH2 OAUTHBEARER", "OAUTHBEARER")])
def test_a_token_is_read_for_each_connection(tmp_path, certificate, offered, used):
    token = tmp_path / "token"
    token.write_text("first\n")
    plan = lambda stage, connection, transaction: b"250 Ok\r\n" + CLOSE if stage == "dot" else None  # noqa: E731
    with Server(plan, certificate=certificate, ask_password=True) as server:
        server.mechanisms = offered
        options = ("-s", "-u", USER, "-k", token, "-c", certificate[0])
        process = subprocess.Popen(command(tmp_path, f"smtp://localhost:{server.port}", *options, "-n", 2, "-i", 700), stdout=subprocess.PIPE)
        wait_until(lambda: len(server.messages) == 1)
        token.write_text("second\n")
        assert [outcome.verdict for outcome in outcomes(process.communicate(timeout=PATIENCE)[0].decode())] == ["SENT"] * 2
    assert set(mechanisms_of(server)) == {used}
    assert b"Bearer first" in server.tokens[0] and b"Bearer second" in server.tokens[1]


def token_program(path, body):
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o700)
    return path


def test_a_token_command_runs_again_after_a_refusal(tmp_path, certificate):
    """The first token is good for one connection; on the next one the server refuses it, and the mail goes with the second token."""
    program = token_program(tmp_path / "program", f'echo run >>{tmp_path}/runs; echo "token$(wc -l <{tmp_path}/runs)"; echo more; echo odd >&2')

    def plan(stage, connection, transaction):
        if stage == "auth" and connection == 1:
            return b"535 5.7.8 expired\r\n"
        return b"250 Ok\r\n" + CLOSE if stage == "dot" else None

    with Server(plan, certificate=certificate, ask_password=True) as server:
        server.mechanisms = b"OAUTHBEARER"
        made = submit(tmp_path, server, "-s", "-u", USER, "-K", program, "-c", certificate[0], "-n", 2, "-i", 300, host="localhost")
    assert [outcome.verdict for outcome in made] == ["SENT"] * 2
    tokens = [re.search(rb"Bearer token *(\d)", token)[1] for token in server.tokens]
    assert tokens == [b"1", b"1", b"2"] and (tmp_path / "runs").read_text().count("run") == 2


@pytest.mark.parametrize("body,why", [("exit 1", "failed"), ("true", "prints nothing"), ("exec yes x", "too large")])
def test_a_token_command_that_fails_delivers_nothing(tmp_path, certificate, body, why):
    program = token_program(tmp_path / "program", body)
    with Server(certificate=certificate, ask_password=True) as server:
        [outcome] = submit(tmp_path, server, "-s", "-u", USER, "-K", program, "-c", certificate[0], host="localhost")
    assert outcome.verdict == "NOT_DELIVERED" and "token command" in outcome.text and why in outcome.text, outcome.text
    assert server.connections == 0


def test_a_token_command_that_hangs_is_killed(tmp_path, certificate):
    program = token_program(tmp_path / "program", f"echo $$ >{tmp_path}/pid; exec sleep 1000")
    with Server(certificate=certificate, ask_password=True) as server:
        [outcome] = submit(tmp_path, server, "-s", "-u", USER, "-K", program, "-c", certificate[0], host="localhost")
    assert outcome.verdict == "NOT_DELIVERED" and "not ended in time" in outcome.text
    with pytest.raises(ProcessLookupError):
        os.killpg(int((tmp_path / "pid").read_text()), 0)


def test_a_missing_token_delivers_nothing(tmp_path, certificate):
    with Server(certificate=certificate, ask_password=True) as server:
        [outcome] = submit(tmp_path, server, "-s", "-u", USER, "-k", tmp_path / "none", "-c", certificate[0], host="localhost")
    assert outcome.verdict == "NOT_DELIVERED" and "token file" in outcome.text and server.connections == 0


@pytest.mark.parametrize("offers_tls", [True, False])
def test_a_server_on_this_machine_needs_no_known_certificate(tmp_path, certificate, offers_tls):
    """As Postfix and Exim are installed: a certificate that nobody has signed, or none."""
    with Server(certificate=certificate if offers_tls else None) as server:
        [outcome] = submit(tmp_path, server, "-s")
    assert outcome.verdict == "SENT" and ("STARTTLS" in server.commands) == offers_tls


def test_the_greeting_may_take_longer_than_the_connection(tmp_path):
    """RFC 5321, 4.5.3.2.1 gives the greeting five minutes. Here a connection has one second."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        process = subprocess.Popen(command(tmp_path, f"smtp://127.0.0.1:{port}", "-T", 1, "-t", 60), stdout=subprocess.PIPE)
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            time.sleep(2.5)
            connection.sendall(b"220 late\r\n")
            assert lines.readline().startswith(b"EHLO")
            connection.sendall(b"421 enough\r\n")
        [outcome] = outcomes(process.communicate(timeout=PATIENCE)[0].decode())
    assert outcome.code == 421


def test_the_dialogue_shows_no_secret(tmp_path, certificate):
    with Server(certificate=certificate, ask_password=True) as server:
        server.mechanisms = b"LOGIN"
        made = subprocess.run(command(tmp_path, f"smtp://localhost:{server.port}", "-v", *SECURE, "-c", certificate[0]), capture_output=True,
                              timeout=PATIENCE, check=True, text=True)
    for line in ("> STARTTLS", "> AUTH LOGIN ***", "> MAIL FROM:<reminders@example.org>", "> RCPT TO:<visitor@example.org>", "> DATA", "> .",
                 "< 235 2.7.0 welcome", "< 250 2.0.0 Ok: kept"):
        assert line in made.stderr.splitlines(), made.stderr
    for secret in (PASSWORD, base64.b64encode(PASSWORD.encode()).decode()):
        assert secret not in made.stderr


@pytest.mark.parametrize("what", ["no STARTTLS", "another authority", "another name", "wrong password"])
def test_without_the_required_tls_nothing_is_sent(tmp_path, certificate, what):
    other = make_certificate(tmp_path)
    with Server(certificate=certificate, ask_password=True, offer_starttls=what != "no STARTTLS") as server:
        secret = "wrong" if what == "wrong password" else PASSWORD
        authority = other[0] if what == "another authority" else certificate[0]
        host = "127.1.2.3" if what == "another name" else "localhost"
        [outcome] = submit(tmp_path, server, "-s", "-u", USER, "-p", secret, "-c", authority, "-t", 3, host=host)
    assert (outcome.verdict, outcome.committed, outcome.concerns_mail) == ("NOT_DELIVERED", False, False)
    assert server.messages == []
    assert any(line.startswith("AUTH") for line in server.commands) == (what == "wrong password")
    assert not any(line.startswith("MAIL") for line in server.commands)


@pytest.mark.parametrize("stage", ["starttls", "auth"])
@pytest.mark.parametrize("fault", ["4yz", "5yz", "421", "garbage", "stall", "close", "reset"])
def test_faults_of_starttls_and_auth(tmp_path, certificate, stage, fault):
    with Server({stage: fault}, certificate=certificate, ask_password=True) as server:
        [outcome] = submit(tmp_path, server, *SECURE, "-c", certificate[0], "-t", 1, host="localhost")
    assert (outcome.verdict, outcome.committed, outcome.concerns_mail) == ("NOT_DELIVERED", False, False)
    assert server.messages == []
    assert not any(line.startswith("MAIL") for line in server.commands)


@pytest.mark.parametrize("url,options", [
    ("smtp://mail.example.org", ()), ("smtp://127.0.0.1.example.org", ()), ("smtp://127.example.org", ()), ("http://127.0.0.1", ()),
    ("smtp://127.0.0.1", ("-u", USER, "-p", PASSWORD)), ("smtp://0.0.0.0", ()), ("smtp://user@mail.example.org/127.0.0.1", ()),
])
def test_plain_text_is_only_for_this_machine(tmp_path, url, options):
    assert subprocess.run(command(tmp_path, url, *options), capture_output=True, timeout=PATIENCE, check=False).returncode == 2


@pytest.mark.parametrize("recipient", [
    "a@example.org\r\nRCPT TO:<b@example.org>", "a@example.org>", "<a@example.org", "a b@example.org", "", "a@example.org\x7f", "a\x01@example.org"])
def test_an_address_cannot_add_a_command(tmp_path, recipient):
    with Server() as server:
        [outcome] = submit(tmp_path, server, recipient=recipient)
    assert (outcome.verdict, outcome.code, server.commands, server.connections) == ("ERROR", -22, [], 0)


@pytest.mark.parametrize("message", [b"", b"\n", b"Subject: x\r\n\r\nno end"])
def test_a_message_ends_with_crlf(tmp_path, message):
    with Server() as server:
        [outcome] = submit(tmp_path, server, message=message)
    assert (outcome.verdict, outcome.code, server.connections) == ("ERROR", -22, 0)


def test_the_environment_changes_nothing(tmp_path, monkeypatch):
    for name in ("all_proxy", "ALL_PROXY", "http_proxy", "smtp_proxy"):
        monkeypatch.setenv(name, f"socks5://127.0.0.1:{free_port()}")
    (tmp_path / ".netrc").write_text(f"machine 127.0.0.1 login {USER} password x\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    with Server(ask_password=True) as server:
        [outcome] = submit(tmp_path, server)
    assert outcome.verdict == "SENT"
    assert not any(line.startswith("AUTH") for line in server.commands)


def test_ehlo_has_the_configured_name(tmp_path):
    with Server() as server:
        submit(tmp_path, server, "-h", "calendar.example.org")
    assert server.commands[0] == "EHLO calendar.example.org"


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize("times", [1, 2])
def test_quit_after_a_rejection_is_not_awaited(tmp_path, stage, times):
    """After a rejection the reply to QUIT is not awaited, because the thread serves other connections. This is tested on a new connection
    and on a used one."""
    plan = lambda at, connection, transaction: "stall" if at == "quit" else b"550 5.7.1 no\r\n" if at == stage and transaction == times - 1 else None  # noqa: E731
    with Server(plan) as server:
        made, took = submit_timed(tmp_path, server, "-t", 10, "-n", times)
    assert took < 0.9
    assert made[-1].code == 550 and len(server.messages) == times - 1


def test_quit_after_another_failure_is_not_awaited_long(tmp_path):
    with Server({"ehlo": b"421 4.3.2 closing\r\n", "quit": "stall"}) as server:
        [outcome], took = submit_timed(tmp_path, server, "-t", 10)
    assert outcome.verdict == "NOT_DELIVERED" and took < 5


def test_quit_is_sent_and_not_awaited(tmp_path):
    with Server({"quit": "stall"}) as server:
        [outcome], took = submit_timed(tmp_path, server, "-t", 10)
        assert took < 5
        wait_until(lambda: server.commands[-1] == "QUIT")
    assert outcome.verdict == "SENT"
