"""Measures the first page of a long list of events, as a browser gets it: the CPU per request compared with nginx's for the same bytes in a
file, and the time of the first request for a page."""

import gzip

from events import write_calendar
from measure import Daemon, Nginx, Site, beside, cpu_ns, wait_for_rest, yardstick
from serving import CASES, beside_file, fetch

EVENTS, STARTS = 1000, 7
THEN = "--rehearse=2021-01-04T00:00:00+03:00"  # all events are in the future


def beside_nginx(site, files):
    with Daemon(site, THEN) as daemon, Nginx(files) as nginx:
        page = fetch(f"{site.url}/")[0]
        if b'rel="next"' not in page:
            raise RuntimeError("the agenda is shorter than it should be")
        (files / "agenda").write_bytes(page)
        (files / "agenda.gz").write_bytes(gzip.compress(page, 6))
        for case in CASES:
            yield (f"agenda of {EVENTS:,} events, {case}: CPU per request",
                   *beside_file(daemon, nginx, f"{site.url}/", f"{nginx.url}/agenda", case, 1.2))


def first_request(site):
    """Returns the CPU milliseconds of the first request to a new daemon, which reads the store and writes the page."""
    with Daemon(site, THEN) as daemon:
        wait_for_rest(daemon)
        before = cpu_ns(daemon.pid)
        fetch(f"{site.url}/")
        return (cpu_ns(daemon.pid) - before) / 1e6


def cold_render(site, calendar):
    """Measures both in new processes."""
    yield (f"agenda of {EVENTS:,} events: CPU of the first request",
           *beside(lambda: (first_request(site), yardstick("parse", calendar, 1)[0] / 1000), "ms", "libical parses them in", 1.6, rounds=STARTS))


def run(directory):
    site = Site(directory / "showing")
    calendar = write_calendar(directory / "showing.ics", {"SITE-VISIT": EVENTS})
    site.convene("import", calendar)
    files = directory / "pages"
    files.mkdir()
    files.chmod(0o755)
    yield from beside_nginx(site, files)
    yield from cold_render(site, calendar)
