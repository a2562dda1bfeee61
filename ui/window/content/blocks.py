"""Content cut into what needs a widget of its own: running text, tables, pictures, block interactions.

Pure; refuses to know Qt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from exam_packages.qti.model import (
    BlockInteraction,
    ChoiceInteraction,
    Element,
    ExtendedTextInteraction,
    MatchInteraction,
    Node,
    OrderInteraction,
    Text,
)
from ui.window.content.plain import elements


@dataclass(frozen=True, slots=True, kw_only=True)
class ProseBlock:
    """Paragraphs, headings, lists and quotations that follow one another."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBlock:
    """One table."""

    table: Element


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureBlock:
    """One picture with its caption."""

    image: Element
    caption: tuple[Node, ...] = ()


Block: TypeAlias = ProseBlock | TableBlock | PictureBlock | BlockInteraction

_SECTIONING: Final = frozenset(
    {"address", "article", "aside", "blockquote", "div", "figure", "footer", "header", "section"}
)
"""What may be taken apart: it only groups blocks. A paragraph keeps the pictures that stand in its lines."""

_INTERACTIONS: Final = (ChoiceInteraction, OrderInteraction, MatchInteraction, ExtendedTextInteraction)


def blocks_of(nodes: Iterable[Node]) -> tuple[Block, ...]:
    """Cut content into blocks, in reading order."""
    result: list[Block] = []
    prose: list[Node] = []
    for piece in _pieces(nodes):
        if isinstance(piece, (Text, Element)) or not isinstance(
            piece, (ProseBlock, TableBlock, PictureBlock, *_INTERACTIONS)
        ):
            prose.append(piece)
            continue
        _close(prose, result)
        result.append(piece)
    _close(prose, result)
    return tuple(result)


def _close(prose: list[Node], result: list[Block]) -> None:
    if any(not (isinstance(node, Text) and not node.text.strip()) for node in prose):
        result.append(ProseBlock(nodes=tuple(prose)))
    prose.clear()


def _pieces(nodes: Iterable[Node]) -> Iterator[Node | TableBlock | PictureBlock]:
    for node in nodes:
        if not isinstance(node, Element):
            yield node
        elif node.name == "table" and not _holds_interaction(node):
            yield TableBlock(table=node)
        elif node.name == "figure" or _is_lone_picture(node):
            yield from _pictures(node)
        elif _needs_cutting(node):
            yield from _pieces(node.children)
        else:
            yield node


def _pictures(node: Element) -> Iterator[Node | TableBlock | PictureBlock]:
    images = [node] if node.name == "img" else list(elements(node, "img"))
    captions = tuple(child for caption in elements(node, "figcaption") for child in caption.children)
    if not images:
        yield from _pieces(node.children)
    for place, image in enumerate(images):
        yield PictureBlock(image=image, caption=captions if place == len(images) - 1 else ())


def _is_lone_picture(node: Element) -> bool:
    if node.name == "img":
        return True
    children = [child for child in node.children if not (isinstance(child, Text) and not child.text.strip())]
    return (
        node.name in {"p", "div", "span"}
        and len(children) == 1
        and isinstance(children[0], Element)
        and _is_lone_picture(children[0])
    )


def _needs_cutting(node: Element) -> bool:
    """Whether a container holds something that cannot stand in running text. Lists keep their tables and pictures."""
    if _holds_interaction(node):
        return True
    return node.name in _SECTIONING and any(
        isinstance(child, Element)
        and (child.name in {"table", "figure"} or _is_lone_picture(child) or _needs_cutting(child))
        for child in node.children
    )


def _holds_interaction(node: Element) -> bool:
    return any(
        isinstance(child, _INTERACTIONS) or (isinstance(child, Element) and _holds_interaction(child))
        for child in node.children
    )
