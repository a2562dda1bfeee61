"""Runs of text that are controls: where their lines lie, and the button that is laid over them.

The text itself is painted by the prose; a run's button takes clicks, keys and the focus, and only where its text is.
Refuses to know what a run means.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion, QTextBlock, QTextDocument, QTextLine
from PySide6.QtWidgets import QAbstractButton, QPushButton, QWidget

from ui.window.content.document import RUN_NUMBER
from ui.window.theme import RING_PX, Tokens

Range = tuple[int, int]
"""The first position of a piece of a document, and the one behind it."""
_OBJECT = "\ufffc"
"""What stands in the text of a document for a widget in it."""


def run_ranges(document: QTextDocument) -> dict[int, list[Range]]:
    """Where each run's text stands; a run over two paragraphs has two ranges."""
    result: dict[int, list[Range]] = {}
    block = document.begin()
    while block.isValid():
        it = block.begin()
        while not it.atEnd():
            fragment = it.fragment()
            number = fragment.charFormat().property(RUN_NUMBER)
            if number is not None:
                ranges = result.setdefault(int(number), [])
                start, end = fragment.position(), fragment.position() + fragment.length()
                if ranges and ranges[-1][1] == start:
                    ranges[-1] = (ranges[-1][0], end)
                else:
                    ranges.append((start, end))
            it += 1
        block = block.next()
    return result


def line_rects(document: QTextDocument, start: int, end: int) -> list[QRectF]:
    """The rectangles that a piece of the document covers, a line each, in the document's coordinates."""
    result: list[QRectF] = []
    block = document.findBlock(start)
    while block.isValid() and block.position() < end:
        result.extend(_rects_in(document, block, start - block.position(), end - block.position()))
        block = block.next()
    return result


def _rects_in(document: QTextDocument, block: QTextBlock, start: int, end: int) -> list[QRectF]:
    """The same within one paragraph; positions count from its beginning."""
    origin, layout = document.documentLayout().blockBoundingRect(block).topLeft(), block.layout()
    result = []
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        first, last = max(start, line.textStart()), min(end, line.textStart() + line.textLength())
        if first >= last:
            continue
        for left, right in _spans(document, block, line, first, last):
            result.append(QRectF(left, line.y(), right - left, line.height()).translated(origin))
    return result


def _spans(
    document: QTextDocument, block: QTextBlock, line: QTextLine, first: int, last: int
) -> list[tuple[float, float]]:
    """Left and right of what a piece of a line covers, without the gaps that words in the other direction leave in it.

    Taken from the glyphs: a cursor between two directions has two places, and Qt tells only one of them.
    """
    boxes = [run.boundingRect() for run in line.glyphRuns(first, last - first)]
    spans = [(box.left(), box.right()) for box in boxes]
    for position in range(first, last):
        if document.characterAt(block.position() + position) == _OBJECT:
            # Both edges of an object are its leading one for Qt; where it ends, what follows begins.
            edges = [x_of(line.cursorToX(position + step)) for step in (0, 1)]
            spans.append((min(edges), max(edges)))
    result: list[tuple[float, float]] = []
    for left, right in sorted(each for each in spans if each[1] > each[0]):
        if result and left - result[-1][1] < 1:
            result[-1] = (result[-1][0], max(right, result[-1][1]))
        else:
            result.append((left, right))
    return result


def x_of(value: object) -> float:
    """Qt returns the position alone or with the cursor's place behind it."""
    return float(value[0]) if isinstance(value, tuple) else float(value)  # type: ignore[arg-type]  # see above


class RunFace:
    """What every button over a run has: its lines, its shape, its ring, and what is painted below and above the text."""

    def __init__(self, button: QAbstractButton, *, tokens: Tokens) -> None:
        self.button, self.tokens = button, tokens
        self.lines: tuple[QRect, ...] = ()
        """In the coordinates of the prose."""
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.toggled.connect(self._repaint)

    def _repaint(self) -> None:
        parent = self.button.parentWidget()
        if parent is not None:
            parent.update()

    def set_lines(self, lines: Sequence[QRect]) -> None:
        """Lay the button over the lines of its text."""
        self.lines = tuple(lines)
        region = QRegion()
        for line in self.lines:
            region = region.united(QRegion(line))
        bounds = region.boundingRect()
        self.button.setVisible(not region.isEmpty())
        self.button.setGeometry(bounds)
        if not region.isEmpty():
            self.button.setMask(region.translated(-bounds.topLeft()))

    def own_lines(self) -> list[QRectF]:
        """The lines in the button's coordinates."""
        return [QRectF(line.translated(-self.button.pos())) for line in self.lines]

    def contains(self, position: QPoint) -> bool:
        """Whether a place of the button is on its text."""
        return any(line.contains(position.toPointF()) for line in self.own_lines())

    def paint_under(self, painter: QPainter) -> None:
        """Paint below the text, in the coordinates of the prose."""

    def paint_over(self) -> None:
        """Paint above the text: a ring around each line of a run that has the focus."""
        if not self.button.hasFocus():
            return
        painter = QPainter(self.button)
        painter.setPen(QPen(QColor(self.tokens.focus), RING_PX))
        for line in self.own_lines():
            inset = RING_PX / 2
            painter.drawRect(line.adjusted(inset, inset, -inset, -inset))
        painter.end()


class _TermFace(RunFace):
    def paint_under(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(self.tokens.accent), max(2, self.tokens.px(2)), Qt.PenStyle.DotLine))
        for line in self.lines:
            base = line.bottom() - self.tokens.px(2)
            painter.drawLine(line.left(), base, line.right(), base)


class TermButton(QPushButton):
    """Words that a catalog explains: underlined with dots, and a stop for the keyboard."""

    def __init__(self, words: str, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self.face: RunFace = _TermFace(self, tokens=tokens)
        self.setAccessibleName(self.tr("{words}, explained").format(words=words))

    def hitButton(self, pos: QPoint) -> bool:
        """On its text only."""
        return self.face.contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ring."""
        self.face.paint_over()
