"""Arithmetic.

Owns what has no value: a result that cannot be computed or represented is NULL (QTI 3.0 ASI, "divide", "power", …).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

from exam_packages.qti.operators.call import Call, Operation
from exam_packages.qti.operators.rounding import rounded
from exam_packages.qti.values import Operand, floating, integer

_LARGEST: Final = 2**63 - 1  # beyond it an integer result is not representable anywhere


def _number(result: float) -> Operand:
    """An integer or a float, as Python has it; NULL for what cannot be represented."""
    if isinstance(result, int):
        return integer(result) if abs(result) <= _LARGEST else None
    return None if math.isnan(result) else floating(result)


def _sum(call: Call) -> Operand:
    if call.has_null:
        return None
    numbers = call.numbers()
    if call.all_integers:
        return _number(sum(numbers))
    try:
        return _number(math.fsum(numbers))
    except ValueError:
        return None  # INF and -INF, which a candidate can type, have no sum


def _product(call: Call) -> Operand:
    if call.has_null:
        return None
    result = math.prod(call.numbers())
    return _number(result if call.all_integers else float(result))


def _subtract(call: Call) -> Operand:
    return None if call.has_null else _number(call.number(0) - call.number(1))


def _divide(call: Call) -> Operand:
    if call.has_null or call.number(1) == 0:
        return None
    return _number(float(call.number(0)) / call.number(1))


def _power(call: Call) -> Operand:
    if call.has_null:
        return None
    try:
        result = math.pow(call.number(0), call.number(1))
    except (OverflowError, ValueError):
        return None
    return _number(result)


def _integer_divide(call: Call) -> Operand:
    # The greatest integer that is not above x/y, below zero as well (integerDivide).
    return None if call.has_null or call.integer(1) == 0 else _number(call.integer(0) // call.integer(1))


def _integer_modulus(call: Call) -> Operand:
    return None if call.has_null or call.integer(1) == 0 else _number(call.integer(0) % call.integer(1))


def _extreme(choose: Callable[[list[int | float]], int | float]) -> Operation:
    def run(call: Call) -> Operand:
        if call.has_null or not call.all_numeric:
            return None
        result = choose(call.numbers())
        return _number(result if call.all_integers else float(result))

    return Operation(run=run, minimum=1, maximum=None)


def _round(call: Call) -> Operand:
    # The integer n with n - 0.5 <= x < n + 0.5 (round): 6.5 gives 7 and -6.5 gives -6.
    return _to_integer(call, _half_up)


def _half_up(number: float) -> int:
    floor = math.floor(number)
    return floor + (number - floor >= 0.5)


def _truncate(call: Call) -> Operand:
    return _to_integer(call, math.trunc)


def _to_integer(call: Call, convert: Callable[[float], int]) -> Operand:
    if call.has_null:
        return None
    number = call.number(0)
    # An infinity has no integer; the standard leaves it infinite, which no integer variable can hold: NULL.
    return _number(convert(number)) if math.isfinite(number) else None


def _round_to(call: Call) -> Operand:
    if call.has_null:
        return None
    figures = call.integer_attribute("figures")
    if figures is None:
        return None
    result = rounded(call.number(0), call.attribute("rounding-mode"), figures, call)
    return None if result is None else floating(result)


def _integer_to_float(call: Call) -> Operand:
    return None if call.has_null else floating(call.number(0))


def _common(choose: Callable[..., int]) -> Operation:
    def run(call: Call) -> Operand:
        if call.has_null or not call.all_numeric:
            return None
        return _number(choose(*(_whole(number, call) for number in call.numbers())))

    return Operation(run=run, minimum=1, maximum=None)


def _whole(number: float, call: Call) -> int:
    if not isinstance(number, int):
        raise call.refused("needs integers")
    return number


def _pair(run: Callable[[Call], Operand]) -> Operation:
    return Operation(run=run, minimum=2, maximum=2)


def _one(run: Callable[[Call], Operand]) -> Operation:
    return Operation(run=run, minimum=1, maximum=1)


OPERATIONS: Final[Mapping[str, Operation]] = {
    "sum": Operation(run=_sum, minimum=1, maximum=None),
    "product": Operation(run=_product, minimum=1, maximum=None),
    "subtract": _pair(_subtract),
    "divide": _pair(_divide),
    "power": _pair(_power),
    "integer-divide": _pair(_integer_divide),
    "integer-modulus": _pair(_integer_modulus),
    "min": _extreme(min),
    "max": _extreme(max),
    "gcd": _common(math.gcd),
    "lcm": _common(math.lcm),
    "round": _one(_round),
    "truncate": _one(_truncate),
    "integer-to-float": _one(_integer_to_float),
    "round-to": Operation(
        run=_round_to,
        attributes=frozenset({"rounding-mode", "figures"}),
        required=frozenset({"rounding-mode", "figures"}),
        minimum=1,
        maximum=1,
    ),
}
