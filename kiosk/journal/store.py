"""One session's journal on disk: append a record, give the whole of it back, and nothing else ever.

Owns the session's database file, its chain, and the mark that tells whether acknowledged records are missing. Refuses to know
threads, clocks and signatures' keys beyond the one that checks. The parameter ``folder`` is the session's own folder.

**The mark.** SQLite drops a damaged end of its write-ahead log without a word: that would be acknowledged answers lost in
silence. So after every commit the number of records is written to a small file beside the database, without fsync. It
never runs ahead of what is on disk; a journal with fewer records than its mark has lost some.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from exam_packages.ids import ItemId, ResponseId, SessionId, UtcMs
from exam_packages.qti.model import Lexical
from exam_packages.results import BUNDLE_MAX_BYTES
from kiosk.durable_file import AS_BYTES, write_from_start
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.journal import database
from kiosk.journal.database import Connection, Medium, faults, transaction
from kiosk.journal.older import FORMAT, bring_up_to_date
from kiosk.journal.rows import JournalRows, check_end, insert_rows
from signing.canonical import encode

DATABASE_NAME: Final = "journal.db"
MARK_NAME: Final = "journal.mark"
FILE_MAX_BYTES: Final = 2 * BUNDLE_MAX_BYTES  # of database or log: a journal that is longer could not be sealed
PRIMED_BYTES: Final = 8 * 1024 * 1024  # some 600 events until the log has to be emptied
REST_PAGES: Final = 400  # pages in the log from which an idle moment is used to empty it
FULL_PAGES: Final = 1_600  # pages in the log at which it is emptied at once, before it would grow
_PAGES_OF_A_RECORD: Final = 4  # event, answer, and what their trees change
_MARK_BYTES: Final = 8
_MARK_CHECK_BYTES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record as it is stored.

    Attributes:
        n: its number.
        record: its encoding.
        head: the chain's value after it.
        wall: what the wall clock said.
        boot: which start of the machine.
        phase: where the session stands after it.
        answer: item, response and new value, where it changed one.
    """

    n: int
    record: bytes
    head: bytes
    wall: UtcMs
    boot: str
    phase: str
    answer: tuple[ItemId, ResponseId, Lexical] | None = None


class JournalStore:
    """The open journal of one session. Used by one thread at a time."""

    def __init__(self, folder: Path, key: bytes, medium: Medium = Medium.OWN_DISK) -> None:
        self.path = folder / DATABASE_NAME
        self._medium = medium
        self._connection: Connection = database.connect(self.path, key, medium)
        self._guard: Connection = None
        self._mark = -1
        self._broken = False
        self._pages = 0
        try:
            self._prepare(folder, key)
        except BaseException:
            self.close()
            raise

    def _prepare(self, folder: Path, key: bytes) -> None:
        with database.opening(self.path):
            if not self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                _make_tables(self._connection)
            bring_up_to_date(self._connection)
            database.empty_log(self._connection)
            database.prime(self._connection, PRIMED_BYTES)
            if self._medium is Medium.OWN_DISK:
                self._guard = database.connect_guard(self.path, key)
            self._mark = os.open(folder / MARK_NAME, os.O_RDWR | os.O_CREAT | AS_BYTES, 0o600)

    def begin(self, session: SessionId) -> None:
        """Write whose journal this is, in a new one."""
        with faults(self.path), transaction(self._connection):
            self._connection.execute("INSERT INTO about VALUES (0, ?, ?)", (FORMAT, session))

    def append(self, *entries: Entry) -> None:
        """Add a record, or several as one. When this returns, they survive a power cut.

        Raises:
            StorageFault: none was written; the store takes nothing more.
        """
        self._refuse_when_broken()
        if self._pages >= FULL_PAGES:
            self._empty_log()  # before the record: after it, a failure here would deny one that is written
        try:
            with faults(self.path), transaction(self._connection):
                for entry in entries:
                    self._insert(entry)
            with faults(self.path):
                write_from_start(self._mark, _mark_of(entries[-1].n + 1))
        except StorageFault:
            self._broken = True
            raise
        for entry in entries:
            self._pages += _PAGES_OF_A_RECORD + 3 * (len(entry.record) // database.PAGE_BYTES)

    def add_rows(self, rows: JournalRows) -> None:
        """Add what another store of the same session holds beyond this one, as one.

        Raises:
            StorageFault: nothing was written; the store takes nothing more.
        """
        self._refuse_when_broken()
        try:
            with faults(self.path), transaction(self._connection):
                insert_rows(self._connection, rows)
            with faults(self.path):
                write_from_start(self._mark, _mark_of(rows.count))
        except StorageFault:
            self._broken = True
            raise
        self._pages = FULL_PAGES  # however many they were: the log is emptied before the next record

    def checked_end(self, session: SessionId) -> tuple[int, bytes]:
        """Read the whole of the store, and return how many records it holds and the chain's value after the last.

        A store that was cut off before it said whose it is, is given to the session.

        Raises:
            StorageFault: it is of another session, a page was altered, or its chain is broken.
        """
        with faults(self.path):
            about = self._connection.execute("SELECT format, session FROM about").fetchone()
            if about not in (None, (FORMAT, session)):
                raise StorageFault(StorageFaultKind.NOT_OURS, self.path, "another session, or another version")
            count, head = check_end(self._connection, self.path)
        if about is None:
            self.begin(session)
        return count, head

    def add_checkpoint(self, records: int, envelope: bytes) -> None:
        """Add a signed checkpoint over so many records; one over the same number is there already and stays."""
        self._write("INSERT INTO checkpoint VALUES (?, ?) ON CONFLICT DO NOTHING", (records, envelope))

    def rest(self) -> None:
        """Use an idle moment: bring a log that has grown into the database."""
        if self._pages >= REST_PAGES and not self._broken:
            self._empty_log()

    def close(self) -> None:
        """Close the journal. After a fault nothing more is written, see ``database.connect_guard``.

        On a removable medium there is no guard, and SQLite may write once more. What lies there is a copy: whoever opens it
        next reads all of it and compares.
        """
        order = (self._connection, self._guard) if self._broken else (self._guard, self._connection)
        for connection in order:
            if connection is not None:
                database.close_quietly(connection)
        if self._mark >= 0:
            os.close(self._mark)
        self._mark, self._connection, self._guard, self._pages = -1, None, None, 0

    def break_off(self) -> None:
        """Take nothing more, as after a fault."""
        self._broken = True

    def _write(self, statement: str, row: Sequence[object]) -> None:
        self._refuse_when_broken()
        try:
            with faults(self.path), transaction(self._connection):
                self._connection.execute(statement, row)
        except StorageFault:
            self._broken = True
            raise
        self._pages += 4

    def _insert(self, entry: Entry) -> None:
        execute = self._connection.execute
        row = (entry.n, entry.record, entry.head, entry.wall, entry.boot, entry.phase)
        execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", row)
        if entry.answer is not None:
            item, response, value = entry.answer
            text = encode(list(value)).decode("utf-8")
            execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?)", (item, response, entry.n, text))

    def _empty_log(self) -> None:
        try:
            with faults(self.path):
                database.empty_log(self._connection)
        except StorageFault:
            self._broken = True
            raise
        self._pages = 0

    def _refuse_when_broken(self) -> None:
        if self._broken:
            raise StorageFault(StorageFaultKind.IO, self.path, "an earlier fault stands")


def read_mark(folder: Path) -> int:
    """Return how many records were acknowledged at least; 0 where the mark is missing or torn."""
    try:
        data = (folder / MARK_NAME).read_bytes()
    except OSError:
        return 0
    count = int.from_bytes(data[:_MARK_BYTES], "big")
    return count if data == _mark_of(count) else 0


def _mark_of(count: int) -> bytes:
    number = count.to_bytes(_MARK_BYTES, "big")
    return number + hashlib.sha256(number).digest()[:_MARK_CHECK_BYTES]


def _make_tables(connection: Connection) -> None:
    schema = files("kiosk.journal").joinpath("schema.sql").read_text(encoding="utf-8")
    connection.executescript(f"BEGIN IMMEDIATE;\n{schema}\nCOMMIT;")
