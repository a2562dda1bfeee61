"""The ways to open what is locked: an interface, and the one way there is now, a proctor's PIN.

A single-use code that a proctor's own device makes would be another one: it shows its question, takes the code, and says who
opened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QWidget

from kiosk.seat.facts import ProctorEntry
from ui.window.screens.unlock_form import CheckPin, UnlockForm
from ui.window.theme import Tokens


class Unlocker(Protocol):
    """A way to open what is locked."""

    def form(self, *, unlocked: Callable[[ProctorEntry], None], tokens: Tokens) -> tuple[QWidget, QWidget]:
        """Return what is to be shown, and where in it the focus belongs; ``unlocked`` is called with who opened it."""


class PinUnlocker:
    """A proctor's PIN.

    Args:
        proctors: who may open.
        check: checks a PIN off the interface thread.
    """

    def __init__(self, proctors: tuple[ProctorEntry, ...], check: CheckPin) -> None:
        self._proctors, self._check = proctors, check

    def form(self, *, unlocked: Callable[[ProctorEntry], None], tokens: Tokens) -> tuple[QWidget, QWidget]:
        """Return the list of names with the pad."""
        made = UnlockForm(self._proctors, self._check, unlocked=unlocked, tokens=tokens)
        return made, made.first_field()
