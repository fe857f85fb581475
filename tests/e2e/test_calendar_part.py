"""The calendar object of an answer is found and decoded in every form of a mail: encodings, character sets, the order and the types of its parts."""

import base64
import itertools
import quopri
import subprocess

import pytest

from conftest import BUILD, make_tool

TOOL = BUILD / "tests/tools/calendar-part"
LINES = ("BEGIN:VCALENDAR", "METHOD:{}", "VERSION:2.0", "PRODID:-//test//RU", "BEGIN:VEVENT", "UID:u@example.org", "DTSTAMP:20261129T080000Z",
         'ATTENDEE;CN="Гость, наш":mailto:guest@example.org', "COMMENT:Приду = вовремя\\, но ненадолго; жди", " те меня", "END:VEVENT", "END:VCALENDAR", "")
ENCODINGS = {"base64": base64.encodebytes, "quoted-printable": lambda octets: quopri.encodestring(octets.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n"), "8bit": lambda octets: octets}
PLAIN = b"Content-Type: text/plain; charset=utf-8; format=flowed\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xd0\x94\xd0\xb0 \r\n  BEGIN:VCALENDAR\r\n"
HTML = b"Content-Type: text/html; charset=koi8-r\r\n\r\n<p>\xe4\xc1\r\n"
TNEF = b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+IgAA\r\n"


def object_of(method="REPLY"):
    return "\r\n".join(LINES).format(method)


def part(kind, octets, encoding="base64", headers=""):
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n{headers}\r\n"
    return head.encode() + ENCODINGS[encoding](octets) + b"\r\n"


def multi(kind, *parts, number=itertools.count()):
    boundary = f"b{next(number)}".encode()
    return (b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (kind.encode(), boundary)
            + b"".join(b"--" + boundary + b"\r\n" + one for one in parts) + b"--" + boundary + b"--\r\n")


def mail(body):
    return b"From: guest@example.org\r\nTo: answers@example.org\r\nSubject: =?koi8-r?B?5ME=?=\r\nMIME-Version: 1.0\r\n" + body


def encoded_forms():
    """Character sets, named or not, in each encoding of a body."""
    text = object_of()
    for charset, encoding in itertools.product(("utf-8", "UTF8", "windows-1251", "koi8-r", "iso-8859-5", "cp866"), ENCODINGS):
        yield f"{charset} {encoding}", multi("alternative", PLAIN, part(f'text/calendar; charset="{charset}"; method=REPLY', text.encode(charset), encoding))
    for charset, encoding in itertools.product(("utf-8", "utf-8-sig", "windows-1251", "koi8-r"), ("base64", "quoted-printable")):
        yield f"{charset} {encoding} without a name", multi("alternative", part("text/calendar; method=REPLY", text.encode(charset), encoding), HTML)
        yield f"{charset} {encoding} attached", multi("mixed", PLAIN, part('application/ics; name="invite.ics"', text.encode(charset), encoding))
    yield "8bit without a name", part("text/calendar; method=REPLY", text.encode(), "8bit")
    yield "named us-ascii", part("text/calendar; method=REPLY; charset=us-ascii", text.encode(), "8bit")
    yield "an unknown name", part("text/calendar; method=REPLY; charset=x-unknown", text.encode(), "base64")
    yield "a name of nothing", part('text/calendar; method=REPLY; charset="../utf-8"', text.encode(), "base64")
    for charset in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        yield f"{charset}", part(f"text/calendar; method=REPLY; charset={charset}", text.encode(charset))
        yield f"{charset} attached", multi("mixed", part("application/octet-stream; name=invite.ics", text.encode(charset)))


def placed_forms():
    """The object among other parts."""
    answer = part("text/calendar; charset=utf-8; method=REPLY", object_of().encode())
    invitation = part("text/calendar; charset=utf-8; method=REQUEST", object_of("REQUEST").encode())
    attached = part('application/ics; name="invite.ics"', object_of().encode(), headers="Content-Disposition: attachment; filename=invite.ics\r\n")
    for order in itertools.permutations((PLAIN, HTML, answer)):
        yield "alternative " + "".join(str((PLAIN, HTML, answer).index(one)) for one in order), multi("alternative", *order)
    yield "alone", answer
    yield "within", multi("mixed", multi("alternative", PLAIN, multi("related", HTML), answer), attached)
    yield "signed", multi("signed", multi("mixed", PLAIN, answer), part("application/pgp-signature", b"x"))
    yield "the invitation first", multi("mixed", invitation, answer)
    yield "the invitation attached first", multi("mixed", part("application/ics; name=a.ics", object_of("REQUEST").encode()), answer)
    yield "two copies", multi("mixed", multi("alternative", PLAIN, answer), attached)
    yield "attached alone", multi("mixed", PLAIN, attached)
    yield "capitals", part('TEXT/Calendar; METHOD="reply"; CHARSET=UTF-8', object_of().encode())
    yield "format=flowed of the text beside it", multi("alternative", PLAIN, part("text/calendar; method=REPLY; charset=utf-8", object_of().encode(), "8bit"))
    yield "beside TNEF", multi("mixed", TNEF, answer)
    yield "a quotation mark that is open", answer.replace(b"method=REPLY", b'method="REPLY')
    yield "an epilogue", multi("mixed", answer) + b"\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n"
    for kind in ("application/ics", "application/x-ics", "application/calendar", "application/octet-stream; name=Invite.ICS", "text/plain; name=reply.ics",
                 "application/octet-stream; name*=utf-8''%D0%BE%D1%82%D0%B2%D0%B5%D1%82.ics", 'application/octet-stream; name="=?utf-8?B?0L7RgtCy0LXRgi5pY3M=?="'):
        yield f"as {kind}", multi("mixed", PLAIN, part(kind, object_of().encode()))


FOUND = dict([*encoded_forms(), *placed_forms()])
NONE = {"TNEF alone": multi("mixed", PLAIN, TNEF), "no calendar": PLAIN, "empty": b"", "too long": part("text/calendar; method=REPLY", object_of().encode() + b"x" * 300000),
        "a name alone": multi("mixed", PLAIN, part("application/pdf; name=.ics", b"x")), "another ending": multi("mixed", part("application/pdf; name=a.ics.pdf", b"x"))}


def read(directory, bodies):
    make_tool(TOOL)
    paths = [directory / str(number) for number, _ in enumerate(bodies)]
    for path, body in zip(paths, bodies):
        path.write_bytes(mail(body))
    out = subprocess.run([TOOL, *paths], capture_output=True, check=True).stdout
    texts = []
    while out:
        size, out = out.split(b"\n", 1)
        texts.append(out[:int(size)].decode() if int(size) >= 0 else None)
        out = out[max(int(size), 0):]
    return texts


def plain(text):
    return text.replace("\r\n", "\n").strip("\n") if text else text


def test_the_object_is_found_in_each_form(tmp_path):
    assert len(FOUND) > 60
    wanted = plain(object_of())
    assert {name: text for name, text in zip(FOUND, map(plain, read(tmp_path, FOUND.values()))) if text != wanted} == {}


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_answer_is_left_to_a_person(tmp_path, name):
    assert read(tmp_path, [NONE[name]]) == [None]
