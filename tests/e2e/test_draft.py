"""Tests convene draft: what it reads out of annotated press texts (tests/drafts), and how it answers."""

import json
import pathlib
import sys

import pytest

from conftest import BUILD, ROOT

sys.path.insert(0, str(ROOT / "tests" / "drafts"))
import measure  # noqa: E402

# Each figure may fall to this floor, and no further; measured figures are in the commits.
FLOORS = {"training": {"event_f1": 0.90, "dates": 0.95, "kind": 0.90, "time": 0.95, "town": 0.90, "contacts": 1.0}}
FALSE_PER_10 = 1.0


@pytest.mark.parametrize("name", FLOORS)
def test_the_annotated_texts_are_read_well_enough(name):
    sums = measure.measure(BUILD / "convene", ROOT / "tests" / "drafts" / f"{name}.txt")
    figures = sums.figures()
    low = {key: figures[key] for key, floor in FLOORS[name].items() if figures[key] < floor}
    assert not low and figures["false_per_10"] <= FALSE_PER_10, (figures, sums.faults)


def drafted(site, text, *options):
    return json.loads(site.convene("draft", "-", "--json", *options, stdin=text).stdout)


def test_no_store_is_made(site):
    answer = drafted(site, "Форум пройдет 5 июня 2025 года в Казани.\n")
    assert [event["dates"]["start"] for event in answer["events"]] == ["2025-06-05"]
    assert not list(pathlib.Path(site.config).parent.rglob("*.db*"))


def test_words_basis_and_reason_are_told(site):
    text = "Завтра в Саранске состоится круглый стол «Кадры».\n"
    event, = drafted(site, text, "--date=2025-06-04")["events"]
    dates = event["dates"]
    assert (dates["start"], dates["basis"], dates["words"]) == ("2025-06-05", "INFERRED", "Завтра") and dates["why"]
    assert (event["town"]["value"], event["town"]["words"], event["town"]["basis"]) == ("Саранск", "Саранске", "STATED")
    assert (event["zone"]["value"], event["zone"]["basis"]) == ("Europe/Moscow", "PUBLIC")
    for field in ("title", "dates", "town"):
        start, end = event[field]["at"]
        assert text.encode()[start:end].decode() == event[field]["words"]


def test_without_the_day_of_the_text_a_relative_date_stays_open(site):
    event, = drafted(site, "Завтра в Саранске состоится круглый стол «Кадры».\n")["events"]
    assert event["dates"]["start"] is None and event["dates"]["precision"] == "day-without-year"
    event, = drafted(site, "5 июня в Саранске состоится круглый стол «Кадры».\n")["events"]
    assert event["dates"]["start"] == "--06-05"


def test_a_bad_day_is_refused(site):
    refused = site.convene("draft", "-", "--date=tomorrow", stdin="x", check=False)
    assert refused.returncode == 2 and "tomorrow" in refused.stderr


HOSTILE = {"digits": "1" * 1000000, "dates": "форум 1 мая " * 12000, "quotes": "«" * 100000, "towns": "Ааах " * 25000, "empty": "", "octets": "\1\x7f\n",
           "mentions": "форум прошел 1 мая в Казани, " * 4000, "people": "Иван Иванов, директор, " * 5000}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_refused_or_read(site, name):
    done = site.convene("draft", "-", "--json", stdin=HOSTILE[name], check=False)
    assert done.returncode in (0, 1) and (done.returncode or json.loads(done.stdout))
