"""The page about the profile names what the profile has."""

from __future__ import annotations

from pathlib import Path

import pytest

from exam_packages.qti.profile import PROFILE
from exam_packages.qti.profile.outside import DROPPED
from exam_packages.qti.templates import TEMPLATES

PAGE = (Path(__file__).parents[3] / "docs" / "qti-profile.md").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(PROFILE.keys() | DROPPED.keys() | TEMPLATES.keys()))
def test_every_element_is_listed(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", sorted({name for row in PROFILE.values() for name in row.attributes}))
def test_every_attribute_is_listed(name: str) -> None:
    assert f"`{name}`" in PAGE
