"""The one function in which a session changes, and the table that says which event is allowed when.

Everything that affects transitions lives in this file. An event that is not allowed raises and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, assert_never

from exam_packages.ids import ItemId
from exam_packages.qti.model import Lexical
from exam_packages.records import edited
from exam_packages.session_events import (
    AgreementAccepted,
    AgreementDeclined,
    Answered,
    BreakEnded,
    Closed,
    Event,
    Finished,
    Flagged,
    IdentityConfirmed,
    IdentityRejected,
    IncidentNoted,
    ItemPresented,
    Opened,
    Paused,
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
from kiosk.errors import KioskError
from kiosk.session.effects import Checkpoint, Effect, SealResult
from kiosk.session.state import Phase, Session
from signing.errors import ContentRefused

LATE_GRACE_MS: Final = 2_000  # an answer begun in time may be written this much after the clock ran out
RESPONSES_MAX: Final = 200  # response variables of one item
EXTENSION_MAX_MS: Final = 8 * 3_600_000  # one extension; more is a typing error


class EventNotAllowed(KioskError):  # noqa: N818 - reads as what it is, like h11's and asyncio's
    """An event came at a moment at which it cannot happen. The session is unchanged.

    Attributes:
        code: stable, for the table of words.
        session: the session as it was and still is; None where there was none yet.
    """

    code = "event-not-allowed"

    def __init__(self, message: str, *, session: Session | None = None) -> None:
        super().__init__(message)
        self.session = session


# What may happen in which phase while nothing is paused. What is not listed is not allowed.
_ALWAYS: Final = frozenset({TimePassed, Paused, Closed, IncidentNoted})
_ALLOWED: Final[Mapping[Phase, frozenset[type]]] = {
    Phase.IDENTITY: _ALWAYS | {IdentityConfirmed, IdentityRejected},
    Phase.AGREEMENT: _ALWAYS | {AgreementAccepted, AgreementDeclined},
    Phase.BETWEEN: _ALWAYS | {SectionEntered, PollSkipped, TimeExtended},
    Phase.SECTION: _ALWAYS
    | {ItemPresented, ReviewOpened, Answered, TextEdited, Flagged, TimeExpired, SectionEnded, TimeExtended},
    Phase.BREAK: _ALWAYS | {BreakEnded},
    Phase.SUBMIT: _ALWAYS | {Submitted},
    Phase.COMPLETE: _ALWAYS | {Finished},
    Phase.FINISHED: frozenset(),
    Phase.DECLINED: frozenset(),
    Phase.CLOSED: frozenset(),
}
# What may happen while the screen is covered, in whatever phase. A second pause replaces the reason.
_ALLOWED_PAUSED: Final = frozenset({TimePassed, Paused, Resumed, Closed, IncidentNoted, TimeExtended})


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
    return replace(after, next_n=record.n + 1), effects


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
        return replace(session, break_spent_ms=session.break_spent_ms + tick_ms)
    return replace(session, spent_ms=_added(session.spent_ms, session.section_index, tick_ms))


def _added(values: tuple[int, ...], index: int, amount: int) -> tuple[int, ...]:
    return (*values[:index], values[index] + amount, *values[index + 1 :])


def _happen(session: Session, event: Event) -> tuple[Session, tuple[Effect, ...]]:  # noqa: C901, PLR0911, PLR0912 - one table of all events
    match event:
        case TimePassed() | IncidentNoted():
            return session, ()
        case IdentityConfirmed():
            return replace(session, phase=Phase.AGREEMENT if session.plan.has_agreement else Phase.BETWEEN), ()
        case IdentityRejected() | AgreementDeclined():
            return _over(session, Phase.DECLINED)
        case AgreementAccepted():
            return replace(session, phase=Phase.BETWEEN), ()
        case SectionEntered():
            return _enter(session, event), ()
        case ItemPresented():
            return _present(session, event.item), ()
        case ReviewOpened():
            return replace(session, in_review=True), ()
        case Answered():
            return _answer(session, event, event.value), ()
        case TextEdited():
            return _answer(session, event, _edited_value(session, event)), ()
        case Flagged():
            return _flag(session, event), ()
        case TimeExpired():
            if session.time_left_ms is None or session.time_left_ms > 0:
                raise EventNotAllowed("the section still has time", session=session)
            return _leave_section(session)
        case SectionEnded():
            return _leave_section(session)
        case BreakEnded():
            return replace(session, phase=Phase.BETWEEN, break_spent_ms=0), ()
        case Paused():
            return replace(session, pause=event.reason), ()
        case Resumed():
            return replace(session, pause=None), ()
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
    after = replace(session, phase=phase, pause=None)
    return after, (Checkpoint(), SealResult(state=after.result_state))


def _enter(session: Session, event: SectionEntered) -> Session:
    section = session.section
    if section is None or section.identifier != event.section:
        raise EventNotAllowed(f"section {event.section} is not the next one", session=session)
    return replace(session, phase=Phase.SECTION, item=None, in_review=False)


def _check_item(session: Session, item: ItemId) -> None:
    if session.section is None or item not in session.section.items:
        raise EventNotAllowed(f"item {item} is not in the section that runs", session=session)


def _present(session: Session, item: ItemId) -> Session:
    _check_item(session, item)
    section = session.section
    if section is not None and section.linear and session.item is not None:
        order = section.items
        if order.index(item) not in (order.index(session.item), order.index(session.item) + 1):
            raise EventNotAllowed("this section goes forward only, one question at a time", session=session)
    return replace(session, item=item, in_review=False, presented=session.presented | {item})


def _check_answerable(session: Session, item: ItemId) -> None:
    _check_item(session, item)
    if item not in session.presented:
        raise EventNotAllowed(f"item {item} has not been on the screen", session=session)
    if session.section is not None and session.section.linear and item != session.item:
        raise EventNotAllowed(f"item {item} is over: this section goes forward only", session=session)


def _answer(session: Session, event: Answered | TextEdited, value: Lexical) -> Session:
    _check_answerable(session, event.item)
    _check_not_late(session)
    of_item = {**session.answers.get(event.item, {}), event.response: value}
    if len(of_item) > RESPONSES_MAX:
        raise EventNotAllowed(f"item {event.item} has no more than {RESPONSES_MAX} responses", session=session)
    return replace(session, answers={**session.answers, event.item: of_item})


def _edited_value(session: Session, event: TextEdited) -> Lexical:
    before = session.answer(event.item, event.response)
    try:
        text = edited(before[0] if before else "", event)
    except ContentRefused as error:
        raise EventNotAllowed(str(error), session=session) from error
    return (text,) if text else ()


def _check_not_late(session: Session) -> None:
    if session.overtime_ms > LATE_GRACE_MS:
        raise EventNotAllowed("the section's time is used up", session=session)


def _flag(session: Session, event: Flagged) -> Session:
    _check_item(session, event.item)
    flagged = session.flagged | {event.item} if event.flagged else session.flagged - {event.item}
    return replace(session, flagged=flagged)


def _extend(session: Session, event: TimeExtended) -> Session:
    section = session.section
    if session.phase not in (Phase.SECTION, Phase.BETWEEN) or section is None or section.time_limit_ms is None:
        raise EventNotAllowed("only a timed section can be given more time", session=session)
    if not 0 < event.extra_ms <= EXTENSION_MAX_MS:
        raise EventNotAllowed("more time is between a millisecond and eight hours", session=session)
    return replace(session, extra_ms=_added(session.extra_ms, session.section_index, event.extra_ms))


def _leave_section(session: Session) -> tuple[Session, tuple[Effect, ...]]:
    ended = session.section
    if ended is None:
        raise EventNotAllowed("no section runs", session=session)
    after = replace(session, section_index=session.section_index + 1, item=None, in_review=False, break_spent_ms=0)
    following = after.section
    if ended.kind is SectionKind.SCORED and (following is None or following.kind is not SectionKind.SCORED):
        phase = Phase.SUBMIT
    elif following is None:
        phase = Phase.COMPLETE
    elif ended.break_after_ms > 0:
        phase = Phase.BREAK
    else:
        phase = Phase.BETWEEN
    return replace(after, phase=phase), (Checkpoint(),)


def _submit(session: Session) -> Session:
    return replace(session, phase=Phase.COMPLETE if session.section is None else Phase.BETWEEN)


def _skip_poll(session: Session) -> Session:
    section = session.section
    if section is None or section.kind is not SectionKind.POLL:
        raise EventNotAllowed("only the poll can be skipped", session=session)
    return replace(session, phase=Phase.COMPLETE, section_index=len(session.plan.sections))
