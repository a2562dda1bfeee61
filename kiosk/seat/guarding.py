"""What a seat knows of the lockdown around it: what is enforced, and what was noticed during a session.

Owns the interface to whoever holds the seat locked down, and keeping a session's lockdown log in the session's folder, so that it
goes into the result and into the candidate's receipt. Refuses to know who that is and how it is asked. A log that cannot be had
never keeps a result from being sealed: the seat's own log says that it is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, Protocol

from exam_packages.ids import SessionId, UtcMs
from exam_packages.lockdown_log import read_log
from exam_packages.results import NOTE_MAX, Incident
from kiosk.durable_file import write_durably
from kiosk.errors import KioskError, StorageFault, storage_fault_of
from kiosk.lockdown.development import development_backend
from kiosk.lockdown.facts import CapabilityEntry, Preset
from kiosk.lockdown.log import read_lines
from kiosk.seat.layout import SeatFolder
from kiosk.seat.state import SeatState
from signing.errors import Refused

LOCKDOWN_LOG: Final = "lockdown.log"
MISSING: Final = "lockdown-log-missing"
"""Kind of incident: nobody could say what was noticed during the session."""
_PRIVATE: Final = 0o600


class LogUnavailable(KioskError):  # noqa: N818 - see KioskError
    """Whoever holds the seat locked down does not give its log."""

    code: ClassVar[str] = "log-unavailable"


class LockdownPort(Protocol):
    """Whoever holds the seat locked down. Any thread may ask."""

    @property
    def preset(self) -> Preset:
        """How strict it was asked to be, at least."""
        ...

    @property
    def table(self) -> tuple[CapabilityEntry, ...]:
        """What is done about every concern here; empty where nothing is."""
        ...

    def lines(self, session: SessionId) -> tuple[bytes, ...]:
        """Return the encoded lines of a session's lockdown log (bg); none where it knows no such session.

        Raises:
            LogUnavailable: it does not answer.
        """
        ...


class NoLockdown:
    """Nobody holds the seat locked down: a bare window, or the command line. What is missing then has a reason, too."""

    preset = Preset.PRACTICE

    @property
    def table(self) -> tuple[CapabilityEntry, ...]:
        """What a machine that somebody works on prevents: nothing."""
        return development_backend().table()

    def lines(self, session: SessionId) -> tuple[bytes, ...]:
        """Return nothing."""
        del session
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLogs:
    """The lockdown logs of one seat's sessions."""

    folder: SeatFolder
    state: SeatState
    lockdown: LockdownPort

    def collect(self, session: SessionId, *, wall: UtcMs) -> tuple[bytes, ...]:
        """Return a session's log to be sealed, and keep it beside the journal. What cannot be had is said in the seat's log.

        Raises:
            StorageFault: it could not be written.
        """
        try:
            lines = self.lockdown.lines(session)
            read_log(lines, place=LOCKDOWN_LOG)
        except (LogUnavailable, Refused) as error:
            self._note(session, str(error), wall)
            lines = ()
        if not lines:
            return self._kept(session, wall)
        path = self._path(session)
        try:
            write_durably(path, b"".join(line + b"\n" for line in lines), mode=_PRIVATE)
        except OSError as error:
            raise storage_fault_of(error, path) from error
        return lines

    def kept(self, session: SessionId) -> tuple[bytes, ...]:
        """Return what was kept of a session's log; none where nothing was, or it was changed."""
        try:
            return read_lines(self._path(session))
        except StorageFault:
            return ()

    def _kept(self, session: SessionId, wall: UtcMs) -> tuple[bytes, ...]:
        try:
            return read_lines(self._path(session))
        except StorageFault as fault:
            self._note(session, str(fault), wall)
            return ()

    def _note(self, session: SessionId, why: str, wall: UtcMs) -> None:
        self.state.log.add(Incident(wall=wall, kind=MISSING, note=why[:NOTE_MAX]), session)

    def _path(self, session: SessionId) -> Path:
        return self.folder.session(session) / LOCKDOWN_LOG
