"""The magnifier: a lens over the question that shows what is under its middle, two to four times as large.

It draws the question's widgets anew at the larger size, so letters stay sharp and nothing of the screen is ever captured. The
lens follows the pointer, or the arrow keys on its handle; clicks go through to what is under the pointer.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QCursor, QPainter, QPaintEvent, QPixmap, QRegion
from PySide6.QtWidgets import QWidget

from ui.window.theme import GRID_PX, RADIUS_PX, Tokens
from ui.window.tools.overlay import ControlStrip
from ui.window.widgets.painting import paint_box

ZOOMS: Final = (2, 3, 4)
LENS: Final = QSize(420, 200)
"""Pixels at 100 percent."""
FOLLOW_MS: Final = 33
"""How often the pointer is looked at."""
REFRESH_MS: Final = 250
"""How soon the lens shows what has changed under it."""
STEP_PX: Final = 24


class _Lens(QWidget):
    """Shows a picture in a frame, with the pointer's place marked by nothing: the middle is the middle."""

    def __init__(self, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self.picture = QPixmap()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter = self._tokens, QPainter(self)
        painter.drawPixmap(self.rect(), self.picture)
        paint_box(painter, QRectF(self.rect()), fill=None, outline=t.text, width=4, radius=RADIUS_PX)
        paint_box(
            painter, QRectF(self.rect()).adjusted(4, 4, -4, -4), fill=None, outline=t.surface, width=2, radius=RADIUS_PX
        )
        painter.end()


class Magnifier(QObject):
    """Lens and strip over an area, of which ``subject`` is drawn."""

    closed = Signal()

    def __init__(self, area: QWidget, subject: QWidget, *, tokens: Tokens) -> None:
        super().__init__(area)
        self._area, self._subject, self._tokens = area, subject, tokens
        self._zoom = ZOOMS[0]
        small = tokens.for_bars()
        self._gap = small.px(GRID_PX)
        self._lens = _Lens(tokens=tokens, parent=area)
        self._lens_size = QSize(min(small.px(LENS.width()), 720), min(small.px(LENS.height()), 320))
        self._middle = area.rect().center()
        self._pointer = QCursor.pos()
        self.strip = ControlStrip(
            name=self.tr("Magnifier"),
            step_name=self.tr("Magnification"),
            values=tuple((each, self.tr("{n}×").format(n=each)) for each in ZOOMS),
            value=self._zoom,
            step_px=STEP_PX,
            tokens=small,
            parent=area,
        )
        self.strip.pushed.connect(self.move_by)
        self.strip.stepped.connect(self.set_zoom)
        self.strip.closed.connect(self.closed)
        for each in (self._lens, self.strip):
            each.show()
            each.raise_()
        self.place()
        self._timers = (QTimer(self, interval=FOLLOW_MS), QTimer(self, interval=REFRESH_MS))
        for timer, act in zip(self._timers, (self._follow, self._draw), strict=True):
            timer.timeout.connect(act)
            timer.start()

    def middle(self) -> QPoint:
        """What the lens is over, in the area's pixels."""
        return QPoint(self._middle)

    def picture(self) -> QPixmap:
        """What the lens shows."""
        return self._lens.picture

    def move_to(self, middle: QPoint) -> None:
        """Put the lens over a place."""
        room = self._area.rect()
        self._middle = QPoint(
            min(max(middle.x(), room.left()), room.right()), min(max(middle.y(), room.top()), room.bottom())
        )
        lens = QRect(QPoint(), self._lens_size.boundedTo(room.size()))
        lens.moveCenter(self._middle)
        lens.moveLeft(min(max(lens.left(), 0), max(0, room.width() - lens.width())))
        lens.moveTop(min(max(lens.top(), 0), max(0, room.height() - lens.height())))
        self._lens.setGeometry(lens)
        self._draw()

    def move_by(self, pixels: QPoint) -> None:
        """Push the lens."""
        self.move_to(self._middle + pixels)

    def set_zoom(self, zoom: int) -> None:
        """Magnify so many times."""
        self._zoom = zoom
        self._draw()

    def place(self) -> None:
        """Take the room there is; the strip keeps to the corner, where the lens is out of its way soonest."""
        room = self._area.rect()
        right_to_left = self._area.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = self._gap if right_to_left else room.width() - self.strip.width() - 3 * self._gap
        self.strip.move(max(0, left), max(0, room.height() - self.strip.height() - self._gap))
        self.strip.raise_()
        self.move_to(self._middle)

    def remove(self) -> None:
        """Take everything away."""
        for timer in self._timers:
            timer.stop()
        for each in (self._lens, self.strip):
            each.hide()
            each.deleteLater()
        self.deleteLater()

    def _follow(self) -> None:
        """Go where the pointer went; a pointer that rests, or is on the strip, moves nothing."""
        now = QCursor.pos()
        if now == self._pointer:
            return
        self._pointer = now
        at = self._area.mapFromGlobal(now)
        if self._area.rect().contains(at) and not self.strip.geometry().contains(at):
            self.move_to(at)

    def _draw(self) -> None:
        lens, ratio = self._lens.size(), self._lens.devicePixelRatioF()
        source = QRect(QPoint(), lens / self._zoom)
        source.moveCenter(self._subject.mapFrom(self._area, self._middle))
        picture = QPixmap(lens * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self._tokens.surface))
        painter = QPainter(picture)
        painter.scale(self._zoom, self._zoom)
        inside = source.intersected(self._subject.rect())
        if not inside.isEmpty():
            self._subject.render(painter, inside.topLeft() - source.topLeft(), QRegion(inside))
        painter.end()
        self._lens.picture = picture
        self._lens.update()
