"""The product's own command with the real window on a real X server: killed and stopped, it is back with the session it had."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.clock import SystemClock
from kiosk.lockdown.linux import walls
from kiosk.seat.seat import Seat
from tests.journeys.test_resume_after_kill import begin
from tests.kiosk.lockdown.linux.test_sandbox import innermost
from tests.simulators import day
from tests.simulators.day import CHIDI, World
from ui.demo.display import Display, private_display
from ui.demo.programs import KIOSK

pytestmark = [pytest.mark.x11, pytest.mark.sandbox, pytest.mark.timeout(240)]
PATIENCE_S = 60
QUESTION = "Question"


@pytest.fixture
def display() -> Iterator[Display]:
    machine = walls.look(None)
    if machine.namespaces or not machine.filters:
        pytest.skip(f"this machine does not let the tests make walls: {machine.namespaces or 'no filter of calls'}")
    with private_display() as shown:
        yield shown


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(day, "FakeClock", SystemClock)
    folder, exams = day._template.__wrapped__()
    return World(folder, exams)


def windows(display: Display) -> list[str]:
    words = ["xdotool", "search", "--onlyvisible", "--name", "."]
    done = subprocess.run(words, env=dict(display.environment), capture_output=True, text=True, timeout=20, check=False)
    names = (["xdotool", "getwindowname", number] for number in done.stdout.split())
    return [
        subprocess.run(each, env=dict(display.environment), capture_output=True, text=True, check=False).stdout.strip()
        for each in names
    ]


def log_of(world: World) -> str:
    paths = (world.seat_folder.parent / "seat.lockdown" / "log" / "sessions").glob("*.lockdown")
    return "".join(path.read_text() for path in paths)


def wait_until_shown(display: Display, world: World, process: subprocess.Popen[bytes], told: str) -> float:
    began = time.monotonic()
    while not (told in log_of(world) and any(name and "moment" not in name for name in windows(display))):
        assert process.poll() is None
        assert time.monotonic() - began < PATIENCE_S, (windows(display), log_of(world))
        time.sleep(0.05)
    return time.monotonic() - began


def test_a_session_goes_on_by_itself_after_a_kill_and_after_a_hang(world: World, display: Display) -> None:
    begin(world, CHIDI)
    words = [*KIOSK, "seat", "session", str(world.seat_folder), "--stick", str(world.stick), "--preset", "practice"]
    process = subprocess.Popen(words, env=dict(display.environment), cwd=Path(__file__).parents[3])
    try:
        wait_until_shown(display, world, process, "session-started")
        for how, kind in ((signal.SIGKILL, "window-died"), (signal.SIGSTOP, "window-hung")):
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            os.kill(innermost(int(children[0])), how)
            took = wait_until_shown(display, world, process, f'"{kind}"')
            sys.stdout.write(f"{kind}: shown again after {took:.1f} s\n")
        process.terminate()
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        process.wait()
    with Seat.open(world.seat_folder, clock=SystemClock()) as seat:
        unfinished = seat.day().unfinished()
        assert unfinished is not None
        assert unfinished.same_boot
        assert unfinished.fault is None
