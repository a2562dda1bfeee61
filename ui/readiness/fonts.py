"""Whether names of any script can be shown: a character that no font has is drawn as an empty box.

Owns the samples and the look into the glyphs that would be drawn. A box is glyph 0 of every font (OpenType, table ``glyf``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from PySide6.QtGui import QFont, QTextLayout

SAMPLES: Final[Mapping[str, str]] = {
    "Latin": "Zoë Łukasz Ångström Đặng Þór",
    "Cyrillic": "Анна Їжакевич",
    "Greek": "Ελένη Αθανασίου",
    "Arabic": "مريم الخطيب",
    "Hebrew": "נועה לוי",
    "Devanagari": "आरती शर्मा",
    "Bengali": "মিতা সেন",
    "Tamil": "கவிதா ராமன்",
    "Thai": "สมชาย ใจดี",
    "Chinese": "王小明 陳大文",
    "Japanese": "さとう ハナコ 髙橋",
    "Korean": "김지우",
}
"""Made-up names, a few letters of each script that people's names are written in."""


def boxes_in(text: str, font: QFont) -> bool:
    """Tell whether a text would be drawn with boxes. Letters are shaped and fonts are mixed as for the screen."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    line = layout.createLine()
    line.setNumColumns(len(text))
    layout.endLayout()
    return any(glyph == 0 for run in layout.glyphRuns() for glyph in run.glyphIndexes())


def with_boxes(texts: Iterable[str], font: QFont) -> tuple[str, ...]:
    """Return the texts that would be drawn with boxes."""
    return tuple(text for text in texts if boxes_in(text, font))


def scripts_with_boxes(font: QFont) -> tuple[str, ...]:
    """Return the scripts whose names would be drawn with boxes."""
    return tuple(name for name, text in SAMPLES.items() if boxes_in(text, font))
