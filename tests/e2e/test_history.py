"""The history of objects: shown, compared, taken back, restored; copies of the store."""

import contextlib
import getpass
import json
import sqlite3
import stat
import subprocess

import pytest
import requests

from conftest import BUILD, wait_until
from smtp_server import Server

PATIENCE = 30


def log(site, *words):
    return [json.loads(line) for line in site.convene("log", *words, "--json").stdout.splitlines()]


def add(site, summary, *words):
    out = site.convene("add", f"--summary={summary}", "--start=2030-01-01", *words).stdout
    return out.split()[-1] if "@" in out.split()[-1] else next(word for word in out.split() if "@" in word)


def text(site, uid):
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        row = store.execute("SELECT text FROM object WHERE uid = ?", [uid]).fetchone()
    return row and bytes(row[0])


def test_each_change_has_its_author_way_and_difference(site):
    uid = add(site, "First")
    site.convene("set", uid, "SUMMARY", "Second")
    rows = log(site, uid)
    assert [(row["action"], row["way"], row["author"], row["name"]) for row in rows] == \
        [("changed", "command", getpass.getuser(), "Second"), ("created", "command", getpass.getuser(), "First")]
    shown = site.convene("log", uid, "--diff").stdout
    assert "- VEVENT  SUMMARY:First" in shown and "+ VEVENT  SUMMARY:Second" in shown
    assert site.convene("log", "none@example.org", check=False).returncode == 1
    assert site.convene("log", uid, "--diff", "--json", check=False).returncode == 2


def test_the_last_change_is_taken_back_byte_by_byte(site):
    uid = add(site, "First", "--location=Hall A")
    before = text(site, uid)
    site.convene("set", uid, "SUMMARY", "Second")
    after = text(site, uid)
    site.convene("undo", uid)
    assert text(site, uid) == before
    site.convene("undo", uid)
    assert text(site, uid) == after
    assert [row["cause"] for row in log(site, uid)] == ["undo", "undo", "edit", "edit"]
    # Without a UID: all changes of the last command.
    other = add(site, "Other")
    site.convene("undo")
    assert text(site, other) is None
    assert site.convene("check").returncode == 0


def test_a_version_is_restored(site):
    uid = add(site, "First")
    first = text(site, uid)
    for title in ("Second", "Third"):
        site.convene("set", uid, "SUMMARY", title)
    site.convene("restore", uid, f"--version={log(site, uid)[-1]['version']}")
    assert text(site, uid) == first
    assert log(site, uid)[0]["cause"] == "restore"
    refused = site.convene("restore", uid, "--version=999", check=False)
    assert refused.returncode == 1 and uid in refused.stderr
    assert site.convene("restore", uid, check=False).returncode == 1  # it is not deleted


CARD = "BEGIN:VCARD\nVERSION:4.0\nUID:v@example.org\nFN:Vera\nEMAIL:v@example.org\nEND:VCARD\n"


def test_a_deleted_contact_comes_back_with_its_listings(site):
    uid = add(site, "Event")
    site.convene("import", "-", stdin=CARD.encode())
    site.convene("subscribe", "v@example.org", "--event", uid, "--lead=-P1D@18:00")
    before = site.convene("show", "v@example.org").stdout
    assert "18:00" in before
    site.convene("delete", "v@example.org")
    assert [row["uid"] for row in log(site, "--deleted")] == ["v@example.org"]
    site.convene("restore", "v@example.org")
    assert site.convene("show", "v@example.org").stdout == before
    assert log(site, "--deleted") == []


def test_an_undo_within_the_settling_time_mails_nobody(make_site):
    with Server() as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; settle = "PT1S";')
        site.convene("import", "-", stdin=CARD.encode())
        uid = add(site, "Event")
        site.convene("subscribe", "v@example.org", "--event", uid, "--lead=-P7D")
        site.convene("set", uid, "LOCATION", "Hall B")
        site.convene("undo", uid)
        site.start()
        site.stop()
        assert server.messages == []


def test_changes_of_calendar_programs_have_the_account(make_site):
    site = make_site(extra='auth = { basic_without_tls = true; };\n')
    site.convene("account", "add", "anna", "--role=editor", stdin="secret word\n")
    site.start()
    path = f"{site.url}/dav/calendars/anna/events/x.ics"
    body = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTAMP:20260101T000000Z\r\n"
            "DTSTART:20300101T100000Z\r\nSUMMARY:%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    for title in ("One", "Two"):
        assert requests.put(path, data=body % title, auth=("anna", "secret word"), timeout=PATIENCE).status_code in (201, 204)
    assert requests.delete(path, auth=("anna", "secret word"), timeout=PATIENCE).status_code == 204
    rows = log(site, "x")
    assert [(row["action"], row["way"], row["author"]) for row in rows] == \
        [("deleted", "dav", "anna"), ("changed", "dav", "anna"), ("created", "dav", "anna")]
    site.convene("restore", "x")
    assert text(site, "x") == (body % "Two").encode()
    assert requests.get(path, auth=("anna", "secret word"), timeout=PATIENCE).text == body % "Two"


def test_a_copy_beside_the_daemon_is_whole_and_private(site, tmp_path):
    uid = add(site, "First")
    site.start()
    file = tmp_path / "copy.db"
    site.convene("backup", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert store.execute("SELECT uid FROM object").fetchall() == [(uid,)]
    assert "convened.db-wal" in site.convene("check").stdout
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("copy")] == ["copy.db"]
    # The daemon has the store: it is not replaced.
    refused = site.convene("restore", file, check=False)
    assert refused.returncode == 1
    site.convene("set", uid, "SUMMARY", "Second")
    site.stop()
    out = site.convene("restore", file)
    aside = out.stdout.split()[-1]
    assert b"SUMMARY:First" in text(site, uid)
    checked = site.convene("check")
    assert checked.returncode == 0 and "-wal" not in checked.stdout
    with contextlib.closing(sqlite3.connect(aside)) as store:
        assert b"SUMMARY:Second" in bytes(store.execute("SELECT text FROM object").fetchone()[0])


def test_a_restored_copy_has_a_new_epoch_and_tells_what_would_go_twice(make_site, tmp_path):
    with Server() as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        site.convene("import", "-", stdin=CARD.encode())
        uid = add(site, "Event")
        site.convene("subscribe", "v@example.org", "--event", uid, "--lead=-P1D@18:00")
        site.start("--rehearse=2029-12-31T17:00:00+03:00")
        site.convene("backup", tmp_path / "copy.db")
        site.stop()
        site.start("--rehearse=2029-12-31T17:59:58+03:00")
        wait_until(lambda: len(server.messages) == 1)
        wait_until(lambda: '"SENT"' in site.convene("outbox", "--json").stdout)
        site.stop()
        told = site.convene("restore", tmp_path / "copy.db")
        assert "resume" in told.stderr
        with contextlib.closing(sqlite3.connect(site.database)) as store, contextlib.closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
            epochs = [one.execute("SELECT value FROM meta WHERE name = 'epoch'").fetchone() for one in (store, copy)]
        assert epochs[0] and epochs[0] != epochs[1]
        site.start("--rehearse=2029-12-31T18:00:05+03:00")
        site.convene("resume", "--skip-past")
        site.stop()
        assert len(server.messages) == 1


def test_other_files_are_refused(site, tmp_path):
    uid = add(site, "First")
    (tmp_path / "text").write_text("no store\n" * 1000, encoding="utf-8")
    for name in ("text", "missing"):
        refused = site.convene("restore", tmp_path / name, check=False)
        assert refused.returncode == 1 and str(tmp_path / name) in refused.stderr
    assert text(site, uid)


def test_copies_in_a_directory_are_rotated(site, tmp_path):
    add(site, "First")
    directory = tmp_path / "copies"
    directory.mkdir()
    (directory / "convened-20200101T000000Z.db").write_text("old", encoding="utf-8")
    (directory / "convened-20210101T000000Z.db").write_text("old", encoding="utf-8")
    (directory / "convened.conf").write_text("other", encoding="utf-8")
    site.convene("backup", directory, "--count=2")
    names = sorted(path.name for path in directory.iterdir())
    assert names[0] == "convened-20210101T000000Z.db" and len(names) == 3 and "convened.conf" in names
    assert site.convene("backup", directory / "x.db", "--count=2", check=False).returncode == 2


def test_dates_are_read_as_people_write_them(site):
    for written, shown in (("10.03.2031", "20310310"), ("10.3.2031 9:30", "20310310T093000")):
        uid = add_at(site, written)
        assert shown.encode() in text(site, uid)
    uid = add_at(site, "завтра 10:00")
    assert b"T100000" in text(site, uid)
    assert site.convene("add", "--summary=x", "--start=31.02.2031", check=False).returncode == 2


def add_at(site, start):
    return site.convene("add", "--summary=x", f"--start={start}").stdout.split()[-1]


def test_the_beginning_of_a_uid_is_enough(site):
    for uid in ("conference-2031@example.org", "conference-2032@example.org"):
        site.convene("add", "--summary=x", "--start=2031-01-01", f"--uid={uid}")
    site.convene("set", "conference-2031", "SUMMARY", "Found")
    assert b"SUMMARY:Found" in text(site, "conference-2031@example.org")
    for word in ("conf", "con", "conference-2033"):
        refused = site.convene("delete", word, check=False)
        assert refused.returncode == 1 and word in refused.stderr
    assert text(site, "conference-2031@example.org") and text(site, "conference-2032@example.org")


def completed(site, *words):
    """Returns what bash offers for the last word, by the script that the program writes."""
    script = ('source <("$0" completion bash); COMP_WORDS=(convene "$@"); COMP_CWORD=$#; compopt() { :; }; _convene; printf "%s\\n" "${COMPREPLY[@]}"')
    result = subprocess.run(["bash", "-c", script, BUILD / "convene", *words], capture_output=True, text=True, timeout=60, check=True)
    return result.stdout.split()


def test_bash_completes_commands_actions_and_options(site):
    commands = [line.split()[0] for line in site.convene("--help").stdout.splitlines() if line.startswith("  ") and line[2].isalpha()]
    assert set(commands) <= set(completed(site, ""))
    assert completed(site, "und") == ["undo"]
    assert completed(site, "--config", "x", "restore", "--ver") == ["--version="]
    assert completed(site, "offer", "rem") == ["remove"]
    assert "--title-" in " ".join(completed(site, "add", "--ti"))
    for shell in ("zsh", "fish"):
        script = site.convene("completion", shell).stdout
        assert all(command in script for command in commands)
    assert site.convene("completion", "csh", check=False).returncode == 2
