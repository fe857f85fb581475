"""CPU of a change until its bytes are served, among few and many events."""

import http.client
import itertools
import statistics
import time
import urllib.parse

from events import write_calendar
from measure import Daemon, Site, beside, cpu_ns, wait_for_rest, yardstick

CHANGE_SECONDS = 20
PATIENCE_SECONDS = 300  # on a busy machine the first feed takes long
YARDSTICK_ROUNDS = 50
FEW, MANY = 10_000, 100_000
ROUNDS = 7
LATER_SECONDS = 5  # what follows a change has ended: checks of the store, the status line, a look for busy times


class Reader:
    """A client that stays connected, so that the daemon's CPU is that of the change and not of connections."""

    def __init__(self, site, daemon):
        self.site, self.daemon, self.in_all = site, daemon, []
        address = urllib.parse.urlsplit(site.url)
        self.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=PATIENCE_SECONDS)

    def ask(self, method):
        self.connection.request(method, "/all.ics", headers={"Accept-Encoding": "gzip" if method == "HEAD" else "identity"})
        answer = self.connection.getresponse()
        return answer, answer.read()

    def tag(self):
        """Asks for the compressed bytes, which are made for the reply, without their transfer."""
        answer, _ = self.ask("HEAD")
        if answer.headers["Content-Encoding"] != "gzip":
            raise RuntimeError("the feed is not compressed")
        return answer.headers["ETag"]

    def cpu_of_change(self, number):
        """Returns the daemon's CPU milliseconds from a change until a reply with the changed bytes is ready; notes those of all that follows,
        too."""
        self.connection.close()  # the daemon may have closed it: the next request opens one
        before = self.tag()
        wait_for_rest(self.daemon)
        begun = cpu_ns(self.daemon.pid)
        self.site.convene("add", "--kind=session", f"--summary=Change {number}", f"--start=2026-12-{number % 28 + 1:02}T10:00")
        deadline = time.monotonic() + CHANGE_SECONDS
        while self.tag() == before:
            if time.monotonic() > deadline:
                raise RuntimeError("a change was not served")
            time.sleep(0.05)
        served = cpu_ns(self.daemon.pid)
        time.sleep(LATER_SECONDS)
        self.in_all.append((cpu_ns(self.daemon.pid) - begun) / 1e6)
        return (served - begun) / 1e6

    def note(self):
        return f"; all that follows a change: {statistics.median(self.in_all):.2f} ms"


def make_site(directory, count):
    site = Site(directory / f"changing-{count}")
    site.convene("import", write_calendar(directory / f"changing-{count}.ics", {"SESSION": count}))
    return site


def run(directory):
    few, many = make_site(directory, FEW), make_site(directory, MANY)
    numbers = itertools.count()
    with Daemon(few) as small, Daemon(many) as large:
        readers = Reader(few, small), Reader(many, large)
        feed = directory / "changing-served.ics"
        feed.write_bytes(readers[0].ask("GET")[1])
        for reader in readers:  # the first change brings what later ones find in memory
            reader.cpu_of_change(next(numbers))

        def take_limit():
            return readers[0].cpu_of_change(next(numbers)), yardstick("change", feed, YARDSTICK_ROUNDS)[0] / 1000

        def take_both():
            return readers[1].cpu_of_change(next(numbers)), readers[0].cpu_of_change(next(numbers))

        yield ("10,000 events: CPU of a change until it is served",
               *beside(take_limit, "ms", "one event published and one chunk compressed", 3.0, rounds=ROUNDS, digits=2, note=readers[0].note))
        yield ("100,000 events: CPU of a change until it is served",
               *beside(take_both, "ms", "among 10,000", 1.5, rounds=ROUNDS, digits=2, note=readers[1].note))
