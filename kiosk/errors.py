"""What can go wrong at a seat or a site that is nobody's bad file: the machine, the stick, a PIN, something missing.

Owns one tree. Bad files are ``signing.errors.Refused``; words for people are made in the interface from ``code`` and the
attributes.

::

    KioskError
    ├── EventNotAllowed   an event cannot happen now (kiosk.session.machine)
    ├── MachineFault      the machine, not what somebody gave it
    │   ├── StorageFault  the seat's own store cannot be read or written
    │   ├── StickFault    the stick cannot be read or written
    │   └── UploadFault   the server, or the way to it (kiosk.upload.faults)
    ├── PinRefused        wrong PIN or unknown proctor, which are told apart by nobody
    └── NotReady          something that has to be there first is not there
"""

from __future__ import annotations

import errno
from enum import Enum
from pathlib import Path
from typing import ClassVar, Final


class KioskError(Exception):
    """Only its subclasses are raised.

    Attributes:
        code: stable name of the class, for programs and for the interface's table of words.
    """

    code: ClassVar[str] = "kiosk-error"


class StorageFaultKind(Enum):
    """What is wrong with the seat's own store."""

    FULL = "full"
    IO = "io"
    READ_ONLY = "read-only"
    WRONG_KEY = "wrong-key"
    CHAIN_BROKEN = "chain-broken"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    NOT_OURS = "not-ours"
    """Not a file of this program, or of a version of it that this one does not read."""
    BUSY = "busy"
    """Another process has it open."""
    MISSING = "missing"
    ROLLED_BACK = "rolled-back"
    """The store is whole, and older than it once was."""

    @property
    def is_damage(self) -> bool:
        """Whether it is the file that is bad, for good, and not the disk around it, which can be mended.

        A disk that cannot be read counts as damage of what lies on it: nobody can wait for it to get better.
        """
        passing = (
            StorageFaultKind.FULL,
            StorageFaultKind.READ_ONLY,
            StorageFaultKind.BUSY,
            StorageFaultKind.ROLLED_BACK,
        )
        return self not in passing

    @property
    def leaves_reading(self) -> bool:
        """Whether the seat can still be read as it lies: its results can be carried away."""
        return self in (StorageFaultKind.FULL, StorageFaultKind.READ_ONLY, StorageFaultKind.IO)


class MachineFault(KioskError):  # noqa: N818 - see KioskError
    """The machine, not what somebody gave it. Only its subclasses are raised."""

    code = "machine-fault"


class StorageFault(MachineFault):
    """The seat's own store cannot be read or written. The file is left as it is.

    Attributes:
        kind: what is wrong.
        path: the file or folder.
        detail: more, for the log.
    """

    code = "storage-fault"

    def __init__(self, kind: StorageFaultKind, path: Path, detail: str = "") -> None:
        what = f"{_STORAGE_WORDS[kind]}{f' ({detail})' if detail else ''}"
        super().__init__(f"{path}: {what}. {_STORAGE_REMEDIES[kind]}")
        self.kind = kind
        self.path = path
        self.detail = detail


_STORAGE_WORDS = {
    StorageFaultKind.FULL: "the disk is full",
    StorageFaultKind.IO: "reading or writing failed",
    StorageFaultKind.READ_ONLY: "it cannot be written to",
    StorageFaultKind.WRONG_KEY: "the key does not open it, or its first page is damaged",
    StorageFaultKind.CHAIN_BROKEN: "its records do not form an unbroken chain",
    StorageFaultKind.TRUNCATED: "it is cut short, or records that were acknowledged are missing",
    StorageFaultKind.DAMAGED: "its content is damaged",
    StorageFaultKind.NOT_OURS: "it is not a store of this program",
    StorageFaultKind.BUSY: "another program has it open",
    StorageFaultKind.MISSING: "it is not there",
    StorageFaultKind.ROLLED_BACK: "it is older than it once was",
}

_KEPT: Final = "It is kept as it is: continue in a new session, or set it aside, and tell the office."
_STORAGE_REMEDIES: Final = {
    StorageFaultKind.FULL: (
        "What was saved is safe. Free some room and repeat; results can be brought to a stick meanwhile (kiosk seat export)."
    ),
    StorageFaultKind.IO: (
        "What was saved is safe. Restart the computer; if it happens again, export the results and use another seat."
    ),
    StorageFaultKind.READ_ONLY: (
        "What was saved is safe. Check the folder's rights or restart the computer;"
        " results can be brought to a stick meanwhile (kiosk seat export)."
    ),
    StorageFaultKind.WRONG_KEY: _KEPT,
    StorageFaultKind.CHAIN_BROKEN: _KEPT,
    StorageFaultKind.TRUNCATED: _KEPT,
    StorageFaultKind.DAMAGED: _KEPT,
    StorageFaultKind.NOT_OURS: "Check the folder, or use the version of the program that made it.",
    StorageFaultKind.BUSY: "Close the other program, then repeat. Only looking (kiosk seat status) works meanwhile.",
    StorageFaultKind.ROLLED_BACK: "Use another seat, and hand this one to the admin (kiosk seat status says what is missing).",
    StorageFaultKind.MISSING: "Check the folder; if it is the right one, tell the office: something was removed.",
}


class StickFaultKind(Enum):
    """What is wrong with the stick."""

    GONE = "gone"
    FULL = "full"
    READ_ONLY = "read-only"
    NO_RIGHT = "no-right"
    """This user may not read or write it; another one may. On Windows, a stick's own switch is told in the same way."""
    DIFFERS = "differs"
    """What was read back is not what was written."""
    NOT_FOUND = "not-found"
    IO = "io"


class StickFault(MachineFault):
    """The stick cannot be read or written.

    Attributes:
        kind: what is wrong.
        path: the file or folder on the stick.
        needed_bytes: room that is needed, where the stick is full.
    """

    code = "stick-fault"

    def __init__(self, kind: StickFaultKind, path: Path, *, needed_bytes: int = 0) -> None:
        room = f" It needs {max(1, -(-needed_bytes // 1_000_000))} MB." if needed_bytes else ""
        super().__init__(f"{path}: {_STICK_WORDS[kind]}{room}")
        self.kind = kind
        self.path = path
        self.needed_bytes = needed_bytes


_STICK_WORDS = {
    StickFaultKind.GONE: "the stick was pulled out. Put it in again and repeat; nothing is lost.",
    StickFaultKind.FULL: "the stick has no room. Free some space on it or use another one.",
    StickFaultKind.READ_ONLY: "the stick cannot be written to. Move its switch, or use another one.",
    StickFaultKind.NO_RIGHT: "this user may not read or write here. Check its rights, how the stick is mounted, and its switch.",
    StickFaultKind.DIFFERS: "what was read back is not what was written. Use another stick.",
    StickFaultKind.NOT_FOUND: "there is nothing here. Put the stick in, or choose its folder.",
    StickFaultKind.IO: "the stick cannot be read or written. Use another one.",
}


class PinRefused(KioskError):  # noqa: N818 - see KioskError
    """The PIN is wrong or nobody is known by that name, which are not told apart.

    Attributes:
        wait_s: seconds until the next try is looked at; 0 when one may be made now.
        attempts_left: tries before waiting begins; None while waiting.
    """

    code = "pin-refused"

    def __init__(self, *, wait_s: int, attempts_left: int | None) -> None:
        super().__init__("the name or the PIN is not right")
        self.wait_s = wait_s
        self.attempts_left = attempts_left


class Missing(Enum):
    """What has to be there first."""

    CERTIFICATE = "certificate"
    REGISTRATION = "registration"
    PROCTORS = "proctors"
    POLICY = "policy"
    TRUST = "trust"
    PACKAGE = "package"
    GRANT = "grant"
    RELEASE = "release"
    ROSTER = "roster"
    APPOINTMENT = "appointment"
    WINDOW_NOT_OPEN = "window-not-open"
    WINDOW_CLOSED = "window-closed"
    CLOCK = "clock"
    """The clock is behind a time that is proven to be over."""
    SESSION_RUNS = "session-runs"
    SESSION_DONE = "session-done"
    SESSION_UNKNOWN = "session-unknown"
    ADMIN = "admin"
    RECEIPT = "receipt"
    RECEIPT_QUARANTINED = "receipt-quarantined"
    ERASURE_DATE = "erasure-date"
    SITE_KEY = "site-key"
    REQUEST = "request"
    ADOPTION = "adoption"
    """The seat's folder was copied or moved here, and no admin has said that it is the one to go on with."""
    ROOM = "room"
    """The disk was full, and the room that is kept for that is used up."""
    ROLLED_BACK = "rolled-back"
    """The seat's folder is older than it once was, and no admin has accepted that."""
    NO_ROLLBACK = "no-rollback"
    """There is nothing to accept: the seat is as new as it ever was, as far as it knows."""
    EXPORT = "export"
    """The damaged journal was not brought to a stick yet."""
    LOCKDOWN = "lockdown"
    """The exam, or the site, demands that this machine prevents more than it does."""


class NotReady(KioskError):  # noqa: N818 - see KioskError
    """Something that has to be there first is not there.

    Attributes:
        missing: what.
    """

    code = "not-ready"

    def __init__(self, missing: Missing, message: str) -> None:
        super().__init__(message)
        self.missing = missing


def storage_fault_of(error: OSError, path: Path) -> StorageFault:
    """Return the storage fault that an operating system error means."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            kind = StorageFaultKind.FULL
        case errno.EROFS | errno.EACCES | errno.EPERM:
            kind = StorageFaultKind.READ_ONLY
        case errno.ENOENT:
            kind = StorageFaultKind.MISSING
        case _:
            kind = StorageFaultKind.IO
    return StorageFault(kind, path, error.strerror or "")


def stick_fault_of(error: OSError, path: Path, *, needed_bytes: int = 0) -> StickFault:
    """Return the stick fault that an operating system error means."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return StickFault(StickFaultKind.FULL, path, needed_bytes=needed_bytes)
        case errno.EROFS:
            return StickFault(StickFaultKind.READ_ONLY, path)
        case errno.EACCES | errno.EPERM:
            return StickFault(StickFaultKind.NO_RIGHT, path)
        case errno.ENOENT | errno.ENODEV | errno.ENXIO | errno.ENOTDIR:
            return StickFault(StickFaultKind.GONE, path)
        case _:
            return StickFault(StickFaultKind.IO, path)
