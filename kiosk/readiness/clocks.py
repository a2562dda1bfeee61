"""Two clocks against each other: something that sets the wall clock during a self-test sets it during an exam, too."""

from __future__ import annotations

from typing import Final

from kiosk.readiness.checks import Finding, failed, ok

DRIFT_MS: Final = 2_000


def drift(before: tuple[int, int], after: tuple[int, int]) -> Finding:
    """Judge whether wall clock and monotonic clock run alike.

    Args:
        before, after: what both said at two moments, in milliseconds: wall, monotonic.
    """
    apart = abs((after[0] - before[0]) - (after[1] - before[1]))
    said = f"In {(after[1] - before[1]) / 1_000:.1f} s the wall clock moved {apart} ms otherwise than the machine's own count."
    return ok(said) if apart <= DRIFT_MS else failed(said, "Something sets the clock: look at the time service.")
