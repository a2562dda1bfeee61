"""What was noticed: the kinds of incidents, one incident, and the chain that an incident log is.

Owns the names of the kinds (``catalogue`` says in words what each is, means and asks for) and the encoding of the log. Refuses to
know who notices and what follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Consequence(Enum):
    """What follows from an incident, least first. None of them ends a session or costs an answer."""

    NOTE = "note"
    """It stands in the log."""
    WARN = "warn"
    """The candidate and the proctor see a line."""
    PAUSE = "pause"
    """The screen is covered and the clock stands; the candidate goes on with a tap."""
    LOCK = "lock"
    """The screen is covered and the clock stands; a proctor opens it."""


class IncidentKind(Enum):
    """What can happen. The values are stable: they stand in result bundles."""

    SESSION_STARTED = "session-started"
    SESSION_ENDED = "session-ended"
    CAPABILITY_MISSING = "capability-missing"
    OPERATION_FAILED = "operation-failed"
    OPERATION_DRIFTED = "operation-drifted"
    OPERATION_LOST = "operation-lost"
    RESTORED = "restored"
    RESTORED_AFTER_CRASH = "restored-after-crash"
    RESTORE_FAILED = "restore-failed"

    KEYS_BLOCKED = "keys-blocked"
    KEYS_BLOCKED_OFTEN = "keys-blocked-often"
    POINTER_BLOCKED = "pointer-blocked"
    INPUT_INJECTED = "input-injected"
    INPUT_DEVICE_ADDED = "input-device-added"
    INPUT_DEVICE_REMOVED = "input-device-removed"
    GRAB_LOST = "grab-lost"
    HOOK_LOST = "hook-lost"
    LAYOUT_CHANGED = "layout-changed"

    FOCUS_LOST = "focus-lost"
    FOREIGN_WINDOW = "foreign-window"
    WINDOW_MOVED = "window-moved"
    DESKTOP_SWITCHED = "desktop-switched"
    CONSOLE_SWITCHED = "console-switched"
    USER_SWITCHED = "user-switched"
    REMOTE_SESSION = "remote-session"
    ASSISTIVE_CLIENT = "assistive-client"

    CLIPBOARD_WRITTEN = "clipboard-written"
    CLIPBOARD_EMPTIED = "clipboard-emptied"
    DRAG_BLOCKED = "drag-blocked"
    CAPTURE_GUARD_FAILED = "capture-guard-failed"
    CAPTURE_SUSPECTED = "capture-suspected"

    DISPLAY_ADDED = "display-added"
    DISPLAY_REMOVED = "display-removed"
    DISPLAY_CHANGED = "display-changed"
    DISPLAY_UNKNOWN = "display-unknown"

    NETWORK_UP = "network-up"
    NETWORK_DOWN = "network-down"
    WIRELESS_FOUND = "wireless-found"

    USB_STORAGE_ADDED = "usb-storage-added"
    USB_DEVICE_ADDED = "usb-device-added"
    USB_DEVICE_REMOVED = "usb-device-removed"

    PROCESS_UNKNOWN = "process-unknown"
    PROCESS_FORBIDDEN = "process-forbidden"
    PROCESS_ENDED = "process-ended"
    DEBUGGER_FOUND = "debugger-found"
    VIRTUAL_MACHINE = "virtual-machine"

    CLOCK_JUMPED = "clock-jumped"
    SUSPENDED = "suspended"
    LID_CLOSED = "lid-closed"

    POWER_LOST = "power-lost"
    BATTERY_LOW = "battery-low"
    POWER_KEY_PRESSED = "power-key-pressed"
    UPDATE_PENDING = "update-pending"

    FILES_CHANGED = "files-changed"
    ENVIRONMENT_CHANGED = "environment-changed"
    LOG_BROKEN = "log-broken"
    DISK_LOW = "disk-low"
    WINDOW_DIED = "window-died"
    WINDOW_HUNG = "window-hung"
    WINDOW_DIED_OFTEN = "window-died-often"
    SUPERVISOR_LOST = "supervisor-lost"
    MACHINE_RESTARTED = "machine-restarted"

    LOCK_SHOWN = "lock-shown"
    LOCK_OPENED = "lock-opened"
    PIN_REFUSED = "pin-refused"
    CONSEQUENCE_CHANGED = "consequence-changed"
    STARTED_ALL_THE_SAME = "started-all-the-same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What somebody noticed, before anybody judges it.

    Attributes:
        kind: what happened.
        evidence: what is kept of it: names from the catalogue, texts of at most 500 characters. Never an answer, never what
            was typed.
    """

    kind: IncidentKind
    evidence: Mapping[str, str] = field(default_factory=dict)
