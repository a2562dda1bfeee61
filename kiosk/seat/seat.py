"""One seat's folder, held by one process: made, opened, closed.

Owns creation, the lock, and finishing what a crash left half done. Refuses to know screens; what the window drives is
``ExamDay``.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Self

from exam_packages.certificates import SeatRequest, build_seat_request
from exam_packages.ids import Digest, SeatId, SessionId
from exam_packages.results import Incident
from kiosk.clock import Clock
from kiosk.durable_file import clear_leftovers, make_folder, new_folder
from kiosk.errors import StorageFault, StorageFaultKind, storage_fault_of
from kiosk.mirror.moved import seal_moved
from kiosk.mirror.taking import clear_scratch, is_being_taken, settle_taking
from kiosk.progress import Progress, silent
from kiosk.seat import reserve
from kiosk.seat.admin import SeatAdmin
from kiosk.seat.day import ExamDay
from kiosk.seat.erasing import finish_erasing
from kiosk.seat.facts import EraseReport, ExportReport, ImportReport, ReceiptReport, SealedBundle, SeatStatus
from kiosk.seat.guarding import LockdownPort
from kiosk.seat.identity import make_identity, read_identity, write_about
from kiosk.seat.layout import FolderLock, SeatFolder
from kiosk.seat.mirroring import INCIDENT, set_medium
from kiosk.seat.parts import SeatParts, assemble
from kiosk.seat.place import this_machine
from kiosk.seat.rescue import RescuedSeat
from kiosk.seat.rollback_watch import CodeVerdict
from kiosk.seat.session_opening import SessionOpener
from kiosk.seat.state import SeatState
from kiosk.seat.status import status_of
from signing.keys import VerifyKey
from signing.trust import TrustStore


class Seat:
    """An open seat. Close it, or use it as a context manager."""

    def __init__(self, parts: SeatParts, lock: FolderLock) -> None:
        self._parts = parts
        self._lock = lock
        self._admin = SeatAdmin(parts)
        self._day: ExamDay | None = None

    @classmethod
    def create(cls, folder: Path, *, name: SeatId, root: bytes, clock: Clock, language: str = "en") -> Seat:
        """Make a seat's folder with fresh keys.

        Args:
            folder: where; must not exist, or be empty.
            name: the site's name for this workstation.
            root: the office's root metadata, brought by a way people trust.
            clock: what time it is.
            language: BCP 47 tag that the window starts with.

        Raises:
            FormRefused: the name is none.
            Refused: the root metadata are not in order.
            FileExistsError: the folder is not empty.
            StorageFault: it cannot be written.
        """
        layout = SeatFolder(folder)
        try:
            with new_folder(folder):
                for part in layout.all_folders():
                    make_folder(part, mode=0o700)
                TrustStore.create(layout.trust, root)
                identity = make_identity(layout, name, language)
                SeatState(layout.state, identity.state_key, new=True).close()
                # Last: a folder without it is no seat, so an interrupted creation is not taken for one.
                write_about(layout, identity)
        except FileExistsError:
            raise
        except OSError as error:
            raise storage_fault_of(error, folder) from error
        return cls.open(folder, clock=clock)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        clock: Clock,
        machine: str | None = None,
        lockdown: LockdownPort | None = None,
        patience_ms: int = 0,
    ) -> Seat:
        """Open a seat's folder and finish what a crash left half done.

        Where the disk is full, the room that is kept for that is given up.

        Args:
            folder: the seat's folder.
            clock: what time it is.
            machine: what names this machine; None asks it.
            lockdown: who holds the seat locked down; None where nobody does.
            patience_ms: so long whoever holds it may take to let go.

        Raises:
            StorageFault: BUSY while another process holds it; otherwise what is wrong with it. Where it ``leaves_reading``,
                ``RescuedSeat`` brings the results to a stick.
        """
        layout = SeatFolder(folder)
        if not layout.about.is_file():
            raise StorageFault(StorageFaultKind.MISSING, folder, "there is no seat here")
        lock = FolderLock(folder, patience_ms=patience_ms)
        here = this_machine() if machine is None else machine
        try:
            try:
                seat = cls._opened(layout, lock, clock, here, lockdown)
            except StorageFault as fault:
                if fault.kind is not StorageFaultKind.FULL or not reserve.give_up(layout):
                    raise
                seat = cls._opened(layout, lock, clock, here, lockdown)
        except BaseException:
            lock.release()
            raise
        reserve.keep(layout)
        return seat

    @classmethod
    def _opened(
        cls, layout: SeatFolder, lock: FolderLock, clock: Clock, machine: str, lockdown: LockdownPort | None
    ) -> Seat:
        identity = read_identity(layout)
        state = SeatState(layout.state, identity.state_key)
        try:
            parts = assemble(layout, identity, state, clock, machine, lockdown)
            parts.place.bind_if_new()
            seat = cls(parts, lock)
            seat._finish_what_was_begun()
        except OSError as error:
            state.close()
            raise storage_fault_of(error, layout.folder) from error
        except BaseException:
            state.close()
            raise
        return seat

    @classmethod
    def look(cls, folder: Path, *, clock: Clock, machine: str | None = None) -> SeatStatus:
        """Return a seat's status, also while another process holds it, or while nothing can be written.

        A seat that nobody holds is opened for it, with all that ``open`` does.

        Raises:
            StorageFault: there is no seat here, or it cannot be read.
        """
        try:
            with cls.open(folder, clock=clock, machine=machine) as seat:
                return seat.status()
        except StorageFault as fault:
            if fault.kind.leaves_reading:
                with RescuedSeat(folder, fault.kind, clock=clock, machine=machine) as rescued:
                    return rescued.status()
            if fault.kind is not StorageFaultKind.BUSY:
                raise
        layout = SeatFolder(folder)
        identity = read_identity(layout)
        state = SeatState(layout.state, identity.state_key, only_look=True)
        try:
            return status_of(assemble(layout, identity, state, clock, this_machine() if machine is None else machine))
        finally:
            state.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close a session that runs (it can be resumed) and give the folder free."""
        if self._day is not None:
            self._day.close()
        self._parts.state.close()
        self._lock.release()

    @property
    def name(self) -> SeatId:
        """The site's name for this workstation."""
        return self._parts.identity.name

    @property
    def parts(self) -> SeatParts:
        """What the seat consists of, for whoever tries the seat as a whole (``kiosk.readiness``)."""
        return self._parts

    @property
    def verify_key(self) -> VerifyKey:
        """The public half of the seat's signing key; people compare its fingerprint."""
        return self._parts.identity.signing_key.public_key

    @property
    def language(self) -> str:
        """BCP 47 tag that the window starts with."""
        return self._parts.identity.language

    def request(self) -> bytes:
        """Return the self-signed request for a certificate. The same seat always asks with the same keys."""
        identity = self._parts.identity
        request = SeatRequest(
            seat=identity.name,
            signing_key=identity.signing_key.public_key,
            content_key=identity.content_key.public,
            created=self._parts.clock.utc_ms(),
        )
        return build_seat_request(request, identity.signing_key)

    def import_from(self, stick: Path, *, progress: Progress = silent) -> ImportReport:
        """Take in whatever is on the stick and new, see ``SeatAdmin``."""
        return self._admin.import_from(stick, progress=progress)

    def import_release(self, path: Path) -> ImportReport:
        """Take in one release file."""
        return self._admin.import_release(path)

    def receipts_from(self, stick: Path) -> tuple[ReceiptReport, ...]:
        """Take in the receipts on the stick."""
        return self._admin.receipts_from(stick)

    def status(self) -> SeatStatus:
        """Return everything that is to be said about the seat."""
        return self._admin.status()

    def export(self, stick: Path, *, progress: Progress = silent) -> ExportReport:
        """Bring every bundle, slip and the seat's report to the stick, see ``SeatAdmin``."""
        return self._admin.export(stick, progress=progress)

    def erase(self, bundle: Digest | None = None) -> tuple[EraseReport, ...]:
        """Erase one bundle, or every one whose receipt allows it, see ``SeatAdmin``."""
        return self._admin.erase(bundle)

    def seal_unfinished(self, session: SessionId) -> SealedBundle:
        """Seal a session that was cut off and will not be resumed, see ``SeatAdmin``."""
        return self._admin.seal_unfinished(session)

    def look_at(self, stick: Path) -> None:
        """Compare with the marks on a stick, if it is there, see ``SeatAdmin``."""
        self._admin.look_at(stick)

    def check_code(self, spoken: str) -> CodeVerdict:
        """Compare with a code that somebody noted, see ``SeatAdmin``."""
        return self._admin.check_code(spoken)

    def accept_rollback(self, reason: str, *, who: str) -> None:
        """Let a seat work again that is older than it once was, see ``SeatAdmin``."""
        self._admin.accept_rollback(reason, who=who)

    def set_aside(self, session: SessionId) -> None:
        """Give the seat free of a session whose journal is damaged, see ``SeatAdmin``."""
        self._admin.set_aside(session)

    def adopt(self) -> None:
        """Go on with a folder that was copied or moved here, see ``SeatAdmin``."""
        self._admin.adopt()

    def day(self, *, mirror: Path | None = None) -> ExamDay:
        """Return what the window drives.

        Args:
            mirror: the medium that second copies of sessions go to, from the first call on; None takes the seat's setting.
        """
        if self._day is None:
            self._day = ExamDay(self._parts, self._admin, mirror)
        return self._day

    def set_mirror(self, medium: Path | None) -> None:
        """Keep second copies of the sessions to come on a medium (a stick, a second disk), or none."""
        set_medium(self._parts.state, medium)
        note = "off" if medium is None else "on"
        self._parts.state.log.add(Incident(wall=self._parts.clock.utc_ms(), kind=INCIDENT, note=note))

    def _finish_what_was_begun(self) -> None:
        """Bring a seat that was cut off into a state that a day can begin from."""
        parts = self._parts
        clear_leftovers(parts.folder.packages)
        parts.watch.look_at_journal()  # before anything is sealed
        for row in parts.state.sessions.all():
            if row.state == "opening" and is_being_taken(parts, row.session):
                settle_taking(parts, row.session)
            elif row.state == "opening":
                SessionOpener(parts).settle_opening(row.session)
        clear_scratch(parts.folder.sessions)
        for row in parts.state.sessions.all():
            # A damaged journal is no reason not to open the seat: the day offers to continue in a new session.
            # A copy takes no number: the seat it was copied from takes the same.
            if row.state == "open" and parts.place.is_here:
                with contextlib.suppress(StorageFault):
                    journal = parts.files.check(row.session)
                    if journal.session.is_over:
                        parts.sealer.seal(row, journal, wall=parts.clock.utc_ms())
        with contextlib.suppress(StorageFault):
            seal_moved(parts)
        parts.sealer.clear_unnoted()
        with contextlib.suppress(StorageFault):
            finish_erasing(parts)
        parts.marks.refresh()
