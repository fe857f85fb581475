"""Tests the kinds of small faults that office workers meet at the command: ignored options, second titles, parts that stay behind."""

import json
import os
import re
import subprocess

import icalendar
import pytest
import requests

from conftest import BUILD, PATIENCE, wait_until


def in_russian(site, *arguments, check=True):
    return site.convene(*arguments, check=check, env=dict(os.environ, LC_ALL="ru_RU.UTF-8"))


def add(site, uid, *arguments, check=True):
    return site.convene("add", "--uid", uid, "--summary", uid.title(), *arguments, check=check)


def lines_of(site, uid, name):
    event = icalendar.Calendar.from_ical(site.convene("show", uid, "--raw").stdout).walk("VEVENT")[0]
    values = event.get(name, [])
    return values if isinstance(values, list) else [values]


@pytest.mark.parametrize(("arguments", "words"), [
    (["list", "--sites", "--contacts"], "--sites and --contacts exclude each other"),
    (["list", "--contacts", "--kind", "session"], "--kind and --contacts exclude"),
    (["list", "--sites", "--from", "2027-01-01"], "--from and --sites exclude"),
    (["list", "--undated", "--from", "2027-01-01"], "--undated and --from exclude"),
    (["list", "--from", "2027-01-02", "--to", "2027-01-01"], "--to is before --from"),
    (["list", "--kind", "session", "--kind", "meeting"], "--kind is given twice"),
    (["list", "--knd", "session"], "there is no option --knd (did you mean --kind?); the options are: --kind, --from"),
    (["list", "--kind"], "--kind needs a value"),
    (["list", "--kind", "СЕССИЯ"], "no kind 'СЕССИЯ' (did you mean session?)"),
    (["list", "--json=yes"], "--json takes no value"),
    (["list", "--s"], "there is no option --s"),
    (["add", "--summary", "x", "--end", "2027-01-01"], "--end means something only with --start"),
    (["add", "--summary", "x", "--zone", "Europe/Moscow"], "--zone means something only with --start"),
    (["add", "--summary", "x", "--name", "x"], "--name means something only with --attach"),
    (["add", "--summary", "x", "--start", "2027-01-01", "--end", "2027-01-01", "--duration", "P1D"], "--end and --duration exclude"),
    (["add", "--summary", "x", "--summary", "y"], "--summary is given twice"),
    (["add", "--title-en", "x"], "--summary is missing"),
    (["set", "x", "LOCATION", "y", "--add", "--all"], "--add and --all exclude"),
    (["set", "x"], "PROPERTY VALUE is missing"),
    (["set", "x", "LOCATION"], "VALUE is missing"),
    (["set", "x", "--language", "en"], "PROPERTY VALUE is missing"),
    (["preview", "--for", "a@example.org", "--for", "b@example.org"], "--for is given twice"),
    (["offer", "list", "--hours", "Mo 10:00-11:00"], "--hours has no meaning for list"),
    (["offer", "show", "x", "--host", "y"], "--host has no meaning for show"),
    (["offer", "lst"], "there is no action 'lst' (did you mean list?); there are: add, list, show, set, remove"),
    (["meet", "list", "--topic", "x"], "--topic has no meaning for list"),
    (["meet", "show", "x", "--dry-run"], "--dry-run has no meaning for show"),
    (["meet", "lits"], "(did you mean list?)"),
    (["meet", "lits", "--json"], "there is no action 'lits' (did you mean list?)"),
    (["offer", "lst", "--json"], "there is no action 'lst' (did you mean list?)"),
    (["account", "lst", "--json"], "there is no action 'lst' (did you mean list?)"),
    (["outbox", "rety", "--json"], "there is no action 'rety' (did you mean retry?)"),
    (["meet", "move", "x"], "MEETING START is missing"),
    (["account", "list", "x", "y"], "'y'"),
    (["match", "x", "--keep"], "--keep means something only with --wishes"),
    (["match", "x", "--json", "--by", "table"], "--by and --json exclude"),
    (["outbox", "retry", "--state", "failed"], "--state has no meaning for retry"),
    (["outbox", "rety"], "(did you mean retry?)"),
    (["mail", "tset", "a@example.org"], "there is no action 'tset' (did you mean test?)"),
    (["contact", "restor", "a@example.org"], "(did you mean restore?)"),
    (["occurrence", "x", "2027-01-01", "mvoe"], "(did you mean move?)"),
    (["resume", "--send", "--skip-past"], "--skip-past and --send exclude"),
])
def test_an_option_that_would_be_ignored_is_refused(shared, arguments, words):
    result = shared.convene(*arguments, check=False)
    assert result.returncode == 2 and result.stdout == "" and words in result.stderr, result.stderr
    told = in_russian(shared, *arguments, check=False)
    assert told.returncode == 2 and re.search("[а-яё]", told.stderr), told.stderr


def test_an_option_before_the_command_is_named():
    for arguments in (["--confg", "x"], ["--config"]):
        result = subprocess.run([BUILD / "convene", *arguments], capture_output=True, text=True, check=False)
        assert result.returncode == 2 and f"'{arguments[0]}' is no option before a command" in result.stderr


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A store without a daemon, for tests that change nothing."""
    from conftest import Site
    site = Site(tmp_path_factory.mktemp("shared"))
    add(site, "anything")
    return site


def test_a_title_in_another_language_is_shown_to_its_readers(site):
    site.convene("add", "--uid", "t", "--title-ru", "Сессия о кластерах", "--title-en", "Cluster \"session\"; one", "--kind", "session",
                 "--start", "2027-01-12T10:00", "--speaker", 'Иван Петров;директор ООО "Рога^";Академия', "--speaker", "Анна", "--speaker", "Анна",
                 "--attach", "https://example.org/p.pdf", "--name", "Программа, день 1.pdf", "--attach", "https://example.org/q.pdf")
    raw = site.convene("show", "t", "--raw").stdout
    assert "SUMMARY;LANGUAGE=ru:Сессия о кластерах" in raw
    [other] = lines_of(site, "t", "X-CONVENED-SUMMARY")
    assert other == 'Cluster "session"; one' and other.params["LANGUAGE"] == "en"
    first, second = icalendar.Calendar.from_ical(raw).walk("PARTICIPANT")
    assert (first["SUMMARY"], second["SUMMARY"]) == ("Иван Петров", "Анна") and {p["PARTICIPANT-TYPE"] for p in (first, second)} == {"SPEAKER"}
    assert [str(a) for a in lines_of(site, "t", "ATTACH")] == ["https://example.org/p.pdf", "https://example.org/q.pdf"]
    english, russian = site.convene("show", "t").stdout, in_russian(site, "show", "t").stdout
    assert english.startswith('Cluster "session"; one\n') and "Name (Russian): Сессия о кластерах" in english
    assert russian.startswith("Сессия о кластерах\n") and 'Название (английский): Cluster "session"; one' in russian
    assert 'Speaker: Иван Петров, директор ООО "Рога^", Академия\n' in english and "Докладчик: Анна" in russian
    assert "File: Программа, день 1.pdf (https://example.org/p.pdf)\nFile: https://example.org/q.pdf\n" in english
    assert "Cluster" in site.convene("list").stdout and "Сессия" in in_russian(site, "list").stdout
    assert json.loads(site.convene("list", "--json").stdout)["summary"] == "Сессия о кластерах"
    site.start()
    page = requests.get(site.url + "/event/t?lang=en", timeout=PATIENCE).text
    assert re.search("<h1[^>]*>Cluster &#34;session&#34;; one", page) and 'href="https://example.org/p.pdf">Программа, день 1.pdf</a>' in page
    assert "Иван Петров" in page
    assert re.search("<h1[^>]*>Сессия о кластерах", requests.get(site.url + "/event/t?lang=ru", timeout=PATIENCE).text)
    site.convene("set", "t", "--title-en", "Another")
    wait_until(lambda: "Another</h1>" in requests.get(site.url + "/event/t?lang=en", timeout=PATIENCE).text)


def test_a_text_has_a_language(site):
    add(site, "t", "--start", "2027-01-12")
    site.convene("set", "t", "SUMMARY", "Сессия", "--language", "ru")
    site.convene("set", "t", "SUMMARY", "Sitzung", "--language", "de")
    site.convene("set", "t", "SUMMARY", "Tagung", "--language", "de")
    site.convene("set", "t", "X-CONVENED-SUMMARY", "Reunião", "--language", "pt-BR")
    titles = {str(line): line.params["LANGUAGE"] for line in lines_of(site, "t", "X-CONVENED-SUMMARY")}
    assert titles == {"Сессия": "ru", "Tagung": "de", "Reunião": "pt-BR"} and lines_of(site, "t", "SUMMARY") == ["T"]
    site.convene("set", "t", "--title-ru", "")
    assert [str(line) for line in lines_of(site, "t", "X-CONVENED-SUMMARY")] == ["Tagung", "Reunião"]
    # A title whose language is known is replaced where it stands.
    site.convene("set", "t", "SUMMARY", "Встреча")
    site.convene("set", "t", "--title-ru", "Сессия")
    assert lines_of(site, "t", "SUMMARY") == ["Сессия"]
    for arguments, words in ((["URL", "http://x", "--language", "en"], "URL is no text"), (["COMMENT", "x", "--language", "e n"], "'e n' is no language")):
        refused = site.convene("set", "t", *arguments, check=False)
        assert refused.returncode == 2 and words in refused.stderr


def test_a_value_is_added_once(site):
    add(site, "t", "--start", "2027-01-12", "--kind", "session", "--contact", "A", "--contact", "A", "--repeat", "FREQ=DAILY;COUNT=5")
    assert lines_of(site, "t", "CONTACT") == ["A"]
    for name, value, values in (("ATTACH", "https://example.org/a,b", 1), ("COMMENT", "one; two, three", 1), ("RESOURCES", "PC,TV", 2),
                                ("CATEGORIES", "session,meeting", 2), ("EXDATE", "20270113,20270114", 2)):
        first = site.convene("set", "t", name, value, "--add")
        before = site.convene("show", "t", "--raw").stdout
        again = site.convene("set", "t", name, value, "--add")
        assert first.stderr == "" and f"{name} has this value already; nothing was changed" in again.stderr
        assert site.convene("show", "t", "--raw").stdout == before
        assert len(site.convene("show", "t", "--raw").stdout.split(name)[1:]) <= values
    site.convene("set", "t", "RESOURCES", "TV,Radio", "--add")
    assert "RESOURCES:Radio\n" in site.convene("show", "t", "--raw").stdout.replace("\r", "")
    assert "--attach https://example.org/a,b has this value already" in site.convene("set", "t", "--attach", "https://example.org/a,b", "--add").stderr


def test_long_occurrences_are_warned_of_once(site):
    add(site, "s", "--start", "2027-01-04T10:00", "--end", "2027-01-04T11:00", "--repeat", "FREQ=DAILY;COUNT=20")
    told = site.convene("date", "s", "2027-01-04T10:00", "2027-01-05T11:00").stderr
    assert "each occurrence of s takes 1 day 1 hour, but the next one begins after 1 day; " in told
    assert site.convene("set", "s", "LOCATION", "x").stderr == ""
    assert "takes 1 day 1 hour; how long" in site.convene("set", "s", "RRULE", "FREQ=WEEKLY;COUNT=3").stderr
    assert "каждое повторение s длится 7 дней 2 часа, а следующее начинается через 7 дней" in in_russian(
        site, "date", "s", "2027-01-04T10:00", "2027-01-11T12:00").stderr
    assert site.convene("date", "s", "2027-01-04T10:00", "2027-01-04T11:00").stderr == ""
    # Whole days are a day long, whatever the clock does in between.
    assert add(site, "d", "--start", "2027-03-20", "--zone", "Europe/Berlin", "--repeat", "FREQ=DAILY;COUNT=20").stderr == ""
    assert "takes 2 days, but the next one begins after 1 day" in add(
        site, "e", "--start", "2027-03-20", "--end", "2027-03-21", "--repeat", "FREQ=DAILY;COUNT=3").stderr


@pytest.fixture
def whole(site):
    add(site, "whole", "--start", "2027-03-01", "--end", "2027-03-02")
    add(site, "talk", "--start", "2027-03-01T10:00", "--end", "2027-03-01T11:00", "--parent", "whole")
    add(site, "question", "--start", "2027-03-01T10:10", "--duration", "PT20M", "--zone", "Asia/Tashkent", "--parent", "talk")
    add(site, "fair", "--start", "2027-03-02", "--parent", "whole")
    add(site, "break", "--start", "2027-03-01T12:00", "--duration", "PT20M", "--repeat", "FREQ=DAILY;COUNT=2", "--parent", "whole")
    add(site, "lunch", "--start", "2027-03-01T13:00", "--duration", "PT20M", "--repeat", "FREQ=DAILY;UNTIL=20270302T130000", "--parent", "whole")
    return site


def starts(site):
    rows = [json.loads(line) for line in site.convene("list", "--json").stdout.splitlines()]
    return {row["uid"]: row["start"] for row in rows}


def test_parts_that_stay_behind_are_told_and_moved(whole):
    before = starts(whole)
    told = whole.convene("date", "whole", "2027-03-08", "2027-03-09").stderr
    assert "4 parts were left behind" in told and "1 part " not in told
    commands = re.findall(r"^    convene (date .*)$", told, re.M)
    for command in commands:
        whole.convene(*command.split())
    assert sorted(command.split()[1] for command in commands) == ["break", "fair", "question", "talk"]
    after = starts(whole)
    assert after == {uid: start if uid == "lunch" else f"{start[:6]}{int(start[6:8]) + 7:02}{start[8:]}" for uid, start in before.items()}
    whole.convene("date", "lunch", "2027-03-08T13:00")
    whole.convene("set", "lunch", "RRULE", "FREQ=DAILY;UNTIL=20270309T130000")
    moved = whole.convene("date", "whole", "2027-03-01", "2027-03-02", "--with-parts")
    assert sorted(moved.stdout.splitlines()) == ["part: Break (break)", "part: Fair (fair)", "part: Question (question)", "part: Talk (talk)"]
    assert "lunch is a part that repeats on dates of its own" in moved.stderr
    assert {uid: start for uid, start in starts(whole).items() if uid != "lunch"} == {
        uid: start for uid, start in before.items() if uid != "lunch"}


def test_parts_of_what_is_cancelled_or_private_are_told_and_follow(whole):
    told = whole.convene("cancel", "whole")
    assert told.stdout == "" and "5 parts still take place: " in told.stderr
    assert told.stderr.endswith("to cancel them, too: convene cancel whole --with-parts\n")
    assert "5 частей не отменено" in in_russian(whole, "set", "whole", "STATUS", "CANCELLED").stderr
    assert len(whole.convene("cancel", "whole", "--with-parts").stdout.splitlines()) == 5
    assert whole.convene("cancel", "whole").stderr == ""
    assert whole.convene("list").stdout.count("[cancelled]") == 6
    whole.convene("set", "whole", "STATUS", "CONFIRMED", "--with-parts")
    assert "5 parts are not as private as the whole" in whole.convene("set", "whole", "CLASS", "PRIVATE").stderr
    whole.convene("set", "whole", "CLASS", "PRIVATE", "--with-parts")
    assert "Access: private" in whole.convene("show", "question").stdout


def test_an_event_is_no_part_of_its_parts(whole):
    for parent in ("whole", "talk", "question"):
        refused = whole.convene("set", "whole", "RELATED-TO", parent, check=False)
        assert refused.returncode == 2 and "no part of itself" in refused.stderr
    whole.convene("set", "question", "RELATED-TO", "whole")


def test_parts_of_what_is_deleted_are_told_and_follow(whole):
    told = whole.convene("delete", "whole").stderr
    assert "5 parts stay without a whole: " in told and "convene delete whole --with-parts" in told
    assert "talk is a part of whole, which is not there" in whole.convene("check").stderr
    assert "Part of: whole (not there)" in whole.convene("show", "talk").stdout
    assert len(whole.convene("delete", "whole", "--with-parts").stdout.splitlines()) == 5
    assert whole.convene("list").stdout == "" and "is not there" not in whole.convene("check").stderr
    assert whole.convene("delete", "whole", "--with-parts", check=False).returncode == 1


def test_parts_of_an_occurrence_are_told_and_follow(site):
    add(site, "week", "--start", "2027-01-04T10:00", "--end", "2027-01-04T12:00", "--repeat", "FREQ=WEEKLY;COUNT=4")
    add(site, "guest", "--start", "2027-01-11T10:30", "--duration", "PT20M", "--parent", "week")
    told = site.convene("occurrence", "week", "2027-01-11", "move", "2027-01-12T15:00").stderr
    assert "1 part was left behind" in told and "    convene date guest 2027-01-12T15:30 2027-01-12T15:50\n" in told
    site.convene("occurrence", "week", "2027-01-12", "move", "2027-01-11T10:00")
    assert site.convene("occurrence", "week", "2027-01-11", "move", "2027-01-12T15:00", "--with-parts").stdout == "part: Guest (guest)\n"
    assert starts(site)["guest"] == "20270112T153000"
    assert "1 часть не отменена: guest; отменить и её: convene occurrence week 2027-01-12 cancel --with-parts" in in_russian(
        site, "occurrence", "week", "2027-01-12", "cancel").stderr
    site.convene("occurrence", "week", "2027-01-12", "cancel", "--with-parts")
    shown = site.convene("show", "week").stdout
    assert "Status: cancelled" in site.convene("show", "guest").stdout and "Cancelled: 11 January 2027" in shown
    assert "Repeats: every Monday, 4 times" in shown and "Повтор" in in_russian(site, "show", "week").stdout


def test_a_series_is_not_moved_away_from_its_exceptions(site):
    """EXDATE and RECURRENCE-ID name the starts of the series (RFC 5545, 3.8.4.4): with other starts, what they left out would come back."""
    add(site, "week", "--start", "2027-01-04T10:00", "--end", "2027-01-04T12:00", "--repeat", "FREQ=WEEKLY;COUNT=4")
    site.convene("date", "week", "2027-01-04T11:00", "2027-01-04T12:00")
    site.convene("occurrence", "week", "2027-01-11", "move", "2027-01-12T15:00")
    site.convene("set", "week", "EXDATE", "20270118T110000")
    before = site.convene("show", "week", "--raw").stdout
    for call in (("date", "week", "2027-01-04T10:00", "2027-01-04T11:00"), ("date", "week", "2027-01-05T11:00", "2027-01-05T12:00")):
        refused = site.convene(*call, check=False)
        assert refused.returncode == 2 and "no occurrence would begin at 20270111T110000 any more" in refused.stderr, call
        assert site.convene("show", "week", "--raw").stdout == before
    # Its end, and starts that all of these still name, may change.
    site.convene("date", "week", "2027-01-04T11:00", "2027-01-04T13:00")
    site.convene("set", "week", "RRULE", "FREQ=DAILY;COUNT=20")
    site.convene("date", "week", "2027-01-05T11:00", "2027-01-05T13:00")


@pytest.fixture
def listed(site, tmp_path):
    card = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:v\r\nFN:V\r\nEMAIL:v@example.org\r\nEND:VCARD\r\n"
    site.convene("import", "-", stdin=card.encode())
    add(site, "e", "--start", "2027-01-12 10:00", "--end", "12:00", "--kind", "session")
    return site


def test_what_is_not_there_is_named(listed):
    listed.convene("offer", "add", "v", "--uid", "o", "--hours", "Mo-Fr 10:00-12:00")
    for arguments, code, words in (
            (["subscribe", "v", "--calendar", "evnts"], 2, "there is no calendar 'evnts' (did you mean events?); there are: events"),
            (["unsubscribe", "v", "--kind", "session"], 1, "v was not listed for that"),
            (["feed", "v", "--revoke"], 1, "v has no feed of its own"),
            (["outbox", "--event", "nothing"], 1, "has the UID nothing"),
            (["outbox", "--event", "e"], 0, "nothing found"),
            (["list", "--kind", "meeting"], 0, "nothing found"),
            (["offer", "show", "x"], 1, "no offer has the UID x"),
            (["offer", "set", "x"], 1, "no offer has the UID x"),
            (["offer", "set", "o"], 2, "OPTION is missing"),
            (["meet", "show", "x"], 1, "no meeting has the UID x"),
            (["meet", "link", "x"], 1, "no offer has the UID x"),
            (["offer", "remove", "x"], 1, "no offer has the UID x"),
            (["outbox", "retry"], 0, "")):
        result = listed.convene(*arguments, check=False)
        assert result.returncode == code and words in result.stderr, (arguments, result.stderr)
        assert "no such thing" not in result.stderr
    assert listed.convene("outbox", "retry").stdout == "no mail waits for another attempt\n"
    assert in_russian(listed, "outbox", "retry").stdout == "писем, ждущих новой попытки, нет\n"
    assert listed.convene("outbox", "--json").stderr == "" and "ничего не найдено" in in_russian(listed, "list", "--kind", "meeting").stderr
    assert "mail comes back" not in listed.convene("status").stdout


def test_an_end_may_be_a_time_of_the_day(listed):
    assert starts(listed)["e"] == "20270112T100000"
    assert "10:00–12:00" in listed.convene("show", "e").stdout
    listed.convene("date", "e", "2027-01-13T14:00", "15:30")
    assert "13 January 2027, 14:00–15:30" in listed.convene("show", "e").stdout
    for end in ("9:00", "24:30", "12"):
        refused = listed.convene("date", "e", "2027-01-13T14:00", end, check=False)
        assert refused.returncode == 2, refused.stderr
    assert listed.convene("date", "e", "2027-01-13", "12:00", check=False).returncode == 2


UNKNOWN = 'colour = 1;\ntime_zone = "Mars/Olympus";\n'


@pytest.mark.parametrize(("text", "faults"), [
    ("store = ;\n", ["1: syntax error: a text is written in quotes"]),
    ('language = russian;\n', ["1: syntax error: a text is written in quotes"]),
    ('mail = { deliver = yes; from = office; settle = 5; };\n', ["1: syntax error: a text is written in quotes", "1: mail.settle: "]),
    ('feed = { past = "P1D" future = 7; };\n', ["1: feed.future: "]),
    ('http = { listen = [ "127.0.0.1:1" ];\n', ["1: syntax error: a bracket is not closed"]),
    ('http = {\n  listen = [ "127.0.0.1:1" ;\n  base_url = 5;\n};\n', ["2: syntax error: a bracket is not closed", "3: http.base_url: "]),
    ('};\n', ["1: syntax error: a bracket closes nothing"]),
    ('language = "ru;\nstore = 5;\n', ["1: syntax error: a quotation mark is not closed", "2: store: "]),
    ('language = «ru»;\n', ["1: syntax error: a text is written in quotes"]),
    ('language = "ru";\nlanguage = "en";\n', ["2: duplicate setting name"]),
    ('@include "nothere"\n', ["1: cannot open include file"]),
    ('feed.past = "P1D";\n', ["1: syntax error"]),
    ('# a comment with "one mark, and a {\nlanguage = "r\\"{u"; /* } */\nlog = 5;\n', ["2: language: ", "3: log: "]),
])
def test_a_fault_of_the_syntax_hides_no_other(site, text, faults):
    site.config.write_text(text + UNKNOWN, encoding="utf-8")
    told = site.convene("status", check=False)
    line = text.count("\n") + 1
    faults = [*faults, f"{line}: colour: there is no such key", f'{line + 1}: time_zone: "Mars/Olympus" is no time zone']
    assert told.returncode == 2
    found = told.stderr.splitlines()
    assert len(found) == len(faults), found
    for fault in faults:
        assert any(row.startswith(f"convene: {site.config}:{fault}") for row in found), (fault, found)
    assert all(re.search("[а-яё]", row) for row in in_russian(site, "status", check=False).stderr.splitlines())


def test_a_directory_in_place_of_the_store_is_told(site):
    site.database.mkdir()
    for arguments in (["list"], ["add", "--summary", "x"], ["check"]):
        refused = site.convene(*arguments, check=False)
        assert refused.returncode == 1 and refused.stderr == f"convene: {site.database}: Is a directory\n"


@pytest.mark.parametrize("call", ["pwrite:1", "pwrite:9"])
def test_a_full_disk_is_told_as_full(site, call):
    add(site, "e")
    shim = BUILD / "tests/preload/disk.so"
    for arguments in (["check"], ["set", "e", "COMMENT", "x"], ["delete", "e"], ["import", "-"]):
        environment = dict(os.environ, LD_PRELOAD=str(shim), DISK_AT=call, DISK_ERROR="28", DISK_LASTING="1")
        refused = site.convene(*arguments, check=False, env=environment, stdin="BEGIN:VCARD\nVERSION:4.0\nUID:x\nFN:x\nEND:VCARD\n")
        assert refused.returncode == 1 and "the disk is full" in refused.stderr, (arguments, refused.stderr)
        assert "not an error" not in refused.stderr and "Input/output" not in refused.stderr


def test_dates_are_read_as_people_write_them(site):
    add(site, "one", "--start", "10 марта 2027 в 10:00", "--end", "11:30am")
    add(site, "two", "--start", "March 11, 2027", "--end", "12.3.27")
    in_russian(site, "date", "two", "12 марта 2027 г.")
    raw = site.convene("show", "one", "--raw").stdout
    assert ":20270310T100000\n" in raw.replace("\r", "") and ":20270310T113000\n" in raw.replace("\r", "")
    assert "DTSTART;VALUE=DATE:20270312" in site.convene("show", "two", "--raw").stdout
    listed = site.convene("list", "--from", "10 March 2027", "--to", "11 марта 2027", "--json").stdout.splitlines()
    assert [json.loads(line)["uid"] for line in listed] == ["one"]


@pytest.mark.parametrize("text, english, russian", [
    ("10/03/2027 10:00", "may be 2027-03-10 or 2027-10-03", "это 2027-03-10 или 2027-10-03"),
    ("10.03", "may be a day or a time", "может быть днём или временем"),
    ("tomorrow at 10", "before or after noon", "до или после полудня"),
    ("пятница, 11 марта 2027", "2027-03-11 is another day of the week", "2027-03-11 — другой день недели"),
    ("soon", "is no date like 2026-12-01", "не дата вида 2026-12-01"),
])
def test_an_unclear_date_is_refused_with_the_reason(site, text, english, russian):
    refused = add(site, "one", "--start", text, check=False)
    assert refused.returncode == 2 and english in refused.stderr and text in refused.stderr
    assert russian in in_russian(site, "add", "--uid", "one", "--summary", "One", "--start", text, check=False).stderr
    listed = site.convene("list", "--to", text, check=False)
    assert listed.returncode == 2 and (english in listed.stderr or text == "soon")
