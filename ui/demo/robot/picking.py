"""Answering by picking: words of a text, areas of a picture, points, numbers on a scale; and cards that are put somewhere.

Each is done by clicks or by keys, as people do it, and seen to be done. What an answer already shows is left alone; what has to
be made anew is cleared first, as people would.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from typing import Final, TypeAlias

from ui.demo.robot.person import Look, NoEffectError, Person, Test
from ui.demo.robot.screens import button
from ui.demo.robot.sight import CHECK, PRESSABLE, RADIO, SLIDER, Sight, Thing
from ui.demo.waiting import NeverCameError

Point: TypeAlias = tuple[int, int]
"""A pixel of a picture, from its top left corner."""

FAST: Final = 8
"""With Shift an arrow key goes so many times as far."""
MOST_CORRECTIONS: Final = 5
CORRECTION_S: Final = 2.0
"""How long the keys of one correction may take to have their effect."""

_AREA: Final = re.compile(r"Area \d+ of \d+")
_CROSS_HAIR: Final = re.compile(r"Cross-hair at (?P<x>\d+), (?P<y>\d+)\..*")
_POINT: Final = re.compile(r"Take away: Point \d+: (?P<x>\d+), (?P<y>\d+)")
_NUMBER: Final = re.compile(r"Your answer: (?P<number>[-−]?[\d.,]+)")
_TRAY: Final = re.compile(r"^[A-Z0-9]+\. ")
"""Cards beside a picture are called "B. Appointment kept. 1 left"."""


class Picking:
    """One person's ways to pick and to place."""

    def __init__(self, person: Person) -> None:
        self._person = person

    def words(self, texts: Sequence[str], among: Sequence[str]) -> None:
        """Pick runs of words in a text, by the keyboard: a run may lie on several lines.

        Args:
            texts: the runs.
            among: every run of the text. Where one of them is picked, Tab leads to one and arrows to the others.
        """
        self._clear()
        for text in texts:
            self._walk_to(
                "the words", lambda sight: sight.of(RADIO, CHECK).having(lambda thing: _squeezed(thing) in among)
            )
            run = _named(text)
            self._person.walk("Right", f"focus on {text}", _has_focus(run))
            self._person.press_keys(text, "Return", until=_is_on(run))

    def areas(self, names: Sequence[str]) -> None:
        """Pick areas of a picture, and no others."""
        for thing in self._person.look().of(CHECK).having(_is_area):
            if thing.is_on and _squeezed(thing) not in names:
                other = _named(_squeezed(thing))
                self._person.click(thing.name, other, until=_is_off(other))
        for name in names:
            area = _named(name)
            if not _is_on(area)(self._person.look()):
                self._person.click(name, area, until=_is_on(area))

    def pair(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Make pairs of cards: one card, then its partner."""
        self._clear()
        for number, (one, other) in enumerate(pairs, 1):
            self._person.click(one, _card(one), until=_is_picked(one))
            self._person.click(other, _card(other), until=_starts(f"Remove pair {number} of {number}: "))

    def fill_gaps(self, cards: Sequence[tuple[str, int]]) -> None:
        """Put cards into the gaps of a text."""
        self._clear()
        for words, place in cards:
            self._person.click(words, _card(words), until=_is_picked(words))
            self._person.click(f"gap {place}", _starting(f"Gap {place} of "), until=_holds(f"Gap {place} of ", words))

    def place(self, cards: Sequence[tuple[str, str]]) -> None:
        """Put cards onto areas of a picture."""
        self._clear()
        for words, area in cards:
            tray = _tray(words)
            self._person.click(words, tray, until=_is_on(tray))
            self._person.click(area, _starting(f"{area}: "), until=_holds(f"{area}: ", words))

    def mark(self, points: Sequence[Point]) -> None:
        """Place points on a picture, by the keyboard: to the pixel. Other points are taken away."""
        for point in _marked(self._person.look()) - set(points):
            name = "Take away: Point "
            self._person.click(f"the point {point}", _starting(name), until=_lacks(point))
        for point in points:
            if point not in _marked(self._person.look()):
                self._aim(point)
                self._person.press_keys("placing the point", "Return", until=_has(point))

    def slide(self, number: str, steps: int) -> None:
        """Choose a number on a scale, by the keyboard: `steps` from its lower end."""
        if _number_in(self._person.look()) == number:
            return
        self._walk_to("the scale", lambda sight: sight.of(SLIDER))
        self._person.press_keys(number, "Home", *["Right"] * steps, until=lambda now: _number_in(now) == number)

    def play(self, label: str, times: int) -> None:
        """Begin to play a recording, so many times; it is not listened to the end."""
        begun = button(f"Pause: {label}", f"Continue: {label}")
        for _ in range(times):
            self._person.click(label, button(f"Play: {label}"), until=lambda now: bool(begun(now)))

    def _aim(self, wanted: Point) -> None:
        """Bring the cross-hair to a point. How far an arrow key goes depends on the size of the picture, so it is tried."""
        self._walk_to("the cross-hair", _cross_hair)
        start = self._aimed_at()
        self._person.press_keys("trying an arrow key", "Right", until=lambda now: _aim_in(now) != start)
        stride = max(1, abs(self._aimed_at()[0] - start[0]))
        for _ in range(MOST_CORRECTIONS):
            at = self._aimed_at()
            if at == wanted:
                return
            self._person.hit_keys(*_keys(at, wanted, stride))
            with contextlib.suppress(NeverCameError):
                self._person.until("the aim", lambda now: _aim_in(now) == wanted, within_s=CORRECTION_S)
        raise NoEffectError(f"the cross-hair does not come to {wanted}")

    def _aimed_at(self) -> Point:
        at = _aim_in(self._person.look())
        if at is None:
            raise NoEffectError("there is no cross-hair")
        return at

    def _walk_to(self, what: str, look: Look) -> None:
        self._person.walk("Tab", f"focus on {what}", _has_focus(look))

    def _clear(self) -> None:
        clear = button("Clear answer")
        if clear(self._person.look()):
            self._person.click("Clear answer", clear, until=lambda now: not clear(now))


def _squeezed(thing: Thing) -> str:
    return " ".join(thing.name.split())


def _is_area(thing: Thing) -> bool:
    return bool(_AREA.match(thing.name))


def _named(name: str) -> Look:
    return lambda sight: sight.of(RADIO, CHECK).having(lambda thing: _squeezed(thing) == name)


def _starting(start: str) -> Look:
    return lambda sight: sight.of(*PRESSABLE).having(lambda thing: _squeezed(thing).startswith(start))


def _starts(start: str) -> Test:
    return lambda sight: bool(_starting(start)(sight))


def _has_focus(look: Look) -> Test:
    return lambda sight: any("focused" in thing.states for thing in look(sight))


def _is_on(look: Look) -> Test:
    return lambda sight: any(thing.is_on for thing in look(sight))


def _is_off(look: Look) -> Test:
    return lambda sight: not _is_on(look)(sight)


def _has(point: Point) -> Test:
    return lambda sight: point in _marked(sight)


def _lacks(point: Point) -> Test:
    return lambda sight: point not in _marked(sight)


def _card(words: str) -> Look:
    """A card; its name goes on with what is left of it, and with what became of it."""
    return lambda sight: sight.of(*PRESSABLE).having(
        lambda thing: _squeezed(thing) == words or _squeezed(thing).startswith(f"{words}, ")
    )


def _is_picked(words: str) -> Test:
    return lambda sight: any(_squeezed(thing).endswith(", picked") for thing in _card(words)(sight))


def _holds(start: str, words: str) -> Test:
    return lambda sight: any(_squeezed(thing).endswith(words) for thing in _starting(start)(sight))


def _tray(words: str) -> Look:
    def is_it(thing: Thing) -> bool:
        name = _TRAY.sub("", _squeezed(thing), count=1)
        return name == words or name.startswith(f"{words}. ")

    return lambda sight: sight.of(*PRESSABLE).having(is_it)


def _cross_hair(sight: Sight) -> Sight:
    return sight.of(*PRESSABLE).having(lambda thing: bool(_CROSS_HAIR.fullmatch(_squeezed(thing))))


def _aim_in(sight: Sight) -> Point | None:
    matches = (_CROSS_HAIR.fullmatch(_squeezed(thing)) for thing in _cross_hair(sight))
    return next(((int(match["x"]), int(match["y"])) for match in matches if match), None)


def _keys(at: Point, wanted: Point, stride: int) -> list[str]:
    """The arrow keys from one point to another: with Shift eight strides, with Control a pixel."""
    keys = []
    for here, there, forward, backward in zip(at, wanted, ("Right", "Down"), ("Left", "Up"), strict=True):
        key = forward if there > here else backward
        rest = abs(there - here)
        keys += [f"shift+{key}"] * (rest // (FAST * stride))
        rest %= FAST * stride
        keys += [key] * (rest // stride) + [f"ctrl+{key}"] * (rest % stride)
    return keys


def _marked(sight: Sight) -> set[Point]:
    matches = (_POINT.fullmatch(_squeezed(thing)) for thing in sight.of(*PRESSABLE))
    return {(int(match["x"]), int(match["y"])) for match in matches if match}


def _number_in(sight: Sight) -> str | None:
    matches = (_NUMBER.fullmatch(name) for name in sight.names())
    return next((match["number"].replace("−", "-").replace(",", "") for match in matches if match), None)
