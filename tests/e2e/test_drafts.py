"""Events without a date and private events: pages, feeds, Atom and jCal agree on the public part."""

import datetime

import pytest
import requests

from conftest import PATIENCE, wait_until

YEAR = datetime.date.today().year + 1  # feeds contain only some years ahead
DRAFT, HIDDEN, BUSY = "Undated congress", "Board meeting", "Audit of the plant"
PAGES = "/", "/month", f"/month/{YEAR}-06", "/sites", "/event/draft@x", "/event/closed@x", "/event/busy@x", "/subscribe/mail?event=draft@x", "/sitemap.xml"
FEEDS = "/all.ics", "/session.ics", "/calendar/events.ics", "/events.json", "/event/draft@x.ics", "/event/closed@x.ics", "/event/busy@x.ics", "/events.atom"


def get(site, path):
    answer = requests.get(site.url + path, headers={"Accept": "text/html", "Accept-Language": "en"}, timeout=PATIENCE)
    answer.encoding = "utf-8"
    return answer.text


def fill(site):
    site.convene("add", "--uid=draft@x", f"--summary={DRAFT}", "--kind=session")
    site.convene("add", "--uid=closed@x", f"--summary={HIDDEN}", "--kind=session", f"--start={YEAR}-06-24T10:00")
    site.convene("set", "closed@x", "CLASS", "PRIVATE")
    site.convene("add", "--uid=busy@x", f"--summary={BUSY}", "--kind=session", f"--start={YEAR}-06-25T10:00")
    site.convene("set", "busy@x", "CLASS", "CONFIDENTIAL")
    site.convene("add", "--uid=last@x", "--summary=The last", "--kind=session", f"--start={YEAR}-06-26T10:00")


def signup(extra):
    return f'mail = {{ deliver = true; url = "smtp://127.0.0.1:9"; starttls = false; }};\nsignup = {{ enabled = true; }};\n{extra}'


@pytest.mark.parametrize("extra, is_shown", [("", True), ("site = { drafts = true; };\n", True), ("site = { drafts = false; };\n", False)])
def test_drafts_and_what_is_private(make_site, extra, is_shown):
    site = make_site(extra=signup(extra))
    fill(site)
    site.start()
    seen = {path: get(site, path) for path in PAGES + FEEDS}
    assert [path for path, text in seen.items() if HIDDEN in text or BUSY in text] == []
    with_draft = {path for path, text in seen.items() if DRAFT in text or "draft@x" in text.replace("&#64;", "@") and path == "/sitemap.xml"}
    shown = {"/", "/event/draft@x", "/events.atom", "/subscribe/mail?event=draft@x", "/sitemap.xml"}
    assert with_draft == (shown if is_shown else set())
    assert not any("The last" not in seen[path] for path in ("/", "/all.ics", "/session.ics", "/events.json", "/events.atom"))


def test_the_office_changes_its_mind(make_site):
    site = make_site(extra="site = { drafts = true; };\n")
    fill(site)
    site.start()
    wait_until(lambda: DRAFT in get(site, "/events.atom") and DRAFT in get(site, "/"))
    site.config.write_text(site.config.read_text().replace("drafts = true", "drafts = false"))
    site.reload()
    wait_until(lambda: DRAFT not in get(site, "/events.atom") and DRAFT not in get(site, "/"))
    assert requests.get(f"{site.url}/event/draft@x", timeout=PATIENCE).status_code == 404


def test_hidden_events_change_no_public_output(make_site):
    site = make_site()
    fill(site)
    site.start()
    paths = "/all.ics", "/session.ics", "/calendar/events.ics", "/events.json"

    def heads():
        answers = [requests.get(site.url + path, timeout=PATIENCE) for path in paths]
        return [(answer.headers["ETag"], answer.headers["Last-Modified"], answer.text) for answer in answers]

    before = wait_until(lambda: (first := heads()) and all("The last" in text for *_, text in first) and first)
    # A confidential event's kind is not published either.
    assert ["busy@x" in text for *_, text in before] == [True, False, True, True]
    site.convene("set", "closed@x", "SUMMARY", "Another board meeting")
    site.convene("set", "draft@x", "SUMMARY", "Another congress")
    site.convene("add", "--uid=closed2@x", "--summary=Hidden", "--kind=session")
    site.convene("delete", "closed2@x")
    wait_until(lambda: "Another congress" in get(site, "/"))
    assert heads() == before
    # A confidential event changes the feeds that contain its times, and no feed of its kind.
    site.convene("date", "busy@x", f"{YEAR}-07-25T10:00")
    wait_until(lambda: [one == other for one, other in zip(heads(), before)] == [False, True, False, False])
    # An event that becomes private is removed.
    site.convene("set", "last@x", "CLASS", "PRIVATE")
    wait_until(lambda: all("The last" not in text for *_, text in heads()))


def test_parts_do_not_name_a_private_parent(make_site):
    site = make_site()
    fill(site)
    for parent in ("closed@x", "last@x"):
        site.convene("add", f"--uid=part-of-{parent}", "--summary=Part", "--kind=session", f"--start={YEAR}-06-26T10:00", f"--parent={parent}")
    site.start()
    seen = {path: get(site, path) for path in ("/all.ics", "/session.ics", "/events.json", "/event/part-of-closed@x.ics", "/event/part-of-closed@x")}
    assert all("part-of-closed@x" in text and "closed@x" not in text.replace("part-of-closed@x", "") for text in seen.values())
    assert "RELATED-TO;RELTYPE=PARENT:last@x" in seen["/all.ics"]
    # An event that becomes private is no longer named; one that becomes public is.
    site.convene("set", "last@x", "CLASS", "PRIVATE")
    wait_until(lambda: "PARENT:" not in get(site, "/all.ics"))
    site.convene("set", "closed@x", "CLASS", "PUBLIC")
    wait_until(lambda: "RELATED-TO;RELTYPE=PARENT:closed@x" in get(site, "/all.ics"))
    assert "last@x" not in get(site, "/all.ics").replace("part-of-last@x", "")
