"""Simulates a loss of power at each sync of a command or of the daemon, for moves other than the delivery of a mail (test_crash_points.py).

What was not synced is lost, or every second write of it. Then the program runs again. What a command has reported as done holds; a command
that was interrupted has done all or nothing, and can be repeated; nothing happens twice; the mark beside the store is never ahead of it.
"""

import collections
import concurrent.futures
import contextlib
import dataclasses
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile

import pytest

from conftest import BUILD, PATIENCE, Site, end, make_tool, wait_until
from smtp_server import Server
from test_faults import moment
from test_meetings import HOST, at, offer
from test_notices import CALENDAR, CARD, DAY, EVENT, mails, text

SHIM = BUILD / "tests/preload/crash.so"
CALLS_MAX = 60
SIDE_BY_SIDE = 3
ALL_LOST, HALF_LOST = "1", "2"
OTHER = CARD.replace("v@", "w@")


@pytest.fixture(scope="module", autouse=True)
def shim():
    make_tool(SHIM)


@dataclasses.dataclass(frozen=True)
class Point:
    """`behind` is "+" for the moment after the call."""
    function: str
    number: int
    behind: str = ""
    power: str = ALL_LOST

    def environment(self, log):
        return dict(os.environ, LD_PRELOAD=str(SHIM), CRASH_AT=f"{self.function}:{self.number}{self.behind}", CRASH_LOG=str(log), CRASH_POWER=self.power)


# Before a sync all that was written since the last one can be lost. After a sync nothing can, so it is enough to stop there.
SYNCS = [("fdatasync", "", ALL_LOST), ("fdatasync", "", HALF_LOST), ("fdatasync", "+", ALL_LOST)]
FILES = [("fsync", "", ALL_LOST), ("renameat", "", ALL_LOST), ("renameat", "+", ALL_LOST)]


def after_power_loss(site):
    """Removes what is in memory only. Returns whether the power was lost."""
    log = site.directory / "crashed"
    if not log.exists():
        return False
    log.unlink()
    (site.directory / "convened.db-shm").unlink(missing_ok=True)
    return True


def query(site, sql, *values):
    """Reads the store of a site whose daemon does not run."""
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        return store.execute(sql, values).fetchall()


def look(site, sql):
    """Reads a copy of the store of a running daemon: a process with the store itself open would keep what the loss of power takes. Returns []
    if the copy was made during a write."""
    with tempfile.TemporaryDirectory() as scratch:
        for suffix in ("", "-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copy(f"{site.database}{suffix}", f"{scratch}/store{suffix}")
        try:
            with contextlib.closing(sqlite3.connect(f"{scratch}/store")) as store:
                return store.execute(sql).fetchall()
        except sqlite3.DatabaseError:
            return []


def run_into(site, point, rehearse, is_done):
    """Runs the daemon with the shim until a fact holds. Returns whether it lost its power."""
    with open(site.log, "ab") as output:
        process = subprocess.Popen([BUILD / "convened", "--config", site.config, f"--rehearse={rehearse}+03:00"], stderr=output, stdout=output,
                                   env=point.environment(site.directory / "crashed"))
    try:
        wait_until(lambda: process.poll() is not None or is_done())
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE)
    return after_power_loss(site)


def command(site, point, *arguments, stdin=None):
    """Runs a command with the shim. Returns (whether the power was lost, what the command had printed by then)."""
    result = site.convene(*arguments, check=False, stdin=stdin, env=point.environment(site.directory / "crashed"))
    struck = after_power_loss(site)
    assert struck or result.returncode == 0, result.stderr
    return struck, result.stdout


def walk(top, series, try_point):
    """Calls try_point(directory, point), which returns whether the power was lost, for each call until the number is not reached. Returns
    the number of losses."""
    function, behind, power = series
    for number in range(1, CALLS_MAX):
        point = Point(function, number, behind, power)
        directory = top / f"{function}{number}{behind}{power}"
        directory.mkdir()
        try:
            struck = try_point(directory, point)
        except AssertionError as error:
            raise AssertionError(f"{point}: {error}") from error
        if not struck:
            return number - 1
    raise AssertionError(f"{function}: there is no end to it")


def walk_all(top, all_series, try_point):
    with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        walks = [pool.submit(walk, top, series, try_point) for series in all_series]
        return [walk.result() for walk in walks]


def checked(site):
    result = site.convene("check", check=False)
    return result.returncode == 0 or result.stderr


def mark_of(site):
    words = site.mark.read_text(encoding="ascii").split() if site.mark.exists() else []
    return (words[2], int(words[3])) if words else (None, 0)


def assert_mark(site):
    """The mark has the store's name and is not ahead of it. A mark without a store's name is one that the store has not taken yet."""
    name, number = mark_of(site)
    kept = dict(query(site, "SELECT name, value FROM meta WHERE name = 'mark'")).get("mark")
    moves = dict(query(site, "SELECT name, value FROM counter WHERE name = 'move'")).get("move", 0)
    assert number <= moves or name != kept, f"the mark {name} {number} is ahead of {kept} {moves}"
    assert name == kept or not kept, f"the mark is {name}, the store's is {kept}"


# ---- Meetings ----

STEPS = [("ask", "HELD", lambda uid: ["ask", "offer-2", at("10:00"), "--address=guest@example.org", "--name=Guest", "--topic=Talk"]),
         ("confirm", "ASKED", lambda uid: ["confirm", uid]),
         ("accept", "BOOKED", lambda uid: ["confirm", "--as-host", uid]),
         ("move", "BOOKED", lambda uid: ["move", uid, at("12:00")]),
         ("cancel", "CANCELLED", lambda uid: ["cancel", uid])]


def meet(site, *arguments):
    result = site.convene("meet", "--json", *arguments, check=False)
    assert result.returncode in (0, 1), result.stderr
    return json.loads(result.stdout)


def facts_of(site):
    """The booking, the times that it holds, its event, and its mails; everything but the texts."""
    mail = sorted(query(site, "SELECT kind, rule, state FROM mail"))
    return (query(site, "SELECT state, revision, start FROM meeting"), sorted(query(site, "SELECT start, finish FROM meeting_slot")), mail,
            query(site, "SELECT status, start FROM object WHERE collection = 'meetings'"))


@pytest.fixture(scope="module")
def stages(tmp_path_factory):
    """The store before each step and after the last one: [(site, facts)], and the UID of the booking."""
    found, uid = [], ""
    site = Site(tmp_path_factory.mktemp("meeting"), extra='time_zone = "Europe/Moscow";\n')
    site.convene("import", "-", stdin=HOST)
    site.convene("import", "-", stdin=offer("offer-2", "HOST"))
    for name, _, arguments in [*STEPS, ("end", "", None)]:
        kept = Site(tmp_path_factory.mktemp(name))
        shutil.copy(site.database, kept.database)
        found.append((kept, facts_of(kept)))
        if arguments:
            uid = meet(site, *arguments(uid))["uid"]
    return found, uid


@pytest.mark.parametrize("number", range(len(STEPS)), ids=[name for name, _, _ in STEPS])
def test_a_step_of_a_meeting_is_made_once_or_not_at_all(tmp_path, stages, number):
    (before, facts_before), (_, facts_after) = stages[0][number:number + 2]
    name, state, arguments = STEPS[number]
    words = ["meet", "--json", *arguments(stages[1])]

    def try_point(directory, point):
        site = Site(directory, extra='time_zone = "Europe/Moscow";\n')
        site.take_store(before.database)
        struck, printed = command(site, point, *words)
        found = facts_of(site)
        assert found in (facts_before, facts_after), found
        assert found == facts_after or not printed, f"{printed} was reported, but there is {found}"
        again = meet(site, *words[2:])
        # A second request for the same time finds it taken.
        taken = name == "ask" and found == facts_after
        assert again["outcome"] in (("taken", "no-time", "busy", "not-free") if taken else ("done", "already")), again
        assert taken or again["state"] == state
        assert facts_of(site) == facts_after
        assert checked(site) is True
        return struck

    losses = walk_all(tmp_path, [*SYNCS, ("exit", "", ALL_LOST)], try_point)
    assert all(losses[:3]) and losses[3] == 1, losses


# ---- A change of a card, and what becomes due by it ----

def prepare(directory, server=None):
    # There are so many starts that another process could take a free port in between.
    mail = f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; retry_unknown = "PT1M"; rate = 0;' if server else ""
    return Site(directory, mail=mail, listen=f"unix:{directory}/http")


def fill(site):
    """An event with a reader, on a store that a daemon has used."""
    site.convene("import", "-", stdin=CALENDAR.encode())
    site.convene("import", "-", stdin=CARD.format("").encode())
    site.convene("subscribe", "v@example.org", "--event", EVENT, "--lead=-P1D@18:00")
    site.start(f"--rehearse={DAY}12:00:00+03:00")
    wait_until(lambda: look(site, "SELECT count(*) FROM alarm WHERE next <= 0") == [(0,)])
    site.stop()
    return site


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    return fill(prepare(tmp_path_factory.mktemp("filled")))


def states(site):
    return [(row["kind"], row["state"]) for row in map(json.loads, site.convene("outbox", "--json").stdout.splitlines())]


def start(site, clock):
    return site.start(f"--rehearse={DAY}{clock}+03:00")


def copies(server):
    """The number of copies and of versions of each mail."""
    found = collections.defaultdict(list)
    for mail, raw in zip(mails(server), server.messages):
        found[mail["Message-ID"]].append(bytes(raw))
    return [(len(same), len(set(same))) for same in found.values()]


def go_on(site, expected, *clocks):
    """Starts the daemon until the ledger is as expected: a mail of unknown state is sent again a minute later."""
    for clock in clocks:
        start(site, clock)
        is_last = clock == clocks[-1]
        wait_until(lambda: sorted(states(site)) == sorted(expected)  # noqa: B023
                   or not is_last and "UNKNOWN" in dict(states(site)).values())  # noqa: B023
        site.stop()
        if sorted(states(site)) == sorted(expected):
            break
    assert sorted(states(site)) == sorted(expected)
    assert checked(site) is True
    assert_mark(site)


def in_two_hours_zone(card=CARD):
    return card.format("").replace("Europe/Moscow", "Asia/Tashkent").encode()


def test_a_change_of_a_card_is_stored_with_what_becomes_due(tmp_path, filled):
    facts = ("SELECT change FROM object WHERE uid = 'v@x.example'", "SELECT contact FROM contact_due")

    def try_point(directory, point):
        site = prepare(directory)
        site.take_store(filled.database)
        (before, _), = [tuple(query(site, sql) for sql in facts)]
        struck, printed = command(site, point, "import", "-", stdin=in_two_hours_zone())
        card, due = (query(site, sql) for sql in facts)
        assert (card != before) == bool(due), (card, due)
        assert due or not printed
        assert checked(site) is True
        return struck

    losses = walk_all(tmp_path, [*SYNCS, ("exit", "", ALL_LOST)], try_point)
    assert all(losses), losses


def test_what_a_changed_card_makes_due_is_mailed_once(tmp_path, filled):
    def try_point(directory, point):
        with Server({}) as server:
            site = prepare(directory, server)
            site.take_store(filled.database)
            site.convene("import", "-", stdin=in_two_hours_zone())
            try:
                # 18:00 in Tashkent
                struck = run_into(site, point, f"{DAY}16:00:01", lambda: look(site, "SELECT state FROM mail") == [(4,)])
                assert_mark(site)
                go_on(site, [("reminder", "SENT")], "16:10:00", "16:20:00")
            finally:
                end(site)
            assert query(site, "SELECT * FROM contact_due") == []
            assert set(copies(server)) <= {(1, 1), (2, 1)} and len(copies(server)) == 1
            return struck

    losses = walk_all(tmp_path, [SYNCS[1], SYNCS[2]], try_point)
    assert all(n >= 5 for n in losses), losses


# ---- What a reader was told ----

@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The reminder was sent, then the place was changed."""
    with Server({}) as server:
        site = fill(prepare(tmp_path_factory.mktemp("told"), server))
        start(site, "18:00:01")
        wait_until(lambda: states(site) == [("reminder", "SENT")])
        site.stop()
    return site


def test_a_notice_and_what_it_tells_are_kept_together(tmp_path, told):
    def try_point(directory, point):
        with Server({}) as server:
            site = prepare(directory, server)
            site.take_store(told.database)
            site.convene("set", EVENT, "LOCATION", "Рузаевка")
            try:
                struck = run_into(site, point, f"{DAY}18:10:00", lambda: look(site, "SELECT state FROM mail WHERE kind = 'change'") == [(4,)])
                assert_mark(site)
                go_on(site, [("reminder", "SENT"), ("change", "SENT")], "18:20:00", "18:30:00")
                assert set(copies(server)) <= {(1, 1), (2, 1)} and len(copies(server)) == 1
                assert "Новое место: Рузаевка" in text(mails(server)[0]) and "Прежнее место: Саранск" in text(mails(server)[0])
                # Back at the old place, the reader is told the difference to the notice, not to the reminder.
                site.convene("set", EVENT, "LOCATION", "Саранск")
                n = len(server.messages)
                go_on(site, [("reminder", "SENT"), ("change", "SENT"), ("change", "SENT")], "18:40:00")
                last, = mails(server)[n:]
                assert "Новое место: Саранск" in text(last) and "Прежнее место: Рузаевка" in text(last)
            finally:
                end(site)
            return struck

    losses = walk_all(tmp_path, [SYNCS[1], SYNCS[2]], try_point)
    assert all(n >= 5 for n in losses), losses


# ---- The mark beside the store, and held mails ----

@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """Folders with a store and its mark: of a time before the only mail, and after it."""
    with Server({}) as server:
        site = fill(prepare(tmp_path_factory.mktemp("marked"), server))
        before = site.directory / "before"
        before.mkdir()
        shutil.copy(site.database, before)
        start(site, "18:00:01")
        wait_until(lambda: states(site) == [("reminder", "SENT")])
        site.stop()
    return before / site.database.name, site


def test_the_first_mark_is_taken_once(tmp_path, tmp_path_factory):
    """The first start of a daemon, and the first mail."""
    origin = prepare(tmp_path_factory.mktemp("new"))
    origin.convene("import", "-", stdin=CALENDAR.encode())
    origin.convene("import", "-", stdin=CARD.format("").encode())
    origin.convene("subscribe", "v@example.org", "--event", EVENT, "--lead=-P1D@18:00")

    def try_point(directory, point):
        with Server({}) as server:
            site = prepare(directory, server)
            site.take_store(origin.database)
            try:
                struck = run_into(site, point, f"{DAY}17:59:59", lambda: look(site, "SELECT state FROM mail") == [(4,)])
                assert_mark(site)
                # A daemon that never was ready has not begun; the reminder is then of the time before its first start.
                begun = query(site, "SELECT value FROM meta WHERE name = 'first_start'")
                if not begun:
                    site.start(f"--rehearse={DAY}17:59:59+03:00")
                    wait_until(lambda: states(site) == [("reminder", "SENT")])
                    site.stop()
                go_on(site, [("reminder", "SENT")], "18:10:00", "18:20:00")
            finally:
                end(site)
            assert "held" not in site.convene("status").stdout
            assert mark_of(site)[1] > 0
            assert set(copies(server)) <= {(1, 1), (2, 1)} and len(copies(server)) == 1
            return struck

    losses = walk_all(tmp_path, [SYNCS[1], SYNCS[2], *FILES], try_point)
    assert all(losses), losses


def put_back(site, marked):
    shutil.copy(marked[0], site.database)
    shutil.copy(marked[1].mark, site.mark)


def assert_nothing_sent(site, server):
    assert not server.messages
    assert "mails are held" not in site.convene("status").stdout
    assert [state for _, state in states(site)] == ["PARKED"]
    assert checked(site) is True
    assert_mark(site)


def test_an_older_store_stays_held_and_then_skips_once(tmp_path, marked):
    """The power is lost at a start of the daemon on the older store; then the operator decides, and it is lost again at the next start."""
    def try_point(directory, point):
        with Server({}) as server:
            site = prepare(directory, server)
            put_back(site, marked)
            try:
                struck = run_into(site, point, f"{DAY}18:10:00", lambda: [value.split()[1] != "0" for value, in look(
                    site, "SELECT value FROM meta WHERE name = 'hold'")] == [True])
                check = site.convene("check", check=False)
                assert check.returncode == 1 and "mails are held: the store is older" in check.stderr
                site.convene("resume", "--skip-past")
                run_into(site, point, f"{DAY}18:20:00", lambda: look(site, "SELECT state FROM mail") == [(9,)] and look(
                    site, "SELECT count(*) FROM meta WHERE name LIKE 'hold%'") == [(0,)])
                start(site, "18:30:00")
                wait_until(lambda: checked(site) is True)
                site.stop()
                assert_nothing_sent(site, server)
            finally:
                end(site)
            return struck

    losses = walk_all(tmp_path, [SYNCS[1], SYNCS[2], FILES[1]], try_point)
    assert losses[0] and losses[1], losses


@pytest.mark.parametrize("wish", ["--skip-past", "--send"])
def test_a_reported_decision_holds(tmp_path, marked, wish):
    def try_point(directory, point):
        site = prepare(directory)
        put_back(site, marked)
        struck, printed = command(site, point, "resume", wish)
        decided = query(site, "SELECT value FROM meta WHERE name = 'hold_wish'")
        assert decided or not printed
        assert mark_of(site) == mark_of(marked[1])
        check = site.convene("check", check=False)
        assert check.returncode == 1 and "mails are held" in check.stderr
        return struck

    losses = walk_all(tmp_path, [*SYNCS, ("exit", "", ALL_LOST)], try_point)
    assert all(losses), losses


# ---- The archive of old mails ----

N_OLD = 450
OLD = ("INSERT INTO mail (id, key, kind, contact, object, uid, recurrence_id, start, rule, state, attempts, tries, due, next_attempt, expires,"
       " message_id, token, reply, created, updated) VALUES (?1, ?2, 'reminder', 1, 1, 'old@example.org', '', '20200501T000000Z', '-P1D', ?3, 1, 0,"
       " 1588000000000000, 0, 1588300000000000, 'm' || ?1, ?4, '250 ok', 1588000000000000, 1588000000000000)")


def test_old_mails_move_to_the_archive_once(tmp_path, filled):
    template = tmp_path / "template.db"
    shutil.copy(filled.database, template)
    shutil.copy(filled.mark, tmp_path / "mark-template.db")
    with contextlib.closing(sqlite3.connect(template)) as store, store:
        store.executemany(OLD, [(n, f"{n:032x}" * 2, (4, 5, 6)[n % 3], f"{n:032x}") for n in range(1, N_OLD + 1)])
        store.execute("UPDATE counter SET value = ? WHERE name = 'mail'", [N_OLD])
        # As the daily work leaves it, which is not done in a rehearsal: a pass has begun, by this time.
        store.execute("REPLACE INTO meta VALUES ('past', ?)", [f"0 0 {moment(DAY + '12:00:00')}"])
        store.execute("PRAGMA journal_mode = DELETE")
    expected = [(n, (4, 5, 6)[n % 3]) for n in range(1, N_OLD + 1)]
    over = "SELECT value LIKE '-1 %' FROM meta WHERE name = 'past'"

    def try_point(directory, point):
        site = prepare(directory)
        site.take_store(template)
        try:
            struck = run_into(site, point, f"{DAY}13:00:00", lambda: look(site, over) == [(1,)])
            assert sorted(query(site, "SELECT id, state FROM mail UNION ALL SELECT id, state FROM past")) == expected
            start(site, "14:00:00")
            wait_until(lambda: look(site, over) == [(1,)])
            site.stop()
        finally:
            end(site)
        assert query(site, "SELECT id, state FROM past ORDER BY id") == expected and not query(site, "SELECT * FROM mail")
        assert query(site, "SELECT state, n FROM past_total ORDER BY state") == [(state, N_OLD // 3) for state in (4, 5, 6)]
        assert query(site, "SELECT count(DISTINCT mail) FROM old_link") == [(N_OLD,)]
        assert checked(site) is True
        return struck

    losses = walk_all(tmp_path, [SYNCS[0], SYNCS[1], SYNCS[2]], try_point)
    assert all(losses), losses
