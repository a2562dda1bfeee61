"""What this seat has signed about itself, kept in its folder until the next result takes it along.

Owns the files, that only what is good goes into a result, and that none is lost on the way: one that is damaged, or of another
seat, stays behind and keeps no result from being sealed; whatever a newer one replaces waits beside it for a result. Refuses to
know how they come to be (``kiosk.readiness``, ``kiosk.lockdown.as_found``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from exam_packages.as_found import STATEMENT_MAX_BYTES, AsFound, build_as_found, joined, two_to_join
from exam_packages.readiness_certificates import ReadinessCertificate, build_readiness
from exam_packages.signed_documents import file_digest
from exam_packages.statements import STATEMENTS_MAX, SeatStatement, open_statement
from kiosk.durable_file import make_folder, remove_durably, write_durably
from kiosk.errors import storage_fault_of
from kiosk.seat.identity import SeatIdentity
from kiosk.seat.layout import SeatFolder
from signing.errors import Refused

READINESS: Final = "readiness.json"
AS_FOUND: Final = "as-found.json"
EARLIER: Final = "as-found"
"""The folder of those that were replaced before a result took them along; each is named by its digest."""
EARLIER_MAX: Final = STATEMENTS_MAX - 2
"""Beside these a result takes the readiness certificate and the newest as-found statement."""


def keep_readiness(folder: SeatFolder, identity: SeatIdentity, certificate: ReadinessCertificate) -> bytes:
    """Sign a readiness certificate and keep it in place of the one before; return it.

    Raises:
        StorageFault: it could not be written.
    """
    data = build_readiness(certificate, identity.signing_key)
    _write(folder.folder / READINESS, data)
    return data


def keep_as_found(folder: SeatFolder, identity: SeatIdentity, statement: AsFound) -> bytes:
    """Sign an as-found statement and keep it; return it. The one before it waits beside it for the next result.

    Raises:
        StorageFault: it could not be written. What was there before is still there.
    """
    data = build_as_found(statement, identity.signing_key)
    before = _read(folder.folder / AS_FOUND)
    if isinstance(_good(before, identity), AsFound):
        _keep_earlier(folder, identity, before)
    _write(folder.folder / AS_FOUND, data)
    return data


def for_bundle(folder: SeatFolder, identity: SeatIdentity) -> tuple[bytes, ...]:
    """Return the statements that go into a result, signed as they are; of as-found statements the newest is the last."""
    ready, newest = (_read(folder.folder / name) for name in (READINESS, AS_FOUND))
    earlier = [data for data, _ in _earlier(folder, identity) if data != newest]
    found = (ready, *earlier[:EARLIER_MAX], newest)
    return tuple(data for data in found if data and _good(data, identity) is not None)


def taken_along(folder: SeatFolder, statements: Iterable[bytes]) -> None:
    """Remove the earlier statements that are in a result now. One that cannot be removed goes with the next result, too."""
    for data in statements:
        path = _earlier_path(folder, data)
        with contextlib.suppress(OSError):
            if path.exists():
                remove_durably(path)


def _keep_earlier(folder: SeatFolder, identity: SeatIdentity, data: bytes) -> None:
    """Keep a statement that is about to be replaced; join two of one occasion where a result has no room for so many."""
    try:
        make_folder(folder.folder / EARLIER)
    except OSError as error:
        raise storage_fault_of(error, folder.folder / EARLIER) from error
    _write(_earlier_path(folder, data), data)
    earlier = _earlier(folder, identity)
    while len(earlier) > EARLIER_MAX:
        first, second = two_to_join([statement for _, statement in earlier])
        (older, before), (newer, after) = earlier[first], earlier[second]
        both = joined(before, after)
        joint = build_as_found(both, identity.signing_key)
        _write(_earlier_path(folder, joint), joint)
        taken_along(folder, (each for each in (older, newer) if each != joint))
        earlier[second] = (joint, both)
        del earlier[first]


def _earlier(folder: SeatFolder, identity: SeatIdentity) -> list[tuple[bytes, AsFound]]:
    """Return the statements that were replaced and no result has taken along yet, the oldest first.

    None where they cannot be listed: a result is worth more than what goes with it.
    """
    try:
        paths = list((folder.folder / EARLIER).glob("*.json"))
    except OSError:
        return []
    read = map(_read, paths)
    good = ((data, _good(data, identity)) for data in read)
    found = [(data, statement) for data, statement in good if isinstance(statement, AsFound)]
    return sorted(found, key=lambda each: (each[1].made, each[0]))


def _earlier_path(folder: SeatFolder, data: bytes) -> Path:
    return folder.folder / EARLIER / f"{file_digest(data)}.json"


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
