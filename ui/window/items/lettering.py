"""What stands before each choice: letters or numbers, with what follows them (QTI 3.0 shared vocabulary). Pure."""

from __future__ import annotations

from string import ascii_uppercase
from typing import Final, assert_never

from exam_packages.qti.model import LabelStyle, LabelSuffix, Style

_SUFFIXES: Final = {
    LabelSuffix.DEFAULT: "",
    LabelSuffix.NONE: "",
    LabelSuffix.PERIOD: ".",
    LabelSuffix.PARENTHESIS: ")",
}


def label_of(place: int, style: Style) -> str:
    """The label of the choice at a place, counted from 0; empty where choices have none."""
    match style.labels:
        case LabelStyle.NONE:
            return ""
        case LabelStyle.DECIMAL:
            label = str(place + 1)
        case LabelStyle.LOWER_ALPHA:
            label = _letters(place).lower()
        case LabelStyle.UPPER_ALPHA | LabelStyle.LETTERS:
            label = _letters(place)
        case _:
            assert_never(style.labels)
    suffix = _SUFFIXES[style.suffix]
    if style.suffix is LabelSuffix.DEFAULT and style.labels is not LabelStyle.LETTERS:
        suffix = "."
    return label + suffix


def _letters(place: int) -> str:
    """A to Z, AA, AB and so on, as columns of a table are counted."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = ascii_uppercase[rest] + letters
    return letters
