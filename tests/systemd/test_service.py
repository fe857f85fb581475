"""The service as an administrator meets it: enabled, watched, killed, reloaded."""

import pathlib

from conftest import ROOT, UNITS, run, systemctl, wait_until


def test_enable_now_serves_the_feeds(service):
    systemctl("enable", "--now", "convened.service")
    assert service.ActiveState == "active" and service.UnitFileState == "enabled"
    reply = service.fetch()
    assert reply.status_code == 200 and reply.text.startswith("BEGIN:VCALENDAR")
    service.convene("import", ROOT / "conf/documents")
    wait_until(lambda: "BEGIN:VEVENT" in service.fetch().text)
    wait_until(lambda: "next reminder" in service.StatusText)
    assert "0 events" not in service.StatusText


def test_the_units_are_free_of_mistakes(service):
    for unit in UNITS:
        result = run("systemd-analyze", "verify", "--recursive-errors=yes", unit, check=False)
        assert result.returncode == 0 and result.stderr == "", result.stderr


def test_the_socket_units_addresses_are_served(service):
    """TCP, and for the members of a group a local socket; http.listen does not count then."""
    service.configure('http = { listen = [ "127.0.0.1:1234" ]; };\n')
    systemctl("enable", "--now", "convened.socket", "convened.service")
    assert service.fetch().status_code == 200
    path = "/run/convened-web/http.sock"
    reply = run("curl", "-sS", "--unix-socket", path, "http://calendar.example/all.ics").stdout
    assert reply.startswith("BEGIN:VCALENDAR")
    everybody = run("runuser", "-u", "nobody", "--", "curl", "-sS", "--unix-socket", path, "http://x/all.ics", check=False)
    assert everybody.returncode != 0
    member = run("setpriv", "--reuid", "nobody", "--regid", "convened-web", "--clear-groups",
                 "curl", "-sS", "--unix-socket", path, "http://x/all.ics")
    assert member.stdout.startswith("BEGIN:VCALENDAR")


def test_the_first_request_starts_the_service(service):
    systemctl("start", "convened.socket")
    assert service.ActiveState == "inactive"
    assert service.fetch().status_code == 200
    assert service.ActiveState == "active"


def test_a_port_below_1024_needs_no_rights(service):
    service.drop_in("[Socket]\nListenStream=\nListenStream=127.0.0.1:80\n", unit="convened.socket")
    systemctl("start", "convened.socket", "convened.service")
    assert run("curl", "-sS", "http://127.0.0.1/all.ics").stdout.startswith("BEGIN:VCALENDAR")
    status = pathlib.Path(f"/proc/{service.pid}/status").read_text(encoding="utf-8")
    for line in ("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"):
        assert line in status


def test_it_sees_nothing_of_the_machine_but_what_it_needs(service):
    hidden = ["srv/secret", "home/secret", "root/secret", "var/lib/dpkg", "run/systemd/private"]
    for path in hidden[:3]:
        pathlib.Path("/", path).write_text("x", encoding="utf-8")
    systemctl("start", "convened.service")
    root = pathlib.Path(f"/proc/{service.pid}/root")
    assert [path for path in hidden if (root / path).exists()] == []
    assert (root / "usr/share/zoneinfo").is_dir() and (root / "etc/ssl").is_dir()
