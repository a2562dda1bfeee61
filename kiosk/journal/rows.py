"""A journal's rows as they lie in its store: read from one, added to another.

Owns copying from the store that a session writes to, while it does, without its thread. Refuses to know where the copy lies
and what a record means.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from exam_packages.records import CHAIN_START, link
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.journal import database
from kiosk.journal.database import Connection, faults

Row: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRows:
    """What a store holds from some record on, at one moment.

    Attributes:
        count: how many records the store held.
        before: the chain's value before the first of ``events``; of no record where the store holds fewer.
        events: number, record, head, and what stands beside them.
        answers: every answer as it stands after the last record.
        checkpoints: every one.
    """

    count: int
    before: bytes
    events: tuple[Row, ...]
    answers: tuple[Row, ...]
    checkpoints: tuple[Row, ...]


def read_rows(path: Path, key: bytes, *, start: int) -> JournalRows:
    """Read a store that another thread may be writing to. It waits for nobody, and nobody waits for it.

    Args:
        path: the database.
        key: 32 bytes.
        start: the first record to read.

    Raises:
        StorageFault: it cannot be read.
    """
    connection = database.connect_guard(path, key)
    try:
        with faults(path):
            connection.execute("BEGIN")
            rows = _read(connection, start)
            connection.execute("ROLLBACK")
            return rows
    finally:
        database.close_quietly(connection)


def insert_rows(connection: Connection, rows: JournalRows) -> None:
    """Add rows, inside a transaction."""
    connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", rows.events)
    connection.executemany("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?)", rows.answers)
    connection.executemany("INSERT INTO checkpoint VALUES (?, ?) ON CONFLICT DO NOTHING", rows.checkpoints)


def check_end(connection: Connection, path: Path) -> tuple[int, bytes]:
    """Read everything, and return the number of records and the chain's value after the last.

    Raises:
        StorageFault: a page was altered, or the chain is broken.
    """
    if connection.execute("PRAGMA cipher_integrity_check").fetchall():
        raise StorageFault(StorageFaultKind.DAMAGED, path, "a page was altered")
    if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
        raise StorageFault(StorageFaultKind.DAMAGED, path)
    count, head = 0, CHAIN_START
    for n, record, stored in connection.execute("SELECT n, record, head FROM event ORDER BY n"):
        head = link(count, head, record)
        if n != count or head != stored:
            raise StorageFault(StorageFaultKind.CHAIN_BROKEN, path, f"at record {count}")
        count += 1
    return count, head


def _read(connection: Connection, start: int) -> JournalRows:
    execute = connection.execute
    (count,) = execute("SELECT count(*) FROM event").fetchone()
    before = execute("SELECT head FROM event WHERE n = ?", (start - 1,)).fetchone()
    return JournalRows(
        count=count,
        before=before[0] if before is not None else CHAIN_START,
        events=tuple(
            execute("SELECT n, record, head, wall, boot, phase FROM event WHERE n >= ? ORDER BY n", (start,)).fetchall()
        ),
        answers=tuple(execute("SELECT item, response, n, answer FROM answer").fetchall()),
        checkpoints=tuple(execute("SELECT records, envelope FROM checkpoint ORDER BY records").fetchall()),
    )
