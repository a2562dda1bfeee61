"""Garbage is collected on the interface thread and on no other, which would free widgets while they are painted."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.ui.waiting import until
from tests.ui.window.conftest import StartProgram
from tests.ui.window.driving import collections, hit, on, press, settle
from tests.ui.window.fake_day import FakeDay
from ui.window.application import make_application
from ui.window.collecting import (
    MIDDLE_MAX,
    OLD_MAX,
    OVERDUE,
    YOUNG_MAX,
    Collector,
    Generation,
    collector_of,
    due,
)
from ui.window.navigation import Screen


@pytest.mark.parametrize(
    ("counts", "rests", "wanted"),
    [
        ((0, 0, 0), True, None),
        ((YOUNG_MAX, MIDDLE_MAX + 1, OLD_MAX), True, None),
        ((YOUNG_MAX + 1, MIDDLE_MAX, OLD_MAX), True, Generation.YOUNG),
        ((YOUNG_MAX + 1, MIDDLE_MAX + 1, OLD_MAX), True, Generation.MIDDLE),
        ((0, 0, OLD_MAX + 1), True, Generation.ALL),
        ((0, 0, OLD_MAX + 1), False, None),
        ((YOUNG_MAX + 1, 0, OLD_MAX + 1), False, Generation.YOUNG),
        ((0, 0, OVERDUE + 1), False, Generation.ALL),
    ],
)
def test_what_is_due(counts: tuple[int, int, int], *, rests: bool, wanted: Generation | None) -> None:
    assert due(counts, rests=rests) is wanted


def make_garbage(rings: int) -> None:
    for _ in range(rings):
        ring: list[object] = []
        ring.append(ring)


def on_another_thread(rings: int) -> None:
    thread = threading.Thread(target=make_garbage, args=(rings,))
    thread.start()
    thread.join()


def looked(collector: Collector) -> None:
    """A second has passed."""
    collector._timer.timeout.emit()


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[Collector]:
    """A collector of this test's own, beside which nothing collects."""
    gc.collect()
    gc.disable()
    parent = QObject(qapp)
    made = Collector(parent)
    made._timer.stop()
    yield made
    parent.deleteLater()


def test_what_a_thread_leaves_is_collected_here(collector: Collector) -> None:
    with collections() as seen:
        on_another_thread(20_000)
        assert seen == []
        looked(collector)
    assert seen == [(True, Generation.YOUNG)]


def test_left_to_itself_the_thread_would_have_collected(collector: Collector) -> None:
    """That the test above can fail."""
    with collections() as seen:
        gc.enable()
        try:
            on_another_thread(20_000)
        finally:
            gc.disable()
        looked(collector)
    assert (False, Generation.YOUNG) in seen


def test_a_widget_in_a_ring_is_freed_on_this_thread(collector: Collector) -> None:
    freed: list[bool] = []
    here = threading.current_thread()
    widget = QWidget()
    widget.itself = widget  # type: ignore[attr-defined]  # a ring, as a page and its buttons' slots are one
    weakref.finalize(widget, lambda: freed.append(threading.current_thread() is here))
    del widget
    on_another_thread(20_000)
    assert freed == []
    looked(collector)
    assert freed == [True]


def test_the_longest_look_waits_until_nobody_types(collector: Collector) -> None:
    with collections() as seen:
        for _ in range(OLD_MAX + 1):
            gc.collect(Generation.MIDDLE)
        seen.clear()
        collector.touched()
        looked(collector)
        assert seen == []
        looked(collector)
    assert seen == [(True, Generation.ALL)]


def test_keys_and_clicks_keep_the_longest_look_away(start: StartProgram, app: QApplication) -> None:
    program = start(FakeDay())
    on(program, Screen.IDLE)
    collector = collector_of(app)
    field = QLabel(program.window)
    collector._touched = False
    hit(app, Qt.Key.Key_Tab)
    assert collector._touched
    collector._touched = False
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    assert collector._touched


def test_an_application_has_one_collector(qapp: QApplication) -> None:
    gc.enable()
    assert make_application() is qapp
    assert not gc.isenabled()
    assert collector_of(qapp) is collector_of(qapp)


def test_pages_that_come_and_go_leave_nothing_behind(start: StartProgram, app: QApplication) -> None:
    program = start(FakeDay())
    on(program, Screen.IDLE)
    until(lambda: program._desk.proctors)
    collector = collector_of(app)

    def walk(times: int) -> int:
        for _ in range(times):
            press(program.window, "Check in a candidate")
            on(program, Screen.UNLOCK)
            press(program.window, "Back")
            on(program, Screen.IDLE)
            looked(collector)
        settle()
        for _ in range(OLD_MAX + 1):
            gc.collect(Generation.MIDDLE)
        looked(collector)
        looked(collector)
        return sum(isinstance(each, QWidget) for each in gc.get_objects())

    walk(1)
    first = walk(1)
    assert walk(5) <= first + 5
