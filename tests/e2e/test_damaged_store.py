"""Zeroes pages of the store or flips bits, and checks that no command crashes or hangs and that readable data is exported.

Run as a program, it damages a store at random: `test_damaged_store.py FIRST_SEED LAST_SEED`.
"""

import contextlib
import json
import pathlib
import random
import re
import shutil
import sqlite3
import sys
import tempfile

import pytest
import requests

from conftest import PATIENCE, Site, wait_until
from smtp_server import Server
from test_faults import moment
from test_notices import CARD, DAILY, listed, mails, start

PAGE = 4096
READERS = (("list",), ("list", "--json"), ("list", "--contacts"), ("show", "{uid}"), ("outbox",), ("outbox", "--json"), ("status",), ("check",))
DONE, REFUSED, PARTLY = 0, 1, 3
N_EVENTS = 400
EVENT = ("BEGIN:VEVENT\r\nUID:event{0}@damaged.example\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Event {0}\r\nDESCRIPTION:{1}\r\n"
         "DTSTART:20360501T{2:02}0000Z\r\nDURATION:PT1H\r\nCATEGORIES:SESSION\r\nEND:VEVENT\r\n")
MAIL = ("INSERT INTO mail (id, key, kind, contact, object, uid, recurrence_id, start, rule, state, attempts, tries, due, next_attempt, expires,"
        " message_id, token, reply, created, updated) VALUES (?1, 'key' || ?1, 'reminder', 1, 1, 'event1@damaged.example', '',"
        " '20360501T000000Z', '-P1D', 4, 1, 0, ?1, 0, ?1, 'm' || ?1, 'token' || ?1, '250 ok', ?1, ?1)")


def make(directory):
    """Makes a store with several pages in each table; no process has it open."""
    site = Site(directory)
    events = "".join(EVENT.format(n, "x" * (n % 700), n % 24) for n in range(N_EVENTS))
    site.convene("import", "-", stdin=f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.org//test//EN\r\n{events}END:VCALENDAR\r\n")
    site.convene("import", "-", stdin=CARD.format(DAILY))
    site.convene("subscribe", "v@example.org", "--kind", "session")
    with contextlib.closing(sqlite3.connect(site.database)) as db:
        db.executemany(MAIL, [(n,) for n in range(1, 1001)])
        db.execute("UPDATE counter SET value = 1000 WHERE name = 'mail'")
        db.commit()
        db.execute("PRAGMA journal_mode = DELETE")
    return site


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return make(tmp_path_factory.mktemp("template"))


def copy_of(template, directory):
    site = Site(directory)
    shutil.copy(template.database, site.database)
    return site


def uids(site):
    with contextlib.closing(sqlite3.connect(site.database)) as db:
        return {uid for uid, in db.execute("SELECT uid FROM object")}


def pages_of(site, name, kind="leaf"):
    """Returns the page numbers of a table or index, by dbstat."""
    with contextlib.closing(sqlite3.connect(site.database)) as db:
        return [page for page, in db.execute("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = ? ORDER BY pageno", (name, kind))]


def damage(site, *pages):
    with open(site.database, "r+b") as file:
        for page in pages:
            file.seek((page - 1) * PAGE)
            file.write(bytes(PAGE))


def exported(site, directory):
    result = site.convene("export", directory, check=False)
    found = set()
    for file in [*pathlib.Path(directory).rglob("*.ics"), *pathlib.Path(directory).rglob("*.vcf")]:
        text = file.read_text(encoding="utf-8")
        found.add(next(line.removeprefix("UID:") for line in text.splitlines() if line.startswith("UID:")))
    return result, found


def test_export_skips_bad_pages_and_names_missing_objects(template, tmp_path):
    site = copy_of(template, tmp_path)
    everything, leaves = uids(site), pages_of(site, "object")
    damage(site, leaves[1], leaves[len(leaves) // 2], leaves[-2])
    result, found = exported(site, tmp_path / "out")
    missing = everything - found
    assert result.returncode == PARTLY, result.stderr
    assert 0 < len(missing) < len(everything) / 2 and found <= everything
    *lines, of_state = result.stderr.splitlines()
    assert all(uid in result.stderr for uid in missing) and len(lines) == len(missing) and "damaged" in of_state
    assert f"{len(found)} files written" in result.stdout


def test_export_reports_a_range_if_the_names_are_lost(template, tmp_path):
    site = copy_of(template, tmp_path)
    everything, leaves = uids(site), pages_of(site, "object")
    index = [page for kind in ("internal", "leaf") for page in pages_of(site, "sqlite_autoindex_object_1", kind)]
    damage(site, leaves[3], leaves[-4], *index)
    result, found = exported(site, tmp_path / "out")
    assert result.returncode == PARTLY, result.stderr
    assert "objects with numbers from" in result.stderr
    assert len(everything - found) < len(everything) / 3, "the rows between the two pages are found"


def listed_uids(site, *arguments):
    result = site.convene("list", "--json", *arguments, check=False)
    return result, {json.loads(line)["uid"] for line in result.stdout.splitlines()}


def test_list_shows_the_rest_and_names_missing_objects(template, tmp_path):
    site = copy_of(template, tmp_path)
    everything, leaves = uids(site), pages_of(site, "object")
    damage(site, leaves[1], leaves[len(leaves) // 2], leaves[-2])
    lost = everything - exported(site, tmp_path / "out")[1]
    assert 0 < len(lost) < len(everything) / 2
    for arguments, expected in (((), everything - lost - {"v@x.example"}), (("--from=2036-01-01",), everything - lost - {"v@x.example"}),
                                (("--contacts",), {"v@x.example"}), (("--kind=exhibition",), set())):
        result, found = listed_uids(site, *arguments)
        assert result.returncode == (PARTLY if expected else REFUSED) and found == expected, (arguments, result.stderr)
        assert all(uid in result.stderr for uid in lost)
    told = site.convene("list", check=False)
    assert told.returncode == PARTLY and "  Event 0\n" in told.stdout and "cannot be read any more" in told.stderr


def test_list_names_objects_with_damaged_texts(template, tmp_path):
    site = copy_of(template, tmp_path)
    with contextlib.closing(sqlite3.connect(site.database)) as db:
        db.execute("UPDATE object SET text = replace(text, 'BEGIN:V', 'BEGIN;V') WHERE uid IN ('event7@damaged.example', 'v@x.example')")
        db.commit()
    for arguments, named, n in (((), "event7@damaged.example", N_EVENTS - 1), (("--contacts",), "v@x.example", 0)):
        result, found = listed_uids(site, *arguments)
        assert result.returncode == PARTLY and len(found) == n and f"{named} is damaged" in result.stderr


def test_list_shows_a_contact_whose_suppressions_are_damaged(template, tmp_path):
    site = copy_of(template, tmp_path)
    with contextlib.closing(sqlite3.connect(site.database)) as db:
        tables = {name for name, in db.execute("SELECT name FROM sqlite_schema WHERE name LIKE '%suppress%' OR name LIKE '%bounce%'")}
    damage(site, *(page for name in tables for page in pages_of(site, name)))
    result = site.convene("list", "--contacts", check=False)
    assert result.returncode == PARTLY and "v@x.example" in result.stdout and "damaged part of the store" in result.stdout


def test_a_bad_index_loses_nothing(template, tmp_path):
    site = copy_of(template, tmp_path)
    damage(site, *pages_of(site, "object_start"), *pages_of(site, "object_kind"))
    result, found = exported(site, tmp_path / "out")
    assert result.returncode == DONE, result.stderr
    assert found == uids(template)


def test_a_check_that_cannot_finish_is_stored_as_a_fault(template, tmp_path):
    site = copy_of(template, tmp_path)
    leaves = pages_of(site, "object")
    site.start()
    damage(site, *leaves[2:4])
    assert site.convene("check", check=False).returncode == REFUSED
    told = site.convene("status").stdout
    health = requests.get(site.url + "/health", timeout=PATIENCE)
    site.stop()
    assert re.search(r"last check: .*\n.*found \d+ fault", told), told
    assert health.status_code == 503 and health.json()["check"] is False


def rows(database, sql):
    with contextlib.closing(sqlite3.connect(database)) as db:
        return db.execute(sql).fetchall()


def files(site):
    """The store, and the damaged one if it was replaced; no spare file, and no log."""
    return sorted(entry.name.split(".damaged-")[0] for entry in site.directory.iterdir() if entry.name.startswith("convened.db"))


def test_a_store_in_order_is_not_repaired(template, tmp_path):
    site = copy_of(template, tmp_path)
    inode = site.database.stat().st_ino
    assert site.convene("check", "--repair").stdout == "everything is in order\n"
    assert site.database.stat().st_ino == inode and files(site) == ["convened.db"]


def test_a_repair_makes_indexes_and_columns_anew(template, tmp_path):
    site = copy_of(template, tmp_path)
    with contextlib.closing(sqlite3.connect(site.database)) as db:
        db.execute("UPDATE object SET name = 'wrong', start = 7, finish = 8, categories = ',' WHERE uid = 'event7@damaged.example'")
        db.execute("DELETE FROM alarm")
        db.execute("DELETE FROM agenda")
        db.execute("UPDATE counter SET value = 3 WHERE name = 'object'")
        db.commit()
    damage(site, *pages_of(site, "object_kind"), *pages_of(site, "mail_state"))
    assert site.convene("check", check=False).returncode == REFUSED
    assert "everything is in order" in site.convene("check", "--repair").stdout
    assert files(site) == ["convened.db", "convened.db"]
    columns = "SELECT name, start, finish, categories FROM object ORDER BY uid"
    assert rows(site.database, columns) == rows(template.database, columns)
    assert rows(site.database, "SELECT count(*) FROM alarm WHERE next = 0") == [(N_EVENTS,)]
    digests = "SELECT contact, wish, next FROM agenda"
    assert rows(site.database, digests) == rows(template.database, digests) != []
    assert rows(site.database, "SELECT (SELECT value FROM counter WHERE name = 'object') >= max(id) FROM object") == [(1,)]
    everything = "SELECT * FROM mail ORDER BY id"
    assert rows(site.database, everything) == rows(template.database, everything)


def test_a_repair_keeps_every_row_that_can_be_read(template, tmp_path):
    site = copy_of(template, tmp_path)
    objects, sent = pages_of(site, "object"), pages_of(site, "mail")
    damage(site, objects[2], sent[1], sent[-2])
    lost_objects = uids(template) - exported(site, tmp_path / "out")[1]
    damaged = site.database.read_bytes()[(objects[2] - 1) * PAGE:][:PAGE]
    result = site.convene("check", "--repair", check=False)
    assert result.returncode == PARTLY, result.stderr
    assert uids(template) - uids(site) == lost_objects and 0 < len(lost_objects) < 30
    assert all(uid in result.stderr for uid in lost_objects)
    # The mails whose rows are lost keep their keys, as failed, so that none of them is sent again.
    keys = "SELECT key FROM mail ORDER BY key"
    assert rows(site.database, keys) == rows(template.database, keys)
    (failed, ), = rows(site.database, "SELECT count(*) FROM mail WHERE state = 5")
    assert failed > 0 and f"{failed} mails of the ledger may have gone or not" in result.stderr
    left = "SELECT * FROM mail WHERE state = 4 ORDER BY id"
    assert set(rows(site.database, left)) < set(rows(template.database, left))
    assert "everything is in order" in result.stdout
    aside, = site.directory.glob("convened.db.damaged-*")
    assert str(aside) in result.stdout and aside.read_bytes()[(objects[2] - 1) * PAGE:][:PAGE] == damaged
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in (site.database, aside))
    assert files(site) == ["convened.db", "convened.db"]
    site.start()
    health = requests.get(site.url + "/health", timeout=PATIENCE)
    site.stop()
    assert health.status_code == 200, health.text


def test_mails_are_held_if_their_keys_are_lost(template, tmp_path):
    site = copy_of(template, tmp_path)
    index = [page for kind in ("internal", "leaf") for page in pages_of(site, "sqlite_autoindex_mail_1", kind)]
    damage(site, *pages_of(site, "mail")[2:5], *index)
    result = site.convene("check", "--repair", check=False)
    assert "mails are held: the repair of the store has lost rows about mails" in result.stderr, result.stderr
    assert result.returncode == REFUSED
    site.convene("resume", "--skip-past")
    site.start()
    wait_until(lambda: site.convene("check", check=False).returncode == DONE)
    assert site.stop() == 0


def test_no_repair_beside_a_daemon(template, tmp_path):
    site = copy_of(template, tmp_path)
    with contextlib.closing(sqlite3.connect(site.database)) as db:
        db.execute("UPDATE object SET name = 'wrong' WHERE uid = 'event7@damaged.example'")
        db.commit()
    site.start()
    inode = site.database.stat().st_ino
    result = site.convene("check", "--repair", check=False)
    running = site.process.poll() is None
    site.stop()
    assert result.returncode == REFUSED and "stop the daemon" in result.stderr and running
    assert site.database.stat().st_ino == inode and files(site) == ["convened.db"]


# A page has one event or one card. The text of the long event goes on in other pages.
N_SERVED = 6
LONG = f"event{N_SERVED}@damaged.example"
SERVED = ("BEGIN:VEVENT\r\nUID:event{0}@damaged.example\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Event {0}\r\nDESCRIPTION:{1}\r\n"
          "DTSTART;TZID=Europe/Moscow:20360502T1{0}0000\r\nDURATION:PT1H\r\nCATEGORIES:SESSION\r\nEND:VEVENT\r\n")
READER = ("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{0}@damaged.example\r\nFN:{0}\r\nEMAIL:{0}@example.org\r\nLANG:en\r\nTZ:Europe/Moscow\r\n{1}"
          "NOTE:{2}\r\nEND:VCARD\r\n")
# The mails of the quiet readers are in the ledger before the damage; the others' are derived after it.
READERS_SERVED = {"quiet1": ("X-CONVENED-QUIET:17:00-19:00\r\n", "-P1D@18:00"), "quiet2": ("X-CONVENED-QUIET:17:00-19:00\r\n", "-P1D@18:00"),
                  "later1": ("", "-P1D@19:00"), "later2": ("", "-P1D@19:00"),
                  "agenda1": ("X-CONVENED-DIGEST:DAILY@19:00\r\n", ""), "agenda2": ("X-CONVENED-DIGEST:DAILY@19:00\r\n", "")}


def page_of(site, text):
    """Returns the page number of a row that contains a text of no other row."""
    data = site.database.read_bytes()
    assert data.count(text) == 1
    return data.index(text) // PAGE + 1


def ledger(site):
    return [json.loads(line) for line in site.convene("outbox", "--json").stdout.splitlines()]


def test_a_daemon_serves_what_can_be_read(make_site):
    served = {f"event{n}@damaged.example" for n in range(1, N_SERVED + 1)}
    lost = {"event2@damaged.example", LONG, "quiet2@damaged.example", "later2@damaged.example", "agenda2@damaged.example"}
    with Server({}) as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        events = "".join(SERVED.format(n, "x" * (15000 if n == N_SERVED else 2500)) for n in range(1, N_SERVED + 1))
        site.convene("import", "-", stdin=f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.org//test//EN\r\n{events}END:VCALENDAR\r\n")
        site.convene("import", "-", stdin="".join(READER.format(name, wish, "x" * 2500) for name, (wish, _) in READERS_SERVED.items()))
        for name, (_, lead) in READERS_SERVED.items():
            site.convene("subscribe", f"{name}@example.org", "--kind", "session", *([f"--lead={lead}"] * bool(lead)))
        site.start("--rehearse=2036-05-01T12:00:00+03:00")
        site.stop()
        site.start("--rehearse=2036-05-01T18:00:01+03:00")
        wait_until(lambda: sum(row["reason"].endswith("quiet hours") for row in ledger(site)) == 2 * N_SERVED)
        site.stop()
        with contextlib.closing(sqlite3.connect(site.database)) as db:
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("VACUUM")
        damage(site, *(page_of(site, f"UID:{uid}".encode()) for uid in lost - {LONG}), pages_of(site, "object", "overflow")[0])

        site.start("--rehearse=2036-05-01T19:00:01+03:00")
        # Each reader gets one mail for all events that can be read.
        expected = [f"{name}@example.org" for name in ("quiet1", "later1", "agenda1")]
        wait_until(lambda: len(server.messages) >= len(expected))
        wait_until(lambda: sum(row["reason"].endswith("damaged part of the store") for row in ledger(site)) == N_SERVED + 2)
        feed = requests.get(site.url + "/all.ics", timeout=PATIENCE)
        page = requests.get(site.url + "/", timeout=PATIENCE)
        health = wait_until(lambda: (answer := requests.get(site.url + "/health", timeout=PATIENCE)).status_code == 503 and answer.json())
        checked = site.convene("check", check=False)
        site.stop()
        assert sorted(mail["To"].addresses[0].addr_spec for mail in mails(server)) == sorted(expected)
        assert set(re.findall(r"^UID:(.*?)\r?$", feed.text, re.M)) == served - lost
        assert page.status_code == 200 and {f"event{n}@damaged.example" for n in re.findall(r"Event\s(\d)", page.text)} == served - lost
        assert health["check"] is False and health["reminders"] is True and health["mail"] is True
        assert checked.returncode == REFUSED and all(f"{uid}: it cannot be read" in checked.stderr for uid in lost), checked.stderr
        assert all(f"the daily check: {uid}: it cannot be read" in site.log_text() for uid in lost)

        assert site.convene("check", "--repair", check=False).returncode == PARTLY
        site.start("--rehearse=2036-05-01T20:00:01+03:00")
        wait_until(lambda: {row["state"] for row in ledger(site)} <= {"SENT", "SUPPRESSED", "CANCELLED", "FAILED"})
        health = requests.get(site.url + "/health", timeout=PATIENCE)
        site.stop()
        assert health.status_code == 200, health.text
        assert len(server.messages) == len(expected), "no mail goes twice"


def test_a_damaged_ledger_ends_the_move_to_the_archive_only(make_site):
    with Server({}) as server:
        site = listed(make_site, server)
        with contextlib.closing(sqlite3.connect(site.database)) as db:
            db.executemany(MAIL, [(n,) for n in range(1, 1001)])
            db.execute("UPDATE counter SET value = 1000 WHERE name = 'mail'")
            # As the daily work leaves it, which is not done in a rehearsal: a pass has begun, by this time.
            db.execute("REPLACE INTO meta VALUES ('past', ?)", [f"0 0 {moment('2036-05-01T12:00:00')}"])
            db.commit()
            db.execute("PRAGMA journal_mode = DELETE")
        damage(site, pages_of(site, "mail")[3])
        start(site, "17:59:58")
        wait_until(lambda: server.messages)
        wait_until(lambda: "old mails are not moved to the archive today" in site.log_text())
        assert "the reminders wait" not in site.log_text()


PAGES, FEEDS = ("/", "/?q=event", "/events.atom"), ("/all.ics", "/session.ics")


def numbers_at(site, place):
    answer = requests.get(site.url + place, timeout=PATIENCE)
    return answer.status_code, set(re.findall(r"Event\s(\d+)", answer.text))


def test_pages_and_feeds_in_memory_are_renewed_beside_damage(make_site):
    numbers = {str(n) for n in range(1, N_SERVED)}
    site = make_site()
    events = "".join(SERVED.format(n, "x" * 2500) for n in range(1, N_SERVED))
    site.convene("import", "-", stdin=f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.org//test//EN\r\n{events}END:VCALENDAR\r\n")
    site.start("--rehearse=2036-05-01T12:00:00+03:00")
    assert all(numbers_at(site, place) == (200, numbers) for place in PAGES + FEEDS)
    assert numbers_at(site, "/event/event2@damaged.example")[0] == 200
    damage(site, page_of(site, b"UID:event2@damaged.example"))
    site.convene("set", "event3@damaged.example", "SUMMARY", "Event 33")
    # Catalogs and feeds in memory take the changes only, and keep the event that was read before.
    left = numbers - {"3"} | {"33"}
    wait_until(lambda: numbers_at(site, "/") == (200, left))
    assert all(numbers_at(site, place) == (200, left) for place in PAGES + FEEDS)
    codes = {n: numbers_at(site, f"/event/event{n}@damaged.example")[0] for n in ("1", "2", "3")}
    assert codes == {"1": 200, "2": 200, "3": 200}  # the page of the damaged event is the one in memory
    site.convene("set", "event4@damaged.example", "SUMMARY", "Event 44")
    wait_until(lambda: numbers_at(site, "/") == (200, left - {"4"} | {"44"}))
    assert site.process.poll() is None


def turn(site, seed):
    """Zeroes some pages, fills them with noise or flips bits. The first page keeps its header."""
    chance = random.Random(seed)
    size = site.database.stat().st_size
    with open(site.database, "r+b") as file:
        for _ in range(chance.randint(1, 12)):
            page = chance.randrange(size // PAGE) * PAGE
            at = page + (100 if page == 0 else 0)
            how = chance.randrange(4)
            if how == 0:
                file.seek(at)
                file.write(bytes(PAGE - at % PAGE))
            elif how == 1:
                file.seek(at)
                file.write(chance.randbytes(PAGE - at % PAGE))
            else:
                # Most flips are in the headers of pages, cells and records, which hold the structure.
                for _ in range(chance.randint(1, 40)):
                    place = at + chance.randrange(PAGE - at % PAGE if how == 2 else 60)
                    file.seek(place)
                    byte = file.read(1)[0]
                    file.seek(place)
                    file.write(bytes([byte ^ 1 << chance.randrange(8)]))


def try_seed(template, directory, seed):
    site = copy_of(template, directory)
    turn(site, seed)
    faults = []
    for command in (*READERS, ("export", str(pathlib.Path(directory) / "out")), ("check", "--repair"), ("check",)):
        arguments = [word.format(uid="event7@damaged.example") for word in command]
        result = site.convene(*arguments, check=False)
        if result.returncode not in (DONE, REFUSED, PARTLY) or "ERROR:" in result.stderr or "runtime error" in result.stderr:
            faults.append((seed, command, result.returncode, result.stderr[-3000:]))
    return faults


@pytest.mark.parametrize("seed", range(6))
def test_no_command_crashes_or_hangs(template, tmp_path, seed):
    assert try_seed(template, tmp_path, seed) == []


def main(first, last):
    with tempfile.TemporaryDirectory() as scratch:
        (pathlib.Path(scratch) / "template").mkdir()
        template = make(pathlib.Path(scratch) / "template")
        for seed in range(first, last + 1):
            with tempfile.TemporaryDirectory(dir=scratch) as directory:
                for fault in try_seed(template, directory, seed):
                    print(*fault, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
