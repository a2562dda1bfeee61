"""Linux as a self-test needs it: machine, walls, window and a stranger on its screen. See ``ports.Place``.

Owns putting them together. Refuses to know the order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from kiosk.lockdown.backends import Backend
from kiosk.lockdown.facts import Concern, Probe
from kiosk.lockdown.linux import walls
from kiosk.lockdown.linux.environment import Screen, ScreenSystem, screen_of
from kiosk.lockdown.operations import Operation
from kiosk.lockdown.x11.connection import NoXServerError, XServer
from kiosk.readiness.breaking_out import ATTEMPTS, Attempts
from kiosk.readiness.checks import Check, Finding, not_possible
from kiosk.readiness.debugging import debugger
from kiosk.readiness.x11_checks import Stage, x11_checks
from kiosk.readiness.x11_stranger import Stranger
from ui.lockdown.backend import backend_here
from ui.lockdown.input_method import service_of
from ui.lockdown.known_operations import known_operations
from ui.lockdown.on_linux import ENDING_SIGNALS, user_of
from ui.lockdown.options import SessionOptions
from ui.lockdown.window_process import WindowProcess, WindowWanted
from ui.readiness.line import DescriptorWire, Line
from ui.readiness.outside import WindowOutside
from ui.readiness.typing import input_method, layout

_NO_X: Final = "Only an X server lets one program try this on another; there is none here."
_ON_A_SCREEN: Final = "Run it where the exam window is shown."


def on_this_linux(options: SessionOptions) -> OnLinux:
    """Return this machine."""
    return OnLinux(options, walls.look(user_of(options.user)))


class OnLinux:
    """A machine with Linux. See ``ports.Place``.

    Args:
        options: as for a sitting.
        machine: what can be done about walls here.
    """

    def __init__(self, options: SessionOptions, machine: walls.Machine) -> None:
        self._options, self._machine = options, machine
        self._screen = screen_of(options.environment) or Screen(system=ScreenSystem.NONE)
        self._backend: Backend | None = None

    @property
    def attempts(self) -> Attempts:
        """Those of Linux."""
        return ATTEMPTS

    @property
    def ending_signals(self) -> Sequence[int]:
        """As of a sitting."""
        return ENDING_SIGNALS

    def backend(self, window: Callable[[], int | None]) -> Backend:
        """Return machine, sandbox and display server."""
        if self._backend is None:
            self._backend = backend_here(self._options, self._machine, self._screen, window)
        return self._backend

    def known_operations(self) -> Mapping[str, Operation]:
        """Return those of Linux."""
        return known_operations(self._options.environment)

    def machine_checks(self) -> Sequence[Check]:
        """All of Linux is tried with the window there."""
        return ()

    def show(self) -> WindowOutside:
        """Start it behind the walls."""
        options = self._options
        return over_socket(
            WindowProcess(
                WindowWanted(
                    words=options.words,
                    seat=options.seat,
                    media=(),
                    screen=self._screen,
                    machine=self._machine,
                    untrusted_environment=options.environment,
                    more=options.more,
                    command=options.command,
                )
            )
        )

    @contextmanager
    def strange_checks(
        self, window: WindowOutside, promised: Mapping[Concern, Probe], input_method: str
    ) -> Iterator[Sequence[Check]]:
        """A debugger, and another program on the same server."""
        attached = Check(
            name="debugger/outside",
            tries="A debugger at the window",
            run=lambda: debugger(window.process, promised.get(Concern.DEBUGGING), user=self._machine.user),
        )
        with self._screen_checks(window, promised, input_method) as on_screen:
            yield (attached, *on_screen)

    @contextmanager
    def _screen_checks(
        self, window: WindowOutside, promised: Mapping[Concern, Probe], method: str
    ) -> Iterator[Sequence[Check]]:
        if self._screen.system is not ScreenSystem.X11:
            yield (Check(name="screen/strangers", tries="Other programs on the screen", run=_no_x),)
            return
        try:
            stranger, server = Stranger(self._screen.name), XServer(self._screen.name)
        except NoXServerError as error:
            why = str(error)
            yield (Check(name="screen/strangers", tries="Other programs on the screen", run=lambda: not_possible(why)),)
            return
        stage = Stage(stranger=stranger, server=server, window=window, promised=promised, pause=_pause)
        try:
            keyboard = Check(name="input/layout", tries="The keyboard's layout", run=lambda: layout(server))
            yield (keyboard, *x11_checks(stage), self._input_method(method))
        finally:
            stranger.close()
            server.close()

    def _input_method(self, name: str) -> Check:
        """Last, and over before anybody types: it is tried beside the window, not in it."""
        service = service_of(name, self._options, self._screen, self._machine) if name else None
        return Check(name="input/method", tries="The site's input method", run=lambda: input_method(service))


def over_socket(started: WindowProcess) -> WindowOutside:
    """Return a window that was started, with the line over its socket."""
    started.line.setblocking(True)
    return WindowOutside(started, Line(DescriptorWire(started.line.fileno())))


def _pause(milliseconds: int) -> None:
    threading.Event().wait(milliseconds / 1_000)  # nobody sets it


def _no_x() -> Finding:
    return not_possible(_NO_X, _ON_A_SCREEN)
