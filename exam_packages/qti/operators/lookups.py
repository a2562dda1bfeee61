"""Values that processing starts from: constants, variables, declared values, mapped responses.

Owns the rulings on mapping (``docs/qti-profile.md``). Refuses to know how variables are stored.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from exam_packages.qti.model import BaseType, ResponseDeclaration, ResponseMapping
from exam_packages.qti.operators.call import Call, Operation
from exam_packages.qti.scope import Faults
from exam_packages.qti.values import NotAValueError, Operand, Scalar, floating, parse_scalar, single

_FOLDED: Final = frozenset({BaseType.STRING, BaseType.FILE, BaseType.URI})
"""Base types whose keys may match without regard to case; identifiers are always exact (XML names)."""


def _base_value(call: Call) -> Operand:
    name = call.attribute("base-type")
    try:
        base_type = BaseType(name)
        return single(base_type, parse_scalar(call.expression.text, base_type))
    except NotAValueError as error:
        raise call.refused(f"holds a text that {error}") from None
    except ValueError:
        raise call.refused("has no known base type") from None


def _variable(call: Call) -> Operand:
    return call.scope.variable(call.attribute("identifier"), call.expression.attribute("weight-identifier"))


def _correct(call: Call) -> Operand:
    return call.scope.correct(call.attribute("identifier"))


def _default(call: Call) -> Operand:
    return call.scope.default(call.attribute("identifier"))


def _null(_call: Call) -> Operand:
    return None


def _map_response(call: Call) -> Operand:
    identifier = call.attribute("identifier")
    declaration = call.scope.response_declaration(identifier)
    if declaration is None or declaration.mapping is None:
        return unmapped(call, declaration, "mapping")
    mapping, operand = declaration.mapping, call.scope.variable(identifier, "")
    if operand is None:
        points = _points_for_nothing(declaration, mapping)
    else:
        # "If a container contains multiple instances of the same value then that value is counted once only"
        # (MapResponseDType).
        items = dict.fromkeys(call.no_record(operand).items)
        points = math.fsum(_points(item, declaration, mapping, call) for item in items)
    return floating(bounded(points, mapping.lower_bound, mapping.upper_bound))


def unmapped(call: Call, declaration: ResponseDeclaration | None, what: str) -> Operand:
    """What a response is worth whose declaration maps nothing: 0 where faults are forgiven, else it is refused."""
    identifier = call.attribute("identifier")
    if declaration is not None and f"qti-{what.replace(' ', '-')}" in declaration.unreadable:
        raise call.refused(f"maps {identifier}, whose {what} cannot be read")
    if call.scope.faults is Faults.FORGIVEN:
        return floating(0)
    raise call.refused(f"maps {identifier}, which declares no {what}")


def _points_for_nothing(declaration: ResponseDeclaration, mapping: ResponseMapping) -> float:
    # Nothing is among the keys, but that an empty text is NULL (isNull): its key is meant for no response.
    empty = (entry.value for entry in mapping.entries if entry.key == "" and declaration.base_type is BaseType.STRING)
    return next(empty, mapping.default_value)


def _points(item: Scalar, declaration: ResponseDeclaration, mapping: ResponseMapping, call: Call) -> float:
    base_type = declaration.base_type
    if base_type is None:
        raise call.refused("maps a record")
    try:
        keys = [(parse_scalar(entry.key, base_type), entry) for entry in mapping.entries]
    except NotAValueError as error:
        raise call.refused(f"has a map key that {error}") from None
    for key, entry in keys:
        if key == item:
            return entry.value
    if base_type not in _FOLDED:
        return mapping.default_value
    folded = str(item).casefold()
    near = [entry for key, entry in keys if not entry.case_sensitive and str(key).casefold() == folded]
    # Keys that differ by case only are meant to be told apart, although case-sensitive is false when absent.
    return near[0].value if len(near) == 1 else mapping.default_value


def bounded(points: float, lower: float | None, upper: float | None) -> float:
    """A sum of mapped points within the bounds of its mapping."""
    if lower is not None:
        points = max(points, lower)
    return points if upper is None else min(points, upper)


_IDENTIFIER = frozenset({"identifier"})

OPERATIONS: Final[Mapping[str, Operation]] = {
    "base-value": Operation(run=_base_value, attributes=frozenset({"base-type"}), required=frozenset({"base-type"})),
    "variable": Operation(run=_variable, attributes=_IDENTIFIER | {"weight-identifier"}, required=_IDENTIFIER),
    "correct": Operation(run=_correct, attributes=_IDENTIFIER, required=_IDENTIFIER),
    "default": Operation(run=_default, attributes=_IDENTIFIER, required=_IDENTIFIER),
    "null": Operation(run=_null),
    "map-response": Operation(run=_map_response, attributes=_IDENTIFIER, required=_IDENTIFIER),
}
