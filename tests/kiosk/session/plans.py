"""Plans and ways through a session, for tests."""

from __future__ import annotations

from collections.abc import Iterable

from exam_packages.accommodations import Accommodations
from exam_packages.ids import (
    AppointmentId,
    CandidateId,
    Digest,
    ExamId,
    FormId,
    ItemId,
    ProctorId,
    ResponseId,
    SeatId,
    SectionId,
    SessionId,
    UtcMs,
)
from exam_packages.qti.model import DEFAULT_CONTROL, SessionControl
from exam_packages.session_events import (
    AgreementAccepted,
    BreakEnded,
    Event,
    Finished,
    IdentityConfirmed,
    LimitPlan,
    Opened,
    Record,
    SectionEnded,
    SectionEntered,
    SectionKind,
    SectionPlan,
    SessionPlan,
    Submitted,
)
from kiosk.session import Session, begin, step

WALL = UtcMs(1_790_000_000_000)
MINUTE = 60_000
PROCTOR = ProctorId("maria")
RESPONSE = ResponseId("RESPONSE")


def section(
    name: str,
    kind: SectionKind = SectionKind.SCORED,
    items: int = 3,
    *,
    limit: int | None = None,
    break_after: int = 0,
    linear: bool = False,
) -> SectionPlan:
    return SectionPlan(
        identifier=SectionId(name),
        kind=kind,
        items=tuple(ItemId(f"{name}-{number}") for number in range(1, items + 1)),
        time_limit_ms=limit,
        break_after_ms=break_after,
        linear=linear,
    )


def plan(
    *sections: SectionPlan, has_agreement: bool = True, limits: tuple[LimitPlan, ...] = (), breaks: int = 0
) -> SessionPlan:
    return SessionPlan(
        session=SessionId("01M3250V007ZB7EDAGX9CD8NQZ"),
        appointment=AppointmentId("appointment-1"),
        exam=ExamId("exam"),
        form=FormId("form"),
        package=Digest("ab" * 32),
        candidate=CandidateId("candidate-1"),
        candidate_name="Ana Ruiz",
        seat=SeatId("seat-01"),
        has_agreement=has_agreement,
        sections=sections or WHOLE,
        limits=limits,
        accommodations=Accommodations(breaks=breaks),
    )


def control(**settings: object) -> SessionControl:
    return SessionControl(**settings).within(DEFAULT_CONTROL)  # type: ignore[arg-type]


WHOLE = (
    section("tutorial", SectionKind.TUTORIAL, 1),
    section("one", limit=10 * MINUTE, break_after=5 * MINUTE),
    section("two", limit=10 * MINUTE),
    section("poll", SectionKind.POLL, 2),
)


class Sitting:
    """A session under test with its records: every step goes through ``step``."""

    def __init__(self, of: SessionPlan | None = None) -> None:
        first = Record(n=0, tick_ms=0, wall=WALL, event=Opened(plan=of or plan(), proctor=PROCTOR))
        self.records = [first]
        self.session: Session = begin(first)
        self.effects: list[object] = []

    def happen(self, event: Event, tick_ms: int = 0) -> Session:
        """Let an event happen so long after the one before."""
        record = Record(n=len(self.records), tick_ms=tick_ms, wall=WALL, event=event)
        self.session, effects = step(self.session, record)
        self.records.append(record)
        self.effects = list(effects)
        return self.session

    def all(self, events: Iterable[Event]) -> Session:
        """Let several happen, one at once after the other."""
        for event in events:
            self.happen(event)
        return self.session


def entered(name: str) -> SectionEntered:
    return SectionEntered(section=SectionId(name))


TO_BETWEEN: tuple[Event, ...] = (IdentityConfirmed(), AgreementAccepted())
TO_FIRST_SCORED: tuple[Event, ...] = (*TO_BETWEEN, entered("tutorial"), SectionEnded())
TO_SECTION: tuple[Event, ...] = (*TO_FIRST_SCORED, entered("one"))
TO_BREAK: tuple[Event, ...] = (*TO_SECTION, SectionEnded())
TO_SUBMIT: tuple[Event, ...] = (*TO_BREAK, BreakEnded(), entered("two"), SectionEnded())
TO_POLL: tuple[Event, ...] = (*TO_SUBMIT, Submitted())
TO_COMPLETE: tuple[Event, ...] = (*TO_POLL, entered("poll"), SectionEnded())
TO_FINISHED: tuple[Event, ...] = (*TO_COMPLETE, Finished())
