"""What the clock says, by limits inside one another."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import ItemId, ProctorId, SectionId
from exam_packages.session_events import (
    IdentityConfirmed,
    ItemPlan,
    ItemPresented,
    LimitLevel,
    LimitPlan,
    Paused,
    PauseReason,
    Resumed,
    ReviewOpened,
    SectionEnded,
    SectionEntered,
    TimeExpired,
    TimeExtended,
    TimePassed,
)
from kiosk.session import leaving
from kiosk.session.limits import Scope
from tests.kiosk.session.plans import Sitting, plan, section
from ui.window import time_state
from ui.window.time_state import MINUTE_MS, TimeView, Warned

ONE = ItemId("one-1")


def sitting(item: ItemPlan | None = None, *, minutes: int | None = 40, **more: object) -> Sitting:
    """A session in its section, at its first item."""
    only = replace(section("one", limit=None if minutes is None else minutes * MINUTE_MS), **more)  # type: ignore[arg-type]
    made = Sitting(plan(replace(only, item_plans=(item,) if item else ()), has_agreement=False))
    for event in (IdentityConfirmed(), SectionEntered(section=SectionId("one")), ItemPresented(item=ONE)):
        made.happen(event)
    return made


def view(left_ms: int, *, scope: Scope = Scope.SECTION, given_ms: int = 40 * MINUTE_MS) -> TimeView:
    return TimeView(scope=scope, name="one", left_ms=left_ms, given_ms=given_ms, is_only=True)


def test_the_clock_shows_the_least_time_and_what_it_is_for() -> None:
    made = sitting(ItemPlan(item=ONE, max_ms=2 * MINUTE_MS))
    now = time_state.time_view(made.session, 30_000)
    assert now is not None
    assert (now.scope, now.name, now.left_ms, now.is_only) == (Scope.ITEM, "one-1", 90_000, False)
    made.happen(ItemPresented(item=ItemId("one-2")))
    now = time_state.time_view(made.session, 1_000)
    assert now is not None
    assert (now.scope, now.left_ms, now.is_only) == (Scope.SECTION, 40 * MINUTE_MS - 1_000, True)


def test_nothing_is_shown_without_a_limit_and_while_no_clock_runs() -> None:
    assert time_state.time_view(sitting(minutes=None).session, 0) is None
    made = sitting()
    made.happen(Paused(reason=PauseReason.PROCTOR))
    assert time_state.time_view(made.session, 0) is None


def test_what_is_over_and_ends_nothing_hides_no_limit_that_will() -> None:
    made = sitting(ItemPlan(item=ONE, max_ms=MINUTE_MS, allow_late=True))
    now = time_state.time_view(made.session, 2 * MINUTE_MS)
    assert now is not None
    assert (now.scope, now.is_late, now.left_ms) == (Scope.SECTION, False, 38 * MINUTE_MS)
    assert time_state.late_scopes(made.session, 2 * MINUTE_MS) == {Scope.ITEM}
    assert time_state.over(made.session, 2 * MINUTE_MS) is None


def test_where_only_late_limits_are_over_the_time_is_up_and_work_goes_on() -> None:
    made = sitting(minutes=1, allow_late=True)
    now = time_state.time_view(made.session, 61_000)
    assert now is not None
    assert (now.is_late, now.left_ms) == (True, 0)
    assert time_state.over(made.session, 61_000) is None


def test_what_ends_first_is_the_outermost() -> None:
    made = sitting(ItemPlan(item=ONE, max_ms=MINUTE_MS), minutes=1)
    assert time_state.over(made.session, MINUTE_MS - 1) is None
    ended = time_state.over(made.session, MINUTE_MS)
    assert ended is not None
    assert ended.scope is Scope.SECTION


def test_what_has_to_last_is_counted_down_but_an_item_waits_during_a_review() -> None:
    made = sitting(ItemPlan(item=ONE, min_ms=60_000), linear=True)
    hindrance = leaving.of_item(made.session, to=ItemId("one-2"))
    assert time_state.wait_ms(made.session, hindrance, 18_000) == 42_000
    made.happen(ReviewOpened())
    assert time_state.wait_ms(made.session, leaving.of_section(made.session), 18_000) == 60_000
    assert time_state.wait_ms(made.session, None, 0) == 0


def test_what_happened_between_two_states() -> None:
    made = sitting()
    before = made.session
    made.happen(Paused(reason=PauseReason.PROCTOR))
    made.happen(TimeExtended(proctor=ProctorId("p1"), extra_ms=600_000, note="fire alarm"))
    made.happen(Resumed(proctor=ProctorId("p1")))
    assert time_state.time_given(before, made.session) == 600_000
    before = made.session
    made.happen(TimePassed(), 30 * MINUTE_MS)
    made.happen(TimeExpired(), 20 * MINUTE_MS)
    assert time_state.ended_by_time(before, made.session) is Scope.SECTION
    ended = sitting()
    before = ended.session
    ended.happen(SectionEnded())
    assert time_state.ended_by_time(before, ended.session) is None


def test_the_limit_of_the_whole_exam_is_told_as_such() -> None:
    whole = LimitPlan(level=LimitLevel.TEST, scope="form", max_ms=10 * MINUTE_MS)
    made = Sitting(plan(section("one", limit=20 * MINUTE_MS), has_agreement=False, limits=(whole,)))
    for event in (IdentityConfirmed(), SectionEntered(section=SectionId("one")), ItemPresented(item=ONE)):
        made.happen(event)
    before = made.session
    now = time_state.time_view(before, 0)
    assert now is not None
    assert (now.scope, now.name) == (Scope.TEST, "form")
    made.happen(TimeExpired(), 10 * MINUTE_MS)
    assert time_state.ended_by_time(before, made.session) is Scope.TEST


def test_warnings_come_at_their_marks_and_not_at_the_start() -> None:
    def due(before: int, now: int, given: int = 40) -> Warned | None:
        return time_state.warning_due(view(before, given_ms=given * MINUTE_MS), view(now, given_ms=given * MINUTE_MS))

    assert due(30 * MINUTE_MS + 100, 30 * MINUTE_MS) == Warned(scope=Scope.SECTION, mark_ms=30 * MINUTE_MS)
    assert due(30 * MINUTE_MS, 29 * MINUTE_MS) is None
    assert due(16 * MINUTE_MS, 4 * MINUTE_MS) == Warned(scope=Scope.SECTION, mark_ms=5 * MINUTE_MS)
    assert due(30 * MINUTE_MS + 1, 30 * MINUTE_MS, given=30) is None
    assert time_state.warning_due(None, view(5 * MINUTE_MS)) is None
    assert time_state.warning_due(view(5 * MINUTE_MS + 1), None) is None
    assert time_state.warning_due(view(20 * MINUTE_MS), view(4 * MINUTE_MS, scope=Scope.ITEM)) is None


@given(st.lists(st.integers(min_value=1, max_value=5 * MINUTE_MS), min_size=1, max_size=60))
def test_every_mark_is_told_exactly_once_however_the_looks_fall(steps: list[int]) -> None:
    left, told = 60 * MINUTE_MS, []
    for step in [*steps, *([5 * MINUTE_MS] * 12)]:
        now = max(0, left - step)
        warned = time_state.warning_due(view(left, given_ms=60 * MINUTE_MS), view(now, given_ms=60 * MINUTE_MS))
        if warned is not None:
            told.append(warned.mark_ms)
        left = now
    assert told == [30 * MINUTE_MS, 15 * MINUTE_MS, 5 * MINUTE_MS]
