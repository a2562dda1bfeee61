"""What lockdown is about and what this computer can do, in words for proctors and site admins. One table, translated here."""

from __future__ import annotations

from typing import Final, assert_never

from kiosk.lockdown.facts import Capability, Concern, Preset
from ui.window.words import translate


def concern(name: str) -> str:
    """What is to be prevented, by the concern's name; a name that nobody knows stands for itself."""
    return _CONCERNS[name]() if name in _CONCERNS else name


def capability(what: Capability) -> str:
    """What can be done about it here: the heading of a group."""
    match what:
        case Capability.ENFORCED:
            return translate("Protection", "Prevented here")
        case Capability.DETECT_ONLY:
            return translate("Protection", "Only noticed here")
        case Capability.UNAVAILABLE:
            return translate("Protection", "Not possible here")
        case _:
            assert_never(what)


def meaning(what: Capability) -> str:
    """What that means."""
    match what:
        case Capability.ENFORCED:
            return translate("Protection", "A candidate cannot get at it.")
        case Capability.DETECT_ONLY:
            return translate("Protection", "It can happen. It is written down, and you are told where it matters.")
        case Capability.UNAVAILABLE:
            return translate("Protection", "It can happen, and nobody will know. Keep an eye on it.")
        case _:
            assert_never(what)


def preset(what: Preset) -> str:
    """How strict a seat is."""
    match what:
        case Preset.PRACTICE:
            return translate("Protection", "Practice")
        case Preset.STANDARD:
            return translate("Protection", "Standard")
        case Preset.STRICT:
            return translate("Protection", "Strict")
        case _:
            assert_never(what)


_CONCERNS: Final = {
    Concern.APP_SWITCHING.value: lambda: translate("Protection", "Other programs' windows"),
    Concern.SYSTEM_KEYS.value: lambda: translate("Protection", "Keys of the system"),
    Concern.CONSOLE_SWITCHING.value: lambda: translate("Protection", "Other consoles, desktops and users"),
    Concern.POINTER.value: lambda: translate("Protection", "Other mouse buttons, menus, dragging"),
    Concern.INJECTED_INPUT.value: lambda: translate("Protection", "Keys and clicks made by programs"),
    Concern.INPUT_DEVICES.value: lambda: translate("Protection", "Keyboards and mice plugged in"),
    Concern.CLIPBOARD.value: lambda: translate("Protection", "The clipboard"),
    Concern.SCREEN_CAPTURE.value: lambda: translate("Protection", "Recording the screen"),
    Concern.DISPLAYS.value: lambda: translate("Protection", "Further displays"),
    Concern.NETWORK.value: lambda: translate("Protection", "The network"),
    Concern.USB_STORAGE.value: lambda: translate("Protection", "Storage devices"),
    Concern.PROCESSES.value: lambda: translate("Protection", "Other programs"),
    Concern.DEBUGGING.value: lambda: translate("Protection", "Reading the exam's memory"),
    Concern.CORE_DUMPS.value: lambda: translate("Protection", "Answers in crash files"),
    Concern.PRIVILEGES.value: lambda: translate("Protection", "Rights of the exam program"),
    Concern.ENVIRONMENT.value: lambda: translate("Protection", "Settings that programs start with"),
    Concern.PROGRAM_FILES.value: lambda: translate("Protection", "Changes to the exam program"),
    Concern.CLOCK.value: lambda: translate("Protection", "Setting the clock"),
    Concern.SUSPEND.value: lambda: translate("Protection", "Sleep, lid and power key"),
    Concern.REMOTE_SESSION.value: lambda: translate("Protection", "Use from afar"),
    Concern.VIRTUAL_MACHINE.value: lambda: translate("Protection", "Virtual machines"),
    Concern.UPDATES.value: lambda: translate("Protection", "Updates and notifications"),
}
