"""Colours, sizes and fonts of the window, by role; and the application's palette and style sheet made from them.

Owns every colour value and every length that repeats. Refuses to know which widget stands on which screen: widgets ask
for a role (`tokens.accent`) and for pixels (`tokens.px(8)`), never for a value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from math import ceil
from typing import Final, assert_never

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication

FAMILIES: Final = ("Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "DejaVu Sans")
"""One sans family with Latin, Greek and Cyrillic, its sisters for Arabic and Hebrew, and a wide last resort."""

MONOSPACE_FAMILIES: Final = ("Noto Sans Mono", "DejaVu Sans Mono")
SCALE_MIN: Final = 100
SCALE_MAX: Final = 400
"""Text scale in percent."""
BARS_SCALE_MAX: Final = 200
"""The bars above and below a page grow no further (WCAG 2.2, 1.4.4): past it the room belongs to what is read and answered."""

ACTS_SCALE_MAX: Final = 250
"""Buttons on a page grow no further: their words stand on one line and are never cut."""
STACKED_FROM: Final = 200
"""Above this text scale names and values, and other short columns, stand one above the other."""

SPACING_MIN: Final = 100
SPACING_MAX: Final = 200
"""Spacing of text in percent: 150 gives what WCAG 2.2, 1.4.12 names, 200 more than that."""

GRID_PX: Final = 8
RADIUS_PX: Final = 6
RING_PX: Final = 3
TARGET_PX: Final = 44
"""Least height of anything to be hit with a finger or an unsteady hand (WCAG 2.2, 2.5.5)."""

LINE_HEIGHT: Final = 1.5
PARAGRAPH_EM: Final = 12 / 17
PROSE_WIDTH_CHARACTERS: Final = 72
"""Running text is never laid out wider: between 60 and 80 characters a line reads best."""


class Theme(Enum):
    """The looks on offer."""

    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high-contrast"


class Marker(Enum):
    """The pens of the highlighter, by the name that a session keeps."""

    YELLOW = "yellow"
    BLUE = "blue"
    PINK = "pink"


class MarkerLine(Enum):
    """How a highlight is underlined, so that pens are told apart without colour."""

    SOLID = "solid"
    DASHED = "dashed"
    WAVE = "wave"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerLook:
    """How a highlight looks: background and underline."""

    fill: str
    line: str
    style: MarkerLine


class TextSize(Enum):
    """Font sizes by role, in pixels at 100 percent."""

    SMALL = 15
    BODY = 17
    CLOCK = 19
    HEADING = 20
    TITLE = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Colours by role (``#rrggbb``) and the text scale in percent."""

    theme: Theme
    scale: int = 100
    outline_px: int = 1
    """How thick outlines of controls and cards are."""
    spacing: int = SPACING_MIN
    """Percent; the four values below follow from it."""
    line_height: float = LINE_HEIGHT
    """Lines of running text, in font sizes."""
    letter_spacing: float = 0.0
    """Added between letters, in font sizes."""
    word_spacing: float = 0.0
    """Added between words, in font sizes."""
    paragraph_spacing: float = PARAGRAPH_EM
    """Room below a paragraph, in font sizes."""
    single_column: bool = False
    """Nothing stands side by side: no panes, no columns."""
    surface: str
    surface_raised: str
    """Cards, fields and rows that stand on the surface."""
    surface_sunken: str
    """Header rows, bars, the pressed state."""
    text: str
    text_muted: str
    line: str
    """Decoration between things; never the only sign of a control."""
    control: str
    """Outline of a control; at least 3:1 against both surfaces."""
    accent: str
    accent_strong: str
    """The accent under the pointer."""
    accent_text: str
    accent_tint: str
    """Background of a row that is selected."""
    focus: str
    good: str
    good_tint: str
    warn: str
    warn_tint: str
    bad: str
    bad_tint: str
    bad_text: str
    """Text on a surface of the colour ``bad``."""
    figure: str
    """The card that pictures stand on; light in every theme, since pictures are drawn for paper."""
    yellow: str
    """Background of what is highlighted with the yellow pen; text stands on it."""
    blue: str
    pink: str

    def at_most(self, scale_percent: int) -> Tokens:
        """The same tokens, no larger than a text scale."""
        return self if self.scale <= scale_percent else replace(self, scale=scale_percent)

    def for_bars(self) -> Tokens:
        """The tokens of bars, drawers and pads: what stands around that which is read."""
        return self.at_most(BARS_SCALE_MAX)

    @property
    def stacks(self) -> bool:
        """Whether short columns stand one above the other."""
        return self.single_column or self.scale > STACKED_FROM

    def marker(self, marker: Marker) -> MarkerLook:
        """How a pen of the highlighter marks."""
        match marker:
            case Marker.YELLOW:
                return MarkerLook(fill=self.yellow, line=self.text, style=MarkerLine.SOLID)
            case Marker.BLUE:
                return MarkerLook(fill=self.blue, line=self.text, style=MarkerLine.DASHED)
            case Marker.PINK:
                return MarkerLook(fill=self.pink, line=self.text, style=MarkerLine.WAVE)
            case _:
                assert_never(marker)

    def px(self, at_100_percent: float) -> int:
        """A length in device-independent pixels under the present text scale."""
        return round(at_100_percent * self.scale / 100)

    def colour(self, value: str) -> QColor:
        """A role's value as Qt wants it."""
        return QColor(value)

    def font(self, size: TextSize = TextSize.BODY, *, bold: bool = False) -> QFont:
        """The interface font in one of its sizes, with figures of one width."""
        font = _plain_font(self.px(size.value))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        if self.letter_spacing:
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, _upwards(self.letter_spacing * font.pixelSize()))
            font.setWordSpacing(_upwards(self.word_spacing * font.pixelSize()))
        return font

    def paragraph_px(self) -> int:
        """Room below a paragraph, in pixels."""
        return round(self.px(TextSize.BODY.value) * self.paragraph_spacing)

    def prose_width(self) -> int:
        """The widest that running text may get, in pixels."""
        font_px = self.px(TextSize.BODY.value)
        letter = _letter_width(font_px) + self.letter_spacing * font_px
        return round(letter * PROSE_WIDTH_CHARACTERS)


@lru_cache(maxsize=64)
def _letter_width(font_px: int) -> float:
    """The width of an average letter, in pixels. Layouts ask for it thousands of times for one page."""
    return QFontMetricsF(_plain_font(font_px)).averageCharWidth()


def _plain_font(font_px: int) -> QFont:
    """The interface font without spacing, with figures of one width. A new QFont is the application's, whatever that has."""
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPixelSize(font_px)
    font.setWeight(QFont.Weight.Normal)
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0)
    font.setWordSpacing(0)
    return font


def _upwards(pixels: float) -> float:
    """Qt keeps 64ths of a pixel and would round down, below what was promised."""
    return ceil(pixels * 64) / 64


_LIGHT: Final = Tokens(
    theme=Theme.LIGHT,
    surface="#faf8f4",
    surface_raised="#ffffff",
    surface_sunken="#efece5",
    text="#1c2126",
    text_muted="#555e68",
    line="#d8d3c8",
    control="#757b83",
    accent="#1d5bb8",
    accent_strong="#16498f",
    accent_text="#ffffff",
    accent_tint="#e4edfa",
    focus="#11161c",
    good="#1d6a39",
    good_tint="#e3f2e7",
    warn="#804500",
    warn_tint="#fdf0d9",
    bad="#ad231b",
    bad_tint="#fce8e6",
    bad_text="#ffffff",
    figure="#ffffff",
    yellow="#ffe680",
    blue="#b9dcff",
    pink="#ffc9de",
)

_DARK: Final = Tokens(
    theme=Theme.DARK,
    surface="#16191d",
    surface_raised="#20252a",
    surface_sunken="#2a3037",
    text="#eceef0",
    text_muted="#adb5be",
    line="#3a424b",
    control="#8d96a0",
    accent="#82b3ff",
    accent_strong="#a6c9ff",
    accent_text="#0a1a30",
    accent_tint="#20334e",
    focus="#ffd866",
    good="#82d69d",
    good_tint="#1a3224",
    warn="#f3bf68",
    warn_tint="#3a2d14",
    bad="#ff9f96",
    bad_tint="#43211e",
    bad_text="#2b0705",
    figure="#ffffff",
    yellow="#5c4b00",
    blue="#164a78",
    pink="#70274c",
)

_HIGH_CONTRAST: Final = Tokens(
    theme=Theme.HIGH_CONTRAST,
    outline_px=2,
    surface="#000000",
    surface_raised="#000000",
    surface_sunken="#242424",
    text="#ffffff",
    text_muted="#e0e0e0",
    line="#ffffff",
    control="#ffffff",
    accent="#7ce0ff",
    accent_strong="#c2f1ff",
    accent_text="#000000",
    accent_tint="#00304a",
    focus="#ffff00",
    good="#8cffa6",
    good_tint="#00290e",
    warn="#ffc466",
    warn_tint="#2e1c00",
    bad="#ffb0aa",
    bad_tint="#3b0905",
    bad_text="#000000",
    figure="#ffffff",
    yellow="#574900",
    blue="#00487d",
    pink="#66003c",
)


_THEMES: Final = {Theme.LIGHT: _LIGHT, Theme.DARK: _DARK, Theme.HIGH_CONTRAST: _HIGH_CONTRAST}


def tokens_of(
    theme: Theme, scale_percent: int = 100, *, spacing: int = SPACING_MIN, single_column: bool = False
) -> Tokens:
    """The tokens of a theme at a text scale and a spacing, both in percent and held within their limits."""
    spacing = min(max(spacing, SPACING_MIN), SPACING_MAX)
    wide = (spacing - SPACING_MIN) / 50  # 1 is what WCAG 2.2, 1.4.12 names
    return replace(
        _THEMES[theme],
        scale=min(max(scale_percent, SCALE_MIN), SCALE_MAX),
        spacing=spacing,
        line_height=LINE_HEIGHT + 0.5 * wide,
        # Past that lines go on growing; letters hardly, or words would fall apart.
        letter_spacing=0.12 * min(wide, 1) + 0.03 * max(wide - 1, 0),
        word_spacing=0.16 * min(wide, 1) + 0.08 * max(wide - 1, 0),
        paragraph_spacing=PARAGRAPH_EM + (2 - PARAGRAPH_EM) * min(wide, 1) if wide else PARAGRAPH_EM,
        single_column=single_column,
    )


def apply(
    app: QApplication,
    theme: Theme,
    scale_percent: int = 100,
    *,
    spacing: int = SPACING_MIN,
    single_column: bool = False,
) -> Tokens:
    """Give the application a theme, a text scale and a spacing; return the tokens that its widgets are built with.

    Widgets take their tokens when they are made, so a screen that is showing is made anew after a change.
    """
    tokens = tokens_of(theme, scale_percent, spacing=spacing, single_column=single_column)
    app.setStyle("Fusion")
    app.setFont(tokens.font())
    app.setPalette(palette(tokens))
    app.setStyleSheet(style_sheet(tokens))
    return tokens


def palette(tokens: Tokens) -> QPalette:
    """The Qt palette of a theme, for what no style rule reaches."""
    roles = {
        QPalette.ColorRole.Window: tokens.surface,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.surface_raised,
        QPalette.ColorRole.AlternateBase: tokens.surface_sunken,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.text_muted,
        QPalette.ColorRole.Button: tokens.surface_raised,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.Highlight: tokens.accent,
        QPalette.ColorRole.HighlightedText: tokens.accent_text,
        QPalette.ColorRole.Accent: tokens.accent,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.Mid: tokens.line,
    }
    result = QPalette()
    for role, value in roles.items():
        result.setColor(role, QColor(value))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.text_muted))
    return result


def style_sheet(tokens: Tokens) -> str:
    """The rules for Qt's own widgets; what this package paints itself needs none."""
    return "\n".join((_fields(tokens), _scrolling(tokens), _tables(tokens), _labels(tokens)))


def _fields(t: Tokens) -> str:
    # The ring is thicker than the outline: padding gives way, so text does not move when focus comes.
    wide, narrow = t.px(GRID_PX) + RING_PX, t.px(GRID_PX) + t.outline_px
    return f"""
    QLineEdit, QPlainTextEdit {{
        background: {t.surface_raised}; color: {t.text}; border: {t.outline_px}px solid {t.control}; border-radius: {RADIUS_PX}px;
        selection-background-color: {t.accent}; selection-color: {t.accent_text};
        placeholder-text-color: {t.text_muted};
    }}
    QLineEdit {{ padding: 0 {wide}px; }}
    QPlainTextEdit {{ padding: {t.px(4) + RING_PX - t.outline_px}px; }}
    QLineEdit:focus, QPlainTextEdit:focus {{ border: {RING_PX}px solid {t.focus}; }}
    QLineEdit:focus {{ padding: 0 {narrow}px; }}
    QPlainTextEdit:focus {{ padding: {t.px(4)}px; }}
    QLineEdit[readOnly="true"], QPlainTextEdit[readOnly="true"] {{ background: {t.surface_sunken}; }}
    """


def _scrolling(t: Tokens) -> str:
    thick = min(max(14, t.px(12)), 28)
    return f"""
    QScrollArea {{ background: transparent; border: {RING_PX}px solid transparent; border-radius: {RADIUS_PX}px; }}
    QScrollArea:focus {{ border-color: {t.focus}; }}
    QScrollBar {{ background: {t.surface_sunken}; border: none; }}
    QScrollBar:vertical {{ width: {thick}px; }}
    QScrollBar:horizontal {{ height: {thick}px; }}
    QScrollBar::handle {{ background: {t.control}; border-radius: 4px; margin: 3px; }}
    QScrollBar::handle:vertical {{ min-height: {t.px(40)}px; }}
    QScrollBar::handle:horizontal {{ min-width: {t.px(40)}px; }}
    QScrollBar::handle:hover {{ background: {t.text_muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
    """


def _tables(t: Tokens) -> str:
    return f"""
    QTableView {{
        background: {t.surface_raised}; color: {t.text}; border: {t.outline_px}px solid {t.line}; border-radius: {RADIUS_PX}px;
        gridline-color: {t.line}; padding: {RING_PX - t.outline_px}px; outline: 0;
        selection-background-color: {t.accent_tint}; selection-color: {t.text};
    }}
    QTableView:focus {{ border: {RING_PX}px solid {t.focus}; padding: 0; }}
    QTableView::item {{ padding: 0 {t.px(8)}px; border: none; border-bottom: 1px solid {t.line}; }}
    QTableView::item:selected {{ background: {t.accent_tint}; color: {t.text}; }}
    QHeaderView {{ background: {t.surface_sunken}; border: none; }}
    QHeaderView::section {{
        background: {t.surface_sunken}; color: {t.text}; border: none; border-bottom: 1px solid {t.line};
        padding: {t.px(6)}px {t.px(8)}px; font-weight: 600;
    }}
    QTableCornerButton::section {{ background: {t.surface_sunken}; border: none; }}
    """


def _labels(t: Tokens) -> str:
    return f"""
    QLabel {{ background: transparent; color: {t.text}; }}
    QGroupBox {{ border: none; margin: 0; padding: 0; }}
    QLabel[muted="true"] {{ color: {t.text_muted}; }}
    """
