"""Printed variables."""

from __future__ import annotations

import pytest
from lxml import etree

from exam_packages.errors import SourceRefused
from exam_packages.qti.cloning.printing import printed
from exam_packages.qti.model import BaseType
from exam_packages.qti.reading import QTI3_NAMESPACE, Xml


def shown(attributes: str, value: tuple[str, ...], base_type: BaseType = BaseType.FLOAT) -> str:
    node = etree.fromstring(f'<qti-printed-variable xmlns="{QTI3_NAMESPACE}" identifier="X" {attributes}/>')
    return printed(Xml("a.xml", node), value, base_type)


@pytest.mark.parametrize(
    ("attributes", "value", "text"),
    [
        ("", ("12.0",), "12"),
        ("", ("12.5",), "12.5"),
        ("", ("-12.5",), "−12.5"),
        ("", (), ""),
        ('format="%.2f"', ("3.14159",), "3.14"),
        ('format="$%.2f"', ("3",), "$3.00"),
        ('format="%i"', ("7.0",), "7"),
        ('format="%04d"', ("7",), "0007"),
        ('format="%.3r"', ("2.5",), "2.50"),
        ('format="%.2e" power-form="true"', ("1500",), "1.50 × 10³"),
        ('format="%.1e" power-form="true"', ("0.00015",), "1.5 × 10⁻⁴"),
        ("", ("1.0", "2.0"), "1;2"),
        ('delimiter=", "', ("1.0", "2.0"), "1, 2"),
        ('format="%d"', ("INF",), "INF"),
        ('format="%x"', ("NaN",), "NaN"),
        ('format="%.2f"', ("-INF",), "−INF"),
        ('index="2"', ("1.0", "2.0"), "2"),
        ('index="3"', ("1.0", "2.0"), ""),
    ],
)
def test_numbers(attributes: str, value: tuple[str, ...], text: str) -> None:
    assert shown(attributes, value) == text


def test_other_types() -> None:
    assert shown("", ("a b",), BaseType.STRING) == "a b"
    assert shown('base="16"', ("255",), BaseType.INTEGER) == "ff"
    assert shown('base="2"', ("-5",), BaseType.INTEGER) == "−101"


@pytest.mark.parametrize("wanted", ["%n", "%", "two", "%.99f", "%d %d", "%*d"])
def test_what_is_no_format(wanted: str) -> None:
    with pytest.raises(SourceRefused, match="format"):
        shown(f'format="{wanted}"', ("1",))
