"""Who takes part in an event, and where: PARTICIPANT and VLOCATION (RFC 9073), and the properties of older versions."""

import json
import re

import icalendar
import pytest
import requests
from conftest import PATIENCE, wait_until

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n"
TELEPHONE, MAILBOX = "+7 927 123-45-67", "secret.person@example.org"

OLD = ["X-CONVENED-PERSON;X-MANNER=INITIATOR:Boris Orlov", "X-CONVENED-ORGANIZER:Office", "X-CONVENED-PARTICIPANT:Plants of the region",
       'X-CONVENED-PERSON;X-MANNER=SPEAKER;X-ROLE=Director;X-ORG="Works, Ltd":Anna Petrova',
       "X-CONVENED-PERSON;X-MANNER=MET:Ivan Sidorov"]
NEW = ["X-CONVENED-PERSON;X-MANNER=INITIATOR:Boris Orlov",
       "BEGIN:PARTICIPANT", "UID:1", "PARTICIPANT-TYPE:PLANNER-CONTACT", "SUMMARY:Office", "END:PARTICIPANT",
       "BEGIN:PARTICIPANT", "UID:2", "PARTICIPANT-TYPE;CUTYPE=GROUP:ACTIVE", "SUMMARY:Plants of the region", "END:PARTICIPANT",
       "BEGIN:PARTICIPANT", "UID:3", "PARTICIPANT-TYPE:SPEAKER", "SUMMARY:Anna Petrova", "DESCRIPTION:Director",
       "X-CONVENED-ORG:Works\\, Ltd", "END:PARTICIPANT",
       "BEGIN:PARTICIPANT", "UID:4", "PARTICIPANT-TYPE;X-MANNER=MET:ACTIVE", "SUMMARY:Ivan Sidorov", "END:PARTICIPANT"]


def put(site, uid, *lines, component="VEVENT", date="DTSTART:20270414T070000Z"):
    event = ["BEGIN:" + component, "UID:" + uid, "DTSTAMP:20260101T000000Z", date, "SUMMARY:Event " + uid, *lines, "END:" + component]
    path = site.directory / f"{uid}.ics"
    path.write_bytes((HEAD + "".join(line + "\r\n" for line in event) + "END:VCALENDAR\r\n").encode())
    told = site.convene("import", path)
    assert not told.stderr, told.stderr


def raw(site, uid):
    return site.convene("show", uid, "--raw").stdout


def people(site, uid, kind=None):
    """Returns the name of each PARTICIPANT that is kept, and its type."""
    found = icalendar.Calendar.from_ical(raw(site, uid)).walk("PARTICIPANT")
    return [(str(part["SUMMARY"]), str(part["PARTICIPANT-TYPE"])) for part in found if kind in (None, part["PARTICIPANT-TYPE"])]


def components(site, uid, path="/events.json"):
    """Returns the components inside an event of the jCal, each as its name and a table of its properties."""
    [event] = [e for e in requests.get(site.url + path, timeout=PATIENCE).json()[2] if ["uid", {}, "text", uid] in e[1]]
    return [(name, {p[0]: p[3] for p in properties}) for name, properties, _ in event[2]]


@pytest.fixture
def both(site):
    put(site, "old", *OLD)
    put(site, "new", *NEW)
    site.start()
    return site


def test_both_forms_are_shown_alike(both):
    old, new = (both.convene("show", uid).stdout.replace(uid, "UID") for uid in ("old", "new"))
    assert old == new
    assert "Speaker: Anna Petrova, Director, Works, Ltd\n" in old and "Organiser: Office\n" in old and "Plants of the region" in old
    pages = [requests.get(f"{both.url}/event/{uid}?lang=en", timeout=PATIENCE).text for uid in ("old", "new")]
    lists = [re.search("<h2>Organisers.*?</ul>.*?</ul>.*?</ul>", page, re.S)[0] for page in pages]
    assert lists[0] == lists[1]
    assert [json.loads(re.search("ld.json\">(.*?)</script>", page)[1])["organizer"] for page in pages] == [
        [{"@type": "Organization", "name": "Office"}]] * 2
    for uid in ("old", "new"):
        assert f"/event/{uid}" in requests.get(both.url + "/?q=Petrova", timeout=PATIENCE).text


def test_jcal_has_the_components_and_the_feed_has_not(both):
    assert [(name, part["participant-type"], part["summary"]) for name, part in components(both, "new")] == [
        ("participant", "PLANNER-CONTACT", "Office"), ("participant", "ACTIVE", "Plants of the region"),
        ("participant", "SPEAKER", "Anna Petrova"), ("participant", "ACTIVE", "Ivan Sidorov")]
    assert components(both, "new")[2][1]["x-convened-org"] == "Works\\, Ltd" and components(both, "new")[2][1]["description"] == "Director"
    assert components(both, "old") == []
    feed = requests.get(both.url + "/all.ics", timeout=PATIENCE).text
    assert "PARTICIPANT" not in feed and len(icalendar.Calendar.from_ical(feed).walk("VEVENT")) == 2


@pytest.mark.parametrize("uid", ["old", "new"])
def test_options_edit_both_forms(both, uid):
    both.convene("set", uid, "--speaker", "Olga;Head;Park")
    assert people(both, uid, "SPEAKER") == [("Olga", "SPEAKER")] and "Anna" not in raw(both, uid)
    both.convene("set", uid, "--speaker", "Pavel", "--add")
    told = both.convene("set", uid, "--speaker", "Pavel", "--add")
    assert [name for name, _ in people(both, uid, "SPEAKER")] == ["Olga", "Pavel"] and "Pavel" in told.stderr
    assert both.convene("set", uid, "--speaker", "One", check=False).returncode == 2
    both.convene("set", uid, "--speaker", "", "--all")
    both.convene("set", uid, "--organiser", "New office")
    assert people(both, uid, "SPEAKER") == [] and people(both, uid, "PLANNER-CONTACT") == [("New office", "PLANNER-CONTACT")]
    assert "X-CONVENED-ORGANIZER" not in raw(both, uid)
    shown = both.convene("show", uid).stdout
    for kept in ("Ivan Sidorov", "Boris Orlov", "Plants of the region", "New office"):
        assert shown.count(kept) == 1
    assert len(icalendar.Calendar.from_ical(raw(both, uid)).walk("VEVENT")) == 1


def test_alarms_and_unknown_components_stay(site):
    put(site, "e", "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", "DESCRIPTION:x", "END:VALARM", *NEW[1:6],
        "BEGIN:VRESOURCE", "UID:r", "RESOURCE-TYPE:PROJECTOR", "END:VRESOURCE")
    site.convene("set", "e", "--speaker", "Olga")
    event = icalendar.Calendar.from_ical(raw(site, "e")).walk("VEVENT")[0]
    assert [part.name for part in event.subcomponents] == ["VALARM", "PARTICIPANT", "VRESOURCE", "PARTICIPANT"]


HIDDEN = ["LINK;LINKREL=related;VALUE=UID:hidden@other", "LINK;VALUE=URI:https://example.org/open",
          "STRUCTURED-DATA;VALUE=BINARY;ENCODING=BASE64;FMTTYPE=text/vcard:QkVHSU46VkNBUkQ=",
          "STYLED-DESCRIPTION;VALUE=TEXT;FMTTYPE=text/html:<p>Call " + TELEPHONE + "</p>",
          "BEGIN:PARTICIPANT", "UID:" + MAILBOX, "PARTICIPANT-TYPE:SPEAKER", f"SUMMARY;X-AS-WRITTEN=Annas:Anna {TELEPHONE}",
          "CALENDAR-ADDRESS:mailto:" + MAILBOX, "DESCRIPTION:Director\\, " + MAILBOX, "CONTACT:" + TELEPHONE,
          "URL:mailto:" + MAILBOX, "STRUCTURED-DATA;VALUE=TEXT:TEL " + TELEPHONE, "ATTACH:tel:+79271234567", "X-OTHER:hidden other",
          "X-CONVENED-ORG:Works\\, " + TELEPHONE, "BEGIN:VLOCATION", "UID:v", "NAME:hidden home", "END:VLOCATION", "END:PARTICIPANT",
          "BEGIN:PARTICIPANT", "UID:5", "PARTICIPANT-TYPE:ACTIVE", "SUMMARY:hidden guest", "CALENDAR-ADDRESS:mailto:guest@example.org",
          "END:PARTICIPANT",
          "BEGIN:VLOCATION", "UID:" + MAILBOX, "NAME:Hall 3\\, " + TELEPHONE, "GEO:54.18;45.17", "LOCATION-TYPE:theater,arena",
          "URL:https://example.org/hall", "X-OTHER:hidden key", "END:VLOCATION"]


def test_contacts_of_participants_are_not_public(site):
    put(site, "open", *HIDDEN)
    put(site, "secret", "CLASS:CONFIDENTIAL", *HIDDEN)
    put(site, "private", "CLASS:PRIVATE", *HIDDEN)
    site.convene("contact", "add", "Reader", "reader@example.org", check=False)
    site.start()
    paths = ["/events.json", "/all.ics", "/atom.xml", "/", "/event/open", "/event/secret", "/sites", "/?q=hidden", "/?q=927"]
    for path in paths:
        text = requests.get(site.url + path, timeout=PATIENCE).text
        for secret in ("927", "secret.person", "hidden guest", "hidden home", "hidden key", "hidden other", "hidden@other", "Annas", "QkVH"):
            assert secret not in text.replace("q=927", "").replace('value="927"', ""), (path, secret)
    assert components(site, "secret") == []
    speaker, hall = (part for _, part in components(site, "open"))
    assert speaker["summary"].startswith("Anna") and speaker["description"].startswith("Director") and len(speaker["uid"]) == 32
    assert hall["name"].startswith("Hall 3") and hall["geo"] == [54.18, 45.17] and hall["url"] == "https://example.org/hall"
    assert set(speaker) == {"uid", "participant-type", "summary", "description", "x-convened-org"}
    assert set(hall) == {"uid", "name", "geo", "location-type", "url"}
    assert "https://example.org/open" in requests.get(site.url + "/event/open", timeout=PATIENCE).text
    shown = site.convene("show", "open").stdout
    assert TELEPHONE in shown and MAILBOX in shown and "hidden guest" in shown


def test_the_place_of_a_draft_is_a_vlocation(site):
    site.convene("add", "--uid", "d", "--summary", "Draft", "--kind", "session", "--location", "Hall 3; left")
    [place] = icalendar.Calendar.from_ical(raw(site, "d")).walk("VLOCATION")
    assert str(place["NAME"]) == "Hall 3; left" and "LOCATION:" not in raw(site, "d").replace("BEGIN:VLOCATION", "").replace("END:VLOCATION", "")
    assert "Place: Hall 3; left" in site.convene("show", "d").stdout
    site.convene("set", "d", "LOCATION", "Hall 4")
    assert [str(p["NAME"]) for p in icalendar.Calendar.from_ical(raw(site, "d")).walk("VLOCATION")] == ["Hall 4"]
    site.convene("date", "d", "2027-04-14")
    [event] = icalendar.Calendar.from_ical(raw(site, "d")).walk("VEVENT")
    assert str(event["LOCATION"]) == "Hall 4" and site.convene("show", "d").stdout.count("Hall 4") == 1
    site.convene("set", "d", "LOCATION", "Hall 5")
    assert "Hall 4" not in raw(site, "d") and "Hall 5" in site.convene("list", "--json", "--from", "2027-01-01").stdout


def test_the_place_of_a_dated_event_is_a_vlocation_too(site):
    """Export and jCal have it; a public feed, where older programs may stumble over components, has LOCATION and GEO only."""
    site.convene("add", "--uid", "e", "--summary", "x", "--start", "2027-04-14T10:00", "--location", "Hall 3; left")
    [place] = icalendar.Calendar.from_ical(raw(site, "e")).walk("VLOCATION")
    assert str(place["NAME"]) == "Hall 3; left" and "LOCATION:Hall 3\\; left" in raw(site, "e")
    site.start()
    [(kind, jcal)] = components(site, "e")
    assert kind == "vlocation" and jcal["name"] == "Hall 3; left"
    assert "VLOCATION" not in requests.get(site.url + "/all.ics", timeout=PATIENCE).text
    assert site.convene("show", "e").stdout.count("Hall 3") == 1


def test_a_concept_is_set_and_carried(site):
    """CONCEPT (RFC 9253, 8.1) is a URI of what the event is about."""
    site.convene("add", "--uid", "e", "--summary", "x", "--start", "2027-04-14T10:00")
    assert site.convene("set", "e", "CONCEPT", "no uri", check=False).returncode == 2
    site.convene("set", "e", "CONCEPT", "https://example.org/topics/clusters")
    site.convene("set", "e", "CONCEPT", "https://example.org/topics/parks", "--add")
    assert "Concept: https://example.org/topics/parks" in site.convene("show", "e").stdout
    site.start()
    [event] = [part for part in requests.get(site.url + "/events.json", timeout=PATIENCE).json()[2] if part[0] == "vevent"]
    assert [(p[2], p[3]) for p in event[1] if p[0] == "concept"] == [("uri", "https://example.org/topics/" + name) for name in ("clusters", "parks")]
    assert "CONCEPT" not in requests.get(site.url + "/all.ics", timeout=PATIENCE).text


def test_a_vlocation_alone_is_the_place(site):
    put(site, "e", "BEGIN:VLOCATION", "UID:1", "NAME:Hall 3", "GEO:54.18;45.17", "END:VLOCATION")
    site.start()
    assert "Hall 3" in site.convene("list", "--from", "2027-01-01", "--json").stdout
    page = requests.get(site.url + "/event/e", timeout=PATIENCE).text
    assert json.loads(re.search("ld.json\">(.*?)</script>", page)[1])["location"]["geo"]["latitude"] == 54.18
    site.convene("set", "e", "LOCATION", "Hall 4")
    wait_until(lambda: "Hall 4" in requests.get(site.url + "/event/e", timeout=PATIENCE).text)
    assert "Hall 3" not in raw(site, "e")


def test_an_export_keeps_every_octet(site):
    put(site, "e", *NEW, "BEGIN:VLOCATION", "UID:1", "NAME:Hall 3", "STRUCTURED-DATA;VALUE=URI:https://example.org/hall.vcf", "END:VLOCATION")
    site.convene("export", site.directory / "out")
    [path] = (site.directory / "out").rglob("*.ics")
    assert path.read_bytes() == (site.directory / "e.ics").read_bytes()
