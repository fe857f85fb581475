"""Tests the preferences page linked from a mail: a contact's choices are stored in its card and listings, and a GET changes nothing."""

import datetime
import html.parser
import re
import subprocess
import time
import zoneinfo

import pytest
import requests

from conftest import PATIENCE, wait_until

CARD = ("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:visitor\r\nFN:Visitor\r\nNOTE:kept;as it is\r\nLANG:en\r\n"
        "EMAIL:visitor@example.org\r\nEND:VCARD\r\n")


class Page:
    """A contact with a mail in the ledger, and that mail's link."""

    def __init__(self, daemon):
        self.daemon = daemon
        # A reminder of this quarter of an hour may be in the ledger before it is due, and is then derived anew with each change.
        self.token = wait_until(lambda: self.rows("SELECT token FROM mail WHERE token <> '' AND due <= ? ORDER BY id DESC LIMIT 1", time.time_ns() // 1000))[0][0]
        self.url = f"{daemon.url}/mail/{self.token}"

    def rows(self, statement, *parameters):
        return self.daemon.sql(statement, *parameters)

    def get(self, query="", **headers):
        answer = requests.get(self.url + query, headers={"Accept": "text/html", **headers}, timeout=PATIENCE)
        answer.encoding = "utf-8"
        return answer

    def post(self, follow=True, **form):
        form = {k.replace("_", "-").replace("--", "."): v for k, v in form.items()}
        answer = requests.post(self.url, data=form, headers={"Accept": "text/html"}, timeout=PATIENCE, allow_redirects=follow)
        answer.encoding = "utf-8"
        return answer

    def card(self):
        return self.rows("SELECT text FROM object WHERE uid = 'visitor'")[0][0].decode()

    def listings(self):
        return sorted(self.rows("SELECT scope, target, leads FROM subscription"))

    def state(self):
        return [self.rows(f"SELECT * FROM {table}") for table in ("subscription", "stopped", "mute", "mute_kind", "object", "agenda")]

    def delivery(self, **changes):
        form = {"action": "delivery", "agenda": "", "agenda-time": "08:00", "quiet-from": "", "quiet-to": "", "language": "en",
                "own-zone": "", "own-zone-other": "", **{k.replace("_", "-"): v for k, v in changes.items()}}
        return self.post(**form)


@pytest.fixture
def page(daemon):
    daemon.convene("import", "-", stdin=CARD)
    now = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Moscow"))
    start = now.replace(second=0, microsecond=0) + datetime.timedelta(hours=2)
    daemon.convene("add", "--kind=session", "--summary=Soon <b>&", f"--start={start:%Y-%m-%dT%H:%M}")
    lead = int((start - now).total_seconds()) - 2  # mails due before the daemon's first start are not sent
    daemon.convene("subscribe", "visitor@example.org", "--all", f"--lead=-PT{lead}S")
    return Page(daemon)


class Forms(html.parser.HTMLParser):
    """Collects the fields that a browser would send for each unchanged form, by the value of its field `action`."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.form, self.select = [], None, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.form = {}
            self.forms.append(self.form)
        elif tag == "input" and self.form is not None and "name" in attrs:
            if attrs.get("type") != "checkbox" or "checked" in attrs:
                self.form[attrs["name"]] = attrs.get("value", "")
        elif tag == "select":
            self.select = attrs["name"]
        elif tag == "option" and self.select and self.form is not None:
            if "selected" in attrs or self.select not in self.form:
                self.form[self.select] = attrs["value"]

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None

    def of(self, action):
        return [form for form in self.forms if form.get("action") == action]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_get_changes_nothing(page, language):
    before = page.state()
    for query in ("", "?done=all", "?scope=all", "?action=kinds", "?List-Unsubscribe=One-Click", f"?lang={language}"):
        assert page.get(query).status_code == 200
    answer = page.get(f"?lang={language}")
    assert "Soon &#60;b&#62;&#38;" in answer.text and f'<html lang="{language}">' in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store" and "noindex" in answer.text
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert page.token not in answer.text and "<script" not in answer.text and "style=" not in answer.text
    result = subprocess.run(["tidy", "-quiet", "-errors", "-utf8", "--warn-proprietary-attributes", "no"],
                            input=answer.text, capture_output=True, text=True, timeout=60, check=False)
    assert result.stderr == ""
    assert page.state() == before


def test_unchanged_forms_change_nothing(page):
    page.daemon.convene("subscribe", "visitor@example.org", "--kind=session", "--lead=-P1D@18:00", "--lead=-P9D@07:30")
    page.delivery(agenda="WEEKLY-FR", agenda_time="17:45", quiet_from="22:00", quiet_to="07:00", own_zone_other="Asia/Tokyo")
    card, listings = page.card(), page.listings()
    forms = Forms(page.get().text)
    assert len(forms.of("save")) == 1 and {form["action"] for form in forms.forms if "action" in form} == {"save"}
    answer = requests.post(page.url, data=forms.of("save")[0], timeout=PATIENCE)
    assert answer.status_code == 200 and "Saved." in answer.text
    assert page.card() == card and page.listings() == listings
    assert page.rows("SELECT * FROM mute_kind") == []


def test_one_button_saves_all_choices(page):
    page.daemon.convene("subscribe", "visitor@example.org", "--kind=session", "--lead=-P1D@18:00")
    text = page.get().text
    # The page shows the usual times of each kind that a listing may be about.
    assert text.count("<li>Sessions: a week before, at 10:00") == 2 and text.count("<li>Exhibitions: ") == 1
    form = Forms(text).of("save")[0]
    at = next(name[len("target."):] for name, value in form.items() if name.startswith("target.") and value == "session")
    all_of = next(name[len("target."):] for name, value in form.items() if name.startswith("target.") and value == "")
    for name in [name for name in form if name.startswith("lead.")]:
        del form[name]
    form |= {f"lead.{at}.0": "-P14D@10:00", f"lead.{all_of}.0": "-PT2H", "quiet-from": "22:00", "quiet-to": "07:00"}
    assert requests.post(page.url, data=form, timeout=PATIENCE).status_code == 200
    assert page.listings() == [(1, "", "-PT2H"), (2, "session", "-P14D@10:00")] and "X-CONVENED-QUIET:22:00-07:00" in page.card()
    # A kind without its box is left, with the leads of its listing; from everything to kinds, the new leads are kept.
    del form["all"]
    form = {name: value for name, value in form.items() if value != "session" or not name.startswith("kind.")}
    assert requests.post(page.url, data=form, timeout=PATIENCE).status_code == 200
    assert page.listings() == [(2, kind, "-PT2H") for kind in ("exhibition", "meeting", "site-visit")]
    # One wrong field, and nothing is saved.
    before = page.state()
    answer = requests.post(page.url, data=form | {"quiet-from": "25:00", "all": "1"}, timeout=PATIENCE)
    assert answer.status_code == 400 and page.state() == before


@pytest.mark.parametrize("event_class, shown", [("PRIVATE", "Soon &#60;b&#62;&#38;"), ("CONFIDENTIAL", "Busy")])
def test_a_private_event_is_named_only_to_who_is_listed_for_it_alone(page, event_class, shown):
    uid = page.rows("SELECT uid FROM mail WHERE uid <> '' ORDER BY id DESC")[0][0]
    feed = page.daemon.convene("feed", "visitor@example.org").stdout.strip()
    page.post(scope="event")
    page.daemon.convene("set", uid, "CLASS", event_class)
    for listing in (), ("--kind=session",), ("--calendar=events",):
        if listing:
            page.daemon.convene("subscribe", "visitor@example.org", *listing)
        text = page.get().text
        assert "Soon" not in text and "an event without a title" in text and f">{uid}<" not in text
        assert f"UID:{uid}\r\n" not in requests.get(feed, timeout=PATIENCE).text
    page.daemon.convene("subscribe", "visitor@example.org", f"--event={uid}")
    # As the event of the mail, as a listing and as an exception.
    assert page.get().text.count(shown) == 3
    assert wait_until(lambda: f"UID:{uid}\r\n" in requests.get(feed, timeout=PATIENCE).text)


def test_delivery_choices_are_stored_in_the_card(page):
    answer = page.delivery(agenda="DAILY", agenda_time="07:30", quiet_from="22:00", quiet_to="06:00", language="ru",
                           own_zone="Asia/Omsk")
    assert answer.status_code == 200 and answer.history[0].status_code == 303
    assert "Сохранено" in answer.text and '<html lang="ru">' in answer.text
    assert page.card() == (CARD.replace("LANG:en", "LANG:ru").replace("END:VCARD", "X-CONVENED-DIGEST:DAILY@07:30\r\n"
                           "X-CONVENED-QUIET:22:00-06:00\r\nTZ:Asia/Omsk\r\n"
                           "X-CONVENED-CHOSEN:X-CONVENED-DIGEST X-CONVENED-QUIET LANG TZ\r\nEND:VCARD"))
    assert page.rows("SELECT wish FROM agenda") == [("DAILY@07:30 Asia/Omsk",)]
    page.delivery()
    assert page.card() == CARD.replace("END:VCARD", "X-CONVENED-CHOSEN:X-CONVENED-DIGEST X-CONVENED-QUIET LANG TZ\r\nEND:VCARD")
    assert page.rows("SELECT * FROM agenda") == []


def test_choices_are_exported_and_imported(page, make_site, tmp_path):
    page.delivery(agenda="WEEKLY-SU", agenda_time="19:00", quiet_from="23:30", quiet_to="08:15", own_zone_other="Asia/Tokyo")
    page.daemon.convene("export", tmp_path / "out")
    other = make_site()
    other.convene("import", tmp_path / "out")
    shown = other.convene("show", "visitor@example.org").stdout
    assert "WEEKLY-SU@19:00" in shown and "23:30-08:15" in shown
    assert other.sql("SELECT text FROM object WHERE uid = 'visitor'")[0][0].decode() == page.card()


@pytest.mark.parametrize("form", [
    {"agenda": "HOURLY"}, {"agenda": "DAILY", "agenda_time": "8"}, {"agenda": "DAILY", "agenda_time": "08:00\r\nTZ:UTC"},
    {"agenda": "WEEKLY-XX"}, {"agenda": "DAILY@08:00;" + "x" * 500},
    {"quiet_from": "22:00"}, {"quiet_from": "22:00", "quiet_to": "22:00"}, {"quiet_from": "25:00", "quiet_to": "07:00"},
    {"language": "de"}, {"language": "en\r\nX-CONVENED-REMINDERS:OFF"},
    {"own_zone_other": "Moon/Base"}, {"own_zone_other": "../../../etc/passwd"}, {"own_zone_other": "UTC\r\nNOTE:x"},
    {"own_zone": "/etc/passwd"}, {"own_zone_other": "A" * 5000},
])
def test_an_invalid_choice_is_refused_with_a_sentence(page, form):
    before = page.state()
    answer = page.delivery(**form)
    assert answer.status_code == 400 and re.search(r'class="notice"[^>]*><strong>[^<]*othing was changed\.<', answer.text)
    assert page.state() == before


def test_leads_can_be_chosen(page):
    page.daemon.convene("subscribe", "visitor@example.org", "--kind=session", "--lead=-P9D@07:30")
    text = page.get().text
    assert "the day before, at 18:00" in text and "9\u00a0days before, at 07:30" in text and "2\u00a0hours before" in text
    page.post(action="leads", of="2", target="session", lead__1="-P7D@10:00", lead__3="-P1D@18:00", lead__7="-P9D@07:30",
              lead__8="-P7D@10:00")
    assert (2, "session", "-P7D@10:00,-P1D@18:00,-P9D@07:30") in page.listings()
    page.post(action="leads", of="2", target="session")
    assert (2, "session", "") in page.listings()


@pytest.mark.parametrize("form", [
    {"of": "2", "target": "session"}, {"of": "9", "target": ""}, {"of": "", "target": ""}, {"of": "3", "target": "' OR 1"},
    {"of": "1", "target": "", "lead__0": "tomorrow"}, {"of": "1", "target": "", "lead__0": "P3D"},
    {"of": "1", "target": "", "lead__0": "-P7D,-P8D"},
    {"of": "1", "target": "", **{f"lead__{i}": f"-P{i + 1}DT23H59M5{i % 10}S" for i in range(40)}},
])
def test_invalid_leads_are_refused(page, form):
    before = page.state()
    answer = page.post(action="leads", **form)
    assert answer.status_code == 400 and "othing was changed." in answer.text
    assert page.state() == before


def test_kinds_can_be_chosen(page):
    lead = page.listings()[0][2]
    # All kinds without one are stored as an exception.
    page.post(action="kinds", all="1", kind__0="session", kind__2="site-visit", kind__3="meeting")
    assert page.listings() == [(1, "", lead)] and page.rows("SELECT kind FROM mute_kind") == [("exhibition",)]
    # Some kinds replace the subscription to everything and keep its leads.
    page.post(action="kinds", kind__0="session", kind__1="exhibition")
    assert page.listings() == [(2, "exhibition", lead), (2, "session", lead)]
    assert page.rows("SELECT kind FROM mute_kind") == []
    page.post(action="kinds", kind__0="session", kind__1="nonsense", kind__5="'; DROP TABLE mail; --")
    assert page.listings() == [(2, "session", lead)]
    page.post(action="kinds")
    assert page.listings() == []
    page.post(action="kinds", all="1", kind__0="session", kind__1="exhibition", kind__2="site-visit", kind__3="meeting")
    assert page.listings() == [(1, "", "")] and page.rows("SELECT kind FROM mute_kind") == []


@pytest.mark.parametrize("stop, undo, table", [
    ({"scope": "event"}, {"scope": "undo-event"}, "mute"),
    ({"scope": "kind", "kind": "session"}, {"scope": "undo-kind", "kind": "session"}, "mute_kind"),
    ({"scope": "all"}, {"scope": "restore"}, "stopped"),
])
def test_each_stop_has_an_undo(page, stop, undo, table):
    answer = page.post(**stop)
    assert answer.history[0].status_code == 303 and 'class="notice"' in answer.text
    assert f'value="{undo["scope"]}"' in answer.text and f'value="{stop["scope"]}"' not in answer.text
    assert len(page.rows(f"SELECT * FROM {table}")) == 1
    answer = page.post(**undo)
    assert page.rows(f"SELECT * FROM {table}") == [] and f'value="{stop["scope"]}"' in answer.text


def test_the_undo_of_everything_leaves_the_exceptions(page):
    page.post(scope="kind", kind="session")
    page.post(scope="all")
    page.post(scope="restore")
    assert page.rows("SELECT kind FROM mute_kind") == [("session",)]


def test_a_one_click_request_is_answered_without_redirection(page):
    answer = page.post(follow=False, List_Unsubscribe="One-Click")
    assert answer.status_code == 200 and "switched off" in answer.text
    assert len(page.rows("SELECT * FROM stopped")) == 1


@pytest.mark.parametrize("form, status", [
    ({"x": "y"}, 400), ({"scope": "nonsense"}, 400), ({"action": "drop"}, 400), ({"scope": "kind", "kind": "nonsense"}, 400),
    ({"scope": "kind"}, 400), ({"scope": "undo-kind", "kind": "nonsense"}, 303),
])
def test_unknown_actions_change_nothing(page, form, status):
    before = page.state()
    assert page.post(follow=False, **form).status_code == status
    assert page.state() == before


@pytest.mark.parametrize("token", ["0" * 32, "", "%00", "../mail", "a" * 1500, "'%20OR%201=1"])
def test_a_guessed_token_opens_nothing(page, token):
    before = page.state()
    for method in ("GET", "POST"):
        answer = requests.request(method, f"{page.daemon.url}/mail/{token}", data={"scope": "all"}, timeout=PATIENCE)
        assert answer.status_code in (400, 404, 405)
    assert page.state() == before


def test_a_deleted_contact_has_no_page(page):
    page.daemon.convene("delete", "visitor")
    assert page.get().status_code == 404
    assert page.post(scope="all").status_code == 404


def test_changes_are_limited_but_opting_out_is_not(page):
    """A program uses the link of one mail: after some thirty changes further ones are refused, but opting out always works."""
    kinds = {"action": "kinds", "kind.0": "session"}
    answers = [page.post(follow=False, **kinds).status_code for _ in range(40)]
    assert answers[:30] == [303] * 30 and answers[-1] == 429
    for stop in ({"scope": "event"}, {"scope": "all"}, {"List-Unsubscribe": "One-Click"}):
        assert page.post(follow=False, **stop).status_code in (200, 303)
    assert page.post(scope="restore").status_code == 429
    assert page.get().status_code == 200


def test_a_link_in_a_mail_to_an_earlier_address_is_outdated(page):
    before = page.state()
    assert page.get().status_code == 200
    page.daemon.convene("import", "-", stdin=CARD.replace("NOTE:kept", "NOTE:other"))
    assert page.get().status_code == 200
    page.daemon.convene("import", "-", stdin=CARD.replace("visitor@example.org", "newcomer@example.org"))
    assert page.get().status_code == 404
    assert page.post(action="all").status_code == 404
    assert page.post(follow=False, List_Unsubscribe="One-Click").status_code == 404
    assert page.state()[:4] == before[:4]
