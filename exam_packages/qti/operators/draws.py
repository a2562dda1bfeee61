"""Random operators: for template processing, where a recorded seed makes them repeatable.

Owns how a draw becomes a value. Scoring hands no chance to its scope, so there each of them is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exam_packages.errors import UnsupportedProcessing
from exam_packages.qti.operators.call import Call, Operation
from exam_packages.qti.randomness import Chance
from exam_packages.qti.values import Operand, floating, integer, single

_STEPS: Final = 2**53  # a float between 0 and 1 has no more different places of the same distance


def _chance(call: Call) -> Chance:
    if call.scope.chance is None:
        refusal = call.refused("draws at random, which is never part of scoring")
        raise UnsupportedProcessing(refusal.message, place=refusal.place)
    return call.scope.chance


def _random(call: Call) -> Operand:
    chance = _chance(call)
    if call.has_null:
        return None
    whole = call.whole_container(0)
    return single(whole.base_type, whole.items[chance.below(len(whole.items))])


def _random_integer(call: Call) -> Operand:
    chance = _chance(call)
    least, most, step = (
        call.integer_attribute("min", "0"),
        call.integer_attribute("max"),
        call.integer_attribute("step", "1"),
    )
    if least is None or most is None or step is None:
        return None
    if least > most or step < 1:
        raise call.refused("has a range that holds nothing, or a step below 1")
    # Numbers "satisfying min + step * n for some integer n" (RandomIntegerDType).
    return integer(least + step * chance.below((most - least) // step + 1))


def _random_float(call: Call) -> Operand:
    chance = _chance(call)
    least, most = call.float_attribute("min", "0"), call.float_attribute("max")
    if least is None or most is None:
        return None
    if not least <= most:
        raise call.refused("has a range that holds nothing")
    # Both ends can be drawn: [min,max] (RandomFloatDType).
    share = chance.below(_STEPS + 1) / _STEPS
    return floating(least * (1 - share) + most * share)


OPERATIONS: Final[Mapping[str, Operation]] = {
    "random": Operation(run=_random, minimum=1, maximum=1),
    "random-integer": Operation(
        run=_random_integer, attributes=frozenset({"min", "max", "step"}), required=frozenset({"max"})
    ),
    "random-float": Operation(run=_random_float, attributes=frozenset({"min", "max"}), required=frozenset({"max"})),
}
"""By element name without ``qti-``; never in response or outcome processing."""
