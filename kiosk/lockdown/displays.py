"""Displays: which one the seat's is, and what to say when that changes.

Owns the fingerprint, the judging and the list for people, for every platform. Refuses to know who looks. A seat's display is
known by what it says of itself (its EDID) and not by the socket it is plugged into, so that another cable or another order at
the next start is no incident; one that says nothing is known by its socket and its size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NewType

from kiosk.lockdown.incidents import IncidentKind, Observation

Fingerprint = NewType("Fingerprint", str)
"""32 hex digits of a SHA-256."""

EDID_BYTES: Final = 128  # VESA E-EDID 1.4: the base block; what follows may be read differently by another driver
EDID_MAGIC: Final = b"\x00\xff\xff\xff\xff\xff\xff\x00"
NO_GEOMETRY: Final = "dark"
_OWN: Final = ""  # the seat's own stays the same one in whatever socket; the others are known by theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """A display that is plugged in.

    Attributes:
        name: of its socket, for people, for example ``HDMI-1``.
        fingerprint: which one it is.
        geometry: where on the screen it shows something; empty while it shows nothing.
        says_who: whether the fingerprint is from what it says of itself.
    """

    name: str
    fingerprint: Fingerprint
    geometry: str = ""
    says_who: bool = True

    @property
    def is_active(self) -> bool:
        """Whether it shows something."""
        return bool(self.geometry)

    @property
    def resolution(self) -> str:
        """``WIDTHxHEIGHT`` in pixels; empty while it is dark, or where nobody says how big its picture is."""
        size = self.geometry.partition("+")[0]
        return size if "x" in size else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledDisplay:
    """The seat's own display, as an admin enrolled it.

    Attributes:
        fingerprint: which one it is.
        name: of the socket it was in then.
    """

    fingerprint: Fingerprint
    name: str

    @classmethod
    def of(cls, display: Display) -> EnrolledDisplay:
        """Enrol a display."""
        return cls(fingerprint=display.fingerprint, name=display.name)


def fingerprint_of_edid(edid: bytes) -> Fingerprint:
    """Return which display it is: maker, model and serial number are in the base block.

    Raises:
        ValueError: this is no EDID; a display that is just being probed gives such.
    """
    if len(edid) < EDID_BYTES or not edid.startswith(EDID_MAGIC):
        raise ValueError("no EDID")
    return _fingerprint(b"edid", edid[:EDID_BYTES])


def fingerprint_of_socket(name: str, *, width_mm: int, height_mm: int) -> Fingerprint:
    """Return which display it is, as far as that can be told of one that says nothing of itself."""
    return _fingerprint(b"socket", f"{name} {width_mm}x{height_mm}".encode())


def _fingerprint(label: bytes, what: bytes) -> Fingerprint:
    return Fingerprint(hashlib.sha256(label + b"\0" + what).hexdigest()[:32])


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDisplay:
    """A display as it stands in the list for people.

    Attributes:
        number: counts from 1, as they are found.
        is_enrolled: whether it belongs to this site; None where nobody knows what does.
    """

    number: int
    display: Display
    is_enrolled: bool | None


def listed(displays: Sequence[Display], enrolled: Sequence[str] | None) -> tuple[ListedDisplay, ...]:
    """Return the list of displays for people.

    Args:
        displays: what is plugged in.
        enrolled: fingerprints of the displays that belong to the site; None where nobody knows.
    """
    return tuple(
        ListedDisplay(
            number=number,
            display=display,
            is_enrolled=None if enrolled is None else display.fingerprint in enrolled,
        )
        for number, display in enumerate(displays, 1)
    )


def the_one_lit(displays: Sequence[Display]) -> Display:
    """Return the one display that shows something: the seat's own, while somebody sets the seat up.

    Raises:
        ValueError: none does, or more than one.
    """
    lit = [display for display in displays if display.is_active]
    if len(lit) != 1:
        raise ValueError(f"one display has to be lit, and {len(lit)} are: {', '.join(each.name for each in lit)}")
    return lit[0]


def the_enrolled(displays: Sequence[Display], enrolled: EnrolledDisplay) -> Display | None:
    """Return the seat's own display among those that are plugged in; None where it is not.

    While a display is probed, or behind some switches, it says nothing of itself for a moment: one that says nothing, in the
    socket where the seat's own was, is taken for it.
    """
    alike = [display for display in displays if display.fingerprint == enrolled.fingerprint]
    in_its_socket = [display for display in displays if display.name == enrolled.name]
    # Two displays of one model need not tell themselves apart: then the socket does, and only one of them is the seat's.
    silent = [display for display in in_its_socket if not display.says_who]
    return next(iter([each for each in alike if each in in_its_socket] or alike or silent), None)


@dataclass(slots=True)
class DisplayWatch:
    """Compares each look with the one before.

    Attributes:
        enrolled: the seat's own; None on a seat where nobody has enrolled one: then the first one found is taken for it.
    """

    enrolled: EnrolledDisplay | None = None
    _before: Mapping[str, Display] | None = field(default=None, init=False)
    _told: set[str] = field(default_factory=set, init=False)

    def look_anew(self) -> None:
        """Have the next look tell of everything that is not as it should be; which one is the seat's stays."""
        self._before, self._told = None, set()

    def look(self, displays: Sequence[Display]) -> list[Observation]:
        """Return what is new. The first look tells of everything that is not as it should be."""
        if self.enrolled is None:
            first = next((display for display in displays if display.is_active), None)
            if first is None:
                return []
            self.enrolled = EnrolledDisplay.of(first)
        own = the_enrolled(displays, self.enrolled)
        now = {_OWN if display is own else display.name: display for display in displays}
        before, self._before = self._before, now
        observations = [*self._strangers(now, own), *_changes(before or {}, now, is_first=before is None)]
        observations += _removals(before or {}, now)
        if before is None and own is None:
            observations.append(_removed(self.enrolled.name))
        return observations

    def _strangers(self, now: Mapping[str, Display], own: Display | None) -> list[Observation]:
        """Those that show something and are not the seat's own, once each for as long as they do."""
        showing = {key: display for key, display in now.items() if display.is_active and display is not own}
        new = [display for key, display in showing.items() if key not in self._told]
        self._told = set(showing)
        is_beside = own is not None and own.is_active
        return [self._beside(each) if is_beside or len(showing) > 1 else self._instead(each) for each in new]

    def _beside(self, display: Display) -> Observation:
        evidence = {"display": display.name, "geometry": display.geometry}
        return Observation(kind=IncidentKind.DISPLAY_ADDED, evidence=evidence)

    def _instead(self, display: Display) -> Observation:
        enrolled = self.enrolled.name if self.enrolled is not None else ""
        return Observation(kind=IncidentKind.DISPLAY_UNKNOWN, evidence={"display": display.name, "enrolled": enrolled})


def _changes(before: Mapping[str, Display], now: Mapping[str, Display], *, is_first: bool) -> list[Observation]:
    """Another size or place, light to dark, and what is plugged in and dark: nobody can see anything on that."""
    found: list[Observation] = []
    for key, display in now.items():
        earlier = before.get(key)
        is_new_and_dark = earlier is None and not display.is_active and not is_first
        if is_new_and_dark or (earlier is not None and earlier.geometry != display.geometry):
            evidence = {
                "display": display.name,
                "geometry": display.geometry or NO_GEOMETRY,
                "before": (earlier.geometry or NO_GEOMETRY) if earlier is not None else "",
            }
            found.append(Observation(kind=IncidentKind.DISPLAY_CHANGED, evidence=evidence))
    return found


def _removals(before: Mapping[str, Display], now: Mapping[str, Display]) -> list[Observation]:
    return [_removed(display.name) for key, display in before.items() if key not in now]


def _removed(name: str) -> Observation:
    return Observation(kind=IncidentKind.DISPLAY_REMOVED, evidence={"display": name})
