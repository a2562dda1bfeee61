"""A seat under its supervisor, as the product's own command starts it, and somebody who does it harm."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from exam_packages.lockdown_log import LockdownLine, read_log
from kiosk.lockdown.log import read_lines
from tests.kiosk.lockdown.linux.test_sandbox import innermost
from tests.simulators.day import World
from tests.waiting import PATIENCE_S, wait_until
from ui.demo.programs import KIOSK

ROOT = Path(__file__).parents[2]
WEAKENED = (sys.executable, "-m", "tests.journeys.weakened")
"""The same command with protections left out."""


class LockedSeat:
    """The supervisor of one seat.

    Args:
        world: whose seat.
        environment: the supervisor's own.
        program: what ``kiosk`` is.
    """

    def __init__(self, world: World, environment: Mapping[str, str], program: Sequence[str] = KIOSK) -> None:
        self._environment = dict(environment)
        self._words = [*program, "seat", "session", str(world.seat_folder), "--stick", str(world.stick)]
        self._words += ["--preset", "practice", "--assistive"]
        self._logs = world.seat_folder.parent / "seat.lockdown" / "log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._words, env=self._environment, cwd=ROOT, start_new_session=True)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    def window(self) -> int:
        """The window's process, as the machine counts; 0 while there is none."""
        try:
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            return innermost(int(children[0])) if children else 0
        except (OSError, IndexError):
            return 0

    def strike(self, how: int = signal.SIGKILL) -> int:
        """Send the window a signal; return which process that was."""
        window = self.window()
        os.kill(window, how)
        return window

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(PATIENCE_S)

    def close(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(PATIENCE_S)

    def log(self) -> tuple[LockdownLine, ...]:
        """What stands in the log of the one session."""
        lines: list[LockdownLine] = []
        for path in (self._logs / "sessions").glob("*.lockdown"):
            lines += read_log(read_lines(path), place=path.name)[0]
        return tuple(lines)

    def seat_log(self) -> tuple[LockdownLine, ...]:
        """What stands in the log of the times without a session."""
        return tuple(read_log(read_lines(self._logs / "seat.lockdown"), place="seat")[0])

    def kinds(self) -> list[str]:
        return [line.kind for line in self.log()]

    def wait_for(self, kind: str, count: int = 1) -> LockdownLine:
        wait_until(lambda: self.kinds().count(kind) >= count, f"{kind}, {count} times, in {self.kinds()}")
        return [line for line in self.log() if line.kind == kind][count - 1]


def is_gone(process: int) -> bool:
    return not Path(f"/proc/{process}").exists()
