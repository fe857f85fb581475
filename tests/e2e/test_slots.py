"""Compares the free slots of random offers with an independent model's, tests/e2e/slot_model.py."""


import slot_model
from conftest import BUILD, make_tool

N_WORLDS, SEED = 250, 7953


def test_slots_of_random_worlds_are_those_of_the_model():
    tool = BUILD / "tests/tools/slots"
    make_tool(tool)
    differing, total, empty = slot_model.compare(tool, N_WORLDS, SEED)
    for world, missing, extra in differing[:2]:
        print(slot_model.print_world(world), "missing", missing[:9], "extra", extra[:9])
    assert not differing
    assert total > 10 * N_WORLDS and empty < N_WORLDS / 2
