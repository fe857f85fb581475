"""A PostgreSQL server that is slow, hangs, or refuses more connections: feeds are served from memory all the time, health says that the store
is away, and everything goes on by itself afterwards."""

import contextlib
import datetime
import socket
import statistics
import threading
import time

import pytest
import requests

import postgresql
from conftest import ROOT, free_port, server_url, wait_until


class Proxy:
    """Passes bytes between programs and the socket of a server: each request `delay` seconds later, or none while it `holds`."""

    def __init__(self, path):
        self.path, self.delay, self.flows, self.pairs = str(path), 0, threading.Event(), []
        self.flows.set()
        self.listener = socket.create_server(("127.0.0.1", free_port()))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                near = self.listener.accept()[0]
                far = socket.socket(socket.AF_UNIX)
                far.connect(self.path)
                self.pairs += [near, far]
                threading.Thread(target=self.copy, args=(near, far, True), daemon=True).start()
                threading.Thread(target=self.copy, args=(far, near, False), daemon=True).start()

    def copy(self, source, target, is_request):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.flows.wait()
                time.sleep(self.delay if is_request else 0)
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.flows.set()
        for one in (self.listener, *self.pairs):
            one.close()


@pytest.fixture
def behind(make_site):
    """A site with the documents' events, whose store is behind a proxy, and the proxy."""
    near, _, directory = postgresql.make_database(server_url()).partition("?host=")
    proxy = Proxy(f"{directory}/.s.PGSQL.5432")
    site = make_site(store=f"postgresql://postgres@127.0.0.1:{proxy.port}/{near.rpartition('/')[2]}?sslmode=disable")
    site.convene("import", ROOT / "conf" / "documents")
    site.start()
    yield site, proxy
    proxy.close()


def soon():
    return (datetime.date.today() + datetime.timedelta(days=30)).isoformat()


def feed_seconds(site, n):
    """Asks for a feed some times. Returns the seconds of each answer."""
    found = []
    for _ in range(n):
        begun = time.monotonic()
        assert requests.get(f"{site.url}/all.ics", timeout=60).status_code == 200
        found.append(time.monotonic() - begun)
        time.sleep(0.02)
    return found


def test_a_slow_server_does_not_slow_feeds(behind):
    site, proxy = behind
    feed_seconds(site, 1)
    proxy.delay = 0.2
    seconds = feed_seconds(site, 30)
    print(f"feeds with 200 ms a statement: median {1000 * statistics.median(seconds):.0f} ms, longest {1000 * max(seconds):.0f} ms")
    assert statistics.median(seconds) < 0.2
    site.convene("add", "--summary=Seen", f"--start={soon()}")
    wait_until(lambda: "Seen" in requests.get(f"{site.url}/all.ics", timeout=60).text)


def test_a_server_that_hangs_is_away(behind):
    """The connections stay open, but nothing is answered."""
    site, proxy = behind
    feed_seconds(site, 1)
    proxy.flows.clear()
    seconds = feed_seconds(site, 30)
    print(f"feeds with a server that hangs: median {1000 * statistics.median(seconds):.0f} ms, longest {1000 * max(seconds):.0f} ms")
    assert statistics.median(seconds) < 0.2
    health = requests.get(f"{site.url}/health", timeout=60)
    assert health.status_code == 503 and health.json()["store"] is False, health.text
    # The daemon's loop goes on after its limit.
    wait_until(lambda: "cannot be looked at" in site.log_text())
    proxy.flows.set()
    site.convene("add", "--summary=Seen", f"--start={soon()}")
    wait_until(lambda: "Seen" in requests.get(f"{site.url}/all.ics", timeout=60).text)
    wait_until(lambda: requests.get(f"{site.url}/health", timeout=60).status_code == 200)


def test_too_many_connections(behind):
    """The server refuses the connections of a role; the command says so, and works afterwards."""
    site, _ = behind
    database = site.store.partition("?")[0].rpartition("/")[2]
    text = site.config.read_text(encoding="utf-8")
    postgresql.psql(server_url(), f"CREATE ROLE {database} LOGIN SUPERUSER CONNECTION LIMIT 0")
    postgresql.psql(server_url(), f"ALTER ROLE {database} NOSUPERUSER; GRANT pg_read_all_data TO {database}")
    site.config.write_text(text.replace("postgres@", f"{database}@"), encoding="utf-8")
    refused = site.convene("list", check=False)
    assert refused.returncode == 1 and "too many connections" in refused.stderr, refused
    postgresql.psql(server_url(), f"ALTER ROLE {database} CONNECTION LIMIT -1")
    assert site.convene("list").stdout
