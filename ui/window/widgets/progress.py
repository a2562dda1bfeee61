"""How far along: a line that fills, with the same in words beside or above it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from ui.window.theme import Tokens
from ui.window.widgets.painting import paint_box


class ProgressLine(QProgressBar):
    """A thin line; `set_progress(done, of, words)`, where `of` 0 means that nobody knows how long it takes."""

    def __init__(self, *, tokens: Tokens, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self.setTextVisible(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name or self.tr("Progress"))

    def set_progress(self, done: int, of: int, words: str = "") -> None:
        """Fill the line; the words are for assistive technology."""
        self.setRange(0, of)
        self.setValue(min(done, of) if of else 0)
        self.setAccessibleDescription(words)

    def sizeHint(self) -> QSize:
        """Long and thin."""
        return QSize(self._tokens.px(160), self._tokens.px(8))

    def minimumSizeHint(self) -> QSize:
        """Short and thin."""
        return QSize(self._tokens.px(48), self._tokens.px(8))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the groove and what is done; three resting blocks where the length is unknown, nothing that moves."""
        painter = QPainter(self)
        rect = QRectF(self.rect())
        radius = rect.height() / 2
        paint_box(
            painter,
            rect,
            fill=self._tokens.surface_sunken,
            outline=self._tokens.control,
            width=self._tokens.outline_px,
            radius=radius,
        )
        if self.maximum() > 0:
            share = self.value() / self.maximum()
            filled = QRectF(rect.left(), rect.top(), max(rect.height(), rect.width() * share), rect.height())
            if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
                filled.moveRight(rect.right())
            if share > 0:
                paint_box(painter, filled, fill=self._tokens.accent, radius=radius)
        else:
            for part in (1, 3, 5):
                block = QRectF(rect.width() * part / 7, rect.top(), rect.width() / 7, rect.height())
                paint_box(painter, block, fill=self._tokens.accent, radius=radius)
        painter.end()
