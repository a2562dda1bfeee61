"""The guard against pictures is kept on for every window of ours, and what it cannot do is said once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.windows.api import WindowHandle
from kiosk.lockdown.windows.operations import CaptureGuard
from kiosk.lockdown.windows.structs import WDA_EXCLUDEFROMCAPTURE
from tests.kiosk.lockdown.windows.fake_win32 import FakeScreen
from tests.ui.waiting import until
from tests.ui.window.driving import make_program
from tests.ui.window.fake_day import FakeDay
from tests.ui.window.fake_supervisor import FakeSupervisor
from ui.window.capture_guarding import CaptureGuarding, guard_here, own_windows
from ui.window.window import ExamWindow


@pytest.fixture
def page(app: QApplication) -> Iterator[QWidget]:
    del app
    page = QWidget()
    page.show()
    yield page
    page.close()


def guarding(screen: FakeScreen) -> tuple[CaptureGuarding, list[Observation]]:
    made = CaptureGuarding(CaptureGuard(screen, own_windows))
    noticed: list[Observation] = []
    made.noticed.connect(noticed.append)
    return made, noticed


def handle(widget: QWidget) -> WindowHandle:
    return WindowHandle(int(widget.winId()))


def test_what_shows_later_is_kept_out_too(page: QWidget) -> None:
    screen = FakeScreen()
    guard, noticed = guarding(screen)
    guard.start()
    assert screen.affinities[handle(page)] == WDA_EXCLUDEFROMCAPTURE
    cover = QWidget()
    cover.show()
    until(lambda: screen.affinities.get(handle(cover)) == WDA_EXCLUDEFROMCAPTURE)
    screen.affinities[handle(page)] = 0  # made anew
    until(lambda: screen.affinities[handle(page)] == WDA_EXCLUDEFROMCAPTURE)
    guard.stop()
    cover.close()
    assert not noticed


def test_what_cannot_be_kept_out_is_said_once_and_again_after_it_could(page: QWidget) -> None:
    screen = FakeScreen(highest_affinity=0)
    guard, noticed = guarding(screen)
    guard.look()
    guard.look()
    assert [each.kind for each in noticed] == [IncidentKind.CAPTURE_GUARD_FAILED]
    assert "SetWindowDisplayAffinity" in noticed[0].evidence["reason"]
    screen.highest_affinity = WDA_EXCLUDEFROMCAPTURE
    guard.look()
    screen.affinities[handle(page)], screen.lies = 0, True
    guard.look()
    assert noticed[1].evidence == {"reason": "A window of the exam can be captured."}


def test_the_exam_window_tells_its_supervisor_that_it_can_be_captured(
    app: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Off screen nothing can be raised above other windows, as a window over the whole screen is.
    monkeypatch.setattr(ExamWindow, "open", lambda window, **_: (window.resize(1024, 768), window.show()))
    supervisor = FakeSupervisor()
    guard = CaptureGuard(FakeScreen(highest_affinity=0), own_windows)
    program = make_program(app, FakeDay(), line=supervisor.line, capture_guard=guard)
    program.start(windowed=False)

    try:
        until(lambda: IncidentKind.CAPTURE_GUARD_FAILED in {each.kind for each in supervisor.observed()})
    finally:
        program.close()
        supervisor.die()


def test_an_ordinary_window_of_development_can_be_captured(app: QApplication) -> None:
    screen = FakeScreen()
    program = make_program(app, FakeDay(), capture_guard=CaptureGuard(screen, own_windows))
    program.start(windowed=True)
    program.close()
    assert not screen.affinities


def test_only_windows_has_such_a_guard(app: QApplication) -> None:
    assert app.platformName() != "windows"
    assert guard_here() is None
