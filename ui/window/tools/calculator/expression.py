"""What is typed into the scientific calculator, evaluated with the usual precedence.

    sum      = product, { ("+" | "−"), product }
    product  = signed, { ("×" | "÷" | nothing), signed }       nothing stands for ×: 2π, 3(4+5)
    signed   = "−", signed | power
    power    = postfix, [ "^", signed ]                        from right to left: 2^3^2 is 2^9; −2^2 is −4
    postfix  = primary, { "!" | "%" | "²" | "³" | "⁻¹" }
    primary  = number | "π" | "e" | "Ans" | [ function ], "(", sum, ")"

Parentheses that are still open at the end are closed there. Knows no Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from ui.window.tools.calculator import functions
from ui.window.tools.calculator.arithmetic import WORK, CalculationError, Trouble, divided, kept, reckoned, square_root
from ui.window.tools.calculator.functions import AngleUnit

TOKENS_MAX: Final = 200
DEPTH_MAX: Final = 60
"""Parentheses and signs within one another."""

_ANGLES: Final[dict[str, Callable[[Decimal, AngleUnit], Decimal]]] = {
    "sin": functions.sine,
    "cos": functions.cosine,
    "tan": functions.tangent,
    "asin": functions.arc_sine,
    "acos": functions.arc_cosine,
    "atan": functions.arc_tangent,
}
_PLAIN: Final[dict[str, Callable[[Decimal], Decimal]]] = {
    "ln": functions.natural_logarithm,
    "log": functions.common_logarithm,
    "exp": functions.exponential,
    "√": square_root,
    "∛": functions.cube_root,
}
FUNCTIONS: Final = frozenset(_ANGLES) | frozenset(_PLAIN)
_POSTFIX: Final[dict[str, Callable[[Decimal], Decimal]]] = {
    "!": functions.factorial,
    "%": lambda value: WORK.divide(value, Decimal(100)),
    "²": lambda value: functions.power(value, Decimal(2)),
    "³": lambda value: functions.power(value, Decimal(3)),
    "⁻¹": functions.inverse,
}
POSTFIXES: Final = frozenset(_POSTFIX)
OPERATORS: Final = frozenset("+−×÷^")
VALUES: Final = frozenset({"π", "e", "Ans"})


def evaluate(tokens: Sequence[str], *, unit: AngleUnit, answer: Decimal = Decimal(0)) -> Decimal:
    """The value of an expression.

    Args:
        tokens: numbers (digits with at most one point) and the signs of the grammar above, functions by name.
        unit: of angles.
        answer: what ``Ans`` stands for.

    Raises:
        CalculationError: there is none.
    """
    if len(tokens) > TOKENS_MAX:
        raise CalculationError(Trouble.TOO_LONG)
    reader = _Reader(tokens, unit, answer)
    return reckoned(reader.read)


class _Reader:
    """Recursive descent over the tokens, one value at a time."""

    def __init__(self, tokens: Sequence[str], unit: AngleUnit, answer: Decimal) -> None:
        self._tokens, self._unit, self._answer = tokens, unit, answer
        self._at = self._depth = 0

    def read(self) -> Decimal:
        """Read everything there is."""
        value = self._sum()
        if self._peek():
            raise CalculationError(Trouble.UNBALANCED if self._peek() == ")" else Trouble.INCOMPLETE)
        return value

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        sign = self._peek()
        self._at += 1
        return sign

    def _sum(self) -> Decimal:
        value = self._product()
        while self._peek() in {"+", "−"}:
            operator, right = self._take(), self._product()
            value = WORK.add(value, right) if operator == "+" else WORK.subtract(value, right)
        return value

    def _product(self) -> Decimal:
        value = self._signed()
        while self._peek() in {"×", "÷"} or self._begins_value():
            if self._peek() == "÷":
                self._take()
                value = divided(value, self._signed())
                continue
            if self._peek() == "×":
                self._take()
            value = WORK.multiply(value, self._signed())
        return value

    def _begins_value(self) -> bool:
        sign = self._peek()
        return sign in VALUES or sign in FUNCTIONS or sign == "(" or sign[:1].isdigit() or sign[:1] == "."

    def _signed(self) -> Decimal:
        if self._peek() != "−":
            return self._power()
        self._take()
        self._deeper()
        value = -self._signed()
        self._depth -= 1
        return value

    def _power(self) -> Decimal:
        base = self._postfix()
        if self._peek() != "^":
            return base
        self._take()
        self._deeper()
        exponent = self._signed()
        self._depth -= 1
        # Between steps as at the end: a tower of powers must stop at the limit, not at the machine's patience.
        return kept(functions.power(base, exponent))

    def _postfix(self) -> Decimal:
        value = self._primary()
        while self._peek() in POSTFIXES:
            value = kept(_POSTFIX[self._take()](value))
        return value

    def _primary(self) -> Decimal:
        sign = self._take()
        if sign == "π":
            return functions.PI
        if sign == "e":
            return functions.E
        if sign == "Ans":
            return self._answer
        if sign == "(":
            return self._group()
        if sign in FUNCTIONS:
            if self._take() != "(":
                raise CalculationError(Trouble.INCOMPLETE)
            argument = self._group()
            return _ANGLES[sign](argument, self._unit) if sign in _ANGLES else _PLAIN[sign](argument)
        return _number(sign)

    def _group(self) -> Decimal:
        """What stands in parentheses; the opening one is taken already."""
        self._deeper()
        value = self._sum()
        if self._peek() not in {")", ""}:
            raise CalculationError(Trouble.INCOMPLETE)
        self._take()
        self._depth -= 1
        return value

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise CalculationError(Trouble.TOO_LONG)


def _number(sign: str) -> Decimal:
    digits = sign.replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()):
        raise CalculationError(Trouble.INCOMPLETE)
    return Decimal(sign)
