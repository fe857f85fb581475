"""Every kind of mail meets every fault of a server, and a kill -9 of the daemon at every point of a session.

All mails of a store (all_kinds.py) are under way at once, so that one fault and one kill concern them all. What each fault means to the ledger is in
test_faults.py; here, each mail arrives at its reader, at most twice with equal bytes, or is refused. The kinds are those that the program has.
"""

import collections
import contextlib
import email
import signal
import sqlite3
import subprocess

import pytest

import all_kinds
from conftest import BUILD, PATIENCE, end, make_tool, wait_until
from smtp_server import KEPT, PASSWORD, USER, Server, make_certificate
from test_clock import MINUTE, Clock
from test_faults import QUOTED

KINDS_TOOL = BUILD / "tests/tools/mail-kinds"
STAGES = ("banner", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "dot")
# After these the mail is tried again; it cannot have been delivered. In what follows the reply is about this mail, and final.
AGAIN = [(stage, "4yz") for stage in STAGES] + [(stage, "5yz") for stage in ("banner", "ehlo", "starttls", "auth", "mail")]
NEVER = [(stage, "5yz") for stage in ("rcpt", "data", "body", "dot")]
# The stages at which no reply comes and the daemon is killed; at "kept dot" the server has the mail, and at "reply" replies are under way.
POINTS = ("banner", "ehlo", "mail", "rcpt", "data", "body", "dot", "kept dot", "reply")
PENDING, UNKNOWN, SENT, FAILED, CANCELLED = 1, 3, 4, 5, 8
N_MAILS = len(all_kinds.EXPECTED)


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    make_tool(all_kinds.SHIM)
    directory = tmp_path_factory.mktemp("kinds")
    return Bench(directory)


class Bench:
    def __init__(self, directory):
        self.directory, self.n = directory, 0
        self.store, _ = all_kinds.make(directory / "store")
        self.certificate = make_certificate(directory, days=20000)
        password = directory / "password"
        password.write_text(PASSWORD, encoding="ascii")
        password.chmod(0o600)
        self.secure = f'ca_file = "{self.certificate[0]}"; username = "{USER}"; password_file = "{password}";'

    @contextlib.contextmanager
    def life(self):
        self.n += 1
        directory = self.directory / str(self.n)
        directory.mkdir()
        with Server(certificate=self.certificate, ask_password=True) as server:
            life = Life(directory, server, self.secure)
            life.site.take_store(self.store)
            try:
                yield life
            finally:
                end(life.site)


class Life:
    """A copy of the store, and the daemon that is started on it again and again, each time an hour later."""

    def __init__(self, directory, server, secure):
        self.server, self.secure, self.held = server, secure, set()
        self.clock = Clock(directory / "clock", all_kinds.NOW)
        self.site = all_kinds.make_site(directory, server, self.clock, listen=f"unix:{directory}/http")

    def rows(self):
        """Returns kind, state, tries, reply and Message-ID of the mails that wait or were tried since the store was made."""
        with contextlib.closing(sqlite3.connect(f"file:{self.site.database}?mode=ro", uri=True)) as store:
            return store.execute("SELECT kind, state, tries, reply, message_id FROM mail WHERE state <> ? AND due = ? ORDER BY id",
                                 [CANCELLED, all_kinds.usec(all_kinds.NOW)]).fetchall()

    def states(self):
        return {state for _, state, *_ in self.rows()}

    def start(self, stage=None, fault=None):
        def plan(at, connection, transaction):
            # A server that replied within the text does not reply to the dot.
            if stage == "body" and at == "dot":
                return b""
            if at != stage:
                return None
            self.held.add((connection, transaction))
            return fault
        self.server.plan, self.held = plan, set()
        # TLS and a password cost time, and are only used where they matter.
        mail = all_kinds.mail_options(self.server, self.secure) if stage in ("starttls", "auth") else all_kinds.mail_options(self.server)
        self.site.write_config(all_kinds.other_options(), mail)
        self.site.start()

    def stop(self, how=signal.SIGTERM):
        self.site.stop(how)
        self.clock.jump(60 * MINUTE)

    def end(self):
        """Runs the daemon without faults until all mails are sent; those of unknown state are sent again some minutes after they were found so."""
        for states in {SENT, UNKNOWN}, {SENT}:
            if self.states() != {SENT}:
                self.start()
                wait_until(lambda: self.states() <= states)  # noqa: B023
                self.stop()
        assert self.site.convene("check").returncode == 0

    def assert_mails(self, copies):
        """Checks the kinds and readers of all mails, and that each arrived in a number of copies that is allowed."""
        kinds = {message_id: kind for kind, *_, message_id in self.rows()}
        found = collections.defaultdict(list)
        for raw, reader in zip(self.server.messages, self.server.recipients):
            found[email.message_from_bytes(raw)["Message-ID"].strip("<>"), reader].append(raw)
        assert all(len(set(same)) == 1 and len(same) in copies for same in found.values()), {key: len(same) for key, same in found.items()}
        assert sorted((kinds[message_id], reader.partition("@")[0]) for message_id, reader in found) == all_kinds.EXPECTED


def test_the_store_has_all_kinds_of_the_program():
    make_tool(KINDS_TOOL)
    kinds = subprocess.run([KINDS_TOOL], capture_output=True, text=True, check=True, timeout=PATIENCE).stdout.split()
    assert len(kinds) == len(set(kinds)) and set(kinds) == {kind for kind, _ in all_kinds.EXPECTED}


def test_each_kind_outlives_refusals_at_each_stage(bench):
    """And, in the end, a connection that is lost after the dot."""
    with bench.life() as life:
        for number, fault in enumerate(AGAIN):
            life.start(*fault)
            wait_until(lambda number=number: len(rows := life.rows()) == N_MAILS and all(tries > number for _, _, tries, *_ in rows))
            life.stop()
            assert life.states() == {PENDING} and life.server.messages == [], fault
            assert all(QUOTED[fault[1]] in reply for *_, reply, _ in life.rows()), fault
        life.start("dot", "drop")
        wait_until(lambda: life.states() == {UNKNOWN})
        life.stop()
        life.end()
        life.assert_mails({2})


@pytest.mark.parametrize("stage", [stage for stage, _ in NEVER])
def test_a_final_refusal_ends_each_kind(bench, stage):
    with bench.life() as life:
        life.start(stage, "5yz")
        wait_until(lambda: life.states() == {FAILED})
        life.stop()
        assert all(QUOTED["5yz"] in reply for *_, reply, _ in life.rows())
        assert life.server.messages == [] and {kind for kind, *_ in life.rows()} == {kind for kind, _ in all_kinds.EXPECTED}


@pytest.mark.parametrize("point", POINTS)
def test_each_kind_outlives_a_kill_at_each_point(bench, point):
    with bench.life() as life:
        life.start(point.removeprefix(KEPT), None if point == "reply" else KEPT + "stall" if point.startswith(KEPT) else "stall")
        wait_until(lambda: len(life.server.messages if point == "reply" else life.held) >= N_MAILS, step=0.01)
        life.stop(signal.SIGKILL)
        life.end()
        life.assert_mails({2} if point == "kept dot" else {1, 2} if point == "reply" else {1})
