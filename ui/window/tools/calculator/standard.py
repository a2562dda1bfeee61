"""The standard calculator: four operations, percent, square root, sign and a memory. It works from left to right.

`press(state, key)` is the whole of it: a state and a key give the next state. Knows no Qt and no words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Final, assert_never

from ui.window.tools.calculator.arithmetic import (
    SHOWN_DIGITS,
    WORK,
    CalculationError,
    Trouble,
    divided,
    reckoned,
    shown,
    square_root,
)


class Key(Enum):
    """The keys that are no digits, by what stands in the history line."""

    POINT = "."
    PLUS = "+"
    MINUS = "−"
    TIMES = "×"
    DIVIDE = "÷"
    EQUALS = "="
    PERCENT = "%"
    ROOT = "√"
    SIGN = "±"
    BACK = "back"
    CLEAR_ENTRY = "CE"
    CLEAR = "C"
    MEMORY_CLEAR = "MC"
    MEMORY_RECALL = "MR"
    MEMORY_ADD = "M+"
    MEMORY_SUBTRACT = "M−"


OPERATORS: Final = frozenset({Key.PLUS, Key.MINUS, Key.TIMES, Key.DIVIDE})


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardState:
    """Everything the calculator knows."""

    typed: str = ""
    """The number that is being typed, as typed; empty while a result is shown."""
    value: Decimal = Decimal(0)
    """What is shown when nothing is being typed."""
    left: Decimal | None = None
    operator: Key | None = None
    fresh: bool = False
    """Whether the number shown was entered, and so counts as the right-hand side."""
    memory: Decimal = Decimal(0)
    history: str = ""
    trouble: Trouble | None = None

    @property
    def number(self) -> Decimal:
        """The number on the display."""
        return Decimal(self.typed.rstrip(".") or "0") if self.typed not in {"", "-"} else self.value

    @property
    def display(self) -> str:
        """The number on the display as text, with a point for the separator."""
        return self.typed or shown(self.value)


def press(state: StandardState, key: Key | str) -> StandardState:
    """Return what a key makes of a state.

    Args:
        state: where the calculator stands.
        key: one of the keys, or a digit from 0 to 9.
    """
    if state.trouble is not None:
        if key in {Key.BACK, Key.CLEAR_ENTRY, Key.CLEAR}:
            return StandardState(memory=state.memory)
        if not isinstance(key, str) and key is not Key.POINT:
            return state  # there is nothing to go on with
        state = StandardState(memory=state.memory)
    if isinstance(key, str):
        return _digit(state, key)
    try:
        return _act(state, key)
    except CalculationError as error:
        return replace(state, trouble=error.trouble, typed="")


def _act(state: StandardState, key: Key) -> StandardState:
    match key:
        case Key.POINT:
            return state if "." in state.typed else _type(state, (state.typed or "0") + ".")
        case Key.PLUS | Key.MINUS | Key.TIMES | Key.DIVIDE:
            return _operate(state, key)
        case Key.EQUALS:
            return _equal(state)
        case Key.PERCENT:
            return _show(state, _percent(state), f"{state.display} %")
        case Key.ROOT:
            return _show(state, reckoned(lambda: square_root(state.number)), f"√({state.display})")
        case Key.SIGN:
            return _negate(state)
        case Key.BACK:
            return _type(state, state.typed[:-1]) if state.typed else state
        case Key.CLEAR_ENTRY:
            return replace(state, typed="", value=Decimal(0), fresh=False)
        case Key.CLEAR:
            return StandardState(memory=state.memory)
        case Key.MEMORY_CLEAR | Key.MEMORY_RECALL | Key.MEMORY_ADD | Key.MEMORY_SUBTRACT:
            return _remember(state, key)
        case _:
            assert_never(key)


def _digit(state: StandardState, digit: str) -> StandardState:
    if sum(each.isdigit() for each in state.typed) >= SHOWN_DIGITS:
        return state
    return _type(
        state, digit if state.typed in {"", "0"} else f"-{digit}" if state.typed == "-0" else state.typed + digit
    )


def _type(state: StandardState, typed: str) -> StandardState:
    typed = "" if typed == "-" else typed
    history = "" if state.operator is None else state.history
    return replace(state, typed=typed, value=Decimal(0), fresh=True, history=history)


def _negate(state: StandardState) -> StandardState:
    if state.typed:
        return replace(state, typed=state.typed[1:] if state.typed.startswith("-") else f"-{state.typed}")
    return replace(state, value=-state.value if state.value else state.value, fresh=True)


def _show(state: StandardState, value: Decimal, what: str) -> StandardState:
    """Show a number that was reckoned from the one shown."""
    history = what if state.operator is None else state.history
    return replace(state, typed="", value=value, fresh=True, history=history)


def _percent(state: StandardState) -> Decimal:
    """After plus and minus, a percentage of what stands on the left; a hundredth otherwise."""
    share = WORK.divide(state.number, Decimal(100))
    left = state.left
    if left is not None and state.operator in {Key.PLUS, Key.MINUS}:
        return reckoned(lambda: WORK.multiply(left, share))
    return reckoned(lambda: share)


def _operate(state: StandardState, key: Key) -> StandardState:
    number = _result(state) if state.fresh or state.left is None else state.left
    return replace(
        state, typed="", value=number, left=number, operator=key, fresh=False, history=f"{shown(number)} {key.value}"
    )


def _equal(state: StandardState) -> StandardState:
    if state.operator is None or state.left is None:
        return replace(state, typed="", value=state.number, fresh=False)
    result = _result(state)
    history = f"{shown(state.left)} {state.operator.value} {shown(state.number)} ="
    return replace(state, typed="", value=result, left=None, operator=None, fresh=False, history=history)


def _result(state: StandardState) -> Decimal:
    left, right = state.left, state.number
    if left is None:
        return right
    match state.operator:
        case Key.PLUS:
            return reckoned(lambda: WORK.add(left, right))
        case Key.MINUS:
            return reckoned(lambda: WORK.subtract(left, right))
        case Key.TIMES:
            return reckoned(lambda: WORK.multiply(left, right))
        case Key.DIVIDE:
            return reckoned(lambda: divided(left, right))
        case _:
            return right


def _remember(state: StandardState, key: Key) -> StandardState:
    number, memory = state.number, state.memory
    if key is Key.MEMORY_CLEAR:
        return replace(state, memory=Decimal(0))
    if key is Key.MEMORY_RECALL:
        return _show(state, memory, "MR")
    change = number if key is Key.MEMORY_ADD else -number
    return replace(state, memory=reckoned(lambda: WORK.add(memory, change)), typed="", value=number)
