"""What happens on the machine: programs, debuggers, supply, sleep, clock, waiting updates, signs of a virtual machine.

Owns comparing a look with the one before. Refuses to end anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.linux.clocks import ClockMonitor
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.windows.api import Hive, Machine, Registry
from kiosk.lockdown.windows.structs import REG_SZ
from kiosk.lockdown.windows.verification import as_verified

_REMOTE: Final = "shows or steers the screen from another machine"
_RECORDS: Final = "records the screen"
_TYPES: Final = "types and clicks by itself"
_READS: Final = "reads other programs' memory"
FORBIDDEN: Final[Mapping[str, str]] = {
    **dict.fromkeys(("anydesk", "dwagent", "parsecd", "rustdesk", "sunshine", "teamviewer", "tvnserver"), _REMOTE),
    **dict.fromkeys(("mstsc", "msra", "quickassist", "vncserver", "winvnc", "mousewithoutborders"), _REMOTE),
    **dict.fromkeys(("obs32", "obs64", "ffmpeg", "sharex", "snippingtool", "screensketch", "gamebar"), _RECORDS),
    **dict.fromkeys(("autohotkey", "autohotkey32", "autohotkey64", "autohotkeyu64"), _TYPES),
    **dict.fromkeys(("cheatengine", "windbg", "x64dbg", "procdump", "processhacker", "systeminformer"), _READS),
}
"""Programs by file name without ``.exe``, in lower case, and what they do. A site's list is added to it."""
PROGRAMS_MAX: Final = 20
LOW_PERCENT: Final = (20, 10)
RISEN_PERCENT: Final = 5
SLEPT_MS: Final = 2_000
_BIOS: Final = "HARDWARE\\DESCRIPTION\\System\\BIOS"
_BIOS_VALUES: Final = ("SystemManufacturer", "SystemProductName", "BaseBoardManufacturer", "BIOSVendor")
_VIRTUAL: Final = ("KVM", "QEMU", "VMware", "VirtualBox", "Virtual Machine", "Xen", "Parallels", "innotek", "Bochs")
_WAITING: Final = "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired"


def _noticed(reason: str) -> Probe:
    return as_verified(Probe(capability=Capability.DETECT_ONLY, reason=reason))


class ProcessMonitor:
    """Notices programs that are forbidden, and those that were started since the exam began and nobody knows.

    Args:
        machine: where.
        is_ours: which processes are the exam's.
        known: file names of programs that belong to the seat, in lower case.
        forbidden: beside ``FORBIDDEN``.
    """

    name = "windows/processes"
    concern = Concern.PROCESSES

    def __init__(
        self,
        machine: Machine,
        is_ours: Callable[[int], bool],
        *,
        known: frozenset[str] = frozenset(),
        forbidden: Mapping[str, str] | None = None,
    ) -> None:
        self._machine = machine
        self._is_ours = is_ours
        self._known = known
        self._forbidden = {**FORBIDDEN, **(forbidden or {})}
        self._told: frozenset[tuple[int, str]] = frozenset()
        self._first: frozenset[tuple[int, str]] | None = None

    def probe(self) -> Probe:
        """Tell whether processes can be seen."""
        if not self._machine.processes():
            reason = "Windows shows no processes."
            return as_verified(Probe(capability=Capability.UNAVAILABLE, reason=reason))
        return _noticed("Programs are known by their names here, and a name can be changed.")

    def look_anew(self) -> None:
        """What is forbidden and runs is told again, and what is unknown and came after the first look."""
        self._told = frozenset()

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once. What runs at the first look belongs to the machine: only what is forbidden is told of it."""
        del now
        seen = frozenset(
            (each.pid, each.program.lower()) for each in self._machine.processes() if not self._is_ours(each.pid)
        )
        # Numbers of processes are given again: what has ended is no part of the first look any more.
        self._first = seen if self._first is None else self._first & seen
        new, self._told = seen - self._told, seen
        forbidden = {program: self._why(program) for _, program in new if self._why(program)}
        came = Counter(program for _, program in new - self._first)
        unknown = [program for program in came if program not in forbidden and program not in self._known]
        return [
            *(_forbidden(program, why) for program, why in sorted(forbidden.items())),
            *(_unknown(program, came[program]) for program in sorted(unknown)[:PROGRAMS_MAX]),
        ]

    def _why(self, program: str) -> str:
        return self._forbidden.get(program.removesuffix(".exe"), "")


def _forbidden(program: str, why: str) -> Observation:
    return Observation(kind=IncidentKind.PROCESS_FORBIDDEN, evidence={"program": program, "why": why})


def _unknown(program: str, count: int) -> Observation:
    return Observation(kind=IncidentKind.PROCESS_UNKNOWN, evidence={"program": program, "count": str(count)})


class DebuggerMonitor:
    """Notices a debugger at the window.

    Args:
        machine: where.
        window: the window's process; None while there is none.
    """

    name = "windows/debugger"
    concern = Concern.DEBUGGING

    def __init__(self, machine: Machine, window: Callable[[], int | None]) -> None:
        self._machine = machine
        self._window = window
        self._told: int | None = None

    def probe(self) -> Probe:
        """It works for processes of the same user."""
        return _noticed("A debugger is noticed; a program that only reads memory is not.")

    def look_anew(self) -> None:
        """One that is at the window is told again."""
        self._told = None

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Ask once."""
        del now
        pid = self._window()
        if pid is None or pid == self._told or not self._machine.is_debugged(pid):
            return ()
        self._told = pid
        return (Observation(kind=IncidentKind.DEBUGGER_FOUND, evidence={"program": "unknown"}),)


class PowerMonitor:
    """Notices a machine that lives on its battery, and a battery that ends."""

    name = "windows/power"
    concern = Concern.SUSPEND

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._on_battery = False
        self._lowest_told = 101

    def probe(self) -> Probe:
        """Tell whether the supply can be seen."""
        power = self._machine.power()
        if power is None or power.on_mains is None:
            reason = "Windows does not say how the machine is supplied."
            return as_verified(Probe(capability=Capability.UNAVAILABLE, reason=reason))
        return _noticed("A power cut is noticed while the battery lasts.")

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once."""
        del now
        power = self._machine.power()
        if power is None or power.percent is None:
            return ()
        on_battery = power.on_mains is False
        was_on_battery, self._on_battery = self._on_battery, on_battery
        if not on_battery:
            self._lowest_told = 101
            return ()
        if power.percent >= self._lowest_told + RISEN_PERCENT:
            self._lowest_told = 101
        evidence = {"percent": str(power.percent)}
        found = [] if was_on_battery else [Observation(kind=IncidentKind.POWER_LOST, evidence=evidence)]
        reached = [limit for limit in LOW_PERCENT if power.percent <= limit < self._lowest_told]
        if reached:
            self._lowest_told = min(reached)
            found.append(Observation(kind=IncidentKind.BATTERY_LOW, evidence=evidence))
        return found


class SleepMonitor:
    """Notices that the machine slept, by the two clocks of Windows: those of a reading are one and the same here."""

    name = "windows/sleep"
    concern = Concern.SUSPEND

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._least_ms: int | None = None

    def probe(self) -> Probe:
        """It works everywhere."""
        return _noticed("Sleep is noticed when the machine wakes up, and is put down as outage.")

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Compare the gap between the clocks with the least that was seen."""
        del now
        asleep = self._machine.since_start_ms() - self._machine.awake_ms()
        least = asleep if self._least_ms is None else min(self._least_ms, asleep)
        slept = asleep - least
        if slept < SLEPT_MS:
            self._least_ms = least
            return ()
        self._least_ms = asleep
        return (Observation(kind=IncidentKind.SUSPENDED, evidence={"milliseconds": str(slept)}),)


class WallClockMonitor(ClockMonitor):
    """Notices that the wall clock was set. A clock that counts sleep counts it in both: sleep is no jump here."""

    name = "windows/clock"

    def probe(self) -> Probe:
        """It works everywhere."""
        return as_verified(super().probe())


class UpdateMonitor:
    """Notices that an update waits for a restart, once."""

    name = "windows/updates"
    concern = Concern.UPDATES

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._told = False

    def probe(self) -> Probe:
        """It works everywhere."""
        return _noticed("An update that waits for a restart is noticed.")

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once."""
        del now
        if self._told or not self._registry.has_key(Hive.MACHINE, _WAITING):
            return ()
        self._told = True
        return (Observation(kind=IncidentKind.UPDATE_PENDING, evidence={"what": "a restart"}),)


class VirtualMachineMonitor:
    """Says once what the firmware says outright. A guess, and never more than noted."""

    name = "windows/virtual-machine"
    concern = Concern.VIRTUAL_MACHINE

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._told = False

    def probe(self) -> Probe:
        """Tell whether the firmware says anything."""
        if not self._registry.has_key(Hive.MACHINE, _BIOS):
            reason = "The machine does not say what it is."
            return as_verified(Probe(capability=Capability.UNAVAILABLE, reason=reason))
        return _noticed("A virtual machine that does not hide is noticed; one that hides is not.")

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once."""
        del now
        if self._told:
            return ()
        self._told = True
        texts = [text for name in _BIOS_VALUES if (text := self._text(name))]
        signs = [text for text in texts if any(sign.lower() in text.lower() for sign in _VIRTUAL)]
        return [Observation(kind=IncidentKind.VIRTUAL_MACHINE, evidence={"sign": signs[0]})] if signs else ()

    def _text(self, name: str) -> str:
        value = self._registry.read(Hive.MACHINE, _BIOS, name)
        if value is None or value.type != REG_SZ:
            return ""
        return value.data.decode("utf-16-le", errors="replace").rstrip("\0")
