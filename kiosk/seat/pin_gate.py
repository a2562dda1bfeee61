"""PIN checks that cannot be hurried: count, commit, then look.

Owns the counting and the delays. Refuses to know verifiers' insides.

Five tries, then a delay before each further one: 30 s, 60 s, 120 s … up to 15 minutes. The try is counted and committed before
the PIN is looked at, so pulling the plug gains nothing. A delay is measured by the monotonic clock of one start of the machine;
after a restart of the machine it begins anew. Neither the wall clock nor a restart shortens it. The right PIN of anybody
clears all counters: it is the proof that a proctor is at the seat.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from exam_packages.ids import ProctorId, SessionId
from exam_packages.proctors import Proctor, ProctorFile, check_pin
from exam_packages.results import Incident
from kiosk.clock import Clock
from kiosk.errors import PinRefused
from kiosk.seat.state import PinRow, SeatState
from signing.pin import PinWrong

FREE_TRIES: Final = 5
FIRST_DELAY_S: Final = 30
LONGEST_DELAY_S: Final = 15 * 60
_UNKNOWN: Final = ProctorId("?")  # one counter for everybody who is not in the file; no proctor can be called so


class PinGate:
    """Checks PINs of one seat, one at a time."""

    def __init__(self, state: SeatState, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._one_at_a_time = threading.Lock()

    def check(
        self,
        file: ProctorFile,
        proctor: ProctorId,
        pin: str,
        *,
        pepper: bytes,
        session: SessionId | None = None,
    ) -> Proctor:
        """Return the proctor whose PIN it is. Slow on purpose: not for the interface thread.

        Args:
            file: the site's proctors; not empty.
            proctor: who claims to be here.
            pin: what was typed.
            pepper: the site's, out of the seat's certificate.
            session: what runs at the seat; a wrong PIN goes to its incident log.

        Raises:
            PinRefused: wrong PIN, unknown proctor, or still waiting.
        """
        with self._one_at_a_time:
            known = next((entry for entry in file.proctors if entry.proctor == proctor), None)
            row_name = proctor if known is not None else _UNKNOWN
            failures = self._count(row_name)
            # Somebody unknown costs the same: another's verifier, bound to another name, which no PIN opens.
            entry = known if known is not None else replace(_first(file.proctors), proctor=_UNKNOWN)
            try:
                check_pin(entry, pin, site=file.site, pepper=pepper)
            except PinWrong:
                self._log("pin-wrong", row_name, session)
                raise self._refusal(failures) from None
            self._state.pins.clear()
            return entry

    def _count(self, proctor: ProctorId) -> int:
        """Commit one more try and return how many there are now.

        Raises:
            PinRefused: it is not time for another; nothing is counted.
        """
        before = self._state.pins.get(proctor)
        boot, now = self._clock.boot_id(), self._clock.monotonic_ms()
        failures = 0
        if before is not None:
            failures = before.failures
            if before.boot != boot:
                before = PinRow(failures=failures, boot=boot, monotonic_ms=now)
                self._state.pins.put(proctor, before)
            wait_ms = delay_s(failures) * 1000 - (now - before.monotonic_ms)
            if wait_ms > 0:
                raise PinRefused(wait_s=-(-wait_ms // 1000), attempts_left=None)
        self._state.pins.put(proctor, PinRow(failures=failures + 1, boot=boot, monotonic_ms=now))
        return failures + 1

    def _refusal(self, failures: int) -> PinRefused:
        wait = delay_s(failures)
        return PinRefused(wait_s=wait, attempts_left=None if wait else FREE_TRIES - failures)

    def _log(self, kind: str, proctor: ProctorId, session: SessionId | None) -> None:
        self._state.log.add(Incident(wall=self._clock.utc_ms(), kind=kind, note=proctor), session)


def delay_s(failures: int) -> int:
    """Return how long to wait after so many failed tries, in seconds."""
    if failures < FREE_TRIES:
        return 0
    return min(LONGEST_DELAY_S, FIRST_DELAY_S << min(failures - FREE_TRIES, 10))


def _first(proctors: Sequence[Proctor]) -> Proctor:
    return proctors[0]
