"""The supervisor as it is composed for Windows, with the product's own window: ``real_windows_session SEAT STATE``.

Window, pipes, seat and journal are real ones; Windows is made up, and nobody sees the window.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kiosk.clock import SystemClock
from kiosk.lockdown import supervision
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.windows.api import JobHandle, ProgramStart
from tests.kiosk.lockdown.windows.fake_win32 import FakeWin32
from tests.ui.lockdown.windows_session import HOOKS, ProcessJobs
from ui.lockdown.on_windows import OnWindows
from ui.lockdown.options import SessionOptions
from ui.lockdown.program import run_session
from ui.lockdown.windows_parts import Part, command_of

OPENING_MS, HANG_MS, OFTEN = 300_000, 8_000, 100
"""The machine that runs the tests does other things, too: a window that is only slow is not to be ended. Windows die often here:
no proctor is called."""


class UnseenWindows(ProcessJobs):
    """Starts them where nobody sees them: Qt for Windows' screens is not here."""

    def start(self, job: JobHandle, start: ProgramStart) -> int:
        assert start.environment is not None
        environment = {**start.environment, "QT_QPA_PLATFORM": "offscreen"}
        self._processes[job] = subprocess.Popen(start.command, env=environment, pass_fds=start.handles)
        return self._processes[job].pid


def command(part: Part) -> Sequence[str]:
    """Return how a part is started; hooks and whoever reads the site's file need a Windows."""
    instead = {Part.HOOKS: (sys.executable, "-c", HOOKS), Part.SITE: (sys.executable, "-c", "")}
    return instead.get(part, command_of(part))


def main() -> int:
    seat, state = Path(sys.argv[1]), Path(sys.argv[2])
    options = SessionOptions(seat=seat, state=state, preset=Preset.PRACTICE, words=["seat", "run", str(seat)])
    win32 = replace(FakeWin32().win32(), jobs=UnseenWindows())
    vars(supervision).update(OPENING_MS=OPENING_MS, HANG_MS=HANG_MS, OFTEN=OFTEN)
    return run_session(options, OnWindows(options, win32, clock=SystemClock(), command=command))


if __name__ == "__main__":
    sys.exit(main())
