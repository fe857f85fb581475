"""Tests the lint: it reports nothing for a good calendar, and finds each fault of the table."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from ics_lint import lint  # noqa: E402

GOOD = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//convened//convened//EN
NAME;LANGUAGE=ru:Сессии\\, все
BEGIN:VTIMEZONE
TZID:Europe/Moscow
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0300
TZOFFSETTO:+0300
TZNAME:MSK
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20210101T000000Z
DTSTART;TZID=Europe/Moscow:20210624T090000
DTEND;TZID=Europe/Moscow:20210624T180000
RRULE:FREQ=DAILY;COUNT=3
SUMMARY:One\\; two
CATEGORIES:SESSION,EXHIBITION
END:VEVENT
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20210101T000000Z
RECURRENCE-ID;TZID=Europe/Moscow:20210625T090000
DTSTART;TZID=Europe/Moscow:20210625T100000
END:VEVENT
BEGIN:VEVENT
UID:b@example.org
DTSTAMP:20210101T000000Z
DTSTART;TZID=Europe/Moscow:20210626T090000
END:VEVENT
END:VCALENDAR
"""

# A text of the good calendar, its replacement, and a word of the expected message.
FAULTS = [
    ("SUMMARY:One\\; two\r\n", "SUMMARY:One\n", "alone"),
    ("SUMMARY:One\\; two", "SUMMARY:" + "x" * 68, "76 octets"),
    ("SUMMARY:One\\; two", "SUMMARY:One; two", "bare ;"),
    ("SUMMARY:One\\; two", "SUMMARY:One\\q", "bad escape"),
    ("SUMMARY:One\\; two", "SUMMARY:One\\", "bad escape"),
    ("Сессии\\,", "Сессии,", "bare"),
    ("SUMMARY:One\\; two", "SUMMARY One", "no content line"),
    ("SUMMARY:One\\; two", "SUMMARY:a\x01b", "control"),
    ("SUMMARY:One\\; two", "SUMMARY:a\r\nSUMMARY:b", "SUMMARY twice"),
    ("SUMMARY:One\\; two", "SUMMARY:a\r\n", "empty line"),
    ("SUMMARY:One\\; two", "ATTENDEE:mailto:a@example.org", "ATTENDEE"),
    ("SUMMARY:One\\; two", "CLASS:PRIVATE", "PRIVATE"),
    ("SUMMARY:One\\; two", "DURATION:PT1H", "both DTEND"),
    ("CATEGORIES:SESSION,EXHIBITION", "BEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM", "VALARM"),
    ("PRODID:-//convened//convened//EN\r\n", "", "not one PRODID"),
    ("VERSION:2.0\r\n", "", "not one VERSION"),
    ("UID:b@example.org\r\n", "", "no UID"),
    ("UID:b@example.org", "UID:é", "not ASCII"),
    ("UID:b@example.org", "UID:a@example.org", "twice"),
    ("DTSTAMP:20210101T000000Z\r\nRECURRENCE", "RECURRENCE", "no DTSTAMP"),
    ("DTSTAMP:20210101T000000Z\r\nRECURRENCE", "DTSTAMP:20210101T000000\r\nRECURRENCE", "UTC"),
    ("DTSTART;TZID=Europe/Moscow:20210626T090000\r\n", "", "no DTSTART"),
    ("DTEND;TZID=Europe/Moscow:20210624T180000", "DTEND;TZID=Europe/Moscow:20210624T080000", "not after"),
    ("DTEND;TZID=Europe/Moscow:20210624T180000", "DTEND;VALUE=DATE:20210625", "another form"),
    ("DTEND;TZID=Europe/Moscow:20210624T180000", "DTEND;TZID=Europe/Moscow:20210631T180000", "does not exist"),
    ("DTEND;TZID=Europe/Moscow:20210624T180000", "DTEND;TZID=Europe/Moscow:20210624", "is no DATE-TIME"),
    ("RECURRENCE-ID;TZID=Europe/Moscow:20210625T090000", "RECURRENCE-ID:20210625T060000Z", "of form UTC"),
    ("DTSTART;TZID=Europe/Moscow:20210626T090000", "DTSTART;TZID=Europe/Samara:20210626T090000", "not defined"),
    ("DTSTART;TZID=Europe/Moscow:20210626T090000", "DTSTART;TZID=Europe/Moscow:20210623T090000", "out of order"),
    ("TZID:Europe/Moscow\r\n", "TZID:Europe/Samara\r\n", "not used"),
    ("TZOFFSETTO:+0300", "TZOFFSETTO:+023017", "minutes"),
    ("END:STANDARD\r\n", "", "does not match"),
    ("END:VCALENDAR\r\n", "", "has no END"),
    ("END:VCALENDAR\r\n", "END:VCALENDAR", "does not end with CRLF"),
    ("END:VCALENDAR\r\n", "END:VCALENDAR\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "not one VCALENDAR"),
    ("BEGIN:VCALENDAR\r\n", " x\r\nBEGIN:VCALENDAR\r\n", "continuation of nothing"),
    ("BEGIN:VCALENDAR\r\n", "\ufeffBEGIN:VCALENDAR\r\n", "byte order mark"),
]


def good():
    return GOOD.replace("\n", "\r\n")


def test_good_calendar_has_no_fault():
    assert lint(good().encode()) == []


@pytest.mark.parametrize("given,replacement,word", FAULTS)
def test_fault_is_seen(given, replacement, word):
    assert given in good()
    faults = lint(good().replace(given, replacement, 1).encode())
    assert any(word in fault for fault in faults), faults


def test_cut_utf8_is_seen():
    data = good().encode().replace("Сессии".encode(), b"\xd0\r\n \xa1" + "ессии".encode())
    assert any("UTF-8" in fault for fault in lint(data))


def test_zone_defined_twice_is_seen():
    text = good()
    zone = text[text.index("BEGIN:VTIMEZONE") : text.index("BEGIN:VEVENT")]
    assert any("two VTIMEZONEs" in fault for fault in lint(text.replace(zone, zone + zone).encode()))


def test_contacts_own_feed_may_name_the_organiser():
    text = good().replace("SUMMARY:One\\; two", "ORGANIZER:mailto:a@example.org")
    assert lint(text.encode(), public=False) == []
    assert lint(text.encode()) != []
