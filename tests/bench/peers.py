#!/usr/bin/python3
"""Prints what this server, Radicale and Xandikos do with the same requests, as a table in Markdown.

The rows are the demands of tests/e2e/dav_demands.py and the replays of tests/e2e/test_sync_replays.py, which `make check` runs with this server
alone; a copy of a peer may have other bytes. "no" has the place that was not met: a peer may have good reasons, as the RFCs leave some of this to a server.
"""

import pathlib
import subprocess
import sys
import tempfile
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))

import icalendar  # noqa: E402  (the path must be set first)

from dav_demands import DEMANDS, Client  # noqa: E402
from measure import Daemon, Radicale, Site  # noqa: E402
from syncing import PASSWORD, Xandikos  # noqa: E402
from test_sync_replays import PROGRAMS, keep_a_copy  # noqa: E402


def ours(directory):
    site = Site(directory)
    subprocess.run([site.build / "convene", "--config", site.config, "account", "add", "bench", "--role=editor"], input=PASSWORD + "\n", text=True,
                   check=True, stdout=subprocess.DEVNULL)
    daemon = Daemon(site)
    return daemon, Client(site.url, "/dav/calendars/bench/", "/dav/addressbooks/bench/", "bench", PASSWORD)


def radicale(directory):
    server = Radicale(directory)
    client = Client(server.url, "/bench/", "/bench/", "bench", PASSWORD)
    client.ask("PROPFIND", "/bench/", Depth="0")  # makes the home
    return server, client


def xandikos(directory):
    server = Xandikos(directory)
    return server, Client(server.url, "/bench/calendars/", "/bench/contacts/", "bench", PASSWORD)


SERVERS = {"convened": ours, "Radicale": radicale, "Xandikos": xandikos}


def facts(text):
    """Returns what a copy must have; a peer may write the text in another way."""
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return str(event["UID"]), str(event["SUMMARY"])


def rows():
    for section, words, check in DEMANDS:
        yield section, words, check
    for program in PROGRAMS:
        yield "replay", f"{program.__name__} keeps its copy", lambda client, program=program: keep_a_copy(client, client.make(), program, facts)


def failing_line(error):
    """Returns the last line of the demands or replays on the way to an error."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(("dav_demands.py", "test_sync_replays.py"))]
    return f"`{frames[-1].line[:70]}`" if frames else repr(error)[:70]


def outcome(check, client):
    """Returns "yes", or "no" with what was not met: the message, or else the failing line."""
    try:
        check(client)
    except Exception as error:  # noqa: BLE001  (a peer's reply may lack anything)
        told = str(error).split("\n")[0][:60] if isinstance(error, AssertionError) else ""
        return f"no: {told or failing_line(error)}".replace("|", "\\|")
    return "yes"


def main():
    results = {}
    for name, start in SERVERS.items():
        with tempfile.TemporaryDirectory(prefix="convened-peers-") as directory:
            server, client = start(pathlib.Path(directory))
            with server:
                results[name] = [outcome(check, client) for _, _, check in rows()]
    print(f"| RFC | demand | {' | '.join(SERVERS)} |\n|---|---|{'---|' * len(SERVERS)}")
    for number, (section, words, _) in enumerate(rows()):
        print(f"| {section} | {words} | {' | '.join(results[name][number] for name in SERVERS)} |")
    sums = (f"{results[name].count('yes')} of {len(results[name])}" for name in SERVERS)
    print(f"| | sum | {' | '.join(sums)} |")
    return 0 if set(results["convened"]) == {"yes"} else 1


sys.exit(main())
