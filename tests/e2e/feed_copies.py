#!/usr/bin/python3
"""A client of the enhanced GET: is its copy of each feed the feed after each change?  feed_copies.py CHANGES [SEED]

The client follows draft-ietf-calext-subscription-upgrade-13: it reads a feed once, and then asks for what has changed since its Sync-Token.
The changes are random: events come, go, move to another kind, calendar or time, become PRIVATE, CONFIDENTIAL or public, are cancelled, are
parts of others and name others. After each change the copy of each feed is compared with the whole feed, event by event, byte by byte. No
token is refused, and no public feed names an event that never was public.
"""

import pathlib
import random
import re
import sys
import tempfile

import requests

from conftest import PATIENCE, Site, end, wait_until
from test_accounts import PASSWORD, add

PREFER = {"Prefer": "subscribe-enhanced-get"}
EVENT = re.compile(r"BEGIN:VEVENT\r\n.*?END:VEVENT\r\n", re.S)
ZONE = re.compile(r"BEGIN:VTIMEZONE\r\nTZID:([^\r\n]*)", re.S)
CALENDARS = ["events", "second"]
N_NAMES = 14
SERIES = "RRULE:FREQ=WEEKLY;COUNT=9\r\n"


def unfolded(text):
    return text.replace("\r\n ", "")


def events_of(text):
    """Returns {UID: the components with it, sorted}."""
    found = {}
    for component in EVENT.findall(text):
        found.setdefault(re.search(r"\r\nUID:([^\r\n]*)", unfolded(component))[1], []).append(component)
    return {uid: sorted(components) for uid, components in found.items()}


class Copy:
    """What a client has of a feed."""

    def __init__(self, url):
        self.url, self.session = url, requests.Session()
        self.events, self.token, self.told = {}, None, set()
        self.n_deltas = self.n_unchanged = 0

    def get(self, **headers):
        return self.session.get(self.url, headers={**PREFER, **headers}, timeout=PATIENCE)

    def start(self):
        answer = self.get()
        assert answer.status_code == 200 and answer.headers["Preference-Applied"] == "subscribe-enhanced-get"
        assert f'<{self.url}>; rel="subscribe-enhanced-get"' == answer.headers["Link"]
        self.events, self.token = events_of(answer.text), answer.headers["Sync-Token"]

    def poll(self):
        answer = self.get(**{"Sync-Token": self.token})
        assert answer.status_code in (200, 304), f"{self.url} {self.token}: {answer.status_code} {answer.text}"
        assert answer.headers["Preference-Applied"] == "subscribe-enhanced-get" and "private" in answer.headers["Cache-Control"]
        assert {"Prefer", "Sync-Token"} <= set(answer.headers["Vary"].split(", "))
        self.token = answer.headers["Sync-Token"]
        if answer.status_code == 304:
            self.n_unchanged += 1
        else:
            self.n_deltas += 1
            self.apply(answer.text)
        return answer

    def apply(self, text):
        used = set(re.findall(r";TZID=\"?([^\":;]*)", unfolded(text)))
        assert used == set(ZONE.findall(text)), "each zone that is used is there (RFC 5545, 3.2.19)"
        changed = events_of(text)
        assert changed, "a delta without events"
        for uid, components in changed.items():
            self.told.add(uid)
            if "STATUS:DELETED\r\n" in components[0]:
                assert len(components) == 1 and {"UID", "DTSTAMP", "DTSTART", "STATUS"} == set(re.findall(r"^([A-Z]+)[:;](?!VEVENT)", unfolded(components[0]), re.M))
                self.events.pop(uid, None)
            else:
                self.events[uid] = components

    def change(self):
        return int(re.fullmatch(r'"data:,(\d+)/.*"', self.token)[1])

    def follow(self, change):
        """Polls until the copy has a change and is the whole feed, which a cache may give a moment later."""
        def is_there():
            self.poll()
            return self.change() >= change and self.events == events_of(self.session.get(self.url, timeout=PATIENCE).text)
        wait_until(is_there, step=0.01)


class Office:
    """Makes random changes by CalDAV, and knows which events were ever public."""

    def __init__(self, site, seed):
        self.site, self.random, self.session = site, random.Random(seed), requests.Session()
        self.session.auth = ("anna", PASSWORD)
        self.there, self.public, self.version = {}, set(), 0

    def path(self, calendar, uid):
        return f"{self.site.url}/dav/calendars/Anna/{calendar}/{uid}.ics"

    def text(self, uid):
        choose, self.version = self.random.choice, self.version + 1
        month, day, zone = self.random.randrange(1, 13), self.random.randrange(1, 28), choose(["Europe/Moscow", "Europe/Samara", "Asia/Tashkent"])
        visibility = choose(["", "", "", "CLASS:PRIVATE\r\n", "CLASS:CONFIDENTIAL\r\n"])
        if "PRIVATE" not in visibility:
            self.public.add(uid)
        others = f"RELATED-TO:{choose(self.uids(uid))}\r\n" if self.random.random() < 0.4 else ""
        others += f"RELATED-TO;RELTYPE=SIBLING:{choose(self.uids(uid))}\r\n" if self.random.random() < 0.4 else ""
        year = choose([2000, 2027, 2027, 2027, 2100])  # 2000 and 2100 are outside of the window
        when = f"DTSTART;TZID={zone}:{year}{month:02}{day:02}T100000\r\nDURATION:PT2H\r\n"
        return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\n"
                f"UID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n{when}{choose(['', '', SERIES])}SUMMARY:{choose(['Session', 'Visit'])} {self.version % 3}\r\n"
                f"DESCRIPTION:The {self.version}th text\r\nCATEGORIES:{choose(['SESSION', 'EXHIBITION', 'SITE-VISIT'])}\r\n{visibility}{others}"
                f"{choose(['', '', 'STATUS:CANCELLED' + chr(13) + chr(10)])}END:VEVENT\r\nEND:VCALENDAR\r\n")

    def uids(self, but):
        return [f"e{n}" for n in range(N_NAMES) if f"e{n}" != but]

    def send(self, method, path, text=None, **headers):
        answer = self.session.request(method, path, data=text, headers={"Content-Type": "text/calendar; charset=utf-8", **headers}, timeout=PATIENCE)
        assert answer.status_code in (200, 201, 204), f"{method} {path}: {answer.status_code} {answer.text}\n{text}"

    def change(self):
        uid = f"e{self.random.randrange(N_NAMES)}"
        calendar, what = self.there.get(uid), self.random.random()
        if not calendar or what < 0.6:
            calendar = calendar or self.random.choice(CALENDARS)
            self.send("PUT", self.path(calendar, uid), self.text(uid))
            self.there[uid] = calendar
        elif what < 0.85:
            self.send("DELETE", self.path(calendar, uid))
            del self.there[uid]
        else:
            other = CALENDARS[1 - CALENDARS.index(calendar)]
            self.send("MOVE", self.path(calendar, uid), Destination=self.path(other, uid))
            self.there[uid] = other


def run(directory, n_changes, seed=1):
    """Returns a sentence about what was done."""
    site = Site(directory, "feed = { past = \"P30D\"; future = \"P730D\"; };\n")
    add(site, "Anna", role="admin")
    site.convene("add", "--summary=x", "--start=2027-01-01", "--calendar=second", "--uid=first")
    site.convene("import", "-", stdin="BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ivan\r\nEMAIL:ivan@example.org\r\nUID:ivan\r\nEND:VCARD\r\n")
    site.convene("subscribe", "ivan@example.org", "--kind", "session")
    private = site.convene("feed", "ivan@example.org").stdout.strip()
    try:
        site.start()
        office = Office(site, seed)
        copies = [Copy(site.url + path) for path in ("/all.ics", "/session.ics", "/calendar/second.ics")] + [Copy(private)]
        late = [Copy(copy.url) for copy in copies]  # these poll seldom
        for copy in copies + late:
            copy.start()
        for n in range(n_changes):
            change = copies[0].change() + 1
            office.change()
            for copy in copies + (late if n % 10 == 9 else []):
                copy.follow(change)
        for copy in copies[:3] + late[:3]:
            assert copy.told <= office.public | {"first"}, "a public feed names an event that never was public"
        return f"feed copies: seed {seed}, {n_changes} changes, {sum(c.n_deltas for c in copies + late)} deltas, " \
               f"{sum(c.n_unchanged for c in copies + late)} polls without a change: each copy equals its feed"
    finally:
        end(site)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        print(run(pathlib.Path(home), int(sys.argv[1]), *map(int, sys.argv[2:3])))
