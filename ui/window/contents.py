"""An exam, indexed by what a session speaks of. Pure; knows no session, no words and no Qt.

Choices are in the author's order here: what a candidate sees comes from the running session, which shuffles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from exam_packages.ids import ItemId, PartId, SectionId
from exam_packages.qti.model import (
    AssessmentItem,
    Exam,
    MediaInteraction,
    Node,
    PartRole,
    RubricBlock,
    Section,
    Stimulus,
    TestPart,
    View,
)
from exam_packages.qti.walking import interactions, media


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """An exam, indexed."""

    exam: Exam
    sections: Mapping[SectionId, Section]
    """Sections at every depth."""
    parts: Mapping[PartId, TestPart]
    items: Mapping[ItemId, AssessmentItem]
    """As the author wrote them."""
    agreement: tuple[Node, ...]
    """Content of the candidate agreement; empty where the exam has none."""
    has_media: bool
    """Sound or video is among what candidates get."""

    @property
    def title(self) -> str:
        """The exam's title, for people."""
        return self.exam.title or self.exam.test.title

    def stimulus(self, item: ItemId) -> Stimulus | None:
        """The scenario an item refers to."""
        paths = self.items[item].stimulus_paths
        return self.exam.stimuli[paths[0]] if paths else None


def contents_of(exam: Exam) -> Contents:
    """Index an exam."""
    parts = exam.test.parts
    outer = [section for part in parts for section in part.sections]
    agreement = [
        node
        for part in parts
        if part.role is PartRole.AGREEMENT
        for section in part.sections
        for node in _agreement_of(exam, section)
    ]
    return Contents(
        exam=exam,
        sections={section.identifier: section for each in outer for section in _at_every_depth(each)},
        parts={part.identifier: part for part in parts},
        items={ref.identifier: exam.item(ref) for ref in exam.test.item_refs()},
        agreement=tuple(agreement),
        has_media=any(map(_plays, exam.items.values())) or any(map(_plays, exam.stimuli.values())),
    )


def for_candidate(rubrics: tuple[RubricBlock, ...]) -> tuple[Node, ...]:
    """What candidates may read of some rubric blocks."""
    return tuple(node for rubric in rubrics if View.CANDIDATE in rubric.views for node in rubric.content)


def _at_every_depth(section: Section) -> Iterator[Section]:
    yield section
    for child in section.children:
        if isinstance(child, Section):
            yield from _at_every_depth(child)


def _agreement_of(exam: Exam, section: Section) -> tuple[Node, ...]:
    bodies = tuple(node for ref in section.items for node in exam.item(ref).body)
    return for_candidate(section.rubrics) + bodies


def _plays(document: AssessmentItem | Stimulus) -> bool:
    asks = any(isinstance(each, MediaInteraction) for each in interactions(document.body))
    return asks or any(True for _each in media(document.body))
