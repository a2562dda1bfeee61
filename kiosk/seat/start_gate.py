"""Whether an exam may start, or go on, on what this machine prevents.

Owns the question at the seat; the answer is ``kiosk.lockdown.policy``. At the start both count, what the package demands and what
the site asks for. A session that was cut off has started: what only the site asks for was decided then, and its files may have
changed since, which must not stand between a candidate and the answers. What the package demands holds for every minute of
it, though. Refuses to know who sits there, and takes nothing away: what may not go on here can go on elsewhere, and be handed in.
"""

from __future__ import annotations

from collections.abc import Sequence

from exam_packages.ids import Digest
from exam_packages.site_policies import LockdownPreset
from kiosk.errors import Missing, NotReady
from kiosk.lockdown.policy import MissingPrevention, StartVerdict, judge_start, policy_of
from kiosk.seat.parts import SeatParts


def start_verdict(parts: SeatParts, demanded: LockdownPreset) -> StartVerdict:
    """Return whether an exam that demands so much may start.

    Raises:
        NotReady: no registration is here.
        Refused: the site's policy is not good any more.
    """
    policy = policy_of(parts.holdings.site_policy(), demanded, least=parts.lockdown.preset)
    return judge_start(policy, parts.lockdown.table)


def refuse_start(parts: SeatParts, demanded: LockdownPreset, *, all_the_same: bool) -> None:
    """Refuse to start an exam that demands so much.

    Args:
        parts: the seat.
        demanded: what the package demands.
        all_the_same: a proctor starts it without what only the site asks for.

    Raises:
        NotReady: what is missing.
        Refused: the site's policy is not good any more.
    """
    verdict = start_verdict(parts, demanded)
    if not verdict.allowed and not (all_the_same and verdict.proctor_may_start):
        raise _lacks(verdict.missing)


def missing_for(parts: SeatParts, package: Digest) -> tuple[MissingPrevention, ...]:
    """Return what an exam demands and this machine does not prevent; nothing for one that is not here, and does not open."""
    demanded = next((exam.lockdown for exam in parts.holdings.exams() if exam.package == package), None)
    if demanded is None:
        return ()
    return judge_start(policy_of(None, demanded), parts.lockdown.table).missing


def refuse_going_on(parts: SeatParts, package: Digest) -> None:
    """Refuse to let a session of an exam go on that demands what is missing. The session stays as it is.

    Raises:
        NotReady: what is missing.
    """
    missing = missing_for(parts, package)
    if missing:
        raise _lacks(missing)


def _lacks(missing: Sequence[MissingPrevention]) -> NotReady:
    concerns = ", ".join(each.concern for each in missing)
    return NotReady(Missing.LOCKDOWN, f"this machine does not prevent what is demanded: {concerns}")
