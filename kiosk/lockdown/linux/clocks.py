"""Clocks that jump, and sleep: what one reading says against the one before.

Owns the thresholds. Nothing is read but the reading itself, so this works wherever it has three clocks. Refuses to correct
anything: the exam's time is counted by a clock that does not care.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.readings import Reading

JUMP_MS: Final = 2_000
"""A time service sets the clock by fractions of a second, and a busy machine may stop between two readings."""
DRIFT_MS: Final = 30_000
"""Many small steps together are a jump too."""
SLEW_PPM: Final = 1_000
"""adjtimex(2) turns the clock by at most 500; quartz is worse by less than as much again."""
SLEPT_MS: Final = 2_000


class ClockMonitor:
    """Notices that the wall clock was set."""

    name = "linux/clock"
    concern = Concern.CLOCK

    def __init__(self) -> None:
        self._start: Reading | None = None
        self._before: Reading | None = None

    def probe(self) -> Probe:
        """Tell that it works everywhere."""
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="A clock that is set is noticed; the time of an exam does not depend on it.",
        )

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Compare with the reading before, and with the first one."""
        before, start = self._before or now, self._start or now
        self._before, self._start = now, start
        jump = _off(before, now)
        drift = _off(start, now)
        allowed = DRIFT_MS + (now.since_boot_ms - start.since_boot_ms) * SLEW_PPM // 1_000_000
        if abs(jump) >= JUMP_MS:
            self._start = now
            return [_jumped(jump)]
        if abs(drift) >= allowed:
            self._start = now
            return [_jumped(drift)]
        return ()


class SleepMonitor:
    """Notices that the machine slept: one monotonic clock went on, the other stood still."""

    name = "linux/sleep"
    concern = Concern.SUSPEND

    def __init__(self) -> None:
        self._asleep_ms: int | None = None

    def probe(self) -> Probe:
        """Tell that it works everywhere."""
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="Sleep is noticed when the machine wakes up, and is put down as outage.",
            remedy="Prepare the seat: then keys and lid do not put it to sleep.",
        )

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Compare the gap between the clocks with the least that was seen."""
        asleep = now.since_boot_ms - now.awake_ms
        before = asleep if self._asleep_ms is None else self._asleep_ms
        # Both clocks are read one after the other: what is more than the least was a pause between them.
        self._asleep_ms = min(before, asleep)
        if asleep - before < SLEPT_MS:
            return ()
        self._asleep_ms = asleep
        return [Observation(kind=IncidentKind.SUSPENDED, evidence={"milliseconds": str(asleep - before)})]


def _off(before: Reading, now: Reading) -> int:
    return (now.wall - before.wall) - (now.since_boot_ms - before.since_boot_ms)


def _jumped(milliseconds: int) -> Observation:
    return Observation(kind=IncidentKind.CLOCK_JUMPED, evidence={"milliseconds": str(milliseconds)})
