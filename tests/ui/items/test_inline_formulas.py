"""Formulas among the phrases of an inline choice: shown as formulas, named in words, as large as any of them needs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from exam_packages.ids import ChoiceId, ResponseId
from exam_packages.qti.model import Choice, InlineChoiceInteraction, Text
from tests.ui.accessibility import nameless_controls
from tests.ui.items.making import Shown, item, paragraph
from tests.ui.sample_items import tag
from ui.window.content.figure import FormulaView
from ui.window.items.inline_choice import InlineChoicePart
from ui.window.theme import Theme, Tokens, apply

FORMULA = tag("img", src="math", alt="N over R", width="34", height="38", class_="kiosk-math", data_baseline="14")
CHOICES = (
    Choice(identifier=ChoiceId("F"), content=(FORMULA,)),
    Choice(identifier=ChoiceId("W"), content=(Text("one half"),)),
)


def shown(tokens: Tokens, size: tuple[int, int] = (1024, 700)) -> Shown:
    choice = InlineChoiceInteraction(response=ResponseId("RESPONSE"), choices=CHOICES)
    return Shown(item(paragraph("Occupancy is ", choice, " here.")), tokens, size=size)


def on_the_button(view: Shown) -> list[FormulaView]:
    part = view.view.findChildren(InlineChoicePart)[0]
    opener = part.findChildren(QPushButton)[0]
    return [each for each in opener.findChildren(FormulaView) if each.isVisible()]


def test_a_picked_formula_is_shown_and_said_in_words(tokens: Tokens) -> None:
    view = shown(tokens)
    assert on_the_button(view) == []
    view.press(Qt.Key.Key_Space, Qt.Key.Key_Return)
    assert view.last() == ("F",)
    assert len(on_the_button(view)) == 1
    opener = view.view.findChildren(InlineChoicePart)[0].findChildren(QPushButton)[0]
    assert "N over R" in opener.accessibleName()
    assert nameless_controls(view.view) == []
    view.press(Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert view.last() == ("W",)
    assert on_the_button(view) == []


@pytest.mark.parametrize("scale", [100, 200, 400])
def test_the_button_holds_the_whole_formula(qapp: QApplication, scale: int) -> None:
    tokens = apply(qapp, Theme.LIGHT, scale)
    view = shown(tokens)
    before = view.view.findChildren(InlineChoicePart)[0].size()
    view.view.show_answers({ResponseId("RESPONSE"): ("F",)})
    view.settle()
    part = view.view.findChildren(InlineChoicePart)[0]
    assert part.size() == before  # the text does not move when another is picked
    (formula,) = on_the_button(view)
    corner = formula.mapTo(part, formula.rect().topLeft())
    assert part.rect().contains(corner)
    assert part.rect().contains(formula.mapTo(part, formula.rect().bottomRight()))
    assert formula.size().toTuple() == (34 * scale // 100, 38 * scale // 100)
    apply(qapp, Theme.LIGHT, 100)
