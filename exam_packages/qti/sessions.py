"""Responses to a form → item sessions with their outcomes.

Owns which items take part: those of scored parts. What somebody answered in the tutorial or the poll is not scored, and not
looked at by outcome processing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from exam_packages.ids import ItemId, SectionId
from exam_packages.qti.model import Exam, ItemRef, PartRole, Responses, Section
from exam_packages.qti.processing import process_item
from exam_packages.qti.scope import ItemSession


def open_sessions(
    exam: Exam,
    responses: Mapping[ItemId, Responses],
    presented: Collection[ItemId] | None = None,
    selected: Collection[ItemId] | None = None,
) -> tuple[ItemSession, ...]:
    """Process every scored item of a form, in form order.

    Args:
        exam: with its answers: read from the sources or the scoring package.
        responses: by item; an item that is absent was not answered.
        presented: the items the candidate saw; None means all.
        selected: the items that were drawn for this candidate; the others have no session. None means all.

    Raises:
        ScoringRefused: a response does not fit its item, or processing is wrong.
    """
    return tuple(
        ItemSession(
            ref=ref,
            sections=sections,
            item=exam.item(ref),
            scope=process_item(exam.item(ref), responses.get(ref.identifier, {})),
            presented=presented is None or ref.identifier in presented,
        )
        for part in exam.test.parts
        if part.role is PartRole.SCORED
        for top in part.sections
        for sections, ref in _refs(top, ())
        if selected is None or ref.identifier in selected
    )


def _refs(section: Section, outer: tuple[SectionId, ...]) -> Iterator[tuple[tuple[SectionId, ...], ItemRef]]:
    """Every item reference at any depth, with the sections around it, the outermost first."""
    sections = (*outer, section.identifier)
    for child in section.children:
        if isinstance(child, ItemRef):
            yield sections, child
        else:
            yield from _refs(child, sections)
