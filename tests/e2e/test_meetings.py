"""Tests meetings by commands: asking, confirming, moving, ending; the mails of each step; never two in one slot."""

import concurrent.futures
import contextlib
import datetime
import email
import email.policy
import json
import re
import signal
import subprocess
import time
import zoneinfo

import icalendar
import pytest
import requests

from conftest import BUILD, PATIENCE, plain_text, wait_until
from smtp_server import Server

MOSCOW = zoneinfo.ZoneInfo("Europe/Moscow")
HOST = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:host-1\r\nFN:Вера Хозяйкина\r\nEMAIL:host@example.org\r\nLANG:ru\r\nTZ:Europe/Moscow\r\nEND:VCARD\r\n"
DAY = (datetime.datetime.now(MOSCOW) + datetime.timedelta(days=5)).date()


def offer(uid="offer-1", confirm="AUTO", more=""):
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VAVAILABILITY\r\n"
            f"UID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nX-CONVENED-MEETING-HOST:host-1\r\nX-CONVENED-MEETING-DURATION:PT30M\r\n"
            f"X-CONVENED-MEETING-CONFIRM:{confirm}\r\n{more}"
            f"BEGIN:AVAILABLE\r\nUID:{uid}-hours\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Moscow:20260101T100000\r\n"
            "DTEND;TZID=Europe/Moscow:20260101T150000\r\nRRULE:FREQ=DAILY\r\nEND:AVAILABLE\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR\r\n")


def at(clock, days=0):
    return f"{DAY + datetime.timedelta(days=days)}T{clock}"


def utc(clock, days=0):
    moment = datetime.datetime.fromisoformat(at(clock, days)).replace(tzinfo=MOSCOW)
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def server():
    with Server() as running:
        yield running


@pytest.fixture
def site(make_site, server):
    return prepared(make_site, f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; from = "Office <office@example.org>";')


def prepared(make_site, mail="", offers=None):
    site = make_site(mail=mail, extra='time_zone = "Europe/Moscow";\n')
    site.convene("import", "-", stdin=HOST)
    for text in offers or [offer(), offer("offer-2", "HOST")]:
        site.convene("import", "-", stdin=text)
    return site


def meet(site, *arguments, check=True):
    result = site.convene("meet", "--json", *arguments, check=check)
    assert result.returncode in (0, 1), result.stderr
    return json.loads(result.stdout)


def ask(site, clock="10:00", offer_uid="offer-1", address="guest@example.org", check=True, days=0):
    return meet(site, "ask", offer_uid, at(clock, days), f"--address={address}", "--name=Пётр Гостев", "--organisation=ООО «Гость»",
                "--topic=Поставка станков", "--language=ru", check=check)


def is_free(site, clock, offer_uid="offer-1"):
    return meet(site, "ask", offer_uid, at(clock), "--address=probe@example.org", "--dry-run", check=False)["outcome"] == "done"


def outbox(site):
    return [json.loads(line) for line in site.convene("outbox", "--json", "--limit=1000").stdout.splitlines()]


def mails(server, to=None):
    found = [email.message_from_bytes(raw, policy=email.policy.default) for raw in server.messages]
    return [mail for mail in found if to is None or mail["To"].addresses[0].addr_spec == to]


def wait_mails(server, n):
    """Waits for the n-th mail; more than n is a fault."""
    wait_until(lambda: len(server.messages) >= n)
    assert len(server.messages) == n
    return mails(server)


def token_in(mail):
    return re.search(r"/meeting/(\S+)", plain_text(mail)).group(1)


def invitation_in(mail):
    """Returns the event of an invitation, after checks of the mail's form."""
    alternative, attached = list(mail.iter_parts())
    kinds = [part.get_content_type() for part in alternative.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    calendar = list(alternative.iter_parts())[2]
    assert attached.get_content_type() == "application/ics" and attached.get_filename() == "invite.ics"
    assert attached.get_payload(decode=True) == calendar.get_payload(decode=True)
    assert "List-Unsubscribe" not in mail and "List-Id" not in mail
    whole = icalendar.Calendar.from_ical(calendar.get_payload(decode=True))
    assert whole["METHOD"] == calendar.get_param("method") == attached.get_param("method")
    event, = whole.walk("VEVENT")
    # The reader's own line only: the sides do not learn each other's address.
    assert event["ATTENDEE"] == f"mailto:{mail['To'].addresses[0].addr_spec}"
    assert event["ORGANIZER"] == "mailto:office@example.org" or event["ORGANIZER"].startswith("mailto:answers+")
    return whole["METHOD"], event


def stored(site, uid):
    whole = icalendar.Calendar.from_ical(site.convene("show", "--raw", uid).stdout)
    event, = whole.walk("VEVENT")
    return event


def test_a_confirmed_address_books_at_once(site, server):
    held = ask(site)
    assert (held["outcome"], held["state"], held["start"], held["end"]) == ("done", "HELD", utc("10:00"), utc("10:30"))
    assert site.convene("show", held["uid"], check=False).returncode == 1  # nothing of a stranger is in the calendar
    site.start()
    verify, = wait_mails(server, 1)
    assert verify["To"].addresses[0].addr_spec == "guest@example.org" and "Подтвердите встречу: Вера Хозяйкина" in verify["Subject"]
    assert "Поставка станков" not in plain_text(verify)  # a stranger may have written it
    booked = meet(site, "confirm", token_in(verify))
    assert (booked["outcome"], booked["state"], booked["uid"]) == ("done", "BOOKED", held["uid"])
    all_mails = wait_mails(server, 3)
    for address, other in (("guest@example.org", "Вера Хозяйкина"), ("host@example.org", "Пётр Гостев (ООО «Гость»)")):
        mail = [mail for mail in all_mails if mail["To"].addresses[0].addr_spec == address][-1]
        method, event = invitation_in(mail)
        assert method == "REQUEST" and event["STATUS"] == "CONFIRMED" and event["SUMMARY"] == f"Встреча: {other}"
        assert event["UID"] == held["uid"] and event["DTSTART"].dt.strftime("%Y-%m-%dT%H:%M:%SZ") == held["start"]
        assert other in mail["Subject"] and "Поставка станков" in plain_text(mail)
    assert mails(server, "guest@example.org")[-1]["In-Reply-To"] == verify["Message-ID"]
    event = stored(site, held["uid"])
    assert (event["STATUS"], event["CLASS"], event["CATEGORIES"].to_ical()) == ("CONFIRMED", "PRIVATE", b"MEETING")
    assert sorted(event["ATTENDEE"]) == ["mailto:guest@example.org", "mailto:host@example.org"]
    assert event["DTSTART"].params["TZID"] == "Europe/Moscow"
    # The same link again, and the same step by the UID, say what is.
    for name in (token_in(verify), held["uid"]):
        again = meet(site, "confirm", name)
        assert (again["outcome"], again["state"], again["revision"]) == ("already", "BOOKED", 2)
    reminders = [row for row in outbox(site) if row["kind"] == "meeting"]
    assert len(reminders) == 4 and {row["state"] for row in reminders} == {"PENDING"}
    site.convene("check")
    assert len(server.messages) == 3


def test_a_host_proposes_and_both_sides_change_the_booking(site, server):
    uid = ask(site, offer_uid="offer-2")["uid"]
    site.start()
    verify, = wait_mails(server, 1)
    assert meet(site, "confirm", token_in(verify))["state"] == "ASKED"
    assert stored(site, uid)["STATUS"] == "TENTATIVE"
    wait_mails(server, 3)
    request, = mails(server, "host@example.org")
    assert "Запрос о встрече: Пётр Гостев" in request["Subject"]
    proposed = meet(site, "propose", token_in(request), at("12:00"), at("13:00"))
    assert proposed["state"] == "PROPOSED" and [time["start"] for time in proposed["proposed"]] == [utc("12:00"), utc("13:00")]
    assert not is_free(site, "10:00") and not is_free(site, "12:00") and not is_free(site, "13:00")
    proposal = wait_mails(server, 4)[-1]
    assert "12:00" in plain_text(proposal) and "13:00" in plain_text(proposal)
    assert meet(site, "confirm", token_in(proposal), check=False)["outcome"] == "no-time"
    booked = meet(site, "confirm", token_in(proposal), at("13:00"))
    assert (booked["state"], booked["start"]) == ("BOOKED", utc("13:00"))
    assert is_free(site, "10:00") and is_free(site, "12:00") and not is_free(site, "13:00")
    wait_mails(server, 6)
    first = invitation_in(mails(server, "guest@example.org")[-1])[1]
    moved = meet(site, "move", token_in(mails(server, "guest@example.org")[-1]), at("14:00"))
    assert (moved["state"], moved["start"]) == ("BOOKED", utc("14:00")) and is_free(site, "13:00")
    wait_mails(server, 8)
    guest, host = mails(server, "guest@example.org")[-1], mails(server, "host@example.org")[-1]
    for mail in (guest, host):
        method, event = invitation_in(mail)
        assert method == "REQUEST" and event["SEQUENCE"] > first["SEQUENCE"] and "Встреча перенесена" in mail["Subject"]
        assert event["DTSTART"].dt.astimezone(MOSCOW).strftime("%H:%M") == "14:00"
    assert guest["In-Reply-To"] == verify["Message-ID"] and host["In-Reply-To"] == request["Message-ID"]
    # Links of earlier mails change nothing.
    for old in (request, proposal):
        assert meet(site, "cancel", token_in(old), check=False)["outcome"] == "old"
    assert meet(site, "show", uid)["state"] == "BOOKED"
    cancelled = meet(site, "cancel", token_in(host))
    assert cancelled["state"] == "CANCELLED" and is_free(site, "14:00")
    for mail in wait_mails(server, 10)[-2:]:
        method, last = invitation_in(mail)
        assert method == "CANCEL" and last["STATUS"] == "CANCELLED" and last["SEQUENCE"] > event["SEQUENCE"]
    assert stored(site, uid)["STATUS"] == "CANCELLED"
    assert meet(site, "cancel", token_in(host))["outcome"] == "already"
    assert meet(site, "cancel", token_in(guest), check=False)["outcome"] == "old"
    assert meet(site, "cancel", uid, check=False)["outcome"] == "not-possible"
    site.convene("check")
    assert len(server.messages) == 10


@pytest.mark.parametrize("step, state, subject", [("decline", "DECLINED", "Встречи не будет"), ("confirm", "BOOKED", "Встреча")])
def test_the_office_answers_for_a_host(site, server, step, state, subject):
    uid = ask(site, offer_uid="offer-2")["uid"]
    assert meet(site, "confirm", "--as-host", uid, check=False)["outcome"] == "not-possible"  # the address first
    assert meet(site, "confirm", uid)["state"] == "ASKED"
    assert meet(site, step, "--as-host", uid)["state"] == state
    assert is_free(site, "10:00") == (state == "DECLINED")
    assert meet(site, step, "--as-host", uid)["outcome"] == "already"
    site.start()
    wait_until(lambda: mails(server, "guest@example.org"))
    # A mail that a later step has replaced before it was sent is not sent.
    wait_until(lambda: all(row["state"] not in ("PENDING", "COMMITTED") for row in outbox(site) if row["kind"] not in ("meeting", "meeting-request-again")))
    guest, = mails(server, "guest@example.org")
    assert subject in guest["Subject"] and len(mails(server, "host@example.org")) == (state == "BOOKED")


def test_a_taken_time_is_refused_with_the_nearest_free_ones(site):
    uid = ask(site, "12:00")["uid"]
    taken = ask(site, "12:00", "offer-2", check=False)  # of the same host
    assert taken["outcome"] == "taken" and "uid" not in taken
    assert sorted(time["start"] for time in taken["nearest"]) == [utc("11:00"), utc("11:30"), utc("12:30")]
    assert ask(site, "09:00", check=False)["outcome"] == "taken"  # outside of the hours
    assert ask(site, days=-30, check=False)["outcome"] == "too-late"
    assert ask(site, offer_uid="nothing", check=False)["outcome"] == "no-offer"
    assert ask(site, address="guest at example", check=False)["outcome"] == "bad-visitor"
    assert meet(site, "cancel", "x" * 32, check=False)["outcome"] == "unknown"
    russian = site.convene("meet", "ask", "offer-1", at("12:00"), "--address=a@example.org", check=False, env={"LC_ALL": "ru_RU.UTF-8", "LANGUAGE": "ru"})
    assert russian.returncode == 1 and "это время занято" in russian.stderr and "Свободно: " in russian.stdout
    assert meet(site, "cancel", uid)["state"] == "CANCELLED"
    assert ask(site, "12:00", "offer-2")["outcome"] == "done"


def test_a_dry_run_shows_the_mails_and_changes_nothing(site):
    uid = ask(site, offer_uid="offer-2")["uid"]
    before = meet(site, "show", uid)
    shown = site.convene("meet", "confirm", "--dry-run", uid).stdout
    assert "<guest@example.org>\nЗапрос передан: Вера Хозяйкина" in shown and "<host@example.org>\nЗапрос о встрече: Пётр Гостев" in shown
    assert meet(site, "show", uid) == before and len(outbox(site)) == 1


def test_a_dry_run_leaves_out_a_mail_that_would_not_be_sent(site):
    site.convene("import", "-", stdin=HOST.replace("EMAIL:host@example.org\r\n", ""))
    uid = ask(site)["uid"]
    shown = site.convene("meet", "confirm", "--dry-run", uid)
    assert "<guest@example.org>" in shown.stdout and "<host@example.org>" not in shown.stdout and shown.stderr == ""
    assert len(meet(site, "confirm", "--dry-run", uid)["mails"]) == 1


def test_an_invitation_follows_a_host_to_another_address(site, server):
    booked = meet(site, "confirm", ask(site)["uid"])
    site.start()
    wait_until(lambda: len(mails(server, "host@example.org")) == 1)
    site.convene("import", "-", stdin=HOST.replace("host@", "new@"))
    wait_until(lambda: mails(server, "new@example.org") and len(mails(server, "host@example.org")) == 2)
    method, event = invitation_in(mails(server, "new@example.org")[0])
    assert method == "REQUEST" and event["UID"] == booked["uid"] and event["STATUS"] == "CONFIRMED"
    gone = mails(server, "host@example.org")[1]
    method, event = invitation_in(gone)
    assert method == "CANCEL" and event["UID"] == booked["uid"] and "STATUS" not in event and "Ваш адрес изменился" in gone["Subject"]
    meet(site, "cancel", booked["uid"])
    wait_until(lambda: len(mails(server, "new@example.org")) == 2)
    method, event = invitation_in(mails(server, "new@example.org")[1])
    assert method == "CANCEL" and event["STATUS"] == "CANCELLED" and len(mails(server, "host@example.org")) == 2
    assert [row["kind"] for row in outbox(site) if row["kind"] == "meeting-readdressed"] == ["meeting-readdressed"]


def test_a_hold_that_ends_is_free_within_a_second(site, server):
    uid = ask(site, "10:00", "offer-2")["uid"]
    held = ask(site, "11:00")["uid"]
    meet(site, "confirm", uid)
    site.start()
    wait_mails(server, 3)
    expires = int((time.time() + 1) * 1e6)
    site.sql("UPDATE meeting SET expires = ?", expires)
    wait_until(lambda: meet(site, "show", uid)["state"] == meet(site, "show", held)["state"] == "EXPIRED")
    ends = [updated - expires for updated, in site.sql("SELECT updated FROM meeting")]
    assert len(ends) == 2 and all(0 <= late < 1e6 for late in ends)  # by the daemon's clock
    assert is_free(site, "10:00") and is_free(site, "11:00")
    told = wait_mails(server, 4)[-1]
    assert told["To"].addresses[0].addr_spec == "guest@example.org" and "Ответа нет" in told["Subject"]
    assert meet(site, "confirm", held, check=False)["outcome"] == "not-possible"
    assert stored(site, uid)["STATUS"] == "CANCELLED"


def test_a_booking_is_nobody_elses_business(site, server):
    """A contact that the office listed for everything sees private events, but no booking."""
    uid = ask(site)["uid"]
    meet(site, "confirm", uid)
    site.convene("import", "-", stdin=HOST.replace("host-1", "c-1").replace("host@", "c@").replace("Вера", "Анна"))
    site.convene("subscribe", "c-1", "--all", "--lead=-P1D")
    site.start()
    feed = site.convene("feed", "c-1").stdout.strip()
    paths = ["/all.ics", "/meeting.ics", "/meetings.ics", "/", "/list?search=Гостев", f"/event/{uid}", f"/event/{uid}.ics", feed.removeprefix(site.url)]
    for path in paths:
        answer = requests.get(site.url + path, timeout=PATIENCE)
        assert uid not in answer.text and "Гостев" not in answer.text.replace("search=Гостев", "").replace('value="Гостев"', ""), path
    assert site.convene("preview", "--for=c-1", f"--at={at('00:00', -2)}", "--hours=96", check=False).stdout == ""
    wait_until(lambda: len(server.messages) >= 2)
    assert mails(server, "c@example.org") == []


def test_of_many_who_ask_at_once_each_slot_gets_one(site, server):
    """64 visitors ask for ten slots; some are killed, and so is the daemon. A visitor who was told "done" has the slot."""
    clocks = [f"{hour}:{minute}" for hour in range(10, 15) for minute in ("00", "30")]
    site.start()

    def visit(number):
        command = [BUILD / "convene", "--config", site.config, "meet", "ask", "offer-1" if number % 4 else "offer-2", at(clocks[number % 10]), "--json",
                   f"--address=guest{number}@example.org"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        if number % 7 == 0:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(number / 640)
            process.kill()
        out = process.communicate()[0]
        return number, json.loads(out) if out else None

    with concurrent.futures.ThreadPoolExecutor(16) as visitors:
        answers = visitors.map(visit, range(64))
        wait_until(lambda: len(server.messages) >= 2)
        site.stop(signal.SIGKILL)
        answers = list(answers)
    told = {answer["uid"]: f"guest{number}@example.org" for number, answer in answers if answer and answer["outcome"] == "done"}
    refused = [answer for _, answer in answers if answer and answer["outcome"] != "done"]
    assert {answer["outcome"] for answer in refused} == {"taken"} and all("uid" not in answer for answer in refused)
    kept = [json.loads(line) for line in site.convene("meet", "list", "--json").stdout.splitlines()]
    assert sorted(meeting["start"] for meeting in kept) == sorted(utc(clock) for clock in clocks)
    kept_by = {meeting["uid"]: meeting["address"] for meeting in kept}
    assert told.items() <= kept_by.items()
    site.start()
    # A mail whose reply was cut off is sent again later; no mail is lost.
    wait_until(lambda: {row["state"] for row in outbox(site)} <= {"SENT", "UNKNOWN"})
    n_unknown = sum(row["state"] == "UNKNOWN" for row in outbox(site))
    reached = [mail["To"].addresses[0].addr_spec for mail in mails(server)]
    assert len(outbox(site)) == len(kept)
    assert set(reached) <= set(kept_by.values()) and len(set(reached)) >= len(kept) - n_unknown
    site.convene("check")


@pytest.mark.parametrize("booked_in", ["old", "new", "neither"])
def test_stores_that_are_merged_book_no_time_twice(make_site, tmp_path, booked_in):
    """Two stores hold the same time for different visitors. After the merge only one of the two can be booked."""
    old, new = prepared(make_site), prepared(make_site)
    old_uid, new_uid = ask(old, address="old@example.org")["uid"], ask(new, address="new@example.org")["uid"]
    free = ask(old, "12:00", address="other@example.org")["uid"]
    if booked_in == "old":
        assert meet(old, "confirm", old_uid)["state"] == "BOOKED"
    if booked_in == "new":
        assert meet(new, "confirm", new_uid)["state"] == "BOOKED"
    old.convene("export", tmp_path / "out")
    new.convene("import", tmp_path / "out")
    first, second = (old_uid, new_uid) if booked_in == "old" else (new_uid, old_uid)
    if booked_in == "neither":
        assert meet(new, "confirm", first)["state"] == "BOOKED"
    refused = meet(new, "confirm", second, check=False)
    assert refused["outcome"] in ("taken", "expired"), refused
    assert meet(new, "confirm", free)["state"] == "BOOKED"
    booked = [meeting for meeting in map(json.loads, new.convene("meet", "list", "--json").stdout.splitlines()) if meeting["state"] == "BOOKED"]
    assert sorted(meeting["uid"] for meeting in booked) == sorted([first, free])


def test_a_visitor_does_not_move_a_meeting_within_the_notice(site):
    uid = ask(site)["uid"]
    assert meet(site, "confirm", uid)["state"] == "BOOKED"
    site.convene("offer", "set", "offer-1", "--notice=P6D")
    refused = meet(site, "move", uid, at("14:00", 3), check=False)
    assert (refused["outcome"], refused["start"], refused["revision"]) == ("notice", utc("10:00"), 2)
    assert meet(site, "move", "--as-host", uid, at("14:00", 3))["start"] == utc("14:00", 3)
    assert meet(site, "move", uid, at("12:00", 3))["start"] == utc("12:00", 3)  # it does not begin soon any more
    assert meet(site, "cancel", uid)["state"] == "CANCELLED"


def test_the_sides_see_each_others_address_only_if_the_offer_says_so(make_site, server):
    shown, hidden = offer(more="X-CONVENED-MEETING-ADDRESSES:TRUE\r\n"), offer("offer-2")
    site = prepared(make_site, f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; from = "Office <office@example.org>";', [shown, hidden])
    assert [json.loads(line)["addresses"] for line in site.convene("offer", "list", "--json").stdout.splitlines()] == [True, False]
    for uid in (ask(site)["uid"], ask(site, "11:00", "offer-2", "other@example.org")["uid"]):
        meet(site, "confirm", uid)
    site.start()
    wait_until(lambda: len(mails(server, "host@example.org")) == 2 and mails(server, "guest@example.org") and mails(server, "other@example.org"))
    assert "host@example.org" in plain_text(mails(server, "guest@example.org")[-1]) and "host@example.org" not in plain_text(mails(server, "other@example.org")[-1])
    texts = [plain_text(mail) for mail in mails(server, "host@example.org")]
    assert sum("guest@example.org" in text for text in texts) == 1 and not any("other@example.org" in text for text in texts)
    refused = site.convene("import", "-", stdin=shown.replace("ADDRESSES:TRUE", "ADDRESSES:SOME"), check=False)
    assert refused.returncode != 0 and "X-CONVENED-MEETING-ADDRESSES" in refused.stderr
