"""A piece of content as a column of widgets: text, tables, pictures, and interactions where they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from exam_packages.qti.model import BlockInteraction, Element, InlineInteraction, Node, Text
from ui.window.content.blocks import Block, PictureBlock, ProseBlock, TableBlock, blocks_of
from ui.window.content.document import HEADINGS, Embeddable
from ui.window.content.figure import FigureView
from ui.window.content.plain import plain_text
from ui.window.content.prose import ProseView
from ui.window.theme import GRID_PX, RING_PX, TextSize, Tokens
from ui.window.widgets.labels import Words

Resource = Callable[[str], bytes]
MakeInteraction = Callable[[BlockInteraction | InlineInteraction, QWidget], QWidget]
BlankWords = Callable[[InlineInteraction], str]


class ContentView(QWidget):
    """Content, as high as it needs to be at its width."""

    def __init__(
        self,
        nodes: Sequence[Node],
        resource: Resource,
        *,
        tokens: Tokens,
        make_interaction: MakeInteraction | None = None,
        blank: BlankWords = lambda _interaction: "…",
        bold: bool = False,
        centred: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._resource, self._tokens, self._bold, self._centred = resource, tokens, bold, centred
        self._make_interaction, self._blank = make_interaction, blank
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
            case PictureBlock():
                self._add_picture(block)
            case _:
                if self._make_interaction is not None:
                    self._column.addWidget(self._make_interaction(block, self), 1)

    def _prose(self, nodes: Sequence[Node], *, limit_width: bool = True) -> ProseView:
        return ProseView(
            nodes,
            tokens=self._tokens,
            make_widget=self._make_inline,
            blank=self._blank,
            limit_width=limit_width,
            bold=self._bold,
            centred=self._centred,
            parent=self,
        )

    def _make_inline(self, node: Embeddable, parent: QWidget) -> QWidget | None:
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
    return int(value) if value.isascii() and value.isdigit() else 0


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
