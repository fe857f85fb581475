"""Stores that earlier versions have left, with mails that had gone and one whose reply never came: nothing is lost, nothing is doubled."""

import contextlib
import json
import sqlite3

import pytest

from conftest import ROOT, wait_until
from smtp_server import Server

STORES = sorted((ROOT / "tests/corpus/store").glob("version-*.sql"))
THE_EVENING_BEFORE = "--rehearse=2021-06-23T20:00:00+03:00"


def states(site):
    return [json.loads(line)["state"] for line in site.convene("outbox", "--json").stdout.splitlines()]


def unanswered(store):
    """The mail that the old ledger holds because its reply is owed, as it holds it."""
    columns = {row[1] for row in store.execute("PRAGMA table_info(mail)")}
    return [text for text, in store.execute("SELECT bytes FROM mail WHERE state = 3")] if "bytes" in columns else []


@pytest.mark.parametrize("dump", STORES, ids=lambda path: path.stem)
def test_an_older_store_is_taken_over(make_site, dump):
    with Server() as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        with contextlib.closing(sqlite3.connect(site.database)) as store:
            store.executescript(dump.read_text(encoding="utf-8"))
            store.execute("PRAGMA journal_mode = WAL")
            mails, open_mails = store.execute("SELECT count(*) FROM mail").fetchone()[0], unanswered(store)
            objects = store.execute("SELECT count(*) FROM object").fetchone()[0]
        site.start(THE_EVENING_BEFORE)
        wait_until(lambda: states(site) == ["SENT"] * mails)
        site.reload()
        site.stop()
        assert server.messages == open_mails
        assert site.convene("check").returncode == 0
        with contextlib.closing(sqlite3.connect(site.database)) as store:
            assert store.execute("SELECT count(*) FROM object").fetchone()[0] == objects
            assert store.execute("SELECT count(*) FROM message").fetchone()[0] == 0


def test_there_is_a_store_of_each_version_that_was(site):
    site.convene("import", ROOT / "conf/documents/sites.vcf")
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        now = int(store.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()[0])
    assert [path.stem for path in STORES] == [f"version-{number}" for number in range(1, now)]
