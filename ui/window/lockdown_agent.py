"""The window's agent of lockdown: beats for the supervisor, keeps what is not cleared yet, and says what the window notices.

Owns what is open: pauses and locks that the supervisor raised and nobody has cleared. Refuses to know pages and sessions: whoever
conducts the screen listens, covers it, and says so. What follows from an incident is the supervisor's to judge.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, assert_never

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from kiosk.lockdown.facts import Preset
from kiosk.lockdown.incidents import Consequence, IncidentKind, Observation
from kiosk.lockdown.protocol import (
    Beat,
    Cleared,
    Covered,
    FromSupervisor,
    LogLines,
    Observed,
    Raised,
    SessionIs,
    State,
    Stop,
)
from ui.window.supervisor_line import SupervisorLine

BEAT_MS: Final = 250
OPEN_MAX: Final = 100
"""More covers than this at once say nothing more; the log has them all."""


class LockdownAgent(QObject):
    """One supervisor, seen from the interface thread."""

    warned = Signal(object)
    """Raised: a line above the page"""
    open_changed = Signal()
    """What is not cleared is another than before"""
    state_changed = Signal()
    stop_wanted = Signal()
    lost = Signal()
    """The supervisor is gone; without it nothing is shown"""

    _heard = Signal(object)

    def __init__(self, line: SupervisorLine, *, ticks_ms: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._line, self._ticks_ms = line, ticks_ms
        self._open: list[Raised] = []
        self._covered: set[int] = set()
        self._is_still = False
        self._heard.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self._beat = QTimer(self, interval=BEAT_MS)
        self._beat.timeout.connect(self._on_beat)

    @property
    def open(self) -> tuple[Raised, ...]:
        """Pauses and locks that are not cleared, in order."""
        return tuple(self._open)

    @property
    def locks(self) -> tuple[Raised, ...]:
        """Those of them that a proctor has to clear."""
        return tuple(raised for raised in self._open if raised.consequence is Consequence.LOCK)

    @property
    def state(self) -> State | None:
        """How the machine is locked down."""
        return self._line.state

    def start(self) -> None:
        """Beat, and hear."""
        self._line.listen(self._heard.emit)
        self._beat.start()
        self._on_beat()

    def stop(self) -> None:
        """Be still: neither beat nor hear any more."""
        self._beat.stop()
        self._is_still = True
        self._line.mute()

    def session_is(self, session: str, demanded: Preset = Preset.PRACTICE) -> None:
        """Say which session runs now; the empty name says that none does. What is open stays: somebody has to look at it.

        Args:
            session: its name.
            demanded: what its exam demands of lockdown.
        """
        self._line.send(SessionIs(session=session, demanded=demanded))

    def observe(self, kind: IncidentKind, **evidence: str) -> None:
        """Say something that only the window can see."""
        self._line.send(Observed(kind=kind, evidence=evidence))

    def report(self, observation: Observation) -> None:
        """The same, as the guards of keys and clipboards say it."""
        self._line.send(Observed(kind=observation.kind, evidence=observation.evidence))

    def covered(self) -> None:
        """Say that the cover is on the screen, and that everything typed before it is on disk."""
        for raised in self._open:
            if raised.number not in self._covered:
                self._covered.add(raised.number)
                self._line.send(Covered(number=raised.number))

    def clear(self, *, proctor: str, note: str = "") -> None:
        """Say that the cover was taken away: by a proctor or, with no name, with a tap, which clears no lock.

        What was not covered yet was seen by nobody, and stays open.
        """
        seen = [raised for raised in self._open if raised.number in self._covered]
        cleared = [raised for raised in seen if proctor or raised.consequence is not Consequence.LOCK]
        if not cleared:
            return
        for raised in cleared:
            self._line.send(Cleared(number=raised.number, proctor=proctor, note=note))
        self._open = [raised for raised in self._open if raised not in cleared]
        self._covered &= {raised.number for raised in self._open}
        self.open_changed.emit()

    @Slot()
    def _on_beat(self) -> None:
        self._line.send(Beat(at_ms=self._ticks_ms()))

    @Slot(object)
    def _hear(self, message: FromSupervisor | None) -> None:
        if self._is_still:
            return  # it was on its way already
        match message:
            case None:
                self._beat.stop()
                self.lost.emit()
            case State():
                self.state_changed.emit()
            case Raised():
                self._follow(message)
            case Stop():
                self.stop_wanted.emit()
            case LogLines():
                raise ValueError("the line keeps those for itself")
            case _:
                assert_never(message)

    def _follow(self, raised: Raised) -> None:
        match raised.consequence:
            case Consequence.NOTE:
                return
            case Consequence.WARN:
                self.warned.emit(raised)
            case Consequence.PAUSE | Consequence.LOCK:
                if raised not in self._open and len(self._open) < OPEN_MAX:
                    self._open.append(raised)
                    self.open_changed.emit()
            case _:
                assert_never(raised.consequence)
