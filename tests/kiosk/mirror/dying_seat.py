"""A seat in a process of its own, to be killed: sits until some questions are answered and the second copy is in step.

Called as ``python -m tests.kiosk.mirror.dying_seat SEAT MEDIUM ANSWERS``; says ``ready`` and the session, then waits.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from exam_packages.ids import UtcMs
from kiosk.clock import SystemClock
from kiosk.mirror.state import MirrorPhase
from kiosk.seat.seat import Seat
from tests.kiosk.seat.sittings import answer, start, to_first_scored
from tests.simulators.clock import FakeClock


class OpenHours(SystemClock):
    """The real clock, but for a wall time at which the test's exam is given."""

    def utc_ms(self) -> UtcMs:
        """What the wall clock of the test's world says."""
        return FakeClock().utc_ms()


def main() -> None:
    folder, medium, answers = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    seat = Seat.open(folder, clock=OpenHours())
    running = start(seat.day(mirror=medium))
    for item in to_first_scored(running)[:answers]:
        answer(running, item, "ChoiceA")
    waiting = threading.Event()
    while running.mirror.phase is not MirrorPhase.IN_STEP:
        waiting.wait(0.01)
    sys.stdout.write(f"ready {running.plan.session}\n")
    sys.stdout.flush()
    waiting.wait()


if __name__ == "__main__":
    main()
