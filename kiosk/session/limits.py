"""Which time limits lie over the place where a session stands, and what is left of each.

Owns how test, part, section and item limits combine: the tightest one binds. Time of a part or the test is the working time of
its sections; time of an inner section is that of its items on the screen; time of an item is its own on the screen (QTI 3.0
``TimeLimits``). The test's limit lies over scored sections, the only ones that are timed. Pure; changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from exam_packages.ids import ItemId
from exam_packages.session_events import LimitLevel, LimitPlan, SectionKind

if TYPE_CHECKING:
    from kiosk.session.state import Session


class Scope(IntEnum):
    """What a limit lies over, from outside in."""

    TEST = 0
    PART = 1
    SECTION = 2
    INNER_SECTION = 3
    ITEM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningLimit:
    """A limit with its clock.

    Attributes:
        name: identifier of the test, part, section or item.
        given_ms: extra time of accommodations and proctors included.
    """

    scope: Scope
    name: str
    given_ms: int
    spent_ms: int
    allow_late: bool

    @property
    def left_ms(self) -> int:
        """What is left; negative when it is over."""
        return self.given_ms - self.spent_ms


def covering(session: Session) -> tuple[RunningLimit, ...]:
    """Return the limits over the place where the session stands, or is about to begin, from outside in.

    Limits whose items are all closed bind no longer.
    """
    section = session.section
    if section is None:
        return ()
    found: list[RunningLimit] = []
    for plan in session.plan.limits:
        limit = _outer(session, plan)
        if limit is not None:
            found.append(limit)
    if section.time_limit_ms is not None:
        index = session.section_index
        found.append(
            RunningLimit(
                scope=Scope.SECTION,
                name=section.identifier,
                given_ms=section.time_limit_ms + session.extra_ms[index],
                spent_ms=session.spent_ms[index],
                allow_late=section.allow_late,
            )
        )
    # A review is no time of the item that was last on the screen: nothing of it can run out there.
    if session.item is not None and session.item not in session.closed and not session.in_review:
        found.extend(_inner(session, session.item))
    return tuple(sorted(found, key=lambda each: each.scope)) if len(found) > 1 else tuple(found)


def least_left_ms(limits: Iterable[RunningLimit]) -> int | None:
    """Return what is left of the tightest limit; negative when it is over; None where there is none."""
    return min((each.left_ms for each in limits), default=None)


def ends_in_ms(limits: Iterable[RunningLimit]) -> int | None:
    """Return what is left until the first of them ends something: those that allow late submission end nothing."""
    return least_left_ms(each for each in limits if not each.allow_late)


def overtime_ms(limits: Iterable[RunningLimit]) -> int:
    """Return the time used beyond the tightest limit that ends something."""
    return max(0, -(ends_in_ms(limits) or 0))


def is_late(limits: Iterable[RunningLimit]) -> bool:
    """Tell whether a limit is used up after which answers are accepted and marked late."""
    return any(each.allow_late and each.left_ms < 0 for each in limits)


def sections_under(session: Session, limit: LimitPlan) -> tuple[int, ...]:
    """Return the numbers of the sections under a limit on the test or a part."""
    return tuple(
        number
        for number, section in enumerate(session.plan.sections)
        if (limit.level is LimitLevel.TEST and section.kind is SectionKind.SCORED)
        or (limit.level is LimitLevel.PART and section.part == limit.scope)
    )


def items_of_inner(session: Session, name: str) -> frozenset[ItemId]:
    """Return the items of a section inside the section that runs."""
    section = session.section
    plans = () if section is None else section.item_plans
    return frozenset(each.item for each in plans if name in each.path)


def spent_under(session: Session, limit: LimitPlan) -> int:
    """Return the working time used under a limit, wherever the session stands."""
    if limit.level is LimitLevel.SECTION:
        return sum(session.item_ms.get(item, 0) for item in items_of_inner(session, limit.scope))
    return sum(session.spent_ms[number] for number in sections_under(session, limit))


def _outer(session: Session, limit: LimitPlan) -> RunningLimit | None:
    under = sections_under(session, limit)
    if limit.max_ms is None or session.section_index not in under:
        return None
    return RunningLimit(
        scope=Scope.TEST if limit.level is LimitLevel.TEST else Scope.PART,
        name=limit.scope,
        given_ms=limit.max_ms + sum(session.extra_ms[number] for number in under),
        spent_ms=spent_under(session, limit),
        allow_late=limit.allow_late,
    )


def _inner(session: Session, item: ItemId) -> Iterable[RunningLimit]:
    plan = session.item_plan(item)
    for limit in session.plan.limits:
        if limit.level is LimitLevel.SECTION and limit.scope in plan.path and limit.max_ms is not None:
            extra = sum(session.item_extra_ms.get(each, 0) for each in items_of_inner(session, limit.scope))
            yield RunningLimit(
                scope=Scope.INNER_SECTION,
                name=limit.scope,
                given_ms=limit.max_ms + extra,
                spent_ms=spent_under(session, limit),
                allow_late=limit.allow_late,
            )
    if plan.max_ms is not None:
        yield RunningLimit(
            scope=Scope.ITEM,
            name=item,
            given_ms=plan.max_ms + session.item_extra_ms.get(item, 0),
            spent_ms=session.item_ms.get(item, 0),
            allow_late=plan.allow_late,
        )
