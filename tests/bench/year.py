"""A year of 2,000 contacts and 500 events: the size of the store, the time of a check, and the cost of one contact among them.

The reminders of a quarter of the events are put into the ledger half a month at a time, each row in the state after its mail was sent. Each
time the daemon then processes the store. The size and the time are proportional to the number of rows, so the goals are a quarter too.
"""

import base64
import contextlib
import datetime
import hashlib
import hmac
import os
import sqlite3
import struct
import time

from measure import Daemon, Site, children_cpu_ms, cpu_ns

EVENTS, CONTACTS, LEADS, PARTS = 500, 2_000, ("-P7D@10:00", "-P1D@18:00"), 24
OF_YEAR = 4  # every fourth event
BEGIN = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
USEC = 1_000_000
IDLE_MS = 2
ROUNDS = 5


def usec(moment):
    return int(moment.timestamp()) * USEC


def start_of(number):
    return BEGIN + datetime.timedelta(days=365 * number / EVENTS, hours=9 - 365 * 24 * number / EVENTS % 24)


def write_events(path, years=0, step=1):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//EN"]
    for number in range(0, EVENTS, step):
        start = start_of(number) + datetime.timedelta(days=365 * years)
        lines += ["BEGIN:VEVENT", f"UID:event-{number}@park.example.org", "DTSTAMP:20250101T000000Z", f"SUMMARY:Session {number} of the cluster's council",
                  f"DTSTART;TZID=Europe/Moscow:{start:%Y%m%dT%H%M}00", "DURATION:PT2H", "LOCATION:Technopark\\, Building 2\\, Hall 4", "CATEGORIES:SESSION", "END:VEVENT"]
    path.write_text("\r\n".join([*lines, "END:VCALENDAR", ""]), encoding="utf-8")


def card(number, more=""):
    return (f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:contact-{number}\r\nFN:Contact {number}\r\nEMAIL:contact{number}@example.org\r\n"
            f"LANG:ru\r\n{more}END:VCARD\r\n")


def write_store(site, years=0, step=1):
    write_events(site.directory / "events.ics", years=years, step=step)
    (site.directory / "contacts.vcf").write_text("".join(map(card, range(CONTACTS))), encoding="utf-8", newline="")
    site.convene("import", site.directory / "events.ics")
    site.convene("import", site.directory / "contacts.vcf")
    with contextlib.closing(sqlite3.connect(site.directory / "convened.db")) as store, store:
        store.execute("INSERT INTO subscription (id, contact, scope, target, leads, created)"
                      " SELECT id, id, 1, '', '', 0 FROM object WHERE uid LIKE 'contact-%'")


def token_of(secret, number, key):
    """Derives a mail's token as the ledger does (store/ledger-past.c)."""
    signed = hmac.digest(secret.encode(), f"{number} {key[:32]}".encode(), "sha256")
    return base64.urlsafe_b64encode(number.to_bytes(6, "big") + signed[:18]).decode()


def key_of(*fields):
    """Derives a reminder's key as the daemon does (base/hash.h, remind/fanout.c), so that it finds the row and adds none."""
    return hashlib.sha256(b"".join(struct.pack("=Q", len(field)) + field for field in (field.encode() for field in fields))).hexdigest()


def fill(site, events, contacts, numbers):
    """Adds the sent reminders of some events to the ledger."""
    with contextlib.closing(sqlite3.connect(site.directory / "convened.db")) as store, store:
        (last,) = store.execute("SELECT value FROM counter WHERE name = 'mail'").fetchone()
        (secret,) = store.execute("SELECT value FROM meta WHERE name = 'link_secret'").fetchone()
        rows = []
        for number in numbers:
            start = start_of(number)
            wall = f"{start:%Y%m%dT%H%M}00 Europe/Moscow"
            finish = f"{start + datetime.timedelta(hours=2):%Y%m%dT%H%M}00 Europe/Moscow"
            for days, lead in zip((7, 1), LEADS):
                due = usec(start - datetime.timedelta(days=days))
                for index, contact in enumerate(contacts):
                    last += 1
                    name = f"{number} {lead} {contact}"
                    key = key_of("reminder", f"event-{number}@park.example.org", "", wall, lead, f"contact-{index}")
                    rows.append((last, key, contact, events[number], f"event-{number}@park.example.org", wall, lead, due,
                                 usec(start + datetime.timedelta(hours=2)), hashlib.sha256(b"id" + name.encode()).hexdigest()[:32] + "@example.org",
                                 token_of(secret, last, key), due, due + last % 997 * 1000, finish))
        # The daemon may have worked out a reminder before: its row waits, because nothing is delivered here.
        store.executemany("INSERT OR REPLACE INTO mail (id, key, kind, contact, object, uid, recurrence_id, start, rule, state, attempts, tries, due, next_attempt,"
                          " expires, message_id, token, reply, created, updated, finish, place)"
                          " VALUES (?, ?, 'reminder', ?, ?, ?, '', ?, ?, 4, 1, 0, ?, 0, ?, ?, ?, '250 2.0.0 Ok: queued as 4F2C11A7B3', ?, ?, ?,"
                          " 'Technopark, Building 2, Hall 4')", rows)
        store.execute("UPDATE counter SET value = ? WHERE name = 'mail'", [last])
        return len(rows)


def idle(daemon):
    """Waits until the daemon is idle; returns its CPU time so far."""
    before = -1e9
    while cpu_ns(daemon.pid) - before > IDLE_MS * 1e6:
        before = cpu_ns(daemon.pid)
        time.sleep(0.5)
    return cpu_ns(daemon.pid)


def keep_house(site, moment):
    with Daemon(site, f"--rehearse={moment:%Y-%m-%dT%H:%M:%SZ}") as daemon:
        while True:
            idle(daemon)
            with contextlib.closing(sqlite3.connect(site.directory / "convened.db")) as store, store:
                row = store.execute("SELECT value FROM meta WHERE name = 'past'").fetchone()
            if row and row[0].startswith("-1 "):
                return


def size_mb(site):
    return sum(os.path.getsize(path) for path in site.directory.glob("convened.db*")) / 2**20


def year(site):
    write_store(site, step=OF_YEAR)
    with contextlib.closing(sqlite3.connect(site.directory / "convened.db")) as store, store:
        ids = dict(store.execute("SELECT uid, id FROM object"))
    events = {number: ids[f"event-{number}@park.example.org"] for number in range(0, EVENTS, OF_YEAR)}
    contacts = [ids[f"contact-{number}"] for number in range(CONTACTS)]
    rows, largest = 0, 0
    for part in range(PARTS):
        end = BEGIN + datetime.timedelta(days=365 * (part + 1) / PARTS)
        rows += fill(site, events, contacts, [number for number in events if EVENTS * part // PARTS <= number < EVENTS * (part + 1) // PARTS])
        keep_house(site, end)
        largest = max(largest, size_mb(site))
    return rows, largest


def check_seconds(site):
    begun = time.monotonic()
    site.convene("check")
    return time.monotonic() - begun


def cost_of(site, daemon, *command):
    before, commands = idle(daemon), children_cpu_ms()
    site.convene(*command)
    return children_cpu_ms() - commands + (idle(daemon) - before) / 1e6


def one_contact(directory):
    site = Site(directory / "one-contact")
    write_store(site, years=3)
    with Daemon(site) as daemon:
        costs = []
        for number in range(ROUNDS):
            changed = site.directory / "changed.vcf"
            changed.write_text(card(7, f"TZ:Asia/Tashkent\r\nNOTE:{number}\r\n"), encoding="utf-8", newline="")
            costs.append(cost_of(site, daemon, "import", changed))
        listed = cost_of(site, daemon, "subscribe", "contact9@example.org", "--kind=session")
    worst = sorted(costs)[ROUNDS // 2]
    yield ("500 events x 2,000 contacts: CPU of a card changed", f"{worst:.1f} ms", f"{listed:.1f} ms of a subscription, daemon and command", "",
           worst <= 50 and listed <= 50, "at most 50 ms")


def run(directory):
    yield from one_contact(directory)
    site = Site(directory / "year")
    rows, largest = year(site)
    yield (f"a quarter of a year's mails ({rows:,}): size", f"{size_mb(site):.0f} MB", f"{largest:.0f} MB at its largest", "",
           largest <= 300 / OF_YEAR, f"at most {300 // OF_YEAR} MB")
    seconds = check_seconds(site)
    yield "the same: convene check", f"{seconds:.2f} s", "", "", seconds <= 3 * rows / 1e6, "at most 3 s for a million"
