"""Everything that lockdown does on an X server, together.

Owns the lists. Refuses to start anything: who asks for it polls and applies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from kiosk.lockdown.backends import Backend
from kiosk.lockdown.displays import EnrolledDisplay
from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.input_policy import InputPolicy
from kiosk.lockdown.operations import Operation
from kiosk.lockdown.readings import Monitor, Reading
from kiosk.lockdown.x11.connection import XServer
from kiosk.lockdown.x11.devices import InjectedInput, InputDevices, KeyboardLayout
from kiosk.lockdown.x11.keyboard_layouts import KeyboardGroup
from kiosk.lockdown.x11.operations import KeyRepeat, OneDisplay, ScreenSaverOff, ServerOperation
from kiosk.lockdown.x11.outputs import Displays, outputs_of
from kiosk.lockdown.x11.selections import ForeignSelections
from kiosk.lockdown.x11.windows import ForeignFocus, ForeignWindows, IsOurs

WINDOW_PROBES: Final[Mapping[str, tuple[Concern, Probe]]] = {
    "window/keyboard-grab": (Concern.SYSTEM_KEYS, Probe(capability=Capability.ENFORCED)),
    "window/pointer-filter": (Concern.POINTER, Probe(capability=Capability.ENFORCED)),
    "window/private-clipboard": (Concern.CLIPBOARD, Probe(capability=Capability.ENFORCED)),
}
"""What the full-screen window does by itself on X11 (``ui.window.keyboard_grab``, ``key_guard``), for the capability table."""
_OUTPUTS_OF_XWAYLAND: Final = "XWAYLAND"


def x11_operations(server: XServer | None, *, enrolled: EnrolledDisplay | None) -> tuple[Operation, ...]:
    """Return what is changed on a server, in order. Without a server: what takes back the changes of one that is gone."""
    settings = (ScreenSaverOff(), KeyRepeat(), KeyboardGroup(), OneDisplay(enrolled))
    return tuple(ServerOperation(server, each) for each in settings)


def x11_monitors(
    server: XServer, is_ours: IsOurs, *, policy: InputPolicy, enrolled: EnrolledDisplay | None
) -> tuple[Monitor, ...]:
    """Return what notices something on a server.

    Args:
        server: where; all of them look by this one connection.
        is_ours: which processes are the exam's. Asked anew at every look: the window is started again after a crash.
        policy: whether programs may press keys, see ``InputPolicy.for_rig``.
        enrolled: the seat's display.
    """
    return (
        ForeignWindows(server, is_ours),
        ForeignFocus(server, is_ours),
        InjectedInput(server, policy),
        InputDevices(server),
        KeyboardLayout(server),
        ForeignSelections(server, is_ours),
        Displays(server, enrolled),
        ServerWatch(server),
    )


def x11_backend(server: XServer, is_ours: IsOurs, *, policy: InputPolicy, enrolled: EnrolledDisplay | None) -> Backend:
    """Return everything of an X server and of the window on it; the arguments are those of ``x11_monitors``."""
    return Backend(
        name="X11",
        operations=x11_operations(server, enrolled=enrolled),
        monitors=x11_monitors(server, is_ours, policy=policy, enrolled=enrolled),
        further=window_probes(server),
    )


def window_probes(server: XServer) -> Mapping[str, tuple[Concern, Probe]]:
    """Return what the window does by itself on this server.

    On Xwayland no grab reaches the compositor's keys: it takes them before the server hears of them.
    """
    if not server.look(lambda: _is_xwayland(server), False):
        return WINDOW_PROBES
    probe = Probe(
        capability=Capability.UNAVAILABLE,
        reason="This X server is part of a Wayland session, whose own keys nothing here can hold back.",
        remedy="Use Xorg, or cage without Xwayland (kiosk seat prepare).",
    )
    return {**WINDOW_PROBES, "window/keyboard-grab": (Concern.SYSTEM_KEYS, probe)}


def _is_xwayland(server: XServer) -> bool:
    """Newer ones say so by an extension that does nothing else, older ones by the names of their outputs."""
    if server.has("XWAYLAND"):
        return True
    return server.has("RANDR") and any(
        output.display.name.startswith(_OUTPUTS_OF_XWAYLAND) for output in outputs_of(server)
    )


class ServerWatch:
    """Notices that the connection has broken, once: nothing else here sees anything from then on."""

    name = "x11/server"
    concern = Concern.APP_SWITCHING

    def __init__(self, server: XServer) -> None:
        self._server = server
        self._is_told = False

    def probe(self) -> Probe:
        """It can always be noticed."""
        return Probe(capability=Capability.DETECT_ONLY, reason="Tells when the X server cannot be looked at any more.")

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Return that it broke."""
        del now
        if self._is_told or not self._server.is_lost:
            return ()
        self._is_told = True
        return (Observation(kind=IncidentKind.HOOK_LOST, evidence={"hook": self.name}),)
