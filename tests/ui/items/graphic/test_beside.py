"""Where choices and picture lie, and that what lies on a small area can be read."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import Choice, GraphicGapMatchInteraction, HotspotInteraction, Style
from tests.ui.items.graphic.plans import ROOMS, spot
from tests.ui.items.making import RESPONSE
from tests.ui.items.parts import ShownPart, image, resource, words
from ui.window.items.graphic import graphic_part
from ui.window.items.graphic.canvas import Canvas
from ui.window.items.graphic.tray import TrayButton
from ui.window.items.part import Part
from ui.window.theme import RING_PX, Theme, Tokens, apply

CHOICES = tuple(
    Choice(identifier=ChoiceId(key), content=words(each)) for key, each in (("P", "Planner"), ("C", "Coach"))
)
ROLES = GraphicGapMatchInteraction(
    response=RESPONSE, image=image(width="400", height="225"), choices=CHOICES, hotspots=ROOMS
)


def _made(what: HotspotInteraction, tokens: Tokens, parent: QWidget) -> Part:
    return graphic_part(what, resource, tokens=tokens, parent=parent)


def shown(tokens: Tokens, *, position: str = "", width: int = 0, size: tuple[int, int] = (1000, 760)) -> ShownPart:
    made = replace(ROLES, style=Style(choices_position=position, choices_width=width))
    return ShownPart(lambda parent: graphic_part(made, resource, tokens=tokens, parent=parent), size=size)


def places(part: ShownPart) -> tuple[list[tuple[int, int]], tuple[int, int]]:
    """Where the choices and the picture begin."""
    tray = [each.mapTo(part.window, each.rect().topLeft()) for each in part.window.findChildren(TrayButton)]
    surface = part.surface().mapTo(part.window, part.surface().rect().topLeft())
    return [(each.x(), each.y()) for each in tray], (surface.x(), surface.y())


def width_of(part: ShownPart) -> int:
    canvas = part.window.findChild(Canvas)
    assert isinstance(canvas, Canvas)
    return part.surface().width()


def test_choices_stand_where_the_style_wants_them(tokens: Tokens) -> None:
    (first, second), picture = places(shown(tokens))
    assert first[1] == second[1] < picture[1]
    (first, second), picture = places(shown(tokens, position="bottom"))
    assert first[1] == second[1] > picture[1] + 225
    (first, second), picture = places(shown(tokens, position="left"))
    assert first[0] == second[0] < picture[0]
    assert picture[1] - 10 < first[1] < second[1] < picture[1] + 225
    (first, _second), picture = places(shown(tokens, position="right"))
    assert picture[0] + 400 < first[0] < picture[0] + 440


def test_a_width_for_the_choices_breaks_their_lines(tokens: Tokens) -> None:
    (first, second), _picture = places(shown(tokens, width=150))
    assert first[0] == second[0]
    assert first[1] < second[1]
    beside = shown(tokens, position="left", width=360)
    (first, second), picture = places(beside)
    assert first[1] == second[1]
    assert picture[0] - first[0] > 360


def test_without_room_the_choices_stand_above_and_the_picture_keeps_its_size(tokens: Tokens) -> None:
    part = shown(tokens, position="left", size=(480, 900))
    (first, second), picture = places(part)
    assert max(first[1], second[1]) < picture[1]
    assert width_of(part) == 400


@pytest.mark.parametrize("scale", [100, 200, 400])
@pytest.mark.parametrize("position", ["left", "right", "top", "bottom"])
def test_nothing_leaves_the_page_at_any_text_size(qapp: QApplication, scale: int, position: str) -> None:
    tokens = apply(qapp, Theme.LIGHT, scale)
    part = shown(tokens, position=position, width=188)
    for each in (*part.window.findChildren(TrayButton), part.window.findChild(Canvas)):
        assert each is not None
        corner = each.mapTo(part.window, each.rect().bottomRight())
        assert corner.x() < part.window.width()
        assert each.mapTo(part.window, QPoint(0, 0)).x() >= 0
    apply(qapp, Theme.LIGHT, 100)


def test_choices_come_before_the_areas_for_the_keyboard_wherever_they_stand(tokens: Tokens) -> None:
    for position in ("top", "bottom", "left", "right"):
        part = shown(tokens, position=position)
        assert part.focus_name().startswith("A. Planner")


def test_taking_one_away_comes_up_beside_the_picture_and_moves_nothing(tokens: Tokens) -> None:
    part = shown(tokens, position="left")
    part.part.show_answer(("P T",))
    before = places(part)
    part.click_picture(20, 20)
    away = next(each for each in part.window.findChildren(QPushButton) if each.text() == "Take it away")
    assert away.isVisible()
    assert places(part) == before
    holder = away.parentWidget()
    assert holder is not None
    assert holder.rect().contains(away.geometry())


def test_a_word_on_an_area_too_small_for_it_can_be_read(tokens: Tokens) -> None:
    small = (spot("T", "rect", 100, 100, 128, 112),)
    made = replace(ROLES, choices=(Choice(identifier=ChoiceId("P"), content=words("EDI")),), hotspots=small)
    part = ShownPart(lambda parent: graphic_part(made, resource, tokens=tokens, parent=parent))
    part.part.show_answer(("P T",))
    part.settle()
    grabbed = part.surface().grab().toImage()
    dark = {QColor(tokens.text).name()}
    rows = [y for y in range(90, 125) if dark & {QColor(grabbed.pixel(x, y)).name() for x in range(90, 140)}]
    assert max(rows) - min(rows) >= 9  # capital letters of 13 pixels or so, where the area has 12


def test_the_picture_has_a_line_around_all_of_it(qapp: QApplication) -> None:
    for theme in (Theme.LIGHT, Theme.HIGH_CONTRAST):
        tokens = apply(qapp, theme, 100)
        made = HotspotInteraction(response=RESPONSE, image=image(), hotspots=ROOMS, max_choices=1)
        part = ShownPart(partial(_made, made, tokens))
        canvas = part.window.findChild(Canvas)
        assert isinstance(canvas, Canvas)
        grabbed: QImage = canvas.grab().toImage()
        frame, line = canvas.frame.geometry(), QColor(tokens.line).name()
        near, far = RING_PX + tokens.outline_px - 1, RING_PX
        middle = frame.center()
        for x, y in (
            (near, middle.y()), (frame.right() - far, middle.y()), (middle.x(), near), (middle.x(), frame.bottom() - far)
        ):  # fmt: skip
            assert QColor(grabbed.pixel(x, y)).name() == line
    apply(qapp, Theme.LIGHT, 100)


def test_a_picture_that_cannot_be_read_and_has_no_words_says_so(tokens: Tokens) -> None:
    made = HotspotInteraction(response=RESPONSE, image=image(alt=" "), hotspots=ROOMS[3:], max_choices=1)
    part = ShownPart(lambda parent: graphic_part(made, lambda _path: b"", tokens=tokens, parent=parent))
    grabbed = part.surface().grab().toImage()
    box = grabbed.rect().adjusted(60, 60, -60, -60)
    assert any(
        QColor(grabbed.pixel(x, y)).lightness() < 60
        for x in range(box.left(), box.right())
        for y in range(grabbed.height() // 2 - 12, grabbed.height() // 2 + 12)
    )
