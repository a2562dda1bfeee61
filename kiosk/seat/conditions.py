"""Which items of a form may fall away on the day: what pre-conditions stand at, and what branch rules can jump over. Pure.

Owns only the possibility, which the plan keeps for the session's machine. What is decided on the way is
``kiosk.session.route``'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exam_packages.ids import ItemId
from exam_packages.qti.model import BranchRule
from exam_packages.qti.routing import Exit
from exam_packages.qti.selecting import ArrangedForm, ArrangedItem, ArrangedPart


def conditional_items(form: ArrangedForm) -> frozenset[ItemId]:
    """Return every item of a form of which it is not certain that it is presented."""
    found: set[ItemId] = set()
    may_be_skipped = False  # a branch rule of an earlier part may jump over this one
    for part in form.parts:
        if may_be_skipped or part.part.pre_conditions:
            found |= {each.ref.identifier for each in part.items}
        if part.part.linear:
            found |= set(_in_linear(part))
        may_be_skipped = may_be_skipped or bool(part.part.branch_rules) or _may_end_the_test(part)
    return frozenset(found)


def _in_linear(part: ArrangedPart) -> Iterator[ItemId]:
    """Rules of sections and items hold in linear navigation only."""
    items = part.items
    for number, each in enumerate(items):
        if each.ref.pre_conditions or any(section.pre_conditions for section in each.sections):
            yield each.ref.identifier
        for rule, end in _jumps(items, number):
            yield from (over.ref.identifier for over in items[number + 1 : _landing(rule, items, number, end)])


def _jumps(items: Sequence[ArrangedItem], number: int) -> Iterator[tuple[BranchRule, int]]:
    """The rules looked at after an item, each with where EXIT_SECTION would lead from it."""
    inside_out = tuple(reversed(items[number].sections))
    ends = [_end(items, number, depth) for depth in range(len(inside_out))] + [len(items)]
    for rule in items[number].ref.branch_rules:
        yield rule, ends[0]
    for depth, section in enumerate(inside_out):
        if ends[depth] == number + 1:  # the section ends with this item
            for rule in section.branch_rules:
                yield rule, ends[depth + 1]


def _end(items: Sequence[ArrangedItem], number: int, depth: int) -> int:
    """The place behind the last item of a section around an item, counted from inside."""
    section = items[number].sections[len(items[number].sections) - 1 - depth]
    inside = [n for n, each in enumerate(items) if any(one.identifier == section.identifier for one in each.sections)]
    return inside[-1] + 1


def _landing(rule: BranchRule, items: Sequence[ArrangedItem], number: int, section_end: int) -> int:
    """The place of the item that a rule leads to."""
    if rule.target == Exit.SECTION:
        return section_end
    for ahead in range(number + 1, len(items)):
        each = items[ahead]
        if rule.target == each.ref.identifier or any(rule.target == section.identifier for section in each.sections):
            return ahead
    return len(items)  # out of the part, or a target that was not selected


def _may_end_the_test(part: ArrangedPart) -> bool:
    if not part.part.linear:
        return False
    rules = (rule for each in part.items for rule in each.ref.branch_rules)
    of_sections = (rule for each in part.items for section in each.sections for rule in section.branch_rules)
    return any(rule.target == Exit.TEST for rule in (*rules, *of_sections))
