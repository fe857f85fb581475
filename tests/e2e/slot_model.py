"""The free slots of an offer, restated from the rules in daemon/meet/slot.h without a line of the daemon: icalendar parses, dateutil expands
the rules on the wall clock, zoneinfo has the zones, and each candidate is compared with each busy time. Also random worlds to compare on.
own_busy() restates which events in the calendars of a host's account are busy times (daemon/meet/own-calendar.h), by recurring-ical-events.

    slot_model.py TOOL N [SEED]    compares N worlds with build/tests/tools/slots
"""

import collections
import datetime
import random
import subprocess
import sys
import zoneinfo

import icalendar
import recurring_ical_events
from dateutil import rrule

UTC = datetime.timezone.utc
Busy = collections.namedtuple("Busy", "start end kind offer site before after place")
World = collections.namedtuple("World", "name now start stop spans busy text")
DAY = datetime.timedelta(days=1)


def epoch(wall, zone):
    """Returns the instant of a wall clock: the first of two, or by the offset before a gap (PEP 495, fold=0)."""
    return round(wall.replace(tzinfo=zone, fold=0).timestamp())


def local(instant, zone):
    return datetime.datetime.fromtimestamp(instant, UTC).astimezone(zone).replace(tzinfo=None)


def values(component, name):
    found = component.get(name, [])
    return found if isinstance(found, list) else [found]


def texts(offer, name):
    return [str(value) for value in values(offer, "X-CONVENED-MEETING-" + name)]


def span(offer, name, default="PT0S"):
    return icalendar.vDuration.from_ical((texts(offer, name) or [default])[0])


def number(offer, name, default):
    return int((texts(offer, name) or [default])[0])


def wall(value, zone):
    """Returns a parsed time as the wall clock of a zone."""
    if value.tzinfo is not None and str(value.tzinfo) != str(zone):
        value = value.astimezone(zone)
    return value.replace(tzinfo=None)


def starts_of(master, zone, until):
    first = wall(master.decoded("DTSTART"), zone)
    found = {first}
    if "RRULE" in master:
        rule = master["RRULE"].to_ical().decode()
        found |= set(rrule.rrulestr(rule, dtstart=first).between(first, until, inc=True))
    for line in values(master, "RDATE"):
        found |= {wall(value.dt, zone) for value in line.dts}
    left_out = {wall(value.dt, zone) for line in values(master, "EXDATE") for value in line.dts}
    return found - left_out


def hours_of(series, until):
    """Yields (start, end, place or None) in instants, for the components of one UID."""
    master = next(part for part in series if "RECURRENCE-ID" not in part)
    zone = zoneinfo.ZoneInfo(master["DTSTART"].params["TZID"])
    length = wall(master.decoded("DTEND"), zone) - wall(master.decoded("DTSTART"), zone)
    place = str(master["LOCATION"]) if "LOCATION" in master else None
    overrides = {wall(part.decoded("RECURRENCE-ID"), zone): part for part in series if "RECURRENCE-ID" in part}
    starts = starts_of(master, zone, until)
    for start in starts - set(overrides):
        begin, end = epoch(start, zone), epoch(start + length, zone)
        # Hours that begin in a gap begin after it, and may have ended by then.
        yield begin, end if end > begin else epoch(local(begin, zone) + length, zone), place
    for part in overrides.values():
        yield epoch(wall(part.decoded("DTSTART"), zone), zone), epoch(wall(part.decoded("DTEND"), zone), zone), place


def zone_of(offer, series):
    name = str(offer["X-CONVENED-TZID"]) if "X-CONVENED-TZID" in offer else series[0][0]["DTSTART"].params["TZID"]
    return zoneinfo.ZoneInfo(name)


def candidates(world, offer, series, zone, lengths, common, places):
    until = local(world.stop, zone) + 3 * DAY
    notice, horizon = span(offer, "NOTICE"), span(offer, "HORIZON", "P90D")
    bounds = [world.now + round(notice.total_seconds()), world.now + round(horizon.total_seconds())]
    for i, duration in enumerate((notice, horizon)):
        exact = (texts(offer, ("NOTICE", "HORIZON")[i]) or ["P"])[0].startswith("PT")
        if duration.days and not exact:
            days = datetime.timedelta(days=duration.days)
            bounds[i] = epoch(local(world.now, zone) + days, zone) + duration.seconds
    opens = epoch(wall(offer.decoded("DTSTART"), zone), zone) if "DTSTART" in offer else 0
    closes = epoch(wall(offer.decoded("DTEND"), zone), zone) if "DTEND" in offer else 1 << 60
    found = set()
    for parts in series:
        for start, end, place in hours_of(parts, until):
            at = start
            while at + lengths[0] <= end:
                for length in lengths:
                    fits = at + length <= min(end, closes) and max(world.start, bounds[0], opens) <= at
                    if fits and at < world.stop and at <= bounds[1]:
                        found |= {(at, at + length, one) for one in ([place] if place else common)}
                at += lengths[0]
    return sorted(found, key=lambda slot: (slot[0], slot[1], places.index(slot[2])))


def slots(world):
    """Returns the free slots as (start, end, seats left, place)."""
    calendar = icalendar.Calendar.from_ical(world.text.replace("AVAILABLE", "VEVENT").replace("VAVAILABILITY", "VTODO"))
    offer = calendar.subcomponents[0]
    by_uid = {}
    for part in offer.subcomponents:
        by_uid.setdefault(str(part["UID"]), []).append(part)
    series = list(by_uid.values())
    zone, uid, event = zone_of(offer, series), str(offer["UID"]), (texts(offer, "EVENT") or [None])[0]
    lengths = sorted(round(icalendar.vDuration.from_ical(text).total_seconds()) for text in texts(offer, "DURATION")) or [1800]
    before, after = (round(span(offer, "BUFFER-" + side).total_seconds()) for side in ("BEFORE", "AFTER"))
    places = texts(offer, "PLACE")
    if not places and any("LOCATION" not in parts[0] for parts in series):
        places = [""]
    common = list(places)
    for parts in series:
        if "LOCATION" in parts[0] and str(parts[0]["LOCATION"]) not in places:
            places.append(str(parts[0]["LOCATION"]))
    seats, most = number(offer, "SEATS", 1), number(offer, "DAILY-MAX", 0)
    own = [busy for busy in world.busy if busy.kind != "f"]
    per_day = collections.Counter(local(start, zone).date() for start, _ in {(b.start, b.end) for b in own if b.kind == "m"})

    def conflicts(slot, busy):
        start, end, place = slot
        if busy.kind == "f":
            return bool(event and place) and busy.site == event and busy.place == place and busy.start < end and start < busy.end
        if start < busy.start:
            return busy.start - end < max(after, busy.before)
        return start - busy.end < max(busy.after, before)

    for slot in candidates(world, offer, series, zone, lengths, common, places):
        start, end, place = slot
        mates = [b for b in own if seats > 1 and b.kind == "m" and b.offer == uid and (b.start, b.end, b.place) == slot]
        if any(conflicts(slot, busy) for busy in world.busy if busy not in mates):
            continue
        if event and not any(first <= start and end <= last for first, last in world.spans):
            continue
        if len(mates) >= seats or (not mates and most and per_day[local(start, zone).date()] >= most):
            continue
        yield start, end, seats - len(mates), place


def own_busy(texts, addresses, not_counted, first, last, zone):
    """Yields the busy times of events in a host's own calendars between two days. Those with one of the UIDs @not_counted do not count."""
    for text in texts:
        calendar = icalendar.Calendar.from_ical(text)
        parts = calendar.walk("VEVENT")
        master = next((part for part in parts if "RECURRENCE-ID" not in part), parts[0])
        if str(master["UID"]) in not_counted:
            continue
        for found in recurring_ical_events.of(calendar).between(first - DAY, last + DAY):
            answers = [line.params.get("PARTSTAT", "NEEDS-ACTION") for line in values(found, "ATTENDEE") if str(line).lower() in addresses]
            inherited = {name: str(found.get(name, master.get(name, ""))).upper() for name in ("STATUS", "TRANSP")}
            if inherited["STATUS"] == "CANCELLED" or inherited["TRANSP"] == "TRANSPARENT" or "DECLINED" in answers[:1]:
                continue
            start, end = (moment if isinstance(moment, datetime.datetime) else datetime.datetime.combine(moment, datetime.time())
                          for moment in (found.decoded("DTSTART"), found.decoded("DTEND")))
            start, end = (round(moment.timestamp()) if moment.tzinfo else epoch(moment, zone) for moment in (start, end))
            if start < end:
                yield Busy(start, end, "e", "", "", 0, 0, "")


def random_own(rng, zone, day, uid, address):
    """Returns an event of the host: single, of whole days, or a series with an instance that differs."""
    start = datetime.datetime.combine(day + rng.randint(0, 6) * DAY, datetime.time(rng.randint(8, 15), rng.choice([0, 15, 30])))
    if rng.random() < 0.15:
        when = [f"DTSTART;VALUE=DATE:{start:%Y%m%d}", f"DTEND;VALUE=DATE:{start + rng.randint(1, 2) * DAY:%Y%m%d}"]
        series = False
    else:
        name = rng.choice([f";TZID={zone}", f";TZID={zone}", ""])
        when = [f"DTSTART{name}:{stamp(start)}", f"DTEND{name}:{stamp(start + rng.randint(1, 8) * datetime.timedelta(minutes=15))}"]
        series = name and rng.random() < 0.4
    state = [rng.choice(["", "TRANSP:OPAQUE", "TRANSP:TRANSPARENT", "STATUS:CANCELLED", "STATUS:TENTATIVE", ""])]
    if rng.random() < 0.4:
        answer = rng.choice(["ACCEPTED", "DECLINED", "TENTATIVE", "NEEDS-ACTION"])
        # The server sends nothing about a meeting that the client schedules.
        state += ["ORGANIZER;SCHEDULE-AGENT=NONE:mailto:somebody@elsewhere.example.org", f"ATTENDEE;PARTSTAT={answer}:mailto:{address}"]
    head = ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z"]
    lines = head + when + [line for line in state if line]
    if series:
        lines.append(f"RRULE:FREQ=DAILY;INTERVAL={rng.randint(1, 2)};COUNT=4")
        if rng.random() < 0.5:
            lines += ["END:VEVENT", *head, f"RECURRENCE-ID;TZID={zone}:{stamp(start)}", f"DTSTART;TZID={zone}:{stamp(start + datetime.timedelta(hours=1))}",
                      f"DTEND;TZID={zone}:{stamp(start + datetime.timedelta(hours=2))}", *[line for line in state if line],
                      *rng.choice([[], ["TRANSP:TRANSPARENT"], ["STATUS:CANCELLED"]] if len(state) > 1 or not state[0] else [[]])]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//t//EN", *lines, "END:VEVENT", "END:VCALENDAR", ""])


ZONES = ["Europe/Berlin", "America/New_York", "Europe/Moscow", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns",
         "Europe/Ulyanovsk", "Africa/Casablanca"]
# Near changes of the clock, and the day that Apia left out.
DAYS = [datetime.date(2026, 3, 29), datetime.date(2026, 10, 25), datetime.date(2026, 3, 8), datetime.date(2026, 11, 1), datetime.date(2026, 4, 5),
        datetime.date(2026, 10, 4), datetime.date(2011, 12, 30), datetime.date(2016, 3, 27), datetime.date(2026, 7, 14)]
WEEK = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def stamp(when):
    return when.strftime("%Y%m%dT%H%M%S")


def random_rule(rng):
    return rng.choice([
        "", f"FREQ=DAILY;INTERVAL={rng.randint(1, 3)}", "FREQ=DAILY;COUNT=5",
        f"FREQ=WEEKLY;BYDAY={','.join(sorted(rng.sample(WEEK, rng.randint(1, 5)), key=WEEK.index))}",
        f"FREQ=MONTHLY;BYDAY={rng.choice([1, 2, -1])}{rng.choice(WEEK)}", "FREQ=WEEKLY;INTERVAL=2"])


def exists(wall_clock, zone):
    return local(epoch(wall_clock, zoneinfo.ZoneInfo(zone)), zoneinfo.ZoneInfo(zone)) == wall_clock


def random_available(rng, index, zone, day, place):
    rule = random_rule(rng)
    first = day - rng.randint(0, 9) * DAY if rule else day + rng.randint(-1, 5) * DAY
    start = datetime.datetime.combine(first, datetime.time(rng.randint(0, 20), rng.choice([0, 15, 30, 45])))
    if not exists(start, zone):  # hours that begin in a gap may end before they begin, and are refused then
        start += datetime.timedelta(days=1, hours=3)
    length = datetime.timedelta(minutes=15 * rng.randint(6, 40))
    head = f"UID:a{index}\nDTSTAMP:20260101T000000Z"
    lines = ["BEGIN:AVAILABLE", head, f"DTSTART;TZID={zone}:{stamp(start)}", f"DTEND;TZID={zone}:{stamp(start + length)}"]
    if rule:
        lines.append("RRULE:" + rule)
    if place:
        lines.append("LOCATION:" + place)
    daily = rule.startswith("FREQ=DAILY;INTERVAL=1") or rule == "FREQ=DAILY;COUNT=5"
    if daily and exists(start + DAY, zone) and rng.random() < 0.5:
        lines.append(f"EXDATE;TZID={zone}:{stamp(start + DAY)}")
    if not rule and rng.random() < 0.3:
        lines.append(f"RDATE;TZID={zone}:{stamp(start + 4 * DAY)}")
    lines.append("END:AVAILABLE")
    if daily and exists(start + DAY, zone) and exists(start + 2 * DAY, zone) and rng.random() < 0.5:
        moved = start + 2 * DAY + datetime.timedelta(minutes=15 * rng.randint(-8, 8))
        lines += ["BEGIN:AVAILABLE", head, f"RECURRENCE-ID;TZID={zone}:{stamp(start + 2 * DAY)}", f"DTSTART;TZID={zone}:{stamp(moved)}",
                  f"DTEND;TZID={zone}:{stamp(moved + length / 2)}", "END:AVAILABLE"]
    return lines


def random_conditions(rng, places):
    lengths = rng.sample([15, 20, 30, 45, 60, 90], rng.choice([1, 1, 1, 2, 3]))
    lines = [f"DURATION:PT{length}M" for length in lengths] + ["PLACE:" + place for place in places]
    optional = [f"BUFFER-BEFORE:PT{rng.choice([5, 10, 30])}M", f"BUFFER-AFTER:PT{rng.choice([5, 15, 60])}M",
                f"NOTICE:{rng.choice(['PT2H', 'P1D', 'P2DT3H'])}", f"HORIZON:{rng.choice(['P5D', 'P9D', 'P30D', 'PT72H'])}",
                f"DAILY-MAX:{rng.randint(1, 3)}", f"SEATS:{rng.randint(2, 4)}"]
    return lines + [line for line in optional if rng.random() < 0.4]


def random_busy(rng, world, free, has_event):
    """Returns busy times, most of them at free slots, where they matter."""
    found = []
    for _ in range(rng.randint(0, 12)):
        start, end, _, place = rng.choice(free) if free else (world.now, world.now + 1800, 1, "")
        kind = rng.choice("emmmf")
        if kind == "e" or rng.random() < 0.4:
            start += 300 * rng.randint(-12, 12)
            end = start + 300 * rng.randint(1, 24)
        buffers = [60 * rng.choice([0, 0, 5, 20]) for _ in range(2)] if kind == "m" else [0, 0]
        offer = "" if kind == "e" else rng.choice(["o@x", "o@x", "other@x"])
        site = "" if kind == "e" else rng.choice(["event@x", "host@x"]) if has_event else "host@x"
        found += [Busy(start, end, kind, offer, site, *buffers, "" if kind == "e" else place)] * rng.choice([1, 1, 1, 2])
    return found


def random_world(rng, name):
    zone, day = rng.choice(ZONES), rng.choice(DAYS)
    places = [f"Table-{i}" for i in range(rng.choice([0, 0, 1, 2, 3]))]
    has_event = rng.random() < 0.4
    text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//t//EN", "BEGIN:VAVAILABILITY", "UID:o@x", "DTSTAMP:20260101T000000Z"]
    names = ["HOST:host@x"] + random_conditions(rng, places) + (["EVENT:event@x"] if has_event else [])
    text += ["X-CONVENED-MEETING-" + line for line in names]
    noon = datetime.datetime.combine(day, datetime.time(12))
    if rng.random() < 0.3:
        text.append("X-CONVENED-TZID:" + rng.choice(ZONES))
    if rng.random() < 0.2:
        text += [f"DTSTART;TZID={zone}:{stamp(noon - 2 * DAY)}", f"DTEND;TZID={zone}:{stamp(noon + 3 * DAY)}"]
    for index in range(rng.randint(2, 6)):
        text += random_available(rng, index, zone, day, rng.choice([None, None, *places, "Hall"]))
    text += ["END:VAVAILABILITY", "END:VCALENDAR"]
    now = epoch(noon - rng.randint(0, 3) * DAY, zoneinfo.ZoneInfo(zone))
    start = now + 3600 * rng.randint(-30, 30)
    spans = [(begin, begin + 3600 * rng.randint(8, 90)) for begin in (now + 3600 * rng.randint(-20, 90) for _ in range(rng.randint(1, 3)))]
    world = World(name, now, start, start + 86400 * rng.randint(1, 8), spans if has_event else [], [], "\n".join(text) + "\n")
    return world._replace(busy=random_busy(rng, world, list(slots(world)), has_event))


def print_world(world):
    lines = [f"world {world.name} {world.now} {world.start} {world.stop}"]
    lines += [f"span {first} {last}" for first, last in world.spans]
    lines += ["busy " + " ".join(str(field) if field != "" else "-" for field in busy) for busy in world.busy]
    return "\n".join(lines) + "\ntext\n" + world.text + ".\n"


def run_tool(tool, worlds):
    result = subprocess.run([tool], input="".join(map(print_world, worlds)), capture_output=True, text=True, timeout=300, check=True)
    found = {world.name: [] for world in worlds}
    for line in result.stdout.splitlines():
        name, *fields = line.split(" ", 4)
        if fields[0] == "refused":
            raise AssertionError(line)
        found[name].append((int(fields[0]), int(fields[1]), int(fields[2]), fields[3]))
    return found


def compare(tool, n, seed):
    """Returns (worlds that differ, slots in all, worlds without a slot)."""
    rng = random.Random(seed)
    worlds = [random_world(rng, f"w{i}") for i in range(n)]
    found = run_tool(tool, worlds)
    differing, total, empty = [], 0, 0
    for world in worlds:
        expected = list(slots(world))
        total += len(expected)
        empty += not expected
        if found[world.name] != expected:
            differing.append((world, sorted(set(expected) - set(found[world.name])), sorted(set(found[world.name]) - set(expected))))
    return differing, total, empty


def main():
    tool, n = sys.argv[1], int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 7953
    differing, total, empty = compare(tool, n, seed)
    for world, missing, extra in differing[:3]:
        print(print_world(world), "missing", missing[:9], "extra", extra[:9])
    print(f"slots: {n} worlds, seed {seed}: {total} slots, {empty} worlds without one, {len(differing)} differ")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
