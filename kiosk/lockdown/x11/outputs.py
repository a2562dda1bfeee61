"""Displays on an X server: what RandR says is plugged in and shows something, and making only one show something.

Owns the reading of RandR. Refuses to judge (``kiosk.lockdown.displays``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import xcffib.randr

from kiosk.lockdown.displays import (
    Display,
    DisplayWatch,
    EnrolledDisplay,
    fingerprint_of_edid,
    fingerprint_of_socket,
    the_enrolled,
    the_one_lit,
)
from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import Observation
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.x11.connection import Rectangle, XReply, XServer, text_of

EDID_MAX_WORDS: Final = 64  # a base block and one more
ANY: Final = 0  # X protocol: XReplyPropertyType, CurrentTime
NO_RANDR: Final = Probe(
    capability=Capability.UNAVAILABLE,
    reason="This X server does not say which displays there are.",
    remedy="Use an X server with RandR 1.5.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A socket with something plugged in.

    Attributes:
        crtc: what feeds it; 0 for nothing.
    """

    number: int
    crtc: int
    display: Display


def outputs_of(server: XServer) -> tuple[Output, ...]:
    """Return what is plugged in, lit or dark."""
    randr = server.speak(xcffib.randr.key)
    resources = randr.GetScreenResourcesCurrent(server.root).reply()
    found = []
    for number in resources.outputs:
        info = randr.GetOutputInfo(number, resources.config_timestamp).reply()
        # A display that is lit is there, whatever the socket says: some switches hide that something is plugged in.
        if info.connection == xcffib.randr.Connection.Connected or info.crtc:
            found.append(Output(number=number, crtc=info.crtc, display=_display(server, randr, number, info)))
    return tuple(found)


def displays_of(server: XServer) -> tuple[Display, ...]:
    """Return the displays: what is plugged in, and what somebody has declared to be a monitor without any socket."""
    randr = server.speak(xcffib.randr.key)
    declared = tuple(
        _declared(server, monitor)
        for monitor in randr.GetMonitors(server.root, True).reply().monitors
        if not monitor.nOutput
    )
    return tuple(output.display for output in outputs_of(server)) + declared


def _display(server: XServer, randr: XReply, number: int, info: XReply) -> Display:
    name = text_of(info.name)
    request = randr.GetOutputProperty(number, server.atom("EDID"), ANY, 0, EDID_MAX_WORDS, False, False)
    edid = b"".join(each if isinstance(each, bytes) else bytes([each]) for each in request.reply().data)
    try:
        fingerprint, says_who = fingerprint_of_edid(edid), True
    except ValueError:
        fingerprint = fingerprint_of_socket(name, width_mm=info.mm_width, height_mm=info.mm_height)
        says_who = False
    return Display(name=name, fingerprint=fingerprint, geometry=_lit(randr, info.crtc), says_who=says_who)


def _lit(randr: XReply, crtc: int) -> str:
    if not crtc:
        return ""
    info = randr.GetCrtcInfo(crtc, ANY).reply()
    return str(Rectangle(x=info.x, y=info.y, width=info.width, height=info.height)) if info.mode else ""


def _declared(server: XServer, monitor: XReply) -> Display:
    name = server.name_of(monitor.name)
    size = {"width_mm": monitor.width_in_millimeters, "height_mm": monitor.height_in_millimeters}
    place = Rectangle(x=monitor.x, y=monitor.y, width=monitor.width, height=monitor.height)
    return Display(name=name, fingerprint=fingerprint_of_socket(name, **size), geometry=str(place), says_who=False)


class Displays:
    """Notices displays that come, go, change, or are not the seat's."""

    name = "x11/displays"
    concern = Concern.DISPLAYS

    def __init__(self, server: XServer, enrolled: EnrolledDisplay | None) -> None:
        self._server = server
        self._watch = DisplayWatch(enrolled=enrolled)

    def probe(self) -> Probe:
        """Tell whether displays can be seen."""
        if not self._server.has("RANDR"):
            return NO_RANDR
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="A display can be plugged in at any time; it is noticed.",
            remedy=""
            if self._watch.enrolled is not None
            else "Enrol the seat's display: `kiosk seat displays` says how.",
        )

    def look_anew(self) -> None:
        """Those that are not the seat's, and that the seat's own is missing, are told again."""
        self._watch.look_anew()

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Return what is new since the look before."""
        del now
        if not self._server.has("RANDR"):
            return ()
        found = self._server.look(lambda: displays_of(self._server), None)
        return () if found is None else self._watch.look(found)


def enrol_display(server: XServer) -> EnrolledDisplay:
    """Return the one display that shows something, to be put into the seat's settings.

    Raises:
        ValueError: none does, or more than one.
    """
    return EnrolledDisplay.of(the_one_lit(displays_of(server)))


def own_output(outputs: Sequence[Output], enrolled: EnrolledDisplay | None) -> Output | None:
    """Return the output that is left alone when others go dark; None where that cannot be told: then none goes dark."""
    lit = [output for output in outputs if output.display.is_active]
    if enrolled is None:
        return lit[0] if len(lit) == 1 else None
    own = the_enrolled([output.display for output in lit], enrolled)
    return next((output for output in lit if output.display is own), None)
