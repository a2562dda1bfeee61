"""What each screen of a session shows, made by pure functions of the session and the exam. Knows no Qt, words or clocks.

A view is a frozen value; a screen holds nothing else. Codes and enums stand for words: ``words`` turns them into text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from exam_packages.ids import ItemId, SectionId, SessionId
from exam_packages.qti.model import AssessmentItem, Exam, Node, PartRole, Section, Stimulus, View
from exam_packages.session_events import PauseReason, SectionKind, SectionPlan
from kiosk.session import Phase, ResultState, Session
from ui.window.content.plain import heading_and_rest

MINUTE_MS: Final = 60_000
WARNINGS_MS: Final = (30 * MINUTE_MS, 15 * MINUTE_MS, 5 * MINUTE_MS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """An exam, indexed by what a session speaks of."""

    exam: Exam
    sections: Mapping[SectionId, Section]
    items: Mapping[ItemId, AssessmentItem]
    agreement: tuple[Node, ...]
    """Content of the candidate agreement; empty where the exam has none."""

    @property
    def title(self) -> str:
        """The exam's title, for people."""
        return self.exam.title or self.exam.test.title

    def stimulus(self, item: ItemId) -> Stimulus | None:
        """The scenario an item refers to."""
        paths = self.items[item].stimulus_paths
        return self.exam.stimuli[paths[0]] if paths else None


def contents_of(exam: Exam) -> Contents:
    """Index an exam."""
    sections = [section for part in exam.test.parts for section in part.sections]
    refs = [ref for section in sections for ref in section.items]
    agreement = [
        node
        for part in exam.test.parts
        if part.role is PartRole.AGREEMENT
        for section in part.sections
        for node in _agreement_of(exam, section)
    ]
    return Contents(
        exam=exam,
        sections={section.identifier: section for section in sections},
        items={ref.identifier: exam.item(ref) for ref in refs},
        agreement=tuple(agreement),
    )


def _agreement_of(exam: Exam, section: Section) -> tuple[Node, ...]:
    bodies = tuple(node for ref in section.items for node in exam.item(ref).body)
    return _for_candidate(section) + bodies


def _for_candidate(section: Section) -> tuple[Node, ...]:
    return tuple(node for rubric in section.rubrics if View.CANDIDATE in rubric.views for node in rubric.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """Where in the exam this is.

    ``number`` and ``count`` count sections of the same kind, so that the tutorial is not "section 1".
    """

    kind: SectionKind
    title: str
    number: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameView:
    """The top bar and the line below it."""

    exam_title: str
    person: str
    section: SectionView | None = None
    question: int | None = None
    questions: int = 0
    answered: int = 0
    timed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityView:
    """Is this you?"""

    name: str
    candidate: str
    exam_title: str
    extra_time_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementView:
    """The text to agree to."""

    title: str
    """Its heading; empty where it has none."""
    content: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntroView:
    """What comes next."""

    section: SectionView
    identifier: SectionId
    questions: int
    time_ms: int | None
    break_after_ms: int
    linear: bool
    instructions: tuple[Node, ...]
    answers_are_final: bool
    """The scored answers are handed in already: this is the poll."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemScreenView:
    """One item, and where one can go from it."""

    item: ItemId
    section: SectionView
    section_id: SectionId
    number: int
    count: int
    flagged: bool
    can_flag: bool
    previous: ItemId | None
    following: ItemId | None
    can_review: bool
    ends_section: bool
    """No item follows and there is no review: the main action ends the section."""


class TileState(Enum):
    """What a tile of the review grid says."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class TileView:
    """One numbered tile of the review grid."""

    item: ItemId
    number: int
    state: TileState
    flagged: bool
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """The review grid of a section."""

    section: SectionView
    tiles: tuple[TileView, ...]
    hands_in: bool
    """Ending this section hands the exam in."""
    can_jump: bool
    break_after_ms: int

    @property
    def unanswered(self) -> tuple[int, ...]:
        """Numbers of the questions without an answer."""
        return tuple(tile.number for tile in self.tiles if tile.state is TileState.UNANSWERED)

    @property
    def flagged(self) -> tuple[int, ...]:
        """Numbers of the flagged questions."""
        return tuple(tile.number for tile in self.tiles if tile.flagged)

    @property
    def current(self) -> ItemId | None:
        """The item the candidate came from."""
        return next((tile.item for tile in self.tiles if tile.current), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakView:
    """A break, and what comes after it."""

    following: SectionView | None
    following_time_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitView:
    """Everything is over but handing in."""

    answered: int
    questions: int
    time_is_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseView:
    """Why the screen is covered, and how it goes on."""

    reason: PauseReason
    candidate: str
    may_return: bool
    """The candidate covered the screen by calling the proctor, and may uncover it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProctorView:
    """What a proctor can do now."""

    candidate: str
    exam_title: str
    section: SectionView | None
    answered: int
    questions: int
    time_left_ms: int | None
    can_extend: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneView:
    """The end: how it ended, and what the candidate takes along."""

    state: ResultState
    candidate: str
    exam_title: str
    session: SessionId
    answered: int
    questions: int
    head_code: str
    sealed: bool


def section_view(session: Session, contents: Contents, plan: SectionPlan) -> SectionView:
    """Return where a section stands among those of its kind."""
    same = [section.identifier for section in session.plan.sections if section.kind is plan.kind]
    return SectionView(
        kind=plan.kind,
        title=contents.sections[plan.identifier].title,
        number=same.index(plan.identifier) + 1,
        count=len(same),
    )


def frame_view(session: Session, contents: Contents) -> FrameView:
    """Return the top of the window."""
    plan, phase = session.section, session.phase
    within = phase is Phase.SECTION and plan is not None and session.pause is None
    item = session.item if within and not session.in_review else None
    return FrameView(
        exam_title=contents.title,
        person=session.plan.candidate_name,
        section=section_view(session, contents, plan) if within and plan is not None else None,
        question=plan.items.index(item) + 1 if plan is not None and item is not None else None,
        questions=len(plan.items) if within and plan is not None else 0,
        answered=sum(map(session.is_answered, plan.items)) if within and plan is not None else 0,
        timed=within and plan is not None and plan.time_limit_ms is not None,
    )


def identity_view(session: Session, contents: Contents) -> IdentityView:
    """Return what the candidate confirms."""
    plan = session.plan
    return IdentityView(
        name=plan.candidate_name,
        candidate=plan.candidate,
        exam_title=contents.title,
        extra_time_percent=plan.extra_time_percent,
    )


def agreement_view(contents: Contents) -> AgreementView:
    """Return the candidate agreement."""
    title, content = heading_and_rest(contents.agreement)
    return AgreementView(title=title, content=content)


def _section(session: Session) -> SectionPlan:
    if session.section is None:
        raise ValueError("no section runs or comes next")
    return session.section


def intro_view(session: Session, contents: Contents) -> IntroView:
    """Return what the next section will be like."""
    plan = _section(session)
    return IntroView(
        section=section_view(session, contents, plan),
        identifier=plan.identifier,
        questions=len(plan.items),
        time_ms=session.time_left_ms,
        break_after_ms=plan.break_after_ms if _is_followed_by_scored(session) else 0,
        linear=plan.linear,
        instructions=_for_candidate(contents.sections[plan.identifier]),
        answers_are_final=plan.kind is SectionKind.POLL,
    )


def item_view(session: Session, contents: Contents) -> ItemScreenView | None:
    """Return the item on the screen; None until one was presented."""
    plan, item = _section(session), session.item
    if item is None:
        return None
    index = plan.items.index(item)
    scored = plan.kind is SectionKind.SCORED
    reviewed = plan.kind is not SectionKind.POLL  # the tutorial lets people try flags and the review, too
    following = plan.items[index + 1] if index + 1 < len(plan.items) else None
    return ItemScreenView(
        item=item,
        section=section_view(session, contents, plan),
        section_id=plan.identifier,
        number=index + 1,
        count=len(plan.items),
        flagged=item in session.flagged,
        can_flag=reviewed and not plan.linear,
        previous=plan.items[index - 1] if index > 0 and not plan.linear else None,
        following=following,
        can_review=reviewed,
        ends_section=following is None and not scored,
    )


def review_view(session: Session, contents: Contents) -> ReviewView:
    """Return the review grid of the section that runs."""
    plan = _section(session)
    tiles = tuple(
        TileView(
            item=item,
            number=number,
            state=TileState.ANSWERED if session.is_answered(item) else TileState.UNANSWERED,
            flagged=item in session.flagged,
            current=item == session.item,
        )
        for number, item in enumerate(plan.items, 1)
    )
    followed = _is_followed_by_scored(session)
    return ReviewView(
        section=section_view(session, contents, plan),
        tiles=tiles,
        hands_in=not followed,
        can_jump=not plan.linear,
        break_after_ms=plan.break_after_ms if followed else 0,
    )


def _is_followed_by_scored(session: Session) -> bool:
    following = session.plan.sections[session.section_index + 1 :]
    return bool(following) and following[0].kind is SectionKind.SCORED


def break_view(session: Session, contents: Contents) -> BreakView:
    """Return what a break says."""
    plan = session.section
    return BreakView(
        following=section_view(session, contents, plan) if plan is not None else None,
        following_time_ms=session.time_left_ms,
    )


def scored_count(session: Session) -> int:
    """How many questions count."""
    return sum(len(section.items) for section in session.plan.sections if section.kind is SectionKind.SCORED)


def submit_view(session: Session) -> SubmitView:
    """Return what is handed in."""
    ended = session.section_index - 1
    plan = session.plan.sections[ended]
    limit = plan.time_limit_ms
    time_is_up = limit is not None and session.spent_ms[ended] >= limit + session.extra_ms[ended]
    return SubmitView(answered=session.answered_count, questions=scored_count(session), time_is_up=time_is_up)


def pause_view(session: Session, *, called_by_candidate: bool) -> PauseView:
    """Return why the screen is covered."""
    if session.pause is None:
        raise ValueError("the session is not paused")
    return PauseView(
        reason=session.pause,
        candidate=session.plan.candidate_name,
        may_return=called_by_candidate and session.pause is PauseReason.PROCTOR,
    )


def proctor_view(session: Session, contents: Contents) -> ProctorView:
    """Return what a proctor is told and can do."""
    plan = session.section
    in_play = plan is not None and session.phase in (Phase.SECTION, Phase.BETWEEN)
    return ProctorView(
        candidate=session.plan.candidate_name,
        exam_title=contents.title,
        section=section_view(session, contents, plan) if plan is not None and in_play else None,
        answered=session.answered_count,
        questions=scored_count(session),
        time_left_ms=session.time_left_ms if in_play else None,
        can_extend=in_play and session.time_left_ms is not None,
    )


def done_view(session: Session, contents: Contents, *, head_code: str, sealed: bool) -> DoneView:
    """Return the end."""
    return DoneView(
        state=session.result_state,
        candidate=session.plan.candidate_name,
        exam_title=contents.title,
        session=session.plan.session,
        answered=session.answered_count,
        questions=scored_count(session),
        head_code=head_code,
        sealed=sealed,
    )


def warning_due(before_ms: int | None, now_ms: int | None, *, limit_ms: int | None) -> int | None:
    """Return the warning mark that was passed between two looks at the clock, in milliseconds; None if none was.

    A mark that is not well below the whole time says nothing and is left out. Of several passed at once (the program was
    away), the last one counts.
    """
    if before_ms is None or now_ms is None or limit_ms is None:
        return None
    passed = [mark for mark in WARNINGS_MS if now_ms <= mark < before_ms and mark + MINUTE_MS <= limit_ms]
    return min(passed, default=None)


def ended_by_time(before: Session, after: Session) -> bool:
    """Return whether a section's time was used up between two states of a session."""
    if before.phase is not Phase.SECTION or after.section_index == before.section_index:
        return False
    limit = limit_of(before)
    return limit is not None and after.spent_ms[before.section_index] >= limit


def time_given(before: Session, after: Session) -> int:
    """Return how much more time proctors gave between two states of a session, in milliseconds."""
    return sum(after.extra_ms) - sum(before.extra_ms)


def limit_of(session: Session) -> int | None:
    """Return the whole time of the section that runs, extensions included; None without a limit."""
    plan = session.section
    if plan is None or plan.time_limit_ms is None:
        return None
    return plan.time_limit_ms + session.extra_ms[session.section_index]
