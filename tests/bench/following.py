"""Measures how pages follow a change: the CPU of the first request for a page after it, among few and many events; and the memory after many
changes."""

import itertools
import urllib.parse
import urllib.request

from events import write_calendar
from measure import Daemon, Site, beside, cpu_ns, rss_mb, wait_for_rest

FEW, MANY = 10_000, 100_000
PAGES = ("/", "/?when=past", "/month/2022-03", "/year/2022", "/events.atom", "/embed", "/?q=комиссия", "/?kind=session")
LANGUAGES = ("ru", "en")
FEEDS = ("/all.ics", "/session.ics", "/site-visit.ics", "/events.json")
CHANGES, CHANGES_AT_ONCE, ROUNDS = 1000, 50, 9
AT_MOST, COLD_AT_MOST = 1.5, 5
THEN = "--rehearse=2022-01-04T00:00:00+03:00"
IDLE_MB, MORE_MB, PER_FEED = 20, 30, 1.5


def fetch(url, language="ru"):
    request = urllib.request.Request(urllib.parse.quote(url, safe=":/?=&"), headers={"Accept-Language": language})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


def made(directory, count):
    site = Site(directory)
    site.config.write_text(site.config.read_text(encoding="utf-8") + 'site = { embed_from = [ "https://office.example.org" ]; };\n', encoding="utf-8")
    site.convene("import", write_calendar(directory / "events.ics", {"SESSION": 10, "SITE-VISIT": count}))
    return site


class Followed:
    """A daemon whose pages have all been made."""

    def __init__(self, site, daemon):
        self.site, self.daemon, self.numbers = site, daemon, itertools.count(1)
        for page in PAGES:
            fetch(site.url + page)

    def cpu_of(self, page, language):
        before = cpu_ns(self.daemon.pid)
        fetch(self.site.url + page, language)
        return (cpu_ns(self.daemon.pid) - before) / 1e6

    def change(self):
        self.site.convene("set", "session-3@bench.example.org", "SUMMARY", f"Заседание {next(self.numbers)}")
        wait_for_rest(self.daemon)

    def cold(self, page):
        """Returns the CPU milliseconds of the first request for a page after a change: the catalog follows, and the page is written."""
        self.change()
        return self.cpu_of(page, LANGUAGES[0])

    def both(self, page):
        """Returns those of cold(), and those of the same page in another language, which is written from the current catalog."""
        cold = self.cold(page)
        return cold, self.cpu_of(page, LANGUAGES[1])


def pages(few, many):
    for page in PAGES:
        yield (f"{page} of {MANY:,} events after a change: CPU",
               *beside(lambda page=page: (many.cold(page), few.cold(page)), "ms", f"of {FEW:,}", AT_MOST, rounds=ROUNDS, digits=2))
    for page in PAGES:
        yield (f"{page} of {MANY:,} events, catalog and page: CPU",
               *beside(lambda page=page: many.both(page), "ms", "the page alone", COLD_AT_MOST, rounds=ROUNDS, digits=2))


def change_many(site, number):
    """Changes the titles of some events at once, as an import does."""
    calendar = write_calendar(site.directory / "changed.ics", {"SITE-VISIT": CHANGES_AT_ONCE})
    calendar.write_text(calendar.read_text(encoding="utf-8").replace("SUMMARY:", f"SUMMARY:{number}. "), encoding="utf-8", newline="\r\n")
    site.convene("import", calendar)


def memory(many):
    for number in range(CHANGES // CHANGES_AT_ONCE):
        change_many(many.site, number)
        fetch(many.site.url + PAGES[number % len(PAGES)])
    for path in PAGES + FEEDS:
        fetch(many.site.url + path)
    feed = len(fetch(many.site.url + FEEDS[0])) / 2**20
    wait_for_rest(many.daemon)
    rss = rss_mb(many.daemon.pid)
    goal = PER_FEED * feed + MORE_MB
    yield (f"{MANY:,} events: RSS after {CHANGES:,} changes, all pages and feeds", f"{rss:.1f} MB", f"{FEEDS[0]} has {feed:.1f} MB", f"{rss / feed:.2f} x",
           rss <= goal, f"at most {PER_FEED} x + {MORE_MB} MB: {goal:.1f} MB")


def run(directory):
    sites = [made(directory / f"following-{count}", count) for count in (FEW, MANY)]
    with Daemon(sites[0], THEN) as few:
        wait_for_rest(few)
        rss = rss_mb(few.pid)
        yield f"{FEW:,} events: idle RSS", f"{rss:.1f} MB", "", "", rss <= IDLE_MB, f"at most {IDLE_MB} MB"
        with Daemon(sites[1], THEN) as many:
            both = [Followed(site, daemon) for site, daemon in zip(sites, (few, many))]
            yield from pages(*both)
            yield from memory(both[1])
