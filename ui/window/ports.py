"""What the window needs of the seat, as protocols: the window is built and tested against these.

``kiosk.seat.day`` fulfils them. Methods marked (bg) block and are called from a background thread only.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from exam_packages.ids import AppointmentId, Digest, ItemId, ProctorId, SectionId, SessionId
from exam_packages.qti.model import AssessmentItem, Exam
from exam_packages.qti.validity import Fault
from exam_packages.session_events import Event, SessionPlan
from exam_packages.site_policies import LockdownPreset
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.policy import StartVerdict
from kiosk.mirror.state import MirrorState
from kiosk.mirror.taking import MirroredSession
from kiosk.progress import Progress
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
from kiosk.seat.rollback_watch import CodeVerdict
from kiosk.session import Session


class Running(Protocol):
    """One candidate at one exam, durable."""

    @property
    def exam(self) -> Exam:
        """The delivery exam."""

    @property
    def plan(self) -> SessionPlan:
        """What is fixed about the session."""

    @property
    def demanded(self) -> Preset:
        """What the exam demands of lockdown."""

    @property
    def session(self) -> Session:
        """As last committed."""

    def item(self, item: ItemId) -> AssessmentItem:
        """Return an item with its choices in this candidate's order."""

    def next_item(self, session: Session) -> ItemId | None:
        """Return what comes after the item on the screen, by the form's rules; None where the section ends."""

    def next_section(self, session: Session) -> SectionId | None:
        """Return the section to enter next, by the form's rules; None where the candidate hands in."""

    def faults(self, session: Session, item: ItemId) -> tuple[Fault, ...]:
        """Return what an item's answers lack, where the form asks for complete ones."""

    def resource(self, path: str) -> bytes:
        """Return a picture or other file of the exam, verified."""

    def post(self, event: Event, done: Callable[[Session, Exception | None], None]) -> None:
        """Let an event happen; ``done`` is called on the writer thread after the commit, or with what prevented it."""

    def subscribe(self, listener: Callable[[Session], None]) -> None:
        """Have a listener called on the writer thread after every commit, also those of the ticker."""

    def remaining_ms(self) -> int | None:
        """Return what is left of the section or the break, by the monotonic clock; None without a limit."""

    def unwritten_ms(self) -> int:
        """Return the time that has run since the last commit; 0 while no clock runs."""

    @property
    def fault(self) -> Exception | None:
        """Why nothing is accepted any more; None while all is well."""

    @property
    def head_code(self) -> str:
        """The journal's head as a short code."""

    @property
    def mirror(self) -> MirrorState:
        """How the second copy is doing, now; it changes by itself."""

    def bundle(self) -> SealedBundle | None:
        """Return the sealed result after the end (bg)."""

    def close(self) -> None:
        """Stop the writer thread (bg); the journal stays resumable."""


class Day(Protocol):
    """The exam day at one seat."""

    def proctors(self) -> tuple[ProctorEntry, ...]:
        """Return who may unlock this seat, by name."""

    def check_pin(self, proctor: ProctorId, pin: str, *, admin: bool = False) -> ProctorEntry:
        """Check a PIN (bg); raises PinRefused."""

    def appointments(self, query: str = "") -> tuple[AppointmentEntry, ...]:
        """Return the roster."""

    def start_verdict(self, demanded: LockdownPreset) -> StartVerdict:
        """Return whether an exam that demands so much of lockdown may start here (bg)."""

    def open_session(self, appointment: AppointmentId, proctor: ProctorId, *, all_the_same: bool = False) -> Running:
        """Open a session (bg); ``all_the_same``: although the site asks for more lockdown than there is."""

    def unfinished(self) -> UnfinishedSession | None:
        """Return the session that was cut off, if one was."""

    def resume(self, session: SessionId, proctor: ProctorId | None) -> Running:
        """Go on with it (bg); without a proctor only within the same start of the machine."""

    def continue_after_damage(self, session: SessionId, proctor: ProctorId) -> Running:
        """Open a new session for the appointment of one whose journal is damaged (bg)."""

    def copies_on(self, stick: Path | None) -> Path | None:
        """Return the medium with second copies of other seats' sessions, if one is here (bg)."""

    def sessions_on(self, medium: Path) -> tuple[MirroredSession, ...]:
        """Return the sessions whose copies are on a medium (bg)."""

    def take_over(self, medium: Path, session: SessionId, proctor: ProctorId) -> Running:
        """Go on with one of them here (bg); raises MoveRefused."""

    def status(self) -> SeatStatus:
        """Return what is to be said about the seat (bg)."""

    def import_from(self, stick: Path, *, progress: Progress) -> ImportReport:
        """Take in whatever is on the stick and new (bg)."""

    def look_at(self, stick: Path) -> None:
        """Compare the seat with the marks on a stick, if it is there (bg)."""

    def check_code(self, spoken: str) -> CodeVerdict:
        """Compare the seat with a code that somebody noted (bg)."""

    def accept_rollback(self, reason: str, *, who: str) -> None:
        """Let a seat work again that is older than it once was (bg)."""

    def export(self, stick: Path, *, progress: Progress) -> ExportReport:
        """Bring every bundle, slip and the seat report to the stick (bg)."""

    def receipts_from(self, stick: Path) -> tuple[ReceiptReport, ...]:
        """Take in receipts (bg)."""

    def hand_in(self, session: SessionId, proctor: ProctorId) -> SealedBundle:
        """Seal what there is of a session that cannot go on here (bg)."""

    def seal_unfinished(self, session: SessionId) -> SealedBundle:
        """Seal a session that was cut off and will not be resumed, as unfinished (bg)."""

    def set_aside(self, session: SessionId) -> None:
        """Give the seat free of a session whose journal is damaged (bg)."""

    def adopt(self) -> None:
        """Go on with a seat that was copied or moved here (bg)."""

    def erase(self, bundle: Digest | None = None) -> tuple[EraseReport, ...]:
        """Erase one bundle, or all whose receipt allows it (bg)."""
