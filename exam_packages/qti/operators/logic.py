"""Comparison and three-valued logic.

Owns what NULL does in a condition: it is neither true nor false, and only what cannot change it decides (QTI 3.0 ASI,
"and", "or", "anyN").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from exam_packages.qti.model import Cardinality
from exam_packages.qti.operators.call import Call, Operation
from exam_packages.qti.operators.rounding import rounded
from exam_packages.qti.values import Operand, Record, boolean, comparable, same_value


def _truths(call: Call) -> list[bool | None]:
    return [call.boolean(operand) for operand in call.operands]


def _and(call: Call) -> Operand:
    truths = _truths(call)
    if False in truths:
        return boolean(False)
    return None if None in truths else boolean(True)


def _or(call: Call) -> Operand:
    truths = _truths(call)
    if True in truths:
        return boolean(True)
    return None if None in truths else boolean(False)


def _not(call: Call) -> Operand:
    truth = call.boolean(call.operands[0])
    return None if truth is None else boolean(not truth)


def _any_n(call: Call) -> Operand:
    least, most = call.integer_attribute("min"), call.integer_attribute("max")
    if least is None or most is None:
        return None
    truths = _truths(call)
    surely, perhaps = truths.count(True), truths.count(None)
    if surely > most or surely + perhaps < least:
        return boolean(False)
    return boolean(True) if surely >= least and surely + perhaps <= most else None


def _is_null(call: Call) -> Operand:
    # Empty containers and empty strings count as NULL, too (isNull).
    operand = call.operands[0]
    if operand is None or isinstance(operand, Record):
        return boolean(operand is None)
    return boolean(operand.cardinality is Cardinality.SINGLE and operand.items == ("",))


def _match(call: Call) -> Operand:
    first, second = call.operands
    if first is None or second is None:
        return None
    if isinstance(first, Record) and isinstance(second, Record):
        return boolean(same_value(first, second))
    first, second = call.no_record(first), call.no_record(second)
    if not comparable(first.base_type, second.base_type):
        raise call.refused(f"compares {first.base_type.value} with {second.base_type.value}")
    return boolean(same_value(first, second))


def _equal(call: Call) -> Operand:
    if call.has_null:
        return None
    first, second = call.number(0), call.number(1)
    mode = call.expression.attribute("tolerance-mode", "exact")
    if mode == "exact":
        return boolean(first == second)
    tolerance = _tolerance(call)
    if tolerance is None:
        return None
    below, above = tolerance
    if mode == "absolute":
        low, high = first - below, first + above
    elif mode == "relative":
        # [x·(1 - t0/100), x·(1 + t1/100)]; for a negative x the two ends change places.
        low, high = sorted((first * (1 - below / 100), first * (1 + above / 100)))
    else:
        raise call.refused("has an unknown tolerance mode")
    after = second >= low if call.flag("include-lower-bound", default=True) else second > low
    before = second <= high if call.flag("include-upper-bound", default=True) else second < high
    return boolean(after and before)


def _tolerance(call: Call) -> tuple[float, float] | None:
    words = call.attribute("tolerance").split()
    if len(words) > 2:
        raise call.refused("has more than two tolerances")
    numbers = [call.float_of(word, "tolerance") for word in words]
    first, last = numbers[0], numbers[-1]
    if first is None or last is None:
        return None
    if first < 0 or last < 0:
        raise call.refused("has a negative tolerance")
    return float(first), float(last)


def _equal_rounded(call: Call) -> Operand:
    if call.has_null:
        return None
    figures = call.integer_attribute("figures")
    if figures is None:
        return None
    mode = call.expression.attribute("rounding-mode", "significantFigures")
    first, second = (rounded(call.number(index), mode, figures, call) for index in (0, 1))
    return None if first is None or second is None else boolean(first == second)


def _numeric(compare: Callable[[float, float], bool]) -> Operation:
    def run(call: Call) -> Operand:
        return None if call.has_null else boolean(compare(call.number(0), call.number(1)))

    return Operation(run=run, minimum=2, maximum=2)


def _temporal(compare: Callable[[float, float], bool]) -> Operation:
    def run(call: Call) -> Operand:
        return None if call.has_null else boolean(compare(call.seconds(0), call.seconds(1)))

    return Operation(run=run, minimum=2, maximum=2)


OPERATIONS: Final[Mapping[str, Operation]] = {
    "and": Operation(run=_and, minimum=1, maximum=None),
    "or": Operation(run=_or, minimum=1, maximum=None),
    "not": Operation(run=_not, minimum=1, maximum=1),
    "any-n": Operation(
        run=_any_n,
        attributes=frozenset({"min", "max"}),
        required=frozenset({"min", "max"}),
        minimum=1,
        maximum=None,
    ),
    "is-null": Operation(run=_is_null, minimum=1, maximum=1),
    "match": Operation(run=_match, minimum=2, maximum=2),
    "equal": Operation(
        run=_equal,
        attributes=frozenset({"tolerance-mode", "tolerance", "include-lower-bound", "include-upper-bound"}),
        minimum=2,
        maximum=2,
    ),
    "equal-rounded": Operation(
        run=_equal_rounded,
        attributes=frozenset({"rounding-mode", "figures"}),
        required=frozenset({"figures"}),
        minimum=2,
        maximum=2,
    ),
    "gt": _numeric(lambda first, second: first > second),
    "gte": _numeric(lambda first, second: first >= second),
    "lt": _numeric(lambda first, second: first < second),
    "lte": _numeric(lambda first, second: first <= second),
    "duration-lt": _temporal(lambda first, second: first < second),
    "duration-gte": _temporal(lambda first, second: first >= second),
}
