from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QPushButton

from exam_packages.qti.model import LabelStyle, LabelSuffix, OrderInteraction, Orientation, Style
from tests.ui.accessibility import found, nameless_controls, tree
from tests.ui.items.making import RESPONSE, Shown, choices, click, focused, item
from ui.window.items.order_row import OrderHandle
from ui.window.theme import Tokens


def order(tokens: Tokens, *, most: int = 0) -> Shown:
    rows = choices("Greet", "Identify", "Solve", "Confirm")
    return Shown(item(OrderInteraction(response=RESPONSE, choices=rows, max_choices=most)), tokens)


def button(shown: Shown, name: str) -> QPushButton:
    return next(each for each in shown.view.findChildren(QPushButton) if name in (each.accessibleName(), each.text()))


def state(shown: Shown) -> list[str]:
    names = [each.name for each in tree(shown.view) if each.role == QAccessible.Role.StaticText]
    return [
        each for each in names if "nswered yet" in each or "counts" in each or "Picked up" in each or "placed" in each
    ]


def test_looking_at_an_order_is_no_answer(tokens: Tokens) -> None:
    shown = order(tokens)
    shown.view.flush()
    assert shown.answers == []
    assert state(shown) == ["Not answered yet. Move the rows, or say that the order is right."]


def test_the_order_as_it_stands_can_be_confirmed(tokens: Tokens) -> None:
    shown = order(tokens)
    click(button(shown, "This order is right"))
    assert shown.last() == ("A", "B", "C", "D")
    assert state(shown) == ["Your order counts as it stands."]


def test_buttons_move_rows_and_keep_the_focus(tokens: Tokens) -> None:
    shown = order(tokens)
    down = button(shown, "Move down: Greet")
    click(down)
    assert shown.last() == ("B", "A", "C", "D")
    assert focused() is down
    click(down)
    click(down)
    assert shown.last() == ("B", "C", "D", "A")
    assert not down.isEnabled()
    assert focused().accessibleName() == "Greet. Position 4 of 4"


def test_a_row_is_picked_up_moved_and_put_down_by_keys(tokens: Tokens) -> None:
    shown = order(tokens)
    shown.press(Qt.Key.Key_Space)
    assert focused().accessibleName() == "Greet. Position 1 of 4, picked up"
    shown.press(Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert shown.answers == []
    shown.press(Qt.Key.Key_Space)
    assert shown.answers == [("RESPONSE", ("B", "C", "A", "D"))]
    assert focused().accessibleName() == "Greet. Position 3 of 4"


def test_escape_takes_a_move_back_and_loses_nothing(tokens: Tokens) -> None:
    shown = order(tokens)
    shown.press(Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Escape)
    assert shown.answers == []
    assert focused().accessibleName() == "Greet. Position 1 of 4"


def test_two_clicks_pick_and_place(tokens: Tokens) -> None:
    shown = order(tokens)
    click(button(shown, "Confirm. Position 4 of 4"))
    click(button(shown, "Identify. Position 2 of 4"))
    assert shown.last() == ("A", "D", "B", "C")


def test_arrows_walk_along_the_rows(tokens: Tokens) -> None:
    shown = order(tokens)
    shown.press(Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up)
    assert focused().accessibleName() == "Identify. Position 2 of 4"
    assert shown.answers == []


def test_tab_follows_the_order_on_the_screen(tokens: Tokens) -> None:
    shown = order(tokens)
    click(button(shown, "Move down: Greet"))
    button(shown, "Identify. Position 1 of 4").setFocus()
    names = []
    for _step in range(3):
        shown.press(Qt.Key.Key_Tab)
        names.append(focused().accessibleName())
    assert names == ["Move down: Identify", "Greet. Position 2 of 4", "Move up: Greet"]


def test_an_order_from_the_session_is_shown_and_can_be_cleared(tokens: Tokens) -> None:
    shown = order(tokens)
    shown.view.show_answers({RESPONSE: ("D", "C", "B", "A")})
    assert button(shown, "Confirm. Position 1 of 4").isVisible()
    click(button(shown, "Clear answer"))
    assert shown.last() == ()
    assert button(shown, "Greet. Position 1 of 4").isVisible()


def test_some_of_the_rows_can_be_ordered(tokens: Tokens) -> None:
    shown = order(tokens, most=2)
    click(button(shown, "Move up: Greet"))
    assert shown.last() == ("A",)
    for _step in range(3):
        click(button(shown, "Move up: Solve"))
    assert shown.last() == ("C", "A")
    click(button(shown, "Move up: Identify"))
    assert shown.last() == ("C", "A", "B")
    assert state(shown) == ["You have placed 3. Place no more than 2."]
    for name in ("Identify", "Greet", "Solve"):
        click(button(shown, f"Move down: {name}"))
    assert shown.last() == ()


def test_every_control_has_a_name(tokens: Tokens) -> None:
    shown = order(tokens)
    assert nameless_controls(shown.view) == []
    assert len(found(shown.view, QAccessible.Role.Grouping)) == 1


def test_a_row_in_the_air_comes_down_where_it_was_when_the_view_is_locked(tokens: Tokens) -> None:
    shown = order(tokens)
    shown.press(Qt.Key.Key_Space, Qt.Key.Key_Down)
    shown.view.set_locked(True)
    shown.view.set_locked(False)
    assert shown.answers == []
    assert button(shown, "Greet. Position 1 of 4").isVisible()


def styled(tokens: Tokens, *, size: tuple[int, int] = (1024, 700), language: str = "en", **wanted: object) -> Shown:
    interaction = OrderInteraction(response=RESPONSE, choices=choices("Greet", "Identify", "Solve"), **wanted)  # type: ignore[arg-type]  # fields of it
    return Shown(item(interaction, language=language), tokens, size=size)


def lefts(shown: Shown) -> list[int]:
    handles = [each for each in shown.view.findChildren(QPushButton) if "Position" in each.accessibleName()]
    return [each.mapTo(shown.view, QPoint()).x() for each in sorted(handles, key=lambda each: each.accessibleName())]


def test_cards_stand_in_a_row_where_there_is_room_and_in_a_column_where_not(tokens: Tokens) -> None:
    shown = styled(tokens, orientation=Orientation.HORIZONTAL)
    shown.view.show_answers({RESPONSE: ("C", "A", "B")})
    assert len(set(lefts(shown))) == 3
    assert button(shown, "Move later: Greet").isVisible()
    shown.view.resize(360, 700)
    shown.settle()
    assert len(set(lefts(shown))) == 1
    assert button(shown, "Move down: Greet").isVisible()
    assert button(shown, "Solve. Position 1 of 3").isVisible(), "the answer stays"
    assert shown.answers == []


def test_arrows_to_the_sides_go_along_a_row(tokens: Tokens) -> None:
    shown = styled(tokens, orientation=Orientation.HORIZONTAL)
    shown.press(Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Space)
    assert shown.last() == ("B", "A", "C")
    assert focused().accessibleName() == "Greet. Position 2 of 3"
    mirrored = styled(tokens, orientation=Orientation.HORIZONTAL, language="he")
    mirrored.press(Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Space)
    assert mirrored.last() == ("B", "A", "C")


@pytest.mark.parametrize(
    ("style", "label"),
    [
        (Style(), "2"),
        (Style(labels=LabelStyle.NONE), ""),
        (Style(labels=LabelStyle.DECIMAL), "2."),
        (Style(labels=LabelStyle.LOWER_ALPHA, suffix=LabelSuffix.PARENTHESIS), "b)"),
        (Style(suffix=LabelSuffix.PERIOD), "2."),
    ],
)
def test_labels_are_as_the_author_wants_them(tokens: Tokens, style: Style, label: str) -> None:
    shown = styled(tokens, style=style)
    handle = button(shown, "Identify. Position 2 of 3")
    assert isinstance(handle, OrderHandle)
    assert handle.label == label


def test_the_authors_words_about_too_few_and_too_many(tokens: Tokens) -> None:
    style = Style(min_message="Not enough yet!", max_message="That is too many!")
    shown = styled(tokens, style=style, min_choices=1, max_choices=2)
    assert shown.hint() == "Not enough yet!"
    for name in ("Greet", "Identify", "Solve"):
        for _step in range(3):
            button(shown, f"Move up: {name}").click()
    assert shown.hint() == "That is too many!"


def test_buttons_go_below_a_card_before_a_word_is_broken(tokens: Tokens) -> None:
    interaction = OrderInteraction(response=RESPONSE, choices=choices("Straightforwardness", "Ease"))
    for width, below in ((700, False), (300, True)):
        shown = Shown(item(interaction), tokens, size=(width, 700))
        handle, later = (
            button(shown, "Straightforwardness. Position 1 of 2"),
            button(shown, "Move down: Straightforwardness"),
        )
        assert (
            later.mapTo(shown.view, QPoint()).y() >= handle.mapTo(shown.view, QPoint(0, handle.height())).y()
        ) is below
