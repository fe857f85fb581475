"""Runs two rounds of the races for a host's slots, in which the daemon is killed; `make soak` runs hundreds."""

import sys

from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests" / "soak"))

import meetings  # noqa: E402


def test_each_slot_has_one_booking_and_each_answer_is_true(tmp_path):
    race = meetings.run(1, tmp_path, 2)
    assert race.faults == []
    assert race.n_kills >= 2 and race.n_told[True] >= 2 * meetings.N_SLOTS and race.n_told[False] > 2 * meetings.N_SLOTS and race.n_seen > 20
