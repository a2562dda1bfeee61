"""Wall times as people read them in an explanation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from exam_packages.ids import UtcMs

LAST_MS: Final = 253_402_300_799_999  # the end of the year 9999, where datetime ends


def moment(time: UtcMs) -> str:
    """Return a wall time as ISO 8601 in UTC; one beyond the year 9999 as its number."""
    if time > LAST_MS:
        return f"{time} ms"
    return f"{datetime.fromtimestamp(time / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
