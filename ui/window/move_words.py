"""Words about exams that go on at another seat: what lies on a stick, why one cannot go on here, where one went."""

from __future__ import annotations

from typing import assert_never

from exam_packages.ids import SeatId
from kiosk.mirror.taking import MirroredSession, MoveFault, MoveRefused
from kiosk.seat.facts import SeatStatus
from ui.window import words
from ui.window.words import Explanation, translate


def explain(error: Exception) -> Explanation:
    """Turn any error of the lower floors into words, also those of exams that move."""
    return refused(error) if isinstance(error, MoveRefused) else words.explain(error)


def refused(error: MoveRefused) -> Explanation:
    """Why an exam cannot go on here, and what to do instead."""
    what, remedy = _refused(error.fault, error.seat or SeatId(translate("Moves", "another seat")))
    return Explanation(what=what, meaning="", remedy=remedy)


def _refused(fault: MoveFault, seat: SeatId) -> tuple[str, str]:
    match fault:
        case MoveFault.DAMAGED:
            return (
                translate("Moves", "The second copy of this exam is damaged."),
                translate("Moves", "Repair its own seat and continue there. Keep this stick for the office."),
            )
        case MoveFault.OTHER_SITE:
            return (
                translate("Moves", "This second copy is of another testing centre."),
                translate("Moves", "Continue at a seat of that centre."),
            )
        case MoveFault.REVOKED:
            return (
                translate("Moves", "The seat that kept this second copy was blocked by the office."),
                translate("Moves", "Call the office."),
            )
        case MoveFault.OTHER_VERSION:
            return (
                translate("Moves", "This second copy is of another version of the program."),
                translate("Moves", "Continue at a seat with that version."),
            )
        case MoveFault.TAKEN:
            return (
                translate("Moves", "This exam goes on at {seat} already.").format(seat=seat),
                translate("Moves", "Continue there."),
            )
        case MoveFault.HERE:
            return (
                translate("Moves", "This exam is at this seat already."),
                translate("Moves", "Continue it from the first page, or hand its result over."),
            )
        case MoveFault.OVER:
            return (
                translate("Moves", "This exam is over. Its result is at {seat}.").format(seat=seat),
                translate("Moves", "If that computer is lost, hand this stick to the office."),
            )
        case MoveFault.INCOMPLETE:
            return (
                translate("Moves", "This second copy was never finished."),
                translate("Moves", "Look on another stick, or continue at the exam's own seat."),
            )
        case _:
            assert_never(fault)


def title(entry: MirroredSession) -> str:
    """Whose exam it is, as far as that can be told."""
    return entry.candidate_name or translate("Moves", "An exam that cannot be read here")


def line(entry: MirroredSession) -> str:
    """What is said below the name in a list."""
    if entry.refused is not None:
        return refused(entry.refused).what
    text = translate("Moves", "{seat}, last saved {when}. {exam}")
    when = "" if entry.last_saved is None else words.day_and_time(entry.last_saved)
    return text.format(exam=entry.exam_title, seat=entry.seat or "", when=when)


def answers(entry: MirroredSession) -> str:
    """How many questions are answered in the copy."""
    if entry.answers == 1:
        return translate("Moves", "1 question answered")
    return translate("Moves", "{count} questions answered").format(count=words.number(entry.answers))


def may_be_lost(entry: MirroredSession) -> str:
    """What the candidate may have done that is not in the copy."""
    text = translate(
        "Moves",
        "Look when this was last saved. What was answered after that may still be on {seat} and is not here. When {seat} works "
        "again, hand over its result, too: the office sees both.",
    )
    return text.format(seat=entry.seat or translate("Moves", "the other seat"))


def gone_elsewhere(status: SeatStatus) -> tuple[str, ...]:
    """Say of every exam that left this seat, and is not erased yet, where it goes on."""
    text = translate(
        "Moves", "The exam of {name} goes on at {seat}. What this seat has of it is handed over with the results."
    )
    return tuple(
        text.format(name=entry.candidate_name, seat=entry.moved_to)
        for entry in status.sessions
        if entry.moved_to is not None and entry.receipt == ""
    )
