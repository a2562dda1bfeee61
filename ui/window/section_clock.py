"""Looks at the time left, some times a second, and says what a look at a clock can say: figures, a warning, that it is over.

Counts nothing itself: the time comes from the session and from its service, which counts by a monotonic clock.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from kiosk.session import Phase, Session
from kiosk.session.limits import Scope
from ui.window import time_state
from ui.window.ports import Running
from ui.window.time_state import TimeView

LOOK_MS: Final = 250
NEARLY_OVER_MS: Final = 1_500


class SectionClock(QObject):
    """The clock of everything that limits where a candidate is, or of a break."""

    showed = Signal(object)
    """TimeView, or None while no clock runs that ends something"""
    looked = Signal(object, int)
    """Session, milliseconds that have run since it was committed: for everything else that waits for time"""
    break_left = Signal(int)
    """milliseconds"""
    warned = Signal(object)
    """Warned: a mark before the end was passed"""
    late = Signal(object)
    """Scope: its time is up, and work goes on"""
    time_up = Signal(object)
    """RunningLimit: nothing is left of it; said again at every look until the session knows"""

    def __init__(self, running: Running, parent: QObject) -> None:
        super().__init__(parent)
        self._running = running
        self._session = running.session
        self._shown: TimeView | None = None
        self._late: frozenset[Scope] = time_state.late_scopes(self._session, running.unwritten_ms())
        self._break_left_ms: int | None = None
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def break_was_nearly_over(self) -> bool:
        """True when next to nothing was left of a break at the last look."""
        return self._break_left_ms is not None and self._break_left_ms <= NEARLY_OVER_MS

    def start(self) -> None:
        """Begin to look."""
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        self.showed.emit(None)

    def show(self, session: Session) -> None:
        """Look at once, since the session changed."""
        self._session = session
        if self._timer.isActive():
            self.look()

    def look(self) -> None:
        """Say what is to be said now."""
        session, unwritten = self._committed()
        self._look_at_break(session)
        before, self._shown = self._shown, time_state.time_view(session, unwritten)
        self.showed.emit(self._shown)
        self.looked.emit(session, unwritten)
        warned = time_state.warning_due(before, self._shown)
        if warned is not None:
            self.warned.emit(warned)
        self._look_for_late(session, unwritten)
        ended = time_state.over(session, unwritten)
        if ended is not None:
            self.time_up.emit(ended)

    def _committed(self) -> tuple[Session, int]:
        """The session as last committed, and the time since just that commit: news of it may still be on their way here."""
        while True:
            session = self._running.session
            unwritten = self._running.unwritten_ms()
            if self._running.session is session:
                return session, unwritten

    def _look_at_break(self, committed: Session) -> None:
        if self._session.phase is not Phase.BREAK or not self._session.clock_runs:
            self._break_left_ms = None
        elif committed.phase is Phase.BREAK:
            self._break_left_ms = self._running.remaining_ms()
            self.break_left.emit(self._break_left_ms or 0)

    def _look_for_late(self, session: Session, unwritten_ms: int) -> None:
        late = time_state.late_scopes(session, unwritten_ms)
        new = late - self._late
        self._late = late
        if new and session.clock_runs:
            self.late.emit(min(new))
