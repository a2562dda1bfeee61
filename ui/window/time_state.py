"""What the clock says: which limit has the least time left, which warnings are due, what is late. Pure.

Knows limits from ``kiosk.session.limits`` and adds the time that no record holds yet. Refuses to read a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kiosk.session import Phase, Session
from kiosk.session.leaving import Hindrance
from kiosk.session.limits import RunningLimit, Scope, covering
from kiosk.session.refusals import Why

MINUTE_MS: Final = 60_000
WARNINGS_MS: Final = (30 * MINUTE_MS, 15 * MINUTE_MS, 5 * MINUTE_MS)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeView:
    """The least time left, and of what.

    Attributes:
        name: of the test, part, section or item.
        left_ms: never negative.
        given_ms: the whole of it, extra time included.
        is_only: no other limit runs, so that nobody has to be told what the time is for.
        is_late: the time is up, and answers are taken and marked late.
    """

    scope: Scope
    name: str
    left_ms: int
    given_ms: int
    is_only: bool
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A mark before the end was passed."""

    scope: Scope
    mark_ms: int


def time_view(session: Session, unwritten_ms: int) -> TimeView | None:
    """Return what the clock shows; None where nothing is timed, or no clock runs.

    Args:
        session: as last committed.
        unwritten_ms: time that has run since.
    """
    if session.phase is not Phase.SECTION or not session.clock_runs:
        return None
    limits = covering(session)
    # A limit that is over and ends nothing must not hide one that is going to.
    running = [each for each in limits if not each.allow_late or each.left_ms > unwritten_ms]
    chosen = min(running or limits, key=lambda each: each.left_ms, default=None)
    if chosen is None:
        return None
    return TimeView(
        scope=chosen.scope,
        name=chosen.name,
        left_ms=max(0, chosen.left_ms - unwritten_ms),
        given_ms=chosen.given_ms,
        is_only=len(limits) == 1,
        is_late=not running,
    )


def over(session: Session, unwritten_ms: int) -> RunningLimit | None:
    """Return the outermost limit that has run out and ends something; None where there is none."""
    if session.phase is not Phase.SECTION or not session.clock_runs:
        return None
    return next((each for each in covering(session) if not each.allow_late and each.left_ms <= unwritten_ms), None)


def late_scopes(session: Session, unwritten_ms: int) -> frozenset[Scope]:
    """Return what is over without having ended: answers are marked late."""
    if session.phase is not Phase.SECTION:
        return frozenset()
    return frozenset(each.scope for each in covering(session) if each.allow_late and each.left_ms < unwritten_ms)


def warning_due(before: TimeView | None, now: TimeView | None) -> Warned | None:
    """Return the warning mark that was passed between two looks at the clock; None if none was.

    A mark that is not well below the whole time says nothing and is left out. Of several passed at once (the program was
    away), the last one counts. Another limit that has become the tightest one is not time that has passed.
    """
    if before is None or now is None or (before.scope, before.name) != (now.scope, now.name):
        return None
    marks = [mark for mark in WARNINGS_MS if now.left_ms <= mark < before.left_ms and mark + MINUTE_MS <= now.given_ms]
    return Warned(scope=now.scope, mark_ms=min(marks)) if marks else None


def wait_ms(session: Session, hindrance: Hindrance | None, unwritten_ms: int) -> int:
    """Return how long the candidate has to wait before going on; 0 where waiting does not help."""
    if hindrance is None or hindrance.why is not Why.TOO_EARLY:
        return 0
    # An item's own time stands still while its section is reviewed.
    stands = session.in_review and hindrance.item is not None
    return max(0, hindrance.wait_ms - (0 if stands else unwritten_ms))


def ended_by_time(before: Session, after: Session) -> Scope | None:
    """Return what ended between two states of a session because its time was used up: from a section outwards."""
    if before.phase is not Phase.SECTION or after.section_index == before.section_index:
        return None
    used = sum(after.spent_ms) - sum(before.spent_ms)
    outer = [each for each in covering(before) if each.scope <= Scope.SECTION and not each.allow_late]
    return next((each.scope for each in outer if each.left_ms <= used), None)


def time_given(before: Session, after: Session) -> int:
    """Return how much more time proctors gave between two states of a session, in milliseconds."""
    return sum(after.extra_ms) - sum(before.extra_ms)
