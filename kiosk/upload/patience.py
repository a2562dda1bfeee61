"""How long to try again, and how long to wait before.

Owns the numbers. Waiting and chance are given by whoever starts the run: a program waits, a test counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from kiosk.upload.faults import UploadFault

TRIES_MAX: Final = 5  # waits of at most 1, 2, 4 and 8 s between them: a network that comes back at all is back by then
FIRST_WAIT_S: Final = 1.0
WAIT_MAX_S: Final = 30.0
RETRY_AFTER_MAX_S: Final = 120  # a server that asks for more is told "repeat later" by a person

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Exponential back-off with jitter, bounded.

    Attributes:
        pause: waits for so many seconds.
        chance: gives a number from 0 up to 1. Many sites that lost the same server must not all come back in the same second.
        tries: how often a thing is tried at most.
    """

    pause: Callable[[float], None]
    chance: Callable[[], float]
    tries: int = TRIES_MAX

    def wait_s(self, failed_tries: int, asked_s: int | None = None) -> float:
        """Return how long to wait after so many tries: between half and the whole of a doubling time.

        Args:
            failed_tries: from 1.
            asked_s: what the server asked for; the longer of the two counts, up to a bound.
        """
        longest = min(WAIT_MAX_S, FIRST_WAIT_S * 2.0 ** (failed_tries - 1))
        own = longest * (0.5 + 0.5 * self.chance())
        return max(own, float(min(asked_s or 0, RETRY_AFTER_MAX_S)))

    def trying(self, action: Callable[[], _Result], waiting: Callable[[UploadFault, float], None]) -> _Result:
        """Do something until it works, at most ``tries`` times.

        Args:
            action: must be safe to repeat.
            waiting: is told the fault and the seconds before each pause.

        Raises:
            UploadFault: the last one, or one that trying again does not help.
        """
        failed_tries = 0
        while True:
            try:
                return action()
            except UploadFault as fault:
                failed_tries += 1
                if not fault.passes or failed_tries >= self.tries:
                    raise
                wait_s = self.wait_s(failed_tries, fault.retry_after_s)
                waiting(fault, wait_s)
            self.pause(wait_s)
