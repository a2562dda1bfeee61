"""One seat's folder, held by one process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from exam_packages.ids import Digest, SeatId
from kiosk.clock import Clock
from kiosk.progress import Progress, silent
from kiosk.seat.facts import EraseReport, ExportReport, ImportReport, ReceiptReport, SeatStatus

if TYPE_CHECKING:
    from kiosk.seat.day import ExamDay


class Seat:
    """One seat folder, held by one process (lock file)."""

    @classmethod
    def create(cls, folder: Path, *, name: SeatId, root: bytes, clock: Clock, language: str = "en") -> Seat:
        """Make a seat's folder with fresh keys."""
        raise NotImplementedError

    @classmethod
    def open(cls, folder: Path, *, clock: Clock) -> Seat:
        """Open a seat's folder."""
        raise NotImplementedError

    def close(self) -> None:
        """Give the folder free."""
        raise NotImplementedError

    def request(self) -> bytes:
        """Return the self-signed request for a certificate."""
        raise NotImplementedError

    def import_from(self, stick: Path, *, progress: Progress = silent) -> ImportReport:
        """Take in whatever is on the stick and new."""
        raise NotImplementedError

    def import_release(self, path: Path) -> ImportReport:
        """Take in one release."""
        raise NotImplementedError

    def receipts_from(self, stick: Path) -> tuple[ReceiptReport, ...]:
        """Take in receipts."""
        raise NotImplementedError

    def status(self) -> SeatStatus:
        """Return what is to be said about the seat."""
        raise NotImplementedError

    def export(self, stick: Path, *, progress: Progress = silent) -> ExportReport:
        """Bring every bundle, slip and the seat report to the stick."""
        raise NotImplementedError

    def erase(self, bundle: Digest | None = None) -> tuple[EraseReport, ...]:
        """Erase one bundle, or all that have a receipt which allows it."""
        raise NotImplementedError

    def day(self) -> ExamDay:
        """Return what the window drives."""
        raise NotImplementedError
