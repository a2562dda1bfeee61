"""What stands while the program is loaded: it is painted at once and goes away by itself."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.waiting import let_pass, until
from tests.ui.window.driving import says
from ui.window.curtain import Curtain, raise_curtain
from ui.window.theme import Theme


@pytest.fixture(params=list(Theme))
def curtain(app: QApplication, request: pytest.FixtureRequest) -> Curtain:
    return raise_curtain(app, theme=request.param, text_percent=100, windowed=True)


def test_it_is_painted_when_it_stands(curtain: Curtain) -> None:
    assert curtain.isVisible()
    assert curtain.windowTitle() == "One moment"
    assert says(curtain).splitlines() == ["One moment", "The program starts."]
    shown = curtain.grab().toImage()
    assert len({shown.pixel(x, y) for x in range(0, shown.width(), 3) for y in range(0, shown.height(), 3)}) > 1
    curtain.fall()


def test_it_falls_when_another_window_has_painted(curtain: Curtain) -> None:
    fell: list[bool] = []
    curtain.destroyed.connect(lambda: fell.append(True))
    window = QWidget()
    child = QWidget(window)
    assert not fell
    window.show()
    until(lambda: fell, why="the curtain stays")
    assert window.isVisible()
    del child
    window.close()


def test_it_stays_while_nothing_else_paints(curtain: Curtain) -> None:
    let_pass(50)
    assert curtain.isVisible()
    curtain.fall()


def test_it_falls_once(curtain: Curtain) -> None:
    curtain.fall()
    curtain.fall()
    assert not curtain.isVisible()


def test_nobody_closes_it(curtain: Curtain) -> None:
    event = QCloseEvent()
    QApplication.sendEvent(curtain, event)
    assert not event.isAccepted()
    assert curtain.isVisible()
    curtain.fall()


@pytest.mark.parametrize("percent", [100, 400])
def test_its_words_fit_on_the_smallest_screen(app: QApplication, percent: int) -> None:
    curtain = raise_curtain(app, theme=Theme.LIGHT, text_percent=percent, windowed=True)
    assert curtain.minimumSizeHint().width() <= 1024
    assert curtain.heightForWidth(1024) <= 768
    curtain.fall()


def test_it_loads_nothing_but_qt() -> None:
    """What it is for: to stand before the exam's own modules are loaded."""
    tell = (
        "import sys; import ui.command_line.main, ui.window.curtain, ui.window.application\n"
        "heavy = ('typer', 'rich', 'tuf', 'lxml', 'cryptography', 'sqlcipher3', 'reportlab', 'exam_packages.qti')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", tell], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
