"""The hash chain over a session's records, and over every other log that must not lose a line.

``h_n = SHA-256(0x00 ‖ n as 8 bytes, big-endian ‖ h_{n-1} ‖ record bytes)`` with ``h_{-1}`` 32 zero bytes. Refuses to know what a
record is.
"""

from __future__ import annotations

import hashlib
from typing import Final

CHAIN_START: Final = bytes(32)
RECORDS_MAX: Final = 1_000_000  # of one session: a day of answers at one a second is not a tenth of it


def link(n: int, previous: bytes, record: bytes) -> bytes:
    """Return the chain value of record ``n``: 32 bytes."""
    return hashlib.sha256(b"\x00" + n.to_bytes(8, "big") + previous + record).digest()
