"""How a window is told to wait, and to come up: on every system the same word and the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

WAITING: Final = "--waiting"
"""Before the window's command line: load everything, and come up when the line says ``COME_UP``."""
COME_UP: Final = b"\n"
COME_UP_WITHOUT_METHOD: Final = b"-"
"""As long as ``COME_UP``; the input method that the window was told of when it began to wait is none any more."""


def load_window(words: Sequence[str]) -> None:
    """Load what a window is made of, and do nothing yet.

    Args:
        words: its command line.
    """
    import signing.trust.client  # noqa: F401, PLC0415 - else loaded when the seat is opened
    import ui.window.app  # noqa: PLC0415
    import ui.window.curtain  # noqa: F401, PLC0415
    from ui.command_line.main import load  # noqa: PLC0415

    load(words)
