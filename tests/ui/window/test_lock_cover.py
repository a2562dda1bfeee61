"""The other displays are blank, say where the exam is, and say why it is locked. Two displays need a process of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from exam_packages.ids import SeatId, UtcMs
from kiosk.lockdown.incidents import Consequence, IncidentKind
from kiosk.lockdown.protocol import Raised
from tests.kiosk.lockdown.x11.displays_for_tests import environment, x_server
from ui.window.lock_cover import BlankWindow
from ui.window.lock_notice import SCALE_STEP, LockNotice, fitting_notice
from ui.window.look import Look
from ui.window.theme import SCALE_MIN, TextSize, Theme
from ui.window.view_state import LockedView

ROOT = Path(__file__).parents[3]
PROGRAM = """
import json
from PySide6.QtCore import QObject
from exam_packages.ids import SeatId
from kiosk.lockdown.incidents import Consequence, IncidentKind
from kiosk.lockdown.protocol import Raised
from ui.window.application import make_application
from ui.window.lock_cover import BlankWindow, OtherScreens
from ui.window.look import Look
from ui.window.theme import Theme
from ui.window.view_state import LockedView
app = make_application()
app.setQuitOnLastWindowClosed(False)
parent = QObject()
tokens = Look(theme=Theme.LIGHT, text_percent=100).apply(app)
others = OtherScreens(app, tokens, own=app.primaryScreen, parent=parent)
found = {"before": others.sentences}
lock = Raised(
    number=7, kind=IncidentKind.FOREIGN_WINDOW, consequence=Consequence.LOCK, wall=1, evidence={"title": "Chat"}
)
others.show_view(LockedView(seat=SeatId("seat-07"), incidents=(lock,), candidate="Ada Example"), tokens)
found["locked"] = others.sentences
others.show_view(None, tokens)
found["opened"] = others.sentences
found["places"] = [w.geometry().getRect() for w in app.topLevelWidgets() if isinstance(w, BlankWindow) and w.isVisible()]
found["wanted"] = [screen.geometry().getRect() for screen in app.screens() if screen is not app.primaryScreen()]
screens = {screen.name(): screen for screen in app.screens()}
on = {"screen": screens["left"]}
moved = OtherScreens(app, tokens, own=lambda: on["screen"], parent=parent)
blank = lambda: sorted(w.screen().name() for w in app.topLevelWidgets() if isinstance(w, BlankWindow) and w.isVisible())
others.close()
found["elsewhere"] = blank()
on["screen"] = screens["right"]
moved.arrange()
found["moved"] = blank()
moved.close()
found["after"] = others.sentences
print(json.dumps(found))
"""
BECOMES_THE_FIRST = """
import json
from PySide6.QtCore import QEventLoop, QTimer
from tests.kiosk.lockdown.x11.foreign import Client
from ui.window.application import make_application
from ui.window.lock_cover import BlankWindow, OtherScreens
from ui.window.theme import Theme
from ui.window.window import ExamWindow
app = make_application()
window = ExamWindow(app, look=Theme.LIGHT, text_percent=100)
window.open(windowed=False)
others = OtherScreens(app, window.tokens, own=window.own_screen, parent=window)
own = window.own_screen().name()
loop = QEventLoop()
app.primaryScreenChanged.connect(loop.quit)
QTimer.singleShot(0, Client().declare_monitor)
QTimer.singleShot(30_000, loop.quit)
loop.exec()
names = lambda: sorted(w.screen().name() for w in app.topLevelWidgets() if isinstance(w, BlankWindow) and w.isVisible())
found = {"own": own, "first": app.primaryScreen().name(), "kept": window.own_screen().name(), "blank": names()}
print(json.dumps(found))
"""


def test_every_display_but_the_primary_one_is_blank(tmp_path: Path) -> None:
    one = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1, "y": 0}
    screens = [
        {"name": "main", "x": 0, "width": 1024, "height": 768, **one},
        {"name": "left", "x": 1024, "width": 800, "height": 600, **one},
        {"name": "right", "x": 1824, "width": 640, "height": 480, **one},
    ]
    config = tmp_path / "screens.json"
    config.write_text(json.dumps({"screens": screens}))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": f"offscreen:configfile={config}",
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["before"] == ["The exam is on the other display."] * 2
    assert len(found["locked"]) == 2
    for said in found["locked"]:
        assert said.startswith("This seat is locked\nSeat seat-07\n")
        for part in ("Another program opened a window.", "Chat", "Close what does not belong here", "incident 7"):
            assert part in said
        assert "on the display that the exam is on" in said
        assert "Ada" not in said, "who passes by need not know whose seat it is"
    assert found["opened"] == found["before"]
    assert sorted(found["places"]) == sorted(found["wanted"])
    assert len(found["wanted"]) == 2
    assert found["elsewhere"] == ["main", "right"]
    assert found["moved"] == ["left", "main"]
    assert found["after"] == []


@pytest.mark.x11
def test_a_display_that_becomes_the_first_one_later_is_blank_and_the_exam_is_not() -> None:
    with x_server() as display:
        done = subprocess.run(
            [sys.executable, "-c", BECOMES_THE_FIRST],
            env=environment(DISPLAY=display, QT_QPA_PLATFORM="xcb"),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["first"] != found["own"] == found["kept"]
    assert found["blank"] == [found["first"]]


def locks(number: int) -> tuple[Raised, ...]:
    kinds = (IncidentKind.FOREIGN_WINDOW, IncidentKind.FILES_CHANGED, IncidentKind.OPERATION_LOST)
    return tuple(
        Raised(
            number=n,
            kind=kinds[n % len(kinds)],
            consequence=Consequence.LOCK,
            wall=UtcMs(1),
            evidence={"title": "A" * 200, "file": "kiosk/clock.py", "operation": "x11/grab"},
        )
        for n in range(number)
    )


def view_of(number: int) -> LockedView:
    return LockedView(seat=SeatId("seat-07"), incidents=locks(number))


@pytest.fixture
def blank(qapp: QApplication) -> Iterator[BlankWindow]:
    tokens = Look(theme=Theme.DARK, text_percent=200).apply(qapp)
    blank = BlankWindow(qapp.primaryScreen(), None, tokens=tokens)
    blank.show()
    yield blank
    blank.hide()
    blank.deleteLater()
    Look().apply(qapp)


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("percent", [100, 200, 400])
@pytest.mark.parametrize("incidents", [0, 1, 3, 9])
@pytest.mark.parametrize("size", [(1024, 768), (1920, 1080), (768, 1024)])
def test_all_that_is_said_is_on_the_display(
    qapp: QApplication, blank: BlankWindow, theme: Theme, percent: int, incidents: int, size: tuple[int, int]
) -> None:
    tokens = Look(theme=theme, text_percent=percent).apply(qapp)
    blank.setGeometry(0, 0, *size)
    blank.show_view(view_of(incidents), tokens)
    qapp.sendPostedEvents()
    layout = blank.layout()
    assert layout is not None
    layout.activate()
    labels = [label for label in blank.findChildren(QLabel) if label.isVisibleTo(blank) and label.text()]
    assert [label.text() for label in labels][:2] == ["This seat is locked", "Seat seat-07"]
    for label in labels:
        place = QRect(label.mapTo(blank, QPoint()), label.size())
        assert blank.rect().contains(place), label.text()
        assert label.heightForWidth(label.width()) <= label.height(), f"cut: {label.text()}"
        words = re.split(r"[\s\u200b]", label.text())
        assert max(map(label.fontMetrics().horizontalAdvance, words)) <= label.width(), f"too wide: {label.text()}"
    reasons = blank.says().count("incident ")
    assert reasons == incidents or (0 < reasons < incidents and f"And {incidents - reasons} more" in blank.says())


def test_letters_are_as_large_as_on_the_exam_s_display_where_a_reason_has_room(
    qapp: QApplication, blank: BlankWindow
) -> None:
    tokens = Look(theme=Theme.LIGHT, text_percent=200).apply(qapp)
    notice = fitting_notice(view_of(1), tokens=tokens, room=QSize(1216, 960))
    assert notice.findChildren(QLabel)[0].font().pixelSize() == tokens.font(TextSize.TITLE, bold=True).pixelSize()
    tiny = fitting_notice(view_of(9), tokens=tokens, room=QSize(300, 100))
    smallest = tokens.at_most(100).font(TextSize.TITLE, bold=True).pixelSize()
    assert tiny.findChildren(QLabel)[0].font().pixelSize() == smallest
    for each in (notice, tiny):
        each.deleteLater()


@pytest.mark.parametrize("incidents", [1, 9])
@pytest.mark.parametrize("size", [(1024, 768), (1280, 1024), (768, 1024)])
def test_smaller_letters_are_the_largest_that_leave_room_for_a_reason(
    qapp: QApplication, incidents: int, size: tuple[int, int]
) -> None:
    """Nobody can scroll there: all of it has to be on the display."""
    chosen, room = Look(theme=Theme.LIGHT, text_percent=400).apply(qapp), QSize(*size)
    notice = fitting_notice(view_of(incidents), tokens=chosen, room=room)
    scale = notice.tokens.scale
    assert SCALE_MIN < scale < chosen.scale
    assert notice.height_at(notice.width()) <= room.height()
    larger = LockNotice(view_of(incidents), most=1, tokens=chosen.at_most(scale + SCALE_STEP))
    assert larger.height_at(min(room.width(), larger.tokens.prose_width())) > room.height()
    for each in (notice, larger):
        each.deleteLater()
    Look().apply(qapp)


def test_a_lock_follows_the_look_and_the_size_and_leaves_nothing_behind(qapp: QApplication, blank: BlankWindow) -> None:
    before = blank.says()
    light = Look(theme=Theme.LIGHT, text_percent=100).apply(qapp)
    blank.show_view(view_of(1), light)
    assert blank.palette().color(QPalette.ColorRole.Window) == light.colour(light.surface)
    assert blank.windowTitle() == "This seat is locked"
    contrast = Look(theme=Theme.HIGH_CONTRAST, text_percent=100).apply(qapp)
    blank.show_view(view_of(1), contrast)
    assert blank.palette().color(QPalette.ColorRole.Window) == contrast.colour(contrast.surface)
    assert all(widget.focusPolicy() is Qt.FocusPolicy.NoFocus for widget in blank.findChildren(QWidget))
    blank.show_view(None, contrast)
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert blank.says() == before == blank.windowTitle() == "The exam is on the other display."
    assert [label.text() for label in blank.findChildren(QLabel)] == [before]


def test_nothing_outside_closes_a_blank_window(blank: BlankWindow) -> None:
    assert not blank.close()
    assert blank.isVisible()
