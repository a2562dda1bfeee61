"""Every screen at the largest text on the smallest screen: nothing is pushed out at the side."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel

from exam_packages.qti.model import TimeLimits, Tool
from exam_packages.session_events import (
    AgreementAccepted,
    Event,
    IdentityConfirmed,
    ReviewOpened,
    SectionEntered,
)
from tests.ui.window.conftest import Sat, StartProgram
from tests.ui.window.driving import on, press, settle
from tests.ui.window.fake_day import FakeDay, cut_off_session, plan_of
from tests.ui.window.rules_exam import SECTION, inner, reference, rubric, rules_exam
from tests.ui.window.small_exam import small_exam
from ui.window.navigation import Screen
from ui.window.theme import Theme
from ui.window.widgets.clock import Clock
from ui.window.window import ExamWindow

LARGE = {"text_percent": 400, "look": Theme.HIGH_CONTRAST}


def _in_a_section() -> tuple[Event, ...]:
    section = plan_of(small_exam()).sections[0].identifier
    return (IdentityConfirmed(), AgreementAccepted(), SectionEntered(section=section))


def assert_nothing_is_cut(window: ExamWindow) -> None:
    window.resize(1024, 768)
    settle(120)
    assert (window.width(), window.height()) == (1024, 768)
    page = window.page
    assert page is not None
    if page.area is not None:
        inside = page.area.widget()
        assert inside is not None
        assert inside.width() <= page.area.viewport().width()
    for each in window.findChildren(QAbstractButton):
        if each.isVisible():
            left, right = each.mapTo(window, each.rect().topLeft()).x(), each.mapTo(window, each.rect().topRight()).x()
            assert 0 <= left <= right < 1024, each.accessibleName() or each.text()
    below = page.bar.mapTo(window, page.bar.rect().bottomLeft()).y()
    assert below < 768
    room = page.bar.mapTo(window, page.bar.rect().topLeft()).y() - page.mapTo(window, page.rect().topLeft()).y()
    assert room >= 200, "no room for a few lines of the page"


@pytest.mark.parametrize(
    "events",
    [(), (IdentityConfirmed(),), _in_a_section(), (*_in_a_section(), ReviewOpened())],
    ids=["identity", "agreement", "item", "review"],
)
def test_screens_of_a_session(sit: Callable[..., Sat], events: tuple[Event, ...]) -> None:
    sat = sit(*events[:3], **LARGE)
    if len(events) > 3:
        press(sat.window, "Next")
        settle()
    assert_nothing_is_cut(sat.window)
    press(sat.window, "Tools")
    settle()
    for each in sat.window.findChildren(QAbstractButton):
        if each.isVisible():
            assert each.mapTo(sat.window, each.rect().bottomRight()).x() < 1024


def test_the_time_of_a_question_is_never_cut_off(sit: Callable[..., Sat]) -> None:
    limited = reference(1, time_limits=TimeLimits(max_s=5400))
    directions = (rubric("These questions are about noon."),)
    exam = rules_exam(inner(limited, rubrics=directions), individual=True, tools=frozenset(Tool))
    sat = sit(IdentityConfirmed(), SectionEntered(section=SECTION), day=FakeDay(exam=exam), **LARGE)
    on(sat.program, Screen.ITEM)
    assert_nothing_is_cut(sat.window)
    clock = sat.window.findChild(Clock)
    assert isinstance(clock, Clock)
    assert clock.words() == "This question: 1:30:00"
    figures = next(each for each in clock.findChildren(QLabel) if each.text() == clock.words())
    assert figures.width() >= figures.sizeHint().width()


@pytest.mark.parametrize("cut_off", [False, True])
def test_screens_of_a_free_seat(start: StartProgram, cut_off: bool) -> None:  # noqa: FBT001  # a parameter of pytest
    day = FakeDay(cut_off=cut_off_session(same_boot=False)) if cut_off else FakeDay()
    program = start(day, **LARGE)
    on(program, Screen.IDLE)
    assert_nothing_is_cut(program.window)
    press(program.window, "Seat administration")
    on(program, Screen.UNLOCK)
    assert_nothing_is_cut(program.window)
