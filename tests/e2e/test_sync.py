"""Tests sync-collection (RFC 6578): what a reader's copy needs to be equal to the store."""

import contextlib
import re
import shutil
import signal
import sqlite3
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import Site, end, needs_file
from test_accounts import add
from test_dav import NAMES, propfind, responses
from test_dav_members import ask, calendar, card, put
from test_dav_members import event as write_event
from test_multiget import report

ROOT = "/dav/calendars/Anna/events/"


@pytest.fixture
def dav(tmp_path):
    site = Site(tmp_path)
    add(site, "Anna")
    yield site.start()
    end(site)


def event(site, uid, **options):
    site.convene("add", f"--uid={uid}", "--summary=x", "--start=2030-01-01", *(f"--{name}={value}" for name, value in options.items()))


def asked(token="", level="1", limit=None, names="<D:getetag/>"):
    level = f"<D:sync-level>{level}</D:sync-level>" if level else ""
    limit = f"<D:limit><D:nresults>{limit}</D:nresults></D:limit>" if limit is not None else ""
    token = f"<D:sync-token>{token}</D:sync-token>" if token is not None else ""
    return f'<D:sync-collection xmlns:D="DAV:" xmlns:C="{NAMES["C"]}">{token}{level}{limit}<D:prop>{names}</D:prop></D:sync-collection>'


def read_changes(answer, collection=ROOT):
    """Returns (token, whether it was cut, {name: entity tag, or None if it was removed}), in order."""
    assert answer.status_code == 207, answer.text
    root = ElementTree.fromstring(answer.content)
    names, cut = {}, False
    for response in root.findall("D:response", NAMES):
        href = response.findtext("D:href", None, NAMES)
        status = response.findtext("D:status", None, NAMES)
        if href == collection:
            assert "507" in status and response.find("D:error/D:number-of-matches-within-limits", NAMES) is not None
            cut = True
            continue
        assert href.startswith(collection) and not cut
        assert href not in names, "a name twice"
        assert status is None or "404" in status
        names[href.removeprefix(collection)] = None if status else response.findtext("D:propstat/D:prop/D:getetag", None, NAMES)
    return root.findtext("D:sync-token", None, NAMES), cut, names


def sync(site, token="", collection=ROOT, **options):
    return read_changes(report(site, collection, asked(token, **options), Depth="0"), collection)


def members(site, collection=ROOT):
    found = responses(propfind(site, collection, "D:getetag", depth="1"))
    del found[collection]
    return {href.removeprefix(collection): properties["200"]["{DAV:}getetag"].text for href, properties in found.items()}


def token_of(site, name="D:sync-token"):
    prefix, _, local = name.partition(":")
    return responses(propfind(site, ROOT, name))[ROOT]["200"][f"{{{NAMES[prefix]}}}{local}"].text


def test_changes_since_a_token(dav):
    for uid in "abc":
        event(dav, uid)
    token, cut, found = sync(dav)
    assert not cut and found == members(dav) and list(found) == ["a.ics", "b.ics", "c.ics"]
    assert token == token_of(dav) == token_of(dav, "S:getctag") and re.match("[a-z]+:", token)
    assert sync(dav, token) == (token, False, {})
    dav.convene("set", "a", "SUMMARY", "y")
    dav.convene("delete", "b")
    event(dav, "d")
    event(dav, "gone")
    dav.convene("delete", "gone")
    newer, cut, found = sync(dav, token)
    now = members(dav)
    assert not cut and newer == token_of(dav) != token
    assert list(found.items()) == [("a.ics", now["a.ics"]), ("b.ics", None), ("d.ics", now["d.ics"]), ("gone.ics", None)]
    assert sync(dav, newer) == (newer, False, {})
    event(dav, "b")
    assert sync(dav, newer)[2] == {"b.ics": members(dav)["b.ics"]} and sync(dav, token)[2].keys() == {"a.ics", "b.ics", "d.ics", "gone.ics"}
    assert sync(dav)[2] == members(dav), "an initial synchronization has no removed members"


def test_other_collections_are_not_counted(dav):
    event(dav, "a")
    token, _, _ = sync(dav)
    event(dav, "b", calendar="second")
    assert sync(dav, token) == (token, False, {})
    assert sync(dav, collection="/dav/calendars/Anna/second/")[2].keys() == {"b.ics"}


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_a_limit_is_continued(dav, limit):
    for n in range(7):
        event(dav, f"e{n}")
    dav.convene("delete", "e3")
    token, copy, rounds = "", {}, 0
    while True:
        token, cut, found = sync(dav, token, limit=limit)
        rounds += 1
        assert len(found) == limit or not cut and len(found) <= limit
        copy.update(found)
        if not cut:
            break
        if rounds == 1:
            dav.convene("set", "e0", "SUMMARY", "late")
            dav.convene("delete", "e6")
    assert {name: tag for name, tag in copy.items() if tag} == members(dav)
    assert token == token_of(dav)


def test_texts_and_other_properties(dav):
    event(dav, "a")
    answer = report(dav, ROOT, asked(names="<D:getetag/><C:calendar-data/><D:none/>"))
    assert "BEGIN:VEVENT" in answer.text and "<D:none/>" in answer.text and read_changes(answer)[2] == members(dav)


def test_what_is_refused(dav):
    event(dav, "a")
    token, _, _ = sync(dav)
    before, _, number = token.rpartition("/")
    for wrong in ("x", token + "0", token + " 1", f"{before}/{int(number) + 1}", f"{before}/-1", f"{before}/", f"data:,other/{number}", f"{before}/0{number}"):
        answer = report(dav, ROOT, asked(wrong))
        assert answer.status_code == 403 and "<D:valid-sync-token/>" in answer.text, wrong
    assert report(dav, ROOT, asked(None)).status_code == 400
    assert report(dav, ROOT, asked(level="2")).status_code == 400
    assert report(dav, ROOT, asked(), Depth="infinity").status_code == 400
    assert report(dav, ROOT, asked(), Depth="1").status_code == 207  # as python-caldav
    assert report(dav, ROOT, asked(level="infinite")).status_code == 207
    assert report(dav, ROOT, asked(level=None), Depth="1").status_code == 207
    answer = report(dav, ROOT, asked(limit=0))
    assert answer.status_code == 403 and "<D:number-of-matches-within-limits/>" in answer.text
    answer = report(dav, "/dav/calendars/anna/", asked())
    assert answer.status_code == 403 and "<D:supported-report/>" in answer.text


@needs_file
def test_the_cost_is_that_of_the_changes(dav):
    """The statement reads the index of the collection's changes only."""
    event(dav, "a")
    with contextlib.closing(sqlite3.connect(dav.database)) as store:
        for table in ("object", "tombstone"):
            plan = store.execute(f"EXPLAIN QUERY PLAN SELECT id FROM {table} WHERE collection = 'a' AND change > 1 ORDER BY change").fetchall()
            assert [row[3].count("(collection=? AND change>?)") for row in plan] == [1], plan


def put_back(site, backup):
    site.stop()
    for suffix in ("-wal", "-shm"):
        (site.directory / f"convened.db{suffix}").unlink(missing_ok=True)
    shutil.copy(backup, site.database)


def backup_of(site):
    with contextlib.closing(sqlite3.connect(site.database)) as store, contextlib.closing(sqlite3.connect(site.directory / "backup")) as backup:
        store.backup(backup)
    return site.directory / "backup"


def is_refused(site, token):
    answer = report(site, ROOT, asked(token))
    assert answer.status_code in (207, 403)
    return answer.status_code == 403 and "<D:valid-sync-token/>" in answer.text


@needs_file
def test_no_token_outlives_a_store_that_is_put_back(dav):
    """After as many changes as were lost, the number of an old token would be valid, and hide them."""
    event(dav, "a")
    backup = backup_of(dav)
    event(dav, "lost")
    token, _, found = sync(dav)
    assert found.keys() == {"a.ics", "lost.ics"}
    put_back(dav, backup)
    dav.start()
    event(dav, "other")
    event(dav, "another")
    assert is_refused(dav, token)
    token, _, found = sync(dav)
    assert found.keys() == {"a.ics", "other.ics", "another.ics"}
    assert "the store was put back" in dav.log_text()
    for how in (signal.SIGTERM, signal.SIGKILL):
        dav.stop(how)
        dav.start()
        assert sync(dav, token) == (token, False, {}), "a restart keeps tokens"
    assert dav.log_text().count("the store was put back") == 1


def imported(site, uid):
    text = calendar(write_event(uid))
    site.convene("import", "-", stdin=text if isinstance(text, bytes) else text.encode())


@needs_file
def test_a_command_notices_a_store_that_is_put_back(dav):
    """The changes of commands before the start bring the older store to the number of the token and beyond."""
    event(dav, "a")
    backup = backup_of(dav)
    for n in range(3):
        event(dav, f"lost{n}")
    token, _, found = sync(dav)
    assert len(found) == 4
    put_back(dav, backup)
    assert "lost" not in dav.convene("list").stdout
    for n in range(4):
        imported(dav, f"new{n}")
    dav.start()
    assert int(token_of(dav).rpartition("/")[2]) > int(token.rpartition("/")[2])
    assert is_refused(dav, token)
    token, _, found = sync(dav)
    assert found.keys() == {"a.ics", *(f"new{n}.ics" for n in range(4))}
    imported(dav, "later")
    dav.stop()
    imported(dav, "last")
    dav.start()
    assert sync(dav, token)[2].keys() == {"later.ics", "last.ics"}, "changes by commands keep tokens"


def test_a_change_that_is_rolled_back_was_no_change(dav):
    """The file with the newest token does not count it, so that the store is not taken for an older one."""
    event(dav, "a")
    token, _, _ = sync(dav)
    content = ('<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop><D:getetag>x</D:getetag></D:prop></D:set>'
               "</C:mkcalendar>")
    assert ask(dav, "MKCALENDAR", "/dav/calendars/Anna/mine/", content).status_code == 207
    dav.stop()
    dav.start()
    assert sync(dav, token) == (token, False, {})
    assert "the store was put back" not in dav.log_text()


@needs_file
def test_tokens_of_another_copy(dav):
    """A store that comes without its file, or beside the file of another one."""
    event(dav, "a")
    token, _, _ = sync(dav)
    dav.stop()
    mark = dav.directory / "sync-convened.db"
    kept = mark.read_bytes()
    mark.unlink()
    dav.start()
    assert is_refused(dav, token)
    token, _, _ = sync(dav)
    dav.stop()
    mark.write_bytes(kept)
    dav.start()
    assert is_refused(dav, token)
    token, _, _ = sync(dav)
    dav.stop()
    mark.write_bytes(b"nonsense")
    dav.start()
    assert is_refused(dav, token)


def test_a_collection_that_is_made_again_hides_nothing(dav):
    """The members of the first one are gone for a client that has its token, or the token is refused."""
    mine = "/dav/calendars/Anna/mine/"
    assert ask(dav, "MKCALENDAR", mine).status_code == 201
    for name in ("a", "b"):
        assert put(dav, f"{mine}{name}.ics", calendar(write_event(name))).status_code == 201
    token, _, found = sync(dav, collection=mine)
    assert found.keys() == {"a.ics", "b.ics"}
    assert ask(dav, "DELETE", mine).status_code == 204
    assert report(dav, mine, asked(token)).status_code == 404
    assert ask(dav, "MKCALENDAR", mine).status_code == 201
    for names in ((), ("b",), ("b", "c", "d", "e")):
        for name in names:
            assert put(dav, f"{mine}{name}.ics", calendar(write_event(name, summary="again"))).status_code in (201, 204)
        answer = report(dav, mine, asked(token))
        copy = {"a.ics": "", "b.ics": ""} if answer.status_code == 207 else {}
        if answer.status_code == 207:
            copy.update(read_changes(answer, mine)[2])
        else:
            assert answer.status_code == 403 and "<D:valid-sync-token/>" in answer.text
            copy = sync(dav, collection=mine)[2]
        assert {name: tag for name, tag in copy.items() if tag} == members(dav, mine)


def test_properties_do_not_hide_changes(dav):
    """A PROPPATCH on the collection is no change of a member; the token stays valid."""
    event(dav, "a")
    token, _, _ = sync(dav)
    content = '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>x</D:displayname></D:prop></D:set></D:propertyupdate>'
    assert ask(dav, "PROPPATCH", ROOT, content).status_code == 207
    newer, _, found = sync(dav, token)
    assert found == {} and newer == token_of(dav)


def test_address_books(dav):
    book = "/dav/addressbooks/Anna/contacts/"
    assert put(dav, book + "c.vcf", card("c"), "text/vcard").status_code == 201
    assert put(dav, book + "d.vcf", card("d"), "text/vcard").status_code == 201
    token, _, found = sync(dav, collection=book)
    assert found == members(dav, book) and found.keys() == {"c.vcf", "d.vcf"}
    assert ask(dav, "DELETE", book + "c.vcf").status_code == 204
    assert put(dav, book + "d.vcf", card("d", "Another Name"), "text/vcard").status_code == 204
    event(dav, "a")
    token, _, found = sync(dav, token, collection=book)
    assert found == {"c.vcf": None, **members(dav, book)}
    assert sync(dav, token, collection=book) == (token, False, {})


def test_a_member_that_is_moved(dav):
    """It is removed in one collection and new in the other; a move back is a change under its name."""
    event(dav, "a")
    event(dav, "b", calendar="second")
    second = "/dav/calendars/Anna/second/"
    first, other = sync(dav)[0], sync(dav, collection=second)[0]
    assert ask(dav, "MOVE", ROOT + "a.ics", Destination=dav.url + second + "a.ics").status_code == 201
    assert sync(dav, first)[2] == {"a.ics": None} and sync(dav, other, collection=second)[2] == {"a.ics": members(dav, second)["a.ics"]}
    assert ask(dav, "MOVE", second + "a.ics", Destination=dav.url + ROOT + "a.ics").status_code == 201
    assert sync(dav, first)[2] == {"a.ics": members(dav)["a.ics"]} and sync(dav, other, collection=second)[2] == {"a.ics": None}
    assert ask(dav, "MOVE", ROOT + "a.ics", Destination=dav.url + ROOT + "renamed.ics").status_code == 201
    assert sync(dav, first)[2] == {"a.ics": None, **members(dav)} and members(dav).keys() == {"renamed.ics"}


def test_a_store_that_continues_another_one(dav, make_site):
    """The tombstones of the other store are not newer than the newest token, with a limit either."""
    for uid in "abc":
        event(dav, uid)
    for uid in "ab":
        dav.convene("delete", uid)
    dav.stop()
    dav.convene("export", dav.directory / "exported")
    site = make_site()
    site.convene("import", dav.directory / "exported")
    site.start()
    token, copy = "", {}
    for _ in range(10):
        token, cut, found = sync(site, token, limit=1)
        copy.update(found)
        if not cut:
            break
    assert {name: tag for name, tag in copy.items() if tag} == members(site) and members(site).keys() == {"c.ics"}
    assert token == token_of(site) and sync(site, token) == (token, False, {})


def test_no_change_is_passed_over_whose_text_is_too_long(dav):
    """Each series has 8,760 instances in the year, a reply at most 100,000, and one object at most 10,000 (17,520 every half an hour)."""
    home = "/dav/calendars/Anna/series/"
    assert ask(dav, "MKCALENDAR", home).status_code == 201
    for number in range(13):
        minutes = ";BYMINUTE=0,30" if number == 12 else ""
        hours = ",".join(map(str, range(24)))
        text = calendar(write_event(f"s{number}", f"RRULE:FREQ=DAILY;BYHOUR={hours}{minutes}", start="DTSTART:20300101T000000Z"))
        assert put(dav, f"{home}{number}.ics", text).status_code == 201
    expand = '<D:getetag/><C:calendar-data><C:expand start="20300101T000000Z" end="20310101T000000Z"/></C:calendar-data>'
    token, names, lacking, n_replies = "", [], [], 0
    while n_replies == 0 or cut:
        answer = report(dav, home, asked(token, names=expand), Depth="0")
        token, cut, found = read_changes(answer, home)
        assert found, "no progress"
        names += found
        n_replies += 1
        for response in ElementTree.fromstring(answer.content).findall("D:response", NAMES):
            for propstat in response.findall("D:propstat", NAMES):
                if "507" in propstat.findtext("D:status", None, NAMES):
                    assert [each.tag for each in propstat.find("D:prop", NAMES)] == [f"{{{NAMES['C']}}}calendar-data"]
                    lacking.append(response.findtext("D:href", None, NAMES).removeprefix(home))
    assert sorted(names) == sorted(f"{number}.ics" for number in range(13)) and lacking == ["12.ics"] and n_replies == 3
    assert sync(dav, token, home) == (token, False, {})
