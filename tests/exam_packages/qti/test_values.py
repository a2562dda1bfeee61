from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.qti.model import BaseType, Cardinality
from exam_packages.qti.values import (
    NotAValueError,
    Value,
    converted,
    floating,
    format_float,
    format_scalar,
    format_value,
    integer,
    parse_float,
    parse_scalar,
    parse_values,
    same_value,
)

GOOD = [
    ("true", BaseType.BOOLEAN, True),
    (" 0 ", BaseType.BOOLEAN, False),
    ("-7", BaseType.INTEGER, -7),
    ("+2147483647", BaseType.INTEGER, 2147483647),
    ("12.5", BaseType.FLOAT, 12.5),
    (".5", BaseType.FLOAT, 0.5),
    ("5.", BaseType.FLOAT, 5.0),
    ("1e3", BaseType.FLOAT, 1000.0),
    ("-INF", BaseType.FLOAT, -math.inf),
    ("90", BaseType.DURATION, 90.0),
    ("B  A", BaseType.PAIR, ("A", "B")),
    (" B\n\tA ", BaseType.DIRECTED_PAIR, ("B", "A")),
    ("10 20", BaseType.POINT, (10, 20)),
    (" A ", BaseType.IDENTIFIER, "A"),
    (" a b ", BaseType.STRING, " a b "),
]

BAD = [
    ("yes", BaseType.BOOLEAN),
    ("1.0", BaseType.INTEGER),
    ("2147483648", BaseType.INTEGER),
    ("9" * 5000, BaseType.INTEGER),
    ("1,5", BaseType.FLOAT),
    ("1 000", BaseType.FLOAT),
    ("0x10", BaseType.FLOAT),
    ("1_000", BaseType.FLOAT),
    ("infinity", BaseType.FLOAT),
    ("nan", BaseType.FLOAT),
    ("", BaseType.FLOAT),
    ("\u0661", BaseType.INTEGER),
    ("A", BaseType.PAIR),
    ("A B C", BaseType.DIRECTED_PAIR),
    ("1.5 2", BaseType.POINT),
    ("", BaseType.IDENTIFIER),
    ("A B", BaseType.IDENTIFIER),
]


@pytest.mark.parametrize(("text", "base_type", "scalar"), GOOD)
def test_reads(text: str, base_type: BaseType, scalar: object) -> None:
    assert parse_scalar(text, base_type) == scalar


@pytest.mark.parametrize(("text", "base_type"), BAD)
def test_refuses(text: str, base_type: BaseType) -> None:
    with pytest.raises(NotAValueError):
        parse_scalar(text, base_type)


def test_null() -> None:
    assert parse_values((), Cardinality.MULTIPLE, BaseType.IDENTIFIER) is None
    assert parse_values(("",), Cardinality.SINGLE, BaseType.FLOAT) is None
    assert format_value(None) == ()


def test_single_takes_one() -> None:
    with pytest.raises(NotAValueError):
        parse_values(("A", "B"), Cardinality.SINGLE, BaseType.IDENTIFIER)


@pytest.mark.parametrize(("cardinality", "same"), [(Cardinality.MULTIPLE, True), (Cardinality.ORDERED, False)])
def test_order_counts_in_ordered_only(cardinality: Cardinality, *, same: bool) -> None:
    first = Value(cardinality, BaseType.IDENTIFIER, ("A", "B"))
    assert same_value(first, Value(cardinality, BaseType.IDENTIFIER, ("B", "A"))) is same


def test_multiple_counts_repetitions() -> None:
    one = Value(Cardinality.MULTIPLE, BaseType.IDENTIFIER, ("A", "A", "B"))
    other = Value(Cardinality.MULTIPLE, BaseType.IDENTIFIER, ("A", "B", "B"))
    assert not same_value(one, other)


def test_pairs_without_direction_are_equal_both_ways() -> None:
    first, second = (parse_values((text,), Cardinality.SINGLE, BaseType.PAIR) for text in ("A B", "B  A"))
    assert first is not None
    assert second is not None
    assert same_value(first, second)


def test_conversion() -> None:
    assert converted(integer(2), Cardinality.SINGLE, BaseType.FLOAT) == floating(2)
    assert converted(floating(2), Cardinality.SINGLE, BaseType.INTEGER) == integer(2)
    with pytest.raises(NotAValueError):
        converted(floating(2.5), Cardinality.SINGLE, BaseType.INTEGER)
    with pytest.raises(NotAValueError):
        converted(integer(2), Cardinality.SINGLE, BaseType.IDENTIFIER)


@given(st.floats())
def test_floats_survive_writing(number: float) -> None:
    again = parse_float(format_float(number))
    assert again == number or (math.isnan(again) and math.isnan(number))


@given(st.text(), st.sampled_from(BaseType))
def test_any_text_is_a_value_or_none(text: str, base_type: BaseType) -> None:
    try:
        scalar = parse_scalar(text, base_type)
    except NotAValueError:
        return
    assert parse_scalar(format_scalar(scalar), base_type) == scalar or scalar != scalar  # noqa: PLR0124 - NaN
