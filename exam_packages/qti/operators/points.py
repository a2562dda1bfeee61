"""Points and areas: whether a point is inside a shape, and what a point on a picture is worth.

Owns the geometry. Coordinates are those of HTML's image maps: y grows downwards, the edge belongs to the area.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final, assert_never

from exam_packages.qti.model import Area, AreaMapping, BaseType, Shape
from exam_packages.qti.operators.call import Call, Operation
from exam_packages.qti.operators.lookups import bounded, unmapped
from exam_packages.qti.values import Operand, Value, boolean, floating, parse_float


def is_inside(area: Area, x: float, y: float) -> bool:
    """Whether a point lies in an area or on its edge."""
    match area.shape:
        case Shape.DEFAULT:
            return True
        case Shape.RECT:
            left, top, right, bottom = area.coords
            return left <= x <= right and top <= y <= bottom
        case Shape.CIRCLE:
            middle_x, middle_y, radius = area.coords
            return math.hypot(x - middle_x, y - middle_y) <= radius
        case Shape.ELLIPSE:
            middle_x, middle_y, across, down = area.coords
            # Without division: a radius may be 0, and the area then a line or a point.
            off_x, off_y = abs(x - middle_x), abs(y - middle_y)
            return (
                off_x <= across
                and off_y <= down
                and (off_x * down) ** 2 + (off_y * across) ** 2 <= (across * down) ** 2
            )
        case Shape.POLY:
            return _in_polygon(area.coords, x, y)
        case _:
            assert_never(area.shape)


def _in_polygon(coords: tuple[float, ...], x: float, y: float) -> bool:
    # Even-odd: a ray to the right crosses the outline an odd number of times. Corners and edges count as inside.
    crossings = 0
    for (x1, y1), (x2, y2) in _edges(coords):
        turn = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        if turn == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return True
        if (y1 > y) != (y2 > y) and (turn > 0) == (y2 > y1):
            crossings += 1
    return crossings % 2 == 1


def _edges(coords: tuple[float, ...]) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    corners = list(zip(coords[0::2], coords[1::2], strict=True))
    return pairwise([*corners, corners[0]])


def _points(value: Value, call: Call) -> dict[tuple[float, float], None]:
    if value.base_type is not BaseType.POINT:
        raise call.refused("needs points")
    # A dictionary: the same point twice is one point, and the order stays.
    return {(float(each[0]), float(each[1])): None for each in value.items if isinstance(each, tuple)}


def _inside(call: Call) -> Operand:
    area = _area(call)
    if call.has_null:
        return None
    # "If the sub-expression is a container the result is 'true' if any of the points are inside" (InsideDType).
    return boolean(any(is_inside(area, x, y) for x, y in _points(call.value(0), call)))


def _area(call: Call) -> Area:
    try:
        shape = Shape(call.attribute("shape"))
        coords = tuple(parse_float(each) for each in call.expression.attribute("coords").replace(",", " ").split())
    except ValueError:
        raise call.refused("has no known shape, or coordinates that are no numbers") from None
    wanted = _COORDINATES.get(shape)
    fits = len(coords) == wanted if wanted is not None else shape is Shape.DEFAULT or len(coords) >= 6
    if not fits or (len(coords) % 2 and shape is Shape.POLY) or not all(map(math.isfinite, coords)):
        raise call.refused(f"has {len(coords)} coordinates, which make no {shape.value}")
    return Area(shape=shape, coords=_upright(coords) if shape is Shape.RECT else coords)


def _upright(coords: tuple[float, ...]) -> tuple[float, ...]:
    left, top, right, bottom = coords
    return min(left, right), min(top, bottom), max(left, right), max(top, bottom)


def _map_response_point(call: Call) -> Operand:
    identifier = call.attribute("identifier")
    declaration = call.scope.response_declaration(identifier)
    if declaration is None or declaration.area_mapping is None:
        return unmapped(call, declaration, "area mapping")
    mapping, operand = declaration.area_mapping, call.scope.variable(identifier, "")
    # NULL is in no area.
    points = mapping.default_value if operand is None else _mapped(mapping, _points(call.no_record(operand), call))
    return floating(bounded(points, mapping.lower_bound, mapping.upper_bound))


def _mapped(mapping: AreaMapping, points: Iterable[tuple[float, float]]) -> float:
    used: set[int] = set()
    total: list[float] = []
    for x, y in points:
        # "each area is tested in turn, with those listed first taking priority in the case where areas overlap"
        # (AreaMapEntryDType).
        hit = next((at for at, entry in enumerate(mapping.entries) if is_inside(entry.area, x, y)), None)
        if hit is None:
            total.append(mapping.default_value)
        elif hit not in used:  # several points in one area count once (mapResponsePoint)
            used.add(hit)
            total.append(mapping.entries[hit].value)
    return math.fsum(total)


_COORDINATES: Final[Mapping[Shape, int]] = {Shape.RECT: 4, Shape.CIRCLE: 3, Shape.ELLIPSE: 4}

OPERATIONS: Final[Mapping[str, Operation]] = {
    "inside": Operation(
        run=_inside,
        attributes=frozenset({"shape", "coords"}),
        required=frozenset({"shape"}),
        minimum=1,
        maximum=1,
    ),
    "map-response-point": Operation(
        run=_map_response_point, attributes=frozenset({"identifier"}), required=frozenset({"identifier"})
    ),
}
