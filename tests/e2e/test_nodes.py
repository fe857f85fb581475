"""Several daemons with one store on PostgreSQL: each sends mails, one has each job, and what a daemon leaves behind is taken over."""

import collections
import datetime
import random
import signal
import time

import pytest
import requests

import postgresql
from conftest import wait_until
from office_client import Client, add_account
from smtp_server import Server
from test_notices import CALENDAR, CARD, EVENT, mails, start

N = 90
JOBS = {"due", "mailbox", "check", "prune", "busy-times"}


def use_one_address(sites):
    """The daemons differ in their ports only; readers know one address, that of a proxy."""
    for site in sites:
        text = site.config.read_text(encoding="utf-8")
        site.config.write_text(text.replace(f'base_url = "{site.url}"', f'base_url = "{sites[0].url}"'), encoding="utf-8")


@pytest.fixture(scope="module")
def server():
    with postgresql.Server() as started:
        yield started


@pytest.fixture
def nodes(server, make_site):
    """Returns a function that makes three sites with one store, and a reminder to each of some contacts."""
    def make(port, extra=""):
        store = postgresql.make_database(server.url())
        mail = f'deliver = true; url = "smtp://127.0.0.1:{port}"; starttls = false; connections = 2; {extra}'
        sites = [make_site(store=store, mail=mail) for _ in range(3)]
        use_one_address(sites)
        sites[0].convene("import", "-", stdin=CALENDAR.encode())
        sites[0].convene("import", "-", stdin="".join(CARD.format("").replace("v@", f"v{number}@") for number in range(N)).encode())
        sites[0].convene("subscribe", "v0@example.org", "--event", EVENT, "--lead=-P1D@18:00")
        # The other contacts are listed as the first one is.
        others = "JOIN object ON object.id <> contact WHERE object.address LIKE 'v%@example.org'"
        postgresql.psql(store, "INSERT INTO subscription (id, contact, scope, target, leads, created, origin) SELECT 1000 + object.id, object.id, scope, target,"
                        f" leads, subscription.created, origin FROM subscription {others}")
        postgresql.psql(store, f"INSERT INTO contact_due SELECT object.id, scope, target, after_object FROM contact_due {others}")
        return sites
    return make


def holders(site):
    """Returns the jobs of each daemon at work, by its number."""
    found = collections.defaultdict(set)
    for line in postgresql.psql(site.store, "SELECT node.id, job FROM node LEFT JOIN node_job ON node = node.id").splitlines():
        node, _, job = line.partition("|")
        found[int(node)] |= {job} - {""}
    return found


def states(site):
    return collections.Counter(postgresql.psql(site.store, "SELECT state FROM mail WHERE kind = 'reminder'").split())


def test_no_mail_is_lost_or_sent_twice_when_daemons_are_killed(nodes):
    def plan(stage, connection, transaction):
        if stage == "dot":
            time.sleep(0.02)

    with Server(plan) as server:
        sites = nodes(server.port)
        for site, clock in zip(sites, ("17:59:57", "17:59:58", "17:59:59")):
            start(site, clock)
        status = sites[1].convene("status").stdout
        assert status.count("version 0.1") == 3 and status.count("daily check") == 1, status
        wait_until(lambda: len(server.messages) >= N // 6)
        owners = set(postgresql.psql(sites[0].store, "SELECT owner FROM mail WHERE owner > 0").split())
        sites[0].stop(signal.SIGKILL)
        wait_until(lambda: len(server.messages) >= N // 3)
        start(sites[0], "18:00:20")
        sites[1].stop(signal.SIGKILL)
        wait_until(lambda: set(states(sites[0])) <= {"3", "4"} and states(sites[0]).total() == N)
        # No second attempt is due before a minute has passed: each mail that was sent has one copy, and the others have one or none.
        copies = collections.Counter(mail["To"].addresses[0].addr_spec for mail in mails(server))
        sent = states(sites[0])["4"]
        assert len(owners) >= 2 and max(copies.values()) == 1
        assert sent <= len(copies) <= N and N - sent <= 2 * sites[0].config.read_text().count("connections = 2") * 2
        told = set(postgresql.psql(sites[0].store, "SELECT address FROM mail JOIN object ON object.id = contact WHERE state = 4").split())
        assert told <= set(copies)
        assert set().union(*holders(sites[0]).values()) == JOBS


def test_a_daemon_that_stops_hands_back_at_once(nodes):
    with Server({}) as server:
        sites = nodes(server.port)
        for site in sites[:2]:
            site.start()
        assert [len(jobs) for _, jobs in sorted(holders(sites[0]).items())] == [len(JOBS), 0]
        assert sites[0].stop() == 0
        wait_until(lambda: list(holders(sites[1]).values()) == [JOBS])
        assert "not running" not in sites[1].convene("status").stdout
        assert sites[1].stop() == 0
        assert "not running" in sites[1].convene("status").stdout


def test_a_daemon_that_sends_no_longer_leaves_its_mails_to_the_others(nodes):
    def plan(stage, connection, transaction):
        if stage == "dot":
            time.sleep(0.2)

    with Server(plan) as server:
        sites = nodes(server.port)
        start(sites[0], "17:59:58")
        claimed = "SELECT count(*) FROM mail WHERE owner > 0 AND next_attempt > 0"
        wait_until(lambda: int(postgresql.psql(sites[0].store, claimed)) > 4)
        text = sites[0].config.read_text(encoding="utf-8")
        sites[0].config.write_text(text.replace("deliver = true;", "deliver = false;"), encoding="utf-8")
        sites[0].reload()
        wait_until(lambda: int(postgresql.psql(sites[0].store, claimed)) == 0)
        start(sites[1], "18:00:20")
        wait_until(lambda: states(sites[0])["4"] == N)


def test_the_rates_are_those_of_all_daemons_together(nodes):
    with Server({}) as server:
        sites = nodes(server.port, extra='rate = "20/PT1H";')
        for site in sites:
            start(site, "17:59:58")
        wait_until(lambda: len(server.messages) == 20)
        time.sleep(1.5)
        assert len(server.messages) == 20


def test_mails_go_on_after_the_server_was_away(server, nodes):
    def plan(stage, connection, transaction):
        if stage == "dot":
            time.sleep(0.02)

    with Server(plan) as catcher:
        site = start(nodes(catcher.port)[0], "17:59:58")
        wait_until(lambda: len(catcher.messages) >= N // 6)
        server.stop("immediate")
        wait_until(lambda: "cannot be looked at" in site.log_text())
        server.start()
        wait_until(lambda: set(states(site)) <= {"3", "4"} and states(site).total() == N)
        copies = collections.Counter(mail["To"].addresses[0].addr_spec for mail in mails(catcher))
        assert max(copies.values()) == 1 and states(site)["4"] <= len(copies) <= N


def test_all_daemons_serve_the_same_bytes(nodes):
    dice = random.Random(17)
    sites = nodes(1)
    start = datetime.date.today() + datetime.timedelta(days=30)
    sites[0].convene("add", "--summary=Same", f"--start={start}")
    (uid,), = sites[0].sql("SELECT uid FROM object WHERE name = 'Same'")
    for site in sites:
        site.start()

    def feeds():
        replies = [requests.get(f"{site.url}/all.ics", timeout=20) for site in sites]
        assert {reply.status_code for reply in replies} == {200}
        return {(reply.content, reply.headers["ETag"]) for reply in replies}

    seen = set()
    for number in range(6):
        dice.choice(sites).convene("set", uid, "SUMMARY", f"Change {number}")
        wait_until(lambda: len(found := feeds()) == 1 and f"Change {number}".encode() in next(iter(found))[0])
        seen |= feeds()
    assert len(seen) == len({etag for _, etag in seen}) == 6
    # A text that the office writes on the page of one daemon is in force in all.
    add_account(sites[0])
    Client(sites[0]).sign_in().get("/office/text/session.ru").send({"text": "Ждём вас"}, button="save")
    wait_until(lambda: all("the office's new texts are in force" in site.log_text() for site in sites))
