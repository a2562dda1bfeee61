"""The window as a process of Windows: in a job that ends with the supervisor, on a desktop, with two pipes and nothing else.

Owns one process: its start, its end, and how that is said. Refuses to know when it is started or ended.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.windows.api import Jobs, ProgramStart, Win32Failed
from kiosk.lockdown.windows.environment import window_environment
from kiosk.lockdown.windows.jobs import WindowJob
from kiosk.lockdown.windows.pipe_line import PipeLine
from kiosk.lockdown.windows.pipes import PipesToWindow
from kiosk.lockdown.windows.real_jobs import ENDED_BY_US
from ui.lockdown.launching import COME_UP, WAITING

_FROM_HERE_STATUS: Final = 0xC000_0000
"""NTSTATUS of an error (winnt.h): what Windows lets a process end with that it ends itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowWanted:
    """What is started.

    Attributes:
        command: what is the window.
        words: the command line of ``kiosk``.
        desktop: where it is shown; empty: where this process is.
        untrusted_environment: the supervisor's own.
        system_root: Windows' own folder.
        waits: it loads, and comes up only after ``go``.
        fewer_rights: it may do less than the supervisor.
    """

    command: Sequence[str]
    words: Sequence[str]
    desktop: str
    untrusted_environment: Mapping[str, str]
    system_root: str = ""
    waits: bool = False
    fewer_rights: bool = False


class WindowInJob:
    """A window that was started. See ``ports.Window``.

    Args:
        wanted: what is started.
        jobs: of the machine.
        news: called, on another thread, when the window says something or hangs up.

    Raises:
        OSError: Windows does not start it inside its job, and it does not run; or there is no memory for pipes.
    """

    line: PipeLine

    def __init__(self, wanted: WindowWanted, jobs: Jobs, news: Callable[[], None]) -> None:
        pipes = PipesToWindow(news)
        self._job = WindowJob(jobs)
        start = ProgramStart(
            command=(*wanted.command, *((WAITING,) if wanted.waits else ()), *wanted.words),
            desktop=wanted.desktop,
            environment=window_environment(
                wanted.untrusted_environment, pipes=pipes.words, system_root=wanted.system_root
            ),
            handles=pipes.handles,
            fewer_rights=wanted.fewer_rights,
        )
        try:
            self._process_id = self._job.start(start)
        except OperationFailed as failed:
            pipes.line.close()
            raise OSError(failed.reason) from failed
        finally:
            pipes.given_away()
        self.line = pipes.line
        self._code: int | None = None

    @property
    def process_id(self) -> int | None:
        """Its process."""
        return self._process_id if self.ended() is None else None

    def go(self) -> bool:
        """Let one that waits come up; tell whether it could be told."""
        try:
            return self.line.send(memoryview(COME_UP)) == len(COME_UP)
        except OSError:
            return False

    def ended(self) -> int | None:
        """Return the exit code once it has ended; None while it runs."""
        if self._code is None:
            self._code = self._job.exit_code()
        return self._code

    @staticmethod
    def how_ended(code: int) -> str:
        """Say how a process ended, by its exit code; a crash of Windows is a number that people look up as it is written."""
        if code == ENDED_BY_US:
            return "ended by the supervisor"
        return f"code 0x{code:08X}" if code >= _FROM_HERE_STATUS else f"code {code}"

    def kill(self) -> None:
        """End it without asking, and wait until it is gone."""
        if self.ended() is None:
            self._code = ENDED_BY_US
            self._let_job_go()

    def close(self) -> None:
        """Let go of it, after it has ended."""
        self._let_job_go()

    def let_go(self) -> None:
        """The same for one whose line nobody has taken over."""
        self.line.close()
        self.close()

    def _let_job_go(self) -> None:
        with contextlib.suppress(Win32Failed):  # nobody holds the job any more, and what was in it ends by that, too
            self._job.end()
