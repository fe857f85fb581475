"""A local edit is always newer than the version that it replaces, whatever the clocks show. Only an import can be too old."""

import contextlib
import datetime
import os
import re
import sqlite3
import subprocess

import pytest

from conftest import BUILD, make_tool, wait_until
from test_clock import DAY, HOUR, SHIM, Clock

UID = "fair@stamps.example"
EVENT = (f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.org//test//EN\r\nBEGIN:VEVENT\r\nUID:{UID}\r\nDTSTAMP:20260101T000000Z\r\n"
         "LAST-MODIFIED:{}\r\nSUMMARY:Fair\r\nDTSTART;VALUE=DATE:20360501\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")


@pytest.fixture(scope="module", autouse=True)
def shim():
    make_tool(SHIM)


@pytest.fixture
def clock(site):
    clock = Clock(site.directory / "clock", datetime.datetime(2031, 6, 10, 12, tzinfo=datetime.timezone.utc))
    site.environment = {"LD_PRELOAD": str(SHIM), "CLOCK_FILE": str(clock.path)}
    return clock


def stamps(site):
    """Returns DTSTAMP and LAST-MODIFIED of the stored text."""
    text = site.convene("show", UID, "--raw").stdout
    return [datetime.datetime.strptime(found + "+0000", "%Y%m%dT%H%M%SZ%z") for found in re.findall(r"(?:DTSTAMP|LAST-MODIFIED):(\S+)", text)]


def moments(site):
    """Returns the values by which the feeds announce a change."""
    with contextlib.closing(sqlite3.connect(site.database)) as db:
        return db.execute("SELECT (SELECT max(changed) FROM object), (SELECT min(at) FROM stamp), (SELECT max(change) FROM object)").fetchone()


def imported(site, text):
    return site.convene("import", "-", stdin=text).stdout


def test_an_edit_after_a_wait_has_the_time_after_the_wait(site, clock):
    imported(site, EVENT.format("20260101T000000Z"))
    with contextlib.closing(sqlite3.connect(site.database, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        process = subprocess.Popen([BUILD / "convene", "--config", site.config, "set", UID, "LOCATION", "Hall 1"],
                                   env=dict(os.environ, **site.environment))
        log = str(site.database) + "-wal"
        wait_until(lambda: any(os.path.realpath(entry.path) == log for entry in os.scandir(f"/proc/{process.pid}/fd")))
        clock.jump(HOUR)
        released = clock.now().replace(microsecond=0)
        db.execute("ROLLBACK")
    assert process.wait(timeout=60) == 0
    assert min(stamps(site)) >= released


@pytest.mark.parametrize("stamp", ["20350101T000000Z", "99991231T235958Z"])
def test_an_edit_of_an_event_with_a_future_stamp(site, stamp):
    ahead = EVENT.format(stamp)
    imported(site, ahead)
    site.convene("set", UID, "DESCRIPTION", "Hall 1")
    assert "Hall 1" in site.convene("show", UID).stdout
    assert "1 older than what is kept" in imported(site, ahead)
    assert "Hall 1" in site.convene("show", UID).stdout


def test_an_edit_after_the_clock_was_set_back(site, clock):
    imported(site, EVENT.format("20260101T000000Z"))
    site.convene("set", UID, "LOCATION", "Hall 1")
    first, before, told = site.convene("show", UID, "--raw").stdout, stamps(site), moments(site)
    clock.jump(-DAY)
    site.convene("set", UID, "LOCATION", "Hall 2")
    assert all(after > earlier for earlier, after in zip(before, stamps(site)))
    assert all(after > earlier for earlier, after in zip(told, moments(site)))
    assert "1 older than what is kept" in imported(site, first)
    assert "Hall 2" in site.convene("show", UID).stdout


def test_edits_within_a_second(site, clock):
    imported(site, EVENT.format("20260101T000000Z"))
    texts, second = [], clock.now().replace(microsecond=0)
    for hall in range(4):
        clock.jump(second - clock.now())
        site.convene("set", UID, "DESCRIPTION", f"Hall {hall}")
        texts.append(site.convene("show", UID, "--raw").stdout)
    for text in texts[:-1]:
        assert "1 older than what is kept" in imported(site, text)
    assert "Hall 3" in site.convene("show", UID).stdout
