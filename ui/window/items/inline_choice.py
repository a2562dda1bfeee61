"""``qti-inline-choice-interaction``: a phrase in the running text, picked from a list that opens below it, in the page."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QMoveEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from exam_packages.qti.model import InlineChoiceInteraction, Lexical
from ui.window.content.content_view import Resource
from ui.window.items.part import Part
from ui.window.items.pick_list import PickList
from ui.window.theme import Tokens

_LETTERS_MAX: Final = 72
"""The widest that the shared vocabulary asks for (``qti-input-width-72``)."""


class InlineChoicePart(Part):
    """A list to pick from, in a line of text."""

    def __init__(
        self,
        interaction: InlineChoiceInteraction,
        resource: Resource,
        *,
        name: str,
        context: str,
        tokens: Tokens,
        parent: QWidget,
    ) -> None:
        super().__init__(interaction.response, tokens=tokens, parent=parent)
        self._list = PickList(
            interaction.choices,
            resource,
            name=name,
            context=context,
            nothing=interaction.style.empty_choice,
            least_letters=min(interaction.style.input_width, _LETTERS_MAX),
            tokens=tokens,
            parent=self,
        )
        self._list.picked.connect(self.tell)
        self.setFocusProxy(self._list)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._list)

    def sizeHint(self) -> QSize:
        """As its list would like."""
        return self._list.sizeHint()

    def hasHeightForWidth(self) -> bool:
        """Phrases wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As its list."""
        return self._list.heightForWidth(width)

    def moveEvent(self, event: QMoveEvent) -> None:
        """The text was wrapped anew."""
        super().moveEvent(event)
        self._list.follow()

    def current(self) -> Lexical:
        """The identifier of the picked phrase."""
        return self._list.value()

    def display(self, value: Lexical) -> None:
        """Show the phrase of an answer."""
        self._list.set_value(value)

    def is_open(self) -> bool:
        """Whether the list is open."""
        return self._list.is_open()

    def set_locked(self, *, locked: bool) -> None:
        """Show, but take no input."""
        if locked:
            self._list.close_list(to_opener=False)
        super().set_locked(locked=locked)
