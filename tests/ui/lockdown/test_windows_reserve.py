"""The window that waits, as composed for Windows, with a real session: it holds nothing of it, and then it has every answer."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from exam_packages.lockdown_log import read_log
from kiosk.clock import SystemClock
from kiosk.lockdown.log import read_lines
from kiosk.seat.layout import SESSIONS
from kiosk.seat.seat import Seat
from tests.kiosk.seat.sittings import answer, start, to_first_scored
from tests.simulators import day
from tests.simulators.day import World
from ui.lockdown.launching import WAITING

pytestmark = pytest.mark.timeout(1200)
ROOT = Path(__file__).parents[3]
PATIENCE_S = 240
ATTEMPTS = 3
CHOSEN = "B"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A world of today: the window that is started asks the machine's own clock."""
    monkeypatch.setattr(day, "FakeClock", SystemClock)
    folder, exams = day._template.__wrapped__()
    return World(folder, exams)


class OnMadeUpWindows:
    """The supervisor with the product's own windows, one that is shown and one that waits."""

    def __init__(self, world: World) -> None:
        self._seat = world.seat_folder
        self._state = world.seat_folder.parent / "state"
        words = [sys.executable, "-m", "tests.ui.lockdown.real_windows_session", str(self._seat), str(self._state)]
        self.process = subprocess.Popen(words, cwd=ROOT)

    def windows(self) -> set[int]:
        """Everything that was started as a window of this seat and runs."""
        return {process for process in _processes() if {b"window", bytes(self._seat)} <= set(_words(process))}

    def waiting(self) -> int:
        """Return the one that waits for its word: loaded, with nothing of the seat open; 0 while there is none."""
        loaded = (each for each in self.windows() if self.has_waited(each) and _has_loaded(each))
        return next((each for each in loaded if not self.opened(each)), 0)

    @staticmethod
    def has_waited(process: int) -> bool:
        """Whether it was started to wait."""
        return WAITING.encode() in _words(process)

    def has_session(self, process: int) -> bool:
        """Whether a process has a file of a session open."""
        return any(f"{self._seat}/{SESSIONS}/" in path for path in _open_files(process))

    def opened(self, process: int) -> list[str]:
        """Return what a process has open of the seat."""
        return [path for path in _open_files(process) if path.startswith(str(self._seat))]

    def strike(self, how: signal.Signals) -> int:
        """Send the window with the session a signal; return which one that was."""
        struck: list[int] = []

        def is_struck() -> bool:  # on a busy machine it may just have been given up as hung
            for each in filter(self.has_session, self.windows()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each, how)
                    struck.append(each)
            return bool(struck)

        self.wait_until(is_struck, "there is no window with a session")
        return struck[0]

    def log(self) -> list[str]:
        paths = (self._state / "log" / "sessions").glob("*.lockdown")
        return [line.kind for path in paths for line in read_log(read_lines(path), place=path.name)[0]]

    def wait_until(self, condition: Callable[[], object], why: str) -> None:
        until = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < until, (why, self.log())
            assert self.process.poll() is None, why
            time.sleep(0.05)

    def end(self) -> None:
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(PATIENCE_S) == 0


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _words(process: int) -> list[bytes]:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []


def _open_files(process: int) -> list[str]:
    try:
        return [str(path.readlink()) for path in Path(f"/proc/{process}/fd").iterdir()]
    except OSError:
        return []


def _has_loaded(process: int) -> bool:
    """What shows questions, and what opens a session's file."""
    try:
        maps = Path(f"/proc/{process}/maps").read_text()
    except OSError:
        return False
    return "QtWidgets" in maps and "sqlcipher" in maps


@pytest.fixture
def sitting(world: World) -> Iterator[OnMadeUpWindows]:
    with Seat.open(world.seat_folder, clock=SystemClock()) as seat:
        running = start(seat.day())
        for item in to_first_scored(running):
            answer(running, item, CHOSEN)
        running.close()
    sitting = OnMadeUpWindows(world)
    try:
        yield sitting
    finally:
        sitting.process.kill()
        sitting.process.wait()


def answered(world: World) -> int:
    with Seat.open(world.seat_folder, clock=SystemClock()) as seat:
        unfinished = seat.day().unfinished()
        assert unfinished is not None
        assert unfinished.same_boot
        assert unfinished.fault is None
        running = seat.day().resume(unfinished.session, None)
        try:
            answers = running.session.answers.values()
            assert {value for each in answers for value in each.values()} == {(CHOSEN,)}
            return running.session.answered_count
        finally:
            running.close()


def takes_over(sitting: OnMadeUpWindows, how: signal.Signals, kind: str) -> bool:
    """Strike the window; tell whether one that waited has the session then. On a busy machine it may have been needed before."""
    sitting.wait_until(sitting.waiting, "no window waits, with nothing of the seat open")
    struck = sitting.strike(how)
    others: set[int] = set()

    def is_back() -> bool:
        others.update(each for each in sitting.windows() if each != struck and sitting.has_session(each))
        return bool(others)

    sitting.wait_until(is_back, "nobody has the session")
    sitting.wait_until(lambda: struck not in sitting.windows(), "what was struck is still there")
    return any(map(sitting.has_waited, others)) and kind in sitting.log()


def test_it_takes_over_after_a_death_and_after_a_hang_and_no_answer_is_lost(
    world: World, sitting: OnMadeUpWindows
) -> None:
    sitting.wait_until(lambda: any(map(sitting.has_session, sitting.windows())), "the session was not opened")
    for how, kind in ((signal.SIGKILL, "window-died"), (signal.SIGSTOP, "window-hung")):
        assert any(takes_over(sitting, how, kind) for _ in range(ATTEMPTS)), kind
    sitting.end()
    assert sitting.windows() == set()
    assert answered(world) > 1
