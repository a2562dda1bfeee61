"""A candidate at a seat: what happens at a running session, in words."""

from __future__ import annotations

from collections.abc import Iterator

from exam_packages.ids import AppointmentId, ItemId, ResponseId
from exam_packages.session_events import (
    AgreementAccepted,
    Answered,
    BreakEnded,
    Finished,
    IdentityConfirmed,
    ItemPresented,
    SectionEnded,
    SectionEntered,
    Submitted,
)
from kiosk.seat.day import ExamDay
from kiosk.seat.facts import SealedBundle
from kiosk.seat.running import RunningSession
from kiosk.session import Phase
from tests.simulators.day import ANA, PROCTOR

RESPONSE = ResponseId("RESPONSE")


def start(day: ExamDay, appointment: str = ANA) -> RunningSession:
    """Unlock a session and take it to the first section."""
    running = day.open_session(AppointmentId(appointment), PROCTOR)
    running.apply(IdentityConfirmed())
    running.apply(AgreementAccepted())
    return running


def enter(running: RunningSession) -> tuple[ItemId, ...]:
    """Enter the next section and return its items."""
    section = running.session.section
    assert section is not None
    running.apply(SectionEntered(section=section.identifier))
    return section.items


def answer(running: RunningSession, item: ItemId, *value: str) -> None:
    """Go to an item and answer it."""
    running.apply(ItemPresented(item=item))
    running.apply(Answered(item=item, response=RESPONSE, value=value))


def to_first_scored(running: RunningSession) -> tuple[ItemId, ...]:
    """Through the tutorial into the first scored section."""
    enter(running)
    running.apply(SectionEnded())
    return enter(running)


def finish(running: RunningSession, value: str = "A") -> SealedBundle:
    """Sit everything that is left, and close."""
    for item in remaining_items(running):
        answer(running, item, value)
    while running.session.phase is not Phase.COMPLETE:
        match running.session.phase:
            case Phase.SECTION:
                running.apply(SectionEnded())
            case Phase.BREAK:
                running.apply(BreakEnded())
            case Phase.SUBMIT:
                running.apply(Submitted())
            case _:
                for item in enter(running):
                    answer(running, item, value)
    running.apply(Finished())
    bundle = running.bundle()
    assert bundle is not None
    running.close()
    return bundle


def remaining_items(running: RunningSession) -> Iterator[ItemId]:
    """Items of the section that runs which have no answer yet."""
    section = running.session.section
    if running.session.phase is Phase.SECTION and section is not None:
        yield from (item for item in section.items if not running.session.is_answered(item))


def sit(day: ExamDay, appointment: str = ANA) -> SealedBundle:
    """A whole sitting."""
    return finish(start(day, appointment))
