"""Everything that looks at a Linux machine, together, and how often each looks.

Owns the list. Refuses to know display servers (``x11``, ``wayland``) and the sandbox, which bring their own, and to start
anything.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from exam_packages.ids import Digest
from kiosk.lockdown.backends import Backend
from kiosk.lockdown.displays import Fingerprint
from kiosk.lockdown.facts import Concern, Probe
from kiosk.lockdown.incidents import Observation
from kiosk.lockdown.linux.clocks import ClockMonitor, SleepMonitor
from kiosk.lockdown.linux.consoles import ConsoleMonitor, RemoteMonitor
from kiosk.lockdown.linux.display_links import DisplayLinkMonitor
from kiosk.lockdown.linux.environment_watch import EnvironmentMonitor
from kiosk.lockdown.linux.input_devices import InputDeviceMonitor
from kiosk.lockdown.linux.integrity import IntegrityMonitor
from kiosk.lockdown.linux.look import FileLook, Look
from kiosk.lockdown.linux.network import NetworkMonitor
from kiosk.lockdown.linux.power import DevicePowerKeys, LidMonitor, PowerKeyMonitor, PowerKeys, PowerMonitor
from kiosk.lockdown.linux.prepared import prepared_probes
from kiosk.lockdown.linux.processes import FORBIDDEN, DebuggerMonitor, ProcessMonitor
from kiosk.lockdown.linux.updates import DiskMonitor, UpdateMonitor
from kiosk.lockdown.linux.usb import UsbMonitor
from kiosk.lockdown.linux.virtual_machine import VirtualMachineMonitor
from kiosk.lockdown.readings import LooksAnew, Monitor, Reading

NAME: Final = "Linux"
PROCESSES_MS: Final = 1_000
"""Some hundred files are read at each look."""
SLOW_MS: Final = 10_000
"""For what changes slowly: the supply, updates, the disk."""
DEVICES: Final = Path("/dev/input")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatFacts:
    """What the monitors have to know of a seat.

    Attributes:
        uid: the user whom the session belongs to.
        folder: of the seat, from the root.
        window: the window's process; None while there is none.
        known_programs: files and folders (ending in ``/``) that the seat's programs run from.
        is_ours: whether a process is one that the supervisor started.
        environment: names of the variables that the window is given.
        program_files: SHA-256 of the program's files, by path from the root.
        program_folder: which holds these files and no others; None where others may come and go.
        displays: fingerprints of those that belong to the seat; none: nobody enrolled any.
        sticks: storage that may come at any time, as it is called in evidence.
        forbidden_programs: names of programs beside those of ``processes``, and what they do.
        forbidden_files: SHA-256 of programs, and what they do.
        sees_displays: a display server is asked about displays; then sockets are not looked at beside it.
    """

    uid: int
    folder: Path
    window: Callable[[], int | None]
    known_programs: Sequence[str]
    environment: frozenset[str]
    program_files: Mapping[Path, Digest] = field(default_factory=dict)
    program_folder: Path | None = None
    displays: Sequence[Fingerprint] = ()
    sticks: frozenset[str] = frozenset()
    forbidden_programs: Mapping[str, str] = field(default_factory=dict)
    forbidden_files: Mapping[Digest, str] = field(default_factory=dict)
    is_ours: Callable[[int], bool] = lambda _: False
    sees_displays: bool = False


def linux_backend(
    seat: SeatFacts,
    *,
    look: Look | None = None,
    power_keys: PowerKeys | None = None,
    choose: Callable[[int], int] = secrets.randbelow,
) -> Backend:
    """Return what looks at this machine. It changes nothing: what does, is in ``preparing`` and in the sandbox.

    Args:
        seat: what has to be known of it.
        look: at another machine than this one.
        power_keys: of another machine than this one.
        choose: returns a number from 0 to below its argument.
    """
    look = FileLook(Path("/")) if look is None else look
    power_keys = DevicePowerKeys(DEVICES) if power_keys is None else power_keys
    files = {_from_root(path): digest for path, digest in seat.program_files.items()}
    program = "" if seat.program_folder is None else _from_root(seat.program_folder)
    programs = ProcessMonitor(
        look,
        uid=seat.uid,
        known=seat.known_programs,
        forbidden={**FORBIDDEN, **seat.forbidden_programs},
        forbidden_files=seat.forbidden_files,
        is_ours=seat.is_ours,
    )
    monitors: tuple[Monitor, ...] = (
        ClockMonitor(),
        SleepMonitor(),
        LidMonitor(look),
        PowerKeyMonitor(look, power_keys),
        ConsoleMonitor(look),
        RemoteMonitor(look),
        NetworkMonitor(look),
        UsbMonitor(look, enrolled=seat.sticks),
        InputDeviceMonitor(look),
        DebuggerMonitor(look, window=seat.window),
        EnvironmentMonitor(look, window=seat.window, given=seat.environment),
        Paced(programs, every_ms=PROCESSES_MS),
        IntegrityMonitor(look, files, choose=choose, program=program),
        Paced(PowerMonitor(look), every_ms=SLOW_MS),
        Paced(UpdateMonitor(look), every_ms=SLOW_MS),
        Paced(DiskMonitor(look, folder=_from_root(seat.folder)), every_ms=SLOW_MS),
        VirtualMachineMonitor(look),
    )
    if not seat.sees_displays:
        monitors = (*monitors, DisplayLinkMonitor(look, enrolled=seat.displays))
    return Backend(name=NAME, monitors=monitors, further=prepared_probes(look, uid=seat.uid, program_files=files))


def _from_root(path: Path) -> str:
    return str(path).removeprefix("/")


class Paced:
    """A monitor that is asked less often.

    Args:
        monitor: the one that looks.
        every_ms: how long it rests between two looks.
    """

    def __init__(self, monitor: Monitor, *, every_ms: int) -> None:
        self._monitor = monitor
        self._every_ms = every_ms
        self._looked_ms: int | None = None

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

    def look_anew(self) -> None:
        """Have the monitor do so, if it can."""
        if isinstance(self._monitor, LooksAnew):
            self._monitor.look_anew()

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look, if it is time."""
        if self._looked_ms is not None and now.since_boot_ms - self._looked_ms < self._every_ms:
            return ()
        self._looked_ms = now.since_boot_ms
        return self._monitor.poll(now)
