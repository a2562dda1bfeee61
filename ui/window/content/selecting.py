"""Selecting words in prose by mouse and by keyboard, and the marks a highlighter leaves there.

Owns the cursor, the selection and the highlights of one document. Nothing that is selected reaches a clipboard: there is
no key, menu or drag for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QTextCursor, QTextDocument

from ui.window.content.runs import Range, line_rects, x_of
from ui.window.theme import Marker, MarkerLook, Tokens
from ui.window.tools.highlighting import paint_marker_line

_MOVES: Final[dict[int, tuple[QTextCursor.MoveOperation, QTextCursor.MoveOperation]]] = {
    Qt.Key.Key_Left: (QTextCursor.MoveOperation.Left, QTextCursor.MoveOperation.WordLeft),
    Qt.Key.Key_Right: (QTextCursor.MoveOperation.Right, QTextCursor.MoveOperation.WordRight),
    Qt.Key.Key_Up: (QTextCursor.MoveOperation.Up, QTextCursor.MoveOperation.PreviousBlock),
    Qt.Key.Key_Down: (QTextCursor.MoveOperation.Down, QTextCursor.MoveOperation.NextBlock),
    Qt.Key.Key_Home: (QTextCursor.MoveOperation.StartOfLine, QTextCursor.MoveOperation.Start),
    Qt.Key.Key_End: (QTextCursor.MoveOperation.EndOfLine, QTextCursor.MoveOperation.End),
}
"""By key: alone, and with Control."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    """A marked piece of a document."""

    start: int
    end: int
    colour: str
    """The name of a pen (``Marker``)."""


def without(highlights: Iterable[Highlight], piece: Range) -> list[Highlight]:
    """Highlights with a piece taken out of them."""
    start, end = piece
    result = []
    for each in highlights:
        if each.start < min(each.end, start):
            result.append(Highlight(start=each.start, end=min(each.end, start), colour=each.colour))
        if max(each.start, end) < each.end:
            result.append(Highlight(start=max(each.start, end), end=each.end, colour=each.colour))
    return result


def with_highlight(highlights: Iterable[Highlight], new: Highlight) -> list[Highlight]:
    """Highlights with one more, which lies over the others; neighbours of one colour become one."""
    result: list[Highlight] = []
    for each in sorted([*without(highlights, (new.start, new.end)), new], key=lambda each: each.start):
        if result and result[-1].end == each.start and result[-1].colour == each.colour:
            each = Highlight(start=result.pop().start, end=each.end, colour=each.colour)  # noqa: PLW2901  # grown
        result.append(each)
    return result


def look_of(colour: str, tokens: Tokens) -> MarkerLook:
    """How a highlight looks; one of an unknown colour is yellow."""
    return tokens.marker(Marker(colour) if colour in {each.value for each in Marker} else Marker.YELLOW)


class Selector:
    """Cursor, selection and highlights of one document; made when its text is there, since a cursor moves with it."""

    def __init__(self, document: QTextDocument, tokens: Tokens) -> None:
        self._document, self._tokens = document, tokens
        self._cursor = QTextCursor(document)
        self.highlights: list[Highlight] = []
        self.active = False

    def range(self) -> Range | None:
        """What is selected; None where nothing is."""
        if not self._cursor.hasSelection():
            return None
        return self._cursor.selectionStart(), self._cursor.selectionEnd()

    def position(self) -> int:
        """Where the cursor stands."""
        return self._cursor.position()

    def clear(self) -> None:
        """Select nothing."""
        self._cursor.clearSelection()

    def press(self, at: QPointF, *, extend: bool) -> None:
        """Begin a selection, or extend the one there is."""
        self._go(self._position(at), extend=extend)

    def drag(self, at: QPointF) -> None:
        """Extend the selection."""
        self._go(self._position(at), extend=True)

    def select_word(self, at: QPointF) -> None:
        """Select the word at a place."""
        self._go(self._position(at), extend=False)
        self._cursor.select(QTextCursor.SelectionType.WordUnderCursor)

    def _position(self, at: QPointF) -> int:
        return max(0, self._document.documentLayout().hitTest(at, Qt.HitTestAccuracy.FuzzyHit))

    def _go(self, position: int, *, extend: bool) -> None:
        mode = QTextCursor.MoveMode.KeepAnchor if extend else QTextCursor.MoveMode.MoveAnchor
        self._cursor.setPosition(min(position, self._document.characterCount() - 1), mode)

    def key(self, event: QKeyEvent) -> bool:
        """Move or extend by the keyboard; tells whether the key was one for it."""
        moves = _MOVES.get(event.key())
        modifiers = event.modifiers()
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_A and control:
            self._cursor.select(QTextCursor.SelectionType.Document)
            return True
        if event.key() == Qt.Key.Key_Escape and self._cursor.hasSelection():
            self.clear()
            return True
        if moves is None:
            return False
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        mode = QTextCursor.MoveMode.KeepAnchor if shift else QTextCursor.MoveMode.MoveAnchor
        before = self._cursor.position()
        moved = self._cursor.movePosition(moves[1] if control else moves[0], mode)
        # Up and down at the first and last line scroll the page, as they do without a cursor.
        return (moved and self._cursor.position() != before) or shift

    def words(self) -> str:
        """What is selected, to be announced."""
        return self._cursor.selectedText().replace("\ufffc", "…")

    def paint_under(self, painter: QPainter) -> None:
        """Highlights and the selection, below the text; in the document's coordinates."""
        for each in self.highlights:
            look = look_of(each.colour, self._tokens)
            for rect in line_rects(self._document, each.start, each.end):
                painter.fillRect(rect, QColor(look.fill))
                paint_marker_line(painter, look, rect.left(), rect.right(), rect.bottom() - 3)
        selected = self.range()
        for rect in line_rects(self._document, *selected) if selected is not None else ():
            painter.fillRect(rect, QColor(self._tokens.accent_tint))
            painter.setPen(QPen(QColor(self._tokens.focus), 2))
            painter.drawLine(rect.topLeft(), rect.topRight())
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    def caret(self) -> QRectF:
        """Where the cursor stands, in the document's coordinates."""
        position = self._cursor.position()
        block = self._document.findBlock(position)
        line = block.layout().lineForTextPosition(position - block.position())
        origin = self._document.documentLayout().blockBoundingRect(block).topLeft()
        if not line.isValid():
            return QRectF(origin.x(), origin.y(), 2, self._tokens.px(20))
        x = x_of(line.cursorToX(position - block.position()))
        return QRectF(x, line.y(), 2, line.height()).translated(origin)
