"""The free slots of a host: 90 days with 1,000 bookings, compared with the independent model in Python on the same machine."""

import pathlib
import random
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROUNDS, WORLDS, GOAL_USEC = 400, 60, 2000

sys.path.insert(0, str(ROOT / "tests/e2e"))
import slot_model  # noqa: E402


def model_per_slot():
    """Returns the model's microseconds for a slot, over random worlds."""
    worlds = [slot_model.random_world(random.Random(seed), f"w{seed}") for seed in range(WORLDS)]
    begin = time.process_time()
    n = sum(len(list(slot_model.slots(world))) for world in worlds)
    return 1e6 * (time.process_time() - begin) / n


def run(_directory):
    tool = ROOT / "build/tests/tools/slots"
    n, usec = map(int, subprocess.run([tool, "--time", str(ROUNDS)], capture_output=True, text=True, check=True).stdout.split())
    theirs = model_per_slot()
    yield ("slots of 90 days, 1,000 bookings, CPU", f"{usec} µs, {n} slots", f"the model in Python: {theirs:.0f} µs a slot",
           f"{usec / n / theirs:.3f}", usec < GOAL_USEC, f"below {GOAL_USEC} µs")
