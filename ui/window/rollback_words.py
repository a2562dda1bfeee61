"""A seat that is older than it once was, in words: what is missing, what tells so, what a code says."""

from __future__ import annotations

from typing import assert_never

from kiosk.errors import Missing
from kiosk.seat.facts import SeatStatus
from kiosk.seat.rollback import LostAnswers, Rollback, RollbackSource
from kiosk.seat.rollback_watch import CodeVerdict
from ui.window import status_words, words
from ui.window.words import translate


def missing(rollback: Rollback) -> str:
    """What the seat had and has not."""
    parts = [status_words.results(rollback.results)] if rollback.results else []
    parts += [_of_session(entry) for entry in rollback.sessions]
    what = "; ".join(parts) or translate("Rollback", "something that cannot be named")
    if rollback.made is None:
        return translate("Rollback", "This seat had, and has not any more: {what}.").format(what=what)
    text = translate("Rollback", "On {when} this seat had, and has not any more: {what}.")
    return text.format(when=words.day_and_time(rollback.made), what=what)


def told_by(source: RollbackSource) -> str:
    """What told so first."""
    match source:
        case RollbackSource.STICK:
            return translate("Rollback", "A mark of this seat on a stick tells so.")
        case RollbackSource.OFFICE:
            return translate("Rollback", "The office's list of results tells so.")
        case RollbackSource.CODE:
            return translate("Rollback", "A code of this seat that somebody noted tells so.")
        case RollbackSource.JOURNAL:
            return translate("Rollback", "The seat's own notes about the session tell so.")
        case _:
            assert_never(source)


def remedy() -> str:
    """What that means for what was missing, and what can still be done."""
    return translate(
        "Rollback",
        "What was exported before is on the stick and at the office. What is still here can be exported.",
    )


def verdict(of: CodeVerdict | None) -> str:
    """What a code that was typed says. None: it was no code."""
    match of:
        case None:
            return translate(
                "Rollback", "This is no code: it has two numbers, then twelve letters or digits. Look again."
            )
        case CodeVerdict.SAME:
            return translate("Rollback", "This seat is exactly as it was when it gave this code.")
        case CodeVerdict.NEWER:
            return translate("Rollback", "This seat knows the code and has gone on since. Nothing is missing.")
        case CodeVerdict.SETTLED:
            return translate("Rollback", "The code is of a state that is gone, which an admin has accepted.")
        case CodeVerdict.NOT_OURS:
            return translate("Rollback", "This seat never gave this code. Look at its numbers, and at the seat's name.")
        case CodeVerdict.ROLLED_BACK:
            return translate("Rollback", "This seat gave the code and does not know it: it is older than it once was.")
        case _:
            assert_never(of)


def accepted(status: SeatStatus) -> list[str]:
    """What holds now that an admin has accepted it."""
    if Missing.ADOPTION in status.missing:
        return [
            translate("Rollback", "What is missing is accepted. The reason goes to the office with every result."),
            words.remedy_of(Missing.ADOPTION),
        ]
    return [
        translate("Rollback", "The seat works again. The reason goes to the office with every result."),
        translate("Rollback", "Export to the stick now. The seat's code is {code}.").format(code=status.code),
    ]


def note(code: str) -> str:
    """What to do with a code."""
    return translate("Rollback", "Note the seat's code in the day book: {code}").format(code=code)


def _of_session(entry: LostAnswers) -> str:
    if entry.answers:
        text = translate("Rollback", "{answers} in session {session}")
        return text.format(answers=_answers(entry.answers), session=entry.session)
    return translate("Rollback", "a part of session {session}").format(session=entry.session)


def _answers(count: int) -> str:
    return translate("Rollback", "1 answer") if count == 1 else translate("Rollback", "%n answers", None, count)
