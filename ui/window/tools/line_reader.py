"""The line reader: a band of a few lines stays clear, the rest of the question is dimmed. Clicks go through to the question."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from ui.window.theme import GRID_PX, Tokens
from ui.window.tools.overlay import ControlStrip
from ui.window.widgets.announce import announce

LINES: Final = (1, 2, 3, 4, 6, 8)
DIM_ALPHA: Final = 215
"""Of 255. Words under it can be made out as lines, and no longer read."""


class _Shade(QWidget):
    """Paints, and is nothing to mouse, keyboard and assistive technology."""

    def __init__(self, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self.band = QRect()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter = self._tokens, QPainter(self)
        dim = QColor(t.surface)
        dim.setAlpha(DIM_ALPHA)
        painter.setClipRegion(QRegion(self.rect()) - QRegion(self.band))
        painter.fillRect(self.rect(), dim)
        painter.setClipping(False)
        for y in (self.band.top() - 2, self.band.bottom()):
            painter.fillRect(QRectF(0, y, self.width(), 3), QColor(t.accent))
        painter.end()


class LineReader(QObject):
    """Band, shade and the strip that moves it, over an area of the window."""

    closed = Signal()

    def __init__(self, area: QWidget, *, tokens: Tokens) -> None:
        super().__init__(area)
        self._area, self._lines = area, 2
        self._line_px = round(tokens.font().pixelSize() * tokens.line_height)
        small = tokens.for_bars()
        self._gap = small.px(GRID_PX)
        self._top = self._line_px
        self._shade = _Shade(tokens=small, parent=area)
        self.strip = ControlStrip(
            name=self.tr("Line reader"),
            step_name=self.tr("Lines"),
            values=tuple((each, str(each)) for each in LINES),
            value=self._lines,
            step_px=self._line_px,
            tokens=small,
            parent=area,
        )
        self.strip.pushed.connect(lambda by: self.move_by(by.y()))
        self.strip.stepped.connect(self.set_lines)
        self.strip.closed.connect(self.closed)
        self.place()
        for each in (self._shade, self.strip):
            each.show()
            each.raise_()

    def band(self) -> QRect:
        """What stays clear, in the area's pixels."""
        return QRect(self._shade.band)

    def move_by(self, pixels: int) -> None:
        """Move the band down, or up."""
        self._top += pixels
        self.place()

    def set_lines(self, lines: int) -> None:
        """Make the band another number of lines high."""
        self._lines = lines
        self.place()
        announce(self.strip, self.tr("Lines: {count}").format(count=lines))

    def place(self) -> None:
        """Take the room there is."""
        room, height = self._area.rect(), self._lines * self._line_px
        self._top = min(max(self._top, 0), max(0, room.height() - height))
        self._shade.setGeometry(room)
        self._shade.band = QRect(0, self._top, room.width(), min(height, room.height()))
        self._shade.update()
        below = self._top + height + self._gap
        if below + self.strip.height() > room.height():
            below = max(0, self._top - self._gap - self.strip.height())
        right_to_left = self._area.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = self._gap if right_to_left else room.width() - self.strip.width() - 3 * self._gap
        self.strip.move(QPoint(max(0, left), below))

    def remove(self) -> None:
        """Take everything away."""
        for each in (self._shade, self.strip):
            each.hide()
            each.deleteLater()
        self.deleteLater()
