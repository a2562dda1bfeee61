"""Fonts for what is printed, reports and slips: names of people in any script have to be legible.

Owns finding a font on this machine that has the characters of a text. Refuses to know layouts. The fonts of PDF readers serve
where nothing is found; they know Western European characters only, and others are then written as question marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A piece of a line in one font."""

    font: str
    text: str


def regular_runs(text: str) -> tuple[Run, ...]:
    """Return a line in pieces, each with a font that has its characters."""
    return _runs(text, (*REGULAR, *SCRIPTS), STANDARD_REGULAR)


def bold_runs(text: str) -> tuple[Run, ...]:
    """Return a line in bold pieces; regular ones where only they have the characters."""
    return _runs(text, (*BOLD, *REGULAR, *SCRIPTS), STANDARD_BOLD)


def _runs(text: str, names: tuple[str, ...], standard: str) -> tuple[Run, ...]:
    runs: list[Run] = []
    for character in text:
        font = next((font for font in _registered(names) if ord(character) in _coverage(font)), None)
        if font is None:
            font = next(_registered(names), standard)
            character = _drawable(character, font)  # noqa: PLW2901 - the replacement takes its place
        if runs and runs[-1].font == font:
            runs[-1] = Run(font=font, text=runs[-1].text + character)
        else:
            runs.append(Run(font=font, text=character))
    return tuple(runs)


def _drawable(character: str, font: str) -> str:
    """Return a character as a font can draw it: the standard fonts take Western European ones only."""
    if font in {STANDARD_REGULAR, STANDARD_BOLD}:
        return character.encode("cp1252", "replace").decode("cp1252")
    return "?"


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
