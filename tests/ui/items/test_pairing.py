from __future__ import annotations

from dataclasses import dataclass

import pytest

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import Style
from ui.window.items.limits import how_many, too_many
from ui.window.items.pairing import UNLIMITED, known_pairs, left_of, may_pair, pair_of, used, written


@dataclass(frozen=True)
class Side:
    identifier: ChoiceId
    match_group: tuple[str, ...] = ()


A, B = ChoiceId("A"), ChoiceId("B")


@pytest.mark.parametrize(
    ("one", "other", "allowed"),
    [
        (Side(A), Side(B), True),
        (Side(A, ("B",)), Side(B), True),
        (Side(A, ("C",)), Side(B), False),
        (Side(A), Side(B, ("C",)), False),
        (Side(A, ("B",)), Side(B, ("A",)), True),
    ],
)
def test_groups_of_both_sides_count(one: Side, other: Side, *, allowed: bool) -> None:
    assert may_pair(one, other) is allowed
    assert may_pair(other, one) is allowed


@pytest.mark.parametrize(
    ("value", "expected"), [("A B", (A, B)), (" A  B ", (A, B)), ("A", None), ("A B C", None), ("", None)]
)
def test_pairs_are_read(value: str, expected: tuple[str, str] | None) -> None:
    assert pair_of(value) == expected


def test_known_pairs_keep_their_order_and_uses_are_counted() -> None:
    pairs = known_pairs(("B A", "A X", "A B", "B A"), ["A", "B"], ["A", "B"])
    assert [written(pair) for pair in pairs] == ["B A", "A B", "B A"]
    assert used(pairs, {A: 1, B: 0}) == {A: 3, B: 3}


def test_what_is_left() -> None:
    assert [left_of(0, 7), left_of(3, 1), left_of(1, 1), left_of(1, 4)] == [UNLIMITED, 2, 0, 0]


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [
        (0, 0, "Pick all that apply. You have picked 1."),
        (0, 3, "Pick up to 3. You have picked 1."),
        (2, 0, "Pick at least 2. You have picked 1."),
        (2, 2, "Pick 2. You have picked 1."),
        (1, 3, "Pick 1 to 3. You have picked 1."),
    ],
)
def test_what_is_asked_for_in_words(least: int, most: int, expected: str) -> None:
    assert how_many(1, least, most, Style()) == expected
    assert how_many(1, least, most, Style(min_message="More.")) == ("More." if least > 1 else expected)
    assert how_many(0, least, most, Style(min_message="More.")) == expected.replace("picked 1.", "picked 0.")


def test_too_many_in_words() -> None:
    assert too_many(3, 2, Style()) == "You have picked 3. Pick no more than 2: take 1 back."
    assert too_many(3, 2, Style(max_message="Two.")) == "Two."
    assert too_many(9, 0, Style()) == too_many(2, 2, Style()) == ""
