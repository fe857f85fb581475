"""Tests what others see of events that calendar programs write: the public feeds, and readers of a calendar."""

import icalendar
import pytest
import requests

from conftest import PATIENCE, Site, end, wait_until
from test_accounts import add
from test_dav import NAMES, propfind, responses
from test_dav_collections import call, element, event, own, proppatch, setting
from test_dav_query import SPACES, comp, found, prop
from test_sync import asked, read_changes

FEEDS = ["/all.ics", "/session.ics", "/calendar/events.ics"]
SESSION = "CATEGORIES:session\r\n"


@pytest.fixture(scope="module")
def dav(tmp_path_factory):
    # The feeds have the events of the tests, whatever the day is.
    site = Site(tmp_path_factory.mktemp("site"), 'feed = { past = "P20Y"; future = "P20Y"; };\n')
    for name, role in (("anna", "editor"), ("reader", "reader")):
        add(site, name, role)
    site.convene("add", "--summary=x", "--start=2030-01-01", "--calendar=second")
    yield site.start()
    end(site)


def uids(site, path):
    answer = requests.get(site.url + path, timeout=PATIENCE)
    assert answer.status_code == 200
    return sorted(str(component["UID"]) for component in icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


def put(site, path, content, status=201, user="anna"):
    answer = call(site, "PUT", path, content, user, Content_Type="text/calendar")
    assert answer.status_code == status, answer.text


def settle(site, name):
    """Publishes one event more and waits until the feeds have it, so that they also have all that was written before."""
    put(site, f"/dav/calendars/anna/events/{name}.ics", event(name, name, SESSION))
    wait_until(lambda: all(name in uids(site, path) for path in FEEDS))


def test_an_accounts_copy_changes_no_feed(dav):
    put(dav, "/dav/calendars/anna/events/public.ics", event("public", "Public", SESSION))
    settle(dav, "first")
    before = {path: uids(dav, path) for path in FEEDS}
    copy = own(dav, "mine", "reader") + "copy.ics"
    put(dav, copy, event("public", "Mine", SESSION), user="reader")
    settle(dav, "second")
    put(dav, copy, event("public", "Mine again"), 204, "reader")
    settle(dav, "third")
    assert call(dav, "DELETE", copy, user="reader").status_code == 204
    settle(dav, "fourth")
    for path in FEEDS:
        assert uids(dav, path) == sorted([*before[path], "second", "third", "fourth"]), path
        assert "Mine" not in requests.get(dav.url + path, timeout=PATIENCE).text


def test_a_copy_in_a_second_calendar_leaves_the_original(dav):
    put(dav, "/dav/calendars/anna/events/both.ics", event("both", "Original", SESSION))
    settle(dav, "fifth")
    before = {path: uids(dav, path) for path in FEEDS}
    put(dav, "/dav/calendars/anna/second/both.ics", event("both", "Copy", SESSION))
    settle(dav, "sixth")
    assert uids(dav, "/all.ics").count("both") == 2 and uids(dav, "/calendar/events.ics").count("both") == 1
    assert call(dav, "DELETE", "/dav/calendars/anna/second/both.ics").status_code == 204
    settle(dav, "seventh")
    for path in FEEDS:
        assert uids(dav, path) == sorted([*before[path], "sixth", "seventh"]), path


def test_another_event_with_the_name_of_a_deleted_one(dav):
    path = "/dav/calendars/anna/events/name.ics"
    put(dav, path, event("old", "Old", SESSION))
    settle(dav, "eighth")
    assert call(dav, "DELETE", path).status_code == 204
    put(dav, path, event("new", "New", SESSION))
    settle(dav, "ninth")
    for feed in FEEDS:
        found = uids(dav, feed)
        assert "old" not in found and "new" in found, feed


# Every word that begins with "Hidden" is private, and "Own" is the title of one day of a public series.
HIDDEN = ("DESCRIPTION:Hidden\\, too\r\nLOCATION:Hidden room\r\nCOMMENT:Hidden\r\nCATEGORIES:Hidden\r\nX-NOTE:Hidden\r\nURL:https://hidden.example.org/\r\n"
          "ORGANIZER;CN=Hidden:mailto:hidden@example.org\r\nATTENDEE;CN=Hidden guest:mailto:hidden-guest@example.org\r\n"
          "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Hidden alarm\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n")
CONFIDENTIAL = event("confidential", "Hidden title", "CLASS:CONFIDENTIAL\r\nRRULE:FREQ=DAILY;COUNT=3\r\nDTEND;X-NOTE=Hidden:20300101T110000Z\r\n" + HIDDEN)
SERIES = event("series", "Open", "RRULE:FREQ=DAILY;COUNT=3\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:series\r\nDTSTAMP:20200101T000000Z\r\n"
               "RECURRENCE-ID:20300102T100000Z\r\nDTSTART:20300102T120000Z\r\nSUMMARY:Hidden day\r\nCLASS:X-SECRET\r\n")
BOTH = ("/dav/calendars/anna/events/", "/dav/calendars/reader/events/")


@pytest.fixture(scope="module")
def private(dav):
    for name, text in (("confidential", CONFIDENTIAL), ("series", SERIES), ("open", event("open", "Open to all"))):
        put(dav, f"{BOTH[0]}{name}.ics", text)
    yield dav
    for name in ("confidential", "series", "open"):
        call(dav, "DELETE", f"{BOTH[0]}{name}.ics")


def query(site, inside, data="<C:calendar-data/>", user="reader"):
    content = f"<C:calendar-query {SPACES}><D:prop><D:getetag/>{data}</D:prop><C:filter>{comp('VCALENDAR', inside)}</C:filter></C:calendar-query>"
    return found(call(site, "REPORT", f"/dav/calendars/{user}/events/", content, user, Depth="1"))


def test_a_reader_sees_private_events_as_busy_times(private):
    seen = call(private, "GET", BOTH[1] + "confidential.ics", user="reader")
    (busy,) = icalendar.Calendar.from_ical(seen.content).walk("VEVENT")
    assert set(busy) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "RRULE", "CLASS"} and "hidden" not in seen.text.lower()
    assert busy["RRULE"]["COUNT"] == [3] and "ETag" in seen.headers
    days = icalendar.Calendar.from_ical(call(private, "GET", BOTH[1] + "series.ics", user="reader").content).walk("VEVENT")
    assert [str(day.get("SUMMARY")) for day in days] == ["Open", "None"] and "RECURRENCE-ID" in days[1]
    assert call(private, "GET", BOTH[1] + "open.ics", user="reader").text == event("open", "Open to all")
    assert call(private, "GET", BOTH[0] + "confidential.ics").text == CONFIDENTIAL
    # An entity tag is that of one text, and the length is that of the text that is seen.
    tags = [call(private, "GET", path + "confidential.ics", user=user).headers["ETag"] for path, user in zip(BOTH, ("anna", "reader"))]
    assert tags[0] != tags[1] == seen.headers["ETag"]
    assert call(private, "GET", BOTH[1] + "confidential.ics", user="reader", **{"If-None-Match": tags[0]}).status_code == 200
    assert call(private, "GET", BOTH[1] + "confidential.ics", user="reader", **{"If-None-Match": tags[1]}).status_code == 304
    (told,) = responses(propfind(private, BOTH[1] + "confidential.ics", "D:getcontentlength", "D:getetag", user="reader")).values()
    assert (told["200"]["{DAV:}getcontentlength"].text, told["200"]["{DAV:}getetag"].text) == (str(len(seen.content)), tags[1])
    expanded = call(private, "REPORT", BOTH[1] + "confidential.ics", '<D:expand-property xmlns:D="DAV:"><D:property name="getcontentlength"/></D:expand-property>', "reader")
    assert f"<D:getcontentlength>{len(seen.content)}</D:getcontentlength>" in expanded.text


def test_no_report_tells_a_reader_of_what_is_private(private):
    words = comp("VEVENT", prop("SUMMARY", "<C:text-match>hidden</C:text-match>"))
    assert query(private, words) == query(private, words, "") == {}
    assert set(query(private, words, user="anna")) == {"confidential.ics", "series.ics"}
    for name in ("LOCATION", "ATTENDEE", "X-NOTE", "DESCRIPTION", "CATEGORIES"):
        assert "confidential.ics" not in query(private, comp("VEVENT", prop(name))), name
        assert set(query(private, comp("VEVENT", prop(name)), user="anna")) >= {"confidential.ics"}, name
    assert query(private, comp("VEVENT", comp("VALARM"))) == {}
    days = comp("VEVENT", '<C:time-range start="20300103T000000Z" end="20300104T000000Z"/>')
    expand = '<C:calendar-data><C:expand start="20300103T000000Z" end="20300104T000000Z"/></C:calendar-data>'
    seen = query(private, days, expand)
    assert {"confidential.ics", "series.ics"} <= set(seen) and "Open" in seen["series.ics"] and not any("hidden" in text.lower() for text in seen.values())
    multiget = (f"<C:calendar-multiget {SPACES}><D:prop><D:getetag/><C:calendar-data/></D:prop>"
                + "".join(f"<D:href>{BOTH[1]}{name}.ics</D:href>" for name in ("confidential", "series")) + "</C:calendar-multiget>")
    answer = call(private, "REPORT", BOTH[1], multiget, "reader")
    assert len(found(answer)) == 2 and "hidden" not in answer.text.lower()
    answer = call(private, "PROPFIND", BOTH[1], f"<D:propfind {SPACES}><D:allprop/></D:propfind>", "reader", Depth="1")
    assert answer.status_code == 207 and "hidden" not in answer.text.lower()
    times = f"<C:free-busy-query {SPACES}><C:time-range start=\"20300101T000000Z\" end=\"20300102T000000Z\"/></C:free-busy-query>"
    answer = call(private, "REPORT", BOTH[1], times, "reader", Depth="1")
    assert "20300101T100000Z" in answer.text and "hidden" not in answer.text.lower()
    # A copy is one of what is seen.
    copy = own(private, "copies", "reader")
    to = {"Destination": private.url + copy + "c.ics"}
    assert call(private, "COPY", BOTH[1] + "confidential.ics", user="reader", **to).status_code == 201
    assert "hidden" not in call(private, "GET", copy + "c.ics", user="reader").text.lower()


def test_other_rights_begin_the_sync_again(private):
    """The texts change with the rights, so no token is valid for both, or a program would keep what it has."""
    report = asked(names="<D:getetag/><C:calendar-data/>")
    first = call(private, "REPORT", BOTH[1], report, "reader", Depth="0")
    token, _, names = read_changes(first, BOTH[1])
    assert "confidential.ics" in names and "hidden" not in first.text.lower()
    assert read_changes(call(private, "REPORT", BOTH[1], asked(token), "reader", Depth="0"), BOTH[1]) == (token, False, {})
    private.convene("account", "grant", "reader", "events", "write")
    wait_until(lambda: call(private, "GET", BOTH[1] + "confidential.ics", user="reader").text == CONFIDENTIAL)
    answer = call(private, "REPORT", BOTH[1], asked(token), "reader", Depth="0")
    assert answer.status_code == 403 and "<D:valid-sync-token/>" in answer.text
    private.convene("account", "grant", "reader", "events", "read")
    wait_until(lambda: call(private, "GET", BOTH[1] + "confidential.ics", user="reader").text != CONFIDENTIAL)


DRAFTS = "/dav/calendars/anna/events.drafts/"


def draft(uid, *lines):
    """A draft as a program writes it that has journals."""
    return (f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VJOURNAL\r\nUID:{uid}\r\nDTSTAMP:20200101T000000Z\r\nSUMMARY:Plan {uid}\r\n"
            + "".join(line + "\r\n" for line in lines) + "END:VJOURNAL\r\nEND:VCALENDAR\r\n")


def move(site, path, to, method="MOVE"):
    return call(site, method, path, **{"Destination": site.url + to})


def test_drafts_are_a_collection_of_their_own(dav):
    home = responses(propfind(dav, "/dav/calendars/anna/", "D:displayname", "C:supported-calendar-component-set", "D:resource-id", depth="1"))
    components = {path: [each.get("name") for each in found["200"][f"{{{NAMES['C']}}}supported-calendar-component-set"]]
                  for path, found in home.items() if path.endswith((".drafts/", "/events/", "/second/"))}
    assert components == {"/dav/calendars/anna/events/": ["VEVENT"], DRAFTS: ["VJOURNAL"], "/dav/calendars/anna/second/": ["VEVENT"],
                          "/dav/calendars/anna/second.drafts/": ["VJOURNAL"]}
    names = [found["200"]["{DAV:}displayname"].text for found in home.values() if "{DAV:}displayname" in found["200"]]
    assert "events (черновики)" in names and len(names) == len(set(names))
    # Who may not write events has no drafts, and there are none of address books or own calendars.
    assert not any(".drafts" in path for path in responses(propfind(dav, "/dav/calendars/reader/", "D:displayname", user="reader", depth="1")))
    for path in ("/dav/calendars/reader/events.drafts/", "/dav/addressbooks/reader/contacts.drafts/"):
        assert propfind(dav, path, "D:displayname", user="reader").status_code == 404
    readers = "/dav/calendars/reader/events/"
    token, _, _ = read_changes(call(dav, "REPORT", readers, asked(), user="reader", Depth="0"), readers)
    dav.convene("add", "--uid=undated", "--summary=Undated")
    put(dav, DRAFTS + "own.ics", draft("own", "STATUS:DRAFT"))
    members = set(responses(propfind(dav, DRAFTS, "D:getetag", depth="1")))
    assert {DRAFTS + "own.ics", DRAFTS + "undated.ics"} <= members and not any(f"/events/{name}.ics" in members for name in ("own", "undated"))
    assert "own.ics" not in propfind(dav, "/dav/calendars/anna/events/", "D:getetag", depth="1").text
    assert call(dav, "GET", DRAFTS + "own.ics").text == draft("own", "STATUS:DRAFT")
    refused = call(dav, "PUT", DRAFTS + "event.ics", event("event"))
    assert refused.status_code == 403 and "<C:supported-calendar-component/>" in refused.text
    refused = call(dav, "PUT", "/dav/calendars/anna/events/draft.ics", draft("other", "STATUS:DRAFT"))
    assert refused.status_code == 403 and "<C:supported-calendar-component/>" in refused.text
    # A new journal that is no draft is refused: a program that knows nothing of drafts publishes nothing by mistake.
    refused = call(dav, "PUT", DRAFTS + "note.ics", draft("note", "DTSTART;VALUE=DATE:20300105"))
    assert refused.status_code == 403 and "<C:valid-calendar-data/>" in refused.text
    refused = call(dav, "PUT", "/dav/calendars/anna/events/again.ics", event("own"))
    assert refused.status_code == 403 and f"<D:href>{DRAFTS}own.ics</D:href>" in refused.text
    # A new draft takes the place of no event, which the program does not see there.
    put(dav, "/dav/calendars/anna/events/dated.ics", event("dated"))
    refused = call(dav, "PUT", DRAFTS + "dated.ics", draft("dated", "STATUS:DRAFT"), If_None_Match="*")
    assert refused.status_code == 403 and "<D:href>/dav/calendars/anna/events/dated.ics</D:href>" in refused.text
    assert call(dav, "DELETE", "/dav/calendars/anna/events/dated.ics").status_code == 204
    words = comp("VJOURNAL", prop("SUMMARY", "<C:text-match>plan own</C:text-match>"))
    content = f"<C:calendar-query {SPACES}><D:prop><D:getetag/></D:prop><C:filter>{comp('VCALENDAR', words)}</C:filter></C:calendar-query>"
    assert set(found(call(dav, "REPORT", DRAFTS, content, Depth="1"))) == {"own.ics"}
    # Names and colours are those of one of the two collections.
    assert proppatch(dav, DRAFTS, setting("<I:calendar-color>#123456</I:calendar-color>")).status_code == 207
    assert element(dav, DRAFTS, "I:calendar-color").text == "#123456" and element(dav, BOTH[0], "I:calendar-color") is None
    for name in ("own", "undated"):
        assert call(dav, "DELETE", f"{DRAFTS}{name}.ics").status_code == 204
    assert dav.convene("show", "own", check=False).returncode != 0
    # A reader hears nothing of drafts, but of the event that was there meanwhile.
    _, _, changes = read_changes(call(dav, "REPORT", readers, asked(token), user="reader", Depth="0"), readers)
    assert changes == {"dated.ics": None}


def test_a_program_publishes_drafts(dav):
    report = asked()
    for uid in ("moved", "edited", "undecided"):
        put(dav, f"{DRAFTS}{uid}.ics", draft(uid, "STATUS:DRAFT", "CATEGORIES:session"))
    token, _, names = read_changes(call(dav, "REPORT", DRAFTS, report, Depth="0"), DRAFTS)
    assert {"moved.ics", "edited.ics", "undecided.ics"} <= set(names)
    # Without a date there is no event.
    refused = move(dav, DRAFTS + "undecided.ics", BOTH[0] + "undecided.ics")
    assert refused.status_code == 403 and "<C:valid-calendar-data/>" in refused.text and call(dav, "GET", DRAFTS + "undecided.ics").status_code == 200
    # A cancelled draft becomes no event.
    refused = call(dav, "PUT", DRAFTS + "undecided.ics", draft("undecided", "STATUS:CANCELLED", "DTSTART;VALUE=DATE:20300105"))
    assert refused.status_code == 403 and "<C:valid-calendar-data/>" in refused.text and call(dav, "GET", DRAFTS + "undecided.ics").status_code == 200
    answer = call(dav, "PUT", DRAFTS + "edited.ics", draft("edited", "DTSTART;VALUE=DATE:20300105", "CATEGORIES:session"))
    assert answer.status_code == 204 and "ETag" not in answer.headers
    put(dav, DRAFTS + "moved.ics", draft("moved", "STATUS:DRAFT", "CATEGORIES:session", "X-CONVENED-PROPOSED-START:2030-01-06", "X-CONVENED-PROPOSED-END:2030-01-07"), 204)
    assert move(dav, DRAFTS + "moved.ics", BOTH[0] + "published.ics").status_code == 201
    settle(dav, "tenth")
    for path in FEEDS:
        assert {"edited", "moved"} <= set(uids(dav, path)) and "undecided" not in uids(dav, path), path
    (there,) = icalendar.Calendar.from_ical(call(dav, "GET", BOTH[0] + "published.ics").content).walk("VEVENT")
    assert [there[name].to_ical() for name in ("UID", "DTSTART", "DTEND")] == [b"moved", b"20300106", b"20300108"] and "STATUS" not in there
    (there,) = icalendar.Calendar.from_ical(call(dav, "GET", BOTH[0] + "edited.ics").content).walk("VEVENT")
    assert there["DTSTART"].to_ical() == b"20300105" and there["SUMMARY"] == "Plan edited"
    _, _, changes = read_changes(call(dav, "REPORT", DRAFTS, asked(token), Depth="0"), DRAFTS)
    assert changes["edited.ics"] is None and changes["moved.ics"] is None and "undecided.ics" not in changes
    for path in (BOTH[0] + "published.ics", BOTH[0] + "edited.ics", DRAFTS + "undecided.ics"):
        assert call(dav, "DELETE", path).status_code == 204
