"""Runs two years under a simulated clock. The reminder engine must send exactly the mails of an independent model.

A small number of events keeps this short; `make check` ends with 500 events and 200 contacts, `make soak` runs many seeds.
"""

import sys

from conftest import BUILD, ROOT, make_tool

sys.path.insert(0, str(ROOT / "tests" / "soak"))

from walk import walk  # noqa: E402

SEED = 1


def test_two_years_agree_with_the_model():
    tool = BUILD / "tests/tools/walk"
    make_tool(tool)
    sent, expected = walk(SEED, n_events=120, n_contacts=40)
    assert {kind for _, kind, *_ in expected} == {"reminder", "change", "cancel"} and len(expected) > 5000
    assert sent == expected, f"seed {SEED}"
