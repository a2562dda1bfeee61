"""The line at the side of a quotation: where it stands and how it looks. Refuses to know what is quoted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QTextBlock, QTextDocument

from ui.window.content.looks import QUOTATION
from ui.window.theme import Tokens

_LINE_PX: Final = 3
_INSET_PX: Final = 8
"""From the edge that the indented text stands back from."""


def quotation_lines(document: QTextDocument, tokens: Tokens) -> tuple[QRectF, ...]:
    """Where the lines stand, in the document's coordinates: one a quotation, however many paragraphs it has."""
    width, inset = max(2, tokens.px(_LINE_PX)), tokens.px(_INSET_PX)
    lines: dict[int, QRectF] = {}
    for block, number in _quoted(document):
        box = document.documentLayout().blockBoundingRect(block)
        right_to_left = block.blockFormat().layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = document.textWidth() - inset - width if right_to_left else inset
        line = QRectF(left, box.top(), width, box.height())
        lines[number] = lines[number].united(line) if number in lines else line
    return tuple(lines.values())


def _quoted(document: QTextDocument) -> Iterator[tuple[QTextBlock, int]]:
    """The quoted paragraphs, each with the number of its quotation."""
    block = document.begin()
    while block.isValid():
        value = block.blockFormat().property(QUOTATION)
        if value is not None:
            yield block, int(value)
        block = block.next()


def paint_quotations(painter: QPainter, document: QTextDocument, tokens: Tokens) -> None:
    """Draw the lines, in the document's coordinates."""
    for line in quotation_lines(document, tokens):
        painter.fillRect(line, QColor(tokens.line))
