"""Edits the office's calendar with real CalDAV clients: python-caldav, vdirsyncer and tsdav see and change the same events as `convene`."""

import datetime as dt
import json
import subprocess

import caldav
import icalendar
import pytest

from conftest import PATIENCE, Site, end, node_package, wait_until
from test_accounts import PASSWORD, add
from test_dav_members import calendar, event



TSDAV = "tsdav@2.3.4"
UTC = dt.timezone.utc


@pytest.fixture(scope="module")
def dav(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"), mail="deliver = false;")
    add(site, "Anna")
    yield site.start()
    end(site)


@pytest.fixture
def principal(dav):
    with caldav.DAVClient(dav.url + "/dav/", username="Anna", password=PASSWORD) as client:
        yield client.principal()


def office(principal):
    (found,) = (each for each in principal.calendars() if str(each.url).endswith("/events/"))
    return found


def kept(site):
    """Returns {UID: title} as the command lists them."""
    return {row["uid"]: row["summary"] for row in map(json.loads, site.convene("list", "--json").stdout.splitlines())}


def test_python_caldav_edits_an_event(dav, principal):
    calendar_of_office = office(principal)
    made = calendar_of_office.save_event(calendar(event("caldav-1", "LOCATION:Саранск", summary="Сессия")).decode())
    assert kept(dav)["caldav-1"] == "Сессия"
    assert "Сессия" in str(calendar_of_office.event_by_uid("caldav-1").data)
    made.data = made.data.replace("Сессия", "Выставка")
    made.save()
    assert kept(dav)["caldav-1"] == "Выставка"
    dav.convene("set", "caldav-1", "SUMMARY", "Визит")
    made.load()
    assert "Визит" in made.data
    made.delete()
    assert "caldav-1" not in kept(dav)
    with pytest.raises(caldav.error.NotFoundError):
        calendar_of_office.event_by_uid("caldav-1")


def test_python_caldav_searches(principal):
    calendar_of_office = office(principal)
    calendar_of_office.save_event(calendar(event("series", "RRULE:FREQ=DAILY;COUNT=10", "DURATION:PT1H", start="DTSTART:20310301T090000Z")).decode())
    calendar_of_office.save_event(calendar(event("single", start="DTSTART:20310401T090000Z")).decode())
    march = dict(start=dt.datetime(2031, 3, 5, tzinfo=UTC), end=dt.datetime(2031, 3, 8, tzinfo=UTC))
    (whole,) = calendar_of_office.date_search(**march, expand=False)
    assert "RRULE" in whole.data
    instances = calendar_of_office.date_search(**march, expand=True)
    starts = sorted(part["DTSTART"].dt for instance in instances
                    for part in icalendar.Calendar.from_ical(instance.data).walk("VEVENT"))
    assert starts == [dt.datetime(2031, 3, day, 9, tzinfo=UTC) for day in (5, 6, 7)]
    assert [found.vobject_instance.vevent.uid.value for found in calendar_of_office.search(event=True, summary="Talk", start=dt.datetime(2031, 4, 1, tzinfo=UTC))] == ["single"]


def test_python_caldav_follows_by_token(principal):
    calendar_of_office = office(principal)
    copy = calendar_of_office.objects_by_sync_token(load_objects=True)
    calendar_of_office.save_event(calendar(event("followed")).decode())
    created = calendar_of_office.objects_by_sync_token(sync_token=copy.sync_token)
    assert [str(each.url).rsplit("/", 1)[1] for each in created] == ["followed.ics"]
    calendar_of_office.event_by_uid("followed").delete()
    updated, deleted = copy.sync()
    assert list(updated) == []
    # RFC 6578, 3.5.2: a member that came and went since the token may be reported as removed.
    assert {str(each.url).rsplit("/", 1)[1] for each in deleted} <= {"followed.ics"}
    assert list(calendar_of_office.objects_by_sync_token(sync_token=copy.sync_token)) == []


def test_python_caldav_has_calendars_of_its_own(dav, principal):
    own = principal.make_calendar(name="Мои дела", cal_id="own", supported_calendar_component_set=["VTODO", "VEVENT"])
    assert own.get_properties([caldav.elements.dav.DisplayName()])["{DAV:}displayname"] == "Мои дела"
    own.save_todo(calendar("BEGIN:VTODO\nUID:todo\nDTSTAMP:20260101T000000Z\nSUMMARY:Позвонить\nEND:VTODO\n").decode())
    assert [todo.vobject_instance.vtodo.summary.value for todo in own.todos()] == ["Позвонить"]
    assert "todo" not in kept(dav)
    own.delete()
    assert "own" not in {str(each.url).rstrip("/").rsplit("/", 1)[1] for each in principal.calendars()}


class Vdir:
    """A folder that vdirsyncer keeps equal to the office's calendar."""

    def __init__(self, site, directory):
        self.items = directory / "vdir" / "events"
        self.items.mkdir(parents=True)
        self.config = directory / "vdirsyncer.conf"
        self.config.write_text(
            f'[general]\nstatus_path = "{directory}/status"\n'
            '[pair office]\na = "remote"\nb = "local"\ncollections = ["events"]\nconflict_resolution = "a wins"\nmetadata = ["displayname"]\n'
            f'[storage remote]\ntype = "caldav"\nurl = "{site.url}/dav/"\nusername = "Anna"\npassword = "{PASSWORD}"\n'
            f'[storage local]\ntype = "filesystem"\npath = "{directory}/vdir"\nfileext = ".ics"\n')
        self.run("discover")
        self.run("sync")

    def run(self, action):
        result = subprocess.run(["vdirsyncer", "-c", self.config, action], timeout=120, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr

    def titles(self):
        return {str(part["UID"]): str(part["SUMMARY"]) for item in self.items.iterdir()
                for part in icalendar.Calendar.from_ical(item.read_bytes()).walk("VEVENT")}

    def file_of(self, uid):
        (found,) = (item for item in self.items.iterdir() if f"UID:{uid}\r\n".encode() in item.read_bytes())
        return found


def test_vdirsyncer_both_ways(dav, tmp_path):
    dav.convene("import", "-", stdin=calendar(event("there", summary="There"), event("both", summary="Both")).decode())
    vdir = Vdir(dav, tmp_path)
    assert {"there": "There", "both": "Both"}.items() <= vdir.titles().items()
    (vdir.items / "here.ics").write_bytes(calendar(event("here", summary="Here")))
    vdir.run("sync")
    assert kept(dav)["here"] == "Here"
    dav.convene("set", "here", "SUMMARY", "Edited there")
    there = vdir.file_of("there")
    there.write_bytes(there.read_bytes().replace(b"SUMMARY:There", b"SUMMARY:Edited here"))
    vdir.run("sync")
    assert vdir.titles()["here"] == "Edited there" and kept(dav)["there"] == "Edited here"
    vdir.file_of("here").unlink()
    dav.convene("delete", "there")
    vdir.run("sync")
    assert "here" not in kept(dav) and "there" not in vdir.titles()


def test_vdirsyncer_resolves_a_conflict(dav, tmp_path):
    dav.convene("import", "-", stdin=calendar(event("conflict", summary="First")).decode())
    vdir = Vdir(dav, tmp_path)
    dav.convene("set", "conflict", "SUMMARY", "Of the office")
    file = vdir.file_of("conflict")
    file.write_bytes(file.read_bytes().replace(b"SUMMARY:First", b"SUMMARY:Of the guest"))
    vdir.run("sync")
    assert vdir.titles()["conflict"] == kept(dav)["conflict"] == "Of the office"


EDIT_WITH_TSDAV = """
import { createDAVClient } from 'tsdav';
const [url, username, password] = process.argv.slice(2);
const client = await createDAVClient({ serverUrl: url, credentials: { username, password }, authMethod: 'Basic', defaultAccountType: 'caldav' });
const calendars = await client.fetchCalendars();
const calendar = calendars.find((each) => each.url.endsWith('/events/'));
const text = (title) => ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Example//tsdav//EN', 'BEGIN:VEVENT', 'UID:tsdav-1', 'DTSTAMP:20260101T000000Z',
    'DTSTART:20320101T090000Z', 'DTEND:20320101T100000Z', `SUMMARY:${title}`, 'END:VEVENT', 'END:VCALENDAR', ''].join('\\r\\n');
const made = await client.createCalendarObject({ calendar, filename: 'tsdav-1.ics', iCalString: text('Made') });
const range = { start: '2032-01-01T00:00:00Z', end: '2032-01-02T00:00:00Z' };
const [found] = await client.fetchCalendarObjects({ calendar, timeRange: range });
const changed = await client.updateCalendarObject({ calendarObject: { ...found, data: found.data.replace('Made', 'Changed') } });
const stale = await client.updateCalendarObject({ calendarObject: { ...found, data: found.data.replace('Made', 'Stale') } });
const synced = await client.smartCollectionSync({ collection: { ...calendar, objects: [], objectMultiGet: client.calendarMultiGet }, method: 'webdav' });
const [last] = await client.fetchCalendarObjects({ calendar, timeRange: range });
const gone = await client.deleteCalendarObject({ calendarObject: last });
console.log(JSON.stringify({ made: made.status, found: found.data.includes('SUMMARY:Made'), changed: changed.status, stale: stale.status,
    synced: synced.objects.some((each) => String(each.data).includes('SUMMARY:Changed')), gone: gone.status,
    left: (await client.fetchCalendarObjects({ calendar, timeRange: range })).length }));
"""


def test_tsdav_edits_an_event(dav):
    home = node_package(TSDAV)
    script = home / "edit-with-tsdav.mjs"
    script.write_text(EDIT_WITH_TSDAV)
    result = subprocess.run(["node", script, dav.url + "/dav/", "Anna", PASSWORD], cwd=home, capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == {"made": 201, "found": True, "changed": 204, "stale": 412, "synced": True, "gone": 204, "left": 0}


def test_what_a_client_writes_is_published(dav, principal):
    office(principal).save_event(calendar(event("published", "CATEGORIES:SESSION", summary="Published")).decode())
    feed = lambda: subprocess.run(["curl", "-fsS", dav.url + "/all.ics"], capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    wait_until(lambda: "SUMMARY:Published" in feed())
