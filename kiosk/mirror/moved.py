"""The seat that a session has left: it comes back, sees the word on the mirror, and does not go on with it.

Owns finding that out and what follows: the session is noted as moved and sealed with what is here, because that may be more
than the mirror had. Refuses to know screens, and which bundle counts in the end: the office compares them.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exam_packages.ids import SeatId, SessionId, UtcMs
from exam_packages.mirror_taken import CheckedTaken
from exam_packages.results import Incident
from exam_packages.session_events import Moved
from kiosk.errors import NotReady, StickFault, StorageFault
from kiosk.journal.checking import CheckedJournal
from kiosk.mirror.layout import folders_of, mirrors_of
from kiosk.mirror.taking import MoveFault, MoveRefused, open_word
from kiosk.seat.parts import SeatParts
from kiosk.seat.state import SeatState, SessionRow

_MOVED_FACT: Final = "moved "


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedSession:
    """A session that this seat had and another one goes on with.

    Attributes:
        to_seat: where it goes on.
        since: wall time at which that seat took it.
        records_left: how many records this seat has that did not go with it; 0 where the mirror was in step.
    """

    session: SessionId
    candidate_name: str
    to_seat: SeatId
    since: UtcMs
    records_left: int


def notice_moves(parts: SeatParts, medium: Path) -> tuple[MovedSession, ...]:
    """Look on a medium for the word that a session of this seat goes on elsewhere, and give up those it is said of.

    They are sealed as they are, and go to the office like every other result.

    Raises:
        StickFault: the medium cannot be read.
        StorageFault: it could not be noted. What was noted is sealed when the seat is opened next, at the latest.
    """
    # A copy of a seat's folder takes no result number: the seat it was copied from takes the same.
    if not mirrors_of(medium).is_dir() or not parts.place.is_here:
        return ()
    found = [
        moved
        for row in parts.state.sessions.all()
        if row.state == "open" and (moved := _moved(parts, medium, row)) is not None
    ]
    seal_moved(parts)
    return tuple(found)


def moved_to(state: SeatState, session: SessionId) -> SeatId | None:
    """Return the seat at which a session of this seat goes on; None where nobody has said so."""
    seat = state.facts.get(_MOVED_FACT + session)
    return None if seat is None else SeatId(seat)


def refuse_moved(parts: SeatParts, session: SessionId) -> None:
    """Check that a session is still this seat's.

    Raises:
        MoveRefused: it goes on elsewhere.
    """
    seat = moved_to(parts.state, session)
    if seat is not None:
        raise MoveRefused(MoveFault.TAKEN, seat=seat)


def seal_moved(parts: SeatParts) -> None:
    """Seal every session that has moved away and is not sealed yet; one whose journal is damaged is kept as it is.

    Raises:
        StorageFault: the disk is full or cannot be written.
    """
    for row in parts.state.sessions.all() if parts.place.is_here else ():
        if row.state != "open" or moved_to(parts.state, row.session) is None:
            continue
        try:
            journal = parts.files.check(row.session)
        except StorageFault as fault:
            if not fault.kind.is_damage:
                raise
            parts.state.sessions.set_state(row.session, "damaged")
        else:
            parts.sealer.seal(row, journal, wall=parts.clock.utc_ms())


def _moved(parts: SeatParts, medium: Path, row: SessionRow) -> MovedSession | None:
    words = [word for folder in folders_of(medium, row.session) if (word := _word(parts, folder, row)) is not None]
    if not words:
        return None
    journal: CheckedJournal | None = None
    with contextlib.suppress(StorageFault):
        journal = parts.files.check(row.session)
    known = frozenset[int]() if journal is None else _known_moves(journal)
    for word in words:
        if word.taken.records in known:
            continue  # of before: it came from there to here
        records = len(journal.lines) if journal is not None else word.taken.records
        moved = MovedSession(
            session=row.session,
            candidate_name=row.candidate_name,
            to_seat=word.taken.to_seat,
            since=word.taken.wall,
            records_left=max(0, records - word.taken.records),
        )
        _note(parts, moved)
        return moved
    return None


def _word(parts: SeatParts, folder: Path, row: SessionRow) -> CheckedTaken | None:
    """Return the word of another seat; without its trust this one can judge none, and resumes nothing either."""
    with contextlib.suppress(NotReady):
        word = open_word(parts, folder, row.session)
        if word is not None and word.certificate.signing_key != parts.identity.signing_key.public_key:
            return word
    return None


def _known_moves(journal: CheckedJournal) -> frozenset[int]:
    return frozenset(record.n for record in journal.records if isinstance(record.event, Moved))


def _note(parts: SeatParts, moved: MovedSession) -> None:
    if moved_to(parts.state, moved.session) is not None:
        return
    note = f"goes on at {moved.to_seat}; {moved.records_left} records did not go with it"
    with parts.state.together():
        parts.state.facts.put(_MOVED_FACT + moved.session, moved.to_seat)
        parts.state.log.add(Incident(wall=parts.clock.utc_ms(), kind="moved", note=note), moved.session)


def notice_quietly(parts: SeatParts, medium: Path | None) -> None:
    """Do the same where it is by the way: what cannot be read now is read, and what cannot be written is written, next time."""
    if medium is not None:
        with contextlib.suppress(StickFault, StorageFault, OSError):
            notice_moves(parts, medium)
