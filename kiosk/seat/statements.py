"""What this seat has signed about itself, kept in its folder until the next result takes it along.

Owns the two files and that only what is good goes into a result: one that is damaged, or of another seat, stays behind and keeps
no result from being sealed. Refuses to know how they come to be (``kiosk.readiness``, ``kiosk.lockdown.as_found``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from exam_packages.as_found import STATEMENT_MAX_BYTES, AsFound, build_as_found
from exam_packages.readiness_certificates import ReadinessCertificate, build_readiness
from exam_packages.statements import SeatStatement, open_statement
from kiosk.durable_file import write_durably
from kiosk.errors import storage_fault_of
from kiosk.seat.identity import SeatIdentity
from kiosk.seat.layout import SeatFolder
from signing.errors import Refused

READINESS: Final = "readiness.json"
AS_FOUND: Final = "as-found.json"


def keep_readiness(folder: SeatFolder, identity: SeatIdentity, certificate: ReadinessCertificate) -> bytes:
    """Sign a readiness certificate and keep it in place of the one before; return it.

    Raises:
        StorageFault: it could not be written.
    """
    data = build_readiness(certificate, identity.signing_key)
    _write(folder.folder / READINESS, data)
    return data


def keep_as_found(folder: SeatFolder, identity: SeatIdentity, statement: AsFound) -> bytes:
    """Sign an as-found statement and keep it in place of the one before; return it.

    Raises:
        StorageFault: it could not be written.
    """
    data = build_as_found(statement, identity.signing_key)
    _write(folder.folder / AS_FOUND, data)
    return data


def kept_as_found(folder: SeatFolder, identity: SeatIdentity) -> AsFound | None:
    """Return the as-found statement that is kept; None where there is none that is good."""
    statement = _good(_read(folder.folder / AS_FOUND), identity)
    return statement if isinstance(statement, AsFound) else None


def for_bundle(folder: SeatFolder, identity: SeatIdentity) -> tuple[bytes, ...]:
    """Return the statements that go into a result, signed as they are."""
    found = (_read(folder.folder / name) for name in (READINESS, AS_FOUND))
    return tuple(data for data in found if data and _good(data, identity) is not None)


def _good(untrusted: bytes, identity: SeatIdentity) -> SeatStatement | None:
    try:
        return open_statement(untrusted, key=identity.signing_key.public_key, place="statement")
    except Refused:
        return None


def _read(path: Path) -> bytes:
    """Read a small file; what cannot be read is as if it were not there."""
    try:
        with path.open("rb") as file:
            untrusted = file.read(STATEMENT_MAX_BYTES + 1)
    except OSError:
        return b""
    return untrusted


def _write(path: Path, data: bytes) -> None:
    try:
        write_durably(path, data)
    except OSError as error:
        raise storage_fault_of(error, path) from error
