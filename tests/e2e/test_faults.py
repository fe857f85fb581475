"""Every stage of an SMTP exchange x every way to go wrong there, with a whole daemon: what the ledger says after the first attempt and in the
end, and how many copies the server has.

Each cell has a daemon, a store and a server of its own, and many run side by side; a test only looks at its cell. What is expected stands
in the tables below, written from the contract and not from the code:

    before the commit (the final CRLF is held back until the ledger has it): nothing can have been taken, so try again
    after it: 2yz is SENT, 4yz is tried again, 5yz is FAILED, and no reply is UNKNOWN: once more, with the same bytes; twice is PARKED
"""

import concurrent.futures
import contextlib
import dataclasses
import email
import re
import shutil
import sqlite3
import subprocess

import pytest

from conftest import BUILD, ROOT, Site, end, wait_until
from smtp_server import PASSWORD, USER, Server, make_certificate
from test_notices import CALENDAR, CARD, DAY, EVENT, QUIET

SHIM = BUILD / "tests/preload/narrow.so"
SIDE_BY_SIDE = 12
# The reminder is for 18:00. Whatever is to be tried again has come up an hour later.
STARTS = ("18:00:01", "19:00:00", "20:00:00", "21:00:00")
AFTER_THE_EVENT = "2051-06-26T00:00:01"
FINAL = {"SENT", "FAILED", "PARKED", "EXPIRED"}
STATES = ("", "PENDING", "COMMITTED", "UNKNOWN", "SENT", "FAILED", "EXPIRED", "SUPPRESSED", "CANCELLED", "PARKED")
# A mail that one can break off in the middle: most of it is still the daemon's when the server has read some lines.
DESCRIPTION = "DESCRIPTION:" + "много слов " * 4000
NARROW = 4096


@dataclasses.dataclass(frozen=True)
class Expected:
    """attempts: those that may have delivered it; tries: those that surely did not."""
    first: str
    attempts: int
    tries: int
    last: str
    last_attempts: int
    last_tries: int
    copies: int


# Nothing was handed over, so it is tried again as often as it takes.
AGAIN = Expected("PENDING", 0, 1, "SENT", 1, 1, copies=1)
# The server will not have this mail for this recipient: there is no use in another try.
NEVER = Expected("FAILED", 0, 0, "FAILED", 0, 0, copies=0)
# Unusual, and yet a yes.
YES = Expected("SENT", 1, 0, "SENT", 1, 0, copies=1)
# Handed over as a whole, and the server has answered that it did not take it.
DEFERRED = AGAIN
REFUSED = Expected("FAILED", 1, 0, "FAILED", 1, 0, copies=0)
# Handed over as a whole, and the outcome is unknown: once more. The server had not taken it, or it had.
LOST = Expected("UNKNOWN", 1, 0, "SENT", 2, 0, copies=1)
TAKEN = Expected("UNKNOWN", 1, 0, "SENT", 2, 0, copies=2)

# Up to the reply to AUTH nothing has been said about this mail: whatever goes wrong, it is the server's trouble, not the recipient's.
ANY_TROUBLE = {"4yz": AGAIN, "5yz": AGAIN, "421": AGAIN, "garbage": AGAIN, "stall": AGAIN, "close": AGAIN, "reset": AGAIN}

MATRIX = {
    # 251 is a 2yz, and so is a long one: the server greets.
    "banner": ANY_TROUBLE | {"251": YES, "long": YES},
    # A server that knows no EHLO is asked with HELO: it fails as the EHLO did.
    "ehlo": ANY_TROUBLE | {"251": YES, "long": YES},
    # RFC 3207 has no other yes than 220, and without TLS nothing is said to a server that must have it.
    "starttls": ANY_TROUBLE | {"251": AGAIN, "long": YES},
    # RFC 4954 has no other yes than 235. A refused password is not the recipient's fault.
    "auth": ANY_TROUBLE | {"251": AGAIN, "long": YES},
    # A sender that is refused is the sender of every mail.
    "mail": ANY_TROUBLE | {"251": YES, "long": YES},
    # "User not local; will forward" is a yes (RFC 5321, 4.2.3). A 5yz speaks of this recipient.
    "rcpt": ANY_TROUBLE | {"5yz": NEVER, "251": YES, "long": YES},
    # 354 alone asks for the text. A 5yz speaks of this mail.
    "data": ANY_TROUBLE | {"5yz": NEVER, "251": AGAIN, "long": YES},
    # In the middle of the text, of which the final CRLF is held back: a server that breaks off has nothing. A server that answers too early and
    # reads on is heard when everything has been said: its first reply is the reply. What is no reply is passed over.
    "body": {"4yz": DEFERRED, "5yz": REFUSED, "251": YES, "garbage": YES, "long": YES,
             "421": AGAIN, "stall": AGAIN, "close": AGAIN, "reset": AGAIN},
    # After the dot the reply decides. 421 is a 4yz, also when it is the last thing that is said.
    "dot": {"4yz": DEFERRED, "5yz": REFUSED, "421": DEFERRED, "251": YES, "long": YES, "garbage": LOST, "stall": LOST, "close": LOST,
            "reset": LOST, "drop": TAKEN, "kept garbage": TAKEN, "kept stall": TAKEN, "kept reset": TAKEN},
}
# "drop" is to take something and to go before one says so: up to the dot there is nothing that a server could have taken, and it is "close".
VOID = {(stage, "drop") for stage in MATRIX if stage != "dot"}

# What the ledger quotes. Where the server says nothing that is a reply, it is libcurl's own sentence.
# Faults in which the server keeps the connection and says nothing: they end when the reply's time is over.
SILENT = {"stall", "garbage", "kept stall", "kept garbage"}
QUOTED = {"4yz": "451 4.3.0 not now", "5yz": "554 5.7.1 never", "421": "421 4.3.2 going down"}


@dataclasses.dataclass(frozen=True)
class Life:
    """One fault after another, each at its own start of the daemon, and what the ledger says then: (state, attempts, tries)."""
    name: str
    faults: tuple  # of (stage, fault) or None; the last one stays
    states: tuple
    copies: int
    over: bool = False  # the last start is after the event's end
    quiet: bool = False  # the second start is in the contact's quiet hours
    marked: bool = False  # the contact is not mailed any more
    pipelining: bool = False  # the server announces it (RFC 2920), so that MAIL, RCPT and DATA come in one piece

    def fault_of(self, start):
        return self.faults[min(start, len(self.faults) - 1)]


UNKNOWN_ONCE, GONE = ("UNKNOWN", 1, 0), ("dot", "drop")
NOBODY, FULL, NOT_NOW = b"550 5.1.1 no such user\r\n", b"552 5.2.2 mailbox full\r\n", b"450 4.1.1 no such user\r\n"
LIVES = [
    # Twice no reply: no third attempt, and never more than two copies.
    *(Life(f"always {fault}", (("dot", fault),), (UNKNOWN_ONCE, ("PARKED", 2, 0), ("PARKED", 2, 0)), copies)
      for fault, copies in [("drop", 2), ("kept stall", 2), ("kept reset", 2), ("kept garbage", 2),
                            ("close", 0), ("stall", 0), ("reset", 0), ("garbage", 0)]),
    # Whatever surely delivers nothing goes on until the event makes it pointless, and is then called by its name.
    Life("no server until the end", (("banner", "close"),), (("PENDING", 0, 1), ("PENDING", 0, 2), ("EXPIRED", 0, 2)), 0, over=True),
    Life("deferred until the end", (("dot", "4yz"),), (("PENDING", 0, 1), ("PENDING", 0, 2), ("EXPIRED", 0, 2)), 0, over=True),
    # A deferral is an answer: the one without a reply after it is the first of its kind.
    Life("deferred, then gone", (("dot", "4yz"), GONE, None), (("PENDING", 0, 1), ("UNKNOWN", 1, 1), ("SENT", 2, 1)), 2),
    Life("deferred, then gone twice", (("dot", "4yz"), GONE), (("PENDING", 0, 1), ("UNKNOWN", 1, 1), ("PARKED", 2, 1)), 2),
    # A first copy that may have arrived is not forgotten over a later answer.
    Life("gone, then deferred", (GONE, ("dot", "4yz"), None), (UNKNOWN_ONCE, ("UNKNOWN", 1, 1), ("SENT", 2, 1)), 2),
    Life("gone, deferred, gone", (GONE, ("dot", "421"), GONE), (UNKNOWN_ONCE, ("UNKNOWN", 1, 1), ("PARKED", 2, 1), ("PARKED", 2, 1)), 2),
    Life("gone, then deferred until the end", (GONE, ("dot", "4yz")), (UNKNOWN_ONCE, ("UNKNOWN", 1, 1), ("PARKED", 1, 1)), 1, over=True),
    Life("gone, then no server", (GONE, ("banner", "close"), None), (UNKNOWN_ONCE, ("UNKNOWN", 1, 1), ("SENT", 2, 1)), 2),
    Life("gone, then no such recipient", (GONE, ("rcpt", "5yz"), None), (UNKNOWN_ONCE, ("UNKNOWN", 1, 1), ("SENT", 2, 1)), 2),
    Life("gone, then quiet hours", (GONE, None), (UNKNOWN_ONCE, UNKNOWN_ONCE, ("SENT", 2, 0)), 2, quiet=True),
    Life("gone, then refused", (GONE, ("dot", "5yz"), None), (UNKNOWN_ONCE, ("FAILED", 2, 0), ("FAILED", 2, 0)), 1),
    # A contact is marked when the server says that there is no such mailbox, and not for a policy, a full one, a 4yz, or what it says of
    # the sender.
    Life("nobody at rcpt", (("rcpt", NOBODY),), (("FAILED", 0, 0), ("FAILED", 0, 0)), 0, marked=True),
    Life("nobody at the dot", (("dot", NOBODY),), (("FAILED", 1, 0), ("FAILED", 1, 0)), 0, marked=True),
    Life("a full mailbox", (("rcpt", FULL), None), (("FAILED", 0, 0), ("FAILED", 0, 0)), 0),
    Life("nobody for now", (("rcpt", NOT_NOW), None), (("PENDING", 0, 1), ("SENT", 1, 1)), 1),
    Life("nobody at mail", (("mail", NOBODY), None), (("PENDING", 0, 1), ("SENT", 1, 1)), 1),
]


def life_of(stage, fault):
    expected = MATRIX[stage][fault]
    return Life(f"{stage} {fault}", ((stage, fault), None), (
        (expected.first, expected.attempts, expected.tries), (expected.last, expected.last_attempts, expected.last_tries)), expected.copies)


CELLS = [(stage, fault) for stage, faults in MATRIX.items() for fault in faults]
CELL_LIVES = [life_of(*cell) for cell in CELLS]


def with_pipelining(lives):
    """All the same once more, for that it must be."""
    return lives + [dataclasses.replace(life, name=f"{life.name}, pipelining", pipelining=True) for life in lives]


@dataclasses.dataclass
class Row:
    state: str
    attempts: int
    tries: int
    reason: str
    message_id: str
    text: bytes

    def position(self):
        return self.state, self.attempts, self.tries

    def progress(self):
        return *self.position(), self.reason


@dataclasses.dataclass
class Result:
    rows: list
    messages: list
    check: subprocess.CompletedProcess
    log: str


def row_of(site):
    with contextlib.closing(sqlite3.connect(f"file:{site.database}?mode=ro", uri=True)) as store:
        found = store.execute("SELECT state, attempts, tries, reply, message_id, bytes FROM mail LEFT JOIN message ON mail = id").fetchall()
    return Row(STATES[found[0][0]], *found[0][1:]) if found else None


def template(directory, description="", card=""):
    """A store with one contact that is listed for one event, whose first start is over."""
    directory.mkdir()
    site = Site(directory, mail='deliver = true; url = "smtp://127.0.0.1:9"; starttls = false;')
    site.convene("import", "-", stdin=CALENDAR.replace("END:VEVENT", f"{description}\r\nEND:VEVENT" if description else "END:VEVENT").encode())
    site.convene("import", "-", stdin=CARD.format(card).encode())
    site.convene("subscribe", "v@example.org", "--event", EVENT, "--lead=-P1D@18:00")
    site.start(f"--rehearse={DAY}17:50:00+03:00")
    site.stop()
    return site.database


class Bench:
    """What all cells share."""

    def __init__(self, directory):
        self.directory = directory
        self.small, self.large = template(directory / "small"), template(directory / "large", description=DESCRIPTION)
        self.quiet = template(directory / "quiet", card=QUIET.format("18:30-20:00"))
        self.certificate = make_certificate(directory)
        self.password = directory / "password"
        self.password.write_text(PASSWORD, encoding="ascii")
        self.password.chmod(0o600)

    def site(self, life, server, stages):
        directory = self.directory / re.sub("[ ,]+", "-", life.name)
        directory.mkdir()
        # So many start and stop that a free port would not stay free.
        site = Site(directory, mail=self.mail(server, stages, None), listen=f"unix:{directory}/http")
        shutil.copy(self.large if "body" in stages else self.quiet if life.quiet else self.small, site.database)
        return site

    def mail(self, server, stages, fault):
        """The configuration for one attempt: a server that says nothing is waited for briefly, a slow one as long as a loaded machine may need."""
        timeout = "PT1S" if fault and fault[1] in SILENT else "PT40S"
        mail = f'deliver = true; url = "smtp://localhost:{server.port}"; reply_timeout = "{timeout}"; '
        return mail + (f'ca_file = "{self.certificate[0]}"; username = "{USER}"; password_file = "{self.password}";'
                       if stages & {"starttls", "auth"} else "starttls = false;")

    def server(self, life, started):
        def plan(stage, connection, transaction):
            fault = life.fault_of(started[0])
            # A server that has answered within the text says nothing to the dot, and has taken the mail only if that was a yes.
            if fault and (fault[0], stage) == ("body", "dot"):
                return b"" if fault[1] in ("4yz", "5yz") else None
            return fault[1] if fault and fault[0] == stage else None

        secure = any(fault and fault[0] in ("starttls", "auth") for fault in life.faults)
        return Server(plan, certificate=self.certificate if secure else None, ask_password=secure, pipelining=life.pipelining)

    def run(self, life):
        started, rows = [0], []
        stages = {fault[0] for fault in life.faults if fault}
        with self.server(life, started) as server:
            site = self.site(life, server, stages)
            try:
                for number, expected in enumerate(life.states):
                    started[0] = number
                    site.write_config(mail=self.mail(server, stages, life.fault_of(number)))
                    over = life.over and number == len(life.states) - 1
                    rows.append(self.attempt(site, AFTER_THE_EVENT if over else DAY + STARTS[number], rows[-1] if rows else None, stages))
                check = site.convene("check", check=False)
            finally:
                end(site)
            return Result(rows, [bytes(message) for message in server.messages], check, site.log_text())

    @staticmethod
    def attempt(site, clock, before, stages):
        """The daemon's life until the mail has moved. A mail at rest is looked at again and stays."""
        environment = {"LD_PRELOAD": str(SHIM), "NARROW": str(NARROW)} if "body" in stages else {}
        site.start(f"--rehearse={clock}+03:00", environment=environment)
        if not before or before.state not in FINAL:
            moved_from = before.progress() if before else ("PENDING", 0, 0, "")
            wait_until(lambda: (row := row_of(site)) and row.state != "COMMITTED" and row.progress() != moved_from)
        row = row_of(site)
        assert site.stop() == 0
        return row


@pytest.fixture(scope="module")
def results(tmp_path_factory, request):
    """Of the selected tests, all under way."""
    sanitize = ["SANITIZE=address,undefined"] if "sanitize" in BUILD.parts else []
    subprocess.run(["make", "-s", "-C", ROOT, *sanitize, SHIM.relative_to(ROOT)], check=True, timeout=600)
    bench = Bench(tmp_path_factory.mktemp("faults"))
    lives = [item.callspec.params["life"] for item in request.session.items
             if item.module is request.module and "life" in getattr(item, "fixturenames", ())]
    with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        yield {life.name: pool.submit(bench.run, life) for life in lives}


def assert_life(life, result):
    assert [row.position() for row in result.rows] == list(life.states), result.log
    assert len(result.messages) == life.copies
    # All copies are one mail, and it is the one that the ledger had before any of them.
    texts = {row.text for row in result.rows if row.text is not None} | set(result.messages)
    assert len(texts) <= 1
    ids = {f"<{row.message_id}>" for row in result.rows if row.message_id}
    assert {email.message_from_bytes(message)["Message-ID"] for message in result.messages} <= ids and len(ids) <= 1
    assert ("is not mailed any more" in result.log) == life.marked, result.log
    assert result.check.returncode == 0, result.check.stdout + result.check.stderr


@pytest.mark.parametrize("life", with_pipelining(CELL_LIVES), ids=lambda life: life.name)
def test_a_fault_once(results, life):
    result = results[life.name].result()
    assert_life(life, result)
    stage, fault = life.faults[0]
    first = result.rows[0]
    if first.state != "SENT" and fault in QUOTED and (stage, fault) != ("body", "421"):
        assert QUOTED[fault] in first.reason
    assert first.reason and len(first.reason) < 512 and first.reason.isprintable()


@pytest.mark.parametrize("life", with_pipelining(LIVES), ids=lambda life: life.name)
def test_faults_one_after_another(results, life):
    assert_life(life, results[life.name].result())


def test_the_matrix_is_whole():
    stages = ("banner", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "dot")
    faults = ("4yz", "5yz", "421", "251", "garbage", "long", "stall", "close", "reset", "drop")
    assert {(stage, fault) for stage in stages for fault in faults} <= set(CELLS) | VOID
    assert not VOID & set(CELLS)
