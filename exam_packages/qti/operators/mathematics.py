"""Functions of mathematics and statistics, and two constants.

Owns what lies outside a function's natural domain: it has no value, so it is NULL (MathOperatorDType, StatsOperatorDType).
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from exam_packages.qti.model import Cardinality
from exam_packages.qti.operators.call import Call, Operation
from exam_packages.qti.values import NUMERIC, Operand, floating, integer


def _math_operator(call: Call) -> Operand:
    name = call.attribute("name")
    function = _FUNCTIONS.get(name)
    if function is None:
        raise call.refused(f"names the function {name[:40]}, which is none of the standard's")
    operands = 2 if name in _OF_TWO else 1
    if len(call.operands) != operands:
        raise call.refused(f"gives {name} {len(call.operands)} operands")
    if call.has_null:
        return None
    arguments = [float(call.number(index)) for index in range(operands)]
    try:
        result = function(*arguments)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None  # outside the domain, or beyond every double
    if name in _WHOLE:
        return integer(int(result))
    return None if math.isnan(result) else floating(result)


def _one_over(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda x: 1 / function(x)


def _of_one_over(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda x: function(1 / x)


def _acot(x: float) -> float:
    return math.pi / 2 if x == 0 else math.atan(1 / x)


def _signum(x: float) -> float:
    if math.isnan(x):
        raise ValueError(x)
    return (x > 0) - (x < 0)


_FUNCTIONS: Final[Mapping[str, Callable[..., float]]] = {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "sec": _one_over(math.cos),
    "csc": _one_over(math.sin),
    "cot": _one_over(math.tan),
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "atan2": math.atan2,
    "asec": _of_one_over(math.acos),
    "acsc": _of_one_over(math.asin),
    "acot": _acot,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "sech": _one_over(math.cosh),
    "csch": _one_over(math.sinh),
    "coth": _one_over(math.tanh),
    "log": math.log10,
    "ln": math.log,
    "exp": math.exp,
    "abs": abs,
    "signum": _signum,
    "floor": math.floor,
    "ceil": math.ceil,
    "toDegrees": math.degrees,
    "toRadians": math.radians,
}
_OF_TWO: Final = frozenset({"atan2"})
_WHOLE: Final = frozenset({"signum", "floor", "ceil"})
"""Functions "which return a single integer"."""


def _stats_operator(call: Call) -> Operand:
    name = call.attribute("name")
    statistic = _STATISTICS.get(name)
    if statistic is None:
        raise call.refused(f"names the statistic {name[:40]}, which is none of the standard's")
    if call.has_null:
        return None
    value = call.value(0)
    if value.cardinality is Cardinality.SINGLE:
        raise call.refused("needs a container")
    # "If any value contained in the sub-expression is not a numerical value, then the result is NULL".
    numbers = [float(item) for item in value.items if isinstance(item, (int, float))]
    if value.base_type not in NUMERIC or not all(map(math.isfinite, numbers)):
        return None
    try:
        return floating(float(statistic([Fraction(number) for number in numbers])))
    except statistics.StatisticsError:
        return None  # a sample of one has no variance


def _root(variance: Callable[[Sequence[Fraction]], Fraction]) -> Callable[[Sequence[Fraction]], float]:
    return lambda numbers: math.sqrt(variance(numbers))


_STATISTICS: Final[Mapping[str, Callable[[Sequence[Fraction]], float | Fraction]]] = {
    "mean": statistics.mean,
    "sampleVariance": statistics.variance,
    "sampleSD": _root(statistics.variance),
    "popVariance": statistics.pvariance,
    "popSD": _root(statistics.pvariance),
}


def _math_constant(call: Call) -> Operand:
    name = call.attribute("name")
    if name not in _CONSTANTS:
        raise call.refused(f"names the constant {name[:40]}, which is none of the standard's")
    return floating(_CONSTANTS[name])


_CONSTANTS: Final[Mapping[str, float]] = {"pi": math.pi, "e": math.e}
_NAME: Final = frozenset({"name"})

OPERATIONS: Final[Mapping[str, Operation]] = {
    "math-operator": Operation(run=_math_operator, attributes=_NAME, required=_NAME, minimum=1, maximum=None),
    "math-constant": Operation(run=_math_constant, attributes=_NAME, required=_NAME),
    "stats-operator": Operation(run=_stats_operator, attributes=_NAME, required=_NAME, minimum=1, maximum=1),
}
