"""A stick with results and what a run needs, without a seat: results are bytes that are named by their digest."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from exam_packages.ids import Digest, SeatId, SessionId, SiteId, UtcMs
from exam_packages.receipts import Receipt, ReceiptStatus, build_receipt
from kiosk.handover.stick import Stick
from kiosk.upload.patience import Patience
from signing.keys import generate_signing_key

KEYS = (generate_signing_key(), generate_signing_key())


class Waits:
    """Time that passes at once, and is written down."""

    def __init__(self, chance: float = 1.0) -> None:
        self.seconds: list[float] = []
        self._chance = chance

    def patience(self, tries: int = 5) -> Patience:
        return Patience(pause=self.seconds.append, chance=lambda: self._chance, tries=tries)


class Bar:
    """What progress was told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int, str]] = []

    def __call__(self, done: int, total: int, what: str) -> None:
        self.told.append((done, total, what))


def stick_with(folder: Path, *sizes: int) -> tuple[Stick, list[Digest]]:
    """A stick with results of these sizes; their digests, in the order of a run."""
    (folder / "results").mkdir(parents=True)
    digests = [put_result(folder, os.urandom(size)) for size in sizes]
    return Stick(folder), sorted(digests)


def put_result(folder: Path, data: bytes) -> Digest:
    digest = Digest(hashlib.sha256(data).hexdigest())
    (folder / "results" / f"{digest}.result").write_bytes(data)
    return digest


def receipt_for(bundle: Digest, *, number: int = 1) -> bytes:
    receipt = Receipt(
        number=number,
        bundle=bundle,
        session=SessionId("01J8ZQ4M7W5V3N2R6T9XKCDEFG"),
        site=SiteId("site-7"),
        seat=SeatId("seat-01"),
        status=ReceiptStatus.ACCEPTED,
        reason="",
        accepted=UtcMs(1_790_000_000_000),
        erase_after=UtcMs(1_790_000_000_000),
    )
    return build_receipt(receipt, KEYS)
