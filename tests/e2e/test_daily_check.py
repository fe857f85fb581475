"""The daemon checks its store itself once a night: thoroughly, telling a fault once."""

import contextlib
import re
import signal
import sqlite3

import pytest

from conftest import ROOT, wait_until
from test_health import health, metrics

FIRST_NIGHT = "2051-06-24T02:59:58+03:00"
SECOND_NIGHT = "2051-06-25T02:59:58+03:00"
THIRD_NIGHT = "2051-06-26T02:59:58+03:00"


def checked(site):
    """The time of the last check, as it is kept."""
    with contextlib.closing(sqlite3.connect(f"file:{site.database}?mode=ro", uri=True)) as store:
        found = store.execute("SELECT value FROM meta WHERE name = 'last_check'").fetchone()
    return int(found[0].split()[0]) if found else 0


def change_beside_index(site, index, change):
    """Changes a table while one of its indexes is not known, which then lacks the change."""
    schema = "SELECT rowid, type, name, tbl_name, rootpage, sql FROM sqlite_master WHERE name = ?"
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        kept = store.execute(schema, (index,)).fetchone()
    for sql, values in (("DELETE FROM sqlite_master WHERE name = ?", (index,)), (change, ()),
                        ("INSERT INTO sqlite_master (rowid, type, name, tbl_name, rootpage, sql) VALUES (?, ?, ?, ?, ?, ?)", kept)):
        with contextlib.closing(sqlite3.connect(site.database)) as store:
            store.execute("PRAGMA writable_schema = ON")
            store.execute(sql, values)
            store.commit()


def hide_a_row(site):
    change_beside_index(site, "object_start", "UPDATE object SET start = start + 1 WHERE id = (SELECT min(id) FROM object WHERE kind = 1)")


def mend(site):
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        store.execute("REINDEX")
        store.commit()


@pytest.fixture
def office(make_site):
    site = make_site(extra='time_zone = "Europe/Moscow";\n')
    site.convene("import", ROOT / "conf" / "documents")
    return site


def test_a_full_check_finds_what_a_quick_one_does_not_look_for(office):
    hide_a_row(office)
    assert office.convene("check").returncode == 0
    full = office.convene("check", "--full", check=False)
    assert full.returncode == 1 and "missing from index object_start" in full.stderr
    mend(office)
    assert office.convene("check", "--full").stdout == "everything is in order\n"


def test_each_night_and_a_fault_is_told_once(office):
    hide_a_row(office)
    office.start(f"--rehearse={FIRST_NIGHT}")
    wait_until(lambda: checked(office))
    first = checked(office)
    assert re.search(r"the daily check: row \d+ missing from index object_start", office.log_text())
    status, parts = health(office)
    assert status == 503 and parts["check"] is False
    assert metrics(office)[("convened_check_faults",)] >= 1
    assert "it found" in office.convene("status").stdout
    office.stop(signal.SIGKILL)
    office.start(f"--rehearse={SECOND_NIGHT}")
    wait_until(lambda: checked(office) > first)
    office.stop()
    assert office.log_text().count("faults found in the store") == 1
    mend(office)
    second = checked(office)
    office.start(f"--rehearse={THIRD_NIGHT}")
    wait_until(lambda: checked(office) > second)
    wait_until(lambda: health(office)[0] == 200)


def test_not_by_day(office):
    office.start("--rehearse=2051-06-24T12:00:00+03:00")
    assert health(office)[0] == 200
    assert office.stop() == 0 and checked(office) == 0
