"""What the input policy kept away, counted: a few lines for the log and not one for every stroke.

Owns the counting. Refuses to know time: whoever counts asks for the lines every ``LINES_EVERY_MS``; and what is too often:
``judging`` says that.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from kiosk.lockdown.incidents import IncidentKind, Observation

LINES_EVERY_MS: Final = 10_000
COMBINATIONS_MAX: Final = 16
OTHERS: Final = "others"


@dataclass(slots=True)
class BlockedInput:
    """Counts since the last lines."""

    _keys: Counter[str] = field(default_factory=Counter)
    _buttons: Counter[str] = field(default_factory=Counter)
    _drags: int = 0

    def key(self, combination: str) -> None:
        """Count a key that was pressed, not one that repeats."""
        is_known = combination in self._keys or len(self._keys) < COMBINATIONS_MAX
        self._keys[combination if is_known else OTHERS] += 1

    def button(self, name: str) -> None:
        """Count a button."""
        self._buttons[name] += 1

    def drag(self) -> None:
        """Count something that was dragged in from another program."""
        self._drags += 1

    def lines(self) -> tuple[Observation, ...]:
        """Return what was counted, and begin anew."""
        keys = [_line(IncidentKind.KEYS_BLOCKED, "combination", *each) for each in self._keys.items()]
        buttons = [_line(IncidentKind.POINTER_BLOCKED, "button", *each) for each in self._buttons.items()]
        drags = (
            [Observation(kind=IncidentKind.DRAG_BLOCKED, evidence={"count": str(self._drags)})] if self._drags else []
        )
        self._keys, self._buttons, self._drags = Counter(), Counter(), 0
        return (*keys, *buttons, *drags)


def _line(kind: IncidentKind, what: str, name: str, count: int) -> Observation:
    return Observation(kind=kind, evidence={what: name, "count": str(count)})
