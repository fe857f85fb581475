"""The effect of searches on subscribers: the latency of a feed while 50 clients each search for a different word."""

import http.client
import statistics
import subprocess
import sys
import time

from events import write_calendar
from measure import CORES, Daemon, Site

EVENTS, CLIENTS, REQUESTS, ROUNDS = 10_000, 50, 3000, 3
THEN = "--rehearse=2021-01-04T00:00:00+03:00"  # all events are in the future

# Each client has its own address and sends its next search after the response to the last one.
SEARCHERS = """
import selectors, socket, sys, time
port, clients = int(sys.argv[1]), int(sys.argv[2])
waiting, words, pages, begun = selectors.DefaultSelector(), 0, 0, time.monotonic()
def search(connection):
    global words
    words += 1
    connection.sendall(b"GET /?q=word%d HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" % words)
for number in range(clients):
    connection = socket.socket()
    connection.bind((f"127.0.2.{number + 1}", 0))
    connection.connect(("127.0.0.1", port))
    waiting.register(connection, selectors.EVENT_READ)
    search(connection)
waiting.register(sys.stdin, selectors.EVENT_READ)
print("ready", flush=True)
while True:
    for key, _ in waiting.select():
        if key.fileobj is sys.stdin:
            print(pages / (time.monotonic() - begun), flush=True)
            sys.exit()
        answer = key.fileobj.recv(1 << 20)
        assert answer, "the server has closed the connection"
        if answer.endswith(b"</html>\\n"):
            pages += 1
            search(key.fileobj)
"""


class Searchers:
    def __init__(self, site):
        self.command = [sys.executable, "-c", SEARCHERS, str(site.port), str(CLIENTS)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("the searching clients have not begun")
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.pages_per_second = float(self.process.stdout.readline())
        self.process.wait(timeout=30)


def latencies(connection):
    """Returns the median and the 99th percentile, in milliseconds, of spaced requests for a feed on one connection."""
    took = []
    for _ in range(REQUESTS):
        time.sleep(0.0005)
        begun = time.perf_counter()
        connection.request("GET", "/session.ics")
        connection.getresponse().read()
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took), statistics.quantiles(took, n=100)[98]


def run(directory):
    site = Site(directory / "searching")
    site.convene("import", write_calendar(directory / "searching.ics", {"SESSION": 10, "SITE-VISIT": EVENTS}))
    with Daemon(site, THEN, cores=CORES):
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
        latencies(connection)
        quiet, searched, pages = [], [], []
        for _ in range(ROUNDS):
            quiet.append(latencies(connection))
            with Searchers(site) as searchers:
                searched.append(latencies(connection))
            pages.append(searchers.pages_per_second)
    for place, what in enumerate(("median", "99th percentile")):
        before, beside = (statistics.median(round[place] for round in rounds) for rounds in (quiet, searched))
        yield (f"feed beside {CLIENTS} searches of {EVENTS:,} events, {what}", f"{beside:.2f} ms",
               f"without {before:.2f} ms, {statistics.median(pages):.0f} searches/s", f"{beside / before:.2f} x", beside <= 2 * before, "at most 2 x")
