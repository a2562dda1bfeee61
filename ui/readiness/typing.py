"""What is typed with: the layouts of the keyboard, and the input method that the site's file names, started for a trial.

Owns these two checks. Refuses to judge which layout an exam needs: candidates see and try theirs when they say who they are.
"""

from __future__ import annotations

import threading
from typing import Final

from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.x11.connection import XServer
from kiosk.lockdown.x11.keyboard_layouts import ServerLayouts
from kiosk.readiness.checks import Finding, failed, not_possible, ok
from ui.lockdown.input_method import InputMethodService

COMES_UP_TURNS: Final = 400
TURN_S: Final = 0.1
_REMEDY: Final = (
    "Install ibus and the package of the engine (`ibus list-engine` names those that are there), "
    "or have the site's policy name none."
)


def layout(server: XServer) -> Finding:
    """Name the layouts of the keyboard: the one in use, and those that candidates may choose."""
    layouts = ServerLayouts(server)
    current, installed = layouts.current(), layouts.installed()
    if current is None:
        return not_possible(
            "This X server does not say which layout its keyboard has.", "Let a candidate's line be typed."
        )
    others = ", ".join(each.name for each in installed if each != current)
    return ok(f"The keyboard is {current.name}." + (f" Candidates may choose: {others}." if others else ""))


def input_method(service: InputMethodService | None) -> Finding:
    """Start the input method behind its walls, see whether its engine comes, and end it.

    Args:
        service: not started; None where the site names none.
    """
    if service is None:
        return ok("The site names no input method: what keyboards type is what arrives.")
    try:
        service.start()
        is_there = _comes_up(service)
    except OperationFailed as failure:
        return failed(failure.reason, _REMEDY)
    finally:
        service.stop()
        service.forget()
    if is_there:
        return ok("The site's input method comes up behind walls of its own, with its engine.")
    return failed("The site's input method, or its engine, does not come up.", _REMEDY)


def _comes_up(service: InputMethodService) -> bool:
    never = threading.Event()
    for _ in range(COMES_UP_TURNS):
        if service.is_there:
            return True
        if service.has_ended:
            return False
        never.wait(TURN_S)
    return False
