"""The exam day at one seat: what the window drives.

Owns the one session that runs at a time: opening, resuming, continuing. Refuses to know pixels. Methods marked (bg) block, on
the disk or on purpose, and are called from a background thread.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from exam_packages.accommodations import effective
from exam_packages.ids import AppointmentId, Digest, ProctorId, SessionId
from exam_packages.proctors import ProctorRole
from exam_packages.results import NOTE_MAX, Incident
from exam_packages.rosters import Appointment
from exam_packages.session_events import IncidentNoted, Paused, PauseReason
from exam_packages.site_policies import LockdownPreset
from kiosk.errors import Missing, NotReady, StickFault, StorageFault
from kiosk.journal.checking import CheckedJournal
from kiosk.lockdown.policy import StartVerdict
from kiosk.mirror.moved import MovedSession, moved_to, notice_moves, refuse_moved
from kiosk.mirror.taking import FoundSession, MirroredSession, found, has_sessions, sessions_on
from kiosk.progress import Progress, silent
from kiosk.seat.admin import SeatAdmin, damage_of, open_row, refuse_elsewhere
from kiosk.seat.facts import (
    AppointmentEntry,
    AppointmentState,
    EraseReport,
    ExportReport,
    ImportReport,
    ProctorEntry,
    ReceiptReport,
    SealedBundle,
    SeatStatus,
    UnfinishedSession,
)
from kiosk.seat.holdings import exam_for
from kiosk.seat.name_search import is_found
from kiosk.seat.parts import SeatParts
from kiosk.seat.rollback_watch import CodeVerdict
from kiosk.seat.running import RunningSession
from kiosk.seat.session_opening import SessionOpener
from kiosk.seat.start_gate import missing_for, refuse_going_on, refuse_start, start_verdict
from kiosk.seat.state import SessionRow
from kiosk.seat.status import appointment_state, appointment_use

HANDED_IN: Final = "handed-in-unfinished"
"""Kind of incident: a proctor sealed a session that could not go on."""
_STATE_MISSING: Final = {
    AppointmentState.PACKAGE_MISSING: (Missing.PACKAGE, "the exam of this appointment is not on this seat"),
    AppointmentState.GRANT_MISSING: (Missing.GRANT, "this site has no grant for the exam"),
    AppointmentState.NOT_RELEASED: (Missing.RELEASE, "the exam is not released yet"),
    AppointmentState.WINDOW_NOT_OPEN: (Missing.WINDOW_NOT_OPEN, "the exam's window has not begun"),
    AppointmentState.WINDOW_CLOSED: (Missing.WINDOW_CLOSED, "the exam's window is over"),
    AppointmentState.UNFINISHED: (Missing.SESSION_RUNS, "a session of this appointment is not finished"),
    AppointmentState.DONE: (Missing.SESSION_DONE, "this appointment was sat already"),
}


class ExamDay:
    """What the window drives.

    Args:
        parts: the seat.
        admin: its admin's acts.
        mirror: the medium that second copies go to; None takes what the seat is set to.
    """

    def __init__(self, parts: SeatParts, admin: SeatAdmin, mirror: Path | None = None) -> None:
        self._parts = parts
        self._admin = admin
        self._opener = SessionOpener(parts, mirror)
        self._running: RunningSession | None = None
        self._changing = threading.RLock()

    # -- people ----------------------------------------------------------------------------------------------------

    def proctors(self) -> tuple[ProctorEntry, ...]:
        """Return who may unlock this seat, by name.

        Raises:
            NotReady: no proctor file, registration or drop is here.
        """
        file = self._parts.holdings.proctors()
        entries = (
            ProctorEntry(id=entry.proctor, name=entry.name, is_admin=entry.role is ProctorRole.ADMIN)
            for entry in file.proctors
        )
        return tuple(sorted(entries, key=lambda entry: (entry.name.casefold(), entry.id)))

    def check_pin(self, proctor: ProctorId, pin: str, *, admin: bool = False) -> ProctorEntry:
        """Check a PIN (bg; a quarter of a second on purpose). The try is counted and on disk before it is looked at.

        Args:
            proctor: who claims to be here.
            pin: what was typed.
            admin: the admin's page is wanted.

        Raises:
            PinRefused: wrong, unknown, or too soon after failed tries.
            NotReady: nobody has a PIN for this seat yet; or the PIN is right and its owner is no admin.
        """
        holdings = self._parts.holdings
        file = holdings.proctors()
        if not file.proctors:
            raise NotReady(Missing.PROCTORS, "the proctor file names nobody")
        running = self._running
        session = running.plan.session if running is not None and not running.is_closed else None
        entry = self._parts.gate.check(file, proctor, pin, pepper=holdings.secrets().pepper, session=session)
        if admin and entry.role is not ProctorRole.ADMIN:
            raise NotReady(Missing.ADMIN, f"{entry.name} is no admin of this site")
        return ProctorEntry(id=entry.proctor, name=entry.name, is_admin=entry.role is ProctorRole.ADMIN)

    def appointments(self, query: str = "") -> tuple[AppointmentEntry, ...]:
        """Return the roster by time, or what of it fits a query: every word in name, candidate or appointment.

        Raises:
            NotReady: no roster is here.
        """
        parts = self._parts
        roster, exams, now = parts.holdings.roster(), parts.holdings.exams(), parts.floor.now()
        use = appointment_use(parts.state)
        found = [
            AppointmentEntry(
                appointment=entry.appointment,
                candidate=entry.candidate,
                name=entry.name,
                exam_title=exam.title if (exam := exam_for(entry, exams)) else str(entry.exam),
                start_utc_ms=entry.start,
                extra_time_percent=effective(entry.accommodations).extra_time_percent,
                state=appointment_state(entry, exams, use, now),
                accommodations=effective(entry.accommodations),
                lockdown=exam.lockdown if exam else LockdownPreset.PRACTICE,
            )
            for entry in roster.appointments
            if is_found(query, f"{entry.name} {entry.candidate} {entry.appointment}")
        ]
        return tuple(sorted(found, key=lambda entry: (entry.start_utc_ms, entry.name.casefold())))

    # -- the session -----------------------------------------------------------------------------------------------

    def start_verdict(self, demanded: LockdownPreset) -> StartVerdict:
        """Return whether an exam that demands so much of lockdown may start here, and what is missing.

        Raises:
            NotReady: no registration is here.
            Refused: the site's policy is not good any more.
        """
        return start_verdict(self._parts, demanded)

    def open_session(
        self, appointment: AppointmentId, proctor: ProctorId, *, all_the_same: bool = False
    ) -> RunningSession:
        """Open a session for an appointment (bg): the journal exists and holds its first record when this returns.

        Args:
            appointment: whose.
            proctor: who unlocks it.
            all_the_same: the proctor starts it although the site asks for more lockdown than there is. Never where the
                package demands what is missing.

        Raises:
            NotReady: what is missing.
            Refused: the exam does not open.
            StorageFault: it could not be written.
        """
        with self._changing:
            self._refuse_while_running()
            refuse_elsewhere(self._parts)
            _refuse_stranger(self.proctors(), proctor)
            entry = _appointment(self._parts, appointment)
            parts = self._parts
            exams = parts.holdings.exams()
            use = appointment_use(parts.state)
            state = appointment_state(entry, exams, use, parts.floor.now())
            if state is not AppointmentState.READY:
                raise NotReady(*_STATE_MISSING[state])
            if use.unfinished:
                raise NotReady(
                    Missing.SESSION_RUNS, "another session at this seat is not finished: continue or seal it"
                )
            exam = exam_for(entry, exams)
            if exam is None:
                raise NotReady(*_STATE_MISSING[AppointmentState.PACKAGE_MISSING])
            refuse_start(parts, exam.lockdown, all_the_same=all_the_same)
            set_aside = _not_continued(parts.state.sessions.all(), appointment)
            if set_aside is not None:
                return self._continued(set_aside, proctor, "set aside")
            return self._keep(self._opener.begin(entry, proctor))

    def copies_on(self, stick: Path | None) -> Path | None:
        """Return the medium with second copies of other seats' sessions, if one is here (bg); one that cannot be read has none.

        Args:
            stick: where a stick may be, beside the medium of the seat's own second copies.
        """
        for medium in (self._opener.medium, stick):
            with contextlib.suppress(StickFault):
                if medium is not None and has_sessions(self._parts, medium):
                    return medium
        return None

    def sessions_on(self, medium: Path) -> tuple[MirroredSession, ...]:
        """Return the sessions of other seats whose second copies are on a medium (bg), the one saved last first.

        Raises:
            NotReady: this seat has no certificate or drop yet.
            StickFault: the medium cannot be read.
        """
        with self._changing:
            return sessions_on(self._parts, medium)

    def take_over(self, medium: Path, session: SessionId, proctor: ProctorId) -> RunningSession:
        """Go on with a session of another seat from its second copy (bg). From then on it is this seat's alone.

        Args:
            medium: where the copy is.
            session: which.
            proctor: who lets it go on here.

        Raises:
            MoveRefused: why it cannot go on here.
            NotReady: a session runs or waits here; package, grant or release is missing, or what the exam demands of lockdown.
            Refused: the exam does not open.
            StickFault: the medium cannot be read or written.
            StorageFault: this seat cannot be written.
        """
        with self._changing:
            self._refuse_while_running()
            _refuse_stranger(self.proctors(), proctor)
            with _coming_here(self._parts, medium, session) as mirrored:
                refuse_going_on(self._parts, mirrored.about.about.package)
                return self._keep(self._opener.take_over(mirrored, proctor))

    def bring(self, medium: Path, session: SessionId, proctor: ProctorId) -> LockdownPreset:
        """Bring a session of another seat here without going on with it (bg): it waits, paused, for a proctor at the window.

        Nothing is shown, so nothing has to be prevented yet; that is asked when it goes on.

        Args:
            medium: where the copy is.
            session: which.
            proctor: who lets it come here.

        Returns:
            What its exam demands of lockdown.

        Raises:
            As ``take_over``.
        """
        with self._changing:
            self._refuse_while_running()
            _refuse_stranger(self.proctors(), proctor)
            with _coming_here(self._parts, medium, session) as mirrored:
                running = self._keep(self._opener.take_over(mirrored, proctor))
            try:
                running.apply(Paused(reason=PauseReason.PROCTOR))
            finally:
                running.close()
            return LockdownPreset(running.demanded.value)

    def notice_moves(self, medium: Path) -> tuple[MovedSession, ...]:
        """Look on a medium whether a session of this seat goes on elsewhere, and seal it as it is here (bg).

        Raises:
            StickFault: the medium cannot be read.
            StorageFault: it could not be noted or sealed.
        """
        with self._changing:
            self._refuse_while_running()
            return notice_moves(self._parts, medium)

    def unfinished(self) -> UnfinishedSession | None:
        """Return the session that was cut off, if one was (bg)."""
        with self._changing:
            if self._running is not None and not self._running.is_closed:
                return None
            self._opener.notice_moves()
            rows = [row for row in self._parts.state.sessions.all() if row.state == "open"]
            row = next((row for row in rows if moved_to(self._parts.state, row.session) is None), None)
            if row is None:
                return None
            try:
                journal = self._parts.files.check(row.session)
                if not journal.session.is_over or not self._parts.place.is_here:
                    return _unfinished(self._parts, row, journal, None)
                self._parts.sealer.seal(row, journal, wall=self._parts.clock.utc_ms())
            except StorageFault as fault:
                return _unfinished(self._parts, row, None, fault)
            return None

    def resume(self, session: SessionId, proctor: ProctorId | None) -> RunningSession:
        """Go on with a session that was cut off (bg).

        Args:
            session: which.
            proctor: who unlocks it; None only within the same start of the machine.

        Raises:
            MoveRefused: it goes on at another seat.
            NotReady: no such session, a proctor is needed, or the exam demands what this machine does not prevent.
            StorageFault: its journal cannot be used; the files are as they were.
            Refused: the exam does not open any more.
        """
        with self._changing:
            self._refuse_while_running()
            refuse_elsewhere(self._parts)
            self._opener.notice_moves()
            refuse_moved(self._parts, session)
            row = open_row(self._parts, session)
            journal = self._parts.files.check(session)
            refuse_going_on(self._parts, row.package)
            if proctor is not None:
                _refuse_stranger(self.proctors(), proctor)
            elif journal.boot != self._parts.clock.boot_id():
                raise NotReady(Missing.PROCTORS, "the machine was restarted: a proctor has to unlock the session")
            return self._keep(self._opener.resume(row, journal, proctor))

    def continue_after_damage(self, session: SessionId, proctor: ProctorId) -> RunningSession:
        """Open a new session for the appointment of one whose journal is damaged (bg). The damaged files stay as they are.

        Raises:
            NotReady: no such session, it is not damaged, or the exam demands what this machine does not prevent.
        """
        with self._changing:
            self._refuse_while_running()
            _refuse_stranger(self.proctors(), proctor)
            refuse_elsewhere(self._parts)
            row = open_row(self._parts, session)
            refuse_going_on(self._parts, row.package)
            return self._continued(row, proctor, damage_of(self._parts, session).kind.value)

    def hand_in(self, session: SessionId, proctor: ProctorId) -> SealedBundle:
        """Seal what there is of a session that cannot go on here, as unfinished (bg). Who did it goes into the result.

        Raises:
            NotReady: no such session, or it is sealed.
            StorageFault: its journal cannot be used, or the bundle not be written.
        """
        with self._changing:
            self._refuse_while_running()
            _refuse_stranger(self.proctors(), proctor)
            row = open_row(self._parts, session)
            lacks = ", ".join(each.concern for each in missing_for(self._parts, row.package))
            why = f"; this machine does not prevent {lacks}" if lacks else ""
            note = f"by {proctor}{why}"[:NOTE_MAX]
            self._parts.state.log.add(Incident(wall=self._parts.clock.utc_ms(), kind=HANDED_IN, note=note), session)
            return self._admin.seal_unfinished(session)

    def close(self) -> None:
        """Close the session that runs; it can be resumed."""
        running = self._running
        if running is not None:
            running.close()

    # -- the admin's page, shut during a session -------------------------------------------------------------------

    def status(self) -> SeatStatus:
        """Return everything that is to be said about the seat."""
        return self._admin.status()

    def import_from(self, stick: Path, *, progress: Progress = silent) -> ImportReport:
        """Take in what is on the stick (bg), see ``SeatAdmin``."""
        with self._changing:
            self._refuse_while_running()
            return self._admin.import_from(stick, progress=progress)

    def export(self, stick: Path, *, progress: Progress = silent) -> ExportReport:
        """Bring results to the stick (bg), see ``SeatAdmin``."""
        with self._changing:
            self._refuse_while_running()
            return self._admin.export(stick, progress=progress)

    def look_at(self, stick: Path) -> None:
        """Compare with the marks on a stick (bg), see ``SeatAdmin``."""
        with self._changing:
            self._refuse_while_running()
            self._admin.look_at(stick)

    def check_code(self, spoken: str) -> CodeVerdict:
        """Compare with a code that somebody noted (bg), see ``SeatAdmin``."""
        with self._changing:
            self._refuse_while_running()
            return self._admin.check_code(spoken)

    def accept_rollback(self, reason: str, *, who: str) -> None:
        """Let a seat work again that is older than it once was (bg), see ``SeatAdmin``."""
        with self._changing:
            self._refuse_while_running()
            self._admin.accept_rollback(reason, who=who)

    def receipts_from(self, stick: Path) -> tuple[ReceiptReport, ...]:
        """Take in receipts (bg), see ``SeatAdmin``."""
        with self._changing:
            self._refuse_while_running()
            return self._admin.receipts_from(stick)

    def erase(self, bundle: Digest | None = None) -> tuple[EraseReport, ...]:
        """Erase what may be erased (bg), see ``SeatAdmin``."""
        with self._changing:
            self._refuse_while_running()
            return self._admin.erase(bundle)

    def seal_unfinished(self, session: SessionId) -> SealedBundle:
        """Seal a session that was cut off, as unfinished (bg), see ``SeatAdmin``."""
        with self._changing:
            self._refuse_while_running()
            return self._admin.seal_unfinished(session)

    def set_aside(self, session: SessionId) -> None:
        """Give the seat free of a session whose journal is damaged (bg), see ``SeatAdmin``."""
        with self._changing:
            self._refuse_while_running()
            self._admin.set_aside(session)

    def adopt(self) -> None:
        """Go on with a folder that was copied or moved here (bg), see ``SeatAdmin``."""
        with self._changing:
            self._refuse_while_running()
            self._admin.adopt()

    # -- inside ----------------------------------------------------------------------------------------------------

    def _keep(self, running: RunningSession) -> RunningSession:
        self._running = running
        return running

    def _continued(self, row: SessionRow, proctor: ProctorId, why: str) -> RunningSession:
        running = self._keep(self._opener.begin(_appointment(self._parts, row.appointment), proctor, continues=row))
        running.apply(IncidentNoted(proctor=proctor, note=f"continues {row.session}, whose journal is {why}"))
        return running

    def _refuse_while_running(self) -> None:
        if self._running is not None and not self._running.is_closed:
            raise NotReady(Missing.SESSION_RUNS, "a session runs at this seat")
        self._running = None


def _refuse_stranger(proctors: Sequence[ProctorEntry], proctor: ProctorId) -> None:
    if all(entry.id != proctor for entry in proctors):
        raise NotReady(Missing.PROCTORS, f"{proctor} is not in this site's proctor file")


@contextlib.contextmanager
def _coming_here(parts: SeatParts, medium: Path, session: SessionId) -> Iterator[FoundSession]:
    """Another seat's session, where one may come here."""
    refuse_elsewhere(parts)
    if appointment_use(parts.state).unfinished:
        raise NotReady(Missing.SESSION_RUNS, "another session at this seat is not finished: continue or seal it")
    with found(parts, medium, session) as mirrored:
        yield mirrored


def _unfinished(
    parts: SeatParts, row: SessionRow, journal: CheckedJournal | None, fault: StorageFault | None
) -> UnfinishedSession:
    return UnfinishedSession(
        session=row.session,
        appointment=row.appointment,
        candidate=row.candidate,
        candidate_name=row.candidate_name,
        exam_title=row.exam_title,
        same_boot=journal is not None and journal.boot == parts.clock.boot_id(),
        last_wall=journal.wall if journal is not None else row.opened,
        fault=fault,
        missing=missing_for(parts, row.package),
    )


def _appointment(parts: SeatParts, appointment: AppointmentId) -> Appointment:
    for entry in parts.holdings.roster().appointments:
        if entry.appointment == appointment:
            return entry
    raise NotReady(Missing.APPOINTMENT, f"the roster has no appointment {appointment}")


def _not_continued(rows: Sequence[SessionRow], appointment: AppointmentId) -> SessionRow | None:
    """Return the session of an appointment that was set aside, if no other has continued it."""
    continued = {row.continues for row in rows}
    return next(
        (
            row
            for row in reversed(rows)
            if row.appointment == appointment and row.state == "damaged" and row.session not in continued
        ),
        None,
    )
