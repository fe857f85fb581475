"""Answers to invitations in the forms that mail programs send, written after their documentation."""

import base64
import datetime
import itertools
import time

BOUNDARY = "b0undary"
# When each answer was made: an answer counts only if it is newer than the last one.
STAMPS = (datetime.datetime(2026, 11, 29) + datetime.timedelta(seconds=n) for n in itertools.count())


def calendar(event, partstat, attendee, sequence=None, prodid="-//test//EN", params="", zoned=False, method="REPLY", later=datetime.timedelta(0), more=""):
    """Returns the calendar object of an answer; @later: how much later than the booked time a COUNTER proposes the meeting."""
    start, end = event["DTSTART"].dt + later, event["DTEND"].dt + later
    times = (f"DTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDTEND:{end:%Y%m%dT%H%M%SZ}\r\n" if not zoned else
             f"DTSTART;TZID=UTC:{start:%Y%m%dT%H%M%S}\r\nDTEND;TZID=UTC:{end:%Y%m%dT%H%M%S}\r\n")
    zone = ("BEGIN:VTIMEZONE\r\nTZID:UTC\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0000\r\n"
            "END:STANDARD\r\nEND:VTIMEZONE\r\n") if zoned else ""
    return (f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nPRODID:{prodid}\r\nVERSION:2.0\r\n{zone}BEGIN:VEVENT\r\n"
            f"ATTENDEE;PARTSTAT={partstat}{params}:{attendee}\r\nUID:{event['UID']}\r\n{times}"
            f"SUMMARY;LANGUAGE=ru-RU:Ответ\r\nDTSTAMP:{next(STAMPS):%Y%m%dT%H%M%SZ}\r\nSEQUENCE:{event['SEQUENCE'] if sequence is None else sequence}\r\n"
            f"ORGANIZER:{event['ORGANIZER']}\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n")


def part(kind, text, encoding="base64"):
    body = base64.encodebytes(text.encode()).decode() if encoding == "base64" else text
    return f"--{BOUNDARY}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n"


def message(event, parts, headers="", kind="alternative", sender="Guest <guest@example.org>"):
    to = event["ORGANIZER"].removeprefix("mailto:")
    return (f"From: {sender}\r\nTo: {to}\r\nSubject: Re\r\nMessage-ID: <{time.monotonic_ns()}@guest>\r\n{headers}MIME-Version: 1.0\r\n"
            f"Content-Type: multipart/{kind}; boundary=\"{BOUNDARY}\"\r\n\r\n" + "".join(parts) + f"--{BOUNDARY}--\r\n")


ME = "mailto:guest@example.org"


def gmail(event, partstat):
    text = calendar(event, partstat, ME, prodid="-//Google Inc//Google Calendar 70.9054//EN", params=";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;CN=guest@example.org;X-NUM-GUESTS=0")
    inner = part('text/plain; charset="UTF-8"; format=flowed', "Guest") + part('text/calendar; charset="UTF-8"; method=REPLY', text, "8bit")
    return message(event, [inner, part('application/ics; name="invite.ics"', text)])


def outlook(event, partstat):
    text = calendar(event, partstat, "MAILTO:GUEST@EXAMPLE.ORG", prodid="-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN", params=";RSVP=FALSE", zoned=True)
    return message(event, [part("text/plain; charset=utf-8", "Нет"), part("text/calendar; charset=utf-8; method=REPLY", text)], "X-Mailer: Microsoft Outlook 16.0\r\nThread-Index: AQ==\r\n")


def exchange(event, partstat):
    text = calendar(event, partstat, ME, prodid="Microsoft Exchange Server 2010", params=';CN="Guest, The"', zoned=True)
    return message(event, [part('text/html; charset="utf-8"', "<p>"), part('text/calendar; charset="utf-8"; method=REPLY', text)],
                   "Auto-Submitted: auto-generated\r\nX-MS-Has-Attach:\r\n")


def apple(event, partstat):
    text = calendar(event, partstat, ME, prodid="-//Apple Inc.//iPhone OS 17.0//EN", params=';CUTYPE=INDIVIDUAL;EMAIL="guest@example.org"')
    return message(event, [part("text/plain; charset=utf-8", "Guest"), part('text/calendar; charset=utf-8; method=REPLY; name="reply.ics"', text)], kind="mixed")


def thunderbird(event, partstat):
    text = calendar(event, partstat, ME, prodid="-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN", params=";CN=Guest;ROLE=REQ-PARTICIPANT")
    return message(event, [part("text/plain; charset=UTF-8; format=flowed", "x", "7bit"), part("text/calendar; method=REPLY; charset=UTF-8", text, "8bit"),
                           part('application/ics; name="invite.ics"', text)], kind="mixed")


def yandex(event, partstat):
    text = calendar(event, partstat, ME, prodid="-//Yandex LLC//Yandex Calendar//EN", params=";ROLE=REQ-PARTICIPANT;CN=Гость")
    return message(event, [part('text/calendar; charset="utf-8"; method="REPLY"', text)], "X-Mailer: Yamail\r\n", kind="mixed")


def outlook_counter(event, later):
    """As MS-OXCICAL has it: the booked time is in properties of its own."""
    more = f"X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE\r\nX-MS-OLK-ORIGINALSTART:{event['DTSTART'].dt:%Y%m%dT%H%M%SZ}\r\nX-MS-OLK-ORIGINALEND:{event['DTEND'].dt:%Y%m%dT%H%M%SZ}\r\n"
    text = calendar(event, "TENTATIVE", "MAILTO:guest@example.org", prodid="-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN", params=";RSVP=FALSE", zoned=True,
                    method="COUNTER", later=later, more=more)
    return message(event, [part("text/plain; charset=utf-8", "Новое время"), part("text/calendar; charset=utf-8; method=COUNTER", text)], "X-Mailer: Microsoft Outlook 16.0\r\n")


def exchange_counter(event, later):
    text = calendar(event, "DECLINED", ME, prodid="Microsoft Exchange Server 2010", params=';CN="Guest, The"', method="COUNTER", later=later,
                    more="COMMENT;LANGUAGE=ru-RU:Лучше позже\\n\r\nX-MICROSOFT-CDO-INTENDEDSTATUS:BUSY\r\nX-MICROSOFT-DISALLOW-COUNTER:FALSE\r\n")
    start = event["DTSTART"].dt + later
    moscow = start + datetime.timedelta(hours=3)
    zone = ("BEGIN:VTIMEZONE\r\nTZID:Russian Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\n"
            "END:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT")
    text = text.replace("BEGIN:VEVENT", zone).replace(f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTSTART;TZID=Russian Standard Time:{moscow:%Y%m%dT%H%M%S}")
    return message(event, [part('text/html; charset="utf-8"', "<p>"), part('text/calendar; charset="utf-8"; method=COUNTER', text)], "X-MS-Has-Attach:\r\n")


def google_counter(event, later):
    text = calendar(event, "NEEDS-ACTION", ME, prodid="-//Google Inc//Google Calendar 70.9054//EN", params=";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;CN=guest@example.org;X-NUM-GUESTS=0",
                    method="COUNTER", later=later)
    inner = part('text/plain; charset="UTF-8"; format=flowed', "Guest") + part('text/calendar; charset="UTF-8"; method=COUNTER', text, "8bit")
    return message(event, [inner, part('application/ics; name="invite.ics"', text)], kind="mixed")


MOSCOW_ZONE = ("BEGIN:VTIMEZONE\r\nTZID:Europe/Moscow\r\nBEGIN:STANDARD\r\nTZOFFSETFROM:+0400\r\nTZOFFSETTO:+0300\r\nTZNAME:MSK\r\nDTSTART:20141026T020000\r\n"
               "END:STANDARD\r\nEND:VTIMEZONE\r\n")


def in_moscow(event, later, text):
    """Writes the times of a COUNTER in the zone of its author."""
    for name in ("DTSTART", "DTEND"):
        moment = event[name].dt + later
        text = text.replace(f"{name}:{moment:%Y%m%dT%H%M%SZ}", f"{name};TZID=Europe/Moscow:{moment + datetime.timedelta(hours=3):%Y%m%dT%H%M%S}")
    return text.replace("BEGIN:VEVENT", f"{MOSCOW_ZONE}BEGIN:VEVENT")


def apple_counter(event, later):
    text = calendar(event, "TENTATIVE", ME, prodid="-//Apple Inc.//macOS 14.1//EN", params=';CN="Guest";CUTYPE=INDIVIDUAL;EMAIL="guest@example.org";ROLE=REQ-PARTICIPANT',
                    method="COUNTER", later=later, more="CREATED:20261129T080000Z\r\nLAST-MODIFIED:20261129T080000Z\r\nX-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC\r\n"
                    "COMMENT:Лучше позже\r\nTRANSP:OPAQUE\r\n")
    return message(event, [part("text/plain; charset=utf-8", "Guest"), part('text/calendar; charset=utf-8; method=COUNTER; name="iCal-1.ics"', in_moscow(event, later, text))],
                   "X-Mailer: Apple Mail (2.3774)\r\n", kind="mixed")


def thunderbird_counter(event, later):
    text = calendar(event, "TENTATIVE", ME, prodid="-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN", params=";RSVP=TRUE;CN=Guest;ROLE=REQ-PARTICIPANT", method="COUNTER", later=later,
                    more="X-MOZ-RECEIVED-SEQUENCE:0\r\nX-MOZ-RECEIVED-DTSTAMP:20261129T080000Z\r\nX-MOZ-GENERATION:1\r\n")
    text = in_moscow(event, later, text)
    return message(event, [part("text/plain; charset=UTF-8; format=flowed", "x", "7bit"), part("text/calendar; method=COUNTER; charset=UTF-8", text, "8bit"),
                           part('application/ics; name="invite.ics"', text)], "User-Agent: Mozilla Thunderbird\r\n", kind="mixed")


DANA = "mailto:dana@example.org"


def notes_delegate(event):
    """Lotus Notes names both people by their names in its directory, and has properties of its own."""
    text = calendar(event, "DELEGATED", ME, prodid="-//Lotus Development Corporation//NONSGML Notes 8.5.3//EN_C",
                    params=f';ROLE=REQ-PARTICIPANT;CN="Guest/Moscow/Example";RSVP=FALSE;DELEGATED-TO="{DANA}"', zoned=True,
                    more=f'ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;CN="Дана Заменова/Moscow/Example";RSVP=TRUE;DELEGATED-FROM="{ME}":{DANA}\r\n'
                         "X-LOTUS-CHARSET:UTF-8\r\nX-LOTUS-NOTESVERSION:2\r\nX-LOTUS-UPDATE-SEQ:1\r\nX-LOTUS-NOTICETYPE:D\r\nX-LOTUS-APPTTYPE:3\r\n")
    return message(event, [part("text/html; charset=US-ASCII", "<p>"), part("text/calendar; method=REPLY; charset=UTF-8", text)], "X-Mailer: Lotus Notes Release 8.5.3\r\n")


def evolution_delegate(event):
    text = calendar(event, "DELEGATED", "MAILTO:guest@example.org", prodid="-//Ximian//NONSGML Evolution Calendar//EN",
                    params=';CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;DELEGATED-TO="MAILTO:dana@example.org";CN=Guest;LANGUAGE=ru',
                    more='ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;DELEGATED-FROM="MAILTO:guest@example.org";\r\n CN=Дана Заменова;LANGUAGE=ru:'
                         "MAILTO:dana@example.org\r\n")
    return message(event, [part("text/calendar; method=REPLY; charset=utf-8", text, "8bit")], "X-Mailer: Evolution 3.46.4\r\n", kind="mixed")


def exchange_delegate(event, partstat="ACCEPTED", sender="Guest <guest@example.org>\r\nSender: Aide <aide@example.org>"):
    """Outlook and Exchange delegate no meeting (MS-OXCICAL has no DELEGATED-TO): an aide with access to the mailbox answers for the person."""
    text = calendar(event, partstat, "MAILTO:guest@example.org", prodid="Microsoft Exchange Server 2010", params=';CN="Guest, The";SENT-BY="MAILTO:aide@example.org"', zoned=True)
    return message(event, [part('text/html; charset="utf-8"', "<p>"), part('text/calendar; charset="utf-8"; method=REPLY', text)], "X-MS-Has-Attach:\r\n", sender=sender)


FORMS = [gmail, outlook, exchange, apple, thunderbird, yandex]
