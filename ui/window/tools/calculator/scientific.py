"""The scientific calculator: an expression is typed, then reckoned. A state and a key give the next state. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Final, assert_never

from ui.window.tools.calculator.arithmetic import SHOWN_DIGITS, CalculationError, Trouble, shown
from ui.window.tools.calculator.expression import FUNCTIONS, OPERATORS, POSTFIXES, TOKENS_MAX, VALUES, evaluate
from ui.window.tools.calculator.functions import AngleUnit

HISTORY_MAX: Final = 4
"""Lines that stay in view."""


class Act(Enum):
    """The keys that type nothing."""

    EQUALS = "="
    BACK = "back"
    CLEAR = "C"
    UNIT = "unit"
    """Degrees or radians."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScientificState:
    """Everything the calculator knows."""

    tokens: tuple[str, ...] = ()
    unit: AngleUnit = AngleUnit.DEGREES
    answer: Decimal = Decimal(0)
    """The last result: ``Ans``."""
    done: bool = False
    """Whether the tokens were reckoned: the next key begins anew."""
    history: tuple[str, ...] = ()
    trouble: Trouble | None = None

    @property
    def expression(self) -> str:
        """The expression as it reads, with a point for the separator."""
        return written(self.tokens)

    @property
    def display(self) -> str:
        """What stands largest: the result, or what is being typed."""
        return shown(self.answer) if self.done and self.trouble is None else self.expression or "0"


def written(tokens: tuple[str, ...]) -> str:
    """Tokens as one reads them: room around the signs that join two numbers."""
    parts: list[str] = []
    for place, token in enumerate(tokens):
        joins = token in OPERATORS - {"^"} and place > 0 and tokens[place - 1] not in OPERATORS | {"("}
        parts.append(f" {token} " if joins else token)
    return "".join(parts)


def press(state: ScientificState, key: Act | str) -> ScientificState:
    """Return what a key makes of a state.

    Args:
        state: where the calculator stands.
        key: an act; or what is typed: a digit, a point, an operator, a function's name, a value, a parenthesis.
    """
    if isinstance(key, str):
        return _type(state, key)
    match key:
        case Act.EQUALS:
            return _reckon(state)
        case Act.BACK:
            return _back(state)
        case Act.CLEAR:
            return replace(state, tokens=(), done=False, trouble=None)
        case Act.UNIT:
            other = AngleUnit.RADIANS if state.unit is AngleUnit.DEGREES else AngleUnit.DEGREES
            return replace(state, unit=other)
        case _:
            assert_never(key)


def _type(state: ScientificState, key: str) -> ScientificState:
    tokens = state.tokens
    if state.done:
        goes_on = state.trouble is None and (key in OPERATORS or key in POSTFIXES)
        tokens = ("Ans",) if goes_on else ()
    added = _added(tokens, key)
    return state if len(added) > TOKENS_MAX else replace(state, tokens=added, done=False, trouble=None)


def _added(tokens: tuple[str, ...], key: str) -> tuple[str, ...]:
    if key in FUNCTIONS:
        return (*tokens, key, "(")
    if key in OPERATORS or key in POSTFIXES or key in VALUES or key in {"(", ")"}:
        return (*tokens, key)
    last = tokens[-1] if tokens else ""
    typing = last[:1].isdigit()
    if key == ".":
        if not typing:
            return (*tokens, "0.")
        return tokens if "." in last else (*tokens[:-1], last + ".")
    if not (len(key) == 1 and key.isascii() and key.isdigit()):
        raise ValueError(f"no such key: {key!r}")
    if not typing:
        return (*tokens, key)
    if sum(each.isdigit() for each in last) >= SHOWN_DIGITS:
        return tokens
    return (*tokens[:-1], key if last == "0" else last + key)


def _back(state: ScientificState) -> ScientificState:
    """Take back a digit, a sign, or a function with its parenthesis."""
    if state.done and state.trouble is None:
        return replace(state, tokens=(), done=False)
    tokens = state.tokens
    if not tokens:
        return state
    last = tokens[-1]
    if len(last) > 1 and last[:1].isdigit():
        tokens = (*tokens[:-1], last[:-1])
    elif last == "(" and len(tokens) > 1 and tokens[-2] in FUNCTIONS:
        tokens = tokens[:-2]
    else:
        tokens = tokens[:-1]
    return replace(state, tokens=tokens, done=False, trouble=None)


def _reckon(state: ScientificState) -> ScientificState:
    if not state.tokens or (state.done and state.trouble is None):
        return state
    try:
        result = evaluate(state.tokens, unit=state.unit, answer=state.answer)
    except CalculationError as error:
        return replace(state, trouble=error.trouble, done=False)
    line = f"{state.expression} = {shown(result)}"
    return replace(state, answer=result, done=True, trouble=None, history=(*state.history, line)[-HISTORY_MAX:])
