"""What every person at a window does: look for something, reach it, click or type, and see that it had its effect.

Owns patience: nothing here sleeps for a fixed time, everything waits for what it wants to see, with a deadline. Refuses to
know the exam's screens; those who play a part know them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from ui.demo.robot.sight import NotOnScreenError, Place, Sight, Thing
from ui.demo.waiting import NeverCameError, wait_for

TRIES: Final = 3
MOST_WHEEL_TURNS: Final = 60
MOST_STEPS: Final = 60
"""So many presses of Tab lead round every screen."""
MARGIN_PX: Final = 12
"""So much of a thing must be visible before it is clicked."""

Look = Callable[[Sight], Sight]
"""Narrows what is on the screen to what is meant."""
Test = Callable[[Sight], bool]


class Senses(Protocol):
    """What a person sees; ``ui.demo.robot.tree`` is it."""

    def look(self) -> Sight:
        """Return everything that is showing now."""

    def place(self, thing: Thing) -> Place:
        """Return where a thing is; raises NotOnScreenError."""

    def visible_place(self, thing: Thing) -> tuple[Place, Place]:
        """Return the part of a thing that no scroll area hides, and that scroll area's place; raises NotOnScreenError."""

    def text(self, thing: Thing) -> str:
        """Return what stands in an entry field."""


class Limbs(Protocol):
    """What a person acts with; ``ui.demo.robot.hands`` is it. All of it raises HandsTiedError."""

    def click(self, x_px: int, y_px: int) -> None:
        """Move the pointer and press the left button."""

    def wheel(self, x_px: int, y_px: int, *, notches: int) -> None:
        """Turn the wheel over a place; positive is down."""

    def press(self, *keys: str) -> None:
        """Press keys one after another."""

    def type(self, text: str) -> None:
        """Type a line of text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a person waits, in seconds."""

    seen_s: float = 45.0
    """For a screen to show what is expected. Far above what is pleasant; a slow machine is not a fault."""
    effect_s: float = 4.0
    """For an act to have its effect before it is tried again, as people do."""


class NoEffectError(Exception):
    """An act was made and repeated, and what it should have brought about did not come."""


class Person:
    """One pair of eyes on the tree and one pair of hands."""

    def __init__(self, tree: Senses, hands: Limbs, patience: Patience | None = None) -> None:
        self._tree = tree
        self._hands = hands
        self._patience = patience or Patience()

    def look(self) -> Sight:
        """Return what is on the screen now."""
        return self._tree.look()

    def see(self, what: str, look: Look, *, within_s: float | None = None) -> Thing:
        """Wait until something is on the screen and can be used, and return it.

        Raises:
            NeverCameError: it did not come in time.
        """
        return wait_for(
            lambda: look(self._tree.look()).first(), what=what, deadline_s=within_s or self._patience.seen_s
        )

    def until(self, what: str, test: Test, *, within_s: float | None = None) -> Sight:
        """Wait until the screen is as it should be, and return it.

        Raises:
            NeverCameError: it did not become so in time.
        """

        def seen() -> Sight | None:
            sight = self._tree.look()
            return sight if test(sight) else None

        return wait_for(seen, what=what, deadline_s=within_s or self._patience.seen_s)

    def click(self, what: str, look: Look, *, until: Test) -> Sight:
        """Click something and see that it had its effect; try again if it had not.

        Args:
            what: what is clicked, for messages.
            look: finds it. It is looked for anew at each try, because screens change under one's hands.
            until: the effect. Nothing is clicked again once it has come.

        Raises:
            NeverCameError: it was not there to be clicked.
            NoEffectError: it was clicked, and nothing happened.
        """
        return self._act(what, lambda: self._click_once(what, look), until)

    def type_into(self, what: str, look: Look, text: str) -> None:
        """Put a text into an entry field in place of what stands there.

        Raises:
            NeverCameError: there is no such field.
            NoEffectError: the text did not come to stand there.
        """
        field = self.focus(what, look)

        def replace() -> None:
            self._hands.press("ctrl+a", "Delete")
            self._type(text)

        self._act(what, replace, lambda _: self._tree.text(field) == text)

    def type_at_end(self, what: str, look: Look, text: str) -> None:
        """Type on at the end of an entry field. Returns when the keys are pressed, whatever became of them."""
        self.focus(what, look)
        self._hands.press("ctrl+End")
        self._type(text)

    def focus(self, what: str, look: Look) -> Thing:
        """Click into an entry field, and return it.

        Raises:
            NeverCameError: there is no such field.
            NoEffectError: it did not take the keyboard.
        """
        sight = self.click(what, look, until=lambda sight: any("focused" in thing.states for thing in look(sight)))
        return look(sight).the(what)

    def text_in(self, what: str, look: Look) -> str:
        """Return what stands in an entry field.

        Raises:
            NeverCameError: there is no such field.
        """
        return self._tree.text(self.see(what, look))

    def press_keys(self, what: str, *keys: str, until: Test) -> Sight:
        """Press keys and see that it had its effect; try again if it had not.

        Raises:
            NoEffectError: they were pressed, and nothing happened.
        """
        return self._act(what, lambda: self._hands.press(*keys), until)

    def walk(self, key: str, what: str, test: Test) -> Sight:
        """Press a key again and again, until the screen is as it should be.

        Raises:
            NoEffectError: it never was.
        """
        for _ in range(MOST_STEPS):
            sight = self._tree.look()
            if test(sight):
                return sight
            self._hands.press(key)
        raise NoEffectError(f"{what}: not after {MOST_STEPS} times {key}")

    def type_keys(self, text: str) -> None:
        """Type into what has the keyboard, whatever comes of it."""
        self._type(text)

    def text_of(self, thing: Thing) -> str:
        """Return what stands in an entry field; the empty text where the thing has none."""
        return self._tree.text(thing)

    def hit_keys(self, *keys: str) -> None:
        """Press keys, whatever comes of it."""
        self._hands.press(*keys)

    def _type(self, text: str) -> None:
        for number, line in enumerate(text.split("\n")):  # xdotool leaves line feeds out
            if number:
                self._hands.press("Return")
            self._hands.type(line)

    def _act(self, what: str, act: Callable[[], None], until: Test) -> Sight:
        for _ in range(TRIES):
            with contextlib.suppress(NotOnScreenError):  # it went away while reached for; perhaps that is the effect
                act()
            try:
                return self.until(what, until, within_s=self._patience.effect_s)
            except NeverCameError:
                continue
        raise NoEffectError(f"{what}: tried {TRIES} times, and nothing happened")

    def _click_once(self, what: str, look: Look) -> None:
        thing = self.see(what, lambda sight: look(sight).having(lambda each: each.is_usable))
        self._hands.click(*self._reach(what, thing).middle)

    def _reach(self, what: str, thing: Thing) -> Place:
        """Turn the wheel until a thing is visible, and return the part of it that is.

        Raises:
            NotOnScreenError: no turning brings it into sight.
        """
        visible, window = self._tree.visible_place(thing)
        for _ in range(MOST_WHEEL_TURNS):
            whole = self._tree.place(thing)
            if visible.width > 0 and visible.height >= min(whole.height, MARGIN_PX):
                return visible
            down = whole.middle[1] > window.middle[1]
            before = whole
            self._hands.wheel(*window.middle, notches=1 if down else -1)
            wait_for(
                lambda before=before: self._tree.place(thing) != before or None,  # type: ignore[misc]
                what=f"{what}: scrolling",
                deadline_s=self._patience.effect_s,
            )
            visible, window = self._tree.visible_place(thing)
        raise NotOnScreenError(f"{what} cannot be brought into sight")
