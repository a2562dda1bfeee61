"""How quick the window was, as lines of JSON: times and names of events only, never content, names of people or answers.

Every line is handed to the system at once, so that a window that is killed leaves what it measured.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Protocol


class Statistics(Protocol):
    """Takes measurements."""

    def saved(self, event: str, microseconds: int) -> None:
        """Take note that an event was committed so long after it was handed over."""

    def shown(self, screen: str, milliseconds: int) -> None:
        """Take note that a screen came up so long after the program started."""


class NoStatistics:
    """Takes no note."""

    def saved(self, event: str, microseconds: int) -> None:
        """Take no note."""

    def shown(self, screen: str, milliseconds: int) -> None:
        """Take no note."""


class StatisticsFile:
    """Appends to a file: ``{"event": "Answered", "saved_us": 812}``, ``{"screen": "item", "shown_ms": 640}``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def saved(self, event: str, microseconds: int) -> None:
        """Append a line."""
        self._append({"event": event, "saved_us": microseconds})

    def shown(self, screen: str, milliseconds: int) -> None:
        """Append a line."""
        self._append({"screen": screen, "shown_ms": milliseconds})

    def _append(self, line: dict[str, str | int]) -> None:
        # Measuring must never stop an exam: a line that cannot be written is left out.
        with contextlib.suppress(OSError), self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
