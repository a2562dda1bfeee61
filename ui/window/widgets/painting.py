"""The two shapes that every painted control shares: a rounded box, and the focus ring around it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ui.window.theme import RADIUS_PX, RING_PX, Tokens

RING_ROOM_PX: Final = RING_PX + 1
"""What a painted control leaves free on each side, so that its ring stands clear of its body."""


def body_of(widget: QWidget) -> QRectF:
    """Where a control is painted: its area less the room for the ring."""
    return QRectF(widget.rect()).adjusted(RING_ROOM_PX, RING_ROOM_PX, -RING_ROOM_PX, -RING_ROOM_PX)


def paint_box(
    painter: QPainter,
    box: QRectF,
    *,
    fill: str | None,
    outline: str | None = None,
    width: float = 1,
    radius: float = RADIUS_PX,
) -> None:
    """A rounded box; the outline lies inside of it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(outline), width) if outline else Qt.PenStyle.NoPen)
    inset = width / 2 if outline else 0
    painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), radius, radius)


def paint_ring(painter: QPainter, widget: QWidget, tokens: Tokens, *, radius: float = RADIUS_PX) -> None:
    """The focus ring, along the outer edge of a widget that has the focus."""
    if widget.hasFocus() and widget.isEnabled():
        paint_box(
            painter, QRectF(widget.rect()), fill=None, outline=tokens.focus, width=RING_PX, radius=radius + RING_ROOM_PX
        )
