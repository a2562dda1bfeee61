"""What pre-conditions and branch rules must be: targets that lie ahead, variables that are known where they are asked.

Owns the checks on a test's routes, after reading. Which way a candidate goes is ``routing``'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from exam_packages.errors import LintFinding, ScoringRefused
from exam_packages.ids import ItemId
from exam_packages.qti.model import (
    AssessmentItem,
    AssessmentTest,
    BranchRule,
    Exam,
    Expression,
    ItemRef,
    OutcomeDeclaration,
    PartRole,
    ResponseDeclaration,
    Responses,
    Section,
    TestPart,
)
from exam_packages.qti.processing import evaluate
from exam_packages.qti.reports import Reporter, note
from exam_packages.qti.routing import EXITS, Exit, Taken, is_boolean, is_true, rule_scope
from exam_packages.qti.scope import BUILT_IN_RESPONSES, COMPLETION_STATUS, Scope
from exam_packages.qti.selecting import is_mixed, whole_form

_ASKS_FOR_KEYS: Final = frozenset(
    {
        "correct",
        "default",
        "map-response",
        "map-response-point",
        "number-correct",
        "number-incorrect",
        "outcome-maximum",
        "outcome-minimum",
    }
)
_WITHHELD: Final = ("include-category", "exclude-category", "weight-identifier")
"""Attributes that go by what item references keep in the office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Element:
    """An item or a section of a linear part, at its place in document order."""

    child: ItemRef | Section
    around: tuple[Section, ...]
    first: int
    last: int
    """Numbers of its first and last item in document order; a section without items has ``last`` below ``first``."""


def check_routes(exam: Exam, report: Reporter, *, keys_at_seat: bool) -> Iterator[LintFinding]:
    """Everything wrong with the routes of a test.

    Args:
        exam: read; its identifiers are unique.
        report: about the test.
        keys_at_seat: whether the package is scored at the seat.
    """
    yield from _check_parts(exam.test, report)
    for part in exam.test.parts:
        elements = list(_elements(part))
        if part.linear:
            yield from _check_targets(elements, report)
            yield from _check_unreachable(elements, report)
        else:
            yield from _note_ignored(elements, report)
    rules = list(_rules_that_count(exam.test, report))
    known = _Known(exam)
    if not keys_at_seat:
        yield from _note_telling(exam, rules)
    for here, expression in rules:
        yield from known.check(expression, here, keys_at_seat=keys_at_seat)
    if rules:
        yield from _check_values(exam, rules)


def _elements(part: TestPart) -> Iterator[_Element]:
    number = 0

    def walk(section: Section, around: tuple[Section, ...]) -> Iterator[_Element]:
        nonlocal number
        first = number
        for child in section.children:
            if isinstance(child, Section):
                yield from walk(child, (*around, section))
            else:
                yield _Element(child=child, around=(*around, section), first=number, last=number)
                number += 1
        yield _Element(child=section, around=around, first=first, last=number - 1)

    for section in part.sections:
        yield from walk(section, ())


def _rules_that_count(test: AssessmentTest, report: Reporter) -> Iterator[tuple[Reporter, Expression]]:
    """Conditions, and where to report what is wrong with them: at the jump, or at what holds the pre-condition."""
    for part in test.parts:
        holders: list[TestPart | ItemRef | Section] = [part]
        if part.linear:
            holders += [element.child for element in _elements(part)]
        for holder in holders:
            here = report.at("identifier", holder.identifier)
            for condition in holder.pre_conditions:
                yield here, condition
            for rule in holder.branch_rules:
                yield here.at("target", rule.target), rule.condition


# -- targets ----------------------------------------------------------------------------------------------------------


def _check_parts(test: AssessmentTest, report: Reporter) -> Iterator[LintFinding]:
    for number, part in enumerate(test.parts):
        later = {str(each.identifier) for each in test.parts[number + 1 :]} | {Exit.TEST, Exit.PART}
        for rule in part.branch_rules:
            if rule.target not in later:
                yield report.at("identifier", part.identifier)(
                    "route-target", f"jumps to {rule.target}, which is no later part", "Correct the target"
                )


def _note_ignored(elements: list[_Element], report: Reporter) -> Iterator[LintFinding]:
    for element in elements:
        if element.child.pre_conditions or element.child.branch_rules:
            yield note(
                report.at("identifier", element.child.identifier)(
                    "route-ignored",
                    "has conditions or jumps in a nonlinear part, where candidates go their own way",
                    "Make the part linear, or remove them",
                )
            )


def _check_targets(elements: list[_Element], report: Reporter) -> Iterator[LintFinding]:
    by_id = {str(element.child.identifier): element for element in elements}
    for element in elements:
        here = report.at("identifier", element.child.identifier)
        for rule in element.child.branch_rules:
            yield from _check_target(element, rule, by_id, here)
        if (
            isinstance(element.child, Section)
            and element.child.branch_rules
            and is_mixed(element.child, element.around)
        ):
            yield here("route-mixed", "jumps from a section whose items are mixed with others", "Keep it together")


def _check_target(
    element: _Element, rule: BranchRule, by_id: dict[str, _Element], here: Reporter
) -> Iterator[LintFinding]:
    if rule.target in EXITS:
        if rule.target == Exit.SECTION and any(
            is_mixed(section, element.around[:depth]) for depth, section in enumerate(element.around)
        ):
            yield here("route-mixed", "leaves a section whose items are mixed with others", "Keep it together")
        return
    target = by_id.get(rule.target)
    if target is None or target.last < target.first:
        yield here("route-target", f"jumps to {rule.target}, which this part does not have", "Correct the target")
    elif target.first <= element.last:
        yield here("route-target", f"jumps to {rule.target}, which does not come later", "Jump forward only")
    elif not _surely_later(element, target):
        yield here("route-target", f"jumps to {rule.target}, which may come earlier", "Fix the order, or the target")
    elif any(section.selection for section in target.around):
        yield note(
            here(
                "route-target",
                f"jumps to {rule.target}, which not every candidate gets; without it the rule is passed over",
                "Nothing, if that is all right",
            )
        )


def _surely_later(element: _Element, target: _Element) -> bool:
    """Whether shuffling leaves the target behind the element."""
    depth = 0
    for ours, theirs in zip(element.around, target.around, strict=False):
        if ours.identifier != theirs.identifier:
            break
        depth += 1
    if depth == 0:
        return True
    common = element.around[depth - 1]
    if not (common.shuffle or is_mixed(common, element.around[: depth - 1])):
        return True
    below = [(*each.around, each.child)[depth] for each in (element, target)]
    return all(child.fixed for child in below)


# -- what no candidate reaches ----------------------------------------------------------------------------------------


def _check_unreachable(elements: list[_Element], report: Reporter) -> Iterator[LintFinding]:
    targets = [rule.target for element in elements for rule in element.child.branch_rules]
    entered = {element.first for element in elements if element.child.identifier in targets}
    items = max((element.last for element in elements), default=-1) + 1
    hidden: set[int] = set()
    for element in elements:
        if any(_constant(each) is False for each in element.child.pre_conditions):
            hidden |= set(range(element.first, element.last + 1))
        if not isinstance(element.child, Section) and not element.child.pre_conditions:
            hidden |= set(_passed_over(element, elements, entered, items))
    for element in elements:
        if element.first in hidden and not isinstance(element.child, Section):
            yield note(
                report.at("identifier", element.child.identifier)(
                    "unreachable", f"has an item, {element.child.identifier}, that no candidate gets to", "Remove it"
                )
            )


def _passed_over(element: _Element, elements: list[_Element], entered: set[int], items: int) -> Iterator[int]:
    """The items behind one whose first rules always jump over them, as far as no other rule leads there."""
    rule = next(iter(element.child.branch_rules), None)
    around = element.around[-1]
    if rule is None or _constant(rule.condition) is not True or _is_shuffled(element.around) or around.selection:
        return
    ends = {str(each.child.identifier): each.first for each in elements}
    ends |= {Exit.TEST: items, Exit.PART: items}
    ends[Exit.SECTION] = next(each.last + 1 for each in elements if each.child.identifier == around.identifier)
    for number in range(element.last + 1, ends.get(rule.target, 0)):
        if number in entered:
            return
        yield number


def _is_shuffled(around: tuple[Section, ...]) -> bool:
    return any(section.shuffle for section in around)


def _constant(expression: Expression) -> bool | None:
    """What a condition without variables comes to; None where it depends on something. NULL is as good as false."""
    if any(each.name not in _CONSTANTS for each in _every(expression)):
        return None
    try:
        return is_true(evaluate(expression, Scope("", ())))
    except ScoringRefused:
        return None


_CONSTANTS: Final = frozenset({"base-value", "null", "and", "or", "not", "match", "equal", "gt", "gte", "lt", "lte"})


def _every(expression: Expression) -> Iterator[Expression]:
    yield expression
    for operand in expression.operands:
        yield from _every(operand)


# -- what is known at the seat ----------------------------------------------------------------------------------------


class _Known:
    """What rules may ask about: the scored items of a test, and its outcomes."""

    def __init__(self, exam: Exam) -> None:
        self._items: dict[ItemId, tuple[ItemRef, AssessmentItem]] = {
            ref.identifier: (ref, exam.item(ref)) for ref in exam.test.item_refs(PartRole.SCORED)
        }
        self._outcomes = {str(each.identifier) for each in exam.test.outcome_declarations}

    def check(self, expression: Expression, here: Reporter, *, keys_at_seat: bool) -> Iterator[LintFinding]:
        """Everything that an expression asks for and that is not there, or not at a testing centre."""
        for each in _every(expression):
            if each.name == "variable" and self._kind(each.attribute("identifier")) is None:
                asked = each.attribute("identifier")[:60]
                yield here("route-variable", f"asks for {asked}, which is no variable of a scored item", "Correct it")
            elif not keys_at_seat and self._needs_keys(each):
                yield here(
                    "route-key",
                    f"makes the way depend on qti-{each.name}, for which keys are needed at the testing centre",
                    "Use responses and counts only, or build the exam as scored at the seat",
                )

    def _kind(self, identifier: str) -> type[ResponseDeclaration | OutcomeDeclaration] | None:
        """What a variable is that a rule asks for: a test's own, or an item's with the item's identifier before a point."""
        if identifier in self._outcomes:
            return OutcomeDeclaration
        for at, character in enumerate(identifier):
            found = self._items.get(ItemId(identifier[:at])) if character == "." else None
            if found is not None:
                return _kind_in(*found, identifier[at + 1 :])
        return None

    def _needs_keys(self, expression: Expression) -> bool:
        if expression.name in _ASKS_FOR_KEYS or any(expression.attribute(name) for name in _WITHHELD):
            return True
        if expression.name == "variable":
            return self._kind(expression.attribute("identifier")) is OutcomeDeclaration
        if expression.name == "test-variables":
            name = expression.attribute("variable-identifier")
            return all(_kind_in(ref, item, name) is not ResponseDeclaration for ref, item in self._items.values())
        return False


def _kind_in(ref: ItemRef, item: AssessmentItem, name: str) -> type[ResponseDeclaration | OutcomeDeclaration] | None:
    name = {target: source for source, target in ref.variable_mappings}.get(name, name)
    if name in {str(each.identifier) for each in (*BUILT_IN_RESPONSES, *item.response_declarations)}:
        return ResponseDeclaration
    outcomes = (*item.outcome_declarations, COMPLETION_STATUS)
    return OutcomeDeclaration if name in {str(each.identifier) for each in outcomes} else None


def _note_telling(exam: Exam, rules: list[tuple[Reporter, Expression]]) -> Iterator[LintFinding]:
    """Rules that need no key and hold one: whoever reads them at a testing centre knows what is right."""
    keys = {
        (f"{ref.identifier}.{each.identifier}", value.strip())
        for ref in exam.test.item_refs(PartRole.SCORED)
        for each in exam.item(ref).response_declarations
        for value in each.correct or ()
    }
    for here, expression in rules:
        parts = list(_every(expression))
        asked = {each.attribute("identifier") for each in parts if each.name == "variable"}
        values = {each.text.strip() for each in parts if each.name == "base-value"}
        if keys & set(product(asked, values)):
            message = "compares a response with the correct one, which the testing centre gets to know by it"
            yield note(here("route-telling", message, "Nothing, if that is all right"))


# -- values -----------------------------------------------------------------------------------------------------------


def _check_values(exam: Exam, rules: list[tuple[Reporter, Expression]]) -> Iterator[LintFinding]:
    """Every rule must come to true, false or NULL for whoever answered nothing, and for whoever answered all."""
    form = whole_form(exam.test)
    found: set[tuple[object, str]] = set()
    for responses in ({}, _best(exam)):
        presented = [ItemId(each) for each in responses]
        try:
            scope = rule_scope(exam, form, Taken(responses=responses, presented=presented))
        except ScoringRefused:
            return  # what is wrong with an item or with outcome processing is found where it stands
        for here, expression in rules:
            fault = _fault(expression, scope)
            if fault and (here.steps, fault) not in found:
                found.add((here.steps, fault))
                yield here("route-rule", f"has a rule that {fault}", "Correct it")


def _fault(expression: Expression, scope: Scope) -> str:
    try:
        value = evaluate(expression, scope)
    except ScoringRefused as error:
        return f"cannot be computed: {error.place} {error.message}"
    return "" if value is None or is_boolean(value) else "is neither true nor false"


def _best(exam: Exam) -> dict[ItemId, Responses]:
    return {
        ref.identifier: {each.identifier: each.correct for each in exam.item(ref).response_declarations if each.correct}
        for ref in exam.test.item_refs()
    }
