"""A seat's day in memory, on the real session machine: what the window is developed and tested against.

Time is a number that tests move. ``hold`` keeps commits back, ``break_storage`` makes them fail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from exam_packages.accommodations import Accommodations
from exam_packages.ids import (
    AppointmentId,
    CandidateId,
    Digest,
    ExamId,
    FormId,
    ItemId,
    ProctorId,
    SeatId,
    SectionId,
    SessionId,
    SiteId,
    UtcMs,
)
from exam_packages.qti.model import AssessmentItem, Exam, PartRole
from exam_packages.qti.shuffling import shuffled
from exam_packages.qti.validity import Fault, faults
from exam_packages.rosters import Appointment
from exam_packages.session_events import (
    BreakEnded,
    Closed,
    CloseReason,
    Event,
    Opened,
    Paused,
    PauseReason,
    Record,
    Resumed,
    SessionPlan,
    TimeExpired,
    TimePassed,
)
from exam_packages.site_policies import LockdownPreset
from kiosk.errors import Missing, PinRefused, StickFault, StickFaultKind, StorageFault, StorageFaultKind
from kiosk.lockdown.facts import Capability, Concern, Preset, Probe
from kiosk.lockdown.policy import MissingPrevention, StartVerdict
from kiosk.mirror.state import OFF, MirrorState
from kiosk.mirror.taking import MirroredSession, MoveFault, MoveRefused
from kiosk.progress import Progress
from kiosk.seat.facts import (
    AppointmentEntry,
    AppointmentState,
    ClockFacts,
    ClockState,
    EraseReport,
    ExamEntry,
    ExamState,
    ExportedFile,
    ExportOutcome,
    ExportReport,
    ImportedFile,
    ImportKind,
    ImportOutcome,
    ImportReport,
    ProctorEntry,
    ReceiptReport,
    SealedBundle,
    SeatStatus,
    SessionEntry,
    SessionState,
    UnfinishedSession,
)
from kiosk.seat.planning import Sitting, plan_session
from kiosk.seat.rollback import LostAnswers, Rollback, RollbackSource
from kiosk.seat.rollback_watch import CodeVerdict
from kiosk.seat.running import _given_up
from kiosk.session import EventNotAllowed, Phase, ResultState, Session, Why, begin, step
from kiosk.session.route import Route
from signing.errors import FormRefused
from tests.ui.window.small_exam import small_exam

NOW = UtcMs(1_790_000_000_000)
PIN = "4711"
DIGEST = Digest("ab" * 32)
PROCTORS = (
    ProctorEntry(id=ProctorId("p1"), name="Paula Proctor", is_admin=False),
    ProctorEntry(id=ProctorId("p2"), name="Silas Siteadmin", is_admin=True),
)


def plan_of(
    exam: Exam, *, name: str = "Ada Example", extra_percent: int = 0, needs: Accommodations | None = None
) -> SessionPlan:
    """The plan that the seat would make, for needs or for extra time only."""
    appointment = Appointment(
        appointment=AppointmentId("ap-1"),
        candidate=CandidateId("C-2041"),
        name=name,
        exam=exam.exam_id,
        day="2026-09-21",
        start=NOW,
        accommodations=needs or Accommodations(extra_time_percent=extra_percent),
    )
    sitting = Sitting(
        session=SessionId("01K3X9M2Q4T6V8B0C2D4F6G8HJ"),
        package=DIGEST,
        seat=SeatId("seat-07"),
        released_by="file",
        seed="00112233445566778899aabbccddeeff",
    )
    has_agreement = any(part.role is PartRole.AGREEMENT for part in exam.test.parts)
    return replace(plan_session(exam, appointment, sitting), has_agreement=has_agreement)


@dataclass
class FakeRunning:
    """A running session in memory; commits happen at once unless held back."""

    exam: Exam
    plan: SessionPlan
    events: list[Event] = field(default_factory=list)
    pass_ms: int = 0
    hold: bool = False
    fault: StorageFault | None = None
    refuse_next: Why | None = None
    closed: bool = False
    head_code: str = "QX4F-7M2K"
    mirror: MirrorState = OFF
    demanded: Preset = Preset.PRACTICE

    def __post_init__(self) -> None:
        opened = Opened(plan=self.plan, proctor=ProctorId("p1"))
        self._session = begin(Record(n=0, tick_ms=0, wall=NOW, event=opened))
        self._listeners: list[Callable[[Session], None]] = []
        self._held: list[tuple[Event, Callable[[Session, Exception | None], None]]] = []

    @property
    def session(self) -> Session:
        return self._session

    def item(self, item: ItemId) -> AssessmentItem:
        refs = {ref.identifier: ref for ref in self.exam.test.item_refs()}
        return shuffled(self.exam.item(refs[item]), self.plan.seed, item)

    def next_item(self, session: Session) -> ItemId | None:
        return Route(self.exam, self.plan).next_item(session)

    def next_section(self, session: Session) -> SectionId | None:
        return Route(self.exam, self.plan).next_section(session)

    def faults(self, session: Session, item: ItemId) -> tuple[Fault, ...]:
        if not session.item_plan(item).control.validate_responses or not session.is_answered(item):
            return ()
        return faults(self.item(item), session.answers.get(item, {}))

    def resource(self, path: str) -> bytes:
        raise KeyError(path)

    def post(self, event: Event, done: Callable[[Session, Exception | None], None]) -> None:
        if self.hold:
            self._held.append((event, done))
            return
        self._commit(event, done)

    def release(self) -> None:
        """Commit what was held back."""
        self.hold = False
        held, self._held = self._held, []
        for event, done in held:
            self._commit(event, done)

    def _commit(self, event: Event, done: Callable[[Session, Exception | None], None]) -> None:
        if self.fault is not None:
            done(self._session, self.fault)
            return
        if self.refuse_next is not None:
            why, self.refuse_next = self.refuse_next, None
            done(self._session, EventNotAllowed("refused for the test", session=self._session, why=why))
            return
        try:
            self._check(event)
            self.happen(event)
        except EventNotAllowed as error:
            done(self._session, error)
        else:
            done(self._session, None)

    def _check(self, event: Event) -> None:
        """As the seat does before an event happens."""
        item = _given_up(self._session, event)
        if item is not None and item not in self._session.closed and self.faults(self._session, item):
            raise EventNotAllowed("not complete", session=self._session, why=Why.INVALID)

    def tell(self) -> None:
        """Tell the listeners, as after a commit or a fault."""
        for listener in self._listeners:
            listener(self._session)

    def happen(self, event: Event) -> Session:
        tick, self.pass_ms = self.pass_ms, 0
        record = Record(n=self._session.next_n, tick_ms=tick, wall=NOW, event=event)
        self._session, _ = step(self._session, record)
        self.events.append(event)
        self.tell()
        return self._session

    def let_pass(self, ms: int) -> None:
        """Let time pass, with what the real ticker would journal."""
        self.pass_ms += ms
        session = self._session
        ends_in = session.break_left_ms if session.phase is Phase.BREAK else session.ends_in_ms
        if ends_in is not None and ends_in <= self.pass_ms and session.clock_runs:
            self.happen(BreakEnded() if session.phase is Phase.BREAK else TimeExpired())

    def tick(self) -> None:
        self.happen(TimePassed())

    def subscribe(self, listener: Callable[[Session], None]) -> None:
        self._listeners.append(listener)

    def remaining_ms(self) -> int | None:
        session = self._session
        spent = self.pass_ms if session.clock_runs else 0
        if session.phase is Phase.BREAK:
            return max(0, session.break_left_ms - spent)
        left = session.time_left_ms
        return None if left is None else max(0, left - spent)

    def unwritten_ms(self) -> int:
        return self.pass_ms if self._session.clock_runs else 0

    def bundle(self) -> SealedBundle | None:
        if not self._session.is_over:
            return None
        return SealedBundle(
            digest=DIGEST,
            path=Path("outbox/abab.result"),
            size_bytes=48_000,
            session=self.plan.session,
            exam_title=self.exam.title,
            candidate_name=self.plan.candidate_name,
            answer_count=self._session.answered_count,
            head_code=self.head_code,
            result_state=self._session.result_state,
            sealed_at=NOW,
        )

    def close(self) -> None:
        self.closed = True


def exam_entry(*, state: ExamState = ExamState.READY) -> ExamEntry:
    return ExamEntry(
        package=DIGEST,
        exam=ExamId("ccm"),
        form=FormId("form-a"),
        title="Contact Center Management · Form A",
        short_digest="abab-abab",
        size_bytes=4_200_000,
        window_from=UtcMs(NOW - 86_400_000),
        window_until=UtcMs(NOW + 86_400_000),
        state=state,
        released_by="file",
    )


def appointment(
    number: int, name: str, *, state: AppointmentState = AppointmentState.READY, extra: int = 0
) -> AppointmentEntry:
    return AppointmentEntry(
        appointment=AppointmentId(f"ap-{number}"),
        candidate=CandidateId(f"C-{2040 + number}"),
        name=name,
        exam_title="Contact Center Management · Form A",
        start_utc_ms=UtcMs(NOW + number * 600_000),
        extra_time_percent=extra,
        state=state,
        accommodations=Accommodations(extra_time_percent=extra),
    )


def session_entry(number: int, name: str, state: SessionState) -> SessionEntry:
    received = state in (SessionState.RECEIVED, SessionState.ERASED)
    return SessionEntry(
        session=SessionId(f"01K3X9M2Q4T6V8B0C2D4F6G8H{number}"),
        appointment=AppointmentId(f"ap-{number}"),
        candidate=CandidateId(f"C-{2040 + number}"),
        candidate_name=name,
        exam_title="Contact Center Management · Form A",
        opened=UtcMs(NOW - number * 7_200_000),
        state=state,
        result_state=ResultState.FINISHED,
        bundle=DIGEST,
        size_bytes=48_000,
        continues=None,
        receipt="accepted" if received else "",
        erase_after=UtcMs(NOW + 86_400_000) if received else None,
    )


def seat_status() -> SeatStatus:
    return SeatStatus(
        seat=SeatId("seat-07"),
        site=SiteId("site-3"),
        site_name="Testing centre Riverside",
        certificate_until=UtcMs(NOW + 90 * 86_400_000),
        missing=(),
        proctors=2,
        exams=(exam_entry(),),
        appointments=24,
        appointments_today=24,
        sessions=(),
        outbox_waiting=0,
        disk_free_bytes=81_000_000_000,
        clock=ClockFacts(state=ClockState.GOOD, now=NOW, floor=UtcMs(NOW - 7_200_000)),
        drop_time=UtcMs(NOW - 7_200_000),
        code="41-17-7F3K9-Q2MAB-4X",
        code_made=UtcMs(NOW - 3_600_000),
        trust_expires=UtcMs(NOW + 14 * 86_400_000),
    )


def rolled_back(status: SeatStatus) -> SeatStatus:
    """A seat that had two results and fourteen answers more."""
    lost = LostAnswers(session=SessionId("01K3X9M2Q4T6V8B0C2D4F6G8HJ"), known=True, records=40, answers=14)
    rollback = Rollback(
        source=RollbackSource.STICK,
        found=NOW,
        made=UtcMs(NOW - 3_600_000),
        results=2,
        sessions=(lost,),
        mark=41,
        bundles=17,
        bundle=DIGEST,
    )
    return replace(status, missing=(Missing.ROLLED_BACK,), rollback=rollback)


def copies() -> tuple[MirroredSession, ...]:
    """Second copies on a stick: two exams that can go on here, and two that cannot."""
    return (
        MirroredSession(
            session=SessionId("01K3X9M2Q4T6V8B0C2D4F6G8H1"),
            candidate_name="Ada Example",
            exam_title="Contact center operations",
            seat=SeatId("seat-03"),
            last_saved=UtcMs(NOW - 4 * 60_000),
            records=412,
            answers=23,
            time_left_ms=48 * 60_000 + 12_000,
        ),
        MirroredSession(
            session=SessionId("01K3X9M2Q4T6V8B0C2D4F6G8H2"),
            candidate_name="Bela Sample",
            exam_title="Contact center operations",
            seat=SeatId("seat-04"),
            last_saved=UtcMs(NOW - 70 * 60_000),
            records=40,
            answers=1,
        ),
        MirroredSession(
            session=SessionId("01K3X9M2Q4T6V8B0C2D4F6G8H3"),
            refused=MoveRefused(MoveFault.TAKEN, seat=SeatId("seat-09")),
        ),
        MirroredSession(session=SessionId("01K3X9M2Q4T6V8B0C2D4F6G8H4"), refused=MoveRefused(MoveFault.DAMAGED)),
    )


@dataclass
class FakeDay:
    """A seat's day. Every PIN is ``4711``; a wrong one is told so, and the fifth has to wait."""

    exam: Exam = field(default_factory=small_exam)
    roster: tuple[AppointmentEntry, ...] = (
        appointment(1, "Ada Example"),
        appointment(2, "Bela Sample", extra=25),
        appointment(3, "Chidi Test", state=AppointmentState.NOT_RELEASED),
    )
    proctor_list: tuple[ProctorEntry, ...] = PROCTORS
    cut_off: UnfinishedSession | None = None
    left_running: FakeRunning | None = None
    facts: SeatStatus = field(default_factory=seat_status)
    opened: list[FakeRunning] = field(default_factory=list)
    wrong_pins: int = 0
    erased: bool = False
    stick_fault: StickFaultKind | None = None
    open_error: Exception | None = None
    copies: tuple[MirroredSession, ...] = ()
    codes: dict[str, CodeVerdict] = field(default_factory=dict)
    looked_at: Path | None = None
    accepted: tuple[str, str] | None = None
    verdicts: dict[LockdownPreset, StartVerdict] = field(default_factory=dict)
    started_all_the_same: bool = False
    handed_in_by: ProctorId | None = None

    def proctors(self) -> tuple[ProctorEntry, ...]:
        return self.proctor_list

    def check_pin(self, proctor: ProctorId, pin: str, *, admin: bool = False) -> ProctorEntry:
        entry = next(entry for entry in self.proctor_list if entry.id == proctor)
        if pin != PIN or (admin and not entry.is_admin):
            self.wrong_pins += 1
            left = 5 - self.wrong_pins
            raise PinRefused(wait_s=0 if left > 0 else 8, attempts_left=left if left > 0 else None)
        self.wrong_pins = 0
        return entry

    def appointments(self, query: str = "") -> tuple[AppointmentEntry, ...]:
        return tuple(entry for entry in self.roster if query.casefold() in entry.name.casefold())

    def start_verdict(self, demanded: LockdownPreset) -> StartVerdict:
        return self.verdicts.get(demanded, StartVerdict())

    def open_session(
        self, appointment: AppointmentId, proctor: ProctorId, *, all_the_same: bool = False
    ) -> FakeRunning:
        del proctor
        self.started_all_the_same = all_the_same
        if self.open_error is not None:
            raise self.open_error
        entry = next(entry for entry in self.roster if entry.appointment == appointment)
        plan = replace(
            plan_of(self.exam, name=entry.name, extra_percent=entry.extra_time_percent), appointment=appointment
        )
        return self._started(FakeRunning(exam=self.exam, plan=plan))

    def _started(self, running: FakeRunning) -> FakeRunning:
        self.opened.append(running)
        return running

    def unfinished(self) -> UnfinishedSession | None:
        return self.cut_off

    def resume(self, session: SessionId, proctor: ProctorId | None) -> FakeRunning:
        del session
        running = self.left_running or FakeRunning(exam=self.exam, plan=plan_of(self.exam))
        running.happen(Paused(reason=PauseReason.RESTART if proctor is None else PauseReason.REBOOT))
        running.happen(Resumed(proctor=proctor or ProctorId("")))
        self.cut_off = None
        return self._started(running)

    def continue_after_damage(self, session: SessionId, proctor: ProctorId) -> FakeRunning:
        del session, proctor
        self.cut_off = None
        return self._started(FakeRunning(exam=self.exam, plan=plan_of(self.exam)))

    def copies_on(self, stick: Path | None) -> Path | None:
        return (stick or Path("stick")) if self.copies else None

    def sessions_on(self, medium: Path) -> tuple[MirroredSession, ...]:
        del medium
        return self.copies

    def take_over(self, medium: Path, session: SessionId, proctor: ProctorId) -> FakeRunning:
        del medium
        entry = next(entry for entry in self.copies if entry.session == session)
        if self.open_error is not None:
            raise self.open_error
        running = FakeRunning(exam=self.exam, plan=plan_of(self.exam, name=entry.candidate_name))
        running.happen(Paused(reason=PauseReason.REBOOT))
        running.happen(Resumed(proctor=proctor))
        self.copies = ()
        return self._started(running)

    def status(self) -> SeatStatus:
        return self.facts

    def import_from(self, stick: Path, *, progress: Progress) -> ImportReport:
        self._check_stick(stick)
        progress(500, 1000, "exam.exam")
        return ImportReport(
            files=(
                ImportedFile(kind=ImportKind.PACKAGE, name="ccm-form-a.exam", outcome=ImportOutcome.NEW),
                ImportedFile(kind=ImportKind.ROSTER, name="today.roster", outcome=ImportOutcome.KNOWN),
            )
        )

    def export(self, stick: Path, *, progress: Progress) -> ExportReport:
        self._check_stick(stick)
        progress(1, 1, "abab.result")
        written = ExportedFile(name="abab.result", size_bytes=48_000, outcome=ExportOutcome.WRITTEN)
        return ExportReport(bundles=(written,), slips=(), seat_report=written)

    def receipts_from(self, stick: Path) -> tuple[ReceiptReport, ...]:
        self._check_stick(stick)
        return (ReceiptReport(bundle=DIGEST, status="accepted", outcome=ImportOutcome.NEW),)

    def seal_unfinished(self, session: SessionId) -> SealedBundle:
        self.cut_off = None
        running = FakeRunning(exam=self.exam, plan=replace(plan_of(self.exam), session=session))
        running.happen(Closed(proctor=ProctorId("p2"), reason=CloseReason.OTHER, note=""))
        bundle = running.bundle()
        assert bundle is not None
        return replace(bundle, result_state=ResultState.UNFINISHED)

    def hand_in(self, session: SessionId, proctor: ProctorId) -> SealedBundle:
        self.handed_in_by = proctor
        return self.seal_unfinished(session)

    def set_aside(self, session: SessionId) -> None:
        assert self.cut_off is not None
        assert self.cut_off.session == session
        self.cut_off = None

    def look_at(self, stick: Path) -> None:
        self.looked_at = stick

    def check_code(self, spoken: str) -> CodeVerdict:
        if spoken not in self.codes:
            raise FormRefused("has a typing error", place="seat code")
        if self.codes[spoken] is CodeVerdict.ROLLED_BACK:
            self.facts = rolled_back(self.facts)
        return self.codes[spoken]

    def accept_rollback(self, reason: str, *, who: str) -> None:
        self.accepted = (reason, who)
        left = tuple(what for what in self.facts.missing if what is Missing.ADOPTION)
        self.facts = replace(self.facts, missing=left, rollback=None, code="42-17-7F3K9-Q2MAB-4X")

    def adopt(self) -> None:
        self.facts = replace(self.facts, missing=())

    def erase(self, bundle: Digest | None = None) -> tuple[EraseReport, ...]:
        del bundle
        self.erased = True
        return (EraseReport(bundle=DIGEST, session=SessionId("01K3"), erased=True),)

    def _check_stick(self, stick: Path) -> None:
        if self.stick_fault is not None:
            raise StickFault(self.stick_fault, stick, needed_bytes=4_000_000)


def lacks_network() -> tuple[MissingPrevention, ...]:
    probe = Probe(
        capability=Capability.UNAVAILABLE, reason="No walls can be made here.", remedy="Start the prepared session."
    )
    return (MissingPrevention(concern=Concern.NETWORK.value, probe=probe, by_package=True),)


def cut_off_session(
    *, same_boot: bool, fault: StorageFaultKind | None = None, missing: tuple[MissingPrevention, ...] = ()
) -> UnfinishedSession:
    return UnfinishedSession(
        session=SessionId("01K3X9M2Q4T6V8B0C2D4F6G8HJ"),
        appointment=AppointmentId("ap-1"),
        candidate=CandidateId("C-2041"),
        candidate_name="Ada Example",
        exam_title="Contact Center Management · Form A",
        same_boot=same_boot,
        last_wall=UtcMs(NOW - 360_000),
        fault=StorageFault(fault, Path("journal.db")) if fault is not None else None,
        missing=missing,
    )


def item_ids(exam: Exam, section: str) -> tuple[ItemId, ...]:
    for part in exam.test.parts:
        for each in part.sections:
            if each.identifier == SectionId(section):
                return tuple(ref.identifier for ref in each.items)
    raise KeyError(section)
