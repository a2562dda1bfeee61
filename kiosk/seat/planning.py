"""From an exam and an appointment to the plan of one session: pure.

Owns how accommodations change a plan, and what of a test's structure a plan keeps. Refuses to know packages and disks; which
items a candidate gets is ``exam_packages.qti.selecting``'s, how limits are stretched is ``kiosk.seat.stretching``'s.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from exam_packages.accommodations import Accommodations, effective
from exam_packages.ids import Digest, ItemId, SeatId, SessionId
from exam_packages.qti.model import Exam, PartRole, SessionControl, TimeLimits, Tool
from exam_packages.qti.selecting import ArrangedForm, ArrangedItem, ArrangedPart, ArrangedSection, select_form
from exam_packages.rosters import Appointment
from exam_packages.session_events import ItemPlan, LimitLevel, LimitPlan, SectionKind, SectionPlan, SessionPlan
from kiosk.seat.conditions import conditional_items
from kiosk.seat.stretching import Stretch, stretch_of
from signing.errors import ContentRefused

SEED_BYTES: Final = 16
_ORDER: Final = (PartRole.AGREEMENT, PartRole.TUTORIAL, PartRole.SCORED, PartRole.POLL)
_KINDS: Final = {
    PartRole.TUTORIAL: SectionKind.TUTORIAL,
    PartRole.SCORED: SectionKind.SCORED,
    PartRole.POLL: SectionKind.POLL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """What a session is, beyond exam and candidate.

    Attributes:
        seed: 32 hexadecimal digits, drawn for this session.
    """

    session: SessionId
    package: Digest
    seat: SeatId
    released_by: str
    seed: str


def plan_session(exam: Exam, appointment: Appointment, sitting: Sitting) -> SessionPlan:
    """Return the plan of a session: items selected and ordered by the seed, time stretched, tools given and taken.

    Raises:
        ContentRefused: the exam's parts are not in the order agreement, tutorial, scored, poll, or nothing is scored.
    """
    _check_order(exam)
    needs = effective(appointment.accommodations)
    form = select_form(exam.test, sitting.seed)
    planner = _Planner(
        exam=exam, form=form, needs=needs, stretch=stretch_of(form, needs), conditional=conditional_items(form)
    )
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
        sections=tuple(planner.sections()),
        released_by=sitting.released_by,
        accommodations=needs,
        seed=sitting.seed,
        limits=tuple(planner.limits()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planner:
    """One form and one candidate's needs."""

    exam: Exam
    form: ArrangedForm
    needs: Accommodations
    stretch: Stretch
    conditional: Collection[ItemId]

    def sections(self) -> Iterator[SectionPlan]:
        for part in self._parts():
            for arranged in part.sections:
                if arranged.items or not arranged.section.children:  # of others nothing was selected
                    yield self._section(part, arranged)

    def limits(self) -> Iterator[LimitPlan]:
        """The limits over more or less than an outermost section, from outside in."""
        test = self.form.test
        yield from self._limit(LimitLevel.TEST, test.identifier, test.time_limits)
        for part in self._parts():
            yield from self._limit(LimitLevel.PART, part.part.identifier, part.part.time_limits)
        inner = {section.identifier: section for each in self._items() for section in each.sections[1:]}
        for section in inner.values():
            yield from self._limit(LimitLevel.SECTION, section.identifier, section.time_limits)

    def _parts(self) -> Iterator[ArrangedPart]:
        return (part for part in self.form.parts if part.part.role in _KINDS)

    def _items(self) -> Iterator[ArrangedItem]:
        return (item for part in self._parts() for item in part.items)

    def _limit(self, level: LimitLevel, scope: str, limits: TimeLimits | None) -> Iterator[LimitPlan]:
        least, most, allow_late = self._times(limits)
        if least or most is not None:
            yield LimitPlan(level=level, scope=scope, min_ms=least, max_ms=most, allow_late=allow_late)

    def _times(self, limits: TimeLimits | None) -> tuple[int, int | None, bool]:
        """Shortest and longest time in milliseconds, and whether work may go on after it. Nothing makes the shortest longer."""
        if limits is None:
            return 0, None, False
        most = None if limits.max_s is None else self.stretch.of(max(1, round(limits.max_s * 1000)))
        return round(limits.min_s * 1000), most, limits.allow_late and most is not None

    def _section(self, part: ArrangedPart, arranged: ArrangedSection) -> SectionPlan:
        section = arranged.section
        least, most, allow_late = self._times(section.time_limits)
        planned_break = section.break_after_s * 1000
        plans = (self._item(each) for each in arranged.items)
        return SectionPlan(
            identifier=section.identifier,
            kind=_KINDS[part.part.role],
            items=tuple(each.ref.identifier for each in arranged.items),
            time_limit_ms=most,
            break_after_ms=planned_break + self.needs.break_minutes * 60_000 if planned_break else 0,
            linear=part.part.linear,
            part=part.part.identifier,
            individual=part.part.individual,
            min_ms=least,
            allow_late=allow_late,
            item_plans=tuple(plan for plan in plans if plan != ItemPlan(item=plan.item)),
        )

    def _item(self, arranged: ArrangedItem) -> ItemPlan:
        ref = arranged.ref
        least, most, allow_late = self._times(ref.time_limits)
        return ItemPlan(
            item=ref.identifier,
            path=tuple(section.identifier for section in arranged.sections[1:]),
            control=self._control(arranged),
            min_ms=least,
            max_ms=most,
            allow_late=allow_late,
            tools=self._tools(arranged),
            conditional=ref.identifier in self.conditional,
        )

    def _control(self, arranged: ArrangedItem) -> SessionControl:
        """What holds for an item. One that asks for no response cannot be left unanswered, so it may always be passed."""
        asks = self.exam.item(arranged.ref).response_declarations
        return arranged.control if asks else replace(arranged.control, allow_skipping=True)

    def _tools(self, arranged: ArrangedItem) -> tuple[Tool, ...]:
        given = arranged.tools | self.exam.item(arranged.ref).tools | self.needs.tools_given
        return tuple(sorted(given - self.needs.prohibited_tools))


def _check_order(exam: Exam) -> None:
    roles = [part.role for part in exam.test.parts]
    place = f"form {exam.test.identifier}"
    if PartRole.SCORED not in roles:
        raise ContentRefused("has no scored part", place=place)
    if any(_ORDER.index(before) > _ORDER.index(after) for before, after in pairwise(roles)):
        raise ContentRefused("does not have its parts in the order agreement, tutorial, scored, poll", place=place)
