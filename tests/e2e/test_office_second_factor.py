"""Tests the second step of the login: its set-up, the codes of an app, recovery codes, limits, and calendar programs."""

import contextlib
import html
import itertools
import re
import sqlite3
import subprocess
import time
import urllib.parse

import pytest
import requests

from conftest import PATIENCE, Site, end
from office_client import PASSWORD, Client, add_account

PAGE = "/office/second-factor"
RECOVERY = re.compile(r"<li><code>([a-z2-7-]{30})</code></li>")
addresses = (f"127.12.0.{number}" for number in itertools.count(1))
names = (f"olga{number}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("office"))
    site.convene("add", "--summary=x", "--start=2030-01-01")
    yield site.start()
    end(site)


@pytest.fixture
def olga(office):
    name = next(names)
    add_account(office, name)
    return name


def client(site):
    return Client(site, address=next(addresses))


class App:
    """An authenticator with the secret of a page: oathtool."""

    def __init__(self, html):
        self.secret = re.search(r'class="app-password">([A-Z2-7 ]+)<', html)[1].replace(" ", "")

    def at(self, period):
        """Returns the code of the current period, of the next one (1) or the last one (-1)."""
        when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(time.time() + 30 * period))
        return subprocess.run(["oathtool", "--totp", "--base32", f"--now={when}", self.secret], capture_output=True, text=True, check=True).stdout.strip()

    def code(self, office):
        """Returns a code that can be used: the store forgets that another one of this period was, so that no test waits for the next one."""
        with contextlib.closing(sqlite3.connect(office.database)) as store:
            store.execute("UPDATE second_factor SET period = 0 WHERE secret = ?", [self.secret])
            store.commit()
        return self.at(0)


def set_up(office, name):
    """Turns the second step on. Returns the visitor, the app and the recovery codes."""
    visitor = client(office).sign_in(name).get(PAGE)
    app = App(visitor.send(button="propose").reply.text)
    visitor.send({"password": PASSWORD, "code": app.code(office)}, button="confirm")
    return visitor, app, RECOVERY.findall(visitor.reply.text)


def dav(office, name, password):
    return requests.get(office.url + "/dav/", auth=(name, password), timeout=PATIENCE).status_code


def rows(office, statement, *values):
    with contextlib.closing(sqlite3.connect(office.database)) as store:
        return store.execute(statement, values).fetchall()


def test_the_second_step_is_set_up_by_a_first_code(office, olga, tmp_path):
    visitor = client(office).sign_in(olga).get("/office/sessions")
    assert PAGE in visitor.page.links and "выключен" in visitor.page.text
    other = client(office).sign_in(olga)
    app = App(visitor.get(PAGE).send(button="propose").reply.text)
    assert visitor.reply.url == office.url + PAGE
    # Until the code is confirmed, the password alone signs in.
    assert client(office).sign_in(olga).reply.url.endswith("/office/events")
    refused = visitor.send({"password": PASSWORD, "code": "12345"}, button="confirm")
    assert refused.reply.status_code == 400 and refused.page.faults["code"] and App(refused.reply.text).secret == app.secret
    version, = rows(office, "SELECT value FROM counter WHERE name = 'account'")[0]
    visitor.send({"password": PASSWORD, "code": app.code(office)}, button="confirm")
    codes = RECOVERY.findall(visitor.reply.text)
    assert visitor.reply.status_code == 200 and len(set(codes)) == 10
    assert rows(office, "SELECT value FROM counter WHERE name = 'account'")[0][0] > version
    # Sessions that began without it end; the secret and the codes are not shown again, and only the hashes of the codes are stored.
    assert "/office/login" in other.get("/office/sessions").reply.url
    shown = visitor.get(PAGE)
    assert "осталось 10 запасных кодов" in shown.page.text.lower() and app.secret[:4] not in shown.reply.text and "<svg" not in shown.reply.text
    assert not any(code.replace("-", "") in str(row).replace("-", "") for code in codes for row in rows(office, "SELECT * FROM recovery_code"))
    assert "включён" in visitor.get("/office/sessions").page.text


def test_a_session_alone_sets_up_and_turns_off_nothing(office, olga):
    visitor = client(office).sign_in(olga).get(PAGE)
    app = App(visitor.send(button="propose").reply.text)
    for password in ("", "another password"):
        visitor.send({"password": password, "code": app.code(office)}, button="confirm")
        assert visitor.reply.status_code == 400 and visitor.page.faults == {"password": "Пароль неверен"}
    assert rows(office, "SELECT confirmed FROM second_factor WHERE account = ?", olga) == [(0,)]
    codes = RECOVERY.findall(visitor.send({"password": PASSWORD, "code": app.code(office)}, button="confirm").reply.text)
    for action in ("off", "renew"):
        visitor.get(PAGE).send({"password": "another password", "code": codes[0]}, button=action)
        assert visitor.reply.status_code == 400 and visitor.page.faults == {"password": "Пароль неверен"}
    assert len(rows(office, "SELECT * FROM recovery_code WHERE account = ?", olga)) == 10, "no code was used up"
    assert "Второй шаг входа выключен." in visitor.send({"password": PASSWORD, "code": codes[0]}, button="off").page.text


def test_the_qr_code_is_what_apps_read(office, olga, tmp_path):
    visitor = client(office).sign_in(olga).get(PAGE)
    app = App(visitor.send(button="propose").reply.text)
    path = re.search(r'<svg class="qr" viewBox="0 0 (\d+) \d+".*?<path d="([^"]*)"', visitor.reply.text, re.S)
    size, bars = int(path[1]), re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path[2])
    dark = {(int(x) + i, int(y)) for x, y, n in bars for i in range(int(n))}
    scale, lines = 8, []
    for y in range(size * scale):
        lines.append(" ".join("0" if (x // scale, y // scale) in dark else "255" for x in range(size * scale)))
    picture = tmp_path / "code.pgm"
    picture.write_text(f"P2 {size * scale} {size * scale} 255\n" + "\n".join(lines) + "\n")
    uri = subprocess.run(["zbarimg", "--raw", "-q", picture], capture_output=True, text=True, check=True).stdout.strip()
    parts = urllib.parse.urlsplit(uri)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp") and urllib.parse.unquote(parts.path).endswith(":" + olga)
    query = dict(urllib.parse.parse_qsl(parts.query))
    assert query["secret"] == app.secret and query["issuer"] and (query["digits"], query["period"], query["algorithm"]) == ("6", "30", "SHA1")


def test_a_login_has_two_steps_and_takes_each_code_once(office, olga):
    _, app, _ = set_up(office, olga)
    visitor = client(office).get("/office/people")
    visitor.send({"name": olga, "password": PASSWORD}, path="/office/login")
    assert visitor.reply.status_code == 200 and "Второй шаг входа" in visitor.page.text
    # The first step opens nothing.
    assert "/office/login" in client_with(visitor, office).get("/office/people").reply.url
    code = app.code(office)
    visitor.send({"code": f"{code[:3]} {code[3:]}"}, path="/office/login/code")
    assert visitor.reply.url == office.url + "/office/people" and visitor.reply.status_code == 200
    # Neither a replay nor an earlier code is taken, but the next one is.
    replay = client(office).sign_in(olga)
    for used in (code, app.at(-1)):
        replay.send({"code": used}, path="/office/login/code")
        assert replay.reply.status_code == 403 and "уже использован" in replay.page.text
    replay.send({"code": app.at(1)}, path="/office/login/code")
    assert replay.reply.url.endswith("/office/events")


def client_with(visitor, office):
    other = client(office)
    other.session.cookies.update(visitor.session.cookies)
    return other


def test_a_code_needs_a_right_password_and_the_token_of_its_form(office, olga):
    _, app, _ = set_up(office, olga)
    code = app.code(office)
    direct = client(office).get("/office/login")
    direct.post("/office/login/code", {"code": code, "next": ""})
    assert direct.reply.status_code == 403 and "password" in direct.page.form("/office/login")["fields"]
    visitor = client(office).sign_in(olga)
    assert visitor.post("/office/login/code", {"code": code, "csrf": "0" * 64}).reply.status_code == 403
    visitor.sign_in(olga)
    assert client_with(visitor, office).get("/office/login/code").reply.url.endswith("/office/login")
    # A first step that took too long begins anew.
    with contextlib.closing(sqlite3.connect(office.database)) as store:
        store.execute("UPDATE session SET created = created - 601000000, used = used - 601000000 WHERE account = ? AND pending = 1", [olga])
        store.commit()
    visitor.send({"code": code}, path="/office/login/code")
    assert visitor.reply.status_code == 403 and "password" in visitor.page.form("/office/login")["fields"]
    visitor.sign_in(olga).send({"code": code}, path="/office/login/code")
    assert visitor.reply.url.endswith("/office/events")


def test_a_recovery_code_is_taken_once(office, olga):
    visitor, app, codes = set_up(office, olga)
    for spelling, taken in ((codes[0].upper().replace("-", " "), True), (codes[0], False), (codes[1], True), ("a" * 26, False)):
        login = client(office).sign_in(olga).send({"code": spelling}, path="/office/login/code")
        assert login.reply.url.endswith("/office/events") == taken, spelling
    assert "осталось 8 запасных кодов" in visitor.get(PAGE).page.text.lower()
    # New ones replace all; both need a code.
    assert visitor.send({"password": PASSWORD, "code": "123"}, button="renew").reply.status_code == 400
    visitor.send({"password": PASSWORD, "code": app.code(office)}, button="renew")
    fresh = RECOVERY.findall(visitor.reply.text)
    assert len(fresh) == 10 and not set(fresh) & set(codes)
    assert client(office).sign_in(olga).send({"code": codes[2]}, path="/office/login/code").reply.status_code == 403
    assert visitor.get(PAGE).send({"password": PASSWORD, "code": "123456"}, button="off").reply.status_code == 400
    visitor.get(PAGE).send({"password": PASSWORD, "code": fresh[0]}, button="off")
    assert visitor.reply.url.endswith("?done=factor-off")
    assert client(office).sign_in(olga).reply.url.endswith("/office/events")
    assert rows(office, "SELECT * FROM second_factor WHERE account = ?", olga) == rows(office, "SELECT * FROM recovery_code WHERE account = ?", olga) == []


def test_wrong_codes_have_to_wait_whatever_the_password(make_site):
    site = make_site(extra="auth = { failures = 3; };\n")
    add_account(site)
    site.start()
    _, app, codes = set_up(site, "olga")
    # Each wait is twice as long as the last one, so that one of them is longer than a slow machine takes for the next try.
    for _ in range(12):  # a right password before each code, each from another network
        visitor = client(site).sign_in("olga").send({"code": "12345"}, path="/office/login/code")
        if visitor.reply.status_code == 429:
            break
        assert visitor.reply.status_code == 403
    assert visitor.reply.status_code == 429 and "Попробуйте через" in visitor.page.text
    assert client(site).sign_in("olga").send({"code": codes[0]}, path="/office/login/code").reply.status_code == 429
    log = site.log_text()
    assert "sign-in failed: client 127.12.0." in log and "account olga" in log
    assert app.secret not in log and not any(code in log for code in codes)


def test_calendar_programs_need_an_app_password(office, olga):
    assert dav(office, olga, PASSWORD) == 200
    set_up(office, olga)
    password = office.convene("account", "token", olga, "--label=phone").stdout.strip()
    # The password is refused also after it was right in a form, and its owner need not wait for that.
    for _ in range(12):
        assert dav(office, olga, PASSWORD) == 401
    client(office).sign_in(olga)
    assert dav(office, olga, PASSWORD) == 401 and dav(office, olga, password) == 200
    assert "Второй шаг входа" in client(office).sign_in(olga).page.text


def test_the_command_shows_it_and_turns_it_off(office, olga):
    assert office.convene("account", "factor-off", olga, check=False).returncode == 1
    _, app, codes = set_up(office, olga)
    shown = office.convene("account", "list", olga).stdout + office.convene("account", "list", olga, "--json").stdout
    assert "10 recovery codes left" in shown and '"second_factor": {"recovery_codes": 10, "since": "20' in shown
    assert app.secret not in shown and codes[0] not in shown
    office.convene("account", "factor-off", olga)
    assert '"second_factor": null' in office.convene("account", "list", olga, "--json").stdout
    assert client(office).sign_in(olga).reply.url.endswith("/office/events")


def test_a_kept_form_goes_through_both_steps(office, olga):
    visitor, app, _ = set_up(office, olga)
    visitor.get("/office/events")
    form = visitor.get("/office/new-event").page.form(button=None)
    url = visitor.reply.url
    visitor.session.cookies.clear()
    visitor.post(url, dict(form["fields"], **{"title-ru": "Ночь музеев"}))
    visitor.send({"name": olga, "password": PASSWORD}, path="/office/login")
    visitor.send({"code": "1"}, path="/office/login/code")
    visitor.send({"code": app.code(office)}, path="/office/login/code")
    assert "Ночь музеев" in html.unescape(visitor.reply.text)


def test_the_second_factor_moves_to_another_store(office, olga, make_site, tmp_path):
    _, app, _ = set_up(office, olga)
    other = make_site()
    office.convene("export", tmp_path / "out")
    other.convene("import", tmp_path / "out")
    with contextlib.closing(sqlite3.connect(other.database)) as store:
        assert store.execute("SELECT secret FROM second_factor WHERE account = ?", [olga]).fetchall() == [(app.secret,)]
        assert store.execute("SELECT count(*) FROM recovery_code WHERE account = ?", [olga]).fetchone() == (10,)
