"""The real window over the whole screen, at an essay, in a process of its own: ``python -m tests.ui.window.x11_window …``.

Each argument names a protection that this process does without; that is how a test finds out that it would see the leak. The
product has no such switches: they reach into it from here. A line on the input is answered by a line of JSON: how things are.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping

from PySide6.QtCore import QSocketNotifier, Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit

from exam_packages.qti.model import Exam
from kiosk.lockdown.incidents import Observation
from tests.ui.waiting import until
from tests.ui.window.driving import make_program, on, settle
from tests.ui.window.fake_day import FakeDay, FakeRunning, plan_of
from tests.ui.window.test_sitting import ESSAY
from ui.window import key_guard
from ui.window.app import ExamProgram
from ui.window.application import make_application
from ui.window.keyboard_grab import KeyboardGrab
from ui.window.navigation import Screen
from ui.window.own_place import OwnPlace
from ui.window.sent_events import SentEvents
from ui.window.widgets.private_editor import PrivateEditor


def _replace(kind: type, method: str, by: Callable[..., object]) -> None:
    assert hasattr(kind, method)
    setattr(kind, method, by)


def _without_grab() -> None:
    _replace(KeyboardGrab, "take", lambda _self: None)


def _without_place() -> None:
    _replace(OwnPlace, "look", lambda _self: None)


def _without_size() -> None:
    def come_up(self: OwnPlace) -> None:
        self._window.showFullScreen()

    _replace(OwnPlace, "_come_up", come_up)
    _without_place()


def _without_filter() -> None:
    _replace(key_guard.KeyGuard, "eventFilter", lambda _self, _watched, _event: False)


def _without_privacy() -> None:
    """The editor as Qt makes it, with a context menu and both clipboards."""
    _without_filter()
    _replace(key_guard.ClipboardGuard, "_empty", lambda _self, _mode: None)
    for name in [name for name in vars(PrivateEditor) if name.startswith(("create", "insertFrom", "canInsert"))]:
        delattr(PrivateEditor, name)
    for name in [name for name in vars(PrivateEditor) if name in {"keyPressEvent", "event", "contextMenuEvent"}]:
        delattr(PrivateEditor, name)


def _without_sent() -> None:
    _replace(SentEvents, "begin", lambda _self: None)


WITHOUT: Mapping[str, Callable[[], None]] = {
    "filter": _without_filter,
    "grab": _without_grab,
    "place": _without_place,
    "privacy": _without_privacy,
    "sent": _without_sent,
    "size": _without_size,
}


class Told:
    """What the window and the key guard have noticed."""

    def __init__(self, program: ExamProgram) -> None:
        self.observations: list[Observation] = []
        program.window.noticed.connect(self.observations.append)
        guard = next(each for each in program._guards if isinstance(each, key_guard.KeyGuard))
        guard.noticed.connect(self.observations.append)
        self.lines = guard._say_lines


def state(program: ExamProgram, told: Told) -> dict[str, object]:
    told.lines()
    window, clipboard = program.window, QGuiApplication.clipboard()
    place, editor = window.geometry(), _editor(program)
    middle = editor.mapToGlobal(editor.rect().center())
    return {
        "text": editor.toPlainText(),
        "editor": [middle.x(), middle.y()],
        "has_focus": editor.hasFocus(),
        "active": window.isActiveWindow(),
        "screen": window.screen_name.value if window.screen_name else "",
        "place": [place.x(), place.y(), place.width(), place.height()],
        "windows": len([each for each in QGuiApplication.topLevelWindows() if each.isVisible()]),
        "popup": any(each.type() is Qt.WindowType.Popup for each in QGuiApplication.topLevelWindows()),
        "clipboard": clipboard.text(QClipboard.Mode.Clipboard),
        "primary": clipboard.text(QClipboard.Mode.Selection),
        "noticed": [[each.kind.value, dict(each.evidence)] for each in told.observations],
        "id": int(window.winId()),
    }


def _editor(program: ExamProgram) -> QPlainTextEdit:
    return next(each for each in program.window.findChildren(QPlainTextEdit) if each.isVisible())


def main(*without: str) -> int:
    for name in without:
        WITHOUT[name]()
    app = make_application()
    day = FakeDay()
    exam: Exam = day.exam
    program = make_program(app, day)
    told = Told(program)
    program.start(windowed=False)
    on(program, Screen.IDLE)
    until(lambda: program._desk.proctors)
    running = FakeRunning(exam=exam, plan=plan_of(exam))
    for event in ESSAY:
        running.happen(event)
    program._desk._hand_over(running)
    on(program, Screen.ITEM)
    settle(300)

    def answer() -> None:
        line = sys.stdin.readline()
        if not line:
            app.exit(0)
            return
        sys.stdout.write(json.dumps(state(program, told)) + "\n")
        sys.stdout.flush()

    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(answer)
    sys.stdout.write("up\n")
    sys.stdout.flush()
    code = app.exec()
    notifier.setEnabled(False)
    program.close()
    return code


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)  # no test looks at how an interpreter with Qt in it ends
