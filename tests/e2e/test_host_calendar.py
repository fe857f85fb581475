"""Tests the calendar of meetings of a host who has an account: what a calendar program changes in it is a step of the meeting, and both are told."""

import concurrent.futures
import itertools
import json
import re
import xml.etree.ElementTree as ElementTree

import caldav
import icalendar
import pytest
import requests

from conftest import PATIENCE, Site, end, wait_until
from smtp_server import Server
from test_accounts import PASSWORD, account, add
from test_dav import NAMES, propfind, responses
from test_meetings import HOST, MOSCOW, at, invitation_in, is_free, mails, meet, offer, utc

HOME = "/dav/calendars/vera/my-meetings/"
DAYS = itertools.count(1)  # each meeting has a day of its own
ORGANIZER = "{urn:ietf:params:xml:ns:caldav}allowed-organizer-scheduling-object-change"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with Server() as server:
        site = Site(tmp_path_factory.mktemp("site"), 'time_zone = "Europe/Moscow";\nlanguage = "ru";\n',
                    f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; from = "Office <office@example.org>"; rate = 0; starttls = false;')
        site.mail = server
        site.convene("import", "-", stdin=HOST)
        for text in (offer(more="X-CONVENED-MEETING-PLACE:Зал\r\nX-CONVENED-MEETING-PLACE:Стол\r\n"), offer("offer-2", "HOST")):
            site.convene("import", "-", stdin=text)
        for name in ("vera", "anna"):
            add(site, name, "reader")
        account(site, "mail", "vera", "Host@example.org")
        yield site.start()
        end(site)


def call(site, method, path, content=None, user="vera", **headers):
    content = content.encode() if isinstance(content, str) else content
    return requests.request(method, site.url + path, data=content, auth=(user, PASSWORD), timeout=PATIENCE,
                            headers={key.replace("_", "-"): value for key, value in headers.items()})


def asked(site, name, offer_uid="offer-1"):
    """Asks for a meeting. Returns its UID, its day and its time."""
    day, clock = next(DAYS), "11:00"
    held = meet(site, "ask", offer_uid, at(clock, day), f"--address={name}@example.org", f"--name={name}", "--topic=Станки")
    meet(site, "confirm", held["uid"])
    return held["uid"], day, clock


def find(site, uid):
    """Returns the path of the copy of a meeting, its text and its headers."""
    for href, found in responses(propfind(site, HOME, "D:getetag", depth="1", user="vera")).items():
        if not href.endswith("/"):
            answer = call(site, "GET", href)
            if f"UID:{uid}" in answer.text:
                return href, answer.content.decode(), answer.headers
    return None


def put(site, href, text, etag=None, **headers):
    return call(site, "PUT", href, text, Content_Type="text/calendar; charset=utf-8", **({"If_Match": etag} if etag else {}), **headers)


def moved(text, day, clock, finish):
    """Returns a text with other times, as a program in Moscow writes them."""
    for name, value in (("DTSTART", clock), ("DTEND", finish)):
        text = re.sub(rf"{name}[:;][^\r]*", f"{name};TZID=Europe/Moscow:{at(value, day).replace('-', '').replace(':', '')}00", text)
    zone = ("BEGIN:VTIMEZONE\r\nTZID:Europe/Moscow\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\n"
            "TZNAME:MSK\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n")
    return text.replace("BEGIN:VEVENT", zone + "BEGIN:VEVENT")


def fault(answer):
    """Returns the precondition and the sentence of a refusal."""
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "{DAV:}error"
    return root[0].tag, "".join(root.itertext())


def told(site, address, subject):
    """Waits for a mail to an address, and returns the method and the event of its invitation."""
    wait_until(lambda: any(subject in mail["Subject"] for mail in mails(site.mail, address)))
    return invitation_in([mail for mail in mails(site.mail, address) if subject in mail["Subject"]][-1])


def test_a_host_sees_the_own_meetings_and_nobody_else_does(office):
    names = ("D:displayname", "D:current-user-privilege-set", "S:getctag", "D:sync-token")
    home = responses(propfind(office, "/dav/calendars/vera/", *names, depth="1", user="vera"))
    found = home[HOME]["200"]  # before the first booking, too
    assert found["{DAV:}displayname"].text == "Мои встречи"
    privileges = {element[0].tag for element in found["{DAV:}current-user-privilege-set"]}
    assert {"{DAV:}write-content", "{DAV:}unbind", "{DAV:}read"} <= privileges and not {"{DAV:}bind", "{DAV:}write"} & privileges
    assert HOME.replace("vera", "anna") not in responses(propfind(office, "/dav/calendars/anna/", *names, depth="1"))
    uid, day, clock = asked(office, "first")
    href, text, headers = find(office, uid)
    event, = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert (event["SUMMARY"], event["STATUS"], event["DESCRIPTION"], event["LOCATION"]) == ("Встреча: first", "CONFIRMED", "Станки", "Зал")
    assert event["DTSTART"].dt.strftime("%Y-%m-%dT%H:%M:%SZ") == utc(clock, day) and event["CATEGORIES"].to_ical() == b"MEETING"
    assert event["ORGANIZER"] == event["ATTENDEE"] == "mailto:host@example.org" and event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert "first@example.org" not in text and "X-CONVENED" not in text and headers["Schedule-Tag"]
    assert responses(propfind(office, HOME, "S:getctag", user="vera"))[HOME]["200"][f"{{{NAMES['S']}}}getctag"].text != found[f"{{{NAMES['S']}}}getctag"].text
    assert call(office, "GET", href, user="anna").status_code == 404 and call(office, "GET", href.replace("vera", "anna"), user="anna").status_code == 404
    for path in ("/all.ics", "/meeting.ics", f"/event/{uid}"):
        assert uid not in requests.get(office.url + path, timeout=PATIENCE).text


def test_python_caldav_moves_a_meeting_and_both_are_told(office):
    uid, day, clock = asked(office, "second")
    client = caldav.DAVClient(office.url + "/dav/", username="vera", password=PASSWORD)
    calendar, = [calendar for calendar in client.principal().calendars() if str(calendar.url).endswith("my-meetings/")]
    event = calendar.event_by_uid(uid)
    component = event.icalendar_component
    before = call(office, "GET", event.url.path).headers
    length = component["DTEND"].dt - component["DTSTART"].dt
    start = component["DTSTART"].dt.astimezone(MOSCOW).replace(hour=14)
    component["DTSTART"].dt, component["DTEND"].dt = start, start + length
    event.save()
    shown = meet(office, "show", uid)
    assert (shown["state"], shown["start"], shown["end"]) == ("BOOKED", utc("14:00", day), utc("14:30", day))
    for address in ("second@example.org", "host@example.org"):
        method, invitation = told(office, address, "Встреча перенесена")
        assert (method, invitation["UID"], invitation["DTSTART"].dt) == ("REQUEST", uid, start)
    assert ask_outcome(office, day, clock) == "done" and ask_outcome(office, day, "14:00") == "taken"
    after = call(office, "GET", event.url.path).headers
    assert before["Schedule-Tag"] != after["Schedule-Tag"] and before["ETag"] != after["ETag"]


def ask_outcome(site, day, clock):
    return meet(site, "ask", "offer-1", at(clock, day), "--address=probe@example.org", "--dry-run", check=False)["outcome"]


def test_a_move_that_cannot_be_is_refused_and_changes_nothing(office):
    uid, day, clock = asked(office, "third")
    other, other_day, other_clock = asked(office, "fourth")
    href, text, headers = find(office, uid)
    refused = put(office, href, moved(text, other_day, other_clock, other_clock[:3] + "30"), headers["ETag"], Accept_Language="en")
    assert refused.status_code == 409
    element, sentence = fault(refused)
    assert element == ORGANIZER and "The time is not free. Free times nearby: " in sentence and at(f"{other_clock[:2]}:30", other_day).replace("T", " ") in sentence
    for change in (lambda text: moved(text, day, "03:00", "03:30"), lambda text: moved(text, day, clock, "14:45"), lambda text: moved(text, -40, clock, "23:30"),
                   lambda text: text.replace("LOCATION:Зал", "LOCATION:Нигде")):
        assert fault(put(office, href, change(text)))[0] == ORGANIZER
    # The address of the visitor is refused as every other: the host cannot find it by trying addresses.
    faults = [put(office, href, text.replace("END:VEVENT", f"ATTENDEE:mailto:{name}@example.org\r\nEND:VEVENT"))
              for name in ("friend", "third", "Third", "fourth")]
    assert all(answer.status_code == 403 and fault(answer) == fault(faults[0]) for answer in faults) and fault(faults[0])[0] == ORGANIZER
    for change in (lambda text: text.replace("END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT"), 
                   lambda text: re.sub(r"DTSTART:(\d+)T\d+Z\r\nDTEND:\d+T\d+Z", r"DTSTART;VALUE=DATE:\1", text)):
        assert fault(put(office, href, change(text)))[0].endswith("}valid-calendar-object-resource")
    assert fault(put(office, href, text.replace(uid, other)))[0].endswith("}no-uid-conflict")
    assert find(office, uid)[1] == text and find(office, uid)[2]["ETag"] == headers["ETag"] and meet(office, "show", uid)["start"] == utc(clock, day)
    assert put(office, href, text, '"0-0"').status_code == 412
    for path, method, more in ((HOME + "new.ics", "PUT", {}), (href, "MOVE", {"Destination": HOME + "else.ics"}), (HOME, "DELETE", {}), (HOME, "POST", {"Content_Type": "text/calendar"})):
        assert call(office, method, path, text.replace(uid, "new-uid"), **more).status_code == 403, method
    assert meet(office, "show", uid)["revision"] == 2  # nothing was mailed


@pytest.mark.parametrize("by_status", [False, True])
def test_a_deletion_or_a_status_cancels(office, by_status):
    name = f"cancel-{by_status}".lower()
    uid, day, clock = asked(office, name)
    href, text, headers = find(office, uid)
    answer = put(office, href, text.replace("STATUS:CONFIRMED", "STATUS:CANCELLED"), headers["ETag"]) if by_status else call(office, "DELETE", href, If_Match=headers["ETag"])
    assert answer.status_code == 204 and meet(office, "show", uid)["state"] == "CANCELLED" and ask_outcome(office, day, clock) == "done"
    for address in (f"{name}@example.org", "host@example.org"):
        method, event = told(office, address, "Встреча отменена")
        assert method == "CANCEL" and event["STATUS"] == "CANCELLED"
    copy = find(office, uid)
    assert "STATUS:CANCELLED" in copy[1] if by_status else copy is None
    if by_status:
        assert call(office, "DELETE", href).status_code == 204 and find(office, uid) is None


@pytest.mark.parametrize("answer, state", [("ACCEPTED", "BOOKED"), ("DECLINED", "DECLINED")])
def test_an_answer_accepts_or_declines_a_request(office, answer, state):
    uid, day, clock = asked(office, f"answer-{state}".lower(), "offer-2")
    href, text, headers = find(office, uid)
    assert "STATUS:TENTATIVE" in text and "PARTSTAT=NEEDS-ACTION" in text and "ORGANIZER" in text and "mailto:office@example.org" in text
    changed = put(office, href, text.replace("NEEDS-ACTION", answer), headers["ETag"])
    assert changed.status_code == 204 and "ETag" not in changed.headers and meet(office, "show", uid)["state"] == state
    again = find(office, uid)[1]
    assert f"STATUS:{'CONFIRMED' if state == 'BOOKED' else 'CANCELLED'}" in again and f"PARTSTAT={answer}" in again
    if state == "BOOKED":
        assert told(office, f"answer-{state}@example.org".lower(), "Встреча")[1]["UID"] == uid


def test_another_time_of_a_request_is_proposed(office):
    uid, day, clock = asked(office, "proposal", "offer-2")
    href, text, _ = find(office, uid)
    assert put(office, href, moved(text, day, "14:30", "15:00")).status_code == 204
    shown = meet(office, "show", uid)
    assert shown["state"] == "PROPOSED" and [time["start"] for time in shown["proposed"]] == [utc("14:30", day)]


def test_what_concerns_the_host_only_is_kept_byte_for_byte(office):
    uid, day, clock = asked(office, "notes")
    href, text, headers = find(office, uid)
    count = len(mails(office.mail, "notes@example.org"))
    noted = text.replace("END:VEVENT", "X-NOTE;X-P=1:Взять образцы\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Скоро\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT").replace(
        "SUMMARY:Встреча: notes", "SUMMARY:Станки\\, важно")
    stored = put(office, href, noted, headers["ETag"])
    kept = find(office, uid)
    assert stored.status_code == 204 and kept[1] == noted and stored.headers["ETag"] == kept[2]["ETag"]
    token = propfind(office, HOME, "D:sync-token", user="vera")
    meet(office, "move", uid, at("14:00", day), "--place=Стол", check=True)
    changed = find(office, uid)[1]
    assert "X-NOTE;X-P=1:Взять образцы" in changed and "TRIGGER:-PT15M" in changed and "SUMMARY:Станки\\, важно" in changed and "LOCATION:Стол" in changed
    assert icalendar.Calendar.from_ical(changed).walk("VEVENT")[0]["DTSTART"].dt.strftime("%Y-%m-%dT%H:%M:%SZ") == utc("14:00", day)
    report = ('<D:sync-collection xmlns:D="DAV:"><D:sync-token>' + responses(token)[HOME]["200"]["{DAV:}sync-token"].text
              + "</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>")
    assert list(responses(call(office, "REPORT", HOME, report))) == [href]
    assert all("образцы" not in str(mail) for mail in mails(office.mail, "notes@example.org")[count:])
    assert put(office, href, noted, stored.headers["ETag"]).status_code == 412


def test_an_invitation_is_put_into_another_calendar(office):
    call(office, "MKCALENDAR", "/dav/calendars/anna/calendar/", user="anna")
    text = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\nUID:plan\r\nDTSTAMP:20260101T000000Z\r\n"
            "DTSTART:20300301T100000Z\r\nDTEND:20300301T110000Z\r\nSUMMARY:Plan\r\nORGANIZER:mailto:anna@example.org\r\n"
            "ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@example.org\r\nATTENDEE:mailto:host@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    assert call(office, "PUT", "/dav/calendars/anna/calendar/plan.ics", text, user="anna", Content_Type="text/calendar").status_code == 201
    copies = responses(propfind(office, "/dav/calendars/vera/calendar/", "D:getetag", depth="1", user="vera"))
    assert [href for href in copies if "UID:plan\r\n" in call(office, "GET", href).text] and not find(office, "plan\r\n")
    chosen = ('<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><schedule-default-calendar-URL xmlns="urn:ietf:params:xml:ns:caldav">'
              f"<D:href>{HOME}</D:href></schedule-default-calendar-URL></D:prop></D:set></D:propertyupdate>")
    answer = call(office, "PROPPATCH", "/dav/calendars/vera/inbox/", chosen)
    assert answer.status_code == 207 and "valid-schedule-default-calendar-URL" in answer.text


def test_replays_of_thunderbird_and_apple_move(office):
    """Thunderbird writes the event anew with its zone and X-MOZ lines and keeps SEQUENCE; macOS has no DTSTAMP of its own, and DURATION."""
    uid, day, clock = asked(office, "thunder")
    href, text, headers = find(office, uid)
    bird = moved(text, day, "14:00", "14:30").replace("END:VEVENT", "X-MOZ-GENERATION:1\r\nX-MOZ-LASTACK:20261129T100000Z\r\nEND:VEVENT")
    answer = put(office, href, bird, headers["ETag"])
    assert answer.status_code == 204 and find(office, uid)[1] == bird and meet(office, "show", uid)["start"] == utc("14:00", day)
    again = put(office, href, bird, answer.headers["ETag"])  # the answer was lost, and the program tries again
    assert again.status_code == 204 and meet(office, "show", uid)["revision"] == 3
    apple = re.sub(r"DTEND;[^\r]*", "DURATION:PT30M", moved(text, day, "14:30", "15:00")).replace("VERSION:2.0", "VERSION:2.0\r\nCALSCALE:GREGORIAN").replace(
        "END:VEVENT", "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC\r\nTRANSP:OPAQUE\r\nSEQUENCE:9\r\nEND:VEVENT")
    apple = re.sub(r"SEQUENCE:[0-8]\r\n", "", apple)
    answer = put(office, href, apple, If_Schedule_Tag_Match=again.headers["Schedule-Tag"])
    assert answer.status_code == 204, answer.text
    assert meet(office, "show", uid)["start"] == utc("14:30", day)
    assert put(office, href, bird, If_Schedule_Tag_Match=again.headers["Schedule-Tag"]).status_code == 412


def test_two_programs_that_want_one_time_do_not_both_get_it(office):
    wanted, target_day = [asked(office, f"race-{number}") for number in range(4)], 33
    copies = [find(office, uid) for uid, _, _ in wanted]
    with concurrent.futures.ThreadPoolExecutor(4) as programs:
        answers = list(programs.map(lambda copy: put(office, copy[0], moved(copy[1], target_day, "10:00", "10:30")), copies))
    assert sorted(answer.status_code for answer in answers) == [204, 409, 409, 409]
    starts = [meet(office, "show", uid)["start"] for uid, _, _ in wanted]
    assert starts.count(utc("10:00", target_day)) == 1


def test_the_calendar_follows_the_address_of_the_account(office):
    uid, _, _ = asked(office, "follow")
    account(office, "mail", "vera", "")
    assert find(office, uid) is None
    account(office, "mail", "anna", "host@example.org")
    assert uid in call(office, "GET", find_of(office, "anna", uid), user="anna").text
    account(office, "mail", "anna", "")
    account(office, "mail", "vera", "host@example.org")
    assert find(office, uid)
    assert json.loads(office.convene("meet", "show", uid, "--json").stdout)["state"] == "BOOKED"


def find_of(site, user, uid):
    home = HOME.replace("vera", user)
    return next(href for href in responses(propfind(site, home, "D:getetag", depth="1", user=user))
                if not href.endswith("/") and uid in call(site, "GET", href, user=user).text)


OFFERS = "/dav/calendars/editor/offers/"


def test_an_editor_writes_offers(office):
    add(office, "editor")
    kept = responses(propfind(office, OFFERS, "C:supported-calendar-component-set", "D:displayname", user="editor", depth="1"))
    assert kept[OFFERS]["200"]["{DAV:}displayname"].text == "Часы для встреч" and OFFERS + "offer-1.ics" in kept
    assert [comp.get("name") for comp in kept[OFFERS]["200"]["{urn:ietf:params:xml:ns:caldav}supported-calendar-component-set"]] == ["VAVAILABILITY"]
    assert OFFERS.replace("editor", "anna") not in responses(propfind(office, "/dav/calendars/anna/", "D:displayname", depth="1"))
    text = offer("offer-3", "HOST", "SUMMARY:Стенд\r\nX-CONVENED-MEETING-LISTED:FALSE\r\n").replace("T150000", "T120000")
    answer = put_as(office, OFFERS + "mine.ics", text, If_None_Match="*")
    assert answer.status_code == 201 and call(office, "GET", OFFERS + "mine.ics", user="editor").content.decode() == text
    assert answer.headers["ETag"] == call(office, "GET", OFFERS + "mine.ics", user="editor").headers["ETag"]
    shown = json.loads(office.convene("offer", "show", "offer-3", "--json").stdout)
    assert shown["uid"] == "offer-3" and "Стенд" in json.dumps(shown, ensure_ascii=False)
    for change, sentence in ((("MEETING-HOST:host-1", "MEETING-HOST:nobody"), "host"), (("SUMMARY:Стенд", "X-CONVENED-MEETING-EVENT:nothing"), "event")):
        refused = put_as(office, OFFERS + "mine.ics", text.replace(*change), Accept_Language="en")
        assert refused.status_code == 403 and sentence in fault(refused)[1] and fault(refused)[0].endswith("}valid-calendar-object-resource")
    assert fault(put_as(office, OFFERS + "mine.ics", text.replace("DURATION:PT30M", "DURATION:P9D")))[0].endswith("}valid-calendar-data")
    event = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:e\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20300101T000000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    assert fault(put_as(office, OFFERS + "e.ics", event))[0].endswith("}supported-calendar-component")
    assert fault(put_as(office, "/dav/calendars/editor/events/o.ics", text.replace("offer-3", "offer-4")))[0].endswith("}supported-calendar-component")
    assert put_as(office, OFFERS + "mine.ics", text.replace("Стенд", "Зал"), If_Match=answer.headers["ETag"]).status_code == 204
    assert put_as(office, OFFERS + "mine.ics", text, If_Match=answer.headers["ETag"]).status_code == 412
    assert call(office, "DELETE", OFFERS + "mine.ics", user="editor").status_code == 204
    assert office.convene("offer", "show", "offer-3", check=False).returncode == 1


def put_as(site, path, text, **headers):
    return call(site, "PUT", path, text, "editor", Content_Type="text/calendar", **headers)


def test_the_inbox_keeps_the_hours_of_a_program(office):
    """calendar-availability (RFC 7953, 7.2.4): Apple's calendar sets the hours of its owner there."""
    hours = offer("own-hours").replace("X-CONVENED-MEETING-HOST:host-1\r\n", "")
    body = f'<D:propertyupdate xmlns:D="DAV:" xmlns:C="{NAMES["C"]}"><D:set><D:prop><C:calendar-availability>{hours}</C:calendar-availability></D:prop></D:set></D:propertyupdate>'
    inbox = "/dav/calendars/vera/inbox/"
    assert "HTTP/1.1 200" in call(office, "PROPPATCH", inbox, body).text
    kept = responses(propfind(office, inbox, "C:calendar-availability", user="vera"))[inbox]["200"][f"{{{NAMES['C']}}}calendar-availability"].text
    assert kept.replace("\r", "") == hours.replace("\r", "")
    assert office.convene("show", "own-hours", check=False).returncode == 1  # it is no offer


def test_a_copy_goes_with_the_person_who_is_erased(office):
    uid, _, _ = asked(office, "leaver")
    office.convene("import", "-", stdin=HOST.replace("host-1", "leaver-1").replace("host@", "leaver@").replace("Вера", "Лев"))
    href, text, _ = find(office, uid)
    assert call(office, "COPY", href, Destination="/dav/calendars/vera/mine/x.ics").status_code == 409  # no such calendar
    assert call(office, "MKCALENDAR", "/dav/calendars/vera/mine/").status_code == 201
    assert call(office, "COPY", href, Destination="/dav/calendars/vera/mine/x.ics").status_code == 403
    assert call(office, "COPY", href, Destination=HOME + "x.ics").status_code == 403 and find(office, uid)[1] == text
    meet(office, "cancel", uid)
    assert "STATUS:CANCELLED" in find(office, uid)[1]
    office.convene("contact", "erase", "leaver-1")
    assert find(office, uid) is None and call(office, "GET", href).status_code == 404
