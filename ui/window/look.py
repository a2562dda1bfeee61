"""How the window looks to one person: colours, text size, spacing, columns; and the names under which a session keeps that.

Owns the steps on offer and the words of the four settings in a journal. Refuses to know who chose them: a roster's
accommodations and a candidate's own choice end in the same value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, assert_never

from PySide6.QtWidgets import QApplication

from ui.window import theme
from ui.window.theme import SCALE_MAX, SCALE_MIN, SPACING_MAX, SPACING_MIN, Theme, Tokens

TEXT_PERCENTS: Final = (100, 125, 150, 175, 200, 250, 300, 400)
"""Text sizes on offer."""
SPACINGS: Final = (100, 150, 200)
"""Spacings on offer, in percent; see ``theme.SPACING_MAX``."""

ONE_COLUMN: Final = "single-column"
SIDE_BY_SIDE: Final = "side-by-side"


class LookSetting(StrEnum):
    """What can be set, by its name in a journal (``Adjusted.setting``)."""

    THEME = "theme"
    TEXT_SIZE = "text-size"
    SPACING = "spacing"
    LAYOUT = "layout"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Everything somebody can choose about how the window looks."""

    theme: Theme = Theme.LIGHT
    text_percent: int = 100
    spacing: int = SPACING_MIN
    """Percent; 100 is the program's own, 150 what WCAG 2.2, 1.4.12 names."""
    single_column: bool = False

    @classmethod
    def of(cls, tokens: Tokens) -> Look:
        """The look that tokens were made for."""
        return cls(
            theme=tokens.theme,
            text_percent=tokens.scale,
            spacing=tokens.spacing,
            single_column=tokens.single_column,
        )

    def value(self, setting: LookSetting) -> str:
        """What a journal says of a setting."""
        match setting:
            case LookSetting.THEME:
                return self.theme.value
            case LookSetting.TEXT_SIZE:
                return str(self.text_percent)
            case LookSetting.SPACING:
                return str(self.spacing)
            case LookSetting.LAYOUT:
                return ONE_COLUMN if self.single_column else SIDE_BY_SIDE
            case _:
                assert_never(setting)

    def adjusted(self, setting: str, value: str) -> Look:
        """This look with one setting as a journal or an accommodation names it.

        Raises:
            ValueError: no such setting, or no such value of it.
        """
        match LookSetting(setting):
            case LookSetting.THEME:
                return replace(self, theme=Theme(value))
            case LookSetting.TEXT_SIZE:
                return replace(self, text_percent=_percent(value, SCALE_MIN, SCALE_MAX))
            case LookSetting.SPACING:
                return replace(self, spacing=_percent(value, SPACING_MIN, SPACING_MAX))
            case LookSetting.LAYOUT:
                if value not in {ONE_COLUMN, SIDE_BY_SIDE}:
                    raise ValueError(f"no such layout: {value!r}")
                return replace(self, single_column=value == ONE_COLUMN)

    def changes_to(self, other: Look) -> tuple[tuple[LookSetting, str], ...]:
        """Every setting that is not the same in another look, with its value there."""
        return tuple((each, other.value(each)) for each in LookSetting if self.value(each) != other.value(each))

    def tokens(self) -> Tokens:
        """The tokens of this look."""
        return theme.tokens_of(self.theme, self.text_percent, spacing=self.spacing, single_column=self.single_column)

    def apply(self, app: QApplication) -> Tokens:
        """Give the application this look; return the tokens that its widgets are built with."""
        return theme.apply(app, self.theme, self.text_percent, spacing=self.spacing, single_column=self.single_column)


def _percent(value: str, least: int, most: int) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 3 and least <= int(value) <= most):
        raise ValueError(f"not a percentage from {least} to {most}: {value!r}")
    return int(value)
