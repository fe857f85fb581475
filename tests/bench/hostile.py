"""How long feeds take while another client guesses passwords or sends hostile XML: the 99th percentile beside that of the same daemon at rest."""

import base64
import http.client
import itertools
import multiprocessing
import os
import statistics
import subprocess
import time

from events import write_calendar
from measure import CORES, LOAD_CORE, Daemon, Site, beside

EVENTS, LEAST_REQUESTS, PASSWORD = 100, 1000, "bench password"
CALENDAR = "/dav/calendars/bench/events/"
SPACES = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
ENTITIES = ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' +
            "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in itertools.pairwise("abcdefghij")) + "]>"
            f'<propfind {SPACES}><prop><displayname>&j;</displayname></prop></propfind>')
# (method, body, status): entities that grow, deep and many elements, 100,000 addresses, a deep filter
HOSTILE = (
    ("PROPFIND", ENTITIES, 400),
    ("PROPFIND", f"<propfind {SPACES}>" + "<prop>" * 10_000, 400),
    ("PROPFIND", f"<propfind {SPACES}><prop>" + "".join(f"<x{number}/>" for number in range(5000)) + "</prop></propfind>", 400),
    ("REPORT", f"<C:calendar-multiget {SPACES}><prop><getetag/></prop>" +
     "".join(f"<href>{CALENDAR[:5]}{number}</href>" for number in range(100_000)) + "</C:calendar-multiget>", 207),
    ("REPORT", f"<C:calendar-query {SPACES}><prop><getetag/></prop><C:filter>" + "<C:comp-filter name='VCALENDAR'>" * 10_000, 400),
)


def authorization(account, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{account}:{password}".encode()).decode()}


def guess_passwords(send):
    for number in range(10_000):
        send("GET", "/dav/", None, authorization("guessed", f"guess {number}"), {401, 429, 503})


def send_hostile_xml(send):
    for method, content, status in HOSTILE * 4:
        send(method, CALENDAR, content.encode(), {**authorization("bench", PASSWORD), "Depth": "1"}, {status})


def attack(port, address, run, done):
    """Runs in a process of its own. Each attack has an address of its own, since the daemon refuses more requests where passwords were guessed."""
    os.sched_setaffinity(0, {LOAD_CORE})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120, source_address=(address, 0))

    def send(method, path, content, headers, expected):
        connection.request(method, path, content, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status not in expected:
            raise RuntimeError(f"{method} {path}: {answer.status}")

    run(send)
    done.set()


def feed_times(site, is_over):
    """Returns the 99th percentile of the microseconds of a request of a feed."""
    connection, times = http.client.HTTPConnection("127.0.0.1", site.port, timeout=120), []
    while len(times) < LEAST_REQUESTS or not is_over():
        begun = time.perf_counter()
        connection.request("GET", "/all.ics")
        connection.getresponse().read()
        times.append((time.perf_counter() - begun) * 1e6)
    return statistics.quantiles(times, n=100)[98]


def take(site, address, run):
    """Returns the percentiles (during the attack, at rest)."""
    idle = feed_times(site, lambda: True)
    done = multiprocessing.Event()
    attacker = multiprocessing.Process(target=attack, args=(site.port, address, run, done))
    attacker.start()
    during = feed_times(site, lambda: done.is_set() or not attacker.is_alive())
    attacker.join()
    if attacker.exitcode != 0:
        raise RuntimeError("the hostile requests failed")
    return during, idle


def run(directory):
    site = Site(directory / "hostile")
    for account in ("bench", "guessed"):
        subprocess.run([site.build / "convene", "--config", site.config, "account", "add", account, "--role=editor"], input=PASSWORD + "\n", text=True,
                       check=True, stdout=subprocess.DEVNULL)
    site.convene("import", write_calendar(directory / "hostile.ics", {"SESSION": EVENTS}))
    with Daemon(site, cores=CORES):
        for title, address, attack_of in (("10,000 wrong passwords", "127.8.1.1", guess_passwords), ("hostile XML", "127.8.1.2", send_hostile_xml)):
            yield f"feed during {title}: p99", *beside(lambda: take(site, address, attack_of), "us", "at rest", 2.0, rounds=3)  # noqa: B023
