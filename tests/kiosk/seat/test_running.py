"""A running session beside its exam: choices in the candidate's order, what comes next, what is not complete."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from exam_packages.ids import AppointmentId, CandidateId, ChoiceId, Digest, ItemId, SeatId, UtcMs
from exam_packages.qti.model import AssessmentTest, ChoiceInteraction, Exam, SessionControl, Text
from exam_packages.qti.model import Choice as QtiChoice
from exam_packages.qti.validity import Shortfall
from exam_packages.records import CHAIN_START
from exam_packages.rosters import Appointment
from exam_packages.session_events import (
    Answered,
    AttemptSubmitted,
    Event,
    IdentityConfirmed,
    ItemPresented,
    Opened,
    Paused,
    PauseReason,
    SectionEnded,
    SectionEntered,
)
from kiosk.journal.checking import CheckedJournal
from kiosk.journal.store import JournalStore
from kiosk.seat.holdings import OpenExam
from kiosk.seat.planning import Sitting, plan_session
from kiosk.seat.running import RunningSession, SessionServices
from kiosk.seat.session_opening import events_of_resuming
from kiosk.session import EventNotAllowed, Phase, Why
from tests.exam_packages.qti.forms import RESPONSE, answered, form, part, ref, section
from tests.exam_packages.qti.forms import exam as made
from tests.kiosk.journal.journals import KEY, SEAT_KEY, SESSION, check
from tests.kiosk.session.plans import PROCTOR
from tests.simulators.clock import FakeClock

A, B, C = ItemId("a"), ItemId("b"), ItemId("c")
NAMES = "ABCDEFGH"
PATIENCE_S = 60


def exam_of(test: AssessmentTest) -> Exam:
    """An exam whose items ask for two of eight shuffled choices; the last one stays where it is."""
    asked = ChoiceInteraction(
        response=RESPONSE,
        choices=tuple(
            QtiChoice(identifier=ChoiceId(name), content=(Text(name),), fixed=name == NAMES[-1]) for name in NAMES
        ),
        min_choices=2,
        max_choices=2,
        shuffle=True,
    )
    plain = made(test)
    return replace(plain, items={path: replace(item, body=(asked,)) for path, item in plain.items.items()})


class Seat:
    """As much of a seat as a running session needs: a folder and a clock."""

    def __init__(self, folder: Path, test: AssessmentTest, seed: str = "00112233445566778899aabbccddeeff") -> None:
        self.folder = folder / "journal"
        self.folder.mkdir()
        self.exam = exam_of(test)
        self.seed = seed

    def open(self) -> RunningSession:
        """A new session in its first section."""
        store = JournalStore(self.folder, KEY)
        store.begin(SESSION)
        appointment = Appointment(
            appointment=AppointmentId("a"),
            candidate=CandidateId("c"),
            name="Ana Ruiz",
            exam=self.exam.exam_id,
            day="2026-11-22",
            start=UtcMs(0),
        )
        sitting = Sitting(
            session=SESSION, package=Digest("ab" * 32), seat=SeatId("seat"), released_by="file", seed=self.seed
        )
        plan = plan_session(self.exam, appointment, sitting)
        running = self._running(store, None, plan)
        for event in (
            Opened(plan=plan, proctor=PROCTOR),
            IdentityConfirmed(),
            SectionEntered(section=plan.sections[0].identifier),
        ):
            running.apply(event)
        return running

    def reopen(self) -> RunningSession:
        """The same session from its journal."""
        journal = check(self.folder)
        return self._running(JournalStore(self.folder, KEY), journal, journal.session.plan)

    def _running(self, store: JournalStore, journal: CheckedJournal | None, plan: Any) -> RunningSession:
        contents = cast("Any", None)  # nothing is read from the package
        opened = OpenExam(
            exam=self.exam,
            contents=contents,
            digest=Digest("ab" * 32),
            scoring_keys=(),
            released_by="file",
            close=lambda: None,
        )
        services = SessionServices(
            clock=FakeClock(), seat_key=SEAT_KEY, seal=cast("Any", None), note=lambda _records, _head: None
        )
        session, head = (None, CHAIN_START) if journal is None else (journal.session, journal.head)
        return RunningSession(opened, plan, store, session=session, head=head, services=services)


def order_of(running: RunningSession, item: ItemId) -> str:
    (asked,) = running.item(item).body
    assert isinstance(asked, ChoiceInteraction)
    return "".join(choice.identifier for choice in asked.choices)


def chosen(item: ItemId, *value: str) -> Answered:
    return Answered(item=item, response=RESPONSE, value=value)


def shown(item: ItemId) -> ItemPresented:
    return ItemPresented(item=item)


class TestOrder:
    def test_two_openings_of_one_journal_show_the_same(self, tmp_path: Path) -> None:
        seat = Seat(tmp_path, form(part("p", section("s", "a", "b", "c", shuffle=True))))
        first = seat.open()
        screens = [(item, first.item(item)) for item in first.plan.sections[0].items]
        first.close()
        again = seat.reopen()
        assert [(item, again.item(item)) for item in again.plan.sections[0].items] == screens
        again.close()

    def test_items_differ_and_fixed_choices_stay(self, tmp_path: Path) -> None:
        running = Seat(tmp_path, form(part("p", section("s", "a", "b", "c")))).open()
        orders = {order_of(running, item) for item in (A, B, C)}
        assert len(orders) == 3
        assert all(sorted(order) == sorted(NAMES) and order[-1] == NAMES[-1] for order in orders)
        running.close()

    def test_a_plan_of_old_is_shown_as_written(self, tmp_path: Path) -> None:
        seat = Seat(tmp_path, form(part("p", section("s", "a"))))
        running = seat.open()
        running.plan = replace(running.plan, seed="")
        assert order_of(running, A) == NAMES
        running.close()


def test_the_seat_says_what_comes_next(tmp_path: Path) -> None:
    conditional = ref("b", pre_conditions=(answered("a", "A"),))
    running = Seat(tmp_path, form(part("p", section("s", "a", conditional), section("t", "c")))).open()
    assert running.next_item(running.session) == A
    running.apply(shown(A))
    assert running.next_item(running.session) is None
    after = running.apply(SectionEnded())
    assert (after.phase, running.next_section(after)) == (Phase.BETWEEN, "t")
    running.close()


class TestCompleteness:
    def opened(self, folder: Path, *, linear: bool, individual: bool, validate: bool = True) -> RunningSession:
        asks = SessionControl(validate_responses=validate, max_attempts=0)
        running = Seat(
            folder, form(part("p", section("s", "a", "b"), linear=linear, individual=individual, control=asks))
        ).open()
        running.apply(shown(A))
        running.apply(chosen(A, "A"))
        return running

    def refused(self, running: RunningSession, event: Event) -> None:
        with pytest.raises(EventNotAllowed) as refused:
            running.apply(event)
        assert refused.value.why is Why.INVALID

    def test_an_incomplete_response_is_not_submitted(self, tmp_path: Path) -> None:
        running = self.opened(tmp_path, linear=False, individual=True)
        (fault,) = running.faults(running.session, A)
        assert (fault.shortfall, fault.needed, fault.found) == (Shortfall.TOO_FEW, 2, 1)
        self.refused(running, AttemptSubmitted(item=A))
        running.apply(shown(B))  # it can be come back to
        running.apply(chosen(A, "A", "B"))
        assert running.apply(AttemptSubmitted(item=A)).attempts == {A: 1}
        running.close()

    def test_nor_left_where_nobody_comes_back(self, tmp_path: Path) -> None:
        running = self.opened(tmp_path, linear=True, individual=False)
        for event in (shown(B), SectionEnded()):
            self.refused(running, event)
        running.apply(shown(A))
        running.apply(chosen(A))  # left out, not incomplete
        running.apply(shown(B))
        running.close()

    def test_where_nobody_asks_anything_is_taken(self, tmp_path: Path) -> None:
        running = self.opened(tmp_path, linear=False, individual=True, validate=False)
        assert running.apply(AttemptSubmitted(item=A)).attempts == {A: 1}
        running.close()


def test_a_break_goes_on_after_the_program_was_restarted(tmp_path: Path) -> None:
    seat = Seat(tmp_path, form(part("p", section("s", "a"))))
    running = seat.open()
    running.close()
    journal = check(seat.folder)
    away = replace(journal.records[-1], event=Paused(reason=PauseReason.BREAK))
    broken_off = replace(journal, records=(*journal.records, away))
    events = events_of_resuming(broken_off, same_boot=True, proctor=None)
    assert events[-1] == Paused(reason=PauseReason.PROCTOR)
    assert len(events_of_resuming(journal, same_boot=True, proctor=None)) == 2


def test_it_is_closed_when_its_writer_has_ended_and_not_before(tmp_path: Path) -> None:
    running = Seat(tmp_path, form(part("p", section("s", "a")))).open()
    held, writing = threading.Event(), threading.Event()

    def hold(_session: object) -> None:
        writing.set()
        held.wait(PATIENCE_S)

    running.subscribe(hold)
    running.post(shown(A), lambda _session, _error: None)
    assert writing.wait(PATIENCE_S)
    closing = [threading.Thread(target=running.close) for _ in range(2)]
    for thread in closing:
        thread.start()
    until = time.monotonic() + PATIENCE_S
    while not running._writer._closed:
        assert time.monotonic() < until
    assert not running.is_closed, "the journal is being written"
    held.set()
    for thread in closing:
        thread.join(PATIENCE_S)
        assert running.is_closed, "whoever came second has waited, too"
    running.close()
