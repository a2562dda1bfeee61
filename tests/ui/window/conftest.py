"""The window on a day in memory, off screen; an error in a slot fails the test that caused it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType

import pytest
from PySide6.QtWidgets import QApplication

from exam_packages.accommodations import Accommodations
from exam_packages.session_events import Event
from tests.ui.waiting import until
from tests.ui.window.driving import make_program, on, settle
from tests.ui.window.fake_day import FakeDay, FakeRunning, plan_of
from tests.ui.window.letting_go import work_knows_no_window
from ui.window.app import ExamProgram
from ui.window.navigation import Screen
from ui.window.window import ExamWindow

StartProgram = Callable[..., ExamProgram]


@pytest.fixture
def app(qapp: QApplication) -> QApplication:
    qapp.setQuitOnLastWindowClosed(False)
    return qapp


@pytest.fixture(autouse=True)
def no_error_in_a_slot() -> Iterator[None]:
    raised: list[BaseException] = []

    def keep(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        raised.append(error)

    before = sys.excepthook
    sys.excepthook = keep
    yield
    sys.excepthook = before
    if raised:
        raise raised[0]


@pytest.fixture(autouse=True)
def no_widget_in_other_hands(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with work_knows_no_window(monkeypatch):
        yield


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


@dataclass(frozen=True)
class Sat:
    """A window with a session on it."""

    program: ExamProgram
    running: FakeRunning
    day: FakeDay

    @property
    def window(self) -> ExamWindow:
        return self.program.window


@pytest.fixture
def sit(start: StartProgram) -> Callable[..., Sat]:
    """Start the window with a session to which some things have already happened."""

    def run(*events: Event, day: FakeDay | None = None, needs: Accommodations | None = None, **options: object) -> Sat:
        day = day or FakeDay()
        running = FakeRunning(exam=day.exam, plan=plan_of(day.exam, needs=needs))
        for event in events:
            running.happen(event)
        program = start(day, **options)
        on(program, Screen.IDLE)
        until(lambda: program._desk.proctors)
        program._desk._hand_over(running)
        settle()
        return Sat(program=program, running=running, day=day)

    return run
