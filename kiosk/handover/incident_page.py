"""What a candidate is told of the incidents of a sitting: what happened when, what followed, and how long the exam stood still.

Owns the calm words of that page and the counting of time. Refuses to know programs, windows and devices by name: the page is for
the person who sat the exam, and whatever it was, it is for the office to judge. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from exam_packages.ids import UtcMs
from exam_packages.lockdown_log import Followed, LockdownLine
from kiosk.lockdown.incidents import IncidentKind

ENTRIES_MAX: Final = 22
"""Lines that have room on the page; of more the first ones are shown, and how many there were."""
_MINUTE_MS: Final = 60_000
_DIGITS_MAX: Final = len(str(2**53))

_WHAT: Final[Mapping[IncidentKind, str]] = {
    IncidentKind.SUSPENDED: "The computer was asleep.",
    IncidentKind.LID_CLOSED: "The lid of the computer was closed.",
    IncidentKind.POWER_LOST: "The computer ran on its battery.",
    IncidentKind.BATTERY_LOW: "The battery of the computer was low.",
    IncidentKind.DISK_LOW: "The disk of the computer was nearly full.",
    IncidentKind.MACHINE_RESTARTED: "The computer was restarted.",
    IncidentKind.WINDOW_DIED_OFTEN: "The exam program was restarted several times.",
    IncidentKind.SUPERVISOR_LOST: "A part of the exam program was restarted.",
    IncidentKind.OPERATION_DRIFTED: "A setting changed and was put right.",
    IncidentKind.OPERATION_LOST: "A setting of the computer changed.",
    IncidentKind.HOOK_LOST: "A part of the exam program was restarted.",
    IncidentKind.FILES_CHANGED: "A file of the exam program was not as expected.",
    IncidentKind.LOG_BROKEN: "The record of the sitting was not as expected.",
    IncidentKind.DISPLAY_ADDED: "A display was connected.",
    IncidentKind.DISPLAY_UNKNOWN: "An unknown display was connected.",
    IncidentKind.USB_STORAGE_ADDED: "A storage device was connected.",
    IncidentKind.USB_DEVICE_ADDED: "A device was connected.",
    IncidentKind.INPUT_DEVICE_ADDED: "A keyboard or mouse was connected.",
    IncidentKind.INPUT_DEVICE_REMOVED: "A keyboard or mouse was disconnected.",
    IncidentKind.NETWORK_UP: "A network was connected.",
    IncidentKind.FOREIGN_WINDOW: "Another program opened a window.",
    IncidentKind.FOCUS_LOST: "Another program came to the front.",
    IncidentKind.KEYS_BLOCKED_OFTEN: "Keys were pressed that do nothing here.",
}
_OTHER: Final = "Something on the computer was not as expected."
_FOLLOWED: Final[Mapping[Followed, str]] = {
    Followed.NOTE: "Written down.",
    Followed.WARN: "Notice shown.",
    Followed.PAUSE: "Exam paused.",
    Followed.LOCK: "A proctor looked.",
}
_COVERING: Final = frozenset({Followed.PAUSE, Followed.LOCK})


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEntry:
    """One line of the page."""

    wall: UtcMs
    what: str
    followed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    """What the page says.

    Attributes:
        entries: what the candidate saw or may have noticed, in order; at most ``ENTRIES_MAX``.
        left_out: further ones, which have no room.
        noted: how many more were only written down.
        stood_still_ms: how long the exam stood still because of all this.
    """

    entries: tuple[PageEntry, ...] = ()
    left_out: int = 0
    noted: int = 0
    stood_still_ms: int = 0


def page_of(lines: Sequence[LockdownLine]) -> IncidentPage:
    """Return what a candidate is told of a lockdown log."""
    kinds = {kind.value: kind for kind in IncidentKind}
    told = [
        PageEntry(wall=line.wall, what=_what(kinds.get(line.kind)), followed=_FOLLOWED[line.followed])
        for line in lines
        if line.followed is not Followed.NOTE
    ]
    return IncidentPage(
        entries=tuple(told[:ENTRIES_MAX]),
        left_out=max(0, len(told) - ENTRIES_MAX),
        noted=len(lines) - len(told),
        stood_still_ms=_stood_still_ms(lines),
    )


def minutes(ms: int) -> str:
    """Return a length of time in minutes, as people say it."""
    whole = round(ms / _MINUTE_MS)
    return "less than a minute" if whole == 0 else f"{whole} minute{'' if whole == 1 else 's'}"


def _what(kind: IncidentKind | None) -> str:
    return _OTHER if kind is None else _WHAT.get(kind, _OTHER)


def _stood_still_ms(lines: Sequence[LockdownLine]) -> int:
    """Add up the time from line to line in which something covered the screen, by the count that goes on in sleep.

    Several covers may be on the screen at once: the exam goes on when the last of them is opened. One that nobody opened
    lasts until the log ends. The count begins anew with the machine, and where it runs backwards no time is counted.
    """
    covers: dict[int, str] = {}
    still = before = 0
    for line in lines:
        if covers:
            still += max(0, line.since_boot_ms - before)
        before = line.since_boot_ms
        if line.followed in _COVERING:
            still += 0 if covers else _asleep_ms(line)
            covers[line.n] = line.kind
        elif line.kind == IncidentKind.LOCK_OPENED.value:
            _open(covers, line)
    return still


def _open(covers: dict[int, str], opening: LockdownLine) -> None:
    """Take away the cover that was opened. Where a machine was restarted several times, one proctor lets it in once."""
    number = opening.evidence.get("number", "")
    is_number = number.isascii() and number.isdecimal() and len(number) <= _DIGITS_MAX
    kind = covers.pop(int(number), None) if is_number else None
    if kind == IncidentKind.MACHINE_RESTARTED.value:
        for other in [n for n, what in covers.items() if what == kind]:
            del covers[other]


def _asleep_ms(line: LockdownLine) -> int:
    """Sleep is noticed when it is over."""
    text = line.evidence.get("milliseconds", "") if line.kind == IncidentKind.SUSPENDED.value else ""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS_MAX else 0
