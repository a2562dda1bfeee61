"""No thread but the interface's is ever the last to hold a part of the window: Qt allows nobody else to free one."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from exam_packages.session_events import Event, IdentityConfirmed
from kiosk.progress import Progress
from tests.ui.waiting import until
from tests.ui.window.fake_day import FakeRunning, plan_of
from tests.ui.window.fake_supervisor import FakeSupervisor
from tests.ui.window.letting_go import held_after_ringing, reached
from tests.ui.window.small_exam import small_exam
from ui.window.background import Background
from ui.window.bridge import Bridge
from ui.window.lockdown_agent import LockdownAgent


class Page(QWidget):
    """A page with a ring in nobody's hands: it goes as soon as it is held no more."""

    def __init__(self, heard: list[object]) -> None:
        super().__init__()
        self._heard = heard

    def hear(self, what: object) -> None:
        self._heard.append(what)

    def hear_progress(self, done: int, total: int, what: str) -> None:
        self._heard.append((done, total, what))


@pytest.fixture
def background(app: QApplication) -> Iterator[Background]:
    background = Background()
    yield background
    background.close()


@pytest.fixture
def freed() -> list[bool]:
    return []


@pytest.fixture
def page_of(app: QApplication, freed: list[bool]) -> Callable[[list[object]], Page]:
    here = threading.current_thread()

    def make(heard: list[object]) -> Page:
        page = Page(heard)
        weakref.finalize(page, lambda: freed.append(threading.current_thread() is here))
        return page

    return make


def works(progress: Progress) -> str:
    progress(1, 2, "exam.exam")
    return "end"


def fails(progress: Progress) -> str:
    raise ValueError(progress)


@pytest.mark.parametrize("work", [works, fails])
def test_a_page_goes_here_while_the_thread_that_worked_for_it_has_not_let_go(
    background: Background,
    page_of: Callable[[list[object]], Page],
    freed: list[bool],
    work: Callable[[Progress], str],
) -> None:
    heard: list[object] = []
    page = page_of(heard)
    with held_after_ringing() as go_on:
        background.run_with_progress(work, page.hear, page.hear, page.hear_progress)
        if work is works:
            until(lambda: heard)
            assert heard.pop() == (1, 2, "exam.exam")
            go_on.release()
        until(lambda: heard)
        del page
        assert freed == [True]


def test_the_thread_stands_where_it_has_just_rung(background: Background) -> None:
    """That the test above can fail: what the thread itself holds is held."""
    heard: list[object] = []
    held = threading.Event()  # stands for anything
    gone: list[bool] = []
    weakref.finalize(held, gone.append, True)
    with held_after_ringing() as go_on:
        background.run(held.is_set, heard.append, heard.append)
        until(lambda: heard)
        del held
        assert gone == []
        go_on.release()
        until(lambda: gone)


def test_what_a_closed_background_was_to_call_is_let_go_of(
    background: Background, page_of: Callable[[list[object]], Page], freed: list[bool]
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(60)

    page = page_of([])
    background.run(work, page.hear, page.hear)
    background.run(work, page.hear, page.hear)
    begun.wait(60)
    go_on.set()
    background.close()
    del page
    assert freed == [True]


class Keeping(FakeRunning):
    """Keeps what it is to call, as the writer thread does."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.to_call: list[object] = []

    def post(self, event: Event, done: Callable[..., None]) -> None:
        del event
        self.to_call.append(done)

    def subscribe(self, listener: Callable[..., None]) -> None:
        self.to_call.append(listener)


def test_the_writer_of_a_session_holds_nothing_of_the_window(app: QApplication) -> None:
    exam = small_exam()
    running = Keeping(exam=exam, plan=plan_of(exam))
    bridge = Bridge(running, ticks_us=lambda: 0)
    bridge.post(IdentityConfirmed())
    assert len(running.to_call) == 2
    assert reached(*running.to_call) == []
    assert reached(bridge.post) == ["Bridge"]


def test_the_line_to_the_supervisor_holds_nothing_of_the_window(app: QApplication) -> None:
    supervisor = FakeSupervisor()
    agent = LockdownAgent(supervisor.line, ticks_ms=lambda: 0)
    agent.start()
    try:
        assert reached(supervisor.line) == []
    finally:
        agent.stop()
        supervisor.die()


def test_what_is_held_is_found_however_it_is_held(app: QApplication) -> None:
    held = QObject()

    def closure() -> QObject:
        return held

    for thing in (closure, [held], {"held": held}, held.objectName, (lambda _held=held: None), Page([]).hear):
        assert len(reached(thing)) == 1
    assert reached(weakref.ref(held), Page, works) == []
