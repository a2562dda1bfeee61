"""What a platform gives: changes, monitors and what each is worth, in one value.

Owns putting probes together into the capability table. Refuses to know any platform. A sitting may take several: the machine's,
the display server's and the sandbox's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kiosk.lockdown.facts import Capability, CapabilityEntry, Concern, Probe, capability_table
from kiosk.lockdown.operations import Operation
from kiosk.lockdown.readings import Monitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """What a sitting is locked down with.

    Attributes:
        name: for people, for example "Linux".
        operations: in the order in which they are made.
        monitors: in the order in which they are asked.
        further: what is done by others (the window, a prepared system), by name, for the table.
    """

    name: str
    operations: tuple[Operation, ...] = ()
    monitors: tuple[Monitor, ...] = ()
    further: Mapping[str, tuple[Concern, Probe]] = field(default_factory=dict)

    def with_more(self, *others: Backend) -> Backend:
        """Return this backend and others as one."""
        every = (self, *others)
        return Backend(
            name=", ".join(backend.name for backend in every),
            operations=tuple(operation for backend in every for operation in backend.operations),
            monitors=tuple(monitor for backend in every for monitor in backend.monitors),
            further={name: entry for backend in every for name, entry in backend.further.items()},
        )

    def probes(self) -> dict[str, tuple[Concern, Probe]]:
        """Ask everything what it can do here, by name."""
        return {**probes_of(self.operations), **probes_of(self.monitors), **self.further}

    def table(self, *, not_made: Mapping[str, str] | None = None) -> tuple[CapabilityEntry, ...]:
        """Return the capability table of this machine.

        Args:
            not_made: operations that could do something here and failed, by name, and why: they do nothing.
        """
        probes = self.probes()
        for name, reason in (not_made or {}).items():
            concern, probe = probes[name]
            failed = Probe(capability=Capability.UNAVAILABLE, reason=reason, remedy=probe.remedy)
            probes[name] = (concern, failed)
        return capability_table(probes)


def probes_of(parts: Sequence[Operation | Monitor]) -> dict[str, tuple[Concern, Probe]]:
    """Ask operations or monitors what they can do, by name."""
    return {part.name: (part.concern, part.probe()) for part in parts}
