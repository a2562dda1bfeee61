"""What a numbered document that was taken in before keeps away: whatever has a lower number, and another one with its own.

Owns both rules, and when they end: once the signatures of what is held count no longer, it keeps nothing away. Refuses to know
where documents are kept and what they say.

Numbers are taken once. Two documents with one number, both rightly signed, mean that a signer was put back to an earlier day or
works for somebody else; which of them holds must not depend on which came first, or last (decision 0137).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from exam_packages.ids import Digest
from exam_packages.signed_documents import read_document
from signing.errors import OlderRefused, Refused
from signing.keys import KeySet
from signing.labels import PayloadType

_NUMBER_FIELD: Final = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What one kind of document has to be newer than.

    Attributes:
        number: of the document that is held; 0 where none is, or none that counts.
        digest: SHA-256 of its payload.
    """

    number: int
    digest: Digest

    def refuse_other(self, untrusted: bytes, payload_type: PayloadType, *, number: int, place: str) -> None:
        """Check that a document with the number of what is held says the same. Its signatures may be others.

        Args:
            untrusted: the file.
            payload_type: what it is.
            number: the number it says it has.
            place: where it comes from, for refusals.

        Raises:
            OlderRefused: it says something else.
            FormRefused: it is no such document.
        """
        if number == self.number and read_document(untrusted, payload_type, place=place).digest != self.digest:
            raise another_with_number(number, place=place)


NOTHING_HELD: Final = Held(number=0, digest=Digest(""))


def held_document(body: bytes, payload_type: PayloadType, keys: KeySet) -> Held:
    """Return what a document that was taken in before keeps away.

    One whose signatures do not count any more keeps nothing away: whoever signed it is revoked or replaced, and what has taken
    their place may count from 1 again (TUF does the same with metadata whose keys were replaced, §5.3.11). What was signed by
    them does not come back by that.

    Args:
        body: as it came.
        payload_type: what it is.
        keys: who may sign such a document now.
    """
    try:
        document = read_document(body, payload_type, place="held document")
        number = document.verified_by(keys).integer(_NUMBER_FIELD)
    except Refused:
        return NOTHING_HELD
    return Held(number=number, digest=document.digest)


def another_with_number(number: int, *, place: str) -> OlderRefused:
    """Return the refusal of a second document with one number."""
    message = (
        f"has number {number}, as has another one that was taken in before and says something else:"
        " ask whoever signed it for one with a higher number"
    )
    return OlderRefused(message, place=place)
