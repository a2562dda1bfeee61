"""What a Linux machine is locked down and watched with: machine, sandbox and display server as one.

Owns putting them together for one seat and the site's policy. Refuses to start anything.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from kiosk.lockdown.backends import Backend
from kiosk.lockdown.displays import Display, EnrolledDisplay, Fingerprint
from kiosk.lockdown.facts import Concern, Preset, Probe
from kiosk.lockdown.incidents import Observation
from kiosk.lockdown.input_policy import InputPolicy
from kiosk.lockdown.linux import walls
from kiosk.lockdown.linux.backend import SeatFacts, linux_backend
from kiosk.lockdown.linux.environment import Screen, ScreenSystem, window_environment
from kiosk.lockdown.linux.input_method import programs as programs_of_input_methods
from kiosk.lockdown.linux.window_tree import program_folders
from kiosk.lockdown.program_digest import digests_of, program_files
from kiosk.lockdown.readings import Monitor, Reading
from kiosk.lockdown.shipped_files import WatchedFiles, watched_files
from kiosk.lockdown.wayland.backend import PROGRAMS, wayland_backend
from kiosk.lockdown.wayland.compositor import compositor_at
from kiosk.lockdown.x11.backend import x11_backend
from kiosk.lockdown.x11.connection import NoXServerError, XServer
from kiosk.lockdown.x11.devices import InjectedInput
from kiosk.lockdown.x11.outputs import displays_of
from kiosk.readiness.certifying import own_roots, shipped_program
from ui.lockdown.errors import SupervisorFault
from ui.lockdown.options import SessionOptions, Wanted, wanted_by
from ui.lockdown.ours import Ours


def backend_here(
    options: SessionOptions,
    machine: walls.Machine,
    screen: Screen,
    window: Callable[[], int | None],
    wanted: Wanted | None = None,
) -> Backend:
    """Return what this machine is locked down and watched with.

    Args:
        options: what the sitting is started with.
        machine: what can be done about walls here.
        screen: where the window is shown.
        window: the window's process; None while there is none.
        wanted: what it is to be watched for; None: by the preset of the options alone.

    Raises:
        SupervisorFault: the X server does not answer.
    """
    wanted = wanted_by(options.preset) if wanted is None else wanted
    method = "-" if wanted.policy.input_method else ""
    given = window_environment(
        options.environment, screen, supervisor=0, accessibility="-", sound="-", input_method=method
    )
    own, ours = own_files(), Ours(os.getpid())
    seat = SeatFacts(
        uid=os.getuid() if machine.user is None else machine.user.uid,
        folder=options.seat,
        window=window,
        known_programs=(
            *(f"{folder}/" for folder in program_folders()),
            *_of_the_screen(screen),
            *(programs_of_input_methods() if method else ()),
        ),
        is_ours=ours,
        environment=frozenset(given),
        program_files=own.digests,
        program_folder=own.closed,
        displays=tuple(Fingerprint(each) for each in wanted.policy.displays),
        sees_displays=screen.system is ScreenSystem.X11,
    )
    sandbox = Backend(name=f"sandbox, {screen.system.value}", operations=walls.operations(machine, window))
    if screen.system is ScreenSystem.WAYLAND:
        return linux_backend(seat).with_more(sandbox, wayland_backend(lambda: compositor_at(Path(screen.socket))))
    if screen.system is not ScreenSystem.X11:
        return linux_backend(seat).with_more(sandbox)
    try:
        server = XServer(screen.name)
    except NoXServerError as error:
        raise SupervisorFault(str(error)) from error
    enrolled = enrolled_display(server, seat.displays)
    x11 = x11_backend(server, ours, policy=InputPolicy(), enrolled=enrolled)
    return linux_backend(seat).with_more(sandbox, _for_a_rig(x11, wanted))


def _of_the_screen(screen: Screen) -> tuple[str, ...]:
    """A compositor runs as the seat's user; an X server does not."""
    return PROGRAMS if screen.system is ScreenSystem.WAYLAND else ()


def own_files() -> WatchedFiles:
    """Return what is watched of the program that runs: as it was shipped, or, of an installation of sources, as it is now."""
    program = shipped_program()
    if program is not None:
        return watched_files(program)
    files = program_files(own_roots())
    return WatchedFiles(digests={files[name]: digest for name, digest in digests_of(files).items()})


def enrolled_display(server: XServer, fingerprints: Sequence[Fingerprint]) -> EnrolledDisplay | None:
    """Return the seat's own display; None where the site enrolled none.

    Args:
        server: where it is looked for.
        fingerprints: of the displays of the site. Where none of them is here, the seat's own is one that is missing.
    """
    if not fingerprints:
        return None
    nothing: tuple[Display, ...] = ()
    here = server.look(lambda: displays_of(server), nothing)
    found = next((display for display in here if display.fingerprint in fingerprints), None)
    return EnrolledDisplay(fingerprint=fingerprints[0], name="") if found is None else EnrolledDisplay.of(found)


def _for_a_rig(x11: Backend, wanted: Wanted) -> Backend:
    """Practice is where screens are tried out, with keys that programs press, too; an exam that demands more is none."""

    def takes_injected() -> bool:
        preset = wanted.preset_now()
        return preset is Preset.PRACTICE and InputPolicy.for_rig(preset).takes_injected

    monitors = tuple(
        ExceptWhile(monitor, takes_injected) if isinstance(monitor, InjectedInput) else monitor
        for monitor in x11.monitors
    )
    return Backend(name=x11.name, operations=x11.operations, monitors=monitors, further=x11.further)


class ExceptWhile:
    """A monitor that looks, and says nothing while that is asked of it.

    Args:
        monitor: the one that looks.
        is_still: whether it says nothing now.
    """

    def __init__(self, monitor: Monitor, is_still: Callable[[], bool]) -> None:
        self._monitor = monitor
        self._is_still = is_still

    @property
    def name(self) -> str:
        """Of the monitor."""
        return self._monitor.name

    @property
    def concern(self) -> Concern:
        """Of the monitor."""
        return self._monitor.concern

    def probe(self) -> Probe:
        """Ask the monitor."""
        return self._monitor.probe()

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look; what is seen now is not told later."""
        seen = self._monitor.poll(now)
        return () if self._is_still() else seen
