"""Running text as one widget, with real controls laid over the places that the text keeps for them.

Owns layout, painting and what assistive technology reads. Refuses to know which controls they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPyTextObject,
    QResizeEvent,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from exam_packages.qti.model import InlineInteraction, Node
from ui.window.content.document import OBJECT_NUMBER, OBJECT_TYPE, DocumentWriter, Embeddable, new_document
from ui.window.content.plain import plain_text
from ui.window.theme import Tokens

MakeWidget = Callable[[Embeddable, QWidget], QWidget | None]
"""Makes the widget for something that stands in a line, as a child of the running text."""


class _Places(QPyTextObject):
    """Keeps places free in the text, as large as the widgets that stand there."""

    def __init__(self, prose: ProseView) -> None:
        super().__init__(prose)
        self._prose = prose

    def intrinsicSize(self, _document: QTextDocument, _position: int, form: QTextFormat) -> QSizeF:
        return self._prose.place_size(int(form.property(OBJECT_NUMBER)))

    def drawObject(
        self, _painter: QPainter, _rect: QRectF | QRect, _document: QTextDocument, _position: int, _form: QTextFormat
    ) -> None:
        """Nothing: the widget paints itself."""


class ProseView(QLabel):
    """Read-only text. A label underneath, so that its plain text is its accessible name and its role is static text.

    Nothing in it can be selected, so nothing can be copied or dragged out.
    """

    def __init__(
        self,
        nodes: Sequence[Node],
        *,
        tokens: Tokens,
        make_widget: MakeWidget | None = None,
        blank: Callable[[InlineInteraction], str] = lambda _interaction: "…",
        limit_width: bool = True,
        bold: bool = False,
        centred: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tokens, self._make_widget, self._limit_width = tokens, make_widget, limit_width
        self._widgets: list[QWidget] = []
        self._heights: dict[int, int] = {}
        self._layout_width = 0
        self._doc = new_document(tokens, breaks_words=limit_width)
        self._places = _Places(self)
        self._doc.documentLayout().registerHandler(OBJECT_TYPE, self._places)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setText(plain_text(nodes, blank))
        DocumentWriter(
            self._doc, tokens, self._embed, direction=self.layoutDirection(), bold=bold, centred=centred
        ).write(nodes)

    def _embed(self, node: Embeddable) -> int | None:
        widget = self._make_widget(node, self) if self._make_widget else None
        if widget is None:
            return None
        self._widgets.append(widget)
        return len(self._widgets) - 1

    def place_size(self, number: int) -> QSizeF:
        """How much room a widget takes in the line."""
        size = self._widget_size(self._widgets[number])
        return QSizeF(size.width() + 2, size.height())

    def _widget_size(self, widget: QWidget) -> QSize:
        hint = widget.sizeHint()
        room = max(40, self._layout_width - 4)
        if hint.width() <= room:
            return hint
        height = widget.heightForWidth(room) if widget.hasHeightForWidth() else hint.height()
        return QSize(room, height)

    def _rise(self) -> float:
        """How far the middle of the letters is above the line they stand on."""
        metrics = QFontMetricsF(self._tokens.font())
        return (metrics.ascent() - metrics.descent()) / 2

    def hasHeightForWidth(self) -> bool:
        """Its height follows from its width; a label would forget that with each new text."""
        return True

    # -- size ---------------------------------------------------------------------------------------------------------

    def _text_width(self, width: int) -> int:
        return min(width, self._tokens.prose_width()) if self._limit_width else width

    def _lay_out(self, width: int) -> None:
        if width != self._layout_width or self._doc.textWidth() != width:
            self._layout_width = width
            if self._widgets:
                # Places depend on the width, and the document only asks for them anew when it is told of a change.
                self._doc.markContentsDirty(0, self._doc.characterCount())
            self._doc.setTextWidth(width)

    def heightForWidth(self, width: int) -> int:
        """The height of the text at a width."""
        text_width = self._text_width(width)
        if text_width not in self._heights:
            before = self._layout_width
            self._lay_out(text_width)
            self._heights[text_width] = round(self._doc.size().height() + 0.5)
            if before:
                self._lay_out(before)
        return self._heights[text_width]

    def minimum_text_width(self) -> int:
        """The width below which a table no longer fits."""
        before = self._layout_width
        self._lay_out(1)
        result = round(self._doc.size().width() + 0.5)
        if before:
            self._lay_out(before)
        return result

    def sizeHint(self) -> QSize:
        """As wide as the text would like, within the limit."""
        self._lay_out(self._text_width(self._tokens.prose_width()))
        ideal = round(self._doc.idealWidth() + 0.5)
        width = min(ideal, self._tokens.prose_width()) if self._limit_width else ideal
        hint = QSize(width, self.heightForWidth(max(width, 1)))
        if self.width() > 0 and self.isVisible():
            self._lay_out(self._text_width(self.width()))
        return hint

    def minimumSizeHint(self) -> QSize:
        """Text wraps down to a few words a line."""
        return QSize(self._tokens.px(64), 0)

    def refresh(self) -> None:
        """A widget in the text wants another size."""
        self._heights.clear()
        self._doc.markContentsDirty(0, self._doc.characterCount())
        self._lay_out(self._text_width(self.width()))
        self._place_widgets()
        self.updateGeometry()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew."""
        super().resizeEvent(event)
        self._lay_out(self._text_width(self.width()))
        self._place_widgets()

    # -- painting and places ------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text."""
        self._lay_out(self._text_width(self.width()))
        painter = QPainter(self)
        painter.translate(self._left(), 0)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = QRectF(event.rect()).translated(-self._left(), 0)
        self._doc.documentLayout().draw(painter, context)
        painter.end()

    def _left(self) -> int:
        """Where the text begins: at the leading edge."""
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        return self.width() - self._layout_width if right_to_left else 0

    def _place_widgets(self) -> None:
        if not self._widgets:
            return
        block = self._doc.begin()
        while block.isValid():
            text = block.text()
            at = text.find("\ufffc")
            while at >= 0:
                number = self._number_at(block.position() + at)
                if number is not None:
                    self._widgets[number].setGeometry(self._place(block.position() + at, self._widgets[number]))
                at = text.find("\ufffc", at + 1)
            block = block.next()

    def _number_at(self, position: int) -> int | None:
        block = self._doc.findBlock(position)
        it = block.begin()
        while not it.atEnd():
            fragment = it.fragment()
            if fragment.contains(position) and fragment.charFormat().objectType() == OBJECT_TYPE:
                return int(fragment.charFormat().property(OBJECT_NUMBER))
            it += 1
        return None

    def _place(self, position: int, widget: QWidget) -> QRect:
        block = self._doc.findBlock(position)
        layout = block.layout()
        line = layout.lineForTextPosition(position - block.position())
        edges = [_x(line.cursorToX(position - block.position() + step)) for step in (0, 1)]
        origin = self._doc.documentLayout().blockBoundingRect(block).topLeft()
        middle = QPointF(min(edges) + 1, line.y() + line.ascent() - self._rise()) + origin
        size = self._widget_size(widget)
        return QRect(
            round(middle.x()) + self._left(), round(middle.y() - size.height() / 2), size.width(), size.height()
        )


def _x(value: object) -> float:
    """Qt returns the position alone or with the cursor's place behind it."""
    return float(value[0]) if isinstance(value, tuple) else float(value)  # type: ignore[arg-type]  # see above
