"""Icons drawn as paths in any size and colour, so no glyph of a font and no file is needed.

Owns the shapes on a 24 by 24 field. Refuses to know what an icon means where it stands: the word beside it says so.
"""

from __future__ import annotations

from enum import Enum
from math import cos, pi, sin
from typing import Final, TypeAlias

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

FIELD: Final = 24.0
_STROKE: Final = 2.25


class Icon(Enum):
    """The shapes."""

    FLAG = "flag"
    FLAG_FILLED = "flag-filled"
    CHECK = "check"
    CROSS = "cross"
    CLOCK = "clock"
    BACK = "back"
    FORWARD = "forward"
    UP = "up"
    DOWN = "down"
    WARNING = "warning"
    INFO = "info"
    PAUSE = "pause"
    LOCK = "lock"
    SEARCH = "search"
    ERASE = "erase"
    STICK = "stick"
    GRIP = "grip"
    WAIT = "wait"
    PLUS = "plus"
    MINUS = "minus"
    PLAY = "play"
    SOUND = "sound"
    LIST = "list"
    CALCULATOR = "calculator"
    SCIENTIFIC = "scientific"
    HIGHLIGHTER = "highlighter"
    ELIMINATE = "eliminate"
    MASK = "mask"
    LINE_READER = "line-reader"
    NOTES = "notes"
    MAGNIFIER = "magnifier"
    GLOSSARY = "glossary"
    TRANSLATION = "translation"
    COMMENT = "comment"
    DOCK = "dock"
    FLOAT = "float"


_Line: TypeAlias = tuple[tuple[float, float], ...]

_LINES: Final[dict[Icon, tuple[_Line, ...]]] = {
    Icon.FLAG: (((6, 21), (6, 4)), ((6, 4), (19, 4), (15.5, 8.5), (19, 13), (6, 13))),
    Icon.FLAG_FILLED: (((6, 21), (6, 4)), ((6, 4), (19, 4), (15.5, 8.5), (19, 13), (6, 13))),
    Icon.CHECK: (((5, 12.5), (10, 17.5), (19.5, 7)),),
    Icon.CROSS: (((6.5, 6.5), (17.5, 17.5)), ((17.5, 6.5), (6.5, 17.5))),
    Icon.CLOCK: (((12, 6.5), (12, 12), (16, 14)),),
    Icon.BACK: (((14.5, 6), (8.5, 12), (14.5, 18)),),
    Icon.FORWARD: (((9.5, 6), (15.5, 12), (9.5, 18)),),
    Icon.UP: (((6, 14.5), (12, 8.5), (18, 14.5)),),
    Icon.DOWN: (((6, 9.5), (12, 15.5), (18, 9.5)),),
    Icon.WARNING: (((12, 3.5), (21.5, 20), (2.5, 20), (12, 3.5)), ((12, 10), (12, 14))),
    Icon.INFO: (((12, 11.5), (12, 16.5)),),
    Icon.PAUSE: (((9.8, 8.5), (9.8, 15.5)), ((14.2, 8.5), (14.2, 15.5))),
    Icon.SEARCH: (((15.4, 15.4), (20.5, 20.5)),),
    Icon.PLUS: (((5, 12), (19, 12)), ((12, 5), (12, 19))),
    Icon.MINUS: (((5, 12), (19, 12)),),
    Icon.PLAY: (((8, 5), (19, 12), (8, 19), (8, 5)),),
    Icon.SOUND: (
        ((4, 9.5), (8, 9.5), (12.5, 5.5), (12.5, 18.5), (8, 14.5), (4, 14.5), (4, 9.5)),
        ((16, 9), (17.5, 12), (16, 15)),
    ),
    Icon.LIST: (((9, 6.5), (20, 6.5)), ((9, 12), (20, 12)), ((9, 17.5), (20, 17.5))),
    Icon.ERASE: (
        ((8.5, 5.5), (20.5, 5.5), (20.5, 18.5), (8.5, 18.5), (2.5, 12), (8.5, 5.5)),
        ((11.5, 9.5), (16.5, 14.5)),
        ((16.5, 9.5), (11.5, 14.5)),
    ),
    Icon.CALCULATOR: (
        ((5, 2.5), (19, 2.5), (19, 21.5), (5, 21.5), (5, 2.5)),
        ((8.5, 7), (15.5, 7)),
    ),
    Icon.SCIENTIFIC: (
        ((3, 13), (6, 13), (9, 20), (13.5, 4), (21, 4)),
        ((14.5, 12), (20.5, 19)),
        ((20.5, 12), (14.5, 19)),
    ),
    Icon.HIGHLIGHTER: (
        ((8, 14), (16.5, 3.5), (20.5, 7), (12, 17.5), (8, 18), (8, 14)),
        ((3, 21.5), (21, 21.5)),
    ),
    Icon.ELIMINATE: (((2.5, 12), (21.5, 12)), ((6, 18.5), (12, 4.5), (18, 18.5))),
    Icon.MASK: (
        ((3, 4), (21, 4), (21, 10), (3, 10), (3, 4)),
        ((3, 15), (21, 15)),
        ((3, 20), (14, 20)),
    ),
    Icon.LINE_READER: (
        ((2.5, 8), (21.5, 8), (21.5, 16), (2.5, 16), (2.5, 8)),
        ((6, 12), (18, 12)),
        ((6, 3.5), (18, 3.5)),
        ((6, 20.5), (18, 20.5)),
    ),
    Icon.NOTES: (
        ((5, 2.5), (14, 2.5), (19, 7.5), (19, 21.5), (5, 21.5), (5, 2.5)),
        ((8.5, 11), (15.5, 11)),
        ((8.5, 15.5), (15.5, 15.5)),
    ),
    Icon.MAGNIFIER: (((15.4, 15.4), (20.5, 20.5)), ((10.5, 7.5), (10.5, 13.5)), ((7.5, 10.5), (13.5, 10.5))),
    Icon.GLOSSARY: (
        ((12, 6), (9, 4), (3, 4), (3, 19), (9, 19), (12, 21), (15, 19), (21, 19), (21, 4), (15, 4), (12, 6)),
        ((12, 6), (12, 21)),
    ),
    Icon.TRANSLATION: (
        ((2.5, 5.5), (12.5, 5.5)),
        ((7.5, 3), (7.5, 5.5)),
        ((4, 13.5), (10.5, 5.5)),
        ((5, 8.5), (10.5, 13.5)),
        ((12, 21), (16.5, 10), (21, 21)),
        ((13.7, 17), (19.3, 17)),
    ),
    Icon.COMMENT: (((3, 4), (21, 4), (21, 16), (11, 16), (6, 21), (6, 16), (3, 16), (3, 4)),),
    Icon.DOCK: (((3, 4), (21, 4), (21, 20), (3, 20), (3, 4)), ((14.5, 4), (14.5, 20)), ((17.8, 8), (17.8, 9))),
    Icon.FLOAT: (((3, 4), (17, 4), (17, 14), (3, 14), (3, 4)), ((8, 18), (8, 20.5), (21, 20.5), (21, 9), (20, 9))),
    Icon.STICK: (
        ((6.5, 10), (17.5, 10), (17.5, 21), (6.5, 21), (6.5, 10)),
        ((9, 10), (9, 3.5), (15, 3.5), (15, 10)),
    ),
}
_RINGED: Final = frozenset({Icon.CLOCK, Icon.INFO, Icon.PAUSE})
_DOTS: Final[dict[Icon, tuple[tuple[float, float, float], ...]]] = {
    Icon.WARNING: ((12, 17, 1.3),),
    Icon.INFO: ((12, 7.8, 1.4),),
    Icon.CALCULATOR: tuple((x, y, 1.3) for x in (8.5, 12, 15.5) for y in (11.5, 15, 18.3)),
    Icon.LIST: tuple((4.8, y, 1.5) for y in (6.5, 12, 17.5)),
    Icon.GRIP: tuple((x, y, 1.6) for x in (9, 15) for y in (6, 12, 18)),
    Icon.WAIT: tuple((12 + 8 * cos(n * pi / 4), 12 + 8 * sin(n * pi / 4), 1 + n / 8) for n in range(8)),
}

MIRRORED: Final = frozenset({Icon.BACK, Icon.FORWARD, Icon.ERASE, Icon.DOCK})
"""Shapes that point along the line of reading and turn round where it runs from right to left."""


def paint_icon(
    painter: QPainter,
    icon: Icon,
    field: QRectF,
    colour: QColor,
    direction: Qt.LayoutDirection = Qt.LayoutDirection.LeftToRight,
) -> None:
    """Draw an icon into the largest square in the middle of a field."""
    side = min(field.width(), field.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(field.center().x() - side / 2, field.center().y() - side / 2)
    painter.scale(side / FIELD, side / FIELD)
    if direction is Qt.LayoutDirection.RightToLeft and icon in MIRRORED:
        painter.translate(FIELD, 0)
        painter.scale(-1, 1)
    stroked, filled = _paths(icon)
    pen = QPen(colour, _STROKE)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(stroked, pen)
    painter.fillPath(filled, colour)
    painter.restore()


def _paths(icon: Icon) -> tuple[QPainterPath, QPainterPath]:
    """The path to stroke and the path to fill."""
    stroked, filled = QPainterPath(), QPainterPath()
    for line in _LINES.get(icon, ()):
        _draw_line(filled if icon is Icon.FLAG_FILLED and len(line) > 2 else stroked, line)
    if icon in _RINGED:
        stroked.addEllipse(QPointF(12, 12), 9, 9)
    if icon in {Icon.SEARCH, Icon.MAGNIFIER}:
        stroked.addEllipse(QPointF(10.5, 10.5), 6.5, 6.5)
    if icon is Icon.LOCK:
        stroked.addRoundedRect(QRectF(5, 11, 14, 9.5), 2, 2)
        stroked.moveTo(8, 11)
        stroked.lineTo(8, 8)
        stroked.arcTo(QRectF(8, 4, 8, 8), 180, -180)
        stroked.lineTo(16, 11)
    for x, y, radius in _DOTS.get(icon, ()):
        filled.addEllipse(QPointF(x, y), radius, radius)
    return stroked, filled


def _draw_line(path: QPainterPath, line: _Line) -> None:
    path.moveTo(*line[0])
    for point in line[1:]:
        path.lineTo(*point)


class IconMark(QWidget):
    """An icon that stands beside the words that say what it means; assistive technology passes over it."""

    def __init__(self, icon: Icon, colour: str, side_px: int, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._colour, self._side_px = icon, colour, side_px
        self.setFixedSize(side_px, side_px)

    def set_icon(self, icon: Icon, colour: str) -> None:
        """Show another icon."""
        self._icon, self._colour = icon, colour
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(self._side_px, self._side_px)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the icon."""
        painter = QPainter(self)
        paint_icon(painter, self._icon, QRectF(self.rect()), QColor(self._colour), self.layoutDirection())
        painter.end()
