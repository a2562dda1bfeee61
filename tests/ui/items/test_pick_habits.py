"""What hands do without thinking: double clicks, the wheel, another size of window. None of it costs an answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import (
    AssociateInteraction,
    Gap,
    GapMatchInteraction,
    Hottext,
    HottextInteraction,
    Interaction,
    MatchInteraction,
    OrderInteraction,
    Text,
)
from tests.ui.accessibility import found, tree
from tests.ui.items.making import RESPONSE, Shown, choices, item, paragraph
from ui.window.theme import Tokens

WORDS = choices("inbound", "outbound", "peak")
ORDER = OrderInteraction(response=RESPONSE, choices=WORDS)
ASSOCIATE = AssociateInteraction(response=RESPONSE, choices=choices("a", "b", "c", "d"), max_associations=0)
GAPS = GapMatchInteraction(
    response=RESPONSE,
    choices=WORDS,
    content=(
        paragraph("First ", Gap(identifier=ChoiceId("G1")), "."),
        paragraph("Then ", Gap(identifier=ChoiceId("G2")), "."),
    ),
)
HOTTEXT = HottextInteraction(
    response=RESPONSE,
    content=(
        paragraph(Hottext(identifier=ChoiceId("A"), content=(Text("One"),)), " or "),
        paragraph(Hottext(identifier=ChoiceId("B"), content=(Text("two"),))),
    ),
    max_choices=0,
)
MATCH = MatchInteraction(
    response=RESPONSE, rows=WORDS, columns=choices("left", "right", match_max=0), max_associations=0
)
ANSWERED: dict[str, tuple[Interaction, tuple[str, ...]]] = {
    "order": (ORDER, ("C", "A", "B")),
    "associate": (ASSOCIATE, ("A B", "C D")),
    "gap match": (GAPS, ("A G1", "B G2")),
    "hottext": (HOTTEXT, ("A", "B")),
    "match": (MATCH, ("A A", "B B")),
}


def answered(tokens: Tokens, kind: str) -> Shown:
    interaction, value = ANSWERED[kind]
    shown = Shown(item(interaction), tokens)
    shown.view.show_answers({RESPONSE: value})
    shown.settle()
    return shown


def named(shown: Shown, start: str) -> QAbstractButton:
    buttons = [each for each in shown.view.findChildren(QAbstractButton) if each.isVisible()]
    return next(each for each in buttons if (each.accessibleName() or each.text()).startswith(start))


def double_click(shown: Shown, widget: QWidget) -> None:
    """A whole double click, of which the second half lands on whatever is there by then."""
    place = widget.mapTo(shown.view, widget.rect().center())
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())
    shown.settle()
    under = shown.view.childAt(place) or shown.view
    QTest.mouseDClick(under, Qt.MouseButton.LeftButton, pos=under.mapFrom(shown.view, place))
    QTest.mouseRelease(under, Qt.MouseButton.LeftButton, pos=under.mapFrom(shown.view, place))
    shown.settle()


def test_a_double_click_on_the_order_is_right_does_not_clear_it(tokens: Tokens) -> None:
    shown = Shown(item(ORDER), tokens)
    double_click(shown, named(shown, "This order is right"))
    assert shown.answers == [("RESPONSE", ("A", "B", "C"))]


def test_a_double_click_moves_a_row_once(tokens: Tokens) -> None:
    shown = answered(tokens, "order")
    double_click(shown, named(shown, "Move down: peak"))
    assert shown.answers == [("RESPONSE", ("A", "C", "B"))]


def test_a_double_click_removes_one_pair(tokens: Tokens) -> None:
    shown = answered(tokens, "associate")
    double_click(shown, named(shown, "Remove pair 1"))
    assert shown.answers == [("RESPONSE", ("C D",))]


@pytest.mark.parametrize(
    ("interaction", "start"), [(ORDER, "inbound"), (ASSOCIATE, "a"), (GAPS, "inbound"), (GAPS, "Gap 1")]
)
def test_a_double_click_picks_up(tokens: Tokens, interaction: Interaction, start: str) -> None:
    shown = Shown(item(interaction), tokens)
    double_click(shown, named(shown, start))
    assert "icked" in named(shown, start).accessibleName()
    assert shown.answers == []


def wheel(widget: QWidget) -> None:
    centre = QPointF(widget.rect().center())
    event = QWheelEvent(
        centre,
        QPointF(widget.mapToGlobal(centre.toPoint())),
        QPoint(),
        QPoint(0, -240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


@pytest.mark.parametrize("kind", ANSWERED)
def test_the_wheel_and_another_size_change_no_answer(tokens: Tokens, kind: str) -> None:
    shown = answered(tokens, kind)
    for width in (1024, 380, 900):
        shown.view.resize(width, 700)
        shown.settle()
        for widget in shown.view.findChildren(QWidget):
            if widget.isVisible():
                wheel(widget)
    shown.settle()
    assert shown.answers == []
    part = next(each for each in shown.view.findChildren(QWidget) if hasattr(each, "current"))
    current: Callable[[], tuple[str, ...]] = part.current
    assert current() == ANSWERED[kind][1]


def test_rows_are_read_in_their_order_on_the_screen(tokens: Tokens) -> None:
    shown = answered(tokens, "order")
    names = [each.name for each in tree(shown.view) if "Position" in each.name]
    assert names == ["peak. Position 1 of 3", "inbound. Position 2 of 3", "outbound. Position 3 of 3"]


@pytest.mark.parametrize("kind", ["order", "associate", "gap match"])
def test_cards_are_buttons_and_never_unchecked_boxes(tokens: Tokens, kind: str) -> None:
    shown = answered(tokens, kind)
    assert found(shown.view, QAccessible.Role.CheckBox) == []


def test_a_gap_says_the_sentence_it_stands_in(tokens: Tokens) -> None:
    shown = answered(tokens, "gap match")
    gaps = [each for each in tree(shown.view) if each.name.startswith("Gap")]
    assert [each.description for each in gaps] == [
        "First (gap 1). Delete empties it.",
        "Then (gap 2). Delete empties it.",
    ]
