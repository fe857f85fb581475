"""Restarts and reloads under load: with the socket unit no request fails, on a new, a kept or a local connection."""

import re
import socket
import subprocess
import threading
import time

import pytest

from conftest import PATIENCE, ROOT, STATE, URL, systemctl, wait_until
from stopwatch import Stopwatch

REQUESTS = 10_000
TIMES = 10
UNTIL_REFUSED = 0
LOCAL = "/run/convened-web/http.sock"


def dial(local):
    if local:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(PATIENCE)
        connection.connect(LOCAL)
        return connection
    return socket.create_connection(("127.0.0.1", 8080), timeout=PATIENCE)


def answer_of(connection):
    """Returns (header, body) of exactly one response."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            raise ConnectionError(f"closed after {received[:100]!r}")
        received += piece
    header, body = received.split(b"\r\n\r\n", 1)
    length = int(re.search(rb"\r\nContent-Length: (\d+)", header).group(1))
    while len(body) < length:
        piece = connection.recv(65536)
        if not piece:
            raise ConnectionError(f"closed {length - len(body)} bytes too early")
        body += piece
    return header, body


class Client(threading.Thread):
    """Sends requests in a loop, each for a different path: every response but a complete 200 is a failure."""

    def __init__(self, count, over, keep, local):
        super().__init__(daemon=True)
        self.count, self.over, self.keep, self.local = count, over, keep, local
        self.done, self.failures, self.longest = 0, [], 0.0

    def run(self):
        connection = None
        while self.done < self.count or not self.over.is_set():
            begun = time.monotonic()
            try:
                connection = connection or dial(self.local)
                connection.sendall(b"GET /session.ics HTTP/1.1\r\nHost: a\r\n" + (b"\r\n" if self.keep else b"Connection: close\r\n\r\n"))
                header, body = answer_of(connection)
                if not header.startswith(b"HTTP/1.1 200 ") or not body.startswith(b"BEGIN:VCALENDAR"):
                    raise ConnectionError(header[:100])
                if not self.keep or b"\r\nConnection: close" in header:
                    connection.close()
                    connection = None
            except (OSError, AttributeError) as error:
                self.failures.append(f"{'kept' if self.keep else 'fresh'} {'local' if self.local else 'tcp'} {error!r}")
                connection = None
                if self.count == UNTIL_REFUSED:
                    return
            self.done += 1
            self.longest = max(self.longest, time.monotonic() - begun)


@pytest.fixture
def loaded(service):
    systemctl("enable", "--now", "convened.socket", "convened.service")
    service.convene("import", ROOT / "conf/documents")
    wait_until(lambda: "BEGIN:VEVENT" in service.fetch("/session.ics").text)
    return service


def restart_and_reload(service):
    """Restarts and reloads the service; returns its process ids in order."""
    pids = [service.pid]
    for _ in range(TIMES):
        systemctl("reload", "convened.service")
        systemctl("restart", "convened.service")
        pids.append(service.pid)
        wait_until(lambda: service.fetch("/session.ics").status_code == 200)
    assert len(set(pids)) == TIMES + 1
    return pids


def test_no_request_of_ten_thousand_fails(loaded):
    over = threading.Event()
    clients = [Client(REQUESTS // 8, over, keep=number % 2 == 0, local=number % 4 > 1) for number in range(8)]
    for client in clients:
        client.start()
    restart_and_reload(loaded)
    over.set()
    for client in clients:
        client.join(400)
    assert [failure for client in clients for failure in client.failures] == []
    assert sum(client.done for client in clients) >= REQUESTS
    print(f"{sum(client.done for client in clients)} requests, the longest {max(client.longest for client in clients):.2f} s")


def test_no_request_of_wrk_fails(loaded):
    load = subprocess.Popen(["wrk", "-t", "1", "-c", "16", "-d", "600", "--timeout", "50s", URL + "/session.ics"],
                            stdout=subprocess.PIPE, text=True)
    restart_and_reload(loaded)
    load.send_signal(2)
    report = load.communicate(timeout=60)[0]
    assert int(re.search(r"(\d+) requests in", report).group(1)) >= REQUESTS, report
    assert "Socket errors" not in report and "Non-2xx" not in report, report


def test_stopping_under_load_ends_cleanly_and_in_time(loaded):
    """Without the socket unit: open requests are answered, later ones are refused, and the ledger is closed."""
    systemctl("disable", "--now", "convened.socket")
    systemctl("restart", "convened.service")
    over = threading.Event()
    clients = [Client(UNTIL_REFUSED, over, keep=number % 2 == 0, local=False) for number in range(6)]
    for client in clients:
        client.start()
    wait_until(lambda: all(client.done > 100 for client in clients))
    watch = Stopwatch(loaded.pid)
    stop = subprocess.Popen(["systemctl", "stop", "convened.service"])
    took = wait_until(lambda: (seconds := watch.seconds()) and stop.poll() is not None and seconds, step=0.01)
    for client in clients:
        client.join(60)
    assert took < 2.5 and loaded.Result == "success" and loaded.ExecMainStatus == "0"
    assert {failure.split()[2] for client in clients for failure in client.failures} <= {
        "ConnectionRefusedError(111,", "ConnectionResetError(104,"}
    assert loaded.convene("check").returncode == 0
    assert not list(STATE.glob("convened.db-wal"))
