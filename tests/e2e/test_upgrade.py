"""Upgrades stores of earlier versions that have sent mails and mails without a reply. Nothing is lost or sent twice."""

import contextlib
import json
import re
import sqlite3

import pytest

from conftest import ROOT, wait_until
from smtp_server import Server

STORES = sorted((ROOT / "tests/corpus/store").glob("version-*.sql"), key=lambda path: int(path.stem.partition("-")[2]))
THE_EVENING_BEFORE = "--rehearse=2021-06-23T20:00:00+03:00"
NAMES = {1: "PENDING", 2: "COMMITTED", 3: "UNKNOWN", 4: "SENT", 5: "FAILED", 6: "EXPIRED", 7: "SUPPRESSED", 8: "CANCELLED", 9: "PARKED"}
OPEN = (1, 2, 3)
LAST_OF_SENTENCES = STORES[2]  # version 3: later versions store codes

# Reasons as written by versions 1 to 3; texts of a server or a report are kept unchanged.
SENTENCES = [
    "overtaken by a nearer reminder", "told by the notice of the change", "event or subscription came after this moment, and mail.late is skip",
    "it had become pointless before the mail could go", "the contact's card says X-CONVENED-REMINDERS:OFF", "the contact has no mail address",
    "the name of the contact's mailbox is not ASCII, which mail servers do not take", "the contact wants no mail", "the contact opted out",
    "mail to the contact's address comes back", "the contact wants no mail about this event", "the contact wants no mail about events of this kind",
    "the contact gets an agenda instead", "the contact is gone", "the event is gone", "the event has moved or does not take place",
    "overtaken by another change of the event", "the contact wants no agenda any more", "there is nothing to tell",
    "there is nothing to confirm any more", "the contact's quiet hours", "an address that no mail can be sent to or from",
    "no mail could be made of it: is the sender's or the contact's address right?", "twice no reply after the message was handed over",
    "interrupted after the message was handed over", "interrupted twice after the message was handed over",
]
REPLIES = ["", "250 2.0.0 Ok: queued", "550 5.1.1 came back: no", "came back: 5.1.1 550 no such user"]


def outbox(site):
    return [json.loads(line) for line in site.convene("outbox", "--json", "--limit=1000").stdout.splitlines()]


def states(site):
    return [row["state"] for row in outbox(site)]


def load(site, dump):
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        store.executescript(dump.read_text(encoding="utf-8"))
        store.execute("PRAGMA journal_mode = WAL")


def unanswered(store):
    """Returns {Message-ID: bytes} of the mails without a reply in the old ledger; no bytes where these are packed."""
    columns = {row[1] for row in store.execute("PRAGMA table_info(mail)")}
    if "bytes" in columns:
        return dict(store.execute("SELECT message_id, bytes FROM mail WHERE state = 3"))
    return dict(store.execute("SELECT message_id, CASE WHEN sample = '' THEN message.bytes END FROM mail"
                              " LEFT JOIN message ON mail = id WHERE state = 3"))


def message_id(message):
    return re.search(rb"^Message-ID:\s*<([^>]+)>", message, re.M | re.I).group(1).decode()


@pytest.mark.parametrize("dump", STORES, ids=lambda path: path.stem)
def test_an_older_store_is_upgraded(make_site, dump):
    with Server() as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        load(site, dump)
        with contextlib.closing(sqlite3.connect(site.database)) as store:
            expected = ["SENT" if state in OPEN else NAMES[state] for state, in store.execute("SELECT state FROM mail ORDER BY id DESC")]
            open_mails = unanswered(store)
            objects = store.execute("SELECT id, uid, text FROM object ORDER BY id").fetchall()
        site.start(THE_EVENING_BEFORE)
        wait_until(lambda: states(site) == expected)
        site.reload()
        site.stop()
        assert sorted(map(message_id, server.messages)) == sorted(open_mails)
        for message in server.messages:
            assert open_mails[message_id(message)] in (None, message)
        assert site.convene("check").returncode == 0
        with contextlib.closing(sqlite3.connect(site.database)) as store:
            assert store.execute("SELECT id, uid, text FROM object ORDER BY id").fetchall() == objects
            # The texts of sent mails are kept for a time.
            assert store.execute("SELECT count(*) FROM message WHERE mail NOT IN (SELECT id FROM mail WHERE state = 4)").fetchone()[0] == 0


def tables(path):
    """Returns each table with its columns, keys and references, and each index with its columns, unordered."""
    with contextlib.closing(sqlite3.connect(path)) as store:
        for name, in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for column in store.execute(f"PRAGMA table_info({name})").fetchall():
                yield name, *column[1:]
            for reference in store.execute(f"PRAGMA foreign_key_list({name})").fetchall():
                yield name, *reference[2:]
            for _, index, unique, _, partial in store.execute(f"PRAGMA index_list({name})").fetchall():
                columns = tuple(row[2] for row in store.execute(f"PRAGMA index_info({index})"))
                condition = store.execute("SELECT sql FROM sqlite_master WHERE name = ?", [index]).fetchone()
                yield name, columns, unique, (condition[0] or "").partition(" WHERE ")[2] if partial else "", "" if index.startswith("sqlite_") else index


@pytest.mark.parametrize("dump", STORES, ids=lambda path: path.stem)
def test_its_tables_become_those_of_a_new_store(make_site, dump):
    old, new = make_site(), make_site()
    load(old, dump)
    assert old.convene("add", "--summary=x", "--start=2030-01-01").returncode == 0
    assert new.convene("add", "--summary=x", "--start=2030-01-01").returncode == 0
    assert sorted(map(repr, tables(old.database))) == sorted(map(repr, tables(new.database)))


def test_reasons_become_codes_with_the_same_meaning(site):
    load(site, LAST_OF_SENTENCES)
    texts = SENTENCES + REPLIES
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        store.execute("DELETE FROM mail")
        for number, text in enumerate(texts):
            store.execute("INSERT INTO mail (id, key, kind, contact, object, uid, recurrence_id, start, rule, state, attempts, tries, due,"
                          " next_attempt, expires, message_id, token, reason, created, updated)"
                          " VALUES (?, ?, 'reminder', 0, 0, '', '', '', '', 5, 0, 0, 0, 0, 0, '', ?, ?, 0, 0)",
                          [number + 1, f"key{number}", f"token{number}", text])
        store.execute("DELETE FROM message")
        store.commit()
    site.convene("add", "--summary=x", "--start=2030-01-01")
    assert [row["reason"] for row in reversed(outbox(site))] == texts
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        kept = store.execute("SELECT reason, reply FROM mail ORDER BY id").fetchall()
    codes = [reason for reason, _ in kept]
    assert 0 not in codes[:len(SENTENCES)] and len(set(codes[:len(SENTENCES)])) == len(SENTENCES)
    assert codes[len(SENTENCES):-1] == [0] * 3 and codes[-1] not in codes[:-1]
    assert [reply for _, reply in kept] == [""] * len(SENTENCES) + REPLIES[:-1] + ["5.1.1 550 no such user"]


def test_names_and_addresses_are_derived(site):
    load(site, LAST_OF_SENTENCES)
    site.convene("add", "--summary=x", "--start=2030-01-01")
    assert site.convene("check").returncode == 0
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        assert store.execute("SELECT address FROM object WHERE uid = 'second'").fetchone() == ("second@example.org",)
        assert store.execute("SELECT resource FROM object WHERE uid = 'second'").fetchone() == ("second.vcf",)
        assert store.execute("SELECT collection, resource, uid FROM tombstone").fetchall() == [("events", "gone_40x.ics", "gone@x")]
        assert store.execute("SELECT reason FROM stopped").fetchall() == [(9,)]
        assert store.execute("SELECT count(*) FROM subscription").fetchone()[0] == 4


def test_contacts_made_by_the_form_are_recognised(site):
    """The cards of contacts made by the form are named by address; the office's contacts stay the office's."""
    load(site, STORES[3])
    site.convene("add", "--summary=x", "--start=2030-01-01")
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        origins = store.execute("SELECT uid LIKE '%@convened', origin FROM subscription JOIN object ON object.id = contact").fetchall()
    assert sorted(origins) == [(0, 0)] * 4 + [(1, 1)]


def test_there_is_a_store_of_each_version(site):
    site.convene("import", ROOT / "conf/documents/sites.vcf")
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        now = int(store.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()[0])
    assert [path.stem for path in STORES] == [f"version-{number}" for number in range(1, now)]


def test_deleted_collections_of_version_18_can_be_restored(site):
    """Their objects were rows of a table of their own, and are rows of the history now."""
    load(site, STORES[17])
    text = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\nUID:own\r\nDTSTAMP:20200101T000000Z\r\n"
            "DTSTART:20300101T100000Z\r\nSUMMARY:Own\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    name = "account-anna-mine-0123456789abcdef"
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        store.execute("INSERT INTO trash (key, name, owner, segment, cards, components, zone, created, deleted)"
                      " VALUES (?, ?, 'anna', 'mine', 0, 1, 'Europe/Moscow', 5, 7)", [f"{name}.7", name])
        store.execute("INSERT INTO trash_object (trash, resource, kind, text, created, changed, sequence) VALUES (?, 'own.ics', 7, ?, 5, 6, 3)",
                      [f"{name}.7", text.encode()])
        store.commit()
    site.convene("add", "--summary=x", "--start=2030-01-01")
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        row = store.execute("SELECT trash, collection, resource, kind, action, at, created, changed, sequence, text FROM history WHERE trash <> ''").fetchone()
        assert store.execute("SELECT value FROM counter WHERE name = 'history'").fetchone()[0] == 2
    assert (*row[:9], bytes(row[9])) == (f"{name}.7", name, "own.ics", 7, 3, 7, 5, 6, 3, text.encode())


def test_offers_of_version_22_are_in_a_calendar_of_their_own(site):
    """They were in the calendar of events, and stay what they are."""
    load(site, STORES[21])
    text = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VAVAILABILITY\r\nUID:hours\r\nDTSTAMP:20200101T000000Z\r\n"
            "X-CONVENED-MEETING-HOST:nobody\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR\r\n")
    site.convene("import", "-", stdin=text)
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        change, = store.execute("SELECT change FROM object WHERE uid = 'hours' AND collection = 'offers'").fetchone()
        store.executescript("UPDATE object SET collection = 'events' WHERE uid = 'hours'; DELETE FROM collection WHERE name = 'offers';"
                            "DROP TABLE announcement_due; DROP TABLE change_task; DROP TABLE office_text;"
                            "DELETE FROM counter WHERE name IN ('office_text', 'change_task');"
                            "ALTER TABLE object DROP COLUMN unpublished; ALTER TABLE tombstone DROP COLUMN unpublished;"
                            "DROP TABLE invitee_answer; DROP TABLE recovery_code; DROP TABLE second_factor; DROP INDEX object_of_kind; ALTER TABLE session DROP COLUMN pending;"
                            "UPDATE meta SET value = '22' WHERE name = 'schema'")
    site.convene("add", "--summary=x", "--start=2030-01-01")
    assert site.convene("show", "--raw", "hours").stdout.replace("\r", "") == text.replace("\r", "")
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        assert store.execute("SELECT collection, change FROM object WHERE uid = 'hours'").fetchone() == ("offers", change)
        assert store.execute("SELECT cards, sequence, components, bytes FROM collection WHERE name = 'offers'").fetchone() == (0, change, 8, len(text))
