"""What an upload tells: for each result on the stick what became of it. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kiosk.errors import MachineFault
from signing.errors import Refused


class Outcome(Enum):
    """What became of one result."""

    SENT = "sent"
    """It was not there, and is there now."""
    THERE = "there"
    """It was there already."""
    ANSWERED = "answered"
    """The office has put its receipt there: it has the result, wherever it keeps it."""
    FAILED = "failed"
    NOT_TRIED = "not-tried"
    """The run stopped before."""


class ReceiptOutcome(Enum):
    """What became of one receipt."""

    NOT_ASKED = "not-asked"
    NONE_YET = "none-yet"
    WRITTEN = "written"
    THERE = "there"
    """The stick had it already."""
    KEPT_NEWER = "kept-newer"
    """The stick has one that the office wrote later."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadEntry:
    """One result on the stick.

    Attributes:
        name: its file's name.
        size_bytes: its length on the stick.
        outcome: where it is now.
        compared: the server gave it back and it is, byte by byte, what its name says.
        failure: why it failed; a refusal where the file on the stick is not good.
        receipt: what became of its receipt.
        receipt_failure: why that failed.
    """

    name: str
    size_bytes: int
    outcome: Outcome
    compared: bool = False
    failure: MachineFault | Refused | None = None
    receipt: ReceiptOutcome = ReceiptOutcome.NOT_ASKED
    receipt_failure: MachineFault | Refused | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadReport:
    """What one run did.

    Attributes:
        entries: one for each result on the stick, by name.
        stopped: why the run ended before the last of them; None where it did not.
    """

    entries: tuple[UploadEntry, ...]
    stopped: MachineFault | None

    def count(self, outcome: Outcome) -> int:
        """Return how many results ended this way."""
        return sum(entry.outcome is outcome for entry in self.entries)

    def count_receipts(self, outcome: ReceiptOutcome) -> int:
        """Return how many receipts ended this way."""
        return sum(entry.receipt is outcome for entry in self.entries)

    @property
    def failures(self) -> tuple[MachineFault | Refused, ...]:
        """Everything that went wrong, in order; what stopped the run comes last."""
        found = [each for entry in self.entries for each in (entry.failure, entry.receipt_failure) if each is not None]
        if self.stopped is not None and not any(each is self.stopped for each in found):
            found.append(self.stopped)
        return tuple(found)
