"""Tests the pages on which the office adds, changes, copies and cancels events, and who is told of it."""

import contextlib
import itertools
import json
import re
import sqlite3
import urllib.parse

import icalendar
import pytest

from conftest import Site, end, wait_until
from office_client import Client, add_account
from smtp_server import Server

addresses = (f"127.9.0.{number}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("office"))
    for name, role in (("olga", "editor"), ("oleg", "editor"), ("roman", "reader")):
        add_account(site, name, role)
    yield site.start()
    end(site)


@pytest.fixture(scope="module")
def olga(office):
    return Client(office, address=next(addresses)).sign_in("olga")


def stored(site, uid):
    """Returns the text of an event as it is stored; None if there is none."""
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        row = store.execute("SELECT text FROM object WHERE uid = ?", (uid,)).fetchone()
    return row and (row[0] if isinstance(row[0], str) else row[0].decode())


def component(site, uid):
    calendar = icalendar.Calendar.from_ical(stored(site, uid))
    return next(part for part in calendar.subcomponents if part.name in ("VEVENT", "VJOURNAL"))


def uid_of(client):
    path = urllib.parse.urlparse(client.reply.url).path
    assert path.startswith("/office/event/"), client.reply.url
    return urllib.parse.unquote(path.removeprefix("/office/event/"))


def add(client, **values):
    """Adds an event by the form and returns its UID."""
    fields = {"title-ru": "Сессия", "form": "times", "start-day": "2051-03-10", "start-time": "10:00", "end-time": "12:30", **{name.replace("_", "-"): value for name, value in values.items()}}
    client.get("/office/new-event")
    send_form(client, fields)
    assert client.reply.status_code == 200, client.page.faults
    return uid_of(client)


def send_form(client, fields):
    """Sends the form of an event, which is the one with the field `title-ru`."""
    form = next(form for form in client.page.forms if "title-ru" in form["fields"])
    return client.post(client.reply.url, {name: value for name, value in dict(form["fields"], **fields).items() if value is not None})


def edit(client, uid, **fields):
    client.get(f"/office/edit-event/{urllib.parse.quote(uid)}")
    return send_form(client, {name.replace("_", "-"): value for name, value in fields.items()})


def act(client, uid, action, **fields):
    client.get(f"/office/event/{urllib.parse.quote(uid)}")
    own = [form["fields"] for form in client.page.forms if form["fields"].get("action") == action or ("action", action) in form["buttons"]]
    token = client.page.form("/office/logout")["fields"]["csrf"]
    return client.post(client.reply.url, {**(own[0] if own else {}), "csrf": token, "action": action, **{name.replace("_", "-"): value for name, value in fields.items()}})


def test_an_event_gets_all_that_its_form_says(office, olga):
    uid = add(olga, title_ru="Сессия кластера", title_en="Cluster session", kind="session", **{"class": "PUBLIC"}, status="CONFIRMED", in_zone="Asia/Yekaterinburg",
              place="Зал «Север»", text="Первая строка\r\nВторая; с точкой", link="https://example.org/a", contact="Анна, +7 000",
              speakers="Иван Иванов; эксперт; Парк\r\nЖанна", organisers="Ассоциация", files="https://example.org/p.pdf Программа\nhttps://example.org/b.pdf",
              repeat="WEEKLY", every="2", on_WE="1", on_FR="1", count="6")
    event = component(office, uid)
    assert event.name == "VEVENT" and str(event["SUMMARY"]) == "Сессия кластера" and event["SUMMARY"].params["LANGUAGE"] == "ru"
    assert str(event["X-CONVENED-SUMMARY"]) == "Cluster session" and event["X-CONVENED-SUMMARY"].params["LANGUAGE"] == "en"
    assert event["DTSTART"].to_ical() == b"20510310T100000" and event["DTSTART"].params["TZID"] == "Asia/Yekaterinburg"
    assert event["DTEND"].to_ical() == b"20510310T123000"
    assert event["RRULE"].to_ical() == b"FREQ=WEEKLY;COUNT=6;INTERVAL=2;BYDAY=WE,FR"
    assert str(event["LOCATION"]) == "Зал «Север»" and str(event["DESCRIPTION"]) == "Первая строка\nВторая; с точкой"
    assert str(event["URL"]) == "https://example.org/a" and str(event["CONTACT"]) == "Анна, +7 000" and str(event["STATUS"]) == "CONFIRMED"
    assert [str(file) for file in event["ATTACH"]] == ["https://example.org/p.pdf", "https://example.org/b.pdf"]
    assert event["ATTACH"][0].params["FILENAME"] == "Программа"
    text = stored(office, uid)
    assert text.count("BEGIN:PARTICIPANT") == 3 and "SUMMARY:Иван Иванов" in text and "CATEGORIES:SESSION" in text and "CLASS:PUBLIC" in text
    assert "раз" in olga.page.text and "Cluster session" in olga.page.text and "Сохранено." in olga.page.text


def test_the_form_of_an_event_changes_nothing_by_itself(office, olga):
    uid = add(olga, text="строка", speakers="Иван; эксперт; Парк", files="https://example.org/p.pdf Имя", repeat="DAILY", until="2051-03-20")
    before = stored(office, uid)
    edit(olga, uid)
    after = stored(office, uid)
    changed = re.compile(r"^(DTSTAMP|LAST-MODIFIED):.*$", re.M)
    assert changed.sub("", before) == changed.sub("", after)


def test_a_change_leaves_all_other_lines_as_they_are(office, olga):
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//other//EN", "BEGIN:VEVENT", "UID:foreign@example.org", "DTSTAMP:20260101T000000Z",
                        "SUMMARY;X-ODD=1:Чужое событие", "DTSTART:20510310T100000Z", "DURATION:PT1H", "X-KEPT;A=\"b,c\":value", "CATEGORIES:SESSION,OTHER",
                        "RRULE:FREQ=MONTHLY;BYDAY=2TU;BYSETPOS=1", "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT5M", "DESCRIPTION:x", "END:VALARM", "END:VEVENT", "END:VCALENDAR", ""])
    office.convene("import", "-", stdin=text.encode())
    edit(olga, "foreign@example.org", place="Рузаевка")
    expected = set(text.split("\r\n")) | {"LOCATION:Рузаевка", "BEGIN:VLOCATION", "NAME:Рузаевка", "END:VLOCATION"}
    lines = set(stored(office, "foreign@example.org").split("\r\n"))
    assert {line for line in lines ^ expected if not re.match(r"DTSTAMP|LAST-MODIFIED|SEQUENCE|UID:[\w-]{32}$", line)} == set()


@pytest.mark.parametrize("fields, field", [
    ({"title-ru": ""}, "title-ru"), ({"start-day": ""}, "start-day"), ({"start-day": "2051-02-30"}, "start-day"), ({"start-time": "25:00"}, "start-time"),
    ({"end-time": "09:00"}, "end-time"), ({"end-day": "2051-03-09"}, "end-day"), ({"link": "javascript:alert(1)"}, "link"), ({"files": "ftp://x"}, "files"),
    ({"in-zone": "Nowhere/City"}, "in-zone"), ({"repeat": "WEEKLY", "every": "0"}, "every"), ({"repeat": "DAILY", "count": "x"}, "count"),
    ({"repeat": "DAILY", "until": "2051-01-01"}, "until"), ({"repeat": "DAILY", "count": "2", "until": "2051-04-01"}, "count"),
    ({"form": "none", "repeat": "DAILY"}, "repeat"), ({"kind": "nothing"}, "kind"),
])
def test_bad_input_stays_in_the_form_with_the_fault_at_its_field(office, olga, fields, field):
    typed = {"title-ru": "Заголовок <b>\"x\"", "form": "times", "start-day": "2051-03-10", "start-time": "10:00", "end-time": "11:00", "text": "Долгий\nтекст & знак", "place": "Где-то"}
    olga.get("/office/new-event")
    send_form(olga, {**typed, **fields})
    assert olga.reply.status_code == 422 and list(olga.page.faults) == [field], (olga.page.faults, olga.reply.text[:3000])
    shown = next(form["fields"] for form in olga.page.forms if "title-ru" in form["fields"])
    for name, value in {**typed, **fields}.items():
        if name not in ("form", "kind"):
            assert shown[name] == value
    assert f'href="#{field}"' in olga.reply.text
    assert "<b>" not in olga.reply.text


def test_two_editors_see_what_the_other_one_has_changed(office, olga):
    oleg = Client(office, address=next(addresses)).sign_in("oleg")
    uid = add(olga, place="Зал А", text="Прежний текст")
    path = f"/office/edit-event/{urllib.parse.quote(uid)}"
    olga.get(path), oleg.get(path)
    send_form(oleg, {"place": "Зал Б", "contact": "Олег"})
    send_form(olga, {"place": "Зал В", "text": "Новый текст"})
    assert olga.reply.status_code == 409 and "изменил кто-то ещё" in olga.page.text and "Зал Б" in olga.page.text
    assert "взято в форму: Контакт для вопросов : Олег" in olga.page.text
    shown = next(form["fields"] for form in olga.page.forms if "title-ru" in form["fields"])
    assert (shown["place"], shown["text"], shown["contact"]) == ("Зал В", "Новый текст", "Олег")
    assert "LOCATION:Зал Б" in stored(office, uid)
    send_form(olga, {})
    event = component(office, uid)
    assert (str(event["LOCATION"]), str(event["DESCRIPTION"]), str(event["CONTACT"])) == ("Зал В", "Новый текст", "Олег")


def parts(site, uid):
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        return [row[0] for row in store.execute("SELECT uid FROM object WHERE parent = ? ORDER BY start, uid", (uid,))]


def test_a_programme_moves_with_its_event_and_is_copied_with_it(office, olga):
    uid = add(olga, form="days", start_day="2051-03-10", end_day="2051-03-11", start_time=None, end_time=None)
    for title, start in (("Открытие", "10:00"), ("Доклады", "11:00")):
        act(olga, uid, "add-part", part_title=title, part_day="2051-03-10", part_start=start, part_end="12:00", part_place="Зал")
    act(olga, uid, "add-part", part_title="Выставка", part_day="2051-03-11", part_start="", part_end="", part_place="")
    assert olga.page.text.count("Открытие") == 1 and "Часть программы добавлена." in olga.page.text
    starts = [component(office, part)["DTSTART"].to_ical() for part in parts(office, uid)]
    assert sorted(starts) == [b"20510310T100000", b"20510310T110000", b"20510311"]
    edit(olga, uid, start_day="2051-03-17", end_day="2051-03-18")
    starts = [component(office, part)["DTSTART"].to_ical() for part in parts(office, uid)]
    assert sorted(starts) == [b"20510317T100000", b"20510317T110000", b"20510318"]
    # The parts that are in the place of the event follow it to another place, unless the form says no.
    for place, more in (("Зал", {}), ("Фойе", {}), ("Двор", {"with_parts": None})):
        edit(olga, uid, place=place, **more)
    assert sorted(str(component(office, part).get("LOCATION")) for part in parts(office, uid)) == ["None", "Фойе", "Фойе"]
    act(olga, uid, "copy", copy_day="2052-03-20")
    copy = uid_of(olga)
    assert copy != uid and component(office, copy)["DTSTART"].to_ical() == b"20520320" and "CLASS:PRIVATE" in stored(office, copy)
    starts = [component(office, part)["DTSTART"].to_ical() for part in parts(office, copy)]
    assert sorted(starts) == [b"20520320T100000", b"20520320T110000", b"20520321"]
    assert len(parts(office, uid)) == 3


def test_an_event_is_postponed_without_a_date_and_dated_again(office, olga):
    uid = add(olga, place="Зал", speakers="Иван", repeat="DAILY", count="3", **{"class": "PUBLIC"})
    act(olga, uid, "postpone")
    assert "Событие отложено" in olga.page.text
    draft = component(office, uid)
    assert draft.name == "VJOURNAL" and str(draft["STATUS"]) == "DRAFT" and not {"DTSTART", "RRULE", "LOCATION"} & set(draft)
    assert "Зал" in stored(office, uid) and stored(office, uid).count("BEGIN:PARTICIPANT") == 1
    assert office.convene("check").returncode == 0
    edit(olga, uid, form="times", start_day="2051-04-01", start_time="09:00", end_time="10:00")
    event = component(office, uid)
    assert event.name == "VEVENT" and event["DTSTART"].to_ical() == b"20510401T090000" and str(event["LOCATION"]) == "Зал"
    # Its parts lose their dates with it, and come back with it, those that have no date yet.
    for title, day in (("Открытие", "2051-04-01"), ("Обед", "2051-04-01"), ("Экскурсия", "2051-04-02")):
        act(olga, uid, "add-part", part_title=title, part_day=day, part_start="10:00", part_end="11:00", part_place="Фойе")
    for part in parts(office, uid):
        office.convene("set", part, "LOCATION", "Фойе", "--language=ru")
    act(olga, uid, "postpone")
    known = sorted(parts(office, uid), key=lambda part: component(office, part)["SUMMARY"])
    assert [component(office, part).name for part in known] == ["VJOURNAL"] * 3
    edit(olga, known[0], form="times", start_day="2051-06-05", start_time="13:00", end_time="14:00")
    edit(olga, uid, form="times", start_day="2051-06-04", start_time="09:30", end_time="10:00")
    starts = [component(office, part)["DTSTART"].to_ical() for part in known]
    assert starts == [b"20510605T130000", b"20510604T103000", b"20510605T103000"]
    excursion = component(office, known[2])
    assert excursion["DTEND"].to_ical() == b"20510605T113000" and str(excursion["LOCATION"]) == "Фойе" and excursion["LOCATION"].params["LANGUAGE"] == "ru" and office.convene("check").returncode == 0


def test_an_event_is_published_cancelled_restored_and_deleted(office, olga):
    uid = add(olga)
    public = f"/event/{urllib.parse.quote(uid)}"
    assert olga.get(public).reply.status_code == 404
    act(olga, uid, "add-part", part_title="Часть", part_day="2051-03-10")
    act(olga, uid, "publish")
    part, = parts(office, uid)
    assert "CLASS:PUBLIC" in stored(office, part)
    wait_until(lambda: olga.get(public).reply.status_code == 200)
    act(olga, uid, "cancel")
    assert str(component(office, uid)["STATUS"]) == "CANCELLED" and "отменено" in olga.page.text
    act(olga, uid, "restore")
    assert str(component(office, uid)["STATUS"]) == "CONFIRMED"
    act(olga, uid, "hide")
    assert "CLASS:PRIVATE" in stored(office, uid) and "CLASS:PRIVATE" in stored(office, part)
    act(olga, uid, "undo")
    assert "CLASS:PUBLIC" in stored(office, uid) and "CLASS:PUBLIC" in stored(office, part) and "Изменение отменено." in olga.page.text
    assert "olga, эти страницы" in olga.page.text
    act(olga, uid, "delete")
    olga.get("/office/trash")
    assert stored(office, uid) is None
    olga.send({"uid": uid}, button=uid)
    assert "Событие возвращено." in olga.page.text and "CLASS:PUBLIC" in stored(office, uid)
    act(olga, uid, "delete")
    assert stored(office, uid) is None and olga.get(f"/office/event/{urllib.parse.quote(uid)}").reply.status_code == 404


def test_one_occurrence_is_moved_and_another_cancelled(office, olga):
    uid = add(olga, repeat="WEEKLY", count="4")
    act(olga, uid, "occurrence", at="2051-03-17T10:00", how="move", to_day="2051-03-18", to_time="15:00")
    assert "Эта дата перенесена." in olga.page.text
    act(olga, uid, "occurrence", at="2051-03-24T10:00", how="cancel")
    overrides = {part["RECURRENCE-ID"].to_ical(): part for part in icalendar.Calendar.from_ical(stored(office, uid)).walk("VEVENT") if "RECURRENCE-ID" in part}
    assert overrides[b"20510317T100000"]["DTSTART"].to_ical() == b"20510318T150000" and overrides[b"20510317T100000"]["DTEND"].to_ical() == b"20510318T173000"
    assert str(overrides[b"20510324T100000"]["STATUS"]) == "CANCELLED" and len(overrides) == 2
    assert act(olga, uid, "occurrence", at="2051-03-25T10:00", how="cancel").reply.status_code == 422


@pytest.mark.parametrize("action, fields, faults", [
    ("add-part", {"part-title": "", "part-day": "2051-03-10", "part-start": "10:00", "part-place": "Зал <1>"}, {"part-title": "Нужно название"}),
    ("add-part", {"part-title": "Часть", "part-day": "2051-13-10", "part-end": "11:00"}, {"part-day"}),
    ("add-part", {"part-title": "Часть", "part-day": "2051-03-10", "part-start": "25:00"}, {"part-start"}),
    ("add-part", {"part-title": "Часть", "part-day": "2051-03-10", "part-start": "12:00", "part-end": "11:00"}, {"part-end": "Окончание раньше начала"}),
    ("copy", {"copy-day": "завтра"}, {"copy-day"}),
    ("occurrence", {"how": "move", "at": "2051-03-12T10:00", "to-day": "2051-02-30", "to-time": "12:00"}, {"to-day"}),
    ("occurrence", {"how": "move", "at": "2051-03-12T10:00", "to-day": "2051-03-13", "to-time": "noon"}, {"to-time"})])
def test_a_small_form_with_a_fault_comes_back_as_it_was_typed(office, olga, action, fields, faults):
    uid = add(olga, title_ru="Мелкие формы", repeat="DAILY", count="5")
    before = stored(office, uid)
    act(olga, uid, action, **fields)
    assert olga.reply.status_code == 422 and stored(office, uid) == before and parts(office, uid) == []
    assert set(olga.page.faults) == set(faults) and (isinstance(faults, set) or olga.page.faults == faults)
    form, = [form for form in olga.page.forms if form["fields"].get("action") == action and form["fields"].get("at") == fields.get("at")]
    typed = {name: value for name, value in fields.items() if name != "how"}
    assert {name: form["fields"][name] for name in typed} == typed
    assert form["action"] is None and "Мелкие формы" in olga.page.text


def test_an_action_that_is_not_possible_leaves_the_page_and_its_ticks(office, olga):
    uid = add(olga, title_ru="Не в серии")
    for action, fields in (("occurrence", {"how": "cancel", "at": "2051-03-12T10:00"}), ("unknown", {})):
        act(olga, uid, action, **fields)
        assert olga.reply.status_code == 422 and "Не в серии" in olga.page.text and "Это действие здесь невозможно" in olga.page.text


def test_a_reader_sees_events_and_changes_nothing(office, olga):
    uid = add(olga, title_ru="Для чтения")
    roman = Client(office, address=next(addresses)).sign_in("roman")
    before = stored(office, uid)
    assert "Для чтения" in roman.get(f"/office/event/{urllib.parse.quote(uid)}").page.text
    assert not any(form["buttons"] for form in roman.page.forms if form["action"] != "/office/logout")
    assert act(roman, uid, "cancel").reply.status_code == 403
    assert roman.get("/office/new-event").reply.status_code == 403
    assert roman.get(f"/office/edit-event/{urllib.parse.quote(uid)}").reply.status_code == 403
    token = roman.get("/office/events").page.form("/office/logout")["fields"]["csrf"]
    assert roman.post("/office/new-event", {"csrf": token, "title-ru": "x"}).reply.status_code == 403
    assert stored(office, uid) == before


def test_an_account_sees_only_the_calendars_that_it_may_read(office, olga):
    uid = add(olga, title_ru="Скрытый календарь")
    add_account(office, "rita", "reader")
    office.convene("account", "grant", "rita", "events", "none")
    rita = Client(office, address=next(addresses)).sign_in("rita")
    assert rita.get("/office/events", params={"q": "скрытый"}).reply.status_code == 200 and "Скрытый календарь" not in rita.page.text
    assert rita.get(f"/office/event/{urllib.parse.quote(uid)}").reply.status_code == 403
    roman = Client(office, address=next(addresses)).sign_in("roman")
    assert "Скрытый календарь" in roman.get("/office/events", params={"q": "скрытый"}).page.text


def test_an_editor_without_the_right_to_the_calendar_changes_nothing(office, olga):
    uid = add(olga)
    add_account(office, "boris", "editor")
    boris = Client(office, address=next(addresses)).sign_in("boris")
    office.convene("account", "grant", "boris", "events", "read")
    before = stored(office, uid)
    assert act(boris, uid, "cancel").reply.status_code == 403
    # A part that the account may only read does not keep the event from being published.
    office.convene("add", "--calendar=boris-own", "--uid=own@x", "--summary=x", "--start=2051-01-01T10:00", "--class=PRIVATE")
    office.convene("account", "grant", "boris", "boris-own", "write")
    office.convene("set", uid, "RELATED-TO", "own@x")
    assert act(boris, "own@x", "publish").reply.status_code == 200
    assert "CLASS:PUBLIC" in stored(office, "own@x") and "CLASS:PRIVATE" in stored(office, uid)
    before = stored(office, uid)
    assert boris.get(f"/office/edit-event/{urllib.parse.quote(uid)}").reply.status_code == 403
    assert stored(office, uid) == before


def test_the_list_is_filtered_searched_and_turned(office, olga):
    for number in range(60):
        add(olga, title_ru=f"Ёлка номер {number}", form="days", start_day=f"2052-{number // 28 + 1:02}-{number % 28 + 1:02}", start_time=None, end_time=None)
    olga.get("/office/events", params={"q": "елка НОМЕР"})
    assert "страница 1" in olga.page.text and olga.reply.text.count("<tr><td class=\"when\">") == 50
    following = next(link for link in olga.page.links if link and "page=2" in link)
    assert olga.get(following).reply.text.count("<tr><td class=\"when\">") == 10 and "Ёлка номер 59" in olga.page.text
    assert "60 событий, страница 2" in " ".join(olga.page.text.split())
    assert "0 событий" in olga.get("/office/events", params={"q": "елка", "when": "past"}).page.text
    assert "60 событий" in " ".join(olga.get("/office/events", params={"q": "елка", "state": "hidden", "page": "2"}).page.text.split())
    assert "0 событий" in olga.get("/office/events", params={"q": "елка", "state": "cancelled"}).page.text
    assert "0 событий" in olga.get("/office/events", params={"q": "елка", "kind": "exhibition"}).page.text


def test_sites_bodies_calendars_and_kinds_are_listed(office, olga):
    for kind, name in (("location", "Технопарк Север"), ("org", "Ассоциация кластеров")):
        office.convene("import", "-", stdin=f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{kind}@x\r\nKIND:{kind}\r\nFN:{name}\r\nEND:VCARD\r\n".encode())
    olga.get("/office/places")
    assert "Площадки Технопарк Север Новая площадка Организации Ассоциация кластеров" in olga.page.text
    assert "events календарь, вы можете править" in olga.page.text and "Выставк" in olga.page.text
    assert 'value="Технопарк Север"' in olga.get("/office/new-event").reply.text
    roman = Client(office, address=next(addresses)).sign_in("roman")
    assert "events календарь, вы можете читать" in roman.get("/office/places").page.text and "Ассоциация" not in roman.page.text


# ---- Who is told ----

EVENT = "practical-session@example.org"
CALENDAR = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", "BEGIN:VEVENT", f"UID:{EVENT}", "DTSTAMP:20260101T000000Z", "SUMMARY:Практическая сессия",
                        "LOCATION:Саранск", "CATEGORIES:SESSION", "DTSTART;VALUE=DATE:20510624", "DTEND;VALUE=DATE:20510626", "END:VEVENT", "END:VCALENDAR", ""])
CARD = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{0}@x.example\r\nFN:Guest {0}\r\nEMAIL:{0}@example.org\r\nLANG:{1}\r\nTZ:Europe/Moscow\r\nEND:VCARD\r\n"


def rows(site, **wanted):
    found = [json.loads(line) for line in site.convene("outbox", "--json").stdout.splitlines()]
    return [row for row in found if all(row[name] == value for name, value in wanted.items())]


def test_before_anything_is_mailed_the_editor_is_asked(make_site):
    with Server({}) as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; settle = "PT10M";')
        add_account(site)
        site.convene("import", "-", stdin=CALENDAR.encode())
        for name, language in (("v", "ru"), ("w", "en")):
            site.convene("import", "-", stdin=CARD.format(name, language).encode())
            site.convene("subscribe", f"{name}@example.org", "--event", EVENT, "--lead=-P3D@18:00")
        # No mail has told the third person of the event yet.
        site.convene("import", "-", stdin=CARD.format("z", "ru").encode())
        site.convene("subscribe", "z@example.org", "--event", EVENT, "--lead=-PT1H")
        site.start("--rehearse=2051-06-21T17:59:57+03:00")
        wait_until(lambda: len(rows(site, kind="reminder", state="SENT")) == 2)
        client = Client(site).sign_in()
        before = stored(site, EVENT)
        edit(client, EVENT, place="Рузаевка")
        assert "Кого известить?" in client.page.text and "2 человека" in client.page.text and "Новое место: Рузаевка" in client.page.text
        assert "New place: Рузаевка" in client.page.text
        assert stored(site, EVENT) == before and not rows(site, kind="change")
        asked = client.page.forms[-1]["fields"]
        assert asked["notify"] == "later" and asked["place"] == "Рузаевка"
        client.post(client.reply.url, asked)
        assert "LOCATION:Рузаевка" in stored(site, EVENT)
        wait_until(lambda: len(rows(site, kind="change", state="PENDING")) == 2)
        client.get(f"/office/event/{EVENT}")
        assert "Ждут отправки 2 извещения" in client.page.text
        act(client, EVENT, "undo")
        assert "LOCATION:Саранск" in stored(site, EVENT)
        assert "Ждут отправки" not in client.page.text
        edit(client, EVENT, place="Темников")
        client.post(client.reply.url, dict(client.page.forms[-1]["fields"], notify="nobody"))
        # A change of the text tells nobody, so that nobody is asked about, as soon as the earlier change counts as told.
        wait_until(lambda: "Сохранено." in edit(client, EVENT, text="Только текст").page.text)
        edit(client, EVENT, place="Краснослободск")
        client.post(client.reply.url, dict(client.page.forms[-1]["fields"], notify="now"))
        wait_until(lambda: len(rows(site, kind="change", state="SENT")) == 2)
        edit(client, EVENT, place="Инсар")
        assert "2 человека: им уже писали о событии. Всего записано: 3." in client.page.text and "Ещё 1 человек записан, но о событии ему пока не писали" in client.page.text
        client.post(client.reply.url, dict(client.page.forms[-1]["fields"], notify="all-later"))
        wait_until(lambda: len(rows(site, kind="change", state="PENDING")) == 3)
        act(client, EVENT, "undo")
        # It was undone: nobody has told the third person.
        wait_until(lambda: "2 человека" in edit(client, EVENT, place="Ковылкино").page.text and "Ещё 1 человек" in client.page.text)
        client.post(client.reply.url, dict(client.page.forms[-1]["fields"], notify="all-now"))
        wait_until(lambda: len(rows(site, kind="change", state="SENT")) == 5)
        told = [message for message in server.messages if b"To: z@example.org" in message or b"<z@example.org>" in message]
        assert len(told) == 1 and len(server.messages) == 7
        # The third person counts as told from now on; a command tells all, too.
        edit(client, EVENT, place="Ардатов")
        assert "3 человека: им уже писали" in client.page.text and "Ещё" not in client.page.text
        assert site.convene("set", EVENT, "LOCATION", "Ардатов", "--notify=all").returncode == 0
        wait_until(lambda: len(rows(site, kind="change", state="SENT")) == 8)
        assert site.convene("set", EVENT, "LOCATION", "Ардатов", "--notify=none", check=False).returncode == 2
        assert len(server.messages) == 10
        assert site.convene("check").returncode == 0
