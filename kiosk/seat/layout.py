"""Where things lie in a seat's folder, and who holds it.

Owns names and the lock. Refuses to know what the files hold.
"""

from __future__ import annotations

import os
import sys
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


class SeatFolder:
    """The paths of one seat."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.about = folder / ABOUT
        self.root = folder / ROOT
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
    """Keeps other processes out of a folder, until released or the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK
        try:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise storage_fault_of(error, self._path) from error
        try:
            _lock(self._descriptor)
        except OSError:
            os.close(self._descriptor)
            raise StorageFault(StorageFaultKind.BUSY, folder) from None

    def release(self) -> None:
        """Let others in."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
