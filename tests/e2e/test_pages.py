"""Tests the pages as sent to a browser: language and zone, HTTP headers, content."""

import base64
import html
import html.parser
import json
import os
import re
import signal
import subprocess
import time
import urllib.parse

import pytest
import requests

from conftest import BUILD, PATIENCE, ROOT, wait_until, wait_within

DOCUMENTS = "@documents.convened.example"
PAGES = ["/", "/?when=past", "/?kind=session&when=past", "/?q=nothing+like+this", "/subscribe", "/month", "/month/2025-07",
         "/month/2021-06", "/month/2020-02", "/week/2021-06-24", "/week/2020-02-03", "/year/2021", "/year/2020", "/sites",
         f"/site/site-technopark-mordovia{DOCUMENTS}", "/embed", "/embed?kind=session",
         *(f"/event/{name}{DOCUMENTS}" for name in (
             "dip-master-2", "dip-master-2.panel", "innoprom-2025", "innoprom-2025.sco-parks", "smolensk-tour",
             "smolensk-tour.seminar", "saransk-clusters", "saransk-clusters.agreement"))]


def get(daemon, path, session=None, **headers):
    headers = {k.replace("_", "-"): v for k, v in headers.items()}
    answer = (session or requests).get(daemon.url + path, headers={"Accept": "text/html", **headers}, timeout=PATIENCE)
    answer.encoding = "utf-8"
    return answer


DATA = re.compile('<script type="application/ld[+]json">(.*?)</script>\n')


def event_data(page):
    """Returns a page's structured data for search engines, read by a strict parser."""
    return [json.loads(text) for text in DATA.findall(page.text)]


def without_data(page):
    return DATA.sub("", page.text)


def assert_valid(text):
    """Checks that HTML Tidy reports nothing but a few newer attributes that it does not know."""
    result = subprocess.run(["tidy", "-quiet", "-errors", "-utf8", "--warn-proprietary-attributes", "no"],
                            input=text, capture_output=True, text=True, timeout=60, check=False)
    assert result.stderr == ""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_each_page_is_valid_and_safe(daemon, path, language):
    page = get(daemon, path, Accept_Language=language)
    assert page.status_code == 200 and page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert f'<html lang="{language}">' in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert len(event_data(page)) == path.startswith("/event/")
    assert "<script" not in without_data(page) and "style=" not in page.text
    assert_valid(page.text)


def test_a_choice_of_language_stays(daemon):
    session = requests.Session()
    assert 'lang="en"' in get(daemon, "/", session, Accept_Language="en").text.split("\n")[1]
    assert '<html lang="ru">' in get(daemon, "/?lang=ru", session, Accept_Language="en").text
    assert session.cookies["lang"] == "ru"
    assert '<html lang="ru">' in get(daemon, "/subscribe", session, Accept_Language="en").text
    assert '<html lang="en">' in get(daemon, "/?lang=en", session, Accept_Language="ru").text
    assert '<html lang="en">' in get(daemon, "/", session, Accept_Language="ru").text


def test_a_choice_of_zone_stays_and_can_be_taken_back(daemon):
    session = requests.Session()
    assert 'value="Asia/Omsk" selected' in get(daemon, "/?zone=Asia/Omsk", session).text
    assert 'value="Asia/Omsk" selected' in get(daemon, "/subscribe", session).text
    assert 'value="America/Denver" selected' in get(daemon, "/?zone=America/Denver", session).text
    assert " selected" not in get(daemon, "/?zone=", session).text
    assert "zone" not in session.cookies


@pytest.mark.parametrize("query, cookie", [
    ("?lang=xx", "lang=xx"), ("?zone=../../etc/passwd", "zone=../../etc/passwd"), ("?zone=No/Where", "zone=No/Where"),
    ("?zone=%01", 'zone=%00'), ("?lang=%0d%0aSet-Cookie:x=y", "lang=<script>"), ("?zone=<script>", "zone=<script>"),
])
def test_an_invalid_choice_is_ignored(daemon, query, cookie):
    plain = get(daemon, "/subscribe").content
    for answer in (get(daemon, "/subscribe" + query), get(daemon, "/subscribe", Cookie=cookie)):
        assert answer.status_code == 200 and answer.content == plain
        assert "Set-Cookie" not in answer.headers


def titles(page):
    """Returns the titles in the list of events, in order."""
    return re.findall(r'<p class="title"><a href="/event/([^"]*?)(?:@[^"]*)?">', page.text)


def test_the_list_shows_upcoming_and_past_events(daemon):
    front = get(daemon, "/", Accept_Language="ru")
    assert "Дата уточняется" in front.text and titles(front)[:2] == ["dip-master-2", "dip-master-2.panel"]
    past = titles(get(daemon, "/?when=past"))
    assert past[:3] == ["innoprom-2025", "innoprom-2025.sco-parks", "saransk-clusters"] and len(past) == 12
    assert titles(front)[2:] == past


@pytest.mark.parametrize("query, expected", [
    ("kind=exhibition", ["innoprom-2025"]),
    ("kind=meeting", ["saransk-clusters.meetings"]),
    ("kind=none", []),
    ("q=ИННОПРОМ", ["innoprom-2025", "innoprom-2025.sco-parks"]),
    ("q=иннопром+шос", ["innoprom-2025", "innoprom-2025.sco-parks"]),
    ("q=диалог+индустриальных+ШОС&kind=session", ["innoprom-2025.sco-parks"]),
    ("q=%22Иннопром-2025%22", ["innoprom-2025", "innoprom-2025.sco-parks"]),
    ("q=«технопарк-мордовия»%09%E2%80%9Eобъектов%E2%80%9C", ["saransk-clusters.technopark"]),
    ("q=Teterina", []),
    ("q=КЛАСТЕР&kind=meeting", ["saransk-clusters.meetings"]),
    ("q=иннопрома", ["innoprom-2025", "innoprom-2025.sco-parks"]),
    ("q=инопром", ["innoprom-2025", "innoprom-2025.sco-parks"]),
    ("place=екатеринбург", ["innoprom-2025", "innoprom-2025.sco-parks"]),
    ("place=САРАНСК&kind=meeting", ["saransk-clusters.meetings"]),
    ("place=Сафоново", ["smolensk-tour.parks"]),
])
def test_filters_of_the_agenda(daemon, query, expected):
    page = get(daemon, "/?when=past&" + query)
    assert titles(page) == expected
    if not expected:
        assert "noindex" in page.text


def test_the_offered_places_are_sorted(daemon):
    form = re.search('<select id="place".*?</select>', get(daemon, "/").text, re.S)[0]
    places = re.findall("<option(?: lang=\"..\")?>(.*?)</option>", form)
    assert len(places) >= 6 and places == sorted(places)


def test_search_treats_yo_as_ye(site):
    site.convene("add", "--kind=session", "--summary=Ёлка и Мёд", "--start=2020-12-01")
    site.start()
    for words in ("ёлка", "елка", "ЕЛКА", "мёд", "МЕД", "елка мед"):
        assert len(titles(get(site, f"/?when=past&q={words}"))) == 1
    assert not titles(get(site, "/?when=past&q=мода"))


def test_today_is_marked_and_events_in_progress_are_first(site):
    site.convene("add", "--kind=session", "--summary=Now", "--start=2026-03-09", "--end=2026-03-12", "--uid=now")
    site.convene("add", "--kind=session", "--summary=Today", "--start=2026-03-10T18:00", "--uid=today")
    site.convene("add", "--kind=session", "--summary=Over", "--start=2026-03-08", "--uid=over")
    site.start("--rehearse=2026-03-10T09:00:00+03:00")
    page = get(site, "/", Accept_Language="en")
    assert titles(page) == ["now", "today"]
    assert page.text.index("Going on now") < page.text.index(">Now<") < page.text.index('class="day today"')
    assert "18:00, Moscow, UTC+3" in page.text
    assert "20:00, Yekaterinburg, UTC+5" in get(site, "/?zone=Asia/Yekaterinburg", Accept_Language="en").text
    assert titles(get(site, "/?when=past")) == ["over"]


def test_today_is_marked_even_without_events(site):
    site.convene("add", "--kind=session", "--summary=Later", "--start=2026-03-12", "--uid=later")
    site.start("--rehearse=2026-03-10T09:00:00+03:00")
    text = get(site, "/", Accept_Language="en").text
    assert text.index('class="day today"') < text.index("Nothing today.") < text.index('datetime="2026-03-12"')
    assert text.count("March 2026") == 1
    assert "Nothing today" not in get(site, "/?q=later", Accept_Language="en").text


def test_a_page_is_kept_and_changes_with_the_store(daemon):
    first = get(daemon, "/")
    assert first.headers["ETag"].startswith('"') and first.headers["Cache-Control"] == "public, no-cache"
    assert {"Accept-Encoding", "Accept-Language", "Cookie"} == set(first.headers["Vary"].split(", "))
    same = get(daemon, "/", If_None_Match=first.headers["ETag"])
    assert same.status_code == 304 and same.headers["Vary"] == first.headers["Vary"]
    since = first.headers["Last-Modified"]
    assert get(daemon, "/", If_Modified_Since=since).status_code == 304
    assert get(daemon, "/", If_Modified_Since="Sat, 01 Jan 2022 00:00:00 GMT").status_code == 200
    assert get(daemon, "/", If_None_Match='"another"', If_Modified_Since=since).status_code == 200
    plain = get(daemon, "/", Accept_Encoding="identity")
    assert plain.content == first.content and plain.headers["ETag"] != first.headers["ETag"]
    assert get(daemon, "/", Accept_Language="ru").headers["ETag"] != get(daemon, "/", Accept_Language="en").headers["ETag"]
    daemon.convene("add", "--kind=session", "--summary=Added while it runs", "--start=2031-12-01T10:00")
    wait_within(3, daemon, lambda: "Added while it runs" in get(daemon, "/", If_None_Match=first.headers["ETag"]).text)


def test_a_page_that_has_not_changed_keeps_its_date(daemon):
    """A new card and a new subscription change the store, so every page is checked again."""
    paths = ("/", "/sites", "/month/2025-07", "/event/saransk-clusters@documents.convened.example", "/subscribe")
    first = {path: get(daemon, path).headers for path in paths}
    time.sleep(1.1)  # a page written again would have another second
    daemon.convene("import", "-", stdin=b"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:x\r\nFN:X\r\nEMAIL:x@example.org\r\nEND:VCARD\r\n")
    daemon.convene("subscribe", "x@example.org", "--all")
    daemon.convene("add", "--kind=session", "--summary=Seen by now", "--start=2031-12-02T10:00")
    wait_within(3, daemon, lambda: "Seen by now" in get(daemon, "/").text)
    for path in paths[1:]:
        same = get(daemon, path).headers
        assert same["ETag"] == first[path]["ETag"] and same["Last-Modified"] == first[path]["Last-Modified"], path


def test_the_agenda_of_the_documents_is_small(daemon):
    assert len(get(daemon, "/", Accept_Encoding="identity").content) < 30_000


def test_an_event_page_has_all_data(daemon):
    text = get(daemon, f"/event/smolensk-tour.seminar{DOCUMENTS}", Accept_Language="ru").text
    for words in ("25–26\u00a0мая 2017", "Точный день неизвестен", "по косвенным признакам", "Который из двух дней",
                  f"/event/smolensk-tour{DOCUMENTS}", "Администрация Смоленской области", "Финансовый директор",
                  "выступление", "openstreetmap.org", "Прошло.", "приняли участие в", "https://indparks.ru/press/news/"):
        assert words in text, words
    assert "calendar.google.com" not in text and ".ics" not in text
    draft = get(daemon, f"/event/dip-master-2{DOCUMENTS}", Accept_Language="en").text
    assert "Date to be announced" in draft and "No date is stated or found" in draft and ".ics" not in draft
    assert "Игорь Эдель" not in draft and f"/event/dip-master-2.panel{DOCUMENTS}" in draft
    whole = get(daemon, f"/event/smolensk-tour{DOCUMENTS}", Accept_Language="en").text
    assert "the file is lost" in whole and "Study tour" in whole
    assert len(titles(get(daemon, f"/event/smolensk-tour{DOCUMENTS}"))) == 4
    assert re.search(r"Updated: \d+\u00a0[A-Z][a-z]+ 20\d\d, \d\d:\d\d, Moscow, UTC[+]3", whole) and "Number of regions" in get(
        daemon, f"/event/saransk-clusters{DOCUMENTS}", Accept_Language="en").text


@pytest.mark.parametrize("language, role", [("ru", "контактное лицо <"), ("en", "контактное лицо</span> <span class=\"note\">(contact person)<")])
def test_a_role_is_not_repeated(daemon, language, role):
    text = get(daemon, f"/event/saransk-clusters{DOCUMENTS}", Accept_Language=language).text
    assert role in text and "контактное лицо <span class=\"note\">(контактное лицо)" not in text


def test_links_of_an_event(site):
    path = site.directory / "links.ics"
    path.write_bytes(HIDDEN.format(name="links", line="CONFERENCE;VALUE=URI:https://meet.example.org/x?a=1&b=2\r\nSOURCE;VALUE=URI:"
                                   "https://example.org/source\r\nCONTACT:Бюро\\, комната 5\\, тел. +7 (8552) 53-07-07\\, office@example.org\r\nCOMMENT:тел. +7 (905) 371-48-95").replace(
                                       "Secret words", "См. https://example.org/a?b=1&c=2.").encode())
    site.convene("import", path)
    site.start()
    text = get(site, "/event/hidden-links", Accept_Language="ru").text
    assert 'href="https://meet.example.org/x?a=1&#38;b=2"' in text and 'href="https://example.org/source"' in text
    # The office publishes a contact with its telephone and address; a remark loses them.
    assert "Бюро, комната 5, тел. +7 (8552) 53-07-07, office@example.org" in text and "+7 (905)" not in text
    # An address in the description is a link.
    assert '<p>См. <a rel="nofollow noopener" href="https://example.org/a?b=1&#38;c=2">https://example.org/a?b=1&#38;c=2</a>.</p>' in text
    for host in ("outlook.live.com", "outlook.office.com"):
        assert f"https://{host}/calendar/0/deeplink/compose?path=%2Fcalendar%2Faction%2Fcompose&amp;rru=addevent&amp;startdt=2031-12-01T10:00:00Z" in text
    assert "dates=20311201T100000Z%2F20311201T110000Z" in text and "calendar.yandex.ru" in text


def test_a_link_to_google_holds_a_whole_series(site):
    site.convene("add", "--uid=plain@x", "--kind=session", "--summary=Plain", "--start=2031-06-10T10:00", "--end=2031-06-10T11:00",
                 "--zone=Asia/Omsk", "--repeat=FREQ=WEEKLY;COUNT=10")
    site.convene("add", "--uid=odd@x", "--kind=session", "--summary=Odd", "--start=2031-06-10T10:00", "--end=2031-06-10T11:00",
                 "--repeat=FREQ=WEEKLY;COUNT=10")
    site.convene("set", "--add", "odd@x", "EXDATE", "20310617T100000")
    site.convene("add", "--uid=until@x", "--kind=session", "--summary=Until", "--start=2031-06-10T10:00", "--end=2031-06-10T11:00",
                 "--zone=Asia/Omsk", "--repeat=freq=weekly;until=20310624")
    site.start()
    text = get(site, "/event/plain@x", Accept_Language="ru").text

    def query_of(page):
        link = html.unescape(re.search(r'href="(https://calendar.google.com/calendar/render[^"]*)"', page)[1])
        return urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)

    query = query_of(text)
    assert query["dates"] == ["20310610T100000/20310610T110000"] and query["ctz"] == ["Asia/Omsk"]
    assert query["recur"] == ["RRULE:FREQ=WEEKLY;COUNT=10"]
    # The last day of Omsk, in UTC.
    assert query_of(get(site, "/event/until@x").text)["recur"] == ["RRULE:FREQ=WEEKLY;UNTIL=20310624T175959Z"]
    assert "Повторяется каждый вторник, 10\u00a0раз. Ближайшие:" in text
    # A link cannot leave an instance out.
    assert "calendar.google.com" not in get(site, "/event/odd@x").text


@pytest.mark.parametrize("name", ["session", "Session", "SESSION"])
def test_a_feed_is_found_in_capitals(daemon, name):
    feed = requests.get(f"{daemon.url}/{name}.ics", timeout=PATIENCE)
    assert feed.status_code == 200 and feed.text.count("BEGIN:VEVENT") == requests.get(
        f"{daemon.url}/session.ics", timeout=PATIENCE).text.count("BEGIN:VEVENT") > 0
    assert feed.headers["Content-Disposition"] == (
        "inline; filename=\"session.ics\"; filename*=UTF-8''%D0%A1%D0%B5%D1%81%D1%81%D0%B8%D0%B8.ics")


def test_a_downloaded_event_has_its_name(site):
    site.convene("add", "--uid=name@x", "--kind=session", "--summary=Сессия: «А/Б» \\ 100 % *", "--start=2031-06-10")
    site.start()
    disposition = requests.get(f"{site.url}/event/name@x.ics", timeout=PATIENCE).headers["Content-Disposition"]
    assert disposition.startswith('inline; filename="name@x.ics"; filename*=UTF-8\'\'')
    assert urllib.parse.unquote(disposition.split("''")[1]) == "Сессия_ «А_Б» _ 100 % _.ics"


class Words(html.parser.HTMLParser):
    """Collects the words of a page that a reader sees, without titles in attributes."""

    def __init__(self, text):
        super().__init__()
        self.lines, self.hidden = [], 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.hidden += tag in ("script", "style")

    def handle_endtag(self, tag):
        self.hidden -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.hidden:
            self.lines.append(data)


# Forms that Russian print does not know, with an example of each.
FORBIDDEN = {
    r"«[^«»]*«": "«Завод «Мастер»»",
    r"\S - \S": "опыт - и знания",
    r"\b[DОД]\d\.txt": "(D0.txt)",
    r"вида «": "о событиях вида «Сессии»",
    r"Сюда вам нельзя|Из чего состоит|Дата выведена|Новое Google|Запоздавш|и так нет|напоминают и письма": "Из чего состоит",
    r"–\s*\w+, \d+\s*д\w+, весь день": "четверг – пятница, 2 дня, весь день",
}


def wrong_words(page):
    """Returns the lines of a page that contain a forbidden form. Blanks of the markup are no blanks of the text."""
    lines = [" ".join(line.split()) for line in Words(page.text).lines]
    return [line for line in lines for form in FORBIDDEN if re.search(form, line)]


def test_the_manual_explains_each_property_of_our_own():
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "daemon").rglob("*.[ch]"))
    names = set(re.findall(r"X-CONVENED-[A-Z0-9-]*[A-Z0-9]\b(?!-)", sources))
    manuals = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "daemon/man").iterdir()).replace("\\-", "-")
    missing = {name for name in names if not re.search(rf"{name}(?![A-Z-])", manuals)}
    assert len(names) > 30 and not missing


def test_the_journals_explanations_use_the_words_of_the_pages():
    text = " ".join((ROOT / "units/convened.catalog").read_text(encoding="utf-8").split())
    assert "событи" in text
    for words in ("мероприяти", "Соединение или служба прервались", "контакт от него отказался"):
        assert words not in text


def test_pages_are_in_correct_russian(daemon):
    assert all(re.search(form, example) for form, example in FORBIDDEN.items())
    addresses = re.findall(r"<loc>(.*?)</loc>", requests.get(daemon.url + "/sitemap.xml", timeout=PATIENCE).text)
    paths = [html.unescape(address)[len(daemon.url):] for address in addresses]
    assert len(paths) > 12
    for path in {*paths, *PAGES, "/subscribe/mail", "/meet", "/nothing"}:
        page = get(daemon, path, Accept_Language="ru")
        assert not wrong_words(page), path
    # One event is of a kind in the singular; the chips of the list have the plural.
    assert 'badge of-kind">Выставка<' in get(daemon, f"/event/innoprom-2025{DOCUMENTS}", Accept_Language="ru").text
    assert ">Выставки</a>" in get(daemon, "/", Accept_Language="ru").text
    # Four all-day dates.
    assert ">4\u00a0дня</p>" in get(daemon, f"/event/innoprom-2025{DOCUMENTS}", Accept_Language="ru").text


def test_a_site_has_a_page(site):
    card = ("BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:location\r\nUID:hall@x\r\nFN:Зал «Север»\r\nNOTE:Вход с ул. Новой: https://example.org/map\r\n"
            "END:VCARD\r\n")
    site.convene("import", "-", stdin=card.encode())
    for uid, start in (("past@x", "2020-03-01T10:00"), ("next@x", "2051-03-01T10:00"), ("past2@x", "2021-03-01T10:00")):
        site.convene("add", f"--uid={uid}", "--kind=session", f"--summary={uid}", f"--start={start}", "--location=Зал «Север»")
    site.start()
    page = get(site, "/site/hall@x", Accept_Language="ru")
    assert titles(page) == ["next", "past2", "past"] and page.text.index("Прошедшие события") > page.text.index(">next@x<")
    assert '<a rel="nofollow noopener" href="https://example.org/map">' in page.text
    assert 'href="/site/hall@x"' in get(site, "/sites").text and 'href="/site/hall@x"' in get(site, "/event/next@x").text
    assert f"<loc>{site.url}/site/hall@x</loc>" in requests.get(site.url + "/sitemap.xml", timeout=PATIENCE).text
    assert get(site, "/site/nothing@x").status_code == 404 and get(site, "/site/").status_code == 404


def test_the_agenda_is_shown_in_frames_of_allowed_sites_only(site):
    site.convene("add", "--uid=next@x", "--kind=session", "--summary=Next", "--start=2051-03-01T10:00")
    site.convene("add", "--uid=show@x", "--kind=exhibition", "--summary=Show", "--start=2051-04-01T10:00")
    site.start()
    page = get(site, "/embed")
    assert titles(page) == ["next", "show"] and titles(get(site, "/embed?kind=exhibition")) == ["show"]
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors *") and "X-Frame-Options" not in page.headers
    assert '<base target="_blank">' in page.text and "<nav" not in page.text and "<form" not in page.text
    other = get(site, "/")
    assert other.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'") and other.headers["X-Frame-Options"] == "DENY"
    site.write_config(extra='site = { embed_from = [ "https://a.example.org", "http://b.example.org:8080" ]; };')
    site.process.send_signal(signal.SIGHUP)
    wait_until(lambda: get(site, "/embed").headers["Content-Security-Policy"].endswith(
        "frame-ancestors https://a.example.org http://b.example.org:8080"))
    site.write_config(extra="site = { embed_from = [ ]; };")
    site.process.send_signal(signal.SIGHUP)
    wait_until(lambda: get(site, "/embed").status_code == 404)


PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class Marks(html.parser.HTMLParser):
    """Collects the texts of a page that are in Russian letters and not marked as Russian."""

    def __init__(self, page):
        super().__init__()
        self.open, self.unmarked = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag not in ("meta", "link", "img", "br", "input", "base"):
            self.open.append((tag, attrs.get("lang")))
        if self.language(attrs.get("lang")) != "ru":
            self.unmarked += [attrs[name] for name in ("title", "aria-label", "alt") if re.search("[А-яЁё]", attrs.get(name) or "")]

    def handle_endtag(self, tag):
        while self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if re.search("[А-яЁё]", data) and self.language(None) != "ru" and self.open[-1][0] not in ("title", "script"):
            self.unmarked.append(data)

    def language(self, own):
        return own or next((language for _, language in reversed(self.open) if language), None)


@pytest.mark.parametrize("path", PAGES)
def test_russian_text_on_an_english_page_is_marked(daemon, path):
    assert Marks(get(daemon, path, Accept_Language="en").text).unmarked == []


def test_a_picture_in_the_event_is_shown_and_none_from_elsewhere(site):
    lines = {
        "own": f"IMAGE;VALUE=URI:https://example.org/x.png\r\nIMAGE;VALUE=BINARY;ENCODING=BASE64;FMTTYPE=image/svg+xml:{PNG}",
        "data": f"IMAGE;VALUE=URI:data:image/png;base64,{PNG}", "elsewhere": "IMAGE;VALUE=URI:https://example.org/x.png",
        "script": "IMAGE;VALUE=BINARY;ENCODING=BASE64;FMTTYPE=image/png:" + base64.b64encode(b"<svg onload=alert(1)>").decode(),
        "secret": f"CLASS:CONFIDENTIAL\r\nIMAGE;VALUE=BINARY;ENCODING=BASE64:{PNG}"}
    for name, line in lines.items():
        site.convene("import", "-", stdin=HIDDEN.format(name=name, line=line).encode())
    site.start()
    for name in lines:
        page, image = get(site, f"/event/hidden-{name}"), requests.get(f"{site.url}/image/hidden-{name}.png", timeout=PATIENCE)
        is_shown = name in ("own", "data")
        assert ('<img class="picture" src="/image/hidden-%s.png" alt="">' % name in page.text) == is_shown and page.text.count("<img") == is_shown
        assert image.status_code == (200 if is_shown else 404), name
        if is_shown:
            assert image.content == base64.b64decode(PNG) and image.headers["Content-Type"] == "image/png"
            assert image.headers["X-Content-Type-Options"] == "nosniff"
        assert_valid(page.text)
    for path in ("/image/hidden-own.jpg", "/image/hidden-own", "/image/hidden-own.svg", "/image/.png", "/image/nothing.png"):
        assert requests.get(site.url + path, timeout=PATIENCE).status_code == 404, path


def test_a_picture_is_shown_from_the_folder_of_the_configuration(site, tmp_path):
    """Own pictures by their address, and copies of others by host and path, as `wget -x` stores them."""
    folder, png = tmp_path / "pictures", base64.b64decode(PNG)
    files = {"own.jpg": png, "a b/Зал.png": png, "example.org/press/x.png": png, "large.png": png + b"\0" * (2 << 20), "script.png": b"<svg onload=alert(1)>",
             ".hidden.png": png, ".hidden/x.png": png, "empty.png": b""}
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (tmp_path / "outside.png").write_bytes(png)
    os.mkfifo(folder / "pipe.png")
    (folder / "folder.png").mkdir()
    shown = {"own": ("{base}/images/own.jpg", "/images/own.jpg"), "named": ("{base}/images/a%20b/%D0%97%D0%B0%D0%BB.png?x", "/images/a%20b/%D0%97%D0%B0%D0%BB.png"),
             "copy": ("https://example.org/press/x.png", "/images/example.org/press/x.png")}
    other = ["https://example.org/press/y.png", "https://example.org:8443/press/x.png", "{base}/images/../outside.png", "{base}/images/%2e%2e/outside.png",
             "{base}/images/large.png", "{base}/images/script.png", "{base}/images/.hidden.png", "{base}/images/.hidden/x.png", "{base}/images/pipe.png",
             "{base}/images/folder.png", "{base}/images/empty.png", "{base}/images/", "{base}/images//own.jpg", "{base}/images/own.jpg%00", "file:///own.jpg",
             "own.jpg", "ftp://example.org/press/x.png"]
    site.write_config(extra=f'site = {{ images = "{folder}"; }};')
    lines = {name: uri for name, (uri, _) in shown.items()} | {f"other-{number}": uri for number, uri in enumerate(other)}
    for name, uri in lines.items():
        site.convene("import", "-", stdin=HIDDEN.format(name=name, line="IMAGE;VALUE=URI:" + uri.format(base=site.url)).encode())
    site.start()
    for name, (_, path) in shown.items():
        page = get(site, f"/event/hidden-{name}").text
        assert f'<img class="picture" src="{path}" alt="">' in page and f'<meta property="og:image" content="{site.url}{path}">' in page
        assert_valid(page)
    for name in lines.keys() - shown.keys():
        page = get(site, f"/event/hidden-{name}").text
        assert "<img" not in page and "og:image" not in page, lines[name]
    answer = requests.get(f"{site.url}/images/own.jpg", timeout=PATIENCE)
    assert answer.content == png and answer.headers["Content-Type"] == "image/png" and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "public, max-age=3600" and "Last-Modified" in answer.headers
    again = requests.get(f"{site.url}/images/own.jpg", headers={"If-None-Match": answer.headers["ETag"]}, timeout=PATIENCE)
    assert again.status_code == 304
    for name in ("", "nothing.png", "large.png", "script.png", ".hidden.png", ".hidden/x.png", "pipe.png", "folder.png", "empty.png", "%2e%2e/outside.png",
                 "..%2foutside.png", "a%20b/../../outside.png", "%2fetc/passwd", "own.jpg%00", "own.jpg/"):
        with requests.Session() as session:
            request = session.prepare_request(requests.Request("GET", site.url))
            request.url = f"{site.url}/images/{name}"  # as it is, not made shorter
            assert session.send(request, timeout=PATIENCE).status_code in (400, 404), name


def test_the_publisher_is_named(make_site):
    site = make_site(extra='site = { publisher = { ru = "Бюро <событий>"; en = "Office"; }; address = { ru = "Саранск, ул. Новая, 1"; };\n'
                           'mail = "office@example.org"; privacy = "https://example.org/privacy?a=1&b=2"; };\n')
    site.start()
    page = get(site, "/", Accept_Language="ru")
    assert_valid(page.text)
    assert "<p>Бюро &#60;событий&#62;</p>\n<p>Саранск, ул. Новая, 1</p>" in page.text
    assert 'href="mailto:office@example.org"' in page.text
    assert 'href="https://example.org/privacy?a=1&#38;b=2">Обработка персональных данных</a>' in page.text
    assert "<p>Office</p>" in get(site, "/subscribe", Accept_Language="en").text


def test_weeks_and_years(site):
    site.convene("add", "--uid=long@x", "--kind=session", "--summary=Long", "--start=2025-12-30", "--end=2026-01-03")
    site.convene("add", "--uid=one@x", "--kind=session", "--summary=One", "--start=2026-01-04T23:00", "--end=2026-01-04T23:30")
    site.start("--rehearse=2026-01-02T09:00:00+03:00")
    week = get(site, "/week", Accept_Language="ru")
    assert re.search(r"<h1>Неделя 29\s+декабря 2025.*4\s+января 2026", week.text)
    # The week ends on Sunday, 4 January; the event is on five of its days.
    assert titles(week) == ["long"] * 5 + ["one"] and week.text == get(site, "/week/2026-01-04", Accept_Language="ru").text
    # 23:00 in Moscow is the next day, and week, in Kamchatka.
    assert titles(get(site, "/week/2026-01-05?zone=Asia/Kamchatka")) == ["one"]
    for year, expected in (("2025", 1), ("2026", 2)):
        assert get(site, f"/year/{year}").text.count('href="/event/') == expected
    assert get(site, "/year").text.count('href="/event/') == 2
    for path in ("/week/2026-02-30", "/week/2026-1-1", "/week/x", "/year/26", "/year/0000", "/year/9999", "/week/2201-01-05"):
        assert get(site, path).status_code == 404, path


def test_long_lists_have_pages(site, tmp_path):
    """A week, a month and a site show 200 events on a page, a year the first 20 of a month, the list of sites the next 20 of a site."""
    events = "".join(f"BEGIN:VEVENT\r\nUID:n{number:03}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260106T{number // 60:02}{number % 60:02}00Z\r\n"
                     f"SUMMARY:Number {number}\r\nLOCATION:Hall\r\nEND:VEVENT\r\n" for number in range(205))
    (tmp_path / "many.ics").write_text(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{events}END:VCALENDAR\r\n", newline="")
    (tmp_path / "hall.vcf").write_text("BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:location\r\nUID:hall\r\nFN:Hall\r\nEND:VCARD\r\n", newline="")
    site.convene("import", tmp_path / "many.ics", tmp_path / "hall.vcf")
    site.start("--rehearse=2026-01-02T09:00:00+03:00")
    for path in ("/week/2026-01-06", "/month/2026-01", "/site/hall"):
        found = []
        for number in (1, 2):
            page = get(site, f"{path}?page={number}", Accept_Language="en")
            assert_valid(page.text)
            assert (f'href="?page={3 - number}#events"' in page.text) and 'href="?page=3' not in page.text, path
            found += re.findall(r'<p class="title"><a href="/event/(n\d+)"', page.text)
        assert found == [f"n{number:03}" for number in range(205)], path
        assert get(site, f"{path}?page=3").status_code == 404
        assert get(site, path).text == get(site, f"{path}?page=1").text
    year = get(site, "/year/2026", Accept_Language="en").text
    assert re.findall(r'href="/event/(n\d+)"', year) == [f"n{number:03}" for number in range(20)] and '<p><a href="/month/2026-01">All events</a></p>' in year
    sites = get(site, "/sites", Accept_Language="en").text
    assert re.findall(r'href="/event/(n\d+)"', sites) == [f"n{number:03}" for number in range(20)] and '<p><a href="/site/hall">All events</a></p>' in sites
    # What is over gives way to a draft and to a series that goes on.
    past = "".join(f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{start}T100000Z\r\nSUMMARY:Old\r\nLOCATION:Hall\r\n{rule}END:VEVENT\r\n"
                   for uid, start, rule in [("weekly", "20250107", "RRULE:FREQ=WEEKLY\r\n"), *((f"old{day}", f"202506{day}", "") for day in range(10, 30))])
    (tmp_path / "past.ics").write_text(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{past}BEGIN:VJOURNAL\r\nUID:draft\r\nDTSTAMP:20260101T000000Z\r\n"
                                       "STATUS:DRAFT\r\nSUMMARY:Some day\r\nLOCATION:Hall\r\nEND:VJOURNAL\r\nEND:VCALENDAR\r\n", newline="")
    site.convene("import", tmp_path / "past.ics")
    expected = ["draft", "weekly", *(f"n{number:03}" for number in range(18))]
    wait_until(lambda: re.findall(r'href="/event/(\w+)"', get(site, "/sites", Accept_Language="en").text) == expected)


def test_a_missing_page_is_a_page(daemon):
    for path in ("/event/nothing", "/event/nothing.ics", "/nothing", "/nothing.ics", "/calendar/x", "/month/x", "/private/x.ics"):
        page = get(daemon, path, Accept_Language="en")
        assert page.status_code == 404 and "There is no such page" in page.text, path
        assert_valid(page.text)
    assert get(daemon, "/?page=2").status_code == 404


HIDDEN = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//EN\r
BEGIN:VEVENT\r
UID:hidden-{name}\r
DTSTAMP:20260101T000000Z\r
DTSTART:20311201T100000Z\r
DTEND:20311201T110000Z\r
SUMMARY:Secret title\r
LOCATION:Secret place\r
DESCRIPTION:Secret words\r
CATEGORIES:SESSION\r
{line}\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.mark.parametrize("name, line, shown", [
    ("private", "CLASS:PRIVATE", False), ("unknown", "CLASS:X-OURS", False), ("confidential", "CLASS:CONFIDENTIAL", True)])
def test_private_data_is_not_shown(site, name, line, shown):
    path = site.directory / "hidden.ics"
    path.write_bytes(HIDDEN.format(name=name, line=line).encode())
    site.convene("import", path)
    site.start()
    agenda, page = get(site, "/", Accept_Language="en"), get(site, f"/event/hidden-{name}", Accept_Language="en")
    assert "Secret" not in agenda.text + page.text + get(site, "/?q=secret", Accept_Language="en").text
    assert page.status_code == (200 if shown else 404)
    assert (titles(agenda) == [f"hidden-{name}"]) == shown
    if shown:
        assert "Busy" in agenda.text and "Busy" in page.text and "10:00" in get(site, page.url[len(site.url):] + "?zone=UTC").text


def test_telephone_numbers_and_addresses_are_removed(site):
    path = site.directory / "contacts.ics"
    path.write_bytes(HIDDEN.format(name="contact", line="COMMENT:call +7 (8552) 53-07-07 or mail a.b@example.org").encode())
    site.convene("import", path)
    site.start()
    text = get(site, "/event/hidden-contact").text
    assert "call" in text and "53-07" not in text and "example.org" not in text


def test_a_month_is_a_grid_with_bars(daemon):
    page = get(daemon, "/month/2025-07", Accept_Language="ru").text
    assert "июль 2025" in page and page.count('colspan="4"') == 2 and 'rel="next nofollow" href="/month/2025-08"' in page
    assert re.findall(r"<tbody>", page) == ["<tbody>"] * 5 and page.count('datetime="2025-07-') == 31
    june = get(daemon, "/month/2021-06", Accept_Language="en").text
    assert june.count('colspan="2"') == 2 and june.count('class="bar') == 5
    assert "No events in this month" in get(daemon, "/month/2020-02", Accept_Language="en").text


def test_a_bar_continues_in_the_next_week(site):
    site.convene("add", "--kind=session", "--summary=Long", "--start=2026-03-06", "--end=2026-03-18", "--uid=long")
    site.start("--rehearse=2026-03-10T09:00:00+03:00")
    page = get(site, "/month", Accept_Language="en").text
    bars = re.findall(r'class="bar kind-session([^"]*)"(?: colspan="(.)")?', page)
    assert bars == [(" to-after", "3"), (" from-before to-after", "7"), (" from-before", "3")]
    assert re.search(r'class="today" aria-current="date"><time datetime="2026-03-10">', page)


def test_a_bar_names_its_zone(site):
    for uid, start, zone in (("omsk", "2026-03-05T10:00", "Asia/Omsk"), ("before", "2026-03-06T10:00", "America/New_York"),
                             ("after", "2026-03-10T10:00", "America/New_York")):
        site.convene("add", "--kind=session", f"--summary={uid}", f"--start={start}", f"--zone={zone}", f"--uid={uid}")
    site.start("--rehearse=2026-03-01T09:00:00+03:00")
    times = {"omsk": "10:00 UTC+6", "before": "10:00 UTC−5", "after": "10:00 UTC−4"}
    for query, expected in (("", times), ("?zone=America/New_York", {**times, "omsk": "23:00 UTC−5"})):
        page = get(site, "/month/2026-03" + query, Accept_Language="ru").text
        assert dict(re.findall(r'class="bar [^>]*><a href="/event/([^"]*)"><span>([^ ]* [^ ]*) ', page)) == expected


@pytest.mark.parametrize("month", ["", "2025", "2025-13", "2025-00", "1899-12", "2201-01", "2025-07-01", "2025-7x", "+025-07", "../2025"])
def test_an_invalid_month_is_not_found(daemon, month):
    assert get(daemon, "/month/" + month).status_code == 404


def test_sites_list_their_events(daemon):
    page = get(daemon, "/sites", Accept_Language="ru").text
    assert page.count('class="card site"') == 16
    card = page.split('id="at-site-technopark-mordovia_40documents.convened.example"')[1].split("</h2>")[0]
    assert "saransk-clusters.technopark" in card and "24 июня 2021" in card and "openstreetmap.org/#map=12/54.1849/45.1717" in card
    assert f'href="/site/site-technopark-mordovia{DOCUMENTS}"' in get(daemon, f"/event/saransk-clusters.technopark{DOCUMENTS}").text


# Values with markup, links or a change of text direction for each field shown on a page.
EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"' onload='x' &lt; \u202egnp\u2066 javascript:alert(1)"
EVIL_LINE = EVIL.replace(",", "\\,").replace(";", "\\;")
EVIL_EVENT = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:{{component}}
UID:<script>alert(2)</script>"onload='x'{{component}}
DTSTAMP:20260101T000000Z
{{date}}
SUMMARY;LANGUAGE=ru:{EVIL_LINE}
X-CONVENED-SUMMARY;LANGUAGE=en:{EVIL_LINE}
{{place}}:{EVIL_LINE}
DESCRIPTION:{EVIL_LINE}\\n{EVIL_LINE}
CATEGORIES:<script>,SESSION
COMMENT:{EVIL_LINE}
COMMENT;LANGUAGE="<script>":{EVIL_LINE}
X-CONVENED-DATE-BASIS:INFERRED
RELATED-TO;RELTYPE=PARENT:<script>alert(2)</script>"onload='x'VEVENT
X-CONVENED-ORGANIZER:{EVIL_LINE}
X-CONVENED-PARTICIPANT:{EVIL_LINE}
X-CONVENED-PERSON;X-ROLE="<b>role</b>";X-ORG="<i>org</i>";X-MANNER="<script>":{EVIL_LINE}
X-CONVENED-MATERIAL:{EVIL_LINE}
X-CONVENED-PROGRAMME:{EVIL_LINE}
X-CONVENED-OUTCOME:{EVIL_LINE}
X-CONVENED-ALIAS:{EVIL_LINE}
X-CONVENED-REGION:{EVIL_LINE}
X-CONVENED-SOURCE;X-DOCUMENT="<u>doc</u>":{EVIL_LINE}
X-CONVENED-SOURCE;X-DOCUMENT=PUBLIC:javascript:alert(4).x/<script>
X-CONVENED-SOURCE;X-DOCUMENT=PUBLIC:example.org/"onmouseover="alert(5) x
URL:javascript:alert(6)
END:{{component}}
END:VCALENDAR
"""
EVIL_ATTACHMENTS = "CONFERENCE;VALUE=URI:javascript:alert(10)\nSOURCE;VALUE=URI:javascript:alert(11)\nCONTACT:<b>x</b>\nATTACH:javascript:alert(7)\nATTACH:data:text/html,<script>\nATTACH:https://example.org/\"onload=\"x\n"
EVIL_SITE = f"""BEGIN:VCARD
VERSION:4.0
KIND:location
UID:<script>alert(8)</script>" x='
FN:{EVIL_LINE}
X-CONVENED-SUMMARY;LANGUAGE=en:{EVIL_LINE}
X-CONVENED-TOWN;X-COORDINATES="<script>":{EVIL_LINE}
NOTE:{EVIL_LINE}
RELATED;VALUE=text:<script>alert(2)</script>"onload='x'VEVENT
END:VCARD
"""


class Tags(html.parser.HTMLParser):
    """Collects every element and attribute of a page and the targets of its links."""

    def __init__(self, text):
        super().__init__()
        self.names, self.attributes, self.links = set(), set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.names.add(tag)
        self.attributes |= {name for name, _ in attributes}
        self.links += [value for name, value in attributes if name in ("href", "src", "action")]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_text_of_the_store_becomes_markup(site, language):
    event = EVIL_EVENT.format(component="VEVENT", date="DTSTART:20300101T100000Z\n" + EVIL_ATTACHMENTS.strip(), place="LOCATION")
    draft = EVIL_EVENT.format(component="VJOURNAL", date="STATUS:DRAFT", place="X-CONVENED-LOCATION")
    for name, text in (("event.ics", event), ("draft.ics", draft), ("site.vcf", EVIL_SITE)):
        path = site.directory / name
        path.write_bytes(text.replace("\n", "\r\n").encode())
        site.convene("import", path)
    site.start()
    uid = urllib.parse.quote("<script>alert(2)</script>\"onload='x'", safe="")
    place = urllib.parse.quote("<script>alert(8)</script>\" x='", safe="")
    paths = ["/", "/month/2030-01", "/week/2030-01-01", "/year/2030", "/embed", "/sites", f"/site/{place}", f"/event/{uid}VEVENT", f"/event/{uid}VJOURNAL",
             "/?q=" + urllib.parse.quote('"><script>alert(9)</script>'), "/?place=" + urllib.parse.quote("'><script>\u202e"),
             "/?kind=<script>"]
    for path in paths:
        page = get(site, path, Accept_Language=language)
        assert page.status_code == 200, path
        assert [data["name"] for data in event_data(page)] == [EVIL] * path.startswith("/event/")
        tags = Tags(without_data(page))
        assert not tags.names & {"script", "img", "b", "i", "u", "iframe"}, path
        assert not [name for name in tags.attributes if name.startswith("on")] and "style" not in tags.attributes
        for link in tags.links:
            assert re.match(r"https?://|/|[?#]", link), link
        assert "\u202e" not in page.text and "\u2066" not in page.text
        assert_valid(page.text)
    assert "&#60;script&#62;alert(1)" in get(site, "/", Accept_Language=language).text


def read_qr(svg, directory):
    """Returns the text that zbar reads from a QR code, drawn with four by four pixels for each module."""
    size = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])
    rows = [[255] * size for _ in range(size)]
    for x, y, length, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", svg):
        assert length == back
        for column in range(int(x), int(x) + int(length)):
            rows[int(y)][column] = 0
    pixels = bytes(dot for row in rows for _ in range(4) for module in row for dot in [module] * 4)
    picture = directory / "code.pgm"
    picture.write_bytes(b"P5 %d %d 255\n" % (size * 4, size * 4) + pixels)
    return subprocess.run(["zbarimg", "--quiet", "--raw", picture], capture_output=True, text=True, timeout=60, check=True).stdout.strip()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_each_feed_can_be_subscribed_to(daemon, tmp_path, language):
    page = get(daemon, "/subscribe", Accept_Language=language)
    names = ["all", "session", "exhibition", "site-visit", "meeting"]
    addresses = [f"{daemon.url}/{name}.ics" for name in names]
    webcal = [address.replace("http:", "webcal:") for address in addresses]
    assert re.findall('<code class="address">(.*?)</code>', page.text) == addresses
    assert re.findall('href="(webcal:[^"]*)"', page.text) == webcal
    # The code leads to the calendar's card on this page, which offers the address for every program.
    codes = [read_qr(svg, tmp_path) for svg in re.findall("<svg class=\"qr\".*?</svg>", page.text, re.S)]
    assert codes == [f"{daemon.url}/subscribe#feed-{name}" for name in names]
    assert re.findall('id="feed-([^"]*)"', page.text) == names
    assert [urllib.parse.unquote(url) for url in re.findall('/r[?]cid=([^"]*)"', page.text)] == webcal
    assert [urllib.parse.unquote(url) for url in re.findall('(?:live|office).com/calendar/0/addfromweb[?]url=([^"]*)"', page.text)] == [
        address for address in addresses for _ in ("outlook.live.com", "outlook.office.com")]
    for address in addresses:
        assert requests.get(address, timeout=PATIENCE).text.startswith("BEGIN:VCALENDAR")
    for program in ("Google", "iPhone", "Outlook", "Thunderbird", "Android", {"ru": "Яндекс", "en": "Yandex"}[language]):
        assert f"<h3>{program}" in page.text or program == "iPhone" and "<h3>Apple: iPhone" in page.text
    tag = page.headers["ETag"]
    assert tag.startswith('"') and get(daemon, "/subscribe", Accept_Language=language, If_None_Match=tag).status_code == 304


def test_an_address_too_long_for_a_telephone_has_no_code(site):
    site.write_config()
    site.config.write_text(site.config.read_text().replace(f'base_url = "{site.url}"', f'base_url = "{site.url}/{"x" * 900}"'))
    site.start()
    page = get(site, "/subscribe")
    assert page.status_code == 200 and "<svg" not in page.text and "<details" not in page.text


def meta(page):
    return {name: html.unescape(text) for name, text in re.findall('<meta (?:name|property)="([^"]*)" content="([^"]*)">', page.text)}


def test_an_event_page_has_structured_data(daemon):
    page = get(daemon, f"/event/saransk-clusters.agreement{DOCUMENTS}", Accept_Language="ru")
    data, = event_data(page)
    address = f"{daemon.url}/event/saransk-clusters.agreement{DOCUMENTS}"
    assert (data["@context"], data["@type"], data["@id"]) == ("https://schema.org", "Event", address)
    assert html.unescape(re.search("<h1>(?:<span[^>]*>)?(.*?)(?:</span>)?</h1>", page.text)[1]) == data["name"] == meta(page)["og:title"]
    assert data["superEvent"]["@id"] == f"{daemon.url}/event/saransk-clusters{DOCUMENTS}"
    assert meta(page)["og:url"] == address and meta(page)["og:locale"] == "ru_RU"
    assert meta(page)["og:description"] == meta(page)["description"]
    whole, = event_data(get(daemon, f"/event/innoprom-2025{DOCUMENTS}"))
    assert (whole["startDate"], whole["endDate"]) == ("2025-07-07", "2025-07-10")
    assert whole["location"]["@type"] == "Place" and whole["location"]["name"]
    draft = get(daemon, f"/event/dip-master-2{DOCUMENTS}", Accept_Language="en")
    assert event_data(draft)[0]["location"]["name"].startswith("технопарк «Кванториум»")
    assert "startDate" not in event_data(draft)[0] and meta(draft)["description"].startswith("Date to be announced")


@pytest.mark.parametrize("arguments, expected", [
    (["--start=2026-03-10T10:00", "--end=2026-03-10T12:30", "--zone=Asia/Yekaterinburg"],
     {"startDate": "2026-03-10T10:00:00+05:00", "endDate": "2026-03-10T12:30:00+05:00"}),
    (["--start=2026-03-10T10:00", "--zone=America/St_Johns"], {"startDate": "2026-03-10T10:00:00-02:30"}),
    (["--start=2026-03-10"], {"startDate": "2026-03-10", "endDate": "2026-03-10"}),
    (["--start=2026-03-10", "--location=Yard", "--geo=54.5;49.25"],
     {"location": {"@type": "Place", "name": "Yard", "address": "Yard",
                   "geo": {"@type": "GeoCoordinates", "latitude": 54.5, "longitude": 49.25}}}),
    (["--start=2026-03-10", "--status=cancelled"], {"eventStatus": "https://schema.org/EventCancelled"}),
    (["--start=2026-03-10", "--repeat=FREQ=WEEKLY"], {"startDate": "2026-11-03", "endDate": "2026-11-03"}),
])
def test_the_data_of_an_event_has_its_dates(site, arguments, expected):
    site.convene("add", "--kind=session", "--summary=One", "--uid=one", *arguments)
    site.start("--rehearse=2026-11-01T12:00:00+03:00")
    data, = event_data(get(site, "/event/one?zone=Asia/Tokyo"))
    assert {name: data.get(name) for name in expected} == expected


def test_a_busy_event_has_no_structured_data(site):
    site.convene("add", "--kind=session", "--summary=Secret", "--start=2026-03-10", "--uid=one", "--class=confidential")
    site.start("--rehearse=2026-03-01T12:00:00+03:00")
    page = get(site, "/event/one")
    assert page.status_code == 200 and not event_data(page) and "og:" not in page.text and "Secret" not in page.text


def test_a_new_day_begins_at_midnight_of_the_readers_zone(site):
    site.convene("add", "--kind=session", "--summary=One", "--start=2026-03-10", "--uid=one")
    site.start("--rehearse=2026-03-10T23:59:52+03:00")
    assert 'class="day today"' in get(site, "/", Accept_Language="en").text
    east, west = "/?zone=Asia/Omsk", "/?zone=Europe/Kaliningrad"
    assert not titles(get(site, east))[:1] or "Recently" in get(site, east, Accept_Language="en").text
    wait_within(13, site, lambda: 'class="day today"' not in get(site, "/").text, step=0.05)
    assert "Recently" in get(site, "/", Accept_Language="en").text
    assert 'class="day today"' in get(site, west).text


def test_a_new_configuration_makes_new_pages(daemon):
    before = get(daemon, "/sites", Accept_Language="ru")
    daemon.write_config(extra='kinds = ( { name = "session"; title = { ru = "Сборы"; en = "Gatherings"; }; color = "crimson"; } );')
    daemon.process.send_signal(signal.SIGHUP)
    text = wait_until(lambda: (t := get(daemon, "/", Accept_Language="ru").text) and "Сборы" in t and t)
    style = re.search(r'href="(/style-[0-9a-f]+[.]css)"', text)[1]
    assert ".kind-session{--kind:crimson}" in get(daemon, style).text and style not in before.text
    assert "Выставки" not in text


def test_pages_are_still_served_while_the_store_fails(daemon):
    kept = get(daemon, "/")
    hidden = daemon.database.with_suffix(".away")
    daemon.database.rename(hidden)
    daemon.database.mkdir()
    try:
        assert get(daemon, "/").content == kept.content
        page = get(daemon, f"/event/smolensk-tour{DOCUMENTS}", Accept_Language="en")
        assert page.status_code == 503 and "please try again later" in page.text
    finally:
        daemon.database.rmdir()
        hidden.rename(daemon.database)
    wait_until(lambda: get(daemon, f"/event/smolensk-tour{DOCUMENTS}").status_code == 200)


def test_a_uid_that_ends_like_a_file_has_a_page(site):
    site.convene("add", "--kind=session", "--summary=Odd one", "--start=2030-01-01", "--uid=odd.ics")
    site.start()
    assert "Odd one" in get(site, "/event/odd.ics").text and get(site, "/event/odd.ics").text.startswith("<!DOCTYPE html>")
    assert get(site, "/event/odd.ics.ics").text.startswith("BEGIN:VCALENDAR")
    assert f"URL:{site.url}/event/odd.ics\r\n" in get(site, "/all.ics").text.replace("\r\n ", "")


def resident_bytes(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return 1024 * int(re.search(r"VmRSS:\s*(\d+) kB", status.read()).group(1))


@pytest.mark.skipif("sanitize" in BUILD.parts, reason="the sanitizer keeps freed memory")
def test_kept_pages_keep_no_catalog_in_memory(site):
    """Each change of the store makes a new catalog. Cached pages keep no older catalog in memory."""
    events = "".join(f"BEGIN:VEVENT\r\nUID:{i}@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:2051{i % 12 + 1:02}01\r\n"
                     f"SUMMARY:Session {i}\r\nDESCRIPTION:{'word ' * 40}\r\nEND:VEVENT\r\n" for i in range(3000))
    file = site.directory / "many.ics"
    file.write_text(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{events}END:VCALENDAR\r\n", newline="")
    site.convene("import", file)
    site.start()
    used = []
    for i in range(24):
        site.convene("set", "7@x", "SUMMARY", f"Changed {i}")
        wait_until(lambda i=i: f"Changed {i}</a>" in get(site, f"/?q=Changed+{i}").text, 10)
        used.append(resident_bytes(site.process.pid))
    assert used[-1] - used[4] < 20e6, used
