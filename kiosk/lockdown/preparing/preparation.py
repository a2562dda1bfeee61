"""Putting a plan in place and taking it back, whatever ended the program in between.

Owns the order, and that what was there is on disk before it is changed. Snapshots stay as long as the seat is a seat. Refuses to
know what is put in place. What stands there already is left alone and never taken back; a second run with the same wishes
changes nothing, one with others takes back what is wished no more.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

from kiosk.clock import Clock
from kiosk.durable_file import sync_folder
from kiosk.lockdown.engine import RestoreReport, put_back, restore_left
from kiosk.lockdown.operations import Operation, OperationFailed
from kiosk.lockdown.preparing.wishes import CannotPrepare
from kiosk.lockdown.snapshots import Snapshot, SnapshotStore

Known = Callable[[Snapshot], Operation | None]
"""Returns what takes back a change of which this is the snapshot; None where this version does not know that kind of change."""


class Preparation:
    """What is prepared on one system. Used by one program at a time.

    Args:
        folder: of the snapshots; only administrators may write to it.
        clock: for the snapshots.
        known: the kinds of change, by which any version takes back what any other changed.
    """

    def __init__(self, folder: Path, clock: Clock, known: Known) -> None:
        self._folder = folder
        self._store = SnapshotStore(self._folder)
        self._clock = clock
        self._known = known

    def prepare(self, operations: Sequence[Operation]) -> tuple[str, ...]:
        """Put everything in place that is not, and return the names of what was changed.

        Raises:
            CannotPrepare: something could not be put in place. What this run changed is as it was before the first run.
            StorageFault: snapshots cannot be read or written.
        """
        obsolete = self.obsolete(operations)
        for snapshot in obsolete:
            self._take_back(snapshot)
        kept = {snapshot.operation: snapshot.number for snapshot in self._store.left()}
        changed: list[str] = []
        for operation in operations:
            try:
                if self._make(operation, kept):
                    changed.append(operation.name)
            except OperationFailed as failure:
                self._unwind({operation.name, *changed})
                raise CannotPrepare(f"{failure}. What this run changed was taken back") from failure
        return (*(snapshot.operation for snapshot in obsolete), *changed)

    def obsolete(self, operations: Sequence[Operation]) -> tuple[Snapshot, ...]:
        """Return what was changed once and is not among these, the last one first.

        Raises:
            StorageFault: the snapshots cannot be read.
        """
        wished = {operation.name for operation in operations}
        return tuple(snapshot for snapshot in self._store.left() if snapshot.operation not in wished)

    def undo(self) -> RestoreReport:
        """Take back everything that was ever changed here and not taken back yet, also half a change, the last one first.

        Raises:
            StorageFault: the folder of the snapshots cannot be read.
        """
        known = {snapshot.operation: self._known(snapshot) for snapshot in self._store.found()[0]}
        report = restore_left(self._store, {name: each for name, each in known.items() if each is not None})
        self._remove_empty_folder()
        return report

    def is_prepared(self) -> bool:
        """Tell whether there is something to take back.

        Raises:
            StorageFault: the snapshots cannot be read.
        """
        return self._store.has_left()

    def _make(self, operation: Operation, kept: dict[str, int]) -> bool:
        if not operation.verify():
            return False
        if operation.name not in kept:
            number = 1 + max(kept.values(), default=0)
            data = operation.snapshot()
            self._store.keep(Snapshot(number=number, operation=operation.name, data=data, wall=self._clock.utc_ms()))
            kept[operation.name] = number
        operation.apply()
        drift = operation.verify()
        if drift:
            raise OperationFailed(operation.name, drift)
        return True

    def _unwind(self, names: set[str]) -> None:
        for snapshot in self._store.left():
            if snapshot.operation in names:
                self._take_back(snapshot)
        self._remove_empty_folder()

    def _take_back(self, snapshot: Snapshot) -> None:
        operation = self._known(snapshot)
        if operation is None:
            raise CannotPrepare(
                f"another version of the program changed {snapshot.operation}: take it back with that one"
            )
        failure = put_back(operation, snapshot, self._store).failure
        if failure:
            raise CannotPrepare(f"{snapshot.operation} could not be taken back: {failure}")

    def _remove_empty_folder(self) -> None:
        with contextlib.suppress(OSError):  # something is in it still, or it is not there
            self._folder.rmdir()
            sync_folder(self._folder.parent)
