"""Whether a network can be reached: links, routes and radios of the machine.

Owns reading them. The exam needs no network: any link is one too many. Refuses to judge what is on the other end.

Source: Documentation/ABI/testing/sysfs-class-net and sysfs-class-rfkill of Linux; ``/proc/net/route``.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.linux.look import Look, fields_of, number_of
from kiosk.lockdown.readings import Reading

_NET: Final = "sys/class/net"
_RFKILL: Final = "sys/class/rfkill"
_LOOPBACK_TYPE: Final = 772  # ARPHRD_LOOPBACK
_IS_UP: Final = 0x1  # IFF_UP
_IS_GATEWAY: Final = 0x2  # RTF_GATEWAY
_RADIO_ON: Final = 1  # RFKILL_STATE_UNBLOCKED


class _Link(IntEnum):
    DOWN = 0
    UP = 1
    """The other end answers."""
    ROUTED = 2
    """And the machine sends through it what is not for itself."""


class NetworkMonitor:
    """Notices links that come up or go down, and radios that are switched on."""

    name = "linux/network"
    concern = Concern.NETWORK

    def __init__(self, look: Look) -> None:
        self._look = look
        self._links: dict[str, _Link] = {}
        self._radios: frozenset[str] = frozenset()

    def probe(self) -> Probe:
        """Tell whether interfaces can be seen."""
        if not self._look.names(_NET):
            return Probe(capability=Capability.UNAVAILABLE, reason="The machine does not show its network interfaces.")
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="A network that comes up is noticed within a second; this does not keep it down.",
            remedy="Prepare the seat, so that the window has no network at all.",
        )

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once."""
        del now
        links = self._links_now()
        seen: list[Observation] = []
        for interface, link in links.items():
            before = self._links.get(interface, _Link.DOWN)
            if link > before:
                seen.append(_about(IncidentKind.NETWORK_UP, self._described(interface, link)))
            elif link is _Link.DOWN and before is not _Link.DOWN:
                seen.append(_about(IncidentKind.NETWORK_DOWN, interface))
        gone = (interface for interface, link in self._links.items() if link and interface not in links)
        seen.extend(_about(IncidentKind.NETWORK_DOWN, interface) for interface in gone)
        radios = self._radios_now()
        seen.extend(_about(IncidentKind.WIRELESS_FOUND, radio) for radio in sorted(radios - self._radios))
        self._links, self._radios = links, radios
        return seen

    def _links_now(self) -> dict[str, _Link]:
        routed = self._routed()
        return {name: self._link(name, routed=name in routed) for name in self._look.names(_NET)}

    def _link(self, name: str, *, routed: bool) -> _Link:
        read = self._look.text
        folder = f"{_NET}/{name}"
        if number_of(read(f"{folder}/type")) == _LOOPBACK_TYPE:
            return _Link.DOWN
        # A link without a driver that knows better (tunnels) calls itself "unknown".
        state = read(f"{folder}/operstate")
        is_up = number_of((read(f"{folder}/flags") or "").removeprefix("0x"), base=16) & _IS_UP
        carries = read(f"{folder}/carrier") == "1"
        if state != "up" and not (state == "unknown" and is_up and carries):
            return _Link.DOWN
        return _Link.ROUTED if routed else _Link.UP

    def _routed(self) -> frozenset[str]:
        rows = [row.split() for row in (self._look.text("proc/net/route") or "").splitlines()[1:]]
        return frozenset(row[0] for row in rows if len(row) > 3 and number_of(row[3], base=16) & _IS_GATEWAY)

    def _described(self, interface: str, link: _Link) -> str:
        what = "wireless" if "wireless" in self._look.names(f"{_NET}/{interface}") else "cable"
        uevent = fields_of(self._look.text(f"{_NET}/{interface}/uevent"))
        kind = uevent.get("DEVTYPE", what)
        return f"{interface} ({kind}, with a route)" if link is _Link.ROUTED else f"{interface} ({kind})"

    def _radios_now(self) -> frozenset[str]:
        found = set()
        for name in self._look.names(_RFKILL):
            folder = f"{_RFKILL}/{name}"
            if number_of(self._look.text(f"{folder}/state"), default=-1) == _RADIO_ON:
                kind = self._look.text(f"{folder}/type") or "radio"
                found.add(f"{self._look.text(f'{folder}/name') or name} ({kind}, switched on)")
        return frozenset(found)


def _about(kind: IncidentKind, interface: str) -> Observation:
    return Observation(kind=kind, evidence={"interface": interface})
