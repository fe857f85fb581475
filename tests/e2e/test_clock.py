"""Sets the clock while the daemon runs and between its runs: by an hour and by a day, forward, back, and forward and back again.

Each story ends with the same check: every due reminder was sent exactly once, and no other mail was sent.
"""

import collections
import concurrent.futures
import datetime
import email
import email.policy
import json
import shutil
import signal
import struct
import subprocess
import threading

import pytest
import requests

from conftest import BUILD, PATIENCE, Site, end, make_tool, wait_until
from smtp_server import Server

SHIM = BUILD / "tests/preload/clock.so"
BEGIN = datetime.datetime(2031, 6, 10, 12, tzinfo=datetime.timezone.utc)
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
MINUTE, SECOND = datetime.timedelta(minutes=1), datetime.timedelta(seconds=1)
CARD = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{0}@x.example\r\nFN:{0}\r\nEMAIL:{0}@example.org\r\nLANG:en\r\nTZ:Europe/Moscow\r\n{1}END:VCARD\r\n"
EVENT = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.org//test//EN\r\nBEGIN:VEVENT\r\nUID:{}\r\nDTSTAMP:20260101T000000Z\r\n"
         "SUMMARY:{}\r\nDTSTART:{}\r\nDURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")


class Clock:
    """The file that the preloaded clock reads: its offset from the machine's clock."""

    def __init__(self, path, now):
        self.path = path
        self.path.write_bytes(bytes(8))
        self.jump(now - datetime.datetime.now(datetime.timezone.utc))

    def ahead(self):
        return datetime.timedelta(microseconds=struct.unpack("q", self.path.read_bytes())[0])

    def jump(self, by):
        with open(self.path, "r+b") as file:
            file.write(struct.pack("q", (self.ahead() + by) // datetime.timedelta(microseconds=1)))

    def now(self):
        return datetime.datetime.now(datetime.timezone.utc) + self.ahead()


class Patient(Server):
    """An SMTP plan that can hold its replies, and fails after the dot a set number of times."""

    def __init__(self):
        super().__init__(self.fault)
        self.faults = []
        self.plans = {}
        self.held, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()

    def hold(self):
        self.held.clear()
        self.go_on.clear()

    def fault(self, stage, connection, transaction):
        if stage != "dot":
            return None
        self.held.set()
        self.go_on.wait(PATIENCE)
        # The plan is called twice: whether the mail is kept, and for the reply.
        if (connection, transaction) not in self.plans:
            self.plans[connection, transaction] = self.faults.pop() if self.faults else None
        return self.plans[connection, transaction]


class Life:
    """A daemon with a simulated clock, and the reminders expected of it."""

    def __init__(self, directory, server, first_start=BEGIN - 30 * DAY, **environment):
        directory.mkdir()
        self.server, self.clock = server, Clock(directory / "clock", first_start)
        self.site = Site(directory, environment={"LD_PRELOAD": str(SHIM), "CLOCK_FILE": str(self.clock.path), **environment},
                         mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; retry_unknown = "PT1M";')
        for uid in "v", "bell":
            self.site.convene("import", "-", stdin=CARD.format(uid, "").encode())
        self.bells = 0
        self.due = set()
        self.site.start()
        if first_start < BEGIN:
            self.jump(30 * DAY)

    def event(self, name, starts_in, *leads, reader="v"):
        start = self.clock.now() + starts_in
        self.site.convene("import", "-", stdin=EVENT.format(name, name, f"{start:%Y%m%dT%H%M%SZ}").encode())
        self.site.convene("subscribe", f"{reader}@example.org", "--event", name, *(f"--lead={lead}" for lead in leads))

    def rows(self, **wanted):
        found = [json.loads(line) for line in self.site.convene("outbox", "--json").stdout.splitlines()]
        return [row for row in found if all(row[name] == value for name, value in wanted.items())]

    def wait_sent(self, event, rule=None, state="SENT", kind=None):
        # A mail that was never tried is PENDING too, but has no reply text.
        wanted = {"kind": kind} if kind else {"rule": rule}
        wait_until(lambda: any(row["reason"] for row in self.rows(event=event, state=state, **wanted)))
        if state == "SENT":
            self.due.add((event, kind or rule))

    def ring(self):
        """Adds an event with an immediate reminder and waits for its mail. When it has arrived, the daemon has processed all earlier due
        work. It goes to a contact of its own, whose mails take no other reminders along."""
        self.bells += 1
        self.event(f"bell{self.bells}", HOUR, "-PT2H", reader="bell")
        self.wait_sent(f"bell{self.bells}", "-PT2H")

    def jump(self, by):
        self.clock.jump(by)
        self.ring()

    def jump_to(self, moment):
        self.jump(moment - self.clock.now())

    def restart(self, by):
        """Restarts the daemon, with the clock set in between."""
        self.site.stop()
        self.clock.jump(by)
        self.site.start()
        self.ring()

    def received(self):
        names = {row["message_id"].strip("<>"): (row["event"], "change" if row["kind"] == "change" else row["rule"])
                 for row in self.rows() if row["message_id"]}
        sent = (email.message_from_bytes(raw, policy=email.policy.default)["Message-ID"] for raw in self.server.messages)
        return collections.Counter(names[message.strip("<> ")] for message in sent)

    def assert_once(self, **twice):
        """Checks that every due mail was sent once. `twice` names the events for which a lost reply allows a second copy."""
        self.ring()
        assert self.received() == {what: twice.get(what[0], 1) for what in self.due}
        assert self.site.convene("check").returncode == 0


def forward(life):
    """Forward by an hour past one lead, and by a day past several: the reminder nearest to the event is sent; none is sent for a past
    event."""
    life.event("a", 1.5 * HOUR, "-PT1H")
    life.event("b", 3 * HOUR, "-PT1H")
    life.event("c", 30 * HOUR, "-PT24H", "-PT12H", "-PT2H")
    life.event("d", 10 * HOUR, "-PT1H")
    life.clock.jump(HOUR)
    life.wait_sent("a", "-PT1H")
    life.jump(DAY)
    life.wait_sent("c", "-PT12H")
    life.jump(4 * HOUR)
    life.wait_sent("c", "-PT2H")
    # b and d were over before their reminders could be sent; the ledger has them as expired.
    assert {row["state"] for row in life.rows(event="c", rule="-PT24H")} == {"EXPIRED"}
    for event in "bd":
        assert [(row["state"], row["message_id"]) for row in life.rows(event=event)] == [("EXPIRED", "")]


def back_across_a_lead(life):
    """Back by an hour and by a day, with the daemon running and stopped, then forward again."""
    life.event("a", HOUR + 2 * SECOND, "-PT1H")
    life.wait_sent("a", "-PT1H")
    life.site.convene("set", "a", "LOCATION", "elsewhere")
    life.wait_sent("a", kind="change")
    for step in (-HOUR, HOUR, -DAY, DAY):
        life.jump(step)
    for step in (-HOUR, HOUR, -DAY, DAY):
        life.restart(step)
    assert len(life.rows(event="a")) == 2


def there_and_back(life):
    """Forward by a day and back: events that seemed past are in the future again."""
    life.event("a", 10 * HOUR, "-PT1H")
    life.jump(DAY)
    life.jump(-DAY)
    assert "the clock was set back" in life.site.log_text()
    life.clock.jump(9 * HOUR + MINUTE)
    life.wait_sent("a", "-PT1H")
    life.event("b", 10 * HOUR, "-PT1H")
    life.jump(DAY)
    life.restart(-DAY)
    life.clock.jump(9 * HOUR + MINUTE)
    life.wait_sent("b", "-PT1H")


def written_by_a_wrong_clock(life):
    """The event was imported while the clock was wrong and the event seemed past."""
    life.site.stop()
    life.clock.jump(DAY)
    life.event("a", -10 * HOUR, "-PT1H")
    life.clock.jump(-DAY)
    life.site.start()
    life.clock.jump(13 * HOUR + MINUTE)
    life.wait_sent("a", "-PT1H")


def first_start_by_a_wrong_clock(life):
    """At the first start the clock is a day ahead. Mails due before the first start are not sent, but a first start in the future
    suppresses no mail."""
    life.event("a", -20 * HOUR, "-PT1H")
    life.clock.jump(-DAY)
    wait_until(lambda: "the clock was set back" in life.site.log_text())
    life.clock.jump(3 * HOUR + MINUTE)
    life.wait_sent("a", "-PT1H")


def between_commit_and_reply(life):
    """Back by an hour and forward by a day while the server holds its reply."""
    for name, step in (("a", -HOUR), ("b", DAY), ("c", -DAY)):
        life.server.hold()
        life.event(name, HOUR, "-PT2H")
        assert life.server.held.wait(PATIENCE)
        life.clock.jump(step)
        life.server.go_on.set()
        life.wait_sent(name, "-PT2H")
        life.ring()


def retries_do_not_wait_for_the_day(life):
    """Retries wait the same time after the clock was set, in the running daemon and between two runs."""
    for name, fault, state, set_back in (("a", "4yz", "PENDING", life.jump), ("b", "drop", "UNKNOWN", life.jump),
                                         ("c", "4yz", "PENDING", life.restart), ("d", "drop", "UNKNOWN", life.restart)):
        life.server.faults.append(fault)
        life.event(name, 30 * HOUR, "-PT40H")
        life.wait_sent(name, "-PT40H", state)
        set_back(-DAY)
        assert life.rows(event=name, state=state)
        life.clock.jump(62 * SECOND)
        life.wait_sent(name, "-PT40H")


def given_up_by_a_wrong_clock(life):
    """A mail that expired while the clock was a day ahead is sent after the clock was set back."""
    life.server.faults.append("4yz")
    life.event("a", 2 * HOUR, "-PT3H")
    life.wait_sent("a", "-PT3H", "PENDING")
    life.jump(DAY)
    life.wait_sent("a", "-PT3H", "EXPIRED")
    life.clock.jump(-DAY)
    life.wait_sent("a", "-PT3H")


def an_outage_with_a_jump(life):
    """The daemon is stopped at the due time, and the clock is wrong afterwards."""
    life.event("a", 30 * HOUR, "-PT24H", "-PT12H", "-PT2H")
    life.restart(20 * HOUR)
    life.wait_sent("a", "-PT12H")
    life.restart(-HOUR)
    life.restart(-12 * HOUR)
    life.restart(21 * HOUR + MINUTE)
    life.wait_sent("a", "-PT2H")


def agendas(life):
    """Forward by two days and back: each agenda is sent once, today's too."""
    rule = "DAILY@18:00"
    life.site.convene("import", "-", stdin=CARD.format("w", f"X-CONVENED-DIGEST:{rule}\r\n").encode())
    life.event("a", 20 * HOUR, "-PT1H")
    life.event("b", 53 * HOUR, "-PT1H")
    life.site.convene("subscribe", "w@example.org", "--event", "a")
    life.site.convene("subscribe", "w@example.org", "--event", "b")
    life.ring()
    life.jump(2 * DAY)
    life.wait_sent("", rule)
    life.jump(-2 * DAY)
    life.clock.jump(3 * HOUR + MINUTE)
    wait_until(lambda: len(life.rows(event="", state="SENT")) == 2)
    life.jump(DAY)
    assert len(life.rows(event="")) == len({row["start"] for row in life.rows(event="")}) == 2


# Each story with the number of copies allowed for a mail whose reply was lost.
STORIES = {forward: {}, back_across_a_lead: {}, there_and_back: {}, written_by_a_wrong_clock: {}, first_start_by_a_wrong_clock: {},
           between_commit_and_reply: {}, retries_do_not_wait_for_the_day: {"b": 2, "d": 2}, given_up_by_a_wrong_clock: {},
           an_outage_with_a_jump: {}, agendas: {"": 2}}


def tell(story, directory):
    with Patient() as server:
        life = Life(directory, server, BEGIN + DAY if story is first_start_by_a_wrong_clock else BEGIN - 30 * DAY)
        try:
            story(life)
            life.assert_once(**STORIES[story])
        finally:
            server.go_on.set()
            end(life.site)


@pytest.fixture(scope="module")
def shim():
    make_tool(SHIM)


@pytest.fixture(scope="module")
def told(tmp_path_factory, shim):
    directory = tmp_path_factory.mktemp("clock")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        yield {story: pool.submit(tell, story, directory / story.__name__) for story in STORIES}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_every_mail_is_sent_exactly_once(told, story):
    told[story].result()


class Town:
    """A directory of time zones with Test/Town, whose rules a test changes: `hours` ahead of UTC from the middle of June."""

    def __init__(self, directory):
        self.directory = directory
        shutil.copytree("/usr/share/zoneinfo", directory, ignore=shutil.ignore_patterns("posix", "right"))

    def decree(self, hours):
        source = self.directory.parent / "town"
        source.write_text(f"Zone Test/Town 3:00 - +03 2031 Jun 15\n\t\t\t{hours}:00 - +0{hours}\n", encoding="ascii")
        subprocess.run(["/usr/sbin/zic", "-d", self.directory, source], check=True, timeout=60)


def changes_of_zones(life):
    return life.site.log_text().count("time zones have changed: 1 events")


def test_a_changed_tzdata_moves_future_mails_and_repeats_none(tmp_path, shim):
    """Each decree moves noon of 20 June. An event at that time has three leads, and an agenda is due at 18:00."""
    town = Town(tmp_path / "zones")
    town.decree(3)
    with Patient() as server:
        life = Life(tmp_path / "site", server, TZDIR=str(town.directory))
        try:
            walk_through_decrees(life, town)
            life.assert_once()
        finally:
            end(life.site)


def walk_through_decrees(life, town):
    """Changes tzdata three times: before a reload, while the daemon is stopped, and before the daemon's own check at midnight."""
    def at(day, hour):
        return datetime.datetime(2031, 6, day, hour, 0, 30, tzinfo=datetime.timezone.utc)

    card = CARD.format("w", "X-CONVENED-DIGEST:DAILY@18:00\r\n").replace("Europe/Moscow", "Test/Town")
    life.site.convene("import", "-", stdin=card.encode())
    life.site.convene("import", "-", stdin=EVENT.format("a", "a", "x").replace(
        "DTSTART:x", "DTSTART;TZID=Test/Town:20310620T120000").encode())
    life.site.convene("subscribe", "v@example.org", "--event", "a", "--lead=-PT230H", "--lead=-PT24H", "--lead=-PT12H")
    life.site.convene("subscribe", "w@example.org", "--event", "a")
    life.jump_to(at(10, 19))
    life.wait_sent("a", "-PT230H")
    feed = requests.get(f"{life.site.url}/all.ics", timeout=PATIENCE)
    assert "TZOFFSETTO:+0300" in feed.text and "TZOFFSETTO:+0400" not in feed.text

    town.decree(4)
    life.site.process.send_signal(signal.SIGHUP)
    wait_until(lambda: changes_of_zones(life) == 1 and "in force" in life.site.log_text())
    later = requests.get(f"{life.site.url}/all.ics", timeout=PATIENCE, headers={"If-None-Match": feed.headers["ETag"]})
    assert later.status_code == 200 and "TZOFFSETTO:+0400" in later.text
    assert "DTSTART;TZID=Test/Town:20310620T120000" in later.text.replace("\r\n ", "")
    life.jump_to(at(19, 8))
    life.wait_sent("a", "-PT24H")

    life.site.stop()
    town.decree(5)
    life.site.start()
    assert changes_of_zones(life) == 2
    life.jump_to(at(19, 13))
    life.wait_sent("", "DAILY@18:00")
    life.jump_to(at(19, 19))
    life.wait_sent("a", "-PT12H")

    town.decree(3)
    life.jump_to(at(20, 0))
    wait_until(lambda: changes_of_zones(life) == 3 and life.site.log_text().count("in force") == 2)
    for hour in (1, 4, 8):
        life.jump_to(at(20, hour))
    assert "TZOFFSETTO:+0500" not in requests.get(f"{life.site.url}/all.ics", timeout=PATIENCE).text
