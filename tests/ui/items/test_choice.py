from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QRadioButton

from exam_packages.qti.model import ChoiceInteraction, Text
from tests.ui.accessibility import found, nameless_controls, tree
from tests.ui.items.making import RESPONSE, Shown, choices, click, focused, item, paragraph
from ui.window.theme import Theme, Tokens, tokens_of
from ui.window.widgets.button import Button


def single(tokens: Tokens) -> Shown:
    interaction = ChoiceInteraction(
        response=RESPONSE, prompt=(Text("Which one?"),), choices=choices("71 %", "88 %", "97 %")
    )
    return Shown(item(paragraph("A center takes 240 calls."), interaction), tokens)


def several(tokens: Tokens, *, most: int, least: int = 0) -> Shown:
    interaction = ChoiceInteraction(
        response=RESPONSE, choices=choices("one", "two", "three", "four"), max_choices=most, min_choices=least
    )
    return Shown(item(interaction), tokens)


def hint(shown: Shown) -> str:
    words = [each.name for each in tree(shown.view) if each.role == QAccessible.Role.StaticText]
    return next((each for each in words if each.startswith(("Pick", "You have"))), "")


def test_a_click_anywhere_in_the_row_picks_it(tokens: Tokens) -> None:
    shown = single(tokens)
    row = shown.view.findChildren(QRadioButton)[1]
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(row.width() - 10, row.height() - 6))
    assert shown.answers == [("RESPONSE", ("B",))]


def test_rows_are_high_enough_to_hit(tokens: Tokens) -> None:
    assert all(row.height() >= 44 for row in single(tokens).view.findChildren(QRadioButton))


def test_picking_the_picked_row_again_tells_nothing_new(tokens: Tokens) -> None:
    shown = single(tokens)
    row = shown.view.findChildren(QRadioButton)[0]
    click(row)
    shown.view.show_answers({RESPONSE: ("A",)})
    click(row)
    assert shown.answers == [("RESPONSE", ("A",))]
    assert row.isChecked()


def test_space_picks_and_arrows_go_round_and_pick(tokens: Tokens) -> None:
    shown = single(tokens)
    shown.press(Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up)
    assert [value for _response, value in shown.answers] == [("A",), ("B",), ("C",), ("A",), ("C",)]


def test_radio_buttons_are_one_stop_for_tab(tokens: Tokens) -> None:
    shown = single(tokens)
    stops = [row for row in shown.view.findChildren(QRadioButton) if row.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(stops) == 1
    shown.view.show_answers({RESPONSE: ("C",)})
    stops = [row for row in shown.view.findChildren(QRadioButton) if row.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert [row.accessibleName() for row in stops] == ["C. 97 %"]


def test_an_answer_can_be_taken_back(tokens: Tokens) -> None:
    shown = single(tokens)
    shown.press(Qt.Key.Key_Space)
    clear = next(each for each in shown.view.findChildren(Button) if each.words() == "Clear answer")
    click(clear)
    assert shown.last() == ()
    assert not any(row.isChecked() for row in shown.view.findChildren(QRadioButton))


def test_more_than_the_limit_is_said_and_never_dropped(tokens: Tokens) -> None:
    shown = several(tokens, most=2)
    boxes = shown.view.findChildren(QCheckBox)
    for box in boxes[:3]:
        click(box)
    assert shown.last() == ("A", "B", "C")
    assert hint(shown) == "You have picked 3. Pick no more than 2: take 1 back."
    click(boxes[0])
    assert shown.last() == ("B", "C")
    assert hint(shown) == "Pick up to 2. You have picked 2."


def test_the_number_wanted_is_said(tokens: Tokens) -> None:
    assert hint(several(tokens, most=3, least=3)).startswith("Pick 3.")
    assert hint(several(tokens, most=3, least=2)).startswith("Pick 2 to 3.")
    assert hint(several(tokens, most=0, least=1)).startswith("Pick at least 1.")
    assert hint(several(tokens, most=0)).startswith("Pick all that apply.")


def test_arrows_among_check_boxes_move_and_pick_nothing(tokens: Tokens) -> None:
    shown = several(tokens, most=0)
    shown.press(Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert focused().accessibleName() == "C. three"
    assert shown.answers == []
    shown.press(Qt.Key.Key_Space)
    assert shown.last() == ("C",)


def test_names_roles_states_and_places_are_there(tokens: Tokens) -> None:
    shown = single(tokens)
    shown.view.show_answers({RESPONSE: ("B",)})
    rows = found(shown.view, QAccessible.Role.RadioButton)
    assert [row.name for row in rows] == ["A. 71 %", "B. 88 %", "C. 97 %"]
    assert [row.checked for row in rows] == [False, True, False]
    assert rows[1].description == "Option 2 of 3"
    assert "Which one?" in [each.name for each in tree(shown.view)]
    assert nameless_controls(shown.view) == []


def test_long_choices_wrap_and_are_not_cut_at_200_percent(tokens: Tokens) -> None:
    large = tokens_of(Theme.LIGHT, 200)
    words = "Set the saving against the cost of early leavers, and offer a trial with one class first. " * 3
    interaction = ChoiceInteraction(response=RESPONSE, choices=choices(words, "Short"))
    shown = Shown(item(interaction), large, size=(700, 500))
    long, short = shown.view.findChildren(QRadioButton)
    assert long.height() > 4 * short.height()
    assert long.width() <= 700


def test_a_locked_view_takes_no_input(tokens: Tokens) -> None:
    shown = single(tokens)
    shown.view.set_locked(True)
    click(shown.view.findChildren(QRadioButton)[1])
    assert shown.answers == []
    shown.view.set_locked(False)
    click(shown.view.findChildren(QRadioButton)[1])
    assert shown.last() == ("B",)


def test_news_that_lag_behind_change_nothing(tokens: Tokens) -> None:
    shown = single(tokens)
    first, second, _third = shown.view.findChildren(QRadioButton)
    click(first)
    click(second)
    shown.view.show_answers({RESPONSE: ("A",)})
    assert second.isChecked()
    shown.view.show_answers({RESPONSE: ("B",)})
    assert second.isChecked()
    shown.view.show_answers({RESPONSE: ("C",)})
    assert shown.view.findChildren(QRadioButton)[2].isChecked()
