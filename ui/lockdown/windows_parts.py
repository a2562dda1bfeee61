"""What is started on Windows beside the supervisor: the window, the hooks' process, who reads the site's file, the self-test's
stranger.

Owns how each is started and which is which: one program with a word before its own words, as it is shipped and from its sources.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from enum import Enum
from typing import assert_never

from kiosk.lockdown.windows.pipes import handles_in, wait_for_a_byte
from ui.command_line.main import PART_ON_WINDOWS, WRONG_USAGE, run
from ui.lockdown.launching import WAITING, load_window


class Part(Enum):
    """A program that is started."""

    WINDOW = "window"
    HOOKS = "hooks"
    SITE = "site"
    STRANGER = "stranger"
    """The other program of a self-test."""


def command_of(part: Part) -> tuple[str, ...]:
    """Return how a part is started.

    From a virtual environment Windows' ``python.exe`` starts another one, which the window's job does not allow: the program is
    tried as it is shipped, or with a Python that is installed.
    """
    if getattr(sys, "frozen", False):
        return (sys.executable, PART_ON_WINDOWS, part.value)
    return (sys.executable, "-I", "-m", "ui.lockdown.windows_parts", part.value)


def main(words: Sequence[str]) -> int:
    """Be a part, and return its exit code.

    Args:
        words: which one, and its own words.
    """
    try:
        part = Part(words[0] if words else "")
    except ValueError:
        return WRONG_USAGE
    match part:
        case Part.WINDOW:
            return _window(words[1:])
        case Part.HOOKS:
            from kiosk.lockdown.windows.hook_process import main as hold  # noqa: PLC0415 - each part loads its own

            return hold(words[1:])
        case Part.SITE:
            from ui.lockdown.site import say_policy  # noqa: PLC0415

            return say_policy(words[1:])
        case Part.STRANGER:
            from ui.readiness.stranger_program import main as be_strange  # noqa: PLC0415

            return be_strange()
        case _:
            assert_never(part)


def _window(words: Sequence[str]) -> int:
    if words[:1] == [WAITING]:
        load_window(words[1:])
        if not may_come_up():
            return 0  # the supervisor is gone, and nobody wants a window
        words = words[1:]
    return run(words)


def may_come_up() -> bool:
    """Wait until the supervisor lets the window come up; the line stays for the window to open."""
    handles = handles_in(dict(os.environ))
    return handles is not None and bool(wait_for_a_byte(handles[0]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
