"""The order in which one candidate sees choices."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import ChoiceId, ItemId, ResponseId
from exam_packages.qti.model import (
    AssessmentItem,
    AssociateInteraction,
    Choice,
    ChoiceInteraction,
    Element,
    Gap,
    GapMatchInteraction,
    InlineChoiceInteraction,
    Interaction,
    MatchInteraction,
    OrderInteraction,
    Text,
    TextEntryInteraction,
)
from exam_packages.qti.shuffling import shuffled
from exam_packages.qti.walking import choices, interactions

SEEDS = [f"{number:032x}" for number in range(200)]
R = ResponseId("R")


def listed(names: str, fixed: str = "") -> tuple[Choice, ...]:
    return tuple(
        Choice(identifier=ChoiceId(name), content=(Text(name),), fixed=name in fixed, match_max=2) for name in names
    )


def of(*nodes: Interaction) -> AssessmentItem:
    body = (Element(name="div", children=(Element(name="p", children=nodes),)),)
    return AssessmentItem(identifier="i", title="I", language="en", body=body)


def order(item: AssessmentItem, seed: str, ref: str = "q") -> list[str]:
    (only,) = interactions(shuffled(item, seed, ItemId(ref)).body)
    return [each.identifier for each in choices(only)]


@pytest.mark.parametrize(
    "interaction",
    [
        ChoiceInteraction(response=R, choices=listed("ABC"), shuffle=True),
        OrderInteraction(response=R, choices=listed("ABC"), shuffle=True),
        InlineChoiceInteraction(response=R, choices=listed("ABC"), shuffle=True),
        AssociateInteraction(response=R, choices=listed("ABC"), shuffle=True),
        GapMatchInteraction(response=R, choices=listed("ABC"), content=(Gap(identifier=ChoiceId("G")),), shuffle=True),
    ],
    ids=lambda each: type(each).__name__,
)
def test_choices_come_in_every_order(interaction: Interaction) -> None:
    assert {"".join(order(of(interaction), seed)) for seed in SEEDS} == {"".join(each) for each in permutations("ABC")}


def test_both_sets_of_a_match_are_shuffled_each_on_its_own() -> None:
    match = MatchInteraction(response=R, rows=listed("ABC"), columns=listed("XYZ", fixed="Z"), shuffle=True)
    found = {"".join(order(of(match), seed)) for seed in SEEDS}
    assert found == {"".join(rows) + columns for rows in permutations("ABC") for columns in ("XYZ", "YXZ")}


def test_fixed_choices_stay() -> None:
    item = of(ChoiceInteraction(response=R, choices=listed("ABCD", fixed="BD"), shuffle=True))
    assert {"".join(order(item, seed)) for seed in SEEDS} == {"ABCD", "CBAD"}


def test_who_does_not_ask_is_left_alone() -> None:
    item = of(ChoiceInteraction(response=R, choices=listed("ABCD")), TextEntryInteraction(response=ResponseId("T")))
    assert all(shuffled(item, seed, ItemId("q")) == item for seed in SEEDS)


def test_two_interactions_and_two_references_have_orders_of_their_own() -> None:
    pair = of(*(ChoiceInteraction(response=ResponseId(name), choices=listed("ABCDEFG"), shuffle=True) for name in "RS"))
    first, second = interactions(shuffled(pair, SEEDS[1], ItemId("q")).body)
    assert choices(first) != choices(second)
    one = of(ChoiceInteraction(response=R, choices=listed("ABCDEFG"), shuffle=True))
    assert order(one, SEEDS[1], "q1") != order(one, SEEDS[1], "q2")


def test_vector() -> None:
    item = of(ChoiceInteraction(response=R, choices=listed("ABCDEFGH", fixed="A"), shuffle=True))
    assert "".join(order(item, "0" * 32)) == VECTOR


VECTOR = "ADECGBHF"


@given(st.text("0123456789abcdef", min_size=32, max_size=32), st.sets(st.sampled_from("ABCDEFGH")))
def test_only_the_order_changes(seed: str, fixed: set[str]) -> None:
    plain = ChoiceInteraction(response=R, choices=listed("ABCDEFGH", "".join(fixed)), shuffle=True)
    (found,) = interactions(shuffled(of(plain), seed, ItemId("q")).body)
    assert set(choices(found)) == set(plain.choices)
    assert all(choices(found)[at] == each for at, each in enumerate(plain.choices) if each.fixed)
    again = shuffled(of(plain), seed, ItemId("q"))
    assert shuffled(again, seed, ItemId("q")) == again
