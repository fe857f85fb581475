"""Tests the programs of `make run` and `make demo`: they print addresses once these answer, and Ctrl-C ends them with success."""

import collections
import contextlib
import email
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess

import requests

from conftest import PATIENCE, ROOT, free_port, wait_until

STORY = ["A visitor asks", "confirms the address", "The host accepts", "Both have the invitation", "Outlook declines", "the time is free again"]
REMINDERS = ("meeting", "meeting-request-again")  # due days later
HOST = ("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:host@demo.example.org\r\nFN:Анна Примерова\r\nEMAIL:host@example.org\r\nLANG:ru\r\nTZ:Europe/Moscow\r\n"
        "END:VCARD\r\n")


def run(port, program="run"):
    return subprocess.Popen([ROOT / "tests/demo" / program], env=dict(os.environ, PORT=str(port)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, start_new_session=True)


def test_addresses_are_printed_when_they_answer():
    port = free_port()
    process = run(port)
    try:
        for line in process.stdout:
            if line.startswith("Subscribe to one of these"):
                break
        assert requests.get(f"http://127.0.0.1:{port}/all.ics", timeout=PATIENCE).status_code == 200
    finally:
        os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=PATIENCE) == 0


def test_a_port_in_use_is_an_error():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = run(taken.getsockname()[1])
        output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0 and "Subscribe" not in output and "in use" in output, output


def test_the_demo_shows_a_meeting_from_page_to_calendar_and_through_a_kill():
    process = run(free_port(), "demo")
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if line.startswith("The demo goes on"):
                break
    finally:
        os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=PATIENCE) == 0, "".join(lines)
    second = next(number for number, line in enumerate(lines) if line.startswith("The same once more"))
    assert_story(lines[:second])
    killed, = [line for line in lines[second:] if "kill -9" in line]
    assert_story([line for line in lines[second:] if line != killed])


def assert_story(lines):
    told = [line for line in lines if line.startswith("==> ")]
    assert len(told) == len(STORY) and all(words in line for words, line in zip(STORY, told)), "".join(lines)


def hasten(site):
    """Lets mails whose reply a kill has cut off be sent again at once, instead of after `mail.retry_unknown`."""
    with contextlib.closing(sqlite3.connect(site.database, timeout=PATIENCE)) as store, store:
        store.execute("UPDATE mail SET next_attempt = due WHERE state = 3")


def test_the_same_while_the_daemon_is_killed(make_site, tmp_path):
    """The daemon is killed at each step, with whatever it is just doing."""
    mails = tmp_path / "mails"
    catcher = subprocess.Popen(["/usr/bin/python3", ROOT / "tests/demo/mail-catcher", tmp_path / "port", mails, tmp_path / "mailbox"])
    try:
        wait_until((tmp_path / "port").exists)
        port = (tmp_path / "port").read_text()
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{port}"; starttls = false;', extra='time_zone = "Europe/Moscow";\n'
                         f'bounces = {{ address = "answers@example.org"; mailbox = "maildir:{tmp_path}/mailbox"; interval = "PT1S"; }};\n')
        site.convene("import", "-", stdin=HOST)
        site.convene("offer", "add", "host@demo.example.org", "--hours", "Mo-Su 10:00-18:00", "--duration", "PT30M", "--confirm", "HOST")
        site.start()
        story = subprocess.Popen([ROOT / "tests/demo/meeting", site.url, port, mails], stdout=subprocess.PIPE, text=True)
        lines = []
        for line in story.stdout:
            lines.append(line)
            if line.startswith("==> "):
                site.stop(signal.SIGKILL)
                site.start()
                hasten(site)
        assert story.wait(timeout=PATIENCE) == 0
        assert_story(lines)
        # A mail that was in delivery at a kill, and that the next step made useless, is not sent again.
        wait_until(lambda: {row["state"] for row in map(json.loads, site.convene("outbox", "--json").stdout.splitlines())
                            if row["kind"] not in REMINDERS} <= {"SENT", "PARKED", "CANCELLED"})
        assert_told_once([path.read_bytes() for path in mails.glob("*.eml")])
        meeting, = map(json.loads, site.convene("meet", "list", "--all", "--json").stdout.splitlines())
        assert meeting["state"] == "CANCELLED"
        site.convene("check")
    finally:
        catcher.kill()
        catcher.wait()


def assert_told_once(raw):
    """Both sides have each mail once. A mail whose reply was cut off may have come twice, with the same bytes. The host may accept before the
    visitor is told that the host was asked."""
    copies = collections.defaultdict(list)
    for mail in raw:
        copies[email.message_from_bytes(mail)["Message-ID"]].append(mail)
    assert all(len(same) <= 2 and len(set(same)) == 1 for same in copies.values())
    kinds = collections.Counter(re.match(r"<([a-z-]+)\.", name).group(1) for name in copies)
    assert kinds.pop("meeting-asked", 1) == 1
    assert kinds == {"meeting-verify": 1, "meeting-request": 1, "meeting-invite": 2, "meeting-cancel": 2}
