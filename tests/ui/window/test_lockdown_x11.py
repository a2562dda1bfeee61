"""The window as a program of its own on a real X server, with a made-up supervisor at the other end of its line."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from exam_packages.ids import UtcMs
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.incidents import Consequence, IncidentKind
from kiosk.lockdown.protocol import (
    Beat,
    Covered,
    FromSupervisor,
    FromWindow,
    Hello,
    Raised,
    State,
    Stop,
    encode_message,
    read_from_window,
)
from tests.simulators.day import World
from tests.ui.window.fake_supervisor import capability_rows
from tests.ui.window.test_processes import PROGRAM, ROOT, display, environment, shown, world, xdotool
from tests.waiting import PATIENCE_S, wait_until
from ui.window.line_ends import DESCRIPTOR

__all__ = ["display", "world"]
SUPERVISOR_GONE = 76


class Watched:
    """A window and the end of the line that its supervisor would hold."""

    def __init__(self, world: World, display: str) -> None:
        self.stats = Path(world.folder / "stats")
        self._own, theirs = socket.socketpair()
        self._own.setblocking(False)
        self._read = b""
        self.heard: list[FromWindow] = []
        more = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", DESCRIPTOR: str(theirs.fileno())}
        self.process = subprocess.Popen(
            [*PROGRAM, "run", str(world.folder)],
            env=environment(**more),
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()

    def say(self, message: FromSupervisor) -> None:
        self._own.sendall(encode_message(message))

    def listen(self) -> list[FromWindow]:
        try:
            while piece := self._own.recv(65_536):
                self._read += piece
        except BlockingIOError:
            pass
        *lines, self._read = self._read.split(b"\n")
        self.heard += map(read_from_window, lines)
        return self.heard

    def on(self, screen: str) -> None:
        wait_until(lambda: shown(self.stats)[-1:] == [screen] or self.process.poll() is not None, f"no {screen}")
        assert self.process.poll() is None

    def hang_up(self) -> None:
        self._own.close()

    def end(self) -> None:
        self._own.close()
        self.process.kill()
        self.process.wait(60)


@pytest.mark.x11
def test_a_window_beats_covers_itself_and_ends_with_its_supervisor(world: World, display: str) -> None:
    watched = Watched(world, display)
    try:
        watched.say(State(preset=Preset.STANDARD, backend="Linux, test", table=capability_rows()))
        watched.on("idle")
        first = watched.listen()[0]
        assert isinstance(first, Hello)
        assert first.pid == watched.process.pid
        before = _beats(watched.listen())
        wait_until(lambda: _beats(watched.listen()) > before, "it beats once and never again")
        lock = Raised(
            number=4, kind=IncidentKind.FOREIGN_WINDOW, consequence=Consequence.LOCK, wall=UtcMs(0), evidence={}
        )
        watched.say(lock)
        watched.on("locked")
        wait_until(lambda: Covered(number=4) in watched.listen(), "it was not said that it is covered")
        for key in ("alt+F4", "Escape", "Return", "super+d"):
            xdotool(display, "key", key)
        name = xdotool(display, "search", "--pid", str(watched.process.pid), "--name", "This seat is locked")
        assert name, "no key opens it"
        assert shown(watched.stats)[-1] == "locked"
        watched.hang_up()
        assert _within(lambda: watched.process.poll() is not None)
        assert watched.process.returncode == SUPERVISOR_GONE
    finally:
        watched.end()


@pytest.mark.x11
def test_a_window_that_is_asked_to_closes_in_order(world: World, display: str) -> None:
    watched = Watched(world, display)
    try:
        watched.on("idle")
        watched.say(Stop())
        assert _within(lambda: watched.process.poll() is not None)
        assert watched.process.returncode == os.EX_OK
    finally:
        watched.end()


def _beats(heard: list[FromWindow]) -> int:
    return sum(isinstance(message, Beat) for message in heard)


def _within(condition: Callable[[], object], seconds: float = PATIENCE_S) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
