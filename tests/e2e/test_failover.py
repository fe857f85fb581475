"""The primary of PostgreSQL is lost, and its synchronous standby is promoted: nothing that was acknowledged is lost, feeds are served all the
time, and writers are told when to come again."""

import concurrent.futures
import itertools
import threading

import requests

import postgresql
from conftest import wait_until
from test_accounts import add
from test_dav_members import EVENTS, ask, calendar, event, put


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
