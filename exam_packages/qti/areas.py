"""Shapes with coordinates, as hotspots and area mappings write them → ``Area``; and whether an area lies in a picture.

Owns the reading of ``coords``. Whether a point is inside is scoring's.
"""

from __future__ import annotations

import math
from typing import Final

from exam_packages.qti.model import Area, Shape
from exam_packages.qti.reading import Xml
from exam_packages.qti.values import NotAValueError, parse_float

MAX_COORDINATES: Final = 2000  # a polygon of a thousand corners

_COUNTS: Final = {Shape.RECT: 4, Shape.CIRCLE: 3, Shape.ELLIPSE: 4}


def read_area(xml: Xml) -> Area:
    """``shape`` and ``coords`` of an element (CoordsDType: as in HTML's image maps, in pixels of the picture).

    Commas and white space part the numbers, decimals are allowed; a polygon that ends where it began loses its last corner.

    Raises:
        SourceRefused: an unknown shape, percentages, or numbers that do not make the shape.
    """
    shape = xml.choice("shape", Shape)
    if shape is Shape.DEFAULT:
        return Area(shape=shape)
    fault, coords = None, tuple(_numbers(xml))
    match shape:
        case Shape.POLY:
            coords = coords[:-2] if len(coords) > 6 and coords[:2] == coords[-2:] else coords
            fault = None if len(coords) >= 6 and len(coords) % 2 == 0 else "has fewer than three corners, or half a one"
        case Shape.RECT | Shape.CIRCLE | Shape.ELLIPSE:
            needed = _COUNTS[shape]
            fault = None if len(coords) == needed else f"has {len(coords)} coordinates where {needed} belong"
    if fault is None and shape is Shape.RECT:
        left, top, right, bottom = coords
        coords = (min(left, right), min(top, bottom), max(left, right), max(top, bottom))
    if fault is None and shape in {Shape.CIRCLE, Shape.ELLIPSE} and min(coords[2:]) <= 0:
        fault = "has a radius that is not above 0"
    if fault is not None:
        raise xml.refused("area", f"is a {shape.value} that {fault}", "Correct its coords")
    return Area(shape=shape, coords=coords)


def _numbers(xml: Xml) -> list[float]:
    written = xml.required("coords").replace(",", " ").split()
    if len(written) > MAX_COORDINATES:
        raise xml.refused("area", f"has more than {MAX_COORDINATES} coordinates", "Simplify the shape")
    found: list[float] = []
    for each in written:
        if each.endswith("%"):
            raise xml.refused("area", "has coordinates in percent", "Give them in pixels of the picture")
        try:
            found.append(parse_float(each))
        except NotAValueError as error:
            raise xml.refused("area", f"has a coordinate that {error}", "Correct its coords") from None
    if not all(math.isfinite(each) for each in found):
        raise xml.refused("area", "has a coordinate that is no number", "Correct its coords")
    return found


def bounds(area: Area) -> tuple[float, float, float, float] | None:
    """Left, top, right and bottom of an area; None for the whole picture."""
    match area.shape:
        case Shape.DEFAULT:
            return None
        case Shape.RECT:
            left, top, right, bottom = area.coords
            return left, top, right, bottom
        case Shape.CIRCLE:
            x, y, radius = area.coords
            return x - radius, y - radius, x + radius, y + radius
        case Shape.ELLIPSE:
            x, y, across, down = area.coords
            return x - across, y - down, x + across, y + down
        case Shape.POLY:
            return min(area.coords[0::2]), min(area.coords[1::2]), max(area.coords[0::2]), max(area.coords[1::2])


def centre(area: Area) -> tuple[float, float]:
    """A point that stands for an area: the middle of what is around it. (0, 0) for the whole picture."""
    around = bounds(area)
    return (0.0, 0.0) if around is None else ((around[0] + around[2]) / 2, (around[1] + around[3]) / 2)
