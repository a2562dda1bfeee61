"""The exam day at one seat: what the window drives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from exam_packages.ids import AppointmentId, Digest, ProctorId, SessionId
from exam_packages.qti.model import Exam
from exam_packages.session_events import Event, SessionPlan
from kiosk.errors import StorageFault
from kiosk.progress import Progress, silent
from kiosk.seat.facts import (
    AppointmentEntry,
    EraseReport,
    ExportReport,
    ImportReport,
    ProctorEntry,
    ReceiptReport,
    SealedBundle,
    SeatStatus,
    UnfinishedSession,
)
from kiosk.session import Session

Done = Callable[[Session, Exception | None], None]


class ExamDay:
    """What the window drives. Methods marked (bg) block and are called from a background thread."""

    def proctors(self) -> tuple[ProctorEntry, ...]:
        """Return who may unlock this seat, by name."""
        raise NotImplementedError

    def check_pin(self, proctor: ProctorId, pin: str, *, admin: bool = False) -> ProctorEntry:
        """Check a PIN (bg); raises PinRefused."""
        raise NotImplementedError

    def appointments(self, query: str = "") -> tuple[AppointmentEntry, ...]:
        """Return the roster."""
        raise NotImplementedError

    def open_session(self, appointment: AppointmentId, proctor: ProctorId) -> RunningSession:
        """Open a session (bg)."""
        raise NotImplementedError

    def unfinished(self) -> UnfinishedSession | None:
        """Return the session that was cut off, if one was."""
        raise NotImplementedError

    def resume(self, session: SessionId, proctor: ProctorId | None) -> RunningSession:
        """Go on with it (bg); without a proctor only within the same start of the machine."""
        raise NotImplementedError

    def continue_after_damage(self, session: SessionId, proctor: ProctorId) -> RunningSession:
        """Open a new session for the appointment of one whose journal is damaged (bg). The damaged one is kept."""
        raise NotImplementedError

    def status(self) -> SeatStatus:
        """Return what is to be said about the seat."""
        raise NotImplementedError

    def import_from(self, stick: Path, *, progress: Progress = silent) -> ImportReport:
        """As on Seat (bg); shut during a session."""
        raise NotImplementedError

    def export(self, stick: Path, *, progress: Progress = silent) -> ExportReport:
        """As on Seat (bg); shut during a session."""
        raise NotImplementedError

    def receipts_from(self, stick: Path) -> tuple[ReceiptReport, ...]:
        """As on Seat (bg); shut during a session."""
        raise NotImplementedError

    def erase(self, bundle: Digest | None = None) -> tuple[EraseReport, ...]:
        """As on Seat (bg); shut during a session."""
        raise NotImplementedError


class RunningSession:
    """One candidate at one exam, durable."""

    exam: Exam

    @property
    def plan(self) -> SessionPlan:
        """The session's plan."""
        raise NotImplementedError

    @property
    def session(self) -> Session:
        """As last committed."""
        raise NotImplementedError

    @property
    def fault(self) -> StorageFault | None:
        """Why nothing is accepted any more; None while all is well."""
        raise NotImplementedError

    def resource(self, path: str) -> bytes:
        """Return a picture or other file of the exam, verified."""
        raise NotImplementedError

    def post(self, event: Event, done: Done) -> None:
        """Let an event happen; ``done`` is called on the writer thread after the commit."""
        raise NotImplementedError

    def apply(self, event: Event) -> Session:
        """The same, waiting."""
        raise NotImplementedError

    def subscribe(self, listener: Callable[[Session], None]) -> None:
        """Have a listener called on the writer thread after every commit, also those of the ticker."""
        raise NotImplementedError

    def remaining_ms(self) -> int | None:
        """Return what is left of the section or the break, by the monotonic clock since the last record."""
        raise NotImplementedError

    @property
    def head_code(self) -> str:
        """The journal's head as a short code."""
        raise NotImplementedError

    def bundle(self) -> SealedBundle | None:
        """Return the sealed result after the end (waits for sealing)."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop the writer thread; the journal stays resumable."""
        raise NotImplementedError
