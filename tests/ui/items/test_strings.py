from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from exam_packages.qti.model import BaseType, Cardinality, ExtendedTextInteraction, Text
from tests.ui.accessibility import nameless_controls
from tests.ui.items.making import RESPONSE, Shown, click, focused
from tests.ui.sample_items import item
from tests.ui.waiting import until
from ui.window.items.strings import FIELDS_MAX, TYPED_MAX
from ui.window.theme import Tokens
from ui.window.widgets.button import Button

ORDERED = {"RESPONSE": (Cardinality.ORDERED, BaseType.STRING)}


def causes(tokens: Tokens, *, most: int, least: int = 0) -> Shown:
    interaction = ExtendedTextInteraction(
        response=RESPONSE, prompt=(Text("Name causes."),), max_strings=most, min_strings=least
    )
    return Shown(item(interaction, responses=ORDERED), tokens)


def lines(shown: Shown) -> list[QLineEdit]:
    return shown.view.findChildren(QLineEdit)


def more(shown: Shown) -> Button:
    return next(each for each in shown.view.findChildren(Button) if each.text() == "One more line")


def test_a_line_for_each_string_told_in_order_without_the_empty_ones(tokens: Tokens) -> None:
    shown = causes(tokens, most=3)
    assert [line.accessibleName() for line in lines(shown)] == ["Answer 1 of 3", "Answer 2 of 3", "Answer 3 of 3"]
    QTest.keyClicks(lines(shown)[2], "third")
    QTest.keyClicks(lines(shown)[0], " first ")
    shown.view.flush()
    assert shown.last() == ("first", "third")
    shown.view.show_answers({RESPONSE: ("first", "third")})
    assert [line.text() for line in lines(shown)] == [" first ", "", "third"]
    assert not more(shown).isVisible()


def test_typing_is_told_by_age_and_on_leaving(tokens: Tokens) -> None:
    shown = causes(tokens, most=2)
    QTest.keyClicks(lines(shown)[0], "one")
    shown.press(Qt.Key.Key_Tab)
    assert shown.answers == [("RESPONSE", ("one",))]
    QTest.keyClicks(focused(), "two")
    until(lambda: shown.last() == ("one", "two"), why="nothing is told although nobody goes on")


def test_without_a_limit_there_is_always_one_more(tokens: Tokens) -> None:
    shown = causes(tokens, most=0)
    before = len(lines(shown))
    click(more(shown))
    assert len(lines(shown)) == before + 1
    assert focused() is lines(shown)[-1]
    for _step in range(FIELDS_MAX):
        more(shown).click()
    assert len(lines(shown)) == FIELDS_MAX
    assert not more(shown).isVisible()


def test_an_answer_with_more_strings_than_lines_is_shown_whole_and_said(tokens: Tokens) -> None:
    shown = causes(tokens, most=2)
    shown.view.show_answers({RESPONSE: ("a", "b", "c")})
    assert [line.text() for line in lines(shown)] == ["a", "b", "c"]
    assert shown.hint() == "You have written 3. Write no more than 2."


def test_least_length_names_and_locking(tokens: Tokens) -> None:
    shown = causes(tokens, most=3, least=2)
    assert shown.hint() == "Write at least 2. You have written 0."
    assert nameless_controls(shown.view) == []
    assert all(line.maxLength() == TYPED_MAX for line in lines(shown))
    shown.view.set_locked(True)
    QTest.keyClicks(lines(shown)[0], "x")
    shown.view.flush()
    assert shown.answers == []
