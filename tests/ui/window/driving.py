"""How tests act on the window: they find a control by what it is called, press real keys and buttons, and let Qt deliver."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QListWidget, QWidget

from kiosk.lockdown.operations import Operation
from tests.ui.waiting import let_pass, until
from ui.window.app import ExamProgram, ticks_us
from ui.window.navigation import Screen
from ui.window.ports import Day
from ui.window.screens.keyboard_check import Layouts
from ui.window.statistics import NoStatistics, Statistics
from ui.window.supervisor_line import SupervisorLine
from ui.window.theme import Theme


def make_program(
    app: QApplication,
    day: Day,
    *,
    look: Theme = Theme.LIGHT,
    text_percent: int = 100,
    stick: Path | None = None,
    statistics: Statistics | None = None,
    line: SupervisorLine | None = None,
    layouts: Layouts | None = None,
    capture_guard: Operation | None = None,
) -> ExamProgram:
    return ExamProgram(
        app,
        day,
        look=look,
        text_percent=text_percent,
        stick=stick,
        statistics=statistics or NoStatistics(),
        began_us=ticks_us(),
        line=line,
        layouts=layouts,
        capture_guard=capture_guard,
    )


def settle(milliseconds: int = 30) -> None:
    """Let Qt deliver what is queued."""
    let_pass(milliseconds)


def name_of(button: QAbstractButton) -> str:
    return button.accessibleName() or button.text().replace("&&", "&")


def buttons(window: QWidget) -> dict[str, QAbstractButton]:
    found = [each for each in window.findChildren(QAbstractButton) if each.isVisible()]
    return {name_of(each): each for each in found}


def button(window: QWidget, name: str) -> QAbstractButton:
    found = buttons(window)
    assert name in found, f"no button {name!r} among {sorted(found)}"
    return found[name]


def press(window: QWidget, name: str) -> None:
    """Click a button with the mouse, as soon as it can be clicked."""
    until(lambda: button(window, name).isEnabled(), why=f"{name!r} is not enabled")
    target = button(window, name)
    QTest.mouseClick(target, Qt.MouseButton.LeftButton)


def focused(app: QApplication) -> QWidget:
    widget = app.focusWidget()
    assert widget is not None, "nothing has the focus"
    return widget


def type_keys(app: QApplication, text: str) -> None:
    QTest.keyClicks(focused(app), text)


def hit(app: QApplication, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(focused(app), key, modifiers)


def says(window: QWidget) -> str:
    """Everything that labels say."""
    return "\n".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def list_rows(window: QWidget) -> list[str]:
    rows = next(each for each in window.findChildren(QListWidget) if each.isVisible())
    return [rows.item(place).text() for place in range(rows.count())]


def choose_row(window: QWidget, text: str) -> None:
    """Click a row of the list that is shown."""
    rows = next(each for each in window.findChildren(QListWidget) if each.isVisible())
    place = list_rows(window).index(text)
    centre = rows.visualItemRect(rows.item(place)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)


def on(program: ExamProgram, screen: Screen) -> None:
    until(lambda: program.window.screen_name is screen, why=f"{screen}, but on {program.window.screen_name}")
    settle()


def enter_pin(program: ExamProgram, pin: str = "4711", *, name: str = "Paula Proctor") -> None:
    choose_row(program.window, name)
    for digit in pin:
        press(program.window, digit)
    press(program.window, "Enter PIN")


@contextmanager
def collections() -> Iterator[list[tuple[bool, int]]]:
    """Which collections there are: whether on this thread, and of which generation."""
    seen: list[tuple[bool, int]] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            seen.append((threading.current_thread() is here, info["generation"]))

    here = threading.current_thread()
    gc.callbacks.append(note)
    try:
        yield seen
    finally:
        gc.callbacks.remove(note)
