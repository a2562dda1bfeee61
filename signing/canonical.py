"""The one byte form of JSON.

Owns the encoding that everything signed is written in, so that one meaning has one sequence of bytes: UTF-8, object
keys sorted by code point, no white space, integers only and within ±(2**53 - 1), the shortest escapes of RFC 8259 §7
(two-character ones where they exist, ``\\u00xx`` in lower case for the other control characters, everything else as it
is). Refuses to know what the values mean.

It differs from RFC 8785 in one point: keys are sorted by code point and not by UTF-16 unit.
"""

import json
from collections.abc import Mapping, Sequence

from signing.errors import FormRefused

JsonValue = None | bool | int | str | list["JsonValue"] | dict[str, "JsonValue"]
"""What ``decode`` returns."""

JsonInput = None | bool | int | str | Sequence["JsonInput"] | Mapping[str, "JsonInput"]
"""What ``encode`` takes: also tuples and read-only mappings."""

MAX_INTEGER = 2**53 - 1
"""The largest integer every JSON reader keeps exactly (RFC 8259 §6)."""

MAX_DEPTH = 32
"""Deepest nesting of arrays and objects; our documents need eight."""

MAX_VALUES = 400_000
"""Most values in a long document. The most one of ours has is one hundred thousand; read, each may take 300 bytes."""

COUNTED_FROM_BYTES = 1024 * 1024
"""Shorter documents hold no more values than memory has room for, whatever they are."""

_MAX_INTEGER_DIGITS = len(str(-MAX_INTEGER))


class _NotCanonicalError(ValueError):
    """A value that has no canonical form; the text says why."""


def encode(value: JsonInput) -> bytes:
    """Return the one encoding of a value.

    Raises:
        ValueError: the value has none (a float, an integer out of range, a lone surrogate, nesting too deep …).
    """
    return _written(_plain(value, depth=0))


def decode(untrusted: bytes, *, place: str, max_bytes: int) -> JsonValue:
    """Read a value and refuse every byte sequence but the one ``encode`` gives for it.

    Args:
        untrusted: the bytes.
        place: where they come from, for the refusal.
        max_bytes: the longest acceptable input.

    Raises:
        FormRefused: anything else.
    """
    if len(untrusted) > max_bytes:
        raise FormRefused(f"is longer than {max_bytes} bytes", place=place)
    _refuse_too_many_values(untrusted, place)
    try:
        value = _parse(untrusted)
        if _written(value) != untrusted:
            value = None  # not twice in memory
            _refuse_one_name_twice(untrusted)
            raise FormRefused("is not in the one canonical form of its content", place=place)
    except UnicodeDecodeError as error:
        raise FormRefused(f"is not UTF-8 at byte {error.start}", place=place) from None
    except _NotCanonicalError as error:
        raise FormRefused(f"is not acceptable JSON, {error}", place=place) from None
    except json.JSONDecodeError as error:
        raise FormRefused(f"is not JSON at character {error.pos}", place=place) from None
    except RecursionError:
        raise FormRefused(f"nests deeper than {MAX_DEPTH} levels", place=place) from None
    return value


def decode_objects(untrusted: Sequence[bytes]) -> list[dict[str, JsonValue]]:
    """Read many small objects at once, without saying what is wrong where: whoever wants to know asks ``decode`` for each.

    They are written back all together. That is as strict as one by one: each value is an object that was parsed out of its own
    line from end to end. Were the writing of one another than its line, one of the two would be the beginning of the other, and
    an object ends where it ends. Depth and the range of integers are left to whoever reads the fields, which have to be few and
    known.

    Raises:
        FormRefused: a line is not the one encoding of an object.
    """
    try:
        text = b"\n".join(untrusted).decode("utf-8") + "\n"
        # A line feed inside a line would be a boundary that is none.
        if text.count("\n") == len(untrusted) and (values := _scanned(text, len(untrusted))) is not None:
            written = _ENCODER.encode(values)
            if written[1:-1] == text[:-1].replace("\n", ","):
                return values
    except (ValueError, RecursionError):
        pass
    raise FormRefused("is not in the one canonical form of its content", place="lines")


def _scanned(text: str, count: int) -> list[dict[str, JsonValue]] | None:
    """Return the object of each line; None where a line is anything else."""
    scan, end = _ANY_INTEGER.raw_decode, 0
    values: list[dict[str, JsonValue]] = []
    for _ in range(count):
        value, end = scan(text, end)
        if type(value) is not dict or text[end] != "\n":
            return None
        values.append(value)
        end += 1
    return values


def _refuse_too_many_values(untrusted: bytes, place: str) -> None:
    """Count before parsing, because eight MiB of empty lists become a quarter of a GiB.

    Every value but the first of a list or object follows a comma, every first one a bracket. Those inside texts are counted
    too: a document is refused for them only when it is far longer than any of ours.
    """
    if len(untrusted) <= COUNTED_FROM_BYTES:
        return
    if sum(map(untrusted.count, (b",", b"[", b"{"))) > MAX_VALUES:
        raise FormRefused(f"holds more than {MAX_VALUES} values", place=place)


def _written(plain: JsonValue) -> bytes:
    try:
        return _ENCODER.encode(plain).encode("utf-8")
    except UnicodeEncodeError as error:
        raise _NotCanonicalError("a text holds a lone surrogate") from error


def _parse(untrusted: bytes) -> JsonValue:
    """Read JSON of integers in range that nests no deeper than it may; whether it is the one encoding, writing it shows."""
    text = untrusted.decode("utf-8")
    value: JsonValue = _DECODER.decode(text)
    # A text with few brackets needs no look at every value: it cannot nest deeper than it has brackets.
    if text.count("[") + text.count("{") > MAX_DEPTH:
        _refuse_deeper(value, MAX_DEPTH)
    return value


def _refuse_deeper(value: JsonValue, levels: int) -> None:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if members is None:
        return
    if levels == 0:
        raise _NotCanonicalError(f"it nests deeper than {MAX_DEPTH} levels")
    for member in members:
        if isinstance(member, (dict, list)):
            _refuse_deeper(member, levels - 1)


def _refuse_one_name_twice(untrusted: bytes) -> None:
    """Say so where that is why a text differs from its encoding. Everything else about it has been looked at."""
    json.loads(untrusted.decode("utf-8"), object_pairs_hook=_object)


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _NotCanonicalError("an object has one name twice")
    return members


def _integer(digits: str) -> int:
    # Length first: converting a number of a million digits takes time, and Python refuses it with an error of its own.
    if len(digits) > _MAX_INTEGER_DIGITS:
        raise _NotCanonicalError("an integer is out of range")
    return _in_range(int(digits))


def _no_number(text: str) -> JsonValue:
    raise _NotCanonicalError(f"{text[:40]} is not an integer")


def _plain(value: object, depth: int) -> JsonValue:
    """Copy a value into plain lists and dictionaries, or say why it has no canonical form."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return _in_range(value)
        case bytes() | bytearray() | memoryview():
            raise _NotCanonicalError("bytes have to be written as base64 text")
        case Mapping() | Sequence() if depth >= MAX_DEPTH:
            raise _NotCanonicalError(f"it nests deeper than {MAX_DEPTH} levels")
        case Mapping():
            return {_name(name): _plain(member, depth + 1) for name, member in value.items()}
        case Sequence():
            return [_plain(member, depth + 1) for member in value]
        case _:
            raise _NotCanonicalError(f"a {type(value).__name__} has no canonical form")


def _in_range(number: int) -> int:
    if not -MAX_INTEGER <= number <= MAX_INTEGER:
        raise _NotCanonicalError("an integer is out of range")
    return number


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise _NotCanonicalError("a name in an object is not a text")
    return name


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), check_circular=False
)
_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_no_number, parse_constant=_no_number)
_ANY_INTEGER = json.JSONDecoder(parse_float=_no_number, parse_constant=_no_number)
