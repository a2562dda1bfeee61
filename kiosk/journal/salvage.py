"""What can still be read of a journal, damaged or not: for the office, which has nothing else of a dead seat's session.

Owns reading around damage, on a copy, and naming what is missing. Refuses to repair, to judge and to know keys. ``checking``
takes a journal wholly or not at all; here every record counts for itself. That a record can be read at all shows that it was
written under the session's key: SQLCipher authenticates every page. Nobody has verified more of it.
"""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, BinaryIO, Final

from exam_packages.ids import SessionId
from exam_packages.records import CHAIN_START, RECORD_MAX_BYTES, decode_record, link
from exam_packages.session_events import Record
from kiosk.durable_file import CHUNK_BYTES
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.journal import database
from kiosk.journal.database import Connection
from kiosk.journal.store import DATABASE_NAME, FILE_MAX_BYTES, MARK_NAME, read_mark
from kiosk.session import EventNotAllowed, Session, replay
from signing.errors import ContentRefused, FormRefused, Refused
from signing.trust.folder import open_regular

RECORDS_MAX: Final = 100_000  # far more than a day has
UNREADABLE_MAX: Final = 2_000  # so many one after another, and the rest is given up: each costs a new look at the file
ANSWERS_MAX: Final = 10_000
CHECKPOINTS_MAX: Final = 20_000
_CUT_OFF_BYTES: Final = 64 * 1024 * 1024  # as much may be missing at a file's end; no disk has to hold these zeros
_LOG_NAME: Final = f"{DATABASE_NAME}-wal"


class Link(Enum):
    """How a record hangs together with the one before."""

    FITS = "fits"
    BREAKS = "breaks"
    """The chain's values contradict one another."""
    UNKNOWN = "unknown"
    """The one before could not be read."""


class Damage(Enum):
    """What is wrong with a journal."""

    RECORDS_UNREADABLE = "records-unreadable"
    """Pages are altered, or cut off."""
    RECORDS_MISSING = "records-missing"
    """They were acknowledged, and are not there."""
    CHAIN_BROKEN = "chain-broken"
    NOT_A_RECORD = "not-a-record"
    OTHER_SESSION = "other-session"
    """The journal says that it is another session's, or of another form; or cannot say whose it is."""
    ANSWERS_UNREADABLE = "answers-unreadable"
    """The answers beside the records, or some of them."""
    CHECKPOINTS_UNREADABLE = "checkpoints-unreadable"
    DOES_NOT_REPLAY = "does-not-replay"
    """The records are no session that could have happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalvagedRecord:
    """One record that could be read.

    Attributes:
        n: its number.
        line: its bytes.
        record: what it says; None where it is no record.
        link: how it hangs together with the one before.
    """

    n: int
    line: bytes
    record: Record | None
    link: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class SalvagedAnswer:
    """What stands beside the records: what a response held last, canonical JSON, and in which record it came to that."""

    item: str
    response: str
    n: int
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        damage: what.
        records: which, as first and last; None where it is not about records.
        count: how many things, where that is known.
    """

    damage: Damage
    records: tuple[int, int] | None = None
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SalvagedJournal:
    """What could be read.

    Attributes:
        session: whose journal it should be.
        acknowledged: how many records were acknowledged at least, by the mark beside the journal; 0 where that is lost.
        records: every record that could be read.
        unbroken: how many of them, from the first, form an unbroken chain.
        state: what these add up to; None where they are none, or no session.
        answers: the answers beside the records.
        checkpoints: signed envelopes that nobody has verified, and the number of records each says it is over.
        findings: what is wrong; empty for a journal that is whole.
    """

    session: SessionId
    acknowledged: int
    records: tuple[SalvagedRecord, ...]
    unbroken: int
    state: Session | None
    answers: tuple[SalvagedAnswer, ...]
    checkpoints: tuple[tuple[int, bytes], ...]
    findings: tuple[Finding, ...]


def salvage_journal(folder: Path, *, session: SessionId, key: bytes) -> SalvagedJournal:
    """Read what can be read of a journal. Nothing is written beside it; the copy is as encrypted as the original.

    Args:
        folder: where ``journal.db`` lies, with its log and its mark where they are left.
        session: whose journal it should be.
        key: the session key, 32 bytes.

    Raises:
        StorageFault: not a page can be read: it is missing, no journal, of another key, or its first page is damaged.
        FormRefused: a file is longer than a journal gets.
        ContentRefused: a file is no ordinary one.
        OSError: the medium cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="kiosk-salvage-") as scratch:
        copy = Path(scratch)
        for name in (DATABASE_NAME, _LOG_NAME, MARK_NAME):
            if name == DATABASE_NAME or (folder / name).exists():
                _copy(folder / name, copy / name)
        try:
            return _Salvage(copy, session, key).all()
        except StorageFault as fault:
            raise StorageFault(fault.kind, folder / DATABASE_NAME, fault.detail) from fault


class _Salvage:
    """One journal, read row by row. After a damaged page SQLCipher gives nothing more; it is opened again behind it."""

    def __init__(self, copy: Path, session: SessionId, key: bytes) -> None:
        self._path = copy / DATABASE_NAME
        self._session = session
        self._key = key
        self._acknowledged = read_mark(copy)
        self._findings: list[Finding] = []
        self._connection: Connection = self._opened()

    def all(self) -> SalvagedJournal:
        """Read everything."""
        try:
            self._look_whose_it_is()
            records = self._records()
            unbroken = _unbroken(records)
            return SalvagedJournal(
                session=self._session,
                acknowledged=self._acknowledged,
                records=records,
                unbroken=unbroken,
                state=self._replayed(records[:unbroken]),
                answers=self._answers(),
                checkpoints=self._checkpoints(),
                findings=tuple(self._findings),
            )
        finally:
            database.close_quietly(self._connection)

    def _rows(self, statement: str, *values: object, most: int = 1) -> list[tuple[Any, ...]]:
        """Return the first rows of a statement.

        Raises:
            StorageFault: it meets a damaged page.
        """
        try:
            with database.faults(self._path):
                rows: list[tuple[Any, ...]] = self._connection.execute(statement, values).fetchmany(most)
                return rows
        except StorageFault:
            self._reopen()
            raise

    def _look_whose_it_is(self) -> None:
        if self._rows(_FOREIGN_TABLES) != [(0,)]:
            raise StorageFault(StorageFaultKind.NOT_OURS, self._path)
        try:
            rows = self._rows("SELECT session FROM about")
        except StorageFault:
            rows = []
        if rows != [(self._session,)]:
            self._findings.append(Finding(damage=Damage.OTHER_SESSION))

    def _records(self) -> tuple[SalvagedRecord, ...]:
        found: list[SalvagedRecord] = []
        unreadable: list[int] = []
        missing: list[int] = []
        before: tuple[int, bytes] = (-1, CHAIN_START)
        for n in range(RECORDS_MAX):
            if n - before[0] > UNREADABLE_MAX:
                break
            try:
                rows = self._rows(_ONE_RECORD, n, RECORD_MAX_BYTES)
            except StorageFault:
                unreadable.append(n)
                continue
            if not rows and n >= max(self._acknowledged, self._count()):
                break
            if not rows:
                missing.append(n)
                continue
            line, head = bytes(rows[0][0]), bytes(rows[0][1])
            found.append(SalvagedRecord(n=n, line=line, record=_read(line, n), link=_link(n, line, head, before)))
            before = (n, head)
        self._say_about_records(found, unreadable, missing)
        return tuple(found)

    def _count(self) -> int:
        """Return how many records there are, as far as the end of the table can be read."""
        try:
            ((last,),) = self._rows("SELECT CAST(max(n) AS INTEGER) FROM event")
        except StorageFault:
            return 0
        return 0 if last is None else min(int(last) + 1, RECORDS_MAX)

    def _say_about_records(self, found: list[SalvagedRecord], unreadable: list[int], missing: list[int]) -> None:
        last = max((record.n for record in found), default=-1)
        # Behind the last one that could be read nobody knows of any but those that were acknowledged.
        known_end = max(last + 1, self._acknowledged)
        lost = [n for n in unreadable if n < known_end] or unreadable[:1]
        for damage, numbers in (
            (Damage.RECORDS_UNREADABLE, lost),
            (Damage.RECORDS_MISSING, missing),
            (Damage.CHAIN_BROKEN, [record.n for record in found if record.link is Link.BREAKS]),
            (Damage.NOT_A_RECORD, [record.n for record in found if record.record is None]),
        ):
            self._findings += (
                Finding(damage=damage, records=(first, final), count=final - first + 1)
                for first, final in _ranges(numbers)
            )

    def _replayed(self, records: tuple[SalvagedRecord, ...]) -> Session | None:
        if not records:
            return None
        try:
            return replay(record.record for record in records if record.record is not None)
        except EventNotAllowed:
            self._findings.append(Finding(damage=Damage.DOES_NOT_REPLAY))
            return None

    def _answers(self) -> tuple[SalvagedAnswer, ...]:
        rows = self._read_on(_ANSWERS, ANSWERS_MAX, Damage.ANSWERS_UNREADABLE)
        return tuple(
            SalvagedAnswer(item=item, response=response, n=n, value=value) for item, response, n, value in rows
        )

    def _checkpoints(self) -> tuple[tuple[int, bytes], ...]:
        rows = self._read_on(_CHECKPOINTS, CHECKPOINTS_MAX, Damage.CHECKPOINTS_UNREADABLE)
        return tuple((records, bytes(envelope)) for records, envelope in rows)

    def _read_on(self, statement: str, most: int, damage: Damage) -> list[tuple[Any, ...]]:
        """Return a table from its beginning to the first damaged page, and from its end back to the last one."""
        rows, is_complete = self._until_damage(statement.format(order="ASC"), most)
        if not is_complete:
            self._findings.append(Finding(damage=damage))
            rows += self._until_damage(statement.format(order="DESC"), most)[0]
        return sorted(set(rows))

    def _until_damage(self, statement: str, most: int) -> tuple[list[tuple[Any, ...]], bool]:
        """Return rows up to a damaged page, and whether there was none."""
        rows: list[tuple[Any, ...]] = []
        try:
            with database.faults(self._path):
                cursor = self._connection.execute(statement)
                while len(rows) < most and (row := cursor.fetchone()) is not None:
                    if None not in row:
                        rows.append(row)
        except StorageFault:
            self._reopen()
            return rows, False
        return rows, True

    def _opened(self) -> Connection:
        try:
            return database.connect_still(self._path, self._key)
        except StorageFault as fault:
            if fault.kind is not StorageFaultKind.DAMAGED:
                raise
            # SQLite does not look into a file that ends before the length it should have. Longer than that it may be.
            os.truncate(self._path, self._path.stat().st_size + _CUT_OFF_BYTES)
            return database.connect_still(self._path, self._key)

    def _reopen(self) -> None:
        database.close_quietly(self._connection)
        self._connection = database.connect_still(self._path, self._key)


_ONE_RECORD: Final = """
    SELECT CAST(record AS BLOB), CAST(head AS BLOB) FROM event WHERE n = ? AND length(record) <= ? AND head IS NOT NULL"""
_ANSWERS: Final = """
    SELECT CAST(item AS TEXT), CAST(response AS TEXT), CAST(n AS INTEGER), CAST(answer AS TEXT)
    FROM answer ORDER BY item {order}, response {order}"""
_CHECKPOINTS: Final = """
    SELECT CAST(records AS INTEGER), CAST(envelope AS BLOB) FROM checkpoint ORDER BY records {order}"""
_FOREIGN_TABLES: Final = "SELECT count(*) FROM sqlite_schema WHERE rootpage = 0 AND type != 'trigger'"
"""Views and virtual tables, which a journal has none of: reading one could run anything."""


def _copy(source: Path, target: Path) -> None:
    done = 0
    with _opened(source) as reading, target.open("wb") as writing:
        while chunk := reading.read(CHUNK_BYTES):
            done += len(chunk)
            if done > FILE_MAX_BYTES:
                raise FormRefused("is too long for a journal", place=source.name)
            writing.write(chunk)


def _opened(source: Path) -> BinaryIO:
    try:
        return open_regular(source, place=source.name)
    except ContentRefused:
        if source.exists():
            raise
        raise StorageFault(StorageFaultKind.MISSING, source) from None


def _read(line: bytes, n: int) -> Record | None:
    try:
        record = decode_record(line, place=f"record {n}")
    except Refused:
        return None
    return record if record.n == n else None


def _link(n: int, line: bytes, head: bytes, before: tuple[int, bytes]) -> Link:
    number, value = before
    if number != n - 1:
        return Link.UNKNOWN
    return Link.FITS if link(n, value, line) == head else Link.BREAKS


def _unbroken(records: tuple[SalvagedRecord, ...]) -> int:
    """Return how many records from the first follow one another without a gap, each a record that fits."""
    for number, each in enumerate(records):
        if each.n != number or each.link is not Link.FITS or each.record is None:
            return number
    return len(records)


def _ranges(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Yield ascending numbers as first and last of each run without a gap."""
    for _, run in itertools.groupby(enumerate(numbers), lambda each: each[1] - each[0]):
        members = [number for _, number in run]
        yield members[0], members[-1]
