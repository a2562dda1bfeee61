"""How areas, badges and points look on a picture of any colours.

Owns the ink: every line has a light and a dark stroke, so one of them shows on whatever lies below; a state is told by a
mark or a thicker line, never by colour alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from ui.window.theme import TextSize, Theme, Tokens, tokens_of
from ui.window.widgets.icons import Icon, paint_icon

BADGE_PX: Final = 22
MARK_MAX_PX: Final = 34
"""Marks grow with the text up to here: the picture does not grow beyond its column, and they would hide it."""
_THICK_MAX: Final = 2.0
_PICKED_ALPHA: Final = 90
_HOVER_ALPHA: Final = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """The two strokes and the fill; pictures are drawn for paper, so the theme of the window does not change them."""

    line: str
    halo: str
    mark: str
    mark_text: str
    focus: str
    focus_halo: str
    tokens: Tokens
    """Colours of words on a picture's card."""
    thick: float = 1.0
    """How much thicker lines are than at 100 percent in the light theme."""


def ink_of(tokens: Tokens, selections: str) -> Ink:
    """The ink for a picture; ``qti-selections-light`` is for dark pictures, ``-dark`` for light ones."""
    paper = replace(tokens_of(Theme.LIGHT), scale=tokens.scale)
    night = tokens_of(Theme.DARK)
    if selections == "light":
        line, halo, mark, words = paper.figure, paper.focus, night.accent, night.accent_text
    elif selections == "dark":
        line, halo, mark, words = paper.focus, paper.figure, paper.text, paper.figure
    else:
        line, halo, mark, words = paper.accent, paper.figure, paper.accent, paper.accent_text
    return Ink(
        line=line,
        halo=halo,
        mark=mark,
        mark_text=words,
        focus=paper.focus,
        focus_halo=night.focus,
        tokens=paper,
        thick=min(_THICK_MAX, math.sqrt(tokens.scale / 100)) + 0.5 * (tokens.outline_px - 1),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaState:
    """What is to be seen of an area."""

    picked: bool = False
    hovered: bool = False
    focused: bool = False
    dimmed: bool = False
    """It does not take what is being placed."""
    hidden: bool = False
    """Looks like its surroundings unless it is picked or has the focus."""
    badge: str = ""
    """A number beside it."""
    checked: bool = False
    """A check mark beside it."""


def paint_area(painter: QPainter, shape: QPainterPath, state: AreaState, ink: Ink) -> None:
    """Draw an area's outline and fill for its state; the shape is in pixels of the screen."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if state.picked or (state.hovered and not state.hidden):
        fill = QColor(ink.mark)
        fill.setAlpha(_PICKED_ALPHA if state.picked else _HOVER_ALPHA)
        painter.fillPath(shape, fill)
    if state.picked or not state.hidden:
        width = (4.0 if state.picked else 2.0) * ink.thick
        style = Qt.PenStyle.DotLine if state.dimmed else Qt.PenStyle.SolidLine
        painter.strokePath(shape, QPen(QColor(ink.halo), width + 3))
        painter.strokePath(shape, QPen(QColor(ink.line), width, style))
    if state.focused:
        painter.strokePath(shape, QPen(QColor(ink.focus), 7 * ink.thick))
        painter.strokePath(shape, QPen(QColor(ink.focus_halo), 3 * ink.thick))


def paint_badge(painter: QPainter, shape: QPainterPath, state: AreaState, ink: Ink, within: QRectF) -> None:
    """The check mark and the number at the corner of an area, inside of the picture."""
    side = min(ink.tokens.px(BADGE_PX), MARK_MAX_PX)
    bounds = shape.boundingRect()
    # Over the corner of a large area, beside a small one, which it would hide.
    over = side / 2 if min(bounds.width(), bounds.height()) > 2 * side else side * 0.85
    corner = bounds.topLeft() - QPointF(over, over)
    for has, across in ((state.checked, 0), (bool(state.badge), 1 if state.checked else 0)):
        if not has:
            continue
        box = QRectF(corner.x() + across * (side + 2), corner.y(), side, side)
        box.moveLeft(min(max(box.left(), within.left()), within.right() - side))
        box.moveTop(min(max(box.top(), within.top()), within.bottom() - side))
        is_check = state.checked and not across
        paint_disc(painter, box, ink, "" if is_check else state.badge)


def paint_disc(painter: QPainter, box: QRectF, ink: Ink, words: str) -> None:
    """A disc with a short word, or with a check mark where there is none."""
    painter.setPen(QPen(QColor(ink.mark_text), 2))
    painter.setBrush(QColor(ink.mark))
    painter.drawEllipse(box.adjusted(1, 1, -1, -1))
    if not words:
        inset = box.width() * 0.15
        paint_icon(painter, Icon.CHECK, box.adjusted(inset, inset, -inset, -inset), QColor(ink.mark_text))
        return
    font = ink.tokens.font(TextSize.SMALL, bold=True)
    font.setPixelSize(max(8, round(box.height() * (0.62 if len(words) < 2 else 0.5))))
    painter.setFont(font)
    painter.setPen(QColor(ink.mark_text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def paint_cross_hair(painter: QPainter, at: QPointF, arm: float, ink: Ink) -> None:
    """Two lines that leave the very point free."""
    gap = arm / 5
    for colour, width in ((ink.focus, 5.0), (ink.focus_halo, 2.0)):
        pen = QPen(QColor(colour), width * ink.thick)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(at + QPointF(x, y) * gap, at + QPointF(x, y) * arm)


def paint_point(painter: QPainter, at: QPointF, number: str, ink: Ink) -> None:
    """A ring around the very point, and its number beside it."""
    t = ink.tokens
    radius = min(t.px(9), MARK_MAX_PX // 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((ink.mark_text, 6.0), (ink.mark, 3.0)):
        painter.setPen(QPen(QColor(colour), width * ink.thick))
        painter.drawEllipse(at, radius, radius)
    painter.setPen(Qt.PenStyle.NoPen)
    for colour, dot in ((ink.mark_text, 3.5), (ink.mark, 2.0)):
        painter.setBrush(QColor(colour))
        painter.drawEllipse(at, dot, dot)
    if number:
        side = min(t.px(BADGE_PX), MARK_MAX_PX) * 0.9
        paint_disc(painter, QRectF(at.x() + radius * 0.8, at.y() - radius * 0.8 - side, side, side), ink, number)
