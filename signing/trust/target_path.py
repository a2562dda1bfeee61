"""The names a drop may list.

Owns which names mean one and the same file on every file system a stick is formatted with. Refuses to know what the
files are.
"""

import re
from collections.abc import Iterable
from typing import Final

from signing.errors import FormRefused

MAX_DEPTH = 3
MAX_CHARACTERS = 200
PATTERNS: Final = tuple("/".join(["*"] * depth) for depth in range(1, MAX_DEPTH + 1))
"""What the targets metadata delegates to ``drop``: a pattern's star never matches a slash (TUF §4.5, PATHPATTERN)."""

_PART = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.+-]*[A-Za-z0-9_+-])?", re.ASCII)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.ASCII | re.IGNORECASE)
"""Windows takes these for devices, whatever follows the first dot."""


def refuse_bad_path(untrusted_path: str, *, place: str) -> None:
    """Check that a path stays in its folder and is portable.

    Raises:
        FormRefused: absolute, leading out, too deep or too long, hidden, reserved on Windows, or with other characters
        than
            ASCII letters, digits and ``_ . + -``.
    """
    parts = untrusted_path.split("/")
    if len(untrusted_path) > MAX_CHARACTERS or len(parts) > MAX_DEPTH:
        raise FormRefused("lists a path that is too long", place=place)
    for part in parts:
        if _PART.fullmatch(part) is None or _RESERVED.fullmatch(part) is not None:
            raise FormRefused(f"lists a path that is not portable: {untrusted_path!a:.60}", place=place)


def refuse_clashing_paths(paths: Iterable[str], *, place: str) -> None:
    """Check that no two paths are one file where capitals do not count, and that no file is also a folder.

    Raises:
        FormRefused: otherwise.
    """
    seen: set[str] = set()
    folders: set[str] = set()
    for path in paths:
        folded = path.lower()
        if folded in seen:
            raise FormRefused(f"lists a path twice: {path!a:.60}", place=place)
        seen.add(folded)
        parts = folded.split("/")
        folders.update("/".join(parts[:depth]) for depth in range(1, len(parts)))
    if seen & folders:
        raise FormRefused("lists a path that is a file and a folder", place=place)
