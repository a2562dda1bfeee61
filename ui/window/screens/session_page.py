"""What the pages of a session have in common: they ask for events, and know where the exam's pictures are."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

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
    """Return a card with names and, beside or below them, values."""
    card = Card(tokens=tokens)
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(tokens.px(3 * GRID_PX))
    grid.setVerticalSpacing(tokens.px(GRID_PX))
    if not tokens.stacks:
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 5)
    for row, (name, value) in enumerate(facts):
        grid.addWidget(Words(name, tokens=tokens, muted=True), 2 * row, 0, Qt.AlignmentFlag.AlignTop)
        below = (2 * row + 1, 0) if tokens.stacks else (2 * row, 1)
        grid.addWidget(Words(value, tokens=tokens), *below, Qt.AlignmentFlag.AlignTop)
    card.column.addWidget(holder)
    return card
