"""Rules are run, expressions are evaluated: of response, outcome and template processing alike.

Owns control flow. Operators stand in ``operators``, variables in ``scope``. Pure apart from the scope it is given.
Every refusal is a ``ScoringRefused``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from exam_packages.errors import ProcessingRefused, ScoringRefused, UnsupportedProcessing
from exam_packages.qti.model import (
    BaseType,
    Expression,
    InterpolationTable,
    MatchTable,
    Processing,
    Rule,
)
from exam_packages.qti.operators import OPERATIONS
from exam_packages.qti.operators.call import Call
from exam_packages.qti.scope import Faults, Scope
from exam_packages.qti.values import NUMERIC, NotAValueError, Operand, Record, Value, parse_scalar, single

CONDITIONS: Final = frozenset({"response-condition", "outcome-condition", "template-condition"})
FRAGMENTS: Final = frozenset({"response-processing-fragment", "outcome-processing-fragment"})
"""Groups of rules that stand where rules stand; read as a condition with nothing but an else."""
EXITS: Final = frozenset({"exit-response", "exit-test", "exit-template"})
UNREADABLE: Final = "unreadable"
"""A rule that lenient reading could not read; its expression's text says why, its branch holds all that it might have done."""
CUSTOM: Final = "custom-operator"


class _Exit(Exception):  # noqa: N818 - not an error: the standard's way out of processing
    """``qti-exit-response``, ``-test`` or ``-template``: processing ends here, with the values so far."""


class _Restart(Exception):  # noqa: N818 - not an error: a template constraint does not hold
    """``qti-template-constraint``: template processing starts again."""


def evaluate(expression: Expression, scope: Scope) -> Operand:
    """Compute an expression.

    Raises:
        UnsupportedProcessing: an operator is not computed by this version.
        ProcessingRefused: operands do not fit.
    """
    scope.spend()
    operation = OPERATIONS.get(expression.name)
    if operation is None:
        what = "a vendor's own operator" if expression.name == CUSTOM else "no operator of the standard"
        raise UnsupportedProcessing(f"uses qti-{expression.name}, {what}", place=_place(expression.line, scope))
    operands = tuple(evaluate(operand, scope) for operand in expression.operands)
    call = Call(expression=expression, operands=operands, scope=scope, evaluate=evaluate)
    least, most = operation.minimum, operation.maximum
    if len(operands) < least or (most is not None and len(operands) > most):
        raise call.refused(f"has {len(operands)} operands")
    try:
        return operation.run(call)
    except OverflowError:
        return None  # a result that cannot be represented is NULL


def run(processing: Processing, scope: Scope) -> None:
    """Run all rules; the scope's outcome variables hold the result.

    Raises:
        ScoringRefused: see ``evaluate``; a rule may also be unknown or assign what does not fit.
    """
    while True:
        try:
            _run_rules(processing.rules, scope)
        except _Exit:
            return
        except _Restart:
            continue  # the scope counts how often
        return


def _run_rules(rules: tuple[Rule, ...], scope: Scope) -> None:
    for rule in rules:
        handler = _RULES.get(rule.name)
        if handler is None:
            message = f"uses qti-{rule.name}, no rule of the standard"
            raise UnsupportedProcessing(message, place=_place(rule.line, scope))
        try:
            handler(rule, scope)
        except ScoringRefused as refusal:
            if scope.faults is not Faults.FORGIVEN or not _stays_inside(rule):
                raise
            for each in (rule, *walk(rule)):
                scope.doubt(each.identifier, refusal)


def _stays_inside(rule: Rule) -> bool:
    """Whether nothing but the variables that a rule assigns depends on it: no exit, no constraint."""
    return all(each.name in _ASSIGNMENTS | CONDITIONS | FRAGMENTS | {UNREADABLE} for each in (rule, *walk(rule)))


def walk(rule: Rule) -> Iterator[Rule]:
    """Every rule inside a rule, at any depth."""
    for branch in rule.branches:
        for each in branch.rules:
            yield each
            yield from walk(each)


def _place(line: int, scope: Scope) -> str:
    return f"{scope.place}:{line}" if line else scope.place


def _condition(rule: Rule, scope: Scope) -> None:
    for branch in rule.branches:
        # Only true takes the branch: NULL is passed over like false (ResponseIfDType).
        if branch.condition is None or _is_true(branch.condition, scope):
            _run_rules(branch.rules, scope)
            return


def _is_true(condition: Expression, scope: Scope) -> bool:
    call = Call(expression=condition, operands=(), scope=scope, evaluate=evaluate)
    return call.boolean(evaluate(condition, scope)) is True


def _set_outcome_value(rule: Rule, scope: Scope) -> None:
    scope.set_outcome(rule.identifier, evaluate(_expression(rule, scope), scope))


def _set_template_value(rule: Rule, scope: Scope) -> None:
    scope.set_template(rule.identifier, evaluate(_expression(rule, scope), scope))


def _set_correct_response(rule: Rule, scope: Scope) -> None:
    scope.set_correct(rule.identifier, evaluate(_expression(rule, scope), scope))


def _set_default_value(rule: Rule, scope: Scope) -> None:
    scope.set_default(rule.identifier, evaluate(_expression(rule, scope), scope))


def _template_constraint(rule: Rule, scope: Scope) -> None:
    if not _is_true(_expression(rule, scope), scope) and scope.start_again():
        raise _Restart


def _lookup_outcome_value(rule: Rule, scope: Scope) -> None:
    source = evaluate(_expression(rule, scope), scope)
    declaration = scope.outcome_declaration(rule.identifier)
    if "qti-match-table" in declaration.unreadable or "qti-interpolation-table" in declaration.unreadable:
        raise ProcessingRefused("has a lookup table that cannot be read", place=scope.at(rule.identifier))
    if declaration.lookup_table is None or declaration.base_type is None:
        raise ProcessingRefused("has no lookup table", place=scope.at(rule.identifier))
    if source is None:
        scope.set_outcome(rule.identifier, None)
        return
    target = _looked_up(declaration.lookup_table, _lookup_source(source, rule, scope))
    scope.set_outcome(rule.identifier, _target(target, declaration.base_type, rule, scope))


def _expression(rule: Rule, scope: Scope) -> Expression:
    if rule.expression is None:
        raise ProcessingRefused(f"qti-{rule.name} has no expression", place=_place(rule.line, scope))
    return rule.expression


def _lookup_source(source: Value | Record, rule: Rule, scope: Scope) -> float:
    item = source.items[0]
    if (
        isinstance(source, Record)
        or source.base_type not in NUMERIC | {BaseType.DURATION}
        or len(source.items) != 1
        or not isinstance(item, (int, float))
    ):
        raise ProcessingRefused("looks up what is no single number", place=_place(rule.line, scope))
    return item


def _looked_up(table: MatchTable | InterpolationTable, source: float) -> str | None:
    match table:
        case MatchTable():
            found = (target for number, target in table.entries if number == source)
        case InterpolationTable():
            # "the first interpolationTableEntry with a sourceValue that is less than or equal to (subject to
            # includeBoundary) the source value" (InterpolationTableDType).
            found = (
                entry.target_value
                for entry in table.entries
                if entry.source_value < source or (entry.include_boundary and entry.source_value == source)
            )
    return next(found, table.default_value)


def _target(text: str | None, base_type: BaseType, rule: Rule, scope: Scope) -> Operand:
    if text is None:
        return None
    try:
        return single(base_type, parse_scalar(text, base_type))
    except NotAValueError as error:
        raise ProcessingRefused(f"looks up a value that {error}", place=scope.at(rule.identifier)) from None


def _unreadable(rule: Rule, scope: Scope) -> None:
    raise ProcessingRefused(f"has a rule that {_expression(rule, scope).text}", place=_place(rule.line, scope))


def _exit(_rule: Rule, _scope: Scope) -> None:
    raise _Exit


_ASSIGNMENTS: Final = frozenset({"set-outcome-value", "lookup-outcome-value"})
_RULES: Final[Mapping[str, Callable[[Rule, Scope], None]]] = {
    **dict.fromkeys(CONDITIONS | FRAGMENTS, _condition),
    **dict.fromkeys(EXITS, _exit),
    "set-outcome-value": _set_outcome_value,
    "lookup-outcome-value": _lookup_outcome_value,
    "set-template-value": _set_template_value,
    "set-correct-response": _set_correct_response,
    "set-default-value": _set_default_value,
    "template-constraint": _template_constraint,
    UNREADABLE: _unreadable,
}
