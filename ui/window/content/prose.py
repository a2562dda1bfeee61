"""Running text as one widget, with real controls laid over the places that the text keeps for them.

Owns layout, painting and what assistive technology reads. Refuses to know which controls they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPyTextObject,
    QResizeEvent,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from exam_packages.qti.model import Element, Hottext, Node
from ui.window.content.document import (
    OBJECT_NUMBER,
    OBJECT_TYPE,
    DocumentWriter,
    Embeddable,
    Place,
    Runnable,
    new_document,
)
from ui.window.content.looks import formula_depth, letter_depth, letter_rise
from ui.window.content.plain import BlankWords, is_formula, plain_text
from ui.window.content.quotations import paint_quotations
from ui.window.content.runs import RunFace, TermButton, line_rects, run_ranges, x_of
from ui.window.content.selecting import Highlight, Selector
from ui.window.theme import RING_PX, Tokens
from ui.window.widgets.announce import announce

MakeWidget = Callable[[Embeddable, QWidget], QWidget | None]
"""Makes the widget for something that stands in a line, as a child of the running text."""
MakeRun = Callable[[Hottext, QWidget], RunFace | None]
"""Makes the button over a run of text, as a child of the running text."""


_FORMULA_ROOM_PX = 3
"""Between what hangs lowest of a formula and what stands in the line below."""
_CELL_CONTROL_PX = 320
"""The widest that a control in a table gets, at 100 percent."""


def indentation(document: QTextDocument, position: int) -> float:
    """How far the paragraph at a position stands away from the sides."""
    block = document.findBlock(position)
    form = block.blockFormat()
    steps = form.indent() + (block.textList().format().indent() if form.objectIndex() >= 0 else 0)
    return steps * document.indentWidth() + form.leftMargin() + form.rightMargin()


class _Places(QPyTextObject):
    """Keeps places free in the text, as large as the widgets that stand there."""

    def __init__(self, prose: ProseView) -> None:
        super().__init__(prose)
        self._prose = prose

    def intrinsicSize(self, document: QTextDocument, position: int, form: QTextFormat) -> QSizeF:
        return self._prose.place_size(int(form.property(OBJECT_NUMBER)), indentation(document, position))

    def drawObject(
        self, _painter: QPainter, _rect: QRectF | QRect, _document: QTextDocument, _position: int, _form: QTextFormat
    ) -> None:
        """Nothing: the widget paints itself."""


class ProseView(QLabel):
    """Read-only text. A label underneath, so that its plain text is its accessible name and its role is static text.

    Nothing in it can be copied or dragged out; it can be selected while `set_selectable` says so, for marks only.
    """

    selecting = Signal()
    """A selection was begun or changed here."""

    def __init__(
        self,
        nodes: Sequence[Node],
        *,
        tokens: Tokens,
        make_widget: MakeWidget | None = None,
        make_run: MakeRun | None = None,
        blank: BlankWords = lambda _interaction: "…",
        limit_width: bool = True,
        bold: bool = False,
        centred: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tokens, self._make_widget, self._make_run = tokens, make_widget, make_run
        self._limit_width = limit_width
        self._widgets: list[QWidget] = []
        self._depths: dict[int, float] = {}
        """How far a widget reaches below the line it stands on, by number: formulas say it, others are set in the middle."""
        self._rooms: dict[int, float] = {}
        """How much room there is below a widget in its line."""
        self._runs: list[Runnable] = []
        self._faces: dict[int, RunFace] = {}
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
            self._doc,
            tokens,
            self._embed,
            direction=self.layoutDirection(),
            run=self._run,
            bold=bold,
            centred=centred,
        ).write(nodes)
        self.selector = Selector(self._doc, tokens)
        if self._widgets and not limit_width:
            self._reserve_columns()

    def _embed(self, node: Embeddable) -> Place | None:
        widget = self._make_widget(node, self) if self._make_widget else None
        if widget is None:
            return None
        self._widgets.append(widget)
        number = len(self._widgets) - 1
        if isinstance(node, Element) and is_formula(node):
            depth, room = formula_depth(node, self._tokens), self._tokens.px(_FORMULA_ROOM_PX)
        else:
            depth, room = widget.sizeHint().height() / 2 - letter_rise(self._tokens), 0
        self._depths[number] = depth
        # The room below it that the line has: never less than letters have, so that lines of all kinds stand alike.
        self._rooms[number] = max(0.0, letter_depth(self._tokens) - depth, room)
        return Place(number, depth + self._rooms[number])

    def _run(self, node: Runnable) -> int:
        number = len(self._runs)
        self._runs.append(node)
        face = self._make_run(node, self) if self._make_run and isinstance(node, Hottext) else None
        if face is not None:
            self._faces[number] = face
        return number

    def show_terms(self, explained: Iterable[str], chosen: Callable[[str], None]) -> bool:
        """Make stops of the words that a catalog explains; tells whether there are any.

        Args:
            explained: the identifiers of the catalog entries that have something to show.
            chosen: is told the identifier when somebody asks for it.
        """
        known = frozenset(explained)
        for number, node in enumerate(self._runs):
            reference = node.attribute("data-catalog-idref") if isinstance(node, Element) else ""
            if isinstance(node, Element) and reference in known and number not in self._faces:
                button = TermButton(plain_text(node.children), tokens=self._tokens, parent=self)
                button.clicked.connect(lambda _=False, idref=reference: chosen(idref))
                self._faces[number] = button.face
                button.show()
        self._place_widgets()
        return bool(self._faces)

    def place_size(self, number: int, indented: float = 0) -> QSizeF:
        """How much room a widget takes in the line, in a paragraph that is indented by so much."""
        size = self._widget_size(self._widgets[number], indented)
        return QSizeF(size.width() + 2, size.height() + self._rooms[number])

    def _widget_size(self, widget: QWidget, indented: float) -> QSize:
        hint = widget.sizeHint()
        # A table is never narrower than its controls, so they do not depend on its width.
        room = (
            max(40, self._layout_width - 4 - math.ceil(indented))
            if self._limit_width
            else self._tokens.px(_CELL_CONTROL_PX)
        )
        if hint.width() <= room:
            return hint
        height = widget.heightForWidth(room) if widget.hasHeightForWidth() else hint.height()
        return QSize(room, height)

    def hasHeightForWidth(self) -> bool:
        """Its height follows from its width; a label would forget that with each new text."""
        return True

    def _reserve_columns(self) -> None:
        """Keep each table's columns as wide as the controls in them: Qt counts words only."""
        needs: dict[int, tuple[QTextTable, list[float]]] = {}
        for position, number in self._object_positions():
            cursor = QTextCursor(self._doc)
            cursor.setPosition(position)
            table = cursor.currentTable()
            if not isinstance(table, QTextTable):
                continue
            cell = table.cellAt(cursor)
            if cell.columnSpan() > 1:
                continue
            _table, widths = needs.setdefault(table.objectIndex(), (table, [0.0] * table.columns()))
            padding = 2 * (table.format().cellPadding() + table.format().border())
            widths[cell.column()] = max(widths[cell.column()], self.place_size(number).width() + padding)
        for table, widths in needs.values():
            form = table.format()
            kinds = QTextLength.Type
            form.setColumnWidthConstraints(
                [QTextLength(kinds.FixedLength, width) if width else QTextLength() for width in widths]
            )
            table.setFormat(form)

    def _object_positions(self) -> Iterator[tuple[int, int]]:
        """Where widgets stand in the text: position and number."""
        block = self._doc.begin()
        while block.isValid():
            text = block.text()
            at = text.find("\ufffc")
            while at >= 0:
                number = self._number_at(block.position() + at)
                if number is not None:
                    yield block.position() + at, number
                at = text.find("\ufffc", at + 1)
            block = block.next()

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

    def _lay_out_again(self, width: int) -> None:
        """After measuring. Before it is seen, measures are taken in rows, and whoever needs places lays it out first."""
        if width and self.isVisible():
            self._lay_out(width)

    def heightForWidth(self, width: int) -> int:
        """The height of the text at a width."""
        text_width = self._text_width(width)
        if text_width not in self._heights:
            before = self._layout_width
            self._lay_out(text_width)
            self._heights[text_width] = round(self._doc.size().height() + 0.5)
            self._lay_out_again(before)
        return self._heights[text_width]

    def minimum_text_width(self) -> int:
        """The width below which a table no longer fits."""
        before = self._layout_width
        self._lay_out(1)
        result = round(self._doc.size().width() + 0.5)
        self._lay_out_again(before)
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

    def first_line_middle(self) -> float:
        """Where the middle of the first line's letters is, in pixels from the top; what stands beside it lines up there."""
        self._lay_out(self._text_width(self.width()))
        block = self._doc.firstBlock()
        line = block.layout().lineAt(0)
        if not line.isValid():
            return self.height() / 2
        top = self._doc.documentLayout().blockBoundingRect(block).top()
        return top + line.y() + line.ascent() - letter_rise(self._tokens)

    def refresh(self) -> None:
        """A widget in the text wants another size."""
        self._heights.clear()
        self._doc.markContentsDirty(0, self._doc.characterCount())
        self._place_widgets()
        self.updateGeometry()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew."""
        super().resizeEvent(event)
        self._place_widgets()

    # -- painting and places ------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text."""
        self._lay_out(self._text_width(self.width()))
        painter = QPainter(self)
        painter.translate(self._left(), 0)
        self.selector.paint_under(painter)
        painter.translate(-self._left(), 0)
        for face in self._faces.values():
            face.paint_under(painter)
        painter.translate(self._left(), 0)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = QRectF(event.rect()).translated(-self._left(), 0)
        paint_quotations(painter, self._doc, self._tokens)
        self._doc.documentLayout().draw(painter, context)
        if self.selector.active and self.hasFocus():
            painter.fillRect(self.selector.caret(), QColor(self._tokens.text))
            painter.translate(-self._left(), 0)
            painter.setPen(QPen(QColor(self._tokens.focus), RING_PX))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        painter.end()

    def _left(self) -> int:
        """Where the text begins: at the leading edge."""
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        return self.width() - self._layout_width if right_to_left else 0

    def _place_widgets(self) -> None:
        self._lay_out(self._text_width(self.width()))
        self._place_faces()
        if not self._widgets:
            return
        for position, number in self._object_positions():
            self._widgets[number].setGeometry(self._place(position, number))

    def _number_at(self, position: int) -> int | None:
        block = self._doc.findBlock(position)
        it = block.begin()
        while not it.atEnd():
            fragment = it.fragment()
            if fragment.contains(position) and fragment.charFormat().objectType() == OBJECT_TYPE:
                return int(fragment.charFormat().property(OBJECT_NUMBER))
            it += 1
        return None

    def _place(self, position: int, number: int) -> QRect:
        block = self._doc.findBlock(position)
        layout = block.layout()
        line = layout.lineForTextPosition(position - block.position())
        edges = [x_of(line.cursorToX(position - block.position() + step)) for step in (0, 1)]
        origin = self._doc.documentLayout().blockBoundingRect(block).topLeft()
        size = self._widget_size(self._widgets[number], indentation(self._doc, position))
        y = line.y() + line.ascent() + self._depths[number] - size.height()
        corner = QPointF(min(edges) + 1, y) + origin
        return QRect(round(corner.x()) + self._left(), round(corner.y()), size.width(), size.height())

    def _place_faces(self) -> None:
        if not self._faces:
            return
        for number, ranges in run_ranges(self._doc).items():
            if number in self._faces:
                rects = [rect for piece in ranges for rect in line_rects(self._doc, *piece)]
                self._faces[number].set_lines([rect.translated(self._left(), 0).toAlignedRect() for rect in rects])

    # -- selecting ----------------------------------------------------------------------------------------------------

    def set_selectable(self, *, selectable: bool) -> None:
        """Let words be selected by mouse and keyboard, or not."""
        self.selector.active = selectable
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if selectable else Qt.FocusPolicy.NoFocus)
        if selectable:
            self.setCursor(Qt.CursorShape.IBeamCursor)
        else:
            self.selector.clear()
            self.unsetCursor()
        self.update()

    def show_highlights(self, highlights: Iterable[Highlight]) -> None:
        """Show marks; the selection that made one is gone."""
        self.selector.highlights = list(highlights)
        self.selector.clear()
        self.update()

    def _at(self, event: QMouseEvent) -> QPointF:
        return event.position() - QPointF(self._left(), 0)

    def _selected(self) -> None:
        self.update()
        self.selecting.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to select."""
        if not self.selector.active or event.button() is not Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.selector.press(self._at(event), extend=shift)
        self._selected()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Extend the selection."""
        if self.selector.active and event.buttons() & Qt.MouseButton.LeftButton:
            self.selector.drag(self._at(event))
            self._selected()
        else:
            super().mouseMoveEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select a word."""
        if self.selector.active:
            self.selector.select_word(self._at(event))
            self._selected()
        else:
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cursor; with Shift, extend the selection."""
        if self.selector.active and self.selector.key(event):
            self._selected()
            if self.selector.range() is not None:
                announce(self, self.selector.words())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the cursor."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the cursor; what is selected stays, since the button that marks it takes the focus."""
        super().focusOutEvent(event)
        self.update()
