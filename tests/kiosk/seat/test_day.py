"""The day at a seat: opening, resuming, going on after damage, what is refused when."""

from __future__ import annotations

from pathlib import Path

import pytest

from exam_packages.ids import AppointmentId, ProctorId, SessionId
from exam_packages.session_events import (
    AgreementDeclined,
    Closed,
    CloseReason,
    IdentityConfirmed,
    IdentityRejected,
    IncidentNoted,
    Opened,
    Paused,
    PauseReason,
    Resumed,
    SectionKind,
)
from kiosk.errors import Missing, NotReady, StorageFault, StorageFaultKind
from kiosk.journal.store import DATABASE_NAME
from kiosk.seat.facts import AppointmentState, SessionState
from kiosk.seat.seat import Seat
from kiosk.session import EventNotAllowed, Phase, ResultState
from tests.kiosk.journal.journals import fingerprints
from tests.kiosk.seat.sittings import RESPONSE, answer, finish, sit, start, to_first_scored
from tests.simulators.clock import FakeClock
from tests.simulators.day import ADMIN, ANA, BORIS, CHIDI, PROCTOR, PROCTOR_PIN, World

MINUTE = 60_000


def states(seat: Seat) -> dict[str, AppointmentState]:
    return {entry.appointment: entry.state for entry in seat.day().appointments()}


class TestOpening:
    def test_the_plan_has_the_accommodations_of_the_roster(self, seat: Seat) -> None:
        running = start(seat.day())
        scored = [section for section in running.plan.sections if section.kind is SectionKind.SCORED]
        assert [section.time_limit_ms for section in scored] == [80 * MINUTE * 5 // 4] * 2
        assert running.plan.extra_time_percent == 25
        assert running.plan.released_by == "file"
        running.close()

    def test_the_exam_holds_no_answers(self, seat: Seat) -> None:
        running = start(seat.day())
        for item in running.exam.items.values():
            assert item.response_processing is None
            assert all(declared.correct is None for declared in item.response_declarations)
        path = next(iter(running.exam.resources))
        assert running.resource(path)
        running.close()

    def test_one_session_at_a_time(self, seat: Seat) -> None:
        day = seat.day()
        running = start(day)
        for act in (
            lambda: day.open_session(BORIS, PROCTOR),
            lambda: day.resume(running.plan.session, PROCTOR),
            lambda: day.import_from(Path("nowhere")),
            lambda: day.export(Path("nowhere")),
            lambda: day.receipts_from(Path("nowhere")),
            day.erase,
            lambda: day.seal_unfinished(running.plan.session),
        ):
            with pytest.raises(NotReady) as refused:
                act()
            assert refused.value.missing is Missing.SESSION_RUNS
        assert day.unfinished() is None
        running.close()

    def test_two_candidates_after_one_another(self, seat: Seat) -> None:
        day = seat.day()
        first, second, essay = sit(day, ANA), sit(day, BORIS), sit(day, CHIDI)
        assert len({first.digest, second.digest, essay.digest}) == 3
        assert first.answer_count == second.answer_count == 60
        assert essay.answer_count == 1
        assert set(states(seat).values()) == {AppointmentState.DONE}
        with pytest.raises(NotReady) as refused:
            day.open_session(ANA, PROCTOR)
        assert refused.value.missing is Missing.SESSION_DONE

    @pytest.mark.parametrize(
        "end",
        [
            (IdentityRejected(),),
            (IdentityConfirmed(), AgreementDeclined()),
            (Closed(proctor=PROCTOR, reason=CloseReason.WRONG_CANDIDATE, note=""),),
        ],
    )
    def test_an_appointment_that_was_not_sat_stays_open(self, seat: Seat, end: tuple[Closed, ...]) -> None:
        day = seat.day()
        running = day.open_session(ANA, PROCTOR)
        for event in end:
            running.apply(event)
        assert running.bundle() is not None
        running.close()
        assert states(seat)[ANA] is AppointmentState.READY
        sit(day, ANA)

    def test_who_is_not_in_the_files_opens_nothing(self, seat: Seat) -> None:
        with pytest.raises(NotReady):
            seat.day().open_session(ANA, ProctorId("nobody"))
        with pytest.raises(NotReady) as refused:
            seat.day().open_session(AppointmentId("nothing"), PROCTOR)
        assert refused.value.missing is Missing.APPOINTMENT

    def test_the_window_is_judged_by_a_clock_that_is_believed(self, world: World, seat: Seat) -> None:
        now = world.clock.utc_ms()
        for wall, state in (
            (now + 8 * 24 * 60 * MINUTE, AppointmentState.WINDOW_CLOSED),
            (now - 8 * 24 * 60 * MINUTE, AppointmentState.READY),  # proven wrong by signed times: the floor counts
            (now + 500 * 24 * 60 * MINUTE, AppointmentState.READY),  # far ahead: more likely wrong than right
        ):
            world.clock.set_wall(wall)
            assert states(seat)[ANA] is state

    def test_the_roster_is_searched_word_by_word(self, seat: Seat) -> None:
        found = seat.day().appointments("петров candidate-2")
        assert [entry.appointment for entry in found] == [BORIS]
        assert seat.day().appointments("ruiz boris") == ()
        assert [entry.appointment for entry in seat.day().appointments("RUÍZ")] == [ANA]

    def test_a_failed_opening_leaves_nothing(self, seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("kiosk.seat.session_files.JournalStore", _full)
            with pytest.raises(StorageFault):
                seat.day().open_session(ANA, PROCTOR)
        assert seat.status().sessions == ()
        assert states(seat)[ANA] is AppointmentState.READY
        sit(seat.day(), ANA)


class TestPins:
    def test_the_right_pin_opens(self, seat: Seat) -> None:
        assert seat.day().check_pin(PROCTOR, PROCTOR_PIN).name == "Maria Keller"
        with pytest.raises(NotReady) as refused:
            seat.day().check_pin(PROCTOR, PROCTOR_PIN, admin=True)
        assert refused.value.missing is Missing.ADMIN

    def test_proctors_are_listed_by_name(self, seat: Seat) -> None:
        assert [(entry.id, entry.is_admin) for entry in seat.day().proctors()] == [(ADMIN, True), (PROCTOR, False)]


class TestResuming:
    def cut(self, world: World, clock: FakeClock | None = None) -> tuple[SessionId, Seat]:
        """A session of which everything but the process is there, and the seat opened anew."""
        seat = world.seat()
        running = start(seat.day())
        items = to_first_scored(running)
        answer(running, items[0], "A")
        world.clock.advance(3_000)
        answer(running, items[1], "B")
        session = running.plan.session
        # What a killed process leaves: the thread is stopped without its farewell.
        running._writer._session = None
        running.close()
        seat.close()
        return session, world.seat(clock)

    def test_after_a_kill_it_resumes_by_itself_where_it_was(self, world: World) -> None:
        session, seat = self.cut(world)
        world.clock.advance(90_000)
        unfinished = seat.day().unfinished()
        assert unfinished is not None
        assert (unfinished.session, unfinished.same_boot, unfinished.fault) == (session, True, None)
        assert unfinished.candidate_name == "Ana Ruiz"
        running = seat.day().resume(session, None)
        now = running.session
        assert now.item == now.plan.sections[1].items[1]
        assert now.answer(now.plan.sections[1].items[1], RESPONSE) == ("B",)
        assert now.pause is None
        assert running.remaining_ms() == 80 * MINUTE * 5 // 4 - 3_000
        assert finish(running).answer_count == 60
        seat.close()

    def test_the_resumption_is_in_the_journal(self, world: World) -> None:
        session, seat = self.cut(world)
        seat.day().resume(session, None).close()
        events = [record.event for record in seat._parts.files.check(session).records[-2:]]
        assert events == [Paused(reason=PauseReason.RESTART), Resumed(proctor=ProctorId(""))]
        seat.close()

    def test_after_a_reboot_a_proctor_is_needed(self, world: World) -> None:
        session, seat = self.cut(world)
        seat.close()
        world.clock.reboot()
        seat = world.seat()
        unfinished = seat.day().unfinished()
        assert unfinished is not None
        assert not unfinished.same_boot
        with pytest.raises(NotReady) as refused:
            seat.day().resume(session, None)
        assert refused.value.missing is Missing.PROCTORS
        running = seat.day().resume(session, PROCTOR)
        running.close()
        events = [record.event for record in seat._parts.files.check(session).records]
        assert events[-2:] == [Paused(reason=PauseReason.REBOOT), Resumed(proctor=PROCTOR)]
        seat.close()

    def test_a_proctors_pause_outlives_a_restart(self, world: World) -> None:
        seat = world.seat()
        running = start(seat.day())
        to_first_scored(running)
        running.apply(Paused(reason=PauseReason.PROCTOR))
        running.close()
        seat.close()
        seat = world.seat()
        again = seat.day().resume(running.plan.session, None)
        assert again.session.pause is PauseReason.PROCTOR
        again.close()
        third = seat.day().resume(running.plan.session, PROCTOR)
        assert third.session.pause is None
        third.close()
        seat.close()

    @pytest.mark.parametrize("written", [1, 2])
    def test_a_proctors_pause_survives_a_resumption_that_was_cut_off(self, seat: Seat, written: int) -> None:
        running = start(seat.day())
        to_first_scored(running)
        running.apply(Paused(reason=PauseReason.PROCTOR))
        for event in (Paused(reason=PauseReason.RESTART), Resumed(proctor=ProctorId("")))[:written]:
            running.apply(event)
        running.close()
        again = seat.day().resume(running.plan.session, None)
        assert again.session.pause is PauseReason.PROCTOR
        again.apply(Resumed(proctor=PROCTOR))
        again.close()
        free = seat.day().resume(running.plan.session, None)
        assert free.session.pause is None
        free.close()

    def test_an_unfinished_session_keeps_its_appointment(self, world: World) -> None:
        session, seat = self.cut(world)
        assert states(seat)[ANA] is AppointmentState.UNFINISHED
        with pytest.raises(NotReady) as refused:
            seat.day().open_session(BORIS, PROCTOR)
        assert refused.value.missing is Missing.SESSION_RUNS
        with pytest.raises(NotReady):
            seat.day().open_session(ANA, PROCTOR)
        assert seat.status().sessions[0].state is SessionState.RUNNING
        assert seat.status().sessions[0].session == session
        seat.close()

    def test_what_cannot_be_resumed(self, seat: Seat) -> None:
        with pytest.raises(NotReady):
            seat.day().resume(SessionId("01M3250V007ZB7EDAGX9CD8NQZ"), PROCTOR)
        bundle = sit(seat.day())
        with pytest.raises(NotReady):
            seat.day().resume(bundle.session, PROCTOR)

    def test_an_admin_seals_what_will_not_be_resumed(self, world: World) -> None:
        session, seat = self.cut(world)
        bundle = seat.seal_unfinished(session)
        assert (bundle.result_state, bundle.answer_count) == (ResultState.UNFINISHED, 2)
        assert seat.day().unfinished() is None
        with pytest.raises(NotReady):
            seat.seal_unfinished(session)
        seat.close()


class TestDamage:
    def damaged(self, world: World) -> tuple[SessionId, Seat]:
        seat = world.seat()
        running = start(seat.day())
        answer(running, to_first_scored(running)[0], "A")
        running.close()
        seat.close()
        path = world.seat_folder / "sessions" / running.plan.session / DATABASE_NAME
        data = bytearray(path.read_bytes())
        data[3 * 4096 + 50] ^= 1
        path.write_bytes(data)
        return running.plan.session, world.seat()

    def test_a_damaged_journal_is_kept_and_a_new_session_goes_on(self, world: World) -> None:
        session, seat = self.damaged(world)
        before = fingerprints(world.seat_folder / "sessions" / session)
        unfinished = seat.day().unfinished()
        assert unfinished is not None
        assert unfinished.fault is not None
        assert unfinished.fault.kind is StorageFaultKind.DAMAGED
        with pytest.raises(StorageFault):
            seat.day().resume(session, PROCTOR)
        with pytest.raises(StorageFault):
            seat.seal_unfinished(session)
        running = seat.day().continue_after_damage(session, PROCTOR)
        assert running.plan.session != session
        assert running.session.phase is Phase.IDENTITY
        running.apply(IdentityConfirmed())
        running.close()
        records = seat._parts.files.check(running.plan.session).records
        assert isinstance(records[0].event, Opened)
        assert isinstance(records[1].event, IncidentNoted)
        assert session in records[1].event.note
        by_session = {entry.session: entry for entry in seat.status().sessions}
        assert by_session[session].state is SessionState.DAMAGED
        assert by_session[running.plan.session].continues == session
        assert fingerprints(world.seat_folder / "sessions" / session) == before
        seat.close()

    def test_a_journal_in_order_is_resumed_not_continued(self, world: World) -> None:
        with world.seat() as seat:
            running = start(seat.day())
            running.close()
            with pytest.raises(NotReady):
                seat.day().continue_after_damage(running.plan.session, PROCTOR)


class TestTwoPrograms:
    @pytest.mark.usefixtures("seat")
    def test_a_seat_is_held_by_one(self, world: World) -> None:
        with pytest.raises(StorageFault) as fault:
            world.seat()
        assert fault.value.kind is StorageFaultKind.BUSY

    def test_its_status_can_be_seen_all_the_same(self, world: World, seat: Seat) -> None:
        running = start(seat.day())
        seen = Seat.look(world.seat_folder, clock=world.clock)
        assert [entry.session for entry in seen.sessions] == [running.plan.session]
        running.close()
        assert seen.missing == ()

    def test_looking_at_a_seat_nobody_holds(self, world: World) -> None:
        assert Seat.look(world.seat_folder, clock=world.clock).proctors == 2


def test_an_event_after_the_end_is_refused(seat: Seat) -> None:
    running = seat.day().open_session(ANA, PROCTOR)
    running.apply(IdentityRejected())
    with pytest.raises(EventNotAllowed):
        running.apply(IdentityConfirmed())
    assert running.bundle() is not None
    running.close()


def _full(folder: Path, key: bytes) -> object:
    raise StorageFault(StorageFaultKind.FULL, folder)
