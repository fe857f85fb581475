"""Import, a change among many events, memory, start."""

import statistics
import time
import urllib.request

from events import write_calendar
from measure import Daemon, Site, cpu_ns, rss_mb

ROUNDS = 5
IDLE_SECONDS = 2
CHANGE_SECONDS = 10


def import_speed(site, directory, count):
    calendar = write_calendar(directory / f"{count}.ics", {"SESSION": count})
    begun = time.monotonic()
    site.convene("import", calendar)
    return count / (time.monotonic() - begun)


def etag(url):
    with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=30) as answer:
        return answer.headers["ETag"]


def body(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read()


def cpu_of_change(site, daemon, url, number):
    """CPU milliseconds of the daemon from before a change until the changed bytes have been served."""
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
    import_speed(site, directory, 10_000)
    url = f"{site.url}/all.ics"
    with Daemon(site) as daemon:
        time.sleep(IDLE_SECONDS)
        rss = rss_mb(daemon.pid)
        body(url)
        changes = [cpu_of_change(site, daemon, url, number) for number in range(ROUNDS)]
        rss_served = rss_mb(daemon.pid)
    took = statistics.median(changes)
    yield "10,000 events: CPU of a change until it is served", f"{took:.1f} ms", "", "", took <= 20, "at most 20 ms"
    yield "10,000 events: idle RSS", f"{rss:.1f} MB", f"{rss_served:.1f} MB once /all.ics was served", "", rss <= 25, "at most 25 MB"


def hundred_thousand(directory):
    site = Site(directory / "hundred-thousand")
    speed = import_speed(site, directory, 100_000)
    yield "import of 100,000 events", f"{speed:.0f} events/s", "", "", speed >= 20_000, "at least 20,000/s"
    starts = []
    for _ in range(ROUNDS):
        with Daemon(site) as daemon:
            starts.append(daemon.ready_ms)
    took = statistics.median(starts)
    yield "100,000 events: start to READY", f"{took:.0f} ms", "", "", took <= 200, "at most 200 ms"


def run(directory):
    yield from among_ten_thousand(directory)
    yield from hundred_thousand(directory)
