"""Tests the discovery of homes and collections below /dav/ with requests as calendar programs send them."""

import pathlib
import re
import xml.etree.ElementTree as ElementTree

import pytest
import requests

from conftest import PATIENCE, Site, end
from test_accounts import PASSWORD, account, add

NAMES = {"D": "DAV:", "C": "urn:ietf:params:xml:ns:caldav", "R": "urn:ietf:params:xml:ns:carddav", "S": "http://calendarserver.org/ns/"}


@pytest.fixture(scope="module")
def dav(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    add(site, "Anna")
    add(site, "reader", "reader")
    site.convene("add", "--summary=x", "--start=2030-01-01", "--calendar=second")
    yield site.start()
    end(site)


def propfind(site, path, *names, depth="0", user="anna", content=None, **headers):
    if content is None:
        content = "".join(f"<{name}/>" for name in names)
        spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in NAMES.items())
        content = f"<D:propfind {spaces}><D:prop>{content}</D:prop></D:propfind>"
    headers = {"Depth": depth, "Content-Type": "application/xml", **headers}
    return requests.request("PROPFIND", site.url + path, data=content, auth=(user, PASSWORD) if user else None, timeout=PATIENCE,
                            headers={name: value for name, value in headers.items() if value is not None}, allow_redirects=False)


def responses(answer):
    """Returns {href: {status: {name: element}}}."""
    assert answer.status_code == 207 and answer.headers["Content-Type"] == "application/xml; charset=utf-8", answer.text
    found = {}
    for response in ElementTree.fromstring(answer.content).findall("D:response", NAMES):
        assert len(response.findall("D:propstat", NAMES)) in (1, 2)
        found[response.findtext("D:href", None, NAMES)] = {
            propstat.findtext("D:status", None, NAMES).split()[1]: {element.tag: element for element in propstat.find("D:prop", NAMES)}
            for propstat in response.findall("D:propstat", NAMES)}
    return found


def value(answer, name, path="D:href"):
    prefix, _, local = name.partition(":")
    (found,) = responses(answer).values()
    return found["200"][f"{{{NAMES[prefix]}}}{local}"].findtext(path, None, NAMES)


def test_a_program_finds_the_calendars(dav):
    """The way of DAVx5, Thunderbird and Apple Calendar: well-known, principal, home, collections."""
    calendars = {"events", "events.drafts", "offers", "second", "second.drafts"}
    for service, home, collections in (("caldav", "C:calendar-home-set", calendars), ("carddav", "R:addressbook-home-set", {"contacts"})):
        moved = propfind(dav, f"/.well-known/{service}", "D:current-user-principal", user=None)
        assert moved.status_code == 308
        root = moved.headers["Location"]
        assert propfind(dav, root, "D:current-user-principal", user=None).status_code == 401
        principal = value(propfind(dav, root, "D:current-user-principal"), "D:current-user-principal")
        assert principal == "/dav/principals/Anna/"
        home = value(propfind(dav, principal, home, "D:displayname"), home)
        found = responses(propfind(dav, home, "D:resourcetype", "D:displayname", "D:current-user-privilege-set", depth="1"))
        assert {href.removeprefix(home).strip("/") for href in found} == {"", *collections}
        for href in found:
            assert list(responses(propfind(dav, href, "D:resourcetype"))) == [href]


def test_both_forms_of_a_path(dav):
    for path in ("/dav", "/dav/principals/anna", "/dav/principals/ANNA/", "/dav/calendars/Anna/events"):
        (href,) = responses(propfind(dav, path, "D:resourcetype"))
        assert href.endswith("/") and "Anna" in href or href == "/dav/"


def test_properties_that_are_not_there(dav):
    found = responses(propfind(dav, "/dav/", content='<propfind xmlns="DAV:"><prop><resourcetype/><getetag/><x xmlns="urn:&lt;x"/><y xmlns=""/></prop></propfind>'))["/dav/"]
    assert list(found["200"]) == ["{DAV:}resourcetype"] and sorted(found["404"]) == ["y", "{DAV:}getetag", "{urn:<x}x"]
    only = responses(propfind(dav, "/dav/", "D:getetag"))["/dav/"]
    assert list(only) == ["404"]
    names = responses(propfind(dav, "/dav/calendars/anna/events/", content='<propfind xmlns="DAV:"><propname/></propfind>'))
    assert "{http://calendarserver.org/ns/}getctag" in names["/dav/calendars/Anna/events/"]["200"]
    everything = responses(propfind(dav, "/dav/calendars/anna/events/", content=""))["/dav/calendars/Anna/events/"]["200"]
    assert set(everything) == {"{DAV:}resourcetype", "{DAV:}displayname", "{DAV:}supportedlock"}


def test_rights_decide(dav):
    for path in ("/dav/principals/anna/", "/dav/calendars/anna/", "/dav/calendars/anna/events/"):
        assert propfind(dav, path, "D:resourcetype", user="reader").status_code == 404
    privileges = propfind(dav, "/dav/calendars/reader/events/", "D:current-user-privilege-set", user="reader").text
    assert "<D:read/>" in privileges and "<D:write" not in privileges
    assert "<D:write/>" in propfind(dav, "/dav/calendars/anna/events/", "D:current-user-privilege-set").text
    assert propfind(dav, "/dav/addressbooks/reader/contacts/", "D:resourcetype", user="reader").status_code == 404
    account(dav, "grant", "reader", "contacts", "read")
    account(dav, "grant", "reader", "second", "none")
    assert propfind(dav, "/dav/addressbooks/reader/contacts/", "D:resourcetype", user="reader").status_code == 207
    assert set(responses(propfind(dav, "/dav/calendars/reader/", "D:resourcetype", user="reader", depth="1"))) == {
        "/dav/calendars/reader/", "/dav/calendars/reader/events/"}


def test_the_ctag_changes_with_the_calendar(dav):
    def tags():
        return [propfind(dav, f"/dav/calendars/anna/{name}/", "S:getctag").text for name in ("events", "second")]

    events, second = tags()
    dav.convene("add", "--summary=y", "--start=2030-01-01", "--calendar=second")
    assert tags()[0] == events and tags()[1] != second


def test_members_are_listed(dav):
    dav.convene("add", "--summary=z", "--start=2030-01-01", "--calendar=listed", "--uid=z+1@x")
    collection = "/dav/calendars/Anna/listed/"
    asked = ("D:getetag", "D:getcontenttype", "D:resourcetype", "D:getlastmodified", "D:getcontentlength", "D:creationdate", "D:displayname")
    found = responses(propfind(dav, collection, *asked, depth="1"))
    (member,) = set(found) - {collection}
    properties = found[member]["200"]
    assert not list(properties["{DAV:}resourcetype"])
    assert properties["{DAV:}getcontenttype"].text == "text/calendar; charset=utf-8; component=VEVENT"
    assert re.fullmatch(r'"[!#-~]+"', properties["{DAV:}getetag"].text)
    assert int(properties["{DAV:}getcontentlength"].text) > 100
    assert list(found[member]["404"]) == ["{DAV:}displayname"]
    assert list(responses(propfind(dav, member, *asked))) == [member] and member == collection + "z_2b1_40x.ics"
    assert propfind(dav, collection + "none.ics", *asked).status_code == 404


def test_an_infinite_depth_ends_with_the_members(dav):
    """There is no collection in a calendar, so a server that lists the members has nothing to refuse (RFC 4918, 9.1)."""
    dav.convene("add", "--summary=z", "--start=2030-01-01", "--calendar=flat", "--uid=flat")
    collection = "/dav/calendars/anna/flat/"
    (member,) = set(responses(propfind(dav, collection, "D:getetag", depth="1"))) - {"/dav/calendars/Anna/flat/"}
    for depth in ("infinity", None):
        assert responses(propfind(dav, collection, "D:getetag", depth=depth)).keys() == {"/dav/calendars/Anna/flat/", member}
        assert list(responses(propfind(dav, member, "D:getetag", depth=depth))) == [member]
        assert propfind(dav, "/dav/calendars/anna/", "D:getetag", depth=depth).status_code == 403


def test_what_is_refused(dav):
    for depth in ("infinity", None):
        answer = propfind(dav, "/dav/", "D:resourcetype", depth=depth)
        assert answer.status_code == 403 and "propfind-finite-depth" in answer.text
    assert propfind(dav, "/dav/", "D:resourcetype", depth="2").status_code == 400
    bomb = '<!DOCTYPE x [<!ENTITY a "b">' + "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, 40)) + "]>"
    for content in ("x", "<x/>", bomb + '<propfind xmlns="DAV:"><prop>&a39;</prop></propfind>', '<propfind xmlns="DAV:">' + "<x>" * 1000):
        assert propfind(dav, "/dav/", content=content).status_code == 400
    assert propfind(dav, "/dav/", content="x" * 70000).status_code == 413
    for path in ("/dav/nothing/", "/dav/principals/nobody/", "/dav/calendars/anna/nothing/", "/dav/calendars/anna/contacts/",
                 "/dav/calendars/anna/%2e%2e/anna/", "/dav/principals/%00/", "/dav/calendars/"):
        assert propfind(dav, path, "D:resourcetype").status_code in (400, 404), path
    assert requests.patch(dav.url + "/dav/x", data="x", timeout=PATIENCE).status_code == 405


def test_an_allprop_includes_what_is_asked_for(dav):
    """RFC 4918, 9.1 and 14.8"""
    include = "<D:include><D:owner/><D:displayname/><D:nothing/></D:include>"
    found = responses(propfind(dav, "/dav/calendars/anna/events/", content=f'<D:propfind xmlns:D="DAV:"><D:allprop/>{include}</D:propfind>'))
    (parts,) = found.values()
    assert {"{DAV:}owner", "{DAV:}displayname", "{DAV:}resourcetype"} <= set(parts["200"]) and "{DAV:}sync-token" not in parts["200"]
    assert list(parts["404"]) == ["{DAV:}nothing"]
    text = propfind(dav, "/dav/calendars/anna/events/", content=f'<D:propfind xmlns:D="DAV:"><D:allprop/>{include}</D:propfind>').text
    assert text.count("</D:displayname>") == 1
    for content in (include, "<D:prop/>" + include, "<D:allprop/><D:propname/>"):
        assert propfind(dav, "/dav/", content=f'<D:propfind xmlns:D="DAV:">{content}</D:propfind>').status_code == 400


def test_options_need_no_password(dav):
    answer = requests.options(dav.url + "/dav/principals/anna/", timeout=PATIENCE)
    assert answer.status_code == 204 and answer.headers["DAV"] == "1, 3, calendar-access, addressbook, extended-mkcol" and "PROPFIND" in answer.headers["Allow"]
    assert "DAV" in propfind(dav, "/dav/", "D:resourcetype").headers


def peak_bytes(site):
    (line,) = [line for line in pathlib.Path(f"/proc/{site.process.pid}/status").read_text(encoding="ascii").splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def test_a_long_list_needs_little_memory(make_site):
    """10,000 members are listed with at most 8 MB more memory."""
    site = make_site()
    add(site, "Anna")
    many = site.directory / "many.ics"
    many.write_bytes(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\n" + b"".join(
        f"BEGIN:VEVENT\r\nUID:many-{n}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20010101T{n // 500:02}0000Z\r\nSUMMARY:{n}\r\nEND:VEVENT\r\n".encode()
        for n in range(10000)) + b"END:VCALENDAR\r\n")
    site.convene("import", "--calendar=many", str(many))
    site.start()
    asked = ("D:getetag", "D:getcontenttype", "D:resourcetype", "D:getlastmodified", "D:displayname", "C:supported-calendar-component-set")
    propfind(site, "/dav/calendars/Anna/many/", *asked)
    pathlib.Path(f"/proc/{site.process.pid}/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew, see proc(5)
    before = peak_bytes(site)
    answer = propfind(site, "/dav/calendars/Anna/many/", *asked, depth="1")
    assert peak_bytes(site) - before <= 8 * 1024 * 1024
    assert len(answer.content) > 4000000 and len(responses(answer)) == 10001
