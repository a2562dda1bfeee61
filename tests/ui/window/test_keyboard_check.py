"""The keyboard on the page where candidates say who they are: tried, changed, written down, and never in the way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QRadioButton

from exam_packages.session_events import Adjusted, IdentityConfirmed
from tests.kiosk.lockdown.x11.displays_for_tests import environment, needs, x_server
from tests.ui.accessibility import tree
from tests.ui.waiting import until
from tests.ui.window.conftest import Sat
from tests.ui.window.driving import hit, on, press, says
from tests.ui.window.fake_day import FakeDay
from tests.ui.window.fake_layouts import AMERICAN, GERMAN, HEBREW, FakeLayouts
from tests.ui.window.small_exam import small_exam
from ui.window.keyboard_try import SAMPLES
from ui.window.navigation import Screen
from ui.window.screens.keyboard_check import LAYOUT, TRIED, KeyboardCheck

Sit = Callable[..., Sat]
LINE = SAMPLES["en"]


def check_of(sat: Sat) -> KeyboardCheck:
    on(sat.program, Screen.IDENTITY)
    found = sat.window.findChild(KeyboardCheck)
    assert isinstance(found, KeyboardCheck)
    return found


def segments(sat: Sat) -> dict[str, QRadioButton]:
    return {each.text(): each for each in check_of(sat).findChildren(QRadioButton)}


def test_the_layout_and_a_line_are_shown_and_what_was_tried_is_written_down(sit: Sit) -> None:
    sat = sit(layouts=FakeLayouts(AMERICAN))
    check = check_of(sat)
    assert "English (US)" in says(sat.window)
    assert LINE in says(sat.window)
    QTest.keyClicks(check.field, LINE)
    until(lambda: "types what is shown" in says(sat.window))
    press(sat.window, "Yes, this is me")
    on(sat.program, Screen.AGREEMENT)
    assert sat.running.events == [
        Adjusted(setting=LAYOUT, value="us"),
        Adjusted(setting=TRIED, value="as-shown"),
        IdentityConfirmed(),
    ]


def test_nothing_has_to_be_typed(sit: Sit, app: QApplication) -> None:
    sat = sit(layouts=FakeLayouts(AMERICAN))
    check_of(sat)
    hit(app, Qt.Key.Key_Return)
    on(sat.program, Screen.AGREEMENT)
    assert sat.running.events == [Adjusted(setting=LAYOUT, value="us"), IdentityConfirmed()]


def test_other_letters_are_told_and_keep_nobody(sit: Sit) -> None:
    sat = sit()
    QTest.keyClicks(check_of(sat).field, "Layz")
    until(lambda: "Tell the proctor" in says(sat.window))
    press(sat.window, "Yes, this is me")
    on(sat.program, Screen.AGREEMENT)
    assert sat.running.events == [Adjusted(setting=TRIED, value="otherwise"), IdentityConfirmed()]


def test_another_layout_is_chosen_by_keyboard_alone(sit: Sit, app: QApplication) -> None:
    layouts = FakeLayouts(AMERICAN, GERMAN, HEBREW)
    sat = sit(layouts=layouts)
    check = check_of(sat)
    QTest.keyClicks(check.field, "Layz")
    until(lambda: "Choose another layout" in says(sat.window))
    assert segments(sat)["English (US)"].isChecked()
    segments(sat)["English (US)"].setFocus(Qt.FocusReason.TabFocusReason)
    hit(app, Qt.Key.Key_Right)
    assert layouts.current() == GERMAN
    assert check.field.text() == "", "what the other layout typed says nothing"
    hit(app, Qt.Key.Key_Tab)
    until(check.field.hasFocus)
    press(sat.window, "Yes, this is me")
    on(sat.program, Screen.AGREEMENT)
    assert sat.running.events == [Adjusted(setting=LAYOUT, value="de"), IdentityConfirmed()]


def test_a_layout_that_a_key_changed_is_shown(sit: Sit) -> None:
    layouts = FakeLayouts(AMERICAN, GERMAN)
    sat = sit(layouts=layouts)
    check_of(sat)
    layouts.use(GERMAN)
    until(segments(sat)["German"].isChecked)
    assert "Layout: \u2068German\u2069" in says(sat.window)


def test_enter_at_the_end_of_the_line_does_not_say_who_somebody_is(sit: Sit, app: QApplication) -> None:
    sat = sit()
    check = check_of(sat)
    check.field.setFocus()
    until(check.field.hasFocus)
    hit(app, Qt.Key.Key_Return)
    assert not check.field.hasFocus()
    assert sat.running.events == []
    assert sat.program.window.screen_name is Screen.IDENTITY


@pytest.mark.parametrize("language", ["de-DE", "ar", "ja"])
def test_the_line_is_in_the_exams_language(sit: Sit, language: str) -> None:
    exam = small_exam()
    exam = replace(exam, test=replace(exam.test, language=language))
    sat = sit(day=FakeDay(exam=exam))
    check_of(sat)
    assert SAMPLES[language.partition("-")[0]] in says(sat.window)


def test_readers_hear_the_line_with_the_field(sit: Sit) -> None:
    sat = sit(layouts=FakeLayouts(AMERICAN, GERMAN))
    check = check_of(sat)
    assert LINE in check.field.accessibleDescription()
    fields = [each.name for each in tree(sat.window) if each.role is QAccessible.Role.EditableText]
    assert fields == ["Try your keyboard"]


LAYOUTS = """
from PySide6.QtGui import QGuiApplication
from ui.window.app import _layouts_here
from ui.window.application import make_application
app = make_application()
layouts = _layouts_here()
print(QGuiApplication.platformName(), [each.name for each in layouts.installed()] if layouts else None)
"""


@pytest.mark.x11
def test_on_a_real_server_they_are_its_own_and_elsewhere_nobody_tells() -> None:
    needs("setxkbmap")
    with x_server() as display:
        given = environment(DISPLAY=display)
        subprocess.run(["setxkbmap", "-layout", "us,il"], env=given, check=True)
        for platform, said in (("xcb", "xcb ['English (US)', 'Hebrew']"), ("offscreen", "offscreen None")):
            command = [sys.executable, "-c", LAYOUTS]
            done = subprocess.run(
                command,
                env=given | {"QT_QPA_PLATFORM": platform},
                capture_output=True,
                text=True,
                timeout=60,
                check=True,
            )
            assert done.stdout.strip() == said
