"""What an author left out and QTI 3.0 would read another way: written out, so that it goes on meaning the same.

Owns attributes whose default changed between versions, other than that of ``mapEntry``, and ``xml:base``, which stands for a
part of every reference below it.
"""

from __future__ import annotations

import re
from typing import Final

from lxml.etree import _Element

from exam_packages.qti.reading import XML_NAMESPACE
from exam_packages.qti.upgrade.names import Version
from exam_packages.qti.upgrade.trees import tag, take

REFERENCES: Final = ("href", "src", "data", "poster", "longdesc", "template-location")
"""Attributes that name files."""
ELSEWHERE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/#]")
"""How a reference begins that is not relative to its document."""

_BASE: Final = f"{{{XML_NAMESPACE}}}base"
_CHOOSING: Final = tuple(tag(f"qti-{kind}-interaction") for kind in ("choice", "hotspot", "hottext", "position-object"))


def write_defaults(root: _Element, version: Version) -> None:
    """Write defaults of a renamed tree out, in place.

    ``maxChoices`` absent is 0, which is without limit, in the schema of QTI 2.1, and 1 in those of 2.2 and 3.0. Where the
    response is a single one both mean the same.
    """
    if version is Version.V2_2:
        return
    single = {
        each.get("identifier")
        for each in root.iter(tag("qti-response-declaration"))
        if (each.get("cardinality") or "").strip() == "single"
    }
    for node in root.iter(*_CHOOSING):
        if node.get("max-choices") is None and node.get("response-identifier") not in single:
            node.set("max-choices", "0")


def fold_bases(root: _Element) -> None:
    """Put what ``xml:base`` says into the references below it, in place (XML Base)."""
    if any(node.get(_BASE) is not None for node in root.iter()):
        _fold(root, "")


def _fold(node: _Element, base: str) -> None:
    # The depth of a tree is limited by the reader, so recursion is safe.
    own = (take(node, _BASE) or "").strip()
    base = _joined(base, own)
    for name in REFERENCES:
        value = (node.get(name) or "").strip()
        if base and value:
            node.set(name, _joined(base, value))
    for child in node:
        _fold(child, base)


def _joined(base: str, reference: str) -> str:
    """A reference below a base; everything behind the base's last ``/`` is a file's name (RFC 3986, 5.2.3)."""
    if not reference or ELSEWHERE.match(reference):
        return reference or base
    return base[: base.rfind("/") + 1] + reference
