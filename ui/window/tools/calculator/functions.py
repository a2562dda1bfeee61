"""Functions of the scientific calculator in decimal arithmetic: powers, roots, logarithms, angles, factorials.

Sines and their inverses are reckoned here by reduction and series, since `decimal` has none; right angles come out exact.
"""

from __future__ import annotations

from decimal import Context, Decimal, InvalidOperation
from enum import Enum
from typing import Final

from ui.window.tools.calculator.arithmetic import WORK, CalculationError, Trouble, divided

_EXTRA: Final = Context(prec=80, Emax=9_999, Emin=-9_999, traps=[InvalidOperation])
PI: Final = Decimal(
    "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798"
)
E: Final = WORK.exp(Decimal(1))
ANGLE_LIMIT: Final = Decimal("1E+15")
"""Larger angles have no meaningful sine at the digits that are shown."""
_NEAR: Final = Decimal("1E-30")
"""Nearer than this to a right angle is at it: what is left is the rounding of pi."""
_SERIES_END: Final = Decimal("1E-75")
FACTORIAL_MAX: Final = 69
"""70! has more than 100 digits."""


class AngleUnit(Enum):
    """In what angles are given."""

    DEGREES = "degrees"
    RADIANS = "radians"


def sine(angle: Decimal, unit: AngleUnit) -> Decimal:
    """The sine of an angle."""
    quarter, rest = _reduced(angle, unit)
    value = _sine_series(rest) if quarter % 2 == 0 else _cosine_series(rest)
    return value if quarter % 4 < 2 else -value


def cosine(angle: Decimal, unit: AngleUnit) -> Decimal:
    """The cosine of an angle."""
    quarter, rest = _reduced(angle, unit)
    value = _cosine_series(rest) if quarter % 2 == 0 else _sine_series(rest)
    return value if quarter % 4 in {0, 3} else -value


def tangent(angle: Decimal, unit: AngleUnit) -> Decimal:
    """The tangent of an angle.

    Raises:
        CalculationError: of a right angle.
    """
    below = cosine(angle, unit)
    if not below:
        raise CalculationError(Trouble.NOT_DEFINED)
    return WORK.divide(sine(angle, unit), below)


def arc_sine(value: Decimal, unit: AngleUnit) -> Decimal:
    """The angle from -90 to 90 degrees with this sine.

    Raises:
        CalculationError: there is none.
    """
    if abs(value) > 1:
        raise CalculationError(Trouble.NOT_REAL)
    if abs(value) == 1:
        return _in_unit(_EXTRA.divide(PI, Decimal(2)).copy_sign(value), unit)
    beside = _EXTRA.sqrt(_EXTRA.subtract(Decimal(1), _EXTRA.multiply(value, value)))
    return _in_unit(_arc(_EXTRA.divide(value, beside)), unit)


def arc_cosine(value: Decimal, unit: AngleUnit) -> Decimal:
    """The angle from 0 to 180 degrees with this cosine.

    Raises:
        CalculationError: there is none.
    """
    right = _in_unit(_EXTRA.divide(PI, Decimal(2)), unit)
    return WORK.subtract(right, arc_sine(value, unit))


def arc_tangent(value: Decimal, unit: AngleUnit) -> Decimal:
    """The angle between -90 and 90 degrees with this tangent."""
    return _in_unit(_arc(value), unit)


def natural_logarithm(value: Decimal) -> Decimal:
    """A logarithm to the base e.

    Raises:
        CalculationError: of what is not positive.
    """
    if value <= 0:
        raise CalculationError(Trouble.NOT_REAL)
    return WORK.ln(value)


def common_logarithm(value: Decimal) -> Decimal:
    """A logarithm to the base 10.

    Raises:
        CalculationError: of what is not positive.
    """
    if value <= 0:
        raise CalculationError(Trouble.NOT_REAL)
    return WORK.log10(value)


def exponential(value: Decimal) -> Decimal:
    """e to the power of a number."""
    return WORK.exp(value)


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """A power.

    Raises:
        CalculationError: zero to a power that is not positive, a negative number to a power that is not whole.
    """
    if not base:
        if exponent < 0:
            raise CalculationError(Trouble.DIVISION_BY_ZERO)
        if not exponent:
            raise CalculationError(Trouble.NOT_DEFINED)
    if base < 0 and exponent != exponent.to_integral_value():
        raise CalculationError(Trouble.NOT_REAL)
    return WORK.power(base, exponent)


def cube_root(value: Decimal) -> Decimal:
    """A cube root, of negative numbers too."""
    if not value:
        return value
    return _EXTRA.power(abs(value), _EXTRA.divide(Decimal(1), Decimal(3))).copy_sign(value)


def factorial(value: Decimal) -> Decimal:
    """A factorial.

    Raises:
        CalculationError: of what is no natural number, or of more than 69.
    """
    if value < 0 or value != value.to_integral_value():
        raise CalculationError(Trouble.NOT_WHOLE)
    if value > FACTORIAL_MAX:
        raise CalculationError(Trouble.TOO_LARGE)
    result = 1
    for each in range(2, int(value) + 1):
        result *= each
    return Decimal(result)


def inverse(value: Decimal) -> Decimal:
    """One divided by a number."""
    return divided(Decimal(1), value)


# -- angles -----------------------------------------------------------------------------------------------------------


def _reduced(angle: Decimal, unit: AngleUnit) -> tuple[int, Decimal]:
    """How many right angles, and what is left in radians, at most half a right angle; nothing is left near a whole number."""
    if abs(angle) >= ANGLE_LIMIT:
        raise CalculationError(Trouble.TOO_LARGE)
    right = Decimal(90) if unit is AngleUnit.DEGREES else _EXTRA.divide(PI, Decimal(2))
    quarters = _EXTRA.divide(angle, right).to_integral_value()
    rest = _EXTRA.subtract(angle, _EXTRA.multiply(quarters, right))
    if unit is AngleUnit.DEGREES:
        rest = _EXTRA.divide(_EXTRA.multiply(rest, PI), Decimal(180))
    return int(quarters), Decimal(0) if abs(rest) < _NEAR else rest


def _sine_series(radians: Decimal) -> Decimal:
    return WORK.plus(_series(radians, radians, 1))


def _cosine_series(radians: Decimal) -> Decimal:
    return WORK.plus(_series(Decimal(1), radians, 0))


def _series(first: Decimal, radians: Decimal, order: int) -> Decimal:
    """The Taylor series of sine (order 1) and cosine (order 0)."""
    square = _EXTRA.multiply(radians, radians)
    total = term = first
    while abs(term) > _SERIES_END:
        order += 2
        term = _EXTRA.divide(_EXTRA.multiply(-term, square), Decimal(order * (order - 1)))
        total = _EXTRA.add(total, term)
    return total


def _arc(value: Decimal) -> Decimal:
    """An arctangent in radians."""
    if abs(value) > 1:
        rest = _arc(_EXTRA.divide(Decimal(1), abs(value)))
        return _EXTRA.subtract(_EXTRA.divide(PI, Decimal(2)), rest).copy_sign(value)
    doublings = 3  # makes the argument less than 0.1, so that the series is short
    for _each in range(doublings):
        beside = _EXTRA.sqrt(_EXTRA.add(Decimal(1), _EXTRA.multiply(value, value)))
        value = _EXTRA.divide(value, _EXTRA.add(Decimal(1), beside))
    square = _EXTRA.multiply(value, value)
    total, term, order = value, value, 1
    while abs(term) > _SERIES_END:
        order += 2
        term = _EXTRA.multiply(-term, square)
        total = _EXTRA.add(total, _EXTRA.divide(term, Decimal(order)))
    return _EXTRA.multiply(total, Decimal(2**doublings))


def _in_unit(radians: Decimal, unit: AngleUnit) -> Decimal:
    if unit is AngleUnit.RADIANS:
        return WORK.plus(radians)
    return WORK.plus(_EXTRA.divide(_EXTRA.multiply(radians, Decimal(180)), PI))
