"""Tests convene match: the timetable of an event whose participants name whom they want to meet."""

import collections
import datetime
import itertools
import json
import sqlite3
import zoneinfo

import pytest

MOSCOW = zoneinfo.ZoneInfo("Europe/Moscow")
DAY = (datetime.datetime.now(MOSCOW) + datetime.timedelta(days=20)).date()
HOSTS = ["anna", "boris", "clara"]
VISITORS = ["dina", "egor", "fanny", "gleb"]
TABLES = {"anna": "Стол 1", "boris": "Стол 1", "clara": "Стол 2"}
NO_ADDRESS = "mute"


def card(name, more=""):
    return f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{name}@x\r\nFN:{name.title()}\r\n{more}END:VCARD\r\n"


def offer(host, more="", start="1000", end="1200"):
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VAVAILABILITY\r\n"
            f"UID:offer-{host}\r\nDTSTAMP:20260101T000000Z\r\nX-CONVENED-MEETING-HOST:{host}@x\r\nX-CONVENED-MEETING-EVENT:fair@x\r\n"
            f"X-CONVENED-MEETING-PLACE:{TABLES[host]}\r\n{more}BEGIN:AVAILABLE\r\nUID:hours\r\nDTSTAMP:20260101T000000Z\r\n"
            f"DTSTART;TZID=Europe/Moscow:{DAY:%Y%m%d}T{start}00\r\nDTEND;TZID=Europe/Moscow:{DAY:%Y%m%d}T{end}00\r\n"
            "END:AVAILABLE\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR\r\n")


def event(uid, start, end, more=""):
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\n"
            f"UID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:{uid}\r\n{more}DTSTART;TZID=Europe/Moscow:{DAY:%Y%m%d}T{start}00\r\n"
            f"DTEND;TZID=Europe/Moscow:{DAY:%Y%m%d}T{end}00\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")


@pytest.fixture
def fair(make_site):
    """Three hosts at two tables in four half hours; Clara asks to be asked; Dina is busy from 10:00 to 10:30."""
    site = make_site(mail='from = "Office <office@example.org>";', extra='time_zone = "Europe/Moscow";\n')
    cards = "".join(card(name, f"EMAIL:{name}@example.org\r\n") for name in HOSTS + VISITORS) + card(NO_ADDRESS)
    events = event("fair@x", "0900", "1800") + event("own@x", "1000", "1030", "ATTENDEE:mailto:dina@example.org\r\n")
    offers = offer("anna") + offer("boris") + offer("clara", "X-CONVENED-MEETING-CONFIRM:HOST\r\n")
    site.convene("import", "-", stdin=cards)
    site.convene("import", "-", stdin=events + offers)
    return site


def match(site, wishes=None, *options):
    arguments = ["--json", *options]
    if wishes is not None:
        (site.directory / "wishes.csv").write_text("".join(f"{row}\n" for row in wishes), encoding="utf-8")
        arguments.append(f"--wishes={site.directory / 'wishes.csv'}")
    return json.loads(site.convene("match", "fair@x", *arguments).stdout)


def meetings(found):
    return [row for row in found["rows"] if row["state"] in ("proposed", "booked")]


def check(rows):
    """Checks that no participant and no table has two meetings at a time, and that all are within the hours."""
    taken = collections.Counter()
    for row in rows:
        start = datetime.datetime.fromisoformat(row["start"]).astimezone(MOSCOW)
        assert start.date() == DAY and 10 <= start.hour < 12
        assert row["place"] == TABLES[row["host"].split("@")[0]]
        taken.update([(row["start"], row["host"]), (row["start"], row["visitor"]), (row["start"], row["place"])])
    assert all(n == 1 for n in taken.values()), taken


EVERYBODY = [f"{visitor}@example.org;{host}@example.org;{1 + i % 9}"
             for i, (visitor, host) in enumerate(itertools.product(VISITORS, HOSTS))]


def test_match__grants_as_many_wishes_as_the_tables_have_time_for(fair):
    """Twelve wishes, two tables, four half hours: eight meetings are possible, the most wanted ones."""
    found = match(fair, EVERYBODY)
    rows = meetings(found)
    check(rows)
    assert (found["wishes"], found["granted"]) == (12, 8)
    assert len([row for row in rows if row["place"] == "Стол 2"]) == 4  # only four want Clara
    assert {row["state"] for row in found["rows"]} == {"proposed", "full"}
    assert all(row["start"][11:16] != "07:00" for row in rows if row["visitor"] == "dina@x")  # busy at ten in Moscow
    # The order of the file does not matter, and a second run finds the same.
    assert match(fair, list(reversed(EVERYBODY))) == found


def test_match__reads_what_spreadsheets_write(fair):
    plain = match(fair, ["dina@example.org,clara@example.org,2", "egor@example.org,anna@example.org"])
    quoted = match(fair, ["\ufeffКто;С кем;Важность", '"dina@example.org" ;"clara@example.org";2', "", "egor@x;anna@x;"])
    assert quoted == plain and plain["granted"] == 2
    (fair.directory / "bad.csv").write_text("dina@example.org,nobody@example.org,1\negor@x,anna@x,eleven\negor@x,,1\n\"x\"\"y\",anna@x\nanna@x,anna@x\n")
    failed = fair.convene("match", "fair@x", f"--wishes={fair.directory / 'bad.csv'}", "--keep", check=False)
    assert failed.returncode == 1
    for line, word in ((1, "nobody@example.org"), (2, "eleven"), (3, ""), (4, 'x"y'), (5, "anna@x")):
        assert f"bad.csv:{line}: {word}: " in failed.stderr
    assert match(fair)["wishes"] == 0


def test_match__keeps_wishes_in_the_cards(fair):
    match(fair, ["dina@x,clara@x,2", "clara@x,dina@x,4", "egor@x,anna@x"], "--keep")
    assert f'X-CONVENED-WISH;X-CONVENED-EVENT="fair@x";PREF=2:clara@x' in fair.convene("show", "--raw", "dina@x").stdout.replace("\n ", "")
    kept = match(fair)
    assert (kept["wishes"], kept["granted"]) == (3, 3)
    mutual = next(row for row in kept["rows"] if row["mutual"])
    assert (mutual["from"], mutual["priority"]) == ("dina@x", 2)
    # A file that names Dina replaces her wishes, and those of nobody else.
    assert match(fair, ["dina@x,boris@x,1"], "--keep")["wishes"] == 1
    assert match(fair)["wishes"] == 3


def test_match__the_value_counts_what_is_granted(fair):
    """A booked wish counts as a proposed one: a second run has the same numbers."""
    wishes = ["dina@x,clara@x,2", "clara@x,dina@x,4", "egor@x,anna@x,9"]
    found = match(fair, wishes, "--keep", "--book")
    assert (found["granted"], found["value"]) == (3, 2 * 8 + 1) and found["value"] <= found["bound"]
    again = match(fair)
    assert (again["granted"], again["value"], again["bound"]) == (3, found["value"], found["value"])


def test_match__a_failure_of_the_store_is_no_failed_booking(fair):
    with sqlite3.connect(fair.database) as database:
        database.execute("CREATE TRIGGER fails BEFORE INSERT ON mail BEGIN SELECT RAISE(ABORT, 'no'); END")
    (fair.directory / "wishes.csv").write_text("egor@x,anna@x\n", encoding="utf-8")
    failed = fair.convene("match", "fair@x", f"--wishes={fair.directory / 'wishes.csv'}", "--book", check=False)
    assert failed.returncode == 1 and "cannot be booked" not in failed.stderr and "fair@x: " in failed.stderr, failed.stderr


def test_match__says_why_a_wish_is_not_granted(fair):
    found = match(fair, ["dina@x,egor@x", f"{NO_ADDRESS}@x,anna@x", "anna@x,boris@x", "egor@x,anna@x"])
    states = {(row["from"], row["to"]): row["state"] for row in found["rows"]}
    assert states[("dina@x", "egor@x")] == "no-offer"
    assert states[(f"{NO_ADDRESS}@x", "anna@x")] == "no-offer"
    assert states[("anna@x", "boris@x")] == states[("egor@x", "anna@x")] == "proposed"  # hosts visit each other
    fair.convene("import", "-", stdin=offer("anna", start="1300", end="1400"))
    found = match(fair, ["anna@x,boris@x", "egor@x,anna@x"])
    states = {(row["from"], row["to"]): row["state"] for row in found["rows"]}
    assert states == {("anna@x", "boris@x"): "no-time", ("egor@x", "anna@x"): "proposed"}


def test_match__books_and_keeps_what_is_booked(fair):
    booked = match(fair, EVERYBODY[:9], "--keep", "--book")
    rows = meetings(booked)
    check(rows)
    assert {row["state"] for row in rows} == {"booked"}
    # Clara's offer asks her first; the others are booked at once. Both sides have a mail each.
    assert {row["meeting"] for row in rows if row["host"] == "clara@x"} == {"ASKED"}
    assert {row["meeting"] for row in rows if row["host"] != "clara@x"} == {"BOOKED"}
    listed = [json.loads(line) for line in fair.convene("meet", "list", "--json").stdout.splitlines()]
    assert sorted(meeting["uid"] for meeting in listed) == sorted(row["uid"] for row in rows)
    kinds = collections.Counter(json.loads(line)["kind"] for line in fair.convene("outbox", "--json", "--limit=1000").stdout.splitlines())
    n_asked = sum(row["meeting"] == "ASKED" for row in rows)
    assert kinds["meeting-invite"] == 2 * (len(rows) - n_asked)
    assert kinds["meeting-request"] == kinds["meeting-asked"] == n_asked and kinds["meeting-verify"] == 0
    # A second run keeps all meetings, and a later wish does not move them.
    assert meetings(match(fair)) == rows
    later = meetings(match(fair, EVERYBODY, "--keep"))
    check(later)
    uids = {row["uid"]: row for row in later if row["state"] == "booked"}
    assert all(uids[row["uid"]]["start"] == row["start"] for row in rows)
    # A cancelled meeting is not proposed again.
    gone = rows[0]
    fair.convene("meet", "cancel", gone["uid"])
    again = match(fair)
    assert [row["state"] for row in again["rows"] if (row["from"], row["to"]) == (gone["from"], gone["to"])] == ["ended"]
    assert gone["uid"] not in {row.get("uid") for row in again["rows"]}


def test_match__knows_meetings_that_were_booked_otherwise(fair):
    """By another address of the card and without a name, at an offer that was removed since."""
    def book(offer_of, clock, address):
        uid = json.loads(fair.convene("meet", "ask", "--json", offer_of, f"{DAY}T{clock}", f"--address={address}").stdout)["uid"]
        fair.convene("meet", "confirm", uid)
    fair.convene("import", "-", stdin=card("fanny", "EMAIL;PREF=1:fanny@example.org\r\nEMAIL:second@example.org\r\n"))
    book("offer-anna", "11:00", "second@example.org")
    book("offer-boris", "11:30", "dina@example.org")
    found = match(fair, ["fanny@x,anna@x"], "--keep")
    assert [(row["state"], row.get("visitor")) for row in found["rows"]] == [("booked", "fanny@x"), ("booked", None)]
    # Hosts do not see the address of a visitor.
    printed = fair.convene("match", "fair@x", env={"LC_ALL": "C.UTF-8"}).stdout
    assert "Fanny" in printed and "@example.org" not in printed + json.dumps(found)
    fair.convene("offer", "remove", "offer-anna")
    assert [row["state"] for row in match(fair)["rows"]] == ["booked", "booked"]


def test_match__keeps_to_the_daily_maximum_of_each_offer(fair):
    """It counts all meetings of the host, but limits only its own offer; what it limits is booked first."""
    early = offer("anna", start="0900", end="1000").replace("offer-anna", "offer-early")
    fair.convene("import", "-", stdin=offer("anna", "X-CONVENED-MEETING-DAILY-MAX:1\r\n") + early)
    rows = meetings(match(fair, [f"{name}@x,anna@x" for name in VISITORS], "--keep", "--book"))
    assert sorted(row["offer"] for row in rows) == ["offer-anna", "offer-early", "offer-early"]
    assert len(meetings(match(fair))) == 3


def test_match__prints_a_page_for_each(fair):
    match(fair, EVERYBODY, "--keep", "--book")
    rows = meetings(match(fair))
    for by, n, heading in (("participant", 7, "Anna\n"), ("table", 2, "Стол 1\n"), ("hour", 4, f"{DAY} 10:00-10:30\n")):
        text = fair.convene("match", "fair@x", f"--by={by}", "--pages", env={"LC_ALL": "C.UTF-8"}).stdout
        pages = text.split("\f")
        assert len(pages) == n and heading in text
        listed = sum(line.startswith("  ") for page in pages for line in page.split("\n\n")[0].splitlines())
        assert listed == len(rows) * (2 if by == "participant" else 1)
    russian = fair.convene("match", "fair@x", env={"LC_ALL": "ru_RU.UTF-8"}).stdout
    assert "Исполнено пожеланий: 8 из 12" in russian
    assert fair.convene("match", "fair@x", "--by=name", check=False).returncode == 2
    assert fair.convene("match", "fair@x", "--keep", check=False).returncode == 2
