"""Measures an import, a change among many events, memory, and the start."""

import itertools
import shutil
import statistics
import time
import urllib.request

from events import write_calendar
from measure import Daemon, Site, beside, children_cpu_seconds, cpu_ns, rss_mb, yardstick

IMPORTS = 3
PACKS, READS = 5, 3
EVENTS = 100_000
IDLE_SECONDS = 2
CHANGE_SECONDS = 10


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


def run(directory):
    yield from among_ten_thousand(directory)
    yield from hundred_thousand(directory)
