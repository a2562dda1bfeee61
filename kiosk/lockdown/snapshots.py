"""What was there before a change, on disk before the change is made.

Owns one small file an operation, from before its change until it is taken back. Whatever ends the program, what stands in this
folder is what still has to be put back, the newest first. Refuses to know what the bytes mean.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from exam_packages.ids import Digest, UtcMs
from kiosk.durable_file import clear_leftovers, make_folder, remove_durably, write_durably
from kiosk.errors import StorageFault, StorageFaultKind, storage_fault_of
from signing.canonical import decode, encode
from signing.errors import FormRefused, Refused
from signing.fields import Fields, to_base64

FORMAT: Final = "testing-center-kiosk/snapshot/v1"
SNAPSHOT_MAX_BYTES: Final = 64 * 1024
SNAPSHOTS_MAX: Final = 1_000
_FILE_MAX_BYTES: Final = 2 * SNAPSHOT_MAX_BYTES
_SUFFIX: Final = ".snapshot"
_PRIVATE: Final = 0o600
_NAME_MAX: Final = 100


class _Format(Enum):
    V1 = FORMAT


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What one operation found before it changed anything.

    Attributes:
        number: from 1; the order in which operations were made.
        operation: name of the operation.
        data: what ``Operation.revert`` needs.
        wall: what the wall clock said.
    """

    number: int
    operation: str
    data: bytes
    wall: UtcMs

    @property
    def digest(self) -> Digest:
        """SHA-256 of what was found."""
        return Digest(hashlib.sha256(self.data).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedSnapshot:
    """A file of the folder that is no snapshot any more: what was found then, nobody knows.

    Attributes:
        name: of the file, without its ending: number and operation.
        digest: SHA-256 of what stands in it.
        fault: what is wrong with it.
    """

    name: str
    digest: Digest
    fault: StorageFault


class SnapshotStore:
    """The snapshots of one seat."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, snapshot: Snapshot) -> None:
        """Write a snapshot down. When this returns, it survives a power cut, and the change may be made.

        Raises:
            StorageFault: it could not be written.
            ValueError: it is too long.
        """
        if len(snapshot.data) > SNAPSHOT_MAX_BYTES or not 0 < len(snapshot.operation) <= _NAME_MAX:
            raise ValueError(f"a snapshot has a name, and at most {SNAPSHOT_MAX_BYTES} bytes")
        path = self._path(snapshot)
        try:
            make_folder(self._folder, mode=0o700)
            write_durably(path, _encoded(snapshot), mode=_PRIVATE)
        except OSError as error:
            raise storage_fault_of(error, path) from error

    def forget(self, snapshot: Snapshot) -> None:
        """Remove a snapshot whose operation was taken back.

        Raises:
            StorageFault: it is still there.
        """
        path = self._path(snapshot)
        try:
            remove_durably(path)
        except OSError as error:
            raise storage_fault_of(error, path) from error

    def settle(self, snapshot: Snapshot, left: Digest) -> None:
        """Remove the snapshot of an operation that was taken back.

        Args:
            snapshot: what was there before the change.
            left: SHA-256 of what is there now.

        Raises:
            StorageFault: it is still there.
        """
        del left  # for stores that remember what came of it
        self.forget(snapshot)

    def has_left(self) -> bool:
        """Tell whether something still has to be put back, also where its snapshot is damaged.

        Raises:
            StorageFault: the folder cannot be read.
        """
        return bool(self._paths())

    def left(self) -> tuple[Snapshot, ...]:
        """Return what still has to be put back, the newest first.

        Raises:
            StorageFault: the folder, or a snapshot in it, cannot be read.
        """
        readable, damaged = self.found()
        for each in damaged:
            raise each.fault
        return readable

    def found(self) -> tuple[tuple[Snapshot, ...], tuple[DamagedSnapshot, ...]]:
        """Return what still has to be put back, the newest first, and what of it is damaged.

        Raises:
            StorageFault: the folder cannot be read.
        """
        readable: list[Snapshot] = []
        damaged: list[DamagedSnapshot] = []
        for path in self._paths():
            untrusted = b""
            try:
                untrusted = _bytes_of(path)
                readable.append(_read(path, untrusted))
            except StorageFault as fault:
                digest = Digest(hashlib.sha256(untrusted).hexdigest())
                damaged.append(
                    DamagedSnapshot(name=path.name.removesuffix(_SUFFIX)[:_NAME_MAX], digest=digest, fault=fault)
                )
        return tuple(sorted(readable, key=lambda snapshot: snapshot.number, reverse=True)), tuple(damaged)

    def _paths(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        with contextlib.suppress(OSError):
            clear_leftovers(self._folder)
        try:
            return sorted(self._folder.glob(f"*{_SUFFIX}"))[:SNAPSHOTS_MAX]
        except OSError as error:
            raise storage_fault_of(error, self._folder) from error

    def _path(self, snapshot: Snapshot) -> Path:
        return self._folder / f"{snapshot.number:04}-{snapshot.operation.replace('/', '.')}{_SUFFIX}"


def _encoded(snapshot: Snapshot) -> bytes:
    return encode(
        {
            "data": to_base64(snapshot.data),
            "format": FORMAT,
            "number": snapshot.number,
            "operation": snapshot.operation,
            "wall": snapshot.wall,
        }
    )


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_FILE_MAX_BYTES + 1)
    except OSError as error:
        raise storage_fault_of(error, path) from error


def _read(path: Path, untrusted: bytes) -> Snapshot:
    try:
        fields = Fields(decode(untrusted, place=path.name, max_bytes=_FILE_MAX_BYTES), path.name)
        fields.choice("format", _Format)
        snapshot = Snapshot(
            number=fields.integer("number", minimum=1),
            operation=fields.text("operation", max_length=_NAME_MAX),
            data=fields.raw("data", max_length=SNAPSHOT_MAX_BYTES),
            wall=UtcMs(fields.integer("wall")),
        )
        fields.close()
    except FormRefused as refused:
        raise StorageFault(StorageFaultKind.DAMAGED, path, str(refused)) from refused
    except Refused as refused:
        raise StorageFault(StorageFaultKind.NOT_OURS, path, str(refused)) from refused
    return snapshot
