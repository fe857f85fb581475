"""Parses the mails that mail/message composes with Python's email. Every field is read back unchanged, whatever its content."""

import email
import email.header
import email.policy
import email.utils
import re
import subprocess

import pytest

from conftest import BUILD, PATIENCE, make_tool, unflowed

TOOL = BUILD / "tests/tools/compose"
INVALID = 3
CALENDAR = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Практическая сессия\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
SUBJECTS = [
    "Tomorrow: x", "Завтра, 24 июня: Практическая сессия по развитию промышленных кластеров России", "Ж" * 1500, "two  blanks  within",
    "y" * 500, "a " * 300 + "b", "смесь mixed смесь mixed, " * 20 + "x", "commas, (brackets) <angles> \"quotes\" \\ = ? _", "🎭" * 40, "é" * 30 + " x " + "e\u0301" * 30,
    "2021–2022", "\u202eright to left", "=?utf-8?B?0LY=?= and =?x?=",
]
TEXTS = [
    "Text\n", "no end", "", "\n", "\n\n\n", ".\n..\n.\n", "From here\nFrom there\n", "Когда: завтра\n", "trailing blank \ntab\t\n", "=3D =\n",
    "x" * 3000 + "\n", "Ж" * 3000, "--\n-- \n--=_m\n", "🎭 " * 300, "a\tb\n",
]


@pytest.fixture(scope="module", autouse=True)
def tool():
    make_tool(TOOL)


def composed(**fields):
    return subprocess.run([TOOL, *(f"{name}={value}" for name, value in fields.items())], capture_output=True, timeout=PATIENCE, check=False)


def compose(**fields):
    result = composed(**fields)
    assert result.returncode == 0 and not result.stderr
    raw = result.stdout
    assert raw.endswith(b"\r\n") and raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(raw) < 127 and max(len(line) for line in raw.split(b"\r\n")) <= 998
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert not any(part.defects for part in message.walk())
    assert not any(value.defects for part in message.walk() for value in part.values())
    return message


def mailbox(message, name):
    """Returns (name, address) by Python's older functions: the newer ones of 3.11 insert blanks between the encoded words of a name."""
    raw = email.message_from_bytes(message.as_bytes(policy=email.policy.SMTP.clone(refold_source="none")))[name]
    shown, address = email.utils.parseaddr(raw)
    return str(email.header.make_header(email.header.decode_header(shown))), address


def body(part):
    """Returns a part's decoded bytes. The line end before a boundary may belong to the text."""
    text = part.get_payload(decode=True).decode()
    assert text.count("\n") == text.count("\r\n")
    text = text.replace("\r\n", "\n")
    return (unflowed(text) if part.get_param("format") == "flowed" else text).removesuffix("\n")


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda text: text[:10])
def test_a_subject_is_read_back(subject):
    assert compose(subject=subject)["Subject"] == subject


@pytest.mark.parametrize("name", [
    "Guest", "Гость выставки", 'Гость "выставки", большой', "Last, First", "O'Brien (x) <y@example.org>", "a\\b", "Ж" * 200, "z" * 300, "🎭", "b@example.org", "a;b:c"],
    ids=lambda name: name[:10])
def test_a_name_is_read_back(name):
    message = compose(to_name=name)
    assert mailbox(message, "To") == (name, "visitor@example.org")
    assert len(message["To"].addresses) == 1


def test_an_empty_name_is_omitted():
    assert compose()["To"] == "visitor@example.org"
    assert compose(to_name="")["To"].addresses[0].addr_spec == "visitor@example.org"


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:10]))
def test_a_text_is_read_back(text):
    html, sent = text.removesuffix("\n"), re.sub("(?m)(?<!^--) +$", "", text).removesuffix("\n")
    assert body(compose(text=text)) == sent
    message = compose(text=text, html=text, calendar=CALENDAR)
    assert [body(message.get_body((kind,))) for kind in ("plain", "html")] == [sent, html]


def test_a_text_has_short_lines():
    lines = compose(text="Ж " * 300 + "\n" + "y" * 200).get_body(("plain",)).get_payload(decode=True).decode().split("\r\n")
    assert max(map(len, lines[:-1])) <= 72 and len(lines) == 10


def test_the_parts_are_in_their_places():
    message = compose(text="plain", html="<p>html", calendar=CALENDAR, calendar_name="event.ics", calendar_method="REQUEST")
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"]
    assert all(part.get_content_charset() == "utf-8" for part in message.walk() if not part.is_multipart())
    [calendar] = message.iter_attachments()
    assert calendar.get_param("method") == "REQUEST" and calendar.get_filename() == "event.ics"
    assert calendar.get_payload(decode=True).decode() == CALENDAR
    assert compose(calendar=CALENDAR).get_content_type() == "multipart/mixed"
    assert compose(html="x").get_content_type() == "multipart/alternative"
    assert compose().get_content_type() == "text/plain"


@pytest.mark.parametrize("seconds,offset,date", [
    (1624460400, 10800, "2021-06-23T18:00:00+03:00"), (1624460400, 0, "2021-06-23T15:00:00+00:00"),
    (1624460400, -12600, "2021-06-23T11:30:00-03:30"), (1640995199, 50400, "2022-01-01T13:59:59+14:00")])
def test_the_date_is_in_the_recipients_zone(seconds, offset, date):
    assert compose(date=seconds, date_offset=offset)["Date"].datetime.isoformat() == date


def test_the_headers_of_an_automatic_mail():
    link = "https://calendar.example.org/mail/" + "x" * 200
    message = compose(**{"from": "Редакция, 2-я <reminders@example.org>"}, reply_to="office@example.org", in_reply_to="0@example.org", language="ru",
                      list_id="convened reminders <reminders.example.org>", unsubscribe_url=link)
    [sender] = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Редакция, 2-я", "reminders@example.org")
    assert message["Reply-To"] == "office@example.org"
    assert message["In-Reply-To"] == message["References"] == "<0@example.org>"
    assert message["Message-ID"] == "<1@example.org>"
    assert message["List-Id"] == "convened reminders <reminders.example.org>"
    assert message["List-Unsubscribe"] == f"<{link}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated" and message["Content-Language"] == "ru"
    assert len(message.keys()) == len(set(message.keys()))


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\r\n\r\n", "\n\t", "\v", "\f", "\x1b"])
def test_no_text_can_add_a_header(end):
    hostile = f"x{end}Bcc: all@example.org"
    message = compose(subject=hostile, to_name=hostile, text=hostile, html=hostile, calendar=hostile)
    assert message["Bcc"] is None and message["Subject"].split() == ["x", "Bcc:", "all@example.org"]
    assert [address.addr_spec for address in message["To"].addresses] == ["visitor@example.org"]
    for field in ("from", "reply_to", "to", "message_id", "in_reply_to", "language", "list_id", "unsubscribe_url"):
        result = composed(**{field: f"a@example.org{end}Bcc: all@example.org"})
        assert (result.returncode, result.stdout) == (INVALID, b"")


def test_a_domain_is_sent_in_ascii():
    assert compose(to="visitor@пример.рф")["To"] == "visitor@xn--e1afmkfd.xn--p1ai"
