"""Lets the disk fail under the writes of a calendar program: what was acknowledged is there after a restart, byte for byte, and a full disk
is said to be full."""

import errno

import pytest
import requests
from conftest import BUILD, Site, end, make_tool
from test_accounts import add
from test_dav_collections import proppatch, setting, statuses
from test_dav_members import CONTACTS, EVENTS, ask, calendar, card, event, precondition, put, put_card
from test_dav_query import SPACES, report

SHIM = BUILD / "tests/preload/disk.so"
WRITES = 40


def try_put(site, number):
    """Returns the status; None if the daemon ends."""
    try:
        return put(site, f"{EVENTS}{number}.ics", calendar(event(f"u{number}", f"DESCRIPTION:{'x' * 2000}"))).status_code
    except requests.ConnectionError:
        return None


@pytest.mark.parametrize(("function", "number", "error", "lasting"), [
    ("pwrite", 150, errno.ENOSPC, False), ("pwrite", 150, errno.ENOSPC, True), ("pwrite", 150, errno.EIO, False),
    ("fdatasync", 20, errno.EIO, False), ("fdatasync", 20, errno.EIO, True)], ids=str)
def test_what_was_acknowledged_is_there(tmp_path, function, number, error, lasting):
    make_tool(SHIM)
    site = Site(tmp_path)
    try:
        add(site, "Anna")
        log = tmp_path / "failed"
        site.start(environment={"LD_PRELOAD": str(SHIM), "DISK_AT": f"{function}:{number}", "DISK_ERROR": str(error), "DISK_LOG": str(log),
                                **({"DISK_LASTING": "1"} if lasting else {})})
        statuses = [try_put(site, number) for number in range(WRITES)]
        assert log.exists()
        assert set(statuses) <= {201, 503, 507, None} and 201 in statuses
        if lasting:
            assert statuses[-1] in ((507,) if error == errno.ENOSPC else (503, None))
        site.stop()
        site.start()
        for number, status in enumerate(statuses):
            got = ask(site, "GET", f"{EVENTS}{number}.ics")
            assert got.status_code == 200 or (got.status_code == 404 and status != 201)
            if got.status_code == 200:
                assert got.content == calendar(event(f"u{number}", f"DESCRIPTION:{'x' * 2000}"))
            assert try_put(site, number) in (201, 204)
        assert site.convene("check", check=False).returncode == 0
    finally:
        end(site)


def test_a_reply_without_room(tmp_path):
    """A multistatus that becomes too large is refused with 507, whatever it answers."""
    make_tool(SHIM)
    site = Site(tmp_path)
    long = [f"X-LONG{number}:{'x' * 90000}" for number in range(4)]
    try:
        add(site, "Anna")
        site.start()
        assert put(site, EVENTS + "e.ics", calendar(event("e1", *long))).status_code == 201
        assert put_card(site, CONTACTS + "c.vcf", card("c1", "Ann", *long)).status_code == 201
        for number in range(6):
            path = f"{EVENTS}{number}.ics"
            assert put(site, path, calendar(event(f"u{number}"))).status_code == 201
            assert set(statuses(proppatch(site, path, setting(f'<x xmlns="urn:p">{"a" * 55000}</x>'))).values()) == {"200"}
        site.stop()
        site.start(environment={"LD_PRELOAD": str(SHIM), "DISK_AT": "write:1", "DISK_ERROR": str(errno.EFBIG), "DISK_LASTING": "1"})
        event_data, card_data = "<D:prop><C:calendar-data/></D:prop>", "<D:prop><R:address-data/></D:prop>"
        for path, depth, content in (
                (EVENTS, "1", f'<C:calendar-query {SPACES}>{event_data}<C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>'),
                (EVENTS, "1", f"<C:calendar-multiget {SPACES}>{event_data}<D:href>{EVENTS}e.ics</D:href></C:calendar-multiget>"),
                (EVENTS, "0", f"<D:sync-collection {SPACES}><D:sync-token/><D:sync-level>1</D:sync-level>{event_data}</D:sync-collection>"),
                (CONTACTS, "1", f"<R:addressbook-query {SPACES}>{card_data}<R:filter/></R:addressbook-query>"),
                (CONTACTS, "1", f"<R:addressbook-multiget {SPACES}>{card_data}<D:href>{CONTACTS}c.vcf</D:href></R:addressbook-multiget>")):
            answer = report(site, content, path, depth)
            assert answer.status_code == 507, (content, answer.text)
            assert precondition(answer)[0] == "{DAV:}number-of-matches-within-limits"
        assert ask(site, "PROPFIND", EVENTS, b'<propfind xmlns="DAV:"><allprop/></propfind>', Depth="1").status_code == 507
        assert ask(site, "PROPFIND", EVENTS, Depth="0").status_code == 207
    finally:
        end(site)
