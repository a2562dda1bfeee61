"""What is on the screen at one moment, as a person hears it from a screen reader: roles, names, states, in reading order.

Values only. Knows neither the bus nor the exam.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

BUTTON: Final = "push button"
TOGGLE: Final = "toggle button"
RADIO: Final = "radio button"
CHECK: Final = "check box"
LABEL: Final = "label"
LIST_ITEM: Final = "list item"
SLIDER: Final = "slider"
TEXT: Final = "text"
PASSWORD: Final = "password text"  # noqa: S105 - the name of a role
"""Names of roles as AT-SPI writes them (atspi-constants.h, ``atspi_role_get_name``)."""

PRESSABLE: Final = (BUTTON, TOGGLE, CHECK)
"""What a button can be called: Qt tells of a button that stays pressed in as of a check box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One object of the accessibility tree."""

    role: str
    name: str
    states: frozenset[str] = frozenset()
    """Nicknames of the states: ``checked``, ``focused``, ``enabled``, …"""
    depth: int = 0
    handle: Any = field(default=None, compare=False, repr=False)
    """What the bus knows it by. Only ``tree`` looks into it."""

    @property
    def is_on(self) -> bool:
        """True for what is ticked, chosen or pressed in."""
        return bool(self.states & {"checked", "pressed", "selected"})

    @property
    def is_usable(self) -> bool:
        """True for what can be acted on now."""
        return "enabled" in self.states


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A rectangle on the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[int, int]:
        """Where to click."""
        return self.x + self.width // 2, self.y + self.height // 2

    def within(self, other: Place) -> Place:
        """The part of this rectangle that lies in another; without area where none does."""
        left, top = max(self.x, other.x), max(self.y, other.y)
        right = min(self.x + self.width, other.x + other.width)
        bottom = min(self.y + self.height, other.y + other.height)
        return Place(x=left, y=top, width=max(0, right - left), height=max(0, bottom - top))


class NotOnScreenError(Exception):
    """What was looked for is not on the screen."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything that is showing, in reading order."""

    things: tuple[Thing, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.things)

    def __iter__(self) -> Iterator[Thing]:
        return iter(self.things)

    def having(self, test: Callable[[Thing], bool]) -> Sight:
        """Only the things that pass a test."""
        return Sight(tuple(thing for thing in self.things if test(thing)))

    def of(self, *roles: str) -> Sight:
        """Only the things of some roles."""
        return self.having(lambda thing: thing.role in roles)

    def named(self, name: str) -> Sight:
        """Only the things of exactly this name."""
        return self.having(lambda thing: thing.name == name)

    def starting(self, start: str) -> Sight:
        """Only the things whose name starts so."""
        return self.having(lambda thing: thing.name.startswith(start))

    def below(self, name: str) -> Sight:
        """What stands inside the first thing of this name."""
        for index, thing in enumerate(self.things):
            if thing.name == name:
                rest = self.things[index + 1 :]
                end = next((n for n, other in enumerate(rest) if other.depth <= thing.depth), len(rest))
                return Sight(rest[:end])
        return Sight()

    def first(self) -> Thing | None:
        """The first thing, or None where nothing is."""
        return self.things[0] if self.things else None

    def the(self, what: str) -> Thing:
        """The first thing.

        Args:
            what: what was looked for, for the message.

        Raises:
            NotOnScreenError: there is none.
        """
        if not self.things:
            raise NotOnScreenError(f"{what} is not on the screen")
        return self.things[0]

    def names(self) -> tuple[str, ...]:
        """The names of the things that have one."""
        return tuple(thing.name for thing in self.things if thing.name)
