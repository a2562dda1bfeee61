"""Where things lie in a seat's folder, and who holds it.

Owns names and the lock. Refuses to know what the files hold.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from pathlib import Path
from typing import Final

from exam_packages.ids import Digest, SessionId
from kiosk.errors import StorageFault, StorageFaultKind, storage_fault_of

ABOUT: Final = "seat.json"
ROOT: Final = "root.json"
STATE: Final = "state.db"
LOCK: Final = "lock"
KEYS: Final = "keys"
TRUST: Final = "trust"
PACKAGES: Final = "packages"
SESSIONS: Final = "sessions"
OUTBOX: Final = "outbox"
SESSION_KEY: Final = "session.key.json"
RESERVE: Final = "reserve"
PLACE: Final = "place.json"
_HOLDER_AT: Final = 1  # behind the byte that some systems lock, so that others can read it
_HOLDER_MAX_BYTES: Final = 200
_TRY_EVERY_MS: Final = 20
DYING_MS: Final = 3_000
"""So long what a killed supervisor leaves behind may take to be gone."""


class SeatFolder:
    """The paths of one seat."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.about = folder / ABOUT
        self.root = folder / ROOT
        self.reserve = folder / RESERVE
        self.place = folder / PLACE
        self.state = folder / STATE
        self.signing_key = folder / KEYS / "signing.key"
        self.content_key = folder / KEYS / "content.key"
        self.trust = folder / TRUST
        self.packages = folder / PACKAGES
        self.sessions = folder / SESSIONS
        self.outbox = folder / OUTBOX

    def all_folders(self) -> tuple[Path, ...]:
        """Return every folder that has to be there."""
        return (self.folder / KEYS, self.trust, self.packages, self.sessions, self.outbox)

    def package(self, digest: Digest) -> Path:
        """Return where a package lies."""
        return self.packages / f"{digest}.exam"

    def session(self, session: SessionId) -> Path:
        """Return a session's folder."""
        return self.sessions / session

    def session_key(self, session: SessionId) -> Path:
        """Return where a session's wrapped key lies."""
        return self.session(session) / SESSION_KEY

    def bundle(self, digest: Digest) -> Path:
        """Return where a sealed result lies."""
        return self.outbox / f"{digest}.result"


class FolderLock:
    """Keeps other processes out of a folder, until released or the process ends, however it ends.

    Args:
        folder: the seat's folder.
        only_read: nothing will be written, perhaps because nothing can be: the lock's file is not made and not written.
        patience_ms: so long whoever holds it may take to let go. A process that was killed may leave a child that holds it for a
            moment more: between fork and exec, or while it sees that it is alone.

    Raises:
        StorageFault: BUSY while another process holds it.
    """

    def __init__(self, folder: Path, *, only_read: bool = False, patience_ms: int = 0) -> None:
        self._path = folder / LOCK
        try:
            self._descriptor = os.open(self._path, os.O_RDONLY if only_read else os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise storage_fault_of(error, self._path) from error
        try:
            _lock_within(self._descriptor, patience_ms)
        except OSError:
            holder = _holder(self._descriptor)
            os.close(self._descriptor)
            raise StorageFault(StorageFaultKind.BUSY, folder, holder) from None
        if not only_read:
            _sign(self._descriptor)

    def release(self) -> None:
        """Let others in."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _lock_within(descriptor: int, patience_ms: int) -> None:
    """Lock, trying again and again until patience is at its end.

    Raises:
        OSError: another process still holds it.
    """
    for _ in range(patience_ms // _TRY_EVERY_MS):
        with contextlib.suppress(OSError):
            _lock(descriptor)
            return
        threading.Event().wait(_TRY_EVERY_MS / 1_000)
    _lock(descriptor)


def _sign(descriptor: int) -> None:
    """Write down who holds the folder, for whoever is kept out. Nothing hangs on it: a full disk may not take it."""
    with contextlib.suppress(OSError):
        os.lseek(descriptor, _HOLDER_AT, os.SEEK_SET)
        os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))


def _holder(descriptor: int) -> str:
    """Return which process holds the folder, as far as can be told; empty where it cannot."""
    try:
        os.lseek(descriptor, _HOLDER_AT, os.SEEK_SET)
        process = os.read(descriptor, _HOLDER_MAX_BYTES).split(b"\n")[0].decode("ascii")
    except (OSError, UnicodeDecodeError):
        return ""
    if not process.isdecimal():
        return ""
    return f"process {process}{', which is stopped' if _is_stopped(process) else ''}"


def _is_stopped(process: str) -> bool:
    """Tell whether a process stands still by a signal (Linux, proc(5): the state comes behind the name in brackets)."""
    try:
        text = Path("/proc", process, "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return text.rpartition(")")[2].split()[:1] in (["T"], ["t"])


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
