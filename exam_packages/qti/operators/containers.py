"""Containers: making them, looking into them, taking things out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from exam_packages.qti.model import BaseType, Cardinality
from exam_packages.qti.operators.call import Call, Operation
from exam_packages.qti.values import (
    NUMERIC,
    Operand,
    Record,
    Scalar,
    Value,
    boolean,
    comparable,
    container,
    integer,
    single,
)

MAX_REPEATS: Final = 1000
MAX_ITEMS: Final = 10_000  # repeats within repeats


def _collect(call: Call, cardinality: Cardinality) -> Operand:
    # NULL is ignored; nothing but NULL gives NULL (multiple, ordered).
    present = [call.no_record(operand) for operand in call.operands if operand is not None]
    if not present:
        return None
    base_type = _common_type(call, present)
    return container(cardinality, base_type, (item for operand in present for item in operand.items))


def _common_type(call: Call, values: list[Value]) -> BaseType:
    types = {value.base_type for value in values}
    if len(types) == 1:
        return types.pop()
    if types <= NUMERIC:
        return BaseType.FLOAT
    raise call.refused("collects values of different base types")


def _multiple(call: Call) -> Operand:
    return _collect(call, Cardinality.MULTIPLE)


def _ordered(call: Call) -> Operand:
    return _collect(call, Cardinality.ORDERED)


def _container_size(call: Call) -> Operand:
    return integer(0 if call.operands[0] is None else len(call.value(0).items))


def _member(call: Call) -> Operand:
    if call.has_null:
        return None
    # A single second operand is a container of one: documents of several vendors write it so.
    return boolean(_single_item(call) in call.value(1).items)


def _single_item(call: Call) -> Scalar:
    value, whole = call.value(0), call.value(1)
    if value.cardinality is not Cardinality.SINGLE:
        raise call.refused("needs a single value first")
    if not comparable(value.base_type, whole.base_type):
        raise call.refused(f"looks for {value.base_type.value} among {whole.base_type.value}")
    return value.items[0]


def _contains(call: Call) -> Operand:
    if call.has_null:
        return None
    whole, part = call.whole_container(0), call.whole_container(1)
    if whole.cardinality is not part.cardinality or not comparable(whole.base_type, part.base_type):
        raise call.refused("compares containers of different kinds")
    if whole.cardinality is Cardinality.MULTIPLE:
        return boolean(Counter(part.items) <= Counter(whole.items))
    # Ordered: in the same order and without gaps; {A,B,C} contains {B,C} and not {A,C} (contains).
    length = len(part.items)
    starts = range(len(whole.items) - length + 1)
    return boolean(any(whole.items[start : start + length] == part.items for start in starts))


def _index(call: Call) -> Operand:
    position = call.integer_attribute("n")
    if call.has_null or position is None:
        return None
    if position < 1:
        raise call.refused("has an index below 1")
    whole = call.whole_container(0)
    if whole.cardinality is not Cardinality.ORDERED:
        raise call.refused("needs an ordered container")
    return single(whole.base_type, whole.items[position - 1]) if position <= len(whole.items) else None


def _delete(call: Call) -> Operand:
    if call.has_null:
        return None
    item, whole = _single_item(call), call.whole_container(1)
    return container(whole.cardinality, whole.base_type, (each for each in whole.items if each != item))


def _field_value(call: Call) -> Operand:
    operand, name = call.operands[0], call.attribute("field-identifier")
    if operand is None:
        return None
    if not isinstance(operand, Record):
        raise call.refused("needs a record")
    # "If there is no field with that identifier then the result of the operator is NULL" (FieldValueDType).
    return operand.field(name)


def _repeat(call: Call) -> Operand:
    times = call.integer_attribute("number-repeats")
    if times is None or times < 1:
        return None
    if times > MAX_REPEATS:
        raise call.refused(f"repeats more than {MAX_REPEATS} times")
    # Each sub-expression is evaluated anew each time (RepeatDType): a random one may differ.
    found = [operand for operand in call.operands if operand is not None]
    for _ in range(times - 1):
        again = (call.evaluate(each, call.scope) for each in call.expression.operands)
        found += [operand for operand in again if operand is not None]
    values = [call.no_record(operand) for operand in found]
    if any(value.cardinality is Cardinality.MULTIPLE for value in values):
        raise call.refused("needs single or ordered values")
    items: list[Scalar] = [item for value in values for item in value.items]
    if len(items) > MAX_ITEMS:
        raise call.refused(f"makes more than {MAX_ITEMS} values")
    return container(Cardinality.ORDERED, _common_type(call, values), items) if values else None


OPERATIONS: Final[Mapping[str, Operation]] = {
    "multiple": Operation(run=_multiple, maximum=None),
    "ordered": Operation(run=_ordered, maximum=None),
    "container-size": Operation(run=_container_size, minimum=1, maximum=1),
    "member": Operation(run=_member, minimum=2, maximum=2),
    "contains": Operation(run=_contains, minimum=2, maximum=2),
    "index": Operation(run=_index, attributes=frozenset({"n"}), required=frozenset({"n"}), minimum=1, maximum=1),
    "delete": Operation(run=_delete, minimum=2, maximum=2),
    "field-value": Operation(
        run=_field_value,
        attributes=frozenset({"field-identifier"}),
        required=frozenset({"field-identifier"}),
        minimum=1,
        maximum=1,
    ),
    "repeat": Operation(
        run=_repeat,
        attributes=frozenset({"number-repeats"}),
        required=frozenset({"number-repeats"}),
        minimum=1,
        maximum=None,
    ),
}
