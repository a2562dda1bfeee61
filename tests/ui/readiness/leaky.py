"""The self-test's window with one protection taken away: ``python -m tests.ui.readiness.leaky LEAK``."""

from __future__ import annotations

import os
import sys

from PySide6.QtWidgets import QLineEdit

from kiosk.lockdown.linux.environment import SUPERVISOR_VARIABLE
from ui.readiness import inside, page
from ui.window import window
from ui.window.key_guard import KeyGuard
from ui.window.keyboard_grab import KeyboardGrab
from ui.window.window import ExamWindow


class PlainLine(QLineEdit):
    """A field as any program has one."""

    def __init__(self, **_: object) -> None:
        super().__init__()


class NoGrab(KeyboardGrab):
    def hold(self, window: object) -> None:
        """Hold nothing."""


class NoClipboardGuard:
    def __init__(self, *_: object) -> None:
        """Guard nothing."""


class NoKeyGuard(KeyGuard):
    def eventFilter(self, watched: object, event: object) -> bool:
        """Let everything through."""
        del watched, event
        return False


def leak(what: str) -> None:
    match what:
        case "nothing":
            return
        case "grab":
            vars(window)["KeyboardGrab"] = NoGrab
        case "clipboard":
            vars(page)["PrivateLine"] = PlainLine
            vars(inside)["ClipboardGuard"] = NoClipboardGuard
            vars(inside)["KeyGuard"] = NoKeyGuard
        case "size":
            opened = ExamWindow.open

            def open_small(self: ExamWindow, *, windowed: bool) -> None:
                del windowed
                opened(self, windowed=True)

            ExamWindow.open = open_small  # type: ignore[method-assign]  # the leak
        case _:
            raise SystemExit(f"what is {what}?")


if __name__ == "__main__":
    leak(sys.argv[1])
    assert SUPERVISOR_VARIABLE in os.environ
    sys.exit(inside.run_inside(os.environ))
