"""Empty boxes are found before anybody's name is one."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QImage, QPainter, QRawFont
from PySide6.QtWidgets import QApplication

from ui.readiness.fonts import SAMPLES, boxes_in, scripts_with_boxes, with_boxes

NOBODYS = "\U000e1234"  # assigned to nothing (Unicode 15): no font has it


def test_a_character_that_no_font_has_is_a_box(qapp: QApplication) -> None:
    assert boxes_in(NOBODYS, qapp.font())
    assert with_boxes(["Ana", f"Ana {NOBODYS}"], qapp.font()) == (f"Ana {NOBODYS}",)


def test_latin_is_always_there(qapp: QApplication) -> None:
    assert not boxes_in(SAMPLES["Latin"], qapp.font())
    assert not boxes_in("", qapp.font())
    assert "Latin" not in scripts_with_boxes(qapp.font())


def test_a_font_that_lacks_a_letter_gets_it_from_another(qapp: QApplication) -> None:
    raw = QRawFont.fromFont(qapp.font())
    lacking = [
        name for name, text in SAMPLES.items() if not all(raw.supportsCharacter(each) for each in text if each > " ")
    ]
    found = scripts_with_boxes(qapp.font())
    assert set(found) <= set(lacking), "what the font has itself is never a box"


@pytest.mark.parametrize("name", list(SAMPLES))
def test_what_is_said_to_be_shown_is_painted(qapp: QApplication, name: str) -> None:
    if boxes_in(SAMPLES[name], qapp.font()):
        pytest.skip(f"no font for {name} is installed here")
    assert _ink(SAMPLES[name], qapp.font()) > 0


def _ink(text: str, font: QFont) -> int:
    picture = QImage(400, 60, QImage.Format.Format_Grayscale8)
    picture.fill(255)
    painter = QPainter(picture)
    painter.setFont(font)
    painter.drawText(10, 40, text)
    painter.end()
    return sum(picture.pixel(x, y) & 0xFF != 255 for x in range(0, 400, 2) for y in range(0, 60, 2))
