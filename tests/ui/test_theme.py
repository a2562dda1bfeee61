from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF, QImage, QPainter, QRawFont
from PySide6.QtWidgets import QApplication

from ui.window.theme import BARS_SCALE_MAX, SCALE_MAX, Marker, TextSize, Theme, Tokens, apply, tokens_of


def _luminance(value: str) -> float:
    """WCAG 2.2, relative luminance."""
    channels = (QColor(value).redF(), QColor(value).greenF(), QColor(value).blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


TEXT_PAIRS = [
    ("text", "surface"),
    ("text", "surface_raised"),
    ("text", "surface_sunken"),
    ("text", "accent_tint"),
    ("text_muted", "surface"),
    ("text_muted", "surface_raised"),
    ("text_muted", "surface_sunken"),
    ("text_muted", "accent_tint"),
    ("accent_text", "accent"),
    ("accent_text", "accent_strong"),
    ("accent", "surface"),
    ("accent", "surface_raised"),
    ("accent", "surface_sunken"),
    ("good", "surface"),
    ("good", "surface_raised"),
    ("good", "good_tint"),
    ("warn", "surface"),
    ("warn", "surface_raised"),
    ("warn", "warn_tint"),
    ("warn", "surface_sunken"),
    ("bad", "surface"),
    ("bad", "surface_raised"),
    ("bad", "bad_tint"),
    ("bad_text", "bad"),
    ("text", "good_tint"),
    ("text", "warn_tint"),
    ("text", "bad_tint"),
    ("text", "yellow"),
    ("text", "blue"),
    ("text", "pink"),
]
SHAPE_PAIRS = [
    ("focus", "surface"),
    ("focus", "surface_raised"),
    ("focus", "surface_sunken"),
    ("focus", "accent_tint"),
    ("control", "surface"),
    ("control", "surface_raised"),
    ("control", "surface_sunken"),
    ("accent", "accent_tint"),
    ("warn", "accent_tint"),
    ("good", "good_tint"),
    ("warn", "warn_tint"),
    ("bad", "bad_tint"),
]
CONTROL_PAIRS = [("line", "surface"), ("line", "surface_raised"), ("line", "surface_sunken")]
"""Lines that are decoration in the other themes are outlines where contrast is high."""


@pytest.mark.parametrize("theme", list(Theme))
@pytest.mark.parametrize(("front", "back"), TEXT_PAIRS)
def test_text_stands_out_from_its_background(theme: Theme, front: str, back: str) -> None:
    tokens = tokens_of(theme)
    least = 7 if theme is Theme.HIGH_CONTRAST else 4.5  # WCAG 2.2, 1.4.6 and 1.4.3
    assert contrast(getattr(tokens, front), getattr(tokens, back)) >= least


@pytest.mark.parametrize("theme", list(Theme))
@pytest.mark.parametrize(("front", "back"), SHAPE_PAIRS)
def test_rings_and_outlines_stand_out_from_their_background(theme: Theme, front: str, back: str) -> None:
    tokens = tokens_of(theme)
    assert contrast(getattr(tokens, front), getattr(tokens, back)) >= 3


@pytest.mark.parametrize(("front", "back"), CONTROL_PAIRS)
def test_where_contrast_is_high_every_line_can_be_seen(front: str, back: str) -> None:
    tokens = tokens_of(Theme.HIGH_CONTRAST)
    assert contrast(getattr(tokens, front), getattr(tokens, back)) >= 7
    assert tokens.outline_px > tokens_of(Theme.LIGHT).outline_px


@pytest.mark.parametrize("theme", list(Theme))
def test_pens_of_the_highlighter_are_told_apart_without_colour(theme: Theme) -> None:
    looks = [tokens_of(theme).marker(each) for each in Marker]
    assert len({look.style for look in looks}) == len({look.fill for look in looks}) == len(Marker)


def test_the_contrast_formula_gives_its_known_extremes() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(("asked", "given"), [(50, 100), (100, 100), (150, 150), (200, 200), (900, SCALE_MAX)])
def test_the_scale_is_held_within_its_limits(asked: int, given: int) -> None:
    assert tokens_of(Theme.LIGHT, asked).scale == given


def test_everything_that_has_a_size_grows_with_the_text(qapp: QApplication) -> None:
    small, large = tokens_of(Theme.LIGHT, 100), tokens_of(Theme.LIGHT, 200)
    assert large.px(8) == 2 * small.px(8)
    assert large.font().pixelSize() == 2 * small.font().pixelSize() == 34
    assert large.prose_width() == pytest.approx(2 * small.prose_width(), rel=0.02)


def test_bars_grow_to_twice_their_size_and_no_further() -> None:
    assert tokens_of(Theme.DARK, 400).for_bars() == tokens_of(Theme.DARK, BARS_SCALE_MAX)
    assert tokens_of(Theme.DARK, 150).for_bars() == tokens_of(Theme.DARK, 150)


def test_wide_spacing_reaches_what_wcag_names(qapp: QApplication) -> None:
    """WCAG 2.2, 1.4.12: line height 1.5, paragraphs 2, letters 0.12, words 0.16 font sizes."""
    wide = tokens_of(Theme.LIGHT, spacing=150)
    size = wide.font().pixelSize()
    assert wide.line_height >= 1.5
    assert wide.paragraph_px() >= 2 * size
    assert wide.font().letterSpacing() >= 0.12 * size
    assert wide.font().wordSpacing() >= 0.16 * size
    assert tokens_of(Theme.LIGHT).font().letterSpacing() == 0


def test_spacing_is_held_within_its_limits_and_only_grows() -> None:
    heights = [tokens_of(Theme.LIGHT, spacing=each).line_height for each in (0, 100, 125, 150, 200, 900)]
    assert heights == sorted(heights)
    assert heights[0] == heights[1]
    assert heights[-1] == heights[-2]


def test_body_text_is_large_enough(tokens: Tokens) -> None:
    assert 16 <= tokens.font().pixelSize() <= 18
    assert tokens.font(TextSize.HEADING).pixelSize() == 20
    assert tokens.font(TextSize.TITLE).pixelSize() == 28


def test_a_line_of_running_text_has_60_to_80_characters(tokens: Tokens) -> None:
    line = "The center takes two hundred and forty calls in the busiest half hour of the day, and more."
    metrics = QFontMetricsF(tokens.font())
    fitting = next(n for n in range(len(line), 0, -1) if metrics.horizontalAdvance(line[:n]) <= tokens.prose_width())
    assert 60 <= fitting <= 92


@pytest.mark.parametrize("bold", [False, True])
def test_figures_of_the_clock_have_one_width(tokens: Tokens, *, bold: bool) -> None:
    metrics = QFontMetricsF(tokens.font(TextSize.CLOCK, bold=bold))
    assert len({metrics.horizontalAdvance(each) for each in "0123456789"}) == 1


def test_the_family_is_there(tokens: Tokens) -> None:
    assert QFontInfo(tokens.font()).family() == "Noto Sans"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("Latin", "Prüfung žluťoučký"),
        ("Greek", "Εξέταση"),
        ("Cyrillic", "Экзамен"),
        ("Arabic", "امتحان"),
        ("Hebrew", "מבחן"),
    ],
)
def test_every_promised_script_is_drawn_with_glyphs_of_its_own(tokens: Tokens, script: str, words: str) -> None:
    families = tokens.font().families()
    assert any(_has_glyphs(tokens, family, words) for family in families), script
    image = QImage(QSize(300, 60), QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    painter.setFont(tokens.font())
    painter.drawText(10, 40, words)
    painter.end()
    dark = sum(image.pixelColor(x, y).lightness() < 100 for x in range(300) for y in range(60))
    assert dark > 40


def _has_glyphs(tokens: Tokens, family: str, words: str) -> bool:
    font = tokens.font()
    font.setFamilies([family])
    raw = QRawFont.fromFont(font)
    return raw.isValid() and all(raw.supportsCharacter(ord(each)) for each in words if each != " ")


def test_applying_a_theme_changes_palette_font_and_style(qapp: QApplication) -> None:
    dark = apply(qapp, Theme.DARK, 150)
    assert qapp.palette().window().color().name() == dark.surface
    assert qapp.font().pixelSize() == round(17 * 1.5)
    assert dark.focus in qapp.styleSheet()


def test_a_font_has_nothing_of_the_application_s(qapp: QApplication) -> None:
    plain = tokens_of(Theme.LIGHT)
    before = plain.font(), plain.prose_width()
    try:
        apply(qapp, Theme.LIGHT, 100, spacing=200)
        assert (plain.font(), plain.prose_width()) == before
    finally:
        apply(qapp, Theme.LIGHT, 100)
