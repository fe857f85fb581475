"""Replays how calendar programs keep their copy: what they ask for, in their order and in their own XML. Each has the calendar in the end.

The bodies have the prefixes, the white space, the order and the properties of each program. Programs that ask for a token use it; the others
compare entity tags. Then they get the texts that have changed by calendar-multiget.
"""

import re
import xml.etree.ElementTree as ElementTree

import pytest
import requests

from conftest import PATIENCE, Site, end
from dav_demands import Client
from test_accounts import PASSWORD, add
from test_dav_members import calendar, event

SPACES = {"D": "DAV:", "C": "urn:ietf:params:xml:ns:caldav", "S": "http://calendarserver.org/ns/"}


class Program:
    """What all programs have in common; `state` asks whether anything has changed, `changes` lists it, `texts` gets it."""

    headers = {}
    changes_depth = "1"

    def __init__(self, client, path):
        self.client, self.path, self.token, self.tags, self.texts_kept, self.ctag = client, path, "", {}, {}, None

    def send(self, method, content, depth):
        headers = {"Content-Type": 'text/xml; charset="utf-8"', **self.headers, **({"Depth": depth} if depth is not None else {})}
        answer = requests.request(method, self.client.url + self.path, data=content.encode(), auth=self.client.auth, headers=headers, timeout=PATIENCE)
        assert answer.status_code == 207, (answer.status_code, answer.text)
        return ElementTree.fromstring(answer.content)

    def synchronize(self):
        """Returns the number of texts that were fetched; None if the state of the calendar says that nothing has changed."""
        state = self.send("PROPFIND", self.state, "0")
        ctag = state.findtext(".//S:getctag", None, SPACES)
        assert ctag
        if ctag == self.ctag:
            return None
        self.ctag = ctag
        changed = self.list()
        if changed:
            self.fetch(changed)
        return len(changed)

    def list(self):
        root = self.send(self.changes_method, self.changes.format(token=self.token), self.changes_depth)
        found, gone = {}, set()
        for response in root.findall("D:response", SPACES):
            href, tag = response.findtext("D:href", None, SPACES), response.findtext(".//D:getetag", None, SPACES)
            if response.findtext("D:status", "", SPACES).endswith("404 Not Found"):
                gone.add(href)
            elif href != self.path and tag:
                found[href] = tag
        token = root.findtext("D:sync-token", None, SPACES)
        if token is None:
            gone = self.tags.keys() - found.keys()
        self.token = token or ""
        changed = [href for href, tag in found.items() if self.tags.get(href) != tag]
        for href in gone:
            self.tags.pop(href, None)
            self.texts_kept.pop(href, None)
        return changed

    def fetch(self, hrefs):
        root = self.send("REPORT", self.texts.format(hrefs="".join(self.href.format(href) for href in hrefs)), self.texts_depth)
        responses = {response.findtext("D:href", None, SPACES): response for response in root.findall("D:response", SPACES)}
        assert sorted(responses) == sorted(hrefs)
        for href, response in responses.items():
            self.tags[href] = response.findtext(".//D:getetag", None, SPACES)
            self.texts_kept[href] = response.findtext(".//C:calendar-data", None, SPACES).encode()

    changes_method, texts_depth, href = "REPORT", None, "<D:href>{}</D:href>"


class Davx5(Program):
    headers = {"User-Agent": "DAVx5/4.4 (dav4jvm; okhttp)", "Accept-Language": "ru, en;q=0.7", "Accept-Encoding": "gzip"}
    state = ("<?xml version='1.0' encoding='UTF-8' ?><propfind xmlns=\"DAV:\" xmlns:CAL=\"urn:ietf:params:xml:ns:caldav\">"
             "<prop><CAL:max-resource-size /><supported-report-set /><n0:getctag xmlns:n0=\"http://calendarserver.org/ns/\" /><sync-token /></prop></propfind>")
    changes = ("<?xml version='1.0' encoding='UTF-8' ?><sync-collection xmlns=\"DAV:\"><sync-token>{token}</sync-token><sync-level>1</sync-level>"
               "<prop><getetag /></prop></sync-collection>")
    changes_depth = None
    texts = ("<?xml version='1.0' encoding='UTF-8' ?><CAL:calendar-multiget xmlns=\"DAV:\" xmlns:CAL=\"urn:ietf:params:xml:ns:caldav\"><prop>"
             "<getcontenttype /><getetag /><CAL:schedule-tag /><CAL:calendar-data /></prop>{hrefs}</CAL:calendar-multiget>")
    href = "<href>{}</href>"


class Macos(Program):
    headers = {"User-Agent": "macOS/14.5 (23F79) dataaccessd/1.0", "Prefer": "return=minimal", "Brief": "t"}
    state = ('<?xml version="1.0" encoding="UTF-8"?>\n<A:propfind xmlns:A="DAV:">\n  <A:prop>\n    <C:getctag xmlns:C="http://calendarserver.org/ns/"/>\n'
             "    <A:sync-token/>\n  </A:prop>\n</A:propfind>\n")
    changes = ('<?xml version="1.0" encoding="UTF-8"?>\n<A:sync-collection xmlns:A="DAV:">\n  <A:sync-token>{token}</A:sync-token>\n  <A:sync-level>1</A:sync-level>\n'
               "  <A:prop>\n    <A:getcontenttype/>\n    <A:getetag/>\n  </A:prop>\n</A:sync-collection>\n")
    changes_depth = None
    texts = ('<?xml version="1.0" encoding="UTF-8"?>\n<B:calendar-multiget xmlns:B="urn:ietf:params:xml:ns:caldav">\n  <A:prop xmlns:A="DAV:">\n    <A:getetag/>\n'
             '    <B:calendar-data/>\n    <B:schedule-tag/>\n    <C:created-by xmlns:C="http://calendarserver.org/ns/"/>\n'
             '    <C:updated-by xmlns:C="http://calendarserver.org/ns/"/>\n  </A:prop>\n{hrefs}</B:calendar-multiget>\n')
    href = '  <A:href xmlns:A="DAV:">{}</A:href>\n'
    texts_depth = "1"


class Thunderbird(Program):
    headers = {"Accept": "text/xml", "Accept-Charset": "utf-8,*;q=0.1"}
    state = ('<?xml version="1.0" encoding="UTF-8"?>\n<D:propfind xmlns:D="DAV:" xmlns:CS="http://calendarserver.org/ns/"><D:prop><D:resourcetype/><D:owner/>'
             "<D:current-user-principal/><D:current-user-privilege-set/><D:supported-report-set/><CS:getctag/></D:prop></D:propfind>")
    changes = ('<?xml version="1.0" encoding="UTF-8"?>\n<sync-collection xmlns="DAV:"><sync-token>{token}</sync-token><sync-level>1</sync-level>'
               "<prop><getcontenttype/><getetag/></prop></sync-collection>")
    texts = ('<?xml version="1.0" encoding="UTF-8"?>\n<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/>'
             "<C:calendar-data/></D:prop>{hrefs}</C:calendar-multiget>")
    texts_depth = "1"


class Evolution(Program):
    headers = {"User-Agent": "Evolution/3.46.4", "Pragma": "no-cache", "Cache-Control": "no-cache"}
    state = ('<?xml version="1.0" encoding="utf-8"?>\n<propfind xmlns="DAV:" xmlns:CS="http://calendarserver.org/ns/"><prop><CS:getctag/></prop></propfind>')
    changes = ('<?xml version="1.0" encoding="utf-8"?>\n<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><D:getetag/></D:prop>'
               '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/></C:comp-filter></C:filter></C:calendar-query>')
    texts = ('<?xml version="1.0" encoding="utf-8"?>\n<C:calendar-multiget xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><D:getetag/>'
             "<C:calendar-data/></D:prop>{hrefs}</C:calendar-multiget>")
    texts_depth = "1"


class Vdirsyncer(Program):
    headers = {"User-Agent": "vdirsyncer/0.19", "Content-Type": "application/xml; charset=UTF-8"}
    state = '<?xml version="1.0" encoding="utf-8" ?>\n<propfind xmlns="DAV:" xmlns:CS="http://calendarserver.org/ns/">\n  <prop>\n    <CS:getctag/>\n  </prop>\n</propfind>\n'
    changes_method = "PROPFIND"
    changes = ('<?xml version="1.0" encoding="utf-8" ?>\n<propfind xmlns="DAV:">\n    <prop>\n        <resourcetype/>\n        <getcontenttype/>\n        <getetag/>\n'
               "    </prop>\n</propfind>\n")
    texts = ('<?xml version="1.0" encoding="utf-8" ?>\n<C:calendar-multiget xmlns="DAV:"\n    xmlns:C="urn:ietf:params:xml:ns:caldav">\n    <prop>\n        <getetag/>\n'
             "        <C:calendar-data/>\n    </prop>\n    {hrefs}\n</C:calendar-multiget>\n")
    href = "<href>{}</href>\n"


class Outlook(Program):
    """CalDav Synchronizer: entity tags by a PROPFIND with all properties of interest, then a multiget."""

    headers = {"User-Agent": "CalDavSynchronizer/4.4"}
    changes_method = "PROPFIND"
    state = '<?xml version=\'1.0\'?><D:propfind xmlns:D="DAV:" xmlns:S="http://calendarserver.org/ns/"><D:prop><S:getctag/></D:prop></D:propfind>'
    changes = "<?xml version='1.0'?>\r\n<D:propfind xmlns:D=\"DAV:\">\r\n  <D:prop>\r\n    <D:getetag/>\r\n    <D:getcontenttype/>\r\n  </D:prop>\r\n</D:propfind>"
    texts = ("<?xml version=\"1.0\"?>\r\n<C:calendar-multiget xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:D=\"DAV:\">\r\n  <D:prop>\r\n    <D:getetag/>\r\n"
             "    <D:displayname/>\r\n    <C:calendar-data/>\r\n  </D:prop>\r\n  {hrefs}\r\n</C:calendar-multiget>")


PROGRAMS = [Davx5, Macos, Thunderbird, Evolution, Vdirsyncer, Outlook]


def decode(name):
    return re.sub("%([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), name)


def keep_a_copy(client, path, program, facts=bytes):
    """Writes, changes and deletes members of a calendar at the path, while a program keeps its copy. facts(text) is what the copy must have."""
    names = ["plain.ics", "with%20blank.ics", "%D0%98%D0%BC%D1%8F.ics", "E-1%40x.ics", "(1)%26%3B.ics"]
    texts = {}

    def write(name, title, uid=None):
        texts[name] = calendar(event(uid or name, summary=title))
        assert client.put(path + name, texts[name]).ok

    def delete(name):
        assert client.ask("DELETE", path + name).ok
        del texts[name]

    def is_copy(copy):
        return ({decode(href.removeprefix(path)): facts(text) for href, text in copy.texts_kept.items()}
                == {decode(name): facts(text) for name, text in texts.items()})

    for name in names:
        write(name, f"First <{name}> & \u20ac")
    copy = program(client, path)
    assert copy.synchronize() == len(names) and is_copy(copy)
    assert copy.synchronize() is None
    write(names[0], "Second")
    write("new.ics", "New")
    delete(names[1])
    assert copy.synchronize() == 2 and is_copy(copy)
    # A member that is replaced under the same name, by an object with another UID
    delete(names[2])
    write(names[2], "Other", uid="another")
    assert copy.synchronize() == 1 and is_copy(copy)
    assert copy.synchronize() is None


@pytest.fixture
def client(tmp_path):
    site = Site(tmp_path)
    add(site, "Anna")
    site.start()
    yield Client(site.url, "/dav/calendars/Anna/", "/dav/addressbooks/Anna/", "anna", PASSWORD)
    end(site)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_a_copy_is_kept(client, program):
    keep_a_copy(client, client.calendars + "events/", program)
