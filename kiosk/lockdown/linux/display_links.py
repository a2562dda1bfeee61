"""What is plugged into the machine's display sockets, by the kernel's list of connectors.

Owns reading that list. Refuses to judge (``displays``), and to know what is drawn where (``x11``, ``wayland``). It is for
sessions whose display server nobody can ask; splitters do not show in it.

Source: drivers/gpu/drm/drm_sysfs.c of Linux.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kiosk.lockdown.displays import (
    Display,
    DisplayWatch,
    EnrolledDisplay,
    Fingerprint,
    fingerprint_of_edid,
    fingerprint_of_socket,
)
from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import Observation
from kiosk.lockdown.linux.look import Look
from kiosk.lockdown.readings import Reading

_DRM: Final = "sys/class/drm"
_EDID_MAX_BYTES: Final = 32 * 1024
_ON: Final = "on"
"""The kernel says whether a socket is lit, and not where on the screen it shows something."""


class DisplayLinkMonitor:
    """Notices displays that are lit beside the seat's own, or in its place.

    Args:
        look: at the machine.
        enrolled: fingerprints of the displays that belong to the seat; without any, the first one that is lit is taken for it.
    """

    name = "linux/display-links"
    concern = Concern.DISPLAYS

    def __init__(self, look: Look, *, enrolled: Sequence[Fingerprint] = ()) -> None:
        self._look = look
        self._enrolled = tuple(enrolled)
        self._watch: DisplayWatch | None = None

    def probe(self) -> Probe:
        """Tell whether sockets can be seen."""
        if not _sockets(self._look):
            return Probe(
                capability=Capability.UNAVAILABLE,
                reason="The machine does not show what is plugged into its display sockets.",
            )
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="A display that is lit is noticed within a second, but for one behind a splitter.",
        )

    def look_anew(self) -> None:
        """Those that are not the seat's, and that the seat's own is missing, are told again."""
        if self._watch is not None:
            self._watch.look_anew()

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once."""
        del now
        displays = plugged_displays(self._look)
        if self._watch is None:
            self._watch = DisplayWatch(self._own_of(displays))
        return self._watch.look(displays)

    def _own_of(self, displays: Sequence[Display]) -> EnrolledDisplay | None:
        """Of several displays that belong to the seat, the one that is there."""
        if not self._enrolled:
            return None
        there = [display for display in displays if display.fingerprint in self._enrolled]
        lit = [display for display in there if display.is_active]
        return next(map(EnrolledDisplay.of, lit or there), EnrolledDisplay(fingerprint=self._enrolled[0], name=""))


def plugged_displays(look: Look) -> tuple[Display, ...]:
    """Return what is plugged into the machine's display sockets, in the order of their names."""
    found = (_plugged(look, socket) for socket in _sockets(look))
    return tuple(display for display in found if display is not None)


def _plugged(look: Look, socket: str) -> Display | None:
    folder = f"{_DRM}/{socket}"
    if look.text(f"{folder}/status") != "connected":
        return None
    name = socket.partition("-")[2]
    geometry = _ON if look.text(f"{folder}/enabled") == "enabled" else ""
    edid = look.data(f"{folder}/edid", offset=0, length=_EDID_MAX_BYTES) or b""
    try:
        return Display(name=name, fingerprint=fingerprint_of_edid(edid), geometry=geometry)
    except ValueError:
        fingerprint = fingerprint_of_socket(name, width_mm=0, height_mm=0)
        return Display(name=name, fingerprint=fingerprint, geometry=geometry, says_who=False)


def _sockets(look: Look) -> list[str]:
    # "card0-HDMI-A-1" is a socket, "card0" the card; a writeback connector is a piece of memory.
    return [name for name in look.names(_DRM) if "-" in name and "Writeback" not in name]
