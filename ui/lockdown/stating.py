"""Signing, with the seat's key, what was put back on its machine.

Owns one act. Loaded only when there is something to sign: a supervisor starts without keys.
"""

from __future__ import annotations

from pathlib import Path

from exam_packages.as_found import GivenBack
from kiosk.clock import Clock
from kiosk.lockdown.as_found import as_found
from kiosk.lockdown.engine import RestoreReport
from kiosk.seat.identity import read_identity
from kiosk.seat.layout import SeatFolder
from kiosk.seat.statements import keep_as_found


def state_as_found(seat: Path, report: RestoreReport, because: str, clock: Clock) -> None:
    """Sign a statement and keep it in the seat's folder, for the next result.

    Args:
        seat: the seat's folder.
        report: what became of each operation.
        because: a value of ``GivenBack``.
        clock: what time it is.

    Raises:
        StorageFault: there is no seat here, or it cannot be written.
    """
    folder = SeatFolder(seat)
    identity = read_identity(folder)
    key = identity.signing_key.public_key.keyid
    made = clock.utc_ms()
    keep_as_found(
        folder, identity, as_found(report, seat=identity.name, key=key, made=made, because=GivenBack(because))
    )
