"""Tests the enhanced GET of feeds (draft-ietf-calext-subscription-upgrade-13, 3), directly and through a cache."""

import os
import re
import socket
import subprocess

import pytest
import requests

import feed_copies
from conftest import PATIENCE, ROOT, Site, end, free_port, wait_until

PREFER = {"Prefer": "subscribe-enhanced-get"}
EVENT = ["--kind", "session", "--summary", "Сессия по развитию кластеров", "--start=2027-04-14T10:00", "--end=2027-04-14T13:00",
         "--location", "Саранск, Технопарк, большой зал", "--uid=a1"]
NGINX = """daemon off; worker_processes 1; pid {top}/pid; error_log {top}/error.log; {user}
events {{ worker_connections 64; }}
http {{ access_log off; client_body_temp_path {top}/1; proxy_temp_path {top}/2; fastcgi_temp_path {top}/3; uwsgi_temp_path {top}/4; scgi_temp_path {top}/5;
{block}
}}
"""


def test_each_copy_equals_its_feed(tmp_path):
    assert "each copy equals its feed" in feed_copies.run(tmp_path, 100)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    site.convene("import", ROOT / "conf" / "documents")
    site.convene("add", *EVENT)
    yield site.start()
    end(site)


def raw(site, *fields):
    """Returns the octets of a reply, head included."""
    with socket.create_connection(("127.0.0.1", site.port), PATIENCE) as connection:
        connection.sendall("\r\n".join(["GET /all.ics HTTP/1.1", "Host: localhost", *fields, "", ""]).encode())
        reply = b""
        while (head := reply.find(b"\r\n\r\n")) < 0 or len(reply) < head + 4 + int(re.search(rb"\r\nContent-Length: (\d+)", reply)[1]):
            reply += connection.recv(65536)
        return reply


def get(url, **headers):
    return requests.get(url, headers={"Accept-Encoding": "identity", **headers}, timeout=PATIENCE)


def enhanced(url, token=None):
    return get(url, **PREFER, **({"Sync-Token": token} if token else {}))


def changed(site, url, token, *words):
    """Changes an event. Returns the delta that tells of it."""
    site.convene("set", "a1", *words)
    return wait_until(lambda: (answer := enhanced(url, token)).status_code == 200 and answer)


def test_a_poll_after_one_change_is_below_1_kb(site):
    token = enhanced(site.url + "/all.ics").headers["Sync-Token"]
    changed(site, site.url + "/all.ics", token, "LOCATION", "Казань")
    for coding in ("identity", "gzip"):
        reply = raw(site, *[f"{name}: {value}" for name, value in PREFER.items()], f"Sync-Token: {token}", f"Accept-Encoding: {coding}")
        assert reply.startswith(b"HTTP/1.1 200 ") and len(reply) < 1000, (len(reply), reply)


def test_the_fields_are_those_of_the_draft(site):
    url = site.url + "/all.ics"
    link = f'<{url}>; rel="subscribe-enhanced-get"'
    # A delta is made from the store, and a feed follows it: the feed has the last change of the test before.
    wait_until(lambda: enhanced(url, get(url).headers["Sync-Token"]).status_code == 304)
    plain, first = get(url), enhanced(url)
    assert plain.headers["Link"] == first.headers["Link"] == requests.head(url, timeout=PATIENCE).headers["Link"] == link
    assert "Preference-Applied" not in plain.headers and first.headers["Preference-Applied"] == "subscribe-enhanced-get"
    token = first.headers["Sync-Token"]
    assert re.fullmatch(r'"data:,[^"]+"', token) and plain.headers["Sync-Token"] == token and plain.content == first.content
    same = enhanced(url, token)
    assert (same.status_code, same.content, same.headers["Sync-Token"], same.headers["Preference-Applied"]) == (304, b"", token, "subscribe-enhanced-get")
    assert get(url, **{"Sync-Token": token}).content == plain.content  # without the preference
    for other in ('"data:,1234567"', "x", '""', token.replace("/", "/1", 1), get(site.url + "/session.ics").headers["Sync-Token"]):
        refused = enhanced(url, other)
        assert (refused.status_code, refused.headers["Preference-Applied"]) == (409, "subscribe-enhanced-get"), other
    for answer in (plain, first, same, refused):
        assert answer.headers["Vary"] == "Accept-Encoding, Prefer, Sync-Token"
        assert ("private" in answer.headers["Cache-Control"]) == (answer is not plain)
    assert enhanced(site.url + "/event/nothing.ics").status_code == 404


def test_a_token_holds_over_a_restart(site):
    url = site.url + "/session.ics"
    token = enhanced(url).headers["Sync-Token"]
    end(site)
    site.start()
    assert enhanced(url, token).status_code == 304
    assert "LOCATION:Пермь" in changed(site, url, token, "LOCATION", "Пермь").text


def block():
    """Returns the nginx configuration of the manual's section on caches."""
    page = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=120", ROOT / "daemon/man/convened.8"], capture_output=True, text=True, check=True).stdout
    section = re.search(r"\n   How far one machine goes\n(.*?)\n(?:   )?\S", re.sub(".\b", "", page), re.S)[1]
    return "\n".join(line[11:] for line in section.splitlines() if line.startswith(" " * 11))


@pytest.fixture
def cache(site, tmp_path):
    port = free_port()
    text = block()
    for old, new in (("/var/cache/nginx/convened", str(tmp_path / "cache")), ("127.0.0.1:8080", f"127.0.0.1:{site.port}"), ("listen 80", f"listen 127.0.0.1:{port}")):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (tmp_path / "nginx.conf").write_text(NGINX.format(top=tmp_path, block=text, user="user root;" if os.getuid() == 0 else ""))
    process = subprocess.Popen(["/usr/sbin/nginx", "-e", tmp_path / "error.log", "-c", tmp_path / "nginx.conf"])
    try:
        wait_until(lambda: process.poll() is not None or not socket.socket().connect_ex(("127.0.0.1", port)))
        assert process.poll() is None
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def test_a_cache_mixes_no_deltas_with_feeds(site, cache):
    direct, url = site.url + "/session.ics", cache + "/session.ics"
    kept = get(url)
    assert kept.headers["X-Cache"] == "MISS" and get(url).headers["X-Cache"] == "HIT"
    token = enhanced(url).headers["Sync-Token"]
    delta = changed(site, url, token, "LOCATION", "Уфа")
    assert delta.headers["X-Cache"] == "MISS" and "Preference-Applied" in delta.headers and delta.text.count("BEGIN:VEVENT") == 1
    newer = delta.headers["Sync-Token"]
    assert enhanced(url, newer).status_code == 304 and enhanced(url, newer).headers["Sync-Token"] == newer
    again = get(url)  # the kept feed, for as long as it is fresh
    assert again.headers["X-Cache"] == "HIT" and again.content == kept.content and "Preference-Applied" not in again.headers
    assert enhanced(url, again.headers["Sync-Token"]).text.count("BEGIN:VEVENT") == 1
    wait_until(lambda: "LOCATION:Уфа" in get(direct).text)
    assert enhanced(url).content == get(direct).content  # it is passed on
