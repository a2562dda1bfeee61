"""Reading a journal back and checking all of it, on a copy, before anything touches the original.

Owns every way in which a journal can be found unusable, each a named fault. Refuses to repair: a damaged journal is kept as it
is. Even opening a database writes to it (SQLite replays its log), hence the copy.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exam_packages.ids import SessionId, UtcMs
from exam_packages.moves import key_over, own_signers_of
from exam_packages.records import CHAIN_START, decode_record, link
from exam_packages.results import read_checkpoint
from exam_packages.session_events import Record
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.journal import database
from kiosk.journal.database import Connection, faults
from kiosk.journal.older import FORMAT, bring_up_to_date
from kiosk.journal.store import DATABASE_NAME, read_mark
from kiosk.session import EventNotAllowed, Session, replay
from signing.canonical import encode
from signing.errors import Refused
from signing.keys import VerifyKey

_SCRATCH_PREFIX: Final = ".checking-"
_SHARED_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a place that is no disk, asked for when no disk has room


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedJournal:
    """Everything a journal holds, checked.

    Attributes:
        lines: the encoded records.
        records: the same, read.
        head: value of the chain after the last record.
        session: what they add up to.
        boot: start of the machine in which the last record was written.
        wall: what the wall clock said at the last record.
    """

    lines: tuple[bytes, ...]
    records: tuple[Record, ...]
    head: bytes
    session: Session
    boot: str
    wall: UtcMs
    checkpoints: tuple[bytes, ...]


def check_journal(folder: Path, *, session: SessionId, key: bytes, verify_key: VerifyKey) -> CheckedJournal:
    """Read and check a whole journal. The files are left exactly as they are.

    Args:
        folder: the session's folder.
        session: whose journal it has to be.
        key: the session key.
        verify_key: the seat's, for checkpoints; those of before it took the session over are by the seats it was at.

    Raises:
        StorageFault: what is wrong with it.
    """
    path = folder / DATABASE_NAME
    database.refuse_foreign(path)
    with faults(path), _copied(folder) as copy:
        checked = _check_copy(copy, path, session, key)
    _check_checkpoints(checked, path, session, verify_key)
    if len(checked.lines) < read_mark(folder):
        missing = read_mark(folder) - len(checked.lines)
        raise StorageFault(StorageFaultKind.TRUNCATED, path, f"{missing} acknowledged records are missing")
    return checked


def _check_copy(copy: Path, path: Path, session: SessionId, key: bytes) -> CheckedJournal:
    try:
        connection = database.connect(copy, key)
    except StorageFault as fault:
        raise StorageFault(fault.kind, path, fault.detail) from fault
    try:
        _check_pages(connection, path)
        bring_up_to_date(connection)
        checked = _read(connection, path, session)
        _check_answers(connection, path, checked.session)
        return checked
    finally:
        connection.close()


@contextlib.contextmanager
def _copied(folder: Path) -> Iterator[Path]:
    """Give a copy of the database and its log, and remove it afterwards. It is as encrypted as the original."""
    for leftover in folder.glob(f"{_SCRATCH_PREFIX}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    sources = [path for name in (DATABASE_NAME, f"{DATABASE_NAME}-wal") if (path := folder / name).exists()]
    # The log's frames become pages of the copy, so that twice the size is enough.
    room = 2 * sum(path.stat().st_size for path in sources)
    with tempfile.TemporaryDirectory(prefix=_SCRATCH_PREFIX, dir=_place_with(room, folder)) as scratch:
        for path in sources:
            shutil.copyfile(path, Path(scratch) / path.name)
        yield Path(scratch) / DATABASE_NAME


def _place_with(room_bytes: int, folder: Path) -> Path:
    """Return where a copy has room: beside the original, and elsewhere where the seat's disk is full or cannot be written."""
    for place in (folder, Path(tempfile.gettempdir()), _SHARED_MEMORY):
        with contextlib.suppress(OSError):
            if os.access(place, os.W_OK) and shutil.disk_usage(place).free >= room_bytes:
                return place
    return folder


def _check_pages(connection: Connection, path: Path) -> None:
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    # Only after the log is in the database: a page that is torn there may still be whole in the log.
    if connection.execute("PRAGMA cipher_integrity_check").fetchall():
        raise StorageFault(StorageFaultKind.DAMAGED, path, "a page was altered")
    (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise StorageFault(StorageFaultKind.DAMAGED, path)


def _read(connection: Connection, path: Path, session: SessionId) -> CheckedJournal:
    if not connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'about'").fetchone()[0]:
        raise StorageFault(StorageFaultKind.NOT_OURS, path)
    about = connection.execute("SELECT format, session FROM about").fetchone()
    if about != (FORMAT, session):
        raise StorageFault(StorageFaultKind.NOT_OURS, path, "another session, or another version")
    lines, records, head = _read_chain(connection, path)
    state = _replayed(records, path)
    wall, boot, phase = connection.execute("SELECT wall, boot, phase FROM event ORDER BY n DESC LIMIT 1").fetchone()
    if wall != records[-1].wall or phase != state.phase.value:
        raise StorageFault(StorageFaultKind.CHAIN_BROKEN, path, "the last record is not the last one written")
    return CheckedJournal(
        lines=lines,
        records=records,
        head=head,
        session=state,
        boot=boot,
        wall=records[-1].wall,
        checkpoints=tuple(row[0] for row in connection.execute("SELECT envelope FROM checkpoint ORDER BY records")),
    )


def _read_chain(connection: Connection, path: Path) -> tuple[tuple[bytes, ...], tuple[Record, ...], bytes]:
    head = CHAIN_START
    lines: list[bytes] = []
    records: list[Record] = []
    for expected, (n, line, stored) in enumerate(connection.execute("SELECT n, record, head FROM event ORDER BY n")):
        head = link(expected, head, line)
        if n != expected or head != stored:
            raise StorageFault(StorageFaultKind.CHAIN_BROKEN, path, f"at record {expected}")
        try:
            records.append(decode_record(line, place=f"record {n}"))
        except Refused as error:
            raise StorageFault(StorageFaultKind.CHAIN_BROKEN, path, str(error)) from error
        lines.append(line)
    return tuple(lines), tuple(records), head


def _replayed(records: tuple[Record, ...], path: Path) -> Session:
    try:
        return replay(records)
    except EventNotAllowed as error:
        raise StorageFault(StorageFaultKind.CHAIN_BROKEN, path, str(error)) from error


def _check_answers(connection: Connection, path: Path, session: Session) -> None:
    stored = {(item, response): text for item, response, text in connection.execute(_ANSWERS)}
    replayed = {
        (item, response): encode(list(value)).decode("utf-8")
        for item, of_item in session.answers.items()
        for response, value in of_item.items()
    }
    if stored != replayed:
        raise StorageFault(StorageFaultKind.CHAIN_BROKEN, path, "the answers are not those of the records")


_ANSWERS: Final = "SELECT item, response, answer FROM answer"


def _check_checkpoints(checked: CheckedJournal, path: Path, session: SessionId, verify_key: VerifyKey) -> None:
    heads = {0: CHAIN_START}
    for n, line in enumerate(checked.lines):
        heads[n + 1] = link(n, heads[n], line)
    try:
        signers = own_signers_of(checked.records)
    except Refused as error:
        raise StorageFault(StorageFaultKind.CHAIN_BROKEN, path, str(error)) from error
    for envelope in checked.checkpoints:
        try:
            untrusted = read_checkpoint(envelope)
            key = key_over(signers, untrusted.untrusted_checkpoint.records, last=verify_key)
            checkpoint = untrusted.verified_by(key)
        except Refused as error:
            raise StorageFault(StorageFaultKind.CHAIN_BROKEN, path, str(error)) from error
        head = heads.get(checkpoint.records)
        if checkpoint.session != session or head is None or head.hex() != checkpoint.head:
            raise StorageFault(StorageFaultKind.CHAIN_BROKEN, path, f"at checkpoint {checkpoint.records}")
