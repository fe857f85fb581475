"""Tests faults of a server together with other changes, such as a killed daemon or a moved event. test_faults.py tests each fault alone."""

import collections
import contextlib
import email
import email.policy
import json
import signal
import sqlite3
import time

import pytest
import requests

from conftest import PATIENCE, ROOT, plain_text, wait_until
from smtp_server import Server

EVE = "--rehearse=2021-06-23T17:59:56+03:00"
LATER = "--rehearse=2021-06-23T18:30:00+03:00"
LATER_STILL = "--rehearse=2021-06-23T20:00:00+03:00"
EVENT = "saransk-clusters@documents.convened.example"
CARD = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:v@x.example\r\nFN:Гость\r\nEMAIL:v@example.org\r\nLANG:ru\r\nEND:VCARD\r\n"


def listed(make_site, server):
    site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
    site.convene("import", ROOT / "conf/documents")
    site.convene("import", "-", stdin=CARD.encode())
    site.convene("subscribe", "v@example.org", "--event", EVENT, "--lead=-P1D@18:00")
    return site


def states(site):
    return [json.loads(line)["state"] for line in site.convene("outbox", "--json").stdout.splitlines()]


def state(site):
    return (states(site) or [None])[0]


def test_killed_between_the_dot_and_the_reply(make_site):
    """The worst case: the server has the mail and its reply is lost. At most one more copy is sent, with the same Message-ID."""
    plan = lambda stage, connection, transaction: "stall" if stage == "dot" and connection == 0 else None  # noqa: E731
    with Server(plan) as server:
        site = listed(make_site, server)
        site.start(EVE)
        wait_until(lambda: state(site) == "COMMITTED")
        site.stop(signal.SIGKILL)
        site.start(LATER)
        assert state(site) == "UNKNOWN"
        site.stop()
        site.start(LATER_STILL)
        wait_until(lambda: state(site) == "SENT")
        assert len(server.messages) <= 2 and len(set(server.messages)) == 1


def test_no_reminder_is_sent_for_an_event_that_moved(make_site):
    with Server({"banner": "421"}) as server:
        site = listed(make_site, server)
        site.start(EVE)
        wait_until(lambda: "not delivered" in site.log_text())
        site.convene("date", EVENT, "2021-07-24", "2021-07-25")
        site.stop()
        site.start(LATER)
        wait_until(lambda: state(site) == "CANCELLED")
        assert server.messages == []


def list_guests(site, n):
    """Lists further guests. Their mails share a text only if the event has no parts, which one guest may not see as another does."""
    for part in ("technopark", "projects", "meetings", "agreement"):
        site.convene("delete", EVENT.replace("@", f".{part}@"), check=False)
    for number in range(n):
        site.convene("import", "-", stdin=CARD.replace("v@", f"v{number}@").encode())
        site.convene("subscribe", f"v{number}@example.org", "--event", EVENT, "--lead=-P1D@18:00")


def test_each_guest_has_the_programme_that_it_has_not_refused(make_site):
    with Server() as server:
        site = listed(make_site, server)
        site.convene("import", "-", stdin=CARD.replace("v@", "later@").encode())
        site.convene("subscribe", "later@example.org", "--event", EVENT, "--lead=-P1D@18:00")
        with contextlib.closing(sqlite3.connect(site.database)) as store, store:
            store.execute("INSERT INTO mute SELECT min(contact), uid, 0 FROM subscription, object WHERE parent = ? GROUP BY uid", [EVENT])
        site.start(EVE)
        wait_until(lambda: states(site) == ["SENT"] * 2)
        mails = [email.message_from_bytes(raw, policy=email.policy.default) for raw in server.messages]
        assert {mail["To"].addresses[0].username: "Программа" in plain_text(mail) for mail in mails} == {"v": False, "later": True}


def count(site, what):
    with contextlib.closing(sqlite3.connect(f"file:{site.database}?mode=ro", uri=True)) as store:
        return store.execute(f"SELECT count(*) FROM {what}").fetchone()[0]


def test_mails_with_shared_text_are_sent_again_unchanged(make_site):
    """The ledger stores a text that many mails share only once, also while the texts of sent mails are kept."""
    faults = {"dot": "kept drop"}
    with Server(lambda stage, connection, transaction: faults.get(stage)) as server:
        site = listed(make_site, server)
        list_guests(site, 5)
        site.start(EVE)
        wait_until(lambda: states(site) == ["UNKNOWN"] * 6)
        assert count(site, "message WHERE sample <> '' AND length(bytes) < 1000") == 5 and count(site, "sample") == 1
        site.stop(signal.SIGKILL)
        assert site.convene("check").returncode == 0
        faults.clear()
        site.start(LATER)
        wait_until(lambda: states(site) == ["SENT"] * 6)
        copies = collections.Counter(server.messages)
        assert len(copies) == 6 and set(copies.values()) == {2}
        assert count(site, "message") == 6 and count(site, "sample") == 1


@pytest.mark.parametrize("damage, n_lost", [
    ("DELETE FROM message WHERE mail = (SELECT max(id) FROM mail)", 1),
    ("UPDATE message SET bytes = x'28b52ffd20' WHERE mail = (SELECT max(mail) FROM message WHERE sample <> '')", 1),
    ("UPDATE message SET sample = 'nothing' WHERE mail = (SELECT max(mail) FROM message WHERE sample <> '')", 1),
    ("UPDATE sample SET bytes = x'00'", 5),
], ids=["gone", "bytes", "dictionary-gone", "dictionary"])
def test_a_damaged_message_does_not_delay_others(make_site, damage, n_lost):
    """A mail that may have arrived and cannot be sent again is reported to the operator; the sender does not retry it."""
    faults = {"dot": "kept drop"}
    with Server(lambda stage, connection, transaction: faults.get(stage)) as server:
        site = listed(make_site, server)
        list_guests(site, 5)
        site.start(EVE)
        wait_until(lambda: states(site) == ["UNKNOWN"] * 6)
        site.stop(signal.SIGKILL)
        with contextlib.closing(sqlite3.connect(site.database)) as store:
            store.execute(damage)
            store.commit()
        assert site.convene("check", check=False).returncode == 1
        faults.clear()
        server.commands.clear()
        site.start(LATER)
        wait_until(lambda: sorted(states(site)) == ["PARKED"] * n_lost + ["SENT"] * (6 - n_lost))
        lost = [json.loads(line) for line in site.convene("outbox", "--state=parked", "--json").stdout.splitlines()]
        assert [row["reason"] for row in lost] == ["the bytes of the mail are gone, or cannot be read"] * n_lost
        assert site.log_text().count("the bytes of the mail are gone, or cannot be read") == n_lost
        assert sum(command.startswith("EHLO") for command in server.commands) <= 6
        assert site.convene("check").returncode == 0


def hand_over_at(site, moment):
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        store.execute("UPDATE mail SET updated = ? WHERE state = 2", [int(moment * 1e6)])
        store.commit()


def test_a_mail_without_a_result_is_a_fault(make_site):
    """While the daemon runs, a mail without an entered result after the reply's timeout is a fault."""
    with Server({"dot": "stall"}) as server:
        site = listed(make_site, server)
        site.start(EVE)
        wait_until(lambda: state(site) == "COMMITTED")
        hand_over_at(site, time.time())  # by the command's clock, which is the real one
        assert site.convene("check").returncode == 0
        hand_over_at(site, time.time() - 3600)
        checked = site.convene("check", check=False)
        assert checked.returncode == 1 and "1 mail was handed over, and what became of it was never entered" in checked.stderr
        site.stop(signal.SIGKILL)
        assert site.convene("check").returncode == 0
        site.start(LATER)
        assert state(site) == "UNKNOWN" and site.convene("check").returncode == 0


@pytest.mark.parametrize("stage", ["banner", "mail", "data", "body", "dot"])
def test_a_stalled_connection_does_not_delay_others(make_site, stage):
    """A stalled connection does not block the daemon either: the daemon notifies its watchdog, and stops on request unless a reply is
    missing."""
    plan = lambda at, connection, transaction: "stall" if at == stage and connection == 0 else None  # noqa: E731
    with Server(plan) as server:
        site = listed(make_site, server)
        list_guests(site, 20)
        site.start(EVE)
        wait_until(lambda: len(server.messages) >= 20)
        assert len(states(site)) == 21
        wait_until(lambda: states(site).count("SENT") == 20)
        # The kernel buffers a small body for a server that reads nothing.
        owed = stage in ("body", "dot")
        site.stop(signal.SIGKILL if owed else signal.SIGTERM)
        assert sorted(states(site))[0] == ("COMMITTED" if owed else "PENDING")


def test_greylisted_addresses_hold_up_no_other(make_site):
    """A refused recipient is no failure of the server: the mails to the others are sent at once, although the throttle closes after three failures."""
    with Server() as server:
        server.refuses = lambda line: b"450 4.2.0 Greylisted\r\n" if b"v@" not in line and b"v0@" not in line else None
        site = listed(make_site, server)
        list_guests(site, 7)
        site.start(EVE)
        wait_until(lambda: states(site).count("SENT") == 2)
        wait_until(lambda: sum(command.startswith("RCPT") for command in server.commands) == 8)
        assert sorted(states(site)) == ["PENDING"] * 6 + ["SENT"] * 2


TOMORROW = "tomorrow@x.example"


def event_of_tomorrow():
    """By the real clock, which `convene` has too: the reminder of the day before is due in some seconds."""
    start = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() + 86400 + 8))
    return (f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:{TOMORROW}\r\nDTSTAMP:20260101T000000Z\r\n"
            f"DTSTART:{start}\r\nDURATION:PT1H\r\nSUMMARY:Tomorrow\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")


def test_a_refusal_of_the_sender_waits_for_the_operator(make_site):
    """The contact is not marked, health and status tell, the journal tells once, and after the repair the mails go."""
    with Server({"rcpt": b"554-5.7.1 <v@example.org>: Relay\r\n554 5.7.1 access denied\r\n"}) as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        site.convene("import", "-", stdin=event_of_tomorrow().encode())
        for name in ("v", "w"):
            site.convene("import", "-", stdin=CARD.replace("v@", f"{name}@").encode())
            site.convene("subscribe", f"{name}@example.org", "--event", TOMORROW, "--lead=-P1D")
        site.start()
        wait_until(lambda: sum(command.startswith("RCPT") for command in server.commands) >= 2)
        wait_until(lambda: requests.get(f"{site.url}/health", timeout=PATIENCE).json()["relay"] is False)
        wait_until(lambda: site.convene("outbox").stdout.count("refuses mail of this sender: 554 5.7.1") == 2)
        assert "Relay access denied" in site.convene("status").stdout and states(site) == ["PENDING"] * 2
        assert site.log_text().count("the mail server refuses mail of this sender") == 1
        assert "come back" not in site.convene("list", "--contacts").stdout
        server.plan = lambda stage, connection, transaction: None
        assert "1 mail is tried again" in site.convene("outbox", "retry", "v@example.org").stdout
        assert "1 mail is tried again" in site.convene("outbox", "retry", TOMORROW).stdout
        wait_until(lambda: states(site) == ["SENT"] * 2)
        assert requests.get(f"{site.url}/health", timeout=PATIENCE).json()["relay"] is True


def test_mail_test_shows_the_dialogue(make_site):
    """convene mail test sends as the daemon would, and shows each step."""
    refusals = []
    with Server() as server:
        server.refuses = lambda line: refusals[0] if refusals else None
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; helo = "calendar.example.org";')
        site.convene("import", "-", stdin=CARD.encode())
        shown = site.convene("mail", "test", "guest@пример.рф").stdout.splitlines()
        for line in ("< 220 scripted.example.org ESMTP", "> EHLO calendar.example.org", "> RCPT TO:<guest@xn--e1afmkfd.xn--p1ai>", "> DATA",
                     "< 250 2.0.0 Ok: kept"):
            assert line in shown, shown
        assert len(server.messages) == 1 and b"To: guest@xn--e1afmkfd.xn--p1ai" in server.messages[0]
        refusals.append(b"550 5.7.60 may not send as this sender\r\n")
        failed = site.convene("mail", "test", "v@example.org", check=False)
        assert failed.returncode == 1 and "550 5.7.60 may not send" in failed.stderr
        assert site.convene("mail", "send", "v@example.org", check=False).returncode == 2
