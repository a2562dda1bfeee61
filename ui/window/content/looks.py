"""How text looks in a document: fonts, colours, line heights and alignment, by element and by shared-vocabulary class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QTextBlockFormat,
    QTextCharFormat,
    QTextFormat,
    QTextFrameFormat,
    QTextListFormat,
    QTextTableFormat,
)

from exam_packages.qti.model import Element, Node, Text
from ui.window.content.plain import classes
from ui.window.theme import LINE_HEIGHT, MONOSPACE_FAMILIES, TextSize, Tokens

_ITALIC: Final = frozenset({"em", "i", "cite", "var", "dfn"})
_MONOSPACE: Final = frozenset({"code", "kbd", "samp", "tt"})
_RUBY_SHARE: Final = 0.75
"""The size of a reading beside its base text."""
QUOTATION: Final = int(QTextFormat.Property.UserProperty) + 3
"""On a paragraph that is quoted: the number of the quotation."""
_ALIGNMENTS: Final = {
    "qti-align-left": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute,
    "qti-align-center": Qt.AlignmentFlag.AlignHCenter,
    "qti-align-right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute,
}


def base_format(tokens: Tokens, *, bold: bool = False) -> QTextCharFormat:
    """Plain text of the theme."""
    result = QTextCharFormat()
    result.setFont(tokens.font(bold=bold))
    result.setForeground(QBrush(QColor(tokens.text)))
    return result


def heading_format(tokens: Tokens, size: TextSize) -> QTextCharFormat:
    """Bold text in one of the theme's sizes."""
    result = base_format(tokens, bold=True)
    result.setFont(tokens.font(size, bold=True))
    return result


def bold(look: QTextCharFormat) -> QTextCharFormat:
    """The same, heavier."""
    result = QTextCharFormat(look)
    result.setFontWeight(QFont.Weight.DemiBold)
    return result


def monospace(look: QTextCharFormat) -> QTextCharFormat:
    """The same, in letters of one width."""
    result = QTextCharFormat(look)
    result.setFontFamilies(list(MONOSPACE_FAMILIES))
    return result


def styled(element: Element, look: QTextCharFormat, tokens: Tokens) -> QTextCharFormat:
    """How text in an element looks, by the element's name and classes."""
    result, name, words = QTextCharFormat(look), element.name, classes(element)
    if name in {"strong", "b"}:
        result = bold(result)
    elif name in _MONOSPACE:
        result = monospace(result)
        result.setBackground(QBrush(QColor(tokens.surface_sunken)))
    elif name == "sub":
        result.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSubScript)
    elif name == "sup":
        result.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
    elif name in {"small", "rt"}:
        font = result.font()
        font.setPixelSize(max(1, round(font.pixelSize() * _RUBY_SHARE)))
        result.setFont(font)
    if name in _ITALIC or "qti-italic" in words:
        result.setFontItalic(True)
    if name in {"u", "ins"} or "qti-underline" in words:
        result.setFontUnderline(True)
    if name in {"s", "del"}:
        result.setFontStrikeOut(True)
    return result


def alignment_of(element: Element) -> Qt.AlignmentFlag | None:
    """The alignment that an element's class asks for."""
    return next((_ALIGNMENTS[word] for word in element.attribute("class").split() if word in _ALIGNMENTS), None)


def direction_of(element: Element) -> Qt.LayoutDirection | None:
    """The direction that an element's ``dir`` asks for."""
    return {"rtl": Qt.LayoutDirection.RightToLeft, "ltr": Qt.LayoutDirection.LeftToRight}.get(
        element.attribute("dir").lower()
    )


def block_format(
    tokens: Tokens,
    *,
    direction: Qt.LayoutDirection,
    alignment: Qt.AlignmentFlag | None,
    above_px: int = 0,
    below_px: float | None = None,
    indent: int = 0,
    font: QFont | None = None,
    line_height: float = LINE_HEIGHT,
    quotation: int = 0,
) -> QTextBlockFormat:
    """A paragraph; lengths are pixels at 100 percent, and what is not said is as the theme has it.

    Args:
        line_height: in font sizes, where lines are as far apart as they usually are; wider spacing widens it.
        quotation: the number of the quotation that it stands in; 0 where it is in none.
    """
    block = QTextBlockFormat()
    block.setLayoutDirection(direction)
    pixels = (font or tokens.font()).pixelSize() * line_height * tokens.line_height / LINE_HEIGHT
    block.setLineHeight(pixels, QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
    if alignment is not None:
        block.setAlignment(alignment)
    block.setTopMargin(tokens.px(above_px))
    block.setBottomMargin(tokens.paragraph_px() if below_px is None else tokens.px(below_px))
    block.setIndent(indent)
    if quotation:
        block.setProperty(QUOTATION, quotation)
    return block


def list_style(element: Element, depth: int) -> QTextListFormat.Style:
    """How a list counts: as it says, else by how deep it is."""
    styles = QTextListFormat.Style
    if element.name == "ul":
        return styles.ListDisc if depth == 1 else styles.ListCircle
    by_type = {
        "1": styles.ListDecimal,
        "a": styles.ListLowerAlpha,
        "A": styles.ListUpperAlpha,
        "i": styles.ListLowerRoman,
        "I": styles.ListUpperRoman,
    }
    return by_type.get(element.attribute("type"), styles.ListDecimal if depth == 1 else styles.ListLowerAlpha)


DIRECTION_MARKS: Final = {
    (False, "rtl"): ("\u2067", "\u2069"),
    (False, "ltr"): ("\u2066", "\u2069"),
    (True, "rtl"): ("\u202e", "\u202c"),
    (True, "ltr"): ("\u202d", "\u202c"),
}
"""What Unicode has for a run that reads the other way: isolates, and overrides for ``bdo``."""


def formula_depth(formula: Element, tokens: Tokens) -> float:
    """How far a formula reaches below the line it stands on, in pixels at the present text scale."""
    value = formula.attribute("data-baseline")
    try:
        return max(0.0, float(value)) * tokens.scale / 100
    except ValueError:
        return 0.0


def without_edges(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """Preformatted content without the line break after its start tag and the one before its end tag."""
    for place, node in enumerate(nodes):
        if not isinstance(node, Text):
            yield node
            continue
        text = node.text.lstrip("\n") if place == 0 else node.text
        yield Text(text.rstrip("\n") if place == len(nodes) - 1 else text)


def is_mirrored(direction: Qt.LayoutDirection) -> bool:
    """Whether columns run from right to left. Qt leaves them as they are, so they are written the other way round."""
    return direction is Qt.LayoutDirection.RightToLeft


def table_format(tokens: Tokens, direction: Qt.LayoutDirection) -> QTextTableFormat:
    """A table with lines between its cells, at the edge where reading begins."""
    form = QTextTableFormat()
    form.setBorder(1)
    form.setBorderCollapse(True)
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setBorderBrush(QBrush(QColor(tokens.line)))
    form.setCellPadding(tokens.px(7))
    form.setCellSpacing(0)
    form.setLayoutDirection(direction)
    if is_mirrored(direction):
        form.setAlignment(Qt.AlignmentFlag.AlignRight)
    return form


def letter_depth(tokens: Tokens) -> float:
    """How far letters reach below the line they stand on, in pixels."""
    return QFontMetricsF(tokens.font()).descent()


def letter_rise(tokens: Tokens) -> float:
    """How far the middle of letters is above the line they stand on, in pixels."""
    metrics = QFontMetricsF(tokens.font())
    return (metrics.ascent() - metrics.descent()) / 2


def stand_on_line(form: QTextCharFormat, depth: float, tokens: Tokens) -> None:
    """Give an object's place in a line a depth below the line, and never less than a letter's.

    Qt takes an object's depth from the font of its format (`AlignBaseline`), so it is given a font of that depth. With
    less depth than letters have, a line with nothing but a formula would stand lower than the line of words beside it.
    (`AlignBottom` puts an object's middle at the middle of the letters, but on the line where it has no letters beside it.)
    """
    font = QFont(tokens.font())
    depth = max(depth, letter_depth(tokens))
    font.setPixelSize(1000)
    font.setPixelSize(max(1, round(1000 * depth / QFontMetricsF(font).descent())))
    form.setFont(font)
    form.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignBaseline)
