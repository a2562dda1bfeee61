"""Locking down and giving back: operations made in order, watched, and taken back in the reverse order.

Owns the order of things, and that what was there is on disk before it is changed. Refuses to know any platform, and what an
incident leads to. A start that fails unwinds by itself. Taking back never stops at one that fails: it is reported, its snapshot
stays, and it is tried again at the next start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from exam_packages.ids import Digest
from kiosk.clock import Clock
from kiosk.errors import KioskError, StorageFault
from kiosk.lockdown.facts import Capability, Concern
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.operations import Operation, OperationFailed
from kiosk.lockdown.snapshots import Snapshot, SnapshotStore

Report = Callable[[Observation], None]


class LockdownFailed(KioskError):  # noqa: N818 - see KioskError
    """The machine could not be locked down as it has to be, and is as it was before.

    Attributes:
        operation: name of the operation that failed.
        concern: what it is about.
        reason: why, in a sentence for a site admin.
        restored: what was put back.
    """

    code: ClassVar[str] = "lockdown-failed"

    def __init__(self, operation: Operation, reason: str, restored: RestoreReport) -> None:
        super().__init__(f"{operation.name}: {reason}")
        self.operation = operation.name
        self.concern = operation.concern
        self.reason = reason
        self.restored = restored


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What became of one operation when it was taken back.

    Attributes:
        operation: its name.
        found: digest of what was there before the change.
        left: digest of what is there now; None where that could not be found out.
        failure: why it could not be put back, in a sentence; empty where it could.
    """

    operation: str
    found: Digest
    left: Digest | None
    failure: str = ""

    @property
    def as_found(self) -> bool:
        """Whether what is there now is what was there before."""
        return not self.failure and self.left == self.found


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreReport:
    """What became of all of them, in the order in which they were taken back."""

    operations: tuple[Restored, ...] = ()

    @property
    def as_found(self) -> bool:
        """Whether the machine is as it was before."""
        return all(each.as_found for each in self.operations)


class Lockdown:
    """The operations of one sitting. Used by one thread at a time.

    Args:
        operations: in the order in which they are made.
        snapshots: where what is there before is kept.
        required: what has to be prevented; an operation about anything else may fail, and that is reported.
        report: is told what happens.
        clock: for the snapshots.
    """

    def __init__(
        self,
        operations: Sequence[Operation],
        snapshots: SnapshotStore,
        *,
        required: frozenset[Concern],
        report: Report,
        clock: Clock,
    ) -> None:
        self._operations = tuple(operations)
        self._snapshots = snapshots
        self._required = required
        self._report = report
        self._clock = clock
        self._made: list[tuple[Operation, Snapshot]] = []
        self._unwound: list[Restored] = []
        self._lost: set[str] = set()
        self._not_made: dict[str, str] = {}

    @property
    def not_made(self) -> Mapping[str, str]:
        """Why an operation that could do something here was not made after all, by its name."""
        return dict(self._not_made)

    def start(self) -> None:
        """Make every operation that can do something here.

        Raises:
            LockdownFailed: one that is required could not be made; everything is as it was.
            StorageFault: what is there could not be written down; everything is as it was.
            ValueError: something of before is still to be put back (``restore_left``).
        """
        if self._made or self._snapshots.left():
            raise ValueError("something is still to be put back")
        for operation in self._operations:
            if operation.probe().capability is not Capability.UNAVAILABLE:
                self._make(operation)

    def verify(self) -> None:
        """Look whether all is as applied; make again what has drifted, and report what cannot be made again, once."""
        for operation, _ in self._made:
            try:
                drift = operation.verify()
            except OperationFailed as failure:
                drift = failure.reason
            if drift:
                self._mend(operation, drift)
            else:
                self._lost.discard(operation.name)

    def stop(self) -> RestoreReport:
        """Take everything back, the last first; what failed at the start and was taken back then is in the report, too."""
        made, self._made = self._made, []
        unwound, self._unwound = self._unwound, []
        self._lost.clear()
        taken_back = (self._taken_back(operation, snapshot) for operation, snapshot in reversed(made))
        return RestoreReport(operations=(*unwound, *taken_back))

    def _make(self, operation: Operation) -> None:
        try:
            before = operation.snapshot()
        except OperationFailed as failure:
            self._failed(operation, failure.reason)
            return
        number = len(self._made) + 1
        snapshot = Snapshot(number=number, operation=operation.name, data=before, wall=self._clock.utc_ms())
        try:
            self._snapshots.keep(snapshot)
        except StorageFault:
            self.stop()
            raise
        self._made.append((operation, snapshot))
        try:
            operation.apply()
            drift = operation.verify()
        except OperationFailed as failure:
            drift = failure.reason
        if drift:
            self._made.pop()
            self._unwound.append(self._taken_back(operation, snapshot))
            self._failed(operation, drift)

    def _failed(self, operation: Operation, reason: str) -> None:
        self._not_made[operation.name] = reason
        self._tell(IncidentKind.OPERATION_FAILED, operation, reason)
        if operation.concern in self._required:
            raise LockdownFailed(operation, reason, self.stop())

    def _mend(self, operation: Operation, drift: str) -> None:
        try:
            operation.apply()
            still = operation.verify()
        except OperationFailed as failure:
            still = failure.reason
        if not still:
            self._lost.discard(operation.name)
            self._tell(IncidentKind.OPERATION_DRIFTED, operation, drift)
        elif operation.name not in self._lost:
            self._lost.add(operation.name)
            self._tell(IncidentKind.OPERATION_LOST, operation, still)

    def _taken_back(self, operation: Operation, snapshot: Snapshot) -> Restored:
        restored = put_back(operation, snapshot, self._snapshots)
        if restored.failure:
            self._tell(IncidentKind.RESTORE_FAILED, operation, restored.failure)
        return restored

    def _tell(self, kind: IncidentKind, operation: Operation, reason: str) -> None:
        evidence = {"operation": operation.name, "concern": operation.concern.value, "reason": reason[:500]}
        self._report(Observation(kind=kind, evidence=evidence))


def put_back(operation: Operation, snapshot: Snapshot, snapshots: SnapshotStore) -> Restored:
    """Take one operation back and look whether all is as found; its snapshot goes only when it is done."""
    try:
        operation.revert(snapshot.data)
        left = Snapshot(number=1, operation=operation.name, data=operation.snapshot(), wall=snapshot.wall).digest
        snapshots.settle(snapshot, left)
    except OperationFailed as failure:
        return Restored(operation=operation.name, found=snapshot.digest, left=None, failure=failure.reason)
    except StorageFault as fault:
        return Restored(operation=operation.name, found=snapshot.digest, left=None, failure=str(fault))
    except Exception as fault:  # noqa: BLE001 - whatever is wrong with one operation, the others are still to be taken back
        said = f"it could not be put back: {type(fault).__name__}"
        return Restored(operation=operation.name, found=snapshot.digest, left=None, failure=said)
    return Restored(operation=operation.name, found=snapshot.digest, left=left)


def restore_left(snapshots: SnapshotStore, operations: Mapping[str, Operation]) -> RestoreReport:
    """Take back what a program that died has left, from its snapshots alone. One that is damaged stops no other.

    Args:
        snapshots: of the seat.
        operations: everything that this version can take back, by name.

    Raises:
        StorageFault: the folder of the snapshots cannot be read.
    """
    readable, damaged = snapshots.found()
    restored = [
        Restored(operation=each.name, found=each.digest, left=None, failure=str(each.fault)) for each in damaged
    ]
    for snapshot in readable:
        operation = operations.get(snapshot.operation)
        if operation is None:
            failure = "this version of the program does not know this operation; use the one that made the change"
            restored.append(Restored(operation=snapshot.operation, found=snapshot.digest, left=None, failure=failure))
        else:
            restored.append(put_back(operation, snapshot, snapshots))
    return RestoreReport(operations=tuple(restored))
