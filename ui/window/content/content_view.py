"""A piece of content as a column of widgets: text, tables, pictures, and interactions where they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from exam_packages.qti.model import (
    BlockInteraction,
    Element,
    Gap,
    InlineInteraction,
    Media,
    Node,
    Text,
)
from ui.window.content.blocks import (
    Block,
    BoxBlock,
    PictureBlock,
    PreformattedBlock,
    ProseBlock,
    RowBlock,
    TableBlock,
    TurnedBlock,
    blocks_of,
)
from ui.window.content.columns import ColumnsView
from ui.window.content.document import HEADINGS, Embeddable
from ui.window.content.figure import FigureView, FormulaView
from ui.window.content.plain import BlankWords, is_formula, plain_text
from ui.window.content.prose import MakeRun, ProseView
from ui.window.theme import GRID_PX, RING_PX, TextSize, Tokens
from ui.window.widgets.labels import Words
from ui.window.widgets.painting import paint_box

Resource = Callable[[str], bytes]
MakeInteraction = Callable[[BlockInteraction | InlineInteraction | Gap | Media, QWidget], QWidget]


class ContentView(QWidget):
    """Content, as high as it needs to be at its width."""

    def __init__(
        self,
        nodes: Sequence[Node],
        resource: Resource,
        *,
        tokens: Tokens,
        make_interaction: MakeInteraction | None = None,
        make_run: MakeRun | None = None,
        blank: BlankWords = lambda _interaction: "…",
        bold: bool = False,
        centred: bool = False,
        direction: Qt.LayoutDirection | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`direction` is the content's own; without one it runs as what is around it."""
        super().__init__(parent)
        if direction is not None:
            self.setLayoutDirection(direction)
        self._resource, self._tokens, self._bold, self._centred = resource, tokens, bold, centred
        self._make_interaction, self._make_run, self._blank = make_interaction, make_run, blank
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(max(tokens.px(14), tokens.paragraph_px()))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for block in blocks_of(nodes):
            if self._column.count() and _begins_with_heading(block):
                self._column.addSpacing(tokens.px(GRID_PX))
            self._add(block)

    def _add(self, block: Block) -> None:
        match block:
            case ProseBlock():
                self._column.addWidget(self._prose(block.nodes))
            case TableBlock():
                self._column.addWidget(
                    TableView(self._prose((block.table,), limit_width=False), ring=self._tokens.focus, parent=self)
                )
            case PreformattedBlock():
                wide = TableView(self._prose((block.text,), limit_width=False), ring=self._tokens.focus, parent=self)
                wide.setAccessibleName(self.tr("Preformatted text"))
                self._column.addWidget(BoxView(wide, sunken=True, tokens=self._tokens, parent=self))
            case PictureBlock():
                self._add_picture(block)
            case RowBlock():
                made = [(self._inner(column.nodes), column.span, column.offset) for column in block.columns]
                self._column.addWidget(ColumnsView(made, tokens=self._tokens, parent=self))
            case BoxBlock():
                box = BoxView(self._inner(block.nodes), sunken=block.sunken, tokens=self._tokens, parent=self)
                self._column.addWidget(box)
            case TurnedBlock():
                direction = Qt.LayoutDirection.RightToLeft if block.mirrored else Qt.LayoutDirection.LeftToRight
                self._column.addWidget(self._inner(block.nodes, direction))
            case _:
                if self._make_interaction is not None:
                    self._column.addWidget(self._make_interaction(block, self), 1)

    def first_line_middle(self) -> float:
        """Where the first line's letters have their middle, from the top; a picture with nothing below it has one too."""
        item = self._column.itemAt(0)
        first = item.widget() if item is not None else None
        if isinstance(first, ProseView):
            return first.y() + first.first_line_middle()
        if isinstance(first, FigureView) and self._column.count() == 1:
            return first.y() + first.height() / 2
        return self._tokens.font().pixelSize() * self._tokens.line_height / 2

    def _inner(self, nodes: Sequence[Node], direction: Qt.LayoutDirection | None = None) -> ContentView:
        """Content within this content, made in the same way."""
        return ContentView(
            nodes,
            self._resource,
            tokens=self._tokens,
            make_interaction=self._make_interaction,
            make_run=self._make_run,
            blank=self._blank,
            bold=self._bold,
            centred=self._centred,
            direction=direction,
            parent=self,
        )

    def _prose(self, nodes: Sequence[Node], *, limit_width: bool = True) -> ProseView:
        return ProseView(
            nodes,
            tokens=self._tokens,
            make_widget=self._make_inline,
            make_run=self._make_run,
            blank=self._blank,
            limit_width=limit_width,
            bold=self._bold,
            centred=self._centred,
            parent=self,
        )

    def _make_inline(self, node: Embeddable, parent: QWidget) -> QWidget | None:
        if isinstance(node, Element) and is_formula(node):
            size = QSize(_pixels(node.attribute("width")), _pixels(node.attribute("height")))
            data = self._resource(node.attribute("src"))
            return FormulaView(data, tokens=self._tokens, alt=node.attribute("alt"), natural=size, parent=parent)
        if isinstance(node, Element):
            return self._figure(node, (), parent)
        return self._make_interaction(node, parent) if self._make_interaction is not None else None

    def _add_picture(self, block: PictureBlock) -> None:
        self._column.addWidget(self._figure(block.image, block.caption, self))
        if block.caption:
            caption = Words(
                plain_text(block.caption), tokens=self._tokens, size=TextSize.SMALL, muted=True, parent=self
            )
            self._column.addWidget(caption)

    def _figure(self, image: Element, caption: Sequence[Node], parent: QWidget) -> FigureView:
        description = image.attribute("aria-description") or image.attribute("data-description") or plain_text(caption)
        size = QSize(_pixels(image.attribute("width")), _pixels(image.attribute("height")))
        return FigureView(
            self._resource(image.attribute("src")),
            tokens=self._tokens,
            alt=image.attribute("alt"),
            description=description,
            natural=size if not size.isEmpty() else None,
            parent=parent,
        )


def _begins_with_heading(block: Block) -> bool:
    nodes = block.nodes if isinstance(block, ProseBlock) else ()
    first = next((node for node in nodes if not isinstance(node, Text) or node.text.strip()), None)
    return isinstance(first, Element) and first.name in HEADINGS


def _pixels(value: str) -> int:
    """A length of HTML in pixels; 0 where it is none."""
    number = value.strip().removesuffix("px")
    try:
        return round(float(number))
    except ValueError:
        return 0


class BoxView(QWidget):
    """Content with a line around it; a well lies deeper than what is around it."""

    def __init__(self, content: QWidget, *, sunken: bool, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._sunken, self._tokens = sunken, tokens
        column = QVBoxLayout(self)
        margin = tokens.px(1.5 * GRID_PX)
        column.setContentsMargins(margin, margin, margin, margin)
        column.addWidget(content)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box."""
        painter = QPainter(self)
        fill = self._tokens.surface_sunken if self._sunken else None
        paint_box(painter, QRectF(self.rect()), fill=fill, outline=self._tokens.line, width=self._tokens.outline_px)
        painter.end()


class TableView(QScrollArea):
    """A table; one that is wider than its column scrolls sideways on its own (WCAG 2.2, 1.4.10 exempts tables)."""

    def __init__(self, table: ProseView, *, ring: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._table = table
        self._least = table.minimum_text_width()
        table.setMinimumWidth(self._least)
        self.setStyleSheet(f"QScrollArea {{ border: none; }} QScrollArea:focus {{ border: {RING_PX}px solid {ring}; }}")
        self.setWidget(table)
        self.setWidgetResizable(True)
        self.viewport().setAutoFillBackground(False)
        table.setAutoFillBackground(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Table"))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        """Its height follows from its width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The table's height, and the scroll bar's where one is needed."""
        if width >= self._least:
            return self._table.heightForWidth(width)
        return self._table.heightForWidth(self._least) + self.horizontalScrollBar().sizeHint().height() + 2 * RING_PX

    def sizeHint(self) -> QSize:
        """As the table would like."""
        width = self._table.sizeHint().width()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Narrow columns are met by scrolling."""
        return QSize(64, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A table that scrolls is a stop for the keyboard; one that fits is not."""
        super().resizeEvent(event)
        scrolls = self.viewport().width() < self._least
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if scrolls else Qt.FocusPolicy.NoFocus)
