from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QRadioButton

from exam_packages.ids import ItemId, ProctorId, ResponseId, SectionId
from exam_packages.session_events import (
    AgreementAccepted,
    AgreementDeclined,
    Answered,
    BreakEnded,
    Closed,
    CloseReason,
    Event,
    Finished,
    Flagged,
    IdentityConfirmed,
    IdentityRejected,
    IncidentNoted,
    ItemPresented,
    Paused,
    PauseReason,
    PollSkipped,
    Resumed,
    ReviewOpened,
    SectionEnded,
    SectionEntered,
    Submitted,
    TextEdited,
    TimeExpired,
    TimeExtended,
)
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.session import Phase, Why
from tests.ui.waiting import until
from tests.ui.window.conftest import Sat
from tests.ui.window.driving import button, buttons, enter_pin, hit, on, press, says, settle, type_keys
from tests.ui.window.fake_day import FakeDay
from tests.ui.window.small_exam import small_exam
from ui.window.navigation import Screen
from ui.window.screens.pause import RETURN_AFTER_MS
from ui.window.widgets.private_line import PrivateLine

Sit = Callable[..., Sat]
RESPONSE = ResponseId("RESPONSE")
TUTORIAL: tuple[Event, ...] = (IdentityConfirmed(), AgreementAccepted(), SectionEntered(section=SectionId("tut")))
FIRST: tuple[Event, ...] = (*TUTORIAL, SectionEnded(), SectionEntered(section=SectionId("ops")))
SECOND: tuple[Event, ...] = (*FIRST, SectionEnded(), BreakEnded(), SectionEntered(section=SectionId("people")))
ESSAY: tuple[Event, ...] = (*SECOND, ItemPresented(item=ItemId("b-4")))


def choose(sat: Sat, place: int) -> None:
    found = [each for each in sat.window.findChildren(QRadioButton) if each.isVisible() and "%" not in each.text()]
    found[place].click()


def test_the_candidate_confirms_and_accepts(sit: Sit, app: QApplication) -> None:
    sat = sit()
    on(sat.program, Screen.IDENTITY)
    assert "Ada Example" in says(sat.window)
    hit(app, Qt.Key.Key_Return)
    on(sat.program, Screen.AGREEMENT)
    press(sat.window, "I accept")
    on(sat.program, Screen.SECTION_INTRO)
    assert sat.running.events == [IdentityConfirmed(), AgreementAccepted()]


def test_the_wrong_person_is_asked_once_and_the_session_ends_unsat(sit: Sit) -> None:
    sat = sit()
    press(sat.window, "No, this is not me")
    assert button(sat.window, "Go back").hasFocus()
    press(sat.window, "Go back")
    assert sat.running.events == []
    press(sat.window, "No, this is not me")
    press(sat.window, "End this session")
    on(sat.program, Screen.DONE)
    assert sat.running.events == [IdentityRejected()]
    until(lambda: "No answers were recorded." in says(sat.window))


def test_declining_is_asked_once_and_enter_does_not_decline(sit: Sit, app: QApplication) -> None:
    sat = sit(IdentityConfirmed())
    press(sat.window, "I decline")
    hit(app, Qt.Key.Key_Return)  # the focus stands on the careful answer
    assert sat.running.events == [IdentityConfirmed()]
    press(sat.window, "I decline")
    press(sat.window, "Decline and end")
    on(sat.program, Screen.DONE)
    assert sat.running.events[-1] == AgreementDeclined()


def test_escape_withdraws_a_question(sit: Sit, app: QApplication) -> None:
    sat = sit(IdentityConfirmed())
    press(sat.window, "I decline")
    hit(app, Qt.Key.Key_Escape)
    assert "I decline" in buttons(sat.window)
    assert "Decline and end" not in buttons(sat.window)


def test_the_first_item_comes_by_itself_and_the_title_tells_where_one_is(sit: Sit) -> None:
    sat = sit(*TUTORIAL, SectionEnded())
    assert "40 minutes" in says(sat.window)
    press(sat.window, "Start section")
    on(sat.program, Screen.ITEM)
    assert sat.running.events[-1] == ItemPresented(item=ItemId("a-1"))
    until(lambda: sat.window.windowTitle() == "Section 1 · Question 1 of 6")
    press(sat.window, "Next")
    until(lambda: sat.window.windowTitle() == "Section 1 · Question 2 of 6")
    press(sat.window, "Previous")
    until(lambda: sat.window.windowTitle() == "Section 1 · Question 1 of 6")
    assert not button(sat.window, "Previous").isEnabled()


def test_an_answer_is_an_event_and_saved_is_said_after_the_commit_only(sit: Sit) -> None:
    sat = sit(*FIRST)
    on(sat.program, Screen.ITEM)
    sat.running.hold = True
    choose(sat, 1)
    settle()
    assert "Saving…" in says(sat.window)
    assert "Saved" not in says(sat.window).splitlines()
    sat.running.release()
    until(lambda: "Saved" in says(sat.window).splitlines())
    assert sat.running.events[-1] == Answered(item=ItemId("a-1"), response=RESPONSE, value=("C2",))


def test_a_slow_save_is_said_to_be_slow(sit: Sit) -> None:
    sat = sit(*FIRST)
    sat.running.hold = True
    choose(sat, 0)
    until(lambda: "Still saving…" in says(sat.window))
    sat.running.release()
    until(lambda: "Saved" in says(sat.window).splitlines())


def test_an_answer_comes_back_with_its_item(sit: Sit) -> None:
    sat = sit(*FIRST)
    choose(sat, 2)
    press(sat.window, "Next")
    until(lambda: sat.running.session.item == "a-2")
    settle()
    press(sat.window, "Previous")
    until(lambda: sat.running.session.item == "a-1")
    settle()
    checked = [each.isChecked() for each in sat.window.findChildren(QRadioButton) if each.isVisible()]
    assert checked[-3:] == [False, False, True]


def test_flags_are_put_and_taken_away(sit: Sit) -> None:
    sat = sit(*FIRST)
    press(sat.window, "Flag for review")
    until(lambda: sat.running.session.flagged == {"a-1"})
    press(sat.window, "Flag for review")
    until(lambda: not sat.running.session.flagged)
    assert sat.running.events[-2:] == [
        Flagged(item=ItemId("a-1"), flagged=True),
        Flagged(item=ItemId("a-1"), flagged=False),
    ]


def test_review_jumps_by_arrow_keys_and_enter(sit: Sit, app: QApplication) -> None:
    sat = sit(*FIRST)
    press(sat.window, "Review")
    on(sat.program, Screen.REVIEW)
    assert sat.window.windowTitle() == "Section 1 · Review"
    hit(app, Qt.Key.Key_Right)
    hit(app, Qt.Key.Key_Right)
    hit(app, Qt.Key.Key_Return)
    on(sat.program, Screen.ITEM)
    assert sat.running.session.item == "a-3"


def test_review_filters(sit: Sit) -> None:
    sat = sit(*FIRST)
    choose(sat, 0)
    press(sat.window, "Flag for review")
    press(sat.window, "Review")
    on(sat.program, Screen.REVIEW)

    def tiles() -> list[str]:
        return [name for name in buttons(sat.window) if name.startswith("Question")]

    assert len(tiles()) == 6
    press(sat.window, "Flagged")
    assert tiles() == ["Question 1, answered, flagged, where you were"]
    press(sat.window, "Not answered")
    assert len(tiles()) == 5


def test_a_section_is_ended_on_the_page_with_what_is_open(sit: Sit, app: QApplication) -> None:
    sat = sit(*FIRST)
    choose(sat, 0)
    press(sat.window, "Review")
    on(sat.program, Screen.REVIEW)
    press(sat.window, "End section")
    assert "Not answered: 2, 3, 4, 5, 6." in says(sat.window)
    hit(app, Qt.Key.Key_Return)
    assert sat.running.session.phase is Phase.SECTION
    press(sat.window, "End section")
    press(sat.window, "End section now")
    on(sat.program, Screen.BREAK)
    until(lambda: "10:00 left" in says(sat.window))


def test_the_last_section_hands_the_exam_in_with_one_question(sit: Sit) -> None:
    sat = sit(*SECOND)
    press(sat.window, "Review")
    on(sat.program, Screen.REVIEW)
    press(sat.window, "Submit exam")
    assert "After this your answers are final." in says(sat.window)
    press(sat.window, "Submit now")
    on(sat.program, Screen.SECTION_INTRO)
    assert sat.running.events[-2:] == [SectionEnded(), Submitted()]
    press(sat.window, "Skip the poll")
    on(sat.program, Screen.DONE)
    assert sat.running.events[-2:] == [PollSkipped(), Finished()]
    until(lambda: "Nobody here can read or change them." in says(sat.window))
    assert "QX4F-7M2K" in says(sat.window)
    assert sat.running.plan.session in says(sat.window)


def test_the_poll_is_answered_without_a_clock(sit: Sit) -> None:
    sat = sit(*SECOND, SectionEnded(), Submitted())
    press(sat.window, "Start poll")
    on(sat.program, Screen.ITEM)
    assert "Hide the time" not in buttons(sat.window)
    press(sat.window, "Finish poll")
    on(sat.program, Screen.DONE)
    assert sat.running.events[-2:] == [SectionEnded(), Finished()]


def test_the_seat_is_free_again_afterwards(sit: Sit) -> None:
    sat = sit(*SECOND, SectionEnded(), Submitted(), PollSkipped())
    on(sat.program, Screen.DONE)
    until(lambda: "Free this seat" in buttons(sat.window))
    press(sat.window, "Free this seat")
    on(sat.program, Screen.IDLE)
    assert sat.running.closed
    assert sat.program.running is None


def test_typing_is_not_called_saved_before_it_is(sit: Sit, app: QApplication) -> None:
    sat = sit(*ESSAY)
    on(sat.program, Screen.ITEM)
    type_keys(app, "We asked the team first.")
    until(lambda: "Saving…" in says(sat.window))
    until(lambda: sat.running.session.answer(ItemId("b-4"), RESPONSE) == ("We asked the team first.",))
    until(lambda: "Saved" in says(sat.window).splitlines())


@pytest.mark.parametrize("way", ["Previous", "Review", "Proctor", "Flag for review"])
def test_what_is_typed_goes_before_every_other_event(sit: Sit, app: QApplication, way: str) -> None:
    sat = sit(*ESSAY)
    on(sat.program, Screen.ITEM)
    type_keys(app, "typed")
    press(sat.window, way)
    settle()
    kinds = [type(event) for event in sat.running.events[len(ESSAY) :]]
    assert kinds[0] is TextEdited
    assert len(kinds) == 2
    assert sat.running.session.answer(ItemId("b-4"), RESPONSE) == ("typed",)


def test_time_is_up_saves_what_is_typed_then_ends_the_section(sit: Sit, app: QApplication) -> None:
    sat = sit(*ESSAY)
    on(sat.program, Screen.ITEM)
    type_keys(app, "to the last second")
    sat.running.pass_ms = 40 * 60_000
    on(sat.program, Screen.SUBMIT)
    assert [type(event) for event in sat.running.events[-2:]] == [TextEdited, TimeExpired]
    assert "The time for this section is up. Your answers are saved." in says(sat.window)
    assert "The time is up." in says(sat.window)
    press(sat.window, "Submit exam")
    until(lambda: sat.running.session.phase is Phase.BETWEEN)


def test_warnings_are_a_line_and_go_with_the_section(sit: Sit) -> None:
    sat = sit(*FIRST)
    on(sat.program, Screen.ITEM)
    sat.running.pass_ms = 10 * 60_000 + 1
    until(lambda: "30 minutes left in this section" in says(sat.window))
    sat.running.pass_ms = 35 * 60_000 + 1
    until(lambda: "5 minutes left in this section" in says(sat.window))
    sat.running.happen(SectionEnded())
    on(sat.program, Screen.BREAK)
    assert "left in this section" not in says(sat.window)


def test_the_time_can_be_hidden_and_comes_back_hidden_after_a_change_of_look(sit: Sit) -> None:
    sat = sit(*FIRST)
    until(lambda: "40:00" in says(sat.window))
    press(sat.window, "Hide the time")
    assert "40:00" not in says(sat.window)
    press(sat.window, "Tools")
    press(sat.window, "Dark")
    until(lambda: sat.window.tokens.theme.value == "dark")
    assert "Show the time" in buttons(sat.window)
    assert button(sat.window, "Dark").isChecked()


def test_text_is_not_lost_when_the_look_changes_while_it_is_being_saved(sit: Sit, app: QApplication) -> None:
    sat = sit(*ESSAY)
    on(sat.program, Screen.ITEM)
    type_keys(app, "half a sentence")
    sat.running.hold = True
    press(sat.window, "Tools")
    press(sat.window, "150 %")
    settle()
    assert sat.window.tokens.scale == 100, "the page waits until everything is saved"
    sat.running.release()
    until(lambda: sat.window.tokens.scale == 150)
    editor = next(each for each in sat.window.findChildren(QPlainTextEdit) if each.isVisible())
    assert editor.toPlainText() == "half a sentence"
    editor.setFocus()
    editor.moveCursor(editor.textCursor().MoveOperation.End)
    type_keys(app, " and on")
    until(lambda: sat.running.session.answer(ItemId("b-4"), RESPONSE) == ("half a sentence and on",))


def test_the_break_ends_early_only_when_asked_twice(sit: Sit) -> None:
    sat = sit(*FIRST, SectionEnded())
    on(sat.program, Screen.BREAK)
    press(sat.window, "End the break")
    press(sat.window, "Rest on")
    assert sat.running.session.phase is Phase.BREAK
    press(sat.window, "End the break")
    press(sat.window, "End the break now")
    on(sat.program, Screen.SECTION_INTRO)


def test_a_break_that_is_used_up_leads_to_the_next_section(sit: Sit) -> None:
    sat = sit(*FIRST, SectionEnded())
    on(sat.program, Screen.BREAK)
    sat.running.pass_ms = 599_000
    until(lambda: "0:01 left" in says(sat.window))
    sat.running.let_pass(1_000)
    on(sat.program, Screen.SECTION_INTRO)
    assert "The break is over." in says(sat.window)


def test_time_passing_does_not_disturb_a_page(sit: Sit) -> None:
    sat = sit(*FIRST, ItemPresented(item=ItemId("a-1")), ReviewOpened())
    on(sat.program, Screen.REVIEW)
    page = sat.window.page
    press(sat.window, "End section")
    sat.running.tick()
    settle()
    assert sat.window.page is page
    assert "End section now" in buttons(sat.window)


# -- proctors ----------------------------------------------------------------------------------------------------------


def test_calling_the_proctor_covers_the_screen_and_stops_the_clock(sit: Sit) -> None:
    sat = sit(*FIRST)
    press(sat.window, "Proctor")
    on(sat.program, Screen.PAUSE)
    assert sat.running.session.pause is PauseReason.PROCTOR
    assert "Time stands still" in says(sat.window)
    assert "case 1" not in says(sat.window)
    press(sat.window, "Back to the exam")
    on(sat.program, Screen.ITEM)
    assert sat.running.events[-1] == Resumed(proctor=ProctorId(""))


def test_a_covered_screen_that_nobody_touches_uncovers_itself(sit: Sit) -> None:
    sat = sit(*FIRST)
    press(sat.window, "Proctor")
    on(sat.program, Screen.PAUSE)
    page = sat.window.page
    assert page is not None
    (waiting,) = (each for each in page.findChildren(QTimer) if each.interval() == RETURN_AFTER_MS)
    assert waiting.isActive()
    waiting.stop()
    press(sat.window, "4")
    assert waiting.isActive(), "somebody is entering a PIN: the minute begins anew"
    settle()
    assert sat.window.screen_name is Screen.PAUSE
    waiting.setInterval(1)
    on(sat.program, Screen.ITEM)
    assert sat.running.events[-1] == Resumed(proctor=ProctorId(""))


def test_a_pause_by_a_proctor_needs_a_pin(sit: Sit) -> None:
    sat = sit(*FIRST)
    press(sat.window, "Proctor")
    on(sat.program, Screen.PAUSE)
    enter_pin(sat.program)
    on(sat.program, Screen.PROCTOR)
    press(sat.window, "Keep paused")
    on(sat.program, Screen.PAUSE)
    assert "Back to the exam" not in buttons(sat.window)
    enter_pin(sat.program)
    on(sat.program, Screen.PROCTOR)
    press(sat.window, "Resume exam")
    on(sat.program, Screen.ITEM)
    assert sat.running.events[-1] == Resumed(proctor=ProctorId("p1"))


def to_panel(sit: Sit, *events: Event) -> Sat:
    sat = sit(*events)
    press(sat.window, "Proctor")
    on(sat.program, Screen.PAUSE)
    enter_pin(sat.program)
    on(sat.program, Screen.PROCTOR)
    return sat


def type_into(sat: Sat, name: str, text: str) -> None:
    line = next(each for each in sat.window.findChildren(PrivateLine) if each.accessibleName() == name)
    line.setFocus()
    line.insert(text)


def test_more_time_needs_a_reason_and_is_told_to_the_candidate(sit: Sit) -> None:
    sat = to_panel(sit, *FIRST)
    assert not button(sat.window, "Give this time").isEnabled()
    press(sat.window, "10 minutes")
    type_into(sat, "Reason for more time", "fire alarm")
    press(sat.window, "Give this time")
    until(lambda: "50:00" in says(sat.window))
    press(sat.window, "Resume exam")
    on(sat.program, Screen.ITEM)
    assert TimeExtended(proctor=ProctorId("p1"), extra_ms=600_000, note="fire alarm") in sat.running.events
    assert "You have been given 10 minutes more." in says(sat.window)


def test_an_incident_is_noted(sit: Sit) -> None:
    sat = to_panel(sit, *FIRST)
    type_into(sat, "What happened", "noise outside")
    press(sat.window, "Save note")
    until(lambda: sat.running.events[-1] == IncidentNoted(proctor=ProctorId("p1"), note="noise outside"))
    assert "The note is in the journal." in says(sat.window)


def test_a_session_is_closed_with_a_reason_and_a_second_step(sit: Sit) -> None:
    sat = to_panel(sit, *FIRST)
    press(sat.window, "The candidate is ill")
    type_into(sat, "Details of the reason", "fever")
    press(sat.window, "End session")
    assert "Reason: The candidate is ill." in says(sat.window)
    assert button(sat.window, "Do not end it").hasFocus()
    press(sat.window, "End session for good")
    on(sat.program, Screen.DONE)
    assert sat.running.events[-1] == Closed(proctor=ProctorId("p1"), reason=CloseReason.CANDIDATE_ILL, note="fever")
    until(lambda: "A proctor has ended the exam" in says(sat.window))
    assert "Your answers so far are sealed." in says(sat.window)


def test_no_time_can_be_given_where_none_runs(sit: Sit) -> None:
    sat = to_panel(sit, *TUTORIAL)
    assert "Give this time" not in buttons(sat.window)


def test_a_paused_session_that_comes_back_stays_paused(sit: Sit) -> None:
    sat = sit(*FIRST, Paused(reason=PauseReason.REBOOT))
    on(sat.program, Screen.PAUSE)
    assert "This computer was restarted." in says(sat.window)
    assert "Back to the exam" not in buttons(sat.window)
    assert "Proctor" not in buttons(sat.window)


# -- what goes wrong ---------------------------------------------------------------------------------------------------


def test_a_storage_fault_stops_input_and_says_so(sit: Sit) -> None:
    sat = sit(*FIRST)
    sat.running.fault = StorageFault(StorageFaultKind.FULL, Path("journal.db"))
    choose(sat, 0)
    on(sat.program, Screen.FAULT)
    said = says(sat.window)
    assert "The exam has stopped." in said
    assert "The disk of this computer is full." in said
    assert "Everything shown as saved is safe." in said
    assert "Free some room on the disk" in said
    before = len(sat.running.events)
    sat.running.fault = None
    settle(300)
    assert len(sat.running.events) == before, "nothing is written after a fault"
    press(sat.window, "Leave this page")
    on(sat.program, Screen.IDLE)
    assert sat.running.closed


def test_an_answer_that_comes_too_late_is_taken_back_on_the_screen(sit: Sit) -> None:
    sat = sit(*FIRST)
    on(sat.program, Screen.ITEM)
    sat.running.hold = True
    choose(sat, 0)
    sat.running.happen(SectionEnded())
    sat.running.release()
    on(sat.program, Screen.BREAK)
    assert not sat.running.session.is_answered(ItemId("a-1"))


def test_a_refused_event_shows_what_is_true(sit: Sit) -> None:
    day = FakeDay(exam=small_exam())
    sat = sit(*FIRST, day=day)
    on(sat.program, Screen.ITEM)
    sat.running.refuse_next = Why.NOT_NOW
    choose(sat, 0)

    def checked() -> list[bool]:
        return [each.isChecked() for each in sat.window.findChildren(QRadioButton) if each.isVisible()][-3:]

    until(lambda: checked() == [False] * 3, why="an answer that was not stored is not shown")
    until(lambda: "Saved" in says(sat.window).splitlines())


def test_a_linear_section_goes_forward_only(sit: Sit) -> None:
    sat = sit(*FIRST, day=FakeDay(exam=small_exam(linear=True)))
    on(sat.program, Screen.ITEM)
    assert "Flag for review" not in buttons(sat.window)
    assert "Previous" not in buttons(sat.window)
    choose(sat, 1)
    press(sat.window, "Next")
    until(lambda: sat.running.session.item == "a-2")
    settle()
    assert button(sat.window, "Next").isEnabled()
    choose(sat, 1)
    until(lambda: sat.running.session.is_answered(ItemId("a-2")))


def test_a_double_click_does_not_answer_the_question_it_raises(sit: Sit) -> None:
    sat = sit(*FIRST)
    press(sat.window, "Review")
    on(sat.program, Screen.REVIEW)
    press(sat.window, "End section")
    yes = button(sat.window, "End section now")
    QTest.mouseDClick(yes, Qt.MouseButton.LeftButton)
    settle()
    assert sat.window.screen_name is Screen.REVIEW
    assert not yes.hasFocus()
    press(sat.window, "End section now")
    on(sat.program, Screen.BREAK)


def test_a_question_stands_right_above_its_buttons(sit: Sit) -> None:
    sat = sit(*FIRST)
    press(sat.window, "Review")
    on(sat.program, Screen.REVIEW)
    press(sat.window, "End section")
    settle()
    said = next(
        each for each in sat.window.findChildren(QLabel) if each.text() == "You cannot come back to this section."
    )
    bottom = said.mapTo(sat.window, said.rect().bottomLeft()).y()
    top = button(sat.window, "End section now").mapTo(sat.window, QPoint()).y()
    assert 0 < top - bottom < 60


def test_a_control_that_is_disabled_does_not_take_the_focus_with_it(sit: Sit, app: QApplication) -> None:
    sat = sit(*FIRST)
    on(sat.program, Screen.ITEM)
    assert sat.window.page is not None
    lost = app.focusWidget()
    assert lost is not None
    lost.clearFocus()
    until(lambda: app.focusWidget() is not None)


def test_who_calls_the_proctor_while_typing_can_come_back_too(sit: Sit, app: QApplication) -> None:
    sat = sit(*ESSAY)
    on(sat.program, Screen.ITEM)
    type_keys(app, "in the middle of")
    press(sat.window, "Proctor")
    on(sat.program, Screen.PAUSE)
    assert [type(event) for event in sat.running.events[-2:]] == [TextEdited, Paused]
    press(sat.window, "Back to the exam")
    on(sat.program, Screen.ITEM)
    type_keys(app, " a word")
    assert next(each for each in sat.window.findChildren(QPlainTextEdit)).toPlainText() == "in the middle of a word"
