"""Tests each kind of mail as delivered: three parsers agree on it, a spam filter accepts its form, its DKIM signature is valid, and it
displays well."""

import base64
import email
import email.header
import email.policy
import email.utils
import html.parser
import json
import os
import pathlib
import re
import shutil
import smtplib
import ssl
import subprocess
import tempfile

import dkim
import gi
import icalendar
import pytest

import ics_lint
import mail_kinds
from browser import chromium
from conftest import BUILD, ROOT, end, free_port, plain_text, wait_until
from postfix import PASSWORD, USER, Postfix

gi.require_version("Camel", "1.2")
gi.require_version("GMime", "3.0")
from gi.repository import Camel, Gio, GLib, GMime  # noqa: E402

HEADERS = ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Auto-Submitted", "In-Reply-To", "References")
TYPES = ("text/plain", "text/html", "text/calendar")

MOVED = "Изменение: Практическая сессия, чт–сб, 29 июня – 1 июля 2051 г."

# Rules of SpamAssassin that a good mail may hit, and why.
HARMLESS = {
    "HTML_MESSAGE": "there is an HTML part, whatever is in it; no points (0.001)",
}
# These rules may hit because of the office's text, which has Latin letters among Cyrillic ones, as in the many addresses of an agenda.
MIXED = {"MIXED_ES"}
MIXED_SUBJECTS = ("Повестка", "Заседание", "<script>", "и ещё 5 событий")

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="Postfix's master process starts as root only")


@pytest.fixture(scope="module")
def postfix():
    top = pathlib.Path(tempfile.mkdtemp(prefix="convened-postfix-"))
    server = Postfix(top, free_port())
    yield server.start()
    server.stop()
    shutil.rmtree(top, ignore_errors=True)


@pytest.fixture(scope="module")
def mails(postfix, tmp_path_factory):
    site = mail_kinds.make_site(tmp_path_factory.mktemp("site"), postfix, USER)
    try:
        return mail_kinds.all_kinds(site, postfix)
    finally:
        end(site)


def text_of(mail):
    return plain_text(mail.message)


def with_subject(mails, subject):
    """Returns the mail with this subject. For a notice it is the guest's, because contacts that get one mail get the notice too."""
    found = [mail for mail in mails if mail.message["Subject"] == subject]
    mail, = [mail for mail in found if "guest-" in mail.message["To"]] if len(found) > 1 else found
    return mail


# A mail as parsed by one reader: subject, names and addresses, headers, the parts' bytes with LF line ends.

def with_lf(content):
    return content.replace(b"\r\n", b"\n")


def as_python(raw):
    message = email.message_from_bytes(raw, policy=email.policy.default)
    # Names are decoded with the older functions: the newer ones of Python 3.11 insert blanks between encoded words.
    plain = email.message_from_bytes(raw)
    defects = [(part.defects, [value.defects for value in part.values()]) for part in message.walk()]
    assert not any(found or any(values) for found, values in defects), defects
    for name in ("From", "To", "Reply-To"):
        assert len(message[name].addresses) == 1

    def mailbox(name):
        shown, address = email.utils.parseaddr(plain[name])
        return str(email.header.make_header(email.header.decode_header(shown))), address

    return {
        "subject": message["Subject"], "from": mailbox("From"), "to": mailbox("To"), "reply": mailbox("Reply-To"),
        "id": message["Message-ID"].strip("<>"), "date": int(message["Date"].datetime.timestamp()),
        **{name: message[name] for name in HEADERS},
        **{part.get_content_type(): with_lf(part.get_payload(decode=True)) for part in message.walk() if not part.is_multipart()},
        "files": [part.get_filename() for part in message.iter_attachments()],
    }


def as_gmime(raw):
    GMime.init()
    message = GMime.Parser.new_with_stream(GMime.StreamMem.new_with_buffer(raw)).construct_message(None)
    parts = {}

    def on_part(parent, part, *_):
        if isinstance(part, GMime.Part):
            stream = GMime.StreamMem.new()
            part.get_content().write_to_stream(stream)
            parts[part.get_content_type().get_mime_type()] = with_lf(bytes(stream.get_byte_array()))
            if part.is_attachment():
                parts.setdefault("files", []).append(part.get_filename())

    message.foreach(on_part)

    def mailbox(addresses):
        assert addresses.length() == 1
        return addresses.get_address(0).get_name() or "", addresses.get_address(0).get_addr()

    return {
        "subject": message.get_subject(), "from": mailbox(message.get_from()), "to": mailbox(message.get_to()),
        "reply": mailbox(message.get_reply_to()), "id": message.get_message_id(), "date": message.get_date().to_unix(),
        **{name: message.get_header(name) for name in HEADERS}, "files": [], **parts,
    }


def decoded(value):
    """Camel returns the headers of lists as they are written."""
    return str(email.header.make_header(email.header.decode_header(re.sub(r"\r?\n(?=[ \t])", "", value))))


def as_evolution(raw):
    """Parses a mail with Camel, Evolution's library."""
    message = Camel.MimeMessage.new()
    assert message.construct_from_input_stream_sync(Gio.MemoryInputStream.new_from_bytes(GLib.Bytes.new(raw)), None)
    parts = {"files": []}

    def walk(part):
        content = part.get_content()
        if isinstance(content, Camel.Multipart):
            for i in range(content.get_number()):
                walk(content.get_part(i))
            return
        stream = Gio.MemoryOutputStream.new_resizable()
        content.decode_to_output_stream_sync(stream, None)
        stream.close(None)
        parts[content.get_mime_type()] = with_lf(stream.steal_as_bytes().get_data())
        if part.get_disposition() == "attachment":
            parts["files"].append(part.get_filename())

    walk(message)

    def mailbox(addresses):
        assert addresses.length() == 1
        return addresses.get(0)[1] or "", addresses.get(0)[2]

    return {
        "subject": message.get_subject(), "from": mailbox(message.get_from()), "to": mailbox(message.get_recipients("to")),
        "reply": mailbox(message.get_reply_to()), "id": message.get_message_id(), "date": message.get_date()[0],
        **{name: decoded(message.get_header(name) or "").strip() or None for name in HEADERS}, **parts,
    }


def test_three_parsers_agree(mails):
    for mail in mails:
        read = as_python(mail.raw)
        assert as_gmime(mail.raw) == read
        assert as_evolution(mail.raw) == read
        assert read["from"] == (mail_kinds.OFFICE, "reminders@example.org") and read["reply"] == ("", "office@example.org")
        assert read["Auto-Submitted"] == "auto-generated" and read["id"].endswith("@example.org")
        assert (read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click") == bool(read["List-Unsubscribe"])
        assert set(TYPES[:2]) <= set(read) and ("text/calendar" in read) == (read["files"] == ["event.ics"])
    assert len({mail.message["Message-ID"] for mail in mails}) == len(mails)


def test_each_recipient_got_each_kind(mails):
    names = {f"{uid}@example.org": name for uid, _, name, _, _ in mail_kinds.READERS}
    names |= {address: 'O\'Brien "Guest" (x) <y@example.org>, last' for address in names if address.startswith("guest-en")}
    names["agenda-en@example.org"] = "🎭 Reader Bcc: all@example.org"
    subjects = {}
    for mail in mails:
        name, address = as_python(mail.raw)["to"]
        subject = mail.message["Subject"]
        is_signup = "List-Unsubscribe" not in mail.message
        assert name == ("" if is_signup else names.get(address, address))  # the name of a new contact is its address
        subjects.setdefault(re.split("[.@]", address)[0], []).append(subject)
    hostile = "From <script>alert(\"1\")</script> & 'q' \\ =?utf-8?B?0LY=?= =3D % {0} {what} 🎭 e\u0301\u202eabc\u202c\u00ad\u200b — № 5 . --  Bcc: all@example.org"
    long = mail_kinds.LONG[:mail_kinds.LONG.index(" развитию", 120)] + " …"
    notices_ru = [MOVED, "Отменена вся серия: Встреча в Ташкенте", f"Отменено: {hostile}, сб, 24 июня"]
    notices_en = ["Changed: Practical session, Thu–Sat, 29 June – 1 July 2051", "The whole series is cancelled: Meeting in Tashkent",
                  f"Cancelled: {hostile}, Sat, 24 June"]
    assert {address: sorted(found) for address, found in subjects.items()} == {
        "new-ru": ["Вы подписаны: Календарь событий", "Подтвердите подписку: Календарь событий"],
        "new-en": ["Confirm your subscription: Calendar of events", "You are subscribed: Calendar of events"],
        "agenda-ru": sorted(["Повестка, 23–24 июня 2051 г.: 6 событий", *notices_ru]),
        "agenda-en": sorted(["Agenda, 23–24 June 2051: 6 events", *notices_en]),
        "bundle-ru": sorted(["Завтра, 24 июня: Практическая сессия и ещё 5 событий", *notices_ru]),
        "bundle-en": sorted(["Tomorrow, 24 June: Practical session and 5 more events", *notices_en]),
        "guest-ru": sorted([
            "Вы уже подписаны: Календарь событий", "Завтра, 24 июня: Практическая сессия", "Завтра, 24 июня: Встреча в Ташкенте",
            f"Завтра, 24 июня: {long}", f"Завтра, 24 июня: {hostile}", "Завтра, 24 июня: Занято", "Завтра, 24 июня: событие без названия", *notices_ru]),
        "guest-en": sorted([
            "You are subscribed already: Calendar of events", "Tomorrow, 24 June: Practical session", "Tomorrow, 24 June: Meeting in Tashkent",
            f"Tomorrow, 24 June: {long}", f"Tomorrow, 24 June: {hostile}", "Tomorrow, 24 June: Busy", "Tomorrow, 24 June: an event without a title", *notices_en]),
    }


def test_a_notice_is_in_its_reminders_thread(mails):
    for first, later in (("Завтра, 24 июня: Практическая сессия", MOVED),
                         ("Tomorrow, 24 June: Meeting in Tashkent", "The whole series is cancelled: Meeting in Tashkent")):
        reminder, notice = with_subject(mails, first).message, with_subject(mails, later).message
        assert notice["In-Reply-To"] == notice["References"] == reminder["Message-ID"] and reminder["In-Reply-To"] is None


def test_the_calendar_part_is_valid(mails):
    for mail in mails:
        for part in mail.message.iter_attachments():
            content = part.get_payload(decode=True)
            assert [line for line in ics_lint.lint(content) if "DTSTAMP" not in line] == []
            event, *others = icalendar.Calendar.from_ical(content).walk("VEVENT")
            assert part.get_param("method") == "PUBLISH"
            assert len(others) == (5 if "bundle-" in mail.message["To"] and mail.message["In-Reply-To"] is None else 0)
            cancelled = mail.message["Subject"].startswith(("Отменен", "Cancelled", "The whole series is cancelled"))
            assert (event.get("STATUS") == "CANCELLED") == cancelled


LINK = r"https://calendar\.example\.org"
STOP = (r"\n-- \nВы получили это письмо, потому что подписаны на напоминания календаря «Календарь событий»\.\nОтказаться от напоминаний:\n"
        + LINK + r"/mail/[\w-]{32}\n")
WHOLE = {
    "Завтра, 24 июня: Практическая сессия":
        "Когда: сб–вс, 24–25\u00a0июня 2051\u00a0г\\.\nГде: Саранск\nО событии: Первый день — доклады, второй — посещение площадок\\.\n"
        rf"Страница события: {LINK}/event/all-day@example\.org" "\n" + STOP,
    "Завтра, 24 июня: Встреча в Ташкенте":
        "Когда: сб, 24\u00a0июня 2051\u00a0г\\., 10:00–12:30 \\(Ташкент\\)\nПо вашим часам: сб, 24\u00a0июня 2051\u00a0г\\., 08:00–10:30 \\(Москва\\)\n"
        rf"Где: Ташкент, зал 2" "\n" rf"Страница события: {LINK}/event/zoned@example\.org" "\n" + STOP,
    MOVED:
        "Время или место изменились с нашего прошлого письма\\.\n\nНовое время: чт–сб, 29\u00a0июня\u00a0– 1\u00a0июля 2051\u00a0г\\.\nБыло: сб–вс, 24–25\u00a0июня 2051\u00a0г\\.\n"
        "Новое место: Рузаевка\nПрежнее место: Саранск\nО событии: Первый день — доклады, второй — посещение площадок\\.\n"
        rf"Страница события: {LINK}/event/all-day@example\.org" "\n" + STOP,
    "Отменена вся серия: Встреча в Ташкенте":
        "Отменены все события серии\\.\n\nБыло: сб, 24\u00a0июня 2051\u00a0г\\., 10:00–12:30 \\(Ташкент\\)\nПо вашим часам: сб, 24\u00a0июня 2051\u00a0г\\., 08:00–10:30 \\(Москва\\)\n"
        "Где: Ташкент, зал 2\n" rf"Страница события: {LINK}/event/zoned@example\.org" "\n" + STOP,
    "Подтвердите подписку: Календарь событий":
        "Кто-то, скорее всего вы, попросил присылать на этот адрес напоминания о событии «Практическая сессия»\\.\n"
        "Чтобы получать их, откройте эту страницу и нажмите на ней кнопку \\(ссылка действует до 25\u00a0июня 2051\u00a0г\\., 17:59\\):\n"
        + LINK + "/subscribe/confirm/[\\w-]{32}\nЕсли это были не вы, ничего не делайте: без подтверждения напоминаний не будет\\.\n"
        "\n-- \nВы получили это письмо, потому что этот адрес указали на странице подписки\\.\n",
    "Вы подписаны: Календарь событий":
        "Подписка подтверждена: на этот адрес будут приходить напоминания о событии «Практическая сессия»\\.\n"
        "На вашей странице можно выбрать, о чём и когда напоминать, или отказаться от писем\\. Ссылка только для вас, не пересылайте её:\n"
        + LINK + r"/mail/[\w-]{32}\n" + STOP,
}


def test_the_text_is_complete_and_in_correct_russian(mails):
    for subject, words in WHOLE.items():
        # A subject has only plain blanks; the heading of the text has no-break spaces.
        heading = re.sub(r"(?<=\d) (?=июн|июл|г\.)|(?<=июня) (?=–)", "\u00a0", subject)
        assert re.fullmatch(re.escape(heading) + "\n\n" + words, text_of(with_subject(mails, subject))), text_of(with_subject(mails, subject))


def test_an_english_reader_gets_the_english_name(mails):
    assert "reminders about the event “Practical session” to this address" in text_of(with_subject(mails, "Confirm your subscription: Calendar of events"))


def test_the_lines_of_the_text_are_short(mails):
    for mail in mails:
        for line in mail.message.get_body(("plain",)).get_content().splitlines():
            assert len(line) <= 78 or " " not in line.strip(), line


class Words(html.parser.HTMLParser):
    """Collects the visible words of a page and the targets of its links."""

    def __init__(self, page):
        super().__init__()
        self.words, self.links, self.tags = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.links += [value for name, value in attributes if name == "href"]

    def handle_data(self, data):
        if self.tags[-1:] and self.tags[-1][0] not in ("title", "style"):
            self.words += data.split()


def pages(mails):
    return [(mail, mail.message.get_body(("html",)).get_content()) for mail in mails]


def bare(text):
    return re.sub(r"[\s:-]", "", re.sub(r"https://calendar\S+", "", text))


def test_text_and_html_say_the_same(mails):
    turning = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e"))
    for mail, page in pages(mails):
        shown = Words(page)
        # The HTML part shows names instead of addresses for links.
        assert bare(" ".join(shown.words)) == bare(text_of(mail).translate(turning))
        assert all(link in text_of(mail) for link in shown.links)
        for link in re.findall(r"https://calendar\S+", text_of(mail)):
            assert link in shown.links


def test_the_html_is_valid_and_loads_nothing(mails):
    for mail, page in pages(mails):
        result = subprocess.run(["tidy", "-quiet", "-errors", "-utf8", "--warn-proprietary-attributes", "no"],
                                input=page, capture_output=True, text=True, timeout=60, check=False)
        assert result.stderr == ""
        tags = Words(page).tags
        assert ("html", {"lang": mail.message["Content-Language"]}) in tags
        assert ("meta", {"name": "color-scheme", "content": "light dark"}) in tags
        assert not {"img", "script", "link", "iframe", "object"} & {tag for tag, _ in tags}


PICTURES = {
    "reminder": "Завтра, 24 июня: Практическая сессия", "change": MOVED, "agenda": "Повестка, 23–24 июня 2051 г.: 6 событий",
    "confirm": "Подтвердите подписку: Календарь событий", "welcome": "Вы подписаны: Календарь событий",
    "bundle": "Завтра, 24 июня: Практическая сессия и ещё 5 событий",
}


def test_the_html_fits_a_phone_and_a_dark_screen(mails, tmp_path):
    with chromium() as browser:
        for width, scheme in ((360, "light"), (800, "dark")):
            browser.look(width, "ru", scheme, height=700)
            for name, subject in PICTURES.items():
                page = tmp_path / f"{name}.html"
                page.write_text(with_subject(mails, subject).message.get_body(("html",)).get_content(), encoding="utf-8")
                browser.open(page.as_uri())
                assert browser.run("return document.documentElement.scrollWidth") <= width
                dark = browser.run("return getComputedStyle(document.body).color") == "rgb(255, 255, 255)"
                assert dark == (scheme == "dark")
                browser.picture(BUILD / "screenshots" / f"mail-{name}-{width}-{scheme}.png")
        assert all(url.startswith("file:") for url in browser.requests())


def at_the_readers_server(mail):
    """Returns the mail as the reader's server receives it: with another host and the rehearsed time in the trace headers."""
    date, to = mail.message["Date"], mail.message["To"].addresses[0].addr_spec
    path, rest = mail.received.split(b"\r\n", 1)
    ours = re.sub(rb"(\tfor <.*>;) [^\r]*", rb"\1 " + date.encode(), rest, count=1)
    trace = (f"Received: from mail.example.org (mail.example.org [93.184.216.34])\r\n\tby mx.reader.example with ESMTPS id 1\r\n"
             f"\tfor <{to}>; {date}\r\n").encode()
    return with_lf(path + b"\r\n" + trace + ours)


@pytest.fixture(scope="module", autouse=True)
def spam_filter(mails, tmp_path_factory):
    """Runs SpamAssassin's module once, in parallel with other tests, on all mails and a deliberately bad one."""
    directory = tmp_path_factory.mktemp("spam")
    contents = [at_the_readers_server(mail) for mail in mails]
    contents.append(re.sub(rb"(?m)^(Date|Message-ID): .*\n", b"", contents[0]))
    for i, content in enumerate(contents):
        (directory / f"{i:03}").write_bytes(content)
    with subprocess.Popen(["perl", ROOT / "tests/tools/spamassassin.pl", directory / "state", *sorted(directory.iterdir())],
                          stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    path = tmp_path_factory.mktemp("key") / "key.pem"
    subprocess.run(["openssl", "genrsa", "-traditional", "-out", path, "2048"], check=True, capture_output=True, timeout=60)
    public = subprocess.run(["openssl", "rsa", "-in", path, "-pubout", "-outform", "DER"], check=True, capture_output=True, timeout=60).stdout
    return path.read_bytes(), b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


def signed(raw, key, canonical):
    names = [name.lower().encode() for name in email.message_from_bytes(raw).keys()]
    signature = dkim.sign(raw, b"s", b"example.org", key[0], canonicalize=(canonical, canonical), include_headers=names)
    assert canonical == b"relaxed" or b"list-unsubscribe" in signature or b"list-unsubscribe" not in names
    return signature + raw


def holds(raw, key):
    return dkim.verify(raw, dnsfunc=lambda name, timeout=5: key[1])


def test_a_signature_is_valid_after_the_delivery(mails, postfix, key):
    sent = [signed(mail.raw, key, canonical) for mail, canonical in zip(mails, [b"simple", b"relaxed"] * len(mails))]
    n = len(postfix.mails())
    with smtplib.SMTP("localhost", postfix.port, timeout=30) as connection:
        connection.starttls(context=ssl.create_default_context(cafile=postfix.ca_file))
        connection.login(USER, PASSWORD)
        for raw in sent:
            connection.sendmail("reminders@example.org", ["visitor@example.org"], raw)
    wait_until(lambda: len(postfix.mails()) == n + len(sent))
    arrived = {mail.raw for mail in mail_kinds.received(postfix)[n:]}
    assert arrived == set(sent)
    assert all(holds(raw, key) for raw in arrived)
    assert not holds(sent[0].replace(b"\r\nSubject: ", b"\r\nSubject: x", 1), key)


def test_no_server_has_to_change_the_mail(mails):
    """Mails are 7-bit, with short lines without trailing blanks (RFC 2045, 6.7; RFC 5321, 4.5.3.1.6) and no line that an mbox would
    quote."""
    for mail in mails:
        assert max(mail.raw) < 127 and b"\0" not in mail.raw
        assert mail.raw.endswith(b"\r\n") and mail.raw.count(b"\r") == mail.raw.count(b"\n") == mail.raw.count(b"\r\n")
        for line in mail.raw.split(b"\r\n"):
            assert len(line) <= 78 or line.startswith(b"List-Unsubscribe: "), line
            assert line == line.rstrip() and not line.startswith(b"From "), line


def test_a_spam_filter_accepts_the_form(mails, spam_filter):
    *found, spoilt = [json.loads(line) for line in spam_filter.communicate(timeout=120)[0].splitlines()]
    assert {"MISSING_DATE", "MISSING_MID"} <= set(spoilt)
    for mail, rules in zip(mails, found, strict=True):
        subject = mail.message["Subject"]
        allowed = set(HARMLESS) | (MIXED if any(word in subject for word in MIXED_SUBJECTS) else set())
        assert set(rules) <= allowed, (subject, rules)
