"""Giving the machine back, and having said so: no crash in between leaves something that was put back and nobody vouches for.

Owns the order: an operation is put back, that is noted, all of it is stated and signed, and only then the note goes. Whatever
ends the program in between, the next start finishes it and states the whole. Refuses to know who signs, and where the
statement lies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from exam_packages.ids import Digest
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.lockdown.engine import Restored, RestoreReport
from kiosk.lockdown.snapshots import Snapshot, SnapshotStore
from signing.canonical import decode, encode
from signing.errors import Refused
from signing.fields import Fields

SETTLED: Final = "settled"
_NOTE_MAX_BYTES: Final = 1_000


class Occasion(Enum):
    """On what occasion something was put back; values of ``GivenBack``, which is not loaded without keys."""

    SESSION_ENDED = "session-ended"
    AFTER_CRASH = "after-crash"


@dataclass(frozen=True, slots=True, kw_only=True)
class OthersReport:
    """What somebody else than the supervisor has put back on this machine: a service of the system.

    Attributes:
        number: higher than that of every report before.
        because: on what occasion.
        report: what became of it.
    """

    number: int
    because: Occasion
    report: RestoreReport


StateIt = Callable[[RestoreReport], None]
"""Signs and keeps the statement about a restoration. Raises StorageFault where it could not be kept."""


class SettlingStore(SnapshotStore):
    """Snapshots of a seat; of what was put back, it is remembered what came of it until that is stated."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._notes = SnapshotStore(folder / SETTLED)

    def settle(self, snapshot: Snapshot, left: Digest) -> None:
        """Note what came of an operation, then forget its snapshot.

        Raises:
            StorageFault: the snapshot is still there.
        """
        note = encode({"found": snapshot.digest, "left": left})
        self._notes.keep(Snapshot(number=snapshot.number, operation=snapshot.operation, data=note, wall=snapshot.wall))
        super().settle(snapshot, left)

    def unstated(self) -> tuple[Restored, ...]:
        """Return what was put back and not stated yet, in the order in which it was put back.

        Raises:
            StorageFault: the notes cannot be read.
        """
        return tuple(_restored(note) for note in self._notes.left())

    def forget_unstated(self) -> None:
        """Forget what has been stated.

        Raises:
            StorageFault: a note is still there.
        """
        for note in self._notes.left():
            self._notes.forget(note)


def stated(store: SettlingStore, report: RestoreReport, state_it: StateIt) -> RestoreReport:
    """State what was put back just now, and before and not stated yet; return the whole of it.

    Raises:
        StorageFault: the statement could not be kept: then it is stated the next time.
    """
    failed = tuple(each for each in report.operations if each.failure)
    # What was put back is noted; what was not is in the report only, and its snapshot is still there.
    whole = RestoreReport(operations=(*failed, *store.unstated()))
    state_it(whole)
    store.forget_unstated()
    return whole


def _restored(note: Snapshot) -> Restored:
    try:
        fields = Fields(decode(note.data, place=note.operation, max_bytes=_NOTE_MAX_BYTES), note.operation)
        restored = Restored(
            operation=note.operation, found=Digest(fields.digest("found")), left=Digest(fields.digest("left"))
        )
        fields.close()
    except Refused as refused:
        raise StorageFault(StorageFaultKind.DAMAGED, Path(SETTLED), str(refused)) from refused
    return restored
