"""Which pause covers the screen when two meet, and which one still stands after the program was restarted.

Owns the order: nothing that a candidate can end takes the place of what a proctor has to end. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from exam_packages.session_events import Paused, PauseReason, Record, Resumed

BY_RESTARTS: Final = frozenset({PauseReason.RESTART, PauseReason.REBOOT, PauseReason.STORAGE})
"""What the program writes when it stops or comes back; what stood before is written again after it."""


def covering(before: PauseReason | None, new: PauseReason) -> PauseReason:
    """Return why the screen is covered after a pause has come upon another one, or upon none.

    A lock stays one. Sleep ends with a tap, so it replaces no pause at all: a lid would open every lock otherwise.
    """
    if before is None or new in BY_RESTARTS or new is PauseReason.LOCK:
        return new
    return before if before is PauseReason.LOCK or new is PauseReason.SUSPEND else new


def standing(records: Iterable[Record]) -> PauseReason | None:
    """Return the pause that has to be put back after a resumption by itself; None where there is none.

    A break is a proctor's pause then: the program cannot know whether its candidate has come back. A resumption that was cut
    off before it had put the pause back changes nothing.
    """
    stands: PauseReason | None = None
    restarting = False
    for record in records:
        match record.event:
            case Paused(reason=reason) if reason not in BY_RESTARTS:
                stands = covering(stands, PauseReason.PROCTOR if reason is PauseReason.BREAK else reason)
            case Resumed(proctor=proctor) if not restarting or proctor:
                stands = None
        restarting = isinstance(record.event, Paused) and record.event.reason in BY_RESTARTS
    return stands
