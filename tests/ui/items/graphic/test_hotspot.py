from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea

from exam_packages.qti.model import HotspotInteraction, Style
from tests.ui.accessibility import found, nameless_controls, tree
from tests.ui.items.graphic.plans import ROOMS
from tests.ui.items.making import RESPONSE
from tests.ui.items.parts import ShownPart, image, resource, words
from ui.window.items.graphic import graphic_part
from ui.window.items.graphic.canvas import Canvas
from ui.window.theme import Theme, Tokens, apply

PLAN = HotspotInteraction(response=RESPONSE, prompt=words("Which rooms?"), image=image(), hotspots=ROOMS, max_choices=0)


def hotspot(tokens: Tokens, interaction: HotspotInteraction = PLAN, **changes: object) -> ShownPart:
    made = replace(interaction, **changes)  # type: ignore[arg-type]  # fields by name
    return ShownPart(lambda parent: graphic_part(made, resource, tokens=tokens, parent=parent))


def hint(shown: ShownPart) -> str:
    return next(each.name for each in tree(shown.window) if each.name.startswith(("Pick ", "You have picked")))


def test_areas_are_picked_by_clicks_on_the_picture(tokens: Tokens) -> None:
    shown = hotspot(tokens)
    shown.click_picture(20, 20)
    shown.click_picture(700, 100)
    shown.click_picture(450, 430)
    shown.click_picture(20, 20)
    assert shown.told == [("T",), ("T", "S"), ("S",)]


def test_a_tiny_area_can_be_hit(tokens: Tokens) -> None:
    shown = hotspot(tokens)
    shown.click_picture(410, 306)
    assert shown.told == [("X",)]


def test_a_click_that_is_drawn_away_picks_nothing(tokens: Tokens) -> None:
    shown = hotspot(tokens)
    QTest.mousePress(shown.surface(), Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    QTest.mouseRelease(shown.surface(), Qt.MouseButton.LeftButton, pos=QPoint(200, 120))
    assert shown.told == []


def test_by_keyboard_alone(tokens: Tokens) -> None:
    shown = hotspot(tokens)
    assert shown.focus_name() == "Area 1 of 4: Training"
    shown.press(Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Return)
    shown.press(Qt.Key.Key_Tab)
    assert shown.focus_name() == "Area 3 of 4: Server room"
    shown.press(Qt.Key.Key_Left, Qt.Key.Key_Space)
    assert shown.told == [("T",), ("T", "B"), ("T",)]


def test_tab_comes_by_the_areas_then_by_what_enlarges_the_picture(tokens: Tokens) -> None:
    shown = hotspot(tokens)
    names = []
    for _step in range(5):
        shown.press(Qt.Key.Key_Tab)
        names.append(shown.focus_name() or "list")
    assert names[2:] == ["Area 4 of 4", "Make the picture larger", "list"]


def test_one_of_several_is_a_radio_button_and_can_be_taken_back(tokens: Tokens) -> None:
    shown = hotspot(tokens, max_choices=1)
    assert len(found(shown.window, QAccessible.Role.RadioButton)) == 4
    shown.click_picture(20, 20)
    shown.click_picture(700, 100)
    shown.click_picture(700, 100)
    assert shown.told == [("T",), ("S",)]
    shown.click("Clear answer")
    assert shown.told[-1] == ()
    assert [each.checked for each in found(shown.window, QAccessible.Role.RadioButton)] == [False] * 4


def test_too_many_are_kept_and_said(tokens: Tokens) -> None:
    shown = hotspot(tokens, max_choices=2, min_choices=1)
    assert hint(shown) == "Pick 1 to 2 areas. You have picked 0."
    for x, y in ((20, 20), (700, 100), (150, 330)):
        shown.click_picture(x, y)
    assert shown.told[-1] == ("T", "B", "S")
    assert hint(shown) == "You have picked 3. Pick no more than 2: take 1 back."


def test_the_list_picks_the_same_areas(tokens: Tokens) -> None:
    shown = hotspot(tokens)
    shown.click("Show the areas as a list")
    shown.click("Area 2 of 4: Break room")
    shown.click_picture(20, 20)
    assert shown.told == [("B",), ("T", "B")]
    assert shown.button("Area 1 of 4").isChecked()
    shown.click("Area 2 of 4: Break room")
    assert shown.told[-1] == ("T",)


def test_a_stored_answer_is_shown_exactly(tokens: Tokens) -> None:
    shown = hotspot(tokens)
    shown.part.show_answer(("S", "T"))
    checks = {each.name: each.checked for each in found(shown.window, QAccessible.Role.CheckBox)}
    assert [name for name, checked in checks.items() if checked] == [
        "Area 1 of 4: Training",
        "Area 3 of 4: Server room",
    ]
    assert shown.told == []


def test_locked_it_shows_and_takes_nothing(tokens: Tokens) -> None:
    shown = hotspot(tokens)
    shown.part.show_answer(("B",))
    shown.part.set_locked(locked=True)
    shown.click_picture(20, 20)
    assert shown.told == []
    assert shown.part.current() == ("B",)


@pytest.mark.parametrize("selections", ["", "light", "dark"])
def test_picked_and_not_picked_look_different_without_colour(tokens: Tokens, selections: str) -> None:
    shown = hotspot(tokens, style=Style(selections=selections, unselected_hidden=True))
    shown.press(Qt.Key.Key_Right)
    before = shown.surface().grab().toImage()
    shown.click_picture(700, 100)
    shown.press(Qt.Key.Key_Left)
    after = shown.surface().grab().toImage()
    scale = shown.surface().scale
    at = (round(561 * scale), round(6 * scale))
    assert before.pixelColor(*at).lightness() != after.pixelColor(*at).lightness()


def test_enlarged_it_scrolls_in_its_frame_and_the_focus_is_seen(tokens: Tokens) -> None:
    shown = hotspot(tokens)
    canvas = shown.window.findChild(Canvas)
    assert isinstance(canvas, Canvas)
    width = shown.window.width()
    shown.press(Qt.Key.Key_Plus, Qt.Key.Key_Plus, Qt.Key.Key_Plus)
    assert canvas.zoom_percent() == 300
    assert shown.window.width() == width
    shown.press(Qt.Key.Key_Right, Qt.Key.Key_Right)
    target = QApplication.focusWidget()
    assert target is not None
    seen = canvas.frame.viewport().rect()
    centre = target.mapTo(canvas.frame.viewport(), target.rect().center())
    assert seen.contains(centre)
    shown.click_picture(700, 100)
    assert shown.told == [("S",)]
    shown.press(Qt.Key.Key_0)
    assert canvas.zoom_percent() == 100


def test_the_enlarged_picture_is_moved_by_arrow_keys(tokens: Tokens) -> None:
    shown = hotspot(tokens)
    canvas = shown.window.findChild(Canvas)
    assert isinstance(canvas, Canvas)
    shown.click("Make the picture larger")
    canvas.frame.setFocus()
    before = canvas.frame.horizontalScrollBar().value()
    shown.press(Qt.Key.Key_Right)
    assert canvas.frame.horizontalScrollBar().value() > before
    assert shown.focus_name() == "Picture at 150 percent. The arrow keys move it."


@pytest.mark.parametrize("scale", [100, 400])
@pytest.mark.parametrize("mirrored", [False, True])
def test_every_control_has_a_name_and_nothing_is_wider_than_the_window(
    tokens: Tokens, qapp: QApplication, scale: int, *, mirrored: bool
) -> None:
    if mirrored:
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    shown = hotspot(apply(qapp, Theme.DARK, scale))
    assert shown.window.width() == 1000
    assert nameless_controls(shown.window) == []
    assert [each.name for each in found(shown.window, QAccessible.Role.Graphic)] == ["Floor plan"]
    shown.click_picture(20, 20)
    assert shown.told == [("T",)]


def test_an_area_below_the_fold_comes_into_view_with_the_focus_but_not_with_a_click(tokens: Tokens) -> None:
    page = QScrollArea()
    made = ShownPart(lambda parent: graphic_part(PLAN, resource, tokens=tokens, parent=parent))
    page.setWidget(made.window)
    page.setWidgetResizable(True)
    page.resize(900, 240)
    page.show()
    page.activateWindow()
    made.part.focus_first()
    made.settle()
    made.press(Qt.Key.Key_Right)
    target = QApplication.focusWidget()
    assert target is not None
    assert page.viewport().rect().contains(target.mapTo(page.viewport(), target.rect().center()))
    page.verticalScrollBar().setValue(60)
    made.click_picture(20, 120)
    assert page.verticalScrollBar().value() == 60
