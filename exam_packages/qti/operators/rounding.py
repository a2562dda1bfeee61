"""Rounding to figures, on decimal digits as the standard describes it, shared by two operators."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal

from exam_packages.qti.operators.call import Call

MAX_FIGURES = 30  # a double has at most 17 that mean something

_SIGNIFICANT = frozenset({"significantFigures", "significantFigure"})  # both are found in documents


def rounded(number: float, mode: str, figures: int, call: Call) -> float | None:
    """Round to significant figures or decimal places; NULL for NaN, infinity stays.

    "the deciding digit is the (n+1)th digit … If the deciding digit is 5 or greater, the nth digit is increased by 1"
    (RoundToDType): digits of the decimal form, so a half goes away from zero.
    """
    if mode not in {*_SIGNIFICANT, "decimalPlaces"}:
        raise call.refused("has an unknown rounding mode")
    if not (1 if mode in _SIGNIFICANT else 0) <= figures <= MAX_FIGURES:
        raise call.refused("has a number of figures out of range")
    if math.isnan(number):
        return None
    if math.isinf(number):
        return number
    exact = Decimal(repr(number))
    if mode in _SIGNIFICANT:
        return float(Context(prec=figures, rounding=ROUND_HALF_UP).plus(exact))
    if exact.adjusted() > 17:  # no digits after the point are left to round
        return float(number)
    wide = Context(prec=MAX_FIGURES + 20, rounding=ROUND_HALF_UP)
    return float(exact.quantize(Decimal(1).scaleb(-figures), context=wide))
