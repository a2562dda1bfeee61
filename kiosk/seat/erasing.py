"""Erasing a result at the seat: only against the office's receipt for exactly this bundle, and for good.

A session whose journal is damaged has no bundle, and so no receipt. It may be erased when its files were brought to a stick,
and the result of the session that continues it may be: that one's journal names it, so the office knew of it when it set the
date. A damaged session that nobody has continued stays.

Owns the conditions and the order: the session's key is destroyed first, so that whatever is left or was copied cannot be read.
What happened is kept: the rows of session and bundle stay. Refuses to know how receipts come in.
"""

from __future__ import annotations

from dataclasses import replace

from exam_packages.ids import Digest
from exam_packages.receipts import ReceiptStatus
from exam_packages.results import Incident
from kiosk.durable_file import remove_durably
from kiosk.errors import Missing, NotReady, storage_fault_of
from kiosk.seat.facts import EraseReport
from kiosk.seat.parts import SeatParts
from kiosk.seat.state import BundleRow, SessionRow
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
        bundles = tuple(_erase_one(parts, row) for row in parts.state.outbox.all() if row.erased is None)
        damaged = [row for row in parts.state.sessions.all() if row.state == "damaged"]
        return (*bundles, *(_erase_damaged(parts, row) for row in damaged))
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
    report = _judged(parts, row)
    if report.blocked_by is not None:
        return report
    _destroy(parts, row)
    return replace(report, erased=True)


def _judged(parts: SeatParts, row: BundleRow) -> EraseReport:
    """Return what the receipt says about erasing a bundle now; nothing is erased yet."""
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
    return EraseReport(bundle=row.digest, session=row.session, erased=False, erase_after=receipt.erase_after)


def _erase_damaged(parts: SeatParts, row: SessionRow) -> EraseReport:
    bundle = _continuing_bundle(parts, row)
    if bundle is None:
        return EraseReport(bundle=Digest(""), session=row.session, erased=False, blocked_by=Missing.RECEIPT)
    report = replace(_judged(parts, bundle), session=row.session)
    if report.blocked_by is not None:
        return report
    if parts.state.sessions.exported(row.session) is None:
        return replace(report, blocked_by=Missing.EXPORT)
    parts.files.destroy(row.session)
    with parts.state.together():
        parts.state.sessions.set_state(row.session, "erased")
        parts.state.log.add(Incident(wall=parts.clock.utc_ms(), kind="erased", note="damaged journal"), row.session)
    return replace(report, erased=True)


def _continuing_bundle(parts: SeatParts, row: SessionRow) -> BundleRow | None:
    """Return the result of the session that continues a damaged one, however often that was damaged again."""
    rows = parts.state.sessions.all()
    session = row.session
    while (following := next((each for each in rows if each.continues == session), None)) is not None:
        session = following.session
    return parts.state.outbox.of_session(session)


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
