"""How long work tells how far it is. Knows no screen."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Is told how far a piece of work is."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Take note that ``done`` of ``total`` bytes or steps of ``what`` (a file name) are done."""
        ...


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""
    del what, done, total
