"""Tests the page with the addresses for calendar programs and the app passwords of an account."""

import html
import re

import pytest
import requests

from conftest import PATIENCE, Site, end
from office_client import Client, add_account

PAGE = "/office/programs"
APP_PASSWORD = re.compile(r'class="app-password">([a-z2-7]{5}(?:-[a-z2-7]{5}){3}-[a-z2-7]{6})<')


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("office"))
    for name, role in (("olga", "editor"), ("roman", "reader")):
        add_account(site, name, role)
    site.convene("add", "--summary=x", "--start=2030-01-01")
    yield site.start()
    end(site)


def addresses(visitor):
    return [html.unescape(url) for url in re.findall(r'<input readonly size="40" value="([^"]*)"', visitor.reply.text)]


def make(visitor, **fields):
    form = next(form for form in visitor.get(PAGE).page.forms if "label" in form["fields"])
    return visitor.post(PAGE, {**form["fields"], **fields})


def dav_status(url, name, password, method="PROPFIND"):
    return requests.request(method, url, auth=(name, password), headers={"Depth": "0"}, timeout=PATIENCE).status_code


def test_addresses_and_app_passwords(office):
    visitor = Client(office).sign_in().get(PAGE)
    urls = addresses(visitor)
    assert urls[0] == office.url + "/dav/" and office.url + "/dav/calendars/olga/events/" in urls
    assert visitor.reply.text.count("<svg") == len(urls)
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>.*?value="([^"]*)"', visitor.reply.text, re.S)
    named = {url.removeprefix(office.url): name for name, _, url in rows}
    assert named["/dav/calendars/olga/events.drafts/"] == "events (черновики)" and named["/dav/calendars/olga/events/"] == "events"
    programs = dict(re.findall(r'<tr><th scope="row">([^<]*)</th><td><code>([^<]*)</code>', visitor.reply.text))
    assert len(programs) == 6 and programs["Apple"] == office.url + "/dav/principals/olga/" and programs["Thunderbird"] == urls[0]
    password = APP_PASSWORD.search(make(visitor, label="телефон <1>").reply.text)[1]
    assert "телефон &#60;1&#62;" in visitor.reply.text
    assert [dav_status(url, "olga", password) for url in urls] == [207] * len(urls)
    taken = make(visitor, label="телефон <1>")
    assert taken.reply.status_code == 400 and taken.page.faults["label"] and not APP_PASSWORD.search(taken.reply.text)
    assert make(visitor, label="я" * 33).reply.status_code == 400
    reads = APP_PASSWORD.search(make(visitor, label="reads", **{"read-only": "1"}).reply.text)[1]
    assert dav_status(urls[0], "olga", reads) == 207
    assert dav_status(office.url + "/dav/calendars/olga/new/", "olga", reads, "MKCALENDAR") == 403
    # The password is shown once; what is revoked ends at once, and only that.
    assert not APP_PASSWORD.search(visitor.get(PAGE).reply.text)
    visitor.send(button="телефон <1>")
    assert visitor.reply.url.endswith("?done=password-revoked") and "телефон &#60;1&#62;" not in visitor.reply.text
    assert dav_status(urls[0], "olga", password) == 401 and dav_status(urls[0], "olga", reads) == 207


def test_each_account_has_its_own(office):
    other = Client(office).sign_in()
    make(other, label="mine")
    visitor = Client(office, language="en").sign_in("roman").get(PAGE)
    assert "Calendar and address-book programs" in visitor.page.text and "mine" not in visitor.page.text
    assert not any("contacts" in url for url in addresses(visitor))
    form = visitor.page.forms[-1]["fields"]
    visitor.post(PAGE, {**form, "revoke": "mine"})
    assert "mine" in other.get(PAGE).page.text
    assert visitor.post(PAGE, {"label": "x"}).reply.status_code == 403  # without the token of the form
