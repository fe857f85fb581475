"""An office's work with one conference, in headless Chromium and in Russian: a real daemon, 200 guests, and their mails at an SMTP server."""

import collections
import datetime
import email
import email.policy
import itertools
import json
import urllib.parse

import pytest

from browser import chromium
from conftest import Site, end, plain_text, wait_until
from office_browser import choose, content, fill, follow, heading, look, press, show
from office_client import PASSWORD, Client, add_account
from smtp_server import Server

GUESTS = 200
TOLD = GUESTS - 1  # one of them wants no mail
PARTS = ["Открытие", "Пленарная сессия", "Круглый стол", "Выставка", "Экскурсия", "Закрытие"]
MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
ONE_DAY = datetime.timedelta(days=1)


def from_now(days):
    """Returns the first day after some days whose next day is in the same month."""
    day = datetime.date.today() + datetime.timedelta(days=days)
    return day if (day + ONE_DAY).month == day.month else day + ONE_DAY


# Far off; so near that the reminder is due, but no notice goes at once; far off again.
BUILT, SOON, LATER = from_now(40), from_now(4), from_now(50)


def in_words(day):
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def two_days(first):
    return f"{first.day}–{in_words(first + ONE_DAY)}"


def lines_of(text):
    return [json.loads(line) for line in text.splitlines()]


class Story:
    """The browser of the editor, the site, the mail server, and what has happened so far."""

    def __init__(self, browser, site, server, directory):
        self.browser, self.site, self.server, self.directory = browser, site, server, directory
        self.uid = None  # of the conference, as in an address
        self.n_mails = 0

    def open(self, path):
        self.browser.open(f"{self.site.url}/office/{path}")

    def open_event(self):
        self.open(f"event/{self.uid}")

    def choose_event(self, name):
        choose(self.browser, name, f"{'event:' if name == 'listing' else ''}{urllib.parse.unquote(self.uid)}")

    def answer(self, how):
        """Answers whom to tell of a change."""
        assert heading(self.browser) == "Кого известить?"
        self.browser.find(f"#notify-{how}").click()
        press(self.browser, "Сохранить")

    def arrived(self, *words):
        """Waits for one mail to each guest who wants mail. Each mail has these words, in this order. Returns the first mail's text."""
        wait_until(lambda: len(self.server.messages) >= self.n_mails + TOLD)
        found = self.server.messages[self.n_mails:]
        readers = collections.Counter(self.server.recipients[self.n_mails:])
        assert len(found) == TOLD and set(readers) == {address(n) for n in range(1, GUESTS)}
        self.n_mails += TOLD
        texts = [plain_text(email.message_from_bytes(bytes_of, policy=email.policy.default)).replace("\u00a0", " ") for bytes_of in found]
        for text in texts:
            rest = text
            for word in words:
                assert word in rest, text
                rest = rest.partition(word)[2]
        return texts[0]


def address(n):
    return f"guest{n:03}@example.org"


@pytest.fixture
def story(tmp_path):
    with Server() as server, chromium() as browser:
        site = Site(tmp_path, mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; settle = "PT10M"; rate = 0;')
        add_account(site)
        add_account(site, "oleg")
        site.start()
        browser.look(1280, "ru")
        yield Story(browser, site, server, tmp_path)
        end(site)


def test_an_office_runs_a_conference(story):
    the_editor_signs_in(story)
    a_conference_is_built(story)
    guests_come_from_a_table(story)
    a_guest_wants_no_mail(story)
    the_mail_is_looked_at(story)
    it_is_published(story)
    two_editors_change_it_at_once(story)
    the_hall_is_moved(story)
    it_is_postponed_and_dated_again(story)
    a_part_is_deleted_and_brought_back(story)
    a_guest_asks_why_there_was_no_mail(story)
    an_announcement_goes(story)
    a_person_is_erased(story)
    assert lines_of(story.site.convene("outbox", "--state=pending", "--json").stdout) == [] and len(story.server.messages) == story.n_mails
    assert all("409" in line or "422" in line for line in story.browser.complaints())


def the_editor_signs_in(story):
    story.open("")
    assert heading(story.browser) == "Вход для сотрудников"
    look(story.browser, "login")
    fill(story.browser, name="olga", password=PASSWORD)
    press(story.browser, "Войти")
    assert heading(story.browser) == "События"


def a_conference_is_built(story):
    browser = story.browser
    press(browser, "Новое событие")
    look(browser, "form")
    fill(browser, title_ru="Конференция кластеров", title_en="Conference of clusters")
    browser.find("#form-days").click()
    fill(browser, start_day=str(BUILT), end_day=str(BUILT - ONE_DAY), place="Большой зал", text="Два дня докладов", speakers="Анна Петрова; модератор; Ассоциация")
    choose(browser, "kind", "session")
    press(browser, "Сохранить")
    assert "Окончание раньше начала" in browser.find(".faults").text and browser.find("#title-ru").get_attribute("value") == "Конференция кластеров"
    assert browser.find("#end-day").get_attribute("aria-invalid") == "true"
    look(browser, "fault")
    fill(browser, end_day=str(BUILT + ONE_DAY))
    press(browser, "Сохранить")
    assert heading(browser) == "Конференция кластеров" and "Сохранено." in browser.find("[role=status]").text
    assert two_days(BUILT) in browser.find(".facts-list").text.replace("\u00a0", " ")
    for number, title in enumerate(PARTS):
        fill(browser, part_title=title, part_day=str(BUILT + number // 3 * ONE_DAY), part_start=f"{10 + number}:00", part_end=f"{10 + number}:45")
        press(browser, "Добавить")
    rows = [row.text for row in browser.find_all("section .rows tbody tr")]
    assert len(rows) == len(PARTS) and "Открытие" in rows[0] and "10:00–10:45" in rows[0]
    story.uid = urllib.parse.urlparse(browser.driver.current_url).path.rpartition("/")[2]
    follow(browser, browser.driver.find_element("link text", "Пленарная сессия"))
    press(browser, "Изменить")
    fill(browser, speakers="Иван Сидоров; докладчик; Завод")
    press(browser, "Сохранить")
    assert "Иван Сидоров" in content(browser)
    story.open_event()
    look(browser, "event", 3840)


def guests_come_from_a_table(story):
    browser = story.browser
    story.open("import-people")
    look(browser, "import")
    table = story.directory / "guests.csv"
    rows = ["Фамилия;Имя;Эл. почта;Организация"] + [f"Гостев-{n:03};Гость;{address(n)};Завод «Ёлка»" for n in range(GUESTS)]
    table.write_bytes("\r\n".join(rows).encode("windows-1251"))
    browser.find("#file").send_keys(str(table))
    press(browser, "Прочитать")
    assert f"добавить: {GUESTS}" in content(browser) and "Завод «Ёлка»" in content(browser)
    story.choose_event("listing")
    show(browser, "import-guests")
    press(browser, "Загрузить")
    assert "Люди загружены." in browser.find("[role=status]").text


def open_person(story, n):
    story.open(f"people?q={address(n)}")
    follow(story.browser, story.browser.find("main tbody a"))
    assert f"Гостев-{n:03}" in heading(story.browser)


def a_guest_wants_no_mail(story):
    open_person(story, 0)
    press(story.browser, "Больше не слать")
    assert "Конференция кластеров" in content(story.browser)


def the_mail_is_looked_at(story):
    story.open_event()
    press(story.browser, "Письмо и получатели")
    assert f"Напоминание получат {TOLD} человек" in content(story.browser) and "отказался" in content(story.browser)
    assert all(word in story.browser.find("main pre").text for word in ("Большой зал",))
    look(story.browser, "event-mail")


def it_is_published(story):
    browser = story.browser
    story.open_event()
    press(browser, "Опубликовать")
    # It is brought forward with its parts. Nobody was told of another day, so there is no question.
    press(browser, "Изменить")
    fill(browser, start_day=str(SOON), end_day=str(SOON + ONE_DAY))
    press(browser, "Сохранить")
    text = story.arrived("Большой зал", "Программа:", *itertools.chain(*(("\n", part) for part in PARTS)))
    assert text.count("Конференция кластеров") and "Два дня докладов" in text
    part, = [event["uid"] for event in lines_of(story.site.convene("list", "--json").stdout) if event["summary"] == "Круглый стол"]
    assert "told in the mail about the event that it is a part of" in story.site.convene("why", address(1), part).stdout
    story.open_event()
    link, = [a for a in browser.find_all("main a.button") if a.text == "На сайте"]
    follow(browser, link)
    assert "Круглый стол" in content(browser)


def two_editors_change_it_at_once(story):
    browser = story.browser
    story.open_event()
    press(browser, "Изменить")
    oleg = Client(story.site).sign_in("oleg").get(f"/office/edit-event/{story.uid}")
    form = next(form for form in oleg.page.forms if "title-ru" in form["fields"])
    oleg.post(oleg.reply.url, dict(form["fields"], text="Слова Олега", contact="Олег"))
    fill(browser, text="Мои слова")
    press(browser, "Сохранить")
    assert "изменил кто-то ещё" in content(browser) and "Слова Олега" in content(browser)
    assert browser.find("#text").get_attribute("value") == "Мои слова" and browser.find("#contact").get_attribute("value") == "Олег"
    look(browser, "conflict")
    press(browser, "Сохранить")
    assert "Мои слова" in content(browser) and "Олег" in content(browser)


def the_hall_is_moved(story):
    browser = story.browser
    story.open_event()
    press(browser, "Изменить")
    fill(browser, place="Малый зал")
    press(browser, "Сохранить")
    assert f"{TOLD} человек" in content(browser) and "Новое место: Малый зал" in content(browser)
    look(browser, "notify")
    story.answer("later")
    wait_until(lambda: browser.driver.refresh() or f"Ждут отправки {TOLD} извещений" in content(browser))
    look(browser, "waiting")
    press(browser, "Изменить")
    fill(browser, place="Зал 5")
    press(browser, "Сохранить")
    story.answer("later")
    wait_until(lambda: browser.driver.refresh() or f"Ждут отправки {TOLD} извещений" in content(browser))
    press(browser, "Отправить сейчас")
    story.arrived("Новое место: Зал 5", "Прежнее место: Большой зал")


def it_is_postponed_and_dated_again(story):
    browser = story.browser
    story.open_event()
    press(browser, "Отложить без даты")
    story.answer("now")
    assert "Событие отложено" in browser.find("[role=status]").text
    story.arrived("новая дата пока не объявлена", "Было: ")
    story.open_event()
    press(browser, "Изменить")
    browser.find("#form-days").click()
    fill(browser, start_day=str(LATER), end_day=str(LATER + ONE_DAY))
    assert browser.find("#with-parts").is_selected()
    show(browser, "date-again")
    press(browser, "Сохранить")
    story.answer("now")
    story.arrived("Событие состоится в новое время.", f"Новое время: ", two_days(LATER))
    story.open_event()
    rows = [row.text.replace("\u00a0", " ") for row in browser.find_all("section .rows tbody tr")]
    assert [row.startswith(in_words(LATER + number // 3 * ONE_DAY)) for number, row in enumerate(rows)] == [True] * len(PARTS)


def a_part_is_deleted_and_brought_back(story):
    browser = story.browser
    story.open_event()
    follow(browser, browser.driver.find_element("link text", "Экскурсия"))
    assert heading(browser) == "Экскурсия"
    press(browser, "Удалить")
    story.answer("nobody")
    story.open_event()
    assert "Экскурсия" not in browser.find("section .rows").text
    story.open("trash")
    look(browser, "trash")
    press(browser, "Вернуть")
    story.open_event()
    assert "Экскурсия" in browser.find("section .rows").text


def a_guest_asks_why_there_was_no_mail(story):
    open_person(story, 0)
    story.choose_event("event")
    press(story.browser, "Узнать")
    assert "получатель отказался" in content(story.browser)
    show(story.browser, "why")


def an_announcement_goes(story):
    browser = story.browser
    story.open("new-announcement")
    fill(browser, subject_ru="Парковка", text_ru="Въезд со двора.")
    story.choose_event("listing")
    press(browser, "Посмотреть и посчитать")
    assert f"{TOLD} писем" in content(browser) and "отказался" in content(browser)
    show(browser, "announcement-count")
    press(browser, "Отправить")
    story.arrived("Въезд со двора.")


def a_person_is_erased(story):
    browser = story.browser
    open_person(story, 7)
    press(browser, "Стереть")
    press(browser, "Стереть навсегда")
    assert "Человек стёрт." in browser.find("[role=status]").text
    story.open(f"people?q={address(7)}")
    assert not browser.find_all("main tbody a")
    story.open("events")
    look(browser, "events")
