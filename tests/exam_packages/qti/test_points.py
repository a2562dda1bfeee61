"""Points in areas: the geometry, and what it is worth."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.errors import ProcessingRefused
from exam_packages.ids import OutcomeId, ResponseId
from exam_packages.qti.model import Area, Expression, Lexical, Shape
from exam_packages.qti.operators.points import is_inside
from exam_packages.qti.processing import evaluate, process_item
from exam_packages.qti.reading import parse
from exam_packages.qti.scope import ItemScope
from exam_packages.qti.scoring_items import read_item_for_scoring
from exam_packages.qti.values import format_value
from tests.exam_packages.qti.writing_xml import declaration, item

TEMPLATE = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response_point.xml"
SQUARE = (0.0, 0.0, 10.0, 0.0, 10.0, 10.0, 0.0, 10.0)
HORSESHOE = (0.0, 0.0, 30.0, 0.0, 30.0, 30.0, 20.0, 30.0, 20.0, 10.0, 10.0, 10.0, 10.0, 30.0, 0.0, 30.0)


@pytest.mark.parametrize(
    ("shape", "coords", "inside", "outside"),
    [
        (Shape.DEFAULT, (), [(0, 0), (-5, 900)], []),
        (Shape.RECT, (0, 0, 10, 5), [(0, 0), (10, 5), (3, 3)], [(11, 3), (3, 6), (-1, 0)]),
        (Shape.CIRCLE, (5, 5, 5), [(5, 5), (10, 5), (8, 9)], [(9, 9), (0, 0)]),
        (Shape.ELLIPSE, (10, 5, 10, 5), [(0, 5), (10, 10), (10, 5)], [(1, 1), (10, 11)]),
        (Shape.POLY, SQUARE, [(0, 0), (5, 0), (10, 10), (5, 5)], [(11, 5), (5, -1), (-1, 10)]),
        (Shape.POLY, HORSESHOE, [(5, 20), (25, 20), (15, 5), (15, 10), (10, 20)], [(15, 20), (15, 30)]),
    ],
)
def test_inside(
    shape: Shape, coords: tuple[float, ...], inside: list[tuple[int, int]], outside: list[tuple[int, int]]
) -> None:
    area = Area(shape=shape, coords=coords)
    assert all(is_inside(area, *point) for point in inside)
    assert not any(is_inside(area, *point) for point in outside)


@given(
    st.integers(3, 12),
    st.integers(-300, 300).filter(lambda x: abs(x) != 200),
    st.integers(-300, 300),
)
def test_a_regular_polygon_lies_between_two_circles(corners: int, x: int, y: int) -> None:
    turns = [2 * math.pi * corner / corners for corner in range(corners)]
    coords = tuple(each for turn in turns for each in (200 * math.cos(turn), 200 * math.sin(turn)))
    inside, distance = is_inside(Area(shape=Shape.POLY, coords=coords), x, y), math.hypot(x, y)
    assert not inside or distance <= 200.001
    assert inside or distance >= 200 * math.cos(math.pi / corners) - 0.001


AREAS = (
    '<qti-area-map-entry shape="circle" coords="10,10,5" mapped-value="2"/>'
    '<qti-area-map-entry shape="rect" coords="0, 0, 20, 20" mapped-value="1"/>'
    '<qti-area-map-entry shape="poly" coords="30,0,40,0,40,10,30,0" mapped-value="-1"/>'
)


def points(response: Lexical, bounds: str = "", cardinality: str = "multiple") -> Lexical:
    declared = declaration(
        "point", cardinality, inner=f'<qti-area-mapping default-value="-0.5" {bounds}>{AREAS}</qti-area-mapping>'
    )
    document = item(declared, processing=f'<qti-response-processing template="{TEMPLATE}"/>')
    scope = process_item(read_item_for_scoring(parse(document, "item.xml")), {ResponseId("RESPONSE"): response})
    return format_value(scope.outcomes[OutcomeId("SCORE")])


@pytest.mark.parametrize(
    ("response", "score"),
    [
        (("10 10",), "2"),  # the first area takes it, although the second holds it as well
        (("1 1",), "1"),
        (("10 10", "11 11"), "2"),  # an area counts once
        (("10 10", "1 1"), "3"),
        (("39 1",), "-1"),
        (("90 90",), "-0.5"),
        (("90 90", "91 91"), "-1"),  # two points outside
        (("90 90", "90 90"), "-0.5"),  # one point, given twice
        ((), "0"),
    ],
)
def test_areas_are_mapped(response: Lexical, score: str) -> None:
    assert points(response) == (score,)


def test_bounds_hold() -> None:
    assert points(("10 10", "1 1"), 'upper-bound="2.5"') == ("2.5",)
    assert points(("90 90", "91 91"), 'lower-bound="-0.75"') == ("-0.75",)
    assert points(("10 10",), cardinality="single") == ("2",)


def inside(shape: str, coords: str, *written: str, base_type: str = "point") -> Lexical:
    values = tuple(Expression(name="base-value", attributes=(("base-type", base_type),), text=each) for each in written)
    operand = values[0] if len(values) == 1 else Expression(name="multiple", operands=values)
    attributes = (("shape", shape), ("coords", coords))
    document = read_item_for_scoring(parse(item(), "item.xml"))
    return format_value(
        evaluate(Expression(name="inside", attributes=attributes, operands=(operand,)), ItemScope(document, {}))
    )


@pytest.mark.parametrize(
    ("coords", "point", "result"),
    [
        ("10,10,0,0", "10 10", "true"),
        ("10,10,0,0", "10 11", "false"),
        ("10,10,0,5", "10 15", "true"),
        ("10,10,0,5", "11 10", "false"),
        ("10,10,5,0", "10 11", "false"),
        ("10,10,4,2", "14 10", "true"),
        ("10,10,4,2", "13 11", "true"),
        ("10,10,4,2", "13 12", "false"),
    ],
)
def test_ellipses_may_be_flat(coords: str, point: str, result: str) -> None:
    assert inside("ellipse", coords, point) == (result,)


def test_inside_looks_at_every_point() -> None:
    assert inside("rect", "0,0,10,10", "5 5") == ("true",)
    assert inside("rect", "10,10,0,0", "5 5") == ("true",)
    assert inside("circle", "5,5,2", "0 0", "6 6") == ("true",)
    assert inside("circle", "5,5,2", "0 0", "9 9") == ("false",)
    assert inside("default", "", "0 0") == ("true",)
    assert inside("rect", "0,0,1,1") == ()  # NULL


@pytest.mark.parametrize(
    ("shape", "coords"),
    [
        ("rect", "0,0,1"),
        ("square", "0,0,1,1"),
        ("circle", "a,b,c"),
        ("poly", "0,0,1,1"),
        ("poly", "0,0,1,1,2,2,3"),
        ("rect", "0,0,INF,1"),
        ("rect", "10%,0,1,1"),
    ],
)
def test_no_area(shape: str, coords: str) -> None:
    with pytest.raises(ProcessingRefused):
        inside(shape, coords, "5 5")


def test_only_points_are_inside() -> None:
    with pytest.raises(ProcessingRefused, match="needs points"):
        inside("rect", "0,0,1,1", "5", base_type="integer")


def test_a_response_without_areas_is_refused() -> None:
    document = item(declaration("point"), processing=f'<qti-response-processing template="{TEMPLATE}"/>')
    with pytest.raises(ProcessingRefused, match="declares no area mapping"):
        process_item(read_item_for_scoring(parse(document, "item.xml")), {ResponseId("RESPONSE"): ("1 1",)})
