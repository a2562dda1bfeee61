"""The word that a machine is as it was found: made of what became of each operation, signed by the seat.

Owns making the statement. Refuses to know how things are put back (``engine``) and where the statement lies
(``kiosk.seat.statements``).
"""

from __future__ import annotations

from exam_packages.as_found import FAILURE_MAX, AsFound, GivenBack, PutBack, condensed
from exam_packages.ids import SeatId, UtcMs
from kiosk.lockdown.engine import Restored, RestoreReport


def as_found(report: RestoreReport, *, seat: SeatId, key: str, made: UtcMs, because: GivenBack) -> AsFound:
    """Return the statement about one restoration.

    Args:
        report: what became of each operation.
        seat: the site's name for the seat.
        key: id of the seat's signing key.
        made: wall time.
        because: on what occasion.
    """
    operations = condensed([_put_back(each) for each in report.operations])
    return AsFound(seat=seat, key=key, made=made, because=because, operations=operations)


def _put_back(restored: Restored) -> PutBack:
    failure = restored.failure.encode("utf-8", "replace").decode("utf-8")[:FAILURE_MAX]
    return PutBack(operation=restored.operation, found=restored.found, left=restored.left, failure=failure)
