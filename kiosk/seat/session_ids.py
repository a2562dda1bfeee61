"""Names for sessions: 26 Crockford base32 characters, sortable by time, unguessable in the rest.

Refuses to know clocks and randomness: both come in.
"""

from __future__ import annotations

from typing import Final

from exam_packages.ids import SessionId, UtcMs
from signing.base32 import ALPHABET

RANDOM_BYTES: Final = 10
_CHARACTERS: Final = 26
_TIME_BITS: Final = 48


def session_id(now: UtcMs, random: bytes) -> SessionId:
    """Return a session id: 48 bits of time, then 80 random bits.

    Args:
        now: wall time.
        random: 10 uniformly random bytes.
    """
    number = (now % (1 << _TIME_BITS)) << (8 * RANDOM_BYTES) | int.from_bytes(random, "big")
    return SessionId("".join(ALPHABET[(number >> shift) & 31] for shift in range(5 * (_CHARACTERS - 1), -1, -5)))
