"""Makes calendars of any size, with the same content every time."""

import datetime

EPOCH = datetime.datetime(2021, 1, 4, 9)

EVENT = """BEGIN:VEVENT
UID:{uid}@bench.example.org
DTSTAMP:20210601T120000Z
LAST-MODIFIED:20210601T120000Z
SEQUENCE:{sequence}
SUMMARY:Заседание комиссии по развитию промышленных парков № {number}
DTSTART;TZID=Europe/Moscow:{start:%Y%m%dT%H%M%S}
DTEND;TZID=Europe/Moscow:{end:%Y%m%dT%H%M%S}
LOCATION:Саранск\\, ул. Лодыгина\\, {house}
CATEGORIES:{kind}
STATUS:CONFIRMED
DESCRIPTION:Регистрация участников с 8:30\\; ведущий № {house}
URL:https://bench.example.org/event/{number}
END:VEVENT
"""


def event(number, kind):
    start = EPOCH + datetime.timedelta(hours=7 * (number % 5000), minutes=15 * (number % 4))
    return EVENT.format(uid=f"{kind.lower()}-{number}", number=number, kind=kind, sequence=number % 3, start=start,
                        end=start + datetime.timedelta(minutes=90), house=number * 7919 % 1000).replace("\n", "\r\n")


def write_calendar(path, counts):
    """Writes a calendar file. The argument has the number of events of each kind: {"SESSION": 10}."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//convened//bench//EN\r\n")
        for kind, count in counts.items():
            for number in range(count):
                file.write(event(number, kind))
        file.write("END:VCALENDAR\r\n")
    return path
