"""The seat's state database: opened, locked, one statement or several as one.

Owns the connection and its thread lock. Refuses to know tables beyond making them. Any thread may call.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TypeAlias

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
        new: make it. Otherwise one that is missing or empty is a fault: a fresh one would know nothing of the results here.
    """

    def __init__(self, path: Path, key: bytes, *, only_look: bool = False, new: bool = False) -> None:
        if not new:
            database.refuse_foreign(path)
        self.path = path
        self._lock = threading.RLock()
        self._connection: Connection = (database.connect_guard if only_look else database.connect)(path, key)
        if only_look:
            return
        try:
            with faults(path):
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
        """Close it."""
        with self._lock:
            if self._connection is not None:
                database.close_quietly(self._connection)
            self._connection = None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Do several statements as one."""
        with self._lock, faults(self.path), transaction(self._connection):
            yield

    def run(self, statement: str, *values: object) -> None:
        """Run a statement that writes; committed when this returns, unless inside ``together``."""
        with self._lock, faults(self.path):
            if self._connection.in_transaction:
                self._connection.execute(statement, values)
            else:
                with transaction(self._connection):
                    self._connection.execute(statement, values)

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
