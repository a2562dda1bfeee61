from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QFontMetricsF
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton

from exam_packages.qti.model import Choice, MatchInteraction
from tests.ui.accessibility import found, nameless_controls, tree
from tests.ui.items.making import RESPONSE, Shown, choices, click, focused, item
from ui.window.content.plain import longest_word_width
from ui.window.content.prose import ProseView
from ui.window.theme import Theme, Tokens, tokens_of


def match(
    tokens: Tokens, *, row_max: int = 1, column_max: int = 0, most: int = 0, size: tuple[int, int] = (1024, 700)
) -> Shown:
    rows = tuple(
        Choice(identifier=each.identifier, content=each.content, match_max=row_max)
        for each in choices("Dropped calls", "Attrition", "Shrinkage")
    )
    columns = choices("Inbound", "Outbound", match_max=column_max)
    return Shown(
        item(MatchInteraction(response=RESPONSE, rows=rows, columns=columns, max_associations=most)), tokens, size=size
    )


def cell(shown: Shown, name: str) -> QAbstractButton:
    return next(each for each in shown.view.findChildren(QAbstractButton) if each.accessibleName() == name)


def complaint(shown: Shown) -> str:
    names = [each.name for each in tree(shown.view) if each.role == QAccessible.Role.StaticText]
    return next((each for each in names if "may be used" in each or "no more than" in each), "")


def test_one_cell_of_a_row_and_rows_apart_from_each_other(tokens: Tokens) -> None:
    shown = match(tokens)
    click(cell(shown, "Dropped calls: Outbound"))
    click(cell(shown, "Attrition: Inbound"))
    click(cell(shown, "Dropped calls: Inbound"))
    assert [value for _response, value in shown.answers] == [("A B",), ("A B", "B A"), ("A A", "B A")]


def test_rows_that_take_several_have_check_boxes(tokens: Tokens) -> None:
    shown = match(tokens, row_max=0)
    assert len(shown.view.findChildren(QCheckBox)) == 6
    click(cell(shown, "Attrition: Inbound"))
    click(cell(shown, "Attrition: Outbound"))
    click(cell(shown, "Attrition: Inbound"))
    assert shown.last() == ("B B",)


def test_limits_are_said_and_nothing_is_dropped(tokens: Tokens) -> None:
    shown = match(tokens, column_max=1)
    click(cell(shown, "Dropped calls: Inbound"))
    assert complaint(shown) == ""
    click(cell(shown, "Attrition: Inbound"))
    assert shown.last() == ("A A", "B A")
    assert complaint(shown) == "“Inbound” is used 2 times. It may be used once."


def test_the_limit_of_pairs_is_said(tokens: Tokens) -> None:
    shown = match(tokens, most=1)
    click(cell(shown, "Dropped calls: Inbound"))
    click(cell(shown, "Attrition: Inbound"))
    assert complaint(shown) == "You have made 2 pairs. Make no more than 1."


def test_arrows_move_in_two_directions_and_pick_nothing(tokens: Tokens) -> None:
    shown = match(tokens)
    shown.press(Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up)
    assert focused().accessibleName() == "Attrition: Inbound"
    assert shown.answers == []
    shown.press(Qt.Key.Key_Space)
    assert shown.last() == ("B A",)
    shown.press(Qt.Key.Key_Right, Qt.Key.Key_Return)
    assert shown.last() == ("B B",)


def test_tab_stops_once_in_each_row(tokens: Tokens) -> None:
    shown = match(tokens)
    shown.press(Qt.Key.Key_Space, Qt.Key.Key_Tab)
    assert focused().accessibleName() == "Attrition: Inbound"
    shown.press(Qt.Key.Key_Tab)
    assert focused().accessibleName() == "Shrinkage: Inbound"


def test_names_and_places(tokens: Tokens) -> None:
    shown = match(tokens)
    shown.view.show_answers({RESPONSE: ("C B",)})
    cells = found(shown.view, QAccessible.Role.RadioButton)
    assert cells[-1].name == "Shrinkage: Outbound"
    assert cells[-1].description == "Row 3 of 3, column 2 of 2"
    assert [each.checked for each in cells] == [False] * 5 + [True]
    assert nameless_controls(shown.view) == []


def test_a_narrow_view_lists_the_columns_below_each_row(tokens: Tokens) -> None:
    large = tokens_of(Theme.LIGHT, 200)
    shown = match(large, size=(420, 600))
    first, second = cell(shown, "Dropped calls: Inbound"), cell(shown, "Dropped calls: Outbound")
    assert first.x() == second.x()
    assert first.y() < second.y()
    assert first.height() >= 88
    assert first.width() <= 420
    shown.view.resize(1400, 600)
    shown.settle()
    assert first.y() == second.y()


def test_an_answer_can_be_taken_back(tokens: Tokens) -> None:
    shown = match(tokens)
    click(cell(shown, "Dropped calls: Inbound"))
    clear = next(each for each in shown.view.findChildren(QAbstractButton) if each.text() == "Clear answer")
    click(clear)
    assert shown.last() == ()
    assert not any(each.isChecked() for each in shown.view.findChildren(QRadioButton))


@pytest.mark.parametrize("width", range(320, 1024, 64))
def test_no_word_of_a_head_is_broken(tokens: Tokens, width: int) -> None:
    long = ("Required disclosures", "After-call work", "Answering objections", "None: others can learn")
    question = MatchInteraction(
        response=RESPONSE, rows=choices("Agent 1", "Responsibilities"), columns=choices(*long, match_max=4)
    )
    shown = Shown(item(question), tokens, size=(width, 700))
    heads = [each for each in shown.view.findChildren(ProseView) if each.isVisible() and each.text() in long]
    metrics = QFontMetricsF(tokens.font(bold=True))
    assert len(heads) in (0, 4)  # a list has none: its cells say the words
    for head in heads:
        assert head.width() >= longest_word_width(head.text(), metrics.horizontalAdvance)
        assert head.mapTo(shown.view, head.rect().topRight()).x() < width
