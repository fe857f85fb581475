"""CPU per request, compared with nginx and Radicale."""

import gzip
import statistics
import urllib.request

from events import write_calendar
from measure import Daemon, Nginx, Radicale, Site, beside, cpu_ns, judged, load, ratio_of

ROUNDS = 3
FEEDS = {"10 events": "session.ics", "100 events": "exhibition.ics"}
CASES = ("identity", "gzip", "304")
LARGE, LESS = "site-visit.ics", 500


def fetch(url, **headers):
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read(), answer.headers


def microseconds_per_request(server, url, headers, **options):
    before = cpu_ns(server.pid)
    requests, _ = load(url, headers, **options)
    return (cpu_ns(server.pid) - before) / max(requests, 1) / 1000


def headers_of(case, url):
    if case == "gzip":
        return ["Accept-Encoding: gzip"]
    if case == "304":
        return [f"If-None-Match: {fetch(url)[1]['ETag']}"]
    return []


def beside_file(daemon, nginx, ours, theirs, case, at_most):
    """Compares the CPU per request of one page with nginx's for the same bytes in a file."""
    def take():
        return tuple(microseconds_per_request(server, url, headers_of(case, url)) for server, url in ((daemon, ours), (nginx, theirs)))
    return beside(take, "us", "nginx", at_most, rounds=ROUNDS)


def beside_nginx(daemon, site, nginx):
    for title, name in FEEDS.items():
        for case in CASES:
            yield f"feed of {title}, {case}: CPU per request", *beside_file(daemon, nginx, f"{site.url}/{name}", f"{nginx.url}/{name}", case, 1.0)


def put_into_radicale(radicale, calendar):
    request = urllib.request.Request(f"{radicale.url}/bench/all/", data=calendar, method="PUT",
                                     headers={"Content-Type": "text/calendar", "Authorization": "Basic YmVuY2g6eA=="})
    urllib.request.urlopen(request, timeout=120).close()


def beside_radicale(daemon, site, directory):
    authorized = ["Authorization: Basic YmVuY2g6eA=="]
    with Radicale(directory) as radicale:
        put_into_radicale(radicale, fetch(f"{site.url}/{LARGE}")[0])
        pairs = judged(lambda: (microseconds_per_request(daemon, f"{site.url}/{LARGE}", []),
                                microseconds_per_request(radicale, f"{radicale.url}/bench/all/", authorized, seconds=3, connections=2)),
                       1 / LESS, ROUNDS)
    ours, theirs = (statistics.median(column) for column in zip(*pairs))
    times = 1 / ratio_of(pairs)
    yield "1,000 events: CPU per request", f"{ours:.1f} us", f"Radicale {theirs:.0f} us", f"{times:.0f} x less", times >= LESS, f"at least {LESS} x less"


def run(directory):
    site = Site(directory / "serving")
    site.convene("import", write_calendar(directory / "serving.ics", {"SESSION": 10, "EXHIBITION": 100, "SITE-VISIT": 1000}))
    files = directory / "files"
    files.mkdir()
    files.chmod(0o755)
    with Daemon(site) as daemon:
        for name in FEEDS.values():
            text = fetch(f"{site.url}/{name}")[0]
            (files / name).write_bytes(text)
            (files / f"{name}.gz").write_bytes(gzip.compress(text, 6))
        with Nginx(files) as nginx:
            yield from beside_nginx(daemon, site, nginx)
        yield from beside_radicale(daemon, site, directory)
