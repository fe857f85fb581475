"""PostgreSQL beside SQLite, and several daemons with one store: PUTs and reminders a second, how soon a change is in the feed of another
daemon, and what idle daemons ask of the server."""

import datetime
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import time

import psycopg2

from mailing import CONNECTIONS, EVE, EVENT, Sink
from measure import CORES, Daemon, Site
from syncing import PASSWORD, PUTS, Client, put_all

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import postgresql  # noqa: E402

MAILS, ROUNDS, CHANGES = 5_000, 3, 40
DAEMONS, IDLE_SECONDS = 3, 20
LEAST_RATIO, MOST_MS, MOST_STATEMENTS = 0.5, 150, 5


class SharedSite(Site):
    """A site whose store is a database of a PostgreSQL server; `store`: None for SQLite."""

    def __init__(self, directory, store=None):
        super().__init__(directory)
        self.store = store
        if store:
            text = self.config.read_text(encoding="utf-8")
            self.config.write_text(text.replace(f"sqlite:{self.directory}/convened.db", store), encoding="utf-8")

    def ask(self, sql):
        """Runs SQL on a store of either engine. Returns the first number."""
        if self.store:
            with psycopg2.connect(self.store) as store, store.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchone()[0] if cursor.description else 0
        with sqlite3.connect(self.directory / "convened.db") as store:
            row = store.execute(sql).fetchone()
            return row[0] if row else 0


def add_account(site):
    subprocess.run([site.build / "convene", "--config", site.config, "account", "add", "bench", "--role=editor"], input=PASSWORD + "\n", text=True, check=True,
                   stdout=subprocess.DEVNULL)
    site.convene("add", "--summary=x", "--start=2030-01-01", "--calendar=empty")


def puts_a_second(site):
    add_account(site)
    with Daemon(site, cores=CORES):
        client = Client(site.url, "/dav/calendars/bench/empty/")
        begun = time.monotonic()
        put_all(client, PUTS)
        return PUTS / (time.monotonic() - begun)


def reminders_a_second(site, sink):
    cards, event = site.directory / "contacts.vcf", site.directory / "event.ics"
    cards.write_text("".join(f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:guest-{number}\r\nFN:Guest\r\nEMAIL:guest{number}@example.org\r\nEND:VCARD\r\n"
                             for number in range(MAILS)), encoding="utf-8")
    event.write_text(EVENT, encoding="utf-8")
    site.convene("import", cards, event)
    site.ask("INSERT INTO subscription (id, contact, scope, target, leads, created) SELECT id, id, 1, '', '-P1D', 0 FROM object WHERE uid LIKE 'guest-%'")
    with open(site.config, "a", encoding="utf-8") as config:
        config.write(f'mail = {{ deliver = true; url = "smtp://127.0.0.1:{sink.port}"; starttls = false; rate = 0;'
                     f' connections = {CONNECTIONS}; from = "office@example.org"; }};\n')
    with Daemon(site, EVE, cores=CORES):
        begun, first = None, 0
        while (gone := site.ask("SELECT count(*) FROM mail WHERE state = 4")) < MAILS:
            if begun is None and gone:
                begun, first = time.monotonic(), gone
            time.sleep(0.1)
        return (MAILS - first) / (time.monotonic() - begun)


def beside_sqlite(title, directory, server, measure):
    """Measures both engines in turn."""
    pairs = []
    for number in range(ROUNDS):
        one = measure(SharedSite(directory / f"postgresql{number}", postgresql.make_database(server.url())))
        pairs.append((one, measure(SharedSite(directory / f"sqlite{number}"))))
    ours, theirs = (statistics.median(column) for column in zip(*pairs))
    ratio = statistics.median(one / other for one, other in pairs)
    return title, f"{ours:.0f}/s", f"SQLite {theirs:.0f}/s", f"{ratio:.2f} x", ratio >= LEAST_RATIO, f"at least {LEAST_RATIO} x"


def daemons_of(directory, server, count):
    store = postgresql.make_database(server.url())
    sites = [SharedSite(directory / str(number), store) for number in range(count)]
    add_account(sites[0])
    return sites


def spread(directory, server):
    """A change through one daemon is looked for in the feed of another."""
    one, other = daemons_of(directory / "spread", server, 2)
    start = datetime.date.today() + datetime.timedelta(days=30)
    found = []
    with Daemon(one, cores=CORES), Daemon(other, cores=CORES):
        client, reader = Client(one.url, "/dav/calendars/bench/empty/"), Client(other.url, "/")
        for number in range(CHANGES):
            text = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\nUID:change\r\nDTSTAMP:20260101T000000Z\r\n"
                    f"DTSTART:{start:%Y%m%d}T100000Z\r\nSUMMARY:Change {number}.\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
            client.put("change.ics", text)
            begun = time.monotonic()
            while f"Change {number}." not in reader.ask("GET", "all.ics", expected=(200,)):
                time.sleep(0.002)
            found.append((time.monotonic() - begun) * 1000)
            time.sleep(0.3)
    median = statistics.median(found)
    return ("a change is in the feed of another daemon", f"{median:.0f} ms", f"longest {max(found):.0f} ms", "", median <= MOST_MS, f"at most {MOST_MS} ms (median)")


def idle(directory):
    """Counts the statements in the log of the server."""
    with postgresql.Server("log_statement=all", "log_min_messages=log") as server:
        sites = daemons_of(directory / "idle", server, DAEMONS)
        daemons = [Daemon(site, cores=CORES) for site in sites]
        log = server.data / "log"
        time.sleep(IDLE_SECONDS)
        before = log.stat().st_size
        time.sleep(IDLE_SECONDS)
        with open(log, "rb") as file:
            file.seek(before)
            lines = file.read().decode(errors="replace").splitlines()
        for daemon in daemons:
            daemon.stop()
    n = sum(" statement: " in line or " execute " in line for line in lines) / IDLE_SECONDS / DAEMONS
    return (f"{DAEMONS} idle daemons: statements of each", f"{n:.1f}/s", "", "", n < MOST_STATEMENTS, f"less than {MOST_STATEMENTS}/s")


def run(directory):
    with postgresql.Server("fsync=on") as server:
        yield beside_sqlite(f"{PUTS:,} PUTs, one after the other, on PostgreSQL", directory / "puts", server, puts_a_second)
        with Sink() as sink:
            yield beside_sqlite(f"{MAILS:,} reminders over {CONNECTIONS} connections, on PostgreSQL", directory / "mails", server,
                                lambda site: reminders_a_second(site, sink))
        yield spread(directory, server)
    yield idle(directory)
