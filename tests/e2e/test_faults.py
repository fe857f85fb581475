"""Combines every stage of an SMTP session with every fault, with a whole daemon. Checks the ledger's state after the first attempt and at
the end, and the number of copies on the server.

In each cell three mails are due: the reminder of an event; one of two events, a bundle, to another contact; and a mail about a meeting, whose
kind changes from cell to cell. Each cell has its own daemon, store and server, and many run in parallel; a test only checks its cell. The expected results are in the
tables below, which were written from the contract and not from the code:

    before the commit (the final CRLF is sent only when the ledger has the mail): no server can have taken the mail, so it is tried again
    after it: 2yz is SENT, 4yz is tried again, 5yz is FAILED; no reply is UNKNOWN and is tried once more with the same bytes, then PARKED
"""

import collections
import concurrent.futures
import contextlib
import dataclasses
import datetime
import email
import re
import sqlite3
import subprocess

import pytest

import meeting_mails
from conftest import BUILD, Site, end, make_tool, wait_until
from smtp_server import PASSWORD, USER, Server, make_certificate
from test_notices import CALENDAR, CARD, DAY, EVENT, QUIET

SHIM = BUILD / "tests/preload/narrow.so"
SIDE_BY_SIDE = 12
# The reminder is due at 18:00. A retry is due at most an hour later.
STARTS = ("18:00:01", "19:00:00", "20:00:00", "21:00:00")
AFTER_THE_EVENT = "2051-06-26T00:00:01"
MEETING_DAY = "2051-06-26"
FINAL = {"SENT", "FAILED", "PARKED", "EXPIRED"}
STATES = ("", "PENDING", "COMMITTED", "UNKNOWN", "SENT", "FAILED", "EXPIRED", "SUPPRESSED", "CANCELLED", "PARKED")
# A mail long enough to be interrupted: the daemon still has most of it when the server has read some lines.
LONG = "много слов " * 4000
# The second event of the bundle, and its reader.
OTHER = "lecture@example.org"
LECTURE = CALENDAR.replace(EVENT, OTHER).replace("Практическая сессия", "Лекция").replace("DTEND;VALUE=DATE:20510626", "DTEND;VALUE=DATE:20510625")
BOTH = "both@example.org"
NARROW = 4096


@dataclasses.dataclass(frozen=True)
class Expected:
    """`attempts` counts the attempts that may have delivered the mail, `tries` those that cannot have delivered it."""
    first: str
    attempts: int
    tries: int
    last: str
    last_attempts: int
    last_tries: int
    copies: int


# Nothing was submitted, so the mail is retried without limit.
AGAIN = Expected("PENDING", 0, 1, "SENT", 1, 1, copies=1)
# The server rejects this mail for this recipient for good: no retry.
NEVER = Expected("FAILED", 0, 0, "FAILED", 0, 0, copies=0)
# An unusual reply that still accepts.
YES = Expected("SENT", 1, 0, "SENT", 1, 0, copies=1)
# The mail was submitted completely, and the server replied that it did not take it.
DEFERRED = AGAIN
REFUSED = Expected("FAILED", 1, 0, "FAILED", 1, 0, copies=0)
# The mail was submitted completely and its outcome is unknown, so it is sent once more. With LOST the server had not taken it.
LOST = Expected("UNKNOWN", 1, 0, "SENT", 2, 0, copies=1)
TAKEN = Expected("UNKNOWN", 1, 0, "SENT", 2, 0, copies=2)

# Up to the reply to AUTH the session is not about this mail, so every fault concerns the server and none the recipient.
ANY_TROUBLE = {"4yz": AGAIN, "5yz": AGAIN, "421": AGAIN, "garbage": AGAIN, "stall": AGAIN, "close": AGAIN, "reset": AGAIN}

MATRIX = {
    # 251 and a long reply are 2yz replies: a valid greeting.
    "banner": ANY_TROUBLE | {"251": YES, "long": YES},
    # After a rejected EHLO the client sends HELO, which fails in the same way.
    "ehlo": ANY_TROUBLE | {"251": YES, "long": YES},
    # By RFC 3207 only 220 accepts. Without the required TLS, nothing more is sent.
    "starttls": ANY_TROUBLE | {"251": AGAIN, "long": YES},
    # By RFC 4954 only 235 accepts. A rejected password says nothing about the recipient.
    "auth": ANY_TROUBLE | {"251": AGAIN, "long": YES},
    # A rejected sender concerns all mails.
    "mail": ANY_TROUBLE | {"251": YES, "long": YES},
    # "User not local; will forward" accepts (RFC 5321, 4.2.3). A 5yz rejects this recipient.
    "rcpt": ANY_TROUBLE | {"5yz": NEVER, "251": YES, "long": YES},
    # Only 354 asks for the text. A 5yz rejects this mail.
    "data": ANY_TROUBLE | {"5yz": NEVER, "251": AGAIN, "long": YES},
    # Within the text the final CRLF is not sent yet, so a server that closes the connection has no complete mail. If a server replies too
    # early and reads on, its first reply is used after the end of the text. Bytes that are not a reply are skipped.
    "body": {"4yz": DEFERRED, "5yz": REFUSED, "251": YES, "garbage": YES, "long": YES,
             "421": AGAIN, "stall": AGAIN, "close": AGAIN, "reset": AGAIN},
    # After the dot the reply decides. 421 is a 4yz, also when the server then closes the connection.
    "dot": {"4yz": DEFERRED, "5yz": REFUSED, "421": DEFERRED, "251": YES, "long": YES, "garbage": LOST, "stall": LOST, "close": LOST,
            "reset": LOST, "drop": TAKEN, "kept garbage": TAKEN, "kept stall": TAKEN, "kept reset": TAKEN},
}
# "drop" accepts the mail and closes the connection without a reply. Before the dot there is no mail to accept, so it would equal "close".
VOID = {(stage, "drop") for stage in MATRIX if stage != "dot"}

# Faults in which the server keeps the connection open without a reply. They end when the timeout for the reply has passed.
SILENT = {"stall", "garbage", "kept stall", "kept garbage"}
# The text in the ledger. Without a reply from the server it is libcurl's message.
QUOTED = {"4yz": "451 4.3.0 not now", "5yz": "554 5.6.0 never", "421": "421 4.3.2 going down"}


@dataclasses.dataclass(frozen=True)
class Life:
    """A sequence of faults, one for each start of the daemon. After each start the ledger has an expected (state, attempts, tries)."""
    name: str
    faults: tuple  # of (stage, fault) or None; the last one repeats
    states: tuple
    copies: int
    over: bool = False  # the last start is after the event's end
    quiet: bool = False  # the second start is in the contact's quiet hours
    marked: bool = False  # the contact gets no more mail
    pipelining: bool = False  # the server announces PIPELINING (RFC 2920): MAIL, RCPT and DATA are sent together
    meeting: tuple = None  # kind and reader of the mail about a meeting

    def has_bundle(self):
        """Returns whether a bundle ends as a single mail does: one that is rejected as a message is sent in pieces."""
        return self.faults[0] not in [(stage, "5yz") for stage in ("rcpt", "data", "body", "dot")]

    def fault_of(self, start):
        return self.faults[min(start, len(self.faults) - 1)]


UNKNOWN_ONCE, GONE = ("UNKNOWN", 1, 0), ("dot", "drop")
NOBODY, FULL, NOT_NOW = b"550 5.1.1 no such user\r\n", b"552 5.2.2 mailbox full\r\n", b"450 4.1.1 no such user\r\n"
LIVES = [
    # After two attempts without a reply there is no third, so never more than two copies.
    *(Life(f"always {fault}", (("dot", fault),), (UNKNOWN_ONCE, ("PARKED", 2, 0), ("PARKED", 2, 0)), copies)
      for fault, copies in [("drop", 2), ("kept stall", 2), ("kept reset", 2), ("kept garbage", 2),
                            ("close", 0), ("stall", 0), ("reset", 0), ("garbage", 0)]),
    # Failures that cannot have delivered the mail are retried until the event is over; the ledger then records why.
    Life("no server until the end", (("banner", "close"),), (("PENDING", 0, 1), ("PENDING", 0, 2), ("EXPIRED", 0, 2)), 0, over=True),
    Life("deferred until the end", (("dot", "4yz"),), (("PENDING", 0, 1), ("PENDING", 0, 2), ("EXPIRED", 0, 2)), 0, over=True),
    # A deferral is a reply, so a later attempt without a reply counts as the first one.
    Life("deferred, then gone", (("dot", "4yz"), GONE, None), (("PENDING", 0, 1), ("UNKNOWN", 1, 1), ("SENT", 2, 1)), 2),
    Life("deferred, then gone twice", (("dot", "4yz"), GONE), (("PENDING", 0, 1), ("UNKNOWN", 1, 1), ("PARKED", 2, 1)), 2),
    # A later reply does not change that the first copy may have arrived.
    Life("gone, then deferred", (GONE, ("dot", "4yz"), None), (UNKNOWN_ONCE, ("UNKNOWN", 1, 1), ("SENT", 2, 1)), 2),
    Life("gone, deferred, gone", (GONE, ("dot", "421"), GONE), (UNKNOWN_ONCE, ("UNKNOWN", 1, 1), ("PARKED", 2, 1), ("PARKED", 2, 1)), 2),
    Life("gone, then deferred until the end", (GONE, ("dot", "4yz")), (UNKNOWN_ONCE, ("UNKNOWN", 1, 1), ("PARKED", 1, 1)), 1, over=True),
    Life("gone, then no server", (GONE, ("banner", "close"), None), (UNKNOWN_ONCE, ("UNKNOWN", 1, 1), ("SENT", 2, 1)), 2),
    Life("gone, then no such recipient", (GONE, ("rcpt", "5yz"), None), (UNKNOWN_ONCE, ("PARKED", 1, 0), ("PARKED", 1, 0)), 1),
    Life("gone, then quiet hours", (GONE, None), (UNKNOWN_ONCE, UNKNOWN_ONCE, ("SENT", 2, 0)), 2, quiet=True),
    Life("gone, then refused", (GONE, ("dot", "5yz"), None), (UNKNOWN_ONCE, ("FAILED", 2, 0), ("FAILED", 2, 0)), 1),
    # A contact is suppressed if the server replies that the mailbox does not exist. It is not suppressed for a policy, a full mailbox, a
    # 4yz or a rejected sender.
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


def with_pipelining(lives):
    """Returns the cases again with PIPELINING, which must change nothing."""
    return lives + [dataclasses.replace(life, name=f"{life.name}, pipelining", pipelining=True) for life in lives]


def with_meetings(lives):
    """Gives each case a mail about a meeting: in turn, so that the cases of one stage have all kinds. Meetings know no quiet hours."""
    turns = collections.defaultdict(int)
    given = []
    for life in lives:
        stage = next(fault[0] for fault in life.faults if fault)
        # The mail with no text of the visitor is too short to be interrupted.
        kinds = [kind for kind in meeting_mails.KINDS if stage != "body" or kind[0] != "meeting-verify"]
        given.append(dataclasses.replace(life, meeting=None if life.quiet else kinds[turns[stage] % len(kinds)]))
        turns[stage] += 1
    return given


CELLS = [(stage, fault) for stage, faults in MATRIX.items() for fault in faults]
CELL_LIVES = with_meetings(with_pipelining([life_of(*cell) for cell in CELLS]))
LONG_LIVES = with_meetings(with_pipelining(LIVES))


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

    def rests(self):
        """Whether nothing is under way; a row of a bundle that may have arrived is PENDING for a moment, until it is judged alone."""
        return self.state != "COMMITTED" and not (self.state == "PENDING" and self.attempts > 0)

    def progress(self):
        return *self.position(), self.reason


@dataclasses.dataclass
class Result:
    """For each mail, "reminder" and perhaps "meeting": the row after each start, and the copies on the server."""
    rows: dict
    messages: dict
    check: subprocess.CompletedProcess
    log: str


def names_of(life):
    return {"reminder"} | ({"bundle"} if life.has_bundle() else set()) | ({"meeting"} if life.meeting else set())


def moment(text):
    """Returns the microseconds since the epoch of a time in Moscow."""
    return int(datetime.datetime.fromisoformat(f"{text}+03:00").timestamp() * 1e6)


def rows_of(site):
    """Returns the row of the reminder, of the mail about a meeting, and that which leads the bundle. While the rows of the bundle differ, it counts
    as under way."""
    with contextlib.closing(sqlite3.connect(f"file:{site.database}?mode=ro", uri=True)) as store:
        found = store.execute("SELECT mail.kind, address, state, attempts, tries, reply, message_id, bytes FROM mail LEFT JOIN message ON mail = mail.id"
                              " LEFT JOIN object ON object.id = contact ORDER BY bytes IS NULL").fetchall()
    rows = {}
    for kind, address, state, *rest in found:
        name = "meeting" if kind != "reminder" else "bundle" if address == BOTH else "reminder"
        rows.setdefault(name, []).append(Row(STATES[state], *rest))
    if "bundle" in rows and (len(rows["bundle"]) != 2 or len({row.position() for row in rows["bundle"]}) > 1):
        rows["bundle"][0].state = "COMMITTED"
    return {name: several[0] for name, several in rows.items()}


def unlist(database, address):
    with contextlib.closing(sqlite3.connect(database)) as store, store:
        store.execute("PRAGMA foreign_keys = ON")
        store.execute("DELETE FROM subscription WHERE contact IN (SELECT id FROM object WHERE address = ?)", [address])


def template(directory, bookings, description="", card="", topic="Поставка станков"):
    """Adds two contacts, one listed for an event and one for two, to a store with bookings; the daemon was started once."""
    directory.mkdir()
    site = Site(directory)
    site.take_store(bookings)
    with contextlib.closing(sqlite3.connect(site.database)) as store, store:
        store.execute("UPDATE meeting SET topic = ?", [topic])
    site.convene("import", "-", stdin=CALENDAR.replace("END:VEVENT", f"{description}\r\nEND:VEVENT" if description else "END:VEVENT").encode())
    site.convene("import", "-", stdin=LECTURE.encode())
    site.convene("import", "-", stdin=(CARD.format(card) + CARD.format(card).replace("v@x.example", "both@x.example").replace("v@example.org", BOTH)).encode())
    site.convene("subscribe", "v@example.org", "--event", EVENT, "--lead=-P1D@18:00")
    site.convene("subscribe", BOTH, "--event", EVENT, "--event", OTHER, "--lead=-P1D@18:00")
    site.start(f"--rehearse={DAY}17:50:00+03:00")
    meeting_mails.wait_ended(site)
    site.stop()
    return site.database


class Bench:
    """Shared parts of all cells."""

    def __init__(self, directory):
        self.directory = directory
        bookings = Site(directory)
        meeting_mails.add(bookings, moment(f"{DAY}17:40:00"), MEETING_DAY)
        self.small = template(directory / "small", bookings.database)
        self.large = template(directory / "large", bookings.database, description=f"DESCRIPTION:{LONG}", topic=LONG)
        self.quiet = template(directory / "quiet", bookings.database, card=QUIET.format("18:30-20:00"))
        self.certificate = make_certificate(directory)
        self.password = directory / "password"
        self.password.write_text(PASSWORD, encoding="ascii")
        self.password.chmod(0o600)

    def site(self, life, server, stages):
        directory = self.directory / re.sub("[ ,]+", "-", life.name)
        directory.mkdir()
        # With so many starts another process could take a free port.
        site = Site(directory, mail=self.mail(server, stages, None), listen=f"unix:{directory}/http")
        site.take_store(self.large if "body" in stages else self.quiet if life.quiet else self.small)
        meeting_mails.keep_one(site.database, moment(f"{DAY}18:00:00"), moment(f"{MEETING_DAY}T00:00:00"), *(life.meeting or (None, None)))
        if not life.has_bundle():
            unlist(site.database, BOTH)
        return site

    def mail(self, server, stages, fault):
        """Returns the configuration for one attempt: a short timeout for a silent server, a long one for a server on a loaded machine."""
        timeout = "PT1S" if fault and fault[1] in SILENT else "PT40S"
        mail = f'deliver = true; url = "smtp://localhost:{server.port}"; reply_timeout = "{timeout}"; rate = 0; '
        return mail + (f'ca_file = "{self.certificate[0]}"; username = "{USER}"; password_file = "{self.password}";'
                       if stages & {"starttls", "auth"} else "starttls = false;")

    def server(self, life, started):
        def plan(stage, connection, transaction):
            fault = life.fault_of(started[0])
            # A server that replied within the text does not reply to the dot. It has taken the mail only if it accepted it.
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
                    rows.append(self.attempt(site, AFTER_THE_EVENT if over else DAY + STARTS[number], rows[-1] if rows else None, stages, names_of(life)))
                check = site.convene("check", check=False)
            finally:
                end(site)
            # A server that replied within the text reads its end later.
            with contextlib.suppress(AssertionError):
                wait_until(lambda: len(server.messages) >= life.copies * len(rows[0]), seconds=10)
            return Result({name: [row[name] for row in rows] for name in rows[0]}, self.by_mail(server.messages), check, site.log_text())

    @staticmethod
    def by_mail(messages):
        found = {"reminder": [], "bundle": [], "meeting": []}
        for message in map(bytes, messages):
            to = email.message_from_bytes(message)["To"]
            is_meeting = any(address in to for address in meeting_mails.ADDRESSES.values())
            found["meeting" if is_meeting else "bundle" if BOTH in to else "reminder"].append(message)
        return found

    @staticmethod
    def attempt(site, clock, before, stages, names):
        """Runs the daemon until the state of each mail changes. A closed mail must stay unchanged."""
        environment = {"LD_PRELOAD": str(SHIM), "NARROW": str(NARROW)} if "body" in stages else {}
        site.start(f"--rehearse={clock}+03:00", environment=environment)
        waits = {name: before[name].progress() if before else ("PENDING", 0, 0, "")
                 for name in names if not before or before[name].state not in FINAL}
        wait_until(lambda: set(rows := rows_of(site)) == names and all(rows[name].rests() and rows[name].progress() != moved_from
                                                           for name, moved_from in waits.items()))
        rows = rows_of(site)
        assert site.stop() == 0
        return rows


@pytest.fixture(scope="module")
def results(tmp_path_factory, request):
    """Returns the results of the selected tests, all running in parallel."""
    make_tool(SHIM)
    bench = Bench(tmp_path_factory.mktemp("faults"))
    lives = [item.callspec.params["life"] for item in request.session.items
             if item.module is request.module and "life" in getattr(item, "fixturenames", ())]
    with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        yield {life.name: pool.submit(bench.run, life) for life in lives}


def assert_mail(life, rows, messages, log):
    assert [row.position() for row in rows] == list(life.states), log
    assert len(messages) == life.copies
    # All copies are equal, and equal to the mail that the ledger had before the first attempt.
    texts = {row.text for row in rows if row.text is not None} | set(messages)
    assert len(texts) <= 1
    ids = {f"<{row.message_id}>" for row in rows if row.message_id}
    assert {email.message_from_bytes(message)["Message-ID"] for message in messages} <= ids and len(ids) <= 1


def assert_life(life, result):
    assert set(result.rows) == names_of(life)
    for name, rows in result.rows.items():
        assert_mail(life, rows, result.messages[name], result.log)
    assert ("is not mailed any more" in result.log) == life.marked, result.log
    assert result.check.returncode == 0, result.check.stdout + result.check.stderr


@pytest.mark.parametrize("life", CELL_LIVES, ids=lambda life: life.name)
def test_a_fault_once(results, life):
    result = results[life.name].result()
    assert_life(life, result)
    stage, fault = life.faults[0]
    for first in (rows[0] for rows in result.rows.values()):
        if first.state != "SENT" and fault in QUOTED and (stage, fault) != ("body", "421"):
            assert QUOTED[fault] in first.reason
        assert first.reason and len(first.reason) < 2048 and first.reason.isprintable()


@pytest.mark.parametrize("life", LONG_LIVES, ids=lambda life: life.name)
def test_faults_one_after_another(results, life):
    assert_life(life, results[life.name].result())


def test_the_matrix_is_complete():
    stages = ("banner", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "dot")
    faults = ("4yz", "5yz", "421", "251", "garbage", "long", "stall", "close", "reset", "drop")
    assert {(stage, fault) for stage in stages for fault in faults} <= set(CELLS) | VOID
    assert not VOID & set(CELLS)
    short = {("body", kind) for kind in meeting_mails.KINDS if kind[0] == "meeting-verify"}
    assert {(stage, kind) for stage in stages for kind in meeting_mails.KINDS} - short == {(life.faults[0][0], life.meeting) for life in CELL_LIVES}
