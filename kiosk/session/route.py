"""The way of one session through its form: which item or section comes next, and whether a journal went that way.

Owns the step from what a session knows to what ``exam_packages.qti.routing`` asks. The seat offers what comes next by it; the
office checks by the same functions that nobody took another way. Pure: the same plan, exam and answers give the same way. How
long an item took is no part of it, since a clock read a moment later would be another way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from exam_packages.ids import ItemId, ResponseId, SectionId
from exam_packages.qti.model import Exam, Lexical, PartRole
from exam_packages.qti.routing import Stop, Taken, has_routes, next_stop
from exam_packages.qti.selecting import select_form, whole_form
from exam_packages.session_events import (
    Event,
    ItemPresented,
    Record,
    SectionEntered,
    SectionKind,
    SessionPlan,
    Submitted,
)
from kiosk.session.machine import begin, step
from kiosk.session.refusals import EventNotAllowed
from kiosk.session.state import Phase, Session

_ATTEMPTS: Final = ResponseId("numAttempts")


class Route:
    """The ways through one exam as one plan has it."""

    def __init__(self, exam: Exam, plan: SessionPlan) -> None:
        self._exam = exam
        self._plan = plan
        # Plans of old have no seed: nothing was selected, nothing had another order.
        self._form = select_form(exam.test, plan.seed) if plan.seed else whole_form(exam.test)
        self._has_routes = has_routes(self._form)
        self._parts = {
            section.section.identifier: part.part.identifier for part in self._form.parts for section in part.sections
        }
        self._agreements = {part.part.identifier for part in self._form.parts if part.part.role is PartRole.AGREEMENT}

    def next_item(self, session: Session) -> ItemId | None:
        """Return the item of the section that runs which comes after the one on the screen; None where there is none.

        In nonlinear sections that is the next one in order that may be shown. Where no item was on the screen yet it is the
        first one.

        Raises:
            ScoringRefused: a response does not fit its item.
        """
        section = session.section
        if section is None or session.phase is not Phase.SECTION:
            return None
        if section.linear and self._has_routes:
            stop = self._stop_after(session, self._last_stop(session))
            return stop.item if stop is not None and stop.section == section.identifier else None
        start = section.items.index(session.item) + 1 if session.item is not None else 0
        return next((item for item in section.items[start:] if _may_show(session, item)), None)

    def next_section(self, session: Session) -> SectionId | None:
        """Return the section to enter next; None where the candidate hands in, or nothing is left.

        Raises:
            ScoringRefused: a response does not fit its item.
        """
        section = session.section
        if section is None or session.phase is Phase.SUBMIT:
            return None
        if not self._has_routes:
            return section.identifier
        stop = self._stop_after(session, self._last_stop(session))
        if stop is None:
            # A test that ended early is handed in, and the poll follows as always.
            return section.identifier if section.kind is SectionKind.POLL else None
        kind = next(each.kind for each in self._plan.sections if each.identifier == stop.section)
        leaves_scored = section.kind is SectionKind.SCORED and kind is not SectionKind.SCORED
        return None if leaves_scored else stop.section

    def _last_stop(self, session: Session) -> Stop | None:
        """Where the candidate was last: the item on the screen, or the last one of the sections before."""
        for section in reversed(self._plan.sections[: session.section_index + 1]):
            seen = [item for item in section.items if item in session.presented]
            if seen or (not section.items and section is not session.section):
                item = (session.item if section is session.section else None) or (seen[-1] if seen else None)
                return self._stop(section.identifier, item if section.linear else None)
        return None

    def _stop(self, section: SectionId, item: ItemId | None) -> Stop:
        return Stop(part=self._parts[section], section=section, item=item)

    def _stop_after(self, session: Session, after: Stop | None) -> Stop | None:
        """The next stop that can still be gone to: not the agreement, and nothing that is over."""
        taken = taken_of(session)
        over = {each.identifier for each in self._plan.sections[: session.section_index]}
        stop = next_stop(self._exam, self._form, after, taken)
        while stop is not None and (
            stop.part in self._agreements
            or stop.section in over
            or (stop.item is not None and stop.item in session.closed)
        ):
            stop = next_stop(self._exam, self._form, stop, taken)
        return stop


def taken_of(session: Session) -> Taken:
    """Return what the rules of a form may see of a session."""
    attempts: dict[ItemId, dict[ResponseId, Lexical]] = {
        item: {_ATTEMPTS: (str(number),)} for item, number in session.attempts.items()
    }
    responses = {item: {**attempts.get(item, {}), **of_item} for item, of_item in session.answers.items()}
    return Taken(responses=attempts | responses, presented=session.presented)


def check_route(exam: Exam, records: Iterable[Record]) -> Session:
    """Replay a whole journal and check that every item and section came as the form's rules lead.

    Args:
        exam: what was delivered, or the same with its answers.
        records: all of a session.

    Raises:
        EventNotAllowed: the journal could not have happened, or went another way.
        ScoringRefused: a response does not fit its item.
    """
    iterator = iter(records)
    first = next(iterator, None)
    if first is None:
        raise EventNotAllowed("the journal is empty")
    session = begin(first)
    route = Route(exam, session.plan)
    for record in iterator:
        before = session
        session, _ = step(session, record)
        if not _is_on_route(route, before, record.event):
            raise EventNotAllowed(f"record {record.n} leaves the way that the form's rules lead", session=before)
    return session


def _is_on_route(route: Route, before: Session, event: Event) -> bool:
    match event:
        case ItemPresented() if before.section is not None and before.section.linear and event.item != before.item:
            return route.next_item(before) == event.item
        case SectionEntered():
            return route.next_section(before) == event.section
        case Submitted() if before.phase is Phase.BETWEEN:
            return route.next_section(before) is None
        case _:
            return True


def _may_show(session: Session, item: ItemId) -> bool:
    if item not in session.closed:
        return True
    is_linear = session.section is not None and session.section.linear
    return not is_linear and bool(session.item_plan(item).control.allow_review)
