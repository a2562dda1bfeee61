"""The supervisor as it is composed for Windows, on a made-up machine: ``python -m tests.ui.lockdown.windows_session SEAT STATE``.

Pipes, threads and processes are real ones. A job is a process that is started with the two pipes and nothing else.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kiosk.clock import SystemClock
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.giving_back import OthersReport
from kiosk.lockdown.windows.api import JobHandle, JobLimits, ProgramStart
from kiosk.lockdown.windows.real_jobs import ENDED_BY_US
from kiosk.lockdown.windows.service_record import NAME, read_record
from tests.kiosk.lockdown.windows.fake_win32 import FakeWin32
from ui.lockdown.on_windows import OnWindows
from ui.lockdown.options import SessionOptions
from ui.lockdown.program import run_session
from ui.lockdown.windows_parts import Part, command_of

ROOT = str(Path(__file__).parents[3])
BOOT = f"import sys; sys.path.insert(0, {ROOT!r}); from tests.ui.lockdown.piped_window import main; sys.exit(main())"
HOOKS = f"import sys; sys.path.insert(0, {ROOT!r}); from tests.ui.lockdown.piped_window import hold; hold()"


class ProcessJobs:
    """Jobs that are processes."""

    def __init__(self) -> None:
        self._limits: list[JobLimits] = []
        self._processes: dict[JobHandle, subprocess.Popen[bytes]] = {}

    def make(self, limits: JobLimits) -> JobHandle:
        self._limits.append(limits)
        return JobHandle(len(self._limits) - 1)

    def limits(self, job: JobHandle) -> JobLimits:
        return self._limits[job]

    def alive(self, job: JobHandle) -> int:
        return int(job in self._processes and self._processes[job].poll() is None)

    def start(self, job: JobHandle, start: ProgramStart) -> int:
        self._processes[job] = subprocess.Popen(start.command, env=start.environment, pass_fds=start.handles)
        return self._processes[job].pid

    def exit_code(self, job: JobHandle) -> int | None:
        process = self._processes.get(job)
        code = None if process is None else process.poll()
        return code if code is None or code >= 0 else ENDED_BY_US - code

    def end(self, job: JobHandle) -> None:
        process = self._processes.pop(job, None)
        if process is not None:
            process.kill()
            process.wait()


class Here(OnWindows):
    """A machine whose service writes beside the seat."""

    def put_back_by_others(self) -> Sequence[OthersReport]:
        return read_record(Path(sys.argv[1]).parent / NAME)


def command(part: Part) -> Sequence[str]:
    match part:
        case Part.WINDOW:
            return (sys.executable, "-c", BOOT)
        case Part.HOOKS:
            return (sys.executable, "-c", HOOKS)
        case Part.SITE:
            return (sys.executable, "-c", "")
        case _:  # no part of a sitting
            return command_of(part)


def main() -> int:
    seat, state = Path(sys.argv[1]), Path(sys.argv[2])
    options = SessionOptions(
        seat=seat, state=state, preset=Preset.STANDARD, words=["seat", "run", str(seat)], environment={"LANG": "C"}
    )
    win32 = replace(FakeWin32().win32(), jobs=ProcessJobs())
    return run_session(options, Here(options, win32, clock=SystemClock(), command=command))


if __name__ == "__main__":
    sys.exit(main())
