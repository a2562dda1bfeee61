"""A QR code as a picture with a name."""

from __future__ import annotations

import segno
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from ui.window.theme import Tokens

_QUIET_MODULES = 4
"""ISO/IEC 18004 §9.1: the quiet zone is four modules wide."""


class QrView(QLabel):
    """Black on white in every theme, since cameras expect it so."""

    def __init__(self, text: str, *, tokens: Tokens, side_px: int = 200, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side_px = tokens.px(side_px)
        self.setAccessibleName(self.tr("QR code"))
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show another text. The text is also the description, for who cannot see the code."""
        rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
        modules = len(rows) + 2 * _QUIET_MODULES
        each_px = max(2, round(self._side_px * self.devicePixelRatio() / modules))
        image = QImage(modules * each_px, modules * each_px, QImage.Format.Format_RGB32)
        image.fill(QColor("#ffffff"))
        painter = QPainter(image)
        for y, row in enumerate(rows, start=_QUIET_MODULES):
            for x, dark in enumerate(row, start=_QUIET_MODULES):
                if dark:
                    painter.fillRect(QRect(x * each_px, y * each_px, each_px, each_px), QColor("#000000"))
        painter.end()
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(self.devicePixelRatio())
        self.setPixmap(pixmap)
        self.setFixedSize(pixmap.deviceIndependentSize().toSize())
        self.setAccessibleDescription(text)
