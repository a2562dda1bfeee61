"""A pair that was made, as a card: both sides as they look on their own cards, and a button behind them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from exam_packages.qti.model import Choice, Node, Text
from ui.window.content.content_view import ContentView, Resource
from ui.window.theme import GRID_PX, Tokens
from ui.window.widgets.flow_layout import FlowLayout
from ui.window.widgets.labels import Words
from ui.window.widgets.painting import paint_box

_BETWEEN = " – "


class PairRow(QWidget):
    """Number, one side, the other side; one line of words, or what has pictures side by side."""

    def __init__(
        self,
        number: str,
        one: Choice,
        other: Choice,
        resource: Resource,
        *,
        end: QAbstractButton,
        tokens: Tokens,
        parent: QWidget,
    ) -> None:
        """`end` is the button behind the pair."""
        super().__init__(parent)
        self._tokens = tokens
        line = QHBoxLayout(self)
        side = tokens.px(GRID_PX)
        line.setContentsMargins(side, tokens.px(4), side, tokens.px(4))
        line.setSpacing(side)
        plain = all(isinstance(node, Text) for node in (*one.content, *other.content))
        if plain:
            words = (Text(f"{number} "), *one.content, Text(_BETWEEN), *other.content)
            pair: QWidget = self._content(words, resource)
        else:
            pair = QWidget(self)
            flow = FlowLayout(pair, spacing=side)
            for piece in (number, one.content, _BETWEEN.strip(), other.content):
                flow.addWidget(self._piece(piece, resource))
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            pair.setSizePolicy(policy)
        line.addWidget(pair, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(end, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addStretch(1)

    def _piece(self, piece: str | tuple[Node, ...], resource: Resource) -> QWidget:
        if not isinstance(piece, str):
            return self._content(piece, resource)
        words = Words(piece, tokens=self._tokens, parent=self)
        words.setWordWrap(False)
        return words

    def _content(self, nodes: tuple[Node, ...], resource: Resource) -> ContentView:
        return ContentView(nodes, resource, tokens=self._tokens, parent=self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card."""
        t, painter = self._tokens, QPainter(self)
        paint_box(painter, QRectF(self.rect()), fill=t.surface_raised, outline=t.line, width=t.outline_px)
        painter.end()
