"""The service's own log: lines with their time, for an administrator.

Owns one file and its length. No exam and no answer ever stands in it. Where it cannot be written the service goes on without.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from kiosk.clock import Clock

NAME: Final = "service.log"
LOG_MAX_BYTES: Final = 512 * 1024
LINE_MAX: Final = 1_000


class ServiceLog:
    """Lines at the end of a file; when it is long, it becomes the old one and a new one begins.

    Args:
        folder: where it lies.
        clock: for the time of a line.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._path = folder / NAME
        self._clock = clock

    def say(self, text: str) -> None:
        """Write a line."""
        when = datetime.fromtimestamp(self._clock.utc_ms() / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
        line = " ".join(text.split())[:LINE_MAX]
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._path.exists() and self._path.stat().st_size > LOG_MAX_BYTES:
                self._path.replace(self._path.with_suffix(".old.log"))
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{when} {line}\n")
        except OSError:
            return
