"""Walking through the stops of Tab keeps nothing alive."""

import gc
import weakref

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from ui.window.focus_ring import focus_ring
from ui.window.tools.focus_order import order_focus


def pages(window: QWidget) -> list[QWidget]:
    made = []
    for _ in range(3):
        page = QWidget(window)
        QPushButton(page)
        QPushButton(page)
        made.append(page)
    return made


def test_every_widget_of_the_window_once_in_the_order_of_tab(qapp: QApplication) -> None:
    window = QWidget()
    first, second, third = pages(window)
    ring = focus_ring(window)
    assert [each for each in ring if each in (first, second, third)] == [first, second, third]
    assert len(ring) == len(set(ring)) == 10
    order_focus(third, first)
    stops = [each for each in focus_ring(third) if isinstance(each, QPushButton)]
    assert [each.parentWidget() for each in stops[:4]] == [third, third, first, first]


def test_what_is_taken_away_is_gone(qapp: QApplication) -> None:
    window = QWidget()
    kept, before = [], None
    for _ in range(5):
        page = QWidget(window)
        kept += [weakref.ref(each) for each in (page, QPushButton(page), QPushButton(page))]
        if before is not None:
            before.deleteLater()
        focus_ring(window)
        before = page
        del page
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    assert [each() is None for each in kept] == [True] * 12 + [False] * 3
