"""Comparing texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from exam_packages.qti.operators.call import Call, Operation
from exam_packages.qti.patterns import PatternError, compile_pattern
from exam_packages.qti.values import Operand, boolean

_REFERENCE = re.compile(r"\{[^\W\d][\w.-]*\}")


def _string_match(call: Call) -> Operand:
    if call.has_null:
        return None
    first, second = _folded(call, case_sensitive=call.flag("case-sensitive", default=True))
    # "substring" is deprecated and still in use: true if the first contains the second (StringMatchDType).
    return boolean(second in first if call.flag("substring", default=False) else first == second)


def _substring(call: Call) -> Operand:
    # True if the first is contained in the second: the other way round than stringMatch's attribute (SubstringDType).
    if call.has_null:
        return None
    first, second = _folded(call, case_sensitive=call.flag("case-sensitive", default=True))
    return boolean(first in second)


def _pattern_match(call: Call) -> Operand:
    # The whole text must match: a pattern of XML Schema is anchored at both ends.
    try:
        pattern = compile_pattern(_pattern(call))
        return None if call.has_null else boolean(pattern.matches(call.text(0)))
    except PatternError as error:
        raise call.refused(f"has a pattern that {error}") from None


def _pattern(call: Call) -> str:
    if "pattern" not in dict(call.expression.attributes):
        raise call.refused("needs the attribute pattern")  # an empty one is a pattern
    text = call.expression.attribute("pattern")
    if not _REFERENCE.fullmatch(text):
        return text
    # The attribute may name a variable instead (StringOrVariableRef).
    operand = call.scope.variable(text[1:-1], "")
    if operand is None or not isinstance(operand.items[0], str):
        raise call.refused("has a pattern that names a variable without a text")
    return operand.items[0]


def _folded(call: Call, *, case_sensitive: bool) -> tuple[str, str]:
    first, second = call.text(0), call.text(1)
    return (first, second) if case_sensitive else (first.casefold(), second.casefold())


OPERATIONS: Final[Mapping[str, Operation]] = {
    "string-match": Operation(
        run=_string_match, attributes=frozenset({"case-sensitive", "substring"}), minimum=2, maximum=2
    ),
    "pattern-match": Operation(
        run=_pattern_match, attributes=frozenset({"pattern"}), required=frozenset({"pattern"}), minimum=1, maximum=1
    ),
    "substring": Operation(run=_substring, attributes=frozenset({"case-sensitive"}), minimum=2, maximum=2),
}
