"""Measures an import, a change among many events, memory, and the start."""

import contextlib
import hashlib
import itertools
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.request

from events import write_calendar
from measure import Daemon, Site, beside, children_cpu_seconds, cpu_ns, rss_mb, yardstick

IMPORTS = 3
PACKS, READS = 5, 3
EVENTS = 100_000
LEDGER_ROWS = 1_000_000
IDLE_SECONDS = 2
CHANGE_SECONDS = 10
CHECK_RATIO = 2.5  # the ledger's rules read the rows once more each


def seconds_of_import(site, calendar):
    begun = time.monotonic()
    site.convene("import", calendar)
    return time.monotonic() - begun


def etag(url):
    with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=30) as answer:
        return answer.headers["ETag"]


def body(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read()


def cpu_of_change(site, daemon, url, number):
    """Returns the daemon's CPU milliseconds from a change until the changed bytes are served."""
    before, begun = etag(url), cpu_ns(daemon.pid)
    site.convene("add", "--kind=session", f"--summary=Change {number}", "--start=2026-12-01T10:00")
    deadline = time.monotonic() + CHANGE_SECONDS
    while etag(url) == before:
        if time.monotonic() > deadline:
            raise RuntimeError("a change was not served")
        time.sleep(0.05)
    text = body(url)
    took = (cpu_ns(daemon.pid) - begun) / 1e6
    if f"SUMMARY:Change {number}\r\n".encode() not in text:
        raise RuntimeError("the change is not in the feed")
    return took


def among_ten_thousand(directory):
    site = Site(directory / "ten-thousand")
    seconds_of_import(site, write_calendar(directory / "10000.ics", {"SESSION": 10_000}))
    url = f"{site.url}/all.ics"
    with Daemon(site) as daemon:
        time.sleep(IDLE_SECONDS)
        rss = rss_mb(daemon.pid)
        feed = directory / "served.ics"
        feed.write_bytes(body(url))
        numbers = itertools.count()
        line = beside(lambda: (cpu_of_change(site, daemon, url, next(numbers)), yardstick("pack", feed, PACKS)[0] / 1000),
                      "ms", "libdeflate and memcpy", 2.2, note=lambda: " for the feed")
        rss_served = rss_mb(daemon.pid)
    yield "10,000 events: CPU of a change until it is served", *line
    yield "10,000 events: idle RSS", f"{rss:.1f} MB", f"{rss_served:.1f} MB once /all.ics was served", "", rss <= 25, "at most 25 MB"


def ms_to_ready(site):
    with Daemon(site) as daemon:
        return daemon.ready_ms


def hundred_thousand(directory):
    site, numbers, seconds = Site(directory / "hundred-thousand"), itertools.count(), []
    calendar = write_calendar(directory / "100000.ics", {"SESSION": EVENTS})

    def take_import():
        again = Site(directory / f"import{next(numbers)}")
        cpu = children_cpu_seconds(lambda: seconds.append(seconds_of_import(again, calendar)))
        shutil.rmtree(again.directory)
        return cpu, yardstick("parse", calendar, 1)[0] / 1e6

    yield ("import of 100,000 events, CPU", *beside(take_import, "s", "libical parses them in", 1.4, rounds=IMPORTS, digits=2,
                                                    note=lambda: f"; {EVENTS / statistics.median(seconds):.0f} events/s"))
    seconds_of_import(site, calendar)
    yield ("100,000 events: start to READY", *beside(lambda: (ms_to_ready(site), yardstick("read", site.directory / "convened.db", READS)[1] / 1000),
                                                    "ms", "SQLite reads them in", 1.8, digits=0))


def fill_ledger(database):
    """Adds the rows of mails that were sent, in the order in which a daemon adds them."""
    def rows():
        for number in range(1, LEDGER_ROWS + 1):
            key = hashlib.sha256(str(number).encode()).hexdigest()
            yield number, key, number % 2000 + 1, number % 500 + 1, f"<reminder.{key[:40]}@example.org>", key[:32], 2_000_000_000_000_000 + number

    with contextlib.closing(sqlite3.connect(database)) as store:
        store.execute("PRAGMA synchronous = OFF")
        store.execute("PRAGMA cache_size = -400000")
        store.executemany(
            "INSERT INTO mail (id, key, kind, contact, object, uid, recurrence_id, start, rule, state, attempts, tries, due, next_attempt,"
            " expires, message_id, token, reply, created, updated, finish, place) VALUES (?1, ?2, 'reminder', ?3, ?4, 'event' || ?4"
            " || '@example.org', '', '20510624', '-P1D@18:00', 4, 1, 0, ?7, 0, ?7, ?5, ?6, '250 2.0.0 Ok', ?1, ?1, '20510625', 'Saransk')",
            rows())
        store.execute("UPDATE counter SET value = ? WHERE name = 'mail'", (LEDGER_ROWS,))
        store.commit()


def million_mails(directory):
    site, seconds = Site(directory / "million"), []
    site.convene("import", write_calendar(directory / "500.ics", {"SESSION": 500}))
    database = site.directory / "convened.db"
    fill_ledger(database)
    quick = [sys.executable, "-c", "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA quick_check').fetchall())", database]

    def check():
        begun = time.monotonic()
        site.convene("check")
        seconds.append(time.monotonic() - begun)

    def take():
        return children_cpu_seconds(check), children_cpu_seconds(lambda: subprocess.run(quick, check=True, capture_output=True))

    yield ("1,000,000 mails: CPU of a check", *beside(take, "s", "SQLite's quick check of the same file", CHECK_RATIO, rounds=IMPORTS, digits=2,
                                                      note=lambda: f"; elapsed {statistics.median(seconds):.1f} s"))


def run(directory):
    yield from among_ten_thousand(directory)
    yield from hundred_thousand(directory)
    yield from million_mails(directory)
