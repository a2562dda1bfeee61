"""A seat's marks: making one when something has changed, keeping it, bringing it to a stick.

Owns what stands in a mark and when a new one is made. Refuses to compare: ``rollback_watch`` does. Whatever a mark says was on
the seat's disk before, and so is the mark itself before it leaves the seat: a power cut never makes a seat older than its marks.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from exam_packages.drop_paths import SEAT_MARK_SUFFIX
from exam_packages.ids import Digest, SessionId, UtcMs
from exam_packages.opening import open_seat_mark
from exam_packages.results import read_result
from exam_packages.seat_marks import MARKED_SESSIONS_MAX, MarkedSession, SeatMark, build_seat_mark, mark_name
from exam_packages.signed_documents import file_digest, session_of
from kiosk.clock import Clock
from kiosk.durable_file import sync_folder
from kiosk.errors import NotReady, StorageFault, storage_fault_of
from kiosk.handover.stick import Stick, put, read_small
from kiosk.journal.store import DATABASE_NAME
from kiosk.seat.facts import ExportedFile
from kiosk.seat.holdings import Holdings
from kiosk.seat.identity import SeatIdentity
from kiosk.seat.layout import SeatFolder
from kiosk.seat.mark_code import code_of
from kiosk.seat.place import Place
from kiosk.seat.rollback import OwnMarks
from kiosk.seat.sealing import ROLLED_BACK_FACT, last_result
from kiosk.seat.session_files import SessionFiles
from kiosk.seat.state import BundleRow, Document, SeatState, SessionRow
from signing.canonical import decode, encode
from signing.errors import Refused
from signing.fields import Fields

MARK: Final = "mark"
SETTLED_FACT: Final = "marks-settled"
TIP_FACT: Final = "session-tip"
_TIP_MAX_BYTES: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    """How far the journal of the session that ran last was, as the seat noted it outside the session's folder."""

    session: SessionId
    records: int
    head: Digest
    wall: UtcMs


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatMarks:
    """The marks of one seat. Any thread may call."""

    folder: SeatFolder
    identity: SeatIdentity
    state: SeatState
    clock: Clock
    holdings: Holdings
    files: SessionFiles
    place: Place
    making: threading.Lock = field(default_factory=threading.Lock)
    """Held while a mark is made: of two that were made at once under one number the seat would know only one."""

    # -- what is known -------------------------------------------------------------------------------------------------

    def newest(self) -> SeatMark | None:
        """Return the last mark; None before the first.

        Raises:
            Refused: what is kept of it is damaged.
        """
        kept = self.state.documents.get(MARK)
        return None if kept is None else open_seat_mark(kept.body, key=self.identity.signing_key.public_key)

    def own(self) -> OwnMarks:
        """Return the numbers and digests of all marks that this seat knows."""
        kept = self.state.documents.get(MARK)
        return OwnMarks(
            newest=0 if kept is None else kept.number,
            settled=int(self.state.facts.get(SETTLED_FACT) or 0),
            digest=self._digest,
        )

    def code(self) -> str:
        """Return the short code of the last mark; empty before the first."""
        kept = self.state.documents.get(MARK)
        with contextlib.suppress(Refused):
            newest = self.newest()
            if kept is not None and newest is not None:
                return code_of(newest, kept.digest, self.identity.mark_key)
        return ""

    def made(self) -> UtcMs | None:
        """Return when the last mark was made; None before the first."""
        with contextlib.suppress(Refused):
            newest = self.newest()
            return None if newest is None else newest.made
        return None

    # -- making one ----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Make a new mark if something has changed since the last one, and nothing speaks against it.

        A seat that is older than it once was, or is a copy, makes none: it has nothing to say about the seat that it was. A disk
        that takes none is no reason not to go on with what was to be done; the next time makes up for it.
        """
        if self.state.facts.get(ROLLED_BACK_FACT) is None and self.place.is_here:
            with self.making, contextlib.suppress(StorageFault):
                self._make()

    def bring(self, stick: Stick) -> ExportedFile | None:
        """Bring the last mark to a stick. One of this seat that is not older stays as it is.

        Returns:
            What became of it; None where there is none, or none that may go out.

        Raises:
            StickFault: full, gone, read-only, or it gives back something else.
        """
        self.refresh()
        kept = self.state.documents.get(MARK)
        if kept is None or self.state.facts.get(ROLLED_BACK_FACT) is not None or not self.place.is_here:
            return None
        path = stick.marks / f"{self._file_name()}{SEAT_MARK_SUFFIX}"
        there = self._on_stick(path)
        if there is not None and there.number > kept.number:
            return None
        return put(path, kept.body)

    def slip_code(self, session: SessionId) -> str:
        """Return the code that stands on a session's slip: always the same one. Empty where no mark was made."""
        name = f"slip-code:{session}"
        code = self.state.facts.get(name)
        if code is None and (code := self.code()):
            with contextlib.suppress(StorageFault):
                self.state.facts.put(name, code)
        return code or ""

    def note_tip(self, session: SessionId, records: int, head: bytes) -> None:
        """Note how far a running session's journal is, outside the session's folder. Committed records only."""
        body = encode({"head": head.hex(), "records": records, "session": session, "wall": self.clock.utc_ms()})
        # The session goes on without it: what is lost is that an older copy of its folder would be noticed.
        with contextlib.suppress(StorageFault):
            self.state.facts.put(TIP_FACT, body.decode("utf-8"))

    def tip(self) -> Tip | None:
        """Return how far the session that ran last was noted to be; None where nothing usable is noted."""
        text = self.state.facts.get(TIP_FACT)
        if not text:
            return None
        with contextlib.suppress(Refused):
            fields = Fields(decode(text.encode("utf-8"), place=TIP_FACT, max_bytes=_TIP_MAX_BYTES), TIP_FACT)
            return Tip(
                session=SessionId(session_of(fields, "session")),
                records=fields.integer("records"),
                head=Digest(fields.digest("head")),
                wall=UtcMs(fields.integer("wall")),
            )
        return None

    # -- inside --------------------------------------------------------------------------------------------------------

    def _make(self) -> None:
        before = None
        with contextlib.suppress(Refused):
            before = self.newest()
        own = self.own()
        mark = self._mark(before, number=1 + max(own.newest, own.settled))
        if before is not None and replace(mark, number=before.number, made=before.made) == before:
            return
        data = build_seat_mark(mark, self.identity.signing_key)
        digest = file_digest(data)
        with self.state.together():
            document = Document(kind=MARK, name="", number=mark.number, digest=digest, body=data)
            self.state.documents.put(document, taken=mark.made)
            self.state.facts.put(_number_fact(mark.number), digest)

    def _mark(self, before: SeatMark | None, *, number: int) -> SeatMark:
        last = last_result(self.state)
        sessions = sorted(self._sessions(before), key=lambda entry: entry.session)
        return SeatMark(
            seat=self.identity.name,
            key=self.identity.signing_key.public_key.keyid,
            number=number,
            made=self.clock.utc_ms(),
            bundles=last.number if last.bundle is not None else 0,
            bundle=last.bundle,
            drop=self._drop_version(),
            sessions=tuple(sessions[-MARKED_SESSIONS_MAX:]),
        )

    def _sessions(self, before: SeatMark | None) -> Iterator[MarkedSession]:
        """How far each session is that is open or sealed. Of one that cannot be read nothing is claimed."""
        marked = {entry.session: entry for entry in before.sessions} if before is not None else {}
        for row in self.state.sessions.all():
            bundle = self.state.outbox.of_session(row.session)
            with contextlib.suppress(StorageFault, Refused):
                if bundle is not None and bundle.erased is None:
                    earlier = marked.get(row.session)
                    is_same = earlier is not None and earlier.head == bundle.head
                    yield earlier if earlier is not None and is_same else self._sealed(bundle)
                elif row.state == "open":
                    yield self._open(row)

    def _sealed(self, bundle: BundleRow) -> MarkedSession:
        path = self.folder.bundle(bundle.digest)
        try:
            header = read_result(path.read_bytes(), place=path.name).untrusted_header  # our own file, in our own folder
        except OSError as error:
            raise storage_fault_of(error, path) from error
        return MarkedSession(
            session=bundle.session, records=header.records, head=bundle.head, answers=bundle.answer_count
        )

    def _open(self, row: SessionRow) -> MarkedSession:
        journal = self.files.check(row.session)
        _settle_journal(self.folder.session(row.session))
        return MarkedSession(
            session=row.session,
            records=len(journal.lines),
            head=Digest(journal.head.hex()),
            answers=journal.session.answered_count,
        )

    def _drop_version(self) -> int:
        try:
            return self.holdings.trust().drop_version
        except (NotReady, Refused):
            return 0

    def _digest(self, number: int) -> Digest | None:
        digest = self.state.facts.get(_number_fact(number))
        return None if digest is None else Digest(digest)

    def _file_name(self) -> str:
        newest = self.newest()
        return "" if newest is None else mark_name(newest)

    def _on_stick(self, path: Path) -> SeatMark | None:
        with contextlib.suppress(Refused):
            if path.is_file():
                return open_seat_mark(read_small(path), key=self.identity.signing_key.public_key, place=path.name)
        return None


def _number_fact(number: int) -> str:
    return f"mark:{number}"


def _settle_journal(folder: Path) -> None:
    """Bring a journal to the medium before anybody is told of it: a killed program may have written more than it had synced."""
    try:
        for path in (folder / DATABASE_NAME, folder / f"{DATABASE_NAME}-wal"):
            if path.exists():
                with path.open("r+b") as file:
                    os.fsync(file.fileno())
        sync_folder(folder)
    except OSError as error:
        raise storage_fault_of(error, folder) from error
