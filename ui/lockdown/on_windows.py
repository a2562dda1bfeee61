"""Windows as the supervisor needs it: the window in its job, its pipes, what the machine is locked down and watched with.

Owns putting them together, see ``ports.Platform``. Refuses to know what the supervisor does with it. Nothing here imports what
only Windows has, so that it runs on made-up machines, too.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from exam_packages.site_policies import SitePolicy
from kiosk.clock import Clock, SystemClock
from kiosk.lockdown.backends import Backend
from kiosk.lockdown.displays import EnrolledDisplay, Fingerprint
from kiosk.lockdown.giving_back import OthersReport
from kiosk.lockdown.operations import Operation
from kiosk.lockdown.windows.api import Win32
from kiosk.lockdown.windows.backend import (
    WindowsSeat,
    desktop_of,
    real_win32,
    starts_with_fewer_rights,
    windows_backend,
    windows_operations,
)
from kiosk.lockdown.windows.prepared import starts_the_shell
from kiosk.lockdown.windows.screen_monitors import display_of
from kiosk.lockdown.windows.service_record import read_record, record_of
from ui.lockdown.errors import SupervisorFault
from ui.lockdown.options import SessionOptions, Wanted
from ui.lockdown.ports import Waiting, Window
from ui.lockdown.site import site_policy_by
from ui.lockdown.window_in_job import WindowInJob, WindowWanted
from ui.lockdown.windows_parts import Part, command_of

ENDING_SIGNALS: Final = tuple(
    number for name in ("SIGINT", "SIGBREAK", "SIGTERM") if isinstance(number := getattr(signal, name, None), int)
)
"""Ctrl+C and Ctrl+Break; nobody else asks a program of Windows to end before it is ended."""
KNOWN_PROGRAMS: Final = frozenset({"conhost.exe"})
"""Windows starts it beside every program without a window, ours too; what it belongs to is seen by its own name."""


def on_this_windows(options: SessionOptions) -> OnWindows:
    """Return this machine, for one sitting.

    Raises:
        SupervisorFault: this is not 64-bit Windows.
    """
    return OnWindows(options, this_win32(), clock=SystemClock())


def this_win32() -> Win32:
    """Return this machine's calls.

    Raises:
        SupervisorFault: this is not 64-bit Windows.
    """
    try:
        return real_win32()
    except OSError as error:
        raise SupervisorFault(str(error)) from error


def refuse_another_user(options: SessionOptions) -> None:
    """Check that nobody asks for a window of another user.

    Raises:
        SupervisorFault: the options do.
    """
    if options.user:
        raise SupervisorFault(
            "on Windows the window runs as whoever starts the supervisor, with fewer rights: leave --user out"
        )


class OnWindows:
    """A machine with Windows, for one sitting. See ``ports.Platform``.

    Args:
        options: what the sitting is started with.
        win32: the machine.
        clock: for the hooks' silence.
        command: how parts of the program are started.

    Raises:
        SupervisorFault: the options ask for what there is not.
    """

    def __init__(
        self,
        options: SessionOptions,
        win32: Win32,
        *,
        clock: Clock,
        command: Callable[[Part], Sequence[str]] = command_of,
    ) -> None:
        refuse_another_user(options)
        self._options, self._win32, self._clock, self._command = options, win32, clock, command
        self._news = threading.Event()
        self._windows: list[WindowInJob] = []
        self._backend: Backend | None = None

    @property
    def keeps_reserve(self) -> bool:
        """It waits in a job of its own, on the exam's desktop, and has no window there."""
        return True

    def site_policy(self) -> SitePolicy | None:
        """Have it read by a program of its own."""
        return site_policy_by(self._command(Part.SITE), self._options.seat)

    def backend(self, window: Callable[[], int | None], wanted: Wanted) -> Backend:
        """Return everything of Windows."""
        seat = WindowsSeat(
            is_ours=self._is_ours,
            window=window,
            own_desktop=not starts_the_shell(self._win32.registry),
            enrolled=enrolled_display(self._win32, [Fingerprint(each) for each in wanted.policy.displays]),
            known_programs=KNOWN_PROGRAMS,
            hooks=self._command(Part.HOOKS),
        )
        self._backend = windows_backend(self._win32, seat, clock=self._clock)
        return self._backend

    def known_operations(self) -> Mapping[str, Operation]:
        """Return all of Windows."""
        return windows_operations(self._win32)

    def put_back_by_others(self) -> Sequence[OthersReport]:
        """Return what the seat's service has written down."""
        return read_record(record_of(self._win32.registry))

    def start(self, *, waits: bool) -> WindowInJob:
        """Start a window in a job of its own, where the exam's desktop is shown, with fewer rights than the supervisor has."""
        backend = self._backend
        started = WindowInJob(
            WindowWanted(
                command=self._options.command or self._command(Part.WINDOW),
                words=self._options.words,
                desktop="" if backend is None else desktop_of(backend),
                fewer_rights=backend is not None and starts_with_fewer_rights(backend),
                untrusted_environment=self._options.environment,
                system_root=self._win32.machine.system_root(),
                waits=waits,
            ),
            self._win32.jobs,
            self._news.set,
        )
        self._windows = [each for each in self._windows if each.ended() is None]
        self._windows.append(started)
        return started

    @contextmanager
    def ended_by_request(self) -> Iterator[Waiting]:
        """A request is Ctrl+C or Ctrl+Break, where the program has a console."""
        waiting = NewsWaiting(self._news)
        before = {number: signal.signal(number, lambda *_: waiting.end()) for number in ENDING_SIGNALS}
        try:
            yield waiting
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _is_ours(self, process: int) -> bool:
        """The supervisor, and the windows it has started: in their jobs they start nothing else."""
        return process == os.getpid() or any(process == each.process_id for each in self._windows)


class NewsWaiting:
    """Waits for news that other threads bring. See ``ports.Waiting``.

    Args:
        news: set when a line has something to say; the end of a window is its line's end, too.
    """

    def __init__(self, news: threading.Event) -> None:
        self._news = news
        self._is_to_end = False

    def end(self) -> None:
        """Somebody wants the supervisor to end."""
        self._is_to_end = True

    def wait(self, window: Window | None, *, hears: bool, has_unsent: bool, seconds: float) -> bool:
        """Wait for news of any kind."""
        del window, hears, has_unsent  # whoever has news sets the event
        self._news.wait(seconds)
        self._news.clear()
        return self._is_to_end


def enrolled_display(win32: Win32, fingerprints: Sequence[Fingerprint]) -> EnrolledDisplay | None:
    """Return the seat's own display; None where the site enrolled none.

    Args:
        win32: where it is looked for.
        fingerprints: of the displays of the site. Where none of them is here, the seat's own is one that is missing.
    """
    if not fingerprints:
        return None
    here = [display_of(each, win32.registry) for each in win32.screen.monitors()]
    found = next((display for display in here if display.fingerprint in fingerprints), None)
    return EnrolledDisplay(fingerprint=fingerprints[0], name="") if found is None else EnrolledDisplay.of(found)
