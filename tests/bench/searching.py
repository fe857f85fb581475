"""Measures the effect of searches on subscribers: the latency of a feed while each of 50 clients searches for a different word.

A reply's latency ends when the kernel hands it to the client's socket, not when the client's process gets the CPU: real clients run on other
machines. The searching clients share the machine's cores with the daemon, at the lowest priority, so that they delay no other program.
"""

import re
import socket
import statistics
import struct
import subprocess
import sys
import time

from events import write_calendar
from measure import CORES, Daemon, Site, compared, judged

EVENTS, CLIENTS, REQUESTS, ROUNDS, AT_MOST = 10_000, 50, 3000, 5, 2
THEN = "--rehearse=2021-01-04T00:00:00+03:00"  # all events are in the future
SO_TIMESTAMPNS = 35  # socket(7); the socket module does not name it

# Each client has its own address and sends its next search after the response to the last one.
SEARCHERS = """
import os, selectors, socket, sys, time
os.nice(19)
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


class Subscriber:
    """A client with one connection, which fetches a feed again and again."""

    def __init__(self, site, path):
        self.connection = socket.create_connection(("127.0.0.1", site.port), timeout=30)
        self.connection.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.request = f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()

    def fetch(self):
        """Returns the milliseconds from the request to the arrival of the last bytes of its reply."""
        answer, length, sent = b"", None, time.time_ns()
        self.connection.sendall(self.request)
        while length is None or len(answer) < length:
            data, ancillary, _, _ = self.connection.recvmsg(1 << 20, 64)
            if not data:
                raise RuntimeError("the server has closed the connection")
            answer += data
            head, separator, _ = answer.partition(b"\r\n\r\n")
            if separator:
                length = len(head) + len(separator) + int(re.search(rb"(?i)^content-length: *(\d+)", head, re.M)[1])
        seconds, nanoseconds = struct.unpack("ll", next(value for _, kind, value in ancillary if kind == SO_TIMESTAMPNS))
        return (seconds * 10**9 + nanoseconds - sent) / 1e6

    def latencies(self):
        """Returns the median and the 99th percentile, in milliseconds, of spaced requests."""
        took = []
        for _ in range(REQUESTS):
            time.sleep(0.0005)
            took.append(self.fetch())
        return statistics.median(took), statistics.quantiles(took, n=100)[98]


def run(directory):
    site = Site(directory / "searching")
    site.convene("import", write_calendar(directory / "searching.ics", {"SESSION": 10, "SITE-VISIT": EVENTS}))
    medians, pages = [], []
    with Daemon(site, THEN, cores=CORES):
        subscriber = Subscriber(site, "/session.ics")
        subscriber.latencies()

        def take():
            quiet = subscriber.latencies()
            with Searchers(site) as searchers:
                searched = subscriber.latencies()
            pages.append(searchers.pages_per_second)
            medians.append((searched[0], quiet[0]))
            return searched[1], quiet[1]

        slowest = judged(take, AT_MOST, ROUNDS)
    note = f", {statistics.median(pages):.0f} searches/s"
    for what, pairs in (("median", medians), ("99th percentile", slowest)):
        yield (f"feed beside {CLIENTS} searches of {EVENTS:,} events, {what}", *compared(pairs, "ms", "without", AT_MOST, 2, note))
