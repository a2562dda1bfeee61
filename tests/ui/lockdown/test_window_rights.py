"""A window on Windows is started with fewer rights than its supervisor where that was seen to work, and otherwise as ever."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.lockdown.facts import Preset
from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.windows.rights import WindowRights
from tests.kiosk.lockdown.windows.fake_win32 import FakeJobs, FakeTokens, FakeWin32
from tests.simulators.clock import FakeClock
from ui.lockdown.on_windows import OnWindows
from ui.lockdown.options import SessionOptions, wanted_by


def started(folder: Path, tokens: FakeTokens) -> list[bool]:
    """Whether the windows were, the first of them before the machine was locked down."""
    jobs = FakeJobs()
    win32 = replace(FakeWin32(tokens=tokens).win32(), jobs=jobs)
    options = SessionOptions(seat=folder, state=folder, preset=Preset.STRICT, words=(), command=("kiosk.exe",))
    here = OnWindows(options, win32, clock=FakeClock())
    backend = here.backend(lambda: None, wanted_by(Preset.STRICT))
    windows = [here.start(waits=False)]
    operation = next(each for each in backend.operations if each.name == WindowRights.name)
    try:
        operation.apply()
    except OperationFailed:
        assert tokens.tries is None
    windows += [here.start(waits=waits) for waits in (False, True)]
    for window in windows:
        window.let_go()
    return [start.fewer_rights for _, start in jobs.started]


@pytest.mark.parametrize("tokens", [FakeTokens(), FakeTokens(tries=None)], ids=["works", "does not"])
def test_windows_are_started_with_fewer_rights_where_that_works(tmp_path: Path, tokens: FakeTokens) -> None:
    works = tokens.tries is not None
    assert started(tmp_path, tokens) == [False, works, works]
