"""A seat in a process of its own, to be killed: sits until some questions are answered and the second copy is in step.

Called as ``python -m tests.kiosk.mirror.dying_seat SEAT MEDIUM ANSWERS``; says ``ready`` and the session, then waits to
be killed. Nobody may be left to do that: it has an end of its own.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Final

from exam_packages.ids import UtcMs
from kiosk.clock import SystemClock
from kiosk.mirror.state import MirrorPhase
from kiosk.seat.seat import Seat
from tests.kiosk.seat.sittings import answer, start, to_first_scored
from tests.simulators.clock import FakeClock
from tests.waiting import PATIENCE_S, wait_until

LIVES_S: Final = int(3 * PATIENCE_S)
"""For all of it; the kernel counts, so it ends whatever it hangs in."""


class OpenHours(SystemClock):
    """The real clock, but for a wall time at which the test's exam is given."""

    def utc_ms(self) -> UtcMs:
        """What the wall clock of the test's world says."""
        return FakeClock().utc_ms()


def main() -> None:
    signal.alarm(LIVES_S)
    folder, medium, answers = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    seat = Seat.open(folder, clock=OpenHours())
    running = start(seat.day(mirror=medium))
    for item in to_first_scored(running)[:answers]:
        answer(running, item, "ChoiceA")
    wait_until(lambda: running.mirror.phase is MirrorPhase.IN_STEP, lambda: f"the copy is {running.mirror}")
    sys.stdout.write(f"ready {running.plan.session}\n")
    sys.stdout.flush()
    signal.pause()


if __name__ == "__main__":
    main()
