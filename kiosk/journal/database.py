"""SQLCipher databases, opened the one way that keeps what was acknowledged.

Owns the settings, read back and asserted, and what SQLCipher's errors mean. Refuses to know tables. Figures behind the
settings: docs/decisions/0041.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Final

from sqlcipher3 import dbapi2

from kiosk.errors import StorageFault, StorageFaultKind, storage_fault_of

Connection = Any
"""A connection of sqlcipher3, which has no stubs."""

KEY_BYTES: Final = 32
PAGE_BYTES: Final = 4096
PLAIN_MAGIC: Final = b"SQLite format 3\x00"
_INDEX_BYTES: Final = 64 * 1024  # one block of the index of a write-ahead log is 32 KiB
_VFS_WITHOUT_LOCKS: Final = "win32-none" if os.name == "nt" else "unix-none"

# Set and read back; a value that does not stick is a fault, not a preference.
_SETTINGS: Final = (
    ("journal_mode", "WAL", "wal"),  # with FULL: no acknowledged commit was lost in 1,208 simulated power cuts
    ("synchronous", "FULL", 2),  # NORMAL loses several commits, DELETE + FULL the last one
    ("wal_autocheckpoint", "0", 0),  # checkpoints never ride on a candidate's commit
    ("trusted_schema", "OFF", 0),
    ("secure_delete", "ON", 1),
    ("cell_size_check", "ON", 1),
)

_KINDS: Final = {
    "SQLITE_FULL": StorageFaultKind.FULL,
    "SQLITE_READONLY": StorageFaultKind.READ_ONLY,
    "SQLITE_CANTOPEN": StorageFaultKind.READ_ONLY,
    "SQLITE_PERM": StorageFaultKind.READ_ONLY,
    "SQLITE_NOTADB": StorageFaultKind.WRONG_KEY,
    "SQLITE_CORRUPT": StorageFaultKind.DAMAGED,
    "SQLITE_BUSY": StorageFaultKind.BUSY,
    "SQLITE_LOCKED": StorageFaultKind.BUSY,
}


class Medium(Enum):
    """What a database lies on."""

    OWN_DISK = "own-disk"
    REMOVABLE = "removable"
    """It may be pulled out at any moment, and its file system may be a simple one. SQLite keeps the index of the log in a file
    that is mapped into memory, and touching a mapped page of a medium that is gone ends the process. So the index is kept in
    this process' own memory, and nobody else can have the database open meanwhile (decision 0106)."""


def connect(path: Path, key: bytes, medium: Medium = Medium.OWN_DISK) -> Connection:
    """Open or make a database with every setting in place.

    The connection may be handed to another thread, and must then be used by that one only.

    Raises:
        StorageFault: it cannot be opened, is not ours, or a setting does not stick.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"a database key has {KEY_BYTES} bytes")
    with opening(path):
        connection = dbapi2.connect(str(path), isolation_level=None, check_same_thread=False, timeout=0)
        try:
            _configure(connection, key, path, medium)
        except BaseException:
            connection.close()
            raise
        return connection


def connect_guard(path: Path, key: bytes) -> Connection:
    """Open a second, read-only connection to a database that is open.

    SQLite empties the write-ahead log when the last connection closes. After a failed fsync that would be a retry, which may
    report success for bytes the system has thrown away. While a guard is open the writing connection closes without it, and
    a read-only one cannot do it. Close the guard first for an ordinary close, last after a fault.
    """
    with faults(path):
        connection = dbapi2.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False, timeout=0
        )
        try:
            _unlock(connection, key)
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection


def connect_still(path: Path, key: bytes) -> Connection:
    """Open a database to read it as it lies, writing nothing at all: the disk may be full, or a medium that cannot be written.

    The caller makes sure that nobody else has it open. Commits that stand in the write-ahead log are seen; its index is kept
    in memory instead of in a file. Where there is no log the database is whole, and is read as a file that does not change.

    Raises:
        StorageFault: it cannot be read.
    """
    with faults(path):
        log = _has_log(path)
        still = f"vfs={_VFS_WITHOUT_LOCKS}" if log else "immutable=1"
        connection = dbapi2.connect(
            f"{path.absolute().as_uri()}?mode=ro&{still}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=0,
        )
        try:
            _unlock(connection, key)
            if log:
                connection.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection


@contextlib.contextmanager
def opening(path: Path) -> Iterator[None]:
    """As ``faults``, while a database is opened and nothing was acknowledged on it yet.

    SQLite calls it an I/O error when its log's index does not fit on the disk; then the disk is full.
    """
    try:
        with faults(path):
            yield
    except StorageFault as fault:
        if fault.kind is StorageFaultKind.IO and _free_bytes(path.parent) < _INDEX_BYTES:
            raise StorageFault(StorageFaultKind.FULL, path, fault.detail) from fault
        raise


def _free_bytes(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return _INDEX_BYTES


def close_quietly(connection: Connection) -> None:
    """Close a connection that may be past closing well."""
    with contextlib.suppress(dbapi2.Error):
        connection.close()


@contextlib.contextmanager
def faults(path: Path) -> Iterator[None]:
    """Turn what SQLCipher and the system raise into the fault it means."""
    try:
        yield
    except dbapi2.Error as error:
        raise fault_of(error, path) from error
    except OSError as error:
        raise storage_fault_of(error, path) from error


def fault_of(error: Exception, path: Path) -> StorageFault:
    """Return the fault that an error of SQLCipher means."""
    name = str(getattr(error, "sqlite_errorname", "") or "")
    primary = "_".join(name.split("_")[:2])
    kind = _KINDS.get(primary, StorageFaultKind.IO)
    return StorageFault(kind, path, name.lower().replace("_", " "))


@contextlib.contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Do several things as one: all of them are on disk when the block has ended, or none."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # After a failed commit SQLite may have rolled back already; a second error must not hide the first.
        with contextlib.suppress(dbapi2.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        raise


def prime(connection: Connection, size_bytes: int) -> None:
    """Give the write-ahead log its size beforehand, so that later commits overwrite instead of growing the file.

    A big write is rolled back after it has spilled out of the cache: the log keeps its length, the database stays small.
    """
    (cache,) = connection.execute("PRAGMA cache_size").fetchone()
    connection.execute("PRAGMA cache_size=-64")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("CREATE TABLE priming(filler BLOB)")
    connection.execute("INSERT INTO priming VALUES(zeroblob(?))", (size_bytes,))
    connection.execute("ROLLBACK")
    connection.execute(f"PRAGMA cache_size={int(cache)}")


def empty_log(connection: Connection) -> None:
    """Bring the write-ahead log into the database; its file keeps its size and is overwritten from the start."""
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def refuse_foreign(path: Path) -> None:
    """Refuse a file that no key can open, before anything touches it.

    A file that ends inside a page is not cut where a log lies beside it: the power failed while the log was being brought into
    a database that grew, and the log still has the page whole (found by the power-cut drill, docs/durability.md). If it has
    not, the page's own check fails.

    Raises:
        StorageFault: missing, an unencrypted database, or cut.
    """
    with faults(path):
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(len(PLAIN_MAGIC))
    if start == PLAIN_MAGIC:
        raise StorageFault(StorageFaultKind.NOT_OURS, path)
    if size < PAGE_BYTES or (size % PAGE_BYTES and not _has_log(path)):
        raise StorageFault(StorageFaultKind.TRUNCATED, path)


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.is_file() and log.stat().st_size > 0


def _unlock(connection: Connection, key: bytes) -> None:
    # SQLCipher writes to standard error by itself; nothing of a store belongs there.
    connection.execute("PRAGMA cipher_log_level=NONE")
    # Keys are in locked memory either way. Locking and wiping all else costs a third of a commit's work, and this process
    # holds the same answers as Python objects, which nobody wipes.
    connection.execute("PRAGMA cipher_memory_security=OFF")
    connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")


def _configure(connection: Connection, key: bytes, path: Path, medium: Medium) -> None:
    _unlock(connection, key)
    if medium is Medium.REMOVABLE:
        # Before anything else: the first access to the log decides where its index lies (sqlite.org/wal.html, "Use of WAL
        # without shared memory").
        connection.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()
    for name, value, expected in _SETTINGS:
        connection.execute(f"PRAGMA {name}={value}").fetchall()
        (actual,) = connection.execute(f"PRAGMA {name}").fetchone()
        if actual != expected:
            raise StorageFault(StorageFaultKind.IO, path, f"{name} is {actual}")
