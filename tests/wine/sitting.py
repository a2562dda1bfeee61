"""A sitting inside the rig.

The supervisor is the product's, with its own pipes, jobs, hooks, operations and monitors. Its jobs answer here what they were
made with, because wine answers nothing; the window is a page of Windows' own Qt that speaks over the product's own line.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Sequence
from ctypes import byref, c_uint32
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.clock import SystemClock
from kiosk.lockdown import supervision
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.protocol import Beat, FromSupervisor, SessionIs, State
from kiosk.lockdown.windows.backend import real_win32
from kiosk.lockdown.windows.calls import USER32, Library, WindowVisitor
from kiosk.lockdown.windows.hook_watch import plain_command
from kiosk.lockdown.windows.real_tokens import RealTokens
from kiosk.lockdown.windows.rights import POWERFUL_GROUPS
from tests.wine.trusted_jobs import TrustedJobs
from tests.wine.trusted_tokens import TrustedTokens
from ui.lockdown.launching import WAITING
from ui.lockdown.on_windows import OnWindows
from ui.lockdown.options import SessionOptions
from ui.lockdown.program import run_session
from ui.lockdown.windows_parts import Part, command_of, may_come_up
from ui.window.supervisor_line import line_from

ROOT = str(Path(__file__).parents[2])
BOOT = f"import sys; sys.path.insert(0, {ROOT!r}); from tests.wine.inside_session import main; sys.exit(main())"
BEAT_MS = 250
LOST = 76
OPENING_MS, HANG_MS = 300_000, 10_000
"""Wine on a machine that does other things, too: a window that is only slow is not to be ended."""


def supervise(seat: Path, state: Path, packages: str) -> int:
    """Hold a sitting, as ``kiosk seat session`` does."""

    def command(part: Part) -> Sequence[str]:
        match part:
            case Part.WINDOW:  # its environment is made anew: by its own words alone it finds this tree
                return (sys.executable, "-B", "-c", BOOT, part.value, packages)
            case Part.HOOKS:
                return plain_command()
            case Part.SITE:
                return (sys.executable, "-c", "")
            case _:  # no part of a sitting
                return command_of(part)

    options = SessionOptions(seat=seat, state=state, preset=Preset.PRACTICE, words=["seat", "run", str(seat)])
    win32 = replace(real_win32(), jobs=TrustedJobs(), tokens=TrustedTokens())
    vars(supervision).update(OPENING_MS=OPENING_MS, HANG_MS=HANG_MS)
    return run_session(options, OnWindows(options, win32, clock=SystemClock(), command=command))


def window(words: Sequence[str]) -> int:
    """Be the window: a page, a beat, a session, and a diary of what is heard."""
    seat, waited = Path(words[-1]), words[0] == WAITING
    if waited:
        note(seat, "waiting", windows=own_windows())
        if not may_come_up():
            return 0
    code = Page(seat, waited=waited).run()
    os._exit(code)  # taking Qt apart may take wine longer than a window may be silent


def note(seat: Path, what: str, **more: object) -> None:
    """Write a line into this process's diary: on Windows, two that append to one file may write at the same place."""
    line = json.dumps({"at": time.time_ns(), "what": what, "pid": os.getpid(), **more}) + "\n"
    with (seat / f"diary-{os.getpid()}").open("a", encoding="utf-8") as diary:
        diary.write(line)


def own_windows() -> int:
    """Return how many windows this process has, those that nobody can see, too."""
    user32 = Library("user32", USER32)
    found: list[int] = []

    def visit(handle: int, _: int) -> int:
        process = c_uint32()
        user32.ask("GetWindowThreadProcessId", handle, byref(process))
        found.append(process.value)
        return 1

    user32.ask("EnumWindows", WindowVisitor(visit), 0)
    return found.count(os.getpid())


class Sheet(QWidget):
    """Tells once that it is painted."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        QTimer.singleShot(0, self._page.shown)


class Page:
    """A window, and a diary of what it hears."""

    def __init__(self, seat: Path, *, waited: bool) -> None:
        self._seat = seat
        self._app = QApplication([])
        line = line_from(os.environ)
        assert line is not None
        self._line = line
        self._sheet = Sheet(self)
        self._sheet.showFullScreen()
        rights = RealTokens().own()
        assert rights is not None
        note(
            seat, "begun", waited=waited, environment=sorted(os.environ), windows=own_windows(),
            privileges=sorted(rights.privileges), groups=sorted(rights.groups & POWERFUL_GROUPS),
        )  # fmt: skip
        self._beat = QTimer(interval=BEAT_MS)
        self._beat.timeout.connect(self._on_beat)

    def run(self) -> int:
        """Run until somebody wants it to close."""
        self._line.listen(self._heard)
        self._line.send(SessionIs(session="s1"))
        return self._app.exec()

    def shown(self) -> None:
        """From here on it is alive."""
        if not self._beat.isActive():
            note(self._seat, "shown", platform=self._app.platformName())
            self._beat.start()

    def _on_beat(self) -> None:
        self._line.send(Beat(at_ms=time.monotonic_ns() // 1_000_000))
        if (self._seat / "close").exists():
            self._app.exit(0)
        if (self._seat / "hangs").exists():
            (self._seat / "hangs").unlink()
            threading.Event().wait()

    def _heard(self, message: FromSupervisor | None) -> None:
        if message is None:
            note(self._seat, "lost")
            os._exit(LOST)
        if isinstance(message, State):
            capabilities = sorted({row.probe.capability.value for row in message.table})
            note(self._seat, "state", backend=message.backend, capabilities=capabilities)
