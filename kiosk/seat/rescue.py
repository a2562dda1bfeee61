"""A seat whose disk is full, or cannot be written: read as it lies, so that its results can be carried away.

Owns what is possible without writing a byte: the status, and bringing everything to a stick, also the journals of sessions that
could not be sealed; with its scoring key the office opens them (``recover_journal_key``). Nothing is noted at the seat: once
its disk is in order, an export notes what is on the stick. Refuses to know why nothing can be written.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from kiosk.clock import Clock
from kiosk.errors import StorageFaultKind
from kiosk.handover.export import bring
from kiosk.handover.stick import Stick
from kiosk.progress import Progress, silent
from kiosk.seat.facts import ExportReport, SeatStatus
from kiosk.seat.identity import read_identity
from kiosk.seat.layout import FolderLock, SeatFolder
from kiosk.seat.parts import assemble
from kiosk.seat.place import this_machine
from kiosk.seat.state import SeatState
from kiosk.seat.status import status_of


class RescuedSeat:
    """A seat that is only read. Close it, or use it as a context manager.

    Args:
        folder: the seat's folder.
        fault: why it cannot be opened.
        clock: what time it is.
        machine: what names this machine; None asks it.

    Raises:
        StorageFault: it cannot be read either, or another process holds it.
    """

    def __init__(self, folder: Path, fault: StorageFaultKind, *, clock: Clock, machine: str | None = None) -> None:
        layout = SeatFolder(folder)
        self._fault = fault
        self._lock = FolderLock(folder, only_read=True)
        try:
            identity = read_identity(layout)
            state = SeatState(layout.state, identity.state_key, still=True)
            self._parts = assemble(
                layout, identity, state, clock, machine=this_machine() if machine is None else machine
            )
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the folder free."""
        self._parts.state.close()
        self._lock.release()

    def status(self) -> SeatStatus:
        """Return everything that is to be said about the seat, and why it is only read."""
        return status_of(self._parts, fault=self._fault)

    def export(self, stick: Path, *, progress: Progress = silent) -> ExportReport:
        """Bring every result, slip and report to the stick, and the journals of all sessions that are not sealed.

        Raises:
            StickFault: the stick is full, gone, read-only, or gives back something else than was written.
            StorageFault: the seat's own copy cannot be read.
        """
        rows = [row for row in self._parts.state.sessions.all() if row.state in ("opening", "open", "damaged")]
        return bring(self._parts, Stick(stick), rows, progress, status=self.status, done=lambda _done: None)
