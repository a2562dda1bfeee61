from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QClipboard, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.judging import OFTEN
from tests.ui.waiting import until
from tests.ui.window.conftest import Sat
from tests.ui.window.driving import button, focused, hit, on, press, settle, type_keys
from tests.ui.window.test_sitting import ESSAY
from ui.window.key_guard import KeyGuard, is_blocked
from ui.window.navigation import Screen

Sit = Callable[..., Sat]
NONE, ALT, CONTROL, META, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.MetaModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        (Qt.Key.Key_Tab, ALT),
        (Qt.Key.Key_F4, ALT),
        (Qt.Key.Key_F4, NONE),
        (Qt.Key.Key_F1, NONE),
        (Qt.Key.Key_F24, SHIFT),
        (Qt.Key.Key_D, META),
        (Qt.Key.Key_Super_L, NONE),
        (Qt.Key.Key_Print, NONE),
        (Qt.Key.Key_Menu, NONE),
        (Qt.Key.Key_P, CONTROL),
        (Qt.Key.Key_W, CONTROL),
        (Qt.Key.Key_Q, CONTROL),
        (Qt.Key.Key_Tab, CONTROL),
        (Qt.Key.Key_T, CONTROL | ALT),
        (Qt.Key.Key_Delete, CONTROL | ALT),
    ],
)
def test_blocked(key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    assert is_blocked(key, modifiers)


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        (Qt.Key.Key_A, NONE),
        (Qt.Key.Key_A, SHIFT),
        (Qt.Key.Key_At, Qt.KeyboardModifier.GroupSwitchModifier),
        (Qt.Key.Key_Tab, NONE),
        (Qt.Key.Key_Backtab, SHIFT),
        (Qt.Key.Key_Return, NONE),
        (Qt.Key.Key_Escape, NONE),
        (Qt.Key.Key_Z, CONTROL),
        (Qt.Key.Key_C, CONTROL),
        (Qt.Key.Key_Left, CONTROL | SHIFT),
        (Qt.Key.Key_Delete, NONE),
    ],
)
def test_not_blocked(key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    assert not is_blocked(key, modifiers)


def editor_of(sit: Sit, app: QApplication) -> tuple[Sat, QPlainTextEdit]:
    sat = sit(*ESSAY)
    on(sat.program, Screen.ITEM)
    type_keys(app, "mine")
    return sat, next(each for each in sat.window.findChildren(QPlainTextEdit) if each.isVisible())


def test_alt_tab_types_no_tab_and_moves_no_focus(sit: Sit, app: QApplication) -> None:
    _sat, editor = editor_of(sit, app)
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_F4, Qt.Key.Key_D):
        hit(app, key, ALT)
    hit(app, Qt.Key.Key_D, META)
    assert editor.toPlainText() == "mine"
    assert focused(app) is editor


def test_nothing_gets_in_from_the_clipboards(sit: Sit, app: QApplication) -> None:
    _sat, editor = editor_of(sit, app)
    clipboard = QGuiApplication.clipboard()
    for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
        clipboard.setText("smuggled", mode)
    hit(app, Qt.Key.Key_V, CONTROL)
    hit(app, Qt.Key.Key_Insert, SHIFT)
    QTest.mouseClick(editor.viewport(), Qt.MouseButton.MiddleButton)
    settle()
    assert editor.toPlainText() == "mine"
    assert clipboard.text() == ""


def test_nothing_gets_out_to_the_clipboards(sit: Sit, app: QApplication) -> None:
    sat, editor = editor_of(sit, app)
    hit(app, Qt.Key.Key_A, CONTROL)
    hit(app, Qt.Key.Key_C, CONTROL)
    hit(app, Qt.Key.Key_X, CONTROL)
    clipboard = QGuiApplication.clipboard()
    for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
        assert clipboard.text(mode) == ""
    hit(app, Qt.Key.Key_V, CONTROL)
    assert editor.toPlainText() == "mine", "copying within the essay works"
    press(sat.window, "Proctor")
    on(sat.program, Screen.PAUSE)


def test_whatever_lands_on_a_clipboard_is_taken_away(sit: Sit, app: QApplication) -> None:
    editor_of(sit, app)
    data = QMimeData()
    data.setText("question 4")
    QGuiApplication.clipboard().setMimeData(data)
    until(lambda: not QGuiApplication.clipboard().text())


def test_the_right_button_opens_nothing_and_presses_nothing(sit: Sit, app: QApplication) -> None:
    sat, editor = editor_of(sit, app)
    middle = editor.viewport().rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, middle, editor.viewport().mapToGlobal(middle))
    app.sendEvent(editor.viewport(), event)
    assert app.activePopupWidget() is None
    before = len(sat.running.events)
    QTest.mouseClick(button(sat.window, "Review"), Qt.MouseButton.RightButton)
    settle()
    assert sat.window.screen_name is Screen.ITEM
    assert len(sat.running.events) <= before + 1  # the text that was typed, at most


def test_what_is_kept_away_is_said_in_lines(sit: Sit, app: QApplication) -> None:
    sat, editor = editor_of(sit, app)
    guard = next(each for each in sat.program._guards if isinstance(each, KeyGuard))
    said: list[Observation] = []
    guard.noticed.connect(said.append)
    hit(app, Qt.Key.Key_Alt, ALT)
    for _ in range(2):
        hit(app, Qt.Key.Key_Tab, ALT)
    QTest.mouseClick(editor.viewport(), Qt.MouseButton.RightButton)
    assert said == []
    guard._say_lines()
    assert [(each.kind, dict(each.evidence)) for each in said] == [
        (IncidentKind.KEYS_BLOCKED, {"combination": "Alt+Tab", "count": "2"}),
        (IncidentKind.POINTER_BLOCKED, {"button": "right", "count": "1"}),
    ]


def test_many_are_only_counted_here_and_judged_by_the_supervisor(sit: Sit, app: QApplication) -> None:
    sat, _editor = editor_of(sit, app)
    guard = next(each for each in sat.program._guards if isinstance(each, KeyGuard))
    said: list[Observation] = []
    guard.noticed.connect(said.append)
    for _ in range(OFTEN - 1):
        hit(app, Qt.Key.Key_F4, ALT)
    assert said == []
    guard._say_lines()
    (line,) = said
    assert (line.kind, line.evidence["count"]) == (IncidentKind.KEYS_BLOCKED, str(OFTEN - 1))
