"""Choices that are struck out, covered, labelled and laid out as a package or a candidate wants them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QRadioButton

from exam_packages.qti.model import ChoiceInteraction, LabelStyle, LabelSuffix, Orientation, Style, Tool
from tests.ui.accessibility import nameless_controls
from tests.ui.items.making import RESPONSE, Shown, choices, click, focused, item
from ui.window.items.choice_line import ChoiceLine, StrikeButton
from ui.window.items.lettering import label_of
from ui.window.theme import Tokens

STRIKE, MASK = frozenset({Tool.CHOICE_ELIMINATOR}), frozenset({Tool.ANSWER_MASK})


def four(tokens: Tokens, tools: frozenset[Tool] = frozenset(), **more: object) -> Shown:
    interaction = ChoiceInteraction(response=RESPONSE, choices=choices("one", "two", "three", "four"), **more)  # type: ignore[arg-type]  # as given
    return Shown(item(interaction), tokens, tools=tools)


def rows(shown: Shown) -> list[QRadioButton]:
    return [each for each in shown.view.findChildren(QRadioButton) if each.isVisible()]


def strikes(shown: Shown) -> list[StrikeButton]:
    return shown.view.findChildren(StrikeButton)


def covers(shown: Shown) -> list[QPushButton]:
    buttons = shown.view.findChildren(QPushButton)
    return [each for each in buttons if each.isVisible() and each.accessibleName().startswith("Show option")]


def test_without_the_tool_nothing_can_be_struck_out_or_covered(tokens: Tokens) -> None:
    shown = four(tokens)
    assert strikes(shown) == covers(shown) == []
    shown.press(Qt.Key.Key_Delete)
    assert shown.marks == []


def test_a_choice_is_struck_out_and_brought_back_by_clicks(tokens: Tokens) -> None:
    shown = four(tokens, STRIKE)
    click(strikes(shown)[2])
    click(strikes(shown)[0])
    assert shown.marks == [("choice-eliminator", "RESPONSE", ("C",)), ("choice-eliminator", "RESPONSE", ("A", "C"))]
    assert rows(shown)[0].accessibleName() == "A. one, struck out"
    assert strikes(shown)[0].accessibleName() == "Bring back: A. one"
    click(strikes(shown)[0])
    assert shown.marks[-1][2] == ("C",)
    assert shown.answers == []


def test_picking_a_struck_choice_brings_it_back(tokens: Tokens) -> None:
    shown = four(tokens, STRIKE)
    click(strikes(shown)[1])
    click(rows(shown)[1])
    assert shown.marks[-1][2] == ()
    assert shown.last() == ("B",)
    assert rows(shown)[1].accessibleName() == "B. two"


def test_striking_out_by_keys_and_going_past_what_is_struck_out(tokens: Tokens) -> None:
    shown = four(tokens, STRIKE)
    rows(shown)[1].setFocus()
    shown.press(Qt.Key.Key_Delete)
    assert shown.marks[-1][2] == ("B",)
    rows(shown)[0].setFocus()
    shown.press(Qt.Key.Key_Down)
    assert shown.answers == [("RESPONSE", ("C",))]
    shown.press(Qt.Key.Key_Tab)
    assert isinstance(focused(), StrikeButton)


def test_marks_of_the_session_are_shown_and_older_ones_do_not_overtake_newer(tokens: Tokens) -> None:
    shown = four(tokens, STRIKE)
    key = (Tool.CHOICE_ELIMINATOR, RESPONSE)
    shown.view.show_marks({key: ("D",)})
    assert [each.isChecked() for each in strikes(shown)] == [False, False, False, True]
    click(strikes(shown)[0])
    click(strikes(shown)[1])
    shown.view.show_marks({key: ("A", "D")})
    assert [each.isChecked() for each in strikes(shown)] == [True, True, False, True]
    shown.view.show_marks({key: ("A", "B", "D")})
    shown.view.show_marks({})
    assert not any(each.isChecked() for each in strikes(shown))
    assert len(shown.marks) == 2


def test_covered_choices_are_uncovered_one_by_one(tokens: Tokens) -> None:
    shown = four(tokens, MASK)
    assert rows(shown) == []
    assert [each.accessibleName() for each in covers(shown)] == [f"Show option {n} of 4" for n in (1, 2, 3, 4)]
    assert focused() is covers(shown)[0]
    shown.press(Qt.Key.Key_Tab, Qt.Key.Key_Space)
    assert shown.marks == [("answer-masking", "RESPONSE", ("B",))]
    assert focused() is rows(shown)[0]
    shown.press(Qt.Key.Key_Space)
    assert shown.answers == [("RESPONSE", ("B",))]
    shown.press(Qt.Key.Key_Down)
    assert shown.last() == ("B",)
    assert nameless_controls(shown.view) == []


def test_covers_have_the_height_of_their_rows_and_can_be_put_back(tokens: Tokens) -> None:
    plain, shown = four(tokens), four(tokens, MASK)
    tops = [each.y() for each in plain.view.findChildren(ChoiceLine)]
    assert [each.y() for each in shown.view.findChildren(ChoiceLine)] == tops
    click(covers(shown)[0])
    click(next(each for each in shown.view.findChildren(QPushButton) if each.text() == "Cover the choices"))
    assert shown.marks[-1][2] == ()
    assert len(covers(shown)) == 4
    assert focused() is covers(shown)[0]


def test_what_was_uncovered_stays_so_after_coming_back(tokens: Tokens) -> None:
    interaction = ChoiceInteraction(response=RESPONSE, choices=choices("one", "two"))
    shown = Shown(item(interaction), tokens, tools=MASK, marks={(Tool.ANSWER_MASK, RESPONSE): ("B",)})
    assert [each.accessibleName() for each in rows(shown)] == ["B. two"]


def test_columns_are_filled_downward_or_along(tokens: Tokens) -> None:
    down = four(tokens, style=Style(stacking=2))
    along = four(tokens, style=Style(stacking=2), orientation=Orientation.HORIZONTAL)

    def places(shown: Shown) -> list[tuple[bool, bool]]:
        lines = shown.view.findChildren(ChoiceLine)
        left, top = min(each.x() for each in lines), min(each.y() for each in lines)
        return [(each.x() == left, each.y() == top) for each in lines]

    assert places(down) == [(True, True), (True, False), (False, True), (False, False)]
    assert places(along) == [(True, True), (False, True), (True, False), (False, False)]
    assert (
        len({each.y() for each in four(tokens, orientation=Orientation.HORIZONTAL).view.findChildren(ChoiceLine)}) == 1
    )


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (Style(), ["A", "B", "Z", "AA"]),
        (Style(labels=LabelStyle.NONE), ["", "", "", ""]),
        (Style(labels=LabelStyle.DECIMAL), ["1.", "2.", "26.", "27."]),
        (Style(labels=LabelStyle.LOWER_ALPHA, suffix=LabelSuffix.PARENTHESIS), ["a)", "b)", "z)", "aa)"]),
        (Style(labels=LabelStyle.UPPER_ALPHA, suffix=LabelSuffix.NONE), ["A", "B", "Z", "AA"]),
        (Style(suffix=LabelSuffix.PERIOD), ["A.", "B.", "Z.", "AA."]),
    ],
)
def test_labels(style: Style, expected: list[str]) -> None:
    assert [label_of(place, style) for place in (0, 1, 25, 26)] == expected


def test_rows_without_labels_and_marks_are_called_by_their_words(tokens: Tokens) -> None:
    shown = four(tokens, style=Style(labels=LabelStyle.NONE, input_hidden=True))
    assert [each.accessibleName() for each in rows(shown)] == ["one", "two", "three", "four"]
    click(rows(shown)[3])
    assert shown.last() == ("D",)


def test_tab_goes_through_covers_rows_and_strikes_in_reading_order(tokens: Tokens) -> None:
    shown = four(tokens, MASK | STRIKE)
    click(covers(shown)[1])
    covers(shown)[0].setFocus()
    names = []
    for _step in range(6):
        names.append(focused().accessibleName() or focused().text())  # type: ignore[attr-defined]  # all are buttons
        shown.press(Qt.Key.Key_Tab)
    assert names == [
        "Show option 1 of 4",
        "B. two",
        "Strike out: B. two",
        "Show option 3 of 4",
        "Show option 4 of 4",
        "Cover the choices",
    ]
