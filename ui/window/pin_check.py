"""A PIN check that never runs on the interface thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from exam_packages.ids import ProctorId
from kiosk.errors import PinRefused
from kiosk.seat.facts import ProctorEntry
from ui.window.background import Background
from ui.window.ports import Day
from ui.window.screens.unlock_form import CheckPin


def pin_check(
    day: Day, background: Background, *, admin: bool = False, refused: Callable[[ProctorId], None] | None = None
) -> CheckPin:
    """Return what a form calls with a name and a PIN; ``refused`` is told whose PIN was not right."""

    def check(
        proctor: ProctorId, pin: str, right: Callable[[ProctorEntry], None], wrong: Callable[[Exception], None]
    ) -> None:
        def failed(error: Exception) -> None:
            if refused is not None and isinstance(error, PinRefused):
                refused(proctor)
            wrong(error)

        background.run(partial(day.check_pin, proctor, pin, admin=admin), right, failed)

    return check
