"""A reader with a browser and a mailbox: subscribes, confirms, gets a reminder, changes preferences, opts out. All pages must be
accessible."""

import datetime
import email
import email.policy
import re
import sqlite3
import zoneinfo

import pytest

from browser import chromium
from conftest import BUILD, ROOT, plain_text, wait_until
from smtp_server import Server

ADDRESS = "visitor@example.org"


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def server():
    with Server() as running:
        yield running


@pytest.fixture
def site(make_site, server):
    site = make_site(
        mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; from = "office@example.org";',
        extra="signup = { enabled = true; };\n")
    site.convene("import", ROOT / "conf" / "documents")
    return site.start()


def link_in(server, n, path):
    """Returns the link with that path in the n-th mail."""
    wait_until(lambda: len(server.messages) >= n)
    mail = email.message_from_bytes(server.messages[n - 1], policy=email.policy.default)
    return re.search(rf"http://\S+{path}[^\s>]+", plain_text(mail))[0]


def press(browser, button):
    """Presses a button and waits for the next page."""
    browser.run("window.left = false; arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()
    wait_until(lambda: browser.run("return window.left === undefined && document.readyState === 'complete'"))


def remind(site):
    """Adds an event in two hours with a reminder in three seconds. Reminders due before the daemon's start are not mailed."""
    now = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Moscow"))
    start = now.replace(second=0, microsecond=0) + datetime.timedelta(hours=2)
    site.convene("add", "--kind=session", "--summary=Soon", f"--start={start:%Y-%m-%dT%H:%M}")
    site.convene("subscribe", ADDRESS, "--all", f"--lead=-PT{int((start - now).total_seconds()) - 3}S")


def rows(site, statement):
    with sqlite3.connect(site.database) as database:
        return database.execute(statement).fetchall()


@pytest.mark.parametrize("width, language, scheme", [(360, "ru", "light"), (1280, "en", "dark")])
def test_from_the_form_to_the_last_mail(browser, site, server, width, language, scheme):
    def looks_right(name):
        assert browser.run("return document.documentElement.lang") == language
        assert len(browser.find_all("h1")) == 1
        assert browser.run("return document.documentElement.scrollWidth") <= width, name
        browser.picture(BUILD / "screenshots" / f"{name}-{width}-{language}-{scheme}.png")
        assert browser.violations() == [], name

    browser.forget()
    browser.look(width, language, scheme)
    browser.open(site.url + "/subscribe")
    looks_right("subscribe-form")
    browser.find('input[name="address"]').send_keys("no address")
    browser.run("document.querySelector('input[name=address]').form.noValidate = true")
    press(browser, browser.find('form:has(input[name="address"]) button'))
    looks_right("signup-refused")
    assert [line for line in browser.complaints() if "400 (Bad Request)" not in line] == []
    browser.find('input[name="address"]').clear()
    browser.find('input[name="address"]').send_keys(ADDRESS)
    press(browser, browser.find("main form button"))
    looks_right("signup-sent")
    assert browser.find(".notice").is_displayed()

    browser.open(link_in(server, 1, "/subscribe/confirm/"))
    looks_right("signup-confirm")
    assert rows(site, "SELECT count(*) FROM subscription") == [(0,)]
    press(browser, browser.find("main form button"))
    looks_right("signup-done")
    assert rows(site, "SELECT count(*) FROM subscription") == [(1,)]

    remind(site)
    browser.open(link_in(server, 3, "/mail/"))  # after the welcome
    looks_right("preferences")
    browser.walk_by_keyboard()
    box = browser.find('main input[type="checkbox"]')
    was = box.is_selected()
    browser.run("arguments[0].scrollIntoView({block: 'center'})", box)
    box.click()
    press(browser, box.find_element("xpath", "ancestor::form").find_element("css selector", "button"))
    looks_right("preferences-saved")
    assert browser.find('main input[type="checkbox"]').is_selected() != was

    for url in browser.requests():
        assert url.startswith((site.url + "/", "data:")), url
    assert browser.complaints() == []
