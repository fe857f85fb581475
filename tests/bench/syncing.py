"""CalDAV beside Radicale and Xandikos: writing events, following changes, and asking for parts of a large calendar.

The peers have smaller calendars, so that this ends in time, and the figures are those of one item: of a PUT, of a change, of an event in the reply,
of a member, of a poll. A peer that reads its whole calendar for each of them would do worse with as many members as are here.
"""

import base64
import http.client
import re
import statistics
import subprocess
import time
import urllib.parse

from events import event, write_calendar
from measure import Daemon, Program, Radicale, Site, cpu_ns, free_port, rss_mb, wait_for_port, wait_for_rest

MANY, SERIES, PUTS, CHANGES, POLLS = 10_000, 100, 1_000, 10, 500
PUTS_OF_PEERS, POLLS_OF_PEERS = 100, 10
MANY_OF_RADICALE, MANY_OF_XANDIKOS = 2_000, 500  # Xandikos makes a commit of each event
SPACES = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/"'
MKCALENDAR = f"<C:mkcalendar {SPACES}><set><prop><displayname>Bench</displayname></prop></set></C:mkcalendar>"
HEAD, TAIL = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//convened//bench//EN\r\n", "END:VCALENDAR\r\n"
MONTH = ("20210301T000000Z", "20210401T000000Z")
YEAR = ("20210101T000000Z", "20220101T000000Z")
PASSWORD = "bench password"


class Client:
    """A CalDAV client on one connection. collection: the path of its calendar."""

    def __init__(self, url, collection, user="bench", password=PASSWORD):
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=600)
        self.collection = collection
        self.headers = {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}

    def ask(self, method, name="", content="", expected=(207,), **headers):
        self.connection.request(method, self.collection + name, content.encode(), {
            **self.headers, "Content-Type": "application/xml; charset=utf-8", **{key.replace("_", "-"): value for key, value in headers.items()}})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status not in expected:
            raise RuntimeError(f"{method} {self.collection}{name}: {answer.status} {text[:500]}")
        return text

    def put(self, name, text):
        self.ask("PUT", name, text, (200, 201, 204), Content_Type="text/calendar; charset=utf-8")

    def propfind(self, *names, depth="0"):
        return self.ask("PROPFIND", content=f"<propfind {SPACES}><prop>{''.join(f'<{name}/>' for name in names)}</prop></propfind>", Depth=depth)

    def list(self):
        return self.propfind("getetag", depth="1")

    def members(self):
        hrefs = re.findall(r"<(?:\w+:)?href>([^<]*)</", self.list())
        return [href for href in hrefs if not href.endswith("/")]

    def token(self):
        return re.search(r"sync-token>([^<]+)<", self.propfind("sync-token"))[1]

    def changes(self, token):
        return self.ask("REPORT", content=f"<sync-collection {SPACES}><sync-token>{token}</sync-token><sync-level>1</sync-level>"
                                          "<prop><getetag/></prop></sync-collection>")

    def multiget(self, hrefs):
        return self.ask("REPORT", content=f"<C:calendar-multiget {SPACES}><prop><getetag/><C:calendar-data/></prop>"
                                          f"{''.join(f'<href>{href}</href>' for href in hrefs)}</C:calendar-multiget>", Depth="1")

    def query(self, span, data="<C:calendar-data/>"):
        return self.ask("REPORT", Depth="1", content=(
            f"<C:calendar-query {SPACES}><prop><getetag/>{data}</prop><C:filter><C:comp-filter name='VCALENDAR'><C:comp-filter name='VEVENT'>"
            f"<C:time-range start='{span[0]}' end='{span[1]}'/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"))

    def expand(self, span):
        return self.query(span, f"<C:calendar-data><C:expand start='{span[0]}' end='{span[1]}'/></C:calendar-data>")


class Xandikos(Program):
    def __init__(self, directory):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        super().__init__(["/usr/bin/xandikos", "-d", directory / "xandikos", "--autocreate", "--current-user-principal", "/bench/", "-l", "127.0.0.1",
                          "-p", str(self.port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_port(self.port)


def series(number):
    return event(number, "SERIES").replace("SUMMARY", "RRULE:FREQ=WEEKLY\r\nSUMMARY", 1)


def whole(*parts):
    return HEAD + "".join(parts) + TAIL


class Peer:
    """Another server with the same calendars. The files go through its own PUT."""

    def __init__(self, name, server, path):
        self.name, self.server, self.path = name, server, path

    def calendar(self, name, texts):
        client = Client(self.server.url, self.path + name + "/")
        client.ask("MKCALENDAR", content=MKCALENDAR, expected=(201,))
        for number, text in enumerate(texts):
            client.put(f"{number}.ics", text)
        return client


class RadicalePeer(Peer):
    def calendar(self, name, texts):
        """Radicale takes a whole calendar in one PUT; written one by one, 10,000 events would take minutes."""
        if not texts:
            return super().calendar(name, texts)
        client = Client(self.server.url, f"{self.path}{name}/")
        client.put("", whole(*(text.removeprefix(HEAD).removesuffix(TAIL) for text in texts)))
        return client


def seconds(run):
    begun = time.monotonic()
    run()
    return time.monotonic() - begun


def cpu_ms(server, run, rounds):
    taken = []
    for _ in range(rounds):
        before = cpu_ns(server.pid)
        run()
        taken.append((cpu_ns(server.pid) - before) / 1e6)
    return statistics.median(taken)


def put_all(client, count):
    for number in range(count):
        client.put(f"put-{number}.ics", whole(event(number, "PUT")))


def settle(server):
    """Waits until the daemon has made its feeds of the changes. The peers make none, and are never quite idle."""
    if isinstance(server, Daemon):
        wait_for_rest(server)


def change_and_follow(server, client):
    """Returns the CPU microseconds of a sync-collection that reports CHANGES changes, for each of them, without those of the changes."""
    token = client.token()
    for number in range(CHANGES):
        client.put(f"changed-{number}.ics", whole(event(number, "CHANGED").replace("№", token[-6:])))
    settle(server)
    answer = []
    taken = cpu_ms(server, lambda: answer.append(client.changes(token)), 1)
    if answer[0].count("getetag>") < CHANGES:
        raise RuntimeError(f"{answer[0].count('getetag>')} of {CHANGES} changes are reported")
    return taken * 1000 / CHANGES


def poll(client, count):
    for _ in range(count):
        client.propfind("S:getctag")


def per_item(server, ask, rounds, item=r"</[^>]*getetag>"):
    """Returns the CPU microseconds of ask() for each item in its reply."""
    answers = []
    taken = cpu_ms(server, lambda: answers.append(ask()), rounds)
    return taken * 1000 / len(re.findall(item, answers[0]))


def measure(server, make_calendar, rounds, size=MANY, n_puts=PUTS, n_polls=POLLS):
    """Returns {what: figure} of one server; make_calendar(name, texts) returns the client of a new calendar."""
    empty = make_calendar("empty", [])
    figures = {"put": seconds(lambda: put_all(empty, n_puts)) * 1e6 / n_puts}
    many = make_calendar("many", [whole(event(number, "MANY")) for number in range(size)])
    hrefs = many.members()
    settle(server)
    figures["sync"] = statistics.median(change_and_follow(server, many) for _ in range(rounds))
    figures["multiget"] = per_item(server, lambda: many.multiget(hrefs[:1000]), rounds)
    figures["query"] = per_item(server, lambda: many.query(MONTH), rounds)
    before = rss_mb(server.pid)
    figures["list"] = per_item(server, many.list, rounds)
    figures["rss"] = rss_mb(server.pid) - before
    figures["poll"] = cpu_ms(server, lambda: poll(many, n_polls), 1) * 1000 / n_polls
    repeated = make_calendar("series", [whole(series(number)) for number in range(SERIES)])
    figures["expand"] = per_item(server, lambda: repeated.expand(YEAR), rounds, "BEGIN:VEVENT")
    return figures


# (figure, title, goal, the peer of the goal); Radicale 3.1 does not expand a series.
LINES = (
    ("put", "PUT, one after the other: each", 20, "Radicale"),
    ("sync", f"sync-collection, {CHANGES} changes among {MANY:,}: CPU of each", 100, "Radicale"),
    ("multiget", "calendar-multiget of 1,000: CPU of each", 20, "Radicale"),
    ("query", f"calendar-query, a month among {MANY:,}: CPU of each", 50, "Radicale"),
    ("expand", f"expand of {SERIES} weekly series for a year: CPU of each", 20, "Xandikos"),
    ("list", f"PROPFIND, Depth 1, of {MANY:,} members: CPU of each", 20, "Radicale"),
    ("poll", f"PROPFIND of the ctag of {MANY:,} members: CPU", 20, "Radicale"),
)
RSS_MB = 8


def ours(directory):
    site = Site(directory / "syncing")
    subprocess.run([site.build / "convene", "--config", site.config, "account", "add", "bench", "--role=editor"], input=PASSWORD + "\n", text=True,
                   check=True, stdout=subprocess.DEVNULL)
    site.convene("add", "--summary=x", "--start=2030-01-01", "--calendar=empty")

    def make_calendar(name, texts):
        if texts:
            path = directory / f"{name}.ics"
            path.write_text(whole(*(text.removeprefix(HEAD).removesuffix(TAIL) for text in texts)), encoding="utf-8", newline="")
            site.convene("import", f"--calendar={name}", path)
        return Client(site.url, f"/dav/calendars/bench/{name}/")

    with Daemon(site) as daemon:
        return measure(daemon, make_calendar, 5)


def theirs(directory):
    """Returns {peer: figures}."""
    with Radicale(directory / "radicale") as server:
        radicale = measure(server, RadicalePeer("Radicale", server, "/bench/").calendar, 1, MANY_OF_RADICALE, PUTS_OF_PEERS, POLLS_OF_PEERS)
    with Xandikos(directory) as server:
        xandikos = measure(server, Peer("Xandikos", server, "/bench/calendars/").calendar, 1, MANY_OF_XANDIKOS, PUTS_OF_PEERS, POLLS_OF_PEERS)
    return {"Radicale": radicale, "Xandikos": xandikos}


def run(directory):
    (directory / "radicale").mkdir()
    mine = ours(directory)
    peers = theirs(directory)
    for figure, title, goal, peer in LINES:
        times = peers[peer][figure] / mine[figure]
        yield (title, f"{mine[figure]:.1f} µs", ", ".join(f"{name} {figures[figure]:.0f} µs" for name, figures in peers.items()), f"{times:.0f} x less",
               times >= goal, f"at least {goal} x less than {peer}")
    yield (f"PROPFIND, Depth 1, of {MANY:,} members: RSS", f"{mine['rss']:.1f} MB", f"Radicale {peers['Radicale']['rss']:.1f} MB", "",
           mine["rss"] <= RSS_MB, f"at most {RSS_MB} MB more")
