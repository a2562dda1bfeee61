"""What a monitor is told of time, and the shape of a monitor.

Owns one reading of the clocks. Monitors are polled: each call looks once and compares with the look before, so that a test with
made-up looks and times is the same as the real thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from exam_packages.ids import UtcMs
from kiosk.lockdown.facts import Concern, Probe
from kiosk.lockdown.incidents import Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The clocks, read together.

    Attributes:
        wall: what the wall clock says.
        awake_ms: monotonic; stands still while the machine sleeps.
        since_boot_ms: monotonic; goes on while the machine sleeps. Equal to ``awake_ms`` where the system has no such clock.
    """

    wall: UtcMs
    awake_ms: int
    since_boot_ms: int


@runtime_checkable
class LooksAnew(Protocol):
    """A monitor that tells of what is there once, and again when it is asked to."""

    def look_anew(self) -> None:
        """Forget what was told: what is still there at the next look is told again."""
        ...


class Monitor(Protocol):
    """Something that notices."""

    @property
    def name(self) -> str:
        """Stable and unique among all platforms, for example ``x11/displays``."""
        ...

    @property
    def concern(self) -> Concern:
        """What it is about."""
        ...

    def probe(self) -> Probe:
        """Tell whether it can notice anything here."""
        ...

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once, and return what is new since the look before. Never waits, never raises for what it cannot see."""
        ...
