#!/usr/bin/python3
"""Sign-ups and imports through three daemons with one store on PostgreSQL.  newcomers.py [--rounds N] [SEED...]

In each round several addresses are signed up, each by requests to all daemons at once; the links in the mails are confirmed through all
daemons at once; and the same people and events are imported at once by commands of all daemons, with newer and older revisions. Daemons
and imports are killed (SIGKILL) meanwhile; whoever gets no answer tries again. In the end each address is one contact with one listing,
each UID is one object with the newest revision that an import has reported, and `convene check` finds no fault.
"""

import argparse
import concurrent.futures
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "e2e")]

import postgresql  # noqa: E402
import requests  # noqa: E402
from conftest import BUILD, PATIENCE, Site, end, wait_until  # noqa: E402
from smtp_server import Server  # noqa: E402
from test_nodes import use_one_address  # noqa: E402
from test_signup import EVENT, ask, link_in, mails  # noqa: E402

N_DAEMONS, N_ADDRESSES, N_UIDS, N_IMPORTS = 3, 8, 6, 6


def object_text(uid, revision):
    return (f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nSEQUENCE:{revision}\r\nDTSTART:20510701T100000Z\r\nSUMMARY:Revision {revision}\r\n"
            "END:VEVENT\r\n")


class Race:
    def __init__(self, seed, directory, store, catcher):
        self.random, self.catcher, self.lock = random.Random(seed), catcher, threading.Lock()
        self.faults, self.n_kills, self.n_cut = [], 0, 0
        self.sites = []
        for number in range(N_DAEMONS):
            (directory / str(number)).mkdir()
            self.sites.append(Site(directory / str(number), "signup = { enabled = true; per_network = 100000; per_day = 100000; };\n", store=store, mail=(
                f'deliver = true; url = "smtp://127.0.0.1:{catcher.port}"; starttls = false; rate = 0; from = "office@example.org";')))
        use_one_address(self.sites)
        self.site = self.sites[0]
        self.site.convene("add", f"--uid={EVENT}", "--kind=session", "--summary=Session", "--start=2051-06-24T10:00")
        self.addresses, self.newest = [], {}

    def insist(self, step):
        """Repeats a step until there is an answer."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return step()
            except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def kill_meanwhile(self, done):
        """Kills daemons and starts them until `done` is set."""
        while not done.wait(self.random.random()):
            site = self.random.choice(self.sites)
            site.stop(signal.SIGKILL)
            self.n_kills += 1
            site.start()

    def crowd(self, step, items):
        done = threading.Event()
        killer = threading.Thread(target=self.kill_meanwhile, args=(done,))
        killer.start()
        try:
            with concurrent.futures.ThreadPoolExecutor(len(items)) as pool:
                return list(pool.map(step, items))
        finally:
            done.set()
            killer.join()

    def sign_up(self, work):
        site, address = work
        status = self.insist(lambda: ask(site, address)).status_code
        if status >= 400:
            self.faults.append(f"{address} was answered with {status}")

    def confirm(self, work):
        site, link = work
        url = site.url + link.removeprefix(self.site.url)
        status = self.insist(lambda: requests.post(url, data={"confirm": "yes"}, timeout=PATIENCE, allow_redirects=False)).status_code
        if status not in (303, 404):  # a link is of use once
            self.faults.append(f"{link} was answered with {status}")

    def bring(self, work):
        """Imports all UIDs in one revision; some commands are killed."""
        site, revision, seconds = work
        text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\n" + "".join(
            object_text(f"u{number}", revision) for number in range(N_UIDS)) + "END:VCALENDAR\r\n"
        process = subprocess.Popen([BUILD / "convene", "--config", site.config, "import", "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
        try:
            _, said = process.communicate(text, timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            with self.lock:
                self.n_cut += 1
            return
        if process.returncode == 0:
            with self.lock:
                self.newest["done"] = max(self.newest.get("done", 0), revision)
        elif "newer" not in said:
            self.faults.append(f"import: {process.returncode} {said}")

    def links(self):
        """Returns {address: the newest link}."""
        return {mail["To"].addresses[0].addr_spec: link_in(mail) for mail in mails(self.catcher) if mail["Message-ID"].startswith("<confirm.")}

    def round(self, number):
        new = [f"visitor{number}-{n}@example.org" for n in range(N_ADDRESSES)]
        self.addresses += new
        self.crowd(self.sign_up, [(site, address) for address in new for site in self.sites])
        with self.site.transaction() as run:  # a mail whose reply was cut off by a kill goes again at once
            run("UPDATE mail SET next_attempt = due WHERE state = 3")
        wait_until(lambda: set(new) <= set(self.links()))
        links = self.links()
        self.crowd(self.confirm, [(site, links[address]) for address in new for site in self.sites])
        revisions = [number * N_IMPORTS + n for n in range(N_IMPORTS)]
        self.random.shuffle(revisions)
        self.crowd(self.bring, [(self.sites[n % N_DAEMONS], revision, self.random.choice([PATIENCE, PATIENCE, 0.05 + self.random.random() / 4]))
                                for n, revision in enumerate(revisions)])

    def judge(self):
        found = self.site.sql("SELECT address, count(*), (SELECT count(*) FROM subscription WHERE contact = min(object.id))"
                              " FROM object WHERE address <> '' GROUP BY address")
        for address in self.addresses:
            if (address, 1, 1) not in [tuple(row) for row in found]:
                self.faults.append(f"{address}: {[row for row in found if row[0] == address]}")
        for number in range(N_UIDS):
            names = [name for name, in self.site.sql("SELECT name FROM object WHERE uid = ?", f"u{number}")]
            if len(names) != 1 or int(names[0].removeprefix("Revision ")) < self.newest.get("done", 0):
                self.faults.append(f"u{number} is {names}, and {self.newest} was reported")
        check = self.site.convene("check", check=False)
        if check.returncode != 0:
            self.faults.append(check.stdout + check.stderr)


def run(seed, directory, store, n_rounds):
    with Server() as catcher:
        race = Race(seed, directory, store, catcher)
        try:
            for site in race.sites:
                site.start()
            for number in range(n_rounds):
                race.round(number)
            race.judge()
        finally:
            for site in race.sites:
                end(site)
    return race


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("seeds", type=int, nargs="*", default=[1])
    arguments = parser.parse_args()
    bad = 0
    with postgresql.Server() as server:
        for seed in arguments.seeds:
            with tempfile.TemporaryDirectory(prefix="newcomers-") as name:
                race = run(seed, pathlib.Path(name), postgresql.make_database(server.url()), arguments.rounds)
            print(f"newcomers: seed {seed}: {arguments.rounds} rounds, {len(race.addresses)} addresses, {race.n_kills} daemons and {race.n_cut} imports killed,"
                  f" {len(race.faults)} faults", flush=True)
            print("\n".join(race.faults[:10]), end="\n" if race.faults else "")
            bad += bool(race.faults)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
