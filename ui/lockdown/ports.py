"""What the supervisor needs of a system: a window with a line to it, something to wait on, and what locks the machine down.

Owns the shapes. ``on_linux`` and ``on_windows`` have them; the loop and the order of a sitting know nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from exam_packages.site_policies import SitePolicy
from kiosk.lockdown.backends import Backend
from kiosk.lockdown.giving_back import OthersReport
from kiosk.lockdown.operations import Operation
from ui.lockdown.options import Wanted


class Line(Protocol):
    """One end of a line that never waits, as a socket's is that does not block."""

    def send(self, data: memoryview, /) -> int:
        """Take some of it and return how much.

        Raises:
            BlockingIOError: nothing can be taken now.
            OSError: nobody is at the other end any more.
        """
        ...

    def recv(self, length: int, /) -> bytes:
        """Return what has come; nothing at the end.

        Raises:
            BlockingIOError: nothing has come.
            OSError: the line is broken.
        """
        ...

    def close(self) -> None:
        """Hang up."""
        ...


class Window(Protocol):
    """One window that was started."""

    @property
    def line(self) -> Line:
        """The one line to it."""
        ...

    @property
    def process_id(self) -> int | None:
        """The number of the process where the window is; None while there is none."""
        ...

    def go(self) -> bool:
        """Let one that waits come up; tell whether it could be told."""
        ...

    def ended(self) -> int | None:
        """Return the exit code once nothing of it is left; None while it runs."""
        ...

    def how_ended(self, code: int) -> str:
        """Say how a process ended, by its exit code."""
        ...

    def kill(self) -> None:
        """End it without asking; its end is seen as any other."""
        ...

    def close(self) -> None:
        """Let go of it, after it has ended; its line is whoever's took it."""
        ...

    def let_go(self) -> None:
        """The same for one whose line nobody has taken over."""
        ...


class Waiting(Protocol):
    """Waits for the next thing to happen."""

    def wait(self, window: Window | None, *, hears: bool, has_unsent: bool, seconds: float) -> bool:
        """Wait until there is something to do, or so long.

        Args:
            window: whose end is waited for, too; None while there is none.
            hears: its line is waited for: that something comes …
            has_unsent: … and that something can be sent.
            seconds: at most.

        Returns:
            whether somebody wants the supervisor to end.
        """
        ...


class Platform(Protocol):
    """This machine."""

    @property
    def keeps_reserve(self) -> bool:
        """Whether a second window may wait here for the first one to be gone."""
        ...

    def site_policy(self) -> SitePolicy | None:
        """Return what the site wants of its seats, read by a process of its own; None where it says nothing.

        Raises:
            SupervisorFault: nobody could look.
        """
        ...

    def backend(self, window: Callable[[], int | None], wanted: Wanted) -> Backend:
        """Return what this machine is locked down and watched with.

        Args:
            window: the window's process; None while there is none.
            wanted: what it is watched for.

        Raises:
            SupervisorFault: it does not answer.
        """
        ...

    def known_operations(self) -> Mapping[str, Operation]:
        """Return everything that can be put back, by name, whatever is locked down with today."""
        ...

    def put_back_by_others(self) -> Sequence[OthersReport]:
        """Return what a service of the system has put back, the oldest first; nothing where there is none."""
        ...

    def start(self, *, waits: bool) -> Window:
        """Start a window.

        Args:
            waits: it loads, and comes up only after ``go``.

        Raises:
            OSError: it could not be started.
        """
        ...

    def ended_by_request(self) -> AbstractContextManager[Waiting]:
        """While the block runs, who asks the program to end does not end it: what waits tells so instead."""
        ...
