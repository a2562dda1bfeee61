"""A seat's second copies: where they go, what the log says of them, and their end.

Owns the setting, the small files of a copy, and that a copy is removed once its session is erased. Refuses to know how a copy
is written (``kiosk.mirror``).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from exam_packages.ids import Digest, SessionId
from exam_packages.mirror_about import MirrorAbout, build_mirror_about
from exam_packages.mirror_keys import build_mirror_key
from exam_packages.results import Incident
from kiosk.errors import Missing, storage_fault_of
from kiosk.mirror.copy import MirrorFiles, MirrorPlan
from kiosk.mirror.layout import mirrors_of, remove
from kiosk.mirror.state import MirrorState
from kiosk.mirror.taking import took
from kiosk.mirror.writing import MirrorWriter
from kiosk.seat import holdings as held
from kiosk.seat.facts import EraseReport
from kiosk.seat.parts import SeatParts
from kiosk.seat.sealing import recipients_of
from kiosk.seat.state import SeatState, SessionRow
from kiosk.session import Session
from signing.errors import FormRefused

INCIDENT: Final = "mirror"
_SETTING: Final = "mirror"
_NOTES_MAX: Final = 50  # a medium with a loose contact must not fill the log
_NONE: Final = ""  # a fact is never forgotten, it says nothing


def medium_of(state: SeatState) -> Path | None:
    """Return the medium on which this seat keeps second copies; None where it keeps none."""
    said = state.facts.get(_SETTING)
    return Path(said) if said else None


def set_medium(state: SeatState, medium: Path | None) -> None:
    """Keep second copies of the sessions to come on a medium, or none.

    Raises:
        FormRefused: the folder's name is none that can be kept.
    """
    state.facts.put(_SETTING, _NONE if medium is None else _kept_name(medium))


def mirror_for(
    parts: SeatParts, row: SessionRow, session: Session | None, medium: Path | None, *, moving: int = 0
) -> MirrorWriter | None:
    """Return what will write a session's second copy; None where the seat keeps none. Nothing is written yet.

    Args:
        parts: the seat.
        row: the session, whose folder and key are there.
        session: what its journal adds up to; None before the first record.
        medium: where the copy goes in this run of the program; None takes the setting.
        moving: 1 where the session is about to move to this seat, 0 otherwise.

    Raises:
        NotReady, Refused: the seat's own certificate or registration is missing or no longer good; or the medium's name is none.
        StorageFault: the session's key cannot be read.
    """
    medium = medium_of(parts.state) if medium is None else medium.absolute()
    if medium is None:
        return None
    plan = MirrorPlan(
        session=row.session,
        medium=medium,
        journal=parts.folder.session(row.session),
        key=parts.files.key_of(row.session),
        files=_files(parts, row),
        moves=moving + (0 if session is None else len(session.moved_to)),
    )
    note_copy(parts.state, row.session, medium)  # first: what may lie there has to be removed one day
    records = 0 if session is None else session.next_n
    return MirrorWriter(plan, records=records, clock=parts.clock, told=_Notes(parts, row.session).take)


def note_copy(state: SeatState, session: SessionId, medium: Path) -> None:
    """Note that a copy of a session is on a medium, or will be: it goes when the session is erased. There may be several.

    Raises:
        FormRefused: the folder's name is none that can be kept.
    """
    media = [*_media_of(state, session), medium.absolute()]
    state.facts.put(_copy_fact(session), "\n".join(dict.fromkeys(map(_kept_name, media))))


def erase_copies(parts: SeatParts, reports: tuple[EraseReport, ...]) -> tuple[EraseReport, ...]:
    """Remove the second copies of what was erased, now or earlier, from the media that are here.

    Returns:
        The reports, saying which copies are left; one more for each copy that had been left and was looked for again.

    Raises:
        StorageFault: it could not be noted at the seat.
    """
    told = tuple(
        replace(report, copy_left=not _remove_copy(parts, report.session)) if report.erased else report
        for report in reports
    )
    sessions = {report.session for report in told}
    again: list[EraseReport] = []
    for session in copies_left(parts.state):
        if session not in sessions:
            bundle = parts.state.outbox.of_session(session)
            left = not _remove_copy(parts, session)
            digest = bundle.digest if bundle is not None else Digest("")
            again.append(EraseReport(bundle=digest, session=session, erased=True, copy_left=left))
    return (*told, *again)


def _remove_copy(parts: SeatParts, session: SessionId) -> bool:
    """Return False where a copy is left, because its medium is not here or cannot be written."""
    media = _media_of(parts.state, session)
    left = [medium for medium in media if not _removed_from(parts, medium, session)]
    if len(left) < len(media):
        parts.state.facts.put(_copy_fact(session), "\n".join(map(str, left)))
    return not left


def _removed_from(parts: SeatParts, medium: Path, session: SessionId) -> bool:
    try:
        if _is_bare_medium(parts, medium):
            _note(
                parts, session, "its second copy is not on the medium any more, which was formatted or is another one"
            )
            return True
        return remove(medium, session, is_ours=lambda folder: took(parts, folder, session))
    except OSError as error:
        _note(parts, session, f"its second copy could not be removed: {storage_fault_of(error, medium).kind.value}")
        return False


def _is_bare_medium(parts: SeatParts, medium: Path) -> bool:
    """Tell whether a medium is here that holds no second copies at all: it was formatted, or another one is in its place.

    There is nothing on it to remove, and nobody can bring back what was. The folder that stays behind where a medium was
    pulled out lies on the seat's own disk, and is none.
    """
    has_copies = mirrors_of(medium).exists() or mirrors_of(medium).is_symlink()
    return not has_copies and medium.is_dir() and medium.stat().st_dev != parts.folder.folder.stat().st_dev


def copies_left(state: SeatState) -> tuple[SessionId, ...]:
    """Return the sessions that are erased, and whose second copies still lie on some medium."""
    rows = state.sessions.all()
    return tuple(row.session for row in rows if row.state == "erased" and _media_of(state, row.session))


def last_note(state: SeatState) -> str:
    """Return what the log said last about a second copy of the session that is open; empty where it said nothing."""
    row = next((row for row in reversed(state.sessions.all()) if row.state == "open"), None)
    notes = [] if row is None else [line.note for line in state.log.lines(row.session) if line.kind == INCIDENT]
    return notes[-1] if notes else ""


class _Notes:
    """Writes into the session's log what becomes of its copy; the office gets it with the result."""

    def __init__(self, parts: SeatParts, session: SessionId) -> None:
        self._parts, self._session = parts, session
        self._left = _NOTES_MAX

    def take(self, state: MirrorState) -> None:
        """Called on the mirror's thread."""
        if self._left <= 0:
            return
        self._left -= 1
        text = "the second copy is in step again"
        if state.fault is not None:
            records = f"{state.behind} record{'' if state.behind == 1 else 's'}"
            text = f"the second copy is not being written: {state.fault.value}, {records} behind"
        _note(self._parts, self._session, text)


def _files(parts: SeatParts, row: SessionRow) -> MirrorFiles:
    site_key = parts.holdings.registration().content_key
    path = parts.folder.session_key(row.session)
    try:
        session_key = path.read_bytes()
    except OSError as error:
        raise storage_fault_of(error, path) from error
    about = MirrorAbout(
        session=row.session,
        appointment=row.appointment,
        candidate=row.candidate,
        candidate_name=row.candidate_name,
        exam_title=row.exam_title,
        package=row.package,
        opened=row.opened,
        seat=parts.identity.name,
        recipients=recipients_of(row.recipients),
        certificate=parts.holdings.file_of(held.CERTIFICATE, Missing.CERTIFICATE),
        registration=parts.holdings.file_of(held.REGISTRATION, Missing.REGISTRATION),
        continues=row.continues,
    )
    return MirrorFiles(
        key=build_mirror_key(parts.files.key_of(row.session), session=row.session, site_key=site_key),
        about=build_mirror_about(about, seat_key=parts.identity.signing_key, site_key=site_key),
        session_key=session_key,
    )


def _note(parts: SeatParts, session: SessionId, text: str) -> None:
    parts.state.log.add(Incident(wall=parts.clock.utc_ms(), kind=INCIDENT, note=text), session)


def _copy_fact(session: SessionId) -> str:
    return f"mirror {session}"


def _media_of(state: SeatState, session: SessionId) -> tuple[Path, ...]:
    """The media on which copies of a session may lie, one a line."""
    return tuple(Path(line) for line in (state.facts.get(_copy_fact(session)) or "").split("\n") if line)


def _kept_name(medium: Path) -> str:
    name = str(medium.absolute())
    shown = name.encode("ascii", "backslashreplace").decode("ascii")
    try:
        name.encode("utf-8")  # a name may hold bytes that are no text, which no database takes
    except UnicodeEncodeError:
        raise FormRefused("is not a name that can be kept", place=shown) from None
    if "\n" in name:
        raise FormRefused("is not a name that can be kept", place=shown)
    return name
