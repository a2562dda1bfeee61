"""What other bundles of the same session make of one: a part of a longer one, held back, or neither.

Owns the rule. Refuses to know receipts and what else is wrong with a bundle: ``accepting`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from exam_packages.ids import Digest
from exam_packages.office.branches import Kinship, kinship, parting, sentence_of
from exam_packages.office.result_records import ResultRecord
from exam_packages.receipts import ReceiptStatus
from exam_packages.result_opening import OpenedResult
from signing.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class AmongKin:
    """What other bundles of the same session make of one.

    Attributes:
        reasons: why it is held back.
        part_of: the longest bundle that holds all of it and goes on at another seat.
    """

    reasons: tuple[str, ...] = ()
    part_of: Digest | None = None


def judge_among_kin(
    opened: OpenedResult,
    known: ResultRecord | None,
    kin: Sequence[ResultRecord],
    *,
    open_kept: Callable[[ResultRecord], OpenedResult],
) -> AmongKin:
    """Compare a bundle with the others of its session. What a person has decided about it stands.

    Args:
        opened: the bundle.
        known: what the office knew of it before.
        kin: the others of the session.
        open_kept: opens one of them; may raise ``Refused``.
    """
    if known is not None and known.set_aside:
        return AmongKin()
    accepted = known is not None and known.status is ReceiptStatus.ACCEPTED
    reasons: list[str] = []
    longest: OpenedResult | None = None
    for record in kin:
        if record.set_aside:
            continue
        try:
            other = open_kept(record)
        except Refused as refusal:
            reasons.append(f"another bundle of the same session does not open any more: {refusal}")
            continue
        match kinship(opened, other):
            case Kinship.PARTED:
                reasons.append(sentence_of(parting(opened, other)))
            case Kinship.EARLIER if longest is None or len(longest.journal) < len(other.journal):
                longest = other
            case Kinship.REPEATED if not accepted:
                reasons.append("another bundle of the same session was given in before")
            case _:
                pass
    if known is not None and known.chosen:
        reasons = []
    return AmongKin(reasons=tuple(reasons), part_of=None if longest is None else longest.checked.digest)
