"""What the item screen shows beside the item itself, and where one goes on from it. Pure functions of session and exam.

Owns whether an item is open, attempts, tools, directions of the sections around it. Which item comes next is the running
session's to say, by the form's rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from exam_packages.ids import ItemId, SectionId
from exam_packages.qti.model import Node, Tool
from exam_packages.session_events import (
    Event,
    ItemPlan,
    ItemPresented,
    ReviewOpened,
    SectionEnded,
    SectionKind,
    SectionPlan,
)
from kiosk.session import Phase, Session
from ui.window.contents import Contents, for_candidate
from ui.window.places import SectionView, may_show, question_count, section_view, walked


class Standing(Enum):
    """Whether an item takes answers, and why not."""

    OPEN = "open"
    HANDED_IN = "handed-in"
    """Its attempts are used up."""
    TIME_IS_UP = "time-is-up"
    """Its own time, or that of a section inside the section, is used up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """How often an item was submitted, in parts in which each item is.

    Attributes:
        left: None is without limit.
    """

    made: int
    left: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Directions:
    """What a section inside the section says to candidates about its questions."""

    section: SectionId
    title: str
    content: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemScreenView:
    """One item, and where one can go from it."""

    item: ItemId
    section: SectionView
    section_id: SectionId
    number: int
    count: int | None
    """None while it depends on answers how many there are."""
    flagged: bool
    can_flag: bool
    previous: ItemId | None
    following: ItemId | None
    can_review: bool
    ends_section: bool
    """No item follows and there is no review: the main action ends the section."""
    directions: tuple[Directions, ...] = ()
    tools: tuple[Tool, ...] = ()
    takes_comment: bool = False
    standing: Standing = Standing.OPEN
    attempts: Attempts | None = None
    """None in parts whose items are handed in together."""
    is_owed: bool = False
    """It may not be skipped."""
    breaks_left: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it takes answers."""
        return self.standing is Standing.OPEN


def item_view(session: Session, contents: Contents, following: ItemId | None) -> ItemScreenView | None:
    """Return the item on the screen; None until one was presented.

    Args:
        session: in a section.
        contents: the exam.
        following: what comes next by the form's rules; None where the section ends.
    """
    plan, item = session.section, session.item
    if plan is None or item is None:
        return None
    each = plan.item_plan(item)
    reviewed = plan.kind is not SectionKind.POLL  # the tutorial lets people try flags and the review, too
    standing = standing_of(session, item)
    return ItemScreenView(
        item=item,
        section=section_view(session, contents, plan),
        section_id=plan.identifier,
        number=walked(session, plan).index(item) + 1,
        count=question_count(session, plan),
        flagged=item in session.flagged,
        can_flag=reviewed and not plan.linear,
        previous=_previous(session, plan, item),
        following=following,
        can_review=reviewed,
        ends_section=following is None and plan.kind is not SectionKind.SCORED,
        directions=directions_of(contents, each),
        tools=each.tools,
        takes_comment=bool(each.control.allow_comment) and standing is Standing.OPEN,
        standing=standing,
        attempts=_attempts(session, each) if plan.individual else None,
        is_owed=(plan.linear or plan.individual) and not each.control.allow_skipping and standing is Standing.OPEN,
        breaks_left=breaks_left(session),
    )


def standing_of(session: Session, item: ItemId) -> Standing:
    """Return whether an item takes answers."""
    if item not in session.closed:
        return Standing.OPEN
    most = session.item_plan(item).control.max_attempts or 0
    return Standing.HANDED_IN if 0 < most <= session.attempts.get(item, 0) else Standing.TIME_IS_UP


def directions_of(contents: Contents, plan: ItemPlan) -> tuple[Directions, ...]:
    """Return what the sections inside the section that an item is in say to candidates, from outside in."""
    sections = [contents.sections[name] for name in plan.path]
    return tuple(
        Directions(
            section=each.identifier,
            title=each.title if each.visible else "",
            content=for_candidate(each.rubrics),
        )
        for each in sections
        if for_candidate(each.rubrics)
    )


def inner_titles(contents: Contents, plan: ItemPlan) -> tuple[str, ...]:
    """Return the titles of the visible sections inside the section that an item is in, from outside in."""
    sections = [contents.sections[name] for name in plan.path]
    return tuple(each.title for each in sections if each.visible and each.title)


def onward(session: Session, following: ItemId | None) -> Event | None:
    """Return what "Next" asks for; None where the session has moved on meanwhile.

    Args:
        session: as last committed, with the answer to the item on the screen.
        following: what comes next by the form's rules, for the same session.
    """
    section = session.section
    if session.phase is not Phase.SECTION or session.pause is not None or section is None or session.item is None:
        return None
    if following is not None:
        return ItemPresented(item=following)
    return ReviewOpened() if section.kind is SectionKind.SCORED else SectionEnded()


def after_expiry(session: Session, following: ItemId | None) -> Event | None:
    """Return where it goes on from an item whose time is up: to the next one that takes answers, else to the review."""
    section = session.section
    if section is None or session.item is None or session.item not in session.closed or session.in_review:
        return None
    if section.linear:
        return onward(session, following)
    items = section.items[section.items.index(session.item) + 1 :]
    return onward(session, next((each for each in items if each not in session.closed), None))


def closed_by_time(before: Session, after: Session) -> bool:
    """Return whether the time of the item on the screen was used up between two states of a session."""
    item = after.item
    return (
        item is not None
        and item in after.closed - before.closed
        and before.section_index == after.section_index
        and standing_of(after, item) is Standing.TIME_IS_UP
    )


def breaks_left(session: Session) -> int:
    """Return how many breaks that stop the clock the candidate may still take."""
    return max(0, session.plan.accommodations.breaks - session.breaks_taken)


def _previous(session: Session, plan: SectionPlan, item: ItemId) -> ItemId | None:
    if plan.linear:
        return None
    before = plan.items[: plan.items.index(item)]
    return next((each for each in reversed(before) if may_show(session, each)), None)


def _attempts(session: Session, plan: ItemPlan) -> Attempts:
    made = session.attempts.get(plan.item, 0)
    most = plan.control.max_attempts or 0
    return Attempts(made=made, left=max(0, most - made) if most else None)
