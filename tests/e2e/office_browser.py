"""The office's pages in headless Chromium, in Russian: forms, buttons, and how a page looks."""

import re
import subprocess

from conftest import BUILD, wait_until
from office_client import PASSWORD


def fill(browser, **values):
    """Fills in fields by their ids. Dates and times are set as a calendar control does, whatever the browser's own language."""
    for name, value in values.items():
        element = browser.find(f"#{name.replace('_', '-')}")
        if element.get_attribute("type") in ("date", "time"):
            browser.run("arguments[0].value = arguments[1]", element, value)
        else:
            element.clear()
            element.send_keys(value)


def press(browser, text):
    """Presses the only button with a text, and waits for the next page."""
    button, = [button for button in browser.find_all("main button, main a.button") if button.text == text]
    follow(browser, button)


def follow(browser, element):
    """Clicks a button or a link, and waits for the next page."""
    browser.run("arguments[0].scrollIntoView({block: 'center'}); document.isLeft = true", element)
    element.click()
    wait_until(lambda: browser.run("return !document.isLeft && document.readyState === 'complete'"))


def choose(browser, name, value):
    browser.find(f"#{name} option[value='{value}']").click()


def heading(browser):
    return browser.find("h1").text


def content(browser):
    """Returns the text of the page as it is read, with plain blanks."""
    return browser.find("main").text.replace("\u00a0", " ")


def look(browser, name, *widths):
    """Checks the page as it is shown: no finding of axe, nothing wider than a small telephone, valid HTML. Further widths are only pictured."""
    for scheme in ("dark", "light"):
        browser.look(1280, "ru", scheme)
        browser.run("getComputedStyle(document.body).color; document.getAnimations().forEach(a => a.finish())")
        assert browser.violations() == []
    show(browser, name, *widths)
    html = browser.driver.page_source
    found = subprocess.run(["tidy", "-q", "-e", "--drop-empty-elements", "no"], input="<!DOCTYPE html>\n" + html.removeprefix("<!DOCTYPE html>"), text=True, capture_output=True, check=False).stderr
    assert not re.search(r"Error:|lacks|unexpected|discarding|not allowed|duplicate", found), found


def show(browser, name, *widths):
    """Pictures a page at some widths. Nothing is wider than a small telephone."""
    for width in (1280, *widths, 320):
        browser.look(width, "ru")
        browser.picture(BUILD / "screenshots" / f"office-{name}-{width}.png")
    assert browser.run("return document.documentElement.scrollWidth") <= 320
    browser.look(1280, "ru")


def sign_in(browser, office):
    browser.look(1280, "ru")
    browser.open(office.url + "/office/events")
    if heading(browser) == "Вход для сотрудников":
        fill(browser, name="olga", password=PASSWORD)
        press(browser, "Войти")
