"""What the pages of a session have in common: they ask for events, and know where the exam's pictures are."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QWidget

from exam_packages.session_events import Event
from ui.window.page import Page
from ui.window.theme import GRID_PX, Tokens
from ui.window.widgets.labels import Card, Words

Resource = Callable[[str], bytes]


class SessionPage(Page):
    """A page during a session."""

    wants = Signal(object)
    """Event that should happen"""

    def want(self, event: Event) -> None:
        """Ask for an event."""
        self.wants.emit(event)


def facts_card(facts: list[tuple[str, str]], *, tokens: Tokens) -> Card:
    """Return a card with names on the left and values on the right."""
    card = Card(tokens=tokens)
    holder = QWidget()
    form = QFormLayout(holder)
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(tokens.px(3 * GRID_PX))
    form.setVerticalSpacing(tokens.px(GRID_PX))
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    for name, value in facts:
        label = Words(name, tokens=tokens, muted=True)
        label.setWordWrap(False)
        form.addRow(label, Words(value, tokens=tokens))
    card.column.addWidget(holder)
    return card
