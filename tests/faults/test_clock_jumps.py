"""Somebody sets the clock, or the machine sleeps: the time left does not change, the proven time holds, the status says so."""

from __future__ import annotations

from typing import Final

import pytest

from exam_packages.session_events import ItemPresented
from kiosk.errors import Missing, NotReady
from kiosk.seat.facts import AppointmentState, ClockState
from kiosk.seat.time_floor import BEHIND_TOLERANCE_MS, FAR_AHEAD_MS
from tests.kiosk.seat.sittings import RESPONSE, answer, finish, start, to_first_scored
from tests.simulators.day import ANA, PROCTOR, World, make_world
from ui.command_line.seat import sentence

_HOUR: Final = 3_600_000
_YEAR: Final = 365 * 24 * _HOUR
_JUMPS: Final = (-10 * _YEAR, -_HOUR, _HOUR, 10 * _YEAR)


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize("jump", _JUMPS)
def test_during_a_session_no_jump_changes_the_time_left(world: World, jump: int) -> None:
    with world.seat() as seat:
        running = start(seat.day(), ANA)
        item, *_ = to_first_scored(running)
        answer(running, item, "A")
        world.clock.advance(10_000)
        running.settle()
        before = running.remaining_ms()
        assert before is not None
        world.clock.set_wall(world.clock.utc_ms() + jump)
        assert running.remaining_ms() == before
        world.clock.advance(1_000)
        assert running.remaining_ms() == before - 1_000
        answer(running, item, "B")
        bundle = finish(running)
    with world.seat() as seat:
        seat.export(world.stick)
    report = world.accept()
    assert [accepted.bundle for accepted in report.bundles] == [bundle.digest]


@pytest.mark.parametrize("jump", _JUMPS)
def test_between_cut_off_and_resumption_no_jump_counts(world: World, jump: int) -> None:
    with world.seat() as seat:
        running = start(seat.day(), ANA)
        item, *_ = to_first_scored(running)
        answer(running, item, "A")
        before = running.remaining_ms()
    world.clock.set_wall(world.clock.utc_ms() + jump)
    with world.seat() as seat:
        unfinished = seat.day().unfinished()
        assert unfinished is not None
        assert unfinished.same_boot
        again = seat.day().resume(unfinished.session, None)
        assert again.remaining_ms() == before
        assert again.session.answer(item, RESPONSE) == ("A",)
        again.close()


def test_time_asleep_does_not_count(world: World) -> None:
    """The wall goes on while the machine sleeps, the monotonic clock does not (see ``SystemClock``)."""
    with world.seat() as seat:
        running = start(seat.day(), ANA)
        item, *_ = to_first_scored(running)
        before = running.remaining_ms()
        world.clock.set_wall(world.clock.utc_ms() + 8 * _HOUR)
        running.apply(ItemPresented(item=item))
        assert running.remaining_ms() == before
        running.close()


@pytest.mark.parametrize(
    ("jump", "state", "said"),
    [
        (-10 * _YEAR, ClockState.BEHIND, "a clock that is right"),
        (-BEHIND_TOLERANCE_MS - 1_000, ClockState.BEHIND, "a clock that is right"),
        (-BEHIND_TOLERANCE_MS + 1_000, ClockState.GOOD, "Ready:"),
        (_HOUR, ClockState.GOOD, "Ready:"),
        (FAR_AHEAD_MS + _HOUR, ClockState.FAR_AHEAD, "a clock that is right"),
        (10 * _YEAR, ClockState.FAR_AHEAD, "a clock that is right"),
    ],
)
def test_before_a_session_a_wrong_clock_is_named_and_moves_nothing(
    world: World, jump: int, state: ClockState, said: str
) -> None:
    with world.seat() as seat:
        floor = seat.status().clock.floor
    world.clock.set_wall(floor + jump)
    with world.seat() as seat:
        status = seat.status()
        assert status.clock.state is state
        assert status.clock.floor == floor, "only signed times move the floor"
        assert (Missing.CLOCK in status.missing) == (state is not ClockState.GOOD)
        assert said in sentence(status)
        # An exam that is in is given, by the proven time, whatever the clock shows.
        (entry,) = [entry for entry in seat.day().appointments() if entry.appointment == ANA]
        assert entry.state is AppointmentState.READY
        start(seat.day(), ANA).close()
    world.clock.set_wall(floor)
    with world.seat() as seat:
        assert Missing.CLOCK not in seat.status().missing


def test_a_clock_that_is_merely_late_cannot_open_a_window_that_is_over(world: World) -> None:
    with world.seat() as seat:
        until = seat.status().exams[0].window_until
    world.clock.set_wall(until + _HOUR)
    with world.seat() as seat, pytest.raises(NotReady) as refused:
        seat.day().open_session(ANA, PROCTOR)
    assert refused.value.missing is Missing.WINDOW_CLOSED
