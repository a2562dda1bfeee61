"""What a self-test tries of an open seat: its disk, clock, exams and program, and what it knows of names and input methods.

Owns taking that from the seat's parts. Loaded only where there is a seat: everything of exams comes with it.
"""

from __future__ import annotations

from collections.abc import Callable

from exam_packages.as_found import GivenBack
from kiosk.errors import NotReady
from kiosk.lockdown.engine import RestoreReport
from kiosk.readiness.seat_checks import seat_checks
from kiosk.seat.parts import SeatParts
from signing.errors import Refused
from ui.readiness.ports import SeatTried


def seat_tried(parts: SeatParts, sign: Callable[[RestoreReport, GivenBack], None]) -> SeatTried:
    """Return what is tried of an open seat.

    Args:
        parts: of the seat.
        sign: see ``SeatTried``.
    """
    return SeatTried(
        checks=seat_checks(parts), names=_roster_names(parts), input_method=_input_method_of(parts), sign=sign
    )


def _input_method_of(parts: SeatParts) -> str:
    try:
        policy = parts.holdings.site_policy()
    except (NotReady, Refused):
        return ""
    return "" if policy is None else policy.input_method


def _roster_names(parts: SeatParts) -> tuple[str, ...]:
    try:
        return tuple(entry.name for entry in parts.holdings.roster().appointments)
    except (NotReady, Refused):
        return ()
