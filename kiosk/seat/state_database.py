"""The seat's state database: opened, locked, one statement or several as one.

Owns the connection and its thread lock. Refuses to know tables beyond making them. Any thread may call.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TypeAlias

from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.journal import database
from kiosk.journal.database import Connection, faults, transaction

PRIMED_BYTES: Final = 1024 * 1024

Row: TypeAlias = tuple[Any, ...]
"""One row; which column is what stands in the statement beside it."""


class StateDatabase:
    """An open state database.

    Args:
        path: the file.
        key: 32 bytes.
        only_look: another process holds the seat; nothing is written.
        still: nobody holds the seat, and nothing can be written; see ``database.connect_still``.
        new: make it. Otherwise one that is missing or empty is a fault: a fresh one would know nothing of the results here.
    """

    def __init__(
        self, path: Path, key: bytes, *, only_look: bool = False, still: bool = False, new: bool = False
    ) -> None:
        if not new:
            database.refuse_foreign(path)
        self.path = path
        self._key = key
        self._lock = threading.RLock()
        self._fault: StorageFault | None = None
        self._connection: Connection = _connect(path, key, only_look=only_look, still=still)
        if only_look or still:
            return
        try:
            with database.opening(path):
                self._prepare(new=new)
        except BaseException:
            database.close_quietly(self._connection)
            raise

    def _prepare(self, *, new: bool) -> None:
        if new:
            schema = files("kiosk.seat").joinpath("schema.sql").read_text(encoding="utf-8")
            self._connection.executescript(f"BEGIN IMMEDIATE;\n{schema}\nCOMMIT;")
        database.empty_log(self._connection)
        database.prime(self._connection, PRIMED_BYTES)

    def close(self) -> None:
        """Close it. After a failed write the log is left as it is: bringing it in would be trying again."""
        with self._lock:
            guard = None
            if self._fault is not None:
                with suppress(StorageFault):
                    guard = database.connect_guard(self.path, self._key)
            for connection in (self._connection, guard):
                if connection is not None:
                    database.close_quietly(connection)
            self._connection = None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Do several statements as one."""
        with self._lock, self._writing(), transaction(self._connection):
            yield

    def run(self, statement: str, *values: object) -> None:
        """Run a statement that writes; committed when this returns, unless inside ``together``."""
        with self._lock, self._writing():
            if self._connection.in_transaction:
                self._connection.execute(statement, values)
            else:
                with transaction(self._connection):
                    self._connection.execute(statement, values)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """After a write or sync that failed nothing more is written: the next sync may report success for bytes that are gone.

        A full disk is no such failure: nothing was written, and it can be repeated.
        """
        if self._fault is not None:
            raise StorageFault(self._fault.kind, self.path, "an earlier fault stands")
        try:
            with faults(self.path):
                yield
        except StorageFault as fault:
            if fault.kind is StorageFaultKind.IO and fault.path == self.path:
                self._fault = fault
            raise

    def one(self, statement: str, *values: object) -> Row | None:
        """Return the first row, if there is one."""
        with self._lock, faults(self.path):
            row: Row | None = self._connection.execute(statement, values).fetchone()
            return row

    def all(self, statement: str, *values: object) -> list[Row]:
        """Return every row."""
        with self._lock, faults(self.path):
            rows: list[Row] = self._connection.execute(statement, values).fetchall()
            return rows


def _connect(path: Path, key: bytes, *, only_look: bool, still: bool) -> Connection:
    if still:
        return database.connect_still(path, key)
    return (database.connect_guard if only_look else database.connect)(path, key)
