"""What has to be true before an item or a section is left by the candidate's own will.

Owns shortest times and the rule that an item may not be skipped (QTI 3.0 ``TimeLimits``, ``ItemSessionControl``). Time that is
up always lets go, and so does a proctor. Pure: the window asks here what to say, the machine asks here what to refuse.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from exam_packages.ids import ItemId, SectionId
from exam_packages.session_events import LimitLevel, SectionKind, SectionPlan
from kiosk.session.limits import sections_under, spent_under
from kiosk.session.refusals import Why
from kiosk.session.state import Phase, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrance:
    """Why something cannot be left yet.

    Attributes:
        why: TOO_EARLY or UNANSWERED.
        item: the item that hinders; None where a section, a part or the test is too young.
        wait_ms: how much more time has to pass; 0 where waiting does not help.
    """

    why: Why
    item: ItemId | None = None
    wait_ms: int = 0


def of_item(session: Session, *, to: ItemId | None = None) -> Hindrance | None:
    """Return what keeps the candidate at the item on the screen; None where nothing does.

    Only linear sections hold anybody at an item: in others it can be come back to.

    Args:
        session: where it stands.
        to: the item to go to; None to leave the section.
    """
    section, item = session.section, session.item
    if session.phase is not Phase.SECTION or section is None or item is None or not section.linear:
        return None
    if item in session.closed or item == to:
        return None
    left = set(session.item_plan(item).path)
    if to is not None:
        left -= set(session.item_plan(to).path)
    waits = [_wait_at_item(session, item), *_waits_in(session, left)]
    if max(waits) > 0:
        return Hindrance(why=Why.TOO_EARLY, item=item, wait_ms=max(waits))
    return Hindrance(why=Why.UNANSWERED, item=item) if _is_owed(session, section, item) else None


def of_attempt(session: Session, item: ItemId) -> Hindrance | None:
    """Return what keeps the candidate from submitting an item; None where nothing does."""
    section = session.section
    if section is not None and section.linear and _wait_at_item(session, item) > 0:
        return Hindrance(why=Why.TOO_EARLY, item=item, wait_ms=_wait_at_item(session, item))
    skips = session.item_plan(item).control.allow_skipping
    return None if skips or session.is_answered(item) else Hindrance(why=Why.UNANSWERED, item=item)


def of_section(session: Session) -> Hindrance | None:
    """Return what keeps the candidate from ending the section; None where nothing does."""
    section = session.section
    if session.phase is not Phase.SECTION or section is None:
        return None
    here = of_item(session)
    if here is not None:
        return here
    wait = max(_waits_of_outer(session, section))
    if wait > 0:
        return Hindrance(why=Why.TOO_EARLY, wait_ms=wait)
    owed = next((item for item in section.items if _is_owed(session, section, item)), None)
    return None if owed is None else Hindrance(why=Why.UNANSWERED, item=owed)


def _wait_at_item(session: Session, item: ItemId) -> int:
    return session.item_plan(item).min_ms - session.item_ms.get(item, 0)


def _waits_in(session: Session, inner: Iterable[SectionId]) -> Iterable[int]:
    names = set(inner)
    for limit in session.plan.limits:
        if limit.level is LimitLevel.SECTION and limit.scope in names:
            yield limit.min_ms - spent_under(session, limit)


def _waits_of_outer(session: Session, section: SectionPlan) -> Iterable[int]:
    """Yield for section, part and test how much time is missing, where they are left with this section."""
    # Shortest times of sections hold in linear navigation only: QTI 3.0 TimeLimits.
    yield section.min_ms - session.spent_ms[session.section_index] if section.linear else 0
    for limit in session.plan.limits:
        under = sections_under(session, limit)
        later = [n for n in under if n > session.section_index and not session.plan.sections[n].is_conditional]
        if session.section_index in under and not later:
            yield limit.min_ms - spent_under(session, limit)


def _is_owed(session: Session, section: SectionPlan, item: ItemId) -> bool:
    """Tell whether an item may not be left as it is: it may not be skipped and has not been done."""
    plan = section.item_plan(item)
    held = section.linear or section.individual
    missed = plan.conditional and item not in session.presented
    if not held or plan.control.allow_skipping or item in session.closed or missed:
        return False
    return not session.attempts.get(item) if section.individual else not session.is_answered(item)


def remaining_are_conditional(session: Session) -> bool:
    """Tell whether the scored sections that are left may all fall away, so that answers can be handed in."""
    section = session.section
    if section is None or section.kind is SectionKind.POLL:
        return False
    left = session.plan.sections[session.section_index :]
    return all(each.is_conditional for each in left if each.kind is not SectionKind.POLL)
