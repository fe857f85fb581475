"""Runs a short sync_truth; `make soak` runs a long one."""

import sync_truth


def test_each_copy_equals_the_store(tmp_path):
    assert "each copy equals the store" in sync_truth.run(tmp_path, 300)
