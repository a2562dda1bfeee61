"""Waiting for something to become true, with a deadline. The one place of the demo that asks for the monotonic clock.

Standard library only: the robot runs with another interpreter and uses it too.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

POLL_INTERVAL_S: Final = 0.05
"""Between two looks: short for a person, long for a processor."""

_Result = TypeVar("_Result")


class NeverCameError(Exception):
    """Something that was waited for did not become true in time."""


class Deadline:
    """A moment after which waiting is given up."""

    def __init__(self, after_s: float) -> None:
        self.after_s = after_s
        self._at = time.monotonic() + after_s

    def left_s(self) -> float:
        """Seconds that are left; never negative."""
        return max(0.0, self._at - time.monotonic())


class Stopwatch:
    """Measures from the moment it was made."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._start


def wait_for(look: Callable[[], _Result | None], *, what: str, deadline_s: float) -> _Result:
    """Look again and again until there is something to see, and return it.

    Args:
        look: returns None while there is nothing yet. It is called at least once, and once more at the deadline.
        what: what is waited for, for the message.
        deadline_s: seconds after which it is given up.

    Raises:
        NeverCameError: the deadline passed.
    """
    deadline = Deadline(deadline_s)
    while True:
        last_look = deadline.left_s() == 0.0
        seen = look()
        if seen is not None:
            return seen
        if last_look:
            raise NeverCameError(f"{what}: not within {deadline_s:g} s")
        time.sleep(min(POLL_INTERVAL_S, deadline.left_s()))
