"""Input that comes from programs, and keyboards and pointers that come and go.

Owns what the X Input Extension says of devices. Refuses to judge: what follows from a second keyboard stands in the catalogue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import xcffib.xinput

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.input_policy import InputPolicy
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.x11.connection import RawInput, SelectionTaken, XServer, text_of

ALL_DEVICES: Final = 0  # XI2 protocol: XIAllDevices
ALL_MASTERS: Final = 1
_KEYBOARDS: Final = frozenset({xcffib.xinput.DeviceType.SlaveKeyboard})
_SLAVES: Final = frozenset({*_KEYBOARDS, xcffib.xinput.DeviceType.SlavePointer, xcffib.xinput.DeviceType.FloatingSlave})
_NO_XINPUT: Final = Probe(
    capability=Capability.UNAVAILABLE,
    reason="This X server has no X Input Extension 2.",
    remedy="Use an X server with XInput 2.2.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A keyboard or pointer as the server knows it.

    Attributes:
        is_tests: it is the door of the test extension: what comes from it was sent by a program.
    """

    number: int
    name: str
    kind: str
    is_tests: bool


def devices_of(server: XServer) -> tuple[Device, ...]:
    """Return the keyboards and pointers, without the two that all of them act through."""
    infos = server.speak(xcffib.xinput.key).XIQueryDevice(ALL_DEVICES).reply().infos
    return tuple(
        Device(
            number=info.deviceid,
            name=text_of(info.name),
            kind="keyboard" if info.type in _KEYBOARDS else "pointer",
            is_tests=_is_tests(server, info.deviceid),
        )
        for info in infos
        if info.type in _SLAVES and info.enabled
    )


def _is_tests(server: XServer, device: int) -> bool:
    """The server marks these devices by a property that clients cannot write; a name could be anybody's."""
    request = server.speak(xcffib.xinput.key).XIGetProperty(device, False, server.atom("XTEST Device"), 0, 0, 1)
    return 1 in getattr(request.reply(), "data8", ())


class InjectedInput:
    """Notices keys and clicks that programs send by the test extension.

    Args:
        server: where.
        policy: a rig's lets them through; then nothing is noticed, and the capability table says so.
    """

    name = "x11/injected-input"
    concern = Concern.INJECTED_INPUT

    def __init__(self, server: XServer, policy: InputPolicy) -> None:
        self._server = server
        self._policy = policy
        self._strokes: Counter[int] = Counter()
        self._tests: dict[int, str] = {}
        if server.has("XInputExtension"):
            server.listen(self._hear)
            server.look(self._select, None)

    def probe(self) -> Probe:
        """Tell whether it can be noticed, or cannot happen."""
        if self._policy.takes_injected:
            return Probe(
                capability=Capability.UNAVAILABLE,
                reason="This is a test rig: what programs send counts as typed.",
                remedy="Start without the switch for test rigs.",
            )
        if not self._server.has("XTEST"):
            return Probe(capability=Capability.ENFORCED)
        if not self._server.has("XInputExtension"):
            return _NO_XINPUT
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="The X server's test extension lets programs press keys.",
            remedy="Start the X server with -tst, which leaves that extension out.",
        )

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Return what programs have pressed since the look before, by device."""
        del now
        self._server.look(self._server.take_events, None)
        strokes, self._strokes = self._strokes, Counter()
        if self._policy.takes_injected:
            return ()
        return [
            Observation(
                kind=IncidentKind.INPUT_INJECTED,
                evidence={"device": self._tests.get(device, str(device)), "count": str(count)},
            )
            for device, count in sorted(strokes.items())
        ]

    def _select(self) -> None:
        self._tests = self._doors()
        mask = xcffib.xinput.XIEventMask.RawKeyPress | xcffib.xinput.XIEventMask.RawButtonPress
        masks = [xcffib.xinput.EventMask.synthetic(ALL_MASTERS, 1, [mask])]
        extension = self._server.speak(xcffib.xinput.key)
        extension.XIQueryVersion(2, 2).reply()  # raw events arrive during other clients' grabs since 2.1
        extension.XISelectEvents(self._server.root, len(masks), masks, is_checked=True).check()

    def _hear(self, event: RawInput | SelectionTaken) -> None:
        if isinstance(event, RawInput) and self._is_tests(event.device):
            self._strokes[event.device] += 1

    def _is_tests(self, device: int) -> bool:
        if device not in self._tests:
            # A second pair of masters brings doors of its own.
            self._tests |= self._server.look(self._doors, self._tests)
        return device in self._tests

    def _doors(self) -> dict[int, str]:
        return {device.number: device.name for device in devices_of(self._server) if device.is_tests}


class InputDevices:
    """Notices keyboards and pointers that are plugged in or pulled out after the first look."""

    name = "x11/input-devices"
    concern = Concern.INPUT_DEVICES

    def __init__(self, server: XServer) -> None:
        self._server = server
        self._before: dict[int, Device] | None = None

    def probe(self) -> Probe:
        """Tell whether devices can be seen."""
        if not self._server.has("XInputExtension"):
            return _NO_XINPUT
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="X takes every keyboard that is plugged in.",
            remedy="Let USBGuard admit the seat's own keyboard and pointer only.",
        )

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Return what came and went since the look before."""
        del now
        if not self._server.has("XInputExtension"):
            return ()
        found = self._server.look(lambda: {each.number: each for each in devices_of(self._server)}, None)
        if found is None:
            return ()
        before, self._before = self._before, found
        if before is None:
            return ()
        added = [device for number, device in found.items() if before.get(number) != device]
        removed = [device for number, device in before.items() if found.get(number) != device]
        # What went first: a keyboard that was enumerated anew between two looks is one that is back.
        return [
            *(_seen(IncidentKind.INPUT_DEVICE_REMOVED, device) for device in removed if not device.is_tests),
            *(_seen(IncidentKind.INPUT_DEVICE_ADDED, device) for device in added if not device.is_tests),
        ]


def _seen(kind: IncidentKind, device: Device) -> Observation:
    return Observation(kind=kind, evidence={"device": device.name, "kind": device.kind})


class KeyboardLayout:
    """Notices that the keyboard types other characters than before."""

    name = "x11/layout"
    concern = Concern.INPUT_DEVICES

    def __init__(self, server: XServer) -> None:
        self._server = server
        self._before: str | None = None

    def probe(self) -> Probe:
        """It can always be noticed; it does no harm."""
        return Probe(capability=Capability.DETECT_ONLY, reason="X lets every program change the layout.")

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Return the change since the look before."""
        del now
        found = self._server.look(lambda: self._server.property_text(self._server.root, "_XKB_RULES_NAMES"), None)
        if found is None:
            return ()
        before, self._before = self._before, found
        if before is None or before == found:
            return ()
        return (Observation(kind=IncidentKind.LAYOUT_CHANGED, evidence={"from": before, "to": found}),)
