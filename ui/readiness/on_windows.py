"""Windows as a self-test needs it: machine, window in its job, hooks and a stranger on the exam's desktop. See ``ports.Place``.

Owns putting them together. Refuses to know the order. Nothing here imports what only Windows has, so that it runs on made-up
machines, too.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from exam_packages.ids import UtcMs
from kiosk.clock import Clock, SystemClock
from kiosk.lockdown.backends import Backend
from kiosk.lockdown.facts import Concern, Probe
from kiosk.lockdown.incidents import Observation
from kiosk.lockdown.operations import Operation
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.windows.api import Hive, Win32
from kiosk.lockdown.windows.backend import (
    WindowsSeat,
    desktop_of,
    starts_with_fewer_rights,
    windows_backend,
    windows_operations,
)
from kiosk.lockdown.windows.hook_watch import HookProgram, InputHooks, RealHookProgram
from kiosk.lockdown.windows.operations import ENDS_WITH_US
from kiosk.lockdown.windows.prepared import edition_of, starts_the_shell
from kiosk.lockdown.windows.rights import too_much
from kiosk.readiness.breaking_out import Attempts
from kiosk.readiness.checks import Check, Finding, not_possible, ok
from kiosk.readiness.windows_breaking_out import ATTEMPTS
from kiosk.readiness.windows_checks import WindowsStage, windows_checks
from kiosk.readiness.windows_facts import displays, own_rights, shown_here, system, window_rights
from kiosk.readiness.windows_system import system_here
from ui.lockdown.on_windows import ENDING_SIGNALS, KNOWN_PROGRAMS, refuse_another_user, this_win32
from ui.lockdown.options import SessionOptions
from ui.lockdown.window_in_job import WindowInJob, WindowWanted
from ui.lockdown.windows_parts import Part, command_of
from ui.readiness.line import Line, PipeWire
from ui.readiness.outside import WindowOutside
from ui.readiness.stranger_line import StrangerOutside

_LAYOUTS: Final = "SYSTEM\\CurrentControlSet\\Control\\Keyboard Layouts"
_COLOUR_BYTES: Final = 3
_NOW: Final = Reading(wall=UtcMs(0), awake_ms=0, since_boot_ms=0)  # the hooks look at no clock


def on_this_windows(options: SessionOptions) -> OnWindows:
    """Return this machine.

    Raises:
        SupervisorFault: this is not 64-bit Windows.
    """
    return OnWindows(options, this_win32(), clock=SystemClock())


class OnWindows:
    """A machine with Windows. See ``ports.Place``.

    Args:
        options: as for a sitting.
        win32: the machine.
        clock: for the hooks' silence.
        command: how parts of the program are started.
        own_desktop: whether a desktop of its own is made; None: as for a sitting.

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
        own_desktop: bool | None = None,
    ) -> None:
        refuse_another_user(options)
        self._options, self._win32, self._clock, self._command = options, win32, clock, command
        self._own_desktop = not starts_the_shell(win32.registry) if own_desktop is None else own_desktop
        self._takes_programs = False
        self._backend: Backend | None = None
        self._window: Callable[[], int | None] = lambda: None

    @property
    def attempts(self) -> Attempts:
        """Those of Windows."""
        return ATTEMPTS

    @property
    def ending_signals(self) -> Sequence[int]:
        """As of a sitting."""
        return ENDING_SIGNALS

    def backend(self, window: Callable[[], int | None]) -> Backend:
        """Return everything of Windows; its hooks can be told to take a program's keys for a keyboard's."""
        if self._backend is None:
            self._window = window
            seat = WindowsSeat(
                is_ours=self._is_ours, window=window, own_desktop=self._own_desktop, known_programs=KNOWN_PROGRAMS
            )
            self._backend = windows_backend(self._win32, seat, clock=self._clock, start_hooks=self._start_hooks)
        return self._backend

    def known_operations(self) -> Mapping[str, Operation]:
        """Return all of Windows."""
        return windows_operations(self._win32)

    def machine_checks(self) -> Sequence[Check]:
        """Return what Windows says of itself."""
        machine, screen = self._win32.machine, self._win32.screen
        return (
            Check(name="machine/windows", tries="Which system this is", run=self._system),
            Check(
                name="privileges/own",
                tries="Rights that could be used",
                run=lambda: own_rights(is_elevated=machine.is_elevated()),
            ),
            Check(
                name="session/here",
                tries="Where the session is shown",
                run=lambda: shown_here(
                    is_remote=screen.is_remote(),
                    session=machine.own_session(),
                    at_the_screen=machine.console_session(),
                ),
            ),
            Check(
                name="displays/one",
                tries="A second display",
                run=lambda: displays([each.geometry for each in screen.monitors() if each.geometry]),
            ),
        )

    def show(self) -> WindowOutside:
        """Start it in its job, where the exam's desktop is shown, with the rights that the exam's window has."""
        command = self._options.command or self._command(Part.WINDOW)
        fewer_rights = self._backend is not None and starts_with_fewer_rights(self._backend)
        started, line = self._started(command, self._options.words, fewer_rights=fewer_rights)
        return WindowOutside(started, line)

    @contextmanager
    def strange_checks(
        self, window: WindowOutside, promised: Mapping[Concern, Probe], input_method: str
    ) -> Iterator[Sequence[Check]]:
        """Start another program on the exam's desktop, in a job, so that nothing of it stays."""
        backend = self.backend(self._window)
        hooks = next(each for each in backend.operations if isinstance(each, InputHooks))
        started, line = self._started(self._command(Part.STRANGER), ())
        try:
            stranger = StrangerOutside(line)
            stranger.wait()
            stage = WindowsStage(
                stranger=stranger,
                window=window,
                hooks=_HooksOnTrial(hooks, self._take_programs),
                monitors={each.name: each for each in backend.monitors},
                promised=promised,
                colours=_colours,
                pause=_pause,
            )
            yield (
                Check(
                    name="privileges/window",
                    tries="Rights of the window",
                    run=lambda: self._window_rights(window.process),
                ),
                Check(name="input/layout", tries="The keyboard's layout", run=lambda: self._layout(stranger.layout())),
                *windows_checks(stage),
                Check(name="input/method", tries="The site's input method", run=lambda: _input_method(input_method)),
            )
        finally:
            started.kill()
            started.let_go()

    def _started(
        self, command: Sequence[str], words: Sequence[str], *, fewer_rights: bool = False
    ) -> tuple[WindowInJob, Line]:
        news = threading.Event()
        started = WindowInJob(
            WindowWanted(
                command=command,
                words=words,
                desktop="" if self._backend is None else desktop_of(self._backend),
                untrusted_environment=self._options.environment,
                system_root=self._win32.machine.system_root(),
                fewer_rights=fewer_rights,
            ),
            self._win32.jobs,
            news.set,
        )
        return started, Line(PipeWire(started.line, news))

    def _start_hooks(self) -> HookProgram:
        desktop = "" if self._backend is None else desktop_of(self._backend)
        return RealHookProgram(self._command(Part.HOOKS), desktop=desktop, takes_injected=self._takes_programs)

    def _take_programs(self) -> None:
        self._takes_programs = True

    def _is_ours(self, process: int) -> bool:
        return process in {os.getpid(), self._window()}

    def _system(self) -> Finding:
        here = system_here()
        return system(wine=here.wine, build=here.build, edition=edition_of(self._win32.registry))

    def _window_rights(self, process: int | None) -> Finding:
        rights = None if process is None else self._win32.tokens.of(process)
        return window_rights(None if rights is None else too_much(rights))

    def _layout(self, name: str) -> Finding:
        if not name:
            return not_possible(
                "Windows does not say which layout the keyboard has.", "Let a candidate's line be typed."
            )
        value = self._win32.registry.read(Hive.MACHINE, f"{_LAYOUTS}\\{name}", "Layout Text")
        said = "" if value is None else value.data.decode("utf-16-le", errors="replace").rstrip("\0")
        return ok(f"The keyboard is {said or name}.")


class _HooksOnTrial:
    """See ``windows_checks.TrialHooks``.

    Args:
        hooks: the operation of the sitting; what it changes is put back as always.
        take_programs: has the next hooks take a program's keys.
    """

    def __init__(self, hooks: InputHooks, take_programs: Callable[[], None]) -> None:
        self._hooks, self._take_programs = hooks, take_programs

    def take_programs(self) -> None:
        """Set them anew."""
        self._take_programs()
        self._hooks.revert(ENDS_WITH_US)
        self._hooks.apply()

    def told(self) -> Sequence[Observation]:
        """Ask what they saw."""
        return self._hooks.poll(_NOW)

    def count(self) -> Sequence[Observation]:
        """End their process, and ask."""
        self._hooks.revert(ENDS_WITH_US)
        return self._hooks.poll(_NOW)


def _input_method(name: str) -> Finding:
    if not name:
        return ok("The site names no input method: what keyboards type is what arrives.")
    return not_possible(f"{name} is an input method of Linux; Windows' own are what its user has installed.")


def _colours(count: int) -> Sequence[str]:
    return [f"#{secrets.token_hex(_COLOUR_BYTES)}" for _ in range(count)]


def _pause(milliseconds: int) -> None:
    threading.Event().wait(milliseconds / 1_000)  # nobody sets it
