"""A match as a table, as marks below each row, and as a list to pick from for each row; its limits in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QPushButton, QRadioButton

from exam_packages.qti.model import MatchInteraction, Style, Text
from tests.ui.accessibility import found, nameless_controls
from tests.ui.items.making import RESPONSE, Shown, click, focused
from tests.ui.sample_items import COLUMNS, MANY_COLUMNS, ROWS, item, match, tag
from ui.window.content.figure import FigureView
from ui.window.items.match_cells import CheckCell, RadioCell
from ui.window.items.pick_list import PickList
from ui.window.theme import Tokens


def shown(tokens: Tokens, interaction: MatchInteraction, width: int = 1024) -> Shown:
    return Shown(item(interaction), tokens, size=(width, 900))


def cells(view: Shown) -> list[QAbstractButton]:
    found_ = [*view.view.findChildren(RadioCell), *view.view.findChildren(CheckCell)]
    return [each for each in found_ if each.isVisible()]


def lists(view: Shown) -> list[PickList]:
    return [each for each in view.view.findChildren(PickList) if each.isVisible()]


@pytest.mark.parametrize(
    ("interaction", "width", "marks", "picks"),
    [(match(), 1024, 9, 0), (match(), 400, 9, 0), (match(many=True), 1024, 24, 0), (match(many=True), 500, 0, 3)],
)
def test_the_form_follows_room_and_number(
    tokens: Tokens, interaction: MatchInteraction, width: int, marks: int, picks: int
) -> None:
    view = shown(tokens, interaction, width)
    assert (len(cells(view)), len(lists(view))) == (marks, picks)
    assert nameless_controls(view.view) == []


def test_a_row_is_answered_from_its_list_by_keys(tokens: Tokens) -> None:
    view = shown(tokens, match(many=True), 500)
    assert focused().accessibleName() == "Calls rise by a fifth: not answered"
    assert focused().accessibleDescription() == "Opens a list of 8. Row 1 of 3"
    view.press(Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert view.answers == [("RESPONSE", ("A Q",))]
    assert focused().accessibleName() == "Calls rise by a fifth: Note it for the daily report"
    view.press(Qt.Key.Key_Tab)
    assert focused().accessibleName() == "A trainer is ill: not answered"


def test_several_are_picked_from_a_list_that_stays_open(tokens: Tokens) -> None:
    view = shown(tokens, match(many=True, several=True), 500)
    click(lists(view)[1].findChildren(QPushButton)[0])
    boxes = [each for each in view.view.findChildren(QCheckBox) if each.isVisible()]
    assert len(boxes) == len(MANY_COLUMNS)
    click(boxes[0])
    click(boxes[3])
    assert view.last() == ("B P", "B S")
    assert lists(view)[1].is_open()
    click(next(each for each in view.view.findChildren(QPushButton) if each.text() == "Done"))
    assert not lists(view)[1].is_open()
    assert focused().accessibleName() == "A trainer is ill: Raise it at once; Ask the planner"


def test_an_answer_survives_a_change_of_form(tokens: Tokens) -> None:
    view = shown(tokens, match(many=True), 1024)
    view.view.show_answers({RESPONSE: ("A P", "C T")})
    view.view.resize(500, 900)
    view.settle()
    assert [each.value() for each in lists(view)] == [("P",), (), ("T",)]
    click(lists(view)[1].findChildren(QPushButton)[0])
    click(next(each for each in view.view.findChildren(QRadioButton) if each.isVisible()))
    assert view.last() == ("A P", "B P", "C T")
    view.view.resize(1024, 900)
    view.settle()
    assert sum(each.isChecked() for each in cells(view)) == 3


def test_pairs_that_groups_forbid_cannot_be_marked(tokens: Tokens) -> None:
    rows = (replace(ROWS[0], match_group=("Q",)), *ROWS[1:])
    view = shown(tokens, replace(match(), rows=rows))
    assert [each.isEnabled() for each in cells(view)[:3]] == [False, True, False]
    assert focused() is cells(view)[1]
    view.press(Qt.Key.Key_Right, Qt.Key.Key_Space)
    assert view.answers == [("RESPONSE", ("A Q",))]
    narrow = shown(tokens, replace(match(), rows=rows), 400)
    assert len(cells(narrow)) == 7


def test_limits_are_said_and_nothing_is_dropped(tokens: Tokens) -> None:
    view = shown(tokens, replace(match(), max_associations=1, style=Style(max_message="One pair only.")))
    for place in (0, 4):
        click(cells(view)[place])
    assert view.last() == ("A P", "B Q")
    assert view.hint() == "One pair only."


def test_what_is_still_asked_for_is_said(tokens: Tokens) -> None:
    columns = (replace(COLUMNS[0], match_min=1), *COLUMNS[1:])
    view = shown(tokens, replace(match(), columns=columns, min_associations=2))
    assert view.hint() == "Make at least 2 pairs. You have made 0."
    view.view.show_answers({RESPONSE: ("A Q", "B Q")})
    assert view.hint() == "“Operations” is to be used at least once."
    view.view.show_answers({RESPONSE: ("A P", "B Q")})
    assert view.hint() == ""


def test_heads_can_be_hidden_and_are_still_read(tokens: Tokens) -> None:
    view = shown(tokens, replace(match(), style=Style(header_hidden=True)))
    words = [each.name for each in found(view.view, QAccessible.Role.StaticText)]
    assert "Operations" not in words
    assert "Calls rise by a fifth: Operations" in [each.name for each in found(view.view, QAccessible.Role.RadioButton)]


def test_the_column_of_rows_can_have_a_head(tokens: Tokens) -> None:
    view = shown(tokens, replace(match(), style=Style(first_column="Event")))
    assert "Event" in [each.name for each in found(view.view, QAccessible.Role.StaticText)]


def test_locking_shuts_the_list(tokens: Tokens) -> None:
    view = shown(tokens, match(many=True), 500)
    view.press(Qt.Key.Key_Space)
    view.view.set_locked(True)
    assert not any(each.is_open() for each in lists(view))
    click(lists(view)[0].findChildren(QPushButton)[0])
    assert not any(each.is_open() for each in lists(view))


def test_limits_that_the_table_does_not_show_are_said_beforehand(tokens: Tokens) -> None:
    once = tuple(replace(each, match_max=1) for each in COLUMNS)
    assert shown(tokens, replace(match(), columns=once, max_associations=0)).hint() == "Each choice can be used once."
    some = shown(tokens, replace(match(), max_associations=1))
    assert some.hint() == "Make up to one pair. You have made 0."
    style = Style(max_message="Only one!")
    much = shown(tokens, replace(match(), max_associations=1, style=style))
    much.view.show_answers({RESPONSE: ("A P", "B P")})
    assert much.hint() == "Only one!"


@pytest.mark.parametrize(("width", "beside"), [(760, True), (500, False)])
def test_lists_stand_beside_the_heads_of_their_rows_where_there_is_room(
    tokens: Tokens, width: int, *, beside: bool
) -> None:
    long = tuple(replace(each, content=(Text(f"Unbreakable-{'m' * 12} {each.identifier}"),)) for each in MANY_COLUMNS)
    view = shown(tokens, replace(match(many=True), columns=long), width)
    first, second = lists(view)[:2]
    assert (first.x() > 100) is beside
    assert second.y() > first.y()


def test_columns_with_pictures_show_them_in_a_list_too(tokens: Tokens) -> None:
    picture = (tag("img", src="desk.svg", alt="A desk", width="80", height="60"),)
    columns = (replace(COLUMNS[0], content=picture), *COLUMNS[1:])
    view = shown(tokens, replace(match(), columns=columns), 400)
    figures = [each for each in view.view.findChildren(FigureView) if each.isVisible()]
    assert len(figures) == len(ROWS)
    marks = [each for each in cells(view) if each.isAncestorOf(figures[0])]
    (mark,) = marks
    corner = figures[0].mapTo(mark, QPoint())
    assert mark.rect().contains(QRect(corner, figures[0].size()))
    click(cells(view)[0])
    assert view.last() == ("A P",)
    view.view.resize(1024, 900)
    view.settle()
    assert len([each for each in view.view.findChildren(FigureView) if each.isVisible()]) == 1, "the head of its column"
