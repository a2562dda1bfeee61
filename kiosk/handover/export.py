"""Bringing results to the stick: every bundle, the candidates' slips, journals that could not be sealed, the seat's report.

Owns what belongs on the stick. Safe to repeat. Refuses to know how bundles are made. Bundles are named by their digest, slips and
journals by their session: what is there already, byte by byte, is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from exam_packages.drop_paths import result_name
from exam_packages.lockdown_log import read_log
from kiosk.durable_file import CopyDiffersError, digest_of
from kiosk.errors import StorageFault, StorageFaultKind, storage_fault_of
from kiosk.handover.incident_page import IncidentPage, page_of
from kiosk.handover.seat_report import encode_report, report_of
from kiosk.handover.stick import Stick, copy_to, put
from kiosk.journal.store import DATABASE_NAME, MARK_NAME
from kiosk.progress import Progress
from kiosk.seat.facts import ExportedFile, ExportReport, SeatStatus
from kiosk.seat.layout import SESSION_KEY
from kiosk.seat.parts import SeatParts
from kiosk.seat.sealing import head_code
from kiosk.seat.state import BundleRow, SessionRow
from kiosk.seat.status import status_of

JOURNAL_FILES: Final = (SESSION_KEY, DATABASE_NAME, f"{DATABASE_NAME}-wal", MARK_NAME)
"""What the office needs of a session's folder to open its journal. The log's index is made anew."""

Done: TypeAlias = Callable[[BundleRow | SessionRow], None]
"""Told of every bundle, and of every session whose journal, that is on the stick now."""


def export(parts: SeatParts, stick: Stick, progress: Progress) -> ExportReport:
    """Bring everything that is not erased to the stick, damaged journals as they are, and note it.

    Raises:
        StickFault: the stick is full, gone, cannot be written, or gives back something else. What is on it already stays.
        StorageFault: the seat's own copy cannot be read, or the disk not be written.
    """

    def note(done: BundleRow | SessionRow) -> None:
        wall = parts.clock.utc_ms()
        if isinstance(done, BundleRow):
            parts.state.outbox.mark_exported(done.digest, wall)
        else:
            parts.state.sessions.mark_exported(done.session, wall)

    damaged = [row for row in parts.state.sessions.all() if row.state == "damaged"]
    return bring(parts, stick, damaged, progress, status=lambda: status_of(parts), done=note)


def bring(
    parts: SeatParts,
    stick: Stick,
    journals: Sequence[SessionRow],
    progress: Progress,
    *,
    status: Callable[[], SeatStatus],
    done: Done,
) -> ExportReport:
    """Bring every bundle that is not erased, its slip, some sessions' journals and the seat's report to the stick.

    Raises:
        StickFault, StorageFault: as ``export``.
    """
    stick.refuse_absent()
    rows = [row for row in parts.state.outbox.all() if row.erased is None]
    site_name = status().site_name
    bundles: list[ExportedFile] = []
    slips: list[ExportedFile] = []
    brought: list[ExportedFile] = []
    for number, row in enumerate(rows, start=1):
        progress(number, len(rows), result_name(row.digest))
        bundles.append(_export_bundle(parts, stick, row))
        session = parts.state.sessions.get(row.session)
        if session is not None:
            slips.append(put(stick.slips / f"{row.session}.pdf", _slip(parts, session, row, site_name)))
        stick.refuse_pulled()
        done(row)
    for journal in journals:
        brought += _export_journal(parts, stick, journal)
        stick.refuse_pulled()
        done(journal)
    report = put(stick.seats / f"{parts.identity.name}.json", encode_report(report_of(status())))
    stick.refuse_pulled()
    return ExportReport(bundles=tuple(bundles), slips=tuple(slips), journals=tuple(brought), seat_report=report)


def _slip(parts: SeatParts, session: SessionRow, row: BundleRow, site_name: str) -> bytes:
    # What draws pages is loaded where there is one to draw: no seat's window waits for it.
    from kiosk.handover.slip import SlipFacts, draw_slip  # noqa: PLC0415

    facts = SlipFacts(
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
        seat_code=parts.marks.slip_code(session.session),
        incidents=_incidents(parts, session),
    )
    return draw_slip(facts)


def _incidents(parts: SeatParts, session: SessionRow) -> IncidentPage | None:
    lines = parts.logs.kept(session.session)
    return page_of(read_log(lines, place="lockdown log")[0]) if lines else None


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


def _export_journal(parts: SeatParts, stick: Stick, row: SessionRow) -> list[ExportedFile]:
    """Bring a session's files as they are; of a damaged one some may be missing."""
    brought = []
    for name in JOURNAL_FILES:
        source = parts.folder.session(row.session) / name
        if not source.is_file():
            continue
        try:
            brought.append(copy_to(source, stick.journals / row.session / name, digest_of(source)))
        except CopyDiffersError as error:
            raise StorageFault(StorageFaultKind.IO, source, "it changes while it is read") from error
        except OSError as error:
            raise storage_fault_of(error, source) from error
    return brought
