"""Imports, lists and publishes files as other programs write them. Expected instances are those of python3-icalendar and
recurring-ical-events."""

import datetime
import email
import email.policy
import json
import os
import re
import resource
import time
import urllib.parse
import urllib.request

import icalendar
import pytest
import recurring_ical_events

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n"
TAIL = "END:VCALENDAR\r\n"
OWN_ZONE = ("BEGIN:VTIMEZONE\r\nTZID{0}\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0700\r\n"
            "TZOFFSETTO:+0700\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n")


def event(uid, *lines, stamp="DTSTAMP:20260101T000000Z"):
    return "".join(line + "\r\n" for line in ("BEGIN:VEVENT", f"UID:{uid}", stamp, *lines, "END:VEVENT") if line)


def write(site, name, *objects, head=""):
    path = site.directory / name
    path.write_bytes((HEAD + head + "".join(objects) + TAIL).encode())
    return path


def kept(site):
    """Returns the text of each stored event by UID."""
    out = site.directory / f"out{time.monotonic_ns()}"
    site.convene("export", out)
    texts = [path.read_bytes().decode() for path in out.rglob("*.ics")]
    return {str(next(c["UID"] for c in icalendar.Calendar.from_ical(text).walk("VEVENT"))): text for text in texts}


def instances(text):
    calendar = icalendar.Calendar.from_ical(text)
    found = recurring_ical_events.of(calendar).between((2027, 1, 1), (2028, 1, 1))
    return sorted((e["DTSTART"].dt.isoformat(), str(e["SUMMARY"]), str(e.get("STATUS", ""))) for e in found)


@pytest.mark.parametrize("zone, name", [
    (":(UTC+07:00) Bangkok\\, Hanoi", '"(UTC+07:00) Bangkok, Hanoi"'),
    (":(UTC+07:00) Bangkok\\, Hanoi", '"(UTC+07:00) Bangkok\\, Hanoi"'),
    (":(UTC+07:00) Bangkok, Hanoi", '"(UTC+07:00) Bang\r\n kok, Hanoi"'),
    (":Own Place", "Own Place"),
])
def test_a_zone_is_found_by_any_spelling(site, zone, name):
    text = event("zone@x", f"dtstart;tzid={name}:20270105T100000", "SUMMARY:x")
    site.convene("import", "--strict", write(site, "a.ics", OWN_ZONE.format(zone), text))
    assert "10:00" in site.convene("list", "--from", "2027-01-01").stdout
    assert site.convene("list", "--from", "2027-01-01", "--json").stdout.count("zone@x") == 1


def test_bad_lines_are_omitted_and_strict_refuses_them(site):
    bad = event("bad@x", "DTSTART:20270414T070000Z", "SUMMARY:kept", "ORGANIZER:OA", "GEO:null;null", "DESCRIPTION:stays\\, too")
    path = write(site, "bad.ics", bad, event("good@x", "DTSTART:20270415T070000Z"))
    strict = site.convene("import", "--strict", path, check=False)
    assert strict.returncode == 1 and not kept(site)
    lenient = site.convene("import", path)
    assert [line.split(": ")[:2] for line in lenient.stderr.splitlines()] == [[f"{path}:9", "ORGANIZER"], [f"{path}:10", "GEO"]]
    assert "2 lines were put right or left out" in lenient.stdout
    assert kept(site)["bad@x"] == HEAD + bad.replace("ORGANIZER:OA\r\n", "").replace("GEO:null;null\r\n", "") + TAIL
    assert "0 created, 0 updated, 2 unchanged" in site.convene("import", path).stdout
    russian = site.convene("import", path, env={**os.environ, "LC_ALL": "ru_RU.UTF-8"})
    assert "в сохранённом исправлены или пропущены 2 строки" in russian.stdout


def test_a_refused_object_is_reported_with_its_line(site):
    path = write(site, "bad.ics", event("bad@x", "GEO:null;null", "DTSTART:20270414T070000Z", "ORGANIZER:OA", "RRULE:FREQ=DAILY;COUNT=2;UNTIL=20280101T000000Z"))
    result = site.convene("import", path, check=False)
    assert result.returncode == 1
    assert result.stderr.startswith(f"{path}:10: RRULE: UNTIL and COUNT")


def test_an_attachment_of_two_megabytes_does_not_refuse_the_event(site):
    attach = "ATTACH;ENCODING=BASE64;VALUE=BINARY:" + "\r\n ".join(["A" * 70] * 30000)
    site.convene("import", write(site, "a.ics", event("a@x", "DTSTART:20270414T070000Z", attach, "SUMMARY:x")))
    assert kept(site)["a@x"] == HEAD + event("a@x", "DTSTART:20270414T070000Z", "SUMMARY:x") + TAIL


def test_a_file_without_uids_is_the_same_on_each_import(site):
    text = event("", "DTSTART:20270414T070000Z", "SUMMARY:x").replace("UID:\r\n", "")
    site.convene("import", write(site, "a.ics", text))
    later = write(site, "a.ics", text.replace("DTSTAMP:2026", "DTSTAMP:2027"))
    assert "0 created, 1 updated" in site.convene("import", later).stdout
    assert len(kept(site)) == 1


SERIES = event("s@x", "DTSTART;TZID=Europe/Moscow:20270405T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3", "SUMMARY:series")
MOVED = ("RECURRENCE-ID;TZID=Europe/Moscow:20270412T100000", "DTSTART;TZID=Europe/Moscow:20270413T100000", "DURATION:PT1H")


def test_a_changed_instance_updates_the_stored_series(site):
    site.convene("import", write(site, "a.ics", SERIES))
    moved = event("s@x", *MOVED, "SUMMARY:moved", "SEQUENCE:1")
    assert "1 updated" in site.convene("import", "--strict", write(site, "b.ics", moved, head="METHOD:REQUEST\r\n")).stdout
    assert instances(kept(site)["s@x"]) == [
        ("2027-04-05T10:00:00+03:00", "series", ""), ("2027-04-13T10:00:00+03:00", "moved", ""), ("2027-04-19T10:00:00+03:00", "series", "")]
    again = event("s@x", MOVED[0], "DTSTART;TZID=Europe/Moscow:20270414T100000", "SUMMARY:again", "SEQUENCE:2")
    site.convene("import", write(site, "c.ics", again))
    older = site.convene("import", write(site, "d.ics", moved))
    assert "1 older than what is kept" in older.stdout and "s@x: what is kept is newer" in older.stderr
    assert [summary for _, summary, _ in instances(kept(site)["s@x"])] == ["series", "again", "series"]
    site.convene("import", write(site, "e.ics", event("s@x", *MOVED, "SUMMARY:off", "SEQUENCE:3"), head="METHOD:CANCEL\r\n"))
    assert instances(kept(site)["s@x"])[1] == ("2027-04-13T10:00:00+03:00", "off", "CANCELLED")


def test_a_series_that_comes_after_its_changed_instance_keeps_it(site):
    moved = event("s@x", *MOVED, "SUMMARY:moved", "SEQUENCE:1")
    none = event("s@x", "RECURRENCE-ID;TZID=Europe/Moscow:20270413T100000", "DTSTART;TZID=Europe/Moscow:20270414T100000", "SUMMARY:none", "SEQUENCE:1")
    site.convene("import", write(site, "a.ics", moved, none, head="METHOD:REQUEST\r\n"))
    joined = site.convene("import", "--strict", write(site, "b.ics", SERIES, head="METHOD:REQUEST\r\n"))
    assert "1 updated" in joined.stdout and "the series has no instance at 20270413T100000" in joined.stderr
    assert [summary for _, summary, _ in instances(kept(site)["s@x"])] == ["series", "moved", "series"]
    newer = SERIES.replace("SUMMARY:series", "SUMMARY:newer\r\nSEQUENCE:2")
    site.convene("import", write(site, "c.ics", newer))
    assert [summary for _, summary, _ in instances(kept(site)["s@x"])] == ["newer"] * 3
    site.convene("import", write(site, "d.ics", none.replace("s@x", "n@x")))
    alone = site.convene("import", write(site, "e.ics", SERIES.replace("s@x", "n@x")))
    assert "1 updated" in alone.stdout and "the series has no instance at 20270413T100000; the change is left out" in alone.stderr
    assert [summary for _, summary, _ in instances(kept(site)["n@x"])] == ["series"] * 3


def test_with_equal_stamps_the_later_modification_is_kept(site):
    site.convene("import", write(site, "a.ics", SERIES))
    for day, result in ((2, "1 updated"), (1, "1 older than what is kept"), (3, "1 updated")):
        change = event("s@x", *MOVED, f"SUMMARY:of {day}", f"LAST-MODIFIED:2026010{day}T000000Z")
        assert result in site.convene("import", write(site, "b.ics", change)).stdout
    assert instances(kept(site)["s@x"])[1][1] == "of 3"


@pytest.mark.parametrize("strict", [[], ["--strict"]])
def test_a_cancellation_may_lack_dtstart(site, strict):
    """RFC 5546, 3.2.5: DTSTART 0 or 1."""
    site.convene("import", write(site, "a.ics", SERIES))
    instance = event("s@x", "RECURRENCE-ID:20270412T070000Z", "SUMMARY:s", "SEQUENCE:1")
    site.convene("import", *strict, write(site, "b.ics", instance, head="METHOD:CANCEL\r\n"))
    assert [status for *_, status in instances(kept(site)["s@x"])] == ["", "CANCELLED", ""]
    site.convene("import", *strict, write(site, "c.ics", event("s@x", "SEQUENCE:2"), head="METHOD:CANCEL\r\n"))
    listed = site.convene("list", "--from", "2027-01-01", "--to", "2027-12-31", "--json").stdout.splitlines()
    assert [json.loads(line)["status"] for line in listed] == ["CANCELLED"] * 3
    unknown = site.convene("import", *strict, write(site, "d.ics", event("u@x", "STATUS:CANCELLED"), head="METHOD:CANCEL\r\n"), check=False)
    assert unknown.returncode == 1 and "there is no such thing in the store" in unknown.stderr and set(kept(site)) == {"s@x"}


def test_a_changed_instance_names_its_day_as_exchange_does(site):
    """A midnight for a day of a whole-day series, a day for an instance with a time: recurring-ical-events reads both in one file."""
    days = event("d@x", "DTSTART;VALUE=DATE:20270104", "RRULE:FREQ=WEEKLY;COUNT=3", "SUMMARY:d")
    site.convene("import", write(site, "a.ics", days, SERIES))
    midnight = "RECURRENCE-ID;TZID=W. Europe Standard Time:20270111T000000"
    moved = event("d@x", midnight, "DTSTART;VALUE=DATE:20270112", "SUMMARY:moved", "SEQUENCE:1")
    result = site.convene("import", write(site, "b.ics", moved))
    assert "1 updated" in result.stdout and "b.ics:4: RECURRENCE-ID: is of another form than DTSTART of the series; it is read as" in result.stderr
    assert instances(kept(site)["d@x"]) == [("2027-01-04", "d", ""), ("2027-01-12", "moved", ""), ("2027-01-18", "d", "")]
    site.convene("import", write(site, "c.ics", event("d@x", midnight, "SUMMARY:d", "SEQUENCE:2"), head="METHOD: CANCEL\r\n"))
    assert instances(kept(site)["d@x"]) == [("2027-01-04", "d", ""), ("2027-01-11", "d", "CANCELLED"), ("2027-01-18", "d", "")]
    off = event("s@x", "RECURRENCE-ID;VALUE=DATE:20270412", "DTSTART;TZID=Europe/Moscow:20270412T100000", "DURATION:PT1H", "SUMMARY:s", "SEQUENCE:1")
    site.convene("import", write(site, "d.ics", off, head="METHOD:CANCEL\r\n"))
    assert [status for *_, status in instances(kept(site)["s@x"])] == ["", "CANCELLED", ""]
    strict = site.convene("import", "--strict", write(site, "e.ics", moved.replace("SEQUENCE:1", "SEQUENCE:4")), check=False)
    assert strict.returncode == 1


def test_the_feed_names_each_start_that_an_exrule_excludes(site):
    """EXRULE (RFC 2445, 4.8.5.2) is applied by us and Evolution (test_recurrence), and ignored by this library, as by ical.js."""
    rules = event("x@x", "DTSTART;TZID=Europe/Moscow:20270104T100000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=14", "EXRULE:FREQ=WEEKLY;BYDAY=SA,SU", "SUMMARY:x")
    moved = event("x@x", "RECURRENCE-ID;TZID=Europe/Moscow:20270109T100000", "DTSTART;TZID=Europe/Moscow:20270109T120000", "SUMMARY:moved")
    days = event("d@x", "DTSTART;VALUE=DATE:20270104", "RRULE:FREQ=DAILY;UNTIL=20270107", "exrule:freq=daily;interval=2;until=20270110", "SUMMARY:d")
    site.convene("import", "--strict", write(site, "a.ics", rules, moved, days))
    assert kept(site)["x@x"] == HEAD + rules + moved + TAIL
    wanted = [f"2027-01-{day:02}T10:00:00+03:00" for day in (4, 5, 6, 7, 8, 11, 12, 13, 14, 15)]
    listed = [json.loads(line) for line in site.convene("list", "--from", "2027-01-01", "--to", "2027-12-31", "--json").stdout.splitlines()]
    assert [f"{one['start'][:4]}-{one['start'][4:6]}-{one['start'][6:8]}T10:00:00+03:00" for one in listed if one["uid"] == "x@x"] == wanted
    site.start()
    feed = urllib.request.urlopen(site.url + "/all.ics").read().decode()
    found = instances(feed)
    assert [start for start, summary, _ in found if summary == "x"] == wanted
    assert [start for start, summary, _ in found if summary == "d"] == ["2027-01-05", "2027-01-07"]
    assert "EXRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20270110\r\n" in feed
    site.convene("set", "x@x", "SUMMARY", "y")


def test_a_refused_merge_is_reported_with_its_line(site):
    site.convene("import", write(site, "a.ics", SERIES))
    whole_day = event("s@x", "RECURRENCE-ID;VALUE=DATE:20270412", "DTSTART;VALUE=DATE:20270413")
    path = write(site, "b.ics", *(event(f"{i}@x", "DTSTART:20270414T070000Z") for i in range(9)), whole_day)
    line = path.read_text().splitlines().index("UID:s@x")
    refused = site.convene("import", "--strict", path, check=False)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"{path}:{line}: RECURRENCE-ID: is of another form")


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_an_instance_that_the_series_does_not_have_is_neither_added_nor_cancelled(site, method):
    """RFC 5546, 3.2.2 and 3.2.5: the message is about an instance; a new one is METHOD:ADD."""
    days = event("d@x", "DTSTART;VALUE=DATE:20270104", "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;VALUE=DATE:20270111", "SUMMARY:d")
    single = event("o@x", "DTSTART:20270414T070000Z", "SUMMARY:single")
    site.convene("import", write(site, "a.ics", SERIES, days, single))
    before = kept(site)
    no_times = ["RECURRENCE-ID;TZID=Europe/Moscow:20270412T110000", "RECURRENCE-ID:20270426T070000Z", "RECURRENCE-ID;VALUE=DATE:20270415"]
    cases = [*(("s@x", one, "DTSTART;TZID=Europe/Moscow:20270415T100000") for one in no_times), ("d@x", "RECURRENCE-ID;VALUE=DATE:20270125", "DTSTART;VALUE=DATE:20270126"),
             ("d@x", "RECURRENCE-ID;TZID=Europe/Berlin:20270114T000000", "DTSTART;VALUE=DATE:20270126"), ("o@x", "RECURRENCE-ID:20270415T070000Z", "DTSTART:20270416T070000Z")]
    for uid, recurrence, start in cases:
        result = site.convene("import", write(site, "b.ics", event(uid, recurrence, start, "SUMMARY:new", "SEQUENCE:5"), head=f"METHOD:{method}\r\n"), check=False)
        value = recurrence.rsplit(":", 1)[1]
        assert result.returncode == 1 and f"b.ics:5: RECURRENCE-ID: the series has no instance at {value}" in result.stderr, (recurrence, result.stderr)
    assert kept(site) == before


@pytest.mark.parametrize("strict", [[], ["--strict"]])
def test_of_several_instances_those_that_exist_are_changed(site, strict):
    site.convene("import", write(site, "a.ics", SERIES))
    none = event("s@x", "RECURRENCE-ID;TZID=Europe/Moscow:20270413T100000", "DTSTART;TZID=Europe/Moscow:20270414T100000", "SUMMARY:none", "SEQUENCE:1")
    result = site.convene("import", *strict, write(site, "b.ics", none, event("s@x", *MOVED, "SUMMARY:moved", "SEQUENCE:1")), check=False)
    assert "the series has no instance at 20270413T100000; the change is left out" in result.stderr and result.returncode == bool(strict)
    assert [summary for _, summary, _ in instances(kept(site)["s@x"])] == (["series"] * 3 if strict else ["series", "moved", "series"])


def test_an_agent_costs_no_card_and_no_line(site):
    """vCard 2.1, 2.5.3: a card within the card."""
    agent = "AGENT:\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nN:Thomas;Susan\r\nEMAIL;INTERNET:susan@example.org\r\nEND:VCARD\r\n"
    card = "BEGIN:VCARD\r\nVERSION:2.1\r\nUID:{0}\r\nFN:{0}\r\n{1}EMAIL;INTERNET:{0}@example.org\r\nEND:VCARD\r\n"
    path = site.directory / "a.vcf"
    path.write_bytes((card.format("first", agent) + card.format("second", "")).encode())
    result = site.convene("import", path)
    assert "2 created" in result.stdout and f"{path}:5: AGENT: the card within it is kept as its text" in result.stderr
    out = site.directory / "out"
    site.convene("export", out)
    texts = {path.read_bytes().decode().replace("\r\n ", "") for path in out.rglob("*.vcf")}
    assert len(texts) == 2 and all("EMAIL;TYPE=INTERNET:" in text for text in texts)
    inner = "AGENT:BEGIN:VCARD\\nVERSION:3.0\\nN:Thomas\\;Susan\\nEMAIL\\;TYPE=INTERNET:susan@example.org\\nEND:VCARD\r\n"
    assert [inner in text for text in sorted(texts, key=lambda text: "FN:second" in text)] == [True, False]


OWN_RULES = ("BEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:DAYLIGHT\r\nDTSTART:19810329T020000\r\nTZOFFSETFROM:+0300\r\nTZOFFSETTO:+0400\r\n"
             "RRULE:FREQ=YEARLY;UNTIL=20100327T230000Z;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nBEGIN:STANDARD\r\nDTSTART:19961027T030000\r\n"
             "TZOFFSETFROM:+040000\r\nTZOFFSETTO:+0300\r\nRRULE:FREQ=YEARLY;UNTIL=20101030T230000Z;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n")


def test_a_zone_of_a_file_is_published_in_a_form_that_all_read(site):
    """This version of python3-icalendar refuses a file whose zone has an UNTIL, which RFC 5545, 3.6.5 demands in UTC."""
    text = event("z@x", "DTSTART;TZID=Own:20270405T100000", "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:20270412T070000Z", "SUMMARY:x")
    with pytest.raises(ValueError):
        instances(HEAD + OWN_RULES + text + TAIL)
    site.convene("import", "--strict", write(site, "a.ics", OWN_RULES, text))
    site.start()
    with urllib.request.urlopen(site.url + "/all.ics") as reply:
        feed = reply.read().decode()
    assert [start for start, _, _ in instances(feed)] == ["2027-04-05T10:00:00+03:00", "2027-04-19T10:00:00+03:00"]
    assert "UNTIL" not in feed and feed.count("TZOFFSETFROM") == 1 and "EXDATE;TZID=Own-" in feed
    card = site.directory / "p.vcf"
    card.write_text("BEGIN:VCARD\nVERSION:4.0\nUID:p@x\nFN:P\nEMAIL:p@example.org\nEND:VCARD\n")
    site.convene("import", card)
    site.convene("subscribe", "p@x", "--all", "--lead=-PT15M")
    told = site.convene("preview", "--for=p@x", "--at=2027-04-05T00:00:00Z", "--hours=24", "--raw").stdout
    mail = email.message_from_string(told, policy=email.policy.default)
    part, = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert [start for start, _, _ in instances(part.get_content())] == ["2027-04-05T10:00:00+03:00", "2027-04-19T10:00:00+03:00"]


def test_of_two_zones_with_one_name_the_first_counts(site):
    """As for python3-icalendar and ical.js; in the first zone EXDATE is the second start."""
    text = event("z@x", "DTSTART;TZID=Own:20270405T100000", "RRULE:FREQ=WEEKLY;COUNT=2", "EXDATE:20270412T030000Z", "SUMMARY:x")
    path = write(site, "a.ics", OWN_ZONE.format(":Own"), OWN_ZONE.format(":Own").replace("+0700", "+0500"), text)
    wanted = [start for start, _, _ in instances(path.read_text())]
    assert wanted == ["2027-04-05T10:00:00+07:00"]
    site.convene("import", "--strict", path)
    assert len(site.convene("list", "--from", "2027-01-01", "--to", "2027-12-31", "--json").stdout.splitlines()) == 1
    site.start()
    with urllib.request.urlopen(site.url + "/all.ics") as reply:
        assert [start for start, _, _ in instances(reply.read().decode())] == wanted


@pytest.mark.parametrize("given, right", [
    ("DTSTART:19700101T000000\r\nTZOFFSETFROM:+3\r\nTZOFFSETTO:+03:00", "DTSTART:19700101T000000\r\nTZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300"),
    ("DTSTART:19700101T000000Z\r\nTZOFFSETFROM:0300\r\nTZOFFSETTO: +03:00:00", "DTSTART:19700101T000000\r\nTZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300"),
    ("DTSTART;VALUE=DATE:19700101\r\nTZOFFSETFROM:-12:30\r\nTZOFFSETTO:-11", "DTSTART:19700101T000000\r\nTZOFFSETFROM:-1230\r\nTZOFFSETTO:-1100"),
    ("DTSTART:19700101T000000\r\nRDATE;VALUE=PERIOD:20250101T000000/PT1H,20260101T000000Z/PT1H\r\nTZOFFSETFROM:+0400\r\nTZOFFSETTO:+0300",
     "DTSTART:19700101T000000\r\nRDATE:20250101T000000,20260101T000000\r\nTZOFFSETFROM:+0400\r\nTZOFFSETTO:+0300"),
])
def test_a_zone_of_a_file_is_corrected(site, given, right):
    """The expected lines are those of RFC 5545, 3.3.14 and 3.6.5; python3-icalendar reads them."""
    zone = "BEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\n{}\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    text = event("z@x", "DTSTART;TZID=Own:20270405T100000", "SUMMARY:x")
    assert site.convene("import", "--strict", write(site, "a.ics", zone.format(given), text), check=False).returncode == 1
    result = site.convene("import", write(site, "a.ics", zone.format(given), text))
    assert kept(site)["z@x"] == HEAD + zone.format(right) + text + TAIL
    n = len([line for line in given.split("\r\n") if line not in right.split("\r\n")])
    assert result.stderr.count("is no valid line of a time zone; it is read as") == n and instances(kept(site)["z@x"])


def test_a_zone_of_the_file_has_a_colon_without_quotation_marks(site):
    name = "tzone://Microsoft/Custom-East"
    zone = (f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0500\r\nTZOFFSETTO:+0500\r\n"
            "END:STANDARD\r\nEND:VTIMEZONE\r\n")
    lines = [f"DTSTART;TZID={name}:20270405T100000", "RRULE:FREQ=DAILY;COUNT=3", f"EXDATE;TZID={name}:20270406T100000"]
    said = site.convene("import", write(site, "a.ics", zone, event("z@x", *lines, "SUMMARY:x")))
    assert f'it is read as DTSTART;TZID="{name}":20270405T100000' in said.stderr
    assert instances(kept(site)["z@x"]) == [("2027-04-05T10:00:00+05:00", "x", ""), ("2027-04-07T10:00:00+05:00", "x", "")]


@pytest.mark.parametrize("line", ["TZOFFSETTO:+300", "TZOFFSETTO:three", "TZOFFSETTO:+24:00", "DTSTART:1970", "RRULE:FREQ=HOURLY"])
def test_a_zone_of_a_file_that_says_nothing_refuses_the_event(site, line):
    lines = {"DTSTART": "DTSTART:19700101T000000", "TZOFFSETFROM": "TZOFFSETFROM:+3", "TZOFFSETTO": "TZOFFSETTO:+0300"}
    lines[line.split(":")[0]] = line
    zone = "BEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\n" + "\r\n".join(lines.values()) + "\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    refused = site.convene("import", write(site, "a.ics", zone, event("z@x", "DTSTART;TZID=Own:20270405T100000")), check=False)
    assert refused.returncode == 1 and "is no valid time zone" in refused.stderr and not kept(site)


@pytest.mark.parametrize("given, right", [
    ("DTSTART;TZID=(UTC+03:00) Moscow, St. Petersburg:20270405T100000", "DTSTART;TZID=Europe/Moscow:20270405T100000"),
    ("DTSTART;TZID=Europe/Moscow:2027-04-05T10:00:00", "DTSTART;TZID=Europe/Moscow:20270405T100000"),
    ("DTSTART:2027-04-05T10:00:00+03:00", "DTSTART:20270405T070000Z"),
    ("DTSTART:2027-04-05", "DTSTART;VALUE=DATE:20270405"),
])
def test_a_start_that_is_clear_is_read(site, given, right):
    result = site.convene("import", write(site, "a.ics", event("a@x", given, "SUMMARY:x")))
    assert "it is read as " + right in result.stderr and kept(site)["a@x"] == HEAD + event("a@x", right, "SUMMARY:x") + TAIL


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf\xef\xbb\xbf", b"\0", b"\xef\xbb\xbf\0\0"])
def test_marks_before_the_first_line_cost_nothing(site, before):
    text = (HEAD + event("a@x", "DTSTART:20270405T070000Z", "SUMMARY:x") + TAIL).encode()
    path = site.directory / "a.ics"
    path.write_bytes(before + text + before + text.replace(b"a@x", b"b@x"))
    assert "2 created" in site.convene("import", path).stdout


def test_changed_instances_alone_are_kept(site):
    moved = event("s@x", *MOVED, "SUMMARY:moved")
    site.convene("import", write(site, "a.ics", moved))
    assert kept(site)["s@x"] == HEAD + moved + TAIL
    assert "2027" in site.convene("list", "--from", "2027-01-01").stdout
    site.start()
    with urllib.request.urlopen(site.url + "/all.ics") as reply:
        assert instances(reply.read()) == [("2027-04-13T10:00:00+03:00", "moved", "")]


def test_a_cancellation_cancels(site):
    text = event("c@x", "DTSTART:20270414T070000Z", "SUMMARY:meeting", "STATUS:CONFIRMED")
    cancel = event("c@x", "DTSTART:20270414T070000Z", "SUMMARY:meeting", "SEQUENCE:1", stamp="DTSTAMP:20260102T000000Z")
    path = write(site, "cancel.ics", cancel, head="METHOD:CANCEL\r\n")
    refused = site.convene("import", path, check=False)
    assert refused.returncode == 1 and "c@x" in refused.stderr
    site.convene("import", write(site, "a.ics", text))
    site.convene("import", "--strict", path)
    assert instances(kept(site)["c@x"]) == [("2027-04-14T07:00:00+00:00", "meeting", "CANCELLED")]
    assert "SEQUENCE:1\r\n" in kept(site)["c@x"]
    stale = site.convene("import", write(site, "old.ics", text, head="METHOD:CANCEL\r\n"))
    assert "1 older than what is kept" in stale.stdout


def test_a_cancellation_cancels_all_changed_instances_that_are_kept_alone(site):
    second = event("s@x", "RECURRENCE-ID;TZID=Europe/Moscow:20270419T100000", "DTSTART;TZID=Europe/Moscow:20270420T100000", "SUMMARY:second", "SEQUENCE:4")
    site.convene("import", write(site, "a.ics", event("s@x", *MOVED, "SUMMARY:moved", "STATUS:CONFIRMED"), second))
    cancel = SERIES.replace("SUMMARY", "SEQUENCE:2\r\nSUMMARY")
    assert "1 updated" in site.convene("import", write(site, "cancel.ics", cancel, head="METHOD:CANCEL\r\n")).stdout
    assert instances(kept(site)["s@x"]) == [
        ("2027-04-13T10:00:00+03:00", "moved", "CANCELLED"), ("2027-04-20T10:00:00+03:00", "second", "CANCELLED")]
    assert [line for line in kept(site)["s@x"].splitlines() if line.startswith("SEQUENCE")] == ["SEQUENCE:2", "SEQUENCE:4"]


@pytest.mark.parametrize("method", ["REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"])
def test_an_answer_to_an_invitation_replaces_no_event(site, method):
    """RFC 5546, 3.2: the VEVENT of these methods has an attendee's words, and is no version of the event."""
    whole = event("a@x", "DTSTART:20270414T070000Z", "SUMMARY:whole", "DESCRIPTION:stays")
    site.convene("import", write(site, "a.ics", whole))
    answer = event("a@x", "DTSTART:20270415T070000Z", "ATTENDEE;PARTSTAT=DECLINED:mailto:b@example.org", stamp="DTSTAMP:20260102T000000Z")
    path = write(site, "answer.ics", answer, head=f"METHOD:{method}\r\n")
    refused = site.convene("import", path, check=False)
    assert refused.returncode == 1 and f"{path}:5: METHOD: " in refused.stderr and kept(site)["a@x"] == HEAD + whole + TAIL


def test_instances_are_added_to_a_kept_series(site):
    """RFC 5546, 3.2.4: an instance of ADD has no RECURRENCE-ID. Of one that says what the series says only the time is kept."""
    series = event("s@x", "DTSTART;TZID=Europe/Moscow:20270406T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2", "SUMMARY:weekly", "SEQUENCE:1")
    same = event("s@x", "DTSTART:20270408T070000Z", "DTEND:20270408T080000Z", "SUMMARY:weekly", "SEQUENCE:2")
    longer = event("s@x", "DTSTART;TZID=Europe/Moscow:20270409T150000", "DURATION:PT2H", "SUMMARY:longer", "SEQUENCE:2")
    added = write(site, "add.ics", same, longer, head="METHOD:ADD\r\n")
    refused = site.convene("import", added, check=False)
    assert refused.returncode == 1 and "METHOD: ADD is for the event s@x, which is not kept" in refused.stderr and not kept(site)
    site.convene("import", write(site, "a.ics", series))
    assert "1 updated" in site.convene("import", added).stdout
    text = kept(site)["s@x"]
    assert instances(text) == [
        ("2027-04-06T10:00:00+03:00", "weekly", ""), ("2027-04-08T10:00:00+03:00", "weekly", ""),
        ("2027-04-09T15:00:00+03:00", "longer", ""), ("2027-04-13T10:00:00+03:00", "weekly", "")]
    assert text.count("RECURRENCE-ID") == 1 and text.count("RDATE;TZID=Europe/Moscow:") == 2 and text.count("SEQUENCE:2") == 2
    assert "1 unchanged" in site.convene("import", added).stdout and kept(site)["s@x"] == text
    older = write(site, "older.ics", longer.replace("20270409", "20270410").replace("SEQUENCE:2", "SEQUENCE:1"), head="METHOD:ADD\r\n")
    assert "1 older" in site.convene("import", older).stdout and kept(site)["s@x"] == text
    days = write(site, "days.ics", event("s@x", "DTSTART;VALUE=DATE:20270410", "SEQUENCE:3"), head="METHOD:ADD\r\n")
    assert "is of another form than DTSTART of the series" in site.convene("import", days, check=False).stderr and kept(site)["s@x"] == text
    both = series.replace("s@x", "t@x") + TAIL + HEAD + "METHOD:ADD\r\n" + same.replace("s@x", "t@x")
    site.convene("import", write(site, "both.ics", both, head="METHOD:REQUEST\r\n"))
    assert [start[8:10] for start, *_ in instances(kept(site)["t@x"])] == ["06", "08", "13"]


@pytest.mark.parametrize("method, line", [("ADD", "DTSTART:2027{}T070000Z"), ("CANCEL", "RECURRENCE-ID:2027{}T070000Z")])
def test_a_line_of_a_later_event_is_named_with_its_number_in_the_file(site, method, line):
    """ADD has no RECURRENCE-ID, and CANCEL perhaps no DTSTART; lines are added for them."""
    site.convene("import", write(site, "a.ics", SERIES))
    given = [event("s@x", line.format(day), more, "SEQUENCE:1") for day, more in (("0412", ""), ("0419", "PRIORITY:x"))]
    path = write(site, "b.ics", *given, head=f"METHOD:{method}\r\n")
    number = path.read_text().splitlines().index("PRIORITY:x") + 1
    assert f"{path}:{number}: PRIORITY: " in site.convene("import", path).stderr


def cpu_of_children():
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime


def test_twenty_thousand_zones_are_found_quickly(site):
    """Looking zone names up in a table is fast; searching every event for every name took 28 s of CPU."""
    objects = [OWN_ZONE.format(f":Zone {i}") + event(f"{i}@x", f"DTSTART;TZID=Zone {i}:20270105T100000") for i in range(20000)]
    path = write(site, "zones.ics", *objects)
    before = cpu_of_children()
    assert "20000 created" in site.convene("import", path).stdout
    assert cpu_of_children() - before < 14


def test_a_flight_ends_in_another_zone(site):
    text = event("f@x", "DTSTART;TZID=Europe/Moscow:20270414T100000", "DTEND;TZID=Asia/Yekaterinburg:20270414T143000", "SUMMARY:flight")
    site.convene("import", write(site, "a.ics", text))
    shown = site.convene("list", "--from", "2027-01-01").stdout
    assert "12:30" in shown and "14:30" not in shown
    listed = json.loads(site.convene("list", "--from", "2027-01-01", "--json").stdout.splitlines()[0])
    assert (listed["end"], listed["tzid"], listed["end_tzid"]) == ("20270414T143000", "Europe/Moscow", "Asia/Yekaterinburg")


def test_the_address_of_a_kind_has_no_case(site):
    site.convene("import", write(site, "a.ics", event("k@x", "DTSTART:20270414T070000Z", "CATEGORIES:Session", "SUMMARY:x")))
    site.start()
    for name in ("/session.ics", "/Session.ics", "/SESSION.ics"):
        with urllib.request.urlopen(site.url + name) as reply:
            assert b"k@x" in reply.read()


def test_a_reminder_of_an_instance_that_was_moved_past_its_neighbour(site):
    moved = event("s@x", MOVED[0], "DTSTART;TZID=Europe/Moscow:20270421T100000", "DURATION:PT1H", "SUMMARY:moved")
    series = SERIES.replace("SUMMARY", "CATEGORIES:SESSION\r\nSUMMARY")
    site.convene("import", write(site, "a.ics", series, moved))
    card = site.directory / "a.vcf"
    card.write_text("BEGIN:VCARD\nVERSION:4.0\nUID:p@x\nFN:P\nEMAIL:p@example.org\nEND:VCARD\n")
    site.convene("import", card)
    site.convene("subscribe", "p@x", "--all", "--lead=-P1D@18:00")
    for day, goes in ("2027-04-11", False), ("2027-04-18", True), ("2027-04-20", True), ("2027-04-04", True):
        shown = site.convene("preview", "--for=p@x", f"--at={day}T17:00:00+03:00", "--hours=2", check=False)
        assert (shown.returncode == 0) == goes, (day, shown)


def test_cards_of_telephones_and_other_programs(make_site):
    """vCard 2.1 and cards without a UID are kept. The next export of the same contacts finds them again."""
    site = make_site()
    old = (b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=AF;=D0=98=\r\n=D0=B3;;;\r\n"
           b"EMAIL;INTERNET:old@example.org\r\nEND:VCARD\r\n")
    windows = b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=windows-1251:\xd2\xe5\xf1\xf2\r\nEMAIL;PREF;INTERNET:w@example.org\r\nEND:VCARD\r\n"
    google = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:J Smith\r\nitem1.EMAIL;TYPE=INTERNET:j@example.org\r\nEND:VCARD\r\n"
    path = site.directory / "phone.vcf"
    path.write_bytes(old + windows + google)
    said = site.convene("import", path)
    assert said.stdout.startswith("3 created") and f"{path}:2: VERSION: it is 2.1" in said.stderr and f"{path}:12: UID: " in said.stderr
    names = {contact["email"]: contact["name"] for contact in map(json.loads, site.convene("list", "--contacts", "--json").stdout.splitlines())}
    assert names == {"old@example.org": "Иг Я", "w@example.org": "Тест", "j@example.org": "J Smith"}
    path.write_bytes(google.replace(b"J Smith", b"John Smith") + old + windows)
    assert site.convene("import", path).stdout.startswith("0 created, 1 updated, 2 unchanged")
    assert site.convene("import", "--strict", path, check=False).returncode == 1


@pytest.mark.parametrize("name, instant", [
    ("GMT+0100", "2027-04-14T09:00:00+00:00"), ("UTC+03:00", "2027-04-14T07:00:00+00:00"), ("UTC-03:00", "2027-04-14T13:00:00+00:00"),
    ("GMT+3", "2027-04-14T07:00:00+00:00"),
    ("GMT+14:00", "2027-04-13T20:00:00+00:00"), ("+0000", "2027-04-14T10:00:00+00:00"), ("MSK", "2027-04-14T07:00:00+00:00"),
    ("VLAT", "2027-04-14T00:00:00+00:00"), ("Pacific Time (US & Canada),Tijuana", "2027-04-14T17:00:00+00:00"),
    ("(GMT-08:00) Pacific Time (US & Canada); Tijuana", "2027-04-14T17:00:00+00:00"),
    ("UTC+03:30", None), ("UTC+15:00", None), ("UTC-13:00", None), ("UTC+0300x", None), ("XYZ", None), ("Moscow,", None),
])
def test_a_zone_by_its_offset_or_an_older_name(site, name, instant):
    """A name without a VTIMEZONE: its instant, or a refusal if the name is ambiguous or not known."""
    text = event("z@x", f'DTSTART;TZID="{name}":20270414T100000', "SUMMARY:x")
    result = site.convene("import", write(site, "a.ics", text), check=False)
    assert (result.returncode == 0) == (instant is not None), result.stderr
    if instant:
        [start] = [c["DTSTART"].dt for c in icalendar.Calendar.from_ical(kept(site)["z@x"]).walk("VEVENT")]
        assert start.astimezone(datetime.timezone.utc).isoformat() == instant
        assert "it is read as" in result.stderr and (name != "GMT+3" or "(UTC+3)" in result.stderr)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_a_file_in_unicode_needs_no_option(site, encoding):
    text = HEAD + event("u@x", "DTSTART:20270414T070000Z", "SUMMARY:Встреча") + TAIL
    path = site.directory / "a.ics"
    path.write_bytes(text.encode(encoding))
    result = site.convene("import", path)
    assert kept(site)["u@x"] == text and ("UTF-" in result.stderr) == (encoding != "utf-8-sig")
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:c\r\nFN:Жанна\r\nN:;Жанна;;;\r\nEMAIL:zh@example.org\r\nEND:VCARD\r\n"
    path.write_bytes(card.encode(encoding))
    site.convene("import", path)
    assert "Жанна" in site.convene("list", "--contacts").stdout


def test_another_encoding_is_named_by_an_option(site):
    text = HEAD + event("u@x", "DTSTART:20270414T070000Z", "SUMMARY:Встреча") + TAIL
    path = site.directory / "a.ics"
    path.write_bytes(text.encode("windows-1251"))
    refused = site.convene("import", path, check=False)
    assert refused.returncode == 1 and "is not UTF-8" in refused.stderr and not kept(site)
    wrong = site.convene("import", path, "--charset", "klingon", check=False)
    assert wrong.returncode == 2 and "klingon" in wrong.stderr
    assert site.convene("import", path, "--charset", "utf-8", check=False).returncode == 2
    result = site.convene("import", "--strict", "--charset", "windows-1251", path)
    assert not result.stderr and kept(site)["u@x"] == text


@pytest.mark.parametrize("query", ["lang=en", "lang=en&zone=Asia/Omsk"])
def test_a_floating_time_has_no_zone(site, query):
    """RFC 5545, 3.3.5: a floating time is the same on each reader's clock."""
    single = event("f@x", "DTSTART:20270414T100000", "DTEND:20270414T120000", "SUMMARY:single")
    series = event("s@x", "DTSTART:20270415T100000", "DTEND:20270416T120000", "RRULE:FREQ=WEEKLY;COUNT=3", "SUMMARY:series")
    zoned = event("z@x", "DTSTART;TZID=Asia/Vladivostok:20270414T100000", "DURATION:PT1H", "SUMMARY:zoned")
    site.convene("import", write(site, "a.ics", single, series, zoned))
    site.start()
    for path, times in (("event/f@x", ["10:00–12:00<"]), ("event/s@x", ["15 April 2027, 10:00 – 16 April 2027, 12:00<", "22 April 2027, 10:00"])):
        page = urllib.request.urlopen(f"{site.url}/{path}?{query}").read().decode().replace("\u00a0", " ")
        head = page[:page.index('name="zone"')] if 'name="zone"' in page else page
        for text in times:
            assert text in re.sub("</?time[^>]*>", "", head), text
        body = re.sub(r"<p class=\"note changed\">.*?</p>", "", head[head.index("<h1"):])
        assert not re.search(r"\d\d:\d\d[^<]*(UTC|Moscow|Omsk)", body), body
        data = json.loads(re.search('ld.json">(.*?)</script>', page)[1])
        assert re.fullmatch(r"2027-04-1[45]T10:00:00", data["startDate"])
    links = urllib.parse.unquote(urllib.request.urlopen(f"{site.url}/event/f@x?{query}").read().decode())
    assert "dates=20270414T100000/20270414T120000" in links and "startdt=2027-04-14T10:00:00&amp;enddt=2027-04-14T12:00:00&" in links
    for path in ("?", "month/2027-04?", "week/2027-04-12?"):
        page = urllib.request.urlopen(f"{site.url}/{path}{query}").read().decode()
        assert "single" in page and not re.search(r"10:00[^<]{0,9}UTC\+[36]", page), path
    assert "2027, 10:00–12:00\n" in site.convene("show", "f@x").stdout
