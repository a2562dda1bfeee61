"""PySide6 6.12.0 on Python 3.11 loses a reference to None, True or False on every void call; see decision 0050."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

CALLS = 10_000
SLACK = 200


class _Source(QObject):
    told = Signal(bool)
    said = Signal(object)


def test_void_calls_and_emits_leave_the_counts_of_the_constants_alone(qapp: QApplication) -> None:
    widget, source, heard = QWidget(), _Source(), [0]

    def hear(_value: object) -> None:
        heard[0] += 1

    source.told.connect(hear)
    source.said.connect(hear)
    before = [sys.getrefcount(each) for each in (None, True, False)]
    for _turn in range(CALLS):
        widget.update()
        widget.setEnabled(True)
        widget.setEnabled(False)
        widget.isVisible()
        source.told.emit(True)
        source.told.emit(False)
        source.said.emit(None)
    after = [sys.getrefcount(each) for each in (None, True, False)]
    assert heard[0] == 3 * CALLS
    assert all(abs(now - then) < SLACK for now, then in zip(after, before, strict=True)), (before, after)
