"""Tests signing up: an address is listed after its owner has pressed a button reached by mail, and no response reveals who is listed."""

import email
import email.policy
import json
import re
import statistics
import subprocess
import threading
import time

import pytest
import requests

from conftest import PATIENCE, ROOT, needs_file, plain_text, wait_until
from smtp_server import Server

CARD = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{0}\r\nFN:{0}\r\nEMAIL:{0}@example.org\r\nEND:VCARD\r\n"
EVENT, PAST = "coming@example.org", "saransk-clusters@documents.convened.example"


@pytest.fixture
def server():
    with Server() as running:
        yield running


@pytest.fixture
def site(make_site, server):
    return started(make_site, server)


def started(make_site, server, signup="", http=""):
    site = make_site(
        mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; from = "office@example.org";',
        extra=f"signup = {{ enabled = true; {signup} }};\n")
    if http:
        site.config.write_text(site.config.read_text().replace("http = {", "http = { " + http))
    site.convene("import", ROOT / "conf" / "documents")
    site.convene("add", f"--uid={EVENT}", "--kind=session", "--summary=Практическая сессия «Кластеры»", "--start=2051-06-24T10:00")
    return site.start()


def ask(site, address="visitor@example.org", what="all", language="en", follow=False, headers=None, session=requests):
    answer = session.post(f"{site.url}/subscribe/mail", data={"address": address, "what": what, "language": language},
                          headers={"Accept": "text/html", "Accept-Language": "en", **(headers or {})}, timeout=PATIENCE, allow_redirects=follow)
    answer.encoding = "utf-8"
    return answer


def rows(site, statement):
    return site.sql(statement)


def mails(server):
    return [email.message_from_bytes(raw, policy=email.policy.default) for raw in server.messages]


def wait_mails(server, n):
    wait_until(lambda: len(server.messages) >= n)
    return mails(server)


def text_of(mail):
    return plain_text(mail)


def link_in(mail):
    return re.search(r"http://\S+/subscribe/confirm/\S+", text_of(mail)).group(0)


def get(url):
    answer = requests.get(url, headers={"Accept": "text/html"}, timeout=PATIENCE)
    answer.encoding = "utf-8"
    return answer


def people(site):
    return rows(site, "SELECT scope, target, leads, name, collection FROM subscription JOIN object ON object.id = contact")


def tidy(text):
    result = subprocess.run(["tidy", "-quiet", "-errors", "-utf8", "--warn-proprietary-attributes", "no"],
                            input=text, capture_output=True, text=True, timeout=60, check=False)
    assert result.stderr == ""


@pytest.mark.parametrize("language, what, scope, subject, words", [
    ("en", "all", (1, ""), "Confirm your subscription: Calendar of events", "about all events"),
    ("ru", "kind:session", (2, "session"), "Подтвердите подписку: Календарь событий", "попросил присылать на этот адрес напоминания о сессиях"),
    ("ru", f"event:{EVENT}", (3, EVENT), "Подтвердите подписку: Календарь событий", "о событии «Практическая сессия „Кластеры“»"),
])
def test_a_link_and_a_button_list_the_address(site, server, language, what, scope, subject, words):
    answer = ask(site, "Visitor@Example.org", what, language, follow=True)
    assert answer.status_code == 200 and answer.history[0].status_code == 303 and 'class="notice"' in answer.text
    assert people(site) == []
    mail = wait_mails(server, 1)[0]
    assert mail["Subject"] == subject and words in text_of(mail)
    assert mail["To"].addresses[0].addr_spec == "visitor@example.org"
    assert mail["Auto-Submitted"] == "auto-generated" and "List-Unsubscribe" not in mail and "/mail/" not in text_of(mail)
    link = link_in(mail)
    for _ in range(3):  # link scanners open every link
        page = get(link)
        assert page.status_code == 200 and f'<html lang="{language}">' in page.text and "visitor@example.org" in page.text
    assert requests.head(link, timeout=PATIENCE).status_code == 200
    tidy(page.text)
    assert people(site) == []
    done = requests.post(link, data={"confirm": "yes"}, headers={"Accept": "text/html"}, timeout=PATIENCE)
    assert done.status_code == 200 and done.history[0].status_code == 303 and done.url.endswith("/subscribe/mail?done=confirmed")
    assert people(site) == [(*scope, "", "visitor@example.org", "contacts")]
    card = rows(site, "SELECT text FROM object WHERE name = 'visitor@example.org'")[0][0].decode()
    assert "EMAIL:visitor@example.org\r\n" in card and f"LANG:{language}\r\n" in card and "VERSION:4.0\r\n" in card
    # The link works only once.
    assert get(link).status_code == 404 and requests.post(link, data={"confirm": "yes"}, timeout=PATIENCE).status_code == 404
    assert len(people(site)) == 1
    # At once a mail brings the link to the contact's own page.
    welcome = wait_mails(server, 2)[1]
    assert welcome["Subject"] == {"en": "You are subscribed: Calendar of events", "ru": "Вы подписаны: Календарь событий"}[language]
    assert words.removeprefix("попросил присылать на этот адрес ") in text_of(welcome)
    assert welcome["To"].addresses[0].addr_spec == "visitor@example.org" and welcome["Auto-Submitted"] == "auto-generated"
    own = re.search(r"http://\S+/mail/\S+", text_of(welcome)).group(0)
    assert welcome["List-Unsubscribe"] == f"<{own}>" and welcome["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    page = get(own)
    assert page.status_code == 200 and f'<html lang="{language}">' in page.text and 'name="action" value="save"' in page.text
    assert site.convene("check").returncode == 0


@pytest.mark.parametrize("change", [("unsubscribe", "visitor@example.org"), ("delete", EVENT)])
def test_the_welcome_says_what_is_true_when_it_goes(site, server, change):
    """The server defers the mail; meanwhile the listing ends, or the event is deleted."""
    ask(site, "visitor@example.org", f"event:{EVENT}", "en")
    link = link_in(wait_mails(server, 1)[0])
    server.plan = lambda stage, connection, transaction: "4yz" if stage == "rcpt" else None
    requests.post(link, data={"confirm": "yes"}, timeout=PATIENCE)
    wait_until(lambda: rows(site, "SELECT 1 FROM mail WHERE kind = 'welcome' AND reply <> ''"))
    site.convene(*change)
    server.plan = lambda stage, connection, transaction: None
    site.convene("outbox", "retry")
    row, = wait_until(lambda: [row for row in map(json.loads, site.convene("outbox", "--json").stdout.splitlines())
                               if row["kind"] == "welcome" and row["state"] == "CANCELLED"])
    assert row["reason"] == "there is nothing to tell" and len(server.messages) == 1


def test_the_form_is_where_people_look_for_it(site):
    for path in ("/subscribe", "/subscribe/mail", "/subscribe/mail?lang=ru", f"/subscribe/mail?event={EVENT}"):
        page = get(site.url + path)
        assert page.status_code == 200 and 'name="address"' in page.text and 'value="kind:exhibition"' in page.text
        tidy(page.text)
    assert f'value="event:{EVENT}" selected' in page.text
    assert "/subscribe/confirm/" in get(site.url + "/robots.txt").text


@needs_file
def test_the_form_alone_needs_no_store(site):
    hidden = site.database.with_suffix(".away")
    site.database.rename(hidden)
    site.database.mkdir()
    try:
        assert get(f"{site.url}/subscribe/mail").status_code == 200
        assert get(f"{site.url}/subscribe/mail?event={EVENT}").status_code >= 500
        assert ask(site).status_code >= 500
    finally:
        site.database.rmdir()
        hidden.rename(site.database)


def test_an_upcoming_event_links_to_the_form(site):
    site.convene("add", "--uid=next@x", "--kind=session", "--summary=Next & <last>", "--start=2030-01-01T10:00")
    wait_until(lambda: get(f"{site.url}/event/next@x").status_code == 200)
    page = get(f"{site.url}/event/next@x")
    assert 'href="/subscribe/mail?event=next@x"' in page.text
    assert "Next &#38; &#60;last&#62;</option>" in get(f"{site.url}/subscribe/mail?event=next@x").text
    assert "/subscribe/mail?event=" not in get(f"{site.url}/event/{PAST}").text


def test_an_event_that_is_over_or_cancelled_is_closed(site):
    site.convene("add", "--uid=off@x", "--kind=session", "--summary=Off", "--start=2051-01-01T10:00")
    site.convene("cancel", "off@x")
    for uid, words in ((PAST, "This is over"), ("off@x", "This is cancelled")):
        wait_until(lambda uid=uid, words=words: words in get(f"{site.url}/event/{uid}?lang=en").text)
        page = get(f"{site.url}/event/{uid}?lang=en").text
        assert ".ics" not in page and "calendar.google.com" not in page and "/subscribe/mail?event=" not in page
        form = get(f"{site.url}/subscribe/mail?event={uid}&lang=en")
        assert form.status_code == 200 and words in form.text and f"event:{uid}" not in form.text
        answer = ask(site, what=f"event:{uid}")
        assert answer.status_code == 400 and words in answer.text
    assert rows(site, "SELECT count(*) FROM signup") == [(0,)]


def test_the_form_shows_no_more_of_an_event_than_its_page(site, server):
    site.convene("add", "--kind=session", "--summary=Session, tel. 89123456789 or hall@example.org", "--start=2051-06-24", "--uid=next@x")
    text = get(f"{site.url}/subscribe/mail?event=next@x").text
    assert "Session, tel" in text and "89123456789" not in text and "hall@example.org" not in text
    assert ask(site, what="event:next@x").status_code == 303
    link = link_in(wait_mails(server, 1)[0])
    text = get(link).text
    assert "Session, tel" in text and "89123456789" not in text and "hall@example.org" not in text
    site.convene("set", "next@x", "CLASS", "PRIVATE")
    wait_until(lambda: get(link).status_code == 404)


@pytest.mark.parametrize("extra", ["", "signup = { enabled = false; };", "signup = { enabled = true; };"])
def test_the_form_exists_only_if_the_office_allows_it(make_site, extra):
    site = make_site(extra=extra).start()  # mail delivery is off too
    assert 'name="address"' not in get(site.url + "/subscribe").text
    assert get(site.url + "/subscribe/mail").status_code == 404
    assert ask(site).status_code == 404
    assert get(site.url + "/subscribe/confirm/" + "a" * 32).status_code == 404


ADDRESSES = [
    "", "visitor", "@example.org", "visitor@", "visitor@example", "visitor@example.org\r\nBcc: all@example.org",
    "visitor@example.org\nBcc: all@example.org", "a@example.org, b@example.org", "a@example.org b@example.org",
    "<visitor@example.org>", '"visitor"@example.org', "visitor@example.org;", "v" * 65 + "@example.org",
    "v@" + "x" * 260 + ".org", "visitor\0@example.org", "visitor@exam\u202eple.org", "%0d%0aRCPT TO:<x@example.org>",
]


def test_an_invalid_address_is_refused_with_a_sentence(site, server):
    for address in ADDRESSES:
        answer = ask(site, address)
        assert answer.status_code == 400 and "That is no mail address" in answer.text, address
        tidy(answer.text)
    assert rows(site, "SELECT count(*) FROM signup") == rows(site, "SELECT count(*) FROM mail") == [(0,)]


def test_an_invalid_choice_is_refused(site):
    site.convene("add", "--uid=secret@x", "--kind=session", "--summary=Secret", "--start=2030-01-01T10:00", "--class=PRIVATE")
    for what in ("", "kind:nonsense", "event:nobody@example.org", "everything", "kind:", "event:", "event:secret@x"):
        answer = ask(site, what=what)
        assert answer.status_code == 400 and "choose from the list" in answer.text and "Secret" not in answer.text, what
    assert "Secret" not in get(site.url + "/subscribe/mail?event=secret@x").text
    assert ask(site, language="de").status_code == 400
    assert requests.post(f"{site.url}/subscribe/mail", data={"x": "y"}, timeout=PATIENCE).status_code == 400
    assert rows(site, "SELECT count(*) FROM signup") == [(0,)]


def test_responses_do_not_reveal_who_is_listed(make_site, server):
    """The response and its time are the same for an address that is listed, stopped, disabled, unknown or over the limit."""
    site = started(make_site, server, "per_address = 100; per_network = 100000;")
    for name in ("listed", "stopped", "off"):
        card = CARD.format(name)
        site.convene("import", "-", stdin=card.replace("END", "X-CONVENED-REMINDERS:OFF\r\nEND") if name == "off" else card)
        site.convene("subscribe", f"{name}@example.org", "--all")
    site.convene("contact", "stop", "stopped@example.org", check=False)
    site.sql("INSERT INTO stopped SELECT id, 9, 0 FROM object WHERE uid = 'stopped' ON CONFLICT DO NOTHING")
    answers, times, session = {}, {}, requests.Session()
    for name in ("listed", "stopped", "off", "unknown") * 8:
        begin = time.perf_counter()
        answer = ask(site, f"{name}@example.org", session=session)
        times.setdefault(name, []).append(time.perf_counter() - begin)
        headers = {k: v for k, v in answer.headers.items() if k != "Date"}
        answers.setdefault((answer.status_code, answer.text, str(headers)), set()).add(name)
    assert len(answers) == 1
    medians = [statistics.median(taken) for taken in times.values()]
    assert max(medians) < 5 * min(medians) + 0.02, times
    # Only the owner of the address learns its state, by mail.
    wait_until(lambda: rows(site, "SELECT count(*) FROM mail WHERE state IN (1, 2)") == [(0,)])
    subjects = {}
    for mail in mails(server):
        subjects.setdefault(mail["To"].addresses[0].username, set()).add(mail["Subject"])
    assert subjects == {"listed": {"You are subscribed already: Calendar of events"},
                        "stopped": {"Confirm your subscription: Calendar of events"},
                        "unknown": {"Confirm your subscription: Calendar of events"}}


def test_over_a_limit_the_answer_is_the_same_and_nothing_is_sent(make_site, server):
    site = started(make_site, server, "per_address = 2; per_network = 5;")
    answers = {(answer.status_code, answer.text) for answer in (ask(site, "v@example.org") for _ in range(4))}
    assert len(answers) == 1
    assert rows(site, "SELECT count(*) FROM signup") == [(2,)]
    for i in range(1000):
        answers.add((lambda answer: (answer.status_code, answer.text))(ask(site, f"v{i}@example.org")))
    assert len(answers) == 1
    wait_mails(server, 5)
    wait_until(lambda: rows(site, "SELECT count(*) FROM mail WHERE state <> 4") == [(0,)])
    assert len(server.messages) == 5
    assert rows(site, "SELECT count(*) FROM signup") == rows(site, "SELECT count(*) FROM mail") == [(5,)]
    assert rows(site, "SELECT value FROM meta WHERE name = 'signup_refused'") == [("999",)]


def test_networks_are_told_apart_where_a_proxy_is_trusted(make_site, server):
    site = started(make_site, server, "per_network = 2;", 'trusted_proxies = [ "127.0.0.1" ]; ')
    for forwarded in ("192.0.2.1", "192.0.2.200", "192.0.2.77", "192.0.3.1", "2001:db8:0:100::1", "2001:db8:0:1ff::1",
                      "2001:db8:0:180::1", "2001:db8:0:200::1"):
        assert ask(site, f"v{abs(hash(forwarded))}@example.org", headers={"X-Forwarded-For": forwarded}).status_code == 303
    assert sorted(rows(site, "SELECT network, count(*) FROM signup GROUP BY network")) == [
        ("192.0.2.0/24", 2), ("192.0.3.0/24", 1), ("2001:db8:0:100::/56", 2), ("2001:db8:0:200::/56", 1)]


def test_a_form_of_another_site_is_refused(site, server):
    """A form submitted from another site (CSRF) requests no mail and lists nobody."""
    foreign = {"Origin": "https://evil.example", "Referer": "https://evil.example/", "Sec-Fetch-Site": "cross-site"}
    answer = ask(site, headers=foreign)
    assert answer.status_code == 403 and "Access-Control-Allow-Origin" not in answer.headers
    assert "another site" in answer.text
    ask(site)
    link = link_in(wait_mails(server, 1)[0])
    assert requests.post(link, data={"confirm": "yes"}, headers=foreign, timeout=PATIENCE).status_code == 403
    preflight = requests.options(f"{site.url}/subscribe/mail", headers=foreign, timeout=PATIENCE)
    assert "Access-Control-Allow-Origin" not in preflight.headers
    guesses = [link[:-1] + c for c in "ABab01-_" if not link.endswith(c)] + [link[:-1], link + "x", link.lower(), link.rpartition("/")[0] + "/"]
    for guess in guesses:
        if guess != link:
            assert requests.post(guess, data={"confirm": "yes"}, timeout=PATIENCE).status_code in (404, 405)
    assert people(site) == []


@pytest.mark.parametrize("headers, status", [
    ({}, 303),
    ({"Sec-Fetch-Site": "same-origin"}, 303),
    ({"Sec-Fetch-Site": "none"}, 303),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "{url}"}, 403),
    ({"Origin": "{url}"}, 303),
    ({"Origin": "null"}, 403),
    ({"Origin": "{url}.evil.example"}, 403),
    ({"Origin": "http://evil.example"}, 403),
    ({"Origin": "http://convened.example.org", "Host": "upstream"}, 403),
    ({"Origin": "{url}", "Host": "upstream"}, 303),  # the origin of base_url, behind a proxy that sends its own Host
])
def test_forms_are_accepted_only_from_this_site(site, headers, status):
    headers = {name: value.format(url=site.url) for name, value in headers.items()}
    assert ask(site, headers=headers).status_code == status
    assert rows(site, "SELECT count(*) FROM signup") == [(int(status == 303),)]


def test_a_token_opens_only_its_page(site, server):
    ask(site)
    token = link_in(wait_mails(server, 1)[0]).rpartition("/")[2]
    for method in ("get", "post"):
        assert getattr(requests, method)(f"{site.url}/mail/{token}", timeout=PATIENCE, **({"data": {"scope": "all"}} if method == "post" else {})
                                         ).status_code == 404
    assert token not in str(rows(site, "SELECT * FROM signup"))


def test_a_contact_that_had_stopped_can_confirm_again(site, server):
    site.convene("import", "-", stdin=CARD.format("back"))
    site.convene("subscribe", "back@example.org", "--kind=session", "--lead=-P3D")
    with site.transaction() as run:
        run("INSERT INTO stopped SELECT id, 9, 0 FROM object WHERE uid = 'back'")
        run("INSERT INTO mute_kind SELECT id, 'session', 0 FROM object WHERE uid = 'back'")
        run("INSERT INTO mute_kind SELECT id, 'meeting', 0 FROM object WHERE uid = 'back'")
    before = rows(site, "SELECT text FROM object WHERE uid = 'back'")
    ask(site, "BACK@example.org", "kind:session")
    assert requests.post(link_in(wait_mails(server, 1)[0]), data={"confirm": "yes"}, timeout=PATIENCE).status_code == 200
    assert rows(site, "SELECT * FROM stopped") == [] and rows(site, "SELECT kind FROM mute_kind") == [("meeting",)]
    assert [row[:3] for row in people(site)] == [(2, "session", "-P3D")]
    assert rows(site, "SELECT text FROM object WHERE uid = 'back'") == before


def test_an_expired_link_does_not_work(site, server):
    ask(site)
    link = link_in(wait_mails(server, 1)[0])
    site.sql("UPDATE signup SET expires = 1")
    assert get(link).status_code == 404
    assert requests.post(link, data={"confirm": "yes"}, timeout=PATIENCE).status_code == 404
    assert people(site) == []


def test_a_form_that_waits_for_the_store_delays_no_feed(site):
    """Another program holds the store's lock: the form's response waits for it, feeds and pages do not."""
    assert requests.get(f"{site.url}/all.ics", timeout=PATIENCE).status_code == 200
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(ask(site)))
    with site.transaction():
        waiting.start()
        watch, begun = site.stopwatch(), time.monotonic()
        while watch.seconds() < 1 and time.monotonic() - begun < 3:  # the form waits no longer than five seconds
            for path in ("/all.ics", "/", "/robots.txt"):
                assert requests.get(f"{site.url}{path}", timeout=PATIENCE).status_code == 200
                assert not answers, "the form was answered without the store, or the feed waited for it"
    waiting.join(PATIENCE)
    assert [answer.status_code for answer in answers] == [303]
