"""What a test asks about its items: their variables, their number, their extremes.

Owns the choice of a sub-set of items (by section and category). Only outcome processing may use these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from exam_packages.qti.model import BaseType, Cardinality, OutcomeDeclaration
from exam_packages.qti.operators.call import Call, Operation
from exam_packages.qti.scope import ItemSession
from exam_packages.qti.values import NUMERIC, Operand, Scalar, Value, container, integer


def _subset(call: Call) -> list[ItemSession]:
    section = call.expression.attribute("section-identifier")
    include = frozenset(call.expression.attribute("include-category").split())
    exclude = frozenset(call.expression.attribute("exclude-category").split())
    return [
        session
        for session in call.scope.sessions()
        if (not section or section in session.sections)
        and (not include or include & frozenset(session.ref.categories))
        and not exclude & frozenset(session.ref.categories)
    ]


def _test_variables(call: Call) -> Operand:
    identifier, weight = call.attribute("variable-identifier"), call.expression.attribute("weight-identifier")
    wanted = call.expression.attribute("base-type")
    values = [session.weighted(_looked_up(session, identifier), weight) for session in _subset(call)]
    # "Only variables with single cardinality are considered, all NULL values are ignored" (TestVariablesDType).
    singles = [each for each in values if isinstance(each, Value) and each.cardinality is Cardinality.SINGLE]
    return _gathered(call, singles if not wanted else [value for value in singles if value.base_type.value == wanted])


def _looked_up(session: ItemSession, identifier: str) -> Operand:
    # An item that has no such variable has nothing to add; the name may be another one in the test (variable mapping).
    name = session.own_name(identifier)
    return session.scope.variable(name, "") if name is not None and session.scope.declares(name) else None


def _gathered(call: Call, values: list[Value]) -> Operand:
    types = {value.base_type for value in values}
    if len(types) > 1 and not types <= NUMERIC:
        raise call.refused("gathers variables of different base types")
    items: list[Scalar] = [item for value in values for item in value.items]
    if len(types) > 1:
        items = [float(item) for item in items if isinstance(item, (int, float))]
    return container(Cardinality.MULTIPLE, BaseType.FLOAT if len(types) != 1 else types.pop(), items)


def _outcome_bound(read: Callable[[OutcomeDeclaration], float | None], *, needed: bool) -> Operation:
    def run(call: Call) -> Operand:
        identifier, weight = call.attribute("outcome-identifier"), call.expression.attribute("weight-identifier")
        bounds: list[Scalar] = []
        for session in _subset(call):
            name = session.own_name(identifier)
            for declaration in session.item.outcome_declarations:
                if declaration.identifier == name and declaration.cardinality is Cardinality.SINGLE:
                    bound = read(declaration)
                    if bound is not None:
                        bounds.append(bound * session.weight(weight))
                    elif needed:
                        return None
        return container(Cardinality.MULTIPLE, BaseType.FLOAT, bounds)

    attributes = _SUBSET | {"outcome-identifier", "weight-identifier"}
    return Operation(run=run, attributes=attributes, required=frozenset({"outcome-identifier"}))


def _count(chosen: Callable[[ItemSession], bool]) -> Operation:
    def run(call: Call) -> Operand:
        return integer(sum(chosen(session) for session in _subset(call)))

    return Operation(run=run, attributes=_SUBSET)


_SUBSET: Final = frozenset({"section-identifier", "include-category", "exclude-category"})

OPERATIONS: Final[Mapping[str, Operation]] = {
    "test-variables": Operation(
        run=_test_variables,
        attributes=_SUBSET | {"variable-identifier", "weight-identifier", "base-type"},
        required=frozenset({"variable-identifier"}),
    ),
    # One item of the sub-set without a declared maximum makes the result NULL; those without a declared minimum are ignored
    # (outcomeMaximum, outcomeMinimum).
    "outcome-maximum": _outcome_bound(lambda declaration: declaration.normal_maximum, needed=True),
    "outcome-minimum": _outcome_bound(lambda declaration: declaration.normal_minimum, needed=False),
    "number-correct": _count(lambda session: session.presented and session.scope.all_correct is True),
    # Only what was attempted can be incorrect (numberIncorrect), and attempted is what was presented, "whether or not" there
    # was a response (numberPresented).
    "number-incorrect": _count(lambda session: session.presented and session.scope.all_correct is False),
    "number-presented": _count(lambda session: session.presented),
    "number-responded": _count(lambda session: session.scope.responded),
    "number-selected": _count(lambda session: session is not None),
}
