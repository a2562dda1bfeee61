from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.supervision import (
    BLIND_MS,
    BREATH_MS,
    HANG_MS,
    OFTEN,
    OFTEN_MS,
    OPENING_MS,
    RESTART,
    Action,
    AskedAgain,
    Beaten,
    Begin,
    Died,
    Event,
    KillWindow,
    Looked,
    Notice,
    ProctorCleared,
    StartWindow,
    Supervision,
    WindowState,
    step,
)

LOOK_EVERY_MS = 200


class Watch:
    """A supervisor that looks every 200 ms, and what it did."""

    def __init__(self, *, rebooted: bool = False) -> None:
        self.state = Supervision()
        self.now = 10_000
        self.actions: list[Action] = []
        self.tell(Begin(rebooted))

    def tell(self, event: Event) -> None:
        self.state, actions = step(self.state, event, self.now)
        self.actions += actions

    def wait(self, milliseconds: int, *, beating: bool) -> None:
        end = self.now + milliseconds
        while self.now < end:
            self.now += LOOK_EVERY_MS
            if beating:
                self.tell(Beaten())
            self.tell(Looked())

    @property
    def window(self) -> WindowState:
        return self.state.window

    @property
    def kinds(self) -> list[IncidentKind]:
        return [action.observation.kind for action in self.actions if isinstance(action, Notice)]

    def count(self, what: type[Action]) -> int:
        return sum(isinstance(action, what) for action in self.actions)


@pytest.fixture
def watch() -> Watch:
    watch = Watch()
    watch.wait(1_000, beating=True)
    return watch


def test_a_window_that_beats_is_left_alone(watch: Watch) -> None:
    watch.wait(60 * 60_000, beating=True)
    assert watch.actions == [StartWindow()]


def test_a_window_that_died_is_started_at_once(watch: Watch) -> None:
    watch.tell(Died("signal 9"))
    assert watch.kinds == [IncidentKind.WINDOW_DIED]
    assert watch.actions[-1] == StartWindow()
    assert watch.state.window is WindowState.OPENING
    assert watch.state.proctor_needed is None


def test_a_window_that_hangs_is_ended_once_and_started_when_it_is_dead(watch: Watch) -> None:
    watch.wait(HANG_MS + 3 * LOOK_EVERY_MS, beating=False)
    assert watch.count(KillWindow) == 1
    watch.wait(5_000, beating=False)
    assert watch.count(KillWindow) == 1
    assert watch.count(StartWindow) == 1
    watch.tell(Died("signal 9"))
    assert watch.kinds == [IncidentKind.WINDOW_HUNG]
    assert watch.count(StartWindow) == 2


def test_a_slow_start_is_no_hang_but_one_that_never_ends_is() -> None:
    watch = Watch()
    watch.wait(OPENING_MS - 1_000, beating=False)
    assert watch.count(KillWindow) == 0
    watch.wait(2_000, beating=False)
    assert watch.count(KillWindow) == 1


def test_three_deaths_in_five_minutes_ask_for_a_proctor_and_the_window_comes_all_the_same(watch: Watch) -> None:
    for _ in range(OFTEN):
        assert watch.state.proctor_needed is None
        watch.tell(Died("signal 11"))
        watch.wait(10_000, beating=True)
    assert watch.state.proctor_needed is IncidentKind.WINDOW_DIED_OFTEN
    assert watch.kinds.count(IncidentKind.WINDOW_DIED_OFTEN) == 1
    assert watch.count(StartWindow) == 1 + OFTEN
    watch.tell(ProctorCleared())
    assert watch.state.proctor_needed is None
    watch.tell(Died("signal 11"))
    assert watch.state.proctor_needed is None


def test_a_window_that_somebody_asked_to_start_again_has_not_died(watch: Watch) -> None:
    for _ in range(3 * OFTEN):
        watch.tell(AskedAgain())
        assert watch.window is WindowState.OPENING
        watch.wait(10_000, beating=True)
    assert watch.kinds == []
    assert watch.count(StartWindow) == 1 + 3 * OFTEN
    assert watch.state.deaths == ()
    assert watch.state.proctor_needed is None


def test_a_window_that_was_never_there_was_asked_by_nobody() -> None:
    watch = Watch()
    for _ in range(OFTEN):
        watch.tell(AskedAgain())
    assert watch.kinds == [IncidentKind.WINDOW_DIED] * OFTEN + [IncidentKind.WINDOW_DIED_OFTEN]
    assert watch.window is WindowState.DOWN
    assert watch.actions[1] == Notice(
        Observation(kind=IncidentKind.WINDOW_DIED, evidence={"how": f"code {RESTART}", "milliseconds": "0"})
    )


def test_a_window_that_dies_again_and_again_is_started_after_a_pause(watch: Watch) -> None:
    for _ in range(OFTEN):
        watch.tell(Died("signal 11"))
    assert watch.count(StartWindow) == OFTEN
    assert watch.window.value == "down"
    watch.tell(Died("nobody"))
    assert watch.kinds.count(IncidentKind.WINDOW_DIED) == OFTEN, "what is down cannot die"
    watch.wait(BREATH_MS - LOOK_EVERY_MS, beating=False)
    assert watch.count(StartWindow) == OFTEN
    watch.wait(LOOK_EVERY_MS, beating=False)
    assert watch.count(StartWindow) == OFTEN + 1
    assert watch.window is WindowState.OPENING


def test_deaths_far_apart_ask_for_nobody(watch: Watch) -> None:
    for _ in range(10):
        watch.tell(Died("signal 11"))
        watch.wait(OFTEN_MS // 2 + 1_000, beating=True)
    assert watch.state.proctor_needed is None


def test_after_a_restart_of_the_machine_a_proctor_is_asked() -> None:
    watch = Watch(rebooted=True)
    assert watch.state.proctor_needed is IncidentKind.MACHINE_RESTARTED
    assert watch.actions[-1] == StartWindow()


@pytest.mark.parametrize("held_up_ms", [BLIND_MS + 1, 60_000])
def test_a_supervisor_that_was_held_up_itself_blames_nobody(watch: Watch, held_up_ms: int) -> None:
    watch.now += held_up_ms
    watch.tell(Looked())
    watch.wait(HANG_MS - LOOK_EVERY_MS, beating=False)
    assert watch.count(KillWindow) == 0
    watch.wait(3 * LOOK_EVERY_MS, beating=False)
    assert watch.count(KillWindow) == 1


EVENTS = st.sampled_from([Beaten(), Looked(), Died("signal 9"), ProctorCleared()])


@given(st.lists(st.tuples(st.integers(0, 5_000), EVENTS), max_size=60))
def test_whatever_happens_the_window_is_wanted_and_no_one_is_ended_twice(events: list[tuple[int, Event]]) -> None:
    watch = Watch()
    for later_ms, event in events:
        watch.now += later_ms
        watch.tell(event)
    deaths = watch.kinds.count(IncidentKind.WINDOW_DIED) + watch.kinds.count(IncidentKind.WINDOW_HUNG)
    assert watch.count(KillWindow) <= 1 + deaths
    waits = watch.state.window is WindowState.DOWN
    assert watch.count(StartWindow) == 1 + deaths - waits
    watch.wait(BREATH_MS, beating=False)
    assert watch.state.window is not WindowState.DOWN
