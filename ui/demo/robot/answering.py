"""Answering one question: each deed is one interaction, done as people do it, and seen to be done.

A deed is a JSON object with its ``kind`` and words that stand on the screen (``ui.demo.instructions`` makes them).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ui.demo.robot.person import Look, Person, Test
from ui.demo.robot.picking import Picking
from ui.demo.robot.screens import button
from ui.demo.robot.sight import CHECK, PRESSABLE, RADIO, TEXT, Sight, Thing

Deed = Mapping[str, Any]

_LETTER: Final = re.compile(r"^[A-Z]\. ")
"""Choices are called "B. 88 %"."""
_PLACE: Final = re.compile(r"(?P<words>.*)\. Position (?P<place>\d+) of \d+(?P<held>, picked up)?")
"""Rows to be put into order are called "Listen. Position 2 of 5"."""


class UnknownDeedError(Exception):
    """Nobody here knows how to do that."""


class Answering:
    """One person's ways to answer."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._picking = Picking(person)

    def do(self, deed: Deed) -> None:
        """Do one deed and see that the question shows it.

        Raises:
            NeverCameError, NoEffectError: it could not be done.
            UnknownDeedError: it is none.
        """
        match deed["kind"]:
            case "choose":
                self._choose([squeezed(str(text)) for text in deed["texts"]], several=bool(deed["several"]))
            case "pick":
                self._pick(int(deed["gap"]), squeezed(str(deed["text"])))
            case "fill":
                self._person.type_into(f"blank {deed['gap']}", blank(int(deed["gap"])), str(deed["text"]))
            case "match":
                self._match([(squeezed(str(row)), squeezed(str(column))) for row, column in deed["pairs"]])
            case "order":
                self._order([squeezed(str(text)) for text in deed["texts"]])
            case "write":
                self._write(str(deed["text"]))
            case _:
                self._pick_or_place(deed)

    def _pick_or_place(self, deed: Deed) -> None:
        match deed["kind"]:
            case "words":
                texts, among = ([squeezed(str(text)) for text in deed[name]] for name in ("texts", "among"))
                self._picking.words(texts, among)
            case "areas":
                self._picking.areas([squeezed(str(name)) for name in deed["names"]])
            case "pair":
                self._picking.pair([(squeezed(str(one)), squeezed(str(other))) for one, other in deed["pairs"]])
            case "gaps":
                self._picking.fill_gaps([(squeezed(str(words)), int(place)) for words, place in deed["cards"]])
            case "place":
                self._picking.place([(squeezed(str(words)), squeezed(str(area))) for words, area in deed["cards"]])
            case "mark":
                self._picking.mark([(int(x), int(y)) for x, y in deed["points"]])
            case "slide":
                self._picking.slide(str(deed["number"]), int(deed["steps"]))
            case "play":
                self._picking.play(str(deed["label"]), int(deed["times"]))
            case kind:
                raise UnknownDeedError(f"nobody knows how to “{kind}”")

    def begin(self, deed: Deed) -> None:
        """Begin a deed that is typing, and leave it."""
        look = blank(int(deed["gap"])) if deed["kind"] == "fill" else essay
        self._person.type_at_end("the entry field", look, str(deed["text"]))

    def shown(self) -> dict[str, Any]:
        """Tell what the question shows: what is chosen, and what stands in its fields."""
        sight = self._person.look()
        return {
            "chosen": [choice_words(thing) for thing in sight.of(RADIO, CHECK) if thing.is_on],
            "texts": [self._person.text_of(thing) for thing in entry_fields(sight)],
        }

    def _choose(self, texts: list[str], *, several: bool) -> None:
        for thing in self._person.look().of(RADIO, CHECK).having(is_lettered):
            words = choice_words(thing)
            wanted = words in texts
            if wanted != thing.is_on and (wanted or several):
                self._switch(words, on=wanted)
        self._person.until("the choice", lambda now: set(texts) <= {choice_words(each) for each in _chosen(now)})

    def _switch(self, words: str, *, on: bool) -> None:
        choice = choice_of(words)
        self._person.click(words, choice, until=lambda now: any(thing.is_on == on for thing in choice(now)))

    def _pick(self, gap: int, text: str) -> None:
        opener, phrase = opener_of(gap), choice_of(text)
        if any(squeezed(thing.name).endswith(f": {text}") for thing in opener(self._person.look())):
            return
        self._person.click(f"blank {gap}", opener, until=lambda now: bool(phrase(now)))
        picked = f": {text}"
        self._person.click(
            text, phrase, until=lambda now: any(squeezed(thing.name).endswith(picked) for thing in opener(now))
        )

    def _match(self, pairs: Sequence[tuple[str, str]]) -> None:
        for row, column in pairs:
            cell = cell_of(row, column)
            if not _is_any_on(cell)(self._person.look()):
                self._person.click(f"{row}: {column}", cell, until=_is_any_on(cell))

    def _order(self, texts: Sequence[str]) -> None:
        """Pick up a row by a click and put it down by another, for each row that is not in its place."""
        for place, text in enumerate(texts, 1):
            there = _rows(self._person.until("the rows", lambda now: len(_rows(now)) == len(texts)))[place]
            if there == text:
                continue
            self._person.click(f"picking up {text}", row_of(text), until=_is_held(text))
            self._person.click(f"putting it to {place}", row_of(there), until=_is_at(text, place))
        confirm = button("This order is right")
        if confirm(self._person.look()):
            self._person.click("This order is right", confirm, until=lambda now: not confirm(now))

    def _write(self, text: str) -> None:
        """Go on where the text stands; begin anew only if what stands there is not the beginning."""
        there = self._person.text_in("the essay", essay)
        if there and text.startswith(there):
            self._person.type_at_end("the essay", essay, text[len(there) :])
            self._person.until("the text", lambda now: self._person.text_of(essay(now).the("the essay")) == text)
        else:
            self._person.type_into("the essay", essay, text)


def squeezed(text: str) -> str:
    """A text with every run of white space as one space."""
    return " ".join(text.split())


def is_lettered(thing: Thing) -> bool:
    """True for a choice of a question; exhibits and settings have no letter before them."""
    return bool(_LETTER.match(thing.name))


def choice_words(thing: Thing) -> str:
    """What a choice says, without the letter before it."""
    return squeezed(_LETTER.sub("", thing.name, count=1))


def choice_of(words: str) -> Look:
    """Look for the choice that says this."""
    return lambda sight: sight.of(RADIO, CHECK).having(lambda thing: choice_words(thing) == words)


def _chosen(sight: Sight) -> Sight:
    return sight.of(RADIO, CHECK).having(lambda thing: thing.is_on)


def entry_fields(sight: Sight) -> Sight:
    """Every field that takes text."""
    return sight.of(TEXT).having(lambda thing: "editable" in thing.states)


def essay(sight: Sight) -> Sight:
    """The field that takes a long text."""
    return entry_fields(sight).having(lambda thing: "multi-line" in thing.states)


def blank(number: int) -> Look:
    """Look for the entry field that is blank ``number`` of a text."""
    return lambda sight: entry_fields(sight).having(
        lambda thing: thing.name.startswith((f"Blank {number} of ", "Your answer"))
    )


def opener_of(number: int) -> Look:
    """Look for the button that opens the list of blank ``number``."""
    return lambda sight: sight.of(*PRESSABLE).having(
        lambda thing: thing.name.startswith((f"Blank {number} of ", "Your answer: "))
    )


def cell_of(row: str, column: str) -> Look:
    """Look for the cell of a table of matches."""
    name = f"{row}: {column}"
    return lambda sight: sight.of(RADIO, CHECK).having(lambda thing: squeezed(thing.name) == name)


def _is_any_on(look: Look) -> Test:
    return lambda sight: any(thing.is_on for thing in look(sight))


def row_of(words: str) -> Look:
    """Look for a row that is to be put into order."""

    def look(sight: Sight) -> Sight:
        return sight.of(*PRESSABLE).having(lambda thing: _row_words(thing) == words)

    return look


def _row_words(thing: Thing) -> str | None:
    match = _PLACE.fullmatch(squeezed(thing.name))
    return match["words"] if match else None


def _rows(sight: Sight) -> dict[int, str]:
    matches = (_PLACE.fullmatch(squeezed(thing.name)) for thing in sight.of(*PRESSABLE))
    return {int(match["place"]): match["words"] for match in matches if match}


def _is_held(words: str) -> Test:
    return lambda sight: any(thing.name.endswith("picked up") for thing in row_of(words)(sight))


def _is_at(words: str, place: int) -> Test:
    def test(sight: Sight) -> bool:
        held = any(thing.name.endswith("picked up") for thing in sight.of(*PRESSABLE))
        return not held and _rows(sight).get(place) == words

    return test
