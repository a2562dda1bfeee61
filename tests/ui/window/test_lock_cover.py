"""The other displays are blank, say where the exam is, and say when it is locked. Two displays need a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.kiosk.lockdown.x11.displays_for_tests import environment, x_server
from ui.window.lock_cover import BlankWindow
from ui.window.look import Look
from ui.window.theme import Theme

ROOT = Path(__file__).parents[3]
PROGRAM = """
import json
from PySide6.QtCore import QObject
from ui.window.application import make_application
from ui.window.lock_cover import BlankWindow, OtherScreens
from ui.window.look import Look
from ui.window.theme import Theme
app = make_application()
parent = QObject()
tokens = Look(theme=Theme.LIGHT, text_percent=100).apply(app)
others = OtherScreens(app, tokens, own=app.primaryScreen, parent=parent)
found = {"before": others.sentences}
others.say_locked(locked=True)
found["locked"] = others.sentences
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
    assert found["locked"] == ["This seat is locked. Please look at the other display."] * 2
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


def test_nothing_outside_closes_a_blank_window(qapp: QApplication) -> None:
    tokens = Look(theme=Theme.DARK, text_percent=200).apply(qapp)
    blank = BlankWindow(qapp.primaryScreen(), "The exam is on the other display.", tokens=tokens)
    blank.show()
    assert not blank.close()
    assert blank.isVisible()
    blank.hide()
    blank.deleteLater()
