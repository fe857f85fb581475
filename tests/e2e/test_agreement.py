"""All files of the corpus of cases in one store: the list, the feed, the pages and the mails tell the occurrences that two libraries find in the
files themselves, python3-recurring-ical-events and ical.js. Of a file that a library cannot read it reads what is kept."""

import datetime
import email
import email.policy
import email.utils
import html
import json
import re
import subprocess
import urllib.parse
import zoneinfo

import icalendar
import pytest
import recurring_ical_events
import requests

from conftest import PATIENCE, Site, end, node_package, unflowed
from test_clients import ICAL_JS
from test_producers import CASES, FILES, uid_of

UTC = datetime.timezone.utc
YEAR = 2027
# The second and third part of one story: the UID has another event already.
LATER_PARTS = ("feeds/41b", "feeds/42b", "feeds/42d")

# What a library reads otherwise than we do, and why we do not follow it. "js" is ical.js; both means that no library is followed: then the words of
# the RFC decide, which are quoted.
NOT_FOLLOWED = [
    ("python", "03 04e 07 07b 13a 13b 13c 13f 20-windows-d 75 11", "it does not know the zone by this name and takes the time as floating"),
    ("js", "35", "a rule that ends before DTSTART has DTSTART (RFC 5545, 3.8.5.3)"),
    ("js", "74k", "the rule is in small letters"),
    ("js", "04b 04c 04d 04e", "it does not know the zone by this name"),
    ("python", "14", "a floating time is the reader's (RFC 5545, 3.3.5); it applies X-WR-TIMEZONE"),
    ("python", "17", "a time with Z is in UTC, whatever TZID says"),
    ("python", "a24", "a day with a TZID is a day"),
    ("js", "11b", "the zone is in small letters"),
    ("js", "05 86", "the VTIMEZONE has no STANDARD, and the zone is known by its name"),
    ("js", "38 38b 38c", "RECURRENCE-ID is the same instant in another zone"),
    ("js", "11-recurrenc 31", "midnight in EXDATE and RECURRENCE-ID of whole days is the day (Exchange)"),
    ("python js", "31b", "no words: EXDATE with a time is of another type than DTSTART (RFC 5545, 3.8.5.1), and neither library applies it; Exchange means the "
                         "day in the calendar's zone"),
    ("python", "32 32b", "a day in EXDATE of a series with times excludes the instance of the day"),
    ("js", "32", "its library of rules loses an instance"),
    ("js", "39", "it loses the instance with two rules"),
    ("python", "36", "RANGE=THISANDFUTURE moves the later ones, too (RFC 5545, 3.2.13)"),
    ("python", "exdate-and-o", "what EXDATE excludes is not there, changed or not"),
    ("python js", "32-exrule.ic a12", 'neither applies EXRULE, "an exception to a recurrence set" (RFC 2445, 4.8.5.2); test_recurrence has two that do'),
    ("python js", "74h", "\"The 'DTSTART' property value always counts as the first occurrence\" (RFC 5545, 3.3.10, of COUNT); they count the rule's own only"),
    ("python js", "34", '"If the value specified by UNTIL is synchronized with the specified recurrence, this DATE or DATE-TIME becomes the last instance" '
                        "(RFC 5545, 3.3.10): 29 April is the last day; they end at its midnight"),
    ("js", "28-byweekno.", "it has no BYWEEKNO"),
    ("python js", "74i", '"Information, not contained in the rule, necessary to determine the various recurrence instance start time and dates are derived '
                         "from the Start Time (DTSTART)\" (RFC 5545, 3.3.10): BYWEEKNO without BYDAY is the weekday of DTSTART; neither does that"),
    ("python", "25-two-rrule 74n", "it expands no event with two rules"),
    ("js", "25-two-rrule 74n", "it loses the last instance of two rules"),
    ("python js", "30 30b 31-rdate-per", "neither expands periods, which RDATE may have: its \"value type can be set to DATE or PERIOD\" (RFC 5545, 3.8.5.2)"),
]
# The rules above that the feed must have as they are, and that no library reads as we do.
UNLIKE_IN_FEED = "25-two-rrule 30 30b 31-rdate-per 74h 74i 74n".split()

READ_WITH_ICAL_JS = """
import ICAL from "ical.js";
import { readFileSync } from "fs";
const limit = ICAL.Time.fromData({ year: 2028, month: 1, day: 2 });
const told = (time, component) => {
  const known = time.zone && time.zone !== ICAL.Timezone.localTimezone;
  const text = (known ? time.convertToZone(ICAL.Timezone.utcTimezone) : time).toString();
  return [text, known ? null : component.getFirstProperty("dtstart").getParameter("tzid") ?? null];
};
const occurrences = (uid, events) => {
  const rows = [];
  const exceptions = events.filter((event) => event.hasProperty("recurrence-id"));
  const master = events.find((event) => !event.hasProperty("recurrence-id"));
  if (!master) return exceptions.map((event) => [uid, ...told(event.getFirstPropertyValue("dtstart"), event)]);
  const event = new ICAL.Event(master, { exceptions });
  if (!event.isRecurring()) return [[uid, ...told(event.startDate, master)]];
  const iterator = event.iterator();
  for (let next, n = 0; n < 5000 && (next = iterator.next()) && next.compare(limit) < 0; n++) {
    const details = event.getOccurrenceDetails(next);
    rows.push([uid, ...told(details.startDate, details.item.component)]);
  }
  return rows;
};
const attempt = (action) => {
  try { return action(); } catch { return []; }
};
const read = (text) => [ICAL.parse(text)].flatMap((one) => (Array.isArray(one[0]) ? one : [one])).flatMap((one) => {
  const root = new ICAL.Component(one);
  ICAL.TimezoneService.reset();
  root.getAllSubcomponents("vtimezone").forEach((zone) => ICAL.TimezoneService.register(zone));
  const events = root.getAllSubcomponents("vevent");
  const uids = new Set(events.map((event) => event.getFirstPropertyValue("uid")));
  return [...uids].flatMap((uid) => attempt(() => occurrences(uid, events.filter((event) => event.getFirstPropertyValue("uid") === uid))));
});
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map((text) => attempt(() => read(text)))));
"""


def moment(value):
    """A day, a floating time, or an instant."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") if value.tzinfo else value.strftime("%Y%m%dT%H%M%S")
    return value.strftime("%Y%m%d")


def moment_of(text, zone):
    """Converts a local time. Returns None if the zone is known by no such name."""
    plain = re.sub("[-:]", "", text)
    if not zone or "T" not in plain or plain.endswith("Z"):
        return plain
    try:
        return moment(datetime.datetime.strptime(plain, "%Y%m%dT%H%M%S").replace(tzinfo=zoneinfo.ZoneInfo(zone)))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None


def by_uid(rows):
    found = {}
    for uid, start in rows:
        if start and start.startswith(str(YEAR)):
            found.setdefault(uid, set()).add(start)
    unread = {uid for uid, start in rows if start is None}
    return {uid: starts for uid, starts in found.items() if uid not in unread}


def occurrences(calendar):
    try:
        events = recurring_ical_events.of(calendar).between((YEAR, 1, 1), (YEAR + 1, 1, 1))
        return by_uid([(str(event["UID"]), moment(event["DTSTART"].dt)) for event in events])
    except Exception:  # The library has no class for what it cannot expand.
        return {}


def by_python(text):
    found = {}
    try:
        for calendar in icalendar.Calendar.from_ical(text, multiple=True):
            found |= occurrences(calendar)
    except (ValueError, IndexError):
        return {}
    return found


def python_by_event(feed):
    """The library refuses a whole calendar for one rule, so it gets each event alone."""
    events = {}
    for part in icalendar.Calendar.from_ical(feed).walk("VEVENT"):
        events.setdefault(str(part["UID"]), []).append(part)
    found = {}
    for parts in events.values():
        alone = icalendar.Calendar()
        alone.subcomponents = parts
        found |= occurrences(alone)
    return found


def by_ical_js(texts):
    """Returns the occurrences of each text; none if it cannot be read. One process reads all texts."""
    home = node_package(ICAL_JS)
    script = home / "agreement.mjs"
    script.write_text(READ_WITH_ICAL_JS)
    result = subprocess.run(["node", script], input=json.dumps(texts), cwd=home, capture_output=True, text=True, timeout=PATIENCE, check=True)
    return [by_uid([(uid, moment_of(start, zone)) for uid, start, zone in rows]) for rows in json.loads(result.stdout)]


def plain_text(data):
    return data.decode("utf-16" if data.startswith(b"\xff\xfe") else "utf-8-sig", "replace")


class Case:
    """A store with all files, and what the libraries find."""

    def __init__(self, directory):
        self.site = Site(directory, extra='time_zone = "Etc/UTC";\n', mail='from = "office@example.org"; url = "smtp://127.0.0.1:9";')
        (directory / "in").mkdir()
        texts = []
        for name in FILES:
            if not name.startswith(LATER_PARTS):
                data = (CASES / name).read_bytes().replace(b"a@example.org", name.split("/")[1][:12].encode() + b"@case.example.org")
                (directory / "in" / name.replace("/", "-")).write_bytes(data)
                texts.append(plain_text(data))
        self.site.convene("import", "--quiet", directory / "in", check=False)
        self.site.convene("export", directory / "out")
        kept = [path.read_bytes().decode() for path in (directory / "out").rglob("*.ics")]
        self.private = {uid_of(text) for text in kept if "CLASS:PRIVATE" in text}
        self.busy = {uid_of(text) for text in kept if "CLASS:CONFIDENTIAL" in text}
        card = directory / "a.vcf"
        card.write_text("BEGIN:VCARD\nVERSION:4.0\nUID:p@x\nFN:P\nEMAIL:p@example.org\nTZ:Etc/UTC\nEND:VCARD\n")
        self.site.convene("import", card)
        self.site.convene("subscribe", "p@x", "--all", "--lead=-PT15M")
        self.site.start()
        self.feed = requests.get(self.site.url + "/all.ics", timeout=PATIENCE).content.decode()
        *js, js_feed = by_ical_js([*kept, *texts, self.feed])
        self.python, self.js = {}, {}
        for text, found in zip([*kept, *texts], js):  # What is found in the file itself counts more than what is found in the kept text.
            self.python |= by_python(text)
            self.js |= found
        self.fed = python_by_event(self.feed), js_feed
        zones = {str(zone["TZID"]): zone.to_tz() for text in kept for zone in icalendar.Calendar.from_ical(text).walk("VTIMEZONE")}
        self.listed, self.cancelled = self.list(zones)

    def list(self, zones):
        rows, cancelled = [], set()
        for line in self.site.convene("list", "--from", f"{YEAR}-01-01", "--to", f"{YEAR}-12-31", "--json").stdout.splitlines():
            one = json.loads(line)
            start = moment_of(one["start"], one.get("tzid"))
            if start is None:  # The zone is a VTIMEZONE of the file.
                local = datetime.datetime.strptime(one["start"], "%Y%m%dT%H%M%S")
                start = moment(local.replace(tzinfo=zones[one["tzid"]]))
            rows.append((one["uid"], start))
            if one["status"] == "CANCELLED":
                cancelled.add((one["uid"], start))
        return by_uid(rows), cancelled


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    made = Case(tmp_path_factory.mktemp("agreement"))
    yield made
    end(made.site)


def number(uid):
    return uid.split("@")[0]


def test_the_list_has_the_instants_of_two_libraries(case):
    libraries = {"python": case.python, "js": case.js}
    wanted = {(name, library) for libraries_, names, _ in NOT_FOLLOWED for name in names.split() for library in libraries_.split()}
    found = {(number(uid), library) for uid, starts in case.listed.items() for library, told in libraries.items() if told.get(uid) != starts}
    assert len(case.listed) > 150 and found == wanted


def test_the_feed_has_the_instants_of_the_list(case):
    public = {uid: starts for uid, starts in case.listed.items() if uid not in case.private}
    unlike = {number(uid) for uid, starts in public.items() if all(told.get(uid) != starts for told in case.fed)}
    assert unlike == set(UNLIKE_IN_FEED)


def rows_of_week(page):
    """Yields the UID, the day and the times of each entry."""
    for section in page.split('<section class="day')[1:]:
        day = re.search(r'<time datetime="([\d-]+)"', section)[1].replace("-", "")
        for entry in section.split('<li class="event')[1:]:
            when = html.unescape(re.sub("<[^>]*>", "", re.search(r'<p class="when">(.*?)</p>', entry)[1]))
            yield urllib.parse.unquote(html.unescape(re.search(r'href="/event/([^"?]*)', entry)[1])), day, when


def test_the_weeks_have_the_instants_of_the_list(case):
    found = {}
    with requests.Session() as session:
        for week in range(53):
            day = datetime.date(YEAR, 1, 1) + datetime.timedelta(weeks=week)
            page = session.get(f"{case.site.url}/week/{day}?lang=en&zone=Etc/UTC", timeout=PATIENCE).text
            for uid, shown, when in rows_of_week(page):
                times = re.match(r"(?:[^,]*, )?(\d\d):(\d\d)", when)
                start = f"T{times[1]}{times[2]}00" + ("Z" if when.endswith("UTC") else "") if times else ""
                # An entry with days in its text is repeated on each of them.
                found.setdefault(uid, {}).setdefault(when if str(YEAR) in when else (when, shown), shown + start)
    shown = by_uid([(uid, start) for uid, rows in found.items() for start in rows.values()])
    public = {uid: starts for uid, starts in case.listed.items() if uid not in case.private}
    assert {uid: starts for uid, starts in shown.items() if starts != public.get(uid)} == {} and shown.keys() == public.keys()


def test_the_mails_have_the_instants_of_the_list(case):
    """A mail goes a quarter of an hour before its first event, and has what begins within the next quarter, too."""
    told = case.site.convene("preview", "--for=p@x", f"--at={YEAR}-01-01T00:00:00Z", "--hours=8760", "--raw").stdout
    found = set()
    for text in re.split(r"(?m)^(?=Date: )", told)[1:]:
        message = email.message_from_string(text, policy=email.policy.default)
        begins = email.utils.parsedate_to_datetime(message["Date"]).astimezone(UTC) + datetime.timedelta(minutes=15)
        found |= {(number(uid), begins) for uid in re.findall(r"/event/(\S+)", unflowed(message.get_body(("plain",)).get_content()))}
    wanted = {(number(uid), datetime.datetime.strptime((start + "T000000")[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC))
              for uid, starts in case.listed.items() if uid not in case.private | case.busy for start in starts if (uid, start) not in case.cancelled}
    near = {(uid, start) for uid, start in wanted if any((uid, start - datetime.timedelta(minutes=minutes)) in found for minutes in range(16))}
    assert sorted({u for u, _ in wanted - near}) == [] and len(found) == len(wanted)
