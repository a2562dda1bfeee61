"""The picture under an interaction: SVG or a bitmap, drawn sharply at any size, with coordinates of its own.

Owns the rule for those coordinates. HTML and QTI give areas in pixels of the picture as it is laid out at 100 percent: the
attributes ``width`` and ``height`` of the ``img``, or one of them and the other in proportion, or else its natural size
(SVG: ``width`` and ``height`` of the root, or the size of its view box).
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from exam_packages.qti.model import Element

_FALLBACK: Final = QSizeF(480, 270)
_CACHE_PIXELS_MAX: Final = 16_000_000
"""A drawing of more device pixels (64 MB) is not kept, only drawn where it shows."""


class Picture:
    """A picture with its coordinates."""

    def __init__(self, data: bytes, image: Element) -> None:
        self._svg: QSvgRenderer | None = None
        self._image = QImage()
        self._kept: QPixmap | None = None
        if data.lstrip()[:5] in {b"<?xml", b"<svg "} or b"<svg" in data[:1024]:
            renderer = QSvgRenderer(QByteArray(data))
            if renderer.isValid():
                renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
                self._svg = renderer
        else:
            self._image = QImage.fromData(data)
        self.alt = image.attribute("alt")
        self.size = _laid_out(image, self._natural())
        """Width and height of its coordinates."""

    def is_readable(self) -> bool:
        """Whether the bytes were a picture; where they were not, its words are shown."""
        return self._svg is not None or not self._image.isNull()

    def _natural(self) -> QSizeF:
        if self._svg is not None:
            size = QSizeF(self._svg.defaultSize())
            return size if not size.isEmpty() else _FALLBACK
        return QSizeF(self._image.size()) if not self._image.isNull() else _FALLBACK

    def paint(self, painter: QPainter, box: QRectF, ratio: float) -> None:
        """Draw the whole picture into a box; `ratio` is device pixels for each pixel of the box."""
        wanted = (box.size() * ratio).toSize()
        if wanted.width() * wanted.height() > _CACHE_PIXELS_MAX:
            self._draw(painter, box)
            return
        if self._kept is None or self._kept.size() != wanted:
            self._kept = QPixmap(wanted)
            self._kept.fill(Qt.GlobalColor.transparent)
            inner = QPainter(self._kept)
            self._draw(inner, QRectF(QPointF(0, 0), QSizeF(wanted)))
            inner.end()
        painter.drawPixmap(box, self._kept, QRectF(self._kept.rect()))

    def _draw(self, painter: QPainter, box: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._svg is not None:
            self._svg.render(painter, box)
        elif not self._image.isNull():
            if box.width() * 2 < self._image.width():
                # One step of a painter's smoothing takes four pixels into account; a much smaller picture needs all.
                ways = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
                painter.drawImage(box, self._image.scaled(box.size().toSize(), *ways))
            else:
                painter.drawImage(box, self._image)


def _laid_out(image: Element, natural: QSizeF) -> QSizeF:
    """The size that HTML lays a picture out with."""
    width, height = _pixels(image.attribute("width")), _pixels(image.attribute("height"))
    if width and height:
        return QSizeF(width, height)
    if width:
        return QSizeF(width, width * natural.height() / natural.width())
    if height:
        return QSizeF(height * natural.width() / natural.height(), height)
    return natural


def _pixels(written: str) -> float:
    """A length in pixels; 0 for a percentage or anything else."""
    plain = written.strip().removesuffix("px")
    return float(plain) if plain.isascii() and plain.replace(".", "", 1).isdigit() and len(plain) < 8 else 0.0
