from __future__ import annotations

import math
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ui.window.tools.calculator.arithmetic import CalculationError, Trouble, shown
from ui.window.tools.calculator.expression import DEPTH_MAX, FUNCTIONS, TOKENS_MAX, evaluate
from ui.window.tools.calculator.functions import AngleUnit
from ui.window.tools.calculator.scientific import Act, ScientificState, press, written

DEGREES, RADIANS = AngleUnit.DEGREES, AngleUnit.RADIANS


def value(text: str, unit: AngleUnit = DEGREES) -> str:
    return shown(evaluate(text.split(), unit=unit, answer=Decimal(7)))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("2 + 3 × 4", "14"),
        ("( 2 + 3 ) × 4", "20"),
        ("2 ^ 3 ^ 2", "512"),
        ("− 2 ^ 2", "-4"),
        ("( − 2 ) ^ 2", "4"),
        ("2 ^ − 1", "0.5"),
        ("2 − − 3", "5"),
        ("1 ÷ 2 π", "1.57079632679"),
        ("3 ( 4 + 5 )", "27"),
        ("2 sin ( 30 )", "1"),
        ("( 2 + 3", "5"),
        ("5 !", "120"),
        ("0 !", "1"),
        ("3 ! !", "720"),
        ("50 %", "0.5"),
        ("3 ²", "9"),
        ("2 ³", "8"),
        ("4 ⁻¹", "0.25"),
        ("√ ( 2 ) ²", "2"),
        ("∛ ( − 27 )", "-3"),
        ("Ans + 1", "8"),
        ("ln ( e )", "1"),
        ("log ( 1000 )", "3"),
        ("exp ( 0 )", "1"),
        ("sin ( 180 )", "0"),
        ("cos ( 90 )", "0"),
        ("cos ( 60 )", "0.5"),
        ("tan ( 45 )", "1"),
        ("asin ( 0.5 )", "30"),
        ("acos ( 0.5 )", "60"),
        ("acos ( − 1 )", "180"),
        ("atan ( 1 )", "45"),
        ("sin ( 36000000030 )", "0.5"),
        ("69 !", "1.71122452428E98"),
        ("0.1 + 0.2 − 0.3", "0"),
    ],
)
def test_expressions(text: str, result: str) -> None:
    assert value(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [("sin ( π )", "0"), ("cos ( π )", "-1"), ("cos ( π ÷ 2 )", "0"), ("4 atan ( 1 )", "3.14159265359")],
)
def test_angles_in_radians(text: str, result: str) -> None:
    assert value(text, RADIANS) == result


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("1 ÷ 0", Trouble.DIVISION_BY_ZERO),
        ("0 ⁻¹", Trouble.DIVISION_BY_ZERO),
        ("0 ^ − 1", Trouble.DIVISION_BY_ZERO),
        ("0 ^ 0", Trouble.NOT_DEFINED),
        ("tan ( 90 )", Trouble.NOT_DEFINED),
        ("√ ( − 1 )", Trouble.NOT_REAL),
        ("ln ( 0 )", Trouble.NOT_REAL),
        ("log ( − 1 )", Trouble.NOT_REAL),
        ("asin ( 2 )", Trouble.NOT_REAL),
        ("( − 8 ) ^ 0.5", Trouble.NOT_REAL),
        ("2.5 !", Trouble.NOT_WHOLE),
        ("( − 3 ) !", Trouble.NOT_WHOLE),
        ("70 !", Trouble.TOO_LARGE),
        ("9 ^ 9 ^ 9", Trouble.TOO_LARGE),
        ("9 ^ 9 ^ 9 ^ 9 ^ 9", Trouble.TOO_LARGE),
        ("sin ( 10 ^ 20 )", Trouble.TOO_LARGE),
        ("2 +", Trouble.INCOMPLETE),
        ("sin 3", Trouble.INCOMPLETE),
        ("( )", Trouble.INCOMPLETE),
        ("× 3", Trouble.INCOMPLETE),
        ("3 )", Trouble.UNBALANCED),
        (" ".join(["("] * (DEPTH_MAX + 1) + ["1"]), Trouble.TOO_LONG),
        (" ".join(["1", "+"] * TOKENS_MAX + ["1"]), Trouble.TOO_LONG),
    ],
)
def test_what_has_no_result_says_why(text: str, trouble: Trouble) -> None:
    with pytest.raises(CalculationError) as caught:
        value(text)
    assert caught.value.trouble is trouble


_SIMPLE = st.integers(0, 999).map(str) | st.decimals(0, 99, places=2, allow_nan=False).map(lambda n: format(n, "f"))
_EXPRESSIONS = st.recursive(
    _SIMPLE,
    lambda inner: (
        st.builds(lambda left, sign, right: f"( {left} {sign} {right} )", inner, st.sampled_from("+−×÷"), inner)
        | st.builds(lambda each: f"( − {each} )", inner)
    ),
    max_leaves=8,
)


@given(st.lists(st.tuples(st.sampled_from("+−×÷"), _EXPRESSIONS), min_size=1, max_size=4), _EXPRESSIONS)
def test_precedence_and_parentheses_as_python_has_them(rest: list[tuple[str, str]], first: str) -> None:
    text = first + "".join(f" {sign} {part}" for sign, part in rest)
    assume(len(text.split()) <= TOKENS_MAX)
    source = " ".join(
        {"×": "*", "÷": "/", "−": "-"}.get(each, each if each in "+-()" else f"Fraction('{each}')")
        for each in text.split()
    )
    try:
        exact = eval(source, {"Fraction": Fraction})  # noqa: S307  # made of digits and signs just above
    except ZeroDivisionError:
        with pytest.raises(CalculationError):
            evaluate(text.split(), unit=DEGREES)
        return
    if not 10**-20 < abs(exact) < 10**20:
        return
    assert abs(Fraction(evaluate(text.split(), unit=DEGREES)) / exact - 1) < Fraction(1, 10**12)


@pytest.mark.parametrize(
    ("name", "reference", "low", "high"),
    [
        ("sin", math.sin, -1e4, 1e4),
        ("cos", math.cos, -1e4, 1e4),
        ("asin", math.asin, -0.999, 0.999),
        ("acos", math.acos, -0.999, 0.999),
        ("atan", math.atan, -1e6, 1e6),
        ("ln", math.log, 1e-6, 1e9),
        ("log", math.log10, 1e-6, 1e9),
        ("exp", math.exp, -200.0, 200.0),
        ("√", math.sqrt, 0.0, 1e12),
    ],
)
@given(share=st.floats(0, 1))
def test_functions_agree_with_the_machines_own(
    name: str, reference: object, low: float, high: float, share: float
) -> None:
    at = round(low + share * (high - low), 6)
    assert callable(reference)
    expected = reference(at)
    number = ["−", format(Decimal(repr(-at)), "f")] if at < 0 else [format(Decimal(repr(at)), "f")]
    got = float(evaluate([name, "(", *number, ")"], unit=RADIANS))
    assert got == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(
    st.lists(st.sampled_from(["1", "2.5", "(", ")", "+", "−", "×", "÷", "^", "!", "π", "Ans", "²", "%", *FUNCTIONS]))
)
def test_any_tokens_have_a_value_or_a_reason(tokens: list[str]) -> None:
    with suppress(CalculationError):
        assert evaluate(tokens, unit=DEGREES).is_finite()


def after(*keys: Act | str) -> ScientificState:
    state = ScientificState()
    for key in keys:
        state = press(state, key)
    return state


def test_an_expression_is_typed_shown_and_kept() -> None:
    state = after("2", "+", "3", "×", "sin", "3", "0", ")", Act.EQUALS)
    assert state.display == "3.5"
    assert state.history == ("2 + 3 × sin(30) = 3.5",)
    assert press(state, "×").expression == "Ans × "
    assert press(state, "8").expression == "8"
    assert press(state, Act.CLEAR).display == "0"


def test_back_takes_a_function_with_its_parenthesis() -> None:
    assert after("1", "+", "sin", Act.BACK).tokens == ("1", "+")
    assert after("1", "2", Act.BACK).tokens == ("1",)
    assert after(Act.BACK).tokens == ()


def test_a_wrong_expression_can_be_mended() -> None:
    state = after("2", "+", Act.EQUALS)
    assert state.trouble is Trouble.INCOMPLETE
    assert press(press(state, "3"), Act.EQUALS).display == "5"


def test_a_number_has_one_point_and_twelve_digits() -> None:
    assert after(".", "5", ".", "5").tokens == ("0.55",)
    assert after(*"0012345678901234").tokens == ("123456789012",)


def test_no_other_key_is_taken() -> None:
    with pytest.raises(ValueError, match="no such key"):
        after("x")


def test_only_signs_that_join_stand_apart() -> None:
    assert written(("−", "2", "+", "3", "^", "2")) == "−2 + 3^2"
    assert written(("2", "×", "−", "3")) == "2 × −3"


@given(st.lists(st.sampled_from([*Act, *"0123456789.+−×÷^()!%²", "π", "Ans", "sin", "√"]), max_size=40))
def test_any_keys_leave_something_to_show(keys: list[Act | str]) -> None:
    state = after(*keys)
    assert state.display
    assert len(state.history) <= 4
