"""Fonts for reports: names of people in any script have to be legible.

Owns finding a font on this machine that has the characters of a text. Refuses to know layouts. The fonts of PDF readers serve
where nothing is found; they know Western European characters only, and others are then written as question marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

FOLDERS: Final = (
    Path("/usr/share/fonts/truetype/noto"),
    Path("/usr/share/fonts/truetype/dejavu"),
    Path("/usr/share/fonts/truetype/droid"),
    Path("/usr/share/fonts/noto"),
    Path("/usr/share/fonts/TTF"),
    Path("/Library/Fonts"),
    Path("/System/Library/Fonts/Supplemental"),
    Path("C:/Windows/Fonts"),
)
"""Where Debian, other Linux systems, macOS and Windows keep them."""

REGULAR: Final = ("NotoSans-Regular.ttf", "DejaVuSans.ttf", "arial.ttf", "Arial Unicode.ttf")
BOLD: Final = ("NotoSans-Bold.ttf", "DejaVuSans-Bold.ttf", "arialbd.ttf")
SCRIPTS: Final = (
    "NotoSansArabic-Regular.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf",
    "NotoSansBengali-Regular.ttf",
    "NotoSansTamil-Regular.ttf",
    "NotoSansThai-Regular.ttf",
    "NotoSansGeorgian-Regular.ttf",
    "NotoSansArmenian-Regular.ttf",
    "NotoSansEthiopic-Regular.ttf",
    "DroidSansFallbackFull.ttf",
    "Arial Unicode.ttf",
)
"""One more script each; the last two cover East Asia."""

STANDARD_REGULAR: Final = "Helvetica"
STANDARD_BOLD: Final = "Helvetica-Bold"


def regular_for(text: str) -> str:
    """Return the name of a registered font for a text."""
    return _best(text, (*REGULAR, *SCRIPTS), STANDARD_REGULAR)


def bold_for(text: str) -> str:
    """Return the name of a registered bold font for a text; a regular one where only that has the characters."""
    return _best(text, (*BOLD, *REGULAR, *SCRIPTS), STANDARD_BOLD)


def drawable(text: str, font: str) -> str:
    """Return a text as a font can draw it: the standard fonts take Western European characters only."""
    if font in {STANDARD_REGULAR, STANDARD_BOLD}:
        return text.encode("cp1252", "replace").decode("cp1252")
    return text


def _best(text: str, names: Iterable[str], standard: str) -> str:
    needed = {ord(character) for character in text}
    missing_least: tuple[int, str] | None = None
    for font in _registered(names):
        missing = len(needed - _coverage(font))
        if missing == 0:
            return font
        if missing_least is None or missing < missing_least[0]:
            missing_least = (missing, font)
    return standard if missing_least is None else missing_least[1]


def _registered(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        font = _register(name)
        if font is not None:
            yield font


@cache
def _register(name: str) -> str | None:
    for folder in FOLDERS:
        path = folder / name
        if not path.is_file():
            continue
        try:
            pdfmetrics.registerFont(TTFont(path.stem, str(path)))
        except (TTFError, OSError):
            continue  # another format under this name, or unreadable: the next folder may have a good one
        return path.stem
    return None


@cache
def _coverage(font: str) -> frozenset[int]:
    return frozenset(pdfmetrics.getFont(font).face.charToGlyph)
