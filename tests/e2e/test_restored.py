"""A store that was put back from a backup is older than its mark: mails are held until the operator decides, and nobody gets a second copy
unless the operator wants it."""

import contextlib
import shutil
import signal
import sqlite3

import pytest

from conftest import wait_until
from smtp_server import Server
from test_health import health, metrics
from test_notices import CALENDAR, CARD, EVENT, listed, mails, rows, start, text

OLDER = "mails are held: the store is older than the last mail"
MISSING = "mails are held: the mark beside the store is gone"
OTHER = "mails are held: the last mail was sent from another store"


@pytest.fixture
def server():
    with Server({}) as server:
        yield server


def put_back(site, backup):
    for end in ("-wal", "-shm"):
        (site.directory / f"convened.db{end}").unlink(missing_ok=True)
    shutil.copy(backup, site.database)


def prepared(make_site, server):
    """A store on which the daemon was started before the reminder was due, and its backup."""
    site = start(listed(make_site, server), "17:50:00")
    site.stop()
    backup = site.directory / "backup"
    shutil.copy(site.database, backup)
    return site, backup


def sent(site, clock="18:00:01"):
    start(site, clock)
    wait_until(lambda: rows(site, kind="reminder", state="SENT"))
    site.stop()


def restored(make_site, server):
    """A daemon on a backup of a time before its only mail: it has worked out the mail again."""
    site, backup = prepared(make_site, server)
    sent(site)
    put_back(site, backup)
    start(site, "18:10:00")
    wait_until(lambda: rows(site, kind="reminder", state="PENDING"))
    return site


def kept(site, name):
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        return next((value for value, in store.execute("SELECT value FROM meta WHERE name = ?", (name,))), None)


def is_past_fixed(site):
    hold = kept(site, "hold")
    return hold is not None and hold.split()[1] != "0"


def resumed(site):
    return site.convene("check", check=False).returncode == 0


def test_mails_of_an_older_store_are_held_and_said_to_be(make_site, server):
    site = restored(make_site, server)
    assert "no mail is sent until `convene resume`: the store is older" in site.log_text()
    assert OLDER in site.convene("status").stdout
    russian = {"env": {**site.environment, "LC_ALL": "ru_RU.UTF-8"}}
    assert "письма задержаны: хранилище старше последнего" in site.convene("status", **russian).stdout
    check = site.convene("check", check=False)
    assert check.returncode == 1 and OLDER in check.stderr
    status, parts = health(site)
    assert status == 503 and parts["current"] is False and parts["reminders"] is True
    assert metrics(site)[("convened_mails_held",)] == 1
    # A restart does not forget it.
    site.stop(signal.SIGKILL)
    start(site, "18:20:00")
    assert OLDER in site.convene("status").stdout
    assert site.convene("resume", check=False).returncode == 2
    assert len(server.messages) == 1


def test_what_was_due_is_skipped_and_later_mails_go(make_site, server):
    site = restored(make_site, server)
    site.convene("resume", "--skip-past")
    row, = wait_until(lambda: rows(site, kind="reminder", state="PARKED"))
    assert row["reason"] == "it may have gone before an older store was put back"
    wait_until(lambda: resumed(site))
    assert health(site) == (200, health(site)[1])
    # The contact counts as told of the event: it gets the notice of its change.
    site.convene("date", EVENT, "2051-06-29", "2051-06-30")
    wait_until(lambda: rows(site, kind="change", state="SENT"))
    assert [mail["Subject"].split(":")[0] for mail in mails(server)] == ["Завтра, 24 июня", "Изменение"]
    assert "Было: сб–вс, 24" in text(mails(server)[1])
    site.stop()
    start(site, "18:30:00")
    assert "held" not in site.convene("status").stdout


def test_all_is_sent_if_the_operator_says_so(make_site, server):
    site = restored(make_site, server)
    site.convene("resume", "--send")
    wait_until(lambda: rows(site, kind="reminder", state="SENT"))
    first, second = mails(server)
    assert first["Message-ID"] == second["Message-ID"]
    wait_until(lambda: resumed(site))
    assert site.convene("resume", "--send", check=False).returncode == 1


def test_a_hold_by_command(make_site, server):
    """A daemon that runs holds its mails, too; calendar programs are to read their calendars again."""
    site = start(listed(make_site, server), "17:50:00")
    epoch = kept(site, "epoch")
    assert "held until convene resume" in site.convene("hold").stdout
    assert kept(site, "epoch") != epoch
    wait_until(lambda: "no mail is sent until" in site.log_text())
    assert "held by convene hold" in site.convene("status").stdout
    site.stop()
    start(site, "18:00:01")
    wait_until(lambda: rows(site, kind="reminder", state="PENDING"))
    site.convene("resume", "--send")
    wait_until(lambda: rows(site, kind="reminder", state="SENT"))
    assert len(mails(server)) == 1


def test_the_decision_may_come_before_the_daemon(make_site, server):
    site, backup = prepared(make_site, server)
    sent(site)
    put_back(site, backup)
    check = site.convene("check", check=False)
    assert check.returncode == 1 and OLDER in check.stderr
    assert "next start" in site.convene("resume", "--skip-past").stdout
    start(site, "18:10:00")
    wait_until(lambda: rows(site, kind="reminder", state="PARKED"))
    wait_until(lambda: resumed(site))
    # The same backup once more.
    site.convene("date", EVENT, "2051-06-29", "2051-06-30")
    wait_until(lambda: rows(site, kind="change", state="SENT"))
    site.stop()
    put_back(site, backup)
    start(site, "18:20:00")
    assert OLDER in site.convene("status").stdout
    assert len(server.messages) == 2


def test_no_crash_and_no_power_loss_raises_the_alarm(make_site, server):
    site, _ = prepared(make_site, server)
    old = site.mark.read_bytes()
    start(site, "18:00:01")
    wait_until(lambda: rows(site, kind="reminder", state="SENT"))
    site.stop(signal.SIGKILL)
    new = site.mark.read_bytes()
    assert new > old
    # The power failed before the last bytes of the mark were on the disk.
    site.mark.write_bytes(old)
    start(site, "18:10:00")
    assert site.mark.read_bytes() >= new
    assert resumed(site) and len(server.messages) == 1


def test_a_store_without_its_mark_is_held(make_site, server):
    """It was copied: to another machine, from a backup, to be tried out."""
    site, _ = prepared(make_site, server)
    sent(site)
    site.mark.unlink()
    start(site, "18:10:00")
    assert MISSING in site.convene("status").stdout
    site.convene("resume", "--send")
    wait_until(lambda: resumed(site))
    site.stop()
    start(site, "18:20:00")
    assert resumed(site) and len(server.messages) == 1


def test_a_mark_that_is_removed_comes_back_with_the_next_mail(make_site, server):
    site, _ = prepared(make_site, server)
    start(site, "17:59:56")
    site.mark.unlink()
    wait_until(lambda: rows(site, kind="reminder", state="SENT"))
    site.stop()
    assert site.mark.stat().st_mode & 0o007 == 0
    start(site, "18:10:00")
    assert resumed(site)


def test_a_new_store_and_one_of_an_older_version_are_not_held(make_site, server):
    site, backup = prepared(make_site, server)
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        store.executescript("DELETE FROM meta WHERE name = 'mark'; DELETE FROM counter WHERE name = 'move'")
    site.mark.unlink()
    sent(site)
    assert site.mark.exists() and len(server.messages) == 1
    # A new store in the place of the old one: nothing of the time before its first start is mailed.
    for path in site.directory.glob("convened.db*"):
        path.unlink()
    site.convene("import", "-", stdin=CALENDAR.encode())
    site.convene("import", "-", stdin=CARD.format("").encode())
    site.convene("subscribe", "v@example.org", "--event", EVENT, "--lead=-P1D@18:00")
    start(site, "18:10:00")
    assert resumed(site) and rows(site) == []
    site.stop()
    # The backup has another name than the mark of the new store, from which no mail went.
    put_back(site, backup)
    start(site, "18:20:00")
    assert MISSING in site.convene("status").stdout


def test_another_store_beside_a_mark_is_held(make_site, server):
    site, _ = prepared(make_site, server)
    sent(site)
    other, backup = prepared(make_site, server)
    put_back(site, backup)
    start(site, "18:10:00")
    assert OTHER in site.convene("status").stdout
    assert len(server.messages) == 1
    assert other.mark.exists()


def test_a_backup_of_a_held_store_begins_another_hold(make_site, server):
    site = start(listed(make_site, server), "17:50:00")
    site.convene("import", "-", stdin=CARD.format("").replace("v@", "w@").encode())
    site.convene("subscribe", "w@example.org", "--event", EVENT, "--lead=-P1D@18:15")
    site.stop()
    backup, held = site.directory / "backup", site.directory / "held"
    shutil.copy(site.database, backup)
    sent(site)
    put_back(site, backup)
    start(site, "18:10:00")
    wait_until(lambda: rows(site, state="PENDING") and is_past_fixed(site))
    site.stop()
    shutil.copy(site.database, held)
    # A restart continues the hold.
    first = kept(site, "hold")
    start(site, "18:12:00")
    assert kept(site, "hold") == first
    site.convene("resume", "--skip-past")
    wait_until(lambda: resumed(site))
    site.stop()
    sent(site, "18:15:01")
    assert len(server.messages) == 2
    # The mail of 18:15 was sent after the backup, so it is of the past.
    put_back(site, held)
    start(site, "18:20:00")
    assert OLDER in site.convene("status").stdout
    site.convene("resume", "--skip-past")
    wait_until(lambda: resumed(site))
    assert [row["state"] for row in rows(site, kind="reminder")] == ["PARKED", "PARKED"]
    assert len(server.messages) == 2


def test_a_decision_in_a_backup_is_void_once_mails_were_sent(make_site, server):
    site, backup = prepared(make_site, server)
    sent(site)
    put_back(site, backup)
    site.convene("resume", "--send")
    wished = site.directory / "wished"
    shutil.copy(site.database, wished)
    sent(site, "18:10:00")
    assert len(server.messages) == 2
    put_back(site, wished)
    start(site, "18:20:00")
    wait_until(lambda: rows(site, kind="reminder", state="PENDING") and is_past_fixed(site))
    assert OLDER in site.convene("status").stdout and kept(site, "hold_wish") is None
    assert len(server.messages) == 2


def test_a_decision_does_not_wait_for_a_later_hold(make_site, server):
    site, _ = prepared(make_site, server)
    sent(site)
    mark = site.mark.read_bytes()
    site.mark.unlink()
    site.convene("resume", "--send")
    site.mark.write_bytes(mark)
    start(site, "18:10:00")
    assert resumed(site) and kept(site, "hold_wish") is None
