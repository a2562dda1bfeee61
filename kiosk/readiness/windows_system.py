"""Which Windows this is, by the call that tells every program the truth; and whether it is Windows at all.

Owns asking. Refuses to judge (``windows_facts``).
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

from kiosk.lockdown.windows.calls import Library
from kiosk.readiness.windows_calls import NTDLL, OsVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemHere:
    """A system.

    Attributes:
        wine: its version, where this is wine; empty where it is Windows.
        build: as ``10.0.22631``; empty where it is not told.
    """

    wine: str
    build: str


def system_here() -> SystemHere:
    """Ask ntdll.

    Raises:
        OSError: this is not 64-bit Windows.
    """
    ntdll = Library("ntdll", NTDLL)
    version = OsVersion(size=ctypes.sizeof(OsVersion))
    refused = ntdll.ask("RtlGetVersion", ctypes.byref(version))
    build = "" if refused or not version.major else f"{version.major}.{version.minor}.{version.build}"
    name = ntdll.ask("wine_get_version")
    wine = ctypes.string_at(name).decode("ascii", errors="replace") if name else ""
    return SystemHere(wine=wine, build=build)
