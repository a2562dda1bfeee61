"""Every kind of incident: what is kept of it, what follows from it, and who may clear it.

Owns one table. The words for people stand in ``ui/window/incident_words.py``, and both together in docs/incidents.md.

What was only concluded, and may be wrong (a virtual machine, a program nobody knows), is noted and never more, unless a site asks
for it. What the machine does by itself (sleep, power) pauses at most. A lock is for what lets others see or do something.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from kiosk.lockdown.incidents import Consequence, IncidentKind

EVIDENCE_MAX: Final = 500  # characters of one piece of evidence


class Clears(Enum):
    """Who brings the exam on after it."""

    NOBODY = "nobody"
    """It goes on by itself."""
    CANDIDATE = "candidate"
    """With a tap."""
    PROCTOR = "proctor"
    """With a PIN."""
    ADMIN = "admin"
    """It does not concern the session; the seat's admin has something to mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One kind.

    Attributes:
        consequence: in the preset "standard".
        strict: in the preset "strict".
        evidence: names of what is kept.
        clears: who brings the exam on, where the consequence is the standard one.
    """

    consequence: Consequence
    strict: Consequence
    evidence: tuple[str, ...] = ()
    clears: Clears = Clears.NOBODY


def _entry(consequence: Consequence, *evidence: str, strict: Consequence | None = None, admin: bool = False) -> Entry:
    by_whom = {Consequence.PAUSE: Clears.CANDIDATE, Consequence.LOCK: Clears.PROCTOR}
    clears = Clears.ADMIN if admin else by_whom.get(consequence, Clears.NOBODY)
    return Entry(consequence=consequence, strict=strict or consequence, evidence=evidence, clears=clears)


_NOTE, _WARN, _PAUSE, _LOCK = Consequence.NOTE, Consequence.WARN, Consequence.PAUSE, Consequence.LOCK
_Kind = IncidentKind

CATALOGUE: Final[Mapping[IncidentKind, Entry]] = {
    _Kind.SESSION_STARTED: _entry(_NOTE, "preset", "platform", "program"),
    _Kind.SESSION_ENDED: _entry(_NOTE),
    _Kind.CAPABILITY_MISSING: _entry(_NOTE, "concern", "capability", "reason"),
    _Kind.OPERATION_FAILED: _entry(_NOTE, "operation", "concern", "reason"),
    _Kind.OPERATION_DRIFTED: _entry(_WARN, "operation", "concern", "reason"),
    _Kind.OPERATION_LOST: _entry(_LOCK, "operation", "concern", "reason"),
    _Kind.RESTORED: _entry(_NOTE, "operations"),
    _Kind.RESTORED_AFTER_CRASH: _entry(_NOTE, "operations"),
    _Kind.RESTORE_FAILED: _entry(_NOTE, "operation", "concern", "reason", admin=True),
    # input
    _Kind.KEYS_BLOCKED: _entry(_NOTE, "combination", "count"),
    _Kind.KEYS_BLOCKED_OFTEN: _entry(_WARN, "count", "seconds"),
    _Kind.POINTER_BLOCKED: _entry(_NOTE, "button", "count"),
    _Kind.INPUT_INJECTED: _entry(_LOCK, "device", "count"),
    _Kind.INPUT_DEVICE_ADDED: _entry(_WARN, "device", "kind", strict=_LOCK),
    _Kind.INPUT_DEVICE_REMOVED: _entry(_WARN, "device", "kind"),
    _Kind.GRAB_LOST: _entry(_NOTE, "seconds", strict=_WARN),
    _Kind.HOOK_LOST: _entry(_WARN, "hook"),
    _Kind.LAYOUT_CHANGED: _entry(_NOTE, "from", "to"),
    # focus and windows
    _Kind.FOCUS_LOST: _entry(_WARN, "milliseconds", "program", strict=_LOCK),
    _Kind.FOREIGN_WINDOW: _entry(_LOCK, "title", "program", "geometry"),
    _Kind.WINDOW_MOVED: _entry(_WARN, "geometry", "expected"),
    _Kind.DESKTOP_SWITCHED: _entry(_LOCK, "desktop"),
    _Kind.CONSOLE_SWITCHED: _entry(_LOCK, "console"),
    _Kind.USER_SWITCHED: _entry(_LOCK, "session"),
    _Kind.REMOTE_SESSION: _entry(_LOCK, "what"),
    _Kind.ASSISTIVE_CLIENT: _entry(_NOTE, "program", strict=_WARN),
    # clipboard and capture
    _Kind.CLIPBOARD_WRITTEN: _entry(_NOTE, "selection", "program", strict=_WARN),
    _Kind.CLIPBOARD_EMPTIED: _entry(_NOTE, "selection"),
    _Kind.DRAG_BLOCKED: _entry(_NOTE, "count"),
    _Kind.CAPTURE_GUARD_FAILED: _entry(_NOTE, "reason", strict=_WARN),
    _Kind.CAPTURE_SUSPECTED: _entry(_LOCK, "program"),
    # displays
    _Kind.DISPLAY_ADDED: _entry(_LOCK, "display", "geometry"),
    _Kind.DISPLAY_REMOVED: _entry(_NOTE, "display"),
    _Kind.DISPLAY_CHANGED: _entry(_NOTE, "display", "geometry", "before"),
    _Kind.DISPLAY_UNKNOWN: _entry(_WARN, "display", "enrolled"),
    # network
    _Kind.NETWORK_UP: _entry(_WARN, "interface", strict=_LOCK),
    _Kind.NETWORK_DOWN: _entry(_NOTE, "interface"),
    _Kind.WIRELESS_FOUND: _entry(_NOTE, "interface"),
    # USB
    _Kind.USB_STORAGE_ADDED: _entry(_LOCK, "device"),
    _Kind.USB_DEVICE_ADDED: _entry(_NOTE, "device", "class", strict=_WARN),
    _Kind.USB_DEVICE_REMOVED: _entry(_NOTE, "device"),
    # processes
    _Kind.PROCESS_UNKNOWN: _entry(_NOTE, "program", "count"),
    _Kind.PROCESS_FORBIDDEN: _entry(_LOCK, "program", "why"),
    _Kind.PROCESS_ENDED: _entry(_NOTE, "program"),
    _Kind.DEBUGGER_FOUND: _entry(_LOCK, "program"),
    _Kind.VIRTUAL_MACHINE: _entry(_NOTE, "sign"),
    # clock, sleep, power
    _Kind.CLOCK_JUMPED: _entry(_NOTE, "milliseconds"),
    _Kind.SUSPENDED: _entry(_PAUSE, "milliseconds"),
    _Kind.LID_CLOSED: _entry(_PAUSE),
    _Kind.POWER_LOST: _entry(_WARN, "percent"),
    _Kind.BATTERY_LOW: _entry(_WARN, "percent"),
    _Kind.POWER_KEY_PRESSED: _entry(_NOTE),
    _Kind.UPDATE_PENDING: _entry(_NOTE, "what", admin=True),
    # integrity
    _Kind.FILES_CHANGED: _entry(_LOCK, "file", "expected", "found"),
    _Kind.ENVIRONMENT_CHANGED: _entry(_NOTE, "variable"),
    _Kind.LOG_BROKEN: _entry(_LOCK, "at"),
    _Kind.DISK_LOW: _entry(_WARN, "mebibytes", admin=True),
    _Kind.WINDOW_DIED: _entry(_NOTE, "how", "milliseconds"),
    _Kind.WINDOW_HUNG: _entry(_NOTE, "milliseconds"),
    _Kind.WINDOW_DIED_OFTEN: _entry(_LOCK, "count", "seconds"),
    _Kind.SUPERVISOR_LOST: _entry(_LOCK),
    _Kind.MACHINE_RESTARTED: _entry(_LOCK, "milliseconds"),
    # what people did
    _Kind.LOCK_SHOWN: _entry(_NOTE, "because", "number"),
    _Kind.LOCK_OPENED: _entry(_NOTE, "number", "proctor", "note"),
    _Kind.PIN_REFUSED: _entry(_NOTE, "proctor"),
    _Kind.CONSEQUENCE_CHANGED: _entry(_NOTE, "kind", "to"),
    _Kind.STARTED_ALL_THE_SAME: _entry(_NOTE, "concern", "proctor"),
}
