"""Asking the monitors, again and again, and going on without one that fails.

Owns which monitors are asked and how often. Refuses to know what they look at and what follows. A monitor that raises is a
fault of this program: it is told once, as something that is no longer watched, and the others go on; an exam never ends for
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.readings import LooksAnew, Monitor, Reading

POLL_MS: Final = 500
"""A foreign window is to be noticed within a second: two looks."""
BURST_MAX: Final = 100
"""More than this from one look of one monitor says nothing more."""


class Watch:
    """The monitors of a sitting. Used by one thread.

    Args:
        monitors: in the order in which they are asked; those that can do nothing here are left out.
    """

    def __init__(self, monitors: Sequence[Monitor]) -> None:
        self._probes = {monitor.name: (monitor.concern, monitor.probe()) for monitor in monitors}
        able = (
            monitor for monitor in monitors if self._probes[monitor.name][1].capability is not Capability.UNAVAILABLE
        )
        self._monitors = list(able)
        self._looked_ms: int | None = None

    @property
    def probes(self) -> dict[str, tuple[Concern, Probe]]:
        """What each monitor can do here, by its name; for the capability table."""
        return dict(self._probes)

    def look_anew(self) -> None:
        """Have told again what is there: a session begins, and has a log and rules of its own."""
        for monitor in self._monitors:
            if isinstance(monitor, LooksAnew):
                monitor.look_anew()

    def look(self, now: Reading) -> tuple[Observation, ...]:
        """Return what is new, or nothing while it is too early to look again."""
        if self._looked_ms is not None and now.awake_ms - self._looked_ms < POLL_MS:
            return ()
        self._looked_ms = now.awake_ms
        found: list[Observation] = []
        for monitor in tuple(self._monitors):
            try:
                found += tuple(monitor.poll(now))[:BURST_MAX]
            except Exception as fault:  # noqa: BLE001 - whatever is wrong with one monitor, the exam goes on
                self._monitors.remove(monitor)
                found.append(_lost(monitor, fault))
        return tuple(found)


def _lost(monitor: Monitor, fault: Exception) -> Observation:
    evidence = {
        "operation": monitor.name,
        "concern": monitor.concern.value,
        "reason": f"It is not watched any more: {type(fault).__name__}.",
    }
    return Observation(kind=IncidentKind.OPERATION_FAILED, evidence=evidence)
