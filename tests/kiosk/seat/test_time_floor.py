from __future__ import annotations

from pathlib import Path

import pytest

from exam_packages.ids import UtcMs
from kiosk.seat.facts import ClockState
from kiosk.seat.state import SeatState
from kiosk.seat.time_floor import BEHIND_TOLERANCE_MS, FAR_AHEAD_MS, TimeFloor, judge, time_to_go_by
from tests.simulators.clock import FakeClock

FLOOR = UtcMs(1_790_000_000_000)


@pytest.mark.parametrize(
    ("now", "state", "believed"),
    [
        (FLOOR, ClockState.GOOD, FLOOR),
        (FLOOR + 1, ClockState.GOOD, FLOOR + 1),
        (FLOOR - BEHIND_TOLERANCE_MS, ClockState.GOOD, FLOOR),
        (FLOOR - BEHIND_TOLERANCE_MS - 1, ClockState.BEHIND, FLOOR),
        (0, ClockState.BEHIND, FLOOR),
        (FLOOR + FAR_AHEAD_MS, ClockState.GOOD, FLOOR + FAR_AHEAD_MS),
        (FLOOR + FAR_AHEAD_MS + 1, ClockState.FAR_AHEAD, FLOOR),
    ],
)
def test_what_is_believed(now: int, state: ClockState, believed: int) -> None:
    facts = judge(UtcMs(now), FLOOR)
    assert facts.state is state
    assert time_to_go_by(facts) == believed


def test_before_anything_signed_came_the_clock_is_believed() -> None:
    facts = judge(UtcMs(5), UtcMs(0))
    assert facts.state is ClockState.GOOD


def test_the_floor_rises_and_never_falls_and_the_clock_never_moves_it(tmp_path: Path) -> None:
    clock = FakeClock(FLOOR)
    state = SeatState(tmp_path / "state.db", bytes(32), new=True)
    floor = TimeFloor(state, clock)
    floor.raise_to(FLOOR)
    clock.set_wall(FLOOR + 2 * FAR_AHEAD_MS)
    assert floor.now() == FLOOR
    assert floor.judged().state is ClockState.FAR_AHEAD
    floor.raise_to(UtcMs(FLOOR - 5))
    assert floor.value == FLOOR
    clock.set_wall(0)
    assert floor.now() == FLOOR
    state.close()
    state = SeatState(tmp_path / "state.db", bytes(32))
    assert TimeFloor(state, clock).value == FLOOR
    state.close()
