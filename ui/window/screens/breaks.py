"""A break that stops the clock, as a candidate's accommodations allow: asked for once, on the page."""

from __future__ import annotations

from collections.abc import Callable

from exam_packages.session_events import Event, Paused, PauseReason
from ui.window.page import Question
from ui.window.words import translate


def breaks_left_words(count: int) -> str:
    """How many breaks there still are."""
    if count == 1:
        return translate("Breaks", "You can take 1 more break.")
    return translate("Breaks", "You can take %n more breaks.", None, count)


def break_question(count: int, want: Callable[[Event], None]) -> tuple[Question, Callable[[], None]]:
    """Return what is asked before a break, and what happens then."""
    question = Question(
        lines=(
            translate("Breaks", "Take a break now?"),
            translate("Breaks", "Your exam is covered, and its time stands still until you come back."),
            breaks_left_words(count),
        ),
        yes=translate("Breaks", "Start the break"),
        no=translate("Breaks", "Keep working"),
    )
    return question, lambda: want(Paused(reason=PauseReason.BREAK))
