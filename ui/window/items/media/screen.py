"""Where the pictures of a video are seen, and the line that shows how far a medium has come."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.window.theme import GRID_PX, RADIUS_PX, Tokens
from ui.window.widgets.painting import paint_box

_WIDE: Final = QSize(640, 360)


class Screen(QWidget):
    """The present picture of a video, in proportion, as wide as there is room for."""

    def __init__(self, size: QSize, name: str, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._natural = size if not size.isEmpty() else _WIDE
        self._image = QImage()
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_picture(self, image: QImage) -> None:
        """Draw another picture."""
        self._image = image
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Its height follows from its width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """In proportion."""
        wide = min(width, self._tokens.px(self._natural.width()))
        return max(1, round(wide * self._natural.height() / self._natural.width()))

    def sizeHint(self) -> QSize:
        """As large as it was made, at the text scale."""
        width = self._tokens.px(self._natural.width())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """It shrinks with its column."""
        return QSize(self._tokens.px(120), 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture on a dark card."""
        painter = QPainter(self)
        box = QRectF(0, 0, min(self.width(), self._tokens.px(self._natural.width())), self.height())
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            box.moveRight(self.width())
        painter.fillRect(box, Qt.GlobalColor.black)
        if not self._image.isNull():
            size = QSizeF(self._image.size()).scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
            drawn = QRectF(box.topLeft(), size)
            drawn.moveCenter(box.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(drawn, self._image)
        # On a black page the card would not be seen.
        paint_box(painter, box, fill=None, outline=self._tokens.line, width=self._tokens.outline_px, radius=0)
        painter.end()


class TimeLine(QWidget):
    """How far it has come. The words beside it say the same, so assistive technology passes over it."""

    def __init__(self, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens, self._share = tokens, 0.0
        self.setFixedHeight(tokens.px(GRID_PX))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float) -> None:
        """From 0 at the beginning to 1 at the end."""
        self._share = min(max(share, 0.0), 1.0)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the whole line, and the part that is over."""
        t, painter, box = self._tokens, QPainter(self), QRectF(self.rect())
        radius = min(float(RADIUS_PX), box.height() / 2)
        paint_box(painter, box, fill=t.surface_sunken, outline=t.control, width=t.outline_px, radius=radius)
        over = QRectF(box)
        over.setWidth(box.width() * self._share)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            over.moveRight(box.right())
        paint_box(painter, over, fill=t.accent, radius=radius)
        painter.end()
