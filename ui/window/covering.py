"""Between the agent of lockdown and one session: what was raised pauses the session, and what is resumed is cleared.

Owns the order. What is typed goes to the writer first, then the pause: so everything is committed before the cover appears,
however slow the disk is, and only then the supervisor is told that it is covered. Refuses to know pages. Nothing here ends a
session.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from exam_packages.ids import ProctorId
from exam_packages.session_events import IncidentNoted, Paused, PauseReason
from kiosk.lockdown.protocol import Raised
from kiosk.session import Session
from ui.window.bridge import Bridge
from ui.window.lockdown_agent import LockdownAgent

NOTE_MAX = 500


class Covering(QObject):
    """The covers of one session.

    Args:
        agent: of lockdown; None where nobody locks the seat down.
        bridge: to the session.
        hand_over: hands over what is typed, and takes nothing more on the page.
        show: shows the page anew: what is open has changed.
    """

    def __init__(
        self,
        agent: LockdownAgent | None,
        bridge: Bridge,
        *,
        hand_over: Callable[[], None],
        show: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._agent, self._bridge = agent, bridge
        self._hand_over, self._show = hand_over, show
        self._known: tuple[Raised, ...] = ()
        self._proctor, self._note = ProctorId(""), ""
        if agent is not None:
            agent.open_changed.connect(self._cover)

    @property
    def open(self) -> tuple[Raised, ...]:
        """What is not cleared."""
        return self._agent.open if self._agent is not None else ()

    def begin(self) -> bool:
        """Cover what was raised before the session was on the screen; tell whether there was anything."""
        self._cover()
        return bool(self.open)

    def end(self) -> None:
        """The session leaves the screen."""
        if self._agent is not None:
            self._agent.open_changed.disconnect(self._cover)

    def note(self, proctor: ProctorId, note: str) -> None:
        """Keep who opens it and what they found, for the journal and for the supervisor."""
        self._proctor, self._note = proctor, note
        if note:
            self._bridge.post(IncidentNoted(proctor=proctor, note=note))

    def changed(self, before: Session, session: Session) -> None:
        """The session was committed anew. Where it goes on, what had covered it is cleared: by who signed in, or with a tap."""
        if self._agent is not None and before.pause is not None and session.pause is None:
            proctor, note = self._proctor, self._note
            self._proctor, self._note = ProctorId(""), ""
            self._agent.clear(proctor=proctor, note=note)

    def _cover(self) -> None:
        new = [raised for raised in self.open if raised not in self._known]
        self._known = self.open
        if self._bridge.session.is_over:
            return  # the free seat is covered instead
        if new:
            self._hand_over()
            locks = self._agent is not None and any(raised in self._agent.locks for raised in new)
            reason = PauseReason.LOCK if locks else PauseReason.SUSPEND
            because = ", ".join(f"{raised.kind.value} {raised.number}" for raised in new)
            self._bridge.post(Paused(reason=reason, note=because[:NOTE_MAX]))
            self._bridge.when_saved(self._say_covered)
        self._show()

    def _say_covered(self) -> None:
        """Only where it is true: after a fault of the disk nothing was committed."""
        if self._agent is not None and self._bridge.session.pause is not None:
            self._agent.covered()
