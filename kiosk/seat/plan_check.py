"""Whether the plan a journal begins with is the one its exam gives: pure.

Owns the comparison. A seat that is not what it should be could write any plan into a journal: other items, fewer of them, more
time than the accommodations it names. Planning is pure, so the office plans again and compares.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from exam_packages.ids import UtcMs
from exam_packages.qti.model import Exam
from exam_packages.qti.selecting import whole_form
from exam_packages.rosters import Appointment
from exam_packages.session_events import ItemPlan, SessionPlan
from kiosk.seat.planning import Sitting, plan_session
from signing.errors import ContentRefused

_PLACE: Final = "journal, record 0"


def check_plan(exam: Exam, plan: SessionPlan) -> None:
    """Plan a session again and compare.

    Args:
        exam: what was delivered, or the same as it is read for scoring.
        plan: what the journal says was planned.

    Raises:
        ContentRefused: it is another plan than exam, seed and accommodations give.
    """
    if not plan.seed:
        _check_without_seed(exam, plan)
        return
    appointment = Appointment(
        appointment=plan.appointment,
        candidate=plan.candidate,
        name=plan.candidate_name,
        exam=plan.exam,
        form=plan.form,
        day="",
        start=UtcMs(0),
        accommodations=plan.accommodations,
    )
    sitting = Sitting(
        session=plan.session, package=plan.package, seat=plan.seat, released_by=plan.released_by, seed=plan.seed
    )
    if _without_tools(plan_session(exam, appointment, sitting)) != _without_tools(plan):
        raise ContentRefused("its plan is not the one that exam, seed and accommodations give", place=_PLACE)


def _without_tools(plan: SessionPlan) -> SessionPlan:
    """Leave out which tools were there: what an item brings along is not read for scoring, and tools decide about no point."""
    sections = tuple(
        replace(
            section,
            item_plans=tuple(bare for bare in map(_bare, section.item_plans) if bare != ItemPlan(item=bare.item)),
        )
        for section in plan.sections
    )
    return replace(plan, sections=sections)


def _bare(plan: ItemPlan) -> ItemPlan:
    return replace(plan, tools=())


def _check_without_seed(exam: Exam, plan: SessionPlan) -> None:
    """Check a plan from before forms were drawn: every section with all of its items, and nothing else."""
    sections = {
        arranged.section.identifier: tuple(item.ref.identifier for item in arranged.items)
        for part in whole_form(exam.test).parts
        for arranged in part.sections
    }
    for section in plan.sections:
        if sections.get(section.identifier) != section.items:
            raise ContentRefused("its plan has other items than the exam", place=f"{_PLACE}, {section.identifier}")
