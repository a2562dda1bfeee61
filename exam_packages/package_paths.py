"""What a path inside a package may be, for those who build packages and for those who are given one.

Owns the one rule for texts and the one for a set of them. Refuses to know documents: what refers to a path is
``exam_packages.qti.paths``'s.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

MAX_PATH_CHARACTERS: Final = 200  # Windows paths end at 260, and the seat puts some in front

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}
)


def path_fault(path: str) -> str | None:
    """Why a text is no package path, or None where it is one.

    Refused are: absolute paths, ``.`` and ``..`` and empty parts, backslashes, control characters and what Windows cannot
    store, parts that end in a dot or a space, names Windows reserves, and any spelling that is not NFC.
    """
    if not path or len(path) > MAX_PATH_CHARACTERS:
        return "is empty or too long"
    if _FORBIDDEN.search(path):
        return "holds a character that no path may have"
    if path.startswith("/"):
        return "is absolute"
    if unicodedata.normalize("NFC", path) != path:
        return "is not in Unicode normal form C"
    for part in path.split("/"):
        if part in {"", ".", ".."}:
            return "has an empty part, . or .."
        if part[-1] in ". " or part[0] == " " or part.split(".")[0].casefold() in _RESERVED:
            return "has a part that not every system can store"
    return None


def first_clash(paths: Iterable[str]) -> str | None:
    """Return the first path that is another one where capitals do not count, or a file that is a folder, too; None without."""
    seen: set[str] = set()
    folders: set[str] = set()
    listed = tuple(paths)
    for path in listed:
        parts = path.casefold().split("/")
        folders.update("/".join(parts[:depth]) for depth in range(1, len(parts)))
    for path in listed:
        folded = path.casefold()
        if folded in seen or folded in folders:
            return path
        seen.add(folded)
    return None
