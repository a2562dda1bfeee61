"""Typed readers of one JSON object that name the place where something is wrong.

Owns the strict reading of fields: every field is asked for by name, has a kind and a limit, and ``close`` refuses what
nobody asked for. Refuses to know any document.
"""

import base64
import binascii
import re
from enum import Enum
from typing import TypeVar

from signing.canonical import MAX_INTEGER, JsonValue
from signing.errors import FormRefused

MAX_TEXT_CHARACTERS = 1000
"""Default limit of a text: names, ids, reasons. Longer ones say so."""

MAX_RAW_BYTES = 64 * 1024
"""Default limit of base64 bytes: keys, wraps, signatures. Longer ones say so."""

MAX_ITEMS = 100_000
"""Default limit of a list: rosters and indexes stay far below."""

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)

_Choice = TypeVar("_Choice", bound=Enum)


def to_base64(raw: bytes) -> str:
    """Write bytes in the one base64 form: RFC 4648 §4, standard alphabet, padded, no line ends."""
    return base64.b64encode(raw).decode("ascii")


def from_base64(text: str, *, place: str) -> bytes:
    """Read the one base64 form; unused bits must be zero, which only encoding again can tell (RFC 4648 §3.5).

    Raises:
        FormRefused: any other text.
    """
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise FormRefused("is not base64", place=place) from None
    if to_base64(raw) != text:
        raise FormRefused("is not in the one base64 form of its bytes", place=place)
    return raw


class Fields:
    """One JSON object, read field by field.

    A field that is absent stands for "none"; ``null`` is never accepted, so that there is one way to say it.

    Args:
        value: the decoded JSON.
        place: where it stands; fields are named ``place.field``, list members ``place.field[3]``.

    Raises:
        FormRefused: by every reader, when the field is missing, of another kind or beyond its limit.
    """

    __slots__ = ("_asked", "_members", "place")

    def __init__(self, value: JsonValue, place: str) -> None:
        if not isinstance(value, dict):
            raise FormRefused("is not an object", place=place)
        self._members = value
        self._asked: set[str] = set()
        self.place = place

    def text(self, name: str, *, min_length: int = 1, max_length: int = MAX_TEXT_CHARACTERS) -> str:
        """Read a text; lengths are in characters."""
        value = self._take(name)
        if isinstance(value, str) and min_length <= len(value) <= max_length:
            return value  # its place is put together only where something is wrong
        return self._text_of(value, self._place_of(name), min_length, max_length)

    def optional_text(self, name: str, *, min_length: int = 1, max_length: int = MAX_TEXT_CHARACTERS) -> str | None:
        """Read a text that may be absent."""
        return self.text(name, min_length=min_length, max_length=max_length) if self.has(name) else None

    def integer(self, name: str, *, minimum: int = 0, maximum: int = MAX_INTEGER) -> int:
        """Read an integer from ``minimum`` to ``maximum``, both included."""
        value = self._take(name)
        # bool is an int in Python and never one in JSON.
        if isinstance(value, bool) or not isinstance(value, int):
            raise FormRefused("is not an integer", place=self._place_of(name))
        if not minimum <= value <= maximum:
            raise FormRefused(f"is not from {minimum} to {maximum}", place=self._place_of(name))
        return value

    def optional_integer(self, name: str, *, minimum: int = 0, maximum: int = MAX_INTEGER) -> int | None:
        """Read an integer that may be absent."""
        return self.integer(name, minimum=minimum, maximum=maximum) if self.has(name) else None

    def flag(self, name: str) -> bool:
        """Read true or false."""
        value = self._take(name)
        if not isinstance(value, bool):
            raise FormRefused("is neither true nor false", place=self._place_of(name))
        return value

    def raw(self, name: str, *, length: int | None = None, max_length: int = MAX_RAW_BYTES) -> bytes:
        """Read bytes written as base64; ``length`` is the exact number of bytes, where there is one."""
        place = self._place_of(name)
        limit = max_length if length is None else length
        text = self._text_of(self._take(name), place, 0, (limit + 2) // 3 * 4)
        raw = from_base64(text, place=place)
        if length is not None and len(raw) != length:
            raise FormRefused(f"is not {length} bytes long", place=place)
        if len(raw) > limit:
            raise FormRefused(f"is longer than {limit} bytes", place=place)
        return raw

    def digest(self, name: str) -> str:
        """Read a SHA-256 digest: 64 hexadecimal digits in lower case."""
        return self._digest_of(self._take(name), self._place_of(name))

    def optional_digest(self, name: str) -> str | None:
        """Read a SHA-256 digest that may be absent."""
        return self.digest(name) if self.has(name) else None

    def digests(self, name: str, *, max_items: int = MAX_ITEMS) -> tuple[str, ...]:
        """Read a list of SHA-256 digests."""
        values = self._list_of(name, max_items)
        digests = tuple(value for value in values if isinstance(value, str) and _DIGEST.fullmatch(value))
        if len(digests) == len(values):
            return digests
        return tuple(self._digest_of(value, self._place_in(name, index)) for index, value in enumerate(values))

    def texts(
        self, name: str, *, max_items: int = MAX_ITEMS, min_length: int = 1, max_length: int = MAX_TEXT_CHARACTERS
    ) -> tuple[str, ...]:
        """Read a list of texts."""
        values = self._list_of(name, max_items)
        texts = tuple(value for value in values if isinstance(value, str) and min_length <= len(value) <= max_length)
        if len(texts) == len(values):
            return texts
        return tuple(
            self._text_of(value, self._place_in(name, index), min_length, max_length)
            for index, value in enumerate(values)
        )

    def object(self, name: str) -> "Fields":
        """Read an object; the caller closes it."""
        return Fields(self._take(name), self._place_of(name))

    def optional_object(self, name: str) -> "Fields | None":
        """Read an object that may be absent."""
        return self.object(name) if self.has(name) else None

    def objects(self, name: str, *, max_items: int = MAX_ITEMS) -> list["Fields"]:
        """Read a list of objects; the caller closes each."""
        values = self._list_of(name, max_items)
        return [Fields(value, self._place_in(name, index)) for index, value in enumerate(values)]

    def choice(self, name: str, kind: type[_Choice]) -> _Choice:
        """Read one of an Enum's values, which are texts."""
        text = self.text(name)
        for member in kind:
            if member.value == text:
                return member
        raise FormRefused("is not one of the known values", place=self._place_of(name))

    def has(self, name: str) -> bool:
        """Tell whether a field is there at all."""
        return name in self._members

    def names(self) -> tuple[str, ...]:
        """Return the names of all fields, sorted: for an object whose names are data."""
        return tuple(sorted(self._members))

    def close(self) -> None:
        """Refuse every field nobody asked for."""
        if not self._members.keys() <= self._asked:
            unknown = sorted(self._members.keys() - self._asked)
            raise FormRefused("is an unknown field", place=self._place_of(unknown[0][:40]))

    def _take(self, name: str) -> JsonValue:
        self._asked.add(name)
        try:
            return self._members[name]
        except KeyError:
            raise FormRefused("is missing", place=self._place_of(name)) from None

    def _list_of(self, name: str, max_items: int) -> list[JsonValue]:
        value = self._take(name)
        if not isinstance(value, list):
            raise FormRefused("is not a list", place=self._place_of(name))
        if len(value) > max_items:
            raise FormRefused(f"has more than {max_items} members", place=self._place_of(name))
        return value

    def _place_in(self, name: str, index: int) -> str:
        return f"{self.place}.{name}[{index}]"

    def _place_of(self, name: str) -> str:
        return f"{self.place}.{name}"

    @staticmethod
    def _text_of(value: JsonValue, place: str, min_length: int, max_length: int) -> str:
        if not isinstance(value, str):
            raise FormRefused("is not a text", place=place)
        if len(value) < min_length:
            raise FormRefused("is empty" if min_length == 1 else f"has under {min_length} characters", place=place)
        if len(value) > max_length:
            raise FormRefused(f"has over {max_length} characters", place=place)
        return value

    @staticmethod
    def _digest_of(value: JsonValue, place: str) -> str:
        if not isinstance(value, str) or _DIGEST.fullmatch(value) is None:
            raise FormRefused("is not a SHA-256 digest in lower case hexadecimal", place=place)
        return value
