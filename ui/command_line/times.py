"""Wall times as the command line says them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from exam_packages.ids import UtcMs


def day_and_time(wall: UtcMs) -> str:
    """Return a wall time for people, in this machine's time zone."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=wall)
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"
