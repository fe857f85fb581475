"""Tests the offers of meetings: the command, the objects of the store, and that nothing public shows them."""

import datetime
import http.server
import json
import os
import re
import threading

import icalendar
import pytest
import requests

from conftest import ROOT, wait_until

DOCUMENTS = ROOT / "conf" / "documents"
SARANSK = "saransk-clusters@documents.convened.example"
HOST = "host@example.org"
CARD = (f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{HOST}\r\nFN:Пётр Ильин\r\nEMAIL:{HOST}\r\nTZ:Asia/Yekaterinburg\r\nEND:VCARD\r\n")
OFFER = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VAVAILABILITY\r\nUID:given@example.org\r\nDTSTAMP:20260101T000000Z\r\n"
         "X-CONVENED-MEETING-HOST:host@example.org\r\nSUMMARY:Secret hours\r\n"
         "BEGIN:AVAILABLE\r\nUID:a@example.org\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Berlin:20260608T100000\r\n"
         "DTEND;TZID=Europe/Berlin:20260608T120000\r\nRRULE:FREQ=WEEKLY;INTERVAL=2\r\nEND:AVAILABLE\r\n"
         "END:VAVAILABILITY\r\nEND:VCALENDAR\r\n")


@pytest.fixture
def hosted(site):
    site.convene("import", "-", stdin=CARD)
    return site


def said(site, language, *arguments, check=True):
    return site.convene(*arguments, check=check, env=dict(os.environ, LC_ALL=language))


def offers(site, *options):
    return [json.loads(line) for line in site.convene("offer", "list", "--json", *options).stdout.splitlines()]


def add(site, *options):
    return site.convene("offer", "add", HOST, *options).stdout.strip()


def test_an_offer_is_added_with_hours_in_words(hosted):
    uid = add(hosted, "--hours", "Пн-Пт 10:00–13:00,14:00-18:00 @ Стол 4", "--hours", "saturday 22:00-02:00", "--duration", "PT1H", "--duration", "PT20M",
              "--buffer", "PT10M,PT5M", "--notice", "P1D", "--horizon", "P30D", "--daily-max", "6", "--place", "Стол 5", "--seats", "2", "--confirm", "HOST",
              "--listed", "FALSE", "--summary", "Встречи")
    offer, = offers(hosted)
    assert offer == {
        "uid": uid, "host": HOST, "event": None, "summary": "Встречи", "tzid": "Asia/Yekaterinburg",
        "hours": ["Mon-Fri 10:00-13:00 @ Стол 4", "Mon-Fri 14:00-18:00 @ Стол 4", "Sat 22:00-02:00"], "minutes": [20, 60],
        "places": ["Стол 5", "Стол 4"], "buffer_before": 600, "buffer_after": 300, "notice": 86400, "horizon": 30 * 86400, "daily_max": 6, "seats": 2,
        "confirm": "HOST", "listed": False, "addresses": False, "keep_declined": False, "collection": "offers"}
    text = hosted.convene("show", "--raw", uid).stdout
    calendar = icalendar.Calendar.from_ical(text.replace("AVAILABLE", "VEVENT").replace("VAVAILABILITY", "VTODO"))
    hours = calendar.subcomponents[0].subcomponents
    assert [one["RRULE"].to_ical().decode() for one in hours] == ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"] * 2 + ["FREQ=WEEKLY;BYDAY=SA"]
    assert all(one.decoded("DTSTART").weekday() < 5 for one in hours[:2]) and hours[2].decoded("DTSTART").weekday() == 5
    assert (hours[2].decoded("DTEND") - hours[2].decoded("DTSTART")).total_seconds() == 4 * 3600
    assert all(len(line.encode()) <= 75 for line in text.splitlines())


def test_an_offer_is_shown_in_both_languages(hosted):
    uid = add(hosted, "--hours", "Mo,We-Fr 10:00-13:00 @ Hall", "--buffer", "PT10M")
    russian, english = (said(hosted, language, "offer", "show", uid).stdout for language in ("ru_RU.UTF-8", "en_GB.UTF-8"))
    assert "Часы: пн,ср-пт 10:00-13:00 @ Hall" in russian and "С кем: Пётр Ильин" in russian and "Перерыв до встречи: PT10M" in russian
    assert "Hours: Mon,Wed-Fri 10:00-13:00 @ Hall" in english and "Host: Пётр Ильин" in english
    assert said(hosted, "en_GB.UTF-8", "show", uid).stdout == english
    assert "пн,ср-пт 10:00-13:00 @ Hall" in said(hosted, "ru_RU.UTF-8", "offer", "list").stdout
    # The shown hours can be given as options again.
    hours = re.search("Часы: (.*)", russian).group(1)
    hosted.convene("offer", "set", uid, "--hours", hours)
    assert offers(hosted)[0]["hours"] == ["Mon,Wed-Fri 10:00-13:00 @ Hall"]


def test_hours_of_an_event_begin_with_it(hosted):
    hosted.convene("import", DOCUMENTS)
    add(hosted, "--hours", "10:00-18:00", "--event", SARANSK)
    add(hosted, "--hours", "2026-12-01..2026-12-03 9:00-9:30", "--from", "2026-12-02", "--to", "2026-12-02")
    assert sorted(offer["hours"] for offer in offers(hosted)) == [["10:00-18:00"], ["2026-12-01..2026-12-03 09:00-09:30"]]
    texts = [hosted.convene("show", "--raw", offer["uid"]).stdout for offer in sorted(offers(hosted), key=lambda one: one["event"] or "")]
    assert "DTSTART;TZID=Asia/Yekaterinburg:20210624T100000" in texts[1] and "RRULE:FREQ=DAILY" in texts[1]
    assert "DTSTART;TZID=Asia/Yekaterinburg:20261202T000000" in texts[0] and "DTEND;TZID=Asia/Yekaterinburg:20261203T000000" in texts[0]
    assert "DTSTART;TZID=Asia/Yekaterinburg:20261201T090000" in texts[0] and "RRULE:FREQ=DAILY;COUNT=3" in texts[0]


def test_the_hours_of_an_event_begin_on_its_day_by_the_hosts_clock(hosted):
    hosted.convene("import", "-", stdin=event("late@x", "DTSTART:20261201T220000Z\r\nDTEND:20261203T100000Z\r\n"))
    uid = add(hosted, "--hours", "10:00-18:00", "--event", "late@x")
    assert "DTSTART;TZID=Asia/Yekaterinburg:20261202T100000" in hosted.convene("show", "--raw", uid).stdout


@pytest.mark.parametrize("name", ["Office", "(UTC+05:00) Office\\, east"])
def test_new_hours_are_in_a_zone_that_only_the_object_describes(hosted, name):
    zone = (f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0500\r\nTZOFFSETTO:+0500\r\n"
            "END:STANDARD\r\nEND:VTIMEZONE\r\n")
    quoted = '"' + name.replace("\\", "") + '"'
    text = OFFER.replace("BEGIN:VAVAILABILITY", zone + "BEGIN:VAVAILABILITY").replace("TZID=Europe/Berlin", "TZID=" + quoted)
    hosted.convene("import", "-", stdin=text)
    day = datetime.date.today() + datetime.timedelta(days=7)
    hosted.convene("offer", "set", "given@example.org", "--hours", f"{day} 9:00-10:00")
    assert offers(hosted)[0]["hours"] == [f"{day} 09:00-10:00"]
    assert [one["start"] for one in slots(hosted, "--from", str(day), "--to", str(day))] == [f"{day}T04:00:00Z", f"{day}T04:30:00Z"]


def test_an_offer_is_changed_and_removed(hosted):
    uid = add(hosted, "--hours", "Mo 10:00-11:00", "--duration", "PT15M", "--duration", "PT20M", "--place", "A", "--notice", "PT2H")
    hosted.convene("offer", "set", uid, "--hours", "Tu 9:00-10:00", "--place", "B", "--place", "C", "--notice", "", "--zone", "Europe/Samara")
    offer, = offers(hosted)
    assert (offer["hours"], offer["places"], offer["notice"], offer["minutes"]) == (["Tue 09:00-10:00"], ["B", "C"], 0, [15, 20])
    assert offer["tzid"] == "Europe/Samara" and "TZID=Europe/Samara" in hosted.convene("show", "--raw", uid).stdout
    hosted.convene("set", uid, "X-CONVENED-MEETING-SEATS", "4")
    assert offers(hosted)[0]["seats"] == 4 and offers(hosted)[0]["hours"] == ["Tue 09:00-10:00"]
    hosted.convene("offer", "remove", uid)
    assert offers(hosted) == []


@pytest.mark.parametrize("options, code, what", [
    (["--hours", "Xx 10:00-11:00"], 2, "Xx 10:00-11:00"),
    (["--hours", "Mo 10:00"], 2, "Mo 10:00"),
    (["--hours", "Mo 10:00-24:01"], 2, "24:01"),
    (["--hours", "Mo 10:00-10:00"], 2, "10:00-10:00"),
    (["--hours", "M 10:00-11:00"], 2, "M 10:00"),
    (["--hours", "2026-02-30 10:00-11:00"], 2, "2026-02-30"),
    (["--hours", "2026-03-02..2026-03-01 10:00-11:00"], 2, "2026-03-02"),
    (["--hours", "Mo 10:00-11:00 @ "], 2, "Mo 10:00"),
    ([], 2, "--hours"),
    (["--hours", "Mo 10:00-11:00", "--duration", "30m"], 2, "X-CONVENED-MEETING-DURATION"),
    (["--hours", "Mo 10:00-11:00", "--duration", "PT1M"], 2, "X-CONVENED-MEETING-DURATION"),
    (["--hours", "Mo 10:00-11:00", "--seats", "0"], 2, "X-CONVENED-MEETING-SEATS"),
    (["--hours", "Mo 10:00-11:00", "--confirm", "maybe"], 2, "X-CONVENED-MEETING-CONFIRM"),
    (["--hours", "Mo 10:00-11:00", "--zone", "Mars/Olympus"], 2, "Mars/Olympus"),
    (["--hours", "Mo 10:00-11:00", "--from", "tomorrow"], 2, "tomorrow"),
    (["--hours", "Mo 10:00-11:00", "--event", "nothing@example.org"], 1, "nothing@example.org"),
])
def test_what_cannot_be_offered_is_refused(hosted, options, code, what):
    result = said(hosted, "en_GB.UTF-8", "offer", "add", HOST, *options, check=False)
    assert result.returncode == code and what in result.stderr and result.stdout == "", result
    assert offers(hosted) == []


def test_an_offer_is_no_event_and_an_event_no_offer(hosted):
    hosted.convene("import", DOCUMENTS)
    uid = add(hosted, "--hours", "Mo 10:00-11:00")
    for arguments in (["cancel", uid], ["date", uid, "2026-12-01"], ["offer", "show", SARANSK], ["offer", "remove", SARANSK], ["offer", "set", HOST]):
        assert hosted.convene(*arguments, check=False).returncode == 1, arguments
    assert hosted.convene("offer", "add", "nobody@example.org", "--hours", "10:00-11:00", check=False).returncode == 1
    # Neither takes the UID of the other.
    event = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20270101T000000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    assert hosted.convene("import", "-", stdin=event, check=False).returncode == 1
    assert hosted.convene("import", "-", stdin=OFFER.replace("given@example.org", SARANSK), check=False).returncode == 1
    assert len(offers(hosted)) == 1


def test_an_offer_without_a_host_is_not_shown_as_json(hosted):
    hosted.convene("import", "-", stdin=OFFER.replace("X-CONVENED-MEETING-HOST:host@example.org\r\n", ""))
    assert "Secret hours" in hosted.convene("offer", "show", "given@example.org").stdout
    result = hosted.convene("offer", "show", "--json", "given@example.org", check=False)
    assert (result.returncode, result.stdout) == (1, "") and "given@example.org" in result.stderr


def test_an_offer_is_imported_and_exported_byte_for_byte(hosted, make_site, tmp_path):
    hosted.convene("import", "-", stdin=OFFER)
    hosted.convene("export", tmp_path / "out")
    assert (tmp_path / "out/offers/given@example.org.ics").read_bytes().decode() == OFFER
    other = make_site()
    other.convene("import", "--strict", tmp_path / "out")
    assert other.convene("show", "--raw", "given@example.org").stdout.replace("\r\n", "\n") == OFFER.replace("\r\n", "\n")
    assert offers(other) == offers(hosted) and offers(other)[0]["hours"] == ["2026-06-08 10:00-12:00 (FREQ=WEEKLY;INTERVAL=2)"]
    other.convene("check")
    other.convene("delete", "given@example.org")
    assert offers(other) == []


def test_a_bad_offer_is_refused_with_its_file_and_line(hosted, tmp_path):
    file = tmp_path / "bad.ics"
    file.write_text(OFFER.replace("SUMMARY:Secret hours", "X-CONVENED-MEETING-SEATS:many"), newline="")
    result = hosted.convene("import", file, check=False)
    assert result.returncode == 1 and "bad.ics:8: X-CONVENED-MEETING-SEATS: " in result.stderr
    file.write_text(OFFER.replace("INTERVAL=2", "INTERVAL=0"), newline="")
    result = hosted.convene("import", file, check=False)
    assert result.returncode == 1 and "bad.ics:14: RRULE: " in result.stderr and offers(hosted) == []


def test_nothing_public_shows_an_offer(daemon):
    daemon.convene("import", "-", stdin=CARD)
    daemon.convene("import", DOCUMENTS)
    paths = ("/", "/?q=Secret", "/sites", "/all.ics", "/calendar/events.ics", "/events.json", "/events.atom", "/sitemap.xml")
    daemon.convene("import", "-", stdin=OFFER)
    for path in paths:
        reply = requests.get(daemon.url + path, timeout=30)
        assert "Secret hours" not in reply.text and "given@example.org" not in reply.text and "AVAILAB" not in reply.text, path
    assert requests.get(daemon.url + "/event/given%40example.org", timeout=30).status_code == 404
    assert [json.loads(line)["uid"] for line in daemon.convene("list", "--json").stdout.splitlines() if "given@" in line] == []


def slots(site, *options):
    return [json.loads(line) for line in site.convene("meet", "slots", HOST, "--json", *options).stdout.splitlines()]


def event(uid, lines):
    return (f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Secret talks\r\n"
            f"{lines}END:VEVENT\r\nEND:VCALENDAR\r\n")


MINE = f"ORGANIZER:mailto:{HOST}\r\n"


def test_free_slots_are_told_on_the_hosts_clock(hosted):
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=3)
    day = soon.strftime("%Y-%m-%d")
    uid = add(hosted, "--hours", f"{day} 10:00-12:00 @ Hall", "--zone", "Asia/Tashkent", "--seats", "3")
    hosted.convene("import", "-", stdin=event("mine@x", f"DTSTART;TZID=Asia/Tashkent:{soon:%Y%m%d}T103000\r\nDURATION:PT15M\r\n" + MINE))
    found = slots(hosted, "--from", day, "--to", day)
    assert [(one["start"], one["end"]) for one in found] == [(f"{day}T{start}:00Z", f"{day}T{end}:00Z")
                                                             for start, end in (("05:00", "05:30"), ("06:00", "06:30"), ("06:30", "07:00"))]
    assert all((one["offer"], one["place"], one["seats_left"], one["tzid"]) == (uid, "Hall", 3, "Asia/Tashkent") for one in found)
    assert slots(hosted) == found
    assert [json.loads(line) for line in hosted.convene("meet", "slots", HOST, "--json", "--from", day, "--to", day).stdout.splitlines()] == found
    text = said(hosted, "ru_RU.UTF-8", "meet", "slots", HOST).stdout
    assert f"{day} 10:00-10:30  Hall  3 места" in text and "10:30" not in text.replace("-10:30", "") and "UTC+5" in text
    assert slots(hosted, "--from", "2020-01-01", "--to", "2020-02-01") == []
    assert hosted.convene("meet", "slots", HOST, "--from", "x", check=False).returncode == 2
    assert hosted.convene("meet", "slots", "nobody@example.org", check=False).returncode == 1


def test_a_heading_names_the_offset_at_its_times(hosted):
    soon = datetime.date.today() + datetime.timedelta(days=2)
    changes = [datetime.date(year, 10, 31) for year in (soon.year, soon.year + 1)]
    day = next(day for day in (last - datetime.timedelta(days=(last.weekday() + 1) % 7) for last in changes) if day > soon)
    add(hosted, "--hours", f"{day} 1:30-3:30", "--zone", "Europe/Berlin", "--horizon", "P400D")
    lines = said(hosted, "en_GB.UTF-8", "meet", "slots", HOST, "--from", str(day), "--to", str(day)).stdout.splitlines()
    headings = [line for line in lines if line.endswith(":")]
    assert len(headings) == 2 and "UTC+2" in headings[0] and "UTC+1" in headings[1], lines
    assert [line.split()[2] for line in lines if line not in headings] == ["01:30-02:00", "02:00-02:30", "02:30-02:00", "02:00-02:30", "02:30-03:00", "03:00-03:30"]
    assert lines.index(headings[1]) == 4


def test_check_tells_what_is_odd_about_meetings(hosted):
    """Imported bookings that overlap, and an offer without a free time; neither is a fault of the store."""
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=3)
    fine = add(hosted, "--hours", f"{soon:%Y-%m-%d} 00:00-24:00", "--zone", "Etc/UTC")
    before = said(hosted, "C.UTF-8", "check").stdout
    odd = add(hosted, "--hours", "Mo-Su 10:00-10:20", "--duration", "PT30M")
    booking = "CATEGORIES:MEETING\r\nX-CONVENED-MEETING-HOST:{}\r\nDTSTART:{}T{}Z\r\nDURATION:PT1H\r\n"
    for uid, clock in (("first@x", "100000"), ("second@x", "103000"), ("third@x", "113000")):
        hosted.convene("import", "-", stdin=event(uid, booking.format(HOST, f"{soon:%Y%m%d}", clock)))
    lines = said(hosted, "C.UTF-8", "check").stdout.splitlines()
    assert [line for line in lines if "overlap" in line] == [line for line in lines if "first@x" in line and "second@x" in line] != []
    assert f"the offer {odd} of " in "\n".join(lines) and "shorter than a meeting" in "\n".join(lines)
    assert fine not in "\n".join(lines) and set(before.splitlines()) <= set(lines)
    assert "накладываются" in said(hosted, "ru_RU.UTF-8", "check").stdout


def free_busy(daemon, path, status=200):
    reply = requests.get(daemon.url + path, timeout=30)
    assert reply.status_code == status, (path, reply.status_code)
    if status != 200:
        return None
    assert reply.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "Secret" not in reply.text and "EMAIL" not in reply.text.upper() and "ORGANIZER" not in reply.text
    calendar = icalendar.Calendar.from_ical(reply.text)
    busy, = calendar.walk("VFREEBUSY")
    periods = busy.get("FREEBUSY", [])
    periods = periods if isinstance(periods, list) else [periods]
    return [(one.params["FBTYPE"], one.to_ical().decode()) for one in periods]


def test_busy_times_are_published_as_times_only(daemon):
    daemon.convene("import", "-", stdin=CARD)
    path = f"/meet/{HOST}/freebusy?start=20260615T000000Z&end=2026-06-16T00:00:00Z"
    free_busy(daemon, path, 404)  # a contact without an offer
    daemon.convene("import", "-", stdin=OFFER)
    wait_until(lambda: requests.get(daemon.url + path, timeout=30).status_code == 200)
    assert free_busy(daemon, path) == []
    for uid, lines in (("a@x", "DTSTART:20260615T080000Z\r\nDTEND:20260615T093000Z\r\n"), ("b@x", "DTSTART:20260615T090000Z\r\nDTEND:20260615T100000Z\r\n"),
                       ("c@x", "DTSTART:20260615T093000Z\r\nDTEND:20260615T110000Z\r\nSTATUS:TENTATIVE\r\n"),
                       ("d@x", "DTSTART:20260615T230000Z\r\nDTEND:20260616T030000Z\r\n"),
                       ("e@x", "DTSTART:20260615T120000Z\r\nDTEND:20260615T130000Z\r\nTRANSP:TRANSPARENT\r\n")):
        daemon.convene("import", "-", stdin=event(uid, lines + MINE))
    expected = [("BUSY", "20260615T080000Z/20260615T100000Z"), ("BUSY-TENTATIVE", "20260615T100000Z/20260615T110000Z"),
                ("BUSY", "20260615T230000Z/20260616T000000Z")]
    assert free_busy(daemon, path) == expected
    assert free_busy(daemon, f"/meet/{HOST}.ifb?start=20260615T000000Z&end=20260616T000000Z") == expected
    assert free_busy(daemon, f"/meet/{HOST}.ifb") == []
    for bad in ("start=x", "start=20260615T000000Z&end=20260615T000000Z", "start=20260101T000000Z&end=20280101T000000Z", "start=20260615"):
        free_busy(daemon, f"/meet/{HOST}/freebusy?{bad}", 400)
    for missing in ("/meet/nobody.ifb", f"/meet/{HOST}/other", "/meet/.ifb", "/meet/"):
        free_busy(daemon, missing, 404)


def test_busy_times_of_an_unlisted_host_are_behind_the_secret_link(daemon):
    daemon.convene("import", "-", stdin=CARD)
    uid = daemon.convene("offer", "add", HOST, "--hours", "10:00-11:00", "--listed", "FALSE").stdout.strip()
    daemon.convene("import", "-", stdin=event("a@x", "DTSTART:20260615T080000Z\r\nDTEND:20260615T093000Z\r\n" + MINE))
    token = re.search(r"/meet/(\S+)", daemon.convene("meet", "link", uid).stdout).group(1)
    span = "?start=20260615T000000Z&end=20260616T000000Z"
    for path in (f"/meet/{HOST}.ifb", f"/meet/{HOST}/freebusy", f"/meet/{uid}.ifb"):
        free_busy(daemon, path + span, 404)
    for path in (f"/meet/{token}.ifb", f"/meet/{token}/freebusy"):
        assert free_busy(daemon, path + span) == [("BUSY", "20260615T080000Z/20260615T093000Z")]
    daemon.convene("offer", "set", uid, "--listed", "TRUE")
    assert free_busy(daemon, f"/meet/{HOST}.ifb{span}") == [("BUSY", "20260615T080000Z/20260615T093000Z")]
    daemon.convene("offer", "remove", uid)
    for name in (HOST, token):
        free_busy(daemon, f"/meet/{name}.ifb{span}", 404)


def test_a_group_is_no_host(hosted):
    """Its members are, one by one."""
    card = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{0}\r\nFN:Делегация\r\nKIND:group\r\n{1}END:VCARD\r\n"
    hosted.convene("import", "-", stdin=card.format("group@x", f"MEMBER:{HOST}\r\nMEMBER:mailto:else@example.org\r\n") + card.format("empty@x", ""))
    for uid, told in (("group@x", "Делегация is a group: .* members: Пётр Ильин, mailto:else@example.org"), ("empty@x", "Делегация is a group: .* KIND:org")):
        answer = said(hosted, "C.UTF-8", "offer", "add", uid, "--hours", "10:00-11:00", check=False)
        assert answer.returncode == 1 and re.search(told, answer.stderr), answer.stderr
    assert offers(hosted) == []


class Calendar(http.server.BaseHTTPRequestHandler):
    """A server that publishes when a host is busy, and counts the requests."""
    start = None
    n_requests = 0

    def do_GET(self):
        type(self).n_requests += 1
        body = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VFREEBUSY\r\nUID:x\r\nDTSTAMP:20260101T000000Z\r\n"
                f"FREEBUSY:{self.start:%Y%m%dT%H%M%SZ}/PT30M\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.mark.parametrize("allowed", ["", '"127.0.0.1"'])
def test_busy_times_are_fetched(make_site, allowed):
    """From the FBURL of a host's card; but from this machine only where the configuration allows it."""
    Calendar.start = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=3)).replace(hour=10, minute=0, second=0)
    Calendar.n_requests = 0
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Calendar)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        site = make_site(extra=f'meetings = {{ fetch_from = [ {allowed} ]; }};\n')
        url = f"http://127.0.0.1:{server.server_port}/free-busy"
        site.convene("import", "-", stdin=CARD.replace("END:VCARD", f"FBURL:{url}\r\nEND:VCARD"))
        site.start()
        add(site, "--hours", f"{Calendar.start:%Y-%m-%d} 10:00-11:00", "--zone", "Etc/UTC")
        if allowed:
            wait_until(lambda: [one["start"][11:16] for one in slots(site)] == ["10:30"])
        else:
            wait_until(lambda: "cannot be fetched: the address is of this machine" in site.log_text())
            assert [one["start"][11:16] for one in slots(site)] == ["10:00", "10:30"]
        assert Calendar.n_requests == bool(allowed)
        assert url not in site.log_text()
    finally:
        server.shutdown()
        server.server_close()
