from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.window.items.numbers import NotANumberError, number_of


@pytest.mark.parametrize(
    ("typed", "point", "expected"),
    [
        ("42", ".", "42"),
        (" 42 ", ".", "42"),
        ("+42", ".", "42"),
        ("-3.50", ".", "-3.50"),
        ("−3", ".", "-3"),
        ("3,5", ".", "3.5"),
        ("3.5", ",", "3.5"),
        (".5", ".", "0.5"),
        ("5.", ".", "5"),
        ("007", ".", "7"),
        ("0.125", ",", "0.125"),
        ("0,125", ".", "0.125"),
        ("1,250", ".", "1250"),
        ("1,250", ",", "1.250"),
        ("1.250", ".", "1.250"),
        ("1.250", ",", "1250"),
        ("1,234,567.8", ".", "1234567.8"),
        ("1.234.567,8", ".", "1234567.8"),
        ("1,234.5", ",", "1234.5"),
        ("1 234 567", ".", "1234567"),
        ("1’234.5", ".", "1234.5"),
        ("12\u202f345,6", ".", "12345.6"),
        ("٤٢", ".", "42"),
        ("٣٫٥", ".", "3.5"),
        ("1e3", ".", "1e3"),
    ],
)
def test_numbers_are_read_as_people_write_them(typed: str, point: str, expected: str) -> None:
    assert number_of(typed, decimal_point=point, whole=False) == expected


@pytest.mark.parametrize(
    "typed",
    ["", "abc", "12 apples", "1,2,3", "1.2.3", "--1", "1-", "$30", "50%", "NaN", "INF", "1_000", "²", "9" * 41, "1, 5"],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(NotANumberError):
        number_of(typed, decimal_point=".", whole=False)


@pytest.mark.parametrize(("typed", "expected"), [("7", "7"), ("7.0", "7"), ("1,250", "1250"), ("-0", "-0")])
def test_whole_numbers(typed: str, expected: str) -> None:
    assert number_of(typed, decimal_point=".", whole=True) == expected


def test_a_fraction_is_no_whole_number() -> None:
    with pytest.raises(NotANumberError):
        number_of("7.5", decimal_point=".", whole=True)


@given(st.text(max_size=30), st.sampled_from([".", ","]), st.booleans())
def test_any_text_is_a_number_python_reads_or_refused(typed: str, point: str, whole: bool) -> None:  # noqa: FBT001
    try:
        number = number_of(typed, decimal_point=point, whole=whole)
    except NotANumberError:
        return
    float(number)
    assert number.isascii()


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**12), max_value=10**12))
def test_grouped_numbers_of_both_worlds_are_the_same_number(value: object) -> None:
    english = f"{value:,}"
    german = english.translate({ord(","): ".", ord("."): ","})
    assert float(number_of(english, decimal_point=".", whole=False)) == float(str(value))
    assert float(number_of(german, decimal_point=",", whole=False)) == float(str(value))
