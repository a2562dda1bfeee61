"""Which pictures are kept: one of each kind of screen, taken when nothing moves any more.

"Settled" is seen, not assumed: two looks at the screen are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ui.demo.robot.eyes import Eyes, Picture
from ui.demo.waiting import NeverCameError, wait_for

SETTLED_WITHIN_S: Final = 1.0
"""After this a picture is taken anyhow: a clock that shows seconds never stands still for long."""


class Pictures:
    """Pictures of one sitting. The pointer steps aside first, so that it covers nothing."""

    def __init__(self, eyes: Eyes, step_aside: Callable[[], None]) -> None:
        self._eyes = eyes
        self._step_aside = step_aside
        self._kept: set[str] = set()

    def keep(self, name: str) -> None:
        """Keep a picture of the screen under a name, if there is none of this name yet."""
        if name not in self._kept:
            self._kept.add(name)
            self._step_aside()
            self._eyes.keep(self._settled(), name)

    def _settled(self) -> Picture:
        before = self._eyes.look()

        def same() -> Picture | None:
            nonlocal before
            now = self._eyes.look()
            still, before = now == before, now
            return now if still else None

        try:
            return wait_for(same, what="a screen that stands still", deadline_s=SETTLED_WITHIN_S)
        except NeverCameError:
            return before
