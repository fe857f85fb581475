#!/usr/bin/python3
"""Writers, readers and kill -9: does each reader's copy equal the store in the end?  sync_truth.py CHANGES [SEED [DAEMONS]]

Eight writers put, replace, delete and move members of two calendars. Each has names of its own, so it knows what the store has, except for a
request whose connection broke: that was done or not. Eight readers keep a copy of a calendar by sync-collection, with a limit or without
one, and get the texts by calendar-multiget, as calendar programs do. The daemon is killed and started meanwhile. In the end the copy of each
reader has the names, entity tags and bytes of the store, and the store has what the writers know. No token is refused.

Several daemons share a store on PostgreSQL. Each request goes to one of them at random, and one of them is killed.
"""

import pathlib
import queue
import random
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ElementTree

import requests

from conftest import PATIENCE, Site, end
from test_accounts import PASSWORD, add
from test_nodes import use_one_address

SPACES = {"D": "DAV:", "C": "urn:ietf:params:xml:ns:caldav"}
HEAD = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
CALENDARS = ["/dav/calendars/Anna/events/", "/dav/calendars/Anna/second/"]
N_WRITERS, N_READERS, NAMES_EACH = 8, 8, 12


class Client:
    def __init__(self, run, number):
        self.run, self.random = run, random.Random(f"{run.seed} {type(self).__name__} {number}")
        self.number = number
        self.session = requests.Session()
        self.session.auth = ("anna", PASSWORD)

    def request(self, method, path, content=None, **headers):
        """Returns the reply; None if the connection broke."""
        try:
            return self.session.request(method, self.random.choice(self.run.sites).url + path, data=content, timeout=PATIENCE,
                                        headers={"Content-Type": "text/calendar; charset=utf-8" if method == "PUT" else "application/xml", **headers})
        except requests.RequestException:
            time.sleep(0.02)  # the daemon restarts
            return None

    def insist(self, method, path, content=None, **headers):
        """Repeats a request that changes nothing until there is a reply."""
        while (answer := self.request(method, path, content, **headers)) is None or answer.status_code == 503:
            assert not self.run.failed.is_set()
        return answer


class Writer(Client):
    """Knows for each name in each calendar the texts that the store may have; None stands for no member."""

    def __init__(self, run, number):
        super().__init__(run, number)
        self.count = 0
        self.known = {(calendar, f"w{number}-{n}.ics"): {None} for calendar in range(2) for n in range(NAMES_EACH)}

    def text(self, name):
        self.count += 1
        # The UID of a name changes when its member is replaced after a deletion.
        uid = f"{name}-{self.random.randrange(2)}" if self.random.random() < 0.5 else f"{name}-0"
        lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//x//EN", "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z",
                 f"DTSTART:20300101T{self.random.randrange(24):02}0000Z", f"SUMMARY:{self.number} {self.count}", "END:VEVENT", "END:VCALENDAR", "")
        return "\r\n".join(lines).encode()

    def settle(self, answer, outcomes):
        """Keeps what is known after a request: the outcomes of success, or also of failure if there was no reply."""
        for key, text in outcomes.items():
            if answer is None:
                self.known[key] = self.known[key] | {text}
            elif answer.ok:
                self.known[key] = {text}
        if answer is not None and not answer.ok:
            # A name may be there with another UID (409, 412, 403), or not be there (404); a busy store changes nothing (503).
            assert answer.status_code in (403, 404, 409, 412, 503), (answer.status_code, answer.text)
        if answer is None or answer.ok:
            self.run.count_change()

    def step(self):
        calendar, name = key = self.random.choice(list(self.known))
        what, path = self.random.random(), CALENDARS[calendar] + name
        if what < 0.6:
            text = self.text(name)
            self.settle(self.request("PUT", path, text), {key: text})
        elif what < 0.85 or not self.run.moves:
            self.settle(self.request("DELETE", path), {key: None})
        else:
            self.move(key, path)

    def move(self, key, path):
        other = (1 - key[0], key[1])
        texts = self.known[key]
        if len(texts) > 1 or len(self.known[other]) > 1:
            return
        (text,) = texts
        answer = self.request("MOVE", path, Destination=self.run.site.url + CALENDARS[other[0]] + other[1], Overwrite="T")
        self.settle(answer, {key: None, other: text} if text else {})


class Reader(Client):
    def __init__(self, run, number):
        super().__init__(run, number)
        self.path = CALENDARS[number % 2]
        self.token, self.tags, self.texts = "", {}, {}
        self.limit = [None, 1, 3, 50][number // 2 % 4]
        self.rounds = 0

    def synchronize(self):
        """Reads until the reply was not cut."""
        while self.round():
            pass

    def round(self):
        limit = f"<D:limit><D:nresults>{self.limit}</D:nresults></D:limit>" if self.limit else ""
        answer = self.insist("REPORT", self.path, f'<D:sync-collection {HEAD}><D:sync-token>{self.token}</D:sync-token><D:sync-level>1</D:sync-level>'
                                                  f"{limit}<D:prop><D:getetag/></D:prop></D:sync-collection>", Depth="0")
        assert answer.status_code == 207, f"{self.token}: {answer.status_code} {answer.text}"
        root = ElementTree.fromstring(answer.content)
        changed, cut = [], False
        for response in root.findall("D:response", SPACES):
            href, status = response.findtext("D:href", None, SPACES), response.findtext("D:status", None, SPACES)
            if href == self.path:
                cut = True
            elif status:
                self.tags.pop(href, None)
                self.texts.pop(href, None)
            else:
                self.tags[href] = response.findtext("D:propstat/D:prop/D:getetag", None, SPACES)
                changed.append(href)
        token = root.findtext("D:sync-token", None, SPACES)
        # The number of a page of a first sync is followed by the one at which that sync began (dav/sync-token.h).
        old, new = (int(text.split("/")[1]) if text else 0 for text in (self.token, token))
        assert new >= old and (new > old or not changed), f"the token of {token} after {self.token}"
        self.token = token
        self.rounds += 1
        self.fetch(changed)
        return cut

    def fetch(self, hrefs):
        """Gets the texts; a member may have changed or gone since."""
        if not hrefs:
            return
        content = f"<C:calendar-multiget {HEAD}><D:prop><D:getetag/><C:calendar-data/></D:prop>" + "".join(f"<D:href>{href}</D:href>" for href in hrefs)
        answer = self.insist("REPORT", self.path, content + "</C:calendar-multiget>")
        assert answer.status_code == 207, answer.text
        for response in ElementTree.fromstring(answer.content).findall("D:response", SPACES):
            href = response.findtext("D:href", None, SPACES)
            if not response.findtext("D:status", None, SPACES):
                self.tags[href] = response.findtext("D:propstat/D:prop/D:getetag", None, SPACES)
                self.texts[href] = response.findtext("D:propstat/D:prop/C:calendar-data", None, SPACES).encode()


class Run:
    def __init__(self, directory, n_changes, seed, kills, n_daemons):
        self.seed, self.n_changes, self.n_kills = seed, n_changes, kills
        self.random = random.Random(seed)
        self.site = Site(directory)
        self.sites = [self.site]
        for number in range(1, n_daemons):
            (directory / str(number)).mkdir()
            self.sites.append(Site(directory / str(number), store=self.site.store))
        use_one_address(self.sites)
        add(self.site, "Anna")
        # The second calendar exists before a writer uses it.
        self.site.convene("add", "--summary=x", "--start=2030-01-01", "--calendar=second", "--uid=first")
        for site in self.sites:
            site.start()
        options = requests.options(self.site.url + CALENDARS[0], timeout=PATIENCE)
        self.moves = "MOVE" in options.headers["Allow"]
        self.changes, self.lock = 0, threading.Lock()
        self.failed, self.errors, self.written = threading.Event(), queue.SimpleQueue(), threading.Event()
        self.writers = [Writer(self, number) for number in range(N_WRITERS)]
        self.readers = [Reader(self, number) for number in range(N_READERS)]

    def count_change(self):
        with self.lock:
            self.changes += 1

    def is_over(self):
        return self.changes >= self.n_changes or self.failed.is_set()

    def work(self, step, is_over):
        try:
            while not is_over():
                step()
        except Exception as error:  # a thread has no other way to fail the test
            self.errors.put(error)
            self.failed.set()

    def kill(self):
        """Kills a daemon each time that the same share of the changes is done."""
        for n in range(self.n_kills):
            while self.changes < self.n_changes * (n + 1) // (self.n_kills + 1) and not self.failed.is_set():
                time.sleep(0.005)
            site = self.random.choice(self.sites)
            end(site)
            site.start()

    def live(self):
        threads = [threading.Thread(target=self.work, args=(writer.step, self.is_over)) for writer in self.writers]
        readers = [threading.Thread(target=self.work, args=(reader.synchronize, lambda: self.written.is_set() or self.failed.is_set())) for reader in self.readers]
        for thread in threads + readers:
            thread.start()
        self.kill()
        for thread in threads:
            thread.join()
        self.written.set()
        for thread in readers:
            thread.join()
        if not self.errors.empty():
            raise self.errors.get()

    def check(self):
        state = {path: self.members(path) for path in CALENDARS}
        for writer in self.writers:
            for (calendar, name), texts in writer.known.items():
                found = state[CALENDARS[calendar]].get(CALENDARS[calendar] + name, (None, None))[1]
                assert found in texts, f"the store has {found} as {name}, and its writer knows {texts}"
        for reader in self.readers:
            reader.synchronize()
            there = state[reader.path]
            assert reader.tags == {href: tag for href, (tag, _) in there.items()}, "a copy has other members than the store"
            assert reader.texts == {href: text for href, (_, text) in there.items()}, "a copy has other texts than the store"

    def members(self, path):
        """Returns {address: (entity tag, bytes)}, read by PROPFIND and GET."""
        client = Client(self, 0)
        listed = client.insist("PROPFIND", path, '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>', Depth="1")
        hrefs = [response.findtext("D:href", None, SPACES) for response in ElementTree.fromstring(listed.content).findall("D:response", SPACES)]
        answers = {href: client.insist("GET", href) for href in hrefs if href != path}
        assert all(answer.ok for answer in answers.values())
        return {href: (answer.headers["ETag"], answer.content) for href, answer in answers.items()}


def run(directory, n_changes, seed=1, kills=3, n_daemons=1):
    """Returns a sentence about what was done."""
    life = Run(directory, n_changes, seed, kills, n_daemons)
    try:
        life.live()
        life.check()
    finally:
        for site in life.sites:
            end(site)
    return (f"sync truth: seed {seed}, {n_daemons} daemons, {life.changes} changes{'' if life.moves else ', none by MOVE'}, {kills} kills, "
            f"{sum(reader.rounds for reader in life.readers)} rounds of {N_READERS} readers: each copy equals the store")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        count, seed, n_daemons = [*map(int, sys.argv[1:]), 1, 1][:3]
        print(run(pathlib.Path(home), count, seed, max(3, count // 500), n_daemons))
