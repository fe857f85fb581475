"""CPU of a change until its bytes are served, among few and many events."""

import itertools
import time
import urllib.request

from events import write_calendar
from measure import Daemon, Site, beside, cpu_ns, wait_for_rest, yardstick

CHANGE_SECONDS = 20
YARDSTICK_ROUNDS = 50
FEW, MANY = 10_000, 100_000
ROUNDS = 7


def head(url):
    """Asks for the compressed bytes, which are made for the reply, without their transfer."""
    request = urllib.request.Request(url, method="HEAD", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        if answer.headers["Content-Encoding"] != "gzip":
            raise RuntimeError("the feed is not compressed")
        return answer.headers["ETag"]


def cpu_of_change(site, daemon, url, number):
    """Returns the daemon's CPU milliseconds from a change until a reply with the changed bytes is ready."""
    before = head(url)
    wait_for_rest(daemon)
    begun = cpu_ns(daemon.pid)
    site.convene("add", "--kind=session", f"--summary=Change {number}", f"--start=2026-12-{number % 28 + 1:02}T10:00")
    deadline = time.monotonic() + CHANGE_SECONDS
    while head(url) == before:
        if time.monotonic() > deadline:
            raise RuntimeError("a change was not served")
        time.sleep(0.05)
    return (cpu_ns(daemon.pid) - begun) / 1e6


def make_site(directory, count):
    site = Site(directory / f"changing-{count}")
    site.convene("import", write_calendar(directory / f"changing-{count}.ics", {"SESSION": count}))
    return site


def run(directory):
    few, many = make_site(directory, FEW), make_site(directory, MANY)
    numbers = itertools.count()
    with Daemon(few) as small, Daemon(many) as large:
        urls = [f"{site.url}/all.ics" for site in (few, many)]
        for url in urls:
            head(url)
        feed = directory / "changing-served.ics"
        with urllib.request.urlopen(urls[0], timeout=60) as answer:
            feed.write_bytes(answer.read())

        def take_limit():
            return cpu_of_change(few, small, urls[0], next(numbers)), yardstick("change", feed, YARDSTICK_ROUNDS)[0] / 1000

        def take_both():
            return cpu_of_change(many, large, urls[1], next(numbers)), cpu_of_change(few, small, urls[0], next(numbers))

        yield ("10,000 events: CPU of a change until it is served", *beside(take_limit, "ms", "one event published and one chunk compressed", 3.0, rounds=ROUNDS, digits=2))
        yield ("100,000 events: CPU of a change until it is served", *beside(take_both, "ms", "among 10,000", 1.5, rounds=ROUNDS, digits=2))
