"""Item session control: attempts, review, skipping, comments; marks, looks and breaks beside them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exam_packages.ids import ItemId, ResponseId, SectionId
from exam_packages.qti.model import SessionControl, Tool
from exam_packages.session_events import (
    Adjusted,
    Answered,
    AttemptSubmitted,
    Commented,
    IdentityConfirmed,
    ItemPlan,
    ItemPresented,
    Marked,
    Paused,
    PauseReason,
    Resumed,
    SectionEnded,
    SectionKind,
    Submitted,
    TimePassed,
)
from kiosk.session import EventNotAllowed, Phase, Why
from kiosk.session.machine import RESPONSES_MAX, SETTINGS_MAX
from tests.kiosk.session.plans import MINUTE, PROCTOR, RESPONSE, Sitting, control, entered, plan, section

ONE, TWO, THREE = (ItemId(f"one-{n}") for n in (1, 2, 3))


def shown(item: ItemId) -> ItemPresented:
    return ItemPresented(item=item)


def answered(item: ItemId, *value: str) -> Answered:
    return Answered(item=item, response=RESPONSE, value=value or ("A",))


def submitted(item: ItemId) -> AttemptSubmitted:
    return AttemptSubmitted(item=item)


def at_one(
    of_all: SessionControl,
    *,
    individual: bool = True,
    linear: bool = False,
    tools: tuple[Tool, ...] = (),
    breaks: int = 0,
) -> Sitting:
    plans = tuple(ItemPlan(item=item, control=of_all, tools=tools) for item in (ONE, TWO, THREE))
    one = replace(section("one", linear=linear), individual=individual, item_plans=plans)
    made = Sitting(plan(one, has_agreement=False, breaks=breaks))
    made.all((IdentityConfirmed(), entered("one"), shown(ONE)))
    return made


def refused(made: Sitting, event: object) -> Why:
    before = made.session
    with pytest.raises(EventNotAllowed) as error:
        made.happen(event)  # type: ignore[arg-type]
    assert made.session is before
    return error.value.why


class TestAttempts:
    def test_the_last_allowed_attempt_closes_the_item(self) -> None:
        made = at_one(control(max_attempts=2))
        made.all((answered(ONE), submitted(ONE), answered(ONE, "B"), submitted(ONE)))
        assert made.session.attempts == {ONE: 2}
        assert made.session.closed == {ONE}
        assert refused(made, answered(ONE, "C")) is Why.CLOSED
        assert refused(made, submitted(ONE)) is Why.CLOSED
        assert made.session.answer(ONE, RESPONSE) == ("B",)

    def test_nought_is_without_limit(self) -> None:
        made = at_one(control(max_attempts=0))
        made.all([answered(ONE), *[submitted(ONE)] * 9])
        assert (made.session.attempts, made.session.closed) == ({ONE: 9}, frozenset())

    def test_items_that_are_handed_in_together_have_no_attempts(self) -> None:
        assert refused(at_one(control(), individual=False), submitted(ONE)) is Why.NOT_NOW

    def test_a_closed_item_can_be_seen_again_where_review_is_allowed(self) -> None:
        made = at_one(control())
        made.all((answered(ONE), submitted(ONE), shown(TWO), shown(ONE)))

    def test_and_not_where_it_is_not(self) -> None:
        made = at_one(control(allow_review=False))
        made.all((shown(TWO), shown(ONE), answered(ONE), submitted(ONE), shown(ONE), shown(TWO)))
        assert refused(made, shown(ONE)) is Why.CLOSED


class TestSkipping:
    def test_an_item_that_may_not_be_skipped_is_not_submitted_empty(self) -> None:
        made = at_one(control(allow_skipping=False))
        assert refused(made, submitted(ONE)) is Why.UNANSWERED
        made.all((answered(ONE), submitted(ONE)))

    def test_nor_left_in_a_linear_part(self) -> None:
        made = at_one(control(allow_skipping=False), linear=True)
        made.happen(answered(ONE))
        assert refused(made, shown(TWO)) is Why.UNANSWERED  # answered, and not submitted
        made.all((submitted(ONE), shown(TWO)))

    def test_where_items_are_handed_in_together_an_answer_is_enough(self) -> None:
        made = at_one(control(allow_skipping=False), individual=False, linear=True)
        assert refused(made, shown(TWO)) is Why.UNANSWERED
        made.all((answered(ONE), shown(TWO)))

    def test_a_section_does_not_end_before_all_such_items_are_done(self) -> None:
        made = at_one(control(allow_skipping=False))
        made.all((answered(ONE), submitted(ONE)))
        assert refused(made, SectionEnded()) is Why.UNANSWERED
        made.all([event for item in (TWO, THREE) for event in (shown(item), answered(item), submitted(item))])
        assert made.happen(SectionEnded()).phase is Phase.SUBMIT

    def test_nonlinear_parts_handed_in_together_know_no_skipping(self) -> None:
        made = at_one(control(allow_skipping=False), individual=False)
        made.all((shown(TWO), SectionEnded()))


class TestComments:
    def test_the_last_comment_stands_and_the_empty_one_takes_it_back(self) -> None:
        made = at_one(control(allow_comment=True))
        made.all(Commented(item=ONE, text=text) for text in ("unclear", "Two answers seem right."))
        assert made.session.comments == {ONE: "Two answers seem right."}
        assert made.happen(Commented(item=ONE, text="")).comments == {}

    def test_none_where_they_are_not_asked_for(self) -> None:
        refused(at_one(control()), Commented(item=ONE, text="unclear"))

    def test_none_on_what_is_closed(self) -> None:
        made = at_one(control(allow_comment=True))
        made.all((answered(ONE), submitted(ONE)))
        assert refused(made, Commented(item=ONE, text="unclear")) is Why.CLOSED


class TestMarks:
    def marked(self, *value: str, tool: Tool = Tool.NOTES, response: str = "") -> Marked:
        return Marked(item=ONE, tool=tool, response=ResponseId(response), value=value)

    def test_marks_are_kept_by_tool_and_response(self) -> None:
        made = at_one(control(), tools=(Tool.CHOICE_ELIMINATOR, Tool.NOTES))
        struck = self.marked("A", "C", tool=Tool.CHOICE_ELIMINATOR, response="RESPONSE")
        made.all((self.marked("call back"), struck))
        assert made.session.marks == {
            (ONE, Tool.NOTES, ResponseId("")): ("call back",),
            (ONE, Tool.CHOICE_ELIMINATOR, RESPONSE): ("A", "C"),
        }
        assert set(made.happen(self.marked()).marks) == {(ONE, Tool.CHOICE_ELIMINATOR, RESPONSE)}

    def test_a_tool_that_the_item_does_not_have_marks_nothing(self) -> None:
        refused(at_one(control(), tools=(Tool.HIGHLIGHTER,)), self.marked("call back"))

    def test_closed_items_can_still_be_marked(self) -> None:
        made = at_one(control(), tools=(Tool.NOTES,))
        made.all((answered(ONE), submitted(ONE), self.marked("seen")))

    def test_marks_are_no_answers(self) -> None:
        made = at_one(control(), tools=(Tool.NOTES,))
        assert not made.happen(self.marked("call back")).is_answered(ONE)

    def test_there_are_only_so_many(self) -> None:
        made = at_one(control(), tools=(Tool.NOTES,))
        made.all(self.marked("x", response=f"R{n}") for n in range(RESPONSES_MAX))
        refused(made, self.marked("x", response="one too many"))


class TestLooksAndBreaks:
    def test_the_look_is_remembered_also_during_a_pause(self) -> None:
        made = at_one(control())
        made.all((Adjusted(setting="theme", value="dark"), Paused(reason=PauseReason.PROCTOR)))
        made.happen(Adjusted(setting="theme", value="high-contrast"))
        assert made.session.look == {"theme": "high-contrast"}

    def test_settings_are_few(self) -> None:
        made = at_one(control())
        made.all(Adjusted(setting=f"s{n}", value="x") for n in range(SETTINGS_MAX))
        refused(made, Adjusted(setting="one too many", value="x"))

    def test_a_break_stops_the_clock_as_often_as_was_allowed(self) -> None:
        made = at_one(control(), breaks=1)
        taken = Paused(reason=PauseReason.BREAK)
        made.happen(taken, tick_ms=MINUTE)
        made.happen(TimePassed(), tick_ms=9 * MINUTE)
        made.happen(Resumed(proctor=PROCTOR))
        assert (made.session.spent_ms, made.session.breaks_taken) == ((MINUTE,), 1)
        refused(made, taken)

    def test_nobody_takes_a_break_who_was_not_given_any(self) -> None:
        refused(at_one(control()), Paused(reason=PauseReason.BREAK))

    def test_a_pause_is_not_turned_into_a_break(self) -> None:
        made = at_one(control(), breaks=1)
        made.happen(Paused(reason=PauseReason.PROCTOR))
        refused(made, Paused(reason=PauseReason.BREAK))


class TestConditionalItems:
    def plan_of(self, *conditional: ItemId) -> Sitting:
        plans = tuple(ItemPlan(item=item, conditional=True) for item in conditional)
        made = Sitting(plan(replace(section("one", linear=True), item_plans=plans), has_agreement=False))
        made.all((IdentityConfirmed(), entered("one")))
        return made

    def test_what_may_fall_away_is_passed_over(self) -> None:
        made = self.plan_of(ONE, TWO)
        assert made.happen(shown(THREE)).item == THREE

    def test_nothing_else_is(self) -> None:
        made = self.plan_of(TWO)
        refused(made, shown(THREE))
        made.happen(shown(ONE))
        made.happen(shown(THREE))
        refused(made, shown(TWO))

    def test_whole_sections_fall_away(self) -> None:
        two = section("two")
        gone = replace(two, item_plans=tuple(ItemPlan(item=item, conditional=True) for item in two.items))
        poll = section("poll", SectionKind.POLL)
        made = Sitting(
            plan(
                section("one"),
                gone,
                section("three"),
                replace(gone, identifier=SectionId("four")),
                poll,
                has_agreement=False,
            )
        )
        made.all((IdentityConfirmed(), entered("one"), SectionEnded()))
        refused(made, Submitted())
        made.all((entered("three"), SectionEnded()))
        refused(made, entered("poll"))
        assert made.happen(Submitted()).section == poll
