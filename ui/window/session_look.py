"""How the window looks to one candidate: what the roster says they need, and what they changed since. Pure.

Owns how needs become a look. Refuses to know how a look is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import ceil
from typing import Final, assert_never

from exam_packages.accommodations import LINE_SPACING_MIN_PERCENT, TEXT_SIZE_MIN_PERCENT, Accommodations, Scheme
from ui.window.look import Look
from ui.window.theme import LINE_HEIGHT, SPACING_MAX, SPACING_MIN, Theme

WIDE: Final = 150
"""The spacing that is what WCAG 2.2, 1.4.12 names; how it is made is ``theme.tokens_of``."""
_MORE_LINE: Final = 0.5  # line height, in font sizes, that each step of spacing adds
_LETTERS: Final = 0.12  # letter spacing, in font sizes, of the first step
_MORE_LETTERS: Final = 0.03  # and what the second adds


def look_of(before: Look, needs: Accommodations, changed: Mapping[str, str]) -> Look:
    """Return the look of a session.

    Args:
        before: what the seat shows to everybody.
        needs: what the candidate needs; counts more.
        changed: what the candidate chose, as the session holds it; counts most. A setting nobody knows changes nothing.
    """
    look = replace(
        before,
        theme=before.theme if needs.scheme is None else _theme(needs.scheme),
        text_percent=before.text_percent
        if needs.text_size_percent == TEXT_SIZE_MIN_PERCENT
        else needs.text_size_percent,
        spacing=max(before.spacing, spacing_of(needs)),
        single_column=before.single_column or needs.single_column,
    )
    for setting, value in changed.items():
        try:
            look = look.adjusted(setting, value)
        except ValueError:  # of another version of this program
            continue
    return look


def spacing_of(needs: Accommodations) -> int:
    """Return the one spacing, in percent, that gives at least the lines and the letters that are needed, as far as it goes."""
    more = (needs.line_spacing_percent - LINE_SPACING_MIN_PERCENT) / 100
    lines = more * LINE_HEIGHT / _MORE_LINE
    letters = needs.letter_spacing_percent / 100
    wide = letters / _LETTERS if letters <= _LETTERS else 1 + (letters - _LETTERS) / _MORE_LETTERS
    step = WIDE - SPACING_MIN
    return min(SPACING_MAX, SPACING_MIN + ceil(step * max(lines, wide)))


def _theme(scheme: Scheme) -> Theme:
    match scheme:
        case Scheme.LIGHT:
            return Theme.LIGHT
        case Scheme.DARK:
            return Theme.DARK
        case Scheme.HIGH_CONTRAST:
            return Theme.HIGH_CONTRAST
        case _:
            assert_never(scheme)
