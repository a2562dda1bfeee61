"""The short code of a seat's mark: what a proctor notes in the day book, and types in when somebody doubts the seat.

Owns how a code is written, read and proven: ``41-17-7F3K9-Q2MAB-4X``, the mark's number, the seat's results, five characters of
the mark's digest, five that only this seat can compute, two check characters as in a release code. So a code of another seat, or
one that somebody made up, is told apart from one that this seat gave and no longer knows. Refuses to know marks otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from exam_packages.ids import Digest
from exam_packages.seat_marks import SeatMark
from signing import base32
from signing.errors import FormRefused
from signing.key_wrap import derive
from signing.labels import Label
from signing.release_code import check_characters

PART: Final = 5  # characters: 25 bits; a guess is right once in 33 million times, and guesses are typed
_DATA: Final = 2 * PART
_CHECKS: Final = 2
_GROUPED: Final = re.compile(r"(.{5})(.{5})(.{2})")
_SPOKEN: Final = re.compile(
    r"\s*(\d{1,9})[\s\-\u2010-\u2013./]+(\d{1,9})[\s\-\u2010-\u2013./]+(\S.*)", re.ASCII | re.DOTALL
)
_SPOKEN_MAX: Final = 100
_NUMBER_BYTES: Final = 8
_PLACE: Final = "seat code"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkCode:
    """A code as it was read; ``is_of`` says whether a seat gave it.

    Attributes:
        number: of the mark.
        bundles: number of the last result the seat had sealed.
        short_digest: first characters of the mark's digest.
        proof: what only the seat can compute.
    """

    number: int
    bundles: int
    short_digest: str
    proof: str

    def is_of(self, key: bytes) -> bool:
        """Tell whether the seat with a mark key gave this code."""
        return self.proof == _proof(key, self.number, self.bundles, self.short_digest)

    def fits(self, digest: Digest) -> bool:
        """Tell whether it is the code of the mark with a digest."""
        return self.short_digest == _short(digest)


def code_of(mark: SeatMark, digest: Digest, key: bytes) -> str:
    """Return a mark's code.

    Args:
        mark: which.
        digest: of the mark's file.
        key: the seat's mark key, 32 bytes.
    """
    data = _short(digest) + _proof(key, mark.number, mark.bundles, _short(digest))
    groups = _GROUPED.sub(r"\1-\2-\3", data + check_characters(data))
    return f"{mark.number}-{mark.bundles}-{groups}"


def read_code(spoken: str) -> MarkCode:
    """Read a code that somebody typed: small letters, spaces and dashes do not matter, O is 0, I and L are 1.

    Raises:
        FormRefused: it has not the form of a code, or a typing error in its letters.
    """
    if len(spoken) > _SPOKEN_MAX or (parts := _SPOKEN.fullmatch(spoken)) is None:
        raise FormRefused("is two numbers and twelve letters or digits, with dashes between", place=_PLACE)
    characters = base32.as_heard(parts[3]).strip()
    if len(characters) != _DATA + _CHECKS or not set(characters) <= set(base32.ALPHABET):
        raise FormRefused(f"does not have {_DATA + _CHECKS} letters or digits after the two numbers", place=_PLACE)
    data = characters[:_DATA]
    if check_characters(data) != characters[_DATA:]:
        raise FormRefused("has a typing error", place=_PLACE)
    return MarkCode(number=int(parts[1]), bundles=int(parts[2]), short_digest=data[:PART], proof=data[PART:])


def _short(digest: Digest) -> str:
    return base32.encode(bytes.fromhex(digest)[:PART])[:PART]


def _proof(key: bytes, number: int, bundles: int, short_digest: str) -> str:
    numbers = (value.to_bytes(_NUMBER_BYTES, "big") for value in (number, bundles))
    info = Label.MARK_CODE.with_parts(*numbers, short_digest.encode("ascii"))
    return base32.encode(derive(key, salt=b"", info=info, length=PART))[:PART]
