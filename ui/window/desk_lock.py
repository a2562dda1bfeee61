"""Lockdown at a free seat: what a proctor has to look at covers it, and what would only pause an exam is over at once.

Owns the locked page outside a session. Refuses to know where the people at the desk are.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from exam_packages.ids import ProctorId, SeatId
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.protocol import State
from kiosk.seat.facts import ProctorEntry
from ui.window.background import Background
from ui.window.lockdown_agent import LockdownAgent
from ui.window.navigation import Screen
from ui.window.pin_check import pin_check
from ui.window.ports import Day
from ui.window.screens.locked import LockedPage
from ui.window.seat_picture import SeatPicture
from ui.window.theme import Tokens
from ui.window.unlocking import PinUnlocker
from ui.window.view_state import LockedView
from ui.window.window import ExamWindow


class DeskLock(QObject):
    """What lockdown has to say between sessions.

    Args:
        agent: of lockdown; None where nobody locks the seat down.
        day: checks PINs.
        window: says what is on the screen.
        background: where PINs are checked.
        is_settled: whether the desk shows a page, and nothing is under way.
        show: shows the desk's page anew.
    """

    def __init__(
        self,
        agent: LockdownAgent | None,
        day: Day,
        window: ExamWindow,
        background: Background,
        *,
        is_settled: Callable[[], bool],
        show: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._agent, self._window = agent, window
        self._is_settled, self._show = is_settled, show
        self._check = pin_check(day, background, refused=self.pin_refused)
        if agent is not None:
            agent.open_changed.connect(self._cover)

    @property
    def is_locked(self) -> bool:
        """Whether a proctor has to look at something."""
        return self._agent is not None and bool(self._agent.locks)

    @property
    def state(self) -> State | None:
        """How the machine is locked down; None where it is not, or nothing was heard yet."""
        return self._agent.state if self._agent is not None else None

    def observe(self, kind: IncidentKind, **evidence: str) -> None:
        """Have something written down."""
        if self._agent is not None:
            self._agent.observe(kind, **evidence)

    def pin_refused(self, proctor: ProctorId) -> None:
        """Have it written down that a PIN was not right."""
        self.observe(IncidentKind.PIN_REFUSED, proctor=proctor)

    def page(self, seen: SeatPicture | None, tokens: Tokens) -> LockedPage:
        """Return the page that covers the free seat."""
        incidents = self._agent.locks if self._agent is not None else ()
        if self._agent is not None:
            self._agent.covered()  # nobody types anything here that has to be on disk first
        seat, proctors = (seen.status.seat, seen.proctors) if seen is not None else (SeatId(""), ())
        unlocker = PinUnlocker(proctors, self._check)
        return LockedPage(LockedView(seat=seat, incidents=incidents), unlocker, unlocked=self._unlock, tokens=tokens)

    def _cover(self) -> None:
        if self._agent is None or not self._is_settled():
            return
        if self._agent.open and not self._agent.locks:
            self._agent.covered()
            self._agent.clear(proctor="")
        elif self._agent.locks or self._window.screen_name is Screen.LOCKED:
            self._show()

    def _unlock(self, proctor: ProctorEntry, note: str) -> None:
        if self._agent is not None:
            self._agent.clear(proctor=proctor.id, note=note)  # by that the desk shows what it showed before
