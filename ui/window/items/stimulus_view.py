"""A stimulus: a scenario with its exhibits, each behind its own tab and with its own scroll position."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from exam_packages.qti.model import Element, Node, Stimulus, Text
from ui.window.content.content_view import ContentView, MakeInteraction, Resource
from ui.window.content.plain import heading_and_rest
from ui.window.theme import GRID_PX, Tokens
from ui.window.widgets.choice_bar import ChoiceBar
from ui.window.widgets.labels import Heading

PAGE_MAX_PX: Final = 960
"""A page is never wider; on a wide screen it stands in the middle."""


def exhibits_of(body: Sequence[Node]) -> tuple[tuple[str, tuple[Node, ...]], ...]:
    """The exhibits: the sections, each named by its `title` or heading. What stands outside of them comes first.

    A body with fewer than two sections is one exhibit without a name.
    """
    sections: list[tuple[str, tuple[Node, ...]]] = []
    loose: list[Node] = []
    for node in _unwrapped(body):
        if isinstance(node, Element) and node.name == "section":
            sections.append(_named(node))
        elif not (isinstance(node, Text) and not node.text.strip()):
            loose.append(node)
    if len(sections) < 2:
        return (("", tuple(body)),)
    return ((("", tuple(loose)),) if loose else ()) + tuple(sections)


def _unwrapped(body: Sequence[Node]) -> Iterator[Node]:
    """The body's nodes, or those of the one `div` around all of them."""
    solid = [node for node in body if not (isinstance(node, Text) and not node.text.strip())]
    if len(solid) == 1 and isinstance(solid[0], Element) and solid[0].name in {"div", "article"}:
        yield from solid[0].children
    else:
        yield from body


def _named(section: Element) -> tuple[str, tuple[Node, ...]]:
    """A section's name and content; a heading that became the name on the tab is not said twice."""
    title = section.attribute("title") or section.attribute("aria-label")
    heading, rest = heading_and_rest(section.children)
    if heading and title in ("", heading):
        return heading, rest
    return title, section.children


class Page(QScrollArea):
    """A column of content that scrolls by wheel and, when it has the focus, by the keyboard."""

    def __init__(self, content: QWidget, *, name: str, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        margin = tokens.px(2 * GRID_PX)
        column.setContentsMargins(margin, tokens.px(GRID_PX), margin, margin)
        content.setMaximumWidth(tokens.px(PAGE_MAX_PX))
        column.addWidget(content)
        column.addStretch(1)
        # Qt lays the content out at once: in the few pixels that a new widget has, that is many times the work.
        self.resize(content.maximumWidth() + 2 * margin, self.height())
        self.viewport().resize(self.size())
        self.setWidgetResizable(True)
        self.setWidget(holder)
        # That was no wish: panes share a width by what they would like.
        self.setAttribute(Qt.WidgetAttribute.WA_Resized, False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.viewport().setAccessibleName(name)  # the focus is told as being there
        self.viewport().setAutoFillBackground(False)
        holder.setAutoFillBackground(False)


class StimulusView(QWidget):
    """Title, tabs, exhibits."""

    def __init__(
        self,
        stimulus: Stimulus,
        resource: Resource,
        *,
        tokens: Tokens,
        make_interaction: MakeInteraction | None = None,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, tokens.px(GRID_PX), 0, 0)
        column.setSpacing(tokens.px(GRID_PX))
        self._stack = QStackedWidget(self)
        exhibits = exhibits_of(stimulus.body)
        head = QVBoxLayout()
        head.setContentsMargins(tokens.px(2 * GRID_PX), 0, tokens.px(2 * GRID_PX), 0)
        head.setSpacing(tokens.px(GRID_PX))
        self._title = Heading(stimulus.title, tokens=tokens, level=2, parent=self)
        head.addWidget(self._title)
        names = [name or self.tr("Scenario") for name, _nodes in exhibits]
        self._titles: list[Heading] = []
        self._bar: ChoiceBar | None = None
        if len(exhibits) > 1:
            choices = [(str(place), name) for place, name in enumerate(names)]
            self._bar = ChoiceBar(choices, tokens=tokens.for_bars(), name=self.tr("Exhibits"), parent=self)
            self._bar.chosen.connect(lambda key: self._stack.setCurrentIndex(int(key)))
            head.addWidget(self._bar)
        column.addLayout(head)
        for name, (_name, nodes) in zip(names, exhibits, strict=True):
            content = QWidget(self)
            lines = QVBoxLayout(content)
            lines.setContentsMargins(0, 0, 0, 0)
            lines.setSpacing(tokens.px(GRID_PX))
            title = Heading(stimulus.title, tokens=tokens, level=2, parent=content)
            title.hide()
            self._titles.append(title)
            lines.addWidget(title)
            lines.addWidget(
                ContentView(nodes, resource, tokens=tokens, make_interaction=make_interaction, parent=content)
            )
            self._stack.addWidget(Page(content, name=name, tokens=tokens, parent=self))
        column.addWidget(self._stack, 1)

    def _pages(self) -> list[Page]:
        pages = (self._stack.widget(place) for place in range(self._stack.count()))
        return [page for page in pages if isinstance(page, Page)]

    def set_compact(self, *, compact: bool) -> None:
        """Where room is scarce the title scrolls away with the text."""
        self._title.setVisible(not compact)
        for title in self._titles:
            title.setVisible(compact)

    def exhibit(self) -> int:
        """The place of the exhibit that is shown."""
        return self._stack.currentIndex()

    def show_exhibit(self, place: int) -> None:
        """Show an exhibit."""
        if 0 <= place < self._stack.count():
            self._stack.setCurrentIndex(place)
            if self._bar is not None:
                self._bar.set_current(str(place))

    def scroll_offsets(self) -> tuple[int, ...]:
        """How far each exhibit is scrolled, in pixels."""
        return tuple(page.verticalScrollBar().value() for page in self._pages())

    def restore_scroll(self, offsets: Sequence[int]) -> None:
        """Scroll each exhibit to where it was."""
        for page, offset in zip(self._pages(), offsets, strict=False):
            page.verticalScrollBar().setValue(offset)
