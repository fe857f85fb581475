"""The timetable of an exchange of contacts: `convene match` for 300 participants, 2,000 wishes, 40 tables and three days, compared with a
greedy loop in Python, which grants each wish in order of importance if a time and a table are free."""

import datetime
import json
import random
import time

from measure import Site, beside, children_cpu_seconds

PARTICIPANTS, WISHES, TABLES, DAYS, HALF_HOURS = 300, 2000, 40, 3, 16
ROUNDS, GREEDY_ROUNDS = 3, 20
VALUE_GOAL, CPU_GOAL = 0.99, 550  # two seconds where the greedy loop takes 3.6 ms
FIRST = datetime.date.today() + datetime.timedelta(days=20)
CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.org//bench//EN\r\n{}END:VCALENDAR\r\n"
FAIR = ("BEGIN:VEVENT\r\nUID:fair@example.org\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Exchange of contacts\r\n"
        "DTSTART:{:%Y%m%d}T080000Z\r\nDTEND:{:%Y%m%d}T200000Z\r\nEND:VEVENT\r\n")


def card(number):
    return f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:p{number}\r\nFN:Participant {number}\r\nEMAIL:p{number}@example.org\r\nEND:VCARD\r\n"


def offer(number):
    """All tables, in half hours, on each day."""
    hours = "".join(f"BEGIN:AVAILABLE\r\nUID:hours{day}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{date:%Y%m%d}T100000Z\r\nDTEND:{date:%Y%m%d}T180000Z\r\n"
                    "END:AVAILABLE\r\n" for day in range(DAYS) for date in [FIRST + datetime.timedelta(days=day)])
    places = "".join(f"X-CONVENED-MEETING-PLACE:Table {table}\r\n" for table in range(TABLES))
    return (f"BEGIN:VAVAILABILITY\r\nUID:offer{number}\r\nDTSTAMP:20260101T000000Z\r\nX-CONVENED-MEETING-HOST:p{number}\r\n"
            f"X-CONVENED-MEETING-EVENT:fair@example.org\r\nX-CONVENED-MEETING-DURATION:PT30M\r\n{places}{hours}END:VAVAILABILITY\r\n")


def wishes(n_popular):
    """Half of the wishes name one of a few participants whom many want to meet."""
    draw, pairs = random.Random(7), {}
    while len(pairs) < WISHES:
        one = draw.randrange(PARTICIPANTS)
        other = draw.randrange(n_popular if draw.random() < 0.5 else PARTICIPANTS)
        if one != other and (other, one) not in pairs:
            pairs.setdefault((one, other), draw.randint(1, 9))
    return [(one, other, priority) for (one, other), priority in pairs.items()]


def greedy(wanted):
    """Returns the sum of 10 - priority of the granted wishes."""
    people = [set() for _ in range(PARTICIPANTS)]
    tables = [TABLES] * (DAYS * HALF_HOURS)
    value = 0
    for one, other, priority in sorted(wanted, key=lambda wish: wish[2]):
        for slot, free in enumerate(tables):
            if free and slot not in people[one] and slot not in people[other]:
                people[one].add(slot)
                people[other].add(slot)
                tables[slot] -= 1
                value += 10 - priority
                break
    return value


def fair(directory):
    site = Site(directory / "matching")
    cards, events = site.directory / "cards.vcf", site.directory / "events.ics"
    cards.write_text("".join(map(card, range(PARTICIPANTS))), encoding="utf-8")
    events.write_text(CALENDAR.format(FAIR.format(FIRST, FIRST + datetime.timedelta(days=DAYS - 1)) + "".join(map(offer, range(PARTICIPANTS)))),
                      encoding="utf-8")
    site.convene("import", cards, events)
    return site


def match(site, wanted):
    """Returns the timetable and the CPU seconds that it took."""
    file = site.directory / "wishes.csv"
    file.write_text("".join(f"p{one},p{other},{priority}\n" for one, other, priority in wanted), encoding="utf-8")
    found = []
    seconds = children_cpu_seconds(lambda: found.append(json.loads(site.convene("match", "fair@example.org", "--json", f"--wishes={file}"))))
    return found[0], seconds


def run(directory):
    """In the first exchange all wishes that the tables have room for can be granted; in the second one some people have no time for all who
    want to meet them, so the search uses all of its effort."""
    site, crowded = fair(directory), wishes(PARTICIPANTS // 20)
    wanted = wishes(PARTICIPANTS // 10)
    found, _ = match(site, wanted)
    yield (f"value of a timetable: {PARTICIPANTS} people, {WISHES:,} wishes", f"{found['value']}, {found['granted']} granted",
           f"bound {found['bound']}, a greedy loop {greedy(wanted)}", f"{found['value'] / found['bound']:.3f}",
           found["bound"] >= found["value"] >= VALUE_GOAL * found["bound"] and found["value"] >= greedy(wanted), f"at least {VALUE_GOAL} of the bound")

    def take():
        begun = time.process_time()
        for _ in range(GREEDY_ROUNDS):
            greedy(crowded)
        return match(site, crowded)[1], (time.process_time() - begun) / GREEDY_ROUNDS

    yield f"CPU of a timetable of {WISHES:,} wishes", *beside(take, "s", "a greedy loop in Python", CPU_GOAL, rounds=ROUNDS, digits=3)
