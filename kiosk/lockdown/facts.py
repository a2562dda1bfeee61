"""What lockdown is about, and what a machine can do for it: words that every platform shares.

Owns the list of concerns and the three honest answers. Refuses to know how anything is enforced.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Concern(Enum):
    """One thing a candidate must not get at, or that must not happen unseen. A row of the capability table."""

    APP_SWITCHING = "app-switching"
    """Other programs' windows."""
    SYSTEM_KEYS = "system-keys"
    """Keys and key combinations that belong to the system."""
    CONSOLE_SWITCHING = "console-switching"
    """Virtual consoles, other desktops, other users' sessions."""
    POINTER = "pointer"
    """Context menus, the middle button, dragging in and out."""
    INJECTED_INPUT = "injected-input"
    """Keys and clicks that come from a program."""
    INPUT_DEVICES = "input-devices"
    """Keyboards and pointers plugged in while the exam runs."""
    CLIPBOARD = "clipboard"
    SCREEN_CAPTURE = "screen-capture"
    DISPLAYS = "displays"
    """More than the one enrolled display."""
    NETWORK = "network"
    USB_STORAGE = "usb-storage"
    PROCESSES = "processes"
    """Programs that are not the exam's."""
    DEBUGGING = "debugging"
    """Reading or writing the window's memory."""
    CORE_DUMPS = "core-dumps"
    """Answers and keys in crash files and in swap."""
    PRIVILEGES = "privileges"
    """What the window's process itself may do."""
    ENVIRONMENT = "environment"
    """Variables that make Qt or Python load or open something."""
    PROGRAM_FILES = "program-files"
    CLOCK = "clock"
    SUSPEND = "suspend"
    """Sleep, lid and power keys."""
    REMOTE_SESSION = "remote-session"
    VIRTUAL_MACHINE = "virtual-machine"
    UPDATES = "updates"
    """Updates, notifications and restarts by the system."""


class Capability(Enum):
    """What can be done about a concern on this machine."""

    ENFORCED = "enforced"
    """It is prevented."""
    DETECT_ONLY = "detect-only"
    """It can happen, and is noticed."""
    UNAVAILABLE = "unavailable"
    """It can happen, and nobody will know."""

    def satisfies(self, wanted: Capability) -> bool:
        """Tell whether this is at least what is wanted."""
        return _ORDER.index(self) <= _ORDER.index(wanted)


_ORDER = (Capability.ENFORCED, Capability.DETECT_ONLY, Capability.UNAVAILABLE)


class Preset(Enum):
    """How strict a seat is."""

    PRACTICE = "practice"
    STANDARD = "standard"
    STRICT = "strict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What an operation or a monitor can do here, found out without changing anything.

    Attributes:
        capability: what it amounts to.
        reason: why it is not more, in a sentence for a site admin; empty where it is enforced.
        remedy: what an admin can do about it; empty where there is nothing.
    """

    capability: Capability
    reason: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityEntry:
    """A row of the capability table: the best that anything on this machine does about a concern.

    Attributes:
        by: name of the operation or monitor; empty where there is none.
    """

    concern: Concern
    probe: Probe
    by: str = ""


def capability_table(probes: dict[str, tuple[Concern, Probe]]) -> tuple[CapabilityEntry, ...]:
    """Return a row for every concern, in the order of the list: the best probe for it, or that there is none.

    Args:
        probes: by name of operation or monitor: what it is about and what it can do.
    """
    return tuple(_best(concern, probes) for concern in Concern)


def _best(concern: Concern, probes: dict[str, tuple[Concern, Probe]]) -> CapabilityEntry:
    about = [(name, probe) for name, (what, probe) in probes.items() if what is concern]
    if not about:
        nothing = Probe(capability=Capability.UNAVAILABLE, reason="Nothing on this machine does it.")
        return CapabilityEntry(concern=concern, probe=nothing)
    name, probe = min(about, key=lambda entry: _ORDER.index(entry[1].capability))
    return CapabilityEntry(concern=concern, probe=probe, by=name)
