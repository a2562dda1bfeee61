"""Nothing in the window opens a window of its own: a pop-up takes the keyboard grab away, and a window manager gets the keys.

Every screen of the gallery is poked at with what opens menus elsewhere, while an event filter looks for windows that come up.
That is done in a process of its own: a hundred screens whose every widget was pressed leave timers and buttons behind that the
tests after them would meet.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDateTimeEdit,
    QDialog,
    QLabel,
    QMenu,
    QMenuBar,
    QToolButton,
    QWidget,
)

from tests.ui.window.driving import settle
from tests.ui.window.gallery import Gallery, Setting
from ui.window.app import ExamProgram
from ui.window.application import make_application
from ui.window.theme import Theme

ROOT = Path(__file__).parents[3]
OPENS_WINDOWS = (QComboBox, QDateTimeEdit, QDialog, QMenu, QMenuBar)
EXTRA = frozenset({Qt.WindowType.Popup, Qt.WindowType.ToolTip, Qt.WindowType.Dialog, Qt.WindowType.Tool})
PART_OF_A_WIDGET = frozenset({"qt_scrollarea_viewport"})


class WindowWatch(QObject):
    """Notes every widget that is shown as a window."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(type(watched).__name__)
        return False


@contextmanager
def watching(app: QApplication) -> Iterator[WindowWatch]:
    watch = WindowWatch()
    app.installEventFilter(watch)
    try:
        yield watch
    finally:
        app.removeEventFilter(watch)


def poke(app: QApplication, widget: QWidget) -> None:
    """What opens a menu, a tooltip or a list elsewhere."""
    middle = widget.rect().center()
    where = widget.mapToGlobal(middle)
    app.sendEvent(widget, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, middle, where))
    app.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, middle, where))
    QTest.mouseClick(widget, Qt.MouseButton.RightButton, pos=middle)
    if widget.focusPolicy() is not Qt.FocusPolicy.NoFocus:
        for key, modifier in (
            (Qt.Key.Key_Menu, Qt.KeyboardModifier.NoModifier),
            (Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier),
            (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier),
            (Qt.Key.Key_F4, Qt.KeyboardModifier.NoModifier),
        ):
            QTest.keyClick(widget, key, modifier)


def what_opens_windows(window: QWidget) -> list[str]:
    found = [type(each).__name__ for each in window.findChildren(QWidget) if isinstance(each, OPENS_WINDOWS)]
    found += [f"tooltip {each.toolTip()}" for each in window.findChildren(QWidget) if each.toolTip()]
    found += [f"menu of {each.text()}" for each in window.findChildren(QToolButton) if each.menu() is not None]
    return found + [type(each).__name__ for each in window.findChildren(QWidget) if each.windowType() in EXTRA]


class Poking(Gallery):
    """Walks as the gallery does, and pokes where that takes a picture."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        super().__init__(app, folder, Setting(size="small", look=Theme.LIGHT, percent=100))
        self.screens: list[str] = []
        self.found: dict[str, list[str]] = {}

    def take(self, program: ExamProgram, name: str) -> None:
        self.screens.append(name)
        settle(50)
        with watching(self._app) as watch:
            for each in program.window.findChildren(QWidget):
                if each.isVisible() and each.objectName() not in PART_OF_A_WIDGET:
                    poke(self._app, each)
            settle(1)
        found = watch.seen + what_opens_windows(program.window)
        if found or self._app.activePopupWidget() is not None:
            self.found[name] = found


@pytest.mark.parametrize("part", ["desk", "admin", "session", "rules"])
def test_no_screen_opens_a_window(part: str, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.ui.window.test_no_popups", part, str(tmp_path)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert len(said["screens"]) >= 3
    assert said["found"] == {}


def walk(part: str, folder: Path) -> None:
    """Walk through a part of the gallery, poking, and print what came of it."""
    poking = Poking(make_application(), folder)
    getattr(poking, part)()
    sys.stdout.write(json.dumps({"screens": poking.screens, "found": poking.found}) + "\n")


def test_what_opens_one_would_be_found(app: QApplication) -> None:
    window = QWidget()
    box = QComboBox(window)
    box.setToolTip("a hint")
    window.show()
    hint = QLabel("a hint")
    with watching(app) as watch:
        hint.show()
    assert watch.seen == ["QLabel"]
    assert {"QComboBox", "tooltip a hint"} <= set(what_opens_windows(window))
    for each in (hint, window):
        each.close()


if __name__ == "__main__":
    walk(sys.argv[1], Path(sys.argv[2]))
