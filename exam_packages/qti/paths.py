"""Paths inside a content package, and references from one document to another.

Owns what a path may be. A path is relative to the package's root, parted by ``/``, in one spelling; nothing leaves the
package.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote

from exam_packages.errors import LintFinding
from exam_packages.qti.reading import Xml, finding

MAX_PATH_CHARACTERS: Final = 200  # Windows paths end at 260, and the seat puts some in front

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
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


def path_findings(paths: Iterable[str]) -> list[LintFinding]:
    """What is wrong with the paths of a package, collisions by case included."""
    found: list[LintFinding] = []
    seen: dict[str, str] = {}
    for path in sorted(paths):
        shown = path.encode("unicode_escape").decode("ascii")[:MAX_PATH_CHARACTERS]
        fault = path_fault(path)
        if fault is not None:
            found.append(finding(shown, "path", f"is a path that {fault}", "Rename the file"))
            continue
        other = seen.setdefault(path.casefold(), path)
        if other != path:
            found.append(finding(shown, "path-case", f"differs from {other} by case only", "Rename one of them"))
    return found


def is_external(reference: str) -> bool:
    """Whether a URI reference names a scheme or a host: nothing of the package does."""
    return _SCHEME.match(reference.strip()) is not None or reference.strip().startswith("//")


def resolve(xml: Xml, name: str, folder: str) -> str:
    """The package path that a reference attribute means.

    Args:
        xml: the element; its attribute ``name`` is a relative URI (RFC 3986), percent-encoded where it has to be.
        folder: what it is relative to, a package path or the empty string.

    Raises:
        SourceRefused: it is external, leaves the package, or is no package path.
    """
    reference = xml.required(name)
    if is_external(reference):
        raise xml.refused("external-reference", f"refers to {reference[:120]}", "Put the file into the package")
    if "#" in reference or "?" in reference:
        raise xml.refused("reference", f"refers to {reference[:120]}", "Name a file, without fragment or query")
    decoded = unquote(reference, errors="replace")
    path = posixpath.normpath(posixpath.join(folder, decoded))
    if decoded.startswith("/") or path.startswith("..") or path_fault(path) is not None:
        raise xml.refused("reference", f"refers to {reference[:120]}, which is no path in the package", "Correct it")
    return path
