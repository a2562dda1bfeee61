"""Every event in every phase, paused and not: what is allowed stands in one table here, written by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from exam_packages.ids import Digest, ItemId, SeatId
from exam_packages.qti.model import DEFAULT_CONTROL, SessionControl, Tool
from exam_packages.session_events import (
    Adjusted,
    AgreementAccepted,
    AgreementDeclined,
    Answered,
    AttemptSubmitted,
    BreakEnded,
    Closed,
    CloseReason,
    Commented,
    Event,
    Finished,
    Flagged,
    IdentityConfirmed,
    IdentityRejected,
    IncidentNoted,
    ItemPlan,
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
    Submitted,
    TextEdited,
    TimeExpired,
    TimeExtended,
    TimePassed,
)
from kiosk.session import EventNotAllowed, Phase, step
from tests.kiosk.session.plans import (
    MINUTE,
    PROCTOR,
    RESPONSE,
    TO_BREAK,
    TO_COMPLETE,
    TO_FINISHED,
    TO_FIRST_SCORED,
    TO_POLL,
    TO_SECTION,
    TO_SUBMIT,
    WALL,
    WHOLE,
    Sitting,
    entered,
    plan,
)

ITEM = ItemId("one-1")

# One event of each kind; those that name something name what the SECTION and BETWEEN moments below expect.
EVENTS: dict[str, Event] = {
    "opened": Opened(plan=plan(), proctor=PROCTOR),
    "confirmed": IdentityConfirmed(),
    "rejected": IdentityRejected(),
    "accepted": AgreementAccepted(),
    "declined": AgreementDeclined(),
    "entered": entered("one"),
    "presented": ItemPresented(item=ITEM),
    "review": ReviewOpened(),
    "answered": Answered(item=ITEM, response=RESPONSE, value=("A",)),
    "edited": TextEdited(item=ITEM, response=RESPONSE, at=0, deleted=0, inserted="x"),
    "flagged": Flagged(item=ITEM, flagged=True),
    "attempt": AttemptSubmitted(item=ITEM),
    "commented": Commented(item=ITEM, text="This is unclear."),
    "marked": Marked(item=ITEM, tool=Tool.HIGHLIGHTER, response=RESPONSE, value=("0 4",)),
    "adjusted": Adjusted(setting="text-size", value="150"),
    "passed": TimePassed(),
    "expired": TimeExpired(),
    "ended": SectionEnded(),
    "break-ended": BreakEnded(),
    "paused": Paused(reason=PauseReason.PROCTOR),
    "resumed": Resumed(proctor=PROCTOR),
    "moved": Moved(
        from_seat=SeatId("seat-01"),
        to_seat=SeatId("seat-02"),
        proctor=PROCTOR,
        records=0,  # as many as there are, see ``happens``
        head=Digest("cd" * 32),
        certificate=b"certificate",
    ),
    "extended": TimeExtended(proctor=PROCTOR, extra_ms=MINUTE, note="noise"),
    "noted": IncidentNoted(proctor=PROCTOR, note="noise"),
    "submitted": Submitted(),
    "skipped": PollSkipped(),
    "finished": Finished(),
    "closed": Closed(proctor=PROCTOR, reason=CloseReason.OTHER, note=""),
}

# An item of the section can be handed in, remarked on and marked, so that everything can happen.
ANYTHING_GOES = ItemPlan(
    item=ITEM,
    control=SessionControl(max_attempts=0, allow_comment=True).within(DEFAULT_CONTROL),
    tools=(Tool.HIGHLIGHTER,),
)
EVERYTHING = plan(
    *(
        replace(each, individual=True, item_plans=(ANYTHING_GOES,)) if each.identifier == "one" else each
        for each in WHOLE
    )
)

# The moments of a day. SECTION is one whose item was on the screen and whose time is used up, so that everything can happen.
MOMENTS: dict[str, tuple[Event, ...]] = {
    "identity": (),
    "agreement": (IdentityConfirmed(),),
    "between": TO_FIRST_SCORED,
    "section": (*TO_SECTION, ItemPresented(item=ITEM)),
    "break": TO_BREAK,
    "submit": TO_SUBMIT,
    "poll": TO_POLL,
    "complete": TO_COMPLETE,
    "finished": TO_FINISHED,
    "declined": (IdentityRejected(),),
    "closed": (Closed(proctor=PROCTOR, reason=CloseReason.OTHER, note=""),),
}

ALWAYS = {"passed", "paused", "noted", "closed", "adjusted", "moved"}
ALLOWED: dict[str, set[str]] = {
    "identity": ALWAYS | {"confirmed", "rejected"},
    "agreement": ALWAYS | {"accepted", "declined"},
    "between": ALWAYS | {"entered", "extended"},
    "section": ALWAYS
    | {"presented", "review", "answered", "edited", "flagged", "attempt", "commented", "marked"}
    | {"expired", "ended", "extended"},
    "break": ALWAYS | {"break-ended"},
    "submit": ALWAYS | {"submitted"},
    "poll": ALWAYS | {"skipped"},
    "complete": ALWAYS | {"finished"},
    "finished": set(),
    "declined": set(),
    "closed": set(),
}
WHILE_PAUSED = {"passed", "paused", "resumed", "noted", "closed", "adjusted", "moved"}
OVER = {"finished", "declined", "closed"}


def at(moment: str) -> Sitting:
    sitting = Sitting(EVERYTHING)
    sitting.all(MOMENTS[moment])
    if moment == "section":
        sitting.happen(TimePassed(), tick_ms=10 * MINUTE)
    return sitting


def happens(sitting: Sitting, event: Event) -> bool:
    before = sitting.session
    if isinstance(event, Moved):
        event = replace(event, records=before.next_n)
    record = Record(n=before.next_n, tick_ms=0, wall=WALL, event=event)
    try:
        after, _ = step(before, record)
    except EventNotAllowed as error:
        assert error.session is before  # noqa: PT017 - either outcome is right, each has its own check
        assert sitting.session == before
        return False
    assert after.next_n == before.next_n + 1
    return True


def test_the_table_knows_every_event() -> None:
    assert {type(event) for event in EVENTS.values()} == set(get_args(Event))


def test_the_moments_are_what_they_are_called() -> None:
    reached = {moment: at(moment).session.phase for moment in MOMENTS}
    assert set(reached.values()) == set(Phase)
    assert reached["poll"] is Phase.BETWEEN


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("name", EVENTS)
def test_what_may_happen_when(moment: str, name: str) -> None:
    assert happens(at(moment), EVENTS[name]) == (name in ALLOWED[moment])


@pytest.mark.parametrize("moment", sorted(set(MOMENTS) - OVER))
@pytest.mark.parametrize("name", EVENTS)
def test_what_may_happen_while_the_screen_is_covered(moment: str, name: str) -> None:
    sitting = at(moment)
    sitting.happen(Paused(reason=PauseReason.PROCTOR))
    # More time can be given during a pause, but only where there is time to give.
    extended = name == "extended" and moment in ("between", "section")
    assert happens(sitting, EVENTS[name]) == (name in WHILE_PAUSED or extended)


MOVED = EVENTS["moved"]


def test_a_session_that_moves_is_at_the_new_seat() -> None:
    assert isinstance(MOVED, Moved)
    sitting = at("section")
    assert sitting.session.seat == "seat-01"
    first = sitting.happen(replace(MOVED, records=sitting.session.next_n))
    assert (first.seat, first.moved_to) == ("seat-02", ("seat-02",))
    assert first.answers == at("section").session.answers
    back = replace(MOVED, from_seat=SeatId("seat-02"), to_seat=SeatId("seat-01"), records=first.next_n)
    assert sitting.happen(back).moved_to == ("seat-02", "seat-01")


@pytest.mark.parametrize(("seat", "more"), [("seat-03", 0), ("seat-01", 1), ("seat-01", -1)])
def test_a_session_leaves_the_seat_it_is_at_with_all_it_has(seat: str, more: int) -> None:
    assert isinstance(MOVED, Moved)
    sitting = at("section")
    with pytest.raises(EventNotAllowed):
        sitting.happen(replace(MOVED, from_seat=SeatId(seat), records=sitting.session.next_n + more))
    assert sitting.session.seat == "seat-01"


@pytest.mark.parametrize("moment", sorted(set(MOMENTS) - OVER))
def test_a_pause_goes_where_it_came_from(moment: str) -> None:
    sitting = at(moment)
    before = sitting.session
    sitting.happen(Paused(reason=PauseReason.PROCTOR))
    assert sitting.session.pause is PauseReason.PROCTOR
    after = sitting.happen(Resumed(proctor=PROCTOR), tick_ms=5 * MINUTE)
    assert (after.phase, after.spent_ms, after.break_spent_ms, after.pause) == (
        before.phase,
        before.spent_ms,
        before.break_spent_ms,
        None,
    )
