"""Tests answers to invitations, in the forms that mail programs send: an answer counts once, and only from the reader of the invitation."""

import datetime
import email
import email.policy
import itertools
import re
import subprocess
import time

import icalendar
import pytest
import requests

from conftest import PATIENCE, plain_text, wait_until
from evolution import Evolution
from invitation_readers import calendar_by_gmime, read_by_ecal
from reply_forms import (
    FORMS,
    ME,
    apple_counter,
    calendar,
    evolution_delegate,
    exchange_counter,
    exchange_delegate,
    google_counter,
    message,
    notes_delegate,
    outlook,
    outlook_counter,
    part,
    thunderbird_counter,
)
from smtp_server import Server
from test_meetings import ask, at, invitation_in, is_free, mails, meet, prepared, stored, token_in, utc


class Office:
    def __init__(self, make_site, server):
        self.server = server
        self.site = prepared(make_site, f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; from = "Office <office@example.org>";')
        self.mailbox = self.site.directory / "mailbox"
        for folder in ("new", "cur", "tmp"):
            (self.mailbox / folder).mkdir(parents=True)
        with self.site.config.open("a", encoding="utf-8") as config:
            config.write(f'bounces = {{ address = "answers@example.org"; mailbox = "maildir:{self.mailbox}"; interval = "PT1S"; }};\n')
        self.site.start()

    def book(self, clock):
        """Returns the booking, and the event of the visitor's invitation."""
        before = len(self.server.messages)
        uid = ask(self.site, clock)["uid"]
        meet(self.site, "confirm", uid)
        wait_until(lambda: any(uid in str(invitation_in(mail)[1]["UID"]) for mail in self.invitations(before)))
        mail, = [mail for mail in self.invitations(before) if mail["To"].addresses[0].addr_spec == "guest@example.org"]
        return uid, invitation_in(mail)[1]

    def invitations(self, before):
        return [mail for mail in mails(self.server)[before:] if "meeting-invite" in mail["Message-ID"]
                and mail["To"].addresses[0].addr_spec == "guest@example.org"]

    def mail(self, address, subject, before):
        """Waits for a mail among those after the first @before."""
        def found():
            return [mail for mail in mails(self.server)[before:] if mail["To"].addresses[0].addr_spec == address and subject in mail["Subject"]]
        wait_until(found)
        return found()[-1]

    def answer(self, *texts):
        """Delivers messages and waits until they were read and removed."""
        names = [f"{time.monotonic_ns()}.{number}.guest" for number, _ in enumerate(texts)]
        for name, text in zip(names, texts):
            (self.mailbox / "tmp" / name).write_bytes(text.encode())
            (self.mailbox / "tmp" / name).rename(self.mailbox / "new" / name)
        wait_until(lambda: not any((self.mailbox / folder / name).exists() for folder in ("new", "cur") for name in names))

    def partstat(self, uid):
        lines = [line for line in stored(self.site, uid)["ATTENDEE"] if str(line).lower() == ME]
        return lines[0].params["PARTSTAT"]


@pytest.fixture
def office(make_site):
    with Server() as server:
        yield Office(make_site, server)


def test_each_program_is_understood(office):
    clocks = [f"1{number // 2}:{'30' if number % 2 else '00'}" for number, _ in enumerate(FORMS)]
    booked = [(form, clock, *office.book(clock)) for form, clock in zip(FORMS, clocks)]
    for partstat in ("TENTATIVE", "ACCEPTED"):
        office.answer(*(form(event, partstat) for form, _, _, event in booked))
        for form, _, uid, _ in booked:
            assert office.partstat(uid) == partstat and meet(office.site, "show", uid)["state"] == "BOOKED", form
    before = len(office.server.messages)
    office.answer(*(form(event, "DECLINED") for form, _, _, event in booked))
    for form, clock, uid, _ in booked:
        assert meet(office.site, "show", uid)["state"] == "CANCELLED" and is_free(office.site, clock), form
    wait_until(lambda: len(office.server.messages) >= before + 2 * len(FORMS))
    told = [(mail["To"].addresses[0].addr_spec, str(invitation_in(mail)[1]["UID"])) for mail in mails(office.server)[before:]]
    assert sorted(told) == sorted((address, uid) for _, _, uid, _ in booked for address in ("guest@example.org", "host@example.org"))


def test_what_is_forged_or_old_changes_nothing(office):
    uid, event = office.book("10:00")
    right = outlook(event, "DECLINED")
    secret = event["ORGANIZER"].removeprefix("mailto:")
    wrong = secret.replace(secret[9:12], "".join("0" if digit != "0" else "1" for digit in secret[9:12]), 1)
    cases = [
        (right.replace(f"To: {secret}", f"To: {wrong}"), "not sent to the address with the secret"),
        (right.replace(f"To: {secret}", "To: office@example.org"), "not sent to the address with the secret"),
        (message(event, [part("text/calendar; charset=utf-8; method=REPLY", calendar(event, "DECLINED", "mailto:host@example.org"))]), "not about the reader"),
        (right.replace("From: Guest <guest@example.org>", "From: Guest <mallory@example.org>"), "not sent by the reader"),
        (right.replace("From: Guest <guest@example.org>", "From: guest@example.org, mallory@example.org"), "not sent by the reader"),
        (right.replace("From: Guest <guest@example.org>\r\n", ""), "not sent by the reader"),
    ]
    for text, why in cases:
        before = office.site.log_text().count(why)
        office.answer(text)
        assert meet(office.site, "show", uid)["state"] == "BOOKED" and office.partstat(uid) == "NEEDS-ACTION"
        assert office.site.log_text().count(why) == before + 1, why
    for_guest = outlook(event, "TENTATIVE").replace("From: Guest <guest@example.org>", "From: Aide <aide@example.org>\r\nSender: GUEST@example.org")
    office.answer(for_guest)
    assert office.partstat(uid) == "TENTATIVE"
    meet(office.site, "move", uid, at("12:00"))
    office.answer(right)
    assert "the booking has changed since" in office.site.log_text() and meet(office.site, "show", uid)["state"] == "BOOKED"
    newer = stored(office.site, uid)["SEQUENCE"]
    method, present = invitation_in(office.mail("guest@example.org", "Ответьте, пожалуйста, ещё раз", 0))
    assert (method, present["SEQUENCE"], present["DTSTART"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")) == ("REQUEST", newer, utc("12:00"))
    decline = message(event, [part("text/calendar; charset=utf-8; method=REPLY", calendar(event, "DECLINED", ME, newer))])
    office.answer(decline)
    assert meet(office.site, "show", uid)["state"] == "CANCELLED"
    office.answer(decline)
    assert "the meeting is not booked" in office.site.log_text() or "the booking has changed since" in office.site.log_text()
    assert meet(office.site, "show", uid)["revision"] == 4


def answer_in(mail):
    """Returns method and event of a DECLINECOUNTER, which has no ATTENDEE (RFC 5546, 3.2.8)."""
    calendar, = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    whole = icalendar.Calendar.from_ical(calendar.get_payload(decode=True))
    event, = whole.walk("VEVENT")
    assert calendar.get_param("method") == whole["METHOD"] and set(event) == {"UID", "DTSTAMP", "SEQUENCE", "ORGANIZER"}
    return whole["METHOD"], event


def answer_counter(office, host_mail, event, later, step):
    """Answers a proposal by the form of its page, after checks of the page."""
    url = f"{office.site.url}/meeting/{token_in(host_mail)}"
    page = requests.get(url, timeout=PATIENCE).text
    assert "Вам предложено другое время" in page and "guest@example.org" not in page
    time, = set(re.findall(r'name="time" value="(\d+)"', page))
    assert int(time) == (event["DTSTART"].dt + later).timestamp()
    foreign = requests.post(url, {"step": step, "time": time}, headers={"Origin": "https://other.example"}, timeout=PATIENCE)
    assert foreign.status_code == 403
    other_time = requests.post(url, {"step": step, "time": int(time) + 60}, timeout=PATIENCE)
    assert other_time.status_code == 409
    done = requests.post(url, {"step": step, "time": time}, timeout=PATIENCE)
    assert done.status_code == 200 and "Вам предложено" not in done.text
    again = requests.post(url, {"step": step, "time": time}, timeout=PATIENCE)
    assert again.status_code == (200 if step == "counter-accept" else 409)


def test_another_time_is_proposed_by_each_program(office):
    later = datetime.timedelta(hours=2.5)
    for number, (form, step) in enumerate([(outlook_counter, "counter-accept"), (exchange_counter, "counter-decline"), (google_counter, "counter-accept"),
                                           (apple_counter, "counter-decline"), (thunderbird_counter, "counter-accept")]):
        clock, other = (f"{10 + halves // 2}:{halves % 2 * 30:02}" for halves in (number, number + 5))
        uid, event = office.book(clock)
        before = len(office.server.messages)
        office.answer(form(event, later))
        shown = meet(office.site, "show", uid)
        assert shown["start"] == utc(clock) and is_free(office.site, other), form
        assert (shown["counter"]["by"], shown["counter"]["start"]) == ("visitor", utc(other)) and shown["representatives"] == []
        proposed = office.mail("host@example.org", "Предложено другое время", before)
        assert clock in plain_text(proposed) and other in plain_text(proposed) and "text/calendar" not in [part.get_content_type() for part in proposed.walk()]
        before = len(office.server.messages)
        answer_counter(office, proposed, event, later, step)
        if step == "counter-accept":
            method, answered = invitation_in(office.mail("guest@example.org", "Встреча перенесена", before))
            assert (method, answered["SEQUENCE"]) == ("REQUEST", event["SEQUENCE"] + 1) and is_free(office.site, clock), form
            assert meet(office.site, "show", uid)["start"] == utc(other)
        else:
            method, answered = answer_in(office.mail("guest@example.org", "Время встречи прежнее", before))
            assert (method, answered["SEQUENCE"], answered["UID"]) == ("DECLINECOUNTER", event["SEQUENCE"], uid), form
            assert meet(office.site, "show", uid)["start"] == utc(clock)
            before = len(office.server.messages)
            office.answer(form(event, datetime.timedelta(hours=12)))
            method, _ = answer_in(office.mail("guest@example.org", "Время встречи прежнее", before))
            assert method == "DECLINECOUNTER"


def test_a_counter_is_refused_as_a_reply_is(office):
    """Another secret, another sender, an old SEQUENCE, the same message again, and a DECLINECOUNTER of either side, who was sent no COUNTER."""
    uid, event = office.book("10:00")
    hours = datetime.timedelta(hours=1)
    right = outlook_counter(event, hours)
    secret = event["ORGANIZER"].removeprefix("mailto:")
    host = invitation_in(office.mail("host@example.org", "Встреча: Пётр Гостев", 0))[1]
    declined = {who: message(one, [part("text/calendar; charset=utf-8; method=DECLINECOUNTER", calendar(one, "NEEDS-ACTION", f"mailto:{who}@example.org", method="DECLINECOUNTER"))],
                             sender=f"{who}@example.org") for who, one in (("guest", event), ("host", host))}
    refused = [(right.replace(f"To: {secret}", "To: office@example.org"), "not sent to the address with the secret"),
               (right.replace("From: Guest <guest@example.org>", "From: Mallory <mallory@example.org>"), "not sent by the reader"),
               (right.replace(f"To: {secret}", f"To: {host['ORGANIZER'].removeprefix('mailto:')}"), "not about the reader"),
               (declined["guest"], "nothing was proposed that could be declined"), (declined["host"], "nothing was proposed that could be declined")]
    office.answer(*(text for text, _ in refused))
    for _, why in refused:
        assert office.site.log_text().count(why) == [other for _, other in refused].count(why), why
    assert "counter" not in meet(office.site, "show", uid)
    office.answer(right)
    office.answer(right)
    assert "not newer than the last one" in office.site.log_text() and meet(office.site, "show", uid)["counter"]["start"] == utc("11:00")
    proposed = office.mail("host@example.org", "Предложено другое время", 0)
    # The proposed time is not kept: another visitor takes it, and the acceptance is refused and counted.
    office.book("11:00")
    url = f"{office.site.url}/meeting/{token_in(proposed)}"
    late = requests.post(url, {"step": "counter-accept", "time": int((event["DTSTART"].dt + hours).timestamp())}, timeout=PATIENCE)
    assert late.status_code == 409 and meet(office.site, "show", uid)["start"] == utc("10:00")
    assert "convened_meeting_conflicts_total 1" in requests.get(f"{office.site.url}/metrics", timeout=PATIENCE).text.splitlines()
    meet(office.site, "move", uid, at("12:00"))
    office.answer(outlook_counter(event, 2 * hours))
    assert "the booking has changed since" in office.site.log_text() and "counter" not in meet(office.site, "show", uid)
    assert sum("Предложено" in mail["Subject"] for mail in mails(office.server)) == 1


def test_each_program_delegates(office):
    for clock, form in (("10:00", notes_delegate), ("10:30", evolution_delegate)):
        uid, event = office.book(clock)
        before = len(office.server.messages)
        text = form(event)
        office.answer(text.replace("From: Guest <guest@example.org>", "From: dana@example.org"))
        assert meet(office.site, "show", uid)["representatives"] == [], form
        office.answer(text)
        (named,) = meet(office.site, "show", uid)["representatives"]
        assert (named["of"], named["address"], named["answer"]) == ("visitor", "dana@example.org", "NEEDS-ACTION") and "Дана Заменова" in named["name"], form
        method, own = invitation_in(office.mail("dana@example.org", "Встреча в качестве представителя", before))
        assert (method, own["UID"], own["ATTENDEE"].params["DELEGATED-FROM"]) == ("REQUEST", uid, ME), form
        assert "Дана Заменова" in plain_text(office.mail("host@example.org", "Придёт представитель", before)), form
    uid, event = office.book("11:00")
    office.answer(exchange_delegate(event, "DECLINED", "Aide <aide@example.org>"))
    assert meet(office.site, "show", uid)["state"] == "BOOKED" and office.partstat(uid) == "NEEDS-ACTION"
    office.answer(exchange_delegate(event))
    assert office.partstat(uid) == "ACCEPTED" and meet(office.site, "show", uid)["representatives"] == []


def test_a_booking_is_a_file_for_a_calendar(office):
    uid, event = office.book("14:00")
    host = office.mail("host@example.org", "Встреча: Пётр Гостев", 0)
    for mail, other in ((host, "Пётр Гостев"), (office.invitations(0)[-1], "Вера Хозяйкина")):
        url = f"{office.site.url}/meeting/{token_in(mail)}"
        assert f'href="{token_in(mail)}.ics"' in requests.get(url, timeout=PATIENCE).text
        answer = requests.get(url + ".ics", timeout=PATIENCE)
        assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("text/calendar; charset=utf-8", "private, no-store")
        assert "guest@example.org" not in answer.text and "host@example.org" not in answer.text and "answers+" not in answer.text
        whole = icalendar.Calendar.from_ical(answer.text)
        own, = whole.walk("VEVENT")
        assert (whole["METHOD"], own["UID"], own["DTSTART"].dt, own["SEQUENCE"]) == ("PUBLISH", uid, event["DTSTART"].dt, event["SEQUENCE"])
        assert other in own["SUMMARY"] and "ATTENDEE" not in own
        assert requests.post(url + ".ics", {"step": "cancel"}, timeout=PATIENCE).status_code == 404
        assert requests.get(url + "x.ics", timeout=PATIENCE).status_code == 404 and requests.get(url + "x", timeout=PATIENCE).status_code == 404
    meet(office.site, "cancel", uid)
    assert requests.get(url + ".ics", timeout=PATIENCE).status_code == 404


def test_a_representative_is_named_on_the_page(office):
    uid, event = office.book("14:30")
    guest, host = office.invitations(0)[-1], office.mail("host@example.org", "Встреча: Пётр Гостев", 0)
    url = f"{office.site.url}/meeting/{token_in(guest)}"
    assert "Назвать представителя" in requests.get(url + "?task=delegate", timeout=PATIENCE).text
    form = {"step": "delegate", "name": "Дана Заменова", "address": "dana@example.org"}
    assert requests.post(url, form, headers={"Origin": "https://other.example"}, timeout=PATIENCE).status_code == 403
    refused = requests.post(url, form | {"address": "host@example.org"}, headers={"Accept-Language": "en"}, timeout=PATIENCE)
    assert refused.status_code == 400 and refused.text.count("<form") >= 1
    before = len(office.server.messages)
    assert requests.post(url, form, timeout=PATIENCE).status_code == 200
    assert requests.post(url, form, timeout=PATIENCE).status_code == 200  # made already
    told = office.mail("host@example.org", "Придёт представитель", before)
    assert "Дана Заменова" in plain_text(told) and "dana@example.org" not in told.as_string()
    assert "Дана Заменова" in plain_text(office.mail("guest@example.org", "Ваш представитель", before))
    asked = office.mail("dana@example.org", "Встреча в качестве представителя", before)
    method, own = invitation_in(asked)
    assert (method, own["UID"], own["SEQUENCE"]) == ("REQUEST", uid, event["SEQUENCE"]) and own["ATTENDEE"].params["DELEGATED-FROM"] == "mailto:guest@example.org"
    assert "Поставка станков" not in plain_text(asked) and "DESCRIPTION" not in own
    assert "Пётр Гостев" in plain_text(asked) and "host@example.org" not in asked.as_string()
    line = ';DELEGATED-FROM="mailto:guest@example.org";CN=Дана Заменова'
    office.answer(message(own, [part("text/calendar; charset=utf-8; method=REPLY", calendar(own, "ACCEPTED", "mailto:dana@example.org", params=line))],
                          sender="dana@example.org"))
    assert [str(line.params["PARTSTAT"]) for line in stored(office.site, uid)["ATTENDEE"] if "dana" in line] == ["ACCEPTED"]
    shown = meet(office.site, "show", uid)
    assert shown["representatives"] == [{"of": "visitor", "address": "dana@example.org", "name": "Дана Заменова", "answer": "ACCEPTED"}] and "counter" not in shown
    assert "Дана Заменова <dana@example.org>" in office.site.convene("meet", "show", uid).stdout
    page = requests.get(f"{office.site.url}/meeting/{token_in(asked)}", timeout=PATIENCE).text
    assert 'value="return"' in page and 'value="cancel"' not in page and 'value="delegate"' not in page
    assert "Дана Заменова" in requests.get(f"{office.site.url}/meeting/{token_in(told)}", timeout=PATIENCE).text
    preview = office.site.convene("meet", "decline", "--dry-run", token_in(asked), check=False).stdout
    assert "<dana@example.org>" in preview and "больше не участвуете в этой встрече" in preview and "Ваш представитель не придёт" in preview
    before = len(office.server.messages)
    meet(office.site, "move", uid, at("13:30"))
    for address, named in (("host@example.org", True), ("guest@example.org", False)):
        assert ("Представитель: Дана Заменова" in plain_text(office.mail(address, "Встреча перенесена", before))) == named
    feed = office.site.convene("feed", "host@example.org").stdout.strip().removesuffix(".ics")
    day = stored(office.site, uid)["DTSTART"].dt.date()
    printed = requests.get(f"{feed}?day={day}", timeout=PATIENCE).text
    assert "Представитель: Дана Заменова" in printed and "dana@example.org" not in printed
    before = len(office.server.messages)
    meet(office.site, "cancel", uid)
    method, cancelled = invitation_in(office.mail("dana@example.org", "Встреча отменена", before))
    assert method == "CANCEL" and cancelled["UID"] == uid


def khal_list(directory, text):
    """Imports an invitation as a person would, and returns the entries of the calendar."""
    config = directory / "khal.conf"
    if not config.exists():
        (directory / "vdir").mkdir()
        config.write_text(
            f"[calendars]\n[[mine]]\npath = {directory}/vdir\ntype = calendar\n[locale]\nlocal_timezone = Europe/Moscow\ndefault_timezone = Europe/Moscow\n"
            "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
            f"[sqlite]\npath = {directory}/khal.db\n[default]\ndefault_calendar = mine\n")
    environment = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": str(directory)}
    (directory / "invite.ics").write_text(text, newline="")
    subprocess.run(["khal", "-c", config, "import", "--batch", "-a", "mine", directory / "invite.ics"], check=True, timeout=PATIENCE, env=environment, capture_output=True)
    listed = subprocess.run(["khal", "-c", config, "list", "--format", "{start-time}\t{title}\t{cancelled}", "--day-format", "", at("00:00")[:10], "1d"],
                            check=True, timeout=PATIENCE, env=environment, capture_output=True, text=True)
    return [line.split("\t") for line in listed.stdout.splitlines() if "\t" in line]


@pytest.fixture
def evolution(office, tmp_path):
    (tmp_path / "evolution").mkdir()
    program = Evolution(office.site, tmp_path / "evolution", "evolution_inbox.py", "/")
    yield program
    program.end()


def test_calendar_programs_act_on_the_invitations(office, evolution, tmp_path):
    """A booking is invited to, proposed for another time, moved, delegated and cancelled; python3-icalendar reads it in the other tests."""
    uid, event = office.book("10:30")
    office.answer(outlook_counter(event, datetime.timedelta(hours=12)))
    office.mail("guest@example.org", "Время встречи прежнее", 0)
    meet(office.site, "move", uid, at("13:30"))
    moved = office.mail("guest@example.org", "Встреча перенесена", 0)
    office.mail("host@example.org", "Встреча перенесена", 0)
    form = {"step": "delegate", "name": "Дана", "address": "dana@example.org"}
    assert requests.post(f"{office.site.url}/meeting/{token_in(moved)}", form, timeout=PATIENCE).status_code == 200
    office.mail("dana@example.org", "Встреча в качестве представителя", 0)
    meet(office.site, "cancel", uid)
    for address in ("guest@example.org", "host@example.org", "dana@example.org"):
        office.mail(address, "Встреча отменена", 0)
    seen = []
    for raw in list(office.server.messages):
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        found, reader = calendar_by_gmime(raw), mail["To"].addresses[0].addr_spec
        if not found:
            continue
        text, method = found
        read = read_by_ecal(text)
        assert (read["method"], read["uid"]) == (method, uid) and read["organizer"].startswith("mailto:answers+")
        seen.append((reader, method, read["sequence"]))
        if method == "DECLINECOUNTER":
            assert read["attendees"] == [] and read["start"] is None
            continue
        (value, partstat, rsvp, delegator, delegate), = read["attendees"]
        assert (value, rsvp, delegator) == (f"mailto:{reader}", True, "mailto:guest@example.org" if reader.startswith("dana") else None)
        is_delegated = reader.startswith("guest") and (method == "CANCEL" or "Ваш представитель" in mail["Subject"])
        assert (partstat, delegate) == (("delegated", "mailto:dana@example.org") if is_delegated else ("needsaction", None))
        if reader.startswith("guest"):
            kept = evolution.ask("receive", text)
            assert [(name, sequence, is_cancelled) for name, _, sequence, is_cancelled in kept] == [(uid, read["sequence"], False)] * (method != "CANCEL")
            assert [start for _, start, _, _ in kept] == [read["start"]] * (method != "CANCEL")
            assert khal_list(tmp_path, text) == [["10:30" if read["sequence"] == 0 else "13:30", read["summary"], "CANCELLED " if method == "CANCEL" else ""]]
    # The delegation may overtake the mail about the move; its own mails have the invitation, too.
    by_reader = {reader: [row for row, _ in itertools.groupby((method, sequence) for to, method, sequence in seen if to == reader)] for reader, _, _ in seen}
    assert by_reader == {
        "guest@example.org": [("REQUEST", 0), ("DECLINECOUNTER", 0), ("REQUEST", 1), ("CANCEL", 2)],
        "host@example.org": [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)],
        "dana@example.org": [("REQUEST", 1), ("CANCEL", 2)],
    }
