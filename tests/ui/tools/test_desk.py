from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPlainTextEdit, QPushButton, QRadioButton, QWidget

from exam_packages.qti.model import Tool
from tests.ui.accessibility import nameless_controls, tree
from tests.ui.tools.staging import Stage
from tests.ui.waiting import until
from ui.window.look import Look
from ui.window.theme import Theme, Tokens
from ui.window.tools.aids import Aid, AidKind, aids_of, icon_of, kind_of, name_of
from ui.window.tools.calculator.keypad import Keypad
from ui.window.tools.desk import WHOLE_ITEM
from ui.window.tools.panel import Handle, Side, ToolPanel
from ui.window.tools.writing import COMMENT_MAX, NOTES_MAX
from ui.window.widgets.private_text import TELL_AFTER_MS

OPENED = [each for each in Aid if kind_of(each) is not AidKind.MODE]


def button(where: QWidget, name: str) -> QAbstractButton:
    found = [each for each in where.findChildren(QAbstractButton) if (each.accessibleName() or each.text()) == name]
    assert found, name
    return next(each for each in found if each.isVisible())


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def side_of(panel: ToolPanel) -> Side:
    return panel.side


def display(stage: Stage, aid: Aid = Aid.CALCULATOR) -> str:
    keypad = stage.panel(aid).findChild(Keypad)
    assert keypad is not None
    return keypad.display.text()


def test_every_tool_of_the_model_has_an_aid_a_name_and_an_icon_of_its_own() -> None:
    assert {each.value for each in Tool} | {"comment"} == {each.value for each in Aid}
    assert len({name_of(each) for each in Aid}) == len({icon_of(each) for each in Aid}) == len(Aid)
    assert aids_of([Tool.NOTES, Tool.CALCULATOR], comment=False) == (Aid.CALCULATOR, Aid.NOTES)


def test_where_no_tool_is_allowed_there_is_no_bar(tokens: Tokens) -> None:
    stage = Stage(tokens, tools=(), comment=None)
    assert not stage.desk.bar.isVisible()
    stage.desk.open(Aid.CALCULATOR)
    assert stage.desk.open_aids() == ()


@pytest.mark.parametrize("aid", OPENED)
def test_a_tool_opens_by_its_key_takes_the_focus_and_gives_it_back(tokens: Tokens, aid: Aid) -> None:
    tool = () if aid is Aid.COMMENT else (Tool(aid.value),)
    stage = Stage(tokens, tools=tool, comment="" if aid is Aid.COMMENT else None)
    before = focused()
    stage.control(1)
    assert stage.desk.open_aids() == (aid,)
    assert button(stage.desk.bar, name_of(aid)).isChecked()
    inside = focused()
    assert inside is not before
    assert not stage.view.isAncestorOf(inside)
    assert stage.window.windowHandle() is inside.window().windowHandle()
    stage.press(Qt.Key.Key_Escape)
    assert stage.desk.open_aids() == ()
    assert focused() is before
    assert not button(stage.desk.bar, name_of(aid)).isChecked()
    assert stage.advanced == 0


def test_everything_has_a_name_and_tab_comes_through_it(tokens: Tokens) -> None:
    stage = Stage(tokens)
    for aid in OPENED:
        stage.desk.open(aid)
        stage.settle()
        assert nameless_controls(stage.window) == []
    stage.desk.close_all()
    stage.desk.open(Aid.NOTES)
    seen = [focused()]
    for _step in range(60):
        stage.press(Qt.Key.Key_Tab)
        seen.append(focused())
        if focused() is seen[0]:
            break
    assert seen[-1] is seen[0]
    assert button(stage.window, "Next") in seen
    assert any(stage.view.isAncestorOf(each) for each in seen)
    assert {each for each in seen if stage.panel(Aid.NOTES).isAncestorOf(each)} >= {
        button(stage.window, "Move: Notes"),
        button(stage.window, "Close: Notes"),
    }


def test_the_drawer_pushes_the_question_aside_where_there_is_room_and_lies_over_it_where_there_is_not(
    qapp: QApplication, tokens: Tokens
) -> None:
    stage = Stage(tokens)
    stage.desk.open(Aid.CALCULATOR)
    stage.settle()
    assert stage.view.geometry().right() < stage.panel(Aid.CALCULATOR).geometry().left()
    stage.desk.close_aid(Aid.CALCULATOR)
    assert stage.view.width() == stage.desk.width()
    large = Stage(Look(text_percent=400).apply(qapp))
    large.desk.open(Aid.CALCULATOR)
    large.settle()
    assert large.view.width() == large.desk.width()
    assert large.panel(Aid.CALCULATOR).geometry().right() < large.desk.width()


def test_there_is_one_drawer_and_a_loose_panel_stays(tokens: Tokens) -> None:
    stage = Stage(tokens)
    stage.desk.open(Aid.CALCULATOR)
    stage.desk.open(Aid.NOTES)
    assert stage.desk.open_aids() == (Aid.NOTES,)
    QTest.mouseClick(button(stage.window, "Let it move freely"), Qt.MouseButton.LeftButton)
    stage.desk.open(Aid.CALCULATOR)
    assert stage.desk.open_aids() == (Aid.CALCULATOR, Aid.NOTES)


def test_a_panel_moves_by_arrow_keys_and_by_mouse_within_the_desk_and_docks_again(tokens: Tokens) -> None:
    stage = Stage(tokens)
    stage.desk.open(Aid.CALCULATOR)
    panel = stage.desk._panels[Aid.CALCULATOR]
    panel.handle.setFocus()
    stage.press(Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert side_of(panel) is Side.FREE
    before = panel.pos()
    stage.press(Qt.Key.Key_Left)
    assert panel.pos().x() < before.x()
    for _time in range(80):
        stage.press(Qt.Key.Key_Left)
    assert panel.pos().x() == 0
    start = panel.handle.rect().center()
    QTest.mousePress(panel.handle, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(panel.handle, start + QPoint(90, 0))
    QTest.mouseRelease(panel.handle, Qt.MouseButton.LeftButton)
    assert panel.pos().x() > 0
    QTest.mouseClick(button(stage.window, "Put it at the side"), Qt.MouseButton.LeftButton)
    assert side_of(panel) is Side.LEADING
    assert stage.view.geometry().left() == panel.width()


def test_the_calculator_reckons_by_keyboard_and_by_clicks_and_never_presses_next(tokens: Tokens) -> None:
    stage = Stage(tokens)
    stage.desk.open(Aid.CALCULATOR)
    stage.press("12,5*2", Qt.Key.Key_Return)
    assert display(stage) == "25"
    for name in ("Clear all", "7", "Divide", "0", "Equals"):
        QTest.mouseClick(button(stage.panel(Aid.CALCULATOR), name), Qt.MouseButton.LeftButton)
    stage.settle()
    assert "Cannot divide by zero." in [each.name for each in tree(stage.window)]
    assert stage.advanced == 0


def test_figures_outlive_the_panel_and_the_question(tokens: Tokens) -> None:
    stage = Stage(tokens)
    stage.desk.open(Aid.CALCULATOR)
    stage.press("42", Qt.Key.Key_Escape)
    stage.show_item()
    stage.desk.open(Aid.CALCULATOR)
    assert display(stage) == "42"


def test_the_scientific_calculator_is_driven_by_keys_too(tokens: Tokens) -> None:
    stage = Stage(tokens)
    stage.desk.open(Aid.SCIENTIFIC_CALCULATOR)
    stage.press("2^10-r16", Qt.Key.Key_Return)
    assert display(stage, Aid.SCIENTIFIC_CALCULATOR) == "1020"
    angles = button(stage.window, "Angles in degrees")
    QTest.mouseClick(angles, Qt.MouseButton.LeftButton)
    assert angles.accessibleName() == "Angles in radians"


def test_notes_are_told_within_a_second_and_shown_again(tokens: Tokens) -> None:
    stage = Stage(tokens)
    stage.desk.open(Aid.NOTES)
    stage.press("52 agents")
    assert TELL_AFTER_MS < 1_000
    until(stage.notes, why="nothing is told although nobody goes on")
    assert stage.notes() == [("52 agents",)]
    stage.press(" needed", Qt.Key.Key_Escape)
    assert stage.notes()[-1] == ("52 agents needed",)
    other = Stage(tokens, marks={(Tool.NOTES, WHOLE_ITEM): ("kept",)})
    other.desk.open(Aid.NOTES)
    field = other.panel(Aid.NOTES).findChild(QPlainTextEdit)
    assert field is not None
    assert field.toPlainText() == "kept"
    other.press(*[Qt.Key.Key_Backspace] * 4)
    other.desk.flush()
    assert other.notes() == [()]


def test_what_does_not_fit_is_not_taken_and_that_is_said(tokens: Tokens) -> None:
    stage = Stage(tokens, marks={(Tool.NOTES, WHOLE_ITEM): ("x" * (NOTES_MAX - 1),)})
    stage.desk.open(Aid.NOTES)
    stage.press("ab")
    stage.desk.flush()
    assert stage.notes()[-1] == ("x" * (NOTES_MAX - 1) + "a",)
    assert any("no more room" in each.name for each in tree(stage.window))


def test_a_comment_goes_out_whole_and_is_taken_back_empty(tokens: Tokens) -> None:
    stage = Stage(tokens, comment="Typo")
    stage.desk.open(Aid.COMMENT)
    stage.press(" in B", Qt.Key.Key_Escape)
    assert stage.comments == ["Typo in B"]
    assert COMMENT_MAX == 4_000
    stage.desk.open(Aid.COMMENT)
    QTest.keyClick(focused(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    stage.press(Qt.Key.Key_Delete)
    stage.desk.flush()
    assert stage.comments[-1] == ""


def test_notes_keep_to_the_exams_own_clipboard(tokens: Tokens) -> None:
    stage = Stage(tokens)
    QApplication.clipboard().setText("from outside")
    stage.desk.open(Aid.NOTES)
    stage.press("abc")
    for key in (Qt.Key.Key_A, Qt.Key.Key_C):
        QTest.keyClick(focused(), key, Qt.KeyboardModifier.ControlModifier)
    stage.press(Qt.Key.Key_End)
    QTest.keyClick(focused(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    stage.desk.flush()
    assert stage.notes() == [("abcabc",)]
    assert QApplication.clipboard().text() == "from outside"


def test_locked_tools_show_and_take_nothing(tokens: Tokens) -> None:
    stage = Stage(tokens)
    stage.desk.open(Aid.NOTES)
    stage.press("before")
    stage.desk.set_locked(locked=True)
    assert stage.notes() == [("before",)]
    stage.press("after")
    stage.desk.flush()
    stage.control(1)
    assert stage.notes() == [("before",)]
    assert stage.desk.open_aids() == (Aid.NOTES,)


def test_the_highlighter_says_when_nothing_is_selected_and_marks_what_is(tokens: Tokens) -> None:
    stage = Stage(tokens, tools=(Tool.HIGHLIGHTER,), comment=None)
    stage.desk.open(Aid.HIGHLIGHTER)
    QTest.mouseClick(button(stage.window, "Highlight"), Qt.MouseButton.LeftButton)
    assert any("Select some words first." in each.name for each in tree(stage.window))
    stage.desk.close_all()
    prose = next(each for each in stage.view.findChildren(QWidget) if "240 calls" in getattr(each, "text", str)())
    prose.setFocus()
    QTest.keyClick(prose, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    for _letter in range(5):
        QTest.keyClick(prose, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    stage.desk.open(Aid.HIGHLIGHTER)
    pens = stage.panel(Aid.HIGHLIGHTER).findChildren(QRadioButton)
    QTest.mouseClick(pens[1], Qt.MouseButton.LeftButton)
    QTest.mouseClick(button(stage.window, "Highlight"), Qt.MouseButton.LeftButton)
    tool, response, value = stage.told[-1]
    assert (tool, response) == (Tool.HIGHLIGHTER.value, "")
    assert len(value) == 1
    assert "blue" in value[0]


def test_words_of_the_text_open_the_glossary_there(tokens: Tokens) -> None:
    stage = Stage(tokens)
    stage.view.catalog_wanted.emit("attrition")
    stage.settle()
    assert stage.desk.open_aids() == (Aid.GLOSSARY,)
    assert any(each.name.startswith("People who leave in a year") for each in tree(stage.panel(Aid.GLOSSARY)))


def test_a_translation_is_in_the_candidates_language(tokens: Tokens) -> None:
    stage = Stage(tokens, language="de-AT")
    stage.desk.open(Aid.KEYWORD_TRANSLATION)
    said = [each.name for each in tree(stage.panel(Aid.KEYWORD_TRANSLATION))]
    assert "Auslastung" in said
    assert "נצילות" not in said


def test_ways_of_answering_are_switched_and_the_view_is_made_anew(tokens: Tokens) -> None:
    stage = Stage(tokens, tools=(Tool.CHOICE_ELIMINATOR, Tool.ANSWER_MASK), comment=None)
    before = stage.view
    cover = button(stage.desk.bar, "Cover answers")
    assert cover.isChecked()
    QTest.mouseClick(cover, Qt.MouseButton.LeftButton)
    assert stage.view is not before
    assert stage.desk.view_tools() == {Tool.CHOICE_ELIMINATOR}
    assert not button(stage.desk.bar, "Cover answers").isChecked()


def test_the_bar_folds_into_one_button_where_it_does_not_fit(qapp: QApplication, tokens: Tokens) -> None:
    stage = Stage(tokens, tools=(Tool.CALCULATOR, Tool.NOTES), comment=None)
    fold = next(each for each in stage.desk.bar.findChildren(QPushButton) if each.text() == "Question tools")
    assert not fold.isVisible()
    large = Stage(Look(theme=Theme.HIGH_CONTRAST, text_percent=400).apply(qapp))
    fold = next(each for each in large.desk.bar.findChildren(QPushButton) if each.text() == "Question tools")
    assert fold.isVisible()
    QTest.mouseClick(fold, Qt.MouseButton.LeftButton)
    large.settle()
    for each in large.desk.bar.findChildren(QPushButton):
        assert each.isVisible()
        assert each.mapTo(large.window, each.rect().bottomRight()).x() < 1024
    QTest.mouseClick(button(large.desk.bar, "Calculator"), Qt.MouseButton.LeftButton)
    assert not fold.isChecked()
    assert large.desk.open_aids() == (Aid.CALCULATOR,)


def test_keys_on_a_handle_name_themselves(tokens: Tokens) -> None:
    stage = Stage(tokens)
    stage.desk.open(Aid.LINE_READER)
    handles = [each for each in stage.window.findChildren(Handle) if each.isVisible()]
    assert [each.accessibleName() for each in handles] == ["Move: Line reader"]
    assert all(each.accessibleDescription() for each in handles)
