"""Two pauses at once, and what stands after a restart: nothing a candidate can end takes the place of what a proctor has to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import ProctorId, UtcMs
from exam_packages.session_events import Event, Paused, PauseReason, Record, Resumed, TimePassed
from kiosk.session import EventNotAllowed
from kiosk.session.pausing import BY_RESTARTS, covering, standing
from tests.kiosk.session.plans import PROCTOR, TO_SECTION, Sitting

NOBODY = Resumed(proctor=ProctorId(""))
BY_PROCTOR = Resumed(proctor=PROCTOR)


def paused(reason: PauseReason) -> Paused:
    return Paused(reason=reason)


def records(*events: Event) -> list[Record]:
    return [Record(n=n, tick_ms=0, wall=UtcMs(0), event=event) for n, event in enumerate(events)]


@pytest.mark.parametrize(
    ("before", "new", "covers"),
    [
        (None, PauseReason.SUSPEND, PauseReason.SUSPEND),
        (PauseReason.LOCK, PauseReason.SUSPEND, PauseReason.LOCK),
        (PauseReason.PROCTOR, PauseReason.SUSPEND, PauseReason.PROCTOR),
        (PauseReason.BREAK, PauseReason.SUSPEND, PauseReason.BREAK),
        (PauseReason.LOCK, PauseReason.PROCTOR, PauseReason.LOCK),
        (PauseReason.SUSPEND, PauseReason.LOCK, PauseReason.LOCK),
        (PauseReason.BREAK, PauseReason.LOCK, PauseReason.LOCK),
        (PauseReason.LOCK, PauseReason.STORAGE, PauseReason.STORAGE),
        (PauseReason.PROCTOR, PauseReason.REBOOT, PauseReason.REBOOT),
    ],
)
def test_which_of_two_pauses_covers_the_screen(
    before: PauseReason | None, new: PauseReason, covers: PauseReason
) -> None:
    assert covering(before, new) is covers


@given(reasons=st.lists(st.sampled_from([each for each in PauseReason if each not in BY_RESTARTS])))
def test_a_lock_stays_whatever_comes_upon_it(reasons: list[PauseReason]) -> None:
    covers: PauseReason | None = None
    for reason in reasons:
        covers = covering(covers, reason)
    assert (covers is PauseReason.LOCK) == (PauseReason.LOCK in reasons)


def test_a_lock_is_opened_by_a_proctor_only() -> None:
    sitting = Sitting()
    sitting.all(TO_SECTION)
    sitting.happen(paused(PauseReason.LOCK))
    sitting.happen(paused(PauseReason.SUSPEND))
    with pytest.raises(EventNotAllowed):
        sitting.happen(NOBODY)
    assert sitting.session.pause is PauseReason.LOCK
    assert sitting.happen(BY_PROCTOR).pause is None


def test_sleep_ends_with_a_tap_and_costs_no_time() -> None:
    sitting = Sitting()
    sitting.all(TO_SECTION)
    left = sitting.session.time_left_ms
    sitting.happen(paused(PauseReason.SUSPEND))
    assert sitting.happen(NOBODY, tick_ms=240_000).pause is None
    assert sitting.session.time_left_ms == left


@pytest.mark.parametrize(
    ("events", "stands"),
    [
        ((), None),
        ((paused(PauseReason.PROCTOR),), PauseReason.PROCTOR),
        ((paused(PauseReason.BREAK),), PauseReason.PROCTOR),
        ((paused(PauseReason.LOCK), TimePassed()), PauseReason.LOCK),
        ((paused(PauseReason.SUSPEND),), PauseReason.SUSPEND),
        ((paused(PauseReason.SUSPEND), NOBODY), None),
        ((paused(PauseReason.LOCK), BY_PROCTOR), None),
        (
            (paused(PauseReason.LOCK), paused(PauseReason.RESTART), NOBODY),
            PauseReason.LOCK,
        ),  # cut off before it was put back
        ((paused(PauseReason.LOCK), paused(PauseReason.REBOOT), BY_PROCTOR), None),
        ((paused(PauseReason.BREAK), paused(PauseReason.SUSPEND)), PauseReason.PROCTOR),
    ],
)
def test_what_is_put_back_after_a_restart(events: tuple[Event, ...], stands: PauseReason | None) -> None:
    assert standing(records(*events)) is stands
