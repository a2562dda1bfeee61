from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import AssociateInteraction, Choice, Text
from tests.ui.accessibility import nameless_controls
from tests.ui.items.making import RESPONSE, Shown, choices, click, focused, item
from tests.ui.sample_items import tag
from ui.window.content.figure import FigureView
from ui.window.items.chip import Chip
from ui.window.theme import Tokens
from ui.window.widgets.button import Button

CARDS = choices("inbound", "outbound", "peak", "trough")


def pairs(tokens: Tokens, *, most: int = 0, least: int = 0, cards: tuple[Choice, ...] = CARDS) -> Shown:
    interaction = AssociateInteraction(
        response=RESPONSE, prompt=(Text("Pair them."),), choices=cards, max_associations=most, min_associations=least
    )
    return Shown(item(interaction), tokens)


def chip(shown: Shown, words: str) -> Chip:
    return next(each for each in shown.view.findChildren(Chip) if each.words == words)


def button(shown: Shown, name: str) -> Button:
    return next(each for each in shown.view.findChildren(Button) if name in (each.accessibleName(), each.text()))


def test_two_clicks_make_a_pair(tokens: Tokens) -> None:
    shown = pairs(tokens)
    click(chip(shown, "inbound"))
    assert shown.answers == []
    assert shown.hint() == "“inbound” is picked. Pick its partner, or press Escape."
    assert chip(shown, "inbound").is_held()
    click(chip(shown, "outbound"))
    assert shown.answers == [("RESPONSE", ("A B",))]
    assert chip(shown, "inbound").accessibleName() == "inbound, used"


def test_a_pair_is_made_by_keys_alone(tokens: Tokens) -> None:
    shown = pairs(tokens)
    assert focused() is chip(shown, "inbound")
    shown.press(Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return)
    assert shown.last() == ("A C",)
    shown.press(Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    assert focused().accessibleName() == "Remove pair 1 of 1: inbound – peak"
    shown.press(Qt.Key.Key_Space)
    assert shown.last() == ()
    assert focused() is chip(shown, "inbound")


def test_escape_and_a_second_click_put_a_card_down(tokens: Tokens) -> None:
    shown = pairs(tokens)
    shown.press(Qt.Key.Key_Space, Qt.Key.Key_Escape)
    assert not chip(shown, "inbound").is_held()
    click(chip(shown, "peak"))
    click(chip(shown, "peak"))
    assert not chip(shown, "peak").is_held()
    assert shown.answers == []


def test_a_used_card_says_so_and_changes_nothing(tokens: Tokens) -> None:
    shown = pairs(tokens)
    shown.view.show_answers({RESPONSE: ("A B",)})
    click(chip(shown, "inbound"))
    assert shown.hint() == "“inbound” is in a pair already. Remove that pair first."
    click(chip(shown, "peak"))
    click(chip(shown, "outbound"))
    assert shown.hint().startswith("“outbound” is in a pair already.")
    assert shown.answers == []
    click(chip(shown, "trough"))
    assert shown.last() == ("A B", "C D")


def test_more_pairs_than_allowed_are_not_made_and_said(tokens: Tokens) -> None:
    shown = pairs(tokens, most=1)
    shown.view.show_answers({RESPONSE: ("A B",)})
    click(chip(shown, "peak"))
    assert shown.hint() == "You have made 1 pairs, which is the most. Remove one first."
    assert shown.answers == []


def test_stored_pairs_beyond_the_most_are_shown_and_said(tokens: Tokens) -> None:
    shown = pairs(tokens, most=1)
    shown.view.show_answers({RESPONSE: ("A B", "D C")})
    assert shown.hint() == "You have made 2 pairs. Make no more than 1."
    click(button(shown, "Remove pair 1 of 2: inbound – outbound"))
    assert shown.last() == ("D C",)


def test_cards_that_can_be_used_more_often_say_how_often(tokens: Tokens) -> None:
    shown = pairs(tokens, cards=choices("hub", "one", "two", match_max=2))
    click(chip(shown, "hub"))
    click(chip(shown, "one"))
    assert chip(shown, "hub").accessibleName() == "hub, 1 of 2 left"
    click(chip(shown, "one"))
    click(chip(shown, "hub"))
    assert shown.hint() == "These two are a pair already."
    click(chip(shown, "two"))
    assert shown.last() == ("A B", "B C")


def test_match_groups_keep_cards_apart(tokens: Tokens) -> None:
    cards = (replace(CARDS[0], match_group=("B",)), *CARDS[1:])
    shown = pairs(tokens, cards=cards)
    click(chip(shown, "inbound"))
    click(chip(shown, "trough"))
    assert shown.hint() == "“inbound” cannot be paired with “trough”."
    click(chip(shown, "outbound"))
    assert shown.last() == ("A B",)


def test_least_and_clearing(tokens: Tokens) -> None:
    shown = pairs(tokens, least=2)
    assert "Make at least 2 pairs; you have made 0." in shown.hint()
    shown.view.show_answers({RESPONSE: ("A B",)})
    click(button(shown, "Clear answer"))
    assert shown.last() == ()


def test_names_and_locking(tokens: Tokens) -> None:
    shown = pairs(tokens)
    shown.view.show_answers({RESPONSE: ("A B", "C D")})
    assert nameless_controls(shown.view) == []
    assert chip(shown, "peak").accessibleDescription() == "Card 3 of 4"
    shown.view.set_locked(True)
    click(button(shown, "Remove pair 1 of 2: inbound – outbound"))
    click(chip(shown, "inbound"))
    assert shown.answers == []


def test_what_is_no_card_is_passed_over(tokens: Tokens) -> None:
    shown = pairs(tokens)
    shown.view.show_answers({RESPONSE: ("A X", "B A", "nonsense")})
    assert [each.text() for each in shown.view.findChildren(Button) if "Remove" in each.text()] == ["Remove"]
    assert ChoiceId("X") not in {each.identifier for each in CARDS}


def test_a_pair_shows_the_pictures_of_its_cards(tokens: Tokens) -> None:
    cards = (
        Choice(identifier=ChoiceId("A"), content=(tag("img", src="desk.svg", alt="A desk", width="80", height="60"),)),
        Choice(identifier=ChoiceId("B"), content=(Text("desk"),), match_max=0),
    )
    shown = pairs(tokens, cards=cards)
    before = len(shown.view.findChildren(FigureView))
    shown.view.show_answers({RESPONSE: ("A B",)})
    shown.settle()
    assert len(shown.view.findChildren(FigureView)) == before + 1
    assert chip(shown, "desk").accessibleName() == "desk, used once"
    assert nameless_controls(shown.view) == []


def test_the_button_that_removes_a_pair_stands_beside_it(tokens: Tokens) -> None:
    shown = pairs(tokens)
    shown.view.show_answers({RESPONSE: ("A B",)})
    shown.settle()
    assert button(shown, "Remove").mapTo(shown.view, QPoint()).x() < 400
