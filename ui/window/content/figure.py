"""A picture with a name: SVG or a bitmap, sharp on every screen, on a light card in every theme."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.window.theme import RADIUS_PX, Tokens
from ui.window.widgets.painting import paint_box

_PADDING_PX: Final = 8
_FALLBACK: Final = QSize(320, 180)
_SIDE_MAX_PX: Final = 4096


class FigureView(QLabel):
    """A label with a picture: role Graphic, its name the alternative text, its description the long one."""

    def __init__(
        self,
        data: bytes,
        *,
        tokens: Tokens,
        alt: str,
        description: str = "",
        natural: QSize | None = None,
        padding_px: int = _PADDING_PX,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._padding = tokens.px(padding_px)
        self._svg: QSvgRenderer | None = None
        self._image = QImage()
        self._load(data)
        self._natural = natural if natural and not natural.isEmpty() else self._own_size()
        self.setAccessibleName(alt)
        self.setAccessibleDescription(description)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._render(self._scaled(self.sizeHint().width()))

    def _load(self, data: bytes) -> None:
        if data.lstrip()[:5] in {b"<?xml", b"<svg "} or b"<svg" in data[:1024]:
            renderer = QSvgRenderer(QByteArray(data), self)
            self._svg = renderer if renderer.isValid() else None
        else:
            self._image = QImage.fromData(data)

    def is_readable(self) -> bool:
        """Whether the bytes were a picture; where they were not, the alternative text is shown in its place."""
        return self._svg is not None or not self._image.isNull()

    def _own_size(self) -> QSize:
        if self._svg is not None:
            size = self._svg.defaultSize()
            return size if size.isValid() and not size.isEmpty() else _FALLBACK
        return self._image.size() if not self._image.isNull() else _FALLBACK

    def _scaled(self, width: int) -> QSize:
        """The picture's size within a width: never larger than it was drawn, at the text scale."""
        room = max(1, min(width - 2 * self._padding, self._tokens.px(self._natural.width()), _SIDE_MAX_PX))
        height = round(room * self._natural.height() / max(1, self._natural.width()))
        return QSize(room, max(1, min(height, _SIDE_MAX_PX)))

    def sizeHint(self) -> QSize:
        """As drawn, at the text scale."""
        width = self._tokens.px(self._natural.width()) + 2 * self._padding
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Pictures shrink with their column."""
        return QSize(self._tokens.px(64), 0)

    def hasHeightForWidth(self) -> bool:
        """Its height follows from its width; a label would forget that with each new picture."""
        return True

    def heightForWidth(self, width: int) -> int:
        """In proportion."""
        return self._scaled(width).height() + 2 * self._padding

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw again for the new size, not stretched."""
        super().resizeEvent(event)
        self._render(self._scaled(self.width()))

    def _render(self, size: QSize) -> None:
        ratio = self.devicePixelRatio()
        pixmap = QPixmap(size * ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._svg is not None:
            self._svg.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
            self._svg.render(painter, QRectF(pixmap.rect()))
        elif not self._image.isNull():
            painter.drawImage(QRectF(pixmap.rect()), self._image)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        self.setPixmap(pixmap)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card and the picture, or its words."""
        size = self.pixmap().deviceIndependentSize().toSize()
        card = QRectF(0, 0, size.width() + 2 * self._padding, size.height() + 2 * self._padding)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            card.moveRight(self.width())
        painter, line = QPainter(self), self._tokens.line
        paint_box(
            painter, card, fill=self._tokens.figure, outline=line, width=self._tokens.outline_px, radius=RADIUS_PX
        )
        inner = card.adjusted(self._padding, self._padding, -self._padding, -self._padding)
        if self.is_readable():
            painter.drawPixmap(inner.topLeft(), self.pixmap())
        else:
            painter.setPen(Qt.GlobalColor.black)
            painter.setFont(self._tokens.font())
            words = self.accessibleName().strip() or self.tr("This picture cannot be shown.")
            painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
        painter.end()


class FormulaView(FigureView):
    """A formula in a line of text: no card, in the colour of the text, as large as the text."""

    def __init__(self, data: bytes, *, tokens: Tokens, alt: str, natural: QSize, parent: QWidget) -> None:
        super().__init__(data, tokens=tokens, alt=alt, natural=natural, padding_px=0, parent=parent)

    def _render(self, size: QSize) -> None:
        super()._render(size)
        tinted = QPixmap(self.pixmap())
        painter = QPainter(tinted)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(QRectF(QPointF(0, 0), tinted.deviceIndependentSize()), QColor(self._tokens.text))
        painter.end()
        self.setPixmap(tinted)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the formula, or its words."""
        painter = QPainter(self)
        if self.is_readable():
            painter.drawPixmap(0, 0, self.pixmap())
        else:
            painter.setPen(QColor(self._tokens.text))
            painter.setFont(self._tokens.font())
            painter.drawText(
                self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.accessibleName()
            )
        painter.end()
