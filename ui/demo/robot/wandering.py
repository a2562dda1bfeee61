"""Going about an exam at random until the window is gone, or the exam over: what is open is answered, left, come back to.

Owns the choice of what to do next on whatever screen there is. Only single choices are answered; the other kinds of question are
walked over. Nothing is told but what was seen.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Mapping
from typing import Any, Final

from ui.demo.robot.answering import choice_of, choice_words, is_lettered
from ui.demo.robot.endurance import MISSED
from ui.demo.robot.person import Person, Test
from ui.demo.robot.screens import (
    AGREEMENT,
    BREAK,
    DONE,
    IDENTITY,
    PAUSE,
    SECTION_INTRO,
    SUBMIT,
    Question,
    button,
    is_review,
    is_saved,
    question_of,
    title_of,
)
from ui.demo.robot.sight import BUTTON, RADIO, Sight

ANSWERS_OF_TEN: Final = 7
BACK_OF_TEN: Final = 1
ENDS_OF_TEN: Final = 5

_ONWARD: Final = ("Next", "Finish tutorial", "Finish poll")
_BUTTONS: Final = {
    IDENTITY: ("Yes, this is me",),
    AGREEMENT: ("I accept",),
    SECTION_INTRO: ("Start tutorial", "Start section", "Start poll"),
    BREAK: ("End the break", "End the break now"),
    SUBMIT: ("Submit exam",),
    PAUSE: ("Continue",),
}
_REVIEW_BUTTONS: Final = ("End section now", "Submit now", "End section", "Submit exam")

Details = Mapping[str, Any]


class Wandering:
    """One walk without a plan. Its person should have little patience."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._chance = random.Random()  # noqa: S311 - somebody's whim, no secret
        self._tried: list[dict[str, Any]] = []

    def wander_until_gone(self, details: Details) -> dict[str, Any]:
        """Go about, by chance from ``seed``.

        Tell every answer that was tried, whether it was seen as saved, and whether the exam is over.
        """
        self._chance = random.Random(int(details["seed"]))  # noqa: S311 - as above
        self._tried = []
        while True:
            sight = self._person.look()
            title = title_of(sight)
            if not title or (title == DONE and button("Free this seat")(sight)):
                return {"tried": self._tried, "over": bool(title)}
            with contextlib.suppress(*MISSED):
                self._go_on(sight, title)

    def _go_on(self, sight: Sight, title: str) -> None:
        question = question_of(sight)
        if question is not None:
            self._at_question(sight, question)
        elif is_review(sight):
            self._at_review(sight)
        else:
            self._press(sight, _BUTTONS.get(title, ()))

    def _at_question(self, sight: Sight, question: Question) -> None:
        choices = sight.of(RADIO).having(is_lettered)
        if choices and self._chance.randrange(10) < ANSWERS_OF_TEN:
            self._answer(choice_words(self._chance.choice(choices.things)), question)
        elif self._chance.randrange(10) < BACK_OF_TEN and button("Previous")(sight):
            self._person.click("Previous", button("Previous"), until=_away_from(question))
        else:
            self._person.click("going on", button(*_ONWARD), until=_away_from(question))

    def _answer(self, words: str, question: Question) -> None:
        about = {"section": question.section, "question": question.number, "words": words, "saved": False}
        self._tried.append(about)
        choice = choice_of(words)
        self._person.click(words, choice, until=lambda now: any(thing.is_on for thing in choice(now)))
        # The window is still there in the look that saw the word, and it is the same question.
        self._person.until("“Saved”", lambda now: is_saved(now) and question_of(now) == question)
        about["saved"] = True

    def _at_review(self, sight: Sight) -> None:
        if self._chance.randrange(10) < ENDS_OF_TEN:
            self._press(sight, _REVIEW_BUTTONS)
            return
        tiles = sight.of(BUTTON).starting("Question ")
        name = self._chance.choice(tiles.things).name
        self._person.click(name, lambda now: now.of(BUTTON).named(name), until=lambda now: not is_review(now))

    def _press(self, sight: Sight, names: tuple[str, ...]) -> None:
        """Press the first of some buttons that is there, and wait until the screen has changed."""
        before = sight.names()
        for name in names:
            if button(name)(sight):
                self._person.click(name, button(name), until=lambda now: now.names() != before)
                return
        self._person.until("another screen", lambda now: now.names() != before)


def _away_from(question: Question) -> Test:
    return lambda sight: question_of(sight) != question and title_of(sight) != ""
