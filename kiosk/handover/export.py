"""Bringing results to the stick: every bundle, the candidates' slips, the seat's report. Safe to repeat.

Owns what belongs on the stick. Refuses to know how bundles are made. Bundles are named by their digest, slips by their session:
what is there already, byte by byte, is left as it is.
"""

from __future__ import annotations

from exam_packages.drop_paths import result_name
from kiosk.durable_file import CopyDiffersError
from kiosk.errors import StorageFault, StorageFaultKind, storage_fault_of
from kiosk.handover.seat_report import encode_report, report_of
from kiosk.handover.slip import SlipFacts, draw_slip
from kiosk.handover.stick import Stick, copy_to, put
from kiosk.progress import Progress
from kiosk.seat.facts import ExportedFile, ExportReport
from kiosk.seat.parts import SeatParts
from kiosk.seat.sealing import head_code
from kiosk.seat.state import BundleRow, SessionRow
from kiosk.seat.status import status_of


def export(parts: SeatParts, stick: Stick, progress: Progress) -> ExportReport:
    """Bring everything that is not erased to the stick.

    Raises:
        StickFault: the stick is full, gone, cannot be written, or gives back something else. What is on it already stays.
        StorageFault: the seat's own copy cannot be read.
    """
    stick.refuse_absent()
    rows = [row for row in parts.state.outbox.all() if row.erased is None]
    site_name = status_of(parts).site_name
    bundles: list[ExportedFile] = []
    slips: list[ExportedFile] = []
    for number, row in enumerate(rows, start=1):
        progress(number, len(rows), result_name(row.digest))
        bundles.append(_export_bundle(parts, stick, row))
        session = parts.state.sessions.get(row.session)
        if session is not None:
            slips.append(put(stick.slips / f"{row.session}.pdf", draw_slip(slip_facts(parts, session, row, site_name))))
        parts.state.outbox.mark_exported(row.digest, parts.clock.utc_ms())
    report = report_of(status_of(parts))
    return ExportReport(
        bundles=tuple(bundles),
        slips=tuple(slips),
        seat_report=put(stick.seats / f"{parts.identity.name}.json", encode_report(report)),
    )


def slip_facts(parts: SeatParts, session: SessionRow, row: BundleRow, site_name: str) -> SlipFacts:
    """Return what a candidate's slip says."""
    return SlipFacts(
        candidate_name=session.candidate_name,
        exam_title=session.exam_title,
        session=session.session,
        site_name=site_name,
        seat=parts.identity.name,
        opened=session.opened,
        sealed=row.sealed,
        state=row.result_state,
        answer_count=row.answer_count,
        head=row.head,
        head_code=head_code(bytes.fromhex(row.head)),
        bundle=row.digest,
    )


def _export_bundle(parts: SeatParts, stick: Stick, row: BundleRow) -> ExportedFile:
    source = parts.folder.bundle(row.digest)
    if not source.is_file():
        raise StorageFault(StorageFaultKind.MISSING, source)
    try:
        return copy_to(source, stick.results / result_name(row.digest), row.digest)
    except CopyDiffersError as error:
        raise StorageFault(StorageFaultKind.DAMAGED, source) from error
    except OSError as error:
        raise storage_fault_of(error, source) from error
