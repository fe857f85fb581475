"""Tests the office's page of meetings: what was asked for is accepted, moved and cancelled for the host."""

import datetime
import json
import re
import zoneinfo

import pytest
import requests

from conftest import PATIENCE, end, Site
from office_client import Client, add_account

MOSCOW = zoneinfo.ZoneInfo("Europe/Moscow")
DAY = (datetime.datetime.now(MOSCOW) + datetime.timedelta(days=5)).date()
HOST = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:host-1\r\nFN:Вера Хозяйкина\r\nEMAIL:host@example.org\r\nLANG:ru\r\nTZ:Europe/Moscow\r\nEND:VCARD\r\n"
OFFER = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VAVAILABILITY\r\nUID:offer-1\r\nDTSTAMP:20260101T000000Z\r\n"
         "X-CONVENED-MEETING-HOST:host-1\r\nX-CONVENED-MEETING-DURATION:PT30M\r\nX-CONVENED-MEETING-CONFIRM:HOST\r\n"
         "BEGIN:AVAILABLE\r\nUID:offer-1-hours\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Moscow:20260101T100000\r\n"
         "DTEND;TZID=Europe/Moscow:20260101T150000\r\nRRULE:FREQ=DAILY\r\nEND:AVAILABLE\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR\r\n")


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("office"), extra='time_zone = "Europe/Moscow";\n', mail='deliver = false; url = "smtp://127.0.0.1:9"; starttls = false; from = "Office <office@example.org>";')
    site.convene("import", "-", stdin=HOST)
    site.convene("import", "-", stdin=OFFER)
    add_account(site)
    add_account(site, "roman", "reader")
    yield site.start()
    end(site)


def asked(site, clock, name):
    """Asks for a meeting, confirms the visitor's address, and returns the UID."""
    site.convene("meet", "ask", "offer-1", f"{DAY}T{clock}", f"--name={name}", f"--address={name.lower()}@example.org")
    row = next(row for row in map(json.loads, site.convene("meet", "list", "--json").stdout.splitlines()) if name in json.dumps(row, ensure_ascii=False))
    site.convene("meet", "confirm", row["uid"])
    return row["uid"]


def step(client, uid, name, **fields):
    client.get("/office/meetings")
    form = next(form for form in client.page.forms if form["fields"].get("uid") == uid and ("step", name) in form["buttons"])
    return client.post("/office/meetings", dict(form["fields"], step=name, **fields))


def state(site, uid):
    return next(row["state"] for row in map(json.loads, site.convene("meet", "list", "--all", "--json").stdout.splitlines()) if row["uid"] == uid)


def test_a_meeting_is_accepted_moved_and_cancelled(office):
    client = Client(office).sign_in()
    assert "Встреч пока нет" in client.get("/office/meetings").page.text
    uid = asked(office, "11:00", "Maria")
    client.get("/office/meetings")
    assert "Вера Хозяйкина" in client.page.text and "Maria" in client.page.text and "ждёт ответа" in client.page.text
    assert "Готово." in step(client, uid, "accept").page.text and state(office, uid) == "BOOKED"
    other = asked(office, "12:00", "Pavel")
    step(client, other, "accept")
    taken = step(client, uid, "move", day=str(DAY), time="12:00")
    assert taken.reply.status_code == 422 and "Это время занято" in taken.page.text
    form = next(form for form in taken.page.forms if form["fields"].get("uid") == uid and ("step", "move") in form["buttons"])
    assert form["fields"]["time"] == "12:00" and taken.page.faults["step"] == "Это время занято"
    assert "convened_meeting_conflicts_total 1" in requests.get(f"{office.url}/metrics", timeout=PATIENCE).text.splitlines()
    assert step(client, uid, "move", day=str(DAY), time="13:00").reply.status_code == 200
    assert "13:00–13:30" in client.get("/office/meetings").page.text
    step(client, uid, "cancel")
    assert state(office, uid) == "CANCELLED"
    third = asked(office, "14:00", "Irina")
    step(client, third, "decline")
    assert state(office, third) == "DECLINED"


def test_a_reader_sees_no_meetings(office):
    roman = Client(office, address="127.9.7.1").sign_in("roman")
    assert roman.get("/office/meetings").reply.status_code == 403
    assert not any(link == "/office/meetings" for link in roman.get("/office/events").page.links)


def offers_of(site):
    return [json.loads(line) for line in site.convene("offer", "list", "--json").stdout.splitlines()]


def offer_form(client, path):
    client.get(path)
    return next(form["fields"] for form in client.page.forms if "hours" in form["fields"])


def test_an_offer_is_written_changed_and_removed(office):
    client = Client(office, address="127.9.7.2").sign_in()
    fields = offer_form(client, "/office/new-offer?host=host-1")
    assert fields["host"] == "host-1" and fields["minutes"] == "30"
    bad = dict(fields, hours="when I like", minutes="many", event="")
    client.post("/office/new-offer", bad)
    assert client.reply.status_code == 422 and set(client.page.faults) == {"minutes"}
    client.post("/office/new-offer", dict(bad, minutes="30"))
    assert client.page.faults == {"hours": "Часы непонятны"}
    client.post("/office/new-offer", dict(fields, host="nobody@example.org", hours="Пн 10:00-12:00"))
    assert client.page.faults == {"host": "Такого контакта нет"} and len(offers_of(office)) == 1
    client.post("/office/new-offer", dict(fields, host="host@example.org", summary="Стенд 7", hours="Пн-Пт 10:00-13:00,14:00-18:00 @ Стол 4\r\n2030-03-10 10:00-12:00",
                                          minutes="20, 45", before="5", notice="24", horizon="60", places="Стол 5\r\nСтол 6", confirm="HOST"))
    assert client.reply.status_code == 200 and "Стенд 7" in client.page.text and "пн-пт 10:00-13:00 @ стол 4" in client.page.text.casefold()
    made, = [offer for offer in offers_of(office) if offer["summary"] == "Стенд 7"]
    assert {key: made[key] for key in ("host", "minutes", "buffer_before", "notice", "horizon", "confirm", "tzid", "collection")} == {
        "host": "host-1", "minutes": [20, 45], "buffer_before": 300, "notice": 86400, "horizon": 60 * 86400, "confirm": "HOST", "tzid": "Europe/Moscow", "collection": "offers"}
    assert made["places"] == ["Стол 5", "Стол 6", "Стол 4"] and len(made["hours"]) == 3
    # What is not changed stays byte for byte.
    before = office.convene("show", "--raw", made["uid"]).stdout
    path = f"/office/offer/{made['uid']}"
    fields = offer_form(client, path)
    client.post(path, dict(fields, summary="Стенд 8"))
    after = office.convene("show", "--raw", made["uid"]).stdout
    changed = [line for line in after.splitlines() if line not in before.splitlines()]
    assert {line.partition(":")[0] for line in changed} <= {"SUMMARY", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE"}
    client.post(path, dict(fields, summary="Стенд 9"))  # of another editor, from before that change
    assert client.reply.status_code == 409 and "тем временем" in client.page.faults["hours"] and "Стенд 9" in client.reply.text
    fields = next(form["fields"] for form in client.page.forms if "hours" in form["fields"])
    client.post(path, dict(fields, hours="10:00-11:00", places=""))
    made, = [offer for offer in offers_of(office) if offer["uid"] == made["uid"]]
    assert made["summary"] == "Стенд 9" and made["hours"] == ["10:00-11:00"] and made["places"] == []
    assert "Назначенных встреч впереди, они остаются: 0" in client.get(path).page.text
    client.post(f"/office/delete-offer/{made['uid']}", {"csrf": fields["csrf"]})
    assert "Предложение удалено" in client.page.text and len(offers_of(office)) == 1
    assert client.get(path).reply.status_code == 404


def test_a_day_is_a_timetable(office):
    client = Client(office, address="127.9.7.3").sign_in()
    step(client, asked(office, "10:00", "Nina"), "accept")
    day = client.get(f"/office/timetable?day={DAY}").page.text
    assert "10:00–10:30" in day and "Nina" in day and "Вера Хозяйкина" in day and "Irina" not in day
    assert "В этот день встреч нет" in client.get(f"/office/timetable?day={DAY + datetime.timedelta(days=1)}").page.text
    assert client.get("/office/timetable?day=never").reply.status_code == 200


def test_wishes_become_a_timetable(office):
    client = Client(office, address="127.9.7.4").sign_in()
    start = f"{DAY + datetime.timedelta(days=3)}"
    office.convene("add", "--uid=fair", "--summary=Биржа контактов", f"--start={start}T10:00", f"--end={start}T11:00")
    office.convene("offer", "add", "host-1", "--event=fair", f"--hours={start} 10:00-11:00", "--confirm=AUTO", "--summary=На бирже")
    office.convene("import", "-", stdin=HOST.replace("host-1", "guest-1").replace("host@", "guest@").replace("Вера Хозяйкина", "Гость Первый").replace(
        "END:VCARD", 'X-CONVENED-WISH;X-CONVENED-EVENT="fair";PREF=1:host-1\r\nEND:VCARD'))
    assert "Биржа контактов" in client.get("/office/match").page.text
    table = client.get("/office/match?event=fair").reply.text
    page = client.page
    assert "Исполнено желаний: 1 из 1" in page.text and "Гость Первый" in page.text and "предлагается" in page.text
    sheets = {by: client.get(f"/office/match?event=fair&by={by}").reply.text for by in ("hour", "table", "participant")}
    assert sheets["hour"].count("<section") == 1 and re.search(r"<h3>[^<]*10:00[^<]*10:30", sheets["hour"]) and "Вера Хозяйкина – " in sheets["hour"]
    assert re.findall("<h3>([^<]*)</h3>", sheets["table"]) == ["Без стола"]
    assert re.findall("<h3>([^<]*)</h3>", sheets["participant"]) == ["Вера Хозяйкина", "Гость Первый"]
    by_person = dict(re.findall(r'<h3>([^<]*)</h3>.*?<th scope="row">([^<]*)</th>', sheets["participant"], re.DOTALL))
    assert by_person == {"Вера Хозяйкина": "Гость Первый", "Гость Первый": "Вера Хозяйкина"}
    assert all(f'by={by}&amp;event=fair"' in table for by in sheets) and not any("Назначить все" in text for text in sheets.values())
    form = next(form for form in page.forms if form["fields"].get("event") == "fair")
    client.post("/office/match", form["fields"])
    assert "Готово." in client.page.text and "назначена" in client.page.text
    assert [row["start"] for row in map(json.loads, office.convene("meet", "list", "--json").stdout.splitlines()) if "guest@example.org" in json.dumps(row)]
    assert client.get("/office/match?event=nothing").reply.status_code == 404


def test_an_editor_without_the_right_to_meetings_reads_nothing_of_them(office):
    add_account(office, "nora")
    asked(office, "14:30", "Secret")
    office.convene("account", "grant", "nora", "meetings", "none")
    nora, olga = (Client(office, address="127.9.7.8").sign_in(name) for name in ("nora", "olga"))
    mail = next(row["id"] for row in map(json.loads, office.convene("outbox", "--json").stdout.splitlines()) if row["kind"].startswith("meeting"))
    for path in ("timetable", "match", f"mail/{mail}", f"mail-file/{mail}", "person-file/host-1"):
        assert nora.get(f"/office/{path}").reply.status_code == 403, path
    for path in ("timetable", "match", f"mail/{mail}", "person-file/host-1"):
        assert olga.get(f"/office/{path}").reply.status_code == 200, path
