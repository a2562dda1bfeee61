"""What the item screen knows of a session with rules: standing, attempts, directions, where it goes on."""

from collections.abc import Callable
from typing import Any

import pytest

from exam_packages.accommodations import Accommodations
from exam_packages.ids import ItemId, ProctorId
from exam_packages.qti.model import Exam, SessionControl, TimeLimits, Tool
from exam_packages.session_events import (
    Answered,
    AttemptSubmitted,
    Event,
    IdentityConfirmed,
    ItemPresented,
    Paused,
    PauseReason,
    Resumed,
    ReviewOpened,
    SectionEnded,
    SectionEntered,
    TimeExpired,
)
from tests.exam_packages.qti.forms import answered, jump
from tests.ui.window.fake_day import FakeRunning, plan_of
from tests.ui.window.rules_exam import INNER, RESPONSE, SECTION, inner, picked, reference, rubric, rules_exam
from ui.window import item_state, view_state
from ui.window.contents import contents_of
from ui.window.item_state import Attempts, ItemScreenView, Standing
from ui.window.places import scored_count

START: tuple[Event, ...] = (IdentityConfirmed(), SectionEntered(section=SECTION))
ONE, TWO, THREE, FOUR = (ItemId(f"q-{number}") for number in range(1, 5))
Sees = Callable[[FakeRunning], ItemScreenView]


def run(exam: Exam, *events: Event, needs: Accommodations | None = None) -> FakeRunning:
    running = FakeRunning(exam=exam, plan=plan_of(exam, needs=needs))
    for event in (*START, ItemPresented(item=ONE), *events):
        running.happen(event)
    return running


def seen(running: FakeRunning) -> ItemScreenView:
    following = running.next_item(running.session)
    view = item_state.item_view(running.session, contents_of(running.exam), following)
    assert view is not None
    return view


def test_attempts_are_counted_where_items_are_submitted_one_by_one() -> None:
    running = run(rules_exam(individual=True, control=SessionControl(max_attempts=2)))
    assert seen(running).attempts == Attempts(made=0, left=2)
    running.happen(AttemptSubmitted(item=ONE))
    assert (seen(running).attempts, seen(running).standing) == (Attempts(made=1, left=1), Standing.OPEN)
    running.happen(AttemptSubmitted(item=ONE))
    assert (seen(running).attempts, seen(running).standing) == (Attempts(made=2, left=0), Standing.HANDED_IN)
    without = run(rules_exam(individual=True, control=SessionControl(max_attempts=0)))
    assert seen(without).attempts == Attempts(made=0, left=None)
    assert seen(run(rules_exam())).attempts is None


def test_an_item_whose_time_is_up_is_closed_and_takes_no_comment() -> None:
    limited = reference(1, time_limits=TimeLimits(max_s=60))
    running = run(rules_exam(limited, reference(2), control=SessionControl(allow_comment=True)))
    before = running.session
    assert (seen(running).standing, seen(running).takes_comment) == (Standing.OPEN, True)
    running.pass_ms = 60_000
    running.happen(TimeExpired())
    assert (seen(running).standing, seen(running).takes_comment) == (Standing.TIME_IS_UP, False)
    assert item_state.closed_by_time(before, running.session)
    assert item_state.after_expiry(running.session, None) == ItemPresented(item=TWO)


def test_after_a_group_whose_time_is_up_it_goes_on_behind_it_or_to_the_review() -> None:
    group = inner(reference(1), reference(2), time_limits=TimeLimits(max_s=60))
    for children, event in (((group, reference(3)), ItemPresented(item=THREE)), ((group,), ReviewOpened())):
        running = run(rules_exam(*children))
        running.pass_ms = 60_000
        running.happen(TimeExpired())
        assert item_state.after_expiry(running.session, None) == event
    assert item_state.after_expiry(run(rules_exam()).session, TWO) is None, "nothing is over"


def test_a_submission_is_no_end_of_time() -> None:
    running = run(rules_exam(individual=True))
    before = running.session
    running.happen(AttemptSubmitted(item=ONE))
    assert not item_state.closed_by_time(before, running.session)


@pytest.mark.parametrize(
    ("part", "owed"), [({"linear": True}, True), ({"individual": True}, True), ({}, False)], ids=str
)
def test_an_item_is_owed_only_where_leaving_it_is_held(part: dict[str, Any], owed: bool) -> None:  # noqa: FBT001  # a parameter of pytest
    assert seen(run(rules_exam(control=SessionControl(allow_skipping=False), **part))).is_owed is owed


def test_directions_come_from_the_sections_inside_the_section() -> None:
    group = inner(reference(1), rubrics=(rubric("About noon."),))
    exam = rules_exam(group, reference(2), rubrics=(rubric("Of the whole section."),))
    running = run(exam)
    (directions,) = seen(running).directions
    assert (directions.section, directions.title) == (INNER, "Peak hours")
    assert view_state.frame_view(running.session, contents_of(exam)).inner == ("Peak hours",)
    hidden = run(rules_exam(inner(reference(1), rubrics=(rubric("x"),), visible=False)))
    assert seen(hidden).directions[0].title == ""
    assert view_state.frame_view(hidden.session, contents_of(hidden.exam)).inner == ()
    running.happen(ItemPresented(item=TWO))
    assert seen(running).directions == ()
    intro = view_state.intro_view(
        FakeRunning(exam=exam, plan=plan_of(exam)).happen(IdentityConfirmed()), contents_of(exam), SECTION
    )
    assert len(intro.instructions) == 1, "the outermost section's stand before it"


def test_tools_and_breaks_come_from_the_plan() -> None:
    running = run(rules_exam(tools=frozenset({Tool.NOTES})), needs=Accommodations(breaks=2, tools=(Tool.LINE_READER,)))
    assert (seen(running).tools, seen(running).breaks_left) == ((Tool.LINE_READER, Tool.NOTES), 2)
    running.happen(Paused(reason=PauseReason.BREAK))
    view = view_state.pause_view(running.session, called_by_candidate=False)
    assert (view.may_return, view.comes_back, view.breaks_left) == (True, False, 1)


def test_numbers_are_told_only_where_they_are_certain() -> None:
    exam = rules_exam(reference(1), reference(2, pre_conditions=(answered("q-1", "C1"),)), reference(3), linear=True)
    running = run(exam)
    assert (seen(running).number, seen(running).count, scored_count(running.session)) == (1, None, 2)
    running.happen(Answered(item=ONE, response=RESPONSE, value=picked(1)))
    assert seen(running).following == TWO
    running.happen(ItemPresented(item=TWO))
    assert (seen(running).number, seen(running).count) == (2, 3)


def test_onward_is_decided_by_what_the_session_holds_now() -> None:
    exam = rules_exam(
        reference(1, branch_rules=(jump("q-3", answered("q-1", "C1")),)), reference(2), reference(3), linear=True
    )
    running = run(exam)
    assert item_state.onward(running.session, running.next_item(running.session)) == ItemPresented(item=TWO)
    running.happen(Answered(item=ONE, response=RESPONSE, value=picked(1)))
    assert item_state.onward(running.session, running.next_item(running.session)) == ItemPresented(item=THREE)
    running.happen(Paused(reason=PauseReason.PROCTOR))
    assert item_state.onward(running.session, THREE) is None, "somebody covered the screen meanwhile"
    running.happen(Resumed(proctor=ProctorId("p1")))
    running.happen(SectionEnded())
    assert item_state.onward(running.session, None) is None
