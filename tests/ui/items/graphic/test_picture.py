from __future__ import annotations

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSizeF
from PySide6.QtGui import QImage, QImageWriter, QPainter

from tests.ui.items.parts import FLOOR, image
from ui.window.items.graphic.picture import Picture
from ui.window.theme import Tokens


def bitmap(width: int, height: int) -> bytes:
    drawn = QImage(width, height, QImage.Format.Format_RGB32)
    drawn.fill(0xFF3366)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    assert writer.write(drawn)
    return bytes(buffer.data().data())


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ({}, (800, 450)),
        ({"width": "400", "height": "300"}, (400, 300)),
        ({"width": "400"}, (400, 225)),
        ({"height": "90px"}, (160, 90)),
        ({"width": "50%"}, (800, 450)),
    ],
)
def test_coordinates_are_those_of_the_picture_as_html_lays_it_out(
    tokens: Tokens, attributes: dict[str, str], size: tuple[int, int]
) -> None:
    assert Picture(FLOOR, image(**attributes)).size == QSizeF(*size)


def test_a_bitmap_has_its_own_pixels(tokens: Tokens) -> None:
    assert Picture(bitmap(320, 200), image()).size == QSizeF(320, 200)


@pytest.mark.parametrize("side", [40, 320, 900])
def test_it_is_drawn_at_any_size(tokens: Tokens, side: int) -> None:
    picture = Picture(bitmap(320, 320), image())
    canvas = QImage(side, side, QImage.Format.Format_RGB32)
    canvas.fill(0)
    for _again in range(2):
        painter = QPainter(canvas)
        picture.paint(painter, QRectF(0, 0, side, side), 1.0)
        painter.end()
    assert canvas.pixelColor(side // 2, side // 2).name() == "#ff3366"


def test_what_is_no_picture_says_so(tokens: Tokens) -> None:
    assert not Picture(b"no picture", image()).is_readable()
    assert not Picture(b"<svg broken", image()).is_readable()
