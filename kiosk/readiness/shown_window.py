"""The exam's window as whoever tries it from outside asks it: how it stands, and what came to its field.

Owns the shape. Refuses to know what answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowState:
    """How the exam's window stands.

    Attributes:
        active: it has the input focus.
        fills: it covers the whole screen.
        text: what has been typed into its field.
        popups: how many other windows the program itself shows.
    """

    active: bool
    fills: bool
    text: str
    popups: int


class ShownWindow(Protocol):
    """The exam's window, that is asked from outside."""

    @property
    def process(self) -> int | None:
        """Its process, as the machine counts."""
        ...

    def state(self) -> WindowState:
        """Return how it stands."""
        ...

    def clear(self) -> None:
        """Empty its field and put the focus there."""
        ...
