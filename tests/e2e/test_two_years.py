"""Runs two years under a simulated clock. The reminder engine and the meetings must send exactly the mails of independent models.

A small number of events keeps this short; `make soak` runs 500 events, 200 contacts and many seeds.
"""

import sys

import pytest

from conftest import BUILD, ROOT, make_tool

sys.path.insert(0, str(ROOT / "tests" / "soak"))

from walk import walk  # noqa: E402

OF_EVENTS = {"reminder", "change", "cancel"}
OF_MEETINGS = {"meeting"} | {"meeting-" + kind for kind in ("verify", "asked", "request", "request-again", "invite", "moved", "proposal", "declined", "cancel",
                                                            "withdrawn", "expired", "delegated", "represented", "delegate", "returned", "unrepresented", "counter",
                                                            "counter-declined", "counter-taken", "outdated", "released")}


@pytest.mark.parametrize("seed, size", [(1, {"n_asks": 180, "n_events": 120, "n_contacts": 40}), (2, {"n_asks": 180, "n_events": 200, "n_contacts": 60})])
def test_two_years_agree_with_the_model(seed, size):
    tool = BUILD / "tests/tools/walk"
    make_tool(tool)
    sent, expected = walk(seed, **size)
    assert {kind for _, kind, *_ in expected} == OF_EVENTS | OF_MEETINGS and len(expected) > 5000
    assert sent == expected, f"seed {seed}"
