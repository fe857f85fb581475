"""The office's pages of people: the list and its search, the card, the form, listings of one and of many, the file, and the erasure."""

import contextlib
import csv
import io
import itertools
import json
import re
import sqlite3
import threading

import openpyxl
import pytest

from conftest import Site, end, wait_until
from office_client import Client, add_account

addresses = (f"127.8.6.{number}" for number in itertools.count(1))
CARD = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{uid}\r\nFN:{name}\r\n{lines}END:VCARD\r\n"
EVENT = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:forum@example.org\r\nDTSTAMP:20260101T000000Z\r\n"
         "DTSTART:20520310T090000Z\r\nDTEND:20520310T100000Z\r\nSUMMARY:Форум кластеров\r\nCATEGORIES:SESSION\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")


def card(uid, name, address="", lines=""):
    return CARD.format(uid=uid, name=name, lines=(f"EMAIL:{address}\r\n" if address else "") + lines)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("people"))
    add_account(site)
    add_account(site, "roman", "reader")
    many = "".join(card(f"many-{n:02}", f"Рядов {n:02}", f"many{n:02}@example.org", "ORG:Полк\r\n") for n in range(60))
    site.convene("import", "-", stdin=EVENT)
    site.convene("import", "-", stdin=many + card("anna", "Ёлкина Анна Петровна", "anna@example.org", "N:Ёлкина;Анна;Петровна;;\r\nORG:Завод «Прогресс»;Цех 5\r\n"
                 "EMAIL;TYPE=home:anna.home@example.org\r\nTEL;VALUE=uri:tel:+7-900-000-00-00\r\nX-OWN:kept\r\n") + card("hall", "Актовый зал", lines="KIND:location\r\n"))
    yield site.start()
    end(site)


@pytest.fixture(scope="module")
def olga(office):
    return Client(office, address=next(addresses)).sign_in()


def names(client):
    return [path.rpartition("/")[2] for path in client.page.links if path and path.startswith("/office/person/")]


def stored(office, uid):
    return json.loads(office.convene("contact", "export", uid).stdout)


def test_people_are_listed_searched_and_turned(olga):
    olga.get("/office/people")
    assert len(names(olga)) == 50 and names(olga)[0] == "anna" and "hall" not in names(olga)
    olga.get([link for link in olga.page.links if link and "after=" in link][0])
    assert len(names(olga)) == 11
    for words, found in (("ЕЛКИНА прогресс", ["anna"]), ("anna@exam", ["anna"]), ("many07", ["many-07"]), ("зал", []), ("нет таких", [])):
        assert names(olga.get("/office/people", params={"q": words})) == found


def test_a_person_is_added_and_bad_input_stays(office, olga):
    olga.get("/office/new-person").send({"name": "", "email": "", "organisation": "Ассоциация"})
    assert olga.reply.status_code == 422 and olga.page.faults == {"name": "Нужно имя или адрес"}
    olga.send({"name": "Петров Пётр Ильич", "email": "не адрес", "telephone": "нет"})
    assert olga.page.faults == {"email": "Это не адрес почты вида name@example.org"}
    assert olga.page.form(button=None)["fields"].keys() and "Ассоциация" in olga.reply.text
    olga.send({"email": "anna@example.org", "telephone": "+7 495 000-00-00"})
    assert olga.reply.status_code == 409 and "Ёлкина Анна Петровна" in olga.page.faults["email"]
    olga.send({"same-address": "1", "note": "первая\r\nвторая", "language": "ru"})
    assert olga.reply.status_code == 200 and "Петров Пётр Ильич" in olga.page.text and "Сохранено." in olga.page.text
    text = stored(office, olga.reply.url.rpartition("/")[2].partition("?")[0].replace("%40", "@"))["card"]
    assert "N:Петров;Пётр;Ильич;;" in text and "NOTE:первая\\nвторая" in text and "ORG:Ассоциация" in text and "LANG:ru" in text


def test_a_change_keeps_what_the_form_does_not_show(office, olga):
    before = stored(office, "anna")["card"]
    olga.get("/office/edit-person/anna").send()
    assert stored(office, "anna")["card"] == before
    olga.get("/office/edit-person/anna").send({"email": "a.elkina@example.org", "telephone": ""})
    text = stored(office, "anna")["card"]
    assert "EMAIL:a.elkina@example.org" in text and "EMAIL;TYPE=home:anna.home@example.org" in text and "TEL" not in text
    assert "ORG:Завод «Прогресс»;Цех 5" in text and "X-OWN:kept" in text and "N:Ёлкина;Анна;Петровна;;" in text
    assert "olga" in olga.get("/office/person/anna").page.text


def test_two_editors_see_what_the_other_one_has_changed(office, olga):
    other = Client(office, address=next(addresses)).sign_in()
    olga.get("/office/edit-person/many-00"), other.get("/office/edit-person/many-00")
    other.send({"title": "Директор"})
    olga.send({"title": "Инженер"})
    assert olga.reply.status_code == 409 and olga.page.faults == {"title": "Тем временем здесь записали: Директор"}
    olga.send()
    assert "TITLE:Инженер" in stored(office, "many-00")["card"]


def test_a_person_is_listed_and_mail_is_stopped_and_allowed(office, olga):
    olga.get("/office/person/many-01")
    assert "Ни на что не записан" in olga.page.text
    olga.send({"listing": "event:forum@example.org"}, button="list")
    assert "Записан." in olga.page.text and [row["target"] for row in stored(office, "many-01")["listings"]] == ["forum@example.org"]
    for listing in ("kind:unknown", ""):
        olga.send({"listing": listing}, button="list")
        assert olga.reply.status_code == 422 and olga.page.faults == {"listing": "Не выбрано, на что записать"} and "Рядов 01" in olga.page.text
    olga.get("/office/person/many-01").send(button="stop-mail")
    assert "получатель отказался от писем" in olga.page.text and stored(office, "many-01")["stopped"] == "stopped"
    olga.send(button="allow-mail")
    assert "Письма идут." in olga.page.text and stored(office, "many-01")["stopped"] == ""
    olga.send(button="event:forum@example.org")
    assert stored(office, "many-01")["listings"] == []


@pytest.mark.parametrize("whom, picked, n", [("picked", ["many-02", "many-03"], 2), ("found", [], 60)])
def test_many_are_listed_at_once_after_a_question(office, olga, whom, picked, n):
    olga.get("/office/people", params={"q": "рядов"})
    ids = dict(zip(names(olga), re.findall(r'name="(pick-\d+)"', olga.reply.text)))
    olga.send({"listing": "kind:session"} | {ids[uid]: "1" for uid in picked}, path="/office/list-people", button=whom)
    assert f"{n} человек" in olga.page.text and "Вид: Сессии" in olga.page.text
    assert stored(office, "many-02")["listings"] == [] or whom == "found"
    olga.send()
    assert "Люди записаны." in olga.page.text
    assert [row["target"] for row in stored(office, "many-02")["listings"]] == ["session"]
    assert bool(stored(office, "many-59")["listings"]) == (whom == "found")


def test_nobody_and_nothing_are_refused(olga):
    olga.get("/office/people").send({"listing": "all"}, path="/office/list-people", button="picked")
    assert olga.reply.status_code == 422
    olga.get("/office/people", params={"q": "рядов 33"}).send(path="/office/list-people", button="found")
    assert olga.reply.status_code == 422 and olga.page.faults == {"listing": "Не выбрано, на что записать"} and "Рядов 33" in olga.page.text
    olga.send({"listing": "kind:session"})
    assert olga.reply.status_code == 200 and "1 человек" in olga.page.text and "Вид: Сессии" in olga.page.text


def test_the_file_has_everything_and_the_erasure_leaves_nothing(office, olga):
    olga.get("/office/person-file/many-05")
    assert olga.reply.headers["Content-Disposition"].startswith("attachment") and "no-store" in olga.reply.headers["Cache-Control"]
    assert olga.reply.json()["card"] == stored(office, "many-05")["card"]
    olga.get("/office/person/many-05").send(button="erase")
    assert "Вернуть стёртое нельзя" in olga.page.text and stored(office, "many-05")["card"]
    olga.send(button="confirm")
    assert "Человек стёрт." in olga.page.text
    assert olga.get("/office/person/many-05").reply.status_code == 404
    assert office.convene("contact", "export", "many-05", check=False).returncode == 1


def upload(client, data, name="people.csv", **fields):
    client.get("/office/import-people")
    fields = dict(client.page.form("/office/import-people")["fields"], **fields)
    fields.pop("file")
    return client._keep(client.session.post(client.reply.url, data=fields, files={"file": (name, data)}, timeout=30))


def table(rows, encoding="windows-1251", delimiter=";"):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def test_two_hundred_people_come_from_a_table_and_are_listed(office, olga):
    rows = [["ФИО", "Эл. почта", "Компания", "Цвет"]] + [[f"Гостев Гость Гостевич{'ъ' * (n % 3)}", f"table{n:03}@example.org", "ООО «Ёлка»; филиал", "синий"] for n in range(200)]
    upload(olga, table(rows))
    assert "добавить: 200" in olga.page.text and "Всё готово" in olga.page.text
    fields = olga.page.form("/office/import-people")["fields"]
    assert [fields[f"column-{n}"] for n in range(4)] == ["name", "email", "organisation", "-"] and fields["has-header"] == "1"
    assert names(olga.get("/office/people", params={"q": "table000"})) == []
    upload(olga, table(rows)).send({"listing": "event:forum@example.org", "column-3": "note"}, button="import")
    assert "Люди загружены." in olga.page.text
    person, = (stored(office, uid) for uid in names(olga.get("/office/people", params={"q": "table007"})))
    assert "ORG:ООО «Ёлка»\\; филиал" in person["card"] and "NOTE:синий" in person["card"] and person["listings"][0]["target"] == "forum@example.org"
    assert "без изменений: 200" in upload(olga, table(rows)).send({"column-3": "note"}, button="check").page.text


def test_faults_and_doubles_are_told_by_row_and_nothing_is_stored_by_halves(office, olga):
    rows = [["Имя", "Адрес", "Телефон"], ["Новиков Иван", "new1@example.org", ""], ["Плохой Адрес", "нет", ""], ["Другое Имя", "many10@example.org", ""], ["Новиков Иван", "new1@example.org", ""]]
    upload(olga, table(rows, "utf-16", "\t"), charset="")
    assert olga.page.form("/office/import-people")["fields"]["column-1"] == "-"
    olga.send({"column-1": "email"}, button="check")
    assert "ошибка: 1" in olga.page.text and "нужно решить: 1" in olga.page.text and "Адрес: «нет» — не почтовый адрес" in olga.page.text
    assert "тот же человек уже в строке 2" in olga.page.text and "Рядов 10" in olga.page.text
    olga.send(button="import")
    assert olga.reply.status_code == 422 and names(olga.get("/office/people", params={"q": "new1@"})) == []
    rows[2][1] = "good@example.org"
    upload(olga, table(rows)).send({"column-1": "email"}, button="check")
    olga.send({"row-4": "update"}, button="import")
    assert "Люди загружены." in olga.page.text and "FN:Другое Имя" in stored(office, "many-10")["card"]


def test_a_workbook_is_read_and_what_is_no_table_is_refused(olga):
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Surname", "First name", "Email"])
    book.active.append(["Книжкина", "Вера", "book@example.org"])
    book.save(file)
    upload(olga, file.getvalue(), "people.xlsx").send(button="import")
    assert len(names(olga.get("/office/people", params={"q": "книжкина вера"}))) == 1
    for data in (b"", b"PK\x03\x04broken", bytes(range(256)) * 16):
        upload(olga, data)
        assert olga.reply.status_code == 422 and olga.page.faults["file"], data[:8]
    assert upload(olga, b"x," * (1500 * 1024)).reply.status_code in (413, 422)


@pytest.fixture(scope="module")
def petra(office, tmp_path_factory):
    """An editor who may not read the address book `vip`."""
    book = tmp_path_factory.mktemp("books") / "vip"
    book.mkdir()
    for uid, name, address in (("vip-1", "Тайный Гость", "vip1@example.org"), ("vip-2", "Скрытный Пётр", ""), ("vip-3", "Тайная Гостья", "vip3@example.org")):
        (book / f"{uid}.vcf").write_text(card(uid, name, address), encoding="utf-8")
    office.convene("import", book.parent)
    add_account(office, "petra")
    office.convene("account", "grant", "petra", "vip", "none")
    return Client(office, address=next(addresses)).sign_in("petra")


def test_an_import_neither_names_nor_changes_people_of_a_hidden_address_book(office, petra):
    before = {uid: stored(office, uid)["card"] for uid in ("vip-1", "vip-2", "vip-3")}
    rows = [["ФИО", "Эл. почта"], ["Другой Человек", "vip1@example.org"], ["Тайная Гостья", "vip3@example.org"], ["Скрытный Пётр", "petr@example.org"]]
    upload(petra, table(rows))
    assert "Тайный Гость" not in petra.page.text and "ошибка: 2" in petra.page.text and "добавить: 1" in petra.page.text
    assert "этот адрес — в адресной книге, которую вы не можете править" in petra.page.text
    petra.send({"doubles": "update"}, button="import")
    assert petra.reply.status_code == 422 and "Тайный Гость" not in petra.page.text
    petra.send({"row-2": "add", "row-3": "skip"}, button="import")
    assert "Люди загружены." in petra.page.text and {uid: stored(office, uid)["card"] for uid in before} == before
    assert len(names(petra.get("/office/people", params={"q": "другой человек"}))) == 1
    assert len(names(petra.get("/office/people", params={"q": "petr@example.org"}))) == 1


def test_an_import_changes_nobody_of_an_address_book_that_may_only_be_read(office, petra):
    office.convene("account", "grant", "petra", "vip", "read")
    upload(petra, table([["ФИО", "Эл. почта", "Компания"], ["Тайная Гостья", "vip3@example.org", "Завод"]]))
    office.convene("account", "grant", "petra", "vip", "none")
    assert "Тайная Гостья <vip3@example.org> — в адресной книге, которую вы не можете править" in petra.page.text
    assert "ORG" not in stored(office, "vip-3")["card"]


def test_the_form_of_a_person_does_not_name_people_of_a_hidden_address_book(petra):
    petra.get("/office/new-person").send({"name": "Пётр", "email": "vip3@example.org"})
    assert petra.reply.status_code == 409 and petra.page.faults == {"email": "Такой адрес есть в адресной книге, которую вы не можете читать"}
    assert "Тайная" not in petra.page.text


TEXTS = {"subject-ru": "Смена зала", "text-ru": "Теперь <зал> 2.", "subject-en": "Another hall", "text-en": "Now hall 2."}


def announced(office, count=0):
    """Returns the mails of announcements, which the daemon adds; waits until there are that many."""
    def found():
        return [row for row in map(json.loads, office.convene("outbox", "--json", "--limit=1000").stdout.splitlines()) if row["kind"] == "announcement"]
    wait_until(lambda: len(found()) >= count)
    return found()


def test_an_announcement_is_counted_shown_sent_and_stopped(office, olga):
    for uid in ("many-20", "many-21", "many-22"):
        office.convene("subscribe", uid, "--kind=exhibition")
    olga.get("/office/person/many-22").send(button="stop-mail")
    olga.get("/office/new-announcement").send({"subject-ru": "Смена", "day": "2051-13-01"}, button="preview")
    assert olga.reply.status_code == 422 and sorted(olga.page.faults) == ["day", "listing", "text-ru"]
    olga.send(TEXTS | {"listing": "kind:exhibition", "day": "2051-01-01", "time": "10:00"}, button="preview")
    assert "2 письма" in olga.page.text and "Не получат : 1, получатель отказался от писем" in olga.page.text.replace("Не получат:", "Не получат :")
    assert "Теперь <зал> 2." in olga.page.text and "Now hall 2." in olga.page.text and announced(office) == []
    form = olga.page.form("/office/new-announcement")
    olga.send(button="send")
    assert "Объявление отправляется." in olga.page.text and "ждёт: 2" in olga.page.text and "olga" in olga.page.text
    olga.post("/office/new-announcement", dict(form["fields"], act="send"))
    assert sorted(row["contact"] for row in announced(office, 2)) == ["many-20", "many-21"]
    assert {row["due"] for row in announced(office)} == {"2051-01-01T07:00:00Z"}
    olga.get("/office/announcements").send(button="stop")
    assert "Остановлено" in olga.page.text and {row["state"] for row in announced(office)} == {"SUPPRESSED"}


def test_ticked_people_get_an_announcement(office, olga):
    office.convene("subscribe", "many-20", "--kind=exhibition")
    office.convene("unsubscribe", "many-23", check=False)
    before = len(announced(office))
    olga.get("/office/people", params={"q": "many2"})
    ids = dict(zip(names(olga), re.findall(r'name="(pick-\d+)"', olga.reply.text)))
    form = olga.page.form("/office/list-people")
    olga.post("/office/new-announcement", dict(form["fields"], **{ids["many-20"]: "1", ids["many-23"]: "1"}))
    assert "Выбрано людей: 2" in olga.page.text and olga.page.faults == {}
    olga.send(TEXTS | {"day": "2051-01-01", "time": "10:00"}, button="preview").send(button="send")
    now = announced(office, before + 1)
    assert len(now) == before + 1 and now[0]["contact"] == "many-20"


def test_an_announcement_goes_to_nobody_of_a_hidden_address_book(office, petra, olga):
    for uid in ("vip-1", "many-40"):
        office.convene("subscribe", uid, "--kind=exhibition")
    found = dict(zip(names(olga.get("/office/people", params={"q": "тайный"})), re.findall(r'name="(pick-\d+)"', olga.reply.text)))
    csrf = petra.get("/office/people").page.form("/office/list-people")["fields"]["csrf"]
    petra.post("/office/new-announcement", {"csrf": csrf, found["vip-1"]: "1"})
    assert "Выбрано людей" not in petra.page.text
    petra.post("/office/new-announcement", dict(TEXTS, **{"csrf": csrf, found["vip-1"]: "1", "act": "preview"}))
    assert petra.reply.status_code == 422 and "listing" in petra.page.faults
    before = len(announced(office))
    petra.get("/office/new-announcement").send(TEXTS | {"listing": "kind:exhibition", "day": "2051-01-01", "time": "10:00"}, button="preview").send(button="send")
    contacts = {row["contact"] for row in announced(office, before + 1)}
    assert "vip-1" not in contacts and "many-40" in contacts


def test_people_who_have_become_others_are_asked_about_again(office, olga):
    office.convene("import", "-", stdin=card("swap-1", "Сменов Первый", "swap1@example.org"))
    olga.get("/office/people", params={"q": "сменов"}).send({"listing": "kind:session"}, path="/office/list-people", button="found")
    assert "1 человек" in olga.page.text
    office.convene("delete", "swap-1")
    office.convene("import", "-", stdin=card("swap-2", "Сменов Второй", "swap2@example.org"))
    olga.send()
    assert "Теперь это другие люди" in olga.page.text and "Сменов Второй" in olga.page.text and stored(office, "swap-2")["listings"] == []
    olga.send()
    assert "Люди записаны." in olga.page.text and stored(office, "swap-2")["listings"]


def test_an_announcement_to_others_than_were_shown_is_shown_again(office, olga):
    office.convene("subscribe", "many-50", "--kind=exhibition")
    before = len(announced(office))
    olga.get("/office/new-announcement").send(TEXTS | {"listing": "kind:exhibition", "day": "2051-01-01", "time": "10:00"}, button="preview")
    olga.page.form(button="send")
    office.convene("unsubscribe", "many-50", "--kind=exhibition")
    office.convene("subscribe", "many-51", "--kind=exhibition")
    olga.send(button="send")
    assert olga.reply.status_code == 200 and "Теперь это другие люди" in olga.page.text and len(announced(office)) == before
    olga.send(button="send")
    contacts = [row["contact"] for row in announced(office, before + 1)]
    assert "Объявление отправляется." in olga.page.text and len(contacts) > before and "many-51" in contacts and "many-50" not in contacts


def test_an_announcement_goes_by_the_rights_that_hold_when_it_is_sent(office):
    add_account(office, "sonya")
    office.convene("subscribe", "many-30", "--event=forum@example.org")
    sonya = Client(office, address=next(addresses)).sign_in("sonya")
    sonya.get("/office/new-announcement").send(TEXTS | {"listing": "event:forum@example.org", "day": "2051-01-01", "time": "10:00"}, button="preview")
    before = len(announced(office))
    # The right is taken back while the request waits for the lock.
    with contextlib.closing(sqlite3.connect(office.database, isolation_level=None)) as store:
        store.execute("BEGIN IMMEDIATE")
        sending = threading.Thread(target=sonya.send, kwargs={"button": "send"})
        sending.start()
        sending.join(1)
        store.execute("INSERT INTO account_right (account, collection, access) VALUES ('sonya', 'events', 0)")
        store.execute("COMMIT")
        sending.join()
    assert sonya.reply.status_code == 403 and len(announced(office)) == before


def test_a_reader_sees_no_people(office):
    roman = Client(office, address=next(addresses)).sign_in("roman")
    assert "/office/people" not in roman.page.links
    for path in ("people", "import-people", "announcements", "new-announcement", "person/anna", "person-file/anna", "edit-person/anna", "new-person"):
        assert roman.get(f"/office/{path}").reply.status_code == 403
    token = roman.get("/office/sessions").page.form("/office/sessions")["fields"]["csrf"]
    for path, fields in (("person/anna", {"action": "erase", "confirm": "yes"}), ("list-people", {"whom": "found", "listing": "all"})):
        assert roman.post(f"/office/{path}", dict(fields, csrf=token)).reply.status_code == 403
    office.convene("account", "grant", "roman", "contacts", "read")
    assert roman.get("/office/person/anna").reply.status_code == 200 and len(roman.page.forms) == 1
    assert roman.post("/office/person/anna", {"action": "erase", "confirm": "yes", "csrf": token}).reply.status_code == 403
    assert "person-file" not in roman.get("/office/person/anna").reply.text and roman.get("/office/person-file/anna").reply.status_code == 403


def test_an_editor_who_may_only_read_the_contacts_lists_nobody(office):
    add_account(office, "boris")
    office.convene("account", "grant", "boris", "contacts", "read")
    office.convene("account", "grant", "boris", "vip", "none", check=False)
    boris = Client(office, address=next(addresses)).sign_in("boris").get("/office/people", params={"q": "рядов 30"})
    picked, = re.findall(r'name="(pick-\d+)"', boris.reply.text) or ["pick-1"]
    token = boris.get("/office/sessions").page.form("/office/sessions")["fields"]["csrf"]
    for whom in ({"whom": "picked", picked: "1"}, {"whom": "found", "q": "рядов 30"}):
        assert boris.post("/office/list-people", whom | {"csrf": token, "listing": "all", "number": "1"}).reply.status_code == 403
    assert "all" not in [row["scope"] for row in stored(office, "many-30")["listings"]]
