"""Every screen can be read and found: no nameless control, no two controls of one name, nothing wider than the screen."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
)

from exam_packages.accommodations import Accommodations
from exam_packages.ids import ItemId
from exam_packages.qti.model import SessionControl, TimeLimits, Tool
from exam_packages.session_events import (
    Commented,
    Event,
    IdentityConfirmed,
    ItemPresented,
    Paused,
    PauseReason,
    PollSkipped,
    ReviewOpened,
    SectionEnded,
    SectionEntered,
    Submitted,
)
from kiosk.seat.facts import SessionState
from tests.ui.accessibility import nameless_controls, tree
from tests.ui.waiting import until
from tests.ui.window.conftest import Sat, StartProgram
from tests.ui.window.driving import buttons, enter_pin, focused, hit, on, press, settle
from tests.ui.window.fake_day import FakeDay, appointment, cut_off_session, seat_status, session_entry
from tests.ui.window.rules_exam import SECTION, inner, reference, rubric, rules_exam
from tests.ui.window.test_sitting import ESSAY, FIRST, SECOND, TUTORIAL
from ui.window.app import ExamProgram
from ui.window.items.extended_text import _Editor
from ui.window.navigation import Screen
from ui.window.theme import Theme
from ui.window.widgets.pin_pad import _DotField
from ui.window.widgets.private_line import PrivateLine

Sit = Callable[..., Sat]
LONG = "Wolfeschlegelsteinhausenbergerdorff-Venkatanarasimharajuvaripeta Maria Konstantinopoulou"

SESSION_SCREENS: dict[str, tuple[tuple[Event, ...], Screen]] = {
    "identity": ((), Screen.IDENTITY),
    "agreement": (TUTORIAL[:1], Screen.AGREEMENT),
    "intro": (TUTORIAL[:2], Screen.SECTION_INTRO),
    "tutorial": (TUTORIAL, Screen.ITEM),
    "item": (FIRST, Screen.ITEM),
    "essay": (ESSAY, Screen.ITEM),
    "review": ((*FIRST, ItemPresented(item=ItemId("a-1")), ReviewOpened()), Screen.REVIEW),
    "break": ((*FIRST, SectionEnded()), Screen.BREAK),
    "submit": ((*SECOND, SectionEnded()), Screen.SUBMIT),
    "poll": ((*SECOND, SectionEnded(), Submitted()), Screen.SECTION_INTRO),
    "pause": ((*FIRST, Paused(reason=PauseReason.REBOOT)), Screen.PAUSE),
    "done": ((*SECOND, SectionEnded(), Submitted(), PollSkipped()), Screen.DONE),
}


def check(program: ExamProgram) -> None:
    window = program.window
    assert nameless_controls(window) == []
    names = [
        (found.role, found.name)
        for found in tree(window)
        if found.focusable and found.role in (QAccessible.Role.Button, QAccessible.Role.CheckBox)
    ]
    assert len(names) == len(set(names)), sorted(name for _role, name in names)
    assert window.windowTitle()
    assert tree(window)[0].name == window.windowTitle()
    labels = [each for each in window.findChildren(QLabel) if each.isVisible() and each.accessibleName()]
    assert [each for each in labels if each.text()] == [], "a name on a label hides its text"
    assert QApplication.focusWidget() is not None, "the focus is somewhere"
    for popup in (QComboBox, QMenu, QDialog):
        assert window.findChildren(popup) == [], "no pop-ups"
    for field in (*window.findChildren(QLineEdit), *window.findChildren(QPlainTextEdit)):
        assert isinstance(field, (PrivateLine, _DotField, _Editor)), "every field keeps its text to itself"
    assert window.findChildren(QTextEdit) == []


@pytest.mark.parametrize("name", SESSION_SCREENS)
def test_every_screen_of_a_session(sit: Sit, name: str) -> None:
    events, screen = SESSION_SCREENS[name]
    sat = sit(*events)
    on(sat.program, screen)
    settle(50)
    check(sat.program)
    press(sat.window, "Tools")
    settle()
    check(sat.program)


def test_a_question_with_everything_around_it(sit: Sit) -> None:
    group = inner(reference(1, time_limits=TimeLimits(max_s=90)), reference(2), rubrics=(rubric("About noon."),))
    exam = rules_exam(
        group,
        individual=True,
        tools=frozenset(Tool),
        control=SessionControl(max_attempts=2, allow_skipping=False, allow_comment=True),
    )
    start = (IdentityConfirmed(), SectionEntered(section=SECTION), ItemPresented(item=ItemId("q-1")))
    sat = sit(*start, day=FakeDay(exam=exam), needs=Accommodations(breaks=1))
    on(sat.program, Screen.ITEM)
    settle(50)
    check(sat.program)
    press(sat.window, "Take a break")
    check(sat.program)
    press(sat.window, "Keep working")
    press(sat.window, "Submit answer")
    until(sat.window._notice.words)
    check(sat.program)
    sat.running.happen(Commented(item=ItemId("q-1"), text="Which?"))
    sat.running.happen(ReviewOpened())
    on(sat.program, Screen.REVIEW)
    check(sat.program)
    tops = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
    assert tops == [sat.window], "there is one window and no other"


def test_the_proctors_panel(sit: Sit) -> None:
    sat = sit(*FIRST)
    press(sat.window, "Proctor")
    on(sat.program, Screen.PAUSE)
    check(sat.program)
    enter_pin(sat.program)
    on(sat.program, Screen.PROCTOR)
    check(sat.program)


def test_the_desk(start: StartProgram) -> None:
    sessions = (session_entry(1, LONG, SessionState.SEALED), session_entry(2, "Ng", SessionState.RECEIVED))
    facts = replace(seat_status(), sessions=sessions)
    day = FakeDay(facts=facts, cut_off=cut_off_session(same_boot=False), roster=())
    program = start(day)
    on(program, Screen.IDLE)
    until(lambda: "Continue this exam" in buttons(program.window))
    check(program)
    press(program.window, "Seat administration")
    on(program, Screen.UNLOCK)
    check(program)
    enter_pin(program, name="Silas Siteadmin")
    on(program, Screen.ADMIN)
    for part in ("Overview", "Exams", "Roster", "Sessions", "Stick"):
        press(program.window, part)
        check(program)


def test_the_check_in(start: StartProgram) -> None:
    program = start(FakeDay(roster=tuple(appointment(n, f"{LONG} {n}") for n in range(1, 80))))
    on(program, Screen.IDLE)
    press(program.window, "Check in a candidate")
    on(program, Screen.UNLOCK)
    enter_pin(program)
    on(program, Screen.CHECK_IN)
    check(program)
    press(program.window, "Check identity")
    check(program)


@pytest.mark.parametrize("percent", [100, 150, 200])
@pytest.mark.parametrize("name", SESSION_SCREENS)
def test_nothing_is_wider_than_a_small_screen(sit: Sit, name: str, percent: int) -> None:
    events, screen = SESSION_SCREENS[name]
    sat = sit(*events, text_percent=percent, look=Theme.DARK)
    on(sat.program, screen)
    sat.window.resize(1024, 768)
    settle(50)
    assert (sat.window.width(), sat.window.height()) == (1024, 768)
    page = sat.window.page
    assert page is not None
    assert page.width() == 1024
    assert page.bar.geometry().bottom() <= page.height()
    if page.area is not None:
        inside = page.area.widget()
        assert inside is not None
        assert inside.width() <= page.area.viewport().width(), "nothing is cut off at the side"
    for button in page.bar.findChildren(QPushButton):
        if button.isVisible():
            place = button.mapTo(page.bar, button.rect().bottomRight())
            assert place.x() < page.bar.width()
            assert place.y() < page.bar.height() + 1, button.text()


def test_tab_goes_through_the_question_first_and_then_along_the_bar(sit: Sit, app: QApplication) -> None:
    sat = sit(*ESSAY)
    on(sat.program, Screen.ITEM)
    names = []
    for _ in range(8):
        hit(app, Qt.Key.Key_Tab)
        widget = focused(app)
        names.append(widget.accessibleName() or (widget.text() if isinstance(widget, QPushButton) else ""))
    bar = ["Tools", "Flag for review", "Review", "Previous", "Next"]
    assert names[names.index("Tools") :][: len(bar)] == bar
    order = [found.name for found in tree(sat.window)]
    assert order.index("Question 4") < order.index("Tools")


def test_a_warning_is_announced(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(
        "ui.window.widgets.sentence.announce", lambda _widget, words, **_how: said.append(words), raising=True
    )
    sat = sit(*FIRST)
    on(sat.program, Screen.ITEM)
    sat.running.pass_ms = 35 * 60_000 + 1
    until(lambda: said)
    assert said == ["5 minutes left in this section"]


def test_closing_is_refused(sit: Sit) -> None:
    sat = sit(*FIRST)
    assert not sat.window.close()
    assert sat.window.isVisible()
