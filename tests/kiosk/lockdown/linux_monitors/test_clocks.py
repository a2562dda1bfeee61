from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.linux.clocks import DRIFT_MS, JUMP_MS, SLEPT_MS, ClockMonitor, SleepMonitor
from tests.kiosk.lockdown.linux_monitors.made_up import MadeUpMachine
from tests.kiosk.lockdown.linux_monitors.noticing import kinds, seen


@pytest.mark.parametrize("step_ms", [JUMP_MS, -JUMP_MS, 3_600_000, -86_400_000])
def test_a_clock_that_is_set_is_told_once(machine: MadeUpMachine, step_ms: int) -> None:
    monitor = ClockMonitor()
    seen(monitor, machine)
    machine.wall += step_ms
    assert seen(monitor, machine) == [(IncidentKind.CLOCK_JUMPED, str(step_ms))]
    assert seen(monitor, machine) == []


@pytest.mark.parametrize("step_ms", [300, -300, JUMP_MS - 1])
def test_a_time_service_may_correct_it(machine: MadeUpMachine, step_ms: int) -> None:
    monitor = ClockMonitor()
    seen(monitor, machine)
    machine.wall += step_ms
    assert seen(monitor, machine) == []


def test_eight_hours_of_a_clock_that_is_turned_are_no_jump(machine: MadeUpMachine) -> None:
    monitor = ClockMonitor()
    for _ in range(8 * 360):
        machine.wall += 5  # 500 ppm of ten seconds
        assert seen(monitor, machine, after_ms=10_000) == []


def test_many_small_steps_are_a_jump_together(machine: MadeUpMachine) -> None:
    monitor = ClockMonitor()
    seen(monitor, machine)
    told = []
    for _ in range(DRIFT_MS // 1_000 + 2):
        machine.wall += 1_000
        told += kinds(monitor, machine)
    assert told == [IncidentKind.CLOCK_JUMPED]


def test_sleep_is_no_jump_and_is_told_with_its_length(machine: MadeUpMachine) -> None:
    clock, sleep = ClockMonitor(), SleepMonitor()
    seen(clock, machine)
    seen(sleep, machine)
    machine.sleep(240_000)
    assert seen(clock, machine) == []
    assert seen(sleep, machine) == [(IncidentKind.SUSPENDED, "240000")]
    assert seen(sleep, machine) == []
    machine.sleep(SLEPT_MS)
    assert kinds(sleep, machine) == [IncidentKind.SUSPENDED]


@given(pauses=st.lists(st.integers(0, SLEPT_MS - 1), max_size=50))
def test_a_pause_between_two_readings_is_no_sleep(pauses: list[int]) -> None:
    """The second clock is read later by so much; it does not add up."""
    machine, monitor = MadeUpMachine(), SleepMonitor()
    for pause in (0, *pauses):
        machine.since_boot_ms += pause
        assert seen(monitor, machine) == []
        machine.since_boot_ms -= pause
