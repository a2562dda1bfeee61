"""A seat's folder that every user reaches: pytest closes its own to all others whenever another run of it begins."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_seat() -> Iterator[Path]:
    """Make a folder in which anybody may write, in one of its own that anybody may look into."""
    with tempfile.TemporaryDirectory(prefix="seat-") as name:
        place = Path(name).resolve()
        place.chmod(0o755)
        seat = place / "seat"
        seat.mkdir()
        seat.chmod(0o777)
        yield seat
