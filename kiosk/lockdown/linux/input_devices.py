"""Keyboards and pointers as the kernel lists them: plugged in, unplugged, or made by a program.

Owns reading ``/proc/bus/input/devices``. Buttons of the case, lids, sockets for headphones and remote controls of screens are in
the same list and are none: docks and displays bring them and take them away by themselves.

Source: drivers/input/input.c and include/uapi/linux/input-event-codes.h of Linux.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.linux.look import Look, fields_of, number_of
from kiosk.lockdown.readings import Reading

LIST: Final = "proc/bus/input/devices"
_WORD_BITS: Final = 64
_LETTERS: Final = range(16, 26)  # KEY_Q to KEY_P: who has them all can type
_BUTTON_LEFT: Final = 0x110  # BTN_LEFT
_BUTTON_TOUCH: Final = 0x14A  # BTN_TOUCH
_BY_A_PROGRAM: Final = "/devices/virtual/input/"
"""What uinput makes. Keyboards over Bluetooth are under ``virtual`` too, but not there."""
_BY_XEN: Final = "Xen Virtual"
_PROGRAM: Final = "made by a program"


class InputDeviceMonitor:
    """Notices keyboards and pointers that come and go.

    Those of the first look are the seat's, but for those that a program has made: whoever runs it can type.
    """

    name = "linux/input-devices"
    concern = Concern.INPUT_DEVICES

    def __init__(self, look: Look) -> None:
        self._look = look
        self._devices: Counter[tuple[str, str]] | None = None

    def probe(self) -> Probe:
        """Tell whether input devices can be seen."""
        if self._look.text(LIST) is None:
            return Probe(capability=Capability.UNAVAILABLE, reason="The machine does not show its input devices.")
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="A keyboard that is plugged in is noticed within a second; what is typed on it before counts as typed.",
            remedy="Prepare the seat: USBGuard lets in only the keyboard and the pointer that belong to it.",
        )

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once."""
        del now
        text = self._look.text(LIST)
        if text is None:
            return ()
        # Counted, for a second keyboard of the same make has the same name.
        before, devices = self._devices, Counter(_devices(text))
        self._devices = devices
        if before is None:
            return [_about(IncidentKind.INPUT_DEVICE_ADDED, *device) for device in devices if _PROGRAM in device[1]]
        return [
            *(_about(IncidentKind.INPUT_DEVICE_REMOVED, *device) for device in (before - devices).elements()),
            *(_about(IncidentKind.INPUT_DEVICE_ADDED, *device) for device in (devices - before).elements()),
        ]


def _devices(text: str) -> list[tuple[str, str]]:
    """Return name and kind of every keyboard and pointer of the list."""
    found = []
    for block in text.split("\n\n"):
        lines = [(line[0], line[3:].strip()) for line in block.splitlines() if line[1:3] == ": "]
        values = {letter: rest for letter, rest in lines if letter != "B"}
        kind = _kind([rest for letter, rest in lines if letter == "B"])
        if not kind:
            continue
        name = values.get("N", "").removeprefix("Name=").strip('"')
        if _BY_A_PROGRAM in values.get("S", "") and not name.startswith(_BY_XEN):
            kind = f"{kind} {_PROGRAM}"
        made = fields_of(values.get("I", "").replace(" ", "\n"))
        serial = values.get("U", "").removeprefix("Uniq=")
        identity = ":".join(part for part in (made.get("Vendor"), made.get("Product"), serial) if part)
        # The name alone is the device, as X has it too: who looks twice tells one thing.
        found.append((name, f"{kind} {identity}" if identity else kind))
    return found


def _kind(bitmaps: list[str]) -> str:
    bits = {name: _bitmap(words) for name, _, words in (line.partition("=") for line in bitmaps)}
    keys = bits.get("KEY", 0)
    if all(keys >> key & 1 for key in _LETTERS):
        return "keyboard"
    points = keys >> _BUTTON_LEFT & 1 or (keys >> _BUTTON_TOUCH & 1 and bits.get("ABS", 0))
    return "pointer" if points else ""


def _bitmap(words: str) -> int:
    """The most significant word comes first, without leading zeros in any."""
    value = 0
    for word in words.split():
        value = value << _WORD_BITS | number_of(word, base=16)
    return value


def _about(kind: IncidentKind, device: str, what: str) -> Observation:
    return Observation(kind=kind, evidence={"device": device, "kind": what})
