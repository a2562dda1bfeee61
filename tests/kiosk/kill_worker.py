"""A program that sits an essay until somebody kills it. Writes the number of every acknowledged record to standard output.

Arguments: seat folder, wall clock to begin with. Only tests run it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from exam_packages.ids import UtcMs
from exam_packages.session_events import ItemPresented, SectionEnded, TextEdited
from kiosk.clock import SystemClock
from kiosk.seat.day import ExamDay
from kiosk.seat.running import RunningSession
from kiosk.seat.seat import Seat
from kiosk.session import Phase
from tests.kiosk.seat.sittings import RESPONSE, enter, start
from tests.simulators.day import CHIDI


class ShiftedClock(SystemClock):
    """The machine's clocks, but for the year."""

    def __init__(self, utc_ms: int) -> None:
        super().__init__()
        self._shift = utc_ms - super().utc_ms()

    def utc_ms(self) -> UtcMs:
        """The shifted wall clock."""
        return UtcMs(super().utc_ms() + self._shift)


def main(folder: Path, utc_ms: int) -> None:
    """Sit until killed."""
    seat = Seat.open(folder, clock=ShiftedClock(utc_ms))
    running = begin(seat.day())
    item = running.plan.sections[1].items[0]
    running.apply(ItemPresented(item=item))
    acknowledge(running)
    while True:
        at = len("".join(running.session.answer(item, RESPONSE)))
        running.apply(TextEdited(item=item, response=RESPONSE, at=at, deleted=0, inserted=f"{running.session.next_n} "))
        acknowledge(running)


def begin(day: ExamDay) -> RunningSession:
    """Open the session, or go on with the one that was cut off."""
    unfinished = day.unfinished()
    if unfinished is not None:
        return day.resume(unfinished.session, None)
    running = start(day, CHIDI)
    enter(running)
    running.apply(SectionEnded())
    if running.session.phase is not Phase.SECTION:
        enter(running)
    return running


def acknowledge(running: RunningSession) -> None:
    """Say that everything so far is saved."""
    os.write(1, running.session.next_n.to_bytes(8, "big"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
