"""Looks at the time left, some times a second, and says what a look at a clock can say: figures, a warning, that it is over.

Counts nothing itself: the time comes from the session's service, which counts by a monotonic clock.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from kiosk.session import Phase, Session
from ui.window import view_state
from ui.window.ports import Running

LOOK_MS: Final = 250
NEARLY_OVER_MS: Final = 1_500


class SectionClock(QObject):
    """The clock of a section or of a break."""

    section_left = Signal(object)
    """int milliseconds, or None while no clock of a section runs"""
    break_left = Signal(int)
    """milliseconds"""
    warned = Signal(int)
    """a mark before the end was passed, in milliseconds"""
    time_up = Signal()
    """nothing is left; said again at every look until the session knows"""

    def __init__(self, running: Running, parent: QObject) -> None:
        super().__init__(parent)
        self._running = running
        self._session = running.session
        self._left_ms: int | None = None
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def was_nearly_over(self) -> bool:
        """True when next to nothing was left at the last look."""
        return self._left_ms is not None and self._left_ms <= NEARLY_OVER_MS

    def start(self) -> None:
        """Begin to look."""
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        self.section_left.emit(None)

    def show(self, session: Session) -> None:
        """Look at once, since the session changed."""
        self._session = session
        if self._timer.isActive():
            self.look()

    def look(self) -> None:
        """Say what is to be said now."""
        session, before = self._session, self._left_ms
        left = self._running.remaining_ms() if session.clock_runs else None
        self._left_ms = left
        if session.phase is Phase.BREAK:
            self.section_left.emit(None)
            if left is not None:
                self.break_left.emit(left)
            return
        self.section_left.emit(left)
        mark = view_state.warning_due(before, left, limit_ms=view_state.limit_of(session))
        if mark is not None:
            self.warned.emit(mark)
        if left == 0:
            self.time_up.emit()
