"""Tests the office's pages at their edges: forms sent twice, late or made up, and texts that other programs have stored."""

import contextlib
import itertools
import re
import signal
import sqlite3
import urllib.parse

import pytest

from conftest import Site, end, wait_until
from office_client import Client, add_account
from smtp_server import Server
from test_office_events import CALENDAR, CARD, EVENT, act, add, component, edit, rows, stored

addresses = (f"127.11.0.{number}" for number in itertools.count(1))
STAMPS = re.compile(r"^(DTSTAMP|LAST-MODIFIED|SEQUENCE):.*\r\n", re.M)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("office"))
    for name in ("olga", "boris"):
        add_account(site, name)
    yield site.start()
    end(site)


@pytest.fixture(scope="module")
def olga(office):
    return Client(office, address=next(addresses)).sign_in("olga")


def bring(site, uid, *lines, collection="events"):
    """Imports an event of another program."""
    text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//other//EN", "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines]
    if not any(line.startswith("SUMMARY") for line in lines):
        text.append("SUMMARY:Чужое событие")
    if not any(line.startswith("DTSTART") for line in lines):
        text += ["DTSTART:20510310T100000Z", "DTEND:20510310T110000Z"]
    text = "\r\n".join([*text, "END:VEVENT", "END:VCALENDAR", ""])
    site.convene("import", "--calendar", collection, "-", stdin=text.encode())
    return stored(site, uid)


def count(site, sql, *values):
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        return store.execute(sql, values).fetchone()[0]


def typed(client):
    """The form of an event as a browser without scripts shows it: a field of one line has no line ends."""
    form = next(form for form in client.page.forms if "title-ru" in form["fields"])
    areas = {"text", "organisers", "speakers", "files"}
    return {name: value if name in areas else re.sub(r"[\r\n]", "", value) for name, value in form["fields"].items()}


def save(client, uid, **values):
    client.get(f"/office/edit-event/{urllib.parse.quote(uid)}")
    return client.post(client.reply.url, dict(typed(client), **values))


def token(client):
    return client.page.form("/office/logout")["fields"]["csrf"]


@pytest.mark.parametrize("lines", [
    ["LOCATION:Зал 1\\nСаранск"], ["SUMMARY: Имя \\n вторая"], ["DESCRIPTION: с отступом\\n\\n"], ["CONTACT:a\\nb"], ["DTSTART:20510310T100007Z", "DTEND:20510310T110009Z"],
    ["DTSTART:20510310T100000", "DURATION:PT1H"], ["URL: https://example.org/"], ["CLASS:X-OWN"],
    ["ATTACH;FILENAME=\"a b\":https://example.org/a", "ATTACH;ENCODING=BASE64;VALUE=BINARY:AAAA"], ["DESCRIPTION:x\\n\\, y\\; z"],
], ids=str)
def test_what_was_not_touched_stays_byte_for_byte(office, olga, lines):
    uid = f"bytes-{abs(hash(tuple(lines)))}@example.org"
    before = bring(office, uid, *lines)
    save(olga, uid, **{"title-en": "Another"})
    assert olga.reply.status_code == 200 and "/event/" in olga.reply.url, olga.page.faults
    after = STAMPS.sub("", stored(office, uid))
    assert re.sub(r"X-CONVENED-SUMMARY;[^\r]*:Another\r\n", "", after) == STAMPS.sub("", before)


def test_a_zone_of_another_program_is_no_fault_of_an_untouched_field(office, olga):
    zone = ["BEGIN:VTIMEZONE", "TZID:Custom/Own", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0320", "TZOFFSETTO:+0320", "END:STANDARD", "END:VTIMEZONE"]
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//other//EN", *zone, "BEGIN:VEVENT", "UID:zone@example.org", "DTSTAMP:20260101T000000Z",
                        "SUMMARY:Зона", "DTSTART;TZID=Custom/Own:20510310T100000", "DTEND;TZID=Custom/Own:20510310T110000", "END:VEVENT", "END:VCALENDAR", ""])
    office.convene("import", "-", stdin=text.encode())
    save(olga, "zone@example.org", text="новое")
    assert "DESCRIPTION:новое" in stored(office, "zone@example.org"), olga.page.faults
    assert "DTSTART;TZID=Custom/Own:20510310T100000" in stored(office, "zone@example.org")


def test_another_kind_leaves_the_other_categories(office, olga):
    bring(office, "tags@example.org", "CATEGORIES:VIP,SESSION", "CATEGORIES:Сад")
    save(olga, "tags@example.org", kind="exhibition")
    value = ",".join(re.findall(r"CATEGORIES[^:]*:([^\r]*)", stored(office, "tags@example.org")))
    assert sorted(value.split(",")) == ["EXHIBITION", "VIP", "Сад"]


def test_another_file_leaves_those_that_the_form_does_not_show(office, olga):
    bring(office, "attached@example.org", "ATTACH;FMTTYPE=text/plain:https://example.org/a", "ATTACH;ENCODING=BASE64;VALUE=BINARY:AAAA")
    olga.get("/office/edit-event/attached@example.org")
    fields = typed(olga)
    olga.post(olga.reply.url, dict(fields, files=fields["files"] + "\nhttps://example.org/b Второй"))
    text = stored(office, "attached@example.org")
    assert "ATTACH;ENCODING=BASE64;VALUE=BINARY:AAAA" in text and "https://example.org/b" in text
    assert "ATTACH;FMTTYPE=text/plain:https://example.org/a" in text


def test_a_form_sent_twice_is_stored_once(office, olga):
    olga.get("/office/new-event")
    fields = dict(typed(olga), **{"title-ru": "Двойной щелчок", "start-day": "2051-03-10", "start-time": "10:00"})
    url = olga.reply.url
    first = olga.post(url, fields).reply.url
    again = olga.post(url, fields).reply.url
    assert urllib.parse.urlparse(first).path == urllib.parse.urlparse(again).path
    assert count(office, "SELECT count(*) FROM object WHERE name = 'Двойной щелчок'") == 1


@pytest.mark.parametrize("action, fields, name", [("add-part", {"part-title": "Дважды часть"}, "Дважды часть"), ("copy", {"copy-day": "2052-03-10"}, "Дважды копия")])
def test_a_button_pressed_twice_makes_one_object(office, olga, action, fields, name):
    uid = add(olga, title_ru=name if action == "copy" else "Целое")
    olga.get(f"/office/event/{uid}")
    form = next(form for form in olga.page.forms if form["fields"].get("action") == action)
    url = olga.reply.url
    for _ in range(2):
        assert olga.post(url, dict(form["fields"], **fields)).reply.status_code == 200
    assert count(office, "SELECT count(*) FROM object WHERE name = ?", name) == (2 if action == "copy" else 1)


def test_a_change_sent_twice_is_no_conflict(office, olga):
    uid = add(olga)
    olga.get(f"/office/edit-event/{uid}")
    fields, url = dict(typed(olga), place="Рузаевка"), olga.reply.url
    assert olga.post(url, fields).reply.status_code == 200
    assert olga.post(url, fields).reply.status_code == 200


def test_an_undo_pressed_twice_undoes_once(office, olga):
    uid = add(olga)
    edit(olga, uid, place="Рузаевка")
    edit(olga, uid, place="Темников")
    olga.get(f"/office/event/{uid}")
    form, url = olga.page.form(button="undo"), olga.reply.url
    olga.post(url, dict(form["fields"], action="undo"))
    olga.post(url, dict(form["fields"], action="undo"))
    assert "LOCATION:Рузаевка" in stored(office, uid)


def test_an_undo_does_not_take_back_what_another_editor_has_changed_since(office, olga):
    uid = add(olga)
    edit(olga, uid, place="Рузаевка")
    olga.get(f"/office/event/{uid}")
    form, url = olga.page.form(button="undo"), olga.reply.url
    office.convene("set", uid, "DESCRIPTION", "Новое")
    assert olga.post(url, dict(form["fields"], action="undo")).reply.status_code in (409, 422)
    assert "DESCRIPTION:Новое" in stored(office, uid)


def test_an_undo_takes_back_all_that_one_button_has_changed(office, olga):
    uid = add(olga, title_ru="Целое")
    act(olga, uid, "add-part", part_title="Часть", part_day="2051-03-10", part_start="10:00")
    act(olga, uid, "cancel")
    part = count(office, "SELECT uid FROM object WHERE parent = ?", uid)
    assert component(office, part)["STATUS"] == "CANCELLED"
    olga.get(f"/office/event/{uid}")
    olga.send(button="undo")
    assert component(office, uid).get("STATUS") != "CANCELLED" and component(office, part).get("STATUS") != "CANCELLED"


def test_the_history_calls_only_an_undo_so(office, olga):
    uid = add(olga)
    edit(olga, uid, place="Рузаевка")
    olga.get(f"/office/event/{uid}")
    olga.send(button="undo")
    edit(olga, uid, place="Темников")
    causes = "SELECT cause FROM history WHERE uid = ? ORDER BY id DESC"
    assert count(office, causes, uid) == count(office, causes.replace("DESC", ""), uid)


@pytest.mark.parametrize("action", ["delete", "postpone", "cancel"])
def test_a_whole_takes_no_part_of_a_calendar_that_the_account_may_not_write(office, olga, action):
    office.convene("account", "grant", "boris", "events", "read")
    whole, part = f"whole-{action}@example.org", f"part-{action}@example.org"
    bring(office, whole, collection="fairs")
    before = bring(office, part, f"RELATED-TO;RELTYPE=PARENT:{whole}")
    boris = Client(office, address=next(addresses)).sign_in("boris")
    act(boris, whole, action)
    assert stored(office, part) == before
    assert stored(office, whole) and boris.reply.status_code == 403


def test_an_event_comes_back_under_its_name_with_its_listings(office, olga):
    uid = add(olga, title_ru="Вернётся")
    resource = count(office, "SELECT resource FROM object WHERE uid = ?", uid)
    before = stored(office, uid)
    act(olga, uid, "delete")
    olga.get("/office/trash")
    olga.post("/office/trash", {"csrf": token(olga), "uid": uid})
    assert olga.reply.status_code == 200
    assert count(office, "SELECT resource FROM object WHERE uid = ?", uid) == resource
    assert STAMPS.sub("", stored(office, uid)) == STAMPS.sub("", before)


def test_a_part_needs_an_event_as_its_whole(office, olga):
    office.convene("import", "-", stdin=b"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:card@example.org\r\nFN:Guest\r\nEMAIL:g@example.org\r\nEND:VCARD\r\n")
    olga.get("/office/new-event?parent=card@example.org")
    olga.post(olga.reply.url, dict(typed(olga), **{"title-ru": "Часть карточки", "start-day": "2051-03-10", "start-time": "10:00"}))
    assert olga.reply.status_code == 404
    assert count(office, "SELECT count(*) FROM object WHERE name = 'Часть карточки'") == 0


@pytest.mark.parametrize("fields", [{"class": "PUBLIC\r\nX-EVIL:1"}, {"status": "TENTATIVE\r\nX-EVIL:1"}, {"status": "X"}, {"class": "X"}, {"link": "https://x\r\nX-EVIL:1"},
                                    {"files": "https://x/\x0bX-EVIL:1"}, {"title-ru": "a\x01b"}, {"place": "\x7f"}, {"speakers": "a;b\x02;c"}, {"kind": "session\nX-EVIL:1"},
                                    {"repeat": "DAILY", "until": "2051-13-01"}, {"start-day": "0000-01-01"}, {"start-day": "9999-12-31", "end-day": "9999-12-31", "form": "days"},
                                    {"start-day": "2051-03-10x"}, {"start-time": "24:00"}, {"in-zone": "../../etc/passwd"}, {"form": "x"}, {"text": "x" * 300000}, {"title-ru": "\u202eabc"},
                                    {"speakers": "a\n" * 400}, {"organisers": "a\n" * 400}, {"files": "https://example.org/a\n" * 400}],
                         ids=lambda fields: str(fields)[:40])
def test_bad_input_is_told_in_the_form(office, olga, fields):
    olga.get("/office/new-event")
    olga.post(olga.reply.url, dict(typed(olga), **{"title-ru": "Плохое", "start-day": "2051-03-10", "start-time": "10:00", **fields}))
    assert olga.reply.status_code in (200, 413, 422)
    assert count(office, "SELECT count(*) FROM object WHERE text LIKE '%\nX-EVIL%' OR status LIKE 'X%' OR class LIKE 'X%' AND uid NOT LIKE 'bytes%'") == 0
    assert olga.reply.status_code != 200 or "/event/" in olga.reply.url
    print(olga.reply.status_code, olga.page.faults)


def test_a_form_sent_after_the_session_has_ended_is_kept_through_the_login(office):
    client = Client(office, address=next(addresses)).sign_in("olga")
    client.get("/office/new-event")
    fields = dict(typed(client), **{"title-ru": "Пережило <вход>", "text": "одна\r\nдве", "start-day": "2051-03-10", "start-time": "10:00"})
    url = client.reply.url
    client.session.cookies.clear()
    client.post(url, fields)
    client.send({"name": "olga", "password": "wrong"}, path="/office/login")
    client.send({"name": "olga", "password": "correct horse battery"}, path="/office/login")
    assert count(office, "SELECT count(*) FROM object WHERE name = 'Пережило <вход>'") == 0
    client.send(path="/office/new-event")
    assert "DESCRIPTION:одна\\nдве" in stored(office, count(office, "SELECT uid FROM object WHERE name = 'Пережило <вход>'"))


def test_a_form_of_an_earlier_session_comes_back_with_a_new_token(office):
    client = Client(office, address=next(addresses)).sign_in("olga")
    client.get("/office/new-event")
    fields = dict(typed(client), **{"title-ru": "Из прежнего <сеанса>", "text": "одна\r\nдве", "start-day": "2051-03-10", "start-time": "10:00"})
    own, url = {"Origin": office.url}, client.reply.url
    client.send(path="/office/logout")
    client.sign_in("olga").post(url, fields, headers=own)
    form = client.page.form("/office/new-event")
    assert client.reply.status_code == 403 and form["fields"] == dict(fields, csrf=token(client), text="одна\nдве") and "Ещё ничего не записано" in client.page.text
    assert count(office, "SELECT count(*) FROM object WHERE name = 'Из прежнего <сеанса>'") == 0
    for headers in ({"Origin": "https://example.org"}, {"Sec-Fetch-Site": "cross-site"}, {}):
        client.post(url, fields, headers=headers)
        assert client.reply.status_code == 403 and "прежнего" not in client.reply.text
    client.post(url, fields, headers=own).send(path="/office/new-event", headers=own)
    assert "DESCRIPTION:одна\\nдве" in stored(office, count(office, "SELECT uid FROM object WHERE name = 'Из прежнего <сеанса>'"))


def test_a_kept_form_goes_to_its_whole_address_and_has_no_secrets(office):
    client = Client(office, address=next(addresses)).sign_in("olga")
    client.post("/office/new-place?kind=org&x=%D1%8F", {"csrf": "0" * 64, "name-ru": "Ассоциация", "password": "secret-1", "code": "secret-2"}, headers={"Origin": office.url})
    assert client.page.form("/office/new-place?kind=org&x=%D1%8F")["fields"]["name-ru"] == "Ассоциация" and "secret" not in client.reply.text
    client.session.cookies.clear()
    client.post("/office/new-place?kind=org", {"csrf": "0" * 64, "name-ru": "Ассоциация"})
    client.send({"name": "olga", "password": "correct horse battery"}, path="/office/login")
    assert client.page.form("/office/new-place?kind=org")["fields"]["name-ru"] == "Ассоциация"


def test_the_whole_of_a_hidden_calendar_is_not_named(office, olga):
    add_account(office, "rita", "reader")
    bring(office, "hidden-whole@example.org", "SUMMARY:Тайное целое", collection="secret")
    office.convene("account", "grant", "rita", "secret", "none")
    bring(office, "open-part@example.org", "RELATED-TO;RELTYPE=PARENT:hidden-whole@example.org")
    rita = Client(office, address=next(addresses)).sign_in("rita")
    assert rita.get("/office/event/open-part@example.org").reply.status_code == 200 and "Тайное целое" not in rita.page.text


def test_a_series_moved_to_another_time_keeps_its_exceptions(office, olga):
    uid = add(olga, title_ru="Серия", repeat="DAILY", count="5")
    act(olga, uid, "occurrence", at="2051-03-12T10:00", how="cancel")
    before = stored(office, uid)
    edit(olga, uid, start_time="11:00", end_time="12:00")
    assert olga.reply.status_code == 422 and "start-day" in olga.page.faults and stored(office, uid) == before
    edit(olga, uid, end_time="13:00")
    assert olga.reply.status_code == 200 and "RECURRENCE-ID;TZID=Europe/Moscow:20510312T100000" in stored(office, uid)


def test_who_was_told_hears_of_what_the_editor_says_and_of_no_undone_deletion(make_site):
    with Server({}) as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; settle = "PT10M";')
        add_account(site)
        site.convene("import", "-", stdin=CALENDAR.encode())
        site.convene("import", "-", stdin=CARD.format("v", "ru").encode())
        site.convene("subscribe", "v@example.org", "--event", EVENT, "--lead=-P3D@18:00")
        site.start("--rehearse=2051-06-21T17:59:57+03:00")
        wait_until(lambda: rows(site, kind="reminder", state="SENT"))
        client = Client(site).sign_in()
        before = stored(site, EVENT)
        act(client, EVENT, "delete")
        assert "Кого известить?" in client.page.text and stored(site, EVENT) == before
        client.post(client.reply.url, dict(client.page.forms[-1]["fields"], notify="later"))
        client.get("/office/trash")
        client.post("/office/trash", {"csrf": token(client), "uid": EVENT})
        assert client.reply.status_code == 200 and STAMPS.sub("", stored(site, EVENT)) == STAMPS.sub("", before), client.page.text
        client.get("/office/events")
        assert "Практическая сессия" in client.page.text
        # The undo on the page of the event does the same.
        act(client, EVENT, "delete")
        client.post(client.reply.url, dict(client.page.forms[-1]["fields"], notify="later"))
        assert "STATUS:CANCELLED" in stored(site, EVENT)
        act(client, EVENT, "undo")
        assert client.reply.status_code == 200 and STAMPS.sub("", stored(site, EVENT)) == STAMPS.sub("", before), client.page.text
        act(client, EVENT, "notices-now")
        site.stop(signal.SIGKILL)
        site.start("--rehearse=2051-06-21T18:30:00+03:00")
        edit(Client(site).sign_in(), EVENT, text="Дальше")
        assert not rows(site, kind="cancel", state="SENT") and not rows(site, kind="change", state="SENT")
        assert len(server.messages) == 1
        # A deletion whose notices are sent at once is one all the same.
        client = Client(site).sign_in()
        act(client, EVENT, "delete")
        client.post(client.reply.url, dict(client.page.forms[-1]["fields"], notify="later"))
        act(client, EVENT, "notices-now")
        wait_until(lambda: rows(site, kind="cancel", state="SENT"))
        wait_until(lambda: site.convene("show", EVENT, check=False).returncode != 0)
