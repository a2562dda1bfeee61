"""Keys and mouse: every act is a real event of the X server (XTEST), made by ``xdotool``.

Refuses to know what is under the pointer. A hand that cannot move is an error; whether the act had the wished effect is
for those to see who asked for it.
"""

from __future__ import annotations

import subprocess
from typing import Final

KEY_DELAY_MS: Final = 4
"""Between two keys typed: some 250 a second. Faster than people, slow enough for every key to be an event of its own."""
WHEEL_UP, WHEEL_DOWN, LEFT = 4, 5, 1
FAR_PX: Final = 16_000
"""Beyond every screen: the X server stops the pointer at the edge."""
ACT_WITHIN_S: Final = 30.0


class HandsTiedError(Exception):
    """The X server could not be reached, or it refused."""


class Hands:
    """One mouse and one keyboard."""

    def click(self, x_px: int, y_px: int) -> None:
        """Move the pointer and press the left button."""
        self._do("mousemove", str(x_px), str(y_px), "click", str(LEFT))

    def step_aside(self) -> None:
        """Move the pointer to the lower right corner, where it covers next to nothing."""
        self._do("mousemove", str(FAR_PX), str(FAR_PX))

    def wheel(self, x_px: int, y_px: int, *, notches: int) -> None:
        """Turn the wheel over a place; positive is down."""
        button = WHEEL_DOWN if notches > 0 else WHEEL_UP
        self._do("mousemove", str(x_px), str(y_px), "click", "--repeat", str(abs(notches)), "--delay", "1", str(button))

    def press(self, *keys: str) -> None:
        """Press keys one after another; names as in X11/keysymdef.h, combinations with plus: ``ctrl+a``."""
        self._do("key", "--delay", str(KEY_DELAY_MS), *keys)

    def type(self, text: str) -> None:
        """Type a text, key by key."""
        if text:
            self._do("type", "--delay", str(KEY_DELAY_MS), "--", text)

    @staticmethod
    def _do(*arguments: str) -> None:
        try:
            done = subprocess.run(
                ["xdotool", *arguments], capture_output=True, text=True, timeout=ACT_WITHIN_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise HandsTiedError(f"xdotool {arguments[0]}: {error}") from None
        if done.returncode != 0:
            raise HandsTiedError(f"xdotool {arguments[0]}: {done.stderr.strip()}")
