"""Mains, battery, lid and power key.

Owns reading them and when a battery is low. Refuses to know sleep (``clocks``). Batteries of mice and keyboards are not
the machine's.

Source: Documentation/ABI/testing/sysfs-class-power of Linux; drivers/acpi/button.c; include/uapi/linux/input.h.
"""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.linux.input_devices import LIST
from kiosk.lockdown.linux.look import Look, number_of
from kiosk.lockdown.readings import Reading

_SUPPLIES: Final = "sys/class/power_supply"
_LIDS: Final = "proc/acpi/button/lid"
LOW_PERCENT: Final = (20, 10)
RISEN_PERCENT: Final = 5
"""A battery has to rise by so much before it can be low again: gauges waver by a percent or two."""
_EVENT: Final = struct.Struct("@llHHi")  # struct input_event: two longs of time, type, code, value
_KEY: Final = 1  # EV_KEY
_POWER: Final = 116  # KEY_POWER
_EVENTS_MAX: Final = 256


class PowerKeys(Protocol):
    """What the buttons of the case say. Tests bring their own."""

    def pressed(self, device: str) -> int | None:
        """Return how often power was pressed at ``/dev/input/DEVICE`` since it was last asked; None where it says nothing."""
        ...


class PowerMonitor:
    """Notices a machine that lives on its battery, and a battery that ends."""

    name = "linux/power"
    concern = Concern.SUSPEND

    def __init__(self, look: Look) -> None:
        self._look = look
        self._on_battery = False
        self._lowest_told = 101

    def probe(self) -> Probe:
        """Tell whether the supply can be seen."""
        if not self._look.names(_SUPPLIES):
            return Probe(capability=Capability.UNAVAILABLE, reason="The machine does not show its power supply.")
        return Probe(capability=Capability.DETECT_ONLY, reason="A power cut is noticed while the battery lasts.")

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once."""
        del now
        mains, percents = self._supplies()
        if not percents:
            return ()  # without a battery nobody is left to notice
        percent = min(percents)
        on_battery = bool(mains) and not any(mains)
        was_on_battery, self._on_battery = self._on_battery, on_battery
        if not on_battery and mains:
            self._lowest_told = 101
            return ()
        if percent >= self._lowest_told + RISEN_PERCENT:
            self._lowest_told = 101
        seen = [_about(IncidentKind.POWER_LOST, percent)] if on_battery and not was_on_battery else []
        reached = [limit for limit in LOW_PERCENT if percent <= limit < self._lowest_told]
        if reached:
            self._lowest_told = min(reached)
            seen.append(_about(IncidentKind.BATTERY_LOW, percent))
        return seen

    def _supplies(self) -> tuple[list[bool], list[int]]:
        mains, percents = [], []
        for name in self._look.names(_SUPPLIES):
            folder = f"{_SUPPLIES}/{name}"
            if self._look.text(f"{folder}/scope") == "Device":
                continue
            kind = self._look.text(f"{folder}/type")
            if kind in {"Mains", "USB"} and (online := self._look.text(f"{folder}/online")) is not None:
                mains.append(online == "1")
            elif kind == "Battery" and (capacity := self._look.text(f"{folder}/capacity")) is not None:
                percents.append(number_of(capacity, default=100))
        return mains, percents


class LidMonitor:
    """Notices a lid that is closed."""

    name = "linux/lid"
    concern = Concern.SUSPEND

    def __init__(self, look: Look) -> None:
        self._look = look
        self._closed: bool | None = None

    def probe(self) -> Probe:
        """Tell whether there is a lid."""
        if not self._look.names(_LIDS):
            return Probe(capability=Capability.UNAVAILABLE, reason="The machine has no lid, or does not show it.")
        return Probe(capability=Capability.DETECT_ONLY, reason="A lid that is closed is noticed.")

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once. A lid that was closed at the first look is that of a machine with a screen of its own beside it."""
        del now
        states = [self._look.text(f"{_LIDS}/{name}/state") or "" for name in self._look.names(_LIDS)]
        closed = any(state.split()[-1:] == ["closed"] for state in states)
        before, self._closed = self._closed, closed
        return [Observation(kind=IncidentKind.LID_CLOSED)] if closed and before is False else ()


class PowerKeyMonitor:
    """Notices the power key."""

    name = "linux/power-key"
    concern = Concern.SUSPEND

    def __init__(self, look: Look, keys: PowerKeys) -> None:
        self._look = look
        self._keys = keys

    def probe(self) -> Probe:
        """Tell whether the key can be heard."""
        if not self._devices():
            return Probe(capability=Capability.UNAVAILABLE, reason="The machine does not show a power key.")
        if all(self._keys.pressed(device) is None for device in self._devices()):
            return Probe(
                capability=Capability.UNAVAILABLE,
                reason="The power key may be heard by the system only.",
                remedy="Let the supervisor run as the system's service.",
            )
        return Probe(capability=Capability.DETECT_ONLY, reason="The power key is noticed.")

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Ask once."""
        del now
        pressed = sum(self._keys.pressed(device) or 0 for device in self._devices())
        return [Observation(kind=IncidentKind.POWER_KEY_PRESSED)] if pressed else ()

    def _devices(self) -> list[str]:
        blocks = (self._look.text(LIST) or "").split("\n\n")
        handlers = [line for block in blocks if 'Name="Power Button"' in block for line in block.splitlines()]
        words = [word for line in handlers if line.startswith("H: ") for word in line[3:].replace("=", " ").split()]
        return [word for word in words if word.startswith("event")]


class DevicePowerKeys:
    """The real keys, heard by the events of their devices.

    Args:
        folder: ``/dev/input``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, int] = {}

    def pressed(self, device: str) -> int | None:
        """Read what is waiting, without waiting."""
        try:
            if device not in self._open:
                flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
                self._open[device] = os.open(self._folder / device, flags)
            data = os.read(self._open[device], _EVENT.size * _EVENTS_MAX)
        except BlockingIOError:
            return 0
        except OSError:
            self._forget(device)
            return None
        whole = data[: len(data) // _EVENT.size * _EVENT.size]
        events = [event[2:] for event in _EVENT.iter_unpack(whole)]
        return events.count((_KEY, _POWER, 1))

    def close(self) -> None:
        """Close every device."""
        for device in list(self._open):
            self._forget(device)

    def _forget(self, device: str) -> None:
        descriptor = self._open.pop(device, None)
        if descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def _about(kind: IncidentKind, percent: int) -> Observation:
    return Observation(kind=kind, evidence={"percent": str(percent)})
