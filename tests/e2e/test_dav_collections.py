"""Tests the collections of accounts and the properties below /dav/: PROPFIND, PROPPATCH, MKCALENDAR, extended MKCOL, DELETE, COPY and MOVE."""

import http.server
import itertools
import json
import os
import re
import sqlite3
import subprocess
import threading
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import quoteattr

import pytest
import requests

from conftest import PATIENCE, Site, end, wait_until
from test_accounts import PASSWORD, account, add
from test_dav import NAMES, propfind, responses

ICAL = "http://apple.com/ns/ical/"
SPACES = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in {**NAMES, "I": ICAL}.items())


@pytest.fixture(scope="module")
def dav(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    for name, role in (("Anna", "editor"), ("boris", "editor"), ("reader", "reader"), ("chief", "admin")):
        add(site, name, role)
    site.convene("add", "--summary=x", "--start=2030-01-01", "--calendar=second")
    yield site.start()
    end(site)


def event(uid, summary="Own", more=""):
    return (f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20200101T000000Z\r\n"
            f"DTSTART:20300101T100000Z\r\nSUMMARY:{summary}\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n")


def todo(uid):
    return event(uid).replace("VEVENT", "VTODO")


def card(uid):
    return f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{uid}\r\nFN:Boris\r\nEMAIL:boris@example.org\r\nEND:VCARD\r\n"


def call(site, method, path, content=None, user="anna", timeout=PATIENCE, **headers):
    content = content.encode() if isinstance(content, str) else content
    return requests.request(method, site.url + path, data=content, auth=(user, PASSWORD), timeout=timeout, headers=headers, allow_redirects=False)


def proppatch(site, path, content, user="anna", **headers):
    return call(site, "PROPPATCH", path, f"<D:propertyupdate {SPACES}>{content}</D:propertyupdate>", user, **headers)


def setting(content):
    return f"<D:set><D:prop>{content}</D:prop></D:set>"


def removing(content):
    return f"<D:remove><D:prop>{content}</D:prop></D:remove>"


def statuses(answer):
    """Returns {property: status} of a multistatus for one resource."""
    (found,) = responses_any(answer).values()
    return {name: status for status, elements in found.items() for name in elements}


def responses_any(answer):
    assert answer.status_code == 207, (answer.status_code, answer.text)
    return {response.findtext("D:href", None, NAMES): {
        propstat.findtext("D:status", None, NAMES).split()[1]: {element.tag: element for element in propstat.find("D:prop", NAMES)}
        for propstat in response.findall("D:propstat", NAMES)} for response in ElementTree.fromstring(answer.content).findall("D:response", NAMES)}


def element(site, path, name, user="anna"):
    """Returns the element of a property; None if the resource has none."""
    prefix, _, local = name.partition(":")
    space = {**NAMES, "I": ICAL, "": ""}.get(prefix, prefix)
    content = f'<D:propfind {SPACES}><D:prop><x:{local} xmlns:x="{space}"/></D:prop></D:propfind>'
    (found,) = responses(propfind(site, path, content=content, user=user)).values()
    return found.get("200", {}).get(f"{{{space}}}{local}")


def own(site, name, user="anna", kind="calendars"):
    """Makes a collection and returns its path."""
    path = f"/dav/{kind}/{user}/{name}/"
    body = "<R:addressbook/>" if kind == "addressbooks" else "<C:calendar/>"
    answer = call(site, "MKCOL", path, f"<D:mkcol {SPACES}>{setting(f'<D:resourcetype><D:collection/>{body}</D:resourcetype>')}</D:mkcol>", user)
    assert answer.status_code == 201, answer.text
    return path


def test_what_every_client_asks_for(dav):
    principal = "/dav/principals/Anna/"
    (found,) = responses(propfind(dav, principal, "D:displayname", "D:resourcetype", "D:principal-URL", "D:group-membership", "D:alternate-URI-set",
                                  "C:calendar-user-address-set", "C:calendar-user-type", "S:email-address-set", "D:owner", "C:calendar-home-set")).values()
    assert [name.rpartition("}")[2] for name in found["404"]] == ["owner"]
    hrefs = [href.text for href in found["200"][f"{{{NAMES['C']}}}calendar-user-address-set"]]
    assert hrefs[0].startswith("mailto:anna@") and hrefs[1] == principal
    assert found["200"][f"{{{NAMES['C']}}}calendar-user-type"].text == "INDIVIDUAL"
    dav.convene("account", "mail", "anna", "Anna.K@example.org")
    assert [href.text for href in element(dav, principal, "C:calendar-user-address-set")] == ["mailto:Anna.K@example.org", principal]
    assert [node.text for node in element(dav, principal, "S:email-address-set")] == ["Anna.K@example.org"]
    dav.convene("account", "mail", "anna", "")
    assert element(dav, principal, "C:calendar-user-address-set")[0].text == hrefs[0]
    calendar = "/dav/calendars/anna/events/"
    wanted = ("D:displayname", "D:resourcetype", "S:getctag", "D:sync-token", "D:supported-report-set", "C:supported-calendar-component-set",
              "C:supported-calendar-data", "C:supported-collation-set", "C:max-resource-size", "C:min-date-time", "C:max-date-time", "D:owner", "D:acl",
              "D:acl-restrictions", "D:current-user-principal", "D:principal-collection-set", "D:current-user-privilege-set",
              "D:supported-privilege-set", "D:supportedlock", "D:resource-id")
    (found,) = responses(propfind(dav, calendar, *wanted)).values()
    assert list(found) == ["200"] and len(found["200"]) == len(wanted)
    collations = [node.text for node in found["200"][f"{{{NAMES['C']}}}supported-collation-set"]]
    assert {"i;ascii-casemap", "i;octet"} <= set(collations)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
                        found["200"]["{DAV:}resource-id"].findtext("D:href", None, NAMES))
    book = "/dav/addressbooks/anna/contacts/"
    versions = [node.attrib["version"] for node in element(dav, book, "R:supported-address-data")]
    assert versions == ["3.0", "4.0"]
    assert element(dav, book, "C:supported-calendar-component-set") is None
    # A tree of which every privilege of the account is a part.
    tree = {node.find("D:privilege", NAMES)[0].tag for node in element(dav, calendar, "D:supported-privilege-set").iter("{DAV:}supported-privilege")}
    mine = {node[0].tag for node in element(dav, calendar, "D:current-user-privilege-set")}
    assert {"{DAV:}read", "{DAV:}write", "{DAV:}write-content", "{DAV:}write-properties", "{DAV:}bind", "{DAV:}unbind"} <= mine <= tree
    reader = {node[0].tag for node in element(dav, "/dav/calendars/reader/events/", "D:current-user-privilege-set", "reader")}
    assert "{DAV:}read" in reader and not reader & {"{DAV:}write", "{DAV:}write-properties", "{DAV:}write-content", "{DAV:}bind", "{DAV:}unbind"}


def test_colours_and_names_are_each_accounts_own(dav):
    path = "/dav/calendars/{}/events/"
    content = setting("<D:displayname>Мои события</D:displayname><I:calendar-color>#FF2968FF</I:calendar-color><I:calendar-order>2</I:calendar-order>"
                      "<C:calendar-description xml:lang='en'>About</C:calendar-description>")
    assert set(statuses(proppatch(dav, path.format("reader"), content, "reader")).values()) == {"200"}
    assert element(dav, path.format("reader"), "I:calendar-color", "reader").text == "#FF2968FF"
    assert element(dav, path.format("reader"), "D:displayname", "reader").text == "Мои события"
    description = element(dav, path.format("reader"), "C:calendar-description", "reader")
    assert description.text == "About" and description.attrib == {"{http://www.w3.org/XML/1998/namespace}lang": "en"}
    assert element(dav, path.format("anna"), "I:calendar-color") is None
    assert element(dav, path.format("anna"), "D:displayname").text == "events"
    assert set(statuses(proppatch(dav, path.format("reader"), removing("<D:displayname/><I:calendar-color/><D:none/>"), "reader")).values()) == {"200"}
    assert element(dav, path.format("reader"), "D:displayname", "reader").text == "events"
    # An app password that may only read sets nothing.
    token = account(dav, "token", "anna", "--label=telephone", "--read-only").stdout.strip()
    answer = requests.request("PROPPATCH", dav.url + path.format("anna"), data=f"<D:propertyupdate {SPACES}>{content}</D:propertyupdate>".encode(),
                              auth=("anna", token), timeout=PATIENCE)
    assert answer.status_code == 403 and "need-privileges" in answer.text


# From litmus's props: odd prefixes and namespaces, values with elements, CDATA and characters beyond the BMP.
VALUES = (
    ('<x:foo xmlns:x="http://example.com/neon/litmus/">value</x:foo>', "http://example.com/neon/litmus/", "foo", "value"),
    ('<foo xmlns="">no namespace</foo>', "", "foo", "no namespace"),
    ('<foo xmlns="urn:a"><bar xmlns="urn:b" a="&lt;&quot;&gt;"/><x:y xmlns:x="urn:a"/>tail</foo>', "urn:a", "foo", None),
    ('<D:high xmlns:D="urn:not-dav">&#x10000;&#65536;&amp;&lt;</D:high>', "urn:not-dav", "high", "\U00010000\U00010000&<"),
    ("<c xmlns='urn:c'><![CDATA[<&]]> ]]&gt;</c>", "urn:c", "c", "<& ]]>"),
    ('<_-.1 xmlns="http://ns/?a=1&amp;b=&quot;2&quot;">x</_-.1>', 'http://ns/?a=1&b="2"', "_-.1", "x"),
    ('<r:rdf xmlns:r="urn:r" r:about=""><r:li r:resource="x"/></r:rdf>', "urn:r", "rdf", None),
    ('<empty xmlns="urn:e"/>', "urn:e", "empty", None),
)


@pytest.mark.parametrize("value, space, local, text", VALUES)
def test_any_property_is_kept(dav, value, space, local, text):
    path = "/dav/calendars/anna/second/"
    assert set(statuses(proppatch(dav, path, setting(value))).values()) == {"200"}
    name = f"<{local} xmlns={quoteattr(space)}/>"
    (found,) = responses(propfind(dav, path, content=f'<propfind xmlns="DAV:"><prop>{name}</prop></propfind>')).values()
    tag = f"{{{space}}}{local}" if space else local
    kept, given = found["200"][tag], ElementTree.fromstring(value)
    assert ElementTree.canonicalize(ElementTree.tostring(kept), rewrite_prefixes=True) == ElementTree.canonicalize(ElementTree.tostring(given), rewrite_prefixes=True)
    assert text is None or kept.text == text
    for content in ("", '<propfind xmlns="DAV:"><propname/></propfind>'):
        (found,) = responses(propfind(dav, path, content=content)).values()
        assert tag in found["200"]


def test_the_language_around_a_property_is_kept(dav):
    path = "/dav/calendars/anna/second/"
    answer = call(dav, "PROPPATCH", path, '<propertyupdate xmlns="DAV:" xml:lang="de"><set><prop><l xmlns="urn:l">Wort</l><l2 xmlns="urn:l" xml:lang="fr">mot</l2></prop></set></propertyupdate>')
    assert answer.status_code == 207
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    (found,) = responses(propfind(dav, path, content='<propfind xmlns="DAV:"><prop><l xmlns="urn:l"/><l2 xmlns="urn:l"/></prop></propfind>')).values()
    assert found["200"]["{urn:l}l"].attrib[language] == "de" and found["200"]["{urn:l}l2"].attrib[language] == "fr"


def test_a_proppatch_is_atomic_and_in_order(dav):
    path = "/dav/calendars/anna/second/"
    answer = proppatch(dav, path, setting("<I:calendar-color>#000000</I:calendar-color>") + setting("<D:getetag>x</D:getetag>") + setting("<D:displayname>No</D:displayname>"))
    assert statuses(answer) == {f"{{{ICAL}}}calendar-color": "424", "{DAV:}getetag": "403", "{DAV:}displayname": "424"}
    assert "cannot-modify-protected-property" in answer.text
    assert element(dav, path, "I:calendar-color") is None and element(dav, path, "D:displayname").text == "second"
    one, two = '<o xmlns="urn:o">1</o>', '<o xmlns="urn:o">2</o>'
    for content, expected in ((setting(one) + setting(two), "2"), (setting(one) + removing(one), None), (removing(one) + setting(one), "1")):
        assert statuses(proppatch(dav, path, content)) == {"{urn:o}o": "200"}
        (found,) = responses(propfind(dav, path, content='<propfind xmlns="DAV:"><prop><o xmlns="urn:o"/></prop></propfind>')).values()
        assert (found["200"]["{urn:o}o"].text if "200" in found else None) == expected
    assert proppatch(dav, path, setting(one), Prefer="return=minimal").status_code == 200


def test_what_proppatch_refuses(dav):
    path = "/dav/calendars/anna/second/"
    for content, status in (("", 400), (setting(""), 400), ("<D:set>", 400), (setting("\x01"), 400)):
        assert proppatch(dav, path, content).status_code == status, content
    assert call(dav, "PROPPATCH", path, "<!DOCTYPE x [<!ENTITY e 'x'>]><D:propertyupdate xmlns:D='DAV:'/>").status_code == 400
    assert proppatch(dav, "/dav/calendars/anna/none/", setting("<x/>")).status_code == 404
    assert proppatch(dav, "/dav/calendars/boris/events/", setting("<x/>")).status_code == 404
    assert set(statuses(proppatch(dav, path, setting("<x>" + "a" * 70000 + "</x>"))).values()) == {"507"}
    for zone in ("nonsense", "BEGIN:VCALENDAR\nEND:VCALENDAR", event("x")):
        answer = proppatch(dav, path, setting(f"<C:calendar-timezone>{zone}</C:calendar-timezone>"))
        assert set(statuses(answer).values()) == {"403"} and "valid-calendar-data" in answer.text
    zone = ("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0300\n"
            "TZOFFSETTO:+0300\nEND:STANDARD\nEND:VTIMEZONE\nEND:VCALENDAR\n")
    assert set(statuses(proppatch(dav, path, setting(f"<C:calendar-timezone><![CDATA[{zone}]]></C:calendar-timezone>"))).values()) == {"200"}
    assert element(dav, path, "C:calendar-timezone").text == zone


def test_there_are_not_too_many_properties(dav):
    path = own(dav, "many")
    for number in range(2):
        content = setting("".join(f'<p{n} xmlns="urn:p">x</p{n}>' for n in range(number * 100, number * 100 + 100)))
        assert set(statuses(proppatch(dav, path, content)).values()) == {"200"}
    assert set(statuses(proppatch(dav, path, setting('<more xmlns="urn:p">x</more>'))).values()) == {"507"}
    assert set(statuses(proppatch(dav, path, setting('<p1 xmlns="urn:p">y</p1>'))).values()) == {"200"}


def test_a_calendar_is_made_with_its_properties(dav):
    path = "/dav/calendars/anna/Work%20%D1%8F/"
    content = (f"<C:mkcalendar {SPACES}>" + setting("<D:displayname>Работа</D:displayname><I:calendar-color>#0000FF</I:calendar-color>"
               "<C:supported-calendar-component-set><C:comp name='VEVENT'/><C:comp name='VTODO'/></C:supported-calendar-component-set>"
               '<x xmlns="urn:x">kept</x>') + "</C:mkcalendar>")
    made = call(dav, "MKCALENDAR", path, content)
    assert made.status_code == 201 and made.headers["Cache-Control"] == "no-cache"  # RFC 4791, 5.3.1
    again = call(dav, "MKCALENDAR", path, content)
    assert again.status_code == 403 and "resource-must-be-null" in again.text
    again = call(dav, "MKCOL", path)
    assert again.status_code == 405 and "resource-must-be-null" in again.text
    assert {"DELETE", "POST", "PROPPATCH"} < set(again.headers["Allow"].split(", ")) and "MKCALENDAR" not in again.headers["Allow"]
    assert element(dav, path, "D:displayname").text == "Работа" and element(dav, path, "I:calendar-color").text == "#0000FF"
    assert [node.attrib["name"] for node in element(dav, path, "C:supported-calendar-component-set")] == ["VEVENT", "VTODO"]
    home = responses(propfind(dav, "/dav/calendars/anna/", "D:resourcetype", depth="1"))
    assert "/dav/calendars/Anna/Work%20%D1%8F/" in home
    assert call(dav, "PUT", path + "a.ics", event("a", more="RRULE:FREQ=HOURLY;COUNT=3\r\n")).status_code == 201
    assert call(dav, "PUT", path + "t.ics", todo("t")).status_code == 201
    journal = call(dav, "PUT", path + "j.ics", event("j").replace("VEVENT", "VJOURNAL"))
    assert journal.status_code == 403 and "supported-calendar-component" in journal.text
    assert call(dav, "GET", path + "t.ics").text == todo("t")
    members = responses(propfind(dav, path, "D:getetag", "D:getcontenttype", depth="1"))
    assert len(members) == 3
    assert "VTODO" in members["/dav/calendars/Anna/Work%20%D1%8F/t.ics"]["200"]["{DAV:}getcontenttype"].text
    # A dead property of a member goes with it.
    assert set(statuses(proppatch(dav, path + "a.ics", setting('<m xmlns="urn:m">1</m>'))).values()) == {"200"}
    found = responses(propfind(dav, path, depth="1", content='<propfind xmlns="DAV:"><prop><m xmlns="urn:m"/></prop></propfind>'))
    assert [href for href, parts in found.items() if "200" in parts] == ["/dav/calendars/Anna/Work%20%D1%8F/a.ics"]


def test_what_is_not_made(dav):
    failed = call(dav, "MKCALENDAR", "/dav/calendars/anna/failed/", f"<C:mkcalendar {SPACES}>" + setting("<D:displayname>x</D:displayname><D:getetag>x</D:getetag>") + "</C:mkcalendar>")
    # RFC 4791, 5.3.1.1: 207 says that the calendar was not made.
    (parts,) = responses(failed).values()
    assert {status: list(found) for status, found in parts.items()} == {"403": ["{DAV:}getetag"], "424": ["{DAV:}displayname"]}
    assert propfind(dav, "/dav/calendars/anna/failed/", "D:resourcetype").status_code == 404
    wrong = call(dav, "MKCOL", "/dav/calendars/anna/failed/", f"<D:mkcol {SPACES}>" + setting("<D:resourcetype><D:collection/><R:addressbook/></D:resourcetype>") + "</D:mkcol>")
    assert wrong.status_code == 403 and "mkcol-response" in wrong.text and "valid-resourcetype" in wrong.text
    unknown = call(dav, "MKCALENDAR", "/dav/calendars/anna/failed/", f"<C:mkcalendar {SPACES}>" + setting(
        "<C:supported-calendar-component-set><C:comp name='VPOLL'/></C:supported-calendar-component-set>") + "</C:mkcalendar>")
    assert list(*responses(unknown).values()) == ["403"] and "supported-calendar-component" in unknown.text
    for method, path, status in (("MKCALENDAR", "/dav/calendars/anna/none/inside/", 409), ("MKCALENDAR", "/dav/calendars/anna/events/inside/", 403),
                                 ("MKCALENDAR", "/dav/calendars/boris/x/", 403), ("MKCALENDAR", "/dav/x/", 403), ("MKCALENDAR", "/dav/calendars/anna/", 403),
                                 ("MKCALENDAR", "/dav/calendars/anna/events/", 403), ("MKCALENDAR", "/dav/addressbooks/anna/x/", 403),
                                 ("MKCOL", "/dav/principals/anna/", 405)):
        assert call(dav, method, path).status_code == status, (method, path)
    assert call(dav, "MKCOL", "/dav/calendars/anna/failed/", "nonsense").status_code == 415
    assert call(dav, "MKCOL", "/dav/calendars/anna/failed/", "<D:mkcol xmlns:D='DAV:'>").status_code == 400


def test_an_own_calendar_is_private_until_it_is_granted(dav):
    path = own(dav, "private")
    assert call(dav, "PUT", path + "a.ics", event("private-event", "Secret dentist")).status_code == 201
    book = own(dav, "friends", kind="addressbooks")
    assert call(dav, "PUT", book + "b.vcf", card("private-card")).status_code == 201
    for address in ("/all.ics", "/"):
        public = requests.get(dav.url + address, timeout=PATIENCE)
        assert public.status_code == 200 and "Secret" not in public.text
    assert requests.get(dav.url + "/event/private-event", timeout=PATIENCE).status_code == 404
    assert "Secret" not in dav.convene("list").stdout and "private-card" not in dav.convene("list", "--contacts", "--json").stdout
    for user in ("boris", "chief"):
        homes = propfind(dav, f"/dav/calendars/{user}/", "D:displayname", depth="1", user=user).text
        assert "private" not in homes
        assert propfind(dav, path.replace("anna", user), "D:displayname", user=user).status_code == 404
    with sqlite3.connect(dav.database) as store:
        (key,) = store.execute("SELECT name FROM collection WHERE segment = 'private'").fetchone()
    account(dav, "grant", "boris", key, "read")
    shared = f"/dav/calendars/boris/{key}/"
    assert shared in propfind(dav, "/dav/calendars/boris/", "D:displayname", depth="1", user="boris").text
    assert call(dav, "GET", shared + "a.ics", user="boris").text == event("private-event", "Secret dentist")
    assert element(dav, shared, "D:owner", "boris").findtext("D:href", None, NAMES) == "/dav/principals/anna/"
    assert call(dav, "PUT", shared + "c.ics", event("c"), user="boris").status_code == 403
    assert call(dav, "DELETE", shared, user="boris").status_code == 403
    # The owner's colour is the default of the others.
    proppatch(dav, path, setting("<I:calendar-color>#111111</I:calendar-color>"))
    assert element(dav, shared, "I:calendar-color", "boris").text == "#111111"
    proppatch(dav, shared, setting("<I:calendar-color>#222222</I:calendar-color>"), "boris")
    assert element(dav, path, "I:calendar-color").text == "#111111" and element(dav, shared, "I:calendar-color", "boris").text == "#222222"
    assert dav.convene("check").returncode == 0


def test_a_collection_is_deleted(dav):
    path = own(dav, "short-lived")
    assert call(dav, "PUT", path + "a.ics", event("short")).status_code == 201
    token = element(dav, path, "D:sync-token").text
    assert call(dav, "DELETE", path, Depth="0").status_code == 400
    assert call(dav, "DELETE", path).status_code == 204
    assert call(dav, "DELETE", path).status_code == 404 and propfind(dav, path, "D:resourcetype").status_code == 404
    for office in ("/dav/calendars/anna/events/", "/dav/addressbooks/anna/contacts/"):
        assert call(dav, "DELETE", office).status_code == 403
    assert call(dav, "DELETE", "/dav/calendars/anna/").status_code == 405
    # A collection with the same path has other members, and a client with the old token is told.
    own(dav, "short-lived")
    report = call(dav, "REPORT", path, f"<D:sync-collection xmlns:D='DAV:'><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>")
    assert report.status_code == 207 and "a.ics" in report.text and "404" in report.text
    assert dav.convene("check").returncode == 0


def to(site, path, **headers):
    return {"Destination": site.url + path, **headers}


def etags(site, path):
    return {href.rpartition("/")[2] for href in responses(propfind(site, path, "D:getetag", depth="1"))} - {""}


def test_the_conditions_of_a_collection(dav):
    """RFC 9110, 13.1.1 and 13.1.2: a collection is there, and has no entity tag."""
    path = "/dav/calendars/Anna/conditions/"
    assert call(dav, "MKCALENDAR", path).status_code == 201
    change = f"<D:propertyupdate {SPACES}>" + setting("<D:displayname>x</D:displayname>") + "</D:propertyupdate>"
    for condition in ({"If-Match": '"x"'}, {"If-None-Match": "*"}, {"If": '(["x"])'}):
        for method, content in (("PROPPATCH", change), ("DELETE", None)):
            assert requests.request(method, dav.url + path, data=content, auth=("anna", PASSWORD), headers=condition, timeout=PATIENCE).status_code == 412
    assert element(dav, path, "D:displayname").text != "x"
    for method, content, status in (("PROPPATCH", change, 207), ("DELETE", None, 204)):
        assert requests.request(method, dav.url + path, data=content, auth=("anna", PASSWORD), headers={"If-Match": "*"}, timeout=PATIENCE).status_code == status


def test_a_member_is_moved_and_copied(dav):
    one, two = own(dav, "one"), own(dav, "two")
    assert call(dav, "PUT", one + "a.ics", event("moving")).status_code == 201
    proppatch(dav, one + "a.ics", setting('<m xmlns="urn:m">1</m>'))
    tokens = [element(dav, path, "D:sync-token").text for path in (one, two)]
    assert call(dav, "MOVE", one + "a.ics", **to(dav, one + "b%20%D1%8F.ics")).status_code == 201
    assert etags(dav, one) == {"b%20%D1%8F.ics"}
    assert call(dav, "MOVE", one + "b%20%D1%8F.ics", **to(dav, two + "c.ics")).status_code == 201
    assert etags(dav, one) == set() and call(dav, "GET", two + "c.ics").text == event("moving")
    assert all(element(dav, path, "D:sync-token").text != token for path, token in zip((one, two), tokens))
    (found,) = responses(propfind(dav, two + "c.ics", content='<propfind xmlns="DAV:"><prop><m xmlns="urn:m"/></prop></propfind>')).values()
    assert found["200"]["{urn:m}m"].text == "1"
    report = call(dav, "REPORT", one, f"<D:sync-collection xmlns:D='DAV:'><D:sync-token>{tokens[0]}</D:sync-token><D:sync-level>1</D:sync-level><D:prop/></D:sync-collection>")
    assert report.text.count("404") == 2
    assert call(dav, "COPY", two + "c.ics", **to(dav, one + "a.ics")).status_code == 201
    assert etags(dav, one) == {"a.ics"} and etags(dav, two) == {"c.ics"}
    # A copy beside the original has the same UID, which RFC 4791 does not allow.
    conflict = call(dav, "COPY", two + "c.ics", **to(dav, two + "d.ics"))
    assert conflict.status_code == 403 and "no-uid-conflict" in conflict.text and "c.ics" in conflict.text
    assert call(dav, "COPY", two + "c.ics", **to(dav, one + "a.ics", Overwrite="F")).status_code == 412
    assert call(dav, "COPY", two + "c.ics", **to(dav, one + "a.ics")).status_code == 204
    assert call(dav, "PUT", two + "other.ics", event("other")).status_code == 201
    # Nor does it allow to overwrite an object by one of another UID (5.3.2.1).
    for method in ("MOVE", "COPY"):
        refused = call(dav, method, two + "other.ics", **to(dav, two + "c.ics"))
        assert refused.status_code == 403 and "<C:no-uid-conflict>" in refused.text
    assert etags(dav, two) == {"c.ics", "other.ics"} and call(dav, "DELETE", two + "c.ics").status_code == 204
    assert call(dav, "MOVE", two + "other.ics", **to(dav, two + "c.ics")).status_code == 201
    assert etags(dav, two) == {"c.ics"} and call(dav, "GET", two + "c.ics").text == event("other")
    assert call(dav, "MOVE", two + "c.ics", **to(dav, one + "c.ics"), **{"If-Match": '"none"'}).status_code == 412
    assert dav.convene("check").returncode == 0


def test_a_copy_to_the_office_is_public(dav):
    path = own(dav, "drafts")
    assert call(dav, "PUT", path + "a.ics", event("goes-public", "Announced")).status_code == 201
    assert "Announced" not in dav.convene("list").stdout
    assert call(dav, "COPY", path + "a.ics", **to(dav, "/dav/calendars/anna/events/public.ics")).status_code == 201
    assert "Announced" in dav.convene("list").stdout
    wait_until(lambda: "Announced" in requests.get(dav.url + "/all.ics", timeout=PATIENCE).text)
    # Withdrawn again: the event moves back over the copy.
    assert call(dav, "MOVE", "/dav/calendars/anna/events/public.ics", **to(dav, path + "a.ics")).status_code == 204
    assert "Announced" not in dav.convene("list").stdout
    # A book of one's own is no list of contacts; a card that is copied to the office's book is a contact.
    book = own(dav, "people", kind="addressbooks")
    assert call(dav, "PUT", book + "b.vcf", card("copied-card")).status_code == 201
    assert call(dav, "COPY", book + "b.vcf", **to(dav, "/dav/addressbooks/anna/contacts/b.vcf")).status_code == 201
    assert "boris@example.org" in dav.convene("list", "--contacts").stdout
    assert dav.convene("check").returncode == 0


def test_what_is_not_moved(dav):
    path = own(dav, "fixed")
    assert call(dav, "PUT", path + "t.ics", todo("fixed-todo")).status_code == 201
    for destination, status in (("/dav/calendars/anna/none/a.ics", 409), ("/dav/calendars/boris/events/a.ics", 409), ("/dav/calendars/anna/", 403),
                                ("/dav/addressbooks/anna/contacts/a.ics", 403), ("/elsewhere", 502), (path + "t.ics", 403), (path + "a%2Fb", 403)):
        assert call(dav, "MOVE", path + "t.ics", **to(dav, destination)).status_code == status, destination
    refused = call(dav, "MOVE", path + "t.ics", **to(dav, "/dav/calendars/anna/events/t.ics"))
    assert refused.status_code == 403 and "supported-calendar-component" in refused.text
    assert call(dav, "MOVE", path + "t.ics").status_code == 400
    assert call(dav, "MOVE", path + "none.ics", **to(dav, path + "x.ics")).status_code == 404
    assert call(dav, "MOVE", path, **to(dav, "/dav/calendars/anna/renamed/")).status_code == 403
    assert call(dav, "COPY", "/dav/calendars/reader/events/x.ics", user="reader", **to(dav, "/dav/calendars/reader/second/x.ics")).status_code == 404
    assert etags(dav, path) == {"t.ics"}


def test_an_export_keeps_collections_and_properties(make_site, tmp_path):
    """What an account has made with its program is there again in another store, under the same addresses, and as private as before."""
    old, new = make_site(), make_site()
    add(old, "Anna", "editor")
    old.start()
    path, book, deleted = own(old, "%D0%9C%D0%BE%D0%B8%20%D0%B4%D0%B5%D0%BB%D0%B0"), own(old, "friends", kind="addressbooks"), own(old, "deleted")
    assert call(old, "PUT", path + "name%20of%20mine.ics", event("private-event", "Secret", "RRULE:FREQ=HOURLY\r\n")).status_code == 201
    assert call(old, "PUT", path + "t.ics", todo("private-todo")).status_code == 201
    assert call(old, "PUT", book + "b.vcf", card("private-card")).status_code == 201
    assert call(old, "PUT", deleted + "d.ics", event("deleted-event")).status_code == 201
    assert call(old, "PUT", "/dav/calendars/anna/events/office%20name.ics", event("office-event", "Office")).status_code == 201
    for target in (path, path + "name%20of%20mine.ics", "/dav/calendars/anna/events/", "/dav/calendars/anna/events/office%20name.ics", deleted):
        assert set(statuses(proppatch(old, target, setting('<I:calendar-color>#123456</I:calendar-color><d xmlns="urn:d" a="&lt;">x</d>'))).values()) == {"200"}
    assert call(old, "DELETE", deleted).status_code == 204
    kept = [(href, call(old, "GET", href).text) for href in (path + "name%20of%20mine.ics", path + "t.ics", book + "b.vcf", "/dav/calendars/anna/events/office%20name.ics")]
    epoch = element(old, path, "D:sync-token").text.rpartition("/")[0]
    old.stop()
    old.convene("export", tmp_path / "out")
    new.convene("import", tmp_path / "out")
    new.convene("import", tmp_path / "out")
    assert new.convene("check").returncode == 0
    new.convene("export", tmp_path / "again")
    assert (tmp_path / "again/store.jsonl").read_text(encoding="utf-8") == (tmp_path / "out/store.jsonl").read_text(encoding="utf-8")
    new.start()
    for href, text in kept:
        assert call(new, "GET", href).text == text
    for target in (path, path + "name%20of%20mine.ics", "/dav/calendars/anna/events/", "/dav/calendars/anna/events/office%20name.ics"):
        assert element(new, target, "I:calendar-color").text == "#123456"
    assert element(new, path, "D:sync-token").text.rpartition("/")[0] != epoch
    assert "Secret" not in new.convene("list").stdout and "Office" in new.convene("list").stdout
    with sqlite3.connect(new.database) as store:
        trash = store.execute("SELECT segment, bytes, (SELECT count(*) FROM history WHERE history.trash = trash.key AND length(text) > 0) FROM trash")
        assert trash.fetchall() == [("deleted", len(event("deleted-event")), 1)]
    # Without the state, nothing says whose the collections are, and nothing of them is published.
    (tmp_path / "out/store.jsonl").unlink()
    other = make_site()
    refused = other.convene("import", tmp_path / "out", check=False)
    assert refused.returncode != 0 and "store.jsonl" in refused.stderr and "Secret" not in other.convene("list").stdout
    assert "Office" in other.convene("list").stdout


class CalendarBodies(http.server.BaseHTTPRequestHandler):
    """A proxy whose PUTs have a calendar object, each with a UID of its own: litmus puts plain text, which a calendar refuses."""

    numbers = itertools.count()
    protocol_version = "HTTP/1.1"

    def forward(self):
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if name not in ("Host", "Content-Length", "Connection")}
        if self.command == "PUT":
            content = event(f"litmus-{next(self.numbers)}").encode()
            headers["Content-Type"] = "text/calendar"
        answer = requests.request(self.command, self.server.target + self.path, data=content, headers=headers, timeout=PATIENCE, allow_redirects=False)
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name not in ("Content-Length", "Connection", "Transfer-Encoding", "Content-Encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *arguments):
        pass

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.forward
        raise AttributeError(name)


def test_litmus(dav, tmp_path):
    """The suites of litmus about properties and HTTP."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), CalendarBodies) as proxy:
        proxy.target = dav.url
        proxy.handle_error = lambda *arguments: None  # litmus closes connections before it has read the replies to its last requests
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        result = subprocess.run(["litmus", "-k", f"http://127.0.0.1:{proxy.server_address[1]}/dav/calendars/anna/", "anna", PASSWORD], capture_output=True,
                                env={**os.environ, "TESTS": "http props"}, cwd=tmp_path, check=False, timeout=PATIENCE)
        proxy.shutdown()
    text = result.stdout.decode("utf-8", "replace")
    assert not re.findall(r"(?m)^.*(?:FAIL|SKIPPED).*$", text) and len(re.findall(r"100\.0%", text)) == 2, text


def test_the_office_restores_what_an_account_has_deleted(make_site):
    site = make_site()
    for name in ("Anna", "boris"):
        add(site, name)
    site.start()
    path = own(site, "work")
    assert call(site, "PUT", path + "a.ics", event("kept")).status_code == 201
    proppatch(site, path, setting("<I:calendar-color>#123456</I:calendar-color>"))
    (listed,) = [json.loads(line)["collections"] for line in account(site, "list", "--json").stdout.splitlines() if '"Anna"' in line]
    assert listed == [{"collection": listed[0]["collection"], "name": "work", "kind": "calendar"}]
    assert f"own calendar work: {listed[0]['collection']}" in account(site, "list", "anna").stdout
    assert account(site, "trash").stdout == ""
    assert call(site, "DELETE", path).status_code == 204
    (deleted,) = [json.loads(line) for line in account(site, "trash", "--json").stdout.splitlines()]
    assert (deleted["account"], deleted["name"], deleted["objects"]) == ("anna", "work", 1) and "1 object" in account(site, "trash").stdout
    assert "there is no deleted" in account(site, "restore", "none", check=False).stderr
    own(site, "work")
    assert "of the same name" in account(site, "restore", deleted["key"], check=False).stderr
    assert call(site, "DELETE", path).status_code == 204
    account(site, "restore", deleted["key"])
    assert call(site, "GET", path + "a.ics").text == event("kept") and element(site, path, "I:calendar-color").text == "#123456"
    # Another account of the same name does not get what the first one had.
    account(site, "remove", "anna")
    add(site, "anna")
    assert propfind(site, path, "D:resourcetype").status_code == 404
    keys = [json.loads(line)["key"] for line in account(site, "trash", "--json").stdout.splitlines()]
    assert len(keys) == 2
    for key in keys:
        account(site, "purge", key)
    assert account(site, "trash").stdout == "" and site.convene("check").returncode == 0


def test_a_calendar_of_the_office_beside_an_own_one_of_the_same_name(dav):
    path = own(dav, "later")
    assert call(dav, "PUT", path + "a.ics", event("mine", "Mine")).status_code == 201
    dav.convene("add", "--summary=Theirs", "--start=2030-01-01", "--calendar=later")
    assert {"/dav/calendars/Anna/later/", "/dav/calendars/Anna/~later/"} <= set(responses(propfind(dav, "/dav/calendars/anna/", "D:owner", depth="1")))
    assert len(etags(dav, path)) == 1 and len(etags(dav, "/dav/calendars/anna/~later/")) == 1
    assert propfind(dav, "/dav/calendars/anna/~events/", "D:owner").status_code == 404
    with sqlite3.connect(dav.database) as store:
        (key,) = store.execute("SELECT name FROM collection WHERE segment = 'later'").fetchone()
    assert propfind(dav, f"/dav/calendars/anna/{key}/", "D:owner").status_code == 404
    assert set(responses(propfind(dav, "/dav/calendars/boris/", "D:owner", depth="1", user="boris"))) >= {"/dav/calendars/boris/later/"}
