"""Laying out the sealed entries of a new package: one behind the other, with the hash of each MiB.

Owns where an entry lies and its leaves. Refuses to know what is sealed and how; the layout itself is ``container``'s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from exam_packages.container import LEAF_BYTES, EntryLayout, aligned
from signing.second_thread import SecondThread


class EntryLayouter:
    """Takes ciphertext of one entry after another, writes it out padded and remembers the layout."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._offset = 0
        self.entries: list[EntryLayout] = []

    def add(self, ciphertext: Iterator[bytes]) -> None:
        """Write one entry. Whole leaves are hashed in a second thread while the next ones are made and written."""
        hashes: list[bytes] = []
        length = 0
        with SecondThread() as second:
            for leaf in self._written(ciphertext):
                hashes.append(b"")
                leaf_length = sum(map(len, leaf))
                hash_it = second.share if leaf_length == LEAF_BYTES else second.here
                hash_it(partial(_hash_leaf, leaf, hashes, len(hashes) - 1))
                length += leaf_length
                del leaf, hash_it  # not kept while the next one is made
        self._out.write(bytes(aligned(length) - length))
        self.entries.append(EntryLayout(offset=self._offset, length=length, leaves=b"".join(hashes)))
        self._offset += aligned(length)

    def _written(self, ciphertext: Iterator[bytes]) -> Iterator[list[memoryview]]:
        """Write it out and yield it leaf by leaf, each in the pieces it came in."""
        leaf: list[memoryview] = []
        room = LEAF_BYTES
        for chunk in ciphertext:
            self._out.write(chunk)
            rest = memoryview(chunk)
            while rest:
                piece, rest = rest[:room], rest[room:]
                leaf.append(piece)
                room -= len(piece)
                if room == 0:
                    yield leaf
                    leaf, room = [], LEAF_BYTES
        if leaf:
            yield leaf


def _hash_leaf(leaf: list[memoryview], hashes: list[bytes], number: int) -> None:
    digest = hashlib.sha256()
    for piece in leaf:
        digest.update(piece)
    hashes[number] = digest.digest()
