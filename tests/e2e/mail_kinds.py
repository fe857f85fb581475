"""Mails of every kind in Russian and English, with contents that are hard to handle, sent by one run of a daemon through a real Postfix."""

import dataclasses
import email
import email.policy
import re

import requests

from conftest import PATIENCE, Site, plain_text, wait_until

DAY = "2051-06-23T"
LONG = "Заседание рабочей группы по развитию промышленных кластеров, особых экономических зон и технопарков; " * 12
HOSTILE = r"""From <script>alert("1")</script> & 'q' \\ =?utf-8?B?0LY=?= =3D % {0} {what} 🎭 e""" + "\u0301\u202eabc\u202c\u00ad\u200b — № 5" + r"""\n.\n-- \nBcc: all@example.org"""
DESCRIPTION = r"From here\n.\n..\n-- \n\n  indented\, =3D\; trailing \nTab <b>bold</b> &amp\; https://example.org/?a=1&b=2\n" + "слово " * 40 + "Ж" * 120 + r"\n--=_m\nEnd"

# UID, times, further properties.
EVENTS = [
    ("all-day", "DTSTART;VALUE=DATE:20510624\nDTEND;VALUE=DATE:20510626", "SUMMARY:Практическая сессия\nX-CONVENED-SUMMARY;LANGUAGE=en:Practical session\n"
     "LOCATION:Саранск\nCATEGORIES:SESSION\nDESCRIPTION:Первый день — доклады\\, второй — посещение площадок."),
    ("zoned", "DTSTART;TZID=Asia/Tashkent:20510624T100000\nDTEND;TZID=Asia/Tashkent:20510624T123000",
     "SUMMARY:Встреча в Ташкенте\nX-CONVENED-SUMMARY;LANGUAGE=en:Meeting in Tashkent\nLOCATION:Ташкент\\, зал 2\nCATEGORIES:MEETING\nRRULE:FREQ=WEEKLY;COUNT=3"),
    ("long", "DTSTART;VALUE=DATE:20510624", f"SUMMARY:{LONG}\nLOCATION:{LONG}\nDESCRIPTION:{LONG * 3}"),
    ("hostile", "DTSTART:20510624T090000Z\nDTEND:20510624T100000Z", f"SUMMARY:{HOSTILE}\nLOCATION:{HOSTILE}\nDESCRIPTION:{DESCRIPTION}"),
    ("floating", "DTSTART:20510624T190000\nDURATION:PT1H", "SUMMARY:Ужин\nX-CONVENED-SUMMARY;LANGUAGE=en:Dinner\nCLASS:CONFIDENTIAL"),
    ("untitled", "DTSTART;VALUE=DATE:20510624", "CATEGORIES:EXHIBITION"),
]
GUESTS = [
    ("guest-ru", "ru", "Гость выставки", "Europe/Moscow", ""),
    ("guest-en", "en", 'O\'Brien "Guest" (x) <y@example.org>\\, last', "Europe/Istanbul", ""),
]
# UID, language, name, zone, further properties. In all zones it is 18:00 at the same time. What is due to a contact then is one mail, so the
# guests have a card for each event; "bundle" gets all events in one mail.
READERS = [
    *((f"{uid}.{event}" if number else uid, *more) for uid, *more in GUESTS for number, (event, _, _) in enumerate(EVENTS)),
    *(("bundle-" + language, language, "All at once", zone, "") for _, language, _, zone, _ in GUESTS),
    ("agenda-ru", "ru", "Ж" * 100, "Europe/Moscow", "X-CONVENED-DIGEST:DAILY@18:00\n"),
    ("agenda-en", "en", "🎭 Reader\\nBcc: all@example.org", "Europe/Istanbul", "X-CONVENED-DIGEST:DAILY@18:00\n"),
]
OFFICE = "Редакция календаря, 2-я"


BASE_URL = "https://calendar.example.org"


@dataclasses.dataclass
class Mail:
    """Line ends are CRLF, as in SMTP; the Maildir has LF."""

    raw: bytes  # as sent by the daemon, without the headers that the server added
    received: bytes

    @property
    def message(self):
        return email.message_from_bytes(self.raw, policy=email.policy.default)


def calendar(entries):
    events = "".join(
        f"BEGIN:VEVENT\nUID:{uid}@example.org\nDTSTAMP:20260101T000000Z\n{times}\n{more}\nEND:VEVENT\n" for uid, times, more in entries)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//example.org//test//EN\n{events}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def moved(entry):
    """Changes date and location in one edit: two edits could give two notices."""
    uid, _, more = entry
    return uid, "DTSTART;VALUE=DATE:20510629\nDTEND;VALUE=DATE:20510702", more.replace("Саранск", "Рузаевка") + "\nSEQUENCE:1"


def card(uid, language, name, zone, more):
    return (f"BEGIN:VCARD\nVERSION:4.0\nUID:{uid}\nFN:{name}\nEMAIL:{uid}@example.org\nLANG:{language}\nTZ:{zone}\n{more}END:VCARD\n"
            ).replace("\n", "\r\n").encode()


def make_site(directory, server, user):
    site = Site(directory, mail=f'deliver = true; url = "smtp://localhost:{server.port}"; starttls = true; username = "{user}"; '
                f'password_file = "{server.password_file}"; ca_file = "{server.ca_file}"; '
                f'from = "\\"{OFFICE}\\" <reminders@example.org>"; reply_to = "office@example.org"; late = "skip";',
                extra="signup = { enabled = true; };\n")
    site.config.write_text(site.config.read_text().replace(f'base_url = "{site.url}"', f'base_url = "{BASE_URL}"'))
    site.convene("import", "-", stdin=calendar(EVENTS))
    site.convene("import", "-", stdin=b"".join(card(*reader) for reader in READERS))
    for uid, *_ in READERS:
        if uid.startswith("guest"):
            site.convene("subscribe", f"{uid}@example.org", f"--event={uid.partition('.')[2] or EVENTS[0][0]}@example.org", "--lead=-P1D@18:00")
            continue
        site.convene("subscribe", f"{uid}@example.org", "--all", "--lead=-P1D@18:00")
        site.convene("subscribe", f"{uid}@example.org", "--event=floating@example.org", "--lead=-P1D@18:00")
    return site


def ask_for_all(site):
    """Submits the signup form for a new and for a listed address, in both languages."""
    for language in ("ru", "en"):
        for address, what in ((f"new-{language}", "event:all-day@example.org"), (f"guest-{language}", "event:all-day@example.org")):
            answer = requests.post(f"{site.url}/subscribe/mail", timeout=PATIENCE, allow_redirects=False,
                                   data={"address": f"{address}@example.org", "what": what, "language": language})
            assert answer.status_code == 303


def received(server):
    """Returns all mails of the Maildir, split at the first header that is not the server's."""
    mails = []
    for stored in server.mails():
        whole = stored.replace(b"\n", b"\r\n")
        mails.append(Mail(whole[re.search(rb"(?m)^(?!Return-Path|X-Original-To|Delivered-To|Received|\s)", whole).start():], whole))
    return mails


def confirm_all(site, server):
    """Follows the links of the signup form's mails. The contacts are too late for every reminder."""
    for mail in received(server):
        link = re.search(BASE_URL + r"(/subscribe/confirm/[\w-]+)", plain_text(mail.message))
        if link:
            assert requests.post(site.url + link[1], data={"confirm": "yes"}, timeout=PATIENCE, allow_redirects=False).status_code == 303


def all_kinds(site, server):
    site.start(f"--rehearse={DAY}17:59:58+03:00")
    ask_for_all(site)
    n = 2 * len(EVENTS) + 2 + 2 + 4
    wait_until(lambda: len(server.mails()) >= n)
    # The guests of each event were told of it, and all others who got one mail. Notices that wait together would be one mail.
    for change in (["import", "-"], ["cancel", "zoned@example.org"], ["cancel", "hostile@example.org"]):
        site.convene(*change, stdin=calendar([moved(EVENTS[0])]) if change[0] == "import" else None)
        n += 2 + 2 + 2
        wait_until(lambda expected=n: len(server.mails()) >= expected)
    confirm_all(site, server)
    wait_until(lambda: len(server.mails()) >= n + 2)
    site.stop()
    return received(server)
