"""A PIN check that never runs on the interface thread."""

from __future__ import annotations

from collections.abc import Callable

from exam_packages.ids import ProctorId
from kiosk.seat.facts import ProctorEntry
from ui.window.background import Background
from ui.window.ports import Day
from ui.window.screens.unlock_form import CheckPin


def pin_check(day: Day, background: Background, *, admin: bool = False) -> CheckPin:
    """Return what a form calls with a name and a PIN."""

    def check(
        proctor: ProctorId, pin: str, right: Callable[[ProctorEntry], None], wrong: Callable[[Exception], None]
    ) -> None:
        background.run(lambda: day.check_pin(proctor, pin, admin=admin), right, wrong)

    return check
