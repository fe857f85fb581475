#!/usr/bin/python3
"""Measures two builds in turn, before and after a change: pair.py BEFORE AFTER [ROUNDS] [FIGURE...]

Each round measures before, after, after, before: the ratios of after to before give the change, and those of the two measurements of one
build give the noise. Both builds are directories with convened and convene in them. Prints a line for each figure, in which less is better;
fails when a figure is worse by more than the noise.
"""

import pathlib
import statistics
import sys
import tempfile

import keeping
import mailing
import serving
import showing
from events import write_calendar
from measure import Daemon, Site, children_cpu_seconds

ROUNDS = 5
CONTACTS = 20_000
# A smaller difference counts as noise, even if the measurements agree.
NOISE_LEAST = 0.03


def served(case, name):
    def measure(site):
        site.convene("import", write_calendar(site.directory / "serving.ics", {"SESSION": 10, "EXHIBITION": 100}))
        with Daemon(site) as daemon:
            url = f"{site.url}/{name}"
            serving.fetch(url)
            return statistics.median(serving.microseconds_per_request(daemon, url, serving.headers_of(case, url)) for _ in range(3))
    return measure


def page(site):
    site.convene("import", write_calendar(site.directory / "showing.ics", {"SITE-VISIT": showing.EVENTS}))
    with Daemon(site, showing.THEN) as daemon:
        serving.fetch(f"{site.url}/")
        return statistics.median(serving.microseconds_per_request(daemon, f"{site.url}/", []) for _ in range(3))


def first_page(site):
    site.convene("import", write_calendar(site.directory / "showing.ics", {"SITE-VISIT": showing.EVENTS}))
    return statistics.median(showing.first_request(site) for _ in range(5))


def change(site):
    site.convene("import", write_calendar(site.directory / "many.ics", {"SESSION": 10_000}))
    with Daemon(site) as daemon:
        serving.fetch(f"{site.url}/all.ics")
        return statistics.median(keeping.cpu_of_change(site, daemon, f"{site.url}/all.ics", number) for number in range(5))


def imported(site):
    calendar = write_calendar(site.directory / "many.ics", {"SESSION": 20_000})
    return children_cpu_seconds(lambda: site.convene("import", calendar)) * 1000


def imported_cards(site):
    return children_cpu_seconds(lambda: mailing.list_contacts(site, CONTACTS)) * 1000


def ready(site):
    site.convene("import", write_calendar(site.directory / "many.ics", {"SESSION": 20_000}))
    return statistics.median(keeping.ms_to_ready(site) for _ in range(5))


def look(site):
    made = mailing.site_with_alarms(site.directory, site.build)
    with Daemon(made) as daemon:
        return mailing.ms_of_looks(made, daemon)[0]


def reminder(site):
    with mailing.Sink() as sink:
        return mailing.send_all(site.directory / "mailing", sink, site.build)[1]


def fan_out(site):
    _, speed, _ = mailing.fan_out_once(site.directory / "fan-out", CONTACTS, site.build)
    return 1e6 / speed


FIGURES = {
    "feed": ("feed of 100 events, CPU per request, us", served("identity", "exhibition.ics")),
    "gzip": ("feed of 100 events, gzip, CPU per request, us", served("gzip", "exhibition.ics")),
    "304": ("feed of 100 events, 304, CPU per request, us", served("304", "exhibition.ics")),
    "agenda": ("agenda of 1,000 events, CPU per request, us", page),
    "first": ("agenda of 1,000 events, CPU of the first request, ms", first_page),
    "change": ("10,000 events: CPU of a change until it is served, ms", change),
    "import": ("import of 20,000 events, CPU, ms", imported),
    "cards": (f"import of {CONTACTS:,} contacts, CPU, ms", imported_cards),
    "ready": ("20,000 events: start to READY, ms", ready),
    "look": ("a look with nothing due among a million alarms, CPU, ms", look),
    "reminder": ("CPU of a reminder, us", reminder),
    "fan-out": (f"fan-out to {CONTACTS:,} contacts, us each", fan_out),
}


def measured(measure, build):
    with tempfile.TemporaryDirectory(prefix="convened-pair-") as name:
        pathlib.Path(name).chmod(0o755)
        return measure(Site(pathlib.Path(name) / "site", build))


def compare(title, measure, before, after, rounds):
    """Prints a figure; returns whether it is not worse by more than the noise."""
    olds, news, ratios, noise = [], [], [], []
    for _ in range(rounds):
        old, new, again, last = (measured(measure, build) for build in (before, after, after, before))
        olds += [old, last]
        news += [new, again]
        ratios.append((new + again) / (old + last))
        noise += [abs(old - last) / (old + last), abs(new - again) / (new + again)]
    ratio, spread = statistics.median(ratios), max(NOISE_LEAST, 2 * statistics.median(noise))
    worse = ratio > 1 + spread
    print(f"{title:58} {statistics.median(olds):9.2f} -> {statistics.median(news):9.2f}  {ratio:.3f} x ({min(ratios):.3f}-{max(ratios):.3f})"
          f"  noise {spread:.3f}  {'WORSE' if worse else 'ok'}", flush=True)
    return not worse


def main():
    before, after, *rest = sys.argv[1:]
    rounds = int(rest.pop(0)) if rest and rest[0].isdigit() and rest[0] not in FIGURES else ROUNDS
    builds = [pathlib.Path(build).resolve() for build in (before, after)]
    results = [compare(*FIGURES[name], *builds, rounds) for name in rest or FIGURES]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
