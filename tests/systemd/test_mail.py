"""Mail from inside the sandbox: the password as a credential, the journal's entry for each mail, and a stop between dot and reply."""

import json
import pathlib
import subprocess
import threading
import time

import pytest

from conftest import PATIENCE, ROOT, journal, run, systemctl, wait_until
from smtp_server import PASSWORD, USER, Server, make_certificate

EVE = "2021-06-23T17:59:56+03:00"
EVENT = "saransk-clusters@documents.convened.example"
ADDRESS = "v.ivanova@example.org"
CARD = f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn-x-guest\r\nFN:Guest\r\nEMAIL:{ADDRESS}\r\nLANG:en\r\nEND:VCARD\r\n"
CREDENTIAL = pathlib.Path("/etc/credstore/convened.smtp-password")
SENT, FAILED, CONFIG_REFUSED, STUCK = (
    "5badce93365348f3aef89af6a3c00718", "48938744af324b3583da8f29efad4a9c", "9b234eb6a71e4233bd9ab8328f23ad2d",
    "339bec4d87a441b180afceed45e8f24f")


@pytest.fixture
def eve(service):
    """start(server, mail=..., extra=...) runs the service on the eve of an event with a reminder for a contact."""

    def start(server, mail="", extra="", unit=""):
        plain = f'url = "smtp://127.0.0.1:{server.port}"; starttls = false;'
        service.configure(f'mail = {{ deliver = true; {mail or plain} }};\n{extra}')
        service.drop_in("[Service]\nExecStart=\nExecStart=/usr/bin/convened --config /etc/convened/convened.conf "
                        f"--rehearse={EVE}\n{unit}")
        # Fill the store before the first start, since a rehearsed daemon processes new events by its own clock.
        run("systemd-run", "--wait", "-p", "User=convened", "-p", "StateDirectory=convened", "-p", "StateDirectoryMode=0750", "true")
        service.convene("import", ROOT / "conf/documents")
        service.convene("import", "-", input=CARD)
        service.convene("subscribe", ADDRESS, "--event", EVENT, "--lead=-P1D@18:00")
        systemctl("start", "convened.service")
        return service

    yield start
    CREDENTIAL.unlink(missing_ok=True)


def state(service):
    rows = [json.loads(line) for line in service.convene("outbox", "--json").stdout.splitlines()]
    return rows[0]["state"] if rows else None


def notice(kind):
    return wait_until(lambda: journal("-u", "convened.service", f"MESSAGE_ID={kind}"))[0]


def test_the_password_is_a_credential(eve, tmp_path):
    certificate = make_certificate(tmp_path)
    ca_file = pathlib.Path("/etc/convened/ca.pem")
    ca_file.write_bytes(certificate[0].read_bytes())
    folder = CREDENTIAL.parent.stat()
    assert (folder.st_mode & 0o777, folder.st_uid) == (0o700, 0)
    CREDENTIAL.write_text(PASSWORD + "\n", encoding="utf-8")
    CREDENTIAL.chmod(0o600)
    with Server(certificate=certificate, ask_password=True) as server:
        service = eve(server, f'url = "smtp://localhost:{server.port}"; username = "{USER}"; ca_file = "{ca_file}"; '
                              'password_file = "${CREDENTIALS_DIRECTORY}/smtp-password";')
        wait_until(lambda: state(service) == "SENT")
        assert len(server.messages) == 1
    # The check of the configuration at a reload has no credential.
    systemctl("reload", "convened.service")
    assert PASSWORD not in service.log()
    entries = run("find", "/run/credentials/convened.service", "-type", "f", "-perm", "/077").stdout
    assert entries == ""


def test_a_credential_that_is_missing_is_named(service):
    service.configure('mail = { deliver = true; url = "smtps://127.0.0.1"; username = "u"; '
                      'password_file = "${CREDENTIALS_DIRECTORY}/smtp-password"; };\n')
    assert systemctl("start", "convened.service", check=False).returncode != 0
    assert service.ExecMainStatus == "2" and service.NRestarts == "0"
    wait_until(lambda: any("smtp-password" in entry["MESSAGE"] for entry in journal(f"MESSAGE_ID={CONFIG_REFUSED}")))


def test_the_journal_has_fields_and_no_addresses(eve):
    with Server() as server:
        service = eve(server)
        entry = notice(SENT)
        assert entry["EVENT_UID"] == EVENT and entry["CONTACT"] == "urn-x-guest" and entry["SMTP_REPLY"].startswith("250")
        assert entry["MAIL_ID"] == str(json.loads(service.convene("outbox", "--json").stdout)["id"])
        assert entry["PRIORITY"] == "6" and "ADDRESS" not in entry
        wait_until(lambda: "queue: 0; last delivery: 2021-06-23T15:00:0" in service.StatusText)
    assert ADDRESS not in json.dumps(journal("-u", "convened.service"))


def test_what_a_server_quotes_is_hidden(eve):
    with Server({"rcpt": f"550 5.1.1 <{ADDRESS}>: no such user\r\n".encode()}) as server:
        eve(server)
        entry = notice(FAILED)
        assert entry["SMTP_REPLY"] == "550 5.1.1 <***>: no such user" and entry["PRIORITY"] == "3"
    assert ADDRESS not in json.dumps(journal("-u", "convened.service"))


def test_addresses_where_they_are_wanted(eve):
    with Server({"rcpt": f"550 5.1.1 <{ADDRESS}>: no such user\r\n".encode()}) as server:
        eve(server, extra="log = { addresses = true; };\n")
        entry = notice(FAILED)
        assert entry["ADDRESS"] == ADDRESS and ADDRESS in entry["SMTP_REPLY"]


def test_stopping_waits_longer_than_its_time_for_a_reply(eve):
    reached, released = threading.Event(), threading.Event()

    def plan(stage, connection, transaction):
        if stage == "dot":
            reached.set()
            released.wait(PATIENCE)

    with Server(plan) as server:
        service = eve(server, unit="TimeoutStopSec=2\n")
        assert reached.wait(PATIENCE)
        stop = subprocess.Popen(["systemctl", "stop", "convened.service"])
        begun = time.monotonic()
        wait_until(lambda: "owes its reply" in service.StatusText)
        wait_until(lambda: time.monotonic() - begun > 5 or stop.poll() is not None)
        assert service.ActiveState == "deactivating"
        released.set()
        assert stop.wait(PATIENCE) == 0
        assert service.Result == "success" and state(service) == "SENT" and len(server.messages) == 1


# Stops one thread until the whole process ends. Waits for the thread's zombie, without which the process could not be reaped.
STOP_THREAD = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long] * 4
SEIZE, INTERRUPT, WALL = 0x4206, 0x4207, 0x40000000
thread = int(sys.argv[1])
if libc.ptrace(SEIZE, thread, 0, 0) or libc.ptrace(INTERRUPT, thread, 0, 0):
    sys.exit(os.strerror(ctypes.get_errno()))
while not os.WIFSIGNALED(os.waitpid(thread, WALL)[1]):
    pass
"""


def test_the_watchdog_ends_a_thread_that_hangs(eve):
    """The main loop runs on but does not notify the watchdog."""
    reached, released = threading.Event(), threading.Event()

    def plan(stage, connection, transaction):
        if stage == "banner" and connection == 0:
            reached.set()
            released.wait(PATIENCE)

    with Server(plan) as server:
        service = eve(server, f'url = "smtp://127.0.0.1:{server.port}"; starttls = false; connections = 1;',
                      unit="WatchdogSec=4\nTimeoutAbortSec=2\n")
        assert reached.wait(PATIENCE)
        before = service.pid
        tasks = pathlib.Path(f"/proc/{before}/task").iterdir()
        thread = [task.name for task in tasks if (task / "comm").read_text(encoding="utf-8") == "smtp\n"][0]
        stopper = subprocess.Popen(["/usr/bin/python3", "-c", STOP_THREAD, thread])
        wait_until(lambda: service.NRestarts == "1" and service.ActiveState == "active")
        assert service.pid != before and stopper.wait(PATIENCE) == 0
        released.set()
    assert notice(STUCK)["MESSAGE"].startswith("the mail threads: no progress")


def test_a_mail_that_is_owed_a_reply_outlives_kill_9(eve):
    reached, released = threading.Event(), threading.Event()

    def plan(stage, connection, transaction):
        if stage == "dot" and connection == 0:
            reached.set()
            released.wait(PATIENCE)

    with Server(plan) as server:
        service = eve(server)
        assert reached.wait(PATIENCE)
        systemctl("kill", "-s", "KILL", "convened.service")
        released.set()
        wait_until(lambda: service.ActiveState == "active" and service.NRestarts == "1")
        assert state(service) == "UNKNOWN"
        wait_until(lambda: "queue: 1; last delivery: never" in service.StatusText)
        assert service.convene("check").returncode == 0
