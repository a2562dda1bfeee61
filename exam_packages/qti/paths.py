"""Paths inside a content package, and references from one document to another.

Owns what is found wrong with the paths of a package, and what a reference means. What a path may be is
``exam_packages.package_paths``'s; nothing leaves the package.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from urllib.parse import unquote

from exam_packages.errors import LintFinding
from exam_packages.package_paths import MAX_PATH_CHARACTERS, path_fault
from exam_packages.qti.reading import Xml, finding

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


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
