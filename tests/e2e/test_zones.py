"""Compares calendar/zone with Python's zoneinfo, and the VTIMEZONEs that it writes with dateutil and icalendar.

Every zone of the system is compared at each change from 1970 to 2100, a second around it, and at 1,000 random instants.
"""

import datetime
import io
import os
import pathlib
import random
import re
import zoneinfo

import dateutil.tz
import icalendar
import pytest

from conftest import BUILD, PATIENCE, make_tool, run_command

TOOL = BUILD / "tests/tools/zone-dump"
UTC = datetime.timezone.utc
FIRST = int(datetime.datetime(1970, 1, 1, tzinfo=UTC).timestamp())
LAST = int(datetime.datetime(2100, 12, 31, tzinfo=UTC).timestamp())
ICALENDAR_ENDS = "2037-12-31"
NO_ZONES = {"localtime", "posixrules", "Factory"}


@pytest.fixture(scope="session")
def tool():
    make_tool(TOOL)

    def run(*commands):
        text = "".join(f"{command}\n" for command in commands)
        result = run_command([str(TOOL)], text.encode(), dict(os.environ), PATIENCE, text=False)
        assert result.returncode == 0, result.stderr
        return result.stdout.decode()

    return run


def zone_names():
    names = set()
    for line in pathlib.Path("/usr/share/zoneinfo/tzdata.zi").read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if fields[0] == "Z":
            names.add(fields[1])
        elif fields[0] == "L":
            names.add(fields[2])
    return sorted(names)


ZONES = zone_names()


def seconds(delta):
    return int(delta.total_seconds())


def oracle_offset(zone, instant):
    local = datetime.datetime.fromtimestamp(instant, zone)
    return f"{seconds(local.utcoffset())} {local.tzname()}"


def oracle_local(zone, local):
    """Returns the instant of a local time, which is given as the number of seconds that it would be in UTC."""
    naive = datetime.datetime.fromtimestamp(local, UTC).replace(tzinfo=zone, fold=0)
    return local - seconds(naive.utcoffset())


def instants_of(name, changes):
    chance = random.Random(name)
    around = [at + step for at in changes for step in (-1, 0, 1)]
    return around + [chance.randint(FIRST, LAST) for _ in range(1000)]


def changes_of(tool, name, first=FIRST, last=LAST):
    return [int(word) for word in tool(f"changes {name} {first} {last}").split()]


def scanned_changes(zone):
    """Returns the oracle's changes of offset, found by sampling every eight hours and bisecting."""
    step = 8 * 3600
    changes, offset = [], oracle_offset(zone, FIRST)
    for at in range(FIRST + step, LAST, step):
        now = oracle_offset(zone, at)
        if now == offset:
            continue
        low, high = at - step, at
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if oracle_offset(zone, middle) == offset else (low, middle)
        changes.append(high)
        offset = now
    return changes


def test_the_tables_list_all_zones():
    assert len(ZONES) > 550
    listed = {line.split("\t")[2] for line in pathlib.Path("/usr/share/zoneinfo/zone1970.tab").read_text(
        encoding="utf-8").splitlines() if line[0] != "#"}
    assert listed <= set(ZONES)


@pytest.mark.parametrize("start", range(0, len(ZONES), 50))
def test_every_zone_agrees_with_zoneinfo(tool, start):
    faults = []
    for name in ZONES[start:start + 50]:
        zone = zoneinfo.ZoneInfo(name)
        instants = instants_of(name, changes_of(tool, name))
        locals_ = [at + shift for at in instants for shift in (0, seconds(
            datetime.datetime.fromtimestamp(at, zone).utcoffset()))]
        lines = tool(f"offset {name} " + " ".join(map(str, instants)),
                     f"instant {name} " + " ".join(map(str, locals_))).splitlines()
        assert len(lines) == len(instants) + len(locals_)
        for at, line in zip(instants, lines):
            offset, _, abbreviation = line.split(" ", 2)
            if f"{offset} {abbreviation}" != oracle_offset(zone, at):
                faults.append(f"{name} at {at}: {line}, not {oracle_offset(zone, at)}")
        for local, line in zip(locals_, lines[len(instants):]):
            if int(line) != oracle_local(zone, local):
                faults.append(f"{name} local {local}: {line}, not {oracle_local(zone, local)}")
    assert not faults, "\n".join(faults[:20])


@pytest.mark.parametrize("name", ["Europe/Moscow", "Europe/Dublin", "Africa/Casablanca", "America/St_Johns",
                                  "Africa/Cairo", "Asia/Tehran", "Asia/Gaza", "America/Nuuk", "Pacific/Apia"])
def test_no_change_is_missed(tool, name):
    """Our tables have every change of the oracle, so the comparison around changes misses none."""
    found = set(scanned_changes(zoneinfo.ZoneInfo(name)))
    assert found and found <= set(changes_of(tool, name))


def at(text):
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


SPANS = [
    # zone, first, last, how many observances, how far the rule must hold
    ("Europe/Moscow", "2011-01-01", "2015-01-01", 3, None),
    ("Europe/Moscow", "2021-06-24", "2021-06-25", 1, None),
    ("Europe/Ulyanovsk", "2016-01-01", "2021-01-01", 2, None),
    ("Asia/Almaty", "2023-01-01", "2026-01-01", 2, None),
    ("Europe/Volgograd", "2018-01-01", "2022-01-01", 3, None),
    ("Europe/Berlin", "2021-01-01", "2026-01-01", 2, "2037-01-01"),
    ("America/New_York", "2021-01-01", "2026-01-01", 2, "2037-01-01"),
    ("America/New_York", "2006-01-01", "2008-01-01", 5, "2037-01-01"),
    ("Europe/Dublin", "2021-01-01", "2026-01-01", 2, "2037-01-01"),
    ("Africa/Casablanca", "2021-01-01", "2023-01-01", 5, None),
    ("Africa/Cairo", "2021-01-01", "2026-01-01", 3, "2037-01-01"),
    ("Asia/Gaza", "2089-01-01", "2090-01-01", 2, "2099-01-01"),
    ("Asia/Jerusalem", "2021-01-01", "2026-01-01", 2, "2037-01-01"),
    ("America/Nuuk", "2025-01-01", "2026-01-01", 2, "2037-01-01"),
    ("Australia/Lord_Howe", "2021-01-01", "2026-01-01", 2, "2037-01-01"),
    ("Asia/Tashkent", "2021-01-01", "2026-01-01", 1, None),
    ("Asia/Yekaterinburg", "2010-01-01", "2016-01-01", 5, None),
    ("America/St_Johns", "2021-01-01", "2026-01-01", 2, "2037-01-01"),
    ("America/St_Johns", "2010-01-01", "2013-01-01", None, "2037-01-01"),
    ("Africa/Monrovia", "1971-06-01", "1973-01-01", 2, None),
    ("Antarctica/Troll", "2021-01-01", "2026-01-01", 2, "2037-01-01"),
    ("Europe/Berlin", "1965-01-01", "1985-01-01", None, "2037-01-01"),
    ("Etc/UTC", "2021-01-01", "2026-01-01", 1, None),
]


def vtimezone(tool, name, first, last):
    text = tool(f"vtimezone {name} {first} {last}")
    assert text.endswith("END:VTIMEZONE\r\n\n")
    return text[:-1]


def calendar(text):
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{text}END:VCALENDAR\r\n"


def rounded(offset):
    sign = -1 if offset < 0 else 1
    return sign * ((abs(offset) + 30) // 60 * 60)


def probes(tool, name, first, last):
    changes = changes_of(tool, name, first, last)
    chance = random.Random(name)
    around = [point + step for point in changes for step in (-3601, -1, 0, 1, 3601)]
    return sorted({p for p in around + [chance.randint(first, last) for _ in range(300)] if first <= p < last})


def offset_by(tzinfo, instant):
    return seconds(datetime.datetime.fromtimestamp(instant, tzinfo).utcoffset())


def by_dateutil(name, text):
    """Reads with dateutil by local time: its conversion from UTC is wrong in the hours around a change of standard time."""
    read = dateutil.tz.tzical(io.StringIO(calendar(text))).get(name)

    def offset(instant):
        known = datetime.datetime.fromtimestamp(instant, zoneinfo.ZoneInfo(name))
        wall = datetime.datetime.fromtimestamp(instant + rounded(seconds(known.utcoffset())), UTC)
        return seconds(wall.replace(tzinfo=read, fold=known.fold).utcoffset())

    return offset


def by_icalendar(name, text):
    component = icalendar.Calendar.from_ical(calendar(text)).walk("VTIMEZONE")[0]
    assert component["TZID"] == name
    read = component.to_tz()
    return lambda instant: offset_by(read, instant)


def readers():
    """Returns every time span with every reader; icalendar ends at 2037."""
    for span in SPANS:
        yield (by_dateutil, *span)
        if not span[4] or at(span[4]) <= at(ICALENDAR_ENDS):
            yield (by_icalendar, *span)


@pytest.mark.parametrize("reader,name,first,last,n_observances,until", readers())
def test_other_programs_read_our_vtimezone(tool, reader, name, first, last, n_observances, until):
    text = vtimezone(tool, name, at(first), at(last))
    if n_observances is not None:
        assert text.count("DTSTART") == n_observances, text
    zone, offset = zoneinfo.ZoneInfo(name), reader(name, text)
    for instant in probes(tool, name, at(first), at(until or last)):
        assert offset(instant) == rounded(offset_by(zone, instant)), (instant, text)


@pytest.mark.parametrize("name,first,last,n_observances,until", SPANS)
def test_we_read_our_vtimezone(tool, name, first, last, n_observances, until):
    instants = probes(tool, name, at(first), at(until or last))
    lines = tool(f"reread {name} {at(first)} {at(last)} " + " ".join(map(str, instants))).splitlines()
    zone = zoneinfo.ZoneInfo(name)
    assert [int(line.split()[0]) for line in lines] == [rounded(offset_by(zone, i)) for i in instants]


def test_every_zone_can_be_written_and_read_back(tool):
    """Current times need one pair of observances, except in zones whose changes follow no rule."""
    many = set()
    for name in ZONES:
        first, last = at("2026-01-01"), at("2026-12-31")
        text = vtimezone(tool, name, first, last)
        assert f"TZID:{name}\r\n" in text and "TZNAME:\r\n" not in text and "TZNAME:-00" not in text
        assert text.isascii() and max(map(len, text.split("\r\n"))) <= 75
        if text.count("BEGIN:STANDARD") != 1 or text.count("BEGIN:DAYLIGHT") > 1:
            many.add(name)
        instants = probes(tool, name, first, at("2037-01-01") if "RRULE" in text else last)
        lines = tool(f"reread {name} {first} {last} " + " ".join(map(str, instants))).splitlines()
        zone = zoneinfo.ZoneInfo(name)
        assert [int(line.split()[0]) for line in lines] == [rounded(offset_by(zone, i)) for i in instants], text
    # Zones whose law changed or follows the moon: few, and none of the common ones.
    assert len(many) <= 30
    assert many.isdisjoint({"Europe/Moscow", "Europe/Berlin", "Europe/Dublin", "Europe/London", "America/New_York",
                            "America/St_Johns", "Australia/Lord_Howe", "Asia/Jerusalem", "Africa/Cairo", "Asia/Almaty"})


def observance(kind, start, before, after, *lines):
    return "".join(line + "\r\n" for line in (f"BEGIN:{kind}", f"DTSTART:{start}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}", *lines, f"END:{kind}"))


def own_zone(*observances):
    return "BEGIN:VTIMEZONE\r\nTZID:Own place\\, here\r\n" + "".join(observances) + "END:VTIMEZONE\r\n"


SUMMER, WINTER = ("DAYLIGHT", "20000326T020000", "+0100", "+0200"), ("STANDARD", "20001029T030000", "+0200", "+0100")
LAST_SUNDAYS = "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"
# VTIMEZONEs in the forms of programs, and the number of observances that ours has for 2026.
OWN_ZONES = {
    "outlook": (own_zone(observance("STANDARD", "16010101T030000", "+0200", "+0100", "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10"),
                         observance("DAYLIGHT", "16010101T020000", "+0100", "+0200", "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3")), 2),
    "with seconds": (own_zone(observance("STANDARD", "19700101T000000", "+024617", "+030000")), 1),
    "until by the local clock": (own_zone(
        observance("DAYLIGHT", "19810329T020000", "+0300", "+0400", "RRULE:FREQ=YEARLY;UNTIL=20100328T020000;BYMONTH=3;BYDAY=-1SU"),
        observance("STANDARD", "19961027T030000", "+0400", "+0300", "RRULE:FREQ=YEARLY;UNTIL=20101031T030000;BYMONTH=10;BYDAY=-1SU;"),
        observance("STANDARD", "20110327T020000", "+0300", "+0400"), observance("STANDARD", "20141026T020000", "+0400", "+0300", "TZNAME:MSK")), 1),
    "history before the rule": (own_zone(
        observance("DAYLIGHT", "19870405T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;UNTIL=20060402T070000Z;BYMONTH=4;BYDAY=1SU"),
        observance("STANDARD", "19671029T020000", "-0400", "-0500", "RRULE:FREQ=YEARLY;UNTIL=20061029T060000Z;BYMONTH=10;BYDAY=-1SU"),
        observance("DAYLIGHT", "20070311T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"),
        observance("STANDARD", "20071104T020000", "-0400", "-0500", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU")), 2),
    "days of the month": (own_zone(
        observance("DAYLIGHT", "20070311T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=14,13,12,11,10,9,8;BYDAY=SU"),
        observance("STANDARD", "20071104T020000", "-0400", "-0500", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=SU;BYMONTHDAY=1,2,3,4,5,6,7")), 2),
    "last days of the month": (own_zone(observance(*SUMMER, "RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=-7,-6,-5,-4,-3,-2,-1;BYDAY=SU"),
                                        observance(*WINTER, "RRULE:FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=25,26,27,28,29,30,31;BYDAY=SU")), 2),
    "days that are no week": (own_zone(observance(*SUMMER, "RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=24,25,26,27,28,29,30;BYDAY=SU"),
                                       observance(*WINTER, LAST_SUNDAYS[1])), None),
    "position": (own_zone(observance(*SUMMER, "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=SU;BYSETPOS=-1"), observance(*WINTER, LAST_SUNDAYS[1])), 2),
    "clock of the start": (own_zone(observance(*SUMMER, LAST_SUNDAYS[0] + ";BYHOUR=2;BYMINUTE=0"), observance(*WINTER, LAST_SUNDAYS[1])), 2),
    "dates": (own_zone(observance(*SUMMER, "RDATE:20250330T020000,20260329T020000"), observance(*WINTER, "RDATE:20251026T030000", "RDATE:20261025T030000")), 3),
    "count": (own_zone(observance(*SUMMER, LAST_SUNDAYS[0] + ";COUNT=27"), observance(*WINTER, LAST_SUNDAYS[1] + ";COUNT=27")), None),
    "names of all kinds": (own_zone(observance(*SUMMER, LAST_SUNDAYS[0], "TZNAME;LANGUAGE=de:Sommerzeit\\, hier", "X-A:b"),
                                    observance(*WINTER, LAST_SUNDAYS[1], "TZNAME:" + "x" * 100, "COMMENT:c")), 2),
    "backwards": (own_zone(observance("STANDARD", "20000326T020000", "+0000", "+0100", LAST_SUNDAYS[0]),
                           observance("DAYLIGHT", "20001029T020000", "+0100", "+0000", LAST_SUNDAYS[1])), 2),
}
COMPONENT = re.compile(r"BEGIN:VTIMEZONE\r?\n.*?END:VTIMEZONE\r?\n", re.S)


def zones_of_cases():
    texts = [path.read_bytes().decode(errors="replace") for path in (pathlib.Path(__file__).parents[1] / "corpus/cases").rglob("*.ics")]
    return sorted({found for text in texts for found in COMPONENT.findall(text)})


def file_zone(path, text):
    path.write_bytes(text.encode())
    return f"@{path}"


def probes_of_own(tool, path, first, last):
    chance = random.Random(str(first))
    changes = changes_of(tool, path, first, last)
    return sorted({point + step for point in changes for step in (-3601, -1, 0, 1, 3601)} | {chance.randint(first, last) for _ in range(300)})


def offsets(lines):
    return [int(line.split()[0]) for line in lines.splitlines()]


@pytest.mark.parametrize("name", OWN_ZONES)
def test_an_own_zone_is_written_in_a_form_that_all_read(tool, tmp_path, name):
    """The offsets stay those of the given text, by us, icalendar and dateutil."""
    given, n_observances = OWN_ZONES[name]
    path = file_zone(tmp_path / "zone", given)
    first, last = at("2026-01-01"), at("2026-12-31")
    text = vtimezone(tool, path, first, last)
    if n_observances is not None:
        assert text.count("DTSTART") == n_observances, text
    assert "TZID:Own place\\, here\r\n" in text and max(len(line.encode()) for line in text.split("\r\n")) <= 75
    instants = probes_of_own(tool, path, first, at("2036-01-01") if "RRULE" in text else last)
    wanted = [rounded(offset) for offset in offsets(tool(f"offset {path} " + " ".join(map(str, instants))))]
    assert offsets(tool(f"reread {path} {first} {last} " + " ".join(map(str, instants)))) == wanted
    for read in (icalendar.Calendar.from_ical(calendar(text)).walk("VTIMEZONE")[0].to_tz(), dateutil.tz.tzical(io.StringIO(calendar(text))).get("Own place\\, here")):
        assert [offset_by(read, i) for i in instants if not nears_change(wanted, instants, i)] == \
            [offset for offset, i in zip(wanted, instants) if not nears_change(wanted, instants, i)], text


def nears_change(wanted, instants, instant):
    """dateutil's conversion from UTC is wrong in the hours around a change of standard time."""
    changes = [b for a, b, before, after in zip(instants, instants[1:], wanted, wanted[1:]) if before != after]
    return any(abs(instant - change) <= 2 * 3600 for change in changes)


def test_the_zones_of_the_cases_keep_their_offsets(tool, tmp_path):
    n = 0
    for number, text in enumerate(zones_of_cases()):
        path = file_zone(tmp_path / str(number), text)
        first, last = at("1990-01-01"), at("2037-12-31")
        instants = probes_of_own(tool, path, first, last) if tool(f"offset {path} 0") != "error\n" else []
        for begin, end in ((first, last), (at("2027-01-01"), at("2027-12-31"))):
            inside = [i for i in instants if begin <= i <= end]
            wanted = [rounded(offset) for offset in offsets(tool(f"offset {path} " + " ".join(map(str, inside))))] if inside else []
            assert not inside or offsets(tool(f"reread {path} {begin} {end} " + " ".join(map(str, inside)))) == wanted, text
        n += bool(instants)
    assert n > 10


@pytest.mark.parametrize("name", sorted(NO_ZONES - {"Factory"}) + [
    "../../../etc/passwd", "/etc/passwd", "Europe/../Europe/Berlin", "Europe", "Europe/", "zone.tab", "europe/berlin",
    "posix/Europe/Berlin", "right/Europe/Berlin", "Europe//Berlin", "A" * 300])
def test_an_invalid_zone_is_unknown(tool, name):
    assert tool(f"offset {name} 0") == "unknown\n"
