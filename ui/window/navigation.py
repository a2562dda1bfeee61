"""Which screen is shown: one pure function of what is true. Knows no Qt and no widgets.

During a session the session decides, and nothing else but whether a proctor has just proven to be one. Outside a session
the ``Place`` at the desk decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, assert_never

from exam_packages.session_events import PauseReason
from kiosk.session import Phase, Session


class Screen(Enum):
    """Every screen there is; the value names it for pictures and statistics."""

    BUSY = "busy"
    IDLE = "idle"
    UNLOCK = "unlock"
    CHECK_IN = "check-in"
    COPIES = "copies"
    TAKE_OVER = "take-over"
    ADMIN = "admin"
    IDENTITY = "identity"
    AGREEMENT = "agreement"
    SECTION_INTRO = "section-intro"
    ITEM = "item"
    REVIEW = "review"
    BREAK = "break"
    SUBMIT = "submit"
    PAUSE = "pause"
    PROCTOR = "proctor"
    DONE = "done"
    FAULT = "fault"
    LOCKED = "locked"
    ASLEEP = "asleep"
    PROTECTION = "protection"


class Place(Enum):
    """Where the people at the desk are, outside a session."""

    IDLE = "idle"
    UNLOCK_TO_CHECK_IN = "unlock-to-check-in"
    CHECK_IN = "check-in"
    UNLOCK_TO_RESUME = "unlock-to-resume"
    UNLOCK_TO_HAND_IN = "unlock-to-hand-in"
    """An exam that cannot go on here is to be handed in as it is."""
    COPIES = "copies"
    """Exams of other seats are on the stick: what will be missing where one goes on here."""
    UNLOCK_TO_TAKE_OVER = "unlock-to-take-over"
    TAKE_OVER = "take-over"
    """One of them is to go on here: which."""
    UNLOCK_TO_ADMIN = "unlock-to-admin"
    ADMIN = "admin"
    PROTECTION = "protection"
    """What the computer can do for a live exam is looked at."""
    WORKING = "working"
    """Something runs that nobody can hurry: opening an exam, going on with a session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything that decides which screen is shown."""

    place: Place = Place.IDLE
    session: Session | None = None
    proctor_unlocked: bool = False
    """A proctor's PIN was right and the panel is open."""
    ends_early: bool = False
    """No section follows by the form's rules: what is left is to hand in."""
    faulty: bool = False
    """Storage failed: nothing is accepted any more."""
    locked: bool = False
    """Lockdown noticed something at the free seat that a proctor has to look at."""


def screen_of(situation: Situation) -> Screen:
    """Return the screen to show."""
    if situation.faulty:
        return Screen.FAULT
    if situation.session is not None:
        return _screen_of_session(situation.session, situation)
    if (
        situation.locked and situation.place is not Place.WORKING
    ):  # what runs then covers itself when it is on the screen
        return Screen.LOCKED
    return _screen_at(situation.place)


def _screen_at(place: Place) -> Screen:
    match place:
        case Place.IDLE:
            return Screen.IDLE
        case (
            Place.UNLOCK_TO_CHECK_IN
            | Place.UNLOCK_TO_RESUME
            | Place.UNLOCK_TO_HAND_IN
            | Place.UNLOCK_TO_TAKE_OVER
            | Place.UNLOCK_TO_ADMIN
        ):
            return Screen.UNLOCK
        case Place.COPIES:
            return Screen.COPIES
        case Place.TAKE_OVER:
            return Screen.TAKE_OVER
        case Place.CHECK_IN:
            return Screen.CHECK_IN
        case Place.ADMIN:
            return Screen.ADMIN
        case Place.PROTECTION:
            return Screen.PROTECTION
        case Place.WORKING:
            return Screen.BUSY
        case _:
            assert_never(place)


def _screen_of_session(session: Session, situation: Situation) -> Screen:
    if session.pause is PauseReason.STORAGE:
        return Screen.FAULT
    if session.pause is not None:
        return Screen.PROCTOR if situation.proctor_unlocked else _COVERS.get(session.pause, Screen.PAUSE)
    match session.phase:
        case Phase.IDENTITY:
            return Screen.IDENTITY
        case Phase.AGREEMENT:
            return Screen.AGREEMENT
        case Phase.BETWEEN:
            return Screen.SUBMIT if situation.ends_early else Screen.SECTION_INTRO
        case Phase.SECTION:
            return Screen.REVIEW if session.in_review else Screen.ITEM
        case Phase.BREAK:
            return Screen.BREAK
        case Phase.SUBMIT:
            return Screen.SUBMIT
        case Phase.COMPLETE | Phase.FINISHED | Phase.DECLINED | Phase.CLOSED:
            return Screen.DONE
        case _:
            assert_never(session.phase)


_COVERS: Final = {PauseReason.LOCK: Screen.LOCKED, PauseReason.SUSPEND: Screen.ASLEEP}
