"""Tests mails other than a single reminder, from the daemon through a server: notices of changes and cancellations, agendas, quiet hours,
custom texts, and the throttle."""

import datetime
import email
import email.policy
import json
import os
import re

import pytest
import requests

from conftest import plain_text, wait_until
from smtp_server import Server

# The commands use the real clock and ignore past events, so the event is years ahead.
DAY = "2051-06-23T"
EVENT = "practical-session@example.org"
CALENDAR = "\r\n".join([
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", "BEGIN:VEVENT", f"UID:{EVENT}", "DTSTAMP:20260101T000000Z",
    "SUMMARY:Практическая сессия", "LOCATION:Саранск", "CATEGORIES:SESSION", "DTSTART;VALUE=DATE:20510624",
    "DTEND;VALUE=DATE:20510626", "END:VEVENT", "END:VCALENDAR", ""])
CARD = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:v@x.example\r\nFN:Гость\r\nEMAIL:v@example.org\r\nLANG:ru\r\nTZ:Europe/Moscow\r\n{}END:VCARD\r\n"
DAILY = "X-CONVENED-DIGEST:DAILY@18:00\r\n"
QUIET = "X-CONVENED-QUIET:{}\r\n"


def listed(make_site, server, card="", mail="", lead="-P1D@18:00", extra=""):
    site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; {mail}', extra=extra)
    site.convene("import", "-", stdin=CALENDAR.encode())
    site.convene("import", "-", stdin=CARD.format(card).encode())
    site.convene("subscribe", "v@example.org", "--event", EVENT, f"--lead={lead}")
    return site


def start(site, clock, day=DAY):
    site.start(f"--rehearse={day}{clock}+03:00")
    return site


def rows(site, **wanted):
    found = [json.loads(line) for line in site.convene("outbox", "--json").stdout.splitlines()]
    return [row for row in found if all(row[name] == value for name, value in wanted.items())]


def mails(server):
    return [email.message_from_bytes(raw, policy=email.policy.default) for raw in server.messages]


def text(message):
    return plain_text(message)


def reminded(make_site, server, **options):
    """A site whose reminder was sent at 18:00 of the day before."""
    site = start(listed(make_site, server, **options), "17:59:56")
    wait_until(lambda: rows(site, kind="reminder", state="SENT"))
    assert mails(server)[0]["Subject"].startswith("Завтра, 24 июня: ")
    return site


def test_a_move_causes_a_notice_in_the_reminders_thread(make_site):
    with Server({}) as server:
        site = reminded(make_site, server)
        site.convene("date", EVENT, "2051-06-29", "2051-06-30")
        wait_until(lambda: rows(site, kind="change", state="SENT"))
        first, change = mails(server)
        assert change["Subject"] == "Изменение: Практическая сессия, чт–пт, 29–30 июня 2051 г."
        assert change["In-Reply-To"] == first["Message-ID"]
        assert "Новое время: чт–пт, 29–30" in text(change) and "Было: сб–вс, 24–25" in text(change)
        calendar = next(part for part in change.walk() if part.get_content_type() == "text/calendar")
        assert "DTSTART;VALUE=DATE:20510629" in calendar.get_content()
        site.stop()
        start(site, "18:10:00")
        site.convene("set", EVENT, "SUMMARY", "Другое название")
        assert len(server.messages) == 2
        assert site.convene("check").returncode == 0


def test_a_change_of_place_and_a_cancellation_cause_notices(make_site):
    with Server({}) as server:
        site = reminded(make_site, server)
        site.convene("set", EVENT, "LOCATION", "Рузаевка")
        wait_until(lambda: rows(site, kind="change", state="SENT"))
        assert mails(server)[1]["Subject"] == "Изменилось место: Практическая сессия, сб–вс, 24–25 июня 2051 г."
        assert "Новое место: Рузаевка" in text(mails(server)[1])
        assert "Прежнее место: Саранск" in text(mails(server)[1])
        site.convene("cancel", EVENT)
        wait_until(lambda: rows(site, kind="cancel", state="SENT"))
        cancelled = mails(server)[2]
        assert cancelled["Subject"].startswith("Отменено: ") and "Событие не состоится." in text(cancelled)
        assert cancelled["In-Reply-To"] == mails(server)[0]["Message-ID"]


def test_a_series_that_is_cancelled_or_takes_place_after_all_causes_one_notice(make_site):
    """The contact was told of seven days, and of one of them that it is cancelled."""
    with Server({}) as server:
        site = listed(make_site, server, lead="-P7D@18:00")
        daily = CALENDAR.replace("CATEGORIES", "RRULE:FREQ=DAILY;COUNT=20\r\nCATEGORIES").replace("20510626", "20510625")
        site.convene("import", "-", stdin=daily.encode())
        start(site, "12:00:00", "2051-06-16T").stop()
        start(site, "18:00:00")
        wait_until(lambda: len(rows(site, kind="reminder", state="SENT")) == 7)
        site.convene("occurrence", EVENT, "2051-06-26", "cancel")
        wait_until(lambda: rows(site, kind="cancel", state="SENT"))
        n_before = len(server.messages)
        site.convene("cancel", EVENT)
        wait_until(lambda: len(rows(site, kind="cancel", state="SENT")) == 2)
        site.stop()
        start(site, "18:30:00")
        wait_until(lambda: not rows(site, state="PENDING"))
        notice, = mails(server)[n_before:]
        assert notice["Subject"].startswith("Отменена вся серия: ") and "Отменены все события серии." in text(notice)
        assert site.convene("why", "v@example.org", EVENT).stdout.count("cancel") > 0
        site.convene("set", EVENT, "STATUS", "CONFIRMED")
        wait_until(lambda: rows(site, kind="change", state="SENT"))
        site.stop()
        start(site, "18:40:00")
        wait_until(lambda: not rows(site, state="PENDING"))
        assert len(rows(site, kind="change")) == 1
        restored = mails(server)[-1]
        assert restored["Subject"] == "Серия всё-таки состоится: Практическая сессия" and "Когда: суббота, 24" in text(restored)
        assert site.convene("check").returncode == 0


def test_the_office_decides_who_hears_of_a_change(make_site):
    with Server({}) as server:
        site = reminded(make_site, server)
        site.convene("set", EVENT, "LOCATION", "Казань", "--notify=no")
        wait_until(lambda: rows(site, kind="change", state="SUPPRESSED"))
        assert rows(site, kind="change")[0]["reason"] == "the change was made with --notify=no"
        site.stop()
        site.convene("set", EVENT, "LOCATION", "Рузаевка", "--notify=yes")
        shown = site.convene("preview", "--for", "v@example.org").stdout
        assert "Subject: Изменилось место: Практическая сессия" in shown and "Прежнее место: Казань" in shown
        start(site, "18:10:00")
        wait_until(lambda: rows(site, kind="change", state="SENT"))
        assert len(server.messages) == 2 and "Прежнее место: Казань" in text(mails(server)[1])
        assert site.convene("cancel", EVENT, "--notify=perhaps", check=False).returncode == 2
        assert site.convene("check").returncode == 0


@pytest.mark.parametrize("notify", [(), ("--notify=yes",), ("--notify=no",)])
def test_who_was_told_of_an_event_hears_of_its_deletion(make_site, notify):
    with Server({}) as server:
        site = reminded(make_site, server)
        site.stop()
        told = site.convene("delete", *notify, EVENT).stdout
        assert ("удалено, когда" in told or "deleted once" in told) == ("--notify=no" not in notify)
        shown = site.convene("preview", "--for", "v@example.org", check=False).stdout
        assert ("Отменено: Практическая сессия" in shown) == ("--notify=no" not in notify)
        start(site, "18:10:00")
        wait_until(lambda: not site.convene("list", "--json").stdout)
        if "--notify=no" in notify:
            assert len(server.messages) == 1 and not rows(site, kind="cancel")
        else:
            assert mails(server)[1]["Subject"].startswith("Отменено: Практическая сессия") and rows(site, kind="cancel", state="SENT")
        assert site.convene("check").returncode == 0


def test_an_event_that_was_deleted_stays_when_it_is_edited_before_the_notice_went(make_site):
    down = []
    plan = lambda stage, connection, transaction: "4yz" if stage == "mail" and down else None  # noqa: E731
    with Server(plan) as server:
        site = reminded(make_site, server)
        down.append(True)
        site.convene("delete", EVENT)
        wait_until(lambda: rows(site, kind="cancel", state="PENDING"))
        assert "Практическая сессия" in site.convene("list").stdout
        site.convene("set", EVENT, "STATUS", "CONFIRMED")
        down.clear()
        site.stop()
        start(site, "18:40:00")
        wait_until(lambda: not rows(site, state="PENDING"))
        assert "Практическая сессия" in site.convene("list").stdout and len(server.messages) == 1


def test_why_tells_what_went_and_what_will(make_site):
    with Server({}) as server:
        site = reminded(make_site, server)
        site.convene("add", "--uid=board@x", "--summary=Board", "--kind=session", "--start=2051-06-25T10:00", "--class=PRIVATE")
        site.convene("subscribe", "v@example.org", "--all")
        told = site.convene("why", "v@example.org", EVENT).stdout
        assert "Практическая сессия" in told and "SENT" in told and "taken by the mail server: " in told and "No reminder is to come" in told
        assert "the office has not listed the contact for it alone" in site.convene("why", "v@example.org", "board@x").stdout
        site.convene("subscribe", "v@example.org", "--event=board@x", "--lead=-P2D")
        assert "reminder -P2D, due 23 June 2051, 10:00 (Moscow, UTC+3): to come" in site.convene("why", "v@example.org", "board@x").stdout
        assert "-P1D@18:00" in site.convene("why", "v@example.org").stdout
        assert site.convene("why", "nobody@example.org", check=False).returncode == 1
        russian = site.convene("why", "v@example.org", "board@x", env={**os.environ, "LC_ALL": "ru_RU.UTF-8", "LANGUAGE": "ru"}).stdout
        assert "ещё предстоит" in russian


FORUM = "forum@example.org"


def forum():
    """A conference of two days with six parts."""
    starts = [f"205106{day}T{hour}0000Z" for day in (24, 25) for hour in ("07", "10", "13")]
    parts = [line for number, start in enumerate(starts) for line in (
        "BEGIN:VEVENT", f"UID:part-{number}@example.org", "DTSTAMP:20260101T000000Z", f"SUMMARY:Секция {number + 1}", f"DTSTART:{start}",
        "DURATION:PT2H", "CATEGORIES:SESSION", f"RELATED-TO:{FORUM}", "END:VEVENT")]
    return CALENDAR.replace(EVENT, FORUM).replace("SUMMARY:Практическая сессия", "SUMMARY:Форум").replace(
        "END:VCALENDAR", "\r\n".join([*parts, "END:VCALENDAR"]))


def test_a_conference_of_six_parts_with_two_leads_is_two_mails(make_site):
    with Server({}) as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        site.convene("import", "-", stdin=forum().encode())
        site.convene("import", "-", stdin=CARD.format("").encode())
        site.convene("subscribe", "v@example.org", "--all", "--lead=-P7D@10:00", "--lead=-P1D@18:00")
        assert site.convene("preview", "--for", "v@example.org", "--at", "2051-06-23T12:00").stdout.count("Subject: ") == 1
        # The parts that are due with the whole end in its commit; those that are due a day later were told already.
        for n_sent, n_told, clock, day in ((4, 0, "10:00:00", "2051-06-17T"), (4, 3, "10:00:00", "2051-06-18T"), (8, 3, "18:00:00", "2051-06-23T"),
                                           (8, 6, "18:00:00", "2051-06-24T")):
            start(site, clock if n_told else "09:59:56", day)
            wait_until(lambda: (len(rows(site, state="SENT")), len(rows(site, state="SUPPRESSED"))) == (n_sent, n_told))  # noqa: B023
            site.stop()
        assert {row["reason"] for row in rows(site, state="SUPPRESSED")} == {"told in the mail about the event that it is a part of"}
        assert len(rows(site, kind="reminder")) == 14 and len(server.messages) == 2
        last = mails(server)[1]
        assert last["Subject"] == "Завтра, 24 июня: Форум и ещё 6 событий"
        assert [line for line in text(last).splitlines() if line.startswith("Секция")] == [f"Секция {number}" for number in range(1, 7)]
        # The contact hears of a move of a part that the mail named, and of no other.
        site.convene("set", "part-4@example.org", "LOCATION", "Зал 2")
        start(site, "18:20:00", "2051-06-24T")
        wait_until(lambda: rows(site, kind="change", event="part-4@example.org", state="SENT"))
        assert len(server.messages) == 3 and site.convene("check").returncode == 0
        assert "Часть события: Форум\n" in text(mails(server)[2])


def test_the_hall_of_a_conference_of_six_parts_moves_in_one_mail(make_site):
    with Server({}) as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        site.convene("import", "-", stdin=forum().encode())
        site.convene("import", "-", stdin=CARD.format("").encode())
        site.convene("subscribe", "v@example.org", "--all", "--lead=-P7D@10:00")
        start(site, "09:59:56", "2051-06-17T")
        wait_until(lambda: len(rows(site, state="SENT")) == 4)
        site.stop()
        for uid in (*(f"part-{number}@example.org" for number in range(6)), FORUM):
            site.convene("set", uid, "LOCATION", "Большой зал")
        start(site, "10:00:00", "2051-06-18T")
        wait_until(lambda: len(rows(site, kind="change", state="SENT")) == 7)
        assert len(server.messages) == 2 and len({row["bundle"] for row in rows(site, kind="change")}) == 1
        moved = mails(server)[1]
        assert moved["Subject"] == "Изменилось место: Форум, сб–вс, 24–25 июня 2051 г. и ещё 6 событий"
        lines = text(moved).splitlines()
        assert [line for line in lines if line in ("Форум", *(f"Секция {number}" for number in range(1, 7)))] == [
            "Форум", *(f"Секция {number}" for number in range(1, 7))]
        assert lines.count("Новое место: Большой зал") == 7
        assert site.convene("check").returncode == 0


def test_several_changes_during_an_outage_cause_one_notice(make_site):
    plan = lambda stage, connection, transaction: "421" if stage == "banner" and connection == 1 else None  # noqa: E731
    with Server(plan) as server:
        site = reminded(make_site, server)
        site.stop()
        site.convene("date", EVENT, "2051-06-29", "2051-06-30")
        start(site, "18:05:00")
        wait_until(lambda: "not delivered" in site.log_text())
        site.stop()
        site.convene("date", EVENT, "2051-07-01", "2051-07-02")
        start(site, "18:30:00")
        wait_until(lambda: [row["state"] for row in rows(site, kind="change")] == ["SENT", "CANCELLED"])
        assert len(server.messages) == 2 and mails(server)[1]["Subject"].endswith(", сб–вс, 1–2 июля 2051 г.")


def test_an_agenda_instead_of_reminders(make_site):
    with Server({}) as server:
        site = start(listed(make_site, server, card=DAILY), "17:59:56")
        wait_until(lambda: rows(site, kind="agenda", state="SENT"))
        wait_until(lambda: rows(site, kind="reminder", state="SUPPRESSED"))
        agenda, = mails(server)
        assert agenda["Subject"].startswith("Повестка, 23") and agenda["Subject"].endswith(": 1 событие")
        assert "Практическая сессия" in text(agenda) and "List-Unsubscribe" in agenda
        site.stop()
        start(site, "18:30:00")
        assert len(server.messages) == 1


def test_an_empty_agenda_is_not_sent(make_site):
    with Server({}) as server:
        site = start(listed(make_site, server, card=DAILY), "17:59:56", "2051-06-13T")
        wait_until(lambda: rows(site, kind="agenda", state="SUPPRESSED"))
        assert server.messages == []


def told_by_an_agenda(make_site, server, **options):
    """A site whose agenda with the event was sent at 18:00 of the day before."""
    site = start(listed(make_site, server, card=DAILY, **options), "17:59:56")
    wait_until(lambda: rows(site, kind="agenda", state="SENT"))
    return site


@pytest.mark.parametrize("edit, kind, said", [
    (("date", EVENT, "2051-06-29", "2051-06-30"), "change", ["Новое время: чт–пт, 29–30", "Было: сб–вс, 24–25"]),
    (("set", EVENT, "LOCATION", "Рузаевка"), "change", ["Новое место: Рузаевка", "Прежнее место: Саранск"]),
    (("cancel", EVENT), "cancel", ["Событие не состоится."]),
])
def test_a_change_after_an_agenda_causes_a_notice(make_site, edit, kind, said):
    with Server({}) as server:
        site = told_by_an_agenda(make_site, server)
        site.convene("set", EVENT, "SUMMARY", "Другое название")
        site.convene(*edit)
        wait_until(lambda: rows(site, kind=kind, state="SENT"))
        agenda, notice = mails(server)
        assert all(words in text(notice) for words in said) and notice["In-Reply-To"] == agenda["Message-ID"]
        site.stop()
        start(site, "18:10:00")
        assert [row["kind"] for row in rows(site, state="SENT")] == [kind, "agenda"]
        assert site.convene("check").returncode == 0


def test_a_contact_that_is_no_longer_listed_gets_no_notice(make_site):
    with Server({}) as server:
        site = told_by_an_agenda(make_site, server)
        site.convene("unsubscribe", "v@example.org")
        site.convene("cancel", EVENT)
        site.stop()
        start(site, "18:10:00")
        site.stop()
        assert len(server.messages) == 1 and len(rows(site)) == 2


def test_an_outdated_agenda_is_not_sent_again(make_site):
    """Without a reply after the dot the same bytes are sent again. If they are outdated, only the notice of the change is sent."""
    faults = {"dot": "close"}
    with Server(lambda stage, connection, transaction: faults.get(stage)) as server:
        site = listed(make_site, server, card=DAILY)
        site.convene("import", "-", stdin=CARD.format(DAILY).replace("v@", "w@").encode())
        site.convene("subscribe", "w@example.org", "--all")
        other = site.convene("add", "--kind=session", "--summary=Other", "--start=2051-06-24").stdout.strip()
        start(site, "17:59:56")
        wait_until(lambda: len(rows(site, kind="agenda", state="UNKNOWN")) == 2)
        site.stop()
        faults.clear()
        site.convene("set", other, "LOCATION", "Казань")
        start(site, "18:30:00")
        wait_until(lambda: rows(site, kind="change", contact="w@x.example", state="SENT"))
        wait_until(lambda: rows(site, kind="agenda", contact="v@x.example", state="SENT"))
        assert rows(site, kind="agenda", state="PARKED")[0]["reason"] == "the event has changed since the mail was handed over"
        assert rows(site, kind="agenda", state="PARKED")[0]["contact"] == "w@x.example"
        assert len(server.messages) == 2


def test_quiet_hours_delay_a_mail_that_is_still_in_time(make_site):
    with Server({}) as server:
        site = start(listed(make_site, server, card=QUIET.format("17:00-21:00")), "17:59:56")
        wait_until(lambda: rows(site, state="PENDING", reason="the contact's quiet hours"))
        site.stop()
        start(site, "20:59:58")
        wait_until(lambda: rows(site, state="SENT"))
        assert mails(server)[0]["Subject"].startswith("Завтра, 24 июня: ")


def test_quiet_hours_do_not_delay_a_mail_beyond_the_event(make_site):
    """The quiet hours would end an hour after the event's start."""
    with Server({}) as server:
        site = listed(make_site, server, card=QUIET.format("22:00-09:00"))
        uid = site.convene("add", "--kind=session", "--summary=Early", "--start=2051-06-24T08:00", "--end=2051-06-24T10:00").stdout.strip()
        site.convene("subscribe", "v@example.org", "--event", uid, "--lead=-PT2H")
        start(site, "05:59:58", "2051-06-24T")
        wait_until(lambda: rows(site, event=uid, state="SENT"))


def test_a_reminder_that_is_late_says_so(make_site):
    with Server({}) as server:
        site = start(listed(make_site, server), "17:00:00")
        site.stop()
        start(site, "21:00:00")
        wait_until(lambda: rows(site, state="SENT"))
        assert mails(server)[0]["Subject"].startswith("Запоздалое напоминание. Завтра, 24 июня: ")


@pytest.mark.parametrize("late, state", [("send", "SENT"), ("skip", "EXPIRED")])
def test_a_contact_listed_after_the_due_time(make_site, late, state):
    """The listing's time is set to an hour after the reminder's due time, by the rehearsed clock."""
    with Server({}) as server:
        site = start(listed(make_site, server, mail=f'late = "{late}";'), "17:00:00")
        site.stop()
        site.sql("UPDATE subscription SET created = ?", int(datetime.datetime.fromisoformat(f"{DAY}19:00:00+03:00").timestamp() * 10**6))
        start(site, "19:10:00")
        wait_until(lambda: rows(site, rule="-P1D@18:00", state=state))
        assert not server.messages or mails(server)[0]["Subject"].startswith("Завтра")


def test_the_office_may_replace_texts(make_site, tmp_path):
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "session.ru.txt").write_text(
        "Subject: [Кластеры] {subject}\n\nЖдём вас: {place}, {dates}.\n-- \nОргкомитет\n", encoding="utf-8")
    with Server({}) as server:
        site = start(listed(make_site, server, mail=f'templates = "{templates}";'), "17:59:56")
        wait_until(lambda: rows(site, state="SENT"))
        message, = mails(server)
        assert message["Subject"].startswith("[Кластеры] Завтра, 24 июня: Практическая сессия")
        assert "Ждём вас: Саранск" in text(message) and "\n-- \nОргкомитет\n" in text(message)
        assert "Отказаться от напоминаний:" in text(message)


def crowd(site, n):
    cards = "".join(CARD.format("").replace("v@", f"v{i}@") for i in range(n))
    site.convene("import", "-", stdin=cards.encode())
    for i in range(n):
        site.convene("subscribe", f"v{i}@example.org", "--event", EVENT, "--lead=-P1D@18:00")


@pytest.mark.parametrize("stage, fault", [("banner", "421"), ("mail", "5yz")])
def test_a_refusing_server_is_not_tried_for_every_mail(make_site, stage, fault):
    """Three failures close the throttle. The other due mails are not tried, and no mail is given up."""
    with Server({stage: fault}) as server:
        site = listed(make_site, server, mail="connections = 1;")
        crowd(site, 12)
        start(site, "17:59:56")
        wait_until(lambda: site.log_text().count("not delivered") >= 3)
        wait_until(lambda: len(rows(site, state="PENDING")) == 13)
        assert site.log_text().count("not delivered") == 3


def test_the_rate_limit_is_kept(make_site):
    with Server({}) as server:
        site = listed(make_site, server, mail="rate = 60;")
        crowd(site, 5)
        start(site, "17:59:56")
        wait_until(lambda: len(rows(site, state="SENT")) == 6)
        sent = sorted(message["Date"].datetime for message in mails(server))
        assert (sent[-1] - sent[0]).total_seconds() >= 4


def test_preview_shows_agendas_to_contacts_that_chose_them(make_site):
    with Server({}) as server:
        site = listed(make_site, server, card=DAILY)
        shown = site.convene("preview", "--for", "v@example.org", "--at", f"{DAY}12:00", "--hours", "72").stdout
        assert shown.count("Subject: Повестка, ") == 3 and "Завтра" not in shown
        raw = site.convene("preview", "--raw", "--for", "v@example.org", "--at", f"{DAY}12:00", "--hours", "12").stdout
        assert email.message_from_string(raw, policy=email.policy.default)["Subject"].startswith("Повестка, 23")
        assert site.convene("preview", "--for", "v@example.org", "--at", "2051-01-01T12:00", check=False).returncode == 1


TWO_MORE = "".join("\r\n".join([
    "BEGIN:VEVENT", f"UID:{uid}@example.org", "DTSTAMP:20260101T000000Z", f"SUMMARY:{name}", "CATEGORIES:SESSION", f"DTSTART;TZID=Europe/Moscow:20510624T{hour}",
    "DURATION:PT1H", "END:VEVENT", ""]) for uid, name, hour in [("lecture", "Лекция", "101000"), ("dinner", "Ужин", "170000")])


def test_what_is_due_at_one_time_is_one_mail(make_site):
    """The mail, the preview and the ledger agree; each event has a link of its own."""
    with Server({}) as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        site.convene("import", "-", stdin=CALENDAR.replace("END:VCALENDAR", TWO_MORE + "END:VCALENDAR").encode())
        site.convene("import", "-", stdin=CARD.format("").encode())
        site.convene("subscribe", "v@example.org", "--all", "--lead=-P1D@18:00")
        subject = "Завтра, 24 июня: Практическая сессия и ещё 2 события"
        shown = site.convene("preview", "--for", "v@example.org", "--at", f"{DAY}17:00", "--hours=2").stdout
        assert shown.count("Subject: ") == 1 and f"Subject: {subject}" in shown and "Лекция" in shown and "Ужин" in shown
        start(site, "17:59:58")
        wait_until(lambda: len(rows(site, kind="reminder", state="SENT")) == 3)
        mail, = mails(server)
        assert mail["Subject"] == subject
        found = rows(site, kind="reminder")
        assert {row["message_id"] for row in found} == {mail["Message-ID"].strip("<>")} and len({row["bundle"] for row in found}) == 1
        calendar = next(part for part in mail.walk() if part.get_content_type() == "text/calendar").get_content()
        assert calendar.count("BEGIN:VEVENT") == 3 and calendar.count("BEGIN:VTIMEZONE") == 1
        words = text(mail)
        assert [words.index(name) for name in ("\nПрактическая сессия\n", "\nЕщё события:\n", "\nЛекция\n", "\nУжин\n")] == sorted(
            words.index(name) for name in ("\nПрактическая сессия\n", "\nЕщё события:\n", "\nЛекция\n", "\nУжин\n"))
        links = re.findall(r"/mail/([\w-]{32})", words)
        assert len(links) == 4 and len(set(links)) == 3 and links[0] == links[3]
        requests.post(f"{site.url}/mail/{links[1]}", data={"scope": "event"}, timeout=10)
        site.convene("date", "lecture@example.org", "2051-06-24T12:00")
        site.convene("date", "dinner@example.org", "2051-06-24T16:00")
        wait_until(lambda: rows(site, kind="change", state="SENT"))
        assert mails(server)[1]["Subject"].startswith("Изменение: Ужин") and mails(server)[1]["In-Reply-To"] == mail["Message-ID"]
        assert len(server.messages) == 2 and site.convene("check").returncode == 0
