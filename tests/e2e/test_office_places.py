"""The office's pages of sites, organisations and calendars: the forms, what they keep, two editors, the history and the undo."""

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
    anna.get("/office/calendar/old").send(button="delete")
    assert "На этот календарь записан 1 человек" in anna.page.text and "2 события и черновика перейдут" in anna.page.text and anna.page.form(button="yes")["fields"]["target"] == "events"
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
