from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea

from exam_packages.ids import ProctorId
from exam_packages.session_events import Paused, Resumed
from kiosk.errors import Missing, NotReady, StickFaultKind, StorageFaultKind
from kiosk.seat.facts import SessionState
from tests.ui.waiting import until
from tests.ui.window.conftest import StartProgram
from tests.ui.window.driving import (
    button,
    buttons,
    choose_row,
    enter_pin,
    hit,
    list_rows,
    on,
    press,
    says,
    settle,
    type_keys,
)
from tests.ui.window.fake_day import FakeDay, cut_off_session, lacks_network, seat_status, session_entry
from ui.window.app import ExamProgram
from ui.window.navigation import Screen


def test_a_free_seat_says_first_what_it_is_ready_for(start: StartProgram) -> None:
    program = start(FakeDay())
    on(program, Screen.IDLE)
    until(lambda: "Ready" in says(program.window))
    assert "Ready: 1 exam, 24 candidates today, last drop 2 hours ago." in says(program.window)
    assert program.window.windowTitle() == "This seat is free"


def test_a_seat_that_is_not_ready_says_what_is_missing_and_what_to_do(start: StartProgram) -> None:
    program = start(FakeDay(facts=replace(seat_status(), missing=(Missing.RELEASE, Missing.ROSTER))))
    until(lambda: "Not ready" in says(program.window))
    assert "The office has not released the exam yet." in says(program.window)
    assert "Import it from the stick in Seat administration." in says(program.window)
    assert not button(program.window, "Check in a candidate").isEnabled()


def test_a_proctor_checks_a_candidate_in(start: StartProgram) -> None:
    day = FakeDay()
    program = start(day)
    on(program, Screen.IDLE)
    press(program.window, "Check in a candidate")
    on(program, Screen.UNLOCK)
    enter_pin(program)
    on(program, Screen.CHECK_IN)
    assert list_rows(program.window) == ["Ada Example", "Bela Sample", "Chidi Test"]
    choose_row(program.window, "Bela Sample")
    press(program.window, "Check identity")
    assert "25 % more time" in says(program.window)
    press(program.window, "Start session")
    on(program, Screen.IDENTITY)
    assert day.opened[0].plan.candidate_name == "Bela Sample"


def test_whom_to_compare_is_shown_from_the_beginning(start: StartProgram) -> None:
    program = start(FakeDay(), text_percent=200)
    program.window.resize(1024, 768)
    on(program, Screen.IDLE)
    press(program.window, "Check in a candidate")
    on(program, Screen.UNLOCK)
    enter_pin(program)
    on(program, Screen.CHECK_IN)
    choose_row(program.window, "Bela Sample")
    area = program.window.findChild(QScrollArea)
    assert area is not None
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    press(program.window, "Check identity")
    assert area.verticalScrollBar().value() == 0


def test_the_roster_is_searched_and_opened_by_keyboard_alone(start: StartProgram, app: QApplication) -> None:
    day = FakeDay()
    program = start(day)
    on(program, Screen.IDLE)
    until(lambda: button(program.window, "Check in a candidate").hasFocus())
    hit(app, Qt.Key.Key_Return)
    on(program, Screen.UNLOCK)
    type_keys(app, "paula")
    hit(app, Qt.Key.Key_Down)
    hit(app, Qt.Key.Key_Return)
    type_keys(app, "4711")
    hit(app, Qt.Key.Key_Return)
    on(program, Screen.CHECK_IN)
    type_keys(app, "bela")
    assert list_rows(program.window) == ["Bela Sample"]
    hit(app, Qt.Key.Key_Return)
    hit(app, Qt.Key.Key_Return)
    on(program, Screen.IDENTITY)
    assert day.opened[0].plan.candidate_name == "Bela Sample"


def test_escape_goes_back_and_loses_nothing(start: StartProgram, app: QApplication) -> None:
    program = start(FakeDay())
    on(program, Screen.IDLE)
    press(program.window, "Check in a candidate")
    on(program, Screen.UNLOCK)
    hit(app, Qt.Key.Key_Escape)
    on(program, Screen.IDLE)


def test_an_appointment_that_cannot_start_says_why(start: StartProgram) -> None:
    program = start(FakeDay())
    on(program, Screen.IDLE)
    press(program.window, "Check in a candidate")
    on(program, Screen.UNLOCK)
    enter_pin(program)
    on(program, Screen.CHECK_IN)
    choose_row(program.window, "Chidi Test")
    press(program.window, "Check identity")
    assert "This cannot be started: Exam not released yet." in says(program.window)
    assert not button(program.window, "Start session").isEnabled()
    press(program.window, "Back")
    assert button(program.window, "Check identity").isEnabled()


def test_a_wrong_pin_tells_the_tries_left_only_after_it_failed_and_then_counts_down(start: StartProgram) -> None:
    day = FakeDay()
    program = start(day)
    on(program, Screen.IDLE)
    press(program.window, "Check in a candidate")
    on(program, Screen.UNLOCK)
    assert "tries" not in says(program.window)
    enter_pin(program, "1234")
    until(lambda: "4 tries are left" in says(program.window))
    for _ in range(4):
        until(lambda: button(program.window, "1").isEnabled())
        enter_pin(program, "1234")
        settle()
    until(lambda: "possible in 0:0" in says(program.window))
    assert not button(program.window, "1").isEnabled()
    choose_row(program.window, "Silas Siteadmin")
    assert button(program.window, "1").isEnabled(), "a second proctor can go on at once"
    enter_pin(program, name="Silas Siteadmin")
    on(program, Screen.CHECK_IN)


def test_a_pin_is_never_on_the_screen_as_digits(start: StartProgram) -> None:
    program = start(FakeDay())
    on(program, Screen.IDLE)
    press(program.window, "Check in a candidate")
    on(program, Screen.UNLOCK)
    choose_row(program.window, "Paula Proctor")
    for digit in "4711":
        press(program.window, digit)
    shown = [line.displayText() + line.text() for line in program.window.findChildren(QLineEdit)]
    assert not any("4711" in text for text in shown)


def test_what_prevents_a_session_is_said_above_the_free_seat(start: StartProgram) -> None:
    day = FakeDay(open_error=NotReady(Missing.WINDOW_CLOSED, "too late"))
    program = start(day)
    on(program, Screen.IDLE)
    press(program.window, "Check in a candidate")
    on(program, Screen.UNLOCK)
    enter_pin(program)
    on(program, Screen.CHECK_IN)
    press(program.window, "Check identity")
    press(program.window, "Start session")
    on(program, Screen.IDLE)
    assert "It is too late for this exam." in says(program.window)


def test_a_session_of_the_same_boot_comes_back_by_itself(start: StartProgram) -> None:
    day = FakeDay(cut_off=cut_off_session(same_boot=True))
    program = start(day)
    on(program, Screen.IDENTITY)
    assert "The program restarted. Nothing was lost." in says(program.window)
    assert [type(event) for event in day.opened[0].events] == [Paused, Resumed]


def test_after_a_reboot_a_proctor_continues(start: StartProgram) -> None:
    day = FakeDay(cut_off=cut_off_session(same_boot=False))
    program = start(day)
    until(lambda: "was cut off" in says(program.window))
    assert day.opened == []
    assert not button(program.window, "Check in a candidate").isEnabled()
    press(program.window, "Continue this exam")
    on(program, Screen.UNLOCK)
    enter_pin(program)
    on(program, Screen.IDENTITY)
    assert day.opened[0].events[-1] == Resumed(proctor=ProctorId("p1"))


def test_what_an_exam_demands_and_is_missing_is_said_and_nothing_goes_on_by_itself(start: StartProgram) -> None:
    day = FakeDay(cut_off=cut_off_session(same_boot=True, missing=lacks_network()))
    program = start(day)
    until(lambda: "was cut off" in says(program.window))
    said = says(program.window)
    assert "This exam demands more protection than this computer has." in said
    assert "No walls can be made here. Start the prepared session." in said
    assert "Every saved answer is here." in said
    assert day.opened == []
    assert "Continue this exam" not in buttons(program.window)
    press(program.window, "Hand in as it is")
    on(program, Screen.UNLOCK)
    assert "It cannot go on afterwards." in says(program.window)
    press(program.window, "Back")
    on(program, Screen.IDLE)
    assert day.handed_in_by is None


def test_a_proctor_hands_in_what_cannot_go_on(start: StartProgram) -> None:
    day = FakeDay(cut_off=cut_off_session(same_boot=False, missing=lacks_network()))
    program = start(day)
    until(lambda: "was cut off" in says(program.window))
    press(program.window, "Hand in as it is")
    on(program, Screen.UNLOCK)
    enter_pin(program)
    until(lambda: "Sealed as unfinished" in says(program.window))
    on(program, Screen.IDLE)
    until(lambda: "was cut off" not in says(program.window))
    assert day.handed_in_by == ProctorId("p1")
    assert day.opened == []


def test_what_is_damaged_says_so_first(start: StartProgram) -> None:
    cut_off = cut_off_session(same_boot=True, fault=StorageFaultKind.CHAIN_BROKEN, missing=lacks_network())
    program = start(FakeDay(cut_off=cut_off))
    until(lambda: "records do not fit together" in says(program.window))
    assert "Hand in as it is" not in buttons(program.window)


def test_a_damaged_journal_is_kept_and_a_new_session_offered(start: StartProgram) -> None:
    day = FakeDay(cut_off=cut_off_session(same_boot=True, fault=StorageFaultKind.CHAIN_BROKEN))
    program = start(day)
    until(lambda: "records do not fit together" in says(program.window))
    press(program.window, "Continue in a new session")
    on(program, Screen.UNLOCK)
    enter_pin(program)
    on(program, Screen.IDENTITY)
    assert len(day.opened) == 1


def to_admin(start: StartProgram, day: FakeDay, stick: Path | None = None) -> ExamProgram:
    program = start(day, stick=stick)
    on(program, Screen.IDLE)
    press(program.window, "Seat administration")
    on(program, Screen.UNLOCK)
    assert list_rows(program.window) == ["Silas Siteadmin"], "only admins may open it"
    enter_pin(program, name="Silas Siteadmin")
    on(program, Screen.ADMIN)
    return program


def test_the_admins_page_shows_every_part(start: StartProgram, tmp_path: Path) -> None:
    facts = replace(seat_status(), sessions=(session_entry(1, "Ada Example", SessionState.SEALED),), outbox_waiting=1)
    program = to_admin(start, FakeDay(facts=facts), tmp_path)
    assert "81.0 GB" in says(program.window)
    for part, sentence in (
        ("Exams", "1 exam on this seat."),
        ("Roster", "3 candidates on the roster, 24 today."),
        ("Sessions", "1 result without a receipt."),
    ):
        press(program.window, part)
        assert sentence in says(program.window)


def _is_said(program: ExamProgram, sentence: str) -> bool:
    return sentence in says(program.window)


def test_import_export_and_receipts_say_what_they_did(start: StartProgram, tmp_path: Path) -> None:
    program = to_admin(start, FakeDay(), tmp_path)
    press(program.window, "Stick")
    for act, sentence in (
        ("Import from stick", "Imported: 1 new, 0 refused"),
        ("Export to stick", "On the stick and read back: 1 result."),
        ("Read receipts", "Receipts: 1 new of 1 looked at."),
    ):
        press(program.window, act)
        until(partial(_is_said, program, sentence))
        assert "Stick" in buttons(program.window)


def test_a_stick_that_fails_is_named(start: StartProgram, tmp_path: Path) -> None:
    program = to_admin(start, FakeDay(stick_fault=StickFaultKind.FULL), tmp_path)
    press(program.window, "Stick")
    press(program.window, "Export to stick")
    until(lambda: "The stick has no room (needs 4 MB)." in says(program.window))


def test_without_a_folder_nothing_is_asked_of_the_stick(start: StartProgram) -> None:
    program = to_admin(start, FakeDay())
    press(program.window, "Stick")
    assert not button(program.window, "Import from stick").isEnabled()


def test_erasing_needs_a_second_step(start: StartProgram, tmp_path: Path) -> None:
    day = FakeDay()
    program = to_admin(start, day, tmp_path)
    press(program.window, "Stick")
    press(program.window, "Erase results")
    assert button(program.window, "Keep them").hasFocus()
    press(program.window, "Keep them")
    assert not day.erased
    press(program.window, "Erase results")
    press(program.window, "Erase them")
    until(lambda: "Erased: 1 of 1." in says(program.window))
    assert day.erased


def test_a_cut_off_session_can_be_sealed_as_unfinished(start: StartProgram) -> None:
    day = FakeDay(cut_off=cut_off_session(same_boot=False))
    program = to_admin(start, day)
    press(program.window, "Sessions")
    press(program.window, "Seal as unfinished")
    press(program.window, "Seal it")
    until(lambda: "Sealed as unfinished" in says(program.window))
    assert "Seal as unfinished" not in buttons(program.window)


def test_the_program_closes_for_an_admin_only_and_asks_before(
    start: StartProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[int] = []
    program = to_admin(start, FakeDay())
    monkeypatch.setattr(program._app, "exit", closed.append)
    press(program.window, "Close the program")
    assert closed == []
    press(program.window, "Close it")
    assert closed == [0]


def test_enter_in_the_search_field_goes_one_step_only(start: StartProgram, app: QApplication) -> None:
    day = FakeDay()
    program = start(day)
    on(program, Screen.IDLE)
    press(program.window, "Check in a candidate")
    on(program, Screen.UNLOCK)
    enter_pin(program)
    on(program, Screen.CHECK_IN)
    type_keys(app, "bela")
    hit(app, Qt.Key.Key_Return)
    settle(50)
    assert program.window.screen_name is Screen.CHECK_IN
    assert "Compare the photo ID with the name below." in says(program.window)
    assert not day.opened


def test_who_has_to_wait_is_not_left_without_focus(start: StartProgram, app: QApplication) -> None:
    program = start(FakeDay())
    on(program, Screen.IDLE)
    press(program.window, "Check in a candidate")
    on(program, Screen.UNLOCK)
    for _try in range(5):
        enter_pin(program, "0000")
    until(lambda: "The next try is possible" in says(program.window))
    assert app.focusWidget() is not None
    hit(app, Qt.Key.Key_Escape)
    on(program, Screen.IDLE)
