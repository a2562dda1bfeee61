"""An exam whose computer has failed goes on here: what the proctor sees and does, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea

from exam_packages.ids import SeatId
from kiosk.errors import StickFault, StickFaultKind
from kiosk.mirror.taking import MoveFault, MoveRefused
from kiosk.seat.facts import SessionState
from kiosk.seat.seat import Seat
from tests.kiosk.mirror import seats
from tests.kiosk.mirror.seats import SECOND, another_machine
from tests.kiosk.seat.sittings import answer, to_first_scored
from tests.kiosk.seat.sittings import start as begin
from tests.simulators.day import PROCTOR_PIN
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
    type_keys,
)
from tests.ui.window.fake_day import FakeDay, copies, cut_off_session, seat_status, session_entry
from ui.window import move_words, words
from ui.window.app import ExamProgram
from ui.window.navigation import Screen

HERE = seat_status()
WORDS = "Continue from another seat"
ASK = "Continue with a PIN"


def to_copies(program: ExamProgram) -> None:
    on(program, Screen.IDLE)
    until(lambda: WORDS in buttons(program.window))
    press(program.window, WORDS)
    on(program, Screen.COPIES)
    press(program.window, ASK)
    on(program, Screen.UNLOCK)
    assert "A proctor continues an exam whose computer has failed." in says(program.window)
    enter_pin(program)
    on(program, Screen.TAKE_OVER)


def test_nobody_is_asked_where_no_copy_is(start: StartProgram) -> None:
    program = start(FakeDay(facts=HERE))
    on(program, Screen.IDLE)
    until(lambda: "Ready" in says(program.window))
    assert WORDS not in buttons(program.window)


def test_what_was_cut_off_here_comes_first(start: StartProgram) -> None:
    program = start(FakeDay(facts=HERE, copies=copies(), cut_off=cut_off_session(same_boot=False)))
    until(lambda: "was cut off" in says(program.window))
    assert WORDS not in buttons(program.window)


def test_a_proctor_sees_whose_it_is_and_what_may_be_missing(start: StartProgram) -> None:
    day = FakeDay(facts=HERE, copies=copies())
    program = start(day)
    to_copies(program)
    assert list_rows(program.window)[:2] == ["Ada Example", "Bela Sample"]
    choose_row(program.window, "Ada Example")
    press(program.window, "Look at this exam")
    said = says(program.window)
    saved = copies()[0].last_saved
    assert saved is not None
    after = f"Answers given after {words.day_and_time(saved)} are not in this copy"
    for part in (
        "Ada Example",
        "seat-03",
        "23 questions answered",
        "Last saved",
        "48:12",
        after,
        "the office sees both",
    ):
        assert part in said
    press(program.window, "Continue it here")
    on(program, Screen.IDENTITY)
    assert day.opened[0].plan.candidate_name == "Ada Example"
    assert program.running is day.opened[0]


def test_what_will_be_missing_is_said_before_a_pin_is_asked_for(start: StartProgram) -> None:
    program = start(FakeDay(facts=HERE, copies=copies()))
    until(lambda: WORDS in buttons(program.window))
    press(program.window, WORDS)
    on(program, Screen.COPIES)
    said = says(program.window)
    assert "Answers given after a copy was last saved are not in it" in said
    assert "The clock goes on from the time that was left then." in said
    first, second, taken, damaged = copies()
    assert first.last_saved is not None
    assert second.last_saved is not None
    for part in (
        "seat-03",
        f"Last saved {words.day_and_time(first.last_saved)}. 23 questions answered, 48:12 left.",
        "seat-04",
        f"Last saved {words.day_and_time(second.last_saved)}. 1 question answered.",
    ):
        assert part in said
    for other in (taken, damaged):
        assert other.refused is not None
        assert move_words.refused(other.refused).text() in said
    assert not [entry.candidate_name for entry in (first, second) if entry.candidate_name in said]
    press(program.window, "Back")
    on(program, Screen.IDLE)


def test_where_none_can_go_on_nobody_gives_a_pin_for_nothing(start: StartProgram) -> None:
    program = start(FakeDay(facts=HERE, copies=copies()[2:]))
    until(lambda: WORDS in buttons(program.window))
    press(program.window, WORDS)
    on(program, Screen.COPIES)
    assert "None of the second copies here can go on at this seat." in says(program.window)
    assert "goes on at seat-09 already" in says(program.window)
    assert ASK not in buttons(program.window)


def test_a_stick_that_was_emptied_meanwhile_asks_for_no_pin(
    start: StartProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = FakeDay(facts=HERE, copies=copies())
    program = start(day)
    until(lambda: WORDS in buttons(program.window))
    monkeypatch.setattr(day, "copies", ())
    press(program.window, WORDS)
    on(program, Screen.COPIES)
    assert "There is no second copy of another seat's exam here." in says(program.window)
    assert ASK not in buttons(program.window)
    press(program.window, "Back")
    on(program, Screen.IDLE)


def test_by_keyboard_alone(start: StartProgram, app: QApplication) -> None:
    day = FakeDay(facts=HERE, copies=copies())
    program = start(day)
    to_copies(program)
    type_keys(app, "bela")
    assert list_rows(program.window) == ["Bela Sample"]
    hit(app, Qt.Key.Key_Return)
    assert "1 question answered" in says(program.window)
    hit(app, Qt.Key.Key_Escape)
    assert "Choose the candidate" in says(program.window)
    hit(app, Qt.Key.Key_Return)
    hit(app, Qt.Key.Key_Return)
    on(program, Screen.IDENTITY)


def test_what_cannot_go_on_says_why_and_what_to_do(start: StartProgram) -> None:
    program = start(FakeDay(facts=HERE, copies=copies()[1:3]))
    to_copies(program)
    choose_row(program.window, "An exam that cannot be read here")
    press(program.window, "Look at this exam")
    assert "goes on at seat-09 already" in says(program.window)
    assert "Continue there." in says(program.window)
    assert not button(program.window, "Continue it here").isEnabled()
    press(program.window, "Back")
    press(program.window, "Back")
    on(program, Screen.IDLE)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MoveRefused(MoveFault.TAKEN, seat=SeatId("seat-09")), "goes on at seat-09 already"),
        (StickFault(StickFaultKind.GONE, Path("stick")), "pulled out"),
    ],
)
def test_what_goes_wrong_at_the_last_moment_is_said_above_the_free_seat(
    start: StartProgram, error: Exception, words: str
) -> None:
    day = FakeDay(facts=HERE, copies=copies(), open_error=error)
    program = start(day)
    to_copies(program)
    choose_row(program.window, "Ada Example")
    press(program.window, "Look at this exam")
    press(program.window, "Continue it here")
    on(program, Screen.IDLE)
    assert words in says(program.window)
    assert day.opened == []


@pytest.mark.parametrize("fault", MoveFault)
def test_every_refusal_has_words_and_a_remedy(fault: MoveFault) -> None:
    explained = move_words.explain(MoveRefused(fault, seat=SeatId("seat-09")))
    assert explained.what
    assert explained.remedy
    assert "{" not in explained.text()


def test_the_seat_it_left_says_where_it_goes_on(start: StartProgram) -> None:
    left = replace(session_entry(1, "Ada Example", SessionState.SEALED), moved_to=SeatId("seat-09"), receipt="")
    program = start(FakeDay(facts=replace(seat_status(), sessions=(left,))))
    until(lambda: "goes on at seat-09" in says(program.window))
    assert "The exam of Ada Example goes on at seat-09." in says(program.window)


@pytest.mark.parametrize("text_percent", [100, 200, 400])
def test_nothing_is_wider_than_the_screen(start: StartProgram, text_percent: int) -> None:
    program = start(FakeDay(facts=HERE, copies=copies()), text_percent=text_percent)
    program.window.resize(1024, 768)
    until(lambda: WORDS in buttons(program.window))
    press(program.window, WORDS)
    on(program, Screen.COPIES)
    assert not [area for area in program.window.findChildren(QScrollArea) if area.horizontalScrollBar().maximum()]
    press(program.window, "Back")
    to_copies(program)
    choose_row(program.window, "Ada Example")
    press(program.window, "Look at this exam")
    for area in program.window.findChildren(QScrollArea):
        assert area.horizontalScrollBar().maximum() == 0


@pytest.fixture
def medium() -> Iterator[Path]:
    with seats.medium() as folder:
        yield folder


def test_a_real_exam_comes_to_a_real_seat(start: StartProgram, medium: Path, tmp_path: Path) -> None:
    world = seats.make_two_seats(tmp_path / "world")
    with world.seat() as seat:
        running = begin(seat.day(mirror=medium))
        items = to_first_scored(running)
        for item in items[:3]:
            answer(running, item, "ChoiceA")
        running.close()
    with Seat.open(world.folder / SECOND, clock=another_machine(world.clock)) as seat:
        program = start(seat.day(mirror=medium))
        on(program, Screen.IDLE)
        until(lambda: WORDS in buttons(program.window))
        press(program.window, WORDS)
        on(program, Screen.COPIES)
        assert "seat-01" in says(program.window)
        assert ". 3 questions answered, " in says(program.window)
        press(program.window, ASK)
        on(program, Screen.UNLOCK)
        enter_pin(program, PROCTOR_PIN, name="Maria Keller")
        on(program, Screen.TAKE_OVER)
        assert list_rows(program.window) == ["Ana Ruiz"]
        choose_row(program.window, "Ana Ruiz")
        press(program.window, "Look at this exam")
        assert "seat-01" in says(program.window)
        assert "3 questions answered" in says(program.window)
        press(program.window, "Continue it here")
        on(program, Screen.ITEM)
        taken = program.running
        assert taken is not None
        assert (taken.session.seat, taken.session.item, taken.session.answered_count) == (SECOND, items[2], 3)
        program.close()
