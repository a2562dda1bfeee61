"""Responses to a form → item sessions with their outcomes.

Owns which items take part: those of scored parts. What somebody answered in the tutorial or the poll is not scored, and not
looked at by outcome processing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from exam_packages.ids import ItemId
from exam_packages.qti.model import Exam, PartRole, Responses
from exam_packages.qti.processing import process_item
from exam_packages.qti.scope import ItemSession


def open_sessions(
    exam: Exam, responses: Mapping[ItemId, Responses], presented: Collection[ItemId] | None = None
) -> tuple[ItemSession, ...]:
    """Process every scored item of a form, in form order.

    Args:
        exam: with its answers: read from the sources or the scoring package.
        responses: by item; an item that is absent was not answered.
        presented: the items the candidate saw; None means all.

    Raises:
        ScoringRefused: a response does not fit its item, or processing is wrong.
    """
    return tuple(
        ItemSession(
            ref=ref,
            section=section.identifier,
            item=exam.item(ref),
            scope=process_item(exam.item(ref), responses.get(ref.identifier, {})),
            presented=presented is None or ref.identifier in presented,
        )
        for part in exam.test.parts
        if part.role is PartRole.SCORED
        for section in part.sections
        for ref in section.items
    )
