#!/usr/bin/python3
"""Three daemons with one store on PostgreSQL, random ends, and the promise on mails.  nodes.py [--seed N] [--contacts N] [--kills N]

Reminders to many contacts are sent by three daemons, while daemons are killed and started again, and sessions of the server are ended
or killed with the whole server (kill -9 of a backend). The mail server loses replies, with and without the mail. Meanwhile the events
are changed, and the feeds of all daemons are compared, byte by byte and by ETag. In the end each mail has a final state; a mail that
is SENT has one copy or two, none has three, and none is missing.
"""

import argparse
import collections
import datetime
import pathlib
import random
import signal
import sys
import tempfile
import time
import zoneinfo

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "e2e")]

import postgresql  # noqa: E402
import requests  # noqa: E402
from conftest import Site, wait_until  # noqa: E402
from smtp_server import KEPT, Server  # noqa: E402
from test_nodes import use_one_address  # noqa: E402
from test_notices import CARD, mails  # noqa: E402

LEAD_SECONDS = 20
UNKNOWN_SECONDS = 60
SETTLE_SECONDS = 20


class Run:
    def __init__(self, arguments, directory, database, catcher):
        self.random = random.Random(arguments.seed)
        self.contacts, self.kills = arguments.contacts, arguments.kills
        self.server, self.catcher = database, catcher
        store = postgresql.make_database(database.url())
        mail = (f'deliver = true; url = "smtp://127.0.0.1:{catcher.port}"; starttls = false; connections = 3; rate = 0;'
                f' retry_unknown = "PT{UNKNOWN_SECONDS}S";')
        self.sites = []
        for number in range(3):
            (directory / str(number)).mkdir()
            self.sites.append(Site(directory / str(number), store=store, mail=mail))
        use_one_address(self.sites)
        self.n_kills = self.n_cuts = self.n_compared = 0
        self.uids = []

    def prepare(self):
        site = self.sites[0]
        now = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Moscow"))
        start = now.replace(second=0, microsecond=0) + datetime.timedelta(hours=2)
        lead = int((start - now).total_seconds()) - LEAD_SECONDS
        site.convene("import", "-", stdin="".join(CARD.format("").replace("v@", f"v{number}@") for number in range(self.contacts)).encode())
        for number in range(3):
            site.convene("add", f"--summary=Event {number}", f"--start={start + datetime.timedelta(days=number):%Y-%m-%dT%H:%M}")
        self.uids = [uid for uid, in site.sql("SELECT uid FROM object WHERE kind = 1 ORDER BY start")]
        site.convene("subscribe", "v0@example.org", "--event", self.uids[0], f"--lead=-PT{lead}S")
        others = "JOIN object ON object.id <> contact WHERE object.address LIKE 'v%@example.org'"
        site.sql("INSERT INTO subscription (id, contact, scope, target, leads, created, origin)"
                 f" SELECT 100000 + object.id, object.id, scope, target, leads, subscription.created, origin FROM subscription {others}")
        site.sql(f"INSERT INTO contact_due SELECT object.id, scope, target, after_object FROM contact_due {others}")

    def kill(self):
        site = self.random.choice([site for site in self.sites if site.process])
        site.stop(signal.SIGKILL)
        self.n_kills += 1
        time.sleep(self.random.random())
        site.start()

    def cut(self):
        """Ends the sessions of the daemons, or kills one, after which the server starts all anew."""
        self.n_cuts += 1
        site = self.sites[0]
        if self.random.random() < 0.5:
            site.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
            return
        (pid,), *_ = site.sql("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        postgresql.run("kill", "-9", pid)

    def change(self):
        for _ in range(5):  # the server may be away
            if self.sites[0].convene("set", self.random.choice(self.uids[1:]), "SUMMARY", f"Event {self.random.random()}", check=False).returncode == 0:
                return
            time.sleep(1)
        raise AssertionError("no change is possible")

    def compare(self):
        """All daemons serve the same bytes and the same ETag, some seconds after a change at most (a machine may be busy)."""
        def found():
            replies = [requests.get(f"{site.url}/all.ics", timeout=20) for site in self.sites]
            return len({(reply.status_code, reply.content, reply.headers.get("ETag")) for reply in replies}) == 1 and replies[0].status_code == 200
        wait_until(found, SETTLE_SECONDS)
        self.n_compared += 1

    def states(self):
        return collections.Counter(dict(self.sites[0].sql("SELECT state, count(*) FROM mail WHERE kind = 'reminder' GROUP BY state")))

    def live(self):
        self.prepare()
        for site in self.sites:
            site.start()
        wait_until(lambda: self.catcher.messages, 2 * LEAD_SECONDS)
        for _ in range(self.kills):
            self.random.choice([self.kill, self.kill, self.cut])()
            self.change()
            self.compare()
        open_states = {1, 2, 3}
        wait_until(lambda: not open_states & set(self.states()) and self.states().total() >= self.contacts, 8 * UNKNOWN_SECONDS, step=1)

    def faults(self):
        copies = collections.Counter(mail["To"].addresses[0].addr_spec for mail in mails(self.catcher))
        rows = self.sites[0].sql("SELECT address, state FROM mail JOIN object ON object.id = contact WHERE mail.kind = 'reminder'")
        if len(rows) != self.contacts:
            yield f"{len(rows)} mails for {self.contacts} contacts"
        for address, state in rows:
            if copies[address] > 2 or (state == 4 and copies[address] == 0) or state not in (4, 9):
                yield f"{address}: state {state}, copies {copies[address]}"
        if self.sites[0].convene("check", check=False).returncode != 0:
            yield "convene check finds faults"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--contacts", type=int, default=600)
    parser.add_argument("--kills", type=int, default=12)
    arguments = parser.parse_args()

    def plan(stage, connection, transaction):
        """The server asks twice about a dot, so the answer is that of the transaction."""
        if stage != "dot":
            return None
        time.sleep(0.005)
        dice = random.Random(f"{arguments.seed} {connection} {transaction}")
        return dice.choice([KEPT + "drop", "close", "4yz"]) if dice.random() < 0.05 else None

    with tempfile.TemporaryDirectory(prefix="nodes-") as directory, postgresql.Server() as database, Server(plan) as catcher:
        run = Run(arguments, pathlib.Path(directory), database, catcher)
        try:
            run.live()
            faults = list(run.faults())
        finally:
            for site in run.sites:
                if site.process:
                    site.stop(signal.SIGKILL)
    print(f"nodes: seed {arguments.seed}: {arguments.contacts} mails, {run.n_kills} daemons killed, {run.n_cuts} cuts of the server, {run.n_compared}"
          f" comparisons of feeds, {len(catcher.messages)} copies, {len(faults)} faults")
    print("\n".join(faults[:20]), end="\n" if faults else "")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
