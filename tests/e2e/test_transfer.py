"""A store that moves to another machine by `convene export` and `convene import` goes on mailing as the old one: nothing twice, nothing lost."""

import collections
import json
import re
import sqlite3

import pytest
import requests

from conftest import PATIENCE, wait_until
from smtp_server import KEPT, Server
from test_notices import CALENDAR, CARD, EVENT, mails, rows, start

N = 12
TABLES = ("subscription", "stopped", "mute", "mute_kind", "private_feed", "agenda", "undeliverable", "bounce", "signup", "tombstone", "told", "mail",
          "past", "past_total", "old_link")


def cards():
    return "".join(CARD.format("").replace("v@", f"v{number}@").replace("Гость", f"Гость {number}") for number in range(N))


def made(make_site, server):
    # One connection, so that the plan of the server's faults counts all mails.
    mail = f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; connections = 1;'
    return make_site(mail=mail)


def listed(make_site, server):
    site = made(make_site, server)
    site.convene("import", "-", stdin=CALENDAR.encode())
    site.convene("import", "-", stdin=cards().encode())
    for number in range(N):
        site.convene("subscribe", f"v{number}@example.org", "--event", EVENT, "--lead=-P1D@18:00")
    return site


def state(site):
    """The rows of all tables whose rows are no objects."""
    with sqlite3.connect(site.database) as store:
        store.text_factory = bytes
        tables = {table: sorted(map(str, store.execute(f"SELECT * FROM {table}"))) for table in TABLES}
        # The numbers of changes and of subscriptions are those of each store.
        tables["subscription"] = list(map(str, store.execute("SELECT contact, scope, target, leads, created, origin FROM subscription ORDER BY id")))
        tables["tombstone"] = sorted(map(str, store.execute("SELECT collection, resource, uid, id, at, sequence FROM tombstone")))
        tables["object"] = sorted(map(str, store.execute("SELECT id, uid, collection, created, changed, sequence FROM object")))
        tables["mail"] = sorted(map(str, store.execute(
            "SELECT id, key, kind, contact, object, uid, start, rule, state, attempts, tries, due, message_id, token, created, bundle FROM mail")))
        return tables


def recipients(server):
    return collections.Counter(mail["To"].addresses[0].addr_spec for mail in mails(server))


def moved(site, make_site, server, directory):
    site.convene("export", directory)
    other = made(make_site, server)
    other.convene("import", directory)
    return other


def records(path):
    """Returns the lines but those of the history: the clock of the first daemon is years ahead, so it has removed the rows of the import,
    which the new store has."""
    return [line for line in path.read_text(encoding="utf-8").splitlines()
            if json.loads(line)["record"] not in ("history", "end")]


@pytest.mark.parametrize("how", ("stopped", "killed"))
def test_a_campaign_goes_on_in_the_new_store(make_site, tmp_path, how):
    def plan(stage, connection, transaction):
        if stage == "dot" and transaction == 6 and connection == 0:
            return KEPT + "drop"  # kept, but the reply is lost
        return "4yz" if stage == "rcpt" and (connection, transaction) > (0, 6) else None

    with Server(plan) as old, Server({}) as new:
        site = start(listed(make_site, old), "17:59:56")
        wait_until(lambda: len(rows(site, state="SENT")) == 6 and rows(site, state="UNKNOWN"))
        site.stop() if how == "stopped" else site.stop(9)
        site.convene("subscribe", "v10@example.org", "--all")
        before = state(site)
        other = moved(site, make_site, new, tmp_path / "out")
        assert state(other) == before
        start(other, "18:50:00")
        wait_until(lambda: len(rows(other, state="SENT")) == N)
        total = recipients(old) + recipients(new)
        twice = [address for address, n in total.items() if n > 1]
        assert set(total) == {f"v{number}@example.org" for number in range(N)} and len(twice) == 1 and total[twice[0]] == 2
        copies = [mail["Message-ID"] for mail in mails(old) + mails(new) if mail["To"].addresses[0].addr_spec == twice[0]]
        assert len(set(copies)) == 1
        # The links in the old store's mails lead to the new one.
        token = re.search(r"/mail/([\w-]+)", str(mails(old)[0]["List-Unsubscribe"]))[1]
        assert requests.get(f"{other.url}/mail/{token}", timeout=PATIENCE).status_code == 200
        assert other.convene("check").returncode == 0


def test_reminders_of_one_mail_stay_one_mail_in_the_new_store(make_site, tmp_path):
    """The reply to a mail of two reminders was lost: the new store sends the same bytes once more, and both are sent."""
    with Server({"dot": KEPT + "drop"}) as old, Server({}) as new:
        site = listed(make_site, old)
        site.convene("import", "-", stdin=CALENDAR.replace(EVENT, "other@x.example").encode())
        for number in range(N):
            site.convene("unsubscribe", f"v{number}@example.org")
        site.convene("subscribe", "v0@example.org", "--all", "--lead=-P1D@18:00")
        start(site, "17:59:56")
        wait_until(lambda: len(rows(site, state="UNKNOWN")) == 2)
        site.stop()
        other = moved(site, make_site, new, tmp_path / "out")
        start(other, "18:50:00")
        wait_until(lambda: len(rows(other, state="SENT")) == 2)
        assert [mail["Message-ID"] for mail in mails(old)] == [mail["Message-ID"] for mail in mails(new)]
        assert other.convene("check").returncode == 0


def test_choices_and_refusals_move_with_the_store(make_site, tmp_path):
    with Server({}) as server:
        site = start(listed(make_site, server), "17:59:56")
        wait_until(lambda: len(rows(site, state="SENT")) == N)
        tokens = {str(mail["To"].addresses[0].addr_spec): re.search(r"/mail/([\w-]+)", str(mail["List-Unsubscribe"]))[1] for mail in mails(server)}
        requests.post(f"{site.url}/mail/{tokens['v1@example.org']}", data={"List-Unsubscribe": "One-Click"}, timeout=PATIENCE).raise_for_status()
        feed = re.search(r"http\S+", site.convene("feed", "v3@x.example").stdout)[0]
        site.stop()
        with sqlite3.connect(site.database) as store:
            store.execute("INSERT INTO undeliverable SELECT id, 'v4@example.org', '5.1.1', 'нет \x01 такого', 5, 0 FROM object WHERE uid = 'v4@x.example'")
            store.execute("INSERT INTO mute_kind SELECT id, 'session', 5 FROM object WHERE uid = 'v5@x.example'")
            store.execute("UPDATE mail SET reply = CAST(X'FF353530' AS TEXT) WHERE contact = (SELECT id FROM object WHERE uid = 'v6@x.example')")
            # A mail of long ago, as the archive keeps it.
            store.execute("INSERT INTO past SELECT 900, X'00112233445566778899aabbccddeeff', id, 12345, 4, 0, 5 FROM object WHERE uid = 'v7@x.example'")
            store.execute("INSERT INTO past_total VALUES (4, 1, 5000000)")
            store.execute("UPDATE counter SET value = 900 WHERE name = 'mail'")
        site.convene("delete", "v2@x.example")
        before = state(site)
        other = moved(site, make_site, server, tmp_path / "out")
        assert state(other) == before
        # A second import of the same changes nothing, and the new store exports the same.
        other.convene("import", tmp_path / "out")
        assert state(other) == before
        other.convene("export", tmp_path / "again")
        assert records(tmp_path / "again/store.jsonl") == records(tmp_path / "out/store.jsonl")
        start(other, "18:50:00")
        assert EVENT in requests.get(feed.replace(site.url, other.url), timeout=PATIENCE).text
        other.convene("set", EVENT, "LOCATION", "Казань")
        wait_until(lambda: len(rows(other, kind="change", state="SENT")) >= N - 4)
        told = recipients(server)
        assert [told[f"v{number}@example.org"] for number in (1, 2, 4, 5)] == [1, 1, 1, 1] and told["v3@example.org"] == 2


def test_two_stores_are_merged_by_rule(make_site, tmp_path):
    with Server({}) as server:
        site = start(listed(make_site, server), "17:59:56")
        wait_until(lambda: len(rows(site, state="SENT")) == N)
        site.stop()
        site.convene("export", tmp_path / "out")
        other = listed(make_site, server)
        other.convene("import", "-", stdin=CARD.format("").encode())
        other.convene("subscribe", "v@example.org", "--event", EVENT, "--lead=-P1D@18:00")
        start(other, "17:50:00").stop()
        other.convene("import", tmp_path / "out")
        start(other, "17:59:56")
        wait_until(lambda: len(server.messages) == N + 1)
        wait_until(lambda: len(rows(other, state="SENT")) == N + 1)
        assert max(recipients(server).values()) == 1 and recipients(server)["v@example.org"] == 1
        assert other.convene("check").returncode == 0


def test_a_broken_state_refuses_the_whole_import(make_site, tmp_path):
    with Server({}) as server:
        site = listed(make_site, server)
        site.convene("export", tmp_path / "out")
        file = tmp_path / "out/store.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines()
        for broken, where in ((lines[:-1], "store.jsonl"), ([*lines[:5], *lines[6:]], "store.jsonl:"), (["[]", *lines[1:]], "not a JSON object"),
                              ([lines[0].replace('"version": 8', '"version": 9'), *lines[1:]], "newer"),
                              ([json.dumps({**json.loads(line), "scope": "all"}) if '"listing"' in line else line for line in lines], 'listing: the member "scope"')):
            file.write_text("\n".join(broken) + "\n", encoding="utf-8")
            other = make_site()
            refused = other.convene("import", tmp_path / "out", check=False)
            assert refused.returncode == 1 and where in refused.stderr, (where, refused.stderr)
            assert other.convene("list", "--contacts").stdout == ""


def test_an_export_beside_a_daemon_is_told(make_site, tmp_path):
    with Server({}) as server:
        site = start(listed(make_site, server), "12:00:00")
        assert "the service is running" in site.convene("export", tmp_path / "out").stderr
