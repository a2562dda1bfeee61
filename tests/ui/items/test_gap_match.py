from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import Choice, Gap, GapMatchInteraction, Style, Text
from tests.ui.accessibility import found, nameless_controls
from tests.ui.items.making import RESPONSE, Shown, choices, click, focused, item, paragraph
from tests.ui.sample_items import tag
from ui.window.items.chip import Chip
from ui.window.items.gap_button import GapButton
from ui.window.theme import TARGET_PX, Theme, Tokens, apply
from ui.window.widgets.button import Button

CARDS = choices("forecast", "shrinkage", "service level")


def gap(name: str, *group: str) -> Gap:
    return Gap(identifier=ChoiceId(name), match_group=group)


def text(
    tokens: Tokens,
    *,
    cards: tuple[Choice, ...] = CARDS,
    most: int = 0,
    style: Style | None = None,
    group: tuple[str, ...] = (),
    size: tuple[int, int] = (1024, 700),
) -> Shown:
    interaction = GapMatchInteraction(
        response=RESPONSE,
        prompt=(Text("Fill in."),),
        choices=cards,
        content=(paragraph("First ", gap("G1", *group), ", then ", gap("G2"), "."), paragraph("At last ", gap("G3"))),
        max_associations=most,
        style=style or Style(),
    )
    return Shown(item(interaction), tokens, size=size)


def chip(shown: Shown, words: str) -> Chip:
    return next(each for each in shown.view.findChildren(Chip) if each.words == words)


def hole(shown: Shown, name: str) -> GapButton:
    return next(each for each in shown.view.findChildren(GapButton) if each.gap.identifier == name)


def button(shown: Shown, name: str) -> Button:
    return next(each for each in shown.view.findChildren(Button) if each.text() == name)


def test_a_card_then_a_gap(tokens: Tokens) -> None:
    shown = text(tokens)
    click(chip(shown, "shrinkage"))
    assert shown.hint() == "“shrinkage” is picked. Pick the gap it goes into, or press Escape."
    click(hole(shown, "G2"))
    assert shown.answers == [("RESPONSE", ("B G2",))]
    assert focused().accessibleName() == "Gap 2 of 3: shrinkage"


def test_a_gap_then_a_card(tokens: Tokens) -> None:
    shown = text(tokens)
    click(hole(shown, "G3"))
    assert focused().accessibleName() == "Gap 3 of 3: empty, picked"
    click(chip(shown, "forecast"))
    assert shown.last() == ("A G3",)


def test_keys_alone_fill_move_and_empty(tokens: Tokens) -> None:
    shown = text(tokens)
    shown.press(Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    assert focused() is hole(shown, "G1")
    shown.press(Qt.Key.Key_Return)
    assert shown.last() == ("A G1",)
    shown.press(Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Space)
    assert shown.last() == ("A G2",)
    shown.press(Qt.Key.Key_Delete)
    assert shown.last() == ()
    assert focused().accessibleName() == "Gap 2 of 3: empty"


def test_a_filled_gap_can_be_emptied_by_clicks(tokens: Tokens) -> None:
    shown = text(tokens)
    shown.view.show_answers({RESPONSE: ("A G1", "C G3")})
    click(hole(shown, "G1"))
    assert button(shown, "Empty this gap").isVisible()
    click(button(shown, "Empty this gap"))
    assert shown.last() == ("C G3",)
    assert not button(shown, "Empty this gap").isVisible()


def test_two_filled_gaps_change_places(tokens: Tokens) -> None:
    shown = text(tokens)
    shown.view.show_answers({RESPONSE: ("A G1", "C G3")})
    click(hole(shown, "G1"))
    click(hole(shown, "G3"))
    assert set(shown.last()) == {"C G1", "A G3"}


def test_another_card_takes_the_place_of_the_first(tokens: Tokens) -> None:
    shown = text(tokens)
    shown.view.show_answers({RESPONSE: ("A G1",)})
    click(chip(shown, "shrinkage"))
    click(hole(shown, "G1"))
    assert shown.last() == ("B G1",)
    assert chip(shown, "forecast").accessibleName() == "forecast"


def test_a_used_card_says_so(tokens: Tokens) -> None:
    shown = text(tokens)
    shown.view.show_answers({RESPONSE: ("A G1",)})
    click(chip(shown, "forecast"))
    assert shown.hint() == "“forecast” is in a gap already. Pick that gap to move it."
    click(hole(shown, "G2"))
    click(chip(shown, "forecast"))
    assert shown.answers == []


def test_cards_for_several_gaps_count_down(tokens: Tokens) -> None:
    shown = text(tokens, cards=choices("it", "they", match_max=2))
    for name in ("G1", "G2"):
        click(chip(shown, "it"))
        click(hole(shown, name))
    assert shown.last() == ("A G1", "A G2")
    assert chip(shown, "it").accessibleName() == "it, 0 of 2 left, used"
    click(chip(shown, "it"))
    assert shown.hint() == "“it” is in 2 gaps already, which is the most."


def test_no_more_gaps_than_allowed_and_no_card_where_it_may_not_go(tokens: Tokens) -> None:
    shown = text(tokens, most=1, group=("B",))
    click(chip(shown, "forecast"))
    click(hole(shown, "G1"))
    assert shown.hint() == "“forecast” cannot go into this gap."
    click(hole(shown, "G2"))
    assert shown.last() == ("A G2",)
    click(chip(shown, "shrinkage"))
    click(hole(shown, "G3"))
    assert shown.hint() == "You have filled 1 gaps, which is the most. Empty one first."
    assert shown.last() == ("A G2",)


def test_gaps_are_read_in_the_text_and_everything_has_a_name(tokens: Tokens) -> None:
    shown = text(tokens)
    words = [each.name for each in found(shown.view, QAccessible.Role.StaticText)]
    assert "First (gap 1), then (gap 2).\nAt last (gap 3)" in words
    assert nameless_controls(shown.view) == []


@pytest.mark.parametrize("position", ["", "top", "bottom", "left", "right"])
def test_cards_stand_where_the_style_wants_them(tokens: Tokens, position: str) -> None:
    shown = text(tokens, style=Style(choices_position=position))
    card, gap_ = chip(shown, "forecast"), hole(shown, "G1")
    page = shown.view
    a, b = card.mapTo(page, card.rect().center()), gap_.mapTo(page, gap_.rect().center())
    assert {"": a.y() < b.y(), "top": a.y() < b.y(), "bottom": a.y() > b.y(), "left": a.x() < b.x() - 100,
            "right": a.x() > b.x() + 100}[position]  # fmt: skip
    order = [each for each in page.findChildren(Chip) + page.findChildren(GapButton) if each.isVisible()]
    assert len(order) == 6


def test_pictures_go_into_gaps_and_take_part_of_the_line(tokens: Tokens) -> None:
    badge = tag("img", src="badge", alt="Badge", width="90", height="60")
    shown = text(tokens, cards=(replace(CARDS[0], content=(badge,)), CARDS[1]))
    click(chip(shown, "Badge"))
    click(hole(shown, "G1"))
    assert focused().accessibleName() == "Gap 1 of 3: Badge"
    assert hole(shown, "G1").width() <= 200


def test_at_four_times_the_size_nothing_is_wider_than_the_page(qapp: QApplication) -> None:
    large = apply(qapp, Theme.LIGHT, 400)
    shown = text(large, cards=choices("one very long card with many more words than fit on a line", "two"))
    assert all(each.width() <= 1024 for each in [*shown.view.findChildren(Chip), *shown.view.findChildren(GapButton)])
    card = shown.view.findChildren(Chip)[0]
    assert card.height() >= card.heightForWidth(card.width())


def test_locked(tokens: Tokens) -> None:
    shown = text(tokens)
    click(chip(shown, "forecast"))
    shown.view.set_locked(True)
    click(hole(shown, "G1"))
    assert shown.answers == []
    shown.view.set_locked(False)
    assert not chip(shown, "forecast").is_held()


def wide(tokens: Tokens, width: int) -> Shown:
    gaps = (Gap(identifier=ChoiceId("G1"), input_width=width), Gap(identifier=ChoiceId("G2"), input_width=width))
    interaction = GapMatchInteraction(
        response=RESPONSE, choices=CARDS, content=(paragraph("First ", gaps[0], ", then ", gaps[1], "."),)
    )
    return Shown(item(interaction), tokens)


def test_a_gap_is_as_wide_as_the_author_wants_it_and_a_target_at_least(tokens: Tokens) -> None:
    widths = [hole(wide(tokens, characters), "G1").width() for characters in (1, 10, 20)]
    assert TARGET_PX <= widths[0] < widths[1] < widths[2]


def test_a_narrow_gap_grows_with_what_is_put_into_it_and_the_text_gives_way(tokens: Tokens) -> None:
    shown = wide(tokens, 1)
    narrow, later = hole(shown, "G1").width(), hole(shown, "G2").x()
    shown.view.show_answers({RESPONSE: ("C G1",)})
    shown.settle()
    assert hole(shown, "G1").width() > narrow + 50
    assert hole(shown, "G2").x() > later + 50 or hole(shown, "G2").y() > hole(shown, "G1").y()
    shown.view.show_answers({})
    shown.settle()
    assert (hole(shown, "G1").width(), hole(shown, "G2").x()) == (narrow, later)


def test_cards_take_no_more_width_than_the_author_gives_them(tokens: Tokens) -> None:
    shown = text(tokens, style=Style(choices_width=150))
    assert len({chip(shown, words).x() for words in ("forecast", "shrinkage", "service level")}) == 1
    assert len({chip(shown, words).y() for words in ("forecast", "shrinkage", "service level")}) == 3


def test_an_answer_beyond_the_limit_is_shown_whole_and_complained_of(tokens: Tokens) -> None:
    shown = text(tokens, most=1)
    assert shown.hint() == "Pick a card, then a gap. Fill up to 1. Filled: 0."
    shown.view.show_answers({RESPONSE: ("A G1", "B G2")})
    assert shown.hint() == "You have filled 2 gaps. Fill no more than 1."
    styled = text(tokens, most=1, style=Style(max_message="Too many!"))
    styled.view.show_answers({RESPONSE: ("A G1", "B G2")})
    assert styled.hint() == "Too many!"


def test_a_gap_in_a_quotation_stays_within_the_column(tokens: Tokens) -> None:
    cards = choices("a card whose words are so many that they need more than a single line", "b")
    quoted = tag("blockquote", tag("p", "Here ", gap("G1"), " it is."))
    shown = Shown(
        item(GapMatchInteraction(response=RESPONSE, choices=cards, content=(quoted,))), tokens, size=(330, 700)
    )
    inner = hole(shown, "G1")
    column = inner.parentWidget()
    assert column is not None
    assert inner.x() + inner.width() <= column.width()


def test_cards_beside_a_text_begin_where_reading_begins(tokens: Tokens) -> None:
    interaction = GapMatchInteraction(
        response=RESPONSE,
        choices=CARDS,
        content=(paragraph("First ", gap("G1")),),
        style=Style(choices_position="right"),
    )
    shown = Shown(item(interaction, language="he"), tokens)
    card = chip(shown, "service level")
    assert card.mapTo(shown.view, card.rect().topRight()).x() > 900
