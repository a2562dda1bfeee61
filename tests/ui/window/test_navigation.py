from dataclasses import replace

import pytest

from exam_packages.ids import ItemId
from exam_packages.session_events import PauseReason
from kiosk.session import Phase, Session
from tests.ui.window.fake_day import FakeRunning, plan_of
from tests.ui.window.small_exam import small_exam
from ui.window.navigation import Place, Screen, Situation, screen_of


def a_session(phase: Phase, *, item: str = "", in_review: bool = False, pause: PauseReason | None = None) -> Session:
    exam = small_exam()
    session = FakeRunning(exam=exam, plan=plan_of(exam)).session
    return replace(session, phase=phase, item=ItemId(item) if item else None, in_review=in_review, pause=pause)


@pytest.mark.parametrize(
    ("place", "screen"),
    [
        (Place.IDLE, Screen.IDLE),
        (Place.UNLOCK_TO_CHECK_IN, Screen.UNLOCK),
        (Place.UNLOCK_TO_RESUME, Screen.UNLOCK),
        (Place.UNLOCK_TO_HAND_IN, Screen.UNLOCK),
        (Place.UNLOCK_TO_ADMIN, Screen.UNLOCK),
        (Place.CHECK_IN, Screen.CHECK_IN),
        (Place.COPIES, Screen.COPIES),
        (Place.UNLOCK_TO_TAKE_OVER, Screen.UNLOCK),
        (Place.TAKE_OVER, Screen.TAKE_OVER),
        (Place.ADMIN, Screen.ADMIN),
        (Place.WORKING, Screen.BUSY),
    ],
)
def test_outside_a_session_the_place_decides(place: Place, screen: Screen) -> None:
    assert screen_of(Situation(place=place)) is screen


@pytest.mark.parametrize(
    ("phase", "screen"),
    [
        (Phase.IDENTITY, Screen.IDENTITY),
        (Phase.AGREEMENT, Screen.AGREEMENT),
        (Phase.BETWEEN, Screen.SECTION_INTRO),
        (Phase.SECTION, Screen.ITEM),
        (Phase.BREAK, Screen.BREAK),
        (Phase.SUBMIT, Screen.SUBMIT),
        (Phase.COMPLETE, Screen.DONE),
        (Phase.FINISHED, Screen.DONE),
        (Phase.DECLINED, Screen.DONE),
        (Phase.CLOSED, Screen.DONE),
    ],
)
def test_in_a_session_its_phase_decides_wherever_the_desk_was(phase: Phase, screen: Screen) -> None:
    for place in Place:
        assert screen_of(Situation(place=place, session=a_session(phase))) is screen


def test_the_review_lies_over_the_section() -> None:
    assert screen_of(Situation(session=a_session(Phase.SECTION, item="a-1", in_review=True))) is Screen.REVIEW


@pytest.mark.parametrize("phase", [Phase.IDENTITY, Phase.BETWEEN, Phase.SECTION, Phase.BREAK, Phase.SUBMIT])
@pytest.mark.parametrize("reason", [PauseReason.PROCTOR, PauseReason.RESTART, PauseReason.REBOOT])
def test_a_pause_covers_every_phase_and_opens_to_a_proctor(phase: Phase, reason: PauseReason) -> None:
    session = a_session(phase, pause=reason)
    assert screen_of(Situation(session=session)) is Screen.PAUSE
    assert screen_of(Situation(session=session, proctor_unlocked=True)) is Screen.PROCTOR


def test_a_proctor_who_is_signed_in_sees_no_panel_while_the_exam_runs() -> None:
    assert screen_of(Situation(session=a_session(Phase.SECTION), proctor_unlocked=True)) is Screen.ITEM


def test_a_fault_comes_before_everything() -> None:
    assert screen_of(Situation(faulty=True)) is Screen.FAULT
    assert screen_of(Situation(session=a_session(Phase.SECTION), faulty=True)) is Screen.FAULT
    paused = a_session(Phase.SECTION, pause=PauseReason.STORAGE)
    assert screen_of(Situation(session=paused, proctor_unlocked=True)) is Screen.FAULT
