"""XML trees → the one sequence of bytes they have here: Canonical XML 1.0 without comments, UTF-8."""

from __future__ import annotations

from lxml import etree
from lxml.etree import _Element


def new_root(tag: str, namespace: str) -> _Element:
    """A root element whose namespace is the default one."""
    return etree.Element(tag, nsmap={None: namespace})  # type: ignore[dict-item]  # the stubs know no default prefix


def new_element(like: _Element) -> _Element:
    """An empty element of the same name, with the same namespace prefixes."""
    return etree.Element(like.tag, nsmap=like.nsmap)  # type: ignore[arg-type]  # the stubs know no default prefix


def canonical(root: _Element) -> bytes:
    """The bytes of a tree (W3C Canonical XML 1.0): attributes sorted, no declaration, one spelling of everything."""
    return etree.tostring(root, method="c14n", with_comments=False)
