"""Headless Chromium for the tests: pages, requests and console errors. It connects to this machine only."""

import base64
import contextlib
import json
import os
import pathlib

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from conftest import node_package

AXE = "axe-core@4.10.3"
HEIGHT = 900
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server",
         "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]

FOCUSED = """const e = document.activeElement, b = e.getBoundingClientRect(), before = e.dataset.reached; e.dataset.reached ??= arguments[0];
             return {tag: e.localName, before: before, seen: b.width > 0 && b.height > 0 && b.bottom > 0 && b.right > 0,
                     ring: getComputedStyle(e).outlineStyle !== 'none', href: e.getAttribute('href'), html: e.outerHTML}"""
FOCUSABLE = """const names = new Set();
               return [...document.querySelectorAll('a[href], button, select, summary, textarea, [tabindex="0"], input:not([type=hidden])')]
               .filter(e => e.checkVisibility() && !(e.type === 'radio' && (names.has(e.name) || !names.add(e.name)))).length"""
PARTS = 4  # a time field takes several Tab presses


def axe_script():
    return (node_package(AXE) / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


class Browser:
    """One Chromium. Its pages must load nothing from other servers and log nothing to the console."""

    def __init__(self):
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for flag in FLAGS:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_page_load_timeout(30)
        self.axe = axe_script()
        self.features = []

    def close(self):
        self.driver.quit()

    def look(self, width, language, scheme="light", height=HEIGHT):
        """Sets the window's width and the reader's preferred language and colour scheme."""
        command = self.driver.execute_cdp_cmd
        command("Emulation.setDeviceMetricsOverride",
                {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
        self.features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.medium("screen")
        command("Network.enable", {})
        command("Network.setExtraHTTPHeaders", {"headers": {"Accept-Language": language}})

    def medium(self, name):
        """Shows pages as on a screen ("screen") or on paper ("print")."""
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": name, "features": self.features})

    def open(self, url):
        self.driver.get(url)
        return self

    def forget(self):
        """Deletes cookies and logged messages."""
        self.driver.delete_all_cookies()
        self.requests()
        self.complaints()

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def press(self, key, code):
        """Presses a key. `code` is its Windows virtual key code."""
        for kind in ("rawKeyDown", "keyUp"):
            self.driver.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code})

    def walk_by_keyboard(self):
        """Presses Tab through the page. Each control must be focused exactly once, be visible and show its focus. The first one must link
        to the content."""
        wanted, reached = self.run(FOCUSABLE), 0
        for _ in range(PARTS * wanted):
            self.press("Tab", 9)
            focused = self.run(FOCUSED, str(reached + 1))
            if focused["before"] == str(reached) and reached > 0:
                continue
            if focused["tag"] == "body" or focused["before"]:
                break
            assert focused["seen"] and focused["ring"], focused["html"]
            assert reached > 0 or focused["href"] == "#main"
            reached += 1
        assert reached == wanted

    def find(self, selector):
        return self.driver.find_element("css selector", selector)

    def shows(self, text):
        """Whether the page has a text. Between two pages there is none."""
        return self.run("const main = document.querySelector('main'); return main !== null && main.innerText.includes(arguments[0])", text)

    def find_all(self, selector):
        return self.driver.find_elements("css selector", selector)

    def requests(self):
        """Returns the URLs requested since the last call."""
        urls = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                urls.append(message["params"]["request"]["url"])
        return urls

    def complaints(self):
        """Returns the console messages since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def violations(self):
        """Returns axe-core's findings on the page: rule, element, explanation."""
        if not self.run("return typeof axe === 'object'"):
            self.run(self.axe)
        result = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}}).then(done, e => done({error: String(e)}))")
        assert "error" not in result, result
        return [f"{rule['id']}: {node['html']}: {node['failureSummary']}" for rule in result["violations"] for node in rule["nodes"]]

    def picture(self, path):
        """Keeps a screenshot of the whole page, if the environment has PICTURES: a page of 2,560 pixels takes the third of a test's time."""
        if "PICTURES" not in os.environ:
            return
        taken = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True, "optimizeForSpeed": True})
        path = pathlib.Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(taken["data"]))


@contextlib.contextmanager
def chromium():
    browser = Browser()
    try:
        yield browser
    finally:
        browser.close()
