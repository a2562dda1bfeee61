"""Answering one question again and again until the window is gone: how it is found out what "Saved" is worth.

Nothing is told but what was seen. Text counts as acknowledged if it stood in the field *before* the look that saw "Saved"; a
choice, if a look after the one that saw it chosen saw "Saved".
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from itertools import count, cycle
from typing import Any, Final

from ui.demo.robot.answering import choice_of, essay
from ui.demo.robot.person import NoEffectError, Person
from ui.demo.robot.screens import clock_of, is_saved, title_of
from ui.demo.robot.sight import NotOnScreenError, Sight
from ui.demo.waiting import NeverCameError

MISSED: Final = (NeverCameError, NoEffectError, NotOnScreenError)
"""What happens to somebody at whose hands a window disappears."""

Details = Mapping[str, Any]


class Endurance:
    """Works on the question that is on the screen. Its person should have little patience."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._acknowledged: str | None = None
        self._tried: str | None = None
        self._clock = ""

    def type_until_gone(self, details: Details) -> dict[str, Any]:
        """Type numbered words, from ``first`` on, at the end of the essay."""
        self._begin()
        with contextlib.suppress(*MISSED):
            self._person.focus("the essay", essay)
            self._person.hit_keys("ctrl+End")
        for number in count(int(details["first"])):
            self._tried = f"{number} "
            self._person.type_keys(self._tried)
            field = essay(self._person.look()).first()
            text = self._person.text_of(field) if field is not None else ""
            sight = self._person.look()
            if self._is_gone(sight):
                return self._told()
            if text and is_saved(sight):
                self._acknowledged = text
        raise AssertionError("numbers do not end")

    def choose_until_gone(self, details: Details) -> dict[str, Any]:
        """Choose one of ``texts`` after the other."""
        self._begin()
        for text in cycle(str(each) for each in details["texts"]):
            self._tried = text
            with contextlib.suppress(*MISSED):
                self._choose(text)
            if self._is_gone(self._person.look()):
                return self._told()
        raise AssertionError("what goes round does not end")

    def _choose(self, text: str) -> None:
        choice = choice_of(text)
        self._person.click(text, choice, until=lambda now: any(thing.is_on for thing in choice(now)))
        self._person.until("“Saved”", lambda now: is_saved(now) and not self._is_gone(now))
        self._acknowledged = text

    def _begin(self) -> None:
        self._acknowledged = self._tried = None
        self._clock = ""  # one that was seen before an earlier kill says nothing about this one

    def _is_gone(self, sight: Sight) -> bool:
        self._clock = clock_of(sight) or self._clock
        return title_of(sight) == ""

    def _told(self) -> dict[str, Any]:
        return {"acknowledged": self._acknowledged, "tried": self._tried, "clock": self._clock}
