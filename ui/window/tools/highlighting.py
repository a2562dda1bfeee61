"""The highlighter: which pen, mark, take away. The marks themselves are drawn by the question."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from ui.window.theme import GRID_PX, TARGET_PX, Marker, MarkerLine, MarkerLook, TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.flow_layout import FlowLayout
from ui.window.widgets.labels import Words
from ui.window.widgets.painting import RING_ROOM_PX, body_of, paint_box, paint_ring
from ui.window.widgets.sentence import Sentence, Tone


def paint_marker_line(painter: QPainter, look: MarkerLook, left: float, right: float, y: float) -> None:
    """The underline of a highlight, from one side to the other; a wave has the height of its line three times."""
    pen = QPen(QColor(look.line), 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if look.style is MarkerLine.WAVE:
        painter.setPen(QPen(QColor(look.line), 1.5))
        path = QPainterPath()
        path.moveTo(left, y)
        x, up = left, True
        while x < right:
            path.quadTo(x + 2, y - 3 if up else y + 3, min(x + 4, right), y)
            x, up = x + 4, not up
        painter.drawPath(path)
        return
    if look.style is MarkerLine.DASHED:
        pen.setDashPattern([3, 2])
    painter.setPen(pen)
    painter.drawLine(QRectF(left, y, right - left, 0).topLeft(), QRectF(left, y, right - left, 0).topRight())


class _Pen(QRadioButton):
    """A sample of marked text: its words, its colour, its line."""

    def __init__(self, marker: Marker, words: str, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(words, parent)
        self.marker = marker
        self._tokens = tokens
        self.setFont(tokens.font())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text()) + self._tokens.px(4 * GRID_PX)
        height = max(TARGET_PX, self.fontMetrics().height() + self._tokens.px(16))
        return QSize(width + 2 * RING_ROOM_PX, height + 2 * RING_ROOM_PX)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:  # noqa: ARG002  # the whole sample is the target
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter, box = self._tokens, QPainter(self), body_of(self)
        chosen = self.isChecked()
        paint_box(
            painter,
            box,
            fill=t.surface_raised,
            outline=t.accent if chosen else t.control,
            width=t.outline_px + 2 if chosen else t.outline_px,
        )
        look = t.marker(self.marker)
        words = QRectF(0, 0, self.fontMetrics().horizontalAdvance(self.text()) + 8, self.fontMetrics().height() + 4)
        words.moveCenter(box.center())
        painter.fillRect(words, QColor(look.fill))
        painter.setFont(t.font(bold=chosen))
        painter.setPen(QColor(t.text))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())
        paint_marker_line(painter, look, words.left(), words.right(), words.bottom())
        paint_ring(painter, self, t)
        painter.end()


class HighlighterPad(QWidget):
    """Three pens and two verbs."""

    marked = Signal(str)
    """Mark what is selected, with this pen (``Marker``)."""
    cleared = Signal()
    """Take the marks away from what is selected."""

    def __init__(self, *, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(GRID_PX))
        how = self.tr("Select words in the text by mouse or with Shift and the arrow keys. Then choose:")
        column.addWidget(Words(how, tokens=tokens, size=TextSize.SMALL, muted=True, parent=self))
        pens = QWidget(self)
        pens.setAccessibleName(self.tr("Pen"))
        flow = FlowLayout(pens, spacing=tokens.px(2))
        names = {Marker.YELLOW: self.tr("Yellow"), Marker.BLUE: self.tr("Blue"), Marker.PINK: self.tr("Pink")}
        self._pens = [_Pen(each, names[each], tokens=tokens, parent=pens) for each in Marker]
        for pen in self._pens:
            flow.addWidget(pen)
        self._pens[0].setChecked(True)
        acts = QWidget(self)
        row = FlowLayout(acts, spacing=tokens.px(4))
        mark = Button(self.tr("Highlight"), tokens=tokens, kind=ButtonKind.PRIMARY, parent=acts)
        mark.clicked.connect(lambda _checked: self.marked.emit(self.pen().value))
        clear = Button(self.tr("Remove"), tokens=tokens, parent=acts)
        clear.setAccessibleName(self.tr("Remove highlight"))
        clear.clicked.connect(lambda _checked: self.cleared.emit())
        for button in (mark, clear):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click must not take the focus from what is selected
            row.addWidget(button)
        for each in (pens, acts):
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            each.setSizePolicy(policy)
            column.addWidget(each)
        self._said = Sentence("", tokens=tokens, size=TextSize.SMALL, parent=self)
        column.addWidget(self._said)
        self._said.hide()

    def say(self, words: str) -> None:
        """Say what came of the last verb; nothing takes the line away."""
        self._said.say(words, Tone.WARN)
        self._said.setVisible(bool(words))
        if words:
            announce(self, words)

    def pen(self) -> Marker:
        """The pen that is chosen."""
        return next(pen.marker for pen in self._pens if pen.isChecked())
