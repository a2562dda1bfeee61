"""The second copy of a session: a beginning of the seat's journal at every moment, and never in the candidate's way."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from exam_packages.session_events import Paused, PauseReason
from kiosk.mirror import writing
from kiosk.mirror.copy import MirrorCopy, MirrorPlan
from kiosk.mirror.layout import ABOUT, KEY, SESSION_KEY, TAKEN, folders_of, mirrors_of, remove
from kiosk.mirror.state import MirrorFault, MirrorPhase, MirrorState
from kiosk.mirror.writing import MirrorWriter
from tests.kiosk.journal.journals import SESSION, check, fingerprints
from tests.kiosk.mirror.media import FILES, Sitting, copied, copies, plan_of, refuse_difference, sitting
from tests.simulators.clock import FakeClock


@pytest.fixture
def medium(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def desk(tmp_path: Path, medium: Path) -> Iterator[Sitting]:
    with sitting(tmp_path / "journal", medium) as made:
        yield made


def failing(kind: MirrorFault) -> object:
    return lambda state: state.phase is MirrorPhase.FAULT and state.fault is kind


def test_it_holds_what_the_journal_holds(desk: Sitting) -> None:
    desk.answer(*(f"value {number}" for number in range(40)))
    desk.until_in_step()
    assert desk.close() == MirrorState(phase=MirrorPhase.IN_STEP)
    (folder,) = copies(desk.medium)
    journal = refuse_difference(desk.journal, folder)
    assert len(journal.checkpoints) > 1
    assert (folder / KEY).read_bytes() == FILES.key
    assert (folder / ABOUT).read_bytes() == FILES.about
    assert (folder / SESSION_KEY).read_bytes() == FILES.session_key
    assert desk.told == []


def test_it_is_closed_in_step_without_waiting_first(desk: Sitting) -> None:
    desk.answer(*(f"value {number}" for number in range(200)))
    assert desk.close().phase is MirrorPhase.IN_STEP
    refuse_difference(desk.journal, copies(desk.medium)[0])


def test_nothing_is_written_before_the_first_record(tmp_path: Path, medium: Path) -> None:
    mirror = MirrorWriter(plan_of(tmp_path / "journal", medium), records=0, clock=FakeClock(), told=lambda _state: None)
    mirror.start()
    assert mirror.state == MirrorState(phase=MirrorPhase.BEHIND)
    mirror.finish()
    assert not mirrors_of(medium).exists()


def test_a_session_goes_on_in_its_copy(desk: Sitting) -> None:
    desk.answer("one", "two")
    desk.close()
    with sitting(desk.journal, desk.medium, going_on=check(desk.journal)) as again:
        again.writer.apply(Paused(reason=PauseReason.RESTART))
        again.until_in_step()
    assert len(copies(desk.medium)) == 1
    refuse_difference(desk.journal, copies(desk.medium)[0])


def test_a_session_that_ran_on_without_its_medium_is_caught_up(desk: Sitting) -> None:
    desk.answer("one")
    desk.until_in_step()
    desk.medium.rename(desk.medium.with_name("pulled"))
    desk.answer("two", "three")
    desk.close()
    desk.medium.with_name("pulled").rename(desk.medium)
    with sitting(desk.journal, desk.medium, going_on=check(desk.journal)) as again:
        again.until_in_step()
    assert len(copies(desk.medium)) == 1
    refuse_difference(desk.journal, copies(desk.medium)[0])


class TestMediumGone:
    def test_it_was_never_put_in(self, tmp_path: Path) -> None:
        medium = tmp_path / "stick"
        with sitting(tmp_path / "journal", medium) as desk:
            desk.until(failing(MirrorFault.GONE))  # type: ignore[arg-type] # a predicate
            desk.answer("one")
            assert desk.mirror.state.behind > 1
            medium.mkdir()
            desk.until_in_step()
            assert [state.fault for state in desk.told] == [MirrorFault.GONE, None]
        refuse_difference(desk.journal, copies(medium)[0])

    def test_it_is_pulled_out_and_comes_back(self, desk: Sitting) -> None:
        desk.until_in_step()
        pulled = desk.medium.with_name("pulled")
        desk.medium.rename(pulled)
        desk.until(failing(MirrorFault.GONE))  # type: ignore[arg-type] # a predicate
        desk.answer("one", "two")
        pulled.rename(desk.medium)
        desk.until_in_step()
        desk.close()
        assert [state.phase for state in desk.told] == [MirrorPhase.FAULT, MirrorPhase.IN_STEP]
        refuse_difference(desk.journal, copies(desk.medium)[0])

    def test_another_empty_one_comes(self, desk: Sitting) -> None:
        desk.answer("one")
        desk.until_in_step()
        desk.medium.rename(desk.medium.with_name("pulled"))
        desk.until(failing(MirrorFault.GONE))  # type: ignore[arg-type] # a predicate
        desk.medium.mkdir()
        desk.until_in_step()
        desk.close()
        refuse_difference(desk.journal, copies(desk.medium)[0])

    def test_an_empty_mount_point_is_no_medium(self, tmp_path: Path, medium: Path) -> None:
        journal = tmp_path / "journal"
        journal.mkdir()
        plan = MirrorPlan(session=SESSION, medium=medium, journal=journal, key=bytes(32), files=FILES)
        mirror = MirrorWriter(plan, records=1, clock=FakeClock(), told=lambda _state: None)
        mirror.start()
        assert mirror.finish(10_000).fault is MirrorFault.SAME_DISK
        assert list(medium.iterdir()) == []


class TestFolderOfAnother:
    def test_a_journal_of_another_key_stays_as_it_is(self, tmp_path: Path, medium: Path) -> None:
        folder = folders_of(medium, SESSION)[0]
        folder.mkdir(parents=True)
        (folder / "journal.db").write_bytes(os.urandom(3 * 4096))
        before = (folder / "journal.db").read_bytes()
        with sitting(tmp_path / "journal", medium) as desk:
            desk.until_in_step()
        assert (folder / "journal.db").read_bytes() == before
        assert [path.name for path in copies(medium)] == [SESSION, f"{SESSION}.2"]
        refuse_difference(desk.journal, copies(medium)[1])

    def test_a_copy_that_is_ahead_stays_as_it_is(self, desk: Sitting) -> None:
        """The seat was set back to an older state: what the medium holds is more."""
        desk.answer("one")
        desk.close()
        shutil.copytree(desk.journal, desk.journal.with_name("older"))
        with sitting(desk.journal, desk.medium, going_on=check(desk.journal)) as later:
            later.answer("two", "three")
        ahead = copied(copies(desk.medium)[0])
        older = desk.journal.with_name("older")
        with sitting(older, desk.medium, going_on=check(older)) as again:
            again.until_in_step()
        assert copied(copies(desk.medium)[0]) == ahead
        refuse_difference(older, copies(desk.medium)[1])

    def test_another_branch_stays_as_it_is(self, desk: Sitting) -> None:
        desk.answer("one")
        desk.close()
        other = desk.journal.with_name("other")
        shutil.copytree(desk.journal, other)
        for journal, value in ((desk.journal, "left"), (other, "right")):
            with sitting(journal, desk.medium, going_on=check(journal)) as branch:
                branch.answer(value, value)
                branch.until_in_step()
        assert len(copies(desk.medium)) == 2
        refuse_difference(desk.journal, copies(desk.medium)[0])
        refuse_difference(other, copies(desk.medium)[1])

    def test_a_damaged_copy_is_not_gone_on_with(self, desk: Sitting) -> None:
        desk.answer(*("x" * 5_000 for _ in range(9)))
        desk.close()
        database = copies(desk.medium)[0] / "journal.db"
        data = bytearray(database.read_bytes())
        data[len(data) // 2] ^= 1
        database.write_bytes(data)
        with sitting(desk.journal, desk.medium, going_on=check(desk.journal)) as again:
            again.until_in_step()
        assert database.read_bytes() == data
        refuse_difference(desk.journal, copies(desk.medium)[1])

    def test_a_link_is_passed_over(self, desk: Sitting, tmp_path: Path) -> None:
        desk.answer("one")
        desk.until_in_step()
        desk.close()
        (folder,) = copies(desk.medium)
        elsewhere = tmp_path / "elsewhere"
        shutil.copytree(folder, elsewhere)
        before = fingerprints(elsewhere)
        shutil.rmtree(folder)
        folder.symlink_to(elsewhere)
        with sitting(desk.journal, desk.medium, going_on=check(desk.journal)) as again:
            again.writer.apply(Paused(reason=PauseReason.RESTART))
            again.until_in_step()
        assert fingerprints(elsewhere) == before
        refuse_difference(desk.journal, folders_of(desk.medium, SESSION)[1])

    def test_where_every_name_is_taken_it_says_so(self, tmp_path: Path, medium: Path) -> None:
        for folder in folders_of(medium, SESSION):
            folder.mkdir(parents=True)
            (folder / "journal.db").write_bytes(os.urandom(4096))
        with sitting(tmp_path / "journal", medium) as desk:
            desk.until(failing(MirrorFault.CROWDED))  # type: ignore[arg-type] # a predicate
            desk.answer("one")


class TestTaken:
    def test_nothing_more_is_written(self, desk: Sitting) -> None:
        desk.answer("one")
        desk.until_in_step()
        (folder,) = copies(desk.medium)
        (folder / TAKEN).write_bytes(b"by another seat")
        desk.until(failing(MirrorFault.TAKEN))  # type: ignore[arg-type] # a predicate
        held = len(copied(folder).lines)
        desk.answer("two")
        assert desk.close().fault is MirrorFault.TAKEN
        assert len(copied(folder).lines) == held < len(check(desk.journal).lines)
        assert copies(desk.medium) == [folder]

    def test_a_seat_that_took_it_writes_beside(self, desk: Sitting) -> None:
        desk.answer("one")
        desk.close()
        (copies(desk.medium)[0] / TAKEN).write_bytes(b"by this seat")
        with sitting(desk.journal, desk.medium, going_on=check(desk.journal), moves=1) as there:
            there.answer("two")
            there.until_in_step()
        assert len(copies(desk.medium)) == 2
        refuse_difference(desk.journal, copies(desk.medium)[1])


class TestHanging:
    """A medium that does not answer: nobody waits for it."""

    @pytest.fixture
    def hang(self, tmp_path: Path, medium: Path) -> Iterator[tuple[Sitting, threading.Event, FakeClock]]:
        answers, clock = threading.Event(), FakeClock()

        def open_copy(plan: MirrorPlan, spoiled: frozenset[Path]) -> MirrorCopy:
            answers.wait()
            return MirrorCopy.open(plan, spoiled)

        desk = Sitting(tmp_path / "journal", medium, clock=clock, open_copy=open_copy)
        yield desk, answers, clock
        answers.set()
        desk.close()
        desk.mirror._thread.join()

    def test_the_session_goes_on_and_it_is_said(self, hang: tuple[Sitting, threading.Event, FakeClock]) -> None:
        desk, answers, clock = hang
        desk.answer("one", "two")
        assert desk.mirror.state.phase is MirrorPhase.BEHIND
        clock.advance(writing.SLOW_MS + 1)
        assert failing(MirrorFault.SLOW)(desk.mirror.state)  # type: ignore[operator] # a predicate
        answers.set()
        desk.until_in_step()
        desk.close()
        refuse_difference(desk.journal, copies(desk.medium)[0])

    def test_the_end_does_not_wait_for_it(self, hang: tuple[Sitting, threading.Event, FakeClock]) -> None:
        desk, _, _ = hang
        desk.answer("one")
        assert desk.mirror.finish(50).fault is MirrorFault.SLOW
        desk.writer.close()
        assert check(desk.journal).session.answer("one-1", "RESPONSE") == ("one",)  # type: ignore[arg-type] # ids

    def test_what_waits_is_bounded(
        self, hang: tuple[Sitting, threading.Event, FakeClock], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(writing, "HELD_RECORDS", 10)
        desk, answers, _ = hang
        desk.answer(*(str(number) for number in range(35)))
        assert len(desk.mirror._held) <= 10
        answers.set()
        desk.until_in_step()
        desk.close()
        refuse_difference(desk.journal, copies(desk.medium)[0])


class TestFailedWrite:
    def test_a_folder_in_which_a_write_failed_is_never_gone_on_with(
        self, desk: Sitting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.answer("one")
        desk.until_in_step()
        append = MirrorCopy.append

        def fail_once(self: MirrorCopy, entries: object) -> None:
            monkeypatch.setattr(MirrorCopy, "append", append)
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(MirrorCopy, "append", fail_once)
        desk.answer("two", "three")
        desk.until_in_step()
        desk.close()
        assert len(copies(desk.medium)) == 2
        assert [state.fault for state in desk.told] == [MirrorFault.IO, None]
        refuse_difference(desk.journal, copies(desk.medium)[1])


class TestRemoving:
    def test_all_copies_go(self, desk: Sitting) -> None:
        desk.close()
        second = folders_of(desk.medium, SESSION)[1]
        shutil.copytree(copies(desk.medium)[0], second)
        assert remove(desk.medium, SESSION)
        assert copies(desk.medium) == []
        assert remove(desk.medium, SESSION)

    def test_the_keys_go_first(self, desk: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
        desk.close()

        def fail(_folder: Path) -> None:
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(shutil, "rmtree", fail)
        with pytest.raises(OSError, match="Input"):
            remove(desk.medium, SESSION)
        (folder,) = copies(desk.medium)
        assert not (folder / KEY).exists()
        assert not (folder / SESSION_KEY).exists()

    def test_one_that_was_taken_stays(self, desk: Sitting) -> None:
        desk.close()
        (copies(desk.medium)[0] / TAKEN).write_bytes(b"by another seat")
        assert not remove(desk.medium, SESSION)
        assert len(copies(desk.medium)) == 1

    def test_what_a_link_leads_to_is_left_alone(self, desk: Sitting, tmp_path: Path) -> None:
        desk.close()
        (folder,) = copies(desk.medium)
        key = tmp_path / "key of another session"
        key.write_bytes(b"precious")
        (folder / SESSION_KEY).unlink()
        (folder / SESSION_KEY).symlink_to(key)
        elsewhere = tmp_path / "another session"
        shutil.copytree(folder, elsewhere, symlinks=True)
        folders_of(desk.medium, SESSION)[1].symlink_to(elsewhere)
        assert remove(desk.medium, SESSION)
        assert key.read_bytes() == b"precious"
        assert (elsewhere / KEY).exists()

    def test_without_the_medium_it_is_left(self, tmp_path: Path) -> None:
        assert not remove(tmp_path / "not there", SESSION)
