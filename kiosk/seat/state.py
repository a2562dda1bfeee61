"""The seat's own state on disk: documents, sessions, outbox, PIN counters, the log.

Owns the tables and their rows, one class a group of tables. Refuses to know what a document says: bytes in, bytes out. Every
method that writes has committed when it returns.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exam_packages.ids import AppointmentId, CandidateId, Digest, ProctorId, SessionId, UtcMs
from exam_packages.results import ROLLBACK_ACCEPTED, ROLLBACK_FOUND, Incident
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.seat.state_database import Row, StateDatabase
from kiosk.session import ResultState

FORMAT: Final = "testing-center-kiosk/seat-state/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One small file as it came. ``number`` is the counter it carries, 0 where it has none."""

    kind: str
    name: str
    number: int
    digest: Digest
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRow:
    """A package that was copied in. ``file_digest`` is of the whole file, ``digest`` its name."""

    digest: Digest
    size: int
    file_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session this seat opened."""

    session: SessionId
    appointment: AppointmentId
    candidate: CandidateId
    candidate_name: str
    exam_title: str
    package: Digest
    opened: UtcMs
    state: str
    continues: SessionId | None
    recipients: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleRow:
    """A sealed result, whether its file is still here or not."""

    digest: Digest
    number: int
    session: SessionId
    size: int
    result_state: ResultState
    answer_count: int
    head: Digest
    sealed: UtcMs
    exported: UtcMs | None = None
    receipt: bytes | None = None
    erased: UtcMs | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PinRow:
    """Failed tries of one proctor, and when the last was, by the monotonic clock of one start of the machine."""

    failures: int
    boot: str
    monotonic_ms: int


class SeatState:
    """The open state of a seat: its groups of tables."""

    def __init__(
        self, path: Path, key: bytes, *, only_look: bool = False, still: bool = False, new: bool = False
    ) -> None:
        self._database = StateDatabase(path, key, only_look=only_look, still=still, new=new)
        self.facts = Facts(self._database)
        self.documents = Documents(self._database)
        self.sessions = Sessions(self._database)
        self.outbox = Outbox(self._database)
        self.pins = Pins(self._database)
        self.log = Log(self._database)
        if new:
            self.facts.put("format", FORMAT)
        if self.facts.get("format") != FORMAT:
            self._database.close()
            raise StorageFault(StorageFaultKind.NOT_OURS, path, "another version")

    def together(self) -> AbstractContextManager[None]:
        """Do several changes as one: all of them are on disk when the block has ended, or none."""
        return self._database.together()

    def close(self) -> None:
        """Close it."""
        self._database.close()


class Facts:
    """Single values by name."""

    def __init__(self, database: StateDatabase) -> None:
        self._database = database

    def get(self, name: str) -> str | None:
        """Return a fact, None where it is not known."""
        row = self._database.one("SELECT value FROM fact WHERE name = ?", name)
        return None if row is None else str(row[0])

    def put(self, name: str, value: str) -> None:
        """Write a fact down."""
        self._database.run("INSERT OR REPLACE INTO fact VALUES (?, ?)", name, value)

    def remove(self, name: str) -> None:
        """Let a fact hold no longer."""
        self._database.run("DELETE FROM fact WHERE name = ?", name)


class Documents:
    """Small signed files and packages that were taken in."""

    def __init__(self, database: StateDatabase) -> None:
        self._database = database

    def get(self, kind: str, name: str = "") -> Document | None:
        """Return a document by kind and name."""
        row = self._database.one(f"{_DOCUMENT} WHERE kind = ? AND name = ?", kind, name)
        return None if row is None else _document_of(row)

    def all(self, kind: str) -> tuple[Document, ...]:
        """Return every document of a kind, by name."""
        return tuple(_document_of(row) for row in self._database.all(f"{_DOCUMENT} WHERE kind = ? ORDER BY name", kind))

    def put(self, document: Document, *, taken: UtcMs) -> None:
        """Keep a document; it takes the place of one with the same kind and name."""
        row = (document.kind, document.name, document.number, document.digest, document.body, taken)
        self._database.run("INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?, ?)", *row)

    def packages(self) -> tuple[PackageRow, ...]:
        """Return every package."""
        rows = self._database.all("SELECT digest, size, file_digest FROM package ORDER BY digest")
        return tuple(PackageRow(digest=Digest(row[0]), size=row[1], file_digest=Digest(row[2])) for row in rows)

    def put_package(self, package: PackageRow, *, taken: UtcMs) -> None:
        """Note a package whose file is in place."""
        row = (package.digest, package.size, package.file_digest, taken)
        self._database.run("INSERT OR REPLACE INTO package VALUES (?, ?, ?, ?)", *row)


class Sessions:
    """Every session this seat opened."""

    def __init__(self, database: StateDatabase) -> None:
        self._database = database

    def all(self) -> tuple[SessionRow, ...]:
        """Return every session, oldest first."""
        return tuple(_session_of(row) for row in self._database.all(f"{_SESSION} ORDER BY session"))

    def get(self, session: SessionId) -> SessionRow | None:
        """Return one session."""
        row = self._database.one(f"{_SESSION} WHERE session = ?", session)
        return None if row is None else _session_of(row)

    def add(self, row: SessionRow) -> None:
        """Note a session that is about to be opened."""
        values = (row.session, row.appointment, row.candidate, row.candidate_name, row.exam_title, row.package)
        self._database.run(
            "INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *values,
            row.opened,
            row.state,
            row.continues,
            row.recipients,
        )

    def set_state(self, session: SessionId, state: str) -> None:
        """Note what became of a session."""
        self._database.run("UPDATE session SET state = ? WHERE session = ?", state, session)

    def exported(self, session: SessionId) -> UtcMs | None:
        """Return when a session's damaged journal was brought to a stick; None where it was not."""
        row = self._database.one("SELECT value FROM fact WHERE name = ?", _JOURNAL_EXPORTED + session)
        return None if row is None else UtcMs(int(row[0]))

    def mark_exported(self, session: SessionId, wall: UtcMs) -> None:
        """Note that a session's damaged journal was brought to a stick; the first time counts."""
        self._database.run("INSERT OR IGNORE INTO fact VALUES (?, ?)", _JOURNAL_EXPORTED + session, str(wall))

    def drop(self, session: SessionId) -> None:
        """Forget a session that was never opened here."""
        self._database.run("DELETE FROM session WHERE session = ? AND state = 'opening'", session)


class Outbox:
    """Every bundle this seat sealed."""

    def __init__(self, database: StateDatabase) -> None:
        self._database = database

    def all(self) -> tuple[BundleRow, ...]:
        """Return every bundle, by number."""
        return tuple(_bundle_of(row) for row in self._database.all(f"{_BUNDLE} ORDER BY number"))

    def get(self, digest: Digest) -> BundleRow | None:
        """Return one bundle."""
        row = self._database.one(f"{_BUNDLE} WHERE digest = ?", digest)
        return None if row is None else _bundle_of(row)

    def of_session(self, session: SessionId) -> BundleRow | None:
        """Return a session's bundle."""
        row = self._database.one(f"{_BUNDLE} WHERE session = ?", session)
        return None if row is None else _bundle_of(row)

    def last(self) -> BundleRow | None:
        """Return the bundle with the highest number."""
        row = self._database.one(f"{_BUNDLE} ORDER BY number DESC LIMIT 1")
        return None if row is None else _bundle_of(row)

    def add(self, row: BundleRow) -> None:
        """Note a bundle whose file is in place, and that its session is sealed, as one."""
        values = (row.digest, row.number, row.session, row.size, row.result_state.value, row.answer_count, row.head)
        with self._database.together():
            self._database.run(
                "INSERT INTO bundle VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)", *values, row.sealed
            )
            self._database.run("UPDATE session SET state = 'sealed' WHERE session = ?", row.session)

    def mark_exported(self, digest: Digest, wall: UtcMs) -> None:
        """Note that a bundle was on a stick; the first time counts."""
        self._database.run("UPDATE bundle SET exported = ? WHERE digest = ? AND exported IS NULL", wall, digest)

    def put_receipt(self, digest: Digest, receipt: bytes) -> None:
        """Keep a bundle's receipt."""
        self._database.run("UPDATE bundle SET receipt = ? WHERE digest = ?", receipt, digest)

    def mark_erased(self, row: BundleRow, wall: UtcMs) -> None:
        """Note that a bundle and its session were erased."""
        with self._database.together():
            self._database.run("UPDATE bundle SET erased = ? WHERE digest = ?", wall, row.digest)
            self._database.run("UPDATE session SET state = 'erased' WHERE session = ?", row.session)


class Pins:
    """Failed tries, by proctor."""

    def __init__(self, database: StateDatabase) -> None:
        self._database = database

    def get(self, proctor: ProctorId) -> PinRow | None:
        """Return a proctor's failed tries."""
        row = self._database.one("SELECT failures, boot, monotonic FROM pin WHERE proctor = ?", proctor)
        return None if row is None else PinRow(failures=row[0], boot=row[1], monotonic_ms=row[2])

    def put(self, proctor: ProctorId, row: PinRow) -> None:
        """Write a proctor's failed tries down."""
        values = (proctor, row.failures, row.boot, row.monotonic_ms)
        self._database.run("INSERT OR REPLACE INTO pin VALUES (?, ?, ?, ?)", *values)

    def clear(self) -> None:
        """Forget all failed tries: a proctor is here and has proven it."""
        self._database.run("DELETE FROM pin")


class Log:
    """Who did what at this seat, and what happened around a session."""

    def __init__(self, database: StateDatabase) -> None:
        self._database = database

    def add(self, incident: Incident, session: SessionId | None = None) -> None:
        """Add a line to the log."""
        row = (incident.wall, session, incident.kind, incident.note)
        self._database.run("INSERT INTO incident (wall, session, kind, note) VALUES (?, ?, ?, ?)", *row)

    def for_bundle(self, session: SessionId) -> tuple[Incident, ...]:
        """Return what belongs to one session, and what was ever found and decided about a seat that was rolled back."""
        rows = self._database.all(
            "SELECT wall, kind, note FROM incident WHERE session = ? OR kind IN (?, ?) ORDER BY id",
            session,
            ROLLBACK_FOUND,
            ROLLBACK_ACCEPTED,
        )
        return tuple(Incident(wall=UtcMs(row[0]), kind=row[1], note=row[2]) for row in rows)

    def lines(self, session: SessionId | None = None) -> tuple[Incident, ...]:
        """Return the log, or what belongs to one session."""
        rows = self._database.all(
            "SELECT wall, kind, note FROM incident WHERE ?1 IS NULL OR session = ?1 ORDER BY id", session
        )
        return tuple(Incident(wall=UtcMs(row[0]), kind=row[1], note=row[2]) for row in rows)


_JOURNAL_EXPORTED: Final = "journal-exported:"
_DOCUMENT: Final = "SELECT kind, name, number, digest, body FROM document"
_SESSION: Final = (
    "SELECT session, appointment, candidate, candidate_name, exam_title, package, opened, state, continues, recipients"
    " FROM session"
)
_BUNDLE: Final = (
    "SELECT digest, number, session, size, result_state, answer_count, head, sealed, exported, receipt, erased"
    " FROM bundle"
)


def _document_of(row: Row) -> Document:
    return Document(kind=row[0], name=row[1], number=row[2], digest=Digest(row[3]), body=row[4])


def _session_of(row: Row) -> SessionRow:
    return SessionRow(
        session=SessionId(row[0]),
        appointment=AppointmentId(row[1]),
        candidate=CandidateId(row[2]),
        candidate_name=row[3],
        exam_title=row[4],
        package=Digest(row[5]),
        opened=UtcMs(row[6]),
        state=row[7],
        continues=None if row[8] is None else SessionId(row[8]),
        recipients=row[9],
    )


def _bundle_of(row: Row) -> BundleRow:
    return BundleRow(
        digest=Digest(row[0]),
        number=row[1],
        session=SessionId(row[2]),
        size=row[3],
        result_state=ResultState(row[4]),
        answer_count=row[5],
        head=Digest(row[6]),
        sealed=UtcMs(row[7]),
        exported=None if row[8] is None else UtcMs(row[8]),
        receipt=row[9],
        erased=None if row[10] is None else UtcMs(row[10]),
    )
