"""The page about the profile names what the profile has."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from exam_packages.qti.profile import PROFILE
from exam_packages.qti.profile.outside import DELIVERED_SUPPORTS, DROPPED, REFUSED, UNWRAPPED
from exam_packages.qti.templates import TEMPLATES
from tests.exam_packages.qti.corpus import NEEDS_CORPUS, SHARED

PAGE = (Path(__file__).parents[3] / "docs" / "qti-profile.md").read_text("utf-8")


@pytest.mark.parametrize(
    "name",
    sorted(PROFILE.keys() | DROPPED.keys() | UNWRAPPED.keys() | REFUSED.keys() | TEMPLATES.keys() | DELIVERED_SUPPORTS),
)
def test_every_element_is_listed(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", sorted({name for row in PROFILE.values() for name in row.attributes}))
def test_every_attribute_is_listed(name: str) -> None:
    assert f"`{name}`" in PAGE


@NEEDS_CORPUS
def test_every_element_of_the_standard_is_listed() -> None:
    schema = etree.parse(str(SHARED / "schemas/qti30/qtiv3p0/imsqti_asiv3p0_sbacv1p0_v1p0.xsd"))
    names = {node.get("name") or "" for node in schema.iter("{http://www.w3.org/2001/XMLSchema}element")}
    standard = {name for name in names if name.startswith("qti-")}
    assert len(standard) > 200
    assert sorted(name for name in standard if f"`{name}`" not in PAGE) == []
