"""Taking elements out of a tree, and putting others in, without losing the text around them."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree
from lxml.etree import _Element

from exam_packages.qti.reading import QTI3_NAMESPACE, line_of


def tag(name: str) -> str:
    """A name in the namespace of QTI 3.0, as lxml writes it."""
    return f"{{{QTI3_NAMESPACE}}}{name}"


def local(node: _Element) -> str:
    """An element's local name."""
    return etree.QName(node).localname


def remove(node: _Element) -> None:
    """Take an element out with its content; the text behind it stays."""
    parent = node.getparent()
    if parent is None:
        raise AssertionError("a document keeps its root")
    _add_before(node, node.tail or "")
    node.tail = None
    parent.remove(node)


def unwrap(node: _Element) -> None:
    """Put an element's content in its place."""
    _add_before(node, node.text or "")
    node.text = None
    for child in list(node):
        node.addprevious(child)  # takes its tail along
    remove(node)


def replace(node: _Element, new: Iterable[_Element]) -> None:
    """Put elements, without text behind them, in the place of one."""
    for each in new:
        each.tail = None
        node.addprevious(each)
    remove(node)


def make(like: _Element, name: str) -> _Element:
    """A new element of QTI 3.0 that stands on another one's line."""
    made = like.makeelement(tag(name))
    stand_on(made, line_of(like))
    return made


def stand_on(node: _Element, line: int) -> None:
    """Say that an element stands on a line of its file; 0 is nowhere."""
    node.sourceline = line or None  # type: ignore[assignment]  # the stubs leave its type open


def take(node: _Element, name: str) -> str | None:
    """An attribute's text, taken off the element; None where it was not there."""
    value = node.get(name)
    if value is None:
        return None
    del node.attrib[name]
    return str(value)


def text_of(node: _Element) -> str:
    """All text in an element, white space collapsed."""
    return " ".join("".join(str(each) for each in node.itertext()).split())


def _add_before(node: _Element, text: str) -> None:
    if not text:
        return
    before = node.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent = node.getparent()
        if parent is None:
            raise AssertionError("a root has no text before it")
        parent.text = (parent.text or "") + text
