"""Signs that the machine is a virtual one. A guess, and treated as one: said once, and never more than noted.

Owns the signs. Only what names a virtual machine outright counts: makers of real machines make virtual ones too, and a
processor that could run a hypervisor is not one that runs under it.

Source: Documentation/ABI/testing/sysfs-class-dmi of Linux; CPUID leaf 1, ECX bit 31 as /proc/cpuinfo shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.linux.look import Look
from kiosk.lockdown.readings import Reading

_DMI: Final = "sys/class/dmi/id"
_CPU: Final = "proc/cpuinfo"
_HYPERVISOR: Final = "sys/hypervisor/type"
_FIELDS: Final = ("sys_vendor", "product_name", "board_vendor", "bios_vendor")
_SIGNS: Final = (
    "Amazon EC2",
    "BHYVE",
    "Bochs",
    "Google Compute Engine",
    "KVM",
    "OpenStack",
    "Parallels",
    "QEMU",
    "VMware",
    "VirtualBox",
    "Virtual Machine",
    "Xen",
    "innotek GmbH",
)


class VirtualMachineMonitor:
    """Says once what it saw."""

    name = "linux/virtual-machine"
    concern = Concern.VIRTUAL_MACHINE

    def __init__(self, look: Look) -> None:
        self._look = look
        self._told = False

    def probe(self) -> Probe:
        """Tell whether there is anything to look at."""
        if not self._look.names(_DMI) and self._look.text(_CPU) is None:
            return Probe(capability=Capability.UNAVAILABLE, reason="The machine does not say what it is.")
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="A virtual machine that does not hide is noticed; one that hides is not.",
            remedy="Start the seat from its own disk, on a machine that you know.",
        )

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look, the first time."""
        del now
        if self._told:
            return ()
        self._told = True
        sign = self._sign()
        return [Observation(kind=IncidentKind.VIRTUAL_MACHINE, evidence={"sign": sign})] if sign else ()

    def _sign(self) -> str:
        for field in _FIELDS:
            value = self._look.text(f"{_DMI}/{field}") or ""
            if any(sign.lower() in value.lower().replace("-", " ") for sign in _SIGNS):
                return f"{field}: {value}"
        kind = self._look.text(_HYPERVISOR)
        if kind:
            return f"hypervisor: {kind}"
        flags = next((row for row in (self._look.text(_CPU) or "").splitlines() if row.startswith("flags")), "")
        return "processor: hypervisor" if "hypervisor" in flags.split() else ""
