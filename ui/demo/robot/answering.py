"""Answering one question: each deed is one interaction, done as people do it, and seen to be done.

A deed is a JSON object with its ``kind`` and words that stand on the screen (``ui.demo.instructions`` makes them).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ui.demo.robot.person import Look, Person
from ui.demo.robot.sight import CHECK, RADIO, TEXT, Sight, Thing

Deed = Mapping[str, Any]

_LETTER: Final = re.compile(r"^[A-Z]\. ")
"""Choices are called "B. 88 %"."""


class Answering:
    """One person's ways to answer."""

    def __init__(self, person: Person) -> None:
        self._person = person

    def do(self, deed: Deed) -> None:
        """Do one deed and see that the question shows it.

        Raises:
            NeverCameError, NoEffectError: it could not be done.
        """
        match deed["kind"]:
            case "choose":
                self._choose([squeezed(str(text)) for text in deed["texts"]], several=bool(deed["several"]))
            case "fill":
                self._person.type_into(f"gap {deed['gap']}", gap(int(deed["gap"])), str(deed["text"]))
            case "write":
                self._person.type_into("the essay", essay, str(deed["text"]))
            case kind:
                raise ValueError(f"nobody knows how to “{kind}”")

    def begin(self, deed: Deed) -> None:
        """Begin a deed that is typing, and leave it."""
        look = gap(int(deed["gap"])) if deed["kind"] == "fill" else essay
        self._person.type_at_end("the entry field", look, str(deed["text"]))

    def shown(self) -> dict[str, Any]:
        """Tell what the question shows: what is chosen, and what stands in its fields."""
        sight = self._person.look()
        return {
            "chosen": [choice_words(thing) for thing in sight.of(RADIO, CHECK) if thing.is_on],
            "texts": [self._person.text_of(thing) for thing in entry_fields(sight)],
        }

    def _choose(self, texts: list[str], *, several: bool) -> None:
        for thing in self._person.look().of(RADIO, CHECK):
            name = choice_words(thing)
            wanted = name in texts
            if wanted != thing.is_on and (wanted or several):
                self._switch(name, on=wanted)

    def _switch(self, name: str, *, on: bool) -> None:
        def choice(sight: Sight) -> Sight:
            return sight.of(RADIO, CHECK).having(lambda thing: choice_words(thing) == name)

        self._person.click(name, choice, until=lambda now: any(thing.is_on == on for thing in choice(now)))


def choice_words(thing: Thing) -> str:
    """What a choice says, without the letter before it."""
    return squeezed(_LETTER.sub("", thing.name, count=1))


def squeezed(text: str) -> str:
    """A text with every run of white space as one space."""
    return " ".join(text.split())


def entry_fields(sight: Sight) -> Sight:
    """Every field that takes text."""
    return sight.of(TEXT).having(_takes_text)


def _takes_text(thing: Thing) -> bool:
    return "editable" in thing.states


def essay(sight: Sight) -> Sight:
    """The field that takes a long text."""
    return entry_fields(sight).having(lambda thing: "multi-line" in thing.states)


def gap(number: int) -> Look:
    """Look for the entry field that is gap ``number`` of a text."""
    return lambda sight: Sight(entry_fields(sight).things[number - 1 : number])
