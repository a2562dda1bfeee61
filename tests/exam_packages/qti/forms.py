"""Tests made of values, without XML: parts, sections and references in a line each."""

from __future__ import annotations

from typing import Any

from exam_packages.ids import ExamId, FormId, ItemId, OutcomeId, PartId, ResponseId, SectionId
from exam_packages.qti.model import (
    AssessmentItem,
    AssessmentTest,
    BaseType,
    BranchRule,
    Cardinality,
    Exam,
    Expression,
    ItemRef,
    OutcomeDeclaration,
    PartRole,
    ResponseDeclaration,
    Section,
    Selection,
    TestPart,
)
from exam_packages.qti.templates import expand
from tests.exam_packages.qti.writing_xml import MATCH_CORRECT

RESPONSE = ResponseId("RESPONSE")


def ref(name: str, **fields: Any) -> ItemRef:
    """A reference to the item of the same name."""
    return ItemRef(identifier=ItemId(name), path=f"items/{name}.xml", **fields)


def section(name: str, *children: ItemRef | Section | str, select: int | None = None, **fields: Any) -> Section:
    """A section; a child given as text is a plain reference."""
    return Section(
        identifier=SectionId(name),
        title=name,
        children=tuple(ref(child) if isinstance(child, str) else child for child in children),
        selection=None if select is None else Selection(select=select),
        **fields,
    )


def hidden(name: str, *children: ItemRef | Section | str, **fields: Any) -> Section:
    """A section whose items mix with those around it."""
    return section(name, *children, visible=False, keep_together=False, **fields)


def part(
    name: str, *sections: Section, linear: bool = True, role: PartRole = PartRole.SCORED, **fields: Any
) -> TestPart:
    """A part, linear unless it says otherwise."""
    return TestPart(identifier=PartId(name), role=role, linear=linear, sections=sections, **fields)


def form(*parts: TestPart, **fields: Any) -> AssessmentTest:
    """A test of some parts."""
    return AssessmentTest(identifier=FormId("form"), title="Form", language="en", parts=parts, **fields)


def exam(test: AssessmentTest, *, keys: bool = False) -> Exam:
    """An exam whose items ask for one identifier; with keys the right one is A, and worth a point."""
    paths = {ref.path for ref in test.item_refs()}
    return Exam(
        exam_id=ExamId("exam"),
        test=test,
        items={path: _item(path, keys=keys) for path in paths},
        stimuli={},
        resources={},
    )


def _item(path: str, *, keys: bool) -> AssessmentItem:
    score = OutcomeDeclaration(
        identifier=OutcomeId("SCORE"), cardinality=Cardinality.SINGLE, base_type=BaseType.FLOAT, normal_maximum=1.0
    )
    return AssessmentItem(
        identifier=path,
        title=path,
        language="en",
        body=(),
        path=path,
        response_declarations=(
            ResponseDeclaration(
                identifier=RESPONSE,
                cardinality=Cardinality.SINGLE,
                base_type=BaseType.IDENTIFIER,
                correct=("A",) if keys else None,
            ),
        ),
        outcome_declarations=(score,) if keys else (),
        response_processing=expand(MATCH_CORRECT) if keys else None,
    )


def jump(target: str, condition: Expression | None = None) -> BranchRule:
    """A branch rule; without a condition it always jumps."""
    return BranchRule(condition=condition or constant("true"), target=target)


def constant(text: str) -> Expression:
    """A condition that is true, false or NULL, whoever asks."""
    if text == "null":
        return Expression(name="null")
    return Expression(name="base-value", attributes=(("base-type", "boolean"),), text=text)


def answered(name: str, value: str) -> Expression:
    """A condition: an item was answered so."""
    wanted = Expression(name="base-value", attributes=(("base-type", "identifier"),), text=value)
    return Expression(name="match", operands=(variable(f"{name}.RESPONSE"), wanted))


def variable(identifier: str) -> Expression:
    """A variable of an item or of the test."""
    return Expression(name="variable", attributes=(("identifier", identifier),))


def at_least(count: Expression, number: float) -> Expression:
    """A condition on a number."""
    wanted = Expression(name="base-value", attributes=(("base-type", "float"),), text=str(number))
    return Expression(name="gte", operands=(count, wanted))
