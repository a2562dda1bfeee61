"""What each screen of a session shows, made by pure functions of the session and the exam. Knows no Qt, words or clocks.

A view is a frozen value; a screen holds nothing else. Codes and enums stand for words: ``words`` turns them into text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from exam_packages.accommodations import NO_NEEDS, Accommodations
from exam_packages.ids import ItemId, SeatId, SectionId, SessionId
from exam_packages.qti.model import Node
from exam_packages.session_events import PauseReason, SectionKind, SectionPlan
from kiosk.lockdown.incidents import Consequence
from kiosk.lockdown.protocol import Raised
from kiosk.mirror.state import OFF, MirrorState
from kiosk.session import Phase, ResultState, Session
from kiosk.session.leaving import Hindrance, of_section
from kiosk.session.limits import Scope, covering, least_left_ms
from kiosk.session.refusals import Why
from ui.window.content.plain import heading_and_rest
from ui.window.contents import Contents, for_candidate
from ui.window.item_state import breaks_left, inner_titles
from ui.window.places import SectionView, may_show, question_count, scored_count, section_view, walked


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameView:
    """The top bar and the line below it."""

    exam_title: str
    person: str
    section: SectionView | None = None
    inner: tuple[str, ...] = ()
    """Titles of the sections inside the section that the question is in."""
    question: int | None = None
    questions: int = 0
    is_certain: bool = True
    """False while it depends on answers how many questions there are."""
    answered: int = 0
    timed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityView:
    """Is this you?"""

    name: str
    candidate: str
    exam_title: str
    needs: Accommodations = NO_NEEDS
    media_lack: str = ""
    """What this workstation lacks to play the exam's sound or video; empty where it lacks nothing."""
    language: str = ""
    """The exam's, as BCP 47 names it."""


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
    questions: int | None
    """None where it depends on answers how many there are."""
    time_ms: int | None
    """The least of everything that limits it."""
    time_scope: Scope
    """What the time is for."""
    takes_late: bool
    """Answers are taken after the time, and marked late."""
    break_after_ms: int
    linear: bool
    individual: bool
    instructions: tuple[Node, ...]
    answers_are_final: bool
    """The scored answers are handed in already: this is the poll."""


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
    closed: bool = False
    """It takes no answer any more."""
    commented: bool = False
    can_show: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """The review grid of a section."""

    section: SectionView
    tiles: tuple[TileView, ...]
    hands_in: bool
    """Ending this section hands the exam in."""
    can_jump: bool
    break_after_ms: int
    owed: int | None = None
    """The number of the first question that may not be skipped and has not been done."""
    waits_for: int | None = None
    """The number of the question whose shortest time is not over."""
    breaks_left: int = 0

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
    """The candidate covered the screen by calling the proctor or taking a break, and may uncover it."""
    comes_back: bool = False
    """It uncovers itself when nobody does anything."""
    breaks_left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedView:
    """Why the seat is locked."""

    seat: SeatId
    incidents: tuple[Raised, ...]
    """What a proctor has to look at, in order; none where only the session knows that it is locked."""
    candidate: str = ""
    """Empty at a free seat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsleepView:
    """Why the screen is covered until the candidate goes on."""

    reason: PauseReason
    incidents: tuple[Raised, ...]


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
    needs: Accommodations = NO_NEEDS
    late: int = 0
    """How many questions were answered after their time."""
    copy: MirrorState = OFF
    """The second copy; how far it is behind is left out."""


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


def frame_view(session: Session, contents: Contents) -> FrameView:
    """Return the top of the window."""
    plan, phase = session.section, session.phase
    within = phase is Phase.SECTION and plan is not None and session.pause is None
    if plan is None or not within:
        return FrameView(exam_title=contents.title, person=session.plan.candidate_name)
    items, item = walked(session, plan), session.item if not session.in_review else None
    return FrameView(
        exam_title=contents.title,
        person=session.plan.candidate_name,
        section=section_view(session, contents, plan),
        inner=inner_titles(contents, plan.item_plan(item)) if item is not None else (),
        question=items.index(item) + 1 if item is not None else None,
        questions=len(items),
        is_certain=question_count(session, plan) is not None,
        answered=sum(map(session.is_answered, items)),
        timed=bool(covering(session)),
    )


def identity_view(session: Session, contents: Contents, *, media_lack: str = "") -> IdentityView:
    """Return what the candidate confirms, and what the proctor who checks in should know."""
    plan = session.plan
    return IdentityView(
        name=plan.candidate_name,
        candidate=plan.candidate,
        exam_title=contents.title,
        needs=plan.accommodations,
        media_lack=media_lack,
        language=contents.exam.test.language,
    )


def agreement_view(contents: Contents) -> AgreementView:
    """Return the candidate agreement."""
    title, content = heading_and_rest(contents.agreement)
    return AgreementView(title=title, content=content)


def _section(session: Session) -> SectionPlan:
    if session.section is None:
        raise ValueError("no section runs or comes next")
    return session.section


def intro_view(session: Session, contents: Contents, following: SectionId) -> IntroView:
    """Return what the next section will be like.

    Args:
        session: between sections.
        contents: the exam.
        following: the section to enter next, by the form's rules.
    """
    index = next(n for n, each in enumerate(session.plan.sections) if each.identifier == following)
    plan = session.plan.sections[index]
    limits = covering(replace(session, section_index=index, item=None))
    tightest = min(limits, key=lambda each: each.left_ms, default=None)
    return IntroView(
        section=section_view(session, contents, plan),
        identifier=plan.identifier,
        questions=question_count(session, plan),
        time_ms=None if tightest is None else max(0, tightest.left_ms),
        time_scope=Scope.SECTION if tightest is None else tightest.scope,
        takes_late=tightest is not None and tightest.allow_late,
        break_after_ms=plan.break_after_ms if _is_followed_by_scored(session, index) else 0,
        linear=plan.linear,
        individual=plan.individual,
        instructions=_instructions(session, contents, plan, index),
        answers_are_final=plan.kind is SectionKind.POLL,
    )


def _instructions(session: Session, contents: Contents, plan: SectionPlan, index: int) -> tuple[Node, ...]:
    """What test and part say stands before their first section; what a section says, before itself."""
    before = session.plan.sections[:index]
    rubrics = contents.sections[plan.identifier].rubrics
    if plan.part is not None and all(each.part != plan.part for each in before):
        rubrics = contents.parts[plan.part].rubrics + rubrics
    if plan.kind is SectionKind.SCORED and all(each.kind is not SectionKind.SCORED for each in before):
        rubrics = contents.exam.test.rubrics + rubrics
    return for_candidate(rubrics)


def review_view(session: Session, contents: Contents) -> ReviewView:
    """Return the review grid of the section that runs."""
    plan = _section(session)
    items = walked(session, plan)
    tiles = tuple(
        TileView(
            item=item,
            number=number,
            state=TileState.ANSWERED if session.is_answered(item) else TileState.UNANSWERED,
            flagged=item in session.flagged,
            current=item == session.item,
            closed=item in session.closed,
            commented=item in session.comments,
            can_show=may_show(session, item),
        )
        for number, item in enumerate(items, 1)
    )
    followed = _is_followed_by_scored(session, session.section_index)
    hindrance = of_section(session)
    place = _place_of(hindrance, items)
    return ReviewView(
        section=section_view(session, contents, plan),
        tiles=tiles,
        hands_in=not followed,
        can_jump=not plan.linear,
        break_after_ms=plan.break_after_ms if followed else 0,
        owed=place if hindrance is not None and hindrance.why is Why.UNANSWERED else None,
        waits_for=place if hindrance is not None and hindrance.why is Why.TOO_EARLY else None,
        breaks_left=breaks_left(session),
    )


def _place_of(hindrance: Hindrance | None, items: tuple[ItemId, ...]) -> int | None:
    if hindrance is None or hindrance.item is None or hindrance.item not in items:
        return None
    return items.index(hindrance.item) + 1


def _is_followed_by_scored(session: Session, index: int) -> bool:
    following = session.plan.sections[index + 1 :]
    return bool(following) and following[0].kind is SectionKind.SCORED


def break_view(session: Session, contents: Contents) -> BreakView:
    """Return what a break says."""
    plan = session.section
    return BreakView(
        following=section_view(session, contents, plan) if plan is not None else None,
        following_time_ms=session.time_left_ms,
    )


def submit_view(session: Session) -> SubmitView:
    """Return what is handed in."""
    ended = session.section_index - 1
    return SubmitView(
        answered=session.answered_count,
        questions=scored_count(session),
        time_is_up=session.phase is Phase.SUBMIT and _ran_out(session, ended),
    )


def _ran_out(session: Session, index: int) -> bool:
    """Whether the time of a section that is over, or of what it was in, is used up."""
    left = least_left_ms(
        each for each in covering(replace(session, section_index=index, item=None)) if not each.allow_late
    )
    return left is not None and left <= 0


def pause_view(session: Session, *, called_by_candidate: bool) -> PauseView:
    """Return why the screen is covered."""
    if session.pause is None:
        raise ValueError("the session is not paused")
    comes_back = called_by_candidate and session.pause is PauseReason.PROCTOR
    return PauseView(
        reason=session.pause,
        candidate=session.plan.candidate_name,
        may_return=comes_back or session.pause is PauseReason.BREAK,
        comes_back=comes_back,
        breaks_left=breaks_left(session),
    )


def locked_view(session: Session, incidents: tuple[Raised, ...]) -> LockedView:
    """Return why a session is locked."""
    locks = tuple(raised for raised in incidents if raised.consequence is Consequence.LOCK)
    return LockedView(seat=session.seat, incidents=locks, candidate=session.plan.candidate_name)


def asleep_view(incidents: tuple[Raised, ...]) -> AsleepView:
    """Return what is said after sleep."""
    return AsleepView(reason=PauseReason.SUSPEND, incidents=incidents)


def proctor_view(session: Session, contents: Contents, copy: MirrorState = OFF) -> ProctorView:
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
        needs=session.plan.accommodations,
        late=len(session.late),
        copy=replace(copy, behind=0),
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
