"""One look of a monitor, in short words."""

from __future__ import annotations

from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.readings import Monitor
from tests.kiosk.lockdown.linux_monitors.made_up import MadeUpMachine

Seen = list[tuple[IncidentKind, str]]


def seen(monitor: Monitor, machine: MadeUpMachine, *, after_ms: int = 500) -> Seen:
    """Kinds and the first piece of evidence of what one look says."""
    machine.wait(after_ms)
    return [(each.kind, next(iter(each.evidence.values()), "")) for each in monitor.poll(machine.now)]


def kinds(monitor: Monitor, machine: MadeUpMachine, *, after_ms: int = 500) -> list[IncidentKind]:
    return [kind for kind, _ in seen(monitor, machine, after_ms=after_ms)]
