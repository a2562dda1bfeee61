import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication

from exam_packages.session_events import AgreementAccepted, Event, IdentityConfirmed, Paused, PauseReason, SectionEnded
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.session import EventNotAllowed, Session
from tests.ui.waiting import until
from tests.ui.window.driving import settle
from tests.ui.window.fake_day import FakeRunning, plan_of
from tests.ui.window.small_exam import small_exam
from ui.window.background import Background
from ui.window.bridge import Bridge, Saving
from ui.window.statistics import StatisticsFile


class ThreadedRunning(FakeRunning):
    """Commits on a thread of its own, as the real writer does."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.threads: list[threading.Thread] = []

    def post(self, event: Event, done: Callable[[Session, Exception | None], None]) -> None:
        thread = threading.Thread(target=super().post, args=(event, done))
        self.threads.append(thread)
        thread.start()

    def close(self) -> None:
        for thread in self.threads:
            thread.join()
        super().close()


@pytest.fixture
def running() -> ThreadedRunning:
    exam = small_exam()
    return ThreadedRunning(exam=exam, plan=plan_of(exam))


@pytest.fixture
def bridge(app: QApplication, running: ThreadedRunning, tmp_path: Path) -> Iterator[Bridge]:
    ticks = iter(range(0, 10**9, 700))
    yield Bridge(running, ticks_us=lambda: next(ticks), statistics=StatisticsFile(tmp_path / "stats"))
    running.close()  # before the bridge goes, as in the window


def test_what_a_writer_thread_commits_arrives_on_the_interface_thread(bridge: Bridge, app: QApplication) -> None:
    threads = []
    bridge.session_changed.connect(lambda _session: threads.append(QThread.currentThread()))
    bridge.post(IdentityConfirmed())
    until(lambda: threads)
    assert threads == [app.thread()]
    assert bridge.session.next_n == 2


def test_saved_comes_after_the_last_commit(bridge: Bridge, running: ThreadedRunning) -> None:
    said: list[Saving] = []
    bridge.saving_changed.connect(said.append)
    running.hold = True
    bridge.post(IdentityConfirmed())
    bridge.post(AgreementAccepted())
    settle()
    assert said == [Saving.SAVING]
    running.release()
    until(lambda: bridge.saving is Saving.SAVED)
    assert said == [Saving.SAVING, Saving.SAVED]


def test_a_session_that_comes_twice_is_published_once(bridge: Bridge, running: ThreadedRunning) -> None:
    seen: list[int] = []
    bridge.session_changed.connect(lambda session: seen.append(session.next_n))
    bridge.post(IdentityConfirmed())
    until(lambda: bridge.saving is Saving.SAVED)
    assert seen == [2]


def test_what_the_ticker_commits_is_published_too(bridge: Bridge, running: ThreadedRunning) -> None:
    seen: list[Session] = []
    bridge.session_changed.connect(seen.append)
    running.happen(Paused(reason=PauseReason.PROCTOR))
    until(lambda: seen)
    assert seen[0].pause is PauseReason.PROCTOR


def test_an_event_that_cannot_happen_changes_nothing_and_is_told(bridge: Bridge) -> None:
    refused: list[Exception] = []
    bridge.refused.connect(refused.append)
    bridge.post(SectionEnded())
    until(lambda: refused)
    assert isinstance(refused[0], EventNotAllowed)
    assert bridge.saving is Saving.SAVED


def test_after_a_fault_nothing_is_handed_over(bridge: Bridge, running: ThreadedRunning) -> None:
    faults: list[Exception] = []
    acted: list[str] = []
    bridge.fault.connect(faults.append)
    running.fault = StorageFault(StorageFaultKind.IO, Path("journal.db"))
    bridge.post(IdentityConfirmed())
    bridge.when_saved(lambda: acted.append("then"))
    until(lambda: faults)
    assert bridge.saving is Saving.STOPPED
    running.fault = None
    bridge.post(IdentityConfirmed())
    settle()
    assert running.events == []
    assert acted == ["then"]
    assert len(faults) == 1


def test_a_fault_while_nothing_is_on_its_way_is_told_too(bridge: Bridge, running: ThreadedRunning) -> None:
    faults: list[Exception] = []
    bridge.fault.connect(faults.append)
    running.fault = StorageFault(StorageFaultKind.IO, Path("journal.db"))
    running.tell()
    until(lambda: faults)
    assert bridge.saving is Saving.STOPPED
    running.tell()
    settle()
    assert len(faults) == 1
    running.fault = None


def test_a_slow_save_is_told(bridge: Bridge, running: ThreadedRunning) -> None:
    said: list[Saving] = []
    bridge.saving_changed.connect(said.append)
    running.hold = True
    bridge.post(IdentityConfirmed())
    until(lambda: Saving.SLOW in said)
    running.release()
    until(lambda: said[-1] is Saving.SAVED)


def test_measurements_name_events_and_nothing_else(bridge: Bridge, tmp_path: Path) -> None:
    bridge.post(IdentityConfirmed())
    until(lambda: bridge.saving is Saving.SAVED)
    lines = [json.loads(line) for line in (tmp_path / "stats").read_text().splitlines()]
    assert lines == [{"event": "IdentityConfirmed", "saved_us": 700}]


@pytest.fixture
def background(app: QApplication) -> Iterator[Background]:
    background = Background()
    yield background
    background.close()


def test_work_runs_elsewhere_and_its_result_comes_here(background: Background, app: QApplication) -> None:
    seen: list[tuple[str, object]] = []

    def failed(error: Exception) -> None:
        seen.append(("failed", error))

    background.run(
        lambda: threading.current_thread().name, lambda name: seen.append((name, QThread.currentThread())), failed
    )
    until(lambda: seen)
    assert seen[0][0].startswith("background")
    assert seen[0][1] is app.thread()


def test_an_error_of_the_work_comes_here(background: Background) -> None:
    seen: list[Exception] = []
    background.run(lambda: 1 // 0, lambda _result: None, seen.append)
    until(lambda: seen)
    assert isinstance(seen[0], ZeroDivisionError)


def test_progress_comes_in_order_and_before_the_result(background: Background) -> None:
    seen: list[object] = []

    def work(progress: Callable[[int, int, str], None]) -> str:
        for done in range(3):
            progress(done, 3, "exam.exam")
        return "end"

    background.run_with_progress(work, seen.append, seen.append, lambda *told: seen.append(told))
    until(lambda: "end" in seen)
    assert seen == [(0, 3, "exam.exam"), (1, 3, "exam.exam"), (2, 3, "exam.exam"), "end"]


def test_after_closing_nothing_is_delivered(app: QApplication) -> None:
    seen: list[object] = []
    background = Background()
    background.run(lambda: 1, seen.append, seen.append)
    background.close()
    settle()
    assert seen == []


def test_measuring_never_stops_an_exam(tmp_path: Path) -> None:
    StatisticsFile(tmp_path).saved("Answered", 1)  # a folder cannot be appended to
