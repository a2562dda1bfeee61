"""What a seat's next result will say about the seat itself."""

from __future__ import annotations

from exam_packages.as_found import AsFound
from exam_packages.readiness_certificates import ReadinessCertificate
from exam_packages.statements import SeatStatement, open_statement
from kiosk.seat.identity import SeatIdentity
from kiosk.seat.layout import SeatFolder
from kiosk.seat.statements import for_bundle


def readiness_of(folder: SeatFolder, identity: SeatIdentity) -> ReadinessCertificate | None:
    found = [each for each in _statements(folder, identity) if isinstance(each, ReadinessCertificate)]
    return found[0] if found else None


def as_found_of(folder: SeatFolder, identity: SeatIdentity) -> AsFound | None:
    """Return the newest one."""
    found = all_as_found(folder, identity)
    return found[-1] if found else None


def all_as_found(folder: SeatFolder, identity: SeatIdentity) -> list[AsFound]:
    return [each for each in _statements(folder, identity) if isinstance(each, AsFound)]


def _statements(folder: SeatFolder, identity: SeatIdentity) -> list[SeatStatement]:
    key = identity.signing_key.public_key
    return [open_statement(data, key=key, place="statement") for data in for_bundle(folder, identity)]
