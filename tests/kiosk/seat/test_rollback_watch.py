"""A seat's folder put back to an earlier moment of the day: every way in which that is noticed, and that nothing else is."""

from __future__ import annotations

import atexit
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from exam_packages.ids import AppointmentId, SeatId
from exam_packages.office.accepting import BundleOutcome
from exam_packages.opening import open_seat_mark
from exam_packages.result_opening import check_result, open_result
from exam_packages.results import ROLLBACK_ACCEPTED, ROLLBACK_FOUND
from exam_packages.seat_marks import SeatMark, build_seat_mark
from kiosk.errors import Missing, NotReady, StickFault, StorageFault
from kiosk.handover.stick import Stick
from kiosk.seat.facts import ImportKind, ImportOutcome, SessionState
from kiosk.seat.identity import read_identity
from kiosk.seat.layout import SeatFolder
from kiosk.seat.rollback import Rollback, RollbackSource
from kiosk.seat.rollback_watch import CodeVerdict
from kiosk.seat.seat import Seat
from signing.errors import FormRefused
from signing.keys import generate_signing_key
from tests.kiosk.seat.sittings import answer, finish, sit, start, to_first_scored
from tests.simulators.day import ADMIN, ANA, BORIS, CHIDI, PROCTOR, World, make_world

SEAT_OF_ANOTHER = SeatId("seat-02")
REASON = "The disk was put back from a backup by mistake"


@dataclass(frozen=True)
class Day:
    """A whole day as it was: the seat's folder at each moment, and what lay outside at its end."""

    folder: Path
    moments: tuple[str, ...]
    codes: dict[str, str]
    world: World


@cache
def played() -> Day:
    """Two exams at one seat, exported, accepted, erased; the folder copied at every step, also while a session runs."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk-rollback-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    world = make_world(folder / "world")
    moments: list[str] = []
    codes: dict[str, str] = {}

    def keep(moment: str) -> None:
        shutil.copytree(world.seat_folder, folder / moment)
        moments.append(moment)
        codes[moment] = Seat.look(world.seat_folder, clock=world.clock).code

    with world.seat() as seat:
        keep("morning")
        seat.import_from(world.stick)
        keep("imported")
        running = start(seat.day(), CHIDI)
        running.settle()
        keep("running")
        finish(running, "An essay.")
        keep("sealed")
        seat.export(world.stick)
        keep("exported")
        second = start(seat.day(), ANA)
        items = to_first_scored(second)
        for item in items[:3]:
            answer(second, item, "ChoiceA")
        second.close()
    keep("cut off")
    with world.seat() as seat:
        keep("opened again")
        (entry,) = [entry for entry in seat.status().sessions if entry.state is SessionState.RUNNING]
        third = seat.day().resume(entry.session, PROCTOR)
        answer(third, items[3], "ChoiceB")
        finish(third)
        seat.export(world.stick)
        keep("both exported")
    world.accept()
    world.publish()
    with world.seat() as seat:
        seat.import_from(world.stick)
        keep("receipts")
        assert [report.erased for report in seat.erase()] == [True, True]
        seat.export(world.stick)
        keep("erased")
    return Day(folder=folder, moments=tuple(moments), codes=codes, world=world)


MOMENTS = (
    "morning",
    "imported",
    "running",
    "sealed",
    "exported",
    "cut off",
    "opened again",
    "both exported",
    "receipts",
    "erased",
)
LAST = "erased"


def put_back(seat: Path, copy: Path) -> None:
    """Restore a copy into the folder it was taken of, as a backup program does."""
    for entry in seat.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    shutil.copytree(copy, seat, dirs_exist_ok=True)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """The world at the end of the day, for one test."""
    there = played().world
    shutil.copytree(there.folder, tmp_path / "world")
    mine = World(tmp_path / "world", there.exams)
    SeatFolder(mine.seat_folder).place.unlink()
    return mine


@contextmanager
def seat_of(world: World, moment: str) -> Iterator[Seat]:
    """The seat, put back to a moment."""
    put_back(world.seat_folder, played().folder / moment)
    SeatFolder(world.seat_folder).place.unlink()  # this test's folder is another one than the day's
    with world.seat() as seat:
        yield seat


def found(seat: Seat) -> Rollback | None:
    return seat.status().rollback


def marks_on(world: World) -> list[Path]:
    return sorted((world.stick / "marks").glob("*.mark"))


def test_the_moments_are_all_of_the_day() -> None:
    assert played().moments == MOMENTS


class TestTheStickTells:
    @pytest.mark.parametrize("moment", MOMENTS)
    def test_every_copy_but_the_last_is_older(self, world: World, moment: str) -> None:
        with seat_of(world, moment) as seat:
            assert found(seat) is None  # nothing in the folder can tell
            seat.look_at(world.stick)
            assert (found(seat) is None) is (moment == LAST)

    @pytest.mark.parametrize("act", ["import", "export", "receipts", "look"])
    def test_whatever_the_stick_is_put_in_for(self, world: World, act: str) -> None:
        with seat_of(world, "exported") as seat:
            if act == "import":
                seat.import_from(world.stick)
            elif act == "export":
                seat.export(world.stick)
            elif act == "receipts":
                seat.receipts_from(world.stick)
            else:
                seat.look_at(world.stick)
            rollback = found(seat)
        assert rollback is not None
        assert rollback.source is RollbackSource.STICK
        assert rollback.results == 1
        assert rollback.bundles == 2

    def test_what_is_missing_is_named(self, world: World, tmp_path: Path) -> None:
        early = tmp_path / "early stick"
        (early / "marks").mkdir(parents=True)
        with seat_of(world, "opened again") as seat:
            seat.export(early)
        (mark,) = (early / "marks").glob("*.mark")
        with seat_of(world, "exported") as seat:
            seat.look_at(early)
            rollback = found(seat)
        assert rollback is not None
        (lost,) = rollback.sessions
        assert (lost.known, lost.answers, rollback.results) == (False, 3, 0)
        assert rollback.made == _mark(world, mark).made

    def test_it_stands_until_somebody_accepts_it(self, world: World) -> None:
        with seat_of(world, "exported") as seat:
            seat.look_at(world.stick)
        with world.seat() as seat:
            assert found(seat) is not None
        assert Seat.look(world.seat_folder, clock=world.clock).missing[0] is Missing.ROLLED_BACK

    def test_two_sticks_tell_more_than_one(self, world: World, tmp_path: Path) -> None:
        early = tmp_path / "early stick"
        early.mkdir()
        with seat_of(world, "opened again") as seat:
            seat.export(early)
        for sticks in itertools.permutations((early, world.stick)):
            with seat_of(world, "imported") as seat:
                for stick in sticks:
                    seat.look_at(stick)
                rollback = found(seat)
            assert rollback is not None
            assert (rollback.bundles, rollback.results, len(rollback.sessions)) == (2, 2, 2)


class TestTheOfficeTells:
    @pytest.mark.parametrize("moment", MOMENTS)
    def test_a_result_that_arrived_and_is_not_here(self, world: World, moment: str) -> None:
        shutil.rmtree(world.stick / "marks")
        with seat_of(world, moment) as seat:
            seat.import_from(world.stick)
            rollback = found(seat)
        has_both = MOMENTS.index(moment) >= MOMENTS.index("both exported")
        assert (rollback is None) is has_both
        if rollback is not None:
            assert rollback.source is RollbackSource.OFFICE
            assert rollback.bundles == 2
            assert rollback.results == (2 if MOMENTS.index(moment) < MOMENTS.index("sealed") else 1)

    def test_another_site_s_list_says_nothing(self, world: World) -> None:
        (kept,) = (world.stick / "drop" / "targets" / "kept").glob("*")
        kept.write_bytes(kept.read_bytes()[:-1])
        shutil.rmtree(world.stick / "marks")
        with seat_of(world, "imported") as seat:
            report = seat.import_from(world.stick)
            assert [f.outcome for f in report.files if f.kind is ImportKind.KEPT_RESULTS] == [ImportOutcome.REFUSED]
            assert found(seat) is None


class TestACodeTells:
    @pytest.mark.parametrize("moment", MOMENTS)
    def test_the_code_of_the_evening(self, world: World, moment: str) -> None:
        code = played().codes[LAST]
        with seat_of(world, moment) as seat:
            verdict = seat.check_code(code)
            assert verdict is (CodeVerdict.SAME if moment == LAST else CodeVerdict.ROLLED_BACK)
            assert (found(seat) is None) is (moment == LAST)

    @pytest.mark.parametrize("moment", MOMENTS)
    def test_codes_of_before_are_known(self, world: World, moment: str) -> None:
        with seat_of(world, LAST) as seat:
            same = played().codes[moment] == played().codes[LAST]
            assert seat.check_code(played().codes[moment]) is (CodeVerdict.SAME if same else CodeVerdict.NEWER)
            assert found(seat) is None

    def test_it_tells_how_many_results_are_missing(self, world: World) -> None:
        with seat_of(world, "imported") as seat:
            seat.check_code(played().codes[LAST])
            rollback = found(seat)
        assert rollback is not None
        assert (rollback.source, rollback.results, rollback.bundle) == (RollbackSource.CODE, 2, None)

    def test_a_made_up_code_decides_nothing(self, world: World) -> None:
        number, bundles, *letters = played().codes[LAST].split("-")
        with seat_of(world, "imported") as seat:
            assert seat.check_code("-".join((f"{int(number) + 1}", bundles, *letters))) is CodeVerdict.NOT_OURS
            with pytest.raises(FormRefused):
                seat.check_code(played().codes[LAST][:-1] + "U")
            assert found(seat) is None

    def test_another_seats_code_decides_nothing(self, world: World, tmp_path: Path) -> None:
        with Seat.create(tmp_path / "other", name=SEAT_OF_ANOTHER, root=world.office.root, clock=world.clock) as other:
            code = other.status().code
        with seat_of(world, LAST) as seat:
            assert seat.check_code(code) is CodeVerdict.NOT_OURS
            assert found(seat) is None


class TestTheJournalTells:
    def test_a_sessions_folder_put_back_alone(self, world: World, tmp_path: Path) -> None:
        with seat_of(world, "exported") as seat:
            running = start(seat.day(), ANA)
            items = to_first_scored(running)
            running.settle()
            session = running.plan.session
            source = SeatFolder(world.seat_folder).session(session)
            shutil.copytree(source, tmp_path / "yesterday")
            for item in items:
                answer(running, item, "ChoiceA")
            running.close()
        shutil.rmtree(source)
        shutil.copytree(tmp_path / "yesterday", source)
        with world.seat() as seat:
            rollback = found(seat)
            assert rollback is not None
            assert rollback.source is RollbackSource.JOURNAL
            (lost,) = rollback.sessions
            assert lost.session == session
            assert lost.known
            assert lost.records > 0
            with pytest.raises(NotReady):
                seat.day().resume(session, PROCTOR)
            seat.accept_rollback(REASON, who=ADMIN)
            assert found(seat) is None
            seat.day().resume(session, PROCTOR).close()
        with world.seat() as seat:
            assert found(seat) is None

    def test_a_session_that_goes_on_as_it_was_is_no_news(self, world: World) -> None:
        with seat_of(world, "cut off") as seat:
            assert found(seat) is None
            (entry,) = [entry for entry in seat.status().sessions if entry.state is SessionState.RUNNING]
            seat.day().resume(entry.session, PROCTOR).close()
        with world.seat() as seat:
            assert found(seat) is None


class TestWhatIsRefused:
    def test_no_session_opens_and_nothing_is_sealed(self, world: World) -> None:
        with seat_of(world, "opened again") as seat:
            seat.look_at(world.stick)
            (entry,) = [entry for entry in seat.status().sessions if entry.state is SessionState.RUNNING]
            for act in (
                lambda: seat.day().open_session(AppointmentId(BORIS), PROCTOR),
                lambda: seat.day().resume(entry.session, PROCTOR),
                lambda: seat.seal_unfinished(entry.session),
            ):
                with pytest.raises(NotReady) as refused:
                    act()
                assert refused.value.missing is Missing.ROLLED_BACK

    def test_the_sealer_itself_takes_no_number(self, world: World) -> None:
        with seat_of(world, "opened again") as seat:
            seat.look_at(world.stick)
            parts = seat._parts
            (row,) = [row for row in parts.state.sessions.all() if row.state == "open"]
            with pytest.raises(StorageFault, match="older than it once was"):
                parts.sealer.seal(row, parts.files.check(row.session), wall=world.clock.utc_ms())

    def test_what_is_here_leaves_the_seat_all_the_same(self, world: World, tmp_path: Path) -> None:
        with seat_of(world, "sealed") as seat:
            seat.look_at(world.stick)
            spare = tmp_path / "spare"
            spare.mkdir()
            assert len(seat.export(spare).bundles) == 1
            assert not (spare / "marks").exists()  # a seat that is not what it was says nothing about itself
            assert b'"rolled-back"' in next((spare / "seats").glob("*.json")).read_bytes()


class TestAccepting:
    def test_the_office_sees_one_line_and_the_reason(self, world: World) -> None:
        with seat_of(world, "exported") as seat:
            seat.import_from(world.stick)
            assert found(seat) is not None
            seat.accept_rollback(REASON, who=ADMIN)
            assert found(seat) is None
            sealed = sit(seat.day(), BORIS)
            header = check_result(sealed.path.read_bytes(), trust=world.office.trust(world.clock.utc_ms())).header
            assert header.number == 3
            seat.export(world.stick)
        report = world.accept()
        (new,) = [entry for entry in report.bundles if entry.bundle == sealed.digest]
        assert (new.outcome, new.reasons, report.gaps) == (BundleOutcome.ACCEPTED, (), ())
        assert any(REASON in note and ADMIN in note for note in new.notes)
        opened = open_result(
            sealed_bytes(world, sealed.digest),
            trust=world.office.trust(world.clock.utc_ms()),
            scoring_key=world.office.keys.content("scoring-content-1"),
        )
        assert {ROLLBACK_FOUND, ROLLBACK_ACCEPTED} <= {incident.kind for incident in opened.incidents}

    def test_what_was_accepted_is_no_news_again(self, world: World) -> None:
        old_code = played().codes[LAST]
        with seat_of(world, "exported") as seat:
            seat.look_at(world.stick)
            old = marks_on(world)[0].read_bytes()
            seat.accept_rollback(REASON, who=ADMIN)
            seat.export(world.stick)
            assert marks_on(world)[0].read_bytes() != old
            marks_on(world)[0].write_bytes(old)  # another stick that still has it
            seat.look_at(world.stick)
            assert found(seat) is None
            assert seat.check_code(old_code) is CodeVerdict.SETTLED
            assert seat.check_code(seat.status().code) is CodeVerdict.SAME

    def test_numbers_go_on_after_the_mark(self, world: World) -> None:
        before = _mark(world, marks_on(world)[0])
        with seat_of(world, "morning") as seat:
            seat.look_at(world.stick)
            seat.accept_rollback(REASON, who=ADMIN)
            seat.export(world.stick)
        after = _mark(world, marks_on(world)[0])
        assert after.number == before.number + 1
        assert (after.bundles, after.bundle) == (before.bundles, before.bundle)

    def test_a_second_loss_is_told_again(self, world: World, tmp_path: Path) -> None:
        with seat_of(world, "exported") as seat:
            seat.look_at(world.stick)
            seat.accept_rollback(REASON, who=ADMIN)
        shutil.copytree(world.seat_folder, tmp_path / "accepted")
        with world.seat() as seat:
            sit(seat.day(), BORIS)
            seat.export(world.stick)
        put_back(world.seat_folder, tmp_path / "accepted")
        with world.seat() as seat:
            seat.look_at(world.stick)
            rollback = found(seat)
        assert rollback is not None
        assert (rollback.bundles, rollback.results) == (3, 1)

    def test_a_seat_that_went_on_unnoticed_is_told(self, world: World) -> None:
        with seat_of(world, "exported") as seat:
            sit(seat.day(), BORIS)  # under a number that is taken
            seat.look_at(world.stick)
            rollback = found(seat)
            assert rollback is not None
            seat.accept_rollback(REASON, who=ADMIN)
            seat.export(world.stick)
        assert _mark(world, marks_on(world)[0]).bundles == 2

    def test_there_has_to_be_something_to_accept_and_a_reason(self, world: World) -> None:
        with seat_of(world, LAST) as seat:
            with pytest.raises(NotReady) as refused:
                seat.accept_rollback(REASON, who=ADMIN)
            assert refused.value.missing is Missing.NO_ROLLBACK
        with seat_of(world, "imported") as seat:
            seat.look_at(world.stick)
            for reason in ("", " \n ", "x" * 501):
                with pytest.raises(FormRefused):
                    seat.accept_rollback(reason, who=ADMIN)
            assert found(seat) is not None

    @pytest.mark.parametrize("who", ["", "  ", "x" * 5_000, "jonas\udcff"])
    def test_who_accepts_it_is_said_so_that_results_can_be_read(self, world: World, who: str) -> None:
        with seat_of(world, "imported") as seat:
            seat.look_at(world.stick)
            with pytest.raises(FormRefused):
                seat.accept_rollback(REASON, who=who)
            assert found(seat) is not None


class TestForged:
    """What is not signed by this seat's key blocks nobody, and is named."""

    def put(self, world: World, mark: SeatMark, key: object = None) -> list[ImportOutcome]:
        path = marks_on(world)[0]
        path.write_bytes(build_seat_mark(mark, key or generate_signing_key()))  # type: ignore[arg-type]
        with seat_of(world, LAST) as seat:
            report = seat.import_from(world.stick)
            assert found(seat) is None
        return [file.outcome for file in report.files if file.kind is ImportKind.MARK]

    def test_another_key(self, world: World) -> None:
        mark = _mark(world, marks_on(world)[0])
        assert self.put(world, replace(mark, number=mark.number + 7)) == [ImportOutcome.NOT_OURS]

    def test_a_seat_made_anew_under_the_old_name(self, world: World) -> None:
        key = generate_signing_key()
        mark = replace(_mark(world, marks_on(world)[0]), number=900, key=key.public_key.keyid)
        assert self.put(world, mark, key) == [ImportOutcome.NOT_OURS]

    @pytest.mark.parametrize("cut", [0, 1, 100, -1])
    def test_a_torn_file(self, world: World, cut: int) -> None:
        path = marks_on(world)[0]
        path.write_bytes(path.read_bytes()[:cut])
        with seat_of(world, LAST) as seat:
            report = seat.import_from(world.stick)
            assert found(seat) is None
            assert [f.outcome for f in report.files if f.kind is ImportKind.MARK] == [ImportOutcome.NOT_OURS]
            seat.export(world.stick)
        assert _mark(world, path).number > 0  # and the next export mends it

    def test_bytes_that_were_changed(self, world: World) -> None:
        path = marks_on(world)[0]
        data = path.read_bytes()
        for position in range(0, len(data), 97):
            path.write_bytes(data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :])
            with seat_of(world, LAST) as seat:
                seat.look_at(world.stick)
                assert found(seat) is None


class TestOnTheStick:
    def test_an_older_mark_takes_no_place(self, world: World) -> None:
        newest = marks_on(world)[0].read_bytes()
        with seat_of(world, "imported") as seat:
            seat.export(world.stick)
        assert marks_on(world)[0].read_bytes() == newest

    def test_a_second_export_changes_nothing(self, world: World) -> None:
        with seat_of(world, LAST) as seat:
            seat.export(world.stick)
            before = {path: path.stat().st_mtime_ns for path in world.stick.rglob("*")}
            seat.export(world.stick)
        assert {path: path.stat().st_mtime_ns for path in world.stick.rglob("*")} == before

    def test_a_stick_that_is_pulled_leaves_no_half_mark(
        self, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        def pulled(_path: Path, _data: bytes) -> None:
            raise OSError(5, "gone")

        spare = tmp_path / "spare"
        spare.mkdir()
        with seat_of(world, LAST) as seat:
            sit(seat.day(), BORIS)
            with monkeypatch.context() as patch:
                patch.setattr("kiosk.handover.stick.write_durably", pulled)
                with pytest.raises(StickFault):
                    seat.export(spare)
            assert list((spare / "marks").glob("*")) == [] if (spare / "marks").exists() else True
            assert found(seat) is None
            seat.export(spare)
            seat.look_at(spare)
            assert found(seat) is None

    def test_a_stick_that_can_only_be_read_brings_things_all_the_same(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def read_only(_path: Path, _data: bytes) -> None:
            raise OSError(30, "read-only")

        marks_on(world)[0].unlink()
        with seat_of(world, LAST) as seat:
            monkeypatch.setattr("kiosk.handover.stick.write_durably", read_only)
            assert not seat.import_from(world.stick).refused
        assert marks_on(world) == []

    def test_a_copy_that_nobody_adopted_leaves_no_mark(self, world: World, tmp_path: Path) -> None:
        shutil.copytree(world.seat_folder, tmp_path / "copy")
        with world.seat():
            pass
        shutil.copy(SeatFolder(world.seat_folder).place, SeatFolder(tmp_path / "copy").place)
        spare = tmp_path / "spare"
        spare.mkdir()
        with Seat.open(tmp_path / "copy", clock=world.clock) as copy:
            copy.export(spare)
        assert not (spare / "marks").exists()


def test_an_ordinary_week_with_two_sticks_raises_no_alarm(tmp_path: Path) -> None:
    world = make_world(tmp_path / "world")
    other = tmp_path / "other stick"
    shutil.copytree(world.stick, other)
    sticks = itertools.cycle((world.stick, other))
    numbers: list[int] = []
    for appointment in (CHIDI, None, ANA, None, BORIS):
        stick = next(sticks)
        with world.seat() as seat:
            seat.look_at(stick)
            seat.import_from(stick)
            if appointment is not None:
                sit(seat.day(), appointment)
            seat.export(stick)
            assert found(seat) is None
            assert seat.check_code(seat.status().code) is CodeVerdict.SAME
        numbers.append(max(_mark(world, path).number for path in (stick / "marks").glob("*.mark")))
        world.clock.advance(24 * 3_600_000)
    assert numbers == sorted(numbers)
    world.accept()
    with world.seat() as seat:
        for stick in (other, world.stick, other):
            seat.import_from(stick)
            seat.erase()
            seat.export(stick)
            assert found(seat) is None


def _mark(world: World, path: Path) -> SeatMark:
    key = read_identity(SeatFolder(world.seat_folder)).signing_key.public_key
    return open_seat_mark(path.read_bytes(), key=key)


def sealed_bytes(world: World, digest: str) -> bytes:
    (path,) = [path for path in Stick(world.stick).result_files() if path.stem == digest]
    return path.read_bytes()
