"""Tests clients that keep connections open without using them: the limit of their connections, their timeouts, and the effect on others."""

import contextlib
import http.client
import re
import resource
import socket
import statistics
import subprocess
import sys
import time

import pytest
import requests

from conftest import PATIENCE, ROOT, wait_until

ROUNDS, REQUESTS = 5, 150
BEGINNING = b"GET /all.ics HTTP/1.1\r\nHost: x\r\n"


def allow_files(count):
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, most), most))


def dial(site, source="127.0.0.1"):
    connection = socket.socket()
    connection.settimeout(PATIENCE)
    connection.bind((source, 0))
    connection.connect(("127.0.0.1", site.port))
    return connection


def is_open(connection):
    connection.setblocking(False)
    try:
        return connection.recv(4096) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        connection.settimeout(PATIENCE)


def limited(make_site, limits):
    site = make_site()
    site.config.write_text(site.config.read_text().replace("http = {", f"http = {{ {limits}"))
    site.convene("import", ROOT / "conf" / "documents")
    return site.start()


def lost(site, reason):
    text = requests.get(f"{site.url}/metrics", timeout=PATIENCE).text
    return int(re.search(rf'convened_http_connections_lost_total{{reason="{reason}"}} (\d+)', text).group(1))


def assert_is_closed(site, connection, least, most, feed=b""):
    """Sends bytes slowly until the daemon closes the connection. By a Stopwatch, this must happen between `least` and `most` seconds."""
    watch = site.stopwatch()
    while is_open(connection):
        assert watch.seconds() < most
        with contextlib.suppress(OSError):
            connection.sendall(feed)
        time.sleep(0.1)
    assert time.monotonic() - watch.begun > least


def test_an_address_has_a_limit_of_connections(make_site):
    site = limited(make_site, "connections_per_address = 3;")
    held = [dial(site, "127.0.0.2") for _ in range(3)]
    for connection in held:
        connection.sendall(BEGINNING + b"\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
    wait_until(lambda: not is_open(dial(site, "127.0.0.2")))
    assert requests.get(f"{site.url}/all.ics", timeout=PATIENCE).status_code == 200
    held[0].close()

    def is_answered():
        connection = dial(site, "127.0.0.2")
        with contextlib.suppress(OSError):
            connection.sendall(BEGINNING + b"\r\n")
            return connection.recv(100).startswith(b"HTTP/1.1 200")

    wait_until(is_answered)
    assert lost(site, "share") >= 1


def test_a_trusted_proxy_has_no_limit(make_site):
    site = limited(make_site, 'connections_per_address = 3; trusted_proxies = [ "127.0.0.2" ];')
    held = [dial(site, "127.0.0.2") for _ in range(20)]
    for connection in held:
        connection.sendall(BEGINNING + b"\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
    assert lost(site, "share") == 0


@pytest.fixture
def impatient(make_site):
    return limited(make_site, 'request_timeout = "PT1S"; idle_timeout = "PT5S";')


def test_a_slow_header_is_cut(impatient):
    first = dial(impatient)
    first.sendall(BEGINNING)
    assert_is_closed(impatient, first, 0.9, 4, b"X-A: b\r\n")
    assert lost(impatient, "slow") >= 1


def test_a_slow_request_line_is_cut(impatient):
    assert_is_closed(impatient, dial(impatient), 0.9, 4, b"G")


def test_a_slow_body_is_cut(impatient):
    connection = dial(impatient)
    connection.sendall(b"POST /subscribe HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10000\r\n\r\n")
    assert_is_closed(impatient, connection, 0.9, 4, b"a")
    connection = dial(impatient)
    connection.sendall(BEGINNING + b"Content-Length: 10000\r\n\r\n")
    assert_is_closed(impatient, connection, 0.9, 4, b"a")


def test_a_connection_with_a_timely_request_is_kept(impatient):
    connection = http.client.HTTPConnection("127.0.0.1", impatient.port, timeout=PATIENCE)
    connection.connect()
    kept = connection.sock
    for _ in range(3):
        connection.request("GET", "/all.ics")
        assert connection.getresponse().read().startswith(b"BEGIN:VCALENDAR")
        time.sleep(1.5)
        assert connection.sock is kept
    assert_is_closed(impatient, kept, 1, 7)


def import_many(site):
    """Imports events until the feed exceeds the kernel's buffers for a client that does not read."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN"]
    for number in range(4000):
        lines += ["BEGIN:VEVENT", f"UID:{number}@example.org", "DTSTAMP:20260101T000000Z", f"SUMMARY:{'Session ' * 12}{number}", "CATEGORIES:SESSION",
                  f"DTSTART:2026{number % 12 + 1:02}{number % 28 + 1:02}T100000Z", "END:VEVENT"]
    site.convene("import", "-", stdin="\r\n".join([*lines, "END:VCALENDAR", ""]))
    wait_until(lambda: len(requests.get(f"{site.url}/all.ics", timeout=PATIENCE).content) > 1_000_000)


def test_a_slow_reader_gets_the_whole_reply(impatient):
    import_many(impatient)
    connection = dial(impatient)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
    connection.sendall(BEGINNING + b"Connection: close\r\n\r\n")
    got, begun = 0, time.monotonic()
    while piece := connection.recv(65536):
        got += len(piece)
        if time.monotonic() - begun < 3:
            time.sleep(0.2)
    assert time.monotonic() - begun > 3 and got > 1_000_000


def is_served(site, source="127.0.0.1"):
    connection = dial(site, source)
    with contextlib.suppress(OSError), connection:
        connection.sendall(BEGINNING + b"Connection: close\r\n\r\n")
        return connection.recv(100).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("request_text", [BEGINNING + b"\r\n", BEGINNING], ids=["replies", "headers"])
def test_slow_connections_from_eighteen_addresses_are_cut(make_site, request_text):
    """Slow clients hold all connections and connect again when cut. A slow phone and other clients must still be served."""
    site = limited(make_site, "connections = 64; connections_per_address = 4;")
    import_many(site)
    phone = dial(site, "127.0.9.1")
    phone.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
    phone.sendall(BEGINNING + b"Connection: close\r\n\r\n")
    got = len(phone.recv(4096))

    def attack(number):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.bind((f"127.1.{number % 18}.1", 0))
        connection.connect(("127.0.0.1", site.port))
        with contextlib.suppress(OSError):
            connection.sendall(request_text)
        return connection

    held = [attack(number) for number in range(18 * 4)]
    wait_until(lambda: is_served(site))
    served = 0
    for second in range(20):
        held = [connection if is_open(connection) else attack(number) for number, connection in enumerate(held)]
        served += is_served(site, f"127.0.{second}.1")
        got += len(phone.recv(65536))
        time.sleep(0.1)
    assert served >= 18, served
    assert lost(site, "scarce") > 0
    while piece := phone.recv(65536):
        got += len(piece)
    assert got > 1_000_000


# Programs of an attacker in another process; each runs until its standard input ends.
ATTACKERS = {
    "slowloris": """
def begin(number):
    connection = dial(f"127.0.1.{number % 50 + 1}")
    send(connection, b"GET /all.ics HTTP/1.1\\r\\nHost: x\\r\\n")
    return connection
held = [begin(number) for number in range(500)]
def step():
    for number, connection in enumerate(held):
        if not send(connection, b"X"):
            held[number] = begin(number)
    time.sleep(0.05)
""",
    "idle": """
held = [dial(f"127.0.2.{n % 100 + 1}") for n in range(10_000)]
def step():
    time.sleep(0.1)
""",
    "oversize": """
def step():
    for line in (b"GET /" + b"a" * 5000 + b" HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n", b"GET / HTTP/1.1\\r\\nHost: x\\r\\nX: " + b"a" * 20000 + b"\\r\\n\\r\\n",
                 b"POST /subscribe HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 99999999\\r\\n\\r\\n" + b"a" * 20000):
        once(line)
    time.sleep(0.02)
""",
    "malformed": """
def step():
    for line in (b"\\x16\\x03\\x01 rubbish\\r\\n\\r\\n", b"GET /%zz HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n", b"GET / HTTP/9.9\\r\\n\\r\\n",
                 b"POST /subscribe HTTP/1.1\\r\\nHost: x\\r\\nTransfer-Encoding: chunked\\r\\nContent-Length: 5\\r\\n\\r\\nfffffffff\\r\\n", b"\\r\\n" * 200):
        once(line)
    time.sleep(0.02)
""",
}

ATTACK = """
import resource, select, socket, sys, time
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (min(20000, most), most))
port = int(sys.argv[1])
def dial(source):
    connection = socket.socket()
    connection.settimeout(50)
    try:
        connection.bind((source, 0))
        connection.connect(("127.0.0.1", port))
    except OSError:
        pass
    connection.setblocking(False)
    return connection
def send(connection, piece):
    try:
        connection.send(piece)
        return connection.recv(10, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False
def once(piece):
    connection = dial("127.0.3.1")
    send(connection, piece)
    time.sleep(0.001)
    connection.close()
%s
print("ready", flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    step()
"""


# How many connections the daemon must have during the attack. With fewer connections the test would prove nothing.
HELD = {"slowloris": 500, "idle": 3000, "oversize": 0, "malformed": 0}


class Attacker:
    def __init__(self, site, kind):
        self.command = [sys.executable, "-c", ATTACK % ATTACKERS[kind], str(site.port)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=PATIENCE)


def median_latency(site, connection, pause=lambda: time.sleep(0.001)):
    """Returns the median latency of feed requests on one connection. It is measured by a Stopwatch, so the attacker's CPU time does not
    count."""
    took = []
    for _ in range(REQUESTS):
        watch = site.stopwatch()
        connection.request("GET", "/all.ics")
        assert connection.getresponse().read().startswith(b"BEGIN:VCALENDAR")
        took.append(watch.seconds())
        pause()
    return statistics.median(took)


@pytest.mark.parametrize("kind", ATTACKERS)
def test_attacks_hardly_delay_other_clients(make_site, kind):
    """Compares the medians of rounds with and without an attack, in turn. If noise hides the result, up to three times as many rounds are
    run."""
    site = limited(make_site, "connections = 4096;")
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    quiet, attacked = [], []
    median_latency(site, connection)
    while len(quiet) < ROUNDS or len(quiet) < 3 * ROUNDS and statistics.median(attacked) > 2 * statistics.median(quiet):
        quiet.append(median_latency(site, connection))
        with Attacker(site, kind):
            attacked.append(median_latency(site, connection))
            open_now = int(re.search(r"^convened_http_connections (\d+)", requests.get(f"{site.url}/metrics", timeout=PATIENCE).text, re.M).group(1))
            assert open_now > HELD[kind], "the attack is none"
            assert requests.get(f"{site.url}/all.ics", timeout=PATIENCE).status_code == 200
    assert statistics.median(attacked) <= 2 * statistics.median(quiet), (quiet, attacked)
