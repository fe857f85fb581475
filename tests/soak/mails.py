"""The facts in a mail: first the events of the calendar part, then those listed in the text, as in an agenda."""

import datetime as dt
import email
import email.policy
import pathlib
import re
import sys
import zoneinfo

import icalendar

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from conftest import plain_text  # noqa: E402

ZONE = "Europe/Moscow"  # of all events
MONTHS = {name: number for names in (
    "January February March April May June July August September October November December",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря") for number, name in enumerate(names.split(), 1)}
HEADING = re.compile(r"^Event \d+\n", re.M)
# The title is a line of its own, followed by the rows.
ENTRY = re.compile(r"^Event (\d+)\n(?:Когда|When): (?:[\w–]+, )?(\d+) (\w+) (\d+)(?: г\.)?, (\d+):(\d+)–(\d+):(\d+) .*\n"
                   r"(?:(?:По вашим часам|By your clock): .*\n)?(?:(?:Где|Where): (.*)\n)?", re.M)


def uid_of(number):
    return f"event-{number}@example.org"


def parse(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def reader_of(message):
    return message["To"].addresses[0].addr_spec


def facts(event):
    start, finish = event["DTSTART"].dt, event["DTEND"].dt
    return (start.isoformat(), finish.isoformat(), str(event.get("LOCATION", "")), str(event.get("STATUS", "CONFIRMED")) != "CANCELLED")


def in_calendar(message):
    """Yields (event, (start, end, place, takes place)) of each event in the calendar part."""
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            for event in icalendar.Calendar.from_ical(part.get_content()).walk("VEVENT"):
                yield str(event["UID"]), facts(event)


def in_text(message):
    """Yields the same for each entry of a list in the text. An entry that cannot be read is an error: the reader of the mail would read
    it."""
    zone, text = zoneinfo.ZoneInfo(ZONE), plain_text(message).replace("\xa0", " ")
    entries = ENTRY.findall(text)
    if message["Message-ID"].startswith("<agenda."):
        assert len(entries) == len(HEADING.findall(text)) > 0, text
    for number, day, month, year, *clock, place in entries:
        start, finish = (dt.datetime(int(year), MONTHS[month], int(day), int(hour), int(minute), tzinfo=zone)
                         for hour, minute in (clock[:2], clock[2:]))
        yield uid_of(number), (start.isoformat(), finish.isoformat(), place, True)


def told_by(message):
    """Yields the facts of in_calendar(), then those of in_text()."""
    yield from in_calendar(message)
    yield from in_text(message)
