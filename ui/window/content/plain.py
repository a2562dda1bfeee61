"""Content as plain words: what assistive technology reads, and what names a group of controls."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from exam_packages.qti.model import (
    Element,
    Gap,
    Hottext,
    InlineChoiceInteraction,
    InlineInteraction,
    Media,
    Node,
    Text,
    TextEntryInteraction,
)

Blank: TypeAlias = InlineInteraction | Gap
"""What stands in running text and takes an answer."""
BlankWords: TypeAlias = Callable[[Blank], str]

# fmt: off
BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "caption", "dd", "div", "dl", "dt", "figcaption", "figure",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})
# fmt: on
"""Elements that begin a line of their own."""

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
"""White space as HTML collapses it; a no-break space is kept."""


def collapse(text: str) -> str:
    """White space runs as one space each."""
    return _SPACES.sub(" ", text)


def classes(element: Element) -> frozenset[str]:
    """The class names of an element."""
    return frozenset(element.attribute("class").split())


def is_formula(element: Element) -> bool:
    """Whether a picture is a formula, drawn when the package was built: it stands in the line like a word."""
    return element.name == "img" and "kiosk-math" in classes(element)


def plain_text(nodes: Iterable[Node], blank: BlankWords = lambda _interaction: "…") -> str:
    """The words of content, one line for each block; pictures by their alternative text, tables row by row.

    Args:
        nodes: content; block interactions are passed over, they speak for themselves.
        blank: what stands for an inline interaction or a gap.
    """
    pieces = "".join(_pieces(nodes, blank))
    lines = (line.strip() for line in pieces.split("\n"))
    return "\n".join(line for line in lines if line)


def _pieces(nodes: Iterable[Node], blank: BlankWords) -> Iterator[str]:
    for node in nodes:
        match node:
            case Text():
                yield collapse(node.text)
            case Element():
                yield from _of_element(node, blank)
            case InlineChoiceInteraction() | TextEntryInteraction() | Gap():
                yield blank(node)
            case Hottext():
                yield from _pieces(node.content, blank)
            case Media():
                yield f"\n{node.label}\n"
            case _:
                yield "\n"


def _of_element(element: Element, blank: BlankWords) -> Iterator[str]:
    if element.name == "img":
        yield element.attribute("alt")
    elif element.name == "br":
        yield "\n"
    elif element.name == "rt":
        yield from ("(", *_pieces(element.children, blank), ")")
    elif element.name == "rp":
        return
    elif element.name == "table":
        yield "\n" + _table_words(element, blank) + "\n"
    elif element.name in BLOCKS:
        yield "\n"
        yield from _pieces(element.children, blank)
        yield "\n"
    else:
        yield from _pieces(element.children, blank)


def elements(node: Element, *names: str) -> Iterator[Element]:
    """Every element of some names below another, in document order."""
    for child in node.children:
        if isinstance(child, Element):
            if child.name in names:
                yield child
            yield from elements(child, *names)


def rows_of(table: Element) -> Iterator[Element]:
    """The rows of a table itself, not those of tables in its cells."""
    for child in table.children:
        if isinstance(child, Element) and child.name == "tr":
            yield child
        elif isinstance(child, Element) and child.name in {"thead", "tbody", "tfoot"}:
            yield from rows_of(child)


def _table_words(table: Element, blank: BlankWords) -> str:
    """A table read row by row, each cell with the head of its column, since nobody hears where columns stand."""
    lines = [plain_text(caption.children, blank) for caption in elements(table, "caption")]
    rows = [_cells(row) for row in rows_of(table)]
    has_head = bool(rows) and all(cell.name == "th" for cell in rows[0])
    heads = [plain_text(cell.children, blank) for cell in rows[0]] if has_head else []
    for row in rows[1:] if has_head else rows:
        words = [plain_text(cell.children, blank).replace("\n", " ") for cell in row]
        lines.append("; ".join(_with_head(heads, place, each) for place, each in enumerate(words)))
    return "\n".join(lines)


def _with_head(heads: list[str], place: int, words: str) -> str:
    return f"{heads[place]}: {words}" if 0 < place < len(heads) and heads[place] else words


def _cells(row: Element) -> list[Element]:
    return [child for child in row.children if isinstance(child, Element) and child.name in {"td", "th"}]


def has_interaction(nodes: Iterable[Node]) -> bool:
    """Whether any interaction stands in the content."""
    return any(
        has_interaction(node.children) if isinstance(node, Element) else not isinstance(node, Text) for node in nodes
    )


def longest_word_width(text: str, width_of: Callable[[str], float]) -> float:
    """The width of the widest word, which no column may be narrower than."""
    return max((width_of(word) for word in text.split()), default=0.0)


def heading_and_rest(nodes: tuple[Node, ...]) -> tuple[str, tuple[Node, ...]]:
    """The words of the heading that content begins with, and the content without it; no words where there is none."""
    for place, node in enumerate(nodes):
        if isinstance(node, Element) and node.name in _HEADINGS:
            return plain_text((node,)), nodes[:place] + nodes[place + 1 :]
        if not (isinstance(node, Text) and not node.text.strip()):
            break
    return "", nodes
