"""The agenda as a browser gets it, the first page of a long one: CPU per request beside nginx with the same bytes in a file, and how long a page takes that was never asked for."""

import gzip
import statistics
import time

from events import write_calendar
from measure import Daemon, Nginx, Site, beside, cpu_ns, yardstick
from serving import ROUNDS, fetch, headers_of, microseconds_per_request

EVENTS, STARTS, PARSES = 1000, 7, 5
THEN = "--rehearse=2021-01-04T00:00:00+03:00"  # all events are to come


def beside_nginx(site, files):
    with Daemon(site, THEN) as daemon, Nginx(files) as nginx:
        page = fetch(f"{site.url}/")[0]
        if b'rel="next"' not in page:
            raise RuntimeError("the agenda is shorter than it should be")
        (files / "agenda").write_bytes(page)
        (files / "agenda.gz").write_bytes(gzip.compress(page, 6))
        for case in ("identity", "gzip", "304"):
            took = {"convened": [], "nginx": []}
            for _ in range(ROUNDS):
                for server, url, who in ((daemon, f"{site.url}/", "convened"), (nginx, f"{nginx.url}/agenda", "nginx")):
                    took[who].append(microseconds_per_request(server, url, headers_of(case, url)))
            ours, theirs = (statistics.median(took[who]) for who in ("convened", "nginx"))
            yield (f"agenda of {EVENTS:,} events, {case}: CPU per request", f"{ours:.1f} us", f"nginx {theirs:.1f} us",
                   f"{ours / theirs:.2f} x", ours <= 1.2 * theirs, "at most 1.20 x")


def wait_for_rest(daemon):
    """Until it has done what it does at its start."""
    before = -1
    while cpu_ns(daemon.pid) != before:
        before = cpu_ns(daemon.pid)
        time.sleep(0.2)


def first_request(site):
    """CPU milliseconds of the first request to a daemon that has served none yet: it reads the store and writes the page."""
    with Daemon(site, THEN) as daemon:
        wait_for_rest(daemon)
        before = cpu_ns(daemon.pid)
        fetch(f"{site.url}/")
        return (cpu_ns(daemon.pid) - before) / 1e6


def cold_render(site, calendar):
    pairs = [(first_request(site), yardstick("parse", calendar, PARSES)[0] / 1000) for _ in range(STARTS)]
    yield f"agenda of {EVENTS:,} events: CPU of the first request", *beside(pairs, "ms", "libical parses them in", 1.9)


def run(directory):
    site = Site(directory / "showing")
    calendar = write_calendar(directory / "showing.ics", {"SITE-VISIT": EVENTS})
    site.convene("import", calendar)
    files = directory / "pages"
    files.mkdir()
    files.chmod(0o755)
    yield from beside_nginx(site, files)
    yield from cold_render(site, calendar)
