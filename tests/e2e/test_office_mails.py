"""The office's pages of mails: filters, each mail as it went, why it did not go, retry, stop, the numbers of an event, and why a person got none."""

import datetime
import itertools
import json

import pytest

from conftest import Site, end, plain_text, wait_until
from office_client import Client, add_account
from smtp_server import Server
from test_notices import mails as mails_of

addresses = (f"127.8.7.{number}" for number in itertools.count(1))
CARD = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{0}\r\nFN:{0} Фамилия\r\nEMAIL:{0}@example.org\r\nLANG:ru\r\n{1}END:VCARD\r\n"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with Server() as server:
        server.refuses = lambda line: b"550 5.6.0 not today\r\n" if b"bad@" in line else None
        site = Site(tmp_path_factory.mktemp("mails"), mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        site.server = server
        add_account(site)
        add_account(site, "roman", "reader")
        site.convene("import", "-", stdin="".join(CARD.format(uid, more) for uid, more in (("anna", ""), ("bad", ""), ("late", ""), ("off", "X-CONVENED-REMINDERS:OFF\r\n"), ("gone", ""))))
        site.convene("add", "--uid=forum", "--summary=Форум", "--kind=session", "--start=2040-01-01T10:00", "--end=2040-01-01T12:00")
        for uid in ("anna", "bad", "late", "off", "gone"):
            site.convene("subscribe", uid, "--event=forum")
        site.start()
        Client(site, address=next(addresses)).sign_in().get("/office/person/gone").send(button="stop-mail")
        text = ("--subject-ru=Смена зала", "--text-ru=Теперь зал <2> & сцена.")
        site.convene("announce", "--event=forum", *text)
        site.convene("announce", "--contact=late", "--at=2039-01-01T10:00", *text)
        wait_until(lambda: sorted(row["state"] for row in rows(site) if row["kind"] == "announcement") == ["FAILED", "PENDING", "SENT", "SENT"])
        yield site
        end(site)


def rows(site):
    return [json.loads(line) for line in site.convene("outbox", "--json").stdout.splitlines()]


def row(site, **wanted):
    found, = [row for row in rows(site) if all(row[name] == value for name, value in wanted.items()) and row["kind"] == "announcement"]
    return found


@pytest.fixture(scope="module")
def olga(office):
    return Client(office, address=next(addresses)).sign_in()


def mails(client, **filters):
    client.get("/office/mails", params=filters)
    return [path.rpartition("/")[2] for path in client.page.links if path and path.startswith("/office/mail/")]


def test_mails_are_filtered(office, olga):
    everything = [row["id"] for row in rows(office)]
    assert mails(olga) == everything and len(everything) >= 4
    assert mails(olga, state="FAILED") == [row(office, state="FAILED")["id"]]
    assert "не принято" in olga.page.text and "5.6.0 not today" in olga.page.text
    assert mails(olga, person="late@example.org", state="PENDING") == [row(office, state="PENDING")["id"]]
    assert mails(olga, day="2039-01-01") == [row(office, state="PENDING")["id"]] and mails(olga, day="2039-01-02") == []
    assert mails(olga, event="forum", person="anna") == [row(office, contact="anna")["id"]]
    assert mails(olga, person="nobody@example.org") == [] and "Нет человека с таким адресом" in olga.page.faults["person"]
    assert mails(olga, day="32") == [] and "day" in olga.page.faults


def test_the_numbers_of_an_event(olga):
    olga.get("/office/event/forum")
    olga.get([link for link in olga.page.links if link and "/mails?" in link][0])
    for words in ("записано людей 5", "из них отказались 1", "отправлено 2", "вернулось 0", "не принято 1"):
        assert words in olga.page.text, words
    # The reminder is shown before it goes.
    olga.get("/office/event/forum")
    olga.get([link for link in olga.page.links if link and "/event-mail/" in link][0])
    assert "Напоминание получат 3 человека" in olga.page.text and "Форум" in olga.page.text and "To: anna" in olga.page.text
    assert "получатель отказался от писем" in olga.page.text


def test_a_mail_says_what_became_of_it(office, olga):
    sent = row(office, contact="anna")
    olga.get(f"/office/mail/{sent['id']}")
    assert "anna Фамилия" in olga.page.text and "отправлено" in olga.page.text and "250 2.0.0 Ok" in olga.page.text
    assert not [form for form in olga.page.forms if ("act", "stop") in form["buttons"]]
    assert olga.get("/office/mail/999999").reply.status_code == 404
    waiting = row(office, state="PENDING")
    assert "Письмо составляется в момент отправки" in olga.get(f"/office/mail/{waiting['id']}").page.text


def test_a_sent_mail_is_shown_as_it_went(office, olga):
    sent = row(office, contact="anna")
    page = olga.get(f"/office/mail/{sent['id']}")
    assert "Subject: Смена зала" in page.page.text and "To: anna" in page.page.text and "Message-I" in page.page.text
    assert "Теперь зал <2> & сцена." in page.page.text
    assert f'<iframe class="mail" sandbox loading="lazy" src="/office/mail-html/{sent["id"]}"' in page.reply.text
    file = olga.session.get(f"{office.url}/office/mail-file/{sent['id']}", timeout=30).content
    assert file.replace(b"\r\n", b"\n").strip() in [message.replace(b"\r\n", b"\n").strip() for message in office.server.messages]
    frame = olga.session.get(f"{office.url}/office/mail-html/{sent['id']}", timeout=30)
    assert frame.headers["Content-Type"] == "text/html; charset=utf-8" and "Теперь зал &#60;2&#62; &#38; сцена." in frame.text
    policy = frame.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none';") and "script" not in policy and "frame-ancestors 'self'" in policy
    assert olga.get("/office/mail-html/999999").reply.status_code == 404
    assert Client(office, address=next(addresses)).sign_in("roman").get(f"/office/mail-html/{sent['id']}").reply.status_code == 403


def test_a_mail_is_tried_again_and_another_is_stopped(office, olga):
    failed = row(office, state="FAILED")
    office.server.refuses = lambda line: None
    olga.get(f"/office/mail/{failed['id']}").send(button="retry")
    assert "Письмо уйдёт ещё раз" in olga.page.text
    wait_until(lambda: row(office, id=failed["id"])["state"] == "SENT")
    waiting = row(office, state="PENDING")
    olga.get(f"/office/mail/{waiting['id']}")
    form = olga.page.form(button="stop")
    olga.send(button="stop")
    assert "Письмо остановлено." in olga.page.text and "письмо остановлено редакцией" in olga.page.text
    assert row(office, id=waiting["id"])["state"] == "SUPPRESSED"
    assert olga.post(olga.reply.url, dict(form["fields"], act="stop")).reply.status_code == 422


def test_why_a_person_got_nothing(olga):
    for uid, words in (("off", "в карточке напоминания выключены"), ("gone", "получатель отказался"), ("anna", "ещё предстоит")):
        olga.get(f"/office/person/{uid}")
        form = next(form for form in olga.page.forms if (form["action"] or "").startswith("/office/why/"))
        assert words in olga.get(form["action"], params={"event": "forum"}).page.text
    assert olga.get("/office/why/anna", params={"event": "unknown"}).reply.status_code == 404


def limited(office, name, collection, access):
    """Signs in an editor with another right to one collection."""
    add_account(office, name)
    office.convene("account", "grant", name, collection, access)
    return Client(office, address=next(addresses)).sign_in(name)


@pytest.fixture(scope="module")
def secrets(office, tmp_path_factory):
    """A contact of the address book `vip`, an event of the calendar `secret`, and mails about both; returns the numbers of the mails."""
    folder = tmp_path_factory.mktemp("vip") / "vip"
    folder.mkdir()
    (folder / "guest.vcf").write_text(CARD.format("guest", ""), encoding="utf-8")
    office.convene("import", folder.parent)
    office.convene("add", "--calendar=secret", "--uid=council", "--summary=Совет", "--start=2040-02-01T10:00", "--end=2040-02-01T12:00")
    text = ("--subject-ru=Тайное", "--text-ru=Тайные слова.", "--at=2039-02-01T10:00")
    office.convene("subscribe", "guest", "--event=forum")
    office.convene("subscribe", "anna", "--event=council")
    office.convene("announce", "--contact=guest", *text)
    office.convene("announce", "--event=council", *text)
    # A private event has a part in the hidden calendar, and one listed for its kind, whom it does not show.
    office.convene("import", "-", stdin=CARD.format("weekly", "X-CONVENED-DIGEST:WEEKLY-MO@08:00\r\n"))
    office.convene("add", "--uid=board", "--summary=Правление", "--kind=exhibition", "--class=PRIVATE", "--start=2040-03-01T10:00", "--end=2040-03-01T12:00")
    office.convene("add", "--calendar=secret", "--parent=board", "--uid=vote", "--summary=Тайное голосование", "--start=2040-03-01T11:00", "--end=2040-03-01T11:30")
    for uid, *what in (("anna", "--event=board"), ("anna", "--event=vote"), ("weekly", "--event=board"), ("late", "--kind=exhibition")):
        office.convene("subscribe", uid, *what)
    # The daemon adds the mails of an announcement.
    wait_until(lambda: {"guest", "anna"} <= {row["contact"] for row in rows(office) if row["due"] == "2039-02-01T07:00:00Z"})
    return row(office, contact="guest")["id"], row(office, contact="anna", due="2039-02-01T07:00:00Z")["id"]


@pytest.mark.parametrize("name, collection, hidden, seen", [("vera", "vip", 0, 1), ("sofia", "secret", 1, 0)])
def test_mails_of_hidden_contacts_and_events_are_not_shown(office, secrets, name, collection, hidden, seen):
    client = limited(office, name, collection, "none")
    listed = mails(client)
    assert secrets[hidden] not in listed and secrets[seen] in listed
    for page in ("mail", "mail-html", "mail-file"):
        assert client.get(f"/office/{page}/{secrets[hidden]}").reply.status_code == 403
    shown = client.get("/office/event-mail/board").page.text
    assert "Правление" in shown and ("Тайное голосование" in shown) == (collection == "vip")
    assert "Напоминание получит 1 человек" in shown and "Не получат: 1, контакт получает повестку" in shown and "Не получат: 1, событие закрытое" in shown
    assert "отдел и те, кого он записал на само событие" in client.get("/office/event/board").page.text
    assert client.get(f"/office/mail/{secrets[seen]}").reply.status_code == 200
    csrf = client.page.form("/office/logout")["fields"]["csrf"]
    for act in ("stop", "retry"):
        assert client.post(f"/office/mail/{secrets[hidden]}", {"csrf": csrf, "act": act}).reply.status_code == 403
    assert row(office, id=secrets[hidden])["state"] == "PENDING"
    assert mails(client, person="guest" if collection == "vip" else "anna", state="PENDING") == [] and mails(client, event="council") == [secrets[1]] * (collection == "vip")
    assert ("записано людей" in client.page.text) == (collection == "vip")
    if collection == "secret":
        assert str(secrets[hidden]) not in [path.rpartition("/")[2] for path in client.get("/office/person/anna").page.links if path and path.startswith("/office/mail/")]


@pytest.mark.parametrize("name, collection, mail", [("nina", "vip", 0), ("zoya", "secret", 1), ("lena", "contacts", 1)])
def test_a_mail_is_stopped_by_accounts_that_may_write_its_contact_and_event(office, secrets, name, collection, mail):
    client = limited(office, name, collection, "read")
    client.get(f"/office/mail/{secrets[mail]}")
    assert client.reply.status_code == 200 and not [form for form in client.page.forms if ("act", "stop") in form["buttons"]]
    csrf = client.page.form("/office/logout")["fields"]["csrf"]
    assert client.post(client.reply.url, {"csrf": csrf, "act": "stop"}).reply.status_code == 403
    assert row(office, id=secrets[mail])["state"] == "PENDING"


def test_the_texts_of_mails_are_the_office_s(office, olga):
    """A text is checked as `--check` does, shown before it is saved, in force at once, and each earlier one can be brought back."""
    olga.get("/office/mails").get("/office/texts")
    assert "слова программы" in olga.page.text and "свой текст" not in olga.page.text
    olga.get("/office/text/exhibition.ru")
    assert "О придуманном событии" in olga.page.text and "Subject: Через 3 дня, " in olga.page.text
    stale = dict(olga.page.form(button="save")["fields"])
    olga.send({"subject": "Выставка: {what", "text": "Ждём вас"}, button="save")
    assert olga.reply.status_code == 422 and list(olga.page.faults) == ["subject"] and olga.page.form(button="save")["fields"]["text"] == "Ждём вас"
    olga.send({"subject": "Выставка: {subject}", "text": "Ждём\r\n-- \r\nвас"}, button="save")
    assert olga.reply.status_code == 422 and {"text", "footer"} <= set(olga.page.faults)
    olga.send({"text": "x" + " " * 40000}, button="save")
    assert olga.reply.status_code == 422 and list(olga.page.faults) == ["text"]
    olga.send({"subject": " \tВыставка: {subject}", "text": "Ждём вас {dates}: <{place}>.", "footer": "Отдел выставок"}, button="preview")
    assert "Subject: Выставка: Через 3 дня, " in olga.page.text and "<Большой зал>." in olga.page.text and "Отдел выставок" in olga.page.text
    assert "свой текст" not in olga.get("/office/texts").page.text
    olga.get("/office/text/exhibition.ru").send({"subject": "Выставка: {subject}", "text": "Ждём вас {dates}: <{place}>.", "footer": "Отдел выставок"}, button="save")
    assert "Сохранено." in olga.page.text and "свой текст" in olga.page.text
    # The second editor is told what changed, and keeps what was typed.
    olga.post("/office/text/exhibition.ru", dict(stale, subject="", text="Моё", action="save"))
    assert olga.reply.status_code == 409 and olga.page.form(button="save")["fields"]["text"] == "Моё" and "Ждём вас" in olga.page.faults["text"]
    # The command and the daemon use it without a reload.
    day = datetime.date.today() + datetime.timedelta(days=3)
    office.convene("add", "--uid=show", "--summary=Станки", "--kind=exhibition", f"--start={day}T10:00", f"--end={day}T12:00", "--location=Зал 7")
    wait_until(lambda: "the office's new texts are in force" in office.log_text())
    office.convene("subscribe", "late", "--event=show", "--lead=-P5D")
    wait_until(lambda: [mail for mail in mails_of(office.server) if "Станки" in mail["Subject"]])
    mail, = [mail for mail in mails_of(office.server) if "Станки" in mail["Subject"]]
    text = plain_text(mail)
    assert "Выставка: " in mail["Subject"] and "<Зал 7>." in text and "Отдел выставок" in text
    # The text is taken back, and brought back.
    olga.get("/office/text/exhibition.ru").send(button="remove")
    assert "свой текст" not in olga.page.text
    olga.get("/office/text/exhibition.ru")
    assert olga.page.form(button="save")["fields"]["text"] == "" and "Своего текста нет" in olga.page.text and "olga" in olga.page.text
    olga.send(button="wanted")
    assert "свой текст" in olga.page.text
    assert olga.get("/office/text/exhibition.ru").page.form(button="save")["fields"]["footer"] == "Отдел выставок"
    assert olga.get("/office/text/nothing.ru").reply.status_code == 404 and olga.get("/office/text/session.xx").reply.status_code == 404
    reader = limited(office, "petr", "events", "read")
    assert reader.get("/office/texts").reply.status_code == 403
    csrf = reader.page.form("/office/logout")["fields"]["csrf"]
    assert reader.post("/office/text/exhibition.ru", dict(stale, csrf=csrf, action="save")).reply.status_code == 403


def test_a_reader_sees_no_mails(office):
    roman = Client(office, address=next(addresses)).sign_in("roman")
    for path in ("mails", "texts", "text/session.ru", "mail/1", "mail-file/1", "why/anna"):
        assert roman.get(f"/office/{path}").reply.status_code == 403
