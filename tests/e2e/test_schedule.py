"""Tests scheduling (RFC 6638): inbox and outbox, invitations, answers and cancellations between accounts and by mail."""

import email
import email.policy
import json
import re
import signal
import xml.etree.ElementTree as ElementTree

import caldav
import icalendar
import pytest
import requests

from conftest import PATIENCE, Site, end, wait_until
from smtp_server import Server
from test_accounts import PASSWORD, account, add
from test_dav import NAMES, propfind

GUEST = "guest@elsewhere.example.org"
C = "{urn:ietf:params:xml:ns:caldav}"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with Server() as server:
        directory = tmp_path_factory.mktemp("site")
        mailbox = directory / "mailbox"
        for name in ("cur", "new", "tmp"):
            (mailbox / name).mkdir(parents=True)
        site = Site(directory, f'bounces = {{ mailbox = "maildir:{mailbox}"; address = "bounces@example.org"; interval = "PT1S"; }};\n',
                    f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; from = "Office <office@example.org>"; rate = 0; starttls = false;')
        for name in ("anna", "boris", "vera", "galina", "dora"):
            add(site, name)
        account(site, "mail", "galina", "G.Orlova@partner.example.org")
        site.mail, site.mailbox = server, mailbox
        yield site.start()
        end(site)


def call(site, method, path, content=None, user="anna", **headers):
    content = content.encode() if isinstance(content, str) else content
    return requests.request(method, site.url + path, data=content, auth=(user, PASSWORD), timeout=PATIENCE, headers={
        key.replace("_", "-"): value for key, value in headers.items()}, allow_redirects=False)


def meeting(uid, attendees, more="", summary="Plan", start="20300301T100000Z", finish="20300301T110000Z", organizer="mailto:anna@example.org", overrides=""):
    lines = "".join(f"ATTENDEE{params}:{address}\r\n" for address, params in attendees.items())
    return (f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n"
            f"DTSTART:{start}\r\nDTEND:{finish}\r\nSUMMARY:{summary}\r\nORGANIZER:{organizer}\r\n{lines}{more}END:VEVENT\r\n{overrides}END:VCALENDAR\r\n")


ANNA, BORIS, VERA = ({f"mailto:{name}@example.org": f";PARTSTAT={partstat}"} for name, partstat in
                     (("anna", "ACCEPTED"), ("boris", "NEEDS-ACTION"), ("vera", "NEEDS-ACTION")))


def put(site, path, text, user="anna", status=(201, 204), **headers):
    answer = call(site, "PUT", path, text, user, Content_Type="text/calendar", **headers)
    assert answer.status_code in status, (answer.status_code, answer.text)
    return answer


def make_calendar(site, user):
    call(site, "MKCALENDAR", f"/dav/calendars/{user}/calendar/", None, user)


def members(site, user, collection="calendar"):
    answer = call(site, "PROPFIND", f"/dav/calendars/{user}/{collection}/", None, user, Depth="1")
    assert answer.status_code == 207, answer.text
    hrefs = [element.text for element in ElementTree.fromstring(answer.content).iterfind("D:response/D:href", NAMES)]
    return [href for href in hrefs if not href.endswith("/")]


def objects(site, user, collection="calendar"):
    return [icalendar.Calendar.from_ical(call(site, "GET", href, None, user).text) for href in members(site, user, collection)]


def find(site, user, uid, collection="calendar"):
    return [found for found in objects(site, user, collection) if found.walk("VEVENT")[0]["UID"] == uid]


def one(site, user, uid):
    (found,) = find(site, user, uid)
    return found


def href_of(site, user, uid):
    (href,) = [href for href in members(site, user) if f"UID:{uid}\r\n" in call(site, "GET", href, None, user).text]
    return href


def attendee(component, name):
    lines = component["ATTENDEE"] if isinstance(component["ATTENDEE"], list) else [component["ATTENDEE"]]
    return next(line for line in lines if name in line.lower())


def messages(site, user, uid):
    return [str(found["METHOD"]) for found in find(site, user, uid, "inbox")]


def mails(site, uid):
    found = []
    for message in site.mail.messages:
        parsed = email.message_from_bytes(message, policy=email.policy.default)
        for part in parsed.walk():
            if part.get_content_type() == "text/calendar" and f"UID:{uid}\r\n" in part.get_content().replace("\n", "\r\n").replace("\r\r", "\r"):
                found.append((parsed, part, icalendar.Calendar.from_ical(part.get_content())))
    return found


def receive(site, *texts):
    """Puts messages into the mailbox, which are read in the order of their names."""
    for text in texts:
        site.n_received = getattr(site, "n_received", 0) + 1
        name = f"{site.n_received:03}.message"
        (site.mailbox / "tmp" / name).write_text(text, encoding="utf-8", newline="")
        (site.mailbox / "tmp" / name).rename(site.mailbox / "new" / name)


def element(answer):
    return ElementTree.fromstring(answer.content)[0].tag.partition("}")[2]


def test_discovery(office):
    answer = call(office, "OPTIONS", "/dav/principals/anna/")
    assert "calendar-auto-schedule" in answer.headers["DAV"]
    principal = caldav.DAVClient(office.url + "/dav/", username="anna", password=PASSWORD).principal()
    assert str(principal.schedule_inbox().url).endswith("/dav/calendars/anna/inbox/")
    assert str(principal.schedule_outbox().url).endswith("/dav/calendars/anna/outbox/")
    for box in ("inbox", "outbox"):
        answer = call(office, "PROPFIND", f"/dav/calendars/anna/{box}/", None, Depth="0")
        assert f"schedule-{box}" in answer.text and answer.status_code == 207, answer.text
        assert call(office, "MKCALENDAR", f"/dav/calendars/anna/{box}/").status_code in (403, 405)
        assert call(office, "PUT", f"/dav/calendars/anna/{box}/x.ics", meeting("x", ANNA)).status_code in (403, 405)
    privileges = call(office, "PROPFIND", "/dav/calendars/anna/outbox/", "<D:propfind xmlns:D='DAV:'><D:prop><D:current-user-privilege-set/></D:prop></D:propfind>", Depth="0").text
    assert "schedule-send-freebusy" in privileges and "schedule-deliver" not in privileges


def test_accounts_invite_move_answer_and_cancel(office):
    make_calendar(office, "anna")
    path = "/dav/calendars/anna/calendar/life.ics"
    answer = put(office, path, meeting("life", {**ANNA, **BORIS, **VERA}))
    assert "ETag" not in answer.headers and answer.headers["Schedule-Tag"]
    own = one(office, "anna", "life").walk("VEVENT")[0]
    assert attendee(own, "boris").params["SCHEDULE-STATUS"] == "1.2"
    copy = one(office, "boris", "life").walk("VEVENT")[0]
    assert copy["SUMMARY"] == "Plan" and "SCHEDULE-STATUS" not in attendee(copy, "boris").params
    assert messages(office, "boris", "life") == ["REQUEST"] and messages(office, "anna", "life") == []
    # Boris accepts: the organizer sees it, Vera too, and the organizer's schedule tag is the same.
    tag = call(office, "GET", path).headers["Schedule-Tag"]
    href = href_of(office, "boris", "life")
    text = call(office, "GET", href, None, "boris").text
    put(office, href, text.replace("NEEDS-ACTION:mailto:boris", "ACCEPTED:mailto:boris"), "boris")
    assert attendee(one(office, "anna", "life").walk("VEVENT")[0], "boris").params["PARTSTAT"] == "ACCEPTED"
    assert attendee(one(office, "vera", "life").walk("VEVENT")[0], "boris").params["PARTSTAT"] == "ACCEPTED"
    assert messages(office, "anna", "life") == ["REPLY"]
    changed = call(office, "GET", path)
    assert changed.headers["Schedule-Tag"] == tag
    # A client with the old text, but the schedule tag, loses no answer.
    put(office, path, meeting("life", {**ANNA, **BORIS, **VERA}, "LOCATION:Hall\r\n"), If_Schedule_Tag_Match=tag)
    own = one(office, "anna", "life").walk("VEVENT")[0]
    assert attendee(own, "boris").params["PARTSTAT"] == "ACCEPTED" and own["LOCATION"] == "Hall"
    assert put(office, path, meeting("life", ANNA), status=(412,), If_Schedule_Tag_Match=tag).status_code == 412
    # A move: the others must answer again.
    put(office, path, meeting("life", {**ANNA, **BORIS, **VERA}, start="20300302T100000Z", finish="20300302T110000Z"))
    copy = one(office, "boris", "life").walk("VEVENT")[0]
    assert copy["DTSTART"].dt.day == 2 and attendee(copy, "boris").params["PARTSTAT"] == "NEEDS-ACTION" and copy["SEQUENCE"] == 1
    # Vera is removed, then all is cancelled.
    put(office, path, meeting("life", {**ANNA, **BORIS}, "SEQUENCE:1\r\n", start="20300302T100000Z", finish="20300302T110000Z"))
    assert one(office, "vera", "life").walk("VEVENT")[0]["STATUS"] == "CANCELLED" and messages(office, "vera", "life")[-1:] != []
    assert call(office, "DELETE", path).status_code == 204
    assert one(office, "boris", "life").walk("VEVENT")[0]["STATUS"] == "CANCELLED"
    assert sorted(messages(office, "boris", "life")) == ["CANCEL"] + 4 * ["REQUEST"]  # the removal of Vera is news for Boris, too


def test_attendees_change_only_what_is_theirs(office):
    put(office, "/dav/calendars/anna/calendar/rights.ics", meeting("rights", {**ANNA, **BORIS}))
    href = href_of(office, "boris", "rights")
    text = call(office, "GET", href, None, "boris").text
    refused = put(office, href, text.replace("SUMMARY:Plan", "SUMMARY:Mine"), "boris", (403,))
    assert element(refused) == "allowed-attendee-scheduling-object-change"
    alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT"
    put(office, href, text.replace("END:VEVENT", alarm), "boris")
    assert messages(office, "anna", "rights") == []
    # The alarm stays when the organizer changes the meeting.
    put(office, "/dav/calendars/anna/calendar/rights.ics", meeting("rights", {**ANNA, **BORIS}, summary="Other"))
    copy = one(office, "boris", "rights")
    assert copy.walk("VALARM") and copy.walk("VEVENT")[0]["SUMMARY"] == "Other"
    refused = put(office, "/dav/calendars/anna/calendar/rights.ics", meeting("rights", {**ANNA, **BORIS}, organizer="mailto:vera@example.org"), status=(403,))
    assert element(refused) == "allowed-organizer-scheduling-object-change"
    twice = meeting("rights2", {**ANNA, **BORIS}, "RRULE:FREQ=DAILY;COUNT=3\r\n", overrides=(
        "BEGIN:VEVENT\r\nUID:rights2\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID:20300302T100000Z\r\nDTSTART:20300302T120000Z\r\n"
        "ORGANIZER:mailto:boris@example.org\r\nATTENDEE:mailto:anna@example.org\r\nEND:VEVENT\r\n"))
    assert element(put(office, "/dav/calendars/anna/calendar/rights2.ics", twice, status=(403,))) == "same-organizer-in-all-components"
    call(office, "MKCALENDAR", "/dav/calendars/anna/second/")
    refused = put(office, "/dav/calendars/anna/second/again.ics", meeting("rights", {**ANNA, **BORIS}), status=(403,))
    assert element(refused) == "unique-scheduling-object-resource" and "calendar/rights.ics" in refused.text
    # The deletion of a copy declines, unless the client says otherwise.
    assert call(office, "DELETE", href, None, "boris").status_code == 204
    assert attendee(one(office, "anna", "rights").walk("VEVENT")[0], "boris").params["PARTSTAT"] == "DECLINED"
    put(office, "/dav/calendars/anna/calendar/silent.ics", meeting("silent", {**ANNA, **BORIS}))
    assert call(office, "DELETE", href_of(office, "boris", "silent"), None, "boris", Schedule_Reply="F").status_code == 204
    assert attendee(one(office, "anna", "silent").walk("VEVENT")[0], "boris").params["PARTSTAT"] == "NEEDS-ACTION"


def test_the_sequence_is_the_organizer_s(office):
    """A program may raise the SEQUENCE of the participant's copy: later changes of the organizer are not older than it."""
    path = "/dav/calendars/anna/calendar/counted.ics"
    put(office, path, meeting("counted", {**ANNA, **BORIS}))
    href = href_of(office, "boris", "counted")
    text = call(office, "GET", href, None, "boris").text
    put(office, href, text.replace("NEEDS-ACTION:mailto:boris", "ACCEPTED:mailto:boris").replace("END:VEVENT", "SEQUENCE:9\r\nEND:VEVENT"), "boris")
    assert attendee(one(office, "anna", "counted").walk("VEVENT")[0], "boris").params["PARTSTAT"] == "ACCEPTED"
    assert one(office, "boris", "counted").walk("VEVENT")[0].get("SEQUENCE", 0) == 0
    put(office, path, meeting("counted", {**ANNA, **BORIS}, start="20300302T100000Z", finish="20300302T110000Z"))
    copy = one(office, "boris", "counted").walk("VEVENT")[0]
    assert copy["DTSTART"].dt.day == 2 and copy["SEQUENCE"] == 1
    # A copy that is put anew has no higher SEQUENCE either.
    assert call(office, "DELETE", href, None, "boris", Schedule_Reply="F").status_code == 204
    put(office, href, text.replace("20300301", "20300302").replace("END:VEVENT", "SEQUENCE:9\r\nEND:VEVENT"), "boris")
    put(office, path, meeting("counted", {**ANNA, **BORIS}, "SEQUENCE:2\r\n", start="20300303T100000Z", finish="20300303T110000Z"))
    assert one(office, "boris", "counted").walk("VEVENT")[0]["DTSTART"].dt.day == 3


def test_an_attendee_delegates(office):
    """RFC 5546, 3.2.2.3: the organizer gets the answer, the delegate an invitation, and the answer of the delegate counts."""
    def delegated(text, address, more=""):
        line, = [line for line in text.replace("\r\n ", "").split("\r\n") if line.startswith("ATTENDEE") and line.endswith(":mailto:boris@example.org")]
        return text.replace("\r\n ", "").replace(line + "\r\n", f'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:{address}":mailto:boris@example.org\r\n{more}')

    put(office, "/dav/calendars/anna/calendar/given.ics", meeting("given", {**ANNA, **BORIS}))
    href = href_of(office, "boris", "given")
    text = call(office, "GET", href, None, "boris").text
    crasher = "ATTENDEE:mailto:dora@example.org\r\n"
    refused = put(office, href, delegated(text, "vera@example.org", crasher), "boris", (403,))
    assert element(refused) == "allowed-attendee-scheduling-object-change"
    put(office, href, delegated(text, "vera@example.org", 'ATTENDEE;RSVP=TRUE;DELEGATED-FROM="mailto:boris@example.org":mailto:vera@example.org\r\n'), "boris")
    event, = one(office, "anna", "given").walk("VEVENT")
    assert attendee(event, "boris").params["PARTSTAT"] == "DELEGATED" and "vera@example.org" in str(attendee(event, "boris").params["DELEGATED-TO"])
    assert "boris@example.org" in str(attendee(event, ":vera").params["DELEGATED-FROM"]) and attendee(event, ":vera").params["PARTSTAT"] == "NEEDS-ACTION"
    assert messages(office, "anna", "given") == ["REPLY"] and messages(office, "vera", "given") == ["REQUEST"]
    copy = one(office, "vera", "given").walk("VEVENT")[0]
    assert copy["ORGANIZER"] == event["ORGANIZER"] and attendee(copy, ":boris").params["PARTSTAT"] == "DELEGATED"
    href = href_of(office, "vera", "given")
    line, = [line for line in call(office, "GET", href, None, "vera").text.replace("\r\n ", "").split("\r\n") if line.endswith(":mailto:vera@example.org")]
    text = call(office, "GET", href, None, "vera").text.replace("\r\n ", "")
    put(office, href, text.replace(line, 'ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM="mailto:boris@example.org":mailto:vera@example.org'), "vera")
    assert attendee(one(office, "anna", "given").walk("VEVENT")[0], ":vera").params["PARTSTAT"] == "ACCEPTED"
    # A delegate outside of the office gets a mail, whose answers go to the organizer. The program may leave the new line to the server.
    put(office, "/dav/calendars/anna/calendar/passed.ics", meeting("passed", {**ANNA, **BORIS}))
    href = href_of(office, "boris", "passed")
    put(office, href, delegated(call(office, "GET", href, None, "boris").text, GUEST), "boris")
    wait_until(lambda: len(mails(office, "passed")) == 1)
    message, part, invitation = mails(office, "passed")[0]
    event, = invitation.walk("VEVENT")
    assert message["To"] == GUEST and part.get_param("method") == "REQUEST" and "boris" in str(attendee(event, f":{GUEST}").params["DELEGATED-FROM"])
    receive(office, f"From: <{GUEST}>\r\nTo: {event['ORGANIZER'][7:]}\r\nMIME-Version: 1.0\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n"
                    f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//g//g//EN\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:passed\r\nDTSTAMP:20290101T000000Z\r\n"
                    f"DTSTART:20300301T100000Z\r\nSEQUENCE:0\r\nORGANIZER:{event['ORGANIZER']}\r\nATTENDEE;PARTSTAT=TENTATIVE:mailto:{GUEST}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    wait_until(lambda: attendee(one(office, "anna", "passed").walk("VEVENT")[0], f":{GUEST}").params["PARTSTAT"] == "TENTATIVE")
    # Another delegate takes the place of the former one, who is told, in the calendar or by mail.
    for address, user, methods in (("vera@example.org", None, ["CANCEL", "REQUEST"]), (GUEST, "vera", ["CANCEL", "REQUEST", "REQUEST"])):
        href = href_of(office, "boris", "passed")
        put(office, href, delegated(call(office, "GET", href, None, "boris").text, address), "boris")
        assert [line.lower() for line in map(str, one(office, "anna", "passed").walk("VEVENT")[0]["ATTENDEE"])] == [
            "mailto:anna@example.org", "mailto:boris@example.org", f"mailto:{address}"]
        if user:
            assert messages(office, user, "passed")[-1:] and one(office, user, "passed").walk("VEVENT")[0].get("STATUS") == "CANCELLED"
        wait_until(lambda: sorted(part.get_param("method") for message, part, _ in mails(office, "passed") if message["To"] == GUEST) == methods)  # noqa: B023
    # Nobody is invited in the name of an organizer who has no such meeting.
    make_calendar(office, "boris")
    put(office, "/dav/calendars/boris/calendar/forged.ics", meeting("forged", {**ANNA, "mailto:boris@example.org": f';PARTSTAT=DELEGATED;DELEGATED-TO="mailto:{GUEST}"'}), "boris")
    rows = [json.loads(line) for line in office.convene("outbox", "--json", "--limit=1000").stdout.splitlines()]
    assert any(row["event"] == "passed" for row in rows) and not any(row["event"] == "forged" for row in rows)


def test_the_deletion_of_an_invitation_from_elsewhere_declines_it(office):
    """The invitation was never answered (RFC 6638, 3.2.2.3)."""
    for uid, headers in (("from-elsewhere", {}), ("from-elsewhere-silent", {"Schedule_Reply": "F"})):
        path = f"/dav/calendars/anna/calendar/{uid}.ics"
        put(office, path, meeting(uid, {"mailto:anna@example.org": ";PARTSTAT=NEEDS-ACTION"}, organizer=f"mailto:{GUEST}"))
        assert call(office, "DELETE", path, **headers).status_code == 204
    wait_until(lambda: mails(office, "from-elsewhere"))
    message, part, reply = mails(office, "from-elsewhere")[0]
    assert message["To"] == GUEST and part.get_param("method") == "REPLY"
    assert attendee(reply.walk("VEVENT")[0], "anna").params["PARTSTAT"] == "DECLINED"
    outbox = office.convene("outbox", "--json", "--limit=1000").stdout
    assert '"from-elsewhere"' in outbox and '"from-elsewhere-silent"' not in outbox


def test_the_reply_to_a_put_has_the_text_that_is_stored(office):
    make_calendar(office, "anna")
    path = "/dav/calendars/anna/calendar/represented.ics"
    answer = put(office, path, meeting("represented", ANNA | BORIS, f"DESCRIPTION:{'long ' * 10}\r\n"), Prefer="return=representation")
    assert answer.headers["Preference-Applied"] == "return=representation" and "SCHEDULE-STATUS" in answer.text
    assert answer.content == call(office, "GET", path).content


def test_a_move_to_another_calendar(office):
    """To another own calendar: nobody is told, and the schedule goes on there. To the office: the attendees are invited again."""
    call(office, "MKCALENDAR", "/dav/calendars/anna/third/")
    path, moved = "/dav/calendars/anna/calendar/moved.ics", "/dav/calendars/anna/third/moved.ics"
    put(office, path, meeting("moved", {**ANNA, **BORIS}))
    tag = call(office, "GET", path).headers["Schedule-Tag"]
    answer = call(office, "MOVE", path, Destination=office.url + moved)
    assert answer.status_code == 201 and answer.headers["Schedule-Tag"] == tag, answer.text
    assert call(office, "GET", moved).headers["Schedule-Tag"] == tag
    assert messages(office, "boris", "moved") == ["REQUEST"]
    href = href_of(office, "boris", "moved")
    put(office, href, call(office, "GET", href, None, "boris").text.replace("NEEDS-ACTION:mailto:boris", "ACCEPTED:mailto:boris"), "boris")
    event, = icalendar.Calendar.from_ical(call(office, "GET", moved).text).walk("VEVENT")
    assert attendee(event, "boris").params["PARTSTAT"] == "ACCEPTED"
    office_path = "/dav/calendars/anna/events/moved.ics"
    answer = call(office, "MOVE", moved, Destination=office.url + office_path)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Schedule-Tag"] == call(office, "GET", office_path).headers["Schedule-Tag"] != tag
    assert call(office, "GET", moved).status_code == 404
    assert messages(office, "boris", "moved") == ["REQUEST", "REQUEST"]
    assert call(office, "DELETE", office_path).status_code == 204
    assert sorted(messages(office, "boris", "moved")) == ["CANCEL", "REQUEST", "REQUEST"]


def test_the_default_calendar_is_chosen(office):
    """schedule-default-calendar-URL, before and after the inbox is made; a chosen calendar that is deleted counts as none (RFC 6638, 9.2)."""
    def choose(href, path="/dav/calendars/dora/inbox/"):
        return call(office, "PROPPATCH", path, f"<D:propertyupdate xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><D:set><D:prop><C:schedule-default-calendar-URL>"
                    f"<D:href>{href}</D:href></C:schedule-default-calendar-URL></D:prop></D:set></D:propertyupdate>", "dora").text

    def chosen():
        answer = call(office, "PROPFIND", "/dav/calendars/dora/inbox/", "<D:propfind xmlns:D='DAV:'><D:prop><C:schedule-default-calendar-URL "
                      "xmlns:C='urn:ietf:params:xml:ns:caldav'/></D:prop></D:propfind>", "dora", Depth="0")
        return ElementTree.fromstring(answer.content).findtext(f".//{C}schedule-default-calendar-URL/{{DAV:}}href")

    def invite(uid):
        put(office, f"/dav/calendars/anna/calendar/{uid}.ics", meeting(uid, {**ANNA, "mailto:dora@example.org": ""}))

    make_calendar(office, "dora")
    call(office, "MKCALENDAR", "/dav/calendars/dora/work/", None, "dora")
    assert chosen() == "/dav/calendars/dora/calendar/"
    assert "200 OK" in choose("/dav/calendars/dora/work/") and chosen() == "/dav/calendars/dora/work/"
    for href in ("/dav/calendars/dora/nothing/", "/dav/calendars/dora/events/", "/dav/calendars/dora/inbox/", "/dav/calendars/dora/work/x.ics", "mailto:x@example.org"):
        answer = choose(href)
        assert "403" in answer and "valid-schedule-default-calendar-URL" in answer, (href, answer)
    assert "cannot-modify-protected-property" in choose("/dav/calendars/dora/work/", "/dav/calendars/dora/work/")
    invite("chosen-1")
    assert find(office, "dora", "chosen-1", "work") and not find(office, "dora", "chosen-1") and chosen() == "/dav/calendars/dora/work/"
    assert call(office, "DELETE", "/dav/calendars/dora/work/", None, "dora").status_code == 204
    assert chosen() == "/dav/calendars/dora/calendar/"
    invite("chosen-2")
    assert find(office, "dora", "chosen-2")


def test_instances_of_series(office):
    path = "/dav/calendars/anna/calendar/series.ics"
    rule = "RRULE:FREQ=DAILY;COUNT=5\r\n"
    put(office, path, meeting("series", {**ANNA, **BORIS}, rule))
    put(office, path, meeting("series", {**ANNA, **BORIS}, rule + "EXDATE:20300303T100000Z\r\n"))
    master, = one(office, "boris", "series").walk("VEVENT")
    assert master["EXDATE"].dts[0].dt.day == 3
    cancelled = [found for found in find(office, "boris", "series", "inbox") if found["METHOD"] == "CANCEL"]
    assert cancelled[0].walk("VEVENT")[0]["RECURRENCE-ID"].dt.day == 3
    # Boris declines one instance; the organizer gets an override.
    href = href_of(office, "boris", "series")
    text = call(office, "GET", href, None, "boris").text
    put(office, href, text.replace("EXDATE:20300303T100000Z", "EXDATE:20300303T100000Z\r\nEXDATE:20300304T100000Z"), "boris")
    override = [component for component in one(office, "anna", "series").walk("VEVENT") if "RECURRENCE-ID" in component]
    assert override[0]["RECURRENCE-ID"].dt.day == 4 and attendee(override[0], "boris").params["PARTSTAT"] == "DECLINED"
    assert override[0].decoded("DURATION").total_seconds() == 3600


def test_mails_to_others_and_their_answers(office):
    path = "/dav/calendars/anna/calendar/mail.ics"
    guest = {f"mailto:{GUEST}": ";PARTSTAT=NEEDS-ACTION;RSVP=TRUE"}
    put(office, path, meeting("mail-1", {**ANNA, **guest}))
    assert attendee(one(office, "anna", "mail-1").walk("VEVENT")[0], "guest").params["SCHEDULE-STATUS"] == "1.1"
    wait_until(lambda: len(mails(office, "mail-1")) == 1)
    message, part, invitation = mails(office, "mail-1")[0]
    assert part.get_param("method") == "REQUEST" and invitation["METHOD"] == "REQUEST" and message["To"] == GUEST
    event, = invitation.walk("VEVENT")
    assert re.fullmatch(r"mailto:bounces\+[0-9a-f]+@example\.org", event["ORGANIZER"])
    assert "SCHEDULE-STATUS" not in attendee(event, "guest").params
    reply = (f"From: <{GUEST}>\r\nTo: {event['ORGANIZER'][7:]}\r\nSubject: Re\r\nMIME-Version: 1.0\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n"
             f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//g//g//EN\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:mail-1\r\nDTSTAMP:20290101T000000Z\r\n"
             f"DTSTART:20300301T100000Z\r\nSEQUENCE:0\r\nORGANIZER:{event['ORGANIZER']}\r\nATTENDEE;PARTSTAT=ACCEPTED:MAILTO:{GUEST.upper()}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    declined = reply.replace("ACCEPTED", "DECLINED")
    refused = [
        (re.sub(r"\+[0-9a-f]{20}", "+" + "0" * 20, declined), "not sent to the address with the secret"),
        (declined.replace(f"From: <{GUEST}>", "From: <mallory@example.org>"), "not sent by the reader"),
        (declined.replace(f"From: <{GUEST}>", f"From: <{GUEST}>, <mallory@example.org>"), "not sent by the reader"),
        (declined.replace(f"From: <{GUEST}>\r\n", ""), "not sent by the reader"),
    ]
    receive(office, *(text for text, _ in refused), reply.replace(f"From: <{GUEST}>", f"From: Aide <aide@example.org>\r\nSender: <{GUEST.upper()}>"))
    wait_until(lambda: attendee(one(office, "anna", "mail-1").walk("VEVENT")[0], "guest").params["PARTSTAT"] == "ACCEPTED")
    assert messages(office, "anna", "mail-1") == ["REPLY"]
    receive(office, declined)  # of the same time as the one that counted
    put(office, path, one(office, "anna", "mail-1").to_ical().replace(b"T100000Z", b"T103000Z").decode())
    wait_until(lambda: len(mails(office, "mail-1")) == 2)
    assert (moved := mails(office, "mail-1")[1][2].walk("VEVENT")[0])["SEQUENCE"] == 1 and moved["ORGANIZER"] == event["ORGANIZER"]
    receive(office, declined.replace("20290101", "20290102"))
    expected = [f"meeting mail-1 of anna changes nothing: it was {why} of the invitation" for _, why in refused]
    expected += ["meeting mail-1 of anna changes nothing: it is not newer than the last one that counted", "meeting mail-1 of anna changes nothing: the meeting has changed since"]
    wait_until(lambda: all(office.log_text().count(text) == expected.count(text) for text in expected))
    assert messages(office, "anna", "mail-1") == ["REPLY"] and attendee(one(office, "anna", "mail-1").walk("VEVENT")[0], "guest").params["PARTSTAT"] != "DECLINED"
    call(office, "DELETE", path)
    wait_until(lambda: len(mails(office, "mail-1")) == 3)
    _, part, cancel = mails(office, "mail-1")[2]
    component, = cancel.walk("VEVENT")
    assert part.get_param("method") == "CANCEL" and component["STATUS"] == "CANCELLED" and component["SEQUENCE"] == 2 and component["DTEND"]
    assert component["ORGANIZER"] == event["ORGANIZER"]


def test_an_answer_is_that_of_the_invitee(office):
    """The only line of an answer may have another address of the invitee. Of several lines, none is taken for the invitee's."""
    put(office, "/dav/calendars/anna/calendar/whose.ics", meeting("whose", {**ANNA, f"mailto:{GUEST}": ";PARTSTAT=NEEDS-ACTION"}))
    wait_until(lambda: mails(office, "whose"))
    organizer = mails(office, "whose")[0][2].walk("VEVENT")[0]["ORGANIZER"]
    own = "ATTENDEE;PARTSTAT=TENTATIVE:mailto:alias@elsewhere.example.org\r\n"
    for minute, (lines, expected) in enumerate([("ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@example.org\r\n" + own, "NEEDS-ACTION"), (own, "TENTATIVE")]):
        receive(office, f"From: <{GUEST}>\r\nTo: {organizer[7:]}\r\nMIME-Version: 1.0\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n"
                        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//g//g//EN\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:whose\r\nDTSTAMP:20290101T00{minute:02}00Z\r\n"
                        f"DTSTART:20300301T100000Z\r\nSEQUENCE:0\r\nORGANIZER:{organizer}\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n")
        wait_until(lambda: len(messages(office, "anna", "whose")) == minute + 1)  # noqa: B023
        assert attendee(one(office, "anna", "whose").walk("VEVENT")[0], "guest").params["PARTSTAT"] == expected


def test_answers_to_instances_come_in_any_order(office):
    """Each instance has the DTSTAMP of its own last answer: an older answer to another instance is no older answer to this one."""
    put(office, "/dav/calendars/anna/calendar/each.ics", meeting("each", {**ANNA, f"mailto:{GUEST}": ";PARTSTAT=NEEDS-ACTION"}, "RRULE:FREQ=DAILY;COUNT=5\r\n"))
    wait_until(lambda: mails(office, "each"))
    organizer = mails(office, "each")[0][2].walk("VEVENT")[0]["ORGANIZER"]

    def instance(day, partstat, stamp):
        return (f"BEGIN:VEVENT\r\nUID:each\r\nDTSTAMP:{stamp}\r\nRECURRENCE-ID:203003{day:02}T100000Z\r\nDTSTART:203003{day:02}T100000Z\r\nSEQUENCE:0\r\n"
                f"ORGANIZER:{organizer}\r\nATTENDEE;PARTSTAT={partstat}:mailto:{GUEST}\r\nEND:VEVENT\r\n")

    def reply(*instances):
        return (f"From: <{GUEST}>\r\nTo: {organizer[7:]}\r\nSubject: Re\r\nMIME-Version: 1.0\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n"
                f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//g//g//EN\r\nMETHOD:REPLY\r\n{''.join(instances)}END:VCALENDAR\r\n")

    def answers():
        return {part["RECURRENCE-ID"].dt.day: attendee(part, "guest").params["PARTSTAT"] for part in one(office, "anna", "each").walk("VEVENT") if "RECURRENCE-ID" in part}

    receive(office, reply(instance(3, "ACCEPTED", "20290102T000000Z")), reply(instance(2, "DECLINED", "20290101T000000Z")))
    wait_until(lambda: answers() == {3: "ACCEPTED", 2: "DECLINED"})
    # One mail may answer several instances: what is old in it changes nothing.
    receive(office, reply(instance(3, "DECLINED", "20290101T000000Z"), instance(4, "TENTATIVE", "20290101T000000Z")), reply(instance(3, "DECLINED", "20290102T000000Z")))
    wait_until(lambda: office.log_text().count("meeting each of anna changes nothing: it is not newer than the last one that counted") == 1)
    assert answers() == {3: "ACCEPTED", 2: "DECLINED", 4: "TENTATIVE"}


def test_an_account_is_known_by_its_mail_address(office):
    """An address with another domain than that of the office, in another case, as an attendee and as an organizer."""
    make_calendar(office, "galina")
    galina = {"mailto:g.orlova@PARTNER.example.org": ";PARTSTAT=NEEDS-ACTION"}
    put(office, "/dav/calendars/anna/calendar/own-mail.ics", meeting("own-mail", {**ANNA, **galina}, start="20300601T080000Z", finish="20300601T090000Z"))
    own = one(office, "anna", "own-mail").walk("VEVENT")[0]
    assert attendee(own, "orlova").params["SCHEDULE-STATUS"] == "1.2" and mails(office, "own-mail") == []
    href = href_of(office, "galina", "own-mail")
    text = call(office, "GET", href, None, "galina").text
    assert busy_lines(office, "mailto:galina@example.org") == busy_lines(office, "mailto:G.ORLOVA@partner.example.org") == [
        ("BUSY-TENTATIVE", "20300601T080000Z/20300601T090000Z")]
    put(office, href, text.replace("NEEDS-ACTION:mailto:g.orlova", "ACCEPTED:mailto:g.orlova"), "galina")
    assert attendee(one(office, "anna", "own-mail").walk("VEVENT")[0], "orlova").params["PARTSTAT"] == "ACCEPTED"
    assert busy_lines(office, "mailto:galina@example.org") == [("BUSY", "20300601T080000Z/20300601T090000Z")]
    # Others see this address, also where the program has named the account by its principal.
    answer = call(office, "PROPFIND", "/dav/principals/galina/", "<D:propfind xmlns:D='DAV:'><D:prop><C:calendar-user-address-set xmlns:C='urn:ietf:params:xml:ns:caldav'/>"
                  "</D:prop></D:propfind>", "galina", Depth="0")
    assert "mailto:G.Orlova@partner.example.org" in answer.text
    guest = {f"mailto:{GUEST}": ";PARTSTAT=NEEDS-ACTION"}
    put(office, "/dav/calendars/anna/calendar/by-principal.ics", meeting("by-principal", {**ANNA, **guest, "/dav/principals/galina/": ""}))
    wait_until(lambda: mails(office, "by-principal"))
    assert str(attendee(mails(office, "by-principal")[0][2].walk("VEVENT")[0], "orlova")) == "mailto:G.Orlova@partner.example.org"
    # As an organizer, and with an answer by mail.
    put(office, "/dav/calendars/galina/calendar/by-name.ics", meeting("by-name", guest, organizer="mailto:G.Orlova@partner.example.org"), "galina")
    wait_until(lambda: len(mails(office, "by-name")) == 1)
    event, = mails(office, "by-name")[0][2].walk("VEVENT")
    assert event["ORGANIZER"].startswith("mailto:bounces+")
    reply = (f"From: <{GUEST}>\r\nTo: {event['ORGANIZER'][7:]}\r\nSubject: Re\r\nMIME-Version: 1.0\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n"
             f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//g//g//EN\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:by-name\r\nDTSTAMP:20290101T000000Z\r\n"
             f"DTSTART:20300301T100000Z\r\nSEQUENCE:0\r\nORGANIZER:{event['ORGANIZER']}\r\nATTENDEE;PARTSTAT=DECLINED:mailto:{GUEST}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    (office.mailbox / "new" / "3.by-name").write_text(reply, encoding="utf-8")
    wait_until(lambda: attendee(one(office, "galina", "by-name").walk("VEVENT")[0], "guest").params["PARTSTAT"] == "DECLINED")


def test_meetings_of_a_host_take_time(office):
    """The contact with the account's mail address is a host; its meeting with a visitor is in no calendar of the account."""
    office.convene("import", "-", stdin="BEGIN:VCARD\r\nVERSION:4.0\r\nUID:host-7\r\nFN:Galina\r\nEMAIL:g.orlova@partner.example.org\r\nEND:VCARD\r\n")
    office.convene("import", "-", stdin=meeting(
        "visit-7", {}, "CATEGORIES:MEETING\r\nX-CONVENED-MEETING-HOST:host-7\r\n", start="20300801T080000Z", finish="20300801T083000Z").replace(
            "ORGANIZER:mailto:anna@example.org\r\n", ""))
    assert busy_lines(office, "mailto:galina@example.org", "20300801") == [("BUSY", "20300801T080000Z/20300801T083000Z")]
    assert busy_lines(office, "mailto:boris@example.org", "20300801") == []


def test_a_new_participant_of_an_old_meeting_is_invited(office):
    """The mail of somebody who was not invited before is an invitation, whatever the SEQUENCE is."""
    other = "other@elsewhere.example.org"
    path, first, both = "/dav/calendars/anna/calendar/grown.ics", {**ANNA, f"mailto:{GUEST}": ""}, {**ANNA, f"mailto:{GUEST}": "", f"mailto:{other}": ""}
    put(office, path, meeting("grown", first))
    wait_until(lambda: len(mails(office, "grown")) == 1)  # a later mail would make one that waits void
    put(office, path, meeting("grown", first, "SEQUENCE:1\r\n", start="20300302T100000Z", finish="20300302T110000Z"))
    wait_until(lambda: len(mails(office, "grown")) == 2)
    put(office, path, meeting("grown", both, "SEQUENCE:1\r\n", start="20300302T100000Z", finish="20300302T110000Z"))
    wait_until(lambda: len(mails(office, "grown")) == 4)
    subjects = sorted((message["To"], message["Subject"]) for message, part, _ in mails(office, "grown") if part.get_param("method") == "REQUEST")
    assert subjects == [(GUEST, "Приглашение изменено: Plan")] * 2 + [(GUEST, "Приглашение: Plan"), (other, "Приглашение: Plan")]


def test_a_status_cancels(office):
    """RFC 6638, 3.2.1: the participants get a CANCEL, not an invitation to a cancelled meeting."""
    path = "/dav/calendars/anna/calendar/off.ics"
    put(office, path, meeting("off", {**ANNA, **BORIS, f"mailto:{GUEST}": ";PARTSTAT=NEEDS-ACTION"}))
    wait_until(lambda: len(mails(office, "off")) == 1)  # a later mail would make one that waits void
    put(office, path, meeting("off", {**ANNA, **BORIS, f"mailto:{GUEST}": ";PARTSTAT=NEEDS-ACTION"}, "STATUS:CANCELLED\r\n"))
    assert one(office, "boris", "off").walk("VEVENT")[0]["STATUS"] == "CANCELLED" and sorted(messages(office, "boris", "off")) == ["CANCEL", "REQUEST"]
    wait_until(lambda: len(mails(office, "off")) == 2)
    (invited, _, _), (message, part, text) = sorted(mails(office, "off"), key=lambda mail: mail[1].get_param("method"), reverse=True)
    assert invited["Subject"] == "Приглашение: Plan"
    assert part.get_param("method") == "CANCEL" and message["Subject"] == "Отменено: Plan"
    assert text.walk("VEVENT")[0]["STATUS"] == "CANCELLED" and text.walk("VEVENT")[0]["SEQUENCE"] == 1
    # Nobody hears of it again.
    assert call(office, "DELETE", path).status_code == 204
    assert sorted(messages(office, "boris", "off")) == ["CANCEL", "REQUEST"]


def test_schedule_agent_and_the_switch(office):
    guest = {f"mailto:{GUEST}": ";SCHEDULE-AGENT=CLIENT"}
    put(office, "/dav/calendars/anna/calendar/agent.ics", meeting("agent", {**ANNA, **guest, "mailto:boris@example.org": ";SCHEDULE-AGENT=NONE"}))
    assert find(office, "boris", "agent") == []
    rows = json.loads(account(office, "list", "anna", "--json").stdout)["collections"]
    key = next(row["collection"] for row in rows if row["name"] == "second")
    account(office, "scheduling", key, "off")
    put(office, "/dav/calendars/anna/second/quiet.ics", meeting("quiet", {**ANNA, **BORIS}))
    assert find(office, "boris", "quiet") == []
    account(office, "scheduling", key, "on")
    put(office, "/dav/calendars/anna/second/loud.ics", meeting("loud", {**ANNA, **BORIS}))
    assert messages(office, "boris", "loud") == ["REQUEST"]
    assert account(office, "scheduling", "contacts", "off", check=False).returncode == 1
    rows = [json.loads(line) for line in office.convene("outbox", "--json", "--limit=1000").stdout.splitlines()]
    assert [row for row in rows if row["event"] in ("agent", "quiet")] == []


def freebusy(attendees, organizer="mailto:anna@example.org", more=""):
    return (f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nMETHOD:REQUEST\r\nBEGIN:VFREEBUSY\r\nUID:fb\r\nDTSTAMP:20260101T000000Z\r\n"
            f"DTSTART:20300501T000000Z\r\nDTEND:20300502T000000Z\r\nORGANIZER:{organizer}\r\n"
            + "".join(f"ATTENDEE:{address}\r\n" for address in attendees) + more + "END:VFREEBUSY\r\nEND:VCALENDAR\r\n")


def busy_lines(site, address, day="20300601"):
    """Returns the type and the times of each line about one attendee on a day, as Anna asks."""
    question = freebusy([address]).replace("20300501T", f"{day}T").replace("20300502T", f"{int(day) + 1}T")
    answer = call(site, "POST", "/dav/calendars/anna/outbox/", question, Content_Type="text/calendar")
    assert answer.status_code == 200, answer.text
    found = icalendar.Calendar.from_ical(ElementTree.fromstring(answer.content).findtext(f"{C}response/{C}calendar-data"))
    return re.findall(r"FREEBUSY;FBTYPE=([A-Z-]+):(\S+)", found.to_ical().decode())


def test_free_busy(office):
    make_calendar(office, "vera")
    put(office, "/dav/calendars/vera/calendar/busy.ics", meeting("busy", {}, start="20300501T080000Z", finish="20300501T090000Z").replace("ORGANIZER:mailto:anna@example.org\r\n", ""), "vera")
    put(office, "/dav/calendars/anna/calendar/maybe.ics", meeting("maybe", {**ANNA, **VERA}, start="20300501T120000Z", finish="20300501T130000Z"))
    outbox = "/dav/calendars/anna/outbox/"
    answer = call(office, "POST", outbox, freebusy(["mailto:vera@example.org", f"mailto:{GUEST}"]), Content_Type="text/calendar")
    assert answer.status_code == 200, answer.text
    first, second = ElementTree.fromstring(answer.content).findall(f"{C}response")
    assert first.findtext(f"{C}request-status").startswith("2.0") and second.findtext(f"{C}request-status").startswith("3.7")
    assert first.findtext(f"{C}recipient/{{DAV:}}href") == "mailto:vera@example.org"
    found = icalendar.Calendar.from_ical(first.findtext(f"{C}calendar-data"))
    assert found["METHOD"] == "REPLY"
    times, = found.walk("VFREEBUSY")
    lines = times["FREEBUSY"] if isinstance(times["FREEBUSY"], list) else [times["FREEBUSY"]]
    assert [line.to_ical().decode() if not isinstance(line.to_ical(), str) else line.to_ical() for line in lines] == [
        "20300501T080000Z/20300501T090000Z", "20300501T120000Z/20300501T130000Z"]
    assert [line.params.get("FBTYPE") for line in lines] == ["BUSY", "BUSY-TENTATIVE"] and times["UID"] == "fb"
    transparent = ("<D:propertyupdate xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><D:set><D:prop><C:schedule-calendar-transp>"
                   "<C:transparent/></C:schedule-calendar-transp></D:prop></D:set></D:propertyupdate>")
    assert "200 OK" in call(office, "PROPPATCH", "/dav/calendars/vera/calendar/", transparent, "vera").text
    answer = call(office, "POST", outbox, freebusy(["mailto:vera@example.org"]), Content_Type="text/calendar")
    assert "FREEBUSY;" not in answer.text and "FREEBUSY:" not in answer.text.replace("BEGIN:VFREEBUSY", "").replace("END:VFREEBUSY", "")
    for body, expected in ((freebusy(["mailto:vera@example.org"], "mailto:boris@example.org"), "valid-organizer"), ("nonsense", "valid-calendar-data"),
                           (meeting("x", ANNA), "valid-scheduling-message"), (freebusy([]), "valid-scheduling-message")):
        refused = call(office, "POST", outbox, body, Content_Type="text/calendar")
        assert refused.status_code == 403 and element(refused) == expected, (expected, refused.text)
    assert element(call(office, "POST", outbox, freebusy(["mailto:x@example.org"]), Content_Type="text/plain")) == "supported-calendar-data"


def test_inbox_can_be_synchronized_and_emptied(office):
    principal = caldav.DAVClient(office.url + "/dav/", username="boris", password=PASSWORD).principal()
    items = principal.schedule_inbox().get_items()
    assert items
    body = "<D:sync-collection xmlns:D='DAV:'><D:sync-token>{}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>"
    first = call(office, "REPORT", "/dav/calendars/boris/inbox/", body.format(""), "boris")
    token = ElementTree.fromstring(first.content).findtext("D:sync-token", None, NAMES)
    href = members(office, "boris", "inbox")[0]
    assert call(office, "DELETE", href, None, "boris").status_code == 204
    changes = ElementTree.fromstring(call(office, "REPORT", "/dav/calendars/boris/inbox/", body.format(token), "boris").content)
    assert [(found.findtext("D:href", None, NAMES), found.findtext("D:status", None, NAMES)[9:12]) for found in changes.findall("D:response", NAMES)] == [(href, "404")]


def test_nothing_is_announced_where_no_mail_leaves(site):
    add(site, "anna")
    site.start()
    assert "calendar-auto-schedule" not in call(site, "OPTIONS", "/dav/").headers["DAV"]
    assert call(site, "PROPFIND", "/dav/calendars/anna/inbox/", None, Depth="0").status_code == 404
    assert "schedule-inbox-URL" not in call(site, "PROPFIND", "/dav/principals/anna/", None, Depth="0").text
    end(site)


def test_each_mail_is_sent_once_after_a_kill(make_site):
    with Server() as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; from = "office@example.org"; rate = 0; starttls = false;')
        site.mail = server
        add(site, "anna")
        site.start()
        call(site, "MKCALENDAR", "/dav/calendars/anna/calendar/")
        for number in range(5):
            put(site, f"/dav/calendars/anna/calendar/{number}.ics", meeting(f"kill-{number}", {**ANNA, f"mailto:{GUEST}": ""}))
            site.stop(signal.SIGKILL)
            site.start()
        wait_until(lambda: all(mails(site, f"kill-{number}") for number in range(5)))
        assert all(len({message["Message-ID"] for message, _, _ in mails(site, f"kill-{number}")}) == 1 for number in range(5))
        assert all(len(mails(site, f"kill-{number}")) <= 2 for number in range(5))
        end(site)
