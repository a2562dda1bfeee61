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


def time_left(entry: MirroredSession) -> str:
    """What was left of the time when the copy was last saved."""
    return translate("Moves", "no limit runs") if entry.time_left_ms is None else words.clock(entry.time_left_ms)


def what_is_missing() -> str:
    """What will be missing wherever one of these goes on, for whoever decides whether to go on at all."""
    return translate(
        "Moves",
        "Answers given after a copy was last saved are not in it; the candidate has to give them again. The clock goes on from "
        "the time that was left then.",
    )


def states(entries: tuple[MirroredSession, ...]) -> list[tuple[str, str]]:
    """Of each seat whose exam can go on, what its copy holds. No names: nobody has shown yet who they are."""
    return [(entry.seat or "–", _state(entry)) for entry in entries if entry.refused is None]


def reasons(entries: tuple[MirroredSession, ...]) -> tuple[str, ...]:
    """Why the others cannot go on here, each reason once."""
    return tuple(dict.fromkeys(refused(entry.refused).text() for entry in entries if entry.refused is not None))


def _state(entry: MirroredSession) -> str:
    when = "–" if entry.last_saved is None else words.day_and_time(entry.last_saved)
    if entry.time_left_ms is None:
        return translate("Moves", "Last saved {when}. {answers}.").format(when=when, answers=answers(entry))
    text = translate("Moves", "Last saved {when}. {answers}, {time} left.")
    return text.format(when=when, answers=answers(entry), time=time_left(entry))


def may_be_lost(entry: MirroredSession) -> str:
    """What the candidate may have done that is not in the copy."""
    text = translate(
        "Moves",
        "Answers given after {when} are not in this copy; they may still be on {seat}. The clock goes on from the time that was "
        "left then. When {seat} works again, hand over its result, too: the office sees both.",
    )
    return text.format(
        seat=entry.seat or translate("Moves", "the other seat"),
        when="–" if entry.last_saved is None else words.day_and_time(entry.last_saved),
    )


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
