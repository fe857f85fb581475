"""Tests the reports expand-property (RFC 3253, 3.8) and those on principals (RFC 3744, 9)."""

import xml.etree.ElementTree as ElementTree

import pytest

from conftest import Site, end
from test_accounts import add
from test_dav import NAMES, propfind
from test_dav_members import ask
from test_multiget import answers, report

DAV = 'xmlns:D="DAV:"'


@pytest.fixture(scope="module")
def dav(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    add(site, "Anna")
    add(site, "other")
    site.convene("add", "--summary=x", "--start=2030-01-01", "--uid=a")
    many = site.directory / "many.ics"
    many.write_text("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\n" + "".join(
        f"BEGIN:VEVENT\r\nUID:many-{n}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20010101T000000Z\r\nSUMMARY:{n}\r\nEND:VEVENT\r\n"
        for n in range(110)) + "END:VCALENDAR\r\n", encoding="ascii", newline="")
    site.convene("import", "--calendar=many", str(many))
    yield site.start()
    end(site)


def expand(site, path, content, **headers):
    return report(site, path, f"<D:expand-property {DAV}>{content}</D:expand-property>", **headers)


def find(element, path):
    """Finds by names without their namespaces, such as `response/propstat/prop`."""
    return element.find("/".join(f"{{*}}{name}" for name in path.split("/")))


def test_addresses_are_replaced_by_properties(dav):
    """The way of macOS: the name of the owner of a calendar, and of the principal that has signed in."""
    inner = '<D:property name="displayname"/><D:property name="calendar-home-set" namespace="urn:ietf:params:xml:ns:caldav"><D:property name="resourcetype"/></D:property>'
    answer = expand(dav, "/dav/calendars/anna/events/",
                    f'<D:property name="owner">{inner}</D:property><D:property name="resourcetype"/><D:property name="none" namespace="urn:x"><D:property name="y"/></D:property>')
    assert answer.status_code == 207, answer.text
    (outer,) = ElementTree.fromstring(answer.content)
    owner = find(outer, "propstat/prop/owner/response")
    assert find(owner, "href").text == "/dav/principals/Anna/" and find(owner, "propstat/prop/displayname").text == "Anna"
    home = find(owner, "propstat/prop/calendar-home-set/response")
    assert find(home, "href").text == "/dav/calendars/Anna/" and find(home, "propstat/prop/resourcetype/collection") is not None
    assert find(outer, "propstat/prop/resourcetype/calendar") is not None
    missing = outer.findall("D:propstat", NAMES)[1]
    assert "404" in find(missing, "status").text and find(missing, "prop/none").tag == "{urn:x}none"


def test_depth_and_preference(dav):
    asked = '<D:property name="getetag"/><D:property name="owner"><D:property name="none"/></D:property>'
    one = answers(expand(dav, "/dav/calendars/anna/events/", asked, Depth="1"))
    assert [href for href, _, _ in one] == ["/dav/calendars/Anna/events/", "/dav/calendars/Anna/events/a.ics"]
    assert len(answers(expand(dav, "/dav/calendars/anna/events/", asked))) == 1
    minimal = expand(dav, "/dav/calendars/anna/events/", asked, Prefer="return=minimal")
    assert "404" not in minimal.text and minimal.headers["Preference-Applied"] == "return=minimal"
    assert expand(dav, "/dav/", asked, Depth="infinity").status_code == 400


def test_expansions_are_bounded(dav):
    deep = '<D:property name="owner"><D:property name="principal-URL">' + '<D:property name="current-user-principal">' * 20 + "</D:property>" * 22
    assert expand(dav, "/dav/calendars/anna/events/", deep).status_code == 207
    for many in ('<D:property name="owner"><D:property name="displayname"/></D:property>' * 101, '<D:property name="a"/>' * 180000):
        assert expand(dav, "/dav/calendars/anna/events/", many).status_code == 400
    # 100 principals in each of more than 100 members
    wide = '<D:property name="owner"><D:property name="displayname"/></D:property>' * 100
    assert expand(dav, "/dav/calendars/anna/events/", wide, Depth="1").status_code == 207
    answer = expand(dav, "/dav/calendars/anna/many/", wide, Depth="1")
    assert answer.status_code == 403 and "<D:number-of-matches-within-limits/>" in answer.text
    for wrong in ('<D:property name="a b"/>', '<D:property name="&gt;&lt;x/&gt;"/>', "<D:property/>", '<D:property name="\u00d7"/>', '<D:property name="D:x"/>'):
        assert expand(dav, "/dav/", wrong).status_code == 400, wrong
    strange = expand(dav, "/dav/", '<D:property name="имя" namespace="urn:&lt;&quot;&amp;"/>')
    assert strange.status_code == 207 and ElementTree.fromstring(strange.content) is not None


def search(site, *searches, path="/dav/principals/", attributes="", after="", **headers):
    content = "".join(f"<D:property-search><D:prop>{names}</D:prop>{match}</D:property-search>" for names, match in searches)
    return report(site, path, f"<D:principal-property-search {DAV}{attributes}>{content}<D:prop><D:displayname/></D:prop>{after}</D:principal-property-search>", **headers)


def test_principals_are_searched(dav):
    name, match = "<D:displayname/>", "<D:match>{}</D:match>".format
    for searches, attributes, found in (
            ([(name, match("nN"))], "", True), ([(name, match("x"))], "", False), ([(name, match("Annas"))], "", False),
            ([(name, match("other"))], "", False), ([(name, match("&lt;&amp;"))], "", False), ([(name, match("displayname"))], "", False),
            ([(name, match("a")), (name, match("x"))], "", False), ([(name, match("a")), (name, match("x"))], ' test="anyof"', True),
            ([(name + "<D:none/>", match("a"))], "", False), ([(name, '<D:match match-type="starts-with">an</D:match>')], "", True),
            ([(name, '<D:match match-type="starts-with">nn</D:match>')], "", False)):
        answer = answers(search(dav, *searches, attributes=attributes))
        assert [href for href, _, _ in answer] == (["/dav/principals/Anna/"] if found else []), searches
        assert not found or answer[0][2] == {"{DAV:}displayname": "Anna"}
    everywhere = "<D:apply-to-principal-collection-set/>"
    assert len(answers(search(dav, (name, match("a")), path="/dav/calendars/anna/", after=everywhere))) == 1
    assert answers(search(dav, (name, match("a")), path="/dav/calendars/anna/")) == []
    assert search(dav).status_code == search(dav, (name, "")).status_code == search(dav, ("", match("a"))).status_code == 400
    assert search(dav, (name, match("a")), Depth="1").status_code == 400
    assert search(dav, *[(name, match("a"))] * 100).status_code == 400


def test_what_can_be_searched(dav):
    for language, name, address in (("en", "Name of the account", "Mail address"), ("ru", "Имя учётной записи", "Адрес электронной почты")):
        answer = report(dav, "/dav/principals/", f"<D:principal-search-property-set {DAV}/>", **{"Accept-Language": language})
        root = ElementTree.fromstring(answer.content)
        assert answer.status_code == 200 and root.tag == "{DAV:}principal-search-property-set"
        assert [(element.tag, element.text) for element in root.iter() if element.text] == [("{DAV:}description", text) for text in (name, address, address)]
        assert [element[0].tag for element in root.findall("D:principal-search-property/D:prop", NAMES)] == [
            "{DAV:}displayname", f"{{{NAMES['C']}}}calendar-user-address-set", f"{{{NAMES['S']}}}email-address-set"]


def test_which_principal_is_mine(dav):
    def match(path, content):
        return answers(report(dav, path, f"<D:principal-match {DAV}>{content}<D:prop><D:displayname/></D:prop></D:principal-match>"))

    assert match("/dav/principals/", "<D:self/>") == [("/dav/principals/Anna/", "200", {"{DAV:}displayname": "Anna"})]
    owned = match("/dav/calendars/anna/", "<D:principal-property><D:owner/></D:principal-property>")
    assert [href for href, _, _ in owned] == [f"/dav/calendars/Anna/{name}/" for name in ("events", "events.drafts", "many", "many.drafts", "offers")]
    assert match("/dav/calendars/anna/", "<D:principal-property><D:displayname/></D:principal-property>") == []
    for wrong in ("", "<D:self/><D:principal-property><D:owner/></D:principal-property>", "<D:principal-property/>"):
        assert report(dav, "/dav/principals/", f"<D:principal-match {DAV}>{wrong}</D:principal-match>").status_code == 400


def test_who_has_rights(dav):
    for path in ("/dav/calendars/anna/events/", "/dav/calendars/anna/events/a.ics", "/dav/"):
        answer = report(dav, path, f"<D:acl-principal-prop-set {DAV}><D:prop><D:displayname/></D:prop></D:acl-principal-prop-set>")
        assert answers(answer) == [("/dav/principals/Anna/", "200", {"{DAV:}displayname": "Anna"})]


def test_what_clients_have_set_is_in_reports(dav):
    member = "/dav/calendars/Anna/events/a.ics"
    for path, name in (("/dav/calendars/Anna/events/", "<D:displayname>Mine</D:displayname>"), (member, "")):
        content = f'<D:propertyupdate {DAV}><D:set><D:prop>{name}<y xmlns="urn:x">z</y></D:prop></D:set></D:propertyupdate>'
        answer = ask(dav, "PROPPATCH", path, content)
        assert answer.status_code == 207 and "200 OK" in answer.text, answer.text
    expanded = expand(dav, "/dav/calendars/anna/events/", '<D:property name="displayname"/><D:property name="y" namespace="urn:x"/>')
    ((_, _, found),) = answers(expanded)
    assert found == {"{DAV:}displayname": "Mine", "{urn:x}y": "z"}
    spaces = f'{DAV} xmlns:C="{NAMES["C"]}"'
    for content in (f'<C:calendar-multiget {spaces}><D:prop><y xmlns="urn:x"/></D:prop><D:href>{member}</D:href></C:calendar-multiget>',
                    f'<D:sync-collection {spaces}><D:sync-token/><D:sync-level>1</D:sync-level><D:prop><y xmlns="urn:x"/></D:prop></D:sync-collection>'):
        assert (member, "200", {"{urn:x}y": "z"}) in answers(report(dav, "/dav/calendars/Anna/events/", content))


def test_the_reports_are_announced(dav):
    principals = propfind(dav, "/dav/principals/", "D:supported-report-set").text
    for name in ("expand-property", "acl-principal-prop-set", "principal-match", "principal-property-search", "principal-search-property-set"):
        assert f"<D:{name}/>" in principals
