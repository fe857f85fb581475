"""Checks that in the end all recipients believe the true state of each event, in short simulations of `make soak` without fixed times."""

import sys

import pytest

from conftest import BUILD, ROOT, make_tool

sys.path.insert(0, str(ROOT / "tests" / "soak"))

import believe  # noqa: E402
import edits  # noqa: E402


@pytest.mark.parametrize("seed", [1, 2])
def test_edits_between_any_two_steps_of_a_mail(seed):
    tool = BUILD / "tests/tools/edits"
    make_tool(tool)
    n_mails, n_judged, faults = edits.run(seed, n_events=10, n_contacts=20, n_outages=5, n_meetings=20)
    assert n_mails > 50 and n_judged > 10
    assert faults == []


def test_edits_while_the_daemon_sends(tmp_path, monkeypatch):
    monkeypatch.setattr(believe.smtp_server, "Connection", believe.SlowConnection)
    life = believe.Life(2, tmp_path, seconds=3, sizes=[8])
    assert life.run() == []
    assert life.server.messages
