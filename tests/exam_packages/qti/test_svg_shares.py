"""Lengths in percent of an SVG are written in its units; whatever else there is stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from exam_packages.qti.pictures import delivered_picture

NAMESPACE = "http://www.w3.org/2000/svg"


def delivered(root: str, inner: str) -> etree._Element:
    text = f'<svg xmlns="{NAMESPACE}" {root}>{inner}</svg>'
    return etree.fromstring(delivered_picture(text.encode(), "a.svg"))[0]


@pytest.mark.parametrize(
    ("root", "inner", "expected"),
    [
        ('viewBox="0 0 450 300"', '<rect y="50%" width="100%" height="25%"/>', {"y": "150", "width": "450", "height": "75"}),
        ('viewBox="0,0,200,100" width="100%"', '<line x1="10%" y1="10%" y2="7"/>', {"x1": "20", "y1": "10", "y2": "7"}),
        ('width="300px" height="400"', '<circle cx="50%" cy="50%" r="10%"/>', {"cx": "150", "cy": "200", "r": "35.3553"}),
        ('width="100%" height="100%"', '<rect width="100%" height="100%"/>', {"width": "100%", "height": "100%"}),
        ('viewBox="0 0 0 -1"', '<ellipse rx="5%" ry="x%"/>', {"rx": "5%", "ry": "x%"}),
        ('viewBox="0 0 10 10"', '<linearGradient x1="0%" x2="100%"/>', {"x1": "0%", "x2": "100%"}),
    ],
)  # fmt: skip
def test_shares_of_the_picture(root: str, inner: str, expected: dict[str, str]) -> None:
    assert {str(name): value for name, value in delivered(root, inner).attrib.items()} == expected


@given(st.floats(0, 400, allow_nan=False).map(lambda each: f"{each:.2f}"), st.integers(1, 5000), st.integers(1, 5000))
def test_a_share_is_that_much_of_the_side(share: str, width: int, height: int) -> None:
    node = delivered(f'viewBox="0 0 {width} {height}"', f'<rect width="{share}%" height="{share}%"/>')
    assert float(node.get("width", "")) == pytest.approx(float(share) / 100 * width, rel=1e-4)
    assert float(node.get("height", "")) == pytest.approx(float(share) / 100 * height, rel=1e-4)


@given(st.text(max_size=20).filter(lambda each: each.isprintable() and not set(each) & set('<&"')))
def test_any_length_is_kept_or_resolved(length: str) -> None:
    node = delivered('viewBox="0 0 10 20"', f'<rect width="{length}"/>') if "url(" not in length else None
    assert node is None or node.get("width") is not None
