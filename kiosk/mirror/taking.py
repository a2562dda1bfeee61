"""Going on from a mirror: what lies on a medium, whether this seat may take it, and bringing it over.

Owns the checks and their order, the copying, and the word ``taken`` that is left on the medium. Refuses to know PINs and what a
session does next: ``kiosk.seat`` does.

Everything is copied off the medium before it is looked at: a stick may be pulled out, and opening a database writes to it.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO, Final

from exam_packages.certificates import certificate_digest
from exam_packages.ids import Digest, ProctorId, SeatId, SessionId, SiteId, UtcMs
from exam_packages.mirror_about import CheckedMirrorAbout, open_mirror_about
from exam_packages.mirror_keys import open_mirror_key
from exam_packages.mirror_taken import CheckedTaken, MirrorTaken, build_mirror_taken, open_mirror_taken
from exam_packages.moves import open_moves
from exam_packages.records import CHAIN_START, link
from exam_packages.session_events import Moved
from exam_packages.session_keys import build_session_key
from exam_packages.signed_documents import file_digest, refuse_unless
from kiosk.durable_file import CHUNK_BYTES, copy_durably, digest_of, make_folder, sync_folder, write_durably
from kiosk.errors import (
    KioskError,
    Missing,
    NotReady,
    StickFault,
    StickFaultKind,
    StorageFault,
    StorageFaultKind,
    storage_fault_of,
)
from kiosk.handover.stick import faults, read_small
from kiosk.journal.checking import CheckedJournal, check_journal
from kiosk.journal.store import DATABASE_NAME, FILE_MAX_BYTES, MARK_NAME
from kiosk.mirror.layout import ABOUT, KEY, TAKEN, folders_of, is_tampered, mirrors_of
from kiosk.seat import holdings as held
from kiosk.seat.parts import SeatParts
from kiosk.seat.state import SessionRow
from signing.errors import FormRefused, Layer, Refused
from signing.trust.folder import open_regular

_OPENING: Final = "opening"  # the state of every session of which nothing has been shown at this seat yet
_TAKING_FACT: Final = "taking "  # with a session's id: how many records were brought over; so it is not one begun here
_SCRATCH_PREFIX: Final = ".taking-"
_COPIED: Final = (DATABASE_NAME, f"{DATABASE_NAME}-wal", MARK_NAME)
_SESSION_NAME: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}", re.ASCII)
_PRIVATE_FOLDER: Final = 0o700
_PRIVATE: Final = 0o600


class MoveFault(Enum):
    """Why a session cannot go on here. Each has words and a remedy in the interface."""

    DAMAGED = "damaged"
    OTHER_SITE = "other-site"
    REVOKED = "revoked"
    OTHER_VERSION = "other-version"
    TAKEN = "taken"
    """A third seat goes on with it."""
    HERE = "here"
    """This seat has it already: it is resumed, or was handed over."""
    OVER = "over"
    """It was over when it was last saved."""
    INCOMPLETE = "incomplete"
    """The copy was begun and never got as far as to be one."""


class MoveRefused(KioskError):  # noqa: N818 - see KioskError
    """A session cannot go on here.

    Attributes:
        fault: why.
        seat: which seat has it, where that is why.
    """

    code = "move-refused"

    def __init__(self, fault: MoveFault, detail: str = "", *, seat: SeatId | None = None) -> None:
        super().__init__(f"{_WORDS[fault].format(seat=seat or 'another seat')}{f' ({detail})' if detail else ''}")
        self.fault = fault
        self.seat = seat


_WORDS: Final = {
    MoveFault.DAMAGED: "the second copy of this session is damaged: go on at its own seat, or hand that seat's disk over",
    MoveFault.OTHER_SITE: "this second copy is of another testing centre and goes on at a seat of that one",
    MoveFault.REVOKED: "the seat that wrote this second copy was revoked by the office: ask the office what is to be done",
    MoveFault.OTHER_VERSION: "this second copy is of another version of the program: go on at a seat with that version",
    MoveFault.TAKEN: "this session goes on at {seat} already: go on there",
    MoveFault.HERE: "this seat has this session already: continue it here, or hand it over",
    MoveFault.OVER: "this session is over: its result is at {seat}; if that machine is lost, hand this stick to the office",
    MoveFault.INCOMPLETE: "the second copy of this session was never finished: look on another stick, or go on at its own seat",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MirroredSession:
    """A session on a medium, for people to choose from.

    Attributes:
        seat: the seat that wrote it.
        last_saved: what the wall clock of that seat said at the last record.
        records: how many there are.
        answers: scored items with an answer.
        time_left_ms: working time that was left at the last record; None where no limit ran.
        refused: why it cannot go on here; None where it can. Then everything else may be empty.
    """

    session: SessionId
    candidate_name: str = ""
    exam_title: str = ""
    seat: SeatId | None = None
    last_saved: UtcMs | None = None
    records: int = 0
    answers: int = 0
    time_left_ms: int | None = None
    refused: MoveRefused | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSession:
    """A session on a medium that may go on here, verified through and through.

    Attributes:
        folder: where it lies on the medium.
        copy: where its files lie at this seat for now; gone with the block that found it.
        about: what its seat says about it.
        key: its journal's key.
        journal: all it holds.
    """

    folder: Path
    copy: Path
    about: CheckedMirrorAbout
    key: bytes
    journal: CheckedJournal


def sessions_on(parts: SeatParts, medium: Path) -> tuple[MirroredSession, ...]:
    """Return every session on a medium, the one that was saved last first. Those that cannot go on here say why.

    Raises:
        StickFault: the medium cannot be read.
        NotReady: this seat has no certificate, registration or drop.
    """
    names = _names_on(medium)
    entries = [entry for name in names if (entry := _entry(parts, medium, name)) is not None]
    return tuple(
        sorted(entries, key=lambda entry: (entry.refused is not None, -(entry.last_saved or 0), entry.session))
    )


def has_sessions(parts: SeatParts, medium: Path) -> bool:
    """Tell whether a medium holds second copies of sessions that this seat has not. Nothing of them is opened.

    Raises:
        StickFault: the medium cannot be read.
    """
    return any(parts.state.sessions.get(name) is None for name in _names_on(medium))


@contextlib.contextmanager
def found(parts: SeatParts, medium: Path, session: SessionId) -> Iterator[FoundSession]:
    """Give a session of a medium, copied here for the while and verified.

    Raises:
        MoveRefused: it cannot go on here.
        StickFault: the medium cannot be read.
        NotReady: this seat has no certificate, registration or drop.
        StorageFault: this seat has no room to look at it.
    """
    _refuse_own(parts, session)
    with faults(medium):
        folders = [
            folder
            for folder in folders_of(medium, session)
            if not is_tampered(folder) and (folder / DATABASE_NAME).is_file()
        ]
    untaken = [folder for folder in folders if not _is_taken(parts, folder, session)]
    if not folders:
        raise StickFault(StickFaultKind.NOT_FOUND, mirrors_of(medium) / session)
    if not untaken:
        raise MoveRefused(MoveFault.TAKEN, seat=_taker(parts, folders[-1], session))
    with contextlib.ExitStack() as stack:
        yield _longest([_looked_at(parts, folder, session, stack) for folder in untaken])


def bring(parts: SeatParts, session: FoundSession) -> SessionRow:
    """Copy a session to this seat: durably, read back, under a key wrap of this seat. Nothing says yet that it is this seat's.

    Raises:
        StorageFault: it cannot be written, or is not what was found.
    """
    about, row = session.about.about, _row(session)
    parts.state.facts.put(_TAKING_FACT + row.session, str(len(session.journal.lines)))
    parts.state.sessions.add(row)
    folder = parts.folder.session(row.session)
    wrapped = build_session_key(
        session.key, session=row.session, storage_key=parts.identity.storage_key, scoring_keys=about.recipients
    )
    try:
        make_folder(folder, mode=_PRIVATE_FOLDER)
        write_durably(parts.folder.session_key(row.session), wrapped, mode=_PRIVATE)
        for name in _COPIED:
            source = session.copy / name
            if source.exists():
                copy_durably(source, folder / name, digest=digest_of(source))
        sync_folder(folder)
    except OSError as error:
        raise storage_fault_of(error, folder) from error
    brought = check_journal(
        folder, session=row.session, key=session.key, verify_key=session.about.certificate.signing_key
    )
    if brought.head != session.journal.head:
        raise StorageFault(StorageFaultKind.DAMAGED, folder, "is not what was found on the medium")
    return row


def leave_word(parts: SeatParts, session: FoundSession) -> None:
    """Write on the medium that this seat goes on with a session, and read it back. From here on no other seat may.

    Raises:
        StickFault: it could not be written.
        MoveRefused: another seat was quicker.
    """
    about = session.about.about
    taken = MirrorTaken(
        session=about.session,
        records=len(session.journal.lines),
        head=Digest(session.journal.head.hex()),
        from_seat=about.seat,
        from_certificate=certificate_digest(about.certificate),
        to_seat=parts.identity.name,
        certificate=parts.holdings.file_of(held.CERTIFICATE, Missing.CERTIFICATE),
        wall=parts.clock.utc_ms(),
    )
    site_key = parts.holdings.secrets().site_content_key.public
    data = build_mirror_taken(taken, seat_key=parts.identity.signing_key, site_key=site_key)
    path = session.folder / TAKEN
    if _is_taken(parts, session.folder, about.session):
        raise MoveRefused(MoveFault.TAKEN, seat=_taker(parts, session.folder, about.session))
    with faults(path, needed_bytes=len(data)):
        write_durably(path, data, mode=_PRIVATE)
        if digest_of(path, past_cache=True) != file_digest(data):
            raise StickFault(StickFaultKind.DIFFERS, path)


def moved_event(parts: SeatParts, session: FoundSession, proctor: ProctorId) -> Moved:
    """Return the record with which a session goes on here."""
    about = session.about.about
    return Moved(
        from_seat=about.seat,
        to_seat=parts.identity.name,
        proctor=proctor,
        records=len(session.journal.lines),
        head=Digest(session.journal.head.hex()),
        certificate=about.certificate,
    )


def is_being_taken(parts: SeatParts, session: SessionId) -> bool:
    """Tell whether a session whose opening was cut off was one of another seat."""
    return parts.state.facts.get(_TAKING_FACT + session) is not None


def settle_taking(parts: SeatParts, session: SessionId) -> None:
    """Decide what a session is whose taking over was cut off: this seat's where it has written that it moved, else nothing.

    Where it is nothing, the medium holds all of it, and it can be taken over again: by this seat also where ``taken`` is there.

    Raises:
        StorageFault: it cannot be decided now, because the disk is full or cannot be written.
    """
    brought = int(parts.state.facts.get(_TAKING_FACT + session) or 0)
    try:
        journal = parts.files.check(session)
        is_ours = len(journal.lines) > brought > 0
    except StorageFault as fault:
        if not fault.kind.is_damage:
            raise
        is_ours = False
    if is_ours:
        parts.state.sessions.set_state(session, "open")
    else:
        parts.files.discard(session)
        parts.state.sessions.drop(session)


def open_word(parts: SeatParts, folder: Path, session: SessionId) -> CheckedTaken | None:
    """Return the word that a mirror's session goes on elsewhere; None where none is there, or none that this site's seat wrote.

    Raises:
        StickFault: the medium cannot be read.
        NotReady: this seat has no certificate, registration or drop.
    """
    path = folder / TAKEN
    if not path.is_file():
        return None
    holdings = parts.holdings
    try:
        return open_mirror_taken(
            read_small(path),
            session=session,
            site_key=holdings.secrets().site_content_key,
            trust=holdings.trust(),
            registration=holdings.registration(),
            place=f"{folder.name}/{TAKEN}",
        )
    except Refused:
        return None


def took(parts: SeatParts, folder: Path, session: SessionId) -> bool:
    """Tell whether it is this seat that has gone on with a mirror's session; what cannot be told is not so."""
    with contextlib.suppress(NotReady, StickFault):
        word = open_word(parts, folder, session)
        return word is not None and word.certificate.signing_key == parts.identity.signing_key.public_key
    return False


# -- looking at one --------------------------------------------------------------------------------------------------------


def _names_on(medium: Path) -> list[SessionId]:
    if not medium.is_dir():
        raise StickFault(StickFaultKind.NOT_FOUND, medium)
    parent = mirrors_of(medium)
    if parent.is_symlink() or not parent.is_dir():
        return []
    with faults(parent):
        names = {path.name.partition(".")[0] for path in parent.iterdir() if path.is_dir()}
    return [SessionId(name) for name in sorted(names) if _SESSION_NAME.fullmatch(name)]


def _entry(parts: SeatParts, medium: Path, session: SessionId) -> MirroredSession | None:
    try:
        with found(parts, medium, session) as seen:
            about = seen.about.about
            return MirroredSession(
                session=session,
                candidate_name=about.candidate_name,
                exam_title=about.exam_title,
                seat=about.seat,
                last_saved=seen.journal.wall,
                records=len(seen.journal.lines),
                answers=seen.journal.session.answered_count,
                time_left_ms=seen.journal.session.time_left_ms,
            )
    except MoveRefused as refused:
        # What this seat has is its own business: it says so where its sessions are shown.
        return None if refused.fault is MoveFault.HERE else MirroredSession(session=session, refused=refused)
    except StickFault as fault:
        if fault.kind is StickFaultKind.NOT_FOUND:
            return None
        raise


def _refuse_own(parts: SeatParts, session: SessionId) -> None:
    if parts.state.sessions.get(session) is not None:
        raise MoveRefused(MoveFault.HERE)


def _is_taken(parts: SeatParts, folder: Path, session: SessionId) -> bool:
    """Tell whether another seat has a mirror. A word that cannot be opened counts: better one seat too few than two.

    This seat's own word does not: its taking over was cut off, or its disk has been made anew since.
    """
    if not (folder / TAKEN).exists():
        return False
    word = open_word(parts, folder, session)
    return word is None or word.certificate.signing_key != parts.identity.signing_key.public_key


def _taker(parts: SeatParts, folder: Path, session: SessionId) -> SeatId | None:
    word = open_word(parts, folder, session)
    return None if word is None else word.taken.to_seat


def _looked_at(
    parts: SeatParts, folder: Path, session: SessionId, stack: contextlib.ExitStack
) -> FoundSession | MoveRefused:
    try:
        about, key = _opened(parts, folder, session)
    except Refused as refused:
        return MoveRefused(_FAULTS.get(refused.layer, MoveFault.DAMAGED), str(refused))
    if about is None:
        return MoveRefused(MoveFault.INCOMPLETE)
    try:
        copy = stack.enter_context(_copied(parts, folder))
        journal = check_journal(copy, session=session, key=key, verify_key=about.certificate.signing_key)
        _refuse_other(parts, about, journal)
    except StorageFault as fault:
        if not fault.kind.is_damage:
            raise
        version = fault.kind is StorageFaultKind.NOT_OURS
        return MoveRefused(MoveFault.OTHER_VERSION if version else MoveFault.DAMAGED, fault.detail)
    except Refused as refused:
        return MoveRefused(_FAULTS.get(refused.layer, MoveFault.DAMAGED), str(refused))
    if journal.session.is_over:
        return MoveRefused(MoveFault.OVER, seat=about.about.seat)
    return FoundSession(folder=folder, copy=copy, about=about, key=key, journal=journal)


_FAULTS: Final = {Layer.REVOKED: MoveFault.REVOKED, Layer.NOT_FOR_THIS_SITE: MoveFault.OTHER_SITE}


def _opened(parts: SeatParts, folder: Path, session: SessionId) -> tuple[CheckedMirrorAbout | None, bytes]:
    if not (folder / ABOUT).is_file() or not (folder / KEY).is_file():
        return None, b""
    holdings = parts.holdings
    site_key = holdings.secrets().site_content_key
    key = open_mirror_key(read_small(folder / KEY), session=session, site_key=site_key, place=f"{folder.name}/{KEY}")
    about = open_mirror_about(
        read_small(folder / ABOUT),
        session=session,
        site=SiteId(holdings.certificate().site),
        site_key=site_key,
        trust=holdings.trust(),
        place=f"{folder.name}/{ABOUT}",
    )
    return about, key


def _refuse_other(parts: SeatParts, about: CheckedMirrorAbout, journal: CheckedJournal) -> None:
    """Check that the journal is of the session that its seat speaks of, and came to that seat in order.

    Raises:
        StorageFault: it is not.
        Refused: a seat it was at before is none of this site, or was revoked.
    """
    said, plan = about.about, journal.session.plan
    mine = (plan.session, plan.appointment, plan.candidate, plan.package, journal.session.seat)
    if mine != (said.session, said.appointment, said.candidate, said.package, said.seat):
        raise StorageFault(StorageFaultKind.DAMAGED, Path(ABOUT), "its journal is of another session")
    heads = [CHAIN_START]
    for n, line in enumerate(journal.lines):
        heads.append(link(n, heads[-1], line))
    open_moves(
        journal.records, heads, trust=parts.holdings.trust(), registration=about.registration, place="its journal"
    )


def _longest(looked_at: list[FoundSession | MoveRefused]) -> FoundSession:
    good = [each for each in looked_at if isinstance(each, FoundSession)]
    if good:
        return max(good, key=lambda each: len(each.journal.lines))
    raise next(each for each in looked_at if isinstance(each, MoveRefused))


@contextlib.contextmanager
def _copied(parts: SeatParts, folder: Path) -> Iterator[Path]:
    place = parts.folder.sessions
    with _own_faults(place):
        scratch = tempfile.TemporaryDirectory(prefix=_SCRATCH_PREFIX, dir=place)
    with scratch as name_of_scratch:
        copy = Path(name_of_scratch)
        for name in _COPIED:
            if (folder / name).is_file():
                _copy(folder / name, copy / name)
        yield copy


def _copy(source: Path, target: Path) -> None:
    """Copy a file of the medium, saying of an error whose it is: the medium's or this seat's.

    Raises:
        FormRefused: it is longer than a journal gets.
        StickFault: it cannot be read.
        StorageFault: this seat cannot be written.
    """
    done = 0
    with faults(source):
        source.stat()  # one that is gone was pulled out
        reading = open_regular(source, place=source.name)
    with reading, _writing(target) as writing:
        while chunk := _chunk_of(reading, source):
            done += len(chunk)
            refuse_unless(done <= FILE_MAX_BYTES, FormRefused, "is too long for a journal", place=source.name)
            with _own_faults(target):
                writing.write(chunk)


def _chunk_of(reading: BinaryIO, source: Path) -> bytes:
    with faults(source):
        return reading.read(CHUNK_BYTES)


@contextlib.contextmanager
def _writing(target: Path) -> Iterator[BinaryIO]:
    with _own_faults(target):
        file = target.open("wb")
    try:
        yield file
    finally:
        with _own_faults(target):
            file.close()


@contextlib.contextmanager
def _own_faults(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise storage_fault_of(error, target) from error


def clear_scratch(sessions: Path) -> None:
    """Remove copies that a program which was killed has left."""
    for leftover in sessions.glob(f"{_SCRATCH_PREFIX}*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _row(session: FoundSession) -> SessionRow:
    about = session.about.about
    return SessionRow(
        session=about.session,
        appointment=about.appointment,
        candidate=about.candidate,
        candidate_name=about.candidate_name,
        exam_title=about.exam_title,
        package=about.package,
        opened=about.opened,
        state=_OPENING,
        continues=about.continues,
        recipients=b"".join(key.to_bytes() for key in about.recipients),
    )
