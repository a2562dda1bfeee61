"""One second copy, open: found or made, compared with the seat's journal, brought up to it, added to.

Owns which folder is used, and that nothing is ever written into a copy that is not a beginning of the seat's journal. Refuses
to know threads and when to try again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exam_packages.ids import SessionId
from kiosk.durable_file import clear_leftovers, make_folder, write_durably
from kiosk.errors import StorageFault, StorageFaultKind, storage_fault_of
from kiosk.journal.database import Medium
from kiosk.journal.rows import read_rows
from kiosk.journal.store import DATABASE_NAME, Entry, JournalStore
from kiosk.mirror.layout import ABOUT, KEY, SESSION_KEY, TAKEN, folders_of, is_tampered, mirrors_of
from kiosk.mirror.state import FAULTS, MirrorFault

_PRIVATE_FOLDER: Final = 0o700
_PRIVATE: Final = 0o600
_ANOTHERS: Final = frozenset(
    {
        StorageFaultKind.WRONG_KEY,
        StorageFaultKind.CHAIN_BROKEN,
        StorageFaultKind.TRUNCATED,
        StorageFaultKind.DAMAGED,
        StorageFaultKind.NOT_OURS,
    }
)
"""What a folder is that holds something else than a beginning of this journal: left as it is, and not written into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorFiles:
    """The small files of a copy, as bytes: what lies in ``mirror.key``, ``mirror.about`` and ``session.key.json``."""

    key: bytes
    about: bytes
    session_key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorPlan:
    """What is copied where.

    Attributes:
        medium: the medium's folder: where a stick or a second disk is mounted.
        journal: the session's folder at the seat.
        key: the session key, 32 bytes, of the journal and of its copy.
        files: the small files.
        moves: how many times the session has moved, so many copies on the medium may say that they are taken: by this seat, or
            by those before it.
        device_of: number of the device that a folder lies on.
    """

    session: SessionId
    medium: Path
    journal: Path
    key: bytes
    files: MirrorFiles
    moves: int = 0
    device_of: Callable[[Path], int] = lambda folder: folder.stat().st_dev


class MirrorStopped(Exception):  # noqa: N818 - a state, named as it is shown
    """The copy cannot be written.

    Attributes:
        fault: why.
    """

    def __init__(self, fault: MirrorFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class MirrorCopy:
    """An open copy. Used by one thread."""

    def __init__(self, plan: MirrorPlan, folder: Path, store: JournalStore, count: int) -> None:
        self._plan = plan
        self.folder = folder
        self._store = store
        self.count = count
        """How many records the copy holds."""

    @classmethod
    def open(cls, plan: MirrorPlan, spoiled: frozenset[Path]) -> MirrorCopy:
        """Open the copy there is, or make one, and bring it up to the seat's journal as it is now.

        Args:
            plan: what is copied where.
            spoiled: folders in which a write has failed in a way after which nothing that reads well has to be on the medium.

        Raises:
            MirrorStopped: the medium is not here, is the seat's own disk, or another seat has taken the session over.
            StorageFault, OSError: it cannot be read or written; of the seat's own journal too.
        """
        _refuse_no_medium(plan)
        if mirrors_of(plan.medium).is_symlink():
            raise MirrorStopped(MirrorFault.CROWDED)
        make_folder(mirrors_of(plan.medium), mode=_PRIVATE_FOLDER)
        taken = 0
        for folder in folders_of(plan.medium, plan.session):
            if (folder / TAKEN).exists():
                taken += 1
                if taken > plan.moves:
                    raise MirrorStopped(MirrorFault.TAKEN)
            elif folder not in spoiled and not is_tampered(folder):
                try:
                    return cls._open_in(plan, folder)
                except StorageFault as fault:
                    if fault.kind not in _ANOTHERS or not fault.path.is_relative_to(folder):
                        raise
        raise MirrorStopped(MirrorFault.CROWDED)

    @classmethod
    def _open_in(cls, plan: MirrorPlan, folder: Path) -> MirrorCopy:
        make_folder(folder, mode=_PRIVATE_FOLDER)
        clear_leftovers(folder)
        store = JournalStore(folder, plan.key, Medium.REMOVABLE)
        try:
            copy = cls(plan, folder, store, 0)
            copy.count, head = store.checked_end(plan.session)
            copy._catch_up(head)
            for name, data in (
                (KEY, plan.files.key),
                (SESSION_KEY, plan.files.session_key),
                (ABOUT, plan.files.about),  # last: with it the folder is a copy
            ):
                write_durably(folder / name, data, mode=_PRIVATE)
        except BaseException:
            store.close()
            raise
        return copy

    def append(self, entries: Sequence[Entry]) -> None:
        """Add records, as one. Those it holds already are passed over; where some are missing in between they are fetched.

        Raises:
            MirrorStopped: the copy is not there any more, or another seat has taken the session over.
            StorageFault, OSError: they were not written.
        """
        self._refuse_gone()
        self._refuse_taken()
        new = [entry for entry in entries if entry.n >= self.count]
        if not new:
            return
        if new[0].n > self.count:
            self.catch_up()
            new = [entry for entry in new if entry.n >= self.count]
        if new:
            self._store.append(*new)
            self.count = new[-1].n + 1

    def add_checkpoint(self, records: int, envelope: bytes) -> None:
        """Add a signed checkpoint.

        Raises:
            StorageFault: it was not written.
        """
        if records <= self.count:
            self._store.add_checkpoint(records, envelope)

    def catch_up(self) -> None:
        """Fetch everything the seat's journal holds beyond the copy.

        Raises:
            StorageFault: it cannot be read or written.
        """
        self._catch_up(None)

    def rest(self) -> None:
        """Use an idle moment, and see whether the medium is still here.

        Raises:
            MirrorStopped: it is not, or another seat has taken the session over.
            StorageFault: the medium failed.
        """
        self._refuse_gone()
        self._refuse_taken()
        self._store.rest()

    def close(self) -> None:
        """Close it."""
        self._store.close()

    def _catch_up(self, head: bytes | None) -> None:
        """Fetch what is missing, where ``head``, which the copy's chain ends with, is the seat's too; None has been compared."""
        rows = read_rows(self._plan.journal / DATABASE_NAME, self._plan.key, start=self.count)
        if rows.count < self.count or head not in (None, rows.before):
            raise StorageFault(StorageFaultKind.CHAIN_BROKEN, self.folder, "another branch of the session")
        if rows.count or rows.checkpoints:
            self._store.add_rows(rows)
        self.count = rows.count

    def _refuse_gone(self) -> None:
        """Files that are open can be written even when nothing leads to them any more."""
        if not self.folder.is_dir():
            raise MirrorStopped(MirrorFault.GONE)

    def _refuse_taken(self) -> None:
        if (self.folder / TAKEN).exists():
            raise MirrorStopped(MirrorFault.TAKEN)


def fault_of(error: Exception, plan: MirrorPlan) -> MirrorFault:
    """Return what an error of writing a copy means, as the medium looks now."""
    match error:
        case MirrorStopped():
            return error.fault
        case _ if not plan.medium.is_dir():
            return MirrorFault.GONE
        case StorageFault():
            return FAULTS.get(error.kind, MirrorFault.IO)
        case OSError():
            return FAULTS.get(storage_fault_of(error, plan.medium).kind, MirrorFault.IO)
        case _:
            return MirrorFault.IO


def _refuse_no_medium(plan: MirrorPlan) -> None:
    if not plan.medium.is_dir():
        raise MirrorStopped(MirrorFault.GONE)
    if plan.device_of(plan.medium) == plan.device_of(plan.journal):
        raise MirrorStopped(MirrorFault.SAME_DISK)
