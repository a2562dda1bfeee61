"""Receipts on their way to the stick: looked at for their form, written durably.

Owns what may replace what. Refuses to verify: the site's machine brings receipts without any key or trust, and the seat believes
none that does not verify (``exam_packages.opening.open_receipt``).
"""

from __future__ import annotations

from typing import Final

from exam_packages.drop_paths import RECEIPT_SUFFIX, receipt_name
from exam_packages.ids import Digest
from exam_packages.receipts import Receipt, receipt_from_fields
from exam_packages.signed_documents import file_digest, read_document
from kiosk.handover.stick import Stick, put, read_small
from kiosk.seat.facts import ExportOutcome
from kiosk.upload.facts import ReceiptOutcome
from signing.errors import ContentRefused, Refused
from signing.labels import PayloadType

_BESIDE_DIGITS: Final = 16  # hexadecimal digits of the digest of a receipt that lies beside another one


def untrusted_receipt(untrusted: bytes, bundle: Digest) -> Receipt:
    """Read what a receipt says whose signatures nobody has verified.

    Raises:
        FormRefused: it is no receipt.
        ContentRefused: it is for another result.
    """
    place = receipt_name(bundle)
    receipt = receipt_from_fields(read_document(untrusted, PayloadType.RECEIPT, place=place).untrusted_fields())
    if receipt.bundle != bundle:
        raise ContentRefused("is the receipt of another result", place=place)
    return receipt


def bring(untrusted: bytes, bundle: Digest, stick: Stick) -> ReceiptOutcome:
    """Bring a receipt to the stick. One that says it was written later stays: an old answer does not replace a new one.

    What it says nobody has verified here, and a false one that calls itself the last of all would keep every good one away. So
    the other one goes beside it: the seat looks at all, and believes those that verify.

    Raises:
        Refused: it is no receipt of this result.
        StickFault: the stick cannot be read or written.
    """
    number = untrusted_receipt(untrusted, bundle).number
    path = stick.receipts / receipt_name(bundle)
    if path.is_file() and _number(read_small(path), bundle) > number:
        put(stick.receipts / f"{bundle}.{file_digest(untrusted)[:_BESIDE_DIGITS]}{RECEIPT_SUFFIX}", untrusted)
        return ReceiptOutcome.KEPT_NEWER
    done = put(path, untrusted)
    return ReceiptOutcome.WRITTEN if done.outcome is ExportOutcome.WRITTEN else ReceiptOutcome.THERE


def _number(untrusted: bytes, bundle: Digest) -> int:
    try:
        return untrusted_receipt(untrusted, bundle).number
    except Refused:
        return 0  # what is no receipt gives way to one
