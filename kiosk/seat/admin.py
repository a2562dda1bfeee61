"""What the site admin does at a seat: import, export, receipts, erase, sealing what was cut off, setting aside, adopting.

Owns that each act is written in the seat's log. Refuses to know who may: ``day`` asks for the admin's PIN.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from exam_packages.ids import Digest, SessionId
from exam_packages.results import Incident
from kiosk.errors import Missing, NotReady, StickFault, StickFaultKind, StorageFault
from kiosk.handover.export import export
from kiosk.handover.stick import Stick
from kiosk.mirror.moved import notice_quietly
from kiosk.progress import Progress, silent
from kiosk.seat.erasing import erase
from kiosk.seat.facts import (
    EraseReport,
    ExportReport,
    ImportReport,
    ReceiptReport,
    SealedBundle,
    SeatStatus,
)
from kiosk.seat.importing import Importer
from kiosk.seat.mirroring import erase_copies
from kiosk.seat.parts import SeatParts
from kiosk.seat.rollback_watch import CodeVerdict
from kiosk.seat.state import SessionRow
from kiosk.seat.status import status_of


class SeatAdmin:
    """The admin's acts at one seat."""

    def __init__(self, parts: SeatParts) -> None:
        self._parts = parts

    def status(self) -> SeatStatus:
        """Return everything that is to be said about the seat."""
        return status_of(self._parts)

    def import_from(self, stick: Path, *, progress: Progress = silent) -> ImportReport:
        """Take in whatever is on the stick and new: trust, certificate, registration, proctors, packages, releases, receipts.

        Each file is taken in wholly or not at all; what was refused, and why, stands in the report.

        Raises:
            StickFault: the stick is not there or cannot be read.
            StorageFault: the seat cannot be written.
        """
        place = Stick(stick)
        place.refuse_absent()
        watch = self._parts.watch
        # Before anything comes in, and once more after it: the stick's marks may tell, and the drop on it.
        foreign = watch.look_at_stick(place)
        report = self._importer().everything(place, progress)
        watch.look_at_office()
        notice_quietly(self._parts, stick)
        self._log("import", f"{len(report.new)} new, {len(report.refused)} refused")
        with contextlib.suppress(StickFault):  # a stick that can only be read brings things all the same
            self._parts.marks.bring(place)
        return replace(report, files=(*report.files, *foreign))

    def import_release(self, path: Path) -> ImportReport:
        """Take in one release file.

        Raises:
            StickFault: there is no such file, or it cannot be read.
            StorageFault: the seat cannot be written.
        """
        if not path.exists() or path.is_dir():
            raise StickFault(StickFaultKind.NOT_FOUND, path)
        report = self._importer().release(path)
        self._log("release", f"{len(report.new)} new, {len(report.refused)} refused")
        return report

    def receipts_from(self, stick: Path) -> tuple[ReceiptReport, ...]:
        """Take in the receipts on the stick."""
        place = Stick(stick)
        place.refuse_absent()
        self._parts.watch.look_at_stick(place)
        return self._importer().receipts(place)

    def export(self, stick: Path, *, progress: Progress = silent) -> ExportReport:
        """Bring every bundle, slip and the seat's report to the stick. Safe to repeat.

        Raises:
            StickFault: the stick is full, gone, read-only, or gives back something else than was written.
            StorageFault: the seat's own copy cannot be read.
        """
        place = Stick(stick)
        place.refuse_absent()
        self._parts.watch.look_at_stick(place)
        notice_quietly(self._parts, stick)  # what is sealed by it goes with the rest
        self._parts.marks.refresh()  # the slips carry its code
        report = export(self._parts, place, progress)
        # Last: whoever finds this mark on a stick finds there what it speaks of, too.
        self._parts.marks.bring(place)
        self._log("export", f"{len(report.bundles)} results")
        return report

    def erase(self, bundle: Digest | None = None) -> tuple[EraseReport, ...]:
        """Erase one bundle, or every one whose receipt allows it.

        Raises:
            NotReady: there is no such bundle.
            StorageFault: the disk failed; it can be repeated.
        """
        reports = erase_copies(self._parts, erase(self._parts, bundle))
        self._parts.marks.refresh()
        return reports

    def seal_unfinished(self, session: SessionId) -> SealedBundle:
        """Seal a session that was cut off and will not be resumed, as unfinished.

        Raises:
            NotReady: there is no such session, or it is sealed.
            StorageFault: its journal cannot be used, or the bundle not be written.
        """
        parts = self._parts
        refuse_elsewhere(parts)
        row = open_row(parts, session)
        bundle = parts.sealer.seal(row, parts.files.check(session), wall=parts.clock.utc_ms())
        self._log("sealed-unfinished", bundle.digest, session)
        parts.marks.refresh()
        return parts.sealer.facts_of(bundle, row)

    def look_at(self, stick: Path) -> None:
        """Compare with the marks on a stick, if it is there and can be read: before anything begins at a seat.

        Raises:
            StorageFault: what was found could not be written down.
        """
        with contextlib.suppress(StickFault):
            self._parts.watch.look_at_stick(Stick(stick))

    def check_code(self, spoken: str) -> CodeVerdict:
        """Compare with a code that somebody noted, see ``RollbackWatch``.

        Raises:
            FormRefused: it is no code, or has a typing error.
        """
        return self._parts.watch.check_code(spoken)

    def accept_rollback(self, reason: str, *, who: str) -> None:
        """Let a seat work again that is older than it once was, see ``RollbackWatch``.

        Raises:
            NotReady: nothing is known to be missing.
            FormRefused: no reason, or one that is too long.
        """
        self._parts.watch.accept(reason, who=who)

    def set_aside(self, session: SessionId) -> None:
        """Give the seat free of a session whose journal is damaged. Its files stay as they are, and go to the stick.

        The appointment can be begun anew; its new session then continues this one.

        Raises:
            NotReady: there is no such session, or its journal is in order.
            StorageFault: the disk is full or cannot be written: whether the journal is damaged cannot be told.
        """
        parts = self._parts
        open_row(parts, session)
        damage = damage_of(parts, session)
        with parts.state.together():
            parts.state.sessions.set_state(session, "damaged")
            self._log("set-aside", f"its journal is {damage.kind.value}", session)

    def adopt(self) -> None:
        """Go on with a folder that was copied or moved here. The one it was copied from must not be used any more.

        Raises:
            NotReady: it is where it was.
            StorageFault: it could not be written.
        """
        place = self._parts.place
        if place.is_here:
            raise NotReady(Missing.ADOPTION, "this seat is where it belongs: there is nothing to adopt")
        # First the log: a copy that was adopted without a word would be worse than a word without an adoption.
        self._log("adopted", "the folder was copied or moved here")
        place.adopt()

    def _importer(self) -> Importer:
        parts = self._parts
        parts.holdings.forget()
        return Importer(
            parts.folder,
            parts.state,
            parts.identity,
            parts.holdings,
            parts.floor,
            wall=parts.clock.utc_ms(),
        )

    def _log(self, kind: str, note: str, session: SessionId | None = None) -> None:
        self._parts.state.log.add(Incident(wall=self._parts.clock.utc_ms(), kind=kind, note=note), session)


def open_row(parts: SeatParts, session: SessionId) -> SessionRow:
    """Return a session that is neither sealed nor given up.

    Raises:
        NotReady: there is no such session.
    """
    row = parts.state.sessions.get(session)
    if row is None or row.state != "open":
        raise NotReady(Missing.SESSION_UNKNOWN, f"this seat has no unfinished session {session}")
    return row


def damage_of(parts: SeatParts, session: SessionId) -> StorageFault:
    """Return what is wrong with a session's journal for good.

    Raises:
        NotReady: nothing is.
        StorageFault: it cannot be told, because the disk is full or cannot be written.
    """
    try:
        parts.files.check(session)
    except StorageFault as fault:
        if not fault.kind.is_damage:
            raise
        return fault
    raise NotReady(Missing.SESSION_UNKNOWN, "the journal of this session is in order: resume or seal it")


def refuse_elsewhere(parts: SeatParts) -> None:
    """Check that the seat's folder is where it belongs, and not older than it once was.

    Raises:
        NotReady: it was copied or moved, and nobody has adopted it; or it is older, and nobody has accepted that.
    """
    parts.watch.refuse_rolled_back()
    if not parts.place.is_here:
        raise NotReady(
            Missing.ADOPTION,
            "this seat's folder was copied or moved here. If the other one is not used any more, adopt this one"
            " (kiosk seat adopt, or Seat administration); exporting results works without that",
        )
