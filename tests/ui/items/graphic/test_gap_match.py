from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import Choice, GraphicGapMatchInteraction
from tests.ui.accessibility import nameless_controls, tree
from tests.ui.items.graphic.plans import ROOMS
from tests.ui.items.making import RESPONSE, click
from tests.ui.items.parts import ShownPart, image, resource, words
from ui.window.items.graphic import graphic_part
from ui.window.items.graphic.area_list import AreaList
from ui.window.theme import Theme, Tokens, apply

CHOICES = (
    Choice(identifier=ChoiceId("P"), content=(image("phone.svg", "Telephone"),), match_max=2, label="Telephone"),
    Choice(identifier=ChoiceId("N"), content=words("Night shift lead")),
    Choice(identifier=ChoiceId("Q"), content=words("Quality coach"), match_group=("T",)),
)
ROLES = GraphicGapMatchInteraction(response=RESPONSE, image=image(), choices=CHOICES, hotspots=ROOMS)


def gaps(tokens: Tokens, **changes: object) -> ShownPart:
    made = replace(ROLES, **changes)  # type: ignore[arg-type]  # fields by name
    return ShownPart(lambda parent: graphic_part(made, resource, tokens=tokens, parent=parent))


def hint(shown: ShownPart) -> str:
    starts = ("Pick a", "“", "You have", "This area")
    return next(each.name for each in tree(shown.window) if each.name.startswith(starts))


def area_names(shown: ShownPart) -> list[str]:
    return [each.name for each in tree(shown.window) if each.name.startswith("Area")]


def test_two_clicks_place_a_choice(tokens: Tokens) -> None:
    shown = gaps(tokens)
    shown.click("B. Night shift lead")
    assert hint(shown) == "“Night shift lead” is taken up. Click the area where it goes, or press Escape."
    shown.click_picture(20, 20)
    assert shown.told == [("N T",)]
    assert area_names(shown)[0] == "Area 1 of 4, Training: holds Night shift lead"
    assert shown.button("B.").accessibleName() == "B. Night shift lead. 0 left"


def test_by_keyboard_alone(tokens: Tokens) -> None:
    shown = gaps(tokens)
    assert shown.focus_name() == "A. Telephone. 2 left"
    shown.press(Qt.Key.Key_Right, Qt.Key.Key_Space)
    assert shown.focus_name() == "Area 1 of 4, Training: empty"
    shown.press(Qt.Key.Key_Right, Qt.Key.Key_Return)
    assert shown.told == [("N B",)]
    shown.press(Qt.Key.Key_Delete)
    assert shown.told[-1] == ()


def test_a_placed_choice_is_taken_up_again_moved_and_taken_away(tokens: Tokens) -> None:
    shown = gaps(tokens)
    shown.part.show_answer(("N T",))
    shown.click_picture(20, 20)
    shown.click_picture(150, 330)
    assert shown.told == [("N B",)]
    shown.click_picture(150, 330)
    shown.click("Take it away")
    assert shown.told[-1] == ()
    assert area_names(shown)[1] == "Area 2 of 4, Break room: empty"


def test_escape_puts_back_and_tells_nothing(tokens: Tokens) -> None:
    shown = gaps(tokens)
    shown.press(Qt.Key.Key_Space)
    assert hint(shown).startswith("“Telephone” is taken up")
    shown.press(Qt.Key.Key_Escape)
    assert hint(shown).startswith("Pick a choice")
    assert shown.focus_name() == "A. Telephone. 2 left"
    assert shown.told == []


def test_what_does_not_go_is_said_and_stays_taken_up(tokens: Tokens) -> None:
    shown = gaps(tokens)
    shown.click("C. Quality coach")
    shown.click_picture(150, 330)
    assert hint(shown) == "“Quality coach” does not go here. Pick another area."
    shown.click_picture(20, 20)
    assert shown.told == [("Q T",)]


def test_more_than_allowed_is_refused_and_nothing_is_lost(tokens: Tokens) -> None:
    shown = gaps(tokens, max_associations=1)
    shown.part.show_answer(("N T",))
    shown.click("A. Telephone")
    shown.click_picture(150, 330)
    assert hint(shown) == "You have placed 1, and no more are allowed. Take one away first."
    assert shown.told == []
    assert shown.part.current() == ("N T",)


def test_a_choice_used_twice_is_used_up(tokens: Tokens) -> None:
    shown = gaps(tokens)
    shown.part.show_answer(("P T", "P B"))
    shown.click("A. Telephone. 0 left")
    assert hint(shown).startswith("“Telephone” is used as often as it may be")


def test_an_empty_area_says_what_to_do(tokens: Tokens) -> None:
    shown = gaps(tokens)
    shown.click_picture(20, 20)
    assert hint(shown) == "Pick a choice first, then the area."
    assert shown.told == []


def test_the_list_of_areas_takes_choices_too(tokens: Tokens) -> None:
    shown = gaps(tokens)
    shown.click("Show the areas as a list")
    shown.click("A. Telephone")
    listed = shown.window.findChild(AreaList)
    assert isinstance(listed, AreaList)
    row = next(each for each in listed.findChildren(QPushButton) if each.accessibleName().startswith("Area 3 of 4"))
    click(row)
    assert shown.told == [("P S",)]


def test_a_stored_answer_is_shown_exactly_and_locked(tokens: Tokens) -> None:
    shown = gaps(tokens)
    shown.part.show_answer(("P B", "N T"))
    assert shown.part.current() == ("P B", "N T")
    shown.press(Qt.Key.Key_Space)
    shown.part.set_locked(locked=True)
    assert hint(shown).startswith("Pick a choice")
    shown.click_picture(20, 20)
    assert shown.told == []


def test_clear_answer(tokens: Tokens) -> None:
    shown = gaps(tokens)
    shown.part.show_answer(("P B", "N T"))
    shown.click("Clear answer")
    assert shown.told == [()]
    assert not shown.button("B.").isChecked()


@pytest.mark.parametrize("scale", [100, 400])
@pytest.mark.parametrize("mirrored", [False, True])
def test_names_and_width(tokens: Tokens, qapp: QApplication, scale: int, *, mirrored: bool) -> None:
    if mirrored:
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    shown = gaps(apply(qapp, Theme.LIGHT, scale))
    shown.part.show_answer(("P B", "N T"))
    shown.window.grab()
    assert shown.window.width() == 1000
    assert nameless_controls(shown.window) == []
