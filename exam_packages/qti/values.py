"""Typed values of QTI variables, and the one reading of how QTI writes them.

Owns the lexical forms (XSD's, never a locale's) and equality of values. Refuses to know declarations and processing.
NULL is ``None`` everywhere; a container without values is NULL (QTI 3.0 ASI, "NULL"), and so is a record without fields.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from exam_packages.qti.model import BaseType, Cardinality, Lexical

Scalar: TypeAlias = bool | int | float | str | tuple[str, str] | tuple[int, int]
"""One value. A pair is its two identifiers, those of an unordered pair in code point order; a duration is seconds."""

NUMERIC: Final = frozenset({BaseType.INTEGER, BaseType.FLOAT})
TEXTUAL: Final = frozenset({BaseType.IDENTIFIER, BaseType.STRING, BaseType.URI, BaseType.FILE})

MAX_INTEGER: Final = 2**31 - 1  # "a whole number in the range [-2147483648,2147483647]", QTI base-type integer
MAX_NUMBER_CHARACTERS: Final = 400  # longer than any decimal a double can tell apart from its neighbours

_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_FLOAT = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([Ee][+-]?[0-9]+)?", re.ASCII)  # xs:double without INF and NaN
_ISO_DURATION = re.compile(
    r"P(?=[0-9T])(?:([0-9]+)D)?(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?", re.ASCII
)
_SPECIAL_FLOATS: Final = {"INF": math.inf, "+INF": math.inf, "-INF": -math.inf, "NaN": math.nan}
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}
_XML_SPACE: Final = " \t\r\n"


class NotAValueError(ValueError):
    """A text is not a value of the base type it should have; the message says why, without repeating the text."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value that is not NULL: one or more scalars of one base type."""

    cardinality: Cardinality
    base_type: BaseType
    items: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A value of record cardinality: named single values, each of its own base type, sorted by name."""

    fields: tuple[tuple[str, Value], ...]

    @property
    def items(self) -> tuple[Scalar, ...]:
        """The fields' values."""
        return tuple(value.items[0] for _, value in self.fields)

    def field(self, name: str) -> Value | None:
        """The value of a field; NULL where there is none of that name."""
        return dict(self.fields).get(name)


Operand: TypeAlias = Value | Record | None
"""What an expression gives; ``None`` is NULL."""


def single(base_type: BaseType, scalar: Scalar) -> Value:
    """A single value."""
    return Value(Cardinality.SINGLE, base_type, (scalar,))


def boolean(truth: bool) -> Value:  # noqa: FBT001 - the value itself
    """A single boolean."""
    return single(BaseType.BOOLEAN, truth)


def integer(number: int) -> Value:
    """A single integer."""
    return single(BaseType.INTEGER, number)


def floating(number: float) -> Value:
    """A single float."""
    return single(BaseType.FLOAT, float(number))


def record(fields: Mapping[str, Value]) -> Record | None:
    """A record of single values, or NULL when it has no field."""
    return Record(tuple(sorted(fields.items()))) if fields else None


def container(cardinality: Cardinality, base_type: BaseType, items: Iterable[Scalar]) -> Operand:
    """A container, or NULL when it holds nothing."""
    scalars = tuple(items)
    return Value(cardinality, base_type, scalars) if scalars else None


# -- reading ----------------------------------------------------------------------------------------------------------


def parse_scalar(text: str, base_type: BaseType) -> Scalar:
    """Read one value as QTI writes it in XML.

    Raises:
        NotAValueError: the text is no such value.
    """
    match base_type:
        case BaseType.BOOLEAN:
            return _parse_boolean(text)
        case BaseType.INTEGER:
            return parse_integer(text)
        case BaseType.FLOAT:
            return parse_float(text)
        case BaseType.DURATION:
            return _parse_duration(text)
        case BaseType.PAIR:
            first, second = sorted(_two_words(text))
            return first, second
        case BaseType.DIRECTED_PAIR:
            return _two_words(text)
        case BaseType.POINT:
            x, y = _two_words(text)
            return parse_integer(x), parse_integer(y)
        case BaseType.IDENTIFIER | BaseType.URI:
            return _parse_token(text)
        case BaseType.STRING | BaseType.FILE:
            return text
        case _:
            assert_never(base_type)


def parse_float(text: str) -> float:
    """Read an xs:double: a point, never a comma; ``INF``, ``-INF`` and ``NaN`` are numbers of it."""
    word = text.strip(_XML_SPACE)
    if word in _SPECIAL_FLOATS:
        return _SPECIAL_FLOATS[word]
    if len(word) > MAX_NUMBER_CHARACTERS or not _FLOAT.fullmatch(word):
        raise NotAValueError("is not a number")
    return float(word)


def _parse_duration(text: str) -> float:
    # Seconds, or ISO 8601 as far as its parts have a fixed length; both are found in documents.
    found = _ISO_DURATION.fullmatch(text.strip(_XML_SPACE)) if len(text) <= MAX_NUMBER_CHARACTERS else None
    if found is None:
        return parse_float(text)
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def parse_integer(text: str) -> int:
    """Read an integer of QTI's 32-bit range."""
    word = text.strip(_XML_SPACE)
    if len(word) > MAX_NUMBER_CHARACTERS or not _INTEGER.fullmatch(word):
        raise NotAValueError("is not a whole number")
    number = int(word)
    if not -MAX_INTEGER - 1 <= number <= MAX_INTEGER:
        raise NotAValueError("is outside the range of QTI integers")
    return number


def _parse_boolean(text: str) -> bool:
    word = text.strip(_XML_SPACE)
    if word not in _BOOLEANS:
        raise NotAValueError("is neither true nor false")
    return _BOOLEANS[word]


def _parse_token(text: str) -> str:
    word = text.strip(_XML_SPACE)
    if not word:
        raise NotAValueError("is empty")
    if any(character in _XML_SPACE for character in word):
        raise NotAValueError("holds white space")
    return word


def _two_words(text: str) -> tuple[str, str]:
    # Any run of XML white space parts the two; some exporters pad them.
    words = [word for word in re.split(rf"[{_XML_SPACE}]+", text) if word]
    if len(words) != 2:
        raise NotAValueError("is not two parts with a space between them")
    return words[0], words[1]


def parse_values(lexical: Lexical, cardinality: Cardinality, base_type: BaseType | None) -> Operand:
    """Read the values of a variable; no value, or one empty text, is NULL.

    Args:
        base_type: None for records only, whose fields name their own.

    Raises:
        NotAValueError: a text is no value, or there are several for a single variable.
    """
    if cardinality is Cardinality.RECORD:
        return record(dict(_field(text) for text in lexical))
    if not lexical:
        return None
    if base_type is None:
        raise NotAValueError("has no base type")
    if lexical == ("",) and base_type not in {BaseType.STRING, BaseType.FILE}:
        return None
    if cardinality is Cardinality.SINGLE and len(lexical) > 1:
        raise NotAValueError("has several values where one is allowed")
    return Value(cardinality, base_type, tuple(parse_scalar(text, base_type) for text in lexical))


def _field(text: str) -> tuple[str, Value]:
    name, _, rest = text.partition(" ")
    word, _, value = rest.partition(" ")
    try:
        base_type = BaseType(word)
    except ValueError:
        raise NotAValueError("is a record with a field that names no base type") from None
    if not name:
        raise NotAValueError("is a record with a field that has no name")
    return name, single(base_type, parse_scalar(value, base_type))


# -- writing ----------------------------------------------------------------------------------------------------------


def format_scalar(scalar: Scalar) -> str:
    """Write one value as QTI does in XML; a whole float without a fraction."""
    match scalar:
        case bool():
            return "true" if scalar else "false"
        case float():
            return format_float(scalar)
        case int():
            return str(scalar)
        case str():
            return scalar
        case (first, second):
            return f"{first} {second}"
        case _:
            assert_never(scalar)


def format_float(number: float) -> str:
    """Write a number in its shortest decimal form: ``3``, ``0.5``, ``INF``."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "INF" if number > 0 else "-INF"
    whole = int(number)
    return str(whole) if whole == number and abs(number) < 1e15 else repr(number)


def format_value(value: Operand) -> Lexical:
    """Write a value as the texts QTI would hold; NULL is the empty tuple, a record one text for each field."""
    match value:
        case None:
            return ()
        case Record(fields):
            return tuple(f"{name} {each.base_type.value} {format_scalar(each.items[0])}" for name, each in fields)
        case Value():
            return tuple(format_scalar(item) for item in value.items)
        case _:
            assert_never(value)


# -- equality ---------------------------------------------------------------------------------------------------------


def comparable(first: BaseType, second: BaseType) -> bool:
    """Whether values of two base types can be compared: equal types, two numbers, or two texts."""
    return first is second or {first, second} <= NUMERIC or {first, second} <= TEXTUAL


def converted(value: Value | Record, cardinality: Cardinality, base_type: BaseType | None) -> Value | Record:
    """Fit a value to a declared variable.

    A record fits a record, whatever its fields.
    An integer becomes a float; a float becomes an integer only if it is whole: the standard wants an explicit round or
    truncate (SetValueDType), and engines differ on what else to do. One value fits any cardinality.

    Raises:
        NotAValueError: the value does not fit.
    """
    if isinstance(value, Record) or cardinality is Cardinality.RECORD:
        if not isinstance(value, Record) or cardinality is not Cardinality.RECORD:
            raise NotAValueError("is a record where none is declared, or none where one is")
        return value
    if base_type is None:
        raise NotAValueError("goes to a variable without base type")
    if value.cardinality is not cardinality and len(value.items) > 1:
        raise NotAValueError(f"has {value.cardinality.value} values where {cardinality.value} is declared")
    if not comparable(value.base_type, base_type):
        raise NotAValueError(f"is of type {value.base_type.value} where {base_type.value} is declared")
    return Value(cardinality, base_type, tuple(_as_type(item, base_type) for item in value.items))


def _as_type(item: Scalar, base_type: BaseType) -> Scalar:
    if base_type is BaseType.FLOAT and isinstance(item, int):
        return float(item)
    if base_type is BaseType.INTEGER and isinstance(item, float):
        if not math.isfinite(item) or item != int(item):
            raise NotAValueError("is a fraction where an integer is declared")
        return int(item)
    return item


def same_value(first: Value | Record, second: Value | Record) -> bool:
    """Whether two values are the same: order counts in ordered containers only (QTI ``match``).

    Records are the same when they have the same fields with the same values.
    """
    if isinstance(first, Record) or isinstance(second, Record):
        return _same_record(first, second)
    if not comparable(first.base_type, second.base_type) or first.cardinality is not second.cardinality:
        return False
    if first.cardinality is Cardinality.MULTIPLE:
        return Counter(first.items) == Counter(second.items)
    return first.items == second.items


def _same_record(first: Value | Record, second: Value | Record) -> bool:
    if not isinstance(first, Record) or not isinstance(second, Record) or len(first.fields) != len(second.fields):
        return False
    pairs = zip(first.fields, second.fields, strict=True)
    return all(one[0] == other[0] and same_value(one[1], other[1]) for one, other in pairs)
