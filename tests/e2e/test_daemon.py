"""Tests the daemon's command line, its configuration errors, and reloads during the delivery of mail."""

import json
import signal
import socket
import sqlite3
import subprocess
import time

import pytest
import requests

from conftest import BUILD, PATIENCE, ROOT, wait_until, wait_within

CARD = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:v@x.example\r\nFN:Guest\r\nEMAIL:v@example.org\r\nLANG:en\r\nEND:VCARD\r\n"
EVE = "--rehearse=2021-06-23T17:59:56+03:00"


def convened(*arguments):
    return subprocess.run([BUILD / "convened", *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_the_shipped_configuration_is_valid():
    assert convened("--config", ROOT / "conf/convened.conf", "--check").returncode == 0


@pytest.mark.parametrize("path", sorted((ROOT / "tests/corpus/bad-conf").glob("*.conf")), ids=lambda path: path.name)
def test_all_faults_of_a_configuration_are_reported_at_once(path):
    result = convened("--config", path, "--check")
    assert result.returncode == 2
    expected = path.with_name(path.name + ".expected").read_text(encoding="utf-8").splitlines()
    assert expected
    for line in expected:
        assert f"{path}:{line}" in result.stderr or f"{path}: {line}" in result.stderr, result.stderr


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (["--version"], 0, "convened 0."),
    (["--help"], 0, "--rehearse"),
    (["--nonsense"], 2, "nonsense"),
    (["here"], 2, "here"),
    (["--rehearse=yesterday"], 2, "yesterday"),
    (["--config", "/nonexistent.conf"], 2, "/nonexistent.conf"),
])
def test_the_command_line(arguments, code, words):
    result = convened(*arguments)
    assert result.returncode == code and words in result.stdout + result.stderr


@pytest.mark.parametrize(("mail", "arguments", "words"), [
    ('deliver = true; url = "smtp://mail.example.org:587";', [EVE], "rehearsed clock"),
    ('deliver = true; url = "smtp://mail.example.org:587"; starttls = false;', [], "mail.starttls"),
    ('deliver = true; url = "smtp://127.0.0.1:25"; starttls = false; password_file = "/etc/hostname"; username = "u";', [],
     "mail.starttls"),
    ('deliver = true; url = "smtps://mail.example.org"; password_file = "/nonexistent/password"; username = "u";', [],
     "mail.password_file: there is no file /nonexistent/password"),
])
def test_mail_that_would_be_unsafe_is_refused(make_site, mail, arguments, words):
    site = make_site(mail=mail)
    result = convened("--config", site.config, *arguments)
    assert result.returncode == 2 and words in result.stderr


def test_a_password_never_reaches_the_log(make_site, tmp_path):
    password = tmp_path / "password"
    password.write_text("correct-horse\n")
    site = make_site(mail=f'deliver = true; url = "smtps://127.0.0.1:1"; username = "u"; password_file = "{password}";')
    site.convene("import", ROOT / "conf/documents")
    site.convene("import", "-", stdin=CARD.encode())
    site.convene("subscribe", "v@example.org")
    site.start(EVE)
    wait_until(lambda: "not delivered" in site.log_text())
    assert "correct-horse" not in site.log_text()


@pytest.mark.parametrize("configuration", ["as it was", "a bad one"])
def test_a_reload_is_reported_to_the_service_manager(site, configuration):
    """The daemon reports the start of a reload, with the monotonic time, and its end, even if the reload fails (sd_notify(3))."""
    site.start()
    if configuration == "a bad one":
        site.write_config(extra="nonsense = 1;\n")
    began = time.monotonic_ns() // 1000
    site.process.send_signal(signal.SIGHUP)
    told = [site.manager.next()]
    while "READY=1" not in told[-1]:
        told.append(site.manager.next())
    reloading = [dict(line.split("=", 1) for line in text.splitlines()) for text in told if "RELOADING=1" in text]
    assert len(reloading) == 1 and "READY=1" not in reloading[0]
    assert began <= int(reloading[0]["MONOTONIC_USEC"]) <= time.monotonic_ns() // 1000
    assert requests.get(site.url + "/all.ics", timeout=PATIENCE).status_code == 200


def test_reload_does_not_wait_for_a_silent_server(make_site):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{port}"; starttls = false;')
        site.convene("import", ROOT / "conf/documents")
        site.convene("import", "-", stdin=CARD.encode())
        site.convene("subscribe", "v@example.org")
        site.start(EVE)
        connection, _ = silent.accept()
        site.process.send_signal(signal.SIGHUP)
        wait_within(3, site, lambda: "the new configuration is in force" in site.log_text())
        assert requests.get(site.url + "/all.ics", timeout=PATIENCE).status_code == 200
        connection.close()
        site.stop(signal.SIGKILL)


NEWER = ('kinds = ( { name = "session"; title = { ru = "Сессии"; en = "Sessions"; }; remind = [ "-P3D" ]; } );\n'
         'feed = { title = { ru = "Новее"; en = "Newer"; }; };\n')


def test_a_reload_that_fails_half_way_changes_nothing(daemon):
    """The pages could use the new configuration, but the reminders cannot, because another program holds the store's write lock."""
    def title():
        return next(line for line in requests.get(daemon.url + "/all.ics", timeout=5).text.splitlines() if line.startswith("NAME"))

    older = title()
    daemon.write_config(extra=NEWER)
    with sqlite3.connect(daemon.database, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        daemon.reload()
        other.execute("ROLLBACK")
    told = daemon.log_text()
    assert "the reminders cannot take the new configuration: the store is locked by another program" in told
    assert "the old configuration stays in force" in told and "the new configuration is in force" not in told
    assert title() == older
    daemon.reload()
    assert "the new configuration is in force" in daemon.log_text()
    wait_until(lambda: title() != older)


FLOATING = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//EN\r
BEGIN:VEVENT\r
UID:day@zone.example\r
DTSTAMP:20260101T000000Z\r
SUMMARY:A day\r
DTSTART;VALUE=DATE:20301210\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:clock@zone.example\r
DTSTAMP:20260101T000000Z\r
SUMMARY:A clock\r
DTSTART:20301212T233000\r
DTEND:20301212T234500\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.mark.parametrize("how", ["reload", "restart"])
def test_another_time_zone_moves_dates_and_floating_times(site, how):
    """Lists use columns of the store, where a day ends at midnight of the configured time zone."""
    def zone(name):
        site.write_config(extra=f'time_zone = "{name}";\n')

    def listed(*arguments):
        return [json.loads(line)["uid"] for line in site.convene("list", "--json", *arguments).stdout.splitlines()]

    def order():
        text = requests.get(site.url + "/?lang=en", timeout=5).text
        return text.find("A day") < text.find("A clock"), "11:30 PM" in text or "23:30" in text

    zone("Europe/Moscow")
    site.convene("import", "-", stdin=FLOATING.encode())
    site.start()
    expected = ["day@zone.example"], ["clock@zone.example"]
    assert (listed("--to", "2030-12-10"), listed("--from", "2030-12-12")) == expected
    for name in ("Asia/Vladivostok", "America/New_York"):
        zone(name)
        if how == "reload":
            site.reload()
        else:
            site.stop()
            site.start()
        assert (listed("--to", "2030-12-10"), listed("--from", "2030-12-11")) == expected, name
        assert listed("--to", "2030-12-09") == listed("--from", "2030-12-13") == [], name
        assert wait_until(lambda: order() == (True, True)), name
        assert site.log_text().count("time_zone has changed: 2 events keep their wall clock") >= 1


def refused_start(site, *arguments):
    result = convened("--config", site.config, *arguments)
    return result.returncode, result.stderr


def test_a_failed_start_reports_the_cause_and_its_line(make_site):
    site = make_site()
    with socket.create_server(("127.0.0.1", site.port)):
        code, told = refused_start(site)
    assert code == 1
    assert (f"convened cannot start: the web server: {site.config}:2: http.listen: "
            f"127.0.0.1:{site.port} cannot be listened on: Address already in use") in told
    site.start()
    other = make_site()
    other.store = site.store
    other.write_config()
    code, told = refused_start(other)
    assert code == 1
    assert f"convened cannot start: the store: {other.config}:1: store: another convened is at work on {site.store}" in told


def test_a_store_that_cannot_be_opened_is_named(make_site):
    site = make_site()
    site.database.write_text("no database at all\n" * 1000)
    code, told = refused_start(site)
    assert code == 1 and "convened cannot start: the store: " in told and str(site.database) in told


def test_an_unreadable_password_prevents_start_and_reload(make_site, tmp_path):
    site = make_site()
    site.start()
    unreadable = tmp_path / "password"
    unreadable.mkdir()
    site.write_config(mail=f'deliver = true; url = "smtps://127.0.0.1:1"; username = "u"; password_file = "{unreadable}";')
    expected = f"{site.config}:3: mail.password_file: {unreadable} cannot be read: Is a directory"
    site.reload()
    assert expected in site.log_text() and "the old configuration stays in force" in site.log_text()
    assert site.stop() == 0
    code, told = refused_start(site)
    assert code == 2 and expected in told
