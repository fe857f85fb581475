"""Tests address books below /dav/ with raw requests: versions of vCard, queries (RFC 6352, 8.6), what a PUT keeps. Cards of version 3.0 are read
by python3-vobject, which is of version 3.0 only; vdirsyncer and libebook, Evolution's library, synchronize them two ways."""

import base64
import re
import subprocess

import pytest
import vobject

from conftest import Site, end
from evolution import Evolution
from test_accounts import PASSWORD, add
from test_dav import propfind, responses
from test_dav_members import ask, card, precondition, put_card
from test_dav_query import SPACES, report

BOOK = "/dav/addressbooks/Anna/contacts/"
R = "{urn:ietf:params:xml:ns:carddav}"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
FULL = card(
    "full", "Анна Ö", "KIND:individual", "BDAY:--0412", "ANNIVERSARY:20090808", "GENDER:F", "LANG;PREF=1:ru", "TEL;VALUE=uri;TYPE=cell:tel:+1-555-0100",
    "EMAIL;PREF=1;TYPE=work:anna@example.org", "EMAIL:a@example.com", f"PHOTO:data:image/png;base64,{PIXEL}", "GEO:geo:55.75,37.62", "TZ:Europe/Moscow",
    "ADR;LABEL=\"1 St^nTown\";TYPE=home:;;1 St;Town;;1;RU", "RELATED;TYPE=friend:urn:uuid:1", "REV:20260101T000000Z",
    "NOTE:first\\, second\\nthird", "item1.X-ABLabel:_$!<Work>!$_", version="4.0")


@pytest.fixture(scope="module")
def dav(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    add(site, "Anna")
    add(site, "reader", "reader")
    yield site.start()
    end(site)


def get(site, name, **headers):
    return ask(site, "GET", BOOK + name, **headers)


def fields(text):
    """Returns the lines of a card without their folds."""
    return re.sub("\r\n[ \t]", "", text).splitlines()


def query(site, content, wanted="<D:getetag/>", attributes="", limit="", path=BOOK, **more):
    return report(site, f"<R:addressbook-query {SPACES}><D:prop>{wanted}</D:prop><R:filter {attributes}>{content}</R:filter>{limit}</R:addressbook-query>",
                  path, **more)


def names(answer):
    """Returns the names of the cards in a reply."""
    return sorted(href.removeprefix(BOOK) for href in responses(answer))


def data(answer):
    """Returns {name: card}."""
    return {href.removeprefix(BOOK): parts["200"][R + "address-data"].text for href, parts in responses(answer).items()}


def delete_all(site):
    for href in responses(propfind(site, BOOK, "D:getetag", depth="1")):
        if href != BOOK:
            assert ask(site, "DELETE", href).status_code == 204


def test_a_card_is_read_in_both_versions(dav):
    made = put_card(dav, BOOK + "full.vcf", FULL)
    etag = made.headers["ETag"]
    assert made.status_code == 201
    for accept, is_4 in (("*/*", False), ("text/vcard", False), ("text/vcard;version=3.0", False), ("text/vcard; version=4.0", True),
                         ("text/vcard;version=4.0, text/vcard;q=0.8", True), ("text/vcard;version=4.0;q=0.1, text/vcard", False)):
        answer = get(dav, "full.vcf", Accept=accept)
        assert answer.status_code == 200 and answer.headers["ETag"] == etag and "Accept" in answer.headers["Vary"]
        assert answer.headers["Content-Type"] == "text/vcard; charset=utf-8" + "; version=4.0" * is_4
        assert (answer.content == FULL) == is_4
        assert int(ask(dav, "HEAD", BOOK + "full.vcf", Accept=accept).headers["Content-Length"]) == len(answer.content)
    assert get(dav, "full.vcf", If_None_Match=etag).status_code == 304


def test_version_3_is_what_vobject_reads(dav):
    assert put_card(dav, BOOK + "full.vcf", FULL).status_code in (201, 204)
    text = get(dav, "full.vcf").text
    found = vobject.readOne(text)
    assert found.version.value == "3.0" and found.fn.value == "Анна Ö" and found.n.value.family == "Example"
    assert found.bday.value == "1604-04-12" and found.bday.params["X-APPLE-OMIT-YEAR"] == ["1604"]
    assert [email.value for email in found.email_list] == ["anna@example.org", "a@example.com"]
    assert found.email.params["TYPE"] == ["pref", "work"] and "TYPE" not in found.email_list[1].params
    assert found.tel.value == "+1-555-0100" and found.tel.params["TYPE"] == ["cell"]
    assert found.photo.value == base64.b64decode(PIXEL) and found.photo.params["TYPE"] == ["PNG"]
    assert found.adr.value.street == "1 St" and found.label.value == "1 St\nTown" and found.note.value == "first, second\nthird"
    assert found.geo.value == "55.75;37.62" and found.tz.value == "Europe/Moscow" and found.rev.value == "2026-01-01T00:00:00Z"
    assert found.contents["x-addressbookserver-kind"][0].value == "individual" and found.contents["x-gender"][0].value == "F"
    assert vobject.readOne(found.serialize()).serialize() == found.serialize()


def test_a_card_that_a_program_of_version_3_has_read_and_put_again_is_the_same(dav):
    """What the program does not know it keeps, as vobject does."""
    assert put_card(dav, BOOK + "full.vcf", FULL).status_code in (201, 204)
    first = get(dav, "full.vcf", Accept="text/vcard;version=3.0")
    assert put_card(dav, BOOK + "full.vcf", first.content, If_Match=first.headers["ETag"]).status_code == 204
    assert sorted(fields(get(dav, "full.vcf", Accept="text/vcard;version=4.0").text)) == sorted(fields(FULL.decode()))


def test_a_valid_card_is_kept_byte_for_byte(dav):
    cards = {
        "group-3": card("g3", "Team", "X-ADDRESSBOOKSERVER-KIND:group", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:full"),
        "group-4": card("g4", "Team", "KIND:group", "MEMBER:urn:uuid:full", version="4.0"),
        "no-mail": card("m0", "No Mail", "TEL:+1"),
        "odd-mail": card("m1", "Odd Mail", "EMAIL:root@localhost", "EMAIL:not an address"),
        "nameless": card("m2", "", "TEL;type=CELL:+1"),
        "same-1": card("s1", "Same", "EMAIL:same@example.org"),
        "same-2": card("s2", "Same", "EMAIL:same@example.org"),
        "twice": card("t1", "Twice", "REV:2026-01-01T00:00:00Z", "REV:2026-01-02T00:00:00Z", "N:Other;;;;"),
        "photo": card("p1", "Photo", "PHOTO;ENCODING=b;TYPE=JPEG:" + "A" * 900 * 1024),
        "folded": card("f1", "Folded").replace(b"Ann Ex", b"").replace(b"N:Exam", b"N:Ex\r\n  am"),
    }
    for name, content in cards.items():
        made = put_card(dav, f"{BOOK}{name}.vcf", content)
        assert made.status_code == 201 and made.headers["ETag"], (name, made.text)
        version = "4.0" if b"VERSION:4.0" in content else "3.0"
        assert get(dav, f"{name}.vcf", Accept=f"text/vcard;version={version}").content == content, name
        other = get(dav, f"{name}.vcf", Accept=f"text/vcard;version={'3.0' if version == '4.0' else '4.0'}")
        assert other.status_code == 200 and other.content != content and other.headers["ETag"] == made.headers["ETag"]
    assert "KIND:group" in fields(get(dav, "group-3.vcf", Accept="text/vcard;version=4.0").text)
    assert "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:full" in fields(get(dav, "group-4.vcf").text)


def test_what_is_no_card_is_refused_by_its_precondition(dav):
    valid = card("refused")
    for content, element in (
            (valid.replace(b"UID:refused\r\n", b""), "valid-address-data"), (valid.replace(b"FN:Ann Example\r\n", b""), "valid-address-data"),
            (valid + card("second"), "valid-address-data"), (b"", "valid-address-data"), (valid[:-10], "valid-address-data"),
            (valid.replace(b"3.0", b"2.1"), "supported-address-data"), (card("refused", "x", "NOTE:\x01"), "valid-address-data"),
            (card("refused", "x", "PHOTO:" + "A" * 970 * 1024), "valid-address-data"), (card("refused", "x", *["NOTE:" + "A" * 1000] * 1100), "max-resource-size")):
        answer = put_card(dav, BOOK + "refused.vcf", content)
        assert answer.status_code == 403 and precondition(answer)[0] == R + element, answer.text
    assert get(dav, "refused.vcf").status_code == 404


def test_queries(dav):
    delete_all(dav)
    for name, content in {"anna.vcf": card("q1", "Анна", "EMAIL;TYPE=work:anna@example.org"), "ivan.vcf": card("q2", "Иван", "item1.EMAIL:ivan@example.org"),
                          "team.vcf": card("q3", "Team", "KIND:group", version="4.0")}.items():
        assert put_card(dav, BOOK + name, content).status_code == 201
    for content, attributes, expected in (
            ("", "", ["anna.vcf", "ivan.vcf", "team.vcf"]), ('<R:prop-filter name="EMAIL"/>', "", ["anna.vcf", "ivan.vcf"]),
            ('<R:prop-filter name="FN"><R:text-match>анна</R:text-match></R:prop-filter>', "", ["anna.vcf"]),
            ('<R:prop-filter name="FN"><R:text-match collation="i;octet">анна</R:text-match></R:prop-filter>', "", []),
            ('<R:prop-filter name="X-ADDRESSBOOKSERVER-KIND"><R:text-match match-type="equals">group</R:text-match></R:prop-filter>', "", ["team.vcf"]),
            ('<R:prop-filter name="EMAIL"><R:is-not-defined/></R:prop-filter><R:prop-filter name="FN"><R:text-match match-type="starts-with">И</R:text-match></R:prop-filter>',
             "", ["ivan.vcf", "team.vcf"]),
            ('<R:prop-filter name="EMAIL"/><R:prop-filter name="FN"><R:text-match match-type="ends-with">н</R:text-match></R:prop-filter>', 'test="allof"', ["ivan.vcf"])):
        assert names(query(dav, content, attributes=attributes)) == expected, content
    assert names(query(dav, "", path=BOOK + "anna.vcf", depth="0")) == ["anna.vcf"]
    assert list(responses(query(dav, "", path="/dav/addressbooks/anna/", depth="infinity"))) and names(query(dav, "", depth="0")) == []
    many = query(dav, "", limit="<R:limit><R:nresults>2</R:nresults></R:limit>")
    assert many.text.count("<D:propstat>") == 2 and "507 Insufficient Storage" in many.text and "<D:number-of-matches-within-limits/>" in many.text
    assert "507" not in query(dav, "", limit="<R:limit><R:nresults>3</R:nresults></R:limit>").text


def test_reports_have_the_text_that_is_asked_for(dav):
    delete_all(dav)
    assert put_card(dav, BOOK + "full.vcf", FULL).status_code == 201
    paths = f"<D:href>{BOOK}full.vcf</D:href>"
    sync = f"<D:sync-collection {SPACES}><D:sync-token/><D:sync-level>1</D:sync-level><D:prop>%s</D:prop></D:sync-collection>"
    for wanted, accept in (("<R:address-data/>", "text/vcard"), ('<R:address-data content-type="text/vcard" version="3.0"/>', "text/vcard"),
                           ('<R:address-data content-type="text/vcard" version="4.0"/>', "text/vcard;version=4.0")):
        expected = fields(get(dav, "full.vcf", Accept=accept).text)
        multiget = f"<R:addressbook-multiget {SPACES}><D:prop>{wanted}</D:prop>{paths}</R:addressbook-multiget>"
        for answer in (query(dav, "", wanted), report(dav, multiget, BOOK), report(dav, sync % wanted, BOOK, depth="0")):
            (text,) = data(answer).values()
            assert fields(text.replace("\r", "").replace("\n", "\r\n")) == expected
    chosen = data(query(dav, "", '<R:address-data><R:prop name="FN"/><R:prop name="email"/><R:prop name="NOTE" novalue="yes"/></R:address-data>'))["full.vcf"]
    assert [line.split(":")[0].split(";")[0] for line in fields(chosen.replace("\r", "").replace("\n", "\r\n"))] == ["BEGIN", "VERSION", "FN", "EMAIL", "EMAIL", "NOTE", "END"]
    for attributes in ('content-type="application/vcard+json"', 'version="2.1"'):
        assert precondition(query(dav, "", f"<R:address-data {attributes}/>"))[0] == R + "supported-address-data"


def test_an_address_book_of_an_account_is_read_and_searched_alike(dav):
    delete_all(dav)
    own = BOOK.replace("contacts", "own")
    made = ask(dav, "MKCOL", own, (f"<D:mkcol {SPACES}><D:set><D:prop><D:resourcetype><D:collection/><R:addressbook/></D:resourcetype></D:prop></D:set>"
                                   "</D:mkcol>").encode(), Content_Type="application/xml")
    assert made.status_code == 201, made.text
    for name, content in (("full.vcf", FULL), ("team.vcf", card("team", "Team", "X-ADDRESSBOOKSERVER-KIND:group"))):
        assert put_card(dav, own + name, content).status_code == 201
    assert ask(dav, "GET", own + "full.vcf", Accept="text/vcard;version=4.0").content == FULL
    assert vobject.readOne(ask(dav, "GET", own + "full.vcf").text).version.value == "3.0"
    named = '<R:prop-filter name="FN"><R:text-match>%s</R:text-match></R:prop-filter>'
    (found,) = data(query(dav, named % "АННА", '<R:address-data version="3.0"/>', path=own)).values()
    assert vobject.readOne(found).bday.value == "1604-04-12"
    assert put_card(dav, BOOK + "team.vcf", card("team", "Team")).status_code == 201
    everywhere = query(dav, named % "team", path="/dav/addressbooks/Anna/", depth="infinity")
    assert sorted(responses(everywhere)) == [BOOK + "team.vcf", own + "team.vcf"]
    assert ask(dav, "DELETE", own).status_code == 204


def test_filters_that_cannot_be_evaluated_are_refused(dav):
    for content, element in (
            ('<R:prop-filter name="FN"><R:text-match collation="i;basic">a</R:text-match></R:prop-filter>', "supported-collation"),
            ('<R:prop-filter name="FN"/>' * 101, "supported-filter"), ("<R:prop-filter/>", "supported-filter"),
            ('<R:prop-filter name="FN" test="some"/>', "supported-filter")):
        answer = query(dav, content)
        assert answer.status_code == 403 and precondition(answer)[0] == R + element
    without = report(dav, f"<R:addressbook-query {SPACES}><D:prop><D:getetag/></D:prop></R:addressbook-query>", BOOK)
    assert precondition(without)[0] == R + "supported-filter"
    deep = '<R:prop-filter name="FN">' * 100 + "</R:prop-filter>" * 100
    assert query(dav, deep).status_code == 400
    assert query(dav, '<R:prop-filter name="FN"/>', path="/dav/calendars/anna/events/").status_code == 403
    assert query(dav, "", user="nobody").status_code == 401


# ---- vdirsyncer, two ways ----


def vdirsyncer(folder, *arguments, check=True):
    done = subprocess.run(["vdirsyncer", "-c", folder / "config", *arguments], capture_output=True, text=True, input="y\n" * 9)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def test_costly_cards(dav):
    """A card that becomes too large in the other version goes out as it is stored; a card with a long list of types is converted."""
    delete_all(dav)
    types = ",".join(f"w{number}" for number in range(15000))
    assert put_card(dav, BOOK + "types.vcf", card("types", "Ann", f"EMAIL;TYPE=home,pref,{types}:a@example.org")).status_code == 201
    converted = fields(get(dav, "types.vcf", Accept="text/vcard;version=4.0").text)
    assert any(line.startswith(f"EMAIL;TYPE=home,{types};PREF=1;") and line.endswith(":a@example.org") for line in converted)
    large = b"BEGIN:VCARD\nVERSION:4.0\nUID:large\nFN:Ann\n" + 19000 * b"TZ:-05\n" + b"END:VCARD\n"
    assert put_card(dav, BOOK + "large.vcf", large).status_code == 201
    answer = get(dav, "large.vcf", Accept="text/vcard;version=3.0")
    assert answer.content == large and answer.headers["Content-Type"] == "text/vcard; charset=utf-8; version=4.0"
    found = data(query(dav, "", '<R:address-data content-type="text/vcard" version="3.0"/>'))
    assert found["large.vcf"].encode() == large and "VERSION:3.0" in found["types.vcf"]
    delete_all(dav)


@pytest.fixture
def synced(dav, tmp_path):
    delete_all(dav)
    local = tmp_path / "cards"
    (local / "contacts").mkdir(parents=True)
    (tmp_path / "config").write_text(f"""[general]
status_path = "{tmp_path}/status/"
[pair cards]
a = "local"
b = "office"
collections = ["contacts"]
conflict_resolution = "a wins"
[storage local]
type = "filesystem"
path = "{local}"
fileext = ".vcf"
[storage office]
type = "carddav"
url = "{dav.url}/dav/"
username = "anna"
password = "{PASSWORD}"
""")
    vdirsyncer(tmp_path, "discover")
    return tmp_path


def test_vdirsyncer_synchronizes_two_ways(dav, synced):
    folder = synced / "cards" / "contacts"
    (folder / "local.vcf").write_bytes(card("v-local", "Local"))
    assert put_card(dav, BOOK + "remote.vcf", card("v-remote", "Remote")).status_code == 201
    vdirsyncer(synced, "sync")
    on_server = {ask(dav, "GET", href).text for href in responses(propfind(dav, BOOK, "D:getetag", depth="1")) if href != BOOK}
    assert {vobject.readOne(text).fn.value for text in on_server} == {"Local", "Remote"}
    assert {vobject.readOne(file.read_text()).fn.value for file in folder.iterdir()} == {"Local", "Remote"}
    # a change on each side
    (folder / "local.vcf").write_bytes(card("v-local", "Local two"))
    assert put_card(dav, BOOK + "remote.vcf", card("v-remote", "Remote two")).status_code == 204
    vdirsyncer(synced, "sync")
    assert {vobject.readOne(file.read_text()).fn.value for file in folder.iterdir()} == {"Local two", "Remote two"}
    # a conflict: the local side wins
    (remote,) = [file for file in folder.iterdir() if file.name != "local.vcf"]
    remote.write_bytes(card("v-remote", "Mine"))
    assert put_card(dav, BOOK + "remote.vcf", card("v-remote", "Theirs")).status_code == 204
    vdirsyncer(synced, "sync")
    assert "FN:Mine" in fields(get(dav, "remote.vcf").text) and "FN:Mine" in fields(remote.read_text().replace("\n", "\r\n").replace("\r\r", "\r"))
    # a deletion on each side
    assert put_card(dav, BOOK + "third.vcf", card("v-third", "Third")).status_code == 201
    vdirsyncer(synced, "sync")
    remote.unlink()
    assert ask(dav, "DELETE", BOOK + "third.vcf").status_code == 204
    vdirsyncer(synced, "sync")
    assert get(dav, "remote.vcf").status_code == 404
    assert [file.name for file in folder.iterdir()] == ["local.vcf"]


# ---- Evolution's library ----


@pytest.fixture
def evolution(dav, tmp_path):
    delete_all(dav)
    program = Evolution(dav, tmp_path, "evolution_book.py", BOOK)
    yield program
    program.end()


def test_libebook_synchronizes_two_ways(dav, evolution):
    assert put_card(dav, BOOK + "full.vcf", FULL).status_code == 201
    assert put_card(dav, BOOK + "other.vcf", card("other", "Other", "EMAIL:o@example.org")).status_code == 201
    evolution.wait_for({"Анна Ö": "anna@example.org", "Other": "o@example.org"})
    assert evolution.ask("add", card("mine", "Mine", "EMAIL;TYPE=WORK:m@example.org").decode())
    assert evolution.ask("rename", ["Other", "Renamed"])
    (mine,) = [text for text in data(query(dav, "", "<R:address-data/>")).values() if "FN:Mine" in text]
    assert vobject.readOne(mine).email.value == "m@example.org"
    assert "FN:Renamed" in fields(get(dav, "other.vcf").text)
    renamed = get(dav, "full.vcf", Accept="text/vcard;version=4.0")
    assert put_card(dav, BOOK + "full.vcf", renamed.content.replace("Анна".encode(), "Ольга".encode()), If_Match=renamed.headers["ETag"]).status_code == 204
    evolution.wait_for({"Ольга Ö": "anna@example.org", "Renamed": "o@example.org", "Mine": "m@example.org"})
    assert evolution.ask("remove", "Renamed")
    assert get(dav, "other.vcf").status_code == 404
    assert ask(dav, "DELETE", BOOK + "full.vcf").status_code == 204
    evolution.wait_for({"Mine": "m@example.org"})


def test_a_query_among_10000_cards_is_bounded(dav):
    """Every card has an address, so each is in the reply; a filter of the largest size matches none."""
    delete_all(dav)
    folder = dav.directory / "many"
    folder.mkdir()
    (folder / "many.vcf").write_bytes(b"".join(card(f"many-{n}", f"Person {n}", f"EMAIL:p{n}@example.org") for n in range(10000)))
    dav.convene("import", str(folder / "many.vcf"))
    answer = query(dav, '<R:prop-filter name="EMAIL"><R:text-match>@</R:text-match></R:prop-filter>')
    assert answer.text.count("<D:response>") == 10000
    largest = '<R:prop-filter name="EMAIL"><R:text-match>nobody</R:text-match></R:prop-filter>' * 50
    assert query(dav, largest).text.count("<D:response>") == 0
