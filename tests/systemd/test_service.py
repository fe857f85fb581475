"""Tests the service: enabled, watched, killed, reloaded."""

import json
import os
import pathlib
import pwd
import re
import signal
import time

import pytest

import postgresql
from conftest import CONFIG, ROOT, STATE, UNITS, journal, journal_text, run, systemctl, wait_until
from smtp_server import Server

CONFIG_LOADED, CONFIG_REFUSED = "dcd3e0cc7076496e83104908c54bf18a", "9b234eb6a71e4233bd9ab8328f23ad2d"
START_FAILED, CHECK_FAILED = "09d17a030e2847fcbdae6480dd116214", "cd050399f0f7410681afddcf4ee95257"


def test_enable_now_serves_the_feeds(service):
    systemctl("enable", "--now", "convened.service")
    assert service.ActiveState == "active" and service.UnitFileState == "enabled"
    reply = service.fetch()
    assert reply.status_code == 200 and reply.text.startswith("BEGIN:VCALENDAR")
    service.convene("import", ROOT / "conf/documents")
    wait_until(lambda: "BEGIN:VEVENT" in service.fetch().text)
    wait_until(lambda: "next reminder" in service.StatusText)
    wait_until(lambda: "12 events" in service.StatusText)


def test_the_units_are_free_of_mistakes(service):
    for unit in UNITS:
        result = run("systemd-analyze", "verify", "--recursive-errors=yes", unit, check=False)
        assert result.returncode == 0 and result.stderr == "", result.stderr


def test_the_socket_units_addresses_are_served(service):
    """The socket unit has TCP and, for members of a group, a local socket; http.listen is ignored then."""
    service.configure('http = { listen = [ "127.0.0.1:1234" ]; };\n')
    systemctl("enable", "--now", "convened.socket", "convened.service")
    assert service.fetch().status_code == 200
    wait_until(lambda: "on the service manager's sockets" in service.log())
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
    wait_until(lambda: service.ActiveState == "active")


def test_a_running_daemon_takes_the_sockets_over(service):
    """systemd itself refuses to start a socket unit beside its active service."""
    service.configure('http = { listen = [ "127.0.0.1:8080" ]; };\n')
    systemctl("enable", "--now", "convened.service")
    assert service.fetch().status_code == 200
    before = service.pid
    systemctl("enable", "--now", "convened.socket")
    assert systemctl("is-active", "convened.socket").stdout == "active\n"
    wait_until(lambda: service.ActiveState == "active" and service.pid != before)
    assert service.fetch().status_code == 200
    wait_until(lambda: "on the service manager's sockets" in service.log())
    assert systemctl("--failed", "--no-legend").stdout == ""
    for _ in range(10):
        served = service.pid
        systemctl("reset-failed")  # of the limit of starts in a time
        systemctl("restart", "convened.socket", "convened.service")
        wait_until(lambda: service.ActiveState == "active" and service.pid != served)
    assert service.fetch().status_code == 200


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


def test_it_finds_the_name_servers_and_may_write_to_its_own_directories_alone(service):
    resolvers = pathlib.Path("/run/resolvconf/resolv.conf")
    resolvers.parent.mkdir(exist_ok=True)
    resolvers.write_text("nameserver 192.0.2.1\n", encoding="utf-8")
    link = pathlib.Path("/etc/resolv.conf")
    link.unlink(missing_ok=True)
    link.symlink_to(resolvers)
    systemctl("start", "convened.service")
    root = pathlib.Path(f"/proc/{service.pid}/root")
    inside = ("nsenter", "-t", service.pid, "-m", "-r", "-S", STATE.stat().st_uid, "-G", STATE.stat().st_gid, "--")
    assert run(*inside, "cat", "/etc/resolv.conf").stdout == resolvers.read_text(encoding="utf-8")
    for path, writable in {"/var/lib/convened": True, "/run/convened": True, "/tmp": True, "/": False, "/etc/convened": False,
                           "/usr": False}.items():
        assert (run(*inside, "touch", f"{path}/test", check=False).returncode == 0) == writable, path
    assert (root / "run/convened").stat().st_mode & 0o777 == 0o755


def test_systemctl_status_says_what_it_does(served):
    wait_until(lambda: re.fullmatch(
        r"[1-9]\d* events; next reminder: (none|\d{4}-[-\dT:Z]+); queue: \d+; last delivery: never", served.StatusText))


def test_a_good_configuration_is_taken_over_by_a_reload(served):
    served.configure('feed = { title = { ru = "Новое имя"; en = "A new name"; }; };\n')
    before = served.pid
    systemctl("reload", "convened.service")
    wait_until(lambda: "Новое имя" in served.fetch().text)
    assert served.pid == before and served.ActiveState == "active"
    wait_until(lambda: journal("-u", "convened.service", f"MESSAGE_ID={CONFIG_LOADED}"))


@pytest.mark.parametrize("how", [("reload", "convened.service"), ("kill", "-s", "HUP", "convened.service")], ids=" ".join)
def test_a_bad_configuration_is_refused_and_the_old_one_stays(served, how):
    before, title = served.pid, served.fetch().text.split("X-WR-CALNAME:")[1].split("\r\n")[0]
    served.configure('feed = { title = { ru = "Новое"; };\n  refresh = "sometimes"; };\n')
    result = systemctl(*how, check=False)
    assert how[0] == "kill" or result.returncode != 0
    refused = wait_until(lambda: journal(f"MESSAGE_ID={CONFIG_REFUSED}"))
    assert any("convened.conf:2: feed.refresh" in entry["MESSAGE"] for entry in refused)
    assert served.ActiveState == "active" and served.pid == before
    assert f"X-WR-CALNAME:{title}\r\n" in served.fetch().text


def test_a_bad_configuration_does_not_start_again_and_again(service):
    service.configure('feed = { refresh = "sometimes"; };\n')
    assert systemctl("start", "convened.service", check=False).returncode != 0
    assert service.ActiveState == "failed" and service.NRestarts == "0" and service.ExecMainStatus == "2"


def test_the_watchdog_ends_a_main_loop_that_hangs(served):
    served.drop_in("[Service]\nWatchdogSec=4\nTimeoutAbortSec=1\nRestartSec=0\n")
    systemctl("restart", "convened.service")
    before = served.pid
    wait_until(lambda: served.fetch().status_code == 200)
    os.kill(before, signal.SIGSTOP)
    wait_until(lambda: served.NRestarts == "1" and served.ActiveState == "active")
    assert served.pid != before and "BEGIN:VEVENT" in served.fetch().text
    wait_until(lambda: any("Watchdog timeout" in entry["MESSAGE"] for entry in journal("UNIT=convened.service")))


def test_the_watchdog_is_content_with_a_loop_that_runs(served):
    served.drop_in("[Service]\nWatchdogSec=3\n")
    systemctl("restart", "convened.service")
    before, begun = served.pid, time.monotonic()
    wait_until(lambda: time.monotonic() - begun > 7)
    assert served.pid == before and served.NRestarts == "0"


def test_killed_it_comes_back_with_the_same_feeds(served):
    before, feed = served.pid, served.fetch().content
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: served.ActiveState == "active" and served.pid not in (0, before))
    assert served.fetch().content == feed and served.NRestarts == "1"
    assert served.convene("check").returncode == 0


def test_what_never_starts_is_given_up_and_told(service):
    """With a store that cannot be opened, systemd gives up and starts the administrator's OnFailure= unit."""
    flag = pathlib.Path("/run/told")
    pathlib.Path("/etc/systemd/system/tell.service").write_text(
        f"[Service]\nType=oneshot\nExecStart=touch {flag}\n", encoding="utf-8")
    service.configure('store = "sqlite:/nowhere/convened.db";\n')
    service.drop_in("[Unit]\nStartLimitBurst=3\nOnFailure=tell.service\n[Service]\nRestartSec=100ms\n")
    systemctl("start", "convened.service", check=False)
    wait_until(lambda: service.ActiveState == "failed" and flag.exists())
    wait_until(lambda: journal(f"MESSAGE_ID={START_FAILED}"))


def test_the_files_of_the_services_user(served):
    user = pwd.getpwnam("convened")
    status = STATE.stat()
    assert not STATE.is_symlink() and (status.st_uid, status.st_gid, status.st_mode & 0o777) == (user.pw_uid, user.pw_gid, 0o750)
    assert {path.stat().st_uid for path in STATE.iterdir()} == {user.pw_uid}
    assert {path.stat().st_mode & 0o777 for path in STATE.glob("convened.db*")} == {0o640}
    process = pathlib.Path(f"/proc/{served.pid}/status").read_text(encoding="utf-8")
    assert f"Uid:\t{user.pw_uid}\t{user.pw_uid}\t{user.pw_uid}\t{user.pw_uid}" in process
    systemctl("restart", "convened.service")
    assert "BEGIN:VEVENT" in served.fetch().text
    assert CONFIG.stat().st_uid == 0


def as_nobody(*arguments, groups=()):
    others = ["--groups", ",".join(groups)] if groups else ["--clear-groups"]
    return run("setpriv", "--reuid", "nobody", "--regid", "nogroup", *others, "convene", *arguments, check=False)


def test_members_of_the_group_may_read(served):
    assert "2021" in as_nobody("list", groups=["convened"]).stdout
    refused = as_nobody("add", "--summary=x", groups=["convened"])
    assert refused.returncode == 1
    stranger = as_nobody("list")
    assert stranger.returncode == 1 and "Permission denied: only root, convened and members of the group convened" in stranger.stderr
    systemctl("stop", "convened.service")
    assert "2021" in as_nobody("list", groups=["convened"]).stdout


def test_an_account_lets_a_member_write(served):
    systemctl("enable", "--now", "convened-command.socket")
    add = ("add", "--summary=By command", "--start=2030-01-01")
    no_account = as_nobody(*add, groups=["convened"])
    assert no_account.returncode == 1 and "there is no account nobody" in no_account.stderr
    served.convene("account", "add", "nobody", "--role=editor", "--no-password")
    added = as_nobody(*add, groups=["convened"])
    assert added.returncode == 0, added
    wait_until(lambda: "By command" in served.fetch().text)
    stranger = as_nobody(*add)
    assert stranger.returncode == 1 and "Permission denied" in stranger.stderr
    told = wait_until(lambda: journal("CALLER=nobody", f"CALLER_UID={pwd.getpwnam('nobody').pw_uid}"))
    assert [entry["MESSAGE"].split(": ", 1)[1] for entry in told] == ["add, exit code 1", "add, exit code 0"]
    assert "nobody" in served.convene("log", added.stdout.strip()).stdout
    assert not run("systemctl", "--failed", "--no-legend").stdout


def test_a_served_command_reaches_a_database_server_by_tcp(service, monkeypatch):
    """The password is the unit's alone, so a member of the group reads and writes by the socket only."""
    with postgresql.Server("listen_addresses=127.0.0.1") as server:
        name = re.search(r"/(t[0-9a-f]+)\?", postgresql.make_database(server.url()))[1]
        postgresql.psql(server.url(), "ALTER USER postgres PASSWORD 'database password'")
        rules = server.data / "pg_hba.conf"
        rules.write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n", encoding="utf-8")
        postgresql.psql(server.url(), "SELECT pg_reload_conf()")
        password = pathlib.Path("/etc/credstore/convened.pgpass")
        password.parent.mkdir(mode=0o700, exist_ok=True)
        password.write_text("127.0.0.1:*:*:postgres:database password\n", encoding="utf-8")
        password.chmod(0o600)
        service.configure(f'store = "postgresql://postgres@127.0.0.1/{name}";\n')
        monkeypatch.setenv("PGPASSFILE", str(password))
        service.convene("add", "--summary=By TCP", "--start=2030-01-01")
        assert as_nobody("list", groups=["convened"]).returncode == 1
        systemctl("enable", "--now", "convened-command.socket")
        assert "By TCP" in as_nobody("list", groups=["convened"]).stdout, journal_text()
        service.convene("account", "add", "nobody", "--role=editor", "--no-password")
        assert as_nobody("add", "--summary=By command", "--start=2030-01-02", groups=["convened"]).returncode == 0
        assert "By command" in service.convene("list").stdout
        password.unlink()


def test_the_state_of_a_dynamic_user_is_taken_over(service):
    """Older versions had a dynamic user, whose directory only root may enter."""
    run("systemd-run", "--wait", "-p", "DynamicUser=yes", "-p", "User=convened-old", "-p", "StateDirectory=convened",
        "touch", "/var/lib/convened/kept")
    assert STATE.is_symlink()
    systemctl("start", "convened.service")
    user = pwd.getpwnam("convened")
    assert not STATE.is_symlink() and (STATE / "kept").stat().st_uid == user.pw_uid


def manual_example(first_line):
    """Returns the lines of a literal display in the manual."""
    manual = (ROOT / "daemon/man/convened.8").read_text(encoding="utf-8")
    displays = re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed$", manual, re.M | re.S)
    return next(text for text in displays if first_line in text)


def test_the_daily_check_fails_visibly(served):
    """The failed check also sends a notice, if the administrator followed the manual."""
    tell = pathlib.Path("/etc/systemd/system/tell@.service")
    tell.write_text(manual_example("Tell that").replace("| wall", ">/run/told"), encoding="utf-8")
    served.drop_in(manual_example("OnFailure="), "convened-check.service")
    systemctl("enable", "--now", "convened-check.timer")
    assert "convened-check.service" in systemctl("list-timers").stdout
    systemctl("start", "convened-check.service")
    assert systemctl("show", "--value", "-p", "Result", "convened-check.service").stdout.strip() == "success"
    systemctl("stop", "convened.service")
    database = pathlib.Path("/var/lib/convened/convened.db")
    run("sqlite3", database, "UPDATE object SET text = 'nonsense' WHERE id IN (SELECT id FROM object LIMIT 1)")
    assert systemctl("start", "convened-check.service", check=False).returncode != 0
    assert "convened-check.service" in systemctl("--failed").stdout
    entry = wait_until(lambda: journal(f"MESSAGE_ID={CHECK_FAILED}"))[0]
    assert entry["PRIORITY"] == "3"
    told = wait_until(lambda: pathlib.Path("/run/told").exists() and pathlib.Path("/run/told").read_text(encoding="utf-8"))
    assert "convened-check.service" in told and "failed" in told
    tell.unlink()


def test_the_catalog_says_what_to_do_in_both_languages(served):
    run("journalctl", "--update-catalog")
    source = (ROOT / "daemon/base/log.c").read_text(encoding="utf-8")
    kinds = re.findall(r'\[JOURNAL_\w+\] = \{ LOG_\w+, "([0-9a-f]{32})" \}', source)
    assert len(kinds) == len(set(kinds)) > 10
    run("localedef", "-i", "ru_RU", "-f", "UTF-8", "ru_RU.UTF-8")
    for kind in kinds:
        for language, letters in (("en_US.UTF-8", "[a-z]"), ("ru_RU.UTF-8", "[а-я]")):
            text = run("journalctl", "--dump-catalog", kind, env=dict(os.environ, LC_ALL=language)).stdout
            subject = re.search(r"^Subject: (.+)$", text, re.M)
            assert subject and re.search(letters, subject.group(1)), (kind, language, text)
    shown = run("journalctl", "-x", "--no-pager", "-u", "convened.service", env=dict(os.environ, LC_ALL="ru_RU.UTF-8")).stdout
    assert "Служба календаря работает" in shown


def states(service):
    return [json.loads(line)["state"] for line in service.convene("outbox", "--json").stdout.splitlines()]


def test_an_older_store_is_upgraded(service, tmp_path):
    """Upgrades a store of version 2: nothing is lost, sent mails are not sent again, and the mail without a reply is sent once."""
    dump = (ROOT / "tests/corpus/store/version-2.sql").read_text(encoding="utf-8")
    run("systemd-run", "--wait", "-p", "User=convened", "-p", "StateDirectory=convened", "-p", "StateDirectoryMode=0750", "true")
    database = pathlib.Path("/var/lib/convened/convened.db")
    run("sqlite3", database, input=dump)
    owner = database.parent.stat()
    os.chown(database, owner.st_uid, owner.st_gid)
    with Server() as server:
        service.configure(f'mail = {{ deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; }};\n')
        service.drop_in("[Service]\nExecStart=\nExecStart=/usr/bin/convened --config /etc/convened/convened.conf "
                        "--rehearse=2021-06-23T20:00:00+03:00\n")
        systemctl("start", "convened.service")
        assert service.fetch().status_code == 200
        wait_until(lambda: states(service) == ["SENT", "SENT"])
        systemctl("stop", "convened.service")
        assert [b"second@example.org" in message for message in server.messages] == [True]
    assert service.convene("check").returncode == 0
    service.convene("export", tmp_path / "out")
    assert len(list((tmp_path / "out").rglob("*.ics"))) == 14 and len(list((tmp_path / "out").rglob("*.vcf"))) == 2
    assert run("sqlite3", database, "SELECT count(*) FROM subscription").stdout == "2\n"


def test_the_access_log_has_fields(service):
    service.configure('http = { listen = [ "127.0.0.1:8080" ]; access_log = true; };\n')
    systemctl("start", "convened.service")
    assert service.fetch("/all.ics?secret").status_code == 200
    (entry,) = wait_until(lambda: journal("-u", "convened.service", "HTTP_STATUS=200"))
    assert (entry["HTTP_CLIENT"], entry["HTTP_METHOD"], entry["HTTP_PATH"]) == ("127.0.0.1", "GET", "/all.ics")
    assert entry["MESSAGE"].endswith('"GET /all.ics HTTP/1.1" 200 -') and "secret" not in str(entry)
