"""A scale of numbers in equal steps, without the noise of binary fractions. Pure.

Owns which numbers a slider offers and how QTI writes them; ten steps of 0.1 are 1, and not 0.9999999999999999.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

STEPS_MAX: Final = 1_000_000
"""More places than any screen has; a scale with more keeps its bounds and takes wider steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The numbers ``lower``, ``lower + step`` … up to ``upper`` at most; a place is counted from 0."""

    lower: Decimal
    upper: Decimal
    step: Decimal
    last: int
    """The highest place."""

    def at(self, place: int) -> str:
        """The number at a place as QTI writes an integer or a float; places beyond the ends are the ends."""
        value = self.lower + self.step * min(max(place, 0), self.last)
        text = format(value.normalize(), "f")
        return "0" if text == "-0" else text

    def place_of(self, written: str) -> int | None:
        """The place nearest to a number as QTI writes it; None for what is no number."""
        value = _number(written)
        if value is None:
            return None
        nearest = min(max(value, self.lower), self.upper)
        return min(int(((nearest - self.lower) / self.step).to_integral_value()), self.last)

    def share(self, place: int) -> float:
        """Where a place stands between the bounds, from 0 to 1."""
        width = self.upper - self.lower
        return float(self.step * place / width) if width else 0.0

    def place_near(self, share: float) -> int:
        """The place nearest to a share of the way from the lower to the upper bound."""
        width = self.upper - self.lower
        exact = Decimal(repr(min(max(share, 0.0), 1.0))) * width / self.step
        return min(int(exact.to_integral_value()), self.last)

    def decimals(self) -> int:
        """Digits after the point that its numbers need."""
        exponents = (each.normalize().as_tuple().exponent for each in (self.lower, self.step))
        return max(0, *(-each for each in exponents if isinstance(each, int)))


def scale_of(lower: float, upper: float, step: float) -> Scale:
    """The scale between two bounds; bounds the wrong way round are turned, a step of nothing is the whole way."""
    low, high = sorted((Decimal(repr(lower)), Decimal(repr(upper))))
    wide = high - low
    by = abs(Decimal(repr(step))) or wide or Decimal(1)
    by = max(by, wide / STEPS_MAX)
    return Scale(lower=low, upper=high, step=by, last=int(wide / by))


def _number(written: str) -> Decimal | None:
    try:
        value = Decimal(written.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
