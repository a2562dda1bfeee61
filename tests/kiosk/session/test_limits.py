"""Time limits inside one another: the tightest binds, the outermost that is over ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exam_packages.ids import ItemId, PartId, SectionId
from exam_packages.session_events import (
    Answered,
    BreakEnded,
    Event,
    IdentityConfirmed,
    ItemPlan,
    ItemPresented,
    LimitLevel,
    LimitPlan,
    ReviewOpened,
    SectionEnded,
    SectionPlan,
    TimeExpired,
    TimeExtended,
    TimePassed,
)
from kiosk.session import EventNotAllowed, Phase, Why
from kiosk.session.leaving import Hindrance, of_item, of_section
from kiosk.session.machine import LATE_GRACE_MS
from tests.kiosk.session.plans import MINUTE, PROCTOR, RESPONSE, Sitting, entered, plan, section

ONE, TWO, THREE = (ItemId(f"one-{n}") for n in (1, 2, 3))
INNER = SectionId("inner")


def shown(item: ItemId) -> ItemPresented:
    return ItemPresented(item=item)


def answered(item: ItemId) -> Answered:
    return Answered(item=item, response=RESPONSE, value=("A",))


def sitting(*sections: SectionPlan, limits: tuple[LimitPlan, ...] = ()) -> Sitting:
    made = Sitting(plan(*sections, has_agreement=False, limits=limits))
    made.happen(IdentityConfirmed())
    return made


def of(level: LimitLevel, scope: str, **more: int | bool) -> LimitPlan:
    return LimitPlan(level=level, scope=scope, **more)  # type: ignore[arg-type]


WHOLE_TEST = of(LimitLevel.TEST, "form", max_ms=15 * MINUTE)


class TestWhichBinds:
    def test_the_least_time_left_over_everything_that_covers_the_item(self) -> None:
        plans = (ItemPlan(item=ONE, path=(INNER,), max_ms=2 * MINUTE), ItemPlan(item=TWO, path=(INNER,)))
        made = sitting(
            replace(section("one", limit=10 * MINUTE), item_plans=plans),
            limits=(WHOLE_TEST, of(LimitLevel.SECTION, INNER, max_ms=5 * MINUTE)),
        )
        made.happen(entered("one"))
        lefts = [made.happen(event).time_left_ms for event in (TimePassed(), shown(ONE), shown(TWO), shown(THREE))]
        assert lefts == [10 * MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE]

    def test_the_test_counts_the_time_of_all_scored_sections(self) -> None:
        made = sitting(section("one", limit=10 * MINUTE), section("two", limit=10 * MINUTE), limits=(WHOLE_TEST,))
        made.all((entered("one"), shown(ONE)))
        made.happen(SectionEnded(), tick_ms=9 * MINUTE)
        assert made.session.time_left_ms == 6 * MINUTE

    def test_an_items_clock_stands_still_while_another_or_the_review_is_on_the_screen(self) -> None:
        made = sitting(section("one"))
        made.all((entered("one"), shown(ONE)))
        made.happen(shown(TWO), tick_ms=1_000)
        made.happen(ReviewOpened(), tick_ms=2_000)
        made.happen(shown(ONE), tick_ms=4_000)
        made.happen(TimePassed(), tick_ms=8_000)
        assert made.session.item_ms == {ONE: 9_000, TWO: 2_000}
        assert made.session.spent_ms == (15_000,)

    def test_a_proctors_time_is_added_to_everything_around(self) -> None:
        plans = (ItemPlan(item=ONE, path=(INNER,), max_ms=2 * MINUTE),)
        made = sitting(
            replace(section("one", limit=10 * MINUTE), item_plans=plans),
            limits=(WHOLE_TEST, of(LimitLevel.SECTION, INNER, max_ms=2 * MINUTE)),
        )
        made.all((entered("one"), shown(ONE)))
        made.happen(TimeExtended(proctor=PROCTOR, extra_ms=MINUTE, note="noise"))
        assert made.session.time_left_ms == 3 * MINUTE
        assert made.happen(shown(TWO)).time_left_ms == 11 * MINUTE

    def test_a_test_with_a_limit_of_its_own_only_can_be_extended(self) -> None:
        made = sitting(section("one"), limits=(WHOLE_TEST,))
        made.happen(TimeExtended(proctor=PROCTOR, extra_ms=MINUTE, note="noise"))
        assert made.session.time_left_ms == 16 * MINUTE


class TestWhatEnds:
    def test_an_item_closes_and_the_section_goes_on(self) -> None:
        made = sitting(replace(section("one"), item_plans=(ItemPlan(item=ONE, max_ms=MINUTE),)))
        made.all((entered("one"), shown(ONE), answered(ONE)))
        made.happen(TimeExpired(), tick_ms=MINUTE)
        assert made.session.phase is Phase.SECTION
        assert made.session.closed == {ONE}
        assert made.session.time_left_ms is None
        with pytest.raises(EventNotAllowed, match="no more answers") as refused:
            made.happen(answered(ONE))
        assert refused.value.why is Why.CLOSED
        made.all((shown(TWO), answered(TWO)))

    def test_an_inner_section_closes_with_all_its_items(self) -> None:
        plans = tuple(ItemPlan(item=item, path=(INNER,)) for item in (ONE, TWO))
        limits = (of(LimitLevel.SECTION, INNER, max_ms=MINUTE),)
        made = sitting(replace(section("one"), item_plans=plans), limits=limits)
        made.all((entered("one"), shown(ONE)))
        made.happen(shown(TWO), tick_ms=MINUTE // 2)
        made.happen(TimeExpired(), tick_ms=MINUTE // 2)
        assert made.session.closed == {ONE, TWO}
        with pytest.raises(EventNotAllowed, match="still is time"):
            made.happen(TimeExpired(), tick_ms=MINUTE)

    def test_a_part_ends_with_all_its_sections(self) -> None:
        first, second = (replace(section(name), part=PartId("a")) for name in ("one", "two"))
        last = replace(section("three"), part=PartId("b"))
        made = sitting(first, second, last, limits=(of(LimitLevel.PART, "a", max_ms=MINUTE),))
        made.happen(entered("one"))
        assert made.happen(TimeExpired(), tick_ms=MINUTE).section == last
        assert made.session.phase is Phase.BETWEEN

    def test_the_test_ends_everything(self) -> None:
        made = sitting(section("one", break_after=MINUTE), section("two"), limits=(WHOLE_TEST,))
        made.happen(entered("one"))
        assert made.happen(TimeExpired(), tick_ms=15 * MINUTE).phase is Phase.SUBMIT

    def test_the_outermost_that_is_over_ends(self) -> None:
        plans = (ItemPlan(item=ONE, max_ms=MINUTE),)
        made = sitting(replace(section("one", limit=2 * MINUTE), item_plans=plans), section("two"))
        made.all((entered("one"), shown(ONE)))
        assert made.happen(TimeExpired(), tick_ms=3 * MINUTE).phase is Phase.BETWEEN
        assert made.session.closed == frozenset()

    def test_what_was_spent_on_a_closed_item_binds_no_more(self) -> None:
        made = sitting(replace(section("one", limit=9 * MINUTE), item_plans=(ItemPlan(item=ONE, max_ms=MINUTE),)))
        made.all((entered("one"), shown(ONE)))
        made.happen(TimeExpired(), tick_ms=MINUTE)
        assert made.happen(TimePassed(), tick_ms=MINUTE).ends_in_ms == 7 * MINUTE


class TestLate:
    def test_late_answers_are_accepted_and_marked_where_that_is_allowed(self) -> None:
        made = sitting(replace(section("one", limit=MINUTE), allow_late=True))
        made.all((entered("one"), shown(ONE)))
        made.happen(answered(ONE), tick_ms=MINUTE)
        assert (made.session.late, made.session.time_left_ms, made.session.ends_in_ms) == (frozenset(), 0, None)
        made.happen(answered(ONE), tick_ms=1)
        assert made.session.late == {ONE}
        with pytest.raises(EventNotAllowed, match="still is time"):
            made.happen(TimeExpired(), tick_ms=99 * MINUTE)

    def test_a_limit_around_it_ends_what_is_late(self) -> None:
        made = sitting(replace(section("one", limit=MINUTE), allow_late=True), limits=(WHOLE_TEST,))
        made.all((entered("one"), shown(ONE)))
        made.happen(answered(ONE), tick_ms=15 * MINUTE + LATE_GRACE_MS)
        assert made.session.is_late
        with pytest.raises(EventNotAllowed, match="used up") as refused:
            made.happen(answered(ONE), tick_ms=1)
        assert refused.value.why is Why.TIME_IS_UP
        assert made.happen(TimeExpired()).phase is Phase.SUBMIT


class TestShortestTimes:
    def linear(self, **more: object) -> SectionPlan:
        return replace(section("one", linear=True, limit=9 * MINUTE), **more)  # type: ignore[arg-type]

    def test_an_item_is_not_left_before_its_time(self) -> None:
        made = sitting(self.linear(item_plans=(ItemPlan(item=ONE, min_ms=MINUTE),)))
        made.all((entered("one"), shown(ONE)))
        made.happen(TimePassed(), tick_ms=20_000)
        assert of_item(made.session, to=TWO) == Hindrance(why=Why.TOO_EARLY, item=ONE, wait_ms=40_000)
        for event in (shown(TWO), SectionEnded()):
            with pytest.raises(EventNotAllowed) as refused:
                made.happen(event)
            assert refused.value.why is Why.TOO_EARLY
        made.happen(shown(TWO), tick_ms=40_000)

    def test_an_inner_section_is_not_left_before_its_time(self) -> None:
        plans = tuple(ItemPlan(item=item, path=(INNER,)) for item in (ONE, TWO))
        made = sitting(self.linear(item_plans=plans), limits=(of(LimitLevel.SECTION, INNER, min_ms=MINUTE),))
        made.all((entered("one"), shown(ONE), shown(TWO)))
        with pytest.raises(EventNotAllowed):
            made.happen(shown(THREE), tick_ms=MINUTE - 1)
        made.happen(shown(THREE), tick_ms=MINUTE)

    def test_time_that_is_up_lets_go(self) -> None:
        made = sitting(self.linear(min_ms=99 * MINUTE))
        made.happen(entered("one"))
        assert of_section(made.session) == Hindrance(why=Why.TOO_EARLY, wait_ms=99 * MINUTE)
        assert made.happen(TimeExpired(), tick_ms=9 * MINUTE).phase is Phase.SUBMIT

    def test_in_nonlinear_parts_sections_and_items_have_no_shortest_time(self) -> None:
        made = sitting(
            replace(self.linear(min_ms=MINUTE, item_plans=(ItemPlan(item=ONE, min_ms=MINUTE),)), linear=False)
        )
        made.all((entered("one"), shown(ONE), shown(TWO), SectionEnded()))

    def test_the_test_has_one_with_its_last_section(self) -> None:
        made = sitting(section("one"), section("two"), limits=(of(LimitLevel.TEST, "form", min_ms=3 * MINUTE),))
        made.happen(entered("one"))
        made.happen(SectionEnded(), tick_ms=MINUTE)
        made.happen(entered("two"))
        with pytest.raises(EventNotAllowed):
            made.happen(SectionEnded(), tick_ms=MINUTE)
        assert made.happen(SectionEnded(), tick_ms=2 * MINUTE).phase is Phase.SUBMIT


def test_a_break_after_a_part_that_ran_out_is_that_of_its_last_section() -> None:
    first = replace(section("one"), part=PartId("a"))
    second = replace(section("two", break_after=2 * MINUTE), part=PartId("a"))
    made = sitting(first, second, section("three"), limits=(of(LimitLevel.PART, "a", max_ms=MINUTE),))
    made.happen(entered("one"))
    made.happen(TimeExpired(), tick_ms=MINUTE)
    assert (made.session.phase, made.session.break_left_ms) == (Phase.BREAK, 2 * MINUTE)
    ends: tuple[Event, ...] = (BreakEnded(), entered("three"))
    assert made.all(ends).phase is Phase.SECTION


def test_a_review_lets_no_item_run_out() -> None:
    made = sitting(replace(section("one", limit=10 * MINUTE), item_plans=(ItemPlan(item=ONE, max_ms=2 * MINUTE),)))
    made.all((entered("one"), shown(ONE)))
    assert made.session.time_left_ms == 2 * MINUTE
    made.happen(ReviewOpened())
    assert made.session.ends_in_ms == 10 * MINUTE
    made.happen(shown(ONE))
    assert made.session.ends_in_ms == 2 * MINUTE
