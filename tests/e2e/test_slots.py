"""Compares the free slots of random offers with an independent model's, tests/e2e/slot_model.py."""

import datetime
import json
import random

import requests

import slot_model
from conftest import BUILD, PATIENCE, make_tool
from test_accounts import PASSWORD, account
from test_meetings import DAY, HOST, MOSCOW, at, meet, offer

N_WORLDS, SEED = 250, 7953


def test_slots_of_random_worlds_are_those_of_the_model():
    tool = BUILD / "tests/tools/slots"
    make_tool(tool)
    differing, total, empty = slot_model.compare(tool, N_WORLDS, SEED)
    for world, missing, extra in differing[:2]:
        print(slot_model.print_world(world), "missing", missing[:9], "extra", extra[:9])
    assert not differing
    assert total > 10 * N_WORLDS and empty < N_WORLDS / 2


def put_own(site, collection, name, text):
    path = f"{site.url}/dav/calendars/vera/{collection}/"
    requests.request("MKCALENDAR", path, auth=("vera", PASSWORD), timeout=PATIENCE)
    answer = requests.put(f"{path}{name}.ics", text.encode(), auth=("vera", PASSWORD), timeout=PATIENCE, headers={"Content-Type": "text/calendar"})
    assert answer.status_code in (201, 204), answer.text


def test_the_calendars_of_the_host_take_time(make_site):
    """The slots of an offer are those of the model, which knows the events of the host's own calendars."""
    rng, first, last = random.Random(6638), DAY, DAY + datetime.timedelta(days=9)
    site = make_site(extra='time_zone = "Europe/Moscow";\n')
    text = offer(more="X-CONVENED-MEETING-BUFFER-AFTER:PT15M\r\n")
    account(site, "add", "vera", "--role=reader", stdin=PASSWORD + "\n")
    account(site, "mail", "vera", "Host@example.org")
    site.convene("import", "-", stdin=HOST)
    site.convene("import", "-", stdin=text)
    site.start()
    booked = meet(site, "ask", "offer-1", at("11:00"), "--address=guest@example.org", "--name=Guest")["uid"]
    own = [slot_model.random_own(rng, "Europe/Moscow", DAY, f"own-{i}", "host@example.org") for i in range(40)]
    own.append(slot_model.random_own(random.Random(1), "Europe/Moscow", DAY, booked, "host@example.org"))  # a copy of the meeting that says another time
    for i, event in enumerate(own):
        put_own(site, rng.choice(["home", "work"]), f"own-{i}", event)

    def found():
        lines = site.convene("meet", "slots", "host@example.org", "--json", f"--from={first}", f"--to={last}").stdout.splitlines()
        return [tuple(round(datetime.datetime.fromisoformat(json.loads(line)[name]).timestamp()) for name in ("start", "end")) for line in lines]

    def expected(events):
        start, stop = (slot_model.epoch(datetime.datetime.combine(day, datetime.time()), MOSCOW) for day in (first, last + datetime.timedelta(days=1)))
        busy = list(slot_model.own_busy(events, {"mailto:host@example.org"}, {booked}, first, last, MOSCOW))
        noon = slot_model.epoch(datetime.datetime.combine(DAY, datetime.time(11)), MOSCOW)
        busy.append(slot_model.Busy(noon, noon + 1800, "m", "offer-1", "host-1", 0, 900, ""))
        now = round(datetime.datetime.now().timestamp())
        world = slot_model.World("own", now, start, stop, [], busy, text)
        return [slot[:2] for slot in slot_model.slots(world)]

    assert found() == expected(own) and 20 < len(expected(own)) < len(expected([])) - 20
    # A calendar that the host shows as free takes no time.
    body = ('<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><C:schedule-calendar-transp xmlns:C="urn:ietf:params:xml:ns:caldav"><C:transparent/>'
            "</C:schedule-calendar-transp></D:prop></D:set></D:propertyupdate>")
    for collection in ("home", "work"):
        assert requests.request("PROPPATCH", f"{site.url}/dav/calendars/vera/{collection}/", data=body, auth=("vera", PASSWORD), timeout=PATIENCE).status_code == 207
    assert found() == expected([])
    # An account of another address is another person's.
    account(site, "mail", "vera", "vera@example.org")
    assert found() == expected([])
