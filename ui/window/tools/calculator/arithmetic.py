"""The numbers of the calculators: decimal, so that 0.1 + 0.2 is 0.3; and what can go wrong with them.

Everything is reckoned with 50 significant digits, a result is kept with 34 and shown with 12. No binary fraction occurs
anywhere. Owns limits and errors; refuses to know keys and expressions.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal, DecimalException, DivisionByZero, InvalidOperation, Overflow
from enum import Enum
from typing import Final

WORK_DIGITS: Final = 50
KEPT_DIGITS: Final = 34
SHOWN_DIGITS: Final = 12
LARGEST: Final = Decimal("1E+100")
"""A result of this size or more is an error; one of less than its inverse is zero."""
_PLAIN_FROM: Final = Decimal("1E-9")
"""Smaller numbers are shown with an exponent."""

WORK: Final = Context(prec=WORK_DIGITS, Emax=9_999, Emin=-9_999, traps=[DivisionByZero, InvalidOperation, Overflow])
"""Whoever reckons passes it on or uses its methods: the thread's own context never counts."""
_KEPT: Final = Context(prec=KEPT_DIGITS, Emax=9_999, Emin=-9_999, traps=[InvalidOperation, Overflow])
_SHOWN: Final = Context(prec=SHOWN_DIGITS, Emax=9_999, Emin=-9_999, traps=[InvalidOperation, Overflow])


class Trouble(Enum):
    """Why there is no result."""

    DIVISION_BY_ZERO = "division-by-zero"
    NOT_REAL = "not-real"
    """The root of a negative number, the logarithm of what is not positive, an arcsine beyond 1."""
    NOT_DEFINED = "not-defined"
    """The tangent of a right angle, zero to the power of zero."""
    NOT_WHOLE = "not-whole"
    """The factorial of what is no natural number."""
    TOO_LARGE = "too-large"
    INCOMPLETE = "incomplete"
    """An operator or a function without its number."""
    UNBALANCED = "unbalanced"
    """A closing parenthesis without an opening one."""
    TOO_LONG = "too-long"


class CalculationError(Exception):
    """No result."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def kept(value: Decimal) -> Decimal:
    """A result as it is kept: 34 digits, within the limits.

    Raises:
        CalculationError: it is too large.
    """
    rounded = _KEPT.plus(value)
    if abs(rounded) >= LARGEST:
        raise CalculationError(Trouble.TOO_LARGE)
    return Decimal(0) if abs(rounded) <= 1 / LARGEST else rounded


def reckoned(compute: Callable[[], Decimal]) -> Decimal:
    """What a computation gives, as it is kept.

    Raises:
        CalculationError: it gives nothing.
    """
    try:
        return kept(compute())
    except DivisionByZero:
        raise CalculationError(Trouble.DIVISION_BY_ZERO) from None
    except Overflow:
        raise CalculationError(Trouble.TOO_LARGE) from None
    except DecimalException:
        raise CalculationError(Trouble.NOT_DEFINED) from None


def divided(left: Decimal, right: Decimal) -> Decimal:
    """A quotient. 0 / 0 is a division by zero like any other.

    Raises:
        CalculationError: the divisor is zero.
    """
    if not right:
        raise CalculationError(Trouble.DIVISION_BY_ZERO)
    return WORK.divide(left, right)


def square_root(value: Decimal) -> Decimal:
    """A square root.

    Raises:
        CalculationError: of a negative number.
    """
    if value < 0:
        raise CalculationError(Trouble.NOT_REAL)
    return WORK.sqrt(value)


def shown(value: Decimal) -> str:
    """A number with at most 12 significant digits, a point for the separator and `E` before an exponent."""
    rounded = _SHOWN.plus(value)
    if not rounded:
        return "0"
    if _PLAIN_FROM <= abs(rounded) < Decimal(10) ** SHOWN_DIGITS:
        text = format(rounded, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    exponent = rounded.adjusted()
    mantissa = format(rounded.scaleb(-exponent, _SHOWN), "f")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}E{exponent}"
