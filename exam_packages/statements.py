"""What a seat has signed about itself, on its way with a result: readiness, and the machine as it was found.

Owns telling the two apart and that they are the seat's own. Refuses to know what they say. Each is one line: a signed envelope
in its one encoding has no line feed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

from exam_packages.as_found import STATEMENT_MAX_BYTES, AsFound, open_as_found
from exam_packages.readiness_certificates import ReadinessCertificate, open_readiness
from signing.dsse import read_envelope
from signing.errors import FormRefused
from signing.keys import VerifyKey
from signing.labels import PayloadType

SeatStatement: TypeAlias = ReadinessCertificate | AsFound

STATEMENTS_MAX: Final = 16


def open_statements(untrusted: Iterable[bytes], *, key: VerifyKey, place: str) -> tuple[SeatStatement, ...]:
    """Open the statements of a seat.

    Raises:
        Refused: one is not in its form, not the seat's, or of a kind that is none of the two; or there are too many.
    """
    opened: list[SeatStatement] = []
    for number, line in enumerate(untrusted):
        if number >= STATEMENTS_MAX:
            raise FormRefused(f"has more than {STATEMENTS_MAX}", place=place)
        opened.append(open_statement(line, key=key, place=f"{place}, line {number}"))
    return tuple(opened)


def open_statement(untrusted: bytes, *, key: VerifyKey, place: str) -> SeatStatement:
    """Open one statement of a seat.

    Raises:
        Refused: as ``open_statements``.
    """
    kind = read_envelope(untrusted, place=place, max_bytes=STATEMENT_MAX_BYTES).payload_type
    if kind == PayloadType.READINESS:
        return open_readiness(untrusted, key=key, place=place)
    if kind == PayloadType.AS_FOUND:
        return open_as_found(untrusted, key=key, place=place)
    raise FormRefused("is no statement of a seat", place=f"{place}.payloadType")
