"""Two bundles of one session: whether one goes on where the other ended, or two ways part.

Owns the comparison. It holds however the two came to be: a seat that died and came back, a disk that was put back to
yesterday's state. Refuses to know what becomes of the bundles: ``accepting`` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from exam_packages.ids import Digest, ItemId, ResponseId, SeatId
from exam_packages.qti.model import Lexical
from exam_packages.records import answers_of
from exam_packages.result_opening import OpenedResult
from exam_packages.session_events import Record

Response = tuple[ItemId, ResponseId]


class Kinship(Enum):
    """How a bundle stands to another one of the same session."""

    EARLIER = "earlier"
    """The other one holds all of it and goes on at another seat."""
    LATER = "later"
    """It holds all of the other one and went on at another seat."""
    REPEATED = "repeated"
    """One holds all of the other, and the session did not leave its seat in between."""
    PARTED = "parted"
    """Each holds records that the other one has not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One way a session went.

    Attributes:
        answers: responses that are answered at its end.
    """

    bundle: Digest
    seat: SeatId
    records: tuple[Record, ...]
    answers: Mapping[Response, Lexical]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """Where two ways part.

    Attributes:
        shared: how many records are the same in both.
        differing: responses with another value at the end of one than at the end of the other, in order.
    """

    one: Branch
    other: Branch
    shared: int
    differing: tuple[Response, ...]


def kinship(mine: OpenedResult, other: OpenedResult) -> Kinship:
    """Return how a bundle stands to another one of the same session."""
    shared = shared_records(mine.journal, other.journal)
    if shared < min(len(mine.journal), len(other.journal)):
        return Kinship.PARTED
    if _goes_on(other, mine):
        return Kinship.EARLIER
    return Kinship.LATER if _goes_on(mine, other) else Kinship.REPEATED


def parting(one: OpenedResult, other: OpenedResult) -> Parting:
    """Return where two bundles of one session part, and what that makes of the answers."""
    first, second = branch_of(one), branch_of(other)
    responses = [*first.answers, *(response for response in second.answers if response not in first.answers)]
    return Parting(
        one=first,
        other=second,
        shared=shared_records(one.journal, other.journal),
        differing=tuple(each for each in responses if first.answers.get(each) != second.answers.get(each)),
    )


def branch_of(result: OpenedResult) -> Branch:
    """Return the way that a bundle tells of."""
    return Branch(
        bundle=result.checked.digest,
        seat=result.checked.header.seat,
        records=result.records,
        answers={
            (item, response): value
            for item, of_item in answers_of(result.records).items()
            for response, value in of_item.items()
            if value
        },
    )


def shared_records(one: Sequence[bytes], other: Sequence[bytes]) -> int:
    """Return how many records two journals have in common, from the first one on."""
    shared = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        shared += 1
    return shared


def sentence_of(where: Parting) -> str:
    """Say for people where two ways part."""
    differ = len(where.differing)
    answers = {0: "no answer differs", 1: "1 answer differs"}.get(differ, f"{differ} answers differ")
    return (
        f"the session went two ways: {where.one.seat} has {len(where.one.records)} records and {where.other.seat} has "
        f"{len(where.other.records)} (bundle {where.other.bundle[:16]}…); they part after {where.shared} records, and {answers}"
    )


def _goes_on(later: OpenedResult, earlier: OpenedResult) -> bool:
    """Tell whether the later one left the earlier one's seat behind everything that the earlier one holds."""
    certificate = earlier.checked.certificate_digest
    return any(move.number >= len(earlier.journal) and move.certificate_digest == certificate for move in later.moves)
