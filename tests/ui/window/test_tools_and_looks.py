"""Tools at a question, comments, and the look of one candidate: into the journal, and back after a restart."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from exam_packages.accommodations import Accommodations, Scheme
from exam_packages.ids import ItemId, ProctorId, ResponseId
from exam_packages.qti.model import SessionControl, Tool
from exam_packages.session_events import (
    Adjusted,
    Commented,
    Event,
    IdentityConfirmed,
    ItemPresented,
    Marked,
    Paused,
    PauseReason,
    Resumed,
    SectionEntered,
)
from tests.ui.waiting import until
from tests.ui.window.conftest import Sat
from tests.ui.window.driving import button, buttons, focused, hit, on, press, says, settle, type_keys
from tests.ui.window.fake_day import FakeDay
from tests.ui.window.rules_exam import RESPONSE, SECTION, reference, rules_exam
from ui.window.items.choice_line import StrikeButton
from ui.window.look import Look
from ui.window.navigation import Screen
from ui.window.theme import Theme
from ui.window.tools.aids import Aid
from ui.window.tools.desk import ToolDesk

Sit = Callable[..., Sat]
START: tuple[Event, ...] = (IdentityConfirmed(), SectionEntered(section=SECTION), ItemPresented(item=ItemId("q-1")))
ONE, TWO = ItemId("q-1"), ItemId("q-2")
WITH_TOOLS = frozenset({Tool.NOTES, Tool.CHOICE_ELIMINATOR, Tool.GLOSSARY, Tool.CALCULATOR})


def equipped(sit: Sit, *events: Event, needs: Accommodations | None = None) -> Sat:
    exam = rules_exam(
        reference(1), reference(2), reference(3), tools=WITH_TOOLS, control=SessionControl(allow_comment=True)
    )
    sat = sit(*START, *events, day=FakeDay(exam=exam), needs=needs)
    on(sat.program, Screen.ITEM)
    return sat


def desk(sat: Sat) -> ToolDesk:
    found = sat.window.findChild(ToolDesk)
    assert isinstance(found, ToolDesk)
    return found


def test_notes_are_written_by_keys_alone_and_come_back(sit: Sit, app: QApplication) -> None:
    sat = equipped(sit)
    aids = desk(sat).bar.aids()
    hit(app, Qt.Key(Qt.Key.Key_1 + aids.index(Aid.NOTES)), Qt.KeyboardModifier.ControlModifier)
    until(lambda: isinstance(focused(app), QPlainTextEdit))
    type_keys(app, "peak at noon")
    hit(app, Qt.Key.Key_Escape)
    kept = (ONE, Tool.NOTES, ResponseId(""))
    until(lambda: sat.running.session.marks.get(kept) == ("peak at noon",))
    press(sat.window, "Next")
    until(lambda: sat.running.session.item == TWO)
    settle()
    assert desk(sat).open_aids() == (), "what belongs to a question closes with it"
    press(sat.window, "Previous")
    until(lambda: sat.running.session.item == ONE)
    settle()
    press(sat.window, "Notes")
    until(lambda: isinstance(focused(app), QPlainTextEdit))
    assert focused(app).toPlainText() == "peak at noon"  # type: ignore[attr-defined]  # it is a text field


def test_what_is_written_goes_before_the_move(sit: Sit, app: QApplication) -> None:
    sat = equipped(sit)
    press(sat.window, "Comment")
    until(lambda: isinstance(focused(app), QPlainTextEdit))
    type_keys(app, "two are right")
    press(sat.window, "Next")
    until(lambda: sat.running.session.item == TWO)
    assert sat.running.events[-2:] == [Commented(item=ONE, text="two are right"), ItemPresented(item=TWO)]
    press(sat.window, "Review")
    on(sat.program, Screen.REVIEW)
    assert "Question 1, not answered, with a comment" in buttons(sat.window)
    assert "With a comment" in says(sat.window)


def test_a_choice_struck_out_is_so_after_a_restart(sit: Sit) -> None:
    mark = Marked(item=ONE, tool=Tool.CHOICE_ELIMINATOR, response=RESPONSE, value=("C2",))
    sat = equipped(sit, mark, Paused(reason=PauseReason.RESTART), Resumed(proctor=ProctorId("")))
    struck = [each for each in sat.window.findChildren(StrikeButton) if each.isChecked()]
    assert len(struck) == 1
    struck[0].click()
    until(lambda: not sat.running.session.marks)


def test_a_word_is_explained_by_keys_alone(sit: Sit, app: QApplication) -> None:
    sat = equipped(sit)
    press(sat.window, "Glossary")
    until(lambda: "peak hour" in says(sat.window))
    assert desk(sat).open_aids() == (Aid.GLOSSARY,)
    assert sat.window.isActiveWindow()
    hit(app, Qt.Key.Key_Escape)
    assert desk(sat).open_aids() == ()


def test_a_prohibited_tool_is_not_there(sit: Sit) -> None:
    sat = equipped(sit, needs=Accommodations(prohibited=("calculator",), tools=(Tool.LINE_READER,)))
    assert Aid.CALCULATOR not in desk(sat).bar.aids()
    assert Aid.LINE_READER in desk(sat).bar.aids()


def test_needs_set_the_look_from_the_first_screen_on_and_the_seat_gets_its_own_back(sit: Sit) -> None:
    needs = Accommodations(scheme=Scheme.DARK, text_size_percent=150, single_column=True, letter_spacing_percent=12)
    sat = sit(day=FakeDay(exam=rules_exam()), needs=needs)
    on(sat.program, Screen.IDENTITY)
    assert sat.window.look == Look(theme=Theme.DARK, text_percent=150, spacing=150, single_column=True)
    said = says(sat.window)
    for line in ("Text at 150 %", "Dark colours", "One column", "Wider spacing of text"):
        assert line in said
    sat.program._sitting._end()  # type: ignore[union-attr]  # there is one
    assert sat.window.look == Look()


def test_what_the_candidate_changes_is_in_the_journal(sit: Sit) -> None:
    sat = equipped(sit)
    press(sat.window, "Tools")
    press(sat.window, "Dark")
    until(lambda: sat.window.look.theme is Theme.DARK)
    press(sat.window, "Wide")
    until(lambda: sat.window.look.spacing == 150)
    adjusted = [event for event in sat.running.events if isinstance(event, Adjusted)]
    assert adjusted == [Adjusted(setting="theme", value="dark"), Adjusted(setting="spacing", value="150")]
    assert button(sat.window, "Wide").hasFocus()


def test_a_changed_look_comes_back_and_counts_more_than_the_need(sit: Sit) -> None:
    changed = (Adjusted(setting="text-size", value="200"), Adjusted(setting="of another version", value="x"))
    sat = equipped(sit, *changed, needs=Accommodations(text_size_percent=150, scheme=Scheme.HIGH_CONTRAST))
    assert sat.window.look == Look(theme=Theme.HIGH_CONTRAST, text_percent=200)
