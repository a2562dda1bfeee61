"""The one function in which a session changes, and the table that says which event is allowed when.

Everything that affects transitions lives in this file. An event that is not allowed raises and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, assert_never

from exam_packages.ids import ItemId
from exam_packages.qti.model import Lexical
from exam_packages.records import edited
from exam_packages.session_events import (
    Adjusted,
    AgreementAccepted,
    AgreementDeclined,
    Answered,
    AttemptSubmitted,
    BreakEnded,
    Closed,
    Commented,
    Event,
    Finished,
    Flagged,
    IdentityConfirmed,
    IdentityRejected,
    IncidentNoted,
    ItemPresented,
    Marked,
    Moved,
    Opened,
    Paused,
    PauseReason,
    PollSkipped,
    Record,
    Resumed,
    ReviewOpened,
    SectionEnded,
    SectionEntered,
    SectionKind,
    Submitted,
    TextEdited,
    TimeExpired,
    TimeExtended,
    TimePassed,
)
from kiosk.session import leaving, pausing
from kiosk.session.effects import Checkpoint, Effect, SealResult
from kiosk.session.limits import RunningLimit, Scope, covering, is_late, items_of_inner, overtime_ms
from kiosk.session.refusals import EventNotAllowed, Why
from kiosk.session.state import Phase, Session, replaced
from signing.errors import ContentRefused

LATE_GRACE_MS: Final = 2_000  # an answer begun in time may be written this much after the clock ran out
RESPONSES_MAX: Final = 200  # response variables of one item
EXTENSION_MAX_MS: Final = 8 * 3_600_000  # one extension; more is a typing error
SETTINGS_MAX: Final = 32  # settings of the look

# What may happen in which phase while nothing is paused. What is not listed is not allowed.
_ALWAYS: Final = frozenset({TimePassed, Paused, Closed, IncidentNoted, Adjusted, Moved})
_ALLOWED: Final[Mapping[Phase, frozenset[type]]] = {
    Phase.IDENTITY: _ALWAYS | {IdentityConfirmed, IdentityRejected},
    Phase.AGREEMENT: _ALWAYS | {AgreementAccepted, AgreementDeclined},
    Phase.BETWEEN: _ALWAYS | {SectionEntered, PollSkipped, TimeExtended, Submitted},
    Phase.SECTION: _ALWAYS
    | {ItemPresented, ReviewOpened, Answered, TextEdited, Flagged, AttemptSubmitted, Commented, Marked}
    | {TimeExpired, SectionEnded, TimeExtended},
    Phase.BREAK: _ALWAYS | {BreakEnded},
    Phase.SUBMIT: _ALWAYS | {Submitted},
    Phase.COMPLETE: _ALWAYS | {Finished},
    Phase.FINISHED: frozenset(),
    Phase.DECLINED: frozenset(),
    Phase.CLOSED: frozenset(),
}
# What may happen while the screen is covered, in whatever phase. Which of two pauses covers it, ``pausing`` says.
_ALLOWED_PAUSED: Final = frozenset({TimePassed, Paused, Resumed, Closed, IncidentNoted, TimeExtended, Adjusted, Moved})


def begin(record: Record) -> Session:
    """Return the session that a first record opens.

    Raises:
        EventNotAllowed: the first record is not ``Opened``, is not number 0, or its plan has no scored section.
    """
    if not isinstance(record.event, Opened) or record.n != 0:
        raise EventNotAllowed("a session begins with record 0, and that opens it")
    plan = record.event.plan
    if not any(section.kind is SectionKind.SCORED for section in plan.sections):
        raise EventNotAllowed("a session needs a scored section")
    empty = (0,) * len(plan.sections)
    return Session(plan=plan, spent_ms=empty, extra_ms=empty, next_n=1)


def step(session: Session, record: Record) -> tuple[Session, tuple[Effect, ...]]:
    """Return the session after one record, and what the world has to do once the record is committed.

    The time since the record before (``record.tick_ms``) is used up first, then the event happens.

    Raises:
        EventNotAllowed: the event cannot happen now; nothing has changed.
    """
    if record.n != session.next_n:
        raise EventNotAllowed(f"record {record.n} came, {session.next_n} was due", session=session)
    _check_allowed(session, record.event)
    try:
        after, effects = _happen(_use_time(session, record.tick_ms), record.event)
    except EventNotAllowed as error:
        error.session = session  # also the time that would have been used has not been
        raise
    return replaced(after, next_n=record.n + 1), effects


def replay(records: Iterable[Record]) -> Session:
    """Return the session that a whole journal tells of.

    Raises:
        EventNotAllowed: the journal holds an event that could not have happened, or is empty.
    """
    iterator = iter(records)
    first = next(iterator, None)
    if first is None:
        raise EventNotAllowed("the journal is empty")
    session = begin(first)
    for record in iterator:
        session, _ = step(session, record)
    return session


def _check_allowed(session: Session, event: Event) -> None:
    allowed = _ALLOWED_PAUSED if session.pause is not None and not session.is_over else _ALLOWED[session.phase]
    if type(event) not in allowed:
        where = f"while paused in {session.phase.value}" if session.pause else f"in {session.phase.value}"
        raise EventNotAllowed(f"{type(event).__name__} cannot happen {where}", session=session)


def _use_time(session: Session, tick_ms: int) -> Session:
    if not session.clock_runs or tick_ms == 0:
        return session
    if session.phase is Phase.BREAK:
        return replaced(session, break_spent_ms=session.break_spent_ms + tick_ms)
    item_ms = session.item_ms
    if session.item is not None and not session.in_review:
        item_ms = {**item_ms, session.item: item_ms.get(session.item, 0) + tick_ms}
    return replaced(session, spent_ms=_added(session.spent_ms, session.section_index, tick_ms), item_ms=item_ms)


def _added(values: tuple[int, ...], index: int, amount: int) -> tuple[int, ...]:
    return (*values[:index], values[index] + amount, *values[index + 1 :])


def _happen(session: Session, event: Event) -> tuple[Session, tuple[Effect, ...]]:  # noqa: C901, PLR0911, PLR0912 - one table of all events
    match event:
        case TimePassed() | IncidentNoted():
            return session, ()
        case IdentityConfirmed():
            return replaced(session, phase=Phase.AGREEMENT if session.plan.has_agreement else Phase.BETWEEN), ()
        case IdentityRejected() | AgreementDeclined():
            return _over(session, Phase.DECLINED)
        case AgreementAccepted():
            return replaced(session, phase=Phase.BETWEEN), ()
        case SectionEntered():
            return _enter(session, event), ()
        case ItemPresented():
            return _present(session, event.item), ()
        case ReviewOpened():
            return replaced(session, in_review=True), ()
        case Answered():
            return _answer(session, event, event.value), ()
        case TextEdited():
            return _answer(session, event, _edited_value(session, event)), ()
        case Flagged():
            return _flag(session, event), ()
        case AttemptSubmitted():
            return _attempt(session, event.item), ()
        case Commented():
            return _comment(session, event), ()
        case Marked():
            return _mark(session, event), ()
        case Adjusted():
            return _adjust(session, event), ()
        case TimeExpired():
            return _expire(session)
        case SectionEnded():
            _refuse_hindrance(session, leaving.of_section(session))
            return _go_on(session, session.section_index + 1)
        case BreakEnded():
            return replaced(session, phase=Phase.BETWEEN, break_spent_ms=0), ()
        case Paused():
            return _pause(session, event.reason), ()
        case Resumed():
            return _resume(session, event), ()
        case Moved():
            return _move(session, event), ()
        case TimeExtended():
            return _extend(session, event), ()
        case Submitted():
            return _submit(session), (Checkpoint(),)
        case PollSkipped():
            return _skip_poll(session), ()
        case Finished():
            return _over(session, Phase.FINISHED)
        case Closed():
            return _over(session, Phase.CLOSED)
        case Opened():
            raise EventNotAllowed("the session is open already", session=session)
        case _:
            assert_never(event)


def _over(session: Session, phase: Phase) -> tuple[Session, tuple[Effect, ...]]:
    after = replaced(session, phase=phase, pause=None)
    return after, (Checkpoint(), SealResult(state=after.result_state))


def _refuse_hindrance(session: Session, hindrance: leaving.Hindrance | None) -> None:
    if hindrance is None:
        return
    what = f"item {hindrance.item}" if hindrance.item is not None else "the section"
    short = "has not lasted long enough" if hindrance.why is Why.TOO_EARLY else "may not be skipped"
    raise EventNotAllowed(f"{what} {short}", session=session, why=hindrance.why)


def _enter(session: Session, event: SectionEntered) -> Session:
    """Begin a section: the next one, or a later one where all between may fall away."""
    for index in range(session.section_index, len(session.plan.sections)):
        section = session.plan.sections[index]
        if section.identifier == event.section:
            return replaced(session, phase=Phase.SECTION, section_index=index, item=None, in_review=False)
        following = session.plan.sections[index + 1 : index + 2]
        ends_scored = section.kind is SectionKind.SCORED and all(each.kind is not section.kind for each in following)
        if not section.is_conditional or ends_scored:  # behind scored sections answers are handed in first
            break
    raise EventNotAllowed(f"section {event.section} is not the next one", session=session)


def _check_item(session: Session, item: ItemId) -> None:
    if session.section is None or item not in session.section.items:
        raise EventNotAllowed(f"item {item} is not in the section that runs", session=session)


def _present(session: Session, item: ItemId) -> Session:
    _check_item(session, item)
    if item != session.item:
        _check_may_come(session, item)
        _refuse_hindrance(session, leaving.of_item(session, to=item))
    return replaced(session, item=item, in_review=False, presented=session.presented | {item})


def _check_may_come(session: Session, item: ItemId) -> None:
    """Check that an item that is not the last one on the screen may come there."""
    section = session.section
    if section is None:
        raise EventNotAllowed("no section runs", session=session)
    if item in session.closed and not section.item_plan(item).control.allow_review:
        raise EventNotAllowed(f"item {item} is over and cannot be seen again", session=session, why=Why.CLOSED)
    if section.linear:
        start = section.items.index(session.item) + 1 if session.item is not None else 0
        between = section.items[start : section.items.index(item)]
        passable = all(section.item_plan(each).conditional or each in session.closed for each in between)
        if section.items.index(item) < start or not passable:
            raise EventNotAllowed("this section goes forward only, one question at a time", session=session)


def _check_on_desk(session: Session, item: ItemId, limits: tuple[RunningLimit, ...]) -> None:
    """Check that a candidate has an item before them, in a wide sense: in nonlinear sections that is every item seen."""
    _check_item(session, item)
    if item not in session.presented:
        raise EventNotAllowed(f"item {item} has not been on the screen", session=session)
    if session.section is not None and session.section.linear and item != session.item:
        raise EventNotAllowed(f"item {item} is over: this section goes forward only", session=session, why=Why.CLOSED)
    if overtime_ms(limits) > LATE_GRACE_MS:
        raise EventNotAllowed("the time is used up", session=session, why=Why.TIME_IS_UP)


def _check_open(session: Session, item: ItemId, limits: tuple[RunningLimit, ...]) -> None:
    _check_on_desk(session, item, limits)
    if item in session.closed:
        raise EventNotAllowed(f"item {item} takes no more answers", session=session, why=Why.CLOSED)


def _answer(session: Session, event: Answered | TextEdited, value: Lexical) -> Session:
    limits = covering(session)
    _check_open(session, event.item, limits)
    of_item = {**session.answers.get(event.item, {}), event.response: value}
    if len(of_item) > RESPONSES_MAX:
        raise EventNotAllowed(f"item {event.item} has no more than {RESPONSES_MAX} responses", session=session)
    late = session.late | {event.item} if is_late(limits) else session.late
    return replaced(session, answers={**session.answers, event.item: of_item}, late=late)


def _attempt(session: Session, item: ItemId) -> Session:
    limits = covering(session)
    _check_open(session, item, limits)
    if session.section is None or not session.section.individual:
        raise EventNotAllowed("items of this part are handed in together", session=session)
    _refuse_hindrance(session, leaving.of_attempt(session, item))
    attempts = session.attempts.get(item, 0) + 1
    most = session.item_plan(item).control.max_attempts or 0
    return replaced(
        session,
        attempts={**session.attempts, item: attempts},
        closed=session.closed | {item} if 0 < most <= attempts else session.closed,
        late=session.late | {item} if is_late(limits) else session.late,
    )


def _comment(session: Session, event: Commented) -> Session:
    _check_open(session, event.item, covering(session))
    if not session.item_plan(event.item).control.allow_comment:
        raise EventNotAllowed(f"item {event.item} takes no comment", session=session)
    others = {item: text for item, text in session.comments.items() if item != event.item}
    return replaced(session, comments={**others, event.item: event.text} if event.text else others)


def _mark(session: Session, event: Marked) -> Session:
    _check_on_desk(session, event.item, covering(session))
    if event.tool not in session.item_plan(event.item).tools:
        raise EventNotAllowed(f"item {event.item} has no {event.tool.value}", session=session)
    key = (event.item, event.tool, event.response)
    others = {each: value for each, value in session.marks.items() if each != key}
    if sum(each[:2] == key[:2] for each in others) >= RESPONSES_MAX:
        raise EventNotAllowed(f"item {event.item} has no more than {RESPONSES_MAX} responses", session=session)
    return replaced(session, marks={**others, key: event.value} if event.value else others)


def _adjust(session: Session, event: Adjusted) -> Session:
    look = {**session.look, event.setting: event.value}
    if len(look) > SETTINGS_MAX:
        raise EventNotAllowed(f"there are no more than {SETTINGS_MAX} settings", session=session)
    return replaced(session, look=look)


def _move(session: Session, event: Moved) -> Session:
    """Go on at another seat. Which seat wrote what before, and that it was certified, is checked where certificates are."""
    if event.from_seat != session.seat:
        raise EventNotAllowed(f"the session is at {session.seat} and cannot leave {event.from_seat}", session=session)
    if event.records != session.next_n:
        raise EventNotAllowed(f"{event.records} records came, {session.next_n} are here", session=session)
    return replaced(session, moved_to=(*session.moved_to, event.to_seat))


def _pause(session: Session, reason: PauseReason) -> Session:
    if reason is not PauseReason.BREAK:
        return replaced(session, pause=pausing.covering(session.pause, reason))
    if session.pause is not None or session.phase is not Phase.SECTION:
        raise EventNotAllowed("a break begins while the candidate works", session=session)
    if session.breaks_taken >= session.plan.accommodations.breaks:
        raise EventNotAllowed("there are no more breaks", session=session)
    return replaced(session, pause=reason, breaks_taken=session.breaks_taken + 1)


def _resume(session: Session, event: Resumed) -> Session:
    if session.pause is PauseReason.LOCK and not event.proctor:
        raise EventNotAllowed("a locked session is opened by a proctor", session=session)
    return replaced(session, pause=None)


def _edited_value(session: Session, event: TextEdited) -> Lexical:
    before = session.answer(event.item, event.response)
    try:
        text = edited(before[0] if before else "", event)
    except ContentRefused as error:
        raise EventNotAllowed(str(error), session=session) from error
    return (text,) if text else ()


def _flag(session: Session, event: Flagged) -> Session:
    _check_item(session, event.item)
    flagged = session.flagged | {event.item} if event.flagged else session.flagged - {event.item}
    return replaced(session, flagged=flagged)


def _extend(session: Session, event: TimeExtended) -> Session:
    """Give more time to everything that lies over where the session stands."""
    if session.phase not in (Phase.SECTION, Phase.BETWEEN) or not covering(session):
        raise EventNotAllowed("only what is timed can be given more time", session=session)
    if not 0 < event.extra_ms <= EXTENSION_MAX_MS:
        raise EventNotAllowed("more time is between a millisecond and eight hours", session=session)
    item_extra = session.item_extra_ms
    if session.phase is Phase.SECTION and session.item is not None:
        item_extra = {**item_extra, session.item: item_extra.get(session.item, 0) + event.extra_ms}
    extra = _added(session.extra_ms, session.section_index, event.extra_ms)
    return replaced(session, extra_ms=extra, item_extra_ms=item_extra)


def _expire(session: Session) -> tuple[Session, tuple[Effect, ...]]:
    """End the outermost of what has no time left."""
    over = next((each for each in covering(session) if not each.allow_late and each.left_ms <= 0), None)
    if over is None:
        raise EventNotAllowed("there still is time", session=session)
    match over.scope:
        case Scope.TEST | Scope.PART | Scope.SECTION:
            return _go_on(session, _behind(session, over))
        case Scope.INNER_SECTION:
            return replaced(session, closed=session.closed | items_of_inner(session, over.name)), ()
        case Scope.ITEM:
            return replaced(session, closed=session.closed | {ItemId(over.name)}), ()
        case _:
            assert_never(over.scope)


def _behind(session: Session, over: RunningLimit) -> int:
    """Return the number of the section behind everything that ended."""
    sections = session.plan.sections
    last = session.section_index
    for number in range(last, len(sections)):
        is_under = sections[number].part == over.name if over.scope is Scope.PART else over.scope is Scope.TEST
        if is_under and sections[number].kind is sections[last].kind:
            last = number
    return last + 1


def _go_on(session: Session, index: int) -> tuple[Session, tuple[Effect, ...]]:
    """Leave the section that runs, and with it those before the given one, for good."""
    ended = session.section
    if ended is None:
        raise EventNotAllowed("no section runs", session=session)
    after = replaced(session, section_index=index, item=None, in_review=False, break_spent_ms=0)
    following = after.section
    if ended.kind is SectionKind.SCORED and (following is None or following.kind is not SectionKind.SCORED):
        phase = Phase.SUBMIT
    elif following is None:
        phase = Phase.COMPLETE
    elif session.plan.sections[index - 1].break_after_ms > 0:
        phase = Phase.BREAK
    else:
        phase = Phase.BETWEEN
    return replaced(after, phase=phase), (Checkpoint(),)


def _submit(session: Session) -> Session:
    """Make the answers final, also where every scored section that is left falls away."""
    if session.phase is Phase.BETWEEN:
        if not leaving.remaining_are_conditional(session):
            raise EventNotAllowed("there are sections left", session=session)
        scored = [n for n, each in enumerate(session.plan.sections) if each.kind is SectionKind.SCORED]
        session = replaced(session, section_index=scored[-1] + 1)
    return replaced(session, phase=Phase.COMPLETE if session.section is None else Phase.BETWEEN)


def _skip_poll(session: Session) -> Session:
    section = session.section
    if section is None or section.kind is not SectionKind.POLL:
        raise EventNotAllowed("only the poll can be skipped", session=session)
    return replaced(session, phase=Phase.COMPLETE, section_index=len(session.plan.sections))
