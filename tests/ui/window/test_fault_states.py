"""What an admin sees of a seat that is copied, whose disk is full, or that keeps a damaged journal; and what they do about it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QTableView

from kiosk.errors import Missing, StorageFaultKind
from kiosk.seat.facts import SessionState
from tests.ui.waiting import until
from tests.ui.window.conftest import StartProgram
from tests.ui.window.driving import button, buttons, enter_pin, on, press, says
from tests.ui.window.fake_day import NOW, FakeDay, cut_off_session, seat_status, session_entry
from ui.window.app import ExamProgram
from ui.window.navigation import Screen


def to_admin(start: StartProgram, day: FakeDay) -> ExamProgram:
    program = start(day)
    on(program, Screen.IDLE)
    press(program.window, "Seat administration")
    on(program, Screen.UNLOCK)
    enter_pin(program, name="Silas Siteadmin")
    on(program, Screen.ADMIN)
    return program


def test_a_damaged_session_is_set_aside_in_two_steps(start: StartProgram) -> None:
    day = FakeDay(cut_off=cut_off_session(same_boot=False, fault=StorageFaultKind.DAMAGED))
    program = to_admin(start, day)
    press(program.window, "Sessions")
    assert "Seal as unfinished" not in buttons(program.window), "it cannot be sealed"
    press(program.window, "Set this session aside")
    assert button(program.window, "Leave it").hasFocus()
    assert "goes to the stick for the office" in says(program.window)
    press(program.window, "Leave it")
    assert day.cut_off is not None
    press(program.window, "Set this session aside")
    press(program.window, "Set it aside")
    until(lambda: "The session is set aside; its journal is kept." in says(program.window))
    assert day.cut_off is None
    assert "Set this session aside" not in buttons(program.window)


@pytest.mark.parametrize("kind", [StorageFaultKind.FULL, StorageFaultKind.READ_ONLY])
def test_a_journal_behind_a_full_disk_is_neither_damaged_nor_continued_anew(
    start: StartProgram, kind: StorageFaultKind
) -> None:
    day = FakeDay(cut_off=cut_off_session(same_boot=False, fault=kind))
    program = start(day)
    on(program, Screen.IDLE)
    until(lambda: "Continue this exam" in buttons(program.window))
    assert "Continue in a new session" not in buttons(program.window)
    assert "It goes on when the disk is in order." in says(program.window)
    press(program.window, "Seat administration")
    enter_pin(program, name="Silas Siteadmin")
    on(program, Screen.ADMIN)
    press(program.window, "Sessions")
    assert "Set this session aside" not in buttons(program.window)


def test_a_damaged_journal_on_a_stick_is_called_so(start: StartProgram) -> None:
    kept = replace(session_entry(1, "Ada Example", SessionState.DAMAGED), bundle=None, result_state=None)
    brought = replace(kept, candidate_name="Bela Sample", journal_exported=NOW)
    program = to_admin(start, FakeDay(facts=replace(seat_status(), sessions=(kept, brought))))
    press(program.window, "Sessions")
    cells = next(each.model() for each in program.window.findChildren(QTableView) if each.isVisible())
    states = {cells.index(row, 0).data(): cells.index(row, 3).data() for row in range(cells.rowCount())}
    assert states == {"Ada Example": "Journal damaged, kept", "Bela Sample": "Journal damaged, on a stick"}
    assert "A damaged journal is on no stick yet: export it." in says(program.window)


def test_a_copy_says_so_and_is_adopted_in_two_steps(start: StartProgram) -> None:
    day = FakeDay(facts=replace(seat_status(), missing=(Missing.ADOPTION,)))
    program = start(day)
    on(program, Screen.IDLE)
    until(lambda: "This seat was copied or moved to this place." in says(program.window))
    assert not button(program.window, "Check in a candidate").isEnabled()
    press(program.window, "Seat administration")
    enter_pin(program, name="Silas Siteadmin")
    on(program, Screen.ADMIN)
    press(program.window, "Adopt this seat")
    assert "Is every other copy of this seat out of use, for good?" in says(program.window)
    press(program.window, "Go on with this one")
    until(lambda: "The seat goes on here." in says(program.window))
    assert "Adopt this seat" not in buttons(program.window)


def test_a_nearly_full_disk_is_said_before_anybody_is_checked_in(start: StartProgram) -> None:
    program = start(FakeDay(facts=replace(seat_status(), missing=(Missing.ROOM,))))
    on(program, Screen.IDLE)
    until(lambda: "The disk of this computer is nearly full." in says(program.window))
    assert "Free some room on the disk" in says(program.window)
    assert not button(program.window, "Check in a candidate").isEnabled()
