#!/usr/bin/python3
"""Three daemons with one store on PostgreSQL serve the same bytes.  sameness.py [--seed N] [--changes N] [--polling]

Each random change is made through one of the daemons by CalDAV, or by `convene import`, and is followed by that of an event which everybody
sees. Then all feeds and pages of all daemons are read until they have that one, and agree byte by byte and by ETag. Requests that begin a
second later must find this, on a busy machine as much later as they take themselves. --polling: the server has no LISTEN, so the daemons find
changes by themselves, after five seconds at most. Now and then a daemon starts anew, so what the others serve is compared with what is made of
the store alone.
"""

import argparse
import concurrent.futures
import pathlib
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "e2e")]

import feed_copies  # noqa: E402
import postgresql  # noqa: E402
import requests  # noqa: E402
from conftest import BUILD, Site, end, make_tool  # noqa: E402
from test_accounts import add  # noqa: E402
from test_nodes import use_one_address  # noqa: E402

N_NODES, RESTART_EACH, GIVE_UP = 3, 50, 30
BY_NOTIFY, BY_POLLING = 1, 5
PATHS = ["/all.ics", "/session.ics", "/exhibition.ics", "/site-visit.ics", "/calendar/second.ics", "/events.json", "/events.atom", "/sitemap.xml",
         "/", "/month/2027-05", "/year/2027", "/event/first", "/subscribe"]
MARKED = ["/all.ics", "/events.json", "/events.atom", "/month/2027-05"]


MARK = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:mark\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20270501T100000Z\r\n"
        "SUMMARY:{0}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")


class Office(feed_copies.Office):
    """Makes each change through one of the daemons."""

    def __init__(self, sites, seed):
        super().__init__(sites[0], seed)
        self.sites = sites

    def change(self):
        self.site = self.random.choice(self.sites)
        if self.random.random() < 0.9:
            super().change()
        else:
            uid = f"i{self.random.randrange(4)}"
            self.site.convene("import", "-", stdin=self.text(uid).replace("\r\nDTSTAMP", f"\r\nSEQUENCE:{self.version}\r\nDTSTAMP"))
        mark = f"Change {self.version} of this run"
        self.send("PUT", self.path("events", "mark"), MARK.format(mark))
        return mark.encode()


class Readers:
    """The same requests to each daemon."""

    def __init__(self, sites, private):
        self.sites, self.paths = sites, [*PATHS, private]
        self.pool = concurrent.futures.ThreadPoolExecutor(len(sites))
        self.sessions = [requests.Session() for _ in sites]

    def read(self, number):
        """Returns {path: answer} of a daemon."""
        answers = {path: self.sessions[number].get(self.sites[number].url + path, timeout=60, allow_redirects=False) for path in self.paths}
        return {path: (answer.status_code, answer.headers.get("ETag"), answer.content) for path, answer in answers.items()}

    def settle(self, mark):
        """Returns the seconds until all have the mark and agree, and the seconds that the last requests took."""
        begun = time.monotonic()
        while True:
            asked = time.monotonic() - begun
            found = list(self.pool.map(self.read, range(len(self.sites))))
            differing = [path for path in self.paths if len({answers[path] for answers in found}) > 1]
            assert {status for answers in found for status, _, _ in answers.values()} == {200}
            if not differing and all(mark in answers[path][2] for answers in found for path in MARKED):
                return asked, time.monotonic() - begun - asked
            assert asked < GIVE_UP, f"{differing} differ, or {mark} is not seen"


def make_sites(directory, store):
    sites = []
    for number in range(N_NODES):
        (directory / str(number)).mkdir()
        sites.append(Site(directory / str(number), 'feed = { past = "P30D"; future = "P730D"; };\n', store=store))
    use_one_address(sites)
    site = sites[0]
    add(site, "Anna", role="admin")
    site.convene("add", "--summary=x", "--start=2027-01-01", "--calendar=second", "--uid=first")
    site.convene("import", "-", stdin="BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ivan\r\nEMAIL:ivan@example.org\r\nUID:ivan\r\nEND:VCARD\r\n")
    site.convene("subscribe", "ivan@example.org", "--kind", "session")
    return sites, site.convene("feed", "ivan@example.org").stdout.strip().removeprefix(site.url)


def live(sites, private, seed, n_changes, environment):
    """Returns what Readers.settle() returned for each change."""
    readers, office, times = Readers(sites, private), Office(sites, seed), []
    for number in range(1, n_changes + 1):
        mark = office.change()
        times.append(readers.settle(mark))
        if number % RESTART_EACH == 0:
            site = office.random.choice(sites)
            end(site)
            site.start(environment=environment)
            readers.settle(mark)
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--changes", type=int, default=1000)
    parser.add_argument("--polling", action="store_true")
    arguments = parser.parse_args()
    environment, limit = {}, BY_NOTIFY
    if arguments.polling:
        refuser = BUILD / "tests/preload/server.so"
        make_tool(refuser)
        environment, limit = {"LD_PRELOAD": str(refuser), "SERVER_FAULTS": "0:0"}, BY_POLLING
    with tempfile.TemporaryDirectory(prefix="sameness-") as directory, postgresql.Server() as server:
        sites, private = make_sites(pathlib.Path(directory), postgresql.make_database(server.url()))
        try:
            for site in sites:
                site.start(environment=environment)
            times = live(sites, private, arguments.seed, arguments.changes, environment)
        finally:
            for site in sites:
                end(site)
    late = sum(seconds > limit + took for seconds, took in times)
    times = [seconds for seconds, _ in times]
    print(f"sameness: seed {arguments.seed}: {len(times)} changes, {len(PATHS) + 1} feeds and pages of {N_NODES} daemons: each agreed, after"
          f" {statistics.median(times):.2f} s (median), {max(times):.2f} s (longest); {late} later than {limit} s")
    sys.exit(1 if late else 0)


if __name__ == "__main__":
    main()
