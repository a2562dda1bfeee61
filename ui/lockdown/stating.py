"""Signing, with the seat's key, what was put back on its machine.

Owns that act, and that what the system's service has put back is in the same statement. Loaded only when there is something to
sign: a supervisor starts without keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from exam_packages.as_found import OPERATIONS_MAX, GivenBack
from kiosk.clock import Clock
from kiosk.lockdown.as_found import as_found
from kiosk.lockdown.engine import Restored, RestoreReport
from kiosk.lockdown.giving_back import OthersReport
from kiosk.seat.identity import read_identity
from kiosk.seat.layout import SeatFolder
from kiosk.seat.statements import keep_as_found, kept_as_found


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


def state_others(seat: Path, reports: Sequence[OthersReport], clock: Clock) -> None:
    """Sign anew what the seat has stated last, with what somebody else has put back since.

    Args:
        seat: the seat's folder.
        reports: the oldest first; of an operation the last word counts.
        clock: what time it is.

    Raises:
        StorageFault: there is no seat here, or it cannot be written.
    """
    folder = SeatFolder(seat)
    identity = read_identity(folder)
    last: dict[str, Restored] = {each.operation: each for one in reports for each in one.report.operations}
    crashed = any(one.because is GivenBack.AFTER_CRASH for one in reports)
    statement = as_found(
        RestoreReport(operations=tuple(last.values())),
        seat=identity.name,
        key=identity.signing_key.public_key.keyid,
        made=clock.utc_ms(),
        because=GivenBack.AFTER_CRASH if crashed else GivenBack.SESSION_ENDED,
    )
    before = kept_as_found(folder, identity)
    own = () if before is None else tuple(each for each in before.operations if each.operation not in last)
    keep_as_found(folder, identity, replace(statement, operations=(*own, *statement.operations)[:OPERATIONS_MAX]))
