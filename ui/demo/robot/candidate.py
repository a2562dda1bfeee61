"""The candidate's part: from "Is this you?" to "The exam is over"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ui.demo.robot.answering import Answering
from ui.demo.robot.person import Person, Test
from ui.demo.robot.pictures import Pictures
from ui.demo.robot.screens import (
    AGREEMENT,
    BREAK,
    DONE,
    FLAG,
    IDENTITY,
    PICTURE_NAMES,
    SECTION_INTRO,
    SUBMIT,
    button,
    clock_of,
    is_review,
    is_saved,
    question_of,
    title_of,
)
from ui.demo.robot.sight import BUTTON, PRESSABLE, Sight

_TILE: Final = re.compile(r"Question (?P<number>\d+), (?P<state>answered|not answered)(?P<flagged>, flagged)?.*")
_AFTER_THE_SECTIONS: Final = frozenset({SUBMIT, SECTION_INTRO, DONE})

Details = Mapping[str, Any]


class Candidate:
    """Does what candidates do, one screen at a time."""

    def __init__(self, person: Person, pictures: Pictures) -> None:
        self._person = person
        self._pictures = pictures
        self._answering = Answering(person)

    def confirm_identity(self, _details: Details) -> None:
        """Say that the name on the screen is mine."""
        self._leave(IDENTITY, "Yes, this is me")

    def accept_agreement(self, _details: Details) -> None:
        """Accept the agreement."""
        self._leave(AGREEMENT, "I accept")

    def start_section(self, _details: Details) -> dict[str, Any]:
        """Start what is announced, and tell what the first question is called."""
        self._arrive(SECTION_INTRO)
        sight = self._person.click(
            "starting the section",
            button("Start tutorial", "Start section", "Start poll"),
            until=lambda now: question_of(now) is not None,
        )
        return _whereabouts(sight)

    def answer(self, details: Details) -> dict[str, Any]:
        """Answer question ``question`` by ``deeds`` and see it saved; ``picture`` names its picture, ``flag`` flags it."""
        self._be_at(int(details["question"]))
        for deed in details["deeds"]:
            self._answering.do(deed)
        if details.get("flag"):
            self._flag()
        sight = self._person.until("the answer to be saved", is_saved)
        if "picture" in details:
            self._pictures.keep(str(details["picture"]))
        return _whereabouts(sight)

    def begin_answer(self, details: Details) -> None:
        """Begin to answer question ``question`` by ``deed``, and do not look what came of it."""
        self._be_at(int(details["question"]))
        self._answering.begin(details["deed"])

    def find_question(self, details: Details) -> dict[str, Any]:
        """Wait until question ``question`` is on the screen again, and tell what stands there."""
        self._be_at(int(details["question"]))
        self._pictures.keep("resumed")
        return {**self._answering.shown(), "clock": clock_of(self._person.look())}

    def next(self, details: Details) -> dict[str, Any]:
        """Go on from question ``question`` to the next one, or to the review after the last."""
        here = int(details["question"])
        return _whereabouts(self._person.click("Next", button("Next"), until=_elsewhere(here)))

    def previous(self, details: Details) -> dict[str, Any]:
        """Go back from question ``question``."""
        here = int(details["question"])
        return _whereabouts(self._person.click("Previous", button("Previous"), until=_elsewhere(here)))

    def next_by_key(self, details: Details) -> dict[str, Any]:
        """Go on from question ``question`` by the keyboard alone: Tab to the button, Enter."""
        here = int(details["question"])
        self._tab_to("Next")
        return _whereabouts(self._person.press_keys("Enter on Next", "Return", until=_elsewhere(here)))

    def open_review(self, _details: Details) -> None:
        """Open the review grid from a question."""
        self._person.click("Review", button("Review"), until=is_review)

    def read_review(self, _details: Details) -> dict[str, Any]:
        """Tell what the review grid says of each question."""
        self._pictures.keep("review")
        tiles = [match for match in map(_TILE.fullmatch, self._review().of(BUTTON).names()) if match]
        return {
            "answered": [int(tile["number"]) for tile in tiles if tile["state"] == "answered"],
            "unanswered": [int(tile["number"]) for tile in tiles if tile["state"] != "answered"],
            "flagged": [int(tile["number"]) for tile in tiles if tile["flagged"]],
        }

    def jump(self, details: Details) -> dict[str, Any]:
        """Go from the review grid to question ``question``."""
        self._review()
        number = int(details["question"])
        sight = self._person.click(
            f"tile {number}",
            lambda now: now.of(BUTTON).starting(f"Question {number}, "),
            until=lambda now: _number(now) == number,
        )
        return _whereabouts(sight)

    def end_section(self, _details: Details) -> dict[str, Any]:
        """End the section from the review grid, and answer the question whether I mean it."""
        self._review()
        sure = button("End section now", "Submit now")
        self._person.click(
            "ending the section", button("End section", "Submit exam"), until=lambda now: bool(sure(now))
        )
        self._pictures.keep("end-section")
        return _whereabouts(self._person.click("ending it now", sure, until=lambda now: not is_review(now)))

    def finish(self, details: Details) -> dict[str, Any]:
        """End the tutorial or the poll at its last question, ``question``."""
        here = int(details["question"])
        finishing = button("Finish tutorial", "Finish poll")
        return _whereabouts(self._person.click("finishing", finishing, until=_elsewhere(here)))

    def end_break(self, _details: Details) -> None:
        """Come back from the break early."""
        self._arrive(BREAK)
        sure = button("End the break now")
        self._person.click("ending the break", button("End the break"), until=lambda now: bool(sure(now)))
        self._person.click("ending it now", sure, until=lambda now: title_of(now) != BREAK)

    def submit(self, _details: Details) -> None:
        """Hand the exam in, unless ending the last section has handed it in already."""
        sight = self._person.until("what comes after the sections", lambda now: title_of(now) in _AFTER_THE_SECTIONS)
        if title_of(sight) == SUBMIT:
            self._leave(SUBMIT, "Submit exam")

    def read_end(self, _details: Details) -> dict[str, Any]:
        """Wait until the answers are sealed and tell what the last screen says."""
        self._person.see("the way out", button("Free this seat"))
        return {"names": list(self._arrive(DONE).names())}

    def _arrive(self, title: str) -> Sight:
        sight = self._person.until(f"the screen “{title}”", lambda now: title_of(now) == title)
        self._pictures.keep(PICTURE_NAMES[title])
        return sight

    def _leave(self, title: str, name: str) -> None:
        self._arrive(title)
        self._person.click(name, button(name), until=lambda now: title_of(now) not in {title, ""})

    def _review(self) -> Sight:
        return self._person.until("the review grid", is_review)

    def _be_at(self, number: int) -> None:
        self._person.until(f"question {number}", lambda now: _number(now) == number)

    def _flag(self) -> None:
        def flag(sight: Sight) -> Sight:
            return sight.of(*PRESSABLE).named(FLAG)

        self._person.click("the flag", flag, until=lambda now: any(thing.is_on for thing in flag(now)))

    def _tab_to(self, name: str) -> None:
        def has_focus(sight: Sight) -> bool:
            return any("focused" in thing.states for thing in button(name)(sight))

        self._person.walk("Tab", f"focus on {name}", has_focus)


def _number(sight: Sight) -> int | None:
    question = question_of(sight)
    return question.number if question else None


def _elsewhere(number: int) -> Test:
    """Another screen than that question; not a window that is just being changed, which has no name yet."""
    return lambda sight: _number(sight) != number and title_of(sight) != ""


def _whereabouts(sight: Sight) -> dict[str, Any]:
    question = question_of(sight)
    if question is None:
        return {"title": title_of(sight)}
    return {"title": title_of(sight), "question": question.number, "count": question.count}
