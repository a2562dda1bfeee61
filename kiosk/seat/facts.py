"""What a seat tells about itself: values that the window, the command line and the seat report show.

Facts only; sentences are made where they are shown. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from exam_packages.accommodations import NO_NEEDS, Accommodations
from exam_packages.ids import (
    AppointmentId,
    CandidateId,
    Digest,
    ExamId,
    FormId,
    ProctorId,
    SeatId,
    SessionId,
    SiteId,
    UtcMs,
)
from exam_packages.site_policies import LockdownPreset
from kiosk.errors import Missing, StorageFault, StorageFaultKind
from kiosk.lockdown.policy import MissingPrevention
from kiosk.seat.rollback import Rollback
from kiosk.session.state import ResultState
from signing.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class ProctorEntry:
    """Somebody who may unlock this seat."""

    id: ProctorId
    name: str
    is_admin: bool


class AppointmentState(Enum):
    """Whether an appointment can be started now, or what became of it."""

    READY = "ready"
    PACKAGE_MISSING = "package-missing"
    GRANT_MISSING = "grant-missing"
    NOT_RELEASED = "not-released"
    WINDOW_NOT_OPEN = "window-not-open"
    WINDOW_CLOSED = "window-closed"
    UNFINISHED = "unfinished"
    """A session of it was cut off and waits to be resumed."""
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentEntry:
    """One line of the roster."""

    appointment: AppointmentId
    candidate: CandidateId
    name: str
    exam_title: str
    start_utc_ms: UtcMs
    extra_time_percent: int
    state: AppointmentState
    accommodations: Accommodations = NO_NEEDS
    """What holds of the candidate's needs: everything prohibited is taken back."""
    lockdown: LockdownPreset = LockdownPreset.PRACTICE
    """What the exam demands of lockdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedSession:
    """A session that was cut off.

    Attributes:
        same_boot: the machine has not been restarted since: the session resumes by itself.
        last_wall: what the wall clock said at the last record.
        fault: why its journal cannot be used; a continuation can be opened instead. None when it can be resumed.
        missing: what its exam demands and this machine does not prevent: so long it does not go on here.
    """

    session: SessionId
    appointment: AppointmentId
    candidate: CandidateId
    candidate_name: str
    exam_title: str
    same_boot: bool
    last_wall: UtcMs
    fault: StorageFault | None = None
    missing: tuple[MissingPrevention, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedBundle:
    """A sealed result in the outbox.

    Attributes:
        head_code: head of the journal as a short code, for the candidate's receipt.
        answer_count: scored items with an answer.
    """

    digest: Digest
    path: Path
    size_bytes: int
    session: SessionId
    exam_title: str
    candidate_name: str
    answer_count: int
    head_code: str
    result_state: ResultState
    sealed_at: UtcMs


class ExamState(Enum):
    """Whether an imported exam can be given."""

    READY = "ready"
    GRANT_MISSING = "grant-missing"
    NOT_RELEASED = "not-released"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamEntry:
    """An exam package on this seat.

    Attributes:
        short_digest: first characters of the manifest digest, to compare by voice.
        window_from, window_until: when it may be given.
        released_by: ``file`` or ``code``; empty before release.
        lockdown: how strictly a seat has to be locked down for it.
    """

    package: Digest
    exam: ExamId
    form: FormId
    title: str
    short_digest: str
    size_bytes: int
    window_from: UtcMs
    window_until: UtcMs
    state: ExamState
    released_by: str
    lockdown: LockdownPreset = LockdownPreset.PRACTICE


class SessionState(Enum):
    """What became of a session."""

    RUNNING = "running"
    """Open now, or cut off and waiting to be resumed."""
    DAMAGED = "damaged"
    """Its journal cannot be used; kept as it is."""
    SEALED = "sealed"
    EXPORTED = "exported"
    RECEIVED = "received"
    """A receipt of the office is here."""
    ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEntry:
    """One session this seat knows of.

    Attributes:
        bundle: digest of its result bundle; None before it is sealed.
        result_state: how it ended; None before it is sealed.
        continues: the damaged session that this one continues, if it does.
        receipt: ``accepted``, ``quarantined`` or empty.
        erase_after: when the office allows erasure; None without a receipt.
        journal_exported: when its damaged journal was brought to a stick; None where it was not, or is in order.
        moved_to: the seat at which it goes on, where it has left this one; None where it has not.
    """

    session: SessionId
    appointment: AppointmentId
    candidate: CandidateId
    candidate_name: str
    exam_title: str
    opened: UtcMs
    state: SessionState
    result_state: ResultState | None
    bundle: Digest | None
    size_bytes: int
    continues: SessionId | None
    receipt: str
    erase_after: UtcMs | None
    journal_exported: UtcMs | None = None
    moved_to: SeatId | None = None


class ClockState(Enum):
    """What the seat thinks of the machine's wall clock. Never a lock on an exam that is in."""

    GOOD = "good"
    BEHIND = "behind"
    """It shows a time that is proven to be over."""
    FAR_AHEAD = "far-ahead"
    """It is so far ahead of the last proven time that it is more likely wrong than right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFacts:
    """The wall clock, and the latest time that a signature proves to be over."""

    state: ClockState
    now: UtcMs
    floor: UtcMs


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatStatus:
    """Everything the admin's page, the idle screen and ``seat status`` say.

    Attributes:
        missing: what has to be imported before an exam can be given, most basic first; empty when ready.
        appointments_today: appointments that start within this local day's 24 hours around now.
        drop_time: when the last new drop was taken in; None before the first.
        trust_expires: when the drop's metadata expires; judged at import only.
        outbox_waiting: sealed bundles without a receipt.
        code: short code of the seat's last mark, see ``kiosk.seat.mark_code``; empty before the first.
        code_made: when that mark was made.
        rollback: what this seat had and has not; None while it is as new as it ever was, as far as it knows.
        fault: why the seat is only read, see ``kiosk.seat.rescue``; None where it is open.
        mirror: the medium that second copies of sessions go to; None where the seat keeps none.
        mirror_note: what the log said last about the second copy of the session that is open; empty where it said nothing.
        copies_left: sessions that are erased, and whose second copies still lie on some medium.
    """

    seat: SeatId
    site: SiteId | None
    site_name: str
    certificate_until: UtcMs | None
    missing: tuple[Missing, ...]
    proctors: int
    exams: tuple[ExamEntry, ...]
    appointments: int
    appointments_today: int
    sessions: tuple[SessionEntry, ...]
    outbox_waiting: int
    disk_free_bytes: int
    clock: ClockFacts
    drop_time: UtcMs | None
    trust_expires: UtcMs | None
    code: str = ""
    code_made: UtcMs | None = None
    rollback: Rollback | None = None
    fault: StorageFaultKind | None = None
    mirror: Path | None = None
    mirror_note: str = ""
    copies_left: tuple[SessionId, ...] = ()


class ImportKind(Enum):
    """What was found on the stick."""

    CERTIFICATE = "certificate"
    REGISTRATION = "registration"
    PROCTORS = "proctors"
    POLICY = "policy"
    TRUST = "trust"
    REVOCATIONS = "revocations"
    PACKAGE = "package"
    GRANT = "grant"
    ROSTER = "roster"
    RELEASE = "release"
    RECEIPT = "receipt"
    KEPT_RESULTS = "kept-results"
    MARK = "mark"


class ImportOutcome(Enum):
    """What became of a file."""

    NEW = "new"
    KNOWN = "known"
    """It was here already."""
    REFUSED = "refused"
    NOT_OURS = "not-ours"
    """Made for another site or seat that shares the stick; left alone."""
    WAITING = "waiting"
    """It cannot be judged yet: what it builds on (a drop, a certificate) is not here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFile:
    """One file of the stick, and why it was refused if it was."""

    kind: ImportKind
    name: str
    outcome: ImportOutcome
    refused: Refused | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, file by file."""

    files: tuple[ImportedFile, ...]

    @property
    def new(self) -> tuple[ImportedFile, ...]:
        """What was taken in."""
        return tuple(file for file in self.files if file.outcome is ImportOutcome.NEW)

    @property
    def refused(self) -> tuple[ImportedFile, ...]:
        """What was not acceptable."""
        return tuple(file for file in self.files if file.outcome is ImportOutcome.REFUSED)


class ExportOutcome(Enum):
    """What became of a file that was to be on the stick."""

    WRITTEN = "written"
    THERE = "there"
    """It was on the stick already, byte by byte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFile:
    """One file that is now on the stick, read back and compared."""

    name: str
    size_bytes: int
    outcome: ExportOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """What is on the stick now. ``journals`` are files of sessions that could not be sealed, as they lie."""

    bundles: tuple[ExportedFile, ...]
    slips: tuple[ExportedFile, ...]
    seat_report: ExportedFile
    journals: tuple[ExportedFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptReport:
    """One receipt that was looked at.

    Attributes:
        bundle: digest of the bundle it is for; empty where it could not be read.
        status: ``accepted`` or ``quarantined``.
    """

    bundle: Digest
    status: str
    outcome: ImportOutcome
    refused: Refused | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseReport:
    """What became of one bundle, or of one damaged session, that was to be erased.

    Attributes:
        bundle: which; of a damaged session the one that continues it, empty where none does.
        erased: its key is destroyed and its files are gone.
        blocked_by: why not, where it was not.
        erase_after: the earliest date, where that is the reason.
        copy_left: its second copy lies on a medium that is not here: put it in and erase again.
    """

    bundle: Digest
    session: SessionId
    erased: bool
    blocked_by: Missing | None = None
    erase_after: UtcMs | None = None
    copy_left: bool = False
