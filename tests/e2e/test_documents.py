"""Compares conf/documents, read with python3-icalendar and python3-vobject, with a table made by hand from the five documents."""

import datetime
import pathlib
import re
import unicodedata
import zoneinfo

import icalendar
import pytest
import vobject

DOCUMENTS = pathlib.Path(__file__).resolve().parents[2] / "conf" / "documents"
SUFFIX = "@documents.convened.example"
FILES = ["events.ics", "sites.vcf", "organisations.vcf", "contacts.vcf"]

ULYANOVSK, YEKATERINBURG, MOSCOW = "Europe/Ulyanovsk", "Asia/Yekaterinburg", "Europe/Moscow"

# id: document, kind, first day, last day, basis, day unknown, zone
EVENTS = {
    "dip-master-2": ("D0", "SESSION", None, None, None, False, ULYANOVSK),
    "dip-master-2.panel": ("D0", "SESSION", None, None, None, False, ULYANOVSK),
    "innoprom-2025": ("D1", "EXHIBITION", "2025-07-07", "2025-07-10", "PUBLIC", False, YEKATERINBURG),
    "innoprom-2025.sco-parks": ("D1", "SESSION", "2025-07-07", "2025-07-10", "INFERRED", True, YEKATERINBURG),
    "smolensk-tour": ("D3", "SITE-VISIT", "2017-05-25", "2017-05-26", "INFERRED", False, MOSCOW),
    "smolensk-tour.seminar": ("D3", "SESSION", "2017-05-25", "2017-05-26", "INFERRED", True, MOSCOW),
    "smolensk-tour.parks": ("D3", "SITE-VISIT", "2017-05-25", "2017-05-26", "INFERRED", True, MOSCOW),
    "smolensk-tour.alvidprof": ("D3", "SITE-VISIT", "2017-05-26", "2017-05-26", "INFERRED", False, MOSCOW),
    "smolensk-tour.szpi": ("D3", "SITE-VISIT", "2017-05-26", "2017-05-26", "INFERRED", False, MOSCOW),
    "saransk-clusters": ("D4", "SESSION", "2021-06-24", "2021-06-25", "PUBLIC", False, MOSCOW),
    "saransk-clusters.technopark": ("D4", "SITE-VISIT", "2021-06-24", "2021-06-24", "PUBLIC", False, MOSCOW),
    "saransk-clusters.projects": ("D4", "SESSION", "2021-06-24", "2021-06-25", "INFERRED", True, MOSCOW),
    "saransk-clusters.meetings": ("D4", "MEETING", "2021-06-24", "2021-06-24", "INFERRED", False, MOSCOW),
    "saransk-clusters.agreement": ("D4", "OTHER", "2021-06-24", "2021-06-24", "INFERRED", False, MOSCOW),
}

# person, role, entry; Айрат Гиззатуллин attends none, Ольга Серенко also has a card
PERSONS = {
    "dip-master-2.panel": {
        "Игорь Эдель": "ATTENDED", "Владимир Разумков": "ATTENDED", "Жанна Халиуллина": "ATTENDED",
        "Фирдаус Кабиров": "ATTENDED", "Вилсор Халиуллин": "ATTENDED"},
    "innoprom-2025.sco-parks": {
        "Денис Журавский": "ATTENDED", "Михаил Лабудин": "SPEAKER", "Фарид Закиров": "SPEAKER"},
    "smolensk-tour.seminar": {
        "Ростислав Ровбель": "SPEAKER", "Олеся Тетерина": "ATTENDED", "Артем Журавлев": "SPEAKER",
        "Денис Аленин": "SPEAKER", "Наталия Лукашенкова": "SPEAKER", "Инга Морозова": "SPEAKER",
        "Александр Комаров": "SPEAKER"},
    "saransk-clusters": {
        "Артём Здунов": "INITIATOR", "Владимир Сидоров": "GREETED", "Виталий Хоценко": "READ-GREETING",
        "Денис Мантуров": "GREETING-AUTHOR", "Сергей Майоров": "ATTENDED", "Ольга Серенко": "CONTACT"},
    "saransk-clusters.meetings": {
        "Сергей Майоров": "HELD-MEETINGS", "Виталий Хоценко": "MET", "Владимир Сидоров": "MET"},
    "saransk-clusters.agreement": {"Магомед Мальсагов": "SIGNED"},
}

ORGANISERS = {
    "smolensk-tour": ["Ассоциация индустриальных парков", "Администрация Смоленской области",
                      "Корпорация развития Смоленской области"],
    "saransk-clusters": ["Министерство промышленности и торговли РФ",
                         "Министерство промышленности, науки и новых технологий Республики Мордовия",
                         "АУ «Технопарк-Мордовия»"],
}

MET = ["Государственный университет управления", "ОЭЗ «Ульяновск»", "Фонд развития промышленности Липецкой области",
       "Корпорация развития Ульяновской области", "Уральский промышленный кластер", "Технологическая компания «ЖНФ»",
       "Агентство по развитию кластерной политики и предпринимательства Нижегородской области",
       "«НИИИС имени А.Н. Лодыгина »", "ПАО «Электровыпрямитель»", "«ГидроНТ»", "«Алрокс»", "«ПМ инструмент»"]

SITES = {
    "site-kvantorium": ULYANOVSK, "site-dip-master": ULYANOVSK, "site-dip-master-2": ULYANOVSK, "site-kip-master": MOSCOW,
    "site-ekaterinburg-expo": YEKATERINBURG, "site-navoi": "Asia/Samarkand", "site-chirchik": "Asia/Tashkent",
    "site-jizzakh": "Asia/Tashkent", "site-himgrad": MOSCOW, "site-safonovo": MOSCOW, "site-feniks": MOSCOW,
    "site-alvid-plant": MOSCOW, "site-alvidprof": MOSCOW, "site-szpi": MOSCOW, "site-technopark-mordovia": MOSCOW,
    "site-elabuga-battery": MOSCOW,
}

ORGANISATIONS = [
    "ПАО «КАМАЗ»", "ООО «ДААЗ»", "АО «ДААЗ»", "Группа ОАТ", "ДИП «Мастер»", "Фонд развития моногородов",
    "Правительство Ульяновской области", "Администрация города", "Институты развития региона", "Минэкономразвития РФ",
    "Минэкономразвития России", "КИП «Мастер»", "Камский индустриальный парк «Мастер»", "Ассоциация индустриальных парков", "АИП",
    "Ассоциация индустриальных парков России", "Ассоциация кластеров, технопарков и ОЭЗ России", "АКИТ РФ", "ШОС", "БРИКС",
    "Технополис «Химград»", "Администрация Смоленской области", "Корпорация развития Смоленской области", 'ООО "Алвидпроф"',
    "ЗАО «Алвид»", "Группа «Алвид»", 'ООО "Смоленский завод пластиковых изделий"', "Ассоциация «Смоленский композитный кластер»", "BOES",
    'ООО "Металимпресс"', 'ООО "АРКО"', "Министерство промышленности и торговли РФ", "Минпромторг России",
    "Министерство промышленности, науки и новых технологий Республики Мордовия", "АУ «Технопарк-Мордовия»",
    "Машиностроительный кластер Республики Татарстан", "«Елабужский аккумуляторный завод»",
    "Дирекция кластера алюминиевой промышленности",
] + [name.replace(" »", "»") for name in MET]

PHONE = re.compile(r"\+7|tel:|\d{2}-\d{2}-\d{2}|\(\d{3,4}\)\s*\d")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def raw(name):
    return (DOCUMENTS / name).read_bytes()


def lines(name):
    return raw(name).decode().replace("\r\n ", "").split("\r\n")[:-1]


def parts(text):
    """Returns the content lines as sorted (name, parameters, value): the data that a round trip must keep."""
    found = [line.parts() for line in icalendar.parser.Contentlines.from_ical(text.decode()) if line]
    return sorted((name, sorted(params.items()), value) for name, params, value in found)


def persons_of(entry):
    """Returns the manner, role and component of each person: PARTICIPANT (RFC 9073, 7.1), and X-CONVENED-PERSON for who took no part."""
    usual = {"ACTIVE": "ATTENDED", "SPEAKER": "SPEAKER", "CONTACT": "CONTACT"}
    found = {str(person): (person.params["X-MANNER"], person.params["X-ROLE"]) for person in as_list(entry.get("X-CONVENED-PERSON"))}
    for part in participants(entry):
        kind = part["PARTICIPANT-TYPE"]
        if kind in usual and "CUTYPE" not in kind.params:
            found[str(part["SUMMARY"])] = kind.params.get("X-MANNER", usual[kind]), str(part["DESCRIPTION"])
    return found


def participants(entry, kind=None, group=False):
    """Returns the PARTICIPANT components, or the names of those of a type."""
    found = [part for part in entry.subcomponents if part.name == "PARTICIPANT"]
    if kind is None:
        return found
    return [str(part["SUMMARY"]) for part in found
            if part["PARTICIPANT-TYPE"] == kind and ("CUTYPE" in part["PARTICIPANT-TYPE"].params) == group]


def as_list(value):
    return value if isinstance(value, list) else [] if value is None else [value]


@pytest.fixture(scope="module")
def calendar():
    return icalendar.Calendar.from_ical(raw("events.ics"))


@pytest.fixture(scope="module")
def entries(calendar):
    assert all(str(component["UID"]).endswith(SUFFIX) for component in calendar.subcomponents)
    return {str(component["UID"]).removesuffix(SUFFIX): component for component in calendar.subcomponents}


def cards(name):
    return {card.uid.value.removesuffix(SUFFIX): card for card in vobject.readComponents(raw(name).decode())}


@pytest.mark.parametrize("name", FILES)
def test_form(name):
    text = raw(name)
    assert text.endswith(b"\r\n") and text.count(b"\n") == text.count(b"\r\n") == text.count(b"\r")
    assert not text.startswith(b"\xef\xbb\xbf")
    for number, line in enumerate(text.split(b"\r\n")[:-1], 1):
        where = f"{name}:{number}"
        assert 0 < len(line) <= 75, where
        assert not line.endswith(b" "), f"{where}: an editor would cut it off"
        assert line.strip() and not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", line), where
        start = line.decode().lstrip(" ")[:1]  # fails to decode if a fold is inside a character
        assert not start or not unicodedata.combining(start), where
    decoded = text.decode()
    assert unicodedata.is_normalized("NFC", decoded)
    for line in lines(name):
        assert re.match(r"[A-Z0-9-]+(;[A-Z0-9-]+=(\"[^\"]*\"|[^\";:,]*))*:.", line), line
        assert not re.search(r"(?<!\\)(?:\\\\)*\\[^\\;,nN]", line), line


def test_calendar_round_trip(calendar):
    assert str(calendar["VERSION"]) == "2.0" and str(calendar["PRODID"]) == "-//convened//documents//RU"
    assert "METHOD" not in calendar
    assert parts(calendar.to_ical()) == parts(raw("events.ics"))
    assert not [error for component in calendar.walk() for error in component.errors]


def test_every_entry_is_there_once(calendar, entries):
    assert len(calendar.subcomponents) == len(entries) == len(EVENTS) == 14
    assert set(entries) == set(EVENTS)


@pytest.mark.parametrize("uid", EVENTS)
def test_entry(entries, uid):
    document, kind, first, last, basis, within, zone = EVENTS[uid]
    entry = entries[uid]
    assert [str(c) for c in entry["CATEGORIES"].cats] == [kind]
    assert str(entry["X-CONVENED-TZID"]) == zone and zoneinfo.ZoneInfo(zone)
    assert str(entry["CLASS"]) == "PUBLIC" and entry["SEQUENCE"] == 0
    for stamp in ("DTSTAMP", "CREATED", "LAST-MODIFIED"):
        assert entry[stamp].to_ical() == b"20261123T000000Z"
    assert entry["SUMMARY"].params["LANGUAGE"] == "ru" and re.search("[а-я]", str(entry["SUMMARY"]))
    assert entry["X-CONVENED-SUMMARY"].params["LANGUAGE"] == "en" and str(entry["X-CONVENED-SUMMARY"]).isascii()
    assert str(entry["DESCRIPTION"]).endswith(f"\nIn English: {entry['X-CONVENED-SUMMARY']}.")
    assert {comment.params["LANGUAGE"] for comment in as_list(entry["COMMENT"])} == {"ru", "en"}
    # RFC 5545, 3.6.3: a VJOURNAL has no LOCATION.
    places = [part for part in entry.subcomponents if part.name == "VLOCATION"]
    assert len(places) == (entry.name == "VJOURNAL")
    assert str(places[0]["NAME"] if places else entry["LOCATION"])
    sources = as_list(entry["X-CONVENED-SOURCE"])
    assert {source.params["X-DOCUMENT"] for source in sources} == {f"{document}.txt"}
    for source in sources:
        assert re.fullmatch("«.+»", str(source))
    for link in as_list(entry.get("LINK")):
        assert (link.params["LINKREL"], link.params["VALUE"]) == ("via", "URI") and str(link).startswith("https://")
    assert ("URL" in entry) == (document != "D1")
    for absent in ("GEO", "ORGANIZER", "ATTENDEE", "CONTACT", "RRULE", "ATTACH"):
        assert absent not in entry

    if first is None:
        assert entry.name == "VJOURNAL" and str(entry["STATUS"]) == "DRAFT"
        for absent in ("DTSTART", "DTEND", "DUE", "DURATION", "X-CONVENED-DATE-BASIS"):
            assert absent not in entry
        window = " ".join(map(str, as_list(entry["COMMENT"])))
        assert "11 ноября 2021 года" in window and "11 ноября 2024 года" in window
        return
    assert entry.name == "VEVENT" and str(entry["STATUS"]) == "CONFIRMED"
    assert entry["DTSTART"].params["VALUE"] == entry["DTEND"].params["VALUE"] == "DATE"
    assert "TZID" not in entry["DTSTART"].params
    assert entry["DTSTART"].dt == datetime.date.fromisoformat(first)
    assert entry["DTEND"].dt == datetime.date.fromisoformat(last) + datetime.timedelta(days=1)
    assert str(entry["X-CONVENED-DATE-BASIS"]) == basis
    assert (str(entry.get("X-CONVENED-DATE-PRECISION", "")) == "WITHIN-PARENT") == within
    if within:
        comment = str(as_list(entry["COMMENT"])[0])
        assert "неизвест" in comment and "весь" in comment


@pytest.mark.parametrize("uid", EVENTS)
def test_each_part_is_within_its_parent(entries, uid):
    entry, parent = entries[uid], uid.rpartition(".")[0]
    if not parent:
        assert "RELATED-TO" not in entry
        return
    assert str(entry["RELATED-TO"]) == parent + SUFFIX and entry["RELATED-TO"].params["RELTYPE"] == "PARENT"
    whole = entries[parent]
    assert entry.name == whole.name
    if entry.name == "VEVENT":
        assert whole["DTSTART"].dt <= entry["DTSTART"].dt < entry["DTEND"].dt <= whole["DTEND"].dt
        if "X-CONVENED-DATE-PRECISION" in entry:
            assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (whole["DTSTART"].dt, whole["DTEND"].dt)


def test_persons(entries):
    found = {uid: {name: manner for name, (manner, _) in persons_of(entry).items()} for uid, entry in entries.items()}
    assert {uid: persons for uid, persons in found.items() if persons} == PERSONS
    for entry in entries.values():
        assert all(role for _, role in persons_of(entry).values())
    himgrad = cards("organisations.vcf")["org-himgrad"].contents["x-convened-person"][0]
    assert himgrad.value == "Айрат Гиззатуллин" and himgrad.params["X-MANNER"] == ["QUOTED"]
    assert len({name for persons in found.values() for name in persons} | {himgrad.value}) == 23


def test_bodies_regions_materials(entries):
    for uid, organisers in ORGANISERS.items():
        assert participants(entries[uid], "PLANNER-CONTACT") == organisers
    for uid in ("dip-master-2", "dip-master-2.panel", "innoprom-2025", "innoprom-2025.sco-parks"):
        assert participants(entries[uid], "PLANNER-CONTACT") == []
    tour = entries["smolensk-tour"]
    assert [str(region).removesuffix(" область") for region in as_list(tour["X-CONVENED-REGION"])] == \
        ["Московская", "Белгородская", "Орловская", "Новосибирская", "Нижегородская"]
    assert str(entries["saransk-clusters"]["X-CONVENED-REGION-COUNT"]) == "40"
    materials = as_list(tour["X-CONVENED-MATERIAL"])
    assert [str(material).split(",")[0] for material in materials] == \
        ["Ровбель Ростислав", "Артем Журавлев", "Денис Аленин", "Наталия Лукашенкова", "Инга Морозова", "Александр Комаров"]
    assert all(material.params["X-FILE"] == "LOST" for material in materials + [tour["X-CONVENED-PROGRAMME"]])
    assert participants(entries["saransk-clusters.meetings"], "ACTIVE", group=True)[:12] == MET
    assert len(participants(entries["dip-master-2"], "ACTIVE", group=True)) == 8
    for entry in entries.values():
        assert not {"X-CONVENED-ORGANIZER", "X-CONVENED-PARTICIPANT", "X-CONVENED-LOCATION"} & set(entry)


def test_names_keep_their_letters(entries):
    everything = "\n".join(line for name in FILES for line in lines(name))
    for as_written in ("Артём Здунов", "Артем Журавлев", "«НИИИС имени А.Н. Лодыгина »", 'ООО "Алвидпроф"', "25-26 мая",
                       "государств — членов ШОС", "Завтра\\, 25 июня"):
        assert as_written in everything
    for wrong in ("Артем Здунов", "Артём Журавлев", "Журавлёв", "ООО «Алвидпроф»"):
        assert wrong not in everything


@pytest.mark.parametrize("name", FILES)
def test_private_data_only_in_contacts(name):
    text = "\n".join(line for line in lines(name)).replace(SUFFIX, "")
    assert bool(PHONE.search(text)) == bool(ADDRESS.search(text)) == (name == "contacts.vcf")
    if name != "contacts.vcf":
        assert not re.search(r"^(TEL|EMAIL|ADR|GEO)[;:]", text, re.M)


def test_uids_are_ascii_and_unique():
    uids = [line.partition(":")[2] for name in FILES for line in lines(name) if re.match("UID[;:]", line)]
    components = len(re.findall(r"^BEGIN:(?:PARTICIPANT|VLOCATION)$", "\n".join(lines("events.ics")), re.M))
    assert components > 60 and len(uids) == len(set(uids)) == 14 + components + len(SITES) + 43 + 1
    assert all(re.fullmatch("[a-z0-9.-]+" + re.escape(SUFFIX), uid) for uid in uids)
    for name in FILES:
        for line in lines(name):
            if line.startswith("RELATED"):
                assert line.rpartition(":")[2] in uids, line


@pytest.mark.parametrize("name, kind", [("sites.vcf", "location"), ("organisations.vcf", "org"), ("contacts.vcf", "individual")])
def test_cards(name, kind):
    found = cards(name)
    assert len(found) == lines(name).count("BEGIN:VCARD")
    for uid, card in found.items():
        assert card.version.value == "4.0" and card.kind.value == kind and card.fn.value and card.rev.value
        assert len(card.contents["fn"]) == 1
        for source in card.contents["x-convened-source"]:
            document = source.params["X-DOCUMENT"][0]
            assert re.fullmatch("D[0-4].txt|PUBLIC", document), uid
            assert document == "PUBLIC" or re.fullmatch("«.+»", source.value), uid


def test_sites():
    found = cards("sites.vcf")
    assert {uid: card.tz.value for uid, card in found.items()} == SITES
    documents = {source.params["X-DOCUMENT"][0] for card in found.values() for source in card.contents["x-convened-source"]}
    assert documents >= {f"D{number}.txt" for number in range(5)}
    for uid, card in found.items():
        for town in card.contents.get("x-convened-town", []):
            if "X-COORDINATES" in town.params:
                assert town.params["X-PRECISION"] == ["TOWN-CENTRE"] and town.params["X-ATTRIBUTION"] == ["GeoNames"]
                assert "приблизительные" in card.contents["note"][1].value, uid
    chirchik = found["site-chirchik"].note.value
    assert all(area in chirchik for area in ("28,4 га (himgrad.ru)", "31,2 га (chempark.uz)", "40 га (realnoevremya.com)"))
    visited = {uid for uid, card in found.items() if card.contents["x-convened-visited"][0].value == "YES"}
    assert visited == {"site-safonovo", "site-feniks", "site-alvidprof", "site-szpi", "site-technopark-mordovia"}


def test_organisations():
    found = cards("organisations.vcf")
    names = {card.fn.value for card in found.values()}
    names |= {nick.value for card in found.values() for nick in card.contents.get("nickname", [])}
    assert set(ORGANISATIONS) <= names
    assert len(found) == 43
    assert all(card.contents["x-convened-part"] for card in found.values())
    alvid = {uid: card for uid, card in found.items() if "лвид" in card.fn.value}
    assert len(alvid) == 3
    for uid, card in alvid.items():
        related = {r.value.removesuffix(SUFFIX) for r in card.contents["related"]}
        assert set(alvid) - {uid} <= related


def test_the_one_contact():
    found = cards("contacts.vcf")
    assert list(found) == ["contact-serenko"]
    card = found["contact-serenko"]
    assert card.fn.value == "Ольга Серенко" and (card.n.value.family, card.n.value.given) == ("Серенко", "Ольга")
    assert [tel.value for tel in card.contents["tel"]] == ["tel:+78552530707", "tel:+79053714895"]
    assert [email.value for email in card.contents["email"]] == ["serenko.o@innokam.pro"]
    assert card.role.value == "контактное лицо" and card.lang.value == "ru"
    assert card.org.value == ["Машиностроительный кластер Республики Татарстан"]
    assert card.contents["x-convened-reminders"][0].value == "OFF"
    notes = " ".join(note.value for note in card.contents["note"])
    assert "нельзя ничего отправлять" in notes and "nothing may ever be mailed" in notes and "вывод" in notes
