"""The pages of the office that test_office_story.py does not visit, in headless Chromium, in Russian: by axe, tidy and at 320 px."""

import re

import pytest

from browser import chromium
from conftest import Site, end, wait_until
from office_browser import choose, fill, heading, look, press, sign_in
from office_client import PASSWORD, add_account
from test_office_meetings import DAY, HOST, OFFER
from test_office_second_factor import RECOVERY, App

PEOPLE = "".join(f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:person-{n}\r\nFN:{name}\r\nEMAIL:person{n}@example.org\r\nORG:{body}\r\nTITLE:Директор по развитию\r\nTEL:+7 495 000-00-00\r\nEND:VCARD\r\n"
                 for n, (name, body) in enumerate([("Ёлкина Анна Петровна", "Ассоциация кластеров и технопарков России"), ("Константинопольский Константин Константинович", "Завод"), ("Wagner Eva", "")]))


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("office"))
    add_account(site)
    for text in (PEOPLE, HOST, OFFER):
        site.convene("import", "-", stdin=text)
    site.convene("meet", "ask", "offer-1", f"{DAY}T11:00", "--name=Мария Гостева", "--organisation=Завод", "--topic=Поставка станков", "--address=maria@example.org")
    yield site.start()
    end(site)


def test_the_pages_are_looked_at(browser, office):
    sign_in(browser, office)
    for name in ("sessions", "meetings", "offers", f"timetable?day={DAY}", "match", "offer/offer-1", "places", "new-place?kind=location", "mails", "announcements"):
        browser.open(f"{office.url}/office/{name}")
        look(browser, re.sub(r"[/?].*", "", name))
    browser.open(office.url + "/office/new-place?kind=location")
    fill(browser, name_ru="Технопарк «Мордовия»", town="Саранск", point="1, 200")
    press(browser, "Сохранить")
    look(browser, "place-fault")
    fill(browser, point="54.18, 45.18")
    press(browser, "Сохранить")
    [link for link in browser.find_all("main a") if link.text == "Технопарк «Мордовия»"][0].click()
    wait_until(lambda: browser.shows("История"))
    look(browser, "edit-place")
    office.convene("account", "grant", "olga", "--role=admin")
    for name in ("places", "new-calendar", "calendar/events", "new-kind"):
        browser.open(f"{office.url}/office/{name}")
        look(browser, "admin-" + name.replace("/", "-"))
    fill(browser, name="hike", title_ru="Походы и прогулки для гостей конференции", color="#123", remind="P1D")
    press(browser, "Сохранить")
    look(browser, "kind-fault")
    fill(browser, color="teal", remind="-P1D@18:00")
    press(browser, "Сохранить")
    browser.open(f"{office.url}/office/kind/hike")
    browser.find("main summary").click()
    look(browser, "kind")
    browser.open(f"{office.url}/office/new-calendar")
    fill(browser, name="fairs", title="Ярмарки", color="#3366CC")
    press(browser, "Сохранить")
    browser.open(f"{office.url}/office/calendar/fairs")
    press(browser, "Удалить календарь")
    look(browser, "calendar-delete")
    press(browser, "Удалить календарь")
    office.convene("account", "grant", "olga", "--role=editor")
    assert browser.complaints() == [] or all("422" in line for line in browser.complaints())


def test_an_editor_finds_lists_changes_and_imports_people(browser, office, tmp_path):
    sign_in(browser, office)
    browser.open(office.url + "/office/people")
    look(browser, "people")
    fill(browser, q="кластеров")
    press(browser, "Показать")
    browser.find("main .people tbody input").click()
    choose(browser, "listing", "kind:session")
    press(browser, "Записать отмеченных")
    look(browser, "list-people")
    press(browser, "Записать")
    browser.find("main tbody a").click()
    look(browser, "person")
    press(browser, "Изменить")
    fill(browser, email="нет")
    press(browser, "Сохранить")
    look(browser, "person-fault")
    browser.open(office.url + "/office/person/person-1")
    press(browser, "Узнать")
    look(browser, "why")
    browser.open(office.url + "/office/merge-person/person-1?q=example.org")
    look(browser, "merge")
    browser.find_all("main tbody button")[0].click()
    wait_until(lambda: browser.shows("Останется"))
    look(browser, "merge-question")
    browser.open(office.url + "/office/person/person-1")
    press(browser, "Стереть")
    look(browser, "erase")
    browser.open(office.url + "/office/new-announcement")
    fill(browser, subject_ru="Смена зала", text_ru="Теперь зал 2.")
    choose(browser, "listing", "kind:session")
    look(browser, "announcement")
    press(browser, "Посмотреть и посчитать")
    look(browser, "announcement-preview")
    browser.open(office.url + "/office/import-people")
    table = tmp_path / "people.csv"
    table.write_bytes("ФИО;Почта;Организация;Цвет\r\nНовиков Иван Ильич;n@example.org;Завод;синий\r\nСлучайный;нет;;\r\nДругая Анна;person0@example.org;;\r\n".encode("windows-1251"))
    browser.find("#file").send_keys(str(table))
    press(browser, "Прочитать")
    look(browser, "import-preview")
    assert browser.complaints() == [] or all("422" in line for line in browser.complaints())


def test_the_second_step_of_the_login_is_set_up(browser, office):
    sign_in(browser, office)
    browser.open(office.url + "/office/second-factor")
    press(browser, "Начать настройку")
    look(browser, "second-factor")
    app = App(browser.driver.page_source)
    fill(browser, password=PASSWORD, code=app.at(0))
    press(browser, "Включить")
    assert heading(browser) == "Запасные коды"
    code, *_ = RECOVERY.findall(browser.driver.page_source)
    look(browser, "recovery-codes")
    browser.open(office.url + "/office/second-factor")
    look(browser, "second-factor-on")
    fill(browser, password=PASSWORD, code=code)
    press(browser, "Выключить второй шаг")
    assert "Второй шаг входа выключен." in browser.find("[role=status]").text and browser.complaints() == []


def test_the_pages_work_by_keyboard(browser, office):
    sign_in(browser, office)
    browser.open(office.url + "/office/events")
    browser.walk_by_keyboard()
