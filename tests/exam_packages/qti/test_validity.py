"""What a response lacks, for every interaction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import ChoiceId, ResponseId
from exam_packages.qti.model import (
    Area,
    AssessmentItem,
    AssociateInteraction,
    BaseType,
    Cardinality,
    Choice,
    ChoiceInteraction,
    Element,
    ExtendedTextInteraction,
    Gap,
    GapMatchInteraction,
    GraphicGapMatchInteraction,
    Hotspot,
    HotspotInteraction,
    Hottext,
    HottextInteraction,
    InlineChoiceInteraction,
    Interaction,
    Lexical,
    MatchInteraction,
    Media,
    MediaInteraction,
    MediaKind,
    OrderInteraction,
    ResponseDeclaration,
    SelectPointInteraction,
    Shape,
    SliderInteraction,
    Text,
    TextEntryInteraction,
)
from exam_packages.qti.validity import Fault, Shortfall, faults

R = ResponseId("RESPONSE")
IMAGE = Element(name="img", attributes=(("alt", "A plan"), ("src", "plan.png")))
CLIP = Media(kind=MediaKind.AUDIO, path="call.mp3")


def choices(*names: str, least: int = 0, most: int = 1) -> tuple[Choice, ...]:
    return tuple(
        Choice(identifier=ChoiceId(name), content=(Text(name),), match_min=least, match_max=most) for name in names
    )


def spots(*names: str) -> tuple[Hotspot, ...]:
    return tuple(Hotspot(identifier=ChoiceId(name), area=Area(shape=Shape.DEFAULT)) for name in names)


def item(interaction: Interaction, base_type: BaseType = BaseType.IDENTIFIER) -> AssessmentItem:
    declared = ResponseDeclaration(identifier=R, cardinality=Cardinality.MULTIPLE, base_type=base_type)
    inside = Element(name="div", children=(Element(name="p", children=(Text("Question"),)), interaction))
    return AssessmentItem(identifier="i", title="i", language="en", body=(inside,), response_declarations=(declared,))


def found(interaction: Interaction, *value: str, base_type: BaseType = BaseType.IDENTIFIER) -> list[Fault]:
    return list(faults(item(interaction, base_type), {R: value}))


def short(shortfall: Shortfall, needed: int = 0, has: int = 0, choice: str | None = None) -> Fault:
    about = None if choice is None else ChoiceId(choice)
    return Fault(response=R, shortfall=shortfall, needed=needed, found=has, choice=about)


GAPS = (Text("Call "), Gap(identifier=ChoiceId("G1"), required=True), Gap(identifier=ChoiceId("G2")))
ABC = choices("A", "B", "C")
KINDS: list[tuple[Interaction, Lexical, list[Fault]]] = [
    (
        ChoiceInteraction(response=R, choices=ABC, min_choices=2, max_choices=2),
        ("A",),
        [short(Shortfall.TOO_FEW, 2, 1)],
    ),
    (ChoiceInteraction(response=R, choices=ABC), ("A", "B"), [short(Shortfall.TOO_MANY, 1, 2)]),
    (ChoiceInteraction(response=R, choices=ABC, max_choices=0), ("A", "B", "C"), []),
    (
        HotspotInteraction(response=R, image=IMAGE, hotspots=spots("A"), min_choices=1),
        (),
        [short(Shortfall.TOO_FEW, 1)],
    ),
    (
        HottextInteraction(response=R, content=(Hottext(identifier=ChoiceId("H"), content=()),), min_choices=1),
        (),
        [short(Shortfall.TOO_FEW, 1)],
    ),
    (SelectPointInteraction(response=R, image=IMAGE, min_choices=1, max_choices=2), ("1 2",), []),
    (SelectPointInteraction(response=R, image=IMAGE, max_choices=1), ("1 2", "3 4"), [short(Shortfall.TOO_MANY, 1, 2)]),
    (OrderInteraction(response=R, choices=ABC), ("A", "B"), [short(Shortfall.TOO_FEW, 3, 2)]),
    (OrderInteraction(response=R, choices=ABC, min_choices=1, max_choices=2), ("B",), []),
    (
        MatchInteraction(response=R, rows=choices("A"), columns=choices("X", least=1), max_associations=0),
        ("A Y",),
        [short(Shortfall.USED_TOO_RARELY, 1, 0, "X")],
    ),
    (
        AssociateInteraction(response=R, choices=ABC, min_associations=2, max_associations=0),
        ("A B", "A C"),
        [short(Shortfall.USED_TOO_OFTEN, 1, 2, "A")],
    ),
    (
        GraphicGapMatchInteraction(response=R, image=IMAGE, choices=choices("A", most=0), hotspots=spots("P", "Q")),
        ("A P", "A Q", "A P"),
        [short(Shortfall.USED_TOO_OFTEN, 1, 2, "P")],
    ),
    (GapMatchInteraction(response=R, choices=ABC, content=GAPS), ("A G2",), [short(Shortfall.NOT_FILLED, choice="G1")]),
    (GapMatchInteraction(response=R, choices=ABC, content=GAPS), ("A G1",), []),
    (InlineChoiceInteraction(response=R, choices=ABC, required=True), (), [short(Shortfall.NOT_FILLED)]),
    (InlineChoiceInteraction(response=R, choices=ABC), (), []),
    (TextEntryInteraction(response=R, pattern_mask="[A-Z]{2}"), ("AB",), []),
    (TextEntryInteraction(response=R, pattern_mask="[A-Z]{2}"), ("ABC",), [short(Shortfall.PATTERN)]),
    (TextEntryInteraction(response=R, pattern_mask="[A-Z]{2}"), (), []),
    (TextEntryInteraction(response=R, pattern_mask="["), ("anything",), []),
    (ExtendedTextInteraction(response=R, min_strings=2, max_strings=3), ("a", ""), [short(Shortfall.TOO_FEW, 2, 1)]),
    (ExtendedTextInteraction(response=R, max_strings=2), ("a", "b", "c"), [short(Shortfall.TOO_MANY, 2, 3)]),
    (ExtendedTextInteraction(response=R), ("a long text",), []),
    (MediaInteraction(response=R, media=CLIP, min_plays=2), ("1",), [short(Shortfall.TOO_FEW, 2, 1)]),
    (MediaInteraction(response=R, media=CLIP, max_plays=2), ("3",), [short(Shortfall.TOO_MANY, 2, 3)]),
    (MediaInteraction(response=R, media=CLIP, min_plays=1), (), [short(Shortfall.TOO_FEW, 1)]),
    (SliderInteraction(response=R, lower_bound=0, upper_bound=10), (), []),
]


@pytest.mark.parametrize(("interaction", "value", "lacks"), KINDS)
def test_what_is_lacking(interaction: Interaction, value: Lexical, lacks: list[Fault]) -> None:
    base_type = BaseType.STRING if isinstance(interaction, TextEntryInteraction) else BaseType.IDENTIFIER
    assert found(interaction, *value, base_type=base_type) == lacks


def test_every_interaction_has_a_case() -> None:
    assert {type(interaction) for interaction, _, _ in KINDS} == set(Interaction.__args__)


@pytest.mark.parametrize(
    ("text", "base_type", "is_right"),
    [
        ("12", BaseType.INTEGER, True),
        ("12.5", BaseType.INTEGER, False),
        ("12.5", BaseType.FLOAT, True),
        ("twelve", BaseType.FLOAT, False),
    ],
)
def test_a_number_is_one(text: str, base_type: BaseType, *, is_right: bool) -> None:
    lacks = found(TextEntryInteraction(response=R), text, base_type=base_type)
    assert lacks == ([] if is_right else [short(Shortfall.NOT_A_NUMBER)])


def test_an_item_without_an_answer_lacks_what_it_asks_for() -> None:
    asked = ChoiceInteraction(response=R, choices=ABC, min_choices=1)
    assert faults(item(asked), {}) == (short(Shortfall.TOO_FEW, 1),)


@given(kind=st.sampled_from([each for each, _, _ in KINDS]), value=st.lists(st.text(max_size=8), max_size=4))
def test_whatever_was_answered_something_can_be_said(kind: Interaction, value: list[str]) -> None:
    for base_type in (BaseType.STRING, BaseType.INTEGER):
        assert all(fault.response == R for fault in found(kind, *value, base_type=base_type))
