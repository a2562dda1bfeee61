"""USB devices that come and go, and which of them hold files.

Owns the list of devices by what they say they are. Refuses to know what is a keyboard (``input_devices``), and to keep anything
out: that is USBGuard's and the kernel's (``preparing``).

What is there at the first look is the seat's: it may start from a USB disk, and the stick for second copies is in it. A device is
known again by vendor, product, serial number and port.

Source: Documentation/ABI/stable/sysfs-bus-usb of Linux; USB class codes of usb.org.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.linux.look import Look
from kiosk.lockdown.readings import Reading

_DEVICES: Final = "sys/bus/usb/devices"
_CLASSES: Final = {
    "01": "audio",
    "02": "network or modem",
    "03": "input",
    "06": "camera or telephone",
    "07": "printer",
    "08": "storage",
    "09": "hub",
    "0b": "smart card",
    "0e": "camera",
    "e0": "wireless",
}
_HOLDS_FILES: Final = frozenset({"06", "08"})
"""Storage; and still imaging: cameras and telephones that show their files."""
_TELEPHONE: Final = "MTP"
"""What telephones call the interface that shows their files, where they do not say its class."""


@dataclass(frozen=True, slots=True)
class _Device:
    described: str
    classes: str
    holds_files: bool


class UsbMonitor:
    """Notices what is plugged in and out.

    Args:
        look: at the machine.
        enrolled: descriptions of storage that may come at any time (the site's own sticks), as they stand in evidence.
    """

    name = "linux/usb"
    concern = Concern.USB_STORAGE

    def __init__(self, look: Look, *, enrolled: frozenset[str] = frozenset()) -> None:
        self._look = look
        self._enrolled = enrolled
        self._devices: dict[str, _Device] | None = None
        self._at_start: frozenset[str] = frozenset()

    def probe(self) -> Probe:
        """Tell whether USB devices can be seen."""
        if not self._look.names(_DEVICES):
            return Probe(capability=Capability.UNAVAILABLE, reason="The machine shows no USB at all.")
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="Storage that is plugged in is noticed within a second; this does not keep it out.",
            remedy="Prepare the seat: USBGuard and the list of blocked kernel modules keep storage out.",
        )

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once."""
        del now
        before, devices = self._devices, self._devices_now(self._devices or {})
        self._devices = devices
        if before is None:
            self._at_start = frozenset(device.described for device in devices.values())
            return ()
        came = [device for port, device in devices.items() if before.get(port) != device]
        # A device that shows one interface more is not gone: nobody is to take it for one that came back.
        still = {(port, device.described) for port, device in devices.items()}
        went = [device for port, device in before.items() if (port, device.described) not in still]
        return [*(_gone(device) for device in went), *(self._added(device) for device in came)]

    def _added(self, device: _Device) -> Observation:
        if device.holds_files and device.described not in self._at_start | self._enrolled:
            return Observation(kind=IncidentKind.USB_STORAGE_ADDED, evidence={"device": device.described})
        evidence = {"device": device.described, "class": device.classes}
        return Observation(kind=IncidentKind.USB_DEVICE_ADDED, evidence=evidence)

    def _devices_now(self, before: dict[str, _Device]) -> dict[str, _Device]:
        names = self._look.names(_DEVICES)
        found = {}
        for port in names:
            # "1-2.3" is a device, "1-2.3:1.0" one of its interfaces, "usb1" a controller of the machine.
            if ":" in port or port.startswith("usb"):
                continue
            device = self._device(port, [name for name in names if name.startswith(f"{port}:")])
            if device is not None:
                found[port] = device
            elif port in before:
                found[port] = before[port]
        return found

    def _device(self, port: str, interfaces: list[str]) -> _Device | None:
        read = self._look.text
        vendor, product = read(f"{_DEVICES}/{port}/idVendor"), read(f"{_DEVICES}/{port}/idProduct")
        codes = {read(f"{_DEVICES}/{interface}/bInterfaceClass") or "" for interface in interfaces}
        codes.discard("")
        if vendor is None or product is None or not codes:
            return None  # it is being made; the next look sees all of it
        if codes == {"09"}:
            return None
        is_telephone = any(read(f"{_DEVICES}/{interface}/interface") == _TELEPHONE for interface in interfaces)
        classes = ", ".join(sorted({_CLASSES.get(code.lower(), f"class {code}") for code in codes}))
        label = " ".join(part for part in (read(f"{_DEVICES}/{port}/product"), f"{vendor}:{product}") if part)
        serial = read(f"{_DEVICES}/{port}/serial")
        described = f"{label}, serial {serial}" if serial else f"{label}, port {port}"
        return _Device(described, classes, bool(codes & _HOLDS_FILES) or is_telephone)


def _gone(device: _Device) -> Observation:
    return Observation(kind=IncidentKind.USB_DEVICE_REMOVED, evidence={"device": device.described})
