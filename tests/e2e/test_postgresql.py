"""A store on PostgreSQL: changes reach the daemon, and the server may go away and come back. A store moves between the engines by
`convene store copy`."""

import random
import re
import sqlite3

import pytest
import requests

import postgresql
from conftest import ROOT, wait_until


@pytest.fixture(scope="module")
def server():
    with postgresql.Server("fsync=off") as started:
        yield started


@pytest.fixture
def at(server, make_site):
    """Returns a function that makes a site with a database of its own, or with that of another site."""
    return lambda other=None, **options: make_site(store=other.store if other else postgresql.make_database(server.url()), **options)


def feed(site):
    reply = requests.get(f"{site.url}/all.ics", timeout=20)
    assert reply.status_code == 200 and "Warning" not in reply.headers
    return reply.text


def test_a_change_by_the_command_is_in_the_feed(at):
    site = at()
    site.convene("import", ROOT / "conf" / "documents")
    site.start()
    before = feed(site)
    assert before.count("BEGIN:VEVENT") > 1
    uid = next(line.partition(":")[2] for line in before.splitlines() if line.startswith("UID:"))
    site.convene("set", uid, "SUMMARY", "Told by PostgreSQL")
    wait_until(lambda: "Told by PostgreSQL" in feed(site))


def test_the_server_goes_away_and_comes_back(server, at):
    site = at()
    site.convene("import", ROOT / "conf" / "documents")
    site.start()
    before = feed(site)
    server.stop()
    try:
        assert feed(site) == before
        refused = site.convene("list", check=False)
        assert refused.returncode == 1 and "cannot be reached" in refused.stderr, refused
    finally:
        server.start()
    uid = next(line.partition(":")[2] for line in before.splitlines() if line.startswith("UID:"))
    site.convene("delete", uid)
    wait_until(lambda: uid not in feed(site))
    assert site.stop() == 0


def test_a_password_is_not_taken_from_the_url(at):
    site = at()
    site.config.write_text('store = "postgresql://convened:secret@127.0.0.1:1/convened";\n', encoding="utf-8")
    refused = site.convene("status", check=False)
    assert refused.returncode == 2 and "secret" not in refused.stdout + refused.stderr


N_ROWS = 600  # more than are read from PostgreSQL in one part
TYPES = {"BIGINT": lambda dice, number: number, "INTEGER": lambda dice, number: number, "BYTEA": lambda dice, number: dice.randbytes(number % 40),
         "TEXT": lambda dice, number: f"{number} № '\"\\\r\n\t"}


def fill(database, dice):
    """Adds rows to every table, whatever their meaning. Rows with one number refer to each other."""
    with sqlite3.connect(database) as store:
        for table, in store.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall():
            columns = [(name, type_) for _, name, type_, *_ in store.execute(f"PRAGMA table_info({table})")]
            marks = ", ".join("?" for _ in columns)
            store.executemany(f"INSERT INTO {table} ({', '.join(name for name, _ in columns)}) VALUES ({marks})",
                              ([TYPES[type_](dice, 10**6 + number) for _, type_ in columns] for number in range(N_ROWS if table in ("collection", "object", "history") else 3)))
        store.execute("UPDATE collection SET zone = NULL WHERE zone LIKE '1000001%'")
        assert not store.execute("PRAGMA foreign_key_check").fetchall()


def in_a_file(make_site, tmp_path):
    """A site with a store in a file, whatever STORE says, and the documents' events."""
    site = make_site(store=f"sqlite:{tmp_path}/convened.db")
    site.database, site.mark = tmp_path / "convened.db", tmp_path / "mark-convened.db"
    site.convene("import", ROOT / "conf" / "documents")
    return site


def copy(site, source, target, **options):
    return site.convene("store", "copy", source, target, **options)


def digests(said):
    """Returns the lines about tables, which have the number of rows and a digest."""
    return [line for line in said.splitlines() if re.search(r", [0-9a-f]{64}$", line)]


def test_a_copy_there_and_back_is_the_same_store(server, make_site, tmp_path):
    site, back = in_a_file(make_site, tmp_path), tmp_path / "back.db"
    fill(site.database, random.Random(17))
    with sqlite3.connect(site.database) as store:
        store.execute("UPDATE mail SET reply = CAST(x'61ff62' AS TEXT) WHERE id = 1000000")
        tables = {name for name, in store.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'node%'")}
    middle = postgresql.make_database(server.url())
    there = copy(site, site.store, middle)
    assert {line.partition(":")[0] for line in digests(there.stdout)} == tables
    assert "1 octet " in there.stderr
    again = copy(site, middle, f"sqlite:{back}")
    assert digests(again.stdout) == digests(there.stdout) and not again.stderr
    with sqlite3.connect(site.database) as first, sqlite3.connect(back) as last:
        first.execute("UPDATE mail SET reply = 'a\ufffdb' WHERE id = 1000000")
        for table in tables:
            own = " WHERE name NOT IN ('epoch', 'mark', 'sync_mark')" if table == "meta" else ""
            assert sorted(map(repr, first.execute(f"SELECT * FROM {table}{own}"))) == sorted(map(repr, last.execute(f"SELECT * FROM {table}{own}"))), table
        epochs = [store.execute("SELECT value FROM meta WHERE name = 'epoch'").fetchone() for store in (first, last)]
        assert epochs[0] != epochs[1] and epochs[1]


def test_a_copied_store_is_exported_as_the_first_was(server, make_site, tmp_path):
    first = in_a_file(make_site, tmp_path)
    second = make_site(store=postgresql.make_database(server.url()))
    uid = first.convene("list").stdout.split()[-1]
    first.convene("set", uid, "SUMMARY", "№ 2")
    copy(first, first.store, second.store)
    for site in (first, second):
        site.convene("export", site.directory / "exported")
    names = sorted(path.relative_to(first.directory) for path in first.directory.glob("exported/**/*"))
    assert len(names) > 10
    for name in filter(lambda name: (first.directory / name).is_file(), names):
        assert (first.directory / name).read_bytes() == (second.directory / name).read_bytes(), name


def test_what_is_not_copied(server, make_site, tmp_path):
    site = in_a_file(make_site, tmp_path)
    source, target = site.store, postgresql.make_database(server.url())
    site.start()

    def refused(why, source=source, target=target):
        result = copy(site, source, target, check=False)
        assert result.returncode == 1 and why in result.stderr and not result.stdout, result

    refused("a daemon is at work")
    site.stop()
    site.mark.unlink()
    refused("mails are held")
    site.convene("resume", "--send")
    site.start()
    wait_until(lambda: "mails are held" not in site.convene("status").stdout)
    site.stop()
    copy(site, source, target)
    refused("has tables already")
    refused("has tables already", source=target, target=source)
    postgresql.psql(target, "UPDATE meta SET value = '99' WHERE name = 'schema'")
    refused("newer", source=target, target=f"sqlite:{site.database}.new")
    refused("cannot be reached", target="postgresql:///x?host=/nowhere")
    assert copy(site, source, "postgresql://convened:secret@/x", check=False).returncode == 2
