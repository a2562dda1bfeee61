"""The vocabulary of a session's journal: every event that can happen on the day.

The journal at the seat, the result bundle and the office's replay all speak it. What an event *does* is
``kiosk.session.machine``; how it is written is ``exam_packages.records``; what it *says* is here. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from exam_packages.accommodations import NO_NEEDS, Accommodations
from exam_packages.ids import (
    AppointmentId,
    CandidateId,
    Digest,
    ExamId,
    FormId,
    ItemId,
    PartId,
    ProctorId,
    ResponseId,
    SeatId,
    SectionId,
    SessionId,
    UtcMs,
)
from exam_packages.qti.model import DEFAULT_CONTROL, Lexical, SessionControl, Tool


class SectionKind(Enum):
    """What a section of the plan is for; from the test part's role."""

    TUTORIAL = "tutorial"
    SCORED = "scored"
    POLL = "poll"


class LimitLevel(Enum):
    """What a time limit lies over, from outside in. Limits of outermost sections and of items stand in their own plans."""

    TEST = "test"
    """All scored sections together."""
    PART = "part"
    """All sections of one test part."""
    SECTION = "section"
    """A section inside a section: the items whose path names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitPlan:
    """One ``qti-time-limits`` over more or less than an outermost section, extra time included."""

    level: LimitLevel
    scope: str
    """Identifier of the test, the part or the inner section."""
    min_ms: int = 0
    max_ms: int | None = None
    """None is without limit."""
    allow_late: bool = False
    """Work goes on when the time is up, and what is answered then is marked late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPlan:
    """What holds for one item of a section: how it may be worked on, for how long, with what."""

    item: ItemId
    path: tuple[SectionId, ...] = ()
    """The sections around it below the outermost one, outermost first."""
    control: SessionControl = DEFAULT_CONTROL
    """Resolved: nothing in it is None."""
    min_ms: int = 0
    max_ms: int | None = None
    allow_late: bool = False
    tools: tuple[Tool, ...] = ()
    """Sorted by name; accommodations added, prohibitions taken away."""
    conditional: bool = False
    """Whether it is presented is decided on the way, by pre-conditions or branch rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPlan:
    """One section as this candidate gets it, accommodations applied: the items of all sections in it, in their order."""

    identifier: SectionId
    kind: SectionKind
    items: tuple[ItemId, ...]
    time_limit_ms: int | None
    """Working time for this candidate, extra time included; None is without limit."""
    break_after_ms: int = 0
    """Longest break before the next section; 0 is none."""
    linear: bool = False
    part: PartId | None = None
    """The test part it is in; None in plans of old."""
    individual: bool = False
    """Each item is submitted on its own, and attempts count."""
    min_ms: int = 0
    allow_late: bool = False
    """As in ``LimitPlan``, for ``time_limit_ms``."""
    item_plans: tuple[ItemPlan, ...] = ()
    """Of the items for which anything but the usual holds, in the order of ``items``."""

    def item_plan(self, item: ItemId) -> ItemPlan:
        """Return what holds for an item of this section."""
        for each in self.item_plans:
            if each.item == item:
                return each
        return ItemPlan(item=item)

    @property
    def is_conditional(self) -> bool:
        """True when it may turn out that none of its items is presented."""
        return sum(each.conditional for each in self.item_plans) == len(self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPlan:
    """Everything about a session that is fixed before it starts."""

    session: SessionId
    appointment: AppointmentId
    exam: ExamId
    form: FormId
    package: Digest
    """Digest of the delivery package's manifest."""
    candidate: CandidateId
    candidate_name: str
    seat: SeatId
    has_agreement: bool
    sections: tuple[SectionPlan, ...]
    released_by: str = "file"
    """``file`` or ``code``: how the package was released to this seat."""
    accommodations: Accommodations = NO_NEEDS
    """What the candidate needs; time, breaks and tools are already in sections, limits and items."""
    seed: str = ""
    """32 hexadecimal digits by which items were chosen and ordered and choices are; empty in plans of old."""
    limits: tuple[LimitPlan, ...] = ()
    """Outside in: the test's, the parts', inner sections'."""

    @property
    def extra_time_percent(self) -> int:
        """What was added to every time limit."""
        return self.accommodations.extra_time_percent


class PauseReason(Enum):
    """Why the screen is covered. Each has words and a remedy in the interface."""

    PROCTOR = "proctor"
    RESTART = "restart"
    """The program ended and came back; it resumes by itself unless the machine was restarted."""
    REBOOT = "reboot"
    BREAK = "break"
    """The candidate takes a break that stops the clock, as the accommodations allow."""
    STORAGE = "storage"
    """Writing failed; nothing more is accepted."""
    SUSPEND = "suspend"
    """The computer slept, or its lid was shut; the candidate goes on."""
    LOCK = "lock"
    """Something happened that a proctor has to look at; the lockdown log says what."""


class CloseReason(Enum):
    """Why a proctor ended a session for good."""

    CANDIDATE_LEFT = "candidate-left"
    CANDIDATE_ILL = "candidate-ill"
    MISCONDUCT = "misconduct"
    TECHNICAL = "technical"
    WRONG_CANDIDATE = "wrong-candidate"
    OTHER = "other"


# -- events: what happened ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The proctor unlocked the session: always the first record."""

    plan: SessionPlan
    proctor: ProctorId


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityConfirmed:
    """The candidate confirmed the name on the screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRejected:
    """The candidate said that the name is not theirs; the session ends unsat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementAccepted:
    """The candidate accepted the agreement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDeclined:
    """The candidate declined the agreement; the session ends unsat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionEntered:
    """A section began, and with it its clock. Sections are entered in plan order, each once."""

    section: SectionId


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPresented:
    """An item of the current section came on the screen."""

    item: ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOpened:
    """The review grid of the current section came on the screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A response variable got a new value; the empty tuple takes the answer back."""

    item: ItemId
    response: ResponseId
    value: Lexical


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEdited:
    """A piece of a long text was replaced: ``text[:at] + inserted + text[at + deleted:]``, counted in code points."""

    item: ItemId
    response: ResponseId
    at: int
    deleted: int
    inserted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """The candidate put a flag on an item, or took it away."""

    item: ItemId
    flagged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptSubmitted:
    """The candidate handed in an item of a part with individual submission; the last allowed attempt closes it."""

    item: ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class Commented:
    """The candidate wrote a comment on an item; it takes the place of the one before, the empty text takes it back."""

    item: ItemId
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A candidate's marks with a tool, whole: choices struck out, highlights, masks, notes. They are no answers.

    ``response`` is empty where the marks are about the item. What the values say is the tool's own; none takes marks back.
    """

    item: ItemId
    tool: Tool
    response: ResponseId
    value: Lexical


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """The candidate changed the look: text size, theme, spacing …"""

    setting: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePassed:
    """Nothing but time: journaled at least every five seconds while a clock runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeExpired:
    """Time is used up: the outermost scope whose limit is reached ends, be it the test, a part, a section or an item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionEnded:
    """The candidate ended the current section for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEnded:
    """The candidate came back from the break, or its time was used up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """The clock stands still and the screen is covered."""

    reason: PauseReason
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """The clock runs again. ``proctor`` is empty where the program resumed by itself."""

    proctor: ProctorId


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The session left its seat and goes on at another one, from the mirror: the first record that the new seat wrote."""

    from_seat: SeatId
    to_seat: SeatId
    proctor: ProctorId
    """Who let it go on here."""
    records: int
    """How many records came with it: the number of this one."""
    head: Digest
    """Value of the chain after the last of them, in hexadecimal."""
    certificate: bytes
    """The certificate file of the seat it left, which signed the checkpoints up to here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeExtended:
    """A proctor gave the current section more time, with a reason."""

    proctor: ProctorId
    extra_ms: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNoted:
    """A proctor wrote something down."""

    proctor: ProctorId
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """All scored sections are over and the answers are final; only the poll may follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSkipped:
    """The candidate did not want to answer the poll."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The session is over in the ordinary way; always the last record of a sat session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A proctor ended the session for good; always the last record of a closed session."""

    proctor: ProctorId
    reason: CloseReason
    note: str


Event: TypeAlias = (
    Opened
    | IdentityConfirmed
    | IdentityRejected
    | AgreementAccepted
    | AgreementDeclined
    | SectionEntered
    | ItemPresented
    | ReviewOpened
    | Answered
    | TextEdited
    | Flagged
    | AttemptSubmitted
    | Commented
    | Marked
    | Adjusted
    | TimePassed
    | TimeExpired
    | SectionEnded
    | BreakEnded
    | Paused
    | Resumed
    | Moved
    | TimeExtended
    | IncidentNoted
    | Submitted
    | PollSkipped
    | Finished
    | Closed
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One event in its place. ``n`` counts from 0."""

    n: int
    tick_ms: int
    wall: UtcMs
    event: Event
