"""The seat's code in the administration, and a seat that is older than it once was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from kiosk.errors import Missing
from kiosk.seat.rollback import LostAnswers, RollbackSource
from kiosk.seat.rollback_watch import CodeVerdict
from tests.ui.waiting import until
from tests.ui.window.conftest import StartProgram
from tests.ui.window.driving import button, buttons, enter_pin, hit, on, press, says, type_keys
from tests.ui.window.fake_day import FakeDay, cut_off_session, rolled_back, seat_status
from ui.window import rollback_words
from ui.window.app import ExamProgram
from ui.window.navigation import Screen

CODE = "40-16-7F3K9-Q2MAB-4X"


def to_code(program: ExamProgram) -> None:
    """The part of the administration about the code."""
    on(program, Screen.IDLE)
    press(program.window, "Seat administration")
    on(program, Screen.UNLOCK)
    enter_pin(program, name="Silas Siteadmin")
    on(program, Screen.ADMIN)
    press(program.window, "Code")


def line(program: ExamProgram, name: str) -> QLineEdit:
    return next(each for each in program.window.findChildren(QLineEdit) if each.accessibleName() == name)


def test_the_code_to_note_is_shown(start: StartProgram) -> None:
    program = start(FakeDay())
    to_code(program)
    assert "Code of this seat: 41-17-7F3K9-Q2MAB-4X" in says(program.window)
    assert not button(program.window, "Compare").isEnabled()


def test_a_seat_without_a_code_says_so(start: StartProgram) -> None:
    program = start(FakeDay(facts=replace(seat_status(), code="", code_made=None)))
    to_code(program)
    assert "This seat has given no code yet." in says(program.window)


@pytest.mark.parametrize("verdict", [*CodeVerdict, None])
def test_a_code_is_compared(start: StartProgram, verdict: CodeVerdict | None) -> None:
    program = start(FakeDay(codes={CODE: verdict} if verdict is not None else {}))
    to_code(program)
    line(program, "A code that was noted").setText(CODE)
    press(program.window, "Compare")
    until(lambda: rollback_words.verdict(verdict) in says(program.window))
    assert ("Let the seat go on" in buttons(program.window)) is (verdict is CodeVerdict.ROLLED_BACK)


def test_enter_compares(start: StartProgram, app: QApplication) -> None:
    program = start(FakeDay(codes={CODE: CodeVerdict.NEWER}))
    to_code(program)
    line(program, "A code that was noted").setFocus()
    type_keys(app, CODE)
    hit(app, Qt.Key.Key_Return)
    until(lambda: rollback_words.verdict(CodeVerdict.NEWER) in says(program.window))


def test_the_stick_is_looked_at_before_anything_begins(start: StartProgram, tmp_path: Path) -> None:
    day = FakeDay(facts=rolled_back(seat_status()), cut_off=cut_off_session(same_boot=True))
    program = start(day, stick=tmp_path)
    on(program, Screen.IDLE)
    until(lambda: "Not ready" in says(program.window))
    assert day.looked_at == tmp_path
    assert day.opened == []  # nothing comes back by itself


def test_a_seat_that_is_older_says_what_is_missing_and_begins_nothing(start: StartProgram) -> None:
    program = start(FakeDay(facts=rolled_back(seat_status()), cut_off=cut_off_session(same_boot=False)))
    on(program, Screen.IDLE)
    until(lambda: "Not ready" in says(program.window))
    said = says(program.window)
    assert "Use another seat, and hand this one to the site admin." in said
    assert "2 results; 14 answers in session 01K3X9M2Q4T6V8B0C2D4F6G8HJ" in said
    assert "This seat is closed" in said
    assert not button(program.window, "Check in a candidate").isEnabled()
    assert "Continue this exam" not in buttons(program.window)


def test_an_admin_lets_it_go_on_with_a_reason_and_a_second_step(start: StartProgram) -> None:
    day = FakeDay(facts=rolled_back(seat_status()))
    program = start(day)
    to_code(program)
    assert "A mark of this seat on a stick tells so." in says(program.window)
    assert "Code of this seat" not in says(program.window)  # nothing to note
    assert not button(program.window, "Let the seat go on").isEnabled()
    line(program, "Why this seat may go on without it; the office reads this").setText("A backup by mistake")
    press(program.window, "Let the seat go on")
    assert day.accepted is None
    press(program.window, "Leave it closed")
    assert day.accepted is None
    press(program.window, "Let the seat go on")
    press(program.window, "Let it go on")
    until(lambda: "The seat works again." in says(program.window))
    assert day.accepted == ("A backup by mistake", "p2")
    assert "42-17-7F3K9-Q2MAB-4X" in says(program.window)


def test_a_copied_seat_wants_its_adoption_still(start: StartProgram) -> None:
    older = rolled_back(seat_status())
    program = start(FakeDay(facts=replace(older, missing=(Missing.ADOPTION, *older.missing))))
    to_code(program)
    line(program, "Why this seat may go on without it; the office reads this").setText("A backup by mistake")
    press(program.window, "Let the seat go on")
    press(program.window, "Let it go on")
    until(lambda: "What is missing is accepted." in says(program.window))
    assert "The seat works again." not in says(program.window)
    assert "an admin adopts this one" in says(program.window)


@pytest.mark.parametrize("is_older", [False, True])
def test_the_stick_s_work_says_what_it_told(start: StartProgram, tmp_path: Path, *, is_older: bool) -> None:
    program = start(FakeDay(facts=rolled_back(seat_status()) if is_older else seat_status()), stick=tmp_path)
    to_code(program)
    press(program.window, "Stick")
    press(program.window, "Export to stick")
    until(lambda: "On the stick and read back" in says(program.window))
    assert ("2 results; 14 answers" in says(program.window)) is is_older
    assert ("Note the seat's code in the day book: 41-17" in says(program.window)) is not is_older


@pytest.mark.parametrize("source", RollbackSource)
def test_every_source_has_its_words(source: RollbackSource) -> None:
    assert rollback_words.told_by(source).endswith(".")


def test_what_cannot_be_named_is_not_hidden() -> None:
    rollback = rolled_back(seat_status()).rollback
    assert rollback is not None
    assert "something" in rollback_words.missing(replace(rollback, results=0, sessions=(), made=None))
    parted = LostAnswers(session=rollback.sessions[0].session, known=True, records=3, answers=0)
    assert "a part of session" in rollback_words.missing(replace(rollback, sessions=(parted,)))
    assert "1 answer in" in rollback_words.missing(replace(rollback, sessions=(replace(parted, answers=1),)))
