"""Tables and definition lists as rows and columns: spans, columns of numbers, terms with their meanings. Pure."""

from __future__ import annotations

import re
from typing import Final

from exam_packages.qti.model import Element, Node
from ui.window.content.plain import elements, plain_text, rows_of

_NUMBER: Final = re.compile(r"[-+−–±]?\s?[$€£¥]?\s?\d[\d.,:   ’']*\s?(%|percent|min|s|h|[$€£¥])?")


def term_pairs(element: Element) -> list[tuple[tuple[Node, ...], tuple[Node, ...]]]:
    """The terms of a definition list, each with its meaning; one that lacks either has an empty one."""
    pairs: list[tuple[tuple[Node, ...], tuple[Node, ...]]] = []
    term: tuple[Node, ...] = ()
    for child in elements(element, "dt", "dd"):
        if child.name == "dt":
            if term:
                pairs.append((term, ()))
            term = child.children
        else:
            pairs.append((term, child.children))
            term = ()
    return [*pairs, (term, ())] if term else pairs


def span(cell: Element, name: str) -> int:
    """How many columns or rows a cell takes; at least one."""
    value = cell.attribute(name, "1")
    return max(1, int(value)) if value.isascii() and value.isdigit() else 1


def grid_of(table: Element) -> tuple[list[dict[int, Element]], int]:
    """The cells of a table by row and column, with spans taken into account (HTML, "Forming a table")."""
    taken: set[tuple[int, int]] = set()
    grid: list[dict[int, Element]] = []
    for row, element in enumerate(rows_of(table)):
        cells: dict[int, Element] = {}
        column = 0
        for cell in element.children:
            if not isinstance(cell, Element) or cell.name not in {"td", "th"}:
                continue
            while (row, column) in taken:
                column += 1
            cells[column] = cell
            across, down = span(cell, "colspan"), span(cell, "rowspan")
            taken |= {(row + y, column + x) for y in range(down) for x in range(across)}
            column += across
        grid.append(cells)
    return grid, max((column + 1 for _row, column in taken), default=0)


def numeric_columns(grid: list[dict[int, Element]], columns: int) -> frozenset[int]:
    """Columns whose data cells are all numbers, or empty: they and their heads stand at the trailing edge."""
    result = set()
    for column in range(columns):
        words = [plain_text(row[column].children) for row in grid if column in row and row[column].name == "td"]
        filled = [each for each in words if each and each not in {"–", "—", "-", "n/a"}]
        if filled and all(_NUMBER.fullmatch(each) for each in filled):
            result.add(column)
    return frozenset(result)
