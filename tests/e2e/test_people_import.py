"""Imports people from tables that Python's csv and openpyxl have written, in the encodings and with the separators of spreadsheet programs."""

import contextlib
import csv
import io
import itertools
import json
import sqlite3
import zipfile

import openpyxl
import pytest
import vobject

FAMILIES = ["Иванов", "Петров", "Сидоров", "Ёлкин", "Щукин", "Жуков", "Цветков", "Абакумов", "Эйхе", "Юдин"]
GIVEN = ["Иван", "Пётр", "Илья", "Юрий", "Эдуард"]
ADDITIONAL = ["Иванович", "Петрович", "Юрьевич", "Ильич"]
HEADER = ["Фамилия", "Имя", "Отчество", "E-mail", "Организация", "Должность", "Телефон", "Язык"]


def people(n):
    names = itertools.product(FAMILIES, GIVEN, ADDITIONAL)
    return [[family, given, additional, f"guest{i}@example.org", f'ООО "Завод №{i % 7}"; филиал', "Главный инженер, к.т.н.", f"+7 916 {i:07}", "русский"]
            for i, (family, given, additional) in zip(range(n), names)]


def write_csv(rows, encoding, delimiter):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def write_xlsx(rows, path):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.create_sheet("second").append(["Фамилия"])
    book.save(path)


def cards(site):
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        if not store.execute("SELECT 1 FROM sqlite_master WHERE name = 'object'").fetchone():
            return []
        return [vobject.readOne(text.decode()) for text, in store.execute("SELECT text FROM object WHERE kind = 3")]


def imported(site, path, *options):
    result = site.convene("contact", "import", "--json", path, *options, check=False)
    return result.returncode, [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("encoding,delimiter", [("windows-1251", ";"), ("koi8-r", ","), ("utf-8-sig", ";"), ("utf-8", "\t"), ("utf-16", "\t"), ("utf-16-le", ";")])
def test_a_table_of_each_encoding_becomes_cards(site, tmp_path, encoding, delimiter):
    rows = people(200)
    path = tmp_path / "people.csv"
    path.write_bytes(write_csv([[cell.replace("№", "N") for cell in row] for row in [HEADER, *rows]], encoding, delimiter))
    code, found = imported(site, path)
    assert code == 0 and [row["action"] for row in found] == ["added"] * 200
    with_site = {card.email.value: card for card in cards(site)}
    for row in rows:
        card = with_site[row[3]]
        assert (card.n.value.family, card.n.value.given, card.n.value.additional) == tuple(row[:3])
        assert card.fn.value == " ".join(row[:3])
        assert card.org.value == [row[4].replace("№", "N")] and card.title.value == row[5]
        assert card.tel.value == row[6] and card.lang.value == "ru"
    code, found = imported(site, path)
    assert code == 0 and [row["action"] for row in found] == ["unchanged"] * 200


def test_a_workbook_becomes_cards(site, tmp_path):
    path = tmp_path / "people.xlsx"
    write_xlsx([["ФИО", None, "Почта", "Тел."], ["Иванов Иван Петрович", None, "ivan@example.org", 79161234567],
                ["John Smith", "", " john@example.org ", "нет"], [None, None, None, None], ["Ли", None, "li@example.org", None]], path)
    code, found = imported(site, path)
    assert code == 1 and [(row["row"], row["action"], row.get("column")) for row in found] == [(2, "added", None), (3, "refused", "Тел."), (5, "added", None)]
    write_xlsx([["ФИО", None, "Почта", "Тел."], ["Иванов Иван Петрович", None, "ivan@example.org", 79161234567], ["John Smith", "", " john@example.org ", 5550123]], path)
    assert imported(site, path)[0] == 0
    with_site = {card.email.value: card for card in cards(site)}
    assert with_site["ivan@example.org"].tel.value == "79161234567" and with_site["ivan@example.org"].n.value.additional == "Петрович"
    assert with_site["john@example.org"].fn.value == "John Smith"


def test_faults_name_row_and_column_and_nothing_is_imported(site, tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(write_csv([HEADER, people(1)[0], ["Юдин", "Юрий", "", "no address", "", "", "", ""], ["", "", "", "", "Завод", "", "", ""],
                                ["Эйхе", "Анна", "", "anna@example.org", "", "", "дом", ""], ["Эйхе", "Ирина", "", "irina@example.org", "", "", "", "клингонский"]],
                               "utf-8", ";"))
    code, found = imported(site, path)
    assert code == 1 and [row["action"] for row in found] == ["added", "refused", "refused", "refused", "refused"]
    assert [(row["row"], row["column"]) for row in found[1:]] == [(3, "E-mail"), (4, ""), (5, "Телефон"), (6, "Язык")]
    assert cards(site) == []
    result = site.convene("contact", "import", path, check=False)
    assert f"{path}:3: E-mail: \"no address\" is no mail address" in result.stderr


def test_doubles_are_asked_about_and_decided(site, tmp_path):
    path = tmp_path / "people.csv"
    first = ["Иванов", "Иван", "", "ivan@example.org", "Завод", "", "", ""]
    path.write_bytes(write_csv([HEADER, first], "utf-8", ";"))
    assert imported(site, path)[0] == 0
    path.write_bytes(write_csv([HEADER, ["Петров", "Иван", "", "IVAN@example.org", "", "", "", ""], ["ИВАНОВ", "иван", "", "i@example.org", "ЗАВОД", "", "", ""],
                                ["Иванов", "Иван", "", "ivan@EXAMPLE.org", "", "Директор", "", ""], ["Юдин", "А", "", "yu@example.org", "", "", "", ""],
                                ["Юдин", "А", "", "yu@example.org", "", "", "", ""]], "utf-8", ";"))
    code, found = imported(site, path)
    assert (code, [row["action"] for row in found]) == (1, ["asked", "asked", "updated", "added", "skipped"])
    assert found[4]["earlier"] == 5 and len(cards(site)) == 1
    code, found = imported(site, path, "--doubles=add", "--dry-run")
    assert code == 0 and len(cards(site)) == 1
    code, found = imported(site, path, "--doubles=add")
    assert (code, [row["action"] for row in found]) == (0, ["added", "added", "updated", "added", "skipped"])
    assert len(cards(site)) == 4
    ivan = next(card for card in cards(site) if card.email.value == "ivan@example.org" and card.n.value.family == "Иванов")
    assert ivan.title.value == "Директор" and ivan.org.value == ["Завод"]


def test_columns_are_matched_by_hand_and_people_listed(site, tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(write_csv([["Кто", "Куда", "x"], ["Иванов Иван", "ivan@example.org", "1"]], "utf-8", ";"))
    site.convene("add", "--uid=forum", "--summary=Forum", "--kind=session", "--start=2030-01-01T10:00", "--end=2030-01-01T12:00")
    assert imported(site, path)[0] == 1
    assert imported(site, path, "--column=Кто=name", "--column=9=email")[0] == 2
    assert imported(site, path, "--column=Кто=name", "--column=2=email", "--list-for=none")[0] == 1
    assert cards(site) == []
    assert imported(site, path, "--column=Кто=name", "--column=2=email", "--list-for=forum")[0] == 0
    assert "forum" in site.convene("show", "ivan@example.org").stdout.lower()
    assert imported(site, path, "--column=Кто=name", "--column=2=email", "--doubles=maybe")[0] == 2


def test_a_file_that_is_no_table_or_a_bomb_is_refused(site, tmp_path):
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", '<workbook xmlns:r="r"><sheets><sheet r:id="rId1"/></sheets></workbook>')
        archive.writestr("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>')
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(b"<worksheet><sheetData>")
            for _ in range(100):
                part.write(b"<row><c><v>1</v></c></row>" * 40000)
    assert bomb.stat().st_size < 2 * 1024 * 1024
    entities = tmp_path / "entities.xlsx"
    with zipfile.ZipFile(entities, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>')
    damaged = tmp_path / "damaged.xlsx"
    damaged.write_bytes(bomb.read_bytes()[:5000])
    for path in (bomb, entities, damaged):
        result = site.convene("contact", "import", path, check=False)
        assert result.returncode == 1 and path.name in result.stderr, path
    assert cards(site) == []
