"""The window on a real seat: real packages, real journal, real sealing; only the clock is the test's."""

import gc
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from exam_packages.ids import ItemId
from exam_packages.result_opening import check_result, open_result
from exam_packages.session_events import SectionKind
from kiosk.handover.stick import Stick
from kiosk.seat.seat import Seat
from kiosk.session import Phase
from tests.simulators.day import ADMIN_PIN, PROCTOR_PIN, World, make_world
from tests.ui.waiting import until
from tests.ui.window.driving import (
    buttons,
    choose_row,
    collections,
    enter_pin,
    make_program,
    on,
    press,
    says,
    settle,
    type_keys,
)
from ui.command_line.office import judge_of
from ui.window.app import ExamProgram
from ui.window.items.option_row import CheckRow, RadioRow
from ui.window.navigation import Screen
from ui.window.ports import Running
from ui.window.screens.item import ItemPage

pytestmark = pytest.mark.timeout(600)
"""Whole days, on a busy machine. A time limit raises wherever Python is; where that is a call from Qt the process dies of it."""

PROCTOR = "Maria Keller"
ADMIN = "Jonas Berg"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@pytest.fixture
def seat(world: World) -> Iterator[Seat]:
    with world.seat() as seat:
        yield seat


@pytest.fixture
def program(app: QApplication, world: World, seat: Seat) -> Iterator[ExamProgram]:
    gc.collect()
    gc.enable()  # as the interpreter would have it: that it is not so while a window is there is the program's doing
    with collections() as seen:
        program = make_program(app, seat.day(), stick=world.stick)
        program.start(windowed=True)
        program.window.activateWindow()
        on(program, Screen.IDLE)
        until(lambda: "Ready" in says(program.window), why=says(program.window))
        yield program
        program.close()
        settle(1)
    assert all(here for here, _ in seen), "another thread has collected"


def check_in(program: ExamProgram, person: str) -> None:
    press(program.window, "Check in a candidate")
    on(program, Screen.UNLOCK)
    enter_pin(program, PROCTOR_PIN, name=PROCTOR)
    on(program, Screen.CHECK_IN)
    choose_row(program.window, person)
    press(program.window, "Check identity")
    press(program.window, "Start session")
    on(program, Screen.IDENTITY)
    press(program.window, "Yes, this is me")
    until(lambda: program.window.screen_name in (Screen.AGREEMENT, Screen.SECTION_INTRO))
    if program.window.screen_name is Screen.AGREEMENT:
        press(program.window, "I accept")
        on(program, Screen.SECTION_INTRO)


def answer_item(program: ExamProgram, app: QApplication) -> None:
    kinds = (RadioRow, CheckRow)
    rows = [each for kind in kinds for each in program.window.findChildren(kind) if each.isVisible()]
    editors = [each for each in program.window.findChildren(QPlainTextEdit) if each.isVisible()]
    if rows:
        QTest.mouseClick(rows[0], Qt.MouseButton.LeftButton)
    elif editors:
        editors[0].setFocus()
        type_keys(app, "We asked the team first.")


def _has_moved(running: Running, item: ItemId | None, phase: Phase) -> bool:
    session = running.session
    return session.item != item or session.phase is not phase or session.in_review


def _has_followed(program: ExamProgram, running: Running) -> bool:
    """Whether the window shows what is committed: what is pressed on a page that is about to go does nothing."""
    sitting, session, page = program._sitting, running.session, program.window.page
    if sitting is None or sitting._bridge.session.next_n != session.next_n:
        return False
    return not isinstance(page, ItemPage) or (session.item is not None and page.view.item == session.item)


def _starts(program: ExamProgram) -> list[str]:
    return [name for name in buttons(program.window) if name.startswith("Start ")]


def _between_sections(program: ExamProgram) -> Screen:
    """The page that comes behind a section, once it is there."""
    until(lambda: program.window.screen_name in (Screen.SECTION_INTRO, Screen.BREAK, Screen.DONE))
    page = program.window.screen_name
    assert page is not None
    return page


def walk_section(program: ExamProgram, app: QApplication) -> None:
    """Go through a section, answering what has rows to click or room to write."""
    running = program.running
    assert running is not None
    until(lambda: _starts(program))
    press(program.window, _starts(program)[0])
    on(program, Screen.ITEM)
    while program.window.screen_name is Screen.ITEM:
        until(partial(_has_followed, program, running), why="the item is not on the screen")
        item, phase = running.session.item, running.session.phase
        answer_item(program, app)
        way = next(name for name in ("Next", "Finish tutorial", "Finish poll") if name in buttons(program.window))
        press(program.window, way)
        until(partial(_has_moved, running, item, phase))
        until(partial(_has_followed, program, running), why="the next page does not come")
        if way != "Next":
            return
    on(program, Screen.REVIEW)
    hands_in = "Submit exam" in buttons(program.window)
    press(program.window, "Submit exam" if hands_in else "End section")
    press(program.window, "Submit now" if hands_in else "End section now")
    until(lambda: program.window.screen_name is not Screen.REVIEW)
    settle()


def sit_to_the_end(program: ExamProgram, app: QApplication) -> None:
    while (page := _between_sections(program)) is not Screen.DONE:
        if page is Screen.BREAK:
            press(program.window, "End the break")
            press(program.window, "End the break now")
            on(program, Screen.SECTION_INTRO)
        walk_section(program, app)
    until(lambda: "Free this seat" in buttons(program.window))


def assert_on_route(world: World) -> None:
    """The office finds every journal on the way that the exam's rules lead."""
    now = world.clock.utc_ms()
    office, bundles = world.office, Stick(world.stick).result_files()
    judged = judge_of(office, now=now)
    for path in bundles:
        data = path.read_bytes()
        checked = check_result(data, trust=office.trust(now), place=path.name)
        key = office.keys.scoring_key(checked.recipients, place=path.name)
        judged(open_result(data, trust=office.trust(now), scoring_key=key, place=path.name).records)


def test_two_candidates_after_one_another_and_the_results_on_the_stick(
    program: ExamProgram, app: QApplication, world: World, seat: Seat
) -> None:
    for person, least in (("Ana Ruiz", 16), ("Chidi Okafor", 1)):
        check_in(program, person)
        running = program.running
        assert running is not None
        sit_to_the_end(program, app)
        session = running.session
        assert session.phase is Phase.FINISHED
        scored = [item for part in session.plan.sections if part.kind is SectionKind.SCORED for item in part.items]
        assert session.presented >= set(scored)
        assert session.answered_count >= least
        assert running.head_code in says(program.window)
        press(program.window, "Free this seat")
        on(program, Screen.IDLE)
        until(lambda: "Ready" in says(program.window))
    press(program.window, "Seat administration")
    on(program, Screen.UNLOCK)
    enter_pin(program, ADMIN_PIN, name=ADMIN)
    on(program, Screen.ADMIN)
    press(program.window, "Stick")
    press(program.window, "Export to stick")
    until(lambda: "On the stick and read back: 2 results." in says(program.window))
    report = world.accept()
    assert_on_route(world)
    assert [bundle.receipt is not None for bundle in report.bundles] == [True, True]
    press(program.window, "Read receipts")
    until(lambda: "Receipts: 2 new of 2" in says(program.window))
    assert seat.status().outbox_waiting == 0


def test_a_wrong_pin_then_the_right_one(program: ExamProgram) -> None:
    press(program.window, "Check in a candidate")
    on(program, Screen.UNLOCK)
    enter_pin(program, "000000", name=PROCTOR)
    until(lambda: "do not fit together" in says(program.window))
    enter_pin(program, PROCTOR_PIN, name=PROCTOR)
    on(program, Screen.CHECK_IN)


def test_a_program_that_went_away_comes_back_to_the_same_item(
    app: QApplication, world: World, program: ExamProgram, seat: Seat
) -> None:
    check_in(program, "Ana Ruiz")
    walk_section(program, app)
    press(program.window, "Start section")
    on(program, Screen.ITEM)
    running = program.running
    assert running is not None
    until(lambda: running.session.item is not None)
    press(program.window, "Next")
    until(lambda: running.session.item == running.session.plan.sections[1].items[1])
    before = running.session
    running.close()
    again = make_program(app, seat.day(), stick=world.stick)
    again.start(windowed=True)
    try:
        on(again, Screen.ITEM)
        assert "The program restarted. Nothing was lost." in says(again.window)
        assert again.running is not None
        assert again.running.session.item == before.item
        assert again.running.session.answers == before.answers
    finally:
        again.close()


def test_after_a_restart_of_the_machine_the_proctor_continues(
    app: QApplication, world: World, program: ExamProgram, seat: Seat
) -> None:
    check_in(program, "Chidi Okafor")
    running = program.running
    assert running is not None
    running.close()
    world.clock.reboot()
    again = make_program(app, seat.day(), stick=world.stick)
    again.start(windowed=True)
    try:
        until(lambda: "The exam of Chidi Okafor was cut off" in says(again.window))
        press(again.window, "Continue this exam")
        on(again, Screen.UNLOCK)
        enter_pin(again, PROCTOR_PIN, name=PROCTOR)
        on(again, Screen.SECTION_INTRO)
    finally:
        again.close()
