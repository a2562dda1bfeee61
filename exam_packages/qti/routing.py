"""Where a candidate goes next: pre-conditions and branch rules over the form that was selected.

Owns the order of evaluation (PreConditionDType, BranchRuleDType) and nothing that lasts: the same form and answers give the same
way. Rules of items and sections count in linear parts only; those of parts count always. Without keys at the seat only responses
and counts are known; ``form_routes`` has refused every rule that asks for more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeGuard

from exam_packages.errors import ScoringRefused
from exam_packages.ids import ItemId, PartId, SectionId
from exam_packages.qti.model import BaseType, BranchRule, Exam, Expression, Responses, Section
from exam_packages.qti.processing import evaluate, process_test
from exam_packages.qti.scope import Scope
from exam_packages.qti.selecting import ArrangedForm, ArrangedItem, ArrangedPart
from exam_packages.qti.sessions import open_sessions
from exam_packages.qti.values import Operand, Value


class Exit(StrEnum):
    """The targets that are no element."""

    TEST = "EXIT_TEST"
    PART = "EXIT_TESTPART"
    SECTION = "EXIT_SECTION"


EXITS: Final = frozenset(Exit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Where a candidate may be: in a linear part an item, in a nonlinear part a section.

    Attributes:
        part: the part.
        section: the section directly in it.
        item: the item; None in a nonlinear part, and for a section without items.
    """

    part: PartId
    section: SectionId
    item: ItemId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What is known of a sitting when the way is asked.

    Attributes:
        responses: by item; built-in variables (``numAttempts``, ``duration``) may be among them.
        presented: the items that the candidate has seen.
    """

    responses: Mapping[ItemId, Responses] = field(default_factory=dict)
    presented: Collection[ItemId] = frozenset()


def has_routes(form: ArrangedForm) -> bool:
    """Whether the way through a form depends on anything: without, it is the form's own order."""
    return any(
        part.part.pre_conditions or part.part.branch_rules or (part.part.linear and any(map(_has_rules, _places(part))))
        for part in form.parts
    )


def next_stop(exam: Exam, form: ArrangedForm, after: Stop | None, taken: Taken) -> Stop | None:
    """The stop that follows one that was presented; None where the test ends.

    A rule that cannot be evaluated counts as NULL. "If the expression evaluates to false, or has a NULL value" a pre-condition
    skips what it stands at (QTI 2.1, preCondition).

    Args:
        exam: the one the form comes from; with keys only where it is scored at the seat.
        form: what the candidate gets.
        after: where the candidate was; None asks for the first stop.
        taken: answers so far, those given at ``after`` included.

    Raises:
        ScoringRefused: a response does not fit its item.
        KeyError: ``after`` is not in the form.
    """
    return _Walk(exam, form, after, taken).next()


def rule_scope(exam: Exam, form: ArrangedForm, taken: Taken) -> Scope:
    """What the rules of a form see: the scored items that were selected, and the test's outcomes where they are known.

    Raises:
        ScoringRefused: a response does not fit its item.
    """
    selected = {item.ref.identifier for item in form.items}
    return process_test(exam.test, open_sessions(exam, taken.responses, taken.presented, selected))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    stop: Stop
    sections: tuple[Section, ...]
    """Around it, the outermost first; empty in a nonlinear part, whose sections have no say."""
    item: ArrangedItem | None = None

    def is_in(self, section: Section) -> bool:
        return any(each.identifier == section.identifier for each in self.sections)


def _has_rules(place: _Place) -> bool:
    ref = place.item.ref if place.item else None
    own = ref is not None and bool(ref.pre_conditions or ref.branch_rules)
    return own or any(section.pre_conditions or section.branch_rules for section in place.sections)


def _places(part: ArrangedPart) -> Iterator[_Place]:
    for arranged in part.sections:
        stop = Stop(part=part.part.identifier, section=arranged.section.identifier)
        if part.part.linear:
            for item in arranged.items:
                at_item = Stop(part=stop.part, section=stop.section, item=item.ref.identifier)
                yield _Place(stop=at_item, sections=item.sections, item=item)
        if not arranged.section.children or (arranged.items and not part.part.linear):
            yield _Place(stop=stop, sections=(arranged.section,) if part.part.linear else ())


class _Walk:
    """One question for the next stop."""

    def __init__(self, exam: Exam, form: ArrangedForm, after: Stop | None, taken: Taken) -> None:
        self._exam = exam
        self._form = form
        self._after = after
        self._taken = taken
        self._scope: Scope | None = None

    def next(self) -> Stop | None:
        if self._after is None:
            return self._first_from(0)
        number, places, at = self._found(self._after)
        found = self._leave(places, at)
        if isinstance(found, Stop):
            return found
        return None if found is Exit.TEST else self._leave_part(number)

    def _found(self, stop: Stop) -> tuple[int, tuple[_Place, ...], int]:
        for number, part in enumerate(self._form.parts):
            places = tuple(_places(part))
            for at, place in enumerate(places):
                if place.stop == stop:
                    return number, places, at
        raise KeyError(stop)

    # -- parts --------------------------------------------------------------------------------------------------------

    def _leave_part(self, number: int) -> Stop | None:
        for rule in self._form.parts[number].part.branch_rules:
            if self._is_true(rule.condition):
                if rule.target == Exit.TEST:
                    return None
                later = range(number + 1, len(self._form.parts))
                named = [n for n in later if self._form.parts[n].part.identifier == rule.target]
                return self._first_from(named[0] if named else number + 1)
        return self._first_from(number + 1)

    def _first_from(self, number: int) -> Stop | None:
        for part in self._form.parts[number:]:
            if all(map(self._is_true, part.part.pre_conditions)):
                found = self._enter(tuple(_places(part)), 0)
                if found is not Exit.PART:
                    return found if isinstance(found, Stop) else None
        return None

    # -- inside a linear part -----------------------------------------------------------------------------------------

    def _leave(self, places: Sequence[_Place], at: int) -> Stop | Exit:
        """From a place that was presented: its own rules first, then on."""
        item = places[at].item
        target = self._target(item.ref.branch_rules if item else (), places, at)
        if target is None:
            return self._go_on(places, at)
        inner = places[at].sections
        return self._jump(target, places, at, inner[-1] if inner else None)

    def _go_on(self, places: Sequence[_Place], at: int, left: Section | None = None) -> Stop | Exit:
        """From a place that was presented or skipped: rules of the sections that end here, then the next place.

        Where a section was left by EXIT_SECTION, those inside it are behind already and are not asked again.
        """
        inside_out = tuple(reversed(places[at].sections))
        names = [section.identifier for section in inside_out]
        start = 0 if left is None else names.index(left.identifier)
        for depth, section in enumerate(inside_out[start:], start):
            if any(place.is_in(section) for place in places[at + 1 :]):
                break
            target = self._target(section.branch_rules, places, at) if self._was_entered(section, places) else None
            if target is not None:
                return self._jump(target, places, at, inside_out[depth + 1] if depth + 1 < len(inside_out) else None)
        return self._enter(places, at + 1)

    def _enter(self, places: Sequence[_Place], at: int) -> Stop | Exit:
        """The first place from here whose pre-conditions, and those of the sections that begin, are true."""
        while at < len(places):
            if self._may_enter(places[at], places):
                return places[at].stop
            left = [section for section in places[at].sections if self._was_entered(section, places)]
            if any(not any(place.is_in(section) for place in places[at + 1 :]) for section in left):
                return self._go_on(places, at)
            at += 1
        return Exit.PART

    def _may_enter(self, place: _Place, places: Sequence[_Place]) -> bool:
        begun = (section for section in place.sections if not self._was_entered(section, places))
        conditions = [condition for section in begun for condition in section.pre_conditions]
        conditions += place.item.ref.pre_conditions if place.item else ()
        return all(map(self._is_true, conditions))

    def _jump(self, target: str, places: Sequence[_Place], at: int, around: Section | None) -> Stop | Exit:
        """Follow a target from a place; ``around`` is the section that holds the element with the rule."""
        if target in {Exit.TEST, Exit.PART}:
            return Exit(target)
        if target != Exit.SECTION:
            return self._enter(places, _ahead(target, places, at) or len(places))
        if around is None:
            return self._enter(places, at + 1)
        return self._go_on(places, max(n for n, place in enumerate(places) if place.is_in(around)), around)

    def _target(self, rules: Sequence[BranchRule], places: Sequence[_Place], at: int) -> str | None:
        """The target of the first rule that is true. A target that was not selected for this candidate is passed over."""
        known = (rule for rule in rules if rule.target in EXITS or _ahead(rule.target, places, at) is not None)
        return next((rule.target for rule in known if self._is_true(rule.condition)), None)

    def _was_entered(self, section: Section, places: Sequence[_Place]) -> bool:
        return any(
            place.is_in(section) and (place.stop == self._after or place.stop.item in self._taken.presented)
            for place in places
        )

    def _is_true(self, condition: Expression) -> bool:
        if self._scope is None:
            self._scope = rule_scope(self._exam, self._form, self._taken)
        try:
            return is_true(evaluate(condition, self._scope))
        except ScoringRefused:
            return False


def is_true(value: Operand) -> bool:
    """Whether a value is the boolean true; NULL is not."""
    return is_boolean(value) and value.items == (True,)


def is_boolean(value: Operand) -> TypeGuard[Value]:
    """Whether a value is a boolean, true or false."""
    return isinstance(value, Value) and value.base_type is BaseType.BOOLEAN and len(value.items) == 1


def _ahead(target: str, places: Sequence[_Place], at: int) -> int | None:
    """Where a target begins, if it lies ahead; "that has not yet been presented" (BranchRuleDType)."""
    for number in range(at + 1, len(places)):
        place = places[number]
        if place.stop.item == target:
            return number
        if any(section.identifier == target and not places[at].is_in(section) for section in place.sections):
            return number
    return None
