"""Tests every subcommand of the command, with the daemon running and without it."""

import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess

import icalendar
import pytest
import recurring_ical_events
import requests

from conftest import BUILD, PATIENCE, ROOT, wait_until, wait_within

DOCUMENTS = ROOT / "conf" / "documents"
SARANSK = "saransk-clusters@documents.convened.example"
DRAFT = "dip-master-2@documents.convened.example"


@pytest.fixture
def kept(site):
    site.convene("import", DOCUMENTS)
    return site


def in_english(site, *arguments):
    return site.convene(*arguments, env=dict(os.environ, LC_ALL="en_GB.UTF-8")).stdout


def in_russian(site, *arguments, check=True):
    return site.convene(*arguments, check=check, env=dict(os.environ, LC_ALL="ru_RU.UTF-8"))


def listed(site, *options):
    return [json.loads(line) for line in site.convene("list", "--json", *options).stdout.splitlines()]


def test_import_twice_changes_nothing(site):
    first = site.convene("import", DOCUMENTS).stdout
    assert re.match(r"74 created, 0 updated, 0 unchanged", first), first
    second = site.convene("import", DOCUMENTS).stdout
    assert re.match(r"0 created, 0 updated, 74 unchanged", second), second


def test_an_older_object_does_not_replace_a_newer_one(kept):
    kept.convene("set", SARANSK, "LOCATION", "Новое место")
    told = kept.convene("import", DOCUMENTS / "events.ics").stdout
    assert "1 older than what is kept" in told
    assert "Новое место" in kept.convene("show", SARANSK).stdout


def test_list_shows_kinds_dates_drafts_sites_and_contacts(kept):
    everything = listed(kept)
    assert len(everything) == 14
    assert sorted(row["uid"] for row in listed(kept, "--undated")) == [
        "dip-master-2.panel@documents.convened.example", DRAFT]
    june = listed(kept, "--from", "2021-06-01", "--to", "2021-06-30")
    assert len(june) == 5 and all(row["start"].startswith("202106") for row in june)
    assert [row["uid"] for row in listed(kept, "--kind", "exhibition")] == ["innoprom-2025@documents.convened.example"]
    assert len(listed(kept, "--sites")) == 16
    assert [row["uid"] for row in listed(kept, "--search", "ПАНЕЛЬНАЯ СЕССИЯ «диалог")] == ["innoprom-2025.sco-parks@documents.convened.example"]
    contacts = listed(kept, "--contacts")
    assert [row["name"] for row in contacts] == ["Ольга Серенко"] and contacts[0]["reminders"] == "off"


def test_dates_in_the_readers_language(kept):
    russian = kept.convene("list", env=dict(os.environ, LC_ALL="ru_RU.UTF-8")).stdout
    english = kept.convene("list", env=dict(os.environ, LC_ALL="en_GB.UTF-8")).stdout
    assert "24–25 июня 2021" in russian and "дата будет объявлена" in russian
    assert "24–25 June 2021" in english.replace(" – ", "–") and "date to be announced" in english


def test_export_and_import_give_the_same_state(kept, make_site, tmp_path):
    kept.convene("export", tmp_path / "out")
    other = make_site()
    other.convene("import", tmp_path / "out")
    assert listed(other) == listed(kept)
    other.convene("export", tmp_path / "again")
    assert subprocess.run(["diff", "-r", tmp_path / "out", tmp_path / "again"], check=False).returncode == 0


def test_add_prints_the_uid_and_the_event_is_served(kept):
    kept.start()
    uid = kept.convene(
        "add", "--kind", "session", "--summary", "Сессия; с, запятыми\\", "--start", "2027-06-24", "--end", "2027-06-25",
        "--zone", "Europe/Ulyanovsk", "--location", "Димитровград", "--parent", SARANSK).stdout.strip()
    text = wait_until(lambda: uid in (t := requests.get(kept.url + "/session.ics", timeout=PATIENCE).text) and t)
    event = [e for e in icalendar.Calendar.from_ical(text).walk("VEVENT") if e["UID"] == uid][0]
    assert event["SUMMARY"] == "Сессия; с, запятыми\\"
    assert event.decoded("DTSTART").isoformat() == "2027-06-24" and event.decoded("DTEND").isoformat() == "2027-06-26"
    assert event["RELATED-TO"] == SARANSK


def test_a_draft_becomes_an_event_under_its_uid(kept):
    kept.start()
    assert DRAFT not in requests.get(kept.url + "/all.ics", timeout=PATIENCE).text
    kept.convene("date", DRAFT, "2027-03-01", "2027-03-02", "--basis", "STATED")
    text = wait_until(lambda: DRAFT in (t := requests.get(kept.url + "/all.ics", timeout=PATIENCE).text) and t)
    event = [e for e in icalendar.Calendar.from_ical(text).walk("VEVENT") if e["UID"] == DRAFT][0]
    assert event.decoded("DTEND").isoformat() == "2027-03-03"
    assert event.get("STATUS") != "DRAFT"
    assert "Кванториум" in event["LOCATION"]


def test_cancel_stays_in_the_feed_and_delete_leaves_it(kept):
    uid = kept.convene("add", "--summary", "Встреча", "--kind", "meeting", "--start", "2027-01-10T10:00", "--end",
                       "2027-01-10T11:00").stdout.strip()
    kept.start()

    def event():
        text = requests.get(kept.url + "/all.ics", timeout=PATIENCE).text
        found = [e for e in icalendar.Calendar.from_ical(text).walk("VEVENT") if e["UID"] == uid]
        return found[0] if found else None

    before = int(event()["SEQUENCE"])
    kept.convene("cancel", uid)
    cancelled = wait_until(lambda: (e := event()) and e.get("STATUS") == "CANCELLED" and e)
    assert int(cancelled["SEQUENCE"]) > before
    kept.convene("delete", uid)
    wait_until(lambda: event() is None)


def kept_lines(site, uid, name):
    event = icalendar.Calendar.from_ical(site.convene("show", uid, "--raw").stdout).walk("VEVENT")[0]
    values = event.get(name, [])
    return values if isinstance(values, list) else [values]


def test_a_new_reason_for_a_date_keeps_other_notes(kept):
    notes = [str(note) for note in kept_lines(kept, SARANSK, "COMMENT")]
    kept.convene("date", SARANSK, "2021-07-01", "--comment", "Перенесено")
    assert [str(note) for note in kept_lines(kept, SARANSK, "COMMENT")] == [*notes, "Перенесено"]
    kept.convene("date", SARANSK, "2021-07-02", "--comment", "Ещё раз")
    assert [str(note) for note in kept_lines(kept, SARANSK, "COMMENT")] == [*notes, "Ещё раз"]


def test_several_values_are_replaced_only_on_request(kept):
    assert len(kept_lines(kept, SARANSK, "COMMENT")) > 1
    kept.convene("set", SARANSK, "COMMENT", "Четвёртый", "--add")
    assert [str(v) for v in kept_lines(kept, SARANSK, "COMMENT")][-1:] == ["Четвёртый"]
    kept.convene("set", SARANSK, "COMMENT", "Один", "--all")
    assert [str(v) for v in kept_lines(kept, SARANSK, "COMMENT")] == ["Один"]
    kept.convene("set", SARANSK, "categories", "session,meeting")
    assert str(kept_lines(kept, SARANSK, "CATEGORIES")[0].to_ical(), "ascii") == "SESSION,MEETING"


def test_an_excluded_date_is_in_the_zone_of_the_series(kept):
    uid = kept.convene("add", "--summary", "Планёрка", "--kind", "meeting", "--start", "2027-01-04T10:00", "--duration", "PT1H",
                       "--zone", "Asia/Yekaterinburg", "--repeat", "FREQ=WEEKLY;COUNT=3").stdout.strip()
    refused = kept.convene("set", uid, "EXDATE", "20270111T050000Z", check=False)
    assert refused.returncode == 2 and "without the Z" in refused.stderr
    kept.convene("set", uid, "EXDATE", "20270111T100000")
    assert "EXDATE;TZID=Asia/Yekaterinburg:20270111T100000" in kept.convene("show", uid, "--raw").stdout


def test_a_deleted_event_is_named_as_deleted(kept):
    uid = kept.convene("add", "--summary", "Семинар").stdout.strip()
    kept.convene("delete", uid)
    for command in (["show", uid], ["cancel", uid], ["delete", uid], ["subscribe", uid]):
        refused = kept.convene(*command, check=False)
        assert refused.returncode == 1 and f"{uid} was deleted on " in refused.stderr, command


def test_a_series_is_listed_by_its_days_in_the_window(site):
    site.convene("add", "--summary", "Планёрка", "--start", "2027-01-04T10:00", "--duration", "PT1H", "--repeat", "FREQ=WEEKLY", "--uid", "weekly")
    site.convene("add", "--summary", "Сессия", "--start", "2027-01-12T10:00", "--end", "2027-01-12T11:00", "--uid", "once")
    def rows(*options):
        return [(row["uid"], row["start"], row.get("recurrence_id")) for row in listed(site, *options)]
    assert rows("--from", "2027-01-10", "--to", "2027-01-20") == [
        ("weekly", "20270111T100000", "20270111T100000"), ("once", "20270112T100000", None), ("weekly", "20270118T100000", "20270118T100000")]
    assert rows("--from", "2027-01-11") == [("weekly", "20270111T100000", "20270111T100000"), ("once", "20270112T100000", None)]
    assert rows("--from", "2027-01-05", "--to", "2027-01-10") == []
    assert [row[0] for row in rows()] == ["weekly", "once"]
    assert "18 January 2027, 10:00" in in_english(site, "list", "--from", "2027-01-18", "--to", "2027-01-18")


def test_one_occurrence_is_moved_and_another_cancelled(site):
    site.convene("add", "--summary", "Планёрка", "--start", "2027-01-04T10:00", "--duration", "PT1H", "--zone", "Asia/Yekaterinburg",
                 "--repeat", "FREQ=WEEKLY;COUNT=4", "--location", "Зал 1", "--uid", "weekly")
    site.convene("occurrence", "weekly", "2027-01-11", "move", "2027-01-12T15:00")
    site.convene("occurrence", "weekly", "2027-01-18", "cancel")
    site.convene("occurrence", "weekly", "2027-01-12", "move", "2027-01-13T15:00", "2027-01-13T17:00")  # found by where it is now
    rows = listed(site, "--from", "2027-01-01", "--to", "2027-02-01")
    assert [(row["start"], row["end"], row["status"]) for row in rows] == [
        ("20270104T100000", "20270104T110000", ""), ("20270113T150000", "20270113T170000", ""),
        ("20270118T100000", "20270118T110000", "CANCELLED"), ("20270125T100000", "20270125T110000", "")]
    shown = in_english(site, "show", "weekly")
    assert "Moved: 11 January 2027, 10:00 (Yekaterinburg, UTC+5) → 13 January 2027, 15:00–17:00 (Yekaterinburg, UTC+5)" in shown
    assert "Cancelled: 18 January 2027, 10:00 (Yekaterinburg, UTC+5)" in shown
    raw = site.convene("show", "--raw", "weekly").stdout
    instances = recurring_ical_events.of(icalendar.Calendar.from_ical(raw)).between((2027, 1, 1), (2027, 2, 1))
    assert sorted((str(i["DTSTART"].dt), str(i.get("STATUS")), str(i["LOCATION"])) for i in instances) == [
        ("2027-01-04 10:00:00+05:00", "None", "Зал 1"), ("2027-01-13 15:00:00+05:00", "None", "Зал 1"),
        ("2027-01-18 10:00:00+05:00", "CANCELLED", "Зал 1"), ("2027-01-25 10:00:00+05:00", "None", "Зал 1")]
    site.convene("occurrence", "weekly", "2027-01-18", "move", "2027-01-18T10:00")  # takes place again
    assert "Cancelled" not in in_english(site, "show", "weekly")


def test_show_tells_each_change_once_on_the_clock_of_the_series(site):
    path = site.directory / "changes.ics"
    head = "BEGIN:VEVENT\nUID:{0}\nDTSTAMP:20260101T000000Z\nSUMMARY:x\n"
    zoned = "DTSTART;TZID=Asia/Yekaterinburg:20270104T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=4\n"
    path.write_text("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:p\n"
                    f"{head.format('week')}{zoned}EXDATE:20270111T050000Z\nEND:VEVENT\n"
                    f"{head.format('week')}RECURRENCE-ID:20270111T050000Z\nDTSTART:20270111T070000Z\nEND:VEVENT\n"
                    f"{head.format('week')}RECURRENCE-ID:20270118T050000Z\nDTSTART:20270118T070000Z\nDURATION:PT1H\nEND:VEVENT\n"
                    f"{head.format('days')}DTSTART;VALUE=DATE:20270104\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE:20270104T210000Z\nEND:VEVENT\n"
                    "END:VCALENDAR\n")
    site.convene("import", path)
    shown = in_english(site, "show", "week")
    assert "Cancelled: 11 January 2027, 10:00 (Yekaterinburg, UTC+5)\n" in shown and "Moved: 11" not in shown
    assert "Moved: 18 January 2027, 10:00 (Yekaterinburg, UTC+5) → 18 January 2027, 12:00–13:00 (Yekaterinburg, UTC+5)\n" in shown
    assert "Cancelled: 5 January 2027\n" in in_english(site, "show", "days")  # 21:00 in UTC is midnight in Moscow


def test_an_occurrence_that_is_not_there_is_refused(site):
    site.convene("add", "--summary", "x", "--start", "2027-01-04", "--repeat", "FREQ=DAILY;COUNT=4", "--uid", "days")
    site.convene("add", "--summary", "x", "--start", "2027-01-04", "--uid", "once")
    before = site.convene("show", "--raw", "days").stdout
    for arguments, code, words in (
            (["days", "2027-02-04", "cancel"], 1, "no occurrence on 2027-02-04"), (["once", "2027-01-04", "cancel"], 1, "does not repeat"),
            (["days", "2027-01-04", "move", "2027-01-10T10:00"], 1, "whole days"), (["days", "2027-01-04", "move"], 2, "START is missing"),
            (["days", "2027-01-04", "drop"], 2, "no action 'drop'"), (["days", "2027-01-04", "move", "2027-01-10", "2027-01-09"], 2, "DTEND"),
            (["gone", "2027-01-04", "cancel"], 1, "no event")):
        refused = site.convene("occurrence", *arguments, check=False)
        assert refused.returncode == code and words in refused.stderr, (arguments, refused.stderr)
    assert site.convene("show", "--raw", "days").stdout == before


def test_help_names_a_command(kept):
    assert kept.convene("help", "list").stdout == kept.convene("list", "--help").stdout
    assert kept.convene("help").stdout == kept.convene("--help").stdout


def test_changes_are_published_within_a_second(kept):
    kept.start()
    for number in range(5):
        kept.convene("set", SARANSK, "SUMMARY", f"Название {number}")
        wait_within(1, kept, lambda: f"Название {number}" in requests.get(kept.url + "/all.ics", timeout=PATIENCE).text)  # noqa: B023


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (["nonsense"], 2, "no command 'nonsense'; the commands are: import"),
    (["shwo", SARANSK], 2, "did you mean show?"),
    (["help", "lst"], 2, "did you mean list?"),
    (["show", "-dash@example.org"], 2, "'-dash@example.org' is no option"),
    (["show", "gone"], 1, "no event, site or contact has the UID gone"),
    (["list", "--contacts", "--kind", "session"], 2, "--kind and --contacts exclude each other"),
    (["list", "--kind", "sesion"], 2, "no kind 'sesion' (did you mean session?); its kinds are: session,"),
    (["show"], 2, "UID is missing"),
    (["show", "unknown@example.org"], 1, "unknown@example.org"),
    (["add"], 2, "--summary is missing"),
    (["add", "--summary", ""], 2, "--summary is missing"),
    (["add", "--summary", "x", "--kind", "party"], 2, "no kind 'party'"),
    (["add", "--summary", "x", "--start", "2027-02-30"], 2, "no date"),
    (["add", "--summary", "x", "--start", "2027-02-03T10:00", "--zone", "Mars/Olympus"], 2, "no time zone"),
    (["add", "--summary", "x", "--start", "2027-02-03", "--end", "2027-02-01"], 2, "DTEND"),
    (["add", "--summary", "x", "--start", "2027-02-03", "--repeat", "FREQ=NEVER"], 2, "RRULE"),
    (["set", SARANSK, "UID", "other"], 2, "never changes"),
    (["set", SARANSK, "STATUS", "MAYBE"], 2, "STATUS"),
    (["set", SARANSK, "BAD NAME", "x"], 2, "no name"),
    (["set", SARANSK, "SUMMARY", ""], 2, "needs a name"),
    (["set", SARANSK, "CATEGORIES", "SESSION,PARTY"], 2, "no kind 'PARTY'"),
    (["set", SARANSK, "CLASS", "PUBLC"], 2, "'PUBLC' is not PUBLIC"),
    (["add", "--summary", "x", "--class", "SECRET"], 2, "'SECRET' is not PUBLIC"),
    (["set", SARANSK, "SUMARY", "x"], 2, "no property SUMARY (did you mean SUMMARY?)"),
    (["set", SARANSK, "ATTENDEE", "mailto:v@example.org"], 2, "ATTENDEE belongs to an invitation"),
    (["set", SARANSK, "RELATED-TO", "nothing@example.org"], 1, "nothing@example.org"),
    (["set", SARANSK, "EXDATE", "20210624T100000"], 2, "whole days"),
    (["set", SARANSK, "--organiser", "Один"], 2, "has 3 values: --all"),
    (["set", SARANSK, "COMMENT", ""], 2, "has 10 values: --all"),
    (["cancel", "dip-master-2@documents.convened.example"], 1, "is a draft: without a date there is nothing to cancel"),
    (["subscribe", "nobody@example.org"], 1, "no contact"),
    (["subscribe", "serenko.o@innokam.pro", "--lead", "soon"], 2, "no lead"),
    (["subscribe", "serenko.o@innokam.pro", "--lead=P1D"], 2, "'P1D' is after the start"),
    (["subscribe", "serenko.o@innokam.pro", "--lead=PT2H"], 2, "means before: --lead=-P1D"),
    (["preview", "--for", "serenko.o@innokam.pro", "--at", "someday"], 2, "--at"),
    (["list", "--from", "someday"], 2, "--from"),
    (["outbox", "--state", "lost"], 2, "no state"),
    (["import", "/nonexistent.ics"], 2, "/nonexistent.ics"),
])
def test_wrong_usage_is_reported_and_changes_nothing(kept, arguments, code, words):
    before = kept.convene("export", kept.directory / "before").stdout
    result = kept.convene(*arguments, check=False)
    assert result.returncode == code and words in result.stderr, result.stderr
    assert kept.convene("export", kept.directory / "after").stdout.split()[0] == before.split()[0]
    assert subprocess.run(["diff", "-r", kept.directory / "before", kept.directory / "after"], check=False).returncode == 0


def bad_files():
    return sorted([*(ROOT / "tests/corpus/bad-ics").glob("*.ics"), *(ROOT / "tests/corpus/bad-vcf").glob("*.vcf")])


def test_there_are_forty_bad_files():
    assert len(bad_files()) >= 40


@pytest.mark.parametrize("path", bad_files(), ids=lambda path: path.name)
def test_a_bad_file_is_refused_with_its_line_and_nothing_is_lost(kept, path):
    before = kept.convene("list", "--json").stdout
    result = kept.convene("import", "--strict", path, check=False)
    expected = path.with_name(path.name + ".expected").read_text(encoding="utf-8").splitlines()
    assert [line for line in result.stderr.splitlines() if line.startswith(str(path))] == [f"{path}:{line}" for line in expected]
    assert result.returncode == (1 if b"BEGIN:VC" in path.read_bytes() else 2)
    after = kept.convene("list", "--json").stdout
    assert set(before.splitlines()) <= set(after.splitlines())
    assert kept.convene("check").returncode == 0


def test_refusals_are_in_russian(kept):
    """Error messages in Russian have the same line and position; only names and values are English."""
    before = kept.convene("import", "--strict", *bad_files(), check=False).stderr.splitlines()
    after = in_russian(kept, "import", "--strict", *bad_files(), check=False).stderr.splitlines()
    assert len(before) == len(after) > 40
    for english, russian in zip(before, after):
        place = re.match(r"\S+?:(?:\d+:)?", english)
        assert place is None or russian.startswith(place.group(0)), russian
        assert english == russian or re.search("[а-яё]", russian), russian
    same = {english for english, russian in zip(before, after) if english == russian}
    assert not same


def test_configuration_errors_are_in_russian(site):
    site.write_config(extra='time_zone = "Mars/Olympus";\ncolour = "red";\nfeed = { past = "P900Y"; };\n')
    told = in_russian(site, "status", check=False)
    assert told.returncode == 2
    assert f"{site.config}:3: time_zone: «Mars/Olympus» — неизвестный здесь часовой пояс; допустимо: часовой пояс этой системы вида Europe/Moscow" in told.stderr
    assert f"{site.config}:4: colour: такого ключа нет; здесь допустимы " in told.stderr
    assert f"{site.config}:5: feed.past: «P900Y» вне пределов; допустимо: от " in told.stderr
    site.config.write_text("store = ;\n")
    assert f"{site.config}:1: синтаксическая ошибка: текст пишется в кавычках\n" in in_russian(site, "status", check=False).stderr


def test_check_is_in_russian(kept):
    with sqlite3.connect(kept.database) as other:
        other.execute("UPDATE object SET name = 'x' WHERE uid = ?", [SARANSK])
        other.execute("UPDATE object SET change = 1000000 WHERE uid = ?", [SARANSK])
    told = in_russian(kept, "check", check=False).stderr
    assert f"convene: {SARANSK}: в столбце name «x», а в тексте «" in told
    assert "convene: объекты с номером изменения, который не выдавался: 1\n" in told


@pytest.mark.parametrize(("name", "content", "words"), [
    ("empty.ics", "", "is empty"),
    ("bare.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nEND:VCALENDAR\r\n", "holds no event, draft or contact"),
    ("text.ics", "A text\n", "not of the form"),
    ("folder", None, "holds no .ics or .vcf file"),
])
def test_an_empty_import_is_reported(kept, tmp_path, name, content, words):
    path = tmp_path / name
    if content is None:
        path.mkdir()
    else:
        path.write_text(content, newline="")
    result = kept.convene("import", path, check=False)
    assert result.returncode == 2 and result.stderr.startswith(str(path)) and words in result.stderr, result.stderr


def test_a_byte_order_mark_is_accepted(site, tmp_path):
    path = tmp_path / "marked.ics"
    path.write_bytes(b"\xef\xbb\xbf" + (DOCUMENTS / "events.ics").read_bytes())
    assert site.convene("import", path).returncode == 0


@pytest.mark.parametrize("arguments", [
    ["--help"], ["--version"], ["list", "--help"], ["list"], ["list", "--json"], ["list", "--contacts"], ["show", SARANSK], ["show", SARANSK, "--raw"],
    ["status"], ["check"], ["import", DOCUMENTS], ["add", "--summary", "x"],
    ["feed", "serenko.o@innokam.pro"]], ids=lambda words: " ".join(map(str, words[:2])))
def test_output_that_cannot_be_written_is_an_error(kept, arguments):
    with open("/dev/full", "w", encoding="utf-8") as full:
        result = subprocess.run([BUILD / "convene", "--config", kept.config, *map(str, arguments)], stdout=full, stderr=subprocess.PIPE,
                                text=True, check=False, timeout=60)
    assert result.returncode == 1 and "the output cannot be written" in result.stderr, result.stderr


def test_good_objects_are_imported_despite_bad_ones_unless_strict(site, tmp_path):
    good = "BEGIN:VEVENT\r\nUID:{}@x.example\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20270101T100000Z\r\nSUMMARY:{}\r\nEND:VEVENT\r\n"
    bad = "BEGIN:VEVENT\r\nUID:bad@x.example\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20271301T100000Z\r\nEND:VEVENT\r\n"
    path = tmp_path / "mixed.ics"
    path.write_text("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n" + good.format("a", "a") + bad + good.format("b", "b")
                    + "END:VCALENDAR\r\n", newline="")
    strict = site.convene("import", "--strict", path, check=False)
    assert strict.returncode == 1 and listed(site) == []
    lax = site.convene("import", path, check=False)
    assert lax.returncode == 1 and f"{path}:13: DTSTART" in lax.stderr, lax.stderr
    assert sorted(row["uid"] for row in listed(site)) == ["a@x.example", "b@x.example"]


def test_preview_shows_mails_and_sends_nothing(kept):
    card = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:v@x.example\r\nFN:Гость\r\nEMAIL:v@example.org\r\nLANG:ru\r\nEND:VCARD\r\n"
    kept.convene("import", "-", stdin=card.encode())
    kept.convene("subscribe", "v@example.org", "--event", SARANSK, "--lead=-P2D@09:30")
    shown = kept.convene("preview", "--at", "2021-06-22T00:00:00+03:00", "--for", "v@x.example").stdout
    assert "09:30" in shown and "Практическая сессия" in shown
    nothing = kept.convene("preview", "--at", "2021-06-23T00:00:00+03:00", "--for", "v@x.example", check=False)
    assert nothing.stdout == "" and "no mail" in nothing.stderr and nothing.returncode == 1
    kept.convene("unsubscribe", "v@example.org")
    assert "no mail" in kept.convene("preview", "--at", "2021-06-22T00:00:00+03:00", "--for", "v@x.example", check=False).stderr


def test_preview_first_says_if_the_contact_gets_no_mail(kept):
    kept.convene("subscribe", "serenko.o@innokam.pro", "--event", SARANSK, "--lead=-P2D@09:30")
    result = in_russian(kept, "preview", "--at", "2021-06-22T00:00:00+03:00", "--for", "serenko.o@innokam.pro", check=False)
    assert result.returncode == 1
    assert result.stdout.startswith("Ничего не уйдёт: в карточке напоминания выключены") and "Практическая сессия" in result.stdout


def test_each_person_is_shown_with_its_role(kept):
    shown = in_russian(kept, "show", SARANSK).stdout
    assert "Инициатор: Артём Здунов, Врио Главы Мордовии\n" in shown
    assert "Автор приветствия (не участник): Денис Мантуров, Министр промышленности" in shown
    assert "Контактное лицо: Ольга Серенко (вывод)\n" in shown
    assert re.findall("^Участник: (.*)$", shown, re.M)[-1] == "«Елабужский аккумуляторный завод»"
    assert "Участник: Денис Мантуров" not in shown
    assert "Статус: подтверждено\n" in shown and "Основание даты: по открытым публикациям\n" in shown
    english = in_english(kept, "show", SARANSK)
    assert "Author of a greeting (not a participant): Денис Мантуров" in english and "Status: confirmed\n" in english
    assert "Note: The days are stated" in english and "Note: Дни" not in english
    seminar = in_english(kept, "show", "smolensk-tour@documents.convened.example")
    assert "Region: Орловская область\n" in seminar and "Material 2 (the file is lost): Артем Журавлев" in seminar
    assert "Outcome: участники совещания" in seminar
    assert "Speaker: Денис Аленин, Начальник отдела кластерного развития, Ассоциация «Смоленский композитный кластер» (inferred)" in \
        in_english(kept, "show", "smolensk-tour.seminar@documents.convened.example")


def test_a_contact_is_shown_with_its_listings(kept):
    kept.convene("subscribe", "serenko.o@innokam.pro", "--kind", "session", "--lead=-P1D@09:00", "--lead=-PT2H")
    kept.convene("subscribe", "serenko.o@innokam.pro", "--event", SARANSK)
    shown = in_russian(kept, "show", "contact-serenko@documents.convened.example").stdout
    assert "Телефон (мобильный): +79053714895\n" in shown and "BEGIN:VCARD" not in shown
    assert "Подписка: вид Сессии; -P1D@09:00,-PT2H\n" in shown
    assert f"Подписка: Практическая сессия по развитию промышленных кластеров России ({SARANSK}); когда назначено" in shown
    assert "Писем не получает: в карточке напоминания выключены" in shown
    assert "Gets no mail: the contact's card says" in in_english(kept, "show", "serenko.o@innokam.pro")


def test_lists_show_zones_and_states_in_words(kept):
    uid = kept.convene("add", "--summary", "Встреча", "--start", "2027-02-03T10:00", "--zone", "Asia/Yekaterinburg", "--status", "TENTATIVE").stdout.strip()
    listed_lines = in_russian(kept, "list", "--from", "2027-01-01").stdout
    assert listed_lines.startswith("3 февраля 2027 г., 10:00 (Екатеринбург, UTC+5)") and "Встреча [предварительно]" in listed_lines
    kept.convene("cancel", uid)
    assert "(Yekaterinburg, UTC+5)" in in_english(kept, "list", "--from", "2027-01-01")
    assert "[cancelled]" in in_english(kept, "list", "--from", "2027-01-01")
    names = [line for line in in_russian(kept, "list").stdout.splitlines() if not line.startswith("    ") and " г. " in line]
    assert len({re.match(r".{35}  *\S.*?  +(?=\S)", line).end() for line in names if "Посещени" in line[36:] or "Сессии" in line[36:]}) == 1, names
    assert "[без писем: в карточке напоминания выключены" in in_russian(kept, "list", "--contacts").stdout


def test_a_private_feed_is_revocable(kept):
    kept.start()
    address = kept.convene("feed", "serenko.o@innokam.pro").stdout.strip()
    answer = requests.get(address, timeout=PATIENCE)
    assert answer.status_code == 200 and "private" in answer.headers["Cache-Control"]
    kept.convene("feed", "serenko.o@innokam.pro", "--revoke")
    wait_until(lambda: requests.get(address, timeout=PATIENCE).status_code == 404)


def test_a_part_outside_its_parent_is_reported(kept, tmp_path):
    part = "saransk-clusters.technopark@documents.convened.example"
    assert "lies outside" not in kept.convene("import", DOCUMENTS).stderr + kept.convene("check").stderr
    told = kept.convene("date", part, "2021-06-26").stderr
    assert f"{part} (26 June 2021) lies outside of {SARANSK}, which it is a part of (24–25 June 2021)" in told
    assert told.count("lies outside") == 1 and f"{part} (26" in kept.convene("check").stderr
    assert kept.convene("date", part, "2021-06-25").stderr == ""
    moved = kept.convene("date", SARANSK, "2021-07-01", "2021-07-02").stderr
    assert moved.count("lies outside of " + SARANSK) == 4
    outside = kept.convene("add", "--summary", "x", "--start", "2021-07-02T10:00", "--duration", "PT20H", "--parent", SARANSK)
    assert "lies outside" in outside.stderr
    assert "lies outside" not in kept.convene("add", "--summary", "x", "--start", "2021-07-02T10:00", "--parent", SARANSK).stderr
    text = (DOCUMENTS / "events.ics").read_text(encoding="utf-8").replace("DTSTART;VALUE=DATE:20170526", "DTSTART;VALUE=DATE:20170524")
    path = tmp_path / "moved.ics"
    path.write_text(text.replace("LAST-MODIFIED:2026", "LAST-MODIFIED:2027").replace("DTSTAMP:2026", "DTSTAMP:2027"), encoding="utf-8", newline="")
    told = kept.convene("import", path, check=False).stderr
    assert "smolensk-tour.szpi@documents.convened.example (24–26 May 2017) lies outside of smolensk-tour@" in told


def test_all_output_is_in_the_language_of_the_locale(kept):
    for arguments, words in (
            (["status"], "служба: не работает\nсобытия: 12\nчерновики: 2\nкарточки: 60\nпредложения встреч: 0\nписьма: нет\n"),
            (["check"], "всё в порядке\n"),
            (["--help"], "Использование: convene"),
            (["import", "--help"], "Прочитать файлы .ics и .vcf в хранилище.\n"),
            (["export", kept.directory / "out"], "записано 74 файла в ")):
        assert words in in_russian(kept, *arguments).stdout
    for arguments, words in (
            (["show"], "convene show: не указано: UID; см. convene show --help\n"),
            (["show", "unknown@example.org"], "convene: нет события, площадки или контакта с UID unknown@example.org и нет контакта с таким адресом\n"),
            (["cancel", "unknown"], "convene: нет события, площадки или контакта с UID unknown\n"),
            (["set", SARANSK, "COMMENT", ""], "convene set: у COMMENT 10 значений: --all заменит"),
            (["date", SARANSK, "soon"], "convene date: «soon» — не дата вида 2026-12-01")):
        refused = in_russian(kept, *arguments, check=False)
        assert refused.stderr.startswith(words) and refused.returncode == kept.convene(*arguments, check=False).returncode
    for arguments in (["list", "--json"], ["list", "--contacts", "--json"], ["outbox", "--json"], ["show", SARANSK, "--raw"]):
        assert in_russian(kept, *arguments).stdout == in_english(kept, *arguments)


def test_without_a_locale_the_configuration_sets_the_language(kept):
    def status(**locale):
        others = {name: value for name, value in os.environ.items() if name not in ("LC_ALL", "LC_MESSAGES", "LANG")}
        return kept.convene("status", env=dict(others, **locale)).stdout

    assert "служба: не работает" in status() and "служба" in status(LANG="zz_ZZ.UTF-8", LC_ALL="")
    assert "daemon: not running" in status(LANG="C.UTF-8") and "daemon" in status(LANG="ru_RU.UTF-8", LC_MESSAGES="C")


def test_a_title_cannot_control_the_terminal(kept):
    title = "a\nUID: forged\x9b2J\u202egnorw\u2069 24\u00a0июня"
    uid = kept.convene("add", "--summary", title, "--start", "2027-01-01", "--uid", "hostile@example.org").stdout.strip()
    for arguments in (["list", "--from", "2027-01-01"], ["show", uid]):
        told = kept.convene(*arguments).stdout
        assert "a UID: forged\ufffd2J\ufffdgnorw\ufffd 24 июня" in told and not set("\x9b\u202e\u2069\u00a0") & set(told)
    assert json.loads(kept.convene("list", "--from", "2027-01-01", "--json").stdout)["summary"] == title
    assert "\x9b" not in kept.convene("list", "--from", "2027-01-01", "--json").stdout
    assert "\u202e" not in kept.convene("show", "x\u202e@example.org", check=False).stderr


def test_a_ledger_row_cannot_control_the_terminal(kept):
    hostile = "a\nPENDING\x9b2J\u202eb"
    with contextlib.closing(sqlite3.connect(kept.database)) as store:
        store.execute("INSERT INTO mail (id, key, kind, contact, object, uid, recurrence_id, start, rule, state, attempts, tries, due, next_attempt,"
                      " expires, message_id, token, reply, created, updated) VALUES (1, 'k', 'reminder', 0, 0, ?, '', '', '', 5, 1, 1, 0, 0, 0, ?, 't', ?, 0, 0)",
                      [hostile] * 3)
        store.commit()
    told = kept.convene("outbox").stdout + kept.convene("status").stdout
    assert "a PENDING\ufffd2J\ufffdb" in told and not set("\x9b\u202e") & set(told)
    told = kept.convene("outbox", "--json").stdout
    assert json.loads(told)["event"] == hostile and len(told.splitlines()) == 1 and not set("\x9b\u202e") & set(told)


def test_the_outbox_names_people_and_is_searched(make_site):
    site = make_site(mail="deliver = false;")
    for name in ("one", "two"):
        path = site.directory / f"{name}.vcf"
        path.write_text(f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{name}\r\nFN:Person {name}\r\nEMAIL:{name}@example.org\r\nEND:VCARD\r\n")
        site.convene("import", path)
    for uid in ("a", "b"):
        site.convene("add", "--summary", f"Event {uid}", "--start", "2027-01-04", "--uid", uid)
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        ids = dict(store.execute("SELECT uid, id FROM object"))
        day = 1609718400000000  # 2021-01-04T00:00:00Z
        for number, (contact, event, due) in enumerate((("one", "a", day), ("one", "b", day + 10**6), ("two", "b", day + 86400 * 10**6)), 1):
            store.execute("INSERT INTO mail (id, key, kind, contact, object, uid, recurrence_id, start, rule, state, attempts, tries, due, next_attempt,"
                          " expires, message_id, token, reply, created, updated) VALUES (?, ?, 'reminder', ?, ?, ?, '', '', '-P1D', 4, 1, 1, ?, 0, 0, '', ?, '', 0, 0)",
                          (number, f"k{number}", ids[contact], ids[event], event, due, f"t{number}"))
        store.commit()
    def found(*options):
        return sorted(json.loads(line)["id"] for line in site.convene("outbox", "--json", *options).stdout.splitlines())
    assert found() == ["1", "2", "3"]
    assert found("--contact", "one@example.org") == ["1", "2"]
    assert found("--event", "b") == ["2", "3"]
    assert found("--day", "2021-01-04") == ["1", "2"]
    assert found("--day", "2021-01-05", "--contact", "one") == []
    assert found("--state", "pending") == []
    text = in_english(site, "outbox", "--event", "a")
    assert "Event a  Person one" in text and "        a  one" in text
    assert site.convene("outbox", "--contact", "nobody", check=False).returncode == 1
    assert site.convene("outbox", "--day", "someday", check=False).returncode == 2


def test_an_export_is_readable_only_by_its_owner(kept, tmp_path):
    before = os.umask(0)
    try:
        kept.convene("export", tmp_path / "out")
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "out").rglob("*.*")}
    folders = {path.stat().st_mode & 0o777 for path in [tmp_path / "out", *(path for path in (tmp_path / "out").iterdir() if path.is_dir())]}
    assert modes == {0o600} and folders == {0o700}


def test_an_export_follows_no_link(kept, tmp_path):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept.txt").write_text("kept", encoding="utf-8")
    out.symlink_to(elsewhere)
    assert kept.convene("export", out, check=False).returncode == 1
    out.unlink()
    out.mkdir()
    (out / "events").symlink_to(elsewhere)
    assert kept.convene("export", out, check=False).returncode == 1
    (out / "events").unlink()
    (out / "events").mkdir(mode=0o700)
    (out / "events" / f"{SARANSK}.ics").symlink_to(elsewhere / "kept.txt")
    kept.convene("export", out)
    assert [path.name for path in elsewhere.iterdir()] == ["kept.txt"] and (elsewhere / "kept.txt").read_text(encoding="utf-8") == "kept"
    assert (out / "events" / f"{SARANSK}.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as somebody else")
def test_an_export_is_not_written_into_a_folder_of_another_user(kept, tmp_path):
    (tmp_path / "out").mkdir()
    os.chown(tmp_path / "out", 65534, 65534)
    refused = kept.convene("export", tmp_path / "out", check=False)
    assert refused.returncode == 1 and "belongs to another user" in refused.stderr and not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_an_export_is_not_written_into_a_folder_in_which_others_may_write(kept, tmp_path, mode):
    (tmp_path / "out").mkdir()
    (tmp_path / "out").chmod(mode)
    refused = kept.convene("export", tmp_path / "out", check=False)
    assert refused.returncode == 1 and "others may write in it" in refused.stderr and not list((tmp_path / "out").iterdir())


def test_a_missing_store_and_an_unreadable_store_are_reported(site, tmp_path):
    missing = site.convene("list", check=False)
    assert missing.returncode == 1 and "there is no store" in missing.stderr
    site.config.write_text(f'store = "sqlite:{tmp_path}/file/convened.db";\n', encoding="utf-8")
    (tmp_path / "file").write_text("", encoding="utf-8")
    barred = site.convene("list", check=False)
    assert barred.returncode == 1 and "Not a directory" in barred.stderr and "no store" not in barred.stderr
    made = site.convene("import", DOCUMENTS, check=False)
    assert made.returncode == 1 and "Not a directory" in made.stderr


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as somebody else")
def test_a_store_of_another_user_is_not_reported_as_missing(open_site):
    command = open_site.directory / "convene"
    shutil.copy(BUILD / "convene", command)
    open_site.config.chmod(0o644)
    open_site.convene("import", DOCUMENTS)
    refused = subprocess.run([command, "--config", open_site.config, "list"], user=65534, group=65534, extra_groups=[], capture_output=True,
                             text=True, check=False)
    assert refused.returncode == 1 and "Permission denied" in refused.stderr and "no store" not in refused.stderr, refused.stderr


def test_a_store_is_accessible_only_to_its_owner(site):
    before = os.umask(0o022)
    try:
        site.convene("import", DOCUMENTS)
        site.start()
    finally:
        os.umask(before)
    files = list(site.directory.glob("convened.db*"))
    assert len(files) >= 3 and {path.stat().st_mode & 0o777 for path in files} == {0o600}, files


def test_an_older_store_gives_an_instruction(kept):
    kept.convene("list")
    with sqlite3.connect(kept.database) as database:
        database.execute("UPDATE meta SET value = '1' WHERE name = 'schema'")
    result = kept.convene("list", check=False)
    assert result.returncode == 1 and "made by an older convened; start the daemon of this version" in result.stderr


def test_status_and_check(kept):
    assert "daemon: not running" in kept.convene("status").stdout
    kept.start()
    status = kept.convene("status").stdout
    assert "daemon: running" in status and "events: 12" in status and "drafts: 2" in status
    order, *beside = kept.convene("check").stdout.splitlines()
    assert order == "everything is in order"
    # While the daemon runs, the last changes may be in the write-ahead log.
    assert all(line.startswith(f"the last changes may be in {kept.database}-wal only") for line in beside) and len(beside) <= 1


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as somebody else")
def test_root_acts_as_the_owner_of_the_store(open_site):
    os.chown(open_site.directory, 65534, 65534)
    open_site.convene("import", DOCUMENTS)
    assert {path.stat().st_uid for path in open_site.directory.glob("convened.db*")} == {65534}


def test_root_acts_as_the_owner_of_a_store_that_only_root_can_reach(site, tmp_path):
    """The store is in a directory like /var/lib/private of a service with a dynamic user: root runs the command as the store's owner."""
    closed = tmp_path / "private"
    state = closed / "state"
    state.mkdir(parents=True)
    os.chown(state, 65534, 65534)
    state.chmod(0o700)
    closed.chmod(0o700)
    site.config.write_text(f'store = "sqlite:{state}/convened.db";\n', encoding="utf-8")
    site.convene("import", DOCUMENTS)
    site.convene("export", tmp_path / "out")
    assert site.convene("bounce", stdin="Subject: x\n\nno bounce\n").stdout == "no bounce\n"
    assert {path.stat().st_uid for path in state.glob("convened.db*")} == {65534}
    assert {path.stat().st_uid for path in (tmp_path / "out").rglob("*")} == {0}


def test_the_manual_names_every_command_and_option():
    manual = (ROOT / "daemon/man/convene.1").read_text(encoding="utf-8")
    help_text = subprocess.run([BUILD / "convene", "--help"], capture_output=True, text=True, check=True).stdout
    commands = re.findall(r"^  ([a-z]+) ", help_text, re.M)
    assert sorted(commands) == sorted(set(re.findall(r"^\.Ss convene ([a-z]+)", manual, re.M)))
    for command in commands:
        section = "".join(re.findall(rf"^\.Ss convene {command}\b(.*?)(?=^\.S[sh] )", manual, re.M | re.S))
        text = subprocess.run([BUILD / "convene", command, "--help"], capture_output=True, text=True, check=True).stdout
        for option in re.findall(r"^  --([a-z]+)", text, re.M):
            assert f".It Fl -{option}" in section, (command, option)


OFFICE_ZONE = "Office: hall 2, north; old"
OWN_ZONE = "\r\n".join([
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", "BEGIN:VTIMEZONE", f"TZID:{OFFICE_ZONE.replace(',', chr(92) + ',').replace(';', chr(92) + ';')}",
    "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0430", "TZOFFSETTO:+0430", "END:STANDARD", "END:VTIMEZONE", "BEGIN:VEVENT",
    "UID:own-zone@example.org", "DTSTAMP:20260101T000000Z", "SUMMARY:Weekly", f'DTSTART;TZID="{OFFICE_ZONE}":20510601T090000',
    f'DTEND;TZID="{OFFICE_ZONE}":20510601T100000', "RRULE:FREQ=WEEKLY;COUNT=4", "END:VEVENT", "END:VCALENDAR", ""])


def test_a_zone_whose_name_needs_quotes_is_written_in_quotes(site):
    site.convene("import", "-", stdin=OWN_ZONE.encode())
    site.convene("occurrence", "own-zone@example.org", "2051-06-08", "move", "2051-06-08T11:00")
    site.convene("set", "--add", "own-zone@example.org", "EXDATE", "20510615T090000")
    text = site.convene("show", "--raw", "own-zone@example.org").stdout.replace("\r\n ", "").replace("\n ", "")
    assert text.count(f';TZID="{OFFICE_ZONE}":') == 6 and f";TZID={OFFICE_ZONE[:6]}" not in text
    events = [event for event in icalendar.Calendar.from_ical(text).walk("VEVENT")]
    assert {event["DTSTART"].params["TZID"] for event in events} == {OFFICE_ZONE}
    moved = next(event for event in events if "RECURRENCE-ID" in event)
    assert moved["RECURRENCE-ID"].params["TZID"] == OFFICE_ZONE and moved["DTSTART"].to_ical() == b"20510608T110000"


def person(uid, name, address):
    return f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{uid}\r\nFN:{name}\r\nEMAIL:{address}\r\nEND:VCARD\r\n"


def test_cards_of_one_address_and_name_are_one_contact(site):
    """Programs give a person a new UID with each export. A mailbox that several share has a contact for each name."""
    def contacts():
        return sorted(json.loads(line)["uid"] for line in site.convene("list", "--contacts", "--json").stdout.splitlines())

    site.convene("import", "-", stdin=person("first", "Анна Ёлкина", "anna@example.org"))
    site.convene("add", "--summary=Open day", "--start=2030-01-01", "--uid=day")
    site.convene("subscribe", "first", "--event=day")
    again = site.convene("import", "-", stdin=person("second", "анна елкина", "Anna@Example.org"))
    assert "UID: taken as the contact first" in again.stderr and contacts() == ["first"]
    assert "анна елкина" in site.convene("show", "first").stdout and "Open day" in site.convene("show", "first").stdout
    other = site.convene("import", "-", stdin=person("third", "Иван Ёлкин", "anna@example.org"))
    assert "EMAIL: the contact first has the same address" in other.stderr and contacts() == ["first", "third"]
    assert site.convene("import", "-", stdin=person("third", "Анна Ёлкина", "anna@example.org")).stderr == ""
    assert contacts() == ["first", "third"] and site.convene("check").returncode == 0


def test_an_unknown_zone_of_a_card_is_told(site):
    card = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:odd@x\r\nFN:Odd\r\nEMAIL:odd@example.org\r\nTZ:{}\r\nEND:VCARD\r\n"
    told = site.convene("import", "-", stdin=card.format("Moscow Standard"))
    assert "TZ: \"Moscow Standard\" is no time zone that is known here" in told.stderr
    refused = site.convene("import", "--strict", "-", stdin=card.format("Mars/Olympus").replace("odd@", "other@"), check=False)
    assert refused.returncode == 1 and "Mars/Olympus" in refused.stderr
    for known in ("Europe/Samara", "+03:00", "EST"):
        assert "TZ" not in site.convene("import", "-", stdin=card.format(known)).stderr


def test_the_manuals_explain_each_property_of_our_own():
    """A table of convene(1) or convene-meet(7) has each name that a source has, and no name that no source has."""
    sources = [path.read_text() for pattern in ("*.c", "*.h") for path in (ROOT / "daemon").rglob(pattern)]
    written = {name for text in sources for name in re.findall(r"X-CONVENED-[A-Z-]*[A-Z]", text)} - {"X-CONVENED-MEETING"}
    rows = [line for name in ("convene.1", "convene-meet.7") for line in (ROOT / "daemon/man" / name).read_text().splitlines() if line.startswith(".It ")]
    explained = {name for line in rows for name in re.findall(r"X-CONVENED-[A-Z-]*[A-Z]", line)}
    # The name of a text in another language is put together.
    assert len(written) > 40 and explained - {"X-CONVENED-DESCRIPTION"} == written
