"""Tests the frame of the office's pages: the login, sessions, roles, and the protection of forms."""

import contextlib
import itertools
import sqlite3

import pytest
import requests

from conftest import Site, end
from office_client import PASSWORD, Client, add_account

PAGE = "/office/sessions"
addresses = (f"127.8.0.{number}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("office"))
    for name, role in (("olga", "editor"), ("roman", "reader"), ("anton", "admin")):
        add_account(site, name, role)
    yield site.start()
    end(site)


def client(site, name="olga"):
    return Client(site, address=next(addresses)).sign_in(name)


def cookie_of(reply):
    return next(line for line in reply.headers["Set-Cookie"].split(", ") if line.startswith("office="))


def test_a_page_asks_for_the_login_and_comes_back_to_itself(office):
    visitor = Client(office, address=next(addresses)).get(PAGE)
    assert visitor.reply.history[0].status_code == 303
    assert visitor.reply.url == f"{office.url}/office/login?next=%2Foffice%2Fsessions"
    visitor.send({"name": "OLGA", "password": PASSWORD}, path="/office/login")
    assert visitor.reply.url == office.url + PAGE
    assert "olga" in visitor.page.text and visitor.reply.status_code == 200


def test_the_cookie_is_for_the_office_alone_and_not_for_scripts(office):
    visitor = client(office)
    parts = cookie_of(visitor.reply.history[0]).split("; ")
    assert parts[1:] == ["Path=/office", "Max-Age=1209600", "HttpOnly", "SameSite=Lax"]
    token = parts[0].partition("=")[2]
    assert len(token) == 32
    with contextlib.closing(sqlite3.connect(office.database)) as store:
        assert not any(token in str(row) for row in store.execute("SELECT * FROM session"))


def test_the_cookie_is_secure_behind_a_proxy_with_https(office):
    visitor = Client(office)
    visitor.session.headers["X-Forwarded-Proto"] = "https"
    visitor.get("/office/login")
    visitor.send({"name": "olga", "password": PASSWORD}, path="/office/login", allow_redirects=False)
    assert cookie_of(visitor.reply).endswith("; Secure")


def test_a_password_is_not_asked_for_where_others_can_read_it(office):
    visitor = Client(office)
    visitor.session.headers["X-Forwarded-Proto"] = "http"
    visitor.get("/office/login")
    assert visitor.reply.status_code == 403 and not any("password" in form["fields"] for form in visitor.page.forms)
    sent = visitor.post("/office/login", {"name": "olga", "password": PASSWORD, "next": ""}, allow_redirects=False)
    assert sent.reply.status_code == 403 and "Set-Cookie" not in sent.reply.headers


@pytest.mark.parametrize("name, password", [("olga", "wrong"), ("nobody", PASSWORD), ("", ""), ("olga", "x" * 2000)])
def test_a_wrong_password_is_refused_in_the_form(office, name, password):
    visitor = Client(office, address=next(addresses)).sign_in(name, password)
    assert visitor.reply.status_code == 403 and "Имя или пароль неверны" in visitor.page.text
    assert visitor.page.form("/office/login")["fields"]["name"] == name
    assert not visitor.session.cookies.get("office")


def test_guesses_have_to_wait_and_count_for_calendars_too(make_site):
    site = make_site(extra="auth = { failures = 3; };\n")
    add_account(site)
    site.start()
    visitor = Client(site)
    statuses = [visitor.sign_in("olga", "wrong").reply.status_code for _ in range(5)]
    assert 429 in statuses and "Попробуйте через" in visitor.page.text
    assert visitor.sign_in("olga", PASSWORD).reply.status_code == 429
    assert requests.get(site.url + "/dav/", auth=("olga", PASSWORD), timeout=30).status_code == 429


def test_an_app_password_opens_no_page(office):
    password = office.convene("account", "token", "olga", "--label=phone").stdout.strip()
    assert requests.get(office.url + "/dav/", auth=("olga", password), timeout=30).status_code == 200
    assert Client(office, address=next(addresses)).sign_in("olga", password).reply.status_code == 403


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org/", "/office/../x", "/office/\"onclick", "/dav/"])
def test_the_login_leads_to_no_other_site(office, target):
    visitor = Client(office, address=next(addresses)).get("/office/login", params={"next": target})
    visitor.send({"name": "olga", "password": PASSWORD, "next": target}, path="/office/login", allow_redirects=False)
    assert visitor.reply.headers["Location"].startswith("/office/") and ".." not in visitor.reply.headers["Location"]


def test_a_login_never_takes_over_a_token(office):
    fixed = "A" * 32
    visitor = Client(office, address=next(addresses))
    visitor.session.cookies.set("office", fixed, domain="127.0.0.1", path="/office")
    visitor.sign_in()
    first = visitor.session.cookies.get("office", path="/office")
    assert first and first != fixed
    visitor.sign_in()
    second = visitor.session.cookies.get("office", path="/office")
    assert second != first
    stale = requests.get(office.url + PAGE, cookies={"office": first}, timeout=30, allow_redirects=False)
    assert stale.status_code == 303


def test_a_form_needs_the_token_of_its_own_session(office):
    one, other = client(office), client(office)
    one.get(PAGE), other.get(PAGE)
    good = one.page.form(PAGE)["fields"]["csrf"]
    assert len(good) == 64
    for token in ("", "0" * 64, other.page.form(PAGE)["fields"]["csrf"], good[:-1]):
        assert one.post(PAGE, {"csrf": token, "others": "1"}).reply.status_code == 403
    assert other.get(PAGE).reply.url.endswith(PAGE), "no other session was ended"
    assert one.post(PAGE, {"csrf": good, "others": "1"}).reply.status_code == 200
    assert "/office/login" in other.get(PAGE).reply.url


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://example.org"}, {"Origin": "null"}])
def test_forms_of_other_sites_are_refused(office, headers):
    visitor = client(office).get(PAGE)
    fields = {"csrf": visitor.page.form(PAGE)["fields"]["csrf"], "others": "1"}
    assert visitor.post(PAGE, fields, headers=headers).reply.status_code == 403
    assert visitor.post("/office/login", {"name": "olga", "password": PASSWORD}, headers=headers).reply.status_code == 403


def test_sessions_are_listed_and_ended(office):
    here, there = client(office, "anton"), client(office, "anton")
    here.get(PAGE)
    assert here.page.text.count("этот браузер") == 1 and here.page.text.count("python-requests") == 2
    here.send(path=PAGE, button="end")
    assert "Вход закрыт." in here.page.text and here.page.text.count("python-requests") == 1
    assert "/office/login" in there.get(PAGE).reply.url


def test_signing_out_ends_the_session(office):
    visitor = client(office)
    token = visitor.session.cookies.get("office", path="/office")
    visitor.get(PAGE).send(path="/office/logout")
    assert "Вы вышли." in visitor.page.text and not visitor.session.cookies.get("office", path="/office")
    assert requests.get(office.url + PAGE, cookies={"office": token}, timeout=30, allow_redirects=False).status_code == 303


def test_a_new_password_signs_out(office):
    add_account(office, "vera", "editor")
    visitor = client(office, "vera")
    office.convene("account", "passwd", "vera", stdin="another password\n")
    assert "/office/login" in visitor.get(PAGE).reply.url


def test_pages_are_kept_by_no_cache_and_run_no_script(office):
    visitor = client(office).get(PAGE)
    assert visitor.reply.headers["Cache-Control"] == "private, no-store"
    policy = visitor.reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert visitor.get("/office/no/such").reply.status_code == 404


def test_without_a_login_only_the_login_is_shown(office):
    visitor = Client(office, address=next(addresses))
    assert visitor.get("/office").reply.url.startswith(office.url + "/office/login")
    assert visitor.post("/office/logout", {"csrf": ""}).reply.url.startswith(office.url + "/office/login")
    assert visitor.get("/office/style-0.css").reply.status_code == 404
