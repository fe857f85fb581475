"""The ledger against a server that goes wrong: what is unknown is tried once more with the same bytes, then parked; the rest is retried."""

import json
import signal

import pytest

from conftest import ROOT, wait_until
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


def state(site):
    rows = [json.loads(line) for line in site.convene("outbox", "--json").stdout.splitlines()]
    return rows[0]["state"] if rows else None


def test_unknown_is_tried_once_more_with_the_same_bytes_then_parked(make_site):
    with Server({"dot": "drop"}) as server:
        site = listed(make_site, server)
        site.start(EVE)
        wait_until(lambda: state(site) == "UNKNOWN", 30)
        site.stop()
        site.start(LATER)
        wait_until(lambda: state(site) == "PARKED", 30)
        site.stop()
        site.start(LATER_STILL)
        assert state(site) == "PARKED"
        assert len(server.messages) == 2 and server.messages[0] == server.messages[1]
        assert site.convene("check").returncode == 0


def test_killed_between_the_dot_and_the_reply(make_site):
    """The worst moment: the server has it, and nobody heard so. One more copy at the most, with the same Message-ID."""
    plan = lambda stage, connection, transaction: "stall" if stage == "dot" and connection == 0 else None  # noqa: E731
    with Server(plan) as server:
        site = listed(make_site, server)
        site.start(EVE)
        wait_until(lambda: state(site) == "COMMITTED", 30)
        site.stop(signal.SIGKILL)
        site.start(LATER)
        assert state(site) == "UNKNOWN"
        site.stop()
        site.start(LATER_STILL)
        wait_until(lambda: state(site) == "SENT", 30)
        assert len(server.messages) <= 2 and len(set(server.messages)) == 1


@pytest.mark.parametrize("stage", ["banner", "ehlo", "mail", "rcpt", "data", "dot"])
def test_what_is_deferred_is_sent_later(make_site, stage):
    plan = lambda found, connection, transaction: "4yz" if found == stage and connection == 0 else None  # noqa: E731
    with Server(plan) as server:
        site = listed(make_site, server)
        site.start(EVE)
        wait_until(lambda: "not delivered" in site.log_text() or "deferred" in site.log_text(), 30)
        assert state(site) == "PENDING" and server.messages == []
        site.stop()
        site.start(LATER)
        wait_until(lambda: state(site) == "SENT", 30)
        assert len(server.messages) == 1


@pytest.mark.parametrize("stage", ["rcpt", "dot"])
def test_what_is_refused_is_failed_and_says_why(make_site, stage):
    with Server({stage: "5yz"}) as server:
        site = listed(make_site, server)
        site.start(EVE)
        wait_until(lambda: state(site) == "FAILED", 30)
        assert "554 5.7.1 never" in site.convene("outbox").stdout
        assert server.messages == []


def test_an_event_that_moved_meanwhile_is_not_reminded_of(make_site):
    with Server({"banner": "421"}) as server:
        site = listed(make_site, server)
        site.start(EVE)
        wait_until(lambda: "not delivered" in site.log_text(), 30)
        site.convene("date", EVENT, "2021-07-24", "2021-07-25")
        site.stop()
        site.start(LATER)
        wait_until(lambda: state(site) == "CANCELLED", 30)
        assert server.messages == []
