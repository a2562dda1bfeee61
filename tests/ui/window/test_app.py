import sys
from pathlib import Path

import pytest

from kiosk.errors import StorageFault
from kiosk.lockdown.supervision import RESTART
from tests.simulators.day import make_world
from tests.ui.waiting import until
from tests.ui.window.conftest import StartProgram
from tests.ui.window.driving import on, press, says
from tests.ui.window.fake_day import FakeDay
from ui.window.app import _hook, run_window
from ui.window.navigation import Screen


def test_an_error_nobody_foresaw_stops_the_window_and_asks_for_a_restart(
    start: StartProgram, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended: list[int] = []
    program = start(FakeDay())
    monkeypatch.setattr(program._app, "exit", ended.append)
    on(program, Screen.IDLE)
    until(lambda: program._desk.proctors)
    try:
        raise ZeroDivisionError("the answer was C2")
    except ZeroDivisionError as error:
        _hook(program.fail)(type(error), error, error.__traceback__)
    assert program.window.screen_name is Screen.FAULT
    assert "Something happened that should not (ZeroDivisionError)." in says(program.window)
    assert "C2" not in says(program.window)
    said = capsys.readouterr().err
    assert said.startswith("unforeseen ZeroDivisionError at test_app.py:")
    assert "C2" not in said, "a log holds no content"
    press(program.window, "Leave this page")
    assert ended == [RESTART]


def test_a_folder_without_a_seat_is_refused_before_any_window(tmp_path: Path) -> None:
    before = sys.excepthook
    with pytest.raises(StorageFault):
        run_window(tmp_path)
    assert sys.excepthook is before


def test_an_unknown_theme_is_refused(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    with pytest.raises(ValueError, match="sepia"):
        run_window(world.seat_folder, theme="sepia")
