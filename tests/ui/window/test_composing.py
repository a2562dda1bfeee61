"""What Qt leaves open about input methods: that one comes later than the window, and that pages move under the words."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.linux.environment import Screen, ScreenSystem, window_environment
from tests.ui.waiting import until
from tests.ui.window.driving import make_program
from tests.ui.window.fake_day import FakeDay
from tests.ui.window.fake_supervisor import FakeSupervisor
from ui.lockdown.input_method import NAME
from ui.window.composing import ADDRESS_VARIABLE, Candidates, compose_on, lacks_input_method, wait_for_input_method
from ui.window.theme import Theme, apply

LINE_PX = 40
ROUNDING_PX = 2
"""Qt says fractions; what is drawn is on whole ones."""


class Page:
    """A field in a page that scrolls, below a line that is not there yet; as questions are."""

    def __init__(self) -> None:
        self.window = QWidget()
        self.line = QLabel("A line above the page")
        self.line.setFixedHeight(LINE_PX)
        self.line.hide()
        self.area = QScrollArea(widgetResizable=True)
        content = QWidget()
        content.setMinimumHeight(2_000)
        inside = QVBoxLayout(content)
        inside.addWidget(QLabel("Question"))
        self.field = QPlainTextEdit()
        inside.addWidget(self.field)
        self.area.setWidget(content)
        column = QVBoxLayout(self.window)
        column.addWidget(self.line)
        column.addWidget(self.area)
        self.window.resize(600, 500)
        self.window.show()
        self.window.activateWindow()
        self.field.setFocus()
        until(self.field.hasFocus)

    def is_said_right(self) -> bool:
        """Whether the place that Qt says of the cursor is where it is."""
        real = self.field.viewport().mapTo(self.window, self.field.cursorRect().topLeft())
        said = QGuiApplication.inputMethod().cursorRectangle().topLeft()
        return (said - QPointF(real)).manhattanLength() <= ROUNDING_PX


@pytest.fixture(params=[100, 400])
def page(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[Page]:
    apply(qapp, Theme.LIGHT, request.param)
    made = Page()
    yield made
    made.window.close()
    made.window.deleteLater()
    apply(qapp, Theme.LIGHT, 100)


def test_qt_alone_does_not_look_again(page: Page) -> None:
    """When this fails, Qt does it by itself, and ``Candidates`` may go."""
    page.line.show()
    until(lambda: page.area.mapTo(page.window, QPoint(0, 0)).y() > LINE_PX)
    page.field.insertPlainText("w")
    assert not page.is_said_right()


def test_a_line_that_comes_above_and_a_page_that_scrolls_move_the_candidates(page: Page, qapp: QApplication) -> None:
    candidates = Candidates(qapp)
    page.line.show()
    until(lambda: page.area.mapTo(page.window, QPoint(0, 0)).y() > LINE_PX)
    page.field.insertPlainText("w")
    assert page.is_said_right()
    page.area.verticalScrollBar().setValue(30)
    page.field.insertPlainText("o")
    assert page.is_said_right()
    candidates.deleteLater()


def test_without_a_field_nothing_is_said(qapp: QApplication) -> None:
    candidates = Candidates(qapp)
    focused = QApplication.focusWidget()
    if focused is not None:
        focused.clearFocus()
    before = QGuiApplication.inputMethod().inputItemTransform()
    candidates.place()
    assert QGuiApplication.inputMethod().inputItemTransform() == before
    candidates.deleteLater()


def test_where_none_is_wanted_nobody_waits(tmp_path: Path) -> None:
    assert wait_for_input_method({}, turns=0)
    assert not wait_for_input_method({ADDRESS_VARIABLE: str(tmp_path / "address")}, turns=0)


def test_one_that_comes_later_is_waited_for(tmp_path: Path) -> None:
    address = tmp_path / "address"
    address.touch()
    coming = threading.Timer(0.2, lambda: address.write_text("IBUS_ADDRESS=unix:path=/x\n"))
    coming.start()
    assert wait_for_input_method({ADDRESS_VARIABLE: str(address)})
    coming.join()
    assert address.read_text()


def test_one_that_never_comes_is_not_waited_for_for_ever_and_kept_in_mind(tmp_path: Path, qapp: QApplication) -> None:
    found = wait_for_input_method({ADDRESS_VARIABLE: str(tmp_path / "address")}, turns=2)
    assert not found
    compose_on(qapp, with_all=found)
    assert lacks_input_method(qapp)
    compose_on(qapp, with_all=True)
    assert not lacks_input_method(qapp)
    for each in qapp.findChildren(Candidates):
        shiboken6.delete(each)


def test_a_window_that_came_up_without_says_so(app: QApplication) -> None:
    supervisor = FakeSupervisor()
    compose_on(app, with_all=False)
    program = make_program(app, FakeDay(), line=supervisor.line)
    program.start(windowed=True)
    try:
        until(supervisor.observed)
        (said,) = supervisor.observed()
        assert said.kind is IncidentKind.OPERATION_FAILED
        assert said.evidence["operation"] == NAME
    finally:
        program.close()
        supervisor.die()
        compose_on(app, with_all=True)
        for each in app.findChildren(Candidates):
            shiboken6.delete(each)


def test_the_variable_is_what_a_window_is_told_it_by() -> None:
    screen = Screen(system=ScreenSystem.X11, name=":7", socket="/tmp/.X11-unix/X7")
    given = window_environment({}, screen, supervisor=None, input_method="/x/address")
    assert given[ADDRESS_VARIABLE] == "/x/address"
