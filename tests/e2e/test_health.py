"""Tests /health and /metrics: their content, for an administrator and for Prometheus, and the addresses that may read them."""

import ctypes
import fcntl
import os
import signal
import socket
import sqlite3
import time

import pytest
import requests
from conftest import PATIENCE, ROOT, wait_until
from prometheus_client.parser import text_string_to_metric_families
from smtp_server import Server


def metrics(site):
    answer = requests.get(f"{site.url}/metrics", timeout=PATIENCE)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return {(sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(answer.text) for sample in family.samples}


def health(site, **headers):
    answer = requests.get(f"{site.url}/health", headers=headers, timeout=PATIENCE)
    return answer.status_code, answer.json() if answer.headers["Content-Type"] == "application/json" else None


READ_LOCKS = 123, 5  # offset and number of the bytes of the -shm file whose locks the readers of a write-ahead log share


def lock(marks):
    try:
        fcntl.lockf(marks, fcntl.LOCK_EX | fcntl.LOCK_NB, READ_LOCKS[1], READ_LOCKS[0])
    except BlockingIOError:
        return False
    return True


def test_health_reports_success(daemon):
    status, parts = health(daemon)
    assert status == 200
    assert parts == {"loop": True, "http": True, "mail": True, "reminders": True, "store": True, "check": True, "movement": True, "current": True, "relay": True,
                     "well": True}


def test_metrics_count_events(daemon):
    before = metrics(daemon)
    etag = requests.get(f"{daemon.url}/all.ics", timeout=PATIENCE).headers["ETag"]
    requests.get(f"{daemon.url}/session.ics", timeout=PATIENCE)
    requests.get(f"{daemon.url}/all.ics", headers={"If-None-Match": etag.replace('-gzip"', '"'), "Accept-Encoding": "identity"}, timeout=PATIENCE)
    requests.get(f"{daemon.url}/nothing.ics", timeout=PATIENCE)
    after = metrics(daemon)
    assert after[("convened_events",)] == 12
    assert after[("convened_feeds_served_total",)] == before[("convened_feeds_served_total",)] + 2
    assert after[("convened_feeds_not_modified_total",)] == 1
    assert after[("convened_http_requests_total", "404")] == 1
    assert after[("convened_http_requests_total", "304")] == 1
    assert after[("convened_mails", "pending")] == 0
    assert after[("convened_store_bytes",)] > 4096


EVE = "2021-06-23T17:59:52+03:00"
EVE_SECONDS = 1624460392
CARD = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:guest\r\nFN:Guest\r\nEMAIL:guest@example.org\r\nLANG:en\r\nEND:VCARD\r\n"


def test_metrics_have_the_times_of_mails(make_site):
    """Times of the next due mail, the longest waiting mail and the last sent mail; a time without a mail is absent."""
    with Server({"rcpt": b"450 4.2.1 later\r\n"}) as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        site.convene("import", ROOT / "conf" / "documents")
        site.convene("import", "-", stdin=CARD)
        site.convene("subscribe", "guest@example.org", "--event", "saransk-clusters@documents.convened.example", "--lead=-P1D@18:00")
        site.start(f"--rehearse={EVE}")
        early = metrics(site)
        assert early[("convened_build_info", "0.1")] == 1
        assert ("convened_mail_last_success_timestamp_seconds",) not in early
        due = wait_until(lambda: metrics(site).get(("convened_reminders_next_timestamp_seconds",)))
        assert due == EVE_SECONDS + 8
        wait_until(lambda: metrics(site)[("convened_mails", "pending")] == 1)
        wait_until(lambda: "450 4.2.1" in site.convene("outbox", "--json").stdout)
        assert metrics(site)[("convened_mail_oldest_due_timestamp_seconds",)] == due
        site.stop()
    with Server() as server:
        site.write_config(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        begun = time.monotonic()
        site.start("--rehearse=2021-06-23T18:05:00+03:00")
        wait_until(lambda: metrics(site)[("convened_mails", "sent")] == 1)
        after = metrics(site)
        sent = after[("convened_mail_last_success_timestamp_seconds",)]
        assert EVE_SECONDS + 308 <= sent <= EVE_SECONDS + 309 + time.monotonic() - begun
        assert ("convened_mail_oldest_due_timestamp_seconds",) not in after


def test_health_reports_a_failed_check(daemon):
    with sqlite3.connect(daemon.database) as database:
        name, = database.execute("SELECT name FROM object WHERE uid = (SELECT min(uid) FROM object)").fetchone()
        database.execute("UPDATE object SET name = 'wrong' WHERE uid = (SELECT min(uid) FROM object)")
    assert daemon.convene("check", check=False).returncode == 1
    status, parts = health(daemon)
    assert (status, parts["check"], parts["loop"]) == (503, False, True)
    assert metrics(daemon)[("convened_check_faults",)] >= 1
    with sqlite3.connect(daemon.database) as database:
        database.execute("UPDATE object SET name = ? WHERE name = 'wrong'", (name,))
    assert daemon.convene("check").returncode == 0
    wait_until(lambda: health(daemon)[0] == 200)
    assert metrics(daemon)[("convened_check_faults",)] == 0


def test_feeds_are_answered_while_health_waits_for_the_store(daemon):
    """One thread reads all requests. A lock on the marks of the log's readers keeps each reader waiting."""
    assert requests.get(f"{daemon.url}/all.ics", timeout=PATIENCE).status_code == 200
    with open(f"{daemon.database}-shm", "r+b") as marks, socket.create_connection(("127.0.0.1", daemon.port), timeout=PATIENCE) as asker:
        wait_until(lambda: lock(marks))
        asker.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert requests.get(f"{daemon.url}/all.ics", timeout=PATIENCE).status_code == 200
        asker.setblocking(False)
        with pytest.raises(BlockingIOError):
            asker.recv(1)
        fcntl.lockf(marks, fcntl.LOCK_UN, READ_LOCKS[1], READ_LOCKS[0])
        asker.settimeout(PATIENCE)
        assert asker.recv(12) == b"HTTP/1.1 200"


def test_health_reports_an_event_without_a_due_row(daemon):
    uid = daemon.convene("add", "--summary=Forum", "--start=2060-01-01T10:00").stdout.strip()
    with sqlite3.connect(daemon.database) as database:
        database.execute("DELETE FROM alarm WHERE object = (SELECT id FROM object WHERE uid = ?)", [uid])
    status, parts = health(daemon)
    assert (status, parts["movement"], parts["well"]) == (503, False, False)
    check = daemon.convene("check", check=False)
    assert check.returncode == 1 and "1 event to come will remind nobody" in check.stderr
    daemon.convene("set", uid, "summary", "Forum of clusters")
    assert daemon.convene("check").returncode == 0
    assert health(daemon)[1]["movement"] is True


def test_health_reports_an_unreachable_mail_server(make_site):
    with Server({"rcpt": b"450 4.2.1 later\r\n"}) as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        site.convene("import", "-", stdin=CARD)
        with sqlite3.connect(site.database) as database:
            database.execute("INSERT INTO meta (name, value) VALUES ('first_start', '1')")
        site.start()
        start = time.strftime("%Y-%m-%dT%H:%M", time.localtime(time.time() + 86400))
        uid = site.convene("add", "--summary=Forum", f"--start={start}").stdout.strip()
        site.convene("subscribe", "guest@example.org", "--event", uid, "--lead=-P2D")
        wait_until(lambda: "450 4.2.1" in site.convene("outbox", "--json").stdout)
        assert health(site)[1]["movement"] is True
        site.stop()
        with sqlite3.connect(site.database) as database:
            database.execute("UPDATE mail SET due = due - 3 * 3600000000, created = created - 3 * 3600000000")
        site.start()
        assert health(site)[1]["movement"] is False
        assert "should have gone more than two hours ago" in site.convene("status").stdout
        assert "should have gone more than two hours ago" in site.convene("check", check=False).stderr
        site.stop()
    with Server() as server:
        site.write_config(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        with sqlite3.connect(site.database) as database:
            database.execute("UPDATE mail SET next_attempt = 1")
        site.start()
        wait_until(lambda: server.messages)
        wait_until(lambda: health(site)[1]["movement"])
        assert site.convene("check").returncode == 0


@pytest.mark.parametrize("forwarded", ["192.0.2.1", "127.0.0.1", "127.0.0.1, 192.0.2.1", "unknown"])
def test_an_untrusted_proxy_may_not_read_the_status(daemon, forwarded):
    assert health(daemon, **{"X-Forwarded-For": forwarded})[0] == 403
    assert requests.get(f"{daemon.url}/metrics", headers={"X-Forwarded-For": forwarded}, timeout=PATIENCE).status_code == 403


@pytest.mark.parametrize("forwarded, status", [
    ("192.0.2.1", 403), ("198.51.100.7", 200), ("192.0.2.1, 198.51.100.7", 200), ("198.51.100.7, 192.0.2.1", 403),
    ("198.51.100.7, 127.0.0.1", 200), ("spoofed, 198.51.100.7", 200), ("", 200),
    ("unknown", 403), ("198.51.100.7:4711", 403), ("198.51.100.7, _hidden", 403), ("198.51.100.7, unknown, 127.0.0.1", 403)])
def test_the_last_forwarded_address_of_a_trusted_proxy_counts(make_site, forwarded, status):
    site = make_site()
    site.config.write_text(site.config.read_text().replace(
        "http = {", 'http = { trusted_proxies = [ "127.0.0.1" ]; status_from = [ "127.0.0.1", "198.51.100.0/24" ];'))
    site.start()
    assert health(site, **{"X-Forwarded-For": forwarded})[0] == status


def http_over_unix(path, target, headers=""):
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(5)
        peer.connect(str(path))
        peer.sendall(f"GET {target} HTTP/1.0\r\nHost: x\r\n{headers}\r\n".encode())
        answer = b""
        while chunk := peer.recv(65536):
            answer += chunk
    return int(answer.split()[1])


def test_a_unix_socket_is_replaced_after_a_kill(make_site):
    site = make_site()
    path = site.directory / "http.sock"
    site.config.write_text(site.config.read_text().replace("listen = [ ", f'listen = [ "unix:{path}", '))
    for how in (signal.SIGKILL, signal.SIGTERM):
        site.start()
        assert http_over_unix(path, "/all.ics") == 200
        assert http_over_unix(path, "/health") == 200
        assert http_over_unix(path, "/health", "X-Forwarded-For: 192.0.2.1\r\n") == 403
        assert path.stat().st_mode & 0o777 == 0o660
        site.stop(how)


def waits_for_events(pid):
    """Returns whether the thread is in epoll_wait(2), where it holds no lock."""
    with open(f"/proc/{pid}/stack", encoding="ascii") as stack:
        return "epoll_wait" in stack.read()


def test_health_reports_a_hanging_main_loop(make_site):
    """A main loop that hangs is reported while the other threads run. A tracer stops only the main thread; a signal
    cannot do this."""
    site = make_site().start()
    libc = ctypes.CDLL(None, use_errno=True)
    ptrace_seize, ptrace_interrupt, ptrace_detach = 0x4206, 0x4207, 17
    pid = site.process.pid
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    assert libc.ptrace(ptrace_seize, pid, None, None) == 0, os.strerror(ctypes.get_errno())
    # Wait until the main thread waits for events and holds no lock.
    wait_until(lambda: waits_for_events(pid))
    try:
        assert libc.ptrace(ptrace_interrupt, pid, None, None) == 0
        os.waitpid(pid, 0x40000000)
        assert health(site)[0] == 200
        wait_until(lambda: health(site)[0] == 503, step=1)
        assert health(site)[1]["loop"] is False
    finally:
        libc.ptrace(ptrace_detach, pid, None, None)
    wait_until(lambda: health(site)[0] == 200)
