"""Content nodes written into a QTextDocument, piece by piece; nothing passes through HTML text.

Owns how text looks in a document. Refuses to know widgets: what stands in a line as a widget is an object whose number
`embed` hands out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

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
    QTextFrameFormat,
    QTextLength,
    QTextListFormat,
    QTextOption,
    QTextTable,
    QTextTableFormat,
)

from exam_packages.qti.model import (
    Element,
    InlineChoiceInteraction,
    InlineInteraction,
    Node,
    Text,
    TextEntryInteraction,
)
from ui.window.content.grids import grid_of, numeric_columns, span, term_pairs
from ui.window.content.plain import collapse, elements, plain_text
from ui.window.theme import LINE_HEIGHT, MONOSPACE_FAMILIES, TextSize, Tokens

OBJECT_TYPE: Final = int(QTextFormat.ObjectTypes.UserObject) + 1
OBJECT_NUMBER: Final = int(QTextFormat.Property.UserProperty) + 1

Embeddable = Element | InlineInteraction
Embed = Callable[[Embeddable], int | None]
"""Takes what is to stand in the line as a widget, returns its number, or None where nothing is to be shown."""

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
        bold: bool = False,
        centred: bool = False,
    ) -> None:
        self._cursor = QTextCursor(document)
        self._tokens, self._embed, self._direction = tokens, embed, direction
        self._centred = centred
        self._fresh = True
        """Whether the present block is still empty and may be used."""
        self._space_wanted = False
        self._lists: list[QTextListFormat.Style] = []
        self._plain = self._base_format(bold=bold)

    def _base_format(self, *, bold: bool) -> QTextCharFormat:
        result = QTextCharFormat()
        result.setFont(self._tokens.font(bold=bold))
        result.setForeground(QBrush(QColor(self._tokens.text)))
        return result

    def write(self, nodes: Iterable[Node]) -> None:
        """Write content."""
        self._cursor.setBlockFormat(self._block())
        self._cursor.setBlockCharFormat(self._plain)
        self._blocks(nodes, self._plain)
        self._trim_end()

    def _trim_end(self) -> None:
        """No space after the last paragraph: what follows brings its own."""
        cursor = QTextCursor(self._cursor.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if cursor.currentTable() is None:
            block = cursor.blockFormat()
            block.setBottomMargin(0)
            cursor.setBlockFormat(block)

    # -- blocks -------------------------------------------------------------------------------------------------------

    def _blocks(self, nodes: Iterable[Node], look: QTextCharFormat) -> None:
        for node in nodes:
            match node:
                case Text():
                    self._text(node.text, look)
                case Element():
                    self._element(node, look)
                case InlineChoiceInteraction() | TextEntryInteraction():
                    self._object(node, look)
                case _:
                    raise AssertionError(node)

    def _element(self, element: Element, look: QTextCharFormat) -> None:
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
            self._preformatted(element)
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
            self._cursor.setBlockFormat(block)
            self._cursor.setBlockCharFormat(self._plain)
        else:
            self._cursor.insertBlock(block, self._plain)
            current = self._cursor.currentList()
            if current is not None:
                current.remove(self._cursor.block())
                self._cursor.setBlockFormat(block)
        self._fresh, self._space_wanted = True, False

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
        look = self._base_format(bold=True)
        look.setFont(self._tokens.font(size, bold=True))
        first = self._cursor.position() == 0
        block = self._block(above_px=0 if first else 12, below_px=8, font=look.font(), line_height=1.35)
        block.setHeadingLevel(int(element.name[1]))
        self._paragraph(element.children, look, block)

    def _preformatted(self, element: Element) -> None:
        look = _monospace(self._plain)
        block = self._block()
        block.setBackground(QBrush(QColor(self._tokens.surface_sunken)))
        block.setNonBreakableLines(True)
        for line in _verbatim(element.children).strip("\n").split("\n"):
            self._pending = False
            self._begin(block)
            if line:
                self._cursor.insertText(line, look)
                self._fresh = False
        self._begin_lazily()

    def _quotation(self, element: Element, look: QTextCharFormat) -> None:
        frame = QTextFrameFormat()
        frame.setLeftMargin(self._tokens.px(16))
        frame.setBorder(0)
        muted = QTextCharFormat(look)
        muted.setForeground(QBrush(QColor(self._tokens.text_muted)))
        if any(isinstance(child, Element) and child.name == "p" for child in element.children):
            for child in element.children:
                if isinstance(child, Element):
                    self._paragraph(child.children, muted, self._block(indent=1))
        else:
            self._paragraph(element.children, muted, self._block(indent=1))

    def _definitions(self, element: Element, look: QTextCharFormat) -> None:
        """Short terms, as the head of a letter has them, stand in a column of their own."""
        pairs = term_pairs(element)
        widths = [QFontMetricsF(_bold(look).font()).horizontalAdvance(plain_text(term)) for term, _meaning in pairs]
        if not pairs or max(widths) > self._tokens.px(_TERM_WIDTH_MAX_PX):
            for term, meaning in pairs:
                self._paragraph(term, _bold(look), self._block(below_px=2))
                self._paragraph(meaning, look, self._block(indent=1, below_px=6))
            return
        self._pending = False
        if not self._fresh:
            self._begin(self._block(below_px=0))
        self._shrink_block()
        form = self._table_format()
        form.setBorder(0)
        form.setCellPadding(self._tokens.px(2))
        form.setColumnWidthConstraints(
            [QTextLength(QTextLength.Type.FixedLength, max(widths) + self._tokens.px(24)), QTextLength()]
        )
        table = self._cursor.insertTable(len(pairs), 2, form)
        for row, (term, meaning) in enumerate(pairs):
            for column, (nodes, style) in enumerate(((term, _bold(look)), (meaning, look))):
                inner = DocumentWriter(table.document(), self._tokens, self._embed, direction=self._direction)
                cursor = table.cellAt(row, column).firstCursorPosition()
                inner._write_cell(cursor, Element(name="div", children=nodes), self._block(below_px=0), style)
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
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
        style = QTextListFormat.Style.ListDecimal if element.name == "ol" else QTextListFormat.Style.ListDisc
        if element.name == "ul" and depth > 1:
            style = QTextListFormat.Style.ListCircle
        if element.name == "ol" and depth > 1:
            style = QTextListFormat.Style.ListLowerAlpha
        self._lists.append(style)
        made = None
        form = QTextListFormat()
        form.setStyle(style)
        form.setIndent(depth)
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
            small = _bold(self._plain)
            self._paragraph(caption.children, small, self._block(below_px=6))
        grid, columns = grid_of(element)
        if not grid or not columns:
            return
        self._pending = False
        if not self._fresh:
            self._begin(self._block(below_px=0))
        self._shrink_block()
        table = self._cursor.insertTable(len(grid), columns, self._table_format())
        numeric = numeric_columns(grid, columns)
        for row, cells in enumerate(grid):
            for column, cell in cells.items():
                self._cell(table, row, column, cell, trailing=column in numeric)
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
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

    def _table_format(self) -> QTextTableFormat:
        form = QTextTableFormat()
        form.setBorder(1)
        form.setBorderCollapse(True)
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderBrush(QBrush(QColor(self._tokens.line)))
        form.setCellPadding(self._tokens.px(7))
        form.setCellSpacing(0)
        form.setLayoutDirection(self._direction)
        return form

    def _cell(self, table: QTextTable, row: int, column: int, element: Element, *, trailing: bool) -> None:
        across, down = span(element, "colspan"), span(element, "rowspan")
        if across > 1 or down > 1:
            table.mergeCells(row, column, min(down, table.rows() - row), min(across, table.columns() - column))
        cell = table.cellAt(row, column)
        head = element.name == "th"
        if head:
            form = cell.format()
            form.setBackground(QBrush(QColor(self._tokens.surface_sunken)))
            cell.setFormat(form)
        block = self._block(below_px=0, line_height=1.35)
        if trailing:
            block.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignAbsolute)
        inner = DocumentWriter(table.document(), self._tokens, self._embed, direction=self._direction)
        inner._write_cell(cell.firstCursorPosition(), element, block, _bold(self._plain) if head else self._plain)

    def _write_cell(
        self, cursor: QTextCursor, element: Element, block: QTextBlockFormat, look: QTextCharFormat
    ) -> None:
        self._cursor = cursor
        self._cell_block = block
        cursor.setBlockFormat(block)
        self._blocks(element.children, look)

    _cell_block: QTextBlockFormat | None = None

    # -- text in a line -----------------------------------------------------------------------------------------------

    def _inline(self, element: Element, look: QTextCharFormat) -> None:
        if element.name == "br":
            self._cursor.insertText("\u2028", look)
            self._fresh, self._space_wanted = False, False
        elif element.name == "img":
            self._object(element, look)
        elif element.name == "q":
            self._text("“", look)
            self._blocks(element.children, look)
            self._text("”", look)
        else:
            self._blocks(element.children, self._styled(element.name, look))

    def _styled(self, name: str, look: QTextCharFormat) -> QTextCharFormat:
        result = QTextCharFormat(look)
        if name in {"strong", "b"}:
            return _bold(look)
        if name in {"em", "i", "cite", "var", "dfn"}:
            result.setFontItalic(True)
        elif name == "sub":
            result.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSubScript)
        elif name == "sup":
            result.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
        elif name in {"code", "kbd", "samp", "tt"}:
            result = _monospace(look)
            result.setBackground(QBrush(QColor(self._tokens.surface_sunken)))
        elif name == "u":
            result.setFontUnderline(True)
        elif name in {"s", "del"}:
            result.setFontStrikeOut(True)
        return result

    def _text(self, text: str, look: QTextCharFormat) -> None:
        words = collapse(text)
        if self._fresh or self._pending:
            words = words.lstrip(" ") if self._pending or self._cursor.atBlockStart() else words
        if not words:
            return
        self._start_pending()
        if self._space_wanted and words[0] != " ":
            words = " " + words
        elif self._space_wanted:
            words = " " + words.lstrip(" ")
        self._space_wanted = words.endswith(" ")
        words = words.rstrip(" ") if self._space_wanted else words
        if words:
            self._cursor.insertText(words, look)
            self._fresh = False

    def _start_pending(self) -> None:
        if self._pending:
            self._pending = False
            self._begin(self._cell_block or self._block())

    def _object(self, node: Embeddable, look: QTextCharFormat) -> None:
        number = self._embed(node)
        if number is None:
            return
        self._start_pending()
        if self._space_wanted:
            self._cursor.insertText(" ", look)
            self._space_wanted = False
        form = QTextCharFormat(look)
        form.setObjectType(OBJECT_TYPE)
        form.setProperty(OBJECT_NUMBER, number)
        # Qt lays such an object out with its middle at the middle of the letters; "AlignMiddle" would leave a gap below.
        form.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignBottom)
        self._cursor.insertText("\ufffc", form)
        self._fresh = False

    def _block(
        self,
        *,
        above_px: int = 0,
        below_px: int | None = None,
        indent: int = 0,
        font: QFont | None = None,
        line_height: float = LINE_HEIGHT,
        in_list: bool = True,
    ) -> QTextBlockFormat:
        block = QTextBlockFormat()
        block.setLayoutDirection(self._direction)
        spaced = line_height * self._tokens.line_height / LINE_HEIGHT
        pixels = (font or self._tokens.font()).pixelSize() * spaced
        block.setLineHeight(pixels, QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        if self._centred:
            block.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        block.setTopMargin(self._tokens.px(above_px))
        block.setBottomMargin(self._tokens.paragraph_px() if below_px is None else self._tokens.px(below_px))
        block.setIndent(indent + (len(self._lists) if in_list else 0))
        return block


def _bold(look: QTextCharFormat) -> QTextCharFormat:
    result = QTextCharFormat(look)
    result.setFontWeight(QFont.Weight.DemiBold)
    return result


def _monospace(look: QTextCharFormat) -> QTextCharFormat:
    result = QTextCharFormat(look)
    result.setFontFamilies(list(MONOSPACE_FAMILIES))
    return result


def _verbatim(nodes: Iterable[Node]) -> str:
    return "".join(
        node.text if isinstance(node, Text) else _verbatim(node.children) if isinstance(node, Element) else ""
        for node in nodes
    )
