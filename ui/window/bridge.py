"""The one object between a running session and the screens.

Events go down to the writer thread; what was committed comes up through queued signals, so that everything the screens
see happens on the interface thread and after the commit. Refuses to know screens, and to keep any state of its own but
how many events are on their way.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from exam_packages.session_events import Event
from kiosk.mirror.state import OFF, MirrorPhase, MirrorState
from kiosk.session import EventNotAllowed, Session
from ui.window.ports import Running
from ui.window.statistics import NoStatistics, Statistics

SLOW_AFTER_MS: Final = 1_000  # a save that takes longer is said to
COPY_LOOK_MS: Final = (
    1_000  # how often the second copy is looked at; it is said to be behind at the second look in a row
)


class Saving(Enum):
    """What the bottom bar says about the answers."""

    SAVED = "saved"
    SAVING = "saving"
    SLOW = "slow"
    STOPPED = "stopped"
    """A save failed: nothing more is accepted."""


class _Answer:
    """What the writer thread calls when an event is committed, or is not. It holds nothing of the window (decision 0134)."""

    def __init__(
        self,
        event: Event,
        hand_over: Callable[[Session, Exception | None], None],
        statistics: Statistics,
        ticks_us: Callable[[], int],
    ) -> None:
        self._name = type(event).__name__
        self._hand_over, self._statistics, self._ticks_us = hand_over, statistics, ticks_us
        self._began_us = ticks_us()

    def __call__(self, session: Session, error: Exception | None) -> None:
        if error is None:
            self._statistics.saved(self._name, self._ticks_us() - self._began_us)
        self._hand_over(session, error)


class Bridge(QObject):
    """One running session, seen from the interface thread."""

    session_changed = Signal(object)
    """Session, as committed; on the interface thread."""
    saving_changed = Signal(object)
    """Saving"""
    refused = Signal(object)
    """EventNotAllowed: an event came too late or twice; nothing changed, and the screens show what is."""
    fault = Signal(object)
    """Exception: nothing more is accepted."""
    copy_changed = Signal()
    """The second copy is doing otherwise than it was."""

    _committed = Signal(object)
    _answered = Signal(object, object)

    def __init__(
        self,
        running: Running,
        *,
        ticks_us: Callable[[], int],
        statistics: Statistics | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._running = running
        self._ticks_us = ticks_us
        self._statistics: Statistics = statistics or NoStatistics()
        self._session = running.session
        self._pending = 0
        self._stopped = False
        self._waiting: list[Callable[[], None]] = []
        self._slow = QTimer(self, singleShot=True, interval=SLOW_AFTER_MS)
        self._slow.timeout.connect(self._say_slow)
        self._committed.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self._answered.connect(self._finish_one, Qt.ConnectionType.QueuedConnection)
        running.subscribe(self._committed.emit)
        self._copy, self._copy_seen = OFF, OFF
        self._copy_look = QTimer(self, interval=COPY_LOOK_MS)
        self._copy_look.timeout.connect(self._look_at_copy)
        if running.mirror.phase is not MirrorPhase.OFF:
            self._copy = self._copy_seen = running.mirror
            self._copy_look.start()

    @property
    def running(self) -> Running:
        """The session's service."""
        return self._running

    @property
    def session(self) -> Session:
        """The session as last published on this thread."""
        return self._session

    @property
    def saving(self) -> Saving:
        """What the bottom bar says now."""
        if self._stopped:
            return Saving.STOPPED
        if not self._pending:
            return Saving.SAVED
        return Saving.SAVING if self._slow.isActive() else Saving.SLOW

    @property
    def copy(self) -> MirrorState:
        """How the second copy is doing, as it is said. It is behind for a moment after every answer; that is not said."""
        return self._copy

    def post(self, event: Event) -> None:
        """Hand an event to the writer thread. After a fault nothing is handed over any more."""
        if self._stopped:
            return
        self._pending += 1
        if self._pending == 1:
            self._slow.start()
            self.saving_changed.emit(self.saving)
        self._running.post(event, _Answer(event, self._answered.emit, self._statistics, self._ticks_us))

    def stop(self) -> None:
        """Hand nothing over any more, since the session's service is about to close. What was handed over is still written."""
        self._stopped = True
        self._slow.stop()
        self._copy_look.stop()

    def when_saved(self, act: Callable[[], None]) -> None:
        """Act as soon as nothing is on its way any more: at once, or after the last commit or a fault."""
        if self.saving in (Saving.SAVED, Saving.STOPPED):
            act()
        else:
            self._waiting.append(act)

    @Slot(object)
    def _hear(self, session: Session) -> None:
        """The session as it is; also after a fault that came while nothing was on its way, when time was written down."""
        self._publish(session)
        fault = self._running.fault
        if fault is not None:
            self._stop(fault)

    def _publish(self, session: Session) -> None:
        if session.next_n > self._session.next_n:
            self._session = session
            self.session_changed.emit(session)

    @Slot(object, object)
    def _finish_one(self, session: Session, error: Exception | None) -> None:
        self._pending -= 1
        self._publish(session)
        if error is None:
            self._say_saved()
        elif isinstance(error, EventNotAllowed):
            self._say_saved()
            self.refused.emit(error)
        else:
            self._stop(error)

    def _stop(self, error: Exception) -> None:
        if self._stopped:
            return
        self._stopped = True
        self._slow.stop()
        self.saving_changed.emit(self.saving)
        self.fault.emit(error)
        self._act_on_saved()

    def _say_saved(self) -> None:
        if self._pending == 0 and not self._stopped:
            self._slow.stop()
            self.saving_changed.emit(self.saving)
            self._act_on_saved()

    def _act_on_saved(self) -> None:
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            act()

    @Slot()
    def _look_at_copy(self) -> None:
        seen, before = self._running.mirror, self._copy_seen
        self._copy_seen = seen
        passing = seen.phase is MirrorPhase.BEHIND and before.phase is not MirrorPhase.BEHIND
        if not passing and (seen.phase, seen.fault) != (self._copy.phase, self._copy.fault):
            self._copy = seen
            self.copy_changed.emit()

    @Slot()
    def _say_slow(self) -> None:
        if self._pending and not self._stopped:
            self.saving_changed.emit(self.saving)
