"""From an exam and an appointment to the plan of one session: pure.

Owns how accommodations change a plan. Refuses to know packages and disks.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from exam_packages.ids import Digest, SeatId, SessionId
from exam_packages.qti.model import Exam, PartRole, Section, TestPart
from exam_packages.rosters import Appointment
from exam_packages.session_events import SectionKind, SectionPlan, SessionPlan
from signing.errors import ContentRefused

_ORDER: Final = (PartRole.AGREEMENT, PartRole.TUTORIAL, PartRole.SCORED, PartRole.POLL)
_KINDS: Final = {
    PartRole.TUTORIAL: SectionKind.TUTORIAL,
    PartRole.SCORED: SectionKind.SCORED,
    PartRole.POLL: SectionKind.POLL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """What a session is, beyond exam and candidate."""

    session: SessionId
    package: Digest
    seat: SeatId
    released_by: str


def plan_session(exam: Exam, appointment: Appointment, sitting: Sitting) -> SessionPlan:
    """Return the plan of a session, extra time applied.

    Raises:
        ContentRefused: the exam's parts are not in the order agreement, tutorial, scored, poll, or nothing is scored.
    """
    _check_order(exam)
    percent = appointment.accommodations.extra_time_percent
    return SessionPlan(
        session=sitting.session,
        appointment=appointment.appointment,
        exam=exam.exam_id,
        form=exam.test.identifier,
        package=sitting.package,
        candidate=appointment.candidate,
        candidate_name=appointment.name,
        seat=sitting.seat,
        has_agreement=any(part.role is PartRole.AGREEMENT for part in exam.test.parts),
        sections=_sections(exam.test.parts, percent),
        released_by=sitting.released_by,
        accommodations=appointment.accommodations,
    )


def with_extra_time(limit_ms: int, percent: int) -> int:
    """Return a time limit with extra time, never rounded against the candidate."""
    return -(-limit_ms * (100 + percent) // 100)


def _sections(parts: tuple[TestPart, ...], percent: int) -> tuple[SectionPlan, ...]:
    return tuple(
        _section(section, part, _KINDS[part.role], percent)
        for part in parts
        if part.role is not PartRole.AGREEMENT
        for section in part.sections
    )


def _section(section: Section, part: TestPart, kind: SectionKind, percent: int) -> SectionPlan:
    limits = section.time_limits
    limit = None if limits is None or limits.max_s is None else with_extra_time(round(limits.max_s * 1000), percent)
    return SectionPlan(
        identifier=section.identifier,
        kind=kind,
        items=tuple(ref.identifier for ref in section.items),
        time_limit_ms=limit,
        break_after_ms=section.break_after_s * 1000,
        linear=part.linear,
    )


def _check_order(exam: Exam) -> None:
    roles = [part.role for part in exam.test.parts]
    place = f"form {exam.test.identifier}"
    if PartRole.SCORED not in roles:
        raise ContentRefused("has no scored part", place=place)
    if any(_ORDER.index(before) > _ORDER.index(after) for before, after in pairwise(roles)):
        raise ContentRefused("does not have its parts in the order agreement, tutorial, scored, poll", place=place)
