"""Comparing texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exam_packages.qti.operators.call import Call, Operation
from exam_packages.qti.values import Operand, boolean


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


def _folded(call: Call, *, case_sensitive: bool) -> tuple[str, str]:
    first, second = call.text(0), call.text(1)
    return (first, second) if case_sensitive else (first.casefold(), second.casefold())


OPERATIONS: Final[Mapping[str, Operation]] = {
    "string-match": Operation(
        run=_string_match, attributes=frozenset({"case-sensitive", "substring"}), minimum=2, maximum=2
    ),
    "substring": Operation(run=_substring, attributes=frozenset({"case-sensitive"}), minimum=2, maximum=2),
}
