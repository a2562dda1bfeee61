from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from exam_packages.qti.model import SelectPointInteraction
from tests.ui.accessibility import nameless_controls, tree
from tests.ui.items.making import RESPONSE
from tests.ui.items.parts import ShownPart, image, resource
from ui.window.items.graphic import graphic_part
from ui.window.theme import Theme, Tokens, apply

MAP = SelectPointInteraction(response=RESPONSE, image=image())


def points(tokens: Tokens, **changes: object) -> ShownPart:
    made = replace(MAP, **changes)  # type: ignore[arg-type]  # fields by name
    return ShownPart(lambda parent: graphic_part(made, resource, tokens=tokens, parent=parent))


def hint(shown: ShownPart) -> str:
    return next(each.name for each in tree(shown.window) if each.name.startswith(("Mark up", "You have")))


def test_a_click_places_a_point_in_pixels_of_the_picture(tokens: Tokens) -> None:
    shown = points(tokens)
    shown.click_picture(320, 80)
    (told,) = shown.told
    x, y = (int(each) for each in told[0].split())
    assert abs(x - 320) <= 1
    assert abs(y - 80) <= 1


def test_the_same_pixel_whatever_the_size_on_the_screen(tokens: Tokens, qapp: QApplication) -> None:
    for scale, larger in ((100, 0), (200, 2), (400, 1)):
        shown = points(apply(qapp, Theme.LIGHT, scale))
        for _step in range(larger):
            shown.press(Qt.Key.Key_Plus)
        shown.click_picture(320.5, 80.5)
        x, y = (int(each) for each in shown.told[-1][0].split())
        assert abs(x - 320) <= 1
        assert abs(y - 80) <= 1


def test_the_cross_hair_is_aimed_by_arrow_keys(tokens: Tokens) -> None:
    shown = points(tokens)
    assert shown.focus_name() == "Cross-hair at 400, 225. The arrow keys move it, Enter places a point."
    shown.press(Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Down)
    shown.press(Qt.Key.Key_Up, modifier=Qt.KeyboardModifier.ShiftModifier)
    shown.press(Qt.Key.Key_Right, modifier=Qt.KeyboardModifier.ControlModifier)
    step = max(1, round(4 / shown.surface().scale))
    expected = (400 - 2 * step + 1, 225 + step - 8 * step)
    assert shown.focus_name().startswith(f"Cross-hair at {expected[0]}, {expected[1]}.")
    shown.press(Qt.Key.Key_Return)
    assert shown.told == [(f"{expected[0]} {expected[1]}",)]
    shown.press(Qt.Key.Key_Return)
    assert shown.told[-1] == ()


def test_the_cross_hair_stays_on_the_picture(tokens: Tokens) -> None:
    shown = points(tokens)
    for _step in range(40):
        shown.press(Qt.Key.Key_Right, Qt.Key.Key_Down, modifier=Qt.KeyboardModifier.ShiftModifier)
    shown.press(Qt.Key.Key_Space)
    assert shown.told == [("799 449",)]


def test_a_click_on_a_point_takes_it_away(tokens: Tokens) -> None:
    shown = points(tokens)
    shown.part.show_answer(("100 100", "300 200"))
    shown.click_picture(104, 103)
    assert shown.told == [("300 200",)]


def test_where_one_is_wanted_it_moves(tokens: Tokens) -> None:
    shown = points(tokens, max_choices=1)
    shown.part.show_answer(("100 100",))
    shown.click_picture(500, 300)
    assert len(shown.told) == 1
    assert len(shown.told[0]) == 1
    shown.click_picture(*(float(each) + 0.5 for each in shown.told[0][0].split()))
    assert shown.told[-1] == ()


def test_one_too_many_is_not_placed_and_said(tokens: Tokens) -> None:
    shown = points(tokens, max_choices=2)
    shown.part.show_answer(("100 100", "300 200"))
    shown.click_picture(500, 300)
    assert shown.told == []
    assert hint(shown) == "You have placed 2 points, and no more are allowed. Take one away first."
    shown.click("Take away: Point 1: 100, 100")
    assert shown.told == [("300 200",)]
    assert shown.focus_name() == "Take away: Point 1: 300, 200"


def test_a_stored_answer_is_shown_exactly(tokens: Tokens) -> None:
    shown = points(tokens)
    shown.part.show_answer(("12 34", "no point", "5.5 6"))
    assert shown.part.current() == ("12 34", "5.5 6")
    assert shown.button("Take away: Point 2").accessibleName() == "Take away: Point 2: 5.5, 6"
    assert shown.told == []


def test_locked(tokens: Tokens) -> None:
    shown = points(tokens)
    shown.part.set_locked(locked=True)
    shown.click_picture(100, 100)
    assert shown.told == []


@pytest.mark.parametrize("scale", [100, 400])
@pytest.mark.parametrize("mirrored", [False, True])
def test_names_and_width(tokens: Tokens, qapp: QApplication, scale: int, *, mirrored: bool) -> None:
    if mirrored:
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    shown = points(apply(qapp, Theme.DARK, scale))
    shown.part.show_answer(("100 100", "300 200"))
    shown.window.grab()
    assert shown.window.width() == 1000
    assert nameless_controls(shown.window) == []
