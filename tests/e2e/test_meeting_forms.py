"""The form of every mail about a meeting, in both languages, as mail programs and calendar programs read it: Python's email, GMime, Camel and libecal
of Evolution, icalendar, and the checks of tidy."""

import re
import subprocess

import icalendar
import pytest

import all_kinds
from conftest import PATIENCE, end, make_tool, plain_text, wait_until
from ics_lint import lint
from invitation_readers import calendar_by_gmime, read_by_ecal
from smtp_server import Server
from test_clock import Clock
from mail_kinds import Mail
from test_mail_form import Words, as_evolution, as_gmime, as_python

# The method of the calendar part by kind (RFC 5546, 3.2); no entry: the mail has none.
METHODS = {
    **dict.fromkeys(("meeting-" + kind for kind in ("invite", "moved", "delegated", "represented", "delegate", "returned", "unrepresented", "outdated", "refused")), "REQUEST"),
    **dict.fromkeys(("meeting-cancel", "meeting-readdressed", "meeting-released"), "CANCEL"), **dict.fromkeys(("meeting-counter-declined", "meeting-counter-taken"), "DECLINECOUNTER"),
}
WITHOUT_LINK = ("meeting-declined", "meeting-cancel", "meeting-withdrawn", "meeting-expired", "meeting-readdressed", "meeting-released")  # there is nothing to be done on the page
IDN = "xn--80a1acny.example.org"  # "почта" in A-labels (RFC 5890)


@pytest.fixture(scope="module", params=["ru", "en"])
def mails(request, tmp_path_factory):
    """Returns the language, the mails of the first life, and those of each kind with their bytes, in one list."""
    make_tool(all_kinds.SHIM)
    directory = tmp_path_factory.mktemp("forms")
    store, first = all_kinds.make(directory / "store", request.param)
    with Server() as server:
        site = all_kinds.make_site(directory, server, Clock(directory / "clock", all_kinds.NOW), 'mailbox = "maildir:/nonexistent";')
        site.take_store(store)
        try:
            site.start()
            wait_until(lambda: len(server.messages) >= len(all_kinds.EXPECTED))
        finally:
            end(site)
        raw = [mail for mail in map(bytes, server.messages) if kind_of(mail).startswith("meeting")]
    return request.param, [Mail(mail, mail) for mail in map(bytes, first)], [Mail(mail, mail) for mail in raw]


def kind_of(raw):
    return re.search(rb"(?m)^Message-ID: <([a-z-]+)\.", raw)[1].decode()


def reader_of(mail):
    return mail.message["To"].addresses[0].addr_spec


def calendar_of(mail):
    return next((part for part in mail.message.walk() if part.get_content_type() == "text/calendar"), None)


def test_every_kind_is_here(mails):
    assert {kind_of(mail.raw) for mail in mails[2]} == {kind for kind, _ in all_kinds.EXPECTED if kind.startswith("meeting")}
    assert {kind for kind in METHODS} <= {kind for kind, _ in all_kinds.EXPECTED}


def test_three_parsers_agree(mails):
    language, _, several = mails
    for mail in several:
        read = as_python(mail.raw)
        name, _, domain = read["to"][1].partition("@")
        # GMime and Camel show the domain to people.
        shown = read | {"to": (read["to"][0], f"{name}@{domain.encode().decode('idna')}")}
        assert as_gmime(mail.raw) == shown and as_evolution(mail.raw) in (read, shown)
        assert read["from"] == ("Office", "office@example.org") and read["Auto-Submitted"] == "auto-generated" and not read["List-Unsubscribe"]
        assert {"text/plain", "text/html"} <= set(read) and mail.message["Content-Language"] == language
        assert domain == (IDN if language == "ru" and name.startswith(("v-", "d-")) else "example.org")


def test_lines_are_short_and_ascii(mails):
    for mail in mails[2]:
        lines = mail.raw.split(b"\r\n")
        assert max(map(len, lines)) <= 998 and mail.raw.isascii() and b"\n" not in mail.raw.replace(b"\r\n", b"") and lines[-1] == b""


def test_the_language_is_the_readers(mails):
    language, _, several = mails
    for mail in several:
        texts = [mail.message["Subject"], plain_text(mail.message), mail.message.get_body(("html",)).get_content()]
        texts += [calendar.get_content()] if (calendar := calendar_of(mail)) else []
        found = [bool(re.search("[А-я]", text)) for text in texts[:3]]
        assert found == [language == "ru"] * 3 and (language == "ru" or not re.search("[А-я]", texts[-1])), (kind_of(mail.raw), texts)


def test_text_and_html_say_the_same(mails):
    def bare(text):
        return re.sub(r"[\s:-]", "", re.sub(r"http://\S+", "", text))
    for mail in mails[2]:
        text, page = plain_text(mail.message), mail.message.get_body(("html",)).get_content()
        shown = Words(page)
        assert bare(" ".join(shown.words)) == bare(text)
        assert sorted(set(shown.links)) == sorted(set(re.findall(r"http://\S+", text))) 
        assert shown.links or kind_of(mail.raw) in WITHOUT_LINK, kind_of(mail.raw)
        tidy = subprocess.run(["tidy", "-quiet", "-errors", "-utf8", "--warn-proprietary-attributes", "no"], input=page, capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        assert tidy.stderr == ""


def test_the_invitation_is_read_by_all(mails):
    language, _, several = mails
    for mail in several:
        kind, part = kind_of(mail.raw), calendar_of(mail)
        assert (part is not None) == (kind in METHODS), kind
        if part is None:
            continue
        alternative, attached = mail.message.iter_parts()
        assert [inner.get_content_type() for inner in alternative.iter_parts()] == ["text/plain", "text/html", "text/calendar"]
        assert attached.get_filename() == "invite.ics" and attached.get_payload(decode=True) == part.get_payload(decode=True)
        content = part.get_payload(decode=True)
        whole = icalendar.Calendar.from_ical(content)
        event, = whole.walk("VEVENT")
        assert [part.get_param("method"), attached.get_param("method"), whole["METHOD"]] == [METHODS[kind]] * 3
        harmless = ["in a public feed", *["no DTSTART"] * (METHODS[kind] == "DECLINECOUNTER")]  # RFC 5546, 3.2.8
        assert [line for line in lint(content) if not any(word in line for word in harmless)] == []
        text, method = calendar_by_gmime(mail.raw)
        read = read_by_ecal(text)
        assert (method, read["method"], read["uid"], read["sequence"]) == (METHODS[kind], METHODS[kind], event["UID"], event["SEQUENCE"])
        assert re.fullmatch(r"mailto:(answers\+[0-9a-f]+|office)@example\.org", read["organizer"])
        if METHODS[kind] == "DECLINECOUNTER":
            assert read["attendees"] == []
            continue
        (value, *_), = read["attendees"]
        assert value == event["ATTENDEE"] == f"mailto:{reader_of(mail)}"


def test_the_mails_about_a_meeting_are_one_thread(mails):
    """All mails to one reader about one meeting refer to the first of them (RFC 5322, 3.6.4)."""
    _, first, several = mails
    began = {(reader_of(mail), str(icalendar.Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")[0]["UID"])): mail.message["Message-ID"]
             for mail in first if (part := calendar_of(mail)) and kind_of(mail.raw) == "meeting-invite"}
    by_reader = {reader: message_id for (reader, _), message_id in began.items()}
    n = 0
    for mail in several:
        referred = mail.message["In-Reply-To"]
        assert mail.message["References"] == referred and (not referred or mail.message["Subject"])
        part, reader = calendar_of(mail), reader_of(mail)
        if part:
            expected = began.get((reader, str(icalendar.Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")[0]["UID"])))
        else:
            expected = by_reader.get(reader) if reader.startswith("v-") else None
        if expected:
            assert referred == expected, kind_of(mail.raw)
            n += 1
    assert n >= 12
