from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.qti.model import BaseType, Cardinality
from exam_packages.qti.values import (
    NotAValueError,
    Value,
    boolean,
    converted,
    floating,
    format_float,
    format_scalar,
    format_value,
    integer,
    parse_float,
    parse_scalar,
    parse_values,
    record,
    same_value,
    single,
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


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("12.5", 12.5), ("PT1H", 3600), ("P1DT2H3M4.5S", 93784.5), ("PT0S", 0), ("P2D", 172800), (" PT1M ", 60)],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_scalar(text, BaseType.DURATION) == seconds


@pytest.mark.parametrize("text", ["P", "PT", "P1Y", "P1M", "1H", "PT1S1H", "-PT1S", ""])
def test_no_durations(text: str) -> None:
    with pytest.raises(NotAValueError):
        parse_scalar(text, BaseType.DURATION)


FIELDS = st.dictionaries(
    st.text("abcxyz", min_size=1, max_size=4),
    st.one_of(
        st.integers(-(2**31), 2**31 - 1).map(integer),
        st.booleans().map(boolean),
        st.floats(allow_nan=False).map(floating),
        st.text(max_size=9).map(lambda text: single(BaseType.STRING, text)),
    ),
)


@given(FIELDS)
def test_records_are_read_as_they_are_written(fields: dict[str, Value]) -> None:
    written = record(fields)
    assert parse_values(format_value(written), Cardinality.RECORD, None) == written


@given(FIELDS, FIELDS)
def test_records_are_the_same_by_their_fields(first: dict[str, Value], second: dict[str, Value]) -> None:
    one, other = record(first), record(second)
    if one is not None and other is not None:
        assert same_value(one, other) == (first == second)
        assert not same_value(one, integer(1))
