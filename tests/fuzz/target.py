"""What a fuzz target is: a function that takes any bytes and returns, or it has found a fault.

Owns the shape of a target and of its inputs. Refuses to know readers and fuzzers.

An input begins with one byte that says what the rest is, so that one target reaches what lies behind a signature too: the low
half is a ``Frame``, the high half tells documents apart where a target reads more than one kind.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from signing import canonical
from signing.canonical import JsonValue
from signing.dsse import read_envelope, sign
from signing.keys import SigningKey
from signing.labels import PayloadType

MAX_BYTES: Final = (
    8192  # of an input, unless a target says otherwise: limits are tested by hand, fuzzing wants short inputs
)


class Frame(IntEnum):
    """What stands behind the first byte."""

    FILE = 0
    """The file as it comes from outside."""
    PAYLOAD = 1
    """What is to be signed, byte by byte: the target signs it with the right test keys."""
    MEANING = 2
    """The same as JSON in any layout: the target brings it into its one form and signs it."""
    INSIDE = 3
    """What is to be sealed before it is signed, as JSON or bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A fuzz target.

    Attributes:
        name: what the command line calls it.
        reads: the readers it drives, a clause for the table.
        run: takes any bytes. Returns, or it is a fault.
        seeds: inputs to start from.
        tokens: words that mean something to the reader.
        max_bytes: the longest input that is tried.
    """

    name: str
    reads: str
    run: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    tokens: tuple[bytes, ...] = ()
    max_bytes: int = MAX_BYTES


def split(data: bytes) -> tuple[Frame, int, bytes]:
    """Return frame, kind of document and the rest of an input."""
    first = data[0] if data else 0
    return Frame(first % len(Frame)), first >> 4, data[1:]


def framed(frame: Frame, rest: bytes, *, kind: int = 0) -> bytes:
    """Return an input."""
    return bytes([kind << 4 | frame]) + rest


def in_one_form(rest: bytes) -> bytes:
    """Return the canonical form of JSON in any layout; anything else as it is."""
    try:
        value: JsonValue = json.loads(rest)
        return canonical.encode(value)
    except (ValueError, RecursionError):
        return rest


def one_form_of(value: JsonValue) -> bytes:
    """Return the canonical form of decoded JSON, or some form where it has none."""
    try:
        return canonical.encode(value)
    except (ValueError, RecursionError):
        return json.dumps(value).encode()


def document(frame: Frame, rest: bytes, payload_type: PayloadType, signers: Sequence[SigningKey]) -> bytes:
    """Return the file that an input stands for."""
    if frame is Frame.FILE:
        return rest
    return sign(rest if frame is Frame.PAYLOAD else in_one_form(rest), payload_type, signers)


def payload_of(envelope: bytes) -> bytes:
    """Return the payload of an envelope of our own making."""
    return read_envelope(envelope, place="seed", max_bytes=2**24).untrusted_payload


def document_seeds(envelope: bytes, *, kind: int = 0) -> list[bytes]:
    """Return a document as a file and as what is signed in it."""
    return [framed(Frame.FILE, envelope, kind=kind), framed(Frame.MEANING, payload_of(envelope), kind=kind)]
