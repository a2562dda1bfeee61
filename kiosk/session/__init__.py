"""One candidate at one exam, as a pure state machine: frozen values in, frozen values out.

No disk, clock, thread or Qt. ``machine.step`` is the only function that changes a session; everything else derives.
"""

from kiosk.session.effects import Checkpoint, Effect, SealResult
from kiosk.session.machine import begin, replay, step
from kiosk.session.refusals import EventNotAllowed, Why
from kiosk.session.state import Phase, ResultState, Session

__all__ = [
    "Checkpoint",
    "Effect",
    "EventNotAllowed",
    "Phase",
    "ResultState",
    "SealResult",
    "Session",
    "Why",
    "begin",
    "replay",
    "step",
]
