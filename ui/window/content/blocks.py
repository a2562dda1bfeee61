"""Content cut into what needs a widget of its own: running text, tables, pictures, media, columns, boxes, interactions.

Pure; refuses to know Qt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias, get_args

from exam_packages.qti.model import (
    BlockInteraction,
    Element,
    Gap,
    Hottext,
    InlineChoiceInteraction,
    Media,
    Node,
    Text,
    TextEntryInteraction,
)
from ui.window.content.grids import grid_of, span
from ui.window.content.plain import classes, elements, is_formula

_ICON_PX: Final = 48
"""Pictures up to this height stay among the words."""
COLUMNS: Final = 12
"""A row of the shared vocabulary's layout has twelve columns."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Content that stands beside other content."""

    nodes: tuple[Node, ...]
    span: int
    """How many of the twelve columns it takes."""
    offset: int = 0
    """How many stay free before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowBlock:
    """``qti-layout-row``: columns side by side where there is room, else one below the other."""

    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxBlock:
    """``qti-bordered`` or ``qti-well``: content with a line around it."""

    nodes: tuple[Node, ...]
    sunken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedBlock:
    """A container with a direction of its own and something in it that is no running text: all of it runs that way."""

    nodes: tuple[Node, ...]
    mirrored: bool
    """From right to left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreformattedBlock:
    """Text whose lines are as long as they are: it may be wider than there is room."""

    text: Element


Block: TypeAlias = (
    ProseBlock
    | TableBlock
    | PreformattedBlock
    | PictureBlock
    | RowBlock
    | BoxBlock
    | TurnedBlock
    | Media
    | BlockInteraction
)
_Piece: TypeAlias = Node | TableBlock | PreformattedBlock | PictureBlock | RowBlock | BoxBlock | TurnedBlock

_SECTIONING: Final = frozenset(
    {"address", "article", "aside", "blockquote", "div", "figure", "footer", "header", "section"}
)
"""What may be taken apart: it only groups blocks. A paragraph keeps the pictures that stand in its lines."""

_ALONE: Final = (*get_args(BlockInteraction), Media)
"""Nodes that are a block by themselves."""
_COLUMN_CLASS: Final = re.compile(r"qti-layout-(col|offset)(\d{1,2})")
_ROW_CLASS: Final = "qti-layout-row"
_BOXES: Final = frozenset({"qti-well", "qti-bordered"})
_CARRIED: Final = frozenset({"qti-align-left", "qti-align-center", "qti-align-right", "qti-underline", "qti-italic"})
"""What a container that is taken apart hands on to the pieces of it."""


def blocks_of(nodes: Iterable[Node]) -> tuple[Block, ...]:
    """Cut content into blocks, in reading order."""
    result: list[Block] = []
    prose: list[Node] = []
    for piece in _pieces(nodes):
        if isinstance(piece, (Text, Element, Gap, Hottext, InlineChoiceInteraction, TextEntryInteraction)):
            prose.append(piece)
        else:
            _close(prose, result)
            last = result[-1] if result else None
            if isinstance(piece, PreformattedBlock) and isinstance(last, PreformattedBlock):
                result[-1] = _joined(last, piece)
            else:
                result.append(piece)
    _close(prose, result)
    return tuple(result)


def _close(prose: list[Node], result: list[Block]) -> None:
    if any(not (isinstance(node, Text) and not node.text.strip()) for node in prose):
        result.append(ProseBlock(nodes=tuple(prose)))
    prose.clear()


def _joined(first: PreformattedBlock, second: PreformattedBlock) -> PreformattedBlock:
    """Preformatted text that goes on in another element is one text, as when each line of a listing is one."""
    lines = (*first.text.children, Text("\n"), *second.text.children)
    return PreformattedBlock(text=_with_children(first.text, lines))


def _pieces(nodes: Iterable[Node]) -> Iterator[_Piece]:
    for node in nodes:
        if not isinstance(node, Element):
            yield node
        elif node.attribute("dir").lower() in {"ltr", "rtl"} and _needs_turning(node):
            yield TurnedBlock(nodes=(_undirected(node),), mirrored=node.attribute("dir").lower() == "rtl")
        elif _ROW_CLASS in classes(node):
            yield from _row(node)
        elif _BOXES & classes(node) and node.name in _SECTIONING | {"p", "span"} and node.name != "table":
            yield BoxBlock(nodes=(_unboxed(node),), sunken="qti-well" in classes(node))
        elif node.name == "table":
            yield from _table(node)
        elif node.name == "pre" and not _holds_blocks(node):
            yield PreformattedBlock(text=node)
        elif node.name in {"ol", "ul"} and _holds_blocks(node):
            yield from _cut_list(node)
        elif node.name == "figure" or _is_lone_picture(node):
            yield from _pictures(node)
        elif _ends_with_picture(node):
            yield from _pieces(_apart(node))
        elif _needs_cutting(node):
            yield from _pieces(_handed_on(node))
        else:
            yield node


def _unboxed(node: Element) -> Element:
    """A box's content without what makes it one."""
    rest = " ".join(word for word in node.attribute("class").split() if word not in _BOXES)
    attributes = tuple((name, rest if name == "class" else value) for name, value in node.attributes)
    return Element(name=node.name, attributes=attributes, children=node.children)


def _needs_turning(node: Element) -> bool:
    return node.name != "table" and (_needs_cutting(node) or _ROW_CLASS in classes(node))


def _undirected(node: Element) -> Element:
    """A container without its direction."""
    attributes = tuple((name, value) for name, value in node.attributes if name != "dir")
    return Element(name=node.name, attributes=attributes, children=node.children)


def _handed_on(node: Element) -> Iterator[Node]:
    """The children of a container, with its alignment where they have none of their own."""
    carried = [word for word in node.attribute("class").split() if word in _CARRIED]
    for child in node.children:
        if not isinstance(child, Element) or not carried:
            yield child
            continue
        attributes = dict(child.attributes)
        attributes["class"] = " ".join([*carried, *child.attribute("class").split()])
        yield Element(name=child.name, attributes=tuple(attributes.items()), children=child.children)


def _cut_list(node: Element) -> Iterator[_Piece]:
    """A list with interactions or media in its items: what leads up to them stays an item, and counting goes on."""
    start = node.attribute("start")
    number = int(start) if start.isascii() and start.isdigit() else 1
    waiting: list[Element] = []
    first = number
    for item in (child for child in node.children if isinstance(child, Element)):
        held = next((place for place, child in enumerate(item.children) if _is_or_holds_block(child)), None)
        lead = item.children if held is None else item.children[:held]
        if held is None or node.name == "ol" or not _is_blank(lead):
            waiting.append(_with_children(item, lead))
        if held is not None:
            yield from _listed(node, waiting, first)
            yield from _pieces(item.children[held:])
            waiting, first = [], number + 1
        number += 1
    yield from _listed(node, waiting, first)


def _listed(node: Element, items: list[Element], first: int) -> Iterator[Element]:
    if items:
        attributes = dict(node.attributes) | ({"start": str(first)} if node.name == "ol" else {})
        yield Element(name=node.name, attributes=tuple(attributes.items()), children=tuple(items))


def _with_children(node: Element, children: tuple[Node, ...]) -> Element:
    return Element(name=node.name, attributes=node.attributes, children=children)


def _is_blank(nodes: Iterable[Node]) -> bool:
    return all(isinstance(node, Text) and not node.text.strip() for node in nodes)


def _is_or_holds_block(node: Node) -> bool:
    return isinstance(node, _ALONE) or (isinstance(node, Element) and _holds_blocks(node))


# -- rows and columns -------------------------------------------------------------------------------------------------


def _row(row: Element) -> Iterator[_Piece]:
    """A layout row; one with a single column over the whole width is no row."""
    columns: list[Column] = []
    offset = 0
    for child in row.children:
        if isinstance(child, Text) and not child.text.strip():
            continue
        wide, free = _column_of(child)
        nodes = child.children if isinstance(child, Element) and _only_holds(child) else (child,)
        if all(isinstance(each, Text) and not each.text.strip() for each in nodes):
            offset += wide + free  # an empty column only keeps room
            continue
        columns.append(Column(nodes=nodes, span=wide, offset=offset + free))
        offset = 0
    if len(columns) == 1 and not columns[0].offset:
        yield from _pieces(columns[0].nodes)
    elif columns:
        yield RowBlock(columns=tuple(columns))


def _only_holds(column: Element) -> bool:
    """Whether a column's element does nothing but hold its content."""
    words = classes(column)
    return column.name == "div" and not words & (_CARRIED | _BOXES) and _ROW_CLASS not in words


def _column_of(node: Node) -> tuple[int, int]:
    """How many columns a child of a row takes, and how many it leaves free before it."""
    wide, free = COLUMNS, 0
    for word in classes(node) if isinstance(node, Element) else ():
        found = _COLUMN_CLASS.fullmatch(word)
        if found is not None and found[1] == "col":
            wide = min(max(int(found[2]), 1), COLUMNS)
        elif found is not None:
            free = min(int(found[2]), COLUMNS - 1)
    return wide, free


def _table(table: Element) -> Iterator[_Piece]:
    """A table; one with block interactions in its cells becomes rows of columns."""
    if not _holds_blocks(table):
        yield TableBlock(table=table)
        return
    for caption in elements(table, "caption"):
        yield Element(name="p", children=caption.children)
    grid, columns = grid_of(table)
    for cells in grid:
        made = [
            Column(nodes=cell.children, span=max(1, COLUMNS * min(span(cell, "colspan"), columns) // columns))
            for _place, cell in sorted(cells.items())
        ]
        if made:
            yield RowBlock(columns=tuple(made))


# -- pictures ---------------------------------------------------------------------------------------------------------


def _pictures(node: Element) -> Iterator[_Piece]:
    images = [node] if node.name == "img" else list(elements(node, "img"))
    captions = tuple(child for caption in elements(node, "figcaption") for child in caption.children)
    if not images or _holds_blocks(node) or any(is_formula(image) for image in images):
        yield from _pieces(node.children)
        return
    for place, image in enumerate(images):
        yield PictureBlock(image=image, caption=captions if place == len(images) - 1 else ())


def _is_lone_picture(node: Element) -> bool:
    if node.name == "img":
        return not is_formula(node)
    children = [child for child in node.children if not (isinstance(child, Text) and not child.text.strip())]
    return (
        node.name in {"p", "div", "span"}
        and len(children) == 1
        and isinstance(children[0], Element)
        and _is_lone_picture(children[0])
    )


def _ends_with_picture(node: Element) -> bool:
    """Whether a paragraph has its one picture before or after all of its words: it then stands above or below them."""
    told = _told(node)
    found = [child for child in told if isinstance(child, Element) and child.name == "img" and not is_formula(child)]
    return (
        node.name == "p"
        and len(told) > 1
        and len(found) == len(list(elements(node, "img"))) == 1
        and (found[0] is told[0] or found[0] is told[-1])
        and not _is_small(found[0])
        and not _holds_blocks(node)
    )


def _told(node: Element) -> list[Node]:
    """What there is in a paragraph, without white space and line breaks."""
    return [
        child
        for child in node.children
        if not (isinstance(child, Text) and not child.text.strip())
        and not (isinstance(child, Element) and child.name == "br")
    ]


def _is_small(image: Element) -> bool:
    """Whether a picture is said to be about as high as letters, which is an icon among them."""
    height = image.attribute("height").removesuffix("px").strip()
    return height.isascii() and height.isdigit() and int(height) <= _ICON_PX


def _apart(node: Element) -> Iterator[Element]:
    """A paragraph's words and its picture, each in a paragraph of its own."""
    told = _told(node)
    picture = next(child for child in told if isinstance(child, Element) and child.name == "img")
    words = tuple(child for child in node.children if child is not picture)
    pieces = [_with_children(node, words), _with_children(node, (picture,))]
    yield from reversed(pieces) if picture is told[0] else pieces


def _needs_cutting(node: Element) -> bool:
    """Whether a container holds something that cannot stand in running text. Lists keep their tables and pictures."""
    if _holds_blocks(node) or _holds_layout(node):
        return True
    return node.name in _SECTIONING and any(
        isinstance(child, Element)
        and (
            child.name in {"table", "figure", "pre"}
            or _is_lone_picture(child)
            or _ends_with_picture(child)
            or _needs_cutting(child)
        )
        for child in node.children
    )


def _holds_layout(node: Element) -> bool:
    """Whether a container has rows or boxes in it."""
    return node.name in _SECTIONING and any(
        isinstance(child, Element)
        and (_ROW_CLASS in classes(child) or bool(_BOXES & classes(child)) or _holds_layout(child))
        for child in node.children
    )


def _holds_blocks(node: Element) -> bool:
    return any(
        isinstance(child, _ALONE) or (isinstance(child, Element) and _holds_blocks(child)) for child in node.children
    )
