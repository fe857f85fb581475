"""Measures reminders: mails per second compared with a plain loop of libcurl, the cost of a check when nothing is due, and a fan-out to
many contacts."""

import contextlib
import datetime
import itertools
import os
import select
import socket
import sqlite3
import statistics
import subprocess
import time

from measure import (BUILD, CORES, Daemon, Site, beside, children_cpu_ms, compared, cpu_ns, free_port, rss_mb, wait_for_port,
                     yardstick)

MAILS = 20_000
CONNECTIONS = 64
ROUNDS = 3
# Contacts of the fan-out. The target is 1,000,000, which takes some minutes for each run.
CONTACTS = int(os.environ.get("BENCH_CONTACTS", 60_000))
ALARMS = 1_000_000
LOOKS = 50
PING_MS = 50
START = datetime.datetime(2051, 6, 23, 10, 0, tzinfo=datetime.timezone.utc)
EVENT = "\r\n".join([
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//bench//EN", "BEGIN:VEVENT", "UID:bench@example.org",
    "DTSTAMP:20260101T000000Z", "SUMMARY:A session for everybody", "LOCATION:Hall", "CATEGORIES:SESSION", "DTSTART:20510624T100000Z",
    "DTEND:20510624T120000Z", "END:VEVENT", "END:VCALENDAR", ""])
EVE = f"--rehearse={START - datetime.timedelta(seconds=3):%Y-%m-%dT%H:%M:%S}+00:00"


def database(site):
    return site.directory / "convened.db"


def list_contacts(site, count):
    """Adds contacts that are all listed for every event, with a lead of a day."""
    cards = site.directory / "contacts.vcf"
    with open(cards, "w", encoding="utf-8") as file:
        for number in range(count):
            file.write(f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:guest-{number}\r\nFN:Guest {number}\r\n"
                       f"EMAIL:guest{number}@example.org\r\nLANG:{'ru' if number % 2 else 'en'}\r\nEND:VCARD\r\n")
    event = site.directory / "event.ics"
    event.write_text(EVENT, encoding="utf-8")
    site.convene("import", cards, event)
    with sqlite3.connect(database(site)) as store:
        store.execute("INSERT INTO subscription (id, contact, scope, target, leads, created)"
                      " SELECT id, id, 1, '', '-P1D', 0 FROM object WHERE uid LIKE 'guest-%'")


class Sink:
    """smtp-sink: accepts all mail and discards it. It shares the cores with the sender, as on one machine."""

    def __init__(self):
        self.port = free_port()

    def __enter__(self):
        self.process = subprocess.Popen(["/usr/sbin/smtp-sink", "-u", "nobody", f"127.0.0.1:{self.port}", "1000"], stderr=subprocess.DEVNULL)
        wait_for_port(self.port)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def seconds_of(*command):
    begun = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begun


def sent(site):
    with sqlite3.connect(f"file:{database(site)}?mode=ro", uri=True) as store:
        return store.execute("SELECT count(*) FROM mail WHERE state = 4").fetchone()[0]


def seconds_until_sent(site, count):
    """Returns the seconds from the first to the last of `count` sent mails."""
    begun = None
    deadline = time.monotonic() + 300
    while (gone := sent(site)) < count:
        if begun is None and gone:
            begun, first = time.monotonic(), gone
        if time.monotonic() > deadline:
            raise RuntimeError(f"{gone} of {count} mails have gone")
        time.sleep(0.05)
    return (time.monotonic() - begun) * count / (count - first)


def mail_settings(site, sink):
    with open(site.config, "a", encoding="utf-8") as config:
        config.write(f'mail = {{ deliver = true; url = "smtp://127.0.0.1:{sink.port}"; starttls = false; rate = 0;'
                     f' connections = {CONNECTIONS}; from = "office@example.org"; }};\n')


def send_all(directory, sink, build=BUILD):
    """Returns (reminders a second, microseconds of CPU for each, one of the mails as sent)."""
    site = Site(directory, build)
    list_contacts(site, MAILS)
    mail = site.directory / "mail"
    mail.write_text(site.convene("preview", "--raw", "--for=guest-1", f"--at={START:%Y-%m-%dT%H:%M:%S}+00:00", "--hours=1"), encoding="utf-8")
    mail_settings(site, sink)
    with Daemon(site, EVE, cores=CORES) as daemon:
        before = cpu_ns(daemon.pid)
        rate = MAILS / seconds_until_sent(site, MAILS)
        return rate, (cpu_ns(daemon.pid) - before) / MAILS / 1000, mail


def rate_of_rival(sink, mail):
    """Returns the mails a second of smtp-source."""
    return MAILS / seconds_of("/usr/sbin/smtp-source", "-s", str(CONNECTIONS), "-m", str(MAILS), "-l", str(mail.stat().st_size),
                              f"127.0.0.1:{sink.port}")


def beside_libcurl(directory, sink):
    """Returns ((seconds, seconds of a plain loop of libcurl), (microseconds of CPU for each, the loop's)), and smtp-source's mails a
    second."""
    rate, cpu, mail = send_all(directory, sink)
    before = children_cpu_ms()
    bare = seconds_of(BUILD / "tests/tools/flood", f"smtp://127.0.0.1:{sink.port}", str(CONNECTIONS), str(MAILS), mail)
    bare_cpu = (children_cpu_ms() - before) * 1000 / MAILS
    return (MAILS / rate, bare), (cpu, bare_cpu), rate_of_rival(sink, mail)


def speed(directory):
    cpu, rivals, numbers = [], [], itertools.count()

    def take():
        seconds, of_cpu, rival = beside_libcurl(directory / f"mailing{next(numbers)}", sink)
        cpu.append(of_cpu)
        rivals.append(rival)
        return seconds

    with Sink() as sink:
        yield (f"{MAILS:,} reminders to as many contacts over {CONNECTIONS} connections",
               *beside(take, "s", "libcurl", 3.0, rounds=ROUNDS, note=lambda: f"; smtp-source {statistics.median(rivals):.0f}/s"))
    yield "CPU of a reminder, all in all", *compared(cpu, "us", "libcurl", 2.0, digits=0)


def ms_of_looks(site, daemon):
    """Returns CPU milliseconds for one change of the store: of the daemon, which checks for due mails, and of SQLite, which writes the
    change."""
    before, writing = cpu_ns(daemon.pid), 0
    for number in range(LOOKS):
        writing -= time.thread_time_ns()
        with contextlib.closing(sqlite3.connect(database(site))) as store, store:
            store.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('bench', ?)", (number,))
        writing += time.thread_time_ns()
        time.sleep(0.12)
    return (cpu_ns(daemon.pid) - before) / LOOKS / 1e6, writing / LOOKS / 1e6


def site_with_alarms(directory, build=BUILD):
    site = Site(directory / "alarms", build)
    event = site.directory / "event.ics"
    event.write_text(EVENT, encoding="utf-8")
    site.convene("import", event)
    far = int(START.timestamp() * 1e6)
    with sqlite3.connect(database(site)) as store:
        store.execute("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
                      " INSERT INTO alarm (object, next, after_contact, found) SELECT i + 1000, ? + i, 0, ? FROM n", (ALARMS, far, 2**62))
    return site


def idle_look(directory):
    site = site_with_alarms(directory)
    with Daemon(site) as daemon:
        time.sleep(1)
        yield (f"a look with nothing due among {ALARMS:,} alarms",
               *beside(lambda: ms_of_looks(site, daemon), "ms", "SQLite, the change itself", 0.45, rounds=ROUNDS, digits=2))


class Watched(Daemon):
    """A daemon whose watchdog pings are counted."""

    def __init__(self, site, *arguments):
        self.path = str(site.directory / "watchdog")
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(self.path)
        os.environ["WATCHDOG_USEC"] = str(3 * PING_MS * 1000)
        try:
            super().__init__(site, *arguments, notify=self.path)
        finally:
            del os.environ["WATCHDOG_USEC"]

    def longest_silence(self, done):
        """Returns the longest delay of a watchdog ping beyond its interval, in milliseconds, until done() is true."""
        last, longest, looked = time.monotonic(), 0.0, 0.0
        while True:
            if select.select([self.manager], [], [], 0.05)[0]:
                now = time.monotonic()
                if b"WATCHDOG=1" in self.manager.recv(4096):
                    longest, last = max(longest, now - last), now
            if time.monotonic() - looked > 1:
                looked = time.monotonic()
                if done():
                    return max(0.0, longest * 1000 - PING_MS)


def fan_out_once(directory, contacts, build=BUILD):
    """Returns (longest block of the loop in milliseconds, contacts a second, MB)."""
    site = Site(directory, build)
    list_contacts(site, contacts)

    def done():
        with sqlite3.connect(f"file:{database(site)}?mode=ro", uri=True) as store:
            return store.execute("SELECT min(next) FROM alarm").fetchone()[0] > START.timestamp() * 1e6 + 3600e6

    with Watched(site, EVE) as daemon:
        begun = time.monotonic()
        silence = daemon.longest_silence(done)
        took = time.monotonic() - begun
        return silence, contacts / took, rss_mb(daemon.pid)


def fan_out(directory):
    """Compares the longest block of the loop with the longest of as many plain transactions on the same disk."""
    numbers, speeds, sizes = itertools.count(), [], []

    def take():
        place = directory / f"fan-out{next(numbers)}"
        silence, contacts_per_second, rss = fan_out_once(place, CONTACTS)
        speeds.append(contacts_per_second)
        sizes.append(rss)
        return silence, yardstick("write", place / "rows.db", CONTACTS)[2] / 1000

    yield (f"fan-out to {CONTACTS:,} contacts: longest block of the loop",
           *beside(take, "ms", "SQLite's longest write", 3.0, rounds=ROUNDS, note=lambda: f"; {statistics.median(speeds):.0f} contacts/s"))
    yield f"fan-out to {CONTACTS:,} contacts: RSS", f"{max(sizes):.1f} MB", "", "", max(sizes) <= 64, "at most 64 MB"


def run(directory):
    yield from speed(directory)
    yield from idle_look(directory)
    yield from fan_out(directory)
