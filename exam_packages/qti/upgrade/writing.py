"""Upgraded trees → bytes in which every element still stands on its author's line.

Findings name file and line of what the author wrote, and the linter reads what this module writes. So the writer moves start
tags down to the line they had, with line breaks inside the tag, where XML has no meaning for them; text is never changed. Where
text of an included file would push what follows below its line, its line breaks are written as character references.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree
from lxml.etree import _Element

from exam_packages.qti.reading import XML_NAMESPACE, line_of

_TEXT: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_VALUE: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
)


@dataclass(frozen=True, slots=True)
class _Tag:
    """A start tag without its end, and the line it has to end on; 0 is anywhere."""

    opened: str
    closing: str
    line: int


@dataclass(frozen=True, slots=True)
class _Text:
    """Characters, or an end tag, already escaped."""

    written: str


def with_lines(root: _Element) -> bytes:
    """The bytes of a tree, UTF-8, with every start tag ending on its ``sourceline`` wherever that can be.

    The same tree gives the same bytes, and reading them gives the same tree with the same lines.
    """
    pieces = list(_pieces(root, ""))
    wanted = _lines_below(pieces)
    written: list[str] = []
    line = 1
    for piece, limit in zip(pieces, wanted, strict=True):
        if isinstance(piece, _Tag):
            missing = max(0, piece.line - line) if piece.line else 0
            text = piece.opened + "\n" * missing + piece.closing
        else:
            text = piece.written
            if limit and line + text.count("\n") > limit:
                text = text.replace("\n", "&#10;")
        written.append(text)
        line += text.count("\n")
    return "".join(written).encode("utf-8")


def _lines_below(pieces: list[_Tag | _Text]) -> list[int]:
    """For every piece, the line of the next start tag that has one; 0 where none follows."""
    limits: list[int] = []
    following = 0
    for piece in reversed(pieces):
        limits.append(following)
        if isinstance(piece, _Tag) and piece.line:
            following = piece.line
    return limits[::-1]


def _pieces(node: _Element, inherited: str) -> Iterator[_Tag | _Text]:
    # The depth of a tree is limited by the reader, so recursion is safe.
    name = etree.QName(node)
    namespace = name.namespace or ""
    declared = "" if namespace == inherited else f' xmlns="{namespace.translate(_VALUE)}"'
    opened = f"<{name.localname}{declared}{''.join(_attributes(node))}"
    if not len(node) and not node.text:
        yield _Tag(opened, "/>", line_of(node))
        return
    yield _Tag(opened, ">", line_of(node))
    if node.text:
        yield _Text(node.text.translate(_TEXT))
    for child in node:
        yield from _pieces(child, namespace)
        if child.tail:
            yield _Text(child.tail.translate(_TEXT))
    yield _Text(f"</{name.localname}>")


def _attributes(node: _Element) -> Iterator[str]:
    foreign = 0
    for key, value in node.attrib.items():
        name = etree.QName(str(key))
        written = str(value).translate(_VALUE)
        if not name.namespace:
            yield f' {name.localname}="{written}"'
        elif name.namespace == XML_NAMESPACE:
            yield f' xml:{name.localname}="{written}"'
        else:
            yield f' xmlns:n{foreign}="{name.namespace.translate(_VALUE)}" n{foreign}:{name.localname}="{written}"'
            foreign += 1
