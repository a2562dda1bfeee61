"""The machine dies and the session goes on at another seat: what is taken, what is refused, what a crash leaves."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from exam_packages.ids import ItemId, ProctorId, SeatId, SessionId
from exam_packages.mirror_keys import build_mirror_key
from exam_packages.mirror_taken import MirrorTaken, build_mirror_taken
from exam_packages.office.accepting import BundleOutcome
from exam_packages.office.publishing import revoke
from exam_packages.office.result_records import all_records
from exam_packages.office.scoring_results import score_bundle
from exam_packages.results import ResultState
from exam_packages.session_events import Closed, CloseReason, Moved, Paused, PauseReason, Resumed
from exam_packages.site_policies import LockdownPreset
from kiosk.durable_file import write_durably
from kiosk.errors import Missing, NotReady, StickFault, StickFaultKind, StorageFault, StorageFaultKind
from kiosk.handover.stick import faults
from kiosk.journal import database
from kiosk.journal.store import DATABASE_NAME, JournalStore
from kiosk.mirror.layout import ABOUT, KEY, TAKEN, folders_of, mirrors_of
from kiosk.mirror.taking import MoveFault, MoveRefused
from kiosk.seat.facts import AppointmentState, SealedBundle, SessionState
from kiosk.seat.holdings import Holdings
from kiosk.seat.running import RunningSession
from kiosk.seat.seat import Seat
from kiosk.seat.state_database import StateDatabase
from signing.hpke import ContentKey
from signing.keys import generate_signing_key
from tests.kiosk.mirror import seats
from tests.kiosk.mirror.seats import SECOND, THIRD, add_seat, another_machine
from tests.kiosk.seat.sittings import answer, start, to_first_scored
from tests.kiosk.seat.test_guarding import FakeLockdown
from tests.simulators.clock import FakeClock
from tests.simulators.day import PROCTOR, World

MINUTE = 60_000


@pytest.fixture
def medium() -> Iterator[Path]:
    with seats.medium() as folder:
        yield folder


@dataclass(frozen=True)
class LeftBehind:
    """A session whose machine is gone."""

    session: SessionId
    spent_ms: tuple[int, ...]
    records: int


def leave(world: World, medium: Path | None, answers: int = 3) -> LeftBehind:
    """Sit at the first seat until some questions are answered; then its machine dies."""
    with world.seat() as seat:
        running = start(seat.day(mirror=medium))
        items = to_first_scored(running)
        for item in items[:answers]:
            world.clock.advance(MINUTE)
            answer(running, item, "ChoiceA")
        running.close()
        return LeftBehind(
            session=running.plan.session, spent_ms=running.session.spent_ms, records=running.session.next_n
        )


@pytest.fixture
def world(tmp_path: Path) -> World:
    return seats.make_two_seats(tmp_path / "world")


def second(world: World) -> Path:
    return world.folder / SECOND


def events(seat: Seat, session: SessionId) -> list[object]:
    return [record.event for record in seat._parts.files.check(session).records]


def going_on(running: RunningSession) -> None:
    """Everything is there, and it goes on."""
    assert running.session.pause is None
    assert running.session.seat == SECOND
    assert running.session.answered_count == 3


class TestTakingOver:
    def test_what_lies_there_is_said(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            (entry,) = seat.day().sessions_on(medium)
            assert (entry.session, entry.candidate_name, entry.seat) == (left.session, "Ana Ruiz", "seat-01")
            assert (entry.answers, entry.records, entry.refused) == (3, left.records, None)
            assert entry.last_saved == world.clock.utc_ms()
            assert not list(seat._parts.folder.sessions.iterdir())

    def test_it_goes_on_with_its_time_and_its_answers(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        clock = another_machine(world.clock)
        clock.advance(20 * MINUTE)
        with Seat.open(second(world), clock=clock) as seat:
            running = seat.day().take_over(medium, left.session, PROCTOR)
            going_on(running)
            assert running.session.spent_ms == left.spent_ms
            assert seat.day().unfinished() is None
            running.close()
            moved, paused, resumed = events(seat, left.session)[left.records :][:3]
            assert isinstance(moved, Moved)
            assert (moved.from_seat, moved.to_seat, moved.proctor, moved.records) == (
                "seat-01",
                SECOND,
                PROCTOR,
                left.records,
            )
            assert paused == Paused(reason=PauseReason.REBOOT)
            assert resumed == Resumed(proctor=PROCTOR)
            assert [entry.state for entry in seat.status().sessions] == [SessionState.RUNNING]
            waiting = seat.day().unfinished()
            assert waiting is not None
            assert waiting.same_boot
            seat.day().resume(left.session, None).close()

    def test_what_the_exam_demands_it_does_not_go_on_without_and_stays_where_it_is(
        self, world: World, medium: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        left = leave(world, medium)
        plain = Holdings.exams
        monkeypatch.setattr(
            Holdings,
            "exams",
            lambda holdings: tuple(replace(each, lockdown=LockdownPreset.STANDARD) for each in plain(holdings)),
        )
        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            with pytest.raises(NotReady) as raised:
                seat.day().take_over(medium, left.session, PROCTOR)
            assert raised.value.missing is Missing.LOCKDOWN
            assert seat.status().sessions == ()
            assert [entry.refused for entry in seat.day().sessions_on(medium)] == [None]
            seat.day().bring(medium, left.session, PROCTOR)  # nothing is shown
            with pytest.raises(NotReady) as raised:
                seat.day().resume(left.session, PROCTOR)
            assert raised.value.missing is Missing.LOCKDOWN
        with Seat.open(second(world), clock=another_machine(world.clock), lockdown=FakeLockdown()) as seat:
            running = seat.day().resume(left.session, PROCTOR)
            going_on(running)
            running.close()

    def test_the_order_of_choices_is_the_same(self, world: World, medium: Path) -> None:
        with world.seat() as seat:
            running = start(seat.day(mirror=medium))
            item = to_first_scored(running)[0]
            shown = running.item(item)
            running.close()
        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            again = seat.day().take_over(medium, running.plan.session, PROCTOR)
            assert again.item(item) == shown
            again.close()

    def test_the_office_counts_it_once_although_the_old_disk_is_gone(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        shutil.rmtree(world.seat_folder)
        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            running = seat.day(mirror=medium).take_over(medium, left.session, PROCTOR)
            bundle = end(running)
            assert (bundle.answer_count, bundle.result_state) == (3, ResultState.CLOSED)
            seat.export(world.stick)
            (report,) = world.accept().bundles
            assert report.outcome is BundleOutcome.ACCEPTED, report.reasons
            assert score_bundle(world.office, report.bundle, now=world.clock.utc_ms()).report.total >= 0
            seat.receipts_from(world.stick)
            assert [each.erased for each in seat.erase()] == [True]
            assert seat.status().copies_left == ()
        assert list(mirrors_of(medium).iterdir()) == []

    @pytest.mark.parametrize("keeps", [True, False])
    def test_the_copy_it_came_from_goes_with_the_session(self, world: World, medium: Path, *, keeps: bool) -> None:
        left = leave(world, medium)
        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            end(seat.day(mirror=medium if keeps else None).take_over(medium, left.session, PROCTOR))
            seat.export(world.stick)
            assert len(list(mirrors_of(medium).iterdir())) == 1 + keeps
        with world.seat() as seat:
            seat.day().notice_moves(medium)
            seat.export(world.stick)
        world.accept()
        with world.seat() as seat:
            seat.receipts_from(world.stick)
            assert [each.copy_left for each in seat.erase()] == [True]  # it is the other seat's
        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            seat.receipts_from(world.stick)
            assert [each.copy_left for each in seat.erase()] == [False]
        assert list(mirrors_of(medium).iterdir()) == []
        with world.seat() as seat:
            assert len(seat.status().copies_left) == 1
            seat.erase()
            assert seat.status().copies_left == ()

    def test_it_goes_too_where_the_new_seat_keeps_copies_on_another_medium(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        with seats.medium() as own:
            with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
                end(seat.day(mirror=own).take_over(medium, left.session, PROCTOR))
                assert [len(list(mirrors_of(each).iterdir())) for each in (medium, own)] == [1, 1]
                seat.export(world.stick)
                world.accept()
                seat.receipts_from(world.stick)
                away = own.with_name(f"{own.name}-away")
                own.rename(away)
                assert [each.copy_left for each in seat.erase()] == [True]
                assert list(mirrors_of(medium).iterdir()) == []
                away.rename(own)
                assert [each.copy_left for each in seat.erase()] == [False]
                assert seat.status().copies_left == ()
            assert list(mirrors_of(own).iterdir()) == []

    def test_it_keeps_a_copy_of_its_own_and_may_move_again(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            running = seat.day(mirror=medium).take_over(medium, left.session, PROCTOR)
            answer(running, to_first_unanswered(running), "ChoiceB")
            running.close()
        with Seat.open(add_seat(world, THIRD), clock=another_machine(world.clock)) as seat:
            (entry,) = seat.day().sessions_on(medium)
            assert (entry.seat, entry.answers) == (SECOND, 4)
            bundle = end(seat.day(mirror=medium).take_over(medium, left.session, PROCTOR))
            seat.export(world.stick)
        (report,) = world.accept().bundles
        assert (report.bundle, report.outcome) == (bundle.digest, BundleOutcome.ACCEPTED), report.reasons
        assert [note.split(" after ")[0] for note in report.notes] == ["it went on at seat-02", "it went on at seat-03"]

    def test_a_machine_that_was_set_up_anew_may_have_the_old_name(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        shutil.rmtree(world.seat_folder)
        with Seat.open(add_seat(world, SeatId("seat-01"), folder="new"), clock=another_machine(world.clock)) as seat:
            bundle = end(seat.day().take_over(medium, left.session, PROCTOR))
            seat.export(world.stick)
        (report,) = world.accept().bundles
        assert (report.bundle, report.outcome) == (bundle.digest, BundleOutcome.ACCEPTED), report.reasons

    def test_a_longer_copy_is_taken_where_there_are_two(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        first, following = folders_of(medium, left.session)[:2]
        shutil.copytree(first, following)
        with world.seat() as seat:
            waiting = seat.day(mirror=medium).resume(left.session, None)
            answer(waiting, to_first_unanswered(waiting), "ChoiceB")
            waiting.close()
        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            (entry,) = seat.day().sessions_on(medium)
            assert entry.answers == 4


def end(running: RunningSession) -> SealedBundle:
    """The proctor ends the session; it is sealed."""
    running.apply(Closed(proctor=PROCTOR, reason=CloseReason.OTHER, note=""))
    bundle = running.bundle()
    assert bundle is not None
    running.close()
    return bundle


def to_first_unanswered(running: RunningSession) -> ItemId:
    section = running.session.section
    assert section is not None
    return next(item for item in section.items if not running.session.is_answered(item))


def full_disk(**_more: object) -> None:
    raise OSError(28, "No space left on device")


class TestRefused:
    def refused(self, world: World, medium: Path, session: SessionId) -> MoveRefused:
        """Ask for it, expect a no, and that nothing is left of it."""
        with Seat.open(world.folder / SECOND, clock=another_machine(world.clock)) as seat:
            with pytest.raises(MoveRefused) as refused:
                seat.day().take_over(medium, session, PROCTOR)
            assert not list(seat._parts.folder.sessions.iterdir())
            assert seat.status().sessions == ()
            (entry,) = seat.day().sessions_on(medium)
            assert entry.refused is not None
            assert entry.refused.fault is refused.value.fault
        assert str(refused.value)
        return refused.value

    @pytest.mark.parametrize("name", [DATABASE_NAME, ABOUT, KEY])
    def test_damage(self, world: World, medium: Path, name: str) -> None:
        left = leave(world, medium)
        second(world)
        path = folders_of(medium, left.session)[0] / name
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        assert self.refused(world, medium, left.session).fault is MoveFault.DAMAGED

    def test_another_site(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        second(world)
        foreign = build_mirror_key(bytes(32), session=left.session, site_key=ContentKey.generate().public)
        (folders_of(medium, left.session)[0] / KEY).write_bytes(foreign)
        assert self.refused(world, medium, left.session).fault is MoveFault.OTHER_SITE

    def test_a_revoked_seat(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        with world.seat() as seat:
            key_id = seat.verify_key.keyid
        place = second(world)
        revoke(world.office, now=world.clock.utc_ms(), key_ids=[key_id])
        world.publish()
        with Seat.open(place, clock=world.clock) as seat:
            seat.import_from(world.stick)
        assert self.refused(world, medium, left.session).fault is MoveFault.REVOKED

    def test_another_version(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        second(world)
        folder = folders_of(medium, left.session)[0]
        with world.seat() as seat:
            connection = database.connect(folder / DATABASE_NAME, seat._parts.files.key_of(left.session))
            connection.execute("UPDATE about SET format = 'testing-center-kiosk/journal/v0'")
            connection.close()
        assert self.refused(world, medium, left.session).fault is MoveFault.OTHER_VERSION

    def test_what_was_never_finished(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        second(world)
        (folders_of(medium, left.session)[0] / ABOUT).unlink()
        assert self.refused(world, medium, left.session).fault is MoveFault.INCOMPLETE

    def test_what_is_over(self, world: World, medium: Path) -> None:
        with world.seat() as seat:
            bundle = end(start(seat.day(mirror=medium)))
        second(world)
        refused = self.refused(world, medium, bundle.session)
        assert (refused.fault, refused.seat) == (MoveFault.OVER, "seat-01")

    def test_what_a_third_seat_has(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        second(world)
        with Seat.open(add_seat(world, THIRD), clock=another_machine(world.clock)) as seat:
            seat.day().take_over(medium, left.session, PROCTOR).close()
        refused = self.refused(world, medium, left.session)
        assert (refused.fault, refused.seat) == (MoveFault.TAKEN, THIRD)
        assert "seat-03" in str(refused)

    def test_a_word_that_nobody_can_read_counts(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        second(world)
        (folders_of(medium, left.session)[0] / TAKEN).write_bytes(b"mine!")
        assert self.refused(world, medium, left.session).fault is MoveFault.TAKEN

    def test_what_this_seat_has(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        with world.seat() as seat:
            assert seat.day().sessions_on(medium) == ()
            with pytest.raises(NotReady) as waits:
                seat.day().take_over(medium, left.session, PROCTOR)
            assert waits.value.missing is Missing.SESSION_RUNS
            seat.seal_unfinished(left.session)
            with pytest.raises(MoveRefused) as refused:
                seat.day().take_over(medium, left.session, PROCTOR)
            assert refused.value.fault is MoveFault.HERE
            assert len(seat._parts.files.check(left.session).lines) == left.records

    def test_who_is_no_proctor_and_what_is_not_there(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            day = seat.day()
            with pytest.raises(NotReady) as refused:
                day.take_over(medium, left.session, ProctorId("nobody"))
            assert refused.value.missing is Missing.PROCTORS
            with pytest.raises(StickFault) as fault:
                day.take_over(medium / "elsewhere", left.session, PROCTOR)
            assert fault.value.kind is StickFaultKind.NOT_FOUND
            with pytest.raises(StickFault) as fault:
                day.sessions_on(medium / "elsewhere")
            assert fault.value.kind is StickFaultKind.NOT_FOUND
            assert day.copies_on(medium / "elsewhere") is None
            (mirrors_of(medium) / "holiday pictures").mkdir()
            assert len(day.sessions_on(medium)) == 1

    def test_a_journal_without_end_fills_no_disk(
        self, world: World, medium: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        left = leave(world, medium)
        second(world)
        path = folders_of(medium, left.session)[0] / DATABASE_NAME
        monkeypatch.setattr("kiosk.mirror.taking.FILE_MAX_BYTES", 16 * 1024 * 1024)
        with path.open("r+b") as file:
            file.truncate(1 << 40)  # as long as a lying medium says
        assert self.refused(world, medium, left.session).fault is MoveFault.DAMAGED

    def test_a_link_is_no_copy(self, world: World, medium: Path, tmp_path: Path) -> None:
        left = leave(world, medium)
        folder = folders_of(medium, left.session)[0]
        shutil.move(folder, tmp_path / "elsewhere")
        folder.symlink_to(tmp_path / "elsewhere")
        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            assert seat.day().sessions_on(medium) == ()
            with pytest.raises(StickFault):
                seat.day().take_over(medium, left.session, PROCTOR)
        assert not (tmp_path / "elsewhere" / TAKEN).exists()

    def test_whose_fault_an_error_is(self, world: World, medium: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        left = leave(world, medium)

        def failing(_reading: object, source: Path) -> bytes:
            with faults(source):
                raise OSError(5, "Input/output error", str(source))

        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            with monkeypatch.context() as patched:
                patched.setattr("kiosk.mirror.taking._chunk_of", failing)
                with pytest.raises(StickFault) as fault:
                    seat.day().take_over(medium, left.session, PROCTOR)
            assert fault.value.kind is StickFaultKind.IO
            with monkeypatch.context() as patched:
                patched.setattr("kiosk.mirror.taking.tempfile.TemporaryDirectory", full_disk)
                with pytest.raises(StorageFault) as own:
                    seat.day().take_over(medium, left.session, PROCTOR)
            assert own.value.kind is StorageFaultKind.FULL
            assert seat.status().sessions == ()

    def test_an_exam_that_is_not_here(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        shutil.rmtree(world.stick / "releases")
        with Seat.open(add_seat(world, THIRD), clock=another_machine(world.clock)) as seat:
            with pytest.raises(NotReady) as refused:
                seat.day().take_over(medium, left.session, PROCTOR)
            assert refused.value.missing is Missing.RELEASE
            assert seat.status().sessions == ()
            assert not (folders_of(medium, left.session)[0] / TAKEN).exists()

    def test_a_medium_that_takes_no_word_gives_no_session(
        self, world: World, medium: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        left = leave(world, medium)

        def full(path: Path, data: bytes, *, mode: int = 0o644) -> None:
            if path.name == TAKEN:
                raise OSError(28, "No space left on device", str(path))
            write_durably(path, data, mode=mode)

        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            with monkeypatch.context() as patched:
                patched.setattr("kiosk.mirror.taking.write_durably", full)
                with pytest.raises(StickFault) as fault:
                    seat.day().take_over(medium, left.session, PROCTOR)
            assert fault.value.kind is StickFaultKind.FULL
            assert seat.status().sessions == ()
            seat.day().take_over(medium, left.session, PROCTOR).close()


class TestTheOldSeat:
    def test_it_sees_the_word_and_hands_over_what_it_has(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            later = end(seat.day(mirror=medium).take_over(medium, left.session, PROCTOR))
            seat.export(world.stick)
        world.clock.reboot()
        with world.seat() as seat:
            day = seat.day(mirror=medium)
            assert day.unfinished() is None
            (entry,) = seat.status().sessions
            assert (entry.moved_to, entry.state, entry.result_state) == (
                SECOND,
                SessionState.SEALED,
                ResultState.UNFINISHED,
            )
            assert day.appointments("Ana")[0].state is AppointmentState.DONE
            with pytest.raises(MoveRefused) as refused:
                day.resume(left.session, PROCTOR)
            assert (refused.value.fault, refused.value.seat) == (MoveFault.TAKEN, SECOND)
            seat.export(world.stick)
        report = world.accept()
        assert {bundle.outcome for bundle in report.bundles} == {BundleOutcome.ACCEPTED}
        assert [record.bundle for record in all_records(world.office) if record.is_result] == [later.digest]
        with world.seat() as seat:
            seat.receipts_from(world.stick)
            assert [each.erased for each in seat.erase()] == [True]

    @pytest.mark.parametrize("act", ["import", "export", "asked"])
    def test_it_finds_out_wherever_the_medium_is_seen(self, world: World, medium: Path, act: str) -> None:
        left = leave(world, medium)
        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            seat.day().take_over(medium, left.session, PROCTOR).close()
        shutil.copytree(mirrors_of(medium), mirrors_of(world.stick))
        with world.seat() as seat:
            match act:
                case "import":
                    seat.import_from(world.stick)
                case "export":
                    assert len(seat.export(world.stick).bundles) == 1
                case _:
                    (moved,) = seat.day().notice_moves(world.stick)
                    assert (moved.to_seat, moved.records_left, moved.candidate_name) == (SECOND, 0, "Ana Ruiz")
                    assert seat.day().notice_moves(world.stick) == ()
            (entry,) = seat.status().sessions
            assert (entry.moved_to, entry.state in (SessionState.SEALED, SessionState.EXPORTED)) == (SECOND, True)

    def test_what_the_mirror_lacked_is_handed_over_too(self, world: World, medium: Path) -> None:
        """The old seat had one answer more: both go to the office, which holds them until somebody has chosen."""
        left = leave(world, medium)
        with world.seat() as seat:
            alone = seat.day().resume(left.session, None)
            answer(alone, to_first_unanswered(alone), "ChoiceB")
            alone.close()
            more = alone.session.next_n - left.records
        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            end(seat.day().take_over(medium, left.session, PROCTOR))
            seat.export(world.stick)
        with world.seat() as seat:
            (moved,) = seat.day().notice_moves(medium)
            assert moved.records_left == more
            seat.export(world.stick)
        report = world.accept()
        assert {bundle.outcome for bundle in report.bundles} == {BundleOutcome.QUARANTINED}
        assert all(f"part after {left.records} records" in bundle.reasons[0] for bundle in report.bundles)

    def test_a_word_that_no_seat_of_the_site_wrote_stops_nobody(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        with world.seat() as seat:
            parts = seat._parts
            key = generate_signing_key()
            certificate = parts.holdings.file_of("certificate", Missing.CERTIFICATE)
            forged = MirrorTaken(
                session=left.session,
                records=left.records,
                head=parts.files.check(left.session).head.hex(),  # type: ignore[arg-type]  # a digest
                from_seat=SeatId("seat-01"),
                from_certificate="ab" * 32,  # type: ignore[arg-type]  # a digest
                to_seat=SeatId("seat-01"),
                certificate=certificate,
                wall=world.clock.utc_ms(),
            )
            site_key = parts.holdings.secrets().site_content_key.public
            word = build_mirror_taken(forged, seat_key=key, site_key=site_key)
            (folders_of(medium, left.session)[0] / TAKEN).write_bytes(word)
            assert seat.day(mirror=medium).unfinished() is not None
            seat.day().resume(left.session, None).close()
            assert seat.status().sessions[0].moved_to is None

    def test_a_damaged_journal_is_kept_as_it_is(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            seat.day().take_over(medium, left.session, PROCTOR).close()
        path = world.seat_folder / "sessions" / left.session / DATABASE_NAME
        path.write_bytes(b"\0" * 8192)
        with world.seat() as seat:
            (moved,) = seat.day().notice_moves(medium)
            assert moved.to_seat == SECOND
            assert [entry.state for entry in seat.status().sessions] == [SessionState.DAMAGED]
            assert path.read_bytes() == b"\0" * 8192

    def test_the_new_seat_does_not_take_its_own_word_for_another_s(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            day = seat.day(mirror=medium)
            day.take_over(medium, left.session, PROCTOR).close()
            assert day.notice_moves(medium) == ()
            assert day.unfinished() is not None

    def test_nor_that_of_the_seat_it_came_from(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            seat.day(mirror=medium).take_over(medium, left.session, PROCTOR).close()
        with Seat.open(add_seat(world, THIRD), clock=another_machine(world.clock)) as seat:
            day = seat.day(mirror=medium)
            day.take_over(medium, left.session, PROCTOR).close()
            assert day.unfinished() is not None
            day.resume(left.session, None).close()
        with Seat.open(world.folder / SECOND, clock=another_machine(world.clock)) as seat:
            assert seat.day(mirror=medium).unfinished() is None
            assert seat.status().sessions[0].moved_to == THIRD

    def test_two_branches_come_to_be_where_it_cannot_know(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        with Seat.open(second(world), clock=another_machine(world.clock)) as seat:
            alone = seat.day().take_over(medium, left.session, PROCTOR)
            answer(alone, to_first_unanswered(alone), "ChoiceB")
            end(alone)
            seat.export(world.stick)
        world.clock.reboot()
        with world.seat() as seat:
            with pytest.raises(NotReady) as asks:
                seat.day().resume(left.session, None)
            assert asks.value.missing is Missing.PROCTORS
            alone = seat.day().resume(left.session, PROCTOR)
            answer(alone, to_first_unanswered(alone), "ChoiceC")
            end(alone)
            seat.export(world.stick)
        report = world.accept()
        assert {bundle.outcome for bundle in report.bundles} == {BundleOutcome.QUARANTINED}
        assert f"part after {left.records} records, and 1 answer differs" in report.bundles[0].reasons[0]


class TestCrashes:
    """The program dies at each step: before every fsync, every change of the seat's state, every record."""

    def test_there_are_never_two_owners_at_a_seat(self, world: World, medium: Path) -> None:
        left = leave(world, medium)
        place = second(world)
        keep(place, world.folder / "kept-seat")
        keep(medium, world.folder / "kept-medium")
        outcomes: list[str] = []
        step, done = 1, False
        while not done:
            done = dies_at(step, lambda: take(place, medium, left.session, world.clock))
            outcomes.append(self.settled(world, place, medium, left))
            put_back(place, world.folder / "kept-seat")
            put_back(medium, world.folder / "kept-medium")
            step += 1
        assert outcomes[0] == "nothing"
        assert outcomes[-1] == "resumable"
        assert outcomes == sorted(outcomes)  # first it is nothing, then it is resumable; there is no way back
        assert step > 15

    def settled(self, world: World, place: Path, medium: Path, left: LeftBehind) -> str:
        """What is left opens, and goes on: resumed where it is this seat's, taken over again where it is not."""
        clock = another_machine(world.clock)
        taken = (folders_of(medium, left.session)[0] / TAKEN).exists()
        with Seat.open(place, clock=clock) as seat:
            day = seat.day()
            waiting = day.unfinished()
            if waiting is None:
                assert not list(seat._parts.folder.sessions.iterdir())
                assert seat.status().sessions == ()
                running = day.take_over(medium, left.session, PROCTOR)
            else:
                assert taken
                running = day.resume(left.session, PROCTOR)
            going_on(running)
            assert running.session.spent_ms == left.spent_ms
            running.close()
            moves = [event for event in events(seat, left.session) if isinstance(event, Moved)]
            assert len(moves) == 1
        return "nothing" if waiting is None else "resumable"


def take(place: Path, medium: Path, session: SessionId, clock: FakeClock) -> None:
    with Seat.open(place, clock=another_machine(clock)) as seat:
        seat.day().take_over(medium, session, PROCTOR).close()


def dies_at(step: int, act: Callable[[], None]) -> bool:
    """Do something in a process of its own that dies at a step; return whether it came to its end."""
    child = os.fork()
    if child == 0:
        _die_at(step)
        try:
            act()
        except BaseException:  # noqa: BLE001 - this process is not the test's
            os._exit(3)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 9), code
    return code == 0


def _die_at(step: int) -> None:
    left = [step]

    def counted(call: Callable[..., object]) -> Callable[..., object]:
        def before(*args: object, **more: object) -> object:
            left[0] -= 1
            if left[0] == 0:
                os._exit(9)
            return call(*args, **more)

        return before

    os.fsync = counted(os.fsync)  # type: ignore[assignment]  # the process ends with it
    StateDatabase.run = counted(StateDatabase.run)  # type: ignore[method-assign, assignment]
    JournalStore.append = counted(JournalStore.append)  # type: ignore[method-assign, assignment]


def keep(folder: Path, kept: Path) -> None:
    shutil.copytree(folder, kept)


def put_back(folder: Path, kept: Path) -> None:
    """Make a folder what it was; it stays the same folder, as a seat is bound to it."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    shutil.copytree(kept, folder, dirs_exist_ok=True)
