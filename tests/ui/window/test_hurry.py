"""What people do while something is still on its way to the disk: nothing is lost, shown twice or skipped."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QRadioButton

from exam_packages.ids import ItemId, ResponseId
from exam_packages.qti.model import Tool
from exam_packages.session_events import Event, IdentityConfirmed, ItemPresented, SectionEntered
from kiosk.session import Why
from tests.ui.waiting import until
from tests.ui.window.conftest import Sat
from tests.ui.window.driving import button, focused, hit, on, press, says, settle, type_keys
from tests.ui.window.fake_day import FakeDay
from tests.ui.window.rules_exam import RESPONSE, SECTION, question, rules_exam
from tests.ui.window.small_exam import essay_item
from ui.window.items.extended_text import ExtendedTextPart
from ui.window.items.item_view import ItemView
from ui.window.navigation import Screen
from ui.window.tools.aids import Aid
from ui.window.tools.desk import ToolDesk

Sit = Callable[..., Sat]
START: tuple[Event, ...] = (IdentityConfirmed(), SectionEntered(section=SECTION), ItemPresented(item=ItemId("q-1")))
ONE, TWO, THREE = (ItemId(f"q-{number}") for number in (1, 2, 3))
TOOLS = frozenset({Tool.NOTES, Tool.CHOICE_ELIMINATOR, Tool.CALCULATOR})


def equipped(sit: Sit, *, essay: bool = False) -> Sat:
    items = {1: replace(essay_item("q-1"), path="items/q-1.xml")} if essay else {1: question(1)}
    sat = sit(*START, day=FakeDay(exam=rules_exam(items=items, tools=TOOLS)))
    on(sat.program, Screen.ITEM)
    return sat


def desk(sat: Sat) -> ToolDesk:
    found = [each for each in sat.window.findChildren(ToolDesk) if each.isVisible()]
    return found[0]


def rows(sat: Sat) -> list[QRadioButton]:
    view = next(each for each in sat.window.findChildren(ItemView) if each.isVisible())
    return [each for each in view.findChildren(QRadioButton) if each.isVisible()]


def editor(sat: Sat) -> QPlainTextEdit:
    part = next(each for each in sat.window.findChildren(ExtendedTextPart) if each.isVisible())
    return part.findChildren(QPlainTextEdit)[0]


def hit_aid(sat: Sat, app: QApplication, aid: Aid) -> None:
    key = Qt.Key(Qt.Key.Key_1 + desk(sat).bar.aids().index(aid))
    hit(app, key, Qt.KeyboardModifier.ControlModifier)


def test_a_tool_that_makes_the_question_anew_waits_until_everything_is_saved(sit: Sit) -> None:
    sat = equipped(sit, essay=True)
    field = editor(sat)
    field.setFocus()
    field.insertPlainText("half a sentence")
    sat.running.hold = True
    press(sat.window, "Strike out")
    settle()
    assert editor(sat).toPlainText() == "half a sentence", "never an older text than the one that was typed"
    sat.running.release()
    until(lambda: editor(sat) is not field)
    assert editor(sat).toPlainText() == "half a sentence"
    assert sat.running.session.answer(ONE, RESPONSE) == ("half a sentence",)


def test_the_focus_stays_in_the_question_when_a_key_makes_it_anew(sit: Sit, app: QApplication) -> None:
    sat = equipped(sit)
    rows(sat)[0].setFocus()
    hit_aid(sat, app, Aid.CHOICE_ELIMINATOR)
    settle()
    view = next(each for each in sat.window.findChildren(ItemView) if each.isVisible())
    assert view.isAncestorOf(focused(app))


def test_a_panel_stays_open_when_the_same_question_is_made_anew(sit: Sit, app: QApplication) -> None:
    sat = equipped(sit)
    hit_aid(sat, app, Aid.NOTES)
    type_keys(app, "noon")
    press(sat.window, "Strike out")
    settle()
    assert desk(sat).open_aids() == (Aid.NOTES,)
    assert sat.running.session.marks[ONE, Tool.NOTES, ResponseId("")] == ("noon",)


def test_notes_are_not_set_back_by_news_of_something_else(sit: Sit, app: QApplication) -> None:
    sat = equipped(sit)
    hit_aid(sat, app, Aid.NOTES)
    field = focused(app)
    assert isinstance(field, QPlainTextEdit)
    sat.running.hold = True
    type_keys(app, "noon")
    desk(sat).flush()
    sat.running.tick()
    settle()
    assert field.toPlainText() == "noon"
    type_keys(app, " peak")
    desk(sat).flush()
    sat.running.release()
    settle()
    assert field.toPlainText() == "noon peak"
    assert sat.running.session.marks[ONE, Tool.NOTES, ResponseId("")] == ("noon peak",)


def test_next_twice_goes_on_once(sit: Sit, app: QApplication) -> None:
    sat = equipped(sit)
    sat.running.hold = True
    button(sat.window, "Next").setFocus()
    hit(app, Qt.Key.Key_Return)
    hit(app, Qt.Key.Key_Return)
    sat.running.release()
    until(lambda: sat.running.session.item == TWO)
    settle(100)
    assert sat.running.session.item == TWO, "a question that nobody saw is not skipped"
    press(sat.window, "Next")
    until(lambda: sat.running.session.item == THREE)


def test_what_comes_after_the_time_is_not_shown_as_if_it_were_stored(sit: Sit) -> None:
    sat = equipped(sit)
    sat.running.refuse_next = Why.TIME_IS_UP
    rows(sat)[0].click()
    until(lambda: "not taken" in sat.window._notice.words())
    settle()
    assert not any(each.isChecked() for each in rows(sat))
    assert "Saved" in says(sat.window).splitlines()


def test_nothing_is_typed_into_a_page_that_is_about_to_get_another_look(sit: Sit) -> None:
    sat = equipped(sit, essay=True)
    editor(sat).insertPlainText("half")
    sat.running.hold = True
    press(sat.window, "Tools")
    press(sat.window, "Dark")
    settle()
    assert not editor(sat).isEnabled() or editor(sat).isReadOnly()
    sat.running.release()
    until(lambda: sat.window.look.theme.value == "dark")
    settle()
    assert editor(sat).isEnabled()
    assert not editor(sat).isReadOnly()
    assert editor(sat).toPlainText() == "half"


def test_who_calls_the_proctor_before_the_first_question_came_gets_it_afterwards(sit: Sit) -> None:
    sat = sit(IdentityConfirmed(), day=FakeDay(exam=rules_exam()))
    on(sat.program, Screen.SECTION_INTRO)
    sat.running.hold = True
    press(sat.window, "Start section")
    press(sat.window, "Proctor")
    sat.running.release()
    on(sat.program, Screen.PAUSE)
    press(sat.window, "Back to the exam")
    until(lambda: sat.running.session.item == ONE)
    on(sat.program, Screen.ITEM)
