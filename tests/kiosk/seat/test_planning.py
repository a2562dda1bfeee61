from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.accommodations import Accommodations
from exam_packages.ids import AppointmentId, CandidateId, Digest, ExamId, SeatId, SessionId, UtcMs
from exam_packages.qti.model import AssessmentTest, Exam, PartRole, SessionControl, TimeLimits, Tool
from exam_packages.qti.selecting import select_form
from exam_packages.rosters import Appointment
from exam_packages.session_events import ItemPlan, LimitLevel, SectionKind, SectionPlan, SessionPlan
from kiosk.seat.planning import Sitting, plan_session
from kiosk.seat.session_ids import session_id
from kiosk.seat.stretching import Stretch, time_of
from signing.errors import ContentRefused
from tests.exam_packages.qti.forms import constant, form, jump, part, ref, section
from tests.exam_packages.qti.forms import exam as made
from tests.exam_packages.qti.samples import exam

SITTING = Sitting(
    session=SessionId("01M3250V007ZB7EDAGX9CD8NQZ"),
    package=Digest("ab" * 32),
    seat=SeatId("seat-01"),
    released_by="file",
    seed="00112233445566778899aabbccddeeff",
)
MINUTE = 60_000


def appointment(**needs: object) -> Appointment:
    return Appointment(
        appointment=AppointmentId("a"),
        candidate=CandidateId("c"),
        name="Ana Ruiz",
        exam=ExamId("ccm-operations"),
        day="2026-09-21",
        start=UtcMs(0),
        accommodations=Accommodations(**needs),  # type: ignore[arg-type]
    )


@pytest.fixture
def sample() -> Exam:
    return exam("contact-center-form-a")


def test_a_plan_follows_the_form(sample: Exam) -> None:
    plan = plan_session(sample, appointment(), SITTING)
    assert [section.kind for section in plan.sections] == [
        SectionKind.TUTORIAL,
        SectionKind.SCORED,
        SectionKind.SCORED,
        SectionKind.POLL,
    ]
    assert [section.time_limit_ms for section in plan.sections] == [None, 80 * MINUTE, 80 * MINUTE, None]
    assert plan.sections[1].break_after_ms == 10 * MINUTE
    assert plan.has_agreement
    refs = sample.test.item_refs(PartRole.SCORED)
    assert [item for section in plan.sections[1:3] for item in section.items] == [ref.identifier for ref in refs]


def test_accommodations_are_applied_when_the_plan_is_made(sample: Exam) -> None:
    plan = plan_session(sample, appointment(extra_time_percent=50, codes=("text-to-speech",)), SITTING)
    assert plan.sections[1].time_limit_ms == 80 * MINUTE * 3 // 2
    assert plan.sections[1].break_after_ms == 10 * MINUTE
    assert (plan.extra_time_percent, plan.accommodations.codes) == (50, ("text-to-speech",))


@given(limit=st.integers(1, 10**8), percent=st.integers(0, 400))
def test_extra_time_is_never_rounded_against_the_candidate(limit: int, percent: int) -> None:
    given_ms = Stretch(factor=Fraction(100 + percent, 100)).of(limit)
    assert given_ms is not None
    assert limit * (100 + percent) <= given_ms * 100 < limit * (100 + percent) + 100


@pytest.mark.parametrize(
    "order",
    [
        (PartRole.SCORED, PartRole.TUTORIAL),
        (PartRole.POLL, PartRole.SCORED),
        (PartRole.TUTORIAL, PartRole.AGREEMENT, PartRole.SCORED),
        (PartRole.TUTORIAL,),
    ],
)
def test_a_form_in_another_order_is_refused(sample: Exam, order: tuple[PartRole, ...]) -> None:
    parts = tuple(replace(sample.test.parts[0], role=role) for role in order)
    with pytest.raises(ContentRefused):
        plan_session(replace(sample, test=replace(sample.test, parts=parts)), appointment(), SITTING)


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_session_ids_sort_by_time(first: int, second: int, random: bytes) -> None:
    one, two = session_id(UtcMs(first), random), session_id(UtcMs(second), random)
    assert len(one) == 26
    assert (one < two) == (first < second)


# -- structure: made of values, not of the samples -----------------------------------------------------------------------


def planned(test: AssessmentTest, seed: str = SITTING.seed, **needs: object) -> SessionPlan:
    return plan_session(made(test), appointment(**needs), replace(SITTING, seed=seed))


def only(plan: SessionPlan) -> SectionPlan:
    (found,) = plan.sections
    return found


def item_plan(plan: SessionPlan, name: str) -> ItemPlan:
    return next(each for section in plan.sections for each in section.item_plans if each.item == name)


class TestStructure:
    def test_sections_in_sections_become_paths(self) -> None:
        inner = section("in", "b", section("inner", "c"))
        plan = planned(form(part("p", section("s", "a", inner), individual=True)))
        assert only(plan).items == ("a", "b", "c")
        assert item_plan(plan, "c").path == ("in", "inner")
        assert (only(plan).part, only(plan).individual, only(plan).linear) == ("p", True, True)
        assert [each.item for each in only(plan).item_plans] == ["b", "c"]  # nothing is said of what is as usual

    def test_selection_and_order_come_from_the_seed(self) -> None:
        test = form(part("p", section("s", *"abcdefgh", select=4, shuffle=True)))
        plans = {planned(test, seed=f"{n:032x}").sections[0].items for n in range(20)}
        assert len(plans) > 10
        assert all(len(set(items)) == 4 for items in plans)
        assert planned(test).sections == planned(test).sections
        assert planned(test).seed == SITTING.seed

    def test_a_section_of_which_nothing_was_selected_is_not_in_the_plan(self) -> None:
        test = form(part("p", section("s", section("t", "a"), section("u", "b"), select=1)))
        assert len(only(planned(test)).items) == 1

    def test_control_is_resolved_from_part_to_item(self) -> None:
        test = form(
            part(
                "p",
                section("s", ref("a", control=SessionControl(max_attempts=3)), "b"),
                individual=True,
                control=SessionControl(max_attempts=2, allow_comment=True),
            )
        )
        attempts = {name: item_plan(planned(test), name).control for name in "ab"}
        assert (attempts["a"].max_attempts, attempts["b"].max_attempts) == (3, 2)
        assert attempts["a"].allow_comment
        assert attempts["a"].allow_review

    def test_what_asks_for_nothing_can_always_be_passed(self) -> None:
        exam = made(form(part("p", section("s", "a"), control=SessionControl(allow_skipping=False))))
        assert not item_plan(plan_session(exam, appointment(), SITTING), "a").control.allow_skipping
        silent = {path: replace(item, response_declarations=()) for path, item in exam.items.items()}
        assert only(plan_session(replace(exam, items=silent), appointment(), SITTING)).item_plans == ()

    def test_conditions_and_jumps_say_what_may_fall_away(self) -> None:
        test = form(
            part(
                "p",
                section("s", ref("a", branch_rules=(jump("d"),)), "b", "c", "d"),
                section("t", ref("e", pre_conditions=(constant("true"),)), "f"),
            )
        )
        plan = planned(test)
        assert [each.item for section in plan.sections for each in section.item_plans] == ["b", "c", "e"]

    def test_rules_of_items_mean_nothing_in_nonlinear_parts(self) -> None:
        rules = ref("a", branch_rules=(jump("c"),), pre_conditions=(constant("true"),))
        assert only(planned(form(part("p", section("s", rules, "b", "c"), linear=False)))).item_plans == ()

    def test_a_part_may_fall_away_by_its_own_condition_or_a_jump(self) -> None:
        first = part("p", section("s", "a"), branch_rules=(jump("r"),))
        plan = planned(form(first, part("q", section("t", "b")), part("r", section("u", "c"))))
        assert [section.is_conditional for section in plan.sections] == [False, True, True]
        gone = part("q", section("t", "b"), pre_conditions=(constant("true"),))
        assert [s.is_conditional for s in planned(form(part("p", section("s", "a")), gone)).sections] == [False, True]


class TestTools:
    def tools(self, *given: Tool, prohibited: tuple[str, ...] = ()) -> tuple[Tool, ...]:
        test = form(
            part("p", section("s", ref("a", tools=frozenset({Tool.NOTES})), tools=frozenset({Tool.CALCULATOR}))),
            tools=frozenset({Tool.HIGHLIGHTER}),
        )
        plan = planned(test, tools=tuple(sorted(given)), prohibited=prohibited)
        return next(iter(only(plan).item_plans)).tools

    def test_the_package_and_the_candidates_needs_add_up(self) -> None:
        assert self.tools(Tool.LINE_READER) == (Tool.CALCULATOR, Tool.HIGHLIGHTER, Tool.LINE_READER, Tool.NOTES)

    def test_prohibitions_win_over_both(self) -> None:
        left = self.tools(Tool.LINE_READER, prohibited=("calculator-on-screen", "line-reader"))
        assert left == (Tool.HIGHLIGHTER, Tool.NOTES)

    def test_companion_materials_of_an_item_count(self) -> None:
        exam = made(form(part("p", section("s", "a"))))
        items = {path: replace(item, tools=frozenset({Tool.CALCULATOR})) for path, item in exam.items.items()}
        plan = plan_session(replace(exam, items=items), appointment(), SITTING)
        assert item_plan(plan, "a").tools == (Tool.CALCULATOR,)


def seconds(most: float | None = None, least: float = 0.0, *, late: bool = False) -> TimeLimits:
    return TimeLimits(min_s=least, max_s=most, allow_late=late)


class TestTime:
    test = form(
        part(
            "p",
            section(
                "s",
                ref("a", time_limits=seconds(60, least=30)),
                section("in", "b", time_limits=seconds(120)),
                time_limits=seconds(600, late=True),
            ),
            section("t", "c", time_limits=seconds(1200)),
            time_limits=seconds(1500),
        ),
        time_limits=seconds(3000, least=100),
    )

    def limits(self, **needs: Any) -> list[int | None]:
        plan = planned(self.test, **needs)
        inside = [item_plan(plan, "a").max_ms, *(section.time_limit_ms for section in plan.sections)]
        return [*(limit.max_ms for limit in plan.limits), *inside]

    def test_every_limit_has_its_place(self) -> None:
        plan = planned(self.test)
        assert [(each.level, each.scope) for each in plan.limits] == [
            (LimitLevel.TEST, "form"),
            (LimitLevel.PART, "p"),
            (LimitLevel.SECTION, "in"),
        ]
        assert self.limits() == [3_000_000, 1_500_000, 120_000, 60_000, 600_000, 1_200_000]
        assert (plan.limits[0].min_ms, item_plan(plan, "a").min_ms) == (100_000, 30_000)
        assert [section.allow_late for section in plan.sections] == [True, False]

    def test_a_multiplier_makes_all_longest_times_longer_and_no_shortest(self) -> None:
        assert self.limits(extra_time_percent=50) == [4_500_000, 2_250_000, 180_000, 90_000, 900_000, 1_800_000]
        plan = planned(self.test, extra_time_percent=50)
        assert (plan.limits[0].min_ms, item_plan(plan, "a").min_ms) == (100_000, 30_000)

    def test_fixed_minutes_are_the_whole_tests_and_shared_out(self) -> None:
        # 15 minutes are 30 percent of the test's 50.
        assert self.limits(fixed_minutes=15) == [3_900_000, 1_950_000, 156_000, 78_000, 780_000, 1_560_000]

    def test_unlimited_time_lifts_every_limit_and_keeps_the_shortest(self) -> None:
        plan = planned(self.test, unlimited_time=True)
        assert [(each.max_ms, each.min_ms) for each in plan.limits] == [(None, 100_000)]
        assert [section.time_limit_ms for section in plan.sections] == [None, None]
        assert not plan.sections[0].allow_late

    def test_prohibited_extra_time_is_none(self) -> None:
        assert self.limits(extra_time_percent=50, prohibited=("additional-testing-time",)) == self.limits()

    def test_breaks_grow_where_there_are_some(self) -> None:
        test = form(part("p", section("s", "a", break_after_s=60), section("t", "b")))
        assert [s.break_after_ms for s in planned(test, break_minutes=5).sections] == [6 * MINUTE, 0]

    @pytest.mark.parametrize(
        ("test", "minutes"),
        [
            (form(part("p", section("s", "a"))), 0),
            (form(part("p", section("s", "a"), time_limits=seconds(120)), part("q", section("t", "b"))), 2),
            (form(part("p", section("s", "a", section("t", "b", time_limits=seconds(60))), linear=False)), 1),
            (form(part("p", section("s", *[ref(n, time_limits=seconds(60)) for n in "abc"], select=2))), 2),
            (form(part("p", section("s", "a", time_limits=seconds(60)), role=PartRole.POLL)), 0),
        ],
    )
    def test_the_time_of_a_test_is_that_of_what_has_one(self, test: AssessmentTest, minutes: int) -> None:
        assert time_of(select_form(test, SITTING.seed)) == minutes * MINUTE

    def test_fixed_minutes_change_nothing_where_nothing_is_timed(self) -> None:
        assert only(planned(form(part("p", section("s", "a"))), fixed_minutes=10)).time_limit_ms is None
