"""Receipts: the office's signed word that a result bundle arrived, and when the seat may erase its copy.

Owns what a receipt says. Refuses to know who may sign: ``opening`` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from exam_packages.ids import Digest, SeatId, SessionId, SiteId, UtcMs
from exam_packages.signed_documents import name_of, refuse_unless, session_of, sign_document
from signing.canonical import JsonValue
from signing.errors import FormRefused
from signing.fields import Fields
from signing.keys import SigningKey
from signing.labels import PayloadType

REASON_MAX: Final = 1_000  # characters


class ReceiptStatus(Enum):
    """What became of a bundle."""

    ACCEPTED = "accepted"
    QUARANTINED = "quarantined"
    """Kept, and waiting for a person; the seat keeps its copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the office says about one bundle.

    Attributes:
        number: counts the office's receipts from 1.
        bundle: digest of the bundle's file.
        session, site, seat: whose bundle it is, for people.
        status: accepted or quarantined.
        reason: why it is quarantined; empty where it is accepted.
        accepted: wall time of acceptance.
        erase_after: the seat may erase its copy from then on; None where it is quarantined and may not at all.
    """

    number: int
    bundle: Digest
    session: SessionId
    site: SiteId
    seat: SeatId
    status: ReceiptStatus
    reason: str
    accepted: UtcMs
    erase_after: UtcMs | None


def build_receipt(receipt: Receipt, signers: Sequence[SigningKey]) -> bytes:
    """Write a receipt, signed by both keys of the role ``receipts``: scoring and records."""
    body: dict[str, JsonValue] = {
        "accepted": receipt.accepted,
        "bundle": receipt.bundle,
        "number": receipt.number,
        "reason": receipt.reason,
        "seat": receipt.seat,
        "session": receipt.session,
        "site": receipt.site,
        "status": receipt.status.value,
    }
    if receipt.erase_after is not None:
        body["erase_after"] = receipt.erase_after
    return sign_document(body, PayloadType.RECEIPT, signers)


def receipt_from_fields(fields: Fields) -> Receipt:
    """Read the meaning of a receipt and close the fields.

    Raises:
        FormRefused: a missing or unknown field, a value out of range.
    """
    erase_after = fields.optional_integer("erase_after")
    receipt = Receipt(
        number=fields.integer("number", minimum=1),
        bundle=Digest(fields.digest("bundle")),
        session=SessionId(session_of(fields, "session")),
        site=SiteId(name_of(fields, "site")),
        seat=SeatId(name_of(fields, "seat")),
        status=fields.choice("status", ReceiptStatus),
        reason=fields.text("reason", min_length=0, max_length=REASON_MAX),
        accepted=UtcMs(fields.integer("accepted")),
        erase_after=None if erase_after is None else UtcMs(erase_after),
    )
    fields.close()
    accepted = receipt.status is ReceiptStatus.ACCEPTED
    # One meaning, one encoding: only an accepted bundle may be erased, and only a quarantined one has a reason.
    refuse_unless(
        accepted == (receipt.erase_after is not None),
        FormRefused,
        "is there for accepted bundles and only for them",
        place=f"{fields.place}.erase_after",
    )
    refuse_unless(
        accepted == (receipt.reason == ""), FormRefused, "does not fit the status", place=f"{fields.place}.reason"
    )
    return receipt
