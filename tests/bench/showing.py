"""The agenda as a browser gets it, the first page of a long one: CPU per request beside nginx with the same bytes in a file, and how long a page takes that nobody has asked for yet."""

import gzip
import statistics
import time

from events import write_calendar
from measure import Daemon, Nginx, Site, cpu_ns
from serving import ROUNDS, fetch, headers_of, microseconds_per_request

EVENTS, STARTS = 1000, 5
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


def cold_render(site):
    """The first request to a daemon that nobody has asked yet: the store is read and the page is written. CPU, for others may use the core too."""
    took, waited = [], []
    for _ in range(STARTS):
        with Daemon(site, THEN) as daemon:
            wait_for_rest(daemon)
            before, begun = cpu_ns(daemon.pid), time.perf_counter()
            fetch(f"{site.url}/")
            waited.append((time.perf_counter() - begun) * 1000)
            took.append((cpu_ns(daemon.pid) - before) / 1e6)
    took, waited = statistics.median(took), statistics.median(waited)
    yield (f"agenda of {EVENTS:,} events: CPU of the first request", f"{took:.1f} ms", f"answered after {waited:.1f} ms", "", took <= 20,
           "at most 20 ms")


def run(directory):
    site = Site(directory / "showing")
    site.convene("import", write_calendar(directory / "showing.ics", {"SITE-VISIT": EVENTS}))
    files = directory / "pages"
    files.mkdir()
    files.chmod(0o755)
    yield from beside_nginx(site, files)
    yield from cold_render(site)
