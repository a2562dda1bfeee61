"""Canonical JSON by people who want to be read in two ways, or not to be read to the end."""

from __future__ import annotations

from typing import Final

from signing.canonical import MAX_VALUES, decode
from signing.errors import FormRefused
from tests.signing.hostile.attacks import Attack, assert_refused, parametrized

PLACE: Final = "a.file"
MOST_BYTES: Final = 8 * 1024 * 1024


def attack(name: str, data: bytes, says: str) -> Attack:
    return Attack(
        name=name,
        file="any JSON",
        act=lambda: decode(data, place=PLACE, max_bytes=MOST_BYTES),
        refusal=FormRefused,
        place=PLACE,
        says=says,
    )


def filled(begin: bytes, piece: bytes, end: bytes) -> bytes:
    return begin + piece * ((MOST_BYTES - len(begin) - len(end)) // len(piece)) + end


ATTACKS: Final = [
    attack("longer than any file of its kind", bytes(MOST_BYTES + 1), "is longer than"),
    attack("a hundred thousand lists inside one another", b"[" * 100_000 + b"]" * 100_000, "nests deeper"),
    attack("objects inside one another", b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "nests deeper"),
    attack("one level deeper than documents are", b"[" * 33 + b"]" * 33, "nests deeper than 32"),
    attack("lists that never end", b"[" * 1_000_000, "nests deeper"),
    attack("eight MiB of empty lists", filled(b"[", b"[],", b"[]]"), f"holds more than {MAX_VALUES} values"),
    attack("eight MiB of empty objects", filled(b"[", b"{},", b"{}]"), "holds more than"),
    attack("eight MiB of noughts", filled(b"[", b"0,", b"0]"), "holds more than"),
    attack("a number of a million digits", b"1" * 1_000_000, "out of range"),
    attack("a number above 2**53 - 1", b"9007199254740992", "out of range"),
    attack("a number with an exponent", b"1e999999999", "is not an integer"),
    attack("a number with a fraction", b"1.0", "is not an integer"),
    attack("minus nought", b"-0", "one canonical form"),
    attack("not a number", b"NaN", "is not an integer"),
    attack("infinity", b"-Infinity", "is not an integer"),
    attack("a leading nought", b"01", "is not JSON"),
    attack("half a surrogate pair", b'"\\ud800"', "lone surrogate"),
    attack("a character written as an escape", b'"\\u0041"', "one canonical form"),
    attack("an overlong UTF-8 sequence", b'"\xc0\xaf"', "is not UTF-8 at byte 1"),
    attack("names out of order", b'{"b":1,"a":1}', "one canonical form"),
    attack("one name twice", b'{"a":1,"a":2}', "one name twice"),
    attack("two values", b"{}{}", "is not JSON"),
    attack("a NUL behind", b"{}\x00", "is not JSON"),
    attack("no byte", b"", "is not JSON"),
]


@parametrized(ATTACKS)
def test_refused(attack: Attack) -> None:
    assert_refused(attack)
