"""Tests the daemon behind nginx and Caddy with the manual's configurations, over a unix socket and over TCP."""

import itertools
import os
import re
import socket
import sqlite3
import subprocess
import urllib.parse

import pytest
import urllib3

from conftest import PATIENCE, ROOT, Site, end, free_port, wait_until
from smtp_server import make_certificate

PATHS = ["/", "/month", "/all.ics", "/session.ics", "/events.json", "/events.atom", "/subscribe", "/event/saransk-clusters@documents.convened.example",
         "/event/saransk-clusters@documents.convened.example.ics", "/robots.txt", "/subscribe/mail",
         "/nothing"]
SAME = ("Content-Type", "Content-Encoding", "ETag", "Last-Modified", "Cache-Control", "Vary", "Content-Disposition", "Content-Security-Policy", "Set-Cookie")
MONITOR, READER, NEIGHBOUR, STRANGER = "127.9.0.1", "127.1.0.1", "127.1.0.2", "127.2.0.1"
NGINX = """daemon off; worker_processes 1; pid {top}/pid; error_log {top}/error.log; {user}
events {{ worker_connections 256; }}
http {{ gzip on; access_log off; client_body_temp_path {top}/1; proxy_temp_path {top}/2; fastcgi_temp_path {top}/3; uwsgi_temp_path {top}/4;
scgi_temp_path {top}/5; include {top}/site; }}
"""


def blocks():
    """Returns the literal displays in the manual's section on web servers."""
    page = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=120", ROOT / "daemon/man/convened.8"], capture_output=True, text=True, check=True).stdout
    section = re.search(r"\n   Behind a web server\n(.*?)\n(?:   )?\S", re.sub(".\b", "", page), re.S)[1]
    found = [""]
    for line in section.splitlines():
        if line.startswith(" " * 11):
            found[-1] += line[11:] + "\n"
        elif found[-1]:
            found.append("")
    return [block for block in found if block]


@pytest.fixture(scope="module")
def manual():
    _, tcp, nginx, caddy = blocks()
    return {"convened": tcp, "nginx": nginx, "caddy": caddy}


def replaced(text, *pairs):
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def site(manual, tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    site.socket = site.directory / "http.sock"
    http = replaced(manual["convened"], ('"127.0.0.1:8080"', f'"127.0.0.1:{site.port}", "unix:{site.socket}"'),
                    ("http = {", f'http = {{ status_from = [ "{MONITOR}" ];'))
    site.config.write_text(
        f'store = "sqlite:{site.database}";\n{http}'
        f'mail = {{ deliver = true; url = "smtp://127.0.0.1:{free_port()}"; starttls = false; }};\n'
        "signup = { enabled = true; per_network = 3; per_address = 100; };\n", encoding="utf-8")
    site.convene("import", ROOT / "conf" / "documents")
    yield site.start()
    end(site)


class Proxy:
    """One of the proxies with the manual's configuration, in which only names, addresses and files are replaced."""

    def __init__(self, kind, way, site, text, top):
        self.port, self.kind, self.site = free_port(), kind, site
        self.url = f"https://127.0.0.1:{self.port}"
        certificate, key = make_certificate(top)
        self.certificate = certificate
        upstream = f"unix:{site.socket}" if way == "unix" else f"127.0.0.1:{site.port}"
        command = getattr(self, kind)(text, upstream, certificate, key, top)
        self.log = top / "log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=dict(os.environ, HOME=str(top), XDG_DATA_HOME=str(top), XDG_CONFIG_HOME=str(top)))
        wait_until(self.answers)

    def nginx(self, text, upstream, certificate, key, top):
        (top / "site").write_text(replaced(
            text, ("unix:/run/convened-web/http.sock", upstream), ("listen 443", f"listen 127.0.0.1:{self.port}"),
            ("/etc/ssl/calendar.example.org.crt", str(certificate)), ("/etc/ssl/private/calendar.example.org.key", str(key))))
        (top / "nginx.conf").write_text(NGINX.format(top=top, user="user root;" if os.getuid() == 0 else ""))
        return ["/usr/sbin/nginx", "-e", top / "error.log", "-c", top / "nginx.conf"]

    def caddy(self, text, upstream, certificate, key, top):
        (top / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + replaced(
            text, ("unix//run/convened-web/http.sock", upstream.replace("unix:", "unix/")),
            ("calendar.example.org {", f"https://127.0.0.1:{self.port} {{\n\tbind 127.0.0.1\n\ttls {certificate} {key}")))
        return ["caddy", "run", "--config", top / "Caddyfile", "--adapter", "caddyfile"]

    def answers(self):
        assert self.process.poll() is None, self.log.read_text()
        with socket.socket() as connection:
            return connection.connect_ex(("127.0.0.1", self.port)) == 0

    def ask(self, path, method="GET", source=READER, **options):
        return ask(self.url + path, method, source, ca_certs=str(self.certificate), **options)

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE)


def ask(url, method="GET", source=READER, ca_certs=None, **options):
    """Returns (status, headers, raw bytes)."""
    with urllib3.PoolManager(source_address=(source, 0), ca_certs=ca_certs, retries=False, timeout=PATIENCE) as pool:
        answer = pool.request(method, url, redirect=False, preload_content=False, **options)
        return answer.status, answer.headers, answer.read(decode_content=False)


@pytest.fixture(scope="module", params=list(itertools.product(["nginx", "caddy"], ["unix", "tcp"])), ids="-".join)
def proxy(request, site, manual, tmp_path_factory):
    kind, way = request.param
    proxy = Proxy(kind, way, site, manual[kind], tmp_path_factory.mktemp("proxy"))
    yield proxy
    proxy.stop()


def test_the_proxy_passes_responses_unchanged(site, proxy):
    for path, encoding, method in itertools.product(PATHS, ("identity", "gzip"), ("GET", "HEAD")):
        headers = {"Accept-Encoding": encoding, "Accept-Language": "ru"}
        status, through, body = proxy.ask(path, method, headers=headers)
        direct_status, direct, direct_body = ask(site.url + path, method, headers=headers)
        assert (status, body) == (direct_status, direct_body), path
        assert {name: through.get(name) for name in SAME} == {name: direct.get(name) for name in SAME}
        assert status == (404 if path == "/nothing" else 200)
    assert proxy.ask("/all.ics", headers={"Accept-Encoding": "gzip"})[1]["Content-Encoding"] == "gzip"


def test_a_conditional_request_gets_304_through_the_proxy(proxy):
    for path, encoding in itertools.product(("/all.ics", "/", "/events.atom"), ("identity", "gzip")):
        headers = {"Accept-Encoding": encoding}
        _, first, _ = proxy.ask(path, headers=headers)
        assert not first["ETag"].startswith("W/")
        status, again, body = proxy.ask(path, headers={**headers, "If-None-Match": first["ETag"]})
        assert (status, body, again["ETag"]) == (304, b"", first["ETag"])
        assert proxy.ask(path, headers={**headers, "If-None-Match": '"other"'})[0] == 200


def test_the_language_is_kept_by_a_cookie(proxy):
    _, headers, _ = proxy.ask("/?lang=en")
    cookie = headers["Set-Cookie"].split(";")[0]
    assert b'<html lang="en"' in proxy.ask("/", headers={"Cookie": cookie, "Accept-Language": "ru"})[2]


def sign_up(proxy, source, number, **headers):
    status, answer, _ = proxy.ask("/subscribe/mail", "POST", source, headers=headers, encode_multipart=False,
                                  fields={"address": f"v{number}@example.org", "what": "all", "language": "en"})
    assert status == 303
    return proxy.ask(urllib.parse.urljoin("/subscribe/mail", answer["Location"]), source=source)


def signups(site):
    with sqlite3.connect(site.database) as database:
        return dict(database.execute("SELECT network, count(*) FROM signup GROUP BY network").fetchall())


def test_forms_work_and_limits_count_the_reader(site, proxy):
    with sqlite3.connect(site.database) as database:
        database.execute("DELETE FROM signup")
    for number in range(4):
        status, _, page = sign_up(proxy, (READER, NEIGHBOUR)[number % 2], number)
        assert status == 200 and b'class="notice"' in page
    sign_up(proxy, STRANGER, 5, **{"X-Forwarded-For": READER})
    sign_up(proxy, STRANGER, 6, **{"X-Forwarded-For": "192.0.2.1, 127.0.0.1"})
    assert signups(site) == {"127.1.0.0/24": 3, "127.2.0.0/24": 2}


def test_only_trusted_clients_may_read_the_status(proxy):
    assert proxy.ask("/metrics", source=MONITOR)[0] == 200
    assert proxy.ask("/metrics", source=READER)[0] == 403
    assert proxy.ask("/metrics", source=READER, headers={"X-Forwarded-For": MONITOR})[0] == 403


def test_a_large_form_is_refused(proxy):
    status, _, _ = proxy.ask("/subscribe/mail", "POST", body=b"x" * 200_000, headers={"Content-Type": "application/x-www-form-urlencoded"})
    # Caddy 2.6 may fail to read the response while it is still sending the request.
    assert status == 413 or status == 502 and proxy.kind == "caddy"


def test_http_2(site, proxy):
    told = subprocess.run(["curl", "--silent", "--http2", "--cacert", proxy.certificate, "--write-out", "%{stderr}%{http_version}", proxy.url + "/all.ics"],
                          capture_output=True, timeout=PATIENCE, check=True)
    assert told.stderr == b"2" and told.stdout == ask(site.url + "/all.ics")[2]


def test_every_example_of_the_manual_is_used(manual):
    assert manual["nginx"].count("{") == manual["nginx"].count("}") == 3 and manual["caddy"].count("{") == manual["caddy"].count("}") == 1
