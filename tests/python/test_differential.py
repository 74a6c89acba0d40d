"""A few seeds of the differential run; `make differential` runs many."""

import differential
import pytest


@pytest.mark.parametrize("kind", differential.KINDS)
def test_same_answers_as_the_reference(wheel_dir, kind):
    compared, found = differential.run(differential.KINDS.index(kind), 4, 50, stride=len(differential.KINDS))
    assert not found, "\n".join(f"seed {seed}: {text}" for seed, text in found.items())
    assert compared[kind] > 300
