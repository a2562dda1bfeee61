"""Chance that can be repeated: numbers from SHA-256 in counter form, and orders made of them.

Owns how a seed and a label become numbers. The same seed and label give the same numbers in every version of Python and of this
program: a sitting is replayed years later. Never ``random``, whose algorithms belong to somebody else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

_Item = TypeVar("_Item")

_DOMAIN: Final = b"kiosk qti chance v1"
_WORD_BYTES: Final = 8
_WORDS: Final = 2 ** (8 * _WORD_BYTES)


class Chance:
    """A stream of numbers: words of 64 bits, four from each SHA-256 of (domain, seed, label, counter).

    Args:
        seed: the session's, 32 hex digits; any text serves.
        label: what the numbers are for; streams of different labels have nothing to do with one another.
    """

    def __init__(self, seed: str, label: str) -> None:
        # Lengths before texts: no two pairs of seed and label read the same.
        parts = (_DOMAIN, seed.encode(), label.encode())
        self._start = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        self._counter = 0
        self._words: list[int] = []

    def below(self, limit: int) -> int:
        """A number from 0 to limit - 1, each as likely as any other.

        Raises:
            ValueError: the limit is not from 1 to 2**64.
        """
        if not 1 <= limit <= _WORDS:
            raise ValueError(f"no number below {limit}")
        # Words beyond the last whole multiple of the limit would favour small numbers, so they are thrown away.
        usable = _WORDS - _WORDS % limit
        while (word := self._word()) >= usable:
            continue
        return word % limit

    def order(self, items: Sequence[_Item]) -> tuple[_Item, ...]:
        """The items in an order of which each is as likely as any other (Fisher and Yates, from the end)."""
        mixed = list(items)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.below(last + 1)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return tuple(mixed)

    def order_around(self, items: Sequence[_Item], fixed: Callable[[_Item], bool]) -> tuple[_Item, ...]:
        """The items in random order, the fixed ones at the places where they stood."""
        moved = iter(self.order([item for item in items if not fixed(item)]))
        return tuple(item if fixed(item) else next(moved) for item in items)

    def sample(self, items: Sequence[_Item], count: int) -> tuple[_Item, ...]:
        """So many of the items, in the order in which they stood.

        Raises:
            ValueError: there are not so many.
        """
        if not 0 <= count <= len(items):
            raise ValueError(f"no {count} of {len(items)}")
        chosen = set(self.order(range(len(items)))[:count])
        return tuple(item for position, item in enumerate(items) if position in chosen)

    def _word(self) -> int:
        if not self._words:
            block = hashlib.sha256(self._start + self._counter.to_bytes(8, "big")).digest()
            self._counter += 1
            starts = range(len(block) - _WORD_BYTES, -1, -_WORD_BYTES)  # the last first: they are taken from the end
            self._words = [int.from_bytes(block[start : start + _WORD_BYTES], "big") for start in starts]
        return self._words.pop()
