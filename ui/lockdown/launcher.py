"""Between supervisor and window: reads the plan, closes the walls, and is the window's command line inside.

A program of its own (``python -I -m ui.lockdown.launcher``), because walls are closed around a process that has loaded nothing
yet. Inside runs ``kiosk seat run``, word for word as it runs without walls.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Final

from kiosk.lockdown.linux.environment import without_input_method
from kiosk.lockdown.linux.sandbox import decode_plan, launch
from ui.command_line.main import BEHIND_WALLS, run
from ui.lockdown.input_method_inside import INPUT_METHOD, run_input_method
from ui.lockdown.launching import COME_UP, COME_UP_WITHOUT_METHOD, WAITING, load_window

PLAN_MAX_BYTES: Final = 1024 * 1024


def command() -> tuple[str, ...]:
    """Return how this program is started."""
    if getattr(sys, "frozen", False):
        return (sys.executable, BEHIND_WALLS)
    return (sys.executable, "-I", "-m", __name__ if __name__ != "__main__" else "ui.lockdown.launcher")


def main() -> int:
    """Read the plan from standard input and carry it out."""
    plan, words = decode_plan(_read_all(0))
    _nothing_to_read()
    if words[:1] == (INPUT_METHOD,):
        return launch(plan, lambda: run_input_method(words[1:]))
    return launch(plan, lambda: run_window(words, plan.kept))


def run_window(words: Sequence[str], line: int | None = None) -> int:
    """Be the window. What it is made of is loaded here, behind the walls, and not before.

    Args:
        words: its command line; after ``WAITING``, it comes up only when it is told to.
        line: descriptor of the supervisor's line.
    """
    if line is not None and words[:1] == (WAITING,):
        load_window(words[1:])
        told = os.read(line, len(COME_UP))
        if not told:
            return 0  # the supervisor is gone, and nobody wants a window
        if told == COME_UP_WITHOUT_METHOD:
            without_input_method(os.environ)
        words = words[1:]
    return run(words)


def _read_all(descriptor: int) -> bytes:
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        return file.read(PLAN_MAX_BYTES)


def _nothing_to_read() -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


if __name__ == "__main__":
    sys.exit(main())
