"""The office's pages of sites, organisations, calendars and kinds: the forms, what they keep, two editors, the history and the undo."""

import datetime
import itertools
import urllib.parse
import xml.etree.ElementTree

import pytest
import requests
import vobject

from conftest import Site, end, wait_until
from office_client import PASSWORD, Client, add_account

addresses = (f"127.8.7.{number}" for number in itertools.count(1))
HALL = ("BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:location\r\nUID:hall\r\nFN;LANGUAGE=ru:Актовый зал\r\nX-CONVENED-SUMMARY;LANGUAGE=en:Assembly hall\r\nX-OWN:kept\r\n"
        "ADR;LABEL=\"one\":;;Ленина 1;Саранск;;430000;Россия\r\nADR;TYPE=work:;;Вторая\\, 2;;;;\r\nGEO:geo:54.213912,149.618412\r\nNOTE;LANGUAGE=ru:Первое\r\nNOTE;LANGUAGE=ru:Второе\\, с запятой\r\n"
        "URL:https://example.org/a,b;c\r\nEND:VCARD\r\n")


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("places"))
    add_account(site)
    add_account(site, "roman", "reader")
    add_account(site, "anna", "admin")
    site.convene("import", "-", stdin=HALL)
    yield site.start()
    end(site)


@pytest.fixture(scope="module")
def olga(office):
    return Client(office, address=next(addresses)).sign_in()


def stored(office, uid):
    return office.convene("show", uid, "--raw").stdout


def lines(office, uid):
    return stored(office, uid).replace("\n ", "").splitlines()


def test_a_site_is_added_once_and_bad_input_stays(office, olga):
    olga.get("/office/places").get("/office/new-place?kind=location")
    olga.send({"town": "Саранск", "point": "154, 45", "url": "example.org"}, button="save")
    assert olga.reply.status_code == 422 and olga.page.faults == {"name-ru": "Нужно название хотя бы на одном языке"}
    olga.send({"name-ru": "Технопарк", "name-en": "Technopark"}, button="save")
    assert olga.page.faults["point"].startswith("Это не точка") and olga.page.form(button="save")["fields"]["point"] == "154, 45"
    olga.send({"point": "54.18, 45.18"}, button="save")
    assert olga.page.faults["url"].startswith("Это не адрес страницы")
    form = olga.page.form(button="save")
    values = dict(form["fields"], url="https://example.org/t,p;1", street="Лодыгина 3; корпус 2", action="save", **{"note-ru": "Вход\nсо двора"})
    for _ in range(2):
        olga.post("/office/new-place?kind=location", values)
        assert "Сохранено." in olga.page.text
    edit = [link for link in olga.page.links if link and link.startswith("/office/edit-place/") and link != "/office/edit-place/hall"]
    assert len(edit) == 1
    card = vobject.readOne("\r\n".join(lines(office, urllib.parse.unquote(edit[0].rpartition("/")[2]))))
    assert {name.params["LANGUAGE"][0]: name.value for name in card.fn_list} == {"ru": "Технопарк", "en": "Technopark"}
    assert card.adr.value.street == "Лодыгина 3; корпус 2" and card.note.value == "Вход\nсо двора"
    # vobject would cut the value of a URI at a comma.
    raw = lines(office, urllib.parse.unquote(edit[0].rpartition("/")[2]))
    assert card.kind.value == "location" and "GEO:geo:54.180000,45.180000" in raw and "URL:https://example.org/t,p;1" in raw
    fields = olga.get(edit[0]).page.form(button="save")["fields"]
    assert (fields["name-en"], fields["street"], fields["point"], fields["note-ru"]) == ("Technopark", "Лодыгина 3; корпус 2", "54.18, 45.18", "Вход\nсо двора")
    assert "Technopark" in Client(office, "en").get("/sites").page.text
    # The addition is taken back, too.
    olga.send(button="undo")
    assert edit[0] not in olga.page.links and "Technopark" not in olga.page.text


def test_only_what_was_changed_is_written(office, olga):
    before = stored(office, "hall")
    olga.get("/office/edit-place/hall").send(button="save")
    assert stored(office, "hall") == before
    olga.get("/office/edit-place/hall").send({"street": "Ленина 5", "note-ru": "Новое", "name-en": "Great hall"}, button="save")
    after = lines(office, "hall")
    for line in ("ADR:;;Ленина 5;Саранск;;430000;Россия", "ADR;TYPE=work:;;Вторая\\, 2;;;;", "NOTE;LANGUAGE=ru:Новое", "NOTE;LANGUAGE=ru:Второе\\, с запятой",
                 "FN;LANGUAGE=ru:Актовый зал", "FN;LANGUAGE=en:Great hall", "X-OWN:kept", "GEO:geo:54.213912,149.618412", "URL:https://example.org/a,b;c"):
        assert line in after
    assert not any("Assembly" in line or "Первое" in line for line in after)
    olga.get("/office/edit-place/hall")
    assert "olga" in olga.page.text
    olga.send(button="undo")
    assert "Отменено" in olga.page.text or olga.reply.url.endswith("done=undone")
    assert stored(office, "hall") == before


def test_two_editors_of_a_site(office, olga):
    other = Client(office, address=next(addresses)).sign_in()
    other.get("/office/edit-place/hall")
    olga.get("/office/edit-place/hall").send({"town": "Саранск"}, button="save")
    other.send({"town": "Рузаевка"}, button="save")
    assert other.reply.status_code == 409 and "Тем временем здесь записали: Саранск" in other.page.faults["town"]
    assert other.page.form(button="save")["fields"]["town"] == "Рузаевка"
    stale = dict(other.get("/office/edit-place/hall").page.form(button="undo")["fields"], action="undo")
    olga.get("/office/edit-place/hall").send({"town": "Ардатов"}, button="save")
    assert other.post("/office/edit-place/hall", stale).reply.status_code == 409
    assert any(line.endswith("TOWN:Ардатов") for line in lines(office, "hall"))


def test_organisations_and_rights(office, olga):
    olga.get("/office/new-place?kind=org")
    assert "point" not in olga.page.form(button="save")["fields"]
    olga.send({"name-ru": "Завод «Прогресс»"}, button="save")
    assert "Завод «Прогресс»" in olga.page.text
    reader = Client(office, address=next(addresses)).sign_in("roman")
    reader.get("/office/places")
    assert reader.reply.status_code == 200 and not [link for link in reader.page.links if link and "-place" in link]
    for path in ("/office/new-place", "/office/edit-place/hall"):
        assert reader.get(path).reply.status_code == 403
    assert olga.get("/office/edit-place/nobody").reply.status_code == 404
    assert olga.post("/office/edit-place/hall", {"action": "save", "name-ru": "x"}).reply.status_code in (400, 403)


def test_a_site_is_deleted_after_a_question_and_brought_back(office, olga):
    office.convene("import", "-", stdin="BEGIN:VCARD\r\nVERSION:4.0\r\nUID:lab\r\nKIND:location\r\nFN;LANGUAGE=ru:Лаборатория\\, корпус с очень длинным названием для переноса строки\r\nEND:VCARD\r\n")
    for number, place in enumerate(("Лаборатория, корпус с очень длинным названием для переноса строки", "Лаборатория", "")):
        office.convene("add", f"--summary=event {number}", "--start=2050-01-01T10:00", f"--location={place}", f"--uid=at-{number}@example.org")
    before = stored(office, "lab")
    olga.get("/office/edit-place/lab").send(button="delete")
    assert "Здесь пройдёт 1 предстоящее событие" in olga.page.text and stored(office, "lab") == before
    olga.send(button="yes")
    assert "Удалено." in olga.page.text and "/office/edit-place/lab" not in olga.page.links
    assert olga.get("/office/edit-place/lab").reply.status_code == 404
    olga.get("/office/trash").send(button="lab")
    assert "Карточка возвращена." in olga.page.text and "Лаборатория" not in " ".join(olga.page.words)
    assert stored(office, "lab") == before
    reader = Client(office, address=next(addresses)).sign_in("roman")
    form = olga.get("/office/edit-place/lab").page.form(button="delete")["fields"]
    assert reader.post("/office/edit-place/lab", dict(form, action="delete", confirm="yes")).reply.status_code == 403
    assert stored(office, "lab") == before


@pytest.mark.parametrize("uid, geo, shown", [("point-1", "geo:54.2,45.1;u=35", "54.2, 45.1"), ("point-2", "GEO:54.2,45.1,120;crs=wgs84;u=1", "54.2, 45.1"), ("point-3", "geo:54.2,45.1;crs=moon", "")])
def test_a_point_with_parameters_is_shown(office, olga, uid, geo, shown):
    office.convene("import", "-", stdin=f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{uid}\r\nKIND:location\r\nFN;LANGUAGE=ru:Точка\r\nGEO:{geo}\r\nEND:VCARD\r\n")
    before = stored(office, uid)
    assert olga.get(f"/office/edit-place/{uid}").page.form(button="save")["fields"]["point"] == shown
    olga.send(button="save")
    assert stored(office, uid) == before


def dav_properties(office, calendar, account="roman"):
    """Returns what a calendar program sees of a calendar: title, description, colour and sync token."""
    body = ('<propfind xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="http://apple.com/ns/ical/"><prop><displayname/><C:calendar-description/><A:calendar-color/>'
            '<sync-token/></prop></propfind>')
    reply = requests.request("PROPFIND", f"{office.url}/dav/calendars/{account}/{calendar}/", data=body, auth=(account, PASSWORD), headers={"Depth": "0"}, timeout=30)
    found = {element.tag.rpartition("}")[2]: element.text for element in xml.etree.ElementTree.fromstring(reply.content).iter()} if reply.status_code == 207 else {}
    return reply.status_code, *(found.get(name) for name in ("displayname", "calendar-description", "calendar-color", "sync-token"))


def feed(office, calendar):
    return requests.get(f"{office.url}/calendar/{calendar}.ics", timeout=30)


def test_an_administrator_adds_and_changes_a_calendar(office):
    anna = Client(office, address=next(addresses)).sign_in("anna")
    anna.get("/office/places").get("/office/new-calendar")
    anna.send({"name": "Fairs!", "title": "Ярмарки <2>", "color": "red"}, button="save")
    assert anna.reply.status_code == 422 and set(anna.page.faults) == {"name", "color"} and anna.page.form(button="save")["fields"]["title"] == "Ярмарки <2>"
    form = dict(anna.page.form(button="save")["fields"], name="fairs", color="#3366CC", description="Первая строка\r\nВторая & третья", action="save")
    for _ in range(2):
        anna.post("/office/new-calendar", form)
        assert "Сохранено." in anna.page.text and "Ярмарки <2>" in anna.page.text and anna.page.links.count("/office/calendar/fairs") == 1
    anna.post("/office/new-calendar", dict(form, title="Другие"))
    assert anna.reply.status_code == 422 and anna.page.faults == {"name": "Это имя занято"}
    # Another form may not take a name that is there, also if both calendars look the same.
    for values in ({}, {"name": "events", "title": "", "description": "", "color": ""}):
        anna.get("/office/new-calendar").send({name: dict(form, **values)[name] for name in ("name", "title", "description", "color")}, button="save")
        assert anna.reply.status_code == 422 and set(anna.page.faults) == {"name"}
    status, title, description, color, token = dav_properties(office, "fairs")
    assert (status, title, description, color) == (207, "Ярмарки <2>", "Первая строка\nВторая & третья", "#3366CC")
    assert feed(office, "fairs").status_code == 200
    anna.get("/office/calendar/fairs")
    other = Client(office, "en", address=next(addresses)).sign_in("anna")
    other.get("/office/calendar/fairs").send({"title": "Fairs", "description": "", "color": ""}, button="save")
    assert dav_properties(office, "fairs")[1:4] == ("Fairs", None, None) and dav_properties(office, "fairs")[4] != token
    # The second administrator is told, and keeps what was typed.
    anna.send({"title": "Салоны"}, button="save")
    assert anna.reply.status_code == 409 and "Тем временем здесь записали: Fairs" in anna.page.faults["title"] and anna.page.form(button="save")["fields"]["title"] == "Салоны"
    anna.send({"description": "", "color": ""}, button="save")
    assert dav_properties(office, "fairs")[1:4] == ("Салоны", None, None)
    assert "Салоны" in Client(office, address=next(addresses)).sign_in("roman").get("/office/places").page.text


def test_a_new_event_goes_to_a_chosen_calendar(office, olga):
    anna = Client(office, address=next(addresses)).sign_in("anna")
    anna.get("/office/new-calendar").send({"name": "tours", "title": "Поездки"}, button="save")
    olga.get("/office/new-event")
    day = datetime.date.today() + datetime.timedelta(days=30)
    form = olga.page.form()
    assert form["fields"]["calendar"] == "events" and "Поездки" in olga.page.text and 'value="offers"' not in olga.reply.text
    for calendar in ("contacts", "gone", "meetings"):
        olga.get("/office/new-event").send({"title-ru": "В Рузаевку", "start-day": str(day), "start-time": "10:00", "calendar": calendar})
        assert olga.reply.status_code == 422 and list(olga.page.faults) == ["calendar"] and olga.page.form()["fields"]["title-ru"] == "В Рузаевку"
    olga.send({"calendar": "tours"})
    assert "Сохранено." in olga.page.text
    uid = urllib.parse.unquote(urllib.parse.urlsplit(olga.reply.url).path.rpartition("/")[2])
    assert office.sql("SELECT collection FROM object WHERE uid = ?", uid) == [("tours",)]
    # A part is where its whole is.
    assert "calendar" not in olga.get(f"/office/new-event?parent={urllib.parse.quote(uid)}").page.form()["fields"]


def test_only_administrators_edit_calendars(office, olga):
    anna = Client(office, address=next(addresses)).sign_in("anna")
    assert not [link for link in olga.get("/office/places").page.links if link and "calendar" in link]
    for path in ("/office/new-calendar", "/office/calendar/events"):
        assert olga.get(path).reply.status_code == 403 and anna.get(path).reply.status_code == 200
    assert anna.get("/office/calendar/contacts").reply.status_code == 404
    # The program itself needs this calendar.
    form = anna.get("/office/calendar/events").page.form(button="save")["fields"]
    assert "delete" not in str(anna.page.forms) and anna.post("/office/calendar/events", dict(form, action="delete", confirm="yes", target="fairs")).reply.status_code == 403


def test_a_calendar_is_deleted_when_its_events_have_another(office):
    anna = Client(office, address=next(addresses)).sign_in("anna")
    form, day = anna.get("/office/new-calendar").page.form(button="save")["fields"], datetime.date.today() + datetime.timedelta(days=30)
    for name in ("old", "target"):
        anna.post("/office/new-calendar", dict(form, name=name, title="", action="save"))
    for uid, calendar in (("stay@example.org", "old"), ("gone@example.org", "old"), ("same@example.org", "old")):
        office.convene("add", f"--summary=Салон {uid}", f"--start={day}T10:00", f"--calendar={calendar}", f"--uid={uid}")
    office.convene("add", "--summary=Такой же", f"--start={day}T10:00", "--calendar=target", "--uid=other@example.org")
    office.convene("import", "-", stdin="BEGIN:VCARD\r\nVERSION:4.0\r\nUID:listed\r\nFN:Иван\r\nEMAIL:ivan@example.org\r\nEND:VCARD\r\n")
    office.convene("subscribe", "listed", "--calendar", "old")
    office.convene("delete", "gone@example.org")
    # The events of the calendar are busy times of a host, who could be booked twice without it.
    office.convene("import", "-", stdin="BEGIN:VCARD\r\nVERSION:4.0\r\nUID:busy\r\nFN:Пётр Занятой\r\nX-CONVENED-CALENDAR:old\r\nEND:VCARD\r\n")
    form_of_old = anna.get("/office/calendar/old").page.form(button="delete")["fields"]
    anna.send(button="delete")
    assert "Пётр Занятой" in anna.page.text and not [form for form in anna.page.forms if "yes" in str(form["buttons"])]
    assert anna.post("/office/calendar/old", dict(form_of_old, action="delete", confirm="yes", target="target")).reply.status_code == 409 and "Пётр Занятой" in anna.page.text
    office.convene("delete", "busy")
    anna.get("/office/calendar/old").send(button="delete")
    assert "На него записан 1 человек" in anna.page.text and "В другой календарь перейдут 2 события" in anna.page.text and anna.page.form(button="yes")["fields"]["target"] == "events"
    question = dict(anna.page.form(button="yes")["fields"], confirm="yes")
    assert anna.post("/office/calendar/old", dict(question, target="contacts")).reply.status_code == 409 and "target" in anna.page.faults
    assert anna.post("/office/calendar/old", dict(question, target="old")).reply.status_code == 409
    for _ in range(2):
        anna.post("/office/calendar/old", dict(question, target="target"))
        assert "Календарь удалён." in anna.page.text and "/office/calendar/old" not in anna.page.links
    assert dav_properties(office, "old")[0] == 404 and feed(office, "old").status_code == 404
    assert "UID:stay@example.org" in feed(office, "target").text and "old" not in office.convene("show", "listed").stdout
    # A deleted event comes back into the other calendar.
    anna.get("/office/trash").send(button="gone@example.org")
    assert "UID:gone@example.org" in office.convene("show", "gone@example.org", "--raw").stdout
    wait_until(lambda: "UID:gone@example.org" in feed(office, "target").text)
    # A calendar of the same name has none of the old listings.
    anna.post("/office/new-calendar", dict(form, name="old", title="", action="save"))
    assert "Удалить" in anna.get("/office/calendar/old").page.text
    anna.send(button="delete")
    assert "Календарь пуст." in anna.page.text and "никто не записан" in anna.page.text


def kind_feed(office, kind):
    return requests.get(f"{office.url}/{kind}.ics", timeout=30)


def test_a_kind_is_added_and_is_in_force_at_once(office, olga):
    anna = Client(office, address=next(addresses)).sign_in("anna")
    anna.get("/office/places").get("/office/new-kind")
    anna.send({"name": "all", "title-ru": "Мастер-классы", "color": "#123456", "remind": "-P1D@18:00\nP2D"}, button="save")
    assert anna.reply.status_code == 422 and anna.page.form(button="save")["fields"]["title-ru"] == "Мастер-классы"
    assert set(anna.page.faults) == {"name", "color", "remind"} and "«P2D» — после начала" in anna.page.faults["remind"] and "допустимо" in anna.page.faults["color"]
    form = dict(anna.page.form(button="save")["fields"], name="workshop", color="teal", remind="-P2D\r\n-PT3H", action="save", **{"one-en": "The \"big\" \\ workshop"})
    for _ in range(2):
        anna.post("/office/new-kind", form)
        assert "Сохранено." in anna.page.text and anna.page.links.count("/office/kind/workshop") == 1 and "Мастер-классы" in anna.page.text
    anna.post("/office/new-kind", dict(form, color="red"))
    assert anna.reply.status_code == 422 and anna.page.faults == {"name": "Такой вид уже есть"}
    # The pages, the feeds and the commands have it without a reload.
    wait_until(lambda: kind_feed(office, "workshop").status_code == 200)
    assert 'value="workshop"' in olga.get("/office/new-event").reply.text
    day = datetime.date.today() + datetime.timedelta(days=30)
    office.convene("add", "--summary=Резьба", f"--start={day}T12:00", "--kind=workshop", "--uid=carve@example.org")
    office.convene("import", "-", stdin="BEGIN:VCARD\r\nVERSION:4.0\r\nUID:carver\r\nFN:Пётр\r\nEMAIL:petr@example.org\r\nEND:VCARD\r\n")
    office.convene("subscribe", "carver", "--kind", "workshop")
    anna.get("/office/kind/workshop")
    fields = anna.page.form(button="save")["fields"]
    assert (fields["remind"], fields["one-en"], fields["title-en"]) == ("-P2D\n-PT3H", "The \"big\" \\ workshop", "") and "Этого вида 1 событие. На него записан 1 человек." in anna.page.text
    wait_until(lambda: "carve@example.org" in kind_feed(office, "workshop").text)


def test_reminders_follow_the_leads_of_a_kind(office):
    def reminders():
        day = datetime.date.today() + datetime.timedelta(days=20)
        told = office.convene("preview", "--for=visitor", f"--at={day}T00:00:00Z", "--hours=480", "--raw", check=False).stdout
        return told.count("Subject:")

    def known():
        return office.sql("SELECT value FROM meta WHERE name = 'leads'")

    anna = Client(office, address=next(addresses)).sign_in("anna")
    start = datetime.date.today() + datetime.timedelta(days=35)
    office.convene("add", "--summary=Завод", f"--start={start}T12:00", "--kind=site-visit", "--uid=plant@example.org")
    office.convene("import", "-", stdin="BEGIN:VCARD\r\nVERSION:4.0\r\nUID:visitor\r\nFN:Иван\r\nEMAIL:visitor@example.org\r\nEND:VCARD\r\n")
    office.convene("subscribe", "visitor", "--kind", "site-visit")
    before = known()
    assert reminders() == 2
    anna.get("/office/kind/site-visit").send({"remind": "-P5D -P3D@10:00\n-P2D"}, button="save")
    wait_until(lambda: known() != before)
    assert reminders() == 3
    anna.get("/office/kind/site-visit").send(button="drop")
    wait_until(lambda: known() == before)
    assert reminders() == 2


def test_two_administrators_and_the_versions_of_a_kind(office, olga):
    anna = Client(office, address=next(addresses)).sign_in("anna")
    stale = dict(anna.get("/office/kind/meeting").page.form(button="save")["fields"], action="save")
    assert stale["title-ru"] == "Встречи" and "drop" not in str(anna.page.forms)
    anna.send({"title-ru": "Беседы", "color": "navy"}, button="save")
    assert "Беседы" in anna.page.text
    anna.post("/office/kind/meeting", dict(stale, **{"title-ru": "Приёмы"}))
    assert anna.reply.status_code == 409 and "Тем временем здесь записали: Беседы" in anna.page.faults["title-ru"]
    assert anna.page.form(button="save")["fields"]["title-ru"] == "Приёмы" and "color" in anna.page.faults
    anna.send(button="save")
    assert "Приёмы" in anna.page.text
    # The value of the configuration counts again, and an earlier version after it.
    anna.get("/office/kind/meeting").send(button="drop")
    assert "Встречи" in anna.page.text and "Приёмы" not in anna.page.text
    anna.get("/office/kind/meeting")
    assert "anna" in anna.page.text and "Приёмы" in anna.page.text
    anna.send(button="wanted")
    assert "Приёмы" in anna.page.text
    fields = dict(anna.get("/office/kind/meeting").page.form(button="save")["fields"], version="1", action="drop")
    assert anna.post("/office/kind/meeting", fields).reply.status_code == 409
    assert not [link for link in olga.get("/office/places").page.links if link and "-kind" in link or "/kind/" in (link or "")]
    for path in ("/office/new-kind", "/office/kind/meeting"):
        assert olga.get(path).reply.status_code == 403
    for name in ("nothing", "%FF", "Meeting"):
        assert anna.get(f"/office/kind/{name}").reply.status_code == 404
    form = anna.get("/office/new-kind").page.form(button="save")["fields"]
    assert anna.post("/office/new-kind", dict(form, name="x" + "ж" * 60, action="save", **{"title-ru": "Длинное"})).reply.status_code == 422


def test_a_kind_of_events_stays_until_no_event_has_it(office, tmp_path):
    anna = Client(office, address=next(addresses)).sign_in("anna")
    form = anna.get("/office/new-kind").page.form(button="save")["fields"]
    anna.post("/office/new-kind", dict(form, name="hike", action="save", **{"title-ru": "Походы"}))
    office.convene("add", "--summary=В лес", "--start=2050-02-01T10:00", "--kind=hike", "--uid=hike@example.org")
    anna.get("/office/kind/hike").send(button="delete")
    assert anna.reply.status_code == 409 and "Вид остаётся" in anna.page.text and "Этого вида 1 событие" in anna.page.text
    office.convene("set", "hike@example.org", "CATEGORIES", "exhibition")
    anna.get("/office/kind/hike").send(button="delete")
    assert "Сохранено." in anna.page.text and "Удалены: hike" in anna.page.text and "Походы" not in anna.page.text
    wait_until(lambda: kind_feed(office, "hike").status_code == 404)
    assert office.convene("add", "--summary=x", "--start=2050-02-01", "--kind=hike", check=False).returncode == 2
    anna.get("/office/kind/hike")
    assert "Этот вид удалён" in anna.page.text
    anna.send(button="wanted")
    assert "Походы" in anna.page.text and "Удалены:" not in anna.page.text
    # A kind of the configuration is deleted, too, and an export has all versions.
    anna.get("/office/kind/site-visit")
    office.convene("delete", "plant@example.org", check=False)
    anna.get("/office/kind/site-visit").send(button="delete")
    assert "Удалены: site-visit" in anna.page.text
    office.convene("export", tmp_path / "out")
    assert any(b"kinds[hike]" in path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    anna.get("/office/kind/site-visit").send(button="drop")
    assert "Удалены:" not in anna.page.text and "Посещения площадок" in anna.page.text
