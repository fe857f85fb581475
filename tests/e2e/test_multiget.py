"""Tests the reports calendar-multiget and addressbook-multiget (RFC 4791, 7.9; RFC 6352, 8.7), and how reports are chosen (RFC 3253, 3.6)."""

import contextlib
import http.client
import re
import xml.etree.ElementTree as ElementTree

import pytest
import requests

from conftest import PATIENCE, Site, end
from test_accounts import PASSWORD, account, add
from test_damaged_store import damage, make, pages_of, uids
from test_dav import NAMES, peak_bytes, propfind, responses

N_EVENTS = 300


def event(uid, summary):
    return f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20300101T090000Z\r\nSUMMARY:{summary}\r\nEND:VEVENT\r\n"


@pytest.fixture(scope="module")
def dav(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    add(site, "Anna")
    add(site, "reader", "reader")
    events = site.directory / "events.ics"
    events.write_bytes(("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\n" + "".join(
        event(f"e{n}@x", f"<{n}> & \u20ac ]]>") for n in range(N_EVENTS)) + "END:VCALENDAR\r\n").encode())
    site.convene("import", "--calendar=many", str(events))
    site.convene("add", "--summary=x", "--start=2030-01-01", "--calendar=second", "--uid=other@x")
    card = site.directory / "c.vcf"
    card.write_bytes("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:c1\r\nFN:Анна\r\nEND:VCARD\r\n".encode())
    site.convene("import", str(card))
    yield site.start()
    end(site)


def report(site, path, content, user="anna", **headers):
    return requests.request("REPORT", site.url + path, data=content.encode(), auth=(user, PASSWORD), timeout=PATIENCE,
                            headers={"Content-Type": "application/xml; charset=utf-8", **headers})


def multiget(site, hrefs, collection="/dav/calendars/Anna/many/", names="<D:getetag/><C:calendar-data/>", user="anna", kind="C:calendar-multiget"):
    spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in NAMES.items())
    hrefs = "".join(f"<D:href>{href}</D:href>" for href in hrefs)
    return report(site, collection, f'<?xml version="1.0" encoding="utf-8"?><{kind} {spaces}><D:prop>{names}</D:prop>{hrefs}</{kind}>', user)


def answers(answer):
    """Returns [(href, status, {name: text})] in the order of the reply."""
    assert answer.status_code == 207, answer.text
    found = []
    for response in ElementTree.fromstring(answer.content).findall("D:response", NAMES):
        status = response.findtext("D:status", None, NAMES)
        properties = {}
        for propstat in response.findall("D:propstat", NAMES):
            if "200" in propstat.findtext("D:status", None, NAMES):
                properties.update({element.tag: element.text for element in propstat.find("D:prop", NAMES)})
        found.append((response.findtext("D:href", None, NAMES), status.split()[1] if status else "200", properties))
    return found


def href(n):
    return f"/dav/calendars/Anna/many/e{n}_40x.ics"


def test_the_bytes_are_those_that_are_stored(dav):
    (found,) = answers(multiget(dav, [href(7)]))
    exported = dav.directory / "exported"
    dav.convene("export", str(exported))
    (stored,) = [path.read_bytes() for path in exported.rglob("*.ics") if b"UID:e7@x\r\n" in path.read_bytes()]
    assert found[0] == href(7) and found[2]["{urn:ietf:params:xml:ns:caldav}calendar-data"].encode() == stored
    (listed,) = responses(propfind(dav, href(7), "D:getetag")).values()
    assert found[2]["{DAV:}getetag"] == listed["200"]["{DAV:}getetag"].text


def test_each_address_is_answered_in_its_place(dav):
    asked = {
        href(1): (href(1), "200"),
        "http://example.org" + href(2): (href(2), "200"),
        "/dav/calendars/anna/many/e3%5F40x%2Eics": (href(3), "200"),
        "\n  " + href(4) + "\n": (href(4), "200"),
        "/dav/calendars/Anna/many/none.ics": ("/dav/calendars/Anna/many/none.ics", "404"),
        "/dav/calendars/Anna/second/other_40x.ics": ("/dav/calendars/Anna/second/other_40x.ics", "404"),
        "/dav/calendars/reader/many/e1_40x.ics": ("/dav/calendars/reader/many/e1_40x.ics", "404"),
        "/dav/calendars/Anna/many/": ("/dav/calendars/Anna/many/", "404"),
        "/dav/calendars/Anna/many/%2e%2e/e1_40x.ics": ("/dav/calendars/Anna/many/%2e%2e/e1_40x.ics", "404"),
        "/dav/calendars/Anna/many/%00": ("/dav/calendars/Anna/many/%00", "404"),
        "/dav/calendars/Anna/many/%c0%af": ("/dav/calendars/Anna/many/%c0%af", "404"),
        "/elsewhere/&amp;&lt;": ("/elsewhere/&<", "404"),
        "": ("", "404"),
        href(5): (href(5), "200"),
    }
    twice = [*asked, href(1)]
    found = answers(multiget(dav, twice))
    expected = [*asked.values(), (href(1), "200")]
    assert [(address or "", status) for address, status, _ in found] == expected
    assert all(("{DAV:}getetag" in properties) == (status == "200") for _, status, properties in found)


def test_5000_addresses_stream(dav):
    """More than there are events: each is answered as often as it is asked for."""
    asked = [href(n % (N_EVENTS + 10)) for n in range(5000)]
    found = answers(multiget(dav, asked))
    assert [(address, status) for address, status, _ in found] == [
        (address, "200" if n % (N_EVENTS + 10) < N_EVENTS else "404") for n, address in enumerate(asked)]


def status_of_length(site, length):
    """Sends only the header of a request. Returns the status of the reply that comes before the content."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.putrequest("REPORT", "/dav/calendars/Anna/many/")
        connection.putheader("Content-Length", str(length))
        connection.endheaders()
        return connection.getresponse().status


def test_100000_addresses(dav):
    before = peak_bytes(dav)
    answer = multiget(dav, ["/dav/x"] * 100000, names="<D:getetag/>")
    assert answer.status_code == 207 and answer.text.count("404 Not Found") == 100000
    assert peak_bytes(dav) - before < 64 * 1024 * 1024
    assert status_of_length(dav, 5 * 1024 * 1024) == 413


def test_from_a_home_and_a_member(dav):
    home = multiget(dav, [href(1), "/dav/calendars/Anna/second/other_40x.ics", "/dav/addressbooks/Anna/contacts/c1.vcf"], "/dav/calendars/anna/")
    assert [status for _, status, _ in answers(home)] == ["200", "200", "404"]
    assert [status for _, status, _ in answers(multiget(dav, [href(1), href(2)], href(1)))] == ["200", "404"]


def test_address_books(dav):
    data = "<D:getetag/><R:address-data/><C:calendar-data/>"
    answer = multiget(dav, ["/dav/addressbooks/Anna/contacts/c1.vcf", href(1)], "/dav/addressbooks/anna/contacts/", data, kind="R:addressbook-multiget")
    (card, other) = answers(answer)
    assert "FN:Анна\r\n" in card[2]["{urn:ietf:params:xml:ns:carddav}address-data"] and other[1] == "404"
    assert "{urn:ietf:params:xml:ns:caldav}calendar-data" not in card[2]


def test_rights_decide(dav):
    path = "/dav/calendars/reader/many/"
    assert [status for _, status, _ in answers(multiget(dav, [path + "e1_40x.ics"], path, user="reader"))] == ["200"]
    account(dav, "grant", "reader", "many", "none")
    assert multiget(dav, [path + "e1_40x.ics"], path, user="reader").status_code == 404
    assert [status for _, status, _ in answers(multiget(dav, [path + "e1_40x.ics"], "/dav/calendars/reader/", user="reader"))] == ["404"]


def test_properties_of_texts_are_only_in_reports(dav):
    found = responses(propfind(dav, href(1), "C:calendar-data", "D:getetag"))[href(1)]
    assert list(found["404"]) == ["{urn:ietf:params:xml:ns:caldav}calendar-data"]


def test_which_reports_there_are(dav):
    for path, kind, others in (("/dav/calendars/anna/many/", "calendar-multiget", "addressbook-multiget"),
                               ("/dav/addressbooks/anna/contacts/", "addressbook-multiget", "calendar-multiget")):
        supported = propfind(dav, path, "D:supported-report-set").text
        assert f":{kind}/>" in supported and others not in supported
        assert re.search("<D:supported-report/>", report(dav, path, f'<x:{others} xmlns:x="urn:ietf:params:xml:ns:{"caldav" if "cal" in others else "carddav"}"/>').text)
    for content in ("<x/>", '<calendar-multiget xmlns="DAV:"/>'):
        answer = report(dav, "/dav/calendars/anna/many/", content)
        assert answer.status_code == 403 and "<D:supported-report/>" in answer.text and "<D:error " in answer.text
    for content in ("", "x", "<x>", "<!DOCTYPE x><x/>", '<calendar-multiget xmlns="urn:ietf:params:xml:ns:caldav">' + "<x>" * 1000):
        assert report(dav, "/dav/calendars/anna/many/", content).status_code == 400, content
    assert multiget(dav, [href(1)], "/dav/calendars/anna/nothing/").status_code == 404
    assert multiget(dav, [href(1)], "/dav/nothing/").status_code == 404
    assert report(dav, "/dav/calendars/anna/many/", '<calendar-multiget xmlns="urn:ietf:params:xml:ns:caldav"/>', Depth="3").status_code == 400
    assert requests.request("REPORT", dav.url + "/dav/", data="<x/>", timeout=PATIENCE).status_code == 401


def test_a_listing_without_the_collection(dav):
    """RFC 8144, 2.2."""
    path = "/dav/calendars/Anna/many/"
    whole = propfind(dav, path, "D:getetag", depth="1")
    members = propfind(dav, path, "D:getetag", depth="1", Prefer="depth-noroot")
    assert set(responses(whole)) - set(responses(members)) == {path} and members.headers["Preference-Applied"] == "depth-noroot"
    both = propfind(dav, path, "D:getetag", depth="1", Prefer="return=minimal, depth-noroot")
    assert set(responses(both)) == set(responses(members)) and both.headers["Preference-Applied"] == "return=minimal, depth-noroot"
    alone = propfind(dav, path, "D:getetag", depth="0", Prefer="depth-noroot")
    assert set(responses(alone)) == {path} and "Preference-Applied" not in alone.headers


def test_a_minimal_reply_leaves_out_what_is_missing(dav):
    """RFC 8144, 2.1: a response without properties has an empty propstat with 200."""
    answer = propfind(dav, href(1), "D:getetag", "D:displayname", Prefer="return=minimal")
    (found,) = responses(answer).values()
    assert list(found) == ["200"] and list(found["200"]) == ["{DAV:}getetag"]
    assert answer.headers["Preference-Applied"] == "return=minimal" and answer.headers["Vary"] == "Prefer"
    (found,) = responses(propfind(dav, href(1), "D:displayname", Prefer="handling=lenient, return=minimal")).values()
    assert found == {"200": {}}
    answer = propfind(dav, href(1), "D:displayname", Prefer="return=minimally")
    assert "404" in answer.text and "Preference-Applied" not in answer.headers and answer.headers["Vary"] == "Prefer"
    content = f'<C:calendar-multiget xmlns:C="{NAMES["C"]}" xmlns="DAV:"><prop><getetag/><displayname/></prop><href>{href(1)}</href><href>/x</href></C:calendar-multiget>'
    answer = report(dav, "/dav/calendars/anna/many/", content, Prefer="return=minimal")
    assert answer.text.count("404 Not Found") == 1 and answer.text.count("<D:propstat>") == 1 and answer.headers["Preference-Applied"] == "return=minimal"


def test_a_damaged_object_does_not_hide_the_others(tmp_path):
    site = make(tmp_path)
    add(site, "Anna")
    listed = sorted(uids(site))
    events = [f"/dav/calendars/Anna/events/{uid.replace('@', '_40')}.ics" for uid in listed if uid.startswith("event")]
    site.start()
    assert {status for _, status, _ in answers(multiget(site, events, "/dav/calendars/anna/events/"))} == {"200"}
    site.stop()
    damage(site, pages_of(site, "object")[5])
    site.start()
    found = answers(multiget(site, events, "/dav/calendars/anna/events/"))
    end(site)
    statuses = [status for _, status, _ in found]
    assert [href for href, _, _ in found] == events and set(statuses) == {"200", "500"} and statuses.count("500") < len(events) // 2


def test_addresses_have_the_prefix_of_the_server(make_site):
    """Behind a proxy that serves the tree below another path, addresses come with this path, or without it from the server itself."""
    site = make_site()
    site.config.write_text(site.config.read_text(encoding="utf-8").replace(f'base_url = "{site.url}"', 'base_url = "https://example.org/office"'), encoding="utf-8")
    add(site, "Anna")
    site.convene("add", "--summary=x", "--start=2030-01-01", "--uid=a")
    site.start()
    member = "/dav/calendars/Anna/events/a.ics"
    found = answers(multiget(site, ["/office" + member, "https://example.org/office" + member, member, "/elsewhere" + member], "/dav/calendars/anna/events/"))
    assert [(href, status) for href, status, _ in found] == [("/office" + member, "200")] * 3 + [("/elsewhere" + member, "404")]
