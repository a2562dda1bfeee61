"""One Qt application a test process, off screen; a Qt warning or an error in a slot fails the test that caused it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from types import TracebackType

import pytest
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from tests.ui.window.driving import make_program, settle
from tests.ui.window.fake_day import FakeDay
from ui.window.app import ExamProgram, make_application

StartProgram = Callable[..., ExamProgram]


@pytest.fixture(scope="session")
def app() -> QApplication:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return make_application()


@pytest.fixture(autouse=True)
def nothing_goes_wrong_quietly(app: QApplication) -> Iterator[None]:
    said: list[str] = []
    raised: list[BaseException] = []

    def take(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg):
            said.append(message)

    def keep(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        raised.append(error)

    before, hook = qInstallMessageHandler(take), sys.excepthook
    sys.excepthook = keep
    yield
    sys.excepthook = hook
    qInstallMessageHandler(before)
    assert said == []
    assert raised == []


@pytest.fixture
def start(app: QApplication) -> Iterator[StartProgram]:
    """Start the window for a day in memory."""
    programs: list[ExamProgram] = []

    def run(day: FakeDay, **options: object) -> ExamProgram:
        program = make_program(app, day, **options)  # type: ignore[arg-type]  # the caller's options, by name
        program.start(windowed=True)
        program.window.activateWindow()
        programs.append(program)
        return program

    yield run
    for program in programs:
        program.close()
    settle(1)
