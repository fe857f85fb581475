"""Tests the daemon's HTTP replies: the feeds' headers and conditions, errors, opt-out pages, and malformed requests."""

import datetime
import email.utils
import gzip
import re
import socket
import sqlite3
import threading
import time
import urllib.parse
import zoneinfo

import icalendar
import pytest
import requests

from conftest import PATIENCE, wait_until, wait_within

FEEDS = ["/all.ics", "/session.ics", "/exhibition.ics", "/site-visit.ics", "/calendar/events.ics"]


def get(daemon, path, method="GET", **headers):
    # The requests library adds headers; None removes one.
    headers = {"Accept-Encoding": None, "Accept": None, **{k.replace("_", "-"): v for k, v in headers.items()}}
    return requests.request(method, daemon.url + path, headers=headers, timeout=PATIENCE, allow_redirects=False)


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_has_what_clients_need(daemon, path):
    answer = get(daemon, path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    plain, title = answer.headers["Content-Disposition"].split("; filename*=UTF-8''")
    assert plain == f'inline; filename="{path.rpartition("/")[2]}"'
    assert urllib.parse.unquote(title) == icalendar.Calendar.from_ical(answer.content)["X-WR-CALNAME"] + ".ics"
    assert answer.headers["Vary"] == "Accept-Encoding, Prefer, Sync-Token"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"].startswith("public, max-age=")
    assert answer.headers["ETag"].startswith('"')
    assert email.utils.parsedate_to_datetime(answer.headers["Last-Modified"])
    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert answer.content.count(b"BEGIN:VEVENT\r\n") >= 1


def test_conditions(daemon):
    plain = get(daemon, "/all.ics")
    packed = get(daemon, "/all.ics", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.content == plain.content and packed.headers["ETag"] != plain.headers["ETag"]
    for answer, coding in ((plain, None), (packed, "gzip")):
        tag = answer.headers["ETag"]
        for value in (tag, f'"x", W/{tag}', "*"):
            same = get(daemon, "/all.ics", If_None_Match=value, Accept_Encoding=coding)
            assert same.status_code == 304 and same.content == b""
            for name in ("ETag", "Cache-Control", "Vary", "Last-Modified"):
                assert same.headers[name] == answer.headers[name]
        since = get(daemon, "/all.ics", If_Modified_Since=answer.headers["Last-Modified"], Accept_Encoding=coding)
        assert since.status_code == 304
    other = get(daemon, "/all.ics", If_None_Match='"x"', If_Modified_Since=plain.headers["Last-Modified"])
    assert other.status_code == 200
    assert get(daemon, "/all.ics", If_Modified_Since="Fri, 31 Dec 9999 23:59:59 GMT").status_code == 200


def test_head_has_the_same_header(daemon):
    whole, head = get(daemon, "/all.ics"), get(daemon, "/all.ics", "HEAD")
    assert head.content == b"" and head.status_code == 200
    assert {k: v for k, v in head.headers.items() if k != "Date"} == {k: v for k, v in whole.headers.items() if k != "Date"}


def test_same_bytes_after_a_restart(daemon):
    before = {path: get(daemon, path) for path in FEEDS}
    daemon.stop()
    daemon.start()
    for path, answer in before.items():
        again = get(daemon, path)
        assert again.content == answer.content
        assert again.headers["ETag"] == answer.headers["ETag"]
        assert again.headers["Last-Modified"] == answer.headers["Last-Modified"]


def test_a_change_is_served_within_a_second(daemon):
    before = get(daemon, "/all.ics")
    daemon.convene("add", "--kind=session", "--summary=Added while it runs", "--start=2026-12-01T10:00")
    after = wait_within(2, daemon, lambda: (a := get(daemon, "/all.ics")).headers["ETag"] != before.headers["ETag"] and a)
    assert b"SUMMARY:Added while it runs" in after.content
    assert get(daemon, "/exhibition.ics").status_code == 200


@pytest.mark.parametrize("path, method, headers, status", [
    ("/none.ics", "GET", {}, 404),
    ("/all.ics/", "GET", {}, 404),
    ("//all.ics", "GET", {}, 404),
    ("/event/nothing@example.org.ics", "GET", {}, 404),
    ("/calendar/nothing.ics", "GET", {}, 404),
    ("/private/0123456789abcdef0123456789abcdef.ics", "GET", {}, 404),
    ("/mail/0123456789abcdef0123456789abcdef", "GET", {}, 404),
    ("/all.ics%00", "GET", {}, 400),
    ("/all.ics", "DELETE", {}, 405),
    ("/all.ics", "POST", {}, 405),
    ("/all.ics", "GET", {"Accept": "text/calendar;q=0"}, 406),
    ("/all.ics", "GET", {"Accept": "image/png"}, 200),
    ("/all.ics?nocache=1", "GET", {}, 200),
    ("/" + "a" * 3000, "GET", {}, 414),
    ("/all.ics", "GET", {"X-Long": "a" * 9000}, 431),
    ("/all.ics", "GET", {"X-Long": "a" * 60000}, 431),
])
def test_statuses(daemon, path, method, headers, status):
    answer = requests.Session().send(
        requests.Request(method, daemon.url + path, headers=headers).prepare() if "//" not in path
        else prepared(daemon.url, path, method, headers), timeout=PATIENCE, allow_redirects=False)
    assert answer.status_code == status
    if status >= 400:
        assert answer.content
        if "X-Long" not in headers:
            assert answer.headers["Cache-Control"].endswith("no-store")
    if status == 405:
        assert "GET" in answer.headers["Allow"]


def prepared(url, path, method, headers):
    request = requests.Request(method, url, headers=headers).prepare()
    request.url = url + path
    return request


def test_errors_are_in_the_readers_language(daemon):
    assert "Not found" in get(daemon, "/x", Accept_Language="en").text
    assert "Такой страницы нет" in get(daemon, "/x", Accept_Language="ru-RU,ru;q=0.9").content.decode()


def test_front_page_and_robots(daemon):
    page = get(daemon, "/subscribe", Accept_Language="ru")
    text = page.content.decode()
    assert page.status_code == 200 and 'lang="ru"' in text
    for path in FEEDS[:4]:
        assert f"webcal://127.0.0.1:{daemon.port}{path}" in text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "script" not in text
    assert "Allow: /" in get(daemon, "/robots.txt").text
    style = get(daemon, re.search(r'href="(/style-[0-9a-f]+[.]css)"', page.text)[1])
    assert style.headers["Content-Type"].startswith("text/css") and "immutable" in style.headers["Cache-Control"]
    assert get(daemon, "/style-0000.css").headers["Location"].startswith("/style-")


def raw(daemon, data, seconds=5):
    with socket.create_connection(("127.0.0.1", daemon.port), timeout=seconds) as connection:
        connection.sendall(data)
        answer = b""
        try:
            while piece := connection.recv(65536):
                answer += piece
        except (ConnectionResetError, socket.timeout):
            pass
        return answer


@pytest.mark.parametrize("data", [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64 + b"\r\n\r\n",
    b"GET /all.ics HTTP/9.9\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"GET\t/all.ics\r\n\r\n",
    b"POST /mail/x HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"POST /mail/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nzz\r\n",
], ids=["tls", "version", "dots", "tab", "length", "chunk"])
def test_the_daemon_survives_hostile_requests(daemon, data):
    assert b"root:" not in raw(daemon, data, seconds=1)
    assert get(daemon, "/all.ics").status_code == 200


@pytest.mark.parametrize("request_line, headers, status", [
    ("GET /all.ics", "Host: a", 200),
    ("GET http://calendar.example.org/all.ics", "Host: a", 200),
    ("GET https://calendar.example.org:8443/all.ics?x=1", "Host: a", 200),
    ("GET ftp://calendar.example.org/all.ics", "Host: a", 400),
    ("GET /all.ics", "X-Host: a", 400),
    ("GET /all.ics", "Host: a\r\nHost: a", 400),
    ("GET /all.ics", "Host: a b", 400),
    ("GET /all.ics", "Host: a\r\nIf-Match: W/\"x\"", 412),
    ("OPTIONS *", "Host: a", 204),
    ("PROPFIND /all.ics", "Host: a\r\nDepth: 0", 405),
    ("MKCALENDAR /all.ics", "Host: a", 405),
    ("BREW /all.ics", "Host: a", 501),
    ("POST /subscribe/mail", "Host: a\r\nContent-Length: 16385", 413),
    ("POST /subscribe/mail", "Host: a\r\nExpect: 100-continue\r\nContent-Length: 1000000", 413),
    ("POST /subscribe/mail", "Host: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked", 400),
    ("POST /subscribe/mail", "Host: a\r\nContent-Length: 3\r\nContent-Length: 4", 400),
    ("POST /subscribe/mail", "Host: a\r\nTransfer-Encoding: gzip, chunked", 501),
])
def test_rules_of_the_protocol(daemon, request_line, headers, status):
    answer = raw(daemon, f"{request_line} HTTP/1.1\r\n{headers}\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(f"HTTP/1.1 {status} ".encode()) and answer.count(b"HTTP/1.1 ") == 1
    if status == 405:
        assert b"\r\nAllow: GET, HEAD, OPTIONS\r\n" in answer


def test_idle_connections_do_not_exclude_others(daemon):
    connections = [socket.create_connection(("127.0.0.1", daemon.port)) for _ in range(200)]
    for connection in connections:
        connection.sendall(b"GET /all.ics HT")
    try:
        assert get(daemon, "/all.ics").status_code == 200
    finally:
        for connection in connections:
            connection.close()


def test_responses_are_complete_while_the_store_changes(daemon):
    """Every response is one complete version of the feed, also during changes."""
    stop, faults = threading.Event(), []

    def read():
        session = requests.Session()
        while not stop.is_set():
            answer = session.get(daemon.url + "/all.ics", headers={"Accept-Encoding": "gzip"}, stream=True, timeout=PATIENCE)
            text = gzip.decompress(answer.raw.read())
            if not (text.startswith(b"BEGIN:VCALENDAR\r\n") and text.endswith(b"END:VCALENDAR\r\n")):
                faults.append(text[-200:])

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(5):
        daemon.convene("add", "--kind=session", f"--summary=Change {number}", "--start=2026-12-01T10:00")
        time.sleep(0.2)
    stop.set()
    for reader in readers:
        reader.join()
    assert not faults


@pytest.fixture
def reminded(daemon):
    """Lets the engine put a mail for a listed contact into the ledger; returns the token of its opt-out link."""
    card = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:visitor\r\nFN:Visitor\r\nLANG:en\r\nEMAIL:visitor@example.org\r\nEND:VCARD\r\n"
    daemon.convene("import", "-", stdin=card)
    now = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Moscow"))
    start = now.replace(second=0, microsecond=0) + datetime.timedelta(hours=2)
    daemon.convene("add", "--kind=session", "--summary=Tomorrow <b>&", f"--start={start:%Y-%m-%dT%H:%M}")
    lead = int((start - now).total_seconds()) - 2  # mails due before the daemon's first start are not sent
    daemon.convene("subscribe", "visitor@example.org", "--all", f"--lead=-PT{lead}S")
    database = sqlite3.connect(daemon.database)

    def token():
        row = database.execute("SELECT token FROM mail WHERE token <> '' ORDER BY id DESC LIMIT 1").fetchone()
        return row and row[0]

    yield wait_until(token)
    database.close()


def post(daemon, token, **form):
    return requests.post(f"{daemon.url}/mail/{token}", data={k.replace("_", "-"): v for k, v in form.items()}, timeout=PATIENCE)


def stopped(daemon):
    with sqlite3.connect(daemon.database) as database:
        return database.execute("SELECT count(*) FROM stopped").fetchone()[0]


def test_opt_out_by_post_and_not_by_get(daemon, reminded):
    for _ in range(2):
        page = get(daemon, f"/mail/{reminded}")
        assert page.status_code == 200 and "Tomorrow &#60;b&#62;&#38;" in page.text and 'lang="en"' in page.text
        assert page.headers["Cache-Control"] == "private, no-store" and "noindex" in page.text
    assert stopped(daemon) == 0
    assert post(daemon, reminded, scope="nonsense").status_code == 400
    assert stopped(daemon) == 0
    assert post(daemon, reminded, List_Unsubscribe="One-Click").status_code == 200
    assert stopped(daemon) == 1
    assert "switched off" in get(daemon, f"/mail/{reminded}").text
    assert post(daemon, reminded, scope="restore").status_code == 200
    assert stopped(daemon) == 0
    assert post(daemon, reminded, scope="event").status_code == 200
    assert stopped(daemon) == 0
    assert post(daemon, "0" * 32, scope="all").status_code == 404


def test_private_feed(daemon):
    card = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:guest\r\nFN:Guest\r\nEMAIL:guest@example.org\r\nEND:VCARD\r\n"
    daemon.convene("import", "-", stdin=card)
    daemon.convene("subscribe", "guest@example.org", "--all")
    url = daemon.convene("feed", "guest@example.org").stdout.strip()
    answer = requests.get(url, timeout=PATIENCE)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers
    daemon.convene("feed", "guest@example.org", "--revoke")
    wait_within(3, daemon, lambda: requests.get(url, timeout=PATIENCE).status_code == 404)
