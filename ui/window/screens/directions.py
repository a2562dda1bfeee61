"""What a section inside the section says about its questions: above each of them, opened and closed in place."""

from __future__ import annotations

from collections.abc import MutableSet

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

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


class DirectionsBox(QWidget):
    """A button that says what there is, and below it the directions, while they are open."""

    def __init__(
        self,
        directions: tuple[Directions, ...],
        resource: Resource,
        *,
        closed: MutableSet[SectionId],
        tokens: Tokens,
        parent: QWidget,
    ) -> None:
        """``closed``: the sections whose directions this candidate has closed; it is kept here."""
        super().__init__(parent)
        self._tokens, self._closed = tokens, closed
        self._sections = frozenset(each.section for each in directions)
        column = QVBoxLayout(self)
        margin = tokens.for_bars().px(4)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(0)
        self._button = Button(translate("Directions", "Directions"), tokens=tokens, kind=ButtonKind.QUIET)
        self._button.setAccessibleName(translate("Directions", "Directions for these questions"))
        self._button.setCheckable(True)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeading)
        self._words = self._written(directions, resource)
        column.addWidget(self._words)
        self._button.clicked.connect(self._choose)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._show(is_open=not self._sections <= closed)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the sunken box."""
        painter = QPainter(self)
        outline = self._tokens.line
        paint_box(painter, QRectF(self.rect()), fill=self._tokens.surface_sunken, outline=outline)
        painter.end()

    def _written(self, directions: tuple[Directions, ...], resource: Resource) -> QWidget:
        holder = QWidget(self)  # content runs as the question does, and learns that from what it stands in
        column = QVBoxLayout(holder)
        margin = self._tokens.for_bars().px(1.5 * GRID_PX)
        column.setContentsMargins(margin, 0, margin, margin)
        column.setSpacing(margin)
        for each in directions:
            if each.title:
                column.addWidget(Heading(each.title, tokens=self._tokens, level=2, parent=holder))
            column.addWidget(RubricView(each.content, resource, tokens=self._tokens, parent=holder))
        return holder

    def _choose(self, is_open: bool) -> None:  # noqa: FBT001 - a slot
        for section in self._sections:
            (self._closed.discard if is_open else self._closed.add)(section)
        self._show(is_open=is_open)
        opened, closed = (
            translate("Directions", "Directions are open"),
            translate("Directions", "Directions are closed"),
        )
        announce(self, opened if is_open else closed)

    def _show(self, *, is_open: bool) -> None:
        self._button.setChecked(is_open)
        self._button.set_icon(Icon.UP if is_open else Icon.DOWN)
        self._words.setVisible(is_open)
