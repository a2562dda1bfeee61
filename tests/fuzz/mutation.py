"""Damaging bytes at random, but the same way for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

MAX_BYTES = 256 * 1024
TOKENS = (
    *(b"<", b">", b"/>", b"&", b"&#0;", b"&#x10FFFF;", b"\x00", b"\xff", b'"', b"]]>", b"<![CDATA[", b"<!--", b"<?x?>"),
    *(
        b"-1",
        b"NaN",
        b"INF",
        b"1e999",
        b"99999999999999999999",
        b"../",
        b"..\\",
        b"%00",
        b"%2e%2e/",
        b"http://a/",
        b"//a",
    ),
    *(b' xmlns=""', b' xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2"', b' xml:base="../"', b"true", b"\xe2\x80\xae"),
    *(b"PK\x01\x02", b"<!DOCTYPE a>", b"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='a.xml'/>"),
)


def mutated(seeds: Sequence[bytes], seed: int) -> Iterator[bytes]:
    """Damaged copies of some inputs, without end.

    Args:
        seeds: inputs to start from; every second copy takes a part of another one.
        seed: the same gives the same copies.
    """
    chance = random.Random(seed)
    while True:
        data = bytearray(chance.choice(seeds)[:MAX_BYTES])
        for _ in range(chance.choice((1, 1, 1, 2, 3, 5, 8))):
            _damage(data, chance, seeds)
        yield bytes(data[:MAX_BYTES])


def _damage(data: bytearray, chance: random.Random, seeds: Sequence[bytes]) -> None:
    at = chance.randrange(len(data) + 1)
    length = chance.choice((1, 1, 2, 4, 16, 64, 256))
    match chance.randrange(8):
        case 0:
            del data[at : at + length]
        case 1:
            data[at:at] = chance.choice(TOKENS)
        case 2:
            data[at : at + length] = chance.choice(TOKENS)
        case 3:
            data[at:at] = data[at : at + length] * chance.choice((1, 2, 50))
        case 4 if data:
            at = min(at, len(data) - 1)
            data[at] ^= 1 << chance.randrange(8)
        case 5:
            other = chance.choice(seeds)
            start = chance.randrange(len(other) + 1)
            data[at : at + length] = other[start : start + length]
        case 6:
            _swap_words(data, chance)
        case _:
            data[at : at + length] = chance.randbytes(length)


def _swap_words(data: bytearray, chance: random.Random) -> None:
    """Put one word of the input in another's place: names, values and references meet where nobody expects them."""
    words = bytes(data).split(b'"')
    if len(words) > 2:
        words[chance.randrange(len(words))] = chance.choice(words)
        data[:] = b'"'.join(words)
