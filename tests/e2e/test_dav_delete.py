"""Tests that contacts hear of an event that a calendar program deletes, as they hear of `convene delete`."""

import re
import urllib.request

import pytest

from conftest import wait_until
from smtp_server import Server
from test_accounts import add
from test_dav import propfind, responses
from test_dav_members import EVENTS, ask, calendar, put
from test_dav_members import event as other_event
from test_notices import CALENDAR, EVENT, listed, mails, rows, start, text

MEMBER = EVENTS + "practical-session_40example.org.ics"
OWN = "/dav/calendars/Anna/own/"
SYNC = """<D:sync-collection xmlns:D="DAV:"><D:sync-token>{}</D:sync-token><D:sync-level>1</D:sync-level>
<D:prop><D:getetag/></D:prop></D:sync-collection>"""
QUERY = """<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/>{}</D:prop><C:filter>
<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/></C:comp-filter></C:filter></C:calendar-query>"""


def told(make_site, server):
    """A site with an account and an event of which a contact was told."""
    site = listed(make_site, server)
    add(site, "Anna")
    start(site, "17:59:56")
    wait_until(lambda: rows(site, kind="reminder", state="SENT"))
    return site


def report(site, body):
    answer = ask(site, "REPORT", EVENTS, body.encode(), Content_Type="application/xml", Depth="1")
    assert answer.status_code == 207, answer.text
    return answer.text


def token(answer):
    return re.search(r"<D:sync-token>(.*?)</D:sync-token>", answer)[1]


def feed(site):
    with urllib.request.urlopen(site.url + "/all.ics") as answer:
        return answer.read().decode()


def is_gone(site, since):
    """Checks that no method shows the event, and that programs learn that it was deleted."""
    assert [ask(site, method, MEMBER, Depth="0").status_code for method in ("GET", "HEAD", "DELETE", "PROPFIND")] == [404] * 4
    assert set(responses(propfind(site, EVENTS, "D:getetag", depth="1"))) == {EVENTS}
    for prop in ("", "<C:calendar-data/>"):
        assert "<D:response>" not in report(site, QUERY.format(prop))
    assert "<D:response>" not in report(site, SYNC.format(""))
    changes = report(site, SYNC.format(since))
    assert changes.count("<D:response>") == 1 and MEMBER in changes and "404 Not Found" in changes
    return token(changes)


def test_who_was_told_of_an_event_hears_that_a_program_has_deleted_it(make_site):
    down = []
    plan = lambda stage, connection, transaction: "4yz" if stage == "mail" and down else None  # noqa: E731
    with Server(plan) as server:
        site = told(make_site, server)
        down.append(True)
        since = token(report(site, SYNC.format("")))
        assert ask(site, "DELETE", MEMBER).status_code == 204
        wait_until(lambda: rows(site, kind="cancel", state="PENDING"))
        after = is_gone(site, since)
        assert "STATUS:CANCELLED" in feed(site) and EVENT in feed(site)
        # Its name is free for another event.
        assert put(site, MEMBER, calendar(other_event("other", start="DTSTART:20520601T090000Z")), If_None_Match="*").status_code == 201
        down.clear()
        site.stop()
        start(site, "18:40:00")
        wait_until(lambda: rows(site, kind="cancel", state="SENT"))
        assert "Событие не состоится." in text(mails(server)[1]) and len(server.messages) == 2
        wait_until(lambda: "Практическая сессия" not in site.convene("list").stdout)
        changes = report(site, SYNC.format(after))
        assert changes.count("<D:response>") == 1 and "200 OK" in changes
        assert EVENT not in feed(site)
        assert site.convene("check").returncode == 0


@pytest.mark.parametrize("name", [MEMBER, EVENTS + "again.ics", None])
def test_an_event_that_is_put_again_before_the_notice_went_stays(make_site, name):
    down = []
    plan = lambda stage, connection, transaction: "4yz" if stage == "mail" and down else None  # noqa: E731
    with Server(plan) as server:
        site = told(make_site, server)
        down.append(True)
        content = ask(site, "GET", MEMBER).content
        assert ask(site, "DELETE", MEMBER).status_code == 204
        wait_until(lambda: rows(site, kind="cancel", state="PENDING"))
        if name:
            assert put(site, name, content, If_None_Match="*").status_code == 201
        else:
            answer = ask(site, "POST", EVENTS, content, Content_Type="text/calendar")
            assert answer.status_code == 201
            name = answer.headers["Location"]
        assert ask(site, "GET", name).content == content
        assert set(responses(propfind(site, EVENTS, "D:getetag", depth="1"))) == {EVENTS, name}
        down.clear()
        site.stop()
        start(site, "18:40:00")
        wait_until(lambda: not rows(site, state="PENDING"))
        assert ask(site, "GET", name).content == content and len(server.messages) == 1
        assert "STATUS:CANCELLED" not in feed(site)
        assert site.convene("check").returncode == 0


def test_an_event_that_moves_to_a_private_calendar_is_cancelled_for_its_readers(make_site):
    with Server({}) as server:
        site = told(make_site, server)
        assert ask(site, "MKCALENDAR", OWN).status_code == 201
        assert ask(site, "MOVE", MEMBER, Destination=site.url + OWN + "kept.ics").status_code == 201
        assert ask(site, "GET", MEMBER).status_code == 404
        assert "STATUS:CANCELLED" not in ask(site, "GET", OWN + "kept.ics").text
        wait_until(lambda: rows(site, kind="cancel", state="SENT"))
        assert mails(server)[1]["Subject"].startswith("Отменено: Практическая сессия")


def test_an_event_that_moves_to_another_public_calendar_is_not_cancelled(make_site):
    """Programs put an event to the new calendar and then delete it in the old one, or the other way round."""
    with Server({}) as server:
        site = told(make_site, server)
        site.convene("import", "--calendar=halls", "-", stdin=CALENDAR.replace(EVENT, "hall").encode())
        for first, second in (("events", "halls"), ("halls", "events")):
            old, new = (f"/dav/calendars/Anna/{name}/moved.ics" for name in (first, second))
            if first == "events":
                old = MEMBER
            content = ask(site, "GET", old).content
            if second == "halls":
                assert put(site, new, content).status_code == 201
            assert ask(site, "DELETE", old).status_code == 204
            if second == "events":
                assert put(site, new, content).status_code == 201
            assert ask(site, "GET", new).content == content and ask(site, "GET", old).status_code == 404
            assert "STATUS:CANCELLED" not in feed(site)
        assert feed(site).count(f"UID:{EVENT}") == 1 and site.convene("check").returncode == 0


def test_an_event_that_is_put_to_another_calendar_after_its_deletion_is_not_spoken_of(make_site):
    """The notice waits for the settling time."""
    with Server({}) as server:
        site = listed(make_site, server, mail='settle = "PT10M";', lead="-P3D@18:00")
        add(site, "Anna")
        site.convene("import", "--calendar=halls", "-", stdin=CALENDAR.replace(EVENT, "hall").encode())
        start(site, "17:59:56", day="2051-06-21T")
        wait_until(lambda: rows(site, kind="reminder", state="SENT"))
        content = ask(site, "GET", MEMBER).content
        assert ask(site, "DELETE", MEMBER).status_code == 204
        wait_until(lambda: rows(site, kind="cancel", state="PENDING"))
        assert put(site, "/dav/calendars/Anna/halls/moved.ics", content).status_code == 201
        site.stop()
        start(site, "18:40:00", day="2051-06-21T")
        wait_until(lambda: not rows(site, state="PENDING"))
        assert len(server.messages) == 1 and not rows(site, kind="cancel", state="SENT")
        # A deletion that stays one is told when that time has passed.
        assert ask(site, "DELETE", "/dav/calendars/Anna/halls/moved.ics").status_code == 204
        wait_until(lambda: rows(site, kind="cancel", state="PENDING"))
        assert EVENT in feed(site)
        site.stop()
        start(site, "19:40:00", day="2051-06-21T")
        wait_until(lambda: rows(site, kind="cancel", state="SENT"))
        wait_until(lambda: EVENT not in feed(site))
        assert len(server.messages) == 2


def test_an_event_of_which_nobody_was_told_is_deleted_at_once(make_site):
    with Server({}) as server:
        site = listed(make_site, server)
        add(site, "Anna")
        start(site, "12:00:00")
        assert ask(site, "DELETE", MEMBER).status_code == 204
        assert not site.convene("list").stdout and EVENT not in feed(site) and not server.messages


def test_a_private_copy_that_is_renamed_does_not_stop_the_cancellation(make_site):
    down = []
    plan = lambda stage, connection, transaction: "4yz" if stage == "mail" and down else None  # noqa: E731
    with Server(plan) as server:
        site = told(make_site, server)
        assert ask(site, "MKCALENDAR", OWN).status_code == 201
        down.append(True)
        assert ask(site, "COPY", MEMBER, Destination=site.url + OWN + "kept.ics").status_code == 201
        assert ask(site, "DELETE", MEMBER).status_code == 204
        wait_until(lambda: rows(site, kind="cancel", state="PENDING"))
        assert ask(site, "MOVE", OWN + "kept.ics", Destination=site.url + OWN + "renamed.ics").status_code == 201
        down.clear()
        site.stop()
        start(site, "18:40:00")
        wait_until(lambda: rows(site, kind="cancel", state="SENT"))
        assert ask(site, "GET", OWN + "renamed.ics").status_code == 200


def test_an_event_that_is_too_large_to_be_written_as_cancelled_is_deleted(make_site):
    with Server({}) as server:
        site = told(make_site, server)
        content = ask(site, "GET", MEMBER).content
        line, end = b"X-LONG:" + b"x" * 60 + b"\r\n", b"END:VEVENT"
        room = (1 << 20) - len(content)
        lines = line * (room // len(line) - 1)
        lines += b"X-REST:" + b"x" * (room - len(lines) - len(b"X-REST:\r\n")) + b"\r\n"
        content = content.replace(end, lines + end)
        assert len(content) == 1 << 20 and put(site, MEMBER, content).status_code == 204
        assert ask(site, "DELETE", MEMBER).status_code == 204
        assert ask(site, "GET", MEMBER).status_code == 404 and EVENT not in feed(site)
        assert site.convene("check").returncode == 0
