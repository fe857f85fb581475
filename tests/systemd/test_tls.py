"""Tests the service's TLS: certificate and key as credentials, and files that are renewed under a running service."""

import http.client
import pathlib
import ssl

import pytest

from conftest import STATE, journal, run, systemctl, wait_until

CREDENTIALS = pathlib.Path("/etc/credstore")
CONFIG_LOADED, CONFIG_REFUSED = "dcd3e0cc7076496e83104908c54bf18a", "9b234eb6a71e4233bd9ab8328f23ad2d"
CERTIFICATE = "601319a44ff44bebac4e11e79d6759a3"
NAMES = ("certificate", "key")


def issue(directory, name):
    """Makes a pair as certbot does, readable by root only; returns both paths."""
    paths = {part: pathlib.Path(directory, f"{name}.{part}") for part in NAMES}
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", f"/CN={name}",
        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", paths["key"], "-out", paths["certificate"])
    return paths


def hand_over(paths):
    for part in NAMES:
        run("install", "-D", "-m", "600", paths[part], CREDENTIALS / f"convened.tls-{part}")


def settings(directory):
    return ('http = { base_url = "https://127.0.0.1:8080"; tls = { '
            f'certificate = "{directory}/tls-certificate"; key = "{directory}/tls-key"; }}; }};\n')


def shown(address=("127.0.0.1", 8080)):
    """Returns the common name of the certificate on a new connection."""
    pem = ssl.get_server_certificate(address, timeout=10)
    return run("openssl", "x509", "-noout", "-subject", "-nameopt", "multiline", input=pem).stdout.split("= ")[-1].strip()


@pytest.fixture
def credentials(tmp_path):
    CREDENTIALS.mkdir(mode=0o700, exist_ok=True)
    yield tmp_path
    for part in NAMES:
        (CREDENTIALS / f"convened.tls-{part}").unlink(missing_ok=True)


def test_certificate_and_key_are_credentials(service, credentials):
    paths = issue(credentials, "first")
    hand_over(paths)
    service.configure(settings("${CREDENTIALS_DIRECTORY}"))
    systemctl("enable", "--now", "convened.socket", "convened.service")
    feed = run("curl", "-sS", "--fail", "--cacert", paths["certificate"], "https://127.0.0.1:8080/all.ics").stdout
    assert feed.startswith("BEGIN:VCALENDAR")
    plain = run("curl", "-sS", "--fail", "--unix-socket", "/run/convened-web/http.sock", "http://x/all.ics").stdout
    assert plain.startswith("BEGIN:VCALENDAR")
    assert journal("-u", "convened.service", f"MESSAGE_ID={CERTIFICATE}") == []
    # It depends on systemd's version whether a reload renews credentials; a restart always does.
    hand_over(issue(credentials, "second"))
    service.configure(settings("${CREDENTIALS_DIRECTORY}") + 'feed = { title = { en = "A new name"; }; };\n')
    systemctl("reload", "convened.service")
    wait_until(lambda: journal("-u", "convened.service", f"MESSAGE_ID={CONFIG_LOADED}"))
    assert shown() in ("first", "second")
    systemctl("try-restart", "convened.service")
    assert shown() == "second"
    secret = paths["key"].read_text(encoding="utf-8").splitlines()[1]
    assert secret not in service.log()


def test_a_credential_that_does_not_fit_is_named(service, credentials):
    hand_over({"certificate": issue(credentials, "first")["certificate"], "key": issue(credentials, "second")["key"]})
    service.configure(settings("${CREDENTIALS_DIRECTORY}"))
    assert systemctl("start", "convened.service", check=False).returncode != 0
    assert service.ExecMainStatus == "2" and service.NRestarts == "0"
    wait_until(lambda: any("convened.conf:1: http.tls.key: " in entry["MESSAGE"]
                           for entry in journal(f"MESSAGE_ID={CONFIG_REFUSED}")))


def renew(paths):
    """Runs the manual's hook for certbot, since the service cannot read certbot's directory."""
    owner = run("stat", "-L", "-c", "%u", STATE).stdout.strip()
    for part in NAMES:
        run("install", "-m", "400", "-o", owner, paths[part], STATE / f"tls-{part}")
    return systemctl("try-reload-or-restart", "convened.service", check=False).returncode


def test_a_reload_takes_a_renewed_pair_and_ends_no_connection(served, tmp_path):
    paths = issue(tmp_path, "first")
    served.configure(settings(STATE))
    assert renew(paths) == 0
    systemctl("restart", "convened.service")
    context = ssl.create_default_context(cafile=str(paths["certificate"]))
    kept = http.client.HTTPSConnection("127.0.0.1", 8080, context=context, timeout=10)
    kept.request("GET", "/all.ics")
    assert kept.getresponse().read().startswith(b"BEGIN:VCALENDAR")
    socket, before = kept.sock, served.pid
    assert renew(issue(tmp_path, "second")) == 0
    wait_until(lambda: shown() == "second")
    assert renew({"certificate": paths["certificate"], "key": tmp_path / "second.key"}) != 0
    wait_until(lambda: any("http.tls.key: " in entry["MESSAGE"] for entry in journal(f"MESSAGE_ID={CONFIG_REFUSED}")))
    assert shown() == "second" and served.pid == before
    kept.request("GET", "/all.ics")
    assert kept.getresponse().read().startswith(b"BEGIN:VCALENDAR") and kept.sock is socket
