"""Every fuzz target, for as many damaged inputs as a test run has time for."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.fuzz.mutation import mutated
from tests.fuzz.targets import TARGETS, seeds_of

INPUTS = 1500


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_input_is_read_or_refused(name: str) -> None:
    seeds = seeds_of(name)
    for data in [*seeds[:40], *islice(mutated(seeds, seed=len(name)), INPUTS)]:
        TARGETS[name](data)


def test_the_same_seed_damages_the_same_way() -> None:
    seeds = seeds_of("reader")
    assert list(islice(mutated(seeds, 7), 20)) == list(islice(mutated(seeds, 7), 20))
    assert list(islice(mutated(seeds, 7), 20)) != list(islice(mutated(seeds, 8), 20))
