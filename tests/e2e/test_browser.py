"""Tests the pages in headless Chromium: layout, accessibility, and no script injection through an event's text."""

import json
import re
import urllib.parse

import pytest

from browser import chromium
from conftest import BUILD, ROOT, Site, end, wait_until

DOCUMENTS = "@documents.convened.example"
PAGES = {
    "agenda": "/", "past": "/?when=past", "nothing": "/?q=nothing+like+this", "month": "/month/2021-06", "week": "/week/2021-06-24", "year": "/year/2021", "sites": "/sites",
    "subscribe": "/subscribe", "event": f"/event/innoprom-2025{DOCUMENTS}", "part": f"/event/smolensk-tour.seminar{DOCUMENTS}",
    "draft": f"/event/dip-master-2{DOCUMENTS}", "missing": "/no/such/page",
}
LANGUAGES = ["ru", "en"]


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A server with the documents' events, for all tests that only read."""
    site = Site(tmp_path_factory.mktemp("shown"))
    site.convene("import", ROOT / "conf" / "documents")
    yield site.start()
    end(site)


def assert_quiet(browser, site, expected=()):
    """Checks that only this server got requests and that the console has only expected messages."""
    for url in browser.requests():
        assert url.startswith((site.url + "/", "data:")), f"a request to {url}"
    complaints = [line for line in browser.complaints() if not any(words in line for words in expected)]
    assert not complaints, complaints


def assert_fits(browser, width):
    """Checks that the page needs no horizontal scrolling (WCAG 2.2, 1.4.10)."""
    assert browser.run("return document.documentElement.scrollWidth") <= width


def assert_big_enough(browser):
    """Checks that links on lines of their own are large enough to touch (WCAG 2.2, 2.5.8)."""
    heights = browser.run("return [...document.querySelectorAll('.bar a, .bottom a, .facts p > a, .site p > a')].filter(a => a.offsetParent).map(a => a.getBoundingClientRect().height)")
    assert heights and min(heights) >= 24


@pytest.mark.parametrize("width, media", [(800, "screen"), (800, "print"), (1280, "screen"), (1280, "print")])
def test_a_month_keeps_its_titles(browser, shown, width, media):
    browser.forget()
    browser.look(width, "ru")
    browser.medium(media)
    browser.open(shown.url + "/month/2021-06")
    cut = browser.run("return [...document.querySelectorAll('.bar a')].filter(a => a.offsetParent && a.scrollHeight > a.clientHeight + 1).length")
    listed = browser.run("return [...document.querySelectorAll('.events .title a')].filter(a => a.offsetParent).length")
    assert cut == 0 and listed == 5
    # A print has no words that only a screen can follow.
    dead = browser.run("return [...document.querySelectorAll('form, nav, button, .bottom, .skip')].filter(a => a.offsetParent).length")
    assert (dead == 0) == (media == "print")
    browser.medium("screen")


# Each two of width, language and colour scheme meet in one of these. axe-core's findings depend on colours and width; the language changes
# only text.
LOOKS = [(360, "ru", "dark"), (360, "en", "light"), (1280, "en", "dark"), (1280, "ru", "light"), (2560, "ru", "light"), (2560, "en", "dark")]
WITH_AXE = {(360, "ru", "dark"), (360, "en", "light"), (1280, "en", "dark"), (2560, "ru", "light")}


@pytest.mark.parametrize("width, language, scheme", LOOKS)
def test_each_page_looks_right(browser, shown, width, language, scheme):
    browser.forget()
    browser.look(width, language, scheme)
    found = {}
    for name, path in PAGES.items():
        browser.open(shown.url + path)
        assert browser.run("return document.documentElement.lang") == language
        assert browser.run("return matchMedia('(prefers-color-scheme: dark)').matches") == (scheme == "dark")
        assert_fits(browser, width)
        assert_big_enough(browser)
        browser.picture(BUILD / "screenshots" / f"{name}-{width}-{language}-{scheme}.png")
        if (width, language, scheme) in WITH_AXE:
            browser.run("document.querySelectorAll('details').forEach(d => { d.open = true })")
            found[name] = browser.violations()
    assert not any(found.values()), json.dumps(found, indent=1, ensure_ascii=False)
    assert_quiet(browser, shown, ["404 (Not Found)"])


def test_axe_would_find_something(browser, shown):
    browser.open(shown.url + "/")
    browser.run("document.documentElement.removeAttribute('lang'); document.querySelector('.skip').remove()")
    assert any(line.startswith("html-has-lang") for line in browser.violations())


@pytest.mark.parametrize("width", [320, 640])
def test_narrow_windows_and_big_letters_need_no_scrolling(browser, shown, width):
    for language in LANGUAGES if width == 320 else ["ru"]:
        browser.look(width, language)
        for path in PAGES.values():
            browser.open(shown.url + path)
            if width == 640:
                browser.run("document.documentElement.style.fontSize = '200%'")
            assert_fits(browser, width)
    browser.forget()


def click(browser, element):
    browser.run("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def path_of(browser):
    address = urllib.parse.urlparse(browser.driver.current_url)
    return urllib.parse.unquote(address.path) + (f"?{address.query}" if address.query else "")


def test_a_reader_clicks_through_every_page(browser, shown):
    browser.forget()
    browser.look(1280, "ru")
    browser.open(shown.url + "/")
    for path in ("/month", "/sites", "/subscribe", "/"):
        click(browser, browser.find(f'nav.sections a[href="{path}"]'))
        assert path_of(browser).startswith(path) and browser.find('nav.sections a[aria-current="page"]').get_attribute("href") == shown.url + path
    title = browser.find("li.event .title a")
    words = title.text
    click(browser, title)
    assert path_of(browser).startswith("/event/") and browser.find("h1").text == words
    click(browser, browser.find("a.brand"))
    assert path_of(browser) == "/"
    click(browser, browser.find('nav.language a[lang="en"]'))
    assert browser.run("return document.documentElement.lang") == "en"
    browser.open(shown.url + "/sites")
    assert browser.run("return document.documentElement.lang") == "en"
    assert_quiet(browser, shown)


def test_a_reader_chooses_a_zone_and_filters(browser, shown):
    browser.forget()
    browser.look(360, "en")
    browser.open(shown.url + "/")
    browser.find('select#zone option[value="Asia/Omsk"]').click()
    click(browser, browser.find("form.zone button"))
    wait_until(lambda: browser.run("return document.querySelector('#zone option[selected]')?.value") == "Asia/Omsk")
    browser.open(shown.url + "/?when=past&q=%D0%98%D0%9D%D0%9D%D0%9E%D0%9F%D0%A0%D0%9E%D0%9C")
    assert len(browser.find_all("li.event")) == 2
    assert_quiet(browser, shown)


@pytest.mark.parametrize("path", ["/", f"/event/innoprom-2025{DOCUMENTS}", "/subscribe"])
def test_every_control_is_reachable_by_keyboard(browser, shown, path):
    browser.look(1280, "en")
    browser.open(shown.url + path)
    browser.walk_by_keyboard()


def links_of(browser, site):
    """Returns the pages of this server that a page links to, without fragments."""
    addresses = browser.run("return [...document.querySelectorAll('a[href]')].map(a => a.href)")
    own = (urllib.parse.urldefrag(address).url for address in addresses if address.startswith(site.url + "/"))
    return sorted({address for address in own if "?" not in address and not address.endswith(".ics")
                   and not re.search("/(week|month|year)/", address)})


def test_every_link_leads_to_a_page(browser, shown):
    browser.forget()
    browser.look(1280, "en")
    seen, waiting = set(), [shown.url + "/", shown.url + "/?when=past"]
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        browser.open(address)
        assert browser.find_all("main h1"), address
        waiting += links_of(browser, shown)
    assert len(seen) >= 18
    assert_quiet(browser, shown)


HOSTILE = """</script><script>window.broken=1;alert(1)</script><img src=x onerror="window.broken=1;alert(2)">"><svg onload=alert(3)>'--><style>*{display:none}</style>"""
EVIL = HOSTILE.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
STORE = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:evil-"'<script>alert(4)</script>
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Moscow:20300610T100000
DTEND;TZID=Europe/Moscow:20300612T120000
SUMMARY;LANGUAGE=ru:{EVIL}
X-CONVENED-SUMMARY;LANGUAGE=en:{EVIL}
LOCATION:{EVIL}
DESCRIPTION:{EVIL}\\n{EVIL}
CATEGORIES:SESSION,{EVIL}
URL:javascript:alert(5)
ATTACH;X-TITLE="<script>alert(6)</script>":javascript:alert(7)
COMMENT:{EVIL}
CONTACT:{EVIL}
X-CONVENED-ORGANIZER:{EVIL}
X-CONVENED-PARTICIPANT:{EVIL}
X-CONVENED-PERSON;X-ROLE="<script>alert(8)</script>":{EVIL}
X-CONVENED-SOURCE:{EVIL}
X-CONVENED-NOTE:{EVIL}
END:VEVENT
END:VCALENDAR
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:part
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20300611
SUMMARY:{EVIL}
RELATED-TO:evil-"'<script>alert(4)</script>
RRULE:FREQ=DAILY;COUNT=3
END:VEVENT
END:VCALENDAR
"""
PLACE = f"""BEGIN:VCARD
VERSION:4.0
UID:place
KIND:location
FN:{EVIL}
NOTE:{EVIL}
X-CONVENED-TOWN:{EVIL}
END:VCARD
"""


@pytest.fixture
def hostile(site):
    """Events with markup and scripts in their text."""
    for name, text in (("evil.ics", STORE), ("place.vcf", PLACE)):
        path = site.directory / name
        path.write_text(text.replace("\n", "\r\n"), encoding="utf-8")
        site.convene("import", path)
    return site.start()


def test_no_text_becomes_markup(browser, hostile):
    browser.forget()
    browser.look(1280, "ru")
    evil = urllib.parse.quote("evil-\"'<script>alert(4)</script>", safe="")
    query = urllib.parse.quote(HOSTILE, safe="")
    for path in ("/", f"/event/{evil}", "/event/part", "/month/2030-06", "/sites", "/subscribe", f"/?q={query}&place={query}&kind={query}&when={query}",
                 f"/{query}", f"/month/{query}", f"/event/{query}", f"/?lang={query}&zone={query}"):
        browser.open(hostile.url + path)
        assert browser.run("return window.broken === undefined"), path
        assert browser.run("return [...document.scripts].every(s => s.type === 'application/ld+json' && JSON.parse(s.text)['@type'] === 'Event')"), path
        assert browser.run("return document.querySelectorAll('style, [style], [onerror], [onload], iframe, object, embed').length") == 0, path
        assert browser.run("return [...document.querySelectorAll('[href], [src], [action]')].every(e => "
                           "/^(https?|webcal|mailto|data|):/.test(e.href || e.src || e.action))"), path
    browser.open(f"{hostile.url}/event/{evil}")
    assert HOSTILE.split(">")[0] in browser.find("h1").text
    data = json.loads(browser.run("return document.querySelector('script[type=\\'application/ld+json\\']').text"))
    assert data["name"] == HOSTILE
    assert_quiet(browser, hostile, ["404 (Not Found)"])


def test_the_policy_blocks_an_injected_script(browser, shown):
    """The content security policy must block an injected script; the block shows in the console."""
    browser.forget()
    browser.open(shown.url + "/")
    browser.run("const s = document.createElement('script'); s.textContent = 'window.broken = 1'; document.body.append(s)")
    assert browser.run("return window.broken === undefined")
    assert any("Content Security Policy" in line for line in browser.complaints())
