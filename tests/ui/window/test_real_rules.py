"""The window on a real seat with somebody else's exam: routes, attempts, breaks, tools and looks, in a real journal and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication, QPlainTextEdit

from exam_packages.accommodations import Accommodations, Scheme
from exam_packages.ids import ItemId, ResponseId
from exam_packages.office.publishing import write_roster
from exam_packages.qti.model import Tool
from kiosk.session import Phase
from tests.exam_packages.qti.writing_xml import form_document, item, manifest
from tests.journeys.foreign_day import DINA, build, zipped
from tests.simulators.day import PROCTOR_PIN, SITE, World, appointment, make_world
from tests.ui.waiting import until
from tests.ui.window.driving import (
    button,
    buttons,
    choose_row,
    enter_pin,
    focused,
    make_program,
    on,
    press,
    says,
    settle,
    type_keys,
)
from tests.ui.window.test_real_day import PROCTOR, assert_on_route
from ui.window.app import ExamProgram
from ui.window.navigation import Screen
from ui.window.theme import Theme

REF = '<qti-assessment-item-ref identifier="{0}" href="items/{0}.xml">{1}</qti-assessment-item-ref>'
TO_THE_HARD_ONE = (
    '<qti-branch-rule target="hard"><qti-gte><qti-variable identifier="first.SCORE"/>'
    '<qti-base-value base-type="float">1</qti-base-value></qti-gte></qti-branch-rule>'
)
PART = (
    '<qti-test-part identifier="part" navigation-mode="linear" submission-mode="individual" data-tools="notes">'
    '<qti-item-session-control max-attempts="1" allow-skipping="false" allow-comment="true"/>'
    '<qti-assessment-section identifier="all" title="Questions" visible="true">'
    '<qti-assessment-section identifier="inner" title="Warming up" visible="true">'
    '<qti-rubric-block view="candidate" use="instructions"><qti-content-body><p>Take your time.</p></qti-content-body>'
    "</qti-rubric-block>{0}</qti-assessment-section>{1}</qti-assessment-section></qti-test-part>"
)
FIRST, HARD = ItemId("first"), ItemId("hard")
NEEDS = Accommodations(breaks=1, scheme=Scheme.DARK, text_size_percent=125, tools=(Tool.LINE_READER,))


def booked(tmp_path: Path) -> World:
    """A seat with an exam that is scored there, and one candidate with needs."""
    world = make_world(tmp_path / "world")
    parts = PART.format(REF.format("first", TO_THE_HARD_ONE), REF.format("easy", "") + REF.format("hard", ""))
    files = {f"items/{name}.xml": item() for name in ("first", "easy", "hard")}
    files["test.xml"] = form_document(parts=parts, maximum=3)
    files["imsmanifest.xml"] = manifest(dict.fromkeys(files, ()))
    record = build(world, zipped(files, tmp_path / "exam.zip"), scored_at_seat=True).record
    now = world.clock.utc_ms()
    dina = appointment(DINA, "candidate-4", "Dina Okoye", record.exam, record.form, now)
    write_roster(world.office, SITE, [replace(dina, accommodations=NEEDS)], now=now)
    world.publish()
    world.release(record.digest)
    return world


def check_in(program: ExamProgram) -> None:
    press(program.window, "Check in a candidate")
    on(program, Screen.UNLOCK)
    enter_pin(program, PROCTOR_PIN, name=PROCTOR)
    on(program, Screen.CHECK_IN)
    choose_row(program.window, "Dina Okoye")
    press(program.window, "Check identity")
    said = says(program.window)
    assert "1 break that stops the clock" in said
    assert "Tools: Line reader" in said
    press(program.window, "Start session")
    on(program, Screen.IDENTITY)
    assert program.window.look.theme is Theme.DARK
    press(program.window, "Yes, this is me")
    on(program, Screen.SECTION_INTRO)
    assert "Depends on your answers" in says(program.window)
    press(program.window, "Start section")
    on(program, Screen.ITEM)
    until(lambda: program.running is not None and program.running.session.item == FIRST)
    settle()


def pick(program: ExamProgram, words: str) -> None:
    press(program.window, next(name for name in buttons(program.window) if name.endswith(words)))


def test_a_day_with_rules_tools_and_needs(app: QApplication, tmp_path: Path) -> None:
    world = booked(tmp_path)
    with world.seat() as seat:
        report = seat.import_from(world.stick)
        assert not report.refused
        program = make_program(app, seat.day(), stick=world.stick)
        program.start(windowed=True)
        program.window.activateWindow()
        on(program, Screen.IDLE)
        until(lambda: "Ready" in says(program.window))
        check_in(program)
        running = program.running
        assert running is not None
        assert "Take your time." in says(program.window)
        press(program.window, "Submit answer")
        until(lambda: program.window._notice.words().startswith("This question needs an answer"))
        press(program.window, "Notes")
        until(lambda: isinstance(focused(app), QPlainTextEdit))
        type_keys(app, "blue, I think")
        pick(program, "Blue")
        press(program.window, "Submit answer")
        until(lambda: FIRST in running.session.closed)
        assert running.session.marks[FIRST, Tool.NOTES, ResponseId("")] == ("blue, I think",)
        press(program.window, "Next")
        until(lambda: running.session.item == HARD, why="the right answer leads there")
        press(program.window, "Tools")
        press(program.window, "150 %")
        until(lambda: program.window.look.text_percent == 150)
        press(program.window, "Take a break")
        press(program.window, "Start the break")
        on(program, Screen.PAUSE)
        press(program.window, "Back to the exam")
        on(program, Screen.ITEM)
        before = running.session
        program.close()
        settle()
        again = make_program(app, seat.day(), stick=world.stick)
        again.start(windowed=True)
        try:
            go_on_after_the_restart(again, before.look)
        finally:
            again.close()
            settle()
        seat.export(world.stick)
        assert [each.receipt is not None for each in world.accept().bundles] == [True]
        assert_on_route(world)


def go_on_after_the_restart(program: ExamProgram, look: object) -> None:
    on(program, Screen.ITEM)
    running = program.running
    assert running is not None
    assert running.session.item == HARD
    assert running.session.look == look
    assert (program.window.look.text_percent, program.window.look.theme) == (150, Theme.DARK)
    assert "Take a break" not in buttons(program.window), "one break was granted, and it was taken"
    pick(program, "Red")
    press(program.window, "Submit answer")
    until(lambda: running.session.attempts.get(HARD) == 1)
    until(lambda: button(program.window, "Next").isEnabled())
    press(program.window, "Next")
    on(program, Screen.REVIEW)
    assert "2 of 2 answered" in says(program.window)
    press(program.window, "Submit exam")
    press(program.window, "Submit now")
    on(program, Screen.DONE)
    until(lambda: "Free this seat" in buttons(program.window))
    assert running.session.phase is Phase.FINISHED
