from __future__ import annotations

import re
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.window.tools.calculator.arithmetic import LARGEST, SHOWN_DIGITS, Trouble, shown
from ui.window.tools.calculator.standard import Key, StandardState, press

_SIGNS = {
    "+": Key.PLUS,
    "-": Key.MINUS,
    "*": Key.TIMES,
    "/": Key.DIVIDE,
    "=": Key.EQUALS,
    "%": Key.PERCENT,
    "r": Key.ROOT,
    "n": Key.SIGN,
    "<": Key.BACK,
    "c": Key.CLEAR_ENTRY,
    "C": Key.CLEAR,
    ".": Key.POINT,
    "Z": Key.MEMORY_CLEAR,
    "R": Key.MEMORY_RECALL,
    "M": Key.MEMORY_ADD,
    "W": Key.MEMORY_SUBTRACT,
}


def after(keys: str) -> StandardState:
    state = StandardState()
    for key in keys.replace(" ", ""):
        state = press(state, _SIGNS.get(key, key))
    return state


@pytest.mark.parametrize(
    ("keys", "display"),
    [
        ("", "0"),
        ("007", "7"),
        ("1.50", "1.50"),
        ("..5", "0.5"),
        ("0.1+0.2=", "0.3"),
        ("1/3*3=", "1"),
        ("2+3*4=", "20"),
        ("2+3*", "5"),
        ("2+*3=", "6"),
        ("9r", "3"),
        ("2+9r=", "5"),
        ("200+10%=", "220"),
        ("200*10%=", "20"),
        ("50%", "0.5"),
        ("5n", "-5"),
        ("5nn", "5"),
        ("n", "0"),
        ("5n+3=", "-2"),
        ("123<", "12"),
        ("1<<", "0"),
        ("2+3c4=", "6"),
        ("2+3C4=", "4"),
        ("5M2M R", "7"),
        ("5M2W R", "3"),
        ("5M Z R", "0"),
        ("5M3*R=", "15"),
        ("5+=", "10"),
        ("7=", "7"),
        ("7=8", "8"),
        ("2+3=*4=", "20"),
        ("999999999999*999999999999=", "9.99999999998E23"),
        ("1/3=", "0.333333333333"),
        ("1234567890123", "123456789012"),
    ],
)
def test_keys_show_what_such_a_calculator_shows(keys: str, display: str) -> None:
    assert after(keys).display == display


@pytest.mark.parametrize(
    ("keys", "trouble"),
    [("1/0=", Trouble.DIVISION_BY_ZERO), ("0/0=", Trouble.DIVISION_BY_ZERO), ("4nr", Trouble.NOT_REAL)],
)
def test_what_has_no_result_says_why_and_a_digit_begins_anew(keys: str, trouble: Trouble) -> None:
    state = after(keys)
    assert state.trouble is trouble
    assert press(state, Key.PLUS) == state
    assert press(state, "7").display == "7"
    assert press(state, "7").trouble is None


def test_memory_outlives_an_error_and_clearing() -> None:
    assert after("5M 1/0= C R").display == "5"


def test_too_large_a_number_is_an_error_and_not_an_infinity() -> None:
    state = after("999999999999")
    for _time in range(40):
        state = press(press(press(press(state, Key.TIMES), "9"), Key.EQUALS), Key.TIMES)
        for digit in "999999999999":
            state = press(state, digit)
        state = press(state, Key.EQUALS)
        if state.trouble is not None:
            break
    assert state.trouble is Trouble.TOO_LARGE


_NUMBERS = st.decimals(min_value=0, max_value=10**9, places=3, allow_nan=False).map(lambda n: format(n, "f"))


@given(_NUMBERS, st.lists(st.tuples(st.sampled_from("+-*/"), _NUMBERS), max_size=5))
def test_a_chain_is_reckoned_from_left_to_right_as_fractions_are(first: str, rest: list[tuple[str, str]]) -> None:
    state = after(first + "".join(sign + number for sign, number in rest) + "=")
    exact, keys = Fraction(_as_typed(first)), first
    for sign, number in rest:
        keys += sign + number
        right = Fraction(_as_typed(number))
        if sign == "/" and not right:
            assert after(keys + "=").trouble is Trouble.DIVISION_BY_ZERO
            return
        exact = {"+": exact + right, "-": exact - right, "*": exact * right, "/": exact / right if right else exact}[
            sign
        ]
    assert state.trouble is None
    assert abs(Fraction(state.value) - exact) <= abs(exact) / 10**30 + Fraction(1, 10**25)


def _as_typed(number: str) -> str:
    """A display takes twelve digits."""
    taken, digits = "", 0
    for each in number.lstrip("0") if not number.startswith("0.") else number:
        digits += each.isdigit()
        if digits > SHOWN_DIGITS:
            break
        taken += each
    return taken.rstrip(".") or "0"


@given(st.text(alphabet="0123456789.+-*/=%rn<cCZRMW", max_size=40))
def test_any_keys_leave_a_number_that_can_be_shown(keys: str) -> None:
    state = after(keys)
    assert re.fullmatch(r"-?\d+(\.\d*)?(E-?\d+)?", state.display)
    assert abs(state.number) < LARGEST


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1E90"), max_value=Decimal("1E90")))
def test_a_number_is_shown_with_twelve_digits_and_no_wrong_one(value: Decimal) -> None:
    text = shown(value)
    with localcontext() as context:
        context.prec = 200
        assert abs(Decimal(text) - value) <= abs(value) * Decimal("5E-12")
    assert sum(each.isdigit() for each in text.partition("E")[0].lstrip("-0.")) <= SHOWN_DIGITS
