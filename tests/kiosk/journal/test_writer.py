from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from exam_packages.ids import ItemId, ResponseId
from exam_packages.records import TEXT_MAX
from exam_packages.results import read_checkpoint
from exam_packages.session_events import (
    Answered,
    BreakEnded,
    Closed,
    CloseReason,
    Event,
    Finished,
    ItemPresented,
    Paused,
    PauseReason,
    Resumed,
    SectionEnded,
    Submitted,
    TextEdited,
    TimeExpired,
    TimePassed,
)
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.journal.store import Entry, JournalStore
from kiosk.journal.writer import CHECKPOINT_MS, CHECKPOINT_RECORDS, EXPIRY_GRACE_MS, TICK_MS
from kiosk.session import EventNotAllowed, Phase, SealResult, Session
from tests.kiosk.journal.journals import SEAT_KEY, Desk, check
from tests.kiosk.session.plans import MINUTE, PROCTOR, TO_BREAK, TO_COMPLETE, TO_SECTION, plan, section

SHOWN = ItemPresented(item=ItemId("one-1"))
RESPONSE = ResponseId("RESPONSE")


def answered(*value: str) -> Answered:
    return Answered(item=ItemId("one-1"), response=RESPONSE, value=value)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:  # type: ignore[misc]
    with Desk(tmp_path / "session") as desk:
        yield desk


def kinds(desk: Desk) -> list[type[Event]]:
    desk.writer.close()
    return [type(record.event) for record in check(desk.folder).records]


class TestOrder:
    def test_published_is_what_was_committed(self, desk: Desk) -> None:
        seen: list[tuple[Session, int]] = []
        desk.writer.subscribe(lambda session: seen.append((session, len(desk.writer.head))))
        after = desk.writer.apply(TO_SECTION[0])
        desk.writer.settle()
        assert seen == [(after, 32)]
        assert desk.writer.session is after

    def test_done_is_told_after_the_commit_on_the_writers_thread(self, desk: Desk) -> None:
        told: list[tuple[Phase, str]] = []
        desk.writer.post(
            TO_SECTION[0], lambda session, _error: told.append((session.phase, threading.current_thread().name))
        )
        desk.writer.settle()
        assert told == [(Phase.AGREEMENT, "journal-test")]

    def test_events_of_many_threads_happen_one_after_another(self, desk: Desk) -> None:
        desk.all((*TO_SECTION, SHOWN))
        threads = [
            threading.Thread(target=lambda n=n: [desk.writer.apply(answered(f"{n}-{m}")) for m in range(20)])
            for n in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert desk.writer.session.next_n == len(TO_SECTION) + 2 + 80

    def test_a_refused_event_writes_nothing(self, desk: Desk) -> None:
        before = desk.writer.session
        with pytest.raises(EventNotAllowed):
            desk.writer.apply(Finished())
        assert desk.writer.session is before
        assert len(kinds(desk)) == 1

    @pytest.mark.parametrize("value", ["\ud800", "x" * (TEXT_MAX + 1)])
    def test_what_could_not_be_read_back_is_not_written(self, desk: Desk, value: str) -> None:
        desk.all((*TO_SECTION, SHOWN))
        with pytest.raises(EventNotAllowed, match="written down"):
            desk.writer.apply(answered(value))
        desk.writer.apply(answered("fine"))

    def test_nothing_is_taken_after_closing(self, desk: Desk) -> None:
        desk.writer.close()
        desk.writer.close()
        with pytest.raises(EventNotAllowed):
            desk.writer.apply(TO_SECTION[0])
        desk.writer.settle()

    def test_everything_handed_over_before_closing_happens(self, desk: Desk) -> None:
        desk.all((*TO_SECTION, SHOWN))
        told: list[Exception | None] = []
        for number in range(50):
            desk.writer.post(answered(str(number)), lambda _session, error: told.append(error))
        desk.writer.close()
        assert told == [None] * 50
        assert check(desk.folder).session.answer(ItemId("one-1"), RESPONSE) == ("49",)

    def test_before_the_first_record_there_is_no_session(self, tmp_path: Path) -> None:
        with Desk(tmp_path / "session") as desk:
            desk.writer._session = None
            with pytest.raises(EventNotAllowed):
                _ = desk.writer.session
            assert desk.writer.remaining_ms() is None


class TestTime:
    def test_while_a_clock_runs_time_is_written_every_five_seconds(self, desk: Desk) -> None:
        desk.all(TO_SECTION)
        for _ in range(3):
            desk.clock.advance(TICK_MS)
            desk.writer.settle()
        desk.clock.advance(TICK_MS - 1)
        desk.writer.settle()
        assert desk.writer.session.spent_ms[1] == 3 * TICK_MS
        assert desk.writer.remaining_ms() == 10 * MINUTE - 4 * TICK_MS + 1

    def test_the_writer_ticks_by_itself(self, desk: Desk) -> None:
        ticked = threading.Event()
        desk.all(TO_SECTION)
        desk.writer.subscribe(lambda _: ticked.set())
        desk.clock.advance(TICK_MS)
        assert ticked.wait(60)

    def test_no_time_is_written_while_none_runs(self, desk: Desk) -> None:
        desk.clock.advance(10 * MINUTE)
        desk.writer.settle()
        assert kinds(desk).count(TimePassed) == 0

    def test_closing_writes_the_time_used_so_far(self, desk: Desk) -> None:
        desk.all(TO_SECTION)
        desk.clock.advance(1_700)
        assert kinds(desk)[-1] is TimePassed
        assert check(desk.folder).session.spent_ms[1] == 1_700

    def test_a_section_ends_by_itself_a_moment_after_its_time(self, desk: Desk) -> None:
        desk.all((*TO_SECTION, SHOWN))
        desk.clock.advance(10 * MINUTE)
        desk.writer.settle()
        assert desk.writer.remaining_ms() == 0
        # Typed in time, handed over a second later: it still counts.
        desk.clock.advance(1_000)
        desk.writer.apply(TextEdited(item=ItemId("one-1"), response=RESPONSE, at=0, deleted=0, inserted="last"))
        desk.clock.advance(EXPIRY_GRACE_MS - 1_000)
        desk.writer.settle()
        assert desk.writer.session.phase is Phase.BREAK
        assert kinds(desk)[-1] is TimeExpired

    def test_what_was_answered_in_time_is_in_time_however_long_the_disk_took(self, desk: Desk) -> None:
        desk.all((*TO_SECTION, SHOWN))
        desk.clock.advance(10 * MINUTE - 500)
        told: list[Exception | None] = []
        waiting, stalled = threading.Event(), threading.Event()

        def stall(_session: Session, error: Exception | None) -> None:
            told.append(error)
            waiting.set()
            stalled.wait(60)

        desk.writer.post(answered("first"), stall)
        assert waiting.wait(60)
        desk.writer.post(answered("second"), lambda _session, error: told.append(error))
        desk.clock.advance(MINUTE)  # the disk hangs on the first answer while the second waits its turn
        stalled.set()
        desk.writer.settle()
        assert told == [None, None]
        assert desk.writer.session.answer(ItemId("one-1"), RESPONSE) == ("second",)
        assert desk.writer.session.phase is Phase.BREAK

    def test_a_break_ends_by_itself(self, desk: Desk) -> None:
        desk.all(TO_BREAK)
        assert desk.writer.remaining_ms() == 5 * MINUTE
        for _ in range(5):
            desk.clock.advance(MINUTE)
            desk.writer.settle()
        assert desk.writer.session.phase is Phase.BETWEEN
        assert kinds(desk)[-1] is BreakEnded

    def test_a_pause_stops_the_count(self, desk: Desk) -> None:
        desk.all(TO_SECTION)
        desk.writer.apply(Paused(reason=PauseReason.PROCTOR))
        desk.clock.advance(MINUTE)
        assert desk.writer.remaining_ms() == 10 * MINUTE
        desk.writer.apply(Resumed(proctor=PROCTOR))
        assert desk.writer.session.spent_ms[1] == 0

    def test_without_a_limit_nothing_remains_or_runs_out(self, tmp_path: Path) -> None:
        with Desk(tmp_path / "session", of=plan(section("one"), has_agreement=False)) as desk:
            desk.all((TO_SECTION[0], TO_SECTION[-1]))
            desk.clock.advance(100 * MINUTE)
            desk.writer.settle()
            assert desk.writer.remaining_ms() is None
            assert desk.writer.session.phase is Phase.SECTION

    def test_time_since_the_last_record_is_told_while_a_clock_runs(self, desk: Desk) -> None:
        assert desk.writer.unwritten_ms() == 0
        desk.all((*TO_SECTION, SHOWN))
        desk.clock.advance(1_500)
        assert desk.writer.unwritten_ms() == 1_500
        desk.writer.apply(Paused(reason=PauseReason.PROCTOR))
        desk.clock.advance(1_500)
        assert desk.writer.unwritten_ms() == 0

    def test_the_first_record_after_a_restart_has_no_time(self, desk: Desk) -> None:
        desk.all(TO_SECTION)
        desk.writer.close()
        with Desk(desk.folder, going_on=check(desk.folder)) as again:
            again.clock.advance(99_000)
            again.writer.apply(Paused(reason=PauseReason.RESTART))
            assert again.writer.session.spent_ms[1] == 0


class TestCheckpoints:
    def signed(self, desk: Desk) -> list[int]:
        desk.writer.close()
        return [
            read_checkpoint(line).verified_by(SEAT_KEY.public_key).records for line in check(desk.folder).checkpoints
        ]

    def test_after_so_many_records(self, desk: Desk) -> None:
        desk.all((*TO_SECTION, SHOWN))
        first = len(TO_SECTION) + 2
        for number in range(2 * CHECKPOINT_RECORDS):
            desk.writer.apply(answered(str(number)))
        # TO_SECTION ends the tutorial, which signs too.
        assert (
            self.signed(desk) == [5, 5 + CHECKPOINT_RECORDS, 5 + 2 * CHECKPOINT_RECORDS][: 1 + (first + 32 - 5) // 16]
        )

    def test_after_so_much_time(self, desk: Desk) -> None:
        desk.all((*TO_SECTION, SHOWN))
        desk.clock.advance(CHECKPOINT_MS)
        desk.writer.apply(answered("A"))
        assert self.signed(desk) == [5, len(TO_SECTION) + 3]

    def test_at_the_end_of_a_section_and_of_the_day(self, desk: Desk) -> None:
        desk.all((*TO_COMPLETE, Finished()))
        assert self.signed(desk)[-1] == len(TO_COMPLETE) + 2
        assert [type(effect) for effect in desk.asked] == [SealResult]


class TestFaults:
    def fail_once(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        def append(entry: Entry) -> None:
            raise StorageFault(StorageFaultKind.FULL, desk.store.path)

        monkeypatch.setattr(desk.store, "append", append)

    def test_after_a_fault_nothing_more_is_accepted_even_if_the_disk_recovers(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.all((*TO_SECTION, SHOWN))
        before = desk.writer.session
        with monkeypatch.context() as patch:
            self.fail_once(desk, patch)
            with pytest.raises(StorageFault):
                desk.writer.apply(answered("lost"))
        with pytest.raises(StorageFault):
            desk.writer.apply(answered("too late"))
        assert desk.writer.session is before
        assert desk.writer.fault is not None
        assert desk.writer.fault.kind is StorageFaultKind.FULL

    def test_a_first_record_that_cannot_be_written_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def append(_store: JournalStore, _entry: Entry) -> None:
            raise StorageFault(StorageFaultKind.FULL, tmp_path)

        desk = Desk.__new__(Desk)
        with monkeypatch.context() as patch:
            patch.setattr(JournalStore, "append", append)
            with pytest.raises(StorageFault) as fault:
                Desk.__init__(desk, tmp_path / "session")
        desk.writer.close()
        assert fault.value.kind is StorageFaultKind.FULL

    def test_an_error_nobody_foresaw_is_told_and_ends_input(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        def append(_entry: Entry) -> None:
            raise RuntimeError("nobody foresaw this")

        desk.all((*TO_SECTION, SHOWN))
        monkeypatch.setattr(desk.store, "append", append)
        with pytest.raises(StorageFault):
            desk.writer.apply(answered("A"))
        assert desk.writer.fault is not None
        desk.clock.advance(1_000)
        desk.writer.close()

    def test_listeners_hear_of_a_fault(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        heard: list[bool] = []
        desk.writer.subscribe(lambda _: heard.append(desk.writer.fault is not None))
        self.fail_once(desk, monkeypatch)
        with pytest.raises(StorageFault):
            desk.writer.apply(TO_SECTION[0])
        desk.writer.settle()
        assert heard == [True]

    def test_a_fault_of_the_ticker_stops_input_too(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        desk.all(TO_SECTION)
        self.fail_once(desk, monkeypatch)
        desk.clock.advance(TICK_MS)
        desk.writer.settle()
        assert desk.writer.fault is not None

    def test_a_fault_while_sealing_is_a_fault(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        def perform(session: Session, effect: object) -> None:
            raise StorageFault(StorageFaultKind.FULL, desk.folder)

        monkeypatch.setattr(desk.writer, "_ports", _with_perform(desk, perform))
        desk.writer.apply(Closed(proctor=PROCTOR, reason=CloseReason.OTHER, note=""))
        desk.writer.settle()
        assert desk.writer.fault is not None

    def test_a_listener_that_fails_does_not_end_the_thread_in_silence(self, desk: Desk) -> None:
        def listener(session: Session) -> None:
            raise RuntimeError("a fault of the window")

        desk.writer.subscribe(listener)
        desk.writer.apply(TO_SECTION[0])
        with pytest.raises(StorageFault):
            desk.writer.apply(TO_SECTION[1])


def _with_perform(desk: Desk, perform: object) -> object:
    return replace(desk.writer._ports, perform=perform)  # type: ignore[arg-type]


def test_the_whole_day_ends_with_everything_in_the_journal(desk: Desk) -> None:
    desk.all((*TO_SECTION, SHOWN, answered("A"), SectionEnded(), BreakEnded()), each_ms=2_000)
    desk.all((TO_COMPLETE[7], SectionEnded(), Submitted()), each_ms=2_000)
    desk.writer.close()
    journal = check(desk.folder)
    assert journal.session == desk.writer.session
    assert journal.head == desk.writer.head
