"""Erasing a result at the seat: only against the office's receipt for exactly this bundle, and for good.

Owns the conditions and the order: the session's key is destroyed first, so that whatever is left or was copied cannot be read.
What happened is kept: the rows of session and bundle stay. Refuses to know how receipts come in.
"""

from __future__ import annotations

from exam_packages.ids import Digest
from exam_packages.receipts import ReceiptStatus
from exam_packages.results import Incident
from kiosk.durable_file import remove_durably
from kiosk.errors import Missing, NotReady, storage_fault_of
from kiosk.seat.facts import EraseReport
from kiosk.seat.parts import SeatParts
from kiosk.seat.state import BundleRow
from kiosk.seat.status import receipt_of


def erase(parts: SeatParts, bundle: Digest | None) -> tuple[EraseReport, ...]:
    """Erase one bundle, or every one that may be erased.

    Args:
        parts: the seat.
        bundle: which one; None looks at all that are still here.

    Returns:
        A line for each bundle that was looked at.

    Raises:
        NotReady: there is no such bundle.
        StorageFault: the disk failed; it can be repeated.
    """
    if bundle is None:
        return tuple(_erase_one(parts, row) for row in parts.state.outbox.all() if row.erased is None)
    row = parts.state.outbox.get(bundle)
    if row is None:
        raise NotReady(Missing.SESSION_UNKNOWN, f"this seat has no result {bundle[:16]}…")
    if row.erased is not None:
        return (EraseReport(bundle=row.digest, session=row.session, erased=True),)
    return (_erase_one(parts, row),)


def finish_erasing(parts: SeatParts) -> None:
    """Finish what a crash left half erased: a session whose key is destroyed while its bundle is not yet noted as erased.

    Raises:
        StorageFault: the disk failed; it can be repeated.
    """
    for row in parts.state.outbox.all():
        if row.erased is None and row.receipt is not None and not parts.folder.session_key(row.session).exists():
            _erase_one(parts, row)


def _erase_one(parts: SeatParts, row: BundleRow) -> EraseReport:
    receipt = receipt_of(row, parts.holdings)
    if receipt is None:
        return _blocked(row, Missing.RECEIPT)
    if receipt.status is not ReceiptStatus.ACCEPTED or receipt.erase_after is None:
        return _blocked(row, Missing.RECEIPT_QUARANTINED)
    if parts.floor.now() < receipt.erase_after:
        return EraseReport(
            bundle=row.digest,
            session=row.session,
            erased=False,
            blocked_by=Missing.ERASURE_DATE,
            erase_after=receipt.erase_after,
        )
    _destroy(parts, row)
    return EraseReport(bundle=row.digest, session=row.session, erased=True, erase_after=receipt.erase_after)


def _destroy(parts: SeatParts, row: BundleRow) -> None:
    path = parts.folder.bundle(row.digest)
    parts.files.destroy(row.session)
    try:
        remove_durably(path)
    except OSError as error:
        raise storage_fault_of(error, path) from error
    wall = parts.clock.utc_ms()
    parts.state.outbox.mark_erased(row, wall)
    parts.state.log.add(Incident(wall=wall, kind="erased", note=row.digest), row.session)


def _blocked(row: BundleRow, missing: Missing) -> EraseReport:
    return EraseReport(bundle=row.digest, session=row.session, erased=False, blocked_by=missing)
