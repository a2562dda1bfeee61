"""What the seat thinks of the machine's wall clock, and the time it goes by.

Owns the floor: the latest time that a signature of the office proves to be over. Only signed times raise it; the wall clock
never does, so a clock that once stood in the future leaves no trace. The site's own documents do not raise it either: they are
signed on the admin's machine, whose clock is no better than the seat's. Pure, but for where the floor is kept.
"""

from __future__ import annotations

from typing import Final

from exam_packages.ids import UtcMs
from kiosk.clock import Clock
from kiosk.seat.facts import ClockFacts, ClockState
from kiosk.seat.state import SeatState

BEHIND_TOLERANCE_MS: Final = 10 * 60_000  # the office's clock may be a little ahead
FAR_AHEAD_MS: Final = 400 * 24 * 3_600_000  # more than a year without any drop, roster or receipt
_FACT: Final = "time-floor"


class TimeFloor:
    """The floor of one seat."""

    def __init__(self, state: SeatState, clock: Clock) -> None:
        self._state = state
        self._clock = clock

    @property
    def value(self) -> UtcMs:
        """The floor; 0 before anything signed came."""
        return UtcMs(int(self._state.facts.get(_FACT) or 0))

    def raise_to(self, signed: UtcMs) -> None:
        """Raise the floor to a time the office signed; never lowers it."""
        if signed > self.value:
            self._state.facts.put(_FACT, str(signed))

    def judged(self) -> ClockFacts:
        """Return what the wall clock says and whether to believe it."""
        return judge(self._clock.utc_ms(), self.value)

    def now(self) -> UtcMs:
        """Return the time to go by: the wall clock, unless the floor proves it wrong."""
        return time_to_go_by(self.judged())


def judge(now: UtcMs, floor: UtcMs) -> ClockFacts:
    """Compare a wall clock with the floor."""
    if now < floor - BEHIND_TOLERANCE_MS:
        state = ClockState.BEHIND
    elif floor and now > floor + FAR_AHEAD_MS:
        state = ClockState.FAR_AHEAD
    else:
        state = ClockState.GOOD
    return ClockFacts(state=state, now=now, floor=floor)


def time_to_go_by(facts: ClockFacts) -> UtcMs:
    """Return the time to judge windows and dates by. A clock that is proven wrong gives way to the floor."""
    return max(facts.now, facts.floor) if facts.state is ClockState.GOOD else facts.floor
