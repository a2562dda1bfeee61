"""Outlines are as thick as the theme asks, marks stand beside the first line, and painted words begin at the leading edge."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage
from PySide6.QtWidgets import QApplication, QWidget

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import (
    AssociateInteraction,
    ChoiceInteraction,
    Gap,
    GapMatchInteraction,
    Interaction,
    MatchInteraction,
    OrderInteraction,
)
from tests.ui.items.making import RESPONSE, Shown, choices, item, paragraph
from ui.window.items.match_cells import RadioCell
from ui.window.items.option_row import RadioRow
from ui.window.theme import Theme, Tokens, apply
from ui.window.widgets.painting import RING_ROOM_PX
from ui.window.widgets.sentence import Sentence

CHOICES = choices("Coaching", "Scheduling", "Reporting")
ONE_OF = ChoiceInteraction(response=RESPONSE, choices=CHOICES, max_choices=1)
IN_ORDER = OrderInteraction(response=RESPONSE, choices=CHOICES)
PAIRS = AssociateInteraction(response=RESPONSE, choices=CHOICES, max_associations=2)
GAPS = GapMatchInteraction(
    response=RESPONSE, choices=CHOICES, content=(paragraph("Calls need ", Gap(identifier=ChoiceId("G")), "."),)
)


def in_theme(qapp: QApplication, theme: Theme, what: Interaction, kind: str) -> tuple[Tokens, QWidget]:
    tokens = apply(qapp, theme, 100)
    view = Shown(item(what), tokens).view
    widgets = [each for each in view.findChildren(QWidget) if type(each).__name__ == kind and each.isVisible()]
    widgets = [each for each in widgets if not each.hasFocus()]
    return tokens, widgets[0]


def across(image: QImage, y: int) -> Iterator[str]:
    yield from (QColor(image.pixel(x, y)).name() for x in range(image.width()))


@pytest.fixture
def light_again(qapp: QApplication) -> Iterator[None]:
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    apply(qapp, Theme.LIGHT, 100)


@pytest.mark.usefixtures("light_again")
@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.HIGH_CONTRAST])
@pytest.mark.parametrize(
    ("what", "kind", "role"),
    [
        (ONE_OF, "RadioRow", "line"),
        (IN_ORDER, "OrderHandle", "control"),
        (PAIRS, "Chip", "control"),
        (GAPS, "Chip", "control"),
    ],
)
def test_outlines_are_as_thick_as_the_theme_asks(
    qapp: QApplication, theme: Theme, what: Interaction, kind: str, role: str
) -> None:
    tokens, widget = in_theme(qapp, theme, what, kind)
    colour = QColor(getattr(tokens, role)).name()
    from_body = list(across(widget.grab().toImage(), widget.height() // 2))[RING_ROOM_PX:]
    assert len(list(takewhile(lambda each: each == colour, from_body))) == tokens.outline_px
    assert tokens.outline_px == (2 if theme is Theme.HIGH_CONTRAST else 1)


@pytest.mark.parametrize("spacing", [100, 150, 200])
def test_a_mark_stands_beside_the_letters_of_the_first_line(qapp: QApplication, spacing: int) -> None:
    tokens = apply(qapp, Theme.LIGHT, 100, spacing=spacing)
    row = Shown(item(ONE_OF), tokens).view.findChildren(RadioRow)[1]
    image = row.grab().toImage()
    control = QColor(tokens.control).name()
    middle_of_mark = RING_ROOM_PX + tokens.px(12) + 11
    inked = [y for y in range(image.height()) if QColor(image.pixel(middle_of_mark, y)).name() == control]
    metrics = QFontMetricsF(tokens.font())
    words = [
        y
        for y in range(RING_ROOM_PX + 4, image.height() - RING_ROOM_PX - 4)
        if any(QColor(image.pixel(x, y)).lightness() < 90 for x in range(middle_of_mark + 16, 200))
    ]
    # "Scheduling": from the ascenders to the tail of the "g"; its letters' middle is that of ascent and descent.
    base = max(words) - metrics.descent() * 0.95
    assert (min(inked) + max(inked)) / 2 == pytest.approx(base - (metrics.ascent() - metrics.descent()) / 2, abs=2.6)
    apply(qapp, Theme.LIGHT, 100)


@pytest.mark.usefixtures("light_again")
@pytest.mark.parametrize("window", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_words_in_cells_and_lists_begin_where_reading_begins(qapp: QApplication, window: Qt.LayoutDirection) -> None:
    tokens = apply(qapp, Theme.LIGHT, 100)
    qapp.setLayoutDirection(window)
    match = MatchInteraction(response=RESPONSE, rows=choices("ص"), columns=choices("نعم", "لا", match_max=0))
    for language, right_to_left in (("ar", True), ("en", False)):
        narrow = Shown(item(match, language=language), tokens, size=(300, 600)).view
        cell = next(each for each in narrow.findChildren(RadioCell) if each.isVisible())
        image = cell.grab().toImage()
        dark = [
            x
            for x in range(RING_ROOM_PX + 40, image.width() - RING_ROOM_PX - 40)
            for y in range(RING_ROOM_PX + 4, image.height() - RING_ROOM_PX - 4)
            if QColor(image.pixel(x, y)).lightness() < 90
        ]
        assert (min(dark) > image.width() / 2) == right_to_left
        assert (max(dark) < image.width() / 2) != right_to_left


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_the_window_says_stands_beside_its_icon(tokens: Tokens, language: str) -> None:
    several = ChoiceInteraction(response=RESPONSE, choices=CHOICES, max_choices=2)
    sentence = Shown(item(several, language=language), tokens).view.findChildren(Sentence)[0]
    image = sentence.grab().toImage()
    inked = [
        x
        for x in range(image.width())
        if any(QColor(image.pixel(x, y)).lightness() < 110 for y in range(image.height()))
    ]
    assert (min(inked) > image.width() / 3) == (language == "ar")
    assert (max(inked) < image.width() / 3 * 2) == (language == "en")
