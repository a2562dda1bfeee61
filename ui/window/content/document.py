"""Content nodes written into a QTextDocument, piece by piece; nothing passes through HTML text.

Owns how text looks in a document. Refuses to know widgets: what stands in a line as a widget is an object whose number
`embed` hands out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextLength,
    QTextListFormat,
    QTextOption,
    QTextTable,
)

from exam_packages.qti.model import (
    Element,
    Gap,
    Hottext,
    InlineChoiceInteraction,
    InlineInteraction,
    Media,
    Node,
    Text,
    TextEntryInteraction,
)
from ui.window.content.grids import grid_of, numeric_columns, span, term_pairs
from ui.window.content.looks import (
    DIRECTION_MARKS,
    alignment_of,
    base_format,
    block_format,
    bold,
    direction_of,
    heading_format,
    is_mirrored,
    list_style,
    monospace,
    stand_on_line,
    styled,
    table_format,
    without_edges,
)
from ui.window.content.plain import collapse, elements, plain_text
from ui.window.theme import LINE_HEIGHT, TextSize, Tokens

OBJECT_TYPE: Final = int(QTextFormat.ObjectTypes.UserObject) + 1
OBJECT_NUMBER: Final = int(QTextFormat.Property.UserProperty) + 1
RUN_NUMBER: Final = int(QTextFormat.Property.UserProperty) + 2
"""On every piece of text that belongs to a run: the run's number."""

Embeddable = Element | InlineInteraction | Gap


class Place(NamedTuple):
    """The place of a widget in a line."""

    number: int
    depth: float
    """How far it reaches below the line that letters stand on, in pixels."""


Embed = Callable[[Embeddable], Place | None]
"""Takes what is to stand in the line as a widget, returns its place, or None where nothing is to be shown."""
Runnable = Element | Hottext
"""What stays text and is still a thing of its own: hottext, and words that a catalog explains."""
Run = Callable[[Runnable], int]
"""Takes what is to be a run of text, returns its number."""

HEADINGS: Final = {
    "h1": TextSize.TITLE,
    "h2": TextSize.HEADING,
    "h3": TextSize.HEADING,
    "h4": TextSize.BODY,
    "h5": TextSize.BODY,
    "h6": TextSize.BODY,
}
_INDENT_PX: Final = 28
_TERM_WIDTH_MAX_PX: Final = 140


class SealedDocument(QTextDocument):
    """A document that reads no resource: no style sheet, no picture, no file, whatever its content says."""

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:
        """Nothing."""
        return None


def new_document(tokens: Tokens, *, breaks_words: bool) -> SealedDocument:
    """An empty document with the theme's font. Running text may break a word that is too long; a table grows with it."""
    document = SealedDocument()
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(0)
    document.setDefaultFont(tokens.font())
    document.setIndentWidth(tokens.px(_INDENT_PX))
    option = QTextOption()
    modes = QTextOption.WrapMode
    option.setWrapMode(modes.WrapAtWordBoundaryOrAnywhere if breaks_words else modes.WordWrap)
    document.setDefaultTextOption(option)
    return document


class DocumentWriter:
    """Writes nodes at the end of a document."""

    def __init__(
        self,
        document: QTextDocument,
        tokens: Tokens,
        embed: Embed,
        *,
        direction: Qt.LayoutDirection,
        run: Run | None = None,
        bold: bool = False,
        centred: bool = False,
    ) -> None:
        self._cursor = QTextCursor(document)
        self._tokens, self._embed, self._run, self._direction = tokens, embed, run, direction
        self._alignment = Qt.AlignmentFlag.AlignHCenter if centred else None
        self._fresh = True
        """Whether the present block is still empty and may be used."""
        self._breaks = 0
        """Line breaks that are written when something follows them: the last one in a block makes no line (HTML)."""
        self._space_wanted = False
        self._space_look = QTextCharFormat()
        self._lists: list[QTextListFormat.Style] = []
        self._quotes = 0
        """How many quotations are around what is written."""
        self._quotations = 0
        """How many there were so far, one in another counted once."""
        self._plain = base_format(tokens, bold=bold)

    def write(self, nodes: Iterable[Node]) -> None:
        """Write content. In one edit: else a document lays itself out again after every word and every cell."""
        whole = QTextCursor(self._cursor.document())
        whole.beginEditBlock()
        self._cursor.setBlockFormat(self._block())
        self._cursor.setBlockCharFormat(self._plain)
        self._blocks(nodes, self._plain)
        _trim_end(self._cursor.document())
        whole.endEditBlock()

    # -- blocks -------------------------------------------------------------------------------------------------------

    def _blocks(self, nodes: Iterable[Node], look: QTextCharFormat) -> None:
        for node in nodes:
            match node:
                case Text():
                    self._text(node.text, look)
                case Element():
                    self._element(node, look)
                case InlineChoiceInteraction() | TextEntryInteraction() | Gap():
                    self._object(node, look)
                case Hottext():
                    self._blocks(node.content, self._in_run(node, look))
                case Media():
                    self._text(f" {node.label} ", look)
                case _:
                    raise AssertionError(node)

    def _in_run(self, node: Runnable, look: QTextCharFormat) -> QTextCharFormat:
        """The look of text that is a run."""
        result = QTextCharFormat(look)
        if self._run is not None:
            result.setProperty(RUN_NUMBER, self._run(node))
        return result

    def _element(self, element: Element, look: QTextCharFormat) -> None:
        if element.attribute("data-catalog-idref"):
            look = self._in_run(element, look)
        with self._as_it_says(element):
            self._by_name(element, styled(element, look, self._tokens))

    @contextmanager
    def _as_it_says(self, element: Element) -> Iterator[None]:
        """Direction and alignment of an element, for what is written in it."""
        before = self._direction, self._alignment
        direction, alignment = direction_of(element), alignment_of(element)
        if direction is not None:
            self._direction = direction
        if alignment is not None:
            self._alignment = alignment
        yield
        self._direction, self._alignment = before

    def _by_name(self, element: Element, look: QTextCharFormat) -> None:
        name = element.name
        if name in HEADINGS:
            self._heading(element)
        elif name in {"ul", "ol"}:
            self._list(element, look)
        elif name == "table":
            self._table(element)
        elif name == "hr":
            self._rule()
        elif name == "pre":
            self._preformatted(element, look)
        elif name == "dl":
            self._definitions(element, look)
        elif name == "blockquote":
            self._quotation(element, look)
        elif name in {"p", "figcaption", "address"}:
            self._paragraph(element.children, look, self._block())
        elif name in {"div", "section", "article", "aside", "figure", "header", "footer"}:
            self._container(element.children, look)
        else:
            self._inline(element, look)

    def _begin(self, block: QTextBlockFormat) -> None:
        """Begin a paragraph, in the block at hand if it is empty."""
        if self._fresh:
            self._breaks = 0
            self._cursor.setBlockFormat(block)
            self._cursor.setBlockCharFormat(self._plain)
        else:
            self._breaks = max(0, self._breaks - 1)
            self._write_breaks(self._plain)
            self._cursor.insertBlock(block, self._plain)
            current = self._cursor.currentList()
            if current is not None:
                current.remove(self._cursor.block())
                self._cursor.setBlockFormat(block)
        self._fresh, self._space_wanted = True, False

    def _write_breaks(self, look: QTextCharFormat) -> None:
        self._cursor.insertText("\u2028" * self._breaks, look)
        self._breaks = 0

    def _container(self, nodes: Iterable[Node], look: QTextCharFormat) -> None:
        if not self._fresh:
            self._begin(self._block())
        self._blocks(nodes, look)
        if not self._fresh:
            self._begin_lazily()

    def _begin_lazily(self) -> None:
        """The next text begins a paragraph; nothing is begun where no text follows."""
        self._pending = True

    _pending = False

    def _paragraph(self, nodes: Iterable[Node], look: QTextCharFormat, block: QTextBlockFormat) -> None:
        self._pending = False
        self._begin(block)
        self._blocks(nodes, look)
        self._begin_lazily()

    def _heading(self, element: Element) -> None:
        size = HEADINGS[element.name]
        look = heading_format(self._tokens, size)
        first = self._cursor.position() == 0
        block = self._block(above_px=0 if first else 12, below_px=8, font=look.font(), line_height=1.35)
        block.setHeadingLevel(int(element.name[1]))
        self._paragraph(element.children, look, block)

    def _preformatted(self, element: Element, look: QTextCharFormat) -> None:
        block = self._block()
        block.setNonBreakableLines(True)
        self._pending = False
        self._begin(block)
        self._verbatim(without_edges(element.children), monospace(look))
        self._begin_lazily()

    def _verbatim(self, nodes: Iterable[Node], look: QTextCharFormat) -> None:
        """Text with its white space, as one paragraph."""
        for node in nodes:
            if isinstance(node, Text):
                for place, line in enumerate(node.text.split("\n")):
                    self._breaks += place > 0
                    if line:
                        self._write_breaks(look)
                        self._cursor.insertText(line, look)
                        self._fresh = False
            elif isinstance(node, Element) and node.name not in {"img", "br"}:
                self._verbatim(node.children, styled(node, look, self._tokens))
            else:
                self._blocks((node,), look)

    def _quotation(self, element: Element, look: QTextCharFormat) -> None:
        self._quotes += 1
        self._quotations += self._quotes == 1
        self._pending = False
        self._begin(self._block())
        self._blocks(element.children, look)
        self._quotes -= 1
        self._begin_lazily()

    def _definitions(self, element: Element, look: QTextCharFormat) -> None:
        """Short terms, as the head of a letter has them, stand in a column of their own."""
        pairs = term_pairs(element)
        widths = [QFontMetricsF(bold(look).font()).horizontalAdvance(plain_text(term)) for term, _meaning in pairs]
        if not pairs or max(widths) > self._tokens.px(_TERM_WIDTH_MAX_PX):
            for term, meaning in pairs:
                self._paragraph(term, bold(look), self._block(below_px=2))
                self._paragraph(meaning, look, self._block(indent=1, below_px=6))
            return
        self._pending = False
        if not self._fresh:
            self._begin(self._block(below_px=0))
        self._breaks = 0
        self._shrink_block()
        form = table_format(self._tokens, self._direction)
        form.setBorder(0)
        form.setCellPadding(self._tokens.px(2))
        lengths = [QTextLength(QTextLength.Type.FixedLength, max(widths) + self._tokens.px(24)), QTextLength()]
        form.setColumnWidthConstraints(lengths[::-1] if is_mirrored(self._direction) else lengths)
        table = self._cursor.insertTable(len(pairs), 2, form)
        for row, (term, meaning) in enumerate(pairs):
            for column, (nodes, style) in enumerate(((term, bold(look)), (meaning, look))):
                inner = self._inner()
                cursor = table.cellAt(row, 1 - column if is_mirrored(self._direction) else column).firstCursorPosition()
                inner.write_cell(cursor, Element(name="div", children=nodes), self._block(below_px=0), style)
        self._cursor.setPosition(table.lastPosition() + 1)
        self._shrink_block(below_px=10)
        self._begin_lazily()
        self._fresh = False

    def _rule(self) -> None:
        block = self._block()
        block.setProperty(
            QTextFormat.Property.BlockTrailingHorizontalRulerWidth,
            QTextLength(QTextLength.Type.PercentageLength, 100),
        )
        self._paragraph((), self._plain, block)

    def _list(self, element: Element, look: QTextCharFormat) -> None:
        depth = len(self._lists) + 1
        style = list_style(element, depth)
        self._lists.append(style)
        made = None
        form = QTextListFormat()
        form.setStyle(style)
        form.setIndent(depth + self._quotes)
        start = element.attribute("start")
        if start.isascii() and start.isdigit():
            form.setStart(int(start))
        for child in element.children:
            if not isinstance(child, Element):
                continue
            self._pending = False
            self._begin(self._block(below_px=6, in_list=False))
            if made is None:
                made = self._cursor.createList(form)
            else:
                made.add(self._cursor.block())
            self._list_item(child, look)
        self._lists.pop()
        if made is not None and not self._lists:
            last = self._cursor.blockFormat()
            last.setBottomMargin(self._tokens.px(12))
            self._cursor.setBlockFormat(last)
        self._begin_lazily()

    def _list_item(self, item: Element, look: QTextCharFormat) -> None:
        """The first paragraph of an item stands on the bullet's line."""
        first = True
        for child in item.children:
            if first and isinstance(child, Element) and child.name in {"p", "div"}:
                self._blocks(child.children, look)
                self._begin_lazily()
            else:
                self._blocks((child,), look)
            if not (isinstance(child, Text) and not child.text.strip()):
                first = False

    # -- tables -------------------------------------------------------------------------------------------------------

    def _table(self, element: Element) -> None:
        for caption in elements(element, "caption"):
            small = bold(self._plain)
            self._paragraph(caption.children, small, self._block(below_px=6))
        grid, columns = grid_of(element)
        if not grid or not columns:
            return
        self._pending = False
        if not self._fresh:
            self._begin(self._block(below_px=0))
        self._breaks = 0
        self._shrink_block()
        table = self._cursor.insertTable(len(grid), columns, table_format(self._tokens, self._direction))
        numeric = numeric_columns(grid, columns)
        for row, cells in enumerate(grid):
            for column, cell in cells.items():
                self._cell(table, row, column, cell, trailing=column in numeric)
        self._cursor.setPosition(table.lastPosition() + 1)
        self._shrink_block(below_px=12)
        self._begin_lazily()
        self._fresh = False

    def _shrink_block(self, *, below_px: int = 0) -> None:
        """A document has an empty block before and after each table; it must not take a line's height."""
        block = QTextBlockFormat()
        block.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        block.setBottomMargin(self._tokens.px(below_px))
        look = QTextCharFormat()
        font = QFont(self._tokens.font())
        font.setPixelSize(1)
        look.setFont(font)
        self._cursor.setBlockFormat(block)
        self._cursor.setBlockCharFormat(look)

    def _cell(self, table: QTextTable, row: int, column: int, element: Element, *, trailing: bool) -> None:
        down = min(span(element, "rowspan"), table.rows() - row)
        across = min(span(element, "colspan"), table.columns() - column)
        if is_mirrored(self._direction):
            column = table.columns() - column - across
        if across > 1 or down > 1:
            table.mergeCells(row, column, down, across)
        cell = table.cellAt(row, column)
        head = element.name == "th"
        form = cell.format().toTableCellFormat()
        form.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
        if head:
            form.setBackground(QBrush(QColor(self._tokens.surface_sunken)))
        cell.setFormat(form)
        block = self._block(below_px=0, line_height=1.35)
        if trailing:
            block.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignAbsolute)
        inner = self._inner()
        inner.write_cell(cell.firstCursorPosition(), element, block, bold(self._plain) if head else self._plain)

    def _inner(self) -> DocumentWriter:
        """A writer for one cell. The document is the cursor's: PySide would never let go of what a table calls its own."""
        document = self._cursor.document()
        return DocumentWriter(document, self._tokens, self._embed, direction=self._direction, run=self._run)

    def write_cell(self, cursor: QTextCursor, element: Element, block: QTextBlockFormat, look: QTextCharFormat) -> None:
        """Write the content of a table's cell."""
        self._cursor = cursor
        self._cell_block = block
        cursor.setBlockFormat(block)
        self._blocks(element.children, look)

    _cell_block: QTextBlockFormat | None = None

    # -- text in a line -----------------------------------------------------------------------------------------------

    def _inline(self, element: Element, look: QTextCharFormat) -> None:
        marks = DIRECTION_MARKS.get((element.name == "bdo", element.attribute("dir").lower()))
        if element.name == "br":
            self._breaks += 1
            self._space_wanted = False
        elif element.name == "img":
            self._object(element, look)
        elif element.name == "q":
            self._text("“", look)
            self._blocks(element.children, look)
            self._text("”", look)
        elif element.name == "rt":
            self._text("(", look)
            self._blocks(element.children, look)
            self._text(")", look)
        elif element.name == "rp":
            return
        elif marks is not None:
            self._text(marks[0], look)
            self._blocks(element.children, look)
            self._text(marks[1], look)
        else:
            self._blocks(element.children, look)

    def _text(self, text: str, look: QTextCharFormat) -> None:
        words = collapse(text)
        if self._pending or self._breaks or (self._fresh and self._cursor.atBlockStart()):
            words = words.lstrip(" ")
        if not words:
            return
        self._start_pending()
        self._write_breaks(look)
        if self._space_wanted:
            # In the look of the text before it: what is underlined or boxed begins with its first letter.
            self._cursor.insertText(" ", self._space_look)
            words = words.lstrip(" ")
        self._space_wanted, self._space_look = words.endswith(" "), look
        words = words.rstrip(" ") if self._space_wanted else words
        if words:
            self._cursor.insertText(words, look)
            self._fresh = False

    def _start_pending(self) -> None:
        if self._pending:
            self._pending = False
            self._begin(self._cell_block or self._block())

    def _object(self, node: Embeddable, look: QTextCharFormat) -> None:
        place = self._embed(node)
        if place is None:
            return
        self._start_pending()
        self._write_breaks(look)
        if self._space_wanted:
            self._cursor.insertText(" ", self._space_look)
            self._space_wanted = False
        form = QTextCharFormat(look)
        form.setObjectType(OBJECT_TYPE)
        form.setProperty(OBJECT_NUMBER, place.number)
        stand_on_line(form, place.depth, self._tokens)
        self._cursor.insertText("\ufffc", form)
        self._fresh = False

    def _block(
        self,
        *,
        above_px: int = 0,
        below_px: float | None = None,
        indent: int = 0,
        font: QFont | None = None,
        line_height: float = LINE_HEIGHT,
        in_list: bool = True,
    ) -> QTextBlockFormat:
        return block_format(
            self._tokens,
            direction=self._direction,
            alignment=self._alignment,
            above_px=above_px,
            below_px=below_px,
            indent=indent + (len(self._lists) + self._quotes if in_list else 0),
            quotation=self._quotations if self._quotes else 0,
            font=font,
            line_height=line_height,
        )


def _trim_end(document: QTextDocument) -> None:
    """No space after the last paragraph: what follows brings its own."""
    cursor = QTextCursor(document)
    cursor.movePosition(QTextCursor.MoveOperation.End)
    if cursor.currentTable() is None:
        block = cursor.blockFormat()
        block.setBottomMargin(0)
        cursor.setBlockFormat(block)
