"""Chance that can be repeated: fixed vectors, because a sitting is replayed years later."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.qti.randomness import Chance

SEED = "000102030405060708090a0b0c0d0e0f"


def test_the_construction() -> None:
    """SHA-256 over domain, seed and label, each with its length, and a counter; words of 64 bits from the front."""
    domain, label = b"kiosk qti chance v1", b"order s1"
    start = b"".join(len(each).to_bytes(4, "big") + each for each in (domain, SEED.encode(), label))
    blocks = [hashlib.sha256(start + counter.to_bytes(8, "big")).digest() for counter in (0, 1)]
    words = [int.from_bytes(block[at : at + 8], "big") for block in blocks for at in range(0, 32, 8)]
    chance = Chance(SEED, "order s1")
    assert [chance.below(2**64) for _ in words] == words


def test_vectors() -> None:
    assert {
        "order": Chance(SEED, "order s1").order("ABCDEFGHIJ"),
        "other label": Chance(SEED, "order s2").order("ABCDEFGHIJ"),
        "other seed": Chance("f" * 32, "order s1").order("ABCDEFGHIJ"),
        "around": Chance(SEED, "order s1").order_around("ABCDEFGHIJ", lambda each: each in "AEJ"),
        "sample": Chance(SEED, "select s1").sample("ABCDEFGHIJ", 4),
    } == VECTORS


VECTORS = {
    name: tuple(order)
    for name, order in {
        "order": "BGAICEJFHD",
        "other label": "BJHECDIAFG",
        "other seed": "HABCFIEGDJ",
        "around": "AHICEDFGBJ",
        "sample": "DEGJ",
    }.items()
}


def test_seed_and_label_do_not_run_into_each_other() -> None:
    assert Chance("ab", "c").below(2**64) != Chance("a", "bc").below(2**64)


@given(st.text(max_size=8), st.lists(st.integers(), max_size=30), st.sets(st.integers(0, 29)))
def test_fixed_stay_and_nothing_is_lost(seed: str, items: list[int], fixed: set[int]) -> None:
    places = list(enumerate(items))
    mixed = Chance(seed, "x").order_around(places, lambda each: each[0] in fixed)
    assert sorted(mixed) == places
    assert all(mixed[at] == places[at] for at in fixed if at < len(places))


@given(st.text(max_size=8), st.integers(0, 12))
def test_a_sample_keeps_the_order(seed: str, count: int) -> None:
    sample = Chance(seed, "x").sample(range(12), count)
    assert len(sample) == count
    assert list(sample) == sorted(set(sample))


def test_every_order_is_as_likely() -> None:
    counted = Counter(Chance(str(seed), "x").order("ABC") for seed in range(6000))
    assert len(counted) == 6
    assert all(850 < times < 1150 for times in counted.values())  # six standard deviations are 173


def test_every_number_is_as_likely() -> None:
    chance = Chance(SEED, "numbers")
    counted = Counter(chance.below(3) for _ in range(9000))
    assert all(2700 < counted[number] < 3300 for number in range(3))


@pytest.mark.parametrize("limit", [0, -1, 2**64 + 1])
def test_no_number(limit: int) -> None:
    with pytest.raises(ValueError, match="no number"):
        Chance(SEED, "x").below(limit)


@pytest.mark.parametrize("count", [-1, 4])
def test_no_sample(count: int) -> None:
    with pytest.raises(ValueError, match="no "):
        Chance(SEED, "x").sample("ABC", count)


def test_words_that_would_favour_small_numbers_are_thrown_away() -> None:
    """Below 2**63 + 1 about half of all words are beyond the last whole multiple."""
    limit = 2**63 + 1
    plain, limited = Chance(SEED, "x"), Chance(SEED, "x")
    words = [plain.below(2**64) for _ in range(64)]
    expected = [word for word in words if word < limit]
    assert [limited.below(limit) for _ in expected] == expected
