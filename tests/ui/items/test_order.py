from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QPushButton

from exam_packages.qti.model import OrderInteraction
from tests.ui.accessibility import found, nameless_controls, tree
from tests.ui.items.making import RESPONSE, Shown, choices, click, focused, item
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
