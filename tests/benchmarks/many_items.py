"""Every item that can be delivered, of other people and of the samples, as one exam for the window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from exam_packages.errors import Severity, SourceRefused
from exam_packages.ids import ExamId, FormId, ItemId, PartId, SectionId
from exam_packages.qti.model import AssessmentTest, Exam, ItemRef, PartRole, Section, TestPart
from exam_packages.session_events import IdentityConfirmed, SectionEntered
from tests.exam_packages.qti import samples
from tests.exam_packages.qti.corpus import SHARED
from tests.ui.window.fake_day import FakeRunning, plan_of
from ui.preview.content import Previewed, PreviewedItem, load

SECTION = SectionId("everything")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One item that can be shown, and where its pictures come from."""

    name: str
    item: PreviewedItem
    source: Previewed


def deliverable(limit: int | None = None) -> list[Shown]:
    """Our samples' items, and those of the corpus that no check refuses.

    Args:
        limit: no more than this many of the corpus, spread over the whole; None for all.
    """
    own = [each for name in samples.SAMPLES for each in _of(samples.folder(name))]
    files = sorted((SHARED / "corpus").rglob("*.xml")) if SHARED.is_dir() else []
    archives = sorted((SHARED / "corpus").rglob("*.zip")) if SHARED.is_dir() else []
    if limit is not None:
        files = files[:: max(1, len(files) // max(1, 2 * limit))]
    others = [each for path in (*files, *archives) for each in _of(path)]
    return own + others[:limit]


def _of(path: Path) -> Iterator[Shown]:
    try:
        source = load(path)
    except SourceRefused:
        return
    for item in source.items:
        if item.delivered is not None and not any(each.severity is Severity.ERROR for each in item.findings):
            yield Shown(name=f"{path.name}: {item.name}", item=item, source=source)


def exam_of(shown: list[Shown]) -> tuple[Exam, dict[ItemId, Shown]]:
    """One nonlinear section that holds them all, and what stands behind each of its items."""
    items, stimuli, by_name = {}, {}, {}
    for number, each in enumerate(shown):
        name = f"item-{number}"
        item, stimulus = each.item.delivered, each.item.stimulus
        assert item is not None
        items[name] = replace(item, path=name, stimulus_paths=(name,) if stimulus is not None else ())
        if stimulus is not None:
            stimuli[name] = stimulus
        by_name[ItemId(name)] = each
    refs = tuple(ItemRef(identifier=name, path=name, tools=each.item.tools) for name, each in by_name.items())
    section = Section(identifier=SECTION, title="Everything", children=refs)
    part = TestPart(identifier=PartId("scored"), role=PartRole.SCORED, sections=(section,))
    test = AssessmentTest(identifier=FormId("everything"), title="Everything", language="en", parts=(part,))
    exam = Exam(exam_id=ExamId("everything"), test=test, items=items, stimuli=stimuli, resources={}, title="Everything")
    return exam, by_name


@dataclass
class ShowingRunning(FakeRunning):
    """A session in memory that takes each item's pictures from where that item came from."""

    shown: dict[ItemId, Shown] = field(default_factory=dict)

    def resource(self, path: str) -> bytes:
        """A picture of the item that is shown."""
        item = self.session.item
        return self.shown[item].source.resource(path) if item is not None else b""


def sitting_of(shown: list[Shown]) -> ShowingRunning:
    """A session in the section with all of them."""
    exam, by_name = exam_of(shown)
    running = ShowingRunning(exam=exam, plan=plan_of(exam), shown=by_name)
    for event in (IdentityConfirmed(), SectionEntered(section=SECTION)):
        running.happen(event)
    return running
