from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, QSizeF

from exam_packages.qti.model import Area, Shape
from ui.window.items.graphic.areas import hit, shape_of, target

WHOLE = QSizeF(800, 450)


@pytest.mark.parametrize(
    ("shape", "coords", "inside", "outside"),
    [
        (Shape.RECT, (10, 20, 110, 70), (11, 21), (9, 21)),
        (Shape.RECT, (110, 70, 10, 20), (11, 21), (111, 21)),
        (Shape.CIRCLE, (50, 50, 10), (59, 50), (58, 58)),
        (Shape.ELLIPSE, (50, 50, 30, 10), (79, 50), (50, 61)),
        (Shape.POLY, (0, 0, 100, 0, 0, 100), (10, 10), (60, 60)),
        (Shape.DEFAULT, (), (799, 449), (801, 449)),
    ],
)
def test_a_shape_holds_what_its_coordinates_say(
    shape: Shape, coords: tuple[float, ...], inside: tuple[float, float], outside: tuple[float, float]
) -> None:
    path = shape_of(Area(shape=shape, coords=coords), WHOLE)
    assert path.contains(QPointF(*inside))
    assert not path.contains(QPointF(*outside))


@given(shape=st.sampled_from(Shape), coords=st.lists(st.floats(-1e4, 1e4), max_size=9))
def test_any_coordinates_make_a_shape_or_none(shape: Shape, coords: list[float]) -> None:
    path = shape_of(Area(shape=shape, coords=tuple(coords)), WHOLE)
    hit([path], QPointF(1, 1), 24)


def test_what_is_listed_first_hides_what_comes_later() -> None:
    shapes = [shape_of(Area(shape=Shape.CIRCLE, coords=(50, 50, r)), WHOLE) for r in (10, 40)]
    shapes.append(shape_of(Area(shape=Shape.DEFAULT), WHOLE))
    assert [hit(shapes, QPointF(x, 50), 24) for x in (55, 75, 200)] == [0, 1, 2]


def test_a_tiny_area_is_hit_beside_it_but_never_within_its_neighbour() -> None:
    tiny = shape_of(Area(shape=Shape.CIRCLE, coords=(100, 100, 2)), WHOLE)
    large = shape_of(Area(shape=Shape.RECT, coords=(106, 80, 200, 120)), WHOLE)
    assert target(tiny, 24) == QRectF(88, 88, 24, 24)
    assert hit([tiny, large], QPointF(90, 100), 24) == 0
    assert hit([tiny, large], QPointF(107, 100), 24) == 1
    assert hit([tiny, large], QPointF(80, 100), 24) is None


def test_two_tiny_neighbours_part_the_room_between_them() -> None:
    shapes = [shape_of(Area(shape=Shape.CIRCLE, coords=(x, 100, 1)), WHOLE) for x in (100, 110)]
    assert [hit(shapes, QPointF(x, 100), 24) for x in (94, 104, 106, 116)] == [0, 0, 1, 1]
