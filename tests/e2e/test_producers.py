"""Imports small files like those that other programs write, each with one oddity of a public report or a public collection. The
expected instances are those of python3-icalendar and recurring-ical-events, which read the file itself."""

import datetime
import pathlib
import re

import icalendar
import pytest
import recurring_ical_events
import requests
from conftest import PATIENCE

CASES = pathlib.Path(__file__).resolve().parents[1] / "corpus" / "cases"
FILES = sorted(path.relative_to(CASES).as_posix() for path in CASES.rglob("*.ics"))

# What is refused decides when the event takes place, or cannot be read: file and a part of the reason.
REFUSED = {
    "feeds/34c-count-and-until.ics": "UNTIL and COUNT exclude each other",
    "feeds/42b-cancel-without-status.ics": "there is no such thing in the store",
    "feeds/50b-cp1251.ics": "is not UTF-8",
    "feeds/74m-interval-zero.ics": "INTERVAL is out of bounds",
    "feeds/74p-byday-255su.ics": "BYDAY is out of bounds",
    "feeds/80c-dtstart-twice.ics": "DTSTART: comes twice",
    "feeds/81b-dtend-before.ics": "is before DTSTART",
    "made/m06-method-reply.ics": "is an answer to an invitation",
    "corpora/34-dtend-before-dtstart.ics": "is before DTSTART",
    "corpora/47-vtodo.ics": "VTODO",
    "corpora/52-weekly-bymonthday.ics": "BYMONTHDAY makes no sense with FREQ=WEEKLY",
}

# A VTIMEZONE outside of the VCALENDAR is refused; the event is not.
PARTLY = {"feeds/09-vtimezone-outside.ics"}

# The instances of files that the library reads otherwise, or not at all, from the standard or the name of the zone.
DIFFERENT = {
    "feeds/03-tzone-microsoft-utc.ics": ["20270414T100000Z"],  # "tzone://Microsoft/Utc" is UTC; the library has a floating time
    "feeds/07-freeassociation-no-vtimezone.ics": ["20270414T080000Z"],  # a path before an IANA name
    "feeds/07b-slash-iana.ics": ["20270414T070000Z"],
    "feeds/14-x-wr-timezone-floating.ics": ["20270414T100000"],  # RFC 5545, 3.3.5: floating; the library applies X-WR-TIMEZONE
    "feeds/13-gmt-plus-name.ics": ["20270414T090000Z", "20270414T070000Z", "20270414T070000Z", "20270414T100000Z", "20270414T100000Z",
                                   "20270414T100000Z", "20270414T070000Z"],
    "made/m04-dtend-time-of-all-day.ics": ["20270104"],  # the library takes the day for a midnight in UTC
    "feeds/75-obm.ics": ["20270415T053000Z"],  # Pacific Time
    "corpora/20-windows-display-name.ics": ["20270105T150000Z"],  # Eastern Time
    "feeds/49-bare-cr.ics": ["20270414T070000Z"],  # the library finds no event in the next ones
    "feeds/52c-trailing-spaces-begin-end.ics": ["20270414T070000Z"],
    "feeds/56-no-end-vcalendar.ics": ["20270414T070000Z"],
}
UNREAD = "11b 16 29 29b 30 30b 48 50 51 52 53 74n 80 82 95 25 31".split()


def moment(value):
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ") if value.tzinfo else value.strftime("%Y%m%dT%H%M%S")
    return value.strftime("%Y%m%d")


def instances(text, years=(2026, 2029)):
    found = []
    for calendar in icalendar.Calendar.from_ical(text, multiple=True):
        for event in recurring_ical_events.of(calendar).between((years[0], 1, 1), (years[1], 1, 1)):
            found.append((moment(event["DTSTART"].dt), str(event.get("SUMMARY", "")), str(event.get("STATUS", "")) == "CANCELLED"))
    return sorted(found)


def uid_of(text):
    return re.search(r"^UID[^:]*:(\S+)", text, re.M | re.I)[1]


def kept(site):
    site.convene("export", site.directory / "out")
    return [path.read_bytes() for path in (site.directory / "out").rglob("*.ics")]


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_kept_whole_or_refused_with_a_reason(site, name):
    text = (CASES / name).read_bytes()
    result = site.convene("import", CASES / name, check=False)
    if name in REFUSED:
        assert result.returncode == 1 and REFUSED[name] in result.stderr and not kept(site)
        return
    assert (result.returncode == 0) != (name in PARTLY), result.stderr
    objects = kept(site)
    plain = text.decode("utf-16" if text.startswith(b"\xff\xfe") else "utf-8-sig", "replace").replace("\ufeff", "").replace("\r", "\n")
    n_events = len(re.findall(r"^BEGIN:VEVENT\s*$", plain, re.M | re.I))
    assert n_events == 0 or objects
    for warning in result.stderr.splitlines():
        assert warning.startswith(str(CASES / name)), warning
    number = pathlib.Path(name).name.split("-")[0]
    if name in DIFFERENT:
        assert sorted(start for one in objects for start, _, _ in instances(one)) == sorted(DIFFERENT[name])
    elif number not in UNREAD or name.startswith("feeds/25"):
        assert sorted(one for part in objects for one in instances(part)) == instances(text)


def test_the_feed_of_all_has_what_is_kept(site):
    """All files in one store: the library finds the instances of what is kept in the feed, too. Left out are series with several rules or
    periods, which it cannot expand, floating times, to which it applies X-WR-TIMEZONE, and three cases whose kept text it reads
    otherwise; test_agreement has their reasons."""
    for name in FILES:
        if name.startswith("feeds/"):
            site.convene("import", "--quiet", CASES / name, check=False)
    site.start()
    feed = requests.get(site.url + "/all.ics", timeout=PATIENCE).content.decode()
    head, *events = re.split(r"(?m)(?=^BEGIN:VEVENT\r)", feed.replace("END:VCALENDAR\r\n", ""))
    odd = {uid_of(event) for event in events if event.count("RRULE:") > 1 or "VALUE=PERIOD" in event}
    odd |= {"31b@case.example.org", "17@case.example.org", "32b@case.example.org"}
    shown = head + "".join(event for event in events if uid_of(event) not in odd) + "END:VCALENDAR\r\n"
    texts = [text for text in kept(site) if b"CLASS:" not in text and uid_of(text.decode()) not in odd]
    wanted = {one[:2] for text in texts for one in instances(text, (2027, 2028)) if one[0].endswith("Z") or len(one[0]) == 8}
    found = {one[:2] for one in instances(shown, (2027, 2028))}
    assert len(wanted) > 150 and wanted <= found, sorted(wanted - found)[:5]
