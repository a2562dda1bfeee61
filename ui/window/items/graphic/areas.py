"""Areas of a picture as shapes that can be drawn and hit.

Owns how the coordinates of an area become a shape, and which area a point hits. Coordinates are those of the picture,
`canvas.picture`; refuses to know how large it is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainterPath, QPolygonF

from exam_packages.qti.model import Area, Shape

HIT_PX: Final = 24
"""The least width and height of what can be hit (WCAG 2.2, 2.5.8)."""


def shape_of(area: Area, whole: QSizeF) -> QPainterPath:
    """The shape of an area (QTI 3.0, CoordsDType; HTML, image maps); coordinates that make none give an empty shape.

    Args:
        area: its coordinates in the picture's own pixels.
        whole: the size of the picture in its own pixels, which is the area of the shape ``default``.
    """
    path, coords = QPainterPath(), area.coords
    match area.shape:
        case Shape.DEFAULT:
            path.addRect(QRectF(QPointF(0, 0), whole))
        case Shape.RECT if len(coords) >= 4:
            path.addRect(QRectF(QPointF(*coords[:2]), QPointF(*coords[2:4])).normalized())
        case Shape.CIRCLE if len(coords) >= 3:
            path.addEllipse(QPointF(*coords[:2]), coords[2], coords[2])
        case Shape.ELLIPSE if len(coords) >= 4:
            path.addEllipse(QPointF(*coords[:2]), coords[2], coords[3])
        case Shape.POLY if len(coords) >= 6:
            corners = [QPointF(x, y) for x, y in zip(coords[::2], coords[1::2], strict=False)]
            path.addPolygon(QPolygonF(corners))
            path.closeSubpath()
        case Shape.RECT | Shape.CIRCLE | Shape.ELLIPSE | Shape.POLY:
            pass
        case _:
            assert_never(area.shape)
    return path


def hit(shapes: Sequence[QPainterPath], point: QPointF, least: float) -> int | None:
    """Which shape a point hits.

    The first one that holds it: "those listed first hide overlapping hotspots that appear later" (QTI 3.0,
    HotspotChoiceDType). Where none does, a shape smaller than a target is hit beside it too; the nearest of them, so
    that neighbours part the room between them.

    Args:
        least: the least width and height of a target, in the units of the shapes.
    """
    for place, shape in enumerate(shapes):
        if shape.contains(point):
            return place
    near = [(_away(shape, point), place) for place, shape in enumerate(shapes) if target(shape, least).contains(point)]
    return min(near)[1] if near else None


def target(shape: QPainterPath, least: float) -> QRectF:
    """The box around a shape, and never less than a target's; empty for an empty shape."""
    box = shape.boundingRect()
    if shape.isEmpty():
        return QRectF()
    across, down = max(0.0, least - box.width()) / 2, max(0.0, least - box.height()) / 2
    return box.adjusted(-across, -down, across, down)


def _away(shape: QPainterPath, point: QPointF) -> float:
    apart = shape.boundingRect().center() - point
    return QPointF.dotProduct(apart, apart)
