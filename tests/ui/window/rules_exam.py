"""An exam of one scored part whose rules a test chooses: limits, attempts, skipping, tools, nested sections. Original content."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from exam_packages.ids import ChoiceId, ExamId, FormId, ItemId, PartId, SectionId
from exam_packages.qti.model import (
    AssessmentItem,
    AssessmentTest,
    Catalog,
    CatalogCard,
    ChoiceInteraction,
    Element,
    Exam,
    ItemRef,
    PartRole,
    RubricBlock,
    Section,
    SessionControl,
    TestPart,
    Text,
    TimeLimits,
    View,
)
from tests.ui.window.small_exam import RESPONSE, choice_item, paragraph

INHERITED = SessionControl()
SECTION = SectionId("ops")
INNER = SectionId("peak")
ANSWERS = ("More agents at noon", "A longer queue message", "Fewer breaks at noon", "A second shift")


def question(number: int, *, least: int = 0, most: int = 1, shuffle: bool = False) -> AssessmentItem:
    """A choice among four, the first with a word that a catalog explains."""
    made = choice_item(
        f"q-{number}", f"Peak {number}", f"Case {number}: what helps at the peak?", ANSWERS, stimulus=False
    )
    (interaction,) = made.body
    assert isinstance(interaction, ChoiceInteraction)
    term = Element(name="span", attributes=(("data-catalog-idref", "peak"),), children=(Text("peak hour"),))
    intro = Element(name="p", children=(Text("The center has its "), term, Text(" at noon.")))
    asked = replace(interaction, min_choices=least, max_choices=most, shuffle=shuffle)
    card = CatalogCard(
        support="glossary-on-screen", language="en", content=(paragraph("The hour in which most calls come."),)
    )
    return replace(made, body=(intro, asked), catalogs=(Catalog(identifier="peak", cards=(card,)),))


def rubric(*texts: str) -> RubricBlock:
    return RubricBlock(views=frozenset({View.CANDIDATE}), use="instructions", content=tuple(map(paragraph, texts)))


def reference(number: int, **fields: Any) -> ItemRef:
    return ItemRef(identifier=ItemId(f"q-{number}"), path=f"items/q-{number}.xml", **fields)


def inner(*children: ItemRef, **fields: Any) -> Section:
    """A section inside the section."""
    return Section(identifier=INNER, title="Peak hours", children=children, **fields)


def rules_exam(
    *children: ItemRef | Section,
    items: dict[int, AssessmentItem] | None = None,
    seconds: float | None = None,
    limits: TimeLimits | None = None,
    control: SessionControl = INHERITED,
    test_limits: TimeLimits | None = None,
    rubrics: tuple[RubricBlock, ...] = (),
    **part: Any,
) -> Exam:
    """An exam of four questions, or of the children given.

    Args:
        children: of the one section.
        items: in place of the usual question of that number.
        seconds: the section's time.
        limits: the section's limits, in place of ``seconds``.
        control: of the part.
        test_limits: of the whole test.
        rubrics: of the section.
        part: linear, individual and whatever else a part has.
    """
    section = Section(
        identifier=SECTION,
        title="Operations",
        time_limits=limits or (TimeLimits(max_s=seconds) if seconds else None),
        rubrics=rubrics,
        children=children or tuple(reference(number) for number in range(1, 5)),
    )
    scored = TestPart(identifier=PartId("scored"), role=PartRole.SCORED, sections=(section,), control=control, **part)
    test = AssessmentTest(
        identifier=FormId("form-r"), title="Peaks", language="en", parts=(scored,), time_limits=test_limits
    )
    made = {number: question(number) for number in range(1, 5)} | (items or {})
    return Exam(
        exam_id=ExamId("peaks"),
        test=test,
        items={item.path: item for item in made.values()},
        stimuli={},
        resources={},
        title="Peaks",
    )


def picked(*places: int) -> tuple[ChoiceId, ...]:
    """The choices at some places of the author's order, counted from 1."""
    return tuple(ChoiceId(f"C{place}") for place in places)


__all__ = ["INNER", "RESPONSE", "SECTION", "inner", "picked", "question", "reference", "rubric", "rules_exam"]
