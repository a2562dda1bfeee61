from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from exam_packages.errors import SourceRefused
from exam_packages.qti.areas import bounds, centre, read_area
from exam_packages.qti.model import Area, Shape
from exam_packages.qti.reading import Xml


def area(shape: str, coords: str | None) -> Area:
    node = etree.Element("area", {"shape": shape} | ({} if coords is None else {"coords": coords}))
    return read_area(Xml("q.xml", node))


@pytest.mark.parametrize(
    ("shape", "coords", "expected"),
    [
        ("rect", "1,2,30,40", (1, 2, 30, 40)),
        ("rect", " 30 , 40 1\t2 ", (1, 2, 30, 40)),
        ("circle", "10.5,20,3", (10.5, 20, 3)),
        ("ellipse", "10,20,3,4", (10, 20, 3, 4)),
        ("poly", "0,0,10,0,5,5", (0, 0, 10, 0, 5, 5)),
        ("poly", "0,0,10,0,5,5,0,0", (0, 0, 10, 0, 5, 5)),
        ("default", None, ()),
        ("default", "0,0,1,1", ()),
    ],
)
def test_shapes(shape: str, coords: str | None, expected: tuple[float, ...]) -> None:
    assert area(shape, coords) == Area(shape=Shape(shape), coords=expected)


@pytest.mark.parametrize(
    ("shape", "coords"),
    [
        ("rect", "1,2,3"),
        ("rect", "10%,0,50%,100%"),
        ("rect", "a,b,c,d"),
        ("rect", ""),
        ("rect", None),
        ("circle", "1,2,0"),
        ("ellipse", "1,2,3,-4"),
        ("circle", "1,2,INF"),
        ("poly", "0,0,1,1"),
        ("poly", "0,0,1,1,2"),
        ("poly", ",".join(["1"] * 2002)),
        ("star", "1,2,3"),
        ("", "1,2,3"),
    ],
)
def test_no_shape(shape: str, coords: str | None) -> None:
    with pytest.raises(SourceRefused):
        area(shape, coords)


def test_bounds_and_centre() -> None:
    assert bounds(area("circle", "10,20,3")) == (7, 17, 13, 23)
    assert bounds(area("ellipse", "10,20,3,4")) == (7, 16, 13, 24)
    assert bounds(area("poly", "0,0,10,0,5,6")) == (0, 0, 10, 6)
    assert bounds(area("default", None)) is None
    assert centre(area("rect", "0,0,10,20")) == (5, 10)


@given(st.sampled_from([each.value for each in Shape]), st.text("0123456789.,-+%eE INF", max_size=40))
def test_any_text_is_an_area_or_refused(shape: str, coords: str) -> None:
    try:
        assert area(shape, coords).shape.value == shape
    except SourceRefused:
        return
