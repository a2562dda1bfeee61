from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.window.items.scale import STEPS_MAX, scale_of


@pytest.mark.parametrize(
    ("lower", "upper", "step", "numbers"),
    [
        (0, 1, 0.1, ["0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1"]),
        (0, 10, 3, ["0", "3", "6", "9"]),
        (-1, 1, 0.5, ["-1", "-0.5", "0", "0.5", "1"]),
        (100, 300, 100, ["100", "200", "300"]),
        (5, 5, 1, ["5"]),
        (2, 0, 1, ["0", "1", "2"]),
        (0, 4, 0, ["0", "4"]),
    ],
)
def test_numbers_have_no_noise(lower: float, upper: float, step: float, numbers: list[str]) -> None:
    scale = scale_of(lower, upper, step)
    assert [scale.at(place) for place in range(scale.last + 1)] == numbers


@given(
    lower=st.floats(-1e6, 1e6), width=st.floats(0, 1e6), step=st.floats(0, 1e3), place=st.integers(-5, STEPS_MAX + 5)
)
def test_every_number_is_within_the_bounds_and_found_again(lower: float, width: float, step: float, place: int) -> None:
    scale = scale_of(lower, lower + width, step)
    assert 0 <= scale.last <= STEPS_MAX
    written = scale.at(place)
    assert scale.lower <= Decimal(written) <= scale.upper
    assert scale.place_of(written) == min(max(place, 0), scale.last)


@given(st.text(max_size=20))
def test_what_is_no_number_has_no_place(written: str) -> None:
    place = scale_of(0, 10, 1).place_of(written)
    assert place is None or 0 <= place <= 10


@pytest.mark.parametrize("written", ["", "seven", "NaN", "Infinity", "-inf", "1,5"])
def test_these_are_no_numbers(written: str) -> None:
    assert scale_of(0, 10, 1).place_of(written) is None


@given(st.floats(-1, 2))
def test_every_share_of_the_way_has_a_place(share: float) -> None:
    assert 0 <= scale_of(0, 10, 3).place_near(share) <= 3


def test_digits_after_the_point() -> None:
    assert [scale_of(0, 1, step).decimals() for step in (1, 0.5, 0.25)] == [0, 1, 2]
