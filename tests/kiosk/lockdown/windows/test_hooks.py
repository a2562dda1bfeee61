from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import UtcMs
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.input_policy import InputPolicy
from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.windows import structs
from kiosk.lockdown.windows.hook_lines import HookLine, Sign, line_of, said_by
from kiosk.lockdown.windows.hook_process import HookKeeper
from kiosk.lockdown.windows.hook_watch import READY_S, SILENT_MS, InputHooks
from kiosk.lockdown.windows.keys import KeyEvent
from kiosk.lockdown.windows.real_hooks import ButtonGate, KeyGate
from tests.simulators.clock import FakeClock

NOW = Reading(wall=UtcMs(0), awake_ms=0, since_boot_ms=0)
PRINT, A = 0x2C, 0x41


@dataclass
class FakeHooks:
    keys: KeyGate
    buttons: ButtonGate
    alive: bool = True
    log: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.log.append("start")

    def stop(self) -> None:
        self.log.append("stop")

    def is_alive(self, within_s: float) -> bool:
        del within_s
        return self.alive

    def is_up(self, vk: int) -> bool:
        del vk
        return False


class Rig:
    def __init__(self) -> None:
        self.said: list[HookLine] = []
        self.clock = FakeClock()
        self.made: list[FakeHooks] = []
        self.keeper = HookKeeper(self.make, policy=InputPolicy(), say=self.said.append, clock=self.clock)
        self.keeper.start()

    @property
    def hooks(self) -> FakeHooks:
        return self.made[0]

    def make(self, keys: KeyGate, buttons: ButtonGate) -> FakeHooks:
        self.made.append(FakeHooks(keys, buttons))
        return self.made[0]

    def press(self, vk: int, *, injected: bool = False) -> bool:
        event = KeyEvent(vk=vk, scan=0, is_down=True, injected=injected)
        passes = self.hooks.keys(event)
        self.hooks.keys(KeyEvent(vk=vk, scan=0, is_down=False, injected=injected))
        return passes

    def observed(self) -> list[tuple[IncidentKind, dict[str, str]]]:
        return [(each.kind, dict(each.evidence)) for each in self.said if isinstance(each, Observation)]


def test_what_is_kept_away_is_counted_and_told_every_ten_seconds() -> None:
    rig = Rig()
    assert rig.press(A)
    assert not rig.press(PRINT)
    assert not rig.press(PRINT)
    assert not rig.hooks.buttons(structs.WM_RBUTTONDOWN, 0, False)
    assert not rig.hooks.buttons(structs.WM_RBUTTONUP, 0, False)
    assert rig.hooks.buttons(structs.WM_MOUSEMOVE, 0, True)
    rig.keeper.look()
    assert rig.said == [Sign.READY, Sign.ALIVE]
    rig.keeper.stop()
    assert rig.observed() == [
        (IncidentKind.KEYS_BLOCKED, {"combination": "Print", "count": "2"}),
        (IncidentKind.POINTER_BLOCKED, {"button": "right", "count": "1"}),
    ]


def test_what_programs_send_is_told_at_once() -> None:
    rig = Rig()
    assert not rig.press(A, injected=True)
    assert not rig.hooks.buttons(structs.WM_LBUTTONDOWN, 0, True)
    rig.keeper.look()
    assert rig.observed() == [
        (IncidentKind.INPUT_INJECTED, {"device": "keyboard", "count": "1"}),
        (IncidentKind.INPUT_INJECTED, {"device": "pointer", "count": "1"}),
    ]


def test_hooks_that_are_gone_are_set_again() -> None:
    rig = Rig()
    rig.hooks.alive = False
    rig.keeper.look()
    assert rig.observed() == []  # a busy machine may be late once
    rig.keeper.look()
    assert rig.observed() == [(IncidentKind.HOOK_LOST, {"hook": "windows/keyboard-hook"})]
    assert rig.hooks.log == ["start", "stop", "start"]
    rig.hooks.alive = True
    rig.keeper.look()
    assert rig.said[-1] is Sign.ALIVE


@dataclass
class FakeProgram:
    lines: list[HookLine]
    running: bool = True
    ended: bool = False
    process_id: int = 300

    def wait(self, seconds: float) -> HookLine | None:
        del seconds
        return self.lines.pop(0) if self.lines else None

    def is_running(self) -> bool:
        return self.running

    def end(self) -> None:
        self.ended = True


class Watched:
    def __init__(self, *first: HookLine) -> None:
        self.clock = FakeClock()
        self.programs: list[FakeProgram] = []
        self.first = first
        self.hooks = InputHooks(self.start, self.clock)

    def start(self) -> FakeProgram:
        self.programs.append(FakeProgram(list(self.first)))
        return self.programs[-1]


def test_the_process_is_watched() -> None:
    watched = Watched(Sign.READY)
    watched.hooks.apply()
    watched.hooks.apply()
    assert len(watched.programs) == 1
    assert watched.hooks.verify() == ""
    lost = Observation(kind=IncidentKind.HOOK_LOST, evidence={"hook": "x"})
    watched.programs[0].lines += [Sign.ALIVE, lost]
    assert list(watched.hooks.poll(NOW)) == [lost]
    assert list(watched.hooks.poll(NOW)) == []
    watched.clock.advance(SILENT_MS + 1)
    assert watched.hooks.verify() == "The keyboard hook does not answer."
    watched.hooks.apply()
    assert [each.ended for each in watched.programs] == [True, False]
    assert watched.hooks.verify() == ""
    watched.programs[1].running = False
    assert watched.hooks.verify() == "The process that holds the hooks is gone."
    watched.hooks.revert(watched.hooks.snapshot())
    assert watched.programs[1].ended


def test_hooks_that_cannot_be_set() -> None:
    watched = Watched()
    with pytest.raises(OperationFailed):
        watched.hooks.apply()
    assert watched.programs[0].ended


def test_hooks_that_ended_are_not_waited_for_and_slow_ones_are() -> None:
    """Each second there is another try: a supervisor that waits for the dead would see nothing else."""
    waited: list[float] = []

    class Slow(FakeProgram):
        def wait(self, seconds: float) -> HookLine | None:
            waited.append(seconds)
            return Sign.READY if sum(waited) > 15 else None

    hooks = InputHooks(lambda: Slow([], running=False), FakeClock())
    with pytest.raises(OperationFailed):
        hooks.apply()
    assert len(waited) == 1
    waited.clear()
    InputHooks(lambda: Slow([]), FakeClock()).apply()
    assert 15 < sum(waited) < READY_S


@given(st.binary(max_size=300))
def test_a_line_is_ours_or_nothing(data: bytes) -> None:
    said = said_by(data)
    assert said is None or line_of(said).rstrip() == data.rstrip(b"\r\n")


def test_lines_go_there_and_back() -> None:
    observation = Observation(kind=IncidentKind.KEYS_BLOCKED, evidence={"combination": "Alt+Tab", "count": "3"})
    for said in (*Sign, observation):
        assert said_by(line_of(said)) == said
    outside = Observation(kind=IncidentKind.SUPERVISOR_LOST)
    assert said_by(line_of(outside)) is None
