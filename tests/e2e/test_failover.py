"""The primary of PostgreSQL is lost, and its standby is promoted. With a synchronous standby nothing that was acknowledged is lost, feeds are
served all the time, and writers are told when to come again. What an asynchronous standby lacks is in no copy, no feed and no page."""

import concurrent.futures
import itertools
import threading

import requests

import postgresql
from conftest import wait_until
from test_accounts import add
from test_dav_members import EVENTS, ask, calendar, event, put
from test_multiget import report
from test_sync import asked, sync


def follow_asynchronously(primary, standby):
    """Lets the standby follow without being waited for, until it has all, and then no more."""
    for sql in ("ALTER SYSTEM SET synchronous_standby_names = ''", "SELECT pg_reload_conf()"):
        postgresql.psql(primary.url(), sql)
    wait_until(lambda: postgresql.psql(primary.url(), "SELECT replay_lsn >= pg_current_wal_lsn() FROM pg_stat_replication").strip() == "t")
    for sql in ("ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()"):
        postgresql.psql(standby.url(), sql)
    wait_until(lambda: not postgresql.psql(standby.url(), "SELECT pid FROM pg_stat_wal_receiver").strip())


def test_the_standby_is_promoted(make_site):
    with postgresql.Server() as primary, postgresql.Standby(primary) as standby:
        store = postgresql.make_database(primary.url()).replace(f"host={primary.directory}", f"host={primary.directory},{standby.directory}")
        site = make_site(store=store)
        add(site, "Anna")
        site.start()
        acknowledged, refused, stop = [], [], threading.Event()

        def write():
            """Puts events until the end; one that was refused or lost is put again."""
            for number in itertools.count():
                while (answer := put(site, f"{EVENTS}f{number}.ics", calendar(event(f"f{number}")))).status_code not in (201, 204):
                    refused.append((answer.status_code, answer.headers.get("Retry-After")))
                    if stop.wait(0.1):
                        return
                acknowledged.append(number)
                if stop.wait(0.02):
                    return

        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            writer = pool.submit(write)
            wait_until(lambda: len(acknowledged) > 20)
            feed = requests.get(f"{site.url}/all.ics", timeout=20)
            primary.stop("immediate")
            before = len(acknowledged)
            wait_until(lambda: refused)
            for _ in range(5):
                during = requests.get(f"{site.url}/all.ics", timeout=20)
                assert during.status_code == 200 and "Warning" not in during.headers
            standby.promote()
            wait_until(lambda: len(acknowledged) > before + 20)
            stop.set()
            writer.result()
        assert feed.status_code == 200 and {status for status, _ in refused} == {503} and all(wait for _, wait in refused)
        for number in acknowledged:
            assert ask(site, "GET", f"{EVENTS}f{number}.ics").content == calendar(event(f"f{number}")), number
        assert site.stop() == 0


def test_an_asynchronous_standby_is_promoted(make_site):
    """It lacks one change. The next change must not be taken for that one."""
    with postgresql.Server() as primary, postgresql.Standby(primary) as standby:
        site = make_site(store=postgresql.make_database(primary.url()).replace(f"host={primary.directory}", f"host={primary.directory},{standby.directory}"))
        add(site, "Anna")
        site.start()

        def shown(path):
            return {word for word in ("Kept", "Lost", "Later") if word in requests.get(site.url + path, timeout=20).text}

        put(site, f"{EVENTS}kept.ics", calendar(event("kept", summary="Kept")))
        kept = sync(site, collection=EVENTS)[0]
        follow_asynchronously(primary, standby)
        put(site, f"{EVENTS}lost.ics", calendar(event("lost", summary="Lost")))
        lost = sync(site, collection=EVENTS)[0]
        for path in ("/all.ics", "/"):
            wait_until(lambda path=path: shown(path) == {"Kept", "Lost"})
        primary.stop("immediate")
        standby.promote()
        wait_until(lambda: put(site, f"{EVENTS}later.ics", calendar(event("later", summary="Later"))).status_code in (201, 204))
        for path in ("/all.ics", "/"):
            wait_until(lambda path=path: shown(path) == {"Kept", "Later"})
        assert list(sync(site, kept, collection=EVENTS)[2]) == ["later.ics"]
        refused = report(site, EVENTS, asked(lost), Depth="0")
        assert refused.status_code == 403 and "valid-sync-token" in refused.text, refused.text
        assert set(sync(site, collection=EVENTS)[2]) == {"kept.ics", "later.ics"}
        assert site.stop() == 0
