"""What a section inside the section says about its questions: above each of them, opened and closed in place."""

from __future__ import annotations

from collections.abc import MutableSet
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from exam_packages.ids import SectionId
from ui.window.item_state import Directions
from ui.window.items.rubric_view import RubricView
from ui.window.screens.session_page import Resource
from ui.window.theme import GRID_PX, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.icons import Icon
from ui.window.widgets.labels import Heading
from ui.window.widgets.painting import paint_box
from ui.window.words import translate

HEIGHT_MAX: Final = 0.4
"""Share of the page that directions may take from their question; longer ones scroll."""
OPEN_TO: Final = 200
"""Percent of text size up to which directions come up open: above that they would leave no room for the question."""


class DirectionsStrip(QWidget):
    """A button that says what there is, and below it the directions, while they are open."""

    def __init__(
        self,
        directions: tuple[Directions, ...],
        resource: Resource,
        *,
        closed: MutableSet[SectionId],
        tokens: Tokens,
    ) -> None:
        """``closed``: the sections whose directions this candidate has closed; it is kept here."""
        super().__init__()
        self._tokens, self._closed = tokens, closed
        self._sections = frozenset(each.section for each in directions)
        small = tokens.for_bars()
        column = QVBoxLayout(self)
        margin = small.px(4)
        column.setContentsMargins(2 * margin, margin, 2 * margin, margin)
        column.setSpacing(0)
        self._button = Button(translate("Directions", "Directions"), tokens=small, kind=ButtonKind.QUIET)
        self._button.setAccessibleName(translate("Directions", "Directions for these questions"))
        self._button.setCheckable(True)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeading)
        self._area = _Scrolling(self._words(directions, resource), name=self._button.accessibleName())
        column.addWidget(self._area)
        self._button.clicked.connect(self._choose)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._show(is_open=not self._sections <= closed and tokens.scale <= OPEN_TO)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the strip with a line below it."""
        t, painter = self._tokens, QPainter(self)
        paint_box(painter, QRectF(self.rect()), fill=t.surface_sunken, radius=0)
        edge = t.outline_px
        painter.fillRect(QRectF(0, self.height() - edge, self.width(), edge), t.colour(t.line))
        painter.end()

    def _words(self, directions: tuple[Directions, ...], resource: Resource) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        margin = self._tokens.for_bars().px(GRID_PX)
        column.setContentsMargins(margin, 0, margin, margin)
        column.setSpacing(margin)
        for each in directions:
            if each.title:
                column.addWidget(Heading(each.title, tokens=self._tokens, level=2))
            column.addWidget(RubricView(each.content, resource, tokens=self._tokens))
        column.addStretch(1)
        return holder

    def _choose(self, is_open: bool) -> None:  # noqa: FBT001 - a slot
        for section in self._sections:
            (self._closed.discard if is_open else self._closed.add)(section)
        self._show(is_open=is_open)
        opened = translate("Directions", "Directions are open")
        announce(self, opened if is_open else translate("Directions", "Directions are closed"))

    def _show(self, *, is_open: bool) -> None:
        self._button.setChecked(is_open)
        self._button.set_icon(Icon.UP if is_open else Icon.DOWN)
        self._area.setVisible(is_open)
        self.updateGeometry()


class _Scrolling(QScrollArea):
    """As high as its words, up to a share of the page."""

    def __init__(self, content: QWidget, *, name: str) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self.viewport().setAccessibleName(name)  # the focus is told as being there
        self.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        self.setWidget(content)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """The height of the words at this width, within bounds."""
        return QSize(0, min(self._wanted(), self._most()))

    def minimumSizeHint(self) -> QSize:
        """As high as need be."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What has to be scrolled is a stop for the keyboard; what is seen whole is not."""
        super().resizeEvent(event)
        scrolls = self._wanted() > self._most()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if scrolls else Qt.FocusPolicy.NoFocus)
        self.updateGeometry()

    def _most(self) -> int:
        return round(HEIGHT_MAX * self.window().height())

    def _wanted(self) -> int:
        inside = self.widget()
        layout = inside.layout() if inside is not None else None
        if layout is None:
            return 0
        return layout.heightForWidth(max(1, self.width())) if layout.hasHeightForWidth() else layout.sizeHint().height()
