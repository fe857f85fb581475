"""Tests the daemon's TLS: versions and ciphers, certificates that change under open connections, and invalid pairs of files."""

import contextlib
import datetime
import http.client
import itertools
import pathlib
import re
import signal
import socket
import ssl
import statistics
import subprocess
import time

import pytest

from conftest import BUILD, PATIENCE, wait_until
from test_admission import assert_is_closed, dial, median_latency

NAME = "calendar.example.org"


def openssl(*arguments):
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, text=True, timeout=60).stdout


class Authority:
    """Issues certificates for calendar.example.org from its own root, through an intermediate one."""

    def __init__(self, directory):
        self.directory = directory
        self.root = self.directory / "root.pem"
        self.certificate = self.directory / "certificate.pem"
        self.key = self.directory / "key.pem"
        self.make("root", "Root", None, "CA:TRUE")
        self.make("middle", "Middle", "root", "CA:TRUE")

    def make(self, name, subject, issuer, constraints):
        files = {part: self.directory / f"{name}.{part}" for part in ("pem", "key")}
        signed = ["-CA", self.directory / f"{issuer}.pem", "-CAkey", self.directory / f"{issuer}.key"] if issuer else []
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", 30, "-subj", f"/CN={subject}",
                "-addext", f"basicConstraints=critical,{constraints}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1",
                "-keyout", files["key"], "-out", files["pem"], *signed)
        return files

    def issue(self, name):
        """Replaces the certificate. The rest of the chain is in the wrong order, as in many files."""
        made = self.make(name, name, "middle", "CA:FALSE")
        write(self.certificate, "".join((self.directory / part).read_text() for part in (made["pem"], "root.pem", "middle.pem")))
        write(self.key, made["key"].read_text(), 0o600)

    def settings(self):
        return f'tls = {{ certificate = "{self.certificate}"; key = "{self.key}"; }};'


def write(path, text, mode=0o644):
    path.unlink(missing_ok=True)
    path.touch(mode)
    path.write_text(text)


@pytest.fixture
def authority(tmp_path):
    directory = tmp_path / "authority"
    directory.mkdir()
    made = Authority(directory)
    made.issue("first")
    return made


@pytest.fixture
def secure(make_site, authority):
    """A site with TLS, and plain HTTP on a unix socket."""
    site = make_site()
    site.unix = site.directory / "http.sock"
    text = site.config.read_text().replace("listen = [ ", f'listen = [ "unix:{site.unix}", ').replace("http://", "https://")
    site.config.write_text(text.replace("http = {", f"http = {{ {authority.settings()}"))
    return site.start()


def context_for(authority, version=None):
    context = ssl.create_default_context(cafile=str(authority.root))
    if version:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
    return context


def connect(site, context):
    return http.client.HTTPSConnection("127.0.0.1", site.port, context=context, timeout=PATIENCE)


def get(connection, path="/all.ics"):
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read()


def subject_of(site, authority):
    """Returns the subject of the certificate on a new connection, which must be trusted."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE) as plain:
        with context_for(authority).wrap_socket(plain, server_hostname=NAME) as secured:
            return dict(pair for part in secured.getpeercert()["subject"] for pair in part)["commonName"]


def check(site, *arguments):
    return subprocess.run([BUILD / "convened", "--config", site.config, "--check", *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_a_feed_by_curl_is_trusted(secure, authority):
    feed = subprocess.run(["curl", "--silent", "--show-error", "--fail", "--cacert", authority.root, "--resolve", f"{NAME}:{secure.port}:127.0.0.1",
                           f"https://{NAME}:{secure.port}/all.ics"], check=True, capture_output=True, timeout=PATIENCE).stdout
    assert feed.startswith(b"BEGIN:VCALENDAR\r\n") and feed.endswith(b"END:VCALENDAR\r\n")


def test_a_large_feed_arrives_completely(make_site, authority):
    site = make_site()
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN"]
    for number in range(3000):
        lines += ["BEGIN:VEVENT", f"UID:{number}@example.org", "DTSTAMP:20260101T000000Z", f"SUMMARY:Session {number}", "CATEGORIES:SESSION",
                  f"DTSTART:2026{number % 12 + 1:02}{number % 28 + 1:02}T100000Z", "END:VEVENT"]
    site.convene("import", "-", stdin="\r\n".join([*lines, "END:VCALENDAR", ""]))
    site.config.write_text(site.config.read_text().replace("http = {", f"http = {{ {authority.settings()}"))
    site.start()
    connection = connect(site, context_for(authority))
    for _ in range(3):
        status, body = get(connection)
        assert status == 200 and len(body) > 500_000 and body.count(b"BEGIN:VEVENT") == 3000


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_supported_versions_work(secure, authority, version):
    connection = connect(secure, context_for(authority, version))
    assert get(connection)[0] == 200
    assert connection.sock.version() == {ssl.TLSVersion.TLSv1_2: "TLSv1.2", ssl.TLSVersion.TLSv1_3: "TLSv1.3"}[version]


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_older_versions_are_refused(secure, authority):
    with pytest.raises(OSError):
        get(connect(secure, context_for(authority, ssl.TLSVersion.TLSv1_1)))
    assert get(connect(secure, context_for(authority)))[0] == 200


def test_a_unix_socket_stays_plain(secure):
    with socket.socket(socket.AF_UNIX) as proxy:
        proxy.settimeout(10)
        proxy.connect(str(secure.unix))
        proxy.sendall(b"GET /all.ics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert proxy.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_plain_http_on_the_port_ends(secure, authority):
    with socket.create_connection(("127.0.0.1", secure.port), timeout=PATIENCE) as plain:
        plain.sendall(b"GET /all.ics HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = b""
        try:
            while piece := plain.recv(4096):
                answer += piece
        except ConnectionResetError:
            pass
        assert b"HTTP/" not in answer
    assert get(connect(secure, context_for(authority)))[0] == 200


def test_a_stalled_handshake_does_not_delay_others(secure, authority):
    silent = [socket.create_connection(("127.0.0.1", secure.port), timeout=PATIENCE) for _ in range(100)]
    try:
        for number, waiting in enumerate(silent):
            if number % 2:
                waiting.sendall(b"\x16\x03\x01")
        assert get(connect(secure, context_for(authority)))[0] == 200
    finally:
        for waiting in silent:
            waiting.close()


def hello(authority):
    """Returns a complete ClientHello."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        context_for(authority).wrap_bio(incoming, outgoing, server_hostname=NAME).do_handshake()
    return outgoing.read()


def busy_seconds(site):
    tasks = pathlib.Path(f"/proc/{site.process.pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


@pytest.mark.parametrize("threads", [1, 2])
def test_a_stopped_handshake_takes_no_cpu(make_site, authority, threads):
    """Without our code the library polls a stopped handshake in a loop, so that one such client keeps a core busy."""
    site = make_site()
    settings = f"http = {{ {authority.settings()} threads = {threads};"
    site.config.write_text(site.config.read_text().replace("http = {", settings))
    site.start()
    first = hello(authority)
    stuck = [socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE) for _ in range(9)]
    try:
        for waiting, length in zip(stuck, (0, 0, 3, 3, 6, 100, len(first), len(first), len(first)), strict=True):
            waiting.sendall(first[:length])
        context = context_for(authority)
        assert get(connect(site, context))[0] == 200
        before, begun = busy_seconds(site), time.monotonic()
        wait_until(lambda: time.monotonic() - begun > 1)
        assert busy_seconds(site) - before < 0.25 * (time.monotonic() - begun)
        kept = connect(site, context)
        watch = site.stopwatch()
        for _ in range(100):
            assert get(kept)[0] == 200
        assert watch.seconds() < 2
        stuck[6].close()
        assert get(kept)[0] == 200
    finally:
        for waiting in stuck:
            waiting.close()
    assert get(connect(site, context))[0] == 200


class Stuck:
    """As many connections as one address may have, which stop in the handshake or send it byte by byte."""

    def __init__(self, site, first, address):
        self.held = [(dial(site, address), iter(first)) for _ in range(256)]
        for (waiting, rest), length in zip(self.held, itertools.cycle((1, 5, len(first) // 2, len(first)))):
            waiting.sendall(bytes(itertools.islice(rest, length)))
        for waiting, _ in self.held[3::4]:
            assert waiting.recv(1)
        self.next = itertools.cycle(self.held)

    def trickle(self):
        waiting, rest = next(self.next)
        with contextlib.suppress(OSError):
            waiting.sendall(bytes(itertools.islice(rest, 1)))
        time.sleep(0.001)

    def leave(self):
        for waiting, _ in self.held:
            waiting.close()


def test_stopped_handshakes_hardly_delay_others(secure, authority):
    """Compares the medians of rounds with and without an attack, in turn."""
    first, context = hello(authority), context_for(authority)
    kept = connect(secure, context)
    quiet, stopped, trickled = [], [], []
    median_latency(secure, kept)
    for address in ("127.0.0.2", "127.0.0.3", "127.0.0.4"):
        quiet.append(median_latency(secure, kept))
        stuck = Stuck(secure, first, address)
        stopped.append(median_latency(secure, kept))
        trickled.append(median_latency(secure, kept, stuck.trickle))
        assert get(connect(secure, context))[0] == 200
        stuck.leave()
    figures = [statistics.median(rounds) for rounds in (quiet, stopped, trickled)]
    assert max(figures) <= 2 * figures[0], figures
    stuck = Stuck(secure, first, "127.0.0.5")
    assert secure.stop() == 0
    stuck.leave()


def test_a_stopped_handshake_is_cut(make_site, authority):
    site = make_site()
    settings = f'http = {{ {authority.settings()} request_timeout = "PT1S";'
    site.config.write_text(site.config.read_text().replace("http = {", settings))
    site.start()
    first = hello(authority)
    stuck = [dial(site) for _ in range(3)]
    for waiting, length in zip(stuck, (0, 100, len(first)), strict=True):
        waiting.sendall(first[:length])
    stuck[2].recv(65536)
    assert_is_closed(site, stuck[2], 0.9, 4)
    for waiting in stuck[:2]:
        assert_is_closed(site, waiting, 0, 4)
    assert b'lost_total{reason="slow"} 3' in get(connect(site, context_for(authority)), "/metrics")[1]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_handshake_in_single_bytes(secure, authority, version):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    secured = context_for(authority, version).wrap_bio(incoming, outgoing, server_hostname=NAME)
    with socket.create_connection(("127.0.0.1", secure.port), timeout=PATIENCE) as plain:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def insist(act):
            while True:
                try:
                    result = act()
                except ssl.SSLWantReadError:
                    result = None
                for byte in outgoing.read():
                    plain.sendall(bytes([byte]))
                if result is not None:
                    return result
                incoming.write(plain.recv(65536))

        insist(lambda: secured.do_handshake() or True)
        insist(lambda: secured.write(b"GET /all.ics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        assert insist(lambda: secured.read(100)).startswith(b"HTTP/1.1 200 ")


def test_a_renewed_certificate(secure, authority):
    kept = connect(secure, context_for(authority))
    assert get(kept)[0] == 200
    same = kept.sock
    assert subject_of(secure, authority) == "first"
    authority.issue("second")
    assert subject_of(secure, authority) == "first"
    secure.reload()
    assert "the new configuration is in force" in secure.log_text()
    assert subject_of(secure, authority) == "second"
    ends = openssl("x509", "-in", authority.certificate, "-noout", "-enddate").strip().removeprefix("notAfter=")
    told = re.search(r"^convened_certificate_expires_timestamp_seconds (\S+)$", get(kept, "/metrics")[1].decode(), re.M)[1]
    # The chain's other certificates are some seconds older.
    assert 0 <= ssl.cert_time_to_seconds(ends) - float(told) < 60
    assert get(kept)[0] == 200 and kept.sock is same


def test_many_renewals_under_load(secure, authority):
    context = context_for(authority)
    for number in range(5):
        authority.issue(f"number-{number}")
        secure.process.send_signal(signal.SIGHUP)
        for _ in range(10):
            assert get(connect(secure, context))[0] == 200
        secure.wait_notified("READY=1")
        assert subject_of(secure, authority) == f"number-{number}"


def broken_pairs(authority):
    """Mistakes of an administrator with the files, and the messages about them."""
    other = (authority.directory / "middle.key").read_text()
    locked = openssl("ec", "-in", authority.key, "-aes256", "-passout", "pass:x")
    return [
        (authority.certificate, None, "http.tls.certificate: {} cannot be read: No such file or directory"),
        (authority.certificate, "", "http.tls.certificate: {} has no certificates in PEM form that are a chain"),
        (authority.certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
         "http.tls.certificate: {} has no certificates in PEM form that are a chain"),
        (authority.key, None, "http.tls.key: {} cannot be read: No such file or directory"),
        (authority.key, "rubbish", "http.tls.key: {} has no private key in PEM form"),
        (authority.key, other, "http.tls.key: {} is not the key of http.tls.certificate"),
        (authority.key, locked, "http.tls.key: {} has a passphrase, and there is nobody to ask for it"),
    ]


def test_a_bad_pair_is_reported_and_the_old_one_kept(secure, authority):
    good = {path: path.read_text() for path in (authority.certificate, authority.key)}
    for path, text, complaint in broken_pairs(authority):
        path.unlink()
        if text is not None:
            write(path, text, 0o600)
        expected = f"{secure.config}:2: {complaint.format(path)}"
        checked = check(secure)
        assert checked.returncode == 2 and expected in checked.stderr, checked.stderr
        before = len(secure.log_text())
        secure.reload()
        told = secure.log_text()[before:]
        assert expected in told and "the old configuration stays in force" in told
        assert subject_of(secure, authority) == "first"
        write(path, good[path], 0o600)
    assert check(secure).returncode == 0
    secret = "".join(good[authority.key].splitlines()[1:-1])
    assert secret[:40] not in secure.log_text()


def test_faults_that_give_only_a_warning(make_site, authority):
    """These faults give only a warning, because an old certificate is better than none and the administrator reads the log."""
    site = make_site()
    settings = site.config.read_text().replace("http = {", f"http = {{ {authority.settings()}")
    authority.key.chmod(0o644)
    site.config.write_text(settings)
    site.start("--rehearse=2061-01-01T23:59:58Z")
    for warning in (f"{site.config}:2: http.tls.certificate: it has expired: 20",
                    f"{site.config}:2: http.tls.key: {authority.key} may be read by everybody on this machine",
                    f"{site.config}:2: http.base_url: links begin with http:, and http.tls is set"):
        assert warning in site.log_text()
    # Logged at the start and again at midnight.
    wait_until(lambda: site.log_text().count("it has expired") == 2)
    wait_until(lambda: len(site.log_text().splitlines()) >= 7)
    assert site.log_text().count("http.tls") == 6
    authority.key.chmod(0o600)
    site.config.write_text(settings.replace(site.url, "https://other.example.org"))
    checked = check(site)
    assert checked.returncode == 0 and "it is not for other.example.org, the host of http.base_url" in checked.stderr
    assert len(checked.stderr.splitlines()) == 1
    site.config.write_text(settings.replace(site.url, f"https://{NAME}:{site.port}/calendar"))
    now = datetime.datetime.now(datetime.timezone.utc)
    for days, warning in ((-1, "it is valid only from 20"), (1, None), (28, "it expires soon, and has not been renewed: 20")):
        time = (now + datetime.timedelta(days=days)).isoformat(timespec="seconds")
        checked = check(site, f"--rehearse={time}")
        assert checked.returncode == 0 and (warning in checked.stderr if warning else checked.stderr == "")


def test_no_warning_without_reason(secure):
    assert "http.tls" not in secure.log_text()


def test_a_certificate_without_a_key_is_refused(site, authority):
    site.config.write_text(site.config.read_text().replace("http = {", f'http = {{ tls = {{ certificate = "{authority.certificate}"; }};'))
    result = check(site)
    assert result.returncode == 2
    assert f"{site.config}:2: http.tls: it has no key; allowed are both or none" in result.stderr


def test_enabling_tls_needs_a_restart(site, authority):
    site.start()
    site.config.write_text(site.config.read_text().replace("http = {", f"http = {{ {authority.settings()}"))
    site.reload()
    assert "http.tls has changed: that takes a restart" in site.log_text()
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    assert get(connection)[0] == 200
