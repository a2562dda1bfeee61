"""Everything that is true about a session at one moment. Frozen; derived facts are properties, never stored."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypedDict, Unpack

from exam_packages.ids import ItemId, ResponseId, SeatId
from exam_packages.qti.model import Lexical, Tool
from exam_packages.results import ResultState
from exam_packages.session_events import ItemPlan, PauseReason, SectionKind, SectionPlan, SessionPlan
from kiosk.session.limits import covering, ends_in_ms, is_late, least_left_ms, overtime_ms

__all__ = ["Changes", "Phase", "ResultState", "Session", "replaced"]


class Phase(Enum):
    """Where in the day a session is. A pause lies over a phase and does not change it."""

    IDENTITY = "identity"
    """The candidate sees the name and confirms it."""
    AGREEMENT = "agreement"
    BETWEEN = "between"
    """The next section is announced and waits for the candidate to start it."""
    SECTION = "section"
    BREAK = "break"
    SUBMIT = "submit"
    """All scored sections are over; the candidate hands in."""
    COMPLETE = "complete"
    """Everything is answered; the session is about to be finished and sealed."""
    FINISHED = "finished"
    DECLINED = "declined"
    CLOSED = "closed"


_ENDS = {
    Phase.FINISHED: ResultState.FINISHED,
    Phase.DECLINED: ResultState.DECLINED,
    Phase.CLOSED: ResultState.CLOSED,
}


@dataclass(frozen=True, kw_only=True)  # without slots, so that ``replaced`` can copy all fields with one call
class Session:
    """One session. Times are milliseconds."""

    plan: SessionPlan
    phase: Phase = Phase.IDENTITY
    section_index: int = 0
    """The section that runs, or that comes next."""
    item: ItemId | None = None
    """The item that was last on the screen in this section."""
    in_review: bool = False
    answers: Mapping[ItemId, Mapping[ResponseId, Lexical]] = field(default_factory=dict)
    """Last value of every response variable ever answered; the empty tuple is an answer taken back."""
    flagged: frozenset[ItemId] = frozenset()
    presented: frozenset[ItemId] = frozenset()
    spent_ms: tuple[int, ...] = ()
    """Working time used, for each section of the plan."""
    extra_ms: tuple[int, ...] = ()
    """Time that proctors added, for each section of the plan."""
    item_ms: Mapping[ItemId, int] = field(default_factory=dict)
    """Time that each item was on the screen: QTI's ``duration``."""
    item_extra_ms: Mapping[ItemId, int] = field(default_factory=dict)
    """Time that proctors added while the item was on the screen; part of ``extra_ms``."""
    attempts: Mapping[ItemId, int] = field(default_factory=dict)
    """How often each item was submitted, in parts with individual submission: QTI's ``numAttempts``."""
    closed: frozenset[ItemId] = frozenset()
    """Items that take no answer any more: attempts used up, or their time."""
    late: frozenset[ItemId] = frozenset()
    """Items answered after a limit that allows late submission."""
    comments: Mapping[ItemId, str] = field(default_factory=dict)
    marks: Mapping[tuple[ItemId, Tool, ResponseId], Lexical] = field(default_factory=dict)
    """What candidates marked with tools; never an empty tuple."""
    look: Mapping[str, str] = field(default_factory=dict)
    """What the candidate changed of the look, by setting."""
    breaks_taken: int = 0
    """Breaks that stopped the clock."""
    break_spent_ms: int = 0
    pause: PauseReason | None = None
    moved_to: tuple[SeatId, ...] = ()
    """The seats at which it went on, in order."""
    next_n: int = 0
    """The number the next record must have."""

    @property
    def section(self) -> SectionPlan | None:
        """The section that runs or comes next; None when none is left."""
        sections = self.plan.sections
        return sections[self.section_index] if self.section_index < len(sections) else None

    @property
    def seat(self) -> SeatId:
        """The seat it is at."""
        return self.moved_to[-1] if self.moved_to else self.plan.seat

    @property
    def is_over(self) -> bool:
        """True when nothing can happen any more."""
        return self.phase in _ENDS

    @property
    def result_state(self) -> ResultState:
        """What a bundle sealed now would say."""
        return _ENDS.get(self.phase, ResultState.UNFINISHED)

    @property
    def clock_runs(self) -> bool:
        """True while time is being used: working time in a section, or break time."""
        return self.pause is None and self.phase in (Phase.SECTION, Phase.BREAK)

    @property
    def time_left_ms(self) -> int | None:
        """Working time left of the tightest limit where the session stands; None where there is none. Never negative."""
        left = least_left_ms(covering(self))
        return None if left is None else max(0, left)

    @property
    def ends_in_ms(self) -> int | None:
        """Working time until something ends by itself; negative when it is over; None where nothing will.

        Limits that allow late submission end nothing.
        """
        return ends_in_ms(covering(self))

    @property
    def overtime_ms(self) -> int:
        """Working time used beyond the tightest limit that ends something: while the last answers come in."""
        return overtime_ms(covering(self))

    @property
    def is_late(self) -> bool:
        """True when a limit is used up after which answers are accepted and marked late."""
        return is_late(covering(self))

    def item_plan(self, item: ItemId) -> ItemPlan:
        """What holds for an item of the plan, whichever section it is in."""
        for section in self.plan.sections:
            if item in section.items:
                return section.item_plan(item)
        return ItemPlan(item=item)

    @property
    def break_left_ms(self) -> int:
        """Break time left; 0 outside a break."""
        if self.phase is not Phase.BREAK:
            return 0
        return max(0, self.plan.sections[self.section_index - 1].break_after_ms - self.break_spent_ms)

    def answer(self, item: ItemId, response: ResponseId) -> Lexical:
        """The stored value of a response variable; the empty tuple is NULL."""
        return self.answers.get(item, {}).get(response, ())

    def is_answered(self, item: ItemId) -> bool:
        """True when at least one response variable of the item has a value."""
        return any(self.answers.get(item, {}).values())

    @property
    def answered_count(self) -> int:
        """How many items of scored sections have an answer."""
        return sum(
            self.is_answered(item)
            for section in self.plan.sections
            if section.kind is SectionKind.SCORED
            for item in section.items
        )


class Changes(TypedDict, total=False):
    """The fields of a session, for ``replaced``."""

    plan: SessionPlan
    phase: Phase
    section_index: int
    item: ItemId | None
    in_review: bool
    answers: Mapping[ItemId, Mapping[ResponseId, Lexical]]
    flagged: frozenset[ItemId]
    presented: frozenset[ItemId]
    spent_ms: tuple[int, ...]
    extra_ms: tuple[int, ...]
    item_ms: Mapping[ItemId, int]
    item_extra_ms: Mapping[ItemId, int]
    attempts: Mapping[ItemId, int]
    closed: frozenset[ItemId]
    late: frozenset[ItemId]
    comments: Mapping[ItemId, str]
    marks: Mapping[tuple[ItemId, Tool, ResponseId], Lexical]
    look: Mapping[str, str]
    breaks_taken: int
    break_spent_ms: int
    pause: PauseReason | None
    moved_to: tuple[SeatId, ...]
    next_n: int


def replaced(session: Session, **changes: Unpack[Changes]) -> Session:
    """Return a session with some fields changed, as ``dataclasses.replace`` does, in a tenth of its time.

    Replaying a session makes two or three copies for each of its events.

    Raises:
        TypeError: a session has no such field.
    """
    after = object.__new__(Session)
    fields = vars(after)
    fields.update(vars(session), **changes)
    if len(fields) != _FIELDS:
        raise TypeError(f"a session has not all of the fields {', '.join(changes)}")
    return after


_FIELDS: Final = len(dataclasses.fields(Session))
