"""What a seat says of the machine after it was given back: that it is as it was found, or what is not.

Owns what the statement says. Refuses to know how anything is put back (``kiosk.lockdown.engine``), and what was changed: an
operation is a name here, and what was there before and after is two digests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import combinations
from typing import Final

from exam_packages.ids import Digest, SeatId, UtcMs
from exam_packages.signed_documents import name_of, read_document, refuse_unless, sign_document
from signing.canonical import JsonInput, encode
from signing.errors import ContentRefused
from signing.fields import Fields
from signing.keys import KeySet, SigningKey, VerifyKey
from signing.labels import PayloadType

SEAT_NAME_MAX: Final = 64
OPERATION_MAX: Final = 100  # characters of its name
FAILURE_MAX: Final = 500
OPERATIONS_MAX: Final = 1_000
STATEMENT_MAX_BYTES: Final = 1024 * 1024
OPERATIONS_MAX_BYTES: Final = 700_000  # of their JSON: in base64, with the envelope around it, below the line above


class GivenBack(Enum):
    """On what occasion a machine was given back."""

    SESSION_ENDED = "session-ended"
    START_FAILED = "start-failed"
    """Something that is required could not be made, and what had been made was taken back."""
    AFTER_CRASH = "after-crash"
    """The program or the machine had gone down in between."""
    BY_COMMAND = "by-command"
    """An admin asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBack:
    """One thing that was changed, and put back.

    Attributes:
        operation: its stable name.
        found: SHA-256 of what was there before the change.
        left: SHA-256 of what is there now; None where that could not be found out.
        failure: why it could not be put back, in a sentence; empty where it could.
    """

    operation: str
    found: Digest
    left: Digest | None
    failure: str = ""

    @property
    def is_as_found(self) -> bool:
        """Whether what is there now is what was there before."""
        return not self.failure and self.left == self.found


@dataclass(frozen=True, slots=True, kw_only=True)
class AsFound:
    """A seat's word about the machine.

    Attributes:
        seat: the site's name for it, for people; ``key`` says which one it is.
        key: id of the seat's signing key.
        made: wall time.
        because: on what occasion.
        operations: in the order in which they were put back. One that was put back more than once, with different outcomes, is
            there with each of them.
    """

    seat: SeatId
    key: str
    made: UtcMs
    because: GivenBack
    operations: tuple[PutBack, ...]

    @property
    def is_as_found(self) -> bool:
        """Whether the machine is as it was before, and was each time."""
        return all(each.is_as_found for each in self.operations)


def condensed(operations: Sequence[PutBack]) -> tuple[PutBack, ...]:
    """Return what a statement says of these: each outcome once, where it came last.

    Where that is more than a statement has room for, what is as it was found is left out first.
    """
    distinct = tuple(reversed(dict.fromkeys(reversed(operations))))
    room, taken = OPERATIONS_MAX_BYTES, set[int]()
    for index in sorted(range(len(distinct)), key=lambda index: distinct[index].is_as_found):
        size = len(encode(_to_json(distinct[index]))) + len(",")
        if size <= room and len(taken) < OPERATIONS_MAX:
            room -= size
            taken.add(index)
    return tuple(each for index, each in enumerate(distinct) if index in taken)


def two_to_join(statements: Sequence[AsFound]) -> tuple[int, int]:
    """Return the places of two that are told as one: a statement has one occasion, so they have the same.

    The nearest to each other, so that occasions stay in their order, and of those the oldest.

    Args:
        statements: of one seat, the oldest first; more than there are occasions.
    """
    pairs = combinations(range(len(statements)), 2)
    same = [each for each in pairs if statements[each[0]].because is statements[each[1]].because]
    return min(same, key=lambda each: (each[1] - each[0], each[0]))


def joined(older: AsFound, newer: AsFound) -> AsFound:
    """Return one statement that says what two of the same seat say, of the time of the newer one.

    Raises:
        ValueError: they are of different occasions, of which one would be lost.
    """
    if older.because is not newer.because:
        raise ValueError(f"{older.because.value} and {newer.because.value} are two occasions")
    return replace(newer, operations=condensed((*older.operations, *newer.operations)))


def build_as_found(statement: AsFound, seat_key: SigningKey) -> bytes:
    """Write a statement, signed by the seat."""
    body: dict[str, JsonInput] = {
        "because": statement.because.value,
        "key": statement.key,
        "made": statement.made,
        "operations": [_to_json(each) for each in statement.operations],
        "seat": statement.seat,
    }
    return sign_document(body, PayloadType.AS_FOUND, [seat_key])


def as_found_from_fields(fields: Fields) -> AsFound:
    """Read the meaning of a statement and close the fields.

    Raises:
        FormRefused: a missing or unknown field, a value out of range.
    """
    statement = AsFound(
        seat=SeatId(name_of(fields, "seat", max_length=SEAT_NAME_MAX)),
        key=fields.digest("key"),
        made=UtcMs(fields.integer("made")),
        because=fields.choice("because", GivenBack),
        operations=tuple(_put_back(each) for each in fields.objects("operations", max_items=OPERATIONS_MAX)),
    )
    fields.close()
    return statement


def open_as_found(untrusted: bytes, *, key: VerifyKey, place: str = "as-found statement") -> AsFound:
    """Open a seat's statement.

    Args:
        untrusted: the file.
        key: the key of the seat whose statement it has to be.
        place: where the file comes from, for refusals.

    Raises:
        Refused: form, signature, threshold (of another seat), content (names another key than the one it is signed with).
    """
    document = read_document(untrusted, PayloadType.AS_FOUND, place=place, max_bytes=STATEMENT_MAX_BYTES)
    statement = as_found_from_fields(document.verified_by(KeySet(keys=(key,), threshold=1)))
    refuse_unless(statement.key == key.keyid, ContentRefused, "names another key than its own", place=place)
    return statement


def _to_json(each: PutBack) -> dict[str, JsonInput]:
    body: dict[str, JsonInput] = {"failure": each.failure, "found": each.found, "operation": each.operation}
    if each.left is not None:
        body["left"] = each.left
    return body


def _put_back(fields: Fields) -> PutBack:
    left = fields.optional_digest("left")
    entry = PutBack(
        operation=fields.text("operation", max_length=OPERATION_MAX),
        found=Digest(fields.digest("found")),
        left=None if left is None else Digest(left),
        failure=fields.text("failure", min_length=0, max_length=FAILURE_MAX),
    )
    fields.close()
    return entry
