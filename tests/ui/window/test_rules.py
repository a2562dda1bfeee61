"""What an exam's rules do on the screen: attempts, skipping, complete answers, limits inside one another, rules of the way."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QRadioButton

from exam_packages.accommodations import Accommodations
from exam_packages.ids import ItemId
from exam_packages.qti.model import Exam, Media, MediaKind, SessionControl, TimeLimits, Tool
from exam_packages.session_events import (
    Answered,
    AttemptSubmitted,
    Event,
    Finished,
    IdentityConfirmed,
    ItemPresented,
    Paused,
    PauseReason,
    Resumed,
    ReviewOpened,
    SectionEnded,
    SectionEntered,
    Submitted,
    TimeExpired,
)
from tests.exam_packages.qti.forms import answered as was_answered
from tests.exam_packages.qti.forms import jump
from tests.ui.waiting import until
from tests.ui.window.conftest import Sat
from tests.ui.window.driving import button, buttons, focused, hit, on, press, says, settle
from tests.ui.window.fake_day import FakeDay
from tests.ui.window.rules_exam import RESPONSE, SECTION, inner, picked, question, reference, rubric, rules_exam
from tests.ui.window.small_exam import STIMULUS_PATH, small_exam
from ui.window.items.option_row import CheckRow
from ui.window.navigation import Screen
from ui.window.widgets.clock import Clock

Sit = Callable[..., Sat]
START: tuple[Event, ...] = (IdentityConfirmed(), SectionEntered(section=SECTION))
ONE, TWO, THREE, FOUR = (ItemId(f"q-{number}") for number in range(1, 5))


def started(sit: Sit, exam: Exam, *events: Event, needs: Accommodations | None = None) -> Sat:
    sat = sit(*START, *events, day=FakeDay(exam=exam), needs=needs)
    until(lambda: sat.running.session.item is not None)
    settle()
    return sat


def choose(sat: Sat, place: int) -> None:
    rows = [each for each in sat.window.findChildren(QRadioButton) if each.isVisible() and "%" not in each.text()]
    rows[place].click()


def at(sat: Sat, item: ItemId) -> None:
    until(lambda: sat.running.session.item == item, why=f"{item}, but {sat.running.session.item}")
    settle()


def clock(sat: Sat) -> str:
    found = sat.window.findChild(Clock)
    assert isinstance(found, Clock)
    return found.words()


# -- attempts ----------------------------------------------------------------------------------------------------------


def test_an_answer_is_submitted_and_the_attempts_left_are_told(sit: Sit) -> None:
    sat = started(sit, rules_exam(individual=True, control=SessionControl(max_attempts=2)))
    assert "2 attempts left." in says(sat.window)
    choose(sat, 0)
    press(sat.window, "Submit answer")
    until(lambda: "Your answer is submitted. 1 attempt left." in says(sat.window))
    assert sat.running.events[-1] == AttemptSubmitted(item=ONE)
    choose(sat, 1)
    until(lambda: sat.running.session.answer(ONE, RESPONSE) != ())
    press(sat.window, "Submit answer")
    until(lambda: "It takes no more answers." in says(sat.window))
    settle()
    assert not button(sat.window, "Submit answer").isEnabled()
    assert not any(each.isEnabled() for each in sat.window.findChildren(QRadioButton) if each.isVisible())
    assert button(sat.window, "Next").hasFocus(), "what the candidate does next is go on"
    press(sat.window, "Next")
    at(sat, TWO)
    press(sat.window, "Previous")
    at(sat, ONE)
    assert "You have submitted this question." in says(sat.window)


def test_a_closed_question_that_may_not_be_reviewed_is_passed_over(sit: Sit, app: QApplication) -> None:
    control = SessionControl(max_attempts=1, allow_review=False)
    sat = started(sit, rules_exam(individual=True, control=control), ItemPresented(item=TWO))
    choose(sat, 0)
    until(lambda: sat.running.session.is_answered(TWO))
    press(sat.window, "Submit answer")
    until(lambda: TWO in sat.running.session.closed)
    settle()
    press(sat.window, "Previous")
    at(sat, ONE)
    press(sat.window, "Next")
    at(sat, THREE)
    press(sat.window, "Review")
    on(sat.program, Screen.REVIEW)
    assert not buttons(sat.window)["Question 2, answered, closed, cannot be opened"].isEnabled()
    assert "Closed" in says(sat.window), "the legend explains what is seen"
    buttons(sat.window)["Question 1, not answered"].setFocus()
    hit(app, Qt.Key.Key_Right)
    assert focused(app).accessibleName().startswith("Question 3"), "arrows pass over what cannot be opened"


def test_an_empty_question_that_may_not_be_skipped_is_not_submitted(sit: Sit, app: QApplication) -> None:
    sat = started(sit, rules_exam(individual=True, control=SessionControl(allow_skipping=False)))
    assert "This question needs an answer before you go on. 1 attempt left." in says(sat.window)
    button(sat.window, "Submit answer").setFocus()
    hit(app, Qt.Key.Key_Return)
    until(lambda: sat.window._notice.words() == "This question needs an answer before you go on.")
    settle()
    assert AttemptSubmitted(item=ONE) not in sat.running.events
    assert isinstance(focused(app), QRadioButton), "the focus is where the answer goes"
    press(sat.window, "Review")
    on(sat.program, Screen.REVIEW)
    assert "Question 1 needs an answer before this section can end." in says(sat.window)
    assert not button(sat.window, "Submit exam").isEnabled()


# -- complete answers --------------------------------------------------------------------------------------------------


def test_what_an_answer_lacks_is_said_and_the_focus_goes_there(sit: Sit, app: QApplication) -> None:
    exam = rules_exam(
        linear=True, items={1: question(1, least=2, most=3)}, control=SessionControl(validate_responses=True)
    )
    sat = started(sit, exam)
    rows = [each for each in sat.window.findChildren(CheckRow) if each.isVisible()]
    rows[0].click()
    button(sat.window, "Next").setFocus()
    hit(app, Qt.Key.Key_Return)
    until(lambda: sat.window._notice.words() == "Pick at least 2 choices.")
    settle()
    assert sat.running.session.item == ONE
    assert isinstance(focused(app), CheckRow)
    assert button(sat.window, "Next").isEnabled()
    rows = [each for each in sat.window.findChildren(CheckRow) if each.isVisible()]
    assert [each.isChecked() for each in rows] == [True, False, False, False], "nothing is lost"
    rows[1].click()
    press(sat.window, "Next")
    at(sat, TWO)


def test_what_is_missing_comes_into_view_at_any_text_size(sit: Sit, app: QApplication) -> None:
    first = replace(question(1, least=2, most=3), stimulus_paths=(STIMULUS_PATH,))
    exam = rules_exam(linear=True, items={1: first}, control=SessionControl(validate_responses=True))
    exam = replace(exam, stimuli=dict(small_exam().stimuli))
    sat = started(sit, exam, needs=Accommodations(text_size_percent=400))
    next(each for each in sat.window.findChildren(CheckRow)).click()
    press(sat.window, "Scenario")
    assert not any(each.isVisible() for each in sat.window.findChildren(CheckRow))
    press(sat.window, "Next")
    until(lambda: sat.window._notice.words() == "Pick at least 2 choices.")
    until(lambda: isinstance(app.focusWidget(), CheckRow))
    row = focused(app)

    def is_seen() -> bool:
        return row.visibleRegion().boundingRect().height() >= min(row.height(), 100)

    until(is_seen, why="the control that has the focus is not on the screen")


def test_a_linear_question_that_may_not_be_skipped_holds(sit: Sit) -> None:
    sat = started(sit, rules_exam(linear=True, control=SessionControl(allow_skipping=False)))
    press(sat.window, "Next")
    until(lambda: sat.window._notice.words() == "This question needs an answer before you go on.")
    assert sat.running.session.item == ONE
    choose(sat, 0)
    press(sat.window, "Next")
    at(sat, TWO)


# -- time --------------------------------------------------------------------------------------------------------------


def test_the_clock_says_what_its_time_is_for(sit: Sit) -> None:
    limited = reference(1, time_limits=TimeLimits(max_s=90))
    sat = started(sit, rules_exam(limited, reference(2), seconds=1800))
    until(lambda: clock(sat) == "This question: 1:30")
    press(sat.window, "Next")
    at(sat, TWO)
    until(lambda: clock(sat) == "30:00")


def test_a_question_whose_time_is_up_closes_and_it_goes_on_with_a_word(sit: Sit) -> None:
    limited = reference(1, time_limits=TimeLimits(max_s=90))
    sat = started(sit, rules_exam(limited, reference(2), seconds=1800))
    sat.running.pass_ms = 90_000
    at(sat, TWO)
    assert sat.running.events[-2:] == [TimeExpired(), ItemPresented(item=TWO)]
    assert "The time for that question is up. Your answers are saved." in says(sat.window)
    press(sat.window, "Previous")
    at(sat, ONE)
    assert "The time for this question is up. It takes no more answers." in says(sat.window)
    settle(300)
    assert sat.running.session.item == ONE, "looking at it again does not lead away"


def test_a_group_of_questions_ends_together(sit: Sit) -> None:
    group = inner(reference(1), reference(2), time_limits=TimeLimits(max_s=60))
    sat = started(sit, rules_exam(group, reference(3)))
    until(lambda: clock(sat) == "This group of questions: 1:00")
    sat.running.pass_ms = 60_000
    at(sat, THREE)
    assert "The time for that group of questions is up." in says(sat.window)


def test_after_the_last_question_s_time_comes_the_review(sit: Sit) -> None:
    limited = reference(1, time_limits=TimeLimits(max_s=60))
    sat = started(sit, rules_exam(limited))
    sat.running.pass_ms = 60_000
    on(sat.program, Screen.REVIEW)
    assert sat.running.session.in_review


def test_the_time_of_the_whole_exam_ends_it(sit: Sit) -> None:
    sat = started(sit, rules_exam(test_limits=TimeLimits(max_s=600)))
    until(lambda: clock(sat).startswith("Exam: 10:00"))
    sat.running.pass_ms = 300_001
    until(lambda: "5 minutes left in the exam" in says(sat.window))
    sat.running.pass_ms = 600_000
    on(sat.program, Screen.SUBMIT)
    assert "The time for the exam is up." in says(sat.window)
    assert "The time is up. All your answers are saved." in says(sat.window)


def test_where_late_answers_are_taken_the_time_is_up_and_work_goes_on(sit: Sit) -> None:
    sat = started(sit, rules_exam(limits=TimeLimits(max_s=60, allow_late=True)))
    sat.running.pass_ms = 60_001
    until(
        lambda: (
            "The time for this section is up. You can go on: answers from now on are marked as late."
            in says(sat.window)
        )
    )
    assert clock(sat) == "Time is up"
    choose(sat, 0)
    until(lambda: ONE in sat.running.session.late)
    assert TimeExpired() not in sat.running.events
    assert sat.window.screen_name is Screen.ITEM


def test_what_has_to_last_is_counted_down(sit: Sit) -> None:
    lasting = reference(1, time_limits=TimeLimits(min_s=42))
    sat = started(sit, rules_exam(lasting, reference(2), linear=True))
    until(lambda: "You can go on in 0:42." in says(sat.window))
    assert not button(sat.window, "Next").isEnabled()
    sat.running.pass_ms = 12_000
    until(lambda: "You can go on in 0:30." in says(sat.window))
    sat.running.pass_ms = 42_000
    until(lambda: button(sat.window, "Next").isEnabled())
    assert "You can go on in" not in says(sat.window)
    press(sat.window, "Next")
    at(sat, TWO)


def test_a_section_that_has_to_last_cannot_be_ended_before(sit: Sit) -> None:
    sat = started(
        sit, rules_exam(limits=TimeLimits(min_s=60, max_s=600), linear=True), ItemPresented(item=ONE), ReviewOpened()
    )
    on(sat.program, Screen.REVIEW)
    until(lambda: "You can end this section in 1:00." in says(sat.window))
    assert not button(sat.window, "Submit exam").isEnabled()
    sat.running.pass_ms = 60_000
    until(lambda: button(sat.window, "Submit exam").isEnabled())
    press(sat.window, "Submit exam")
    press(sat.window, "Submit now")
    on(sat.program, Screen.DONE)
    assert [type(event) for event in sat.running.events[-3:]] == [SectionEnded, Submitted, Finished]


# -- the way -----------------------------------------------------------------------------------------------------------


def test_the_next_question_depends_on_the_answer_that_was_given_last(sit: Sit) -> None:
    exam = rules_exam(
        reference(1),
        reference(2, pre_conditions=(was_answered("q-1", "C1"),)),
        reference(3),
        linear=True,
    )
    sat = started(sit, exam)
    assert sat.window.windowTitle() == "Section 1 · Question 1", "nobody is told a number that may turn out wrong"
    sat.running.hold = True
    place = [choice.identifier for choice in sat.running.item(ONE).body[1].choices].index(picked(1)[0])  # type: ignore[union-attr]
    choose(sat, place)
    press(sat.window, "Next")
    settle()
    assert sat.running.session.item == ONE, "the way is asked when the answer is in the journal"
    sat.running.release()
    at(sat, TWO)


def test_a_question_that_falls_away_is_not_counted(sit: Sit) -> None:
    exam = rules_exam(
        reference(1), reference(2, pre_conditions=(was_answered("q-1", "C1"),)), reference(3), linear=True
    )
    sat = started(sit, exam)
    press(sat.window, "Next")
    at(sat, THREE)
    assert sat.window.windowTitle() == "Section 1 · Question 2"
    press(sat.window, "Next")
    on(sat.program, Screen.REVIEW)
    assert "0 of 2 answered" in says(sat.window)


def test_an_exam_that_ends_early_is_handed_in(sit: Sit) -> None:
    exam = rules_exam(
        reference(1, branch_rules=(jump("EXIT_TEST", was_answered("q-1", "C1")),)), reference(2), linear=True
    )
    sat = started(sit, exam, ItemPresented(item=ONE), Answered(item=ONE, response=RESPONSE, value=picked(1)))
    press(sat.window, "Next")
    on(sat.program, Screen.REVIEW)
    press(sat.window, "Submit exam")
    press(sat.window, "Submit now")
    on(sat.program, Screen.DONE)
    assert Submitted() in sat.running.events


# -- directions, comments, tools ---------------------------------------------------------------------------------------


def test_directions_of_a_group_stand_with_its_questions_and_stay_closed(sit: Sit) -> None:
    group = inner(reference(1), reference(2), rubrics=(rubric("The next two questions are about noon."),))
    sat = started(sit, rules_exam(group, reference(3), rubrics=(rubric("Round to whole numbers."),)))
    assert "Section 1 of 1 · Operations › Peak hours" in says(sat.window)
    strip = button(sat.window, "Directions for these questions")
    assert strip.isChecked()
    assert "The next two questions are about noon." in says(sat.window)
    press(sat.window, "Directions for these questions")
    press(sat.window, "Next")
    at(sat, TWO)
    assert not button(sat.window, "Directions for these questions").isChecked()
    press(sat.window, "Next")
    at(sat, THREE)
    assert "Directions for these questions" not in buttons(sat.window)
    assert "›" not in says(sat.window)


def test_breaks_stop_the_clock_and_the_candidate_comes_back(sit: Sit, app: QApplication) -> None:
    sat = started(sit, rules_exam(seconds=600), needs=Accommodations(breaks=2))
    press(sat.window, "Take a break")
    assert "You can take 2 more breaks." in says(sat.window)
    press(sat.window, "Start the break")
    on(sat.program, Screen.PAUSE)
    assert sat.running.events[-1] == Paused(reason=PauseReason.BREAK)
    assert "You can take 1 more break." in says(sat.window)
    assert button(sat.window, "Back to the exam").hasFocus()
    hit(app, Qt.Key.Key_Return)
    on(sat.program, Screen.ITEM)
    assert isinstance(sat.running.events[-1], Resumed)
    press(sat.window, "Review")
    on(sat.program, Screen.REVIEW)
    press(sat.window, "Take a break")
    press(sat.window, "Start the break")
    on(sat.program, Screen.PAUSE)
    assert "This is your last break." in says(sat.window)
    press(sat.window, "Back to the exam")
    on(sat.program, Screen.REVIEW)
    assert "Take a break" not in buttons(sat.window)


def test_nobody_without_the_need_is_offered_a_break(sit: Sit) -> None:
    assert "Take a break" not in buttons(started(sit, rules_exam()).window)


def test_a_workstation_without_sound_is_told_while_the_proctor_is_there(
    sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def lacks() -> str:
        asked.append("media")
        return "This workstation cannot play sound. Call the proctor."

    monkeypatch.setattr("ui.window.session_pages.media_ready", lacks)
    silent = sit(day=FakeDay(exam=rules_exam()))
    on(silent.program, Screen.IDENTITY)
    assert asked == [], "nothing is loaded where nothing is played"
    recording = Media(kind=MediaKind.AUDIO, path="media/call.ogg", label="A call")
    spoken = replace(question(1), body=(recording, *question(1).body))
    sat = sit(day=FakeDay(exam=rules_exam(items={1: spoken})))
    on(sat.program, Screen.IDENTITY)
    assert "This workstation cannot play sound. Call the proctor." in says(sat.window)


@pytest.mark.parametrize("tools", [(), (Tool.LINE_READER,)])
def test_only_the_tools_of_the_plan_are_offered(sit: Sit, tools: tuple[Tool, ...]) -> None:
    sat = started(sit, rules_exam(), needs=Accommodations(tools=tools))
    names = {each.accessibleName() or each.text() for each in sat.window.findChildren(QPushButton) if each.isVisible()}
    assert ("Line reader" in names) is bool(tools)
