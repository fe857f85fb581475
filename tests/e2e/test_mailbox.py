"""The mailbox is read from a real Dovecot, from a Maildir and from servers that go wrong: nothing is lost, nothing is read without end."""

import subprocess

import pytest
from conftest import BUILD, ROOT
from dovecot import PASSWORD, Dovecot, deliver, kept

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
