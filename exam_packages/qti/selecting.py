"""A test and a seed → the items that one candidate gets, in their order.

Owns selection and ordering (SelectionDType, OrderingDType). Pure: the same test and seed give the same form. Refuses to know
responses; what depends on them is ``routing``'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from exam_packages.ids import ItemId
from exam_packages.qti.model import (
    DEFAULT_CONTROL,
    AssessmentTest,
    ItemRef,
    RubricBlock,
    Section,
    SessionControl,
    TestPart,
    Tool,
)
from exam_packages.qti.randomness import Chance


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangedItem:
    """One item of a candidate's form, with everything that holds it."""

    ref: ItemRef
    sections: tuple[Section, ...]
    """The sections around it, the one directly in the part first."""
    part: TestPart
    test: AssessmentTest

    @property
    def control(self) -> SessionControl:
        """The session control that holds for it: its own over its sections' over its part's; no member is None.

        "a setting at qti-test-part level affects all items in that part unless the setting is overridden at the
        qti-assessment-section level or ultimately at the individual qti-assessment-item-ref" (ItemSessionControlDType).
        """
        outside_in = (self.part.control, *(section.control for section in self.sections), self.ref.control)
        return reduce(lambda outer, inner: inner.within(outer), outside_in, DEFAULT_CONTROL)

    @property
    def tools(self) -> frozenset[Tool]:
        """What test, part, sections and reference switch on together; companion materials of the item are not here."""
        inside = (section.tools for section in self.sections)
        return self.test.tools.union(self.part.tools, self.ref.tools, *inside)

    @property
    def rubrics(self) -> tuple[RubricBlock, ...]:
        """The rubric blocks of everything around it, the outermost first: what is shown with the item."""
        inside = (rubric for section in self.sections for rubric in section.rubrics)
        return (*self.test.rubrics, *self.part.rubrics, *inside)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangedSection:
    """A section directly in a part, with the items of it that the candidate gets."""

    section: Section
    items: tuple[ArrangedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangedPart:
    """A part with its sections. A section of which nothing was selected has no items."""

    part: TestPart
    sections: tuple[ArrangedSection, ...]

    @property
    def items(self) -> tuple[ArrangedItem, ...]:
        """Its items, in the candidate's order."""
        return tuple(item for section in self.sections for item in section.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangedForm:
    """What one candidate gets: "This sequence is constant throughout the test" (OrderingDType)."""

    test: AssessmentTest
    parts: tuple[ArrangedPart, ...]

    @property
    def items(self) -> tuple[ArrangedItem, ...]:
        """All items, in the candidate's order."""
        return tuple(item for part in self.parts for item in part.items)

    def item(self, ref: ItemId) -> ArrangedItem:
        """One item by its reference.

        Raises:
            KeyError: it was not selected.
        """
        return {item.ref.identifier: item for item in self.items}[ref]


def select_form(test: AssessmentTest, seed: str) -> ArrangedForm:
    """Select and order the items of a test for one candidate.

    Args:
        test: as read; its checks (``form_checks``) have passed.
        seed: the session's, 32 hex digits.
    """
    parts = tuple(ArrangedPart(part=part, sections=tuple(_top_level(test, part, seed))) for part in test.parts)
    return ArrangedForm(test=test, parts=parts)


def whole_form(test: AssessmentTest) -> ArrangedForm:
    """Every item of a test in document order: what an author looks at, and what checks look at."""
    parts = (
        ArrangedPart(
            part=part,
            sections=tuple(
                ArrangedSection(section=section, items=tuple(_whole(section, (), part, test)))
                for section in part.sections
            ),
        )
        for part in test.parts
    )
    return ArrangedForm(test=test, parts=tuple(parts))


def _whole(
    section: Section, around: tuple[Section, ...], part: TestPart, test: AssessmentTest
) -> Iterator[ArrangedItem]:
    for child in section.children:
        if isinstance(child, Section):
            yield from _whole(child, (*around, section), part, test)
        else:
            yield ArrangedItem(ref=child, sections=(*around, section), part=part, test=test)


def is_mixed(section: Section, around: tuple[Section, ...]) -> bool:
    """Whether a section's items are shuffled one by one among those of the sections around it (the outermost first)."""
    if not around or not _may_be_mixed(section):
        return False
    return around[-1].shuffle or is_mixed(around[-1], around[:-1])


def _may_be_mixed(section: Section) -> bool:
    return not section.visible and not section.keep_together and not section.fixed


def _top_level(test: AssessmentTest, part: TestPart, seed: str) -> Iterator[ArrangedSection]:
    for section in part.sections:
        blocks = _arranged(section, (), seed)
        items = (
            ArrangedItem(ref=leaf.ref, sections=leaf.sections, part=part, test=test)
            for block in blocks
            for leaf in block.leaves
        )
        yield ArrangedSection(section=section, items=tuple(items))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaf:
    ref: ItemRef
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """What is shuffled as one: an item, or a whole section already arranged inside."""

    leaves: tuple[_Leaf, ...]
    fixed: bool


def _arranged(section: Section, around: tuple[Section, ...], seed: str) -> tuple[_Block, ...]:
    """The selected and ordered children of a section."""
    if not section.shuffle:
        return tuple(_blocks(section, around, seed, mixing=False))
    blocks = tuple(_blocks(section, around, seed, mixing=True))
    # "selecting 3 elements … fixed elements do not have their position fixed until after selection" (2.1, fixed).
    return Chance(seed, f"order {section.identifier}").order_around(blocks, lambda block: block.fixed)


def _blocks(section: Section, around: tuple[Section, ...], seed: str, *, mixing: bool) -> Iterator[_Block]:
    inside = (*around, section)
    for child in _selected(section, seed):
        if isinstance(child, ItemRef):
            yield _Block(leaves=(_Leaf(ref=child, sections=inside),), fixed=child.fixed)
        elif mixing and _may_be_mixed(child):
            # "the child elements of the invisible sub-section are mixed into the parent's selection prior to
            # shuffling" (OrderingDType); its own ordering has nothing left to say.
            yield from _blocks(child, inside, seed, mixing=True)
        else:
            leaves = tuple(leaf for block in _arranged(child, inside, seed) for leaf in block.leaves)
            yield _Block(leaves=leaves, fixed=child.fixed)


def _selected(section: Section, seed: str) -> tuple[ItemRef | Section, ...]:
    """The children that a candidate gets, in document order: all required ones, and others by chance."""
    if section.selection is None:
        return section.children
    required = [child for child in section.children if child.required]
    optional = [child for child in section.children if not child.required]
    # A count that cannot be is refused when building; a form is never shorter or longer than its section can make it.
    count = min(max(section.selection.select - len(required), 0), len(optional))
    chosen = Chance(seed, f"select {section.identifier}").sample(optional, count)
    kept = {child.identifier for child in (*required, *chosen)}
    return tuple(child for child in section.children if child.identifier in kept)
