"""Compares our expansion of recurrence rules with that of python3-dateutil, for random rules of every accepted form in zones with DST."""

import datetime
import random
import subprocess
import zoneinfo

import gi
import pytest
from dateutil import rrule

from conftest import BUILD, make_tool

gi.require_version("ICalGLib", "3.0")
gi.require_version("ECal", "2.0")
from gi.repository import ECal, ICalGLib  # noqa: E402  (the version must be required first)

SEED, N_RULES, N_STARTS = 5545, 100, 40
UTC = datetime.timezone.utc
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
ZONES = ["Europe/Berlin", "America/New_York", "Europe/Moscow", "Asia/Tashkent", "Australia/Lord_Howe"]


@pytest.fixture(scope="module")
def expand():
    tool = BUILD / "tests/tools/expand"
    make_tool(tool)

    def run(objects):
        text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n" + "".join(objects) + "END:VCALENDAR\r\n"
        result = subprocess.run([tool, str(N_STARTS)], input=text.encode(), capture_output=True, timeout=120, check=True)
        lines = [line.split(" ", 1) for line in result.stdout.decode().splitlines()]
        return {line[0]: line[1].split() if len(line) > 1 else [] for line in lines}

    return run


def event(uid, start, zone, rule, more=""):
    return (f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}\r\n"
            f"DURATION:PT1H\r\nRRULE:{rule}\r\n{more}END:VEVENT\r\n")


def some(rng, values, most=3):
    return sorted(rng.sample(values, rng.randint(1, min(most, len(values)))))


def random_rule(rng):
    frequency = rng.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    parts = {"FREQ": frequency}
    if rng.random() < 0.5:
        parts["INTERVAL"] = rng.randint(1, 5)
    if rng.random() < 0.3:
        parts["BYMONTH"] = ",".join(map(str, some(rng, range(1, 13))))
    if frequency != "WEEKLY" and rng.random() < 0.4:
        parts["BYMONTHDAY"] = ",".join(map(str, some(rng, [*range(1, 32), *range(-31, 0)])))
    elif frequency == "YEARLY" and rng.random() < 0.3:
        parts["BYYEARDAY"] = ",".join(map(str, some(rng, [*range(1, 367), *range(-366, 0)])))
    elif frequency == "YEARLY" and rng.random() < 0.3:
        parts["BYWEEKNO"] = ",".join(map(str, some(rng, [*range(1, 54), *range(-53, 0)])))
        parts["BYDAY"] = ",".join(some(rng, DAYS))
    if rng.random() < 0.5 and "BYDAY" not in parts:
        days = some(rng, DAYS)
        if frequency in ("MONTHLY", "YEARLY") and "BYMONTHDAY" not in parts and "BYYEARDAY" not in parts and rng.random() < 0.6:
            days = [f"{rng.choice([1, 2, 3, 4, 5, -1, -2])}{day}" for day in days]
        parts["BYDAY"] = ",".join(days)
    # For a weekly BYSETPOS dateutil starts the first week at DTSTART; RFC 5545 uses the whole week.
    if frequency != "WEEKLY" and rng.random() < 0.25 and set(parts) & {"BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY"}:
        parts["BYSETPOS"] = ",".join(map(str, some(rng, [1, 2, 3, -1, -2], 2)))
    if "BYSETPOS" not in parts and rng.random() < 0.2:
        parts["BYHOUR"] = ",".join(map(str, some(rng, range(5, 24))))
        if rng.random() < 0.5:
            parts["BYMINUTE"] = ",".join(map(str, some(rng, range(60))))
    if rng.random() < 0.3:
        parts["WKST"] = rng.choice(DAYS)
    end = rng.random()
    if end < 0.3:
        parts["COUNT"] = rng.randint(1, 30)
    elif end < 0.6:
        parts["UNTIL"] = f"{rng.randint(2026, 2032)}{rng.randint(1, 12):02}01T120000Z"
    return ";".join(f"{name}={value}" for name, value in parts.items())


def expected(start, zone, text, limit=N_STARTS):
    """Returns dateutil's days. DTSTART is always the first instance and counts, even if the rule does not match it."""
    local = zoneinfo.ZoneInfo(zone)
    until = None
    parts = dict(part.split("=") for part in text.split(";"))
    if "UNTIL" in parts:
        until = datetime.datetime.strptime(parts.pop("UNTIL"), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    count = int(parts.pop("COUNT", 0)) or None
    horizon = start.replace(year=2130)
    days = rrule.rrulestr(";".join(f"{k}={v}" for k, v in parts.items()), dtstart=start).replace(until=horizon)
    starts = [start]
    for naive in days:
        if len(starts) > limit:
            break
        if naive != start:
            starts.append(naive)
    instants = []
    for naive in starts[:count]:
        instant = naive.replace(tzinfo=local, fold=0)
        if instant.astimezone(UTC).astimezone(local).replace(tzinfo=None) != naive:
            instant = naive.replace(tzinfo=local, fold=0)
        instant = instant.astimezone(UTC)
        if until and instant > until and instants:
            break
        instants.append(instant.strftime("%Y%m%dT%H%M%SZ"))
    return instants[:limit]


def excluded(start, zone, text):
    """Returns the starts that dateutil gives for an EXRULE (RFC 2445, 4.8.5.2): DTSTART only if the rule matches it."""
    parts = dict(part.split("=") for part in text.split(";"))
    until = parts.pop("UNTIL", None)
    rule = rrule.rrulestr(";".join(f"{k}={v}" for k, v in parts.items()), dtstart=start).replace(until=start.replace(year=2030))
    instants = [naive.replace(tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") for naive in rule]
    return {instant for instant in instants if not until or instant <= until}


def test_random_exrules_agree_with_dateutil(expand):
    """The zones have no changes, in which dateutil and RFC 5545 differ. Only starts before 2029 are compared."""
    rng = random.Random(SEED)
    cases = {}
    for number in range(60):
        start = datetime.datetime(2026, 1, 1) + datetime.timedelta(days=rng.randint(0, 700), minutes=rng.randint(0, 95) * 15)
        rule = f"FREQ=DAILY;INTERVAL={rng.randint(1, 3)}" if number % 2 else f"FREQ=WEEKLY;BYDAY={','.join(some(rng, DAYS))}"
        cases[f"{number}@rules.example"] = (start, rng.choice(["UTC", "Europe/Moscow", "Asia/Kolkata"]), rule, random_rule(rng))
    found = expand([event(uid, *case[:3], f"EXRULE:{case[3]}\r\n") for uid, case in cases.items()])
    wrong, n_excluded = {}, 0
    for uid, (start, zone, rule, exrule) in cases.items():
        without = excluded(start, zone, exrule)
        given = [instant for instant in expected(start, zone, rule, 120) if instant < "2029"]
        wanted = [instant for instant in given if instant not in without][:N_STARTS]
        n_excluded += len(wanted) < len(given[:N_STARTS]) or wanted != given[:N_STARTS]
        got = [instant for instant in found[uid] if instant < "2029"][:len(wanted)]
        if got != wanted:
            wrong[uid] = ((start, zone, rule, exrule), wanted[:6], got[:6])
    assert not wrong, f"seed {SEED}: {len(wrong)} of {len(cases)}, such as {next(iter(wrong.items()))}"
    assert n_excluded > 10


def by_libecal(component):
    """Returns the starts that Evolution's library finds in 2027."""
    starts = []
    first, last = (ICalGLib.Time.new_from_string(when) for when in ("20270101T000000Z", "20280101T000000Z"))
    ECal.recur_generate_instances_sync(ICalGLib.Component.new_from_string(component), first, last, lambda _, start, *rest: starts.append(start.as_ical_string()) or True,
                                       None, lambda *tzid: None, None, ICalGLib.Timezone.get_utc_timezone(), None)
    return starts


def test_exrules_agree_with_evolution(expand):
    """libical's own foreach_recurrence() applies the first start of an EXRULE only."""
    lines = "EXRULE:FREQ=WEEKLY;BYDAY=SA,SU\r\nEXRULE:FREQ=MONTHLY;BYMONTHDAY=1;COUNT=2\r\nEXDATE:20270106T090000Z\r\n"
    text = event("x@rules.example", datetime.datetime(2027, 1, 4, 9), "UTC", "FREQ=DAILY;COUNT=40", lines).replace(";TZID=UTC:20270104T090000", ":20270104T090000Z")
    assert expand([text])["x@rules.example"] == by_libecal(text) and len(by_libecal(text)) == 28


def test_random_rules_agree_with_dateutil(expand):
    rng = random.Random(SEED)
    cases = {}
    for number in range(N_RULES):
        start = datetime.datetime(2026, 1, 1) + datetime.timedelta(days=rng.randint(0, 700), minutes=rng.randint(0, 95) * 15)
        cases[f"{number}@rules.example"] = (start, rng.choice(ZONES), random_rule(rng))
    found = expand([event(uid, *case) for uid, case in cases.items()])
    wrong = {}
    for uid, case in cases.items():
        wanted = expected(*case)
        got = found[uid]
        n = len(wanted) if len(wanted) < N_STARTS else N_STARTS
        if got[:n] != wanted or (len(wanted) < N_STARTS and any(start < "2129" for start in got[n:])):
            wrong[uid] = (case, wanted[:6], got[:6])
    assert not wrong, f"seed {SEED}: {len(wrong)} of {N_RULES}, such as {next(iter(wrong.items()))}"


def random_short_rule(rng):
    """Returns an HOURLY or MINUTELY rule whose interval divides a day, or is whole days, and which ends."""
    frequency, step = rng.choice([("HOURLY", n) for n in (1, 2, 3, 4, 6, 8, 12, 24, 48)] +
                                 [("MINUTELY", n) for n in (15, 20, 30, 60, 120, 360, 720, 1440, 4320)])
    parts = {"FREQ": frequency, "INTERVAL": step}
    if rng.random() < 0.3:
        parts["BYDAY"] = ",".join(some(rng, DAYS))
    if rng.random() < 0.3:
        parts["BYMONTH"] = ",".join(map(str, some(rng, range(1, 13))))
    if rng.random() < 0.4:
        parts["BYHOUR"] = ",".join(map(str, some(rng, range(24))))
    if rng.random() < 0.2:
        parts["BYMINUTE"] = ",".join(map(str, some(rng, range(0, 60, 5))))
    if rng.random() < 0.5:
        parts["COUNT"] = rng.randint(1, 30)
    else:
        parts["UNTIL"] = f"{rng.randint(2027, 2030)}{rng.randint(1, 12):02}01T120000Z"
    return ";".join(f"{name}={value}" for name, value in parts.items())


def test_random_rules_below_a_day_agree_with_dateutil(expand):
    """The zones have no changes, in which dateutil and RFC 5545 differ."""
    rng = random.Random(SEED)
    cases = {}
    while len(cases) < 300:
        start = datetime.datetime(2026, 1, 1) + datetime.timedelta(days=rng.randint(0, 300), minutes=rng.randint(0, 95) * 15)
        rule = random_short_rule(rng)
        try:
            next(iter(rrule.rrulestr(rule.partition(";UNTIL")[0], dtstart=start)), None)
        except ValueError:  # dateutil refuses a rule that gives no time
            continue
        cases[f"{len(cases)}@rules.example"] = (start, rng.choice(["UTC", "Europe/Moscow", "Asia/Kolkata"]), rule)
    found = expand([event(uid, *case) for uid, case in cases.items()])
    wrong = {uid: (case, expected(*case)[:6], found[uid][:6]) for uid, case in cases.items() if found[uid][:N_STARTS] != expected(*case)}
    assert not wrong, f"seed {SEED}: {len(wrong)} of 300, such as {next(iter(wrong.items()))}"


def test_an_hour_that_the_clock_skips_is_one_start(expand):
    """On 28 March 2027 there is no 2:00 to 3:00 in Berlin: 2:30 is 1:30 UTC (RFC 5545, 3.3.5), as 3:30 is."""
    found = expand([event("x@rules.example", datetime.datetime(2027, 3, 28, 1, 30), "Europe/Berlin", "FREQ=HOURLY;COUNT=4")])
    assert found["x@rules.example"] == ["20270328T003000Z", "20270328T013000Z", "20270328T023000Z", "20270328T033000Z"]


@pytest.mark.parametrize("rule", [
    "FREQ=HOURLY", "FREQ=MINUTELY", "FREQ=SECONDLY;COUNT=3", "FREQ=MONTHLY;BYWEEKNO=20", "FREQ=DAILY;BYHOUR=24",
    "FREQ=DAILY;BYMINUTE=60", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO", "FREQ=YEARLY;BYWEEKNO=54", "FREQ=WEEKLY;BYMONTHDAY=1",
    "FREQ=MONTHLY;BYDAY=255SU", "FREQ=MONTHLY;BYDAY=0MO", "FREQ=DAILY;BYHOUR=9;BYMINUTE=0,1,2,3,4,5,6,7,8,9;BYSECOND=0,1,2,3,4,5,6,7,8,9", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=NEVER",
    "COUNT=3", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=3;UNTIL=20270101T000000Z",
    "FREQ=DAILY;INTERVAL=0", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=MONTHLY;BYDAY=XX", "FREQ=DAILY;BYSETPOS=1", "FREQ=DAILY;X=1",
    "FREQ=DAILY;UNTIL=20261301", "RSCALE=HEBREW;FREQ=YEARLY",
])
def test_rules_without_a_correct_expansion_are_refused(expand, rule):
    found = expand([event("x@rules.example", datetime.datetime(2026, 1, 1, 9), "Europe/Berlin", rule)])
    assert found["x@rules.example"][0] == "refused:", found


def test_an_impossible_rule_ends(expand):
    found = expand([event("x@rules.example", datetime.datetime(2026, 1, 1, 9), "Europe/Berlin", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")])
    assert found["x@rules.example"] == ["20260101T080000Z"]


def test_exdate_rdate_and_overrides(expand):
    start = datetime.datetime(2026, 3, 2, 10)
    more = ("EXDATE;TZID=Europe/Berlin:20260309T100000\r\nRDATE;TZID=Europe/Berlin:20260305T100000\r\n")
    moved = ("BEGIN:VEVENT\r\nUID:x@rules.example\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID;TZID=Europe/Berlin:20260316T100000\r\n"
             "DTSTART;TZID=Europe/Berlin:20260317T120000\r\nDURATION:PT1H\r\nEND:VEVENT\r\n")
    found = expand([event("x@rules.example", start, "Europe/Berlin", "FREQ=WEEKLY;COUNT=4", more), moved])
    assert found["x@rules.example"] == [
        "20260302T090000Z", "20260305T090000Z", "20260317T110000Z", "20260323T090000Z"]


def test_gaps_and_folds_follow_rfc_5545(expand):
    gap = event("gap@x", datetime.datetime(2026, 3, 28, 2, 30), "Europe/Berlin", "FREQ=DAILY;COUNT=2")
    fold = event("fold@x", datetime.datetime(2026, 10, 24, 2, 30), "Europe/Berlin", "FREQ=DAILY;COUNT=2")
    found = expand([gap, fold])
    assert found["gap@x"] == ["20260328T013000Z", "20260329T013000Z"]
    assert found["fold@x"] == ["20261024T003000Z", "20261025T003000Z"]
