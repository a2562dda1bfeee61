"""What was noticed, in words: what it is, and what a proctor should look at. One table, translated here.

Owns the words for every kind of incident, short enough for a locked screen. Refuses to know what follows: the seat's rules do.
docs/incidents.md is made of this table and ``kiosk.lockdown.catalogue``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from kiosk.lockdown.catalogue import CATALOGUE
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.protocol import Raised
from ui.window import words
from ui.window.words import translate

_Kind = IncidentKind
_DIGITS_MAX: Final = 12
SHOWN_MAX: Final = 80
"""Characters of a name from outside that are shown."""


@dataclass(frozen=True, slots=True)
class _Words:
    """Made when they are shown: a translation looks its text up then."""

    what: Callable[[], str]
    look_at: Callable[[], str]


def what(kind: IncidentKind) -> str:
    """What happened, in a sentence."""
    return _TABLE[kind].what()


def look_at(kind: IncidentKind) -> str:
    """What a proctor should look at or do."""
    return _TABLE[kind].look_at()


def told(raised: Raised) -> str:
    """What happened this time, with how long where that is known."""
    asleep_ms = _number(raised.evidence.get("milliseconds", ""))
    if raised.kind is IncidentKind.SUSPENDED and asleep_ms:
        return translate("Incidents", "The computer was asleep for {time}.").format(time=asleep(asleep_ms))
    return what(raised.kind)


def about(raised: Raised) -> str:
    """What it was, by name: the first piece of evidence that is a name, as it was given; empty where there is none."""
    for name in CATALOGUE[raised.kind].evidence:
        text = raised.evidence.get(name, "")
        if text and not text.isdecimal():
            return text if len(text) <= SHOWN_MAX else f"{text[: SHOWN_MAX - 1]}…"
    return ""


def asleep(ms: int) -> str:
    """How long the computer slept, without seconds where it was long."""
    minute = 60_000
    return words.duration(ms if ms < minute else round(ms / minute) * minute)


def warning(raised: Raised) -> str:
    """The line above the page: what happened, and what to do."""
    return f"{told(raised)} {look_at(raised.kind)}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX else 0


_TABLE: Final[Mapping[IncidentKind, _Words]] = {
    _Kind.SESSION_STARTED: _Words(
        lambda: translate("Incidents", "Watching over this session began."),
        lambda: translate("Incidents", "Nothing."),
    ),
    _Kind.SESSION_ENDED: _Words(
        lambda: translate("Incidents", "Watching over this session ended."),
        lambda: translate("Incidents", "Nothing."),
    ),
    _Kind.CAPABILITY_MISSING: _Words(
        lambda: translate("Incidents", "This computer cannot prevent something."),
        lambda: translate("Incidents", "See under Protection what is missing, and what to do about it."),
    ),
    _Kind.OPERATION_FAILED: _Words(
        lambda: translate("Incidents", "A protection could not be switched on."),
        lambda: translate("Incidents", "See under Protection what is missing, and what to do about it."),
    ),
    _Kind.OPERATION_DRIFTED: _Words(
        lambda: translate("Incidents", "A protection was switched off, and is on again."),
        lambda: translate("Incidents", "If it happens again, use another seat and tell the site admin."),
    ),
    _Kind.OPERATION_LOST: _Words(
        lambda: translate("Incidents", "A protection was switched off and cannot be switched on again."),
        lambda: translate(
            "Incidents",
            "Look whether anything else is running on this computer. If this comes again, continue at another seat.",
        ),
    ),
    _Kind.RESTORED: _Words(
        lambda: translate("Incidents", "The computer was put back as it was found."),
        lambda: translate("Incidents", "Nothing."),
    ),
    _Kind.RESTORED_AFTER_CRASH: _Words(
        lambda: translate("Incidents", "The computer was put back as it was found, after a crash."),
        lambda: translate("Incidents", "Nothing."),
    ),
    _Kind.RESTORE_FAILED: _Words(
        lambda: translate("Incidents", "Something on the computer could not be put back as it was found."),
        lambda: translate("Incidents", "The site admin puts it back: the log says what it is."),
    ),
    _Kind.KEYS_BLOCKED: _Words(
        lambda: translate("Incidents", "Keys were pressed that do nothing during the exam."),
        lambda: translate("Incidents", "Nothing. It happens by habit."),
    ),
    _Kind.KEYS_BLOCKED_OFTEN: _Words(
        lambda: translate("Incidents", "Keys that do nothing during the exam were pressed many times."),
        lambda: translate("Incidents", "Ask whether the candidate needs help with the keyboard."),
    ),
    _Kind.POINTER_BLOCKED: _Words(
        lambda: translate("Incidents", "A mouse button was pressed that does nothing during the exam."),
        lambda: translate("Incidents", "Nothing. It happens by habit."),
    ),
    _Kind.INPUT_INJECTED: _Words(
        lambda: translate("Incidents", "A program, and not a person, pressed keys or moved the mouse."),
        lambda: translate(
            "Incidents",
            "Look for remote control and for strange devices. Continue at another seat if you find no cause.",
        ),
    ),
    _Kind.INPUT_DEVICE_ADDED: _Words(
        lambda: translate("Incidents", "A keyboard or mouse was connected."),
        lambda: translate("Incidents", "Look which device it is, and remove it if it is not the site's."),
    ),
    _Kind.INPUT_DEVICE_REMOVED: _Words(
        lambda: translate("Incidents", "A keyboard or mouse was disconnected."),
        lambda: translate("Incidents", "Look whether a plug is loose."),
    ),
    _Kind.GRAB_LOST: _Words(
        lambda: translate("Incidents", "The keyboard was not reserved for the exam for a moment."),
        lambda: translate("Incidents", "Nothing, if it happens once."),
    ),
    _Kind.HOOK_LOST: _Words(
        lambda: translate("Incidents", "The guard of the keyboard had to be started again."),
        lambda: translate("Incidents", "If it happens again, use another seat and tell the site admin."),
    ),
    _Kind.LAYOUT_CHANGED: _Words(
        lambda: translate("Incidents", "The keyboard's layout changed."),
        lambda: translate("Incidents", "Ask whether the candidate wanted it."),
    ),
    _Kind.FOCUS_LOST: _Words(
        lambda: translate("Incidents", "Another program came to the front for a moment."),
        lambda: translate("Incidents", "Look whether another window is open. If it comes again, tell the site admin."),
    ),
    _Kind.FOREIGN_WINDOW: _Words(
        lambda: translate("Incidents", "Another program opened a window."),
        lambda: translate(
            "Incidents", "Look at the screen and around the computer. Close what does not belong here, then continue."
        ),
    ),
    _Kind.WINDOW_MOVED: _Words(
        lambda: translate("Incidents", "The exam did not fill the screen for a moment."),
        lambda: translate("Incidents", "Nothing, if it happens once."),
    ),
    _Kind.DESKTOP_SWITCHED: _Words(
        lambda: translate("Incidents", "Another desktop was on the screen."),
        lambda: translate("Incidents", "Look whether another program is running. Ask the candidate what happened."),
    ),
    _Kind.CONSOLE_SWITCHED: _Words(
        lambda: translate("Incidents", "Another console of the computer was on the screen."),
        lambda: translate("Incidents", "Look whether somebody signed in there. Ask the candidate what happened."),
    ),
    _Kind.USER_SWITCHED: _Words(
        lambda: translate("Incidents", "Another user was signed in on this computer."),
        lambda: translate("Incidents", "Sign that user out, then continue."),
    ),
    _Kind.REMOTE_SESSION: _Words(
        lambda: translate("Incidents", "The computer is being used over a network."),
        lambda: translate("Incidents", "Pull the network plug and look for remote control. Continue at another seat."),
    ),
    _Kind.ASSISTIVE_CLIENT: _Words(
        lambda: translate("Incidents", "A program reads the screen, as screen readers do."),
        lambda: translate("Incidents", "Compare it with the candidate's accommodations."),
    ),
    _Kind.CLIPBOARD_WRITTEN: _Words(
        lambda: translate("Incidents", "Something was put into the clipboard by another program."),
        lambda: translate("Incidents", "Nothing. The exam does not take it."),
    ),
    _Kind.CLIPBOARD_EMPTIED: _Words(
        lambda: translate("Incidents", "The clipboard was emptied."),
        lambda: translate("Incidents", "Nothing."),
    ),
    _Kind.DRAG_BLOCKED: _Words(
        lambda: translate("Incidents", "Something was dragged onto the exam from outside."),
        lambda: translate("Incidents", "Nothing. The exam did not take it."),
    ),
    _Kind.CAPTURE_GUARD_FAILED: _Words(
        lambda: translate("Incidents", "The screen could not be kept from being recorded."),
        lambda: translate("Incidents", "See under Protection what to do about it."),
    ),
    _Kind.CAPTURE_SUSPECTED: _Words(
        lambda: translate("Incidents", "A program may be recording the screen."),
        lambda: translate(
            "Incidents", "Look which program is running, and close it. Continue at another seat if you cannot."
        ),
    ),
    _Kind.DISPLAY_ADDED: _Words(
        lambda: translate("Incidents", "A second display was connected."),
        lambda: translate(
            "Incidents", "Look behind the computer and disconnect the display that does not belong to this seat."
        ),
    ),
    _Kind.DISPLAY_REMOVED: _Words(
        lambda: translate("Incidents", "A display was disconnected."),
        lambda: translate("Incidents", "Look whether a plug is loose."),
    ),
    _Kind.DISPLAY_CHANGED: _Words(
        lambda: translate("Incidents", "The display's size or place changed."),
        lambda: translate("Incidents", "Nothing, if the picture is right."),
    ),
    _Kind.DISPLAY_UNKNOWN: _Words(
        lambda: translate("Incidents", "The display is not one that is enrolled for this site."),
        lambda: translate(
            "Incidents", "Compare it with the seat's own. If it is the right one, the site admin enrols it."
        ),
    ),
    _Kind.NETWORK_UP: _Words(
        lambda: translate("Incidents", "A network was connected."),
        lambda: translate("Incidents", "Pull the network plug, or switch the wireless network off."),
    ),
    _Kind.NETWORK_DOWN: _Words(
        lambda: translate("Incidents", "A network was disconnected."),
        lambda: translate("Incidents", "Nothing."),
    ),
    _Kind.WIRELESS_FOUND: _Words(
        lambda: translate("Incidents", "This computer has a wireless network that is not switched off."),
        lambda: translate("Incidents", "The site admin switches it off after the exam."),
    ),
    _Kind.USB_STORAGE_ADDED: _Words(
        lambda: translate("Incidents", "A storage device was connected."),
        lambda: translate("Incidents", "Look which one it is, and take it out. Ask the candidate what it is."),
    ),
    _Kind.USB_DEVICE_ADDED: _Words(
        lambda: translate("Incidents", "A device was connected."),
        lambda: translate("Incidents", "Look which one it is."),
    ),
    _Kind.USB_DEVICE_REMOVED: _Words(
        lambda: translate("Incidents", "A device was disconnected."),
        lambda: translate("Incidents", "Look whether a plug is loose."),
    ),
    _Kind.PROCESS_UNKNOWN: _Words(
        lambda: translate("Incidents", "A program is running that is not on the list."),
        lambda: translate("Incidents", "Nothing now. The site admin looks at the list."),
    ),
    _Kind.PROCESS_FORBIDDEN: _Words(
        lambda: translate("Incidents", "A program is running that must not run during an exam."),
        lambda: translate("Incidents", "The site admin closes it. Continue at another seat if that takes long."),
    ),
    _Kind.PROCESS_ENDED: _Words(
        lambda: translate("Incidents", "A program was ended that must not run during an exam."),
        lambda: translate("Incidents", "Nothing now. The site admin looks why it was running."),
    ),
    _Kind.DEBUGGER_FOUND: _Words(
        lambda: translate("Incidents", "A program looks into the exam's memory."),
        lambda: translate("Incidents", "Continue at another seat, and keep this one as it is for the site admin."),
    ),
    _Kind.VIRTUAL_MACHINE: _Words(
        lambda: translate("Incidents", "The computer looks like a virtual machine."),
        lambda: translate("Incidents", "Nothing, if the site's seats are."),
    ),
    _Kind.CLOCK_JUMPED: _Words(
        lambda: translate("Incidents", "The computer's clock was set."),
        lambda: translate("Incidents", "Nothing. The exam's time does not go by it."),
    ),
    _Kind.SUSPENDED: _Words(
        lambda: translate("Incidents", "The computer was asleep."),
        lambda: translate("Incidents", "Nothing. The candidate goes on."),
    ),
    _Kind.LID_CLOSED: _Words(
        lambda: translate("Incidents", "The lid of the computer was closed."),
        lambda: translate("Incidents", "Nothing. The candidate goes on."),
    ),
    _Kind.POWER_LOST: _Words(
        lambda: translate("Incidents", "The computer runs on its battery."),
        lambda: translate("Incidents", "Look whether the power plug is loose."),
    ),
    _Kind.BATTERY_LOW: _Words(
        lambda: translate("Incidents", "The battery is nearly empty."),
        lambda: translate("Incidents", "Plug the computer in now."),
    ),
    _Kind.POWER_KEY_PRESSED: _Words(
        lambda: translate("Incidents", "The power key was pressed."),
        lambda: translate("Incidents", "Nothing. It does nothing during the exam."),
    ),
    _Kind.UPDATE_PENDING: _Words(
        lambda: translate("Incidents", "The system wants to install updates."),
        lambda: translate("Incidents", "The site admin installs them after the exam."),
    ),
    _Kind.FILES_CHANGED: _Words(
        lambda: translate("Incidents", "A file of the exam program is not the one that was installed."),
        lambda: translate("Incidents", "Continue at another seat, and keep this one as it is for the site admin."),
    ),
    _Kind.ENVIRONMENT_CHANGED: _Words(
        lambda: translate("Incidents", "A setting that programs are started with was left out."),
        lambda: translate("Incidents", "Nothing."),
    ),
    _Kind.LOG_BROKEN: _Words(
        lambda: translate("Incidents", "The record of this session was changed, or cannot be written."),
        lambda: translate("Incidents", "Continue at another seat, and keep this one as it is for the site admin."),
    ),
    _Kind.DISK_LOW: _Words(
        lambda: translate("Incidents", "The disk is nearly full."),
        lambda: translate("Incidents", "The site admin makes room after the exam."),
    ),
    _Kind.WINDOW_DIED: _Words(
        lambda: translate("Incidents", "The exam program ended and was started again."),
        lambda: translate("Incidents", "Nothing. No answer was lost."),
    ),
    _Kind.WINDOW_HUNG: _Words(
        lambda: translate("Incidents", "The exam program did not answer and was started again."),
        lambda: translate("Incidents", "Nothing. No answer was lost."),
    ),
    _Kind.WINDOW_DIED_OFTEN: _Words(
        lambda: translate("Incidents", "The exam program was started again several times."),
        lambda: translate("Incidents", "If it happens again, continue at another seat."),
    ),
    _Kind.SUPERVISOR_LOST: _Words(
        lambda: translate("Incidents", "The guard of this computer ended and was started again."),
        lambda: translate("Incidents", "Look whether anything else is running on this computer."),
    ),
    _Kind.MACHINE_RESTARTED: _Words(
        lambda: translate("Incidents", "The computer was restarted during the exam."),
        lambda: translate("Incidents", "Ask the candidate what happened. No saved answer was lost."),
    ),
    _Kind.LOCK_SHOWN: _Words(
        lambda: translate("Incidents", "The screen was covered."),
        lambda: translate("Incidents", "Nothing."),
    ),
    _Kind.LOCK_OPENED: _Words(
        lambda: translate("Incidents", "The exam went on."),
        lambda: translate("Incidents", "Nothing."),
    ),
    _Kind.PIN_REFUSED: _Words(
        lambda: translate("Incidents", "A wrong PIN was entered."),
        lambda: translate("Incidents", "Nothing, if it was you."),
    ),
    _Kind.CONSEQUENCE_CHANGED: _Words(
        lambda: translate("Incidents", "What follows from an incident was changed."),
        lambda: translate("Incidents", "Nothing."),
    ),
    _Kind.STARTED_ALL_THE_SAME: _Words(
        lambda: translate("Incidents", "The exam was started although something could not be prevented."),
        lambda: translate("Incidents", "Nothing. It stands in the record."),
    ),
}
