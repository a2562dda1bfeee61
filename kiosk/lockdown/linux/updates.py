"""Updates and restarts that the system does by itself, and a disk that gets full.

Owns reading them. Refuses to stop an update: half an update leaves a machine broken. The admin is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.linux.look import Look, fields_of
from kiosk.lockdown.linux.processes import processes
from kiosk.lockdown.readings import Reading

_UPDATERS: Final = frozenset(
    {
        "apt",
        "apt-get",
        "aptitude",
        "dnf",
        "dpkg",
        "fwupdmgr",
        "pacman",
        "rpm",
        "snap",
        "unattended-upgr",
        "yum",
        "zypper",
    }
)
"""Names as the kernel cuts them off. Services that only look for updates run all day and are none."""
_RESTART: Final = ("run/reboot-required", "var/run/reboot-required")
_SHUTDOWN: Final = "run/systemd/shutdown/scheduled"
LOW_MEBIBYTES: Final = 500
"""A long sitting with its second copy and its bundle takes a few MiB; this is what a system needs to live."""
RISEN_MEBIBYTES: Final = 100
"""So much more has to be free before it can be low again: logs come and go."""


class UpdateMonitor:
    """Notices updates that run, and restarts that are to come."""

    name = "linux/updates"
    concern = Concern.UPDATES

    def __init__(self, look: Look) -> None:
        self._look = look
        self._told: frozenset[str] = frozenset()

    def probe(self) -> Probe:
        """Tell whether processes can be seen."""
        if not self._look.names("proc"):
            return Probe(capability=Capability.UNAVAILABLE, reason="The machine does not show what runs on it.")
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="An update that runs, and a restart that is planned, are noticed.",
            remedy="Switch automatic updates off on exam days, and update between them.",
        )

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once; each thing is told once a sitting."""
        del now
        what = {f"{process.name} is running" for process in processes(self._look) if process.name in _UPDATERS}
        if any(self._look.text(path) is not None for path in _RESTART):
            what.add("an update waits for a restart")
        if "USEC" in fields_of(self._look.text(_SHUTDOWN)):
            what.add("the system is going to shut down")
        new = sorted(what - self._told)
        self._told |= what
        return [Observation(kind=IncidentKind.UPDATE_PENDING, evidence={"what": each}) for each in new]


class DiskMonitor:
    """Notices a disk that gets full.

    Args:
        look: at the machine.
        folder: of the seat, without the leading slash.
    """

    name = "linux/disk"
    concern = Concern.UPDATES

    def __init__(self, look: Look, *, folder: str) -> None:
        self._look = look
        self._folder = folder
        self._is_low = False

    def probe(self) -> Probe:
        """Tell whether the disk says how full it is."""
        if self._look.free_mebibytes(self._folder) is None:
            return Probe(capability=Capability.UNAVAILABLE, reason="The disk does not say how full it is.")
        return Probe(capability=Capability.DETECT_ONLY, reason="A disk that gets full is noticed.")

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once."""
        del now
        free = self._look.free_mebibytes(self._folder)
        if free is None:
            return ()
        was_low = self._is_low
        self._is_low = free < (LOW_MEBIBYTES + RISEN_MEBIBYTES if was_low else LOW_MEBIBYTES)
        if was_low or not self._is_low:
            return ()
        return [Observation(kind=IncidentKind.DISK_LOW, evidence={"mebibytes": str(free)})]
