"""A second window that waits behind walls of its own, with everything loaded, until the first one is gone.

Owns that one process: most of the time that a window takes to come back is spent loading, and this has loaded already. Refuses to
know why it is needed. It has opened neither seat nor screen; where it died, a window is started as ever.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Final

from ui.lockdown.ports import Window

REST_MS: Final = 5_000
"""So long a window has the machine for itself before the next one loads; and one that dies while it waits is not made at once."""


class WindowReserve:
    """Starts windows, from the one that waits where there is one.

    Args:
        make: starts a window; told whether it is to wait until ``go``.
        is_kept: whether one is to wait at all.
    """

    def __init__(self, make: Callable[[bool], Window], *, is_kept: bool) -> None:
        self._make = make
        self._is_kept = is_kept
        self._waiting: Window | None = None
        self._since_ms: int | None = None

    def take(self) -> Window:
        """Return a window that comes up now."""
        waiting, self._waiting, self._since_ms = self._waiting, None, None
        if waiting is not None:
            if waiting.ended() is None and waiting.go():
                return waiting
            waiting.kill()
            waiting.let_go()
        return self._make(False)

    def keep(self, now_ms: int) -> None:
        """See that one waits; to be called again and again while a window is up.

        Args:
            now_ms: ``Reading.awake_ms``.
        """
        if not self._is_kept:
            return
        if self._waiting is not None and self._waiting.ended() is not None:
            self._waiting.let_go()
            self._waiting, self._since_ms = None, None
        if self._waiting is not None:
            return
        if self._since_ms is None:
            self._since_ms = now_ms
        elif now_ms - self._since_ms >= REST_MS:
            self._since_ms = now_ms
            # A machine that has no room for a second one now may have some later; the first one runs on.
            with contextlib.suppress(OSError):
                self._waiting = self._make(True)

    def close(self) -> None:
        """End the one that waits."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.kill()
            waiting.let_go()
