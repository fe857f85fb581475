"""Measures mails that carry several reminders of one contact: the CPU of each mail, compared with a plain loop of libcurl that sends the same
bytes, and with a mail that carries one reminder."""

import itertools
import sqlite3
import subprocess

from mailing import CONNECTIONS, EVE, EVENT, START, Sink, database, list_contacts, mail_settings, seconds_until_sent
from measure import BUILD, CORES, Daemon, Site, beside, children_cpu_ms, cpu_ns

CONTACTS, EVENTS, ROUNDS = 1500, 10, 3
# Ten mails with one reminder share what they say, so the same ten in one mail may cost almost twice as much.
CPU_GOAL, SHARE_GOAL = 30.0, 18.0


def more_events(site):
    """Adds events at the time of the first one, so that their reminders are due together."""
    for number in range(1, EVENTS):
        event = site.directory / f"event{number}.ics"
        event.write_text(EVENT.replace("bench@", f"bench{number}@").replace("for everybody", f"in hall {number}"), encoding="utf-8")
        site.convene("import", event)


def cpu_of_mail(directory, sink, bundled):
    """Returns (microseconds of the daemon's CPU for a mail, one of the mails as sent)."""
    site = Site(directory)
    list_contacts(site, CONTACTS)
    if bundled:
        more_events(site)
    mail = site.directory / "mail"
    mail.write_text(site.convene("preview", "--raw", "--for=guest-1", f"--at={START:%Y-%m-%dT%H:%M:%S}+00:00", "--hours=1"), encoding="utf-8")
    mail_settings(site, sink)
    reminders = CONTACTS * (EVENTS if bundled else 1)
    with Daemon(site, EVE, cores=CORES) as daemon:
        before = cpu_ns(daemon.pid)
        seconds_until_sent(site, reminders)
        cpu = (cpu_ns(daemon.pid) - before) / CONTACTS / 1000
    with sqlite3.connect(database(site)) as store:
        mails, = store.execute("SELECT count(DISTINCT message_id) FROM mail WHERE state = 4").fetchone()
    if mails != CONTACTS:
        raise RuntimeError(f"{reminders} reminders left in {mails} mails, not in {CONTACTS}")
    return cpu, mail


def cpu_of_libcurl(sink, mail):
    before = children_cpu_ms()
    subprocess.run([BUILD / "tests/tools/flood", f"smtp://127.0.0.1:{sink.port}", str(CONNECTIONS), str(CONTACTS), mail], check=True,
                   stdout=subprocess.DEVNULL)
    return (children_cpu_ms() - before) * 1000 / CONTACTS


def run(directory):
    numbers = itertools.count()

    def take():
        cpu, mail = cpu_of_mail(directory / f"bundling{next(numbers)}", sink, True)
        return cpu, cpu_of_libcurl(sink, mail)

    def take_alone():
        return (cpu_of_mail(directory / f"bundling{next(numbers)}", sink, True)[0], cpu_of_mail(directory / f"bundling{next(numbers)}", sink, False)[0])

    with Sink() as sink:
        yield f"CPU of a mail with {EVENTS} reminders", *beside(take, "us", "libcurl", CPU_GOAL, rounds=ROUNDS, digits=0)
        yield f"CPU of a mail with {EVENTS} reminders", *beside(take_alone, "us", "a mail with one", SHARE_GOAL, rounds=ROUNDS, digits=0)
