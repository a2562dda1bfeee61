"""`kiosk seat readiness` on each system: which machine is tried, and that on Windows nothing of Linux is loaded."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from ui.command_line import seat_readiness
from ui.command_line.main import MACHINE, run
from ui.command_line.seat_readiness import refuse_elsewhere
from ui.lockdown.errors import SupervisorFault

LINUX_ONLY = ("kiosk.lockdown.linux.walls", "ui.lockdown.on_linux", "ui.readiness.on_linux", "xcffib")


def test_on_windows_the_machine_is_one_with_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in LINUX_ONLY:
        monkeypatch.setitem(sys.modules, name, None)  # importing it would raise, as on Windows
    monkeypatch.setattr(seat_readiness, "sys", SimpleNamespace(platform="win32"))  # nothing else may believe it
    assert run(["seat", "readiness", str(tmp_path / "seat")]) == MACHINE
    said = " ".join(capsys.readouterr().err.split())
    assert "is a library of 64-bit Windows" in said
    assert not (tmp_path / "seat").exists()


@pytest.mark.parametrize("platform", ["darwin", "cygwin"])
def test_only_linux_and_windows_are_let_through(platform: str) -> None:
    refuse_elsewhere("linux")
    refuse_elsewhere("win32")
    with pytest.raises(SupervisorFault, match="Linux and on Windows only"):
        refuse_elsewhere(platform)
