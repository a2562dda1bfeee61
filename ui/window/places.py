"""Where in the exam a candidate is: sections counted among their kind, questions among those this candidate gets. Pure.

Where rules decide on the way what comes, nobody is told a number of questions that may turn out wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

from exam_packages.ids import ItemId
from exam_packages.session_events import SectionKind, SectionPlan
from kiosk.session import Session
from ui.window.contents import Contents


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """Where in the exam this is.

    ``number`` and ``count`` count sections of the same kind, so that the tutorial is not "section 1".
    """

    kind: SectionKind
    title: str
    number: int
    count: int


def section_view(session: Session, contents: Contents, plan: SectionPlan) -> SectionView:
    """Return where a section stands among those of its kind."""
    same = [section.identifier for section in session.plan.sections if section.kind is plan.kind]
    return SectionView(
        kind=plan.kind,
        title=contents.sections[plan.identifier].title,
        number=same.index(plan.identifier) + 1,
        count=len(same),
    )


def walked(session: Session, plan: SectionPlan) -> tuple[ItemId, ...]:
    """Return the items of a section that are certain to come or have come, in order: what is counted and reviewed."""
    uncertain = {each.item for each in plan.item_plans if each.conditional} - session.presented
    return tuple(item for item in plan.items if item not in uncertain)


def question_count(session: Session, plan: SectionPlan) -> int | None:
    """Return how many questions a section has; None while it depends on answers."""
    items = walked(session, plan)
    return len(items) if len(items) == len(plan.items) else None


def scored_count(session: Session) -> int:
    """Return how many questions count."""
    scored = [section for section in session.plan.sections if section.kind is SectionKind.SCORED]
    return sum(len(walked(session, section)) for section in scored)


def may_show(session: Session, item: ItemId) -> bool:
    """Return whether an item of a nonlinear section may come back to the screen."""
    return item not in session.closed or bool(session.item_plan(item).control.allow_review)
