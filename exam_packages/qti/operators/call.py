"""One evaluation of one expression: its attributes, its operands' values, and typed access to both.

Owns the checks that every operator needs. Refuses to know which operators there are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeGuard

from exam_packages.errors import ProcessingRefused
from exam_packages.qti.model import BaseType, Cardinality, Expression
from exam_packages.qti.scope import Scope
from exam_packages.qti.values import (
    NUMERIC,
    TEXTUAL,
    NotAValueError,
    Operand,
    Record,
    Value,
    parse_float,
    parse_integer,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An expression with its operands evaluated, in a scope."""

    expression: Expression
    operands: tuple[Operand, ...]
    scope: Scope
    evaluate: Callable[[Expression, Scope], Operand]
    """For the one operator that computes its operands again and again (repeat)."""

    def refused(self, message: str) -> ProcessingRefused:
        """The refusal for this expression; the caller raises it."""
        line = f":{self.expression.line}" if self.expression.line else ""
        return ProcessingRefused(message, place=f"{self.scope.place}{line}:<qti-{self.expression.name}>")

    # -- operands -----------------------------------------------------------------------------------------------------

    @property
    def has_null(self) -> bool:
        """Whether an operand is NULL; most operators are NULL then."""
        return any(operand is None for operand in self.operands)

    def value(self, index: int) -> Value:
        """An operand that is known not to be NULL; a record is refused."""
        operand = self.operands[index]
        if operand is None:
            raise self.refused("needs a value and got NULL")
        return self.no_record(operand)

    def no_record(self, operand: Value | Record) -> Value:
        """A value of any cardinality but record; few operators take records."""
        if isinstance(operand, Record):
            raise self.refused("cannot work with a record")
        return operand

    def boolean(self, operand: Operand) -> bool | None:
        """A single boolean, or NULL."""
        if operand is None:
            return None
        value = self.no_record(operand)
        if value.base_type is not BaseType.BOOLEAN or value.cardinality is not Cardinality.SINGLE:
            raise self.refused("needs a single boolean")
        return value.items[0] is True

    def number(self, index: int) -> int | float:
        """A single number that is known not to be NULL."""
        value = self.value(index)
        item = value.items[0]
        if value.base_type not in NUMERIC or value.cardinality is not Cardinality.SINGLE or not _is_number(item):
            raise self.refused("needs a single number")
        return item

    def integer(self, index: int) -> int:
        """A single integer that is known not to be NULL."""
        number = self.number(index)
        if not isinstance(number, int):
            raise self.refused("needs an integer")
        return number

    def seconds(self, index: int) -> float:
        """A single duration that is known not to be NULL."""
        value = self.value(index)
        item = value.items[0]
        if value.base_type is not BaseType.DURATION or not isinstance(item, float):
            raise self.refused("needs a single duration")
        return item

    def text(self, index: int) -> str:
        """A single text that is known not to be NULL."""
        value = self.value(index)
        item = value.items[0]
        if value.base_type not in TEXTUAL or value.cardinality is not Cardinality.SINGLE or not isinstance(item, str):
            raise self.refused("needs a single string")
        return item

    def numbers(self) -> list[int | float]:
        """All numbers of all operands, containers taken apart; none is NULL."""
        found: list[int | float] = []
        for index in range(len(self.operands)):
            value = self.value(index)
            if value.base_type not in NUMERIC:
                raise self.refused("needs numbers")
            found.extend(item for item in value.items if _is_number(item))
        return found

    @property
    def all_integers(self) -> bool:
        """Whether every operand is of base type integer; none is NULL."""
        return all(isinstance(operand, Value) and operand.base_type is BaseType.INTEGER for operand in self.operands)

    @property
    def all_numeric(self) -> bool:
        """Whether every operand holds numbers; a few operators give NULL for others (min, max, gcd, lcm)."""
        return all(isinstance(operand, Value) and operand.base_type in NUMERIC for operand in self.operands)

    def whole_container(self, index: int) -> Value:
        """A multiple or ordered container that is known not to be NULL."""
        value = self.value(index)
        if value.cardinality not in {Cardinality.MULTIPLE, Cardinality.ORDERED}:
            raise self.refused("needs a container")
        return value

    # -- attributes ---------------------------------------------------------------------------------------------------

    def attribute(self, name: str, default: str = "") -> str:
        """An attribute that must be there, unless it has a default."""
        text = self.expression.attribute(name, default).strip()
        if not text:
            raise self.refused(f"needs the attribute {name}")
        return text

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean attribute."""
        text = self.expression.attribute(name).strip()
        if text not in {"", "true", "false", "1", "0"}:
            raise self.refused(f"has an attribute {name} that is neither true nor false")
        return default if not text else text in {"true", "1"}

    def integer_attribute(self, name: str, default: str = "") -> int | None:
        """An integer, or the value of the variable it names; None where that is NULL."""
        text = self.attribute(name, default)
        try:
            return parse_integer(text)
        except NotAValueError:
            number = self._referenced(text, name)
        if number is not None and not isinstance(number, int):
            raise self.refused(f"has an attribute {name} that names a variable without an integer")
        return number

    def float_attribute(self, name: str, default: str = "") -> float | None:
        """A finite number, or the value of the variable it names; None where that is NULL."""
        number = self.float_of(self.attribute(name, default), name)
        if number is not None and not math.isfinite(number):
            raise self.refused(f"has an attribute {name} without end")
        return None if number is None else float(number)

    def float_of(self, text: str, name: str) -> float | None:
        """A number written in an attribute, or the value of the variable it names; None where that is NULL."""
        try:
            return parse_float(text)
        except NotAValueError:
            return self._referenced(text, name)

    def _referenced(self, identifier: str, name: str) -> int | float | None:
        # "If 'n' is an identifier, it is the value of 'n' at runtime that is used" (IndexDType); templates wrote {n}.
        operand = self.scope.variable(identifier.strip("{}"), "")
        if operand is None:
            return None
        value = self.no_record(operand)
        item = value.items[0]
        if value.base_type not in NUMERIC or len(value.items) != 1 or not _is_number(item):
            raise self.refused(f"has an attribute {name} that names a variable without a number")
        return item


def _is_number(item: object) -> TypeGuard[int | float]:
    return isinstance(item, (int, float)) and not isinstance(item, bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One row of the table of operators: how it is computed and what it may look like in a document."""

    run: Callable[[Call], Operand]
    attributes: frozenset[str] = field(default=frozenset())
    required: frozenset[str] = field(default=frozenset())
    minimum: int = 0
    """Least number of operands."""
    maximum: int | None = 0
    """Largest number of operands; None is without limit."""
