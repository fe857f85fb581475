"""Tests what bounds an account's use of CalDAV: quota, processor time, threads, and how long deletions are remembered."""

import contextlib
import datetime
import re
import sqlite3
import threading
import time

import pytest
import requests

from conftest import PATIENCE, Site, end, make_tool, wait_until
from test_accounts import add
from test_clock import SHIM, Clock
from test_dav import NAMES, propfind, responses
from test_dav_collections import SPACES, call, event, own, proppatch, setting

MEBIBYTE = 1024 * 1024
CONFIGURATION = 'dav = { quota = 2; report_time = "PT1S"; deletions_keep = "P400D"; };\n'
FILTERS = 200  # they fold 18 texts of 100 kB each, 360 MB, which takes any machine more than a second


@pytest.fixture(scope="module")
def dav(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"), CONFIGURATION)
    for name, role in (("Anna", "editor"), ("boris", "editor"), ("vera", "editor"), ("gleb", "editor"), ("dina", "editor")):
        add(site, name, role)
    yield site.start()
    end(site)


def quota(site, path, user):
    """Returns the two properties of a resource: octets available, octets used."""
    (found,) = responses(propfind(site, path, "D:quota-available-bytes", "D:quota-used-bytes", user=user)).values()
    return tuple(int(found["200"][f"{{DAV:}}{name}"].text) for name in ("quota-available-bytes", "quota-used-bytes")) if "200" in found else None


def big(uid, size):
    """An event of about this many octets, and no more."""
    line = f"X-FILL:{'a' * 60}\r\n"
    return event(uid, more=line * ((size - len(event(uid))) // len(line)))


def test_the_quota_of_an_account(dav):
    path = own(dav, "full")
    assert quota(dav, path, "anna") == quota(dav, "/dav/calendars/anna/", "anna") == (2 * MEBIBYTE, 0)
    text = big("one", 900_000)
    assert call(dav, "PUT", path + "one.ics", text).status_code == 201
    assert quota(dav, path, "anna") == (2 * MEBIBYTE - len(text), len(text))
    assert call(dav, "COPY", path + "one.ics", None, Destination=own(dav, "copy") + "one.ics").status_code == 201
    for refused in (call(dav, "PUT", path + "three.ics", big("three", 900_000)), call(dav, "POST", path, big("four", 900_000)),
                    call(dav, "COPY", path + "one.ics", None, Destination=own(dav, "again") + "one.ics")):
        assert refused.status_code == 507 and "<D:quota-not-exceeded/>" in refused.text, refused.text
    assert quota(dav, path, "anna") == (2 * MEBIBYTE - 2 * len(text), 2 * len(text))
    assert call(dav, "GET", path + "three.ics").status_code == 404
    # A smaller version of what is there is always taken, and room that was made can be used again.
    assert call(dav, "PUT", path + "one.ics", event("one")).status_code == 204
    assert call(dav, "PUT", path + "three.ics", big("three", 900_000)).status_code == 201
    assert call(dav, "DELETE", path).status_code == 204
    assert quota(dav, "/dav/calendars/anna/", "anna") == (2 * MEBIBYTE - len(text), len(text))


def test_collections_of_the_office_have_no_quota(dav):
    assert quota(dav, "/dav/calendars/boris/events/", "boris") is None
    found = call(dav, "PROPFIND", "/dav/calendars/boris/", "", "boris", Depth="0").text
    assert "quota" not in found  # not in allprop (RFC 4331, 3)
    names = call(dav, "PROPFIND", "/dav/calendars/boris/", f"<D:propfind {SPACES}><D:propname/></D:propfind>", "boris", Depth="0").text
    assert "<D:quota-available-bytes/>" in names and "<D:quota-used-bytes/>" in names
    refused = proppatch(dav, "/dav/calendars/boris/", setting("<D:quota-used-bytes>0</D:quota-used-bytes>"), "boris")
    assert "<D:cannot-modify-protected-property/>" in refused.text


def test_all_properties_of_an_account_have_a_maximum(dav):
    value = "<X:n{} xmlns:X='urn:x'>" + "я" * 30_000 + "</X:n{}>"
    statuses = []
    for number in range(40):
        path = own(dav, f"p{number}", "vera")
        answer = proppatch(dav, path, setting("".join(value.replace("{}", str(n)) for n in range(8))), "vera")
        statuses.append("HTTP/1.1 507" in answer.text)
    assert statuses == sorted(statuses) and statuses.count(False) == 34


def dull(uid):
    """An event with a long text."""
    return event(uid, more="DESCRIPTION:\r\n" + f" {'ДОЛГО ' * 6}\r\n" * 1400)


def query(site, path, user, filters):
    """Asks for the events whose text has none of as many words as there are filters. Each filter folds the whole text again."""
    words = "".join(f'<C:prop-filter name="DESCRIPTION"><C:text-match collation="i;unicode-casemap" negate-condition="yes">no{number}</C:text-match>'
                    '</C:prop-filter>' for number in range(filters))
    content = (f'<C:calendar-query {SPACES}><D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
               f'{words}</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>')
    return call(site, "REPORT", path, content, user, Depth="1")


def test_reports_give_up_in_time_and_hold_up_nobody(dav):
    """Slow queries of two accounts run at once; meanwhile pages and another account are answered. Smaller queries of the same are answered, too."""
    paths = {}
    for user in ("gleb", "dina"):
        paths[user] = own(dav, "slow", user)
        for number in range(18):
            assert call(dav, "PUT", paths[user] + f"{number}.ics", dull(f"{user}{number}"), user).status_code == 201
        assert len(responses(query(dav, paths[user], user, 1))) == 18
    answers = {}

    def ask(user):
        answers[user] = query(dav, paths[user], user, FILTERS)

    threads = [threading.Thread(target=ask, args=[user]) for user in paths]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert requests.get(dav.url + "/all.ics", timeout=PATIENCE).status_code == 200
        assert call(dav, "PROPFIND", "/dav/", "", "boris", Depth="0").status_code == 207
    for thread in threads:
        thread.join()
    for answer in answers.values():
        assert answer.status_code == 403 and "<D:number-of-matches-within-limits/>" in answer.text, answer.text


def test_an_endless_series_that_takes_no_time_does_not_hold_up_a_free_busy_query(dav):
    """2.8 * 10^8 instances until the end of time, none of which is busy."""
    for user, state in (("gleb", "TRANSP:TRANSPARENT\r\n"), ("dina", "STATUS:CANCELLED\r\n")):
        path = own(dav, "endless", user)
        series = "DURATION:PT1M\r\nRRULE:FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=0,15,30,45\r\n" + state
        text = event("endless", more=series).replace("DTSTART:20300101T100000Z", "DTSTART:19700101T000000Z")
        assert call(dav, "PUT", path + "a.ics", text, user).status_code == 201
        times = f'<C:free-busy-query {SPACES}><C:time-range start="19700101T000000Z" end="99991231T000000Z"/></C:free-busy-query>'
        # A second of a thread that yields to others takes minutes on a busy machine.
        answer = call(dav, "REPORT", path, times, user, timeout=12 * PATIENCE, Depth="1")
        assert answer.status_code == 403 and "<D:number-of-matches-within-limits/>" in answer.text, answer.text
        day = times.replace("99991231", "19700102")
        assert call(dav, "REPORT", path, day, user, Depth="1").status_code == 200


def test_put_requests_that_wait_hold_up_no_get(dav):
    """Another process keeps the store locked; PUTs of all accounts wait, and GETs of the same accounts are answered meanwhile."""
    path = own(dav, "wait", "boris")
    assert call(dav, "PUT", path + "a.ics", event("a"), "boris").status_code == 201
    statuses = []
    with contextlib.closing(sqlite3.connect(dav.database, isolation_level=None)) as store:
        store.execute("BEGIN IMMEDIATE")
        threads = [threading.Thread(target=lambda n=n: statuses.append(call(dav, "PUT", path + f"w{n}.ics", event(f"w{n}"), "boris").status_code))
                   for n in range(6)]
        for thread in threads:
            thread.start()
        for _ in range(5):
            assert call(dav, "GET", path + "a.ics", None, "boris").status_code == 200
        assert statuses == []
        store.execute("ROLLBACK")
    for thread in threads:
        thread.join()
    assert statuses == [201] * 6


def sync(site, path, user, token="", more=""):
    content = (f"<D:sync-collection {SPACES}><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>{more}"
               "<D:prop><D:getetag/></D:prop></D:sync-collection>")
    return call(site, "REPORT", path, content, user)


def token_of(answer):
    return re.search("<D:sync-token>(.*?)</D:sync-token>", answer.text)[1]


def age(site, table, column, condition, days):
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        assert store.execute(f"UPDATE {table} SET {column} = {column} - ? WHERE {condition}", [days * 86_400_000_000]).rowcount > 0
        store.commit()


def approach_midnight(clock):
    """Sets a clock to some seconds before midnight, unless midnight is near: its work may have yet to be done. Returns false."""
    now = clock.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if now - midnight > datetime.timedelta(minutes=1) and midnight + datetime.timedelta(days=1) - now > datetime.timedelta(seconds=5):
        clock.jump(midnight + datetime.timedelta(days=1, seconds=-5) - now)
    return False


def test_what_is_old_is_removed_at_midnight(make_site, tmp_path):
    """Retention has a time of its own, which follows the machine's: the store tells of a run today."""
    make_tool(SHIM)
    clock = Clock(tmp_path / "clock", datetime.datetime.now(datetime.timezone.utc))
    site = make_site(extra=CONFIGURATION)
    site.environment = {"LD_PRELOAD": str(SHIM), "CLOCK_FILE": str(clock.path)}
    add(site, "Anna", "editor")
    site.start()
    path = own(site, "work")
    for name in "abc":
        assert call(site, "PUT", path + name + ".ics", event(name)).status_code == 201
    first = token_of(sync(site, path, "anna"))
    call(site, "DELETE", path + "a.ics")
    second = token_of(sync(site, path, "anna"))
    call(site, "DELETE", path + "b.ics")
    site.stop()
    age(site, "tombstone", "at", "uid = 'a'", 401)
    age(site, "tombstone", "at", "uid = 'b'", 390)
    with contextlib.closing(sqlite3.connect(site.database)) as store, store:
        store.execute("REPLACE INTO meta VALUES ('retention', ?)", [f"{time.time_ns() // 1000} 0 another"])
    site.start()
    wait_until(lambda: site.sql("SELECT count(*) FROM tombstone WHERE uid = 'a'") == [(0,)] or approach_midnight(clock))
    refused = sync(site, path, "anna", first)
    assert refused.status_code == 403 and "<D:valid-sync-token/>" in refused.text
    answer = sync(site, path, "anna", second)
    assert answer.status_code == 207 and "b.ics" in answer.text and "404 Not Found" in answer.text and "a.ics" not in answer.text
    assert "c.ics" in sync(site, path, "anna").text
    # The members of a first sync may be older than the deletions that were forgotten (RFC 6578, 3.6).
    call(site, "PUT", path + "d.ics", event("d"))
    call(site, "PUT", path + "e.ics", event("e"))
    token, names = "", []
    for _ in range(3):
        answer = sync(site, path, "anna", token, "<D:limit><D:nresults>1</D:nresults></D:limit>")
        assert answer.status_code == 207, answer.text
        token = token_of(answer)
        names += re.findall("/([a-z]+[.]ics)</D:href>", answer.text)
    assert names == ["c.ics", "d.ics", "e.ics"] and "507" not in answer.text and token == token_of(sync(site, path, "anna"))
    assert site.convene("check").returncode == 0


def test_limits_of_objects_are_properties_with_preconditions(dav):
    calendar = own(dav, "limits", "boris")
    (found,) = responses(propfind(dav, calendar, "C:max-instances", "C:max-attendees-per-instance", user="boris")).values()
    instances, attendees = (int(found["200"][f"{{{NAMES['C']}}}{name}"].text) for name in ("max-instances", "max-attendees-per-instance"))
    people = "".join(f"ATTENDEE:mailto:a{number}@example.org\r\n" for number in range(attendees + 1))
    for more, element in ((f"RRULE:FREQ=DAILY;COUNT={instances + 1}\r\n", "max-instances"), (people, "max-attendees-per-instance")):
        refused = call(dav, "PUT", calendar + "x.ics", event("x", more=more), "boris")
        assert refused.status_code == 403 and f"<C:{element}/>" in refused.text
    assert call(dav, "PUT", calendar + "x.ics", event("x", more=f"RRULE:FREQ=DAILY;COUNT={instances}\r\n"), "boris").status_code == 201
