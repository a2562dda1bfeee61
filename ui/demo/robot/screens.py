"""What the robot knows of the exam window: the words on it, as a person reads them. English only, in one place.

A screen is known by the window's title, which is what a screen reader says first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ui.demo.robot.sight import BUTTON, LABEL, Sight

BUSY: Final = "One moment"
IDLE: Final = "This seat is free"
UNLOCK: Final = "Proctor PIN"
CHECK_IN: Final = "Check in a candidate"
ADMIN: Final = "Seat administration"
IDENTITY: Final = "Is this you?"
AGREEMENT: Final = "Candidate agreement"
SECTION_INTRO: Final = "What comes next"
BREAK: Final = "Break"
SUBMIT: Final = "Submit exam"
PAUSE: Final = "The exam is paused"
DONE: Final = "The exam is over"
LOCKED: Final = "This seat is locked"
FAULT: Final = "Please call the proctor"
REVIEW_END: Final = "Review"

SAVED: Final = "Saved"
FLAG: Final = "Flag for review"

PICTURE_NAMES: Final = {
    IDLE: "idle",
    UNLOCK: "unlock",
    CHECK_IN: "check-in",
    ADMIN: "admin",
    IDENTITY: "identity",
    AGREEMENT: "agreement",
    SECTION_INTRO: "section-intro",
    BREAK: "break",
    SUBMIT: "submit",
    PAUSE: "pause",
    DONE: "done",
    FAULT: "fault",
    LOCKED: "locked",
}
"""Title → name of its picture. Questions and reviews have names of their own."""

_CLOCK: Final = re.compile(r"(\d+:)?\d?\d:\d\d")
_QUESTION: Final = re.compile(r"(?P<section>.*) · Question (?P<number>\d+) of (?P<count>\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which question is on the screen."""

    section: str
    """``Section 1``, ``Tutorial``, ``Opinion poll``."""
    number: int
    count: int


def title_of(sight: Sight) -> str:
    """The window's title; empty where there is no window."""
    windows = sight.having(lambda thing: thing.depth == 1)
    return windows.things[0].name if windows else ""


def question_of(sight: Sight) -> Question | None:
    """The question on the screen; None on every other screen."""
    match = _QUESTION.fullmatch(title_of(sight))
    if match is None:
        return None
    return Question(section=match["section"], number=int(match["number"]), count=int(match["count"]))


def is_review(sight: Sight) -> bool:
    """True on the review grid."""
    return title_of(sight).endswith(f" · {REVIEW_END}")


def is_saved(sight: Sight) -> bool:
    """True when the bottom bar says that everything is on disk."""
    return bool(sight.of(LABEL).named(SAVED))


def clock_of(sight: Sight) -> str:
    """The time left as the top bar shows it; empty where no clock runs or it is hidden."""
    clock = sight.of(LABEL).having(lambda thing: bool(_CLOCK.fullmatch(thing.name))).first()
    return clock.name if clock else ""


def button(*names: str) -> _ButtonLook:
    """Look for a button by any of some names."""
    return _ButtonLook(frozenset(names))


@dataclass(frozen=True, slots=True)
class _ButtonLook:
    names: frozenset[str]

    def __call__(self, sight: Sight) -> Sight:
        return sight.of(BUTTON).having(lambda thing: thing.name in self.names)
