"""`kiosk seat run`: a window that is asked to start again comes again, by whoever has started it."""

from __future__ import annotations

from pathlib import Path

import pytest

import ui.window.app
from kiosk.lockdown.supervision import RESTART
from kiosk.lockdown.windows.pipes import PIPES_VARIABLE
from ui.command_line.main import run
from ui.window.line_ends import DESCRIPTOR

SUPERVISED = (DESCRIPTOR, PIPES_VARIABLE)


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The windows that were shown; the first two end with somebody's wish to start again."""
    shown: list[Path] = []

    def show(folder: Path, **_options: object) -> int:
        shown.append(folder)
        return RESTART if len(shown) < 3 else 0

    monkeypatch.setattr(ui.window.app, "run_window", show)
    for name in SUPERVISED:
        monkeypatch.delenv(name, raising=False)
    return shown


def test_alone_it_starts_again_by_itself(windows: list[Path], tmp_path: Path) -> None:
    assert run(["seat", "run", str(tmp_path)]) == 0
    assert windows == [tmp_path] * 3


@pytest.mark.parametrize("name", SUPERVISED)
def test_under_a_supervisor_it_ends_and_is_started_by_it(
    name: str, windows: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "99")
    assert run(["seat", "run", str(tmp_path)]) == RESTART
    assert windows == [tmp_path]
