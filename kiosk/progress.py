"""How long work tells how far it is. Knows no screen."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Is told how far a piece of work is."""

    def __call__(self, done: int, total: int, what: str) -> None:
        """Take note that ``done`` of ``total`` bytes or steps of ``what`` (a file name) are done."""
        ...


def silent(done: int, total: int, what: str) -> None:
    """Tell nobody."""
    del done, total, what
