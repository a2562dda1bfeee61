"""What the service sets while the seat's user sits at the screen, and puts back afterwards, whatever happens in between.

Owns two folders of snapshots, one for the machine's values and one for those of the seat's user, named by the user's SID: so
what is found after a crash says by itself whose it was. The user's values can be reached only while that user is signed in, so
they are put back when he signs in the next time, before anything else; nobody else feels them until then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from kiosk.clock import Clock
from kiosk.errors import StorageFault
from kiosk.lockdown.engine import Lockdown, RestoreReport, restore_left
from kiosk.lockdown.facts import Concern, Probe
from kiosk.lockdown.incidents import Observation
from kiosk.lockdown.operations import Operation, OperationFailed
from kiosk.lockdown.snapshots import SnapshotStore
from kiosk.lockdown.windows.api import Hive, Registry
from kiosk.lockdown.windows.policies import POLICIES, RegistryPolicies

MACHINE: Final = "machine"
"""Folder of the machine's snapshots; the other ones are named by SIDs."""
RegistryOf = Callable[[str], Registry]
"""Returns the registry with the hive of the user with a SID."""
_SID: Final = re.compile(r"S(-[0-9]{1,10}){2,15}")
_ALWAYS_THERE: Final = "Software"


class WhileSignedIn:
    """An operation on values of a user, which can be reached only while he is signed in.

    Without this, what is not there because nobody has loaded it would be taken for put back.
    """

    def __init__(self, operation: Operation, registry: Registry) -> None:
        self._operation = operation
        self._registry = registry

    @property
    def name(self) -> str:
        """As the operation's."""
        return self._operation.name

    @property
    def concern(self) -> Concern:
        """As the operation's."""
        return self._operation.concern

    def probe(self) -> Probe:
        """As the operation's."""
        return self._operation.probe()

    def snapshot(self) -> bytes:
        """Look, where it can be reached."""
        found = self._operation.snapshot()
        self._refuse_signed_out()  # afterwards: of a user who signs out meanwhile everything would seem to be missing
        return found

    def apply(self) -> None:
        """Set it, where it can be reached."""
        self._refuse_signed_out()
        self._operation.apply()

    def verify(self) -> str:
        """Look, where it can be reached."""
        return self._operation.verify()

    def revert(self, snapshot: bytes) -> None:
        """Put it back, where it can be reached."""
        self._refuse_signed_out()
        self._operation.revert(snapshot)

    def _refuse_signed_out(self) -> None:
        if not self._registry.has_key(Hive.USER, _ALWAYS_THERE):
            raise OperationFailed(self.name, "the seat's user is not signed in; it is put back when he signs in again")


def machine_operations(registry: Registry) -> dict[str, Operation]:
    """Return what is set for the whole machine, by name."""
    return _by_name(RegistryPolicies(registry, concern, only=Hive.MACHINE) for concern in _with(Hive.MACHINE))


def user_operations(registry: Registry) -> dict[str, Operation]:
    """Return what is set for the seat's user, by name."""
    made = (RegistryPolicies(registry, concern, only=Hive.USER) for concern in _with(Hive.USER))
    return _by_name(WhileSignedIn(operation, registry) for operation in made)


class PolicyKeeper:
    """The policies of one machine. Used by one thread.

    Args:
        folder: of the snapshots; only administrators may write to it.
        registry_of: the registry, by the user's SID.
        clock: for the snapshots.
        report: is told what drifts, fails or cannot be put back.
    """

    def __init__(
        self, folder: Path, registry_of: RegistryOf, *, clock: Clock, report: Callable[[Observation], None]
    ) -> None:
        self._folder = folder
        self._registry_of = registry_of
        self._clock = clock
        self._report = report
        self._made: list[Lockdown] = []

    @property
    def is_set(self) -> bool:
        """Whether they are set now."""
        return bool(self._made)

    def put_back_left(self) -> RestoreReport:
        """Put back what an earlier run has left, as far as it can be reached now.

        Raises:
            StorageFault: the snapshots cannot be read.
        """
        return put_back_left(self._folder, self._registry_of)

    def set_for(self, sid: str) -> None:
        """Set everything for the user with this SID, who is signed in.

        Raises:
            ValueError: something of an earlier run is still to be put back.
            StorageFault: what is there cannot be written down.
        """
        registry = self._registry_of(sid)
        for name, operations in ((MACHINE, machine_operations(registry)), (sid, user_operations(registry))):
            lockdown = Lockdown(
                tuple(operations.values()),
                SnapshotStore(self._folder / name),
                required=frozenset(),  # what cannot be set is said by the supervisor's table
                report=self._report,
                clock=self._clock,
            )
            try:
                lockdown.start()
            except StorageFault:
                self.give_back()
                raise
            self._made.append(lockdown)

    def verify(self) -> None:
        """Set again what somebody has changed meanwhile."""
        for lockdown in self._made:
            lockdown.verify()

    def give_back(self) -> RestoreReport:
        """Put everything back, the last first."""
        made, self._made = self._made, []
        return _together(lockdown.stop() for lockdown in reversed(made))


def put_back_left(folder: Path, registry_of: RegistryOf) -> RestoreReport:
    """Put back what is left, with nothing but the snapshots.

    Args:
        folder: of the snapshots.
        registry_of: the registry, by the user's SID; of the empty SID only the machine's part is used.

    Raises:
        StorageFault: the snapshots cannot be read.
    """
    reports: list[RestoreReport] = []
    for name in _names(folder):
        registry = registry_of("" if name == MACHINE else name)
        known = machine_operations(registry) if name == MACHINE else user_operations(registry)
        reports.append(restore_left(SnapshotStore(folder / name), known))
    return _together(reports)


def is_kept_by_service(folder: Path) -> bool:
    """Tell whether these are snapshots of the service: they lie in folders by whose they are."""
    return bool(_names(folder))


def _names(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    names = (path.name for path in folder.iterdir() if path.is_dir())
    # The user's first: they were set last.
    return sorted((name for name in names if name == MACHINE or _SID.fullmatch(name)), key=lambda name: name == MACHINE)


def _with(hive: Hive) -> list[Concern]:
    return [concern for concern, policies in POLICIES.items() if any(policy.hive is hive for policy in policies)]


def _by_name(operations: Iterable[Operation]) -> dict[str, Operation]:
    return {operation.name: operation for operation in operations}


def _together(reports: Iterable[RestoreReport]) -> RestoreReport:
    return RestoreReport(operations=tuple(each for report in reports for each in report.operations))
