"""Opening a session at a seat: a new one, or one that was cut off.

Owns the order in which folder, key, journal, first record and the seat's own row come to be, so that a crash in between leaves
nothing that was shown. Refuses to know who may open what: ``day`` has asked.
"""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path

from exam_packages.ids import ProctorId, SessionId
from exam_packages.records import CHAIN_START
from exam_packages.rosters import Appointment
from exam_packages.session_events import Event, Opened, Paused, PauseReason, Resumed, SessionPlan
from kiosk.errors import Missing, NotReady, StorageFault
from kiosk.journal.checking import CheckedJournal
from kiosk.mirror.moved import notice_quietly
from kiosk.mirror.taking import FoundSession, bring, leave_word, moved_event, settle_taking
from kiosk.seat.facts import ExamEntry, SealedBundle
from kiosk.seat.holdings import OpenExam, exam_for
from kiosk.seat.mirroring import medium_of, mirror_for, note_copy
from kiosk.seat.parts import SeatParts
from kiosk.seat.planning import SEED_BYTES, Sitting, plan_session
from kiosk.seat.running import RunningSession, SessionServices
from kiosk.seat.session_ids import RANDOM_BYTES, session_id
from kiosk.seat.state import SessionRow
from kiosk.session import Session
from kiosk.session.pausing import standing


class SessionOpener:
    """Opens sessions of one seat.

    Args:
        parts: the seat.
        mirror: the medium that second copies go to; None takes what the seat is set to.
    """

    def __init__(self, parts: SeatParts, mirror: Path | None = None) -> None:
        self._parts = parts
        self._mirror = mirror

    def begin(
        self, appointment: Appointment, proctor: ProctorId, *, continues: SessionRow | None = None
    ) -> RunningSession:
        """Open a new session. Its first record is on disk when this returns.

        Args:
            appointment: whose.
            proctor: who unlocked it.
            continues: the session with a damaged journal that this one takes the place of.

        Raises:
            NotReady: package, grant or release is missing.
            Refused: the exam does not open.
            StorageFault: it could not be written.
        """
        exam = exam_for(appointment, self._parts.holdings.exams())
        if exam is None:
            raise NotReady(Missing.PACKAGE, "the exam of this appointment is not on this seat")
        opened = self._parts.holdings.open_exam(exam.package)
        try:
            row, plan = self._plan(appointment, exam, opened, continues)
            with self._parts.state.together():
                if continues is not None:
                    self._parts.state.sessions.set_state(continues.session, "damaged")
                self._parts.state.sessions.add(row)
        except BaseException:
            opened.close()
            raise
        try:
            return self._started(row, plan, opened, proctor)
        except BaseException:
            opened.close()
            # The disk may be what failed; then it is settled when the seat is opened next.
            with contextlib.suppress(StorageFault):
                self.settle_opening(row.session)
            raise

    def settle_opening(self, session: SessionId) -> None:
        """Decide what a session is whose opening was cut off.

        Nothing was shown before the first record was written: without one the session never was.

        Raises:
            StorageFault: it cannot be decided now, because the disk is full or cannot be written.
        """
        try:
            self._parts.files.check(session)
        except StorageFault as fault:
            if not fault.kind.is_damage:
                raise
            self._parts.files.discard(session)
            self._parts.state.sessions.drop(session)
        else:
            self._parts.state.sessions.set_state(session, "open")

    def notice_moves(self) -> None:
        """Look on the medium of the second copies whether another seat goes on with a session of this one."""
        notice_quietly(self._parts, self.medium)

    @property
    def medium(self) -> Path | None:
        """The medium of the second copies; None where the seat keeps none."""
        return self._mirror if self._mirror is not None else medium_of(self._parts.state)

    def take_over(self, found: FoundSession, proctor: ProctorId) -> RunningSession:
        """Go on with a session of another seat. All of it is here, and said to be, before it opens.

        Args:
            found: the session on its medium.
            proctor: who lets it go on here.

        Raises:
            NotReady: package, grant or release is missing.
            MoveRefused: another seat was quicker.
            Refused: the exam does not open.
            StickFault: the medium could not be written.
            StorageFault: this seat could not be written.
        """
        parts, session = self._parts, found.about.about.session
        opened = parts.holdings.open_exam(found.about.about.package)
        try:
            row = bring(parts, found)
            note_copy(parts.state, session, found.folder.parent.parent)
            leave_word(parts, found)
            running = RunningSession(
                opened,
                found.journal.session.plan,
                parts.files.reopen(session),
                session=found.journal.session,
                head=found.journal.head,
                services=self._services(row, found.journal.session, moving=1),
            )
            resuming = events_of_resuming(found.journal, same_boot=False, proctor=proctor)
            self._happen(running, (moved_event(parts, found, proctor), *resuming))
            try:
                parts.state.sessions.set_state(session, "open")
            except BaseException:
                running.close()
                raise
        except BaseException:
            opened.close()
            with contextlib.suppress(StorageFault):
                settle_taking(parts, session)
            raise
        return running

    def resume(self, row: SessionRow, journal: CheckedJournal, proctor: ProctorId | None) -> RunningSession:
        """Go on with a session whose journal was checked. Pause and resumption are on disk when this returns.

        Args:
            row: which.
            journal: what its journal holds.
            proctor: who unlocked it; None where it resumes by itself.

        Raises:
            Refused: the exam does not open any more.
            StorageFault: the journal could not be opened or written.
        """
        opened = self._parts.holdings.open_exam(row.package)
        try:
            running = RunningSession(
                opened,
                journal.session.plan,
                self._parts.files.reopen(row.session),
                session=journal.session,
                head=journal.head,
                services=self._services(row, journal.session),
            )
        except BaseException:
            opened.close()
            raise
        same_boot = journal.boot == self._parts.clock.boot_id()
        self._happen(running, events_of_resuming(journal, same_boot=same_boot, proctor=proctor))
        return running

    def _plan(
        self, appointment: Appointment, exam: ExamEntry, opened: OpenExam, continues: SessionRow | None
    ) -> tuple[SessionRow, SessionPlan]:
        now = self._parts.clock.utc_ms()
        sitting = Sitting(
            session=session_id(now, secrets.token_bytes(RANDOM_BYTES)),
            package=opened.digest,
            seat=self._parts.identity.name,
            released_by=opened.released_by,
            seed=secrets.token_hex(SEED_BYTES),
        )
        plan = plan_session(opened.exam, appointment, sitting)
        row = SessionRow(
            session=plan.session,
            appointment=plan.appointment,
            candidate=plan.candidate,
            candidate_name=plan.candidate_name,
            exam_title=exam.title,
            package=plan.package,
            opened=now,
            state="opening",
            continues=continues.session if continues is not None else None,
            recipients=b"".join(key.to_bytes() for key in opened.scoring_keys),
        )
        return row, plan

    def _started(self, row: SessionRow, plan: SessionPlan, opened: OpenExam, proctor: ProctorId) -> RunningSession:
        store = self._parts.files.create(row.session, opened.scoring_keys)
        services = self._services(row, None)
        running = RunningSession(opened, plan, store, session=None, head=CHAIN_START, services=services)
        self._happen(running, (Opened(plan=plan, proctor=proctor),))
        try:
            self._parts.state.sessions.set_state(row.session, "open")
        except BaseException:
            running.close()
            raise
        return running

    def _services(self, row: SessionRow, session: Session | None, *, moving: int = 0) -> SessionServices:
        parts = self._parts

        def seal() -> SealedBundle:
            bundle = parts.sealer.seal(row, parts.files.check(row.session), wall=parts.clock.utc_ms())
            parts.marks.refresh()
            return parts.sealer.facts_of(bundle, row)

        def note(records: int, head: bytes) -> None:
            parts.marks.note_tip(row.session, records, head)

        return SessionServices(
            clock=parts.clock,
            seat_key=parts.identity.signing_key,
            seal=seal,
            note=note,
            mirror=mirror_for(parts, row, session, self._mirror, moving=moving),
        )

    @staticmethod
    def _happen(running: RunningSession, events: tuple[Event, ...]) -> None:
        try:
            for event in events:
                running.apply(event)
        except BaseException:
            running.close()
            raise


def events_of_resuming(journal: CheckedJournal, *, same_boot: bool, proctor: ProctorId | None) -> tuple[Event, ...]:
    """Return what a resumption writes: why the session stood still, that it goes on, and a pause that stood before, again."""
    reason = PauseReason.RESTART if same_boot else PauseReason.REBOOT
    events: list[Event] = [Paused(reason=reason), Resumed(proctor=proctor or ProctorId(""))]
    stands = standing(journal.records) if proctor is None else None
    if stands is not None:
        events.append(Paused(reason=stands))
    return tuple(events)
