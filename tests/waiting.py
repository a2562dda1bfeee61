"""How tests wait for other processes: they look again and again, and give up long after a busy machine would have come to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

PATIENCE_S: Final = 60.0
LOOK_AGAIN_S: Final = 0.02


def wait_until(condition: Callable[[], object], why: str | Callable[[], str], within_s: float = PATIENCE_S) -> float:
    """Wait until something is true, and return for how many seconds that took; ``why`` says what is wrong where it never is."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < within_s, why if isinstance(why, str) else why()
        time.sleep(LOOK_AGAIN_S)
    return time.monotonic() - began
