"""Tests the pages of meetings: a visitor asks, confirms, moves and cancels; a host answers; links of mails act by POST only, and once."""

import datetime
import email
import email.policy
import re
import sqlite3
import subprocess
import zoneinfo

import pytest
import requests

from browser import chromium
from conftest import BUILD, PATIENCE, plain_text, wait_until
from smtp_server import Server

MOSCOW = zoneinfo.ZoneInfo("Europe/Moscow")
YEKATERINBURG = zoneinfo.ZoneInfo("Asia/Yekaterinburg")
HOST = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:host-1\r\nFN:Вера Хозяйкина\r\nEMAIL:host@example.org\r\nLANG:ru\r\nTZ:Europe/Moscow\r\nEND:VCARD\r\n"
DAY = (datetime.datetime.now(MOSCOW) + datetime.timedelta(days=5)).date()


def offer(uid="offer-1", confirm="AUTO", more="", hours=""):
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VAVAILABILITY\r\n"
            f"UID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nX-CONVENED-MEETING-HOST:host-1\r\nX-CONVENED-MEETING-DURATION:PT30M\r\n"
            f"X-CONVENED-MEETING-CONFIRM:{confirm}\r\n{more}"
            f"BEGIN:AVAILABLE\r\nUID:{uid}-hours\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Moscow:20260101T100000\r\n"
            f"DTEND;TZID=Europe/Moscow:20260101T150000\r\n{hours}RRULE:FREQ=DAILY\r\nEND:AVAILABLE\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR\r\n")


@pytest.fixture
def server():
    with Server() as running:
        yield running


@pytest.fixture
def site(make_site, server):
    return prepared(make_site, server)


def prepared(make_site, server, offers=(offer(),), signup="per_network = 1000; per_day = 1000;"):
    site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; from = "Office <office@example.org>";',
                     extra=f'time_zone = "Europe/Moscow";\nsignup = {{ {signup} }};\n')
    site.convene("import", "-", stdin=HOST)
    for text in offers:
        site.convene("import", "-", stdin=text)
    return site.start()


def moment(clock, days=0):
    return datetime.datetime.fromisoformat(f"{DAY + datetime.timedelta(days=days)}T{clock}").replace(tzinfo=MOSCOW)


def seconds(clock, days=0):
    return int(moment(clock, days).timestamp())


def get(url, **options):
    answer = requests.get(url, headers={"Accept": "text/html", "Accept-Language": options.pop("language", "en")}, timeout=PATIENCE, **options)
    answer.encoding = "utf-8"
    return answer


def post(url, data, headers=None, follow=False):
    answer = requests.post(url, data=data, headers={"Accept": "text/html", "Accept-Language": "en", **(headers or {})}, timeout=PATIENCE,
                           allow_redirects=follow)
    answer.encoding = "utf-8"
    return answer


def ask(site, clock="10:00", offer_uid="offer-1", address="guest@example.org", days=0, headers=None, follow=False, **more):
    data = {"offer": offer_uid, "length": "30", "zone": "Europe/Moscow", "time": seconds(clock, days), "name": "Пётр <Гостев>",
            "organisation": "ООО «Гость»", "address": address, "language": "en", "topic": "Станки & поставки", **more}
    return post(f"{site.url}/meet/host-1", {name: value for name, value in data.items() if value is not None}, headers, follow)


def mails(server, to=None):
    found = [email.message_from_bytes(raw, policy=email.policy.default) for raw in server.messages]
    return [mail for mail in found if to is None or mail["To"].addresses[0].addr_spec == to]


def link_after(server, to, n):
    """Returns the link of the n-th mail to an address."""
    wait_until(lambda: len(mails(server, to)) >= n)
    return re.search(r"http://\S+/meeting/[\w-]{32}", plain_text(mails(server, to)[n - 1])).group(0)


def rows(site, statement):
    with sqlite3.connect(site.database) as database:
        return database.execute(statement).fetchall()


def states(site):
    """The states of all meetings with their revisions (store/meeting.h)."""
    return rows(site, "SELECT state, revision FROM meeting ORDER BY id")


HELD, ASKED, PROPOSED, BOOKED, DECLINED, CANCELLED, EXPIRED = range(1, 8)


def times_on(page):
    return [int(value) for value in re.findall(r'name="time(?:\.\d+)?" value="(\d+)"', page.text)]


def steps_on(page):
    return set(re.findall(r'name="step" value="(\w+)"', page.text)) | set(re.findall(r'href="\?task=(\w+)"', page.text))


def tidy(text):
    result = subprocess.run(["tidy", "-quiet", "-errors", "-utf8", "--warn-proprietary-attributes", "no"],
                            input=text, capture_output=True, text=True, timeout=60, check=False)
    assert result.stderr == ""


def assert_private(answer):
    assert answer.headers["Cache-Control"] == "private, no-store" and '<meta name="robots" content="noindex">' in answer.text
    assert answer.headers["Referrer-Policy"] == "same-origin"


def booked(site, server, clock="10:00", offer_uid="offer-1", n=1):
    """Books a meeting through the pages; returns the links of the invitations to the visitor and to the host."""
    assert ask(site, clock, offer_uid).status_code == 303
    assert post(link_after(server, "guest@example.org", n), {"step": "confirm"}).status_code == 303
    return link_after(server, "guest@example.org", n + 1), link_after(server, "host@example.org", n)


def test_a_visitor_asks_and_confirms_on_pages(site, server):
    page = get(f"{site.url}/meet/host-1?day={DAY}")
    assert page.status_code == 200 and "<h1>Meeting: Вера Хозяйкина</h1>" in page.text
    assert times_on(page) == [seconds(f"{hour}:{minute}") for hour in range(10, 15) for minute in ("00", "30")]
    tidy(page.text)
    assert re.search('name="address" type="text" inputmode="email" .*autocomplete="email"', page.text) and 'type="email"' not in page.text
    answer = ask(site, follow=True)
    assert answer.status_code == 200 and answer.history[0].status_code == 303 and "Look into your mailbox" in answer.text
    tidy(answer.text)
    assert states(site) == [(HELD, 1)]
    assert seconds("10:00") not in times_on(get(f"{site.url}/meet/host-1?day={DAY}"))
    link = link_after(server, "guest@example.org", 1)
    before = rows(site, "SELECT * FROM meeting"), rows(site, "SELECT count(*) FROM mail")
    for _ in range(3):  # link scanners open every link
        page = get(link)
        assert page.status_code == 200 and "Confirm that this address is yours" in page.text and steps_on(page) == {"confirm", "cancel"}
        assert_private(page)
    assert requests.head(link, timeout=PATIENCE).status_code == 200
    assert before == (rows(site, "SELECT * FROM meeting"), rows(site, "SELECT count(*) FROM mail"))
    tidy(page.text)
    done = post(link, {"step": "confirm"}, follow=True)
    assert done.history[0].status_code == 303 and done.url.split("?")[0] == link
    assert "Done." in done.text and "The meeting is booked." in done.text and steps_on(done) == set()
    assert ask(site, "14:00", address="почта@example.org").status_code == 303 and states(site)[1:] == [(HELD, 1)]
    # Again, it says what is and does nothing.
    assert post(link, {"step": "confirm"}).status_code == 303
    assert post(link, {"step": "cancel"}).status_code == 409
    assert states(site)[0] == (BOOKED, 2)
    wait_until(lambda: len(server.messages) == 3)
    site.convene("check")


def test_no_side_sees_the_address_of_the_other(site, server):
    visitor, host = booked(site, server)
    assert "guest@example.org" not in get(host).text and "host@example.org" not in get(visitor).text
    page = get(host, language="ru")
    assert '<html lang="ru">' in page.text and "Пётр &#60;Гостев&#62; (ООО «Гость»)" in page.text and "Станки &#38; поставки" in page.text
    assert "host@example.org" not in get(f"{site.url}/meet/host-1").text


def test_the_clocks_of_visitor_and_host_are_both_named(site, server):
    page = get(f"{site.url}/meet/host-1?day={DAY}&zone=Asia/Yekaterinburg")
    assert "<strong>12:00–12:30</strong>" in page.text and "for the host: 10:00–10:30" in page.text
    assert "Yekaterinburg, UTC+5" in page.text and "Moscow, UTC+3" in page.text
    alone = get(f"{site.url}/meet/host-1?day={DAY}")
    assert "<strong>10:00–10:30</strong>" in alone.text and "for the host:" not in alone.text
    ask(site, zone="Asia/Yekaterinburg")
    page = get(link_after(server, "guest@example.org", 1))
    assert re.search(r"12:00–12:30, Yekaterinburg, UTC\+5.*10:00–10:30, Moscow, UTC\+3", page.text)


def test_a_day_is_the_day_of_the_reader(make_site, server):
    """Hours in the evening of Moscow are on the next day in Magadan."""
    site = prepared(make_site, server)
    page = get(f"{site.url}/meet/host-1?zone=Pacific/Kiritimati&day={DAY}")
    zone = zoneinfo.ZoneInfo("Pacific/Kiritimati")
    assert {datetime.datetime.fromtimestamp(time, zone).date() for time in times_on(page)} == {DAY}


def test_a_taken_time_is_answered_with_the_nearest_ones(site):
    assert ask(site, "12:00").status_code == 303
    answer = ask(site, "12:00", address="second@example.org")
    assert answer.status_code == 409 and "This time is taken by now" in answer.text
    assert times_on(answer)[:3] == [seconds("11:30"), seconds("12:30"), seconds("11:00")] and 'value="second@example.org"' in answer.text
    tidy(answer.text)
    assert ask(site, "12:30", address="second@example.org").status_code == 303
    assert ask(site, "12:30", address="third@example.org").status_code == 409
    numbers = requests.get(f"{site.url}/metrics", timeout=PATIENCE).text.splitlines()
    assert {'convened_meetings{state="held"} 2', 'convened_meetings{state="booked"} 0', "convened_meeting_conflicts_total 2"} <= set(numbers)


def test_a_day_of_meetings_is_a_private_page(site, server):
    """For the host and for a visitor who is a contact; the page and the feed are without the address of the other."""
    site.convene("import", "-", stdin=HOST.replace("host-1", "guest-1").replace("Вера Хозяйкина", "Guest").replace("host@", "guest@").replace("ru", "en"))
    ask(site, "12:00")
    post(link_after(server, "guest@example.org", 1), {"step": "confirm"})
    wait_until(lambda: states(site)[0][0] == 4)
    feeds = {who: site.convene("feed", f"{who}@example.org").stdout.strip() for who in ("host", "guest")}
    pages = {who: get(f"{feed.removesuffix('.ics')}?day={DAY}") for who, feed in feeds.items()}
    for who, other in (("host", "Пётр &#60;Гостев&#62;, ООО «Гость»"), ("guest", "Вера Хозяйкина")):
        assert pages[who].status_code == 200 and other in pages[who].text and "12:00–12:30" in pages[who].text
        assert "@example.org" not in pages[who].text and "Станки &#38; поставки" in pages[who].text
        assert pages[who].headers["Cache-Control"] == "private, no-store"
        tidy(pages[who].text)
        empty = get(f"{feeds[who].removesuffix('.ics')}?day={DAY + datetime.timedelta(days=1)}")
        assert "12:00–12:30" not in empty.text and ("В этот день встреч нет." if who == "host" else "No meetings on this day.") in empty.text
        text = requests.get(feeds[who], timeout=PATIENCE).content.decode().replace("\r\n ", "")
        assert "Станки" in text and "ATTENDEE" not in text and not any(f"{name}@example.org" in text for name in feeds)
    assert get(f"{site.url}/private/{'x' * 32}").status_code == 404


@pytest.mark.parametrize("more, words", [
    ({"address": "no address"}, "address"), ({"address": None}, "address"), ({"time": None}, "Please choose a time"), ({"time": "x"}, "choose a time"),
    ({"time": "9" * 30}, "choose a time"), ({"topic": "x" * 2000}, "too long"), ({"name": "y" * 300}, "too long"), ({"language": "xx"}, "language"),
    ({"name": " "}, "Please give your name"), ({"name": None, "organisation": "A"}, "Please give your name"),
])
def test_a_wrong_form_is_shown_again(site, more, words):
    answer = ask(site, **more)
    assert answer.status_code == 400 and words in answer.text and states(site) == []
    tidy(answer.text)


def test_text_of_a_visitor_is_one_line_and_no_markup(site, server):
    ask(site, name="A\r\nBcc: x@example.org", topic="one\r\ntwo <script>")
    assert rows(site, "SELECT name, topic FROM meeting") == [("A  Bcc: x@example.org", "one  two <script>")]
    assert "<script>" not in get(link_after(server, "guest@example.org", 1)).text


def test_what_is_not_offered_is_not_found(site):
    for path in ("/meet/host-2", "/meet/", "/meet/" + "A" * 32, "/meeting/" + "A" * 32, "/meeting/", "/meet/host-1?offer=offer-9"):
        assert get(site.url + path).status_code == 404, path
    assert ask(site, offer_uid="offer-9").status_code == 404
    assert post(f"{site.url}/meeting/{'A' * 32}", {"step": "cancel"}).status_code == 404


def test_without_mail_nobody_can_ask(make_site):
    site = make_site()
    site.convene("import", "-", stdin=HOST)
    site.convene("import", "-", stdin=offer())
    site.start()
    assert get(f"{site.url}/meet").status_code == get(f"{site.url}/meet/host-1").status_code == ask(site).status_code == 404


def test_another_site_cannot_use_the_forms(site, server):
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert ask(site, headers=foreign).status_code == 403 and states(site) == []
    visitor, host = booked(site, server)
    for link in (visitor, host):
        assert post(link, {"step": "cancel"}, foreign).status_code == 403
    assert states(site) == [(BOOKED, 2)]


def test_over_the_limit_of_an_address_the_answer_is_the_same(make_site, server):
    site = prepared(make_site, server, signup="per_address = 2; per_network = 1000; per_day = 1000;")
    answers = {(answer.status_code, answer.text, answer.headers["Location"])
               for answer in (ask(site, clock) for clock in ("10:00", "11:00", "12:00", "13:00"))}
    assert len(answers) == 1 and len(states(site)) == 2
    # An address that was confirmed can be used again.
    post(link_after(server, "guest@example.org", 1), {"step": "confirm"})
    assert ask(site, "12:00").status_code == 303 and len(states(site)) == 3


def test_a_network_has_a_limit(make_site, server):
    site = prepared(make_site, server, signup="per_network = 3;")
    found = [ask(site, clock, address=f"v{clock[:2]}@example.org").status_code for clock in ("10:00", "11:00", "12:00", "13:00")]
    assert found == [303, 303, 303, 429] and len(states(site)) == 3


def test_a_second_meeting_at_the_same_time_is_told_to_the_visitor_only(make_site, server):
    """Whoever asks in somebody's name learns nothing: only the mail to the address leads to the page that tells."""
    other = HOST.replace("host-1", "host-2").replace("Вера Хозяйкина", "Иван Второв").replace("host@", "second@")
    site = prepared(make_site, server, [other, offer(confirm="AUTO"), offer("offer-2", "HOST").replace("HOST:host-1", "HOST:host-2")])
    _, host = booked(site, server, "10:00")
    words = "at this time you already have a meeting with Вера Хозяйкина"
    for clock, told, n in (("10:00", True, 3), ("10:30", False, 5)):
        form = {"offer": "offer-2", "length": "30", "zone": "Europe/Moscow", "time": seconds(clock), "name": "Пётр", "organisation": "",
                "address": "Guest@example.org", "language": "en", "topic": ""}
        answer = post(f"{site.url}/meet/host-2", form, follow=True)
        assert answer.status_code == 200 and words not in answer.text, answer.text
        link = link_after(server, "guest@example.org", n)
        page = get(link)
        tidy(page.text)
        assert (words in page.text) == told and steps_on(page) == {"confirm", "cancel"}
        page = post(link, {"step": "confirm"}, follow=True)
        assert (words in page.text) == told
        asked = link_after(server, "second@example.org", 1 if told else 2)
        assert "already have a meeting" not in get(asked).text + get(host).text
        uid, = rows(site, "SELECT uid FROM meeting ORDER BY id DESC LIMIT 1")[0]
        assert ("The visitor also has a meeting at this time" in site.convene("meet", "show", uid).stdout) == told


def test_a_proposal_whose_slots_are_lost_can_be_chosen(make_site, server):
    site = prepared(make_site, server, [offer(confirm="HOST")])
    ask(site, "10:00")
    post(link_after(server, "guest@example.org", 1), {"step": "confirm"})
    host = link_after(server, "host@example.org", 1)
    assert post(host, {"step": "propose", "time.0": seconds("12:00"), "time.1": seconds("13:00")}).status_code == 303
    link = link_after(server, "guest@example.org", 3)
    with sqlite3.connect(site.database, timeout=PATIENCE) as database:
        database.execute("DELETE FROM meeting_slot")
    assert times_on(get(link)) == [seconds("12:00"), seconds("13:00")]
    text, = rows(site, "SELECT text FROM object WHERE uid IN (SELECT uid FROM meeting)")[0]
    for kept in ("damaged", text):
        with sqlite3.connect(site.database, timeout=PATIENCE) as database:
            database.execute("UPDATE object SET text = ? WHERE uid IN (SELECT uid FROM meeting)", [kept])
        page = get(link)
        assert kept == text or ("The proposed times could not be read" in page.text and steps_on(page) == {"decline"})
    assert post(link, {"step": "confirm", "time": seconds("13:00")}).status_code == 303
    assert rows(site, "SELECT state, start FROM meeting") == [(BOOKED, seconds("13:00") * 1_000_000)]


def test_a_host_accepts_or_declines(make_site, server):
    site = prepared(make_site, server, [offer(confirm="HOST")])
    for n, (step, state, told) in enumerate([("accept", BOOKED, "The meeting is booked."), ("decline", DECLINED, "You declined this meeting.")]):
        ask(site, f"1{n}:00", address=f"guest{n}@example.org")
        done = post(link_after(server, f"guest{n}@example.org", 1), {"step": "confirm"}, follow=True)
        assert "waits for an answer" in done.text and states(site)[n] == (ASKED, 2)
        link = link_after(server, "host@example.org", 2 * n + 1)
        assert steps_on(get(link)) == {"accept", "decline", "propose"} and states(site)[n] == (ASKED, 2)
        # The host cannot make a step of the visitor.
        assert post(link, {"step": "confirm"}).status_code == 409 and post(link, {"step": "nonsense"}).status_code == 409
        answered = post(link, {"step": step}, {"Accept-Language": "en"}, follow=True)
        assert states(site)[n] == (state, 3)
        english = get(link + "?lang=en")
        assert told in english.text and "Done." in english.text and steps_on(english) == set() and answered.status_code == 200
        assert post(link, {"step": step}).status_code == 303 and states(site)[n] == (state, 3)
        if step == "accept":
            assert told in get(link_after(server, f"guest{n}@example.org", 3)).text


def test_a_host_proposes_and_the_visitor_chooses(make_site, server):
    site = prepared(make_site, server, [offer(confirm="HOST")])
    ask(site, "10:00")
    post(link_after(server, "guest@example.org", 1), {"step": "confirm"})
    link = link_after(server, "host@example.org", 1)
    page = get(f"{link}?task=propose&day={DAY}&lang=en")
    tidy(page.text)
    assert {seconds("10:00"), seconds("14:30"), seconds("11:00", 2)} <= set(times_on(page))
    assert post(f"{link}?task=propose", {"step": "propose"}).status_code == 400
    many = {f"time.{i}": seconds(f"{10 + i // 2}:{'30' if i % 2 else '00'}") for i in range(6)}
    assert post(f"{link}?task=propose", {"step": "propose", **many}).status_code == 400 and states(site) == [(ASKED, 2)]
    # A time outside the hours, by the host's clock; the visitor's times end at three o'clock.
    assert 'type="datetime-local"' in page.text
    evening = {"other": f"{DAY}T20:00", "zone": "Europe/Moscow"}
    assert post(f"{link}?task=propose", {"step": "propose", "time.3": seconds("12:00"), "other": f"{DAY} 20:00"}).status_code == 400
    assert post(link, {"step": "propose", "time.3": seconds("12:00"), "time.7": seconds("13:00", 1), **evening}).status_code == 303
    assert states(site) == [(PROPOSED, 3)]
    wait_until(lambda: any("/meeting/" in plain_text(mail) for mail in mails(server, "guest@example.org")[2:]))
    choice = link_after(server, "guest@example.org", 3)
    page = get(choice)
    tidy(page.text)
    assert times_on(page) == [seconds("12:00"), seconds("20:00"), seconds("13:00", 1)] and steps_on(page) == {"confirm", "decline"}
    assert post(choice, {"step": "confirm", "time": seconds("11:00")}).status_code == 400
    done = post(choice, {"step": "confirm", "time": seconds("13:00", 1)}, follow=True)
    assert "The meeting is booked." in done.text and states(site) == [(BOOKED, 4)]
    # The other times are free again.
    assert seconds("12:00") in times_on(get(f"{site.url}/meet/host-1?day={DAY}"))
    assert rows(site, "SELECT start FROM meeting") == [(seconds("13:00", 1) * 1_000_000,)]


@pytest.mark.parametrize("side", [0, 1])
def test_either_side_moves_and_cancels(site, server, side):
    links = booked(site, server)
    old, other = links[side], links[1 - side]
    who, address = ("guest", "guest@example.org") if side == 0 else ("host", "host@example.org")
    assert steps_on(get(old)) == {"move", "delegate", "cancel"}
    tidy(get(old).text)
    tidy(get(f"{old}?task=delegate&lang=en").text)
    page = get(f"{old}?task=move&day={DAY}&lang=en")
    tidy(page.text)
    assert seconds("10:00") in times_on(page) and seconds("14:00") in times_on(page)
    ask(site, "14:00", address="rival@example.org")
    refused = post(f"{old}?task=move&lang=en", {"step": "move", "time": seconds("14:00")})
    assert refused.status_code == 409 and "taken by now" in refused.text and times_on(refused)[:2] == [seconds("13:30"), seconds("14:30")], who
    tidy(refused.text)
    assert post(old, {"step": "move", "time": seconds("11:00")}).status_code == 303
    assert states(site)[0] == (BOOKED, 3)
    free = times_on(get(f"{site.url}/meet/host-1?day={DAY}"))
    assert seconds("10:00") in free and seconds("11:00") not in free
    # A link of the earlier revision shows the present time of the meeting, and changes nothing.
    for link in links:
        page = get(link + "?lang=en")
        assert "The meeting has been moved to" in page.text and "11:00" in page.text and steps_on(page) == set()
        assert ("Done." in page.text) == (link == old) and ("earlier mail" in page.text) == (link == other)
        assert post(link, {"step": "cancel"}).status_code == 409 and get(f"{link}?task=move").status_code == 200
    assert states(site)[0] == (BOOKED, 3)
    new = link_after(server, address, (3 if side == 0 else 2))
    cancelled = post(new, {"step": "cancel"}, follow=True)
    assert cancelled.status_code == 200 and states(site)[0] == (CANCELLED, 4)
    for link in (*links, new):
        page = get(link + "?lang=en")
        assert "The meeting is cancelled." in page.text and steps_on(page) == set()
        assert post(link, {"step": "move", "time": seconds("12:00")}).status_code in (303, 409)
    assert states(site)[0] == (CANCELLED, 4)
    assert seconds("11:00") in times_on(get(f"{site.url}/meet/host-1?day={DAY}"))


def test_lengths_places_and_several_offers(make_site, server):
    places = "X-CONVENED-MEETING-PLACE:Стол 1\r\nX-CONVENED-MEETING-PLACE:Стол & 2\r\nX-CONVENED-MEETING-DURATION:PT1H\r\nSUMMARY:У станков\r\n"
    site = prepared(make_site, server, [offer(), offer("offer-2", more=places)])
    page = get(f"{site.url}/meet/host-1?offer=offer-2&length=60&day={DAY}")
    tidy(page.text)
    assert "60\u00a0minutes" in page.text and "Стол 1, Стол &#38; 2" in page.text and '<option value="Стол &#38; 2" lang="ru">' in page.text
    assert "<strong>10:00–11:00</strong>" in page.text and "У станков" in page.text
    assert ask(site, offer_uid="offer-2", length="60", place="Стол & 2").status_code == 303
    assert rows(site, "SELECT place, (finish - start) / 60000000 FROM meeting") == [("Стол & 2", 60)]
    assert ask(site, "12:00", offer_uid="offer-2", place="Nowhere", address="other@example.org").status_code == 400


def test_an_unlisted_offer_has_a_link_that_cannot_be_guessed(make_site, server):
    site = prepared(make_site, server, [offer(more="X-CONVENED-MEETING-LISTED:FALSE\r\n")])
    assert get(f"{site.url}/meet/host-1").status_code == get(f"{site.url}/meet/offer-1").status_code == 404
    assert ask(site).status_code == 404
    assert "Хозяйкина" not in get(f"{site.url}/meet").text
    link = re.search(r"\S+/meet/\S+", site.convene("meet", "link", "offer-1").stdout).group(0)
    page = get(link)
    assert page.status_code == 200 and "Вера Хозяйкина" in page.text and '<meta name="robots" content="noindex">' in page.text
    answer = post(link, {"offer": "offer-1", "length": "30", "time": seconds("10:00"), "address": "guest@example.org", "name": "A", "language": "en"})
    assert answer.status_code == 303 and states(site) == [(HELD, 1)]
    assert get(link[:-1] + ("A" if link[-1] != "A" else "B")).status_code == 404


def test_the_list_and_the_page_of_an_event_lead_to_the_host(make_site, server):
    site = prepared(make_site, server, [])
    assert "Nobody offers meetings" in get(f"{site.url}/meet").text
    site.convene("add", "--uid=fair@x", "--kind=exhibition", "--summary=Fair & <friends>", f"--start={DAY}", f"--end={DAY + datetime.timedelta(days=1)}")
    site.convene("import", "-", stdin=offer(more="X-CONVENED-MEETING-EVENT:fair@x\r\n"))
    page = wait_until(lambda: (lambda answer: answer if "/meet/host-1?offer=offer-1" in answer.text else None)(get(f"{site.url}/event/fair@x")))
    assert "Arrange a meeting" in page.text and 'href="/meet?event=fair@x"' in page.text
    assert "Next free times:" in page.text and "10:00–10:30" in page.text and "11:30–12:00" not in page.text  # three of them
    tidy(page.text)
    for path in ("/meet", "/meet?event=fair@x"):
        page = get(site.url + path)
        tidy(page.text)
        assert "Вера Хозяйкина" in page.text and "Fair &#38; &#60;friends&#62;" in page.text and "10:00–10:30" in page.text
    assert "Nobody offers meetings" in get(f"{site.url}/meet?event=other@x").text
    assert "Договориться о встрече" in get(f"{site.url}/event/fair@x", language="ru").text
    # Only within the event.
    days = re.findall(r"day=([\d-]+)", get(f"{site.url}/meet/host-1").text)
    assert set(days) == {str(DAY), str(DAY + datetime.timedelta(days=1))}
    assert "Disallow: /meeting/" in get(f"{site.url}/robots.txt").text


def test_the_page_of_an_event_follows_offers_and_cards(make_site, server):
    site = prepared(make_site, server, [])
    site.convene("add", "--uid=fair@x", "--kind=exhibition", "--summary=Fair", f"--start={DAY}", f"--end={DAY + datetime.timedelta(days=1)}")
    link = "/meet/host-1?offer=offer-1"

    def shows(text, is_there=True):
        wait_until(lambda: (text in get(f"{site.url}/event/fair@x").text) == is_there)

    shows(link, False)
    site.convene("import", "-", stdin=offer(more="X-CONVENED-MEETING-EVENT:fair@x\r\n"))
    shows(link)
    site.convene("offer", "set", "offer-1", "--listed", "FALSE")
    shows(link, False)
    site.convene("offer", "set", "offer-1", "--listed", "TRUE")
    shows("Вера Хозяйкина")
    site.convene("import", "-", stdin=HOST.replace("Вера Хозяйкина", "Вера Новая"))
    shows("Вера Новая")
    site.convene("offer", "remove", "offer-1")
    shows(link, False)
    site.convene("import", "-", stdin=offer(more="X-CONVENED-MEETING-EVENT:fair@x\r\n"))
    shows(link)
    site.convene("delete", "host-1")
    shows(link, False)


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


def look(browser, width, name, language="ru", scheme="light"):
    """Checks that the page needs no horizontal scrolling and that axe finds nothing; keeps its picture."""
    assert browser.run("return document.documentElement.scrollWidth") <= width, name
    assert not browser.violations(), name
    browser.picture(BUILD / "screenshots" / f"meet-{name}-{width}-{language}-{scheme}.png")


def press(browser, selector):
    element = browser.find(selector)
    browser.run("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def write(browser, name, text):
    browser.find(f"[name={name}]").send_keys(text)


def assert_prints(browser, text):
    """A print has the meeting, and nothing that only a screen can follow."""
    browser.medium("print")
    assert text in browser.find("main").text
    shown = browser.run("return [...document.querySelectorAll('form, nav, button, .bottom, .skip')].filter(a => a.offsetParent).map(a => a.outerHTML)")
    browser.medium("screen")
    assert shown == []


@pytest.mark.parametrize("width, language, scheme", [(320, "ru", "light"), (1280, "en", "dark")])
def test_a_meeting_in_a_browser(make_site, server, browser, width, language, scheme):
    places = "X-CONVENED-MEETING-PLACE:Стол 1\r\nX-CONVENED-MEETING-PLACE:Стол 2\r\nX-CONVENED-MEETING-DURATION:PT1H\r\nSUMMARY:Встречи у стенда\r\n"
    site = prepared(make_site, server, [offer("offer-2", "HOST", places), offer("offer-1")])
    browser.forget()
    browser.look(width, language, scheme)
    browser.open(f"{site.url}/meet?zone=Asia/Yekaterinburg")
    look(browser, width, "list", language, scheme)
    press(browser, "a[href*='offer=offer-2']")
    press(browser, f"a[href*='day={DAY}']")
    look(browser, width, "host", language, scheme)
    press(browser, f"input[value='{seconds('10:00')}']")
    write(browser, "name", "Пётр Гостев")
    write(browser, "organisation", "ООО «Гость»")
    write(browser, "address", "guest@example.org")
    write(browser, "topic", "Поставка станков")
    press(browser, "form[method=post] button")
    wait_until(lambda: "?done=sent" in browser.driver.current_url)
    look(browser, width, "sent", language, scheme)
    browser.open(link_after(server, "guest@example.org", 1))
    look(browser, width, "held", language, scheme)
    press(browser, "button[value=confirm]")
    wait_until(lambda: states(site) == [(ASKED, 2)])
    look(browser, width, "asked", language, scheme)
    browser.open(link_after(server, "host@example.org", 1))
    look(browser, width, "answer", language, scheme)
    press(browser, "a[href*='task=propose']")
    look(browser, width, "propose", language, scheme)
    press(browser, f"input[value='{seconds('12:00')}']")
    press(browser, f"input[value='{seconds('13:00', 1)}']")
    press(browser, "button[value=propose]")
    wait_until(lambda: states(site) == [(PROPOSED, 3)])
    browser.open(link_after(server, "guest@example.org", 3))
    look(browser, width, "choose", language, scheme)
    press(browser, f"input[value='{seconds('12:00')}']")
    press(browser, "button[value=confirm]")
    wait_until(lambda: states(site) == [(BOOKED, 4)])
    browser.open(link_after(server, "guest@example.org", 4))
    look(browser, width, "booked", language, scheme)
    assert_prints(browser, "12:00–12:30")
    press(browser, "a[href*='task=move']")
    look(browser, width, "move", language, scheme)
    browser.driver.back()
    press(browser, "a[href*='task=delegate']")
    look(browser, width, "delegate", language, scheme)
    write(browser, "name", "Дана Заменова")
    write(browser, "address", "dana@example.org")
    press(browser, "button[value=delegate]")
    wait_until(lambda: states(site) == [(BOOKED, 5)])
    browser.open(link_after(server, "guest@example.org", 5))
    look(browser, width, "delegated", language, scheme)
    press(browser, "button[value=cancel]")
    wait_until(lambda: states(site) == [(CANCELLED, 6)])
    look(browser, width, "cancelled", language, scheme)
    site.convene("add", "--uid=fair@x", "--summary=Fair", f"--start={DAY}", f"--end={DAY}")
    site.convene("import", "-", stdin=offer("offer-3", more="X-CONVENED-MEETING-EVENT:fair@x\r\n"))
    wait_until(lambda: "/meet/host-1?offer=offer-3" in get(f"{site.url}/event/fair@x").text)
    browser.open(f"{site.url}/event/fair@x")
    assert "10:00–10:30" in browser.find("main").text
    look(browser, width, "event", language, scheme)
    assert not [line for line in browser.complaints() if "favicon" not in line]


def tab_to(browser, name):
    """Presses Tab until the field of a name has the focus."""
    for _ in range(100):
        browser.press("Tab", 9)
        if browser.run("return document.activeElement.name") == name:
            return browser.driver.switch_to.active_element
    raise AssertionError(f"Tab does not reach {name}")


def test_a_visitor_needs_no_mouse(site, browser):
    browser.forget()
    browser.look(1280, "en")
    browser.open(f"{site.url}/meet/host-1?day={DAY}")
    tab_to(browser, "time").send_keys(" ")
    browser.press("ArrowDown", 40)
    tab_to(browser, "name").send_keys("Guest")
    tab_to(browser, "address").send_keys("guest@example.org\n")
    wait_until(lambda: "?done=sent" in browser.driver.current_url)
    assert rows(site, "SELECT start, name FROM meeting") == [(seconds("10:30") * 1_000_000, "Guest")]
